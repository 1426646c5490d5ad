//! The pools that instructions index: constants of the module; lists, sites and check sites of a function.

use std::hash::Hash;

use mosl_bytecode::{CheckSite, Const, Reg, StrId};
use rustc_hash::FxHashMap;

use crate::mir::Op;

/// A pool that was asked for more than its index can name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Full(pub &'static str);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    F64(u64),
    Str(StrId),
    Mrk(u128),
    Bool(bool),
    Undefined,
    Null,
    RegExp(StrId, StrId),
    Template(u32),
}

/// The module's constants; equal ones share an index.
#[derive(Default)]
pub(super) struct Consts {
    all: Vec<Const>,
    index: FxHashMap<Key, u32>,
}

impl Consts {
    pub fn f64(&mut self, value: f64) -> u32 {
        self.add(Key::F64(value.to_bits()), || Const::F64(value))
    }

    pub fn str(&mut self, id: StrId) -> u32 {
        self.add(Key::Str(id), || Const::Str(id))
    }

    /// The value of a constant's operation.
    pub fn value(&mut self, op: Op) -> u32 {
        match op {
            Op::F64(value) => self.f64(value),
            Op::Str(id) => self.str(id),
            Op::Bool(value) => self.add(Key::Bool(value), || Const::Bool(value)),
            Op::Undefined => self.add(Key::Undefined, || Const::Undefined),
            Op::Null => self.add(Key::Null, || Const::Null),
            other => unreachable!("{other:?} is no constant"),
        }
    }

    pub fn mrk(&mut self, amount: u128) -> u32 {
        self.add(Key::Mrk(amount), || Const::Mrk(amount))
    }

    pub fn regexp(&mut self, pattern: StrId, flags: StrId) -> u32 {
        self.add(Key::RegExp(pattern, flags), || Const::RegExp { pattern, flags })
    }

    /// Each template of the source has its own strings object, so equal ones do not share.
    pub fn template(&mut self, index: u32, parts: impl FnOnce() -> (Vec<Option<StrId>>, Vec<StrId>)) -> u32 {
        self.add(Key::Template(index), || {
            let (cooked, raw) = parts();
            Const::Template { cooked, raw }
        })
    }

    fn add(&mut self, key: Key, make: impl FnOnce() -> Const) -> u32 {
        let all = &mut self.all;
        *self.index.entry(key).or_insert_with(|| {
            all.push(make());
            all.len() as u32 - 1
        })
    }

    pub fn finish(self) -> Vec<Const> {
        self.all
    }
}

/// A pool of a function, indexed by `u16`; equal entries share an index.
pub(super) struct Pool<T> {
    what: &'static str,
    pub all: Vec<T>,
    index: FxHashMap<T, u16>,
}

impl<T: Clone + Eq + Hash> Pool<T> {
    pub fn new(what: &'static str) -> Self {
        Self { what, all: vec![], index: FxHashMap::default() }
    }

    pub fn add(&mut self, item: T) -> Result<u16, Full> {
        if let Some(&index) = self.index.get(&item) {
            return Ok(index);
        }
        let index = self.push(item.clone())?;
        self.index.insert(item, index);
        Ok(index)
    }

    fn push(&mut self, item: T) -> Result<u16, Full> {
        let index = u16::try_from(self.all.len()).map_err(|_| Full(self.what))?;
        self.all.push(item);
        Ok(index)
    }
}

/// The pools of the function that is being emitted.
pub(super) struct FunctionPools {
    pub lists: Pool<Box<[Reg]>>,
    pub checks: Pool<(StrId, StrId)>,
    /// Each access has its own site, for its inline cache, while there is room; then accesses of one name share.
    sites: Vec<StrId>,
    site_of: FxHashMap<StrId, u16>,
}

impl FunctionPools {
    pub fn new() -> Self {
        Self {
            lists: Pool::new("operand lists"),
            checks: Pool::new("checked places"),
            sites: vec![],
            site_of: FxHashMap::default(),
        }
    }

    pub fn site(&mut self, name: StrId) -> Result<u16, Full> {
        match u16::try_from(self.sites.len()) {
            Ok(index) if index < u16::MAX => {
                self.sites.push(name);
                self.site_of.insert(name, index);
                Ok(index)
            }
            _ => self.site_of.get(&name).copied().ok_or(Full("property accesses")),
        }
    }

    pub fn finish(self) -> (Vec<Box<[Reg]>>, Vec<StrId>, Vec<CheckSite>) {
        let checks = self.checks.all.into_iter().map(|(expr, expected)| CheckSite { expr, expected }).collect();
        (self.lists.all, self.sites, checks)
    }
}
