//! Functions of the library and of the runtime that have nothing to do in a program where something else is not linked: who prints a Map
//! where none can be made? Such a function stays a stub until one of its makers is demanded.

use super::build::{Builder, Code, Func, Key, Unit};
use crate::mir::FuncId;

/// A function of the library, what makes the objects that it is for (functions of the library, or of the runtime), and what to call
/// instead where none of them is linked.
struct Gate {
    name: &'static str,
    makers: &'static [&'static str],
    instead: Option<&'static str>,
}

const fn gate(name: &'static str, makers: &'static [&'static str]) -> Gate {
    Gate { name, makers, instead: None }
}

const GATES: &[Gate] = &[
    gate("bufferShown", &["wrapBytes", "plainBuffer"]),
    gate("collectionCount", &["construct_Map", "construct_Set"]),
    gate("indentedText", &["console_group", "console_groupCollapsed"]),
    gate("localText", &["Array_prototype_toLocaleString", "TypedArray_prototype_toLocaleString"]),
    gate("dateText", &["construct_Date"]),
    gate("mapShown", &["construct_Map"]),
    gate("regexpText", &["makeRegExp", "regExpCreate"]),
    gate("setShown", &["construct_Set"]),
    gate("typedShown", &["typedNew", "typed_new"]),
    gate("viewShown", &["construct_DataView"]),
    Gate { name: "reportOther", makers: &["inspect"], instead: Some("briefText") },
];

/// Functions of the runtime that are called with such values alone as these makers make.
const RUNTIME_GATES: &[(&[&str], &[&str])] = &[
    (&["get_typed", "own_of_typed", "set_typed", "typed_count"], &["typedNew"]),
    (&["component", "equal_vecs"], &["vecNew"]),
    (&["mrk_compare"], &["mrkFromWords"]),
    (&["value_arith", "value_negate"], &["mrkFromWords", "vecNew"]),
];

/// What is not linked yet, because nothing that it is for is.
#[derive(Debug, Default)]
pub(super) struct Closed {
    library: Vec<(Func, FuncId, &'static [&'static str])>,
    /// By the runtime's numbers.
    runtime: Vec<(u32, &'static [&'static str])>,
}

impl Closed {
    /// Whether a function of the runtime is a stub.
    pub fn is_closed(&self, number: u32) -> bool {
        self.runtime.iter().any(|(closed, _)| *closed == number)
    }
}

impl Builder<'_> {
    /// The stub of a function that is gated; `None` where it is to be written in full.
    pub fn stub(&mut self, func: Func, library: FuncId) -> Option<Code> {
        let name = self.library.mir.function(library).name.map(|name| self.library.mir.strings.text(name))?;
        let gate = GATES.iter().find(|gate| gate.name == name && self.library.function(gate.name) == Some(library))?;
        if self.is_open(gate.makers) {
            return None;
        }
        self.closed.library.push((func, library, gate.makers));
        Some(self.stub_code(library, gate.instead))
    }

    fn is_open(&self, makers: &[&str]) -> bool {
        makers.iter().any(|maker| self.is_linked(maker))
    }

    /// Whether a function of the runtime that is demanded stays a stub for now.
    pub fn close_runtime(&mut self, number: u32) -> bool {
        let Some(name) = self.runtime.name(number) else { return false };
        let makers = RUNTIME_GATES.iter().find(|(names, _)| names.contains(&name)).map(|(_, makers)| *makers);
        let Some(makers) = makers.filter(|makers| !self.is_open(makers)) else { return false };
        self.closed.runtime.push((number, makers));
        true
    }

    /// Writes in full what is needed after all.
    pub fn open_gates(&mut self) {
        let closed = std::mem::take(&mut self.closed);
        let (open, library): (Vec<_>, Vec<_>) =
            closed.library.into_iter().partition(|(_, _, makers)| self.is_open(makers));
        let (open_runtime, runtime): (Vec<_>, Vec<_>) =
            closed.runtime.into_iter().partition(|(_, makers)| self.is_open(makers));
        self.closed = Closed { library, runtime };
        self.pending.extend(open.into_iter().map(|(func, library, _)| (func, Key::Body(Unit::Library, library))));
        open_runtime.into_iter().for_each(|(number, _)| self.runtime_uses(number));
    }
}
