//! Objects: what all of them have in common. Property semantics are in [`property`], layouts in [`shape`], what the kinds
//! hold besides properties in [`data`].
//!
//! A cell is 16 bytes, then the kind's data, then as many property slots as its shape says; further slots, dictionary
//! entries and integer-keyed elements are in a store behind a pointer.

pub mod array;
pub mod data;
pub mod define;
pub mod dict;
pub mod integrity;
pub mod keys;
pub mod lookup;
pub mod map;
mod order;
pub mod property;
pub mod shape;

use std::collections::BTreeMap;

use crate::heap::{Cell, CellKind, Gc, Header, Heap, ObjectData, Tracer, flags};
use crate::value::Value;
use dict::Dict;
use shape::{Attrs, ShapeId};

/// What every object begins with.
#[derive(Debug)]
#[repr(C)]
pub struct Object {
    pub(crate) header: Header,
    /// Null where there is nothing in it.
    store: *mut Store,
}

/// An object of one kind.
#[derive(Debug)]
#[repr(C)]
pub struct Of<T> {
    pub object: Object,
    pub data: T,
}

impl<T> Drop for Of<T> {
    fn drop(&mut self) {
        self.object.release();
    }
}

/// What does not fit behind the cell.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// Property slots past the inline ones.
    pub slots: Vec<Value>,
    /// Named properties of an object in dictionary mode.
    pub dict: Option<Box<Dict>>,
    /// Integer-keyed properties; arrays keep theirs in [`data::ArrayData`] as long as they are dense and plain.
    pub elements: BTreeMap<u32, Element>,
}

/// An integer-keyed property.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    pub value: Value,
    pub attrs: Attrs,
}

/// A variable that closures share.
#[derive(Debug)]
#[repr(C)]
pub struct VarCell {
    header: Header,
    pub value: Value,
}

/// The two functions of an accessor property; `undefined` where missing.
#[derive(Debug)]
#[repr(C)]
pub struct Accessor {
    header: Header,
    pub getter: Value,
    pub setter: Value,
}

impl VarCell {
    pub(crate) fn new(value: Value) -> Self {
        Self { header: Header::new(0, 0, 0), value }
    }
}

impl Accessor {
    pub(crate) fn new(getter: Value, setter: Value) -> Self {
        Self { header: Header::new(0, 0, 0), getter, setter }
    }
}

// SAFETY: `repr(C)`, header first, the only type of its kind.
unsafe impl Cell for VarCell {
    const KIND: CellKind = CellKind::Var;

    fn trace(&self, tracer: &mut Tracer) {
        tracer.value(self.value);
    }
}

// SAFETY: `repr(C)`, header first, the only type of its kind.
unsafe impl Cell for Accessor {
    const KIND: CellKind = CellKind::Accessor;

    fn trace(&self, tracer: &mut Tracer) {
        tracer.value(self.getter);
        tracer.value(self.setter);
    }
}

impl Object {
    #[inline(always)]
    pub fn kind(&self) -> CellKind {
        self.header.kind
    }

    #[inline(always)]
    pub(crate) fn shape(&self) -> ShapeId {
        ShapeId(self.header.word)
    }

    #[inline(always)]
    pub(crate) fn set_shape(&mut self, shape: ShapeId) {
        self.header.word = shape.0;
    }

    pub(crate) fn has_flag(&self, flag: u8) -> bool {
        self.header.flags & flag != 0
    }

    pub(crate) fn set_flag(&mut self, flag: u8) {
        self.header.flags |= flag;
    }

    pub(crate) fn clear_flag(&mut self, flag: u8) {
        self.header.flags &= !flag;
    }

    /// A built-in that scripts may not change.
    pub fn is_intrinsic(&self) -> bool {
        self.has_flag(flags::INTRINSIC)
    }

    /// Slots that follow the cell.
    #[inline(always)]
    pub(crate) fn inline_slots(&self) -> usize {
        usize::from(self.header.inline)
    }

    /// Where the inline slots start. Only objects without data of their own have any.
    #[inline(always)]
    fn inline(&self) -> *mut Value {
        std::ptr::from_ref(self).wrapping_add(1).cast_mut().cast()
    }

    pub(crate) fn store(&self) -> Option<&Store> {
        // SAFETY: the store is null or owned by this object until it is dropped.
        unsafe { self.store.as_ref() }
    }

    pub(crate) fn store_mut(&mut self) -> &mut Store {
        if self.store.is_null() {
            self.store = Box::into_raw(Box::default());
        }
        // SAFETY: the store is not null and owned by this object.
        unsafe { &mut *self.store }
    }

    pub(crate) fn dict(&self) -> Option<&Dict> {
        self.store()?.dict.as_deref()
    }

    pub(crate) fn dict_mut(&mut self) -> Option<&mut Dict> {
        // SAFETY: the store is null or owned by this object.
        unsafe { self.store.as_mut() }?.dict.as_deref_mut()
    }

    pub(crate) fn has_elements(&self) -> bool {
        self.store().is_some_and(|store| !store.elements.is_empty())
    }

