//! Assignments: what a target holds, what it takes, and what is known after.

use mosl_syntax::Span;
use mosl_syntax::ast::{AssignOp, Expr, ExprKind, LogicalOp, Pat, PatKind};

use crate::check::Checker;
use crate::check::members::key_name;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{READONLY_MEMBER, WIDENED};
use crate::program::{BindingId, BindingKind};
use crate::types::{Type, TypeId, Types};

impl<'a> Checker<'a> {
    pub(in crate::check) fn infer_assign(&mut self, op: AssignOp, target: &'a Pat, value: &'a Expr) -> TypeId {
        match op {
            AssignOp::Assign => {
                let wanted = self.target_type(target, false);
                let found = self.infer(value, Some(wanted));
                self.assign_to(target, found, Some(value));
                found
            }
            AssignOp::Binary(op) => {
                let before = self.target_type(target, true);
                let found = self.infer(value, None);
                let ty = self.binary_type(op, before, found, (target.span, value.span));
                self.check_target_writable(target);
                self.assign_over(target, ty);
                ty
            }
            AssignOp::Logical(op) => {
                let before = self.target_type(target, true);
                let declared = self.target_type(target, false);
                let skipped = self.env.clone();
                self.narrow_target(op, target, before);
                let found = self.infer(value, Some(declared));
                self.assign_to(target, found, Some(value));
                let assigned = std::mem::take(&mut self.env);
                self.env = self.join(assigned, skipped);
                let kept = match op {
                    LogicalOp::Or => self.truthy_part(before),
                    LogicalOp::And => self.falsy_part(before),
                    LogicalOp::Nullish => self.without_nullish(before),
                };
                let ty = self.types.union2(kept, found);
                let reference = match &target.kind {
                    PatKind::Ident(_) => self.binding_at(target.id).map(|id| self.binding_ref(id)),
                    PatKind::Expr(place) if self.strict => self.reference(place),
                    _ => None,
                };
                if let Some(reference) = reference {
                    let ty = self.widen(ty);
                    self.env.set(reference, ty);
                }
                ty
            }
        }
    }

    /// The value of `a &&= …` is looked at where `a` is truthy, and so on.
    fn narrow_target(&mut self, op: LogicalOp, target: &'a Pat, before: TypeId) {
        let place = match &target.kind {
            PatKind::Ident(_) => self.binding_at(target.id).map(|id| self.binding_ref(id)),
            PatKind::Expr(place) => self.reference(place),
            _ => None,
        };
        let (Some(place), true) = (place, self.strict && before != Types::ANY) else { return };
        let left = match op {
            LogicalOp::And => self.truthy_part(before),
            LogicalOp::Or => self.falsy_part(before),
            LogicalOp::Nullish => {
                let present = self.without_nullish(before);
                self.filter_union(before, |checker, part| !checker.types.parts(present).contains(&part))
            }
        };
        self.env.set(place, left);
    }

    /// What was computed from the value before says no more than that did about whether there was one.
    pub(super) fn assign_over(&mut self, target: &'a Pat, ty: TypeId) {
        let place = match &target.kind {
            PatKind::Expr(place) if self.functions.last().is_some_and(|context| context.in_constructor) => {
                self.reference(place)
            }
            _ => None,
        };
        let before = place.and_then(|place| self.env.get(place));
        self.assign_to(target, ty, None);
        if let (Some(place), Some(Types::UNDEFINED)) = (place, before) {
            self.env.set(place, Types::UNDEFINED);
        }
    }

