//! Functions of the library that have nothing to do in a program where something else is not linked: who prints a Map where none can be
//! made? Such a function stays a stub until one of its makers is demanded.

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
    gate("dateText", &["construct_Date"]),
    gate("mapShown", &["construct_Map"]),
    gate("regexpText", &["makeRegExp", "regExpCreate"]),
    gate("setShown", &["construct_Set"]),
    gate("typedShown", &["typedNew", "typed_new"]),
    gate("viewShown", &["construct_DataView"]),
    Gate { name: "reportOther", makers: &["inspect"], instead: Some("briefText") },
];

/// What is not linked yet, because nothing that it is for is.
#[derive(Debug, Default)]
pub(super) struct Closed(Vec<(Func, FuncId, &'static [&'static str])>);

impl Builder<'_> {
    /// The stub of a function that is gated; `None` where it is to be written in full.
    pub fn stub(&mut self, func: Func, library: FuncId) -> Option<Code> {
        let name = self.library.mir.function(library).name.map(|name| self.library.mir.strings.text(name))?;
        let gate = GATES.iter().find(|gate| gate.name == name && self.library.function(gate.name) == Some(library))?;
        if self.is_open(gate.makers) {
            return None;
        }
        self.closed.0.push((func, library, gate.makers));
        Some(self.stub_code(library, gate.instead))
    }

    fn is_open(&self, makers: &[&str]) -> bool {
        makers.iter().any(|maker| self.is_linked(maker))
    }

    /// Writes in full what is needed after all.
    pub fn open_gates(&mut self) {
        let closed = std::mem::take(&mut self.closed.0);
        let (open, closed) = closed.into_iter().partition(|(_, _, makers)| self.is_open(makers));
        self.closed.0 = closed;
        let open: Vec<_> = open;
        self.pending.extend(open.into_iter().map(|(func, library, _)| (func, Key::Body(Unit::Library, library))));
    }
}
