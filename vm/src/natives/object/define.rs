//! Property descriptors: defineProperty and its kin, getOwnPropertyDescriptor, create.

use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Object;
use crate::object::define::Descriptor;
use crate::object::property::Property;
use crate::object::shape::Attrs;
use crate::value::Value;
use crate::vm::Vm;

pub fn create(vm: &mut Vm, args: Args) -> Completion {
    let proto = args.get(0);
    if !proto.is_object() && !proto.is_null() {
        let shown = super::super::inspect::shown_in_message(vm, proto);
        return Err(vm.type_error(&format!("Object prototype may only be an Object or null: {shown}")));
    }
    let object = vm.new_object_with(proto.as_object());
    vm.root(object.into());
    if !args.get(1).is_undefined() {
        define_all(vm, object, args.get(1))?;
    }
    Ok(object.into())
}

pub fn define_properties(vm: &mut Vm, args: Args) -> Completion {
    let Some(object) = args.get(0).as_object() else {
        return Err(vm.type_error("Object.defineProperties called on non-object"));
    };
    define_all(vm, object, args.get(1))?;
    Ok(object.into())
}

fn define_all(vm: &mut Vm, object: Gc<Object>, properties: Value) -> Completion<()> {
    let properties = vm.to_object(properties)?;
    vm.root(properties.into());
    let mut all = Vec::new();
    for key in vm.own_keys(properties) {
        if vm.own_property(properties, key)?.is_some_and(|property| property.is_enumerable()) {
            let descriptor = vm.get(properties.into(), key)?;
            vm.root(descriptor);
            all.push((key, read_descriptor(vm, descriptor)?));
        }
    }
    for (key, descriptor) in all {
        vm.define_own(object, key, &descriptor)?;
    }
    Ok(())
}

pub fn define_property(vm: &mut Vm, args: Args) -> Completion {
    let Some(object) = args.get(0).as_object() else {
        return Err(vm.type_error("Object.defineProperty called on non-object"));
    };
    let key = vm.to_key(args.get(1))?;
    let descriptor = read_descriptor(vm, args.get(2))?;
    vm.define_own(object, key, &descriptor)?;
    Ok(object.into())
}

/// ToPropertyDescriptor; what it finds is rooted.
fn read_descriptor(vm: &mut Vm, source: Value) -> Completion<Descriptor> {
    let Some(object) = source.as_object() else {
        let shown = super::super::inspect::shown_in_message(vm, source);
        return Err(vm.type_error(&format!("Property description must be an object: {shown}")));
    };
    let enumerable = field(vm, object, "enumerable")?.map(|value| vm.truthy(value));
    let configurable = field(vm, object, "configurable")?.map(|value| vm.truthy(value));
    let value = field(vm, object, "value")?;
    let writable = field(vm, object, "writable")?.map(|value| vm.truthy(value));
    let getter = accessor(vm, object, "get", "Getter")?;
    let setter = accessor(vm, object, "set", "Setter")?;
    if (getter.is_some() || setter.is_some()) && (value.is_some() || writable.is_some()) {
        return Err(vm.type_error(
            "Invalid property descriptor. Cannot both specify accessors and a value or writable attribute",
        ));
    }
    Ok(Descriptor { value, getter, setter, writable, enumerable, configurable })
}

fn field(vm: &mut Vm, object: Gc<Object>, name: &str) -> Completion<Option<Value>> {
    let key = vm.key(name);
    if !vm.has(object, key)? {
        return Ok(None);
    }
    let value = vm.get(object.into(), key)?;
    Ok(Some(vm.root(value)))
}

fn accessor(vm: &mut Vm, object: Gc<Object>, name: &str, what: &str) -> Completion<Option<Value>> {
    let function = field(vm, object, name)?;
    match function {
        Some(value) if !value.is_undefined() && !value.is_callable() => {
            let shown = super::super::inspect::shown_in_message(vm, value);
            Err(vm.type_error(&format!("{what} must be a function: {shown}")))
        }
        _ => Ok(function),
    }
}

pub fn get_own_property_descriptor(vm: &mut Vm, args: Args) -> Completion {
    let object = vm.to_object(args.get(0))?;
    vm.root(object.into());
    let key = vm.to_key(args.get(1))?;
    match vm.own_property(object, key)? {
        Some(property) => Ok(describe(vm, property)?.into()),
        None => Ok(Value::UNDEFINED),
    }
}

pub fn get_own_property_descriptors(vm: &mut Vm, args: Args) -> Completion {
    let object = vm.to_object(args.get(0))?;
    let result = vm.new_object();
    for key in vm.own_keys(object) {
        if let Some(property) = vm.own_property(object, key)? {
            let description = describe(vm, property)?;
            vm.create_data(result, key, description.into())?;
        }
    }
    Ok(result.into())
}

/// FromPropertyDescriptor.
fn describe(vm: &mut Vm, property: Property) -> Completion<Gc<Object>> {
    let object = vm.new_object();
    let put = |vm: &mut Vm, name: &str, value: Value| {
        let key = vm.key(name);
        vm.create_data(object, key, value)
    };
    match property.accessor() {
        Some((getter, setter)) => {
            put(vm, "get", getter)?;
            put(vm, "set", setter)?;
        }
        None => {
            put(vm, "value", property.value)?;
            put(vm, "writable", property.attrs.has(Attrs::WRITABLE).into())?;
        }
    }
    put(vm, "enumerable", property.is_enumerable().into())?;
    put(vm, "configurable", property.attrs.has(Attrs::CONFIGURABLE).into())?;
    Ok(object)
}
