//! The fixed point: a value for each place that holds one (temporaries, variables, captures, results, properties), and a list of
//! instructions to look at again when a value that they read has grown.
//!
//! The program is closed, so that only built-in functions and the host do what is not seen here. What they may hold has *escaped*: its
//! functions may be called with anything, its properties hold anything, and values of kind `OTHER` stand for it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::super::{FuncId, Function, Op, Plain, Program, Repr, StrId, Temp};
use super::scan::Scan;
use super::value::{Kinds, Object, Sets, Value};

/// Number of a place that holds a value.
pub type Node = u32;

/// Number of an instruction of the whole program; ends of blocks count.
pub type Place = u32;

/// What an object has under a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Slot {
    Data(StrId),
    Getter(StrId),
    Setter(StrId),
    /// Under indices; the contents of cells and iterators.
    Elements,
    /// Something if there are members with computed names.
    Wild,
    /// Of a class: the function that defines its instances' fields.
    FieldInit,
    /// Of a class: what it extends.
    Superclass,
}

/// Where a function's places begin.
#[derive(Clone, Copy)]
pub struct Base {
    pub temps: Node,
    pub locals: Node,
    pub captures: Node,
    pub this: Node,
    pub result: Node,
    /// Its first instruction.
    pub code: Place,
}

pub struct Solver<'a> {
    pub program: &'a Program,
    pub bases: Vec<Base>,
    pub globals: Node,
    pub values: Vec<Value>,
    readers: Vec<Vec<Place>>,
    /// Whatever comes here escapes.
    leaks: Vec<bool>,
    pub sets: Sets,
    slots: FxHashMap<(Object, Slot), Node>,
    slots_of: FxHashMap<Object, Vec<Slot>>,
    pub static_methods: FxHashSet<(Object, StrId)>,
    /// The calls that reach each function.
    pub callers: FxHashMap<FuncId, FxHashSet<Place>>,
    escaped: FxHashSet<Object>,
    exposed: FxHashSet<Object>,
    /// Where unseen code got hold of an object first.
    pub escaped_at: FxHashMap<Object, Place>,
    /// The instruction at hand.
    now: Option<Place>,
    escaping: Vec<Object>,
    /// The function, block and index of each instruction; past a block's last is its end.
    pub places: Vec<(u32, u32, u32)>,
    queue: std::collections::VecDeque<Place>,
    queued: Vec<bool>,
    dynamic_readers: FxHashSet<(Node, Place)>,
    /// Constant texts and intrinsics by the temporary's node.
    pub texts: FxHashMap<Node, StrId>,
    pub intrinsics: FxHashMap<Node, u16>,
    /// The object's node by that of what is read from it.
    pub read_from: FxHashMap<Node, Node>,
    pub scan: Scan,
    /// What any expression may be.
    pub any: Kinds,
    /// Steps that are left before it is not worth its time.
    budget: usize,
}

impl<'a> Solver<'a> {
    pub fn new(program: &'a Program) -> Self {
        let mut solver = Self {
            program,
            bases: vec![],
            globals: 0,
            values: vec![],
            readers: vec![],
            leaks: vec![],
            sets: Sets::new(),
            slots: FxHashMap::default(),
            slots_of: FxHashMap::default(),
            static_methods: FxHashSet::default(),
            callers: FxHashMap::default(),
            escaped: FxHashSet::default(),
            exposed: FxHashSet::default(),
            escaped_at: FxHashMap::default(),
            now: None,
            escaping: vec![],
            places: vec![],
            queue: std::collections::VecDeque::new(),
            queued: vec![],
            dynamic_readers: FxHashSet::default(),
            texts: FxHashMap::default(),
            intrinsics: FxHashMap::default(),
            read_from: FxHashMap::default(),
            scan: Scan::of(program),
            any: if makes_value_types(program) { Kinds::ANY } else { Kinds::ANY.without(Kinds::VALUE) },
            budget: 0,
        };
        solver.lay_out();
        solver.link();
        solver
    }

