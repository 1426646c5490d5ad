//! Reads and parses the entry file and everything that it imports.

use std::collections::VecDeque;
use std::sync::Arc;

use mosl_syntax::Span;
use mosl_syntax::ast::{Export, Module, Specifier, StmtKind};
use rustc_hash::FxHashMap;

use super::{FileSystem, Graph, Manifest, ParseCache, ParsedFile, ReadError, join, normalize, parent};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{
    FILE_NOT_FOUND, FILE_NOT_READABLE, MISSING_CAPABILITY, TOO_MANY_FILES, UNKNOWN_MODULE,
};
use crate::diagnostics::suggest::nearest;
use crate::program::FileId;

/// A source file as read and parsed.
#[derive(Debug)]
pub struct LoadedFile {
    pub id: FileId,
    /// The path, or the specifier of a library module.
    pub name: String,
    pub source: Arc<str>,
    pub ast: Arc<Module>,
    pub parsed: Arc<ParsedFile>,
    pub is_library: bool,
    /// The file behind each module specifier, by the specifier's place.
    pub imports: FxHashMap<Span, FileId>,
}

impl LoadedFile {
    /// Whether it is strict whatever the manifest says: the modules of the platform are.
    pub fn is_strict(&self) -> bool {
        self.is_library && !is_own_library(&self.name)
    }
}

#[derive(Debug, Default)]
pub struct Loaded {
    /// The entry is the first. Empty if it could not be read.
    pub files: Vec<LoadedFile>,
    pub graph: Graph,
    pub diagnostics: Vec<Diagnostic>,
}

/// Which capability a library module needs (platform.md); the others need none.
const CAPABILITY_OF: [(&str, &str); 8] = [
    ("mark:space", "space"),
    ("mark:mrk", "payments"),
    ("mark:directory", "directory"),
    ("mark:render", "render"),
    ("mark:storage", "storage"),
    ("mark:net", "net"),
    ("mark:social", "social"),
    ("mark:service", "service"),
];

/// Loads the program that starts at `entry`. Everything that is missing or does not parse is reported; the rest is there.
pub fn load(fs: &dyn FileSystem, entry: &str, manifest: &Manifest) -> Loaded {
    load_all(fs, &[entry.to_owned()], manifest, &ParseCache::trees_only())
}

/// Loads the program that starts at the first of `entries`, and the other entries with what they import: files that the program does
/// not reach, though they belong to its project. Unchanged files come from `cache`.
pub fn load_all(fs: &dyn FileSystem, entries: &[String], manifest: &Manifest, cache: &ParseCache) -> Loaded {
    let known = FxHashMap::default();
    let mut loader =
        Loader { fs, manifest, cache, loaded: Loaded::default(), edges: Vec::new(), known, is_full: false };
    for entry in entries {
        loader.load_entry(normalize(entry));
    }
    if !loader.edges.is_empty() {
        loader.loaded.graph = Graph::new(&loader.edges, FileId(0));
    }
    loader.loaded
}

struct Loader<'a> {
    fs: &'a dyn FileSystem,
    manifest: &'a Manifest,
    cache: &'a ParseCache,
    loaded: Loaded,
    edges: Vec<Vec<FileId>>,
    known: FxHashMap<String, FileId>,
    /// No further file has a number; said once.
    is_full: bool,
}

