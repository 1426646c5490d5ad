//! Type arguments from arguments: each parameter's type is matched against its argument's, and what the type parameters meet there is
//! what they stand for.

use super::Checker;
use crate::types::{
    ObjectType, ParamId, ParamType, Signature, Substitution, TupleElemType, Type, TypeId, Types, Utility,
};

const MAX_DEPTH: u32 = 24;

/// What has been found for each type parameter of a call.
#[derive(Clone, Debug)]
pub(super) struct Inference {
    pub params: Vec<ParamId>,
    pub found: Vec<Option<TypeId>>,
    /// What the place of the call expects; counts where no argument says anything.
    pub hints: Vec<Option<TypeId>>,
    /// The call yields just what it stands for: literals stay as they are.
    handed_on: Vec<bool>,
    /// The literals among the arguments as they are written: these alone widen. `None`: all do.
    pub fresh: Option<Vec<TypeId>>,
}

impl Inference {
    pub fn new(params: &[ParamId]) -> Self {
        Self {
            params: params.to_vec(),
            found: vec![None; params.len()],
            hints: vec![None; params.len()],
            handed_on: vec![false; params.len()],
            fresh: None,
        }
    }

    /// Notes which type parameters the result is, or is a union with.
    pub fn hand_on(&mut self, types: &Types, ret: TypeId) {
        for part in types.parts(ret) {
            if let Type::Param(param) = types.get(part)
                && let Some(at) = self.params.iter().position(|of| of == param)
            {
                self.handed_on[at] = true;
            }
        }
    }
}

