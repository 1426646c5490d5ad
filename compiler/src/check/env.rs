//! What is known about variables and members at one point of the program: narrowed types by reference, and whether the point can be
//! reached at all.

use mosl_syntax::Span;
use mosl_syntax::ast::{AssignOp, Expr, ExprKind, PatKind, SmolStr};
use rustc_hash::FxHashMap;

use super::Checker;
use crate::program::{BindingId, BindingKind, Resolved};
use crate::types::{TypeId, Types};

/// A variable or a chain of members of one (`a.b.c`, `this.x`), numbered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub(super) struct RefId(u32);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Reference {
    Binding(BindingId),
    This,
    /// Known where `super(…)` has been called.
    Super,
    Member(RefId, SmolStr),
    /// What is left of a union that a pattern took apart; by the first variable of the pattern.
    Pattern(BindingId),
}

#[derive(Debug, Default)]
pub(super) struct References {
    list: Vec<Reference>,
    index: FxHashMap<Reference, RefId>,
}

impl References {
    fn intern(&mut self, reference: Reference) -> RefId {
        if let Some(id) = self.index.get(&reference) {
            return *id;
        }
        let id = RefId(u32::try_from(self.list.len()).expect("fewer than 2^32 references"));
        self.list.push(reference.clone());
        self.index.insert(reference, id);
        id
    }

    fn get(&self, id: RefId) -> &Reference {
        &self.list[id.0 as usize]
    }

    /// Whether `id` is `prefix` or a member of it.
    fn starts_with(&self, mut id: RefId, prefix: RefId) -> bool {
        loop {
            if id == prefix {
                return true;
            }
            match self.get(id) {
                Reference::Member(of, _) => id = *of,
                _ => return false,
            }
        }
    }

    fn is_member(&self, id: RefId) -> bool {
        matches!(self.get(id), Reference::Member(..))
    }

    fn root(&self, mut id: RefId) -> Option<BindingId> {
        loop {
            match self.get(id) {
                Reference::Member(of, _) => id = *of,
                Reference::Binding(binding) | Reference::Pattern(binding) => return Some(*binding),
                Reference::This | Reference::Super => return None,
            }
        }
    }

    fn mentions(&self, mut id: RefId, names: &[(u32, SmolStr)]) -> bool {
        while let Reference::Member(of, name) = self.get(id) {
            if names.iter().any(|(_, assigned)| assigned == name) {
                return true;
            }
            id = *of;
        }
        false
    }
}

/// Few facts hold at a time: a list is faster than a map, and cheap to copy at a branch.
#[derive(Clone, Debug, Default)]
pub(super) struct Env {
    facts: Vec<(RefId, TypeId)>,
    /// Control never gets here.
    pub dead: bool,
}

impl Env {
    pub fn dead() -> Self {
        Self { facts: Vec::new(), dead: true }
    }

    pub fn get(&self, id: RefId) -> Option<TypeId> {
        self.facts.iter().find(|(of, _)| *of == id).map(|(_, ty)| *ty)
    }

    pub fn facts(&self) -> impl Iterator<Item = (RefId, TypeId)> + '_ {
        self.facts.iter().copied()
    }

    pub fn set(&mut self, id: RefId, ty: TypeId) {
        match self.facts.iter_mut().find(|(of, _)| *of == id) {
            Some(fact) => fact.1 = ty,
            None => self.facts.push((id, ty)),
        }
    }
}

