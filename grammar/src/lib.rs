//! The syntax of MOSL: text in, tokens and a tree out. Parsing never fails: any bytes yield a tree and a list of errors.

pub mod ast;
mod span;
mod token;

mod layout;
mod scan;
mod tokens;

#[expect(
    clippy::boxed_local,
    clippy::vec_box,
    clippy::large_enum_variant,
    reason = "the grammar's stack holds boxes and hands them over"
)]
mod actions;
mod context;
mod deep;
mod drive;
mod generated;
mod literal;

mod early;
mod errors;
mod parse;
pub mod print;
pub mod textmate;

pub use context::MAX_DEPTH;
pub use deep::{deep, on_deepest_stack};
pub use errors::{ErrorCode, Fix, SyntaxError};
pub use parse::{MAX_LENGTH, Parsed, parse, parse_bytes};
pub use span::Span;
pub use token::{Comment, Token};
pub use tokens::{Class as TokenClass, TokenKind};

use token::Tok;
