//! From a path to a module that may run: the compiler's answer, verified, with its diagnostics as this command shows them.

use std::path::Path;

use mosl_compiler::diagnostics::{Diagnostic, Source, json, render};
use mosl_compiler::erase::{Script, to_javascript};
use mosl_compiler::fix::{Fixed, fix};
use mosl_compiler::project::Manifest;
use mosl_compiler::wasm;
use mosl_compiler::{Checked, Compiled, check, check_project, compile, read_manifest};
use mosl_host::stage::PaymentPolicy;
use mosl_vm::Module;

use crate::args::Exit;
use crate::disk::Disk;
use crate::{terminal, wasm_file};

/// The extension of compiled modules.
pub const MODULE: &str = "mvm";

/// The extension of programs as WebAssembly.
pub const WASM: &str = "wasm";

/// What compiling comes to.
pub enum Outcome {
    Ready(Program),
    Refused(Refusal),
}

impl Outcome {
    /// The program, after its warnings; of a refusal, how the command ends that has shown it.
    pub fn shown(self) -> Result<Program, Exit> {
        match self {
            Self::Ready(program) => {
                eprint!("{}", program.warnings);
                Ok(program)
            }
            Self::Refused(refusal) => {
                eprint!("{}", refusal.for_terminal());
                Err(Exit::Refused)
            }
        }
    }
}

/// A verified program, ready to run.
pub struct Program {
    pub module: Module,
    /// Rendered for the terminal; empty if there are none.
    pub warnings: String,
}

impl Program {
    /// What a visitor can compare: which code it is that asks for money.
    pub fn identity(&self) -> String {
        let digits = self.module.hash().to_string();
        format!("module {}", &digits[..16])
    }
}

/// Why there is no program.
pub struct Refusal {
    /// Rendered without colours, as the page shows it.
    pub plain: String,
    pub errors: usize,
    colored: Option<String>,
    /// Where to read more; the page has no command line.
    pointer: Option<String>,
}

impl Refusal {
    /// The compiler broke down over a source.
    pub fn of_a_bug() -> Self {
        let plain = "The compiler itself failed on this version: that is a bug in mosl, not in your code.\nThe terminal says where.";
        Self { plain: plain.to_owned(), errors: 1, colored: None, pointer: None }
    }

    pub fn for_terminal(&self) -> String {
        let text = self.colored.as_deref().unwrap_or(&self.plain);
        format!("{text}{}", self.pointer.as_deref().unwrap_or_default())
    }
}

/// The findings of a check.
pub struct Findings {
    diagnostics: Vec<Diagnostic>,
    sources: Vec<Source>,
}

impl Findings {
    pub fn render(&self, color: bool) -> String {
        render::render_all(&self.diagnostics, &self.sources, color)
    }

    pub fn json(&self) -> serde_json::Value {
        json::to_json(&self.diagnostics, &self.sources)
    }

    /// Where to read more about the first finding.
    pub fn pointer(&self) -> Option<String> {
        let first = self.diagnostics.iter().find(|found| found.is_error()).or(self.diagnostics.first())?;
        Some(pointer(first.code))
    }

    /// Errors and warnings.
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        (errors, self.diagnostics.len() - errors)
    }
}

/// Compiles one file with what it imports; a `mosl.json` beside it counts. A `.mvm` file is loaded as it is.
pub fn compile_file(path: &str) -> Outcome {
    if Path::new(path).extension().is_some_and(|extension| extension == MODULE) {
        return load(path);
    }
    let (disk, entry) = folder_and_name(Path::new(path));
    let (options, ..) = read_manifest(&disk, "");
    finish(compile(&disk, &entry, &options))
}

/// Compiles a project, or a file with what it imports.
pub fn compile_path(path: &str) -> Outcome {
    if Path::new(path).is_dir() { compile_project(Path::new(path)) } else { compile_file(path) }
}

/// A project, or a file with what it imports, compiled, and as it was checked: a `.mvm` file has no such form. What stands in the way is
/// shown.
pub fn compile_and_keep(path: &str) -> Result<(Program, Option<mosl_compiler::program::Program>), Exit> {
    if Path::new(path).extension().is_some_and(|extension| extension == MODULE) {
        return Ok((load(path).shown()?, None));
    }
    let mut compiled = mosl_compiler::compile_checked(check_what(Path::new(path)));
    let checked = compiled.program.take();
    Ok((finish(compiled).shown()?, checked))
}

/// A program as WebAssembly.
pub struct WasmProgram {
    pub bytes: Vec<u8>,
    /// Where its instructions come from, if that was asked for.
    pub source_map: Option<String>,
    /// Rendered for the terminal; empty if there are none.
    pub warnings: String,
}

