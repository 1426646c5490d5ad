//! Dynamic values that are most likely numbers, without a box for each: such a value lives in two locals, a number, and a reference
//! that is the mark (an `i31`) where the number is the value, else the value itself, which is no number then.

use rustc_hash::{FxHashMap, FxHashSet};
use wasm_encoder::{AbstractHeapType, BlockType, HeapType, ValType};

use super::body::{Body, Call, Place};
use super::build::{ANY, Unit};
use crate::mir::{CheckSite, Inst, LocalId, Op, Plain, Repr, Temp};

pub(super) const I31: HeapType = HeapType::Abstract { shared: false, ty: AbstractHeapType::I31 };

/// The two locals of such a value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Pair {
    pub number: u32,
    pub other: u32,
}

/// Where an operand's number comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Number(Temp),
    Pair(Pair),
    /// A local that may hold the box of a number.
    Any(u32),
}

/// What an operator does with two numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Does {
    Number,
    Int,
    Unsigned,
    Compare,
}

fn does(plain: Plain) -> Option<Does> {
    use Plain::*;
    Some(match plain {
        AnyAdd | AnySub | AnyMul | AnyDiv | AnyRem => Does::Number,
        AnyAnd | AnyOr | AnyXor | AnyShl | AnyShr => Does::Int,
        AnyUshr => Does::Unsigned,
        AnyLt | AnyLe | AnyGt | AnyGe => Does::Compare,
        _ => return None,
    })
}

/// Where a dynamic result goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goes {
    Stack,
    Pair(Pair),
    /// To a local, as the number that it is checked to be at once.
    Number(u32, CheckSite),
    /// To a local, as the truth value that it is checked to be at once, or as its truth.
    Truth(u32, Option<CheckSite>),
}

impl<'a> Body<'_, 'a, '_> {
    /// Where the result of an instruction goes.
    pub fn goes(&self, inst: &Inst) -> Goes {
        if let Some(&result) = inst.results.first()
            && let Place::Truth(local) = self.places[result.0 as usize]
        {
            return Goes::Truth(local, self.sure.get(&result).copied());
        }
        match (self.pair_for(inst), inst.results.first().and_then(|result| self.sure.get(result))) {
            (Some(pair), Some(&site)) => Goes::Number(pair.number, site),
            (Some(pair), None) => Goes::Pair(pair),
            (None, _) => Goes::Stack,
        }
    }

    /// A value on the stack to where it goes.
    pub fn deliver(&mut self, repr: Repr, goes: Goes) {
        match (repr, goes) {
            (Repr::F64, Goes::Pair(pair)) => return self.number_to(pair),
            (Repr::F64, Goes::Number(local, _)) => {
                self.sink().local_set(local);
                return;
            }
            (Repr::Bool, Goes::Truth(local, _)) => {
                self.sink().local_set(local);
                return;
            }
            (Repr::F64, _) => self.runtime("box_f64"),
            (Repr::Bool, _) => self.runtime("box_bool"),
            (Repr::I32, _) => self.runtime("box_i32"),
            _ => {}
        }
        match goes {
            Goes::Stack => {}
            Goes::Pair(pair) => self.any_to(pair),
            Goes::Number(local, site) => {
                self.site(site);
                self.runtime("check_f64");
                self.sink().local_set(local);
            }
            Goes::Truth(local, site) => {
                if let Some(site) = site {
                    self.site(site);
                }
                self.runtime(if site.is_some() { "check_bool" } else { "truthy" });
                self.sink().local_set(local);
            }
        }
    }

    /// The one use of a result, where nothing that a program sees comes before it.
    fn use_behind(&self, inst: &Inst, uses: &FxHashMap<Temp, u32>) -> Option<Op> {
        let result = *inst.results.first()?;
        let &(block, index) = self.defined.get(&result)?;
        if uses.get(&result) != Some(&1) {
            return None;
        }
        let this = &self.f.blocks[block];
        for next in &this.insts[index + 1..] {
            if next.args.contains(&result) {
                return Some(next.op);
            }
            let only_writes = this.handler.is_none() && matches!(next.op, Op::SetLocal(_));
            if !(next.op.is_pure() || only_writes) {
                return None;
            }
        }
        None
    }

    /// Results that are most likely truth values and asked for that alone.
    fn find_truths(&mut self, uses: &FxHashMap<Temp, u32>) {
        for inst in self.f.blocks.iter().flat_map(|block| &block.insts) {
            let site = match self.use_behind(inst, uses) {
                Some(Op::Check(Repr::Bool, site)) => Some(site),
                Some(Op::Plain(Plain::Truthy)) => None,
                _ => continue,
            };
            let is_truth = match inst.op {
                Op::GetProp(name) => self.reads_truth(name, inst.args[0]),
                Op::CallMethod(name) => self.calls_truth(name, inst),
                _ => false,
            };
            if is_truth && inst.results.len() == 1 {
                let local = self.new_local(ValType::I32);
                self.places[inst.results[0].0 as usize] = Place::Truth(local);
                if let Some(site) = site {
                    self.sure.insert(inst.results[0], site);
                }
            }
        }
    }

