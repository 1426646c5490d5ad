//! A turn: one macrotask and all its microtasks, with its limits, ended by commit or discard.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::heap::Gc;
use crate::host::{HandlerId, Host, HostValue};
use crate::interp::frame::{close_frames, open_frames};
use crate::limits::{Deadline, SLICE, TrapKind};
use crate::native::{Completion, Throw};
use crate::natives::inspect::{Options, inspect};
use crate::object::data::ErrorData;
use crate::object::property::PropKey;
use crate::profile::MOST_CALLS;
use crate::promise::{PromiseData, PromiseState};
use crate::string::{Str, StrView};
use crate::value::Value;
use crate::vm::Vm;

/// Uncaught errors past this many in one turn are only counted (`Report::uncaught`).
pub const MAX_UNCAUGHT: usize = 256;

/// A name or message of an uncaught error is told up to so many UTF-16 units.
pub const MAX_MESSAGE: usize = 8192;

/// What a turn did.
#[derive(Clone, Debug)]
#[must_use]
pub struct Turn {
    pub end: TurnEnd,
    /// What the one call of a convenience method yielded.
    pub called: Option<crate::instance::Called>,
    /// Uncaught throws and unhandled rejections, at most [`MAX_UNCAUGHT`].
    pub errors: Vec<Uncaught>,
    /// Handlers that returned a promise which settled in this turn.
    pub settled: Vec<(HandlerId, Result<HostValue, Uncaught>)>,
    pub fuel: u64,
}

#[derive(Clone, Debug)]
pub enum TurnEnd {
    Completed,
    /// A limit or fault ended it: nothing of it happened, and the instance is dead.
    Trapped(TrapReport),
}

/// Why a turn was ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrapReport {
    pub kind: TrapKind,
    pub used: u64,
    pub limit: u64,
    /// Where it was, innermost first.
    pub trace: Vec<crate::trace::TraceLine>,
    /// All of that for people to read.
    pub text: String,
}

/// An error that no script caught.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Uncaught {
    /// The error's `name`; empty where what was thrown is no error.
    pub name: String,
    pub message: String,
    /// Heading and trace, as a console shows them.
    pub text: String,
    /// Where it was thrown, or the error made, innermost first; empty where nobody knows.
    pub trace: Vec<crate::trace::TraceLine>,
    /// The number behind the `R` of a refusal.
    pub code: Option<u16>,
    /// The handler on whose behalf it was thrown.
    pub handler: Option<HandlerId>,
    /// It was a promise's rejection.
    pub is_rejection: bool,
}

impl Turn {
    pub fn is_completed(&self) -> bool {
        matches!(self.end, TurnEnd::Completed)
    }

    pub(crate) fn dead(report: TrapReport) -> Self {
        Self { end: TurnEnd::Trapped(report), called: None, errors: Vec::new(), settled: Vec::new(), fuel: 0 }
    }
}

/// The turn was trapped: stop, and let it end.
#[derive(Clone, Copy, Debug)]
pub struct Trapped;

/// What can be done within a turn; see `instance`.
#[derive(Debug)]
pub struct InTurn<'a> {
    pub(crate) vm: &'a mut Vm,
    pub(crate) errors: Vec<Uncaught>,
    pub(crate) called: Option<crate::instance::Called>,
}

impl Vm {
    pub(crate) fn fuel_used(&self) -> u64 {
        let limit = self.limits.fuel.min(i64::MAX as u64) as i64;
        limit.saturating_sub(self.fuel_rest).saturating_sub(self.fuel).max(0) as u64
    }

    /// Takes the next slice of fuel; `false` where there is none.
    pub(crate) fn next_slice(&mut self) -> Completion<bool> {
        self.absorb();
        if self.is_flooded() {
            return Err(self.end_turn(TrapKind::Memory));
        }
        if self.interrupter.take() {
            return Err(self.end_turn(TrapKind::Interrupt));
        }
        if self.deadline.is_some_and(Deadline::has_passed) {
            return Err(self.end_turn(TrapKind::Deadline));
        }
        if let Some(profiler) = &self.profiler {
            profiler.look(self.fuel_used(), || self.capture_calls(MOST_CALLS));
        }
        let slice = self.profiler.as_ref().map_or(SLICE, |profiler| profiler.slice().min(SLICE));
        // What is owed, by a native that does much at once, and a slice.
        let slice = slice.saturating_sub(self.fuel.min(0)).min(self.fuel_rest);
        self.fuel_rest -= slice;
        self.fuel = self.fuel.saturating_add(slice);
        Ok(self.fuel >= 0)
    }

