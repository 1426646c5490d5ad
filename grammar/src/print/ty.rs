//! Type notation.

use super::Printer;
use crate::ast::*;

impl Printer {
    /// `: T`, if there is one.
    pub(super) fn annotation(&mut self, ty: Option<&Type>) {
        if let Some(ty) = ty {
            self.list(":", |p| p.ty(ty));
        }
    }

    pub(super) fn type_args(&mut self, args: &[Type]) {
        if !args.is_empty() {
            self.list("<>", |p| p.each(args, Self::ty));
        }
    }

    pub(super) fn type_params(&mut self, params: &[TypeParam]) {
        if params.is_empty() {
            return;
        }
        self.list("<>", |p| {
            p.each(params, |p, param| {
                let bare = param.constraint.is_none() && param.default.is_none() && param.modifiers.is_none();
                if bare {
                    p.name(&param.name);
                    return;
                }
                p.list("", |p| {
                    p.flag(param.modifiers.is_some(), "modified");
                    p.name(&param.name);
                    if let Some(constraint) = &param.constraint {
                        p.list("extends", |p| p.ty(constraint));
                    }
                    if let Some(default) = &param.default {
                        p.list("=", |p| p.ty(default));
                    }
                });
            });
        });
    }

    pub(super) fn ty(&mut self, ty: &Type) {
        crate::deep(|| self.ty_parts(ty));
    }

    fn ty_parts(&mut self, ty: &Type) {
        match &ty.kind {
            TypeKind::Keyword(keyword) => self.atom(keyword_text(*keyword)),
            TypeKind::Ref { path, args } if args.is_empty() => self.path(path),
            TypeKind::Ref { path, args } => self.list("ref", |p| {
                p.path(path);
                p.each(args, Self::ty);
            }),
            TypeKind::Str(text) => self.text(text),
            TypeKind::Num(value) => self.atom(value),
            TypeKind::Bool(value) => self.atom(value),
            TypeKind::Array(inner) => self.list("[]", |p| p.ty(inner)),
            TypeKind::Tuple(elems) => self.list("tuple", |p| p.each(elems, Self::tuple_elem)),
            TypeKind::Object(members) => self.list("object", |p| p.each(members, Self::interface_member)),
            TypeKind::Function(signature) => self.list("=>", |p| p.signature(signature)),
            TypeKind::Constructor { is_abstract, signature } => {
                self.list(if *is_abstract { "abstract-new" } else { "new" }, |p| p.signature(signature));
            }
            TypeKind::Union(types) => self.list("|", |p| p.each(types, Self::ty)),
            TypeKind::Intersection(types) => self.list("&", |p| p.each(types, Self::ty)),
            TypeKind::Keyof(inner) => self.list("keyof", |p| p.ty(inner)),
            TypeKind::Typeof { path, args } => self.list("typeof", |p| {
                p.path(path);
                p.type_args(args);
            }),
            TypeKind::Indexed { object, index } => self.list("indexed", |p| {
                p.ty(object);
                p.ty(index);
            }),
            TypeKind::Readonly(inner) => self.list("readonly", |p| p.ty(inner)),
            TypeKind::Paren(inner) => self.list("paren", |p| p.ty(inner)),
            TypeKind::Missing => self.atom("<missing>"),
            _ => self.rare_type(&ty.kind),
        }
    }

