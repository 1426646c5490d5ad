//! `Array`. The methods are generic, as the standard's: they work on whatever has a `length`; arrays without holes take a
//! shorter way.

mod change;
mod copy;
mod create;
mod flatten;
mod fold;
pub(super) mod from_async;
mod search;
pub(crate) mod sort;
mod text;
mod timsort;
mod visit;

pub(crate) use text::to_string;

use super::Family;
use super::coerce::length_of;
use super::iterator::array_iterator;
use crate::heap::Gc;
use crate::interp::iterator::Part;
use crate::native::{Args, Completion, Constant};
use crate::object::Object;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Array", create::construct),
    ("Array.from", create::from),
    ("Array.fromAsync", from_async::from_async),
    ("Array.isArray", |_, args| Ok(is_array(args.get(0)).into())),
    ("Array.of", create::of),
    ("Array.prototype.at", search::at),
    ("Array.prototype.concat", copy::concat),
    ("Array.prototype.copyWithin", change::copy_within),
    ("Array.prototype.entries", |vm, args| iterate(vm, args, Part::Entries)),
    ("Array.prototype.every", visit::every),
    ("Array.prototype.fill", change::fill),
    ("Array.prototype.filter", visit::filter),
    ("Array.prototype.find", |vm, args| search::find(vm, args, search::Order::First, search::Answer::Value)),
    ("Array.prototype.findIndex", |vm, args| search::find(vm, args, search::Order::First, search::Answer::Index)),
    ("Array.prototype.findLast", |vm, args| search::find(vm, args, search::Order::Last, search::Answer::Value)),
    ("Array.prototype.findLastIndex", |vm, args| search::find(vm, args, search::Order::Last, search::Answer::Index)),
    ("Array.prototype.flat", flatten::flat),
    ("Array.prototype.flatMap", flatten::flat_map),
    ("Array.prototype.forEach", visit::for_each),
    ("Array.prototype.includes", search::includes),
    ("Array.prototype.indexOf", search::index_of),
    ("Array.prototype.join", text::join),
    ("Array.prototype.keys", |vm, args| iterate(vm, args, Part::Keys)),
    ("Array.prototype.lastIndexOf", search::last_index_of),
    ("Array.prototype.map", visit::map),
    ("Array.prototype.pop", change::pop),
    ("Array.prototype.push", change::push),
    ("Array.prototype.reduce", fold::reduce),
    ("Array.prototype.reduceRight", fold::reduce_right),
    ("Array.prototype.reverse", change::reverse),
    ("Array.prototype.shift", change::shift),
    ("Array.prototype.slice", copy::slice),
    ("Array.prototype.some", visit::some),
    ("Array.prototype.sort", sort::sort),
    ("Array.prototype.splice", change::splice),
    ("Array.prototype.toLocaleString", text::to_locale_string),
    ("Array.prototype.toReversed", copy::to_reversed),
    ("Array.prototype.toSorted", sort::to_sorted),
    ("Array.prototype.toSpliced", copy::to_spliced),
    ("Array.prototype.toString", text::to_string),
    ("Array.prototype.unshift", change::unshift),
    ("Array.prototype.values", |vm, args| iterate(vm, args, Part::Values)),
    ("Array.prototype.with", copy::with),
    ("Array.prototype[Symbol.iterator]", |vm, args| iterate(vm, args, Part::Values)),
];

pub static CONSTANTS: &[(&str, Constant)] =
    &[("Array.prototype[Symbol.unscopables]", Constant::Made(create::unscopables))];

/// The implementation of a method of `Array.prototype`.
pub(crate) fn method(name: &str) -> crate::native::NativeFn {
    let wanted = |full: &str| full.strip_prefix("Array.prototype.") == Some(name);
    FAMILY.iter().find(|(full, _)| wanted(full)).map_or(text::to_string, |(_, run)| *run)
}

/// IsArray.
pub(crate) fn is_array(value: crate::value::Value) -> bool {
    value.of::<crate::object::data::ArrayData>().is_some()
}

fn iterate(vm: &mut Vm, args: Args, kind: Part) -> Completion {
    let object = vm.to_object(args.this)?;
    Ok(array_iterator(vm, object, kind))
}

/// `this` as an object that stays alive while the native runs, and its length.
fn this_array(vm: &mut Vm, args: Args) -> Completion<(Gc<Object>, f64)> {
    let object = vm.to_object(args.this)?;
    vm.root(object.into());
    let length = length_of(vm, object)?;
    Ok((object, length))
}
