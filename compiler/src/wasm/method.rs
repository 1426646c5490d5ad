//! Calls of methods and constructors that the program's classes let one guess: straight to their code, with typed values, once the
//! place has seen that it is that code which would be called.

use mosl_bytecode::FunctionRole;
use wasm_encoder::{BlockType, HeapType, ValType};

use super::body::{Body, Place};
use super::build::{ANY, Key, Unit};
use super::guess::Worker;
use super::number::Goes;
use super::property::block_type;
use crate::mir::{FuncId, Inst, LocalId, Op, Plain, Repr, StrId, Temp, Terminator};
use crate::program::ClassId;

/// The most arguments that a method's code is looked up with.
const MAX_ARGS: usize = 4;

impl<'a> Body<'_, 'a, '_> {
    /// The class that a receiver is known to be of: by its type, or as `this` of the class's own code.
    fn receiver_class(&self, receiver: Temp) -> Option<ClassId> {
        match self.f.repr(self.root(receiver)) {
            Repr::Obj(class) => Some(class),
            _ if self.is_this(receiver) => self.home().filter(|&class| self.b.program.class(class).is_some()),
            _ => None,
        }
    }

    /// The methods of a name, where all can be called by name with that many arguments.
    fn known_methods(&self, name: StrId, inst: &Inst) -> Vec<(Option<ClassId>, FuncId, Worker)> {
        let (program, count) = (self.b.program, inst.args.len() - 1);
        let all = self.b.guesses.methods(program, name, self.receiver_class(inst.args[0]));
        let fits = |func: FuncId| {
            let worker = self.b.guesses.worker(program, func)?;
            let is_given = worker.params.iter().skip(count).all(|&repr| repr == Repr::Any);
            let has_closure = self.b.guesses.is_once(func) || !Worker::needs_closure(program.function(func));
            let is_free = has_closure && !self.b.is_direct(self.unit, func);
            (is_given && is_free).then_some(worker)
        };
        let all: Option<Vec<_>> = all.into_iter().map(|(class, func)| Some((class, func, fits(func)?))).collect();
        all.unwrap_or_default()
    }

    /// Whether what a method yields is most likely a number without a box.
    pub fn calls_number(&self, name: StrId, inst: &Inst) -> bool {
        let known = self.known_methods(name, inst);
        let by_nature = known.is_empty() && self.builtin(name, inst).is_some_and(|(_, repr)| repr == Repr::I32);
        by_nature || (!known.is_empty() && known.iter().all(|(.., worker)| worker.result == Repr::F64))
    }

    /// Whether a method yields a truth value, as far as one can guess.
    pub fn calls_truth(&self, name: StrId, inst: &Inst) -> bool {
        let known = self.known_methods(name, inst);
        !known.is_empty() && known.iter().all(|(.., worker)| worker.result == Repr::Bool)
    }

    /// A method call that most likely enters one of a few methods, or what the place saw last; yields whether its code was written.
    pub fn guessed_method(&mut self, name: StrId, inst: &'a Inst) -> bool {
        let count = inst.args.len() - 1;
        if !self.is_hot() || count > MAX_ARGS {
            return false;
        }
        let (known, goes) = (self.known_methods(name, inst), self.goes(inst));
        let builtin = self.builtin(name, inst).filter(|_| known.is_empty());
        if builtin.is_none() && self.f.repr(self.root(inst.args[0])) == Repr::Str {
            return false;
        }
        if known.is_empty() && builtin.is_none() && self.guessed_static(name, inst) {
            return true;
        }
        self.spill();
        let object = self.in_local(inst.args[0]);
        let site = self.b.site();
        self.note_property(name, inst.loc);
        self.sink().block(block_type(goes)).block(BlockType::Empty);
        if let Some((function, repr)) = builtin {
            self.call_builtin(function, repr, inst, goes);
        } else if known.is_empty() {
            self.seen_before(inst.args[0], object, site);
            self.call_seen(&inst.args, site, count);
            self.deliver(Repr::Any, goes);
            self.sink().br(1);
        } else {
            self.call_known(known, object, inst, goes);
        }
        self.sink().end();
        self.operands(&inst.args);
        let key = self.b.key_id(self.unit, name);
        self.sink().global_get(key).global_get(site);
        self.runtime(&format!("call_method_{count}"));
        self.deliver(Repr::Any, goes);
        self.sink().end();
        true
    }