/// Compiles a project, or a file with what it imports, to WebAssembly. A `.wasm` file is read as it is.
pub fn compile_wasm(path: &str, options: wasm::Options) -> Result<WasmProgram, Refusal> {
    let given = Path::new(path);
    if given.extension().is_some_and(|extension| extension == WASM) {
        let bytes = std::fs::read(given).map_err(|error| failure(&format!("`{path}` cannot be read: {error}")))?;
        return Ok(WasmProgram { bytes, source_map: None, warnings: String::new() });
    }
    let compiled = mosl_compiler::compile_wasm(check_what(given), options);
    let findings = Findings { diagnostics: compiled.diagnostics, sources: compiled.sources };
    match compiled.file {
        Some(wasm::Emitted { bytes, source_map }) => {
            Ok(WasmProgram { bytes, source_map, warnings: findings.render(terminal::colors()) })
        }
        None => Err(refusal(findings)),
    }
}

/// An object for pages: its file, with what embedders want to know of it.
pub struct Object {
    pub wasm: WasmProgram,
    pub name: String,
    /// The same program for the MVM; a `.wasm` file that was given has none.
    pub program: Option<Program>,
}

/// Compiles a project, or a file with what it imports, for pages. A `.wasm` file is read as it is.
pub fn compile_object(path: &str, options: wasm::Options) -> Result<Object, Refusal> {
    let given = Path::new(path);
    let name = if given.is_dir() { project_name(given) } else { wasm_file::stem(given) };
    if given.extension().is_some_and(|extension| extension == WASM) {
        return Ok(Object { wasm: compile_wasm(path, options)?, name, program: None });
    }
    let checked = check_what(given);
    let file = mosl_compiler::to_wasm(&checked, options);
    let warnings = render::render_all(&checked.diagnostics, &checked.sources, terminal::colors());
    match (finish(mosl_compiler::compile_checked(checked)), file) {
        (Outcome::Ready(program), Ok(wasm::Emitted { mut bytes, source_map })) => {
            wasm_file::describe(&mut bytes, &name, &program.module);
            Ok(Object { wasm: WasmProgram { bytes, source_map, warnings }, name, program: Some(program) })
        }
        // Too large for bytecode.
        (Outcome::Refused(_), Ok(wasm::Emitted { bytes, source_map })) => {
            Ok(Object { wasm: WasmProgram { bytes, source_map, warnings }, name, program: None })
        }
        (Outcome::Refused(refusal), Err(_)) => Err(refusal),
        (Outcome::Ready(_), Err(_)) => unreachable!("one check decides for both"),
    }
}

/// A refusal that is no diagnostic.
fn failure(message: &str) -> Refusal {
    Refusal { plain: format!("error: {message}\n"), errors: 1, colored: None, pointer: None }
}

/// A module from its bytes, which anyone may have written: verified like any other.
fn load(path: &str) -> Outcome {
    let loaded = match std::fs::read(path) {
        Ok(bytes) => Module::load(&bytes).map_err(|error| format!("`{path}` cannot run: {error}")),
        Err(error) => Err(format!("`{path}` cannot be read: {error}")),
    };
    match loaded {
        Ok(module) => Outcome::Ready(Program { module, warnings: String::new() }),
        Err(message) => Outcome::Refused(failure(&message)),
    }
}

/// Compiles the project in a folder.
pub fn compile_project(project: &Path) -> Outcome {
    finish(mosl_compiler::compile_project(&Disk::new(project), ""))
}

/// Checks a project or a file; `Err` is a sentence for the user.
pub fn check_path(path: &Path) -> Result<Findings, String> {
    if !path.exists() {
        return Err(format!("There is no file or folder `{}`.", path.display()));
    }
    let Checked { program, diagnostics, sources } = check_what(path);
    // The process ends soon: taking the trees apart would cost a tenth of its time.
    std::mem::forget(program);
    Ok(Findings { diagnostics, sources })
}

fn check_what(path: &Path) -> Checked {
    if path.is_dir() {
        return check_project(&Disk::new(path), "");
    }
    let (disk, entry) = folder_and_name(path);
    let (options, ..) = read_manifest(&disk, "");
    check(&disk, &entry, &options)
}

/// Fixes what a check of a project or a file finds, in memory; `Err` is a sentence for the user. The files are named within the
/// folder that is also returned.
pub fn fix_path(path: &Path, guesses: bool) -> Result<(Disk, Fixed), String> {
    if path.is_dir() {
        let disk = Disk::new(path);
        let fixed = fix(&disk, &|fs| check_project(fs, ""), guesses);
        return Ok((disk, fixed));
    }
    if !path.exists() {
        return Err(format!("There is no file or folder `{}`.", path.display()));
    }
    let (disk, entry) = folder_and_name(path);
    let (options, ..) = read_manifest(&disk, "");
    let fixed = fix(&disk, &|fs| check(fs, &entry, &options), guesses);
    Ok((disk, fixed))
}

