//! Static types: an interned table, and the representation that a type has at run time.

use crate::program::ClassId;

/// Index into [`Types`]; equal types have equal ids.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct TypeId(pub u32);

/// How values of a type are held at run time; what a static type is trusted for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Repr {
    Any,
    F64,
    I32,
    Bool,
    Str,
    /// An instance of a class with a fixed layout, never null.
    Obj(ClassId),
}

/// All types of a program. (The checker's engineer fills this in.)
#[derive(Debug, Default)]
pub struct Types {}

impl Types {
    pub const ANY: TypeId = TypeId(0);

    pub fn repr(&self, _ty: TypeId) -> Repr {
        Repr::Any
    }
}