    /// The local of a truth value that was found where it was made.
    pub fn truth_of(&self, temp: Temp) -> Option<u32> {
        match self.places[temp.0 as usize] {
            Place::Truth(local) => Some(local),
            _ => None,
        }
    }

    /// Whether code is written for speed here: not in the library and the platform's modules, which many programs carry, nor where a
    /// function waits, nor where it runs once.
    pub fn is_hot(&self) -> bool {
        self.is_hot
    }

    pub fn find_heat(&mut self) {
        let file = self.f.blocks.iter().flat_map(|block| &block.insts).map(|inst| inst.loc.file).next().unwrap_or(0);
        let runs_once = self.func == Some(self.b.program.entry) && !self.has_loops();
        self.is_hot =
            self.unit == Unit::Program && self.call != Call::Resume && !runs_once && !self.b.is_platform(file);
    }

    /// Finds the temporaries and variables that live in pairs.
    pub fn find_pairs(&mut self) {
        if !self.is_hot() {
            return;
        }
        let variables = self.number_variables();
        for local in variables {
            let pair = self.new_pair();
            self.pair_variables.insert(local, pair);
        }
        let unwanted = self.used_otherwise();
        let mut uses: FxHashMap<Temp, u32> = FxHashMap::default();
        self.insts().flat_map(|inst| &inst.args).for_each(|&temp| *uses.entry(temp).or_default() += 1);
        for block in &self.f.blocks {
            block.end.for_each_use(|temp| *uses.entry(temp).or_default() += 1);
        }
        for inst in self.f.blocks.iter().flat_map(|block| &block.insts) {
            if let [result] = inst.results[..]
                && self.makes_number(inst)
                && !unwanted.contains(&result)
                && uses.contains_key(&result)
            {
                if let Some(Op::Check(Repr::F64, site)) = self.use_behind(inst, &uses)
                    && !matches!(inst.op, Op::Plain(_))
                {
                    self.sure.insert(result, site);
                }
                let pair = self.new_pair();
                self.places[result.0 as usize] = Place::Pair(pair);
            }
        }
        self.find_truths(&uses);
    }

    /// What is read from a variable that changes before it is used.
    pub fn copy_pair(&mut self, temp: Temp) {
        let pair = self.new_pair();
        self.places[temp.0 as usize] = Place::Pair(pair);
    }

    fn new_pair(&mut self) -> Pair {
        Pair { number: self.new_local(ValType::F64), other: self.new_local(ANY) }
    }

    /// Whether an instruction's dynamic result is most likely a number that has no box yet.
    fn makes_number(&self, inst: &Inst) -> bool {
        match inst.op {
            Op::Plain(plain) => {
                does(plain).is_some_and(|does| does != Does::Compare)
                    && !inst.args.iter().any(|&arg| self.f.repr(self.root(arg)) == Repr::Str)
            }
            Op::GetProp(name) => self.reads_number(name, inst.args[0]),
            Op::CallMethod(name) => self.calls_number(name, inst),
            Op::CallNative(native) => self.native_result(native) == Some(Repr::F64),
            _ => false,
        }
    }

    /// Whether an operand is taken as a number where it is one.
    fn wants_number(&self, inst: &Inst, position: usize) -> bool {
        match inst.op {
            Op::Check(Repr::F64, _) => true,
            Op::Plain(Plain::ToNumber) => true,
            Op::Plain(plain) => does(plain).is_some(),
            Op::SetProp(name) => position == 1 && self.reads_number(name, inst.args[0]),
            Op::SetLocal(local) => self.pair_variables.contains_key(&local),
            Op::CallNative(native) => self.native_param(native, position) == Some(Repr::F64),
            _ => false,
        }
    }

    /// The operands of an instruction that may be wanted without their box.
    pub fn unboxed_operands(&self, inst: &Inst) -> std::ops::Range<usize> {
        let all = 0..inst.args.len();
        match inst.op {
            Op::CallHost(_) => all,
            Op::Plain(Plain::GetIndex | Plain::SetIndex) => 1..2,
            _ if !self.is_hot() => 0..0,
            Op::Plain(plain) if does(plain).is_some() => all,
            Op::Plain(Plain::DefineField) => 2..3,
            Op::SetProp(_) | Op::CallMethod(_) | Op::CallNative(_) | Op::New => 1..inst.args.len(),
            Op::SetLocal(_) => all,
            _ => 0..0,
        }
    }

