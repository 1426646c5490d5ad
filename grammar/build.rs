//! Generates the parser from `src/mosl.lalrpop`, then puts our driver in the place of lalrpop's.
//!
//! lalrpop's tables and actions stay as they are; only the loop that feeds tokens to them is `crate::drive::drive`, because it
//! must ask the tables which terminals they accept (automatic semicolons, `{` as block or object) before it settles on one. Behind them
//! goes a table of the productions that only rename a symbol, which the driver does not run.

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
    let table = renaming_productions(&generated);
    fs::write(out.join("mosl_driven.rs"), generated.replace(THEIRS, OURS) + &table).expect("OUT_DIR is writable");
}

/// `static RENAMES`: by production, whether its action yields the one symbol that it takes as it is, such as `Additive = Multiplicative`.
/// Read out of the functions that lalrpop wrote; one that looks otherwise than expected counts as none.
fn renaming_productions(generated: &str) -> String {
    let gives_back = |action: &str| {
        let body = generated.split_once(&format!("fn {action}<")).and_then(|(_, rest)| rest.split_once("\n}"));
        body.and_then(|(text, _)| text.rsplit_once("\n{\n")).is_some_and(|(_, body)| body.trim() == "__0")
    };
    let mut renames: Vec<bool> = generated
        .split("\n    fn __reduce")
        .skip(1)
        .filter(|function| function.starts_with(|first: char| first.is_ascii_digit()))
        .map(|function| {
            let function = function.split_once("\n    }").map_or(function, |(function, _)| function);
            let between = |before: &str, after: &str| Some(function.split_once(before)?.1.split_once(after)?.0);
            let popped: Vec<&str> = function.matches("= __pop_Variant").collect();
            let taken = between("= __pop_Variant", "(");
            let pushed = between("__Symbol::Variant", "(");
            let action = between("let __nt = super::", "::<");
            popped.len() == 1 && taken == pushed && action.is_some_and(gives_back)
        })
        .collect();
    renames.push(false); // The last production accepts, and has no function.
    assert!(renames.iter().filter(|renames| **renames).count() > 20, "lalrpop's actions look otherwise than expected");
    format!("pub(crate) static RENAMES: [bool; {}] = {renames:?};\n", renames.len())
}
