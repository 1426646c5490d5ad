//! Which program a file belongs to: the project whose `mosl.json` is the nearest above it, with all source files below that; or else
//! the file alone, with what it imports.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mosl_compiler::diagnostics::Diagnostic;
use mosl_compiler::project::{Manifest, join};

use super::disk::Overlay;
use super::documents::Documents;
use super::program::Snapshot;

/// Bounds on how much of a disk is searched for sources.
const MAX_FILES: usize = 10_000;
const MAX_FOLDER_DEPTH: usize = 24;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum ProjectKey {
    /// The folder of a `mosl.json`.
    Folder(String),
    /// A file outside of every project, or an unsaved one.
    Single(String),
}

impl ProjectKey {
    /// Whether a change of the file may change this program.
    pub fn may_hold(&self, name: &str) -> bool {
        match self {
            Self::Folder(folder) => name.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')),
            Self::Single(_) => true,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Projects {
    roots: Vec<PathBuf>,
    /// The source files of each project folder, as last listed.
    lists: BTreeMap<String, Vec<String>>,
}

impl Projects {
    pub fn add_roots(&mut self, roots: impl IntoIterator<Item = PathBuf>) {
        self.roots.extend(roots);
        self.roots.sort();
        self.roots.dedup();
    }

    pub fn remove_roots(&mut self, roots: &[PathBuf]) {
        self.roots.retain(|root| !roots.contains(root));
    }

    /// The lists may be out of date.
    pub fn forget_lists(&mut self) {
        self.lists.clear();
    }

    /// A document was opened or closed: if no list has it, the lists are out of date.
    pub fn noticed(&mut self, name: &str) {
        self.lists.retain(|folder, list| !name.starts_with(folder.as_str()) || list.iter().any(|known| known == name));
    }

    pub fn key_of(&self, name: &str) -> ProjectKey {
        let mut folder = Path::new(name).parent().filter(|folder| folder.is_absolute());
        while let Some(at) = folder {
            if at.join("mosl.json").is_file() {
                return ProjectKey::Folder(at.to_string_lossy().replace('\\', "/"));
            }
            folder = at.parent();
        }
        ProjectKey::Single(name.to_owned())
    }

    /// The projects in the workspace's folders.
    pub fn under_roots(&self) -> Vec<ProjectKey> {
        let mut found = Vec::new();
        for root in &self.roots {
            let mut visit = |path: &Path| {
                if path.file_name().is_some_and(|name| name == "mosl.json") {
                    let folder = path.parent().unwrap_or(path).to_string_lossy().replace('\\', "/");
                    found.push(ProjectKey::Folder(folder));
                }
            };
            walk(root, 0, &mut MAX_FILES.clone(), false, &mut visit);
        }
        found
    }

    /// What a program's thread needs to check the newest text.
    pub fn snapshot(&mut self, key: &ProjectKey, documents: &Documents) -> Snapshot {
        let open = Arc::new(documents.all());
        match key {
            ProjectKey::Single(name) => {
                Snapshot { entries: vec![name.clone()], manifest: Manifest::default(), about_manifest: None, open }
            }
            ProjectKey::Folder(folder) => {
                let (options, found, source) = mosl_compiler::read_manifest(&Overlay::new(&open), folder);
                let about_manifest = source.map(|source| (source.name, source.text, found));
                let mut entries = vec![join(folder, &options.manifest.entry)];
                entries.extend(self.list(folder).iter().cloned());
                let inside = |name: &&String| key.may_hold(name) && name.ends_with(".mosl");
                entries.extend(open.keys().filter(inside).filter(|name| self.key_of(name) == *key).cloned());
                if entries.len() > 1 && !entries[1..].contains(&entries[0]) {
                    // The manifest names an entry that does not exist: it says so itself; the files are still worth checking.
                    entries.remove(0);
                }
                Snapshot { entries, manifest: options.manifest, about_manifest, open }
            }
        }
    }

    fn list(&mut self, folder: &str) -> &[String] {
        self.lists.entry(folder.to_owned()).or_insert_with(|| {
            let mut found = Vec::new();
            let mut visit = |path: &Path| {
                if path.extension().is_some_and(|extension| extension == "mosl") {
                    found.push(path.to_string_lossy().replace('\\', "/"));
                }
            };
            walk(Path::new(folder), 0, &mut MAX_FILES.clone(), true, &mut visit);
            found.sort();
            found
        })
    }
}

/// The manifest's own diagnostics, with its name and text.
pub(super) type AboutManifest = (String, Arc<str>, Vec<Diagnostic>);

/// Visits the files below a folder; `nested` projects are left out if `one_project`.
fn walk(folder: &Path, depth: usize, left: &mut usize, one_project: bool, visit: &mut dyn FnMut(&Path)) {
    let nested = one_project && depth > 0 && folder.join("mosl.json").is_file();
    if depth > MAX_FOLDER_DEPTH || nested {
        return;
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if *left == 0 || name.starts_with('.') || matches!(&*name, "node_modules" | "target" | "dist") {
            continue;
        }
        *left -= 1;
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), depth + 1, left, one_project, visit),
            Ok(kind) if kind.is_file() => visit(&entry.path()),
            _ => {}
        }
    }
}
