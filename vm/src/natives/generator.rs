//! next, return and throw of generators and async generators.

use super::Family;
use super::collections::incompatible;
use crate::interp::coroutine::{Resume, Step};
use crate::native::{Args, Completion};
use crate::object::data::{AsyncGeneratorData, GeneratorData};
use crate::object::property::PropKey;
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
        Step::YieldedResult(result) => Ok(result),
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

pub(super) fn nothing(_vm: &mut Vm, _args: Args) -> Completion {
    Ok(Value::UNDEFINED)
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
            let ignore = vm.new_native("", 1, super::Inner::Nothing, &[]);
            vm.root(ignore);
            Ok(vm.then(promise, ignore, Value::UNDEFINED))
        }
        Err(thrown) => {
            let reason = vm.catch(thrown)?;
            Ok(rejected(vm, reason))
        }
    }
}