    /// Numbers all places.
    fn lay_out(&mut self) {
        let mut next: Node = 0;
        for (index, func) in self.program.functions.iter().enumerate() {
            let mut take = |count: usize| {
                let first = next;
                next += count as u32;
                first
            };
            let code = self.places.len() as Place;
            let (temps, locals) = (take(func.temps.len()), take(func.locals.len()));
            let (captures, this, result) = (take(usize::from(func.captures)), take(1), take(1));
            self.bases.push(Base { temps, locals, captures, this, result, code });
            for (at, block) in func.blocks.iter().enumerate() {
                self.places.extend((0..=block.insts.len()).map(|inst| (index as u32, at as u32, inst as u32)));
            }
        }
        self.globals = next;
        let count = next as usize + self.program.globals.len();
        self.values = vec![Value::NONE; count];
        self.readers = vec![vec![]; count];
        self.leaks = vec![false; count];
        self.queued = vec![true; self.places.len()];
        self.queue = (0..self.places.len() as Place).collect();
    }

    /// Who reads what, as far as the text says.
    fn link(&mut self) {
        let program = self.program;
        for (index, func) in program.functions.iter().enumerate() {
            let base = self.bases[index];
            let mut at = base.code;
            for block in &func.blocks {
                for inst in &block.insts {
                    for temp in &inst.args {
                        self.readers[(base.temps + temp.0) as usize].push(at);
                    }
                    match inst.op {
                        Op::GetLocal(local) => self.readers[(base.locals + local.0) as usize].push(at),
                        Op::GetCapture(capture) => self.readers[base.captures as usize + usize::from(capture)].push(at),
                        Op::GetGlobal(slot) => self.readers[(self.globals + slot) as usize].push(at),
                        Op::Plain(Plain::LoadThis | Plain::LoadNewTarget) | Op::SuperCall | Op::SuperCallSpread => {
                            self.readers[base.this as usize].push(at);
                        }
                        Op::Str(text) => {
                            self.texts.insert(base.temps + inst.results[0].0, text);
                        }
                        Op::Box => {
                            if let Some(&text) = self.texts.get(&(base.temps + inst.args[0].0)) {
                                self.texts.insert(base.temps + inst.results[0].0, text);
                            }
                        }
                        Op::GetProp(_) => {
                            self.read_from.insert(base.temps + inst.results[0].0, base.temps + inst.args[0].0);
                        }
                        Op::Intrinsic(number) => {
                            self.intrinsics.insert(base.temps + inst.results[0].0, number);
                        }
                        _ => {}
                    }
                    at += 1;
                }
                block.end.for_each_use(|temp| self.readers[(base.temps + temp.0) as usize].push(at));
                at += 1;
            }
            if func.kind != mosl_bytecode::FunctionKind::Normal {
                self.leaks[base.result as usize] = true;
            }
        }
        self.open_ends();
    }

    /// What the host reaches by itself: the entry file's exports, and all that persists.
    fn open_ends(&mut self) {
        let program = self.program;
        for &(_, slot) in &program.exports {
            self.leak(self.globals + slot);
        }
        for (func, local) in unassigned_locals(program) {
            self.join(self.bases[func.0 as usize].locals + local.0, Value::of(Kinds::UNDEFINED));
        }
        for func in never_closures(program) {
            self.join(self.bases[func.0 as usize].this, Value::of(Kinds::UNDEFINED));
        }
        for (index, func) in program.functions.iter().enumerate().filter(|(_, func)| is_constructor(func)) {
            if program.persisted.iter().any(|field| Some(field.class) == func.name) {
                let instance = self.object(Object::Instance(FuncId(index as u32)));
                self.escape(instance);
            }
        }
    }

    /// Until nothing grows; `false` where that takes too long for what it is worth.
    pub fn run(&mut self, transfer: impl Fn(&mut Self, Place)) -> bool {
        self.budget = 64 * self.places.len() + 100_000;
        while let Some(place) = self.queue.pop_front() {
            self.queued[place as usize] = false;
            self.now = Some(place);
            transfer(self, place);
            self.escape_pending();
            self.steps(1);
            if self.budget == 0 {
                return false;
            }
        }
        true
    }

