//! `Set`, but for the operations on two sets.

use super::super::coerce::{callable, construct as construct_as, for_each_of, require_new};
use super::incompatible;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Of;
use crate::object::data::SetData;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

pub fn this_set(vm: &mut Vm, args: Args, name: &str) -> Completion<Gc<Of<SetData>>> {
    args.this.of::<SetData>().ok_or_else(|| incompatible(vm, args, &format!("Set.prototype.{name}")))
}

/// Adds a value and accounts for it.
pub fn put(vm: &mut Vm, set: Gc<Of<SetData>>, value: Value) {
    set.put(&mut vm.heap, value, Value::UNDEFINED);
}

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    require_new(vm, args, "Set")?;
    let set = construct_as(vm, args, Intrinsic::SetPrototype, SetData::default())?;
    vm.root(set.into());
    if args.get(0).is_nullish() {
        return Ok(set.into());
    }
    let (adder, builtin) = super::adder(vm, set.into(), "add", "Set.prototype.add")?;
    for_each_of(vm, args.get(0), |vm, value| {
        if builtin {
            put(vm, set, value);
        } else {
            vm.call(adder, set.into(), &[value])?;
        }
        Ok(())
    })?;
    Ok(set.into())
}

pub fn add(vm: &mut Vm, args: Args) -> Completion {
    let set = this_set(vm, args, "add")?;
    put(vm, set, args.get(0));
    Ok(args.this)
}

pub fn clear(vm: &mut Vm, args: Args) -> Completion {
    this_set(vm, args, "clear")?.data.0.clear();
    Ok(Value::UNDEFINED)
}

pub fn delete(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_set(vm, args, "delete")?.remove(args.get(0)).into())
}

pub fn has(vm: &mut Vm, args: Args) -> Completion {
    Ok(this_set(vm, args, "has")?.data.0.has(args.get(0)).into())
}

pub fn size(vm: &mut Vm, args: Args) -> Completion {
    let set = args.this.of::<SetData>().ok_or_else(|| incompatible(vm, args, "get Set.prototype.size"))?;
    Ok((set.data.0.len() as f64).into())
}

pub fn for_each(vm: &mut Vm, args: Args) -> Completion {
    let set = this_set(vm, args, "forEach")?;
    let function = callable(vm, args.get(0))?;
    let cursor = set.cursor();
    while let Some((value, _)) = set.data.0.step(&cursor) {
        vm.call(function, args.get(1), &[value, value, args.this])?;
    }
    Ok(Value::UNDEFINED)
}
