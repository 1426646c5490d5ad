//! next, return and throw of generators, and the async iteration of sync iterators.

use super::Family;
use super::collections::incompatible;
use crate::interp::coroutine::{Resume, Step};
use crate::native::{Args, Completion};
use crate::object::data::{AsyncGeneratorData, GeneratorData};
use crate::object::property::PropKey;
use crate::promise::Capability;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("AsyncGenerator.prototype.next", |vm, args| request(vm, args, Resume::Next, "next")),
    ("AsyncGenerator.prototype.return", |vm, args| request(vm, args, Resume::Return, "return")),
    ("AsyncGenerator.prototype.throw", |vm, args| request(vm, args, Resume::Throw, "throw")),
    ("AsyncIterator.prototype[Symbol.asyncDispose]", async_dispose),
    ("AsyncIterator.prototype[Symbol.asyncIterator]", |_, args| Ok(args.this)),
    ("Generator.prototype.next", next),
    ("Generator.prototype.return", |vm, args| resume(vm, args, Resume::Return, "return")),
    ("Generator.prototype.throw", |vm, args| resume(vm, args, Resume::Throw, "throw")),
];

/// `Generator.prototype.next`; the interpreter knows it by its address.
pub(crate) fn next(vm: &mut Vm, args: Args) -> Completion {
    resume(vm, args, Resume::Next, "next")
}

fn resume(vm: &mut Vm, args: Args, how: Resume, name: &str) -> Completion {
    let Some(generator) = args.this.of::<GeneratorData>() else {
        return Err(incompatible(vm, args, &format!("[Generator].prototype.{name}")));
    };
    match vm.resume(generator.data.coroutine, how, args.get(0))? {
        Step::Yielded(value) => Ok(vm.iter_result(value, false)),
        Step::Returned(value) => Ok(vm.iter_result(value, true)),
        Step::Awaiting => Ok(vm.iter_result(Value::UNDEFINED, true)),
    }
}

/// Yields a promise of the result; requests wait in a queue while the generator is busy.
fn request(vm: &mut Vm, args: Args, how: Resume, name: &str) -> Completion {
    match args.this.of::<AsyncGeneratorData>() {
        Some(generator) => vm.async_generator_request(generator, how, args.get(0)),
        None => {
            let thrown = incompatible(vm, args, &format!("[AsyncGenerator].prototype.{name}"));
            let reason = vm.catch(thrown)?;
            Ok(rejected(vm, reason))
        }
    }
}

fn rejected(vm: &mut Vm, reason: Value) -> Value {
    vm.root(reason);
    let promise = vm.new_promise();
    vm.reject_promise(promise, reason);
    promise
}

/// Calls `return`; what it yields becomes `undefined`.
fn async_dispose(vm: &mut Vm, args: Args) -> Completion {
    let key = PropKey::Name(vm.common().return_);
    let result = match vm.get_method(args.this, key) {
        Ok(None) => Ok(Value::UNDEFINED),
        Ok(Some(method)) => vm.call(method, args.this, &[Value::UNDEFINED]),
        Err(thrown) => Err(thrown),
    };
    match result.and_then(|value| vm.promise_resolve(value)) {
        Ok(promise) => {
            vm.root(promise);
            let ignore = vm.new_native("", 1, |_, _| Ok(Value::UNDEFINED), &[]);
            vm.root(ignore);
            Ok(vm.then(promise, ignore, Value::UNDEFINED))
        }
        Err(thrown) => {
            let reason = vm.catch(thrown)?;
            Ok(rejected(vm, reason))
        }
    }
}

/// A method of a sync iterator called by async iteration: a promise of its result with the value awaited. `closes`: a value that is
/// rejected closes the iterator. (AsyncFromSyncIteratorContinuation)
pub(crate) fn wrapped_step(vm: &mut Vm, iterator: Value, method: Value, arg: Value, closes: bool) -> Completion {
    let mark = vm.roots();
    vm.root(iterator);
    let promise = vm.new_promise();
    vm.root(promise);
    let step = wrapped_value(vm, iterator, method, arg, closes);
    let result = match step {
        Ok((value, done)) => {
            vm.root(value);
            let unwrap = vm.new_native("", 1, unwrap, &[Value::bool(done)]);
            vm.root(unwrap);
            let reject = if done || !closes {
                Value::UNDEFINED
            } else {
                let reject = vm.new_native("", 1, close_and_throw, &[iterator]);
                vm.root(reject)
            };
            vm.perform_then(value, unwrap, reject, Some(Capability::direct(promise)));
            Ok(promise)
        }
        Err(thrown) => {
            let reason = vm.catch(thrown)?;
            vm.root(reason);
            vm.reject_promise(promise, reason);
            Ok(promise)
        }
    };
    vm.unroot(mark);
    result
}

/// The value as a promise, and whether the iterator is done.
fn wrapped_value(vm: &mut Vm, iterator: Value, method: Value, arg: Value, closes: bool) -> Completion<(Value, bool)> {
    let result = vm.call(method, iterator, &[arg])?;
    let (value, done) = vm.iter_unpack(result)?;
    vm.root(value);
    match vm.promise_resolve(value) {
        Ok(promise) => Ok((promise, done)),
        Err(thrown) if !done && closes => Err(super::iterator::close_after(vm, iterator, thrown)),
        Err(thrown) => Err(thrown),
    }
}

fn unwrap(vm: &mut Vm, args: Args) -> Completion {
    let done = vm.native_slot(args.callee, 0).is_true();
    Ok(vm.iter_result(args.get(0), done))
}

fn close_and_throw(vm: &mut Vm, args: Args) -> Completion {
    let iterator = vm.native_slot(args.callee, 0);
    let thrown = vm.throw(args.get(0));
    Err(super::iterator::close_after(vm, iterator, thrown))
}
