//! Which terminals of the grammar a token may stand for, best first. The list depends on the tokens around it only; which of
//! them it is, the grammar decides (the first that it accepts). So `{` is a block where a statement may start and an object
//! literal elsewhere, `function` a declaration where one may stand, `as` an operator only behind an expression.

use super::Tokens;
use crate::tokens::TokenKind as K;

/// Up to four terminals.
#[derive(Clone, Copy, Debug)]
pub struct Candidates {
    kinds: [K; 4],
    len: usize,
}

impl Candidates {
    const fn one(kind: K) -> Self {
        Self { kinds: [kind; 4], len: 1 }
    }

    const fn two(first: K, second: K) -> Self {
        Self { kinds: [first, second, second, second], len: 2 }
    }

    fn push(&mut self, kind: K) {
        self.kinds[self.len] = kind;
        self.len += 1;
    }

    const fn none() -> Self {
        Self { kinds: [K::Eof; 4], len: 0 }
    }

    pub fn as_slice(&self) -> &[K] {
        &self.kinds[..self.len]
    }
}

impl Tokens {
    /// The terminals that the token at `at` may stand for. `ArrowParen`, `ArrowLt` and `TypeLt` are possible only: the driver
    /// asks [`Tokens::confirms`] once the grammar accepts them, since the answer costs a look ahead.
    pub fn candidates(&self, at: usize) -> Candidates {
        let kind = self.kind(at);
        let same_line = !self.newline(at);
        match kind {
            K::LBrace => Candidates::two(K::LBrace, K::ObjectBrace),
            K::LParen => Candidates::two(K::ArrowParen, K::LParen),
            K::LBracket if same_line => Candidates::two(K::TypeBracket, K::LBracket),
            K::PlusPlus if same_line => Candidates::two(K::PostIncrement, kind),
            K::MinusMinus if same_line => Candidates::two(K::PostDecrement, kind),
            K::Bang if same_line => Candidates::two(K::NonNull, kind),
            K::Pipe => Candidates::two(K::TypePipe, kind),
            K::Amp => Candidates::two(K::TypeAmp, kind),
            K::Lt => {
                let mut all = Candidates::two(K::ArrowLt, K::TypeLt);
                all.push(K::Lt);
                all
            }
            K::In if at > 1 && self.kind(at - 2) == K::LBracket => Candidates::two(K::MappedIn, kind),
            K::Function => self.reserved(kind, K::FunctionExpr),
            K::Class => self.reserved(kind, K::ClassExpr),
            _ if kind.is_reserved() => Candidates::two(kind, K::ReservedName),
            _ if kind.is_contextual() => self.contextual(kind, at),
            _ => Candidates::one(kind),
        }
    }

    fn reserved(&self, declaration: K, expression: K) -> Candidates {
        let mut all = Candidates::two(declaration, expression);
        all.push(K::ReservedName);
        all
    }

    /// Whether a costly candidate is what the text means, given whether the grammar would also accept `<` as an operator.
    pub fn confirms(&self, candidate: K, at: usize, operator_possible: bool) -> bool {
        match candidate {
            K::ArrowParen => self.starts_arrow(at),
            K::ArrowLt => self.starts_arrow_type_params(at),
            K::TypeLt => !operator_possible || self.starts_type_args(at),
            _ => true,
        }
    }

