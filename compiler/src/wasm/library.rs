//! The part of the standard library that is written in MOSL (`stdlib/wasm/`), compiled once per process: each function of it goes into
//! the programs that may call it. For metered programs it is compiled again: for others, what it says of fuel is left out.

use std::sync::LazyLock;

use mosl_bytecode::natives::NATIVES;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::front::{self, Options};
use crate::mir::{self, FuncId, Op, Temp};
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
    /// What a call of a native costs in fuel, by its function; of the metered library alone.
    pub fuel: FxHashMap<FuncId, u32>,
}

static PLAIN: LazyLock<Library> = LazyLock::new(|| Library::compile(false));
static METERED: LazyLock<Library> = LazyLock::new(|| Library::compile(true));

pub(super) fn library(metered: bool) -> &'static Library {
    if metered { &METERED } else { &PLAIN }
}

/// The function of the runtime by which the library burns fuel.
const CHARGE: &str = "charge";

/// Functions of the runtime that do nothing but say how much there is of something.
const COUNTS: &[&str] = &["arrayLen", "rawLen", "strLen"];

/// Leaves out what only metered programs do: calls of [`CHARGE`], and what was computed for them alone.
fn remove_charges(mir: &mut mir::Program) {
    let Some(charge) = mir.imports.iter().position(|import| import.name == CHARGE) else { return };
    let counts: Vec<Op> = (0..mir.imports.len())
        .filter(|&index| COUNTS.contains(&mir.imports[index].name.as_str()))
        .map(|index| Op::CallHost(index as u16))
        .collect();
    for function in &mut mir.functions {
        let mut uses = vec![0u32; function.temps.len()];
        for block in &function.blocks {
            block.insts.iter().flat_map(|inst| &inst.args).for_each(|temp| uses[temp.0 as usize] += 1);
            block.end.for_each_use(|temp| uses[temp.0 as usize] += 1);
        }
        // From the end: what an instruction uses was made before it.
        let mut unpaid: FxHashSet<Temp> = FxHashSet::default();
        for block in function.blocks.iter_mut().rev() {
            let mut kept = vec![];
            while let Some(inst) = block.insts.pop() {
                let is_charge = inst.op == Op::CallHost(charge as u16);
                let is_idle = inst.op.is_pure() || matches!(inst.op, Op::Check(..)) || counts.contains(&inst.op);
                let was_for_it = |result: &Temp| unpaid.contains(result) && uses[result.0 as usize] == 0;
                if is_charge || (is_idle && !inst.results.is_empty() && inst.results.iter().all(was_for_it)) {
                    inst.args.iter().for_each(|temp| uses[temp.0 as usize] -= 1);
                    unpaid.extend(inst.args);
                } else {
                    kept.push(inst);
                }
            }
            kept.reverse();
            block.insts = kept;
        }
    }
}

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
    fn compile(metered: bool) -> Self {
        let checked = front::check(&Sources, ROOT, &Options::default());
        assert!(
            !checked.has_errors(),
            "the library for WebAssembly does not compile:\n{}",
            crate::diagnostics::render::render_all(&checked.diagnostics, &checked.sources, false)
        );
        let program = checked.program.expect("the root is there");
        let mir = front::on_deep_stack(|| {
            let mut mir = crate::lower::lower_program(&program);
            if !metered {
                remove_charges(&mut mir);
            }
            mir::passes::run_open(&mut mir);
            mir
        });
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
        let mut library = Self { mir, functions, exports, ends, fuel: FxHashMap::default() };
        if metered {
            let fuel = NATIVES.iter().filter_map(|native| Some((library.native(native.name)?, native.fuel)));
            library.fuel = fuel.collect();
        }
        library
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
