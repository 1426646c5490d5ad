//! Where variables live, and how inner functions reach them.
//!
//! A variable is a local of its function, a cell (captured and assigned, or used before its initialisation), or a global slot.
//! Captures are found while a function's body is lowered: the first use of an outer variable adds it to the captures of every
//! function in between. A constant that is captured after its initialisation is captured by value; one that a closure captures
//! before it gets a cell besides (`Storage::Constant`), which a pass drops again where none did.

use mosl_bytecode::ErrorKind;
use mosl_syntax::ast::{Expr, SmolStr};

use super::Lowerer;
use crate::mir::{LocalId, Op, Plain, Repr, Temp};
use crate::program::{BindingId, BindingKind};

/// A variable of the source, or a hidden one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Key {
    Binding(BindingId),
    This,
    NewTarget,
    /// The running constructor, for `super(…)` in arrows.
    Callee,
    /// What `super` looks into: the prototype or constructor of a class, or an object literal.
    Home(u32),
    PrivateName(u32, SmolStr),
    /// What a class member evaluates once: a computed field name, a private method.
    Member(u32, u32),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Storage {
    Local(LocalId),
    /// The local holds the cell.
    Cell(LocalId),
    /// Assigned once: `value` from then on; `cell` for closures made earlier.
    Constant {
        cell: LocalId,
        value: LocalId,
        initialised: bool,
        early: bool,
    },
    Global(u32),
    Capture {
        index: u16,
        is_cell: bool,
    },
}

/// A capture of a function, as its parent sees it.
pub(super) struct Captured {
    pub key: Key,
    pub is_cell: bool,
}

