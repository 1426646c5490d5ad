//! Narrowing: what a condition, as true or as false, says about the references in it.

mod destructured;
mod equality;
mod instance;

use mosl_syntax::ast::{BinaryOp, Expr, ExprKind, LogicalOp, PatKind, SmolStr, UnaryOp, VarKind};

use super::Checker;
use super::env::{Env, RefId};
use crate::resolve::Origin;
use crate::types::{Type, TypeId, Types};
pub(super) use destructured::Destructured;

/// A condition is followed through no more constants than these: a bound on chains of them.
const MAX_ALIASES: u32 = 5;

impl<'a> Checker<'a> {
    /// Checks a condition; yields what holds where it is true and where it is false. The current environment is used up.
    pub(super) fn condition(&mut self, expr: &'a Expr) -> (Env, Env) {
        mosl_syntax::deep(|| self.condition_parts(expr))
    }

    fn condition_parts(&mut self, expr: &'a Expr) -> (Env, Env) {
        let result = match &expr.kind {
            ExprKind::Paren(inner) => self.condition(inner),
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                let (yes, no) = self.condition(operand);
                (no, yes)
            }
            ExprKind::Logical { op: LogicalOp::And, left, right } => {
                let (yes, no) = self.condition(left);
                self.env = yes;
                let (both, second_no) = self.condition(right);
                (both, self.join(no, second_no))
            }
            ExprKind::Logical { op: LogicalOp::Or, left, right } => {
                let (yes, no) = self.condition(left);
                self.env = no;
                let (second_yes, neither) = self.condition(right);
                (self.join(yes, second_yes), neither)
            }
            ExprKind::Binary { op, left, right } if is_test(*op) => self.binary_condition(expr, *op, left, right),
            ExprKind::PrivateIn { .. } => {
                self.infer(expr, None);
                let env = std::mem::take(&mut self.env);
                return (env.clone(), env);
            }
            ExprKind::Call { callee, args, .. } => return self.call_condition(expr, callee, args),
            ExprKind::Bool(true) => {
                self.set_type(expr.id, Types::TRUE);
                return (std::mem::take(&mut self.env), Env::dead());
            }
            ExprKind::Bool(false) => {
                self.set_type(expr.id, Types::FALSE);
                return (Env::dead(), std::mem::take(&mut self.env));
            }
            _ => return self.truthiness(expr),
        };
        if !matches!(expr.kind, ExprKind::Logical { .. } | ExprKind::Paren(_)) {
            self.set_type(expr.id, Types::BOOLEAN);
        } else if let ExprKind::Logical { left, right, .. } = &expr.kind {
            let (a, b) = (self.type_at(left), self.type_at(right));
            let ty = self.types.union2(a, b);
            self.set_type(expr.id, ty);
        } else if let ExprKind::Paren(inner) = &expr.kind {
            let ty = self.type_at(inner);
            self.set_type(expr.id, ty);
        }
        result
    }

    fn type_at(&self, expr: &Expr) -> TypeId {
        self.node_types[usize::from(self.file.0)].get(expr.id.0 as usize).copied().unwrap_or(Types::ANY)
    }

    /// Checks a condition once more in another environment: nothing is reported, and its nodes keep the types they have.
    pub(super) fn retest(&mut self, test: &'a Expr, env: Env) -> (Env, Env) {
        let outer = std::mem::replace(&mut self.env, env);
        let result = self.speculate(|checker| checker.condition(test));
        self.env = outer;
        result
    }

    /// `const isText = typeof x === "string"`: testing the constant tests what it was made from, as far as that cannot have changed.
    fn aliased_condition(&mut self, expr: &'a Expr, yes: &mut Env, no: &mut Env) {
        if !matches!(expr.kind, ExprKind::Ident(_)) || self.aliases > MAX_ALIASES {
            return;
        }
        let Some(id) = self.binding_at(expr.id) else { return };
        let Origin::Declarator { declarator, kind: VarKind::Const, .. } = &self.res.origins[id.0 as usize] else {
            return;
        };
        let named = declarator.ty.is_none() && matches!(declarator.pat.kind, PatKind::Ident(_));
        let Some(test) = declarator.init.as_ref().filter(|test| named && is_plain_test(test)) else {
            return;
        };
        if self.res.bindings[id.0 as usize].file != self.file {
            return;
        }
        self.aliases += 1;
        let (as_true, as_false) = self.retest(test, yes.clone());
        self.aliases -= 1;
        self.take_lasting(yes, as_true);
        self.take_lasting(no, as_false);
    }

    /// What a condition said earlier about variables that never change.
    fn take_lasting(&mut self, env: &mut Env, said: Env) {
        for (id, ty) in said.facts() {
            if env.get(id) != Some(ty) && self.is_lasting(id) {
                env.set(id, ty);
            }
        }
    }

    fn truthiness(&mut self, expr: &'a Expr) -> (Env, Env) {
        let ty = self.infer(expr, None);
        let (yes, no) = (self.truthy_part(ty), self.falsy_part(ty));
        let place = self.reference(expr);
        let env = std::mem::take(&mut self.env);
        let (mut a, mut b) = (env.clone(), env);
        if ty != Types::ANY
            && let Some(place) = place
        {
            self.set_narrowed(&mut a, place, ty, yes);
            self.set_narrowed(&mut b, place, ty, no);
        }
        self.aliased_condition(expr, &mut a, &mut b);
        self.narrow_chain(expr, &mut a);
        self.narrow_discriminant_truth(expr, &mut a, true);
        self.narrow_discriminant_truth(expr, &mut b, false);
        for (env, truth) in [(&mut a, true), (&mut b, false)] {
            self.narrow_destructured(expr, env, &mut |checker, ty| {
                let part = if truth { checker.truthy_part(ty) } else { checker.falsy_part(ty) };
                part != Types::NEVER
            });
        }
        (a, b)
    }

    fn set_narrowed(&self, env: &mut Env, place: RefId, before: TypeId, after: TypeId) {
        if after == Types::NEVER && before != Types::NEVER {
            env.set(place, Types::NEVER);
        } else if after != before {
            env.set(place, after);
        }
    }

    /// `a?.b` being there says that `a` is.
    fn narrow_chain(&mut self, expr: &'a Expr, env: &mut Env) {
        let (object, optional) = match &expr.kind {
            ExprKind::OptionalChain(inner) | ExprKind::Paren(inner) => return self.narrow_chain(inner, env),
            ExprKind::Member { object, optional, .. }
            | ExprKind::PrivateMember { object, optional, .. }
            | ExprKind::Index { object, optional, .. } => (object, *optional),
            ExprKind::Call { callee, optional, .. } => (callee, *optional),
            _ => return,
        };
        if optional {
            let ty = self.type_at(object);
            let present = self.without_nullish(ty);
            if let Some(place) = self.reference(object)
                && present != ty
            {
                env.set(place, present);
            }
        }
        self.narrow_chain(object, env);
    }

    /// `if (shape.ok)` of a union tells its members apart.
    fn narrow_discriminant_truth(&mut self, expr: &'a Expr, env: &mut Env, truth: bool) {
        let Some((object, name)) = member_place(expr.without_parens()) else { return };
        self.narrow_by_member(object, &name, env, |checker, ty| {
            let part = if truth { checker.truthy_part(ty) } else { checker.falsy_part(ty) };
            part != Types::NEVER
        });
    }

    /// Keeps the members of a union whose member `name` passes the test.
    fn narrow_by_member(
        &mut self,
        object: &'a Expr,
        name: &str,
        env: &mut Env,
        mut test: impl FnMut(&mut Self, TypeId) -> bool,
    ) {
        let Some(place) = self.reference(object) else { return };
        let ty = match env.get(place) {
            Some(ty) => ty,
            None => self.type_at(object),
        };
        let ty = self.expand(ty);
        let parts = self.types.parts(ty);
        // What is left of a union may be told apart further; a type that never was one is not.
        if parts.len() < 2 && env.get(place).is_none() {
            return;
        }
        let kept: Vec<TypeId> = parts
            .iter()
            .copied()
            .filter(|part| match self.member(*part, name) {
                Some(member) => test(self, member.ty),
                None => true,
            })
            .collect();
        if kept.len() < parts.len() {
            let narrowed = self.types.union(kept);
            env.set(place, narrowed);
        }
    }

    pub(super) fn truthy_part(&mut self, ty: TypeId) -> TypeId {
        let ty = self.expand(ty);
        if ty == Types::BOOLEAN {
            return Types::TRUE;
        }
        let parts = self.types.parts(ty);
        let kept: Vec<TypeId> = parts
            .into_iter()
            .filter_map(|part| match self.types.get(part) {
                Type::Undefined | Type::Null | Type::Void | Type::BoolLit(false) => None,
                Type::StrLit(text) if text.is_empty() => None,
                Type::NumLit(bits) if f64::from_bits(*bits) == 0.0 => None,
                Type::Boolean => Some(Types::TRUE),
                _ => Some(part),
            })
            .collect();
        self.types.union(kept)
    }

    pub(super) fn falsy_part(&mut self, ty: TypeId) -> TypeId {
        let ty = self.expand(ty);
        let parts = self.types.parts(ty);
        let kept: Vec<TypeId> = parts
            .into_iter()
            .filter_map(|part| match self.types.get(part) {
                Type::Object(_)
                | Type::Class { .. }
                | Type::ClassValue(_)
                | Type::Array { .. }
                | Type::Tuple(_)
                | Type::Function(_)
                | Type::NonPrimitive
                | Type::Value(_)
                | Type::Symbol
                | Type::EnumValue(_)
                | Type::Namespace(_)
                | Type::BoolLit(true) => None,
                Type::Interface { .. } => None,
                Type::StrLit(text) if !text.is_empty() => None,
                Type::NumLit(bits) if f64::from_bits(*bits) != 0.0 => None,
                Type::Boolean => Some(Types::FALSE),
                _ => Some(part),
            })
            .collect();
        self.types.union(kept)
    }

    fn binary_condition(&mut self, expr: &'a Expr, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> (Env, Env) {
        let a = self.infer(left, None);
        let b = self.infer(right, None);
        let equality = matches!(op, BinaryOp::StrictEq | BinaryOp::StrictNe | BinaryOp::Eq | BinaryOp::Ne);
        if equality {
            self.check_equality(op, a, b, expr, left);
        }
        let env = std::mem::take(&mut self.env);
        let (mut yes, mut no) = (env.clone(), env);
        match op {
            BinaryOp::Instanceof => {
                self.check_instance_side(b, right);
                let instance = self.instance_of(b);
                self.narrow_to_instance(left, a, instance, &mut yes, &mut no);
            }
            BinaryOp::In => self.narrow_in(left, right, b, &mut yes, &mut no),
            _ => {
                let loose = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
                self.narrow_equal((left, a), b, loose, &mut yes, &mut no);
                self.narrow_equal((right, b), a, loose, &mut yes, &mut no);
                if matches!(op, BinaryOp::StrictNe | BinaryOp::Ne) {
                    return (no, yes);
                }
            }
        }
        (yes, no)
    }

    /// `a && b`, `a || b`, `a ?? b` as values.
    pub(super) fn infer_logical(&mut self, expr: &'a Expr, expected: Option<TypeId>) -> TypeId {
        let ExprKind::Logical { op, left, right } = &expr.kind else { return Types::ANY };
        if *op == LogicalOp::Nullish {
            let a = self.infer(left, expected);
            let before = self.env.clone();
            let b = self.infer(right, expected);
            let after = std::mem::take(&mut self.env);
            self.env = self.join(before, after);
            let a = self.expand(a);
            if a == Types::ANY || a == Types::UNKNOWN {
                return if a == Types::ANY { Types::ANY } else { Types::UNKNOWN };
            }
            let present = self.without_nullish(a);
            if present == a && !super::binding::may_be_absent(left) {
                return a;
            }
            return self.either((present, left), (b, right));
        }
        let (yes, no) = self.condition(left);
        let a = self.type_at(left);
        let (go, stay) = if *op == LogicalOp::And { (yes, no) } else { (no, yes) };
        self.env = go;
        let b = self.infer(right, expected);
        let after = std::mem::take(&mut self.env);
        self.env = self.join(after, stay);
        let kept = match (op, a) {
            (_, Types::ANY) => Types::ANY,
            // An index read may be `undefined`, which is then the result.
            (LogicalOp::And, _) if super::binding::may_be_absent(left) && !self.reads_tuple(left) => {
                let falsy = self.falsy_part(a);
                self.types.optional(falsy)
            }
            (LogicalOp::And, _) => self.falsy_part(a),
            _ => self.truthy_part(a),
        };
        self.either((kept, left), (b, right))
    }

    /// Whether an expression reads an element that its tuple is sure to have.
    fn reads_tuple(&self, expr: &Expr) -> bool {
        let ExprKind::Index { object, optional: false, .. } = &expr.without_parens().kind else { return false };
        match self.types.get(self.type_at(object)) {
            Type::Tuple(tuple) => tuple.elems.iter().all(|elem| !elem.rest && !elem.optional),
            _ => false,
        }
    }

    /// The type of one value or the other: a literal that is of the other's type adds nothing to it (`options ?? {}`).
    pub(super) fn either(&mut self, (a, first): (TypeId, &Expr), (b, second): (TypeId, &Expr)) -> TypeId {
        let is_list = |checker: &Self, ty| matches!(checker.types.get(ty), Type::Array { .. } | Type::Tuple(_));
        if self.strict && is_list(self, a) && is_list(self, b) {
            match (is_empty_list(first), is_empty_list(second)) {
                (false, true) => return a,
                (true, false) => return b,
                _ => {}
            }
        }
        let is_literal =
            |checker: &Self, ty| matches!(checker.types.get(ty), Type::Object(object) if object.fresh && !object.open);
        if is_literal(self, b)
            && matches!(self.types.get(a), Type::Object(_) | Type::Interface { .. })
            && self.assignable(b, a)
        {
            return a;
        }
        if is_literal(self, a)
            && matches!(self.types.get(b), Type::Object(_) | Type::Interface { .. })
            && self.assignable(a, b)
        {
            return b;
        }
        self.types.union2(a, b)
    }
}

