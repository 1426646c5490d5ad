//! `Map`.

use super::super::coerce::{callable, construct as construct_as, for_each_of, make, require_new};
use super::super::object::pair;
use super::incompatible;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Of;
use crate::object::data::{ArrayData, MapData};
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

pub fn this_map(vm: &mut Vm, args: Args, name: &str) -> Completion<Gc<Of<MapData>>> {
    args.this.of::<MapData>().ok_or_else(|| incompatible(vm, args, &format!("Map.prototype.{name}")))
}

/// Sets an entry and accounts for it.
pub fn put(vm: &mut Vm, map: Gc<Of<MapData>>, key: Value, value: Value) {
    map.put(&mut vm.heap, key, value);
}

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    require_new(vm, args, "Map")?;
    let map = construct_as(vm, args, Intrinsic::MapPrototype, MapData::default())?;
    vm.root(map.into());
    if args.get(0).is_nullish() {
        return Ok(map.into());
    }
    let (adder, builtin) = super::adder(vm, map.into(), "set", "Map.prototype.set")?;
    for_each_of(vm, args.get(0), |vm, entry| {
        let (key, value) = pair(vm, entry)?;
        if builtin {
            put(vm, map, key, value);
        } else {
            vm.call(adder, map.into(), &[key, value])?;
        }
        Ok(())
    })?;
    Ok(map.into())
}

pub fn group_by(vm: &mut Vm, args: Args) -> Completion {
    let function = callable(vm, args.get(1))?;
    let groups = make(vm, Intrinsic::MapPrototype, MapData::default());
    vm.root(groups.into());
    let mut index = 0.0;
    for_each_of(vm, args.get(0), |vm, value| {
        let key = vm.call(function, Value::UNDEFINED, &[value, index.into()])?;
        index += 1.0;
        match groups.data.0.get(key).and_then(|group| group.of::<ArrayData>()) {
            Some(group) => {
                vm.heap.push(group, value);
            }
            None => {
                let group = vm.new_array(vec![value]);
                put(vm, groups, key, group);
            }
        }
        Ok(())
    })?;
    Ok(groups.into())
}

pub fn clear(vm: &mut Vm, args: Args) -> Completion {
    this_map(vm, args, "clear")?.data.0.clear();
    Ok(Value::UNDEFINED)
}

pub fn delete(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_map(vm, args, "delete")?.remove(args.get(0)).into())
}

pub fn get(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_map(vm, args, "get")?.data.0.get(args.get(0)).unwrap_or(Value::UNDEFINED))
}

pub fn has(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_map(vm, args, "has")?.data.0.has(args.get(0)).into())
}

pub fn set(vm: &mut Vm, args: Args) -> Completion {
    let map = this_map(vm, args, "set")?;
    put(vm, map, args.get(0), args.get(1));
    Ok(args.this)
}

pub fn size(vm: &mut Vm, args: Args) -> Completion {
    let map = args.this.of::<MapData>().ok_or_else(|| incompatible(vm, args, "get Map.prototype.size"))?;
    Ok((map.data.0.len() as f64).into())
}

pub fn for_each(vm: &mut Vm, args: Args) -> Completion {
    let map = this_map(vm, args, "forEach")?;
    let function = callable(vm, args.get(0))?;
    let cursor = map.cursor();
    while let Some((key, value)) = map.data.0.step(&cursor) {
        vm.call(function, args.get(1), &[value, key, args.this])?;
    }
    Ok(Value::UNDEFINED)
}
