//! The table of names: one copy of each string that serves as a property key. Holds its strings weakly: after marking it
//! forgets the dead ones in slices, and a dead one that is asked for before its turn comes lives on.

use super::{Str, StrView};
use crate::heap::{Gc, Heap, flags};
use crate::value::Value;

/// An open-addressed set of string cells, by content.
#[derive(Debug)]
pub struct Names {
    /// `Value::ABSENT` where free; its length is a power of two.
    slots: Vec<Value>,
    count: usize,
    /// While the table is cleaned: the marks of dead and of live strings, and the next slot to look at.
    cleaning: Option<Cleaning>,
}

#[derive(Clone, Copy, Debug)]
struct Cleaning {
    dead: u8,
    white: u8,
    at: usize,
}

impl Cleaning {
    fn is_dead(self, name: Value) -> bool {
        name.as_cell().is_some_and(|cell| cell.mark == self.dead)
    }
}

impl Default for Names {
    fn default() -> Self {
        Self { slots: vec![Value::ABSENT; 64], count: 0, cleaning: None }
    }
}

impl Names {
    /// Bytes of the table; its strings are the heap's.
    pub(crate) fn size(&self) -> usize {
        self.slots.len() * size_of::<Value>()
    }

    /// The one copy of a string; the string itself becomes it where there is none yet.
    pub fn intern(&mut self, string: Gc<Str>) -> Gc<Str> {
        if string.is_interned() {
            return string;
        }
        match self.find(string.hash(), |other| other.equals(&string)) {
            Ok(found) => self.revive(found),
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
            Ok(found) => self.revive(found),
            Err(at) => {
                let string = heap.str_latin1(text.as_bytes());
                string.hash();
                self.insert(at, string)
            }
        }
    }

    fn find(&self, hash: u32, same: impl Fn(Gc<Str>) -> bool) -> Result<Gc<Str>, usize> {
        let mask = self.slots.len() - 1;
        let start = hash as usize & mask;
        let mut at = start;
        let found = loop {
            match self.slots[at].as_string() {
                None => break Err(at),
                Some(other) if other.hash() == hash && same(other) => break Ok(other),
                Some(_) => at = (at + 1) & mask,
            }
        };
        crate::toil::note_other_names(at.wrapping_sub(start) & mask);
        found
    }

    fn insert(&mut self, at: usize, mut string: Gc<Str>) -> Gc<Str> {
        string.header.flags |= flags::INTERNED;
        self.slots[at] = string.into();
        self.count += 1;
        if self.count * 2 > self.slots.len() {
            self.rebuild();
        }
        string
    }

    /// A name that is asked for lives, whether or not anything held it when marking ended.
    fn revive(&self, mut name: Gc<Str>) -> Gc<Str> {
        if let Some(cleaning) = self.cleaning
            && cleaning.is_dead(name.into())
        {
            // A flat string holds no cells.
            name.unbarriered().header.mark = cleaning.white;
        }
        name
    }

    /// Makes the table fit for twice as many names, without those that are known to be dead.
    fn rebuild(&mut self) {
        let cleaning = self.cleaning.take();
        let lives = |name: Value| name.is_string() && cleaning.is_none_or(|cleaning| !cleaning.is_dead(name));
        let old: Vec<Value> = self.slots.iter().copied().filter(|name| lives(*name)).collect();
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

    /// Marking has ended: strings marked `dead` are to be forgotten.
    pub(crate) fn begin_clean(&mut self, dead: u8, white: u8) {
        self.cleaning = Some(Cleaning { dead, white, at: 0 });
    }

    /// Looks at as many slots; yields how many more it might have looked at, more than 0 only where it has come to the end.
    pub(crate) fn clean(&mut self, mut slots: usize) -> usize {
        while let Some(Cleaning { at, .. }) = self.cleaning
            && slots > 0
        {
            slots -= 1;
            if at == self.slots.len() {
                self.cleaning = None;
                if self.slots.len() > 64 && self.count * 16 < self.slots.len() {
                    self.rebuild();
                }
                return slots.max(1);
            }
            self.clean_slot(at);
        }
        slots
    }

    fn clean_slot(&mut self, at: usize) {
        let Some(cleaning) = &mut self.cleaning else { return };
        if cleaning.is_dead(self.slots[at]) {
            // What moves here is looked at next.
            self.remove(at);
        } else {
            cleaning.at += 1;
        }
    }

    /// Frees a slot and moves the names behind it up that would not be found otherwise.
    fn remove(&mut self, at: usize) {
        let mask = self.slots.len() - 1;
        let (mut hole, mut next) = (at, (at + 1) & mask);
        while let Some(name) = self.slots[next].as_string() {
            let home = name.hash() as usize & mask;
            if (next.wrapping_sub(home) & mask) >= (next.wrapping_sub(hole) & mask) {
                self.slots[hole] = self.slots[next];
                hole = next;
            }
            next = (next + 1) & mask;
        }
        self.slots[hole] = Value::ABSENT;
        self.count -= 1;
    }
}
