//! Named properties of an object in dictionary mode: a hash table that keeps the order of insertion.

use rustc_hash::FxHashMap;

use super::shape::Attrs;
use crate::heap::Tracer;
use crate::value::Value;

#[derive(Debug, Default)]
pub struct Dict {
    index: FxHashMap<Value, u32>,
    /// A removed entry's key is absent.
    entries: Vec<DictEntry>,
    /// No property can be added.
    pub sealed: bool,
    /// The fields of the object's class, whose values are in its slots, have entries here for their place in the order.
    pub orders_fields: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct DictEntry {
    pub key: Value,
    pub value: Value,
    pub attrs: Attrs,
}

impl DictEntry {
    fn of_field(key: Value) -> Self {
        Self { key, value: Value::ABSENT, attrs: Attrs::PLAIN.with(Attrs::FIELD) }
    }
}

impl Dict {
    pub fn get(&self, key: Value) -> Option<&DictEntry> {
        self.index.get(&key).map(|&at| &self.entries[at as usize])
    }

    pub fn get_mut(&mut self, key: Value) -> Option<&mut DictEntry> {
        self.index.get(&key).map(|&at| &mut self.entries[at as usize])
    }

    /// Adds a property that is not there, at the end.
    pub fn add(&mut self, key: Value, value: Value, attrs: Attrs) {
        self.index.insert(key, self.entries.len() as u32);
        self.entries.push(DictEntry { key, value, attrs });
    }

    /// Gives fields their places: those that are there come before everything else. Does nothing the second time.
    pub fn order_fields(&mut self, present: impl Iterator<Item = Value>) {
        if std::mem::replace(&mut self.orders_fields, true) {
            return;
        }
        let others = std::mem::take(&mut self.entries);
        self.entries =
            present.map(DictEntry::of_field).chain(others.into_iter().filter(|e| !e.key.is_absent())).collect();
        self.reindex();
    }

    /// Gives a field a place at the end.
    pub fn add_field(&mut self, name: Value) {
        let DictEntry { key, value, attrs } = DictEntry::of_field(name);
        self.add(key, value, attrs);
    }

    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    fn reindex(&mut self) {
        self.index = self.entries.iter().enumerate().map(|(at, entry)| (entry.key, at as u32)).collect();
    }

    /// Yields whether entries have moved: a collection that has visited some of them must visit all again.
    pub fn remove(&mut self, key: Value) -> bool {
        let Some(at) = self.index.remove(&key) else { return false };
        self.entries[at as usize].key = Value::ABSENT;
        self.entries[at as usize].value = Value::UNDEFINED;
        if self.entries.len() > 16 && self.index.len() * 2 < self.entries.len() {
            self.entries.retain(|entry| !entry.key.is_absent());
            self.reindex();
            return true;
        }
        false
    }

    pub fn iter(&self) -> impl Iterator<Item = &DictEntry> {
        self.entries.iter().filter(|entry| !entry.key.is_absent())
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut DictEntry> {
        self.entries.iter_mut().filter(|entry| !entry.key.is_absent())
    }

    pub fn trace(&self, tracer: &mut Tracer) {
        for entry in &self.entries[tracer.piece(self.entries.len())] {
            tracer.value(entry.key);
            tracer.value(entry.value);
        }
    }

    pub fn size(&self) -> usize {
        self.entries.len() * 40
    }
}
