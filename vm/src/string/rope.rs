//! Ropes: a concatenation remembers its two halves until something looks at its units; then it owns a flat buffer.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use super::{Str, StrView};
use crate::heap::{Gc, Header, Heap, Tracer, flags};

/// What follows a rope's cell.
#[repr(C)]
struct Parts {
    /// Null once flat.
    left: *mut Str,
    /// The right half, or the flat buffer: `len` units of the rope's width.
    right: *mut u8,
}

thread_local! {
    /// Bytes of buffers made since the heap last asked.
    static FLATTENED: Cell<usize> = const { Cell::new(0) };
}

/// Bytes of flat buffers made on this thread since the last call.
pub fn take_flattened_bytes() -> usize {
    FLATTENED.take()
}

fn parts(rope: &Str) -> *mut Parts {
    std::ptr::from_ref(rope).wrapping_add(1).cast_mut().cast()
}

fn width(rope: &Str) -> usize {
    if rope.is_wide() { 2 } else { 1 }
}

/// Bytes of the flat buffer, if there is one.
pub fn flat_size(rope: &Str) -> usize {
    // SAFETY: a rope's parts follow its cell.
    if unsafe { (*parts(rope)).left.is_null() } { rope.len() * width(rope) } else { 0 }
}

pub fn trace(rope: &Str, tracer: &mut Tracer) {
    // SAFETY: a rope's parts follow its cell; both halves are live strings while `left` is not null.
    unsafe {
        let parts = &*parts(rope);
        if let Some(left) = NonNull::new(parts.left) {
            tracer.cell(Gc::from_ptr(left));
            tracer.cell(Gc::from_ptr(NonNull::new_unchecked(parts.right.cast::<Str>())));
        }
    }
}

pub fn release(rope: &mut Str) {
    let units = rope.len();
    // SAFETY: a flat rope owns the buffer that `flatten` leaked with this very length and width; it is dropped once.
    unsafe {
        let parts = &mut *parts(rope);
        if parts.left.is_null() {
            if rope.is_wide() {
                drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(parts.right.cast::<u16>(), units)));
            } else {
                drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(parts.right, units)));
            }
        }
    }
}

pub fn flat_view(rope: &Str) -> StrView<'_> {
    // SAFETY: a rope's parts follow its cell; once `left` is null, `right` is the buffer of `len` units.
    unsafe {
        if !(*parts(rope)).left.is_null() {
            flatten(rope);
        }
        let buffer = (*parts(rope)).right;
        if rope.is_wide() {
            StrView::Wide(std::slice::from_raw_parts(buffer.cast(), rope.len()))
        } else {
            StrView::Latin1(std::slice::from_raw_parts(buffer, rope.len()))
        }
    }
}

#[cold]
fn flatten(rope: &Str) {
    FLATTENED.set(FLATTENED.get() + rope.len() * width(rope));
    let buffer = if rope.is_wide() {
        let mut units = Vec::with_capacity(rope.len());
        walk(rope, |view| match view {
            StrView::Latin1(part) => units.extend(part.iter().map(|&u| u16::from(u))),
            StrView::Wide(part) => units.extend_from_slice(part),
        });
        Box::into_raw(units.into_boxed_slice()).cast::<u8>()
    } else {
        let mut units: Vec<u8> = Vec::with_capacity(rope.len());
        walk(rope, |view| {
            if let StrView::Latin1(part) = view {
                units.extend_from_slice(part);
            }
        });
        Box::into_raw(units.into_boxed_slice()).cast::<u8>()
    };
    // SAFETY: a rope's parts follow its cell, and no view of a rope that is not flat is out.
    unsafe { parts(rope).write(Parts { left: null_mut(), right: buffer }) };
}

/// Visits the flat parts from left to right.
fn walk(rope: &Str, mut visit: impl FnMut(StrView)) {
    let mut todo = vec![std::ptr::from_ref(rope)];
    while let Some(next) = todo.pop() {
        // SAFETY: halves of a live rope are live strings; nothing is freed while flattening.
        unsafe {
            let string = &*next;
            if string.is_rope() && !(*parts(string)).left.is_null() {
                todo.push((*parts(string)).right.cast());
                todo.push((*parts(string)).left);
            } else {
                visit(string.view());
            }
        }
    }
}

impl Heap {
    /// Both are not empty; `len` is the sum of their lengths.
    pub(super) fn rope(&mut self, left: Gc<Str>, right: Gc<Str>, len: usize) -> Gc<Str> {
        let wide = if left.is_wide() || right.is_wide() { flags::WIDE } else { 0 };
        let head = Str { header: Header::new(flags::ROPE | wide, 0, 0), len: len as u32, _padding: 0 };
        let rope = self.alloc_with_tail(head, size_of::<Parts>());
        // SAFETY: the cell was allocated with room for the parts behind it.
        unsafe { parts(&rope).write(Parts { left: left.as_ptr(), right: right.as_ptr().cast() }) };
        rope
    }
}
