//! Which values share a place, so that the bytecode has no needless moves.
//!
//! - A value read from a local is the local itself, if the local is not written before the value's last use.
//! - A value stored into a local is computed there, if nothing looks at the local in between.
//! - A boxed value whose bits are those of the dynamic one is the value itself.
//! - A block argument is computed in the parameter, if the jump is its only use.
//!
//! All of it is decided block by block, so the cost is linear; a value used in other blocks has a place of its own.

use rustc_hash::FxHashMap;

use crate::mir::{BlockId, Function, LocalId, Op, Repr, Temp, Terminator};

/// A place: a local, or a temporary that is no other place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) enum Place {
    Local(LocalId),
    Temp(Temp),
}

/// The places of all temporaries.
pub(super) struct Places {
    place: Vec<Place>,
    /// A boxed constant is loaded as a dynamic value where it is boxed: the constant, by the box's result.
    pub boxed: FxHashMap<Temp, Op>,
    /// Temporaries that need no code: the unboxed constants of those.
    pub skipped: Vec<bool>,
}

/// Where a temporary is defined and used.
#[derive(Clone, Copy)]
struct Uses {
    block: u32,
    def: u32,
    last: u32,
    count: u32,
    /// All uses are in the defining block.
    is_local: bool,
}

const UNSEEN: Uses = Uses { block: u32::MAX, def: 0, last: 0, count: 0, is_local: true };

impl Places {
    pub fn of(func: &Function) -> Self {
        let mut shares = Shares {
            func,
            uses: vec![UNSEEN; func.temps.len()],
            place: (0..func.temps.len() as u32).map(|index| Place::Temp(Temp(index))).collect(),
            boxed: FxHashMap::default(),
            skipped: vec![false; func.temps.len()],
            constants: FxHashMap::default(),
        };
        shares.count_uses();
        shares.share_boxes();
        shares.share_arguments();
        for index in 0..func.blocks.len() {
            shares.share_locals(index);
        }
        let place = shares.resolved();
        Self { place, boxed: shares.boxed, skipped: shares.skipped }
    }

    pub fn get(&self, temp: Temp) -> Place {
        self.place[temp.0 as usize]
    }
}

struct Shares<'a> {
    func: &'a Function,
    uses: Vec<Uses>,
    place: Vec<Place>,
    boxed: FxHashMap<Temp, Op>,
    skipped: Vec<bool>,
    constants: FxHashMap<Temp, Op>,
}

