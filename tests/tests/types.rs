//! What is accepted and what is reported in strict programs. `tests/types/<topic>.mosl` holds small cases, each begun by a line
//! `//// name`; a line that is to be reported ends in `// error`. TypeScript agrees with the marks (`tests/types/compare.mjs`) except
//! where a mark names a row of `tests/types/differences.md`: `// error here (row)` is reported by MOSL alone, `// error in TypeScript
//! (row)` by TypeScript alone.

use std::collections::BTreeSet;
use std::fs;
use std::process::ExitCode;

use mosl_compiler::diagnostics::render::render_all;
use mosl_compiler::project::{Manifest, MemoryFiles};
use mosl_compiler::{Options, check};
use mosl_tests::corpus;
use mosl_tests::harness::{self, Case};

struct Sample {
    name: String,
    text: String,
    /// Lines from 1.
    marked: BTreeSet<usize>,
    rows: Vec<String>,
}

fn main() -> ExitCode {
    let samples = samples();
    let rows: Vec<String> = samples.iter().flat_map(|sample| sample.rows.clone()).collect();
    let mut cases: Vec<Case> =
        samples.into_iter().map(|sample| Case::new(sample.name.clone(), move || check_sample(&sample))).collect();
    cases.push(Case::new("every difference is listed and every row has a case", move || check_rows(&rows)));
    harness::main(cases)
}

fn samples() -> Vec<Sample> {
    let folder = corpus::root().join("types");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("a readable folder").flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "mosl"));
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let topic = path.file_stem().expect("a file").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a readable file");
        for part in text.split("//// ").skip(1) {
            let (name, body) = part.split_once('\n').unwrap_or((part, ""));
            all.push(sample(format!("{topic}::{}", name.trim()), body));
        }
    }
    all
}

fn sample(name: String, text: &str) -> Sample {
    let mut sample = Sample { name, text: text.to_owned(), marked: BTreeSet::new(), rows: Vec::new() };
    for (index, line) in text.lines().enumerate() {
        let Some((_, mark)) = line.rsplit_once("// error") else { continue };
        if mark.is_empty() || mark.starts_with(" here (") {
            sample.marked.insert(index + 1);
        }
        if let Some((_, row)) = mark.split_once('(') {
            sample.rows.push(row.trim_end_matches(')').to_owned());
        }
    }
    sample
}

fn check_sample(sample: &Sample) -> Result<(), String> {
    let files = MemoryFiles::new([("main.mosl", &*sample.text)]);
    let manifest = Manifest { strict: true, ..Manifest::default() };
    let checked = check(&files, "main.mosl", &Options { manifest, ..Options::default() });
    let line = |at: u32| sample.text.as_bytes().iter().take(at as usize).filter(|byte| **byte == b'\n').count() + 1;
    let errors = checked.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let found: BTreeSet<usize> = errors.map(|diagnostic| line(diagnostic.primary.span.start)).collect();
    if found == sample.marked {
        return Ok(());
    }
    let told = render_all(&checked.diagnostics, &checked.sources, false);
    Err(format!("marked {:?}, found {found:?}\n{}\n{told}", sample.marked, sample.text.trim_end()))
}

fn check_rows(used: &[String]) -> Result<(), String> {
    let table = fs::read_to_string(corpus::root().join("types/differences.md")).expect("the table is there");
    let listed: BTreeSet<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(row, _)| row)).collect();
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    match (used.difference(&listed).next(), listed.difference(&used).next()) {
        (Some(row), _) => Err(format!("`{row}` is no row of the table")),
        (_, Some(row)) => Err(format!("no case shows `{row}`")),
        _ => Ok(()),
    }
}
