//! Kinds of cells, declared once: what a collection must know of each is derived from the table.

use std::cell::UnsafeCell;
use std::marker::PhantomPinned;

use super::Tracer;
use crate::interp::coroutine::Coroutine;
use crate::object::data::*;
use crate::object::{Accessor, Object, Of, VarCell};
use crate::string::Str;
use crate::symbol::Symbol;

/// What every cell begins with.
#[derive(Debug)]
#[repr(C)]
pub struct Header {
    pub(crate) kind: CellKind,
    pub(crate) mark: u8,
    pub(crate) flags: u8,
    /// Objects: how many property slots follow the cell.
    pub(crate) inline: u8,
    /// Objects: the shape. Strings: the hash, 0 where not computed.
    pub(crate) word: u32,
    shared: Shared,
}

/// Says that a cell changes behind shared references (marks, flattened ropes, hashes, objects reached twice), so that Rust
/// must not assume otherwise: with it in the header no reference to a cell is `noalias` or `readonly`.
#[derive(Debug, Default)]
struct Shared(UnsafeCell<()>, PhantomPinned);

impl Header {
    /// The kind and mark are set by the allocation.
    pub(crate) const fn new(flags: u8, inline: u8, word: u32) -> Self {
        Self { kind: CellKind::Free, mark: 0, flags, inline, word, shared: Shared(UnsafeCell::new(()), PhantomPinned) }
    }
}

/// Bits of [`Header::flags`].
pub(crate) mod flags {
    /// Object: some shape names it as prototype; its structural changes invalidate inline caches.
    pub const IS_PROTO: u8 = 1;
    /// Object: its built-in properties are not there yet.
    pub const LAZY: u8 = 2;
    /// Object: a built-in that scripts may not change.
    pub const INTRINSIC: u8 = 4;
    /// Object: the prototype of a class that scripts wrote; they do not change it afterwards.
    pub const CLASS_PROTO: u8 = 8;
    /// Object: its shape is restricted, so that writes to its fields look at their attributes.
    pub const RESTRICTED: u8 = 16;
    /// String: it is the one copy in the table of names.
    pub const INTERNED: u8 = 1;
    /// String: two bytes a unit.
    pub const WIDE: u8 = 2;
    /// String: a concatenation, or a link to its flat form.
    pub const ROPE: u8 = 4;
}

/// A type of cell.
///
/// # Safety
/// The type is `repr(C)`, begins with a [`Header`], and no other type has its `KIND`.
pub unsafe trait Cell {
    const KIND: CellKind;
    /// Reports every value that the cell holds.
    fn trace(&self, tracer: &mut Tracer);
    /// Bytes behind Rust-owned stores.
    fn external_size(&self) -> usize {
        0
    }
}

pub(super) struct KindInfo {
    pub trace: unsafe fn(*mut Header, &mut Tracer),
    pub external_size: unsafe fn(*mut Header) -> usize,
    /// `None` where dropping does nothing.
    pub drop: Option<unsafe fn(*mut Header)>,
}

unsafe fn trace_as<T: Cell>(at: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the caller chose `T` by the cell's kind.
    unsafe { (*at.cast::<T>()).trace(tracer) }
}

unsafe fn size_as<T: Cell>(at: *mut Header) -> usize {
    // SAFETY: the caller chose `T` by the cell's kind.
    unsafe { (*at.cast::<T>()).external_size() }
}

unsafe fn drop_as<T: Cell>(at: *mut Header) {
    // SAFETY: the caller chose `T` by the cell's kind and drops each cell once.
    unsafe { at.cast::<T>().drop_in_place() }
}

const fn info<T: Cell>() -> KindInfo {
    KindInfo {
        trace: trace_as::<T>,
        external_size: size_as::<T>,
        drop: if std::mem::needs_drop::<T>() { Some(drop_as::<T>) } else { None },
    }
}

macro_rules! kinds {
    (cells { $($cell:ident: $cell_type:ty,)* } objects { $($object:ident: $data:ty,)* }) => {
        /// What a cell is. Everything from [`CellKind::Plain`] on is an object.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum CellKind {
            Free,
            $($cell,)*
            $($object,)*
        }

        impl CellKind {
            /// Every kind, by its number.
            pub(crate) const ALL: &'static [Self] = &[Self::Free, $(Self::$cell,)* $(Self::$object,)*];
        }

        pub(super) static KINDS: &[Option<KindInfo>] = &[
            None,
            $(Some(info::<$cell_type>()),)*
            $(Some(info::<Of<$data>>()),)*
        ];

        $(impl ObjectData for $data {
            const KIND: CellKind = CellKind::$object;
            fn trace_data(&self, tracer: &mut Tracer) {
                self.trace(tracer);
            }
            fn data_size(&self) -> usize {
                self.external_size()
            }
        })*
    };
}

/// What an object of a kind holds besides its properties.
pub trait ObjectData {
    const KIND: CellKind;
    fn trace_data(&self, tracer: &mut Tracer);
    fn data_size(&self) -> usize;
}

kinds! {
    cells {
        Str: Str,
        Symbol: Symbol,
        Var: VarCell,
        Accessor: Accessor,
        Iterator: crate::interp::iterator::IterRecord,
        Coroutine: Coroutine,
    }
    objects {
        Plain: Plain,
        Instance: Instance,
        Array: ArrayData,
        Function: FunctionData,
        Native: NativeData,
        Bound: BoundData,
        Error: ErrorData,
        Promise: crate::promise::PromiseData,
        Generator: GeneratorData,
        AsyncGenerator: AsyncGeneratorData,
        Map: MapData,
        Set: SetData,
        WeakMap: WeakMapData,
        WeakSet: WeakSetData,
        Wrapper: WrapperData,
        Date: DateData,
        RegExp: RegExpData,
        Mrk: MrkData,
        Vec2: Vec2Data,
        Vec3: Vec3Data,
        Quat: QuatData,
        Color: ColorData,
        Namespace: NamespaceData,
        ListIterator: crate::interp::iterator::ListIteratorData,
        Foreign: ForeignData,
    }
}

impl CellKind {
    pub const fn is_object(self) -> bool {
        self as u8 >= Self::Plain as u8
    }

    pub const fn is_callable(self) -> bool {
        matches!(self, Self::Function | Self::Native | Self::Bound)
    }

    /// `Mrk Vec2 Vec3 Quat Color`: compared by value.
    pub const fn is_value_type(self) -> bool {
        matches!(self, Self::Mrk | Self::Vec2 | Self::Vec3 | Self::Quat | Self::Color)
    }

    #[inline]
    pub(super) fn info(self) -> &'static KindInfo {
        KINDS[self as usize].as_ref().expect("a free cell has no kind")
    }
}

// SAFETY: `Of` is `repr(C)` and begins with `Object`, which begins with the header; `KIND` is one line of the table.
unsafe impl<T: ObjectData> Cell for Of<T> {
    const KIND: CellKind = T::KIND;

    fn trace(&self, tracer: &mut Tracer) {
        self.object.trace(tracer);
        self.data.trace_data(tracer);
    }

    fn external_size(&self) -> usize {
        self.object.external_size() + self.data.data_size()
    }
}

/// Every object type begins with this, whatever its kind.
const _: () = assert!(size_of::<Object>() == 16);
