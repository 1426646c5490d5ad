//! The shape of a function's control flow: an order, dominators, and with them which blocks need a label of their own in WebAssembly's
//! nested control (Ramsey, "Beyond Relooper", 2022). Graphs that do not nest, and functions that wait, are run by a dispatch loop
//! instead.

use crate::mir::{Block, BlockId};

#[derive(Debug)]
pub(super) struct Flow {
    /// By block: its place in reverse postorder; `None` where nothing leads to it.
    pub place: Vec<Option<u32>>,
    /// Blocks that are reached from two places, or by a throw: a `block` ends before them.
    pub is_merge: Vec<bool>,
    /// Blocks that are jumped back to.
    pub is_loop: Vec<bool>,
    /// Children in the tree of dominators, last in reverse postorder first.
    pub children: Vec<Vec<BlockId>>,
    /// Whether every loop is entered at its head alone.
    pub nests: bool,
}

impl Flow {
    pub fn new(blocks: &[Block]) -> Self {
        let order = reverse_postorder(blocks);
        let mut place = vec![None; blocks.len()];
        for (at, &block) in order.iter().enumerate() {
            place[block] = Some(at as u32);
        }
        let mut before: Vec<Vec<u32>> = vec![vec![]; order.len()];
        let (mut forward, mut is_loop, mut thrown) =
            (vec![0_u32; blocks.len()], vec![false; blocks.len()], vec![false; blocks.len()]);
        for (at, &block) in order.iter().enumerate() {
            blocks[block].for_each_successor(|target| {
                let target = target.0 as usize;
                let there = place[target].expect("it is reached from here");
                before[there as usize].push(at as u32);
                if there as usize > at {
                    forward[target] += 1;
                } else {
                    is_loop[target] = true;
                }
            });
            if let Some(handler) = blocks[block].handler {
                thrown[handler.0 as usize] = true;
            }
        }
        let dominator = dominators(&before);
        let dominates = |above: u32, mut below: u32| {
            while below > above {
                below = dominator[below as usize];
            }
            below == above
        };
        let nests = before
            .iter()
            .enumerate()
            .all(|(at, from)| from.iter().all(|&source| source < at as u32 || dominates(at as u32, source)));
        let mut children = vec![vec![]; blocks.len()];
        for (at, &block) in order.iter().enumerate().skip(1).rev() {
            children[order[dominator[at] as usize]].push(BlockId(block as u32));
        }
        let is_merge = (0..blocks.len()).map(|block| forward[block] > 1 || thrown[block]).collect();
        Self { place, is_merge, is_loop, children, nests }
    }

    pub fn is_reached(&self, block: BlockId) -> bool {
        self.place[block.0 as usize].is_some()
    }

    /// Whether a jump goes back, to a loop's head.
    pub fn goes_back(&self, from: BlockId, to: BlockId) -> bool {
        self.place[to.0 as usize] <= self.place[from.0 as usize]
    }
}

fn reverse_postorder(blocks: &[Block]) -> Vec<usize> {
    let successors = |block: usize| {
        let mut all = vec![];
        blocks[block].for_each_successor(|target| all.push(target.0 as usize));
        all
    };
    let (mut seen, mut post) = (vec![false; blocks.len()], vec![]);
    let mut stack = vec![(0, successors(0), 0)];
    seen[0] = true;
    while let Some((block, next, at)) = stack.last_mut() {
        let Some(&target) = next.get(*at) else {
            post.push(*block);
            stack.pop();
            continue;
        };
        *at += 1;
        if !seen[target] {
            seen[target] = true;
            stack.push((target, successors(target), 0));
        }
    }
    post.reverse();
    post
}

/// Immediate dominators by places in reverse postorder (Cooper, Harvey, Kennedy, 2001); the first's is itself.
fn dominators(before: &[Vec<u32>]) -> Vec<u32> {
    let mut dominator = vec![u32::MAX; before.len()];
    dominator[0] = 0;
    let mut changed = true;
    while changed {
        changed = false;
        for at in 1..before.len() {
            let known = before[at].iter().copied().filter(|&from| dominator[from as usize] != u32::MAX);
            let Some(found) = known.reduce(|a, b| common(&dominator, a, b)) else { continue };
            changed |= dominator[at] != found;
            dominator[at] = found;
        }
    }
    dominator
}

fn common(dominator: &[u32], mut a: u32, mut b: u32) -> u32 {
    while a != b {
        while a > b {
            a = dominator[a as usize];
        }
        while b > a {
            b = dominator[b as usize];
        }
    }
    a
}
