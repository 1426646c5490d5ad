//! Recordings of the corpus: each program is recorded and replayed on the interpreter, turn by turn, to the same output, fuel and
//! memory; a recording that is changed in one byte is refused or diverges, and never panics.

use std::process::ExitCode;

use mosl_tests::attack::Listener;
use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::{self, Case};
use mosl_tests::random::Random;
use mosl_tests::run::{self, LIMITS};
use mosl_vm::{Host, HostCall, HostResult, HostValue, JitMode, Limits, Module, Recorded, Recording, Replay, Stream};

fn main() -> ExitCode {
    let recorded = corpus::programs("conformance").into_iter().step_by(3).map(|program| {
        let name = format!("recorded {}", program.name);
        Case::new(name, move || check(&program))
    });
    let others = [
        Case::new("a kill by the clock is replayed at its place", || {
            let bytes = compile("let n = 0; setTimeout(() => { for (;;) n++; }, 5); console.log('before');")?;
            let limits = Limits { deadline: Some(std::time::Duration::from_millis(5)), ..LIMITS };
            let recording = record(&bytes, limits, JitMode::Lazy)?;
            play(&bytes, &recording, JitMode::Off)
        }),
        Case::new("a proof is of one module and one recording", proofs),
        Case::new("time, chance and answers come from the recording", readings),
    ];
    harness::main(recorded.chain(others).collect())
}

fn compile(text: &str) -> Result<Vec<u8>, String> {
    run::compile(&mosl_compiler::project::MemoryFiles::new([("main.mosl", text)]), "main.mosl")
}

fn load(bytes: &[u8]) -> Module {
    Module::load(bytes).expect("the compiler's modules load")
}

/// Runs a program until nothing is left to do, or for a while.
fn record_with(bytes: &[u8], limits: Limits, jit: JitMode, host: &mut dyn Host) -> Recording {
    let mut recorded = Recorded::new(&load(bytes), limits);
    recorded.set_jit(jit);
    let _first = recorded.start(host);
    for _ in 0..50 {
        let Some(due) = recorded.instance().next_timer() else { break };
        recorded.advance_to(host, due);
    }
    recorded.recording().clone()
}

/// A recording, there and back as bytes.
fn record(bytes: &[u8], limits: Limits, jit: JitMode) -> Result<Recording, String> {
    let recording = record_with(bytes, limits, jit, &mut Listener::default());
    let read = Recording::from_bytes(&recording.to_bytes()).ok_or("the recording's bytes are none")?;
    if read.to_bytes() == recording.to_bytes() { Ok(read) } else { Err("the recording changed on its way".into()) }
}

fn play(bytes: &[u8], recording: &Recording, jit: JitMode) -> Result<(), String> {
    let module = load(bytes);
    let mut replay = Replay::new(&module, recording).map_err(|error| error.to_string())?;
    replay.set_jit(jit);
    replay.try_for_each(|step| step.map(drop)).map_err(|error| format!("{jit:?}: {error}"))
}

fn check(program: &Program) -> Result<(), String> {
    let bytes = run::compile(&program.files(), &program.entry)?;
    let recording = record(&bytes, LIMITS, JitMode::Off)?;
    for jit in [JitMode::Off, JitMode::Eager] {
        play(&bytes, &recording, jit)?;
    }
    let compiled = record(&bytes, LIMITS, JitMode::Eager)?;
    play(&bytes, &compiled, JitMode::Eager)?;
    tamper(&bytes, &recording, &mut Random::new(program.name.len() as u64))
}

/// Any byte may be another: the recording is none, or not true, or the same.
fn tamper(bytes: &[u8], recording: &Recording, random: &mut Random) -> Result<(), String> {
    let good = recording.to_bytes();
    for _ in 0..3 {
        let mut forged = good.clone();
        // Behind the limits, which a stranger's recording is looked at for before it is played.
        let at = 73 + random.below(good.len() - 73);
        forged[at] ^= 1 << random.below(8);
        let Some(forged) = Recording::from_bytes(&forged) else { continue };
        let is_true = play(bytes, &forged, JitMode::Off).is_ok();
        if is_true && forged.proof() == recording.proof() && forged != *recording {
            return Err(format!("byte {at} may be anything"));
        }
    }
    Ok(())
}

fn proofs() -> Result<(), String> {
    let (one, other) = (compile("console.log(1 + 1);")?, compile("console.log(3 - 1);")?);
    let (recording, another) = (record(&one, LIMITS, JitMode::Off)?, record(&other, LIMITS, JitMode::Off)?);
    let proof = recording.proof();
    assert_eq!(mosl_vm::Proof::from_bytes(&proof.to_bytes()), proof);
    proof.check(&load(&one), &recording).map_err(|error| error.to_string())?;
    assert!(proof.check(&load(&other), &recording).is_err(), "another module passes");
    assert!(proof.check(&load(&one), &another).is_err(), "another recording passes");
    assert!(mosl_vm::Proof { fuel: proof.fuel + 1, ..proof }.check(&load(&one), &recording).is_err());
    Ok(())
}

/// A world in which nothing is twice the same.
#[derive(Default)]
struct Restless(f64);

impl Host for Restless {
    fn call(&mut self, _call: HostCall<'_>, _args: &[HostValue]) -> HostResult {
        self.0 += 1.0;
        HostResult::Value(self.0.into())
    }
    fn print(&mut self, _stream: Stream, _text: &str) {}
    fn now_ms(&mut self) -> f64 {
        self.0 += 1000.5;
        self.0
    }
    fn monotonic_ms(&mut self) -> f64 {
        self.0 += 0.25;
        self.0
    }
    fn random(&mut self) -> f64 {
        self.0 += 1.0;
        (self.0 * 0.618_034).fract()
    }
}

fn readings() -> Result<(), String> {
    let text = "import { Box } from 'mark:scene';\nconst box = new Box({ size: vec3(1, 1, 1) });\nconsole.log(Date.now(), Math.random(), performance.now());\nsetTimeout(() => console.log(new Date().getTime(), Math.random()), 7);";
    let bytes = compile(text)?;
    let recording = record_with(&bytes, LIMITS, JitMode::Off, &mut Restless::default());
    play(&bytes, &recording, JitMode::Eager)?;
    let mut again = record_with(&bytes, LIMITS, JitMode::Off, &mut Restless(5.0)).proof();
    assert_ne!(again.outputs, recording.proof().outputs, "the world does not matter");
    again = record_with(&bytes, LIMITS, JitMode::Off, &mut Restless::default()).proof();
    assert_eq!(again, recording.proof());
    Ok(())
}
