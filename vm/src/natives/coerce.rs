//! What many built-ins do with their arguments: conversions to lengths and positions, access to array-like objects,
//! wrapper objects, construction by `new.target`.

use crate::heap::Gc;
use crate::interp::iterator::Flow;
use crate::native::{Args, Completion};
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::object::{Object, Of};
use crate::realm::Intrinsic;
use crate::string::Str;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// The largest length that an array-like object can have.
pub const MAX_LENGTH: f64 = 9_007_199_254_740_991.0;

/// LengthOfArrayLike.
pub fn length_of(vm: &mut Vm, object: Gc<Object>) -> Completion<f64> {
    if let Some(array) = object.of::<ArrayData>() {
        return Ok(f64::from(array.data.len()));
    }
    let key = PropKey::Name(vm.common().length);
    let length = vm.get(object.into(), key)?;
    vm.to_length(length)
}

/// The key of an element of an array-like object.
pub fn index_key(vm: &mut Vm, index: f64) -> PropKey {
    if index < f64::from(u32::MAX) {
        return PropKey::Index(index as u32);
    }
    let name = vm.number_to_str(index);
    PropKey::Name(vm.names.intern(name).into())
}

/// The element, `undefined` where there is none.
#[inline]
pub fn element(vm: &mut Vm, object: Gc<Object>, index: f64) -> Completion {
    if let Some(value) = dense_element(object, index) {
        return Ok(value);
    }
    let key = index_key(vm, index);
    vm.get(object.into(), key)
}

/// The element if the object has it (HasProperty, then Get).
#[inline]
pub fn element_if_present(vm: &mut Vm, object: Gc<Object>, index: f64) -> Completion<Option<Value>> {
    if let Some(value) = dense_element(object, index) {
        return Ok(Some(value));
    }
    let key = index_key(vm, index);
    if vm.has(object, key)? { vm.get(object.into(), key).map(Some) } else { Ok(None) }
}

#[inline]
fn dense_element(object: Gc<Object>, index: f64) -> Option<Value> {
    object.of::<ArrayData>()?.data.get(index as usize)
}

/// Set(object, index, value, true).
pub fn set_element(vm: &mut Vm, object: Gc<Object>, index: f64, value: Value) -> Completion<()> {
    let key = index_key(vm, index);
    vm.set(object.into(), key, value)
}

/// Sets `length`, throwing where it cannot be.
pub fn set_length(vm: &mut Vm, object: Gc<Object>, length: f64) -> Completion<()> {
    let key = PropKey::Name(vm.common().length);
    vm.set(object.into(), key, length.into())
}

/// The function, or a `TypeError` that names what was given instead.
pub fn callable(vm: &mut Vm, value: Value) -> Completion {
    if value.is_callable() {
        return Ok(value);
    }
    let shown = super::inspect::shown_in_message(vm, value);
    Err(vm.type_error(&format!("{shown} is not a function")))
}

/// The prototype that an object made by this call of a built-in constructor gets: the one of `new.target`.
pub fn prototype_of_new(vm: &mut Vm, args: Args, usual: Intrinsic) -> Completion<Gc<Object>> {
    if args.new_target.is_undefined() || args.new_target == args.callee {
        return Ok(vm.intrinsic(usual));
    }
    let key = PropKey::Name(vm.common().prototype);
    match vm.get(args.new_target, key)?.as_object() {
        Some(prototype) => Ok(prototype),
        None => Ok(vm.intrinsic(usual)),
    }
}

/// A new object of a kind, as this call of its constructor makes it.
pub fn construct<T: crate::heap::ObjectData>(
    vm: &mut Vm,
    args: Args,
    usual: Intrinsic,
    data: T,
) -> Completion<Gc<Of<T>>> {
    let proto = prototype_of_new(vm, args, usual)?;
    let shape = vm.shapes.of_proto(Some(proto));
    Ok(vm.heap.object(shape, data))
}

/// A new object of a kind with its usual prototype.
pub fn make<T: crate::heap::ObjectData>(vm: &mut Vm, usual: Intrinsic, data: T) -> Gc<Of<T>> {
    let shape = vm.shape_of_proto(usual);
    vm.heap.object(shape, data)
}

/// `new Number(5)` and its kin.
pub fn wrapper(vm: &mut Vm, args: Args, value: Value, usual: Intrinsic) -> Completion {
    vm.root(value);
    Ok(construct(vm, args, usual, WrapperData { value })?.into())
}

/// The constructor must be called with `new`.
pub fn require_new(vm: &mut Vm, args: Args, name: &str) -> Completion<()> {
    if args.new_target.is_undefined() {
        return Err(vm.type_error(&format!("Constructor {name} requires 'new'")));
    }
    Ok(())
}

/// `this` as a string; `undefined` and `null` are refused. It stays alive while the native runs.
pub fn this_string(vm: &mut Vm, args: Args, name: &str) -> Completion<Gc<Str>> {
    if let Some(string) = args.this.as_string() {
        return Ok(string);
    }
    if args.this.is_nullish() {
        return Err(vm.type_error(&format!("String.prototype.{name} called on null or undefined")));
    }
    rooted_string(vm, args.this)
}

/// A value as a string that stays alive while the native runs.
pub fn rooted_string(vm: &mut Vm, value: Value) -> Completion<Gc<Str>> {
    let string = vm.to_string(value)?;
    vm.root(string.into());
    Ok(string)
}

/// Calls `visit` with each value of an iterable; where it throws, the iterator is closed.
pub fn for_each_of(
    vm: &mut Vm,
    iterable: Value,
    mut visit: impl FnMut(&mut Vm, Value) -> Completion<()>,
) -> Completion<()> {
    vm.iterate(iterable, |vm, value| visit(vm, value).map(|()| Flow::Go))
}

/// SpeciesConstructor.
pub fn species_constructor(vm: &mut Vm, object: Value, usual: Value) -> Completion {
    let key = PropKey::Name(vm.common().constructor);
    let constructor = vm.get(object, key)?;
    if constructor.is_undefined() {
        return Ok(usual);
    }
    if !constructor.is_object() {
        return Err(vm.type_error("The .constructor property is not an object"));
    }
    let key = vm.well_known(WellKnown::Species);
    let species = vm.get(constructor, key)?;
    if species.is_nullish() {
        return Ok(usual);
    }
    if species == usual || vm.constructs(species)? {
        return Ok(species);
    }
    Err(vm.type_error("object.constructor[Symbol.species] is not a constructor"))
}
