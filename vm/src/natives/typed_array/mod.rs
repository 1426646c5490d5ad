//! `ArrayBuffer`, the typed arrays, `DataView`. Methods that only read elements, or move them, are those of arrays.

pub(crate) mod array;
pub(crate) mod buffer;
pub(crate) mod element;
pub(crate) mod view;
mod visit;

use self::array::TypedArray;
use self::element::Kind;
use super::Family;
use crate::heap::Gc;
use crate::native::{Args, Completion, Constant};
use crate::object::Object;
use crate::value::Value;
use crate::vm::Vm;

#[rustfmt::skip]
pub static FAMILY: Family = &[
    ("ArrayBuffer", buffer::construct),
    ("ArrayBuffer.isView", |_, args| Ok((array::typed_of(args.get(0)).is_some() || view::view_of(args.get(0)).is_some()).into())),
    ("ArrayBuffer.prototype.resize", buffer::resize),
    ("ArrayBuffer.prototype.slice", buffer::slice),
    ("ArrayBuffer.prototype.transfer", |vm, args| buffer::transfer(vm, args, "transfer", true)),
    ("ArrayBuffer.prototype.transferToFixedLength", |vm, args| buffer::transfer(vm, args, "transferToFixedLength", false)),
    ("DataView", view::construct),
    ("DataView.prototype.getFloat16", |vm, args| view::get(vm, args, Kind::Float16, "getFloat16")),
    ("DataView.prototype.getFloat32", |vm, args| view::get(vm, args, Kind::Float32, "getFloat32")),
    ("DataView.prototype.getFloat64", |vm, args| view::get(vm, args, Kind::Float64, "getFloat64")),
    ("DataView.prototype.getInt16", |vm, args| view::get(vm, args, Kind::Int16, "getInt16")),
    ("DataView.prototype.getInt32", |vm, args| view::get(vm, args, Kind::Int32, "getInt32")),
    ("DataView.prototype.getInt8", |vm, args| view::get(vm, args, Kind::Int8, "getInt8")),
    ("DataView.prototype.getUint16", |vm, args| view::get(vm, args, Kind::Uint16, "getUint16")),
    ("DataView.prototype.getUint32", |vm, args| view::get(vm, args, Kind::Uint32, "getUint32")),
    ("DataView.prototype.getUint8", |vm, args| view::get(vm, args, Kind::Uint8, "getUint8")),
    ("DataView.prototype.setFloat16", |vm, args| view::set(vm, args, Kind::Float16, "setFloat16")),
    ("DataView.prototype.setFloat32", |vm, args| view::set(vm, args, Kind::Float32, "setFloat32")),
    ("DataView.prototype.setFloat64", |vm, args| view::set(vm, args, Kind::Float64, "setFloat64")),
    ("DataView.prototype.setInt16", |vm, args| view::set(vm, args, Kind::Int16, "setInt16")),
    ("DataView.prototype.setInt32", |vm, args| view::set(vm, args, Kind::Int32, "setInt32")),
    ("DataView.prototype.setInt8", |vm, args| view::set(vm, args, Kind::Int8, "setInt8")),
    ("DataView.prototype.setUint16", |vm, args| view::set(vm, args, Kind::Uint16, "setUint16")),
    ("DataView.prototype.setUint32", |vm, args| view::set(vm, args, Kind::Uint32, "setUint32")),
    ("DataView.prototype.setUint8", |vm, args| view::set(vm, args, Kind::Uint8, "setUint8")),
    ("Float16Array", |vm, args| array::construct(vm, args, Kind::Float16)),
    ("Float32Array", |vm, args| array::construct(vm, args, Kind::Float32)),
    ("Float64Array", |vm, args| array::construct(vm, args, Kind::Float64)),
    ("Int16Array", |vm, args| array::construct(vm, args, Kind::Int16)),
    ("Int32Array", |vm, args| array::construct(vm, args, Kind::Int32)),
    ("Int8Array", |vm, args| array::construct(vm, args, Kind::Int8)),
    ("TypedArray", |vm, _| Err(vm.type_error("Abstract class TypedArray not directly constructable"))),
    ("TypedArray.from", array::from),
    ("TypedArray.of", array::of),
    ("TypedArray.prototype.at", |vm, args| as_array(vm, args, "at")),
    ("TypedArray.prototype.copyWithin", array::copy_within),
    ("TypedArray.prototype.entries", |vm, args| as_array(vm, args, "entries")),
    ("TypedArray.prototype.every", visit::every),
    ("TypedArray.prototype.fill", array::fill),
    ("TypedArray.prototype.filter", array::filter),
    ("TypedArray.prototype.find", |vm, args| as_array(vm, args, "find")),
    ("TypedArray.prototype.findIndex", |vm, args| as_array(vm, args, "findIndex")),
    ("TypedArray.prototype.findLast", |vm, args| as_array(vm, args, "findLast")),
    ("TypedArray.prototype.findLastIndex", |vm, args| as_array(vm, args, "findLastIndex")),
    ("TypedArray.prototype.forEach", visit::for_each),
    ("TypedArray.prototype.includes", |vm, args| as_array(vm, args, "includes")),
    ("TypedArray.prototype.indexOf", |vm, args| as_array(vm, args, "indexOf")),
    ("TypedArray.prototype.join", |vm, args| as_array(vm, args, "join")),
    ("TypedArray.prototype.keys", |vm, args| as_array(vm, args, "keys")),
    ("TypedArray.prototype.lastIndexOf", |vm, args| as_array(vm, args, "lastIndexOf")),
    ("TypedArray.prototype.map", array::map),
    ("TypedArray.prototype.reduce", |vm, args| visit::reduce(vm, args, "reduce", false)),
    ("TypedArray.prototype.reduceRight", |vm, args| visit::reduce(vm, args, "reduceRight", true)),
    ("TypedArray.prototype.reverse", |vm, args| as_array(vm, args, "reverse")),
    ("TypedArray.prototype.set", array::set),
    ("TypedArray.prototype.slice", array::slice),
    ("TypedArray.prototype.some", visit::some),
    ("TypedArray.prototype.sort", array::sort_in_place),
    ("TypedArray.prototype.subarray", array::subarray),
    ("TypedArray.prototype.toLocaleString", |vm, args| as_array(vm, args, "toLocaleString")),
    ("TypedArray.prototype.toReversed", array::to_reversed),
    ("TypedArray.prototype.toSorted", array::to_sorted),
    ("TypedArray.prototype.toString", super::array::to_string),
    ("TypedArray.prototype.values", |vm, args| as_array(vm, args, "values")),
    ("TypedArray.prototype.with", array::with),
    ("TypedArray.prototype[Symbol.iterator]", |vm, args| as_array(vm, args, "values")),
    ("Uint16Array", |vm, args| array::construct(vm, args, Kind::Uint16)),
    ("Uint32Array", |vm, args| array::construct(vm, args, Kind::Uint32)),
    ("Uint8Array", |vm, args| array::construct(vm, args, Kind::Uint8)),
    ("Uint8ClampedArray", |vm, args| array::construct(vm, args, Kind::Uint8Clamped)),
    ("get ArrayBuffer.prototype.byteLength", |vm, args| buffer::get(vm, args, "byteLength", |s| Value::number(s.bytes.len() as f64))),
    ("get ArrayBuffer.prototype.detached", |vm, args| buffer::get(vm, args, "detached", |s| s.detached.into())),
    ("get ArrayBuffer.prototype.maxByteLength", |vm, args| buffer::get(vm, args, "maxByteLength", |s| Value::number(s.max.filter(|_| !s.detached).unwrap_or(s.bytes.len()) as f64))),
    ("get ArrayBuffer.prototype.resizable", |vm, args| buffer::get(vm, args, "resizable", |s| s.max.is_some().into())),
    ("get DataView.prototype.buffer", |vm, args| view::part(vm, args, "buffer", |v, _| v.buffer)),
    ("get DataView.prototype.byteLength", |vm, args| view::part(vm, args, "byteLength", |_, length| Value::number(length as f64))),
    ("get DataView.prototype.byteOffset", |vm, args| view::part(vm, args, "byteOffset", |v, _| Value::number(v.offset as f64))),
    ("get TypedArray.prototype.buffer", |vm, args| part(vm, args, "buffer", |a| a.buffer)),
    ("get TypedArray.prototype.byteLength", |vm, args| part(vm, args, "byteLength", |a| Value::number((a.len().unwrap_or(0) * a.kind.size()) as f64))),
    ("get TypedArray.prototype.byteOffset", |vm, args| part(vm, args, "byteOffset", |a| Value::number(a.len().map_or(0, |_| a.offset) as f64))),
    ("get TypedArray.prototype.length", |vm, args| part(vm, args, "length", |a| Value::number(a.len().unwrap_or(0) as f64))),
    ("get TypedArray.prototype[Symbol.toStringTag]", array::to_string_tag),
];

