//! Attacks on the VM (`tests/attacks/`): each must be stopped, on the interpreter and as machine code, in the same way for the same fuel,
//! with the process grown by no more than its limit allows, in time that its fuel pays for; a neighbour on the same thread prints and
//! burns what it does where nobody disturbs it. `MOSL_ATTACKS=1` prints what each took.

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use mosl_tests::attack::{self, Attack, LIMITS, Outcome};
use mosl_tests::harness::{self, Case};
use mosl_vm::JitMode;

/// Machine code needs room that is not the script's; what an instance needs beyond its heap, as factors of the limit.
const MOST_GROWTH: usize = 6 * LIMITS.heap;

/// Processor time that a unit of fuel may take at most in builds for tests, in nanoseconds: what costs more is charged too little.
const MOST_NANOSECONDS: u64 = 200;

/// So much is paid for by no fuel: compiling, making the instance.
const FREE_NANOSECONDS: u64 = 3_000_000_000;

fn main() -> ExitCode {
    let alone = Arc::new(attack::undisturbed());
    // One after the other: the process's memory is measured.
    let turn = Arc::new(Mutex::new(()));
    let cases = attack::attacks().into_iter().map(|attack| {
        let (alone, turn) = (Arc::clone(&alone), Arc::clone(&turn));
        Case::new(attack.name.clone(), move || {
            let _mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
            check(&attack, &alone)
        })
    });
    harness::main(cases.collect())
}

fn check(attack: &Attack, alone: &(String, u64)) -> Result<(), String> {
    let Some(module) = attack::compile(attack) else { return expect(attack, "refused") };
    let interpreted = check_run(attack, &attack::run(&module, JitMode::Off), alone)?;
    let compiled = attack::run(&module, JitMode::Eager);
    // What machine code keeps alive a little longer may move the end of memory by a step of the program.
    let slack = if compiled.end == "memory" { interpreted.2 / 10_000 } else { 0 };
    let same_fuel = compiled.fuel.abs_diff(interpreted.2) <= slack;
    let same = compiled.end == interpreted.0 && compiled.out == interpreted.1 && same_fuel;
    if !same {
        return Err(format!("machine code does another thing: {compiled:?} instead of {interpreted:?}"));
    }
    check_run(attack, &compiled, alone).map(drop)
}

fn expect(attack: &Attack, end: &str) -> Result<(), String> {
    let anything = |wanted: &str| wanted.strip_suffix("any").is_some_and(|start| end.starts_with(start));
    // A refusal's code stands behind the name.
    let name = end.split(" [").next().unwrap_or_default();
    let fits = |wanted: &String| *wanted == end || *wanted == name || anything(wanted);
    if attack.ends.iter().any(fits) { Ok(()) } else { Err(format!("ends with `{end}`, not {:?}", attack.ends)) }
}

fn check_run(attack: &Attack, ran: &Outcome, alone: &(String, u64)) -> Result<(String, String, u64), String> {
    let nanoseconds = u64::try_from(ran.time.as_nanos()).unwrap_or(u64::MAX);
    if std::env::var_os("MOSL_ATTACKS").is_some() {
        let (each, megabytes) = (nanoseconds / ran.fuel.max(1), ran.grown >> 20);
        println!("{each:6} ns/fuel {:6} ms {megabytes:5} MiB  {} => {}", nanoseconds / 1_000_000, attack.name, ran.end);
    }
    expect(attack, &ran.end)?;
    if ran.neighbour != *alone {
        return Err(format!("the neighbour was disturbed: {:?} instead of {alone:?}", ran.neighbour));
    }
    if ran.grown > MOST_GROWTH {
        return Err(format!("the process grew by {} MiB", ran.grown >> 20));
    }
    if nanoseconds > FREE_NANOSECONDS + ran.fuel.saturating_mul(MOST_NANOSECONDS) {
        return Err(format!("took {:?} for {} fuel", ran.time, ran.fuel));
    }
    Ok((ran.end.clone(), ran.out.clone(), ran.fuel))
}
