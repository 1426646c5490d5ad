//! The library's texts as files that an editor can open: written, when first needed, into the user's cache folder.

use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::Url;

use super::Server;

/// The folder for this version's texts. Another build of the same version may write it anew: contents count, not ages.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
    let cache = cache.filter(|path| path.is_absolute()).unwrap_or_else(std::env::temp_dir);
    cache.join("mosl").join(concat!("library-", env!("CARGO_PKG_VERSION")))
});

/// The address of a declaration file of the built-ins.
pub fn built_in(file: usize) -> Option<Url> {
    let (name, text) = mosl_stdlib::lib_sources().get(file)?;
    write(&format!("lib/{name}"), text)
}

/// The address of a library module such as `mark:scene`.
pub fn module(name: &str) -> Option<Url> {
    let text = mosl_stdlib::module_source(name)?;
    write(&format!("{}.mosl", name.replace(':', "/")), text)
}

fn write(relative: &str, text: &str) -> Option<Url> {
    let path = FOLDER.join(relative);
    if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
        std::fs::create_dir_all(path.parent()?).ok()?;
        std::fs::write(&path, text).ok()?;
    }
    Url::from_file_path(path).ok()
}

/// The name under which the compiler knows a file of that folder; `None` for all other files.
pub fn name_of(path: &std::path::Path) -> Option<String> {
    let relative = path.strip_prefix(&*FOLDER).ok()?.to_string_lossy().replace('\\', "/");
    let module = relative.strip_suffix(".mosl").unwrap_or(&relative).replacen('/', ":", 1);
    Some(if mosl_stdlib::module_source(&module).is_some() { module } else { format!("library:{relative}") })
}

/// Whether a name is one of the library's: nothing is reported about it.
pub fn is_library(name: &str) -> bool {
    name.starts_with("library:") || mosl_stdlib::module_source(name).is_some()
}

/// Of `workspace/textDocumentContent`.
#[derive(serde::Deserialize)]
pub struct ContentParams {
    uri: Url,
}

impl Server {
    /// The library's texts, for clients that cannot read this machine's files.
    pub async fn content(&self, params: ContentParams) -> Result<Value> {
        let path = params.uri.to_file_path().ok().filter(|path| name_of(path).is_some());
        let text = path.and_then(|path| std::fs::read_to_string(path).ok());
        text.map(|text| json!({ "text": text }))
            .ok_or_else(|| Error::invalid_params("it is not one of the library's files"))
    }
}
