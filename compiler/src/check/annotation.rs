//! From type notation to types. Names of the program were resolved before; those of the library's declarations are looked up here.

use mosl_syntax::ast::{
    FunctionType as FunctionNode, InterfaceMember, InterfaceMemberKind, NodeId, SmolStr, StmtKind, Type as Node,
    TypeKeyword, TypeKind, TypeParam,
};

use super::{Checker, Decl, DeclKind};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::WRONG_TYPE_ARGUMENTS;
use crate::library;
use crate::program::{FileId, Resolved};
use crate::resolve::{TypeDeclId, TypeDeclKind, TypeName};
use crate::types::{
    DeclId, FunctionType, ObjectType, ParamId, ParamType, Predicate, PropType, Signature, Substitution, TupleElemType,
    Type, TypeId, Types, ValueType,
};

impl<'a> Checker<'a> {
    /// The type that a piece of notation names, in the current file.
    pub(super) fn annotation(&mut self, node: &'a Node) -> TypeId {
        let ty = self.type_of_notation(node, Some(self.file));
        self.set_type(node.id, ty)
    }

    /// `file`: `None` in the library.
    pub(super) fn type_of_notation(&mut self, node: &'a Node, file: Option<FileId>) -> TypeId {
        match &node.kind {
            TypeKind::Keyword(keyword) => keyword_type(*keyword),
            TypeKind::Ref { path, args } => {
                let args: Vec<TypeId> = args.iter().map(|arg| self.type_of_notation(arg, file)).collect();
                match file {
                    Some(file) => self.program_ref(node, path, &args, file),
                    None => self.library_ref(&path[0].text, &args),
                }
            }
            TypeKind::Str(text) => self.types.str_lit(text.to_utf8_lossy()),
            TypeKind::Num(value) => self.types.num_lit(*value),
            TypeKind::Bool(value) => {
                if *value {
                    Types::TRUE
                } else {
                    Types::FALSE
                }
            }
            TypeKind::Template { quasis, types } => match &quasis[..] {
                [only] if types.is_empty() => self.types.str_lit(only.to_utf8_lossy()),
                _ => Types::STRING,
            },
            TypeKind::Array(elem) => {
                let elem = self.type_of_notation(elem, file);
                self.types.array(elem)
            }
            TypeKind::Tuple(elems) => self.tuple_type(elems, file),
            TypeKind::Object(members) => self.object_type(members, file),
            TypeKind::Function(signature) => {
                let signature = self.signature_of(signature, file);
                self.types.function(vec![signature])
            }
            TypeKind::Constructor { signature, .. } => {
                let signatures = vec![self.signature_of(signature, file)];
                self.types.intern(Type::Function(FunctionType { signatures, construct: true }.into()))
            }
            TypeKind::Union(parts) => {
                let parts: Vec<TypeId> = parts.iter().map(|part| self.type_of_notation(part, file)).collect();
                self.types.union(parts)
            }
            TypeKind::Intersection(parts) => {
                let parts: Vec<TypeId> = parts.iter().map(|part| self.type_of_notation(part, file)).collect();
                self.intersection(&parts)
            }
            TypeKind::Keyof(of) => {
                let of = self.type_of_notation(of, file);
                self.keyof(of)
            }
            TypeKind::Typeof { path, .. } => self.type_query(node, path, file),
            TypeKind::Indexed { object, index } => {
                let object = self.type_of_notation(object, file);
                let index = self.type_of_notation(index, file);
                self.indexed_access(object, index)
            }
            TypeKind::Readonly(inner) => {
                let inner = self.type_of_notation(inner, file);
                self.readonly_list(inner)
            }
            TypeKind::Predicate { asserts, .. } => {
                if *asserts {
                    Types::VOID
                } else {
                    Types::BOOLEAN
                }
            }
            TypeKind::Paren(inner) => self.type_of_notation(inner, file),
            TypeKind::UniqueSymbol => Types::SYMBOL,
            TypeKind::Conditional { .. }
            | TypeKind::Mapped { .. }
            | TypeKind::Infer(_)
            | TypeKind::Import { .. }
            | TypeKind::Missing => Types::ANY,
        }
    }

