//! Calls: arguments go to parameters, results come back; what built-in functions do where that is known.

use super::super::super::{FuncId, StrId};
use super::property::LONGEST_CHAIN;
use super::solver::{Place, Slot, Solver, is_constructor};
use super::transfer::At;
use super::value::{Kinds, Object, SetId, Value};
use mosl_bytecode::FunctionKind;
use mosl_bytecode::natives::{GLOBALS, NATIVES};

impl<'a> Solver<'a> {
    /// The result of a call; `spread` may stand for any number of arguments.
    pub fn invoke(&mut self, at: At<'a>, callee: Value, this: Value, args: &[Value], spread: Option<Value>) -> Value {
        let mut found = Value::NONE;
        if callee.kinds.has(Kinds::OTHER) {
            args.iter().copied().chain([this]).chain(spread).for_each(|value| self.escape(value));
            found = self.any();
        }
        for object in self.objects(callee) {
            let Object::Closure(func) = object else { continue };
            if is_constructor(self.function(func)) {
                continue;
            }
            self.bind(at.place, func, this, args, spread);
            let result = self.watch(self.bases[func.0 as usize].result, at.place);
            let result = self.answer(func, result);
            found = self.union(found, result);
        }
        found
    }

    /// What a call yields where the function's code returns `value`.
    pub fn answer(&self, func: FuncId, value: Value) -> Value {
        match self.function(func).kind {
            FunctionKind::Normal => value,
            _ => Value::of(Kinds::OTHER),
        }
    }

    fn bind(&mut self, place: Place, func: FuncId, this: Value, args: &[Value], spread: Option<Value>) {
        self.callers.entry(func).or_default().insert(place);
        let (function, base) = (self.function(func), self.bases[func.0 as usize]);
        self.join(base.this, this);
        let plain = function.params as usize - usize::from(function.rest);
        let missing = self.union(Value::of(Kinds::UNDEFINED), spread.unwrap_or(Value::NONE));
        for index in 0..plain {
            self.join(base.locals + index as u32, args.get(index).copied().unwrap_or(missing));
        }
        if function.rest {
            let rest = Object::Rest(func);
            let elements = self.slot(rest, Slot::Elements);
            for &value in args.iter().skip(plain).chain(spread.as_ref()) {
                self.join(elements, value);
            }
            let array = self.object(rest);
            self.join(base.locals + plain as u32, array);
        }
    }

    pub fn call(&mut self, at: At<'a>) {
        let args = self.args(at, 2);
        let [callee, this] = [0, 1].map(|index| at.base.temps + at.inst.args[index].0);
        let mut receiver = self.value(this);
        if self.read_from.get(&callee) == Some(&this) {
            // Reading the method from nothing would have thrown.
            receiver.kinds = receiver.kinds.without(Kinds::UNDEFINED.with(Kinds::NULL));
        }
        let result = self.invoke(at, self.value(callee), receiver, &args, None);
        self.yields(at, 0, result);
    }

    pub fn call_spread(&mut self, at: At<'a>) {
        let spread = self.elements(at, self.arg(at, 2));
        let result = self.invoke(at, self.arg(at, 0), self.arg(at, 1), &[], Some(spread));
        self.yields(at, 0, result);
    }

    pub fn call_method(&mut self, at: At<'a>, name: StrId) {
        let (receiver, args) = (self.arg(at, 0), self.args(at, 1));
        let mut found = Value::NONE;
        if receiver.kinds.has(Kinds::STRING) {
            args.iter().for_each(|&value| self.escape(value));
            let text = self.program.strings.text(name);
            found = string_method(&text).map_or(self.any(), Value::of);
        }
        if !receiver.kinds.within(Kinds::STRING.with(Kinds::UNDEFINED).with(Kinds::NULL)) {
            args.iter().for_each(|&value| self.escape(value));
            found = self.any();
        }
        for object in self.objects(receiver) {
            let this = self.object(object);
            let result = match object {
                Object::Array(_) | Object::Rest(_) => self.array_method(at, object, name, &args),
                _ => {
                    let method = self.get_of(at, object, name);
                    self.invoke(at, method, this, &args, None)
                }
            };
            found = self.union(found, result);
        }
        self.yields(at, 0, found);
    }

