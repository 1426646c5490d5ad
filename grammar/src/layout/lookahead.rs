//! Questions that need more than one token of lookahead, answered over tokens whose brackets are matched: is this `(` the
//! start of an arrow function's parameters, is this `<` the start of type arguments or parameters. The rules are
//! TypeScript's. Every answer looks at a bounded number of tokens, so that the whole stays linear.

use super::{NO_MATE, Tokens};
use crate::tokens::TokenKind as K;

/// Tokens (a bracket pair counts as one) that one question may look at.
const REACH: u32 = 2000;
/// Type arguments in type arguments.
const MAX_NESTING: u32 = 48;

impl Tokens {
    /// Whether the `(` at `at` starts the parameters of an arrow function or of a function type.
    pub fn starts_arrow(&self, at: usize) -> bool {
        let Some(behind) = self.behind_pair(at) else { return false };
        match self.kind(behind) {
            K::Arrow => true,
            K::Colon => self.has_return_type_and_arrow(at, behind),
            _ => false,
        }
    }

    /// `( … ): T =>`. Between a `?` and its `:` it is an arrow function only if another `:` follows for the `?`.
    fn has_return_type_and_arrow(&self, paren: usize, colon: usize) -> bool {
        if paren > 0 && self.kind(paren - 1) == K::Case {
            return false;
        }
        let mut skipper = Skipper::new(self);
        let Some(arrow) = skipper.skip_type(colon + 1, 0) else { return false };
        skipper.split == 0
            && self.kind(arrow) == K::Arrow
            && (!self.raw[paren].ternary || self.colon_follows(arrow + 1))
    }

    /// Whether the expression from `at` on is followed by a `:` that none of its own `?` takes.
    fn colon_follows(&self, mut at: usize) -> bool {
        let mut questions = 0;
        for _ in 0..REACH {
            match self.kind(at) {
                K::Question => questions += 1,
                K::Colon if questions == 0 => return true,
                K::Colon => questions -= 1,
                K::Semicolon | K::Comma | K::Eof => return false,
                kind if kind.is_closer() => return false,
                _ => {}
            }
            at = self.behind_pair(at).unwrap_or(at + 1);
        }
        false
    }

    /// Whether the `<` at `at`, after an expression, starts type arguments (TypeScript's `canFollowTypeArgumentsInExpression`).
    pub fn starts_type_args(&self, at: usize) -> bool {
        let mut skipper = Skipper::new(self);
        let Some(behind) = skipper.skip_type_args(at, 0) else { return false };
        if skipper.split != 0 {
            return false;
        }
        match self.kind(behind) {
            K::LParen | K::Template | K::TemplateHead | K::LBrace | K::Implements => true,
            K::Lt | K::Gt | K::Plus | K::Minus => false,
            kind => self.newline(behind) || !starts_expression(kind),
        }
    }

    /// Whether the `<` at `at`, at the start of an expression, starts the type parameters of an arrow function.
    pub fn starts_arrow_type_params(&self, at: usize) -> bool {
        let mut skipper = Skipper::new(self);
        skipper
            .skip_type_args(at, 0)
            .is_some_and(|paren| skipper.split == 0 && self.kind(paren) == K::LParen && self.starts_arrow(paren))
    }
}

/// Whether an expression can start with the token and a binary operator cannot be meant.
fn starts_expression(kind: K) -> bool {
    if kind.is_word() {
        return !matches!(
            kind,
            K::In | K::Instanceof | K::As | K::Satisfies | K::Extends | K::Else | K::Case | K::Default
        ) && kind != K::Of;
    }
    matches!(
        kind,
        K::LBracket | K::PrivateName | K::Number | K::BigInt | K::Unit | K::Str | K::Regex | K::Bang | K::Tilde | K::At
    ) || matches!(kind, K::PlusPlus | K::MinusMinus | K::Slash | K::SlashEq)
}

/// Steps over types without building anything.
struct Skipper<'t> {
    tokens: &'t Tokens,
    /// `>` already taken from the token at the current position (`>>` closes twice).
    split: u32,
    fuel: u32,
}

impl<'t> Skipper<'t> {
    fn new(tokens: &'t Tokens) -> Self {
        Self { tokens, split: 0, fuel: REACH }
    }

    fn kind(&mut self, at: usize) -> K {
        self.fuel = self.fuel.saturating_sub(1);
        if self.fuel == 0 { K::Eof } else { self.tokens.kind(at) }
    }

