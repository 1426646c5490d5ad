//! Properties: what reading one may yield, along the chains of prototypes, and where writes go.

use super::super::super::{FuncId, StrId};
use super::solver::{Slot, Solver, is_constructor};
use super::transfer::At;
use super::value::{Kinds, Object, Value};

/// What every object inherits.
const OF_EVERY_OBJECT: [&str; 13] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
    "then",
];

/// What every function inherits, or has of its own.
const OF_EVERY_FUNCTION: [&str; 7] = ["apply", "arguments", "bind", "call", "caller", "length", "name"];

/// Classes that extend one another further than this are not followed.
pub const LONGEST_CHAIN: usize = 100;

/// What comes after an object in its chain.
enum Next {
    Objects(Vec<Object>),
    /// The prototype of all functions.
    Function,
    /// The prototype of all objects.
    Root,
    /// Built-in objects, or unseen ones and these.
    Unseen(Vec<Object>),
}

impl<'a> Solver<'a> {
    /// `of.name`.
    pub fn get(&mut self, at: At<'a>, of: Value, name: StrId) -> Value {
        let mut found = Value::NONE;
        if of.kinds.has(Kinds::STRING) && Some(name) == self.scan.length {
            found = Value::of(Kinds::NUMBER);
        } else if of.kinds.has(Kinds::STRING) {
            found = self.any();
        }
        if of.kinds.has(Kinds::OTHER.with(Kinds::VALUE).with(Kinds::NUMBER).with(Kinds::BOOL).with(Kinds::SYMBOL)) {
            found = if self.is_symbol_name(at, name) { Value::of(Kinds::SYMBOL) } else { self.any() };
        }
        for object in self.objects(of) {
            let value = self.get_of(at, object, name);
            found = self.union(found, value);
        }
        found
    }

    /// `Symbol.iterator` and its kin.
    fn is_symbol_name(&self, at: At, name: StrId) -> bool {
        const NAMES: [&str; 5] = ["iterator", "asyncIterator", "hasInstance", "toPrimitive", "toStringTag"];
        let global = at.inst.args.first().and_then(|temp| self.intrinsics.get(&(at.base.temps + temp.0)));
        global.is_some_and(|&number| mosl_bytecode::natives::GLOBALS[usize::from(number)] == "Symbol")
            && NAMES.contains(&self.program.strings.text(name).as_str())
    }

    pub fn get_of(&mut self, at: At<'a>, object: Object, name: StrId) -> Value {
        if self.scan.is_index(self.program, name) {
            return self.element_of(at, object);
        }
        if matches!(object, Object::Array(_) | Object::Rest(_)) && Some(name) == self.scan.length {
            return Value::of(Kinds::NUMBER);
        }
        let this = self.object(object);
        self.look_up(at, vec![object], this, name)
    }

    /// Along the chains that begin with these; accessors are called on `this`.
    fn look_up(&mut self, at: At<'a>, mut work: Vec<Object>, this: Value, name: StrId) -> Value {
        let mut found = Value::NONE;
        let mut seen: Vec<Object> = vec![];
        while let Some(holder) = work.pop() {
            if seen.contains(&holder) {
                continue;
            }
            seen.push(holder);
            let (value, is_last) = self.own(at, holder, this, name);
            found = self.union(found, value);
            if is_last {
                continue;
            }
            match self.next(at, holder) {
                Next::Objects(objects) => work.extend(objects),
                Next::Unseen(objects) => {
                    work.extend(objects);
                    found = self.union(found, self.any());
                }
                next => {
                    let text = self.program.strings.text(name);
                    let inherited = OF_EVERY_OBJECT.contains(&text.as_str())
                        || matches!(next, Next::Function) && OF_EVERY_FUNCTION.contains(&text.as_str());
                    let value = if inherited { self.any() } else { Value::of(Kinds::UNDEFINED) };
                    found = self.union(found, value);
                }
            }
            self.steps(1);
        }
        found
    }