    /// Counts work that one instruction makes.
    pub fn steps(&mut self, count: usize) {
        self.budget = self.budget.saturating_sub(count);
    }

    pub fn function(&self, func: FuncId) -> &'a Function {
        &self.program.functions[func.0 as usize]
    }

    pub fn value(&self, node: Node) -> Value {
        self.values[node as usize]
    }

    pub fn any(&self) -> Value {
        Value::of(self.any)
    }

    pub fn objects(&self, value: Value) -> Vec<Object> {
        self.sets.get(value.objects).to_vec()
    }

    pub fn object(&mut self, object: Object) -> Value {
        Value { kinds: Kinds::NONE, objects: self.sets.set(vec![object]) }
    }

    pub fn union(&mut self, a: Value, b: Value) -> Value {
        let kinds = a.kinds.with(b.kinds);
        match self.sets.union(a.objects, b.objects) {
            Some(objects) => Value { kinds, objects },
            None => {
                self.escape(a);
                self.escape(b);
                Value::of(kinds.with(self.any))
            }
        }
    }

    /// More may be found at a node.
    pub fn join(&mut self, node: Node, value: Value) {
        let old = self.value(node);
        let new = self.union(old, value);
        if new == old {
            return;
        }
        self.values[node as usize] = new;
        if self.leaks[node as usize] {
            self.escape(new);
        }
        for index in 0..self.readers[node as usize].len() {
            let reader = self.readers[node as usize][index];
            self.enqueue(reader);
        }
    }

    fn enqueue(&mut self, place: Place) {
        if !std::mem::replace(&mut self.queued[place as usize], true) {
            self.queue.push_back(place);
        }
    }

    /// Reads a node that the text does not name: the instruction is looked at again when it grows.
    pub fn watch(&mut self, node: Node, place: Place) -> Value {
        if self.dynamic_readers.insert((node, place)) {
            self.readers[node as usize].push(place);
        }
        self.value(node)
    }

    /// The node of an object's property.
    pub fn slot(&mut self, object: Object, slot: Slot) -> Node {
        if let Some(&node) = self.slots.get(&(object, slot)) {
            return node;
        }
        let node = self.values.len() as Node;
        self.values.push(Value::NONE);
        self.readers.push(vec![]);
        self.leaks.push(false);
        self.slots.insert((object, slot), node);
        self.slots_of.entry(object).or_default().push(slot);
        if self.escaped.contains(&object) {
            self.open(slot, node);
        } else if self.exposed.contains(&object) {
            self.leak(node);
        }
        node
    }

    /// The names of the properties that an object is ever given.
    pub fn data_names(&self, object: Object) -> impl Iterator<Item = StrId> {
        let slots = self.slots_of.get(&object).into_iter().flatten();
        slots.filter_map(move |slot| match slot {
            Slot::Data(name) if !self.value(self.slots[&(object, *slot)]).is_none() => Some(*name),
            _ => None,
        })
    }

    pub fn known_slot(&self, object: Object, slot: Slot) -> Option<Node> {
        self.slots.get(&(object, slot)).copied()
    }

    pub fn has_escaped(&self, object: Object) -> bool {
        self.escaped.contains(&object)
    }

    /// Whatever comes to a node escapes.
    pub fn leak(&mut self, node: Node) {
        self.leaks[node as usize] = true;
        let value = self.value(node);
        self.escape(value);
    }

    /// Unseen code may get hold of a value.
    pub fn escape(&mut self, value: Value) {
        for index in 0..self.sets.get(value.objects).len() {
            let object = self.sets.get(value.objects)[index];
            if self.escaped.insert(object) {
                self.escaping.push(object);
                if let Some(place) = self.now {
                    self.escaped_at.insert(object, place);
                }
            }
        }
    }

    fn escape_pending(&mut self) {
        while let Some(object) = self.escaping.pop() {
            for slot in self.slots_of.get(&object).cloned().unwrap_or_default() {
                let node = self.slots[&(object, slot)];
                self.open(slot, node);
            }
            match object {
                Object::Closure(func) => self.open_function(func),
                Object::Instance(class) => {
                    self.expose(Object::Prototype(class));
                    let superclass = self.slot(Object::Closure(class), Slot::Superclass);
                    self.leak(superclass);
                }
                _ => {}
            }
        }
    }

    /// A property of an escaped object: what it holds escapes, and anything may be written there.
    fn open(&mut self, slot: Slot, node: Node) {
        self.leak(node);
        if matches!(slot, Slot::Data(_) | Slot::Elements) {
            self.join(node, self.any());
        }
    }

    /// The prototype of an escaped instance: what it holds escapes, but it stays as it is.
    fn expose(&mut self, prototype: Object) {
        if self.exposed.insert(prototype) {
            for slot in self.slots_of.get(&prototype).cloned().unwrap_or_default() {
                self.leak(self.slots[&(prototype, slot)]);
            }
        }
    }

    /// An escaped function is called with anything, and what it returns escapes.
    fn open_function(&mut self, func: FuncId) {
        let (base, function) = (self.bases[func.0 as usize], self.function(func));
        for param in 0..function.params {
            self.join(base.locals + param, self.any());
        }
        if is_constructor(function) {
            // What extends it where that is not seen constructs through it as well.
            let instance = Value { kinds: Kinds::OTHER, ..self.object(Object::Instance(func)) };
            self.join(base.this, instance);
            self.escape(instance);
        } else {
            self.join(base.this, self.any());
        }
        self.leak(base.result);
    }

    pub fn temp(&self, func: FuncId, temp: Temp) -> Value {
        self.value(self.bases[func.0 as usize].temps + temp.0)
    }
}

