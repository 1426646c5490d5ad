//! The compiler's files, read from disk below one folder.

use std::io::ErrorKind;
use std::path::PathBuf;

use mosl_compiler::project::{FileSystem, ReadError};

pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// Paths that the compiler asks for are relative to `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// A file of the folder as a person names it from where they are.
    pub fn shown(&self, path: &str) -> String {
        let full = self.root.join(path);
        full.strip_prefix(".").unwrap_or(&full).display().to_string()
    }

    /// Writes a file of the folder; `Err` is a sentence for the user.
    pub fn write(&self, path: &str, text: &str) -> Result<(), String> {
        std::fs::write(self.root.join(path), text)
            .map_err(|error| format!("`{}` cannot be written: {error}", self.shown(path)))
    }
}

impl FileSystem for Disk {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        let bytes = std::fs::read(self.root.join(path)).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => ReadError::NotFound,
            ErrorKind::IsADirectory => {
                ReadError::Unreadable("it is a folder (`mosl play` and `mosl dev` run projects)".to_owned())
            }
            ErrorKind::PermissionDenied => ReadError::Unreadable("permission denied".to_owned()),
            _ => ReadError::Unreadable(error.to_string()),
        })?;
        String::from_utf8(bytes).map_err(|error| {
            ReadError::Unreadable(format!(
                "it is not UTF-8 text (byte {} makes no sense)",
                error.utf8_error().valid_up_to()
            ))
        })
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
    }
}
