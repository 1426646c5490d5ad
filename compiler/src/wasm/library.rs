//! The part of the standard library that is written in MOSL (`stdlib/wasm/`), compiled once per process: each function of it goes into
//! the programs that may call it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::front::{self, Options};
use crate::mir::{self, FuncId};
use crate::project::{FileSystem, ReadError};

/// The name of the file that imports all others.
const ROOT: &str = "wasm:library";

#[derive(Debug)]
pub(super) struct Library {
    pub mir: mir::Program,
    /// What files export, by name.
    functions: FxHashMap<String, FuncId>,
    /// What embedders call: the functions that `wasm:embed` exports.
    pub exports: Vec<(String, FuncId)>,
    /// By function: its calls by name lead to no cycle.
    pub ends: Vec<bool>,
}

pub(super) static LIBRARY: LazyLock<Library> = LazyLock::new(Library::compile);

struct Sources;

impl FileSystem for Sources {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        if path != ROOT {
            return Err(ReadError::NotFound);
        }
        Ok(mosl_stdlib::wasm_modules().map(|name| format!("import \"{name}\";\n")).collect())
    }
}

impl Library {
    fn compile() -> Self {
        let checked = front::check(&Sources, ROOT, &Options::default());
        assert!(
            !checked.has_errors(),
            "the library for WebAssembly does not compile:\n{}",
            crate::diagnostics::render::render_all(&checked.diagnostics, &checked.sources, false)
        );
        let program = checked.program.expect("the root is there");
        let mir = front::on_deep_stack(|| crate::emit::lower_open(&program));
        let mut functions = FxHashMap::default();
        let mut exports = vec![];
        for (index, function) in mir.functions.iter().enumerate() {
            let Some(name) = function.name else { continue };
            let id = FuncId(index as u32);
            let name = mir.strings.text(name);
            if function.captures > 0 || name.is_empty() {
                continue;
            }
            let Some(file) = function.source.map(|loc| &program.files[usize::from(loc.file)]) else { continue };
            if !file.exports.iter().any(|(exported, _)| *exported == name) {
                continue;
            }
            // Functions at the top of files are numbered before those within them.
            if let std::collections::hash_map::Entry::Vacant(entry) = functions.entry(name) {
                if file.name == "wasm:embed" {
                    exports.push((entry.key().clone(), id));
                }
                entry.insert(id);
            }
        }
        let ends = super::build::ends(&mir);
        Self { mir, functions, exports, ends }
    }

    pub fn function(&self, name: &str) -> Option<FuncId> {
        self.functions.get(name).copied()
    }

    /// The function that implements a native: `Array.prototype.map` is `Array_prototype_map`, the constructor `Map` is
    /// `construct_Map`.
    pub fn native(&self, native: &str) -> Option<FuncId> {
        let name = mangle(native);
        self.function(&name).or_else(|| self.function(&format!("construct_{name}")))
    }
}

/// A native's name as that of a function: every run of other characters is one underscore.
pub(super) fn mangle(native: &str) -> String {
    let mut name = String::new();
    for c in native.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name.truncate(name.trim_end_matches('_').len());
    name
}
