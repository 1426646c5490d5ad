//! What may flow where: assignability. Classes are nominal, everything else structural. Parameters are compared both ways, and arrays
//! covariantly; run-time checks stand guard there.

mod deferred;
mod overlap;
mod signatures;
mod structure;

use signatures::Kind;

use super::Checker;
use crate::types::{DeclId, EnumValue, Substitution, TupleElemType, TupleType, Type, TypeId, Types};

/// Deeper comparisons are taken to hold: a bound on recursive generics.
const MAX_DEPTH: usize = 48;

/// So often may a comparison of an interface's instances lead back to the same interface.
const MAX_EXPANSIONS: usize = 3;

impl Checker<'_> {
    pub(super) fn assignable(&mut self, from: TypeId, to: TypeId) -> bool {
        if from == to || from == Types::ANY || to == Types::ANY || to == Types::UNKNOWN || from == Types::NEVER {
            return true;
        }
        // Only `this` is known to be of the class that `this` will be.
        if to == Types::THIS && self.strict && self.polymorphic_this().is_some() {
            return self.types.parts(from).iter().all(|part| *part == Types::THIS);
        }
        if from == Types::THIS && self.types.parts(to).contains(&Types::THIS) {
            return true;
        }
        let (from, to) = (self.expand(from), self.expand(to));
        if from == to {
            return true;
        }
        let is_literal = |ty: &Type| matches!(ty, Type::StrLit(_) | Type::NumLit(_) | Type::BoolLit(_));
        if is_literal(self.types.get(from)) && is_literal(self.types.get(to)) {
            return false;
        }
        if let Some(known) = self.related.get(&(from, to)) {
            return *known;
        }
        if let Some(at) = self.relating.iter().position(|pair| *pair == (from, to)) {
            self.assumed_at = self.assumed_at.min(at);
            return true;
        }
        let own = self.relating.len();
        if own > MAX_DEPTH {
            self.assumed_at = 0;
            return true;
        }
        let outer = std::mem::replace(&mut self.assumed_at, usize::MAX);
        self.relating.push((from, to));
        let holds = self.relate(from, to);
        self.relating.pop();
        // What was concluded under an assumption about an outer pair holds only under it. `this` means another type elsewhere.
        let assumed = std::mem::replace(&mut self.assumed_at, outer);
        if assumed < own {
            self.assumed_at = outer.min(assumed);
        } else if !self.types.is_generic(from) && !self.types.is_generic(to) {
            self.related.insert((from, to), holds);
        }
        holds
    }

    fn relate(&mut self, from: TypeId, to: TypeId) -> bool {
        let (source, target) = (self.types.get(from).clone(), self.types.get(to).clone());
        match (&source, &target) {
            (Type::Any, _) | (_, Type::Any | Type::Unknown) | (Type::Never, _) => true,
            (Type::Indexed(..) | Type::Utility(..), _)
            | (_, Type::Indexed(..) | Type::Utility(..) | Type::Keyof(_)) => {
                self.relate_deferred(from, to, &source, &target)
            }
            (Type::This, _) => {
                let this = self.this_type();
                this == from || self.assignable(this, to)
            }
            (_, Type::This) => matches!(source, Type::Class { .. } | Type::Interface { .. } | Type::Object(_)),
            (Type::Union(parts), Type::Union(targets)) => {
                parts.iter().all(|part| targets.binary_search(part).is_ok() || self.assignable(*part, to))
            }
            (Type::Union(parts), _) => parts.iter().all(|part| self.assignable(*part, to)),
            (Type::Boolean, Type::Union(_)) if !self.types.parts(to).contains(&Types::BOOLEAN) => {
                self.assignable(Types::TRUE, to) && self.assignable(Types::FALSE, to)
            }
            (_, Type::Union(parts)) => {
                parts.binary_search(&from).is_ok()
                    || parts.iter().any(|part| self.assignable(from, *part))
                    || self.constraint_of(&source).is_some_and(|constraint| self.assignable(constraint, to))
                    || matches!(&source, Type::Intersection(parts) if parts.iter().any(|part| self.assignable(*part, to)))
            }
            (_, Type::Intersection(parts)) => parts.iter().all(|part| self.fits_part(from, *part)),
            (Type::Param(param), _) => match self.types.params[param.0 as usize].constraint {
                Some(constraint) => self.assignable(constraint, to),
                None => self.is_empty_object(&target),
            },
            (_, Type::Param(_)) => false,
            (Type::Keyof(_), _) => {
                let key = self.types.union([Types::STRING, Types::NUMBER, Types::SYMBOL]);
                self.assignable(key, to)
            }
            (Type::Undefined, Type::Void) => true,
            (Type::StrLit(_), Type::String) | (Type::NumLit(_), Type::Number) | (Type::BoolLit(_), Type::Boolean) => {
                true
            }
            (Type::EnumMember(of, _), Type::Enum(other)) => of == other,
            (Type::Number, Type::Enum(_) | Type::EnumMember(..)) => self.enum_base(to) == Types::NUMBER,
            (Type::NumLit(bits), Type::Enum(_) | Type::EnumMember(..)) => self.is_enum_value(f64::from_bits(*bits), to),
            (Type::Enum(_) | Type::EnumMember(..), Type::Number | Type::String) => {
                let base = self.enum_base(from);
                base == to
            }
            (Type::Undefined | Type::Null | Type::Void | Type::Unknown, _) => false,
            (_, Type::NonPrimitive) => !self.is_primitive(from),
            (Type::Array { elem, readonly }, Type::Array { elem: other, readonly: to_readonly }) => {
                (!readonly || *to_readonly) && self.assignable(*elem, *other)
            }
            (Type::Tuple(tuple), Type::Array { elem, readonly }) => {
                (!tuple.readonly || *readonly) && tuple.elems.iter().all(|of| self.assignable(of.ty, *elem))
            }
            (Type::Tuple(from), Type::Tuple(to)) => self.relate_tuples(from, to),
            (Type::Class { class, args }, Type::Class { class: other, args: wanted }) if class == other => {
                args.iter().zip(wanted.iter()).all(|(arg, want)| self.assignable(*arg, *want))
            }
            (Type::Class { class, args }, Type::Class { .. }) => {
                let base = self.class_base(*class, args);
                self.assignable_base(base, to)
            }
            (Type::Class { class, args }, Type::Array { .. } | Type::Tuple(_)) => {
                let base = self.class_base(*class, args);
                self.assignable_base(base, to)
            }
            (Type::Interface { decl, args }, Type::Array { .. }) => {
                let by = Substitution::new(&self.decls[decl.0 as usize].params.clone(), args);
                let bases = self.interface_bases(*decl);
                bases.into_iter().any(|base| {
                    let base = self.types.instantiate(base, &by);
                    self.assignable(base, to)
                })
            }
            (_, Type::Class { .. }) => match &source {
                Type::Intersection(parts) => parts.iter().any(|part| self.assignable(*part, to)),
                _ => false,
            },
            (Type::Interface { decl, args }, Type::Interface { decl: other, args: wanted }) if decl == other => {
                // The library's are covariant in what they hold; what generators are sent comes the other way.
                if self.decls[decl.0 as usize].file.is_none() {
                    return args.iter().zip(wanted.iter()).enumerate().all(|(at, (arg, want))| {
                        self.assignable(*arg, *want) || (at == 2 && self.assignable(*want, *arg))
                    });
                }
                self.is_expanding(*decl) || self.relate_structure(from, to)
            }
            (Type::Intersection(parts), _) if parts.iter().any(|part| self.assignable(*part, to)) => true,
            (_, Type::Function(function)) => self.relate_callable(from, &function.signatures, Kind::of(function)),
            (_, Type::Object(_) | Type::Interface { .. }) => self.relate_structure(from, to),
            (Type::ClassValue(class), Type::ClassValue(other)) => {
                let (a, b) = (self.class_instance(*class), self.class_instance(*other));
                (!self.class_node(*class).is_abstract || self.class_node(*other).is_abstract) && self.assignable(a, b)
            }
            _ => false,
        }
    }

    /// A base that is not a class of the program is compared like any other type.
    fn assignable_base(&mut self, base: Option<TypeId>, to: TypeId) -> bool {
        base.is_some_and(|base| base != Types::ANY && self.assignable(base, to))
    }

    /// A comparison of one interface that leads to it again and again with ever larger arguments is taken to hold.
    fn is_expanding(&mut self, decl: DeclId) -> bool {
        let same = |ty: TypeId| matches!(self.types.get(ty), Type::Interface { decl: of, .. } if *of == decl);
        let around = self.relating.iter().filter(|(from, to)| same(*from) && same(*to)).count();
        if around > MAX_EXPANSIONS {
            self.assumed_at = 0;
        }
        around > MAX_EXPANSIONS
    }

    fn constraint_of(&self, ty: &Type) -> Option<TypeId> {
        match ty {
            Type::Param(param) => self.types.params[param.0 as usize].constraint,
            _ => None,
        }
    }

    /// A part of an intersection alone need not have anything in common with the value.
    fn fits_part(&mut self, from: TypeId, part: TypeId) -> bool {
        let part = self.expand(part);
        if self.is_weak(part) && !self.is_primitive(from) && from != Types::UNKNOWN {
            return self.relate_members(from, part);
        }
        self.assignable(from, part)
    }

    fn is_enum_value(&self, value: f64, to: TypeId) -> bool {
        let members = match self.types.get(to) {
            Type::Enum(of) => &self.types.enums[of.0 as usize].members[..],
            Type::EnumMember(of, at) => std::slice::from_ref(&self.types.enums[of.0 as usize].members[*at as usize]),
            _ => return false,
        };
        members.iter().any(|(_, member)| match member {
            EnumValue::Number(number) => *number == value,
            EnumValue::Computed => true,
            EnumValue::String(_) => false,
        })
    }

    fn is_empty_object(&self, ty: &Type) -> bool {
        matches!(ty, Type::Object(object) if object.props.is_empty() && object.call.is_empty() && object.construct.is_empty())
    }

    fn relate_tuples(&mut self, from: &TupleType, to: &TupleType) -> bool {
        if from.readonly && !to.readonly {
            return false;
        }
        let rest_at = |elems: &[TupleElemType]| elems.iter().position(|elem| elem.rest);
        let Some(rest) = rest_at(&to.elems) else {
            return from.elems.len() <= to.elems.len()
                && to.elems.iter().enumerate().all(|(index, want)| match from.elems.get(index) {
                    Some(have) => !have.rest && (!have.optional || want.optional) && self.assignable(have.ty, want.ty),
                    None => want.optional,
                });
        };
        let (before, after) = (&to.elems[..rest], &to.elems[rest + 1..]);
        let fixed = from.elems.len() - usize::from(rest_at(&from.elems).is_some());
        if fixed < before.iter().filter(|elem| !elem.optional).count() + after.len() {
            return false;
        }
        from.elems.iter().enumerate().all(|(index, have)| {
            let want = if index < before.len() && !have.rest {
                before[index]
            } else if index + after.len() >= from.elems.len() {
                after[index + after.len() - from.elems.len()]
            } else {
                to.elems[rest]
            };
            self.assignable(have.ty, want.ty)
        })
    }

    pub(super) fn is_primitive(&self, ty: TypeId) -> bool {
        match self.types.get(ty) {
            Type::Boolean
            | Type::Number
            | Type::String
            | Type::Symbol
            | Type::BoolLit(_)
            | Type::NumLit(_)
            | Type::StrLit(_)
            | Type::Undefined
            | Type::Null
            | Type::Void
            | Type::Enum(_)
            | Type::EnumMember(..) => true,
            Type::Union(parts) => parts.iter().all(|part| self.is_primitive(*part)),
            Type::Intersection(parts) => parts.iter().any(|part| self.is_primitive(*part)),
            _ => false,
        }
    }

    pub(super) fn is_library(&self, ty: TypeId, name: &str) -> bool {
        matches!(self.types.get(ty), Type::Interface { decl, .. }
            if self.decls[decl.0 as usize].file.is_none() && self.types.decls[decl.0 as usize] == name)
    }
}
