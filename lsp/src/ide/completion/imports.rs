//! Names between the braces of an import, and names that another module exports and that can be imported from here.

use std::sync::LazyLock;

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_syntax::Span;
use mosl_syntax::ast::{Export, Import, StmtKind};

use super::{Cursor, Item, ItemKind, names, rank};
use crate::ide::occurrences::{Meaning, exported};
use crate::ide::outline::{SymbolKind, outline};
use crate::ide::symbol::{Symbol, sites_of};
use crate::ide::syntax::Node;
use crate::text::TextEdit;

/// `import { | } from "…"`, `export { | } from "…"`: what that module exports and the list does not have yet.
pub fn in_braces(cursor: &Cursor<'_, '_>) -> Option<Vec<Item>> {
    let (specifier, taken) = cursor.path.iter().find_map(|node| match node {
        Node::Stmt(stmt) => match &stmt.kind {
            StmtKind::Import(import) => {
                let names = import.named.iter().filter(|named| named.imported.span != cursor.word);
                Some((&import.from, names.map(|named| named.imported.text.to_utf8_lossy()).collect::<Vec<_>>()))
            }
            StmtKind::Export(export) => match &**export {
                Export::Named { from: Some(from), names, .. } => {
                    let names = names.iter().filter(|name| name.local.span != cursor.word);
                    Some((from, names.map(|name| name.local.text.to_utf8_lossy()).collect()))
                }
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })?;
    if cursor.offset > specifier.span.start {
        return None;
    }
    if !matches!(cursor.text_before(0), "{" | "," | "type") {
        return Some(Vec::new());
    }
    let Some(target) = cursor.loaded.imports.get(&specifier.span) else { return Some(Vec::new()) };
    let mut items = Vec::new();
    for (name, meaning) in exports_of(cursor, *target) {
        if !taken.contains(&name) && name != "default" {
            items.push(item(cursor, &name, meaning, rank::WANTED));
        }
    }
    Some(items)
}

fn exports_of(cursor: &Cursor<'_, '_>, file: FileId) -> Vec<(String, Meaning)> {
    let names = &cursor.analysis.names;
    let values = names.exports[usize::from(file.0)].iter().map(|(name, _)| name.to_string());
    let types = names.exported_types[usize::from(file.0)].keys().map(ToString::to_string);
    let mut all: Vec<String> = values.chain(types).collect();
    all.sort();
    all.dedup();
    all.into_iter().map(|name| (name.clone(), exported(cursor.analysis, file, &name))).collect()
}

fn item(cursor: &Cursor<'_, '_>, name: &str, meaning: Meaning, rank: u8) -> Item {
    match meaning {
        Meaning::Binding(id) => names::of_binding(cursor, name, id, rank),
        Meaning::Type(mosl_compiler::resolve::TypeName::Decl(id)) => {
            let mut item = Item::new(name, ItemKind::Interface, rank);
            item.sites = sites_of(cursor.analysis, &Symbol::TypeDecl(id));
            item
        }
        _ => Item::new(name, ItemKind::Interface, rank),
    }
}

/// What kind of thing an export is, without asking for its type: another module is not checked for a name in a list.
fn kind_of(cursor: &Cursor<'_, '_>, meaning: Meaning) -> ItemKind {
    match meaning {
        Meaning::Binding(id) => names::kind_of(cursor, id),
        _ => ItemKind::Interface,
    }
}

/// What the library's modules export: module, name, and whether it is a type only.
pub static LIBRARY_EXPORTS: LazyLock<Vec<(&'static str, String, ItemKind)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for module in mosl_stdlib::module_names() {
        let Some(source) = mosl_stdlib::module_source(module) else { continue };
        let parsed = mosl_compiler::project::ParsedFile::new(source.into());
        let exports = parsed.ast.body.iter().filter(|stmt| matches!(stmt.kind, StmtKind::Export(_)));
        let spans: Vec<Span> = exports.map(|stmt| stmt.span).collect();
        for item in outline(&loaded(parsed)) {
            if spans.iter().any(|span| span.start <= item.name_span.start && item.name_span.end <= span.end) {
                let kind = match item.kind {
                    SymbolKind::Class => ItemKind::Class,
                    SymbolKind::Function => ItemKind::Function,
                    SymbolKind::Enum => ItemKind::Enum,
                    SymbolKind::Interface | SymbolKind::TypeAlias => ItemKind::Interface,
                    _ => ItemKind::Constant,
                };
                all.push((module, item.name, kind));
            }
        }
    }
    all
});

fn loaded(parsed: mosl_compiler::project::ParsedFile) -> mosl_compiler::project::LoadedFile {
    mosl_compiler::project::LoadedFile {
        id: FileId(0),
        name: String::new(),
        source: parsed.source.clone(),
        ast: parsed.ast.clone(),
        parsed: parsed.into(),
        is_library: true,
        imports: Default::default(),
    }
}

