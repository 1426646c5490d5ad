//! The corpus's expectations are what the pinned JavaScript engine prints and TypeScript reports today, where they are installed (`npm ci --prefix tests/oracle`).

use std::process::Command;

use mosl_tests::corpus;

#[test]
fn expectations_are_what_the_javascript_engine_prints() {
    let engine = corpus::root().join("oracle/node_modules/.bin/node");
    if !engine.exists() {
        println!("the JavaScript engine is not installed: nothing to compare with");
        return;
    }
    let script = corpus::root().join("conformance/derive.mjs");
    let run = Command::new(&engine).arg(script).arg("--check").output().expect("the engine starts");
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{}{told}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn the_marks_of_the_type_cases_are_what_typescript_reports() {
    let compiler = corpus::root().join("oracle/node_modules/.bin/tsc");
    if !compiler.exists() {
        println!("TypeScript is not installed: nothing to compare with");
        return;
    }
    let engine = corpus::root().join("oracle/node_modules/.bin/node");
    let script = corpus::root().join("types/compare.mjs");
    let run = Command::new(&engine).arg(script).output().expect("the engine starts");
    assert!(run.status.success(), "{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
}
