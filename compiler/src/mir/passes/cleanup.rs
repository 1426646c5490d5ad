//! Dead code: stores to locals that nothing reads, and pure instructions whose results nothing uses.

use super::super::{Function, Op, Program};

pub fn remove_unused(program: &mut Program) {
    for func in &mut program.functions {
        remove_dead_stores(func);
        remove_dead_values(func);
    }
}

fn remove_dead_stores(func: &mut Function) {
    let mut read = vec![false; func.locals.len()];
    for inst in func.blocks.iter().flat_map(|block| &block.insts) {
        if let Op::GetLocal(local) = inst.op {
            read[local.0 as usize] = true;
        }
    }
    for block in &mut func.blocks {
        block.insts.retain(|inst| match inst.op {
            Op::SetLocal(local) => read[local.0 as usize],
            _ => true,
        });
    }
}

/// One walk backwards: in the layout definitions come before uses.
fn remove_dead_values(func: &mut Function) {
    let mut used = vec![false; func.temps.len()];
    for block in func.blocks.iter_mut().rev() {
        block.end.for_each_use(|temp| used[temp.0 as usize] = true);
        let mut kept = Vec::with_capacity(block.insts.len());
        for inst in std::mem::take(&mut block.insts).into_iter().rev() {
            let needed = !inst.op.is_pure() || inst.results.iter().any(|temp| used[temp.0 as usize]);
            if needed {
                inst.args.iter().for_each(|temp| used[temp.0 as usize] = true);
                kept.push(inst);
            }
        }
        kept.reverse();
        block.insts = kept;
    }
}
