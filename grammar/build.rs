//! Generates the parser from `src/mosl.lalrpop`, then puts our driver in the place of lalrpop's.
//!
//! lalrpop's tables and actions stay as they are; only the loop that feeds tokens to them is `crate::drive::drive`, because it
//! must ask the tables which terminals they accept (automatic semicolons, `{` as block or object) before it settles on one.

use std::{env, fs, path::PathBuf};

const THEIRS: &str = "__state_machine::Parser::drive(";
const OURS: &str = "crate::drive::drive(cx, ";

fn main() {
    lalrpop::Configuration::new().use_cargo_dir_conventions().process().unwrap_or_else(|_| {
        println!("cargo::error=mosl.lalrpop does not build");
        std::process::exit(1)
    });
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let generated = fs::read_to_string(out.join("mosl.rs")).expect("lalrpop wrote mosl.rs");
    assert_eq!(generated.matches(THEIRS).count(), 1, "lalrpop's output calls its driver once");
    fs::write(out.join("mosl_driven.rs"), generated.replace(THEIRS, OURS)).expect("OUT_DIR is writable");
}
