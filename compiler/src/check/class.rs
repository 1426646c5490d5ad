//! Classes: their instances' and statics' members, and the checks of a class declaration.

mod constructors;
mod declaration;
mod enums;
mod fields;

use mosl_syntax::ast::{Class, ClassMember, FunctionBody, FunctionKind, MemberKind, SmolStr};
use rustc_hash::FxHashSet;

use super::Checker;
use super::members::{Member, Names, key_name};
use crate::program::ClassId;
use crate::resolve::Resolution;
use crate::types::{ParamId, Signature, Substitution, Type, TypeId, Types};

/// The methods that more than one class of the program declares: which one a call reaches is known at run time only.
pub(super) fn overridden_methods(res: &Resolution) -> FxHashSet<SmolStr> {
    let (mut once, mut twice) = (FxHashSet::default(), FxHashSet::default());
    for class in res.class_nodes.so_far() {
        for member in &class.members {
            if let MemberKind::Method { key, function, .. } = &member.kind
                && !matches!(function.body, FunctionBody::None)
                && let Some(name) = key_name(key)
                && !once.insert(name.clone())
            {
                twice.insert(name);
            }
        }
    }
    twice
}

/// `readonly [key: string]: T`
pub(super) fn is_readonly_index(member: &ClassMember) -> bool {
    matches!(&member.kind, MemberKind::IndexSignature(index) if index.readonly)
}

