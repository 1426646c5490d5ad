//! The programs on disk. `tests/conformance/<family>/<point>.mosl` has its expected output beside it as `<point>.out`; a folder
//! with a `main.mosl` is one program. `tests/refused/<point>.mosl` names in its first line what refuses it. Reads files, runs nothing.

use std::fs;
use std::path::{Path, PathBuf};

use mosl_compiler::project::{FileSystem, ReadError};

/// A program and where it stands.
#[derive(Clone, Debug)]
pub struct Program {
    /// As tests are called: `closures::loop-bindings`.
    pub name: String,
    /// The folder that its imports may name files in.
    pub folder: PathBuf,
    /// The entry's path within the folder.
    pub entry: String,
}

impl Program {
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.entry)
    }

    pub fn source(&self) -> String {
        fs::read_to_string(self.path()).expect("a program of the corpus is readable")
    }

    /// The text beside the program; empty where there is none, which no program prints by accident.
    pub fn expected(&self) -> String {
        fs::read_to_string(self.path().with_extension("out")).unwrap_or_default()
    }

    pub fn files(&self) -> Disk {
        Disk { root: self.folder.clone() }
    }
}

/// `tests/` of this checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All programs under a folder of `tests/`, in order of their names.
pub fn programs(folder: &str) -> Vec<Program> {
    let base = root().join(folder);
    let mut found = Vec::new();
    collect(&base, &base, &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!found.is_empty(), "no programs in {}", base.display());
    found
}

fn collect(base: &Path, folder: &Path, found: &mut Vec<Program>) {
    let name_of = |path: &Path| {
        let inside = path.strip_prefix(base).expect("below the base").with_extension("");
        inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("::")
    };
    if folder.join("main.mosl").exists() {
        found.push(Program { name: name_of(folder), folder: folder.into(), entry: "main.mosl".into() });
        return;
    }
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(base, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "mosl") {
            let entry = path.file_name().expect("a file").to_string_lossy().into_owned();
            found.push(Program { name: name_of(&path), folder: folder.into(), entry });
        }
    }
}

/// A folder as the compiler sees it.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl FileSystem for Disk {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        fs::read_to_string(self.root.join(path)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ReadError::NotFound,
            _ => ReadError::Unreadable(error.to_string()),
        })
    }
}
