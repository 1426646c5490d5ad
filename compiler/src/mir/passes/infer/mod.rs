//! Whole-program inference: what each place of the program may hold, and the representations that follow.
//!
//! The program is closed: [`solver`] finds, for each temporary, variable, result and property, all kinds of values that ever come there
//! (Andersen's points-to analysis with objects by where they are made, properties apart, and a cap on the sizes of sets). Nothing is
//! guessed: what is not known stays dynamic.

mod blame;
mod calls;
mod constructors;
mod direct;
mod facts;
mod layout;
mod property;
mod rewrite;
mod scan;
mod solver;
mod transfer;
mod value;

pub use blame::{Dynamic, DynamicKind, dynamic_places};

use super::super::{CheckSite, Program};

/// Gives the program's values the representations that they can have.
pub fn infer(program: &mut Program) {
    name_members(program);
    let mut solver = solver::Solver::new(program);
    if !solver.run(solver::Solver::transfer) {
        return;
    }
    let targets = solver.targets();
    let mut layouts = solver.layouts();
    let mut facts = facts::Facts::of(program, solver);
    layout::lay_out(program, &mut layouts);
    let this = program.strings.intern("this");
    direct::make_direct(program, &mut facts, &targets, this);
    let reprs = facts.reprs(program, &layouts);
    let signatures = rewrite::signatures(program, &reprs);
    let site =
        CheckSite { expr: program.strings.intern("value"), expected: program.strings.intern("the inferred type") };
    let length = program.strings.find("length");
    let cx = rewrite::Context { reprs: &reprs, layouts: &layouts, signatures: &signatures, site, length };
    for (index, func) in program.functions.iter_mut().enumerate() {
        rewrite::rewrite(&cx, index, func);
    }
}

/// Members that no text of the program may name, and that computed keys reach all the same.
fn name_members(program: &mut Program) {
    for name in ["constructor", "prototype"] {
        program.strings.intern(name);
    }
}
