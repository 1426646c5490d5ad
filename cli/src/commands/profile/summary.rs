//! Samples as people read them: by function, by line, as a tree of calls, and with what stayed dynamic where it was hot.

use std::collections::BTreeMap;

use mosl_vm::{Module, Sample, TraceLine};

use super::dynamic::Place;

/// What was found. Fuel is in units.
#[derive(Debug, Default)]
pub struct Summary {
    pub total: u64,
    /// Most fuel of its own first.
    pub functions: Vec<FunctionRow>,
    /// Most fuel first.
    pub lines: Vec<LineRow>,
    /// Outermost calls first.
    pub tree: Call,
    pub files: Vec<SourceText>,
    /// The hottest first.
    pub dynamic: Vec<Hot>,
}

#[derive(Debug)]
pub struct FunctionRow {
    pub name: String,
    pub own: u64,
    pub with_calls: u64,
}

#[derive(Debug)]
pub struct LineRow {
    pub file: String,
    pub line: u32,
    pub own: u64,
    /// With what it calls.
    pub with_calls: u64,
}

/// A function and all that it calls.
#[derive(Debug, Default)]
pub struct Call {
    pub own: u64,
    pub total: u64,
    pub calls: BTreeMap<String, Call>,
}

/// A file of which the module knows the text.
#[derive(Debug)]
pub struct SourceText {
    pub name: String,
    pub text: String,
}

/// A place that stayed dynamic on a line that is hot.
#[derive(Debug)]
pub struct Hot {
    pub place: Place,
    /// Of its line.
    pub fuel: u64,
}

impl Summary {
    pub fn of(module: &Module, samples: &[Sample], dynamic: &[Place]) -> Self {
        let mut summary = Self::default();
        let mut functions: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut lines: BTreeMap<(String, u32), (u64, u64)> = BTreeMap::new();
        for sample in samples {
            let calls = sample.trace.lines(module.contents());
            summary.total += sample.fuel;
            add(&mut functions, calls.iter().map(label), sample.fuel);
            add(&mut lines, calls.iter().map(|call| (call.file.clone(), call.line)), sample.fuel);
            let mut at = &mut summary.tree;
            at.total += sample.fuel;
            for call in calls.iter().rev() {
                at = at.calls.entry(label(call)).or_default();
                at.total += sample.fuel;
            }
            at.own += sample.fuel;
        }
        summary.functions =
            functions.into_iter().map(|(name, (own, with_calls))| FunctionRow { name, own, with_calls }).collect();
        summary.functions.sort_by_key(|row| std::cmp::Reverse((row.own, row.with_calls)));
        let heat = |file: &str, line: u32| lines.get(&(file.to_owned(), line)).map_or(0, |(own, _)| *own);
        let hot = dynamic.iter().map(|place| Hot { fuel: heat(&place.file, place.line), place: place.clone() });
        summary.dynamic = hot.filter(|hot| hot.fuel > 0).collect();
        summary.dynamic.sort_by_key(|hot| std::cmp::Reverse(hot.fuel));
        summary.lines = lines
            .into_iter()
            .map(|((file, line), (own, with_calls))| LineRow { file, line, own, with_calls })
            .collect();
        summary.lines.sort_by_key(|row| std::cmp::Reverse((row.own, row.with_calls)));
        let texts = module
            .contents()
            .files
            .iter()
            .filter_map(|file| Some(SourceText { name: file.name.clone(), text: file.text.clone()? }));
        summary.files = texts.collect();
        summary
    }

    /// Per cent of all fuel.
    pub fn percent(&self, fuel: u64) -> f64 {
        if self.total == 0 { 0.0 } else { fuel as f64 * 100.0 / self.total as f64 }
    }

    /// The text of a line, without the white space around it.
    pub fn line_text(&self, file: &str, line: u32) -> &str {
        let source = self.files.iter().find(|source| source.name == file);
        source.and_then(|source| source.text.lines().nth(line as usize - 1)).unwrap_or("").trim()
    }
}

/// Adds a sample's fuel: to the innermost as its own, to each once with what it calls.
fn add<K: Ord + Clone>(rows: &mut BTreeMap<K, (u64, u64)>, calls: impl Iterator<Item = K>, fuel: u64) {
    let mut seen = std::collections::BTreeSet::new();
    for (depth, key) in calls.enumerate() {
        let row = rows.entry(key.clone()).or_default();
        if depth == 0 {
            row.0 += fuel;
        }
        if seen.insert(key) {
            row.1 += fuel;
        }
    }
}

/// What a function is called here.
fn label(call: &TraceLine) -> String {
    let name = if call.function.is_empty() { "(unnamed)" } else { &call.function };
    format!("{name} {}", call.file)
}
