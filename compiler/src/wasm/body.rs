//! A function's code: where its values live, and its blocks in WebAssembly's nested control. What is computed in order and used once
//! stays on the operand stack; constants and variables are read again where they are used; the rest has locals.

use rustc_hash::{FxHashMap, FxHashSet};
use wasm_encoder::{BlockType, Catch, Instruction, InstructionSink, ValType};

use super::build::{ANY, Builder, Code, EQ, Type, Unit, reference};
use super::flow::Flow;
use super::guess::Worker;
use super::number::Pair;
use super::source_map::Mark;
use crate::mir::{BlockId, CheckSite, FuncId, Function, Inst, Loc, LocalId, Op, Plain, Repr, Temp, Terminator};
use crate::program::ClassId;

/// How a function's code is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Call {
    /// By name, with typed parameters.
    Direct,
    /// Through a closure: itself, `this`, then the arguments.
    Closure,
    /// As a closure is, by code that knows which it is: with typed parameters and a typed result.
    Worker,
    /// From one wait to the next: the frame, the mode, the value.
    Resume,
}

/// The most parameters that closures' code takes one by one.
pub(super) const MAX_ARITY: u32 = 4;

/// Where a temporary is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Place {
    /// Computed once, used once, later in the same block.
    Stack,
    /// The instruction that makes it costs nothing: it is repeated at each use.
    Again(usize, usize),
    Local(u32),
    /// Most likely a number.
    Pair(Pair),
    /// Asked for its truth alone, which is in this local.
    Truth(u32),
    Unused,
}

/// What encloses the code that is being written, innermost last.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Around {
    Loop(BlockId),
    /// A `block` whose end is followed by this one.
    Before(BlockId),
    Other,
}

pub(super) struct Body<'b, 'a, 'm> {
    pub b: &'b mut Builder<'m>,
    pub unit: Unit,
    pub f: &'a Function,
    /// Its number, where it has one.
    pub func: Option<FuncId>,
    pub call: Call,
    /// What it is called with, as a worker.
    pub worker: Option<Worker>,
    pub is_hot: bool,
    /// The variable that holds `this`, and the local that holds it as an instance of the class whose code this is.
    pub this_variable: Option<LocalId>,
    pub own: Option<(u32, ClassId)>,
    pub first_writes: FxHashSet<*const Inst>,
    /// Variables that are most likely numbers.
    pub pair_variables: FxHashMap<LocalId, Pair>,
    /// Results that are checked to be numbers where they are made.
    pub sure: FxHashMap<Temp, CheckSite>,
    pub scratches: Vec<(ValType, u32)>,
    bytes: Vec<u8>,
    marks: Vec<Mark>,
    params: u32,
    locals: Vec<ValType>,
    /// The local of each variable.
    pub variables: Vec<u32>,
    pub places: Vec<Place>,
    /// `box` of what is dynamic already is the value itself.
    same: Vec<Temp>,
    pub defined: FxHashMap<Temp, (usize, usize)>,
    /// Temporaries on the operand stack, in order.
    stack: Vec<Temp>,
    around: Vec<Around>,
    flow: Flow,
    /// Holds what was thrown, for a handler.
    caught: Option<u32>,
    /// Holds `new.target` while the function runs.
    target: Option<u32>,
    /// Holds the depth of calls while the function runs.
    depth: Option<u32>,
    /// It is what is left of the code at the top of files, which runs once.
    pub is_pruned_entry: bool,
    /// The dispatch loop's label, and the frame's part of it.
    pub dispatch: Option<super::suspend::Dispatch>,
}

