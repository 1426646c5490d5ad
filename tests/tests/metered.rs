//! Metered WebAssembly, whose types are inferred, prints what the MVM prints and burns as much fuel, to the unit. Programs of
//! `tests/conformance` whose fuel differs yet stand in `tests/metered.txt`: they flatten long texts, match regular expressions, or call
//! built-ins whose work the two count differently. `MOSL_UPDATE=1` writes the table anew.

use std::process::ExitCode;

use mosl_compiler::wasm;
use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::difference;
use mosl_tests::{known, run};
use mosl_vm::Stress;

const ABOUT: &str = "Programs of the corpus whose fuel differs on the MVM and as metered WebAssembly. tests/tests/metered.rs reads this.";

fn main() -> ExitCode {
    let elsewhere = known::read("wasm.txt");
    let mut programs = corpus::programs("conformance");
    programs.retain(|program| !elsewhere.contains_key(&program.name));
    known::main("metered.txt", ABOUT, programs, check)
}

fn check(program: &Program) -> Result<(), String> {
    let (files, entry) = (program.files(), &program.entry);
    let here = run::run(&run::compile(&files, entry)?, run::LIMITS, Stress::default())?;
    let options = wasm::Options { metered: true, ..wasm::Options::default() };
    let bytes = run::compile_to_wasm_as(&files, entry, &Default::default(), options)?;
    let there = run::run_on_wasmtime(&bytes, run::WASM_LIMITS)?;
    // No table excuses this.
    if let Some(text) = difference(&here.out, &there.out) {
        panic!("prints something else: {text}");
    }
    let (here, there) = (here.report.fuel, there.report.fuel);
    if here == there { Ok(()) } else { Err(format!("{here} on the MVM, {there} as WebAssembly")) }
}
