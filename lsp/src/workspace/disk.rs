//! Files as the compiler sees them: open documents first, then the disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use mosl_compiler::project::{FileSystem, ReadError};

use super::Document;

/// Open documents over the disk.
pub(super) struct Overlay<'d>(pub &'d Arc<BTreeMap<String, Document>>);

impl FileSystem for Overlay<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        match self.0.get(path) {
            Some(document) => Ok(document.text.to_string()),
            None => read(path),
        }
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        let open = self.0.keys().filter_map(|path| path.strip_prefix(&prefix));
        let mut names: Vec<String> = open.filter(|rest| !rest.contains('/')).map(str::to_owned).collect();
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        names.extend(entries.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        names.sort();
        names.dedup();
        names
    }
}

/// A file's text. What is no absolute path is no file: an unsaved document imports nothing from the server's own folder.
pub(super) fn read(path: &str) -> Result<String, ReadError> {
    if !Path::new(path).is_absolute() {
        return Err(ReadError::NotFound);
    }
    match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| ReadError::Unreadable("it is not UTF-8".into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(ReadError::NotFound),
        Err(error) => Err(ReadError::Unreadable(error.to_string())),
    }
}
