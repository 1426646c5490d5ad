//! From MIR to WebAssembly: one module with the program's code, those functions of the runtime ([`link`], written in WebAssembly's text
//! form under `runtime/`) and of the library ([`library`], written in MOSL under `stdlib/wasm/`) that it reaches, and nothing else. It
//! runs in browsers and under wasmtime alike.
//!
//! - [`build`]: what was demanded so far, by symbol. [`assemble`]: numbers for symbols, and the binary.
//! - [`body`], [`op`]: a function's code; [`flow`]: its control flow; [`suspend`]: functions that wait.
//! - [`guess`]: what the program's classes let one expect; [`property`], [`method`] and [`number`]: code that counts on it, and looks.
//! - [`adapt`]: how closures and built-in functions are called, the start, what embedders call.
//! - [`realm`], [`members`]: the built-in objects; [`prune`]: what of the files' own code is needed.
//! - [`source_map`]: where in the text the file's instructions come from.

mod adapt;
mod assemble;
mod body;
mod build;
mod flow;
mod gates;
mod guess;
mod host;
mod library;
mod link;
mod members;
mod method;
mod number;
mod op;
mod property;
mod prune;
mod realm;
mod source_map;
mod suspend;

use build::{Builder, Key, Made, Unit};

use crate::mir;
use mosl_bytecode::FunctionKind;

/// A file of the program, as the module knows it.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    /// What `import.meta.url` says.
    pub name: &'a str,
    /// It is a module of the platform.
    pub is_platform: bool,
    pub text: &'a str,
    /// Byte offset of each line's start.
    pub line_starts: &'a [u32],
}

/// What to write beside the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    pub source_map: bool,
}

/// A program as WebAssembly.
#[derive(Clone, Debug)]
pub struct Emitted {
    pub bytes: Vec<u8>,
    /// JSON that says which byte of the file comes from which place of the program's own files, where it was asked for.
    pub source_map: Option<String>,
}

/// Emits the final MIR of a program; `files` are its files, by the numbers that places name.
pub fn emit(program: &mir::Program, files: &[SourceFile<'_>], options: Options) -> Emitted {
    crate::front::on_deep_stack(|| Emission::new(program, files, options).run())
}

/// Exports that only some programs have, with the functions one of which makes them needed. The others come together, where the program
/// exports or imports something.
const EXPORTS: &[(&str, &[&str])] = &[
    ("errorText", &["throw_error", "throw_type", "make_error", "construct_Error"]),
    ("fireTimer", &["startTimer", "setTimeout", "setInterval", "setImmediate"]),
    ("reportError", &[]),
    ("runMicrotasks", &["newPromise", "startAsync", "queueMicrotask"]),
    ("unsettledBodies", &["startAsync"]),
];

struct Emission<'a> {
    builder: Builder<'a>,
}

