//! Ropes: a concatenation remembers its two halves until something looks at its units; then it owns a flat buffer. And slices: a long
//! part of a Latin-1 string is a view of that string, so that a loop of `s = s.slice(1)` does not copy the rest each time.

use std::ptr::{NonNull, null_mut};

use super::{Str, StrView};
use crate::heap::{Gc, Header, Heap, Tracer, flags};

/// What follows a rope's cell.
#[repr(C)]
struct Parts {
    /// The left half; null once flat. With [`SLICE`] added, the string that this is a part of, which is no slice.
    left: *mut Str,
    /// The right half, or the flat buffer: `len` units of the rope's width. Of a slice, the address that its offset is.
    right: *mut u8,
}

/// Cells lie at multiples of eight.
const SLICE: usize = 1;

/// Shorter parts are copied.
const MIN_SLICE: usize = 256;

impl Parts {
    /// The whole and the offset, of a slice.
    fn slice(&self) -> Option<(NonNull<Str>, usize)> {
        let is_slice = self.left.addr() & SLICE != 0;
        NonNull::new(self.left.map_addr(|at| at & !SLICE)).filter(|_| is_slice).map(|whole| (whole, self.right.addr()))
    }

    /// Both halves, of what is not flat yet.
    fn halves(&self) -> Option<(NonNull<Str>, NonNull<Str>)> {
        let is_slice = self.left.addr() & SLICE != 0;
        Some((NonNull::new(self.left).filter(|_| !is_slice)?, NonNull::new(self.right.cast())?))
    }
}

fn parts(rope: &Str) -> *mut Parts {
    std::ptr::from_ref(rope).wrapping_add(1).cast_mut().cast()
}

fn width(rope: &Str) -> usize {
    if rope.is_wide() { 2 } else { 1 }
}

/// How a string is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// Its units are in one place.
    Flat,
    Halves(Gc<Str>, Gc<Str>),
    /// A part of another from an offset on.
    Slice(Gc<Str>, usize),
}

pub(crate) fn form(string: Gc<Str>) -> Form {
    if !string.is_rope() {
        return Form::Flat;
    }
    // SAFETY: a rope's parts follow its cell; its halves, or its whole, are live strings.
    unsafe {
        let parts = &*parts(&string);
        match (parts.slice(), parts.halves()) {
            (Some((whole, offset)), _) => Form::Slice(Gc::from_ptr(whole), offset),
            (None, Some((left, right))) => Form::Halves(Gc::from_ptr(left), Gc::from_ptr(right)),
            (None, None) => Form::Flat,
        }
    }
}

/// Bytes of the flat buffer, if there is one.
pub fn flat_size(rope: &Str) -> usize {
    // SAFETY: a rope's parts follow its cell.
    if unsafe { (*parts(rope)).left.is_null() } { rope.len() * width(rope) } else { 0 }
}

pub fn trace(rope: &Str, tracer: &mut Tracer) {
    // SAFETY: a rope's parts follow its cell; its halves, or its whole, are live strings.
    unsafe {
        let parts = &*parts(rope);
        if let Some((whole, _)) = parts.slice() {
            tracer.cell(Gc::from_ptr(whole));
        } else if let Some((left, right)) = parts.halves() {
            tracer.cell(Gc::from_ptr(left));
            tracer.cell(Gc::from_ptr(right));
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
    // SAFETY: a rope's parts follow its cell; once `left` is null, `right` is the buffer of `len` units. A slice's whole lives as long
    // as the slice and is Latin-1.
    unsafe {
        if let Some((whole, offset)) = (*parts(rope)).slice() {
            let StrView::Latin1(units) = whole.as_ref().view() else { return StrView::Latin1(&[]) };
            return StrView::Latin1(&units[offset..offset + rope.len()]);
        }
        if (*parts(rope)).halves().is_some() {
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
    crate::toil::note_flattened(rope.len() * width(rope));
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
            match if string.is_rope() { (*parts(string)).halves() } else { None } {
                Some((left, right)) => todo.extend([right.as_ptr().cast_const(), left.as_ptr()]),
                None => visit(string.view()),
            }
        }
    }
}

impl Heap {
    /// A part of a Latin-1 string as a view of it: where it is long, and at least half of what it keeps alive.
    pub(crate) fn view_of(&mut self, of: Gc<Str>, start: usize, len: usize) -> Option<Gc<Str>> {
        // SAFETY: a rope's parts follow its cell; a slice's whole is live.
        let (whole, start) = unsafe {
            match if of.is_rope() { (*parts(&of)).slice() } else { None } {
                Some((whole, offset)) => (Gc::from_ptr(whole), offset + start),
                None => (of, start),
            }
        };
        if len < MIN_SLICE || len * 2 < whole.len() {
            return None;
        }
        let head = Str { header: Header::new(flags::ROPE, 0, 0), len: len as u32, _padding: 0 };
        let slice = self.alloc_with_tail(head, size_of::<Parts>());
        let left = whole.as_ptr().map_addr(|at| at | SLICE);
        // SAFETY: the cell was allocated with room for the parts behind it.
        unsafe { parts(&slice).write(Parts { left, right: std::ptr::without_provenance_mut(start) }) };
        Some(slice)
    }

    /// Both are not empty; `len` is the sum of their lengths.
    pub(crate) fn rope(&mut self, left: Gc<Str>, right: Gc<Str>, len: usize) -> Gc<Str> {
        let wide = if left.is_wide() || right.is_wide() { flags::WIDE } else { 0 };
        let head = Str { header: Header::new(flags::ROPE | wide, 0, 0), len: len as u32, _padding: 0 };
        let rope = self.alloc_with_tail(head, size_of::<Parts>());
        // SAFETY: the cell was allocated with room for the parts behind it.
        unsafe { parts(&rope).write(Parts { left: left.as_ptr(), right: right.as_ptr().cast() }) };
        rope
    }
}
