//! Control flow made plain: unreachable blocks go, jumps to jumps are threaded, a block is joined to its only predecessor.

use super::super::{Block, BlockId, Function, Program, Terminator};

/// Keeps the blocks of `order` that are reachable from its first, in that order, and renumbers them.
pub fn keep_blocks(func: &mut Function, order: &[BlockId]) {
    let mut reached = vec![false; func.blocks.len()];
    let mut work = vec![order[0]];
    while let Some(block) = work.pop() {
        if std::mem::replace(&mut reached[block.0 as usize], true) {
            continue;
        }
        func.block(block).for_each_successor(|next| work.push(next));
    }
    let mut number = vec![BlockId(u32::MAX); func.blocks.len()];
    let mut old: Vec<Option<Block>> = std::mem::take(&mut func.blocks).into_iter().map(Some).collect();
    for &block in order.iter().filter(|block| reached[block.0 as usize]) {
        let Some(moved) = old[block.0 as usize].take() else { continue };
        number[block.0 as usize] = BlockId(func.blocks.len() as u32);
        func.blocks.push(moved);
    }
    for block in &mut func.blocks {
        block.end.for_each_target_mut(|target| *target = number[target.0 as usize]);
        if let Some(handler) = &mut block.handler {
            *handler = number[handler.0 as usize];
        }
    }
}

pub fn simplify_blocks(program: &mut Program) {
    for func in &mut program.functions {
        drop_idle_handlers(func);
        thread_jumps(func);
        join_blocks(func);
        let order: Vec<BlockId> = (0..func.blocks.len() as u32).map(BlockId).collect();
        keep_blocks(func, &order);
    }
}

/// A block in which nothing can throw needs no handler.
fn drop_idle_handlers(func: &mut Function) {
    for block in &mut func.blocks {
        if !may_throw(block) {
            block.handler = None;
        }
    }
}

fn may_throw(block: &Block) -> bool {
    block.insts.iter().any(|inst| inst.op.may_throw())
        || matches!(block.end, Terminator::Throw(_) | Terminator::ThrowError(..))
}

/// Where a jump to an empty block without parameters ends up.
fn thread_jumps(func: &mut Function) {
    let count = func.blocks.len();
    let mut end: Vec<BlockId> = (0..count as u32).map(BlockId).collect();
    // Backwards: most jumps go forward, so one look-up usually suffices.
    for index in (0..count).rev() {
        let block = &func.blocks[index];
        if let Terminator::Jump { target, args } = &block.end
            && block.insts.is_empty()
            && block.params.is_empty()
            && args.is_empty()
            && target.0 as usize != index
        {
            let next = end[target.0 as usize];
            if next.0 as usize != index {
                end[index] = next;
            }
        }
    }
    for block in &mut func.blocks {
        block.end.for_each_target_mut(|target| *target = end[target.0 as usize]);
    }
    for block in &mut func.blocks {
        if let Terminator::Branch { then, otherwise, .. } = block.end
            && then == otherwise
        {
            block.end = Terminator::Jump { target: then, args: vec![] };
        }
    }
}

/// Joins a block that ends with a jump to its target, where it is the only way there and both have one handler
/// (or one of them needs none).
fn join_blocks(func: &mut Function) {
    let count = func.blocks.len();
    let mut ways = vec![0_u32; count];
    ways[0] = 1;
    let reached = reachable(func);
    let mut throws: Vec<bool> = func.blocks.iter().map(may_throw).collect();
    for (index, block) in func.blocks.iter().enumerate() {
        if reached[index] {
            block.end.for_each_target(|target| ways[target.0 as usize] += 1);
            if let Some(handler) = block.handler {
                ways[handler.0 as usize] += 2;
            }
        }
    }
    for index in 0..count {
        if !reached[index] {
            continue;
        }
        while let Terminator::Jump { target, args } = &func.blocks[index].end {
            let next = target.0 as usize;
            let same = func.blocks[next].handler == func.blocks[index].handler || !throws[next] || !throws[index];
            let joins =
                ways[next] == 1 && next != index && args.is_empty() && func.blocks[next].params.is_empty() && same;
            if !joins {
                break;
            }
            let empty = Terminator::Unreachable;
            let insts = std::mem::take(&mut func.blocks[next].insts);
            let end = std::mem::replace(&mut func.blocks[next].end, empty);
            let end_loc = func.blocks[next].end_loc;
            ways[next] = 0;
            let handler = if throws[next] { func.blocks[next].handler } else { func.blocks[index].handler };
            throws[index] |= throws[next];
            let block = &mut func.blocks[index];
            block.insts.extend(insts);
            block.handler = handler;
            block.end = end;
            block.end_loc = end_loc;
        }
    }
}

fn reachable(func: &Function) -> Vec<bool> {
    let mut reached = vec![false; func.blocks.len()];
    let mut work = vec![BlockId(0)];
    while let Some(block) = work.pop() {
        if !std::mem::replace(&mut reached[block.0 as usize], true) {
            func.block(block).for_each_successor(|next| work.push(next));
        }
    }
    reached
}
