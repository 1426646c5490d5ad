//! Assignments: plain, compound, logical, destructuring.

use mosl_syntax::ast::{AssignOp, BinaryOp, Expr, ExprKind, LogicalOp, Pat, PatKind};

use super::Lowerer;
use super::binary::Operand;
use super::member::Target;
use super::pattern::Mode;
use crate::mir::{Plain, Repr, Temp};

impl Lowerer<'_> {
    pub(super) fn assign(&mut self, op: AssignOp, target: &Pat, value: &Expr) -> Temp {
        match op {
            AssignOp::Assign => self.assign_plain(target, value),
            AssignOp::Binary(op) => self.assign_compound(op, target, value),
            AssignOp::Logical(op) => self.assign_logical(op, target, value),
        }
    }

    fn assign_plain(&mut self, target: &Pat, value: &Expr) -> Temp {
        match &target.kind {
            PatKind::Array { .. } | PatKind::Object { .. } => {
                let value = self.expr_any(value);
                self.bind(target, value, Mode::Assign);
                value
            }
            _ => {
                let place = self.target(target);
                let result = self.named_expr(value, target_name(target));
                self.at(target.span.to(value.span));
                self.write_target(&place, result, Some(value));
                result
            }
        }
    }

    fn assign_compound(&mut self, op: BinaryOp, target: &Pat, value: &Expr) -> Temp {
        let place = self.target_read_first(target);
        let old = self.read_target(&place);
        let left = Operand { value: old, ty: self.target_type(target), span: target.span };
        let right = self.expr(value);
        let right = Operand { value: right, ty: self.type_of(value.id), span: value.span };
        self.at(target.span.to(value.span));
        let result = self.binary(op, left, right);
        self.write_target(&place, result, Some(value));
        result
    }

    /// A target that is read and then written: a computed key is converted once for both, when the object is known to be none of
    /// `undefined` and `null`.
    pub(super) fn target_read_first(&mut self, target: &Pat) -> Target {
        let place = self.target(target);
        if self.has_primitive_key(target) {
            return place;
        }
        match place {
            Target::Index { object, key } => {
                let (nothing, present) = (self.new_block(), self.new_block());
                let test = self.is_nullish(object);
                self.branch(test, nothing, present);
                self.switch(nothing);
                // Throws as the read does.
                self.read_target(&place);
                self.jump(present);
                self.switch(present);
                Target::Index { object, key: self.plain(Plain::ToKey, &[key]) }
            }
            Target::Super { home, this, key } => Target::Super { home, this, key: self.plain(Plain::ToKey, &[key]) },
            other => other,
        }
    }

    /// Whether converting the key of an element access has no effect that a script could see.
    fn has_primitive_key(&self, target: &Pat) -> bool {
        let PatKind::Expr(expr) = &target.kind else { return true };
        let mut expr = expr;
        while let ExprKind::Paren(inner) | ExprKind::NonNull(inner) | ExprKind::As { expr: inner, .. } = &expr.kind {
            expr = inner;
        }
        match &expr.kind {
            ExprKind::Index { index, .. } => {
                matches!(self.program.types.repr(self.type_of(index.id)), Repr::F64 | Repr::Str | Repr::Bool)
            }
            _ => true,
        }
    }

    fn assign_logical(&mut self, op: LogicalOp, target: &Pat, value: &Expr) -> Temp {
        let place = self.target_read_first(target);
        let old = self.read_target(&place);
        let (more, done, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.block_param(join, Repr::Any);
        self.short_circuit(op, old, more, done);
        self.switch(done);
        let old = self.as_any(old);
        self.jump_with(join, old);
        self.switch(more);
        let new = self.named_expr(value, target_name(target));
        self.write_target(&place, new, Some(value));
        let new = self.as_any(new);
        self.jump_with(join, new);
        self.switch(join);
        result
    }

    /// An expression that gives its name to an anonymous function or class.
    pub(super) fn named_expr(&mut self, expr: &Expr, name: Option<&str>) -> Temp {
        match (&expr.kind, name) {
            // What is asserted of an expression is gone when it runs.
            (ExprKind::Paren(inner), _) => self.named_expr(inner, name),
            (ExprKind::As { expr: inner, .. } | ExprKind::Satisfies { expr: inner, .. }, Some(_))
                if is_anonymous(inner) =>
            {
                self.named_expr(inner, name)
            }
            (ExprKind::Function(function), Some(name)) if function.name.is_none() => {
                self.at(expr.span);
                self.function_expr(function, Some(name))
            }
            (ExprKind::Class(class), Some(name)) if class.name.is_none() => {
                self.at(expr.span);
                self.class(class, Some(name))
            }
            _ => self.expr(expr),
        }
    }
}

/// The name that an assignment gives: only a bare identifier does, without parentheses.
pub(super) fn target_name(target: &Pat) -> Option<&str> {
    match &target.kind {
        PatKind::Ident(name) if name.span.start == target.span.start => Some(&name.text),
        _ => None,
    }
}

/// Whether an expression is an anonymous function or class, which takes the name of what it is assigned to.
pub(super) fn is_anonymous(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Function(function) => function.name.is_none(),
        ExprKind::Class(class) => class.name.is_none(),
        ExprKind::Paren(inner) | ExprKind::As { expr: inner, .. } | ExprKind::Satisfies { expr: inner, .. } => {
            is_anonymous(inner)
        }
        _ => false,
    }
}
