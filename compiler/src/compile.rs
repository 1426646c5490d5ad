//! The whole road: from files to a bytecode module.

use mosl_syntax::Span;

use crate::diagnostics::catalogue::PROGRAM_TOO_LARGE;
use crate::diagnostics::{Diagnostic, Source};
use crate::emit;
use crate::front::{self, Checked, Options};
use crate::program::Program;
use crate::project::FileSystem;
use crate::wasm;

/// What [`compile`] yields.
#[derive(Debug)]
pub struct Compiled {
    /// The checked program, also where there are errors; `None` if the entry file cannot be read.
    pub program: Option<Program>,
    /// There is one exactly where no diagnostic is an error. Not verified yet.
    pub module: Option<mosl_bytecode::Module>,
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into.
    pub sources: Vec<Source>,
}

impl Compiled {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Compiles the program that starts at the file `entry`.
pub fn compile(fs: &dyn FileSystem, entry: &str, options: &Options) -> Compiled {
    compile_checked(front::check(fs, entry, options))
}

/// Reads `mosl.json` in `folder` and compiles the project that it describes.
pub fn compile_project(fs: &dyn FileSystem, folder: &str) -> Compiled {
    compile_checked(front::check_project(fs, folder))
}

/// What [`compile_wasm`] yields.
#[derive(Debug)]
pub struct CompiledWasm {
    /// There is one exactly where no diagnostic is an error.
    pub file: Option<wasm::Emitted>,
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into.
    pub sources: Vec<Source>,
}

/// Compiles a checked program to WebAssembly.
pub fn compile_wasm(checked: Checked, options: wasm::Options) -> CompiledWasm {
    let file = to_wasm(&checked, options);
    CompiledWasm { file, diagnostics: checked.diagnostics, sources: checked.sources }
}

/// A checked program as WebAssembly; `None` where a diagnostic is an error.
pub fn to_wasm(checked: &Checked, options: wasm::Options) -> Option<wasm::Emitted> {
    let program = checked.program.as_ref().filter(|_| !checked.has_errors())?;
    let mir = front::on_deep_stack(|| emit::lower_to_mir(program));
    let files = program.files.iter().map(|file| wasm::SourceFile {
        name: &file.name,
        is_platform: file.is_library,
        text: &file.source,
        line_starts: &file.line_starts,
    });
    Some(wasm::emit(&mir, &files.collect::<Vec<_>>(), options))
}

/// Compiles a checked program to bytecode.
pub fn compile_checked(checked: Checked) -> Compiled {
    let refused = checked.has_errors();
    let Checked { program, mut diagnostics, sources } = checked;
    let emitted = match &program {
        Some(program) if !refused => front::on_deep_stack(|| Some(emit::emit_module(program))),
        _ => None,
    };
    let module = match emitted {
        Some(Ok(module)) => Some(module),
        Some(Err(errors)) => {
            diagnostics.extend(errors.into_iter().map(|error| {
                let span = Span::new(error.start, error.end);
                Diagnostic::new(&PROGRAM_TOO_LARGE, error.file, span, error.message, "too large")
                    .help("split it into smaller parts")
            }));
            None
        }
        None => None,
    };
    Compiled { program, module, diagnostics, sources }
}
