//! The built-in objects of an instance: which there are, how they hang together, and their making on first use.
//!
//! Objects are derived from the native table: whatever stands before the last part of a built-in's name is an *owner*. An
//! owner is made when first reached, and gets its properties when first looked into.

use std::sync::OnceLock;

use mosl_bytecode::natives::{GLOBALS, NATIVES};
use rustc_hash::FxHashMap;

use crate::heap::{Gc, flags};
use crate::native::{Constant, constants, implementations};
use crate::natives::{LEFT_OUT, left_out, throw_type_error};
use crate::object::data::{ArrayData, NativeData, Plain, WrapperData};
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::object::{Object, Of};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

macro_rules! intrinsics {
    ($($name:ident $path:literal,)*) => {
        /// A built-in object that the VM itself needs.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Intrinsic { $($name,)* }

        impl Intrinsic {
            const PATHS: &'static [&'static str] = &[$($path,)*];

            /// As in the native table.
            pub const fn path(self) -> &'static str {
                Self::PATHS[self as usize]
            }
        }
    };
}

intrinsics! {
    ObjectPrototype "Object.prototype",
    FunctionPrototype "Function.prototype",
    ArrayPrototype "Array.prototype",
    StringPrototype "String.prototype",
    NumberPrototype "Number.prototype",
    BooleanPrototype "Boolean.prototype",
    SymbolPrototype "Symbol.prototype",
    ErrorPrototype "Error.prototype",
    TypeErrorPrototype "TypeError.prototype",
    RangeErrorPrototype "RangeError.prototype",
    ReferenceErrorPrototype "ReferenceError.prototype",
    SyntaxErrorPrototype "SyntaxError.prototype",
    EvalErrorPrototype "EvalError.prototype",
    UriErrorPrototype "URIError.prototype",
    AggregateErrorPrototype "AggregateError.prototype",
    SuppressedErrorPrototype "SuppressedError.prototype",
    PromisePrototype "Promise.prototype",
    Promise "Promise",
    MapPrototype "Map.prototype",
    SetPrototype "Set.prototype",
    WeakMapPrototype "WeakMap.prototype",
    WeakSetPrototype "WeakSet.prototype",
    DatePrototype "Date.prototype",
    RegExpPrototype "RegExp.prototype",
    IteratorPrototype "Iterator.prototype",
    AsyncIteratorPrototype "AsyncIterator.prototype",
    ArrayIteratorPrototype "ArrayIterator.prototype",
    MapIteratorPrototype "MapIterator.prototype",
    SetIteratorPrototype "SetIterator.prototype",
    StringIteratorPrototype "StringIterator.prototype",
    RegExpStringIteratorPrototype "RegExpStringIterator.prototype",
    IteratorHelperPrototype "IteratorHelper.prototype",
    WrapForValidIteratorPrototype "WrapForValidIterator.prototype",
    GeneratorPrototype "Generator.prototype",
    AsyncGeneratorPrototype "AsyncGenerator.prototype",
    AsyncFromSyncIteratorPrototype "AsyncFromSyncIterator.prototype",
    GeneratorFunctionPrototype "GeneratorFunction.prototype",
    AsyncFunctionPrototype "AsyncFunction.prototype",
    AsyncGeneratorFunctionPrototype "AsyncGeneratorFunction.prototype",
    MrkPrototype "Mrk.prototype",
    Vec2Prototype "Vec2.prototype",
    Vec3Prototype "Vec3.prototype",
    QuatPrototype "Quat.prototype",
    ColorPrototype "Color.prototype",
    ArrayBufferPrototype "ArrayBuffer.prototype",
    TypedArrayPrototype "TypedArray.prototype",
    TypedArray "TypedArray",
    DataViewPrototype "DataView.prototype",
    DisposableStackPrototype "DisposableStack.prototype",
    AsyncDisposableStackPrototype "AsyncDisposableStack.prototype",
}

/// The owner that is the global object.
const GLOBAL_OBJECT: &str = "globalThis";

