//! Every program of `tests/conformance` prints as WebAssembly on wasmtime what it prints on the MVM. Those that do not yet stand in
//! `tests/wasm.txt` with the reason; one that stands there and passes fails this test. `MOSL_UPDATE=1` writes the table anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mosl_host::wasm::WasmLimits;
use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::{self, Case, difference};
use mosl_tests::run;

/// No program of the corpus comes near; a runaway meets them.
const LIMITS: WasmLimits =
    WasmLimits { memory: 1 << 30, deadline: Some(Duration::from_secs(60)), fuel: None, timers: 10_000 };

fn main() -> ExitCode {
    let known = Arc::new(read_table());
    // Programs that are not run now keep their lines.
    let found = Arc::new(Mutex::new(BTreeMap::clone(&known)));
    let updates = std::env::var_os("MOSL_UPDATE").is_some();
    let cases = corpus::programs("conformance").into_iter().map(|program| {
        let (known, found) = (Arc::clone(&known), Arc::clone(&found));
        Case::new(program.name.clone(), move || {
            let outcome = check(&program);
            let mut found = found.lock().expect("no test holds it");
            match &outcome {
                Ok(()) => found.remove(&program.name),
                Err(text) => found.insert(program.name.clone(), reason(text)),
            };
            drop(found);
            if updates { Ok(()) } else { judge(known.get(&program.name), outcome) }
        })
    });
    let exit = harness::main(cases.collect());
    if updates {
        write_table(&found.lock().expect("all tests ended"));
    }
    exit
}

fn check(program: &Program) -> Result<(), String> {
    let bytes = run::compile_to_wasm(&program.files(), &program.entry)?;
    let ran = run::run_on_wasmtime(&bytes, LIMITS)?;
    match difference(&program.expected(), &ran.out) {
        None if ran.uncaught == 0 && ran.trap.is_none() => Ok(()),
        None => Err(format!("prints what it should, but ends badly: {}", ran.err)),
        Some(_) if ran.uncaught > 0 || ran.trap.is_some() => Err(format!("ends early: {}", ran.err)),
        Some(text) => Err(text),
    }
}

fn judge(listed: Option<&String>, outcome: Result<(), String>) -> Result<(), String> {
    match (listed, outcome) {
        (None, outcome) => outcome,
        (Some(_), Err(_)) => Ok(()),
        (Some(_), Ok(())) => Err("it passes, and stands in tests/wasm.txt: take it out".into()),
    }
}

/// A failure in a line.
fn reason(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(110).collect()
}

fn table() -> PathBuf {
    corpus::root().join("wasm.txt")
}

/// Programs that do not pass: `name: reason`.
fn read_table() -> BTreeMap<String, String> {
    let text = fs::read_to_string(table()).unwrap_or_default();
    let entries = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    entries.map(|(name, reason)| (name.to_owned(), reason.to_owned())).collect()
}

fn write_table(found: &BTreeMap<String, String>) {
    let mut text = String::from(
        "# Programs of the corpus that do not pass as WebAssembly yet, with the reason. tests/tests/wasm.rs reads this.\n",
    );
    for (name, reason) in found {
        text.push_str(&format!("{name}: {reason}\n"));
    }
    fs::write(table(), text).expect("the table is writable");
}
