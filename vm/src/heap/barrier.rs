//! The colours of cells and the one write barrier.
//!
//! A cell is *white* (not reached yet, or new), *gray* (reached, its values are still to be visited) or *black* (reached, its values
//! visited). While a collection marks, no black cell holds a white one. Two whites take turns, so that what is made while the
//! dead are freed is not taken for one of them. Where no collection is under way every cell is white.
//!
//! **The barrier:** whoever is about to change a cell looks at its mark; a black cell becomes gray again and waits to be visited
//! a second time ([`regray`]). `DerefMut` of [`super::Gc`] is that place: nothing else hands out a mutable cell, but for
//! [`super::Gc::unbarriered`]. In machine code: test the byte at `offset_of!(Header, mark)` of the cell for [`BLACK`]; where it is set, call
//! [`regray`]. Cells that were made since the last safepoint are white and need no barrier. Roots (registers, frames, globals)
//! have none: they are visited once more when everything else is marked.

use std::cell::RefCell;
use std::ptr::NonNull;

use super::Header;

/// Either white.
pub(crate) const WHITES: u8 = 3;
/// The white of a new heap.
pub(crate) const FIRST_WHITE: u8 = 1;
pub(crate) const GRAY: u8 = 0;
pub(crate) const BLACK: u8 = 4;

thread_local! {
    /// Cells of the running instance that the barrier made gray since the collector last looked.
    static REGRAYED: RefCell<Vec<*mut Header>> = const { RefCell::new(Vec::new()) };
}

/// Makes a black cell gray again: it is about to change.
#[cold]
#[inline(never)]
pub(crate) fn regray(at: NonNull<Header>) {
    // SAFETY: the caller holds the cell, so that it is live.
    unsafe { (*at.as_ptr()).mark = GRAY };
    REGRAYED.with_borrow_mut(|list| list.push(at.as_ptr()));
}

/// The cells that the barrier made gray since the last call.
pub(super) fn take_regrayed() -> Vec<*mut Header> {
    REGRAYED.take()
}

/// Sets aside what the barrier noted for the instance that ran until now, for [`resume`].
pub(crate) fn suspend() -> Vec<*mut Header> {
    REGRAYED.take()
}

pub(crate) fn resume(noted: Vec<*mut Header>) {
    REGRAYED.set(noted);
}
