//! Runs a program on the interpreter and on the JavaScript engine, and tells how the two compare.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mosl_compiler::Options;
use mosl_compiler::erase::to_javascript;
use mosl_compiler::project::{Manifest, MemoryFiles};
use mosl_host::wasm::WasmLimits;
use mosl_vm::{JitMode, Limits, Stress, TrapKind};

use crate::generate::Mode;
use crate::harness::difference;
use crate::oracle::{Answer, Oracle};
use crate::run::{self, How, Ran};

/// Programs end long before this; those that do not are left out.
const LIMITS: Limits = Limits { fuel: 4_000_000, heap: 128 << 20, stack: 10_000, deadline: None, timers: 1_000 };

/// How a run compares with the engine's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Equal,
    /// The codes of what was refused, at compile time or at run time.
    Refused(String),
    /// A limit ended the run, or the engine never answered.
    TooLong,
    /// A wrong answer: what differs.
    Differs(String),
}

/// Compares what MOSL's interpreter makes of a program with what machine code makes of it, with what it does on wasmtime where `wasm` asks
/// for that (some hundred times slower), and with what the engine makes of it without its types.
pub fn compare(oracle: &mut Oracle, program: &str, mode: Mode, wasm: bool) -> Verdict {
    let runs = || {
        let (ran, difference) = run_here(program, mode)?;
        let difference = difference.map(|text| format!("machine code: {text}"));
        let on_wasmtime = || wasm.then(|| differs_on_wasmtime(program, mode, &ran)).flatten();
        Ok((difference.or_else(on_wasmtime), ran))
    };
    match catch_unwind(AssertUnwindSafe(runs)) {
        Ok(Ok((Some(difference), _))) => Verdict::Differs(difference),
        Ok(Ok((None, ran))) if mode == Mode::Sound && !ran.report.refusals.is_empty() => {
            let refusal = &ran.report.refusals[0];
            Verdict::Differs(format!("a check fails: R{:04} {}", refusal.code, refusal.message))
        }
        Ok(Ok((None, ran))) => judge(&ran, || match mode {
            Mode::Plain => oracle.ask(program),
            _ => oracle.ask(&erase(program, mode)),
        }),
        Ok::<Result<_, String>, _>(Err(text)) if text == run::ENDLESS => Verdict::TooLong,
        Ok(Err(diagnostics)) => Verdict::Refused(code_in(&diagnostics)),
        Err(_) => Verdict::Differs("a panic".into()),
    }
}

/// The program as JavaScript; as it is, where there is nothing to take out.
fn erase(program: &str, mode: Mode) -> String {
    let checked = mosl_compiler::check(&MemoryFiles::new([("main.mosl", program)]), "main.mosl", &options(mode));
    let scripts = checked.program.map(|program| to_javascript(&program));
    match scripts {
        Some(Ok(mut scripts)) => scripts.remove(0).text,
        _ => program.to_owned(),
    }
}

fn options(mode: Mode) -> Options {
    let manifest = Manifest { strict: mode.is_strict(), ..Manifest::default() };
    Options { manifest, ..Options::default() }
}

/// The interpreter's run, and how machine code, or a run that moves between any two turns, differs from it: in what it prints, or in the
/// fuel that it uses. Programs of strict files run once more with a look at every typed register.
fn run_here(program: &str, mode: Mode) -> Result<(Ran, Option<String>), String> {
    let files = MemoryFiles::new([("main.mosl", program)]);
    let bytes = run::compile_with(&files, "main.mosl", &options(mode))?;
    if mode.is_strict() {
        let looked_at = run::run_as(&bytes, LIMITS, How { typed: true, ..How::default() })?;
        let plain = run::run(&bytes, LIMITS, Stress::Off)?;
        if let Some(text) =
            difference(&format!("{}{}", plain.out, plain.err), &format!("{}{}", looked_at.out, looked_at.err))
        {
            return Ok((plain, Some(format!("with a look at the registers, {text}"))));
        }
    }
    let ran = run::run(&bytes, LIMITS, Stress::Off)?;
    if ran.trap.as_ref().is_some_and(|trap| trap.kind == TrapKind::Memory) {
        return Ok((ran, None));
    }
    let how = How { jit: JitMode::Eager, typed: mode.is_strict(), ..How::default() };
    let compiled = run::run_as(&bytes, LIMITS, how)?;
    let fuel = |ran: &Ran| format!("{} fuel\n", ran.report.fuel);
    let all = |ran: &Ran| format!("{}{}{}", ran.out, ran.err, fuel(ran));
    if let Some(text) = difference(&all(&ran), &all(&compiled)) {
        return Ok((ran, Some(text)));
    }
    let moved = match run::run_as(&bytes, LIMITS, How { moves: true, ..how }) {
        Ok(moved) if moved.trap.as_ref().is_some_and(|trap| trap.kind == TrapKind::Memory) => return Ok((ran, None)),
        Ok(moved) => difference(&all(&ran), &all(&moved)),
        Err(text) => Some(text),
    };
    Ok((ran, moved.map(|text| format!("moved: {text}"))))
}

/// How WebAssembly differs from the interpreter: in what it prints, or in whether an error stays uncaught. Refusals and limits end a program
/// elsewhere there.
fn differs_on_wasmtime(program: &str, mode: Mode, ran: &Ran) -> Option<String> {
    if ran.trap.is_some() || !ran.report.refusals.is_empty() {
        return None;
    }
    let files = MemoryFiles::new([("main.mosl", program)]);
    let there = run::compile_to_wasm_with(&files, "main.mosl", &options(mode))
        .and_then(|bytes| run::run_on_wasmtime(&bytes, WasmLimits::default()));
    let there = match there {
        Ok(there) => there,
        Err(text) => return Some(format!("WebAssembly: {text}")),
    };
    let all = |ran: &Ran| format!("{}{} uncaught\n", ran.out, ran.uncaught);
    difference(&all(ran), &all(&there)).map(|text| format!("WebAssembly: {text}{}", there.err))
}

/// The engine is asked only where there is something to compare: a program without end would keep it busy.
fn judge(ran: &Ran, ask: impl FnOnce() -> Option<Answer>) -> Verdict {
    if let Some(refusal) = ran.report.refusals.first() {
        return Verdict::Refused(format!("R{:04}", refusal.code));
    }
    if ran.trap.is_some() {
        return Verdict::TooLong;
    }
    let Some(answer) = ask() else { return Verdict::TooLong };
    if let Some(broken) = &answer.broken {
        return Verdict::Differs(format!("the engine refuses it: {broken}"));
    }
    if answer.out.contains("vm:module(") {
        return Verdict::Refused("a stack, printed with its places".into());
    }
    if let Some(text) = difference(&answer.out, &ran.out) {
        return Verdict::Differs(format!("{text}{}", ran.err));
    }
    if (ran.uncaught > 0) != (answer.uncaught > 0) {
        return Verdict::Differs(format!(
            "uncaught: expected {}, found {}\n{}",
            answer.uncaught, ran.uncaught, ran.err
        ));
    }
    Verdict::Equal
}

/// The first code in rendered diagnostics of errors.
fn code_in(diagnostics: &str) -> String {
    let is_code =
        |word: &&str| word.len() == 5 && word.starts_with('E') && word[1..].bytes().all(|b| b.is_ascii_digit());
    let mut words = diagnostics.split(|c: char| !c.is_ascii_alphanumeric());
    words.find(is_code).unwrap_or("a module that does not load").to_owned()
}
