//! The wording of type errors: what flows where it does not fit.

use mosl_syntax::Span;
use mosl_syntax::ast::{ArrayElem, Expr, ExprKind, Prop, PropKind, SmolStr};

use super::Checker;
use super::members::key_name;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{EXCESS_PROPERTY, MISSING_PROPERTY, TYPE_MISMATCH};
use crate::diagnostics::suggest::nearest;
use crate::types::{Type, TypeId, Types};

pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

impl<'a> Checker<'a> {
    /// Runs `work` without reporting.
    pub(super) fn silently<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.silent += 1;
        let result = work(self);
        self.silent = self.silent.saturating_sub(1);
        result
    }

    /// Reports if a value of type `from` may not flow into a place of type `to`. Says whether it may.
    pub(super) fn check_flow(&mut self, from: TypeId, to: TypeId, expr: &'a Expr) -> bool {
        if !self.assignable(from, to) {
            // A misspelt property explains what is missing.
            let before = self.diagnostics.len();
            self.check_excess(to, expr);
            if self.diagnostics.len() == before {
                self.report_mismatch(from, to, expr);
            }
            return false;
        }
        self.check_excess(to, expr);
        true
    }

    /// Blames the innermost part of a literal that does not fit.
    fn report_mismatch(&mut self, from: TypeId, to: TypeId, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Paren(inner) => return self.report_mismatch(from, to, inner),
            ExprKind::Conditional { then, otherwise, .. } => {
                for side in [then, otherwise] {
                    let ty = self.node_type(side);
                    if !self.assignable(ty, to) {
                        self.report_mismatch(ty, to, side);
                    }
                }
                return;
            }
            ExprKind::Object(props) if self.blame_property(props, from, to) || self.blame_misspelt(props, to) => return,
            ExprKind::Array(elems) => {
                if let Some(elem) = self.element_of(to).filter(|_| !matches!(self.types.get(to), Type::Tuple(_))) {
                    let mut blamed = false;
                    for item in elems {
                        if let mosl_syntax::ast::ArrayElem::Expr(item) = item {
                            let ty = self.node_type(item);
                            if !self.assignable(ty, elem) {
                                self.report_mismatch(ty, elem, item);
                                blamed = true;
                            }
                        }
                    }
                    if blamed {
                        return;
                    }
                }
            }
            _ => {}
        }
        self.report_mismatch_at(from, to, expr.span);
    }

    fn node_type(&self, expr: &Expr) -> TypeId {
        self.node_types[usize::from(self.file.0)].get(expr.id.0 as usize).copied().unwrap_or(Types::ANY)
    }

    fn blame_property(&mut self, props: &'a [mosl_syntax::ast::Prop], from: TypeId, to: TypeId) -> bool {
        let mut blamed = false;
        for prop in props {
            let (PropKind::Value { key, .. } | PropKind::Method { key, .. }) = &prop.kind else { continue };
            let Some(name) = key_name(key) else { continue };
            let (Some(found), Some(wanted)) = (self.member(from, &name), self.member(to, &name)) else { continue };
            if !self.assignable(found.ty, wanted.ty) {
                match &prop.kind {
                    PropKind::Value { value, .. } => self.report_mismatch(found.ty, wanted.ty, value),
                    _ => self.report_mismatch_at(found.ty, wanted.ty, key.span()),
                }
                blamed = true;
            }
        }
        blamed
    }

    /// A property that looks like a misspelt one of the expected type explains why that is missing.
    fn blame_misspelt(&mut self, props: &'a [mosl_syntax::ast::Prop], to: TypeId) -> bool {
        let to = self.expand(to);
        if !matches!(self.types.get(to), Type::Object(_) | Type::Interface { .. }) {
            return false;
        }
        let known = self.member_names(to);
        let mut blamed = false;
        for prop in props {
            let (PropKind::Value { key, .. } | PropKind::Method { key, .. }) = &prop.kind else { continue };
            let Some(name) = key_name(key).filter(|name| !known.contains(name)) else { continue };
            if let Some(near) = nearest(&name, known.iter().map(SmolStr::as_str)) {
                let message = format!("`{}` has no property `{name}`", self.types.print(to));
                let diagnostic = Diagnostic::new(&EXCESS_PROPERTY, self.file, key.span(), message, "not known");
                self.report(diagnostic.suggest(key.span(), Some(near)));
                blamed = true;
            }
        }
        blamed
    }

    pub(super) fn report_mismatch_at(&mut self, from: TypeId, to: TypeId, span: Span) {
        let (from, to) = (self.shown(from), self.shown(to));
        let (expected, found) = (self.types.print(to), self.types.print(from));
        if let Some(missing) = self.missing_member(from, to) {
            let message = format!("`{missing}` is missing: a `{expected}` has it");
            let label = format!("expected `{expected}`");
            self.report(
                Diagnostic::new(&MISSING_PROPERTY, self.file, span, message, label).help(format!("found `{found}`")),
            );
            return;
        }
        let message = format!("expected `{expected}`, found `{found}`");
        let mut diagnostic = Diagnostic::new(&TYPE_MISMATCH, self.file, span, message, format!("this is `{found}`"));
        let plain = self.without_nullish(from);
        if plain != from && plain != Types::NEVER && self.assignable(plain, to) {
            diagnostic = diagnostic.help("check that it is there first, or give a fallback with `??`");
        } else if let (Type::StrLit(text), Some(near)) = (self.types.get(from).clone(), self.nearest_literal(from, to))
        {
            let source = self.text(span);
            if source.len() == text.len() + 2 {
                let quote = &source[..1];
                let near = format!("{quote}{near}{quote}");
                diagnostic = diagnostic.suggest(span, Some(&near));
            }
        } else if to == Types::MRK && matches!(self.types.get(from), Type::NumLit(_)) {
            let text = format!("{}mrk", self.text(span));
            diagnostic = diagnostic.help(format!("an amount is written with its unit: `{text}`")).fix(
                "add the unit",
                span,
                text,
            );
        } else if let Some(what) = self.why_not(from, to) {
            diagnostic = diagnostic.help(what);
        }
        self.report(diagnostic);
    }

    fn why_not(&mut self, from: TypeId, to: TypeId) -> Option<String> {
        let objects = |checker: &Self, ty| {
            matches!(checker.types.get(ty), Type::Object(_) | Type::Interface { .. } | Type::Class { .. })
        };
        if matches!(self.types.get(to), Type::Class { .. }) && objects(self, from) {
            return Some("classes are told apart by name: make one with `new`".into());
        }
        if objects(self, from) && objects(self, to) {
            self.structurally_lacks(from, to).map(|(_, what)| what)
        } else {
            None
        }
    }

    /// The nearest of the texts that a type admits.
    pub(super) fn nearest_literal(&mut self, from: TypeId, to: TypeId) -> Option<String> {
        let Type::StrLit(text) = self.types.get(from).clone() else { return None };
        let to = self.expand(to);
        let parts = self.types.parts(to);
        let known: Vec<SmolStr> = parts
            .into_iter()
            .filter_map(|part| match self.types.get(part) {
                Type::StrLit(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        nearest(&text, known.iter().map(SmolStr::as_str)).map(str::to_owned)
    }

    /// A member that an object type requires and a value lacks.
    fn missing_member(&mut self, from: TypeId, to: TypeId) -> Option<SmolStr> {
        if !matches!(self.types.get(to), Type::Object(_) | Type::Interface { .. })
            || !matches!(self.types.get(from), Type::Object(_) | Type::Interface { .. } | Type::Class { .. })
        {
            return None;
        }
        let names = self.member_names(to);
        names.into_iter().find(|name| {
            let required = self.member(to, name).is_some_and(|member| !member.optional);
            required && !name.starts_with('@') && self.member(from, name).is_none()
        })
    }

    /// Properties of object literals that their types do not know, however deep the literals are.
    pub(super) fn check_excess(&mut self, to: TypeId, expr: &'a Expr) {
        match &expr.without_parens().kind {
            ExprKind::Object(props) => {
                let to = self.object_context(to, props);
                self.check_excess_props(to, props);
            }
            ExprKind::Array(elems) => {
                let Some(to) = self.list_context(to) else { return };
                for (index, elem) in elems.iter().enumerate() {
                    let ArrayElem::Expr(value) = elem else { break };
                    let wanted = match self.types.get(to).clone() {
                        Type::Tuple(tuple) => self.tuple_elem(&tuple, index),
                        _ => self.element_of(to),
                    };
                    if let Some(wanted) = wanted {
                        self.check_excess(wanted, value);
                    }
                }
            }
            ExprKind::Conditional { then, otherwise, .. } => {
                self.check_excess(to, then);
                self.check_excess(to, otherwise);
            }
            _ => {}
        }
    }

    fn check_excess_props(&mut self, to: TypeId, props: &'a [Prop]) {
        let parts: Vec<TypeId> = self.types.parts(to).into_iter().filter(|part| !self.is_primitive(*part)).collect();
        let one = parts.len() == 1;
        let closed = !parts.is_empty() && parts.iter().all(|part| self.is_closed(*part, one));
        let mut known: Vec<SmolStr> = Vec::new();
        if closed {
            known.extend(parts.iter().flat_map(|part| self.member_names(*part)));
        }
        for prop in props {
            let (name, span, value) = match &prop.kind {
                PropKind::Value { key, value } => (key_name(key), key.span(), Some(value)),
                PropKind::Method { key, .. } => (key_name(key), key.span(), None),
                PropKind::Shorthand(Expr { kind: ExprKind::Ident(name), .. }) => {
                    (Some(name.text.clone()), name.span, None)
                }
                _ => (None, prop.span, None),
            };
            let Some(name) = name else { continue };
            if closed && !known.is_empty() && !known.contains(&name) {
                let near = nearest(&name, known.iter().map(SmolStr::as_str));
                let message = format!("`{}` has no property `{name}`", self.types.print(to));
                let diagnostic = Diagnostic::new(&EXCESS_PROPERTY, self.file, span, message, "not known");
                self.report(diagnostic.suggest(span, near));
            } else if let Some(value) = value
                && let Some(wanted) = self.prop_context(to, &name)
            {
                self.check_excess(wanted, value);
            }
        }
    }

    /// Whether a type lists all the properties that a literal of it has.
    fn is_closed(&mut self, part: TypeId, one: bool) -> bool {
        let part = self.expand(part);
        let closed = match self.types.get(part).clone() {
            Type::Object(object) => !object.open && (!object.props.is_empty() || one),
            Type::Interface { decl, .. } => self.decls[decl.0 as usize].file.is_some(),
            Type::Intersection(parts) => parts.iter().all(|part| self.is_closed(*part, one)),
            _ => false,
        };
        closed && self.index_types(part) == (None, None)
    }
}
