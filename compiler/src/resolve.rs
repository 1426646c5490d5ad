//! What every name means: scopes with ECMAScript's hoisting, shadowing and dead zones, imports linked to what they import, private
//! names, and the refusals of language.md's "Out" list that a name or a form of syntax gives away. It knows no types.

mod classes;
mod declare;
mod early_use;
mod expr;
mod function;
mod link;
mod pattern;
mod reach;
mod refuse;
mod scope;
mod stmt;
mod type_names;

use std::rc::Rc;

use mosl_syntax::Span;
use mosl_syntax::ast::{
    Class, Declarator, EnumDecl, Expr, Function, InterfaceDecl, NodeId, SmolStr, TypeAlias, TypeParam,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::Diagnostic;
use crate::program::{Binding, BindingId, ClassId, ClassInfo, Facts, FileId};
use crate::project::Loaded;

/// Index into [`Resolution::type_decls`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct TypeDeclId(pub u32);

/// All that resolution learns. It borrows the trees.
#[derive(Debug)]
pub struct Resolution<'a> {
    /// By file.
    pub facts: Parts<Facts>,
    pub exports: Vec<Vec<(SmolStr, BindingId)>>,
    pub exported_types: Vec<FxHashMap<SmolStr, TypeName>>,
    pub bindings: Parts<Binding>,
    /// How each binding is declared; parallel to `bindings`.
    pub origins: Parts<Origin<'a>>,
    pub classes: Parts<ClassInfo>,
    /// Parallel to `classes`.
    pub class_nodes: Parts<&'a Class>,
    /// Classes of which it is not known what they extend: the chain is too long.
    pub cut_classes: FxHashSet<ClassId>,
    pub type_decls: Parts<TypeDecl<'a>>,
    /// By file: what the name at the head of a type reference means, by the type's node.
    pub type_names: Parts<FxHashMap<NodeId, TypeName>>,
    /// By file: the position of every assignment after the declaration, ascending.
    pub assignments: Parts<Vec<(u32, BindingId)>>,
    /// Variables that a function inside of their own assigns.
    pub inner_assigned: FxHashSet<BindingId>,
    /// By file: the position and name of every assignment to a member, ascending.
    pub member_assignments: Parts<Vec<(u32, SmolStr)>>,
    /// `var`s that some use may see before their declaration ran, so that they may be `undefined`.
    pub early_vars: Vec<BindingId>,
    pub diagnostics: Vec<Diagnostic>,
    pub(crate) reach: Rc<Reach>,
}

impl Resolution<'_> {
    fn new() -> Self {
        let reach = Rc::new(Reach::default());
        Self {
            facts: Parts::new(&reach),
            exports: Vec::new(),
            exported_types: Vec::new(),
            bindings: Parts::new(&reach),
            origins: Parts::new(&reach),
            classes: Parts::new(&reach),
            class_nodes: Parts::new(&reach),
            cut_classes: FxHashSet::default(),
            type_decls: Parts::new(&reach),
            type_names: Parts::new(&reach),
            assignments: Parts::new(&reach),
            inner_assigned: FxHashSet::default(),
            member_assignments: Parts::new(&reach),
            early_vars: Vec::new(),
            diagnostics: Vec::new(),
            reach,
        }
    }
}

/// What a type's name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TypeName {
    /// An interface or alias.
    Decl(TypeDeclId),
    Class(ClassId),
    /// The binding of an enum.
    Enum(BindingId),
    /// A type parameter: the node that declares it, in the same file.
    Param(NodeId),
    /// Declared by the standard library.
    Library,
    /// `import * as ns`: the next name of the path is looked up in the file.
    Namespace(FileId),
    /// Reported.
    Unresolved,
}

/// An interface (with all its declarations) or an alias.
#[derive(Debug)]
pub struct TypeDecl<'a> {
    pub name: SmolStr,
    pub file: FileId,
    pub kind: TypeDeclKind<'a>,
}

#[derive(Debug)]
pub enum TypeDeclKind<'a> {
    Alias(&'a TypeAlias),
    Interface(Vec<&'a InterfaceDecl>),
}

impl<'a> TypeDecl<'a> {
    pub fn params(&self) -> &'a [TypeParam] {
        match &self.kind {
            TypeDeclKind::Alias(alias) => &alias.params,
            TypeDeclKind::Interface(parts) => parts.first().map_or(&[], |part| &part.params),
        }
    }

    pub fn span(&self) -> Span {
        match &self.kind {
            TypeDeclKind::Alias(alias) => alias.name.span,
            TypeDeclKind::Interface(parts) => parts.first().map_or(Span::at(0), |part| part.name.span),
        }
    }
}

/// The syntax that declares a binding.
#[derive(Clone, Debug)]
pub enum Origin<'a> {
    /// A declarator, of which the binding may be a part; of several for one `var`, the first.
    Declarator {
        declarator: &'a Declarator,
        kind: mosl_syntax::ast::VarKind,
        nested: bool,
        repeated: bool,
    },
    /// The head of a `for-of` (`of`: its iterable) or `for-in`.
    ForHead {
        declarator: &'a Declarator,
        right: &'a Expr,
        is_of: bool,
        is_await: bool,
    },
    /// All declarations of one function: overload signatures, then the one with a body.
    Function(Vec<&'a Function>),
    Class(ClassId),
    /// A parameter: its function and its index; the last index is the rest parameter where there is one.
    Param {
        function: &'a Function,
        index: u32,
    },
    Catch(&'a mosl_syntax::ast::Catch),
    Enum(&'a EnumDecl),
    Namespace,
    Default(&'a Expr),
}

pub(crate) use classes::{children as child_statements, constructor as constructor_of};
pub(crate) use declare::pattern_names;

pub(crate) use reach::Reach;
pub use reach::{Part, Parts};

/// Resolves all files of a program. `strict` files report what others check at run time.
pub fn resolve<'a>(loaded: &'a Loaded, strict: &dyn Fn(FileId) -> bool) -> Resolution<'a> {
    resolve_part(loaded, strict, &|_| true)
}

/// Resolves what all files declare at their top, and the bodies of those that are wanted; files that import each other are wanted
/// together, for each sees how the others use it.
pub(crate) fn resolve_part<'a>(
    loaded: &'a Loaded,
    strict: &dyn Fn(FileId) -> bool,
    wanted: &dyn Fn(FileId) -> bool,
) -> Resolution<'a> {
    let mut linker = link::Linker::new(loaded);
    linker.declare_modules();
    linker.link_imports();
    let cycles: FxHashSet<u32> =
        loaded.files.iter().filter(|file| wanted(file.id)).map(|file| loaded.graph.cycle_of(file.id)).collect();
    let chosen: Vec<bool> = loaded.files.iter().map(|file| cycles.contains(&loaded.graph.cycle_of(file.id))).collect();
    linker.resolve_bodies(strict, &chosen);
    linker.finish(chosen)
}
