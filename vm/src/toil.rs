//! Work that is met where nobody can be charged: deep in tables and texts. It is noted here, on the running thread, and paid for with fuel
//! by the next native that ends, the next collection or the next slice of fuel ([`crate::vm::Vm::absorb`]): at the same places on both
//! engines.

use crate::cost::{FLATTEN_TEXT, VISIT};
use std::cell::Cell;

/// What an instance has not paid for yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Toil {
    /// Bytes of buffers that texts were made flat in.
    pub flattened: usize,
    /// Of these, those that cost something.
    pub copied: usize,
    /// Entries of tables that were looked at in vain.
    pub probes: usize,
}

thread_local! {
    static TOIL: Cell<Toil> = const { Cell::new(Toil { flattened: 0, copied: 0, probes: 0 }) };
}

/// Looking at so many entries is part of any look-up.
const FREE_PROBES: usize = 8;

impl Toil {
    /// Takes what was noted on this thread.
    pub fn take() -> Self {
        TOIL.take()
    }

    /// Puts back what was set aside.
    pub fn put(self) {
        TOIL.set(self);
    }

    /// In units of fuel.
    pub fn cost(self) -> i64 {
        (FLATTEN_TEXT.of(self.copied) + VISIT.of(self.probes)) as i64
    }
}

/// Making so many bytes flat is part of whatever looks at the text.
const FREE_FLATTENED: usize = 256;

pub fn note_flattened(bytes: usize) {
    let toil = TOIL.get();
    let copied = if bytes > FREE_FLATTENED { toil.copied + bytes } else { toil.copied };
    TOIL.set(Toil { flattened: toil.flattened + bytes, copied, ..toil });
}

/// No chance makes a look-up meet so many others in a table that is half empty.
pub const UNLUCKY: usize = 256;

/// A look-up in the table of names met so many that were others. In what order names came differs after a move: what chance makes of that
/// costs nothing.
#[inline]
pub fn note_other_names(probes: usize) {
    if probes > UNLUCKY {
        note_probes(probes);
    }
}

/// So many entries were looked at that were others.
#[inline]
pub fn note_probes(probes: usize) {
    if probes > FREE_PROBES {
        let toil = TOIL.get();
        TOIL.set(Toil { probes: toil.probes + probes, ..toil });
    }
}
