//! The members of the built-in objects: which there are, read off the native table once, and how those that a program can ask for are
//! installed.

use std::sync::LazyLock;

use mosl_bytecode::builtins::{ALIASES, GENERATORS};
use mosl_bytecode::natives::{CONSTANTS, NATIVES, native_id};
use rustc_hash::FxHashMap;

use super::build::{Builder, Global};
use super::realm::is_constructor;
use crate::mir::FuncId;

/// A member to install at the start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub owner: Global,
    pub key: Global,
    pub what: What,
}

/// What a member is; of properties with their flags: 1 writable, 4 configurable.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// A function object of this info.
    Method(Global, i32),
    Getter(Global),
    Setter(Global),
    /// An object, a symbol or a text.
    Value(Global, i32),
    /// What this function of the library answers.
    Constant(FuncId, i32),
}

const CONFIGURABLE: i32 = 4;
const WRITABLE: i32 = 5;

/// A line of the tables: the member's key, the name of what implements it, and how it is installed.
#[derive(Clone, Copy, Debug)]
struct Line {
    key: &'static str,
    name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Method,
    Getter,
    Setter,
    Constant,
}

/// Constants that no declaration tells of.
const UNDECLARED: &[&str] = &[
    "Array.prototype[Symbol.unscopables]",
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

/// A list of names, which nothing asks for where there is no `with`.
const UNSCOPABLES: &str = "[Symbol.unscopables]";

/// The constructors of function kinds that have no global: `constructor` of their prototypes is not writable.
const HIDDEN_CONSTRUCTORS: [&str; 3] =
    ["GeneratorFunction.prototype", "AsyncFunction.prototype", "AsyncGeneratorFunction.prototype"];

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

/// The members of each owner, in the order of the tables.
static LINES: LazyLock<FxHashMap<&'static str, Vec<Line>>> = LazyLock::new(|| {
    let mut lines: FxHashMap<&'static str, Vec<Line>> = FxHashMap::default();
    let natives = NATIVES.iter().map(|decl| match (decl.name.strip_prefix("get "), decl.name.strip_prefix("set ")) {
        (Some(path), _) => (Kind::Getter, path, decl.name),
        (_, Some(path)) => (Kind::Setter, path, decl.name),
        _ => (Kind::Method, decl.name, decl.name),
    });
    let constants = CONSTANTS.iter().chain(UNDECLARED).map(|&name| (Kind::Constant, name, name));
    for (kind, path, name) in natives.chain(constants) {
        if let Some((owner, key)) = split(path) {
            lines.entry(owner).or_default().push(Line { key, name, kind });
        }
    }
    lines
});

/// The owner of a built-in and its key: `Array.prototype[Symbol.iterator]` → `Array.prototype`, `[Symbol.iterator]`.
fn split(name: &'static str) -> Option<(&'static str, &'static str)> {
    match name.find('[') {
        Some(at) => Some(name.split_at(at)),
        None => name.rsplit_once('.'),
    }
}

/// The path as the tables write it.
pub(super) fn static_path(path: &str) -> &'static str {
    let owner = LINES.get_key_value(path).map(|(owner, _)| *owner);
    let found = owner.or_else(|| native_id(path).map(|id| NATIVES[usize::from(id)].name));
    // Few are left: prototypes without members of their own.
    found.unwrap_or_else(|| Box::leak(path.to_owned().into_boxed_str()))
}

