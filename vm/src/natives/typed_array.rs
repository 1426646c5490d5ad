//! `ArrayBuffer`, the typed arrays, `DataView`.

use super::Family;
use crate::heap::Gc;
use crate::native::Constant;
use crate::object::Object;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[];
pub static CONSTANTS: &[(&str, Constant)] = &[];

/// The bytes of a buffer.
pub(crate) fn buffer_bytes(_value: Value) -> Option<Vec<u8>> {
    None
}

/// Offset, length and buffer of a `DataView`.
pub(crate) fn view_parts(_value: Value) -> Option<(usize, usize, Value)> {
    None
}

/// A copy for `structuredClone`.
pub(crate) fn clone_of(_vm: &mut Vm, _object: Gc<Object>) -> Option<Gc<Object>> {
    None
}
