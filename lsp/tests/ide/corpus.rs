//! Every example and conformance program, each as the project that it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use mosl_compiler::analysis::{Analysis, analyse};
use mosl_compiler::program::FileId;
use mosl_compiler::project::{FileSystem, Manifest, ParseCache, ReadError};

/// A program: the files of its folder, and the one that is looked at.
pub struct Program {
    /// All source files below the folder, by path.
    pub files: Arc<BTreeMap<String, String>>,
    pub entry: String,
    pub manifest: Manifest,
}

/// The files of a program with one of them as it is just being typed.
struct Edited<'p> {
    files: &'p BTreeMap<String, String>,
    changed: (&'p str, &'p str),
}

impl FileSystem for Edited<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        if path == self.changed.0 {
            return Ok(self.changed.1.to_owned());
        }
        self.files.get(path).cloned().ok_or(ReadError::NotFound)
    }
}

impl Program {
    pub fn text(&self) -> &str {
        &self.files[&self.entry]
    }

    /// Asks about the program with this text in its entry.
    pub fn with<T>(&self, text: &str, cache: &ParseCache, ask: impl FnOnce(&Analysis<'_>, FileId) -> T) -> T {
        let fs = Edited { files: &self.files, changed: (&self.entry, text) };
        analyse(&fs, std::slice::from_ref(&self.entry), &self.manifest, cache, |analysis| {
            ask(analysis, analysis.loaded.files[0].id)
        })
    }
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "mosl") {
            out.push(path);
        }
    }
}

fn below(folder: &Path) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    collect(folder, &mut paths);
    let read = |path: &PathBuf| Some((path.to_str()?.to_owned(), std::fs::read_to_string(path).ok()?));
    paths.iter().filter_map(read).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Each file of each example.
pub fn examples() -> Vec<Program> {
    let mut all = Vec::new();
    for folder in std::fs::read_dir(root().join("examples")).into_iter().flatten().flatten() {
        let files = Arc::new(below(&folder.path()).into_iter().collect::<BTreeMap<_, _>>());
        let text = std::fs::read_to_string(folder.path().join("mosl.json")).expect("an example is a project");
        let manifest = Manifest::parse(&text, FileId(0)).0;
        let program =
            |entry: &String| Program { files: files.clone(), entry: entry.clone(), manifest: manifest.clone() };
        all.extend(files.keys().map(program));
    }
    all.sort_by(|a, b| a.entry.cmp(&b.entry));
    assert!(all.len() >= 7, "the examples are there");
    all
}

/// Each file under `tests/conformance`.
pub fn conformance() -> Vec<Program> {
    let files = Arc::new(below(&root().join("tests/conformance")).into_iter().collect::<BTreeMap<_, _>>());
    let program =
        |entry: &String| Program { files: files.clone(), entry: entry.clone(), manifest: Manifest::default() };
    let all: Vec<Program> = files.keys().map(program).collect();
    assert!(all.len() >= 200, "the conformance programs are there");
    all
}

/// Runs `work` on each program, on two threads with the stack that compiling needs.
pub fn on_all<T: Send>(programs: &[Program], work: impl Fn(&Program) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let run = || {
        while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = work(program);
            done.lock().expect("no panic").push(result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let thread = std::thread::Builder::new().stack_size(mosl_compiler::STACK_BYTES);
            thread.spawn_scoped(scope, run).expect("a thread");
        }
    });
    done.into_inner().expect("no panic")
}
