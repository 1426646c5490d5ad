//! Calls, members, `new`, optional chains, templates and object literals.

use super::{E, Span, Tok};
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};

/// What follows `?.`.
pub enum Link {
    Name(Name),
    Private(Name),
    Index(E),
    Call(Vec<Type>, Vec<Arg>),
}

/// A property of an object literal, or tokens that are none.
pub enum RawProp {
    Prop(Prop),
    Error,
}

impl Context<'_> {
    /// `f<T>(x)`: the type arguments were read as an instantiation of `f`.
    pub fn call(&self, l: u32, r: u32, callee: E, args: Vec<Arg>) -> E {
        let (callee, type_args) = split_instantiation(callee);
        self.expr(l, r, ExprKind::Call { callee, type_args, args, optional: false })
    }

    pub fn new_expr(&self, l: u32, r: u32, callee: E, args: Vec<Arg>) -> E {
        let (callee, type_args) = split_instantiation(callee);
        self.expr(l, r, ExprKind::New { callee, type_args, args })
    }

    pub fn member_expr(&self, object: E, name: Name, optional: bool) -> E {
        let span = object.span.to(name.span);
        self.expr(span.start, span.end, ExprKind::Member { object, name, optional })
    }

    pub fn private_member(&self, object: E, name: Name) -> E {
        let span = object.span.to(name.span);
        if matches!(object.kind, ExprKind::Super) {
            self.error(
                ErrorCode::MisplacedSuper,
                span,
                "private members cannot be reached through `super`: write `this`",
            );
        }
        self.expr(span.start, span.end, ExprKind::PrivateMember { object, name, optional: false })
    }

    pub fn index(&self, span: Span, object: E, index: E) -> E {
        self.expr(span.start, span.end, ExprKind::Index { object, index, optional: false })
    }

    pub fn index_error(&self, span: Span, object: E) -> E {
        let index = self.missing(span.end.saturating_sub(1));
        self.index(span, object, index)
    }

    /// A link of an optional chain. Type arguments directly before it were read as an instantiation.
    pub fn optional(&self, span: Span, object: E, link: Link) -> E {
        let kind = match link {
            Link::Name(name) => ExprKind::Member { object, name, optional: true },
            Link::Private(name) => ExprKind::PrivateMember { object, name, optional: true },
            Link::Index(index) => ExprKind::Index { object, index, optional: true },
            Link::Call(type_args, args) => ExprKind::Call { callee: object, type_args, args, optional: true },
        };
        self.expr(span.start, span.end, kind)
    }

    pub fn tagged(&self, span: Span, tag: E, template: Template) -> E {
        if is_chain(&tag) {
            self.report(
                SyntaxError::new(
                    ErrorCode::OptionalChainMisuse,
                    span,
                    "a template cannot be tagged by an optional chain (`?.`)",
                )
                .help("put the chain in parentheses or in a variable first"),
            );
        }
        let (tag, type_args) = split_instantiation(tag);
        self.expr(span.start, span.end, ExprKind::TaggedTemplate { tag, type_args, template })
    }

    pub fn new_target(&self, l: u32, r: u32, name: Tok) -> E {
        self.check_meta(name, "new", "target");
        self.expr(l, r, ExprKind::NewTarget)
    }

    pub fn import_meta(&self, l: u32, r: u32, name: Tok) -> E {
        self.check_meta(name, "import", "meta");
        self.expr(l, r, ExprKind::ImportMeta)
    }

    fn check_meta(&self, Tok(_, span): Tok, word: &str, expected: &str) {
        if self.text(span) != expected {
            self.report(
                SyntaxError::new(ErrorCode::UnexpectedToken, span, format!("only `{expected}` can follow `{word}.`"))
                    .fix(span, expected)
                    .certain(),
            );
        }
    }

    pub fn import_call(&self, l: u32, r: u32, args: Vec<Box<Expr>>) -> E {
        self.expr(l, r, ExprKind::ImportCall(args.into_iter().map(|arg| *arg).collect()))
    }

    pub fn paren_error(&self, span: Span) -> E {
        let inner = self.missing(span.start + 1);
        self.expr(span.start, span.end, ExprKind::Paren(inner))
    }

    /// No private names. (That `__proto__: …` stands there once is checked later: patterns may have it twice.)
    pub fn object(&self, span: Span, raw: Vec<RawProp>) -> E {
        let mut props = Vec::with_capacity(raw.len());
        for prop in raw {
            let RawProp::Prop(prop) = prop else { continue };
            match &prop.kind {
                PropKind::Value { key, .. } | PropKind::Method { key, .. } if matches!(key, PropKey::Private(_)) => {
                    self.error(ErrorCode::InvalidMember, key.span(), "an object literal has no private names");
                }
                _ => {}
            }
            props.push(prop);
        }
        self.expr(span.start, span.end, ExprKind::Object(props))
    }
}

/// Whether the links from here on belong to an optional chain (parentheses end one).
fn is_chain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Member { object, optional, .. }
        | ExprKind::PrivateMember { object, optional, .. }
        | ExprKind::Index { object, optional, .. }
        | ExprKind::Call { callee: object, optional, .. } => *optional || is_chain(object),
        ExprKind::NonNull(inner) => is_chain(inner),
        ExprKind::Instantiation { expr, .. } => is_chain(expr),
        _ => false,
    }
}

fn split_instantiation(callee: E) -> (E, Vec<Type>) {
    match callee.kind {
        ExprKind::Instantiation { expr, type_args } => (expr, type_args),
        _ => (callee, Vec::new()),
    }
}
