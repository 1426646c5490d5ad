//! The features of an editor as plain functions over a checked program, with plain data in and out: spans, texts, names. Nothing here
//! knows LSP, threads or files.

pub mod names;
pub mod occurrences;
pub mod symbol;
pub mod syntax;
pub mod text;

pub mod actions;
pub mod colors;
pub mod completion;
pub mod definition;
pub mod folding;
pub mod formatting;
pub mod hierarchy;
pub mod hover;
pub mod inlay;
pub mod lens;
pub mod links;
pub mod outline;
pub mod references;
pub mod rename;
pub mod semantic;
pub mod signature;

use mosl_compiler::analysis::SourceId;
use mosl_syntax::Span;

/// A piece of a file of the program or of the library.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    pub source: SourceId,
    pub span: Span,
}