impl<'a> Checker<'a> {
    pub(super) fn class_node(&self, class: ClassId) -> &'a Class {
        self.res.class_nodes[class.0 as usize]
    }

    pub(super) fn class_params(&mut self, class: ClassId) -> Vec<ParamId> {
        if let Some(params) = &self.classes[class.0 as usize].params {
            return params.clone();
        }
        self.classes[class.0 as usize].params = Some(Vec::new());
        let file = self.res.classes[class.0 as usize].file;
        let params = self.type_params(&self.class_node(class).type_params, Some(file));
        self.classes[class.0 as usize].params = Some(params.clone());
        params
    }

    /// The type of instances, in terms of the class's own type parameters: the type of `this`.
    pub(super) fn class_instance(&mut self, class: ClassId) -> TypeId {
        let params = self.class_params(class);
        let args: Vec<TypeId> = params.into_iter().map(|param| self.types.intern(Type::Param(param))).collect();
        self.types.intern(Type::Class { class, args: args.into() })
    }

    /// What the class extends, as a type of instances; `None` if it extends nothing.
    pub(super) fn class_base(&mut self, class: ClassId, args: &[TypeId]) -> Option<TypeId> {
        let node = self.class_node(class);
        node.superclass.as_ref()?;
        let base = match self.classes[class.0 as usize].base {
            Some(base) => base,
            None if self.classes[class.0 as usize].base_busy => Types::ANY,
            None => {
                self.classes[class.0 as usize].base_busy = true;
                let base = self.find_base(class);
                self.classes[class.0 as usize].base = Some(base);
                base
            }
        };
        let params = self.class_params(class);
        Some(self.types.instantiate(base, &Substitution::new(&params, args)))
    }

    fn find_base(&mut self, class: ClassId) -> TypeId {
        let (node, info) = (self.class_node(class), &self.res.classes[class.0 as usize]);
        let (file, parent) = (info.file, info.superclass);
        let args: Vec<TypeId> = node.super_args.iter().map(|arg| self.type_of_notation(arg, Some(file))).collect();
        if let Some(parent) = parent {
            let params = self.class_params(parent);
            let args = self.fill_args(&params, &args);
            return self.types.intern(Type::Class { class: parent, args: args.into() });
        }
        let Some(superclass) = node.superclass.as_ref().filter(|_| !self.res.cut_classes.contains(&class)) else {
            return Types::ANY;
        };
        let this = self.this_type();
        let value = self.elsewhere(file, this, |checker| checker.silently(|checker| checker.infer(superclass, None)));
        if let Type::ClassValue(parent) = *self.types.get(value) {
            return if parent == class { Types::ANY } else { self.class_instance(parent) };
        }
        // A class of the library: what `new` yields.
        let signature =
            self.constructors(value).into_iter().find(|signature| signature.type_params.len() == args.len());
        signature.map_or(Types::ANY, |signature| {
            self.types.instantiate(signature.ret, &Substitution::new(&signature.type_params, &args))
        })
    }

    pub(super) fn class_member(
        &mut self,
        class: ClassId,
        args: &[TypeId],
        is_static: bool,
        name: &str,
        this: TypeId,
    ) -> Option<Member> {
        let mut next = Some((class, args.to_vec()));
        let mut steps = 0;
        while let Some((class, args)) = next.take() {
            steps += 1;
            if let Some(member) = self.own_class_member(class, is_static, name) {
                let params = self.class_params(class);
                return Some(self.instantiate_member(member, &Substitution::with_this(&params, &args, this)));
            }
            match self.class_base(class, &args) {
                None => break,
                Some(_) if steps > self.res.classes.len() => break,
                Some(base) => match self.types.get(base).clone() {
                    Type::Class { class, args } => next = Some((class, args.into())),
                    _ if is_static => return Some(Member::of(Types::ANY)),
                    _ => return self.member(base, name),
                },
            }
        }
        if is_static {
            if name == "prototype" {
                // What may not be done to it was said by resolution.
                return Some(Member::of(Types::ANY));
            }
            return self.library_member("Function", &[], name, this);
        }
        if name == "constructor" {
            return Some(Member::of(Types::ANY));
        }
        if let Some(value) = self.class_index(class, args).0 {
            return Some(Member {
                readonly: self.class_node(class).members.iter().any(is_readonly_index),
                ..Member::of(value)
            });
        }
        self.library_member("Object", &[], name, this)
    }

    /// The index signatures of a class and of what it extends.
    pub(super) fn class_index(&mut self, class: ClassId, args: &[TypeId]) -> (Option<TypeId>, Option<TypeId>) {
        let file = self.res.classes[class.0 as usize].file;
        let (mut string, mut number) = (None, None);
        for member in &self.class_node(class).members {
            if let MemberKind::IndexSignature(index) = &member.kind {
                let key = self.type_of_notation(&index.key, Some(file));
                let value = self.type_of_notation(&index.value, Some(file));
                *if key == Types::NUMBER { &mut number } else { &mut string } = Some(value);
            }
        }
        if (string, number) == (None, None) {
            return match self.class_base(class, args) {
                Some(base) if base != Types::ANY && !self.extends_itself(class) => self.index_types(base),
                _ => (None, None),
            };
        }
        let params = self.class_params(class);
        let by = Substitution::new(&params, args);
        (string.map(|ty| self.types.instantiate(ty, &by)), number.map(|ty| self.types.instantiate(ty, &by)))
    }

    /// `class A extends B`, `class B extends A`: resolution has reported it.
    fn extends_itself(&self, class: ClassId) -> bool {
        let mut next = self.res.classes[class.0 as usize].superclass;
        let mut steps = 0;
        while let Some(at) = next {
            steps += 1;
            if at == class || steps > self.res.classes.len() {
                return true;
            }
            next = self.res.classes[at.0 as usize].superclass;
        }
        false
    }

    fn own_class_member(&mut self, class: ClassId, is_static: bool, name: &str) -> Option<Member> {
        let key = (class, is_static, SmolStr::from(name));
        if let Some(known) = self.class_cache.get(&key) {
            return *known;
        }
        if !self.class_busy.insert(key.clone()) {
            // Its own initialiser or body is being looked at.
            return Some(Member::of(Types::ANY));
        }
        let member = self.find_class_member(class, is_static, name);
        self.class_busy.remove(&key);
        // What is known of a method whose body is being looked at holds only there.
        if !self.is_busy_method(class, name) {
            self.class_cache.insert(key, member);
        }
        member
    }

    /// The members that a class itself writes by that name, static or not.
    fn named_members(&mut self, class: ClassId, name: &str) -> Vec<&'a ClassMember> {
        let node = self.class_node(class);
        self.class_tables.get(class.0, || node.members.iter(), ClassMember::key, name)
    }

    fn is_busy_method(&mut self, class: ClassId, name: &str) -> bool {
        let file = self.res.classes[class.0 as usize].file;
        self.named_members(class, name).into_iter().any(|member| match &member.kind {
            MemberKind::Method { function, .. } => self.bodies_busy.contains(&(file, function.id)),
            _ => false,
        })
    }

    fn find_class_member(&mut self, class: ClassId, is_static: bool, name: &str) -> Option<Member> {
        let file = self.res.classes[class.0 as usize].file;
        let this = if is_static { self.types.intern(Type::ClassValue(class)) } else { self.class_instance(class) };
        let mut signatures: Vec<Signature> = Vec::new();
        let mut found: Option<Member> = None;
        let named = self.named_members(class, name);
        for member in named.into_iter().filter(|member| member.modifiers.is_static == is_static) {
            let hidden = match member.modifiers.access {
                Some(mosl_syntax::ast::Access::Private) => Some((class, true)),
                Some(mosl_syntax::ast::Access::Protected) => Some((class, false)),
                _ => None,
            };
            match &member.kind {
                MemberKind::Field { optional, ty, init, .. } => {
                    let mut of = match (ty, init) {
                        (Some(ty), _) => self.elsewhere(file, this, |checker| checker.annotation(ty)),
                        (None, Some(init)) if self.strict_files[usize::from(file.0)] => {
                            let readonly = member.modifiers.is_readonly;
                            self.inside_class(class, this, |checker| {
                                let ty = checker.silently(|checker| checker.infer(init, None));
                                if readonly { ty } else { checker.widen_value(ty, init) }
                            })
                        }
                        (None, None) if self.strict_files[usize::from(file.0)] => self.assigned_field(class, name),
                        _ => Types::ANY,
                    };
                    if *optional {
                        of = self.types.optional(of);
                    }
                    let readonly = member.modifiers.is_readonly;
                    found = Some(Member { optional: *optional, readonly, hidden, ..Member::of(of) });
                }
                MemberKind::Method { optional, function, .. } if function.kind != FunctionKind::Constructor => {
                    match function.kind {
                        FunctionKind::Getter => {
                            let ret =
                                self.inside_class(class, this, |checker| checker.signature_of_function(function).ret);
                            found = Some(match found {
                                Some(setter) => Member { write: Some(setter.ty), hidden, ..Member::of(ret) },
                                None => Member { readonly: true, hidden, ..Member::of(ret) },
                            });
                        }
                        FunctionKind::Setter => {
                            let param = function.params.first().and_then(|param| param.ty.as_ref());
                            let of = param.map(|ty| self.elsewhere(file, this, |checker| checker.annotation(ty)));
                            found = Some(match found {
                                Some(getter) => Member { write: of, readonly: false, ..getter },
                                None => Member { hidden, ..Member::of(of.unwrap_or(Types::ANY)) },
                            });
                        }
                        _ => {
                            // Of overloads, the implementation's own signature is not seen from outside.
                            if !signatures.is_empty() && !matches!(function.body, FunctionBody::None) {
                                continue;
                            }
                            let signature =
                                self.inside_class(class, this, |checker| checker.signature_of_function(function));
                            signatures.push(signature);
                            found =
                                Some(Member { is_method: true, optional: *optional, hidden, ..Member::of(Types::ANY) });
                        }
                    }
                }
                _ => {}
            }
        }
        if !signatures.is_empty() {
            let mut ty = self.types.method(signatures);
            if found.is_some_and(|member| member.optional) {
                ty = self.types.optional(ty);
            }
            return found.map(|member| Member { ty, ..member });
        }
        if found.is_none() && !is_static {
            let assigned = &self.res.classes[class.0 as usize].fields;
            if assigned.iter().any(|field| !field.declared && field.name == name) {
                let strict = self.strict_files[usize::from(file.0)];
                let ty = if strict { self.assigned_field(class, name) } else { Types::ANY };
                return Some(Member::of(ty));
            }
        }
        found
    }

    pub(super) fn inside_class<T>(&mut self, class: ClassId, this: TypeId, work: impl FnOnce(&mut Self) -> T) -> T {
        let file = self.res.classes[class.0 as usize].file;
        self.class_stack.push(class);
        let result = self.elsewhere(file, this, work);
        self.class_stack.pop();
        result
    }

    /// The names of a class's members, inherited ones included: those of the class itself first.
    pub(super) fn class_names(&mut self, class: ClassId, is_static: bool) -> Vec<SmolStr> {
        let mut names = Names::default();
        let mut passed = FxHashSet::default();
        let mut next = Some(class);
        while let Some(at) = next.take().filter(|at| passed.insert(*at)) {
            let is_own = at == class;
            let inherits = |name: &SmolStr| is_own || !name.starts_with('#');
            self.own_class_names(at, is_static).into_iter().filter(inherits).for_each(|name| names.add(name));
            let Some(base) = self.base_of(at) else { break };
            match self.types.get(base) {
                Type::Class { class: parent, .. } => next = Some(*parent),
                Type::Any => {}
                _ if is_static => {}
                _ => self.member_names(base).into_iter().for_each(|name| names.add(name)),
            }
        }
        names.into_list()
    }

    /// Whether a class or one that it extends has an instance member of that name.
    pub(super) fn class_has(&mut self, class: ClassId, name: &SmolStr) -> bool {
        let mut passed = FxHashSet::default();
        let mut next = Some(class);
        while let Some(at) = next.take().filter(|at| passed.insert(*at)) {
            if self.declares(at, name) {
                return true;
            }
            let parent = self.res.classes[at.0 as usize].superclass;
            if parent.is_some() {
                next = parent;
                continue;
            }
            let Some(base) = self.base_of(at) else { break };
            match self.types.get(base) {
                Type::Class { class: parent, .. } => next = Some(*parent),
                Type::Any => {}
                _ => return self.member_names(base).contains(name),
            }
        }
        false
    }

    /// Whether a class itself has an instance member of that name.
    fn declares(&mut self, class: ClassId, name: &SmolStr) -> bool {
        let named = self.named_members(class, name);
        let is_constructor = |member: &ClassMember| matches!(&member.kind, MemberKind::Method { function, .. } if function.kind == FunctionKind::Constructor);
        named.iter().any(|member| !member.modifiers.is_static && !is_constructor(member))
            || self.res.classes[class.0 as usize].fields.iter().any(|field| !field.declared && field.name == *name)
    }

    /// What a class extends; its own type parameters count as `any`.
    fn base_of(&mut self, class: ClassId) -> Option<TypeId> {
        let args: Vec<TypeId> = self.class_params(class).iter().map(|_| Types::ANY).collect();
        self.class_base(class, &args)
    }

    /// The names that a class itself declares, or its constructor assigns.
    fn own_class_names(&self, class: ClassId, is_static: bool) -> Vec<SmolStr> {
        let members = self.class_node(class).members.iter().filter(|member| member.modifiers.is_static == is_static);
        let mut names: Vec<SmolStr> = members
            .filter_map(|member| match &member.kind {
                MemberKind::Field { key, .. } => key_name(key),
                MemberKind::Method { key, function, .. } if function.kind != FunctionKind::Constructor => key_name(key),
                _ => None,
            })
            .collect();
        if !is_static {
            let fields = self.res.classes[class.0 as usize].fields.iter();
            names.extend(fields.filter(|field| !field.declared).map(|field| field.name.clone()));
        }
        names
    }
}
