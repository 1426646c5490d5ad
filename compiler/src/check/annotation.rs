//! From type notation to types. Names of the program were resolved before; those of the library's declarations are looked up here.

mod declared;
mod shape;

use mosl_syntax::Span;
use mosl_syntax::ast::{Name, Type as Node, TypeKeyword, TypeKind};

use super::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::PROGRAM_TOO_LARGE;
use crate::program::{FileId, Resolved};
use crate::types::{FunctionType, MAX_LITERALS, MAX_UNION, TupleElemType, Type, TypeId, Types};

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
            TypeKind::Constructor { is_abstract, signature } => {
                let signatures = vec![self.signature_of(signature, file)];
                let of = FunctionType { signatures, construct: true, is_abstract: *is_abstract, method: false };
                self.types.intern(Type::Function(of.into()))
            }
            TypeKind::Union(parts) => {
                let parts: Vec<TypeId> = parts.iter().map(|part| self.type_of_notation(part, file)).collect();
                let union = self.types.union(parts.iter().copied());
                if let (Types::ANY, false, Some(file)) = (union, parts.contains(&Types::ANY), file) {
                    self.report_large_union(node.span, file);
                }
                union
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
            TypeKind::Indexed { object, index: key } => {
                let object = self.type_of_notation(object, file);
                let index = self.type_of_notation(key, file);
                if file.is_some() && self.strict {
                    self.check_indexed(object, index, key.span);
                }
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

    /// `T["name"]` names a member of T.
    fn check_indexed(&mut self, object: TypeId, index: TypeId, span: Span) {
        let (object, index) = (self.expand(object), self.expand(index));
        if object == Types::ANY || self.types.is_generic(object) || self.types.is_generic(index) {
            return;
        }
        for part in self.types.parts(index) {
            if let Some(name) = self.key_text(part)
                && self.member(object, &name).is_none()
                && self.index_types(object) == (None, None)
            {
                self.report_missing_member(object, &Name::new(name, span));
            }
        }
    }

    pub(super) fn readonly_list(&mut self, ty: TypeId) -> TypeId {
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
            if let (true, Type::Tuple(inner)) = (elem.rest, self.types.get(ty)) {
                all.extend(inner.elems.iter().copied());
                continue;
            }
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

    fn report_large_union(&mut self, span: Span, file: FileId) {
        let message = format!(
            "this union has too many members: a type can keep {MAX_LITERALS} literals apart, or {MAX_UNION} other types"
        );
        let diagnostic = Diagnostic::new(&PROGRAM_TOO_LARGE, file, span, message, "too large a union");
        self.report(diagnostic.help("write the type that they share, such as `string`"));
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
