//! Calls whose function is known become direct calls. A function that is only ever called so moves, with `this` as its first parameter,
//! to a function of its own; the closure stays as the object that it is, and nobody runs it.

use mosl_bytecode::{FunctionKind, FunctionRole};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::super::{
    Block, BlockId, FuncId, Function, Inst, Loc, Local, LocalId, Op, Plain, Program, Repr, Temp, Terminator,
};
use super::super::blocks::keep_blocks;
use super::facts::{Facts, FunctionFacts};
use super::solver::{Place, Slot, Solver, is_constructor};
use super::value::{Kinds, Object, Value};

/// Above this many functions none is moved: their numbers have 16 bits.
const MOST_FUNCTIONS: usize = 30_000;

/// The one function that each call can reach.
#[derive(Default)]
pub struct Targets {
    /// By the call's place.
    pub calls: FxHashMap<Place, FuncId>,
    /// In the order of their numbers.
    pub moved: Vec<FuncId>,
}

impl Solver<'_> {
    /// Finds the calls that can be direct.
    pub fn targets(&self) -> Targets {
        if self.program.functions.len() > MOST_FUNCTIONS {
            return Targets::default();
        }
        let mut calls: FxHashMap<Place, FuncId> = FxHashMap::default();
        for (place, &(func, block, index)) in self.places.iter().enumerate() {
            let block = &self.program.functions[func as usize].blocks[block as usize];
            let Some(inst) = block.insts.get(index as usize) else { continue };
            let first = |index: usize| self.temp(FuncId(func), inst.args[index]);
            let target = match inst.op {
                Op::Call => self.only_closure(first(0)),
                Op::CallMethod(name) => self.method(first(0), name),
                _ => None,
            };
            if let Some(target) = target {
                calls.insert(place as Place, target);
            }
        }
        let all: FxHashSet<FuncId> = calls.values().copied().collect();
        let mut moved: Vec<FuncId> = all.into_iter().filter(|&func| self.can_move(func, &calls)).collect();
        moved.sort_unstable();
        calls.retain(|_, func| moved.binary_search(func).is_ok());
        Targets { calls, moved }
    }

    fn only_closure(&self, value: Value) -> Option<FuncId> {
        match self.sets.get(value.objects) {
            [Object::Closure(func)] if value.kinds == Kinds::NONE => Some(*func),
            _ => None,
        }
    }

    /// The one method that a call by name reaches, whatever the receiver is, unless that is `null` or `undefined`.
    fn method(&self, receiver: Value, name: super::super::super::StrId) -> Option<FuncId> {
        if !receiver.kinds.within(Kinds::NULL.with(Kinds::UNDEFINED)) || self.scan.accessors.contains(&name) {
            return None;
        }
        let mut found = None;
        for &object in self.sets.get(receiver.objects) {
            let method = self.method_of(object, name)?;
            if found.is_some_and(|found| found != method) {
                return None;
            }
            found = Some(method);
        }
        found
    }

    fn method_of(&self, object: Object, name: super::super::super::StrId) -> Option<FuncId> {
        let at =
            |holder: Object, slot: Slot| self.known_slot(holder, slot).map_or(Value::NONE, |node| self.value(node));
        if let Object::Closure(_) = object {
            let is_plain = self.static_methods.contains(&(object, name)) && at(object, Slot::Wild).is_none();
            return self.only_closure(at(object, Slot::Data(name))).filter(|_| is_plain);
        }
        let Object::Instance(mut class) = object else { return None };
        if !at(object, Slot::Data(name)).is_none() || !at(object, Slot::Wild).is_none() {
            return None;
        }
        for _ in 0..self.program.functions.len() {
            let prototype = Object::Prototype(class);
            if !at(prototype, Slot::Wild).is_none() || self.has_escaped(prototype) {
                return None;
            }
            let own = at(prototype, Slot::Data(name));
            if !own.is_none() {
                return self.only_closure(own);
            }
            class = self.only_closure(at(Object::Closure(class), Slot::Superclass))?;
        }
        None
    }

    /// Whether a function is called by these calls and in no other way, and looks at nothing of its closure.
    fn can_move(&self, func: FuncId, calls: &FxHashMap<Place, FuncId>) -> bool {
        let function = self.function(func);
        let looks =
            |inst: &Inst| matches!(inst.op, Op::Plain(Plain::LoadCallee | Plain::LoadNewTarget) | Op::GetCapture(_));
        function.kind == FunctionKind::Normal
            && function.captures == 0
            && !is_constructor(function)
            && !self.has_escaped(Object::Closure(func))
            && self.callers.get(&func).is_some_and(|callers| callers.iter().all(|at| calls.get(at) == Some(&func)))
            && !function.blocks.iter().flat_map(|block| &block.insts).any(looks)
    }
}

