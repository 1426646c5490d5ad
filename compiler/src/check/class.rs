//! Classes: their instances' and statics' members, and the checks of a class declaration.

use mosl_syntax::ast::{
    Class, ClassMember, ExprKind, Function, FunctionBody, FunctionKind, MemberKind, PatKind, SmolStr, Stmt, StmtKind,
};
use rustc_hash::FxHashSet;

use super::members::{Member, key_name};
use super::{Checker, Known};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{ABSTRACT_CLASS, BAD_OVERRIDE, NOT_PLAIN_DATA, UNINITIALIZED_FIELD};
use crate::program::{BindingId, ClassId};
use crate::resolve::{Origin, Resolution};
use crate::types::{EnumId, EnumInfo, EnumValue, ParamId, Signature, Substitution, Type, TypeId, Types};

/// The methods that more than one class of the program declares: which one a call reaches is known at run time only.
pub(super) fn overridden_methods(res: &Resolution) -> FxHashSet<SmolStr> {
    let (mut once, mut twice) = (FxHashSet::default(), FxHashSet::default());
    for class in &res.class_nodes {
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
        let Some(superclass) = &node.superclass else { return Types::ANY };
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
    ) -> Option<Member> {
        let mut next = Some((class, args.to_vec()));
        let mut steps = 0;
        while let Some((class, args)) = next.take() {
            steps += 1;
            if let Some(member) = self.own_class_member(class, is_static, name) {
                let params = self.class_params(class);
                let ty = self.types.instantiate(member.ty, &Substitution::new(&params, &args));
                return Some(Member { ty, ..member });
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
            return self.library_member("Function", &[], name);
        }
        if name == "constructor" {
            return Some(Member::of(Types::ANY));
        }
        self.library_member("Object", &[], name)
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
        self.class_cache.insert(key, member);
        member
    }

    fn find_class_member(&mut self, class: ClassId, is_static: bool, name: &str) -> Option<Member> {
        let node = self.class_node(class);
        let file = self.res.classes[class.0 as usize].file;
        let this = if is_static { self.types.intern(Type::ClassValue(class)) } else { self.class_instance(class) };
        let mut signatures: Vec<Signature> = Vec::new();
        let mut found: Option<Member> = None;
        for member in &node.members {
            let hidden = match member.modifiers.access {
                Some(mosl_syntax::ast::Access::Private) => Some((class, true)),
                Some(mosl_syntax::ast::Access::Protected) => Some((class, false)),
                _ => None,
            };
            match &member.kind {
                MemberKind::Field { key, optional, ty, init, .. } if member.modifiers.is_static == is_static => {
                    if key_name(key).as_deref() != Some(name) {
                        continue;
                    }
                    let mut of = match (ty, init) {
                        (Some(ty), _) => self.elsewhere(file, this, |checker| checker.annotation(ty)),
                        (None, Some(init)) if self.strict_files[usize::from(file.0)] => {
                            let readonly = member.modifiers.is_readonly;
                            self.inside_class(class, this, |checker| {
                                let ty = checker.silently(|checker| checker.infer(init, None));
                                if readonly { ty } else { checker.widen(ty) }
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
                MemberKind::Method { key, optional, function } if member.modifiers.is_static == is_static => {
                    if key_name(key).as_deref() != Some(name) || function.kind == FunctionKind::Constructor {
                        continue;
                    }
                    match function.kind {
                        FunctionKind::Getter => {
                            let ret =
                                self.inside_class(class, this, |checker| checker.signature_of_function(function).ret);
                            let readonly = found.is_none();
                            found = Some(Member { readonly, hidden, ..Member::of(ret) });
                        }
                        FunctionKind::Setter => match &mut found {
                            Some(member) => member.readonly = false,
                            None => {
                                let param = function.params.first().and_then(|param| param.ty.as_ref());
                                let of = param.map_or(Types::ANY, |ty| {
                                    self.elsewhere(file, this, |checker| checker.annotation(ty))
                                });
                                found = Some(Member { hidden, ..Member::of(of) });
                            }
                        },
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
            let mut ty = self.types.function(signatures);
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

    /// The type of a field that only the constructor assigns: the union of what it assigns.
    fn assigned_field(&mut self, class: ClassId, name: &str) -> TypeId {
        let Some(function) = crate::resolve::constructor_of(self.class_node(class)) else { return Types::ANY };
        let FunctionBody::Block(block) = &function.body else { return Types::ANY };
        let mut values = Vec::new();
        block.body.iter().for_each(|stmt| assigned_values(stmt, name, &mut values));
        let this = self.class_instance(class);
        let mut all = Vec::new();
        for value in values {
            let ty = self.inside_class(class, this, |checker| checker.silently(|checker| checker.infer(value, None)));
            all.push(self.widen(ty));
        }
        if all.is_empty() || all.contains(&Types::NULL) || all.contains(&Types::UNDEFINED) {
            Types::ANY
        } else {
            self.types.union(all)
        }
    }

    /// The names of a class's members, inherited ones included.
    pub(super) fn class_names(&mut self, class: ClassId, is_static: bool) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = Vec::new();
        let node = self.class_node(class);
        for member in &node.members {
            let key = match &member.kind {
                MemberKind::Field { key, .. } => key,
                MemberKind::Method { key, function, .. } if function.kind != FunctionKind::Constructor => key,
                _ => continue,
            };
            if member.modifiers.is_static == is_static
                && let Some(name) = key_name(key)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        if !is_static {
            names.extend(
                self.res.classes[class.0 as usize]
                    .fields
                    .iter()
                    .filter(|field| !field.declared)
                    .map(|field| field.name.clone()),
            );
        }
        let args: Vec<TypeId> = self.class_params(class).iter().map(|_| Types::ANY).collect();
        if let Some(base) = self.class_base(class, &args)
            && base != Types::ANY
            && !matches!(self.types.get(base), Type::Class { class: of, .. } if *of == class)
        {
            let inherited = match (*self.types.get(base)).clone() {
                Type::Class { class: parent, .. } => self.class_names(parent, is_static),
                _ if is_static => Vec::new(),
                _ => self.member_names(base),
            };
            for name in inherited {
                if !name.starts_with('#') && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// The signatures of `new C(…)`; inherited where the class has no constructor of its own.
    pub(super) fn class_constructors(&mut self, class: ClassId) -> Vec<Signature> {
        let instance = self.class_instance(class);
        let type_params = self.class_params(class);
        let node = self.class_node(class);
        let mut own: Vec<&'a Function> = Vec::new();
        for member in &node.members {
            if let MemberKind::Method { function, .. } = &member.kind
                && function.kind == FunctionKind::Constructor
            {
                own.push(function);
            }
        }
        if own.len() > 1 {
            own.retain(|function| matches!(function.body, FunctionBody::None));
        }
        if !own.is_empty() {
            let mut signatures = Vec::new();
            for function in own {
                let mut signature =
                    self.inside_class(class, instance, |checker| checker.signature_of_function(function));
                signature.type_params.clone_from(&type_params);
                signature.ret = instance;
                signatures.push(signature);
            }
            return signatures;
        }
        let args: Vec<TypeId> = type_params.iter().map(|param| self.types.intern(Type::Param(*param))).collect();
        let inherited = match self.class_base(class, &args) {
            None => vec![Signature {
                type_params: Vec::new(),
                params: Vec::new(),
                rest: None,
                ret: instance,
                predicate: None,
            }],
            Some(base) => match self.types.get(base).clone() {
                Type::Class { class: parent, args } if parent != class => {
                    let params = self.class_params(parent);
                    let signatures = self.class_constructors(parent);
                    self.types.instantiate_signatures(&signatures, &Substitution::new(&params, &args))
                }
                Type::Any => vec![super::function::any_signature()],
                _ => {
                    let superclass = node.superclass.as_ref().expect("it has a base");
                    let value = self.silently(|checker| checker.infer(superclass, None));
                    let file = self.res.classes[class.0 as usize].file;
                    let written: Vec<TypeId> =
                        node.super_args.iter().map(|arg| self.type_of_notation(arg, Some(file))).collect();
                    let mut all = Vec::new();
                    for signature in self.constructors(value) {
                        let args = self.fill_args(&signature.type_params, &written);
                        all.push(
                            self.types
                                .instantiate_signature(&signature, &Substitution::new(&signature.type_params, &args)),
                        );
                    }
                    all
                }
            },
        };
        inherited
            .into_iter()
            .map(|signature| Signature { type_params: type_params.clone(), ret: instance, ..signature })
            .collect()
    }

    /// Checks a class where it stands.
    pub(super) fn check_class(&mut self, class: ClassId) {
        let node = self.class_node(class);
        if let Some(superclass) = &node.superclass {
            self.infer(superclass, None);
        }
        let instance = self.class_instance(class);
        let value = self.types.intern(Type::ClassValue(class));
        self.set_type(node.id, value);
        self.class_stack.push(class);
        for member in &node.members {
            let this = if member.modifiers.is_static { value } else { instance };
            self.this_types.push(this);
            self.check_member(class, member, this);
            self.this_types.pop();
        }
        self.class_stack.pop();
        self.check_inheritance(class, instance);
    }

    fn check_member(&mut self, class: ClassId, member: &'a ClassMember, this: TypeId) {
        match &member.kind {
            MemberKind::Field { key, optional, definite, ty, init } => {
                if let mosl_syntax::ast::PropKey::Computed(key) = key {
                    self.infer(key, None);
                }
                let declared = ty.as_ref().map(|ty| self.annotation(ty));
                if let Some(init) = init {
                    let env = std::mem::take(&mut self.env);
                    let found = self.infer(init, declared);
                    if let Some(declared) = declared {
                        self.check_flow(found, declared, init);
                    }
                    self.env = env;
                } else if let Some(declared) = declared {
                    let in_library = self.loaded.files[usize::from(self.file.0)].is_library;
                    let skip = *optional
                        || *definite
                        || member.modifiers.is_static
                        || member.modifiers.is_abstract
                        || in_library;
                    if self.strict && !skip && !self.admits_undefined(declared) && !self.constructor_assigns(class, key)
                    {
                        let name = key_name(key).unwrap_or_default();
                        let message = format!("the field `{name}` never gets a value");
                        let label = format!("`{}` does not admit `undefined`", self.types.print(declared));
                        let diagnostic = Diagnostic::new(&UNINITIALIZED_FIELD, self.file, key.span(), message, label);
                        self.report(diagnostic.help("give it a value here or in the constructor"));
                    }
                }
                self.check_plain_data(class, member, key, declared);
            }
            MemberKind::Method { key, function, .. } => {
                if let mosl_syntax::ast::PropKey::Computed(key) = key {
                    self.infer(key, None);
                }
                self.check_function_body(function, this);
            }
            MemberKind::StaticBlock(block) => {
                self.functions.push(super::function::plain_context());
                let env = std::mem::take(&mut self.env);
                self.stmts(&block.body);
                self.env = env;
                self.functions.pop();
            }
            MemberKind::IndexSignature(_) | MemberKind::Error => {}
        }
    }

    fn constructor_assigns(&self, class: ClassId, key: &mosl_syntax::ast::PropKey) -> bool {
        let Some(name) = key_name(key) else { return true };
        let Some(function) = crate::resolve::constructor_of(self.class_node(class)) else { return false };
        let FunctionBody::Block(block) = &function.body else { return false };
        let mut values = Vec::new();
        block.body.iter().for_each(|stmt| assigned_values(stmt, &name, &mut values));
        !values.is_empty()
    }

    fn check_plain_data(
        &mut self,
        class: ClassId,
        member: &ClassMember,
        key: &mosl_syntax::ast::PropKey,
        declared: Option<TypeId>,
    ) {
        if member.decorators.is_empty() {
            return;
        }
        let Some(name) = key_name(key) else { return };
        let ty = match declared {
            Some(ty) => ty,
            None => self.own_class_member(class, false, &name).map_or(Types::ANY, |member| member.ty),
        };
        if !self.is_plain_data(ty, 0) {
            let message = format!("`{name}` cannot be stored: `{}` is not plain data", self.types.print(ty));
            let diagnostic = Diagnostic::new(&NOT_PLAIN_DATA, self.file, key.span(), message, "not plain data");
            let help =
                "plain data is numbers, text, booleans, `Mrk`, vectors, colours, and arrays and records of these";
            self.report(diagnostic.help(help));
        }
    }

    fn is_plain_data(&mut self, ty: TypeId, depth: u32) -> bool {
        let ty = self.expand(ty);
        if depth > 16 {
            return true;
        }
        match self.types.get(ty).clone() {
            Type::Any | Type::Unknown | Type::Value(_) => true,
            Type::Symbol | Type::Function(_) | Type::Class { .. } | Type::ClassValue(_) => false,
            Type::Array { elem, .. } => self.is_plain_data(elem, depth + 1),
            Type::Tuple(tuple) => tuple.elems.iter().all(|elem| self.is_plain_data(elem.ty, depth + 1)),
            Type::Union(parts) | Type::Intersection(parts) => {
                parts.iter().all(|part| self.is_plain_data(*part, depth + 1))
            }
            Type::Object(object) => {
                object.call.is_empty()
                    && object.props.iter().all(|prop| self.is_plain_data(prop.ty, depth + 1))
                    && object.string_index.is_none_or(|value| self.is_plain_data(value, depth + 1))
            }
            Type::Interface { decl, .. } if self.decls[decl.0 as usize].file.is_none() => false,
            Type::Interface { .. } => {
                let names = self.member_names(ty);
                names.into_iter().all(|name| {
                    let member = self.member(ty, &name);
                    member.is_none_or(|member| self.is_plain_data(member.ty, depth + 1))
                })
            }
            _ => true,
        }
    }

    fn check_inheritance(&mut self, class: ClassId, instance: TypeId) {
        let node = self.class_node(class);
        let name = self.res.classes[class.0 as usize].name.clone();
        let Type::Class { args, .. } = self.types.get(instance).clone() else { return };
        if let Some(base) = self.class_base(class, &args)
            && base != Types::ANY
        {
            self.check_overrides(class, base);
            if !node.is_abstract {
                self.check_abstract_members(class, base, node, &name);
            }
        }
        for implemented in &node.implements {
            let wanted = self.annotation(implemented);
            if !self.assignable(instance, wanted) && self.structurally_lacks(instance, wanted).is_some() {
                let what = self.structurally_lacks(instance, wanted).expect("just seen");
                let message = format!("`{name}` does not implement `{}`: {what}", self.types.print(wanted));
                self.report(Diagnostic::new(&BAD_OVERRIDE, self.file, implemented.span, message, what));
            }
        }
    }

    /// The first member by which a type fails to have the structure of another, in words.
    pub(super) fn structurally_lacks(&mut self, from: TypeId, to: TypeId) -> Option<String> {
        for name in self.member_names(to) {
            let Some(wanted) = self.member(to, &name) else { continue };
            match self.member(from, &name) {
                None if !wanted.optional => return Some(format!("`{name}` is missing")),
                Some(found) if !self.assignable(found.ty, wanted.ty) => {
                    let (expected, found) = (self.types.print(wanted.ty), self.types.print(found.ty));
                    return Some(format!("`{name}` should be `{expected}`, but is `{found}`"));
                }
                _ => {}
            }
        }
        None
    }

    fn check_overrides(&mut self, class: ClassId, base: TypeId) {
        let node = self.class_node(class);
        for member in &node.members {
            let key = match &member.kind {
                MemberKind::Field { key, .. } => key,
                MemberKind::Method { key, function, .. } if function.kind != FunctionKind::Constructor => key,
                _ => continue,
            };
            if member.modifiers.is_static {
                continue;
            }
            let Some(name) = key_name(key).filter(|name| !name.starts_with(['#', '@'])) else { continue };
            let inherited = match self.types.get(base).clone() {
                Type::Class { class: parent, args } => {
                    let names = self.class_names(parent, false);
                    names.contains(&name).then(|| self.class_member(parent, &args, false, &name)).flatten()
                }
                _ => self.member(base, &name),
            };
            let Some(wanted) = inherited else {
                if member.modifiers.is_override {
                    let names = self.member_names(base);
                    let near = crate::diagnostics::suggest::nearest(&name, names.iter().map(SmolStr::as_str))
                        .map(str::to_owned);
                    let message =
                        format!("`{name}` overrides nothing: `{}` has no member of that name", self.types.print(base));
                    let diagnostic =
                        Diagnostic::new(&BAD_OVERRIDE, self.file, key.span(), message, "overrides nothing");
                    self.report(diagnostic.suggest(key.span(), near.as_deref()));
                }
                continue;
            };
            let Some(own) = self.own_class_member(class, false, &name) else { continue };
            if self.strict && !wanted.library && !self.assignable(own.ty, wanted.ty) {
                let (expected, found) = (self.types.print(wanted.ty), self.types.print(own.ty));
                let message =
                    format!("`{name}` does not fit the member of `{}` that it overrides", self.types.print(base));
                let diagnostic =
                    Diagnostic::new(&BAD_OVERRIDE, self.file, key.span(), message, format!("expected `{expected}`"));
                self.report(diagnostic.help(format!("it is `{found}` here")));
            }
        }
    }

    fn check_abstract_members(&mut self, class: ClassId, base: TypeId, node: &Class, name: &str) {
        let mut missing = Vec::new();
        let mut next = Some(base);
        let mut written = self.own_names(class);
        while let Some(base) = next.take() {
            let Type::Class { class: parent, args } = self.types.get(base).clone() else { break };
            for member in &self.class_node(parent).members {
                if let MemberKind::Method { key, .. } | MemberKind::Field { key, .. } = &member.kind
                    && member.modifiers.is_abstract
                    && let Some(member) = key_name(key)
                    && !written.contains(&member)
                {
                    missing.push(member);
                }
            }
            written.extend(self.own_names(parent));
            next = self.class_base(parent, &args);
        }
        if let [first, ..] = &missing[..] {
            let span = node.name.as_ref().map_or(node.body_span, |name| name.span);
            let all: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let message =
                format!("`{name}` must write {}, which `{}` leaves abstract", all.join(", "), self.types.print(base));
            self.report(Diagnostic::new(&ABSTRACT_CLASS, self.file, span, message, format!("`{first}` is missing")));
        }
    }

    fn own_names(&self, class: ClassId) -> Vec<SmolStr> {
        let members = self.class_node(class).members.iter().filter(|member| !member.modifiers.is_abstract);
        members
            .filter_map(|member| match &member.kind {
                MemberKind::Field { key, .. } | MemberKind::Method { key, .. } => key_name(key),
                _ => None,
            })
            .collect()
    }

    /// Numbers an enum and works out its members' values.
    pub(super) fn enum_of(&mut self, binding: BindingId) -> EnumId {
        if let Some(id) = self.enums.get(&binding) {
            return *id;
        }
        let Origin::Enum(decl) = &self.res.origins[binding.0 as usize] else {
            unreachable!("enums come from enum declarations")
        };
        let mut members: Vec<(SmolStr, EnumValue)> = Vec::new();
        let mut next = Some(0.0);
        for member in &decl.members {
            let value = match &member.init {
                None => next.map_or(EnumValue::Computed, EnumValue::Number),
                Some(init) => constant(init, &members),
            };
            next = if let EnumValue::Number(number) = value { Some(number + 1.0) } else { None };
            members.push((member.name.text.to_utf8_lossy().into(), value));
        }
        let id = EnumId(u32::try_from(self.types.enums.len()).expect("fewer than 2^32 enums"));
        self.types.enums.push(EnumInfo { name: decl.name.text.clone(), members });
        self.enums.insert(binding, id);
        let value = self.types.intern(Type::EnumValue(id));
        self.bindings[binding.0 as usize] = Known::Type(value);
        id
    }

    pub(super) fn enum_member(&mut self, of: EnumId, name: &str) -> Option<TypeId> {
        let at = self.types.enums[of.0 as usize].members.iter().position(|(member, _)| member == name)?;
        Some(self.types.intern(Type::EnumMember(of, u32::try_from(at).expect("fewer than 2^32 members"))))
    }

    /// `number`, `string`, or both.
    pub(super) fn enum_base(&mut self, ty: TypeId) -> TypeId {
        let values: Vec<EnumValue> = match self.types.get(ty) {
            Type::Enum(of) => self.types.enums[of.0 as usize].members.iter().map(|(_, value)| value.clone()).collect(),
            Type::EnumMember(of, at) => vec![self.types.enums[of.0 as usize].members[*at as usize].1.clone()],
            _ => return ty,
        };
        let bases = values
            .iter()
            .map(|value| if matches!(value, EnumValue::String(_)) { Types::STRING } else { Types::NUMBER });
        let all: Vec<TypeId> = bases.collect();
        if all.is_empty() { Types::NUMBER } else { self.types.union(all) }
    }
}

/// The value of an enum member's initialiser, where it is plain.
fn constant(expr: &mosl_syntax::ast::Expr, before: &[(SmolStr, EnumValue)]) -> EnumValue {
    use mosl_syntax::ast::{BinaryOp as B, UnaryOp as U};
    let number = |expr| match constant(expr, before) {
        EnumValue::Number(value) => Some(value),
        _ => None,
    };
    match &expr.kind {
        ExprKind::Num(value) => EnumValue::Number(*value),
        ExprKind::Str(text) => EnumValue::String(text.to_utf8_lossy()),
        ExprKind::Paren(inner) => constant(inner, before),
        ExprKind::Ident(name) => before
            .iter()
            .find(|(member, _)| *member == name.text)
            .map_or(EnumValue::Computed, |(_, value)| value.clone()),
        ExprKind::Unary { op: U::Neg, operand } => {
            number(operand).map_or(EnumValue::Computed, |value| EnumValue::Number(-value))
        }
        ExprKind::Binary { op, left, right } => match (number(left), op, number(right)) {
            (Some(a), B::Shl, Some(b)) => EnumValue::Number(f64::from((a as i32) << (b as i32 & 31))),
            (Some(a), B::BitOr, Some(b)) => EnumValue::Number(f64::from(a as i32 | b as i32)),
            (Some(a), B::Add, Some(b)) => EnumValue::Number(a + b),
            (Some(a), B::Sub, Some(b)) => EnumValue::Number(a - b),
            (Some(a), B::Mul, Some(b)) => EnumValue::Number(a * b),
            _ => EnumValue::Computed,
        },
        _ => EnumValue::Computed,
    }
}

/// What a constructor's statements assign to `this.name`.
fn assigned_values<'s>(stmt: &'s Stmt, name: &str, out: &mut Vec<&'s mosl_syntax::ast::Expr>) {
    match &stmt.kind {
        StmtKind::Expr(expr) => assigned_value(expr, name, out),
        _ => crate::resolve::child_statements(stmt).into_iter().for_each(|child| assigned_values(child, name, out)),
    }
}

fn assigned_value<'s>(expr: &'s mosl_syntax::ast::Expr, name: &str, out: &mut Vec<&'s mosl_syntax::ast::Expr>) {
    match &expr.kind {
        ExprKind::Assign { target, value, .. } => {
            if let PatKind::Expr(place) = &target.kind {
                let assigned = match &place.kind {
                    ExprKind::Member { object, name, .. } if matches!(object.kind, ExprKind::This) => {
                        Some(name.text.clone())
                    }
                    ExprKind::PrivateMember { object, name, .. } if matches!(object.kind, ExprKind::This) => {
                        Some(SmolStr::from(format!("#{}", name.text.trim_start_matches('#'))))
                    }
                    _ => None,
                };
                if assigned.as_deref() == Some(name) {
                    out.push(value);
                }
            }
            assigned_value(value, name, out);
        }
        ExprKind::Sequence(exprs) => exprs.iter().for_each(|expr| assigned_value(expr, name, out)),
        ExprKind::Paren(inner) => assigned_value(inner, name, out),
        _ => {}
    }
}
