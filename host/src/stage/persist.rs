//! Persisted fields: the last committed values, what a turn changed of them, and their stored form. Stored bytes are read back
//! as untrusted: a value that cannot be read counts as absent.

use mosl_vm::{HostValue, Module};
use rustc_hash::FxHashMap;

use crate::ledger::{Batch, FieldWrite, Ledger};

/// The values that the ledger's file holds or will hold.
#[derive(Default)]
pub struct Persisted {
    /// The module's persisted fields by class, inherited ones included.
    fields: FxHashMap<String, Vec<String>>,
    known: FxHashMap<String, HostValue>,
    writes: Vec<FieldWrite>,
    /// Committed, but not yet flushed.
    pub unflushed: bool,
    complained: bool,
}

/// Where a field of an object is stored; `path` tells the object from all others.
fn field_key(path: &str, field: &str) -> String {
    format!("{path}\u{0}{field}")
}

impl Persisted {
    /// Learns which fields a module persists.
    pub fn set_module(&mut self, module: &Module) {
        self.fields = persisted_fields(module);
        self.complained = false;
    }

    /// Whether this is the first time since the module was set.
    pub fn complain_once(&mut self) -> bool {
        !std::mem::replace(&mut self.complained, true)
    }

    /// Whether any object of the module has persisted fields.
    pub fn is_used(&self) -> bool {
        !self.fields.is_empty()
    }

    /// The persisted fields of a class.
    pub fn fields_of(&self, class: &str) -> &[String] {
        self.fields.get(class).map_or(&[], Vec::as_slice)
    }

    /// The committed value of a field.
    pub fn value(&mut self, ledger: &dyn Ledger, path: &str, field: &str) -> Option<HostValue> {
        let key = field_key(path, field);
        if let Some(value) = self.known.get(&key) {
            return Some(value.clone());
        }
        let value = decode(&ledger.field(&key).ok().flatten()?)?;
        self.known.insert(key, value.clone());
        Some(value)
    }

    /// Notes the values after a turn: path, field and value in turn. Those that did not change are not written.
    pub fn note(&mut self, values: &[HostValue]) {
        for triple in values.chunks_exact(3) {
            let (Some(path), Some(field)) = (triple[0].as_str(), triple[1].as_str()) else { continue };
            let key = field_key(path, field);
            if self.known.get(&key) != Some(&triple[2]) {
                let mut bytes = Vec::new();
                encode(&triple[2], &mut bytes);
                self.writes.push(FieldWrite { key: key.clone(), value: Some(bytes) });
                self.known.insert(key, triple[2].clone());
            }
        }
    }

    /// Forgets what was noted but never committed; the next reading finds the committed values.
    pub fn forget_writes(&mut self) {
        for write in self.writes.drain(..) {
            self.known.remove(&write.key);
        }
    }

    pub fn take_writes(&mut self) -> Vec<FieldWrite> {
        std::mem::take(&mut self.writes)
    }

    /// A batch that moves money makes all before it durable; others wait for a flush.
    pub fn note_committed(&mut self, batch: &Batch) {
        if !batch.ops.is_empty() {
            self.unflushed = false;
        } else if !batch.fields.is_empty() {
            self.unflushed = true;
        }
    }
}

/// Persisted fields by the name of the class whose instances have them: its own and those of its superclasses.
pub fn persisted_fields(module: &Module) -> FxHashMap<String, Vec<String>> {
    let mut fields: FxHashMap<String, Vec<String>> = FxHashMap::default();
    for (class, field, persist, _) in module.persisted() {
        if persist {
            fields.entry(class).or_default().push(field);
        }
    }
    let data = &module.code.module;
    let name = |class: u16| {
        let id = data.classes.get(usize::from(class))?.name;
        Some(String::from_utf16_lossy(data.strings.get(id.0 as usize)?))
    };
    // A superclass comes before its subclasses, so that what it inherits is already there.
    for (index, class) in (0..).zip(&data.classes) {
        let inherited = class.superclass.and_then(name).and_then(|above| fields.get(&above).cloned());
        if let (Some(inherited), Some(own)) = (inherited, name(index)) {
            fields.entry(own).or_default().extend(inherited);
        }
    }
    fields
}

