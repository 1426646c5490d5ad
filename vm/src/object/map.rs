//! The tables behind `Map` and `Set`: insertion order, keys compared by SameValueZero (value types by value), and cursors
//! that stay right while entries come and go.

use std::cell::Cell;
use std::rc::{Rc, Weak};

use super::Of;
use super::data::*;
use crate::heap::{CellKind, Gc, Heap, Tracer};
use crate::toil::{UNLUCKY, note_probes};
use crate::value::Value;

/// Entries in order, with an open-addressed index.
#[derive(Debug, Default)]
pub struct Table {
    /// A removed entry's key is absent.
    entries: Vec<(Value, Value)>,
    /// Positions plus one, 0 where free; its length is a power of two.
    index: Vec<u32>,
    live: usize,
    cursors: Vec<Weak<Cell<usize>>>,
    /// Entries have moved since [`Gc::put`] last looked.
    moved: bool,
    /// Some key is found by where it lies.
    placed: bool,
}

/// A place in a table that survives insertions and removals.
#[derive(Clone, Debug)]
pub struct TableCursor(Rc<Cell<usize>>);

impl TableCursor {
    pub(crate) fn place(&self) -> usize {
        self.0.get()
    }

    pub(crate) fn go_to(&self, place: usize) {
        self.0.set(place);
    }
}

#[derive(Debug, Default)]
pub struct MapData(pub Table);

#[derive(Debug, Default)]
pub struct SetData(pub Table);

macro_rules! table_data {
    ($($type:ident)*) => { $(impl $type {
        pub(crate) fn trace(&self, tracer: &mut Tracer) {
            for (key, value) in &self.0.entries[tracer.piece(self.0.entries.len())] {
                tracer.value(*key);
                tracer.value(*value);
            }
        }
        pub(crate) fn external_size(&self) -> usize {
            self.0.size()
        }
    })* };
}

table_data!(MapData SetData);

macro_rules! changes {
    ($($type:ident)*) => { $(impl Gc<Of<$type>> {
        /// Sets an entry and accounts for it.
        pub fn put(mut self, heap: &mut Heap, key: Value, value: Value) {
            let table = &mut self.unbarriered().data.0;
            let (grown, moved) = (table.set(key, value), std::mem::take(&mut table.moved));
            heap.note_store(self, key);
            heap.note_store(self, value);
            heap.grow(grown);
            self.note_moved(moved);
        }

        /// Removes an entry; whether there was one.
        pub fn remove(mut self, key: Value) -> bool {
            let table = &mut self.unbarriered().data.0;
            let (removed, moved) = (table.remove(key), std::mem::take(&mut table.moved));
            self.note_moved(moved);
            removed
        }

        /// A cursor before the first entry.
        pub fn cursor(mut self) -> TableCursor {
            // It holds no cell.
            self.unbarriered().data.0.cursor()
        }

        /// A collection that has visited some of the entries must visit all again.
        fn note_moved(self, moved: bool) {
            if moved {
                self.barrier();
            }
        }
    })* };
}

changes!(MapData SetData);

