//! Behind a dot.

use mosl_compiler::analysis::Member;
use mosl_compiler::library;
use mosl_compiler::program::ClassId;
use mosl_compiler::types::{Type, TypeId, Types};
use mosl_syntax::TokenKind;
use mosl_syntax::ast::{Expr, ExprKind, InterfaceMemberKind, PropKey, SmolStr, StmtKind, TypeKind};

use super::{Cursor, Item, ItemKind, names, rank};
use crate::ide::hover::signature_text;
use crate::ide::occurrences::Meaning;
use crate::ide::syntax::{Node, is_word, path_at};

pub fn after_dot(cursor: &Cursor<'_, '_>) -> Option<Vec<Item>> {
    if let Some(items) = of_namespace_type(cursor) {
        return Some(items);
    }
    let ty = object_type(cursor).or_else(|| type_of_chain(cursor)).unwrap_or(Types::ANY);
    let mut items = of_type(cursor, ty, rank::WANTED);
    let unknown = matches!(cursor.analysis.kind(cursor.analysis.without_nullish(ty)), Type::Any | Type::Unknown);
    // Every object has one; a class's own is no member by that name.
    if !items.is_empty() && items.iter().all(|item| item.label != "constructor") {
        items.push(Item::new("constructor", ItemKind::Property, rank::INHERITED));
    }
    // An untyped program does with its objects what their types do not say.
    if unknown || !cursor.analysis.manifest.strict {
        items.extend(guesses(cursor));
        items.extend(well_known());
    }
    Some(items)
}

/// The words of the file: an untyped object may have a member that is called like any of them.
fn guesses(cursor: &Cursor<'_, '_>) -> Vec<Item> {
    let mut names: Vec<&str> = Vec::new();
    for token in cursor.tokens().iter().filter(|token| token.span != cursor.word) {
        let text = cursor.token_text(token);
        match token.kind {
            TokenKind::Ident => names.push(text),
            TokenKind::Str => names.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')),
            _ if is_word(token, cursor.source()) && token.kind.text().is_none() => names.push(text),
            _ => {}
        }
    }
    names.retain(|name| is_name(name));
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| Item::new(name, ItemKind::Property, rank::GUESS)).collect()
}

/// What values mostly are where nothing is known of them.
const WELL_KNOWN: [&str; 21] = [
    "Array",
    "String",
    "Error",
    "Map",
    "Set",
    "Promise",
    "Function",
    "Date",
    "RegExp",
    "Generator",
    "Number",
    "Uint8Array",
    "Object",
    "ArrayBuffer",
    "DataView",
    "AggregateError",
    "SuppressedError",
    "PromiseFulfilledResult",
    "PromiseRejectedResult",
    "PropertyDescriptor",
    "TemplateStringsArray",
];

/// The members of the built-in kinds of objects.
fn well_known() -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for name in WELL_KNOWN {
        let members = library::placed(name).filter(|placed| placed.is_type).flat_map(|placed| &placed.tree.body);
        for stmt in members {
            let StmtKind::Interface(decl) = &stmt.kind else { continue };
            let names = decl.members.iter().filter_map(|member| match &member.kind {
                InterfaceMemberKind::Method { key: PropKey::Ident(name), .. } => Some((name, ItemKind::Method)),
                InterfaceMemberKind::Property { key: PropKey::Ident(name), .. } => Some((name, ItemKind::Property)),
                _ => None,
            });
            items.extend(names.map(|(key, kind)| Item::new(key.text.as_str(), kind, rank::GUESS).detail(name)));
        }
    }
    items.sort_by(|a, b| a.label.cmp(&b.label));
    items.dedup_by(|a, b| a.label == b.label);
    items
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// `let x: all.|`
fn of_namespace_type(cursor: &Cursor<'_, '_>) -> Option<Vec<Item>> {
    let Some(Node::Type(ty)) = cursor.path.last() else { return None };
    let TypeKind::Ref { path, .. } = &ty.kind else { return None };
    let head = path.first()?;
    match crate::ide::names::imported(cursor.analysis, cursor.file, &head.text)? {
        Meaning::Binding(id) => {
            let module = match &cursor.analysis.kind(cursor.analysis.binding_type(id)) {
                Type::Namespace(module) => Some(*module),
                _ => None,
            }?;
            let mut all: Vec<SmolStr> =
                cursor.analysis.names.exported_types[usize::from(module.0)].keys().cloned().collect();
            all.sort();
            Some(all.into_iter().map(|name| Item::new(name.as_str(), ItemKind::Interface, rank::WANTED)).collect())
        }
        _ => None,
    }
}

/// The type of what stands in front of the dot.
fn object_type(cursor: &Cursor<'_, '_>) -> Option<TypeId> {
    let last = cursor.tokens().get(cursor.before?.checked_sub(1)?)?;
    let end = last.span.end;
    let path = path_at(&cursor.loaded.ast, end);
    let ends_here = path.iter().filter_map(|node| match node {
        Node::Expr(expr) if expr.span.end == end && is_object(expr) => Some(*expr),
        _ => None,
    });
    let object = ends_here.into_iter().next()?;
    match object.kind {
        ExprKind::Super => cursor.classes().next().and_then(|class| cursor.analysis.class_base(class)),
        ExprKind::This if cursor.analysis.type_of(cursor.file, object.id) == Types::ANY => {
            cursor.classes().next().map(|class| cursor.analysis.class_type(class, false))
        }
        _ => Some(cursor.analysis.type_of(cursor.file, object.id)),
    }
}

