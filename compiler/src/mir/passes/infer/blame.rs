//! For people who want to know what to annotate: where code stayed dynamic, which operand is to blame, and where the values come from
//! that make it so.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::super::{FuncId, Function, Inst, Loc, Op, Plain, Program, Temp, Terminator};
use super::direct::Targets;
use super::layout::Layouts;
use super::solver::{Node, Place, Slot, Solver};
use super::value::{Kinds, Object, Value};

/// The most places that are told of one operand.
const MOST_SOURCES: usize = 4;

/// A place whose code stayed dynamic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dynamic {
    /// The operation.
    pub loc: Loc,
    pub kind: DynamicKind,
    /// The operand that is to blame.
    pub operand: Loc,
    /// What it may be, such as "number or undefined".
    pub holds: String,
    /// Where values come from that are not like the others, and what they are.
    pub sources: Vec<(Loc, String)>,
}

/// What is slower than it could be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DynamicKind {
    /// An operator looks at what its operands are.
    Operator,
    /// A property is looked up by its name.
    Property,
    /// Which function a call reaches is found out as it runs: it is not called directly.
    Call,
}

/// Looks for what stayed dynamic in a program as it is lowered; nothing where inference gives up.
pub fn dynamic_places(program: &mut Program) -> Vec<Dynamic> {
    super::name_members(program);
    let mut solver = Solver::new(program);
    if !solver.run(Solver::transfer) {
        return vec![];
    }
    let mut blame =
        Blame { targets: solver.targets(), layouts: solver.layouts(), sources: FxHashMap::default(), solver: &solver };
    blame.find_sources();
    blame.layouts.assume_given();
    let functions = 0..program.functions.len() as u32;
    functions.flat_map(|func| blame.function(FuncId(func))).collect()
}

struct Blame<'a> {
    solver: &'a Solver<'a>,
    targets: Targets,
    layouts: Layouts,
    /// What is given to each variable, parameter, property and result.
    sources: FxHashMap<Node, Vec<(Loc, Value, &'static str)>>,
}

