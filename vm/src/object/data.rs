//! What objects of each kind hold besides their properties.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashMap;

pub use super::array::ArrayData;
pub use super::map::{MapData, SetData};
use super::shape::ShapeId;
use crate::heap::{CellKind, Gc, Header, Tracer};
use crate::interp::coroutine::Coroutine;
use crate::native::NativeFn;
use crate::natives::Inner;
use crate::object::{Object, Of};
use crate::snapshot::{ForeignKind, Saver};
use crate::string::Str;
use crate::trace::Trace;
use crate::value::Value;

/// An ordinary object.
#[derive(Debug)]
pub struct Plain;

/// An instance of a class that scripts wrote, by whatever layout.
#[derive(Debug)]
pub struct Instance;

/// A closure.
#[derive(Debug)]
pub struct FunctionData {
    /// Index into the module's functions.
    pub func: u16,
    pub captures: Box<[Value]>,
    /// The name where it is not the declared one: a string or symbol key with its prefix already applied; absent else.
    pub name: Value,
    /// What it needs as a class; `None` for other functions.
    pub class: Option<Box<ClassData>>,
}

/// What a constructor closure knows of its class.
#[derive(Debug)]
pub struct ClassData {
    pub prototype: Gc<Object>,
    /// The class with fixed slots that it is or extends, if there is one.
    pub layout: Option<u16>,
    /// The closure that defines the fields of a new instance, or `undefined`.
    pub field_init: Value,
    /// The shape that instances made by `new` of this very class start with.
    pub instance_shape: ShapeId,
    /// Inline slots of instances: grows to what instances turn out to need.
    pub inline: u8,
}

/// A built-in function, or one that the VM made with values of its own (a promise's `resolve`).
#[derive(Debug)]
pub struct NativeData {
    pub func: NativeFn,
    /// Index into the native table; `NO_NATIVE` for a function that is not in it.
    pub native: u16,
    /// What a function that is not in it is.
    pub inner: Option<Inner>,
    pub length: u8,
    /// Has `[[Construct]]`.
    pub is_constructor: bool,
    pub name: Value,
    pub slots: Box<[Value]>,
}

impl NativeData {
    /// A function without parameters, outside the native table.
    pub(crate) fn nameless(inner: Inner, name: Value) -> Self {
        Self::of_inner(inner, 0, name, &[])
    }

    pub(crate) fn of_inner(inner: Inner, length: u8, name: Value, slots: &[Value]) -> Self {
        let func = inner.implementation();
        let slots = slots.into();
        Self { func, native: NO_NATIVE, inner: Some(inner), length, is_constructor: false, name, slots }
    }
}

/// A function that is not in the native table.
pub const NO_NATIVE: u16 = u16::MAX;

#[derive(Debug)]
pub struct BoundData {
    pub target: Value,
    pub this: Value,
    pub args: Box<[Value]>,
}

#[derive(Debug)]
pub struct ErrorData {
    /// Where it was made.
    pub trace: Option<Rc<Trace>>,
    /// The code of the refusal that it reports: its printed form carries it.
    pub refusal: Option<u16>,
    /// `stack` has not been looked at: it says name and message as they are when it is.
    pub lazy_stack: bool,
}

#[derive(Debug)]
pub struct GeneratorData {
    pub coroutine: Gc<Coroutine>,
}

#[derive(Debug)]
pub struct AsyncGeneratorData {
    pub coroutine: Gc<Coroutine>,
    pub queue: VecDeque<AsyncRequest>,
    /// It runs, or awaits on behalf of the first request.
    pub busy: bool,
}

/// A `next`, `return` or `throw` that an async generator has not answered yet.
#[derive(Clone, Copy, Debug)]
pub struct AsyncRequest {
    pub mode: crate::interp::coroutine::Resume,
    pub value: Value,
    pub promise: Value,
}

/// A weak map. Keys are objects or symbols, and do not keep themselves or their values alive.
#[derive(Debug, Default)]
pub struct WeakMapData {
    pub entries: FxHashMap<Value, Value>,
}

#[derive(Debug, Default)]
pub struct WeakSetData {
    pub entries: FxHashMap<Value, ()>,
}

/// `Object(5)` and the like.
#[derive(Debug)]
pub struct WrapperData {
    pub value: Value,
}

#[derive(Debug)]
pub struct DateData {
    /// Milliseconds since 1970 in UTC; NaN where invalid.
    pub time: f64,
}

#[derive(Debug)]
pub struct RegExpData {
    pub source: Gc<Str>,
    pub flags: Gc<Str>,
    /// Compiled by whoever made the object.
    pub regex: Rc<regress::Regex>,
}

/// Money: 18 decimals.
#[derive(Debug)]
pub struct MrkData(pub u128);

#[derive(Debug)]
pub struct Vec2Data(pub [f64; 2]);

#[derive(Debug)]
pub struct Vec3Data(pub [f64; 3]);

/// x y z w
#[derive(Debug)]
pub struct QuatData(pub [f64; 4]);

/// r g b a, each 0 to 1
#[derive(Debug)]
pub struct ColorData(pub [f64; 4]);

/// A module namespace object: index into the module's namespaces.
#[derive(Debug)]
pub struct NamespaceData(pub u16);

