//! Every program of `tests/conformance` prints what stands beside it: what a JavaScript engine prints for the same text, or, where a
//! program uses what MOSL adds, what the design says. Each runs on the interpreter, there also with a collection and with a slice of one
//! at every safepoint, and as machine code, also in small slices of fuel, which must say the same, throw the same from the same places and use the same
//! fuel; a sample of them as machine code with a collection or a slice of one at every safepoint.

use std::process::ExitCode;

use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::{self, Case, difference};
use mosl_tests::run::{self, How, LIMITS, Ran};
use mosl_vm::{JitMode, Stress};

fn main() -> ExitCode {
    let cases = corpus::programs("conformance").into_iter().map(|program| {
        let name = program.name.clone();
        Case::new(name, move || check(&program))
    });
    harness::main(cases.collect())
}

/// With small slices of fuel it is left and entered everywhere.
const MACHINE_CODE: [(JitMode, Option<u64>); 4] =
    [(JitMode::Eager, None), (JitMode::Lazy, None), (JitMode::Eager, Some(50)), (JitMode::Eager, Some(1_000))];

fn check(program: &Program) -> Result<(), String> {
    let bytes = run::compile(&program.files(), &program.entry)?;
    let interpreted = check_run(program, &bytes, How::default())?;
    for (jit, slices) in MACHINE_CODE {
        let compiled = check_run(program, &bytes, How { jit, slices, ..How::default() });
        let same = compiled.and_then(|compiled| check_same(&interpreted, &compiled));
        same.map_err(|text| format!("as machine code ({jit:?}, slices {slices:?}): {text}"))?;
    }
    if is_small(program) {
        for (stress, jit) in stresses(program) {
            check_run(program, &bytes, How { stress, jit, typed: true, ..How::default() })
                .map_err(|text| format!("with the collector at every safepoint ({stress:?}, {jit:?}): {text}"))?;
        }
    }
    Ok(())
}

/// A collection and a slice of one at every safepoint; of each, one in four as machine code.
fn stresses(program: &Program) -> [(Stress, JitMode); 2] {
    let jit = |sample| if program.name.len() % 4 == sample { JitMode::Eager } else { JitMode::Off };
    [(Stress::Whole, jit(1)), (Stress::Slices, jit(0))]
}

fn check_run(program: &Program, bytes: &[u8], how: How) -> Result<Ran, String> {
    let ran = run::run_as(bytes, LIMITS, how)?;
    match difference(&program.expected(), &ran.out) {
        None if ran.uncaught == 0 && ran.trap.is_none() => Ok(ran),
        None => Err(format!("prints what it should, but ends badly:\n{}", ran.err)),
        Some(text) => Err(format!("{text}{}", ran.err)),
    }
}

/// What does not show in the output: standard error and fuel.
fn check_same(interpreted: &Ran, compiled: &Ran) -> Result<(), String> {
    if let Some(text) = difference(&interpreted.err, &compiled.err) {
        return Err(format!("machine code says another thing on standard error: {text}"));
    }
    let (expected, found) = (interpreted.report.fuel, compiled.report.fuel);
    if expected == found { Ok(()) } else { Err(format!("machine code uses {found} fuel, the interpreter {expected}")) }
}

/// A program that allocates much takes minutes with a collection at every allocation: those that say so are left out.
fn is_small(program: &Program) -> bool {
    !program.source().contains("// large heap")
}
