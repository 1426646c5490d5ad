//! Scopes, and what is kept about a function while its body is walked. Data and look-up only.

use mosl_syntax::Span;
use mosl_syntax::ast::{NodeId, SmolStr};
use rustc_hash::{FxHashMap, FxHashSet};

use super::TypeName;
use crate::program::{BindingId, FunctionInfo};

/// A value name in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Value {
    Binding(BindingId),
    /// Index into the file's imports.
    Import(u32),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ScopeKind {
    Module,
    /// Parameters, the own name of a function expression or class, type parameters.
    Head,
    /// The top of a function's body.
    Body,
    Block,
    Switch,
}

#[derive(Debug)]
pub(super) struct Scope {
    pub kind: ScopeKind,
    pub values: FxHashMap<SmolStr, Value>,
    pub types: FxHashMap<SmolStr, TypeName>,
}

impl Scope {
    pub fn new(kind: ScopeKind) -> Self {
        Self { kind, values: FxHashMap::default(), types: FxHashMap::default() }
    }
}

/// A function around the current place; the bottom one is the module itself.
#[derive(Debug)]
pub(super) struct Frame {
    /// `None` for the module.
    pub id: Option<NodeId>,
    pub role: FrameRole,
    pub is_async: bool,
    pub is_generator: bool,
    /// Index into [`super::early_use::EarlyUse`]'s functions.
    pub meta: u32,
    pub info: FunctionInfo,
    pub captured: FxHashSet<BindingId>,
    /// How many loops of this function are around the current place.
    pub loops: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FrameRole {
    Module,
    Function,
    Arrow,
    /// Methods, getters, setters: `super.x` is allowed.
    Method,
    /// `super()` is allowed where the class extends another.
    Constructor,
    /// Field initialisers and static blocks: `this` is the instance or class, no `return`.
    Initializer,
}

impl Frame {
    pub fn new(id: Option<NodeId>, role: FrameRole, meta: u32) -> Self {
        Self {
            id,
            role,
            is_async: false,
            is_generator: false,
            meta,
            info: FunctionInfo::default(),
            captured: FxHashSet::default(),
            loops: 0,
        }
    }
}

/// What only resolution needs to know of a binding; parallel to the bindings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetime {
    /// The source position from which on it is initialised.
    pub ready: u32,
    /// Of a binding declared in a `switch`: its case. Elsewhere a use is not sure to have passed the declaration.
    pub case: Option<Span>,
    /// A `var` inside a nested statement.
    pub nested: bool,
}
