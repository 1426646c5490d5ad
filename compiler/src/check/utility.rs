//! Types computed from types: `keyof`, `T[K]`, and the utility types of language.md.

use mosl_syntax::ast::SmolStr;

use super::Checker;
use super::members::Member;
use crate::types::{EnumValue, ObjectType, PropType, Signature, TupleElemType, Type, TypeId, Types, Utility};

impl Checker<'_> {
    pub(super) fn keyof(&mut self, of: TypeId) -> TypeId {
        let of = self.expand(of);
        match self.types.get(of).clone() {
            Type::Param(_) | Type::This | Type::Utility(..) | Type::Indexed(..) => self.types.intern(Type::Keyof(of)),
            Type::Any => self.types.union([Types::STRING, Types::NUMBER, Types::SYMBOL]),
            Type::Array { .. } | Type::Tuple(_) => Types::NUMBER,
            _ => {
                let mut keys: Vec<TypeId> = Vec::new();
                let (string, number) = self.index_types(of);
                keys.extend(string.map(|_| Types::STRING));
                keys.extend(number.or(string).map(|_| Types::NUMBER));
                for name in self.member_names(of) {
                    if !name.starts_with(['@', '#']) {
                        keys.push(self.types.str_lit(name));
                    }
                }
                self.types.union(keys)
            }
        }
    }

    /// `T[K]`
    pub(super) fn indexed_access(&mut self, object: TypeId, index: TypeId) -> TypeId {
        let (object, index) = (self.expand(object), self.expand(index));
        if let Type::Utility(Utility::Record, args) = self.types.get(object) {
            return args[1];
        }
        if self.waits(object) || self.types.is_generic(index) {
            return self.types.intern(Type::Indexed(object, index));
        }
        let mut all = Vec::new();
        for part in self.types.parts(index) {
            let ty = match self.key_text(part) {
                Some(name) => self.member(object, &name).map(|member| member.ty),
                None => {
                    let (string, number) = self.index_types(object);
                    if part == Types::NUMBER { number.or(string) } else { string }
                }
            };
            all.push(ty.unwrap_or(Types::ANY));
        }
        self.types.union(all)
    }

    /// A utility type; it waits where it depends on a type parameter that nothing is known of yet.
    pub(super) fn utility(&mut self, utility: Utility, args: &[TypeId]) -> TypeId {
        let first = args.first().copied().unwrap_or(Types::ANY);
        let second = args.get(1).copied().unwrap_or(Types::ANY);
        let first = self.expand(first);
        let waits = match utility {
            Utility::Record => self.types.is_generic(first),
            Utility::Pick | Utility::Omit => self.waits(first) || self.types.is_generic(second),
            Utility::Exclude | Utility::Extract => self.waits(first) || self.types.is_generic(second),
            _ => self.waits(first),
        };
        if waits {
            return self.types.intern(Type::Utility(utility, args.into()));
        }
        match utility {
            Utility::Partial => {
                let partial = self.map_props(first, &|prop| prop.optional = true);
                // What an index signature of a partial type yields may be missing.
                self.map_indexes(partial, &mut |types, object| {
                    object.string_index = object.string_index.map(|ty| types.optional(ty));
                    object.number_index = object.number_index.map(|ty| types.optional(ty));
                })
            }
            Utility::Required => self.map_props(first, &|prop| prop.optional = false),
            Utility::Readonly => match self.types.get(first) {
                Type::Array { .. } | Type::Tuple(_) => self.readonly_list(first),
                _ => {
                    let readonly = self.map_props(first, &|prop| prop.readonly = true);
                    self.map_indexes(readonly, &mut |_, object| object.readonly_index = true)
                }
            },
            Utility::Record => self.record(first, second),
            Utility::Pick => self.pick(first, second, true),
            Utility::Omit => self.pick(first, second, false),
            Utility::Exclude => self.filter_union(first, |types, part| !types.assignable(part, second)),
            Utility::Extract => self.filter_union(first, |types, part| types.assignable(part, second)),
            Utility::NonNullable => self.without_nullish(first),
            Utility::ReturnType => self.callable(first).last().map_or(Types::ANY, |signature| signature.ret),
            Utility::Parameters => {
                let signature = self.callable(first).pop();
                signature.map_or(Types::ANY_ARRAY, |signature| self.parameters_tuple(&signature))
            }
            Utility::ConstructorParameters => {
                let signature = self.new_signatures(first).pop();
                signature.map_or(Types::ANY_ARRAY, |signature| self.parameters_tuple(&signature))
            }
            Utility::InstanceType => match *self.types.get(first) {
                Type::ClassValue(class) => self.class_instance(class),
                _ => self.constructors(first).last().map_or(Types::ANY, |signature| signature.ret),
            },
            Utility::Awaited => self.awaited(first),
            Utility::AwaitedAll => self.awaited_all(first),
        }
    }

    /// Whether a type's members cannot be listed before its type parameters are known.
    fn waits(&self, ty: TypeId) -> bool {
        match self.types.get(ty) {
            Type::Param(_) | Type::This | Type::Indexed(..) | Type::Keyof(_) | Type::Utility(..) => true,
            Type::Union(parts) | Type::Intersection(parts) => parts.iter().any(|part| self.waits(*part)),
            _ => false,
        }
    }

    fn parameters_tuple(&mut self, signature: &Signature) -> TypeId {
        let mut elems: Vec<TupleElemType> = signature
            .params
            .iter()
            .map(|param| TupleElemType { ty: param.ty, optional: param.optional, rest: false })
            .collect();
        if let Some(rest) = &signature.rest {
            let of = self.expand(rest.ty);
            match self.types.get(of).clone() {
                Type::Tuple(tuple) => elems.extend(tuple.elems.iter().copied()),
                _ => {
                    let ty = self.element_of(of).unwrap_or(Types::ANY);
                    elems.push(TupleElemType { ty, optional: false, rest: true });
                }
            }
        }
        self.types.tuple(elems, false)
    }

    fn awaited_all(&mut self, ty: TypeId) -> TypeId {
        if let Type::Tuple(tuple) = self.types.get(ty).clone() {
            let elems = tuple.elems.iter().map(|elem| TupleElemType { ty: self.awaited(elem.ty), ..*elem }).collect();
            return self.types.tuple(elems, false);
        }
        let elem = self.element_of(ty).unwrap_or(Types::ANY);
        let elem = self.awaited(elem);
        self.types.array(elem)
    }

    pub(super) fn filter_union(&mut self, ty: TypeId, mut keep: impl FnMut(&mut Self, TypeId) -> bool) -> TypeId {
        let ty = self.expand(ty);
        let parts = self.types.parts(ty);
        let kept: Vec<TypeId> = parts.into_iter().filter(|part| keep(self, *part)).collect();
        self.types.union(kept)
    }

    fn map_props(&mut self, ty: TypeId, change: &dyn Fn(&mut PropType)) -> TypeId {
        let ty = self.expand(ty);
        if let Type::Union(parts) = self.types.get(ty).clone() {
            let parts: Vec<TypeId> = parts.iter().map(|part| self.map_props(*part, change)).collect();
            return self.types.union(parts);
        }
        let Some(mut object) = self.as_object(ty) else { return ty };
        object.props.iter_mut().for_each(change);
        self.derived_object(ty, object)
    }

    /// An object type that has its members from another type.
    fn derived_object(&mut self, from: TypeId, object: ObjectType) -> TypeId {
        let ty = self.types.object(object);
        self.types.note_origin(ty, from);
        ty
    }

    /// Of an object type that has index signatures: as `change` makes it.
    fn map_indexes(&mut self, ty: TypeId, change: &mut dyn FnMut(&mut Types, &mut ObjectType)) -> TypeId {
        let Type::Object(object) = self.types.get(ty).clone() else { return ty };
        if object.string_index.is_none() && object.number_index.is_none() {
            return ty;
        }
        let mut object = (*object).clone();
        change(&mut self.types, &mut object);
        self.types.object(object)
    }

    /// The members of a type as one object type; `None` where they cannot be listed.
    pub(super) fn as_object(&mut self, ty: TypeId) -> Option<ObjectType> {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Object(object) => Some(ObjectType { fresh: false, ..(*object).clone() }),
            Type::Interface { .. } | Type::Class { .. } | Type::Intersection(_) | Type::Union(_) => {
                let (string_index, number_index) = self.index_types(ty);
                let readonly_index = self.has_readonly_index(ty);
                let mut object = ObjectType { string_index, number_index, readonly_index, ..ObjectType::default() };
                for name in self.member_names(ty) {
                    if let Some(member) = self.member(ty, &name).filter(|_| !name.starts_with('#')) {
                        let Member { optional, readonly, write, .. } = member;
                        let ty = if optional { self.without_undefined(member.ty) } else { member.ty };
                        object.props.push(PropType { name, ty, write, optional, readonly });
                    }
                }
                Some(object)
            }
            _ => None,
        }
    }

    fn record(&mut self, keys: TypeId, value: TypeId) -> TypeId {
        let mut object = ObjectType::default();
        let keys = self.expand(keys);
        for key in self.types.parts(keys) {
            for key in self.enum_parts(key) {
                match self.key_text(key) {
                    Some(name) => object.props.push(PropType::new(name, value)),
                    None if self.enum_base(key) == Types::NUMBER => object.number_index = Some(value),
                    None => object.string_index = Some(value),
                }
            }
        }
        self.types.object(object)
    }

    /// The members of an enum, each as a type; any other type itself.
    pub(super) fn enum_parts(&mut self, ty: TypeId) -> Vec<TypeId> {
        let Type::Enum(of) = *self.types.get(ty) else { return vec![ty] };
        let count = u32::try_from(self.types.enums[of.0 as usize].members.len()).unwrap_or(0);
        (0..count).map(|index| self.types.intern(Type::EnumMember(of, index))).collect()
    }

    /// The property that a literal type names as a key.
    pub(super) fn key_text(&self, key: TypeId) -> Option<SmolStr> {
        match self.types.get(key) {
            Type::StrLit(name) => Some(name.clone()),
            Type::NumLit(bits) => Some(SmolStr::from(format!("{}", f64::from_bits(*bits)))),
            Type::EnumMember(of, at) => match &self.types.enums[of.0 as usize].members[*at as usize].1 {
                EnumValue::String(name) => Some(name.as_str().into()),
                EnumValue::Number(number) => Some(format!("{number}").into()),
                EnumValue::Computed => None,
            },
            _ => None,
        }
    }

    fn pick(&mut self, ty: TypeId, keys: TypeId, keep: bool) -> TypeId {
        let Some(mut object) = self.as_object(ty) else { return Types::ANY };
        let keys = self.expand(keys);
        let keys = self.types.parts(keys);
        let named: Vec<SmolStr> = keys.into_iter().filter_map(|key| self.key_text(key)).collect();
        object.props.retain(|prop| named.contains(&prop.name) == keep);
        if keep {
            (object.string_index, object.number_index) = (None, None);
        }
        (object.call, object.construct) = (Vec::new(), Vec::new());
        self.derived_object(ty, object)
    }

    /// What `await` makes of a value.
    pub(super) fn awaited(&mut self, ty: TypeId) -> TypeId {
        if ty == Types::THIS && self.member(ty, "then").is_none() {
            return ty;
        }
        let ty = self.expand(ty);
        let parts = self.types.parts(ty);
        if parts.len() > 1 {
            let parts: Vec<TypeId> = parts.into_iter().map(|part| self.awaited(part)).collect();
            return self.types.union(parts);
        }
        match self.types.get(ty).clone() {
            Type::Interface { decl, args } => match self.types.decls[decl.0 as usize].as_str() {
                "Promise" | "PromiseLike" if self.decls[decl.0 as usize].file.is_none() => {
                    let inner = args.first().copied().unwrap_or(Types::ANY);
                    if inner == ty { Types::ANY } else { self.awaited(inner) }
                }
                _ => self.awaited_thenable(ty),
            },
            Type::Object(_) | Type::Class { .. } => self.awaited_thenable(ty),
            _ => ty,
        }
    }

    fn awaited_thenable(&mut self, ty: TypeId) -> TypeId {
        if self.member(ty, "then").is_some() { Types::ANY } else { ty }
    }

    pub(super) fn without_nullish(&mut self, ty: TypeId) -> TypeId {
        self.filter_union(ty, |checker, part| {
            !matches!(checker.types.get(part), Type::Undefined | Type::Null | Type::Void)
        })
    }
}
