//! Compiles a program and runs it to its end on the MVM or on wasmtime, in this process, on virtual time. What it prints is kept as text.

use std::fmt::Write as _;
use std::time::Duration;

use mosl_compiler::Options;
use mosl_compiler::diagnostics::render;
use mosl_compiler::project::FileSystem;
use mosl_compiler::wasm;
use mosl_host::wasm::{WasmInstance, WasmLimits, WasmModule};
use mosl_vm::{
    Host, HostCall, HostError, HostResult, Instance, JitMode, Limits, Module, Profiler, Report, Stream, Stress,
    TrapReport, Turn, TurnEnd,
};

/// Bounds that no program of the corpus comes near; a runaway meets them within seconds.
pub const LIMITS: Limits =
    Limits { fuel: 2_000_000_000, heap: 256 << 20, stack: 20_000, deadline: None, timers: 10_000 };

/// The same for programs as WebAssembly.
pub const WASM_LIMITS: WasmLimits =
    WasmLimits { memory: 1 << 30, deadline: Some(Duration::from_secs(60)), fuel: None, timers: 10_000 };

/// Timers that run one after the other before a program is taken for one without end.
const MOST_ROUNDS: usize = 100_000;

/// What [`run`] says of such a program.
pub const ENDLESS: &str = "its timers never end";

/// The host's clock at the start: 2026-01-01.
const EPOCH_MS: f64 = 1_767_225_600_000.0;

/// What a run left behind.
#[derive(Debug, Default)]
pub struct Ran {
    /// Standard output, lines ended.
    pub out: String,
    /// Standard error, then uncaught errors' traces.
    pub err: String,
    /// The trap that ended the run, where one did.
    pub trap: Option<TrapReport>,
    /// Errors that nothing caught.
    pub uncaught: usize,
    pub report: Report,
}

/// The bytecode of a program, or its diagnostics as a creator sees them.
pub fn compile(files: &dyn FileSystem, entry: &str) -> Result<Vec<u8>, String> {
    compile_with(files, entry, &Options::default())
}

/// As [`compile`], with settings.
pub fn compile_with(files: &dyn FileSystem, entry: &str, options: &Options) -> Result<Vec<u8>, String> {
    let compiled = mosl_compiler::compile(files, entry, options);
    match compiled.module {
        Some(module) => Ok(mosl_bytecode::encode(&module)),
        None => Err(render::render_all(&compiled.diagnostics, &compiled.sources, false)),
    }
}

/// How a module runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    pub stress: Stress,
    pub jit: JitMode,
    /// Whether typed registers are looked at before each instruction.
    pub typed: bool,
    /// Fuel is handed out in slices of about so many units: machine code is left and entered everywhere.
    pub slices: Option<u64>,
    /// Whether the instance moves between any two turns: to bytes, and to a new one on the other engine.
    pub moves: bool,
}

/// Decodes, verifies and runs a module on the interpreter until nothing is left to do.
pub fn run(bytes: &[u8], limits: Limits, stress: Stress) -> Result<Ran, String> {
    run_as(bytes, limits, How { stress, ..How::default() })
}

/// As [`run`], in another way.
pub fn run_as(bytes: &[u8], limits: Limits, how: How) -> Result<Ran, String> {
    let module = Module::load(bytes).map_err(|error| format!("the module does not load: {error:?}"))?;
    let mut host = Recorder::default();
    let mut instance = Instance::new(&module, limits);
    instance.set_jit(how.jit);
    instance.stress_collector(how.stress);
    instance.assert_types(how.typed);
    if let Some(units) = how.slices {
        instance.set_profiler(Profiler::new(units));
    }
    let mut ran = Ran::default();
    let mut turns = 0;
    let mut after = |instance: &mut Instance, ran: &Ran| match how.moves && ran.trap.is_none() {
        true => {
            turns += 1;
            moved(&module, instance, limits, how, turns % 2 == 1)
        }
        false => Ok(()),
    };
    ran.note(instance.start(&mut host));
    after(&mut instance, &ran)?;
    for round in 0.. {
        let Some(due) = instance.next_timer().filter(|_| ran.trap.is_none()) else { break };
        if round == MOST_ROUNDS {
            return Err(ENDLESS.to_owned());
        }
        while let Some(turn) = instance.run_timer(&mut host, due) {
            ran.note(turn);
            after(&mut instance, &ran)?;
        }
        instance.advance_to(&mut host, due);
    }
    ran.report = instance.report().clone();
    let defects = module.machine_code();
    let defect = defects.iter().find(|function| function.outcome == Some(Err(mosl_vm::jit::Refused::Backend)));
    if let Some(function) = defect {
        return Err(format!("function {} `{}` was refused by the code generator", function.function, function.name));
    }
    ran.take_output(host);
    Ok(ran)
}

