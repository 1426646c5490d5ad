//! Arrays as text: join, toString, toLocaleString. An array inside itself is empty text, as engines have it.

use super::super::coerce::{element, rooted_string};
use super::this_array;
use crate::native::{Args, Completion};
use crate::string::StrBuilder;
use crate::value::Value;
use crate::vm::Vm;

pub fn join(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let separator = if args.get(0).is_undefined() {
        vm.unit_string(b','.into()).as_string()
    } else {
        Some(rooted_string(vm, args.get(0))?)
    };
    joined(vm, object.into(), length, separator, |vm, value| vm.to_string(value).map(Value::from))
}

/// Joins what `text` makes of the elements; `undefined` and `null` are empty.
fn joined(
    vm: &mut Vm,
    object: Value,
    length: f64,
    separator: Option<crate::heap::Gc<crate::string::Str>>,
    text: impl Fn(&mut Vm, Value) -> Completion,
) -> Completion {
    let Some(array) = object.as_object() else { return Ok(vm.empty_string()) };
    if !vm.enter_join(array) {
        return Ok(vm.empty_string());
    }
    let mut out = StrBuilder::default();
    let mut run = || -> Completion<()> {
        let mut index = 0.0;
        while index < length {
            vm.charge(1)?;
            if index > 0.0
                && let Some(separator) = separator
            {
                out.push(separator);
            }
            let value = element(vm, array, index)?;
            if !value.is_nullish() {
                let mark = vm.roots();
                vm.root(value);
                if let Some(part) = text(vm, value)?.as_string() {
                    out.push(part);
                }
                vm.unroot(mark);
            }
            if out.len() > 1 << 20 {
                vm.reserve(out.len())?;
            }
            if out.is_too_long() {
                break;
            }
            index += 1.0;
        }
        Ok(())
    };
    let result = run();
    vm.leave_join();
    result?;
    vm.finish(out)
}

pub fn to_string(vm: &mut Vm, args: Args) -> Completion {
    let object = vm.to_object(args.this)?;
    vm.root(object.into());
    let key = vm.key("join");
    let join = vm.get(object.into(), key)?;
    if join.is_callable() {
        return vm.call(join, object.into(), &[]);
    }
    super::super::object::object_to_string(vm, object.into())
}

pub fn to_locale_string(vm: &mut Vm, args: Args) -> Completion {
    let (object, length) = this_array(vm, args)?;
    let comma = vm.unit_string(b','.into()).as_string();
    joined(vm, object.into(), length, comma, |vm, value| {
        let key = vm.key("toLocaleString");
        let method = vm.get(value, key)?;
        let text = vm.call(method, value, &[])?;
        vm.to_string(text).map(Value::from)
    })
}
