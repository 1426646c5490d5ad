//! Which literal types widen where a value may change. `let a = "x"` holds any text, but `let b = f()` keeps the `"x" | "y"` that `f`
//! was declared to yield: only literals as they are written widen, also through constants and calls that hand them on.

use mosl_syntax::ast::{AssignOp, Expr, ExprKind, NodeId, PatKind, UnaryOp, VarKind};

use super::Checker;
use crate::program::FileId;
use crate::resolve::Origin;
use crate::types::{Type, TypeId, Types};

/// Constants are followed through no more constants than these.
const MAX_STEPS: u32 = 16;

impl<'a> Checker<'a> {
    /// The type of a place that starts with the value of an expression and may change.
    pub(super) fn widen_value(&mut self, ty: TypeId, value: &Expr) -> TypeId {
        let parts = self.types.parts(ty);
        if !self.strict || !parts.iter().any(|part| self.is_unit(*part)) {
            return self.widen(ty);
        }
        let mut fresh = Vec::new();
        self.fresh_literals(value, &mut fresh);
        let mut all = Vec::with_capacity(parts.len());
        for part in parts {
            all.push(if fresh.contains(&part) { self.widen(part) } else { self.regular(part) });
        }
        self.types.union(all)
    }

    /// The literal types that an expression has from literals as they are written.
    pub(super) fn fresh_literals(&mut self, expr: &Expr, out: &mut Vec<TypeId>) {
        self.fresh_parts(expr, out, 0);
    }

    fn fresh_parts(&mut self, expr: &Expr, out: &mut Vec<TypeId>, steps: u32) {
        match &expr.kind {
            ExprKind::Num(_)
            | ExprKind::Str(_)
            | ExprKind::Bool(_)
            | ExprKind::Template(_)
            | ExprKind::Binary { .. }
            | ExprKind::Unary { op: UnaryOp::Neg | UnaryOp::Not, .. } => {
                let ty = self.node_types[usize::from(self.file.0)].get(expr.id.0 as usize).copied();
                out.extend(ty.filter(|ty| self.is_unit(*ty)));
            }
            ExprKind::Paren(inner) | ExprKind::NonNull(inner) => self.fresh_parts(inner, out, steps),
            ExprKind::Conditional { then, otherwise, .. } => {
                self.fresh_parts(then, out, steps);
                self.fresh_parts(otherwise, out, steps);
            }
            ExprKind::Logical { left, right, .. } => {
                self.fresh_parts(left, out, steps);
                self.fresh_parts(right, out, steps);
            }
            ExprKind::Sequence(exprs) => {
                exprs.iter().last().into_iter().for_each(|last| self.fresh_parts(last, out, steps))
            }
            ExprKind::Assign { op: AssignOp::Assign, value, .. } => self.fresh_parts(value, out, steps),
            ExprKind::Ident(_) => self.fresh_of_constant(expr, out, steps),
            // `Color.Red` is a `Color` where it may change.
            ExprKind::Member { .. } | ExprKind::Index { .. } => {
                let ty = self.node_types[usize::from(self.file.0)].get(expr.id.0 as usize).copied();
                out.extend(ty.filter(|ty| matches!(self.types.get(*ty), Type::EnumMember(..))));
            }
            ExprKind::Call { callee, .. } => {
                out.extend(self.fresh_calls.get(&(self.file, expr.id)).into_iter().flatten());
                let function = self.called_function(callee);
                out.extend(function.and_then(|function| self.fresh_results.get(&function)).into_iter().flatten());
            }
            _ => {}
        }
    }

    /// The function that a name calls.
    fn called_function(&self, callee: &Expr) -> Option<(FileId, NodeId)> {
        let id = self.binding_at(callee.id)?;
        let file = self.res.bindings[id.0 as usize].file;
        match &self.res.origins[id.0 as usize] {
            Origin::Function(parts) => parts.first().map(|function| (file, function.id)),
            Origin::Declarator { declarator, .. } => match &declarator.init.as_ref()?.kind {
                ExprKind::Function(function) => Some((file, function.id)),
                _ => None,
            },
            _ => None,
        }
    }

    fn fresh_of_constant(&mut self, expr: &Expr, out: &mut Vec<TypeId>, steps: u32) {
        let Some(id) = self.binding_at(expr.id) else { return };
        let Origin::Declarator { declarator, kind, .. } = &self.res.origins[id.0 as usize] else { return };
        if declarator.ty.is_some() || !matches!(declarator.pat.kind, PatKind::Ident(_)) || steps > MAX_STEPS {
            return;
        }
        let (Some(init), VarKind::Const) = (&declarator.init, kind) else { return };
        let of = self.res.bindings[id.0 as usize].file;
        let file = std::mem::replace(&mut self.file, of);
        self.fresh_parts(init, out, steps + 1);
        self.file = file;
    }

    /// What a generic call hands on of the literals in its arguments.
    pub(super) fn note_fresh_call(&mut self, call: &Expr, args: &[&Expr], ret: TypeId) {
        if !self.types.parts(ret).iter().any(|part| self.is_unit(*part) && *part != Types::UNDEFINED) {
            return;
        }
        let mut fresh = Vec::new();
        args.iter().for_each(|arg| self.fresh_literals(arg, &mut fresh));
        self.fresh_calls.insert((self.file, call.id), fresh);
    }
}
