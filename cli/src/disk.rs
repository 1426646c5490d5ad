//! The compiler's files, read from disk below one folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

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

/// The files of a folder whose names end so, in the order of their names; a file that is named itself is taken whatever it is called.
pub fn collect(path: &Path, ending: &str, files: &mut Vec<PathBuf>) -> Result<(), String> {
    if path.is_dir() {
        return collect_inside(path, ending, files);
    }
    if !path.exists() {
        return Err(format!("There is no file or folder `{}`.", path.display()));
    }
    files.push(path.to_owned());
    Ok(())
}

fn collect_inside(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("`{}` cannot be read: {error}", folder.display()))?;
    let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    inside.sort();
    for path in inside {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "node_modules" {
            continue;
        }
        if path.is_dir() {
            collect_inside(&path, ending, files)?;
        } else if name.ends_with(ending) {
            files.push(path);
        }
    }
    Ok(())
}
