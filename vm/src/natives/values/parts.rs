//! What vectors, rotations and colours have in common: a fixed number of components.

use super::super::coerce::{element, make};
use crate::heap::ObjectData;
use crate::native::{Args, Completion};
use crate::object::data::{ColorData, QuatData, Vec2Data, Vec3Data};
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

/// A kind of value with `N` numbers.
pub trait Parts<const N: usize>: ObjectData + Sized {
    const CLASS: &'static str;
    const PROTOTYPE: Intrinsic;
    const NAMES: [&'static str; N];
    fn new(parts: [f64; N]) -> Self;
    fn parts(&self) -> [f64; N];
}

macro_rules! parts {
    ($($type:ident $count:literal $class:literal $proto:ident $names:expr;)*) => {
        $(impl Parts<$count> for $type {
            const CLASS: &'static str = $class;
            const PROTOTYPE: Intrinsic = Intrinsic::$proto;
            const NAMES: [&'static str; $count] = $names;
            fn new(parts: [f64; $count]) -> Self {
                Self(parts)
            }
            fn parts(&self) -> [f64; $count] {
                self.0
            }
        })*
    };
}

parts! {
    Vec2Data 2 "Vec2" Vec2Prototype ["x", "y"];
    Vec3Data 3 "Vec3" Vec3Prototype ["x", "y", "z"];
    QuatData 4 "Quat" QuatPrototype ["x", "y", "z", "w"];
    ColorData 4 "Color" ColorPrototype ["r", "g", "b", "a"];
}

/// A new value; NaN is canonical in it.
pub fn made<T: Parts<N>, const N: usize>(vm: &mut Vm, parts: [f64; N]) -> Value {
    let parts = parts.map(|n| Value::number(n).to_f64());
    make(vm, T::PROTOTYPE, T::new(parts)).into()
}

pub fn this_parts<T: Parts<N>, const N: usize>(vm: &mut Vm, args: Args, name: &str) -> Completion<[f64; N]> {
    match args.this.of::<T>() {
        Some(value) => Ok(value.data.parts()),
        None => Err(vm.type_error(&format!("{}.prototype.{name} requires that 'this' be a {}", T::CLASS, T::CLASS))),
    }
}

/// An argument of that kind.
pub fn argument<T: Parts<N>, const N: usize>(vm: &mut Vm, value: Value, name: &str) -> Completion<[f64; N]> {
    match value.of::<T>() {
        Some(value) => Ok(value.data.parts()),
        None => {
            let shown = super::super::inspect::shown_in_message(vm, value);
            Err(vm.type_error(&format!("{name} expects a {}, but got {shown}", T::CLASS)))
        }
    }
}

/// A number argument; `missing` where there is none.
pub fn number(vm: &mut Vm, value: Value, missing: f64, name: &str) -> Completion<f64> {
    match value.as_number() {
        Some(n) => Ok(n),
        None if value.is_undefined() => Ok(missing),
        None => {
            let shown = super::super::inspect::shown_in_message(vm, value);
            Err(vm.type_error(&format!("{name} expects a number, but got {shown}")))
        }
    }
}

pub fn change<T: Parts<N>, const N: usize>(
    vm: &mut Vm,
    args: Args,
    name: &str,
    f: fn([f64; N]) -> [f64; N],
) -> Completion {
    let parts = this_parts::<T, N>(vm, args, name)?;
    Ok(made::<T, N>(vm, f(parts)))
}

pub fn combine<T: Parts<N>, const N: usize>(
    vm: &mut Vm,
    args: Args,
    name: &str,
    f: fn([f64; N], [f64; N]) -> [f64; N],
) -> Completion {
    let a = this_parts::<T, N>(vm, args, name)?;
    let b = argument::<T, N>(vm, args.get(0), name)?;
    Ok(made::<T, N>(vm, f(a, b)))
}

pub fn blend<T: Parts<N>, const N: usize>(
    vm: &mut Vm,
    args: Args,
    name: &str,
    f: fn([f64; N], [f64; N], f64) -> [f64; N],
) -> Completion {
    let a = this_parts::<T, N>(vm, args, name)?;
    let b = argument::<T, N>(vm, args.get(0), name)?;
    let t = number(vm, args.get(1), f64::NAN, name)?;
    Ok(made::<T, N>(vm, f(a, b, t)))
}

pub fn to_number<T: Parts<N>, const N: usize>(
    vm: &mut Vm,
    args: Args,
    name: &str,
    f: fn([f64; N]) -> f64,
) -> Completion {
    Ok(f(this_parts::<T, N>(vm, args, name)?).into())
}

pub fn to_number2<T: Parts<N>, const N: usize>(
    vm: &mut Vm,
    args: Args,
    name: &str,
    f: fn([f64; N], [f64; N]) -> f64,
) -> Completion {
    let a = this_parts::<T, N>(vm, args, name)?;
    let b = argument::<T, N>(vm, args.get(0), name)?;
    Ok(f(a, b).into())
}

pub fn to_array<T: Parts<N>, const N: usize>(vm: &mut Vm, args: Args, name: &str) -> Completion {
    let parts = this_parts::<T, N>(vm, args, name)?;
    Ok(vm.new_array(parts.map(Value::from).to_vec()))
}

/// The components by name.
pub fn to_record<T: Parts<N>, const N: usize>(vm: &mut Vm, args: Args, name: &str) -> Completion {
    let parts = this_parts::<T, N>(vm, args, name)?;
    let object = vm.new_object();
    for (name, part) in T::NAMES.into_iter().zip(parts) {
        let key = vm.key(name);
        vm.create_data(object, key, part.into())?;
    }
    Ok(object.into())
}

pub fn from_array<T: Parts<N>, const N: usize>(vm: &mut Vm, args: Args) -> Completion {
    let Some(list) = args.get(0).as_object() else {
        return Err(vm.type_error(&format!("{}.fromArray expects an array of numbers", T::CLASS)));
    };
    let mut parts = [0.0; N];
    for (at, part) in parts.iter_mut().enumerate() {
        let value = element(vm, list, at as f64)?;
        *part = number(vm, value, 0.0, "fromArray")?;
    }
    Ok(made::<T, N>(vm, parts))
}

/// A copy with some components replaced.
pub fn with<T: Parts<N>, const N: usize>(vm: &mut Vm, args: Args, name: &str) -> Completion {
    let mut parts = this_parts::<T, N>(vm, args, name)?;
    if args.get(0).is_object() {
        for (field, part) in T::NAMES.into_iter().zip(parts.iter_mut()) {
            let key = vm.key(field);
            let value = vm.get(args.get(0), key)?;
            *part = number(vm, value, *part, name)?;
        }
    }
    Ok(made::<T, N>(vm, parts))
}

pub fn to_string(vm: &mut Vm, args: Args) -> Completion {
    let text = super::shown(args.this);
    if text.is_empty() {
        return Err(vm.type_error("toString requires that 'this' be a vector or rotation"));
    }
    Ok(vm.str(&text))
}
