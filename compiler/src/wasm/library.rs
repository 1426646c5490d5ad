//! The part of the standard library that is written in MOSL (`stdlib/wasm/`), compiled once per process: each function of it goes into
//! the programs that may call it.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::front::{self, Options};
use crate::mir::{self, FuncId, LocalId, Op, Temp};
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
        Self { mir, functions, exports }
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

    /// What of the files' own code a program needs that uses these global slots: the instructions that make their values.
    pub fn start(&self, used: &FxHashSet<u32>) -> Vec<bool> {
        let entry = self.mir.function(self.mir.entry);
        let mut parts = Parts((0..entry.temps.len() + entry.locals.len()).collect());
        let local = |local: LocalId| entry.temps.len() + local.0 as usize;
        let insts = || entry.blocks.iter().flat_map(|block| &block.insts);
        // Values that occur in one instruction belong together, but constants belong to nobody.
        let constant: FxHashSet<Temp> = insts()
            .filter(|inst| inst.args.is_empty() && !matches!(inst.op, Op::GetLocal(_) | Op::NewClosure(_)))
            .flat_map(|inst| inst.results.clone())
            .collect();
        for inst in insts() {
            let place = match inst.op {
                Op::GetLocal(at) | Op::SetLocal(at) => Some(local(at)),
                _ => None,
            };
            let temps = inst.args.iter().chain(&inst.results).filter(|temp| !constant.contains(temp));
            let mut members = temps.map(|temp| temp.0 as usize).chain(place);
            if let Some(first) = members.next() {
                members.for_each(|member| parts.join(first, member));
            }
        }
        let mut needed = FxHashSet::default();
        for inst in insts() {
            if let Op::SetGlobal(slot) = inst.op
                && used.contains(&slot)
                && !constant.contains(&inst.args[0])
            {
                needed.insert(parts.find(inst.args[0].0 as usize));
            }
        }
        let keeps = |inst: &mir::Inst, parts: &mut Parts| match inst.op {
            Op::SetGlobal(slot) => used.contains(&slot),
            _ if inst.results.iter().any(|temp| constant.contains(temp)) => true,
            Op::GetLocal(at) | Op::SetLocal(at) => needed.contains(&parts.find(local(at))),
            _ => inst
                .args
                .iter()
                .chain(&inst.results)
                .filter(|temp| !constant.contains(temp))
                .any(|temp| needed.contains(&parts.find(temp.0 as usize))),
        };
        insts().map(|inst| keeps(inst, &mut parts)).collect()
    }
}

/// Sets that are joined.
struct Parts(Vec<usize>);

impl Parts {
    fn find(&mut self, mut item: usize) -> usize {
        while self.0[item] != item {
            self.0[item] = self.0[self.0[item]];
            item = self.0[item];
        }
        item
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a] = b;
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
