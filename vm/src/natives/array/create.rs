//! Making arrays: the constructor, `of`, `from`, and the arrays that methods of subclasses yield.

use super::super::coerce::{callable, element, index_key, length_of, prototype_of_new, set_length};
use crate::heap::{Gc, flags};
use crate::interp::iterator::Flow;
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::realm::Intrinsic;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    let shape = if args.new_target == args.callee {
        vm.pool.array_shape
    } else {
        let proto = prototype_of_new(vm, args, Intrinsic::ArrayPrototype)?;
        vm.shapes.of_proto(Some(proto))
    };
    if let (&[length], true) = (args.all(), args.get(0).is_number()) {
        let length = length.to_f64();
        if length.trunc() != length || !(0.0..4_294_967_296.0).contains(&length) {
            return Err(vm.range_error("Invalid array length"));
        }
        return Ok(vm.heap.object(shape, ArrayData::of_length(length as u32)).into());
    }
    Ok(vm.heap.object(shape, ArrayData::from_values(args.all().to_vec())).into())
}

/// The intrinsic `Array`.
pub fn is_intrinsic_array(vm: &mut Vm, constructor: Value) -> bool {
    vm.global("Array") == Some(constructor)
}

/// ArraySpeciesCreate.
pub fn species_array(vm: &mut Vm, original: Gc<Object>, length: f64) -> Completion<Gc<Object>> {
    if let Some(constructor) = species(vm, original)? {
        let made = vm.construct(constructor, &[length.into()], constructor)?;
        return match made.as_object() {
            Some(object) => {
                vm.root(made);
                Ok(object)
            }
            None => Err(vm.type_error("object null is not a function")),
        };
    }
    if length > f64::from(u32::MAX) {
        return Err(vm.range_error("Invalid array length"));
    }
    let array = vm.new_array(Vec::new());
    vm.root(array);
    array.as_object().ok_or_else(|| vm.type_error("not an object"))
}

/// The constructor that results of methods of `original` come from; `None` for plain arrays.
pub fn species(vm: &mut Vm, original: Gc<Object>) -> Completion<Option<Value>> {
    if original.of::<ArrayData>().is_none() || original.shape() == vm.pool.array_shape {
        return Ok(None);
    }
    let usual = vm.global("Array").unwrap_or(Value::UNDEFINED);
    let key = PropKey::Name(vm.common().constructor);
    let constructor = vm.get(original.into(), key)?;
    let chosen = if constructor.is_object() {
        let key = vm.well_known(WellKnown::Species);
        vm.get(constructor, key)?
    } else {
        constructor
    };
    // A constructor that is `null` is no constructor; a species that is `null` means the usual one.
    if chosen.is_undefined() || (chosen.is_null() && constructor.is_object()) || chosen == usual {
        return Ok(None);
    }
    if vm.constructs(chosen)? {
        return Ok(Some(chosen));
    }
    Err(vm.type_error("object.constructor[Symbol.species] is not a constructor"))
}

/// What `Array.of` and `Array.from` make: an array, or an instance of the class they are called on.
pub fn receiver(vm: &mut Vm, this: Value, arguments: &[Value]) -> Completion<Gc<Object>> {
    let made = if !is_intrinsic_array(vm, this) && vm.constructs(this)? {
        vm.construct(this, arguments, this)?
    } else {
        vm.new_array(Vec::new())
    };
    vm.root(made);
    made.as_object().ok_or_else(|| vm.type_error("not an object"))
}

pub fn of(vm: &mut Vm, args: Args) -> Completion {
    if is_intrinsic_array(vm, args.this) {
        return Ok(vm.new_array(args.all().to_vec()));
    }
    let target = receiver(vm, args.this, &[(args.len() as f64).into()])?;
    for (index, &value) in args.all().iter().enumerate() {
        let key = index_key(vm, index as f64);
        vm.create_data(target, key, value)?;
    }
    set_length(vm, target, args.len() as f64)?;
    Ok(target.into())
}

pub fn from(vm: &mut Vm, args: Args) -> Completion {
    let (source, map) = (args.get(0), args.get(1));
    if !map.is_undefined() {
        callable(vm, map)?;
    }
    if source.is_nullish() {
        let shown = if source.is_null() { "null" } else { "undefined" };
        return Err(vm.type_error(&format!("{shown} is not iterable")));
    }
    let key = vm.well_known(WellKnown::Iterator);
    let Some(method) = vm.get_method(source, key)? else { return from_array_like(vm, args) };
    vm.root(method);
    let target = receiver(vm, args.this, &[])?;
    let record = vm.iter_from_method(source, method, false)?;
    let mut index = 0.0;
    vm.iterate_record(record, |vm, value| {
        let value = mapped(vm, map, args.get(2), value, index)?;
        vm.root(value);
        append(vm, target, index, value)?;
        index += 1.0;
        Ok(Flow::Go)
    })?;
    set_length(vm, target, index)?;
    Ok(target.into())
}

fn mapped(vm: &mut Vm, map: Value, this: Value, value: Value, index: f64) -> Completion {
    if map.is_undefined() { Ok(value) } else { vm.call(map, this, &[value, index.into()]) }
}

fn from_array_like(vm: &mut Vm, args: Args) -> Completion {
    let source = vm.to_object(args.get(0))?;
    vm.root(source.into());
    let length = length_of(vm, source)?;
    let intrinsic = is_intrinsic_array(vm, args.this);
    if intrinsic && length > f64::from(u32::MAX) {
        return Err(vm.range_error("Invalid array length"));
    }
    let arguments = [Value::number(length)];
    let target = receiver(vm, args.this, if intrinsic { &[] } else { &arguments })?;
    let mut index = 0.0;
    while index < length {
        vm.charge(1)?;
        let value = element(vm, source, index)?;
        let value = mapped(vm, args.get(1), args.get(2), value, index)?;
        append(vm, target, index, value)?;
        index += 1.0;
    }
    set_length(vm, target, length)?;
    Ok(target.into())
}

/// CreateDataPropertyOrThrow(target, index, value).
pub fn append(vm: &mut Vm, target: Gc<Object>, index: f64, value: Value) -> Completion<()> {
    if let Some(array) = target.of::<ArrayData>()
        && f64::from(array.data.len()) == index
        && vm.heap.push(array, value)
    {
        return Ok(());
    }
    let key = index_key(vm, index);
    vm.create_data(target, key, value)
}

/// The names that a `with` statement would not see: what came to `Array.prototype` late.
pub fn unscopables(vm: &mut Vm) -> Value {
    const NAMES: [&str; 16] = [
        "at",
        "copyWithin",
        "entries",
        "fill",
        "find",
        "findIndex",
        "findLast",
        "findLastIndex",
        "flat",
        "flatMap",
        "includes",
        "keys",
        "toReversed",
        "toSorted",
        "toSpliced",
        "values",
    ];
    let mut object = vm.new_object_with(None);
    for name in NAMES {
        let key = vm.key(name);
        vm.add_own(object, key, true.into(), Attrs::PLAIN);
    }
    object.set_flag(flags::INTRINSIC);
    object.into()
}
