//! `structuredClone`: a deep copy of plain data, cycles and shared parts included. An explicit work list: depth costs no native
//! stack.

use rustc_hash::FxHashMap;

use super::super::coerce::make;
use crate::heap::{CellKind, Gc};
use crate::native::{Args, Completion, Throw};
use crate::object::Object;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

struct Cloner<'a> {
    vm: &'a mut Vm,
    copies: FxHashMap<Gc<Object>, Gc<Object>>,
    /// Copies whose contents are still to be copied.
    todo: Vec<(Gc<Object>, Gc<Object>)>,
}

pub fn structured_clone(vm: &mut Vm, args: Args) -> Completion {
    if args.is_empty() {
        return Err(vm.type_error("The \"value\" argument must be specified"));
    }
    let moved = transferred(vm, args.get(1))?;
    let mut cloner = Cloner { vm, copies: FxHashMap::default(), todo: Vec::new() };
    let result = cloner.copy(args.get(0))?;
    while let Some((from, to)) = cloner.todo.pop() {
        cloner.fill(from, to)?;
    }
    vm.root(result);
    for buffer in moved {
        // The copy has the bytes; what is left behind is detached.
        vm.call_method(buffer, "transfer", &[])?;
    }
    Ok(result)
}

/// The buffers that the options say move, rooted.
fn transferred(vm: &mut Vm, options: Value) -> Completion<Vec<Value>> {
    if !options.is_object() {
        return Ok(Vec::new());
    }
    let key = vm.key("transfer");
    let list = vm.get(options, key)?;
    if list.is_undefined() {
        return Ok(Vec::new());
    }
    let list = vm.iter_to_vec(list)?;
    for &value in &list {
        if super::super::typed_array::buffer_bytes(value).is_none() {
            let shown = super::super::inspect::shown_in_message(vm, value);
            return Err(data_clone_error(vm, &format!("{shown} could not be transferred.")));
        }
    }
    Ok(list)
}

