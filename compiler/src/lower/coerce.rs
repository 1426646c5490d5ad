//! Where static types meet values: which representation a place has, and the check of what flows into it.

use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, ExprKind, NodeId};

use super::Lowerer;
use crate::mir::{CheckSite, Op, Repr, Temp};
use crate::program::{BindingId, BindingKind, ClassId, Resolved};
use crate::types::{Type, TypeId, Types};

impl Lowerer<'_> {
    /// The static type of an expression or pattern.
    pub(super) fn type_of(&self, node: NodeId) -> TypeId {
        self.facts().types.get(node.0 as usize).copied().unwrap_or(Types::ANY)
    }

    /// The representation that the static type of an expression promises.
    pub(super) fn static_repr(&self, expr: &Expr) -> Repr {
        self.program.types.repr(self.type_of(expr.id))
    }

    pub(super) fn binding_repr(&self, id: BindingId) -> Repr {
        let binding = self.binding(id);
        if binding.needs_init_check || (binding.late && binding.captured) {
            Repr::Any
        } else {
            self.program.types.repr(binding.ty)
        }
    }

    pub(super) fn resolved(&self, node: NodeId) -> Resolved {
        self.facts().names.get(&node).copied().unwrap_or(Resolved::Unresolved)
    }

    /// The variable that a declaring node (pattern, function, class, enum) introduces.
    pub(super) fn declared(&self, node: NodeId) -> Option<BindingId> {
        match self.resolved(node) {
            Resolved::Binding(id) => Some(id),
            _ => None,
        }
    }

    pub(super) fn check_site(&mut self, span: Span, ty: TypeId) -> CheckSite {
        let text = self.program.types.print(ty);
        CheckSite { expr: self.snippet(span), expected: self.str(&text) }
    }

    /// The value in the representation that the static type promises; a dynamic value is checked.
    pub(super) fn coerce_to_repr(&mut self, value: Temp, repr: Repr, span: Span, ty: TypeId) -> Temp {
        let found = self.repr(value);
        if repr != Repr::Any && found == Repr::Any {
            let site = self.check_site(span, ty);
            return self.emit(Op::Check(repr, site), &[value], repr);
        }
        self.convert(value, repr)
    }

    /// The value of an expression as its own static type promises it.
    pub(super) fn coerce_static(&mut self, value: Temp, expr: &Expr) -> Temp {
        let ty = self.type_of(expr.id);
        self.coerce_to_repr(value, self.program.types.repr(ty), expr.span, ty)
    }

    /// What a variable holds that was declared with a type and without a value: its value, or none yet.
    pub(super) fn checked_late(&mut self, value: Temp, expr: &Expr) -> Temp {
        let Resolved::Binding(id) = self.resolved(expr.id) else { return value };
        let binding = self.binding(id);
        let proved = self.file.strict && !binding.captured;
        if !binding.late || proved || self.repr(value) != Repr::Any {
            return value;
        }
        let ty = binding.ty;
        self.coerce_to_type(value, ty, None, expr.span)
    }

    /// What a call yields is what the type of its function says: checked where only a written type says so.
    pub(super) fn checked_call(&mut self, value: Temp, expr: &Expr, callee: &Expr) -> Temp {
        let ty = self.type_of(expr.id);
        if self.repr(value) != Repr::Any || is_nothing(self.program.types.get(ty)) || self.is_proved_callee(callee) {
            return value;
        }
        self.coerce_to_type(value, ty, None, expr.span)
    }

    /// A member of an object that is only known by a written type.
    pub(super) fn checked_member(&mut self, value: Temp, expr: &Expr) -> Temp {
        let ExprKind::Member { object, name, .. } = &expr.kind else { return value };
        let ty = self.type_of(expr.id);
        let types = &self.program.types;
        if self.repr(value) != Repr::Any || is_nothing(types.get(ty)) {
            return value;
        }
        let mut of = types.parts(self.type_of(object.id));
        of.retain(|part| !matches!(types.get(*part), Type::Undefined | Type::Null));
        let [of] = of[..] else { return value };
        let checks = match types.get(of) {
            // What an index signature yields may be absent.
            Type::Object(object) => !object.open && object.prop(&name.text).is_some(),
            Type::Interface { decl, .. } => {
                !types.indexed.contains(decl) && !crate::library::declares_type(&types.decls[decl.0 as usize])
            }
            // What a class declares is checked when it is written: only its first value may be missing.
            Type::Class { class, .. } => types.repr(ty) != Repr::Any && self.has_field(*class, &name.text),
            _ => false,
        };
        if checks { self.coerce_to_type(value, ty, None, expr.span) } else { value }
    }

    /// Whether the function that is called is known, so that what it returns was checked there: declared functions, methods of
    /// classes, the library's.
    fn is_proved_callee(&self, callee: &Expr) -> bool {
        match &callee.kind {
            ExprKind::Paren(inner) | ExprKind::NonNull(inner) | ExprKind::OptionalChain(inner) => {
                self.is_proved_callee(inner)
            }
            ExprKind::Function(_) | ExprKind::PrivateMember { .. } => true,
            ExprKind::Ident(_) => match self.resolved(callee.id) {
                Resolved::Binding(id) => matches!(
                    self.binding(id).kind,
                    BindingKind::Function | BindingKind::HostFunction | BindingKind::FunctionInner
                ),
                _ => true,
            },
            ExprKind::Member { object, name, .. } => {
                matches!(object.kind, ExprKind::Super) || self.is_proved_method(self.type_of(object.id), &name.text)
            }
            _ => false,
        }
    }

    fn has_field(&self, class: ClassId, name: &str) -> bool {
        let mut next = Some(class);
        let mut steps = 0;
        while let Some(at) = next {
            let info = &self.program.classes[at.0 as usize];
            if info.fields.iter().any(|field| field.name == name) {
                return true;
            }
            steps += 1;
            next = info.superclass.filter(|_| steps < self.program.classes.len());
        }
        false
    }

    fn is_proved_method(&self, of: TypeId, name: &str) -> bool {
        let types = &self.program.types;
        match types.get(of) {
            Type::Class { class, .. } => !self.has_field(*class, name),
            Type::Interface { decl, .. } => crate::library::declares_type(&types.decls[decl.0 as usize]),
            Type::Object(_) | Type::Intersection(_) => false,
            Type::Union(parts) => parts.iter().all(|part| self.is_proved_method(*part, name)),
            _ => true,
        }
    }

    /// What flows into a place with a written type: checked by representation, else by run-time kind.
    pub(super) fn coerce_to_type(&mut self, value: Temp, ty: TypeId, source: Option<&Expr>, span: Span) -> Temp {
        let repr = self.program.types.repr(ty);
        if repr != Repr::Any {
            return self.coerce_to_repr(value, repr, span, ty);
        }
        if self.repr(value) == Repr::Any
            && let Some(kind) = self.program.types.kind_check(ty)
            && !source.is_some_and(|expr| self.is_proved(expr, ty))
        {
            let site = self.check_site(span, ty);
            self.effect(Op::CheckKind(kind, site), &[value]);
        }
        self.as_any(value)
    }

    /// Whether the kind of an expression's value is evident, so that no check is needed.
    fn is_proved(&self, expr: &Expr, ty: TypeId) -> bool {
        let types = &self.program.types;
        let own = self.type_of(expr.id);
        let same = own == ty || types.kind_check(own) == types.kind_check(ty) || types.repr(own) != Repr::Any;
        match &expr.kind {
            ExprKind::Paren(inner) => self.is_proved(inner, ty),
            ExprKind::Array(_) | ExprKind::Object(_) | ExprKind::Function(_) | ExprKind::Class(_) | ExprKind::Null => {
                true
            }
            ExprKind::New { .. } => !matches!(types.get(own), Type::Any),
            ExprKind::Ident(_) | ExprKind::As { .. } | ExprKind::Unit { .. } => same,
            _ => false,
        }
    }

    /// The value as a variable's type wants it.
    pub(super) fn coerce_to_binding(&mut self, value: Temp, id: BindingId, source: Option<&Expr>) -> Temp {
        let binding = self.binding(id);
        let span = source.map_or(binding.span, |expr| expr.span);
        let repr = self.program.types.repr(binding.ty);
        self.coerce_to_repr(value, repr, span, binding.ty)
    }
}

/// Types that say nothing about a value that is worth a check: whoever calls for no result takes any.
fn is_nothing(ty: &Type) -> bool {
    matches!(ty, Type::Any | Type::Unknown | Type::Void | Type::Undefined | Type::Null | Type::Never)
}
