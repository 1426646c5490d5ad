//! The methods that change the array: push, pop, shift, unshift, splice, fill, reverse, copyWithin.

use super::super::coerce::{MAX_LENGTH, element, element_if_present, index_key, set_element, set_length};
use super::create::{append, species_array};
use super::this_array;
use crate::cost::{COPY_ELEMENTS, MOVE_ELEMENTS, VISIT};
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::data::ArrayData;
use crate::object::{Object, Of};
use crate::value::Value;
use crate::vm::Vm;

/// The array, where every element is there and may be written: what the short ways work on.
fn dense(object: Gc<Object>) -> Option<Gc<Of<ArrayData>>> {
    let mut array = object.of::<ArrayData>()?;
    (array.data.as_dense_mut().is_some()).then_some(array)
}

pub fn push(vm: &mut Vm, args: Args) -> Completion {
    if let Some(array) = args.this.of::<ArrayData>()
        && !args.is_empty()
        && args.all().iter().all(|&value| vm.heap.push(array, value))
    {
        return Ok(f64::from(array.data.len()).into());
    }
    push_slowly(vm, args)
}

/// What the short way pushed before it gave up is pushed already: it gives up before the first element or not at all, but for an
/// array that is full.
fn push_slowly(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    if length + args.len() as f64 > MAX_LENGTH {
        return Err(vm.type_error("Pushing elements past 2 ** 53 - 1 is not allowed"));
    }
    for (at, &value) in args.all().iter().enumerate() {
        set_element(vm, object, length + at as f64, value)?;
    }
    let length = length + args.len() as f64;
    set_length(vm, object, length)?;
    Ok(length.into())
}

pub fn pop(vm: &mut Vm, args: Args) -> Completion {
    if let Some(mut array) = args.this.as_object().and_then(dense)
        && let Some(values) = array.data.as_dense_mut()
        && let Some(value) = values.pop()
    {
        array.data.len -= 1;
        return Ok(value);
    }
    let (object, length) = this_array(vm, args)?;
    if length == 0.0 {
        set_length(vm, object, 0.0)?;
        return Ok(Value::UNDEFINED);
    }
    let value = element(vm, object, length - 1.0)?;
    vm.root(value);
    delete(vm, object, length - 1.0)?;
    set_length(vm, object, length - 1.0)?;
    Ok(value)
}

fn delete(vm: &mut Vm, object: Gc<Object>, index: f64) -> Completion<()> {
    let key = index_key(vm, index);
    vm.delete(object, key).map(|_| ())
}

/// Moves an element, or the hole that it is.
fn move_element(vm: &mut Vm, object: Gc<Object>, from: f64, to: f64) -> Completion<()> {
    vm.charge(1)?;
    match element_if_present(vm, object, from)? {
        Some(value) => set_element(vm, object, to, value),
        None => delete(vm, object, to),
    }
}

pub fn shift(vm: &mut Vm, args: Args) -> Completion {
    if let Some(mut array) = args.this.as_object().and_then(dense)
        && !array.data.is_empty()
        && let Some(values) = array.data.as_dense_mut()
    {
        let count = values.len();
        let value = values.remove(0);
        array.data.len -= 1;
        vm.charge(MOVE_ELEMENTS.of(count))?;
        return Ok(value);
    }
    let (object, length) = this_array(vm, args)?;
    if length == 0.0 {
        set_length(vm, object, 0.0)?;
        return Ok(Value::UNDEFINED);
    }
    let first = element(vm, object, 0.0)?;
    vm.root(first);
    let mut index = 1.0;
    while index < length {
        move_element(vm, object, index, index - 1.0)?;
        index += 1.0;
    }
    delete(vm, object, length - 1.0)?;
    set_length(vm, object, length - 1.0)?;
    Ok(first)
}

pub fn unshift(vm: &mut Vm, args: Args) -> Completion {
    let count = args.len();
    if let Some(mut array) = args.this.as_object().and_then(dense)
        && (array.data.len() as usize).checked_add(count).is_some_and(|n| n < u32::MAX as usize)
        && let Some(values) = array.data.as_dense_mut()
    {
        values.splice(0..0, args.all().iter().copied());
        let length = values.len();
        array.data.note_mixed();
        vm.heap.grow(count * 8);
        vm.charge(MOVE_ELEMENTS.of(length))?;
        return Ok((length as f64).into());
    }
    let (object, length) = this_array(vm, args)?;
    if count > 0 {
        if length + count as f64 > MAX_LENGTH {
            return Err(vm.type_error("Invalid array length"));
        }
        let mut index = length;
        while index > 0.0 {
            index -= 1.0;
            move_element(vm, object, index, index + count as f64)?;
        }
        for (at, &value) in args.all().iter().enumerate() {
            set_element(vm, object, at as f64, value)?;
        }
    }
    let length = length + count as f64;
    set_length(vm, object, length)?;
    Ok(length.into())
}

