//! Plain data as bytes: what is persisted, recorded and hashed. Bytes that come back are read as untrusted.

use super::HostValue;

impl HostValue {
    /// Appends the value's bytes, which [`Self::from_bytes`] reads. The same value gives the same bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        encode(self, out);
    }

    /// The value that the bytes are; `None` where they are none, whatever they are. Memory is bounded by a constant times their number.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { bytes };
        let value = reader.value()?;
        reader.is_at_end().then_some(value)
    }
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

pub(crate) fn encode_text(text: &str, out: &mut Vec<u8>) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

/// Deeper values are not read: no honest field nests so far.
const MAX_DEPTH: usize = 64;

/// Reads what was written, from bytes that may be anything.
pub(crate) struct Reader<'a> {
    pub bytes: &'a [u8],
}

impl Reader<'_> {
    pub fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn take(&mut self, len: usize) -> Option<&[u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
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
    pub fn count(&mut self) -> Option<usize> {
        let count = u32::from_le_bytes(self.array()?) as usize;
        (count <= self.bytes.len()).then_some(count)
    }

    pub fn text(&mut self) -> Option<String> {
        let len = self.count()?;
        String::from_utf8(self.take(len)?.to_vec()).ok()
    }

    pub fn value(&mut self) -> Option<HostValue> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Option<HostValue> {
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
                HostValue::Array((0..count).map(|_| self.value_at(depth + 1)).collect::<Option<_>>()?)
            }
            11 => {
                let count = self.count()?;
                let entry = |reader: &mut Self| Some((reader.text()?, reader.value_at(depth + 1)?));
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
        sample().write(&mut bytes);
        assert_eq!(HostValue::from_bytes(&bytes), Some(sample()));
    }

    #[test]
    fn damaged_bytes_are_absent() {
        let mut bytes = Vec::new();
        sample().write(&mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(HostValue::from_bytes(&bytes[..end]), None);
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                let _ = HostValue::from_bytes(&damaged);
            }
        }
        let deep: Vec<u8> = [10, 1, 0, 0, 0].repeat(100_000);
        assert_eq!(HostValue::from_bytes(&deep), None);
    }
}
