//! What each instruction makes of what it reads.

use super::super::super::{Block, FuncId, Inst, LocalId, Op, Plain, Repr, StrId, Temp, Terminator};
use super::solver::{Base, Place, Slot, Solver};
use super::value::{Kinds, Object, Value};

/// The kind of `private.define` that makes a field.
const PRIVATE_FIELD: u8 = 3;

/// The instruction at hand.
#[derive(Clone, Copy)]
pub struct At<'a> {
    pub func: FuncId,
    pub place: Place,
    pub base: Base,
    pub inst: &'a Inst,
}

impl<'a> Solver<'a> {
    pub fn transfer(&mut self, place: Place) {
        let (func, block, index) = self.places[place as usize];
        let func = FuncId(func);
        let block = &self.function(func).blocks[block as usize];
        let base = self.bases[func.0 as usize];
        match block.insts.get(index as usize) {
            Some(inst) => {
                let next = block.insts.get(index as usize + 1);
                self.inst(At { func, place, base, inst }, next);
            }
            None => self.end(base, block, func),
        }
    }

    fn end(&mut self, base: Base, block: &Block, func: FuncId) {
        match &block.end {
            Terminator::Jump { target, args } => {
                for (&arg, &param) in args.iter().zip(&self.function(func).block(*target).params) {
                    let value = self.value(base.temps + arg.0);
                    self.join(base.temps + param.0, value);
                }
            }
            Terminator::Return(value) => {
                let value = self.value(base.temps + value.0);
                self.join(base.result, value);
            }
            Terminator::Throw(value) => {
                let value = self.value(base.temps + value.0);
                self.escape(value);
            }
            Terminator::Branch { .. } | Terminator::ThrowError(..) | Terminator::Unreachable => {}
        }
    }

    pub fn arg(&self, at: At, index: usize) -> Value {
        at.inst.args.get(index).map_or(Value::NONE, |temp| self.value(at.base.temps + temp.0))
    }

    pub fn args(&self, at: At, from: usize) -> Vec<Value> {
        (from..at.inst.args.len()).map(|index| self.arg(at, index)).collect()
    }

    /// What an instruction yields.
    pub fn yields(&mut self, at: At, index: usize, value: Value) {
        let temp = at.inst.results[index];
        let value = match self.function(at.func).repr(temp) {
            Repr::Any => value,
            Repr::F64 | Repr::I32 => Value::of(Kinds::NUMBER),
            Repr::Bool => Value::of(Kinds::BOOL),
            Repr::Str => Value::of(Kinds::STRING),
            Repr::Obj(_) => Value { kinds: value.kinds.and(Kinds::OTHER), ..value },
        };
        self.join(at.base.temps + temp.0, value);
    }