impl<'b, 'a, 'm> Body<'b, 'a, 'm> {
    pub fn new(b: &'b mut Builder<'m>, unit: Unit, f: &'a Function, call: Call) -> Self {
        let same: Vec<Temp> = (0..f.temps.len()).map(|temp| Temp(temp as u32)).collect();
        let flow = Flow::new(&f.blocks);
        Self {
            b,
            unit,
            f,
            func: None,
            call,
            worker: None,
            is_hot: false,
            this_variable: None,
            own: None,
            first_writes: FxHashSet::default(),
            pair_variables: FxHashMap::default(),
            sure: FxHashMap::default(),
            scratches: vec![],
            bytes: vec![],
            marks: vec![],
            params: 0,
            locals: vec![],
            variables: vec![],
            places: vec![Place::Unused; f.temps.len()],
            same,
            defined: FxHashMap::default(),
            stack: vec![],
            around: vec![],
            flow,
            caught: None,
            target: None,
            depth: None,
            is_pruned_entry: false,
            dispatch: None,
        }
    }

    /// The number of the function, by which one knows whose code it is.
    pub fn of(mut self, func: FuncId) -> Self {
        self.func = Some(func);
        self
    }

    pub fn with_worker(mut self, worker: Worker) -> Self {
        self.worker = Some(worker);
        self
    }

    pub fn emit(mut self) -> Code {
        let ty = self.signature();
        self.find_heat();
        self.find_places();
        self.prologue();
        self.cast_this();
        self.find_first_writes();
        match self.call {
            Call::Resume => self.resumed(),
            _ if self.flow.nests => self.tree(BlockId(0)),
            _ => self.dispatched(),
        }
        self.i(&Instruction::Unreachable);
        self.i(&Instruction::End);
        Code { ty, locals: self.locals, bytes: self.bytes, marks: self.marks }
    }

    pub fn i(&mut self, instruction: &Instruction<'_>) {
        use wasm_encoder::Encode;
        instruction.encode(&mut self.bytes);
    }

