//! Programs of several files, and what can be wrong with them: every mistake is named, at its place.

use mosl_compiler::project::MemoryFiles;
use mosl_tests::run::{self, LIMITS};
use mosl_vm::Stress;

/// The files of a program, the entry first.
type Files<'a> = &'a [(&'a str, &'a str)];

#[track_caller]
fn check_refused(files: Files, expected: &[&str]) {
    let text = match run::compile(&MemoryFiles::new(files.iter().copied()), files[0].0) {
        Ok(_) => panic!("it compiles"),
        Err(text) => text,
    };
    for part in expected {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[track_caller]
fn check_prints(files: Files, expected: &str) {
    let bytes =
        run::compile(&MemoryFiles::new(files.iter().copied()), files[0].0).unwrap_or_else(|errors| panic!("{errors}"));
    let ran = run::run(&bytes, LIMITS, Stress::Off).expect("the compiler's modules load");
    assert_eq!(ran.out, expected, "{}", ran.err);
}

#[test]
fn a_missing_file_is_named_where_it_is_imported() {
    check_refused(
        &[("main.mosl", "import { x } from \"./door.mosl\";\nconsole.log(x);\n")],
        &["E0100", "door.mosl", "main.mosl:1"],
    );
    check_refused(
        &[("main.mosl", "import \"./a.mosl\";\n"), ("a.mosl", "import \"./parts/b.mosl\";\n")],
        &["E0100", "a.mosl:1"],
    );
}

#[test]
fn a_missing_entry_is_an_error() {
    assert!(run::compile(&MemoryFiles::default(), "main.mosl").is_err());
}

#[test]
fn a_missing_export_is_named() {
    let lib = ("lib.mosl", "export const door = 1;\n");
    check_refused(
        &[("main.mosl", "import { dor } from \"./lib.mosl\";\nconsole.log(dor);\n"), lib],
        &["E0103", "dor", "door"],
    );
    check_refused(&[("main.mosl", "import d from \"./lib.mosl\";\nconsole.log(d);\n"), lib], &["E0103"]);
}

#[test]
fn unknown_modules_are_named() {
    check_refused(&[("main.mosl", "import x from \"lodash\";\nconsole.log(x);\n")], &["E0102", "lodash"]);
    check_refused(&[("main.mosl", "import { x } from \"mark:scenes\";\nconsole.log(x);\n")], &["E0102", "mark:scene"]);
}

#[test]
fn files_that_import_each_other_run() {
    check_prints(
        &[
            ("main.mosl", "import { a } from \"./a.mosl\";\nconsole.log(a());\n"),
            ("a.mosl", "import { b } from \"./b.mosl\";\nexport function a() {\n  return b() + 1;\n}\n"),
            (
                "b.mosl",
                "import { a } from \"./a.mosl\";\nexport function b() {\n  return typeof a === \"function\" ? 41 : 0;\n}\n",
            ),
        ],
        "42\n",
    );
}

#[test]
fn a_file_that_imports_itself_runs() {
    check_prints(
        &[(
            "main.mosl",
            "import * as self from \"./main.mosl\";\nexport const x = 5;\nconsole.log(self.x, Object.keys(self));\n",
        )],
        "5 [ 'x' ]\n",
    );
}

#[test]
fn errors_of_several_files_are_all_reported() {
    check_refused(
        &[("main.mosl", "import { x } from \"./a.mosl\";\nmissing(x);\n"), ("a.mosl", "export const x = unknown;\n")],
        &["missing", "unknown", "a.mosl:1", "main.mosl:2"],
    );
}
