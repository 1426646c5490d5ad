//! Every name in a file, with what it stands for there. All features that go from a place to a name or from a name to places stand on
//! this list: one walk over the tree and the tables of resolution; members are looked up when somebody asks.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::{BindingId, BindingKind, ClassId, FileId, Resolved};
use mosl_compiler::resolve::{TypeDeclId, TypeDeclKind, TypeName};
use mosl_compiler::types::{Type as KnownType, TypeId};
use mosl_syntax::Span;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{
    Arg, Class, ClassMember, EnumDecl, Export, Expr, ExprKind, Function, FunctionKind, Import, InterfaceDecl,
    InterfaceMember, InterfaceMemberKind, MemberKind, ModuleName, Name, NodeId, Pat, PatKind, PropKey, PropKind,
    SmolStr, Specifier, Stmt, StmtKind, Text, Type, TypeKind, TypeParam,
};

/// What a name does where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Declare,
    Read,
    Write,
}

/// What a name stands for, as far as the syntax tells.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Meaning {
    Binding(BindingId),
    /// A built-in value.
    Global,
    Type(TypeName),
    TypeDecl(TypeDeclId),
    /// A member of what this expression or pattern yields.
    MemberOf(NodeId),
    /// A property of an object literal: of what its place wants, or of itself.
    PropertyOf(NodeId),
    /// A member of a class: static or not.
    ClassMember(ClassId, bool),
    /// A member that an interface or object type declares just here.
    DeclaredHere,
    EnumMember(BindingId),
    /// A member of this type, named by its text: `Pick<T, "a">`, `T["a"]`, `pluck(list, "a")`.
    KeyOf(TypeId),
    /// A whole module.
    Module(FileId),
    /// A label; where it is declared.
    Label(Span),
    Unknown,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Occurrence {
    pub span: Span,
    pub name: SmolStr,
    pub meaning: Meaning,
    pub role: Role,
    /// `{ x }`: the name is both the property's and the variable's.
    pub shorthand: bool,
    /// An import's own name for what it brings (`as b`, a default or namespace import).
    pub alias: bool,
}

/// All names of a file, in the order of the text.
pub fn occurrences(analysis: &Analysis<'_>, file: FileId) -> Vec<Occurrence> {
    let Some(loaded) = analysis.loaded.files.get(usize::from(file.0)) else { return Vec::new() };
    let mut type_decls = Vec::new();
    for (index, decl) in analysis.names.type_decls.of(file) {
        let id = TypeDeclId(u32::try_from(index).expect("numbered by u32"));
        match &decl.kind {
            TypeDeclKind::Alias(alias) => type_decls.push((alias.name.span, id)),
            TypeDeclKind::Interface(parts) => type_decls.extend(parts.iter().map(|part| (part.name.span, id))),
        }
    }
    let mut walk = Walk { analysis, file, out: Vec::new(), type_decls, classes: Vec::new(), labels: Vec::new() };
    visit::walk_stmts(&mut walk, &loaded.ast.body);
    walk.out.retain(|occurrence| !occurrence.span.is_empty());
    // The variable of a shorthand comes before its property.
    walk.out.sort_by_key(|occurrence| occurrence.span);
    walk.out
}

/// The extent of a text without its quotes.
fn between_quotes(span: Span) -> Span {
    Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1))
}

/// The binding that stands for a class or a binding's own inner name.
pub fn outer_binding(analysis: &Analysis<'_>, id: BindingId) -> BindingId {
    let binding = analysis.names.bindings.declared(id.0 as usize);
    if binding.kind != BindingKind::ClassInner {
        return id;
    }
    let facts = &analysis.names.facts[usize::from(binding.file.0)];
    let class = facts.class_inner.iter().find(|(_, inner)| **inner == id).map(|(node, _)| *node);
    match class.and_then(|node| facts.names.get(&node)) {
        Some(Resolved::Binding(outer)) => *outer,
        _ => id,
    }
}

