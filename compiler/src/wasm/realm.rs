//! The built-in objects: those that a program reaches, with those of their members that it can name ([`super::members`]). A member is left
//! out where its name stands nowhere in the program: not as a property, not in a string. None is where the program reads properties by
//! names that it makes as it runs.

use mosl_bytecode::builtins::{ALIASES, parent};
use mosl_bytecode::natives::{NATIVES, native_id};
use rustc_hash::{FxHashMap, FxHashSet};
use wasm_encoder::{HeapType, InstructionSink};

use super::build::{ANY, Builder, EQ, Global, Init, Key, Stage, reference};
use super::members::{Member, shown_name, static_path};
use crate::mir::FuncId;

#[derive(Debug, Default)]
pub(super) struct Realm {
    /// By path, in the order of demand.
    pub objects: Vec<(&'static str, Global)>,
    index: FxHashMap<&'static str, Global>,
    /// Names that the program can ask for.
    names: FxHashSet<String>,
    /// The program makes names as it runs, or asks for all: no member is left out.
    pub whole: bool,
    /// Constructors are asked for their names.
    pub shows_constructors: bool,
    /// Constructors that only have a name, with the info of each: nothing can call them.
    names_only: FxHashMap<&'static str, Global>,
    /// Prototypes that the runtime mentions, of values that nothing makes so far.
    weak: Vec<(&'static str, Global)>,
    /// Built-in iterators of arrays and strings can be had as objects.
    pub shows_iterators: bool,
    pub symbols: Vec<(String, Global)>,
    pub members: Vec<Member>,
    pub installed: FxHashSet<(&'static str, &'static str)>,
}

const FLAG_BUILT_IN: i32 = 4;
const FLAG_CONSTRUCTOR: i32 = 8;

/// Functions that construct nothing, though their names begin with a capital letter.
const NO_CONSTRUCTORS: &[&str] = &["Symbol", "AsyncFunction", "AsyncGeneratorFunction", "GeneratorFunction"];

/// Prototypes of values that few programs make, with the functions that make them.
const WEAK: &[(&str, &[&str])] = &[
    ("Color.prototype", &["vecNew"]),
    ("Mrk.prototype", &["mrkFromWords"]),
    ("Quat.prototype", &["vecNew"]),
    ("Symbol.prototype", &["construct_Symbol"]),
    ("Vec2.prototype", &["vecNew"]),
    ("Vec3.prototype", &["vecNew"]),
];

/// Constructors that the library only compares with: where the program has none, what it compares is none.
const COMPARED: &[&str] = &["Array", "Promise"];

/// Names by which a program gets at the prototype of arrays.
const EXPOSING: &[&str] = &["__proto__", "create", "getPrototypeOf", "setPrototypeOf"];

/// Functions that show what an object has, whatever it is called.
const LISTING: &[&str] = &["getOwnPropertyDescriptors", "getOwnPropertyNames", "ownKeys"];

/// Whether a built-in function constructs.
pub(super) fn is_constructor(path: &str) -> bool {
    path.starts_with(|c: char| c.is_ascii_uppercase())
        && !path.contains('.')
        && native_id(path).is_some()
        && !NO_CONSTRUCTORS.contains(&path)
}

impl Realm {
    /// How much the program can ask for, as far as is known.
    pub fn asked(&self) -> usize {
        self.names.len() + usize::from(self.whole)
    }

    /// Whether the program can ask for a member of that name.
    pub fn is_asked_for(&self, name: &str) -> bool {
        self.whole || self.names.contains(name)
    }
}

impl Builder<'_> {
    /// The program may ask for a member of that name.
    pub fn note_name(&mut self, text: &str) {
        const LONGEST: usize = 64;
        if text.len() > LONGEST || !self.realm.names.insert(text.to_owned()) {
            return;
        }
        if LISTING.contains(&text) {
            self.keep_members();
        }
        if EXPOSING.contains(&text) {
            self.show_iterators();
        }
        self.install_everywhere(Some(text));
    }

    /// From now on no member of a built-in object is left out.
    pub fn keep_members(&mut self) {
        if !std::mem::replace(&mut self.realm.whole, true) {
            self.show_iterators();
            self.install_everywhere(None);
        }
    }

    /// From now on constructors are there to be asked for their names.
    pub fn note_constructors(&mut self) {
        if !std::mem::replace(&mut self.realm.shows_constructors, true) {
            self.install_everywhere(None);
        }
    }

    /// From now on arrays and strings have the method that yields an iterator: loops over them need none.
    pub fn show_iterators(&mut self) {
        let is_new = !std::mem::replace(&mut self.realm.shows_iterators, true);
        if is_new && self.realm.symbols.iter().any(|(name, _)| name == "Symbol.iterator") {
            self.install_everywhere(Some("[Symbol.iterator]"));
        }
    }

    fn install_everywhere(&mut self, only: Option<&str>) {
        let mut at = 0;
        while let Some(&(path, _)) = self.realm.objects.get(at) {
            if !self.realm.names_only.contains_key(path) {
                self.install_members(path, only);
            }
            at += 1;
        }
    }

    /// A built-in object, by the path that the native table gives it.
    pub fn intrinsic(&mut self, path: &str) -> Global {
        if let Some(at) = self.realm.weak.iter().position(|(weak, _)| *weak == path) {
            let (path, global) = self.realm.weak.swap_remove(at);
            self.make_object(path, global);
            return global;
        }
        if let Some((path, _)) = self.realm.names_only.remove_entry(path) {
            self.install_members(path, None);
            if matches!(path, "Array" | "Object" | "String") {
                self.show_iterators();
            }
        }
        if let Some(&global) = self.realm.index.get(path) {
            return global;
        }
        let path = static_path(path);
        let global = self.object_global(path);
        self.make_object(path, global);
        global
    }

    /// A built-in object that is there already, whatever it is there for.
    pub fn made_intrinsic(&mut self, path: &str) -> Global {
        match self.realm.index.get(path) {
            Some(&global) => global,
            None => self.intrinsic(path),
        }
    }

    /// A constructor that is asked for its name.
    pub fn named_intrinsic(&mut self, path: &'static str) -> Global {
        let mentioned = self.realm.weak.iter().position(|(weak, _)| *weak == path);
        let global = match (self.realm.index.get(path).copied(), mentioned) {
            (Some(global), None) => return global,
            (Some(global), Some(at)) => {
                self.realm.weak.swap_remove(at);
                global
            }
            (None, _) => self.object_global(path),
        };
        match parent(path) {
            Some(parent) if is_constructor(parent) => self.named_intrinsic(parent),
            parent => self.intrinsic(parent.unwrap_or("Object.prototype")),
        };
        let idle = self.demand(Key::Idle);
        let name = self.text(path);
        let info = self.new_info(idle, Some(name), 0, -1, FLAG_BUILT_IN + FLAG_CONSTRUCTOR, None);
        self.realm.names_only.insert(path, info);
        self.realm.objects.push((path, global));
        self.install_prototype(path, None);
        global
    }

    /// A built-in object that the runtime mentions: it is made only where the values are that inherit from it.
    pub fn mentioned_intrinsic(&mut self, path: &str) -> Global {
        let is_weak = WEAK.iter().any(|(weak, _)| *weak == path) || COMPARED.contains(&path);
        if let Some(&global) = self.realm.index.get(path).filter(|_| is_weak) {
            return global;
        }
        if !is_weak {
            return self.intrinsic(path);
        }
        let path = static_path(path);
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
        // `Object` wraps strings.
        if matches!(path, "Array" | "Object" | "String") {
            self.show_iterators();
        }
        if let Some(parent) = parent(path) {
            self.intrinsic(parent);
        }
        self.realm.objects.push((path, global));
        self.install_members(path, None);
    }

    /// What makes the object at the start, the function that it is, its parent.
    pub fn intrinsic_parts(&mut self, path: &'static str) -> (&'static str, Option<Global>, Option<Global>) {
        let parent = parent(path).map(|parent| self.made_intrinsic(parent));
        let make = match path {
            "Array.prototype" => "make_array",
            "Function.prototype" => "make_idle_function",
            "String.prototype" | "Number.prototype" | "Boolean.prototype" => "make_wrapper",
            _ => {
                let known = self.realm.names_only.get(path).copied();
                let info = known.or_else(|| self.native_info(path));
                return (if info.is_some() { "make_function" } else { "make_plain" }, info, parent);
            }
        };
        (make, None, parent)
    }

    /// The info of a built-in function; `None` where the library has none of that name.
    pub fn native_info(&mut self, name: &'static str) -> Option<Global> {
        let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, same)| same);
        let decl = &NATIVES[usize::from(native_id(name)?)];
        let func = self.library.native(name)?;
        Some(self.function_info(func, &shown_name(name), u32::from(decl.arity), is_constructor(name)))
    }

    /// The info of a function object over a function of the library.
    pub fn function_info(&mut self, func: FuncId, shown: &str, length: u32, constructs: bool) -> Global {
        let function = self.library.mir.function(func);
        let code = self.demand(Key::Native(func, constructs));
        let params = function.params - 1;
        let arity = if function.rest || params > super::body::MAX_ARITY { -1 } else { params as i32 };
        let text = self.text(shown);
        let flags = FLAG_BUILT_IN + if constructs { FLAG_CONSTRUCTOR } else { 0 };
        self.info(code, Some(text), length, arity, flags, None)
    }

    /// A well-known symbol: from now on the program can have it.
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
        self.install_everywhere(Some(&format!("[{name}]")));
        global
    }

    /// A place for something that is made on first use.
    pub fn empty_cache(&mut self) -> Global {
        let mut init = vec![];
        InstructionSink::new(&mut init).ref_null(EQ);
        self.add_global(Stage::Late, ANY, true, Init::Value(init))
    }

    /// The place of the object that a key stands for, made on first use.
    pub fn cache(&mut self, key: Cache) -> Global {
        if let Some(&cache) = self.caches.get(&key) {
            return cache;
        }
        let cache = self.empty_cache();
        self.caches.insert(key, cache);
        cache
    }
}

/// Objects of which there is one in a program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Cache {
    /// A file's `import.meta`.
    Meta(u16),
    /// A namespace object of the unit.
    Namespace(super::build::Unit, u16),
}
