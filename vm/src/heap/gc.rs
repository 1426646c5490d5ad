//! A pointer to a cell of the collected heap. Mutable access goes through the write barrier.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use super::Header;
use super::barrier::{BLACK, regray};

/// A pointer to a live cell. Copying it keeps nothing alive: it is valid until the next safepoint unless the cell is
/// reachable from a root.
#[repr(transparent)]
pub struct Gc<T>(NonNull<T>);

impl<T> Clone for Gc<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Gc<T> {}

impl<T> PartialEq for Gc<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Gc<T> {}

impl<T> Hash for Gc<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gc({:p})", self.0)
    }
}

impl<T> Gc<T> {
    /// # Safety
    /// `at` is the address of a live cell of type `T`.
    pub(crate) const unsafe fn from_ptr(at: NonNull<T>) -> Self {
        Self(at)
    }

    /// # Safety
    /// `address` is the address of a live cell of type `T`.
    #[inline(always)]
    pub(crate) unsafe fn from_address(address: u64) -> Self {
        // SAFETY: a live cell's address is not null (the caller's promise).
        Self(unsafe { NonNull::new_unchecked(address as *mut T) })
    }

    #[inline(always)]
    pub(crate) fn address(self) -> u64 {
        self.0.as_ptr() as u64
    }

    pub(crate) fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    /// The collector has visited the cell: changing it needs the barrier.
    #[inline(always)]
    pub(crate) fn is_black(self) -> bool {
        self.header().mark & BLACK != 0
    }

    /// The write barrier: what follows before the next safepoint may change the cell.
    #[inline(always)]
    pub(crate) fn barrier(self) {
        if self.is_black() {
            regray(self.0.cast());
        }
    }

    /// Mutable access without the barrier: for cells that are not black, for changes that store no pointer, and for stores that
    /// [`super::Heap::note_store`] is told of before the next safepoint.
    #[inline(always)]
    pub(crate) fn unbarriered(&mut self) -> &mut T {
        // SAFETY: the cell is live between safepoints, and one instance runs on one thread at a time; borrows of cells are short
        // and never held across calls that reach the same cell.
        unsafe { self.0.as_mut() }
    }

    /// # Safety
    /// The cell is a `U` (its kind says so, or `U` is a prefix of it).
    #[inline(always)]
    pub(crate) const unsafe fn cast<U>(self) -> Gc<U> {
        Gc(self.0.cast())
    }

    /// The header that every cell begins with.
    #[inline(always)]
    pub(crate) fn header(self) -> Gc<Header> {
        // SAFETY: every cell type is `repr(C)` and begins with a header.
        unsafe { self.cast() }
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the cell is live between safepoints, and one instance runs on one thread at a time.
        unsafe { self.0.as_ref() }
    }
}

impl<T> DerefMut for Gc<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        self.barrier();
        self.unbarriered()
    }
}
