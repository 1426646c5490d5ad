//! The keys of an object in the language's order: integer keys ascending, then strings, then symbols, each by age.

use super::Object;
use super::data::*;
use super::property::PropKey;
use super::shape::Attrs;
use crate::cost::{LIST_KEYS, VISIT};
use crate::heap::{CellKind, Gc, flags};
use crate::native::Completion;
use crate::realm::Intrinsic;
use crate::toil::note_probes;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// `[[OwnPropertyKeys]]`; private names are not among them.
    pub fn own_keys(&mut self, object: Gc<Object>) -> Vec<PropKey> {
        self.populate(object);
        let mut keys = self.index_keys(object);
        let named = self.own_names(object);
        keys.extend(named.iter().filter(|name| name.is_string()).map(|name| PropKey::Name(*name)));
        keys.extend(named.iter().filter(|n| n.is_symbol() && !n.is_private_name()).map(|n| PropKey::Name(*n)));
        keys
    }

    /// Integer keys, ascending.
    fn index_keys(&mut self, object: Gc<Object>) -> Vec<PropKey> {
        let mut keys = Vec::new();
        if let Some(array) = object.of::<ArrayData>() {
            let dense = array.data.dense.iter().enumerate();
            keys.extend(dense.filter(|(_, v)| !v.is_absent()).map(|(i, _)| PropKey::Index(i as u32)));
        } else if let Some(string) = object.of::<WrapperData>().and_then(|w| w.data.value.as_string()) {
            keys.extend((0..string.len() as u32).map(PropKey::Index));
        } else if let Some(foreign) = object.of::<ForeignData>().filter(|f| f.data.0.is_indexed()) {
            keys.extend((0..foreign.data.0.element_count()).map(PropKey::Index));
        }
        if let Some(store) = object.store() {
            keys.extend(store.elements.keys().map(|index| PropKey::Index(*index)));
        }
        keys
    }

    /// Names by age.
    fn own_names(&mut self, object: Gc<Object>) -> Vec<Value> {
        let common = *self.common();
        let mut names = match object.kind() {
            CellKind::Array => vec![common.length],
            CellKind::Wrapper if object.of::<WrapperData>().is_some_and(|w| w.data.value.is_string()) => {
                vec![common.length]
            }
            CellKind::Vec2 => vec![common.x, common.y],
            CellKind::Vec3 => vec![common.x, common.y, common.z],
            CellKind::Quat => vec![common.x, common.y, common.z, common.w],
            CellKind::Color => vec![common.r, common.g, common.b, common.a],
            CellKind::Namespace => self.namespace_names(object),
            _ => Vec::new(),
        };
        if !object.dict().is_some_and(|dict| dict.orders_fields) {
            let placed = self.shapes.properties(object.shape());
            let present = placed.into_iter().filter(|(_, place)| !object.slot(place.slot as usize).is_absent());
            names.extend(present.map(|(name, _)| name));
        }
        if let Some(dict) = object.dict() {
            names.extend(dict.iter().map(|entry| entry.key));
        }
        names
    }

    fn namespace_names(&mut self, object: Gc<Object>) -> Vec<Value> {
        let Some(namespace) = object.of::<NamespaceData>() else { return Vec::new() };
        let code = std::sync::Arc::clone(&self.code);
        let entries = &code.module.namespaces[usize::from(namespace.data.0)].entries;
        entries.iter().map(|(name, _)| self.module_string(*name)).collect()
    }

    /// The enumerable own string keys, as `Object.keys` gives them.
    pub fn enumerable_keys(&mut self, object: Gc<Object>) -> Vec<PropKey> {
        let keys = self.own_keys(object);
        keys.into_iter()
            .filter(|key| !key.is_symbol() && self.get_own(object, *key).is_some_and(|p| p.is_enumerable()))
            .collect()
    }

    /// The keys that `for-in` visits: enumerable string keys of the object and its prototypes, each name once.
    pub(crate) fn for_in_keys(&mut self, start: Gc<Object>) -> Completion<Vec<Value>> {
        let (mut seen, mut found) = (rustc_hash::FxHashSet::default(), Vec::new());
        let (mut at, mut looked) = (Some(start), 0);
        while let Some(object) = at {
            looked += 1;
            // Built-in prototypes have no enumerable properties.
            if !object.is_intrinsic() {
                for key in self.own_keys(object).into_iter().filter(|key| !key.is_symbol()) {
                    looked += 1;
                    let enumerable = self.own_property(object, key)?.is_some_and(|p| p.is_enumerable());
                    if seen.insert(key) && enumerable {
                        found.push(self.key_value(key));
                    }
                }
            }
            at = self.prototype_of(object);
        }
        // What is found is charged for by whoever asked.
        note_probes(looked - found.len());
        self.absorb();
        Ok(found)
    }

    /// `CopyDataProperties`: the source's own enumerable properties, but the excluded ones, into `target`.
    pub fn copy_data_properties(&mut self, target: Gc<Object>, source: Value, excluded: &[PropKey]) -> Completion<()> {
        if source.is_nullish() {
            return Ok(());
        }
        if let Some(string) = source.as_string() {
            self.charge(VISIT.of(string.len()))?;
            for index in 0..string.len() {
                let unit = self.unit_string(string.unit(index));
                self.create_data(target, PropKey::Index(index as u32), unit)?;
            }
            return Ok(());
        }
        let Some(from) = source.as_object() else { return Ok(()) };
        let keys = self.own_keys(from);
        self.charge(LIST_KEYS.of(keys.len()))?;
        for key in keys.into_iter().filter(|key| !excluded.contains(key)) {
            let Some(property) = self.get_own(from, key).filter(|p| p.is_enumerable()) else { continue };
            let value = self.read(property, source, key)?;
            self.create_data(target, key, value)?;
        }
        Ok(())
    }
}