    fn inst(&mut self, at: At<'a>, next: Option<&Inst>) {
        match at.inst.op {
            Op::Plain(plain) => self.plain(plain, at, next),
            Op::F64(_) | Op::I32(_) => self.yields(at, 0, Value::of(Kinds::NUMBER)),
            Op::Bool(_) => self.yields(at, 0, Value::of(Kinds::BOOL)),
            Op::Str(_) => self.yields(at, 0, Value::of(Kinds::STRING)),
            Op::Undefined => self.yields(at, 0, Value::of(Kinds::UNDEFINED)),
            Op::Null => self.yields(at, 0, Value::of(Kinds::NULL)),
            Op::Uninit => self.yields(at, 0, Value::of(Kinds::UNINIT)),
            Op::Mrk(_) => self.yields(at, 0, Value::of(Kinds::VALUE)),
            Op::Intrinsic(number) => self.intrinsic(at, number),
            Op::RegExp { .. } | Op::Template(_) => self.yields(at, 0, Value::of(Kinds::OTHER)),
            Op::Namespace(index) => {
                let program = self.program;
                for &(_, slot) in &program.namespaces[usize::from(index)].entries {
                    self.leak(self.globals + slot);
                }
                self.yields(at, 0, Value::of(Kinds::OTHER));
            }
            Op::GetLocal(LocalId(local)) => self.variable(at, next, at.base.locals + local),
            Op::GetCapture(capture) => self.variable(at, next, at.base.captures + u32::from(capture)),
            Op::GetGlobal(slot) => self.variable(at, next, self.globals + slot),
            Op::SetLocal(LocalId(local)) => self.join(at.base.locals + local, self.arg(at, 0)),
            Op::SetGlobal(slot) => self.join(self.globals + slot, self.arg(at, 0)),
            Op::CheckInit(_) | Op::CheckKind(..) | Op::SetFunctionName(_) => {}
            Op::Box | Op::Check(..) | Op::Unbox(..) => self.yields(at, 0, self.arg(at, 0)),
            Op::GetProp(name) => {
                let value = self.get(at, self.arg(at, 0), name);
                self.yields(at, 0, value);
            }
            Op::SetProp(name) => self.set(at, self.arg(at, 0), name, self.arg(at, 1)),
            Op::GetField(class, slot) => {
                let name = self.program.field_name(class, slot);
                let value = self.get(at, self.arg(at, 0), name);
                self.yields(at, 0, value);
            }
            Op::SetField(class, slot) => {
                let name = self.program.field_name(class, slot);
                self.set(at, self.arg(at, 0), name, self.arg(at, 1));
            }
            Op::DefineMethod(kind) => self.define_method(at, kind),
            Op::SuperGet => self.super_get(at),
            Op::NewArray => {
                let elements = self.slot(Object::Array(at.place), Slot::Elements);
                for value in self.args(at, 0) {
                    self.join(elements, value);
                }
                self.makes(at, Object::Array(at.place));
            }
            Op::NewClosure(func) => {
                let captures = self.bases[func.0 as usize].captures;
                for (index, value) in self.args(at, 0).into_iter().enumerate() {
                    self.join(captures + index as u32, value);
                }
                self.makes(at, Object::Closure(func));
            }
            Op::Call => self.call(at),
            Op::CallMethod(name) => self.call_method(at, name),
            Op::CallDirect(func) => {
                self.callers.entry(func).or_default().insert(at.place);
                self.join(self.bases[func.0 as usize].this, Value::of(Kinds::UNDEFINED));
                let args = self.args(at, 0);
                for (index, value) in args.into_iter().enumerate() {
                    self.join(self.bases[func.0 as usize].locals + index as u32, value);
                }
                let value = self.watch(self.bases[func.0 as usize].result, at.place);
                let value = self.answer(func, value);
                self.yields(at, 0, value);
            }
            Op::CallNative(native) => self.call_native(at, native),
            Op::New => self.construct(at, self.arg(at, 0), &self.args(at, 1), None),
            Op::CallSpread => self.call_spread(at),
            Op::SuperCall => self.super_call(at, &self.args(at, 2), None),
            Op::SuperCallSpread => {
                let spread = self.elements(at, self.arg(at, 2));
                self.super_call(at, &[], Some(spread));
            }
            Op::DefinePrivate(PRIVATE_FIELD) => self.escape(self.arg(at, 2)),
            Op::ObjectRest
            | Op::SuperSet
            | Op::NewPrivateName(_)
            | Op::DefinePrivate(_)
            | Op::IterCall
            | Op::CallHost(_) => self.unseen(at),
        }
    }

