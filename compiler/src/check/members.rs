//! The members of types: looked up one by one, so that a program pays only for what it uses.

mod by_name;
mod interface;
mod iterate;
mod names;

pub(super) use by_name::ByName;
pub(super) use names::Names;

use mosl_syntax::ast::{ExprKind, InterfaceMemberKind, PropKey, SmolStr};

use super::Checker;
use crate::program::ClassId;
use crate::types::{FunctionType, ObjectType, PropType, Signature, Substitution, Type, TypeId, Types};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub ty: TypeId,
    /// What a setter takes, where that is not what the getter yields.
    pub write: Option<TypeId>,
    pub optional: bool,
    pub readonly: bool,
    pub is_method: bool,
    /// `private` or `protected` in this class.
    pub hidden: Option<(ClassId, bool)>,
    /// Written by the standard library: a program that is not strict may use it in any way.
    pub library: bool,
}

impl Member {
    /// The type of what may be assigned.
    pub fn takes(&self) -> TypeId {
        self.write.unwrap_or(self.ty)
    }

    pub fn of(ty: TypeId) -> Self {
        Self { ty, write: None, optional: false, readonly: false, is_method: false, hidden: None, library: false }
    }
}

/// The name that a key gives a member: `@@iterator` for `[Symbol.iterator]`, `#name` for private names.
pub(super) fn key_name(key: &PropKey) -> Option<SmolStr> {
    match key {
        PropKey::Ident(name) if name.missing => None,
        PropKey::Ident(name) => Some(name.text.clone()),
        PropKey::Private(name) => Some(format!("#{}", name.text.trim_start_matches('#')).into()),
        PropKey::Str(text, _) => text.to_utf8().map(SmolStr::from),
        PropKey::Num(value, _) => Some(format!("{value}").into()),
        PropKey::Computed(expr) => match &expr.kind {
            ExprKind::Member { object, name, .. } if matches!(&object.kind, ExprKind::Ident(of) if of.text == "Symbol") => {
                Some(format!("@@{}", name.text).into())
            }
            ExprKind::Str(text) => text.to_utf8().map(SmolStr::from),
            ExprKind::Num(value) => Some(format!("{value}").into()),
            _ => None,
        },
    }
}

impl<'a> Checker<'a> {
    /// A member by name; `None` if the type has none of that name. The type of an optional member includes `undefined`.
    pub(super) fn member(&mut self, ty: TypeId, name: &str) -> Option<Member> {
        self.member_of(ty, name, ty)
    }

    /// `this`: what stands for `this` in the member's type.
    pub(super) fn member_of(&mut self, ty: TypeId, name: &str, this: TypeId) -> Option<Member> {
        let ty = self.expand(ty);
        let found = match self.types.get(ty).clone() {
            Type::Any => Some(Member::of(Types::ANY)),
            Type::Union(parts) => self.union_member(&parts, name),
            Type::Intersection(parts) => {
                let found: Vec<Member> = parts.iter().filter_map(|part| self.member_of(*part, name, this)).collect();
                let types: Vec<TypeId> = found.iter().map(|member| member.ty).collect();
                let ty = if types.is_empty() { Types::ANY } else { self.intersection(&types) };
                let optional = found.iter().all(|member| member.optional);
                found.first().map(|member| Member { ty, optional, ..*member })
            }
            Type::Object(object) => match object.prop(name) {
                Some(prop) => Some(self.property(&object, prop)),
                None if object.open => Some(Member::of(Types::ANY)),
                None if object.string_index.is_some() && !name.starts_with("@@") => Some(Member {
                    readonly: object.readonly_index,
                    ..Member::of(object.string_index.expect("just seen"))
                }),
                None if !object.call.is_empty() || !object.construct.is_empty() => {
                    self.library_member("Function", &[], name, this)
                }
                None => self.library_member("Object", &[], name, this),
            },
            Type::Interface { decl, args } => self.interface_member(decl, &args, name, this).or_else(|| {
                if let (Some(value), false) = (self.index_types(ty).0, name.starts_with("@@")) {
                    self.types.indexed.insert(decl);
                    return Some(Member { readonly: self.has_readonly_index(ty), ..Member::of(value) });
                }
                let base = if self.callable(ty).is_empty() { "Object" } else { "Function" };
                self.library_member(base, &[], name, this)
            }),
            Type::Class { class, args } => self.class_member(class, &args, false, name, this),
            Type::ClassValue(class) => self.class_member(class, &[], true, name, this),
            Type::Array { elem, readonly } => {
                self.library_member(if readonly { "ReadonlyArray" } else { "Array" }, &[elem], name, this)
            }
            Type::Tuple(tuple) => self.tuple_member(&tuple, name, this),
            Type::Function(_) => self.library_member("Function", &[], name, this),
            Type::Value(value) => self.library_member(value.name(), &[], name, this),
            Type::String | Type::StrLit(_) => self.library_member("String", &[], name, this),
            Type::Number | Type::NumLit(_) => self.library_member("Number", &[], name, this),
            Type::Boolean | Type::BoolLit(_) => self.library_member("Boolean", &[], name, this),
            Type::Symbol => self.library_member("Symbol", &[], name, this),
            Type::NonPrimitive => self.library_member("Object", &[], name, this),
            Type::Enum(_) | Type::EnumMember(..) => {
                let base = self.enum_base(ty);
                self.member(base, name)
            }
            Type::EnumValue(of) => self.enum_member(of, name).map(|ty| Member { readonly: true, ..Member::of(ty) }),
            Type::Namespace(file) => {
                let export = self.res.exports[usize::from(file.0)].iter().find(|(export, _)| export == name);
                export.map(|(_, id)| *id).map(|id| Member { readonly: true, ..Member::of(self.type_of_binding(id)) })
            }
            Type::Param(param) => match self.types.params[param.0 as usize].constraint {
                Some(constraint) => return self.member_of(constraint, name, this),
                None => None,
            },
            Type::This => {
                let own = self.this_type();
                if own == ty { Some(Member::of(Types::ANY)) } else { return self.member_of(own, name, this) }
            }
            Type::Indexed(..) | Type::Keyof(_) | Type::Utility(..) => Some(Member::of(Types::ANY)),
            Type::Unknown | Type::Never | Type::Void | Type::Undefined | Type::Null | Type::Alias { .. } => None,
        };
        match self.types.get(ty) {
            Type::Object(_) => found.map(|member| self.instantiate_member(member, &Substitution::of_this(this))),
            _ => found,
        }
    }