/// Makes another instance of the instance's snapshot, whose own snapshot is the same.
fn moved(module: &Module, instance: &mut Instance, limits: Limits, how: How, other: bool) -> Result<(), String> {
    let bytes = instance.snapshot().map_err(|error| format!("no snapshot: {error}"))?;
    let mut restored = Instance::restore(module, &bytes, limits).map_err(|error| format!("not restored: {error}"))?;
    let again = restored.snapshot().map_err(|error| format!("no second snapshot: {error}"))?;
    if again != bytes {
        let at = again.iter().zip(&bytes).position(|(a, b)| a != b);
        return Err(format!("the snapshot of {} bytes changed on its way to {} at {at:?}", bytes.len(), again.len()));
    }
    let opposite = if how.jit == JitMode::Off { JitMode::Eager } else { JitMode::Off };
    restored.set_jit(if other { opposite } else { how.jit });
    restored.stress_collector(how.stress);
    restored.assert_types(how.typed);
    *instance = restored;
    Ok(())
}

/// A program as WebAssembly, or its diagnostics as a creator sees them.
pub fn compile_to_wasm(files: &dyn FileSystem, entry: &str) -> Result<Vec<u8>, String> {
    compile_to_wasm_with(files, entry, &Options::default())
}

/// As [`compile_to_wasm`], with settings.
pub fn compile_to_wasm_with(files: &dyn FileSystem, entry: &str, options: &Options) -> Result<Vec<u8>, String> {
    compile_to_wasm_as(files, entry, options, wasm::Options::default())
}

/// As [`compile_to_wasm_with`], in another form.
pub fn compile_to_wasm_as(
    files: &dyn FileSystem,
    entry: &str,
    options: &Options,
    form: wasm::Options,
) -> Result<Vec<u8>, String> {
    let compiled = mosl_compiler::compile_wasm(mosl_compiler::check(files, entry, options), form);
    compiled
        .file
        .map(|file| file.bytes)
        .ok_or_else(|| render::render_all(&compiled.diagnostics, &compiled.sources, false))
}

/// Runs a module of WebAssembly on wasmtime until nothing is left to do.
pub fn run_on_wasmtime(bytes: &[u8], limits: WasmLimits) -> Result<Ran, String> {
    let module = WasmModule::compile(bytes).map_err(|error| format!("the module does not load: {error}"))?;
    let mut host = Recorder::default();
    let mut instance = WasmInstance::new(&module, limits);
    let mut ran = Ran::default();
    ran.note(instance.start(&mut host));
    for round in 0.. {
        let Some(due) = instance.next_timer().filter(|_| ran.trap.is_none()) else { break };
        if round == MOST_ROUNDS {
            return Err(ENDLESS.to_owned());
        }
        for turn in instance.advance_to(&mut host, due) {
            ran.note(turn);
        }
    }
    ran.report = instance.report().clone();
    ran.take_output(host);
    Ok(ran)
}

impl Ran {
    fn take_output(&mut self, host: Recorder) {
        self.out = host.out;
        self.err.insert_str(0, &host.err);
    }

    fn note(&mut self, turn: Turn) {
        self.uncaught += turn.errors.len();
        for error in &turn.errors {
            let _ = writeln!(self.err, "{}", error.text);
        }
        if let TurnEnd::Trapped(trap) = turn.end {
            let _ = writeln!(self.err, "{}", trap.text);
            self.trap = Some(trap);
        }
    }
}

/// A host without modules that keeps what is printed.
#[derive(Default)]
struct Recorder {
    out: String,
    err: String,
    random: u64,
}

impl Host for Recorder {
    fn call(&mut self, call: HostCall<'_>, _args: &[mosl_vm::HostValue]) -> HostResult {
        let message = format!("{} of {} is not offered here", call.name, call.module);
        HostResult::Throw(HostError { name: "Error".into(), message })
    }

    fn print(&mut self, stream: Stream, text: &str) {
        let to = if stream == Stream::Out { &mut self.out } else { &mut self.err };
        let _ = writeln!(to, "{text}");
    }

    fn now_ms(&mut self) -> f64 {
        EPOCH_MS
    }

    fn monotonic_ms(&mut self) -> f64 {
        0.0
    }

    /// Knuth's 64-bit linear congruential generator.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn random(&mut self) -> f64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 11) as f64 / (1u64 << 53) as f64
    }
}
