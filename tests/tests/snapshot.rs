//! Snapshots: each program of the corpus moves between any two turns to the other engine, to the same output and fuel; forged snapshots
//! are refused or do no harm; and what the embedder sees of one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use mosl_compiler::project::MemoryFiles;
use mosl_tests::attack::Listener;
use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::{self, Case, difference};
use mosl_tests::random::Random;
use mosl_tests::run::{self, How, LIMITS};
use mosl_vm::{Called, Digest, Fields, HostValue, Instance, JitMode, Limits, Module, RestoreError, SnapshotError};

/// What a forged instance may use.
const TIGHT: Limits = Limits { fuel: 200_000, heap: 4 << 20, stack: 500, deadline: None, timers: 100 };

/// How a value begins that is a cell.
const CELL: u8 = 8;

/// Everything that an instance can hold, waiting for its timers. The lines of `world.out` are the JavaScript engine's, in the order of
/// virtual time.
const WORLD: &str = include_str!("../snapshots/world.mosl");

fn main() -> ExitCode {
    let moved = corpus::programs("conformance").into_iter().map(|program| {
        let name = format!("moved {}", program.name);
        Case::new(name, move || check(&program))
    });
    let others = [
        Case::new("a world of everything moves", world),
        Case::new("forged snapshots are refused or harmless", forged),
        Case::new("handles and pending calls keep their numbers", handles),
        Case::new("what is no snapshot says so", refusals),
    ];
    harness::main(moved.chain(others).collect())
}

fn compile(text: &str) -> Result<Vec<u8>, String> {
    run::compile(&MemoryFiles::new([("main.mosl", text)]), "main.mosl")
}

/// Output, errors and fuel are those of the run that stays where it is.
fn check(program: &Program) -> Result<(), String> {
    let bytes = run::compile(&program.files(), &program.entry)?;
    same_when_moved(&bytes)
}

fn same_when_moved(bytes: &[u8]) -> Result<(), String> {
    let stays = run::run_as(bytes, LIMITS, How::default())?;
    for jit in [JitMode::Off, JitMode::Eager] {
        let moves = run::run_as(bytes, LIMITS, How { jit, moves: true, ..How::default() })?;
        for (stays, moves) in [(&stays.out, &moves.out), (&stays.err, &moves.err)] {
            if let Some(text) = difference(stays, moves) {
                return Err(format!("moved, starting on {jit:?}: {text}"));
            }
        }
        if stays.report.fuel != moves.report.fuel {
            return Err(format!("fuel {}, moved {} ({jit:?})", stays.report.fuel, moves.report.fuel));
        }
    }
    Ok(())
}

fn world() -> Result<(), String> {
    same_when_moved(&compile(WORLD)?)?;
    let ran = run::run_as(&compile(WORLD)?, LIMITS, How { moves: true, typed: true, ..How::default() })?;
    let expected =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/world.out")).unwrap_or_default();
    match difference(&expected, &ran.out) {
        Some(text) => Err(text),
        None if ran.uncaught == 0 => Ok(()),
        None => Err(ran.err),
    }
}

/// Changes of one to four places that keep most of a snapshot's form, with the digest put right.
fn forge(good: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = good[..good.len() - 32].to_vec();
    // Behind magic number and module.
    let place = |random: &mut Random| 40 + random.below(good.len() - 72);
    // Where a value names a cell: its tag and number.
    let reference = |bytes: &[u8], random: &mut Random| {
        let from = place(random);
        bytes[from..].iter().position(|byte| *byte == CELL).map_or(from, |at| from + at).min(bytes.len() - 3)
    };
    for _ in 0..=random.below(4) {
        let (at, other) = (place(random), place(random));
        match random.below(12) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes.swap(at, other),
            3 => bytes[at] = bytes[at].wrapping_add(1),
            4 => bytes[at] = bytes[at].wrapping_sub(1),
            5 => {
                let length = random.below(12).min(bytes.len() - at.max(other));
                bytes.copy_within(other..other + length, at);
            }
            // Another cell: any, a neighbour, or one that another value names.
            7 => {
                let at = reference(&bytes, random);
                bytes[at + 1] = random.below(256) as u8;
            }
            8 => {
                let at = reference(&bytes, random);
                bytes[at + 1] ^= 1 << random.below(3);
            }
            9 => {
                let (at, from) = (reference(&bytes, random), reference(&bytes, random));
                bytes.copy_within(from..from + 3, at);
            }
            // The tags of values are few.
            6 => bytes[at] = random.below(9) as u8,
            _ => bytes[at] = bytes[other],
        }
    }
    let digest = Digest::of(&bytes);
    bytes.extend(digest.0);
    bytes
}

/// Runs what is left of an instance, on one engine.
fn finish(module: &Module, bytes: &[u8], jit: JitMode) -> Option<(Vec<String>, u64)> {
    let mut instance = Instance::restore(module, bytes, TIGHT).ok()?;
    instance.set_jit(jit);
    instance.assert_types(true);
    let mut host = Listener::default();
    let mut ends = Vec::new();
    for _ in 0..6 {
        let Some(due) = instance.next_timer() else { break };
        ends.extend(instance.run_timer(&mut host, due).map(|turn| format!("{:?}{:?}", turn.end, turn.errors)));
    }
    let turn = instance.call_export(&mut host, "look", &[]);
    ends.push(format!("{:?}{:?}", turn.end, turn.called));
    let _again = instance.snapshot();
    Some((ends, instance.report().fuel))
}