/// Built-ins that are the same function object as another: the name that the native table lists, and whose function it is.
pub static ALIASES: &[(&str, &str)] = &[
    ("Array.prototype[Symbol.iterator]", "Array.prototype.values"),
    ("AsyncDisposableStack.prototype[Symbol.asyncDispose]", "AsyncDisposableStack.prototype.disposeAsync"),
    ("Date.prototype.toGMTString", "Date.prototype.toUTCString"),
    ("DisposableStack.prototype[Symbol.dispose]", "DisposableStack.prototype.dispose"),
    ("Map.prototype[Symbol.iterator]", "Map.prototype.entries"),
    ("Number.parseFloat", "parseFloat"),
    ("Number.parseInt", "parseInt"),
    ("Set.prototype.keys", "Set.prototype.values"),
    ("Set.prototype[Symbol.iterator]", "Set.prototype.values"),
    ("String.prototype.trimLeft", "String.prototype.trimStart"),
    ("String.prototype.trimRight", "String.prototype.trimEnd"),
    ("TypedArray.prototype.toString", "Array.prototype.toString"),
    ("TypedArray.prototype[Symbol.iterator]", "TypedArray.prototype.values"),
];

/// `[[Prototype]]` of owners where it is not the usual one (`Object.prototype`; `Function.prototype` for functions).
pub static PARENTS: &[(&str, &str)] = &[
    ("TypeError.prototype", "Error.prototype"),
    ("RangeError.prototype", "Error.prototype"),
    ("ReferenceError.prototype", "Error.prototype"),
    ("SyntaxError.prototype", "Error.prototype"),
    ("EvalError.prototype", "Error.prototype"),
    ("URIError.prototype", "Error.prototype"),
    ("AggregateError.prototype", "Error.prototype"),
    ("SuppressedError.prototype", "Error.prototype"),
    ("TypeError", "Error"),
    ("RangeError", "Error"),
    ("ReferenceError", "Error"),
    ("SyntaxError", "Error"),
    ("EvalError", "Error"),
    ("URIError", "Error"),
    ("AggregateError", "Error"),
    ("SuppressedError", "Error"),
    ("ArrayIterator.prototype", "Iterator.prototype"),
    ("MapIterator.prototype", "Iterator.prototype"),
    ("SetIterator.prototype", "Iterator.prototype"),
    ("StringIterator.prototype", "Iterator.prototype"),
    ("RegExpStringIterator.prototype", "Iterator.prototype"),
    ("IteratorHelper.prototype", "Iterator.prototype"),
    ("WrapForValidIterator.prototype", "Iterator.prototype"),
    ("Generator.prototype", "Iterator.prototype"),
    ("AsyncGenerator.prototype", "AsyncIterator.prototype"),
    ("AsyncFromSyncIterator.prototype", "AsyncIterator.prototype"),
    ("AsyncFunction", "Function"),
    ("AsyncGeneratorFunction", "Function"),
    ("GeneratorFunction", "Function"),
    ("GeneratorFunction.prototype", "Function.prototype"),
    ("AsyncFunction.prototype", "Function.prototype"),
    ("AsyncGeneratorFunction.prototype", "Function.prototype"),
    ("Int8Array.prototype", "TypedArray.prototype"),
    ("Uint8Array.prototype", "TypedArray.prototype"),
    ("Uint8ClampedArray.prototype", "TypedArray.prototype"),
    ("Int16Array.prototype", "TypedArray.prototype"),
    ("Uint16Array.prototype", "TypedArray.prototype"),
    ("Int32Array.prototype", "TypedArray.prototype"),
    ("Uint32Array.prototype", "TypedArray.prototype"),
    ("Float16Array.prototype", "TypedArray.prototype"),
    ("Float32Array.prototype", "TypedArray.prototype"),
    ("Float64Array.prototype", "TypedArray.prototype"),
    ("Int8Array", "TypedArray"),
    ("Uint8Array", "TypedArray"),
    ("Uint8ClampedArray", "TypedArray"),
    ("Int16Array", "TypedArray"),
    ("Uint16Array", "TypedArray"),
    ("Int32Array", "TypedArray"),
    ("Uint32Array", "TypedArray"),
    ("Float16Array", "TypedArray"),
    ("Float32Array", "TypedArray"),
    ("Float64Array", "TypedArray"),
];