    /// An object's own property, and whether it is surely there.
    fn own(&mut self, at: At<'a>, holder: Object, this: Value, name: StrId) -> (Value, bool) {
        let node = self.slot(holder, Slot::Data(name));
        let mut value = self.watch(node, at.place);
        let is_own = matches!(holder, Object::Instance(_) | Object::Literal(_)) || !value.is_none();
        let mut is_there = is_own && self.is_definite(at, holder, name);
        if self.scan.accessors.contains(&name) {
            let (getter, setter) = (self.slot(holder, Slot::Getter(name)), self.slot(holder, Slot::Setter(name)));
            let (getter, setter) = (self.watch(getter, at.place), self.watch(setter, at.place));
            if !getter.is_none() || !setter.is_none() {
                let result = self.invoke(at, getter, this, &[], None);
                let result = self.union(result, Value::of(Kinds::UNDEFINED));
                value = self.union(value, result);
                is_there |= matches!(holder, Object::Prototype(_));
            }
        }
        if self.is_wild(at, holder) {
            value = self.union(value, self.any());
        }
        (value, is_there)
    }

    /// Whether an object has members whose names are computed.
    fn is_wild(&mut self, at: At, holder: Object) -> bool {
        if !self.scan.has_computed_members {
            return false;
        }
        let node = self.slot(holder, Slot::Wild);
        !self.watch(node, at.place).is_none()
    }

    /// Whether a property that was ever there is there whenever it is read.
    pub fn is_definite(&mut self, at: At, holder: Object, name: StrId) -> bool {
        if self.scan.deleted.contains(&name) {
            return false;
        }
        match holder {
            Object::Prototype(_) => true,
            Object::Closure(_) => self.static_methods.contains(&(holder, name)),
            Object::Literal(place) => self.scan.literals.get(&place).is_some_and(|names| names.contains(&name)),
            Object::Instance(class) => self.is_given(at, class, name),
            _ => false,
        }
    }

    /// Whether the constructors of a class and of all that it extends give a property before anyone reads it or sees the object.
    fn is_given(&mut self, at: At, class: FuncId, name: StrId) -> bool {
        if self.scan.has_wild_members {
            return false;
        }
        let (mut is_given, mut next) = (false, class);
        for _ in 0..LONGEST_CHAIN {
            // What runs before those looked at so far: a superclass shows others an object that lacks what comes later.
            let Some(made) = self.scan.constructor(next) else { return false };
            if made.names.contains(&name) {
                is_given = true;
            } else if made.leaks || made.read_early.contains(&name) {
                is_given = false;
            }
            let superclass = self.slot(Object::Closure(next), Slot::Superclass);
            let superclass = self.watch(superclass, at.place);
            if superclass.is_none() {
                // The class is not there yet.
                return true;
            }
            next = match self.sets.get(superclass.objects) {
                [] if !superclass.kinds.has(Kinds::OTHER) => return is_given,
                [Object::Closure(parent)] if !superclass.kinds.has(Kinds::OTHER) => *parent,
                _ => return false,
            };
        }
        false
    }

    fn next(&mut self, at: At, holder: Object) -> Next {
        let class = match holder {
            Object::Instance(class) => return Next::Objects(vec![Object::Prototype(class)]),
            Object::Literal(_) => return Next::Root,
            Object::Prototype(class) | Object::Closure(class) => class,
            _ => return Next::Unseen(vec![]),
        };
        let node = self.slot(Object::Closure(class), Slot::Superclass);
        let superclass = self.watch(node, at.place);
        let is_prototype = matches!(holder, Object::Prototype(_));
        let parents = self.objects(superclass).into_iter().map(|object| match object {
            Object::Closure(class) if is_prototype => Object::Prototype(class),
            other => other,
        });
        let parents: Vec<Object> = parents.collect();
        let is_defined = !superclass.is_none() || !is_constructor(self.function(class));
        if superclass.kinds.has(Kinds::OTHER) {
            Next::Unseen(parents)
        } else if !parents.is_empty() || !is_defined {
            Next::Objects(parents)
        } else if is_prototype {
            Next::Root
        } else {
            Next::Function
        }
    }

