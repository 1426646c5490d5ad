//! flat and flatMap: nested arrays are unpacked with an explicit stack, so that depth costs no native stack.

use super::super::coerce::{callable, element_if_present, length_of};
use super::create::{append, species_array};
use super::{is_array, this_array};
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::value::Value;
use crate::vm::Vm;

/// An array that is being unpacked.
struct Level {
    object: Gc<Object>,
    index: f64,
    length: f64,
}

pub fn flat(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let depth = if args.get(0).is_undefined() { 1.0 } else { vm.to_integer(args.get(0))? };
    let target = species_array(vm, object, 0.0)?;
    let mut count = 0.0;
    unpack(vm, target, &mut count, Level { object, index: 0.0, length }, depth)?;
    Ok(target.into())
}

/// Appends the elements of `first`, unpacking arrays among them `depth` levels deep.
fn unpack(vm: &mut Vm, target: Gc<Object>, count: &mut f64, first: Level, depth: f64) -> Completion<()> {
    let mark = vm.roots();
    let mut stack = vec![first];
    while let Some(level) = stack.last_mut() {
        if level.index >= level.length {
            stack.pop();
            continue;
        }
        let (object, index) = (level.object, level.index);
        level.index += 1.0;
        vm.charge(1)?;
        let Some(value) = element_if_present(vm, object, index)? else { continue };
        match value.as_object().filter(|_| is_array(value)) {
            Some(inner) if (stack.len() as f64) <= depth => {
                vm.root(value);
                let length = length_of(vm, inner)?;
                vm.reserve(size_of::<Level>() * stack.len())?;
                stack.push(Level { object: inner, index: 0.0, length });
            }
            _ => {
                append(vm, target, *count, value)?;
                *count += 1.0;
            }
        }
    }
    vm.unroot(mark);
    Ok(())
}

pub fn flat_map(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let function = callable(vm, args.get(0))?;
    let target = species_array(vm, object, 0.0)?;
    let mut count = 0.0;
    let mut index = 0.0;
    while index < length {
        if let Some(value) = element_if_present(vm, object, index)? {
            let mark = vm.roots();
            let result = vm.call(function, args.get(1), &[value, index.into(), object.into()])?;
            vm.root(result);
            flatten_one(vm, target, &mut count, result)?;
            vm.unroot(mark);
        } else {
            vm.charge(1)?;
        }
        index += 1.0;
    }
    Ok(target.into())
}

fn flatten_one(vm: &mut Vm, target: Gc<Object>, count: &mut f64, value: Value) -> Completion<()> {
    match value.as_object().filter(|_| is_array(value)) {
        Some(object) => {
            let length = length_of(vm, object)?;
            unpack(vm, target, count, Level { object, index: 0.0, length }, 0.0)
        }
        None => {
            append(vm, target, *count, value)?;
            *count += 1.0;
            Ok(())
        }
    }
}
