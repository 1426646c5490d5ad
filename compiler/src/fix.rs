//! `mosl fix`: applies the fixes that diagnostics carry, check after check, until none is left. No IO: the answer is new texts.
//!
//! A change is kept only where the program then has no more errors than before and no file parses worse than before. Fixes whose edits
//! touch are never applied in one step; what a step brings to light is fixed by the next. A text that was there before is never
//! gone back to, so it ends.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::json::line_column;
use crate::diagnostics::{Diagnostic, Edit};
use crate::front::Checked;
use crate::project::{FileSystem, ReadError};

/// More steps than any file needs that a person wrote: each of them checks the program once.
const MAX_STEPS: usize = 500;

/// What became of a program.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The files that changed, by name, with their new texts.
    pub texts: BTreeMap<String, String>,
    /// In the order in which they were applied.
    pub applied: Vec<Applied>,
    /// Fixes that are left because they are not certain.
    pub guesses: usize,
    /// What the check of the new texts says.
    pub errors: usize,
    pub warnings: usize,
}

/// A fix that was applied, where it was at that time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub code: &'static str,
    pub title: String,
}

/// Fixes what `check` reports about the files of `fs`. `guesses` includes the fixes that are not certain.
pub fn fix(fs: &dyn FileSystem, check: &dyn Fn(&dyn FileSystem) -> Checked, guesses: bool) -> Fixed {
    let first = check(fs);
    let mut fixer = Fixer { fs, check, guesses, seen: BTreeSet::new(), refused: BTreeSet::new(), now: first };
    let mut fixed = Fixed::default();
    for _ in 0..MAX_STEPS {
        let accepted = fixer.step(&mut fixed.texts);
        if accepted.is_empty() {
            break;
        }
        fixed.applied.extend(accepted.into_iter().map(|change| change.applied));
    }
    let left = fixer.now.diagnostics.iter();
    fixed.errors = left.clone().filter(|found| found.is_error()).count();
    fixed.warnings = fixer.now.diagnostics.len() - fixed.errors;
    fixed.guesses = left.filter(|found| !guesses && found.fix.as_ref().is_some_and(|fix| !fix.certain)).count();
    fixed
}

/// A fix of the newest check.
#[derive(Clone)]
struct Change {
    applied: Applied,
    edits: Vec<Edit>,
    /// Tells a fix that made things worse when it comes again: what it is about and what it would write, not where.
    key: String,
}

struct Fixer<'a> {
    fs: &'a dyn FileSystem,
    check: &'a dyn Fn(&dyn FileSystem) -> Checked,
    guesses: bool,
    /// The texts of the changed files after each step.
    seen: BTreeSet<BTreeMap<String, String>>,
    refused: BTreeSet<String>,
    now: Checked,
}