    fn readonly_list(&mut self, ty: TypeId) -> TypeId {
        match self.types.get(ty).clone() {
            Type::Array { elem, .. } => self.types.intern(Type::Array { elem, readonly: true }),
            Type::Tuple(tuple) => self.types.tuple(tuple.elems.clone(), true),
            _ => ty,
        }
    }

    fn tuple_type(&mut self, elems: &'a [mosl_syntax::ast::TupleElem], file: Option<FileId>) -> TypeId {
        let mut all = Vec::with_capacity(elems.len());
        for elem in elems {
            let mut ty = self.type_of_notation(&elem.ty, file);
            if elem.rest {
                ty = self.element_of(ty).unwrap_or(Types::ANY);
            }
            all.push(TupleElemType { ty, optional: elem.optional, rest: elem.rest });
        }
        self.types.tuple(all, false)
    }

    pub(super) fn intersection(&mut self, parts: &[TypeId]) -> TypeId {
        let mut flat: Vec<TypeId> = Vec::new();
        for part in parts {
            match self.types.get(*part).clone() {
                Type::Any => return Types::ANY,
                Type::Never => return Types::NEVER,
                Type::Unknown => {}
                Type::Intersection(inner) => flat.extend_from_slice(&inner),
                _ => flat.push(*part),
            }
        }
        flat.dedup();
        // `(A | B) & C` is `A & C | B & C`.
        if let Some(at) = flat.iter().position(|part| matches!(self.types.get(*part), Type::Union(_))) {
            let members = self.types.parts(flat[at]);
            if members.len() <= 32 {
                let mut all = Vec::new();
                for member in members {
                    let mut each = flat.clone();
                    each[at] = member;
                    all.push(self.intersection(&each));
                }
                return self.types.union(all);
            }
        }
        let primitives = flat.iter().filter(|part| self.is_primitive(**part)).count();
        if primitives > 1 {
            let narrow = flat.iter().copied().find(|part| flat.iter().all(|other| self.assignable(*part, *other)));
            return narrow.unwrap_or(Types::NEVER);
        }
        match flat[..] {
            [] => Types::UNKNOWN,
            [only] => only,
            _ => self.types.intern(Type::Intersection(flat.into())),
        }
    }