impl Loader<'_> {
    fn load_entry(&mut self, entry: String) {
        if self.known.contains_key(&entry) {
            return;
        }
        match self.fs.read_shared(&entry) {
            Ok(source) => {
                let is_library = is_own_library(&entry) || mosl_stdlib::module_source(&entry).is_some();
                let mut queue = VecDeque::from([self.add(entry, source, is_library)]);
                while let Some(file) = queue.pop_front() {
                    self.follow_imports(file, &mut queue);
                }
            }
            Err(error) => {
                let (entry_of, reason) = describe(&error, &entry);
                self.report(Diagnostic::new(entry_of, FileId(0), Span::at(0), reason, ""));
            }
        }
    }

    fn add(&mut self, name: String, source: Arc<str>, is_library: bool) -> FileId {
        let id = FileId(u16::try_from(self.loaded.files.len()).expect("checked by the caller"));
        let parsed = self.cache.parse(&name, source);
        self.loaded.diagnostics.extend(parsed.errors.iter().map(|error| Diagnostic::of_syntax(error, id)));
        self.known.insert(name.clone(), id);
        self.edges.push(Vec::new());
        let (source, ast, imports) = (parsed.source.clone(), parsed.ast.clone(), FxHashMap::default());
        self.loaded.files.push(LoadedFile { id, name, source, ast, parsed, is_library, imports });
        id
    }

    fn follow_imports(&mut self, from: FileId, queue: &mut VecDeque<FileId>) {
        let ast = self.loaded.files[usize::from(from.0)].ast.clone();
        for (specifier, evaluates) in specifiers(&ast) {
            let before = self.loaded.files.len();
            let Some(to) = self.find(from, specifier) else { continue };
            if self.loaded.files.len() > before {
                queue.push_back(to);
            }
            self.loaded.files[usize::from(from.0)].imports.insert(specifier.span, to);
            if evaluates {
                self.edges[usize::from(from.0)].push(to);
            }
        }
    }

    /// The file behind a specifier; loads it if it is new.
    fn find(&mut self, from: FileId, specifier: &Specifier) -> Option<FileId> {
        let text = specifier.text.to_utf8_lossy();
        if self.loaded.files.len() > usize::from(u16::MAX) {
            if !self.is_full {
                self.is_full = true;
                let message = format!("the program has more than {} files", u16::MAX);
                let diagnostic = Diagnostic::new(&TOO_MANY_FILES, from, specifier.span, message, "one too many");
                self.report(diagnostic.help("put what belongs together into one file"));
            }
            return None;
        }
        if text.starts_with("./") || text.starts_with("../") || text.starts_with('/') {
            self.find_file(from, specifier, &text)
        } else {
            self.find_library(from, specifier, &text)
        }
    }

    fn find_library(&mut self, from: FileId, specifier: &Specifier, name: &str) -> Option<FileId> {
        let importer_is_library = self.loaded.files[usize::from(from.0)].is_library;
        let own = |name: &&str| !is_own_library(name) || importer_is_library;
        let Some(source) = Some(name).filter(own).and_then(mosl_stdlib::module_source) else {
            self.unknown_module(from, specifier, name);
            return None;
        };
        let needs = CAPABILITY_OF.iter().find(|(module, _)| *module == name).map(|(_, capability)| *capability);
        if let Some(capability) = needs.filter(|needs| !importer_is_library && !self.manifest.allows(needs)) {
            let message = format!("`{name}` needs the capability `{capability}`, which `mosl.json` does not ask for");
            let label = format!("needs `{capability}`");
            let help = format!("add `\"{capability}\"` to \"capabilities\" in `mosl.json`");
            self.report(Diagnostic::new(&MISSING_CAPABILITY, from, specifier.span, message, label).help(help));
        }
        Some(self.known.get(name).copied().unwrap_or_else(|| self.add(name.to_owned(), source.into(), true)))
    }

    fn unknown_module(&mut self, from: FileId, specifier: &Specifier, name: &str) {
        let inner = Span::new(specifier.span.start + 1, specifier.span.end.saturating_sub(1));
        let message = format!("there is no module `{name}`");
        let diagnostic =
            Diagnostic::new(&UNKNOWN_MODULE, from, specifier.span, message, "not a module of the platform");
        let folder = self.folder(from);
        let as_file = [format!("./{name}"), format!("./{name}.mosl")]
            .into_iter()
            .find(|path| self.fs.read(&join(&folder, path)).is_ok());
        let near = nearest(name, mosl_stdlib::module_names()).map(str::to_owned).or(as_file);
        self.report(match near {
            Some(near) => diagnostic.suggest(inner, Some(&near)),
            None => diagnostic.help("a file is imported by its path, such as `\"./door.mosl\"`; there is no npm"),
        });
    }

    fn find_file(&mut self, from: FileId, specifier: &Specifier, text: &str) -> Option<FileId> {
        let path = join(&self.folder(from), text);
        let candidates = [path.clone(), format!("{path}.mosl")];
        if let Some(known) = candidates.iter().find_map(|path| self.known.get(path)) {
            return Some(*known);
        }
        let mut failure = ReadError::NotFound;
        for candidate in candidates {
            match self.fs.read_shared(&candidate) {
                Ok(source) => return Some(self.add(candidate, source, false)),
                Err(error) if failure == ReadError::NotFound => failure = error,
                Err(_) => {}
            }
        }
        self.missing_file(from, specifier, text, &path, &failure);
        None
    }

    fn missing_file(&mut self, from: FileId, specifier: &Specifier, text: &str, path: &str, error: &ReadError) {
        let (entry, message) = describe(error, path);
        let inner = Span::new(specifier.span.start + 1, specifier.span.end.saturating_sub(1));
        let folder = parent(path);
        let names: Vec<String> = self.fs.list(folder).into_iter().filter(|name| name.ends_with(".mosl")).collect();
        let wanted = path.rsplit('/').next().unwrap_or(path);
        let stem = wanted.strip_suffix(".mosl").unwrap_or(wanted);
        let stems = names.iter().map(|name| name.strip_suffix(".mosl").unwrap_or(name));
        let near = nearest(stem, stems).map(|near| {
            let head = &text[..text.rfind('/').map_or(0, |at| at + 1)];
            format!("{head}{near}.mosl")
        });
        let mut diagnostic =
            Diagnostic::new(entry, from, specifier.span, message, "imported here").suggest(inner, near.as_deref());
        if near.is_none() && !names.is_empty() && names.len() <= 8 {
            diagnostic = diagnostic.help(format!("files there: {}", names.join(", ")));
        }
        self.report(diagnostic);
    }

    fn folder(&self, file: FileId) -> String {
        parent(&self.loaded.files[usize::from(file.0)].name).to_owned()
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.loaded.diagnostics.push(diagnostic);
    }
}

/// Whether a file is part of the library that is written in MOSL for WebAssembly: not strict, and not for creators to import.
pub fn is_own_library(name: &str) -> bool {
    name.starts_with("wasm:")
}

fn describe(error: &ReadError, path: &str) -> (&'static crate::diagnostics::Entry, String) {
    match error {
        ReadError::NotFound => (&FILE_NOT_FOUND, format!("there is no file `{path}`")),
        ReadError::Unreadable(reason) => (&FILE_NOT_READABLE, format!("`{path}` cannot be read: {reason}")),
    }
}

/// The module specifiers of a file in order, and whether each import evaluates the module.
fn specifiers(module: &Module) -> Vec<(&Specifier, bool)> {
    let mut all = Vec::new();
    for stmt in &module.body {
        match &stmt.kind {
            StmtKind::Import(import) => all.push((&import.from, !import.type_only)),
            StmtKind::Export(export) => match &**export {
                Export::Named { type_only, from: Some(from), .. } | Export::All { type_only, from, .. } => {
                    all.push((from, !type_only));
                }
                _ => {}
            },
            _ => {}
        }
    }
    all
}
