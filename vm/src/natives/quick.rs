//! Short ways of a few built-ins that programs call all the time, for the interpreter's fast half. Each does the whole job of the
//! built-in of that name on plain arguments, or yields the mark for "not there" and has done nothing: then the built-in itself is
//! called. None throws, calls back, or charges fuel beyond the built-in's own.

use std::sync::OnceLock;

use mosl_bytecode::natives::{NATIVES, native_id};

use crate::heap::Gc;
use crate::object::data::{ArrayData, MapData, SetData};
use crate::string::Str;
use crate::toil::Toil;
use crate::value::Value;
use crate::vm::{LONG_TEXT, Vm};

/// A built-in on `this` and its first two arguments, which are absent where they are not given.
pub(crate) type Quick = fn(&mut Vm, Value, Value, Value) -> Value;

const QUICK: &[(&str, Quick)] = &[
    ("Array.prototype.push", |vm, this, value, more| match this.of::<ArrayData>() {
        Some(array) if !value.is_absent() && more.is_absent() && vm.heap.push(array, value) => {
            f64::from(array.data.len()).into()
        }
        _ => Value::ABSENT,
    }),
    ("Array.prototype.pop", |_, this, _, _| match this.of::<ArrayData>() {
        // Nothing is stored that the collector might miss.
        Some(mut array) => match array.unbarriered().data.as_dense_mut().and_then(Vec::pop) {
            Some(value) => {
                array.unbarriered().data.len -= 1;
                value
            }
            None => Value::ABSENT,
        },
        None => Value::ABSENT,
    }),
    ("String.prototype.charAt", |vm, this, at, _| unit(this, at).map_or(Value::ABSENT, |unit| vm.unit_string(unit))),
    ("String.prototype.charCodeAt", |_, this, at, _| {
        unit(this, at).map_or(Value::ABSENT, |unit| f64::from(unit).into())
    }),
    ("Map.prototype.get", |_, this, key, _| match this.of::<MapData>() {
        Some(map) if is_plain_key(key) => unless_crowded(|| map.data.0.get(key).unwrap_or(Value::UNDEFINED)),
        _ => Value::ABSENT,
    }),
    ("Map.prototype.has", |_, this, key, _| match this.of::<MapData>() {
        Some(map) if is_plain_key(key) => unless_crowded(|| map.data.0.has(key).into()),
        _ => Value::ABSENT,
    }),
    ("Map.prototype.set", |vm, this, key, value| match this.of::<MapData>() {
        Some(map) if is_plain_key(key) && !value.is_absent() => unless_crowded(|| {
            super::collections::map::put(vm, map, key, value);
            this
        }),
        _ => Value::ABSENT,
    }),
    ("Set.prototype.has", |_, this, key, _| match this.of::<SetData>() {
        Some(set) if is_plain_key(key) => unless_crowded(|| set.data.0.has(key).into()),
        _ => Value::ABSENT,
    }),
    ("Set.prototype.add", |vm, this, key, _| match this.of::<SetData>() {
        Some(set) if is_plain_key(key) => unless_crowded(|| {
            super::collections::set::put(vm, set, key);
            this
        }),
        _ => Value::ABSENT,
    }),
    ("Math.abs", |_, _, x, _| number(x, f64::abs)),
    ("Math.floor", |_, _, x, _| number(x, f64::floor)),
    ("Math.ceil", |_, _, x, _| number(x, f64::ceil)),
    ("Math.trunc", |_, _, x, _| number(x, f64::trunc)),
    ("Math.sqrt", |_, _, x, _| number(x, f64::sqrt)),
];

/// By the number of the native table.
pub(crate) fn table() -> &'static [Option<Quick>] {
    static TABLE: OnceLock<Vec<Option<Quick>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = vec![None; NATIVES.len()];
        for (name, quick) in QUICK {
            let id = native_id(name).expect("a short way is that of a built-in");
            table[usize::from(id)] = Some(*quick);
        }
        table
    })
}

/// Whether a method of that name has a short way for some receivers.
#[cfg(feature = "jit")]
pub(crate) fn is_method(name: &str) -> bool {
    QUICK.iter().any(|(path, _)| path.strip_suffix(name).is_some_and(|rest| rest.ends_with(".prototype.")))
}

/// What a look-up yields, unless it met so many entries that the built-in itself must do it again, and pay.
fn unless_crowded(look: impl FnOnce() -> Value) -> Value {
    let result = look();
    let toil = Toil::take();
    if toil.probes == 0 {
        if toil != Toil::default() {
            toil.put();
        }
        return result;
    }
    Toil { probes: 0, ..toil }.put();
    Value::ABSENT
}

fn number(x: Value, f: fn(f64) -> f64) -> Value {
    if x.is_number() { f(x.to_f64()).into() } else { Value::ABSENT }
}

/// The code unit at an index that is there, of a string that is flat.
fn unit(this: Value, at: Value) -> Option<u16> {
    let (text, at) = (flat(this)?, at.as_number()?);
    let index = at as usize;
    if index as f64 == at { text.view().get(index) } else { None }
}

fn flat(value: Value) -> Option<Gc<Str>> {
    value.as_string().filter(|string| !string.is_rope())
}

/// Keys that hash at once: numbers, objects, short texts that are flat.
fn is_plain_key(key: Value) -> bool {
    key.is_number() || key.is_object() || flat(key).is_some_and(|text| text.len() < LONG_TEXT)
}
