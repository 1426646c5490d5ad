//! `Promise`: the constructor, its statics and methods. Settling and the order of jobs are the VM's.

pub(crate) mod combine;

use super::coerce::{callable, require_new, species_constructor};
use super::{Family, Inner};
use crate::native::{Args, Completion, Constant};
use crate::promise::{Capability, PromiseData};
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Promise", construct),
    ("Promise.all", |vm, args| combine::combine(vm, args, combine::Kind::All)),
    ("Promise.allSettled", |vm, args| combine::combine(vm, args, combine::Kind::AllSettled)),
    ("Promise.any", |vm, args| combine::combine(vm, args, combine::Kind::Any)),
    ("Promise.race", |vm, args| combine::combine(vm, args, combine::Kind::Race)),
    ("Promise.reject", |vm, args| {
        let capability = capability(vm, args.this)?;
        vm.fail(capability, args.get(0))?;
        Ok(capability.promise)
    }),
    ("Promise.resolve", |vm, args| {
        if !args.this.is_object() {
            return Err(vm.type_error("PromiseResolve called on non-object"));
        }
        resolve_with(vm, args.this, args.get(0))
    }),
    ("Promise.try", try_),
    ("Promise.withResolvers", with_resolvers),
    ("Promise.prototype.catch", |vm, args| invoke_then(vm, args.this, Value::UNDEFINED, args.get(0))),
    ("Promise.prototype.finally", finally),
    ("Promise.prototype.then", then),
];

pub static CONSTANTS: &[(&str, Constant)] = &[("Promise.prototype[Symbol.toStringTag]", Constant::Str("Promise"))];

fn construct(vm: &mut Vm, args: Args) -> Completion {
    require_new(vm, args, "Promise")
        .map_err(|_| vm.type_error("Promise constructor cannot be invoked without 'new'"))?;
    let executor = args.get(0);
    if !executor.is_callable() {
        let shown = super::inspect::shown_in_message(vm, executor);
        return Err(vm.type_error(&format!("Promise resolver {shown} is not a function")));
    }
    let promise = vm.promise_of(args.new_target)?;
    vm.root(promise);
    let (resolve, reject) = vm.resolving_functions(promise);
    vm.root(resolve);
    vm.root(reject);
    if let Err(thrown) = vm.call(executor, Value::UNDEFINED, &[resolve, reject]) {
        let reason = vm.catch(thrown)?;
        vm.call(reject, Value::UNDEFINED, &[reason])?;
    }
    Ok(promise)
}

/// NewPromiseCapability; rooted. For the built-in class it is settled directly.
fn capability(vm: &mut Vm, constructor: Value) -> Completion<Capability> {
    let builtin: Value = vm.intrinsic(Intrinsic::Promise).into();
    if constructor == builtin {
        let promise = vm.new_promise();
        vm.root(promise);
        return Ok(Capability::direct(promise));
    }
    if !vm.constructs(constructor)? {
        let shown = super::inspect::shown_in_message(vm, constructor);
        return Err(vm.type_error(&format!("{shown} is not a constructor")));
    }
    let executor = vm.new_native("", 2, Inner::KeepFunctions, &[Value::UNDEFINED, Value::UNDEFINED]);
    vm.root(executor);
    let promise = vm.construct(constructor, &[executor], constructor)?;
    vm.root(promise);
    let (resolve, reject) = (vm.native_slot(executor, 0), vm.native_slot(executor, 1));
    if !resolve.is_callable() || !reject.is_callable() {
        return Err(vm.type_error("Promise resolve or reject function is not callable"));
    }
    Ok(Capability { promise, resolve, reject })
}

/// The executor that remembers what it is given.
pub(super) fn keep_functions(vm: &mut Vm, args: Args) -> Completion {
    let unset = |vm: &mut Vm, at| vm.native_slot(args.callee, at).is_undefined();
    if !unset(vm, 0) || !unset(vm, 1) {
        return Err(vm.type_error("Promise executor has already been invoked with non-undefined arguments"));
    }
    vm.set_native_slot(args.callee, 0, args.get(0));
    vm.set_native_slot(args.callee, 1, args.get(1));
    Ok(Value::UNDEFINED)
}

/// PromiseResolve.
fn resolve_with(vm: &mut Vm, constructor: Value, value: Value) -> Completion {
    if value.of::<PromiseData>().is_some() {
        let key = vm.key("constructor");
        if vm.get(value, key)? == constructor {
            return Ok(value);
        }
    }
    let capability = capability(vm, constructor)?;
    vm.fulfil(capability, value)?;
    Ok(capability.promise)
}

