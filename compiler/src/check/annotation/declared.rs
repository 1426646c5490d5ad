//! Named type declarations: of the program, and of the library.

use mosl_syntax::ast::{NodeId, SmolStr, StmtKind, Type as Node, TypeKind, TypeParam};

use crate::check::{Checker, Decl, DeclKind};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::WRONG_TYPE_ARGUMENTS;
use crate::library;
use crate::program::FileId;
use crate::resolve::{TypeDeclId, TypeDeclKind, TypeName};
use crate::types::{DeclId, ParamId, Substitution, Type, TypeId, Types, Utility, ValueType};

impl<'a> Checker<'a> {
    pub(super) fn program_ref(
        &mut self,
        node: &'a Node,
        path: &'a [mosl_syntax::ast::Name],
        args: &[TypeId],
        file: FileId,
    ) -> TypeId {
        let meaning = self.res.type_names[usize::from(file.0)].get(&node.id).copied();
        match meaning {
            Some(TypeName::Decl(id)) => {
                let decl = self.program_decl(id);
                let (name, params) =
                    (self.types.decls[decl.0 as usize].clone(), self.decls[decl.0 as usize].params.clone());
                self.check_type_args(&name, &params, args, node);
                self.instantiate_decl(decl, args)
            }
            Some(TypeName::Class(class)) => {
                let params = self.class_params(class);
                let name = self.res.classes[class.0 as usize].name.clone();
                self.check_type_args(&name, &params, args, node);
                let args = self.fill_args(&params, args);
                self.types.intern(Type::Class { class, args: args.into() })
            }
            Some(TypeName::Enum(binding)) => {
                let id = self.enum_of(binding);
                let member = path.get(1).and_then(|name| self.enum_member(id, &name.text));
                member.unwrap_or_else(|| self.types.intern(Type::Enum(id)))
            }
            Some(TypeName::Param(param)) => {
                let id = self.param(file, param);
                self.types.intern(Type::Param(id))
            }
            Some(TypeName::Library) => {
                let name = &path[0].text;
                if let Some(decl) = self.library_decl(name) {
                    let params = self.decls[decl.0 as usize].params.clone();
                    self.check_type_args(name, &params, args, node);
                }
                self.library_ref(name, args)
            }
            Some(TypeName::Namespace(_) | TypeName::Unresolved) | None => Types::ANY,
        }
    }

    /// A type parameter of the program; its bounds are filled in by [`Checker::type_params`].
    pub(in crate::check) fn param(&mut self, file: FileId, node: NodeId) -> ParamId {
        if let Some(id) = self.params.get(&(file, node)) {
            return *id;
        }
        let id = self.types.new_param(SmolStr::default());
        self.params.insert((file, node), id);
        id
    }

    /// Numbers type parameters and converts their bounds.
    pub(in crate::check) fn type_params(&mut self, nodes: &'a [TypeParam], file: Option<FileId>) -> Vec<ParamId> {
        let ids: Vec<ParamId> = nodes
            .iter()
            .map(|node| match file {
                Some(file) => {
                    let id = self.param(file, node.id);
                    self.types.params[id.0 as usize].name = node.name.text.clone();
                    id
                }
                None => {
                    let id = self.types.new_param(node.name.text.clone());
                    self.library_params.push((node.name.text.clone(), id));
                    id
                }
            })
            .collect();
        for (node, id) in nodes.iter().zip(&ids) {
            let constraint = node.constraint.as_ref().map(|ty| self.type_of_notation(ty, file));
            let default = node.default.as_ref().map(|ty| self.type_of_notation(ty, file));
            let info = &mut self.types.params[id.0 as usize];
            (info.constraint, info.default) = (constraint, default);
        }
        ids
    }