    /// The methods by the class of the receiver, each left by a branch out of the two innermost constructs.
    fn call_known(&mut self, known: Vec<(Option<ClassId>, FuncId, Worker)>, object: u32, inst: &'a Inst, goes: Goes) {
        let closure = HeapType::Concrete(self.b.ty("Function"));
        let own = self.own.filter(|_| self.is_this(inst.args[0])).map(|own| own.0);
        let is_typed = matches!(self.f.repr(self.root(inst.args[0])), Repr::Obj(_));
        for (class, func, worker) in known {
            self.sink().block(BlockType::Empty);
            match class {
                Some(class) => {
                    let target = HeapType::Concrete(self.b.class_type(self.unit, class));
                    self.sink().local_get(object).ref_test_non_null(target).i32_eqz().br_if(0);
                }
                None if is_typed => {}
                None => {
                    if let Some(own) = own {
                        self.sink().local_get(own).ref_is_null().br_if(0);
                    } else {
                        let class = self.home().expect("it is `this` of a class's code");
                        let target = HeapType::Concrete(self.b.class_type(self.unit, class));
                        self.sink().local_get(object).ref_test_non_null(target).i32_eqz().br_if(0);
                    }
                }
            }
            if Worker::needs_closure(self.b.program.function(func)) {
                let kept = self.b.method_closure(func);
                self.sink().global_get(kept);
            } else {
                self.sink().ref_null(closure);
            }
            self.operands(&inst.args[..1]);
            self.call_worker(func, &worker, &inst.args[1..]);
            self.deliver(worker.result, goes);
            self.sink().br(2).end();
        }
    }

    /// A method's one closure is kept for calls by name.
    pub fn keep_method(&mut self, inst: &'a Inst) {
        let Some(Op::NewClosure(func)) = self.maker(inst.args[2]).map(|maker| maker.op) else { return };
        let is_kept = self.unit == Unit::Program
            && self.b.guesses.is_once(func)
            && Worker::needs_closure(self.b.program.function(func));
        if is_kept {
            self.spill();
            let (kept, closure) = (self.b.method_closure(func), self.in_local(inst.args[2]));
            let function = HeapType::Concrete(self.b.ty("Function"));
            self.sink().local_get(closure).ref_cast_nullable(function).global_set(kept);
        }
    }

    /// A call of what is most likely the one static method of that name.
    fn guessed_static(&mut self, name: StrId, inst: &'a Inst) -> bool {
        let count = inst.args.len() - 1;
        let Some(func) = self.b.guesses.only_static(name) else { return false };
        let Some(worker) = self.b.guesses.worker(self.b.program, func) else { return false };
        if worker.params.iter().skip(count).any(|&repr| repr != Repr::Any) || self.b.is_direct(self.unit, func) {
            return false;
        }
        let goes = self.goes(inst);
        self.spill();
        let (receiver, found) = (self.in_local(inst.args[0]), self.new_local(ANY));
        let (function, info) = (self.b.ty("Function"), self.b.field("Function", "info"));
        let (target, known) = (HeapType::Concrete(function), self.b.closure_info(self.unit, func));
        self.operands(&inst.args[..1]);
        self.named(name, inst.loc);
        self.runtime("get_prop");
        self.sink().local_set(found).block(block_type(goes)).block(BlockType::Empty);
        self.sink().local_get(found).ref_test_non_null(target).i32_eqz().br_if(0);
        self.sink().local_get(found).ref_cast_non_null(target).struct_get(function, info).global_get(known).ref_eq();
        self.sink().i32_eqz().br_if(0).local_get(found).ref_cast_non_null(target).local_get(receiver);
        self.call_worker(func, &worker, &inst.args[1..]);
        self.deliver(worker.result, goes);
        self.sink().br(1).end();
        let key = self.b.key_id(self.unit, name);
        self.sink().local_get(found).local_get(receiver).global_get(key);
        self.runtime("require_method");
        self.sink().local_get(found);
        self.operands(&inst.args);
        self.runtime(&format!("call_{count}"));
        self.deliver(Repr::Any, goes);
        self.sink().end();
        true
    }

    /// The runtime's quick form of a built-in method that no class of the program has, and what it yields: negative or null where the
    /// receiver or the argument is not what it is for.
    fn builtin(&self, name: StrId, inst: &Inst) -> Option<(&'static str, Repr)> {
        let name = self.b.program.strings.text(name);
        match (&*name, inst.args.len()) {
            ("push", 2) => Some(("quick_push", Repr::I32)),
            ("charCodeAt", 2) => Some(("quick_code_at", Repr::I32)),
            ("charAt", 2) => Some(("quick_char_at", Repr::Str)),
            ("pop", 1) => Some(("quick_pop", Repr::Any)),
            _ => None,
        }
    }

    /// The quick form of a built-in costs what the built-in does.
    fn burn_native(&mut self) {
        const CALL: u32 = 4;
        if self.b.bytecode.is_some() {
            self.burn(CALL);
        }
    }