    /// A property of an object type.
    fn property(&mut self, object: &ObjectType, prop: &PropType) -> Member {
        let ty = if object.open { Types::ANY } else { prop.ty };
        let ty = if prop.optional { self.types.optional(ty) } else { ty };
        let write = prop.write.filter(|_| !object.open);
        Member { write, optional: prop.optional, readonly: prop.readonly, ..Member::of(ty) }
    }

    /// Every member of a type with its name. Of an object type that is one walk, however many there are.
    pub(super) fn members(&mut self, ty: TypeId) -> Vec<(SmolStr, Member)> {
        if let Type::Object(object) = self.types.get(ty).clone() {
            let named = |prop: &PropType| {
                let member = self.property(&object, prop);
                (prop.name.clone(), self.instantiate_member(member, &Substitution::of_this(ty)))
            };
            return object.props.iter().map(named).collect();
        }
        let names = self.member_names(ty);
        names.into_iter().filter_map(|name| self.member(ty, &name).map(|member| (name, member))).collect()
    }

    /// The class around, where `this` may also be of a class that extends it.
    pub(super) fn polymorphic_this(&self) -> Option<(ClassId, Box<[TypeId]>)> {
        match self.types.get(self.this_type()) {
            Type::Class { class, args } => Some((*class, args.clone())),
            _ => None,
        }
    }

    pub(super) fn instantiate_member(&mut self, member: Member, by: &Substitution) -> Member {
        let write = member.write.map(|ty| self.types.instantiate(ty, by));
        Member { ty: self.types.instantiate(member.ty, by), write, ..member }
    }

    fn union_member(&mut self, parts: &[TypeId], name: &str) -> Option<Member> {
        let mut all: Option<Member> = None;
        let mut types = Vec::with_capacity(parts.len());
        for part in parts {
            let member = self.member(*part, name)?;
            types.push(member.ty);
            all = Some(match all {
                Some(before) => Member {
                    optional: before.optional || member.optional,
                    readonly: before.readonly || member.readonly,
                    hidden: before.hidden.or(member.hidden),
                    write: None,
                    ..before
                },
                None => member,
            });
        }
        let ty = self.types.union(types);
        all.map(|member| Member { ty, ..member })
    }

