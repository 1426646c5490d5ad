//! The methods of `Iterator.prototype` that go through the iterator at once: forEach, reduce, toArray, some, every, find.

use super::protocol::{close, close_after, direct, require_object, step};
use crate::native::{Args, Completion};
use crate::object::data::ArrayData;
use crate::value::Value;
use crate::vm::Vm;

/// The function argument; the iterator is closed where it is none.
pub fn function(vm: &mut Vm, args: Args) -> Completion {
    match super::super::coerce::callable(vm, args.get(0)) {
        Ok(function) => Ok(function),
        Err(thrown) => Err(close_after(vm, args.this, thrown)),
    }
}

/// Calls the function with each value and its number; `take` gets the value and the result, and ends the visit by a result of its own.
fn visit(
    vm: &mut Vm,
    args: Args,
    name: &str,
    take: impl Fn(&mut Vm, Value, Value) -> Option<Value>,
) -> Completion<Option<Value>> {
    require_object(vm, args, name)?;
    let function = function(vm, args)?;
    let (iterator, next) = direct(vm, args.this)?;
    let mut count = 0.0;
    let mark = vm.roots();
    while let Some(value) = step(vm, iterator, next)? {
        vm.root(value);
        let result = match vm.call(function, Value::UNDEFINED, &[value, Value::number(count)]) {
            Ok(result) => result,
            Err(thrown) => return Err(close_after(vm, iterator, thrown)),
        };
        if let Some(answer) = take(vm, value, result) {
            close(vm, iterator)?;
            return Ok(Some(answer));
        }
        vm.unroot(mark);
        count += 1.0;
    }
    Ok(None)
}

pub fn for_each(vm: &mut Vm, args: Args) -> Completion {
    visit(vm, args, "forEach", |_, _, _| None)?;
    Ok(Value::UNDEFINED)
}

pub fn some(vm: &mut Vm, args: Args) -> Completion {
    let found = visit(vm, args, "some", |vm, _, result| vm.truthy(result).then_some(Value::TRUE))?;
    Ok(found.unwrap_or(Value::FALSE))
}

pub fn every(vm: &mut Vm, args: Args) -> Completion {
    let failed = visit(vm, args, "every", |vm, _, result| (!vm.truthy(result)).then_some(Value::FALSE))?;
    Ok(failed.unwrap_or(Value::TRUE))
}

pub fn find(vm: &mut Vm, args: Args) -> Completion {
    let found = visit(vm, args, "find", |vm, value, result| vm.truthy(result).then_some(value))?;
    Ok(found.unwrap_or(Value::UNDEFINED))
}

pub fn to_array(vm: &mut Vm, args: Args) -> Completion {
    require_object(vm, args, "toArray")?;
    let (iterator, next) = direct(vm, args.this)?;
    let result = vm.new_array(Vec::new());
    vm.root(result);
    while let Some(value) = step(vm, iterator, next)? {
        if let Some(array) = result.of::<ArrayData>() {
            vm.heap.push(array, value);
        }
    }
    Ok(result)
}

pub fn reduce(vm: &mut Vm, args: Args) -> Completion {
    require_object(vm, args, "reduce")?;
    let function = function(vm, args)?;
    let (iterator, next) = direct(vm, args.this)?;
    let mut count = 0.0;
    let mut folded = if args.len() >= 2 {
        args.get(1)
    } else {
        count = 1.0;
        match step(vm, iterator, next)? {
            Some(value) => value,
            None => return Err(vm.type_error("Reduce of a done iterator with no initial value")),
        }
    };
    let mark = vm.roots();
    vm.root(folded);
    while let Some(value) = step(vm, iterator, next)? {
        folded = match vm.call(function, Value::UNDEFINED, &[folded, value, Value::number(count)]) {
            Ok(result) => result,
            Err(thrown) => return Err(close_after(vm, iterator, thrown)),
        };
        vm.unroot(mark);
        vm.root(folded);
        count += 1.0;
    }
    Ok(folded)
}
