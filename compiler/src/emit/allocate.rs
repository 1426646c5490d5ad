//! Registers: a linear scan over live intervals, one file of registers per type (Poletto and Sarkar 1999, without spills).
//!
//! Positions count instructions in layout order; operands are read at even positions, results written at odd ones. A place that
//! is live into a stretch of code to which control jumps back stays live to the end of that stretch.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use mosl_bytecode::{Reg, RegType};
use rustc_hash::FxHashMap;

use super::constants::key;
use super::pools::Full;
use super::share::{Place, Places, block_index};
use crate::mir::{Function, LocalId, Op, Temp, Terminator};

/// The register of every place, and the types of all registers.
pub(super) struct Registers {
    of: FxHashMap<Place, Reg>,
    pub types: Vec<RegType>,
    /// The places that hold a constant from the start.
    pub constants: FxHashMap<Place, Op>,
}

impl Registers {
    pub fn get(&self, place: Place) -> Reg {
        self.of.get(&place).copied().unwrap_or_default()
    }

    /// Equal constants share a register, which holds nothing else.
    fn claim_constants(&mut self, intervals: &[Interval]) -> Result<(), Full> {
        let mut by_key = FxHashMap::default();
        for place in intervals.iter().map(|interval| interval.place) {
            let Some(key) = self.constants.get(&place).and_then(|op| key(*op)) else { continue };
            let register = match by_key.get(&key) {
                Some(&register) => register,
                None => new_register(&mut self.types, key.0)?,
            };
            by_key.insert(key, register);
            self.of.insert(place, register);
        }
        Ok(())
    }

    /// A register beyond those of the places.
    pub fn fresh(&mut self, ty: RegType) -> Result<Reg, Full> {
        new_register(&mut self.types, ty)
    }
}

fn new_register(types: &mut Vec<RegType>, ty: RegType) -> Result<Reg, Full> {
    let index =
        u16::try_from(types.len()).ok().filter(|&index| index < u16::MAX).ok_or(Full("values alive at once"))?;
    types.push(ty);
    Ok(Reg(index))
}

#[derive(Clone, Copy)]
struct Interval {
    place: Place,
    start: u32,
    end: u32,
}

pub(super) fn allocate(
    func: &Function,
    places: &Places,
    constants: FxHashMap<Place, Op>,
    type_of: impl Fn(Place) -> RegType,
) -> Result<Registers, Full> {
    let mut ranges = Ranges { func, places, found: FxHashMap::default(), order: vec![] };
    ranges.walk();
    let mut intervals = ranges.extended();
    intervals.sort_by_key(|interval| (interval.start, interval.place));
    let mut registers = Registers { of: FxHashMap::default(), types: vec![], constants };
    for index in 0..func.params {
        let place = Place::Local(LocalId(index));
        let register = new_register(&mut registers.types, type_of(place))?;
        registers.of.insert(place, register);
    }
    registers.claim_constants(&intervals)?;
    let mut free: FxHashMap<RegType, BinaryHeap<Reverse<u16>>> = FxHashMap::default();
    let mut active: BinaryHeap<Reverse<(u32, u16)>> = BinaryHeap::new();
    for interval in intervals {
        while let Some(&Reverse((end, register))) = active.peek()
            && end < interval.start
        {
            active.pop();
            let ty = registers.types[usize::from(register)];
            free.entry(ty).or_default().push(Reverse(register));
        }
        if registers.constants.contains_key(&interval.place) {
            continue;
        }
        let register = match registers.of.get(&interval.place) {
            Some(&parameter) => parameter,
            None => {
                let ty = type_of(interval.place);
                match free.get_mut(&ty).and_then(BinaryHeap::pop) {
                    Some(Reverse(register)) => Reg(register),
                    None => new_register(&mut registers.types, ty)?,
                }
            }
        };
        registers.of.insert(interval.place, register);
        active.push(Reverse((interval.end, register.0)));
    }
    Ok(registers)
}

/// The stretch of positions in which each place is mentioned.
struct Ranges<'a> {
    func: &'a Function,
    places: &'a Places,
    found: FxHashMap<Place, (u32, u32)>,
    order: Vec<Place>,
}

