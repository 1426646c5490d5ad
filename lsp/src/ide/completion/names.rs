//! Names: what is in scope, what the library has, what could be imported, and the language's words.

use std::sync::OnceLock;

use mosl_compiler::library;
use mosl_compiler::program::{BindingId, BindingKind};
use mosl_compiler::resolve::TypeName;
use mosl_compiler::types::{Type, TypeId, Types};
use mosl_syntax::ast::ExprKind;

use super::{Cursor, Item, ItemKind, imports, keywords, rank};
use crate::ide::hover::signature_text;
use crate::ide::names::{ScopeName, names_at};
use crate::ide::occurrences::Meaning;
use crate::ide::symbol::{Symbol, library_sites, sites_of};
use crate::ide::syntax::Node;

/// Values, keywords and snippets.
pub fn values(cursor: &Cursor<'_, '_>) -> Vec<Item> {
    let wanted = wanted_type(cursor);
    let is_new = cursor.text_before(0) == "new";
    let mut items = Vec::new();
    for name in names_at(cursor.analysis, cursor.file, cursor.offset) {
        items.extend(value(cursor, &name, wanted, is_new));
    }
    items.extend(library_values(cursor, is_new));
    if !is_new {
        items.extend(keywords::at(cursor));
    }
    items.extend(imports::importable(cursor, false));
    items
}

fn value(cursor: &Cursor<'_, '_>, name: &ScopeName, wanted: Option<TypeId>, is_new: bool) -> Option<Item> {
    let Meaning::Binding(id) = name.meaning else { return None };
    let binding = &cursor.analysis.names.bindings[id.0 as usize];
    // A name is not proposed inside of its own declaration.
    if binding.span == cursor.word && binding.file == cursor.file {
        return None;
    }
    let in_function = !binding.is_global;
    let ty = cursor.analysis.binding_type(id);
    let mut rank = if in_function && name.distance < 6 {
        rank::NEAR
    } else if in_function {
        rank::LOCAL
    } else {
        rank::MODULE
    };
    let fits = |wanted: TypeId| wanted != Types::ANY && ty != Types::ANY && cursor.analysis.assignable(ty, wanted);
    if wanted.is_some_and(fits) || (is_new && binding.kind == BindingKind::Class) {
        rank = rank::WANTED;
    }
    Some(of_binding(cursor, &name.name, id, rank))
}

pub fn kind_of(cursor: &Cursor<'_, '_>, id: BindingId) -> ItemKind {
    match cursor.analysis.names.bindings.declared(id.0 as usize).kind {
        BindingKind::Function | BindingKind::FunctionInner | BindingKind::HostFunction => ItemKind::Function,
        BindingKind::Class | BindingKind::ClassInner => ItemKind::Class,
        BindingKind::Enum => ItemKind::Enum,
        BindingKind::Namespace(_) => ItemKind::Module,
        BindingKind::Const => ItemKind::Constant,
        _ => ItemKind::Variable,
    }
}

pub fn of_binding(cursor: &Cursor<'_, '_>, name: &str, id: BindingId, rank: u8) -> Item {
    let kind = kind_of(cursor, id);
    let ty = cursor.analysis.binding_type(id);
    let mut item = Item::new(name, kind, rank).detail(shorten(&detail(cursor, kind, ty)));
    item.sites = vec![cursor.analysis.binding_site(id)];
    item
}

fn detail(cursor: &Cursor<'_, '_>, kind: ItemKind, ty: TypeId) -> String {
    match kind {
        ItemKind::Class => "class".to_owned(),
        ItemKind::Enum => "enum".to_owned(),
        ItemKind::Module => "module".to_owned(),
        ItemKind::Function => match cursor.analysis.call_signatures(ty).first() {
            Some(signature) => signature_text(cursor.analysis, signature),
            None => format!(": {}", cursor.analysis.print(ty)),
        },
        _ => format!(": {}", cursor.analysis.print(ty)),
    }
}

/// Details are one line.
pub fn shorten(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// What the place of the cursor wants.
fn wanted_type(cursor: &Cursor<'_, '_>) -> Option<TypeId> {
    let Some(Node::Expr(expr)) = cursor.path.last() else { return None };
    matches!(expr.kind, ExprKind::Ident(_) | ExprKind::Missing)
        .then(|| cursor.analysis.context_of(cursor.file, expr.id))?
}

fn library_values(cursor: &Cursor<'_, '_>, is_new: bool) -> Vec<Item> {
    let all = LIBRARY_VALUES.get_or_init(|| describe_library(cursor)).iter();
    all.filter(|item| !is_new || item.kind == ItemKind::Class).cloned().collect()
}

/// The library's values are the same in every program.
static LIBRARY_VALUES: OnceLock<Vec<Item>> = OnceLock::new();

fn describe_library(cursor: &Cursor<'_, '_>) -> Vec<Item> {
    let mut items = vec![Item::new("undefined", ItemKind::Constant, rank::LIBRARY)];
    for (name, is_type) in library::names() {
        if is_type || !mosl_compiler::is_global(name) {
            continue;
        }
        let ty = cursor.analysis.global_type(name);
        let constructs = !cursor.analysis.new_signatures(ty).is_empty();
        let kind = match () {
            () if constructs => ItemKind::Class,
            () if !cursor.analysis.call_signatures(ty).is_empty() => ItemKind::Function,
            () => ItemKind::Variable,
        };
        let mut item = Item::new(name, kind, rank::LIBRARY).detail(shorten(&detail(cursor, kind, ty)));
        item.sites = library_sites(name);
        items.push(item);
    }
    items
}

/// Types.
pub fn types(cursor: &Cursor<'_, '_>) -> Vec<Item> {
    let mut items = Vec::new();
    for name in names_at(cursor.analysis, cursor.file, cursor.offset) {
        let analysis = cursor.analysis;
        let (kind, symbol) = match name.meaning {
            Meaning::TypeDecl(id) | Meaning::Type(TypeName::Decl(id)) => (ItemKind::Interface, Symbol::TypeDecl(id)),
            Meaning::Type(TypeName::Param(node)) => (ItemKind::TypeParameter, Symbol::TypeParam(cursor.file, node)),
            Meaning::Binding(id) => match &analysis.kind(analysis.binding_type(id)) {
                Type::ClassValue(_) => (ItemKind::Class, Symbol::Binding(id)),
                Type::EnumValue(_) => (ItemKind::Enum, Symbol::Binding(id)),
                Type::Namespace(_) => (ItemKind::Module, Symbol::Binding(id)),
                _ => continue,
            },
            _ => continue,
        };
        let mut item = Item::new(name.name.as_str(), kind, rank::NEAR);
        item.sites = sites_of(analysis, &symbol);
        items.push(item);
    }
    for (name, is_type) in library::names() {
        if is_type {
            let mut item = Item::new(name, ItemKind::Interface, rank::LIBRARY);
            item.sites = library_sites(name);
            items.push(item);
        }
    }
    let words = [
        "any",
        "boolean",
        "never",
        "null",
        "number",
        "object",
        "string",
        "symbol",
        "undefined",
        "unknown",
        "void",
        "keyof",
        "readonly",
        "typeof",
    ];
    items.extend(words.map(|word| Item::new(word, ItemKind::Keyword, rank::LOCAL)));
    items.extend(imports::importable(cursor, true));
    items
}
