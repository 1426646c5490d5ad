//! Loops test at their end: where a block jumps back to a short one that only decides whether to go on, it decides itself.

use rustc_hash::FxHashMap;

use super::super::{Function, Inst, Program, Temp, Terminator};

/// The most instructions that are repeated at the end of a loop.
const SHORT: usize = 6;

pub fn rotate_loops(program: &mut Program) {
    program.functions.iter_mut().for_each(rotate);
}

fn rotate(func: &mut Function) {
    let tests = tests(func);
    for index in 0..func.blocks.len() {
        let Terminator::Jump { target, args } = &func.blocks[index].end else { continue };
        let head = target.0 as usize;
        let fits =
            args.is_empty() && head < index && tests[head] && func.blocks[head].handler == func.blocks[index].handler;
        if fits {
            repeat(func, head, index);
        }
    }
}

/// By block: it is short, ends with a branch, and nothing outside uses what it computes.
fn tests(func: &Function) -> Vec<bool> {
    let mut home: FxHashMap<Temp, usize> = FxHashMap::default();
    let mut tests = vec![false; func.blocks.len()];
    for (index, block) in func.blocks.iter().enumerate() {
        tests[index] =
            block.params.is_empty() && block.insts.len() <= SHORT && matches!(block.end, Terminator::Branch { .. });
        home.extend(block.insts.iter().flat_map(|inst| &inst.results).map(|temp| (*temp, index)));
    }
    for (index, block) in func.blocks.iter().enumerate() {
        let mut used = |temp: Temp| {
            if let Some(&home) = home.get(&temp)
                && home != index
            {
                tests[home] = false;
            }
        };
        block.insts.iter().flat_map(|inst| &inst.args).for_each(|temp| used(*temp));
        block.end.for_each_use(&mut used);
    }
    tests
}

/// Appends the instructions and the branch of `head` to a block, with temporaries of their own.
fn repeat(func: &mut Function, head: usize, index: usize) {
    let mut fresh: FxHashMap<Temp, Temp> = FxHashMap::default();
    let insts: Vec<Inst> = func.blocks[head].insts.clone();
    for mut inst in insts {
        inst.args.iter_mut().for_each(|temp| *temp = fresh.get(temp).copied().unwrap_or(*temp));
        for result in &mut inst.results {
            let copy = Temp(func.temps.len() as u32);
            func.temps.push(func.temps[result.0 as usize]);
            fresh.insert(*result, copy);
            *result = copy;
        }
        func.blocks[index].insts.push(inst);
    }
    let mut end = func.blocks[head].end.clone();
    end.for_each_use_mut(|temp| *temp = fresh.get(temp).copied().unwrap_or(*temp));
    func.blocks[index].end = end;
    func.blocks[index].end_loc = func.blocks[head].end_loc;
}
