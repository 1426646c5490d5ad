//! `mosl run`: a plain script, as a JavaScript engine would run it: output to standard output, the machine's clock, real timers.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{BufWriter, IsTerminal as _, Stdout, Write as _};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mosl_compiler::wasm;
use mosl_host::wasm::{WasmInstance, WasmLimits, WasmModule};
use mosl_vm::{
    Digest, Digester, Host, HostCall, HostError, HostResult, Instance, JitMode, Limits, Module, Recorded, Report,
    Stream, TraceLine, Turn, TurnEnd,
};
use serde_json::json;

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::{WASM, compile_file, pointer};
use crate::random::Xorshift;
use crate::{excerpt, terminal};

pub const COMMAND: Command = Command {
    name: "run",
    usage: "FILE [--report FILE] [--record FILE] [--engine NAME]",
    summary: "Runs a plain script",
    about: "\
Runs one file and what it imports, or a module that `mosl build` wrote
(FILE.mvm, FILE.wasm), without a scene: `console.log` goes to standard output,
`performance.now()` and `Date` tell the real time, timers wait.

It ends with 0 when all is done, 1 after an uncaught exception (its trace is on
standard error), 2 when the compiler refuses the file, 3 when a limit ends it,
13 when a top-level `await` waits for what never happens.",
    options: &[
        Opt {
            name: "report",
            value: "FILE",
            about: "write what happened as JSON: engine, fuel, turns, peak memory, refusals, hashes",
        },
        Opt {
            name: "record",
            value: "FILE",
            about: "write every input and what came of it, for `mosl replay` (mvm only)",
        },
        Opt { name: "engine", value: "NAME", about: "what runs it: mvm, or wasm (WebAssembly, on wasmtime)" },
        Opt {
            name: "jit",
            value: "MODE",
            about: "machine code: off, lazy (functions that run much; the default) or eager (all)",
        },
        Opt { name: "fuel", value: "N", about: "end a turn that uses more fuel than this" },
        Opt { name: "memory", value: "MIB", about: "end a turn that holds more memory than this" },
    ],
    operands: (1, 1),
    run: |args| super::on_large_stack(args, run),
};

fn run(args: &Args) -> Exit {
    match args.value("engine") {
        Some("wasm") | None if args.has("record") && (is_wasm(args) || args.has("engine")) => {
            usage("`--record` is for the engine mvm")
        }
        Some("wasm") => run_wasm(args),
        None if is_wasm(args) => run_wasm(args),
        None | Some("mvm") => run_mvm(args),
        Some(other) => usage(&format!("`--engine {other}` is none of mvm, wasm")),
    }
}

/// Whether the file is a program as WebAssembly already, which anyone may have written.
fn is_wasm(args: &Args) -> bool {
    Path::new(&args.operands[0]).extension().is_some_and(|extension| extension == WASM)
}

fn usage(message: &str) -> Exit {
    terminal::error(message);
    Exit::Usage
}

