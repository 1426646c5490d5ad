//! Functions and classes.

use super::{Block, Expr, Name, NodeId, Pat, Type, TypeParam};
use crate::Span;

/// A function declaration, function expression, arrow, method, accessor or constructor.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub id: NodeId,
    pub kind: FunctionKind,
    pub is_async: bool,
    pub is_generator: bool,
    /// Own name, for declarations and named expressions.
    pub name: Option<Name>,
    pub type_params: Vec<TypeParam>,
    /// `this: T` written as first parameter.
    pub this_type: Option<Type>,
    pub params: Vec<Param>,
    pub rest: Option<Box<Param>>,
    pub ret: Option<Type>,
    pub body: FunctionBody,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    Declaration,
    Expression,
    Arrow,
    Method,
    Getter,
    Setter,
    Constructor,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FunctionBody {
    Block(Block),
    /// The concise body of an arrow.
    Expr(Box<Expr>),
    /// An overload signature, an abstract method, or a declaration in an interface file.
    None,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    pub pat: Pat,
    /// `x?: T`
    pub optional: bool,
    pub ty: Option<Type>,
    pub default: Option<Expr>,
    /// `public x` and so on (refused later): the span of the modifiers.
    pub property: Option<Span>,
    pub decorators: Vec<Decorator>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    pub id: NodeId,
    pub name: Option<Name>,
    pub is_abstract: bool,
    pub type_params: Vec<TypeParam>,
    pub superclass: Option<Box<Expr>>,
    pub super_args: Vec<Type>,
    pub implements: Vec<Type>,
    pub members: Vec<ClassMember>,
    pub decorators: Vec<Decorator>,
    pub span: Span,
    /// Braces included.
    pub body_span: Span,
}

/// `@name` or `@name(args)`; the expression after the `@`.
#[derive(Clone, Debug, PartialEq)]
pub struct Decorator {
    pub expr: Expr,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ClassMember {
    pub id: NodeId,
    pub span: Span,
    pub decorators: Vec<Decorator>,
    pub modifiers: Modifiers,
    pub kind: MemberKind,
}

impl ClassMember {
    /// The name of a field or method.
    #[must_use]
    pub fn key(&self) -> Option<&PropKey> {
        match &self.kind {
            MemberKind::Field { key, .. } | MemberKind::Method { key, .. } => Some(key),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Modifiers {
    pub is_static: bool,
    pub is_abstract: bool,
    pub is_override: bool,
    pub is_readonly: bool,
    pub is_declare: bool,
    /// `accessor x = 1` (refused later).
    pub is_accessor: bool,
    pub access: Option<Access>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Public,
    Protected,
    Private,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MemberKind {
    Field {
        key: PropKey,
        optional: bool,
        definite: bool,
        ty: Option<Type>,
        init: Option<Expr>,
    },
    /// Methods, getters, setters, generators, the constructor (see [`FunctionKind`]).
    Method {
        key: PropKey,
        optional: bool,
        function: Box<Function>,
    },
    StaticBlock(Block),
    IndexSignature(super::IndexSignature),
    /// Tokens that are no member; the errors tell why.
    Error,
}

/// The name of a property, class member or pattern property.
#[derive(Clone, Debug, PartialEq)]
pub enum PropKey {
    Ident(Name),
    Str(super::Text, Span),
    Num(f64, Span),
    Private(Name),
    Computed(Box<Expr>),
}

impl PropKey {
    pub fn span(&self) -> Span {
        match self {
            Self::Ident(name) | Self::Private(name) => name.span,
            Self::Str(_, span) | Self::Num(_, span) => *span,
            Self::Computed(expr) => expr.span,
        }
    }
}