/// `a.b`, `a[0]`: the object, and the member's name.
pub(super) fn member_place(expr: &Expr) -> Option<(&Expr, SmolStr)> {
    match &expr.kind {
        ExprKind::Member { object, name, .. } => Some((object, name.text.clone())),
        ExprKind::Index { object, index, .. } => match &index.kind {
            ExprKind::Str(text) => Some((object, text.to_utf8()?.into())),
            ExprKind::Num(number) => Some((object, format!("{number}").into())),
            _ => None,
        },
        _ => None,
    }
}

/// `[]`: a list of whatever the other lists hold.
fn is_empty_list(expr: &Expr) -> bool {
    matches!(&expr.without_parens().kind, ExprKind::Array(elems) if elems.is_empty())
}

/// Conditions without an effect, which can be looked at again.
fn is_plain_test(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_plain_test(inner),
        ExprKind::Unary { op: UnaryOp::Not, operand } => is_plain_test(operand),
        ExprKind::Logical { op: LogicalOp::And | LogicalOp::Or, left, right } => {
            is_plain_test(left) && is_plain_test(right)
        }
        ExprKind::Binary { op, .. } => is_test(*op),
        ExprKind::Call { args, .. } => args.iter().all(|arg| matches!(arg.expr().kind, ExprKind::Ident(_))),
        ExprKind::Ident(_) | ExprKind::Member { .. } => true,
        _ => false,
    }
}

fn is_test(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::StrictEq | BinaryOp::StrictNe | BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Instanceof | BinaryOp::In
    )
}

fn unchain(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::OptionalChain(inner) | ExprKind::Paren(inner) => unchain(inner),
        _ => expr,
    }
}
