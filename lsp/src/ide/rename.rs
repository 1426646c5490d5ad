//! Renaming: what may be renamed, and every edit that it takes.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::FileId;
use mosl_syntax::{Span, TokenClass, TokenKind};

use super::definition::is_own;
use super::names::names_at;
use super::occurrences::{Meaning, Role, occurrences};
use super::references::{Reference, references_to};
use super::symbol::{Found, Symbol, sites_of, symbols_at};
use crate::text::TextEdit;

/// The name at a position that can be renamed, as it is written; else the reason in words.
pub fn prepare(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Result<(Span, String), String> {
    let found = renamable(analysis, file, offset)?;
    Ok((found.occurrence.span, found.occurrence.name.to_string()))
}

fn renamable(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Result<Found, String> {
    let found = symbols_at(analysis, file, offset).into_iter().next().ok_or("there is no name here")?;
    let name = &found.occurrence.name;
    match &found.symbol {
        Symbol::Module(_) => return Err("a module is renamed by renaming its file".into()),
        Symbol::Library(_) => return Err(format!("`{name}` is part of the language")),
        Symbol::Member { sites, .. } if !sites.iter().all(|site| is_own(analysis, site.source)) => {
            return Err(format!("`{name}` is declared by the platform"));
        }
        _ => {}
    }
    if name == "default" || name == "constructor" {
        return Err(format!("`{name}` cannot be renamed"));
    }
    Ok(found)
}

/// The edits by file that give a name another one.
pub fn rename(
    analysis: &Analysis<'_>,
    file: FileId,
    offset: u32,
    new: &str,
) -> Result<Vec<(FileId, Vec<TextEdit>)>, String> {
    let found = renamable(analysis, file, offset)?;
    let old = found.occurrence.name.clone();
    let is_private = old.starts_with('#');
    let new = if is_private { format!("#{}", new.trim_start_matches('#')) } else { new.to_owned() };
    check_name(&new, matches!(found.symbol, Symbol::Member { .. }))?;
    if new == old {
        return Ok(Vec::new());
    }
    let foreign = !sites_of(analysis, &found.symbol).iter().all(|site| is_own(analysis, site.source));
    let mut places = references_to(analysis, &found.symbol);
    places.retain(|place| place.occurrence.name == old && is_own_file(analysis, place.file));
    // A name that an import gave, or that only this file can change, is this file's own.
    let here = places.iter().filter(|place| place.file == file);
    let aliased = here.clone().any(|place| place.occurrence.alias);
    if foreign || aliased {
        places.retain(|place| place.file == file);
    }
    check_conflicts(analysis, &found, &places, &new)?;
    Ok(edits(analysis, &places, &old, &new, foreign))
}

fn is_own_file(analysis: &Analysis<'_>, file: FileId) -> bool {
    !analysis.loaded.files[usize::from(file.0)].is_library
}

/// Whether a text can be a name.
pub fn check_name(name: &str, is_member: bool) -> Result<(), String> {
    let bare = name.strip_prefix('#').filter(|_| is_member).unwrap_or(name);
    let starts = bare.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$');
    if !starts || !bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '\u{200c}' | '\u{200d}')) {
        return Err(format!("`{name}` is not a name"));
    }
    let reserved = |kind: &&TokenKind| kind.text() == Some(name) && kind.class() != TokenClass::Contextual;
    if !is_member
        && (TokenKind::ALL.iter().any(|kind| reserved(&kind)) || matches!(name, "undefined" | "arguments" | "eval"))
    {
        return Err(format!("`{name}` is a word of the language"));
    }
    Ok(())
}

/// Above this many places the check for clashes looks at the first ones only.
const MAX_CHECKED: usize = 300;

fn check_conflicts(analysis: &Analysis<'_>, found: &Found, places: &[Reference], new: &str) -> Result<(), String> {
    if let Symbol::Member { of, .. } = &found.symbol {
        let known = analysis.own_names(*of).iter().any(|name| name == new);
        return if known { Err(format!("`{}` has a member `{new}` already", analysis.print(*of))) } else { Ok(()) };
    }
    for place in places.iter().take(MAX_CHECKED) {
        let clash =
            names_at(analysis, place.file, place.occurrence.span.start).into_iter().any(|name| name.name == new);
        if clash {
            return Err(format!("`{new}` already means something else here"));
        }
    }
    Ok(())
}

fn edits(
    analysis: &Analysis<'_>,
    places: &[Reference],
    old: &str,
    new: &str,
    foreign: bool,
) -> Vec<(FileId, Vec<TextEdit>)> {
    let mut all: Vec<(FileId, Vec<TextEdit>)> = Vec::new();
    for file in &analysis.loaded.files {
        let here: Vec<&Reference> = places.iter().filter(|place| place.file == file.id).collect();
        if here.is_empty() {
            continue;
        }
        let names = occurrences(analysis, file.id);
        let mut list = Vec::new();
        for place in here {
            let span = place.occurrence.span;
            let is_member = |meaning: &Meaning| {
                matches!(meaning, Meaning::MemberOf(_) | Meaning::PropertyOf(_) | Meaning::ClassMember(..))
            };
            let twin = names.iter().find(|of| of.span == span && of.shorthand);
            let imported = is_import_name(&file.source, span, &place.occurrence.role);
            let text = match twin {
                Some(_) if is_member(&place.occurrence.meaning) => format!("{new}: {old}"),
                Some(_) => format!("{old}: {new}"),
                // What another module calls so keeps its name there.
                None if foreign && imported => format!("{old} as {new}"),
                None => new.to_owned(),
            };
            list.push(TextEdit::new(span, text));
        }
        all.push((file.id, list));
    }
    all
}

/// Whether a name stands in the braces of an import.
fn is_import_name(source: &str, span: Span, role: &Role) -> bool {
    let before = &source[..span.start as usize];
    let statement = before.rfind(';').map_or(0, |at| at + 1).max(before.rfind("import").unwrap_or(0));
    *role == Role::Read
        && source[statement..].starts_with("import")
        && before[statement..].contains('{')
        && !before[statement..].contains('}')
}
