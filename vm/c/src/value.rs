//! Plain data across the border: numbers, texts, amounts, vectors, arrays and records of them.

use std::ffi::{CString, c_char};

use mosl_vm::HostValue;

use crate::{c_text, free, make, text};

/// What a value is.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MoslKind {
    Undefined,
    Null,
    Bool,
    Number,
    Text,
    /// Money: 18 decimals, 128 bits.
    Mrk,
    /// 2 numbers
    Vec2,
    /// 3 numbers
    Vec3,
    /// 4 numbers: x y z w
    Quat,
    /// 4 numbers: r g b a, each 0 to 1
    Color,
    Array,
    /// Entries by name, in order of insertion.
    Record,
}

/// A value, with what it holds.
#[derive(Clone, Debug)]
pub struct MoslValue {
    value: HostValue,
    /// Of texts: for C.
    text: CString,
    items: Vec<(CString, MoslValue)>,
}

impl From<HostValue> for MoslValue {
    fn from(value: HostValue) -> Self {
        let text = c_text(value.as_str().unwrap_or_default());
        match value {
            HostValue::Array(items) => {
                let items = items.into_iter().map(|item| (CString::default(), item.into())).collect();
                Self { value: HostValue::Array(Vec::new()), text, items }
            }
            HostValue::Record(entries) => {
                let items = entries.into_iter().map(|(name, entry)| (c_text(&name), entry.into())).collect();
                Self { value: HostValue::Record(Vec::new()), text, items }
            }
            value => Self { value, text, items: Vec::new() },
        }
    }
}

impl From<MoslValue> for HostValue {
    fn from(value: MoslValue) -> Self {
        match value.value {
            Self::Array(_) => Self::Array(value.items.into_iter().map(|(_, item)| item.into()).collect()),
            Self::Record(_) => {
                let entries = value.items.into_iter();
                Self::Record(entries.map(|(name, item)| (name.to_string_lossy().into_owned(), item.into())).collect())
            }
            plain => plain,
        }
    }
}

/// What a pointer holds; `undefined` where it is null.
///
/// # Safety
/// The pointer is null or a value.
pub(crate) unsafe fn host_value(value: *const MoslValue) -> HostValue {
    // SAFETY: the caller's promise.
    unsafe { value.as_ref() }.map_or(HostValue::Undefined, |value| value.clone().into())
}

/// The values of a list.
///
/// # Safety
/// `values` points to `count` pointers, each null or a value; it may be null where `count` is 0.
pub(crate) unsafe fn host_values(values: *const *const MoslValue, count: usize) -> Vec<HostValue> {
    if values.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(values, count).iter().map(|value| host_value(*value)).collect() }
}

fn new(value: HostValue) -> *mut MoslValue {
    make(|| Some(value.into()))
}

#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_undefined() -> *mut MoslValue {
    new(HostValue::Undefined)
}

#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_null() -> *mut MoslValue {
    new(HostValue::Null)
}

#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_bool(value: bool) -> *mut MoslValue {
    new(HostValue::Bool(value))
}

#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_number(value: f64) -> *mut MoslValue {
    new(HostValue::Number(value))
}

/// # Safety
/// `value` is null or ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_text(value: *const c_char) -> *mut MoslValue {
    // SAFETY: the caller's promise.
    new(HostValue::Str(unsafe { text(value) }))
}

/// An amount of money: `high * 2^64 + low` in units of 10^-18 MRK.
#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_mrk(high: u64, low: u64) -> *mut MoslValue {
    new(HostValue::Mrk(u128::from(high) << 64 | u128::from(low)))
}

#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_vec2(x: f64, y: f64) -> *mut MoslValue {
    new(HostValue::Vec2([x, y]))
}

#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_vec3(x: f64, y: f64, z: f64) -> *mut MoslValue {
    new(HostValue::Vec3([x, y, z]))
}

#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_quat(x: f64, y: f64, z: f64, w: f64) -> *mut MoslValue {
    new(HostValue::Quat([x, y, z, w]))
}

#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_color(r: f64, g: f64, b: f64, a: f64) -> *mut MoslValue {
    new(HostValue::Color([r, g, b, a]))
}

/// An empty array; `mosl_value_push` fills it.
#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_array() -> *mut MoslValue {
    new(HostValue::Array(Vec::new()))
}

/// An empty record; `mosl_value_set` fills it.
#[unsafe(no_mangle)]
pub extern "C" fn mosl_value_record() -> *mut MoslValue {
    new(HostValue::Record(Vec::new()))
}

/// Appends a copy of `item` to an array. Nothing happens to what is no array.
///
/// # Safety
/// Both are null or values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_push(array: *mut MoslValue, item: *const MoslValue) {
    // SAFETY: the caller's promise.
    let item = MoslValue::from(unsafe { host_value(item) });
    // SAFETY: the caller's promise.
    if let Some(array) = unsafe { array.as_mut() }.filter(|array| matches!(array.value, HostValue::Array(_))) {
        array.items.push((CString::default(), item));
    }
}