impl Blame<'_> {
    fn find_sources(&mut self) {
        let solver = self.solver;
        let mut called: FxHashMap<Place, Vec<FuncId>> = FxHashMap::default();
        for (&func, places) in &solver.callers {
            places.iter().for_each(|&place| called.entry(place).or_default().push(func));
        }
        called.values_mut().for_each(|callees| callees.sort_unstable());
        for (place, &(func, block, index)) in solver.places.iter().enumerate() {
            let (func, block) = (FuncId(func), &solver.program.functions[func as usize].blocks[block as usize]);
            match block.insts.get(index as usize) {
                Some(inst) => {
                    self.inst(func, inst);
                    for &callee in called.get(&(place as Place)).into_iter().flatten() {
                        self.call(func, inst, callee);
                    }
                }
                None => {
                    if let Terminator::Return(value) = block.end {
                        let result = solver.bases[func.0 as usize].result;
                        self.source(result, block.end_loc, solver.temp(func, value), "is returned");
                    }
                }
            }
        }
    }

    fn source(&mut self, node: Node, loc: Loc, value: Value, how: &'static str) {
        let known = self.sources.entry(node).or_default();
        // One place for each kind of value is enough.
        if !value.is_none() && known.len() < 64 && !known.iter().any(|(_, other, _)| *other == value) {
            known.push((loc, value, how));
        }
    }

    fn inst(&mut self, func: FuncId, inst: &Inst) {
        let solver = self.solver;
        let arg = |index: usize| solver.temp(func, inst.args[index]);
        match inst.op {
            Op::SetLocal(local) => {
                self.source(solver.bases[func.0 as usize].locals + local.0, inst.loc, arg(0), "is assigned")
            }
            Op::SetGlobal(slot) => self.source(solver.globals + slot, inst.loc, arg(0), "is assigned"),
            Op::SetProp(name) => self.property(arg(0), Slot::Data(name), inst.loc, arg(1)),
            Op::SetField(class, slot) => {
                self.property(arg(0), Slot::Data(solver.program.field_name(class, slot)), inst.loc, arg(1));
            }
            Op::Plain(Plain::SetCell | Plain::ArrayPush) => self.property(arg(0), Slot::Elements, inst.loc, arg(1)),
            Op::Plain(Plain::DefineField) => {
                if let Some(&name) = solver.texts.get(&(solver.bases[func.0 as usize].temps + inst.args[1].0)) {
                    self.property(arg(0), Slot::Data(name), inst.loc, arg(2));
                }
            }
            _ => {}
        }
    }

    fn property(&mut self, of: Value, slot: Slot, loc: Loc, value: Value) {
        for &object in self.solver.sets.get(of.objects) {
            if let Some(node) = self.solver.known_slot(object, slot) {
                self.source(node, loc, value, "is assigned");
            }
        }
    }

    /// What a call gives to parameters.
    fn call(&mut self, func: FuncId, inst: &Inst, callee: FuncId) {
        let solver = self.solver;
        let skipped = match inst.op {
            Op::Call | Op::SuperCall => 2,
            Op::CallMethod(_) | Op::New => 1,
            Op::CallDirect(_) => 0,
            _ => return,
        };
        let function = solver.function(callee);
        for param in 0..function.params - u32::from(function.rest) {
            let node = solver.bases[callee.0 as usize].locals + param;
            match inst.args.get(param as usize + skipped) {
                Some(&temp) => self.source(node, inst.loc, solver.temp(func, temp), "is given by a call"),
                None => self.source(node, inst.loc, Value::of(Kinds::UNDEFINED), "is left out by a call"),
            }
        }
    }

    /// The dynamic places of a function.
    fn function(&self, func: FuncId) -> Vec<Dynamic> {
        let function = self.solver.function(func);
        let makers = makers(function);
        let mut place = self.solver.bases[func.0 as usize].code;
        let mut found = vec![];
        for block in &function.blocks {
            for inst in &block.insts {
                if let Some((kind, operand)) = self.is_dynamic(func, inst, place) {
                    found.push(self.dynamic(func, inst, kind, operand, &makers));
                }
                place += 1;
            }
            place += 1;
        }
        found
    }

    /// The operand that keeps an instruction from being a fast one.
    fn is_dynamic(&self, func: FuncId, inst: &Inst, place: Place) -> Option<(DynamicKind, Temp)> {
        use Plain::*;
        let value = |temp: Temp| self.solver.temp(func, temp);
        match inst.op {
            Op::Plain(
                AnyAdd | AnySub | AnyMul | AnyDiv | AnyRem | AnyPow | AnyNeg | AnyBitNot | AnyAnd | AnyOr | AnyXor
                | AnyShl | AnyShr | AnyUshr | AnyLt | AnyLe | AnyGt | AnyGe,
            ) => {
                let mixed = |temp: &&Temp| !value(**temp).is_none() && value(**temp).primitive_repr().is_none();
                inst.args.iter().find(mixed).map(|&operand| (DynamicKind::Operator, operand))
            }
            Op::GetProp(_) | Op::SetProp(_) => {
                let of = value(inst.args[0]);
                let objects = self.solver.sets.get(of.objects);
                let is_array = |object: &Object| matches!(object, Object::Array(_) | Object::Rest(_));
                let is_fast =
                    of.kinds == Kinds::NONE && (objects.iter().all(is_array) || self.layouts.common(objects).is_some());
                let is_built_in = matches!(of.kinds, Kinds::OTHER | Kinds::STRING | Kinds::NONE) && objects.is_empty();
                (!is_fast && !is_built_in).then_some((DynamicKind::Property, inst.args[0]))
            }
            Op::Call | Op::CallMethod(_) => {
                let of = value(inst.args[0]);
                let is_seen =
                    |object: &Object| matches!(object, Object::Closure(_) | Object::Instance(_) | Object::Literal(_));
                let is_ours = self.solver.sets.get(of.objects).iter().any(is_seen) || of.kinds == self.solver.any;
                (is_ours && !self.targets.calls.contains_key(&place)).then_some((DynamicKind::Call, inst.args[0]))
            }
            _ => None,
        }
    }

    fn dynamic(
        &self,
        func: FuncId,
        inst: &Inst,
        kind: DynamicKind,
        operand: Temp,
        makers: &[Option<&Inst>],
    ) -> Dynamic {
        let value = self.solver.temp(func, operand);
        let maker = makers[operand.0 as usize];
        let mut sources = vec![];
        let mut nodes = vec![];
        if let Some(maker) = maker {
            self.nodes_of(func, maker, &mut nodes);
        }
        let mut told: FxHashSet<String> = FxHashSet::default();
        for node in nodes {
            for &(loc, value, how) in self.sources.get(&node).into_iter().flatten() {
                let text = format!("{} {how}", self.text(value));
                if sources.len() < MOST_SOURCES && told.insert(text.clone()) {
                    sources.push((loc, text));
                }
            }
        }
        for &object in self.solver.sets.get(value.objects).iter().take(MOST_SOURCES) {
            self.escape_of(object, &mut sources);
        }
        if let Some(Inst { op: Op::GetProp(_), args, .. }) = maker {
            for &object in self.solver.sets.get(self.solver.temp(func, args[0]).objects).iter().take(MOST_SOURCES) {
                self.escape_of(object, &mut sources);
            }
        }
        if let Some(Inst { op: Op::GetLocal(local), .. }) = maker
            && local.0 < self.solver.function(func).params
        {
            self.escape_of(Object::Closure(func), &mut sources);
        }
        sources.dedup();
        Dynamic {
            loc: inst.loc,
            kind,
            operand: maker.map_or(inst.loc, |maker| maker.loc),
            holds: self.text(value),
            sources,
        }
    }

    fn escape_of(&self, object: Object, sources: &mut Vec<(Loc, String)>) {
        let Some(&place) = self.solver.escaped_at.get(&object) else { return };
        let text = format!("{} is handed to built-in or host code here", self.name(object));
        if sources.len() <= MOST_SOURCES && !sources.iter().any(|(_, known)| *known == text) {
            sources.push((self.loc(place), text));
        }
    }

    fn loc(&self, place: Place) -> Loc {
        let (func, block, index) = self.solver.places[place as usize];
        let block = &self.solver.program.functions[func as usize].blocks[block as usize];
        block.insts.get(index as usize).map_or(block.end_loc, |inst| inst.loc)
    }

    /// The variable or properties that an instruction reads.
    fn nodes_of(&self, func: FuncId, maker: &Inst, nodes: &mut Vec<Node>) {
        let base = self.solver.bases[func.0 as usize];
        let mut of_objects = |temp: Temp, slot: Slot| {
            let of = self.solver.temp(func, temp);
            nodes.extend(
                self.solver.sets.get(of.objects).iter().filter_map(|&object| self.solver.known_slot(object, slot)),
            );
        };
        match maker.op {
            Op::GetLocal(local) => nodes.push(base.locals + local.0),
            Op::GetGlobal(slot) => nodes.push(self.solver.globals + slot),
            Op::GetProp(name) => of_objects(maker.args[0], Slot::Data(name)),
            Op::Plain(Plain::GetCell | Plain::GetIndex) => of_objects(maker.args[0], Slot::Elements),
            Op::CallDirect(callee) => nodes.push(self.solver.bases[callee.0 as usize].result),
            _ => {}
        }
    }

    fn name(&self, object: Object) -> String {
        let named = |func: FuncId| {
            self.solver
                .function(func)
                .name
                .map(|name| self.solver.program.strings.text(name))
                .filter(|text| !text.is_empty())
        };
        match object {
            Object::Closure(func) => {
                named(func).map_or_else(|| "a function".to_owned(), |name| format!("function {name}"))
            }
            Object::Instance(class) => named(class).unwrap_or_else(|| "an instance of a class".to_owned()),
            Object::Prototype(class) => {
                named(class).map_or_else(|| "a prototype".to_owned(), |name| format!("{name}.prototype"))
            }
            Object::Array(_) | Object::Rest(_) => "an array".to_owned(),
            Object::Literal(_) | Object::Cell(_) | Object::Iterator(_) => "an object".to_owned(),
        }
    }

    /// What a value may be, in words.
    fn text(&self, value: Value) -> String {
        const NAMES: [(Kinds, &str); 8] = [
            (Kinds::NUMBER, "number"),
            (Kinds::STRING, "string"),
            (Kinds::BOOL, "boolean"),
            (Kinds::SYMBOL, "symbol"),
            (Kinds::VALUE, "a value type"),
            (Kinds::OTHER, "a built-in object"),
            (Kinds::NULL, "null"),
            (Kinds::UNDEFINED, "undefined"),
        ];
        if self.solver.any.within(value.kinds) {
            return "anything".to_owned();
        }
        let mut words: Vec<String> =
            self.solver.sets.get(value.objects).iter().map(|&object| self.name(object)).collect();
        words.sort();
        words.dedup();
        if words.len() > 3 {
            words = vec!["many kinds of objects".to_owned()];
        }
        words.extend(NAMES.iter().filter(|(kind, _)| value.kinds.has(*kind)).map(|(_, name)| (*name).to_owned()));
        if words.is_empty() { "nothing".to_owned() } else { words.join(" or ") }
    }
}

/// The instruction that makes each temporary; what boxes is looked through.
fn makers(function: &Function) -> Vec<Option<&Inst>> {
    let mut makers: Vec<Option<&Inst>> = vec![None; function.temps.len()];
    for inst in function.blocks.iter().flat_map(|block| &block.insts) {
        let maker = if inst.op == Op::Box { makers[inst.args[0].0 as usize].or(Some(inst)) } else { Some(inst) };
        for result in &inst.results {
            makers[result.0 as usize] = maker;
        }
    }
    makers
}
