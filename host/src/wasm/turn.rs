//! How a turn ends: what wasmtime says, in the words of the MVM.

use std::fmt;

use mosl_vm::{TraceLine, TrapKind, TrapReport, Uncaught};
use wasmtime::{GcHeapOutOfMemory, Trap, WasmBacktrace};

use super::host::State;

/// A limit that the embedding itself keeps.
#[derive(Clone, Copy, Debug)]
pub enum Failure {
    Deadline,
    /// More timers than this at one time.
    Timers(usize),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deadline => f.write_str("the turn took too long"),
            Self::Timers(most) => write!(f, "more than {most} timers wait"),
        }
    }
}

impl std::error::Error for Failure {}

/// The end of a turn by a trap, for people to read. `fuel` is what was used and the limit, `memory` likewise.
pub fn trap_report(error: &wasmtime::Error, state: &State, fuel: Option<(u64, u64)>) -> TrapReport {
    let overdrawn = fuel.is_some_and(|(used, limit)| used > limit);
    let kind = if overdrawn && is_end(error) { TrapKind::Fuel } else { kind_of(error, state) };
    let (used, limit) = match kind {
        // Where wasmtime ended it, all was used.
        TrapKind::Fuel => fuel.map_or((0, 0), |(used, limit)| (used.max(limit), limit)),
        TrapKind::Memory => (state.limiter.taken as u64, state.limiter.limit as u64),
        TrapKind::Stack => (super::engine::STACK as u64, super::engine::STACK as u64),
        TrapKind::Deadline | TrapKind::Interrupt | TrapKind::Fault(_) => (0, 0),
    };
    let heading = match &kind {
        TrapKind::Fault(what) => format!("fault: {what}"),
        kind => format!("limit reached: {} ({used} of {limit})", kind.name()),
    };
    let mut text = heading;
    for name in calls(error) {
        text.push_str("\n    at ");
        text.push_str(&name);
    }
    TrapReport { kind, used, limit, trace: Vec::<TraceLine>::new(), text }
}

/// Whether the program ended itself: those that count their fuel do so when there is none left.
fn is_end(error: &wasmtime::Error) -> bool {
    matches!(error.downcast_ref(), Some(Trap::UnreachableCodeReached))
}

fn kind_of(error: &wasmtime::Error, state: &State) -> TrapKind {
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => return TrapKind::Fuel,
        Some(Trap::Interrupt) => return TrapKind::Deadline,
        Some(Trap::StackOverflow) => return TrapKind::Stack,
        Some(Trap::AllocationTooLarge) => return TrapKind::Memory,
        _ => {}
    }
    if let Some(Failure::Deadline) = error.downcast_ref() {
        return TrapKind::Deadline;
    }
    let out_of_heap = error.is::<GcHeapOutOfMemory<()>>();
    if out_of_heap || state.limiter.refused {
        return TrapKind::Memory;
    }
    // The trace stands in the report; other errors say where on the way they happened.
    let text = if error.is::<WasmBacktrace>() { error.root_cause().to_string() } else { format!("{error:#}") };
    TrapKind::Fault(text.strip_prefix("wasm trap: ").unwrap_or(&text).to_owned())
}

/// The most calls that a report shows.
const MOST_CALLS: usize = 16;

/// Names of the calls that led there, innermost first, where the module says them.
fn calls(error: &wasmtime::Error) -> Vec<String> {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return Vec::new() };
    let name = |frame: &wasmtime::FrameInfo| {
        frame.func_name().map_or_else(|| format!("function {}", frame.func_index()), str::to_owned)
    };
    trace.frames().iter().take(MOST_CALLS).map(name).collect()
}

/// Notes an error that no script caught, from the text that the library made of it.
pub fn report(state: &mut State, text: &str) {
    let error = Uncaught { handler: state.handler, ..uncaught(text) };
    state.errors.push(error);
}

/// An error of which the library has made a text.
pub fn uncaught(text: &str) -> Uncaught {
    let heading = text.lines().next().unwrap_or_default();
    let (name, message) = heading.split_once(": ").unwrap_or((heading, ""));
    let (name, code) = match name.split_once(" [R") {
        Some((name, code)) => (name, code.trim_end_matches(']').parse().ok()),
        None => (name, None),
    };
    let (name, message) = match heading.strip_prefix("Uncaught ") {
        Some(shown) => (String::new(), shown.to_owned()),
        None => (name.to_owned(), message.to_owned()),
    };
    Uncaught { name, message, text: text.to_owned(), trace: Vec::new(), code, handler: None, is_rejection: false }
}
