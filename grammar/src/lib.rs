//! The syntax of MOSL: text in, tokens and a tree out. Parsing never fails: any bytes yield a tree and a list of errors.

pub mod ast;
mod span;

pub use span::Span;
