//! Monaco, the editor in the page: too large to be part of this program, so that it comes from npm when it is first wanted. In a clone
//! of the repository whose web packages are installed it is there already.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode, header};

use super::{assets, editor};

/// As `web/package.json` has it.
const VERSION: &str = "0.57.0";
/// Within the package: what the page loads.
const PREBUILT: &str = "node_modules/monaco-editor/min";

/// The user's cache of this version.
fn cache() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
    let cache = cache.filter(|path| path.is_absolute()).unwrap_or_else(std::env::temp_dir);
    cache.join("mosl").join(format!("monaco-{VERSION}"))
}

/// Where Monaco lies, if it does.
fn find() -> Option<PathBuf> {
    let clone = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../web")).to_owned();
    [clone, cache()]
        .into_iter()
        .map(|folder| folder.join(PREBUILT))
        .find(|folder| folder.join("vs/loader.js").is_file())
}

/// Sees to it that Monaco is there; takes as long as npm does. It installs into a folder of its own and moves that into place, so that
/// what is there is whole.
fn fetch() -> Result<(), String> {
    if find().is_some() {
        return Ok(());
    }
    let target = cache();
    let part = target.with_extension(format!("{}.part", std::process::id()));
    let io = |error: std::io::Error| format!("{} cannot be written: {error}", part.display());
    std::fs::create_dir_all(&part).map_err(io)?;
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let package = format!("monaco-editor@{VERSION}");
    let arguments =
        ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix"];
    let ran = Command::new(npm).args(arguments).arg(&part).arg(&package).stdin(Stdio::null()).output();
    let outcome = match ran {
        Ok(output) if output.status.success() => std::fs::rename(&part, &target).map_err(io),
        Ok(output) => {
            Err(format!("`npm install {package}` failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
        }
        Err(error) => Err(format!(
            "The editor in the page is Monaco, which npm fetches once; but npm cannot be started ({error}). Install Node.js, or edit the \
             files in any editor: the object follows what is saved."
        )),
    };
    let _ = std::fs::remove_dir_all(&part);
    // Another server may have been faster.
    if find().is_some() { Ok(()) } else { outcome }
}

/// Where the page finds its workers, by what they are for: their names differ from version to version.
fn workers() -> BTreeMap<String, String> {
    let names = find().into_iter().flat_map(|folder| std::fs::read_dir(folder.join("vs/assets")).into_iter().flatten());
    let names = names.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let worker = |name: String| {
        let (kind, _) = name.split_once(".worker-").filter(|_| name.ends_with(".js"))?;
        Some((kind.to_owned(), format!("/monaco/vs/assets/{name}")))
    };
    names.filter_map(worker).collect()
}

pub async fn prepare() -> Response<Body> {
    match tokio::task::spawn_blocking(fetch).await {
        Ok(Ok(())) => editor::answer(&serde_json::json!({ "workers": workers() })),
        Ok(Err(reason)) => editor::refuse(StatusCode::BAD_GATEWAY, &reason),
        Err(_) => editor::refuse(StatusCode::INTERNAL_SERVER_ERROR, "The editor could not be fetched."),
    }
}

/// One of its files.
pub fn file(path: &str) -> Response<Body> {
    let Some(folder) = find() else { return assets::not_found() };
    let mut response = assets::project_file(&folder, path, &HeaderMap::new());
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, max-age=86400"));
    response
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_is_that_of_the_pages_packages() {
        let package = include_str!("../../../web/package.json");
        assert!(package.contains(&format!("\"monaco-editor\": \"{}\"", super::VERSION)));
    }
}
