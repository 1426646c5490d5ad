//! Every program of the conformance corpus that is not there to be refused checks without errors; nothing that is cut off or garbled
//! makes the compiler panic.

use std::fs;
use std::path::{Path, PathBuf};

use mosl_compiler::diagnostics::render::render_all;
use mosl_compiler::project::{FileSystem, ReadError};
use mosl_compiler::{Options, check};

/// The corpus on disk.
struct Disk;

impl FileSystem for Disk {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        fs::read_to_string(path).map_err(|_| ReadError::NotFound)
    }
}

/// One text under one name.
struct One<'a>(&'a str);

impl FileSystem for One<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        if path == "main.mosl" { Ok(self.0.to_owned()) } else { Err(ReadError::NotFound) }
    }
}

fn corpus() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "mosl") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn is_refused(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str() == "refuse" || part.as_os_str() == "refused" || part.as_os_str() == "reject")
}

#[test]
fn the_corpus_has_no_errors() {
    let mut failures = String::new();
    for path in corpus().into_iter().filter(|path| !is_refused(path)) {
        let path = path.to_str().expect("UTF-8");
        let checked = check(&Disk, path, &Options::default());
        let errors: Vec<_> = checked.diagnostics.into_iter().filter(|diagnostic| diagnostic.is_error()).collect();
        failures.push_str(&render_all(&errors, &checked.sources, false));
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_prefix_of_a_program_is_checked_without_a_panic() {
    for path in corpus().into_iter().step_by(29) {
        let text = fs::read_to_string(&path).expect("listed");
        let cuts = text.char_indices().map(|(at, _)| at).filter(|at| at % 7 == 0);
        for cut in cuts {
            check(&One(&text[..cut]), "main.mosl", &Options::default());
        }
    }
}
