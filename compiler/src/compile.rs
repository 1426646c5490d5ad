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
    let emitted = to_wasm(&checked, options);
    let Checked { mut diagnostics, sources, .. } = checked;
    let file = emitted.map_err(|more| diagnostics.extend(more)).ok();
    CompiledWasm { file, diagnostics, sources }
}

/// A checked program as WebAssembly; `Err` has what is wrong with it beside the errors that the check found.
pub fn to_wasm(checked: &Checked, options: wasm::Options) -> Result<wasm::Emitted, Vec<Diagnostic>> {
    let Some(program) = checked.program.as_ref().filter(|_| !checked.has_errors()) else { return Err(vec![]) };
    // What inference finds the back end guesses for itself (`wasm/guess.rs`), in less code. A metered program counts what the MVM's does.
    let lower = if options.metered || options.optimize { emit::lower_to_mir } else { emit::lower_open };
    let mir = front::on_deep_stack(|| lower(program));
    let bytecode = options.metered.then(|| front::on_deep_stack(|| emit::emit_mir(program, &mir)));
    let bytecode = bytecode.transpose().map_err(|errors| too_large(&errors))?;
    let files = program.files.iter().map(|file| wasm::SourceFile {
        name: &file.name,
        is_platform: file.is_library,
        text: &file.source,
        line_starts: &file.line_starts,
    });
    let files: Vec<_> = files.collect();
    let source_map = options.source_map;
    Ok(wasm::emit(wasm::Input { program: &mir, files: &files, bytecode: bytecode.as_ref(), source_map }))
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
            diagnostics.extend(too_large(&errors));
            None
        }
        None => None,
    };
    Compiled { program, module, diagnostics, sources }
}

fn too_large(errors: &[emit::EmitError]) -> Vec<Diagnostic> {
    let diagnostic = |error: &emit::EmitError| {
        let span = Span::new(error.start, error.end);
        Diagnostic::new(&PROGRAM_TOO_LARGE, error.file, span, error.message.clone(), "too large")
            .help("split it into smaller parts")
    };
    errors.iter().map(diagnostic).collect()
}
