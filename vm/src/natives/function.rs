//! `Function`: what every function inherits.

use super::Family;
use super::coerce::{callable, element, length_of};
use crate::cost::VISIT;
use crate::native::{Args, Completion};
use crate::object::data::{BoundData, FunctionData};
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::refusal::Refusal;
use crate::string::StrBuilder;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("AsyncFunction", from_text),
    ("AsyncGeneratorFunction", from_text),
    ("Function", from_text),
    ("GeneratorFunction", from_text),
    ("Function.prototype.apply", apply),
    ("Function.prototype.bind", bind),
    ("Function.prototype.call", |vm, args| {
        let function = this_function(vm, args, "call")?;
        vm.call(function, args.get(0), args.rest(1))
    }),
    ("Function.prototype.toString", to_string),
    ("Function.prototype[Symbol.hasInstance]", |vm, args| Ok(vm.ordinary_has_instance(args.this, args.get(0))?.into())),
];

fn from_text(vm: &mut Vm, _: Args) -> Completion {
    Err(vm.refuse(Refusal::Unsupported, "making functions from text"))
}

/// What reads `caller` and `arguments` of a function.
pub(crate) fn throw_type_error(vm: &mut Vm, _: Args) -> Completion {
    Err(vm.type_error("'caller' and 'arguments' may not be accessed on functions"))
}

fn this_function(vm: &mut Vm, args: Args, name: &str) -> Completion {
    if args.this.is_callable() {
        return Ok(args.this);
    }
    Err(vm.type_error(&format!("Function.prototype.{name} was called on a value that is not a function")))
}

fn apply(vm: &mut Vm, args: Args) -> Completion {
    let function = this_function(vm, args, "apply")?;
    if args.get(1).is_nullish() {
        return vm.call(function, args.get(0), &[]);
    }
    let Some(list) = args.get(1).as_object() else {
        return Err(vm.type_error("CreateListFromArrayLike called on non-object"));
    };
    let values = list_of(vm, list)?;
    vm.call(function, args.get(0), &values)
}

/// CreateListFromArrayLike; the values are rooted.
pub(crate) fn list_of(vm: &mut Vm, list: crate::heap::Gc<crate::object::Object>) -> Completion<Vec<Value>> {
    let length = length_of(vm, list)?;
    if length > 1_000_000.0 {
        return Err(vm.range_error("Maximum call stack size exceeded"));
    }
    vm.charge(VISIT.of(length as usize))?;
    let mut values = Vec::new();
    for index in 0..length as usize {
        let value = element(vm, list, index as f64)?;
        values.push(vm.root(value));
    }
    Ok(values)
}

fn bind(vm: &mut Vm, args: Args) -> Completion {
    let target = callable(vm, args.this)?;
    let bound = args.rest(1);
    let length_key = PropKey::Name(vm.common().length);
    let mut length = 0.0;
    if let Some(function) = target.as_object()
        && vm.has_own(function, length_key)
        && let Some(n) = vm.get(target, length_key)?.as_number()
    {
        let n = if n.is_nan() { 0.0 } else { n.trunc() };
        length = (n - bound.len() as f64).max(0.0);
    }
    let name_key = PropKey::Name(vm.common().name);
    let name = vm.get(target, name_key)?;
    let mut text = StrBuilder::default();
    text.push_str("bound ");
    if let Some(name) = name.as_string() {
        text.push(name);
    }
    let name = vm.finish(text)?;
    let proto = target.as_object().and_then(|function| vm.prototype_of(function));
    let shape = vm.shapes.of_proto(proto);
    let function = vm.heap.object(shape, BoundData { target, this: args.get(0), args: bound.into() });
    vm.add_own(function.base(), length_key, length.into(), Attrs::CONFIG);
    vm.add_own(function.base(), name_key, name, Attrs::CONFIG);
    Ok(function.into())
}

/// The source text, a class's for its constructor; `[native code]` for built-ins and modules without their text.
fn to_string(vm: &mut Vm, args: Args) -> Completion {
    let function = this_function(vm, args, "toString")?;
    if let Some(closure) = function.of::<FunctionData>() {
        let code = vm.code.clone();
        let source = code.module.functions[usize::from(closure.data.func)].source;
        if let Some(text) = source.and_then(|source| code.module.source_text(source)) {
            return Ok(vm.str(text));
        }
    }
    let name = if function.of::<BoundData>().is_some() { String::new() } else { vm.function_name(function) };
    Ok(vm.str(&format!("function {name}() {{ [native code] }}")))
}