impl Fixer<'_> {
    /// Applies as many fixes of the newest check as go together; those that were, by place.
    fn step(&mut self, texts: &mut BTreeMap<String, String>) -> Vec<Change> {
        self.seen.insert(texts.clone());
        let changes = self.disjoint_changes();
        let base = self.texts_of(&changes);
        let standing = Standing::of(&self.now);
        let mut step = Step { base, before: texts.clone(), standing, accepted: Vec::new() };
        self.attempt(&mut step, changes);
        if !step.accepted.is_empty() {
            *texts = step.texts(&step.accepted);
        }
        step.accepted.sort_by_key(|change| (change.applied.file.clone(), change.edits[0].span));
        step.accepted
    }

    /// Tries all; where that makes things worse, each half by itself.
    fn attempt(&mut self, step: &mut Step, mut changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        let together: Vec<Change> = step.accepted.iter().chain(&changes).cloned().collect();
        let texts = step.texts(&together);
        if !self.seen.contains(&texts) {
            let checked = (self.check)(&Overlay { fs: self.fs, texts: &texts });
            let standing = Standing::of(&checked);
            if !standing.is_worse_than(&step.standing) {
                (step.accepted, step.standing, self.now) = (together, standing, checked);
                return;
            }
        }
        if changes.len() == 1 {
            self.refused.insert(changes.remove(0).key);
            return;
        }
        let second = changes.split_off(changes.len() / 2);
        self.attempt(step, changes);
        self.attempt(step, second);
    }

    /// The fixes that may be applied, by place; of those that touch each other, the first.
    fn disjoint_changes(&self) -> Vec<Change> {
        let mut all: Vec<Change> = self.now.diagnostics.iter().filter_map(|found| self.change(found)).collect();
        all.sort_by_key(|change| (change.applied.file.clone(), change.edits[0].span));
        let mut chosen: Vec<Change> = Vec::new();
        for change in all {
            // Edits of one file are sorted, but a fix with several may reach beyond the next one's.
            let clash = chosen.iter().rev().take_while(|other| other.applied.file == change.applied.file);
            if !clash.into_iter().any(|other| touch(&other.edits, &change.edits)) {
                chosen.push(change);
            }
        }
        chosen
    }

    fn change(&self, found: &Diagnostic) -> Option<Change> {
        let fix = found.fix.as_ref().filter(|fix| fix.certain || self.guesses)?;
        let source = self.now.sources.get(usize::from(found.file.0))?;
        // The library is not the creator's, nor is what lies outside of the folder that was named.
        let is_own = mosl_stdlib::module_source(&source.name).is_none() && !source.name.starts_with("../");
        let mut edits = fix.edits.clone();
        edits.sort_by_key(|edit| edit.span);
        let valid = |edit: &Edit| source.text.get(edit.span.start as usize..edit.span.end as usize).is_some();
        let apart = edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
        if !is_own || edits.is_empty() || !edits.iter().all(valid) || !apart {
            return None;
        }
        let (line, column) = line_column(&source.text, found.primary.span.start);
        let start = source.text[..edits[0].span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let around = source.text[start..].lines().next().unwrap_or_default();
        let key = format!("{}\n{}\n{}\n{around}", source.name, found.code, fix.title);
        let file = source.name.clone();
        let change =
            Change { applied: Applied { file, line, column, code: found.code, title: fix.title.clone() }, edits, key };
        (!self.refused.contains(&change.key)).then_some(change)
    }

    /// The texts that the changes' places mean.
    fn texts_of(&self, changes: &[Change]) -> BTreeMap<String, String> {
        let wanted: BTreeSet<&str> = changes.iter().map(|change| change.applied.file.as_str()).collect();
        let sources = self.now.sources.iter().filter(|source| wanted.contains(source.name.as_str()));
        sources.map(|source| (source.name.clone(), source.text.to_string())).collect()
    }
}

/// Changes of one check that go together so far.
struct Step {
    base: BTreeMap<String, String>,
    /// The changed files' texts before this step.
    before: BTreeMap<String, String>,
    standing: Standing,
    accepted: Vec<Change>,
}

impl Step {
    /// The texts of all files changed so far, with these changes.
    fn texts(&self, changes: &[Change]) -> BTreeMap<String, String> {
        let mut texts = self.before.clone();
        for (file, base) in &self.base {
            let own = changes.iter().filter(|change| change.applied.file == *file);
            let mut edits: Vec<&Edit> = own.flat_map(|change| &change.edits).collect();
            if !edits.is_empty() {
                edits.sort_by_key(|edit| edit.span);
                texts.insert(file.clone(), edited(base, &edits));
            }
        }
        texts
    }
}

/// The text with edits that are sorted and apart.
fn edited(text: &str, edits: &[&Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.span.start as usize]);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(&text[at..]);
    out
}

fn touch(a: &[Edit], b: &[Edit]) -> bool {
    a.iter().any(|a| b.iter().any(|b| a.span.start <= b.span.end && b.span.start <= a.span.end))
}

/// How bad a program is.
struct Standing {
    errors: usize,
    /// Syntax errors by file.
    unread: BTreeMap<String, usize>,
}

impl Standing {
    fn of(checked: &Checked) -> Self {
        let mut unread = BTreeMap::new();
        for found in checked.diagnostics.iter().filter(|found| found.is_syntax()) {
            let name = checked.sources.get(usize::from(found.file.0)).map(|source| source.name.clone());
            *unread.entry(name.unwrap_or_default()).or_default() += 1;
        }
        Self { errors: checked.diagnostics.iter().filter(|found| found.is_error()).count(), unread }
    }

    fn is_worse_than(&self, before: &Self) -> bool {
        let more = |(file, count): (&String, &usize)| *count > before.unread.get(file).copied().unwrap_or(0);
        self.errors > before.errors || self.unread.iter().any(more)
    }
}

/// Files, some of them with other texts.
struct Overlay<'a> {
    fs: &'a dyn FileSystem,
    texts: &'a BTreeMap<String, String>,
}

impl FileSystem for Overlay<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.texts.get(path).map_or_else(|| self.fs.read(path), |text| Ok(text.clone()))
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.fs.list(folder)
    }
}