/// Start and number of elements to remove, as splice and toSpliced read them.
pub fn splice_range(vm: &mut Vm, args: Args, length: f64) -> Completion<(f64, f64)> {
    let start = vm.relative_index(args.get(0), length, 0.0)?;
    let count = match args.len() {
        0 => 0.0,
        1 => length - start,
        _ => vm.to_integer(args.get(1))?.clamp(0.0, length - start),
    };
    Ok((start, count))
}

pub fn splice(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let (start, count) = splice_range(vm, args, length)?;
    let items = args.rest(2);
    if length + items.len() as f64 - count > MAX_LENGTH {
        return Err(vm.type_error("Invalid array length"));
    }
    if object.shape() == vm.pool.array_shape
        && let Some(mut array) = dense(object)
        && f64::from(array.data.len()) == length
        && let Some(values) = array.data.as_dense_mut()
        && values.len() + items.len() < u32::MAX as usize
    {
        let range = start as usize..(start + count) as usize;
        let removed: Vec<Value> = values.splice(range, items.iter().copied()).collect();
        array.data.note_mixed();
        vm.heap.grow(items.len() * 8);
        let removed = vm.new_array(removed);
        vm.charge(MOVE_ELEMENTS.of(length as usize))?;
        return Ok(removed);
    }
    splice_slowly(vm, object, length, start, count, items)
}

fn splice_slowly(vm: &mut Vm, object: Gc<Object>, length: f64, start: f64, count: f64, items: &[Value]) -> Completion {
    let removed = species_array(vm, object, count)?;
    let mut index = 0.0;
    while index < count {
        vm.charge(1)?;
        if let Some(value) = element_if_present(vm, object, start + index)? {
            append(vm, removed, index, value)?;
        }
        index += 1.0;
    }
    set_length(vm, removed, count)?;
    let added = items.len() as f64;
    let mut index = start;
    if added < count {
        while index < length - count {
            move_element(vm, object, index + count, index + added)?;
            index += 1.0;
        }
        let mut index = length;
        while index > length - count + added {
            index -= 1.0;
            delete(vm, object, index)?;
        }
    } else if added > count {
        index = length - count;
        while index > start {
            index -= 1.0;
            move_element(vm, object, index + count, index + added)?;
        }
    }
    for (at, &value) in items.iter().enumerate() {
        set_element(vm, object, start + at as f64, value)?;
    }
    set_length(vm, object, length - count + added)?;
    Ok(removed.into())
}

pub fn fill(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let mut index = vm.relative_index(args.get(1), length, 0.0)?;
    let end = vm.relative_index(args.get(2), length, length)?;
    if let Some(mut array) = object.of::<ArrayData>()
        && array.object.shape() == vm.pool.array_shape
        && array.object.store().is_none()
        && !array.data.fixed
        && index <= array.data.dense.len() as f64
        && index < end
        && end <= f64::from(array.data.len)
    {
        vm.charge(VISIT.of((end - index) as usize))?;
        vm.reserve((end as usize).saturating_sub(array.data.dense.len()) * 8)?;
        let grown = array.data.fill(index as usize, end as usize, args.get(0));
        vm.heap.grow(grown);
        return Ok(object.into());
    }
    while index < end {
        vm.charge(1)?;
        set_element(vm, object, index, args.get(0))?;
        index += 1.0;
    }
    Ok(object.into())
}

pub fn reverse(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    if let Some(mut array) = dense(object)
        && let Some(values) = array.data.as_dense_mut()
    {
        values.reverse();
        vm.charge(COPY_ELEMENTS.of(length as usize))?;
        return Ok(object.into());
    }
    let (mut low, mut high) = (0.0, length - 1.0);
    while low < high {
        vm.charge(1)?;
        let mark = vm.roots();
        let first = element_if_present(vm, object, low)?;
        first.map(|value| vm.root(value));
        let last = element_if_present(vm, object, high)?;
        last.map(|value| vm.root(value));
        for (to, value) in [(low, last), (high, first)] {
            match value {
                Some(value) => set_element(vm, object, to, value)?,
                None if first.is_some() || last.is_some() => delete(vm, object, to)?,
                None => {}
            }
        }
        vm.unroot(mark);
        low += 1.0;
        high -= 1.0;
    }
    Ok(object.into())
}

pub fn copy_within(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let to = vm.relative_index(args.get(0), length, 0.0)?;
    let from = vm.relative_index(args.get(1), length, 0.0)?;
    let end = vm.relative_index(args.get(2), length, length)?;
    let count = (end - from).min(length - to);
    let backwards = from < to && to < from + count;
    let mut step = 0.0;
    while step < count {
        let offset = if backwards { count - 1.0 - step } else { step };
        move_element(vm, object, from + offset, to + offset)?;
        step += 1.0;
    }
    Ok(object.into())
}