/// Where the tree has lost the object: the type of `a.b().c`, link by link.
fn type_of_chain(cursor: &Cursor<'_, '_>) -> Option<TypeId> {
    let tokens = &cursor.tokens()[..cursor.before?];
    let (mut at, mut links) = (tokens.len(), Vec::new());
    let head = loop {
        let mut calls = 0;
        while at > 0 && cursor.token_text(&tokens[at - 1]) == ")" {
            at = opener(cursor, &tokens[..at])?;
            calls += 1;
        }
        let name = cursor.token_text(tokens.get(at.checked_sub(1)?)?);
        at -= 1;
        if at == 0 || !matches!(cursor.token_text(&tokens[at - 1]), "." | "?.") {
            links.push(("", calls));
            break name;
        }
        links.push((name, calls));
        at -= 1;
    };
    let analysis = cursor.analysis;
    let mut ty = match head {
        "this" => analysis.class_type(cursor.classes().next()?, false),
        _ => {
            let names = crate::ide::names::names_at(analysis, cursor.file, cursor.offset);
            match names.iter().find(|of| of.name == head).map(|of| of.meaning) {
                Some(Meaning::Binding(id)) => analysis.binding_type(id),
                _ if mosl_compiler::is_global(head) => analysis.global_type(head),
                _ => return None,
            }
        }
    };
    for (name, calls) in links.iter().rev() {
        if !name.is_empty() {
            ty = analysis.member(ty, name)?.ty;
        }
        for _ in 0..*calls {
            ty = analysis.call_signatures(ty).first()?.ret;
        }
    }
    Some(ty)
}

/// The index of the parenthesis that opens what the last token closes.
fn opener(cursor: &Cursor<'_, '_>, tokens: &[mosl_syntax::Token]) -> Option<usize> {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().rev() {
        match cursor.token_text(token) {
            ")" => depth += 1,
            "(" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

/// What can stand in front of a dot without parentheses.
fn is_object(expr: &Expr) -> bool {
    !matches!(
        expr.kind,
        ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Logical { .. }
            | ExprKind::Assign { .. }
            | ExprKind::Conditional { .. }
            | ExprKind::Sequence(_)
            | ExprKind::Await(_)
            | ExprKind::Yield { .. }
            | ExprKind::As { .. }
            | ExprKind::AsConst(_)
            | ExprKind::Satisfies { .. }
            | ExprKind::Missing
    ) && !matches!(&expr.kind, ExprKind::Function(function) if matches!(function.body, mosl_syntax::ast::FunctionBody::Expr(_)))
}

/// The members of a type that may be used here.
pub fn of_type(cursor: &Cursor<'_, '_>, ty: TypeId, rank: u8) -> Vec<Item> {
    let inside: Vec<ClassId> = cursor.classes().collect();
    let own = cursor.analysis.own_names(cursor.analysis.without_nullish(ty));
    let is_enum = matches!(cursor.analysis.kind(ty), Type::EnumValue(_));
    let mut items = Vec::new();
    for (name, member) in cursor.analysis.members(ty) {
        let private = name.starts_with('#');
        if (private && inside.is_empty()) || !is_visible(cursor, &member, &inside) {
            continue;
        }
        let rank = if own.contains(&name) { rank } else { rank::INHERITED };
        items.extend(item(cursor, ty, &name, &member, is_enum, rank));
    }
    items
}

fn is_visible(cursor: &Cursor<'_, '_>, member: &Member, inside: &[ClassId]) -> bool {
    let Some((class, private)) = member.hidden else { return true };
    inside.iter().any(|at| {
        let mut next = Some(*at);
        while let Some(of) = next {
            if of == class {
                return true;
            }
            if private {
                return false;
            }
            next = cursor.analysis.names.classes[of.0 as usize].superclass;
        }
        false
    })
}

fn item(cursor: &Cursor<'_, '_>, of: TypeId, name: &SmolStr, member: &Member, is_enum: bool, rank: u8) -> Option<Item> {
    let bare = name.trim_start_matches('#');
    if !bare.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$') {
        return None;
    }
    let mut item = Item::new(name.as_str(), ItemKind::Property, rank);
    item.sites = cursor.analysis.member_sites(of, name);
    let signatures = cursor.analysis.call_signatures(member.ty);
    item.kind = match signatures.first() {
        _ if is_enum => ItemKind::EnumMember,
        Some(_) if member.is_method => ItemKind::Method,
        Some(_) if matches!(cursor.analysis.kind(of), Type::Namespace(_)) => ItemKind::Function,
        _ if matches!(cursor.analysis.kind(member.ty), Type::ClassValue(_)) => ItemKind::Class,
        _ => ItemKind::Property,
    };
    let text = match signatures.first() {
        Some(signature) if member.is_method => signature_text(cursor.analysis, signature),
        _ => format!(": {}", cursor.analysis.print(member.ty)),
    };
    let mark = if member.optional { "?" } else { "" };
    Some(item.detail(names::shorten(&format!("{mark}{text}"))))
}
