//! `WeakMap` and `WeakSet`.

use super::super::coerce::{construct, for_each_of, require_new};
use super::super::object::pair;
use super::incompatible;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Of;
use crate::object::data::{WeakMapData, WeakSetData};
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

/// CanBeHeldWeakly: objects, and symbols that `Symbol.for` did not make. Value types have no identity.
fn can_be_key(value: Value) -> bool {
    match value.as_symbol() {
        Some(symbol) => !symbol.is_registered,
        None => value.kind().is_some_and(|kind| !kind.is_value_type()),
    }
}

fn require_key(vm: &mut Vm, value: Value, what: &str) -> Completion<()> {
    if can_be_key(value) {
        return Ok(());
    }
    let shown = super::super::inspect::shown_in_message(vm, value);
    Err(vm.type_error(&format!("Invalid value {what}: {shown}")))
}

fn this_map(vm: &mut Vm, args: Args, name: &str) -> Completion<Gc<Of<WeakMapData>>> {
    args.this.of::<WeakMapData>().ok_or_else(|| incompatible(vm, args, &format!("WeakMap.prototype.{name}")))
}

fn this_set(vm: &mut Vm, args: Args, name: &str) -> Completion<Gc<Of<WeakSetData>>> {
    args.this.of::<WeakSetData>().ok_or_else(|| incompatible(vm, args, &format!("WeakSet.prototype.{name}")))
}

pub fn construct_map(vm: &mut Vm, args: Args) -> Completion {
    require_new(vm, args, "WeakMap")?;
    let map = construct(vm, args, Intrinsic::WeakMapPrototype, WeakMapData::default())?;
    vm.root(map.into());
    if !args.get(0).is_nullish() {
        let (adder, _) = super::adder(vm, map.into(), "set", "WeakMap.prototype.set")?;
        for_each_of(vm, args.get(0), |vm, entry| {
            let (key, value) = pair(vm, entry)?;
            vm.call(adder, map.into(), &[key, value]).map(|_| ())
        })?;
    }
    Ok(map.into())
}

pub fn map_delete(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_map(vm, args, "delete")?.data.entries.remove(&args.get(0)).is_some().into())
}

pub fn map_get(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_map(vm, args, "get")?.data.entries.get(&args.get(0)).copied().unwrap_or(Value::UNDEFINED))
}

pub fn map_has(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_map(vm, args, "has")?.data.entries.contains_key(&args.get(0)).into())
}

pub fn map_set(vm: &mut Vm, args: Args) -> Completion {
    let mut map = this_map(vm, args, "set")?;
    require_key(vm, args.get(0), "used as weak map key")?;
    vm.heap.grow(24);
    map.data.entries.insert(args.get(0), args.get(1));
    Ok(args.this)
}

pub fn construct_set(vm: &mut Vm, args: Args) -> Completion {
    require_new(vm, args, "WeakSet")?;
    let set = construct(vm, args, Intrinsic::WeakSetPrototype, WeakSetData::default())?;
    vm.root(set.into());
    if !args.get(0).is_nullish() {
        let (adder, _) = super::adder(vm, set.into(), "add", "WeakSet.prototype.add")?;
        for_each_of(vm, args.get(0), |vm, value| vm.call(adder, set.into(), &[value]).map(|_| ()))?;
    }
    Ok(set.into())
}

pub fn set_add(vm: &mut Vm, args: Args) -> Completion {
    let mut set = this_set(vm, args, "add")?;
    require_key(vm, args.get(0), "used in weak set")?;
    vm.heap.grow(16);
    set.data.entries.insert(args.get(0), ());
    Ok(args.this)
}

pub fn set_delete(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_set(vm, args, "delete")?.data.entries.remove(&args.get(0)).is_some().into())
}

pub fn set_has(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_set(vm, args, "has")?.data.entries.contains_key(&args.get(0)).into())
}
