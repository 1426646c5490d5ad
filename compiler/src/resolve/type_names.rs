//! Type notation: every type's name is looked up, and what TypeScript has but MOSL leaves out is refused by name.

use mosl_syntax::Span;
use mosl_syntax::ast::{
    FunctionType, InterfaceDecl, InterfaceMember, InterfaceMemberKind, Name, Param, SmolStr, Type, TypeAlias,
    TypeKeyword, TypeKind, TypeParam,
};

use super::TypeName;
use super::declare::Walk;
use super::expr::Use;
use super::scope::{ScopeKind, Value};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{MISSING_EXPORT, NO_BIGINT, NO_TYPE_FORM, UNRESOLVED_TYPE, VALUE_AS_TYPE};
use crate::diagnostics::suggest::nearest;
use crate::program::FileId;

/// What other languages call types that MOSL has.
static FOREIGN_TYPES: &[(&str, &str)] = &[
    ("int", "number"),
    ("Int", "number"),
    ("integer", "number"),
    ("float", "number"),
    ("Float", "number"),
    ("double", "number"),
    ("f32", "number"),
    ("f64", "number"),
    ("i32", "number"),
    ("u32", "number"),
    ("num", "number"),
    ("str", "string"),
    ("text", "string"),
    ("char", "string"),
    ("bool", "boolean"),
    ("Bool", "boolean"),
    ("None", "null"),
    ("nil", "null"),
    ("function", "() => void"),
];

