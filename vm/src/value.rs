//! A value in 64 bits: a double as itself, anything else tagged in the negative-NaN space. Owns the encoding and nothing
//! else; it never looks behind a pointer except to read a cell's kind.
//!
//! | top 16 bits | meaning |
//! | --- | --- |
//! | up to `0xFFF8` | a double (a NaN is `0x7FF8…` or `0xFFF8…`, both quiet without payload) |
//! | `0xFFFA` | an immediate: `undefined null true false`, and the marks `uninit absent` that scripts never see |
//! | `0xFFFB` | a string |
//! | `0xFFFC` | an object |
//! | `0xFFFD` | a symbol or private name |
//! | `0xFFFE` | an internal cell: a shared variable, an iterator record, a coroutine |

use std::fmt;

use crate::heap::{Gc, Header};
use crate::object::Object;
use crate::string::Str;

/// A dynamic value. `Eq` compares bits: use `Vm::strict_equals` for the language's `===`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(u64);

const TAG_SHIFT: u32 = 48;
const PAYLOAD: u64 = (1 << TAG_SHIFT) - 1;
pub(crate) const FIRST_TAGGED: u64 = 0xFFF9 << TAG_SHIFT;
const TAG_IMMEDIATE: u64 = 0xFFFA;
pub(crate) const TAG_STRING: u64 = 0xFFFB;
pub(crate) const TAG_OBJECT: u64 = 0xFFFC;
const TAG_SYMBOL: u64 = 0xFFFD;
pub(crate) const TAG_CELL: u64 = 0xFFFE;

const fn immediate(n: u64) -> Value {
    Value((TAG_IMMEDIATE << TAG_SHIFT) | n)
}

impl Value {
    pub const FALSE: Self = immediate(0);
    pub const TRUE: Self = immediate(1);
    pub const UNDEFINED: Self = immediate(2);
    pub const NULL: Self = immediate(3);
    /// A variable before its initialisation.
    pub const UNINIT: Self = immediate(4);
    /// A hole of an array, a field that is not there, "no value" inside the VM.
    pub const ABSENT: Self = immediate(5);
    pub const ZERO: Self = Self(0);
    pub const NAN: Self = Self(0x7FF8 << TAG_SHIFT);

    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub const fn bits(self) -> u64 {
        self.0
    }

    #[inline(always)]
    pub fn number(n: f64) -> Self {
        Self(if n.is_nan() { Self::NAN.0 } else { n.to_bits() })
    }

    #[inline(always)]
    pub const fn bool(b: bool) -> Self {
        immediate(b as u64)
    }

    pub fn string(s: Gc<Str>) -> Self {
        Self((TAG_STRING << TAG_SHIFT) | s.address())
    }

    #[inline(always)]
    pub fn object(o: Gc<Object>) -> Self {
        Self((TAG_OBJECT << TAG_SHIFT) | o.address())
    }

    /// A symbol or private name.
    pub(crate) fn symbol_cell<T>(s: Gc<T>) -> Self {
        Self((TAG_SYMBOL << TAG_SHIFT) | s.address())
    }

    pub(crate) fn internal_cell<T>(c: Gc<T>) -> Self {
        Self((TAG_CELL << TAG_SHIFT) | c.address())
    }

    #[inline(always)]
    const fn tag(self) -> u64 {
        self.0 >> TAG_SHIFT
    }

    #[inline(always)]
    pub const fn is_number(self) -> bool {
        self.0 < FIRST_TAGGED
    }

    #[inline(always)]
    pub const fn is_string(self) -> bool {
        self.tag() == TAG_STRING
    }

    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self.tag() == TAG_OBJECT
    }

    pub const fn is_symbol(self) -> bool {
        self.tag() == TAG_SYMBOL
    }

    pub const fn is_internal(self) -> bool {
        self.tag() == TAG_CELL
    }

    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 & !1 == Self::FALSE.0
    }

    #[inline(always)]
    pub const fn is_undefined(self) -> bool {
        self.0 == Self::UNDEFINED.0
    }

    pub const fn is_null(self) -> bool {
        self.0 == Self::NULL.0
    }

    /// `undefined` or `null`.
    #[inline(always)]
    pub const fn is_nullish(self) -> bool {
        self.0 & !1 == Self::UNDEFINED.0
    }

    #[inline(always)]
    pub const fn is_absent(self) -> bool {
        self.0 == Self::ABSENT.0
    }

    pub const fn is_true(self) -> bool {
        self.0 == Self::TRUE.0
    }

    /// Whether the collector must follow it.
    #[inline(always)]
    pub const fn is_pointer(self) -> bool {
        self.0 >= TAG_STRING << TAG_SHIFT
    }

    /// The number; meaningless bits unless [`Self::is_number`].
    #[inline(always)]
    pub const fn to_f64(self) -> f64 {
        f64::from_bits(self.0)
    }

    pub fn as_number(self) -> Option<f64> {
        self.is_number().then(|| self.to_f64())
    }

    pub fn as_bool(self) -> Option<bool> {
        self.is_bool().then(|| self.is_true())
    }

    pub fn as_string(self) -> Option<Gc<Str>> {
        // SAFETY: the tag says that the payload is the address of a string cell.
        self.is_string().then(|| unsafe { Gc::from_address(self.0 & PAYLOAD) })
    }

    #[inline(always)]
    pub fn as_object(self) -> Option<Gc<Object>> {
        // SAFETY: the tag says that the payload is the address of an object cell.
        if self.is_object() { Some(unsafe { Gc::from_address(self.0 & PAYLOAD) }) } else { None }
    }

    /// The cell behind any pointer.
    #[inline(always)]
    pub(crate) fn as_cell(self) -> Option<Gc<Header>> {
        // SAFETY: every pointer tag carries the address of a cell, which begins with its header.
        if self.is_pointer() { Some(unsafe { Gc::from_address(self.0 & PAYLOAD) }) } else { None }
    }

    /// `undefined` in place of the mark for "not there".
    #[inline(always)]
    pub const fn or_undefined(self) -> Self {
        if self.is_absent() { Self::UNDEFINED } else { self }
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Self {
        Self::number(n)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::bool(b)
    }
}

impl From<Gc<Str>> for Value {
    fn from(s: Gc<Str>) -> Self {
        Self::string(s)
    }
}

impl From<Gc<Object>> for Value {
    fn from(o: Gc<Object>) -> Self {
        Self::object(o)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UNDEFINED => f.write_str("undefined"),
            Self::NULL => f.write_str("null"),
            Self::TRUE => f.write_str("true"),
            Self::FALSE => f.write_str("false"),
            Self::UNINIT => f.write_str("<uninit>"),
            Self::ABSENT => f.write_str("<absent>"),
            v if v.is_number() => write!(f, "{}", v.to_f64()),
            v => write!(f, "<cell {:#x}>", v.0),
        }
    }
}