    fn call_builtin(&mut self, function: &str, repr: Repr, inst: &'a Inst, goes: Goes) {
        self.operands(&inst.args[..1]);
        if matches!(function, "quick_push" | "quick_pop") {
            self.operands(&inst.args[1..]);
        } else {
            self.number_or_branch(inst.args[1], 0);
        }
        self.runtime(function);
        if repr == Repr::I32 {
            let length = self.scratch(ValType::I32);
            self.sink().local_tee(length).i32_const(0).i32_lt_s().br_if(0);
            self.burn_native();
            self.sink().local_get(length);
            if matches!(goes, Goes::Stack | Goes::Truth(..)) {
                self.runtime("box_i32");
                self.deliver(Repr::Any, goes);
            } else {
                self.sink().f64_convert_i32_s();
                self.deliver(Repr::F64, goes);
            }
        } else {
            let value = self.scratch(ANY);
            self.sink().local_tee(value);
            if repr == Repr::Str {
                self.sink().ref_is_null().br_if(0);
            } else {
                self.global("missing");
                self.sink().ref_eq().br_if(0);
            }
            self.burn_native();
            self.sink().local_get(value);
            self.deliver(Repr::Any, goes);
        }
        self.sink().br(1);
    }

    /// Branches unless the object has the form for which the place knows the method.
    fn seen_before(&mut self, receiver: Temp, object: u32, site: u32) {
        let (record, objects) = (self.b.ty("Site"), self.b.ty("Object"));
        let [shape, at] = ["call_shape", "call_epoch"].map(|field| self.b.field("Site", field));
        let epoch = self.b.global("epoch");
        if matches!(self.f.repr(self.root(receiver)), Repr::Obj(_)) {
            self.sink().local_get(object);
        } else {
            let target = HeapType::Concrete(objects);
            self.sink().local_get(object).ref_test_non_null(target).i32_eqz().br_if(0);
            self.sink().local_get(object).ref_cast_non_null(target);
        }
        self.sink().struct_get(objects, 0).global_get(site).struct_get(record, shape).ref_eq().i32_eqz().br_if(0);
        self.sink().global_get(site).struct_get(record, at).global_get(epoch).i32_ne().br_if(0);
    }

    /// Calls what the place knows, as closures are called; it takes just as many arguments.
    fn call_seen(&mut self, args: &[Temp], site: u32, count: usize) {
        let record = self.b.ty("Site");
        let [code, callee, arity] = ["code", "callee", "arity"].map(|field| self.b.field("Site", field));
        self.sink().global_get(site).struct_get(record, arity).i32_const(count as i32).i32_ne().br_if(0);
        self.sink().global_get(site).struct_get(record, callee);
        self.operands(args);
        let ty = self.b.ty(&format!("code{count}"));
        self.sink().global_get(site).struct_get(record, code).call_indirect(0, ty);
    }

    /// The arguments, or a branch where one is not of its parameter's type; then the call. Closure and `this` are on the stack.
    fn call_worker(&mut self, func: FuncId, worker: &Worker, args: &[Temp]) {
        for (index, &repr) in worker.params.iter().enumerate() {
            match args.get(index) {
                Some(&arg) => self.typed_or_branch(arg, repr, 0),
                None => _ = self.sink().ref_null(super::build::EQ),
            }
        }
        let code = self.b.worker(self.unit, func, worker);
        self.sink().call(code);
    }

    /// The class's constructor that a callee most likely is.
    fn known_constructor(&self, callee: Temp) -> Option<FuncId> {
        let closure = |temp: Temp| match self.maker(temp)?.op {
            Op::NewClosure(func) => Some(func),
            _ => None,
        };
        match self.maker(self.root(callee))?.op {
            Op::GetGlobal(slot) => self.b.guesses.class_in(slot),
            Op::GetLocal(local) => self.only_value(local).and_then(closure),
            Op::NewClosure(func) => Some(func),
            // What a class calls itself.
            Op::Plain(Plain::GetCell) => self.b.guesses.constructor_around(self.func?),
            _ => None,
        }
    }

    fn only_value(&self, local: LocalId) -> Option<Temp> {
        let mut sets =
            self.f.blocks.iter().flat_map(|block| &block.insts).filter(|inst| inst.op == Op::SetLocal(local));
        sets.next().filter(|_| sets.next().is_none()).map(|inst| inst.args[0])
    }

