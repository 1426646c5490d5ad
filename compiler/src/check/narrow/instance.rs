//! Narrowing by `instanceof`, `in` and type predicates.

use mosl_syntax::ast::{Arg, Expr, ExprKind};

use crate::check::Checker;
use crate::check::env::Env;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::BAD_OPERANDS;
use crate::types::{ObjectType, Predicate, PropType, Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// The instances that `x instanceof C` lets through.
    pub(super) fn instance_of(&mut self, class: TypeId) -> TypeId {
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

    /// What stands to the right of `instanceof` says what its instances are.
    pub(super) fn check_instance_side(&mut self, of: TypeId, right: &'a Expr) {
        if self.strict && self.is_primitive(of) {
            let shown = self.types.print(of);
            let message = format!("`instanceof` asks for a class, and this is `{shown}`");
            self.report(Diagnostic::new(&BAD_OPERANDS, self.file, right.span, message, "not a class"));
        }
    }

    pub(super) fn narrow_to_instance(
        &mut self,
        left: &'a Expr,
        ty: TypeId,
        instance: TypeId,
        yes: &mut Env,
        no: &mut Env,
    ) {
        let Some(place) = self.reference(left) else { return };
        if instance == Types::ANY {
            return;
        }
        let (same, other) = self.split_by(ty, instance);
        self.set_narrowed(yes, place, ty, same);
        self.set_narrowed(no, place, ty, other);
    }

    /// The parts of a type that are of a wanted type, and those that need not be.
    pub(super) fn split_by(&mut self, ty: TypeId, wanted: TypeId) -> (TypeId, TypeId) {
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
            } else if self.may_overlap(part, wanted) && !self.is_primitive(part) {
                same.push(self.intersection(&[part, wanted]));
                other.push(part);
            } else {
                other.push(part);
            }
        }
        (self.types.union(same), self.types.union(other))
    }

    pub(super) fn narrow_in(&mut self, left: &'a Expr, right: &'a Expr, of: TypeId, yes: &mut Env, no: &mut Env) {
        let (ExprKind::Str(text), Some(place)) = (&left.without_parens().kind, self.reference(right)) else { return };
        let Some(name) = text.to_utf8() else { return };
        let of = self.expand(of);
        let parts = self.types.parts(of);
        let objects = |part: &TypeId| {
            matches!(
                self.types.get(*part),
                Type::NonPrimitive | Type::Object(_) | Type::Interface { .. } | Type::Intersection(_)
            )
        };
        if self.strict && parts.iter().all(objects) && self.member(of, &name).is_none() {
            let lacking = parts.iter().all(|part| !self.member_names(*part).iter().any(|known| *known == name));
            if lacking {
                let prop = PropType::new(name.as_str().into(), Types::UNKNOWN);
                let with = self.types.object(ObjectType { props: vec![prop], ..ObjectType::default() });
                let both = self.intersection(&[of, with]);
                yes.set(place, both);
                return;
            }
        }
        if parts.len() < 2 && no.get(place).is_none() {
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
    pub(super) fn call_condition(&mut self, expr: &'a Expr, callee: &'a Expr, args: &'a [Arg]) -> (Env, Env) {
        self.infer(expr, None);
        let predicate = self.predicates.get(&(self.file, expr.id)).cloned();
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
    pub(in crate::check) fn narrow_by_assertion(&mut self, predicate: &Predicate, callee: &'a Expr, args: &'a [Arg]) {
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
}
