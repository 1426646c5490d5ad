//! `mosl doc --test`: runs the programs in documentation comments. A program whose module exports an object is started in a scene with a
//! visitor, for a second; any other runs as `mosl run` would, with virtual timers.

use std::path::Path;

use mosl_compiler::diagnostics::{Diagnostic, render};
use mosl_compiler::program::FileId;
use mosl_compiler::project::{FileSystem, Manifest, ReadError, join, parent};
use mosl_compiler::{Compiled, Options, compile, read_manifest};
use mosl_doc::model::{Example, Module};
use mosl_host::stage::{Level, Output, PaymentPolicy, Stage, StageOptions};
use mosl_vm::{Host, HostCall, HostError, HostResult, HostValue, Instance, Limits, Stream, Turn, TurnEnd};

use super::super::bench::wanted;
use crate::args::Exit;
use crate::disk::Disk;

/// What programs in the library's comments may ask for.
const EVERYTHING: &str = r#"{ "strict": true, "capabilities": {
    "space": true, "payments": { "receive": true, "spend": "25mrk/day" }, "directory": true, "render": true, "storage": true,
    "social": true, "service": true } }"#;

/// Runs all; `project` is where they belong, if they are not the library's.
pub fn run(modules: &[Module], project: Option<&Path>) -> Exit {
    let (mut done, mut failed) = (0, 0);
    for module in modules {
        for (name, example) in module.examples() {
            done += 1;
            if let Err(report) = check(module, example, project) {
                failed += 1;
                eprintln!("{}:{}: the program of `{name}` fails:\n{}\n", module.file, example.line, report.trim_end());
            }
        }
    }
    let programs = if done == 1 { "program" } else { "programs" };
    match failed {
        0 => println!("{done} {programs} in comments: all do what they say."),
        _ => println!("{done} {programs} in comments: {failed} failed."),
    }
    if failed == 0 { Exit::Success } else { Exit::Failure }
}

/// Compiles and runs one; `Err` says what is wrong.
fn check(module: &Module, example: &Example, project: Option<&Path>) -> Result<(), String> {
    let disk = Disk::new(project.unwrap_or(Path::new("")));
    let options = match project {
        Some(_) => read_manifest(&disk, "").0,
        None => Options { manifest: Manifest::parse(EVERYTHING, FileId(0)).0, ..Options::default() },
    };
    let folder = if project.is_some() { parent(&module.file) } else { "" };
    let entry = join(folder, &format!("example-{}.mosl", example.line));
    let files = With { entry: &entry, text: &example.code, disk: project.is_some().then_some(&disk) };
    let compiled = compile(&files, &entry, &options);
    let is_object = compiled.program.as_ref().is_some_and(|program| {
        program.files[usize::from(program.entry.0)].exports.iter().any(|(name, _)| name == "default")
    });
    let program = verified(compiled)?;
    if example.no_run {
        return Ok(());
    }
    let printed = if is_object { play(program, &options)? } else { run_script(&program)? };
    match example.expected() {
        Some(expected) if printed != expected => {
            Err(format!("it should print\n  {}\nand prints\n  {}", expected.join("\n  "), printed.join("\n  ")))
        }
        _ => Ok(()),
    }
}

fn verified(compiled: Compiled) -> Result<mosl_vm::Module, String> {
    let errors: Vec<Diagnostic> = compiled.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    match compiled.module.filter(|_| errors.is_empty()) {
        Some(module) => Ok(mosl_vm::Module::new(mosl_bytecode::verify(module).map_err(|error| error.to_string())?)),
        None => Err(render::render_all(&errors, &compiled.sources, false)),
    }
}

/// One more file beside those of a project, if there is one.
struct With<'a> {
    entry: &'a str,
    text: &'a str,
    disk: Option<&'a Disk>,
}

impl FileSystem for With<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        if path == self.entry {
            return Ok(self.text.to_owned());
        }
        self.disk.map_or(Err(ReadError::NotFound), |disk| disk.read(path))
    }

    fn list(&self, folder: &str) -> Vec<String> {
        self.disk.map_or_else(Vec::new, |disk| disk.list(folder))
    }
}

// ── Objects ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

fn play(module: mosl_vm::Module, options: &Options) -> Result<Vec<String>, String> {
    let payments = PaymentPolicy::from_capabilities(&options.manifest.capabilities)?;
    let options = StageOptions { project: "example".into(), payments, ..StageOptions::default() };
    let mut stage = Stage::open(options).map_err(|error| error.to_string())?;
    stage.load(module);
    stage.join("Ann", "Ann", [0.0, 0.0, 5.0]);
    (0..60).for_each(|_| stage.advance(1.0 / 60.0));
    stage.stop();
    let mut printed = Vec::new();
    for output in stage.drain() {
        match output {
            Output::Log(line) if line.level == Level::Error && !line.trace.is_empty() => {
                return Err(format!("{}\n{}", line.text, line.trace));
            }
            Output::Log(line) => printed.extend(line.text.lines().map(str::to_owned)),
            Output::Fault { message, trace, .. } => return Err(format!("{message}\n{trace}")),
            _ => {}
        }
    }
    Ok(printed)
}

// ── Scripts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

fn run_script(module: &mosl_vm::Module) -> Result<Vec<String>, String> {
    let mut host = Desk::default();
    let mut instance = Instance::new(module, Limits::default());
    judge(&instance.start(&mut host))?;
    for bench in 1..=host.benches {
        let Some(asked) = host.asked.take() else { break };
        judge(&instance.resolve_host(&mut host, asked, Ok(wanted(bench, 1, false))))?;
    }
    while let Some(due) = instance.next_timer() {
        host.now = host.now.max(due);
        let now = host.now;
        instance.advance_to(&mut host, now).iter().try_for_each(judge)?;
    }
    Ok(host.printed)
}

fn judge(turn: &Turn) -> Result<(), String> {
    if let Some(uncaught) = turn.errors.first() {
        return Err(uncaught.text.clone());
    }
    match &turn.end {
        TurnEnd::Trapped(trap) => Err(trap.text.clone()),
        _ => Ok(()),
    }
}

/// The world of a program in a comment: it keeps what is printed, time is virtual, randomness the same every time, and what is
/// measured runs once.
#[derive(Default)]
struct Desk {
    printed: Vec<String>,
    benches: usize,
    /// The call that waits for what to measure next.
    asked: Option<u64>,
    calls: u64,
    now: f64,
    random: u32,
}

impl Host for Desk {
    fn call(&mut self, call: HostCall<'_>, _args: &[HostValue]) -> HostResult {
        match (call.module, call.name) {
            ("mark:test", "nextBatch") => {
                self.calls += 1;
                self.asked = Some(self.calls);
                return HostResult::Pending(self.calls);
            }
            ("mark:test", name) => {
                self.benches += usize::from(name == "addBench");
                return HostResult::Value(HostValue::Undefined);
            }
            _ => {}
        }
        let message = format!("`{}` of `{}` needs a scene: export an object", call.name, call.module);
        HostResult::Throw(HostError { name: "Error".into(), message })
    }

    fn print(&mut self, _stream: Stream, text: &str) {
        self.printed.extend(text.lines().map(str::to_owned));
    }

    fn now_ms(&mut self) -> f64 {
        self.now
    }

    fn monotonic_ms(&mut self) -> f64 {
        self.now
    }

    fn random(&mut self) -> f64 {
        self.random = self.random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.random) / (f64::from(u32::MAX) + 1.0)
    }
}
