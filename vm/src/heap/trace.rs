//! Marking: an explicit stack of gray cells, each visited in pieces of bounded size.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::barrier::{BLACK, GRAY, WHITES};
use super::kind::{CellKind, Header, flags};
use super::{Gc, barrier};
use crate::object::shape::{ShapeId, Shapes};
use crate::value::Value;

/// Entries of one cell that are visited at a time.
const PIECE: usize = 1024;

/// What visiting a cell costs besides its values, in values.
const CELL_WORK: usize = 8;

/// How far marking has come.
#[derive(Debug, Default)]
pub(super) struct Marking {
    gray: Vec<*mut Header>,
    /// Cells visited up to an entry.
    partial: Vec<(*mut Header, usize)>,
    /// Cells of more than one piece that were visited.
    big: FxHashSet<*mut Header>,
    /// Those of them that changed afterwards: visited again only at the end.
    late: Vec<*mut Header>,
    /// Weak maps and sets met on the way.
    weak: Vec<*mut Header>,
}

impl Marking {
    /// A cell changed after it was visited.
    pub fn regrayed(&mut self, at: *mut Header) {
        if self.big.contains(&at) { self.late.push(at) } else { self.gray.push(at) }
    }

    /// A black cell got to hold this one.
    pub fn shade(&mut self, at: *mut Header) {
        // SAFETY: whoever stores a cell holds it, so that it is live.
        unsafe {
            if (*at).mark & WHITES != 0 {
                (*at).mark = GRAY;
                self.gray.push(at);
            }
        }
    }
}

/// Collects what is reachable: cells report their values to it.
pub struct Tracer<'a> {
    marking: Marking,
    shapes: &'a mut Shapes,
    /// Values looked at so far, about.
    work: usize,
    /// Where the piece starts that is wanted of the cell that reports.
    from: usize,
    /// The cell that reports has more.
    more: bool,
    /// Nothing is marked: it is a bug if something of this mark is reported. Looked at by builds with debug assertions only.
    forbidden: Option<u8>,
}

impl Tracer<'_> {
    #[inline]
    pub fn value(&mut self, value: Value) {
        if let Some(cell) = value.as_cell() {
            self.header(cell.as_ptr());
        }
    }

    pub fn values(&mut self, values: &[Value]) {
        self.work += values.len();
        for value in values {
            self.value(*value);
        }
    }

    pub fn cell<T>(&mut self, cell: Gc<T>) {
        self.header(cell.header().as_ptr());
    }

    #[inline]
    fn header(&mut self, at: *mut Header) {
        // SAFETY: values and pointers that a live cell or a root holds point to cells that were not freed.
        let header = unsafe { &mut *at };
        debug_assert!(header.kind != CellKind::Free, "a reachable cell was freed");
        if cfg!(debug_assertions)
            && let Some(mark) = self.forbidden
        {
            assert!(header.mark != mark, "a cell that was visited holds one that was not: {:?}", header.kind);
            return;
        }
        if header.mark & WHITES == 0 {
            return;
        }
        if header.kind == CellKind::Str && header.flags & flags::ROPE == 0 {
            header.mark = BLACK;
            self.work += 1;
        } else {
            header.mark = GRAY;
            self.marking.gray.push(at);
        }
    }

    /// Which entries of a growing list to report now, `len` being how many there are.
    pub fn piece(&mut self, len: usize) -> Range<usize> {
        let start = self.from.min(len);
        let end = len.min(start + PIECE);
        self.more |= end < len;
        self.work += end - start;
        start..end
    }

    /// Whether this is the first piece of the cell: what is not reported in pieces is reported now.
    pub fn is_first_piece(&self) -> bool {
        self.from == 0
    }

    /// Marks a shape, its ancestors, their names and prototypes.
    pub(crate) fn shape(&mut self, id: ShapeId) {
        if cfg!(debug_assertions) && self.forbidden.is_some() {
            assert!(self.shapes.is_marked(id), "a cell that was visited has a shape that was not");
            return;
        }
        let mut next = Some(id);
        while let Some(id) = next {
            let Some((key, proto, parent)) = self.shapes.mark(id) else { return };
            self.work += 1;
            self.value(key);
            if let Some(proto) = proto {
                self.cell(proto);
            }
            next = parent;
        }
    }

    /// Registers the weak collection whose data this is: its entries are visited when all else is marked.
    pub(crate) fn weak<T>(&mut self, data: &T) {
        // The data follows the common part of the object.
        let object = std::ptr::from_ref(data).cast::<crate::object::Object>().wrapping_sub(1);
        self.marking.weak.push(object.cast_mut().cast());
    }

    /// The weak collections met so far, each once.
    pub(crate) fn weak_collections(&mut self) -> Vec<*mut Header> {
        self.marking.weak.sort_unstable();
        self.marking.weak.dedup();
        self.marking.weak.clone()
    }

    /// Counts entries of a weak collection that were looked at.
    pub(crate) fn looked_at(&mut self, entries: usize) {
        self.work += entries;
    }

    /// Whether a value is no cell, or was reached.
    pub(crate) fn is_marked(&self, value: Value) -> bool {
        value.as_cell().is_none_or(|cell| cell.mark & WHITES == 0)
    }
}

