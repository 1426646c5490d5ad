//! The tokens that recovery may suppose to be missing, as a table; [`super::recover`] tries them in order.

use crate::tokens::TokenKind as K;

/// Tokens that may be missing.
pub struct Supposed {
    pub kinds: &'static [K],
    pub when: When,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// The innermost bracket is never closed: it is closed here.
    Unclosed,
    /// The same, and the statement ends with its line.
    UnclosedLine,
    /// After `if`, `while` and the like: the parenthesis around what follows.
    Header,
}

const fn always(kinds: &'static [K]) -> Supposed {
    Supposed { kinds, when: When::Always }
}

const fn unclosed(kinds: &'static [K]) -> Supposed {
    Supposed { kinds, when: When::Unclosed }
}

const fn unclosed_line(kinds: &'static [K]) -> Supposed {
    Supposed { kinds, when: When::UnclosedLine }
}

/// Likeliest first.
pub const SUPPOSED: &[Supposed] = &[
    unclosed(&[K::RParen]),
    unclosed(&[K::RBracket]),
    unclosed_line(&[K::RParen, K::InsertedSemicolon]),
    unclosed_line(&[K::RBracket, K::InsertedSemicolon]),
    always(&[K::InsertedSemicolon]),
    always(&[K::Comma]),
    always(&[K::Ident]),
    always(&[K::Ident, K::InsertedSemicolon]),
    unclosed(&[K::Ident, K::RParen]),
    unclosed_line(&[K::Ident, K::RParen, K::InsertedSemicolon]),
    always(&[K::Colon, K::Ident]),
    always(&[K::Colon, K::Ident, K::InsertedSemicolon]),
    always(&[K::Colon]),
    always(&[K::Eq]),
    always(&[K::Arrow]),
    Supposed { kinds: &[K::LParen], when: When::Header },
    always(&[K::LParen, K::RParen]),
    always(&[K::Ident, K::LParen, K::RParen]),
    always(&[K::LBrace, K::RBrace]),
    always(&[K::LParen, K::RParen, K::LBrace, K::RBrace]),
    always(&[K::Ident, K::LParen, K::RParen, K::LBrace, K::RBrace]),
    always(&[K::Ident, K::LBrace, K::RBrace]),
    always(&[K::Eq, K::Ident, K::InsertedSemicolon]),
    always(&[K::Ident, K::Eq, K::Ident, K::InsertedSemicolon]),
    always(&[K::Arrow, K::Ident]),
    always(&[K::Arrow, K::Ident, K::InsertedSemicolon]),
    always(&[K::While, K::LParen, K::Ident, K::RParen, K::DoWhileSemicolon]),
    always(&[K::LParen, K::Ident, K::RParen]),
    always(&[K::LParen, K::Ident, K::RParen, K::InsertedSemicolon]),
    always(&[K::From, K::Str, K::InsertedSemicolon]),
    always(&[K::Str, K::InsertedSemicolon]),
    always(&[K::Gt]),
    always(&[K::Ident, K::Gt]),
];
