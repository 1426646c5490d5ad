//! A table of programs that a test expects to fail, each with the reason: one that is listed and passes fails. `MOSL_UPDATE=1` writes the
//! table anew from what happens.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use crate::corpus::{self, Program};
use crate::harness::{self, Case};

/// Runs `check` over programs of the corpus, each a test of its own; where it panics, the test fails whatever the table says. `name` is the table's file; `about` stands at its top.
pub fn main(
    name: &'static str,
    about: &str,
    programs: Vec<Program>,
    check: fn(&Program) -> Result<(), String>,
) -> ExitCode {
    let known = Arc::new(read(name));
    // Programs that are not run now keep their lines.
    let found = Arc::new(Mutex::new(BTreeMap::clone(&known)));
    let updates = std::env::var_os("MOSL_UPDATE").is_some();
    let cases = programs.into_iter().map(|program| {
        let (known, found) = (Arc::clone(&known), Arc::clone(&found));
        Case::new(program.name.clone(), move || {
            let outcome = check(&program);
            let mut found = found.lock().expect("no test holds it");
            match &outcome {
                Ok(()) => found.remove(&program.name),
                Err(text) => found.insert(program.name.clone(), reason(text)),
            };
            drop(found);
            if updates { Ok(()) } else { judge(name, known.get(&program.name), outcome) }
        })
    });
    let exit = harness::main(cases.collect());
    if updates {
        write(name, about, &found.lock().expect("all tests ended"));
    }
    exit
}

fn judge(table: &str, listed: Option<&String>, outcome: Result<(), String>) -> Result<(), String> {
    match (listed, outcome) {
        (None, outcome) => outcome,
        (Some(_), Err(_)) => Ok(()),
        (Some(_), Ok(())) => Err(format!("it passes, and stands in tests/{table}: take it out")),
    }
}

/// A failure in a line.
fn reason(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(110).collect()
}

fn path(table: &str) -> PathBuf {
    corpus::root().join(table)
}

/// The programs of a table, with their reasons.
pub fn read(table: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(path(table)).unwrap_or_default();
    let entries = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    entries.map(|(name, reason)| (name.to_owned(), reason.to_owned())).collect()
}

fn write(table: &str, about: &str, found: &BTreeMap<String, String>) {
    let mut text = format!("# {about}\n");
    for (name, reason) in found {
        text.push_str(&format!("{name}: {reason}\n"));
    }
    fs::write(path(table), text).expect("the table is writable");
}