    /// What is found under indices.
    fn element_of(&mut self, at: At, object: Object) -> Value {
        let is_array = matches!(object, Object::Array(_) | Object::Rest(_));
        if !is_array && (self.scan.has_computed_members || !matches!(object, Object::Instance(_) | Object::Literal(_)))
        {
            let one = self.object(object);
            self.escape(one);
            return self.any();
        }
        let one = self.object(object);
        let found = self.elements(at, one);
        self.union(found, Value::of(Kinds::UNDEFINED))
    }

    /// `of.name = value`.
    pub fn set(&mut self, at: At<'a>, of: Value, name: StrId, value: Value) {
        if !of.kinds.within(Kinds::UNDEFINED.with(Kinds::NULL)) {
            self.escape(value);
        }
        for object in self.objects(of) {
            if self.scan.is_index(self.program, name) {
                self.set_element_of(object, value);
                continue;
            }
            let node = self.slot(object, Slot::Data(name));
            self.join(node, value);
            self.call_setters(at, object, name, value);
        }
    }

    fn call_setters(&mut self, at: At<'a>, object: Object, name: StrId, value: Value) {
        let receiver = self.object(object);
        let mut work = vec![object];
        let mut seen = vec![];
        while let Some(holder) = work.pop() {
            if seen.contains(&holder) {
                continue;
            }
            seen.push(holder);
            if self.scan.accessors.contains(&name) {
                let setter = self.slot(holder, Slot::Setter(name));
                let setter = self.watch(setter, at.place);
                self.invoke(at, setter, receiver, &[value], None);
            }
            if self.is_wild(at, holder) {
                self.escape(value);
                self.escape(receiver);
            }
            match self.next(at, holder) {
                Next::Objects(objects) => work.extend(objects),
                Next::Function | Next::Root => {}
                Next::Unseen(objects) => {
                    work.extend(objects);
                    self.escape(value);
                }
            }
            self.steps(1);
        }
    }

    fn set_element_of(&mut self, object: Object, value: Value) {
        if self.scan.has_computed_members && !matches!(object, Object::Array(_) | Object::Rest(_)) {
            self.escape(value);
        }
        let one = self.object(object);
        self.set_elements(one, value);
    }

    pub fn get_index(&mut self, at: At<'a>) -> Value {
        let (of, key) = (self.arg(at, 0), self.arg(at, 1));
        if let Some(name) = self.constant_key(at, 1) {
            return self.get(at, of, name);
        }
        if key.is_none() {
            return Value::NONE;
        }
        if key != Value::of(Kinds::NUMBER) {
            self.escape(of);
            self.escape(key);
            return self.any();
        }
        let mut found = if of.kinds.has(Kinds::STRING) { Kinds::STRING.with(Kinds::UNDEFINED) } else { Kinds::NONE };
        if of.kinds.has(Kinds::NUMBER.with(Kinds::BOOL)) {
            found = found.with(Kinds::UNDEFINED);
        }
        let mut found = Value::of(found);
        if of.kinds.has(Kinds::OTHER.with(Kinds::VALUE).with(Kinds::SYMBOL)) {
            found = self.any();
        }
        for object in self.objects(of) {
            let value = self.element_of(at, object);
            found = self.union(found, value);
        }
        found
    }

    pub fn set_index(&mut self, at: At<'a>) {
        let (of, key, value) = (self.arg(at, 0), self.arg(at, 1), self.arg(at, 2));
        if let Some(name) = self.constant_key(at, 1) {
            return self.set(at, of, name, value);
        }
        if key.is_none() {
            return;
        }
        if key != Value::of(Kinds::NUMBER) {
            [of, key, value].into_iter().for_each(|value| self.escape(value));
            return;
        }
        if !of.kinds.within(Kinds::UNDEFINED.with(Kinds::NULL)) {
            self.escape(value);
        }
        for object in self.objects(of) {
            self.set_element_of(object, value);
        }
    }