    /// Temporaries with a use that needs them as dynamic values.
    fn used_otherwise(&self) -> FxHashSet<Temp> {
        let mut all = FxHashSet::default();
        for block in &self.f.blocks {
            for inst in &block.insts {
                let others = inst.args.iter().enumerate().filter(|(position, _)| !self.wants_number(inst, *position));
                all.extend(others.map(|(_, &arg)| arg));
            }
            block.end.for_each_use(|temp| {
                all.insert(temp);
            });
        }
        all
    }

    /// Dynamic variables that are given numbers only, as far as one can guess, and mostly used as such.
    fn number_variables(&self) -> FxHashSet<LocalId> {
        let insts = || self.f.blocks.iter().flat_map(|block| &block.insts);
        let mut candidates: FxHashSet<LocalId> = (self.f.params..self.f.locals.len() as u32)
            .map(LocalId)
            .filter(|&local| {
                self.f.local(local).repr == Repr::Any && insts().any(|inst| inst.op == Op::SetLocal(local))
            })
            .collect();
        loop {
            let before = candidates.len();
            for inst in insts() {
                let Op::SetLocal(local) = inst.op else { continue };
                let is_number = self.maker(inst.args[0]).is_some_and(|maker| match maker.op {
                    Op::Box => self.f.repr(maker.args[0]) == Repr::F64,
                    Op::GetLocal(from) => candidates.contains(&from),
                    _ => self.makes_number(maker),
                });
                if !is_number {
                    candidates.remove(&local);
                }
            }
            if candidates.len() == before {
                break;
            }
        }
        candidates.retain(|&local| self.is_mostly_number(local));
        candidates
    }

    fn is_mostly_number(&self, local: LocalId) -> bool {
        let insts = || self.f.blocks.iter().flat_map(|block| &block.insts);
        let reads: FxHashSet<Temp> =
            insts().filter(|inst| inst.op == Op::GetLocal(local)).map(|inst| inst.results[0]).collect();
        let (mut as_number, mut otherwise) = (0, 0);
        for inst in insts() {
            for (position, _) in inst.args.iter().enumerate().filter(|(_, arg)| reads.contains(arg)) {
                if self.wants_number(inst, position) { as_number += 1 } else { otherwise += 1 }
            }
        }
        for block in &self.f.blocks {
            block.end.for_each_use(|temp| otherwise += usize::from(reads.contains(&temp)));
        }
        as_number > otherwise
    }

    /// The pair that a temporary is read from.
    pub fn pair_of(&self, temp: Temp) -> Option<Pair> {
        match self.places[temp.0 as usize] {
            Place::Pair(pair) => Some(pair),
            Place::Again(..) => match self.maker(temp)?.op {
                Op::GetLocal(local) => self.pair_variables.get(&local).copied(),
                _ => None,
            },
            _ => None,
        }
    }

    /// A pair as a dynamic value.
    pub fn boxed_pair(&mut self, pair: Pair) {
        self.sink().local_get(pair.other).ref_test_non_null(I31).if_(BlockType::Result(ANY)).local_get(pair.number);
        self.runtime("box_f64");
        self.sink().else_().local_get(pair.other).end();
    }

    /// The number on the stack is the pair's value.
    pub fn number_to(&mut self, pair: Pair) {
        self.sink().local_set(pair.number).i32_const(0).ref_i31().local_set(pair.other);
    }

    /// The dynamic value on the stack is the pair's.
    pub fn any_to(&mut self, pair: Pair) {
        self.runtime("split_number");
        self.sink().local_set(pair.other).local_set(pair.number);
    }

    /// One operand to the other pair, as it is.
    pub fn set_pair(&mut self, pair: Pair, value: Temp) {
        if let Some(from) = self.pair_of(value) {
            self.sink().local_get(from.number).local_get(from.other).local_set(pair.other).local_set(pair.number);
        } else if let Some(source) = self.source_of_box(value, Repr::F64) {
            self.operands(&[source]);
            self.number_to(pair);
        } else {
            self.operands(&[value]);
            self.any_to(pair);
        }
    }

    /// Where a number can be had from, once nothing is on the operand stack.
    fn source(&mut self, arg: Temp) -> Source {
        if let Some(pair) = self.pair_of(self.root(arg)) {
            return Source::Pair(pair);
        }
        match self.source_of_box(arg, Repr::F64) {
            Some(source) => Source::Number(source),
            None => Source::Any(self.in_local(arg)),
        }
    }

