//! `Object`: the statics that need no change of prototypes, and what every object inherits.

mod define;
mod entries;
mod integrity;

pub(crate) use entries::pair;

use super::Family;
use crate::heap::CellKind;
use crate::native::{Args, Completion};
use crate::object::data::WrapperData;
use crate::refusal::Refusal;
use crate::string::StrBuilder;
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Object", construct),
    ("Object.assign", entries::assign),
    ("Object.create", define::create),
    ("Object.defineProperties", define::define_properties),
    ("Object.defineProperty", define::define_property),
    ("Object.entries", |vm, args| entries::list(vm, args, entries::Part::Entry)),
    ("Object.freeze", |vm, args| integrity::restrict(vm, args, Vm::freeze)),
    ("Object.fromEntries", entries::from_entries),
    ("Object.getOwnPropertyDescriptor", define::get_own_property_descriptor),
    ("Object.getOwnPropertyDescriptors", define::get_own_property_descriptors),
    ("Object.getOwnPropertyNames", |vm, args| entries::own_keys(vm, args, false)),
    ("Object.getOwnPropertySymbols", |vm, args| entries::own_keys(vm, args, true)),
    ("Object.getPrototypeOf", get_prototype_of),
    ("Object.groupBy", entries::group_by),
    ("Object.hasOwn", |vm, args| has_own(vm, args.get(0), args.get(1))),
    ("Object.is", |vm, args| Ok(vm.same_value(args.get(0), args.get(1)).into())),
    ("Object.isExtensible", |vm, args| integrity::ask(vm, args, false, |vm, object| Ok(vm.is_extensible(object)))),
    ("Object.isFrozen", |vm, args| integrity::ask(vm, args, true, Vm::is_frozen)),
    ("Object.isSealed", |vm, args| integrity::ask(vm, args, true, Vm::is_sealed)),
    ("Object.keys", |vm, args| entries::list(vm, args, entries::Part::Key)),
    ("Object.preventExtensions", |vm, args| integrity::restrict(vm, args, Vm::prevent_extensions)),
    ("Object.seal", |vm, args| integrity::restrict(vm, args, Vm::seal)),
    ("Object.setPrototypeOf", |vm, _| {
        Err(vm.refuse(Refusal::PrototypeSurgery, "Object.setPrototypeOf is not available"))
    }),
    ("Object.values", |vm, args| entries::list(vm, args, entries::Part::Value)),
    ("Object.prototype.hasOwnProperty", |vm, args| {
        let key = vm.to_key(args.get(0))?;
        let object = vm.to_object(args.this)?;
        Ok(vm.own_property(object, key)?.is_some().into())
    }),
    ("Object.prototype.isPrototypeOf", is_prototype_of),
    ("Object.prototype.propertyIsEnumerable", |vm, args| {
        let key = vm.to_key(args.get(0))?;
        let object = vm.to_object(args.this)?;
        Ok(vm.own_property(object, key)?.is_some_and(|property| property.is_enumerable()).into())
    }),
    ("Object.prototype.toLocaleString", |vm, args| {
        let key = vm.key("toString");
        let method = vm.get(args.this, key)?;
        vm.call(method, args.this, &[])
    }),
    ("Object.prototype.toString", |vm, args| object_to_string(vm, args.this)),
    ("Object.prototype.valueOf", |vm, args| Ok(vm.to_object(args.this)?.into())),
];

fn construct(vm: &mut Vm, args: Args) -> Completion {
    if !args.new_target.is_undefined() && args.new_target != args.callee {
        let proto = super::coerce::prototype_of_new(vm, args, crate::realm::Intrinsic::ObjectPrototype)?;
        return Ok(vm.new_object_with(Some(proto)).into());
    }
    if args.get(0).is_nullish() { Ok(vm.new_object().into()) } else { Ok(vm.to_object(args.get(0))?.into()) }
}

fn has_own(vm: &mut Vm, value: Value, key: Value) -> Completion {
    let object = vm.to_object(value)?;
    vm.root(object.into());
    let key = vm.to_key(key)?;
    Ok(vm.own_property(object, key)?.is_some().into())
}

fn get_prototype_of(vm: &mut Vm, args: Args) -> Completion {
    let object = vm.to_object(args.get(0))?;
    Ok(vm.prototype_of(object).map_or(Value::NULL, Value::from))
}

fn is_prototype_of(vm: &mut Vm, args: Args) -> Completion {
    let Some(mut object) = args.get(0).as_object() else { return Ok(false.into()) };
    let this = vm.to_object(args.this)?;
    while let Some(proto) = vm.prototype_of(object) {
        if proto == this {
            return Ok(true.into());
        }
        object = proto;
    }
    Ok(false.into())
}

/// `[object Tag]`
pub(crate) fn object_to_string(vm: &mut Vm, this: Value) -> Completion {
    if this.is_nullish() {
        return Ok(vm.str(if this.is_null() { "[object Null]" } else { "[object Undefined]" }));
    }
    let object = vm.to_object(this)?;
    vm.root(object.into());
    let key = vm.well_known(WellKnown::ToStringTag);
    let tag = vm.get(object.into(), key)?;
    let mut text = StrBuilder::default();
    text.push_str("[object ");
    match tag.as_string() {
        Some(tag) => text.push(tag),
        None => text.push_str(builtin_tag(object.into())),
    }
    text.push_str("]");
    vm.finish(text)
}

fn builtin_tag(object: Value) -> &'static str {
    match object.kind() {
        Some(CellKind::Array) => "Array",
        Some(kind) if kind.is_callable() => "Function",
        Some(CellKind::Error) => "Error",
        Some(CellKind::Date) => "Date",
        Some(CellKind::RegExp) => "RegExp",
        Some(CellKind::Wrapper) => match object.of::<WrapperData>().map(|w| w.data.value) {
            Some(value) if value.is_string() => "String",
            Some(value) if value.is_number() => "Number",
            Some(value) if value.is_bool() => "Boolean",
            _ => "Object",
        },
        _ => "Object",
    }
}
