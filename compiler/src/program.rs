//! The checked program: what resolve and check learn about the tree, and all that lowering may ask. Data only.
//!
//! The tree stays as parsed; everything is kept beside it, by [`NodeId`] of its file.

use std::sync::Arc;

use mosl_syntax::Span;
use mosl_syntax::ast::{Module, NodeId, SmolStr};
use rustc_hash::FxHashMap;

use crate::types::{TypeId, Types};

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u16);

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BindingId(pub u32);

/// A class declaration or expression of the program; index into [`Program::classes`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ClassId(pub u32);

/// An entry file and everything that it imports.
#[derive(Debug)]
pub struct Program {
    pub files: Vec<File>,
    pub entry: FileId,
    /// Every file once, in the order in which ECMAScript evaluates their bodies.
    pub evaluation_order: Vec<FileId>,
    /// In that order: the places of the files that one waits for where files await at their top level.
    pub waits_for: Vec<Vec<u16>>,
    /// In that order: the place of the last file of the cycle.
    pub cycle_end: Vec<u16>,
    pub bindings: Vec<Binding>,
    pub classes: Vec<ClassInfo>,
    pub types: Types,
    /// Capabilities that the manifest grants, as written in `mosl.json`.
    pub capabilities: Vec<String>,
    /// Leave the files' texts out of the module: `Function.prototype.toString` then prints no source.
    pub strip_source: bool,
}

#[derive(Debug)]
pub struct File {
    pub id: FileId,
    /// As diagnostics and traces show it: a path relative to the project, or `mark:scene`.
    pub name: String,
    pub source: Arc<str>,
    /// Byte offset of each line's start.
    pub line_starts: Vec<u32>,
    pub ast: Arc<Module>,
    /// A library file (`mark:*`): its `declare function`s are host functions.
    pub is_library: bool,
    pub strict: bool,
    pub facts: Facts,
    /// What the file exports, re-exports included: exported name and the binding behind it.
    pub exports: Vec<(SmolStr, BindingId)>,
}

/// Side tables of one file.
#[derive(Debug, Default)]
pub struct Facts {
    /// The static type of each expression and pattern, by [`NodeId`]; `Types::ANY` where nothing is known.
    pub types: Vec<TypeId>,
    /// What an identifier means: identifier expressions, identifier patterns, and the names of function and class declarations and
    /// expressions (under the function's or class's node); an enum's name under the enum's node; the binding of `export default`
    /// of an expression under the statement's node; the head of a `typeof x` type under the type's node.
    pub names: FxHashMap<NodeId, Resolved>,
    /// The parameters of `catch` that `var`s of the same name write to where they stand inside, by the identifier pattern's node.
    pub catch_writes: FxHashMap<NodeId, BindingId>,
    /// The class that a class node declares.
    pub classes: FxHashMap<NodeId, ClassId>,
    /// The binding of a named class's own name inside its body (`BindingKind::ClassInner`), by the class's node.
    pub class_inner: FxHashMap<NodeId, BindingId>,
    /// What each function node needs. The initialisers of a class's instance fields count together as one function, under the
    /// class's node; each static field's initialiser and each static block as one, under the member's node.
    pub functions: FxHashMap<NodeId, FunctionInfo>,
    /// The calls of `JSON.parse` that decode into a type: its schema, as [`mosl_bytecode::schema`] writes it.
    pub decoders: FxHashMap<NodeId, Arc<str>>,
    /// `await` occurs outside all functions.
    pub top_level_await: bool,
}

impl Facts {
    /// The variable that a node names, if it names one.
    pub fn binding(&self, node: NodeId) -> Option<BindingId> {
        match self.names.get(&node) {
            Some(Resolved::Binding(id)) => Some(*id),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolved {
    Binding(BindingId),
    /// A built-in global: index into `mosl_bytecode::natives::GLOBALS`.
    Intrinsic(u16),
    /// `undefined`
    Undefined,
    /// Declared as a type only, or nowhere: an error was reported, or this is the operand of `typeof`.
    Unresolved,
}

#[derive(Clone, Debug)]
pub struct Binding {
    pub name: SmolStr,
    pub kind: BindingKind,
    pub file: FileId,
    pub span: Span,
    /// The function that declares it; `None` in the code of the module itself.
    pub function: Option<NodeId>,
    /// Declared at the top of its file (not in a block there): it lives in a global slot.
    pub is_global: bool,
    /// Some inner function uses it.
    pub captured: bool,
    /// It is assigned after its initialisation.
    pub reassigned: bool,
    /// It is declared inside a loop body or head, so that each iteration has its own.
    pub in_loop: bool,
    /// Some use may run before the initialisation: such uses check.
    pub needs_init_check: bool,
    /// Declared with a type and without a value: whoever reads it may come before the value.
    pub late: bool,
    /// The declared or inferred type.
    pub ty: TypeId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindingKind {
    Var,
    Let,
    Const,
    /// `using`, `await using`
    Using,
    Function,
    Class,
    /// The class's own name inside its body; constant.
    ClassInner,
    /// The own name of a named function expression; assignments to it throw.
    FunctionInner,
    Param,
    Catch,
    Enum,
    /// `import * as ns`
    Namespace(FileId),
    /// `declare function` of a library file.
    HostFunction,
    /// `export default` of an expression.
    DefaultExport,
}

#[derive(Clone, Debug, Default)]
pub struct FunctionInfo {
    /// It, or an arrow inside it, uses `this` or `super`.
    pub uses_this: bool,
    pub uses_new_target: bool,
    /// Bindings of outer functions (and of the module's inner blocks), global ones excepted, that it or its inner functions use, each once.
    pub captures: Vec<BindingId>,
    /// The declared or inferred type of what a call yields (not wrapped in a promise).
    pub ret: TypeId,
    /// The function's value is used other than by calling it directly.
    pub escapes: bool,
}

#[derive(Clone, Debug)]
pub struct ClassInfo {
    pub file: FileId,
    pub node: NodeId,
    pub name: SmolStr,
    /// The superclass, where it is statically a class of this program.
    pub superclass: Option<ClassId>,
    /// Evaluated at most once with a statically known chain of superclasses: its instances have fields at fixed slots.
    pub fixed_layout: bool,
    /// Own instance fields with public names, in order of definition: declared ones, then those that only the constructor assigns.
    pub fields: Vec<FieldInfo>,
}

#[derive(Clone, Debug)]
pub struct FieldInfo {
    pub name: SmolStr,
    pub ty: TypeId,
    /// Written as a field of the class, not only assigned in the constructor.
    pub declared: bool,
    /// It has a written type: every write is checked against it.
    pub annotated: bool,
    pub persist: bool,
    pub synced: bool,
}