fn run_mvm(args: &Args) -> Exit {
    let (limits, jit) = match limits(args).and_then(|limits| Ok((limits, jit_mode(args)?))) {
        Ok(read) => read,
        Err(message) => return usage(&message),
    };
    let program = match compile_file(&args.operands[0]).shown() {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    let mut host = Console::new(args.has("report"));
    let module = &program.module;
    let ran = |exit| Ran { exit, engine: engine(module), hash: module.hash() };
    let Some(file) = args.value("record") else {
        let mut instance = Instance::new(module, limits);
        instance.set_jit(jit);
        let exit = run_to_end(&mut instance, Some(module), &mut host);
        return finish(args, host, ran(exit), instance.report());
    };
    let mut recorded = Recorded::new(module, limits);
    recorded.set_jit(jit);
    let exit = run_to_end(&mut recorded, Some(module), &mut host);
    if let Err(error) = std::fs::write(file, recorded.recording().to_bytes()) {
        terminal::error(&format!("The recording cannot be written to {file}: {error}"));
        return Exit::Failure;
    }
    finish(args, host, ran(exit), recorded.instance().report())
}

/// Runs an instance to its end with the console as its world.
pub(super) fn run_console(instance: &mut Instance, module: &Module) -> Exit {
    let mut host = Console::new(false);
    let exit = run_to_end(instance, Some(module), &mut host);
    host.flush();
    exit
}

/// The program on wasmtime, with limits of the same names.
fn run_wasm(args: &Args) -> Exit {
    let limits = match limits(args) {
        Ok(limits) => limits,
        Err(message) => return usage(&message),
    };
    let fuel = args.value("fuel").map(|_| limits.fuel);
    let metered = fuel.is_some() || args.has("report");
    let options = wasm::Options { metered, ..wasm::Options::default() };
    let program = match super::build::wasm(&args.operands[0], options) {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    // Of our own programs one knows that they count.
    let compiled = match fuel.filter(|_| is_wasm(args)) {
        None => WasmModule::compile(&program.bytes),
        Some(_) => WasmModule::compile_metered(&program.bytes),
    };
    let module = match compiled {
        Ok(module) => module,
        Err(error) => {
            terminal::error(&format!("`{}` cannot run: {error}", args.operands[0]));
            return Exit::Refused;
        }
    };
    let mut bounds = WasmLimits { fuel, ..WasmLimits::default() };
    if args.has("memory") {
        bounds.memory = limits.heap;
    }
    let mut instance = WasmInstance::new(&module, bounds);
    let mut host = Console::new(args.has("report"));
    let exit = run_to_end(&mut instance, None, &mut host);
    finish(args, host, Ran { exit, engine: "wasmtime", hash: module.hash() }, instance.report())
}

/// Writes the report that was asked for.
fn finish(args: &Args, mut host: Console, ran: Ran, report: &Report) -> Exit {
    host.flush();
    if let (Some(file), Some(printed)) = (args.value("report"), host.printed)
        && let Err(message) = ran.write(file, report, printed.finish())
    {
        terminal::error(&message);
        return Exit::Failure;
    }
    ran.exit
}

/// What both engines' instances do.
trait Runs {
    fn start(&mut self, host: &mut Console) -> Turn;
    fn next_timer(&self) -> Option<f64>;
    fn advance_to(&mut self, host: &mut Console, until: f64) -> Vec<Turn>;
    /// Places of top-level `await`s that wait for ever, where they are known.
    fn unsettled(&mut self) -> Vec<Option<TraceLine>>;
}

impl Runs for Instance {
    fn start(&mut self, host: &mut Console) -> Turn {
        self.start(host)
    }

    fn next_timer(&self) -> Option<f64> {
        self.next_timer()
    }

    fn advance_to(&mut self, host: &mut Console, until: f64) -> Vec<Turn> {
        self.advance_to(host, until)
    }

    fn unsettled(&mut self) -> Vec<Option<TraceLine>> {
        Instance::unsettled(self).into_iter().map(Some).collect()
    }
}

impl Runs for Recorded {
    fn start(&mut self, host: &mut Console) -> Turn {
        self.start(host)
    }

    fn next_timer(&self) -> Option<f64> {
        self.instance().next_timer()
    }

    fn advance_to(&mut self, host: &mut Console, until: f64) -> Vec<Turn> {
        self.advance_to(host, until)
    }

    fn unsettled(&mut self) -> Vec<Option<TraceLine>> {
        self.instance().unsettled().into_iter().map(Some).collect()
    }
}

impl Runs for WasmInstance {
    fn start(&mut self, host: &mut Console) -> Turn {
        self.start(host)
    }

    fn next_timer(&self) -> Option<f64> {
        self.next_timer()
    }

    fn advance_to(&mut self, host: &mut Console, until: f64) -> Vec<Turn> {
        self.advance_to(host, until)
    }

    fn unsettled(&mut self) -> Vec<Option<TraceLine>> {
        vec![None; self.unsettled()]
    }
}

fn limits(args: &Args) -> Result<Limits, String> {
    let number = |name: &str| {
        args.value(name)
            .map(|text| text.parse::<u64>().map_err(|_| format!("`--{name} {text}` is no whole number")))
            .transpose()
    };
    let mut limits = Limits::default();
    if let Some(fuel) = number("fuel")? {
        limits.fuel = fuel;
    }
    if let Some(mib) = number("memory")? {
        limits.heap = usize::try_from(mib).unwrap_or(usize::MAX).saturating_mul(1 << 20);
    }
    Ok(limits)
}

pub fn jit_mode(args: &Args) -> Result<JitMode, String> {
    let Some(name) = args.value("jit") else { return Ok(JitMode::Lazy) };
    JitMode::from_name(name).ok_or_else(|| format!("`--jit {name}` is none of {}", JitMode::NAMES.join(", ")))
}

/// The module's bodies, then timers as they fall due, until nothing is left to wait for.
fn run_to_end(instance: &mut impl Runs, module: Option<&Module>, host: &mut Console) -> Exit {
    let start = instance.start(host);
    if let Some(exit) = judge(module, &start, || host.flush()) {
        return exit;
    }
    while let Some(due) = instance.next_timer() {
        host.wait_until(due);
        let now = due.max(host.elapsed_ms());
        for turn in instance.advance_to(host, now) {
            if let Some(exit) = judge(module, &turn, || host.flush()) {
                return exit;
            }
        }
    }
    let waiting = instance.unsettled();
    if waiting.is_empty() {
        return Exit::Success;
    }
    host.flush();
    for place in &waiting {
        if let (Some(module), Some(place)) = (module, place) {
            eprint!("{}", excerpt::of(module, place));
        }
        let at = place.as_ref().map_or_else(String::new, |place| format!("\n    at {place}"));
        eprintln!("Warning: this top-level await never settles, and nothing else is left to do{at}");
    }
    Exit::Unsettled
}

/// What a turn's end means for the process: nothing, or its end, which is told once what was printed before is out.
pub(super) fn judge(module: Option<&Module>, turn: &Turn, flush: impl FnOnce()) -> Option<Exit> {
    if let Some(uncaught) = turn.errors.first() {
        flush();
        show_excerpt(module, &uncaught.trace);
        eprintln!("{}", uncaught.text.trim_end());
        if let Some(code) = refusal_code(&uncaught.text) {
            eprint!("{}", pointer(code));
        }
        return Some(Exit::Failure);
    }
    if let TurnEnd::Trapped(trap) = &turn.end {
        flush();
        show_excerpt(module, &trap.trace);
        eprintln!("{}", trap.text.trim_end());
        return Some(Exit::Limit);
    }
    None
}

/// What a host function throws where there is nothing for it to act on.
pub(super) fn no_scene(call: HostCall<'_>) -> HostError {
    let message = match call.module {
        "mark:test" => "`bench` needs someone who measures: try `mosl bench`".to_owned(),
        module => format!("`{}` of `{module}` needs a scene: try `mosl dev` or `mosl play`", call.name),
    };
    HostError { name: "Error".into(), message }
}

/// The source where it happened, where the module carries it.
fn show_excerpt(module: Option<&Module>, trace: &[TraceLine]) {
    if let Some(module) = module {
        eprint!("{}", excerpt::of_trace(module, trace));
    }
}

/// The code in `TypeError [R0012]: …`.
fn refusal_code(heading: &str) -> Option<&str> {
    let (code, _) = heading.split_once(" [")?.1.split_once("]: ")?;
    code.starts_with('R').then_some(code)
}

/// What ran the functions, as the report names it.
fn engine(module: &Module) -> &'static str {
    if module.has_machine_code() { "jit" } else { "interpreter" }
}

/// What the report says beside what the instance counted.
struct Ran {
    exit: Exit,
    engine: &'static str,
    /// The module's.
    hash: Digest,
}

impl Ran {
    fn write(&self, file: &str, report: &Report, output: Digest) -> Result<(), String> {
        let refusals: Vec<_> = report
            .refusals
            .iter()
            .map(|refusal| json!({ "code": format!("R{:04}", refusal.code), "message": refusal.message, "place": refusal.place }))
            .collect();
        let report = json!({
            "exit": self.exit as u8,
            "engine": self.engine,
            "fuel": report.fuel,
            "turns": report.turns,
            "peakHeap": report.peak_heap,
            "moduleHash": self.hash.to_string(),
            "outputHash": output.to_string(),
            "refusals": refusals,
            "refusalCount": report.refusal_count,
        });
        let text = serde_json::to_string_pretty(&report).expect("plain data") + "\n";
        std::fs::write(file, text).map_err(|error| format!("The report cannot be written to {file}: {error}"))
    }
}

/// The world of a plain script: standard output, the machine's clock, real randomness, no host functions.
struct Console {
    out: BufWriter<Stdout>,
    /// Over what went to standard output, where a report will tell of it.
    printed: Option<Digester>,
    /// A person watches: every line at once.
    eager: bool,
    started: Instant,
    random: Xorshift,
}

impl Console {
    fn new(reports: bool) -> Self {
        let out = std::io::stdout();
        let eager = out.is_terminal();
        Self {
            out: BufWriter::with_capacity(1 << 16, out),
            printed: reports.then(Digester::default),
            eager,
            started: Instant::now(),
            // The standard library's hash keys come from the operating system's randomness.
            random: Xorshift::new(RandomState::new().hash_one(0)),
        }
    }

    fn flush(&mut self) {
        // A reader that went away (`mosl run x | head`) is no error of ours.
        let _ = self.out.flush();
    }

    fn elapsed_ms(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }

    fn wait_until(&mut self, due_ms: f64) {
        let left = due_ms - self.elapsed_ms();
        if left > 0.0 {
            self.flush();
            std::thread::sleep(Duration::from_secs_f64((left / 1000.0).min(1e9)));
        }
    }
}

impl Host for Console {
    fn call(&mut self, call: HostCall<'_>, _args: &[mosl_vm::HostValue]) -> HostResult {
        HostResult::Throw(no_scene(call))
    }

    fn print(&mut self, stream: Stream, text: &str) {
        match stream {
            Stream::Out => {
                let _ = writeln!(self.out, "{text}");
                if let Some(printed) = &mut self.printed {
                    printed.update(text.as_bytes());
                    printed.update(b"\n");
                }
                if self.eager {
                    self.flush();
                }
            }
            Stream::Err => {
                self.flush();
                eprintln!("{text}");
            }
        }
    }

    fn now_ms(&mut self) -> f64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| (since.as_secs_f64() * 1000.0).floor())
    }

    fn monotonic_ms(&mut self) -> f64 {
        self.elapsed_ms()
    }

    fn random(&mut self) -> f64 {
        self.random.next()
    }
}
