//! The built-in objects of an instance, made on first use: an owner (see [`layout`]) when it is first reached, its properties when
//! it is first looked into.

mod layout;
mod tables;

pub(crate) use layout::{native_name, owner_path};
pub use tables::Intrinsic;

use mosl_bytecode::builtins::{ALIASES, parent};
use mosl_bytecode::natives::{GLOBALS, NATIVES, native_id};
use rustc_hash::FxHashMap;

use crate::heap::{Gc, flags};
use crate::native::{Constant, constants, implementation};
use crate::natives::{Inner, LEFT_OUT, LEFT_OUT_MEMBERS};
use crate::object::data::{ArrayData, NO_NATIVE, NativeData, Plain, WrapperData};
use crate::object::property::PropKey;
use crate::object::shape::{Attrs, Root};
use crate::object::{Object, Of};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;
use layout::{Member, MemberKey};

/// The owner that is the global object.
const GLOBAL_OBJECT: &str = "globalThis";

/// The built-in objects of one instance that were made.
#[derive(Debug)]
pub struct Realm {
    intrinsics: Box<[Option<Gc<Object>>]>,
    /// Owners that are no functions, by path.
    pub(crate) objects: FxHashMap<&'static str, Gc<Object>>,
    /// By number of the native table.
    pub(crate) functions: FxHashMap<u16, Value>,
}

impl Realm {
    pub(crate) fn new() -> Self {
        let intrinsics = vec![None; Intrinsic::PATHS.len()].into_boxed_slice();
        Self { intrinsics, objects: FxHashMap::default(), functions: FxHashMap::default() }
    }

    pub(crate) fn trace(&self, tracer: &mut crate::heap::Tracer) {
        for object in self.objects.values() {
            tracer.cell(*object);
        }
        for function in self.functions.values() {
            tracer.value(*function);
        }
    }

    /// The path of an owner.
    fn path_of(&self, object: Gc<Object>) -> Option<&'static str> {
        match object.of::<NativeData>() {
            Some(function) if function.data.native != NO_NATIVE => {
                Some(NATIVES[usize::from(function.data.native)].name)
            }
            _ => self.objects.iter().find(|(_, owner)| **owner == object).map(|(path, _)| *path),
        }
    }
}

impl Vm {
    /// A built-in object, made on first use.
    #[inline]
    pub fn intrinsic(&mut self, intrinsic: Intrinsic) -> Gc<Object> {
        match self.realm.intrinsics[intrinsic as usize] {
            Some(object) => object,
            None => self.make_intrinsic(intrinsic),
        }
    }

    #[cold]
    fn make_intrinsic(&mut self, intrinsic: Intrinsic) -> Gc<Object> {
        let object = self.owner_object(intrinsic.path());
        self.realm.intrinsics[intrinsic as usize] = Some(object);
        object
    }

    pub(crate) fn owner_object(&mut self, path: &'static str) -> Gc<Object> {
        if let Some(function) = native_id(path).and_then(|id| self.native_function(id).as_object()) {
            return function;
        }
        if let Some(object) = self.realm.objects.get(path) {
            return *object;
        }
        let proto = parent(path).map(|parent| self.owner_object(parent));
        let shape = self.shapes.root(Root::fixed(proto));
        let mut object = self.prototype_object(path, shape);
        object.set_flag(flags::LAZY | flags::INTRINSIC);
        self.realm.objects.insert(path, object);
        object
    }

    /// A built-in object that is no constructor: most are plain, some prototypes are of the kind of their instances.
    fn prototype_object(&mut self, path: &str, shape: crate::object::shape::ShapeId) -> Gc<Object> {
        let wrapper = |value| WrapperData { value };
        match path {
            "Array.prototype" => {
                let none = ArrayData { fixed: true, ..ArrayData::default() };
                self.heap.object(shape, none).base()
            }
            "Function.prototype" => {
                let nothing = NativeData::nameless(Inner::Nothing, self.pool.empty);
                self.heap.object(shape, nothing).base()
            }
            "String.prototype" => {
                let empty = self.empty_string();
                self.heap.object(shape, wrapper(empty)).base()
            }
            "Number.prototype" => self.heap.object(shape, wrapper(Value::ZERO)).base(),
            "Boolean.prototype" => self.heap.object(shape, wrapper(Value::FALSE)).base(),
            _ => self.heap.plain(shape, 0, Plain),
        }
    }

    fn make_native(&mut self, id: u16) -> Gc<Of<NativeData>> {
        let decl = &NATIVES[usize::from(id)];
        let proto = parent(decl.name).map(|parent| self.owner_object(parent));
        let shape = self.shapes.root(Root::fixed(proto));
        let data = NativeData {
            func: implementation(id),
            native: id,
            inner: None,
            length: decl.arity,
            is_constructor: layout::is_constructor(decl.name),
            name: Value::ABSENT,
            slots: Box::default(),
        };
        let mut made = self.heap.object(shape, data);
        made.object.set_flag(flags::LAZY | flags::INTRINSIC);
        made
    }

    /// The function object of a line of the native table.
    pub(crate) fn native_function(&mut self, id: u16) -> Value {
        if let Some(function) = self.realm.functions.get(&id) {
            return *function;
        }
        let function = match alias_of(id) {
            Some(same) => self.native_function(same),
            None => self.make_native(id).into(),
        };
        self.realm.functions.insert(id, function);
        function
    }

