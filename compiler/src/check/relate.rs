//! What may flow where: assignability. Classes are nominal, everything else structural. Parameters are compared both ways, and arrays
//! covariantly; run-time checks stand guard there.

use super::Checker;
use crate::types::{ObjectType, Signature, Substitution, TupleType, Type, TypeId, Types};

/// Deeper comparisons are taken to hold: a bound on recursive generics.
const MAX_DEPTH: usize = 48;

impl Checker<'_> {
    pub(super) fn assignable(&mut self, from: TypeId, to: TypeId) -> bool {
        if from == to || from == Types::ANY || to == Types::ANY || to == Types::UNKNOWN || from == Types::NEVER {
            return true;
        }
        let (from, to) = (self.expand(from), self.expand(to));
        if from == to
            || self.related.contains(&(from, to))
            || self.relating.contains(&(from, to))
            || self.relating.len() > MAX_DEPTH
        {
            return true;
        }
        self.relating.push((from, to));
        let holds = self.relate(from, to);
        self.relating.pop();
        // What was concluded under an assumption holds only under it.
        if holds && self.relating.is_empty() {
            self.related.insert((from, to));
        }
        holds
    }

    fn relate(&mut self, from: TypeId, to: TypeId) -> bool {
        let (source, target) = (self.types.get(from).clone(), self.types.get(to).clone());
        match (&source, &target) {
            (Type::Any, _) | (_, Type::Any | Type::Unknown) | (Type::Never, _) => true,
            (Type::Indexed(..), _) | (_, Type::Indexed(..) | Type::Keyof(_)) => {
                self.relate_deferred(from, to, &source, &target)
            }
            (Type::This, _) => {
                let this = self.this_type();
                this == from || self.assignable(this, to)
            }
            (_, Type::This) => matches!(source, Type::Class { .. } | Type::Interface { .. } | Type::Object(_)),
            (Type::Union(parts), _) => parts.iter().all(|part| self.assignable(*part, to)),
            (Type::Boolean, Type::Union(_)) if !self.types.parts(to).contains(&Types::BOOLEAN) => {
                self.assignable(Types::TRUE, to) && self.assignable(Types::FALSE, to)
            }
            (_, Type::Union(parts)) => parts.iter().any(|part| self.assignable(from, *part)),
            (_, Type::Intersection(parts)) => parts.iter().all(|part| self.assignable(from, *part)),
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
            (_, Type::Class { .. }) => match &source {
                Type::Intersection(parts) => parts.iter().any(|part| self.assignable(*part, to)),
                _ => false,
            },
            (Type::Interface { decl, args }, Type::Interface { decl: other, args: wanted }) if decl == other => {
                args.iter().zip(wanted.iter()).all(|(arg, want)| self.assignable(*arg, *want))
                    || self.relate_structure(from, to)
            }
            (Type::Intersection(parts), _) if parts.iter().any(|part| self.assignable(*part, to)) => true,
            (_, Type::Function(function)) => {
                let wanted = function.signatures.clone();
                self.relate_callable(from, &wanted, function.construct)
            }
            (_, Type::Object(_) | Type::Interface { .. }) => self.relate_structure(from, to),
            (Type::ClassValue(class), Type::ClassValue(other)) => {
                let (a, b) = (self.class_instance(*class), self.class_instance(*other));
                self.assignable(a, b)
            }
            _ => false,
        }
    }

    /// A base that is not a class of the program is compared like any other type.
    fn assignable_base(&mut self, base: Option<TypeId>, to: TypeId) -> bool {
        base.is_some_and(|base| base != Types::ANY && self.assignable(base, to))
    }

    /// Types that wait for a type parameter: compared where they can be, else taken to fit (the value is checked at run time).
    fn relate_deferred(&mut self, from: TypeId, to: TypeId, source: &Type, target: &Type) -> bool {
        match (source, target) {
            (Type::Union(parts), _) => parts.iter().all(|part| self.assignable(*part, to)),
            (Type::Keyof(a), Type::Keyof(b)) => self.assignable(*b, *a),
            (_, Type::Keyof(_)) => self.is_primitive(from),
            _ => true,
        }
    }

    fn is_empty_object(&self, ty: &Type) -> bool {
        matches!(ty, Type::Object(object) if object.props.is_empty() && object.call.is_empty() && object.construct.is_empty())
    }

    fn relate_tuples(&mut self, from: &TupleType, to: &TupleType) -> bool {
        if from.readonly && !to.readonly {
            return false;
        }
        let rest = to.elems.iter().find(|elem| elem.rest).copied();
        for (index, elem) in to.elems.iter().enumerate().filter(|(_, elem)| !elem.rest) {
            match from.elems.get(index) {
                Some(source) if source.rest || (source.optional && !elem.optional) => return false,
                Some(source) => {
                    if !self.assignable(source.ty, elem.ty) {
                        return false;
                    }
                }
                None => {
                    if !elem.optional {
                        return false;
                    }
                }
            }
        }
        let fixed = to.elems.iter().filter(|elem| !elem.rest).count();
        from.elems.iter().skip(fixed).all(|extra| rest.is_some_and(|rest| self.assignable(extra.ty, rest.ty)))
    }

    /// Every member that the target requires is there and fits.
    fn relate_structure(&mut self, from: TypeId, to: TypeId) -> bool {
        if matches!(self.types.get(from), Type::Object(object) if object.open) {
            return true;
        }
        if self.is_library(to, "Function") {
            return !self.callable(from).is_empty()
                || matches!(self.types.get(from), Type::ClassValue(_) | Type::Function(_));
        }
        let (calls, constructs) = (self.callable(to), self.constructors(to));
        if !calls.is_empty() && !self.relate_callable(from, &calls, false) {
            return false;
        }
        if !constructs.is_empty() && !self.relate_callable(from, &constructs, true) {
            return false;
        }
        let target_is_weak = self.is_weak(to);
        let mut shares = !target_is_weak || self.member_names(from).is_empty();
        for name in self.member_names(to) {
            let Some(wanted) = self.member(to, &name) else { continue };
            match self.own_member(from, &name) {
                Some(found) => {
                    shares = true;
                    if found.hidden.is_some()
                        || (found.optional && !wanted.optional)
                        || !self.assignable(found.ty, wanted.ty)
                    {
                        return false;
                    }
                }
                None if wanted.optional => {}
                None => return false,
            }
        }
        shares && self.relate_index(from, to)
    }

    /// A member, but not one that every object has: those satisfy no requirement except by being declared.
    fn own_member(&mut self, ty: TypeId, name: &str) -> Option<super::members::Member> {
        self.member(ty, name)
    }

    /// All members optional: something must be in common with it.
    fn is_weak(&mut self, ty: TypeId) -> bool {
        match self.types.get(ty).clone() {
            Type::Object(object) => {
                let ObjectType { props, call, construct, string_index, number_index, .. } = &*object;
                !props.is_empty()
                    && props.iter().all(|prop| prop.optional)
                    && call.is_empty()
                    && construct.is_empty()
                    && string_index.is_none()
                    && number_index.is_none()
            }
            _ => false,
        }
    }

    fn relate_index(&mut self, from: TypeId, to: TypeId) -> bool {
        let (string, number) = self.index_types(to);
        if string.is_none() && number.is_none() {
            return true;
        }
        let (from_string, from_number) = self.index_types(from);
        if let Some(wanted) = string {
            match from_string {
                Some(found) => {
                    if !self.assignable(found, wanted) {
                        return false;
                    }
                }
                // A literal or alias is known in full; an interface or class may have more.
                None => match self.types.get(from).clone() {
                    Type::Object(object) => {
                        if !object.props.iter().all(|prop| self.assignable(prop.ty, wanted)) {
                            return false;
                        }
                    }
                    _ => return false,
                },
            }
        }
        match (number, from_number.or(from_string)) {
            (Some(wanted), Some(found)) => self.assignable(found, wanted),
            (Some(_), None) => matches!(self.types.get(from), Type::Object(_)),
            (None, _) => true,
        }
    }

    fn relate_callable(&mut self, from: TypeId, wanted: &[Signature], construct: bool) -> bool {
        let found = match self.types.get(from).clone() {
            Type::ClassValue(class) if construct => self.class_constructors(class),
            _ => self.signatures_of_kind(from, construct),
        };
        !found.is_empty() && wanted.iter().all(|wanted| found.iter().any(|found| self.relate_signatures(found, wanted)))
    }

    fn signatures_of_kind(&mut self, ty: TypeId, construct: bool) -> Vec<Signature> {
        if construct { self.constructors(ty) } else { self.callable(ty) }
    }

    fn relate_signatures(&mut self, from: &Signature, to: &Signature) -> bool {
        let erased = |checker: &mut Self, signature: &Signature| {
            let any = vec![Types::ANY; signature.type_params.len()];
            checker.types.instantiate_signature(signature, &Substitution::new(&signature.type_params, &any))
        };
        let (from, to) = (erased(self, from), erased(self, to));
        if to.predicate.as_ref().is_some_and(|predicate| !predicate.asserts)
            && from.predicate.is_none()
            && from.ret != Types::ANY
        {
            return false;
        }
        let required = from.params.iter().filter(|param| !param.optional).count();
        if to.rest.is_none() && required > to.params.len() {
            return false;
        }
        for (index, param) in from.params.iter().enumerate() {
            let Some(wanted) = self.param_at(&to, index) else { break };
            if !self.assignable(wanted, param.ty) && !self.assignable(param.ty, wanted) {
                return false;
            }
        }
        if let Some(rest) = &from.rest {
            let elem = self.element_of(rest.ty).unwrap_or(Types::ANY);
            for param in to.params.iter().skip(from.params.len()) {
                if !self.assignable(param.ty, elem) && !self.assignable(elem, param.ty) {
                    return false;
                }
            }
        }
        to.ret == Types::VOID || self.assignable(from.ret, to.ret)
    }

    /// The type that the argument at an index must have; `None` beyond the last parameter.
    pub(super) fn param_at(&mut self, signature: &Signature, index: usize) -> Option<TypeId> {
        if let Some(param) = signature.params.get(index) {
            return Some(if param.optional { self.types.optional(param.ty) } else { param.ty });
        }
        let rest = signature.rest.as_ref()?;
        let at = index - signature.params.len();
        let ty = self.expand(rest.ty);
        match self.types.get(ty).clone() {
            Type::Tuple(tuple) => self.tuple_elem(&tuple, at),
            _ => Some(self.element_of(ty).unwrap_or(Types::ANY)),
        }
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
            _ => false,
        }
    }

    pub(super) fn is_library(&self, ty: TypeId, name: &str) -> bool {
        matches!(self.types.get(ty), Type::Interface { decl, .. }
            if self.decls[decl.0 as usize].file.is_none() && self.types.decls[decl.0 as usize] == name)
    }

    /// Whether some value may be of both types: nothing known says otherwise.
    pub(super) fn comparable(&mut self, a: TypeId, b: TypeId) -> bool {
        let (a, b) = (self.types.parts(a), self.types.parts(b));
        let nullish =
            |checker: &Self, ty: &TypeId| matches!(checker.types.get(*ty), Type::Undefined | Type::Null | Type::Void);
        a.iter().any(|a| {
            b.iter().any(|b| {
                nullish(self, a)
                    || nullish(self, b)
                    || self.assignable(*a, *b)
                    || self.assignable(*b, *a)
                    || self.both_open(*a, *b)
            })
        })
    }

    /// Interfaces and structural types may overlap without either being assignable to the other.
    fn both_open(&self, a: TypeId, b: TypeId) -> bool {
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
