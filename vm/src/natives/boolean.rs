//! `Boolean`.

use super::Family;
use super::coerce::wrapper;
use crate::native::{Args, Completion};
use crate::object::data::WrapperData;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Boolean", construct),
    ("Boolean.prototype.toString", |vm, args| {
        let this = this_boolean(vm, args, "Boolean.prototype.toString")?;
        Ok(vm.str(if this.is_true() { "true" } else { "false" }))
    }),
    ("Boolean.prototype.valueOf", |vm, args| this_boolean(vm, args, "Boolean.prototype.valueOf")),
];

fn construct(vm: &mut Vm, args: Args) -> Completion {
    let value = Value::bool(vm.truthy(args.get(0)));
    if args.new_target.is_undefined() { Ok(value) } else { wrapper(vm, args, value, Intrinsic::BooleanPrototype) }
}

fn this_boolean(vm: &mut Vm, args: Args, name: &str) -> Completion {
    if args.this.is_bool() {
        return Ok(args.this);
    }
    match args.this.of::<WrapperData>().map(|w| w.data.value).filter(|v| v.is_bool()) {
        Some(value) => Ok(value),
        None => Err(vm.type_error(&format!("{name} requires that 'this' be a Boolean"))),
    }
}
