//! `Iterator`, the iterators of the built-in collections, and the prototypes of generators.

pub(crate) mod builtin;
pub(crate) mod helper;
pub(crate) mod protocol;
mod terminal;

pub(crate) use builtin::{array_iterator, map_iterator, matches_iterator, set_iterator, string_values};
pub(crate) use protocol::step;

use super::coerce::construct;
use super::{Family, Inner};
use crate::heap::Gc;
use crate::native::{Args, Completion, Constant};
use crate::object::Object;
use crate::object::data::Plain;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::realm::Intrinsic;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("ArrayIterator.prototype.next", |vm, args| vm.list_iterator_next(args, Intrinsic::ArrayIteratorPrototype)),
    ("Iterator", abstract_constructor),
    ("Iterator.from", protocol::from),
    ("Iterator.prototype.drop", |vm, args| helper::limited(vm, args, "drop", helper::Kind::Drop)),
    ("Iterator.prototype.every", terminal::every),
    ("Iterator.prototype.filter", |vm, args| helper::with_function(vm, args, "filter", helper::Kind::Filter)),
    ("Iterator.prototype.find", terminal::find),
    ("Iterator.prototype.flatMap", |vm, args| helper::with_function(vm, args, "flatMap", helper::Kind::FlatMap)),
    ("Iterator.prototype.forEach", terminal::for_each),
    ("Iterator.prototype.map", |vm, args| helper::with_function(vm, args, "map", helper::Kind::Map)),
    ("Iterator.prototype.reduce", terminal::reduce),
    ("Iterator.prototype.some", terminal::some),
    ("Iterator.prototype.take", |vm, args| helper::limited(vm, args, "take", helper::Kind::Take)),
    ("Iterator.prototype.toArray", terminal::to_array),
    ("Iterator.prototype[Symbol.dispose]", dispose),
    ("Iterator.prototype[Symbol.iterator]", |_, args| Ok(args.this)),
    ("IteratorHelper.prototype.next", helper::next),
    ("IteratorHelper.prototype.return", helper::return_),
    ("MapIterator.prototype.next", |vm, args| vm.list_iterator_next(args, Intrinsic::MapIteratorPrototype)),
    ("RegExpStringIterator.prototype.next", builtin::next_match),
    ("SetIterator.prototype.next", |vm, args| vm.list_iterator_next(args, Intrinsic::SetIteratorPrototype)),
    ("StringIterator.prototype.next", |vm, args| vm.list_iterator_next(args, Intrinsic::StringIteratorPrototype)),
    ("WrapForValidIterator.prototype.next", protocol::wrapped_next),
    ("WrapForValidIterator.prototype.return", protocol::wrapped_return),
];

pub static CONSTANTS: &[(&str, Constant)] = &[
    ("ArrayIterator.prototype[Symbol.toStringTag]", Constant::Str("Array Iterator")),
    ("AsyncFunction.prototype[Symbol.toStringTag]", Constant::Str("AsyncFunction")),
    ("AsyncGenerator.prototype[Symbol.toStringTag]", Constant::Str("AsyncGenerator")),
    ("AsyncGeneratorFunction.prototype[Symbol.toStringTag]", Constant::Str("AsyncGeneratorFunction")),
    ("Generator.prototype[Symbol.toStringTag]", Constant::Str("Generator")),
    ("GeneratorFunction.prototype[Symbol.toStringTag]", Constant::Str("GeneratorFunction")),
    ("IteratorHelper.prototype[Symbol.toStringTag]", Constant::Str("Iterator Helper")),
    ("MapIterator.prototype[Symbol.toStringTag]", Constant::Str("Map Iterator")),
    ("RegExpStringIterator.prototype[Symbol.toStringTag]", Constant::Str("RegExp String Iterator")),
    ("SetIterator.prototype[Symbol.toStringTag]", Constant::Str("Set Iterator")),
    ("StringIterator.prototype[Symbol.toStringTag]", Constant::Str("String Iterator")),
];

/// Calls `return`, whatever it yields.
fn dispose(vm: &mut Vm, args: Args) -> Completion {
    let key = PropKey::Name(vm.common().return_);
    if let Some(method) = vm.get_method(args.this, key)? {
        vm.call(method, args.this, &[])?;
    }
    Ok(Value::UNDEFINED)
}

/// Only subclasses make instances.
fn abstract_constructor(vm: &mut Vm, args: Args) -> Completion {
    if args.new_target.is_undefined() {
        return Err(vm.type_error("Constructor Iterator requires 'new'"));
    }
    if args.new_target == args.callee {
        return Err(vm.type_error("Abstract class Iterator not directly constructable"));
    }
    let object = construct(vm, args, Intrinsic::IteratorPrototype, Plain)?;
    Ok(object.into())
}

/// `constructor` and `Symbol.toStringTag` of `Iterator.prototype`: accessors, so that assigning to them on what inherits makes a property
/// there, though the prototype's own cannot be overwritten (ECMAScript 27.1.4.1, 27.1.4.14).
pub(crate) fn add_weird_accessors(vm: &mut Vm, prototype: Gc<Object>) {
    let constructor = PropKey::Name(vm.common().constructor);
    let tag = vm.well_known(WellKnown::ToStringTag);
    let (class, text) = (vm.global("Iterator").unwrap_or(Value::UNDEFINED), vm.str("Iterator"));
    for (key, name, value) in [(constructor, "constructor", class), (tag, "[Symbol.toStringTag]", text)] {
        let key_value = vm.key_value(key);
        let get = vm.new_native(&format!("get {name}"), 0, Inner::WeirdGetter, &[value]);
        let slots = [prototype.into(), key_value];
        let set = vm.new_native(&format!("set {name}"), 1, Inner::WeirdSetter, &slots);
        vm.add_accessor(prototype, key, Some(get), Some(set), Attrs::CONFIG);
    }
}

/// What [`add_weird_accessors`] was given.
pub(super) fn weird_getter(vm: &mut Vm, args: Args) -> Completion {
    Ok(vm.native_slot(args.callee, 0))
}

/// SetterThatIgnoresPrototypeProperties
pub(super) fn set_ignoring_prototype(vm: &mut Vm, args: Args) -> Completion {
    let (home, key) = (vm.native_slot(args.callee, 0), vm.native_slot(args.callee, 1));
    let key = vm.to_key(key)?;
    let Some(object) = args.this.as_object().filter(|_| args.this != home) else {
        let text = vm.key_text(key);
        return Err(vm.type_error(&format!("Cannot assign to this property: {text}")));
    };
    if vm.own_property(object, key)?.is_none() {
        vm.create_data(object, key, args.get(0))?;
    } else {
        vm.set(args.this, key, args.get(0))?;
    }
    Ok(Value::UNDEFINED)
}