    fn program_ref(
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
                self.check_type_args(decl, args, node);
                self.instantiate_decl(decl, args)
            }
            Some(TypeName::Class(class)) => {
                let params = self.class_params(class);
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
            Some(TypeName::Library) => self.library_ref(&path[0].text, args),
            Some(TypeName::Namespace(_) | TypeName::Unresolved) | None => Types::ANY,
        }
    }

    /// A type parameter of the program; its bounds are filled in by [`Checker::type_params`].
    pub(super) fn param(&mut self, file: FileId, node: NodeId) -> ParamId {
        if let Some(id) = self.params.get(&(file, node)) {
            return *id;
        }
        let id = self.types.new_param(SmolStr::default());
        self.params.insert((file, node), id);
        id
    }

    /// Numbers type parameters and converts their bounds.
    pub(super) fn type_params(&mut self, nodes: &'a [TypeParam], file: Option<FileId>) -> Vec<ParamId> {
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

    pub(super) fn program_decl(&mut self, id: TypeDeclId) -> DeclId {
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

    fn add_decl(&mut self, name: SmolStr, kind: DeclKind<'a>, file: Option<FileId>) -> DeclId {
        let id = self.types.new_decl(name);
        self.decls.push(Decl { kind, file, params: Vec::new(), body: None, busy: false, bases: None });
        id
    }

    /// A declaration of the standard library.
    pub(super) fn library_decl(&mut self, name: &str) -> Option<DeclId> {
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
    pub(super) fn library_ref(&mut self, name: &str, args: &[TypeId]) -> TypeId {
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
        if let Some(ty) = self.utility(name, args) {
            return ty;
        }
        match self.library_decl(name) {
            Some(decl) => self.instantiate_decl(decl, args),
            None => Types::ANY,
        }
    }

    fn check_type_args(&mut self, decl: DeclId, args: &[TypeId], node: &Node) {
        let params = &self.decls[decl.0 as usize].params;
        let least = params.iter().filter(|param| self.types.params[param.0 as usize].default.is_none()).count();
        let (most, name) = (params.len(), self.types.decls[decl.0 as usize].clone());
        if args.len() > most || args.len() < least {
            let wants = match (least, most) {
                (_, 0) => "is not generic".to_owned(),
                (least, most) if least == most => format!("takes {}", super::report::count(most, "type argument")),
                (least, most) => format!("takes {least} to {most} type arguments"),
            };
            let message = format!("`{name}` {wants}, not {}", args.len());
            self.report(Diagnostic::new(&WRONG_TYPE_ARGUMENTS, self.file, node.span, message, ""));
        }
    }

    /// As many arguments as parameters: defaults, else `any`.
    pub(super) fn fill_args(&mut self, params: &[ParamId], args: &[TypeId]) -> Vec<TypeId> {
        let mut all: Vec<TypeId> = args.iter().copied().take(params.len()).collect();
        while all.len() < params.len() {
            let default = self.types.params[params[all.len()].0 as usize].default.unwrap_or(Types::ANY);
            let by = Substitution::new(&params[..all.len()], &all);
            all.push(self.types.instantiate(default, &by));
        }
        all
    }

    fn instantiate_decl(&mut self, decl: DeclId, args: &[TypeId]) -> TypeId {
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
    fn alias_body(&mut self, decl: DeclId) -> Option<TypeId> {
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
    pub(super) fn enter_decl(&mut self, decl: DeclId) -> Vec<(SmolStr, ParamId)> {
        let params = self.decls[decl.0 as usize].params.clone();
        let named = params.into_iter().map(|id| (self.types.params[id.0 as usize].name.clone(), id)).collect();
        std::mem::replace(&mut self.library_params, named)
    }

    /// Looks through aliases that refer to themselves.
    pub(super) fn expand(&mut self, ty: TypeId) -> TypeId {
        match *self.types.get(ty) {
            // What waited for type parameters that are known by now.
            Type::Indexed(object, index) if !self.types.is_generic(ty) => return self.indexed_access(object, index),
            Type::Keyof(of) if !self.types.is_generic(ty) => return self.keyof(of),
            _ => {}
        }
        let Type::Alias { decl, args } = self.types.get(ty).clone() else { return ty };
        let Some(body) = self.alias_body(decl) else { return Types::ANY };
        let params = self.decls[decl.0 as usize].params.clone();
        let expanded = self.types.instantiate(body, &Substitution::new(&params, &args));
        if matches!(self.types.get(expanded), Type::Alias { .. }) { Types::ANY } else { expanded }
    }

    pub(super) fn object_type(&mut self, members: &'a [InterfaceMember], file: Option<FileId>) -> TypeId {
        let mut object = ObjectType::default();
        let mut methods: Vec<(SmolStr, bool, Vec<Signature>)> = Vec::new();
        for member in members {
            match &member.kind {
                InterfaceMemberKind::Property { key, readonly, optional, ty } => {
                    let Some(name) = super::members::key_name(key) else { continue };
                    let ty = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                    object.props.push(PropType { name, ty, optional: *optional, readonly: *readonly });
                }
                InterfaceMemberKind::Method { key, optional, signature } => {
                    let Some(name) = super::members::key_name(key) else { continue };
                    let signature = self.signature_of(signature, file);
                    match methods.iter_mut().find(|(of, ..)| *of == name) {
                        Some((.., signatures)) => signatures.push(signature),
                        None => methods.push((name, *optional, vec![signature])),
                    }
                }
                InterfaceMemberKind::Getter { key, ty } => {
                    let Some(name) = super::members::key_name(key) else { continue };
                    let ty = ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
                    object.props.push(PropType { name, ty, optional: false, readonly: false });
                }
                InterfaceMemberKind::Call(signature) => {
                    let signature = self.signature_of(signature, file);
                    object.call.push(signature);
                }
                InterfaceMemberKind::Construct(signature) => {
                    let signature = self.signature_of(signature, file);
                    object.construct.push(signature);
                }
                InterfaceMemberKind::Index(index) => {
                    let key = self.type_of_notation(&index.key, file);
                    let value = self.type_of_notation(&index.value, file);
                    let slot = if key == Types::NUMBER { &mut object.number_index } else { &mut object.string_index };
                    *slot = Some(value);
                }
                InterfaceMemberKind::Setter { .. } | InterfaceMemberKind::Error => {}
            }
        }
        for (name, optional, signatures) in methods {
            let ty = self.types.function(signatures);
            object.props.push(PropType { name, ty, optional, readonly: false });
        }
        self.types.object(object)
    }

    pub(super) fn signature_of(&mut self, node: &'a FunctionNode, file: Option<FileId>) -> Signature {
        let depth = self.library_params.len();
        let type_params = self.type_params(&node.type_params, file);
        let mut params = Vec::with_capacity(node.params.len());
        for param in &node.params {
            let ty = param.ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
            params.push(ParamType { name: super::function::param_name(param), ty, optional: param.optional });
        }
        let rest = node.rest.as_ref().map(|param| {
            let ty = param.ty.as_ref().map_or(Types::ANY_ARRAY, |ty| self.type_of_notation(ty, file));
            ParamType { name: super::function::param_name(param), ty, optional: false }
        });
        let ret = node.ret.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, file));
        let predicate = node.ret.as_ref().and_then(|ty| self.predicate_of(ty, &params, file));
        self.library_params.truncate(depth);
        Signature { type_params, params, rest, ret, predicate }
    }

    pub(super) fn predicate_of(
        &mut self,
        node: &'a Node,
        params: &[ParamType],
        file: Option<FileId>,
    ) -> Option<Predicate> {
        let TypeKind::Predicate { asserts, param, ty } = &node.kind else { return None };
        let index = params.iter().position(|of| of.name == param.text).and_then(|index| u32::try_from(index).ok());
        if index.is_none() && param.text != "this" {
            return None;
        }
        let ty = ty.as_ref().map(|ty| self.type_of_notation(ty, file));
        Some(Predicate { asserts: *asserts, param: index, ty })
    }

    /// `typeof a.b`
    fn type_query(&mut self, node: &Node, path: &[mosl_syntax::ast::Name], file: Option<FileId>) -> TypeId {
        let Some(file) = file else { return Types::ANY };
        let mut ty = match self.res.facts[usize::from(file.0)].names.get(&node.id).copied() {
            Some(Resolved::Binding(id)) => self.type_of_binding(id),
            Some(Resolved::Intrinsic(global)) => self.intrinsic(mosl_bytecode::natives::GLOBALS[usize::from(global)]),
            _ => return Types::ANY,
        };
        for name in &path[1..] {
            match self.member(ty, &name.text) {
                Some(member) => ty = member.ty,
                None => return Types::ANY,
            }
        }
        ty
    }
}

fn keyword_type(keyword: TypeKeyword) -> TypeId {
    match keyword {
        TypeKeyword::Any | TypeKeyword::BigInt => Types::ANY,
        TypeKeyword::Unknown => Types::UNKNOWN,
        TypeKeyword::Never => Types::NEVER,
        TypeKeyword::Void => Types::VOID,
        TypeKeyword::Undefined => Types::UNDEFINED,
        TypeKeyword::Null => Types::NULL,
        TypeKeyword::Number => Types::NUMBER,
        TypeKeyword::String => Types::STRING,
        TypeKeyword::Boolean => Types::BOOLEAN,
        TypeKeyword::Symbol => Types::SYMBOL,
        TypeKeyword::Object => Types::NON_PRIMITIVE,
        TypeKeyword::This => Types::THIS,
    }
}
