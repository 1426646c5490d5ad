//! From files to the checked program: load, resolve, check, in that order. Errors never stop the road early: whatever could be read is
//! resolved and checked, so that one run reports everything.

use std::sync::Arc;

use mosl_syntax::ast::SmolStr;
use rustc_hash::FxHashSet;

use crate::check::{self, Findings};
use crate::diagnostics::echo::drop_echoes;
use crate::diagnostics::{Diagnostic, Severity, Source};
use crate::program::{BindingId, Facts, File, FileId, Program};
use crate::project::{self, FileSystem, LintLevel, Loaded, Manifest, ReadError, join};
use crate::resolve::{self, Resolution};

/// The stack that a thread needs to compile on. The parser bounds the nesting of trees; pages that are never touched cost nothing.
pub const STACK_BYTES: usize = 64 << 20;

#[derive(Clone, Debug, Default)]
pub struct Options {
    pub manifest: Manifest,
    /// Leave the files' texts out of the module: functions then print without their source.
    pub strip_source: bool,
}

/// What [`check`] yields.
#[derive(Debug)]
pub struct Checked {
    /// Everything that could be read, also where there are errors; `None` if the entry file cannot be read.
    pub program: Option<Program>,
    /// Errors and warnings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into, by [`FileId`].
    pub sources: Vec<Source>,
}

impl Checked {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Loads, resolves and checks the program that starts at the file `entry`.
pub fn check(fs: &dyn FileSystem, entry: &str, options: &Options) -> Checked {
    let loaded = project::load(fs, entry, &options.manifest);
    on_deep_stack(|| check_loaded(loaded, entry, options))
}

/// Reads `mosl.json` in `folder` and checks the project that it describes. A folder without one is a project with all defaults.
pub fn check_project(fs: &dyn FileSystem, folder: &str) -> Checked {
    let (options, mut diagnostics, source) = read_manifest(fs, folder);
    let entry = join(folder, &options.manifest.entry);
    let mut checked = check(fs, &entry, &options);
    add_manifest(&mut checked, &mut diagnostics, source);
    checked
}

/// The manifest of a folder, what is wrong with it, and its text.
pub fn read_manifest(fs: &dyn FileSystem, folder: &str) -> (Options, Vec<Diagnostic>, Option<Source>) {
    let path = join(folder, "mosl.json");
    match fs.read(&path) {
        Ok(text) => {
            let (manifest, diagnostics) = Manifest::parse(&text, FileId(0));
            (Options { manifest, ..Options::default() }, diagnostics, Some(Source { name: path, text: text.into() }))
        }
        Err(ReadError::NotFound) => (Options::default(), Vec::new(), None),
        Err(ReadError::Unreadable(reason)) => {
            let entry = &crate::diagnostics::catalogue::FILE_NOT_READABLE;
            let message = format!("`{path}` cannot be read: {reason}");
            let diagnostic = Diagnostic::new(entry, FileId(0), mosl_syntax::Span::at(0), message, "");
            (Options::default(), vec![diagnostic], Some(Source { name: path, text: "".into() }))
        }
    }
}

/// Puts the manifest behind the sources, and its diagnostics before the others.
pub(crate) fn add_manifest(checked: &mut Checked, diagnostics: &mut Vec<Diagnostic>, source: Option<Source>) {
    let Some(source) = source else { return };
    let file = FileId(u16::try_from(checked.sources.len()).unwrap_or(u16::MAX));
    diagnostics.iter_mut().for_each(|diagnostic| diagnostic.file = file);
    checked.sources.push(source);
    diagnostics.append(&mut checked.diagnostics);
    checked.diagnostics = std::mem::take(diagnostics);
}

/// Runs `work` where deeply nested source does not exhaust the stack: here, where the stack has that much left.
pub(crate) fn on_deep_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_BYTES, STACK_BYTES, work)
}

