//! Private elements: properties under keys that only the class's code has. They live in shapes as other properties do, but
//! freezing, sealing and key lists pass them by.

use crate::heap::Gc;
use crate::native::{Completion, Throw};
use crate::object::Object;
use crate::object::property::{PropKey, Property};
use crate::object::shape::Attrs;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    fn private_element(&mut self, object: Value, name: Value) -> Option<(Gc<Object>, Property)> {
        let object = object.as_object()?;
        if !name.is_private_name() {
            return None;
        }
        if let Some(place) = self.shapes.find(object.shape(), name) {
            return Some((object, Property { value: object.slot(place.slot as usize), attrs: place.attrs }));
        }
        let entry = object.dict()?.get(name)?;
        Some((object, Property { value: entry.value, attrs: entry.attrs }))
    }

    fn no_private(&mut self, name: Value, verb: &str) -> Throw {
        if !name.is_private_name() {
            return self.fault("a private name is used that is none");
        }
        let name = self.key_text(PropKey::Name(name));
        self.type_error(&format!(
            "Cannot {verb} private member {name} {} an object whose class did not declare it",
            if verb == "read" { "from" } else { "to" }
        ))
    }

    #[inline]
    pub(crate) fn get_private(&mut self, object: Value, name: Value) -> Completion {
        let Some((_, property)) = self.private_element(object, name) else { return Err(self.no_private(name, "read")) };
        match property.accessor() {
            None => Ok(property.value),
            Some((getter, _)) if getter.is_undefined() => {
                let name = self.key_text(PropKey::Name(name));
                Err(self.type_error(&format!("'{name}' was defined without a getter")))
            }
            Some((getter, _)) => self.call(getter, object, &[]),
        }
    }

    #[inline]
    pub(crate) fn set_private(&mut self, object: Value, name: Value, value: Value) -> Completion<()> {
        let Some((mut holder, property)) = self.private_element(object, name) else {
            return Err(self.no_private(name, "write"));
        };
        if let Some((_, setter)) = property.accessor() {
            if setter.is_undefined() {
                let name = self.key_text(PropKey::Name(name));
                return Err(self.type_error(&format!("'{name}' was defined without a setter")));
            }
            return self.call(setter, object, &[value]).map(drop);
        }
        if !property.attrs.has(Attrs::WRITABLE) {
            let name = self.key_text(PropKey::Name(name));
            return Err(self.type_error(&format!("Private method '{name}' is not writable")));
        }
        match self.shapes.find(holder.shape(), name) {
            Some(place) => holder.set_slot(place.slot as usize, value),
            None => self.add_own(holder, PropKey::Name(name), value, property.attrs),
        }
        Ok(())
    }

    /// Kinds: 0 method, 1 getter, 2 setter, 3 field.
    pub(crate) fn define_private(&mut self, kind: u8, object: Value, name: Value, value: Value) -> Completion<()> {
        if !name.is_private_name() {
            return Err(self.fault("a private name is used that is none"));
        }
        let Some(target) = object.as_object() else { return Err(self.fault("a private element of no object")) };
        let key = PropKey::Name(name);
        let own = self.private_element(object, name).map(|(_, property)| property);
        let half = own.and_then(|p| p.accessor()).is_some_and(|(getter, setter)| match kind {
            1 => getter.is_undefined(),
            2 => setter.is_undefined(),
            _ => false,
        });
        if own.is_some() && !half {
            return Err(self.type_error("Cannot initialize a private member twice on the same object"));
        }
        if kind != 3 {
            self.set_function_name(kind % 3, value, name)?;
        }
        match kind {
            0 => self.add_own(target, key, value, Attrs::FROZEN),
            1 => self.add_accessor(target, key, Some(value), None, Attrs::FROZEN),
            2 => self.add_accessor(target, key, None, Some(value), Attrs::FROZEN),
            _ => self.add_own(target, key, value, Attrs::WRITABLE),
        }
        Ok(())
    }

    pub(crate) fn has_private(&mut self, object: Value, name: Value) -> Completion<bool> {
        if !object.is_object() {
            return Err(
                self.type_error("Cannot use 'in' operator to search for a private name in a value that is no object")
            );
        }
        if !name.is_private_name() {
            return Err(self.fault("a private name is used that is none"));
        }
        Ok(self.private_element(object, name).is_some())
    }
}