#[rustfmt::skip]
pub static CONSTANTS: &[(&str, Constant)] = &[
    ("ArrayBuffer.prototype[Symbol.toStringTag]", Constant::Str("ArrayBuffer")),
    ("DataView.prototype[Symbol.toStringTag]", Constant::Str("DataView")),
    ("Int8Array.BYTES_PER_ELEMENT", Constant::Number(1.0)),
    ("Int8Array.prototype.BYTES_PER_ELEMENT", Constant::Number(1.0)),
    ("Uint8Array.BYTES_PER_ELEMENT", Constant::Number(1.0)),
    ("Uint8Array.prototype.BYTES_PER_ELEMENT", Constant::Number(1.0)),
    ("Uint8ClampedArray.BYTES_PER_ELEMENT", Constant::Number(1.0)),
    ("Uint8ClampedArray.prototype.BYTES_PER_ELEMENT", Constant::Number(1.0)),
    ("Int16Array.BYTES_PER_ELEMENT", Constant::Number(2.0)),
    ("Int16Array.prototype.BYTES_PER_ELEMENT", Constant::Number(2.0)),
    ("Uint16Array.BYTES_PER_ELEMENT", Constant::Number(2.0)),
    ("Uint16Array.prototype.BYTES_PER_ELEMENT", Constant::Number(2.0)),
    ("Int32Array.BYTES_PER_ELEMENT", Constant::Number(4.0)),
    ("Int32Array.prototype.BYTES_PER_ELEMENT", Constant::Number(4.0)),
    ("Uint32Array.BYTES_PER_ELEMENT", Constant::Number(4.0)),
    ("Uint32Array.prototype.BYTES_PER_ELEMENT", Constant::Number(4.0)),
    ("Float16Array.BYTES_PER_ELEMENT", Constant::Number(2.0)),
    ("Float16Array.prototype.BYTES_PER_ELEMENT", Constant::Number(2.0)),
    ("Float32Array.BYTES_PER_ELEMENT", Constant::Number(4.0)),
    ("Float32Array.prototype.BYTES_PER_ELEMENT", Constant::Number(4.0)),
    ("Float64Array.BYTES_PER_ELEMENT", Constant::Number(8.0)),
    ("Float64Array.prototype.BYTES_PER_ELEMENT", Constant::Number(8.0)),
];

