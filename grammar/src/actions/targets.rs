//! The cover grammar: what was read as an expression and turns out to be an assignment target becomes a pattern
//! (ECMAScript 2025, 13.15.1, 13.15.5). The nodes keep their ids.

use super::{E, P};
use crate::Span;
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};

impl Context<'_> {
    /// The left side of `=`, or of a `for` loop: any pattern.
    pub fn target(&self, expr: E) -> P {
        Box::new(self.to_pattern(*expr))
    }

    /// The operand of `++` and of compound assignments: a name or a member.
    pub fn simple_target(&self, expr: E, operator: &str) -> P {
        if matches!(expr.kind, ExprKind::Array(_) | ExprKind::Object(_)) {
            self.error(
                ErrorCode::InvalidTarget,
                expr.span,
                format!("{operator} needs a variable or a property, not a pattern"),
            );
            return Box::new(Pat { id: expr.id, span: expr.span, kind: PatKind::Missing, asserted: None });
        }
        self.target(expr)
    }

    fn to_pattern(&self, expr: Expr) -> Pat {
        let Expr { id, span, kind } = expr;
        let kind = match kind {
            ExprKind::Ident(name) => {
                self.check_assignable(&name);
                PatKind::Ident(name)
            }
            ExprKind::Member { .. } | ExprKind::PrivateMember { .. } | ExprKind::Index { .. } => {
                PatKind::Expr(Box::new(Expr { id, span, kind }))
            }
            ExprKind::Array(elems) => self.array_pattern(elems),
            ExprKind::Object(props) => self.object_pattern(props),
            ExprKind::Paren(inner) if !matches!(inner.kind, ExprKind::Array(_) | ExprKind::Object(_)) => {
                // The parentheses stay visible in the span: what is assigned to `(f)` is not named by it (13.15.2).
                return Pat { span, ..self.to_pattern(*inner) };
            }
            ExprKind::NonNull(inner) | ExprKind::As { expr: inner, .. } | ExprKind::Satisfies { expr: inner, .. } => {
                let asserted = Some(Span::new(inner.span.end, span.end));
                return Pat { span, asserted, ..self.to_pattern(*inner) };
            }
            ExprKind::Missing => PatKind::Missing,
            other => {
                self.report_target(&other, span);
                PatKind::Missing
            }
        };
        Pat { id, span, kind, asserted: None }
    }

    fn report_target(&self, kind: &ExprKind, span: Span) {
        let error = match kind {
            ExprKind::OptionalChain(_) => {
                SyntaxError::new(ErrorCode::OptionalChainMisuse, span, "an optional chain (`?.`) cannot be assigned to")
                    .help("test first: `if (x) x.y = …`")
            }
            ExprKind::Paren(_) => {
                SyntaxError::new(ErrorCode::InvalidTarget, span, "a pattern cannot stand in parentheses")
            }
            ExprKind::Call { .. } => {
                SyntaxError::new(ErrorCode::InvalidTarget, span, "the result of a call cannot be assigned to")
            }
            ExprKind::This => SyntaxError::new(ErrorCode::InvalidTarget, span, "`this` cannot be assigned to"),
            _ => SyntaxError::new(ErrorCode::InvalidTarget, span, "this cannot be assigned to")
                .help("the left side of an assignment is a variable, a property or a pattern"),
        };
        self.report(error);
    }

    /// `eval` and `arguments` cannot be assigned to in strict mode.
    pub fn check_assignable(&self, name: &Name) {
        if matches!(name.text.as_str(), "eval" | "arguments") {
            self.error(
                ErrorCode::ReservedWord,
                name.span,
                format!("`{}` cannot be assigned to or declared", name.text),
            );
        }
    }

    fn array_pattern(&self, elems: Vec<ArrayElem>) -> PatKind {
        let mut out = Vec::with_capacity(elems.len());
        let mut rest = None;
        let count = elems.len();
        for (at, elem) in elems.into_iter().enumerate() {
            match elem {
                ArrayElem::Hole => out.push(None),
                ArrayElem::Expr(expr) => out.push(Some(self.pattern_element(expr))),
                ArrayElem::Spread(expr) => {
                    self.check_rest_last(at + 1 == count, expr.span);
                    rest = Some(Box::new(self.to_pattern(expr)));
                }
            }
        }
        PatKind::Array { elems: out, rest }
    }

    /// A target with an optional default: `x` or `x = 1`.
    fn pattern_element(&self, expr: Expr) -> PatElem {
        match expr.kind {
            ExprKind::Assign { op: AssignOp::Assign, target, value } => PatElem { pat: *target, default: Some(*value) },
            kind => PatElem { pat: self.to_pattern(Expr { kind, ..expr }), default: None },
        }
    }

    fn object_pattern(&self, props: Vec<Prop>) -> PatKind {
        let mut out = Vec::with_capacity(props.len());
        let mut rest = None;
        let count = props.len();
        for (at, prop) in props.into_iter().enumerate() {
            match prop.kind {
                PropKind::Value { key, value } => {
                    out.push(PatProp { key, shorthand: false, value: self.pattern_element(value), span: prop.span });
                }
                PropKind::Shorthand(name) => out.extend(self.shorthand_pattern(name, None, prop.span)),
                PropKind::ShorthandDefault { name, default } => {
                    out.extend(self.shorthand_pattern(name, Some(default), prop.span));
                }
                PropKind::Method { .. } => {
                    self.error(ErrorCode::InvalidTarget, prop.span, "a method cannot stand in a pattern")
                }
                PropKind::Spread(expr) => {
                    self.check_rest_last(at + 1 == count, prop.span);
                    let pat = self.to_pattern(expr);
                    self.check_object_rest(&pat);
                    rest = Some(Box::new(pat));
                }
            }
        }
        PatKind::Object { props: out, rest }
    }

    fn shorthand_pattern(&self, name: Expr, default: Option<Expr>, span: Span) -> Option<PatProp> {
        let ExprKind::Ident(ident) = &name.kind else { return None };
        let key = PropKey::Ident(ident.clone());
        Some(PatProp { key, shorthand: true, value: PatElem { pat: self.to_pattern(name), default }, span })
    }
}
