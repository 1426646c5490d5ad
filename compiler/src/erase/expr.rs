//! Expressions: what asserts a type goes, what MOSL adds is refused.

use mosl_bytecode::natives::GLOBALS;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Expr, ExprKind};

use super::Eraser;
use crate::program::Resolved;

/// Built-ins that JavaScript does not have.
const EXTENSIONS: &[&str] = &["Mrk", "Vec2", "Vec3", "Quat", "Color", "vec2", "vec3", "quat", "color"];

impl Eraser<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::As { expr: inner, .. }
            | ExprKind::Satisfies { expr: inner, .. }
            | ExprKind::AsConst(inner)
            | ExprKind::NonNull(inner)
            | ExprKind::Instantiation { expr: inner, .. } => {
                self.visit_expr(inner);
                self.text.take(inner.span.end, expr.span.end);
                return;
            }
            ExprKind::Call { type_args, .. }
            | ExprKind::New { type_args, .. }
            | ExprKind::TaggedTemplate { type_args, .. } => self.type_args(type_args),
            ExprKind::Unit { unit, .. } => self.refuse(expr.span, &format!("the unit `{}`", unit.text())),
            ExprKind::Ident(name) => {
                let resolved = self.file.facts.names.get(&expr.id);
                if let Some(Resolved::Intrinsic(global)) = resolved
                    && EXTENSIONS.contains(&GLOBALS[usize::from(*global)])
                {
                    self.refuse(expr.span, &format!("`{}`", name.text));
                }
            }
            _ => {}
        }
        visit::walk_expr(self, expr);
    }
}
