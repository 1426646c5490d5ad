//! Every symbol of every example, renamed there and back: what is renamed still checks, and the way back leads to the same text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mosl_compiler::analysis::Analysis;
use mosl_compiler::diagnostics::Severity;
use mosl_compiler::program::FileId;
use mosl_compiler::project::ParseCache;
use mosl_lsp::ide::occurrences::occurrences;
use mosl_lsp::ide::references::references;
use mosl_lsp::ide::rename::{prepare, rename};
use mosl_lsp::text::TextEdit;
use mosl_syntax::Span;

use crate::corpus::{Program, conformance, examples, on_all};

type Files = BTreeMap<String, String>;

/// A name that no program has.
const OTHER: &str = "renamed_there";

fn errors(analysis: &Analysis<'_>) -> Vec<String> {
    let own = analysis.loaded.files.iter().filter(|file| !file.is_library);
    let all = own.flat_map(|file| analysis.diagnostics(file.id)).filter(|found| found.severity == Severity::Error);
    all.map(|found| found.message.replace(OTHER, "")).collect()
}

fn apply(analysis: &Analysis<'_>, files: &Files, edits: &[(FileId, Vec<TextEdit>)]) -> Files {
    let mut files = files.clone();
    for (file, edits) in edits {
        let text = files.get_mut(&analysis.loaded.files[usize::from(file.0)].name).expect("one of the program's files");
        *text = TextEdit::apply_all(edits, text);
    }
    files
}

/// Where the name at a place stands after an edit of its own file: as many characters later as the edits before it have added.
fn moved(at: u32, edits: &[TextEdit]) -> u32 {
    let before = edits.iter().filter(|edit| edit.span.end <= at);
    let grown: i64 = before.map(|edit| edit.text.len() as i64 - i64::from(edit.span.end - edit.span.start)).sum();
    // A shorthand became `name: other`: the part that was renamed.
    let within = edits.iter().find(|edit| edit.span.start == at).and_then(|edit| edit.text.find(OTHER)).unwrap_or(0);
    (i64::from(at) + grown) as u32 + within as u32
}

/// Each symbol with a place in the entry, once: the place, the name.
fn symbols(analysis: &Analysis<'_>, file: FileId) -> Vec<(u32, String)> {
    let mut seen: BTreeSet<(FileId, Span)> = BTreeSet::new();
    let mut all = Vec::new();
    for of in occurrences(analysis, file) {
        let Ok((span, name)) = prepare(analysis, file, of.span.start) else { continue };
        if span != of.span || seen.contains(&(file, span)) {
            continue;
        }
        let everywhere = references(analysis, file, span.start, true);
        seen.extend(everywhere.into_iter().map(|place| (place.file, place.occurrence.span)));
        all.push((span.start, name));
    }
    all
}

/// What became of the symbols of a program.
#[derive(Default)]
struct Outcome {
    count: usize,
    /// The way there or back was refused.
    refused: Vec<String>,
    wrong: Vec<String>,
}

fn there_and_back(program: &Program) -> Outcome {
    let cache = ParseCache::default();
    let (symbols, before) =
        program.with(program.text(), &cache, |analysis, file| (symbols(analysis, file), errors(analysis)));
    let mut outcome = Outcome { count: symbols.len(), ..Outcome::default() };
    for (at, name) in &symbols {
        let place_of = |what: &str| {
            let line = program.text()[..*at as usize].lines().count();
            format!("{}:{line} `{name}`: {what}", program.entry)
        };
        let mut complain = |what: &str| outcome.wrong.push(place_of(what));
        let there = program.with(program.text(), &cache, |analysis, file| {
            let edits = rename(analysis, file, *at, OTHER)?;
            let own = edits.iter().find(|(of, _)| *of == file).map_or(&[][..], |(_, edits)| edits);
            Ok::<_, String>((apply(analysis, &program.files, &edits), moved(*at, own)))
        });
        let (files, place) = match there {
            Ok(there) => there,
            Err(reason) => {
                outcome.refused.push(place_of(&reason));
                continue;
            }
        };
        let renamed =
            Program { files: Arc::new(files), entry: program.entry.clone(), manifest: program.manifest.clone() };
        let bare = name.trim_start_matches('#');
        let back = renamed.with(renamed.text(), &cache, |analysis, file| {
            let edits = rename(analysis, file, place, bare)?;
            Ok::<_, String>((errors(analysis), apply(analysis, &renamed.files, &edits)))
        });
        match back {
            Err(reason) => outcome.refused.push(place_of(&reason)),
            Ok((found, _)) if found.len() != before.len() => complain(&format!("renamed, it has errors: {found:?}")),
            Ok((_, files)) => {
                // `{ make: make }` has become `{ make }` on the way.
                let long = format!("{bare}: {bare}");
                let differ = |(path, text): &(&String, &String)| {
                    program.files[*path].replace(&long, bare) != text.replace(&long, bare)
                };
                if let Some((path, text)) = files.iter().find(differ) {
                    let line = text.lines().zip(program.files[path].lines()).find(|(a, b)| a != b);
                    complain(&format!("back it reads {line:?}"));
                }
            }
        }
    }
    outcome
}

fn all_of(programs: &[Program]) -> Outcome {
    let mut sum = Outcome::default();
    for one in on_all(programs, there_and_back) {
        sum.count += one.count;
        sum.refused.extend(one.refused);
        sum.wrong.extend(one.wrong);
    }
    println!("{} symbols; refused: {:#?}\nwrong: {:#?}", sum.count, sum.refused, sum.wrong);
    sum
}

#[test]
fn every_symbol_of_every_example() {
    let all = all_of(&examples());
    assert!(all.count > 250 && all.refused.is_empty() && all.wrong.is_empty());
}

/// Not all conformance programs: renaming each symbol of the larger ones takes long. `MOSL_CUTS=all` takes them all. They play with
/// shadowing and with names that are no names, where a refusal is right.
#[test]
fn every_symbol_of_some_conformance_programs() {
    let everything = std::env::var("MOSL_CUTS").is_ok_and(|cuts| cuts == "all");
    let mut programs = conformance();
    // By its file's name, so that a new program changes nothing for the others.
    programs.retain(|program| {
        let name = program.entry.rsplit('/').next().unwrap_or_default();
        everything || name == "generics.mosl" || name.bytes().map(u32::from).sum::<u32>() % 12 == 0
    });
    let all = all_of(&programs);
    assert!(all.wrong.is_empty());
    assert!(all.refused.len() * 40 <= all.count, "more than one in 40");
}
