//! Discriminants that were taken out of a union by destructuring: `const { kind, payload } = action`. Testing one narrows the union
//! and what else was taken out of it, as long as none of them changes.

use mosl_syntax::ast::{Expr, ExprKind, Pat, PatKind, SmolStr};

use crate::check::Checker;
use crate::check::env::{Env, RefId};
use crate::check::members::key_name;
use crate::program::{BindingId, BindingKind, Resolved};
use crate::types::{Type, TypeId, Types};

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
        let PatKind::Object { props, .. } = &pat.kind else { return };
        let ty = self.expand(ty);
        if !self.strict || !matches!(self.types.get(ty), Type::Union(_)) {
            return;
        }
        let mut names = Vec::new();
        for prop in props {
            let of = self.res.facts[usize::from(self.file.0)].names.get(&prop.value.pat.id);
            if let (Some(Resolved::Binding(id)), Some(name), None) = (of, key_name(&prop.key), &prop.value.default)
                && matches!(prop.value.pat.kind, PatKind::Ident(_))
            {
                let binding = &self.res.bindings[id.0 as usize];
                if !binding.reassigned && matches!(binding.kind, BindingKind::Const | BindingKind::Param) {
                    names.push((*id, name));
                }
            }
        }
        let Some((first, _)) = names.first() else { return };
        let left = self.pattern_ref(*first);
        let source = init.and_then(|init| self.reference(init)).filter(|source| self.is_lasting(*source));
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
        let Some(Resolved::Binding(id)) = self.res.facts[usize::from(self.file.0)].names.get(&expr.id).copied() else {
            return;
        };
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
