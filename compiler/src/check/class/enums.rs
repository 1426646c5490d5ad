//! Enums: their members and values.

use mosl_syntax::ast::{ExprKind, SmolStr};

use crate::check::{Checker, Known};
use crate::program::BindingId;
use crate::resolve::Origin;
use crate::types::{EnumId, EnumInfo, EnumValue, Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// Numbers an enum and works out its members' values.
    pub(in crate::check) fn enum_of(&mut self, binding: BindingId) -> EnumId {
        if let Some(id) = self.enums.get(&binding) {
            return *id;
        }
        let Origin::Enum(decl) = &self.res.origins[binding.0 as usize] else {
            unreachable!("enums come from enum declarations")
        };
        let mut members: Vec<(SmolStr, EnumValue)> = Vec::new();
        let mut next = Some(0.0);
        for member in &decl.members {
            let value = match &member.init {
                None => next.map_or(EnumValue::Computed, EnumValue::Number),
                Some(init) => constant(init, &members),
            };
            next = if let EnumValue::Number(number) = value { Some(number + 1.0) } else { None };
            members.push((member.name.text.to_utf8_lossy().into(), value));
        }
        let id = EnumId(u32::try_from(self.types.enums.len()).expect("fewer than 2^32 enums"));
        self.types.enums.push(EnumInfo { name: decl.name.text.clone(), members });
        self.enums.insert(binding, id);
        let value = self.types.intern(Type::EnumValue(id));
        self.bindings[binding.0 as usize] = Known::Type(value);
        id
    }

    pub(in crate::check) fn enum_member(&mut self, of: EnumId, name: &str) -> Option<TypeId> {
        let at = self.types.enums[of.0 as usize].members.iter().position(|(member, _)| member == name)?;
        Some(self.types.intern(Type::EnumMember(of, u32::try_from(at).expect("fewer than 2^32 members"))))
    }

    /// `number`, `string`, or both.
    pub(in crate::check) fn enum_base(&mut self, ty: TypeId) -> TypeId {
        let values: Vec<EnumValue> = match self.types.get(ty) {
            Type::Enum(of) => self.types.enums[of.0 as usize].members.iter().map(|(_, value)| value.clone()).collect(),
            Type::EnumMember(of, at) => vec![self.types.enums[of.0 as usize].members[*at as usize].1.clone()],
            _ => return ty,
        };
        let bases = values
            .iter()
            .map(|value| if matches!(value, EnumValue::String(_)) { Types::STRING } else { Types::NUMBER });
        let all: Vec<TypeId> = bases.collect();
        if all.is_empty() { Types::NUMBER } else { self.types.union(all) }
    }
}

/// The value of an enum member's initialiser, where it is plain.
pub(super) fn constant(expr: &mosl_syntax::ast::Expr, before: &[(SmolStr, EnumValue)]) -> EnumValue {
    use mosl_syntax::ast::{BinaryOp as B, UnaryOp as U};
    let number = |expr| match constant(expr, before) {
        EnumValue::Number(value) => Some(value),
        _ => None,
    };
    match &expr.kind {
        ExprKind::Num(value) => EnumValue::Number(*value),
        ExprKind::Str(text) => EnumValue::String(text.to_utf8_lossy()),
        ExprKind::Paren(inner) => constant(inner, before),
        ExprKind::Ident(name) => before
            .iter()
            .find(|(member, _)| *member == name.text)
            .map_or(EnumValue::Computed, |(_, value)| value.clone()),
        ExprKind::Unary { op: U::Neg, operand } => {
            number(operand).map_or(EnumValue::Computed, |value| EnumValue::Number(-value))
        }
        ExprKind::Binary { op, left, right } => match (number(left), op, number(right)) {
            (Some(a), B::Shl, Some(b)) => EnumValue::Number(f64::from((a as i32) << (b as i32 & 31))),
            (Some(a), B::BitOr, Some(b)) => EnumValue::Number(f64::from(a as i32 | b as i32)),
            (Some(a), B::Add, Some(b)) => EnumValue::Number(a + b),
            (Some(a), B::Sub, Some(b)) => EnumValue::Number(a - b),
            (Some(a), B::Mul, Some(b)) => EnumValue::Number(a * b),
            _ => EnumValue::Computed,
        },
        _ => EnumValue::Computed,
    }
}