pub fn is_constructor(function: &Function) -> bool {
    use mosl_bytecode::FunctionRole::{BaseConstructor, DerivedConstructor};
    matches!(function.role, BaseConstructor | DerivedConstructor)
}

/// Functions that are no values: the bodies of files, and what direct calls alone reach.
fn never_closures(program: &Program) -> Vec<FuncId> {
    let mut is_closure = vec![false; program.functions.len()];
    for inst in program.functions.iter().flat_map(|func| &func.blocks).flat_map(|block| &block.insts) {
        if let Op::NewClosure(func) = inst.op {
            is_closure[func.0 as usize] = true;
        }
    }
    (0..).map(FuncId).zip(is_closure).filter(|(_, is)| !is).map(|(func, _)| func).collect()
}

/// Whether values of MOSL's own value types can come up at all.
fn makes_value_types(program: &Program) -> bool {
    const NAMES: [&str; 11] =
        ["JSONDecoder", "Mrk", "Vec2", "Vec3", "Quat", "Color", "globalThis", "vec2", "vec3", "quat", "color"];
    let makes = |op: Op| match op {
        Op::Mrk(_) => true,
        Op::Intrinsic(number) => NAMES.contains(&mosl_bytecode::natives::GLOBALS[usize::from(number)]),
        Op::CallNative(number) => {
            let name = mosl_bytecode::natives::NATIVES[usize::from(number)].name;
            NAMES.iter().any(|start| name.starts_with(start))
        }
        _ => false,
    };
    !program.imports.is_empty()
        || !program.exports.is_empty()
        || program
            .functions
            .iter()
            .flat_map(|func| &func.blocks)
            .flat_map(|block| &block.insts)
            .any(|inst| makes(inst.op))
}

/// Dynamic variables that may be read before they are assigned: they are `undefined` then.
fn unassigned_locals(program: &Program) -> Vec<(FuncId, super::super::super::LocalId)> {
    let of = |(index, func): (usize, &Function)| {
        let locals = super::super::demote::unassigned(func, |local| local.repr == Repr::Any);
        locals.into_iter().map(move |local| (FuncId(index as u32), local)).collect::<Vec<_>>()
    };
    program.functions.iter().enumerate().flat_map(of).collect()
}
