//! The host functions: each that `stdlib/mark/*.mosl` declares is there, and no other.

use std::collections::BTreeSet;

use mosl_host::delta::Easing;
use mosl_host::stage::functions::FUNCTIONS;

/// The functions of `mark:test` are the command's.
const MODULES: &[&str] = &["mark:mrk", "mark:scene", "mark:space"];

fn source(module: &str) -> String {
    let file = module.strip_prefix("mark:").unwrap();
    std::fs::read_to_string(format!("{}/../stdlib/mark/{file}.mosl", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn every_declared_function_is_there_and_no_other() {
    let mut declared = BTreeSet::new();
    for module in MODULES {
        for line in source(module).lines() {
            let Some(rest) = line.strip_prefix("declare function ") else { continue };
            let (name, _) = rest.split_once('(').expect("parameters follow the name");
            declared.insert((module.to_string(), name.to_string()));
        }
    }
    let there: BTreeSet<_> = FUNCTIONS.iter().map(|(module, name, _)| (module.to_string(), name.to_string())).collect();
    assert_eq!(declared, there);
    assert_eq!(there.len(), FUNCTIONS.len(), "each is there once");
}

#[test]
fn every_easing_has_its_name_in_the_scene_module() {
    let source = source("mark:scene");
    for easing in Easing::ALL {
        assert!(source.contains(&format!("\"{}\"", easing.text())), "{}", easing.text());
    }
}

#[test]
fn every_exported_thing_is_documented() {
    for module in MODULES.iter().chain(&["mark:test"]) {
        let source = source(module);
        let mut before = "";
        for line in source.lines() {
            let name = line.split_whitespace().nth(1);
            assert!(!line.starts_with("export ") || before.ends_with("*/"), "{module}: {name:?} has no doc comment");
            before = line;
        }
    }
}
