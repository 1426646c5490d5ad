//! Statements and declarations.

use super::{Class, Export, Expr, Function, Import, InterfaceMember, Name, NodeId, Pat, Type, TypeParam};
use crate::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    pub id: NodeId,
    pub span: Span,
    pub kind: StmtKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    Empty,
    Block(Block),
    Var(VarDecl),
    Function(Box<Function>),
    Class(Box<Class>),
    Expr(Expr),
    If {
        test: Expr,
        then: Box<Stmt>,
        otherwise: Option<Box<Stmt>>,
    },
    While {
        test: Expr,
        body: Box<Stmt>,
    },
    DoWhile {
        body: Box<Stmt>,
        test: Expr,
    },
    For {
        init: Option<ForInit>,
        test: Option<Expr>,
        update: Option<Expr>,
        body: Box<Stmt>,
    },
    ForIn {
        left: ForHead,
        right: Expr,
        body: Box<Stmt>,
    },
    /// `is_await`: `for await (… of …)`
    ForOf {
        is_await: bool,
        left: ForHead,
        right: Expr,
        body: Box<Stmt>,
    },
    Return(Option<Expr>),
    Break(Option<Name>),
    Continue(Option<Name>),
    Throw(Expr),
    Try(Box<Try>),
    Switch {
        subject: Expr,
        cases: Vec<Case>,
    },
    Labeled {
        label: Name,
        body: Box<Stmt>,
    },
    Debugger,
    Import(Box<Import>),
    Export(Box<Export>),
    TypeAlias(Box<TypeAlias>),
    Interface(Box<InterfaceDecl>),
    Enum(Box<EnumDecl>),
    /// `declare const x: T;`, `declare function f(): T;`, `declare class C {}`
    Declare(Box<Stmt>),
    /// `with (o) …`: parsed so that it can be refused by name.
    With {
        object: Expr,
        body: Box<Stmt>,
    },
    /// `namespace N {}` / `module M {}`: parsed so that it can be refused by name.
    Namespace {
        name: Name,
        body: Vec<Stmt>,
    },
    /// Tokens that are no statement; the errors tell why.
    Error,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub body: Vec<Stmt>,
    /// Braces included.
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VarKind {
    Var,
    Let,
    Const,
    Using,
    AwaitUsing,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VarDecl {
    pub kind: VarKind,
    pub declarators: Vec<Declarator>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Declarator {
    pub pat: Pat,
    /// `let x!: T`
    pub definite: bool,
    pub ty: Option<Type>,
    pub init: Option<Expr>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ForInit {
    Var(VarDecl),
    Expr(Expr),
}

/// What a `for-in`/`for-of` binds: one declarator without initialiser, or an assignment target.
#[derive(Clone, Debug, PartialEq)]
pub enum ForHead {
    Var(VarDecl),
    Pat(Pat),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    pub block: Block,
    pub handler: Option<Catch>,
    pub finalizer: Option<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Catch {
    pub param: Option<Pat>,
    pub ty: Option<Type>,
    pub body: Block,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// `None` is `default:`.
    pub test: Option<Expr>,
    pub body: Vec<Stmt>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TypeAlias {
    pub name: Name,
    pub params: Vec<TypeParam>,
    pub ty: Type,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct InterfaceDecl {
    pub id: NodeId,
    pub name: Name,
    pub params: Vec<TypeParam>,
    pub extends: Vec<Type>,
    pub members: Vec<InterfaceMember>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EnumDecl {
    pub id: NodeId,
    /// `const enum` (refused later).
    pub is_const: bool,
    pub name: Name,
    pub members: Vec<EnumMember>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EnumMember {
    pub name: super::ModuleName,
    pub init: Option<Expr>,
    pub span: Span,
}
