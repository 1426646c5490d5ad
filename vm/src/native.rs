//! What a built-in function looks like, and the table that leads from its number to its implementation.

use std::sync::OnceLock;

use mosl_bytecode::natives::{self, NATIVES};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::natives::{CONSTANTS, FAMILIES};
use crate::refusal::Refusal;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// Something was thrown: a value, which waits in the VM, or a trap, which ends the turn and which no script catches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Throw {
    Exception,
    Trap,
}

pub type Completion<T = Value> = Result<T, Throw>;

/// A built-in function.
pub type NativeFn = fn(&mut Vm, Args<'_>) -> Completion;

/// The arguments of a call to a native. All of them stay alive until it returns.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a> {
    pub this: Value,
    /// `undefined` for a call without `new`.
    pub new_target: Value,
    /// The function object that runs.
    pub callee: Value,
    values: &'a [Value],
}

impl<'a> Args<'a> {
    pub fn new(this: Value, values: &'a [Value], callee: Value, new_target: Value) -> Self {
        Self { this, new_target, callee, values }
    }

    /// The argument at `index`, `undefined` where it is missing.
    #[inline]
    pub fn get(&self, index: usize) -> Value {
        self.values.get(index).copied().unwrap_or(Value::UNDEFINED)
    }

    /// How many arguments were passed.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn all(&self) -> &'a [Value] {
        self.values
    }

    /// The arguments from `from` on.
    pub fn rest(&self, from: usize) -> &'a [Value] {
        self.values.get(from..).unwrap_or(&[])
    }
}

/// A built-in property that is no function.
#[derive(Clone, Copy, Debug)]
pub enum Constant {
    Number(f64),
    Str(&'static str),
    Symbol(WellKnown),
    /// One of MOSL's own values, made on first use.
    Made(fn(&mut Vm) -> Value),
}

/// The implementation of a line of the native table; looked for once in the life of the process.
pub(crate) fn implementation(id: u16) -> NativeFn {
    static TABLE: [OnceLock<NativeFn>; NATIVES.len()] = [const { OnceLock::new() }; NATIVES.len()];
    let id = usize::from(id);
    *TABLE[id].get_or_init(|| {
        let mut all = FAMILIES.iter().flat_map(|family| family.iter());
        all.find(|(name, _)| *name == NATIVES[id].name).map_or(missing, |(_, implementation)| *implementation)
    })
}

fn missing(vm: &mut Vm, args: Args) -> Completion {
    let name = vm.function_name(args.callee);
    Err(vm.refuse(Refusal::MissingBuiltin, &name))
}

/// Functions and constants that are declared and that nothing implements, and implementations that are not declared.
pub fn mismatches() -> Vec<String> {
    let table: FxHashMap<&str, ()> = NATIVES.iter().map(|decl| (decl.name, ())).collect();
    let built: FxHashMap<&str, ()> =
        FAMILIES.iter().flat_map(|family| family.iter().map(|(name, _)| (*name, ()))).collect();
    let missing =
        NATIVES.iter().filter(|d| !built.contains_key(d.name)).map(|d| format!("not implemented: {}", d.name));
    let unknown = built.keys().filter(|name| !table.contains_key(*name)).map(|name| format!("not declared: {name}"));
    missing.chain(unknown).chain(missing_constants()).collect()
}

/// A constant that nothing makes. Those that scripts do not see (`Map.prototype[Symbol.toStringTag]`) need no declaration.
fn missing_constants() -> impl Iterator<Item = String> {
    let made: FxHashSet<&str> = constants().map(|(name, _)| name).collect();
    natives::CONSTANTS.iter().filter(move |name| !made.contains(**name)).map(|name| format!("not made: {name}"))
}

/// The built-in constants by name.
pub(crate) fn constants() -> impl Iterator<Item = (&'static str, Constant)> {
    CONSTANTS.iter().flat_map(|family| family.iter().copied())
}
