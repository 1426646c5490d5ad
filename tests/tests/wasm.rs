//! Every program of `tests/conformance` prints as WebAssembly on wasmtime what it prints on the MVM. Those that do not yet stand in
//! `tests/wasm.txt` with the reason; one that stands there and passes fails this test. `MOSL_UPDATE=1` writes the table anew.

use std::process::ExitCode;

use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::difference;
use mosl_tests::{known, run};

const ABOUT: &str =
    "Programs of the corpus that do not pass as WebAssembly yet, with the reason. tests/tests/wasm.rs reads this.";

fn main() -> ExitCode {
    known::main("wasm.txt", ABOUT, corpus::programs("conformance"), check)
}

fn check(program: &Program) -> Result<(), String> {
    let bytes = run::compile_to_wasm(&program.files(), &program.entry)?;
    let ran = run::run_on_wasmtime(&bytes, run::WASM_LIMITS)?;
    match difference(&program.expected(), &ran.out) {
        None if ran.uncaught == 0 && ran.trap.is_none() => Ok(()),
        None => Err(format!("prints what it should, but ends badly: {}", ran.err)),
        Some(_) if ran.uncaught > 0 || ran.trap.is_some() => Err(format!("ends early: {}", ran.err)),
        Some(text) => Err(text),
    }
}