impl Lowerer<'_> {
    /// Where a variable is for the current function; captures it where it belongs to an outer one.
    pub(super) fn lookup(&mut self, key: &Key) -> Option<Storage> {
        if let Key::Binding(id) = key
            && let Some(&slot) = self.globals.get(id)
        {
            return Some(Storage::Global(slot));
        }
        let owner = self.funcs.iter().rposition(|func| func.storage.contains_key(key))?;
        let innermost = self.funcs.len() - 1;
        let found = self.funcs[owner].storage.get_mut(key)?;
        if owner == innermost {
            return Some(*found);
        }
        let is_cell = match found {
            Storage::Cell(_) | Storage::Capture { is_cell: true, .. } => true,
            Storage::Constant { initialised: false, early, .. } => {
                *early = true;
                true
            }
            _ => false,
        };
        for level in owner + 1..=innermost {
            let func = &mut self.funcs[level];
            let index = u16::try_from(func.captures.len()).unwrap_or(u16::MAX);
            func.captures.push(Captured { key: key.clone(), is_cell });
            func.storage.insert(key.clone(), Storage::Capture { index, is_cell });
        }
        self.funcs[innermost].storage.get(key).copied()
    }

    /// The value to put into a closure of an inner function that captures `key`: the cell itself where it is one.
    pub(super) fn capture_operand(&mut self, captured: &Captured) -> Temp {
        let storage = self.lookup(&captured.key).expect("an inner function captures what its parent can reach");
        match storage {
            Storage::Cell(local) => self.get(local),
            Storage::Constant { cell, .. } if captured.is_cell => self.get(cell),
            Storage::Capture { index, .. } => self.any(Op::GetCapture(index), &[]),
            Storage::Local(local) | Storage::Constant { value: local, .. } => {
                let value = self.get(local);
                self.as_any(value)
            }
            Storage::Global(slot) => self.any(Op::GetGlobal(slot), &[]),
        }
    }

    /// Reads a variable without a check for its initialisation.
    pub(super) fn read(&mut self, key: &Key) -> Option<Temp> {
        Some(match self.lookup(key)? {
            Storage::Local(local) | Storage::Constant { value: local, initialised: true, .. } => self.get(local),
            Storage::Cell(local) => {
                let cell = self.get(local);
                self.plain(Plain::GetCell, &[cell])
            }
            Storage::Constant { cell, .. } => {
                self.mark_early(key);
                let cell = self.get(cell);
                self.plain(Plain::GetCell, &[cell])
            }
            Storage::Global(slot) => self.any(Op::GetGlobal(slot), &[]),
            Storage::Capture { index, is_cell } => {
                let value = self.any(Op::GetCapture(index), &[]);
                if is_cell { self.plain(Plain::GetCell, &[value]) } else { value }
            }
        })
    }

    fn mark_early(&mut self, key: &Key) {
        if let Some(Storage::Constant { early, .. }) = self.f().storage.get_mut(key) {
            *early = true;
        }
    }

    /// Stores into a variable; the value is converted to what it holds.
    pub(super) fn write(&mut self, key: &Key, value: Temp) {
        match self.lookup(key) {
            Some(Storage::Local(local)) => {
                let repr = self.ctx().func.local(local).repr;
                let value = self.convert(value, repr);
                self.set(local, value);
            }
            Some(Storage::Cell(local)) => {
                let value = self.as_any(value);
                let cell = self.get(local);
                self.plain_effect(Plain::SetCell, &[cell, value]);
            }
            Some(Storage::Constant { .. }) => self.initialise_constant(key, value),
            Some(Storage::Global(slot)) => {
                let value = self.as_any(value);
                self.effect(Op::SetGlobal(slot), &[value]);
            }
            Some(Storage::Capture { index, .. }) => {
                let value = self.as_any(value);
                let cell = self.any(Op::GetCapture(index), &[]);
                self.plain_effect(Plain::SetCell, &[cell, value]);
            }
            None => unreachable!("the variable {key:?} has a place"),
        }
    }

    fn initialise_constant(&mut self, key: &Key, value: Temp) {
        let Some(&Storage::Constant { cell, value: local, early, .. }) = self.ctx().storage.get(key) else { return };
        let repr = self.ctx().func.local(local).repr;
        let typed = self.convert(value, repr);
        self.set(local, typed);
        if early {
            let boxed = self.as_any(typed);
            let cell = self.get(cell);
            self.plain_effect(Plain::SetCell, &[cell, boxed]);
        }
        let known = Storage::Constant { cell, value: local, initialised: true, early };
        self.f().storage.insert(key.clone(), known);
    }

    /// A hidden variable that is assigned once, possibly after closures captured it.
    pub(super) fn declare_constant(&mut self, key: Key, name: &str, repr: Repr) {
        let cell = self.new_local(name, Repr::Any);
        let value = self.new_local(name, repr);
        let mark = self.any(Op::Uninit, &[]);
        let fresh = self.plain(Plain::NewCell, &[mark]);
        self.set(cell, fresh);
        self.f().storage.insert(key, Storage::Constant { cell, value, initialised: false, early: false });
    }

    /// A hidden variable with its value.
    pub(super) fn declare_value(&mut self, key: Key, name: &str, value: Temp) {
        let repr = self.repr(value);
        let local = self.new_local(name, repr);
        self.set(local, value);
        self.f().storage.insert(key, Storage::Local(local));
    }

    /// The value of a variable of the source, with the check for its initialisation where one is needed.
    pub(super) fn read_binding(&mut self, id: BindingId) -> Temp {
        let binding = self.binding(id);
        if let BindingKind::Namespace(file) = binding.kind {
            return self.namespace(file);
        }
        if binding.kind == BindingKind::HostFunction && !self.globals.contains_key(&id) {
            return self.host_closure(id);
        }
        let key = Key::Binding(id);
        // Read in the very code that comes before its initialisation, as a class's own name in a computed key.
        let is_early = match self.lookup(&key) {
            Some(Storage::Constant { initialised, .. }) => !initialised,
            Some(Storage::Capture { is_cell, .. }) => {
                is_cell && self.keys_of_classes > 0 && binding.kind == BindingKind::ClassInner
            }
            _ => false,
        };
        let Some(value) = self.read(&key) else { return self.read_undeclared(id) };
        if (binding.needs_init_check || is_early) && self.repr(value) == Repr::Any {
            let name = self.str(&binding.name);
            self.effect(Op::CheckInit(name), &[value]);
        }
        value
    }

    /// A binding that no declaration gave a place: a class's or function's own name seen through another binding.
    fn read_undeclared(&mut self, id: BindingId) -> Temp {
        let name = self.binding_name(id);
        self.throw_error(ErrorKind::ReferenceError, &format!("{name} is not defined"));
        self.undefined()
    }

    /// Assigns to a variable of the source after its initialisation; constants throw. `source` is what the value comes from.
    pub(super) fn assign_binding(&mut self, id: BindingId, value: Temp, source: Option<&Expr>) {
        let binding = self.binding(id);
        let key = Key::Binding(id);
        if binding.needs_init_check
            && let Some(old) = self.read(&key)
            && self.repr(old) == Repr::Any
        {
            let name = self.str(&binding.name);
            self.effect(Op::CheckInit(name), &[old]);
        }
        match binding.kind {
            _ if binding.file != self.file.id => {
                let message = format!("Assignment to constant variable '{}'", binding.name);
                self.throw_error(ErrorKind::TypeError, &message);
            }
            BindingKind::Const
            | BindingKind::Using
            | BindingKind::ClassInner
            | BindingKind::FunctionInner
            | BindingKind::Namespace(_)
            | BindingKind::Enum
            | BindingKind::HostFunction => {
                let message = format!("Assignment to constant variable '{}'", binding.name);
                self.throw_error(ErrorKind::TypeError, &message);
            }
            _ => {
                let value = self.coerce_to_binding(value, id, source);
                self.write(&key, value);
            }
        }
    }
}
