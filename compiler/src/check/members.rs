//! The members of types: looked up one by one, so that a program pays only for what it uses.

use mosl_syntax::ast::{ExprKind, InterfaceDecl, InterfaceMemberKind, PropKey, SmolStr};

use super::{Checker, DeclKind};
use crate::program::ClassId;
use crate::types::{DeclId, EnumId, FunctionType, Signature, Substitution, Type, TypeId, Types};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub ty: TypeId,
    pub optional: bool,
    pub readonly: bool,
    pub is_method: bool,
    /// `private` or `protected` in this class.
    pub hidden: Option<(ClassId, bool)>,
    /// Written by the standard library: a program that is not strict may use it in any way.
    pub library: bool,
}

impl Member {
    pub fn of(ty: TypeId) -> Self {
        Self { ty, optional: false, readonly: false, is_method: false, hidden: None, library: false }
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
        let ty = self.expand(ty);
        let found = match self.types.get(ty).clone() {
            Type::Any => Some(Member::of(Types::ANY)),
            Type::Union(parts) => self.union_member(&parts, name),
            Type::Intersection(parts) => {
                let found: Vec<Member> = parts.iter().filter_map(|part| self.member(*part, name)).collect();
                let types: Vec<TypeId> = found.iter().map(|member| member.ty).collect();
                let ty = if types.is_empty() { Types::ANY } else { self.intersection(&types) };
                let optional = found.iter().all(|member| member.optional);
                found.first().map(|member| Member { ty, optional, ..*member })
            }
            Type::Object(object) => match object.prop(name) {
                Some(prop) => {
                    let ty = if object.open { Types::ANY } else { prop.ty };
                    let ty = if prop.optional { self.types.optional(ty) } else { ty };
                    Some(Member { optional: prop.optional, readonly: prop.readonly, ..Member::of(ty) })
                }
                None if object.open => Some(Member::of(Types::ANY)),
                None if object.string_index.is_some() && !name.starts_with("@@") => {
                    Some(Member { optional: false, ..Member::of(object.string_index.expect("just seen")) })
                }
                None if !object.call.is_empty() || !object.construct.is_empty() => {
                    self.library_member("Function", &[], name)
                }
                None => self.library_member("Object", &[], name),
            },
            Type::Interface { decl, args } => self.interface_member(decl, &args, name).or_else(|| {
                let base = if self.callable(ty).is_empty() { "Object" } else { "Function" };
                self.library_member(base, &[], name)
            }),
            Type::Class { class, args } => self.class_member(class, &args, false, name),
            Type::ClassValue(class) => self.class_member(class, &[], true, name),
            Type::Array { elem, readonly } => {
                self.library_member(if readonly { "ReadonlyArray" } else { "Array" }, &[elem], name)
            }
            Type::Tuple(tuple) => self.tuple_member(&tuple, name),
            Type::Function(_) => self.library_member("Function", &[], name),
            Type::Value(value) => self.library_member(value.name(), &[], name),
            Type::String | Type::StrLit(_) => self.library_member("String", &[], name),
            Type::Number | Type::NumLit(_) => self.library_member("Number", &[], name),
            Type::Boolean | Type::BoolLit(_) => self.library_member("Boolean", &[], name),
            Type::Symbol => self.library_member("Symbol", &[], name),
            Type::NonPrimitive => self.library_member("Object", &[], name),
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
                Some(constraint) => return self.member(constraint, name).map(|member| self.with_this(member, ty)),
                None => None,
            },
            Type::This => {
                let this = self.this_type();
                if this == ty { Some(Member::of(Types::ANY)) } else { return self.member(this, name) }
            }
            Type::Indexed(..) | Type::Keyof(_) => Some(Member::of(Types::ANY)),
            Type::Unknown | Type::Never | Type::Void | Type::Undefined | Type::Null | Type::Alias { .. } => None,
        };
        found.map(|member| self.with_this(member, ty))
    }

    fn with_this(&mut self, member: Member, this: TypeId) -> Member {
        Member { ty: self.types.instantiate(member.ty, &Substitution::of_this(this)), ..member }
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
                    ..before
                },
                None => member,
            });
        }
        let ty = self.types.union(types);
        all.map(|member| Member { ty, ..member })
    }

    fn tuple_member(&mut self, tuple: &crate::types::TupleType, name: &str) -> Option<Member> {
        if let Ok(index) = name.parse::<usize>() {
            return self.tuple_elem(tuple, index).map(Member::of);
        }
        let has_rest = tuple.elems.iter().any(|elem| elem.rest || elem.optional);
        if name == "length" && !has_rest {
            let ty = self.types.num_lit(tuple.elems.len() as f64);
            return Some(Member { readonly: true, ..Member::of(ty) });
        }
        let elem = self.tuple_union(tuple);
        self.library_member(if tuple.readonly { "ReadonlyArray" } else { "Array" }, &[elem], name)
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

    /// A member of a library interface.
    pub(super) fn library_member(&mut self, interface: &str, args: &[TypeId], name: &str) -> Option<Member> {
        let decl = self.library_decl(interface)?;
        let found = self.interface_member(decl, args, name);
        found.or_else(|| match interface {
            "Object" => None,
            _ => {
                let object = self.library_decl("Object")?;
                self.interface_member(object, &[], name)
            }
        })
    }

    /// A member that an interface or one of its bases declares.
    fn interface_member(&mut self, decl: DeclId, args: &[TypeId], name: &str) -> Option<Member> {
        let key = (decl, SmolStr::from(name));
        let generic = match self.member_cache.get(&key) {
            Some(known) => *known,
            None => {
                // A member whose type leads back to itself is `any` on the way.
                self.member_cache.insert(key.clone(), Some(Member::of(Types::ANY)));
                let member = self.own_interface_member(decl, name);
                self.member_cache.insert(key, member);
                member
            }
        };
        let params = self.decls[decl.0 as usize].params.clone();
        if let Some(member) = generic {
            let ty = self.types.instantiate(member.ty, &Substitution::new(&params, args));
            return Some(Member { ty, ..member });
        }
        for base in self.interface_bases(decl) {
            let base = self.types.instantiate(base, &Substitution::new(&params, args));
            let found = match self.types.get(base).clone() {
                Type::Interface { decl, args } => self.interface_member(decl, &args, name),
                Type::Object(object) => object.prop(name).map(|_| ()).and_then(|()| self.member(base, name)),
                _ => self.member(base, name),
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn interface_parts(&self, decl: DeclId) -> Vec<&'a InterfaceDecl> {
        match &self.decls[decl.0 as usize].kind {
            DeclKind::Interface(parts) => parts.clone(),
            DeclKind::Alias(_) => Vec::new(),
        }
    }

    pub(super) fn interface_bases(&mut self, decl: DeclId) -> Vec<TypeId> {
        if let Some(bases) = &self.decls[decl.0 as usize].bases {
            return bases.clone();
        }
        // An interface that extends itself has no bases on the way.
        self.decls[decl.0 as usize].bases = Some(Vec::new());
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let mut bases = Vec::new();
        for part in self.interface_parts(decl) {
            for base in &part.extends {
                let base = self.type_of_notation(base, file);
                let base = self.expand(base);
                bases.push(base);
            }
        }
        self.library_params = outer;
        self.decls[decl.0 as usize].bases = Some(bases.clone());
        bases
    }

    fn own_interface_member(&mut self, decl: DeclId, name: &str) -> Option<Member> {
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let mut found: Option<Member> = None;
        let mut signatures: Vec<Signature> = Vec::new();
        let mut any_optional = false;
        for part in self.interface_parts(decl) {
            for member in &part.members {
                match &member.kind {
                    InterfaceMemberKind::Property { key, readonly, optional, ty }
                        if key_name(key).as_deref() == Some(name) =>
                    {
                        let mut of = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                        if *optional {
                            of = self.types.optional(of);
                        }
                        found = Some(Member { optional: *optional, readonly: *readonly, ..Member::of(of) });
                    }
                    InterfaceMemberKind::Getter { key, ty } if key_name(key).as_deref() == Some(name) => {
                        let of = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                        let readonly = found.is_none();
                        found = Some(Member { readonly, ..Member::of(of) });
                    }
                    InterfaceMemberKind::Setter { key, param } if key_name(key).as_deref() == Some(name) => {
                        match &mut found {
                            Some(member) => member.readonly = false,
                            None => {
                                let of = param.ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                                found = Some(Member::of(of));
                            }
                        }
                    }
                    InterfaceMemberKind::Method { key, optional, signature }
                        if key_name(key).as_deref() == Some(name) =>
                    {
                        any_optional |= *optional;
                        let signature = self.signature_of(signature, file);
                        signatures.push(signature);
                    }
                    _ => {}
                }
            }
        }
        self.library_params = outer;
        if !signatures.is_empty() {
            let mut ty = self.types.function(signatures);
            if any_optional {
                ty = self.types.optional(ty);
            }
            found = Some(Member { is_method: true, optional: any_optional, ..Member::of(ty) });
        }
        found.map(|member| Member { library: file.is_none(), ..member })
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

    fn interface_index(&mut self, decl: DeclId, args: &[TypeId]) -> (Option<TypeId>, Option<TypeId>) {
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let (mut string, mut number) = (None, None);
        for part in self.interface_parts(decl) {
            for member in &part.members {
                if let InterfaceMemberKind::Index(index) = &member.kind {
                    let key = self.type_of_notation(&index.key, file);
                    let value = self.type_of_notation(&index.value, file);
                    *if key == Types::NUMBER { &mut number } else { &mut string } = Some(value);
                }
            }
        }
        self.library_params = outer;
        let params = self.decls[decl.0 as usize].params.clone();
        let by = Substitution::new(&params, args);
        let mut result =
            (string.map(|ty| self.types.instantiate(ty, &by)), number.map(|ty| self.types.instantiate(ty, &by)));
        if result == (None, None) {
            for base in self.interface_bases(decl) {
                let base = self.types.instantiate(base, &by);
                let found = self.index_types(base);
                result = (result.0.or(found.0), result.1.or(found.1));
            }
        }
        result
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
                let FunctionType { signatures, construct: is_constructor } = &*function;
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

    fn interface_signatures(&mut self, decl: DeclId, args: &[TypeId], construct: bool) -> Vec<Signature> {
        let file = self.decls[decl.0 as usize].file;
        let outer = self.enter_decl(decl);
        let mut signatures = Vec::new();
        for part in self.interface_parts(decl) {
            for member in &part.members {
                match &member.kind {
                    InterfaceMemberKind::Call(signature) if !construct => {
                        signatures.push(self.signature_of(signature, file))
                    }
                    InterfaceMemberKind::Construct(signature) if construct => {
                        signatures.push(self.signature_of(signature, file))
                    }
                    _ => {}
                }
            }
        }
        self.library_params = outer;
        let params = self.decls[decl.0 as usize].params.clone();
        let by = Substitution::new(&params, args);
        let mut signatures = self.types.instantiate_signatures(&signatures, &by);
        if signatures.is_empty() {
            for base in self.interface_bases(decl) {
                let base = self.types.instantiate(base, &by);
                signatures.extend(self.signatures_of(base, construct));
            }
        }
        signatures
    }

    /// The names of a type's members, for `keyof`, suggestions and structural comparison. Private names begin with `#`, symbols with `@@`.
    pub(super) fn member_names(&mut self, ty: TypeId) -> Vec<SmolStr> {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Object(object) => object.props.iter().map(|prop| prop.name.clone()).collect(),
            Type::Interface { decl, .. } => self.interface_names(decl),
            Type::Class { class, .. } => self.class_names(class, false),
            Type::ClassValue(class) => self.class_names(class, true),
            Type::Array { .. } | Type::Tuple(_) => self.library_names("Array"),
            Type::String | Type::StrLit(_) => self.library_names("String"),
            Type::Number | Type::NumLit(_) => self.library_names("Number"),
            Type::Function(_) => self.library_names("Function"),
            Type::Value(value) => self.library_names(value.name()),
            Type::EnumValue(EnumId(of)) => {
                self.types.enums[of as usize].members.iter().map(|(name, _)| name.clone()).collect()
            }
            Type::Namespace(file) => {
                self.res.exports[usize::from(file.0)].iter().map(|(name, _)| name.clone()).collect()
            }
            Type::Param(param) => match self.types.params[param.0 as usize].constraint {
                Some(constraint) => self.member_names(constraint),
                None => Vec::new(),
            },
            Type::Intersection(parts) => {
                let mut all: Vec<SmolStr> = parts.iter().flat_map(|part| self.member_names(*part)).collect();
                all.sort_unstable();
                all.dedup();
                all
            }
            Type::Union(parts) => {
                let mut common = self.member_names(parts[0]);
                for part in &parts[1..] {
                    let names = self.member_names(*part);
                    common.retain(|name| names.contains(name));
                }
                common
            }
            _ => Vec::new(),
        }
    }

    fn library_names(&mut self, interface: &str) -> Vec<SmolStr> {
        self.library_decl(interface).map_or_else(Vec::new, |decl| self.interface_names(decl))
    }

    fn interface_names(&mut self, decl: DeclId) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = Vec::new();
        for part in self.interface_parts(decl) {
            for member in &part.members {
                let key = match &member.kind {
                    InterfaceMemberKind::Property { key, .. }
                    | InterfaceMemberKind::Method { key, .. }
                    | InterfaceMemberKind::Getter { key, .. }
                    | InterfaceMemberKind::Setter { key, .. } => key,
                    _ => continue,
                };
                if let Some(name) = key_name(key).filter(|name| !names.contains(name)) {
                    names.push(name);
                }
            }
        }
        for base in self.interface_bases(decl) {
            for name in self.member_names(base) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// What iterating over a value yields; `None` if it is not iterable.
    pub(super) fn element_of(&mut self, ty: TypeId) -> Option<TypeId> {
        let ty = self.expand(ty);
        match self.types.get(ty).clone() {
            Type::Any => Some(Types::ANY),
            Type::Array { elem, .. } => Some(elem),
            Type::Tuple(tuple) => Some(self.tuple_union(&tuple)),
            Type::String | Type::StrLit(_) => Some(Types::STRING),
            Type::Union(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in &parts {
                    all.push(self.element_of(*part)?);
                }
                Some(self.types.union(all))
            }
            _ => self.iterated(ty, "@@iterator", false),
        }
    }

    /// What `for await` yields.
    pub(super) fn async_element_of(&mut self, ty: TypeId) -> Option<TypeId> {
        if let Some(found) = self.iterated(ty, "@@asyncIterator", true) {
            return Some(found);
        }
        let element = self.element_of(ty)?;
        Some(self.awaited(element))
    }

    /// By the protocol: the `value` of what the iterator's `next` yields before the end.
    fn iterated(&mut self, ty: TypeId, method: &str, is_async: bool) -> Option<TypeId> {
        let method = self.member(ty, method)?;
        let iterator = self.callable(method.ty).first().map_or(Types::ANY, |signature| signature.ret);
        let next = self.member(iterator, "next").map_or(Types::ANY, |member| member.ty);
        let mut result = self.callable(next).first().map_or(Types::ANY, |signature| signature.ret);
        if is_async {
            result = self.awaited(result);
        }
        let result = self.expand(result);
        let mut values = Vec::new();
        for part in self.types.parts(result) {
            let done = self.member(part, "done").map_or(Types::ANY, |member| member.ty);
            if done != Types::TRUE {
                values.push(self.member(part, "value").map_or(Types::ANY, |member| member.ty));
            }
        }
        Some(self.types.union(values))
    }
}
