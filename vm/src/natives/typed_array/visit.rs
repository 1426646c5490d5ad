//! The methods of typed arrays that call a function with each element. Those of arrays pass over what is not there; these see
//! `undefined` where the buffer shrank on the way.

use super::super::coerce::callable;
use super::array::{TypedArray, this_typed};
use crate::native::{Args, Completion};
use crate::value::Value;
use crate::vm::Vm;

/// Calls the function with each element until `take` is false of what it yields.
fn visit(
    vm: &mut Vm,
    args: Args,
    name: &str,
    mut take: impl FnMut(&mut Vm, f64, Value) -> bool,
) -> Completion<(TypedArray, usize)> {
    let (array, length) = this_typed(vm, args, name)?;
    let function = callable(vm, args.get(0))?;
    for index in 0..length {
        let element = array.get(index);
        let result = vm.call(function, args.get(1), &[element, Value::number(index as f64), args.this])?;
        if !take(vm, element.as_number().unwrap_or(f64::NAN), result) {
            break;
        }
    }
    Ok((array, length))
}

pub fn for_each(vm: &mut Vm, args: Args) -> Completion {
    visit(vm, args, "forEach", |_, _, _| true)?;
    Ok(Value::UNDEFINED)
}

pub fn every(vm: &mut Vm, args: Args) -> Completion {
    let mut all = true;
    visit(vm, args, "every", |vm, _, result| {
        all = vm.truthy(result);
        all
    })?;
    Ok(all.into())
}

pub fn some(vm: &mut Vm, args: Args) -> Completion {
    let mut any = false;
    visit(vm, args, "some", |vm, _, result| {
        any = vm.truthy(result);
        !any
    })?;
    Ok(any.into())
}

/// The elements for which the function holds.
pub fn kept(vm: &mut Vm, args: Args) -> Completion<(TypedArray, Vec<f64>)> {
    let mut kept = Vec::new();
    let (array, _) = visit(vm, args, "filter", |vm, n, result| {
        if vm.truthy(result) {
            kept.push(n);
        }
        true
    })?;
    Ok((array, kept))
}

pub fn reduce(vm: &mut Vm, args: Args, name: &str, from_right: bool) -> Completion {
    let (array, length) = this_typed(vm, args, name)?;
    let function = callable(vm, args.get(0))?;
    let mut folded = (args.len() >= 2).then(|| args.get(1));
    let mark = vm.roots();
    for step in 0..length {
        let index = if from_right { length - 1 - step } else { step };
        let element = array.get(index);
        folded = Some(match folded {
            None => element,
            Some(previous) => {
                let arguments = [previous, element, Value::number(index as f64), args.this];
                vm.call(function, Value::UNDEFINED, &arguments)?
            }
        });
        vm.unroot(mark);
        folded.map(|value| vm.root(value));
    }
    folded.ok_or_else(|| vm.type_error("Reduce of empty array with no initial value"))
}