    /// The value of a built-in global by name; `None` where there is none.
    pub(crate) fn global(&mut self, name: &'static str) -> Option<Value> {
        if let Some(id) = native_id(name) {
            return Some(self.native_function(id));
        }
        if let Some((_, constant)) = constants().find(|(constant, _)| *constant == name) {
            return Some(self.constant(constant));
        }
        (name == GLOBAL_OBJECT || layout::is_owner(name)).then(|| self.owner_object(name).into())
    }

    fn constant(&mut self, constant: Constant) -> Value {
        match constant {
            Constant::Number(n) => Value::number(n),
            Constant::Str(text) => self.str(text),
            Constant::Symbol(known) => self.well_known_value(known),
            Constant::Made(make) => make(self),
        }
    }

    /// Gives a built-in owner its properties.
    pub(crate) fn populate_owner(&mut self, object: Gc<Object>) {
        let Some(path) = self.realm.path_of(object) else { return };
        for (key, member) in layout::members(path) {
            let key = match key {
                MemberKey::Name(name) => self.key(name),
                MemberKey::Symbol(known) => self.well_known(known),
            };
            self.add_member(object, key, member);
        }
        for (_, names) in LEFT_OUT_MEMBERS.iter().filter(|(owner, _)| *owner == path) {
            self.add_left_out(object, names);
        }
        match path {
            "Function.prototype" => self.add_poison(object),
            "Iterator.prototype" => crate::natives::iterator::add_weird_accessors(self, object),
            GLOBAL_OBJECT => self.add_globals(object),
            _ => {}
        }
    }

    /// `globalThis`
    pub(crate) fn global_object(&mut self) -> Gc<Object> {
        self.owner_object(GLOBAL_OBJECT)
    }

    fn add_globals(&mut self, object: Gc<Object>) {
        self.add_own(object, PropKey::Name(self.common().undefined), Value::UNDEFINED, Attrs::FROZEN);
        for name in GLOBALS {
            if let Some(value) = self.global(name) {
                let key = self.key(name);
                let attrs = if value.is_number() { Attrs::FROZEN } else { Attrs::HIDDEN };
                self.add_own(object, key, value, attrs);
            }
        }
        self.add_left_out(object, LEFT_OUT);
    }

    /// Properties that JavaScript has and MOSL does not: reading them is refused.
    fn add_left_out(&mut self, object: Gc<Object>, names: &[&str]) {
        for name in names {
            let getter = self.new_native(name, 0, Inner::LeftOut, &[]);
            let key = self.key(name);
            self.add_accessor(object, key, Some(getter), None, Attrs::CONFIG);
        }
    }

    /// `caller` and `arguments` of functions: one function that throws, whoever asks (%ThrowTypeError%).
    fn add_poison(&mut self, object: Gc<Object>) {
        let shape = self.shape_of_proto(Intrinsic::FunctionPrototype);
        let data = NativeData::nameless(Inner::ThrowTypeError, self.pool.empty);
        let mut thrower = self.heap.object(shape, data).base();
        for (name, value) in [(self.common().length, Value::ZERO), (self.common().name, self.pool.empty)] {
            self.add_own(thrower, PropKey::Name(name), value, Attrs::FROZEN);
        }
        let sealed = self.shapes.seal(thrower.shape());
        thrower.set_shape(sealed);
        thrower.set_flag(flags::INTRINSIC);
        for name in ["caller", "arguments"] {
            let key = self.key(name);
            self.add_accessor(object, key, Some(thrower.into()), Some(thrower.into()), Attrs::CONFIG);
        }
    }

    fn add_member(&mut self, object: Gc<Object>, key: PropKey, member: Member) {
        match member {
            Member::Method(id) => {
                let function = self.native_function(id);
                let attrs = match key {
                    PropKey::Name(name) if name.is_symbol() => self.symbol_method_attrs(name),
                    _ => Attrs::HIDDEN,
                };
                self.add_own(object, key, function, attrs);
            }
            Member::Getter(id) => {
                let getter = self.native_function(id);
                self.add_accessor(object, key, Some(getter), None, Attrs::CONFIG);
            }
            Member::Setter(id) => {
                let setter = self.native_function(id);
                self.add_accessor(object, key, None, Some(setter), Attrs::CONFIG);
            }
            Member::Constant(constant) => {
                let value = self.constant(constant);
                let named = matches!(key, PropKey::Name(name) if name.is_symbol());
                let is_name = value.is_string() && !named;
                let attrs = if is_name {
                    Attrs::HIDDEN
                } else if named {
                    Attrs::CONFIG
                } else {
                    Attrs::FROZEN
                };
                self.add_own(object, key, value, attrs);
            }
            Member::Owner(path, attrs) => {
                let other = self.owner_object(path);
                self.add_own(object, key, other.into(), attrs);
            }
        }
    }

    /// `Symbol.toPrimitive` and `Symbol.hasInstance` methods of built-ins are not writable, the latter not even configurable.
    fn symbol_method_attrs(&mut self, symbol: Value) -> Attrs {
        if symbol == self.well_known_value(WellKnown::ToPrimitive) {
            Attrs::CONFIG
        } else if symbol == self.well_known_value(WellKnown::HasInstance) {
            Attrs::FROZEN
        } else {
            Attrs::HIDDEN
        }
    }
}

/// The line of the native table whose function this one's is too.
fn alias_of(id: u16) -> Option<u16> {
    let name = NATIVES[usize::from(id)].name;
    let (_, same) = ALIASES.iter().find(|(alias, _)| *alias == name)?;
    native_id(same)
}