    /// A local that holds an operand; nothing is on the operand stack.
    pub fn in_local(&mut self, arg: Temp) -> u32 {
        let arg = self.root(arg);
        if let Some(local) = self.local_of(arg) {
            return local;
        }
        let ty = self.b.val_type(self.unit, self.f.repr(arg));
        let local = self.new_local(ty);
        self.operands(&[arg]);
        self.sink().local_set(local);
        local
    }

    /// The number, or a branch to the label that many constructs out.
    fn number_or(&mut self, source: Source, label: u32) {
        let num = self.b.ty("Num");
        match source {
            Source::Number(temp) => self.operands(&[temp]),
            Source::Pair(pair) => {
                self.sink().local_get(pair.other).ref_test_non_null(I31).i32_eqz().br_if(label).local_get(pair.number);
            }
            Source::Any(local) => self.number_of_local(local, num, label),
        }
    }

    /// The number in a local, or a branch.
    pub fn number_of_local(&mut self, local: u32, num: u32, label: u32) {
        let num_type = HeapType::Concrete(num);
        let mut sink = self.sink();
        sink.local_get(local).ref_test_non_null(I31).if_(BlockType::Result(ValType::F64));
        sink.local_get(local).ref_cast_non_null(I31).i31_get_s().f64_convert_i32_s().else_();
        sink.local_get(local).ref_test_non_null(num_type).i32_eqz().br_if(label + 1);
        sink.local_get(local).ref_cast_non_null(num_type).struct_get(num, 0).end();
    }

    /// The number of an operand on the stack, or a branch to the label that many constructs out.
    pub fn number_or_branch(&mut self, arg: Temp, label: u32) {
        let source = self.source(arg);
        self.number_or(source, label);
    }

    /// Whether an operator's code is written here: a number without a box comes or goes.
    fn is_inline(&self, inst: &Inst) -> bool {
        let goes = self.pair_for(inst).is_some();
        let comes = inst.args.iter().any(|&arg| {
            let source = self.source_of_box(arg, Repr::F64);
            self.pair_of(self.root(arg)).is_some() || source.is_some_and(|source| self.constant_of(source).is_none())
        });
        self.is_hot() && (goes || comes) && !inst.args.iter().any(|&arg| self.f.repr(self.root(arg)) == Repr::Str)
    }

    /// A dynamic operator on what may well be numbers; yields whether its code was written.
    pub fn arithmetic(&mut self, plain: Plain, inst: &'a Inst) -> bool {
        let Some(does) = does(plain) else { return false };
        if !self.is_inline(inst) {
            return false;
        }
        self.settle(&inst.args);
        let sources = [self.source(inst.args[0]), self.source(inst.args[1])];
        let pair = self.pair_for(inst);
        let result = match (pair, does) {
            (Some(_), _) => BlockType::Empty,
            (None, Does::Compare) => BlockType::Result(ValType::I32),
            (None, _) => BlockType::Result(ANY),
        };
        self.sink().block(result).block(BlockType::Empty);
        for source in sources {
            self.number_or(source, 0);
            if matches!(does, Does::Int | Does::Unsigned) {
                self.runtime("f64_to_i32");
            }
        }
        self.operator(plain);
        match (pair, does) {
            (None, Does::Compare) => {}
            (Some(pair), _) => {
                match does {
                    Does::Int => _ = self.sink().f64_convert_i32_s(),
                    Does::Unsigned => _ = self.sink().f64_convert_i32_u(),
                    _ => {}
                }
                self.number_to(pair);
            }
            (None, Does::Int) => self.runtime("box_i32"),
            (None, Does::Unsigned) => {
                self.sink().f64_convert_i32_u();
                self.runtime("box_f64");
            }
            (None, Does::Number) => self.runtime("box_f64"),
        }
        self.sink().br(1).end();
        self.operands(&inst.args);
        self.runtime(&super::op::snake(&format!("{plain:?}")));
        if let Some(pair) = pair {
            self.any_to(pair);
        }
        self.sink().end();
        true
    }

    fn operator(&mut self, plain: Plain) {
        use Plain::*;
        if plain == AnyRem {
            return self.runtime("f64_rem");
        }
        let mut sink = self.sink();
        match plain {
            AnyAdd => sink.f64_add(),
            AnySub => sink.f64_sub(),
            AnyMul => sink.f64_mul(),
            AnyDiv => sink.f64_div(),
            AnyLt => sink.f64_lt(),
            AnyLe => sink.f64_le(),
            AnyGt => sink.f64_gt(),
            AnyGe => sink.f64_ge(),
            AnyAnd => sink.i32_and(),
            AnyOr => sink.i32_or(),
            AnyXor => sink.i32_xor(),
            AnyShl => sink.i32_shl(),
            AnyShr => sink.i32_shr_s(),
            _ => sink.i32_shr_u(),
        };
    }
}
