//! Type notation.

use super::{Name, NodeId, Param, PropKey, Text};
use crate::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    pub id: NodeId,
    pub span: Span,
    pub kind: TypeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    Keyword(TypeKeyword),
    /// `A.B<C>`; the path has at least one name.
    Ref {
        path: Vec<Name>,
        args: Vec<Type>,
    },
    Str(Text),
    Num(f64),
    Bool(bool),
    /// `` `a${T}` ``: only without substitutions is it a type here (refused otherwise).
    Template {
        quasis: Vec<Text>,
        types: Vec<Type>,
    },
    Array(Box<Type>),
    Tuple(Vec<TupleElem>),
    Object(Vec<InterfaceMember>),
    Function(Box<FunctionType>),
    Constructor {
        is_abstract: bool,
        signature: Box<FunctionType>,
    },
    Union(Vec<Type>),
    Intersection(Vec<Type>),
    Keyof(Box<Type>),
    /// `typeof a.b`
    Typeof {
        path: Vec<Name>,
        args: Vec<Type>,
    },
    Indexed {
        object: Box<Type>,
        index: Box<Type>,
    },
    /// `readonly T[]`
    Readonly(Box<Type>),
    /// `x is T`, `asserts x`, `asserts x is T`; `this` is a name here.
    Predicate {
        asserts: bool,
        param: Name,
        ty: Option<Box<Type>>,
    },
    Paren(Box<Type>),
    /// Parsed so that they can be refused by name.
    UniqueSymbol,
    Conditional {
        check: Box<Type>,
        extends: Box<Type>,
        then: Box<Type>,
        otherwise: Box<Type>,
    },
    Mapped {
        param: Name,
        constraint: Box<Type>,
        name_type: Option<Box<Type>>,
        ty: Option<Box<Type>>,
    },
    Infer(Box<TypeParam>),
    Import {
        specifier: Text,
        path: Vec<Name>,
        args: Vec<Type>,
    },
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeKeyword {
    Any,
    Unknown,
    Never,
    Void,
    Undefined,
    Null,
    Number,
    String,
    Boolean,
    Symbol,
    Object,
    BigInt,
    This,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TupleElem {
    pub name: Option<Name>,
    pub optional: bool,
    pub rest: bool,
    pub ty: Type,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FunctionType {
    pub type_params: Vec<TypeParam>,
    pub this_type: Option<Type>,
    pub params: Vec<Param>,
    pub rest: Option<Box<Param>>,
    pub ret: Option<Type>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TypeParam {
    pub id: NodeId,
    pub name: Name,
    pub constraint: Option<Type>,
    pub default: Option<Type>,
    /// `const T`, `in T`, `out T` (refused later).
    pub modifiers: Option<Span>,
    pub span: Span,
}

/// A member of an interface or of an object type.
#[derive(Clone, Debug, PartialEq)]
pub struct InterfaceMember {
    pub id: NodeId,
    pub span: Span,
    pub kind: InterfaceMemberKind,
}

impl InterfaceMember {
    /// The name of a property, method or accessor.
    #[must_use]
    pub fn key(&self) -> Option<&PropKey> {
        match &self.kind {
            InterfaceMemberKind::Property { key, .. }
            | InterfaceMemberKind::Method { key, .. }
            | InterfaceMemberKind::Getter { key, .. }
            | InterfaceMemberKind::Setter { key, .. } => Some(key),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum InterfaceMemberKind {
    Property { key: PropKey, readonly: bool, optional: bool, ty: Option<Type> },
    Method { key: PropKey, optional: bool, signature: Box<FunctionType> },
    Getter { key: PropKey, ty: Option<Type> },
    Setter { key: PropKey, param: Box<Param> },
    Call(Box<FunctionType>),
    Construct(Box<FunctionType>),
    Index(IndexSignature),
    Error,
}

/// `[key: string]: T`
#[derive(Clone, Debug, PartialEq)]
pub struct IndexSignature {
    pub readonly: bool,
    pub param: Name,
    pub key: Type,
    pub value: Type,
    pub span: Span,
}
