//! The order of an instance's properties. Fields of a class are in slots, in the order of their declarations, which is nearly always
//! the order in which they got their values too. An instance where it is not moves to a dictionary, which keeps the order.

use super::Object;
use super::property::{PropKey, Property};
use super::shape::{Attrs, Place};
use crate::heap::Gc;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// A field without a value is about to get one.
    #[inline]
    pub(crate) fn note_field(&mut self, object: Gc<Object>, slot: usize) {
        let count = self.shapes.get(object.shape()).count as usize;
        let is_last = (slot + 1..count).all(|later| object.slot(later).is_absent());
        if !is_last || object.dict().is_some_and(|dict| !dict.is_empty()) {
            self.order_field(object, slot);
        }
    }

    /// The field comes after every property that is there.
    #[cold]
    fn order_field(&mut self, object: Gc<Object>, slot: usize) {
        let fields = self.order_fields(object);
        let name_at = |(name, place): &(Value, Place)| (place.slot as usize == slot).then_some(*name);
        if let (Some(name), Some(dict)) = (fields.iter().find_map(name_at), { object }.dict_mut()) {
            dict.add_field(name);
        }
    }

    /// Moves the object to a dictionary that has an entry for every field that is there; yields all fields.
    fn order_fields(&mut self, mut object: Gc<Object>) -> Vec<(Value, Place)> {
        self.move_to_dictionary(object);
        let fields = self.shapes.properties(object.shape());
        let present: Vec<Value> =
            fields.iter().filter(|(_, place)| !object.slot(place.slot as usize).is_absent()).map(|f| f.0).collect();
        self.heap.grow(40 * (present.len() + 1));
        object.store_mut().dict.get_or_insert_default().order_fields(present.into_iter());
        fields
    }

    /// A declared field becomes an ordinary property: its slot stays absent from now on, its place in the order stays.
    #[cold]
    pub(crate) fn field_to_entry(&mut self, mut object: Gc<Object>, key: PropKey) {
        let PropKey::Name(name) = key else { return };
        self.order_fields(object);
        let Some(place) = self.shapes.find(object.shape(), name) else { return };
        let value = object.slot(place.slot as usize).or_undefined();
        object.set_slot(place.slot as usize, Value::ABSENT);
        let dict = object.store_mut().dict.get_or_insert_default();
        match dict.get_mut(name) {
            Some(entry) => (entry.value, entry.attrs) = (value, place.attrs.without(Attrs::FIELD)),
            None => dict.add(name, value, place.attrs.without(Attrs::FIELD)),
        }
        self.note_proto_change(object);
    }
}

impl Object {
    /// The property that a declared field has become, if it was redefined with a getter or setter.
    pub(crate) fn moved_field(&self, name: Value) -> Option<Property> {
        let entry = self.dict()?.get(name).filter(|entry| !entry.attrs.has(Attrs::FIELD))?;
        Some(Property { value: entry.value, attrs: entry.attrs })
    }
}
