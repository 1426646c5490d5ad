//! The corpus's expectations are what the pinned JavaScript engine prints today, where it is installed (`npm ci --prefix tests/oracle`).

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
