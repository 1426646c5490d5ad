//! freeze, seal, preventExtensions and the questions about them. Primitives pass through.

use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::value::Value;
use crate::vm::Vm;

pub fn restrict(vm: &mut Vm, args: Args, change: fn(&mut Vm, Gc<Object>) -> Completion<()>) -> Completion {
    if let Some(object) = args.get(0).as_object() {
        change(vm, object)?;
    }
    Ok(args.get(0))
}

/// `primitive`: the answer for what is no object.
pub fn ask(
    vm: &mut Vm,
    args: Args,
    primitive: bool,
    question: fn(&mut Vm, Gc<Object>) -> Completion<bool>,
) -> Completion {
    args.get(0).as_object().map_or(Ok(primitive), |object| question(vm, object)).map(Value::from)
}
