//! `Map`, `Set`, `WeakMap`, `WeakSet`.

pub(super) mod map;
pub(super) mod set;
mod set_operations;
mod weak;

use super::Family;
use super::iterator::{map_iterator, set_iterator};
use crate::interp::iterator::Part;
use crate::native::{Args, Completion, Constant};
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Map", map::construct),
    ("Map.groupBy", map::group_by),
    ("Map.prototype.clear", map::clear),
    ("Map.prototype.delete", map::delete),
    ("Map.prototype.entries", |vm, args| map_iterator(vm, args, "entries", Part::Entries)),
    ("Map.prototype.forEach", map::for_each),
    ("Map.prototype.get", map::get),
    ("Map.prototype.has", map::has),
    ("Map.prototype.keys", |vm, args| map_iterator(vm, args, "keys", Part::Keys)),
    ("Map.prototype.set", map::set),
    ("get Map.prototype.size", map::size),
    ("Map.prototype.values", |vm, args| map_iterator(vm, args, "values", Part::Values)),
    ("Map.prototype[Symbol.iterator]", |vm, args| map_iterator(vm, args, "entries", Part::Entries)),
    ("Set", set::construct),
    ("Set.prototype.add", set::add),
    ("Set.prototype.clear", set::clear),
    ("Set.prototype.delete", set::delete),
    ("Set.prototype.difference", set_operations::difference),
    ("Set.prototype.entries", |vm, args| set_iterator(vm, args, "entries", Part::Entries)),
    ("Set.prototype.forEach", set::for_each),
    ("Set.prototype.has", set::has),
    ("Set.prototype.intersection", set_operations::intersection),
    ("Set.prototype.isDisjointFrom", set_operations::is_disjoint_from),
    ("Set.prototype.isSubsetOf", set_operations::is_subset_of),
    ("Set.prototype.isSupersetOf", set_operations::is_superset_of),
    ("Set.prototype.keys", |vm, args| set_iterator(vm, args, "values", Part::Values)),
    ("Set.prototype.symmetricDifference", set_operations::symmetric_difference),
    ("get Set.prototype.size", set::size),
    ("Set.prototype.union", set_operations::union),
    ("Set.prototype.values", |vm, args| set_iterator(vm, args, "values", Part::Values)),
    ("Set.prototype[Symbol.iterator]", |vm, args| set_iterator(vm, args, "values", Part::Values)),
    ("WeakMap", weak::construct_map),
    ("WeakMap.prototype.delete", weak::map_delete),
    ("WeakMap.prototype.get", weak::map_get),
    ("WeakMap.prototype.has", weak::map_has),
    ("WeakMap.prototype.set", weak::map_set),
    ("WeakSet", weak::construct_set),
    ("WeakSet.prototype.add", weak::set_add),
    ("WeakSet.prototype.delete", weak::set_delete),
    ("WeakSet.prototype.has", weak::set_has),
];

pub static CONSTANTS: &[(&str, Constant)] = &[
    ("Map.prototype[Symbol.toStringTag]", Constant::Str("Map")),
    ("Set.prototype[Symbol.toStringTag]", Constant::Str("Set")),
    ("WeakMap.prototype[Symbol.toStringTag]", Constant::Str("WeakMap")),
    ("WeakSet.prototype[Symbol.toStringTag]", Constant::Str("WeakSet")),
];

/// The receiver is not of the class whose method was called.
pub(crate) fn incompatible(vm: &mut Vm, args: Args, method: &str) -> crate::native::Throw {
    let shown = super::inspect::shown_in_message(vm, args.this);
    vm.type_error(&format!("Method {method} called on incompatible receiver {shown}"))
}

/// The method of a new collection that adds, and whether it is the built-in one.
fn adder(
    vm: &mut Vm,
    collection: crate::value::Value,
    name: &str,
    native: &str,
) -> Completion<(crate::value::Value, bool)> {
    let key = vm.key(name);
    let method = vm.get(collection, key)?;
    if !method.is_callable() {
        let shown = super::inspect::shown_in_message(vm, method);
        return Err(
            vm.type_error(&format!("'{shown}' returned for property '{name}' of object '#<Object>' is not a function"))
        );
    }
    let builtin = mosl_bytecode::natives::native_id(native).is_some_and(|id| vm.native_function(id) == method);
    vm.root(method);
    Ok((method, builtin))
}
