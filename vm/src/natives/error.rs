//! The error classes. `stack` is `Name: message` as it was when `stack` was first read; the full trace is the report's.

use super::Family;
use super::coerce::{prototype_of_new, rooted_string};
use crate::cost::COPY_TEXT;
use crate::native::{Args, Completion, Constant};
use crate::object::data::ErrorData;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::realm::Intrinsic;
use crate::string::StrBuilder;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Error", |vm, args| construct(vm, args, Intrinsic::ErrorPrototype)),
    ("EvalError", |vm, args| construct(vm, args, Intrinsic::EvalErrorPrototype)),
    ("RangeError", |vm, args| construct(vm, args, Intrinsic::RangeErrorPrototype)),
    ("ReferenceError", |vm, args| construct(vm, args, Intrinsic::ReferenceErrorPrototype)),
    ("SyntaxError", |vm, args| construct(vm, args, Intrinsic::SyntaxErrorPrototype)),
    ("TypeError", |vm, args| construct(vm, args, Intrinsic::TypeErrorPrototype)),
    ("URIError", |vm, args| construct(vm, args, Intrinsic::UriErrorPrototype)),
    ("AggregateError", aggregate),
    ("SuppressedError", suppressed),
    ("Error.captureStackTrace", capture_stack_trace),
    ("Error.isError", |_, args| Ok(args.get(0).of::<ErrorData>().is_some().into())),
    ("Error.prototype.toString", to_string),
];

macro_rules! class_constants {
    ($($class:literal)*) => {
        pub static CONSTANTS: &[(&str, Constant)] = &[$(
            (concat!($class, ".prototype.name"), Constant::Str($class)),
            (concat!($class, ".prototype.message"), Constant::Str("")),
        )*];
    };
}

class_constants! {
    "Error" "EvalError" "RangeError" "ReferenceError" "SyntaxError" "TypeError" "URIError" "AggregateError" "SuppressedError"
}

fn construct(vm: &mut Vm, args: Args, usual: Intrinsic) -> Completion {
    make(vm, args, usual, args.get(0), args.get(1))
}

/// Message, cause and `stack`, in the order in which the standard makes them.
fn make(vm: &mut Vm, args: Args, usual: Intrinsic, message: Value, options: Value) -> Completion {
    let proto = prototype_of_new(vm, args, usual)?;
    let shape = vm.shapes.of_proto(Some(proto));
    let error = vm.error_of_shape(shape);
    vm.root(error.into());
    vm.add_stack(error);
    if !message.is_undefined() {
        let text = rooted_string(vm, message)?;
        let key = PropKey::Name(vm.common().message);
        vm.add_own(error.base(), key, text.into(), Attrs::HIDDEN);
    }
    if let Some(options) = options.as_object() {
        let key = PropKey::Name(vm.common().cause);
        if vm.has(options, key)? {
            let cause = vm.get(options.into(), key)?;
            vm.add_own(error.base(), key, cause, Attrs::HIDDEN);
        }
    }
    Ok(error.into())
}

fn aggregate(vm: &mut Vm, args: Args) -> Completion {
    let error = make(vm, args, Intrinsic::AggregateErrorPrototype, args.get(1), args.get(2))?;
    let errors = vm.new_array(Vec::new());
    vm.root(errors);
    super::coerce::for_each_of(vm, args.get(0), |vm, value| {
        if let Some(array) = errors.of::<crate::object::data::ArrayData>() {
            vm.heap.push(array, value);
        }
        Ok(())
    })?;
    add(vm, error, "errors", errors);
    Ok(error)
}

fn suppressed(vm: &mut Vm, args: Args) -> Completion {
    let error = make(vm, args, Intrinsic::SuppressedErrorPrototype, args.get(2), Value::UNDEFINED)?;
    add(vm, error, "error", args.get(0));
    add(vm, error, "suppressed", args.get(1));
    Ok(error)
}

fn add(vm: &mut Vm, error: Value, name: &str, value: Value) {
    let key = vm.key(name);
    if let Some(object) = error.as_object() {
        vm.add_own(object, key, value, Attrs::HIDDEN);
    }
}

/// An AggregateError of its own making (`Promise.any`).
pub(crate) fn aggregate_of(vm: &mut Vm, errors: Value, message: &str) -> Value {
    let shape = vm.shape_of_proto(Intrinsic::AggregateErrorPrototype);
    let message = vm.str(message);
    let error = vm.error_of_shape(shape);
    vm.add_stack(error);
    add(vm, error.into(), "message", message);
    add(vm, error.into(), "errors", errors);
    error.into()
}

fn capture_stack_trace(vm: &mut Vm, args: Args) -> Completion {
    let Some(object) = args.get(0).as_object() else {
        return Err(vm.type_error("Invalid argument"));
    };
    let text = heading(vm, args.get(0))?;
    let key = PropKey::Name(vm.common().stack);
    vm.define(object, key, text, Attrs::HIDDEN)?;
    Ok(Value::UNDEFINED)
}

fn to_string(vm: &mut Vm, args: Args) -> Completion {
    if !args.this.is_object() {
        return Err(vm.type_error("Error.prototype.toString requires that 'this' be a JSReceiver"));
    }
    heading(vm, args.this)
}

/// Error.prototype.toString: `Name: message`.
pub(crate) fn heading(vm: &mut Vm, error: Value) -> Completion {
    let key = PropKey::Name(vm.common().name);
    let name = vm.get(error, key)?;
    let name = if name.is_undefined() { vm.str("Error") } else { vm.to_string(name)?.into() };
    vm.root(name);
    let key = PropKey::Name(vm.common().message);
    let message = vm.get(error, key)?;
    let message = if message.is_undefined() { vm.empty_string() } else { vm.to_string(message)?.into() };
    let (Some(name), Some(message)) = (name.as_string(), message.as_string()) else { return Ok(name) };
    if name.is_empty() || message.is_empty() {
        return Ok(if name.is_empty() { message.into() } else { name.into() });
    }
    vm.charge(COPY_TEXT.of(name.len() + message.len()))?;
    let mut text = StrBuilder::default();
    text.push(name);
    text.push_str(": ");
    text.push(message);
    vm.finish(text)
}