/// For the collector.
impl<'a> Tracer<'a> {
    pub(super) fn new(marking: Marking, shapes: &'a mut Shapes) -> Self {
        Self { marking, shapes, work: 0, from: 0, more: false, forbidden: None }
    }

    pub(super) fn into_marking(self) -> Marking {
        self.marking
    }

    pub(super) fn work(&self) -> usize {
        self.work
    }

    /// Takes over what the barrier made gray.
    pub(super) fn take_regrayed(&mut self) {
        for at in barrier::take_regrayed() {
            self.marking.regrayed(at);
        }
    }

    /// Visits gray cells until there are none, or until `work` has been done in all; `true` where there are none.
    pub(super) fn drain(&mut self, work: usize) -> bool {
        while self.work < work {
            if let Some(at) = self.marking.gray.pop() {
                // SAFETY: a gray cell is live.
                unsafe { (*at).mark = BLACK };
                self.visit(at, 0);
            } else if let Some((at, from)) = self.marking.partial.pop() {
                self.visit(at, from);
            } else {
                return true;
            }
        }
        self.marking.gray.is_empty() && self.marking.partial.is_empty()
    }

    /// As [`Self::drain`], until as much work has been done as was before and `work`.
    pub(super) fn drain_more(&mut self, work: usize) -> bool {
        self.drain(self.work.saturating_add(work))
    }

    /// Makes the big cells gray that changed after they were visited.
    pub(super) fn take_late(&mut self) {
        self.marking.gray.append(&mut self.marking.late);
    }

    #[inline]
    fn visit(&mut self, at: *mut Header, from: usize) {
        (self.from, self.more) = (from, false);
        self.work += CELL_WORK;
        // SAFETY: `at` is a live cell and its kind names its type.
        unsafe { ((*at).kind.info().trace)(at, self) };
        if self.more {
            self.marking.partial.push((at, from + PIECE));
            if from == 0 {
                self.marking.big.insert(at);
            }
        }
        self.from = 0;
    }

    /// Panics where a root has the mark `forbidden`.
    pub(super) fn check_roots(&mut self, roots: &mut dyn FnMut(&mut Self), forbidden: u8) {
        self.forbidden = Some(forbidden);
        roots(self);
        self.forbidden = None;
    }

    /// Panics where the cell holds something of the mark `forbidden`.
    pub(super) fn check(&mut self, at: *mut Header, forbidden: u8) {
        if self.marking.partial.iter().any(|(partial, _)| *partial == at) {
            return;
        }
        self.forbidden = Some(forbidden);
        let (mut from, weak) = (0, self.marking.weak.len());
        loop {
            (self.from, self.more) = (from, false);
            // SAFETY: `at` is a live cell and its kind names its type.
            unsafe { ((*at).kind.info().trace)(at, self) };
            if !self.more {
                break;
            }
            from += PIECE;
        }
        self.marking.weak.truncate(weak);
        (self.from, self.forbidden) = (0, None);
    }
}
