//! A whole lowered program: data only.

use mosl_bytecode::{HostImport, Namespace, PersistedField, StrId};
use rustc_hash::FxHashMap;

use super::{FuncId, Function, Repr};
use crate::program::ClassId;

#[derive(Clone, Debug)]
pub struct Program {
    pub strings: Strings,
    pub functions: Vec<Function>,
    /// Names of the global slots.
    pub globals: Vec<StrId>,
    pub imports: Vec<HostImport>,
    /// What each import takes and answers, as it is declared.
    pub host_types: Vec<HostTypes>,
    /// Classes with a fixed layout, superclasses first.
    pub classes: Vec<ClassDef>,
    /// The strings objects of tagged templates.
    pub templates: Vec<TemplateDef>,
    pub namespaces: Vec<Namespace>,
    pub entry: FuncId,
    pub exports: Vec<(StrId, u32)>,
    pub persisted: Vec<PersistedField>,
}

#[derive(Clone, Debug)]
pub struct ClassDef {
    pub id: ClassId,
    pub name: StrId,
    pub superclass: Option<ClassId>,
    pub fields: Vec<FieldDef>,
}

#[derive(Clone, Debug)]
pub struct FieldDef {
    pub name: StrId,
    pub repr: Repr,
}

/// The declared types of a host function at the border: numbers, truth values and strings as such, all else dynamic.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct HostTypes {
    pub params: Vec<Repr>,
    /// `None`: no value.
    pub result: Option<Repr>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct TemplateDef {
    pub cooked: Vec<Option<StrId>>,
    pub raw: Vec<StrId>,
}

/// Interned strings of UTF-16 code units; equal strings have equal ids.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    ids: FxHashMap<Box<[u16]>, StrId>,
    all: Vec<Box<[u16]>>,
}

impl Strings {
    pub fn intern(&mut self, text: &str) -> StrId {
        let units: Vec<u16> = text.encode_utf16().collect();
        self.intern_units(&units)
    }

    pub fn intern_units(&mut self, units: &[u16]) -> StrId {
        if let Some(&id) = self.ids.get(units) {
            return id;
        }
        let id = StrId(u32::try_from(self.all.len()).expect("fewer than 2^32 strings"));
        self.all.push(units.into());
        self.ids.insert(units.into(), id);
        id
    }

    /// A string that is there already.
    pub fn find(&self, text: &str) -> Option<StrId> {
        let units: Vec<u16> = text.encode_utf16().collect();
        self.ids.get(units.as_slice()).copied()
    }

    pub fn units(&self, id: StrId) -> &[u16] {
        &self.all[id.0 as usize]
    }

    pub fn text(&self, id: StrId) -> String {
        String::from_utf16_lossy(self.units(id))
    }

    pub fn all(&self) -> &[Box<[u16]>] {
        &self.all
    }
}
