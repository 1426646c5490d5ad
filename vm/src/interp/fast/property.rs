//! Properties through inline caches, elements of dense arrays, fields of known classes, steps over arrays.

use mosl_bytecode::Instr;

use super::number::as_index;
use super::{Machine, handlers, leave, next, otherwise};
use crate::heap::Gc;
use crate::interp::cache::{Entry, Hit, PropCache, length_of};
use crate::interp::{box_value, unbox_field};
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::object::shape::ShapeId;
use crate::value::Value;
use crate::vm::Vm;

/// The cache of a site.
#[inline(always)]
pub(super) unsafe fn site<'a>(m: &Machine, site: u16) -> &'a PropCache {
    // SAFETY: the verifier checked the site; its cache outlives the frame and nothing writes it while a handler looks.
    unsafe { &*(*m.rt).sites.add(usize::from(site)) }
}

/// The property of a value, where a cache's entry for its shape tells.
#[inline(always)]
pub(crate) fn cached(vm: &Vm, entry: &Entry, value: Value) -> Option<Value> {
    let found = match entry.hit {
        Hit::Own => value.as_object()?.slot(entry.slot as usize),
        Hit::Proto if entry.epoch == vm.shapes.epoch => {
            if entry.method.is_absent() {
                entry.holder?.slot(entry.slot as usize)
            } else {
                entry.method
            }
        }
        Hit::Missing if entry.epoch == vm.shapes.epoch => Value::UNDEFINED,
        Hit::Length => return length_of(value),
        _ => return None,
    };
    if found.is_absent() { None } else { Some(found) }
}

handlers! {
    get_prop: Instr::GetProp { dst, object, site: at }, m => {
        if let Some(object) = m.reg(object).as_object() {
            let entry = &site(&m, at).first;
            let slot = entry.slot as usize;
            if entry.shape == object.shape() && entry.hit == Hit::Own && slot < object.inline_slots() {
                let value = object.slot(slot);
                if !value.is_absent() {
                    m.set(dst, value);
                    return next(m);
                }
            }
        }
        otherwise!(m, get_prop_further)
    };
    get_prop_further: Instr::GetProp { dst, object, site: at }, m => {
        let value = m.reg(object);
        let shape = m.vm.shape_of(value);
        if shape != ShapeId::NONE
            && let Some(entry) = site(&m, at).find(shape)
            && let Some(value) = cached(m.vm, entry, value)
        {
            m.set(dst, value);
            return next(m);
        }
        leave(m)
    };
    set_prop: Instr::SetProp { object, value, site: at }, m => {
        if let Some(mut object) = m.reg(object).as_object() {
            let entry = &site(&m, at).first;
            let slot = entry.slot as usize;
            if entry.shape == object.shape() && slot < object.inline_slots() && !object.is_black() {
                let fits = entry.hit == Hit::Own || (entry.hit == Hit::Field && !object.slot(slot).is_absent());
                if fits {
                    object.unbarriered().set_slot(slot, m.reg(value));
                    return next(m);
                }
            }
        }
        otherwise!(m, set_prop_further)
    };
    set_prop_further: Instr::SetProp { object, value, site: at }, m => {
        if set_cached(m.vm, site(&m, at), m.reg(object), m.reg(value)) { next(m) } else { leave(m) }
    };
    get_index: Instr::GetIndex { dst, object, key }, m => {
        let key = m.reg(key);
        if let Some(array) = m.reg(object).of::<ArrayData>()
            && let Some(index) = as_index(key.to_f64())
            && let Some(value) = array.data.get(index)
        {
            m.set(dst, value);
            return next(m);
        }
        leave(m)
    };
    set_index: Instr::SetIndex { object, key, value }, m => {
        let key = m.reg(key);
        if let Some(mut array) = m.reg(object).of::<ArrayData>()
            && let Some(index) = as_index(key.to_f64())
            && !array.is_black()
            && array.unbarriered().data.replace(index, m.reg(value))
        {
            return next(m);
        }
        otherwise!(m, set_index_further)
    };
    set_index_further: Instr::SetIndex { object, key, value }, m => {
        let key = m.reg(key);
        if let Some(mut array) = m.reg(object).of::<ArrayData>()
            && let Some(index) = as_index(key.to_f64())
        {
            if array.unbarriered().data.replace(index, m.reg(value)) {
                m.vm.heap.note_store(array, m.reg(value));
                return next(m);
            }
            otherwise!(m, append);
        }
        leave(m)
    };
    append: Instr::SetIndex { object, key, value }, m => {
        if append_element(m.vm, m.reg(object), m.reg(key), m.reg(value)) { next(m) } else { leave(m) }
    };
    get_field: Instr::GetField { dst, object, slot }, m => {
        let Some(object) = m.reg(object).as_object() else { return leave(m) };
        let ty = *(*m.rt).types.add(usize::from(dst.0));
        let Some(value) = unbox_field(object.slot(usize::from(slot)), ty) else { return leave(m) };
        m.set(dst, value);
        next(m)
    };
    set_field: Instr::SetField { object, value, slot }, m => {
        let Some(mut object) = m.reg(object).as_object() else { return leave(m) };
        let slot = usize::from(slot);
        let fits = slot < object.inline_slots()
            && !object.is_black()
            && !m.vm.shapes.get(object.shape()).restricted
            && !object.slot(slot).is_absent();
        if !fits {
            otherwise!(m, set_field_further);
        }
        let ty = *(*m.rt).types.add(usize::from(value.0));
        object.unbarriered().set_slot(slot, box_value(m.reg(value), ty));
        next(m)
    };
    set_field_further: Instr::SetField { object, value, slot }, m => {
        let ty = *(*m.rt).types.add(usize::from(value.0));
        let value = box_value(m.reg(value), ty);
        if write_field(m.vm, m.reg(object), usize::from(slot), value) { next(m) } else { leave(m) }
    };
    iter_next: Instr::IterNext { value, done, iter }, m => {
        let Some(item) = crate::interp::iterator::next_of_dense(m.reg(iter)) else { return leave(m) };
        m.set(value, item);
        super::control::decide(m, done, false)
    };
}