/// Sets an entry of a record to a copy of `item`. Nothing happens to what is no record.
///
/// # Safety
/// Values are null or values; `name` ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_set(record: *mut MoslValue, name: *const c_char, item: *const MoslValue) {
    // SAFETY: the caller's promise.
    let (name, item) = unsafe { (c_text(&text(name)), MoslValue::from(host_value(item))) };
    // SAFETY: the caller's promise.
    if let Some(record) = unsafe { record.as_mut() }.filter(|record| matches!(record.value, HostValue::Record(_))) {
        record.items.retain(|(known, _)| *known != name);
        record.items.push((name, item));
    }
}

/// # Safety
/// `value` is null or a value that is the caller's, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_free(value: *mut MoslValue) {
    // SAFETY: the caller's promise.
    unsafe { free(value) };
}

/// # Safety
/// `value` is null or a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_kind(value: *const MoslValue) -> MoslKind {
    // SAFETY: the caller's promise.
    let Some(value) = (unsafe { value.as_ref() }) else { return MoslKind::Undefined };
    match value.value {
        HostValue::Undefined => MoslKind::Undefined,
        HostValue::Null => MoslKind::Null,
        HostValue::Bool(_) => MoslKind::Bool,
        HostValue::Number(_) => MoslKind::Number,
        HostValue::Str(_) => MoslKind::Text,
        HostValue::Mrk(_) => MoslKind::Mrk,
        HostValue::Vec2(_) => MoslKind::Vec2,
        HostValue::Vec3(_) => MoslKind::Vec3,
        HostValue::Quat(_) => MoslKind::Quat,
        HostValue::Color(_) => MoslKind::Color,
        HostValue::Array(_) => MoslKind::Array,
        HostValue::Record(_) => MoslKind::Record,
    }
}

/// A bool's value; false for everything else.
///
/// # Safety
/// `value` is null or a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_as_bool(value: *const MoslValue) -> bool {
    // SAFETY: the caller's promise.
    unsafe { value.as_ref() }.and_then(|value| value.value.as_bool()).unwrap_or(false)
}

/// A number's value, or the component at `index` of a vector, quaternion or colour; NaN for everything else. A number has index 0.
///
/// # Safety
/// `value` is null or a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_as_number(value: *const MoslValue, index: usize) -> f64 {
    // SAFETY: the caller's promise.
    let parts: &[f64] = match unsafe { value.as_ref() }.map(|value| &value.value) {
        Some(HostValue::Number(number)) => std::slice::from_ref(number),
        Some(HostValue::Vec2(parts)) => parts,
        Some(HostValue::Vec3(parts)) => parts,
        Some(HostValue::Quat(parts) | HostValue::Color(parts)) => parts,
        _ => &[],
    };
    parts.get(index).copied().unwrap_or(f64::NAN)
}

/// An amount's 128 bits: the lower half is yielded, the upper written to `high` unless that is null; 0 for everything else.
///
/// # Safety
/// `value` is null or a value; `high` is null or points to a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_as_mrk(value: *const MoslValue, high: *mut u64) -> u64 {
    // SAFETY: the caller's promise.
    let amount = unsafe { value.as_ref() }.and_then(|value| value.value.as_mrk()).unwrap_or_default();
    if !high.is_null() {
        // SAFETY: the caller's promise.
        unsafe { high.write((amount >> 64) as u64) };
    }
    amount as u64
}

/// A text, up to a zero within it; empty for everything else. It lives as long as the value.
///
/// # Safety
/// `value` is null or a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_as_text(value: *const MoslValue) -> *const c_char {
    // SAFETY: the caller's promise.
    unsafe { value.as_ref() }.map_or(c"".as_ptr(), |value| value.text.as_ptr())
}

/// How many items or entries an array or record has; 0 for everything else.
///
/// # Safety
/// `value` is null or a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_length(value: *const MoslValue) -> usize {
    // SAFETY: the caller's promise.
    unsafe { value.as_ref() }.map_or(0, |value| value.items.len())
}

/// An item of an array or record, which lives as long as that; null past the end.
///
/// # Safety
/// `value` is null or a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_item(value: *const MoslValue, index: usize) -> *const MoslValue {
    // SAFETY: the caller's promise.
    let item = unsafe { value.as_ref() }.and_then(|value| value.items.get(index));
    item.map_or(std::ptr::null(), |(_, item)| item)
}

/// The name of a record's entry, which lives as long as that; null past the end.
///
/// # Safety
/// `value` is null or a value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mosl_value_name(value: *const MoslValue, index: usize) -> *const c_char {
    // SAFETY: the caller's promise.
    let item = unsafe { value.as_ref() }.and_then(|value| value.items.get(index));
    item.map_or(std::ptr::null(), |(name, _)| name.as_ptr())
}