impl Checker<'_> {
    /// Matches a parameter's type with an argument's.
    pub(super) fn infer_from(&mut self, inference: &mut Inference, param: TypeId, arg: TypeId, depth: u32) {
        if depth > MAX_DEPTH || !self.types.is_generic(param) {
            return;
        }
        // `this` stays so where it is handed on as it is.
        let whole = arg;
        let arg = self.expand(arg);
        let whole = if whole == Types::THIS { whole } else { arg };
        let param = self.expand(param);
        match (self.types.get(param).clone(), self.types.get(arg).clone()) {
            (Type::Param(id), _) => self.candidate(inference, id, whole),
            (Type::Union(parts), _) => self.infer_from_union(inference, &parts, whole, depth),
            (_, Type::Union(parts)) => {
                parts.iter().for_each(|part| self.infer_from(inference, param, *part, depth + 1))
            }
            (Type::Array { elem, .. }, _) => {
                if let Some(of) = self.element_of(arg).filter(|_| arg != Types::ANY) {
                    self.infer_from(inference, elem, of, depth + 1);
                }
            }
            (Type::Tuple(wanted), Type::Tuple(found)) => {
                for (want, have) in wanted.elems.iter().zip(&found.elems) {
                    self.infer_from(inference, want.ty, have.ty, depth + 1);
                }
            }
            (Type::Tuple(wanted), Type::Array { elem, .. }) => {
                wanted.elems.iter().for_each(|want| self.infer_from(inference, want.ty, elem, depth + 1));
            }
            (Type::Interface { decl, args }, Type::Interface { decl: other, args: found }) if decl == other => {
                for (want, have) in args.iter().zip(found.iter()) {
                    self.infer_from(inference, *want, *have, depth + 1);
                }
            }
            (Type::Class { class, args }, Type::Class { class: other, args: found }) => {
                if class == other {
                    for (want, have) in args.iter().zip(found.iter()) {
                        self.infer_from(inference, *want, *have, depth + 1);
                    }
                } else if let Some(base) = self.class_base(other, &found) {
                    self.infer_from(inference, param, base, depth + 1);
                }
            }
            (Type::Function(wanted), _) => {
                let found = if wanted.construct { self.new_signatures(arg) } else { self.callable(arg) };
                // Of overloads, the last says most.
                if let (Some(want), Some(have)) = (wanted.signatures.first(), found.last()) {
                    let known = self.known_so_far(inference);
                    let asked = self.types.instantiate_signature(want, &known);
                    let have = self.in_context_of(have, &asked);
                    self.infer_from_signature(inference, want, &have, depth);
                }
            }
            (Type::Interface { args, .. }, _) if self.is_iterable_interface(param) => {
                if let (Some(want), Some(of)) = (args.first(), self.element_of(arg).filter(|_| arg != Types::ANY)) {
                    self.infer_from(inference, *want, of, depth + 1);
                }
            }
            (Type::Interface { .. } | Type::Object(_), _) if arg != Types::ANY => {
                self.infer_from_members(inference, param, arg, depth)
            }
            (Type::Intersection(parts), _) => {
                parts.iter().for_each(|part| self.infer_from(inference, *part, arg, depth + 1))
            }
            (Type::Utility(utility, args), _) => match utility {
                Utility::Partial | Utility::Required | Utility::Readonly => {
                    if let (Some(want), Some(object)) = (args.first().copied(), self.as_object(arg))
                        && matches!(self.types.get(want), Type::Param(_))
                    {
                        self.infer_from_mapped(inference, want, object);
                    }
                }
                Utility::Awaited | Utility::NonNullable => {
                    if let Some(want) = args.first() {
                        self.infer_from(inference, *want, arg, depth + 1);
                    }
                }
                Utility::Record => {
                    if let (Some(object), [keys, value]) = (self.as_object(arg), &args[..]) {
                        for prop in &object.props {
                            let key = self.types.str_lit(prop.name.clone());
                            self.infer_from(inference, *keys, key, depth + 1);
                            self.infer_from(inference, *value, prop.ty, depth + 1);
                        }
                        if let Some(of) = object.string_index {
                            self.infer_from(inference, *keys, Types::STRING, depth + 1);
                            self.infer_from(inference, *value, of, depth + 1);
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// From `{ a?: X }` against `Partial<T>`: says what T is only where nothing else does.
    fn infer_from_mapped(&mut self, inference: &mut Inference, want: TypeId, object: ObjectType) {
        let Type::Param(id) = *self.types.get(want) else { return };
        if let Some(at) = inference.params.iter().position(|param| *param == id)
            && inference.found[at].is_none()
        {
            let found = self.types.object(object);
            inference.hints[at].get_or_insert(found);
        }
    }

    /// The arguments found until now.
    fn known_so_far(&mut self, inference: &Inference) -> Substitution {
        let mut by = Substitution::default();
        for (param, found) in inference.params.iter().zip(&inference.found) {
            by.map.extend(found.map(|found| (*param, found)));
        }
        by
    }

    /// Further arguments as one tuple; `rest`: then any number of these.
    pub(super) fn rest_candidate(
        &mut self,
        inference: &mut Inference,
        param: ParamId,
        further: &[TypeId],
        rest: Option<TypeId>,
    ) {
        let Some(at) = inference.params.iter().position(|of| *of == param) else { return };
        let keeps = self.keeps_literals(inference, at);
        let mut elems = Vec::with_capacity(further.len());
        for ty in further {
            let ty = if keeps { *ty } else { self.widen(*ty) };
            elems.push(TupleElemType { ty, optional: false, rest: false });
        }
        elems.extend(rest.map(|ty| TupleElemType { ty, optional: false, rest: true }));
        let tuple = self.types.tuple(elems, false);
        if inference.found[at].is_none() {
            inference.found[at] = Some(tuple);
        }
    }

    fn is_iterable_interface(&self, ty: TypeId) -> bool {
        ["Iterable", "ArrayLike", "ConcatArray", "Iterator"].iter().any(|name| self.is_library(ty, name))
    }

    pub(super) fn new_signatures(&mut self, ty: TypeId) -> Vec<Signature> {
        match *self.types.get(ty) {
            Type::ClassValue(class) => self.class_constructors(class),
            _ => self.constructors(ty),
        }
    }

    /// `T | undefined` against `X | undefined`: what both name is taken away first.
    fn infer_from_union(&mut self, inference: &mut Inference, parts: &[TypeId], arg: TypeId, depth: u32) {
        let have = self.types.parts(arg);
        let left: Vec<TypeId> = have.into_iter().filter(|of| !parts.contains(of)).collect();
        let structured: Vec<TypeId> = parts
            .iter()
            .copied()
            .filter(|part| self.types.is_generic(*part) && !matches!(self.types.get(*part), Type::Param(_)))
            .collect();
        let mut rest = Vec::new();
        for of in left {
            // A promise of T before a bare T: `T | PromiseLike<T>`.
            let before = inference.found.clone();
            for part in &structured {
                if self.shape_matches(*part, of) {
                    self.infer_from(inference, *part, of, depth + 1);
                }
            }
            if inference.found == before && !structured.iter().any(|part| self.shape_matches(*part, of)) {
                rest.push(of);
            }
        }
        if rest.is_empty() {
            return;
        }
        let rest = self.types.union(rest);
        for part in parts {
            if matches!(self.types.get(*part), Type::Param(_)) {
                self.infer_from(inference, *part, rest, depth + 1);
            }
        }
    }

    /// Whether a structured alternative of a union can be what the argument is.
    fn shape_matches(&mut self, param: TypeId, arg: TypeId) -> bool {
        if self.is_library(param, "PromiseLike") || self.is_library(param, "Promise") {
            return self.is_library(arg, "Promise") || self.is_library(arg, "PromiseLike");
        }
        match (self.types.get(param).clone(), self.types.get(arg).clone()) {
            (Type::Array { .. } | Type::Tuple(_), Type::Array { .. } | Type::Tuple(_)) => true,
            (Type::Interface { .. }, Type::Array { .. } | Type::Tuple(_) | Type::String | Type::StrLit(_)) => {
                self.is_iterable_interface(param)
            }
            (Type::Interface { decl, .. }, Type::Interface { decl: other, .. }) => {
                decl == other || self.is_iterable_interface(param)
            }
            (Type::Class { class, .. }, Type::Class { class: other, .. }) => class == other,
            (Type::Function(_), _) => !self.callable(arg).is_empty(),
            (Type::Interface { .. }, Type::Class { .. }) => self.is_iterable_interface(param),
            (Type::Interface { .. }, Type::Object(_)) => !self.is_iterable_interface(param),
            (Type::Object(_), Type::Object(_) | Type::Interface { .. }) => true,
            _ => false,
        }
    }

    fn infer_from_signature(&mut self, inference: &mut Inference, want: &Signature, have: &Signature, depth: u32) {
        for (index, param) in want.params.iter().enumerate() {
            if let Some(of) = self.param_at(have, index) {
                // That it may be left out is no part of its type.
                let of = if param.optional { self.without_undefined(of) } else { of };
                // A parameter that nothing annotates says nothing.
                if of != Types::ANY {
                    self.infer_from(inference, param.ty, of, depth + 1);
                }
            }
        }
        if let Some(rest) = &want.rest
            && let Type::Param(param) = *self.types.get(rest.ty)
        {
            let optional = |param: &ParamType| param.optional;
            let further = have.params.iter().skip(want.params.len());
            if !further.clone().any(optional) {
                let further: Vec<TypeId> = further.map(|param| param.ty).collect();
                let more = have.rest.as_ref().and_then(|rest| self.element_of(rest.ty));
                self.rest_candidate(inference, param, &further, more);
            }
        }
        self.infer_from(inference, want.ret, have.ret, depth + 1);
        if let (Some(want), Some(have)) =
            (want.predicate.as_ref().and_then(|p| p.ty), have.predicate.as_ref().and_then(|p| p.ty))
        {
            self.infer_from(inference, want, have, depth + 1);
        }
    }

    fn infer_from_members(&mut self, inference: &mut Inference, param: TypeId, arg: TypeId, depth: u32) {
        for name in self.member_names(param) {
            if let (Some(want), Some(have)) = (self.member(param, &name), self.member(arg, &name)) {
                self.infer_from(inference, want.ty, have.ty, depth + 1);
            }
        }
        let (string, number) = self.index_types(param);
        let (have_string, have_number) = self.index_types(arg);
        if let (Some(want), Some(have)) = (number.or(string), have_number.or(have_string)) {
            self.infer_from(inference, want, have, depth + 1);
        }
        if let (Some(want), Type::Object(object)) = (string, self.types.get(arg).clone()) {
            object.props.iter().for_each(|prop| self.infer_from(inference, want, prop.ty, depth + 1));
        }
    }

    fn candidate(&mut self, inference: &mut Inference, id: ParamId, arg: TypeId) {
        let Some(at) = inference.params.iter().position(|param| *param == id) else { return };
        inference.found[at] = Some(match inference.found[at] {
            None => arg,
            Some(before) if before == Types::NEVER => arg,
            Some(before) => {
                let (wide_before, wide_arg) = (self.widen(before), self.widen(arg));
                let literals = self.is_unit(before) || self.is_unit(arg);
                if self.assignable(arg, before) && arg != Types::ANY {
                    before
                } else if self.assignable(before, arg) {
                    arg
                } else if self.is_nullish(arg) || self.is_nullish(before) || (literals && wide_before == wide_arg) {
                    self.types.union2(before, arg)
                } else if self.assignable(wide_arg, wide_before) {
                    wide_before
                } else if self.assignable(wide_before, wide_arg) {
                    wide_arg
                } else if self.strict && !self.keeps_literals(inference, at) {
                    // The first says what it is; the other is then told that it does not fit.
                    before
                } else {
                    self.types.union2(before, arg)
                }
            }
        });
    }

    /// What the type parameters stand for; those that no argument fixed are what `otherwise` says. Literals stay only where the
    /// constraint is of literals or primitives.
    pub(super) fn solve(&mut self, inference: &Inference, otherwise: TypeId) -> Substitution {
        let mut args: Vec<TypeId> = Vec::with_capacity(inference.params.len());
        for (index, param) in inference.params.iter().enumerate() {
            let info = self.types.params[param.0 as usize].clone();
            let by = Substitution::new(&inference.params[..index], &args);
            let hint = inference.hints[index].filter(|hint| !self.mentions_inferring(*hint));
            let ty = match inference.found[index].or(hint) {
                Some(found) if self.keeps_literals(inference, index) => found,
                Some(found) if inference.handed_on[index] && self.is_primitive(found) => found,
                Some(found) => self.widen_found(inference, found),
                None => match (info.default, info.constraint) {
                    (Some(default), _) => self.types.instantiate(default, &by),
                    (None, Some(constraint)) if otherwise == Types::UNKNOWN => {
                        let bound = self.types.instantiate(constraint, &by);
                        if self.types.is_generic(bound) { Types::ANY } else { bound }
                    }
                    _ => otherwise,
                },
            };
            args.push(ty);
        }
        Substitution::new(&inference.params, &args)
    }

    /// What a type parameter stands for, where it is not to be of literals.
    pub(super) fn widen_found(&mut self, inference: &Inference, found: TypeId) -> TypeId {
        match &inference.fresh {
            Some(fresh) if self.strict => {
                let mut all = Vec::new();
                for part in self.types.parts(found) {
                    let stays = part == Types::THIS || self.is_unit(part) && !fresh.contains(&part);
                    all.push(if stays { part } else { self.widen(part) });
                }
                self.types.union(all)
            }
            _ => self.widen(found),
        }
    }

    /// Whether a type is about a call whose arguments are still being looked at.
    fn mentions_inferring(&mut self, ty: TypeId) -> bool {
        if self.inferring.is_empty() || !self.types.is_generic(ty) {
            return false;
        }
        let any = vec![Types::ANY; self.inferring.len()];
        let by = Substitution::new(&self.inferring, &any);
        self.types.instantiate(ty, &by) != ty
    }

    /// Whether a type parameter stands for literal types, not for their primitives.
    pub(super) fn keeps_literals(&mut self, inference: &Inference, index: usize) -> bool {
        let constraint = self.types.params[inference.params[index].0 as usize].constraint;
        constraint.is_some_and(|constraint| self.wants_literal(constraint) || self.is_primitive(constraint))
            || inference.hints[index].is_some_and(|hint| self.wants_literal(hint))
    }

    fn is_nullish(&self, ty: TypeId) -> bool {
        matches!(self.types.get(ty), Type::Undefined | Type::Null | Type::Void)
    }

    /// Whether literals keep their own type where this type is expected.
    pub(super) fn wants_literal(&mut self, ty: TypeId) -> bool {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::StrLit(_) | Type::NumLit(_) | Type::BoolLit(_) | Type::EnumMember(..) | Type::Keyof(_) => true,
            Type::Union(parts) => parts.iter().any(|part| self.wants_literal(*part)),
            Type::Param(param) => {
                let constraint = self.types.params[param.0 as usize].constraint;
                constraint.is_some_and(|constraint| self.is_primitive(constraint) || self.wants_literal(constraint))
            }
            _ => false,
        }
    }
}