    /// Runs a turn: `body` is the macrotask.
    pub(crate) fn run_turn(
        &mut self,
        host: &mut dyn Host,
        body: impl FnOnce(&mut InTurn) -> Result<(), Trapped>,
    ) -> Turn {
        host.begin();
        (self.fuel, self.fuel_rest) = (0, self.limits.fuel.min(i64::MAX as u64) as i64);
        self.deadline = self.limits.deadline.map(Deadline::after);
        self.stack.open(self.limits.stack as usize * 16 + (64 << 10));
        self.frames = open_frames(self.limits.stack as usize);
        let lent = self.host.lent.clone();
        let (errors, called) = lent.lend(host, || self.enter(|vm| vm.run_macrotask(body)));
        self.host.handler = None;
        self.stack.close();
        close_frames(std::mem::take(&mut self.frames));
        self.depth = 0;
        self.unroot(0);
        let fuel = self.fuel_used();
        if let Some(profiler) = &self.profiler {
            profiler.end_turn(fuel);
        }
        self.report.fuel += fuel;
        self.report.turns += 1;
        self.report.peak_heap = self.heap.peak();
        let end = self.end();
        match &end {
            TurnEnd::Completed => host.commit(),
            TurnEnd::Trapped(_) => host.discard(),
        }
        let settled = if matches!(end, TurnEnd::Completed) { self.enter(Self::take_settled) } else { Vec::new() };
        Turn { end, called, errors, settled, fuel }
    }

