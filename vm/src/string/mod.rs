//! Strings: sequences of UTF-16 code units, kept as Latin-1 where all units fit, with ropes for concatenation and views for long parts.
//!
//! A wide string always holds a unit above 255, so that equal strings have equal width. A rope is made flat in place, and
//! without recursion, when something looks at its units.

mod build;
pub(crate) mod intern;
pub(crate) mod rope;

pub use build::StrBuilder;

use std::borrow::Cow;

use crate::heap::{Cell, CellKind, Gc, Header, Heap, Tracer, flags};

/// The longest string, in units; a longer one is a `RangeError`.
pub const MAX_LENGTH: usize = (1 << 29) - 24;

/// Concatenations up to this length are copied.
const MAX_COPIED: usize = 24;

/// A string cell. Its units follow it; a rope's [`rope::Parts`] do.
#[derive(Debug)]
#[repr(C)]
pub struct Str {
    header: Header,
    len: u32,
    /// The units or parts that follow begin at a multiple of eight bytes.
    _padding: u32,
}

/// The units of a flat string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrView<'a> {
    Latin1(&'a [u8]),
    Wide(&'a [u16]),
}

// SAFETY: `repr(C)`, header first, the only type of its kind.
unsafe impl Cell for Str {
    const KIND: CellKind = CellKind::Str;

    fn trace(&self, tracer: &mut Tracer) {
        if self.is_rope() {
            rope::trace(self, tracer);
        }
    }

    fn external_size(&self) -> usize {
        if self.is_rope() { rope::flat_size(self) } else { 0 }
    }
}

impl Drop for Str {
    fn drop(&mut self) {
        if self.is_rope() {
            rope::release(self);
        }
    }
}

impl Str {
    /// Length in UTF-16 code units.
    #[inline]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn has(&self, flag: u8) -> bool {
        self.header.flags & flag != 0
    }

    pub(crate) fn is_rope(&self) -> bool {
        self.has(flags::ROPE)
    }

    /// Two bytes a unit.
    pub fn is_wide(&self) -> bool {
        self.has(flags::WIDE)
    }

    pub(crate) fn is_interned(&self) -> bool {
        self.has(flags::INTERNED)
    }

    /// The units. A rope is made flat first, which costs its length once.
    pub fn view(&self) -> StrView<'_> {
        if self.is_rope() {
            return rope::flat_view(self);
        }
        let start = std::ptr::from_ref(self).wrapping_add(1);
        // SAFETY: a flat string's `len` units follow its cell, of the width that its flag says.
        unsafe {
            if self.is_wide() {
                StrView::Wide(std::slice::from_raw_parts(start.cast(), self.len()))
            } else {
                StrView::Latin1(std::slice::from_raw_parts(start.cast(), self.len()))
            }
        }
    }

    /// The unit at `index`, which is below the length.
    #[inline]
    pub fn unit(&self, index: usize) -> u16 {
        match self.view() {
            StrView::Latin1(units) => u16::from(units[index]),
            StrView::Wide(units) => units[index],
        }
    }

    /// The string as Rust text; lone surrogates become U+FFFD.
    pub fn to_rust(&self) -> String {
        self.view().to_rust()
    }

    /// The units as UTF-16.
    pub fn to_utf16(&self) -> Cow<'_, [u16]> {
        match self.view() {
            StrView::Latin1(units) => Cow::Owned(units.iter().map(|&u| u16::from(u)).collect()),
            StrView::Wide(units) => Cow::Borrowed(units),
        }
    }

    /// The hash of the units, kept in the cell.
    pub(crate) fn hash(&self) -> u32 {
        if self.header.word != 0 {
            return self.header.word;
        }
        let hash = self.view().hash();
        let header = std::ptr::from_ref(&self.header).cast_mut();
        // SAFETY: the word of a string's header is only ever a cache of this pure function.
        unsafe { (*header).word = hash };
        hash
    }

    /// Whether the units are the same.
    pub fn equals(&self, other: &Self) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        if self.len != other.len || self.is_wide() != other.is_wide() || (self.is_interned() && other.is_interned()) {
            return false;
        }
        self.view() == other.view()
    }

    /// Order by UTF-16 code units.
    pub fn compare(&self, other: &Self) -> std::cmp::Ordering {
        match (self.view(), other.view()) {
            (StrView::Latin1(a), StrView::Latin1(b)) => a.cmp(b),
            (StrView::Wide(a), StrView::Wide(b)) => a.cmp(b),
            (a, b) => a.units().cmp(b.units()),
        }
    }

    /// Whether the text is this ASCII text.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.view(), StrView::Latin1(units) if units == text.as_bytes())
    }
}