    /// `a.b += 1` and `a.b++` write, too.
    pub(super) fn check_target_writable(&mut self, target: &'a Pat) {
        let PatKind::Expr(place) = &target.kind else { return };
        let mut place = place;
        while let ExprKind::Paren(inner) | ExprKind::NonNull(inner) = &place.kind {
            place = inner;
        }
        let type_of = |checker: &Self, expr: &Expr| {
            checker.node_types[usize::from(checker.file.0)].get(expr.id.0 as usize).copied().unwrap_or(Types::ANY)
        };
        match &place.kind {
            ExprKind::Member { object, name, .. } => {
                let of = type_of(self, object);
                let of = self.without_nullish(of);
                if let Some(member) = self.member(of, &name.text) {
                    self.check_writable(member.readonly, object, name);
                }
            }
            ExprKind::Index { object, index, .. } => {
                let (of, key) = (type_of(self, object), type_of(self, index));
                let of = self.without_nullish(of);
                if self.is_readonly_element(of, key) {
                    self.report_readonly_element(of, index.span);
                }
            }
            _ => {}
        }
    }

    /// The type that a target holds (`reads`), or the one that it takes.
    pub(super) fn target_type(&mut self, target: &'a Pat, reads: bool) -> TypeId {
        let ty = match &target.kind {
            PatKind::Ident(_) => match self.binding_at(target.id) {
                Some(id) if reads => {
                    let reference = self.binding_ref(id);
                    match self.env.get(reference) {
                        Some(narrowed) => narrowed,
                        None => self.type_of_binding(id),
                    }
                }
                Some(id) => self.type_of_binding(id),
                None => Types::ANY,
            },
            PatKind::Expr(place) => self.place_type(place, reads),
            PatKind::Array { .. } | PatKind::Object { .. } | PatKind::Missing => Types::ANY,
        };
        self.set_type(target.id, ty)
    }

    pub(super) fn place_type(&mut self, place: &'a Expr, reads: bool) -> TypeId {
        if reads {
            return self.infer(place, None);
        }
        // The declared type, whatever the flow knows about the present value.
        let ty = match &place.kind {
            ExprKind::Member { object, name, .. } => {
                let of = self.infer_object_of(object, false);
                match self.member(of, &name.text) {
                    Some(member) => {
                        self.check_visible(&member, of, name);
                        if self.check_writable(member.readonly, object, name) { member.takes() } else { Types::ANY }
                    }
                    None if name.missing => Types::ANY,
                    None => {
                        let own = matches!(object.kind, ExprKind::This) && !self.strict;
                        if !own {
                            self.report_missing_member(of, name);
                        }
                        Types::ANY
                    }
                }
            }
            ExprKind::PrivateMember { object, name, .. } => {
                let of = self.infer_object_of(object, false);
                let key = mosl_syntax::ast::SmolStr::from(format!("#{}", name.text.trim_start_matches('#')));
                self.member(of, &key).map_or(Types::ANY, |member| member.takes())
            }
            ExprKind::Index { object, index, .. } => {
                let of = self.infer_object_of(object, false);
                let key = self.infer(index, None);
                let ty = self.index_read(of, key, index);
                if self.is_readonly_element(of, key) { self.report_readonly_element(of, index.span) } else { ty }
            }
            ExprKind::Paren(inner) | ExprKind::NonNull(inner) => self.place_type(inner, reads),
            _ => self.infer(place, None),
        };
        self.set_type(place.id, ty)
    }

    pub(super) fn is_readonly_element(&mut self, of: TypeId, key: TypeId) -> bool {
        let of = self.expand(of);
        match self.types.get(of).clone() {
            Type::Array { readonly, .. } => readonly,
            Type::Tuple(tuple) => tuple.readonly,
            _ => {
                let name = self.key_text(key).filter(|name| self.member_names(of).contains(name));
                match name.and_then(|name| self.member(of, &name)) {
                    Some(member) => member.readonly,
                    None => self.has_readonly_index(of),
                }
            }
        }
    }

    pub(super) fn report_readonly_element(&mut self, of: TypeId, span: Span) -> TypeId {
        if self.strict {
            let message = format!("`{}` is readonly: its elements cannot be assigned to", self.types.print(of));
            self.report(Diagnostic::new(&READONLY_MEMBER, self.file, span, message, "readonly"));
        }
        Types::ANY
    }