impl Builder<'_> {
    /// Installs an object's members: those that can be asked for, or the one of that name.
    pub fn install_members(&mut self, path: &'static str, only: Option<&str>) {
        for line in LINES.get(path).into_iter().flatten() {
            if self.is_named(line.key, only)
                && self.is_shown(path, line.key)
                && self.realm.installed.insert((path, line.name))
            {
                self.install(path, *line);
            }
        }
        if is_constructor(path) || path == "Symbol" {
            self.install_prototype(path, only);
        }
        self.install_generators(path, only);
        self.install_texts(path, only);
        if path == "Iterator.prototype" {
            self.install_iterator_accessors(only);
        } else {
            self.install_constructor(path, only);
        }
    }

    pub fn install_prototype(&mut self, path: &'static str, only: Option<&str>) {
        if self.is_named("prototype", only) {
            self.install_owner(path, "prototype", &format!("{path}.prototype"), 0);
        }
    }

    /// `constructor` of a prototype; one that is only asked for its name needs no code.
    fn install_constructor(&mut self, path: &'static str, only: Option<&str>) {
        const KEY: &str = "constructor";
        let constructor = path.strip_suffix(".prototype").and_then(native_id).map(|id| NATIVES[usize::from(id)].name);
        let Some(constructor) = constructor else { return };
        let is_named = self.is_named(KEY, only);
        if is_named {
            self.intrinsic(constructor);
        } else if !self.realm.shows_constructors || only.is_some_and(|only| only != KEY) {
            return;
        }
        if self.realm.installed.insert((path, KEY)) {
            let value = self.named_intrinsic(constructor);
            let flags = if HIDDEN_CONSTRUCTORS.contains(&path) { CONFIGURABLE } else { WRITABLE };
            self.push_member(path, KEY, What::Value(value, flags));
        }
    }

    /// `constructor` and `Symbol.toStringTag` of `Iterator.prototype` are accessors, which no table lists (ECMAScript 27.1.4.1, 27.1.4.14).
    fn install_iterator_accessors(&mut self, only: Option<&str>) {
        const PATH: &str = "Iterator.prototype";
        for key in ["constructor", "[Symbol.toStringTag]"] {
            if !self.is_named(key, only) || !self.realm.installed.insert((PATH, key)) {
                continue;
            }
            for (word, length, what) in [("get", 0, What::Getter as fn(Global) -> What), ("set", 1, What::Setter)] {
                let name = super::library::mangle(&format!("{word} {PATH}.{key}"));
                let Some(func) = self.library.function(&name) else { continue };
                let info = self.function_info(func, &format!("{word} {key}"), length, false);
                self.push_member(PATH, key, what(info));
            }
        }
    }

    /// What generator functions make inherits from their prototype's `prototype`, whose `constructor` leads back.
    fn install_generators(&mut self, path: &'static str, only: Option<&str>) {
        for (functions, generators) in GENERATORS {
            if path == functions && self.is_named("prototype", only) {
                self.install_owner(path, "prototype", generators, CONFIGURABLE);
            }
            if path == generators && self.is_named("constructor", only) {
                self.install_owner(path, "constructor", functions, CONFIGURABLE);
            }
        }
    }

    /// The name and the empty message of errors' prototypes; what kind of thing an object is called.
    fn install_texts(&mut self, path: &'static str, only: Option<&str>) {
        let error = path.strip_suffix(".prototype").filter(|name| name.ends_with("Error"));
        let texts = error.into_iter().flat_map(|name| [("name", name, WRITABLE), ("message", "", WRITABLE)]);
        let tag = tag(path).map(|tag| ("[Symbol.toStringTag]", tag, CONFIGURABLE));
        for (key, text, flags) in texts.chain(tag) {
            if self.is_named(key, only) && self.realm.installed.insert((path, key)) {
                let text = self.text(text);
                self.push_member(path, key, What::Value(text, flags));
            }
        }
    }

    /// Whether the program can ask for the member, or it is the one that it asks for now. Symbols that it cannot have it does not ask for.
    fn is_named(&self, key: &str, only: Option<&str>) -> bool {
        if key == UNSCOPABLES && !self.realm.whole {
            return false;
        }
        if let Some(only) = only {
            return key == only;
        }
        match key.strip_prefix('[') {
            Some(symbol) => self.realm.symbols.iter().any(|(known, _)| *known == symbol.trim_end_matches(']')),
            None => self.realm.is_asked_for(key),
        }
    }

    /// Loops over arrays and strings step without an iterator: that needs to be there where the program can get at it in other ways.
    fn is_shown(&self, path: &str, key: &str) -> bool {
        key != "[Symbol.iterator]"
            || self.realm.shows_iterators
            || !matches!(path, "Array.prototype" | "String.prototype")
    }

    fn push_member(&mut self, path: &str, key: &str, what: What) {
        let owner = self.made_intrinsic(path);
        let key = match key.strip_prefix('[') {
            Some(symbol) => self.symbol(symbol.trim_end_matches(']')),
            None => self.key(key),
        };
        self.realm.members.push(Member { owner, key, what });
    }

    fn install_owner(&mut self, path: &'static str, key: &'static str, other: &str, flags: i32) {
        if self.realm.installed.insert((path, key)) {
            let value = self.intrinsic(other);
            self.push_member(path, key, What::Value(value, flags));
        }
    }

    fn install(&mut self, path: &'static str, line: Line) {
        let what = match line.kind {
            Kind::Constant => self.constant(line),
            // One object stands under both names.
            _ => match ALIASES.iter().find(|(alias, same)| *alias == line.name || *same == line.name) {
                Some((_, same)) => Some(What::Value(self.intrinsic(same), flags(line))),
                None => self.native_info(line.name).map(|info| match line.kind {
                    Kind::Getter => What::Getter(info),
                    Kind::Setter => What::Setter(info),
                    _ => What::Method(info, flags(line)),
                }),
            },
        };
        if let Some(what) = what {
            self.push_member(path, line.key, what);
        }
    }

    fn constant(&mut self, line: Line) -> Option<What> {
        if line.name.starts_with("Symbol.") {
            if line.name == "Symbol.iterator" {
                self.show_iterators();
            }
            return Some(What::Value(self.symbol(line.name), 0));
        }
        let func = self.library.function(&format!("const_{}", super::library::mangle(line.name)))?;
        self.library_call(func);
        Some(What::Constant(func, flags(line)))
    }
}

/// What stands under a symbol can be configured but for `Symbol.hasInstance`, and written where it is a method but for that and
/// `Symbol.toPrimitive`.
fn flags(line: Line) -> i32 {
    match (line.key, line.kind) {
        ("[Symbol.hasInstance]", _) => 0,
        ("[Symbol.toPrimitive]", _) => CONFIGURABLE,
        (key, Kind::Constant) => {
            if key.starts_with('[') {
                CONFIGURABLE
            } else {
                0
            }
        }
        _ => WRITABLE,
    }
}

/// The value of `name`: `get size`, `[Symbol.iterator]`, `map`.
pub(super) fn shown_name(native: &'static str) -> String {
    let (prefix, name) = match native.split_once(' ') {
        Some((prefix @ ("get" | "set"), name)) => (format!("{prefix} "), name),
        _ => (String::new(), native),
    };
    let last = split(name).map_or(name, |(_, key)| key);
    format!("{prefix}{last}")
}
