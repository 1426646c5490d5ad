//! The passes over MIR, one per file, and their order. In debug builds the verifier runs after each.

mod blocks;
mod branches;
mod cleanup;
mod demote;
mod infer;
mod rotate;

pub use blocks::keep_blocks;
pub use infer::{Dynamic, DynamicKind, dynamic_places};

use super::Program;

/// A pass: its name, for the verifier's report, and what it does.
type Pass = (&'static str, fn(&mut Program));

const PASSES: &[Pass] = &[
    ("demote", demote::demote_unassigned),
    ("branches", branches::turn_branches),
    ("blocks", blocks::simplify_blocks),
    ("rotate", rotate::rotate_loops),
    ("cleanup", cleanup::remove_unused),
];

/// Runs all passes on a whole program.
pub fn run(program: &mut Program) {
    check("lowering", program);
    infer::infer(program);
    check("infer", program);
    simplify(program);
}

/// Runs the passes that need not know who calls a function.
pub fn run_open(program: &mut Program) {
    check("lowering", program);
    simplify(program);
}

fn simplify(program: &mut Program) {
    for (name, pass) in PASSES {
        pass(program);
        check(name, program);
    }
}

fn check(after: &str, program: &Program) {
    if cfg!(debug_assertions) {
        let broken = super::verify(program);
        assert!(broken.is_empty(), "MIR is broken after {after}: {broken:?}");
    }
}
