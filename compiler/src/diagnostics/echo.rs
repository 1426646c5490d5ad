//! One mistake, one report. Where the text could not be read, what the parser makes of the rest of the line, and what the resolver and
//! the checker make of that, are echoes: they are dropped, and show up after the first report is mended if they were more than that.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Diagnostic, Source};
use crate::program::FileId;

/// Characters, strings, numbers: what the parser cannot be right about until they are.
const LEXICAL: std::ops::RangeInclusive<&str> = "E0007"..="E0018";
/// They swallow the rest of the file, and with it all brackets' ends.
const SWALLOWING: [&str; 2] = ["E0009", "E0010"];
const UNCLOSED_BRACKET: &str = "E0005";
/// What the parser says behind a bracket that is never closed: what stands there was meant to be outside.
const BEHIND_UNCLOSED: [&str; 3] = ["E0001", "E0002", "E0006"];
/// What stands outside of its function, loop or class where the head of that could not be read.
const OUTSIDE: [&str; 7] = ["E0022", "E0023", "E0024", "E0025", "E0026", "E0029", "E0030"];
/// Names of values and of types that nothing declares.
const UNDECLARED: [&str; 2] = ["E0120", "E0121"];

/// Keeps the first syntax error of each line, and of the other findings those in lines without one.
pub(crate) fn drop_echoes(diagnostics: &mut Vec<Diagnostic>, sources: &[Source]) {
    if !diagnostics.iter().any(Diagnostic::is_syntax) {
        return;
    }
    let lines = line_numbers(diagnostics, sources);
    let swallowed: FxHashSet<FileId> =
        diagnostics.iter().filter(|found| SWALLOWING.contains(&found.code)).map(|found| found.file).collect();
    let mut firsts: FxHashMap<(FileId, usize), usize> = FxHashMap::default();
    let rank = |at: usize| (!LEXICAL.contains(&diagnostics[at].code), diagnostics[at].primary.span.start);
    for (at, found) in diagnostics.iter().enumerate().filter(|(_, found)| found.is_syntax()) {
        let first = firsts.entry((found.file, lines[at])).or_insert(at);
        if rank(at) < rank(*first) {
            *first = at;
        }
    }
    let mut unclosed: FxHashMap<FileId, u32> = FxHashMap::default();
    for found in diagnostics.iter().filter(|found| found.code == UNCLOSED_BRACKET) {
        let start = unclosed.entry(found.file).or_insert(u32::MAX);
        *start = (*start).min(found.primary.span.start);
    }
    let follows = |found: &Diagnostic| {
        BEHIND_UNCLOSED.contains(&found.code)
            && unclosed.get(&found.file).is_some_and(|start| found.primary.span.start > *start)
    };
    let unread = unread_names(diagnostics, sources);
    let broken: FxHashMap<FileId, u32> = diagnostics
        .iter()
        .filter(|found| found.is_syntax() && !OUTSIDE.contains(&found.code))
        .map(|found| (found.file, found.primary.span.start))
        .rev()
        .collect();
    let is_outside = |found: &Diagnostic| {
        OUTSIDE.contains(&found.code) && broken.get(&found.file).is_some_and(|start| *start < found.primary.span.start)
    };
    let may_be_declared = |found: &Diagnostic| {
        UNDECLARED.contains(&found.code)
            && unread.get(&found.file).is_some_and(|names| {
                let text = &sources[usize::from(found.file.0)].text;
                text.get(found.primary.span.range()).is_some_and(|name| names.contains(name))
            })
    };
    let is_swallowed = |found: &Diagnostic| found.code == UNCLOSED_BRACKET && swallowed.contains(&found.file);
    let mut at = 0;
    diagnostics.retain(|found| {
        let first = firsts.get(&(found.file, lines[at]));
        let is_first = first.is_none_or(|first| *first == at);
        at += 1;
        let is_echo = follows(found) || is_outside(found) || may_be_declared(found) || is_swallowed(found);
        is_first && !is_echo
    });
}

/// The words in lines that could not be read: they may be declared there.
fn unread_names<'s>(diagnostics: &[Diagnostic], sources: &'s [Source]) -> FxHashMap<FileId, FxHashSet<&'s str>> {
    let mut names: FxHashMap<FileId, FxHashSet<&str>> = FxHashMap::default();
    for found in diagnostics.iter().filter(|found| found.is_syntax()) {
        let text: &str = &sources[usize::from(found.file.0)].text;
        let at = (found.primary.span.start as usize).min(text.len());
        let start = text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end = text.as_bytes()[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |to| at + to);
        let words = text[start..end].split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$'));
        names.entry(found.file).or_default().extend(words.filter(|word| !word.is_empty()));
    }
    names
}

/// The line in which each starts.
fn line_numbers(diagnostics: &[Diagnostic], sources: &[Source]) -> Vec<usize> {
    let mut starts: FxHashMap<FileId, Vec<usize>> = FxHashMap::default();
    let line_of = |found: &Diagnostic| {
        let starts = starts.entry(found.file).or_insert_with(|| {
            let text = &sources[usize::from(found.file.0)].text;
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect()
        });
        starts.partition_point(|end| *end < found.primary.span.start as usize)
    };
    diagnostics.iter().map(line_of).collect()
}
