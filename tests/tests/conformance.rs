//! Every program of `tests/conformance` prints what stands beside it: what a JavaScript engine prints for the same text, or, where a
//! program uses what MOSL adds, what the design says. Each runs three times, the second time with a collection at every safepoint,
//! the third with a slice of one at every safepoint.

use std::process::ExitCode;

use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::{self, Case, difference};
use mosl_tests::run::{self, LIMITS};
use mosl_vm::Stress;

fn main() -> ExitCode {
    let cases = corpus::programs("conformance").into_iter().map(|program| {
        let name = program.name.clone();
        Case::new(name, move || check(&program))
    });
    harness::main(cases.collect())
}

fn check(program: &Program) -> Result<(), String> {
    let bytes = run::compile(&program.files(), &program.entry)?;
    check_run(program, &bytes, Stress::Off)?;
    if is_small(program) {
        check_run(program, &bytes, Stress::Whole)
            .map_err(|text| format!("with a collection at every safepoint: {text}"))?;
        check_run(program, &bytes, Stress::Slices)
            .map_err(|text| format!("with a slice at every safepoint: {text}"))?;
    }
    Ok(())
}

fn check_run(program: &Program, bytes: &[u8], stress: Stress) -> Result<(), String> {
    let ran = run::run(bytes, LIMITS, stress)?;
    match difference(&program.expected(), &ran.out) {
        None if ran.uncaught == 0 && ran.trap.is_none() => Ok(()),
        None => Err(format!("prints what it should, but ends badly:\n{}", ran.err)),
        Some(text) => Err(format!("{text}{}", ran.err)),
    }
}

/// A program that allocates much takes minutes with a collection at every allocation: those that say so are left out.
fn is_small(program: &Program) -> bool {
    !program.source().contains("// large heap")
}