/// Data of a kind that only natives know: `DataView`, iterator helpers and so on. Reach it by [`ForeignData::get`].
pub struct ForeignData(pub Box<dyn Foreign>);

/// What a native's own kind of object must tell.
pub trait Foreign: Any + fmt::Debug {
    /// Reports every value that it holds.
    fn trace(&self, _tracer: &mut Tracer) {}
    /// Bytes that it owns.
    fn size(&self) -> usize {
        0
    }
    /// The name that messages use, such as `DataView`.
    fn class_name(&self) -> &'static str;
    /// What a snapshot knows it as.
    fn kind(&self) -> ForeignKind;
    /// Writes what a snapshot's `load` of the kind reads.
    fn save(&self, saver: &mut Saver);
    /// Whether integer keys are elements of its own (typed arrays): then no others can be added.
    fn is_indexed(&self) -> bool {
        false
    }
    /// How many elements there are now.
    fn element_count(&self) -> u32 {
        0
    }
    fn element(&self, _index: u32) -> Option<Value> {
        None
    }
    /// Writes an element; nothing happens past the end.
    fn set_element(&mut self, _index: u32, _value: f64) {}
}

impl ForeignData {
    pub fn get<T: Foreign>(&self) -> Option<&T> {
        let any: &dyn Any = self.0.as_ref();
        any.downcast_ref()
    }

    pub fn get_mut<T: Foreign>(&mut self) -> Option<&mut T> {
        let any: &mut dyn Any = self.0.as_mut();
        any.downcast_mut()
    }
}

impl fmt::Debug for ForeignData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How each kind of data reports its values and size: `kind => (values), size`.
macro_rules! trace_data {
    ($($type:ty, |$data:ident, $tracer:ident| $trace:expr, $size:expr;)*) => {
        $(impl $type {
            pub(crate) fn trace(&self, $tracer: &mut Tracer) {
                let ($data, _) = (self, &$tracer);
                $trace
            }
            pub(crate) fn external_size(&self) -> usize {
                let $data = self;
                let _ = $data;
                $size
            }
        })*
    };
}

trace_data! {
    Plain, |_d, t| (), 0;
    Instance, |_d, t| (), 0;
    FunctionData, |d, t| {
        t.values(&d.captures);
        t.value(d.name);
        if let Some(class) = &d.class {
            t.cell(class.prototype);
            t.value(class.field_init);
            t.shape(class.instance_shape);
        }
    }, d.captures.len() * 8 + d.class.as_ref().map_or(0, |_| size_of::<ClassData>());
    NativeData, |d, t| { t.value(d.name); t.values(&d.slots); }, d.slots.len() * 8;
    BoundData, |d, t| { t.value(d.target); t.value(d.this); t.values(&d.args); }, d.args.len() * 8;
    ErrorData, |_d, t| (), 64;
    GeneratorData, |d, t| t.cell(d.coroutine), 0;
    AsyncGeneratorData, |d, t| {
        t.cell(d.coroutine);
        for request in &d.queue {
            t.value(request.value);
            t.value(request.promise);
        }
    }, d.queue.len() * 24;
    WeakMapData, |d, t| t.weak(d), d.entries.len() * 24;
    WeakSetData, |d, t| t.weak(d), d.entries.len() * 16;
    WrapperData, |d, t| t.value(d.value), 0;
    DateData, |_d, t| (), 0;
    RegExpData, |d, t| { t.cell(d.source); t.cell(d.flags); },
        512 + d.regex.size().saturating_sub(crate::natives::regexp::LARGE);
    MrkData, |_d, t| (), 0;
    Vec2Data, |_d, t| (), 0;
    Vec3Data, |_d, t| (), 0;
    QuatData, |_d, t| (), 0;
    ColorData, |_d, t| (), 0;
    NamespaceData, |_d, t| (), 0;
    ForeignData, |d, t| d.0.trace(t), d.0.size();
}

/// Visits what weak maps hold under keys that live; whether anything new was found.
pub(crate) fn trace_ephemerons(tracer: &mut Tracer) -> bool {
    let mut found = false;
    for map in tracer.weak_collections().into_iter().filter_map(weak_map) {
        tracer.looked_at(map.data.entries.len());
        for (&key, &value) in &map.data.entries {
            if tracer.is_marked(key) && !tracer.is_marked(value) {
                tracer.value(value);
                found = true;
            }
        }
    }
    found
}

/// When marking ends: weak collections forget the keys that die.
pub(crate) fn drop_dead_entries(tracer: &mut Tracer) {
    for at in tracer.weak_collections() {
        if let Some(mut map) = weak_map(at) {
            map.unbarriered().data.entries.retain(|key, _| tracer.is_marked(*key));
        } else {
            // SAFETY: only weak maps and weak sets register themselves.
            let mut set: Gc<Of<WeakSetData>> = unsafe { Gc::from_address(at as u64) };
            set.unbarriered().data.entries.retain(|key, ()| tracer.is_marked(*key));
        }
    }
}

fn weak_map(at: *mut Header) -> Option<Gc<Of<WeakMapData>>> {
    // SAFETY: `at` is a live weak map or weak set, and the kind says which.
    unsafe { ((*at).kind == CellKind::WeakMap).then(|| Gc::from_address(at as u64)) }
}
