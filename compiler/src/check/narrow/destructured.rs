//! Discriminants that were taken out of a union by destructuring: `const { kind, payload } = action`. Testing one narrows the union
//! and what else was taken out of it, as long as none of them changes.

use mosl_syntax::ast::{Expr, ExprKind, Param, Pat, PatKind, SmolStr};

use crate::check::Checker;
use crate::check::env::{Env, RefId};
use crate::check::members::key_name;
use crate::program::{BindingId, BindingKind};
use crate::types::{Signature, Type, TypeId, Types};

/// One pattern over a union.
#[derive(Clone, Debug)]
pub(in crate::check) struct Destructured {
    /// What is destructured, where it is a variable or member that never changes.
    source: Option<RefId>,
    /// What is left of the union.
    left: RefId,
    union: TypeId,
    names: Vec<(BindingId, SmolStr)>,
}

impl<'a> Checker<'a> {
    /// Remembers a pattern that may tell the members of a union apart.
    pub(in crate::check) fn note_destructured(&mut self, pat: &'a Pat, ty: TypeId, init: Option<&'a Expr>) {
        let ty = self.expand(ty);
        if !self.strict || !matches!(self.types.get(ty), Type::Union(_)) {
            return;
        }
        let mut names = Vec::new();
        match &pat.kind {
            PatKind::Object { props, .. } => {
                for prop in props.iter().filter(|prop| prop.value.default.is_none()) {
                    let of = self.constant_name(&prop.value.pat);
                    names.extend(of.zip(key_name(&prop.key)));
                }
            }
            PatKind::Array { elems, .. } => {
                for (index, elem) in elems.iter().enumerate() {
                    let Some(elem) = elem.as_ref().filter(|elem| elem.default.is_none()) else { continue };
                    let of = self.constant_name(&elem.pat);
                    names.extend(of.map(|id| (id, SmolStr::from(format!("{index}")))));
                }
            }
            _ => return,
        }
        let source = init.and_then(|init| self.reference(init)).filter(|source| self.is_lasting(*source));
        self.add_destructured(source, ty, names);
    }

    /// `(kind, value) => …` where a function of `(...args: ["a", number] | ["b", string])` is wanted.
    pub(in crate::check) fn note_destructured_params(&mut self, params: &'a [Param], context: &Signature) {
        let Some(rest) = context.rest.as_ref().map(|rest| self.expand(rest.ty)).filter(|_| self.strict) else { return };
        if !matches!(self.types.get(rest), Type::Union(_)) {
            return;
        }
        let mut names = Vec::new();
        for (index, param) in params.iter().enumerate() {
            if param.ty.is_some() || param.default.is_some() {
                return;
            }
            names.extend(self.constant_name(&param.pat).map(|id| (id, SmolStr::from(format!("{index}")))));
        }
        self.add_destructured(None, rest, names);
    }

    /// The variable that a pattern is, where it never changes.
    fn constant_name(&self, pat: &Pat) -> Option<BindingId> {
        let id = self.binding_at(pat.id)?;
        let binding = &self.res.bindings[id.0 as usize];
        let lasts = !binding.reassigned && matches!(binding.kind, BindingKind::Const | BindingKind::Param);
        (lasts && matches!(pat.kind, PatKind::Ident(_))).then_some(id)
    }

    fn add_destructured(&mut self, source: Option<RefId>, ty: TypeId, names: Vec<(BindingId, SmolStr)>) {
        let Some((first, _)) = names.first() else { return };
        let left = self.pattern_ref(*first);
        let at = self.destructured.len();
        for (id, _) in &names {
            self.destructured_by.insert(*id, at);
        }
        self.destructured.push(Destructured { source, left, union: ty, names });
    }

    /// Keeps the members of the union whose member of that name passes the test.
    pub(super) fn narrow_destructured(
        &mut self,
        expr: &'a Expr,
        env: &mut Env,
        test: &mut dyn FnMut(&mut Self, TypeId) -> bool,
    ) {
        let ExprKind::Ident(_) = &expr.kind else { return };
        let Some(id) = self.binding_at(expr.id) else { return };
        let Some(at) = self.destructured_by.get(&id) else { return };
        let Destructured { source, left, union, names } = self.destructured[*at].clone();
        let Some((_, name)) = names.iter().find(|(of, _)| *of == id) else { return };
        let now = source.and_then(|source| env.get(source)).or_else(|| env.get(left)).unwrap_or(union);
        let now = self.expand(now);
        let parts = self.types.parts(now);
        let kept: Vec<TypeId> = parts
            .iter()
            .copied()
            .filter(|part| self.member(*part, name).is_none_or(|member| test(self, member.ty)))
            .collect();
        if kept.len() == parts.len() {
            return;
        }
        let narrowed = self.types.union(kept);
        env.set(left, narrowed);
        if let Some(source) = source {
            env.set(source, narrowed);
        }
        for (other, name) in names.iter().filter(|(other, _)| *other != id) {
            let ty = self.member(narrowed, name).map_or(Types::NEVER, |member| member.ty);
            let place = self.binding_ref(*other);
            env.set(place, ty);
        }
    }
}
