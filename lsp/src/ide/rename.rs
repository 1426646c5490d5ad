//! Renaming: what may be renamed, and every edit that it takes.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::{BindingKind, FileId};
use mosl_syntax::{Span, TokenClass, TokenKind};

use super::definition::is_own;
use super::names::{ScopeName, names_at};
use super::occurrences::{Meaning, Occurrence, Role, occurrences};
use super::references::{Reference, family, references_to};
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
        // Also what only overrides the platform's: under another name, nobody would call it.
        Symbol::Member { sites, .. }
            if !family(analysis, name, sites).iter().all(|site| is_own(analysis, site.source)) =>
        {
            return Err(format!("`{name}` is declared by the platform"));
        }
        _ => {}
    }
    // What the place of an object literal asks for is known, and by whom.
    if let Meaning::PropertyOf(node) = found.occurrence.meaning
        && let Some(wanted) = analysis.context_of(file, node)
        && analysis.member(wanted, name).is_some()
        && !analysis.declares(wanted, name)
    {
        return Err(format!("`{name}` is declared by the platform"));
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
    if aliased {
        // `{ door as gate }`: what it is called in its own module.
        places.retain(|place| place.occurrence.alias || !is_renamed_import(analysis, place));
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
    let clash = places.iter().take(MAX_CHECKED).any(|place| is_hidden(analysis, place, new))
        || places.first().is_some_and(|_| hides(analysis, &found.occurrence, places, new));
    if clash { Err(format!("`{new}` already means something else here")) } else { Ok(()) }
}

/// Whether a name that is called `new` would not lead here any more: something nearer is called so, or something in the same scope.
fn is_hidden(analysis: &Analysis<'_>, place: &Reference, new: &str) -> bool {
    let names = names_at(analysis, place.file, place.occurrence.span.start);
    let Some(theirs) = names.iter().find(|name| name.name == new) else { return false };
    let ours = names.iter().find(|name| name.name == place.occurrence.name);
    ours.is_none_or(|ours| theirs.distance <= ours.distance || share_function(analysis, ours, theirs))
}

/// Whether other names that are called `new` would lead here.
fn hides(analysis: &Analysis<'_>, ours: &Occurrence, places: &[Reference], new: &str) -> bool {
    let mut files: Vec<FileId> = places.iter().map(|place| place.file).collect();
    files.dedup();
    files.into_iter().any(|file| {
        let names = occurrences(analysis, file);
        let is_other =
            |other: &&Occurrence| other.name == new && other.meaning != ours.meaning && !is_member(&other.meaning);
        let others = names.iter().filter(is_other);
        others.take(MAX_CHECKED).any(|other| {
            let names = names_at(analysis, file, other.span.start);
            let Some(ours) = names.iter().find(|name| name.name == ours.name && name.meaning == ours.meaning) else {
                return false;
            };
            let theirs = names.iter().find(|name| name.name == new);
            theirs.is_none_or(|theirs| theirs.distance > ours.distance || share_function(analysis, ours, theirs))
        })
    })
}

/// A parameter and a variable of the same function's body, which must not have one name.
fn share_function(analysis: &Analysis<'_>, a: &ScopeName, b: &ScopeName) -> bool {
    let (inner, outer) = if a.distance < b.distance { (a, b) } else { (b, a) };
    let is_param = match outer.meaning {
        Meaning::Binding(id) => analysis.names.bindings[id.0 as usize].kind == BindingKind::Param,
        _ => false,
    };
    is_param && inner.distance + 1 == outer.distance
}

/// Whether a name stands in the braces of an import, with its own name here behind it.
fn is_renamed_import(analysis: &Analysis<'_>, place: &Reference) -> bool {
    let source = &analysis.loaded.files[usize::from(place.file.0)].source;
    let span = place.occurrence.span;
    let after = source[span.end as usize..].trim_start();
    is_import_name(source, span, &place.occurrence.role) && after.starts_with("as ")
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
            let twin = names.iter().any(|of| of.span == span && of.shorthand);
            let imported = is_import_name(&file.source, span, &place.occurrence.role);
            list.push(match twin {
                true if is_member(&place.occurrence.meaning) => TextEdit::new(span, format!("{new}: {old}")),
                true => TextEdit::new(span, format!("{old}: {new}")),
                // What another module calls so keeps its name there.
                false if foreign && imported => TextEdit::new(span, format!("{old} as {new}")),
                false => match same_name_twice(&file.source, &names, place, new) {
                    Some(both) => TextEdit::new(both, new),
                    None => TextEdit::new(span, new),
                },
            });
        }
        all.push((file.id, list));
    }
    all
}

fn is_member(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::MemberOf(_) | Meaning::PropertyOf(_) | Meaning::ClassMember(..) | Meaning::KeyOf(_))
}

/// `{ new: old }` and `{ new as old }` become shorter: the extent of both names, if the other one is the new name already.
fn same_name_twice(source: &str, names: &[Occurrence], place: &Reference, new: &str) -> Option<Span> {
    let here = &place.occurrence;
    let between = |first: Span, second: Span| {
        source.get(first.end as usize..second.start as usize).map(str::trim).unwrap_or_default()
    };
    names.iter().filter(|other| other.name == new && other.span != here.span && !other.shorthand).find_map(|other| {
        let (key, value) = if other.span < here.span { (other, here) } else { (here, other) };
        let both = Span::new(key.span.start, value.span.end);
        let after = source[both.end as usize..].trim_start();
        let before = source[..both.start as usize].trim_end();
        let before = before.strip_suffix("type").map_or(before, str::trim_end);
        let alone = before.ends_with(['{', ',']) && after.starts_with([',', '}', '=']);
        let short = match between(key.span, value.span) {
            // A default is the pattern's; in a literal it would be an assignment.
            ":" => is_member(&key.meaning) && (!after.starts_with('=') || matches!(key.meaning, Meaning::MemberOf(_))),
            "as" => value.alias,
            _ => false,
        };
        (alone && short && matches!(value.meaning, Meaning::Binding(_) | Meaning::Type(_))).then_some(both)
    })
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