    pub(in crate::check) fn program_decl(&mut self, id: TypeDeclId) -> DeclId {
        if let Some(decl) = self.user_decls.get(&id.0) {
            return *decl;
        }
        let res = self.res;
        let source = &res.type_decls[id.0 as usize];
        let kind = match &source.kind {
            TypeDeclKind::Alias(alias) => DeclKind::Alias(alias),
            TypeDeclKind::Interface(parts) => DeclKind::Interface(parts.clone()),
        };
        let decl = self.add_decl(source.name.clone(), kind, Some(source.file));
        self.user_decls.insert(id.0, decl);
        let params = self.type_params(source.params(), Some(source.file));
        // Each further declaration of an interface names the parameters anew.
        if let TypeDeclKind::Interface(parts) = &source.kind {
            for part in &parts[1..] {
                for (node, id) in part.params.iter().zip(&params) {
                    self.params.insert((source.file, node.id), *id);
                }
            }
        }
        self.decls[decl.0 as usize].params = params;
        decl
    }

    pub(super) fn add_decl(&mut self, name: SmolStr, kind: DeclKind<'a>, file: Option<FileId>) -> DeclId {
        let id = self.types.new_decl(name);
        self.decls.push(Decl { kind, file, params: Vec::new(), body: None, busy: false, bases: None, line: None });
        id
    }

    /// A declaration of the standard library.
    pub(in crate::check) fn library_decl(&mut self, name: &str) -> Option<DeclId> {
        if let Some(known) = self.library_decls.get(name) {
            return *known;
        }
        let mut interfaces = Vec::new();
        let mut alias = None;
        for tree in library::declarations(name, true) {
            for stmt in &tree.body {
                match &stmt.kind {
                    StmtKind::Interface(decl) => interfaces.push(&**decl),
                    StmtKind::TypeAlias(decl) => alias = Some(&**decl),
                    _ => {}
                }
            }
        }
        let nodes = match (alias, interfaces.first()) {
            (Some(alias), _) => Some((DeclKind::Alias(alias), &alias.params[..])),
            (None, Some(first)) => {
                let params = &first.params[..];
                Some((DeclKind::Interface(interfaces), params))
            }
            (None, None) => None,
        };
        let Some((kind, params)) = nodes else {
            self.library_decls.insert(name.into(), None);
            return None;
        };
        let decl = self.add_decl(name.into(), kind, None);
        self.library_decls.insert(name.into(), Some(decl));
        let outer = std::mem::take(&mut self.library_params);
        self.decls[decl.0 as usize].params = self.type_params(params, None);
        self.library_params = outer;
        Some(decl)
    }

    /// A type of the library by name; those that the language itself knows have a form of their own.
    pub(in crate::check) fn library_ref(&mut self, name: &str, args: &[TypeId]) -> TypeId {
        if let Some((_, id)) = self.library_params.iter().rev().find(|(param, _)| param == name) {
            let id = *id;
            return self.types.intern(Type::Param(id));
        }
        let first = args.first().copied().unwrap_or(Types::ANY);
        if let Some(value) = ValueType::ALL.into_iter().find(|value| value.name() == name) {
            return self.types.intern(Type::Value(value));
        }
        match name {
            "Array" => return self.types.array(first),
            "ReadonlyArray" => return self.types.intern(Type::Array { elem: first, readonly: true }),
            _ => {}
        }
        if let Some(utility) = Utility::of(name) {
            return self.utility(utility, args);
        }
        match self.library_decl(name) {
            Some(decl) => self.instantiate_decl(decl, args),
            None => Types::ANY,
        }
    }

    /// As many as there are parameters, each within its bound.
    fn check_type_args(&mut self, name: &str, params: &[ParamId], args: &[TypeId], node: &'a Node) {
        let least = params.iter().filter(|param| self.types.params[param.0 as usize].default.is_none()).count();
        let most = params.len();
        if args.len() > most || args.len() < least {
            // JavaScript with a few annotations may leave them out.
            if args.is_empty() && !self.strict {
                return;
            }
            let wants = match (least, most) {
                (_, 0) => "takes no type arguments".to_owned(),
                (least, most) if least == most => {
                    format!("takes {}", crate::check::report::count(most, "type argument"))
                }
                (least, most) => format!("takes {least} to {most} type arguments"),
            };
            let verb = if args.len() == 1 { "is" } else { "are" };
            let message = format!("`{name}` {wants}, and {} {verb} given", args.len());
            self.report(Diagnostic::new(&WRONG_TYPE_ARGUMENTS, self.file, node.span, message, ""));
            return;
        }
        let by = Substitution::new(params, args);
        let TypeKind::Ref { args: nodes, .. } = &node.kind else { return };
        for ((param, arg), written) in params.iter().zip(args).zip(nodes) {
            if self.strict && !self.satisfies_constraint(*param, *arg, &by) {
                self.report_unfit(*param, *arg, &by, written.span);
            }
        }
    }