/// One built-in property of an owner.
#[derive(Clone, Copy, Debug)]
enum Member {
    Method(u16),
    Getter(u16),
    Setter(u16),
    Constant(Constant),
    /// Another owner: a constructor's `prototype`, a prototype's `constructor`.
    Owner(usize, Attrs),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MemberKey {
    Name(&'static str),
    Symbol(WellKnown),
}

#[derive(Debug, Default)]
struct Owner {
    path: &'static str,
    /// Its own entry in the native table, if it is a function.
    native: Option<u16>,
    parent: Option<usize>,
    members: Vec<(MemberKey, Member)>,
}

/// All owners, derived once from the native table.
#[derive(Debug)]
struct Layout {
    owners: Vec<Owner>,
    by_path: FxHashMap<&'static str, usize>,
    globals: FxHashMap<&'static str, Constant>,
}

/// The built-in objects of one instance.
#[derive(Debug)]
pub struct Realm {
    objects: Vec<Option<Gc<Object>>>,
    /// By number of the native table: functions that are no owners.
    functions: Vec<Option<Value>>,
}

fn layout() -> &'static Layout {
    static LAYOUT: OnceLock<Layout> = OnceLock::new();
    LAYOUT.get_or_init(Layout::derive)
}

/// `Array.prototype[Symbol.iterator]` → owner `Array.prototype`, the symbol; `parseInt` → no owner.
fn split(name: &'static str) -> Option<(&'static str, MemberKey)> {
    if let Some((owner, symbol)) = name.strip_suffix(']').and_then(|rest| rest.split_once("[Symbol.")) {
        let found = WellKnown::ALL.iter().find(|known| known.name() == symbol)?;
        return Some((owner, MemberKey::Symbol(*found)));
    }
    name.rsplit_once('.').map(|(owner, key)| (owner, MemberKey::Name(key)))
}

impl Layout {
    fn derive() -> Self {
        let mut layout = Self { owners: Vec::new(), by_path: FxHashMap::default(), globals: FxHashMap::default() };
        for path in Intrinsic::PATHS {
            layout.owner(path);
        }
        layout.owner(GLOBAL_OBJECT);
        for (id, decl) in NATIVES.iter().enumerate() {
            layout.add_native(id as u16, decl.name);
        }
        for (path, _) in PARENTS {
            // A prototype without members of its own is there all the same, where its constructor is.
            let constructor = path.strip_suffix(".prototype");
            if constructor.is_some_and(|name| NATIVES.iter().any(|decl| decl.name == name)) {
                layout.owner(path);
            }
        }
        for (name, constant) in constants() {
            match split(name) {
                Some((owner, key)) => {
                    let at = layout.owner(owner);
                    layout.owners[at].members.push((key, Member::Constant(constant)));
                }
                None => {
                    layout.globals.insert(name, constant);
                }
            }
        }
        for (id, decl) in NATIVES.iter().enumerate() {
            if let Some(&at) = layout.by_path.get(decl.name) {
                layout.owners[at].native = Some(id as u16);
            }
        }
        layout.link();
        layout.link_generators();
        layout
    }

    fn owner(&mut self, path: &'static str) -> usize {
        if let Some(&at) = self.by_path.get(path) {
            return at;
        }
        let at = self.owners.len();
        self.owners.push(Owner { path, ..Owner::default() });
        self.by_path.insert(path, at);
        if let Some(constructor) = path.strip_suffix(".prototype") {
            self.owner(constructor);
        }
        at
    }

    fn add_native(&mut self, id: u16, name: &'static str) {
        let (name, member) = match name.split_once(' ') {
            Some(("get", rest)) => (rest, Member::Getter(id)),
            Some(("set", rest)) => (rest, Member::Setter(id)),
            _ => (name, Member::Method(id)),
        };
        if let Some((owner, key)) = split(name) {
            let at = self.owner(owner);
            self.owners[at].members.push((key, member));
        }
    }

