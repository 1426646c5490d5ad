//! The built-in objects: those that a program reaches, with those of their members that it can name. A member is left out where its
//! name stands nowhere in the program: not as a property, not in a string. None is where the program reads properties by names that it
//! makes as it runs.

use mosl_bytecode::natives::{CONSTANTS, NATIVES, NativeDecl};
use rustc_hash::{FxHashMap, FxHashSet};
use wasm_encoder::{HeapType, InstructionSink};

use super::build::{ANY, Builder, Global, Init, Key, Stage, Unit, reference};
use crate::mir::FuncId;

#[derive(Debug, Default)]
pub(super) struct Realm {
    /// By path, in the order of demand.
    pub objects: Vec<(&'static str, Global)>,
    index: FxHashMap<&'static str, Global>,
    /// Names that the program can ask for.
    names: FxHashSet<String>,
    /// The program makes names as it runs, or asks for all: no member is left out.
    whole: bool,
    /// Prototypes that the runtime mentions, of values that nothing makes so far.
    weak: Vec<(&'static str, Global)>,
    pub symbols: Vec<(String, Global)>,
    pub members: Vec<Member>,
    installed: FxHashSet<(&'static str, &'static str)>,
    caches: FxHashMap<(Unit, u16), Global>,
    metas: FxHashMap<u16, Global>,
}

/// A member to install at the start.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub owner: Global,
    pub key: Global,
    pub value: Value,
    /// 0 value, 1 getter, 2 setter, 3 constant, 4 a value that is not to be written.
    pub kind: i32,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A function object of this info.
    Function(Global),
    Object(Global),
    /// What this function of the library answers.
    Constant(FuncId),
    Text(Global),
}

const FLAG_BUILT_IN: i32 = 4;
const FLAG_CONSTRUCTOR: i32 = 8;

/// What inherits from something else than `Object.prototype` or `Function.prototype`.
const PARENTS: &[(&str, &str)] = &[
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
];

/// Constants that no declaration tells of.
const UNDECLARED: &[&str] = &[
    "AggregateError.prototype.message",
    "AggregateError.prototype.name",
    "Error.prototype.message",
    "Error.prototype.name",
    "EvalError.prototype.message",
    "EvalError.prototype.name",
    "RangeError.prototype.message",
    "RangeError.prototype.name",
    "ReferenceError.prototype.message",
    "ReferenceError.prototype.name",
    "SuppressedError.prototype.message",
    "SuppressedError.prototype.name",
    "SyntaxError.prototype.message",
    "SyntaxError.prototype.name",
    "TypeError.prototype.message",
    "TypeError.prototype.name",
    "URIError.prototype.message",
    "URIError.prototype.name",
    "Array.prototype[Symbol.unscopables]",
    "ArrayBuffer.prototype[Symbol.toStringTag]",
    "ArrayIterator.prototype[Symbol.toStringTag]",
    "AsyncDisposableStack.prototype[Symbol.toStringTag]",
    "AsyncFunction.prototype[Symbol.toStringTag]",
    "AsyncGenerator.prototype[Symbol.toStringTag]",
    "AsyncGeneratorFunction.prototype[Symbol.toStringTag]",
    "DataView.prototype[Symbol.toStringTag]",
    "DisposableStack.prototype[Symbol.toStringTag]",
    "Generator.prototype[Symbol.toStringTag]",
    "GeneratorFunction.prototype[Symbol.toStringTag]",
    "IteratorHelper.prototype[Symbol.toStringTag]",
    "JSON[Symbol.toStringTag]",
    "Map.prototype[Symbol.toStringTag]",
    "MapIterator.prototype[Symbol.toStringTag]",
    "Math[Symbol.toStringTag]",
    "Promise.prototype[Symbol.toStringTag]",
    "RegExpStringIterator.prototype[Symbol.toStringTag]",
    "Set.prototype[Symbol.toStringTag]",
    "SetIterator.prototype[Symbol.toStringTag]",
    "StringIterator.prototype[Symbol.toStringTag]",
    "Symbol.prototype[Symbol.toStringTag]",
    "WeakMap.prototype[Symbol.toStringTag]",
    "WeakSet.prototype[Symbol.toStringTag]",
    "Float16Array.prototype.BYTES_PER_ELEMENT",
    "Float32Array.prototype.BYTES_PER_ELEMENT",
    "Float64Array.prototype.BYTES_PER_ELEMENT",
    "Int16Array.prototype.BYTES_PER_ELEMENT",
    "Int32Array.prototype.BYTES_PER_ELEMENT",
    "Int8Array.prototype.BYTES_PER_ELEMENT",
    "Uint16Array.prototype.BYTES_PER_ELEMENT",
    "Uint32Array.prototype.BYTES_PER_ELEMENT",
    "Uint8Array.prototype.BYTES_PER_ELEMENT",
    "Uint8ClampedArray.prototype.BYTES_PER_ELEMENT",
];

/// What `Object.prototype.toString` calls instances, where that is not their class's name.
const TAGS: &[(&str, &str)] = &[
    ("ArrayIterator.prototype", "Array Iterator"),
    ("IteratorHelper.prototype", "Iterator Helper"),
    ("JSON", "JSON"),
    ("MapIterator.prototype", "Map Iterator"),
    ("Math", "Math"),
    ("RegExpStringIterator.prototype", "RegExp String Iterator"),
    ("SetIterator.prototype", "Set Iterator"),
    ("StringIterator.prototype", "String Iterator"),
];

/// Classes whose name is the tag of their instances.
const TAGGED: &[&str] = &[
    "ArrayBuffer",
    "AsyncDisposableStack",
    "AsyncFunction",
    "AsyncGenerator",
    "AsyncGeneratorFunction",
    "DataView",
    "DisposableStack",
    "Generator",
    "GeneratorFunction",
    "Map",
    "Promise",
    "Set",
    "Symbol",
    "WeakMap",
    "WeakSet",
];

fn tag(path: &str) -> Option<&str> {
    let special = TAGS.iter().find(|(of, _)| *of == path).map(|(_, tag)| *tag);
    special.or_else(|| path.strip_suffix(".prototype").filter(|name| TAGGED.contains(name)))
}

/// Built-ins that are the same function as another.
const ALIASES: &[(&str, &str)] = &[
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

/// Functions that construct nothing, though their names begin with a capital letter.
const NO_CONSTRUCTORS: &[&str] = &["Symbol", "AsyncFunction", "AsyncGeneratorFunction", "GeneratorFunction"];

/// Prototypes of values that few programs make, with the functions that make them.
const WEAK: &[(&str, &[&str])] = &[
    ("Color.prototype", &["vecNew"]),
    ("Mrk.prototype", &["mrkFromWords"]),
    ("Quat.prototype", &["vecNew"]),
    ("Vec2.prototype", &["vecNew"]),
    ("Vec3.prototype", &["vecNew"]),
];

/// Functions that show what an object has, whatever it is called.
const LISTING: &[&str] = &["getOwnPropertyDescriptors", "getOwnPropertyNames", "ownKeys"];

/// A list of names, which nothing asks for where there is no `with`.
const UNSCOPABLES: &str = "[Symbol.unscopables]";

const GENERATORS: [(&str, &str); 2] = [
    ("GeneratorFunction.prototype", "Generator.prototype"),
    ("AsyncGeneratorFunction.prototype", "AsyncGenerator.prototype"),
];

fn parent(path: &str) -> Option<&'static str> {
    if let Some((_, parent)) = PARENTS.iter().find(|(of, _)| *of == path) {
        return Some(parent);
    }
    let error = |name: &str| name.ends_with("Error") && name != "Error";
    let typed = |name: &str| name.ends_with("Array") && name != "Array" && name != "TypedArray";
    match path.strip_suffix(".prototype") {
        Some("Object") => None,
        Some(name) if error(name) => Some("Error.prototype"),
        Some(name) if typed(name) => Some("TypedArray.prototype"),
        Some(_) => Some("Object.prototype"),
        None if error(path) => Some("Error"),
        None if typed(path) => Some("TypedArray"),
        None if native(path).is_some() => Some("Function.prototype"),
        None => Some("Object.prototype"),
    }
}

fn native(name: &str) -> Option<&'static NativeDecl> {
    NATIVES.binary_search_by_key(&name, |decl| decl.name).ok().map(|at| &NATIVES[at])
}

