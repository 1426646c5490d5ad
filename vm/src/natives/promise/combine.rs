//! Promise.all, allSettled, any, race.
//!
//! The functions that wait for one element share an array of results and an array that holds one number: how many elements are
//! still waited for. Their slots: whether they ran, index, results, count, resolve, reject.

use super::super::coerce::for_each_of;
use super::{callable, invoke_then, with_functions};
use crate::native::{Args, Completion};
use crate::natives::Inner;
use crate::object::data::ArrayData;
use crate::object::property::PropKey;
use crate::promise::Capability;
use crate::value::Value;
use crate::vm::Vm;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    All,
    AllSettled,
    Any,
    Race,
}

const RAN: usize = 0;
pub const INDEX: usize = 1;
pub const RESULTS: usize = 2;
const COUNT: usize = 3;
const RESOLVE: usize = 4;
const REJECT: usize = 5;

pub fn combine(vm: &mut Vm, args: Args, kind: Kind) -> Completion {
    let made = with_functions(vm, args.this)?;
    if let Err(thrown) = start(vm, args, kind, made) {
        let reason = vm.catch(thrown)?;
        vm.root(reason);
        vm.call(made.reject, Value::UNDEFINED, &[reason])?;
    }
    Ok(made.promise)
}

fn start(vm: &mut Vm, args: Args, kind: Kind, made: Capability) -> Completion<()> {
    let key = PropKey::Name(vm.common().resolve);
    let resolve = vm.get(args.this, key)?;
    let resolve = callable(vm, resolve)?;
    vm.root(resolve);
    let results = vm.new_array(Vec::new());
    vm.root(results);
    let count = vm.new_array(vec![Value::number(1.0)]);
    vm.root(count);
    let mut index = 0.0;
    for_each_of(vm, args.get(0), |vm, value| {
        let next = vm.call(resolve, args.this, &[value])?;
        vm.root(next);
        if kind == Kind::Race {
            return invoke_then(vm, next, made.resolve, made.reject).map(drop);
        }
        push(vm, results, Value::UNDEFINED);
        add(count, 1.0);
        let slots = [Value::FALSE, Value::number(index), results, count, made.resolve, made.reject];
        index += 1.0;
        let (fulfilled, rejected) = handlers(vm, kind, &slots, made);
        invoke_then(vm, next, fulfilled, rejected).map(drop)
    })?;
    if kind != Kind::Race && add(count, -1.0) == 0.0 {
        finish(vm, kind, results, made.resolve, made.reject)?;
    }
    Ok(())
}

/// What waits for one element, rooted.
fn handlers(vm: &mut Vm, kind: Kind, slots: &[Value], made: Capability) -> (Value, Value) {
    let mut function = |inner: Inner| {
        let function = vm.new_native("", 1, inner, slots);
        vm.root(function)
    };
    match kind {
        Kind::All => (function(Inner::AllElement), made.reject),
        Kind::Any => (made.resolve, function(Inner::AnyElement)),
        Kind::AllSettled => {
            let fulfilled = function(Inner::SettledValue);
            let rejected = function(Inner::SettledReason);
            (fulfilled, rejected)
        }
        Kind::Race => (made.resolve, made.reject),
    }
}

fn push(vm: &mut Vm, array: Value, value: Value) {
    if let Some(array) = array.of::<ArrayData>() {
        vm.heap.push(array, value);
    }
}

/// Changes the shared count, and yields it.
fn add(count: Value, by: f64) -> f64 {
    let Some(mut array) = count.of::<ArrayData>() else { return f64::NAN };
    let new = array.data.get(0).and_then(Value::as_number).unwrap_or(f64::NAN) + by;
    array.data.put(0, Value::number(new));
    new
}

fn finish(vm: &mut Vm, kind: Kind, results: Value, resolve: Value, reject: Value) -> Completion<()> {
    if kind != Kind::Any {
        return vm.call(resolve, Value::UNDEFINED, &[results]).map(drop);
    }
    let error = super::super::error::aggregate_of(vm, results, "All promises were rejected");
    vm.call(reject, Value::UNDEFINED, &[error]).map(drop)
}

/// Stores an element's result, once, and finishes after the last.
fn element(vm: &mut Vm, args: Args, kind: Kind, result: Value) -> Completion {
    let slot = |vm: &Vm, at| vm.native_slot(args.callee, at);
    let (results, count) = (slot(vm, RESULTS), slot(vm, COUNT));
    let index = slot(vm, INDEX).as_number().unwrap_or(0.0) as usize;
    let Some(mut array) = results.of::<ArrayData>() else { return Ok(Value::UNDEFINED) };
    array.data.put(index, result);
    if add(count, -1.0) == 0.0 {
        let (resolve, reject) = (slot(vm, RESOLVE), slot(vm, REJECT));
        finish(vm, kind, results, resolve, reject)?;
    }
    Ok(Value::UNDEFINED)
}

/// Whether the function ran before; it has now.
fn ran(vm: &mut Vm, args: Args) -> bool {
    let before = vm.native_slot(args.callee, RAN).is_true();
    vm.set_native_slot(args.callee, RAN, Value::TRUE);
    before
}

pub fn all_element(vm: &mut Vm, args: Args) -> Completion {
    if ran(vm, args) { Ok(Value::UNDEFINED) } else { element(vm, args, Kind::All, args.get(0)) }
}

pub fn any_element(vm: &mut Vm, args: Args) -> Completion {
    if ran(vm, args) { Ok(Value::UNDEFINED) } else { element(vm, args, Kind::Any, args.get(0)) }
}

pub fn settled_value(vm: &mut Vm, args: Args) -> Completion {
    settled(vm, args, "fulfilled", "value")
}

pub fn settled_reason(vm: &mut Vm, args: Args) -> Completion {
    settled(vm, args, "rejected", "reason")
}

fn settled(vm: &mut Vm, args: Args, status: &str, name: &str) -> Completion {
    let results = vm.native_slot(args.callee, RESULTS);
    let index = vm.native_slot(args.callee, INDEX).as_number().unwrap_or(0.0) as usize;
    // The two functions of an element share that one of them ran: its result is there.
    let done = results.of::<ArrayData>().and_then(|array| array.data.get(index)).is_some_and(Value::is_object);
    if ran(vm, args) || done {
        return Ok(Value::UNDEFINED);
    }
    let object = vm.new_object();
    vm.root(object.into());
    let status = vm.str(status);
    for (name, value) in [("status", status), (name, args.get(0))] {
        let key = vm.key(name);
        vm.create_data(object, key, value)?;
    }
    element(vm, args, Kind::AllSettled, object.into())
}
