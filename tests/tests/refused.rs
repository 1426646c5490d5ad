//! What language.md leaves out is refused by name: at compile time with the code in the program's first line (some only in a strict
//! project: elsewhere types are not errors), else at run time by a `TypeError` that carries it and is recorded in the report.

use std::process::ExitCode;

use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::{self, Case};
use mosl_tests::run::{self, LIMITS};
use mosl_vm::Stress;

fn main() -> ExitCode {
    let cases = corpus::programs("refused").into_iter().map(|program| {
        let name = program.name.clone();
        Case::new(name, move || check(&program))
    });
    harness::main(cases.collect())
}

fn check(program: &Program) -> Result<(), String> {
    let source = program.source();
    let first = source.lines().next().unwrap_or_default();
    match first.split_once(": ") {
        Some(("// refused", code)) => check_compile(program, code, false),
        Some(("// refused when strict", code)) => check_compile(program, code, true),
        Some(("// refused at run time", code)) => check_run(program, code),
        _ => Err("the first line names no code".into()),
    }
}

fn check_compile(program: &Program, code: &str, strict: bool) -> Result<(), String> {
    let mut options = mosl_compiler::Options::default();
    options.manifest.strict = strict;
    let checked = mosl_compiler::check(&program.files(), &program.entry, &options);
    let errors: Vec<_> = checked.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    match errors.first() {
        Some(error) if error.code.starts_with(code) => Ok(()),
        Some(error) => Err(format!("expected {code}, found {} {}", error.code, error.message)),
        None => Err("it compiles".into()),
    }
}

fn check_run(program: &Program, code: &str) -> Result<(), String> {
    let bytes = run::compile(&program.files(), &program.entry)?;
    let ran = run::run(&bytes, LIMITS, Stress::Off)?;
    let recorded = ran.report.refusals.iter().any(|refusal| format!("R{:04}", refusal.code) == code);
    let shown = ran.err.contains(&format!("TypeError [{code}]: "));
    match (recorded, shown) {
        (true, true) => Ok(()),
        (false, _) => Err(format!("the report lists {:?}; printed:\n{}{}", ran.report.refusals, ran.out, ran.err)),
        (true, false) => Err(format!("the trace does not show {code}:\n{}", ran.err)),
    }
}