/// What the files of a project or of a file and what it imports export; `Err` is for the terminal.
pub fn reference(path: &Path, warnings: &mut Vec<mosl_doc::Warning>) -> Result<Vec<mosl_doc::model::Module>, String> {
    if !path.exists() {
        return Err(format!("error: There is no file or folder `{}`.\n", path.display()));
    }
    let checked = check_what(path);
    let has_errors = checked.has_errors();
    let Checked { program, diagnostics, sources } = checked;
    match program.filter(|_| !has_errors) {
        Some(program) => Ok(mosl_doc::project(&program, warnings)),
        None => Err(refusal(Findings { diagnostics, sources }).for_terminal()),
    }
}

/// The files of a project or of a file and what it imports, as JavaScript.
pub fn javascript(path: &Path) -> Result<Vec<Script>, Refusal> {
    let checked = check_what(path);
    let has_errors = checked.has_errors();
    let Checked { program, diagnostics, sources } = checked;
    match program.filter(|_| !has_errors) {
        Some(program) => to_javascript(&program).map_err(|diagnostics| refusal(Findings { diagnostics, sources })),
        None => Err(refusal(Findings { diagnostics, sources })),
    }
}

/// What a station behind the parser makes of a file.
pub fn inspect(path: &Path, station: &str) -> Result<String, Refusal> {
    let (disk, entry) = folder_and_name(path);
    let (options, ..) = read_manifest(&disk, "");
    let compiled = compile(&disk, &entry, &options);
    match (station, &compiled.program, &compiled.module) {
        ("types", Some(program), _) => Ok(print_types(program)),
        ("mir", Some(program), Some(_)) => {
            Ok(mosl_compiler::mir::print_program(&mosl_compiler::emit::lower_to_mir(program)))
        }
        ("bytecode", _, Some(module)) => Ok(mosl_bytecode::disassemble(module)),
        _ => Err(refusal(Findings { diagnostics: compiled.diagnostics, sources: compiled.sources })),
    }
}

/// The bindings of the file itself with their types, by place.
fn print_types(program: &mosl_compiler::program::Program) -> String {
    let file = &program.files[usize::from(program.entry.0)];
    let mut own: Vec<_> = program.bindings.iter().filter(|binding| binding.file == program.entry).collect();
    own.sort_by_key(|binding| binding.span.start);
    own.iter()
        .map(|binding| {
            let (line, column) = json::line_column(&file.source, binding.span.start);
            format!("{line:>4}:{column:<4} {}: {}\n", binding.name, program.types.print(binding.ty))
        })
        .collect()
}

/// The name that a project's manifest gives, else its folder's.
pub fn project_name(project: &Path) -> String {
    let folder = || {
        let full = project.canonicalize().ok()?;
        Some(full.file_name()?.to_string_lossy().into_owned())
    };
    manifest(project).name.or_else(folder).unwrap_or_else(|| "project".to_owned())
}

/// What the manifest says of the project; nothing where it does not.
pub fn project_description(project: &Path) -> String {
    manifest(project).description.unwrap_or_default()
}

/// What the manifest lets the object do with money.
pub fn project_payments(project: &Path) -> PaymentPolicy {
    PaymentPolicy::from_capabilities(&manifest(project).capabilities).unwrap_or_else(|message| {
        terminal::note(&message);
        PaymentPolicy::default()
    })
}

fn manifest(project: &Path) -> Manifest {
    read_manifest(&Disk::new(project), "").0.manifest
}

fn folder_and_name(path: &Path) -> (Disk, String) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    (Disk::new(folder), name)
}

fn finish(compiled: Compiled) -> Outcome {
    let findings = Findings { diagnostics: compiled.diagnostics, sources: compiled.sources };
    let Some(module) = compiled.module else {
        return Outcome::Refused(refusal(findings));
    };
    let verified = mosl_bytecode::verify(module)
        .unwrap_or_else(|error| panic!("the compiler wrote a module that does not verify: {error}"));
    Outcome::Ready(Program { module: Module::new(verified), warnings: findings.render(terminal::colors()) })
}

fn refusal(findings: Findings) -> Refusal {
    let colored = terminal::colors().then(|| findings.render(true));
    let pointer = findings.pointer();
    Refusal { plain: findings.render(false), errors: findings.counts().0, colored, pointer }
}

/// The line that ends a report of errors.
pub fn pointer(code: &str) -> String {
    format!("\n`mosl explain {code}` says what this means and how to mend it.\n")
}
