//! Building a string piece by piece.

use super::{MAX_LENGTH, Str, StrView};
use crate::heap::{Gc, Heap};

/// Collects units, narrow as long as they are. Past [`MAX_LENGTH`] it stops collecting and [`Self::finish`] yields `None`.
#[derive(Debug)]
pub enum StrBuilder {
    Latin1(Vec<u8>),
    Wide(Vec<u16>),
}

impl Default for StrBuilder {
    fn default() -> Self {
        Self::Latin1(Vec::new())
    }
}

impl StrBuilder {
    pub fn len(&self) -> usize {
        match self {
            Self::Latin1(units) => units.len(),
            Self::Wide(units) => units.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn is_too_long(&self) -> bool {
        self.len() > MAX_LENGTH
    }

    fn widen(&mut self) -> &mut Vec<u16> {
        if let Self::Latin1(units) = self {
            *self = Self::Wide(units.iter().map(|&u| u16::from(u)).collect());
        }
        match self {
            Self::Wide(units) => units,
            Self::Latin1(_) => unreachable!("it was widened above"),
        }
    }

    pub fn push_unit(&mut self, unit: u16) {
        match self {
            Self::Latin1(units) if unit < 256 => units.push(unit as u8),
            _ => self.widen().push(unit),
        }
    }

    pub fn push_view(&mut self, view: StrView) {
        if self.is_too_long() {
            return;
        }
        match (&mut *self, view) {
            (Self::Latin1(units), StrView::Latin1(part)) => units.extend_from_slice(part),
            (Self::Wide(units), StrView::Latin1(part)) => units.extend(part.iter().map(|&u| u16::from(u))),
            (_, StrView::Wide(part)) => self.widen().extend_from_slice(part),
        }
    }

    pub fn push(&mut self, string: Gc<Str>) {
        self.push_view(string.view());
    }

    /// Rust text.
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_view(StrView::Latin1(text.as_bytes()));
        } else {
            text.encode_utf16().for_each(|unit| self.push_unit(unit));
        }
    }

    /// The string, or `None` where it is too long.
    pub fn finish(self, heap: &mut Heap) -> Option<Gc<Str>> {
        if self.is_too_long() {
            return None;
        }
        Some(match self {
            Self::Latin1(units) => heap.str_latin1(&units),
            Self::Wide(units) => heap.str_utf16(&units),
        })
    }
}
