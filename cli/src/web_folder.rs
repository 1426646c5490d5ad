//! `mosl build --target web`: a folder that any static server serves. The page, the object, the runtime, the project's assets, and a
//! manifest that says what is what; of a folder of projects one such folder each, and a page that leads to them.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::compile::WasmProgram;
use crate::wasm_file;

/// mark.js with three.js in it, and the script of its workers.
const RUNTIME: [(&str, &[u8]); 2] = [
    ("mark.js", include_bytes!("../../web/dist/mark-page.js")),
    ("mark-worker.js", include_bytes!("../../web/dist/mark-worker.js")),
];

/// The page; `NAME` stands for the project's, `FILE` for the object's file, `RUNTIME` for where the runtime is.
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NAME</title>
<style>html, body { height: 100%; margin: 0; background: #202838; color: #e8ecf4; font: 16px system-ui, sans-serif } mark-object { height: 100% }</style>
<script type="module" src="RUNTIMEmark.js"></script>
<mark-object src="FILE"></mark-object>
</html>
"#;

/// The page of several objects; `ITEMS` stands for a list of links.
const INDEX: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Objects</title>
<style>
  body { margin: 0 auto; max-width: 44rem; padding: 2rem 1rem; background: #202838; color: #e8ecf4; font: 16px/1.5 system-ui, sans-serif }
  ul { list-style: none; padding: 0 } a { display: block; padding: .8rem 1rem; margin: .5rem 0; border-radius: .5rem; background: #2c3650; color: inherit; text-decoration: none }
  a:hover, a:focus { background: #3a4668 } small { display: block; opacity: .75 }
</style>
<h1>Objects</h1>
<ul>
ITEMS</ul>
</html>
"#;

/// A file to write, below the folder.
type File = (PathBuf, Vec<u8>);

/// An object and the project that it comes from.
pub struct Page<'a> {
    /// A folder, of which the assets are taken, or a file.
    pub project: &'a Path,
    pub name: &'a str,
    pub description: &'a str,
    pub object: &'a WasmProgram,
}

/// Writes the folder of one object; yields its files with their sizes, in order of their names.
pub fn write(page: &Page<'_>, into: &Path) -> io::Result<Vec<(PathBuf, usize)>> {
    let mut files = runtime();
    files.extend(page.files("", into)?);
    save(files, into)
}

/// Writes a folder of several objects, each in a folder of its name, with a page that leads to them.
pub fn write_all(pages: &[Page<'_>], into: &Path) -> io::Result<Vec<(PathBuf, usize)>> {
    let mut files = runtime();
    let mut items = String::new();
    for page in pages {
        let folder = file_name(page.name);
        let (name, description) = (escaped(page.name), escaped(page.description));
        items.push_str(&format!("  <li><a href=\"{folder}/\">{name}<small>{description}</small></a>\n"));
        let below = page.files("../", into)?.into_iter();
        files.extend(below.map(|(path, bytes)| (Path::new(&folder).join(path), bytes)));
    }
    files.push(("index.html".into(), INDEX.replace("ITEMS", &items).into_bytes()));
    save(files, into)
}

fn runtime() -> Vec<File> {
    RUNTIME.iter().map(|(name, bytes)| (PathBuf::from(*name), bytes.to_vec())).collect()
}

impl Page<'_> {
    /// The page, the object, the assets and the manifest; the runtime is at `runtime` from there.
    fn files(&self, runtime: &str, into: &Path) -> io::Result<Vec<File>> {
        let object = format!("{}.wasm", file_name(self.name));
        let page = PAGE.replace("NAME", &escaped(self.name)).replace("FILE", &object).replace("RUNTIME", runtime);
        let mut files: Vec<File> = vec![("index.html".into(), page.into_bytes())];
        // Names of functions are for debuggers alone.
        let bytes = match &self.object.source_map {
            Some(map) => {
                let beside = format!("{object}.map");
                let mut bytes = self.object.bytes.clone();
                wasm_file::link_source_map(&mut bytes, &beside);
                files.push((beside.into(), map.clone().into_bytes()));
                bytes
            }
            None => wasm_file::without_names(&self.object.bytes),
        };
        files.push((object.clone().into(), bytes));
        if self.project.is_dir() {
            let out = into.canonicalize().ok();
            collect(self.project, Path::new(""), out.as_deref(), &mut files)?;
        }
        files.sort_by(|(a, _), (b, _)| a.cmp(b));
        let listed: Vec<_> =
            files.iter().map(|(path, bytes)| json!({ "path": path.to_string_lossy(), "bytes": bytes.len() })).collect();
        let manifest = json!({ "name": self.name, "object": object, "page": "index.html", "files": listed });
        let text = serde_json::to_string_pretty(&manifest).expect("plain data") + "\n";
        files.push(("manifest.json".into(), text.into_bytes()));
        Ok(files)
    }
}

fn save(mut files: Vec<File>, into: &Path) -> io::Result<Vec<(PathBuf, usize)>> {
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

/// What of a project is no asset: sources, settings, and what is hidden.
fn is_asset(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_source = path.extension().is_some_and(|extension| extension == "mosl");
    !(is_source || name.starts_with('.') || name == "mosl.json" || name == "node_modules")
}

/// The project's assets; what lies in the folder that is written is none.
fn collect(project: &Path, inside: &Path, out: Option<&Path>, files: &mut Vec<File>) -> io::Result<()> {
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
