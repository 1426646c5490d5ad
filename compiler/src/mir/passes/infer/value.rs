//! What inference knows of a value: the kinds of primitives that it may be, and the objects that it may be, by where they are made.

use rustc_hash::FxHashMap;

use super::super::super::{FuncId, Repr};

/// Kinds of values as bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kinds(u16);

impl Kinds {
    pub const NONE: Self = Self(0);
    pub const UNDEFINED: Self = Self(1);
    pub const NULL: Self = Self(2);
    pub const BOOL: Self = Self(4);
    pub const NUMBER: Self = Self(8);
    pub const STRING: Self = Self(16);
    pub const SYMBOL: Self = Self(32);
    /// `Mrk`, vectors, colours.
    pub const VALUE: Self = Self(64);
    /// The mark of a variable that is not initialised.
    pub const UNINIT: Self = Self(128);
    /// An object that built-in functions or the host made or know.
    pub const OTHER: Self = Self(256);
    /// What any expression may yield.
    pub const ANY: Self = Self(511 - 128);

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// An object by where it is made: all that one place makes are one. Places are numbers of instructions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Object {
    Closure(FuncId),
    /// Of the class with that constructor.
    Instance(FuncId),
    /// The prototype of the class with that constructor.
    Prototype(FuncId),
    Literal(u32),
    Array(u32),
    /// The array of further arguments of a function.
    Rest(FuncId),
    Cell(u32),
    Iterator(u32),
}

/// A set of objects: an index into [`Sets`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SetId(u32);

impl SetId {
    pub const EMPTY: Self = Self(0);
}

/// What is known of a value; nothing at first, and more and more is joined to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Value {
    pub kinds: Kinds,
    pub objects: SetId,
}

impl Value {
    pub const NONE: Self = Self { kinds: Kinds::NONE, objects: SetId::EMPTY };

    pub const fn of(kinds: Kinds) -> Self {
        Self { kinds, objects: SetId::EMPTY }
    }

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// The representation that holds all of it, where that is no object's.
    pub fn primitive_repr(self) -> Option<Repr> {
        match self.kinds {
            _ if self.objects != SetId::EMPTY => None,
            Kinds::NUMBER => Some(Repr::F64),
            Kinds::BOOL => Some(Repr::Bool),
            Kinds::STRING => Some(Repr::Str),
            _ => None,
        }
    }
}

/// The most objects of a set: values that may be more are any.
const MOST: usize = 24;

/// Sets of objects, each once, and their unions.
pub struct Sets {
    all: Vec<Box<[Object]>>,
    ids: FxHashMap<Box<[Object]>, SetId>,
    unions: FxHashMap<(SetId, SetId), Option<SetId>>,
}

impl Sets {
    pub fn new() -> Self {
        let empty: Box<[Object]> = Box::default();
        Self {
            all: vec![empty.clone()],
            ids: std::iter::once((empty, SetId::EMPTY)).collect(),
            unions: FxHashMap::default(),
        }
    }

    pub fn get(&self, id: SetId) -> &[Object] {
        &self.all[id.0 as usize]
    }

    pub fn set(&mut self, sorted: Vec<Object>) -> SetId {
        let sorted = sorted.into_boxed_slice();
        if let Some(&id) = self.ids.get(&sorted) {
            return id;
        }
        let id = SetId(self.all.len() as u32);
        self.all.push(sorted.clone());
        self.ids.insert(sorted, id);
        id
    }

    /// The union; `None` where it is too large.
    pub fn union(&mut self, a: SetId, b: SetId) -> Option<SetId> {
        if a == b || b == SetId::EMPTY {
            return Some(a);
        }
        if a == SetId::EMPTY {
            return Some(b);
        }
        if let Some(&known) = self.unions.get(&(a, b)) {
            return known;
        }
        let mut all = [self.get(a), self.get(b)].concat();
        all.sort_unstable();
        all.dedup();
        let union = (all.len() <= MOST).then(|| self.set(all));
        self.unions.insert((a, b), union);
        union
    }
}
