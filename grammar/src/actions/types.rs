//! Type notation.

use super::{Sig, Span, T, Tok, unbox};
use crate::ast::*;
use crate::context::Context;
use crate::errors::ErrorCode;

/// A member of an object type as read.
pub enum RawTypeItem {
    Member(InterfaceMemberKind),
    Mapped { param: Name, constraint: T, name_type: Option<T>, ty: Option<T> },
}

/// The same with its place.
pub struct TypeItem {
    span: Span,
    kind: RawTypeItem,
}

impl Context<'_> {
    /// A name that is a built-in type's is a keyword.
    pub fn type_ref(&self, span: Span, path: Vec<Name>, args: Option<Vec<Type>>) -> T {
        let keyword = match (path.as_slice(), &args) {
            ([name], None) => type_keyword(&name.text),
            _ => None,
        };
        let kind = match keyword {
            Some(keyword) => TypeKind::Keyword(keyword),
            None if path.len() == 1 && path[0].missing => TypeKind::Missing,
            None => TypeKind::Ref { path, args: args.unwrap_or_default() },
        };
        self.ty(span.start, span.end, kind)
    }

    pub fn predicate(&self, span: Span, asserts: bool, param: Name, ty: Option<T>) -> T {
        self.ty(span.start, span.end, TypeKind::Predicate { asserts, param, ty })
    }

    pub fn infer(&self, span: Span, name: Name) -> T {
        let param =
            TypeParam { id: self.id(), span: name.span, name, constraint: None, default: None, modifiers: None };
        self.ty(span.start, span.end, TypeKind::Infer(Box::new(param)))
    }

    pub fn type_param(
        &self,
        span: Span,
        modifiers: Option<Span>,
        name: Name,
        constraint: Option<T>,
        default: Option<T>,
    ) -> TypeParam {
        TypeParam { id: self.id(), name, constraint: unbox(constraint), default: unbox(default), modifiers, span }
    }

    /// `[name: T]`: the name was read as a type.
    pub fn named_elem(&self, span: Span, name: T, optional: bool, rest: bool, ty: T) -> TupleElem {
        let name = match &name.kind {
            TypeKind::Ref { path, args } if path.len() == 1 && args.is_empty() => Some(path[0].clone()),
            TypeKind::Keyword(_) => Some(Name::new(self.text(name.span), name.span)),
            _ => {
                self.error(ErrorCode::InvalidType, name.span, "before `:` stands the name of the tuple's element");
                None
            }
        };
        TupleElem { name, optional, rest, ty: *ty, span }
    }

    pub fn type_item(&self, span: Span, modifiers: Vec<Tok>, mut kind: RawTypeItem) -> TypeItem {
        for &Tok(_, place) in &modifiers {
            let text = self.text(place);
            let fits = text == "readonly"
                && match &mut kind {
                    RawTypeItem::Member(InterfaceMemberKind::Property { readonly, .. }) => {
                        !std::mem::replace(readonly, true)
                    }
                    RawTypeItem::Member(InterfaceMemberKind::Index(signature)) => {
                        !std::mem::replace(&mut signature.readonly, true)
                    }
                    RawTypeItem::Mapped { .. } | RawTypeItem::Member(InterfaceMemberKind::Error) => true,
                    RawTypeItem::Member(_) => false,
                };
            if !fits {
                self.error(ErrorCode::InvalidModifier, place, format!("the modifier `{text}` cannot stand here"));
            }
        }
        self.nest();
        TypeItem { span, kind }
    }

    pub fn interface_setter(&self, key: PropKey, mut sig: Sig) -> RawTypeItem {
        if sig.params.len() != 1 {
            self.error(ErrorCode::InvalidAccessor, key.span(), "a setter takes exactly one parameter");
        }
        RawTypeItem::Member(match sig.params.pop() {
            Some(param) => InterfaceMemberKind::Setter { key, param: Box::new(param) },
            None => InterfaceMemberKind::Error,
        })
    }

    fn members(&self, items: Vec<TypeItem>) -> Vec<InterfaceMember> {
        let member = |TypeItem { span, kind }| match kind {
            RawTypeItem::Member(kind) => Some(InterfaceMember { id: self.id(), span, kind }),
            RawTypeItem::Mapped { .. } => {
                self.error(
                    ErrorCode::InvalidType,
                    span,
                    "a mapped type has no other members, and stands in a type of its own",
                );
                None
            }
        };
        items.into_iter().filter_map(member).collect()
    }

    pub fn object_type(&self, span: Span, mut items: Vec<TypeItem>) -> T {
        if let [TypeItem { kind: RawTypeItem::Mapped { .. }, .. }] = items.as_slice()
            && let Some(TypeItem { kind: RawTypeItem::Mapped { param, constraint, name_type, ty }, .. }) = items.pop()
        {
            return self.ty(span.start, span.end, TypeKind::Mapped { param, constraint, name_type, ty });
        }
        let members = self.members(items);
        self.ty(span.start, span.end, TypeKind::Object(members))
    }

    pub fn interface(
        &self,
        span: Span,
        name: Name,
        params: Option<Vec<TypeParam>>,
        extends: Option<Vec<Type>>,
        items: Vec<TypeItem>,
    ) -> InterfaceDecl {
        let members = self.members(items);
        InterfaceDecl {
            id: self.id(),
            name,
            params: params.unwrap_or_default(),
            extends: extends.unwrap_or_default(),
            members,
            span,
        }
    }
}

fn type_keyword(text: &str) -> Option<TypeKeyword> {
    Some(match text {
        "any" => TypeKeyword::Any,
        "unknown" => TypeKeyword::Unknown,
        "never" => TypeKeyword::Never,
        "undefined" => TypeKeyword::Undefined,
        "number" => TypeKeyword::Number,
        "string" => TypeKeyword::String,
        "boolean" => TypeKeyword::Boolean,
        "symbol" => TypeKeyword::Symbol,
        "object" => TypeKeyword::Object,
        "bigint" => TypeKeyword::BigInt,
        _ => return None,
    })
}
