//! Type notation.

use mosl_syntax::ast::*;

use super::Formatter;
use super::doc::{Doc, docs, line, softline};
use super::function::Hug;
use super::literal;
use super::nodes::{Node, bare_type};

impl Formatter<'_> {
    pub(super) fn ty(&self, ty: &Type) -> Doc {
        let ty = bare_type(ty);
        self.with_comments(Node::Type(ty), self.ty_kind(ty))
    }

    fn ty_kind(&self, ty: &Type) -> Doc {
        match &ty.kind {
            TypeKind::Ref { path, args } => docs![self.path(path), self.type_args(args)],
            TypeKind::Typeof { path, args } => docs!["typeof ", self.path(path), self.type_args(args)],
            TypeKind::Str(_) => literal::quoted(self.slice(ty.span)).into(),
            TypeKind::Num(_) => literal::number(self.slice(ty.span)).into(),
            TypeKind::Array(inner) => docs![self.ty_tight(inner), "[]"],
            TypeKind::Tuple(elems) => self.tuple(ty, elems),
            TypeKind::Object(members) => self.object_type(ty, members),
            TypeKind::Function(signature) => self.signature(signature, " => "),
            TypeKind::Constructor { is_abstract, signature } => {
                docs![if *is_abstract { "abstract new " } else { "new " }, self.signature(signature, " => ")]
            }
            TypeKind::Union(types) => self.union(types),
            TypeKind::Intersection(types) => {
                Doc::join(&" & ".into(), types.iter().map(|ty| self.operand(ty, false))).group()
            }
            TypeKind::Keyof(inner) => docs!["keyof ", self.ty_tight(inner)],
            TypeKind::Readonly(inner) => docs!["readonly ", self.ty_tight(inner)],
            TypeKind::Indexed { object, index } => docs![self.ty_tight(object), "[", self.ty(index), "]"],
            TypeKind::Predicate { asserts, param, ty } => {
                let is = ty.as_ref().map_or_else(Doc::nil, |ty| docs![" is ", self.ty(ty)]);
                docs![if *asserts { "asserts " } else { "" }, self.slice(param.span), is]
            }
            TypeKind::Paren(inner) => self.ty_kind(inner),
            _ => Doc::literal(self.slice(ty.span)),
        }
    }

    fn path(&self, path: &[Name]) -> Doc {
        Doc::join(&".".into(), path.iter().map(|name| Doc::from(self.slice(name.span))))
    }

    /// Before `[]` and after `keyof`, where what binds looser needs parentheses.
    fn ty_tight(&self, ty: &Type) -> Doc {
        let loose = matches!(
            bare_type(ty).kind,
            TypeKind::Union(_)
                | TypeKind::Intersection(_)
                | TypeKind::Function(_)
                | TypeKind::Constructor { .. }
                | TypeKind::Keyof(_)
                | TypeKind::Typeof { .. }
                | TypeKind::Readonly(_)
                | TypeKind::Conditional { .. }
                | TypeKind::Infer(_)
        );
        if loose { docs!["(", self.ty(ty), ")"] } else { self.ty(ty) }
    }

    /// One of the types of a union or intersection.
    fn operand(&self, ty: &Type, in_union: bool) -> Doc {
        self.with_comments(Node::Type(bare_type(ty)), self.operand_kind(ty, in_union))
    }

    fn operand_kind(&self, ty: &Type, in_union: bool) -> Doc {
        let inner = bare_type(ty);
        let loose = match &inner.kind {
            TypeKind::Function(_) | TypeKind::Constructor { .. } | TypeKind::Conditional { .. } => true,
            TypeKind::Union(_) => !in_union || !std::ptr::eq(inner, ty),
            _ => false,
        };
        if loose { docs!["(", self.ty_kind(inner), ")"] } else { self.ty_kind(inner) }
    }

    fn union(&self, types: &[Type]) -> Doc {
        if self.hugs(types) {
            return Doc::join(&" | ".into(), types.iter().map(|ty| self.operand(ty, true)));
        }
        docs![Doc::if_broken(softline(), "", None), self.union_list(types)].indent().group()
    }

    /// The types with bars between them, and before the first where the list breaks. Comments stand before their bar.
    fn union_list(&self, types: &[Type]) -> Doc {
        let mut parts = Vec::new();
        for (at, ty) in types.iter().enumerate() {
            let inner = bare_type(ty);
            let comments = self.comments.leading_lines(self.source, Node::Type(inner));
            let bar = if at == 0 { Doc::if_broken("| ", "", None) } else { "| ".into() };
            let doc = self.comments.without_leading(self.source, Node::Type(inner), self.operand_kind(ty, true));
            parts.push(docs![if at > 0 { line() } else { Doc::nil() }, comments, bar, doc.indent()]);
        }
        Doc::concat(parts)
    }

    /// `{ … } | null` breaks inside its braces.
    fn hugs(&self, types: &[Type]) -> bool {
        let objects = types.iter().filter(|ty| matches!(bare_type(ty).kind, TypeKind::Object(_))).count();
        let empty = |ty: &&Type| {
            matches!(
                bare_type(ty).kind,
                TypeKind::Keyword(TypeKeyword::Null | TypeKeyword::Void | TypeKeyword::Undefined)
            )
        };
        objects == 1 && types.iter().filter(empty).count() + 1 == types.len()
    }

    fn tuple(&self, ty: &Type, elems: &[TupleElem]) -> Doc {
        if elems.is_empty() {
            return self.empty("[", "]", Node::Type(ty));
        }
        let printed = elems.iter().map(|elem| {
            let dots = if elem.rest { "..." } else { "" };
            let mark = if elem.optional { "?" } else { "" };
            let doc = match &elem.name {
                Some(name) => docs![dots, self.slice(name.span), mark, ": ", self.ty(&elem.ty)],
                None => docs![dots, if elem.optional { self.ty_tight(&elem.ty) } else { self.ty(&elem.ty) }, mark],
            };
            self.with_comments(Node::TupleElem(elem), doc)
        });
        let comma = if elems.last().is_some_and(|elem| elem.rest) { Doc::nil() } else { Doc::if_broken(",", "", None) };
        let inside = docs![softline(), Doc::join(&docs![",", line()], printed)];
        docs!["[", inside.indent(), comma, softline(), "]"].group()
    }

    fn object_type(&self, ty: &Type, members: &[InterfaceMember]) -> Doc {
        let Some(first) = members.first() else { return self.empty("{", "}", Node::Type(ty)) };
        let spread_out = self.newline_between(ty.span.start, first.span.start);
        let items = members.iter().map(|member| {
            let node = Node::InterfaceMember(member);
            (node, self.with_comments(node, self.interface_member(member)))
        });
        let inside = docs![line(), self.comma_list(items, ";")];
        docs!["{", inside.indent(), Doc::if_broken(";", "", None), line(), "}"].group_if(spread_out)
    }

    /// Type parameters, parameters and result; `arrow` stands before the result.
    pub(super) fn signature(&self, signature: &FunctionType, arrow: &'static str) -> Doc {
        let params = self.params(signature.this_type.as_ref(), &signature.params, signature.rest.as_deref(), Hug::No);
        let ret = signature.ret.as_ref().map_or_else(Doc::nil, |ty| docs![arrow, self.ty(ty)]);
        docs![self.type_params(&signature.type_params), params.group(), ret].group()
    }

    pub(super) fn type_params(&self, params: &[TypeParam]) -> Doc {
        if params.is_empty() {
            return Doc::nil();
        }
        let printed: Vec<Doc> = params.iter().map(|param| self.type_param(param)).collect();
        let simple = params.len() == 1 && params[0].constraint.is_none() && params[0].default.is_none();
        self.angle_list(printed, simple, Doc::if_broken(",", "", None))
    }

    fn type_param(&self, param: &TypeParam) -> Doc {
        let modifiers = param.modifiers.map_or_else(String::new, |span| format!("{} ", self.slice(span).trim()));
        let constraint = param.constraint.as_ref().map_or_else(Doc::nil, |ty| docs![" extends ", self.ty(ty)]);
        let default = param.default.as_ref().map_or_else(Doc::nil, |ty| docs![" = ", self.ty(ty)]);
        self.with_comments(Node::TypeParam(param), docs![modifiers, self.slice(param.name.span), constraint, default])
    }

    pub(super) fn type_args(&self, args: &[Type]) -> Doc {
        if args.is_empty() {
            return Doc::nil();
        }
        let simple = args.len() == 1
            && matches!(
                bare_type(&args[0]).kind,
                TypeKind::Keyword(_) | TypeKind::Ref { .. } | TypeKind::Object(_) | TypeKind::Str(_) | TypeKind::Num(_)
            );
        self.angle_list(args.iter().map(|ty| self.ty(ty)).collect(), simple, Doc::nil())
    }

    /// `comma`: what stands behind the last where each has a line of its own.
    fn angle_list(&self, printed: Vec<Doc>, simple: bool, comma: Doc) -> Doc {
        if simple {
            return docs!["<", Doc::join(&", ".into(), printed), ">"];
        }
        let inside = docs![softline(), Doc::join(&docs![",", line()], printed)];
        docs!["<", inside.indent(), comma, softline(), ">"].group()
    }

    pub(super) fn type_alias(&self, alias: &TypeAlias) -> Doc {
        let left = docs!["type ", self.slice(alias.name.span), self.type_params(&alias.params), " ="];
        let ty = bare_type(&alias.ty);
        let value = self.ty(ty);
        match &ty.kind {
            TypeKind::Union(types) if !self.hugs(types) => docs![left.group(), self.union_below(types, ty)].group(),
            TypeKind::Object(_) | TypeKind::Tuple(_) | TypeKind::Function(_) => docs![left.group(), " ", value].group(),
            TypeKind::Ref { args, .. } if args.len() > 1 => docs![left.group(), " ", value].group(),
            TypeKind::Intersection(types) if types.iter().any(|ty| matches!(ty.kind, TypeKind::Object(_))) => {
                docs![left.group(), " ", value].group()
            }
            _ => docs![left.group(), docs![line(), value].indent().group()].group(),
        }
    }

    /// A union right of `=`: on the next line, or each type on a line of its own.
    fn union_below(&self, types: &[Type], ty: &Type) -> Doc {
        if self.comments.has_any(Node::Type(ty)) {
            return docs![" ", self.ty(ty)];
        }
        let list = self.union_list(types).group();
        docs![line(), list].indent().group()
    }
}
