//! How the built-in objects hang together, read off the native table, which is sorted by name: whatever stands before the last part
//! of a built-in's name is an *owner*. Nothing is derived before somebody asks for it: a program needs few of them.

use std::cmp::Ordering;

use mosl_bytecode::builtins::{GENERATORS, PARENTS};
use mosl_bytecode::natives::{NATIVES, native_id};

use super::tables::Intrinsic;
use crate::native::{Constant, constants};
use crate::object::shape::Attrs;
use crate::symbol::WellKnown;

/// One built-in property of an owner.
#[derive(Clone, Copy, Debug)]
pub(super) enum Member {
    Method(u16),
    Getter(u16),
    Setter(u16),
    Constant(Constant),
    /// Another owner: a constructor's `prototype`, a prototype's `constructor`.
    Owner(&'static str, Attrs),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MemberKey {
    Name(&'static str),
    Symbol(WellKnown),
}

const PROTOTYPE: &str = ".prototype";

/// The constructors of function kinds that have no global: `constructor` of their prototypes is not writable.
const HIDDEN_CONSTRUCTORS: [&str; 3] =
    ["GeneratorFunction.prototype", "AsyncFunction.prototype", "AsyncGeneratorFunction.prototype"];

/// `Array.prototype[Symbol.iterator]` → owner `Array.prototype`, the symbol; `parseInt` → no owner.
pub(super) fn split(name: &'static str) -> Option<(&'static str, MemberKey)> {
    if let Some((owner, symbol)) = name.strip_suffix(']').and_then(|rest| rest.split_once("[Symbol.")) {
        let found = WellKnown::ALL.iter().find(|known| known.name() == symbol)?;
        return Some((owner, MemberKey::Symbol(*found)));
    }
    name.rsplit_once('.').map(|(owner, key)| (owner, MemberKey::Name(key)))
}

/// The lines of the native table whose name begins with these two texts, with what follows the first.
fn lines(first: &'static str, second: &str) -> impl Iterator<Item = (u16, &'static str)> {
    let order = |name: &str| name.bytes().take(first.len() + second.len()).cmp(first.bytes().chain(second.bytes()));
    let start = NATIVES.partition_point(|decl| order(decl.name) == Ordering::Less);
    let end = NATIVES.partition_point(|decl| order(decl.name) != Ordering::Greater);
    NATIVES[start..end].iter().zip(start as u16..).map(move |(decl, id)| (id, &decl.name[first.len()..]))
}

/// What a function's name begins with, and what it is then.
type Kind = (&'static str, fn(u16) -> Member);
const KINDS: [Kind; 3] = [("", Member::Method), ("get ", Member::Getter), ("set ", Member::Setter)];

/// The functions that an owner has, in the order of the table.
fn functions(owner: &str) -> Vec<(u16, MemberKey, Member)> {
    let mut found = Vec::new();
    for (prefix, member) in KINDS {
        for (id, name) in lines(prefix, owner) {
            if let Some((of, key)) = split(name)
                && of == owner
            {
                found.push((id, key, member(id)));
            }
        }
    }
    found.sort_unstable_by_key(|(id, ..)| *id);
    found
}

fn constants_of(owner: &str) -> impl Iterator<Item = (MemberKey, Member)> {
    constants().filter_map(move |(name, constant)| {
        let (of, key) = split(name)?;
        (of == owner).then_some((key, Member::Constant(constant)))
    })
}

/// Whether something is a property of this owner, so that it is an object.
pub(super) fn is_owner(path: &str) -> bool {
    !functions(path).is_empty() || constants_of(path).next().is_some()
}

/// The path, where an object that is no function has it.
pub(crate) fn owner_path(path: &str) -> Option<&'static str> {
    let split_names = NATIVES.iter().map(|decl| decl.name.rsplit_once(' ').map_or(decl.name, |(_, name)| name));
    let owners = split_names.chain(constants().map(|(name, _)| name)).filter_map(|name| Some(split(name)?.0));
    let parents = PARENTS.iter().map(|(path, _)| *path);
    let all = owners.chain(Intrinsic::PATHS.iter().copied()).chain(parents).chain(["globalThis"]);
    all.into_iter().find(|owner| *owner == path && native_id(owner).is_none())
}

/// The path of a constructor's prototype object, where functions or the tables name it.
fn known_prototype(constructor: &str) -> Option<&'static str> {
    let paths = Intrinsic::PATHS.iter().copied().chain(PARENTS.iter().map(|(path, _)| *path));
    let named = paths.into_iter().find(|path| path.strip_suffix(PROTOTYPE) == Some(constructor));
    named.or_else(|| {
        let all = ["", "get ", "set "].into_iter().flat_map(|prefix| lines(prefix, constructor));
        let mut owners = all.filter_map(|(_, name)| split(name)).map(|(owner, _)| owner);
        owners.find(|owner| owner.strip_suffix(PROTOTYPE) == Some(constructor))
    })
}

/// The path of a constructor's prototype object.
fn prototype_path(constructor: &str) -> Option<&'static str> {
    known_prototype(constructor).or_else(|| {
        let mut owners = constants().filter_map(|(name, _)| split(name)).map(|(owner, _)| owner);
        owners.find(|owner| owner.strip_suffix(PROTOTYPE) == Some(constructor))
    })
}

/// A built-in function is a constructor where it has a prototype object. No constructor is another's property.
pub(super) fn is_constructor(name: &str) -> bool {
    !name.contains('.') && known_prototype(name).is_some()
}

/// The properties of an owner, in their order.
pub(super) fn members(path: &'static str) -> Vec<(MemberKey, Member)> {
    let mut members = Vec::new();
    if let Some((functions, _)) = GENERATORS.iter().find(|(_, generators)| *generators == path) {
        members.push((MemberKey::Name("constructor"), Member::Owner(functions, Attrs::CONFIG)));
    }
    if let Some(constructor) = path.strip_suffix(PROTOTYPE).filter(|name| native_id(name).is_some()) {
        let attrs = if HIDDEN_CONSTRUCTORS.contains(&path) { Attrs::CONFIG } else { Attrs::HIDDEN };
        members.push((MemberKey::Name("constructor"), Member::Owner(constructor, attrs)));
    } else if let Some(prototype) = native_id(path).and_then(|_| prototype_path(path)) {
        members.push((MemberKey::Name("prototype"), Member::Owner(prototype, Attrs::FROZEN)));
    }
    members.extend(functions(path).into_iter().map(|(_, key, member)| (key, member)));
    members.extend(constants_of(path));
    if let Some((_, generators)) = GENERATORS.iter().find(|(functions, _)| *functions == path) {
        members.push((MemberKey::Name("prototype"), Member::Owner(generators, Attrs::CONFIG)));
    }
    members
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