fn then(vm: &mut Vm, args: Args) -> Completion {
    if args.this.of::<PromiseData>().is_none() {
        return Err(super::collections::incompatible(vm, args, "Promise.prototype.then"));
    }
    let builtin: Value = vm.intrinsic(Intrinsic::Promise).into();
    let constructor = species_constructor(vm, args.this, builtin)?;
    let capability = capability(vm, constructor)?;
    vm.perform_then(args.this, args.get(0), args.get(1), Some(capability));
    Ok(capability.promise)
}

/// `promise.then(…)`, whatever `then` is.
fn invoke_then(vm: &mut Vm, promise: Value, fulfilled: Value, rejected: Value) -> Completion {
    let key = vm.key("then");
    let then = vm.get(promise, key)?;
    let then = callable(vm, then)?;
    vm.call(then, promise, &[fulfilled, rejected])
}

fn finally(vm: &mut Vm, args: Args) -> Completion {
    if !args.this.is_object() {
        return Err(super::collections::incompatible(vm, args, "Promise.prototype.finally"));
    }
    let builtin: Value = vm.intrinsic(Intrinsic::Promise).into();
    let constructor = species_constructor(vm, args.this, builtin)?;
    let action = args.get(0);
    if !action.is_callable() {
        return invoke_then(vm, args.this, action, action);
    }
    vm.root(constructor);
    let on_value = vm.new_native("", 1, Inner::FinallyValue, &[action, constructor]);
    vm.root(on_value);
    let on_reason = vm.new_native("", 1, Inner::FinallyReason, &[action, constructor]);
    vm.root(on_reason);
    invoke_then(vm, args.this, on_value, on_reason)
}

pub(super) fn finally_value(vm: &mut Vm, args: Args) -> Completion {
    after_action(vm, args, Inner::PassValue)
}

pub(super) fn finally_reason(vm: &mut Vm, args: Args) -> Completion {
    after_action(vm, args, Inner::PassReason)
}

/// Runs the action, waits for what it yields, then passes the outcome on.
fn after_action(vm: &mut Vm, args: Args, pass: Inner) -> Completion {
    let (action, constructor) = (vm.native_slot(args.callee, 0), vm.native_slot(args.callee, 1));
    let result = vm.call(action, Value::UNDEFINED, &[])?;
    vm.root(result);
    let promise = resolve_with(vm, constructor, result)?;
    vm.root(promise);
    let pass = vm.new_native("", 0, pass, &[args.get(0)]);
    vm.root(pass);
    invoke_then(vm, promise, pass, Value::UNDEFINED)
}

pub(super) fn pass_value(vm: &mut Vm, args: Args) -> Completion {
    Ok(vm.native_slot(args.callee, 0))
}

pub(super) fn pass_reason(vm: &mut Vm, args: Args) -> Completion {
    let reason = vm.native_slot(args.callee, 0);
    Err(vm.throw(reason))
}

fn try_(vm: &mut Vm, args: Args) -> Completion {
    if !args.this.is_object() {
        return Err(vm.type_error("Promise.try called on non-object"));
    }
    let capability = capability(vm, args.this)?;
    let result = callable(vm, args.get(0)).and_then(|run| vm.call(run, Value::UNDEFINED, args.rest(1)));
    settle(vm, capability, result)?;
    Ok(capability.promise)
}

/// Fulfils or rejects by what a call did.
fn settle(vm: &mut Vm, capability: Capability, result: Completion) -> Completion<()> {
    match result {
        Ok(value) => vm.fulfil(capability, value),
        Err(thrown) => {
            let reason = vm.catch(thrown)?;
            vm.root(reason);
            vm.fail(capability, reason)
        }
    }
}

/// The capability with function objects, which scripts get to see.
fn with_functions(vm: &mut Vm, constructor: Value) -> Completion<Capability> {
    let mut made = capability(vm, constructor)?;
    if made.resolve.is_undefined() {
        (made.resolve, made.reject) = vm.resolving_functions(made.promise);
        vm.root(made.resolve);
        vm.root(made.reject);
    }
    Ok(made)
}

fn with_resolvers(vm: &mut Vm, args: Args) -> Completion {
    let made = with_functions(vm, args.this)?;
    let object = vm.new_object();
    for (name, value) in [("promise", made.promise), ("resolve", made.resolve), ("reject", made.reject)] {
        let key = vm.key(name);
        vm.create_data(object, key, value)?;
    }
    Ok(object.into())
}