fn forged() -> Result<(), String> {
    let times: usize = std::env::var("MOSL_MUTANTS").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    let module = Module::load(&compile(WORLD)?).map_err(|error| error.to_string())?;
    let mut instance = Instance::new(&module, LIMITS);
    let mut snapshots = Vec::new();
    let mut host = Listener::default();
    let _first = instance.start(&mut host);
    for _ in 0..3 {
        snapshots.push(instance.snapshot().map_err(|error| error.to_string())?);
        let Some(due) = instance.next_timer() else { break };
        let _turn = instance.run_timer(&mut host, due);
    }
    let mut random = Random::new(9);
    let (mut made, mut accepted) = (0, 0);
    for good in &snapshots {
        for _ in 0..1_500 * times {
            let bytes = forge(good, &mut random);
            made += 1;
            let run = |jit| catch_unwind(AssertUnwindSafe(|| finish(&module, &bytes, jit)));
            let store = |what: &str| {
                std::fs::write("/tmp/mosl-forged.snapshot", &bytes).expect("the file is writable");
                Err(format!("/tmp/mosl-forged.snapshot {what}"))
            };
            let Ok(interpreted) = run(JitMode::Off) else { return store("panics") };
            let Some((ends, fuel)) = interpreted else { continue };
            accepted += 1;
            let Ok(Some(compiled)) = run(JitMode::Eager) else { return store("panics as machine code") };
            if compiled != (ends.clone(), fuel) {
                return store(&format!("ends in two ways: {:?} {:?}", (ends, fuel), compiled));
            }
            if ends.iter().any(|end| end.contains("Fault") && end.contains("panicked")) {
                return store("breaks the VM");
            }
        }
    }
    println!("{made} forged snapshots, {accepted} accepted");
    if accepted * 50 > made { Ok(()) } else { Err(format!("{accepted} of {made} are accepted: this tests little")) }
}

fn handles() -> Result<(), String> {
    let text = "
        export class Counter { n = 1; add() { return ++this.n; } }
        export async function ask() { await new Promise(() => {}); }";
    let module = Module::load(&compile(text)?).map_err(|error| error.to_string())?;
    let mut host = Listener::default();
    let mut instance = Instance::new(&module, LIMITS);
    assert!(instance.start(&mut host).is_completed());
    let mut handle = None;
    let turn = instance.turn(&mut host, |turn| {
        handle = turn.construct("Counter", &[])?;
        Ok(())
    });
    assert!(turn.is_completed());
    let number = handle.ok_or("there is no counter")?.number();
    let bytes = instance.snapshot().map_err(|error| error.to_string())?;
    assert_eq!(instance.snapshot().as_ref(), Ok(&bytes), "the same state has two snapshots");
    let mut there = Instance::restore(&module, &bytes, LIMITS).map_err(|error| error.to_string())?;
    let object = there.held(number).ok_or("the counter got lost")?;
    let turn = there.call_method(&mut host, &object, "add", &[]);
    assert_eq!(turn.called, Some(Called::Value(HostValue::from(2.0))));
    assert_eq!(there.read_fields(&object, Fields::PlainData), [("n".to_owned(), HostValue::from(2.0))]);
    assert!(there.held(number + 1).is_none());
    Ok(())
}

fn refusals() -> Result<(), String> {
    let load = |text: &str| Module::load(&compile(text)?).map_err(|error| error.to_string());
    let (one, other) = (load("let a = [1, 2];")?, load("let a = [1, 3];")?);
    let mut host = Listener::default();
    let mut instance = Instance::new(&one, LIMITS);
    assert!(instance.start(&mut host).is_completed());
    let good = instance.snapshot().map_err(|error| error.to_string())?;
    let restore = |module: &Module, bytes: &[u8], limits| Instance::restore(module, bytes, limits).map(drop);
    assert_eq!(restore(&one, &good, LIMITS), Ok(()));
    assert_eq!(restore(&other, &good, LIMITS), Err(RestoreError::OtherModule));
    assert_eq!(restore(&one, &good, Limits { heap: 1_000, ..LIMITS }), Err(RestoreError::Memory));
    for cut in 0..good.len() {
        assert_eq!(restore(&one, &good[..cut], LIMITS), Err(RestoreError::Format), "cut at {cut}");
        let mut damaged = good.clone();
        damaged[cut] ^= 16;
        assert_eq!(restore(&one, &damaged, LIMITS), Err(RestoreError::Format), "damaged at {cut}");
    }
    let mut dead = Instance::new(&load("for (;;);")?, Limits { fuel: 1_000, ..LIMITS });
    assert!(!dead.start(&mut host).is_completed());
    assert_eq!(dead.snapshot(), Err(SnapshotError::Dead));
    Ok(())
}
