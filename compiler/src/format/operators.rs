//! Binary and logical operators: chains of one precedence break together, before their right operands.

use mosl_syntax::ast::*;

use super::Formatter;
use super::doc::{Doc, docs, line, softline};
use super::nodes::Node;
use super::parens::{Place, flattens};

/// One binary or logical expression, seen alike.
struct Operation<'e> {
    left: &'e Expr,
    right: &'e Expr,
    text: &'static str,
    logical: bool,
}

impl<'e> Operation<'e> {
    fn of(expr: &'e Expr) -> Option<Self> {
        match &expr.kind {
            ExprKind::Binary { op, left, right } => Some(Self {
                left: left.without_parens(),
                right: right.without_parens(),
                text: op.text(),
                logical: false,
            }),
            ExprKind::Logical { op, left, right } => Some(Self {
                left: left.without_parens(),
                right: right.without_parens(),
                text: op.text(),
                logical: true,
            }),
            _ => None,
        }
    }
}

/// Whether the left operand continues the chain of its parent.
fn continues(parent: &Expr, left: &Expr) -> bool {
    match (&parent.kind, &left.kind) {
        (ExprKind::Binary { op, .. }, ExprKind::Binary { op: inner, .. }) => flattens(*op, *inner),
        (ExprKind::Logical { op, .. }, ExprKind::Logical { op: inner, .. }) => op == inner,
        _ => false,
    }
}

/// `x && {…}`: the object stays on the operator's line.
pub(super) fn is_inline_logical(expr: &Expr) -> bool {
    let ExprKind::Logical { right, .. } = &expr.kind else { return false };
    match &right.without_parens().kind {
        ExprKind::Object(props) => !props.is_empty(),
        ExprKind::Array(elems) => !elems.is_empty(),
        _ => false,
    }
}

pub(super) fn is_operation(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Binary { .. } | ExprKind::Logical { .. })
}

impl Formatter<'_> {
    pub(super) fn operators(&self, expr: &Expr, place: Place) -> Doc {
        let in_test = matches!(place, Place::Test);
        let parts = self.chain_parts(expr, in_test, is_operation_place(place, expr));
        if in_test {
            return Doc::concat(parts);
        }
        if matches!(place, Place::Callee | Place::Object | Place::Unary(_) | Place::Await | Place::NonNull) {
            return docs![docs![softline(), Doc::concat(parts)].indent(), softline()].group();
        }
        let operation = Operation::of(expr).expect("an operation");
        let unindented = matches!(
            place,
            Place::Jump | Place::ArrowBody | Place::ForPart | Place::ConditionalTest | Place::ConditionalBranch
        );
        let inline = is_inline_logical(expr);
        let indents_itself = matches!(place, Place::Value | Place::ChainValue(_));
        let continued = continues(expr, operation.left);
        if unindented || inline && !continued || !inline && indents_itself {
            return Doc::concat(parts).group();
        }
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_else(Doc::nil);
        docs![first, Doc::concat(parts.collect()).indent()].group()
    }

    /// The chain's operands and operators, left to right. The chain is as long as the source makes it: no recursion on its left.
    fn chain_parts(&self, expr: &Expr, in_test: bool, parent_alike: bool) -> Vec<Doc> {
        let mut links = Vec::new();
        let mut at = expr;
        while let Some(operation) = Operation::of(at) {
            let goes_on = continues(at, operation.left);
            let left = operation.left;
            links.push((at, operation));
            if !goes_on {
                break;
            }
            at = left;
        }
        let (_, first) = links.last().expect("an operation");
        let mut parts = vec![self.expr(first.left, self.side(links.last().expect("an operation").0, false)).group()];
        let length = links.len();
        for (at, (whole, operation)) in links.into_iter().rev().enumerate() {
            let inline = is_inline_logical(whole);
            let right = self.expr(operation.right, self.side(whole, true));
            let right = docs![operation.text, if inline { " ".into() } else { line() }, right];
            let is_outermost = at + 1 == length;
            let alike_outside = if is_outermost { parent_alike } else { true };
            let alike = |side: &Expr| Operation::of(side).is_some_and(|inner| inner.logical == operation.logical);
            let in_chain = alike_outside || alike(operation.left) || alike(operation.right);
            let groups = !(in_chain || in_test && operation.logical);
            let commented = self.comments.trailing(Node::Expr(operation.left)).iter().any(|comment| !comment.block);
            parts.push(docs![" ", if groups || commented { right.group_if(commented) } else { right }]);
            if !is_outermost && self.comments.has_any(Node::Expr(whole)) {
                parts = vec![self.with_comments(Node::Expr(whole), Doc::concat(parts))];
            }
        }
        parts
    }

    fn side(&self, expr: &Expr, right: bool) -> Place {
        match &expr.kind {
            ExprKind::Binary { op, .. } => Place::Binary { op: *op, right },
            ExprKind::Logical { op, .. } => Place::Logical { op: *op, right },
            _ => Place::Item,
        }
    }
}

/// Whether the operation is an operand of one of its own family.
fn is_operation_place(place: Place, expr: &Expr) -> bool {
    match place {
        Place::Binary { .. } => matches!(expr.kind, ExprKind::Binary { .. }),
        Place::Logical { .. } => matches!(expr.kind, ExprKind::Logical { .. }),
        _ => false,
    }
}