/// Properties that are made when first asked for.
impl Vm {
    /// Makes an object's lazy properties, if `name` may be one of them.
    pub(crate) fn populate_for(&mut self, object: Gc<Object>, name: Value) {
        let common = self.common();
        if object.is_intrinsic() || name == common.name || name == common.length || name == common.prototype {
            self.populate(object);
        }
    }

    /// Makes an object's lazy properties: a function's `length` and `name`, everything of a built-in.
    pub(crate) fn populate(&mut self, mut object: Gc<Object>) {
        if !object.has_flag(flags::LAZY) {
            return;
        }
        object.clear_flag(flags::LAZY);
        let value = Value::from(object);
        let (length_key, name_key) = (PropKey::Name(self.common().length), PropKey::Name(self.common().name));
        if object.is_callable() {
            let length = Value::number(self.function_length(value));
            self.add_own(object, length_key, length, Attrs::CONFIG);
            if let Some(name) = self.function_name_value(value) {
                self.add_own(object, name_key, name, Attrs::CONFIG);
            }
        }
        if let Some(function) = object.of::<FunctionData>() {
            self.populate_prototype(
                object,
                function.data.func,
                function.data.class.as_ref().map(|class| class.prototype),
            );
        }
        self.populate_owner(object);
    }

    fn populate_prototype(&mut self, object: Gc<Object>, func: u16, class: Option<Gc<Object>>) {
        let key = PropKey::Name(self.common().prototype);
        if let Some(prototype) = class {
            self.add_own(object, key, prototype.into(), Attrs::FROZEN);
        } else if self.is_plain_function(func) {
            // It is there to be looked at: nothing is made from it, and nobody adds to it.
            let parent = self.intrinsic(Intrinsic::ObjectPrototype);
            let prototype = self.new_fixed_object(Some(parent));
            let constructor = PropKey::Name(self.common().constructor);
            self.add_own(prototype, constructor, object.into(), Attrs::HIDDEN);
            self.add_own(object, key, prototype.into(), Attrs::WRITABLE);
        } else if let Some(parent) = self.generator_prototype(func) {
            let parent = self.intrinsic(parent);
            let prototype = self.new_object_with(Some(parent));
            self.add_own(object, key, prototype.into(), Attrs::WRITABLE);
        }
    }
}