    /// `new` of a class that is known by its variable; yields whether its code was written.
    pub fn guessed_new(&mut self, inst: &'a Inst) -> bool {
        if !self.is_hot() {
            return false;
        }
        let Some(func) = self.known_constructor(inst.args[0]) else { return false };
        let f = self.b.program.function(func);
        let worker = self.b.guesses.worker(self.b.program, func);
        let Some(worker) = worker.filter(|_| f.role == FunctionRole::BaseConstructor) else { return false };
        let given = inst.args.len() - 1;
        if given > MAX_ARGS && given != worker.params.len()
            || worker.params.iter().skip(given).any(|&repr| repr != Repr::Any)
        {
            return false;
        }
        self.spill();
        let (callee, this) = (self.in_local(inst.args[0]), self.new_local(ANY));
        let [function, class] = ["Function", "Class"].map(|name| self.b.ty(name));
        let [of_info, of_class] = ["info", "class"].map(|name| self.b.field("Function", name));
        let instances = self.b.field("Class", "instances");
        let target = HeapType::Concrete(function);
        let known = self.b.closure_info(self.unit, func);
        self.sink().block(BlockType::Result(ANY)).block(BlockType::Empty);
        self.sink().local_get(callee).ref_test_non_null(target).i32_eqz().br_if(0);
        self.sink()
            .local_get(callee)
            .ref_cast_non_null(target)
            .struct_get(function, of_info)
            .global_get(known)
            .ref_eq();
        self.sink().i32_eqz().br_if(0);
        self.sink().local_get(callee).ref_cast_non_null(target).struct_get(function, of_class).ref_is_null().br_if(0);
        self.sink()
            .local_get(callee)
            .ref_cast_non_null(target)
            .struct_get(function, of_class)
            .struct_get(class, instances);
        match f.class.filter(|&id| self.b.program.class(id).is_some()) {
            Some(id) => {
                let alloc = self.b.demand(Key::Alloc(self.unit, id));
                self.sink().call(alloc);
            }
            None => {
                let (object, any) = (self.b.ty("Object"), self.b.ty("Any"));
                self.sink().ref_null(HeapType::Concrete(any)).struct_new(object);
            }
        }
        self.sink().local_set(this).local_get(callee).ref_cast_non_null(target).local_get(this);
        self.call_worker(func, &worker, &inst.args[1..]);
        if yields_this(f) {
            self.sink().drop();
        } else {
            self.sink().local_get(this);
            self.runtime("constructed");
            self.sink().local_set(this);
        }
        self.sink().local_get(this).br(1).end();
        self.dynamic_call("new", &inst.args, 1);
        self.sink().end();
        true
    }

    /// For a check of a parameter whose value came typed: the parameter.
    pub fn typed_param(&self, arg: Temp) -> Option<LocalId> {
        let worker = self.worker.as_ref()?;
        match self.maker(arg)?.op {
            Op::GetLocal(local) if worker.params.get(local.0 as usize).is_some_and(|&repr| repr != Repr::Any) => {
                Some(local)
            }
            _ => None,
        }
    }

    /// What a worker returns, typed.
    pub fn worker_result(&mut self, value: Temp) {
        let result = self.worker.as_ref().map_or(Repr::Any, |worker| worker.result);
        if result == Repr::Any || self.f.repr(value) == result {
            return self.operands(&[value]);
        }
        match self.source_of_box(value, result) {
            Some(source) => self.operands(&[source]),
            None => {
                self.operands(&[value]);
                self.runtime(if result == Repr::F64 { "unbox_f64" } else { "truthy" });
            }
        }
    }

    /// The operands that are read again: nothing of them stays on the operand stack.
    pub fn settle(&mut self, args: &[Temp]) {
        if args.iter().any(|&arg| self.is_waiting(self.root(arg))) {
            self.spill();
        }
    }

    /// The local in which a temporary can be found.
    pub fn local_of(&self, temp: Temp) -> Option<u32> {
        match self.places[temp.0 as usize] {
            Place::Local(local) => Some(local),
            Place::Again(..) => match self.maker(temp)?.op {
                Op::GetLocal(local) if !self.pair_variables.contains_key(&local) => Some(self.variable(local)),
                Op::Plain(Plain::LoadThis)
                    if matches!(self.call, super::body::Call::Closure | super::body::Call::Worker) =>
                {
                    Some(1)
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether a constructor yields the object it was given.
fn yields_this(f: &crate::mir::Function) -> bool {
    let insts = || f.blocks.iter().flat_map(|block| &block.insts);
    let made = |temp: Temp| insts().find(|inst| inst.results.first() == Some(&temp)).map(|inst| inst.op);
    let is_this = |temp: Temp| match made(temp) {
        Some(Op::Undefined | Op::Plain(Plain::LoadThis)) => true,
        Some(Op::GetLocal(local)) => {
            let mut sets = insts().filter(|inst| inst.op == Op::SetLocal(local));
            local.0 >= f.params
                && sets.next().is_some_and(|set| made(set.args[0]) == Some(Op::Plain(Plain::LoadThis)))
                && sets.next().is_none()
        }
        _ => false,
    };
    f.blocks.iter().all(|block| match block.end {
        Terminator::Return(value) => is_this(value),
        _ => true,
    })
}
