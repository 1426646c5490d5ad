//! `mosl build --target web`: a folder that any static server serves. The page, the object, the runtime, the project's assets, and a
//! manifest that says what is what.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;

/// mark.js with three.js in it, and the script of its workers.
const RUNTIME: [(&str, &[u8]); 2] = [
    ("mark.js", include_bytes!("../../web/dist/mark-page.js")),
    ("mark-worker.js", include_bytes!("../../web/dist/mark-worker.js")),
];

/// The page; `NAME` stands for the project's, `FILE` for the object's file.
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NAME</title>
<style>html, body { height: 100%; margin: 0; background: #202838; color: #e8ecf4; font: 16px system-ui, sans-serif } mark-object { height: 100% }</style>
<script type="module" src="mark.js"></script>
<mark-object src="FILE"></mark-object>
</html>
"#;

/// What of a project is no asset: sources, settings, and what is hidden.
fn is_asset(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_source = path.extension().is_some_and(|extension| extension == "mosl");
    !(is_source || name.starts_with('.') || name == "mosl.json" || name == "node_modules")
}

/// Writes the folder; yields its files with their sizes, in order of their names.
pub fn write(project: &Path, name: &str, object: &[u8], into: &Path) -> io::Result<Vec<(PathBuf, usize)>> {
    let file = format!("{}.wasm", file_name(name));
    let page = PAGE.replace("NAME", &escaped(name)).replace("FILE", &file);
    let mut files: Vec<(PathBuf, Vec<u8>)> =
        vec![("index.html".into(), page.into_bytes()), (file.clone().into(), object.to_vec())];
    files.extend(RUNTIME.iter().map(|(name, bytes)| (PathBuf::from(*name), bytes.to_vec())));
    if project.is_dir() {
        let out = into.canonicalize().ok();
        collect(project, Path::new(""), out.as_deref(), &mut files)?;
    }
    let listed: Vec<_> =
        files.iter().map(|(path, bytes)| json!({ "path": path.to_string_lossy(), "bytes": bytes.len() })).collect();
    let manifest = json!({ "name": name, "object": file, "page": "index.html", "files": listed });
    let text = serde_json::to_string_pretty(&manifest).expect("plain data") + "\n";
    files.push(("manifest.json".into(), text.into_bytes()));
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (path, bytes) in &files {
        let path = into.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(files.into_iter().map(|(path, bytes)| (path, bytes.len())).collect())
}

/// The project's assets; what lies in the folder that is written is none.
fn collect(project: &Path, inside: &Path, out: Option<&Path>, files: &mut Vec<(PathBuf, Vec<u8>)>) -> io::Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(project.join(inside))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = inside.join(entry.file_name());
        let full = project.join(&path);
        if !is_asset(&path) || out.is_some_and(|out| full.canonicalize().is_ok_and(|full| full == out)) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(project, &path, out, files)?;
        } else if kind.is_file() && !files.iter().any(|(taken, _)| *taken == path) {
            files.push((path, std::fs::read(full)?));
        }
    }
    Ok(())
}

/// A name that is a file's on any server.
fn file_name(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' }).collect();
    if plain.is_empty() { "object".to_owned() } else { plain }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
