//! Operators: unary, binary, logical, assignment, conditional.

use super::{E, Span};
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};

impl Context<'_> {
    pub fn binary(&self, op: BinaryOp, left: E, right: E) -> E {
        let span = left.span.to(right.span);
        self.expr(span.start, span.end, ExprKind::Binary { op, left, right })
    }

    /// `-a ** b` says neither `(-a) ** b` nor `-(a ** b)`.
    pub fn power(&self, left: E, right: E) -> E {
        if matches!(left.kind, ExprKind::Unary { .. } | ExprKind::Await(_) | ExprKind::TypeAssertion { .. }) {
            let text = self.text(left.span);
            self.report(
                SyntaxError::new(ErrorCode::UnaryPower, left.span, "the left side of `**` needs parentheses here")
                    .help(format!("write `({text}) ** …`, or put the parentheses around the whole power")),
            );
        }
        self.binary(BinaryOp::Pow, left, right)
    }

    pub fn private_in(&self, name: Name, object: E) -> E {
        let span = name.span.to(object.span);
        self.expr(span.start, span.end, ExprKind::PrivateIn { name, object })
    }

    /// `??` does not mix with `||` and `&&` without parentheses.
    pub fn logical(&self, op: LogicalOp, left: E, right: E) -> E {
        let span = left.span.to(right.span);
        let nullish = op == LogicalOp::Nullish;
        let mixed = [&left, &right].into_iter().find(|side| match side.kind {
            ExprKind::Logical { op: inner, .. } => (inner == LogicalOp::Nullish) != nullish,
            _ => false,
        });
        if let (Some(side), true) = (mixed, nullish || op == LogicalOp::Or) {
            self.report(
                SyntaxError::new(
                    ErrorCode::MixedNullish,
                    span,
                    "`??` cannot be mixed with `||` or `&&` without parentheses",
                )
                .help("put parentheses around what belongs together")
                .fix(side.span, format!("({})", self.text(side.span))),
            );
        }
        self.expr(span.start, span.end, ExprKind::Logical { op, left, right })
    }

    pub fn conditional(&self, test: E, then: E, otherwise: E) -> E {
        let span = test.span.to(otherwise.span);
        self.expr(span.start, span.end, ExprKind::Conditional { test, then, otherwise })
    }

    pub fn sequence(&self, parts: Vec<Expr>) -> E {
        let (first, last) = (parts[0].span, parts[parts.len() - 1].span);
        self.expr(first.start, last.end, ExprKind::Sequence(parts))
    }

    /// Module code is strict: `delete name` is an error.
    pub fn unary(&self, span: Span, op: UnaryOp, operand: E) -> E {
        if op == UnaryOp::Delete {
            let mut deleted = operand.without_parens();
            if let ExprKind::OptionalChain(inner) = &deleted.kind {
                deleted = inner;
            }
            match &deleted.kind {
                ExprKind::Ident(name) => self.report(
                    SyntaxError::new(
                        ErrorCode::DeleteName,
                        span,
                        format!("the variable `{}` cannot be deleted", name.text),
                    )
                    .help("`delete` removes properties: `delete object.name`"),
                ),
                ExprKind::PrivateMember { name, .. } => {
                    self.error(
                        ErrorCode::DeleteName,
                        span,
                        format!("the private field `{}` cannot be deleted", name.text),
                    );
                }
                _ => {}
            }
        }
        self.expr(span.start, span.end, ExprKind::Unary { op, operand })
    }

    pub fn update(&self, span: Span, op: UpdateOp, prefix: bool, operand: E) -> E {
        let text = if op == UpdateOp::Increment { "++" } else { "--" };
        let target = self.simple_target(operand, text);
        self.expr(span.start, span.end, ExprKind::Update { op, prefix, target })
    }

    pub fn assign(&self, op: AssignOp, target: E, value: E) -> E {
        let span = target.span.to(value.span);
        let target =
            if op == AssignOp::Assign { self.target(target) } else { self.simple_target(target, "this assignment") };
        self.expr(span.start, span.end, ExprKind::Assign { op, target, value })
    }
}
