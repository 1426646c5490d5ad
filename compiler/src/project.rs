//! From an entry path to parsed files: the manifest, the module graph and the order in which ECMAScript evaluates it. This crate does
//! no IO: files come in through [`FileSystem`].

mod graph;
mod load;
mod manifest;
mod parsed;
mod path;
mod surface;

pub use graph::Graph;
pub use load::{Loaded, LoadedFile, load, load_all};
pub use manifest::{LintLevel, Manifest, schema};
pub use parsed::{ParseCache, ParsedFile};
pub use path::{join, normalize, parent};
pub use surface::surface;

use std::collections::BTreeMap;
use std::sync::Arc;

/// Where source text comes from. Paths are `/`-separated and normalised; a leading `..` may remain.
pub trait FileSystem {
    /// The whole text of a file.
    fn read(&self, path: &str) -> Result<String, ReadError>;

    /// The same, without a copy where the text is kept anyway.
    fn read_shared(&self, path: &str) -> Result<Arc<str>, ReadError> {
        self.read(path).map(Arc::from)
    }

    /// The names in a folder, for "did you mean"; none if they cannot be told.
    fn list(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    NotFound,
    /// Exists but cannot be used: no UTF-8, no permission, a folder; the reason in words.
    Unreadable(String),
}

/// Files in memory, for tests, the language server's open documents and the playground.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, String>,
}

impl MemoryFiles {
    pub fn new(files: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (path.into(), text.into())).collect() }
    }

    pub fn write(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }
}

impl FileSystem for MemoryFiles {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.files.get(path).cloned().ok_or(ReadError::NotFound)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let inside = self.files.keys().filter_map(|path| path.strip_prefix(&prefix));
        inside.filter(|rest| !rest.contains('/')).map(str::to_owned).collect()
    }
}
