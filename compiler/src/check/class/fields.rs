//! When fields get their values: what a constructor has assigned on each path, and what an initialiser reads too early.

use mosl_syntax::ast::{Expr, ExprKind, MemberKind, PropKey, SmolStr};

use crate::check::Checker;
use crate::check::members::key_name;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::UNASSIGNED_VARIABLE;
use crate::program::ClassId;
use crate::types::{TypeId, Types};

impl<'a> Checker<'a> {
    /// At the start of a constructor, the fields that it is to assign have no value.
    pub(in crate::check) fn await_fields(&mut self) {
        let Some(class) = self.class_stack.last().copied().filter(|_| self.strict) else { return };
        let mut awaited = Vec::new();
        for member in &self.class_node(class).members {
            let MemberKind::Field { key, optional: false, definite: false, ty: Some(_), init: None } = &member.kind
            else {
                continue;
            };
            if member.modifiers.is_static || member.modifiers.is_abstract {
                continue;
            }
            let Some(name) = key_name(key) else { continue };
            let declared = self.own_class_member(class, false, &name).map_or(Types::ANY, |member| member.ty);
            if !self.admits_undefined(declared) {
                let place = self.own_ref(&name);
                self.env.set(place, Types::UNDEFINED);
                awaited.push((place, name));
            }
        }
        if let Some(context) = self.functions.last_mut() {
            context.awaited = awaited;
        }
    }

    /// Where a constructor ends: the fields that this path has not assigned.
    pub(in crate::check) fn note_unassigned(&mut self) {
        let Some(class) = self.class_stack.last().copied() else { return };
        let Some(context) = self.functions.last().filter(|_| !self.env.dead) else { return };
        for (place, name) in &context.awaited {
            if self.env.get(*place).is_some_and(|ty| self.types.parts(ty).contains(&Types::UNDEFINED)) {
                self.unassigned.insert((class, name.clone()));
            }
        }
    }

    /// Whether some instance may come out of the constructor without a value in a field that has no initialiser.
    pub(super) fn leaves_unassigned(&mut self, class: ClassId, key: &PropKey) -> bool {
        let Some(name) = key_name(key) else { return false };
        let Some(function) = crate::resolve::constructor_of(self.class_node(class)) else { return true };
        let instance = self.class_instance(class);
        self.check_function_body(function, instance);
        self.unassigned.contains(&(class, name))
    }

    /// Reads a member: reported where its class has not given it a value yet.
    pub(in crate::check) fn read_member(
        &mut self,
        expr: &'a Expr,
        object: &'a Expr,
        name: &SmolStr,
        declared: TypeId,
    ) -> TypeId {
        let known = self.narrowed(expr, declared);
        let Some(context) = self.functions.last().filter(|_| self.strict) else { return known };
        let own = matches!(object.kind, ExprKind::This);
        let early = match context.field {
            Some((class, is_static, from)) => {
                (own || is_static && self.is_class_value(object, class))
                    && self.comes_later(class, is_static, from, name)
            }
            None => {
                own && context.in_constructor
                    && self.types.parts(known).contains(&Types::UNDEFINED)
                    && !self.admits_undefined(declared)
            }
        };
        if !early {
            return known;
        }
        let message = format!("`{name}` is read before it gets a value");
        let diagnostic = Diagnostic::new(&UNASSIGNED_VARIABLE, self.file, expr.span, message, "has no value yet");
        self.report(diagnostic);
        declared
    }

    fn is_class_value(&self, object: &Expr, class: ClassId) -> bool {
        let ty = self.node_types[usize::from(self.file.0)].get(object.id.0 as usize).copied();
        ty.is_some_and(|ty| *self.types.get(ty) == crate::types::Type::ClassValue(class))
    }

    /// Whether a field's initialiser runs after that of the member which begins at a place in the text, or is this one.
    fn comes_later(&mut self, class: ClassId, is_static: bool, from: u32, name: &SmolStr) -> bool {
        self.named_members(class, name).into_iter().any(|member| {
            member.modifiers.is_static == is_static
                && member.span.start >= from
                && matches!(member.kind, MemberKind::Field { optional: false, .. })
        })
    }
}
