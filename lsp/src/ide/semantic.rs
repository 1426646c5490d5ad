//! What each name is, for colours that go beyond words: kind and modifiers.

use mosl_compiler::analysis::{Analysis, SourceId};
use mosl_compiler::program::{BindingKind, FileId};
use mosl_compiler::resolve::TypeName;
use mosl_compiler::types::Type;
use mosl_syntax::{Span, TokenKind};

use super::occurrences::{Meaning, Occurrence, Role, occurrences};
use super::symbol::{Symbol, member_symbol};

/// The legend: an index into this is what the protocol sends. Standard names, so that every theme knows them.
pub const KINDS: [&str; 14] = [
    "namespace",
    "class",
    "enum",
    "interface",
    "type",
    "typeParameter",
    "parameter",
    "variable",
    "property",
    "enumMember",
    "function",
    "method",
    "decorator",
    "number",
];

/// Bits in this order.
pub const MODIFIERS: [&str; 5] = ["declaration", "readonly", "static", "async", "defaultLibrary"];

const DECLARATION: u32 = 1;
const READONLY: u32 = 1 << 1;
const STATIC: u32 = 1 << 2;
const LIBRARY: u32 = 1 << 4;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SemanticToken {
    pub span: Span,
    /// Index into [`KINDS`].
    pub kind: u32,
    /// Bits of [`MODIFIERS`].
    pub modifiers: u32,
}

/// The names of a file (or of a part of it), in order.
pub fn semantic_tokens(analysis: &Analysis<'_>, file: FileId, part: Option<Span>) -> Vec<SemanticToken> {
    let mut tokens = Vec::new();
    for of in occurrences(analysis, file) {
        let inside = part.is_none_or(|part| of.span.start < part.end && part.start < of.span.end);
        if inside && let Some((kind, modifiers)) = classify(analysis, file, &of) {
            let declares = if of.role == Role::Declare { DECLARATION } else { 0 };
            tokens.push(SemanticToken { span: of.span, kind: index(kind), modifiers: modifiers | declares });
        }
    }
    let loaded = &analysis.loaded.files[usize::from(file.0)];
    let all = &loaded.parsed.tokens;
    for (at, token) in all.iter().enumerate() {
        let span = token.span;
        let inside = part.is_none_or(|part| span.start < part.end && part.start < span.end);
        let decorator = at > 0 && all[at - 1].kind == TokenKind::At;
        if inside && token.kind == TokenKind::Unit {
            tokens.push(SemanticToken { span, kind: index("number"), modifiers: 0 });
        } else if inside && decorator {
            tokens.push(SemanticToken { span, kind: index("decorator"), modifiers: 0 });
        }
    }
    tokens.sort_by_key(|token| token.span);
    // Of a shorthand's two names the variable is shown; no two tokens may overlap.
    tokens.dedup_by(|later, former| later.span.start < former.span.end);
    tokens
}

fn index(kind: &str) -> u32 {
    KINDS.iter().position(|known| *known == kind).map_or(0, |at| at as u32)
}

fn classify(analysis: &Analysis<'_>, file: FileId, of: &Occurrence) -> Option<(&'static str, u32)> {
    Some(match of.meaning {
        Meaning::Binding(id) => {
            let binding = &analysis.names.bindings[id.0 as usize];
            let library = if analysis.loaded.files[usize::from(binding.file.0)].is_library { LIBRARY } else { 0 };
            let kind = match binding.kind {
                BindingKind::Function | BindingKind::FunctionInner | BindingKind::HostFunction => "function",
                BindingKind::Class | BindingKind::ClassInner => "class",
                BindingKind::Enum => "enum",
                BindingKind::Namespace(_) => "namespace",
                BindingKind::Param => "parameter",
                _ if matches!(analysis.kind(analysis.binding_type(id)), Type::Function(_)) => "function",
                _ => "variable",
            };
            let constant = matches!(binding.kind, BindingKind::Const | BindingKind::Using | BindingKind::DefaultExport);
            (kind, library | if constant { READONLY } else { 0 })
        }
        Meaning::Global => {
            let ty = analysis.global_type(&of.name);
            let kind = if of.name == "undefined" {
                return None;
            } else if !analysis.new_signatures(ty).is_empty() {
                "class"
            } else if !analysis.call_signatures(ty).is_empty() {
                "function"
            } else {
                "variable"
            };
            (kind, LIBRARY)
        }
        Meaning::Type(name) => match name {
            TypeName::Decl(_) => ("interface", 0),
            TypeName::Class(_) => ("class", 0),
            TypeName::Enum(_) => ("enum", 0),
            TypeName::Param(_) => ("typeParameter", 0),
            TypeName::Library => ("type", LIBRARY),
            TypeName::Namespace(_) => ("namespace", 0),
            TypeName::Unresolved => return None,
        },
        Meaning::TypeDecl(_) => ("interface", 0),
        Meaning::MemberOf(node) => of_member(analysis, analysis.type_of(file, node), of)?,
        Meaning::PropertyOf(node) => of_member(analysis, analysis.type_of(file, node), of).unwrap_or(("property", 0)),
        Meaning::ClassMember(class, is_static) => {
            let (kind, modifiers) = of_member(analysis, analysis.class_type(class, is_static), of)?;
            (kind, modifiers | if is_static { STATIC } else { 0 })
        }
        Meaning::DeclaredHere => ("property", 0),
        Meaning::EnumMember(_) => ("enumMember", READONLY),
        Meaning::Module(_) | Meaning::Label(_) | Meaning::KeyOf(_) | Meaning::Unknown => return None,
    })
}

fn of_member(
    analysis: &Analysis<'_>,
    ty: mosl_compiler::types::TypeId,
    of: &Occurrence,
) -> Option<(&'static str, u32)> {
    let kind = analysis.kind(analysis.without_nullish(ty));
    if let Type::EnumValue(_) = kind {
        return Some(("enumMember", READONLY));
    }
    if let (Type::Namespace(_), Some(Symbol::Binding(id))) = (&kind, member_symbol(analysis, ty, &of.name)) {
        let callable = !analysis.call_signatures(analysis.binding_type(id)).is_empty();
        return Some((if callable { "function" } else { "variable" }, 0));
    }
    let member = analysis.member(ty, &of.name)?;
    let callable = member.is_method || !analysis.call_signatures(member.ty).is_empty();
    let sites = || analysis.member_sites(ty, &of.name);
    let library = matches!(kind, Type::Array { .. } | Type::String | Type::Interface { .. })
        && sites().iter().all(|site| matches!(site.source, SourceId::Library(_)));
    let modifiers = if library { LIBRARY } else { 0 } | if member.readonly { READONLY } else { 0 };
    Some((if callable { "method" } else { "property" }, modifiers))
}