/// Exports of other modules whose names begin as the word does, with the edit that imports them.
pub fn importable(cursor: &Cursor<'_, '_>, types: bool) -> Vec<Item> {
    let prefix = cursor.prefix().to_lowercase();
    if prefix.is_empty() {
        return Vec::new();
    }
    let starts = |name: &str| name.to_lowercase().starts_with(&prefix);
    let mut items = Vec::new();
    for file in cursor.analysis.loaded.files.iter().filter(|file| file.id != cursor.file && !file.is_library) {
        let specifier = relative(&cursor.loaded.name, &file.name);
        for (name, meaning) in exports_of(cursor, file.id) {
            let is_type = matches!(meaning, Meaning::Type(_) | Meaning::TypeDecl(_));
            if starts(&name) && name != "default" && (types || !is_type) {
                let mut item = Item::new(name.as_str(), kind_of(cursor, meaning), rank::IMPORT);
                item.detail = Some(format!("from \"{specifier}\""));
                if let Meaning::Binding(id) = meaning {
                    item.sites = vec![cursor.analysis.binding_site(id)];
                }
                item.additional = vec![import_edit(cursor.loaded, &specifier, &name, is_type)];
                items.push(item);
            }
        }
    }
    for (module, name, kind) in LIBRARY_EXPORTS.iter() {
        let is_type = *kind == ItemKind::Interface;
        if starts(name)
            && (types || !is_type)
            && (!types || is_type || *kind == ItemKind::Class || *kind == ItemKind::Enum)
        {
            let mut item = Item::new(name.as_str(), *kind, rank::IMPORT).detail(format!("from \"{module}\""));
            item.additional = vec![import_edit(cursor.loaded, module, name, is_type)];
            let loaded = cursor.analysis.loaded.files.iter().find(|file| file.name == *module);
            if let Some(Meaning::Binding(id)) = loaded.map(|file| exported(cursor.analysis, file.id, name)) {
                item.sites = vec![cursor.analysis.binding_site(id)];
            }
            items.push(item);
        }
    }
    items
}

/// Where a name could be imported from, with the edit that does it.
pub fn importable_exactly(analysis: &Analysis<'_>, file: FileId, name: &str, types: bool) -> Vec<(String, TextEdit)> {
    let loaded = &analysis.loaded.files[usize::from(file.0)];
    let mut found = Vec::new();
    for other in analysis.loaded.files.iter().filter(|other| other.id != file && !other.is_library) {
        let meaning = exported(analysis, other.id, name);
        let is_type = matches!(meaning, Meaning::Type(_) | Meaning::TypeDecl(_));
        if meaning != Meaning::Unknown && (types || !is_type) {
            let specifier = relative(&loaded.name, &other.name);
            let edit = import_edit(loaded, &specifier, name, is_type);
            found.push((specifier, edit));
        }
    }
    for (module, _, kind) in LIBRARY_EXPORTS.iter().filter(|(_, export, _)| export == name) {
        let is_type = *kind == ItemKind::Interface;
        if types || !is_type {
            found.push(((*module).to_owned(), import_edit(loaded, module, name, is_type)));
        }
    }
    found
}

/// The specifier by which a file imports another.
pub fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let folder = &from[..from.len() - 1];
    let common = folder.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = folder.len() - common;
    let head = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    format!("{head}{}", to[common..].join("/"))
}

/// The edit that imports a name: into an import of that module, or a new one behind the others.
pub fn import_edit(file: &mosl_compiler::project::LoadedFile, specifier: &str, name: &str, is_type: bool) -> TextEdit {
    let imports: Vec<(&Import, Span)> = file
        .ast
        .body
        .iter()
        .filter_map(|stmt| match &stmt.kind {
            StmtKind::Import(import) => Some((&**import, stmt.span)),
            _ => None,
        })
        .collect();
    let same = imports.iter().find(|(import, _)| {
        import.from.text.to_utf8_lossy() == specifier && import.namespace.is_none() && (!import.type_only || is_type)
    });
    if let Some((import, _)) = same
        && let Some(last) = import.named.last()
    {
        return TextEdit::insert(last.span.end, format!(", {name}"));
    }
    let word = if is_type { "import type" } else { "import" };
    let line = format!("{word} {{ {name} }} from \"{specifier}\";");
    match imports.last() {
        Some((_, span)) => TextEdit::insert(span.end, format!("\n{line}")),
        None => {
            let gap = if file.ast.body.is_empty() { "\n" } else { "\n\n" };
            TextEdit::insert(top(file), format!("{line}{gap}"))
        }
    }
}

/// Where a first import belongs: behind the comment at the file's head that is not a declaration's own.
fn top(file: &mosl_compiler::project::LoadedFile) -> u32 {
    let mut at = 0;
    for comment in &file.parsed.comments {
        let between = file.source.get(at as usize..comment.span.start as usize).unwrap_or("x");
        if !between.trim().is_empty() {
            break;
        }
        let behind = &file.source[comment.span.end as usize..];
        let blank =
            behind.find(|c: char| c != '\n' && c != '\r').is_some_and(|gap| behind[..gap].matches('\n').count() > 1);
        if !blank && comment.span.start > 0 && !file.source[comment.span.range()].starts_with("#!") {
            continue;
        }
        if blank {
            let gap = behind.find(|c: char| c != '\n' && c != '\r').unwrap_or(0);
            at = comment.span.end + gap as u32;
        }
    }
    at
}