    /// A method of an array; the table of what is known of them.
    fn array_method(&mut self, at: At<'a>, array: Object, name: StrId, args: &[Value]) -> Value {
        let this = self.object(array);
        let text = self.program.strings.text(name);
        // A property of its own; what has escaped may have one.
        let own = self.slot(array, Slot::Data(name));
        let is_changed = !self.watch(own, at.place).is_none();
        if is_changed || self.scan.changes_species {
            self.escape(this);
            args.iter().for_each(|&value| self.escape(value));
            return self.any();
        }
        // Indices and the separator are made numbers and texts by functions that nobody sees.
        let converted = match text.as_str() {
            "at" | "slice" | "join" => 0..args.len(),
            "splice" => 0..args.len().min(2),
            "fill" | "indexOf" | "lastIndexOf" | "includes" => 1..args.len().max(1),
            _ => 0..0,
        };
        args[converted].iter().for_each(|&value| self.escape(value));
        let elements = self.elements(at, this);
        let element = self.union(elements, Value::of(Kinds::UNDEFINED));
        let fresh = Object::Array(at.place);
        match text.as_str() {
            "push" | "unshift" => {
                args.iter().for_each(|&value| self.set_elements(this, value));
                Value::of(Kinds::NUMBER)
            }
            "pop" | "shift" | "at" => element,
            "indexOf" | "lastIndexOf" => Value::of(Kinds::NUMBER),
            "includes" => Value::of(Kinds::BOOL),
            "join" if elements.objects == SetId::EMPTY && !elements.kinds.has(Kinds::OTHER) => Value::of(Kinds::STRING),
            "reverse" => this,
            "fill" => {
                self.set_elements(this, args.first().copied().unwrap_or(Value::of(Kinds::UNDEFINED)));
                this
            }
            "slice" => self.fresh_array(fresh, elements),
            "splice" => {
                args.iter().skip(2).for_each(|&value| self.set_elements(this, value));
                self.fresh_array(fresh, elements)
            }
            "forEach" | "map" | "filter" | "some" | "every" | "find" | "findLast" | "findIndex" | "findLastIndex" => {
                let receiver = args.get(1).copied().unwrap_or(Value::of(Kinds::UNDEFINED));
                let callback = args.first().copied().unwrap_or(Value::NONE);
                let given = if text.starts_with("find") { element } else { elements };
                let result = self.invoke(at, callback, receiver, &[given, Value::of(Kinds::NUMBER), this], None);
                match text.as_str() {
                    "forEach" => Value::of(Kinds::UNDEFINED),
                    "map" => self.fresh_array(fresh, result),
                    "filter" => self.fresh_array(fresh, elements),
                    "some" | "every" => Value::of(Kinds::BOOL),
                    "find" | "findLast" => element,
                    _ => Value::of(Kinds::NUMBER),
                }
            }
            "sort" if args.first().is_some_and(|compare| !compare.kinds.has(Kinds::UNDEFINED)) => {
                let nothing = Value::of(Kinds::UNDEFINED);
                self.invoke(at, args[0], nothing, &[elements, elements], None);
                this
            }
            "reduce" | "reduceRight" if !args.is_empty() => {
                let node = self.slot(fresh, Slot::Elements);
                self.join(node, args.get(1).copied().unwrap_or(elements));
                let so_far = self.watch(node, at.place);
                let nothing = Value::of(Kinds::UNDEFINED);
                let result =
                    self.invoke(at, args[0], nothing, &[so_far, elements, Value::of(Kinds::NUMBER), this], None);
                self.join(node, result);
                self.value(node)
            }
            _ => {
                self.escape(this);
                args.iter().for_each(|&value| self.escape(value));
                self.any()
            }
        }
    }

    fn fresh_array(&mut self, fresh: Object, elements: Value) -> Value {
        let node = self.slot(fresh, Slot::Elements);
        self.join(node, elements);
        self.object(fresh)
    }

    pub fn construct(&mut self, at: At<'a>, callee: Value, args: &[Value], spread: Option<Value>) {
        let intrinsic = at.inst.args.first().and_then(|temp| self.intrinsics.get(&(at.base.temps + temp.0)));
        if intrinsic.is_some_and(|&number| GLOBALS[usize::from(number)] == "Array") {
            let mut elements = spread.unwrap_or(Value::NONE);
            for &value in args {
                elements = self.union(elements, value);
            }
            // One number is a length.
            if args.len() == 1 {
                elements.kinds = elements.kinds.without(Kinds::NUMBER);
            }
            let array = self.fresh_array(Object::Array(at.place), elements);
            return self.yields(at, 0, array);
        }
        let mut found = Value::NONE;
        if callee.kinds.has(Kinds::OTHER) {
            args.iter().copied().chain(spread).for_each(|value| self.escape(value));
            found = Value::of(Kinds::OTHER.with(self.any.and(Kinds::VALUE)));
        }
        for object in self.objects(callee) {
            let Object::Closure(class) = object else { continue };
            if is_constructor(self.function(class)) {
                let instance = self.object(Object::Instance(class));
                let made = self.run_constructor(at, class, instance, args, spread);
                found = self.union(found, made);
            }
        }
        self.yields(at, 0, found);
    }