    /// From a `<` to behind its `>`; also takes type parameters with constraints and defaults.
    fn skip_type_args(&mut self, at: usize, nesting: u32) -> Option<usize> {
        if nesting > MAX_NESTING || self.kind(at) != K::Lt {
            return None;
        }
        let mut at = at + 1;
        loop {
            if self.split == 0 && self.kind(at) == K::Gt {
                return Some(at + 1);
            }
            if self.kind(at) == K::Const || (self.kind(at) == K::In && nesting == 0) {
                at += 1;
            }
            at = self.skip_type(at, nesting + 1)?;
            if self.split == 0 && self.kind(at) == K::Eq {
                at = self.skip_type(at + 1, nesting + 1)?;
            }
            match self.kind(at) {
                K::Comma if self.split == 0 => at += 1,
                kind => return self.close_angle(kind, at),
            }
        }
    }

    /// Takes one `>` from the token at `at`.
    fn close_angle(&mut self, kind: K, at: usize) -> Option<usize> {
        let width = match kind {
            K::Gt => 1,
            K::Shr => 2,
            K::Ushr => 3,
            _ => return None,
        };
        self.split += 1;
        if self.split < width {
            return Some(at);
        }
        self.split = 0;
        Some(at + 1)
    }

    /// From the first token of a type to behind its last.
    fn skip_type(&mut self, mut at: usize, nesting: u32) -> Option<usize> {
        let mut conditionals = 0;
        loop {
            at = self.skip_operand(at, nesting)?;
            if self.split > 0 {
                return Some(at);
            }
            match self.kind(at) {
                K::Pipe | K::Amp | K::Is => at += 1,
                K::Arrow if self.tokens.raw[at - 1].kind == K::RParen && self.function_type(at) => at += 1,
                K::Extends => {
                    conditionals += 1;
                    at += 1;
                }
                K::Question if conditionals > 0 => at += 1,
                K::Colon if conditionals > 0 => {
                    conditionals -= 1;
                    at += 1;
                }
                _ => return Some(at),
            }
        }
    }

    /// Whether the `=>` at `at` belongs to a function type: its parameters are a parenthesis that is followed by it directly.
    /// What is left is the arrow of the function whose return type this is.
    fn function_type(&self, at: usize) -> bool {
        let mate = self.tokens.raw[at - 1].mate;
        mate != NO_MATE && mate > 0 && self.tokens.kind(mate as usize - 1) != K::Import
    }

    fn skip_operand(&mut self, mut at: usize, nesting: u32) -> Option<usize> {
        loop {
            let next = self.kind(at + 1);
            match self.kind(at) {
                K::Keyof | K::Readonly | K::Unique | K::Infer | K::Asserts | K::Abstract | K::Out
                    if next.is_word()
                        || matches!(next, K::LParen | K::LBracket | K::LBrace) && self.kind(at) != K::Asserts =>
                {
                    at += 1;
                }
                K::Typeof | K::New | K::Pipe | K::Amp | K::Minus => at += 1,
                K::Lt => at = self.skip_type_args(at, nesting + 1)?,
                _ => break,
            }
        }
        at = match self.kind(at) {
            kind if kind.is_word() => self.skip_reference(at, nesting)?,
            K::Str | K::Number | K::Template | K::BigInt => at + 1,
            K::LParen | K::LBracket | K::LBrace => self.tokens.behind_pair(at)?,
            K::TemplateHead => self.skip_template(at)?,
            _ => return None,
        };
        while self.split == 0 && self.kind(at) == K::LBracket && !self.tokens.newline(at) {
            at = self.tokens.behind_pair(at)?;
        }
        Some(at)
    }

    /// `A.B<C>`, `import("m").A`.
    fn skip_reference(&mut self, at: usize, nesting: u32) -> Option<usize> {
        let mut at = match self.kind(at) {
            K::Import => self.tokens.behind_pair(at + 1)?,
            _ => at + 1,
        };
        while self.kind(at) == K::Dot {
            at += 2;
        }
        if self.kind(at) == K::Lt { self.skip_type_args(at, nesting + 1) } else { Some(at) }
    }

    fn skip_template(&mut self, mut at: usize) -> Option<usize> {
        while self.kind(at) != K::TemplateTail {
            at = self.tokens.behind_pair(at)? - 1;
        }
        Some(at + 1)
    }
}