impl<'a> Walk<'_, 'a> {
    pub(super) fn types(&mut self, types: impl IntoIterator<Item = &'a Type>) {
        types.into_iter().for_each(|ty| self.ty(ty));
    }

    pub(super) fn ty(&mut self, ty: &'a Type) {
        mosl_syntax::deep(|| self.ty_parts(ty));
    }

    fn ty_parts(&mut self, ty: &'a Type) {
        match &ty.kind {
            TypeKind::Ref { path, args } => {
                let meaning = self.resolve_type_path(path);
                self.linker.out.type_names[usize::from(self.file.0)].insert(ty.id, meaning);
                self.types(args);
            }
            TypeKind::Keyword(TypeKeyword::BigInt) => {
                let message = "there is no `bigint` in MOSL";
                let help = "use `number`, or `Mrk` for money";
                self.report(Diagnostic::new(&NO_BIGINT, self.file, ty.span, message, "not in MOSL").help(help));
            }
            TypeKind::Array(inner) | TypeKind::Keyof(inner) | TypeKind::Readonly(inner) | TypeKind::Paren(inner) => {
                self.ty(inner)
            }
            TypeKind::Tuple(elems) => elems.iter().for_each(|elem| self.ty(&elem.ty)),
            TypeKind::Object(members) => self.interface_members(members),
            TypeKind::Function(signature) => self.signature(signature),
            TypeKind::Constructor { signature, .. } => self.signature(signature),
            TypeKind::Union(parts) | TypeKind::Intersection(parts) => self.types(parts),
            TypeKind::Typeof { path, args } => {
                if let Some(head) = path.first() {
                    self.use_name(head, ty.id, Use::Type);
                }
                self.types(args);
            }
            TypeKind::Indexed { object, index } => self.types([&**object, &**index]),
            TypeKind::Predicate { ty, .. } => self.types(ty.as_deref()),
            TypeKind::Template { types, .. } => {
                if !types.is_empty() {
                    self.refuse_type(ty.span, "template types with parts", "write `string`");
                }
            }
            TypeKind::UniqueSymbol => self.refuse_type(ty.span, "`unique symbol`", "write `symbol`"),
            TypeKind::Conditional { .. } => {
                self.refuse_type(ty.span, "conditional types", "use a union, or an overload")
            }
            TypeKind::Mapped { .. } => {
                self.refuse_type(ty.span, "mapped types", "use `Record`, `Partial`, `Pick` and their kin")
            }
            TypeKind::Infer(_) => self.refuse_type(ty.span, "`infer`", "use `ReturnType`, `Parameters` or `Awaited`"),
            TypeKind::Import { .. } => {
                self.refuse_type(ty.span, "`import(…)` in a type", "write `import type … from \"…\"` at the top")
            }
            TypeKind::Keyword(_) | TypeKind::Str(_) | TypeKind::Num(_) | TypeKind::Bool(_) | TypeKind::Missing => {}
        }
    }

    fn refuse_type(&mut self, span: Span, what: &str, help: &str) {
        let verb = if what.ends_with('s') { "are" } else { "is" };
        let message = format!("{what} {verb} left out of MOSL");
        self.report(Diagnostic::new(&NO_TYPE_FORM, self.file, span, message, "not in MOSL").help(help));
    }

    fn resolve_type_path(&mut self, path: &[Name]) -> TypeName {
        let Some(head) = path.first().filter(|name| !name.missing) else { return TypeName::Unresolved };
        let mut meaning = self.resolve_type_name(head);
        for name in &path[1..] {
            meaning = match meaning {
                TypeName::Namespace(file) => self.exported_type(file, name),
                // A member of an enum: the checker looks it up.
                TypeName::Enum(_) | TypeName::Unresolved => return meaning,
                _ => {
                    let message = format!("`{}` holds no types", head.text);
                    self.report(Diagnostic::new(&UNRESOLVED_TYPE, self.file, name.span, message, "not found"));
                    return TypeName::Unresolved;
                }
            };
        }
        meaning
    }

    fn exported_type(&mut self, file: FileId, name: &Name) -> TypeName {
        let table = self.linker.out.exported_types.get(usize::from(file.0));
        if let Some(meaning) = table.and_then(|types| types.get(&name.text)) {
            return *meaning;
        }
        let module = &self.linker.loaded.files[usize::from(file.0)].name;
        let message = format!("`{module}` exports no type `{}`", name.text);
        let names: Vec<SmolStr> = table.into_iter().flat_map(|types| types.keys().cloned()).collect();
        let near = nearest(&name.text, names.iter().map(SmolStr::as_str));
        let diagnostic = Diagnostic::new(&MISSING_EXPORT, self.file, name.span, message, "not exported there");
        self.report(diagnostic.suggest(name.span, near));
        TypeName::Unresolved
    }

    fn resolve_type_name(&mut self, name: &Name) -> TypeName {
        for scope in self.scopes.iter().rev() {
            if let Some(meaning) = scope.types.get(&name.text) {
                return *meaning;
            }
            if let Some(Value::Import(index)) = scope.values.get(&name.text) {
                let meaning = self.linker.modules[usize::from(self.file.0)].imports[*index as usize].meaning;
                if let Some(ty) = meaning.ty {
                    return ty;
                }
            }
        }
        if mosl_stdlib::source_of(&name.text).is_some() && crate::library::declares_type(&name.text) {
            return TypeName::Library;
        }
        self.report_unresolved_type(name);
        TypeName::Unresolved
    }

    fn report_unresolved_type(&mut self, name: &Name) {
        if self.lookup(&name.text).is_some() {
            let message = format!("`{}` is a value, not a type", name.text);
            let diagnostic = Diagnostic::new(&VALUE_AS_TYPE, self.file, name.span, message, "used as a type");
            self.report(diagnostic.help(format!("its type is `typeof {}`", name.text)));
            return;
        }
        let message = format!("there is no type called `{}` here", name.text);
        let diagnostic = Diagnostic::new(&UNRESOLVED_TYPE, self.file, name.span, message, "not found");
        let foreign = FOREIGN_TYPES.iter().find(|(known, _)| *known == name.text);
        let diagnostic = match foreign {
            Some((_, ours)) => {
                let fix = format!("change to `{ours}`");
                diagnostic.help(format!("write `{ours}`")).fix(fix, name.span, *ours)
            }
            None => {
                let near = self.nearest_type(&name.text);
                diagnostic.suggest(name.span, near.as_deref())
            }
        };
        self.report(diagnostic);
    }

    fn nearest_type(&self, name: &str) -> Option<String> {
        const KEYWORDS: [&str; 9] =
            ["number", "string", "boolean", "any", "unknown", "never", "void", "object", "symbol"];
        let declared = self.scopes.iter().flat_map(|scope| scope.types.keys()).map(SmolStr::as_str);
        let built_in =
            mosl_stdlib::index().iter().map(|(name, _)| *name).filter(|name| crate::library::declares_type(name));
        let imports = self.linker.modules[usize::from(self.file.0)].imports.iter();
        let imported = imports.filter(|import| import.meaning.ty.is_some()).map(|import| import.local.as_str());
        nearest(name, KEYWORDS.into_iter().chain(declared).chain(imported).chain(built_in)).map(str::to_owned)
    }

    /// Declares type parameters in the current scope and walks their bounds.
    pub(super) fn type_params(&mut self, params: &'a [TypeParam]) {
        for param in params {
            self.declare_type(&param.name, TypeName::Param(param.id));
        }
        for param in params {
            self.types(&param.constraint);
            self.types(&param.default);
            if let Some(span) = param.modifiers {
                self.refuse_type(span, "modifiers of type parameters", "leave it out");
            }
        }
    }

    fn signature(&mut self, signature: &'a FunctionType) {
        self.scoped(ScopeKind::Head, |walk| {
            walk.type_params(&signature.type_params);
            walk.types(&signature.this_type);
            signature.params.iter().chain(signature.rest.as_deref()).for_each(|param| walk.signature_param(param));
            walk.types(&signature.ret);
        });
    }

    fn signature_param(&mut self, param: &'a Param) {
        self.types(&param.ty);
    }

    fn interface_members(&mut self, members: &'a [InterfaceMember]) {
        for member in members {
            match &member.kind {
                InterfaceMemberKind::Property { key, ty, .. } => {
                    self.interface_key(key);
                    self.types(ty);
                }
                InterfaceMemberKind::Method { key, signature, .. } => {
                    self.interface_key(key);
                    self.signature(signature);
                }
                InterfaceMemberKind::Getter { ty, .. } => self.types(ty),
                InterfaceMemberKind::Setter { param, .. } => self.signature_param(param),
                InterfaceMemberKind::Call(signature) | InterfaceMemberKind::Construct(signature) => {
                    self.signature(signature)
                }
                InterfaceMemberKind::Index(index) => self.types([&index.key, &index.value]),
                InterfaceMemberKind::Error => {}
            }
        }
    }

    fn interface_key(&mut self, key: &'a mosl_syntax::ast::PropKey) {
        // `[Symbol.iterator]`: the names mean what they mean as values.
        self.prop_key(key);
    }

    pub(super) fn type_alias(&mut self, alias: &'a TypeAlias) {
        self.scoped(ScopeKind::Head, |walk| {
            walk.type_params(&alias.params);
            walk.ty(&alias.ty);
        });
    }

    pub(super) fn interface(&mut self, decl: &'a InterfaceDecl) {
        self.scoped(ScopeKind::Head, |walk| {
            walk.type_params(&decl.params);
            walk.types(&decl.extends);
            walk.interface_members(&decl.members);
        });
    }
}
