//! Arrays: a dense vector of values as long as it stays dense. An array of numbers only is known as such: its doubles need
//! no boxing (a boxed double is itself) and the collector skips them.
//!
//! Past the dense part, and where elements get attributes of their own, they live in the object's element map.

use crate::heap::{Gc, Heap, Tracer};
use crate::object::Of;
use crate::value::Value;

/// Elements past the dense part by more than this go to the element map.
const MAX_GAP: usize = 1024;

#[derive(Debug, Default)]
pub struct ArrayData {
    /// The first elements; a hole is absent. Never longer than `len`.
    pub(crate) dense: Vec<Value>,
    /// The value of `length`.
    pub(crate) len: u32,
    /// Some dense element may be other than a number.
    pub(crate) mixed: bool,
    /// Some dense element may be a hole.
    pub(crate) holey: bool,
    /// Not extensible: all elements are in the element map, with their attributes.
    pub(crate) fixed: bool,
    /// `length` is not writable.
    pub(crate) fixed_len: bool,
}

pub type Array = Gc<Of<ArrayData>>;

impl ArrayData {
    pub fn from_values(values: Vec<Value>) -> Self {
        let len = values.len() as u32;
        let mixed = !values.iter().all(|v| v.is_number());
        let holey = mixed && values.iter().any(|v| v.is_absent());
        Self { dense: values, len, mixed, holey, fixed: false, fixed_len: false }
    }

    /// Holes only.
    pub(crate) fn of_length(len: u32) -> Self {
        let dense = Vec::with_capacity((len as usize).min(MAX_GAP));
        Self { dense, len, holey: len > 0, ..Self::default() }
    }

    /// Writes one value to all places from `from` to `to`, which is not past the length; the dense part reaches up to `from`.
    /// Yields the bytes by which the array grew.
    pub(crate) fn fill(&mut self, from: usize, to: usize, value: Value) -> usize {
        let before = self.dense.len();
        self.dense[from..to.min(before)].fill(value);
        if to > before {
            self.dense.resize(to, value);
        }
        self.holey &= from > 0 || to < self.len as usize;
        self.note(value);
        (self.dense.len() - before) * 8
    }

    /// The value of `length`.
    pub fn len(&self) -> u32 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All elements, where every one is there and plain: what a native's fast path works on. Holes make it `None`.
    pub fn as_dense(&self) -> Option<&[Value]> {
        (self.dense.len() == self.len as usize && !self.holey).then_some(&self.dense)
    }

    /// All elements for writing, where every one is there and plain. Write only numbers, or call [`Self::note_mixed`].
    pub fn as_dense_mut(&mut self) -> Option<&mut Vec<Value>> {
        (self.dense.len() == self.len as usize && !self.holey && !self.fixed && !self.fixed_len)
            .then_some(&mut self.dense)
    }

    /// After writing through [`Self::as_dense_mut`]: makes `length` and the knowledge of the contents right.
    pub fn note_mixed(&mut self) {
        self.len = self.dense.len() as u32;
        self.mixed = true;
    }

    /// Every dense element is a number (holes aside).
    pub fn is_numbers(&self) -> bool {
        !self.mixed
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer) {
        if self.mixed {
            let piece = tracer.piece(self.dense.len());
            tracer.values(&self.dense[piece]);
        }
    }

    pub(crate) fn external_size(&self) -> usize {
        self.dense.len() * 8
    }

    /// The dense element; `None` past the dense part and at a hole.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        let value = *self.dense.get(index)?;
        if value.is_absent() { None } else { Some(value) }
    }

    #[inline(always)]
    fn note(&mut self, value: Value) {
        if !value.is_number() {
            self.mixed = true;
        }
    }

    /// Overwrites an element that is there.
    #[inline(always)]
    pub(crate) fn replace(&mut self, index: usize, value: Value) -> bool {
        if self.fixed {
            return false;
        }
        let Some(old) = self.dense.get_mut(index) else { return false };
        if old.is_absent() {
            return false;
        }
        *old = value;
        self.note(value);
        true
    }

    /// Whether an element at `index` may be kept dense.
    pub(crate) fn fits_dense(&self, index: usize) -> bool {
        index < self.dense.len() + MAX_GAP
    }

    /// Whether the element behind the dense part may be written there: no element is kept elsewhere.
    #[inline(always)]
    pub(crate) fn may_append(&self, index: usize) -> bool {
        index == self.dense.len() && !self.fixed && (!self.fixed_len || index < self.len as usize)
    }

    /// Writes a dense element, making holes up to it; yields the bytes by which the array grew.
    pub(crate) fn put(&mut self, index: usize, value: Value) -> usize {
        let before = self.dense.len();
        if index >= before {
            if index > before {
                self.holey = true;
                self.mixed = true;
                self.dense.resize(index, Value::ABSENT);
            }
            self.dense.push(value);
            self.len = self.len.max(self.dense.len() as u32);
        } else {
            self.dense[index] = value;
        }
        self.note(value);
        (self.dense.len() - before) * 8
    }

    /// Appends to an array without holes past its dense part.
    #[inline(always)]
    pub(crate) fn push_dense(&mut self, value: Value) -> bool {
        if self.dense.len() != self.len as usize || self.fixed || self.fixed_len || self.len == u32::MAX {
            return false;
        }
        self.note(value);
        self.dense.push(value);
        self.len += 1;
        true
    }

    /// Appends a hole (array literals).
    pub(crate) fn push_hole(&mut self) {
        self.dense.push(Value::ABSENT);
        self.holey = true;
        self.mixed = true;
        self.len += 1;
    }

    /// Removes a dense element, leaving a hole.
    pub(crate) fn make_hole(&mut self, index: usize) {
        if let Some(value) = self.dense.get_mut(index) {
            *value = Value::ABSENT;
            self.holey = true;
            self.mixed = true;
        }
    }

    /// Cuts or extends; the element map is the caller's.
    pub(crate) fn set_len(&mut self, len: u32) {
        self.dense.truncate(len as usize);
        self.len = len;
    }
}

impl Heap {
    /// Appends and accounts; `false` where the array is not dense.
    #[inline(always)]
    pub(crate) fn push(&mut self, mut array: Array, value: Value) -> bool {
        let pushed = array.unbarriered().data.push_dense(value);
        if pushed {
            self.note_store(array, value);
            self.grow(8);
        }
        pushed
    }
}