impl Shares<'_> {
    fn count_uses(&mut self) {
        for (number, block) in self.func.blocks.iter().enumerate() {
            let number = number as u32;
            for &param in &block.params {
                self.uses[param.0 as usize].block = number;
            }
            for (at, inst) in block.insts.iter().enumerate() {
                inst.args.iter().for_each(|&temp| self.used(temp, number, at));
                for &result in &inst.results {
                    let uses = &mut self.uses[result.0 as usize];
                    uses.block = number;
                    uses.def = at as u32;
                    uses.last = at as u32;
                }
                if let (Op::F64(_) | Op::Str(_) | Op::Bool(_), [result]) = (inst.op, &inst.results[..]) {
                    self.constants.insert(*result, inst.op);
                }
            }
            let end = block.insts.len();
            block.end.for_each_use(|temp| self.used(temp, number, end));
        }
    }

    fn used(&mut self, temp: Temp, block: u32, at: usize) {
        let uses = &mut self.uses[temp.0 as usize];
        uses.count += 1;
        uses.is_local &= uses.block == block;
        uses.last = uses.last.max(at as u32);
    }

    /// The temporary whose place this one shares through boxes.
    fn root(&self, mut temp: Temp) -> Temp {
        while let Place::Temp(next) = self.place[temp.0 as usize]
            && next != temp
        {
            temp = next;
        }
        temp
    }

    fn share_boxes(&mut self) {
        for block in &self.func.blocks {
            for inst in block.insts.iter().filter(|inst| inst.op == Op::Box) {
                let (source, result) = (inst.args[0], inst.results[0]);
                if let Some(&constant) = self.constants.get(&source)
                    && self.uses[source.0 as usize].count == 1
                {
                    self.boxed.insert(result, constant);
                    self.skipped[source.0 as usize] = true;
                    continue;
                }
                if matches!(self.func.repr(source), Repr::Bool | Repr::I32) {
                    continue;
                }
                let root = self.root(source);
                self.place[result.0 as usize] = Place::Temp(root);
                let of_result = self.uses[result.0 as usize];
                let uses = &mut self.uses[root.0 as usize];
                // The box itself is no use any more.
                uses.count = uses.count - 1 + of_result.count;
                uses.is_local &= of_result.is_local && of_result.block == uses.block;
                uses.last = uses.last.max(of_result.last);
            }
        }
    }

    /// Arguments that are computed for one forward jump alone are computed in the parameter.
    fn share_arguments(&mut self) {
        for (number, block) in self.func.blocks.iter().enumerate() {
            let Terminator::Jump { target, args } = &block.end else { continue };
            if target.0 as usize <= number {
                continue;
            }
            for (&arg, &param) in args.iter().zip(&self.func.block(*target).params) {
                let uses = self.uses[arg.0 as usize];
                let fits = self.place[arg.0 as usize] == Place::Temp(arg)
                    && uses.count == 1
                    && uses.block == number as u32
                    && self.func.repr(arg) == self.func.repr(param)
                    && !self.is_read_or_argument(arg, number);
                if fits {
                    self.place[arg.0 as usize] = Place::Temp(param);
                }
            }
        }
    }

    /// Whether a temporary is better left to share with the local that it reads.
    fn is_read_or_argument(&self, temp: Temp, block: usize) -> bool {
        let inst = self.func.blocks[block].insts.get(self.uses[temp.0 as usize].def as usize);
        inst.is_some_and(|inst| matches!(inst.op, Op::GetLocal(_)) && inst.results.contains(&temp))
    }

    fn share_locals(&mut self, number: usize) {
        let block = &self.func.blocks[number];
        let mut touched: FxHashMap<LocalId, u32> = FxHashMap::default();
        let mut writes: FxHashMap<LocalId, Vec<u32>> = FxHashMap::default();
        let mut last_throw: Option<u32> = None;
        for (at, inst) in block.insts.iter().enumerate() {
            let at = at as u32;
            match inst.op {
                Op::GetLocal(local) => {
                    touched.insert(local, at);
                }
                Op::SetLocal(local) => {
                    let value = inst.args[0];
                    let def = self.early_write(number, local, value, at, touched.get(&local).copied(), last_throw);
                    writes.entry(local).or_default().push(def.unwrap_or(at));
                    if def.is_some() {
                        self.place[value.0 as usize] = Place::Local(local);
                    }
                    touched.insert(local, at);
                }
                _ => {}
            }
            if inst.op.may_throw() && block.handler.is_some() {
                last_throw = Some(at);
            }
        }
        for (at, inst) in block.insts.iter().enumerate() {
            if let Op::GetLocal(local) = inst.op {
                self.share_read(local, inst.results[0], at as u32, writes.get(&local));
            }
        }
    }

    /// The place in the block where the value of a store can be computed right into the local.
    fn early_write(
        &self,
        number: usize,
        local: LocalId,
        value: Temp,
        at: u32,
        touched: Option<u32>,
        last_throw: Option<u32>,
    ) -> Option<u32> {
        let uses = self.uses[value.0 as usize];
        let inst = self.func.blocks[number].insts.get(uses.def as usize)?;
        let fits = uses.block == number as u32
            && inst.results.contains(&value)
            && uses.count == 1
            && !self.skipped[value.0 as usize]
            && self.place[value.0 as usize] == Place::Temp(value)
            && self.func.repr(value) == self.func.local(local).repr
            && !matches!(inst.op, Op::GetLocal(_))
            && touched.is_none_or(|touched| touched < uses.def)
            && last_throw.is_none_or(|throw| throw <= uses.def)
            && uses.def < at;
        fits.then_some(uses.def)
    }

    fn share_read(&mut self, local: LocalId, value: Temp, at: u32, writes: Option<&Vec<u32>>) {
        let uses = self.uses[value.0 as usize];
        let free = match self.place[value.0 as usize] {
            Place::Temp(own) => own == value,
            Place::Local(_) => false,
        };
        if !free || !uses.is_local {
            return;
        }
        let next_write = writes.and_then(|writes| writes.get(writes.partition_point(|&write| write < at)));
        if next_write.is_none_or(|&write| write >= uses.last) {
            self.place[value.0 as usize] = Place::Local(local);
        }
    }

    /// Follows chains to their ends.
    fn resolved(&mut self) -> Vec<Place> {
        for index in 0..self.place.len() {
            let mut end = self.place[index];
            while let Place::Temp(temp) = end
                && self.place[temp.0 as usize] != end
            {
                end = self.place[temp.0 as usize];
            }
            self.place[index] = end;
        }
        self.place.clone()
    }
}

/// The number of a block as an index.
pub(super) fn block_index(block: BlockId) -> usize {
    block.0 as usize
}
