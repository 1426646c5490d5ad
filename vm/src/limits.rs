//! What a turn may use, and what ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::trace::Trace;

/// Bounds of one instance.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Limits {
    /// Fuel of one turn.
    pub fuel: u64,
    /// Logical bytes of live heap.
    pub heap: usize,
    /// Stack units: a frame takes one, and one more for every 16 registers; a call from a native back into script takes more.
    pub stack: u32,
    /// Wall-clock time of one turn, without the time that the host takes to answer calls. Looked at every [`SLICE`] units of fuel.
    pub deadline: Option<Duration>,
    /// Timers that wait at one time.
    pub timers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fuel: 1 << 42, heap: 1 << 30, stack: 20_000, deadline: None, timers: 10_000 }
    }
}

/// Ends an instance's running turn from any thread: a watchdog's hand. Clones ask the same instance.
///
/// The turn ends as at a limit (`TrapKind::Interrupt`), wherever the script is, within [`SLICE`] units of fuel.
#[derive(Clone, Debug, Default)]
pub struct Interrupter(Arc<AtomicBool>);

impl Interrupter {
    /// Ends the turn that runs, or the next one. Costs one store.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Takes the request back; whether there was one.
    pub(crate) fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}

/// Fuel between two looks at the clock and at the [`Interrupter`]: well below a millisecond's worth, and so much that looking costs nothing.
pub const SLICE: i64 = 50_000;

/// Why a turn ended before its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrapKind {
    Fuel,
    Memory,
    Stack,
    Deadline,
    /// Whoever holds an [`Interrupter`] asked for it.
    Interrupt,
    /// The VM or the module did what must never happen.
    Fault(String),
}

impl TrapKind {
    /// The limit's name, as reports print it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::Stack => "stack",
            Self::Deadline => "deadline",
            Self::Interrupt => "interrupt",
            Self::Fault(_) => "fault",
        }
    }
}

/// The end of a turn by a limit or fault.
#[derive(Clone, Debug)]
pub(crate) struct Trap {
    pub kind: TrapKind,
    pub used: u64,
    pub limit: u64,
    pub trace: Trace,
}

/// When a turn must have ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    pub fn after(limit: Duration) -> Self {
        Self { at: Instant::now() + limit, limit }
    }

    pub fn has_passed(self) -> bool {
        Instant::now() > self.at
    }

    pub fn later(self, by: Duration) -> Self {
        Self { at: self.at + by, ..self }
    }

    /// Microseconds used and allowed.
    pub fn measure(self) -> (u64, u64) {
        let limit = self.limit.as_micros() as u64;
        (limit + self.at.elapsed().as_micros() as u64, limit)
    }
}