/// The hash of a key under SameValueZero.
fn hash(key: Value) -> u64 {
    let mix = |bits: u64| (bits ^ (bits >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    if key.is_number() {
        return mix(Value::number(key.to_f64() + 0.0).bits());
    }
    if let Some(string) = key.as_string() {
        return mix(u64::from(string.hash()));
    }
    match key.kind() {
        Some(kind) if kind.is_value_type() => {
            value_type_words(key).into_iter().fold(kind as u64, |hash, word| mix(hash ^ word))
        }
        _ => mix(key.bits()),
    }
}

/// Whether a key's hash is where it lies.
fn is_placed(key: Value) -> bool {
    !(key.is_number() || key.as_string().is_some() || is_value_type(key))
}

/// The content of a value type as words that are equal exactly where the values are.
pub fn value_type_words(value: Value) -> Vec<u64> {
    let floats = |fields: &[f64]| fields.iter().map(|f| Value::number(f + 0.0).bits()).collect();
    if let Some(v) = value.of::<MrkData>() {
        vec![v.data.0 as u64, (v.data.0 >> 64) as u64]
    } else if let Some(v) = value.of::<Vec2Data>() {
        floats(&v.data.0)
    } else if let Some(v) = value.of::<Vec3Data>() {
        floats(&v.data.0)
    } else if let Some(v) = value.of::<QuatData>() {
        floats(&v.data.0)
    } else if let Some(v) = value.of::<ColorData>() {
        floats(&v.data.0)
    } else {
        Vec::new()
    }
}

/// SameValueZero: `===`, but NaN equals itself. Value types by value.
pub fn same_value_zero(a: Value, b: Value) -> bool {
    if a == b {
        return true;
    }
    if a.is_number() && b.is_number() {
        // Arithmetic leaves NaNs of either sign.
        let (a, b) = (a.to_f64(), b.to_f64());
        return a == b || (a.is_nan() && b.is_nan());
    }
    if let (Some(a), Some(b)) = (a.as_string(), b.as_string()) {
        return a.equals(&b);
    }
    is_value_type(a) && a.kind() == b.kind() && value_type_words(a) == value_type_words(b)
}

fn is_value_type(value: Value) -> bool {
    value.kind().is_some_and(CellKind::is_value_type)
}

impl Table {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.live
    }

    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    fn find(&self, key: Value) -> Option<usize> {
        if self.index.is_empty() {
            return None;
        }
        let mask = self.index.len() - 1;
        let start = (hash(key) >> 20) as usize & mask;
        let mut at = start;
        let found = loop {
            match self.index[at] {
                0 => break None,
                position if same_value_zero(self.entries[position as usize - 1].0, key) => {
                    break Some(position as usize - 1);
                }
                _ => at = (at + 1) & mask,
            }
        };
        self.note(at.wrapping_sub(start) & mask);
        found
    }

    /// Notes a search. Where objects lie differs from run to run: what chance makes of that costs nothing.
    fn note(&self, probes: usize) {
        if !self.placed || probes > UNLUCKY {
            note_probes(probes);
        }
    }

    pub fn get(&self, key: Value) -> Option<Value> {
        self.find(key).map(|at| self.entries[at].1)
    }

    pub fn has(&self, key: Value) -> bool {
        self.find(key).is_some()
    }

    /// Sets an entry; -0 becomes +0. Yields the bytes by which the table grew.
    fn set(&mut self, key: Value, value: Value) -> usize {
        if let Some(at) = self.find(key) {
            self.entries[at].1 = value;
            return 0;
        }
        let before = self.size();
        if (self.entries.len() + 1) * 2 > self.index.len() {
            self.compact();
        }
        let key = if key.is_number() { Value::number(key.to_f64() + 0.0) } else { key };
        self.entries.push((key, value));
        self.live += 1;
        self.link(self.entries.len() - 1);
        self.size() - before.min(self.size())
    }

    fn link(&mut self, position: usize) {
        let mask = self.index.len() - 1;
        let start = (hash(self.entries[position].0) >> 20) as usize & mask;
        let mut at = start;
        while self.index[at] != 0 {
            at = (at + 1) & mask;
        }
        self.placed |= is_placed(self.entries[position].0);
        self.note(at.wrapping_sub(start) & mask);
        self.index[at] = position as u32 + 1;
    }

    fn remove(&mut self, key: Value) -> bool {
        let Some(at) = self.find(key) else { return false };
        self.entries[at] = (Value::ABSENT, Value::UNDEFINED);
        self.live -= 1;
        if self.entries.len() > 32 && self.live * 4 < self.entries.len() {
            self.compact();
        }
        true
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.index.clear();
        self.live = 0;
        for cursor in self.cursors.iter().filter_map(Weak::upgrade) {
            cursor.set(0);
        }
    }

    /// Drops removed entries, moves cursors along, and makes the index fit for twice as many.
    fn compact(&mut self) {
        self.cursors.retain(|cursor| cursor.strong_count() > 0);
        for cursor in self.cursors.iter().filter_map(Weak::upgrade) {
            let before = self.entries[..cursor.get()].iter().filter(|(key, _)| !key.is_absent()).count();
            cursor.set(before);
        }
        self.moved = true;
        self.entries.retain(|(key, _)| !key.is_absent());
        self.index = vec![0; (self.entries.len() * 4).next_power_of_two().max(8)];
        for position in 0..self.entries.len() {
            self.link(position);
        }
    }

    fn cursor(&mut self) -> TableCursor {
        let place = Rc::new(Cell::new(0));
        if self.cursors.len() >= 8 && self.cursors.len().is_power_of_two() {
            self.cursors.retain(|cursor| cursor.strong_count() > 0);
        }
        self.cursors.push(Rc::downgrade(&place));
        TableCursor(place)
    }

    /// Places of the index.
    pub(crate) fn slots(&self) -> usize {
        self.index.len()
    }

    /// The entries in order, with those that were removed.
    pub(crate) fn all(&self) -> &[(Value, Value)] {
        &self.entries
    }

    /// Fills an empty table, whose cursors stay; `false` where no table is like that.
    pub(crate) fn restore(&mut self, entries: Vec<(Value, Value)>, slots: usize) -> bool {
        let room = (entries.len() * 2)..=(entries.len() * 8).max(8);
        let fits = if slots == 0 { entries.is_empty() } else { slots.is_power_of_two() && room.contains(&slots) };
        if !fits || !self.entries.is_empty() || u32::try_from(entries.len()).is_err() {
            return false;
        }
        self.index = vec![0; slots];
        for (key, value) in entries {
            if !key.is_absent() && self.find(key).is_some() {
                return false;
            }
            self.entries.push((key, value));
            if !key.is_absent() {
                self.live += 1;
                self.link(self.entries.len() - 1);
            }
        }
        true
    }

    /// Whether no cursor is past the end.
    pub(crate) fn cursors_fit(&self) -> bool {
        self.cursors.iter().filter_map(Weak::upgrade).all(|cursor| cursor.get() <= self.entries.len())
    }

    /// The entry after the cursor, which moves on; entries added meanwhile are visited.
    pub fn step(&self, cursor: &TableCursor) -> Option<(Value, Value)> {
        let start = cursor.0.get();
        let found = self.entries[start.min(self.entries.len())..].iter().position(|(key, _)| !key.is_absent());
        let at = found.map_or(self.entries.len(), |skipped| start + skipped + 1);
        note_probes(at.saturating_sub(start));
        cursor.0.set(at.max(start));
        found.map(|skipped| self.entries[start + skipped])
    }

    /// The entries after the cursor, which stays.
    pub fn rest(&self, cursor: &TableCursor) -> impl Iterator<Item = (Value, Value)> {
        self.entries.iter().skip(cursor.0.get()).copied().filter(|(key, _)| !key.is_absent())
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (Value, Value)> {
        self.entries.iter().copied().filter(|(key, _)| !key.is_absent())
    }

    pub fn size(&self) -> usize {
        self.entries.len() * 16 + self.index.len() * 4
    }
}
