//! Binding patterns, and lists with holes.

use super::{E, P, Span, Tok, unbox};
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};

/// An element of a binding array.
pub enum RawElem {
    Pat(PatElem),
    Rest(P),
    Hole,
}

/// A property of a binding object.
pub enum RawPatProp {
    Prop(PatProp),
    Rest(P),
    Error,
}

/// Lists whose elements may be left out.
pub trait Hole {
    fn hole() -> Self;
}

impl Hole for RawElem {
    fn hole() -> Self {
        Self::Hole
    }
}

impl Hole for ArrayElem {
    fn hole() -> Self {
        Self::Hole
    }
}

pub fn push_hole<X: Hole>(mut list: Vec<X>) -> Vec<X> {
    list.push(X::hole());
    list
}

pub fn pat_prop(span: Span, key: PropKey, pat: Pat, default: Option<E>) -> RawPatProp {
    RawPatProp::Prop(PatProp { key, shorthand: false, value: PatElem { pat, default: unbox(default) }, span })
}

impl Context<'_> {
    pub fn binding_ident(&self, token: Tok) -> P {
        let name = self.variable_name(token);
        self.check_assignable(&name);
        let kind = if name.missing { PatKind::Missing } else { PatKind::Ident(name) };
        self.pat(token.1, kind)
    }

    pub fn array_binding(&self, span: Span, raw: Vec<RawElem>) -> P {
        let mut elems = Vec::with_capacity(raw.len());
        let mut rest = None;
        let count = raw.len();
        for (at, elem) in raw.into_iter().enumerate() {
            match elem {
                RawElem::Pat(elem) => elems.push(Some(elem)),
                RawElem::Hole => elems.push(None),
                RawElem::Rest(pat) => {
                    self.check_rest_last(at + 1 == count, pat.span);
                    rest = Some(pat);
                }
            }
        }
        self.pat(span, PatKind::Array { elems, rest })
    }

    pub fn object_binding(&self, span: Span, raw: Vec<RawPatProp>) -> P {
        let mut props = Vec::with_capacity(raw.len());
        let mut rest = None;
        let count = raw.len();
        for (at, prop) in raw.into_iter().enumerate() {
            match prop {
                RawPatProp::Prop(prop) => props.push(prop),
                RawPatProp::Error => {}
                RawPatProp::Rest(pat) => {
                    self.check_rest_last(at + 1 == count, pat.span);
                    self.check_object_rest(&pat);
                    rest = Some(pat);
                }
            }
        }
        self.pat(span, PatKind::Object { props, rest })
    }

    /// What is left of an object's properties is one object: taking it apart again would be the same as naming them.
    pub fn check_object_rest(&self, pat: &Pat) {
        if matches!(pat.kind, PatKind::Array { .. } | PatKind::Object { .. }) {
            self.error(
                ErrorCode::MisplacedRest,
                pat.span,
                "the `...` of an object pattern takes a variable, not a pattern",
            );
        }
    }

    /// In patterns and parameters nothing follows the `...`, not even a comma.
    pub fn check_rest_last(&self, last: bool, span: Span) {
        if !last {
            self.error(ErrorCode::MisplacedRest, span, "`...` must come last");
        } else if let Some(comma) = self.comma_behind(span.end) {
            self.report(
                SyntaxError::new(ErrorCode::MisplacedRest, comma, "no comma can follow the `...`")
                    .fix(comma, "")
                    .certain(),
            );
        }
    }

    pub fn shorthand_binding(&self, span: Span, name: Name, default: Option<E>) -> RawPatProp {
        let pat = self.binding_ident(Tok(crate::TokenKind::Ident, name.span));
        RawPatProp::Prop(PatProp {
            key: PropKey::Ident(name),
            shorthand: true,
            value: PatElem { pat: *pat, default: unbox(default) },
            span,
        })
    }
}