impl Cloner<'_> {
    /// The copy of a value; an object's contents are put off. Copies are rooted, because getters may run script.
    fn copy(&mut self, value: Value) -> Completion {
        self.vm.charge(2)?;
        let Some(object) = value.as_object() else {
            return if value.is_symbol() { Err(self.refuse(value)) } else { Ok(value) };
        };
        if object.kind().is_value_type() {
            return Ok(value);
        }
        if let Some(copy) = self.copies.get(&object) {
            return Ok((*copy).into());
        }
        let copy = self.empty_copy(object)?;
        self.vm.root(copy.into());
        self.copies.insert(object, copy);
        self.todo.push((object, copy));
        Ok(copy.into())
    }

    fn empty_copy(&mut self, object: Gc<Object>) -> Completion<Gc<Object>> {
        let vm = &mut *self.vm;
        Ok(match object.kind() {
            CellKind::Plain | CellKind::Instance => vm.new_object(),
            CellKind::Array => {
                let array = vm.new_array(Vec::new());
                match array.as_object() {
                    Some(array) => array,
                    None => vm.new_object(),
                }
            }
            CellKind::Map => make(vm, Intrinsic::MapPrototype, MapData::default()).base(),
            CellKind::Set => make(vm, Intrinsic::SetPrototype, SetData::default()).base(),
            CellKind::Date => {
                let time = object.of::<DateData>().map_or(f64::NAN, |date| date.data.time);
                make(vm, Intrinsic::DatePrototype, DateData { time }).base()
            }
            CellKind::Wrapper => {
                let value = object.of::<WrapperData>().map_or(Value::UNDEFINED, |w| w.data.value);
                if value.is_symbol() {
                    return Err(self.refuse(object.into()));
                }
                vm.to_object(value)?
            }
            CellKind::RegExp => match object.of::<RegExpData>() {
                Some(regexp) => super::super::regexp::copy_of(vm, regexp),
                None => vm.new_object(),
            },
            CellKind::Error => self.error(object),
            CellKind::Foreign => match super::super::typed_array::clone_of(vm, object)? {
                Some(copy) => copy,
                None => return Err(self.refuse(object.into())),
            },
            _ => return Err(self.refuse(object.into())),
        })
    }

    /// An error of the nearest built-in class, with message and stack.
    fn error(&mut self, object: Gc<Object>) -> Gc<Object> {
        let text = |vm: &mut Vm, name: &str| {
            let key = vm.key(name);
            let property = vm.find(object, key).map(|(_, property)| property)?;
            property.value.as_string().filter(|_| property.accessor().is_none())
        };
        let name = text(self.vm, "name").map_or_else(String::new, |name| name.to_rust());
        let proto = match name.as_str() {
            "TypeError" => Intrinsic::TypeErrorPrototype,
            "RangeError" => Intrinsic::RangeErrorPrototype,
            "ReferenceError" => Intrinsic::ReferenceErrorPrototype,
            "SyntaxError" => Intrinsic::SyntaxErrorPrototype,
            "EvalError" => Intrinsic::EvalErrorPrototype,
            "URIError" => Intrinsic::UriErrorPrototype,
            _ => Intrinsic::ErrorPrototype,
        };
        let shape = self.vm.shape_of_proto(proto);
        let error = self.vm.error_of_shape(shape).base();
        for name in ["stack", "message"] {
            let key = self.vm.key(name);
            if let Some(value) = text(self.vm, name) {
                self.vm.add_own(error, key, value.into(), Attrs::HIDDEN);
            }
        }
        error
    }

    fn fill(&mut self, from: Gc<Object>, to: Gc<Object>) -> Completion<()> {
        match from.kind() {
            CellKind::Map => {
                let entries: Vec<_> = from.of::<MapData>().map_or_else(Vec::new, |map| map.data.0.iter().collect());
                for (key, value) in entries {
                    let (key, value) = (self.copy(key)?, self.copy(value)?);
                    if let Some(map) = to.of::<MapData>() {
                        map.put(&mut self.vm.heap, key, value);
                    }
                }
                Ok(())
            }
            CellKind::Set => {
                let values: Vec<_> = from.of::<SetData>().map_or_else(Vec::new, |set| set.data.0.iter().collect());
                for (value, _) in values {
                    let value = self.copy(value)?;
                    if let Some(set) = to.of::<SetData>() {
                        set.put(&mut self.vm.heap, value, Value::UNDEFINED);
                    }
                }
                Ok(())
            }
            CellKind::Plain | CellKind::Instance | CellKind::Array => self.properties(from, to),
            CellKind::Error => {
                let key = PropKey::Name(self.vm.common().cause);
                if let Some(property) = self.vm.get_own(from, key).filter(|p| p.accessor().is_none()) {
                    let cause = self.copy(property.value)?;
                    self.vm.add_own(to, key, cause, Attrs::HIDDEN);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn properties(&mut self, from: Gc<Object>, to: Gc<Object>) -> Completion<()> {
        if let Some(array) = from.of::<ArrayData>() {
            let length = f64::from(array.data.len());
            super::super::coerce::set_length(self.vm, to, length)?;
        }
        for key in self.vm.enumerable_keys(from) {
            let value = self.vm.get(from.into(), key)?;
            let value = self.copy(value)?;
            self.vm.create_data(to, key, value)?;
        }
        Ok(())
    }

    fn refuse(&mut self, value: Value) -> Throw {
        let shown = super::super::inspect::shown_in_message(self.vm, value);
        data_clone_error(self.vm, &format!("{shown} could not be cloned."))
    }
}

fn data_clone_error(vm: &mut Vm, message: &str) -> Throw {
    let shape = vm.shape_of_proto(Intrinsic::ErrorPrototype);
    let error = vm.error_of_shape(shape);
    vm.add_stack(error);
    for (key, text) in [("name", "DataCloneError"), ("message", message)] {
        let (key, text) = (vm.key(key), vm.str(text));
        vm.add_own(error.base(), key, text, Attrs::HIDDEN);
    }
    vm.throw(error.into())
}
