//! Narrowing: what a condition, as true or as false, says about the references in it.

use mosl_syntax::ast::{Arg, BinaryOp, Expr, ExprKind, LogicalOp, UnaryOp};

use super::Checker;
use super::env::{Env, RefId};
use crate::types::{Predicate, Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// Checks a condition; yields what holds where it is true and where it is false. The current environment is used up.
    pub(super) fn condition(&mut self, expr: &'a Expr) -> (Env, Env) {
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

    fn truthiness(&mut self, expr: &'a Expr) -> (Env, Env) {
        let ty = self.infer(expr, None);
        let (yes, no) = (self.truthy_part(ty), self.falsy_part(ty));
        let place = match &expr.kind {
            ExprKind::Assign { target, .. } => match &target.kind {
                mosl_syntax::ast::PatKind::Ident(_) => {
                    match self.res.facts[usize::from(self.file.0)].names.get(&target.id) {
                        Some(crate::program::Resolved::Binding(id)) => Some(self.binding_ref(*id)),
                        _ => None,
                    }
                }
                _ => None,
            },
            _ => self.reference(expr),
        };
        let env = std::mem::take(&mut self.env);
        let (mut a, mut b) = (env.clone(), env);
        if ty != Types::ANY
            && let Some(place) = place
        {
            self.set_narrowed(&mut a, place, ty, yes);
            self.set_narrowed(&mut b, place, ty, no);
        }
        self.narrow_chain(expr, &mut a);
        self.narrow_discriminant_truth(expr, &mut a, true);
        self.narrow_discriminant_truth(expr, &mut b, false);
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
        let ExprKind::Member { object, name, .. } = &strip(expr).kind else { return };
        self.narrow_by_member(object, &name.text, env, |checker, ty| {
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
        if parts.len() < 2 {
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
                let instance = self.instance_of(b);
                self.narrow_to_instance(left, a, instance, &mut yes, &mut no);
            }
            BinaryOp::In => self.narrow_in(left, right, b, &mut yes, &mut no),
            _ => {
                let loose = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
                self.narrow_equal((left, a), (right, b), loose, &mut yes, &mut no);
                self.narrow_equal((right, b), (left, a), loose, &mut yes, &mut no);
                if matches!(op, BinaryOp::StrictNe | BinaryOp::Ne) {
                    return (no, yes);
                }
            }
        }
        (yes, no)
    }

    /// `place === value` and `typeof place === "…"`.
    fn narrow_equal(
        &mut self,
        (left, a): (&'a Expr, TypeId),
        (right, b): (&'a Expr, TypeId),
        loose: bool,
        yes: &mut Env,
        no: &mut Env,
    ) {
        let left = strip(left);
        if let (ExprKind::Unary { op: UnaryOp::Typeof, operand }, Type::StrLit(kind)) =
            (&left.kind, self.types.get(b).clone())
        {
            self.narrow_typeof(operand, &kind, yes, no);
            return;
        }
        let unit = self.is_unit(b);
        if let Some(place) = self.reference(left) {
            let (same, other) = self.split_equal(a, b, loose, unit);
            if a != Types::ANY || unit {
                self.set_narrowed(yes, place, a, same);
            }
            if unit {
                self.set_narrowed(no, place, a, other);
            }
        }
        if !matches!(b, Types::UNDEFINED | Types::NULL) && unit {
            self.narrow_chain(left, yes);
        } else if unit {
            // `a?.b !== undefined`
            self.narrow_chain(left, no);
        }
        // `shape.kind === "circle"`
        if unit && let ExprKind::Member { object, name, .. } = &unchain(left).kind {
            self.narrow_by_member(object, &name.text, yes, |checker, ty| {
                let overlap = checker.split_equal(ty, b, loose, true).0;
                overlap != Types::NEVER
            });
            self.narrow_by_member(object, &name.text, no, |checker, ty| {
                checker.split_equal(ty, b, loose, true).1 != Types::NEVER
            });
        }
        let _ = right;
    }

    /// One case of a `switch` is `subject === test`.
    pub(super) fn narrow_case(
        &mut self,
        subject: &'a Expr,
        of: TypeId,
        test: &'a Expr,
        ty: TypeId,
        yes: &mut Env,
        no: &mut Env,
    ) {
        self.narrow_equal((subject, of), (test, ty), false, yes, no);
    }

    /// A type with one value.
    fn is_unit(&self, ty: TypeId) -> bool {
        matches!(
            self.types.get(ty),
            Type::Undefined | Type::Null | Type::StrLit(_) | Type::NumLit(_) | Type::BoolLit(_) | Type::EnumMember(..)
        )
    }

    /// The parts of `ty` that can be equal to `value`, and the parts that can differ from it.
    fn split_equal(&mut self, ty: TypeId, value: TypeId, loose: bool, unit: bool) -> (TypeId, TypeId) {
        let ty = self.expand(ty);
        if ty == Types::ANY || ty == Types::UNKNOWN {
            let same = if unit && !loose { value } else { ty };
            return (same, ty);
        }
        if value == Types::ANY || value == Types::UNKNOWN {
            return (ty, ty);
        }
        let nullish =
            |checker: &Self, part: TypeId| matches!(checker.types.get(part), Type::Undefined | Type::Null | Type::Void);
        let (mut same, mut other) = (Vec::new(), Vec::new());
        let mut parts = self.types.parts(ty);
        if let Some(at) = parts.iter().position(|part| *part == Types::BOOLEAN) {
            parts.swap_remove(at);
            parts.extend([Types::TRUE, Types::FALSE]);
        }
        for part in parts {
            let part_of_enum = match (self.types.get(part).clone(), self.types.get(value).clone()) {
                (Type::Enum(of), Type::EnumMember(other_of, at)) if of == other_of => Some((of, at)),
                _ => None,
            };
            if let Some((of, at)) = part_of_enum {
                same.push(value);
                let count = self.types.enums[of.0 as usize].members.len();
                for index in 0..u32::try_from(count).unwrap_or(0) {
                    if index != at {
                        other.push(self.types.intern(Type::EnumMember(of, index)));
                    }
                }
            } else if loose && nullish(self, value) {
                if nullish(self, part) { same.push(part) } else { other.push(part) }
            } else if part == value {
                same.push(part);
                if !unit {
                    other.push(part);
                }
            } else if part == Types::VOID && value == Types::UNDEFINED {
                same.push(part);
            } else if self.is_unit(part) && self.is_unit(value) {
                other.push(part);
            } else {
                // `string` may be equal to `"a"`, and then is `"a"`.
                if self.assignable(value, part) {
                    same.push(if unit { value } else { part });
                } else if !(unit && nullish(self, value)) && self.comparable(part, value) {
                    same.push(part);
                }
                other.push(part);
            }
        }
        (self.types.union(same), self.types.union(other))
    }

    fn narrow_typeof(&mut self, operand: &'a Expr, kind: &str, yes: &mut Env, no: &mut Env) {
        let Some(place) = self.reference(operand) else { return };
        let ty = self.type_at(operand);
        let ty = self.expand(ty);
        let (same, other) = self.split_typeof(ty, kind);
        self.set_narrowed(yes, place, ty, same);
        self.set_narrowed(no, place, ty, other);
        if kind != "undefined" {
            self.narrow_chain(operand, yes);
        }
        // A member that discriminates by its kind.
        if let ExprKind::Member { object, name, .. } = &unchain(strip(operand)).kind {
            self.narrow_by_member(object, &name.text, yes, |checker, ty| {
                checker.split_typeof(ty, kind).0 != Types::NEVER
            });
            self.narrow_by_member(object, &name.text, no, |checker, ty| {
                checker.split_typeof(ty, kind).1 != Types::NEVER
            });
        }
    }

    fn split_typeof(&mut self, ty: TypeId, kind: &str) -> (TypeId, TypeId) {
        let ty = self.expand(ty);
        if matches!(self.types.get(ty), Type::Any | Type::Unknown | Type::Param(_)) {
            let same = match kind {
                "string" => Types::STRING,
                "number" => Types::NUMBER,
                "boolean" => Types::BOOLEAN,
                "symbol" => Types::SYMBOL,
                "undefined" => Types::UNDEFINED,
                "object" if ty == Types::UNKNOWN => self.types.union2(Types::NON_PRIMITIVE, Types::NULL),
                "function" if ty == Types::UNKNOWN => self.library_ref("Function", &[]),
                _ => ty,
            };
            return (same, ty);
        }
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for part in self.types.parts(ty) {
            match self.typeof_kind(part) {
                Some(found) if found == kind => same.push(part),
                Some(_) => other.push(part),
                None => {
                    same.push(part);
                    other.push(part);
                }
            }
        }
        (self.types.union(same), self.types.union(other))
    }

    /// What `typeof` yields, where it is certain.
    fn typeof_kind(&mut self, ty: TypeId) -> Option<&'static str> {
        let ty = self.expand(ty);
        Some(match self.types.get(ty) {
            Type::String | Type::StrLit(_) => "string",
            Type::Number | Type::NumLit(_) => "number",
            Type::Boolean | Type::BoolLit(_) => "boolean",
            Type::Symbol => "symbol",
            Type::Undefined | Type::Void => "undefined",
            Type::Null | Type::Value(_) | Type::Array { .. } | Type::Tuple(_) | Type::Class { .. } => "object",
            Type::Function(_) | Type::ClassValue(_) => "function",
            Type::Enum(_) | Type::EnumMember(..) => match self.enum_base(ty) {
                Types::NUMBER => "number",
                Types::STRING => "string",
                _ => return None,
            },
            Type::Object(object) if object.open => return None,
            Type::Object(_) | Type::Interface { .. } => {
                if !self.callable(ty).is_empty() || self.is_library(ty, "Function") { "function" } else { "object" }
            }
            _ => return None,
        })
    }

    /// The instances that `x instanceof C` lets through.
    fn instance_of(&mut self, class: TypeId) -> TypeId {
        match *self.types.get(class) {
            Type::ClassValue(class) => {
                let params = self.class_params(class);
                let args = vec![Types::ANY; params.len()];
                self.types.intern(Type::Class { class, args: args.into() })
            }
            _ => {
                let signature = self.constructors(class).into_iter().next();
                signature.map_or(Types::ANY, |signature| {
                    let any = vec![Types::ANY; signature.type_params.len()];
                    self.types
                        .instantiate(signature.ret, &crate::types::Substitution::new(&signature.type_params, &any))
                })
            }
        }
    }

    fn narrow_to_instance(&mut self, left: &'a Expr, ty: TypeId, instance: TypeId, yes: &mut Env, no: &mut Env) {
        let Some(place) = self.reference(left) else { return };
        if instance == Types::ANY {
            return;
        }
        let (same, other) = self.split_by(ty, instance);
        self.set_narrowed(yes, place, ty, same);
        self.set_narrowed(no, place, ty, other);
    }

    /// The parts of a type that are of a wanted type, and those that need not be.
    fn split_by(&mut self, ty: TypeId, wanted: TypeId) -> (TypeId, TypeId) {
        let ty = self.expand(ty);
        if matches!(self.types.get(ty), Type::Any | Type::Unknown | Type::NonPrimitive) {
            return (wanted, ty);
        }
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for part in self.types.parts(ty) {
            if self.assignable(part, wanted) && part != Types::ANY {
                same.push(part);
            } else if self.assignable(wanted, part) {
                same.push(wanted);
                other.push(part);
            } else if self.comparable(part, wanted) && !self.is_primitive(part) {
                same.push(self.intersection(&[part, wanted]));
                other.push(part);
            } else {
                other.push(part);
            }
        }
        (self.types.union(same), self.types.union(other))
    }

    fn narrow_in(&mut self, left: &'a Expr, right: &'a Expr, of: TypeId, yes: &mut Env, no: &mut Env) {
        let (ExprKind::Str(text), Some(place)) = (&strip(left).kind, self.reference(right)) else { return };
        let Some(name) = text.to_utf8() else { return };
        let of = self.expand(of);
        let parts = self.types.parts(of);
        if parts.len() < 2 {
            return;
        }
        let (mut same, mut other) = (Vec::new(), Vec::new());
        for part in parts {
            match self.member_names(part).iter().any(|known| *known == name).then(|| self.member(part, &name)).flatten()
            {
                Some(member) => {
                    same.push(part);
                    if member.optional {
                        other.push(part);
                    }
                }
                None => other.push(part),
            }
        }
        let (same, other) = (self.types.union(same), self.types.union(other));
        if same != Types::NEVER {
            self.set_narrowed(yes, place, of, same);
        }
        self.set_narrowed(no, place, of, other);
    }

    /// A call of a type predicate.
    fn call_condition(&mut self, expr: &'a Expr, callee: &'a Expr, args: &'a [Arg]) -> (Env, Env) {
        let ty = self.infer(expr, None);
        let _ = ty;
        let callee_type = self.type_at(callee);
        let signatures = self.callable(callee_type);
        let predicate =
            signatures.iter().find_map(|signature| signature.predicate.clone().filter(|predicate| !predicate.asserts));
        let env = std::mem::take(&mut self.env);
        let (mut yes, mut no) = (env.clone(), env);
        self.narrow_chain(expr, &mut yes);
        if let Some(Predicate { param, ty: Some(wanted), .. }) = predicate {
            let subject = match param {
                Some(index) => args.get(index as usize).map(Arg::expr),
                None => match &callee.kind {
                    ExprKind::Member { object, .. } => Some(&**object),
                    _ => None,
                },
            };
            if let Some(subject) = subject
                && let Some(place) = self.reference(subject)
                && !self.types.is_generic(wanted)
            {
                let before = self.type_at(subject);
                let (same, other) = self.split_by(before, wanted);
                self.set_narrowed(&mut yes, place, before, same);
                self.set_narrowed(&mut no, place, before, other);
            }
        }
        (yes, no)
    }

    /// After `assert(x)` or `assertIsT(x)`.
    pub(super) fn narrow_by_assertion(&mut self, predicate: &Predicate, callee: &'a Expr, args: &'a [Arg]) {
        let subject = match predicate.param {
            Some(index) => args.get(index as usize).map(Arg::expr),
            None => match &callee.kind {
                ExprKind::Member { object, .. } => Some(&**object),
                _ => None,
            },
        };
        let Some(subject) = subject else { return };
        match predicate.ty {
            None => {
                let (yes, _) = self.silently(|checker| checker.condition(subject));
                self.env = yes;
            }
            Some(wanted) => {
                if let Some(place) = self.reference(subject) {
                    let before = self.type_at(subject);
                    let (same, _) = self.split_by(before, wanted);
                    let mut env = std::mem::take(&mut self.env);
                    self.set_narrowed(&mut env, place, before, same);
                    self.env = env;
                }
            }
        }
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
            return self.types.union2(present, b);
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
            (LogicalOp::And, _) if super::binding::may_be_absent(left) => {
                let falsy = self.falsy_part(a);
                self.types.optional(falsy)
            }
            (LogicalOp::And, _) => self.falsy_part(a),
            _ => self.truthy_part(a),
        };
        self.types.union2(kept, b)
    }
}

fn is_test(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::StrictEq | BinaryOp::StrictNe | BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Instanceof | BinaryOp::In
    )
}

fn strip(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => strip(inner),
        _ => expr,
    }
}

fn unchain(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::OptionalChain(inner) | ExprKind::Paren(inner) => unchain(inner),
        _ => expr,
    }
}