/// Moves the functions and rewrites their calls; the facts follow.
pub fn make_direct(program: &mut Program, facts: &mut Facts, targets: &Targets, this_name: super::super::super::StrId) {
    let mut moved: FxHashMap<FuncId, FuncId> = FxHashMap::default();
    let mut place: Place = 0;
    let first_places: Vec<Place> = program
        .functions
        .iter()
        .map(|func| {
            let first = place;
            place += func.blocks.iter().map(|block| block.insts.len() as Place + 1).sum::<Place>();
            first
        })
        .collect();
    for &func in &targets.moved {
        moved.insert(func, FuncId((program.functions.len() + moved.len()) as u32));
    }
    let shapes: FxHashMap<FuncId, (usize, bool)> = targets
        .moved
        .iter()
        .map(|&func| (func, (program.function(func).params as usize, program.function(func).rest)))
        .collect();
    for (index, func) in program.functions.iter_mut().enumerate() {
        let facts = &mut facts.functions[index];
        let mut calls = Calls { targets, moved: &moved, shapes: &shapes, facts, place: first_places[index] };
        calls.function(func);
    }
    for &func in &targets.moved {
        let facts_of = facts.functions[func.0 as usize].clone();
        let stub = program.functions[func.0 as usize].clone();
        let body = std::mem::replace(&mut program.functions[func.0 as usize], stub_of(stub));
        program.functions.push(with_this(body, this_name));
        let mut locals = vec![facts_of.this];
        locals.extend(&facts_of.locals);
        facts.functions.push(FunctionFacts { locals, ..facts_of });
    }
}

/// What is left of a function that nobody calls.
fn stub_of(mut func: Function) -> Function {
    func.locals.truncate(func.params as usize);
    func.temps = vec![];
    func.result = None;
    let loc = func.blocks.first().map_or(Loc::default(), |block| block.end_loc);
    func.blocks =
        vec![Block { params: vec![], insts: vec![], end: Terminator::Unreachable, end_loc: loc, handler: None }];
    func
}

/// The same code with `this` as its first parameter.
fn with_this(mut func: Function, name: super::super::super::StrId) -> Function {
    func.locals.insert(0, Local { repr: Repr::Any, name });
    func.params += 1;
    func.rest = false;
    func.role = FunctionRole::Plain;
    func.source = None;
    for inst in func.blocks.iter_mut().flat_map(|block| &mut block.insts) {
        match &mut inst.op {
            Op::GetLocal(local) | Op::SetLocal(local) => local.0 += 1,
            op if *op == Op::Plain(Plain::LoadThis) => *op = Op::GetLocal(LocalId(0)),
            _ => {}
        }
    }
    func
}

/// The calls of one function.
struct Calls<'a> {
    targets: &'a Targets,
    moved: &'a FxHashMap<FuncId, FuncId>,
    /// Parameters, and whether the last takes all further arguments.
    shapes: &'a FxHashMap<FuncId, (usize, bool)>,
    facts: &'a mut FunctionFacts,
    place: Place,
}