    /// Says whether the member may be written; reports if not.
    pub(super) fn check_writable(&mut self, readonly: bool, object: &Expr, name: &mosl_syntax::ast::Name) -> bool {
        let in_constructor = matches!(object.kind, ExprKind::This)
            && self.functions.last().is_some_and(|context| context.in_constructor);
        if readonly && !in_constructor && self.strict {
            let message = format!("`{}` is readonly: it cannot be assigned to", name.text);
            self.report(Diagnostic::new(&READONLY_MEMBER, self.file, name.span, message, "readonly"));
            return false;
        }
        true
    }

    /// Notes that a target now holds a value of type `ty`, and checks that it may. `value`: the expression to blame.
    pub(in crate::check) fn assign_to(&mut self, target: &'a Pat, ty: TypeId, value: Option<&'a Expr>) {
        match &target.kind {
            PatKind::Ident(_) => {
                if let Some(id) = self.binding_at(target.id) {
                    self.assign_binding(id, ty, target, value);
                }
            }
            PatKind::Expr(place) => {
                let wanted =
                    self.node_types[usize::from(self.file.0)].get(place.id.0 as usize).copied().unwrap_or(Types::ANY);
                if let Some(value) = value
                    && (self.strict || self.is_enforced(place))
                {
                    self.check_flow(ty, wanted, value);
                }
                if let Some(id) = self.reference(place) {
                    self.forget(id);
                    if self.strict && !self.has_own_setter(place) {
                        let narrowed = self.assigned_type(wanted, ty);
                        self.env.set(id, narrowed);
                    }
                }
            }
            PatKind::Array { elems, rest } => {
                for (index, elem) in elems.iter().enumerate() {
                    let Some(elem) = elem else { continue };
                    let (of, _) = self.array_part(ty, index);
                    self.check_tuple_end(ty, index, elem.pat.span);
                    self.assign_part(elem, of);
                }
                if let Some(rest) = rest {
                    self.target_type(rest, false);
                    let elem = self.element_of(ty).unwrap_or(Types::ANY);
                    let of = self.types.array(elem);
                    self.assign_to(rest, of, None);
                }
            }
            PatKind::Object { props, rest } => {
                for prop in props {
                    if let mosl_syntax::ast::PropKey::Computed(key) = &prop.key {
                        self.infer(key, None);
                    }
                    let of = match key_name(&prop.key) {
                        Some(name) => self.property_for_pattern(ty, &name, prop.key.span()),
                        None => Types::ANY,
                    };
                    self.assign_part(&prop.value, of);
                }
                if let Some(rest) = rest {
                    self.target_type(rest, false);
                    let of = self.object_rest(ty, props);
                    self.assign_to(rest, of, None);
                }
            }
            PatKind::Missing => {}
        }
    }

    /// A setter that takes more than its getter yields: what was assigned says nothing about what is read.
    fn has_own_setter(&mut self, place: &'a Expr) -> bool {
        let ExprKind::Member { object, name, .. } = &place.kind else { return false };
        let of = self.node_types[usize::from(self.file.0)].get(object.id.0 as usize).copied().unwrap_or(Types::ANY);
        let of = self.without_nullish(of);
        self.member(of, &name.text).is_some_and(|member| member.write.is_some_and(|write| write != member.ty))
    }

    /// A place whose type someone wrote: a field of a class, a member of an interface. Methods and getters refuse when it runs.
    pub(super) fn is_enforced(&mut self, place: &'a Expr) -> bool {
        let (object, name) = match &place.kind {
            ExprKind::Member { object, name, .. } => (object, name.text.clone()),
            ExprKind::PrivateMember { object, name, .. } => {
                (object, format!("#{}", name.text.trim_start_matches('#')).into())
            }
            _ => return false,
        };
        let of = self.node_types[usize::from(self.file.0)].get(object.id.0 as usize).copied().unwrap_or(Types::ANY);
        let of = self.without_nullish(of);
        self.member(of, &name).is_some_and(|member| !member.is_method && !member.readonly && !member.library)
    }

    pub(super) fn assign_part(&mut self, elem: &'a mosl_syntax::ast::PatElem, ty: TypeId) {
        let mut ty = ty;
        if let Some(default) = &elem.default {
            let found = self.infer(default, None);
            let present = self.without_undefined(ty);
            ty = self.types.union2(present, found);
        }
        self.target_type(&elem.pat, false);
        self.assign_to(&elem.pat, ty, None);
    }

