//! The order of an instance's properties. Fields of a class are in slots, in the order of their declarations, which is nearly always
//! the order in which they got their values too. An instance where it is not moves to a dictionary, which keeps the order.

use super::Object;
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
    fn order_field(&mut self, mut object: Gc<Object>, slot: usize) {
        self.move_to_dictionary(object);
        let fields = self.shapes.properties(object.shape());
        let name_at = |(name, place): &(Value, super::shape::Place)| (place.slot as usize == slot).then_some(*name);
        let Some(name) = fields.iter().find_map(name_at) else { return };
        let present: Vec<Value> =
            fields.iter().filter(|(_, place)| !object.slot(place.slot as usize).is_absent()).map(|f| f.0).collect();
        self.heap.grow(40 * (present.len() + 1));
        let dict = object.store_mut().dict.get_or_insert_default();
        dict.order_fields(present.into_iter());
        dict.add_field(name);
    }
}