struct Walk<'w, 'a> {
    analysis: &'w Analysis<'a>,
    file: FileId,
    out: Vec<Occurrence>,
    type_decls: Vec<(Span, TypeDeclId)>,
    classes: Vec<ClassId>,
    labels: Vec<(SmolStr, Span)>,
}

impl<'a> Walk<'_, 'a> {
    fn add(&mut self, name: &Name, meaning: Meaning, role: Role) {
        self.add_named(name.text.clone(), name.span, meaning, role);
    }

    fn add_named(&mut self, name: SmolStr, span: Span, meaning: Meaning, role: Role) {
        self.out.push(Occurrence { span, name, meaning, role, shorthand: false, alias: false });
    }

    fn mark_last(&mut self, mark: impl FnOnce(&mut Occurrence)) {
        if let Some(last) = self.out.last_mut() {
            mark(last);
        }
    }

    fn resolved(&self, node: NodeId) -> Meaning {
        match self.analysis.resolved(self.file, node) {
            Some(Resolved::Binding(id)) => Meaning::Binding(outer_binding(self.analysis, id)),
            Some(Resolved::Intrinsic(_) | Resolved::Undefined) => Meaning::Global,
            Some(Resolved::Unresolved) | None => Meaning::Unknown,
        }
    }

    fn key(&mut self, key: &'a PropKey, meaning: Meaning, role: Role) {
        match key {
            PropKey::Ident(name) => self.add(name, meaning, role),
            PropKey::Private(name) => {
                let text = format!("#{}", name.text.trim_start_matches('#')).into();
                self.add_named(text, name.span, meaning, role);
            }
            PropKey::Str(text, span) => {
                self.add_named(text.to_utf8_lossy().into(), between_quotes(*span), meaning, role);
            }
            PropKey::Num(..) | PropKey::Computed(_) => {}
        }
    }

    /// A member that is named by its text. Where the text is written with escapes, it is left alone.
    fn quoted(&mut self, text: &Text, span: Span, meaning: Meaning) {
        let inner = between_quotes(span);
        let name = text.to_utf8_lossy();
        if self.analysis.loaded.files[usize::from(self.file.0)].source.get(inner.range()) == Some(&*name) {
            self.add_named(name.into(), inner, meaning, Role::Read);
        }
    }

    /// The keys of a type that another one is made of.
    fn keys(&mut self, keys: &'a Type, of: &'a Type) {
        match &keys.kind {
            TypeKind::Str(text) => {
                let of = self.analysis.notation(self.file, of);
                self.quoted(text, keys.span, Meaning::KeyOf(of));
            }
            TypeKind::Union(parts) => parts.iter().for_each(|part| self.keys(part, of)),
            TypeKind::Paren(inner) => self.keys(inner, of),
            _ => {}
        }
    }

    /// Arguments for parameters of type `keyof T`: the other arguments tell what `T` is.
    fn key_arguments(&mut self, callee: &'a Expr, args: &'a [Arg]) {
        for (at, arg) in args.iter().enumerate() {
            if let Arg::Expr(Expr { kind: ExprKind::Str(text), span, .. }) = arg
                && let Some(of) = self.keyed_by(callee, args, at)
            {
                self.quoted(text, *span, Meaning::KeyOf(of));
            }
        }
    }

    fn keyed_by(&self, callee: &'a Expr, args: &'a [Arg], at: usize) -> Option<TypeId> {
        let signature =
            self.analysis.call_signatures(self.analysis.type_of(self.file, callee.id)).into_iter().next()?;
        let kind = |ty: TypeId| self.analysis.kind(ty);
        let ty = signature.params.get(at)?.ty;
        let bound = match kind(ty) {
            KnownType::Param(param) => self.analysis.types().params[param.0 as usize].constraint?,
            _ => ty,
        };
        let KnownType::Keyof(of) = kind(bound) else { return None };
        if !matches!(kind(of), KnownType::Param(_)) {
            return Some(of);
        }
        signature.params.iter().zip(args).find_map(|(param, arg)| {
            let given = self.analysis.type_of(self.file, arg.expr().id);
            match (kind(param.ty), kind(given)) {
                _ if param.ty == of => Some(given),
                (KnownType::Array { elem: wanted, .. }, KnownType::Array { elem, .. }) if wanted == of => Some(elem),
                _ => None,
            }
        })
    }

    fn target(&self, from: &Specifier) -> Option<FileId> {
        self.analysis.loaded.files[usize::from(self.file.0)].imports.get(&from.span).copied()
    }

    fn specifier(&mut self, from: &Specifier) {
        let meaning = self.target(from).map_or(Meaning::Unknown, Meaning::Module);
        self.add_named(from.text.to_utf8_lossy().into(), from.span, meaning, Role::Read);
    }

    /// What another file exports under a name.
    fn exported(&self, from: Option<FileId>, name: &str) -> Meaning {
        from.map_or(Meaning::Unknown, |from| exported(self.analysis, from, name))
    }

    fn import(&mut self, import: &'a Import) {
        let from = self.target(&import.from);
        if let Some(name) = &import.default {
            self.add(name, self.exported(from, "default"), Role::Declare);
            self.mark_last(|of| of.alias = true);
        }
        if let Some(name) = &import.namespace {
            let binding =
                self.analysis.names.bindings.of(self.file).find(|(_, binding)| {
                    binding.span == name.span && matches!(binding.kind, BindingKind::Namespace(_))
                });
            let meaning = binding.map_or(Meaning::Unknown, |(at, _)| Meaning::Binding(BindingId(at as u32)));
            self.add(name, meaning, Role::Declare);
        }
        for named in &import.named {
            let meaning = self.exported(from, &text(&named.imported));
            self.add_named(text(&named.imported), named.imported.span, meaning, Role::Read);
            if named.local.span != named.imported.span {
                self.add(&named.local, meaning, Role::Declare);
                self.mark_last(|of| of.alias = true);
            }
        }
        self.specifier(&import.from);
    }

    fn export(&mut self, export: &'a Export) {
        match export {
            Export::Named { names, from, .. } => {
                let target = from.as_ref().map(|from| self.target(from));
                for name in names {
                    let meaning = match target {
                        Some(target) => self.exported(target, &text(&name.local)),
                        None => exported(self.analysis, self.file, &text(&name.exported)),
                    };
                    self.add_named(text(&name.local), name.local.span, meaning, Role::Read);
                    if name.exported.span != name.local.span {
                        self.add_named(text(&name.exported), name.exported.span, meaning, Role::Declare);
                    }
                }
                from.iter().for_each(|from| self.specifier(from));
            }
            Export::All { from, .. } => self.specifier(from),
            Export::Decl(_) | Export::Default(_) => {}
        }
    }

    fn type_params(&mut self, params: &'a [TypeParam]) {
        for param in params {
            self.add(&param.name, Meaning::Type(TypeName::Param(param.id)), Role::Declare);
        }
    }

    fn type_decl(&mut self, name: &'a Name) {
        let found = self.type_decls.iter().find(|(span, _)| *span == name.span).map(|(_, id)| *id);
        self.add(name, found.map_or(Meaning::Unknown, Meaning::TypeDecl), Role::Declare);
    }

    fn interface(&mut self, decl: &'a InterfaceDecl) {
        self.type_decl(&decl.name);
        self.type_params(&decl.params);
    }

    fn enum_decl(&mut self, decl: &'a EnumDecl) {
        let meaning = self.resolved(decl.id);
        self.add(&decl.name, meaning, Role::Declare);
        let Meaning::Binding(binding) = meaning else { return };
        for member in &decl.members {
            self.add_named(text(&member.name), member.name.span, Meaning::EnumMember(binding), Role::Declare);
        }
    }

    fn type_path(&mut self, ty: &'a Type, path: &'a [Name]) {
        let table = &self.analysis.names.type_names[usize::from(self.file.0)];
        let meaning = table.get(&ty.id).copied().unwrap_or(TypeName::Unresolved);
        match (path, meaning) {
            ([head, member, ..], TypeName::Enum(binding)) => {
                self.add(head, Meaning::Binding(binding), Role::Read);
                self.add(member, Meaning::EnumMember(binding), Role::Read);
            }
            ([only], _) => self.add(only, Meaning::Type(meaning), Role::Read),
            ([head, .., last], _) => {
                let found = super::names::imported(self.analysis, self.file, &head.text);
                self.add(head, found.unwrap_or(Meaning::Unknown), Role::Read);
                self.add(last, Meaning::Type(meaning), Role::Read);
            }
            ([], _) => {}
        }
    }

    fn label(&mut self, name: &Name) {
        let declared = self.labels.iter().rev().find(|(label, _)| *label == name.text).map(|(_, span)| *span);
        self.add(name, declared.map_or(Meaning::Unknown, Meaning::Label), Role::Read);
    }

    /// A write of what would else be read: the last name that the target holds.
    fn written(&mut self, from: usize, span: Span) {
        let target = self.out[from..].iter_mut().filter(|of| of.span.end == span.end && of.role == Role::Read);
        target.for_each(|of| of.role = Role::Write);
    }

    fn props(&mut self, expr: &'a Expr, props: &'a [mosl_syntax::ast::Prop]) {
        for prop in props {
            match &prop.kind {
                PropKind::Value { key, .. } | PropKind::Method { key, .. } => {
                    self.key(key, Meaning::PropertyOf(expr.id), Role::Declare);
                }
                PropKind::Shorthand(Expr { kind: ExprKind::Ident(name), .. }) => {
                    self.add(name, Meaning::PropertyOf(expr.id), Role::Declare);
                    self.mark_last(|of| of.shorthand = true);
                }
                _ => {}
            }
        }
    }
}

