//! Persisted fields: the last committed values, what a turn changed of them, and their stored form. Stored bytes are read back
//! as untrusted: a value that cannot be read counts as absent.

use mosl_vm::{HostValue, Module};
use rustc_hash::FxHashMap;

use crate::ledger::{Batch, FieldWrite, Ledger};

/// The values that the ledger's file holds or will hold.
#[derive(Default)]
pub struct Persisted {
    /// The module's persisted fields by class, inherited ones included.
    fields: FxHashMap<String, Vec<String>>,
    known: FxHashMap<String, HostValue>,
    writes: Vec<FieldWrite>,
    /// Committed, but not yet flushed.
    pub unflushed: bool,
    complained: bool,
}

/// Where a field of an object is stored; `path` tells the object from all others.
fn field_key(path: &str, field: &str) -> String {
    format!("{path}\u{0}{field}")
}

impl Persisted {
    /// Learns which fields a module persists.
    pub fn set_module(&mut self, module: &Module) {
        self.fields = persisted_fields(module);
        self.complained = false;
    }

    /// Whether this is the first time since the module was set.
    pub fn complain_once(&mut self) -> bool {
        !std::mem::replace(&mut self.complained, true)
    }

    /// Whether any object of the module has persisted fields.
    pub fn is_used(&self) -> bool {
        !self.fields.is_empty()
    }

    /// The persisted fields of a class.
    pub fn fields_of(&self, class: &str) -> &[String] {
        self.fields.get(class).map_or(&[], Vec::as_slice)
    }

    /// The committed value of a field.
    pub fn value(&mut self, ledger: &dyn Ledger, path: &str, field: &str) -> Option<HostValue> {
        let key = field_key(path, field);
        if let Some(value) = self.known.get(&key) {
            return Some(value.clone());
        }
        let value = HostValue::from_bytes(&ledger.field(&key).ok().flatten()?)?;
        self.known.insert(key, value.clone());
        Some(value)
    }

    /// Notes the values after a turn: path, field and value in turn. Those that did not change are not written.
    pub fn note(&mut self, values: &[HostValue]) {
        for triple in values.chunks_exact(3) {
            let (Some(path), Some(field)) = (triple[0].as_str(), triple[1].as_str()) else { continue };
            let key = field_key(path, field);
            if self.known.get(&key) != Some(&triple[2]) {
                let mut bytes = Vec::new();
                triple[2].write(&mut bytes);
                self.writes.push(FieldWrite { key: key.clone(), value: Some(bytes) });
                self.known.insert(key, triple[2].clone());
            }
        }
    }

    /// Forgets what was noted but never committed; the next reading finds the committed values.
    pub fn forget_writes(&mut self) {
        for write in self.writes.drain(..) {
            self.known.remove(&write.key);
        }
    }

    pub fn take_writes(&mut self) -> Vec<FieldWrite> {
        std::mem::take(&mut self.writes)
    }

    /// A batch that moves money makes all before it durable; others wait for a flush.
    pub fn note_committed(&mut self, batch: &Batch) {
        if !batch.ops.is_empty() {
            self.unflushed = false;
        } else if !batch.fields.is_empty() {
            self.unflushed = true;
        }
    }
}

/// Persisted fields by the name of the class whose instances have them: its own and those of its superclasses.
pub fn persisted_fields(module: &Module) -> FxHashMap<String, Vec<String>> {
    let mut fields: FxHashMap<String, Vec<String>> = FxHashMap::default();
    for (class, field, persist, _) in module.persisted() {
        if persist {
            fields.entry(class).or_default().push(field);
        }
    }
    let data = &module.code.module;
    let name = |class: u16| {
        let id = data.classes.get(usize::from(class))?.name;
        Some(String::from_utf16_lossy(data.strings.get(id.0 as usize)?))
    };
    // A superclass comes before its subclasses, so that what it inherits is already there.
    for (index, class) in (0..).zip(&data.classes) {
        let inherited = class.superclass.and_then(name).and_then(|above| fields.get(&above).cloned());
        if let (Some(inherited), Some(own)) = (inherited, name(index)) {
            fields.entry(own).or_default().extend(inherited);
        }
    }
    fields
}