    fn plain(&mut self, plain: Plain, at: At<'a>, next: Option<&Inst>) {
        use Plain::*;
        match plain {
            LoadThis => self.yields(at, 0, self.value(at.base.this)),
            LoadCallee => self.makes(at, Object::Closure(at.func)),
            LoadNewTarget => self.new_target(at),
            ToNumeric => {
                let operand = self.implicit(at, 0);
                let kinds = self.primitive(operand).and(Kinds::VALUE).with(Kinds::NUMBER);
                self.yields(at, 0, Value::of(kinds));
            }
            ToKey => {
                let kinds = self.implicit(at, 0).kinds;
                let primitive = kinds.within(Kinds::NUMBER.with(Kinds::STRING).with(Kinds::SYMBOL));
                let all = Kinds::NUMBER.with(Kinds::STRING).with(Kinds::SYMBOL);
                self.yields(at, 0, Value::of(if primitive { kinds } else { all }));
            }
            AnyAdd => self.add(at),
            AnySub | AnyMul | AnyDiv | AnyRem | AnyPow | AnyNeg | AnyBitNot | AnyAnd | AnyOr | AnyXor | AnyShl
            | AnyShr | AnyUshr => self.arithmetic(at),
            ToNumber | ToStr | AnyLt | AnyLe | AnyGt | AnyGe | LooseEq | In => {
                (0..at.inst.args.len()).for_each(|index| _ = self.implicit(at, index));
                self.yields(at, 0, Value::NONE);
            }
            InstanceOf => {
                if self.scan.has_computed_members {
                    self.escape(self.arg(at, 0));
                    self.escape(self.arg(at, 1));
                }
                self.yields(at, 0, Value::NONE);
            }
            NewObject => self.makes(at, Object::Literal(at.place)),
            GetIndex => {
                let value = self.get_index(at);
                self.yields(at, 0, value);
            }
            SetIndex => self.set_index(at),
            DeleteProp => self.delete(at),
            DefineField => self.define(at, self.arg(at, 2)),
            DefineUnset => self.define(at, Value::of(Kinds::UNDEFINED)),
            ArrayPush => self.set_elements(self.arg(at, 0), self.arg(at, 1)),
            ArraySpread => {
                let items = self.iterated(at, self.arg(at, 1));
                self.set_elements(self.arg(at, 0), items);
            }
            ArrayHole | RequireObject | GeneratorStart | IterRequire | IterClose | IterCloseQuiet => {}
            IterInit => self.iterator(at, |solver| solver.iterated(at, solver.arg(at, 0))),
            IterInitKeys => {
                // Keys come in the order in which they were made.
                self.escape(self.arg(at, 0));
                self.iterator(at, |_| Value::of(Kinds::STRING));
            }
            IterNext => {
                let items = self.elements(at, self.arg(at, 0));
                let value = self.union(items, Value::of(Kinds::UNDEFINED));
                self.yields(at, 0, value);
                self.yields(at, 1, Value::NONE);
            }
            IterRest => {
                let items = self.elements(at, self.arg(at, 0));
                let elements = self.slot(Object::Array(at.place), Slot::Elements);
                self.join(elements, items);
                self.makes(at, Object::Array(at.place));
            }
            NewCell => {
                let content = self.slot(Object::Cell(at.place), Slot::Elements);
                self.join(content, self.arg(at, 0));
                self.makes(at, Object::Cell(at.place));
            }
            GetCell => {
                let mut value = self.elements(at, self.arg(at, 0));
                if is_checked(at.inst, next) {
                    value.kinds = value.kinds.without(Kinds::UNINIT);
                }
                self.yields(at, 0, value);
            }
            SetCell => self.set_elements(self.arg(at, 0), self.arg(at, 1)),
            NewClass => self.new_class(at),
            SetFieldInit => {
                for class in self.objects(self.arg(at, 0)) {
                    let init = self.slot(class, Slot::FieldInit);
                    self.join(init, self.arg(at, 1));
                }
            }
            RunFieldInit => self.run_field_init(at),
            NewSpread => {
                let spread = self.elements(at, self.arg(at, 1));
                self.construct(at, self.arg(at, 0), &[], Some(spread));
            }
            // Objects with private accessors or methods have escaped.
            SetPrivate => self.escape(self.arg(at, 2)),
            GetPrivate | HasPrivate => self.yields(at, 0, self.any()),
            CopyProps | ImportMeta | Await | Yield | YieldResult | Catch | IterInitAsync | IterMissing
            | IterComplete | IterValue => self.unseen(at),
            _ => (0..at.inst.results.len()).for_each(|index| self.yields(at, index, self.any())),
        }
    }

    /// What happens is not followed: operands escape, results are any.
    pub fn unseen(&mut self, at: At) {
        for value in self.args(at, 0) {
            self.escape(value);
        }
        for index in 0..at.inst.results.len() {
            self.yields(at, index, self.any());
        }
    }

    pub fn makes(&mut self, at: At, object: Object) {
        let value = self.object(object);
        self.yields(at, 0, value);
    }

    /// A variable that may be uninitialised is checked at once where it is read.
    fn variable(&mut self, at: At, next: Option<&Inst>, node: u32) {
        let mut value = self.value(node);
        if is_checked(at.inst, next) {
            value.kinds = value.kinds.without(Kinds::UNINIT);
        }
        self.yields(at, 0, value);
    }

    fn intrinsic(&mut self, at: At, number: u16) {
        let kinds = match mosl_bytecode::natives::GLOBALS[usize::from(number)] {
            "NaN" | "Infinity" => Kinds::NUMBER,
            _ => Kinds::OTHER,
        };
        self.yields(at, 0, Value::of(kinds));
    }

