//! Patterns.

use super::Printer;
use crate::ast::*;

impl Printer {
    pub(super) fn pat(&mut self, pat: &Pat) {
        match &pat.kind {
            PatKind::Ident(name) => self.name(name),
            PatKind::Array { elems, rest } => self.list("array-pattern", |p| {
                p.each(elems, |p, elem| match elem {
                    Some(elem) => p.pat_elem(elem),
                    None => p.atom("<hole>"),
                });
                p.rest(rest.as_deref());
            }),
            PatKind::Object { props, rest } => self.list("object-pattern", |p| {
                p.each(props, |p, prop| {
                    if prop.shorthand {
                        p.pat_elem(&prop.value);
                    } else {
                        p.list("", |p| {
                            p.key(&prop.key);
                            p.pat_elem(&prop.value);
                        });
                    }
                });
                p.rest(rest.as_deref());
            }),
            PatKind::Expr(expr) => self.expr(expr),
            PatKind::Missing => self.atom("<missing>"),
        }
    }

    fn pat_elem(&mut self, elem: &PatElem) {
        match &elem.default {
            None => self.pat(&elem.pat),
            Some(default) => self.list("default", |p| {
                p.pat(&elem.pat);
                p.expr(default);
            }),
        }
    }

    fn rest(&mut self, rest: Option<&Pat>) {
        if let Some(rest) = rest {
            self.list("...", |p| p.pat(rest));
        }
    }
}
