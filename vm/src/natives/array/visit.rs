//! The methods that call a function with each element: forEach, map, filter, every, some.

use super::super::coerce::{callable, element_if_present};
use super::create::{append, species_array};
use super::this_array;
use crate::native::{Args, Completion};
use crate::value::Value;
use crate::vm::Vm;

/// Calls the function with each element that is there; `take` gets index, element and what the function yields, and may end the visit.
fn visit(
    vm: &mut Vm,
    args: Args,
    object: crate::heap::Gc<crate::object::Object>,
    length: f64,
    mut take: impl FnMut(&mut Vm, f64, Value, Value) -> Completion<bool>,
) -> Completion<()> {
    let mark = vm.roots();
    let mut index = 0.0;
    while index < length {
        if let Some(value) = element_if_present(vm, object, index)? {
            vm.root(value);
            let result = vm.call(args.get(0), args.get(1), &[value, index.into(), object.into()])?;
            let go_on = take(vm, index, value, result)?;
            vm.unroot(mark);
            if !go_on {
                break;
            }
        } else {
            vm.charge(1)?;
        }
        index += 1.0;
    }
    Ok(())
}

pub fn for_each(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    callable(vm, args.get(0))?;
    visit(vm, args, object, length, |_, _, _, _| Ok(true))?;
    Ok(Value::UNDEFINED)
}

pub fn map(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    callable(vm, args.get(0))?;
    let target = species_array(vm, object, length)?;
    let mut filled = 0.0;
    visit(vm, args, object, length, |vm, index, _, result| {
        append(vm, target, index, result)?;
        filled = index + 1.0;
        Ok(true)
    })?;
    // Holes at the end count.
    if filled < length && super::is_array(target.into()) {
        super::super::coerce::set_length(vm, target, length)?;
    }
    Ok(target.into())
}

pub fn filter(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    callable(vm, args.get(0))?;
    let target = species_array(vm, object, 0.0)?;
    let mut count = 0.0;
    visit(vm, args, object, length, |vm, _, value, result| {
        if vm.truthy(result) {
            append(vm, target, count, value)?;
            count += 1.0;
        }
        Ok(true)
    })?;
    Ok(target.into())
}

pub fn every(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    callable(vm, args.get(0))?;
    let mut all = true;
    visit(vm, args, object, length, |vm, _, _, result| {
        all = vm.truthy(result);
        Ok(all)
    })?;
    Ok(all.into())
}

pub fn some(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    callable(vm, args.get(0))?;
    let mut any = false;
    visit(vm, args, object, length, |vm, _, _, result| {
        any = vm.truthy(result);
        Ok(!any)
    })?;
    Ok(any.into())
}
