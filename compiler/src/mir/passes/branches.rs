//! Branches decided: on a negation the other way round, on a constant not at all.

use rustc_hash::FxHashMap;

use super::super::{Function, Op, Plain, Program, Temp, Terminator};

pub fn turn_branches(program: &mut Program) {
    program.functions.iter_mut().for_each(turn);
}

fn turn(func: &mut Function) {
    let insts = func.blocks.iter().flat_map(|block| &block.insts);
    let negations: FxHashMap<Temp, Temp> =
        insts.filter(|inst| inst.op == Op::Plain(Plain::BoolNot)).map(|inst| (inst.results[0], inst.args[0])).collect();
    let insts = func.blocks.iter().flat_map(|block| &block.insts);
    let known: FxHashMap<Temp, bool> = insts
        .filter_map(|inst| if let Op::Bool(value) = inst.op { Some((inst.results[0], value)) } else { None })
        .collect();
    for block in &mut func.blocks {
        let Terminator::Branch { cond, then, otherwise } = &mut block.end else { continue };
        while let Some(negated) = negations.get(cond) {
            *cond = *negated;
            std::mem::swap(then, otherwise);
        }
        if let Some(&value) = known.get(cond) {
            block.end = Terminator::Jump { target: if value { *then } else { *otherwise }, args: vec![] };
        }
    }
}