/// Whether an absent field comes after all that the object has: fields are in the order of their first writes.
#[inline]
fn is_next(object: Gc<Object>, slot: usize) -> bool {
    object.store().is_none() && (slot + 1..object.inline_slots()).all(|later| object.slot(later).is_absent())
}

/// Sets a property where the cache's entry for the object's shape tells how; `false`, with nothing done, where it does not.
pub(crate) fn set_cached(vm: &Vm, site: &PropCache, object: Value, value: Value) -> bool {
    let Some(mut object) = object.as_object() else { return false };
    let Some(entry) = site.find(object.shape()) else { return false };
    let (slot, is_now) = (entry.slot as usize, entry.epoch == vm.shapes.epoch);
    if slot >= object.inline_slots() {
        return false;
    }
    match entry.hit {
        Hit::Own => {}
        Hit::Field if !object.slot(slot).is_absent() || (is_now && is_next(object, slot)) => {}
        Hit::Add if is_now => object.set_shape(entry.next),
        _ => return false,
    }
    object.set_slot(slot, value);
    true
}

/// Appends an element to a dense array; `false`, with nothing done, where it is not as simple as that.
fn append_element(vm: &mut Vm, array: Value, key: Value, value: Value) -> bool {
    if let Some(mut array) = array.of::<ArrayData>()
        && let Some(index) = as_index(key.to_f64())
        && !vm.heap.wants_collection()
        && array.object.shape() == vm.pool.array_shape
        && array.object.store().is_none()
        && array.data.may_append(index)
    {
        let grown = array.unbarriered().data.put(index, value);
        vm.heap.note_store(array, value);
        vm.heap.grow(grown);
        return true;
    }
    false
}

/// Overwrites or appends an element of a dense array; `false`, with nothing done, where it is not as simple as that.
#[cfg(feature = "jit")]
pub(crate) fn set_element(vm: &mut Vm, array: Value, key: Value, value: Value) -> bool {
    if let Some(mut array) = array.of::<ArrayData>()
        && let Some(index) = as_index(key.to_f64())
        && array.unbarriered().data.replace(index, value)
    {
        vm.heap.note_store(array, value);
        return true;
    }
    append_element(vm, array, key, value)
}

/// Sets a declared field of an instance; `false`, with nothing done, where its shape or slots say that there is more to it.
pub(crate) fn write_field(vm: &Vm, object: Value, slot: usize, value: Value) -> bool {
    let Some(mut object) = object.as_object() else { return false };
    let there = slot < object.inline_slots() && !vm.shapes.get(object.shape()).restricted;
    if !there || (object.slot(slot).is_absent() && !is_next(object, slot)) {
        return false;
    }
    object.set_slot(slot, value);
    true
}
