//! What a name is, its type and its documentation.

use mosl_compiler::analysis::{Analysis, SourceId};
use mosl_compiler::program::{BindingId, BindingKind, FileId};
use mosl_compiler::types::{Signature, Type, TypeId};
use mosl_syntax::Span;
use mosl_syntax::ast::{ExprKind, Unit};

use super::definition::type_at;
use super::symbol::{Found, Symbol, sites_of, symbols_at};
use super::syntax::{Node, path_at};
use super::text::{docs_of, headline, source_text};

#[derive(Clone, PartialEq, Debug)]
pub struct Hover {
    pub span: Span,
    /// MOSL code.
    pub code: String,
    /// Markdown.
    pub docs: Option<String>,
}

/// Of the decorators, which no declaration documents.
const DECORATORS: [(&str, &str); 2] = [
    (
        "persist",
        "The field's value survives restarts: it is committed at the end of each turn. Its type must be plain data.",
    ),
    ("synced", "Visitors' clients see the field's value. Its type must be plain data."),
];

pub fn hover(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Hover> {
    if let Some(found) = symbols_at(analysis, file, offset).into_iter().next() {
        let code = describe(analysis, file, &found, offset)?;
        let docs = sites_of(analysis, &found.symbol).iter().find_map(|site| docs_of(analysis, site));
        return Some(Hover { span: found.occurrence.span, code, docs });
    }
    let loaded = &analysis.loaded.files[usize::from(file.0)];
    let word = super::syntax::word_at(loaded, offset);
    let name = loaded.source.get(word.range())?;
    if loaded.source[..word.start as usize].ends_with('@') {
        let (name, docs) = DECORATORS.iter().find(|(known, _)| *known == name)?;
        return Some(Hover { span: word, code: format!("@{name}"), docs: Some((*docs).to_owned()) });
    }
    match path_at(&loaded.ast, offset).last()? {
        Node::Expr(expr) => {
            let code = match &expr.kind {
                ExprKind::Unit { digits, unit } => unit_text(digits, *unit),
                ExprKind::This | ExprKind::Super => {
                    let word = if matches!(expr.kind, ExprKind::This) { "this" } else { "super" };
                    format!("{word}: {}", analysis.print(analysis.type_of(file, expr.id)))
                }
                _ => return None,
            };
            Some(Hover { span: expr.span, code, docs: None })
        }
        _ => None,
    }
}

/// `90deg` in the unit that it is a number of.
fn unit_text(digits: &str, unit: Unit) -> String {
    let value: f64 = digits.parse().unwrap_or(f64::NAN);
    match unit {
        Unit::Mrk => format!("{digits}mrk: Mrk"),
        Unit::Deg => format!("{digits}deg = {} radians", round(value.to_radians())),
        Unit::Ms => format!("{digits}ms = {} seconds", round(value / 1000.0)),
        Unit::S => format!("{digits}s = {} seconds", round(value)),
        Unit::Min => format!("{digits}min = {} seconds", round(value * 60.0)),
        Unit::H => format!("{digits}h = {} seconds", round(value * 3600.0)),
    }
}

fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn describe(analysis: &Analysis<'_>, file: FileId, found: &Found, offset: u32) -> Option<String> {
    let ty = type_at(analysis, file, found, offset);
    let name = &found.occurrence.name;
    Some(match &found.symbol {
        Symbol::Binding(id) => describe_binding(analysis, *id, name, ty),
        Symbol::TypeDecl(_) => {
            let site = sites_of(analysis, &found.symbol).into_iter().next()?;
            let text = source_text(analysis, site.source).get(site.whole.range())?;
            // A short alias tells all.
            if text.starts_with("type") && text.len() < 200 {
                text.trim_end_matches(';').to_owned()
            } else {
                headline(source_text(analysis, site.source), site.whole)
            }
        }
        Symbol::TypeParam(..) => format!("(type parameter) {name}"),
        Symbol::Member { of, name, .. } => describe_member(analysis, *of, name, ty),
        Symbol::Library(name) => describe_library(analysis, found, name, ty),
        Symbol::Module(file) => format!("module \"{}\"", analysis.loaded.files[usize::from(file.0)].name),
        Symbol::Label(..) => format!("(label) {name}"),
    })
}

pub fn describe_binding(analysis: &Analysis<'_>, id: BindingId, name: &str, ty: Option<TypeId>) -> String {
    let kind = analysis.names.bindings[id.0 as usize].kind;
    let ty = ty.unwrap_or_else(|| analysis.binding_type(id));
    let word = match kind {
        BindingKind::Function | BindingKind::HostFunction | BindingKind::FunctionInner => {
            let declared = analysis.binding_type(id);
            return describe_function(analysis, "function ", name, declared)
                .unwrap_or_else(|| format!("function {name}: {}", analysis.print(ty)));
        }
        BindingKind::Class | BindingKind::ClassInner => {
            let site = analysis.binding_site(id);
            return headline(source_text(analysis, site.source), site.whole);
        }
        BindingKind::Enum => return format!("enum {name}"),
        BindingKind::Namespace(file) => {
            return format!("module {name} from \"{}\"", analysis.loaded.files[usize::from(file.0)].name);
        }
        BindingKind::Param => "(parameter)",
        BindingKind::Catch => "(caught)",
        BindingKind::Const | BindingKind::DefaultExport => "const",
        BindingKind::Let => "let",
        BindingKind::Var => "var",
        BindingKind::Using => "using",
    };
    format!("{word} {name}: {}", analysis.print(ty))
}

/// The first signature, and how many more there are.
pub fn describe_function(analysis: &Analysis<'_>, before: &str, name: &str, ty: TypeId) -> Option<String> {
    let signatures = analysis.call_signatures(ty);
    let first = signatures.first()?;
    let more = match signatures.len() {
        1 => String::new(),
        2 => " (+1 overload)".to_owned(),
        count => format!(" (+{} overloads)", count - 1),
    };
    Some(format!("{before}{name}{}{more}", signature_text(analysis, first)))
}

fn describe_member(analysis: &Analysis<'_>, of: TypeId, name: &str, at: Option<TypeId>) -> String {
    let member = analysis.member(of, name);
    let owner = match &analysis.kind(of) {
        Type::Object(_) | Type::Any => String::new(),
        _ => format!("{}.", analysis.print(of).trim_start_matches("typeof ")),
    };
    if let Some(member) = member.filter(|member| member.is_method)
        && let Some(text) = describe_function(analysis, "(method) ", &format!("{owner}{name}"), member.ty)
    {
        return text;
    }
    let ty = at.or(member.map(|member| member.ty)).map_or_else(|| "any".to_owned(), |ty| analysis.print(ty));
    let mark = if member.is_some_and(|member| member.optional) { "?" } else { "" };
    let readonly = if member.is_some_and(|member| member.readonly) { "readonly " } else { "" };
    let word = if matches!(analysis.kind(of), Type::EnumValue(_)) { "enum member" } else { "property" };
    format!("({word}) {readonly}{owner}{name}{mark}: {ty}")
}

fn describe_library(analysis: &Analysis<'_>, found: &Found, name: &str, ty: Option<TypeId>) -> String {
    if let super::occurrences::Meaning::Type(_) = found.occurrence.meaning
        && let Some(site) = sites_of(analysis, &found.symbol).into_iter().next()
    {
        return headline(source_text(analysis, site.source), site.whole);
    }
    if name == "undefined" {
        return "undefined".to_owned();
    }
    let ty = ty.unwrap_or_else(|| analysis.global_type(name));
    let is_class = !analysis.new_signatures(ty).is_empty();
    match describe_function(analysis, "function ", name, ty) {
        Some(text) if !is_class => text,
        _ => format!("const {name}: {}", analysis.print(ty)),
    }
}

/// A signature as it is written behind a function's name.
pub fn signature_text(analysis: &Analysis<'_>, signature: &Signature) -> String {
    let (text, _) = signature_parts(analysis, signature);
    text
}

/// The same, with the place of each parameter in the text.
pub fn signature_parts(analysis: &Analysis<'_>, signature: &Signature) -> (String, Vec<std::ops::Range<usize>>) {
    let mut out = String::new();
    if !signature.type_params.is_empty() {
        let types = analysis.types();
        let names: Vec<&str> =
            signature.type_params.iter().map(|param| types.params[param.0 as usize].name.as_str()).collect();
        out.push_str(&format!("<{}>", names.join(", ")));
    }
    out.push('(');
    let mut places = Vec::new();
    for (index, param) in signature.params.iter().chain(&signature.rest).enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        let from = out.len();
        let rest = if index >= signature.params.len() { "..." } else { "" };
        let mark = if param.optional { "?" } else { "" };
        let ty = if param.optional { analysis.without_undefined(param.ty) } else { param.ty };
        out.push_str(&format!("{rest}{}{mark}: {}", param.name, analysis.print(ty)));
        places.push(from..out.len());
    }
    out.push_str("): ");
    out.push_str(&analysis.signature_result(signature));
    (out, places)
}

/// Whether a place is in the library, whose files are shown but not changed.
pub fn is_library(source: SourceId) -> bool {
    matches!(source, SourceId::Library(_))
}