    /// A constructor runs with `this`, or with what its superclass makes of that; it may return another object.
    fn run_constructor(
        &mut self,
        at: At<'a>,
        class: FuncId,
        this: Value,
        args: &[Value],
        spread: Option<Value>,
    ) -> Value {
        self.bind(at.place, class, this, args, spread);
        let result = self.watch(self.bases[class.0 as usize].result, at.place);
        if self.yields_this(at, class) {
            return this;
        }
        self.union(this, Value { kinds: result.kinds.and(Kinds::OTHER), ..result })
    }

    /// Whether a constructor and those that it calls by `super` yield their `this` and nothing else.
    fn yields_this(&mut self, at: At, mut class: FuncId) -> bool {
        for _ in 0..LONGEST_CHAIN {
            if !self.scan.constructor(class).is_some_and(|made| made.returns_this) {
                return false;
            }
            let superclass = self.slot(Object::Closure(class), Slot::Superclass);
            let superclass = self.watch(superclass, at.place);
            class = match self.sets.get(superclass.objects) {
                [] => return !superclass.kinds.has(Kinds::OTHER),
                [Object::Closure(parent)] if !superclass.kinds.has(Kinds::OTHER) => *parent,
                _ => return false,
            };
        }
        false
    }

    /// `super(…)`: constructs the superclass with the instance that the class at hand is about to be.
    pub fn super_call(&mut self, at: At<'a>, args: &[Value], spread: Option<Value>) {
        let constructor = self.arg(at, 0);
        if constructor.kinds.has(Kinds::OTHER) {
            return self.unseen(at);
        }
        let mut found = Value::NONE;
        for object in self.objects(constructor) {
            let Object::Closure(class) = object else { continue };
            let this = self.watch(self.bases[class.0 as usize].this, at.place);
            found = self.union(found, this);
            let superclass = self.slot(object, Slot::Superclass);
            let superclass = self.watch(superclass, at.place);
            if superclass.kinds.has(Kinds::OTHER) {
                args.iter().copied().chain(spread).for_each(|value| self.escape(value));
                self.escape(this);
                found = self.union(found, Value::of(Kinds::OTHER));
            }
            for parent in self.objects(superclass) {
                let Object::Closure(parent) = parent else { continue };
                let made = self.run_constructor(at, parent, this, args, spread);
                found = self.union(found, made);
            }
        }
        self.yields(at, 0, found);
    }

    pub fn new_target(&mut self, at: At<'a>) {
        let this = self.value(at.base.this);
        let mut target = Value::of(Kinds::UNDEFINED.with(this.kinds.and(Kinds::OTHER)));
        for object in self.objects(this) {
            if let Object::Instance(class) = object {
                let class = self.object(Object::Closure(class));
                target = self.union(target, class);
            }
        }
        self.yields(at, 0, target);
    }

    /// A built-in function that is called by its name.
    pub fn call_native(&mut self, at: At<'a>, native: u16) {
        let Some((kinds, converts)) = native_function(NATIVES[usize::from(native)].name) else {
            return self.unseen(at);
        };
        for index in 1..at.inst.args.len() {
            if converts {
                self.implicit(at, index);
            }
        }
        self.yields(at, 0, Value::of(kinds));
    }
}

/// What functions yield that do nothing with their arguments but look at them, or make primitives of them.
fn native_function(name: &str) -> Option<(Kinds, bool)> {
    Some(match name {
        "Math.sumPrecise" => return None,
        _ if name.starts_with("Math.") => (Kinds::NUMBER, true),
        "parseInt" | "parseFloat" | "Number.parseInt" | "Number.parseFloat" => (Kinds::NUMBER, true),
        "Date.now" | "performance.now" => (Kinds::NUMBER, false),
        "Array.isArray" | "Number.isInteger" | "Number.isFinite" | "Number.isNaN" | "Number.isSafeInteger" => {
            (Kinds::BOOL, false)
        }
        "isNaN" | "isFinite" => (Kinds::BOOL, true),
        "String.fromCharCode" | "String.fromCodePoint" => (Kinds::STRING, true),
        "String" => (Kinds::STRING, true),
        "Boolean" | "Object.is" => (Kinds::BOOL, false),
        _ => return None,
    })
}

/// What methods of strings yield, where that is always one kind.
fn string_method(name: &str) -> Option<Kinds> {
    Some(match name {
        "charCodeAt" | "indexOf" | "lastIndexOf" | "localeCompare" => Kinds::NUMBER,
        "charAt" | "slice" | "substring" | "substr" | "toUpperCase" | "toLowerCase" | "trim" | "trimStart"
        | "trimEnd" | "padStart" | "padEnd" | "repeat" | "concat" | "normalize" | "toString" | "valueOf" => {
            Kinds::STRING
        }
        "startsWith" | "endsWith" | "includes" => Kinds::BOOL,
        "codePointAt" => Kinds::NUMBER.with(Kinds::UNDEFINED),
        _ => return None,
    })
}