    /// What generator functions make inherits from their prototype's `prototype`, whose `constructor` leads back.
    fn link_generators(&mut self) {
        for (functions, generators) in [
            ("GeneratorFunction.prototype", "Generator.prototype"),
            ("AsyncGeneratorFunction.prototype", "AsyncGenerator.prototype"),
        ] {
            let (functions, generators) = (self.by_path[functions], self.by_path[generators]);
            let forth = (MemberKey::Name("prototype"), Member::Owner(generators, Attrs::CONFIG));
            let back = (MemberKey::Name("constructor"), Member::Owner(functions, Attrs::CONFIG));
            self.owners[functions].members.push(forth);
            self.owners[generators].members.insert(0, back);
        }
    }

    /// Parents, and the two properties that tie constructors to prototypes.
    fn link(&mut self) {
        for at in 0..self.owners.len() {
            let path = self.owners[at].path;
            let usual = if self.owners[at].native.is_some() { "Function.prototype" } else { "Object.prototype" };
            let parent = PARENTS.iter().find(|(child, _)| *child == path).map_or(usual, |(_, parent)| *parent);
            self.owners[at].parent = self.by_path.get(parent).copied().filter(|&parent| parent != at);
            let Some(constructor) = path.strip_suffix(".prototype") else { continue };
            let constructor = self.by_path[constructor];
            if self.owners[constructor].native.is_some() {
                let link = (MemberKey::Name("prototype"), Member::Owner(at, Attrs::FROZEN));
                self.owners[constructor].members.insert(0, link);
                // The constructors of function kinds that have no global are not writable.
                let hidden = matches!(
                    path,
                    "GeneratorFunction.prototype" | "AsyncFunction.prototype" | "AsyncGeneratorFunction.prototype"
                );
                let attrs = if hidden { Attrs::CONFIG } else { Attrs::HIDDEN };
                self.owners[at].members.insert(0, (MemberKey::Name("constructor"), Member::Owner(constructor, attrs)));
            }
        }
    }
}

impl Realm {
    pub(crate) fn new() -> Self {
        Self { objects: vec![None; layout().owners.len()], functions: vec![None; NATIVES.len()] }
    }

    pub(crate) fn trace(&self, tracer: &mut crate::heap::Tracer) {
        for object in self.objects.iter().flatten() {
            tracer.cell(*object);
        }
        for function in self.functions.iter().flatten() {
            tracer.value(*function);
        }
    }
}

impl Vm {
    /// A built-in object, made on first use.
    #[inline]
    pub fn intrinsic(&mut self, intrinsic: Intrinsic) -> Gc<Object> {
        // The layout begins with the intrinsics' paths; those and their constructors come first, in order.
        self.owner_object(intrinsic_owner(intrinsic))
    }