fn is_constructor(path: &str) -> bool {
    path.starts_with(|c: char| c.is_ascii_uppercase()) && !path.contains('.') && !NO_CONSTRUCTORS.contains(&path)
}

/// The owner of a built-in and its key: `Array.prototype[Symbol.iterator]` → `Array.prototype`, `[Symbol.iterator]`.
fn split(name: &'static str) -> Option<(&'static str, &'static str)> {
    match name.find('[') {
        Some(at) => Some(name.split_at(at)),
        None => name.rsplit_once('.'),
    }
}

impl Builder<'_> {
    /// A text occurs in the program: it may be a member's name.
    pub fn note_name(&mut self, text: &str) {
        if self.realm.names.contains(text) || text.len() > 32 {
            return;
        }
        self.realm.names.insert(text.to_owned());
        if LISTING.contains(&text) {
            self.keep_members();
        }
        for at in 0..self.realm.objects.len() {
            let path = self.realm.objects[at].0;
            self.install_members(path, Some(text));
        }
    }

    /// From now on no member of a built-in object is left out.
    pub fn keep_members(&mut self) {
        if !std::mem::replace(&mut self.realm.whole, true) {
            for at in 0..self.realm.objects.len() {
                let path = self.realm.objects[at].0;
                self.install_members(path, None);
            }
        }
    }

    /// A built-in object, by the path that the native table gives it.
    pub fn intrinsic(&mut self, path: &str) -> Global {
        if let Some(at) = self.realm.weak.iter().position(|(weak, _)| *weak == path) {
            let (path, global) = self.realm.weak.swap_remove(at);
            self.make_object(path, global);
            return global;
        }
        if let Some(&global) = self.realm.index.get(path) {
            return global;
        }
        let path = self.static_path(path);
        let global = self.object_global(path);
        self.make_object(path, global);
        global
    }

    /// A built-in object that the runtime mentions: it is made only where the values are that inherit from it.
    pub fn mentioned_intrinsic(&mut self, path: &'static str) -> Global {
        if self.realm.index.contains_key(path) || !WEAK.iter().any(|(weak, _)| *weak == path) {
            return self.intrinsic(path);
        }
        let global = self.object_global(path);
        self.realm.weak.push((path, global));
        global
    }

    /// Makes the objects whose values came to be made.
    pub fn open_objects(&mut self) {
        for (path, global) in std::mem::take(&mut self.realm.weak) {
            let makers = WEAK.iter().find(|(weak, _)| *weak == path).map_or(&[][..], |(_, makers)| makers);
            if makers.iter().any(|maker| self.is_linked(maker)) {
                self.make_object(path, global);
            } else {
                self.realm.weak.push((path, global));
            }
        }
    }

    fn object_global(&mut self, path: &'static str) -> Global {
        let object = self.ty("Object");
        let mut init = vec![];
        InstructionSink::new(&mut init).ref_null(HeapType::Concrete(object));
        let global = self.add_global(Stage::Late, reference(object, true), true, Init::Value(init));
        self.realm.index.insert(path, global);
        global
    }

    fn make_object(&mut self, path: &'static str, global: Global) {
        if let Some(parent) = parent(path) {
            self.intrinsic(parent);
        }
        self.realm.objects.push((path, global));
        self.install_members(path, None);
    }

    /// The path as one of the few that there are.
    fn static_path(&mut self, path: &str) -> &'static str {
        let known = |name: &'static str| {
            let name = name.strip_prefix("get ").or_else(|| name.strip_prefix("set ")).unwrap_or(name);
            if name == path {
                return Some(name);
            }
            let owner = split(name)?.0;
            if owner == path { Some(owner) } else { owner.strip_suffix(".prototype").filter(|name| *name == path) }
        };
        let found = NATIVES
            .iter()
            .find_map(|decl| known(decl.name))
            .or_else(|| CONSTANTS.iter().chain(UNDECLARED).find_map(|name| known(name)));
        match found {
            Some(path) => path,
            // Prototypes without members of their own.
            None => Box::leak(path.to_owned().into_boxed_str()),
        }
    }

    /// What to make the object with, at the start: its kind, the function that it is, its parent.
    pub fn intrinsic_parts(&mut self, path: &'static str) -> (i32, Option<Global>, Option<Global>) {
        let parent = parent(path).map(|parent| self.intrinsic(parent));
        let kind = match path {
            "Array.prototype" => 2,
            "Function.prototype" => 4,
            "String.prototype" | "Number.prototype" | "Boolean.prototype" => 3,
            _ if native(path).is_some() => 1,
            _ => 0,
        };
        let info = (kind == 1).then(|| self.native_info(path)).flatten();
        (if kind == 1 && info.is_none() { 0 } else { kind }, info, parent)
    }

    /// The info of a built-in function; `None` where the library has none of that name.
    fn native_info(&mut self, name: &'static str) -> Option<Global> {
        let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, same)| same);
        let decl = native(name)?;
        let func = self.library.native(name)?;
        Some(self.function_info(func, &shown_name(name), u32::from(decl.arity), is_constructor(name)))
    }

    /// The info of a function object over a function of the library.
    fn function_info(&mut self, func: FuncId, shown: &str, length: u32, constructs: bool) -> Global {
        let function = self.library.mir.function(func);
        let code = self.demand(Key::Native(func, constructs));
        let params = function.params - 1;
        let arity = if function.rest || params > super::body::MAX_ARITY { -1 } else { params as i32 };
        let text = self.text(shown);
        let flags = FLAG_BUILT_IN + if constructs { FLAG_CONSTRUCTOR } else { 0 };
        self.info(code, Some(text), length, arity, flags, None)
    }

    /// Installs an object's members: those that can be named, or the one of that name.
    fn install_members(&mut self, path: &'static str, only: Option<&str>) {
        let lines = NATIVES.iter().map(|decl| decl.name).filter(|name| name.len() > path.len() && name.contains(path));
        for line in lines {
            let (kind, name) = match (line.strip_prefix("get "), line.strip_prefix("set ")) {
                (Some(name), _) => (1, name),
                (_, Some(name)) => (2, name),
                _ => (0, line),
            };
            let Some((owner, key)) = split(name).filter(|(owner, _)| *owner == path) else { continue };
            let _ = owner;
            if self.is_named(key, only) && self.realm.installed.insert((path, line)) {
                self.install(path, key, line, kind);
            }
        }
        for name in CONSTANTS.iter().chain(UNDECLARED) {
            if let Some((_, key)) = split(name).filter(|(owner, _)| *owner == path)
                && self.is_named(key, only)
                && self.realm.installed.insert((path, name))
            {
                self.install_constant(path, key, name);
            }
        }
        if native(path).is_some() && is_constructor_like(path) && self.is_named("prototype", only) {
            self.install_owner(path, "prototype", &format!("{path}.prototype"), 3);
        }
        self.install_generators(path, only);
        self.install_texts(path, only);
        if path == "Iterator.prototype" {
            self.install_iterator_accessors(only);
        } else if let Some(constructor) = path.strip_suffix(".prototype").filter(|name| native(name).is_some())
            && self.is_named("constructor", only)
        {
            self.install_owner(path, "constructor", constructor, 0);
        }
    }

    /// `constructor` and `Symbol.toStringTag` of `Iterator.prototype` are accessors, which no table lists (ECMAScript 27.1.4.1, 27.1.4.14).
    fn install_iterator_accessors(&mut self, only: Option<&str>) {
        const PATH: &str = "Iterator.prototype";
        for key in ["constructor", "[Symbol.toStringTag]"] {
            if !self.is_named(key, only) || !self.realm.installed.insert((PATH, key)) {
                continue;
            }
            for (kind, word, length) in [(1, "get", 0), (2, "set", 1)] {
                let name = super::library::mangle(&format!("{word} {PATH}.{key}"));
                let Some(func) = self.library.function(&name) else { continue };
                let info = self.function_info(func, &format!("{word} {key}"), length, false);
                let (owner, key) = (self.intrinsic(PATH), self.member_key(key));
                self.realm.members.push(Member { owner, key, value: Value::Function(info), kind });
            }
        }
    }

    /// What generator functions make inherits from their prototype's `prototype`, whose `constructor` leads back.
    fn install_generators(&mut self, path: &'static str, only: Option<&str>) {
        for (functions, generators) in GENERATORS {
            if path == functions && self.is_named("prototype", only) {
                self.install_owner(path, "prototype", generators, 3);
            }
            if path == generators && self.is_named("constructor", only) {
                self.install_owner(path, "constructor", functions, 3);
            }
        }
    }

    /// The name and the empty message of errors' prototypes; what kind of thing an object is called.
    fn install_texts(&mut self, path: &'static str, only: Option<&str>) {
        let error = path.strip_suffix(".prototype").filter(|name| name.ends_with("Error"));
        if let Some(name) = error {
            for (key, text) in [("name", name), ("message", "")] {
                if self.is_named(key, only) && self.realm.installed.insert((path, key)) {
                    let (owner, key, text) = (self.intrinsic(path), self.key(key), self.text(text));
                    self.realm.members.push(Member { owner, key, value: Value::Text(text), kind: 0 });
                }
            }
        }
        if let Some(text) = tag(path)
            && self.realm.installed.insert((path, "[Symbol.toStringTag]"))
        {
            let (owner, key, text) = (self.intrinsic(path), self.symbol("Symbol.toStringTag"), self.text(text));
            self.realm.members.push(Member { owner, key, value: Value::Text(text), kind: 4 });
        }
    }

    /// Members under symbols are there with their owner.
    fn is_named(&self, key: &str, only: Option<&str>) -> bool {
        match only {
            Some(only) => key == only,
            None => self.realm.whole || (key.starts_with('[') && key != UNSCOPABLES) || self.realm.names.contains(key),
        }
    }

    fn member_key(&mut self, key: &'static str) -> Global {
        match key.strip_prefix('[') {
            Some(symbol) => self.symbol(symbol.trim_end_matches(']')),
            None => self.key(key),
        }
    }

    fn install(&mut self, path: &'static str, key: &'static str, line: &'static str, kind: i32) {
        // One object stands under both names.
        let value = match ALIASES.iter().find(|(alias, same)| *alias == line || *same == line) {
            Some((_, same)) => Value::Object(self.intrinsic(same)),
            None => match self.native_info(line) {
                Some(info) => Value::Function(info),
                None => return,
            },
        };
        let (owner, key) = (self.intrinsic(path), self.member_key(key));
        self.realm.members.push(Member { owner, key, value, kind });
    }

    fn install_constant(&mut self, path: &'static str, key: &'static str, name: &'static str) {
        if let Some(symbol) = name.strip_prefix("Symbol.") {
            let (owner, value) = (self.intrinsic(path), self.symbol(&format!("Symbol.{symbol}")));
            let key = self.member_key(key);
            self.realm.members.push(Member { owner, key, value: Value::Object(value), kind: 3 });
            return;
        }
        let Some(func) = self.library.function(&format!("const_{}", super::library::mangle(name))) else { return };
        let (owner, key) = (self.intrinsic(path), self.member_key(key));
        self.library_call(func);
        self.realm.members.push(Member { owner, key, value: Value::Constant(func), kind: 3 });
    }

    fn install_owner(&mut self, path: &'static str, key: &'static str, other: &str, kind: i32) {
        if !self.realm.installed.insert((path, key)) {
            return;
        }
        let (owner, value) = (self.intrinsic(path), self.intrinsic(other));
        let key = self.member_key(key);
        self.realm.members.push(Member { owner, key, value: Value::Object(value), kind });
    }

    /// A well-known symbol.
    pub fn symbol(&mut self, name: &str) -> Global {
        if let Some((_, global)) = self.realm.symbols.iter().find(|(known, _)| known == name) {
            return *global;
        }
        let description = self.text(name);
        let sym = self.ty("Sym");
        let hash = self.realm.symbols.len() as i32 + 1;
        let mut init = vec![];
        InstructionSink::new(&mut init).global_get(description).i32_const(hash).i32_const(0).struct_new(sym);
        let global = self.add_global(Stage::Symbol, reference(sym, false), false, Init::Value(init));
        self.realm.symbols.push((name.to_owned(), global));
        global
    }

    /// A place for something that is made on first use.
    pub fn empty_cache(&mut self) -> Global {
        let mut init = vec![];
        let eq = HeapType::Abstract { shared: false, ty: wasm_encoder::AbstractHeapType::Eq };
        InstructionSink::new(&mut init).ref_null(eq);
        self.add_global(Stage::Late, ANY, true, Init::Value(init))
    }

    /// The place of a file's `import.meta`.
    pub fn meta_cache(&mut self, file: u16) -> Global {
        if let Some(&cache) = self.realm.metas.get(&file) {
            return cache;
        }
        let cache = self.empty_cache();
        self.realm.metas.insert(file, cache);
        cache
    }

    pub fn namespace_cache(&mut self, unit: Unit, index: u16) -> Global {
        if let Some(&cache) = self.realm.caches.get(&(unit, index)) {
            return cache;
        }
        let cache = self.empty_cache();
        self.realm.caches.insert((unit, index), cache);
        cache
    }
}

/// Whether a function has a `prototype`.
fn is_constructor_like(path: &str) -> bool {
    !path.contains('.') && path.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The value of `name`: `get size`, `[Symbol.iterator]`, `map`.
fn shown_name(native: &'static str) -> String {
    let (prefix, name) = match native.split_once(' ') {
        Some((prefix @ ("get" | "set"), name)) => (format!("{prefix} "), name),
        _ => (String::new(), native),
    };
    let last = split(name).map_or(name, |(_, key)| key);
    format!("{prefix}{last}")
}
