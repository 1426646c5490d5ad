//! Stack traces: captured cheaply as places in code, turned into files and lines when someone reads them.

use std::fmt::Write;
use std::sync::Arc;

use mosl_bytecode::{Function, Loc, Module};

use crate::interp::frame::Frame;
use crate::vm::Vm;

/// Calls from the innermost out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Trace {
    pub(crate) calls: Vec<(u16, u32)>,
}

/// The most calls that a trace keeps.
pub(crate) const MAX_CALLS: usize = 32;

/// One call of a trace, in terms of the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceLine {
    /// Empty at module level.
    pub function: String,
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in bytes.
    pub column: u32,
    /// How many bytes of the source the expression takes; it may end on a later line.
    pub length: u32,
}

impl Vm {
    pub(crate) fn capture_trace(&self) -> Trace {
        self.capture_calls(MAX_CALLS)
    }

    /// The innermost calls, at most so many.
    pub(crate) fn capture_calls(&self, most: usize) -> Trace {
        Trace { calls: self.frames.iter().rev().take(most).map(Frame::place).collect() }
    }

    /// `file:line` of what runs.
    pub(crate) fn current_place(&self) -> Option<String> {
        let line = self.capture_trace().lines(&self.code.module).into_iter().next()?;
        Some(format!("{}:{}", line.file, line.line))
    }

    /// The number of the file whose code runs.
    pub(crate) fn current_file(&self) -> Option<u16> {
        let (func, pc) = self.frames.last()?.place();
        let function = self.code.module.functions.get(usize::from(func))?;
        Some(loc_at(function, pc)?.file)
    }

    /// The text of an uncaught error: its heading, then one line a call.
    pub(crate) fn trace_text(&self, heading: &str, trace: &Trace) -> String {
        let code = Arc::clone(&self.code);
        let mut text = heading.to_owned();
        for line in trace.lines(&code.module) {
            let _ = write!(text, "\n    at {line}");
        }
        text
    }
}

impl std::fmt::Display for TraceLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { function, file, line, column, length: _ } = self;
        if function.is_empty() {
            write!(f, "{file}:{line}:{column}")
        } else {
            write!(f, "{function} ({file}:{line}:{column})")
        }
    }
}

impl Trace {
    /// Of one place: a function's number and an instruction's.
    pub(crate) fn at(place: (u16, u32)) -> Self {
        Self { calls: vec![place] }
    }

    /// The calls in terms of the source; those without a source place are left out.
    pub fn lines(&self, module: &Module) -> Vec<TraceLine> {
        self.calls.iter().filter_map(|&(func, pc)| line(module, module.functions.get(usize::from(func))?, pc)).collect()
    }
}

fn loc_at(function: &Function, pc: u32) -> Option<Loc> {
    let at = function.locs.partition_point(|loc| loc.pc <= pc).checked_sub(1)?;
    Some(function.locs[at])
}

fn line(module: &Module, function: &Function, pc: u32) -> Option<TraceLine> {
    let loc = loc_at(function, pc)?;
    let file = module.files.get(usize::from(loc.file))?;
    let line = file.line_starts.partition_point(|start| *start <= loc.start).max(1);
    let start = file.line_starts.get(line - 1).copied().unwrap_or(0);
    let name = function.name.and_then(|id| module.strings.get(id.0 as usize));
    Some(TraceLine {
        function: name.map(|units| String::from_utf16_lossy(units)).unwrap_or_default(),
        file: file.name.clone(),
        line: line as u32,
        column: loc.start - start.min(loc.start) + 1,
        length: loc.end.saturating_sub(loc.start),
    })
}
