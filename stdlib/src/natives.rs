//! Which native functions and globals the declarations ask for, and the Rust text of the VM's table of them
//! (`vm/bytecode/src/natives.rs`, written by `cargo run -p mosl-stdlib --bin generate`).
//!
//! A method of an interface is native if the interface is the instance type of a class (`declare const Map:
//! MapConstructor`), that class's constructor type, the type of a namespace object (`declare const Math: Math`) or one of
//! [`HIDDEN`]. Other interfaces only describe shapes. Comments may say `@length N` (the function's `length`, where it is not
//! the number of required parameters) and `@fuel N` (the cost of a call, else 4).

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::LIB;
use crate::scan::{Item, ItemKind, declared_names, items};

/// What a call of a native costs unless its comment says otherwise.
const DEFAULT_FUEL: u32 = 4;

/// Built-in prototypes (and constructors) without a global of the same name: interface, and the name in the table.
pub const HIDDEN: &[(&str, &str)] = &[
    ("AsyncFunctionConstructor", "AsyncFunction"),
    ("AsyncGeneratorFunctionConstructor", "AsyncGeneratorFunction"),
    ("GeneratorFunctionConstructor", "GeneratorFunction"),
    ("JSONDecoder", "JSONDecoder"),
    ("ArrayIterator", "ArrayIterator.prototype"),
    ("AsyncGenerator", "AsyncGenerator.prototype"),
    ("AsyncIteratorObject", "AsyncIterator.prototype"),
    ("Generator", "Generator.prototype"),
    ("IteratorHelper", "IteratorHelper.prototype"),
    ("IteratorObject", "Iterator.prototype"),
    ("MapIterator", "MapIterator.prototype"),
    ("RegExpStringIterator", "RegExpStringIterator.prototype"),
    ("SetIterator", "SetIterator.prototype"),
    ("StringIterator", "StringIterator.prototype"),
    ("TypedArray", "TypedArray.prototype"),
    ("TypedArrayConstructor", "TypedArray"),
    ("WrapForValidIterator", "WrapForValidIterator.prototype"),
];

/// What only compiled code calls, by a name that no script can write: how a program's files are evaluated where they await.
const EVALUATE_MODULES: &str = "(evaluate modules)";

/// A line of the native table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Native {
    /// `Array.prototype.push`, `get Map.prototype.size`, `Math.max`, `Map` (constructor), `parseInt`.
    pub name: String,
    /// The value of `length`.
    pub arity: u8,
    pub fuel: u32,
}

/// Every native, sorted by name.
pub fn natives() -> Vec<Native> {
    let owners = owners();
    let evaluate = Native { name: EVALUATE_MODULES.to_owned(), arity: 0, fuel: DEFAULT_FUEL };
    let mut table = BTreeMap::from([(evaluate.name.clone(), evaluate)]);
    for item in LIB.iter().flat_map(|(_, text)| items(text)) {
        let Some(name) = native_name(&item, &owners) else { continue };
        let arity = tag(item.doc, "@length").and_then(|n| n.try_into().ok()).unwrap_or(item.required);
        let fuel = tag(item.doc, "@fuel").unwrap_or(DEFAULT_FUEL);
        table.entry(name.clone()).or_insert(Native { name, arity, fuel });
    }
    table.into_values().collect()
}

/// Every global value, sorted by name.
pub fn globals() -> Vec<&'static str> {
    let mut names: Vec<_> = LIB
        .iter()
        .flat_map(|(_, text)| items(text))
        .filter(|item| matches!(item.kind, ItemKind::Const | ItemKind::Function))
        .map(|item| item.name)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Every built-in property that is no function, sorted by name: `Math.PI`, `Map.prototype[Symbol.toStringTag]`, `NaN`. The
