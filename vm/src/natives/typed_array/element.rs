//! The formats of numbers in buffers, and the bytes that views share.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::math::{f16_to_f64, f64_to_f16, to_u32};

/// A format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Int8,
    Uint8,
    Uint8Clamped,
    Int16,
    Uint16,
    Int32,
    Uint32,
    Float16,
    Float32,
    Float64,
}

impl Kind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Int8,
        Self::Uint8,
        Self::Uint8Clamped,
        Self::Int16,
        Self::Uint16,
        Self::Int32,
        Self::Uint32,
        Self::Float16,
        Self::Float32,
        Self::Float64,
    ];

    /// Bytes of an element.
    pub const fn size(self) -> usize {
        match self {
            Self::Int8 | Self::Uint8 | Self::Uint8Clamped => 1,
            Self::Int16 | Self::Uint16 | Self::Float16 => 2,
            Self::Int32 | Self::Uint32 | Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    pub const fn class_name(self) -> &'static str {
        match self {
            Self::Int8 => "Int8Array",
            Self::Uint8 => "Uint8Array",
            Self::Uint8Clamped => "Uint8ClampedArray",
            Self::Int16 => "Int16Array",
            Self::Uint16 => "Uint16Array",
            Self::Int32 => "Int32Array",
            Self::Uint32 => "Uint32Array",
            Self::Float16 => "Float16Array",
            Self::Float32 => "Float32Array",
            Self::Float64 => "Float64Array",
        }
    }

    /// The element's bytes, little-endian, in the first [`Self::size`] of eight.
    pub fn encode(self, n: f64) -> [u8; 8] {
        let mut bytes = [0; 8];
        let n = if n.is_nan() { f64::NAN.abs() } else { n };
        match self {
            Self::Int8 | Self::Uint8 => bytes[0] = to_u32(n) as u8,
            Self::Uint8Clamped => bytes[0] = if n.is_nan() { 0 } else { n.clamp(0.0, 255.0).round_ties_even() as u8 },
            Self::Int16 | Self::Uint16 => bytes[..2].copy_from_slice(&(to_u32(n) as u16).to_le_bytes()),
            Self::Int32 | Self::Uint32 => bytes[..4].copy_from_slice(&to_u32(n).to_le_bytes()),
            Self::Float16 => bytes[..2].copy_from_slice(&f64_to_f16(n).to_le_bytes()),
            Self::Float32 => bytes[..4].copy_from_slice(&(n as f32).to_le_bytes()),
            Self::Float64 => bytes = n.to_le_bytes(),
        }
        bytes
    }

    /// The number in little-endian bytes.
    pub fn decode(self, bytes: [u8; 8]) -> f64 {
        let [a, b, c, d, ..] = bytes;
        match self {
            Self::Int8 => f64::from(a.cast_signed()),
            Self::Uint8 | Self::Uint8Clamped => f64::from(a),
            Self::Int16 => f64::from(i16::from_le_bytes([a, b])),
            Self::Uint16 => f64::from(u16::from_le_bytes([a, b])),
            Self::Int32 => f64::from(i32::from_le_bytes([a, b, c, d])),
            Self::Uint32 => f64::from(u32::from_le_bytes([a, b, c, d])),
            Self::Float16 => f16_to_f64(u16::from_le_bytes([a, b])),
            Self::Float32 => f64::from(f32::from_le_bytes([a, b, c, d])),
            Self::Float64 => f64::from_le_bytes(bytes),
        }
    }
}

/// The bytes of a buffer.
#[derive(Debug, Default)]
pub struct Storage {
    pub bytes: Vec<u8>,
    /// How far it can grow; `None` for a fixed size.
    pub max: Option<usize>,
    pub detached: bool,
}

/// Bytes that a buffer and its views share.
pub type Shared = Rc<RefCell<Storage>>;

/// The number at a byte offset, `None` past the end.
pub fn read(shared: &Shared, kind: Kind, offset: usize) -> Option<f64> {
    let storage = shared.borrow();
    let from = storage.bytes.get(offset..offset.checked_add(kind.size())?)?;
    let mut bytes = [0; 8];
    bytes[..from.len()].copy_from_slice(from);
    Some(kind.decode(bytes))
}

/// Writes a number at a byte offset; nothing past the end.
pub fn write(shared: &Shared, kind: Kind, offset: usize, n: f64) {
    let mut storage = shared.borrow_mut();
    let Some(end) = offset.checked_add(kind.size()) else { return };
    if let Some(to) = storage.bytes.get_mut(offset..end) {
        to.copy_from_slice(&kind.encode(n)[..kind.size()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_wrap_clamp_and_round() {
        for (kind, n, expect) in [
            (Kind::Int8, 200.0, -56.0),
            (Kind::Uint8, -1.0, 255.0),
            (Kind::Uint8Clamped, 300.0, 255.0),
            (Kind::Uint8Clamped, 2.5, 2.0),
            (Kind::Uint8Clamped, f64::NAN, 0.0),
            (Kind::Int16, 40000.0, -25536.0),
            (Kind::Uint32, -1.0, 4_294_967_295.0),
            (Kind::Float32, 1.1, f64::from(1.1f32)),
            (Kind::Float16, 65536.0, f64::INFINITY),
            (Kind::Float64, 0.1, 0.1),
        ] {
            assert_eq!(kind.decode(kind.encode(n)), expect, "{kind:?} {n}");
        }
    }
}
