//! A few hundred generated programs print what the JavaScript engine prints, where it is installed, on the interpreter
//! and as machine code. The long run is a command:
//! see `tests/README.md`.

use std::thread;

use mosl_tests::compare::{Verdict, compare};
use mosl_tests::generate::{Mode, generate};
use mosl_tests::oracle::Oracle;

/// A debug build's parser and interpreter want more than the 2 MiB that threads get.
const STACK: usize = 256 << 20;

fn check(mode: Mode, count: u64) {
    let Some(mut oracle) = Oracle::start() else {
        println!("the JavaScript engine is not installed: nothing to compare with");
        return;
    };
    let run = move || {
        let (mut equal, mut wrong) = (0, Vec::new());
        for seed in 1..=count {
            match compare(&mut oracle, &generate(seed, mode), mode, false) {
                Verdict::Equal => equal += 1,
                Verdict::Differs(what) => wrong.push(format!("seed {seed}: {what}")),
                // Wrong values are refused where they meet a type.
                Verdict::Refused(code) if mode == Mode::Blurred && code.starts_with('R') => equal += 1,
                Verdict::Refused(_) | Verdict::TooLong => {}
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(equal * 2 > count, "most programs run to their end: {equal} of {count}");
    };
    let thread = thread::Builder::new().stack_size(STACK).spawn(run).expect("a thread starts");
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

#[test]
fn plain_programs_print_what_the_javascript_engine_prints() {
    check(Mode::Plain, 150);
}

#[test]
fn typed_programs_print_what_their_erased_text_prints() {
    check(Mode::Typed, 150);
}

#[test]
fn well_typed_programs_fail_no_check() {
    check(Mode::Sound, 150);
}

#[test]
fn values_behind_any_corrupt_nothing() {
    check(Mode::Blurred, 150);
}

#[test]
fn the_same_seed_makes_the_same_program() {
    for seed in 1..20 {
        for mode in [Mode::Typed, Mode::Sound, Mode::Blurred] {
            assert_eq!(generate(seed, mode), generate(seed, mode));
        }
    }
}
