//! The heap of one instance: precise, non-moving mark-sweep, bump allocation in runs of free cells.
//!
//! A collection happens only at the interpreter's safepoints (after an instruction that allocates, and when a native calls
//! back into script), never inside an allocation: a native that calls no script may hold [`Gc`] pointers and values in Rust
//! variables freely; what must survive a call into script goes through `Vm::root`.
//!
//! Sizes are logical: a cell's bytes plus what the Rust-owned stores behind it hold.

mod block;
mod collect;
mod gc;
mod kind;

pub use collect::Tracer;
pub use gc::Gc;
pub(crate) use kind::flags;
pub use kind::{Cell, CellKind, Header, ObjectData};

use block::Space;

/// Bytes allocated between two collections of a small heap.
const MIN_STEP: usize = 512 << 10;

/// The cells of one instance and their accounting.
#[derive(Debug)]
pub struct Heap {
    space: Space,
    /// The mark of live cells; flips at each collection.
    color: u8,
    /// Logical bytes in use, including what has died since the last collection.
    used: usize,
    /// A collection is due when `used` reaches it.
    threshold: usize,
    peak: usize,
    limit: usize,
    /// Collect at every safepoint.
    stress: bool,
    collections: u64,
}

impl Heap {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            space: Space::default(),
            color: 1,
            used: 0,
            threshold: MIN_STEP.min(limit),
            peak: 0,
            limit,
            stress: false,
            collections: 0,
        }
    }

    /// Allocates a cell of `T`'s own size.
    pub fn alloc<T: Cell>(&mut self, cell: T) -> Gc<T> {
        self.alloc_with_tail(cell, 0)
    }

    /// Allocates a cell with `tail` further bytes behind it, zeroed or stale: the caller writes them before the next safepoint.
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
            header.mark = self.color;
            Gc::from_ptr(at)
        }
    }

    /// Accounts for growth of a Rust-owned store (a vector's capacity, a map's table).
    #[inline]
    pub fn grow(&mut self, bytes: usize) {
        self.used += bytes;
    }

    /// Whether the next safepoint collects.
    #[inline(always)]
    pub(crate) fn wants_collection(&self) -> bool {
        self.used >= self.threshold
    }

    /// Logical bytes in use; what is dead counts until the next collection.
    pub fn used(&self) -> usize {
        self.used
    }

    /// The most that was in use at a safepoint.
    pub fn peak(&self) -> usize {
        self.peak.max(self.used)
    }

    pub fn limit(&self) -> usize {
        self.limit
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

    /// Collect at every safepoint (`true`), or when due.
    pub(crate) fn set_stress(&mut self, stress: bool) {
        self.stress = stress;
        self.threshold = if stress { 0 } else { self.next_threshold() };
    }

    fn next_threshold(&self) -> usize {
        (self.used * 2).max(self.used + MIN_STEP).min(self.limit.max(self.used + 4096))
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.space.drop_all();
    }
}
