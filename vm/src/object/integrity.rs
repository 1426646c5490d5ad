//! Extensibility: `preventExtensions`, `seal`, `freeze` and the questions about them.

use super::Object;
use super::data::*;
use super::shape::Attrs;
use crate::cost::LIST_KEYS;
use crate::heap::{CellKind, Gc, flags};
use crate::native::Completion;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    pub fn is_extensible(&mut self, object: Gc<Object>) -> bool {
        if object.kind() == CellKind::Namespace || object.kind().is_value_type() {
            return false;
        }
        !self.shapes.get(object.shape()).sealed && !object.dict().is_some_and(|dict| dict.sealed)
    }

    pub fn prevent_extensions(&mut self, object: Gc<Object>) -> Completion<()> {
        self.restrict(object, |attrs| attrs)
    }

    pub fn seal(&mut self, object: Gc<Object>) -> Completion<()> {
        self.restrict(object, |attrs| attrs.without(Attrs::CONFIGURABLE))
    }

    pub fn freeze(&mut self, object: Gc<Object>) -> Completion<()> {
        self.restrict(object, |attrs| {
            let attrs = attrs.without(Attrs::CONFIGURABLE);
            if attrs.has(Attrs::ACCESSOR) { attrs } else { attrs.without(Attrs::WRITABLE) }
        })?;
        if let Some(mut array) = object.of::<ArrayData>() {
            array.data.fixed_len = true;
        }
        Ok(())
    }

    /// Makes an object take no new properties and maps the attributes of those it has.
    fn restrict(&mut self, mut object: Gc<Object>, map: impl Fn(Attrs) -> Attrs) -> Completion<()> {
        if object.is_intrinsic() {
            return Err(self.refuse(Refusal::IntrinsicWrite, "they cannot be frozen, sealed or closed"));
        }
        if object.of::<ForeignData>().is_some_and(|f| f.data.0.is_indexed() && f.data.0.element_count() > 0)
            && map(Attrs::PLAIN) != Attrs::PLAIN
        {
            return Err(self.type_error("Cannot freeze array buffer views with elements"));
        }
        if object.kind() == CellKind::Namespace {
            let (sealed, frozen) = (Attrs::PLAIN.without(Attrs::CONFIGURABLE), map(Attrs::PLAIN));
            return if frozen == Attrs::PLAIN { Ok(()) } else { self.restrict_namespace(object, frozen != sealed) };
        }
        let keys = self.own_keys(object).len();
        self.charge(LIST_KEYS.of(keys))?;
        self.note_proto_change(object);
        let root = self.shapes.get(object.shape()).root;
        let of_name = |key: Value, attrs| if key.is_private_name() { attrs } else { map(attrs) };
        let shape = self.shapes.rebuild(object.shape(), root, of_name);
        let shape = self.shapes.seal(shape);
        object.set_shape(shape);
        object.set_flag(flags::RESTRICTED);
        if let Some(mut array) = object.of::<ArrayData>() {
            self.spill(array, 0);
            array.data.fixed = true;
        }
        if object.store().is_some() {
            let store = object.store_mut();
            if let Some(dict) = &mut store.dict {
                dict.sealed = true;
                dict.iter_mut().for_each(|entry| entry.attrs = of_name(entry.key, entry.attrs));
            }
            store.elements.values_mut().for_each(|element| element.attrs = map(element.attrs));
        }
        Ok(())
    }

    pub fn is_sealed(&mut self, object: Gc<Object>) -> Completion<bool> {
        Ok(!self.is_extensible(object) && self.all_own(object, |attrs| !attrs.has(Attrs::CONFIGURABLE))?)
    }

    pub fn is_frozen(&mut self, object: Gc<Object>) -> Completion<bool> {
        let frozen = |attrs: Attrs| {
            !attrs.has(Attrs::CONFIGURABLE) && (attrs.has(Attrs::ACCESSOR) || !attrs.has(Attrs::WRITABLE))
        };
        Ok(!self.is_extensible(object) && self.all_own(object, frozen)?)
    }

    fn all_own(&mut self, object: Gc<Object>, test: impl Fn(Attrs) -> bool) -> Completion<bool> {
        let keys = self.own_keys(object);
        self.charge(LIST_KEYS.of(keys.len()))?;
        for key in keys {
            if !self.own_property(object, key)?.is_none_or(|property| test(property.attrs)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A module's exports stay writable for the module, so that the first of them cannot be frozen.
    fn restrict_namespace(&mut self, object: Gc<Object>, freezes: bool) -> Completion<()> {
        for key in self.own_keys(object) {
            let property = self.own_property(object, key)?;
            if freezes && property.is_some_and(|property| property.attrs.has(Attrs::WRITABLE)) {
                let text = self.key_text(key);
                return Err(
                    self.type_error(&format!("Cannot assign to read only property '{text}' of a module namespace"))
                );
            }
        }
        Ok(())
    }
}
