//! Layout: what lies between text and grammar. JavaScript's tokens depend on where they stand, which no context-free grammar
//! with one token of lookahead can tell. Three small files tell it:
//!
//! - [`brackets`] pulls logos over the text once, matches brackets (supplying the missing ones), and decides between regular
//!   expression and division, and between the parts of templates;
//! - [`lookahead`] answers questions that need more than one token: is this `(` the start of an arrow function, this `<` the
//!   start of type arguments, this word a keyword;
//! - [`candidates`] lists, for a token, the grammar's terminals that it may stand for, best first. The driver
//!   ([`crate::drive`]) takes the first that the grammar accepts where the parser stands.

pub mod brackets;
pub mod candidates;
pub mod lookahead;

use crate::Span;
use crate::tokens::TokenKind;

/// No matching bracket.
pub const NO_MATE: u32 = u32::MAX;

/// A token as read, before the grammar decides what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct RawToken {
    pub kind: TokenKind,
    pub span: Span,
    /// A line terminator stands before it.
    pub newline: bool,
    /// A bracket supplied because it is missing; the error is reported already.
    pub supplied: bool,
    /// Brackets: `(` after `if`, `while`, `for`, `with`; `{` of a block. `(`: see also `ternary`.
    pub flag: bool,
    /// Between a `?` and its `:`, at the same bracket level.
    pub ternary: bool,
    /// Brackets: the index of the other one.
    pub mate: u32,
}

/// The tokens of a file with brackets matched. The last one is [`TokenKind::Eof`].
#[derive(Debug, Default)]
pub struct Tokens {
    pub raw: Vec<RawToken>,
}

impl Tokens {
    pub fn kind(&self, at: usize) -> TokenKind {
        self.raw.get(at).map_or(TokenKind::Eof, |token| token.kind)
    }

    /// Whether a line terminator stands before the token (and before the end of the file).
    pub fn newline(&self, at: usize) -> bool {
        self.raw.get(at).is_none_or(|token| token.newline)
    }

    /// The index behind the bracket pair that opens at `at`.
    pub fn behind_pair(&self, at: usize) -> Option<usize> {
        let mate = self.raw.get(at)?.mate;
        (mate != NO_MATE && mate as usize > at).then_some(mate as usize + 1)
    }
}
