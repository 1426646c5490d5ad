//! The heap of one instance: precise, non-moving mark-sweep, collected in slices, with bump allocation in runs of free cells.
//!
//! A slice happens only at the interpreter's safepoints (after an instruction that allocates, and when a native calls
//! back into script), never inside an allocation: a native that calls no script may hold [`Gc`] pointers and values in Rust
//! variables freely; what must survive a call into script goes through `Vm::root`. A mutable borrow of a cell's content never
//! outlives a safepoint either: the write barrier is paid where the borrow begins.
//!
//! Sizes are logical: a cell's bytes plus what the Rust-owned stores behind it hold.

pub(crate) mod barrier;
mod block;
mod cycle;
mod gc;
mod kind;
mod trace;

#[cfg(test)]
mod tests;

pub(crate) use cycle::World;
pub use gc::Gc;
pub(crate) use kind::flags;
pub use kind::{Cell, CellKind, Header, ObjectData};
pub use trace::Tracer;

use block::Space;
use cycle::Phase;
use trace::Marking;

use crate::value::Value;

/// The cells of one instance and their accounting.
#[derive(Debug)]
pub struct Heap {
    space: Space,
    /// The mark of new cells.
    white: u8,
    /// The mark of dead cells between the end of marking and that of sweeping.
    dead: u8,
    phase: Phase,
    marking: Marking,
    /// Logical bytes in use, including what has died and was not swept.
    used: usize,
    /// What collections took off that so far.
    freed: u64,
    /// Of those in use, what lived when the last cycle ended marking.
    live: usize,
    /// What was in use when marking ended.
    marked_at: usize,
    /// A slice of a collection is due when `used` reaches it.
    threshold: usize,
    /// Past this, slices grow.
    goal: usize,
    peak: usize,
    limit: usize,
    stress: Stress,
    tiny_slices: u32,
    collections: u64,
}

/// How often the collector runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Stress {
    /// When it is due.
    #[default]
    Off,
    /// A whole collection at every safepoint.
    Whole,
    /// A tiny slice at every safepoint; builds with debug assertions check after each that the barrier missed nothing.
    Slices,
}

impl Heap {
    /// Where machine code sees what [`Self::wants_collection`] compares.
    #[cfg(feature = "jit")]
    pub(crate) const USED: usize = std::mem::offset_of!(Self, used);
    #[cfg(feature = "jit")]
    pub(crate) const THRESHOLD: usize = std::mem::offset_of!(Self, threshold);

    pub(crate) fn new(limit: usize) -> Self {
        let mut heap = Self {
            space: Space::default(),
            white: barrier::FIRST_WHITE,
            dead: barrier::FIRST_WHITE,
            phase: Phase::Idle,
            marking: Marking::default(),
            used: 0,
            freed: 0,
            live: 0,
            marked_at: 0,
            threshold: 0,
            goal: 0,
            peak: 0,
            limit,
            stress: Stress::Off,
            tiny_slices: 0,
            collections: 0,
        };
        heap.threshold = heap.next_threshold();
        heap
    }

    /// Allocates a cell of `T`'s own size.
    pub fn alloc<T: Cell>(&mut self, cell: T) -> Gc<T> {
        self.alloc_with_tail(cell, 0)
    }

    /// Allocates a cell with `tail` further bytes behind it, which are stale: the caller writes them before the next safepoint.
    #[inline]
    pub(crate) fn alloc_with_tail<T: Cell>(&mut self, cell: T, tail: usize) -> Gc<T> {
        const { assert!(align_of::<T>() <= 16) };
        let size = (size_of::<T>() + tail + 15) & !15;
        self.used += size;
        let at = self.space.alloc(size).cast::<T>();
        // SAFETY: the space hands out a fresh block of at least `size` bytes, aligned to 16.
        unsafe {
            at.write(cell);
            let header = at.cast::<Header>().as_mut();
            header.kind = T::KIND;
            header.mark = self.white;
            Gc::from_ptr(at)
        }
    }

    /// The barrier for one value: it was stored in a cell that was reached by [`Gc::unbarriered`]. Cheaper than visiting all of a
    /// big cell again.
    #[inline(always)]
    pub(crate) fn note_store<T>(&mut self, owner: Gc<T>, value: Value) {
        if owner.is_black() && self.phase == Phase::Mark {
            self.shade(value);
        }
    }

    #[cold]
    fn shade(&mut self, value: Value) {
        if let Some(cell) = value.as_cell() {
            self.marking.shade(cell.as_ptr());
        }
    }

    /// Accounts for growth of a Rust-owned store (a vector's capacity, a map's table).
    #[inline]
    pub fn grow(&mut self, bytes: usize) {
        self.used += bytes;
    }

    /// Whether something is due at the next safepoint.
    #[inline(always)]
    pub(crate) fn wants_collection(&self) -> bool {
        self.used >= self.threshold
    }

    /// Logical bytes in use; what is dead counts until it is swept.
    pub fn used(&self) -> usize {
        self.used
    }

    /// Logical bytes taken so far.
    pub fn allocated(&self) -> u64 {
        self.freed + self.used as u64
    }

    /// The most that was in use at a safepoint.
    pub fn peak(&self) -> usize {
        self.peak.max(self.used)
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.threshold = self.next_threshold();
    }

    pub fn collections(&self) -> u64 {
        self.collections
    }

    /// Counts an allocation that was refused into the use that a report names.
    pub(crate) fn note_wanted(&mut self, bytes: usize) {
        self.used = self.used.saturating_add(bytes);
        self.threshold = 0;
    }

    pub(crate) fn over_limit(&self) -> bool {
        self.used > self.limit
    }

    pub(crate) fn set_stress(&mut self, stress: Stress) {
        self.stress = stress;
        self.threshold = self.next_threshold();
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.space.drop_all();
    }
}
