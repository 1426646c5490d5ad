//! Array.fromAsync: steps an async iteration by promise reactions.

use super::super::coerce::{callable, set_length};
use super::create::append;
use crate::native::{Args, Completion};
use crate::promise::Capability;
use crate::value::Value;
use crate::vm::Vm;

// Slots of the two functions that wait.
const RECORD: usize = 0;
const ARRAY: usize = 1;
const MAP: usize = 2;
const THIS: usize = 3;
const PROMISE: usize = 4;
/// What the value that is waited for is: an iterator's result, an item, a mapped item.
const STAGE: usize = 5;

#[derive(Clone, Copy)]
enum Stage {
    Result = 0,
    Mapped = 1,
}

pub fn from_async(vm: &mut Vm, args: Args) -> Completion {
    let promise = vm.new_promise();
    vm.root(promise);
    if let Err(thrown) = start(vm, args, promise) {
        let reason = vm.catch(thrown)?;
        vm.root(reason);
        vm.reject_promise(promise, reason);
    }
    Ok(promise)
}

fn start(vm: &mut Vm, args: Args, promise: Value) -> Completion<()> {
    if !args.get(1).is_undefined() {
        callable(vm, args.get(1))?;
    }
    let source = args.get(0);
    let keys = [crate::symbol::WellKnown::AsyncIterator, crate::symbol::WellKnown::Iterator];
    let mut iterable = source.is_nullish();
    for known in keys {
        let key = vm.well_known(known);
        iterable = iterable || !vm.get(source, key)?.is_nullish();
    }
    let source = if iterable {
        source
    } else {
        // An array-like: its elements, awaited one after another.
        let list = vm.to_object(source)?;
        vm.root(list.into());
        let values = super::super::function::list_of(vm, list)?;
        let array = vm.new_array(values);
        vm.root(array)
    };
    let record = vm.iter_init_async(source)?;
    vm.root(record);
    let array = vm.new_array(Vec::new());
    vm.root(array);
    step(vm, &[record, array, args.get(1), args.get(2), promise])
}

/// Asks for the next result and waits for it.
fn step(vm: &mut Vm, slots: &[Value]) -> Completion<()> {
    let name = vm.common().next;
    let result = vm.iter_call(slots[RECORD], name, Value::UNDEFINED)?;
    wait(vm, slots, result, Stage::Result)
}

fn wait(vm: &mut Vm, slots: &[Value], value: Value, stage: Stage) -> Completion<()> {
    let awaited = vm.promise_resolve(value)?;
    vm.root(awaited);
    let mut slots = slots[..=PROMISE].to_vec();
    slots.push(Value::number(f64::from(stage as u8)));
    let arrived = vm.new_native("", 1, arrived, &slots);
    vm.root(arrived);
    let failed = vm.new_native("", 1, failed, &slots);
    vm.root(failed);
    vm.perform_then(awaited, arrived, failed, None::<Capability>);
    Ok(())
}

fn slots_of(vm: &Vm, args: Args) -> Vec<Value> {
    (0..=STAGE).map(|at| vm.native_slot(args.callee, at)).collect()
}

fn arrived(vm: &mut Vm, args: Args) -> Completion {
    let slots = slots_of(vm, args);
    if let Err(thrown) = take(vm, args, &slots) {
        let reason = vm.catch(thrown)?;
        vm.root(reason);
        vm.iter_close_quiet(slots[RECORD])?;
        vm.reject_promise(slots[PROMISE], reason);
    }
    Ok(Value::UNDEFINED)
}

fn take(vm: &mut Vm, args: Args, slots: &[Value]) -> Completion<()> {
    let Some(array) = slots[ARRAY].as_object() else { return Ok(()) };
    let length = super::super::coerce::length_of(vm, array)?;
    let mapped = slots[STAGE].as_number() == Some(f64::from(Stage::Mapped as u8));
    let value = if mapped {
        args.get(0)
    } else {
        let (value, done) = vm.iter_unpack(args.get(0))?;
        if done {
            set_length(vm, array, length)?;
            vm.resolve_promise(slots[PROMISE], slots[ARRAY]);
            return Ok(());
        }
        if !slots[MAP].is_undefined() {
            vm.root(value);
            let result = vm.call(slots[MAP], slots[THIS], &[value, Value::number(length)])?;
            vm.root(result);
            return wait(vm, slots, result, Stage::Mapped);
        }
        value
    };
    append(vm, array, length, value)?;
    step(vm, slots)
}

fn failed(vm: &mut Vm, args: Args) -> Completion {
    let slots = slots_of(vm, args);
    vm.reject_promise(slots[PROMISE], args.get(0));
    Ok(Value::UNDEFINED)
}