impl<'a> StrView<'a> {
    pub fn len(self) -> usize {
        match self {
            Self::Latin1(units) => units.len(),
            Self::Wide(units) => units.len(),
        }
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub fn get(self, index: usize) -> Option<u16> {
        match self {
            Self::Latin1(units) => units.get(index).map(|&u| u16::from(u)),
            Self::Wide(units) => units.get(index).copied(),
        }
    }

    /// The units one by one.
    pub fn units(self) -> impl DoubleEndedIterator<Item = u16> + 'a {
        let (narrow, wide): (&'a [u8], &'a [u16]) = match self {
            Self::Latin1(units) => (units, &[]),
            Self::Wide(units) => (&[], units),
        };
        narrow.iter().map(|&u| u16::from(u)).chain(wide.iter().copied())
    }

    pub fn to_rust(self) -> String {
        match self {
            Self::Latin1(units) => units.iter().map(|&u| char::from(u)).collect(),
            Self::Wide(units) => String::from_utf16_lossy(units),
        }
    }

    fn hash(self) -> u32 {
        let hash = self.units().fold(0x811c_9dc5u32, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193));
        hash.max(1)
    }
}

impl Heap {
    fn flat(&mut self, flag: u8, len: usize, tail: usize) -> Gc<Str> {
        debug_assert!(len <= MAX_LENGTH);
        self.alloc_with_tail(Str { header: Header::new(flag, 0, 0), len: len as u32, _padding: 0 }, tail)
    }

    /// A string of Latin-1 units. The caller keeps to [`MAX_LENGTH`].
    pub fn str_latin1(&mut self, units: &[u8]) -> Gc<Str> {
        let s = self.flat(0, units.len(), units.len());
        // SAFETY: the cell was allocated with room for the units behind it.
        unsafe { units.as_ptr().copy_to_nonoverlapping(s.as_ptr().add(1).cast(), units.len()) };
        s
    }

    /// A string of UTF-16 units; kept as Latin-1 where all fit. The caller keeps to [`MAX_LENGTH`].
    pub fn str_utf16(&mut self, units: &[u16]) -> Gc<Str> {
        if units.iter().all(|&u| u < 256) {
            let s = self.flat(0, units.len(), units.len());
            let bytes = s.as_ptr().wrapping_add(1).cast::<u8>();
            for (i, &unit) in units.iter().enumerate() {
                // SAFETY: the cell was allocated with room for the units behind it.
                unsafe { bytes.add(i).write(unit as u8) };
            }
            return s;
        }
        let s = self.flat(flags::WIDE, units.len(), units.len() * 2);
        // SAFETY: the cell was allocated with room for the units behind it.
        unsafe { units.as_ptr().copy_to_nonoverlapping(s.as_ptr().add(1).cast(), units.len()) };
        s
    }

    pub fn str(&mut self, text: &str) -> Gc<Str> {
        if text.is_ascii() {
            self.str_latin1(text.as_bytes())
        } else {
            self.str_utf16(&text.encode_utf16().collect::<Vec<_>>())
        }
    }

    /// `view[start..end]` as a string of its own.
    pub fn substring(&mut self, of: Gc<Str>, start: usize, end: usize) -> Gc<Str> {
        if start == 0 && end == of.len() {
            return of;
        }
        match of.view() {
            StrView::Latin1(units) => {
                self.view_of(of, start, end - start).unwrap_or_else(|| self.str_latin1(&units[start..end]))
            }
            StrView::Wide(units) => self.str_utf16(&units[start..end]),
        }
    }

    /// `a + b`; `None` where it would be longer than [`MAX_LENGTH`].
    pub fn concat(&mut self, a: Gc<Str>, b: Gc<Str>) -> Option<Gc<Str>> {
        if a.is_empty() {
            return Some(b);
        }
        if b.is_empty() {
            return Some(a);
        }
        let len = a.len() + b.len();
        if len > MAX_LENGTH {
            return None;
        }
        if len <= MAX_COPIED
            && let (StrView::Latin1(left), StrView::Latin1(right)) = (a.view(), b.view())
        {
            let mut units = [0; MAX_COPIED];
            units[..left.len()].copy_from_slice(left);
            units[left.len()..len].copy_from_slice(right);
            return Some(self.str_latin1(&units[..len]));
        }
        Some(self.rope(a, b, len))
    }
}
