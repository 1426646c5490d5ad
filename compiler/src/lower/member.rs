//! Property access: members, indices, private members, `super`, optional chains.

use mosl_syntax::ast::{Expr, ExprKind, Pat, PatKind};

use super::Lowerer;
use super::names::Key;
use crate::mir::{Op, Plain, Repr, StrId, Temp};
use crate::program::{BindingId, ClassId, Resolved};
use crate::types::{Type, TypeId, Types};

/// An evaluated place that can be read and written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Binding(BindingId),
    Prop {
        object: Temp,
        name: StrId,
    },
    /// A field of an instance of a known class.
    Field {
        object: Temp,
        class: ClassId,
        slot: u16,
        ty: TypeId,
    },
    Index {
        object: Temp,
        key: Temp,
    },
    Private {
        object: Temp,
        name: Temp,
    },
    Super {
        home: Temp,
        this: Temp,
        key: Temp,
    },
    /// Not a place: the checker refused it.
    Nothing,
}

impl Lowerer<'_> {
    /// Evaluates an assignment target that is no pattern, up to but without the access itself.
    pub(super) fn target(&mut self, pat: &Pat) -> Target {
        match &pat.kind {
            PatKind::Ident(_) => self.ident_target(self.resolved(pat.id)),
            PatKind::Expr(expr) => self.target_expr(expr),
            _ => Target::Nothing,
        }
    }

    /// The static type of what an assignment target holds.
    pub(super) fn target_type(&self, pat: &Pat) -> TypeId {
        match &pat.kind {
            PatKind::Expr(expr) => self.type_of(expr.id),
            _ => self.type_of(pat.id),
        }
    }

    fn ident_target(&self, resolved: Resolved) -> Target {
        match resolved {
            Resolved::Binding(id) => Target::Binding(id),
            _ => Target::Nothing,
        }
    }

    pub(super) fn target_expr(&mut self, expr: &Expr) -> Target {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::NonNull(inner) | ExprKind::As { expr: inner, .. } => {
                self.target_expr(inner)
            }
            ExprKind::Ident(_) => self.ident_target(self.resolved(expr.id)),
            ExprKind::Member { object, name, .. } if matches!(object.kind, ExprKind::Super) => {
                let this = self.this();
                let key = self.key(&name.text);
                self.super_target(this, key)
            }
            ExprKind::Index { object, index, .. } if matches!(object.kind, ExprKind::Super) => {
                // Before `super()` there is no `this`: that comes before the key (13.3.7.1).
                let this = self.this();
                let key = self.expr_any(index);
                self.super_target(this, key)
            }
            ExprKind::Member { object, name, optional } => {
                let value = self.chain_object_natural(object, *optional);
                self.at(expr.span);
                self.property(object, value, &name.text)
            }
            ExprKind::Index { object, index, optional } => {
                let value = self.chain_object_natural(object, *optional);
                if let Some(name) = literal_name(index) {
                    self.at(expr.span);
                    return self.property(object, value, &name);
                }
                let object = self.as_any(value);
                let key = self.expr_any(index);
                self.at(expr.span);
                Target::Index { object, key }
            }
            ExprKind::PrivateMember { object, name, optional } => {
                let object = self.chain_object(object, *optional);
                let name = self.private_name(&name.text);
                self.at(expr.span);
                Target::Private { object, name }
            }
            _ => Target::Nothing,
        }
    }

    fn super_target(&mut self, this: Temp, key: Temp) -> Target {
        let this = self.as_any(this);
        let home = self.home();
        Target::Super { home, this, key }
    }

    /// The object whose prototype `super` starts from.
    fn home(&mut self) -> Temp {
        let home = self.funcs.iter().rev().find_map(|func| func.home);
        let Some(home) = home else { return self.undefined() };
        self.read(&Key::Home(home.serial)).unwrap_or_else(|| self.undefined())
    }

    /// `object.name` as a place: a field at a fixed slot where the class is known.
    fn property(&mut self, object: &Expr, value: Temp, name: &str) -> Target {
        let ty = self.type_of(object.id);
        if let Some((class, slot, field_ty)) = self.field(ty, name)
            && matches!(self.repr(value), Repr::Obj(_))
        {
            let object = self.coerce_to_repr(value, Repr::Obj(class), object.span, ty);
            return Target::Field { object, class, slot, ty: field_ty };
        }
        let object = self.as_any(value);
        Target::Prop { object, name: self.str(name) }
    }

    /// The slot of a field of a class with a fixed layout.
    pub(super) fn field(&self, ty: TypeId, name: &str) -> Option<(ClassId, u16, TypeId)> {
        let Type::Class { class, .. } = self.program.types.get(ty) else { return None };
        if !matches!(self.program.types.repr(ty), Repr::Obj(_)) {
            return None;
        }
        let (slot, field_ty) = self.slot_of(*class, name)?;
        Some((*class, slot, field_ty))
    }

    /// The slot of a field by its class, and its type if one is written.
    pub(super) fn slot_of(&self, class: ClassId, name: &str) -> Option<(u16, TypeId)> {
        let mut chain = vec![];
        let mut next = Some(class);
        while let Some(id) = next {
            let info = &self.program.classes[id.0 as usize];
            chain.push(info);
            next = info.superclass;
        }
        let fields = chain.iter().rev().flat_map(|info| &info.fields);
        let (slot, field) = fields.enumerate().filter(|(_, field)| field.name == name).last()?;
        Some((u16::try_from(slot).ok()?, if field.annotated { field.ty } else { Types::ANY }))
    }

    pub(super) fn read_target(&mut self, target: &Target) -> Temp {
        match *target {
            Target::Binding(id) => self.read_binding(id),
            Target::Prop { object, name } => self.any(Op::GetProp(name), &[object]),
            Target::Field { object, class, slot, .. } => {
                let repr = self.out.field_repr(class, slot);
                self.emit(Op::GetField(class, slot), &[object], repr)
            }
            Target::Index { object, key } => self.plain(Plain::GetIndex, &[object, key]),
            Target::Private { object, name } => self.plain(Plain::GetPrivate, &[object, name]),
            Target::Super { home, this, key } => self.any(Op::SuperGet, &[home, this, key]),
            Target::Nothing => self.undefined(),
        }
    }

    /// Stores into a place; `source` is the expression that the value comes from, for the text of a failed check.
    pub(super) fn write_target(&mut self, target: &Target, value: Temp, source: Option<&Expr>) {
        match *target {
            Target::Binding(id) => self.assign_binding(id, value, source),
            Target::Field { object, class, slot, ty } => {
                let span = source.map_or_else(mosl_syntax::Span::default, |expr| expr.span);
                let value = self.coerce_to_type(value, ty, source, span);
                let repr = self.out.field_repr(class, slot);
                let value = self.convert(value, repr);
                self.effect(Op::SetField(class, slot), &[object, value]);
            }
            Target::Nothing => {}
            _ => {
                let value = self.as_any(value);
                self.write_dynamic(target, value);
            }
        }
    }

    fn write_dynamic(&mut self, target: &Target, value: Temp) {
        match *target {
            Target::Prop { object, name } => self.effect(Op::SetProp(name), &[object, value]),
            Target::Index { object, key } => self.plain_effect(Plain::SetIndex, &[object, key, value]),
            Target::Private { object, name } => self.plain_effect(Plain::SetPrivate, &[object, name, value]),
            Target::Super { home, this, key } => self.effect(Op::SuperSet, &[home, this, key, value]),
            Target::Binding(_) | Target::Field { .. } | Target::Nothing => {}
        }
    }

    pub(super) fn member(&mut self, expr: &Expr) -> Temp {
        if let ExprKind::Member { object, name, optional: false } = &expr.kind
            && name.text == "length"
            && self.static_repr(object) == Repr::Str
        {
            let value = self.expr_static(object);
            self.at(expr.span);
            return self.plain(Plain::StrLen, &[value]);
        }
        if let Some(value) = self.constant_member(expr) {
            return value;
        }
        let target = self.target_expr(expr);
        self.read_target(&target)
    }

    /// `Math.PI` and its kin.
    fn constant_member(&mut self, expr: &Expr) -> Option<Temp> {
        let ExprKind::Member { object, name, .. } = &expr.kind else { return None };
        if self.intrinsic_name(object) != Some("Math") {
            return None;
        }
        use std::f64::consts as c;
        let value = match name.text.as_str() {
            "PI" => c::PI,
            "E" => c::E,
            "SQRT2" => c::SQRT_2,
            "SQRT1_2" => c::FRAC_1_SQRT_2,
            "LN2" => c::LN_2,
            "LN10" => c::LN_10,
            "LOG2E" => c::LOG2_E,
            "LOG10E" => c::LOG10_E,
            _ => return None,
        };
        Some(self.number(value))
    }

    /// The name of the built-in global that an expression is.
    pub(super) fn intrinsic_name(&self, expr: &Expr) -> Option<&'static str> {
        match (&expr.kind, self.resolved(expr.id)) {
            (ExprKind::Ident(_), Resolved::Intrinsic(index)) => {
                mosl_bytecode::natives::GLOBALS.get(usize::from(index)).copied()
            }
            _ => None,
        }
    }

    /// The object of a member access, dynamic; after `?.` a nullish one ends the chain.
    pub(super) fn chain_object(&mut self, object: &Expr, optional: bool) -> Temp {
        let value = self.chain_object_natural(object, optional);
        self.as_any(value)
    }

    fn chain_object_natural(&mut self, object: &Expr, optional: bool) -> Temp {
        let value = self.expr(object);
        self.end_chain_if_nullish(value, optional);
        value
    }

    pub(super) fn end_chain_if_nullish(&mut self, value: Temp, optional: bool) {
        if optional
            && self.repr(value) == Repr::Any
            && let Some(&exit) = self.ctx().chains.last()
        {
            let nullish = self.is_nullish(value);
            let more = self.new_block();
            self.branch(nullish, exit, more);
            self.switch(more);
        }
    }

    pub(super) fn optional_chain(&mut self, inner: &Expr) -> Temp {
        self.short_circuited(|lower| lower.expr_any(inner), Self::undefined)
    }

    /// `chain` with a fresh end for its `?.`s, where `ended` gives the value.
    pub(super) fn short_circuited(
        &mut self,
        chain: impl FnOnce(&mut Self) -> Temp,
        ended: impl FnOnce(&mut Self) -> Temp,
    ) -> Temp {
        let (exit, join) = (self.new_block(), self.new_block());
        let result = self.block_param(join, Repr::Any);
        self.f().chains.push(exit);
        let value = chain(self);
        self.f().chains.pop();
        self.jump_with(join, value);
        self.switch(exit);
        let value = ended(self);
        self.jump_with(join, value);
        self.switch(join);
        result
    }
}

/// The text of a string literal that names a property as an identifier would.
fn literal_name(expr: &Expr) -> Option<String> {
    let ExprKind::Str(text) = &expr.kind else { return None };
    let text = text.to_utf8()?;
    is_plain_name(&text).then_some(text)
}

/// Whether a property name is surely no array index and nothing special.
pub(super) fn is_plain_name(name: &str) -> bool {
    let starts = name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_' || first == '$');
    starts && name != "__proto__" && name != "Infinity" && name != "NaN"
}