fn encode(value: &HostValue, out: &mut Vec<u8>) {
    let numbers = |tag: u8, parts: &[f64], out: &mut Vec<u8>| {
        out.push(tag);
        parts.iter().for_each(|part| out.extend(part.to_le_bytes()));
    };
    match value {
        HostValue::Undefined => out.push(0),
        HostValue::Null => out.push(1),
        HostValue::Bool(flag) => out.extend([2, u8::from(*flag)]),
        HostValue::Number(number) => numbers(3, &[*number], out),
        HostValue::Str(text) => {
            out.push(4);
            encode_text(text, out);
        }
        HostValue::Mrk(units) => {
            out.push(5);
            out.extend(units.to_le_bytes());
        }
        HostValue::Vec2(parts) => numbers(6, parts, out),
        HostValue::Vec3(parts) => numbers(7, parts, out),
        HostValue::Quat(parts) => numbers(8, parts, out),
        HostValue::Color(parts) => numbers(9, parts, out),
        HostValue::Array(items) => {
            out.push(10);
            out.extend((items.len() as u32).to_le_bytes());
            items.iter().for_each(|item| encode(item, out));
        }
        HostValue::Record(entries) => {
            out.push(11);
            out.extend((entries.len() as u32).to_le_bytes());
            for (key, item) in entries {
                encode_text(key, out);
                encode(item, out);
            }
        }
    }
}

fn encode_text(text: &str, out: &mut Vec<u8>) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

fn decode(bytes: &[u8]) -> Option<HostValue> {
    let mut reader = Reader { bytes };
    let value = reader.value(0)?;
    reader.bytes.is_empty().then_some(value)
}

/// Deeper values are not read: no honest field nests so far.
const MAX_DEPTH: usize = 64;

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, len: usize) -> Option<&[u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn numbers<const N: usize>(&mut self) -> Option<[f64; N]> {
        let mut out = [0.0; N];
        for part in &mut out {
            *part = f64::from_le_bytes(self.array()?);
        }
        Some(out)
    }

    /// A count of things that take at least a byte each.
    fn count(&mut self) -> Option<usize> {
        let count = u32::from_le_bytes(self.array()?) as usize;
        (count <= self.bytes.len()).then_some(count)
    }

    fn text(&mut self) -> Option<String> {
        let len = self.count()?;
        String::from_utf8(self.take(len)?.to_vec()).ok()
    }

    fn value(&mut self, depth: usize) -> Option<HostValue> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(match self.array::<1>()?[0] {
            0 => HostValue::Undefined,
            1 => HostValue::Null,
            2 => HostValue::Bool(self.array::<1>()?[0] != 0),
            3 => HostValue::Number(self.numbers::<1>()?[0]),
            4 => HostValue::Str(self.text()?),
            5 => HostValue::Mrk(u128::from_le_bytes(self.array()?)),
            6 => HostValue::Vec2(self.numbers()?),
            7 => HostValue::Vec3(self.numbers()?),
            8 => HostValue::Quat(self.numbers()?),
            9 => HostValue::Color(self.numbers()?),
            10 => {
                let count = self.count()?;
                HostValue::Array((0..count).map(|_| self.value(depth + 1)).collect::<Option<_>>()?)
            }
            11 => {
                let count = self.count()?;
                let entry = |reader: &mut Self| Some((reader.text()?, reader.value(depth + 1)?));
                HostValue::Record((0..count).map(|_| entry(self)).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> HostValue {
        let entry = |key: &str, value| (key.to_owned(), value);
        HostValue::Record(vec![
            entry("none", HostValue::Array(vec![HostValue::Undefined, HostValue::Null, HostValue::Bool(true)])),
            entry("sold", HostValue::Number(-0.5)),
            entry("name", HostValue::Str("grüße".into())),
            entry("price", HostValue::Mrk(u128::MAX)),
            entry("at", HostValue::Vec3([1.0, 2.0, 3.0])),
            entry("flat", HostValue::Vec2([1.0, 2.0])),
            entry("turn", HostValue::Quat([0.0, 0.0, 0.0, 1.0])),
            entry("color", HostValue::Color([1.0, 0.5, 0.25, 1.0])),
        ])
    }

    #[test]
    fn stored_values_come_back() {
        let mut bytes = Vec::new();
        encode(&sample(), &mut bytes);
        assert_eq!(decode(&bytes), Some(sample()));
    }

    #[test]
    fn damaged_bytes_are_absent() {
        let mut bytes = Vec::new();
        encode(&sample(), &mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), None);
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                let _ = decode(&damaged);
            }
        }
        let deep: Vec<u8> = [10, 1, 0, 0, 0].repeat(100_000);
        assert_eq!(decode(&deep), None);
    }
}
