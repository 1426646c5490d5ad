//! Tokens and comments as the later stations see them (formatter, semantic highlighting).

use crate::{Span, TokenKind};

/// A token of the text, after layout decided what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub span: Span,
    pub newline_before: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Delimiters included, the line's end not.
    pub span: Span,
    /// `/* … */` rather than `// …`.
    pub block: bool,
}

/// A token on its way into the grammar.
#[derive(Clone, Copy, Debug)]
pub struct Tok(pub TokenKind, pub Span);