    fn tuple_member(&mut self, tuple: &crate::types::TupleType, name: &str, this: TypeId) -> Option<Member> {
        if let Ok(index) = name.parse::<usize>() {
            return self.tuple_elem(tuple, index).map(Member::of);
        }
        let has_rest = tuple.elems.iter().any(|elem| elem.rest);
        if name == "length" && !has_rest {
            let least = tuple.elems.iter().filter(|elem| !elem.optional).count();
            let lengths: Vec<TypeId> =
                (least..=tuple.elems.len()).map(|length| self.types.num_lit(length as f64)).collect();
            let ty = self.types.union(lengths);
            return Some(Member { readonly: true, ..Member::of(ty) });
        }
        let elem = self.tuple_union(tuple);
        self.library_member(if tuple.readonly { "ReadonlyArray" } else { "Array" }, &[elem], name, this)
    }

    pub(super) fn tuple_union(&mut self, tuple: &crate::types::TupleType) -> TypeId {
        let mut all: Vec<TypeId> = tuple.elems.iter().map(|elem| elem.ty).collect();
        if tuple.elems.iter().any(|elem| elem.optional) {
            all.push(Types::UNDEFINED);
        }
        if all.is_empty() { Types::NEVER } else { self.types.union(all) }
    }

    pub(super) fn tuple_elem(&mut self, tuple: &crate::types::TupleType, index: usize) -> Option<TypeId> {
        let rest_at = tuple.elems.iter().position(|elem| elem.rest).unwrap_or(tuple.elems.len());
        if index < rest_at {
            let elem = tuple.elems[index];
            return Some(if elem.optional { self.types.optional(elem.ty) } else { elem.ty });
        }
        let after: Vec<TypeId> = tuple.elems[rest_at..].iter().map(|elem| elem.ty).collect();
        (!after.is_empty()).then(|| self.types.union(after))
    }

    /// The types behind `[key: string]` and `[key: number]`.
    pub(super) fn index_types(&mut self, ty: TypeId) -> (Option<TypeId>, Option<TypeId>) {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Object(object) => (object.string_index, object.number_index),
            Type::Array { elem, .. } => (None, Some(elem)),
            Type::Tuple(tuple) => (None, Some(self.tuple_union(&tuple))),
            Type::String | Type::StrLit(_) | Type::EnumValue(_) => (None, Some(Types::STRING)),
            Type::Interface { decl, args } => self.interface_index(decl, &args),
            Type::Class { class, args } => self.class_index(class, &args),
            Type::Param(param) => match self.types.params[param.0 as usize].constraint {
                Some(constraint) => self.index_types(constraint),
                None => (None, None),
            },
            Type::Intersection(parts) => parts.iter().fold((None, None), |(string, number), part| {
                let (other_string, other_number) = self.index_types(*part);
                (string.or(other_string), number.or(other_number))
            }),
            _ => (None, None),
        }
    }

    /// Whether nothing is written through a type's index signatures.
    pub(super) fn has_readonly_index(&mut self, ty: TypeId) -> bool {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Object(object) => object.readonly_index,
            Type::Interface { decl, .. } => {
                let own = self
                    .interface_parts(decl)
                    .into_iter()
                    .flat_map(|part| &part.members)
                    .any(|member| matches!(&member.kind, InterfaceMemberKind::Index(index) if index.readonly));
                own || self.interface_bases(decl).into_iter().any(|base| self.has_readonly_index(base))
            }
            Type::Class { class, .. } => self.class_node(class).members.iter().any(super::class::is_readonly_index),
            Type::Union(parts) => parts.iter().any(|part| self.has_readonly_index(*part)),
            _ => false,
        }
    }

    /// The signatures with which a value can be called.
    pub(super) fn callable(&mut self, ty: TypeId) -> Vec<Signature> {
        self.signatures_of(ty, false)
    }

    /// The signatures with which a value can be used with `new`; classes of the program are not among them.
    pub(super) fn constructors(&mut self, ty: TypeId) -> Vec<Signature> {
        self.signatures_of(ty, true)
    }

    fn signatures_of(&mut self, ty: TypeId, construct: bool) -> Vec<Signature> {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Function(function) => {
                let FunctionType { signatures, construct: is_constructor, .. } = &*function;
                if *is_constructor == construct { signatures.clone() } else { Vec::new() }
            }
            Type::Object(object) => {
                if construct {
                    object.construct.clone()
                } else {
                    object.call.clone()
                }
            }
            Type::Interface { decl, args } => self.interface_signatures(decl, &args, construct),
            Type::Param(param) => match self.types.params[param.0 as usize].constraint {
                Some(constraint) => self.signatures_of(constraint, construct),
                None => Vec::new(),
            },
            Type::Intersection(parts) => parts.iter().flat_map(|part| self.signatures_of(*part, construct)).collect(),
            _ => Vec::new(),
        }
    }
}
