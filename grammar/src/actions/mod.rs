//! What the grammar does when a rule is complete: builds the node, and reports the syntax errors that show there. One file per
//! family of rules. Whatever needs to know where a node stands (is this `return` inside a function?) is left to
//! [`crate::early`].

mod classes;
mod expressions;
mod functions;
mod literals;
mod modules;
mod operators;
mod patterns;
mod statements;
mod targets;
mod types;

pub(crate) use crate::{Span, Tok};
pub use classes::{ClassHead, MethodHead};
pub use expressions::{Link, RawProp};
pub use functions::{RawParam, Sig, param};
pub use modules::{ImportClause, import_same_name};
pub use patterns::{Hole, RawElem, RawPatProp, pat_prop, push_hole};
pub use statements::RawHead;
pub use types::{RawTypeItem, TypeItem};

use crate::ast::{Expr, Pat, Stmt, Type};

/// The grammar's names for the boxed nodes on its stack.
pub type E = Box<Expr>;
pub type P = Box<Pat>;
pub type S = Box<Stmt>;
pub type T = Box<Type>;

pub fn span(l: u32, r: u32) -> Span {
    Span::new(l, r.max(l))
}

/// Most lists are short and live as long as the tree: they grow from two places, not from four.
pub fn push<X>(mut list: Vec<X>, item: X) -> Vec<X> {
    if list.capacity() == 0 {
        list.reserve_exact(2);
    }
    list.push(item);
    list
}

pub fn extend<X>(mut list: Vec<X>, item: Option<X>) -> Vec<X> {
    list.extend(item);
    list
}

pub fn unbox<X>(boxed: Option<Box<X>>) -> Option<X> {
    boxed.map(|node| *node)
}
