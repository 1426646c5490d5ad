//! The checks of a class where it stands: its members, and what it extends and implements.

use mosl_syntax::Span;
use mosl_syntax::ast::visit::{Visit, walk_member, walk_type};
use mosl_syntax::ast::{
    Class, ClassMember, Expr, FunctionBody, FunctionKind, MemberKind, Name, NodeId, SmolStr, Type as Notation, TypeKind,
};
use rustc_hash::FxHashMap;

use crate::check::function::plain_context;
use crate::check::members::{Member, key_name};
use crate::check::{Checker, FunctionContext};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{
    ABSTRACT_CLASS, BAD_OVERRIDE, DUPLICATE_DECLARATION, NOT_CALLABLE, NOT_PLAIN_DATA, UNINITIALIZED_FIELD,
    UNRESOLVED_TYPE,
};
use crate::program::ClassId;
use crate::resolve::TypeName;
use crate::types::{Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// Checks a class where it stands.
    pub(in crate::check) fn check_class(&mut self, class: ClassId) {
        let node = self.class_node(class);
        if let Some(superclass) = &node.superclass {
            let of = self.infer(superclass, None);
            self.check_extended(of, superclass);
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
        if self.strict {
            self.check_static_types(node);
            self.check_members_once(node);
            self.check_super_call(class, node);
        }
        self.this_types.push(instance);
        self.check_inheritance(class, instance);
        self.this_types.pop();
    }

    /// Only a class can be extended.
    fn check_extended(&mut self, of: TypeId, superclass: &'a Expr) {
        let of = self.expand(of);
        let fine = matches!(self.types.get(of), Type::Any | Type::Null | Type::ClassValue(_));
        if !fine && self.strict && self.constructors(of).is_empty() {
            let shown = self.types.print(of);
            let message = format!("only a class can be extended, and this is `{shown}`");
            self.report(Diagnostic::new(&NOT_CALLABLE, self.file, superclass.span, message, "not a class"));
        }
    }

    /// The class's type parameters are known of its instances only.
    fn check_static_types(&mut self, node: &'a Class) {
        let statics = node.members.iter().filter(|member| member.modifiers.is_static);
        let mut refs = TypeRefs::default();
        if !node.type_params.is_empty() {
            statics.for_each(|member| walk_member(&mut refs, member));
        }
        for (id, name) in refs.all {
            let meaning = self.res.type_names[usize::from(self.file.0)].get(&id).copied();
            if let Some(TypeName::Param(of)) = meaning
                && node.type_params.iter().any(|param| param.id == of)
            {
                let message = format!("`{}` is known of instances only, and this member is static", name.text);
                let diagnostic = Diagnostic::new(&UNRESOLVED_TYPE, self.file, name.span, message, "not known here");
                self.report(diagnostic.help("give the member a type parameter of its own"));
            }
        }
    }

    /// Each name once, but for overloads and a getter with its setter; abstract members in abstract classes only.
    fn check_members_once(&mut self, node: &'a Class) {
        let mut seen: FxHashMap<(SmolStr, bool), Vec<Option<FunctionKind>>> = FxHashMap::default();
        for member in &node.members {
            let (key, kind) = match &member.kind {
                MemberKind::Field { key, .. } => (key, None),
                MemberKind::Method { key, function, .. } if matches!(function.body, FunctionBody::None) => {
                    self.check_abstract_place(node, member, key);
                    continue;
                }
                MemberKind::Method { key, function, .. } if function.kind != FunctionKind::Constructor => {
                    (key, Some(function.kind))
                }
                _ => continue,
            };
            self.check_abstract_place(node, member, key);
            let Some(name) = key_name(key).filter(|name| !name.starts_with('#')) else { continue };
            let before = seen.entry((name.clone(), member.modifiers.is_static)).or_default();
            let clashes = |other: &Option<FunctionKind>| {
                !matches!(
                    (other, kind),
                    (Some(FunctionKind::Getter), Some(FunctionKind::Setter))
                        | (Some(FunctionKind::Setter), Some(FunctionKind::Getter))
                )
            };
            let is_second = before.iter().any(clashes);
            before.push(kind);
            if is_second {
                let message = format!("the class has a member `{name}` already");
                self.report(Diagnostic::new(&DUPLICATE_DECLARATION, self.file, key.span(), message, "a second time"));
            }
        }
    }

    fn check_abstract_place(&mut self, node: &Class, member: &ClassMember, key: &mosl_syntax::ast::PropKey) {
        if member.modifiers.is_abstract && !node.is_abstract {
            let name = key_name(key).unwrap_or_default();
            let message = format!("`{name}` is abstract, but its class is not");
            let diagnostic = Diagnostic::new(&ABSTRACT_CLASS, self.file, key.span(), message, "");
            self.report(diagnostic.help("write `abstract class`, or give the member a body"));
        }
    }

    /// A constructor of a class that extends another calls `super(…)`.
    fn check_super_call(&mut self, class: ClassId, node: &'a Class) {
        if node.superclass.is_none() {
            return;
        }
        let Some(function) = crate::resolve::constructor_of(node) else { return };
        // Any call counts, wherever it stands: the run says whether it comes in time.
        if !self.super_calls.contains(&class) {
            let at = Span::new(function.span.start, function.span.start + 1);
            let message = "a constructor of a class that extends another calls `super(…)`";
            let diagnostic = Diagnostic::new(&UNINITIALIZED_FIELD, self.file, at, message, "never calls `super(…)`");
            self.report(diagnostic.help("call `super(…)` before `this` is used"));
        }
    }

    pub(super) fn check_member(&mut self, class: ClassId, member: &'a ClassMember, this: TypeId) {
        match &member.kind {
            MemberKind::Field { key, optional, definite, ty, init } => {
                if let mosl_syntax::ast::PropKey::Computed(key) = key {
                    self.infer(key, None);
                }
                let declared = ty.as_ref().map(|ty| self.annotation(ty));
                if let Some(init) = init {
                    let field = Some((class, member.modifiers.is_static, member.span.start));
                    self.functions.push(FunctionContext { field, ..plain_context() });
                    let env = std::mem::take(&mut self.env);
                    let found = self.infer(init, declared);
                    if let Some(declared) = declared {
                        self.check_flow(found, declared, init);
                    }
                    self.env = env;
                    self.functions.pop();
                } else if let Some(declared) = declared {
                    let in_library = self.loaded.files[usize::from(self.file.0)].is_library;
                    let skip = *optional
                        || *definite
                        || member.modifiers.is_static
                        || member.modifiers.is_abstract
                        || in_library;
                    if self.strict && !skip && !self.admits_undefined(declared) && self.leaves_unassigned(class, key) {
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
                self.functions.push(plain_context());
                let env = std::mem::take(&mut self.env);
                self.stmts(&block.body);
                self.env = env;
                self.functions.pop();
            }
            MemberKind::IndexSignature(_) | MemberKind::Error => {}
        }
    }

    pub(super) fn check_plain_data(
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

    pub(super) fn is_plain_data(&mut self, ty: TypeId, depth: u32) -> bool {
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

    pub(super) fn check_inheritance(&mut self, class: ClassId, instance: TypeId) {
        let node = self.class_node(class);
        let name = self.res.classes[class.0 as usize].name.clone();
        let Type::Class { args, .. } = self.types.get(instance).clone() else { return };
        if let Some(base) = self.class_base(class, &args)
            && base != Types::ANY
        {
            self.check_overrides(class, Some(base));
            if !node.is_abstract {
                self.check_abstract_members(class, base, node, &name);
            }
        }
        if node.superclass.is_none() {
            self.check_overrides(class, None);
        }
        for implemented in &node.implements {
            let wanted = self.annotation(implemented);
            self.check_this_members(node, instance, wanted);
            if !self.assignable(instance, wanted)
                && let Some((member, what)) = self.structurally_lacks(instance, wanted)
            {
                if let Some(key) = own_key(node, &member).filter(|_| self.strict) {
                    let message =
                        format!("`{member}` does not fit `{}`, which `{name}` implements", self.types.print(wanted));
                    self.report(Diagnostic::new(&BAD_OVERRIDE, self.file, key, message, what));
                    continue;
                }
                let message = format!("`{name}` does not implement `{}`: {what}", self.types.print(wanted));
                self.report(Diagnostic::new(&BAD_OVERRIDE, self.file, implemented.span, message, what));
            }
        }
    }

    /// A member that is to yield `this` yields what subclasses take it for, too.
    fn check_this_members(&mut self, node: &'a Class, instance: TypeId, wanted: TypeId) {
        for name in self.member_names(wanted) {
            let (plain, own) = (self.member(wanted, &name), self.member_of(instance, &name, Types::THIS));
            let (Some(plain), Some(own)) = (plain, own) else { continue };
            let Some(polymorphic) = self.member_of(wanted, &name, Types::THIS).filter(|of| of.ty != plain.ty) else {
                continue;
            };
            if let Some(key) = own_key(node, &name).filter(|_| self.strict && !self.assignable(own.ty, polymorphic.ty))
            {
                let message = format!("`{name}` is to be about `this`, as `{}` has it", self.types.print(wanted));
                let label = format!("expected `{}`", self.types.print(polymorphic.ty));
                self.report(Diagnostic::new(&BAD_OVERRIDE, self.file, key, message, label));
            }
        }
    }

    /// The first member by which a type fails to have the structure of another, in words.
    pub(in crate::check) fn structurally_lacks(&mut self, from: TypeId, to: TypeId) -> Option<(SmolStr, String)> {
        for name in self.member_names(to) {
            let Some(wanted) = self.member(to, &name) else { continue };
            match self.member(from, &name) {
                None if !wanted.optional => return Some((name.clone(), format!("`{name}` is missing"))),
                Some(found) if !self.assignable(found.ty, wanted.ty) => {
                    let (expected, found) = (self.types.print(wanted.ty), self.types.print(found.ty));
                    let what = format!("`{name}` should be `{expected}`, but is `{found}`");
                    return Some((name, what));
                }
                _ => {}
            }
        }
        None
    }

    pub(super) fn check_overrides(&mut self, class: ClassId, base: Option<TypeId>) {
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
            let Some(base) = base else {
                if member.modifiers.is_override {
                    let message = format!("`{name}` overrides nothing: its class extends no other");
                    self.report(Diagnostic::new(&BAD_OVERRIDE, self.file, key.span(), message, "overrides nothing"));
                }
                continue;
            };
            let inherited = match self.types.get(base).clone() {
                Type::Class { class: parent, args } => self
                    .class_has(parent, &name)
                    .then(|| self.class_member(parent, &args, false, &name, Types::THIS))
                    .flatten(),
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
            let rank = |member: &Member| member.hidden.map_or(0, |(_, private)| 1 + u8::from(private));
            if self.strict && rank(&own) > rank(&wanted) {
                let span = node.name.as_ref().map_or(key.span(), |name| name.span);
                let shown = self.types.print(base);
                let message = format!("`{name}` is open to more in `{shown}` than in the class that extends it");
                let diagnostic = Diagnostic::new(&BAD_OVERRIDE, self.file, span, message, format!("hides `{name}`"));
                self.report(diagnostic.also(key.span(), "less open here"));
                continue;
            }
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

    pub(super) fn check_abstract_members(&mut self, class: ClassId, base: TypeId, node: &Class, name: &str) {
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

    pub(super) fn own_names(&self, class: ClassId) -> Vec<SmolStr> {
        let members = self.class_node(class).members.iter().filter(|member| !member.modifiers.is_abstract);
        members.filter_map(ClassMember::key).filter_map(key_name).collect()
    }
}

/// The names in the type notation below a node.
#[derive(Default)]
struct TypeRefs<'a> {
    all: Vec<(NodeId, &'a Name)>,
}

impl<'a> Visit<'a> for TypeRefs<'a> {
    fn visit_type(&mut self, ty: &'a Notation) {
        if let TypeKind::Ref { path, .. } = &ty.kind {
            self.all.extend(path.first().map(|name| (ty.id, name)));
        }
        walk_type(self, ty);
    }
}

/// Where a class writes a member of that name.
fn own_key(node: &Class, name: &str) -> Option<Span> {
    let mut own = node.members.iter().filter(|member| !member.modifiers.is_static).filter_map(ClassMember::key);
    own.find(|key| key_name(key).as_deref() == Some(name)).map(|key| key.span())
}
