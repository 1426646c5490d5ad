//! The built-in functions. Each family lists its functions by the name that the native table gives them; a test holds the
//! families and the table (which is generated from `stdlib/`) to each other.
//!
//! What a native must never do: panic, recurse without bound over a script's data, allocate by a script's number without
//! asking, or hold a value over a call into script that is not rooted.

pub(crate) mod coerce;
pub(crate) mod inner;
pub(crate) mod inspect;

mod array;
mod boolean;
mod collections;
pub(crate) mod console;
mod date;
pub(crate) mod disposal;
mod error;
mod function;
pub(crate) mod generator;
mod global;
pub(crate) mod iterator;
pub(crate) mod json;
mod math;
pub(crate) mod number;
mod object;
pub(crate) mod promise;
pub(crate) mod quick;
pub(crate) mod regexp;
mod species;
pub(crate) mod string;
mod symbol;
pub(crate) mod typed_array;
mod uri;
pub(crate) mod values;

pub(crate) use function::throw_type_error;
pub(crate) use global::{LEFT_OUT, LEFT_OUT_MEMBERS, left_out};
pub use inner::Inner;

use crate::native::{Constant, NativeFn};

/// Some natives by name.
pub type Family = &'static [(&'static str, NativeFn)];

/// Every implementation.
pub static FAMILIES: &[Family] = &[
    array::FAMILY,
    boolean::FAMILY,
    crate::bodies::FAMILY,
    collections::FAMILY,
    console::FAMILY,
    date::FAMILY,
    disposal::FAMILY,
    error::FAMILY,
    function::FAMILY,
    generator::FAMILY,
    global::FAMILY,
    iterator::FAMILY,
    json::FAMILY,
    math::FAMILY,
    number::FAMILY,
    object::FAMILY,
    promise::FAMILY,
    regexp::FAMILY,
    species::FAMILY,
    string::FAMILY,
    string::HTML,
    symbol::FAMILY,
    typed_array::FAMILY,
    values::FAMILY,
];

/// Built-in properties that are no functions.
pub static CONSTANTS: &[&[(&str, Constant)]] = &[
    array::CONSTANTS,
    collections::CONSTANTS,
    disposal::CONSTANTS,
    error::CONSTANTS,
    global::CONSTANTS,
    iterator::CONSTANTS,
    json::CONSTANTS,
    math::CONSTANTS,
    number::CONSTANTS,
    promise::CONSTANTS,
    symbol::CONSTANTS,
    typed_array::CONSTANTS,
    values::CONSTANTS,
];