impl Checker<'_> {
    pub(super) fn binding_ref(&mut self, id: BindingId) -> RefId {
        self.refs.intern(Reference::Binding(id))
    }

    pub(super) fn super_ref(&mut self) -> RefId {
        self.refs.intern(Reference::Super)
    }

    /// A member of `this`.
    pub(super) fn own_ref(&mut self, name: &SmolStr) -> RefId {
        let this = self.refs.intern(Reference::This);
        self.refs.intern(Reference::Member(this, name.clone()))
    }

    pub(super) fn pattern_ref(&mut self, first: BindingId) -> RefId {
        self.refs.intern(Reference::Pattern(first))
    }

    /// The reference that an expression is, if it is one.
    pub(super) fn reference(&mut self, expr: &Expr) -> Option<RefId> {
        match &expr.kind {
            ExprKind::Ident(_) => match self.res.facts[usize::from(self.file.0)].names.get(&expr.id) {
                Some(Resolved::Binding(id)) => Some(self.refs.intern(Reference::Binding(*id))),
                _ => None,
            },
            ExprKind::This => Some(self.refs.intern(Reference::This)),
            ExprKind::Member { object, name, .. } if !name.missing => self.member_ref(object, name.text.clone()),
            ExprKind::PrivateMember { object, name, .. } => {
                let name = SmolStr::from(format!("#{}", name.text.trim_start_matches('#')));
                self.member_ref(object, name)
            }
            ExprKind::Assign { op: AssignOp::Assign, target, .. } => {
                match (&target.kind, self.res.facts[usize::from(self.file.0)].names.get(&target.id)) {
                    (PatKind::Ident(_), Some(Resolved::Binding(id))) => Some(self.refs.intern(Reference::Binding(*id))),
                    _ => None,
                }
            }
            ExprKind::Index { object, index, .. } => match &index.kind {
                ExprKind::Str(text) => self.member_ref(object, text.to_utf8()?.into()),
                ExprKind::Num(number) => self.member_ref(object, SmolStr::from(format!("{number}"))),
                // A key that never changes.
                ExprKind::Ident(_) => match self.res.facts[usize::from(self.file.0)].names.get(&index.id) {
                    Some(Resolved::Binding(id)) if !self.res.bindings[id.0 as usize].reassigned && self.strict => {
                        self.member_ref(object, SmolStr::from(format!("[{}]", id.0)))
                    }
                    _ => None,
                },
                _ => None,
            },
            ExprKind::Paren(inner) | ExprKind::NonNull(inner) | ExprKind::OptionalChain(inner) => self.reference(inner),
            _ => None,
        }
    }

    fn member_ref(&mut self, object: &Expr, name: SmolStr) -> Option<RefId> {
        let of = self.reference(object)?;
        Some(self.refs.intern(Reference::Member(of, name)))
    }

    /// Forgets what is known about a reference and its members.
    pub(super) fn forget(&mut self, id: RefId) {
        let refs = &self.refs;
        self.env.facts.retain(|(of, _)| !refs.starts_with(*of, id));
    }

    /// After a call in a file that is not strict, members may have changed, and variables that closures assign.
    pub(super) fn forget_after_call(&mut self) {
        if self.strict {
            return;
        }
        let (refs, res) = (&self.refs, self.res);
        self.env.facts.retain(|(of, _)| {
            !refs.is_member(*of)
                && refs.root(*of).is_none_or(|binding| {
                    let binding = &res.bindings[binding.0 as usize];
                    !(binding.captured && binding.reassigned)
                })
        });
    }

    /// What holds at the start of a loop: nothing about what the loop assigns.
    pub(super) fn forget_assigned(&mut self, span: Span) {
        let file = usize::from(self.file.0);
        let assigned = within(&self.res.assignments[file], span);
        let members = within(&self.res.member_assignments[file], span);
        // A variable that has no value yet may still have none.
        let mut late = Vec::new();
        for (of, ty) in &self.env.facts {
            if let Reference::Binding(id) = self.refs.get(*of)
                && self.res.bindings[id.0 as usize].late
                && assigned.iter().any(|(_, binding)| binding == id)
                && self.types.parts(*ty).contains(&Types::UNDEFINED)
            {
                late.push((*of, *id));
            }
        }
        let fields = self.pending_fields(members);
        let (refs, strict) = (&self.refs, self.strict);
        self.env.facts.retain(|(of, _)| {
            let root = refs.root(*of);
            !assigned.iter().any(|(_, binding)| Some(*binding) == root)
                && !refs.mentions(*of, members)
                && (strict || !refs.is_member(*of))
        });
        for (of, declared) in fields {
            let ty = self.types.optional(declared);
            self.env.set(of, ty);
        }
        for (of, id) in late {
            let declared = self.type_of_binding(id);
            let ty = self.types.optional(declared);
            self.env.set(of, ty);
        }
    }

    /// The fields that a constructor has yet to assign, among those of some names.
    fn pending_fields(&mut self, names: &[(u32, SmolStr)]) -> Vec<(RefId, TypeId)> {
        let mut all = Vec::new();
        if !self.functions.last().is_some_and(|context| context.in_constructor) {
            return all;
        }
        let this = self.refs.intern(Reference::This);
        for (id, ty) in self.env.facts.clone() {
            if let Reference::Member(of, name) = self.refs.get(id).clone()
                && of == this
                && self.types.parts(ty).contains(&Types::UNDEFINED)
                && names.iter().any(|(_, assigned)| format!("#{assigned}") == name || *assigned == name)
                && let Some(member) = self.member(Types::THIS, &name)
                && !self.admits_undefined(member.ty)
            {
                all.push((id, member.ty));
            }
        }
        all
    }

    /// What a function expression may rely on: variables that never change, or not any more.
    pub(super) fn env_for_closure(&self, at: Span) -> Env {
        let keep = |id: &RefId| match self.refs.get(*id) {
            Reference::Binding(id) | Reference::Pattern(id) => {
                let binding = &self.res.bindings[id.0 as usize];
                binding.kind != BindingKind::Var && (!binding.reassigned || self.is_settled(*id, at))
            }
            // A member of a constant that is known to be there when the function is made: as TypeScript has it.
            Reference::This | Reference::Super | Reference::Member(..) => false,
        };
        Env { facts: self.env.facts.iter().filter(|(id, _)| keep(id)).copied().collect(), dead: false }
    }

    /// Whether a variable is assigned for the last time before a place: nowhere after it, in no other function, and in no loop
    /// around the place.
    fn is_settled(&self, id: BindingId, at: Span) -> bool {
        let binding = &self.res.bindings[id.0 as usize];
        if !self.strict || binding.file != self.file || self.res.inner_assigned.contains(&id) {
            return false;
        }
        let around = self.loops.iter().filter(|span| span.start > binding.span.start).map(|span| span.start).min();
        let assignments = &self.res.assignments[usize::from(self.file.0)];
        assignments
            .iter()
            .filter(|(_, of)| *of == id)
            .all(|(position, _)| *position < at.start && around.is_none_or(|start| *position < start))
    }

    /// Whether what is known about a reference stays true: its variable is never assigned after its initialisation.
    pub(super) fn is_lasting(&self, id: RefId) -> bool {
        self.refs.root(id).is_some_and(|binding| !self.res.bindings[binding.0 as usize].reassigned)
    }

    /// Where two paths meet: what both know.
    pub(super) fn join(&mut self, a: Env, b: Env) -> Env {
        if a.dead {
            return b;
        }
        if b.dead {
            return a;
        }
        let mut facts = Vec::new();
        for (id, ty) in a.facts {
            if let Some(other) = b.facts.iter().find(|(of, _)| *of == id) {
                facts.push((id, self.types.union2(ty, other.1)));
            }
        }
        Env { facts, dead: false }
    }
}

/// The entries of an ascending list whose position lies in `span`.
fn within<T>(list: &[(u32, T)], span: Span) -> &[(u32, T)] {
    let from = list.partition_point(|(at, _)| *at < span.start);
    let to = list.partition_point(|(at, _)| *at < span.end);
    &list[from..to]
}
