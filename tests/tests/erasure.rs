//! Erasure leaves the corpus's plain programs as they are, and typed programs print on the JavaScript engine what they print here.

use mosl_compiler::erase::{Script, to_javascript};
use mosl_compiler::{Options, check};
use mosl_tests::corpus::{self, Program};
use mosl_tests::harness::difference;
use mosl_tests::oracle::Oracle;
use mosl_tests::run::{self, LIMITS};
use mosl_vm::Stress;

/// What these expect is the standard's and not the pinned engine's; they say why.
const NOT_THE_ENGINES: &[&str] = &["typed::keys-converted-once"];

fn erase(program: &Program) -> Option<Vec<Script>> {
    let checked = check(&program.files(), &program.entry, &Options::default());
    assert!(!checked.has_errors(), "{}: {:?}", program.name, checked.diagnostics);
    to_javascript(&checked.program.expect("a program")).ok()
}

#[test]
fn plain_programs_stay_as_they_are() {
    for program in corpus::programs("conformance") {
        if program.name.starts_with("typed::") || program.entry == "main.mosl" {
            continue;
        }
        let scripts = erase(&program).unwrap_or_else(|| panic!("{} is plain JavaScript", program.name));
        if let Some(text) = difference(&program.source(), &scripts[0].text) {
            panic!("{}: {text}", program.name);
        }
    }
}

#[test]
fn typed_programs_print_the_same_without_their_types() {
    let Some(mut oracle) = Oracle::start() else {
        println!("the JavaScript engine is not installed: nothing to compare with");
        return;
    };
    let mut compared = 0;
    for program in corpus::programs("conformance").into_iter().filter(|program| program.name.starts_with("typed::")) {
        if NOT_THE_ENGINES.contains(&program.name.as_str()) {
            continue;
        }
        let Some(scripts) = erase(&program) else { continue };
        let bytes = run::compile(&program.files(), &program.entry).expect("it compiles");
        if !run::run(&bytes, LIMITS, Stress::Off).expect("it loads").report.refusals.is_empty() {
            continue;
        }
        let answer = oracle.ask(&scripts[0].text).expect("it ends");
        if let Some(text) = difference(&program.expected(), &answer.out) {
            panic!("{}: {:?} {text}\n{}", program.name, answer.broken, scripts[0].text);
        }
        compared += 1;
    }
    assert!(compared >= 3, "only {compared} typed programs are JavaScript");
}