impl Ranges<'_> {
    fn mention(&mut self, place: Place, position: u32) {
        let order = &mut self.order;
        let range = self.found.entry(place).or_insert_with(|| {
            order.push(place);
            (position, position)
        });
        range.0 = range.0.min(position);
        range.1 = range.1.max(position);
    }

    fn temp(&mut self, temp: Temp, position: u32) {
        if !self.places.skipped[temp.0 as usize] {
            self.mention(self.places.get(temp), position);
        }
    }

    fn walk(&mut self) {
        // Parameters are written before everything.
        for index in 0..self.func.params {
            self.mention(Place::Local(LocalId(index)), 0);
        }
        let mut position = 1;
        for block in &self.func.blocks {
            for &param in &block.params {
                self.temp(param, 2 * position + 1);
            }
            position += 1;
            for inst in &block.insts {
                inst.args.iter().for_each(|&temp| self.temp(temp, 2 * position));
                match inst.op {
                    Op::GetLocal(local) => self.mention(Place::Local(local), 2 * position),
                    Op::SetLocal(local) => self.mention(Place::Local(local), 2 * position + 1),
                    _ => {}
                }
                inst.results.iter().for_each(|&temp| self.temp(temp, 2 * position + 1));
                position += 1;
            }
            block.end.for_each_use(|temp| self.temp(temp, 2 * position));
            if let Terminator::Jump { target, args } = &block.end
                && !args.is_empty()
            {
                for &param in &self.func.block(*target).params {
                    self.temp(param, 2 * position + 1);
                }
            }
            position += 1;
        }
    }

    /// The stretches between the targets and the sources of jumps backwards, by their starts.
    fn backward(&self) -> Vec<(u32, u32)> {
        let mut starts = vec![];
        let mut position = 1;
        for block in &self.func.blocks {
            starts.push(position);
            position += block.insts.len() as u32 + 2;
        }
        starts.push(position);
        let mut stretches = vec![];
        for (number, block) in self.func.blocks.iter().enumerate() {
            block.for_each_successor(|target| {
                if block_index(target) <= number {
                    stretches.push((2 * starts[block_index(target)], 2 * starts[number + 1] - 1));
                }
            });
        }
        stretches.sort_unstable();
        stretches
    }

    fn extended(self) -> Vec<Interval> {
        let stretches = Stretches::new(self.backward());
        let found = &self.found;
        let interval = |place: &Place| {
            let (start, end) = found[place];
            Interval { place: *place, start, end: stretches.extend(start, end) }
        };
        self.order.iter().map(interval).collect()
    }
}

/// Stretches by start, with what each grows to through those that begin inside it.
struct Stretches {
    all: Vec<(u32, u32)>,
    grown: Vec<u32>,
    /// The next stretch that begins beyond what this one grew to.
    skip: Vec<usize>,
}

impl Stretches {
    fn new(all: Vec<(u32, u32)>) -> Self {
        let count = all.len();
        let mut this = Self { grown: vec![0; count], skip: vec![count; count], all };
        for index in (0..count).rev() {
            let (end, next) = this.grow(index + 1, this.all[index].1);
            this.grown[index] = end;
            this.skip[index] = next;
        }
        this
    }

    fn grow(&self, mut next: usize, mut end: u32) -> (u32, usize) {
        while next < self.all.len() && self.all[next].0 <= end {
            end = end.max(self.grown[next]);
            next = self.skip[next];
        }
        (end, next)
    }

    /// The end of a place's life: where it is live into a stretch, to the end of that.
    fn extend(&self, start: u32, end: u32) -> u32 {
        let first = self.all.partition_point(|&(stretch, _)| stretch <= start);
        self.grow(first, end).0
    }
}

#[cfg(test)]
mod tests {
    use super::Stretches;

    #[test]
    fn a_value_used_in_a_loop_lives_to_its_end() {
        let loops = Stretches::new(vec![(10, 50), (20, 30), (60, 90)]);
        assert_eq!(loops.extend(5, 12), 50);
        assert_eq!(loops.extend(15, 22), 30);
        assert_eq!(loops.extend(15, 16), 16);
        assert_eq!(loops.extend(5, 61), 90);
    }

    #[test]
    fn stretches_that_overlap_grow_together() {
        let loops = Stretches::new(vec![(10, 30), (25, 60), (55, 70)]);
        assert_eq!(loops.extend(5, 11), 70);
    }
}
