//! The methods that yield a new array: concat, slice, toReversed, toSpliced, with.

use super::super::coerce::{MAX_LENGTH, element, element_if_present, length_of, set_length};
use super::change::splice_range;
use super::create::{append, species_array};
use super::this_array;
use crate::cost::COPY_ELEMENTS;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// Room for an array of a length, or the error that it is too long.
fn room_for(vm: &mut Vm, length: f64) -> Completion<usize> {
    if length > f64::from(u32::MAX) {
        return Err(vm.range_error("Invalid array length"));
    }
    vm.charge(COPY_ELEMENTS.of(length as usize))?;
    Ok(length as usize)
}

pub fn slice(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let mut from = vm.relative_index(args.get(0), length, 0.0)?;
    let to = vm.relative_index(args.get(1), length, length)?;
    let count = (to - from).max(0.0);
    if object.shape() == vm.pool.array_shape
        && let Some(array) = object.of::<ArrayData>()
        && let Some(values) = array.data.as_dense()
        && let Some(part) = values.get(from as usize..(from + count) as usize)
    {
        let part = part.to_vec();
        room_for(vm, count)?;
        return Ok(vm.new_array(part));
    }
    let target = species_array(vm, object, count)?;
    let mut index = 0.0;
    while from < to {
        vm.charge(1)?;
        if let Some(value) = element_if_present(vm, object, from)? {
            append(vm, target, index, value)?;
        }
        index += 1.0;
        from += 1.0;
    }
    set_length(vm, target, index)?;
    Ok(target.into())
}

/// IsConcatSpreadable.
fn is_spreadable(vm: &mut Vm, value: Value) -> Completion<bool> {
    if !value.is_object() {
        return Ok(false);
    }
    let key = vm.well_known(WellKnown::IsConcatSpreadable);
    let spreadable = vm.get(value, key)?;
    if spreadable.is_undefined() { Ok(super::is_array(value)) } else { Ok(vm.truthy(spreadable)) }
}

pub fn concat(vm: &mut Vm, args: Args) -> Completion {
    let this = vm.to_object(args.this)?;
    vm.root(this.into());
    let target = species_array(vm, this, 0.0)?;
    let mut index = 0.0;
    for value in std::iter::once(this.into()).chain(args.all().iter().copied()) {
        if !is_spreadable(vm, value)? {
            if index >= MAX_LENGTH {
                return Err(vm.type_error("Invalid array length"));
            }
            append(vm, target, index, value)?;
            index += 1.0;
        } else if let Some(part) = value.as_object() {
            index += concat_part(vm, target, index, part)?;
        }
    }
    set_length(vm, target, index)?;
    Ok(target.into())
}

fn concat_part(vm: &mut Vm, target: Gc<Object>, at: f64, part: Gc<Object>) -> Completion<f64> {
    let length = length_of(vm, part)?;
    if at + length > MAX_LENGTH {
        return Err(vm.type_error("Invalid array length"));
    }
    let mut index = 0.0;
    while index < length {
        vm.charge(1)?;
        if let Some(value) = element_if_present(vm, part, index)? {
            append(vm, target, at + index, value)?;
        }
        index += 1.0;
    }
    Ok(length)
}

/// The elements from `from` up to `to`, holes as `undefined`; the values are rooted, unless the array itself keeps them.
fn copied(vm: &mut Vm, object: Gc<Object>, from: f64, to: f64) -> Completion<Vec<Value>> {
    room_for(vm, to - from)?;
    if let Some(array) = object.of::<ArrayData>()
        && let Some(values) = array.data.as_dense()
        && let Some(part) = values.get(from as usize..to as usize)
    {
        return Ok(part.to_vec());
    }
    let mut values = Vec::new();
    let mut index = from;
    while index < to {
        let value = element(vm, object, index)?;
        vm.root(value);
        vm.charge(1)?;
        values.push(value);
        index += 1.0;
    }
    Ok(values)
}

pub fn to_reversed(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    if length > f64::from(u32::MAX) {
        return Err(vm.range_error("Invalid array length"));
    }
    if object.of::<ArrayData>().is_some_and(|array| array.data.as_dense().is_some()) {
        let mut values = copied(vm, object, 0.0, length)?;
        values.reverse();
        return Ok(vm.new_array(values));
    }
    room_for(vm, length)?;
    let (mut values, mut index) = (Vec::new(), length);
    while index > 0.0 {
        index -= 1.0;
        vm.charge(1)?;
        let value = element(vm, object, index)?;
        values.push(vm.root(value));
    }
    Ok(vm.new_array(values))
}

pub fn to_spliced(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let (start, count) = splice_range(vm, args, length)?;
    let items = args.rest(2);
    let result = length + items.len() as f64 - count;
    if result > MAX_LENGTH {
        return Err(vm.type_error("Invalid array length"));
    }
    room_for(vm, result)?;
    let mut values = copied(vm, object, 0.0, start)?;
    values.extend_from_slice(items);
    values.extend(copied(vm, object, start + count, length)?);
    Ok(vm.new_array(values))
}

pub fn with(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let index = vm.to_integer(args.get(0))?;
    let index = if index < 0.0 { length + index } else { index };
    if index < 0.0 || index >= length {
        return Err(vm.range_error("Invalid array index"));
    }
    if length > f64::from(u32::MAX) {
        return Err(vm.range_error("Invalid array length"));
    }
    // What is replaced is not read.
    let mut values = copied(vm, object, 0.0, index)?;
    values.push(args.get(1));
    values.extend(copied(vm, object, index + 1.0, length)?);
    Ok(vm.new_array(values))
}
