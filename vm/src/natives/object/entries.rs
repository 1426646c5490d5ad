//! Properties as lists: keys, values, entries, assign, fromEntries, groupBy.

use super::super::coerce::{callable, for_each_of};
use crate::cost::LIST_KEYS;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::object::property::PropKey;
use crate::value::Value;
use crate::vm::Vm;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Key,
    Value,
    Entry,
}

/// Object.keys, Object.values, Object.entries.
pub fn list(vm: &mut Vm, args: Args, part: Part) -> Completion {
    let object = vm.to_object(args.get(0))?;
    vm.root(object.into());
    let keys = vm.own_keys(object);
    vm.charge(LIST_KEYS.of(keys.len()))?;
    let result = vm.new_array(Vec::new());
    vm.root(result);
    for key in keys.into_iter().filter(|key| !key.is_symbol()) {
        if !vm.own_property(object, key)?.is_some_and(|property| property.is_enumerable()) {
            continue;
        }
        let item = match part {
            Part::Key => vm.key_value(key),
            Part::Value => vm.get(object.into(), key)?,
            Part::Entry => {
                let value = vm.get(object.into(), key)?;
                let name = vm.key_value(key);
                vm.new_array(vec![name, value])
            }
        };
        push(vm, result, item)?;
    }
    Ok(result)
}

/// Appends to an array of the native's own.
fn push(vm: &mut Vm, array: Value, item: Value) -> Completion<()> {
    if let Some(array) = array.of::<crate::object::data::ArrayData>() {
        vm.heap.push(array, item);
    }
    Ok(())
}

/// getOwnPropertyNames, getOwnPropertySymbols.
pub fn own_keys(vm: &mut Vm, args: Args, symbols: bool) -> Completion {
    let object = vm.to_object(args.get(0))?;
    let keys = vm.own_keys(object);
    vm.charge(LIST_KEYS.of(keys.len()))?;
    let names = keys.into_iter().filter(|key| key.is_symbol() == symbols).map(|key| vm.key_value(key)).collect();
    Ok(vm.new_array(names))
}

pub fn assign(vm: &mut Vm, args: Args) -> Completion {
    let target = vm.to_object(args.get(0))?;
    vm.root(target.into());
    for &source in args.rest(1) {
        if source.is_nullish() {
            continue;
        }
        let from = vm.to_object(source)?;
        vm.root(from.into());
        let keys = vm.own_keys(from);
        vm.charge(LIST_KEYS.of(keys.len()))?;
        for key in keys {
            if vm.own_property(from, key)?.is_some_and(|property| property.is_enumerable()) {
                let value = vm.get(from.into(), key)?;
                let mark = vm.roots();
                vm.root(value);
                vm.set(target.into(), key, value)?;
                vm.unroot(mark);
            }
        }
    }
    Ok(target.into())
}

pub fn from_entries(vm: &mut Vm, args: Args) -> Completion {
    if args.get(0).is_nullish() {
        let shown = super::super::inspect::shown_in_message(vm, args.get(0));
        return Err(vm.type_error(&format!("{shown} is not iterable")));
    }
    let target = vm.new_object();
    vm.root(target.into());
    for_each_of(vm, args.get(0), |vm, entry| {
        let (key, value) = pair(vm, entry)?;
        vm.root(value);
        let key = vm.to_key(key)?;
        vm.create_data(target, key, value)
    })?;
    Ok(target.into())
}

/// The first two elements of an entry, rooted.
pub fn pair(vm: &mut Vm, entry: Value) -> Completion<(Value, Value)> {
    if !entry.is_object() {
        let shown = super::super::inspect::shown_in_message(vm, entry);
        return Err(vm.type_error(&format!("Iterator value {shown} is not an entry object")));
    }
    let key = vm.get(entry, PropKey::Index(0))?;
    vm.root(key);
    let value = vm.get(entry, PropKey::Index(1))?;
    vm.root(value);
    Ok((key, value))
}

pub fn group_by(vm: &mut Vm, args: Args) -> Completion {
    if args.get(0).is_nullish() {
        let shown = super::super::inspect::shown_in_message(vm, args.get(0));
        return Err(vm.type_error(&format!("{shown} is not iterable")));
    }
    let function = callable(vm, args.get(1))?;
    let groups = vm.new_object_with(None);
    vm.root(groups.into());
    let mut index = 0.0;
    for_each_of(vm, args.get(0), |vm, value| {
        let key = vm.call(function, Value::UNDEFINED, &[value, index.into()])?;
        let key = vm.to_key(key)?;
        index += 1.0;
        add_to_group(vm, groups, key, value)
    })?;
    Ok(groups.into())
}

fn add_to_group(vm: &mut Vm, groups: Gc<Object>, key: PropKey, value: Value) -> Completion<()> {
    match vm.get_own(groups, key) {
        Some(group) => push(vm, group.value, value),
        None => {
            let group = vm.new_array(vec![value]);
            vm.create_data(groups, key, group)
        }
    }
}