fn check_loaded(mut loaded: Loaded, entry: &str, options: &Options) -> Checked {
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    if loaded.files.is_empty() {
        let sources = vec![Source { name: entry.to_owned(), text: "".into() }];
        return Checked { program: None, diagnostics, sources };
    }
    let is_strict = |file: FileId| options.manifest.strict || loaded.files[usize::from(file.0)].is_strict();
    let mut resolution = resolve::resolve(&loaded, &is_strict);
    diagnostics.append(&mut resolution.diagnostics);
    let mut findings = check::check(&loaded, &resolution, &is_strict);
    diagnostics.append(&mut findings.diagnostics);
    let program = build_program(&loaded, resolution, findings, options, &is_strict);
    let sources: Vec<Source> =
        loaded.files.iter().map(|file| Source { name: file.name.clone(), text: file.source.clone() }).collect();
    sort(&mut diagnostics, &options.manifest);
    drop_echoes(&mut diagnostics, &sources);
    Checked { program: Some(program), diagnostics, sources }
}

/// By file and place, each once, and nothing more about what an error is about; lints that are switched off are dropped.
pub(crate) fn sort(diagnostics: &mut Vec<Diagnostic>, manifest: &Manifest) {
    let broken: FxHashSet<FileId> =
        diagnostics.iter().filter(|found| found.is_error()).map(|found| found.file).collect();
    diagnostics.retain_mut(|diagnostic| {
        if diagnostic.severity == Severity::Error {
            return true;
        }
        // What is wrong elsewhere in the file makes names look unused and code unreached.
        if diagnostic.is_lint() && broken.contains(&diagnostic.file) {
            return false;
        }
        let level = manifest.lints.iter().find(|(name, _)| name == diagnostic.name).map(|(_, level)| *level);
        if level == Some(LintLevel::Error) {
            diagnostic.severity = Severity::Error;
        }
        level != Some(LintLevel::Off)
    });
    diagnostics.sort_by_key(|diagnostic| (diagnostic.file, diagnostic.primary.span, diagnostic.code));
    diagnostics.dedup_by(|after, before| {
        let same_place = after.file == before.file && after.primary.span == before.primary.span;
        let is_echo = before.is_error() && after.code >= "E0100";
        same_place && (after.code == before.code || is_echo)
    });
}

fn build_program(
    loaded: &Loaded,
    mut resolution: Resolution,
    findings: Findings,
    options: &Options,
    is_strict: &dyn Fn(FileId) -> bool,
) -> Program {
    apply(&mut resolution, &findings);
    let exports: Vec<Vec<(SmolStr, BindingId)>> = resolution.exports;
    let mut files = Vec::with_capacity(loaded.files.len());
    let facts =
        resolution.facts.into_vec().into_iter().zip(findings.node_types).map(|(facts, types)| Facts { types, ..facts });
    for ((file, facts), exports) in loaded.files.iter().zip(facts).zip(exports) {
        files.push(File {
            id: file.id,
            name: file.name.clone(),
            source: file.source.clone(),
            line_starts: line_starts(&file.source),
            ast: Arc::clone(&file.ast),
            is_library: file.is_library,
            strict: is_strict(file.id),
            facts,
            exports,
        });
    }
    Program {
        files,
        entry: FileId(0),
        evaluation_order: loaded.graph.evaluation_order.clone(),
        waits_for: loaded.graph.waits_for.clone(),
        cycle_end: loaded.graph.cycle_end.clone(),
        bindings: resolution.bindings.into_vec(),
        classes: resolution.classes.into_vec(),
        types: findings.types,
        capabilities: options.manifest.capabilities.clone(),
        strip_source: options.strip_source,
    }
}

/// Writes what the check found into what resolution left open.
fn apply(resolution: &mut Resolution, findings: &Findings) {
    for (binding, ty) in resolution.bindings.iter_mut().zip(&findings.binding_types) {
        binding.ty = *ty;
    }
    for (class, types) in resolution.classes.iter_mut().zip(&findings.field_types) {
        for (field, ty) in class.fields.iter_mut().zip(types) {
            field.ty = *ty;
        }
    }
    for ((file, node), schema) in &findings.decoders {
        resolution.facts[usize::from(file.0)].decoders.insert(*node, Arc::clone(schema));
    }
    for ((file, node), found) in &findings.function_infos {
        if let Some(info) = resolution.facts[usize::from(file.0)].functions.get_mut(node) {
            info.ret = found.ret;
        }
    }
}

fn line_starts(source: &str) -> Vec<u32> {
    let after_breaks = source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(after_breaks).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect()
}