    /// An own property is made, whatever the prototypes have.
    pub fn define(&mut self, at: At<'a>, value: Value) {
        let of = self.arg(at, 0);
        if of.kinds.has(Kinds::OTHER) {
            self.escape(value);
        }
        let Some(name) = self.constant_key(at, 1) else {
            let key = self.arg(at, 1);
            [of, key, value].into_iter().for_each(|value| self.escape(value));
            return;
        };
        for object in self.objects(of) {
            if self.scan.is_index(self.program, name) {
                self.set_element_of(object, value);
            } else {
                let node = self.slot(object, Slot::Data(name));
                self.join(node, value);
            }
        }
    }

    pub fn define_method(&mut self, at: At<'a>, kind: u8) {
        let (of, func) = (self.arg(at, 0), self.arg(at, 2));
        if of.kinds.has(Kinds::OTHER) {
            self.escape(func);
        }
        let name = self.constant_key(at, 1).filter(|&name| !self.scan.is_index(self.program, name));
        let Some(name) = name else {
            self.escape(func);
            if self.arg(at, 1) != Value::of(Kinds::SYMBOL) {
                for object in self.objects(of) {
                    let node = self.slot(object, Slot::Wild);
                    self.join(node, func);
                }
            }
            return;
        };
        let slot = match kind & 3 {
            1 => Slot::Getter(name),
            2 => Slot::Setter(name),
            _ => Slot::Data(name),
        };
        for object in self.objects(of) {
            if matches!((object, slot), (Object::Closure(_), Slot::Data(_))) {
                self.static_methods.insert((object, name));
            }
            let node = self.slot(object, slot);
            self.join(node, func);
        }
    }

    pub fn delete(&mut self, at: At<'a>) {
        if self.constant_key(at, 1).is_none() && self.arg(at, 1) != Value::of(Kinds::NUMBER) {
            self.escape(self.arg(at, 0));
            self.escape(self.arg(at, 1));
        } else if let Some(name) = self.constant_key(at, 1) {
            for object in self.objects(self.arg(at, 0)) {
                let node = self.slot(object, Slot::Data(name));
                self.join(node, Value::of(Kinds::UNDEFINED));
            }
        }
        self.yields(at, 0, Value::NONE);
    }

    /// `super.name`, on the object `this`.
    pub fn super_get(&mut self, at: At<'a>) {
        let name = self.constant_key(at, 2).filter(|&name| !self.scan.is_index(self.program, name));
        let (home, this) = (self.arg(at, 0), self.arg(at, 1));
        let Some(name) = name.filter(|_| !home.kinds.has(Kinds::OTHER)) else { return self.unseen(at) };
        let mut found = Value::NONE;
        for home in self.objects(home) {
            let (objects, is_seen) = match self.next(at, home) {
                Next::Objects(objects) => (objects, true),
                Next::Unseen(objects) => (objects, false),
                Next::Function | Next::Root => (vec![], false),
            };
            let value = self.look_up(at, objects, this, name);
            found = self.union(found, value);
            if !is_seen {
                self.escape(this);
                found = self.union(found, self.any());
            }
        }
        self.yields(at, 0, found);
    }

    pub fn new_class(&mut self, at: At<'a>) {
        let superclass = self.arg(at, 1);
        for object in self.objects(self.arg(at, 0)) {
            let Object::Closure(class) = object else { continue };
            let prototype = self.object(Object::Prototype(class));
            let constructor = self.object(object);
            let node = self.slot(object, Slot::Superclass);
            self.join(node, superclass);
            if let Some(name) = self.scan.constructor_name {
                let node = self.slot(Object::Prototype(class), Slot::Data(name));
                self.join(node, constructor);
            }
            if let Some(name) = self.scan.prototype_name {
                let node = self.slot(object, Slot::Data(name));
                self.join(node, prototype);
            }
            self.yields(at, 0, prototype);
        }
    }

    pub fn run_field_init(&mut self, at: At<'a>) {
        let this = self.arg(at, 0);
        for class in self.objects(self.arg(at, 1)) {
            let node = self.slot(class, Slot::FieldInit);
            let init = self.watch(node, at.place);
            self.invoke(at, init, this, &[], None);
        }
    }
}
