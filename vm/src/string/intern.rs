//! The table of names: one copy of each string that serves as a property key. Holds its strings weakly.

use super::{Str, StrView};
use crate::heap::{Gc, Heap, flags};
use crate::value::Value;

/// An open-addressed set of string cells, by content.
#[derive(Debug)]
pub struct Names {
    /// `Value::ABSENT` where free; its length is a power of two.
    slots: Vec<Value>,
    count: usize,
}

impl Default for Names {
    fn default() -> Self {
        Self { slots: vec![Value::ABSENT; 64], count: 0 }
    }
}

impl Names {
    /// The one copy of a string; the string itself becomes it where there is none yet.
    pub fn intern(&mut self, string: Gc<Str>) -> Gc<Str> {
        if string.is_interned() {
            return string;
        }
        match self.find(string.hash(), |other| other.equals(&string)) {
            Ok(found) => found,
            Err(at) => self.insert(at, string),
        }
    }

    /// The one copy of a Rust text.
    pub fn intern_str(&mut self, heap: &mut Heap, text: &str) -> Gc<Str> {
        if !text.is_ascii() {
            let string = heap.str(text);
            return self.intern(string);
        }
        let view = StrView::Latin1(text.as_bytes());
        match self.find(view.hash(), |other| other.view() == view) {
            Ok(found) => found,
            Err(at) => {
                let string = heap.str_latin1(text.as_bytes());
                string.hash();
                self.insert(at, string)
            }
        }
    }

    fn find(&self, hash: u32, same: impl Fn(Gc<Str>) -> bool) -> Result<Gc<Str>, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at].as_string() {
                None => return Err(at),
                Some(other) if other.hash() == hash && same(other) => return Ok(other),
                Some(_) => at = (at + 1) & mask,
            }
        }
    }

    fn insert(&mut self, at: usize, mut string: Gc<Str>) -> Gc<Str> {
        string.header.flags |= flags::INTERNED;
        self.slots[at] = string.into();
        self.count += 1;
        if self.count * 2 > self.slots.len() {
            self.rebuild(|_| true);
        }
        string
    }

    fn rebuild(&mut self, keep: impl Fn(Value) -> bool) {
        let old: Vec<Value> = self.slots.iter().copied().filter(|v| v.is_string() && keep(*v)).collect();
        self.count = old.len();
        self.slots = vec![Value::ABSENT; (old.len() * 4).next_power_of_two().max(64)];
        for value in old {
            if let Some(string) = value.as_string()
                && let Err(at) = self.find(string.hash(), |_| false)
            {
                self.slots[at] = value;
            }
        }
    }

    /// Forgets the strings that die.
    pub fn retain(&mut self, live: &dyn Fn(Value) -> bool) {
        self.rebuild(live);
    }
}
