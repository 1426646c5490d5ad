//! Types computed from types: `keyof`, `T[K]`, and the utility types of language.md.

use mosl_syntax::ast::SmolStr;

use super::Checker;
use crate::types::{ObjectType, PropType, TupleElemType, Type, TypeId, Types};

impl Checker<'_> {
    pub(super) fn keyof(&mut self, of: TypeId) -> TypeId {
        let of = self.expand(of);
        match self.types.get(of).clone() {
            Type::Param(_) | Type::This => self.types.intern(Type::Keyof(of)),
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
        let object = self.expand(object);
        if matches!(self.types.get(object), Type::Param(_) | Type::This) || self.types.is_generic(index) {
            return self.types.intern(Type::Indexed(object, index));
        }
        let mut all = Vec::new();
        for part in self.types.parts(index) {
            let name = match self.types.get(part).clone() {
                Type::StrLit(text) => Some(text),
                Type::NumLit(bits) => Some(SmolStr::from(format!("{}", f64::from_bits(bits)))),
                _ => None,
            };
            let ty = match name {
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

    /// A utility type; `None` if the name is none of them.
    pub(super) fn utility(&mut self, name: &str, args: &[TypeId]) -> Option<TypeId> {
        let first = args.first().copied().unwrap_or(Types::ANY);
        let second = args.get(1).copied().unwrap_or(Types::ANY);
        Some(match name {
            "Partial" => self.map_props(first, |prop| prop.optional = true),
            "Required" => self.map_props(first, |prop| prop.optional = false),
            "Readonly" => match self.types.get(first).clone() {
                Type::Array { elem, .. } => self.types.intern(Type::Array { elem, readonly: true }),
                _ => self.map_props(first, |prop| prop.readonly = true),
            },
            "Record" => self.record(first, second),
            "Pick" => self.pick(first, second, true),
            "Omit" => self.pick(first, second, false),
            "Exclude" => self.filter_union(first, |types, part| !types.assignable(part, second)),
            "Extract" => self.filter_union(first, |types, part| types.assignable(part, second)),
            "NonNullable" => self.without_nullish(first),
            "ReturnType" => self.callable(first).first().map_or(Types::ANY, |signature| signature.ret),
            "Parameters" => {
                let signature = self.callable(first).into_iter().next()?;
                let mut elems: Vec<TupleElemType> = signature
                    .params
                    .iter()
                    .map(|param| TupleElemType { ty: param.ty, optional: param.optional, rest: false })
                    .collect();
                if let Some(rest) = signature.rest {
                    let ty = self.element_of(rest.ty).unwrap_or(Types::ANY);
                    elems.push(TupleElemType { ty, optional: false, rest: true });
                }
                self.types.tuple(elems, false)
            }
            "InstanceType" => match self.types.get(first).clone() {
                Type::ClassValue(class) => self.class_instance(class),
                _ => self.constructors(first).first().map_or(Types::ANY, |signature| signature.ret),
            },
            "Awaited" => self.awaited(first),
            _ => return None,
        })
    }

    fn filter_union(&mut self, ty: TypeId, mut keep: impl FnMut(&mut Self, TypeId) -> bool) -> TypeId {
        let ty = self.expand(ty);
        let parts = self.types.parts(ty);
        let kept: Vec<TypeId> = parts.into_iter().filter(|part| keep(self, *part)).collect();
        self.types.union(kept)
    }

    fn map_props(&mut self, ty: TypeId, change: impl Fn(&mut PropType)) -> TypeId {
        let Some(mut object) = self.as_object(ty) else { return ty };
        object.props.iter_mut().for_each(change);
        self.types.object(object)
    }

    /// The members of a type as one object type; `None` where they cannot be listed.
    fn as_object(&mut self, ty: TypeId) -> Option<ObjectType> {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Object(object) => Some((*object).clone()),
            Type::Interface { .. } | Type::Class { .. } | Type::Intersection(_) => {
                let (string_index, number_index) = self.index_types(ty);
                let mut object = ObjectType { string_index, number_index, ..ObjectType::default() };
                for name in self.member_names(ty) {
                    if let Some(member) = self.member(ty, &name).filter(|_| !name.starts_with('#')) {
                        let (optional, readonly) = (member.optional, member.readonly);
                        object.props.push(PropType { name, ty: member.ty, optional, readonly });
                    }
                }
                Some(object)
            }
            _ => None,
        }
    }

    fn record(&mut self, keys: TypeId, value: TypeId) -> TypeId {
        let mut object = ObjectType::default();
        for key in self.types.parts(keys) {
            match self.types.get(key).clone() {
                Type::StrLit(name) => object.props.push(PropType { name, ty: value, optional: false, readonly: false }),
                Type::NumLit(bits) => {
                    let name = SmolStr::from(format!("{}", f64::from_bits(bits)));
                    object.props.push(PropType { name, ty: value, optional: false, readonly: false });
                }
                Type::Number => object.number_index = Some(value),
                Type::EnumMember(of, at) => match &self.types.enums[of.0 as usize].members[at as usize].1 {
                    crate::types::EnumValue::String(name) => {
                        let name = SmolStr::from(name.as_str());
                        object.props.push(PropType { name, ty: value, optional: false, readonly: false });
                    }
                    _ => object.number_index = Some(value),
                },
                _ => object.string_index = Some(value),
            }
        }
        self.types.object(object)
    }

    fn pick(&mut self, ty: TypeId, keys: TypeId, keep: bool) -> TypeId {
        let Some(mut object) = self.as_object(ty) else { return Types::ANY };
        let keys = self.types.parts(keys);
        let named: Vec<SmolStr> = keys
            .into_iter()
            .filter_map(|key| match self.types.get(key) {
                Type::StrLit(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        object.props.retain(|prop| named.contains(&prop.name) == keep);
        self.types.object(object)
    }

    /// What `await` makes of a value.
    pub(super) fn awaited(&mut self, ty: TypeId) -> TypeId {
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