    fn rare_type(&mut self, kind: &TypeKind) {
        match kind {
            TypeKind::Template { quasis, types } => self.list("template", |p| {
                for (at, quasi) in quasis.iter().enumerate() {
                    p.text(quasi);
                    types.get(at).into_iter().for_each(|ty| p.ty(ty));
                }
            }),
            TypeKind::Predicate { asserts, param, ty } => self.list(if *asserts { "asserts" } else { "is" }, |p| {
                p.name(param);
                ty.iter().for_each(|ty| p.ty(ty));
            }),
            TypeKind::UniqueSymbol => self.atom("unique-symbol"),
            TypeKind::Conditional { check, extends, then, otherwise } => {
                self.list("conditional", |p| [check, extends, then, otherwise].into_iter().for_each(|ty| p.ty(ty)));
            }
            TypeKind::Mapped { param, constraint, name_type, ty } => self.list("mapped", |p| {
                p.name(param);
                p.ty(constraint);
                if let Some(name_type) = name_type {
                    p.list("as", |p| p.ty(name_type));
                }
                p.annotation(ty.as_deref());
            }),
            TypeKind::Infer(param) => self.list("infer", |p| p.name(&param.name)),
            TypeKind::Import { specifier, path, args } => self.list("import", |p| {
                p.text(specifier);
                if !path.is_empty() {
                    p.path(path);
                }
                p.type_args(args);
            }),
            _ => {}
        }
    }

    fn path(&mut self, path: &[Name]) {
        let names: Vec<&str> =
            path.iter().map(|name| if name.missing { "<missing>" } else { name.text.as_str() }).collect();
        self.atom(names.join("."));
    }

    fn tuple_elem(&mut self, elem: &TupleElem) {
        if elem.name.is_none() && !elem.optional && !elem.rest {
            self.ty(&elem.ty);
            return;
        }
        self.list(if elem.rest { "..." } else { "" }, |p| {
            elem.name.iter().for_each(|name| p.name(name));
            p.flag(elem.optional, "?");
            p.ty(&elem.ty);
        });
    }

    fn signature(&mut self, signature: &FunctionType) {
        self.type_params(&signature.type_params);
        self.params(signature.this_type.as_ref(), &signature.params, signature.rest.as_deref());
        self.annotation(signature.ret.as_ref());
    }

    pub(super) fn index_signature(&mut self, signature: &IndexSignature) {
        self.flag(signature.readonly, "readonly");
        self.name(&signature.param);
        self.annotation(Some(&signature.key));
        self.annotation(Some(&signature.value));
    }

    pub(super) fn interface(&mut self, interface: &InterfaceDecl) {
        self.name(&interface.name);
        self.type_params(&interface.params);
        if !interface.extends.is_empty() {
            self.list("extends", |p| p.each(&interface.extends, Self::ty));
        }
        self.each(&interface.members, Self::interface_member);
    }

    fn interface_member(&mut self, member: &InterfaceMember) {
        match &member.kind {
            InterfaceMemberKind::Property { key, readonly, optional, ty } => self.list("prop", |p| {
                p.flag(*readonly, "readonly");
                p.key(key);
                p.flag(*optional, "?");
                p.annotation(ty.as_ref());
            }),
            InterfaceMemberKind::Method { key, optional, signature } => self.list("method", |p| {
                p.key(key);
                p.flag(*optional, "?");
                p.signature(signature);
            }),
            InterfaceMemberKind::Getter { key, ty } => self.list("get", |p| {
                p.key(key);
                p.annotation(ty.as_ref());
            }),
            InterfaceMemberKind::Setter { key, param } => self.list("set", |p| {
                p.key(key);
                p.param(param);
            }),
            InterfaceMemberKind::Call(signature) => self.list("call", |p| p.signature(signature)),
            InterfaceMemberKind::Construct(signature) => self.list("construct", |p| p.signature(signature)),
            InterfaceMemberKind::Index(signature) => self.list("index", |p| p.index_signature(signature)),
            InterfaceMemberKind::Error => self.list("error", |_| {}),
        }
    }
}

fn keyword_text(keyword: TypeKeyword) -> &'static str {
    match keyword {
        TypeKeyword::Any => "any",
        TypeKeyword::Unknown => "unknown",
        TypeKeyword::Never => "never",
        TypeKeyword::Void => "void",
        TypeKeyword::Undefined => "undefined",
        TypeKeyword::Null => "null",
        TypeKeyword::Number => "number",
        TypeKeyword::String => "string",
        TypeKeyword::Boolean => "boolean",
        TypeKeyword::Symbol => "symbol",
        TypeKeyword::Object => "object",
        TypeKeyword::BigInt => "bigint",
        TypeKeyword::This => "this",
    }
}