    /// The value in a slot that the object's shape has.
    #[inline(always)]
    pub(crate) fn slot(&self, slot: usize) -> Value {
        if slot < self.inline_slots() {
            // SAFETY: `header.inline` slots follow the cell, and each was written when the cell was made.
            unsafe { self.inline().add(slot).read() }
        } else {
            self.store().map_or(Value::ABSENT, |store| {
                store.slots.get(slot - self.inline_slots()).copied().unwrap_or(Value::ABSENT)
            })
        }
    }

    #[inline(always)]
    pub(crate) fn set_slot(&mut self, slot: usize, value: Value) {
        if slot < self.inline_slots() {
            // SAFETY: as for `slot`.
            unsafe { self.inline().add(slot).write(value) };
        } else {
            self.set_far_slot(slot - self.inline_slots(), value);
        }
    }

    fn set_far_slot(&mut self, at: usize, value: Value) {
        let slots = &mut self.store_mut().slots;
        if at >= slots.len() {
            slots.resize(at + 1, Value::ABSENT);
        }
        slots[at] = value;
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer) {
        tracer.shape(self.shape());
        for slot in 0..self.inline_slots() {
            tracer.value(self.slot(slot));
        }
        if let Some(store) = self.store() {
            tracer.values(&store.slots);
            if let Some(dict) = &store.dict {
                dict.trace(tracer);
            }
            if tracer.is_first_piece() {
                for element in store.elements.values() {
                    tracer.value(element.value);
                }
            }
        }
    }

    pub(crate) fn external_size(&self) -> usize {
        self.store().map_or(0, |store| {
            size_of::<Store>()
                + store.slots.len() * 8
                + store.dict.as_ref().map_or(0, |dict| dict.size())
                + store.elements.len() * 32
        })
    }

    fn release(&mut self) {
        if !self.store.is_null() {
            // SAFETY: the store was made by `Box::into_raw` and is owned by this object, which is being dropped.
            drop(unsafe { Box::from_raw(self.store) });
        }
    }
}

impl Heap {
    /// An object of a kind with data; its shape has no inline slots.
    pub fn object<T: ObjectData>(&mut self, shape: ShapeId, data: T) -> Gc<Of<T>> {
        let object = Object { header: Header::new(0, 0, shape.0), store: std::ptr::null_mut() };
        let made = self.alloc(Of { object, data });
        let external = made.data.data_size();
        self.grow(external);
        made
    }

    /// A plain object or instance with `inline` slots behind it, all absent.
    #[inline]
    pub(crate) fn plain<T: ObjectData>(&mut self, shape: ShapeId, inline: u8, data: T) -> Gc<Object> {
        const { assert!(size_of::<T>() == 0, "inline slots follow the common part of an object") };
        let object = Object { header: Header::new(0, inline, shape.0), store: std::ptr::null_mut() };
        let made = self.alloc_with_tail(Of { object, data }, usize::from(inline) * 8);
        for slot in 0..usize::from(inline) {
            // SAFETY: the cell was allocated with room for the slots behind it.
            unsafe { made.object.inline().add(slot).write(Value::ABSENT) };
        }
        made.base()
    }
}

impl<T> Gc<Of<T>> {
    /// The object, whatever its kind.
    #[inline(always)]
    pub fn base(self) -> Gc<Object> {
        // SAFETY: `Of` is `repr(C)` and begins with the object.
        unsafe { self.cast() }
    }
}

impl<T> From<Gc<Of<T>>> for Value {
    fn from(object: Gc<Of<T>>) -> Self {
        Self::object(object.base())
    }
}

impl Gc<Object> {
    /// Removes a property from the dictionary, if there is one.
    pub(crate) fn remove_entry(mut self, name: Value) {
        if self.unbarriered().dict_mut().is_some_and(|dict| dict.remove(name)) {
            self.barrier();
        }
    }

    /// The object with its data, if it is of `T`'s kind.
    #[inline(always)]
    pub fn of<T: ObjectData>(self) -> Option<Gc<Of<T>>> {
        if self.kind() == T::KIND {
            // SAFETY: the kind says so.
            Some(unsafe { self.cast() })
        } else {
            None
        }
    }

    pub fn is_callable(self) -> bool {
        self.kind().is_callable()
    }
}

impl Value {
    /// The object with its data, if the value is an object of `T`'s kind.
    #[inline(always)]
    pub fn of<T: ObjectData>(self) -> Option<Gc<Of<T>>> {
        self.as_object()?.of()
    }

    /// The kind of the object, if it is one.
    pub fn kind(self) -> Option<CellKind> {
        self.as_object().map(|object| object.kind())
    }

    pub fn is_callable(self) -> bool {
        self.kind().is_some_and(CellKind::is_callable)
    }

    pub(crate) fn as_var(self) -> Option<Gc<VarCell>> {
        self.internal(CellKind::Var)
    }

    pub(crate) fn as_accessor(self) -> Option<Gc<Accessor>> {
        self.internal(CellKind::Accessor)
    }

    /// The internal cell, if it is one of that kind, whose type the caller names.
    pub(crate) fn internal<T: Cell>(self, kind: CellKind) -> Option<Gc<T>> {
        debug_assert!(T::KIND == kind);
        let cell = if self.is_internal() { self.as_cell()? } else { return None };
        // SAFETY: the kind says so.
        (cell.kind == kind).then(|| unsafe { cell.cast() })
    }
}
