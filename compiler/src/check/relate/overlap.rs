//! Whether some value may be of two types at once.

use crate::check::Checker;
use crate::types::{EnumValue, Type, TypeId};

impl Checker<'_> {
    /// Whether values of the two types can be compared or cast: some part of one is assignable to, or has the members of, a part
    /// of the other.
    pub(in crate::check) fn comparable(&mut self, a: TypeId, b: TypeId) -> bool {
        self.any_overlap(a, b, &mut |checker, a, b| {
            checker.comparable_members(a, b, 0)
                || checker.comparable_members(b, a, 0)
                || checker.is_enum_text(a, b)
                || checker.is_enum_text(b, a)
        })
    }

    /// Whether a text is the value of a member of an enum.
    fn is_enum_text(&mut self, of: TypeId, text: TypeId) -> bool {
        let Type::StrLit(text) = self.types.get(text).clone() else { return false };
        self.enum_parts(of).into_iter().any(|part| match *self.types.get(part) {
            Type::EnumMember(of, at) => {
                let value = &self.types.enums[of.0 as usize].members[at as usize].1;
                matches!(value, EnumValue::String(own) if *own == text)
            }
            _ => false,
        })
    }

    /// Whether some value may be of both types: nothing known says otherwise.
    pub(in crate::check) fn may_overlap(&mut self, a: TypeId, b: TypeId) -> bool {
        self.any_overlap(a, b, &mut |checker, a, b| checker.both_open(a, b))
    }

    pub(super) fn any_overlap(
        &mut self,
        a: TypeId,
        b: TypeId,
        other: &mut dyn FnMut(&mut Self, TypeId, TypeId) -> bool,
    ) -> bool {
        let (a, b) = (self.expand(a), self.expand(b));
        let (a, b) = (self.types.parts(a), self.types.parts(b));
        // `never` is of every type; of a large union most questions are about one of its own members.
        if a.is_empty() || b.is_empty() || a.iter().any(|part| b.contains(part)) {
            return true;
        }
        let nullish =
            |checker: &Self, ty: &TypeId| matches!(checker.types.get(*ty), Type::Undefined | Type::Null | Type::Void);
        a.iter().any(|a| {
            b.iter().any(|b| {
                nullish(self, a)
                    || nullish(self, b)
                    || self.assignable(*a, *b)
                    || self.assignable(*b, *a)
                    || other(self, *a, *b)
            })
        })
    }

    /// Whether a type has what another requires, each member comparable with it.
    pub(super) fn comparable_members(&mut self, from: TypeId, to: TypeId, depth: u32) -> bool {
        let (from, to) = (self.expand(from), self.expand(to));
        match (self.types.get(from).clone(), self.types.get(to).clone()) {
            _ if depth > 4 => true,
            (Type::Param(_) | Type::Intersection(_) | Type::This | Type::Utility(..) | Type::Indexed(..), _)
            | (_, Type::Param(_) | Type::Intersection(_) | Type::This | Type::Utility(..) | Type::Indexed(..)) => true,
            (Type::Array { elem, .. }, Type::Array { elem: other, .. }) => self.comparable(elem, other),
            (Type::Tuple(_), Type::Array { .. } | Type::Tuple(_)) | (Type::Array { .. }, Type::Tuple(_)) => {
                let (a, b) = (self.element_of(from), self.element_of(to));
                a.zip(b).is_some_and(|(a, b)| self.comparable(a, b))
            }
            (Type::Function(_), Type::Function(_)) => true,
            (
                Type::Object(_) | Type::Interface { .. } | Type::Class { .. } | Type::ClassValue(_),
                Type::Object(_) | Type::Interface { .. },
            ) => self.member_names(to).into_iter().all(|name| {
                let Some(wanted) = self.member(to, &name) else { return true };
                match self.member(from, &name) {
                    Some(found) => self.any_overlap(found.ty, wanted.ty, &mut |checker, a, b| {
                        checker.comparable_members(a, b, depth + 1)
                    }),
                    None => wanted.optional,
                }
            }),
            _ => false,
        }
    }

    /// Interfaces and structural types may overlap without either being assignable to the other.
    pub(super) fn both_open(&self, a: TypeId, b: TypeId) -> bool {
        let open = |ty| {
            matches!(
                self.types.get(ty),
                Type::Interface { .. } | Type::Object(_) | Type::Param(_) | Type::Intersection(_) | Type::Function(_)
            )
        };
        let class = |ty| matches!(self.types.get(ty), Type::Class { .. } | Type::Array { .. } | Type::Tuple(_));
        (open(a) && (open(b) || class(b))) || (class(a) && open(b))
    }
}