    fn run_macrotask(
        &mut self,
        body: impl FnOnce(&mut InTurn) -> Result<(), Trapped>,
    ) -> (Vec<Uncaught>, Option<crate::instance::Called>) {
        let run = || {
            let mut turn = InTurn { vm: self, errors: Vec::new(), called: None };
            if body(&mut turn).is_ok() {
                turn.run_microtasks();
            }
            let (mut errors, called) = (turn.errors, turn.called);
            if self.trap.is_none() {
                self.add_unhandled(&mut errors);
            }
            (errors, called)
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(done) => done,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
                let _trapped = self.end_turn(TrapKind::Fault(text.unwrap_or_else(|| "the VM failed".to_owned())));
                (Vec::new(), None)
            }
        }
    }

    fn add_unhandled(&mut self, errors: &mut Vec<Uncaught>) {
        let rejected = self.take_rejections();
        self.report.uncaught += rejected.len() as u64;
        for (reason, handler) in rejected.into_iter().take(MAX_UNCAUGHT.saturating_sub(errors.len())) {
            errors.push(Uncaught { handler, is_rejection: true, ..self.describe_error(reason) });
        }
    }

    fn end(&self) -> TurnEnd {
        match &self.trap {
            None => TurnEnd::Completed,
            Some(trap) => {
                let heading = match &trap.kind {
                    TrapKind::Fault(what) => format!("fault: {what}"),
                    kind => format!("limit reached: {} ({} of {})", kind.name(), trap.used, trap.limit),
                };
                TurnEnd::Trapped(TrapReport {
                    kind: trap.kind.clone(),
                    used: trap.used,
                    limit: trap.limit,
                    trace: trap.trace.lines(&self.code.module),
                    text: self.trace_text(&heading, &trap.trace),
                })
            }
        }
    }

    /// Handlers' promises that have settled.
    fn take_settled(&mut self) -> Vec<(HandlerId, Result<HostValue, Uncaught>)> {
        let mut settled = Vec::new();
        for (handler, promise) in std::mem::take(&mut self.handles.returned) {
            let Some(data) = promise.of::<PromiseData>() else { continue };
            match data.data.state {
                PromiseState::Pending => self.handles.returned.push((handler, promise)),
                PromiseState::Fulfilled => {
                    settled.push((handler, Ok(self.peek_host(data.data.value).unwrap_or_default())));
                }
                PromiseState::Rejected => {
                    let error = self.describe_error(data.data.value);
                    settled.push((handler, Err(Uncaught { handler: Some(handler), is_rejection: true, ..error })));
                }
            }
        }
        settled
    }

    /// An error as reports show it: runs no script for errors; what is none is inspected.
    pub(crate) fn describe_error(&mut self, value: Value) -> Uncaught {
        let handler = self.host.handler;
        let Some(object) = value.as_object() else {
            let message = self.brief(value);
            let text = format!("Uncaught {message}");
            let (name, trace) = (String::new(), Vec::new());
            return Uncaught { name, message, text, trace, code: None, handler, is_rejection: false };
        };
        let common = *self.common();
        let mut text_of = |name: Value| {
            let found = self.find(object, PropKey::Name(name));
            found.and_then(|(_, p)| p.value.as_string()).map(shortened)
        };
        let (name, message) = (text_of(common.name), text_of(common.message));
        let error = value.of::<ErrorData>();
        let code = error.and_then(|e| e.data.refusal);
        let Some(error) = error else {
            let mut shown = inspect(self, value, Options::default()).unwrap_or_else(|_| self.brief(value));
            shown.truncate(shown.floor_char_boundary(MAX_MESSAGE));
            shown.shrink_to_fit();
            let text = format!("Uncaught {shown}");
            let (name, message) = (name.unwrap_or_default(), message.unwrap_or(shown));
            return Uncaught { name, message, text, trace: Vec::new(), code, handler, is_rejection: false };
        };
        let (name, message) = (name.unwrap_or_else(|| "Error".to_owned()), message.unwrap_or_default());
        let heading = match code {
            // The name says it, unless the script changed that.
            Some(code) if !name.contains("[R") => format!("{name} [R{code:04}]: {message}"),
            _ if message.is_empty() => name.clone(),
            _ => format!("{name}: {message}"),
        };
        let text = match &error.data.trace {
            Some(trace) => self.trace_text(&heading, trace),
            None => heading,
        };
        let trace = error.data.trace.as_ref().map(|trace| trace.lines(&self.code.module)).unwrap_or_default();
        Uncaught { name, message, text, trace, code, handler, is_rejection: false }
    }
}

/// A text for a report: the start of a long one.
fn shortened(text: Gc<Str>) -> String {
    if text.len() <= MAX_MESSAGE {
        return text.to_rust();
    }
    let mut start = match text.view() {
        StrView::Latin1(units) => units[..MAX_MESSAGE].iter().map(|&unit| char::from(unit)).collect(),
        StrView::Wide(units) => String::from_utf16_lossy(&units[..MAX_MESSAGE]),
    };
    start.push('…');
    start
}

impl InTurn<'_> {
    /// Runs microtasks until there are none. What a job throws is reported; the others run.
    pub(crate) fn run_microtasks(&mut self) {
        loop {
            let done = self.vm.run_job();
            match done {
                Ok(true) => {}
                Ok(false) | Err(Throw::Trap) => return,
                Err(Throw::Exception) => self.report_exception(),
            }
        }
    }

    /// Records the thrown value as uncaught.
    pub(crate) fn report_exception(&mut self) {
        let thrown = std::mem::replace(&mut self.vm.exception, Value::UNDEFINED);
        self.vm.report.uncaught += 1;
        if self.errors.len() >= MAX_UNCAUGHT {
            return;
        }
        let mut error = self.vm.describe_error(thrown);
        if error.trace.is_empty()
            && let Some(place) = self.vm.thrown_at
        {
            error.trace = crate::trace::Trace::at(place).lines(&self.vm.code.module);
        }
        self.errors.push(error);
    }

    /// A value, or `None` where something was thrown, which is then reported.
    pub(crate) fn settle<T>(&mut self, result: Completion<T>) -> Result<Option<T>, Trapped> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Throw::Exception) => {
                self.report_exception();
                Ok(None)
            }
            Err(Throw::Trap) => Err(Trapped),
        }
    }
}
