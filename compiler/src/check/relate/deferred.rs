//! Types that wait for a type parameter.

use crate::check::Checker;
use crate::types::{Type, TypeId, Types};

impl Checker<'_> {
    /// Types that wait for a type parameter: compared by what bounds them; utility types are taken to fit (the value is checked at
    /// run time).
    pub(super) fn relate_deferred(&mut self, from: TypeId, to: TypeId, source: &Type, target: &Type) -> bool {
        match (source, target) {
            (Type::Union(parts), _) => parts.iter().all(|part| self.assignable(*part, to)),
            (_, Type::Union(parts)) if parts.iter().any(|part| self.assignable(from, *part)) => true,
            (Type::Param(param), Type::Keyof(_)) => {
                let constraint = self.types.params[param.0 as usize].constraint;
                constraint.is_some_and(|constraint| self.assignable(constraint, to))
            }
            (Type::Keyof(a), Type::Keyof(b)) => self.assignable(*b, *a),
            (Type::Intersection(parts), Type::Keyof(_)) => parts.iter().any(|part| self.assignable(*part, to)),
            (_, Type::Keyof(of)) => {
                let bound = self.bound_of(*of);
                let keys = self.keyof(bound);
                bound != Types::UNKNOWN && !self.types.is_generic(keys) && self.assignable(from, keys)
            }
            (Type::Indexed(a, i), Type::Indexed(b, j)) => self.assignable(*a, *b) && self.assignable(*i, *j),
            (Type::Indexed(..), _) if !self.types.is_generic(to) => {
                let bound = self.bound_of(from);
                self.assignable(bound, to)
            }
            (_, Type::Indexed(..)) => self.types.is_generic(from),
            _ => true,
        }
    }

    /// What is known of a type that waits for type parameters: their constraints in their place.
    pub(in crate::check) fn bound_of(&mut self, ty: TypeId) -> TypeId {
        match *self.types.get(ty) {
            Type::Param(param) => match self.types.params[param.0 as usize].constraint {
                Some(constraint) => self.bound_of(constraint),
                None => Types::UNKNOWN,
            },
            Type::Indexed(object, index) => {
                let (object, index) = (self.bound_of(object), self.bound_of(index));
                if object == Types::UNKNOWN || self.types.is_generic(object) || self.types.is_generic(index) {
                    return Types::UNKNOWN;
                }
                self.indexed_access(object, index)
            }
            Type::Keyof(of) => {
                let of = self.bound_of(of);
                if of == Types::UNKNOWN {
                    return self.types.union([Types::STRING, Types::NUMBER, Types::SYMBOL]);
                }
                self.keyof(of)
            }
            _ => ty,
        }
    }
}
