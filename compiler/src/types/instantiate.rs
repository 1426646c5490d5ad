//! Replacing type parameters (and `this`) by types.

use super::{
    FunctionType, ObjectType, ParamId, ParamType, Predicate, PropType, Signature, TupleElemType, TupleType, Type,
    TypeId, Types,
};

/// What each type parameter stands for. Small: searched linearly.
#[derive(Clone, Debug, Default)]
pub struct Substitution {
    pub map: Vec<(ParamId, TypeId)>,
    pub this: Option<TypeId>,
}

impl Substitution {
    pub fn new(params: &[ParamId], args: &[TypeId]) -> Self {
        Self { map: params.iter().copied().zip(args.iter().copied()).collect(), this: None }
    }

    pub fn of_this(this: TypeId) -> Self {
        Self { map: Vec::new(), this: Some(this) }
    }

    pub fn with_this(params: &[ParamId], args: &[TypeId], this: TypeId) -> Self {
        Self { this: Some(this), ..Self::new(params, args) }
    }

    pub fn get(&self, param: ParamId) -> Option<TypeId> {
        self.map.iter().find(|(of, _)| *of == param).map(|(_, ty)| *ty)
    }

    pub fn is_empty(&self) -> bool {
        self.map.is_empty() && self.this.is_none()
    }
}

impl Types {
    /// `id` with the parameters of `by` replaced. Cost: the size of the type; none where it mentions no parameter.
    pub fn instantiate(&mut self, id: TypeId, by: &Substitution) -> TypeId {
        if !self.is_generic(id) || by.is_empty() {
            return id;
        }
        match self.get(id).clone() {
            Type::Param(param) => by.get(param).unwrap_or(id),
            Type::This => by.this.unwrap_or(id),
            Type::Array { elem, readonly } => {
                let elem = self.instantiate(elem, by);
                self.intern(Type::Array { elem, readonly })
            }
            Type::Tuple(tuple) => {
                let elems = tuple
                    .elems
                    .iter()
                    .map(|elem| TupleElemType { ty: self.instantiate(elem.ty, by), ..*elem })
                    .collect();
                self.intern(Type::Tuple(TupleType { elems, readonly: tuple.readonly }.into()))
            }
            Type::Function(function) => {
                let signatures = self.instantiate_signatures(&function.signatures, by);
                self.intern(Type::Function(FunctionType { signatures, ..*function }.into()))
            }
            Type::Object(object) => {
                let object = self.instantiate_object(&object, by);
                let ty = self.object(object);
                self.note_origin(ty, id);
                ty
            }
            Type::Interface { decl, args } => {
                let args = self.instantiate_all(&args, by);
                self.intern(Type::Interface { decl, args })
            }
            Type::Alias { decl, args } => {
                let args = self.instantiate_all(&args, by);
                self.intern(Type::Alias { decl, args })
            }
            Type::Class { class, args } => {
                let args = self.instantiate_all(&args, by);
                self.intern(Type::Class { class, args })
            }
            Type::Union(parts) => {
                let parts = self.instantiate_all(&parts, by);
                self.union(parts)
            }
            Type::Intersection(parts) => {
                let parts = self.instantiate_all(&parts, by);
                self.intern(Type::Intersection(parts))
            }
            Type::Utility(utility, args) => {
                let args = self.instantiate_all(&args, by);
                self.intern(Type::Utility(utility, args))
            }
            Type::Keyof(of) => {
                let of = self.instantiate(of, by);
                self.intern(Type::Keyof(of))
            }
            Type::Indexed(object, index) => {
                let (object, index) = (self.instantiate(object, by), self.instantiate(index, by));
                self.intern(Type::Indexed(object, index))
            }
            _ => id,
        }
    }

    fn instantiate_all(&mut self, ids: &[TypeId], by: &Substitution) -> Box<[TypeId]> {
        ids.iter().map(|&id| self.instantiate(id, by)).collect()
    }

    fn instantiate_object(&mut self, object: &ObjectType, by: &Substitution) -> ObjectType {
        ObjectType {
            props: object.props.iter().map(|p| self.instantiate_prop(p, by)).collect(),
            call: self.instantiate_signatures(&object.call, by),
            construct: self.instantiate_signatures(&object.construct, by),
            string_index: object.string_index.map(|id| self.instantiate(id, by)),
            number_index: object.number_index.map(|id| self.instantiate(id, by)),
            readonly_index: object.readonly_index,
            open: object.open,
            fresh: object.fresh,
        }
    }

    fn instantiate_prop(&mut self, prop: &PropType, by: &Substitution) -> PropType {
        let (ty, write) = (self.instantiate(prop.ty, by), prop.write.map(|id| self.instantiate(id, by)));
        PropType { ty, write, ..prop.clone() }
    }

    pub fn instantiate_signatures(&mut self, signatures: &[Signature], by: &Substitution) -> Vec<Signature> {
        signatures.iter().map(|signature| self.instantiate_signature(signature, by)).collect()
    }

    pub fn instantiate_signature(&mut self, signature: &Signature, by: &Substitution) -> Signature {
        let bound = self.rebound(&signature.type_params, by);
        let by = bound.as_ref().map_or(by, |(_, by)| by);
        let param = |types: &mut Self, p: &ParamType| ParamType { ty: types.instantiate(p.ty, by), ..p.clone() };
        Signature {
            type_params: bound.as_ref().map_or_else(|| signature.type_params.clone(), |(params, _)| params.clone()),
            params: signature.params.iter().map(|p| param(self, p)).collect(),
            rest: signature.rest.as_ref().map(|p| param(self, p)),
            ret: self.instantiate(signature.ret, by),
            predicate: signature
                .predicate
                .as_ref()
                .map(|p| Predicate { ty: p.ty.map(|id| self.instantiate(id, by)), ..p.clone() }),
        }
    }

    /// A signature's own parameters where their bounds mention what is replaced: parameters of their own, and what stands for which.
    fn rebound(&mut self, params: &[ParamId], by: &Substitution) -> Option<(Vec<ParamId>, Substitution)> {
        let generic = |types: &Self, id: Option<TypeId>| id.is_some_and(|id| types.is_generic(id));
        let info = |types: &Self, param: ParamId| {
            let info = &types.params[param.0 as usize];
            (info.constraint, info.default)
        };
        if !params.iter().any(|param| {
            let (constraint, default) = info(self, *param);
            by.get(*param).is_none() && (generic(self, constraint) || generic(self, default))
        }) {
            return None;
        }
        let mut by = by.clone();
        let mut all = Vec::with_capacity(params.len());
        for param in params {
            let (constraint, default) = info(self, *param);
            let bounds = (constraint.map(|id| self.instantiate(id, &by)), default.map(|id| self.instantiate(id, &by)));
            if bounds == (constraint, default) {
                all.push(*param);
                continue;
            }
            let id = self.bound_param(*param, bounds.0, bounds.1);
            let ty = self.intern(Type::Param(id));
            by.map.push((*param, ty));
            all.push(id);
        }
        (all != params).then_some((all, by))
    }
}
