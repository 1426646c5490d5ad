//! The bytes of a recording and of a proof. They are read as untrusted: whatever they are, they yield a value or nothing.

use super::{After, Entry, Input, Proof, Reading, Recording};
use crate::digest::Digest;
use crate::host::wire::{Reader, encode_text};
use crate::host::{HostError, HostResult, HostValue};
use crate::jit::JitMode;
use crate::limits::Limits;

/// The magic number and the version of the format.
const HEADER: &[u8; 8] = b"MREC\x01\0\0\0";

/// A deeper stack is nobody's: its memory is set aside before anything runs.
const MAX_STACK: u32 = 1 << 18;

impl Recording {
    /// The recording as a file. The same recording gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.write(true)
    }

    /// What came in, without what came of it.
    pub(super) fn input_bytes(&self) -> Vec<u8> {
        self.write(false)
    }

    fn write(&self, with_results: bool) -> Vec<u8> {
        let mut out = HEADER.to_vec();
        out.extend(self.module.0);
        let Limits { fuel, heap, stack, timers, .. } = self.limits;
        out.extend([fuel, heap as u64, u64::from(stack), timers as u64].into_iter().flat_map(u64::to_le_bytes));
        if with_results {
            out.push(self.jit as u8);
        }
        write_list(&self.entries, &mut out, |entry, out| {
            write_input(&entry.input, out);
            write_list(&entry.readings, out, write_reading);
            out.push(u8::from(entry.killed));
            if with_results || entry.killed {
                out.extend(entry.after.fuel.to_le_bytes());
            }
            if with_results {
                out.extend(entry.after.heap.to_le_bytes());
                out.extend(entry.after.outputs.0);
            }
        });
        out
    }

    /// The recording that a file holds; `None` where it holds none of this version. Memory is bounded by a constant times its size.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { bytes };
        if reader.take(HEADER.len())? != HEADER {
            return None;
        }
        let module = Digest(reader.array()?);
        let mut number = || Some(u64::from_le_bytes(reader.array()?));
        let (fuel, heap, stack, timers) = (number()?, number()?, number()?, number()?);
        let limits = Limits {
            fuel,
            heap: usize::try_from(heap).ok()?,
            stack: u32::try_from(stack).ok().filter(|stack| *stack <= MAX_STACK)?,
            deadline: None,
            timers: usize::try_from(timers).ok()?,
        };
        let jit = [JitMode::Off, JitMode::Lazy, JitMode::Eager].into_iter().nth(reader.array::<1>()?[0].into())?;
        let entries = read_list(&mut reader, read_entry)?;
        reader.is_at_end().then_some(Self { module, limits, jit, entries })
    }
}

impl Proof {
    /// 104 bytes.
    pub fn to_bytes(&self) -> [u8; 104] {
        let mut out = [0; 104];
        out[..32].copy_from_slice(&self.module.0);
        out[32..64].copy_from_slice(&self.inputs.0);
        out[64..96].copy_from_slice(&self.outputs.0);
        out[96..].copy_from_slice(&self.fuel.to_le_bytes());
        out
    }

    /// The proof that the bytes are; every 104 bytes are one, true or not.
    pub fn from_bytes(bytes: &[u8; 104]) -> Self {
        let mut reader = Reader { bytes };
        let mut digest = || Digest(reader.array().unwrap_or_default());
        let (module, inputs, outputs) = (digest(), digest(), digest());
        Self { module, inputs, outputs, fuel: u64::from_le_bytes(reader.array().unwrap_or_default()) }
    }
}

fn write_list<T>(items: &[T], out: &mut Vec<u8>, mut write: impl FnMut(&T, &mut Vec<u8>)) {
    out.extend((items.len() as u32).to_le_bytes());
    items.iter().for_each(|item| write(item, out));
}

fn read_list<T>(reader: &mut Reader, mut read: impl FnMut(&mut Reader) -> Option<T>) -> Option<Vec<T>> {
    let count = reader.count()?;
    (0..count).map(|_| read(reader)).collect()
}

fn write_input(input: &Input, out: &mut Vec<u8>) {
    match input {
        Input::Start => out.push(0),
        Input::Call { name, args } => {
            out.push(1);
            encode_text(name, out);
            write_list(args, out, HostValue::write);
        }
        Input::Answer { id, result } => {
            out.push(2);
            out.extend(id.to_le_bytes());
            match result {
                Ok(value) => {
                    out.push(1);
                    value.write(out);
                }
                Err(error) => {
                    out.push(0);
                    write_error(error, out);
                }
            }
        }
        Input::Timer { until } => write_number(3, *until, out),
        Input::Pass { until } => write_number(4, *until, out),
    }
}

fn write_number(tag: u8, number: f64, out: &mut Vec<u8>) {
    out.push(tag);
    out.extend(number.to_le_bytes());
}

fn write_error(error: &HostError, out: &mut Vec<u8>) {
    encode_text(&error.name, out);
    encode_text(&error.message, out);
}

fn write_reading(reading: &Reading, out: &mut Vec<u8>) {
    match reading {
        Reading::Call(HostResult::Value(value)) => {
            out.push(0);
            value.write(out);
        }
        Reading::Call(HostResult::Pending(id)) => {
            out.push(1);
            out.extend(id.to_le_bytes());
        }
        Reading::Call(HostResult::Throw(error)) => {
            out.push(2);
            write_error(error, out);
        }
        Reading::Now(read) => write_number(3, *read, out),
        Reading::Monotonic(read) => write_number(4, *read, out),
        Reading::Random(read) => write_number(5, *read, out),
    }
}

fn read_entry(reader: &mut Reader) -> Option<Entry> {
    let input = read_input(reader)?;
    let readings = read_list(reader, read_reading)?;
    let killed = reader.array::<1>()?[0] != 0;
    let number = |reader: &mut Reader| Some(u64::from_le_bytes(reader.array()?));
    let (fuel, heap) = (number(reader)?, number(reader)?);
    let outputs = Digest(reader.array()?);
    Some(Entry { input, readings, killed, after: After { fuel, heap, outputs } })
}

fn read_number(reader: &mut Reader) -> Option<f64> {
    Some(f64::from_le_bytes(reader.array()?))
}

fn read_error(reader: &mut Reader) -> Option<HostError> {
    Some(HostError { name: reader.text()?, message: reader.text()? })
}

fn read_input(reader: &mut Reader) -> Option<Input> {
    Some(match reader.array::<1>()?[0] {
        0 => Input::Start,
        1 => Input::Call { name: reader.text()?, args: read_list(reader, |reader| reader.value())? },
        2 => {
            let id = u64::from_le_bytes(reader.array()?);
            let is_value = reader.array::<1>()?[0] != 0;
            let result = if is_value { Ok(reader.value()?) } else { Err(read_error(reader)?) };
            Input::Answer { id, result }
        }
        3 => Input::Timer { until: read_number(reader)? },
        4 => Input::Pass { until: read_number(reader)? },
        _ => return None,
    })
}

fn read_reading(reader: &mut Reader) -> Option<Reading> {
    Some(match reader.array::<1>()?[0] {
        0 => Reading::Call(HostResult::Value(reader.value()?)),
        1 => Reading::Call(HostResult::Pending(u64::from_le_bytes(reader.array()?))),
        2 => Reading::Call(HostResult::Throw(read_error(reader)?)),
        3 => Reading::Now(read_number(reader)?),
        4 => Reading::Monotonic(read_number(reader)?),
        5 => Reading::Random(read_number(reader)?),
        _ => return None,
    })
}
