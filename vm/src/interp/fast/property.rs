//! Properties through inline caches, elements of dense arrays, fields of known classes, steps over arrays.

use mosl_bytecode::Instr;

use super::number::as_index;
use super::{Machine, handlers, leave, next};
use crate::heap::Gc;
use crate::interp::cache::{Entry, Hit, PropCache};
use crate::interp::{box_value, unbox_field};
use crate::object::Object;
use crate::object::data::ArrayData;
use crate::value::Value;

/// What a site's cache knows of an object's shape.
#[inline(always)]
pub(super) unsafe fn look_up<'a>(m: &Machine, site: u16, object: Gc<Object>) -> Option<&'a Entry> {
    // SAFETY: the verifier checked the site; its cache outlives the frame and nothing writes it while this looks.
    let cache = unsafe { &*(*m.rt).sites.add(usize::from(site)) };
    if cache.first.shape == object.shape() { Some(&cache.first) } else { look_further(cache, object) }
}

#[inline(never)]
fn look_further(cache: &PropCache, object: Gc<Object>) -> Option<&Entry> {
    cache.find(object.shape())
}

/// The property of an object, where the cache tells.
#[inline(always)]
pub(super) fn cached(m: &Machine, entry: &Entry, object: Gc<Object>) -> Option<Value> {
    let value = match entry.hit {
        Hit::Own => object.slot(entry.slot as usize),
        Hit::Proto if entry.epoch == m.vm.shapes.epoch => {
            if entry.method.is_absent() {
                entry.holder?.slot(entry.slot as usize)
            } else {
                entry.method
            }
        }
        Hit::Length => Value::number(f64::from(object.of::<ArrayData>()?.data.len)),
        _ => return None,
    };
    if value.is_absent() { None } else { Some(value) }
}

handlers! {
    get_prop: Instr::GetProp { dst, object, site }, m => {
        if let Some(object) = m.reg(object).as_object()
            && let Some(entry) = look_up(&m, site, object)
            && let Some(value) = cached(&m, entry, object)
        {
            m.set(dst, value);
            return next(m);
        }
        leave(m)
    };
    set_prop: Instr::SetProp { object, value, site }, m => {
        let Some(mut object) = m.reg(object).as_object() else { return leave(m) };
        let Some(entry) = look_up(&m, site, object) else { return leave(m) };
        let slot = entry.slot as usize;
        if slot >= object.inline_slots() {
            return leave(m);
        }
        match entry.hit {
            Hit::Own => {}
            // Every field behind it is still to come, so that the order of the fields is that of the writes.
            Hit::Field if !object.slot(slot).is_absent() || (entry.epoch == m.vm.shapes.epoch && is_next(object, slot)) => {}
            Hit::Add if entry.epoch == m.vm.shapes.epoch => object.set_shape(entry.next),
            _ => return leave(m),
        }
        object.set_slot(slot, m.reg(value));
        next(m)
    };
    get_index: Instr::GetIndex { dst, object, key }, m => {
        let key = m.reg(key);
        if key.is_number()
            && let Some(array) = m.reg(object).of::<ArrayData>()
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
        if key.is_number()
            && let Some(mut array) = m.reg(object).of::<ArrayData>()
            && let Some(index) = as_index(key.to_f64())
            && array.data.replace(index, m.reg(value))
        {
            return next(m);
        }
        leave(m)
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
            && !m.vm.shapes.get(object.shape()).sealed
            && (!object.slot(slot).is_absent() || is_next(object, slot));
        if !fits {
            return leave(m);
        }
        let ty = *(*m.rt).types.add(usize::from(value.0));
        object.set_slot(slot, box_value(m.reg(value), ty));
        next(m)
    };
    iter_next: Instr::IterNext { value, done, iter }, m => {
        let Some(item) = crate::interp::iterator::next_of_dense(m.reg(iter)) else { return leave(m) };
        m.set(value, item);
        super::control::decide(m, done, false)
    };
}

/// Whether an absent field comes after all that the object has.
#[inline(never)]
fn is_next(object: Gc<Object>, slot: usize) -> bool {
    object.store().is_none() && (slot + 1..object.inline_slots()).all(|later| object.slot(later).is_absent())
}
