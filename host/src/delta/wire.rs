//! The binary form of deltas. Decoding takes bytes from anywhere: it yields deltas or an error, and never allocates more
//! than in proportion to the input.

use super::{Delta, Easing, NodeKind, Property, Repeat, VERSION, Value, ValueType};
use crate::for_each_delta;

/// Why bytes are not a batch of deltas.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError {
    /// Byte at which decoding stopped.
    pub offset: usize,
    pub reason: &'static str,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a batch of scene deltas: {} at byte {}", self.reason, self.offset)
    }
}

impl std::error::Error for DecodeError {}

/// Encodes deltas as one batch.
pub fn encode_batch(deltas: &[Delta]) -> Vec<u8> {
    let mut writer = Writer { bytes: vec![VERSION] };
    for delta in deltas {
        writer.delta(delta);
    }
    writer.bytes
}

/// Decodes one batch.
pub fn decode_batch(bytes: &[u8]) -> Result<Vec<Delta>, DecodeError> {
    let mut reader = Reader { bytes, at: 0, property: None };
    if reader.byte()? != VERSION {
        return Err(reader.error("an unknown version"));
    }
    let mut deltas = Vec::new();
    while reader.at < bytes.len() {
        deltas.push(reader.delta()?);
    }
    Ok(deltas)
}

struct Writer {
    bytes: Vec<u8>,
}

macro_rules! define_delta_codec {
    ($($code:literal $name:ident $text:literal { $($field:ident : $ty:ident),* } $doc:literal;)*) => {
        impl Writer {
            fn delta(&mut self, delta: &Delta) {
                match delta {
                    $(Delta::$name { $($field),* } => {
                        self.bytes.push($code);
                        $(self.$ty($field);)*
                    })*
                }
            }
        }

        impl Reader<'_> {
            fn delta(&mut self) -> Result<Delta, DecodeError> {
                match self.byte()? {
                    $($code => Ok(Delta::$name { $($field: self.$ty()?),* }),)*
                    _ => Err(self.error("an unknown delta")),
                }
            }
        }
    };
}
for_each_delta!(define_delta_codec);

macro_rules! define_coded_fields {
    ($($method:ident $ty:ident $reason:literal;)*) => {
        impl Writer {
            $(fn $method(&mut self, value: &$ty) {
                self.bytes.push(value.code());
            })*
        }
        impl Reader<'_> {
            $(fn $method(&mut self) -> Result<$ty, DecodeError> {
                let code = self.byte()?;
                let found = $ty::from_code(code).ok_or_else(|| self.error($reason))?;
                self.note(found);
                Ok(found)
            })*
        }
    };
}
define_coded_fields! {
    kind NodeKind "an unknown kind of node";
    property Property "an unknown property";
    easing Easing "an unknown easing";
    repeat Repeat "an unknown repeat";
}

impl Writer {
    fn leb(&mut self, mut value: usize) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn node(&mut self, value: &u32) {
        self.leb(*value as usize);
    }

    fn count(&mut self, value: &u32) {
        self.leb(*value as usize);
    }

    #[expect(clippy::cast_possible_truncation, reason = "the wire holds f32")]
    fn number(&mut self, value: &f64) {
        self.bytes.extend((*value as f32).to_le_bytes());
    }

    fn time(&mut self, value: &f64) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn vec3(&mut self, value: &[f64; 3]) {
        value.iter().for_each(|part| self.number(part));
    }

    fn text(&mut self, value: &str) {
        self.leb(value.len());
        self.bytes.extend(value.as_bytes());
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Flag(flag) => self.bytes.push(u8::from(*flag)),
            Value::Color(parts) => self.bytes.extend(parts.map(color_byte)),
            Value::Text(text) => self.text(text),
            Value::Texts(texts) => {
                self.leb(texts.len());
                texts.iter().for_each(|text| self.text(text));
            }
            Value::Points(points) => {
                self.leb(points.len());
                points.iter().for_each(|point| self.vec3(point));
            }
            Value::Number(_) | Value::Vec2(_) | Value::Vec3(_) | Value::Quat(_) => {
                value.components().iter().for_each(|part| self.number(part));
            }
        }
    }
}

/// A colour component as the wire holds it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte's range")]
pub fn color_byte(part: f64) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0).round() as u8
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The property read last: it tells the type of the values that follow.
    property: Option<Property>,
}

/// Codes that say how to read what follows them.
trait Noted {
    fn property(self) -> Option<Property>;
}
impl Noted for Property {
    fn property(self) -> Option<Property> {
        Some(self)
    }
}
impl Noted for NodeKind {
    fn property(self) -> Option<Property> {
        None
    }
}
impl Noted for Easing {
    fn property(self) -> Option<Property> {
        None
    }
}
impl Noted for Repeat {
    fn property(self) -> Option<Property> {
        None
    }
}

impl Reader<'_> {
    fn error(&self, reason: &'static str) -> DecodeError {
        DecodeError { offset: self.at, reason }
    }

    fn note(&mut self, code: impl Noted) {
        if let Some(property) = code.property() {
            self.property = Some(property);
        }
    }

    fn take(&mut self, len: usize) -> Result<&[u8], DecodeError> {
        let end = self.at.checked_add(len).filter(|&end| end <= self.bytes.len());
        let Some(end) = end else { return Err(self.error("an early end")) };
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn leb(&mut self) -> Result<u32, DecodeError> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            let part = u32::from(byte & 0x7f);
            if shift == 28 && part > 0xf {
                break;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.error("a number that is too large"))
    }

    /// A count of items of at least `item` bytes each, so that it cannot exceed what is left.
    fn length(&mut self, item: usize) -> Result<usize, DecodeError> {
        let count = self.leb()? as usize;
        if count > (self.bytes.len() - self.at) / item {
            return Err(self.error("an early end"));
        }
        Ok(count)
    }

    fn node(&mut self) -> Result<u32, DecodeError> {
        self.leb()
    }

    fn count(&mut self) -> Result<u32, DecodeError> {
        self.leb()
    }

    fn number(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from(f32::from_le_bytes(self.array()?)))
    }

    fn time(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    fn numbers<const N: usize>(&mut self) -> Result<[f64; N], DecodeError> {
        let mut out = [0.0; N];
        for part in &mut out {
            *part = self.number()?;
        }
        Ok(out)
    }

    fn vec3(&mut self) -> Result<[f64; 3], DecodeError> {
        self.numbers()
    }

    fn text(&mut self) -> Result<String, DecodeError> {
        let len = self.length(1)?;
        let bytes = self.take(len)?.to_vec();
        String::from_utf8(bytes).map_err(|_| self.error("a text that is not UTF-8"))
    }

    fn value(&mut self) -> Result<Value, DecodeError> {
        let property = self.property.ok_or_else(|| self.error("a value without a property"))?;
        Ok(match property.value_type() {
            ValueType::flag => Value::Flag(self.byte()? != 0),
            ValueType::number => Value::Number(self.number()?),
            ValueType::vec2 => Value::Vec2(self.numbers()?),
            ValueType::vec3 => Value::Vec3(self.numbers()?),
            ValueType::quat => Value::Quat(self.numbers()?),
            ValueType::color => Value::Color(self.array::<4>()?.map(|part| f64::from(part) / 255.0)),
            ValueType::text => Value::Text(self.text()?),
            ValueType::texts => {
                let count = self.length(1)?;
                Value::Texts((0..count).map(|_| self.text()).collect::<Result<_, _>>()?)
            }
            ValueType::points => {
                let count = self.length(12)?;
                Value::Points((0..count).map(|_| self.numbers()).collect::<Result<_, _>>()?)
            }
        })
    }
}
