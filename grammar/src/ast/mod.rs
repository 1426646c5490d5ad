//! The syntax tree: data only. One file per family of nodes.
//!
//! Every expression, pattern, statement, type, function and class carries a [`NodeId`], unique in its file and dense from
//! zero, so that later stations keep what they learn in side tables instead of in the tree. Broken source still has a tree:
//! a hole is [`ExprKind::Missing`], [`PatKind::Missing`], [`TypeKind::Missing`], [`StmtKind::Error`] or a [`Name`] with
//! `missing` set.

mod class;
mod expr;
mod module;
mod pat;
mod stmt;
mod ty;
pub mod visit;

pub use class::*;
pub use expr::*;
pub use module::*;
pub use pat::*;
pub use stmt::*;
pub use ty::*;

use crate::Span;
pub use smol_str::SmolStr;

/// Identifies a node within one file; dense from 0 to [`Module::node_count`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct NodeId(pub u32);

/// An identifier as written (escapes decoded), or the place where one is missing (empty text, empty span).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name {
    pub text: SmolStr,
    pub span: Span,
    pub missing: bool,
}

impl Name {
    pub fn new(text: impl Into<SmolStr>, span: Span) -> Self {
        Self { text: text.into(), span, missing: false }
    }

    pub fn missing(at: u32) -> Self {
        Self { text: SmolStr::default(), span: Span::at(at), missing: true }
    }
}

/// The value of a string or template literal: UTF-16 code units, lone surrogates allowed.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(pub Box<[u16]>);

impl Text {
    /// The text as Rust text; `None` if it holds a lone surrogate.
    pub fn to_utf8(&self) -> Option<String> {
        String::from_utf16(&self.0).ok()
    }

    pub fn to_utf8_lossy(&self) -> String {
        String::from_utf16_lossy(&self.0)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.encode_utf16().collect())
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.to_utf8_lossy(), f)
    }
}
