//! Binding patterns and assignment targets: one tree for both.

use super::{Expr, Name, NodeId, PropKey};
use crate::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct Pat {
    pub id: NodeId,
    pub span: Span,
    pub kind: PatKind,
    /// Of an assignment's target: what is written behind it to assert its type (`as T`, `!`). It says nothing about the value, and is kept
    /// for who shows or rewrites the text.
    pub asserted: Option<Span>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PatKind {
    Ident(Name),
    /// Holes are `None`. `rest` is the pattern after `...`.
    Array {
        elems: Vec<Option<PatElem>>,
        rest: Option<Box<Pat>>,
    },
    Object {
        props: Vec<PatProp>,
        rest: Option<Box<Pat>>,
    },
    /// Only in assignments: `[a.b, c[0]] = …`; a member or index expression.
    Expr(Box<Expr>),
    Missing,
}

/// A pattern with an optional default: `x = 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct PatElem {
    pub pat: Pat,
    pub default: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PatProp {
    pub key: PropKey,
    /// `{ x }` rather than `{ x: x }`.
    pub shorthand: bool,
    pub value: PatElem,
    pub span: Span,
}
