//! Looking for elements: at, includes, indexOf, lastIndexOf, find and its kin.

use super::super::coerce::{callable, element, element_if_present};
use super::this_array;
use crate::native::{Args, Completion};
use crate::object::map::same_value_zero;
use crate::value::Value;
use crate::vm::Vm;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    First,
    Last,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Value,
    Index,
}

pub fn at(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let index = vm.to_integer(args.get(0))?;
    let index = if index < 0.0 { length + index } else { index };
    if index < 0.0 || index >= length { Ok(Value::UNDEFINED) } else { element(vm, object, index) }
}

pub fn includes(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    if length == 0.0 {
        return Ok(false.into());
    }
    let mut index = vm.relative_index(args.get(1), length, 0.0)?;
    while index < length {
        vm.charge(1)?;
        if same_value_zero(element(vm, object, index)?, args.get(0)) {
            return Ok(true.into());
        }
        index += 1.0;
    }
    Ok(false.into())
}

pub fn index_of(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    if length == 0.0 {
        return Ok((-1.0).into());
    }
    let mut index = vm.relative_index(args.get(1), length, 0.0)?;
    while index < length {
        vm.charge(1)?;
        if let Some(value) = element_if_present(vm, object, index)?
            && vm.strict_equals(value, args.get(0))
        {
            return Ok(index.into());
        }
        index += 1.0;
    }
    Ok((-1.0).into())
}

pub fn last_index_of(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    if length == 0.0 {
        return Ok((-1.0).into());
    }
    let from = if args.len() > 1 { vm.to_integer(args.get(1))? } else { length - 1.0 };
    let mut index = if from < 0.0 { length + from } else { from.min(length - 1.0) };
    while index >= 0.0 {
        vm.charge(1)?;
        if let Some(value) = element_if_present(vm, object, index)?
            && vm.strict_equals(value, args.get(0))
        {
            return Ok(index.into());
        }
        index -= 1.0;
    }
    Ok((-1.0).into())
}

/// find, findIndex, findLast, findLastIndex: holes count as `undefined`.
pub fn find(vm: &mut Vm, args: Args, order: Order, answer: Answer) -> Completion {
    let (object, length) = this_array(vm, args)?;
    callable(vm, args.get(0))?;
    let mark = vm.roots();
    let mut step = 0.0;
    while step < length {
        let index = if order == Order::Last { length - 1.0 - step } else { step };
        // The function may be one that costs nothing.
        vm.charge(1)?;
        let value = element(vm, object, index)?;
        vm.root(value);
        let result = vm.call(args.get(0), args.get(1), &[value, index.into(), object.into()])?;
        vm.unroot(mark);
        if vm.truthy(result) {
            return Ok(if answer == Answer::Value { value } else { index.into() });
        }
        step += 1.0;
    }
    Ok(if answer == Answer::Value { Value::UNDEFINED } else { (-1.0).into() })
}