impl Calls<'_> {
    fn function(&mut self, func: &mut Function) {
        let count = func.blocks.len();
        let mut order = vec![];
        for index in 0..count {
            order.push(BlockId(index as u32));
            let insts = std::mem::take(&mut func.blocks[index].insts);
            let mut at = index;
            for inst in insts {
                if let Some(&target) = self.targets.calls.get(&self.place) {
                    at = self.call(func, &mut order, at, inst, target);
                } else {
                    func.blocks[at].insts.push(inst);
                }
                self.place += 1;
            }
            self.place += 1;
        }
        if func.blocks.len() > count {
            // The blocks that only throw come last.
            let mut is_placed = vec![false; func.blocks.len()];
            order.iter().for_each(|id| is_placed[id.0 as usize] = true);
            order.extend((0..).map(BlockId).zip(is_placed).filter(|(_, placed)| !placed).map(|(id, _)| id));
            keep_blocks(func, &order);
        }
    }

    /// Writes a call into the block `at`; the block in which the code goes on.
    fn call(
        &mut self,
        func: &mut Function,
        order: &mut Vec<BlockId>,
        mut at: usize,
        inst: Inst,
        target: FuncId,
    ) -> usize {
        let loc = inst.loc;
        let (this, given) = match inst.op {
            Op::CallMethod(_) => {
                let receiver = inst.args[0];
                let known = self.facts.temps[receiver.0 as usize];
                for (kind, op) in [(Kinds::NULL, Op::Null), (Kinds::UNDEFINED, Op::Undefined)] {
                    if known.kinds.has(kind) {
                        at = self.guard(func, order, at, &inst, op);
                    }
                }
                let mut this = receiver;
                if known.kinds != Kinds::NONE {
                    this = self.fresh(func, Repr::Any, Value { kinds: Kinds::NONE, ..known });
                    func.blocks[at].insts.push(Inst { op: Op::Box, args: vec![receiver], results: vec![this], loc });
                }
                (this, &inst.args[1..])
            }
            _ => (inst.args[1], &inst.args[2..]),
        };
        let (params, rest) = self.shapes[&target];
        let plain = params - usize::from(rest);
        let mut args = vec![this];
        args.extend(given.iter().take(plain));
        while args.len() < plain + 1 {
            let missing = self.fresh(func, Repr::Any, Value::of(Kinds::UNDEFINED));
            func.blocks[at].insts.push(Inst { op: Op::Undefined, args: vec![], results: vec![missing], loc });
            args.push(missing);
        }
        if rest {
            let array = self.fresh(func, Repr::Any, Value::NONE);
            let further = given.iter().skip(plain).copied().collect();
            func.blocks[at].insts.push(Inst { op: Op::NewArray, args: further, results: vec![array], loc });
            args.push(array);
        }
        let op = Op::CallDirect(self.moved[&target]);
        func.blocks[at].insts.push(Inst { op, args, results: inst.results, loc });
        at
    }

    fn fresh(&mut self, func: &mut Function, repr: Repr, known: Value) -> Temp {
        func.temps.push(repr);
        self.facts.temps.push(known);
        Temp(func.temps.len() as u32 - 1)
    }

    /// Where the receiver is nothing, the call as it was throws its error. The block in which the code goes on.
    fn guard(&mut self, func: &mut Function, order: &mut Vec<BlockId>, at: usize, call: &Inst, nothing: Op) -> usize {
        let loc = call.loc;
        let mark = self.fresh(func, Repr::Any, Value::NONE);
        let is_nothing = self.fresh(func, Repr::Bool, Value::NONE);
        let unused = self.fresh(func, Repr::Any, Value::NONE);
        let (next, throws) = (BlockId(func.blocks.len() as u32), BlockId(func.blocks.len() as u32 + 1));
        let block = &mut func.blocks[at];
        block.insts.push(Inst { op: nothing, args: vec![], results: vec![mark], loc });
        let args = vec![call.args[0], mark];
        block.insts.push(Inst { op: Op::Plain(Plain::StrictEq), args, results: vec![is_nothing], loc });
        let branch = Terminator::Branch { cond: is_nothing, then: throws, otherwise: next };
        let end = std::mem::replace(&mut block.end, branch);
        let (end_loc, handler) = (std::mem::replace(&mut block.end_loc, loc), block.handler);
        func.blocks.push(Block { params: vec![], insts: vec![], end, end_loc, handler });
        let insts = vec![Inst { op: call.op, args: call.args.clone(), results: vec![unused], loc }];
        func.blocks.push(Block { params: vec![], insts, end: Terminator::Unreachable, end_loc: loc, handler });
        order.push(next);
        next.0 as usize
    }
}