    /// A word that is a keyword in some places: as keyword if what follows fits, else (and last) as a name.
    fn contextual(&self, kind: K, at: usize) -> Candidates {
        let mut all = Candidates::none();
        let next = self.kind(at + 1);
        let next_on_line = !self.newline(at + 1);
        let next_is_word = next.is_word() && next_on_line;
        match kind {
            K::As | K::Satisfies => {
                if !self.newline(at) {
                    all.push(kind);
                }
                if kind == K::As && next.is_word() | (next == K::Str) {
                    all.push(K::AsName);
                }
            }
            K::Is if !self.newline(at) => all.push(kind),
            K::Of | K::From | K::Implements => all.push(kind),
            K::Async => self.push_async(&mut all, at),
            K::Get | K::Set if starts_member_name(next) => all.push(kind),
            K::Type if self.is_type_keyword(at) => all.push(kind),
            K::Interface | K::Namespace if next_is_word && !is_operator_word(next) => all.push(kind),
            K::Module if next_on_line && (next.is_name() || next == K::Str) && !is_operator_word(next) => {
                all.push(kind)
            }
            K::Using if next_on_line && next.is_name() && self.is_using(at) => all.push(kind),
            K::Asserts if next_on_line && (next.is_name() || next == K::This) => all.push(kind),
            K::Keyof | K::Unique | K::Infer if starts_type(next) => all.push(kind),
            K::Abstract | K::Declare if next_is_word && !is_operator_word(next) => all.push(kind),
            K::Readonly if starts_type(next) => all.push(kind),
            _ => {}
        }
        if self.is_modifier(kind, at) {
            all.push(K::Modifier);
        }
        all.push(K::Ident);
        all
    }

    fn push_async(&self, all: &mut Candidates, at: usize) {
        if self.newline(at + 1) {
            return;
        }
        let next = self.kind(at + 1);
        let function = match next {
            K::Function => true,
            K::LParen => self.starts_arrow(at + 1),
            K::Lt => self.starts_arrow_type_params(at + 1),
            _ => next.is_name() && self.kind(at + 2) == K::Arrow,
        };
        if function {
            all.push(K::Async);
        }
        if starts_member_name(next) || next == K::Star {
            all.push(K::AsyncMethod);
        }
    }

    /// `type T = …`, and `type` in imports and exports, against a name `type`.
    fn is_type_keyword(&self, at: usize) -> bool {
        let next = self.kind(at + 1);
        if self.newline(at + 1) {
            return false;
        }
        let after = self.kind(at + 2);
        match next {
            K::LBrace | K::Star => matches!(self.kind(at.wrapping_sub(1)), K::Import | K::Export),
            // `import type from "m"` imports a default called `type`; `import type from from "m"` a type called `from`.
            K::From => after == K::From || after == K::Eq || after == K::Lt,
            // `{ type as T }` renames a value called `type`; `{ type as }` and `{ type as as T }` are about a type `as`.
            K::As => matches!(after, K::Comma | K::RBrace | K::As | K::Eq | K::Lt),
            _ => next.is_word() && !is_operator_word(next),
        }
    }

    /// `using x = …`, `for (using x of …)`; not `for (using of xs)`.
    fn is_using(&self, at: usize) -> bool {
        let after_await = at > 0 && self.kind(at - 1) == K::Await;
        let for_of = self.kind(at + 1) == K::Of && !matches!(self.kind(at + 2), K::Eq | K::Of);
        !(for_of || is_operator_word(self.kind(at + 1)) || after_await && self.newline(at))
    }

    fn is_modifier(&self, kind: K, at: usize) -> bool {
        let next = self.kind(at + 1);
        match kind {
            K::Static => starts_member_name(next) || matches!(next, K::LBrace | K::Star),
            K::Public
            | K::Private
            | K::Protected
            | K::Readonly
            | K::Override
            | K::Accessor
            | K::Abstract
            | K::Declare
            | K::Out => !self.newline(at + 1) && (starts_member_name(next) || matches!(next, K::LBrace | K::Star)),
            _ => false,
        }
    }
}

fn starts_member_name(kind: K) -> bool {
    kind.is_word() || matches!(kind, K::Str | K::Number | K::LBracket | K::PrivateName | K::BigInt)
}

fn starts_type(kind: K) -> bool {
    kind.is_word() && !is_operator_word(kind)
        || matches!(kind, K::LParen | K::LBracket | K::LBrace | K::Str | K::Number | K::Template | K::TemplateHead)
}

/// Words that continue an expression rather than start something.
fn is_operator_word(kind: K) -> bool {
    matches!(kind, K::In | K::Instanceof)
}
