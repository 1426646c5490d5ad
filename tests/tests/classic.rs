//! The classic benchmark programs, each with little to do: every one checks its own result.

use std::fs;

use mosl_compiler::project::MemoryFiles;
use mosl_tests::run::{self, How, LIMITS};
use mosl_vm::JitMode;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/classic");

/// Runs a program's work `count` times, or at that size: as it is, and with its types written down.
#[track_caller]
fn check(program: &str, count: u32) {
    check_form(program, "", count);
    check_form(program, ".typed", count);
}

#[track_caller]
fn check_form(program: &str, form: &str, count: u32) {
    let read = |name: &str| fs::read_to_string(format!("{FOLDER}/{name}")).expect("the program is there");
    let (file, shared, main) = (
        format!("{program}{form}.mosl"),
        format!("som{form}.mosl"),
        format!("import {{ run }} from './{program}{form}.mosl';\nrun({count});\nconsole.log('right');\n"),
    );
    let files = [(&*shared, read(&shared)), (&file, read(&file)), ("main.mosl", main)];
    let files = MemoryFiles::new(files.iter().map(|(name, text)| (*name, text.as_str())));
    let bytes = run::compile(&files, "main.mosl").unwrap_or_else(|errors| panic!("{errors}"));
    let ran = [JitMode::Off, JitMode::Eager].map(|jit| {
        let ran = run::run_as(&bytes, LIMITS, How { jit, ..How::default() }).expect("the compiler's modules load");
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("right\n", ""), "{jit:?}: {:?}", ran.trap);
        ran
    });
    assert_eq!(ran[0].report.fuel, ran[1].report.fuel, "machine code uses other fuel");
}

macro_rules! programs {
    ($($name:ident $count:literal)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name), $count);
        })*
    };
}

programs! {
    bounce 1 cd 2 deltablue 1 havlak 0 json 1 list 1 mandelbrot 1 nbody 1 permute 1 queens 1 richards 1 sieve 1 storage 1 towers 1
}