    /// Arithmetic yields a number, or an operator of value types does; whatever else throws.
    fn arithmetic(&mut self, at: At<'a>) {
        let mut kinds = Kinds::NONE;
        for index in 0..at.inst.args.len() {
            let operand = self.implicit(at, index);
            if operand.is_none() {
                return;
            }
            kinds = kinds.with(self.primitive(operand));
        }
        self.yields(at, 0, Value::of(kinds.and(Kinds::VALUE).with(Kinds::NUMBER)));
    }

    fn add(&mut self, at: At<'a>) {
        let (a, b) = (self.implicit(at, 0), self.implicit(at, 1));
        if a.is_none() || b.is_none() {
            return;
        }
        let (a, b) = (self.primitive(a), self.primitive(b));
        let mut kinds = a.with(b).and(Kinds::STRING.with(Kinds::VALUE));
        if a.has(Kinds::NUMBER) && b.has(Kinds::NUMBER) {
            kinds = kinds.with(Kinds::NUMBER);
        }
        self.yields(at, 0, Value::of(kinds));
    }

    /// What an operand may be as a primitive; what an object becomes is not followed.
    fn primitive(&self, value: Value) -> Kinds {
        let is_object = value.kinds.has(Kinds::OTHER) || value.objects != super::value::SetId::EMPTY;
        let object = Kinds::NUMBER.with(Kinds::STRING).with(self.any.and(Kinds::VALUE));
        if is_object { value.kinds.with(object) } else { value.kinds }
    }

    /// An operand that is made a primitive: objects' `toString` and `valueOf` are called.
    pub fn implicit(&mut self, at: At<'a>, index: usize) -> Value {
        let value = self.arg(at, index);
        if self.scan.has_computed_members {
            self.escape(value);
        }
        for object in self.objects(value) {
            match object {
                Object::Instance(_) | Object::Literal(_) => {
                    let this = self.object(object);
                    for name in self.scan.conversions {
                        let method = name.map_or(Value::NONE, |name| self.get(at, this, name));
                        self.invoke(at, method, this, &[], None);
                    }
                }
                Object::Cell(_) | Object::Iterator(_) => {}
                _ => {
                    let this = self.object(object);
                    self.escape(this);
                }
            }
        }
        value
    }

    fn iterator(&mut self, at: At<'a>, items: impl FnOnce(&mut Self) -> Value) {
        let items = items(self);
        let content = self.slot(Object::Iterator(at.place), Slot::Elements);
        self.join(content, items);
        self.makes(at, Object::Iterator(at.place));
    }

    /// What iterating over a value yields.
    pub fn iterated(&mut self, at: At, source: Value) -> Value {
        let mut items = Value::of(source.kinds.and(Kinds::STRING));
        if source.kinds.has(Kinds::OTHER.with(Kinds::VALUE)) {
            items = self.any();
        }
        for object in self.objects(source) {
            if matches!(object, Object::Array(_) | Object::Rest(_)) {
                let one = self.object(object);
                let found = self.elements(at, one);
                items = self.union(items, found);
                items = self.union(items, Value::of(Kinds::UNDEFINED));
            } else {
                let one = self.object(object);
                self.escape(one);
                items = self.union(items, self.any());
            }
        }
        items
    }

    /// What arrays, cells or iterators hold.
    pub fn elements(&mut self, at: At, of: Value) -> Value {
        let mut all = if of.kinds.has(Kinds::OTHER) { self.any() } else { Value::NONE };
        for object in self.objects(of) {
            let node = self.slot(object, Slot::Elements);
            let found = self.watch(node, at.place);
            all = self.union(all, found);
        }
        all
    }

    /// More is put into arrays or cells.
    pub fn set_elements(&mut self, of: Value, value: Value) {
        if of.kinds.has(Kinds::OTHER) {
            self.escape(value);
        }
        for object in self.objects(of) {
            let node = self.slot(object, Slot::Elements);
            self.join(node, value);
        }
    }

    /// The text that a key is known to be.
    pub fn constant_key(&self, at: At, index: usize) -> Option<StrId> {
        let Temp(temp) = *at.inst.args.get(index)?;
        self.texts.get(&(at.base.temps + temp)).copied()
    }
}

/// Whether the next instruction makes sure that what was read is initialised.
fn is_checked(inst: &Inst, next: Option<&Inst>) -> bool {
    next.is_some_and(|next| matches!(next.op, Op::CheckInit(_)) && next.args == inst.results)
}
