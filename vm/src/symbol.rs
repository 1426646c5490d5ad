//! Symbols and private names: keys that equal nothing but themselves.

use crate::heap::{Cell, CellKind, Gc, Header, Heap, Tracer};
use crate::value::Value;

/// A symbol, or the private name that `#x` of one class evaluation stands for.
#[derive(Debug)]
#[repr(C)]
pub struct Symbol {
    header: Header,
    /// A string, or `undefined`. A private name's includes the `#`.
    pub description: Value,
    pub is_private: bool,
    /// Made by `Symbol.for`: the description is its key there.
    pub is_registered: bool,
}

// SAFETY: `repr(C)`, header first, the only type of its kind.
unsafe impl Cell for Symbol {
    const KIND: CellKind = CellKind::Symbol;

    fn trace(&self, tracer: &mut Tracer) {
        tracer.value(self.description);
    }
}

impl Heap {
    /// A fresh symbol.
    pub fn symbol(&mut self, description: Value) -> Value {
        self.new_symbol(description, false, false)
    }

    pub(crate) fn private_name(&mut self, description: Value) -> Value {
        self.new_symbol(description, true, false)
    }

    /// For `Symbol.for`, which keeps the registry.
    pub fn registered_symbol(&mut self, key: Value) -> Value {
        self.new_symbol(key, false, true)
    }

    fn new_symbol(&mut self, description: Value, is_private: bool, is_registered: bool) -> Value {
        Value::symbol_cell(self.alloc(Symbol { header: Header::new(0, 0, 0), description, is_private, is_registered }))
    }
}

impl Value {
    /// The symbol or private name.
    pub fn as_symbol(self) -> Option<Gc<Symbol>> {
        // SAFETY: the tag says that it is a symbol cell.
        if self.is_symbol() { self.as_cell().map(|cell| unsafe { cell.cast() }) } else { None }
    }

    pub(crate) fn is_private_name(self) -> bool {
        self.as_symbol().is_some_and(|s| s.is_private)
    }
}

/// Declares the well-known symbols, once.
macro_rules! well_known {
    ($($name:ident $text:literal,)*) => {
        /// A symbol that the language itself looks for.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum WellKnown { $($name,)* }

        impl WellKnown {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As in `Symbol.iterator`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

well_known! {
    Iterator "iterator",
    AsyncIterator "asyncIterator",
    HasInstance "hasInstance",
    ToPrimitive "toPrimitive",
    ToStringTag "toStringTag",
    Species "species",
    IsConcatSpreadable "isConcatSpreadable",
    Unscopables "unscopables",
    Match "match",
    MatchAll "matchAll",
    Replace "replace",
    Search "search",
    Split "split",
    Dispose "dispose",
    AsyncDispose "asyncDispose",
}