    pub fn sink(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.bytes)
    }

    /// What is written from here on comes from there.
    pub fn mark(&mut self, loc: Loc) {
        let is_wanted = self.b.options.source_map && self.unit == Unit::Program && !self.b.is_platform(loc.file);
        if is_wanted && self.marks.last().is_none_or(|last| last.loc != loc) {
            self.marks.push(Mark { at: self.bytes.len() as u32, loc });
        }
    }

    /// Calls a function of the runtime.
    pub fn runtime(&mut self, name: &str) {
        let func = self.b.runtime(name);
        self.i(&Instruction::Call(func));
    }

    pub fn new_local(&mut self, ty: ValType) -> u32 {
        self.locals.push(ty);
        self.params + self.locals.len() as u32 - 1
    }

    fn signature(&mut self) -> Type {
        match self.call {
            Call::Direct => {
                let params: Vec<ValType> = self.parameter_types();
                let result = self.b.val_type(self.unit, self.f.result_repr());
                self.params = params.len() as u32;
                self.b.signature(&params, &[result])
            }
            Call::Closure => match arity(self.f) {
                Some(count) => {
                    self.params = 2 + count;
                    self.b.ty(&format!("code{count}"))
                }
                None => {
                    self.params = 3;
                    self.b.ty("codev")
                }
            },
            Call::Worker => {
                let worker = self.worker.clone().expect("it was made for one");
                self.params = 2 + worker.params.len() as u32;
                self.b.worker_type(self.unit, &worker)
            }
            Call::Resume => {
                self.params = 3;
                self.b.ty("resume")
            }
        }
    }

    pub fn has_loops(&self) -> bool {
        self.flow.is_loop.contains(&true)
    }

    fn parameter_types(&mut self) -> Vec<ValType> {
        let params = &self.f.locals[..self.f.params as usize];
        params.iter().map(|local| self.b.val_type(self.unit, local.repr)).collect()
    }

    /// Locals of the variables; the entry's bookkeeping.
    fn prologue(&mut self) {
        let (count, by_row) = (self.f.params as usize, self.call == Call::Closure && arity(self.f).is_none());
        for (index, local) in self.f.locals.iter().enumerate() {
            let first = match self.call {
                Call::Direct if index < count => Some(index as u32),
                Call::Closure if index < count && !by_row => Some(2 + index as u32),
                Call::Worker if index < count => Some(2 + index as u32),
                _ => None,
            };
            let place = first.unwrap_or_else(|| {
                let ty = self.b.val_type(self.unit, local.repr);
                self.new_local(ty)
            });
            self.variables.push(place);
        }
        if self.call == Call::Resume {
            return;
        }
        if self.call == Call::Closure {
            self.take_target();
        }
        if by_row {
            self.parameters_from_row();
        }
        self.enter();
    }

    /// `new.target` is taken at once: what this function calls must not see it.
    fn take_target(&mut self) {
        let is_constructor = is_constructor(self.f);
        let reads = self.insts().any(|inst| inst.op == Op::Plain(Plain::LoadNewTarget));
        let new_target = self.b.global("new_target");
        if reads {
            let local = self.new_local(ANY);
            self.target = Some(local);
            self.sink().global_get(new_target).local_set(local);
        }
        if reads || is_constructor {
            self.sink().ref_null(EQ);
            self.sink().global_set(new_target);
        }
    }

    pub fn insts(&self) -> impl Iterator<Item = &'a Inst> {
        self.f.blocks.iter().flat_map(|block| &block.insts)
    }

    fn parameters_from_row(&mut self) {
        let count = self.f.params as usize;
        for index in 0..count {
            self.sink().local_get(2).i32_const(index as i32);
            let is_rest = self.f.rest && index + 1 == count;
            self.runtime(if is_rest { "argument_rest" } else { "argument" });
            let place = self.variables[index];
            self.sink().local_set(place);
        }
    }

    /// Counts this call, unless the function runs no script but functions that come to an end by themselves.
    fn enter(&mut self) {
        if self.is_pruned_entry || !self.insts().any(|inst| self.may_recur(inst)) {
            return;
        }
        let local = self.new_local(ValType::I32);
        self.depth = Some(local);
        let depth = self.b.global("depth");
        self.sink().global_get(depth).i32_const(1).i32_sub().local_tee(local).global_set(depth);
        self.sink().local_get(local).i32_eqz().if_(BlockType::Empty);
        self.runtime("stack_overflow");
        self.sink().end();
    }

    /// Whether an instruction may lead back to this function.
    fn may_recur(&self, inst: &Inst) -> bool {
        match inst.op {
            Op::SetLocal(_) | Op::SetGlobal(_) | Op::GetField(..) | Op::SetField(..) => false,
            Op::Check(..) | Op::CheckKind(..) | Op::CheckInit(_) | Op::NewClosure(_) | Op::NewArray => false,
            Op::Plain(Plain::NewObject | Plain::StrConcat) => false,
            Op::CallDirect(func) => !self.b.comes_to_an_end(self.unit, func),
            Op::CallNative(native) => {
                self.plain_printer(mosl_bytecode::natives::NATIVES[usize::from(native)].name, &inst.args).is_none()
            }
            Op::CallHost(index) => {
                self.unit == Unit::Library
                    && !super::host::is_known(&self.b.mir(self.unit).imports[usize::from(index)].name)
            }
            op => !op.is_pure(),
        }
    }

    /// Before a return.
    pub fn leave(&mut self) {
        if let Some(local) = self.depth {
            let depth = self.b.global("depth");
            self.sink().local_get(local).i32_const(1).i32_add().global_set(depth);
        }
    }

    // Places of temporaries

    fn find_places(&mut self) {
        let f = self.f;
        let mut uses: Vec<Vec<(usize, usize)>> = vec![vec![]; f.temps.len()];
        for (at, block) in f.blocks.iter().enumerate() {
            for &param in &block.params {
                self.defined.insert(param, (at, 0));
            }
            for (index, inst) in block.insts.iter().enumerate() {
                if let (Op::Box, [source]) = (inst.op, &inst.args[..])
                    && !matches!(f.repr(*source), Repr::F64 | Repr::Bool | Repr::I32)
                {
                    self.same[inst.results[0].0 as usize] = self.same[source.0 as usize];
                }
                for &result in &inst.results {
                    self.defined.insert(result, (at, index));
                }
            }
        }
        self.this_variable = self.find_this();
        self.find_pairs();
        let deferred = self.deferred_boxes();
        for (at, block) in f.blocks.iter().enumerate() {
            for (index, inst) in block.insts.iter().enumerate() {
                let is_same = inst.op == Op::Box && self.same[inst.results[0].0 as usize] != inst.results[0];
                if !is_same {
                    // What is boxed later is read later.
                    let index = inst.results.first().and_then(|result| deferred.get(result)).copied().unwrap_or(index);
                    inst.args.iter().for_each(|&temp| uses[self.root(temp).0 as usize].push((at, index)));
                }
            }
            block.end.for_each_use(|temp| uses[self.root(temp).0 as usize].push((at, usize::MAX)));
        }
        let kept: FxHashSet<Temp> =
            deferred.keys().filter_map(|&boxed| self.maker(boxed)).map(|inst| self.root(inst.args[0])).collect();
        for (at, block) in f.blocks.iter().enumerate() {
            for &param in &block.params {
                self.local_for(param);
            }
            for (index, inst) in block.insts.iter().enumerate() {
                for &result in &inst.results {
                    if matches!(self.places[result.0 as usize], Place::Pair(_) | Place::Truth(_)) {
                        continue;
                    }
                    let uses = &uses[result.0 as usize];
                    let single = inst.results.len() == 1;
                    let place = match &uses[..] {
                        [] => Place::Unused,
                        _ if deferred.contains_key(&result) || self.is_again(inst, at, index, uses) => {
                            Place::Again(at, index)
                        }
                        _ if matches!(inst.op, Op::GetLocal(local) if self.pair_variables.contains_key(&local)) => {
                            self.copy_pair(result);
                            continue;
                        }
                        _ if kept.contains(&result) => {
                            self.local_for(result);
                            continue;
                        }
                        // A value that is thrown away in between would have to be kept over a wait.
                        [(there, later)] if single && *there == at && !self.waits_between(at, index, *later) => {
                            Place::Stack
                        }
                        _ => {
                            self.local_for(result);
                            continue;
                        }
                    };
                    self.places[result.0 as usize] = place;
                }
            }
        }
    }

    /// Numbers and truth values that are boxed for one instruction that may not want them boxed, with its place in the block.
    fn deferred_boxes(&self) -> FxHashMap<Temp, usize> {
        let mut counts: FxHashMap<Temp, u32> = FxHashMap::default();
        for block in &self.f.blocks {
            let mut count = |temp: Temp| *counts.entry(temp).or_default() += 1;
            block.insts.iter().flat_map(|inst| &inst.args).for_each(|&temp| count(temp));
            block.end.for_each_use(count);
        }
        let mut deferred = FxHashMap::default();
        for (at, block) in self.f.blocks.iter().enumerate() {
            for (index, inst) in block.insts.iter().enumerate() {
                for arg in &inst.args[self.unboxed_operands(inst)] {
                    let made_here = self.defined.get(arg).is_some_and(|&(block, _)| block == at);
                    let is_box = self.maker(*arg).is_some_and(|maker| {
                        maker.op == Op::Box && matches!(self.f.repr(maker.args[0]), Repr::F64 | Repr::Bool)
                    });
                    if is_box && made_here && counts.get(arg) == Some(&1) {
                        deferred.insert(*arg, index);
                    }
                }
            }
            if let Terminator::Return(value) = block.end
                && self.worker.is_some()
                && self.defined.get(&value).is_some_and(|&(block, _)| block == at)
                && counts.get(&value) == Some(&1)
                && self.maker(value).is_some_and(|maker| {
                    maker.op == Op::Box && matches!(self.f.repr(maker.args[0]), Repr::F64 | Repr::Bool)
                })
            {
                deferred.insert(value, usize::MAX);
            }
        }
        deferred
    }

    /// Whether a temporary is on the operand stack.
    pub fn is_waiting(&self, temp: Temp) -> bool {
        self.stack.contains(&temp)
    }

    /// Whether a temporary can be read again, here.
    pub fn is_repeatable(&self, temp: Temp) -> bool {
        matches!(self.places[self.root(temp).0 as usize], Place::Local(_) | Place::Again(..))
    }

    fn waits_between(&self, block: usize, from: usize, to: usize) -> bool {
        let insts = &self.f.blocks[block].insts;
        insts.iter().take(to).skip(from + 1).any(|inst| super::suspend::is_wait(inst.op))
    }

    fn local_for(&mut self, temp: Temp) {
        let ty = self.b.val_type(self.unit, self.f.repr(temp));
        let local = self.new_local(ty);
        self.places[temp.0 as usize] = Place::Local(local);
    }

    /// Whether to repeat an instruction at each use of its result.
    fn is_again(&self, inst: &Inst, block: usize, index: usize, uses: &[(usize, usize)]) -> bool {
        match inst.op {
            Op::F64(_)
            | Op::I32(_)
            | Op::Bool(_)
            | Op::Str(_)
            | Op::Undefined
            | Op::Null
            | Op::Uninit
            | Op::Intrinsic(_) => true,
            Op::Plain(Plain::LoadCallee | Plain::LoadThis | Plain::LoadNewTarget) => self.call != Call::Resume,
            Op::Box => self.constant_of(inst.args[0]).is_some(),
            Op::GetLocal(local) => {
                let last = uses.iter().map(|&(_, at)| at).max().unwrap_or(0);
                let insts = &self.f.blocks[block].insts;
                let changes = |inst: &Inst| {
                    inst.op == Op::SetLocal(local) || (self.call == Call::Resume && super::suspend::is_wait(inst.op))
                };
                uses.iter().all(|&(there, _)| there == block) && !insts.iter().take(last).skip(index + 1).any(changes)
            }
            _ => false,
        }
    }

    /// The number or truth value that a temporary always is.
    pub fn constant_of(&self, temp: Temp) -> Option<Op> {
        let &(block, index) = self.defined.get(&self.root(temp))?;
        let inst =
            self.f.blocks[block].insts.get(index).filter(|inst| inst.results.first() == Some(&self.root(temp)))?;
        matches!(inst.op, Op::F64(_) | Op::I32(_) | Op::Bool(_)).then_some(inst.op)
    }

    /// The instruction that makes a temporary.
    pub fn maker(&self, temp: Temp) -> Option<&'a Inst> {
        let &(block, index) = self.defined.get(&temp)?;
        self.f.blocks[block].insts.get(index).filter(|inst| inst.results.contains(&temp))
    }

    pub fn root(&self, temp: Temp) -> Temp {
        self.same[temp.0 as usize]
    }

    // Operands

    /// Puts operands on the stack, in order.
    pub fn operands(&mut self, args: &[Temp]) {
        let args: Vec<Temp> = args.iter().map(|&arg| self.root(arg)).collect();
        let waiting: Vec<Temp> = args.iter().copied().take_while(|arg| self.stack.contains(arg)).collect();
        let rest = &args[waiting.len()..];
        if self.stack.ends_with(&waiting) && !rest.iter().any(|arg| self.stack.contains(arg)) {
            self.stack.truncate(self.stack.len() - waiting.len());
            rest.iter().for_each(|&arg| self.read(arg));
        } else {
            self.spill();
            args.iter().for_each(|&arg| self.read(arg));
        }
    }

    /// Moves everything from the operand stack to locals.
    pub fn spill(&mut self) {
        while let Some(temp) = self.stack.pop() {
            self.local_for(temp);
            if let Place::Local(local) = self.places[temp.0 as usize] {
                self.sink().local_set(local);
            }
        }
    }

    fn read(&mut self, temp: Temp) {
        match self.places[temp.0 as usize] {
            Place::Local(local) => {
                self.sink().local_get(local);
            }
            Place::Again(block, index) => {
                let inst = &self.f.blocks[block].insts[index];
                self.op(inst);
            }
            Place::Pair(pair) => self.boxed_pair(pair),
            Place::Stack | Place::Unused | Place::Truth(_) => {
                unreachable!("{temp} is on the stack already, or never used")
            }
        }
    }

    /// Takes an instruction's results from the stack to where they live.
    fn results(&mut self, results: &[Temp]) {
        for &result in results.iter().rev() {
            match self.places[result.0 as usize] {
                Place::Stack => self.stack.push(result),
                Place::Local(local) => {
                    self.sink().local_set(local);
                }
                Place::Unused => {
                    self.sink().drop();
                }
                Place::Pair(_) | Place::Truth(_) => {}
                Place::Again(..) => unreachable!("{result} is made where it is used"),
            }
        }
    }

    // Control

    /// A block and all that it dominates.
    fn tree(&mut self, block: BlockId) {
        stacker::maybe_grow(128 << 10, 8 << 20, || {
            let children = self.flow.children[block.0 as usize].clone();
            let merges: Vec<BlockId> =
                children.into_iter().filter(|child| self.flow.is_merge[child.0 as usize]).collect();
            if self.flow.is_loop[block.0 as usize] {
                self.open(&Instruction::Loop(BlockType::Empty), Around::Loop(block));
                self.within(block, &merges);
                self.close();
            } else {
                self.within(block, &merges);
            }
        });
    }

    fn within(&mut self, block: BlockId, merges: &[BlockId]) {
        for &merge in merges {
            self.open(&Instruction::Block(BlockType::Empty), Around::Before(merge));
        }
        self.block(block);
        for &merge in merges.iter().rev() {
            self.close();
            self.tree(merge);
        }
    }

    fn open(&mut self, instruction: &Instruction<'_>, around: Around) {
        self.i(instruction);
        self.around.push(around);
    }

    fn close(&mut self) {
        self.i(&Instruction::End);
        self.around.pop();
    }

    /// How many constructs out a label is.
    fn label(&self, of: impl Fn(Around) -> bool) -> u32 {
        let at = self.around.iter().rposition(|&around| of(around)).expect("the block is dominated by what labels it");
        (self.around.len() - 1 - at) as u32
    }

    fn block(&mut self, block: BlockId) {
        let f = self.f;
        let this = f.block(block);
        self.guarded(block, |body| {
            for inst in &this.insts {
                body.inst(inst);
            }
            body.mark(this.end_loc);
            body.throws(&this.end);
        });
        self.mark(this.end_loc);
        self.end(block, &this.end);
    }

    /// Writes code whose throws go to a block's handler.
    pub fn guarded(&mut self, block: BlockId, code: impl FnOnce(&mut Self)) {
        let f = self.f;
        let this = f.block(block);
        let may_throw = this.insts.iter().any(|inst| inst.op.may_throw())
            || matches!(this.end, Terminator::Throw(_) | Terminator::ThrowError(..));
        let Some(handler) = this.handler.filter(|_| may_throw) else { return code(self) };
        let caught = match self.caught {
            Some(caught) => caught,
            None => self.new_local(ANY),
        };
        self.caught = Some(caught);
        self.open(&Instruction::Block(BlockType::Empty), Around::Other);
        self.open(&Instruction::Block(BlockType::Result(ANY)), Around::Other);
        let catch = vec![Catch::One { tag: 0, label: 0 }];
        self.open(&Instruction::TryTable(BlockType::Empty, catch.into()), Around::Other);
        code(self);
        // What the terminator reads must not stay on the stack of the region.
        self.spill();
        self.close();
        self.i(&Instruction::Br(1));
        self.close();
        self.sink().local_set(caught);
        self.jump(block, handler);
        self.close();
    }

    /// The terminators that throw, inside the guarded part.
    pub fn throws(&mut self, end: &Terminator) {
        match end {
            Terminator::Throw(value) => {
                self.b.throws |= self.unit == Unit::Program;
                self.operands(&[*value]);
                self.i(&Instruction::Throw(0));
            }
            Terminator::ThrowError(kind, message) => {
                let message = self.b.text_id(self.unit, *message);
                self.sink().i32_const(*kind as i32).global_get(message);
                self.runtime("throw_error");
                self.i(&Instruction::Unreachable);
            }
            _ => {}
        }
    }

    fn end(&mut self, block: BlockId, end: &Terminator) {
        match end {
            Terminator::Jump { target, args } => {
                self.pass(*target, args);
                self.spill();
                self.go(block, *target);
            }
            Terminator::Branch { cond, then, otherwise } => {
                self.operands(&[*cond]);
                self.spill_below_condition();
                self.branch(block, *then, *otherwise);
            }
            Terminator::Return(value) => self.return_value(*value),
            Terminator::Throw(_) | Terminator::ThrowError(..) | Terminator::Unreachable => {
                self.stack.clear();
                self.i(&Instruction::Unreachable);
            }
        }
    }

    /// Nothing may wait on the stack under a condition: it was all used.
    fn spill_below_condition(&mut self) {
        debug_assert!(self.stack.is_empty(), "a value outlives its block on the stack");
    }

    pub fn return_value(&mut self, value: Temp) {
        if self.call == Call::Worker {
            self.worker_result(value);
            self.leave();
            self.i(&Instruction::Return);
            return;
        }
        self.operands(&[value]);
        self.push_result(value);
        self.leave();
        self.i(&Instruction::Return);
    }

    /// A direct function's result is typed; through a closure it is dynamic.
    fn push_result(&mut self, value: Temp) {
        if self.call == Call::Direct {
            return;
        }
        match self.f.repr(value) {
            Repr::F64 => self.runtime("box_f64"),
            Repr::Bool => self.runtime("box_bool"),
            Repr::I32 => {
                self.sink().f64_convert_i32_s();
                self.runtime("box_f64");
            }
            _ => {}
        }
    }

    /// Block arguments to the parameters' locals, all at once.
    pub fn pass(&mut self, target: BlockId, args: &[Temp]) {
        self.operands(args);
        let f = self.f;
        for &param in f.block(target).params.iter().rev() {
            if let Place::Local(local) = self.places[param.0 as usize] {
                self.sink().local_set(local);
            }
        }
    }

    fn branch(&mut self, block: BlockId, then: BlockId, otherwise: BlockId) {
        if self.is_jump(block, then) {
            let label = self.label_of(block, then);
            self.i(&Instruction::BrIf(label));
            self.go(block, otherwise);
        } else if self.is_jump(block, otherwise) {
            let label = self.label_of(block, otherwise);
            self.sink().i32_eqz().br_if(label);
            self.go(block, then);
        } else {
            self.open(&Instruction::If(BlockType::Empty), Around::Other);
            self.go(block, then);
            self.i(&Instruction::Else);
            self.go(block, otherwise);
            self.close();
            self.i(&Instruction::Unreachable);
        }
    }

    /// Whether control gets there by a branch; else the block follows here.
    fn is_jump(&self, from: BlockId, to: BlockId) -> bool {
        self.flow.goes_back(from, to) || self.flow.is_merge[to.0 as usize]
    }

    fn label_of(&self, from: BlockId, to: BlockId) -> u32 {
        if self.flow.goes_back(from, to) {
            self.label(|around| around == Around::Loop(to))
        } else {
            self.label(|around| around == Around::Before(to))
        }
    }

    fn go(&mut self, from: BlockId, to: BlockId) {
        if self.is_jump(from, to) {
            let label = self.label_of(from, to);
            self.i(&Instruction::Br(label));
        } else {
            self.tree(to);
        }
    }

    /// A jump from inside nested code, to a handler or in a dispatch loop.
    fn jump(&mut self, from: BlockId, to: BlockId) {
        if self.dispatch.is_some() {
            self.dispatch_to(to);
        } else {
            let label = self.label_of(from, to);
            self.i(&Instruction::Br(label));
        }
    }

    // Instructions

    pub fn inst(&mut self, inst: &'a Inst) {
        if let [result] = inst.results[..]
            && (matches!(self.places[result.0 as usize], Place::Again(..)) || self.root(result) != result)
        {
            return;
        }
        self.mark(inst.loc);
        match inst.op {
            Op::SetLocal(local) if self.pair_variables.contains_key(&local) => {
                let pair = self.pair_variables[&local];
                self.set_pair(pair, self.root(inst.args[0]));
            }
            Op::GetLocal(local) if matches!(self.places[inst.results[0].0 as usize], Place::Pair(_)) => {
                let (from, to) = (self.pair_variables[&local], self.pair_for(inst));
                if let Some(to) = to {
                    self.sink().local_get(from.number).local_get(from.other).local_set(to.other).local_set(to.number);
                }
            }
            Op::SetLocal(local) => {
                self.operands(&inst.args);
                let local = self.variables[local.0 as usize];
                self.sink().local_set(local);
            }
            Op::Plain(Plain::Catch) => {
                let caught = self.caught.unwrap_or(0);
                self.sink().local_get(caught);
                if let Some(local) = self.depth {
                    let depth = self.b.global("depth");
                    self.sink().local_get(local).global_set(depth);
                }
                self.results(&inst.results);
            }
            _ => {
                self.op(inst);
                self.results(&inst.results);
            }
        }
    }

    /// The local of `new.target`, where there is one.
    pub fn target(&self) -> Option<u32> {
        self.target
    }

    pub fn variable(&self, local: LocalId) -> u32 {
        self.variables[local.0 as usize]
    }

    pub fn reference_to(&self, ty: Type) -> ValType {
        reference(ty, true)
    }

    // For functions that wait

    pub fn around_other(&mut self, instruction: &Instruction<'_>) {
        self.open(instruction, Around::Other);
    }

    pub fn close_around(&mut self) {
        self.close();
    }

    pub fn depth_of_around(&self) -> u32 {
        self.around.len() as u32
    }

    pub fn is_reached(&self, block: BlockId) -> bool {
        self.flow.is_reached(block)
    }

    pub fn take_results(&mut self, results: &[Temp]) {
        self.results(results);
    }

    /// The locals that hold variables and temporaries: all that must outlive a wait.
    pub fn kept(&self) -> Vec<(u32, ValType)> {
        let temps = self.places.iter().filter_map(|place| match place {
            Place::Local(local) => Some(*local),
            _ => None,
        });
        let mut all: Vec<u32> = self.variables.iter().copied().chain(temps).chain(self.caught).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter()
            .filter(|&local| local >= self.params)
            .map(|local| (local, self.locals[(local - self.params) as usize]))
            .collect()
    }
}

/// The number of parameters of a function whose code takes them one by one.
pub(super) fn arity(f: &Function) -> Option<u32> {
    (!f.rest && f.params <= MAX_ARITY).then_some(f.params)
}

pub(super) fn is_constructor(f: &Function) -> bool {
    use mosl_bytecode::FunctionRole::{BaseConstructor, DerivedConstructor};
    matches!(f.role, BaseConstructor | DerivedConstructor)
}