impl<'a> Emission<'a> {
    fn new(program: &'a mir::Program, files: &'a [SourceFile<'a>], options: Options) -> Self {
        Self { builder: Builder::new(program, files, options) }
    }

    fn run(mut self) -> Emitted {
        let library = self.builder.library;
        let mut exports = vec![];
        let main = self.builder.reserve(Key::Body(Unit::Program, self.builder.program.entry));
        let entry = self.builder.reserve(Key::Body(Unit::Library, library.mir.entry));
        let start = self.builder.reserve(Key::Start);
        exports.push(("start".to_owned(), start));
        // The library's own start depends on what is used, and uses more itself.
        loop {
            self.drain();
            self.export(&mut exports);
            self.builder.open_gates();
            self.builder.open_objects();
            for (unit, func) in [(Unit::Program, main), (Unit::Library, entry)] {
                let code = self.builder.top_level(unit);
                self.builder.finish(func, code);
            }
            let code = self.builder.start(main);
            self.builder.finish(start, code);
            if self.builder.pending.is_empty() && !self.builder.grew() {
                break;
            }
        }
        debug_assert!(self.builder.own.iter().all(|own| !matches!(own.made, Made::Pending)));
        assert!(self.builder.missing.is_empty(), "not in the runtime or the library: {:?}", self.builder.missing);
        let bytes = self.builder.assemble(&exports);
        let source_map = self.builder.options.source_map.then(|| self.builder.source_map(&bytes));
        Emitted { bytes, source_map }
    }

    fn drain(&mut self) {
        while let Some((func, key)) = self.builder.pending.pop_front() {
            let stub = match key {
                Key::Body(Unit::Library, library) => self.builder.stub(func, library),
                _ => None,
            };
            let code = stub.unwrap_or_else(|| self.builder.make(&key));
            self.builder.finish(func, code);
        }
    }

    /// What embedders need of this program: all where values cross the border, else what ends a turn.
    fn export(&mut self, exports: &mut Vec<(String, build::Func)>) {
        let program = self.builder.program;
        let crosses = !program.imports.is_empty() || !program.exports.is_empty();
        let library = self.builder.library;
        for (name, func) in &library.exports {
            let needs = EXPORTS.iter().find(|(of, _)| of == name).map(|(_, needs)| *needs);
            let is_needed = match needs {
                Some(needs) => needs.iter().any(|needed| self.builder.is_linked(needed)),
                None => crosses,
            };
            let is_needed = is_needed || (name == "errorText" && self.builder.throws);
            if is_needed && !exports.iter().any(|(known, _)| known == name) {
                exports.push((name.clone(), self.builder.demand(Key::Export(*func))));
            }
        }
    }
}

impl Builder<'_> {
    /// The code at the top of a unit's files, as far as this program needs it.
    fn top_level(&mut self, unit: Unit) -> build::Code {
        let mir = self.mir(unit);
        if mir.function(mir.entry).kind != FunctionKind::Normal {
            return self.make(&Key::Body(unit, mir.entry));
        }
        let entry = self.pruned_entry(unit);
        let mut body = body::Body::new(self, unit, &entry, body::Call::Direct);
        body.is_pruned_entry = true;
        body.emit()
    }

    /// Whether a function of the library or of the runtime is part of the program.
    pub fn is_linked(&self, name: &str) -> bool {
        let in_library = self.library.function(name).is_some_and(|func| {
            self.is_demanded(&Key::Body(Unit::Library, func)) || self.is_demanded(&Key::Entry(Unit::Library, func))
        });
        let in_runtime = self.runtime.function(name).is_some_and(|func| self.runtime_functions.contains_key(&func));
        in_library || in_runtime
    }

    /// Whether something was demanded since this was asked last that the start has to know.
    fn grew(&mut self) -> bool {
        let size = [
            self.key_globals.len(),
            self.realm.objects.len(),
            self.realm.members.len(),
            self.read_slots.len(),
            self.realm.asked(),
            self.spelled.len(),
            self.runtime_functions.len(),
        ];
        std::mem::replace(&mut self.started_with, size) != size
    }
}

#[cfg(test)]
mod tests {
    use mosl_bytecode::natives::NATIVES;

    use super::library::LIBRARY;
    use super::link::RUNTIME;

    #[test]
    fn the_library_has_every_native() {
        let missing: Vec<&str> =
            NATIVES.iter().map(|native| native.name).filter(|name| LIBRARY.native(name).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn what_the_library_declares_is_in_the_runtime_or_the_embedders() {
        let special =
            |name: &str| name == "moduleExport" || name.starts_with("intrinsic_") || name.starts_with("symbol_");
        let known = |name: &str| {
            RUNTIME.function(name).or_else(|| RUNTIME.function(&super::op::snake(name))).is_some()
                || super::host::is_known(name)
        };
        let declared = LIBRARY.mir.imports.iter().map(|import| import.name.as_str());
        let missing: Vec<&str> = declared.filter(|name| !special(name) && !known(name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