    /// As many arguments as parameters: defaults, else `any`.
    pub(in crate::check) fn fill_args(&mut self, params: &[ParamId], args: &[TypeId]) -> Vec<TypeId> {
        let mut all: Vec<TypeId> = args.iter().copied().take(params.len()).collect();
        while all.len() < params.len() {
            let default = self.types.params[params[all.len()].0 as usize].default.unwrap_or(Types::ANY);
            let by = Substitution::new(&params[..all.len()], &all);
            all.push(self.types.instantiate(default, &by));
        }
        all
    }

    pub(super) fn instantiate_decl(&mut self, decl: DeclId, args: &[TypeId]) -> TypeId {
        let params = self.decls[decl.0 as usize].params.clone();
        let args = self.fill_args(&params, args);
        match self.decls[decl.0 as usize].kind {
            DeclKind::Interface(_) => self.types.intern(Type::Interface { decl, args: args.into() }),
            DeclKind::Alias(_) => match self.alias_body(decl) {
                Some(body) => self.types.instantiate(body, &Substitution::new(&params, &args)),
                // It refers to itself: expanded where someone looks inside.
                None => self.types.intern(Type::Alias { decl, args: args.into() }),
            },
        }
    }

    /// The right side of an alias; `None` while it is being worked out.
    pub(in crate::check) fn alias_body(&mut self, decl: DeclId) -> Option<TypeId> {
        let at = decl.0 as usize;
        if let Some(body) = self.decls[at].body {
            return Some(body);
        }
        let DeclKind::Alias(alias) = self.decls[at].kind else { return None };
        if std::mem::replace(&mut self.decls[at].busy, true) {
            return None;
        }
        let file = self.decls[at].file;
        let outer = self.enter_decl(decl);
        let body = self.type_of_notation(&alias.ty, file);
        self.library_params = outer;
        // `type A = A`: nothing is left of it.
        let body =
            if matches!(self.types.get(body), Type::Alias { decl: of, .. } if *of == decl) { Types::ANY } else { body };
        let named = matches!(
            self.types.get(body),
            Type::Object(_) | Type::Union(_) | Type::Function(_) | Type::Intersection(_) | Type::Tuple(_)
        );
        if named && file.is_some() && self.decls[at].params.is_empty() {
            self.types.alias_names.entry(body).or_insert_with(|| alias.name.text.clone());
        }
        self.decls[at].body = Some(body);
        Some(body)
    }

    /// Brings a library declaration's type parameters into scope; yields what to restore.
    pub(in crate::check) fn enter_decl(&mut self, decl: DeclId) -> Vec<(SmolStr, ParamId)> {
        let params = self.decls[decl.0 as usize].params.clone();
        let named = params.into_iter().map(|id| (self.types.params[id.0 as usize].name.clone(), id)).collect();
        std::mem::replace(&mut self.library_params, named)
    }

    /// Looks through aliases that refer to themselves, and through `this`.
    pub(in crate::check) fn expand(&mut self, ty: TypeId) -> TypeId {
        match *self.types.get(ty) {
            Type::This if self.polymorphic_this().is_some() => return self.this_type(),
            // What waited for type parameters that are known by now.
            Type::Indexed(object, index) if !self.types.is_generic(ty) => return self.indexed_access(object, index),
            Type::Keyof(of) if !self.types.is_generic(ty) => return self.keyof(of),
            _ => {}
        }
        if let Type::Utility(utility, args) = self.types.get(ty).clone() {
            return self.utility(utility, &args);
        }
        let Type::Alias { decl, args } = self.types.get(ty).clone() else { return ty };
        let Some(body) = self.alias_body(decl) else { return Types::ANY };
        let params = self.decls[decl.0 as usize].params.clone();
        let expanded = self.types.instantiate(body, &Substitution::new(&params, &args));
        if matches!(self.types.get(expanded), Type::Alias { .. }) { Types::ANY } else { expanded }
    }
}
