//! Whatever the bytes: a source gives a tree and diagnostics, a module is refused or runs within its limits. Nothing panics.

use std::sync::OnceLock;

use mosl_compiler::project::MemoryFiles;
use mosl_tests::corpus::{self, Program};
use mosl_tests::random::Random;
use mosl_tests::run::{self, How};
use mosl_vm::{JitMode, Limits, Module, Stress};

/// Small enough that a mutant which loops ends at once.
const TIGHT: Limits = Limits { fuel: 200_000, heap: 8 << 20, stack: 2_000, deadline: None, timers: 100 };

/// Large programs are left to the tests of what they print.
const SMALL: usize = 4_000;

fn corpus_programs() -> &'static [Program] {
    static PROGRAMS: OnceLock<Vec<Program>> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let all = corpus::programs("conformance").into_iter();
        all.filter(|program| program.entry != "main.mosl" && program.source().len() < SMALL).collect()
    })
}

#[test]
fn mutated_sources_compile_or_are_refused() {
    let mut random = Random::new(1);
    for program in corpus_programs() {
        let source = program.source();
        for _ in 0..4 {
            let text = String::from_utf8_lossy(&random.mutate(source.as_bytes())).into_owned();
            compile(&text);
        }
    }
}

#[test]
fn sources_cut_off_anywhere_compile_or_are_refused() {
    let mut random = Random::new(2);
    for program in corpus_programs() {
        let source = program.source();
        let mut at = random.below(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        compile(&source[..at]);
    }
}

#[test]
fn noise_is_refused() {
    let mut random = Random::new(3);
    for length in 0..300 {
        let bytes: Vec<u8> = (0..length).map(|_| random.next_u64() as u8).collect();
        compile(&String::from_utf8_lossy(&bytes));
        assert!(Module::load(&bytes).is_err(), "noise is no module");
    }
}

#[test]
fn deep_nesting_is_refused_or_runs() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a:", "}"),
        ("f(", ")"),
        ("!", ""),
        ("a?b:", "c"),
        ("x=>", ""),
        ("`${", "}`"),
        ("if(a)", ";"),
        ("{", "}"),
    ] {
        for depth in [10, 1_000, 50_000] {
            compile(&format!(
                "const f = (x) => x, a = 1, b = 2, c = 3;\n{}1{}",
                open.repeat(depth),
                close.repeat(depth)
            ));
        }
    }
}

fn compile(text: &str) -> Option<Vec<u8>> {
    run::compile(&MemoryFiles::new([("main.mosl", text)]), "main.mosl").ok()
}

#[test]
fn mutated_modules_are_refused_or_run_within_their_limits() {
    let mut random = Random::new(4);
    let mut ran = 0;
    for program in corpus_programs().iter().step_by(3) {
        let Ok(bytes) = run::compile(&program.files(), &program.entry) else { continue };
        for _ in 0..60 {
            let mutant = random.mutate(&bytes);
            let stress = match random.below(8) {
                0 => Stress::Whole,
                1 => Stress::Slices,
                _ => Stress::Off,
            };
            let jit = if random.below(2) == 0 { JitMode::Eager } else { JitMode::Off };
            ran += usize::from(run::run_as(&mutant, TIGHT, How { stress, jit, ..How::default() }).is_ok());
        }
    }
    assert!(ran > 0, "some mutants are still modules, else this tests the decoder only");
}
