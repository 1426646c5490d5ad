//! Array.fromAsync: the body of an async function, stepped by promise reactions.

use super::super::coerce::{callable, element, length_of, set_length};
use super::create::{append, receiver};
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::natives::Inner;
use crate::object::Object;
use crate::object::property::PropKey;
use crate::promise::Capability;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

// Slots of the two functions that wait.
/// The iterator record; `undefined` while an array-like object is read.
const RECORD: usize = 0;
/// What is read, where it is an array-like object; with [`CLOSE`], the reason of the rejection.
const SOURCE: usize = 1;
const TARGET: usize = 2;
const MAP: usize = 3;
const THIS: usize = 4;
const PROMISE: usize = 5;
const INDEX: usize = 6;
const LENGTH: usize = 7;
const STAGE: usize = 8;

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// An iterator's result.
    Result,
    /// An element of an array-like object.
    Item,
    /// What the function made of an item.
    Mapped,
    /// That the iterator has closed, after something was thrown.
    Close,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Result, Self::Item, Self::Mapped, Self::Close];

    fn of(slots: &[Value]) -> Self {
        let at = slots[STAGE].as_number().unwrap_or(0.0) as usize;
        Self::ALL.get(at).copied().unwrap_or(Self::Close)
    }
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
    let mut method = None;
    let mut wrapped = false;
    for known in [WellKnown::AsyncIterator, WellKnown::Iterator] {
        if method.is_none() {
            let key = vm.well_known(known);
            method = vm.get_method(source, key)?.map(|method| vm.root(method));
            wrapped = known == WellKnown::Iterator;
        }
    }
    let mut slots = [Value::UNDEFINED; STAGE + 1];
    (slots[MAP], slots[THIS], slots[PROMISE], slots[INDEX]) = (args.get(1), args.get(2), promise, Value::ZERO);
    if let Some(method) = method {
        slots[TARGET] = receiver(vm, args.this, &[])?.into();
        slots[RECORD] = vm.iter_from_method(source, method, wrapped)?;
        vm.root(slots[RECORD]);
        return step(vm, &slots);
    }
    let list = vm.to_object(source)?;
    vm.root(list.into());
    let length = Value::number(length_of(vm, list)?);
    (slots[SOURCE], slots[LENGTH]) = (list.into(), length);
    slots[TARGET] = receiver(vm, args.this, &[length])?.into();
    step(vm, &slots)
}

fn index(slots: &[Value]) -> f64 {
    slots[INDEX].as_number().unwrap_or(0.0)
}

/// Asks for the next item and waits for it, or ends.
fn step(vm: &mut Vm, slots: &[Value]) -> Completion<()> {
    let Some(list) = slots[SOURCE].as_object() else {
        let name = vm.common().next;
        let result = vm.iter_call(slots[RECORD], name, Value::UNDEFINED)?;
        return wait(vm, slots, result, Stage::Result);
    };
    if index(slots) < slots[LENGTH].as_number().unwrap_or(0.0) {
        let item = element(vm, list, index(slots))?;
        return wait(vm, slots, item, Stage::Item);
    }
    finish(vm, slots)
}

fn finish(vm: &mut Vm, slots: &[Value]) -> Completion<()> {
    if let Some(target) = slots[TARGET].as_object() {
        set_length(vm, target, index(slots))?;
    }
    vm.resolve_promise(slots[PROMISE], slots[TARGET]);
    Ok(())
}

fn wait(vm: &mut Vm, slots: &[Value], value: Value, stage: Stage) -> Completion<()> {
    vm.root(value);
    let awaited = vm.promise_resolve(value)?;
    vm.root(awaited);
    let mut slots = slots.to_vec();
    slots[STAGE] = Value::number(f64::from(stage as u8));
    let arrived = vm.new_native("", 1, Inner::AsyncArrived, &slots);
    vm.root(arrived);
    let failed = vm.new_native("", 1, Inner::AsyncFailed, &slots);
    vm.root(failed);
    vm.perform_then(awaited, arrived, failed, None::<Capability>);
    Ok(())
}

fn slots_of(vm: &Vm, args: Args) -> Vec<Value> {
    (0..=STAGE).map(|at| vm.native_slot(args.callee, at)).collect()
}

pub fn arrived(vm: &mut Vm, args: Args) -> Completion {
    let slots = slots_of(vm, args);
    if Stage::of(&slots) == Stage::Close {
        vm.reject_promise(slots[PROMISE], slots[SOURCE]);
    } else if let Err(thrown) = take(vm, args.get(0), &slots) {
        let reason = vm.catch(thrown)?;
        vm.root(reason);
        vm.reject_promise(slots[PROMISE], reason);
    }
    Ok(Value::UNDEFINED)
}

pub fn failed(vm: &mut Vm, args: Args) -> Completion {
    let slots = slots_of(vm, args);
    match Stage::of(&slots) {
        Stage::Close => vm.reject_promise(slots[PROMISE], slots[SOURCE]),
        Stage::Mapped => close(vm, &slots, args.get(0))?,
        Stage::Result | Stage::Item => vm.reject_promise(slots[PROMISE], args.get(0)),
    }
    Ok(Value::UNDEFINED)
}

/// What was waited for has come.
fn take(vm: &mut Vm, arrived: Value, slots: &[Value]) -> Completion<()> {
    let mut value = arrived;
    if Stage::of(slots) == Stage::Result {
        let Some(result) = arrived.as_object() else {
            let what = vm.brief(arrived);
            return Err(vm.type_error(&format!("Iterator result {what} is not an object")));
        };
        let common = *vm.common();
        let done = vm.get(result.into(), PropKey::Name(common.done))?;
        if vm.truthy(done) {
            return finish(vm, slots);
        }
        value = vm.get(result.into(), PropKey::Name(common.value))?;
    }
    vm.root(value);
    match keep(vm, value, slots) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let mut slots = slots.to_vec();
            slots[INDEX] = Value::number(index(&slots) + 1.0);
            step(vm, &slots)
        }
        Err(thrown) => {
            let reason = vm.catch(thrown)?;
            vm.root(reason);
            close(vm, slots, reason)
        }
    }
}

/// Maps the item or puts it into its place; tells whether what the function made is waited for.
fn keep(vm: &mut Vm, value: Value, slots: &[Value]) -> Completion<bool> {
    if !slots[MAP].is_undefined() && Stage::of(slots) != Stage::Mapped {
        let made = vm.call(slots[MAP], slots[THIS], &[value, slots[INDEX]])?;
        return wait(vm, slots, made, Stage::Mapped).map(|()| true);
    }
    let target: Option<Gc<Object>> = slots[TARGET].as_object();
    if let Some(target) = target {
        append(vm, target, index(slots), value)?;
    }
    Ok(false)
}

/// AsyncIteratorClose after a throw: rejects when the iterator has closed, whatever that yields.
fn close(vm: &mut Vm, slots: &[Value], reason: Value) -> Completion<()> {
    if slots[RECORD].is_undefined() {
        vm.reject_promise(slots[PROMISE], reason);
        return Ok(());
    }
    let mut slots = slots.to_vec();
    slots[SOURCE] = reason;
    let name = vm.common().return_;
    match vm.iter_call(slots[RECORD], name, Value::UNDEFINED) {
        Ok(Value::UNDEFINED) => {}
        Ok(result) => return wait(vm, &slots, result, Stage::Close),
        Err(thrown) => {
            vm.catch(thrown)?;
        }
    }
    vm.reject_promise(slots[PROMISE], reason);
    Ok(())
}