/// The method of `Array.prototype` on a typed array.
fn as_array(vm: &mut Vm, args: Args, name: &str) -> Completion {
    array::this_typed(vm, args, name)?;
    let run = super::array::method(name);
    run(vm, args)
}

fn part(vm: &mut Vm, args: Args, name: &str, read: fn(&TypedArray) -> Value) -> Completion {
    match array::typed_of(args.this) {
        Some(array) => Ok(read(&array)),
        None => Err(super::collections::incompatible(vm, args, &format!("get TypedArray.prototype.{name}"))),
    }
}

/// The bytes of a buffer, for printing.
pub(crate) fn buffer_bytes(value: Value) -> Option<Vec<u8>> {
    buffer::shared_of(value).map(|shared| shared.borrow().bytes.clone())
}

/// Offset, length and buffer of a `DataView`.
pub(crate) fn view_parts(value: Value) -> Option<(usize, usize, Value)> {
    let view = view::view_of(value)?;
    Some((view.offset, view.byte_length()?, view.buffer))
}

/// A copy for `structuredClone`; `None` for what cannot be copied.
pub(crate) fn clone_of(vm: &mut Vm, object: Gc<Object>) -> Completion<Option<Gc<Object>>> {
    let value = Value::from(object);
    if let Some(array) = array::typed_of(value) {
        return Ok(array::copy_of(vm, &array)?.as_object());
    }
    let Some(shared) = buffer::shared_of(value) else { return Ok(None) };
    let (length, max) = (shared.borrow().bytes.len(), shared.borrow().max);
    let copy = buffer::allocate(vm, length, max)?;
    copy.borrow_mut().bytes.copy_from_slice(&shared.borrow().bytes);
    Ok(buffer::wrap_plain(vm, &copy).as_object())
}
