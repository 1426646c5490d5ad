//! What a turn may use, and what ends it.

use std::time::Duration;

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
    /// Wall-clock time of one turn.
    pub deadline: Option<Duration>,
    /// Timers that wait at one time.
    pub timers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fuel: 1 << 42, heap: 1 << 30, stack: 20_000, deadline: None, timers: 10_000 }
    }
}

/// Why a turn ended before its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrapKind {
    Fuel,
    Memory,
    Stack,
    Deadline,
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
