//! Which function suits where another is expected.

use crate::check::Checker;
use crate::check::generic::Inference;
use crate::types::{FunctionType, ParamType, Signature, Substitution, Type, TypeId, Types};

/// How signatures are called.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    construct: bool,
    /// With `new`, but by subclasses only.
    is_abstract: bool,
    method: bool,
}

impl Kind {
    pub const CALL: Self = Self { construct: false, is_abstract: false, method: false };
    pub const NEW: Self = Self { construct: true, is_abstract: false, method: false };

    pub fn of(function: &FunctionType) -> Self {
        Self { construct: function.construct, is_abstract: function.is_abstract, method: function.method }
    }
}

impl Checker<'_> {
    pub(super) fn relate_callable(&mut self, from: TypeId, wanted: &[Signature], kind: Kind) -> bool {
        let Kind { construct, is_abstract, method } = kind;
        let source = self.types.get(from).clone();
        let makes_none = match &source {
            Type::ClassValue(class) => self.class_node(*class).is_abstract,
            Type::Function(function) => function.is_abstract,
            _ => false,
        };
        if construct && makes_none && !is_abstract {
            return false;
        }
        let found = match source {
            Type::ClassValue(class) if construct => self.class_constructors(class),
            _ => self.signatures_of_kind(from, construct),
        };
        // Among overloads, type parameters stand for anything.
        let erase = found.len() > 1 || wanted.len() > 1;
        !found.is_empty()
            && wanted.iter().all(|wanted| {
                found.iter().any(|found| {
                    if erase {
                        let (found, wanted) = (self.erased(found), self.erased(wanted));
                        return self.relate_signatures(&found, &wanted, method || construct);
                    }
                    let found = self.in_context_of(found, wanted);
                    self.relate_signatures(&found, wanted, method || construct)
                })
            })
    }

    pub(super) fn signatures_of_kind(&mut self, ty: TypeId, construct: bool) -> Vec<Signature> {
        if construct { self.constructors(ty) } else { self.callable(ty) }
    }

    pub(in crate::check) fn erased(&mut self, signature: &Signature) -> Signature {
        let any = vec![Types::ANY; signature.type_params.len()];
        self.types.instantiate_signature(signature, &Substitution::new(&signature.type_params, &any))
    }

    /// A generic signature for the arguments that another is called with.
    pub(in crate::check) fn in_context_of(&mut self, generic: &Signature, wanted: &Signature) -> Signature {
        if generic.type_params.is_empty() || generic.type_params == wanted.type_params {
            return generic.clone();
        }
        let mut inference = Inference::new(&generic.type_params);
        let count = generic.params.len().max(wanted.params.len());
        for index in 0..count {
            if let (Some(param), Some(arg)) = (self.param_at(generic, index), self.param_at(wanted, index)) {
                self.infer_from(&mut inference, param, arg, 0);
            }
        }
        let by = self.solve(&inference, Types::UNKNOWN);
        let mut signature = self.types.instantiate_signature(generic, &by);
        signature.type_params.clear();
        signature
    }

    /// `both_ways`: a parameter may also be narrower than what it is given, as methods' may be.
    pub(super) fn relate_signatures(&mut self, from: &Signature, to: &Signature, both_ways: bool) -> bool {
        if to.predicate.as_ref().is_some_and(|predicate| !predicate.asserts)
            && from.predicate.is_none()
            && from.ret != Types::ANY
        {
            return false;
        }
        let (required, _) = self.arity(from);
        let (_, most) = self.arity(to);
        if most.is_some_and(|most| required > most) {
            return false;
        }
        if from.rest.is_none() && !from.params.is_empty() && self.has_tuples_of_lengths(to) {
            return false;
        }
        let count = from.params.len().max(if from.rest.is_some() { to.params.len() } else { 0 });
        for index in 0..count {
            let (Some(param), Some(wanted)) = (self.param_at(from, index), self.param_at(to, index)) else { break };
            if !(self.assignable(wanted, param) || both_ways && self.assignable(param, wanted)) {
                return false;
            }
        }
        if let (Some(from), Some(to)) = (&from.rest, &to.rest) {
            let elem = |checker: &mut Self, ty| checker.element_of(ty).unwrap_or(Types::ANY);
            let (param, wanted) = (elem(self, from.ty), elem(self, to.ty));
            if !(self.assignable(wanted, param) || both_ways && self.assignable(param, wanted)) {
                return false;
            }
        }
        to.ret == Types::VOID || self.assignable(from.ret, to.ret)
    }

    /// Whether a rest parameter is a union of tuples that are not all of one length: no list of parameters stands for it.
    fn has_tuples_of_lengths(&mut self, signature: &Signature) -> bool {
        let Some(rest) = signature.rest.as_ref().map(|rest| self.expand(rest.ty)) else { return false };
        let Type::Union(parts) = self.types.get(rest) else { return false };
        let length = |part: &TypeId| if let Type::Tuple(tuple) = self.types.get(*part) { tuple.elems.len() } else { 0 };
        self.are_tuples(parts) && parts.iter().any(|part| length(part) != length(&parts[0]))
    }

    /// The least and the greatest number of arguments; `None` where there is no greatest.
    pub(in crate::check) fn arity(&mut self, signature: &Signature) -> (usize, Option<usize>) {
        // Trailing parameters that admit `undefined` by being `void` may be left out.
        let required = signature.params.iter().rposition(|param| !param.optional && param.ty != Types::VOID);
        let least = required.map_or(0, |at| at + 1);
        let Some(rest) = &signature.rest else { return (least, Some(signature.params.len())) };
        let rest = self.expand(rest.ty);
        if let Type::Union(parts) = self.types.get(rest).clone()
            && self.are_tuples(&parts)
        {
            let mut bounds = Vec::with_capacity(parts.len());
            for part in parts {
                let rest = signature.rest.as_ref().map(|rest| ParamType { ty: part, ..rest.clone() });
                bounds.push(self.arity(&Signature { rest, ..signature.clone() }));
            }
            let least = bounds.iter().map(|bounds| bounds.0).min().unwrap_or(least);
            let most = bounds.iter().map(|bounds| bounds.1.unwrap_or(usize::MAX)).max();
            return (least, most.filter(|most| *most != usize::MAX));
        }
        let Type::Tuple(tuple) = self.types.get(rest).clone() else { return (least, None) };
        let of_rest = tuple.elems.iter().rposition(|elem| !elem.rest && !elem.optional);
        let least = of_rest.map_or(least, |at| signature.params.len() + at + 1);
        let open = tuple.elems.iter().any(|elem| elem.rest);
        (least, (!open).then_some(signature.params.len() + tuple.elems.len()))
    }

    /// The type that the argument at an index must have; `None` beyond the last parameter.
    pub(in crate::check) fn param_at(&mut self, signature: &Signature, index: usize) -> Option<TypeId> {
        if let Some(param) = signature.params.get(index) {
            return Some(if param.optional { self.types.optional(param.ty) } else { param.ty });
        }
        let rest = signature.rest.as_ref()?;
        let at = index - signature.params.len();
        let ty = self.expand(rest.ty);
        match self.types.get(ty).clone() {
            Type::Tuple(tuple) => self.tuple_elem(&tuple, at),
            Type::Union(parts) if self.are_tuples(&parts) => Some(self.array_part(ty, at).0),
            _ => Some(self.element_of(ty).unwrap_or(Types::ANY)),
        }
    }
}