/// What a file exports under a name.
pub fn exported(analysis: &Analysis<'_>, from: FileId, name: &str) -> Meaning {
    let values = &analysis.names.exports[usize::from(from.0)];
    if let Some((_, id)) = values.iter().find(|(export, _)| export == name) {
        return Meaning::Binding(outer_binding(analysis, *id));
    }
    let types = &analysis.names.exported_types[usize::from(from.0)];
    types.get(name).map_or(Meaning::Unknown, |ty| Meaning::Type(*ty))
}

fn text(name: &ModuleName) -> SmolStr {
    name.text.to_utf8_lossy().into()
}

impl<'a> Visit<'a> for Walk<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Import(import) => self.import(import),
            StmtKind::Export(export) => {
                self.export(export);
                if let Export::Default(mosl_syntax::ast::DefaultExport::Interface(decl)) = &**export {
                    self.interface(decl);
                }
            }
            StmtKind::TypeAlias(alias) => {
                self.type_decl(&alias.name);
                self.type_params(&alias.params);
            }
            StmtKind::Interface(decl) => self.interface(decl),
            StmtKind::Enum(decl) => self.enum_decl(decl),
            StmtKind::Break(Some(label)) | StmtKind::Continue(Some(label)) => self.label(label),
            StmtKind::Labeled { label, .. } => {
                self.add(label, Meaning::Label(label.span), Role::Declare);
                self.labels.push((label.text.clone(), label.span));
                visit::walk_stmt(self, stmt);
                self.labels.pop();
                return;
            }
            _ => {}
        }
        visit::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let from = self.out.len();
        match &expr.kind {
            ExprKind::Ident(name) => self.add(name, self.resolved(expr.id), Role::Read),
            ExprKind::Member { object, name, .. } => self.add(name, Meaning::MemberOf(object.id), Role::Read),
            ExprKind::PrivateMember { object, name, .. } | ExprKind::PrivateIn { object, name } => {
                let text = format!("#{}", name.text.trim_start_matches('#')).into();
                let meaning = match (&expr.kind, self.classes.last()) {
                    (ExprKind::PrivateIn { .. }, Some(class)) => Meaning::ClassMember(*class, false),
                    _ => Meaning::MemberOf(object.id),
                };
                self.add_named(text, name.span, meaning, Role::Read);
            }
            ExprKind::Object(props) => self.props(expr, props),
            ExprKind::Index { object, index, .. } => {
                if let ExprKind::Str(text) = &index.kind {
                    self.quoted(text, index.span, Meaning::MemberOf(object.id));
                }
            }
            ExprKind::Call { callee, args, .. } => self.key_arguments(callee, args),
            _ => {}
        }
        visit::walk_expr(self, expr);
        match &expr.kind {
            ExprKind::Assign { target, .. } => {
                self.written(from, target.span);
            }
            ExprKind::Update { target, .. } => self.written(from, target.span),
            _ => {}
        }
    }

    fn visit_pat(&mut self, pat: &'a Pat) {
        match &pat.kind {
            PatKind::Ident(name) => {
                let meaning = self.resolved(pat.id);
                let declares = match meaning {
                    Meaning::Binding(id) => {
                        let binding = &self.analysis.names.bindings[id.0 as usize];
                        binding.span == name.span && binding.file == self.file
                    }
                    _ => false,
                };
                self.add(name, meaning, if declares { Role::Declare } else { Role::Write });
            }
            PatKind::Object { props, .. } => {
                for prop in props {
                    self.key(&prop.key, Meaning::MemberOf(pat.id), Role::Read);
                    self.mark_last(|of| of.shorthand |= prop.shorthand);
                }
            }
            _ => {}
        }
        visit::walk_pat(self, pat);
    }

    fn visit_type(&mut self, ty: &'a Type) {
        match &ty.kind {
            TypeKind::Ref { path, args } => {
                self.type_path(ty, path);
                if let ([name], [of, keys]) = (&path[..], &args[..])
                    && matches!(name.text.as_str(), "Pick" | "Omit")
                {
                    self.keys(keys, of);
                }
            }
            TypeKind::Indexed { object, index } => self.keys(index, object),
            TypeKind::Typeof { path, .. } => {
                if let Some(head) = path.first() {
                    self.add(head, self.resolved(ty.id), Role::Read);
                }
            }
            TypeKind::Function(signature) | TypeKind::Constructor { signature, .. } => {
                self.type_params(&signature.type_params);
            }
            _ => {}
        }
        visit::walk_type(self, ty);
    }

    fn visit_function(&mut self, function: &'a Function) {
        if let Some(name) = &function.name
            && matches!(function.kind, FunctionKind::Declaration | FunctionKind::Expression)
        {
            self.add(name, self.resolved(function.id), Role::Declare);
        }
        self.type_params(&function.type_params);
        let labels = std::mem::take(&mut self.labels);
        visit::walk_function(self, function);
        self.labels = labels;
    }

    fn visit_class(&mut self, class: &'a Class) {
        let facts = &self.analysis.names.facts[usize::from(self.file.0)];
        if let Some(name) = &class.name {
            let meaning = match (self.resolved(class.id), facts.class_inner.get(&class.id)) {
                (Meaning::Unknown, Some(inner)) => Meaning::Binding(*inner),
                (known, _) => known,
            };
            self.add(name, meaning, Role::Declare);
        }
        self.type_params(&class.type_params);
        let id = facts.classes.get(&class.id).copied();
        self.classes.extend(id);
        visit::walk_class(self, class);
        if id.is_some() {
            self.classes.pop();
        }
    }

    fn visit_member(&mut self, member: &'a ClassMember) {
        if let (Some(key), Some(class)) = (member.key(), self.classes.last().copied()) {
            let constructor = matches!(&member.kind, MemberKind::Method { function, .. } if function.kind == FunctionKind::Constructor);
            if !constructor {
                self.key(key, Meaning::ClassMember(class, member.modifiers.is_static), Role::Declare);
            }
        }
        visit::walk_member(self, member);
    }

    fn visit_interface_member(&mut self, member: &'a InterfaceMember) {
        if let Some(key) = member.key() {
            self.key(key, Meaning::DeclaredHere, Role::Declare);
        }
        if let InterfaceMemberKind::Method { signature, .. } = &member.kind {
            self.type_params(&signature.type_params);
        }
        visit::walk_interface_member(self, member);
    }
}