    pub(super) fn assign_binding(&mut self, id: BindingId, ty: TypeId, target: &'a Pat, value: Option<&'a Expr>) {
        let declared = self.type_of_binding(id);
        let binding = &self.res.bindings[id.0 as usize];
        if !matches!(
            binding.kind,
            BindingKind::Let | BindingKind::Var | BindingKind::Param | BindingKind::Catch | BindingKind::Function
        ) {
            // Resolution has said that it never changes.
            return;
        }
        let fits = self.assignable(ty, declared);
        // `any` fits, but would make the variable's checks throw in a program that never asked for a type.
        let dynamic = ty == Types::ANY && declared != Types::ANY;
        if self.assumed.contains(&id) && (!fits || dynamic || value.is_some_and(crate::check::binding::may_be_absent)) {
            let (name, span) = (binding.name.clone(), binding.span);
            self.conflicts.push(id);
            if !dynamic && !fits {
                let (was, now) = (self.types.print(declared), self.types.print(ty));
                let message =
                    format!("`{name}` holds a `{was}` at first and a `{now}` later, so nothing is known about it");
                let diagnostic = Diagnostic::new(&WIDENED, self.file, target.span, message, format!("a `{now}` now"));
                self.report(diagnostic.also(span, format!("a `{was}` at first")));
            }
        } else if !fits {
            match value {
                Some(value) => {
                    self.check_flow(ty, declared, value);
                }
                None => self.report_mismatch_at(ty, declared, target.span),
            }
        } else if let Some(value) = value {
            self.check_flow(ty, declared, value);
        }
        let reference = self.binding_ref(id);
        self.forget(reference);
        let narrowed = self.assigned_type(declared, ty);
        if narrowed != declared || declared == Types::ANY || self.res.bindings[id.0 as usize].late {
            self.env.set(reference, narrowed);
        }
    }

    /// What a variable of a declared type is known to hold after an assignment.
    pub(in crate::check) fn assigned_type(&mut self, declared: TypeId, assigned: TypeId) -> TypeId {
        if declared == Types::ANY {
            return self.widen(assigned);
        }
        if assigned == Types::ANY {
            return declared;
        }
        let is_member = |parts: &[TypeId]| parts.binary_search(&assigned).is_ok();
        if self.is_unit(assigned) && matches!(self.types.get(declared), Type::Union(parts) if is_member(parts)) {
            return assigned;
        }
        let declared_parts = self.types.parts(declared);
        if declared_parts.len() < 2 {
            return declared;
        }
        let parts: Vec<TypeId> = declared_parts
            .into_iter()
            .filter(|part| {
                let assigned = self.types.parts(assigned);
                assigned.iter().any(|of| self.assignable(*of, *part))
            })
            .collect();
        if parts.is_empty() { declared } else { self.types.union(parts) }
    }

    /// A property that destructuring takes from an object.
    pub(in crate::check) fn property_for_pattern(&mut self, ty: TypeId, name: &str, span: Span) -> TypeId {
        let ty = self.expand(ty);
        if ty == Types::ANY {
            return Types::ANY;
        }
        let plain = self.without_nullish(ty);
        if plain != ty && self.strict {
            let message = format!("`{}` may have no value, so nothing can be taken out of it", self.types.print(ty));
            self.report(Diagnostic::new(
                &crate::diagnostics::catalogue::POSSIBLY_NULLISH,
                self.file,
                span,
                message,
                "taken from here",
            ));
        }
        match self.member(plain, name) {
            Some(member) => member.ty,
            None => {
                let (string, _) = self.index_types(plain);
                if string.is_none() && plain != Types::NEVER && plain != Types::UNKNOWN {
                    let name = mosl_syntax::ast::Name::new(name, span);
                    self.report_missing_member(plain, &name);
                }
                string.unwrap_or(Types::ANY)
            }
        }
    }
}
