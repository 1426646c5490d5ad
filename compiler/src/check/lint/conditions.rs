//! Conditions that always come out the same, comparisons of a thing with itself, and `=` where `===` was meant.

use mosl_syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

use super::Lints;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{ASSIGNMENT_IN_CONDITION, CONSTANT_CONDITION, SELF_COMPARISON};
use crate::types::{Type, TypeId};

impl Lints<'_, '_> {
    pub(super) fn condition(&mut self, test: &Expr) {
        self.assignment(test);
        self.constant(test);
    }

    /// `while (true)` and `do … while (false)` are ways to write a loop.
    pub(super) fn loop_condition(&mut self, test: &Expr) {
        self.assignment(test);
        if !matches!(test.kind, ExprKind::Bool(_) | ExprKind::Num(_)) {
            self.constant(test);
        }
    }

    /// Parentheses of its own say that an assignment is meant.
    fn assignment(&mut self, test: &Expr) {
        if let ExprKind::Assign { op: mosl_syntax::ast::AssignOp::Assign, .. } = &test.kind {
            let message = "this assigns instead of comparing";
            let diagnostic =
                Diagnostic::new(&ASSIGNMENT_IN_CONDITION, self.file, test.span, message, "`=` gives it a new value");
            self.found.push(diagnostic.help("compare with `===`, or put parentheses around it if it is meant"));
        }
    }

    fn constant(&mut self, test: &Expr) {
        match &test.kind {
            ExprKind::Paren(inner) | ExprKind::Unary { op: UnaryOp::Not, operand: inner } => self.constant(inner),
            ExprKind::Logical { left, right, .. } => {
                self.constant(left);
                self.constant(right);
            }
            _ => {
                let Some((holds, what)) = self.always(test) else { return };
                let word = if holds { "holds" } else { "fails" };
                let message = format!("this condition always {word}");
                let diagnostic = Diagnostic::new(&CONSTANT_CONDITION, self.file, test.span, message, what);
                let is_call = matches!(self.checker.types.get(self.type_of(test)), Type::Function(_));
                let shown = self.text(test.span).to_owned();
                self.found.push(match (is_call, self.is_promise(self.type_of(test))) {
                    (true, _) if matches!(test.kind, ExprKind::Ident(_)) => {
                        diagnostic.help(format!("call it: `{shown}()`"))
                    }
                    (_, true) => diagnostic.help("wait for its value with `await`"),
                    _ => diagnostic,
                });
            }
        }
    }

    /// What a test always comes to, and why.
    fn always(&self, test: &Expr) -> Option<(bool, &'static str)> {
        match &test.kind {
            ExprKind::Bool(value) => Some((*value, "it never changes")),
            ExprKind::Num(value) => Some((*value != 0.0, "it never changes")),
            ExprKind::Str(text) => Some((!text.0.is_empty(), "it never changes")),
            ExprKind::Null => Some((false, "it never changes")),
            ExprKind::Array(_) | ExprKind::Object(_) => Some((true, "a new object is never missing")),
            ExprKind::Function(_) | ExprKind::Class(_) => Some((true, "a function is never missing")),
            // What may be absent though its type does not say so is left alone.
            ExprKind::Ident(_) => {
                let id = self.binding(test)?;
                let binding = &self.checker.res.bindings[id.0 as usize];
                if self.checker.absent.contains(&id) || binding.late {
                    return None;
                }
                self.always_there(self.type_of(test))
            }
            ExprKind::Call { .. } if self.is_promise(self.type_of(test)) => self.always_there(self.type_of(test)),
            _ => None,
        }
    }

    fn always_there(&self, ty: TypeId) -> Option<(bool, &'static str)> {
        match self.checker.types.get(ty) {
            Type::Function(_) | Type::ClassValue(_) => Some((true, "a function is never missing")),
            Type::Interface { .. } if self.is_promise(ty) => Some((true, "a promise is never missing")),
            Type::Array { .. } | Type::Tuple(_) => Some((true, "an array is never missing, even if it is empty")),
            Type::Class { .. } => Some((true, "it is never missing here")),
            _ => None,
        }
    }

    pub(super) fn comparison(&mut self, expr: &Expr, op: BinaryOp, left: &Expr, right: &Expr) {
        use BinaryOp as B;
        let compares = matches!(op, B::Eq | B::Ne | B::StrictEq | B::StrictNe | B::Lt | B::Le | B::Gt | B::Ge);
        if !compares || !is_place(left) || !is_place(right) || self.text(left.span) != self.text(right.span) {
            return;
        }
        let shown = self.text(left.span).to_owned();
        let message = format!("`{shown}` is compared with itself");
        let diagnostic = Diagnostic::new(&SELF_COMPARISON, self.file, expr.span, message, "the same on both sides");
        let is_number = self.checker.types.repr(self.type_of(left)) == crate::types::Repr::F64;
        self.found.push(match op {
            B::Ne | B::StrictNe if is_number => {
                let text = format!("Number.isNaN({shown})");
                diagnostic.help(format!("to test for NaN, write `{text}`")).fix(
                    "test for NaN by its name",
                    expr.span,
                    text,
                )
            }
            _ => diagnostic,
        });
    }
}

/// A variable, or members of one: what reads the same twice.
fn is_place(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Ident(_) | ExprKind::This => true,
        ExprKind::Member { object, .. } | ExprKind::PrivateMember { object, .. } => is_place(object),
        ExprKind::Paren(inner) | ExprKind::NonNull(inner) => is_place(inner),
        _ => false,
    }
}