/// `prototype` of constructors is not among them.
pub fn constants() -> Vec<String> {
    let owners = owners();
    let mut names: Vec<String> =
        LIB.iter().flat_map(|(_, text)| items(text)).filter_map(|item| constant_name(&item, &owners)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn constant_name(item: &Item<'_>, owners: &BTreeMap<&str, String>) -> Option<String> {
    if item.kind == ItemKind::Const {
        return (!owners.contains_key(item.ty)).then(|| item.name.into());
    }
    let owner = owners.get(item.interface?).filter(|_| item.kind == ItemKind::Property && item.name != "prototype")?;
    let of_instances = owner.ends_with(".prototype");
    match item.name.starts_with('[') {
        true => Some(format!("{owner}{}", item.name)),
        false => (!of_instances).then(|| format!("{owner}.{}", item.name)),
    }
}

/// Interface name to the prefix of its members' native names.
fn owners() -> BTreeMap<&'static str, String> {
    let mut owners: BTreeMap<_, _> =
        HIDDEN.iter().map(|(interface, owner)| (*interface, (*owner).to_owned())).collect();
    for item in LIB.iter().flat_map(|(_, text)| items(text)).filter(|item| item.kind == ItemKind::Const) {
        if item.ty.strip_suffix("Constructor") == Some(item.name) {
            owners.insert(item.ty, item.name.into());
            let prototype = format!("{}.prototype", item.name);
            if !HIDDEN.iter().any(|(_, owner)| *owner == prototype) {
                owners.insert(item.name, prototype);
            }
        } else if LIB.iter().any(|(_, text)| declared_names(text).any(|name| name == item.ty)) {
            owners.insert(item.ty, item.name.into());
        }
    }
    owners
}

fn native_name(item: &Item<'_>, owners: &BTreeMap<&str, String>) -> Option<String> {
    if item.kind == ItemKind::Function {
        return Some(item.name.into());
    }
    let interface = item.interface?;
    let owner = owners.get(interface)?;
    let inherited_iterator =
        item.name == "[Symbol.iterator]" && interface != "IteratorObject" && extends_iterator(interface);
    let inherited_async = item.name == "[Symbol.asyncIterator]" && interface == "AsyncGenerator";
    let typed_array_static = interface != "TypedArrayConstructor"
        && interface.ends_with("ArrayConstructor")
        && interface != "ArrayConstructor";
    match item.kind {
        _ if inherited_iterator || inherited_async => None,
        ItemKind::Method if typed_array_static => None,
        ItemKind::Method if item.name.starts_with('[') => Some(format!("{owner}{}", item.name)),
        ItemKind::Method => Some(format!("{owner}.{}", item.name)),
        ItemKind::Getter if item.name.starts_with('[') => Some(format!("get {owner}{}", item.name)),
        ItemKind::Getter => Some(format!("get {owner}.{}", item.name)),
        ItemKind::Construct | ItemKind::Call => Some(owner.clone()),
        _ => None,
    }
}

fn extends_iterator(interface: &str) -> bool {
    interface == "Generator" || interface.ends_with("Iterator")
}

/// The number after a tag in a comment.
fn tag(doc: &str, tag: &str) -> Option<u32> {
    doc.split(tag).nth(1)?.split_whitespace().next()?.parse().ok()
}

/// A comment as hovers show it: without the tags.
pub fn shown_doc(doc: &str) -> &str {
    doc.find(" @").map_or(doc, |at| &doc[..at]).trim_start_matches('@')
}

/// The text of `vm/bytecode/src/natives.rs`.
pub fn rust_table() -> String {
    let mut out = String::from(
        "//! The native functions and the built-in globals, by number. Generated from the declarations in `stdlib/lib/` by\n\
         //! `cargo run -p mosl-stdlib --bin generate`; a test proves it fresh. Do not edit.\n\n\
         /// A native function: its number in bytecode is its place in [`NATIVES`].\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
         pub struct NativeDecl {\n    \
         /// `Array.prototype.push`, `get Map.prototype.size`, `Map` (constructor).\n    \
         pub name: &'static str,\n    \
         /// The value of `length`.\n    \
         pub arity: u8,\n    \
         /// What a call costs.\n    \
         pub fuel: u32,\n}\n\n\
         const fn native(name: &'static str, arity: u8, fuel: u32) -> NativeDecl {\n    NativeDecl { name, arity, fuel }\n}\n\n\
         /// The number of a native.\n\
         pub fn native_id(name: &str) -> Option<u16> {\n    \
         NATIVES.binary_search_by_key(&name, |native| native.name).ok().and_then(|at| u16::try_from(at).ok())\n}\n\n\
         /// The number of a built-in global.\n\
         pub fn global_id(name: &str) -> Option<u16> {\n    \
         GLOBALS.binary_search(&name).ok().and_then(|at| u16::try_from(at).ok())\n}\n\n\
         /// What only compiled code calls: how a program's files are evaluated where they await.\n\
         pub const EVALUATE_MODULES: &str = \"(evaluate modules)\";\n\n\
         /// Sorted by name.\npub static NATIVES: &[NativeDecl] = &[\n",
    );
    for native in natives() {
        let _ = writeln!(out, "    native({:?}, {}, {}),", native.name, native.arity, native.fuel);
    }
    out.push_str(
        "];\n\n/// The built-in globals, sorted by name.\n#[rustfmt::skip]\npub static GLOBALS: &[&str] = &[\n",
    );
    for name in globals() {
        let _ = writeln!(out, "    {name:?},");
    }
    out.push_str("];\n\n/// The built-in properties that are no functions, sorted by name.\n#[rustfmt::skip]\n");
    out.push_str("pub static CONSTANTS: &[&str] = &[\n");
    for name in constants() {
        let _ = writeln!(out, "    {name:?},");
    }
    out.push_str("];\n");
    out
}