    fn owner_object(&mut self, at: usize) -> Gc<Object> {
        if let Some(object) = self.realm.objects[at] {
            return object;
        }
        let owner = &layout().owners[at];
        let proto = owner.parent.map(|parent| self.owner_object(parent));
        let shape = self.shapes.of_proto(proto);
        let mut object = match owner.native {
            Some(id) => self.make_native(id, shape).base(),
            None => self.prototype_object(owner.path, shape),
        };
        object.set_flag(flags::LAZY | flags::INTRINSIC);
        self.realm.objects[at] = Some(object);
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
                let nothing = NativeData::nameless(|_, _| Ok(Value::UNDEFINED), self.pool.empty);
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

    fn make_native(&mut self, id: u16, shape: crate::object::shape::ShapeId) -> Gc<Of<NativeData>> {
        let decl = &NATIVES[usize::from(id)];
        let data = NativeData {
            func: implementations()[usize::from(id)],
            native: id,
            length: decl.arity,
            is_constructor: is_constructor(decl.name),
            name: Value::ABSENT,
            slots: Box::default(),
        };
        let mut made = self.heap.object(shape, data);
        made.object.set_flag(flags::LAZY | flags::INTRINSIC);
        made
    }

    /// The function object of a line of the native table.
    pub(crate) fn native_function(&mut self, id: u16) -> Value {
        if let Some(function) = self.realm.functions[usize::from(id)] {
            return function;
        }
        let function = match (layout().by_path.get(NATIVES[usize::from(id)].name), alias_of(id)) {
            (Some(&at), _) => self.owner_object(at).into(),
            (None, Some(same)) => self.native_function(same),
            (None, None) => {
                let shape = self.shape_of_proto(Intrinsic::FunctionPrototype);
                self.make_native(id, shape).into()
            }
        };
        self.realm.functions[usize::from(id)] = Some(function);
        function
    }

    /// The value of a built-in global by name; `None` where there is none.
    pub(crate) fn global(&mut self, name: &str) -> Option<Value> {
        if let Some(&constant) = layout().globals.get(name) {
            return Some(self.constant(constant));
        }
        if let Some(&at) = layout().by_path.get(name) {
            return Some(self.owner_object(at).into());
        }
        let id = NATIVES.iter().position(|decl| decl.name == name)?;
        Some(self.native_function(id as u16))
    }

    fn constant(&mut self, constant: Constant) -> Value {
        match constant {
            Constant::Number(n) => Value::number(n),
            Constant::Str(text) => self.str(text),
            Constant::Symbol(known) => self.well_known_value(known),
            Constant::Made(make) => make(self),
        }
    }

    /// Gives a built-in owner its properties; `false` where it is none.
    pub(crate) fn populate_owner(&mut self, object: Gc<Object>) -> bool {
        let Some(at) = self.realm.objects.iter().position(|o| *o == Some(object)) else { return false };
        for (key, member) in &layout().owners[at].members {
            let key = match key {
                MemberKey::Name(name) => self.key(name),
                MemberKey::Symbol(known) => self.well_known(*known),
            };
            self.add_member(object, key, *member);
        }
        match layout().owners[at].path {
            "Function.prototype" => self.add_poison(object),
            GLOBAL_OBJECT => self.add_globals(object),
            _ => {}
        }
        true
    }

    /// `globalThis`
    pub(crate) fn global_object(&mut self) -> Gc<Object> {
        self.owner_object(layout().by_path[GLOBAL_OBJECT])
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
        for name in LEFT_OUT {
            let getter = self.new_native(name, 0, left_out, &[]);
            let key = self.key(name);
            self.add_accessor(object, key, Some(getter), None, Attrs::CONFIG);
        }
    }

    /// `caller` and `arguments` of functions: one function that throws, whoever asks (%ThrowTypeError%).
    fn add_poison(&mut self, object: Gc<Object>) {
        let shape = self.shape_of_proto(Intrinsic::FunctionPrototype);
        let data = NativeData::nameless(throw_type_error, self.pool.empty);
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
            Member::Owner(at, attrs) => {
                let other = self.owner_object(at);
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
    NATIVES.iter().position(|decl| decl.name == *same).map(|at| at as u16)
}

fn intrinsic_owner(intrinsic: Intrinsic) -> usize {
    static TABLE: OnceLock<Vec<usize>> = OnceLock::new();
    TABLE.get_or_init(|| Intrinsic::PATHS.iter().map(|path| layout().by_path[path]).collect())[intrinsic as usize]
}

/// A built-in function is a constructor where it has a prototype object.
fn is_constructor(name: &str) -> bool {
    static TABLE: OnceLock<Vec<&'static str>> = OnceLock::new();
    let all = TABLE.get_or_init(|| {
        NATIVES
            .iter()
            .filter_map(|d| split(d.name.split_once(' ').map_or(d.name, |(_, rest)| rest)))
            .filter_map(|(owner, _)| owner.strip_suffix(".prototype"))
            .chain(Intrinsic::PATHS.iter().filter_map(|path| path.strip_suffix(".prototype")))
            .chain(PARENTS.iter().filter_map(|(path, _)| path.strip_suffix(".prototype")))
            .collect()
    });
    all.contains(&name)
}

/// The name of a built-in as `name` gives it: the last part, with `get ` or `set `, or `[Symbol.iterator]`.
pub(crate) fn native_name(name: &'static str) -> String {
    let (prefix, rest) = match name.split_once(' ') {
        Some((prefix, rest)) => (format!("{prefix} "), rest),
        None => (String::new(), name),
    };
    match split(rest) {
        Some((_, MemberKey::Name(key))) => format!("{prefix}{key}"),
        Some((_, MemberKey::Symbol(known))) => format!("{prefix}[Symbol.{}]", known.name()),
        None => format!("{prefix}{rest}"),
    }
}
