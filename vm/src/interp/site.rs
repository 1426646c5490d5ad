//! Property access at sites with inline caches, and what else the loop does with properties.

use super::cache::{self, Entry, FuncRt, Hit};
use mosl_bytecode::RegType;

use crate::heap::{CellKind, Gc};
use crate::native::{Completion, Throw};
use crate::object::Object;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::object::shape::{Attrs, ShapeId};
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// The name of a site.
    fn site_name(&mut self, rt: *const FuncRt, site: u16) -> Value {
        // SAFETY: the instance's caches keep the function.
        let func = unsafe { (*rt).func };
        let id = self.code.module.functions[usize::from(func)].sites[usize::from(site)];
        self.module_string(id)
    }

    fn site_key(&mut self, rt: *const FuncRt, site: u16) -> PropKey {
        let name = self.site_name(rt, site);
        name.as_string().map_or(PropKey::Name(name), |string| self.string_key(string))
    }

    /// `value.name`, where the quick look at the cache's first entry failed.
    pub(crate) fn get_at_site(&mut self, value: Value, rt: *const FuncRt, site: u16) -> Completion {
        // SAFETY: the verifier checked the site; the cache belongs to this instance's function.
        let cache = unsafe { &*(*rt).sites.add(usize::from(site)) };
        let shape = self.shape_of(value);
        if shape != ShapeId::NONE
            && let Some(entry) = cache.find(shape)
        {
            match entry.hit {
                Hit::Own => {
                    if let Some(object) = value.as_object() {
                        let value = object.slot(entry.slot as usize);
                        if !value.is_absent() {
                            return Ok(value);
                        }
                    }
                }
                Hit::Proto if entry.epoch == self.shapes.epoch => {
                    if let Some(holder) = entry.holder {
                        return Ok(holder.slot(entry.slot as usize));
                    }
                }
                Hit::Missing if entry.epoch == self.shapes.epoch => return Ok(Value::UNDEFINED),
                Hit::Length => {
                    if let Some(length) = cache::length_of(value) {
                        return Ok(length);
                    }
                }
                _ => {}
            }
        }
        self.get_and_cache(value, rt, site)
    }

    #[cold]
    fn get_and_cache(&mut self, value: Value, rt: *const FuncRt, site: u16) -> Completion {
        let key = self.site_key(rt, site);
        let PropKey::Name(name) = key else { return self.get(value, key) };
        if name == self.common().length {
            if let Some(array) = value.of::<ArrayData>() {
                let entry = Entry { shape: array.object.shape(), hit: Hit::Length, ..Entry::EMPTY };
                // SAFETY: as in `get_at_site`; no reference into the cache is held.
                unsafe { (*(*rt).sites.add(usize::from(site))).add(entry, 0) };
                return Ok(Value::number(f64::from(array.data.len)));
            }
            if let Some(string) = value.as_string() {
                let entry = Entry { shape: ShapeId::STRING, hit: Hit::Length, ..Entry::EMPTY };
                // SAFETY: as above.
                unsafe { (*(*rt).sites.add(usize::from(site))).add(entry, 0) };
                return Ok(Value::number(string.len() as f64));
            }
        }
        let result = self.get(value, key)?;
        if let Some(entry) = self.entry_for_get(value, name) {
            let inline = self.shapes.get(entry.shape).root.inline;
            let callee = entry.method.of::<FunctionData>().map(|method| self.func_rt(method.data.func));
            // SAFETY: as in `get_at_site`; no reference into the cache is held.
            unsafe {
                let cache = &mut *(*rt).sites.add(usize::from(site));
                cache.add(entry, inline);
                if let Some(callee) = callee {
                    cache.add_callee(callee);
                }
            }
        }
        Ok(result)
    }

    /// What a look-up of `name` on values of this shape finds, if that can be remembered.
    fn entry_for_get(&mut self, value: Value, name: Value) -> Option<Entry> {
        let shape = self.shape_of(value);
        let object = value.as_object();
        let (is_length, is_stack) = (name == self.common().length, name == self.common().stack);
        let by_nature =
            |kind| has_nature(kind) || (is_length && has_length(kind)) || (is_stack && kind == CellKind::Error);
        if shape == ShapeId::NONE || self.shapes.is_dictionary(shape) || object.is_some_and(|o| by_nature(o.kind())) {
            return None;
        }
        if let Some(object) = object {
            if object.has_flag(crate::heap::flags::LAZY) && self.is_lazy_name(object, name) {
                return None;
            }
            if let Some(place) = self.shapes.find(shape, name) {
                let plain = !place.attrs.has(Attrs::ACCESSOR);
                return plain.then_some(Entry { shape, slot: place.slot, hit: Hit::Own, ..Entry::EMPTY });
            }
        }
        let mut at = self.shapes.get(shape).root.proto;
        while let Some(holder) = at {
            let lazy = holder.has_flag(crate::heap::flags::LAZY) && self.is_lazy_name(holder, name);
            if by_nature(holder.kind()) || self.shapes.is_dictionary(holder.shape()) || lazy {
                return None;
            }
            if let Some(place) = self.shapes.find(holder.shape(), name) {
                if place.attrs.has(Attrs::ACCESSOR) || place.attrs.has(Attrs::FIELD) {
                    return None;
                }
                let epoch = self.shapes.epoch;
                let constant = holder.has_flag(CHANGES_MATTER);
                return Some(Entry {
                    shape,
                    slot: place.slot,
                    epoch,
                    holder: Some(holder),
                    method: if constant { holder.slot(place.slot as usize) } else { Value::ABSENT },
                    hit: Hit::Proto,
                    ..Entry::EMPTY
                });
            }
            at = self.prototype_of(holder);
        }
        // A miss on `__proto__` and its kin is a refusal: never remembered.
        if self.is_left_out(name) {
            return None;
        }
        Some(Entry { shape, epoch: self.shapes.epoch, hit: Hit::Missing, ..Entry::EMPTY })
    }

    fn is_lazy_name(&self, object: Gc<Object>, name: Value) -> bool {
        let common = self.common();
        object.is_intrinsic() || [common.name, common.length, common.prototype].contains(&name)
    }

    /// The method that a call site names.
    #[inline]
    pub(crate) fn method_at_site(&mut self, receiver: Value, rt: *const FuncRt, site: u16) -> Completion {
        // SAFETY: as in `get_at_site`.
        let cache = unsafe { &*(*rt).sites.add(usize::from(site)) };
        if cache.first.shape == self.shape_of(receiver)
            && cache.first.hit == Hit::Proto
            && cache.first.epoch == self.shapes.epoch
            && let Some(holder) = cache.first.holder
        {
            return Ok(holder.slot(cache.first.slot as usize));
        }
        self.get_at_site(receiver, rt, site)
    }

    /// `value.name = new`, where the quick look at the cache's first entry failed.
    pub(crate) fn set_at_site(&mut self, value: Value, rt: *const FuncRt, site: u16, new: Value) -> Completion<()> {
        // SAFETY: as in `get_at_site`.
        let cache = unsafe { &*(*rt).sites.add(usize::from(site)) };
        if let Some(mut object) = value.as_object()
            && let Some(entry) = cache.find(object.shape())
        {
            match entry.hit {
                Hit::Own => {
                    object.set_slot(entry.slot as usize, new);
                    return Ok(());
                }
                Hit::Add if entry.epoch == self.shapes.epoch => {
                    if entry.slot as usize >= object.inline_slots() {
                        self.heap.grow(8);
                    }
                    object.set_slot(entry.slot as usize, new);
                    object.set_shape(entry.next);
                    return Ok(());
                }
                Hit::Field if !object.slot(entry.slot as usize).is_absent() => {
                    object.set_slot(entry.slot as usize, new);
                    return Ok(());
                }
                _ => {}
            }
        }
        self.set_and_cache(value, rt, site, new)
    }

    /// Whether a key names a field of an instance that has no value yet.
    fn is_absent_field(&mut self, value: Value, key: PropKey) -> bool {
        let (Some(object), PropKey::Name(name)) = (value.as_object(), key) else { return false };
        let place = self.shapes.find(object.shape(), name);
        place.is_some_and(|place| place.attrs.has(Attrs::FIELD) && object.slot(place.slot as usize).is_absent())
    }

    #[cold]
    fn set_and_cache(&mut self, value: Value, rt: *const FuncRt, site: u16, new: Value) -> Completion<()> {
        let key = self.site_key(rt, site);
        let before = self.shape_of(value);
        let was_absent = self.is_absent_field(value, key);
        self.set(value, key, new)?;
        let (Some(object), PropKey::Name(name)) = (value.as_object(), key) else { return Ok(()) };
        let after = object.shape();
        if has_nature(object.kind()) || self.shapes.is_dictionary(after) || object.has_flag(CHANGES_MATTER) {
            return Ok(());
        }
        if object.kind() == CellKind::Error && name == self.common().stack {
            return Ok(());
        }
        let Some(place) = self.shapes.find(after, name) else { return Ok(()) };
        let epoch = self.shapes.epoch;
        let is_field = place.attrs.has(Attrs::FIELD);
        if place.attrs.without(Attrs::FIELD) != Attrs::PLAIN {
            return Ok(());
        }
        let entry = if is_field {
            // What a setter of a prototype did shows as a field that is still absent.
            let untyped = self.class_field(object, key) == Some(RegType::Any);
            if before != after || !untyped || object.slot(place.slot as usize).is_absent() {
                return Ok(());
            }
            // An epoch that never comes, where this write did not find out what an absent field means.
            let epoch = if was_absent && !self.shapes.get(after).sealed { epoch } else { 0 };
            Entry { shape: before, slot: place.slot, epoch, hit: Hit::Field, ..Entry::EMPTY }
        } else if before == after {
            Entry { shape: before, slot: place.slot, hit: Hit::Own, ..Entry::EMPTY }
        } else if self.shapes.remove_last(after, name) == Some(before) {
            Entry { shape: before, next: after, slot: place.slot, epoch, hit: Hit::Add, ..Entry::EMPTY }
        } else {
            return Ok(());
        };
        let inline = self.shapes.get(entry.shape).root.inline;
        // SAFETY: as in `get_at_site`; no reference into the cache is held.
        unsafe { (*(*rt).sites.add(usize::from(site))).add(entry, inline) };
        Ok(())
    }

    /// `target[key]`
    pub(crate) fn get_index(&mut self, target: Value, key: Value) -> Completion {
        if let (Some(string), true) = (target.as_string(), key.is_number())
            && let Some(PropKey::Index(index)) = PropKey::from_number(key.to_f64())
            && let Some(unit) = string.view().get(index as usize)
        {
            if string.is_rope() {
                self.absorb();
            }
            return Ok(self.unit_string(unit));
        }
        if target.is_nullish() {
            let shown = if key.is_object() { PropKey::Name(self.pool.empty) } else { self.to_key(key)? };
            return Err(self.nullish_access(target, shown, "read"));
        }
        let key = self.to_key(key)?;
        self.get(target, key)
    }

    /// `target[key] = value`
    pub(crate) fn set_index(&mut self, target: Value, key: Value, value: Value) -> Completion<()> {
        if key.is_number()
            && let Some(PropKey::Index(index)) = PropKey::from_number(key.to_f64())
            && let Some(array) = target.of::<ArrayData>()
            && index == array.data.len
            && self.heap.push(array, value)
        {
            return Ok(());
        }
        if target.is_nullish() {
            let shown = if key.is_object() { PropKey::Name(self.pool.empty) } else { self.to_key(key)? };
            return Err(self.nullish_access(target, shown, "set"));
        }
        let key = self.to_key(key)?;
        self.set(target, key, value)
    }

    pub(crate) fn key_of(&mut self, value: Value) -> Completion {
        let key = self.to_key(value)?;
        Ok(self.key_value(key))
    }

    pub(crate) fn delete_property(&mut self, target: Value, key: Value) -> Completion<bool> {
        let object = self.to_object(target)?;
        let key = self.to_key(key)?;
        self.delete(object, key)
    }

    /// `CreateDataPropertyOrThrow` of literals and fields.
    pub(crate) fn define_field(&mut self, target: Value, key: Value, value: Value) -> Completion<()> {
        let Some(object) = target.as_object() else { return Err(self.fault("a field of no object is defined")) };
        let key = self.to_key(key)?;
        if key == PropKey::Name(self.common().prototype) && self.is_class(target) {
            return Err(self.type_error("Classes may not have a static property named 'prototype'"));
        }
        self.create_data(object, key, value)
    }

    /// A field without initialiser. One with a type is there too, `undefined` to whoever looks without knowing the type.
    pub(crate) fn define_unset(&mut self, target: Value, key: Value) -> Completion<()> {
        if let Some(mut object) = target.as_object()
            && let PropKey::Name(name) = self.to_key(key)?
            && self.class_field(object, PropKey::Name(name)).is_some_and(|ty| ty != RegType::Any)
            && let Some(place) = self.shapes.find(object.shape(), name)
            && object.slot(place.slot as usize).is_absent()
            && !self.shapes.get(object.shape()).sealed
        {
            self.note_field(object, place.slot as usize);
            object.set_slot(place.slot as usize, Value::UNDEFINED);
            return Ok(());
        }
        self.define_field(target, key, Value::UNDEFINED)
    }

    /// A method or accessor of a class or object literal, named after its key.
    pub(crate) fn define_method(&mut self, kind: u8, target: Value, key: Value, func: Value) -> Completion<()> {
        let Some(object) = target.as_object() else { return Err(self.fault("a method of no object is defined")) };
        let key = self.to_key(key)?;
        if key == PropKey::Name(self.common().prototype) && self.is_class(target) {
            return Err(self.type_error("Classes may not have a static property named 'prototype'"));
        }
        let prefix = kind & 3;
        let name = self.key_value(key);
        self.set_function_name(prefix, func, name)?;
        let attrs = if kind & 4 != 0 { Attrs::PLAIN } else { Attrs::HIDDEN };
        match prefix {
            0 => self.add_own(object, key, func, attrs),
            1 => self.add_accessor(object, key, Some(func), None, attrs),
            _ => self.add_accessor(object, key, None, Some(func), attrs),
        }
        Ok(())
    }

    pub(crate) fn copy_props(&mut self, target: Value, source: Value) -> Completion<()> {
        let Some(target) = target.as_object() else { return Err(self.fault("properties are spread into no object")) };
        self.copy_data_properties(target, source, &[])
    }

    pub(crate) fn object_rest(&mut self, source: Value, except: &[Value]) -> Completion {
        let mut excluded = Vec::with_capacity(except.len());
        for key in except {
            excluded.push(self.to_key(*key)?);
        }
        let rest = self.new_object();
        let mark = self.roots();
        self.root(rest.into());
        let result = self.copy_data_properties(rest, source, &excluded);
        self.unroot(mark);
        result.map(|()| rest.into())
    }

    pub(crate) fn cannot_destructure(&mut self, value: Value) -> Throw {
        let what = if value.is_null() { "null" } else { "undefined" };
        self.type_error(&format!("Cannot destructure '{what}' as it is {what}."))
    }

    /// `super[key]`
    pub(crate) fn super_get(&mut self, home: Value, this: Value, key: Value) -> Completion {
        let key = self.to_key(key)?;
        let Some(parent) = home.as_object().and_then(|home| self.prototype_of(home)) else {
            return Err(self.type_error("'super' has no object to look in"));
        };
        match self.find(parent, key) {
            Some((_, property)) => self.read(property, this, key),
            None => Ok(Value::UNDEFINED),
        }
    }

    /// `super[key] = value`
    pub(crate) fn super_set(&mut self, home: Value, this: Value, key: Value, value: Value) -> Completion<()> {
        let key = self.to_key(key)?;
        let Some(parent) = home.as_object().and_then(|home| self.prototype_of(home)) else {
            return Err(self.type_error("'super' has no object to look in"));
        };
        self.set_with(parent.into(), key, value, this)
    }
}

/// Writes to such objects are looked at one by one.
const CHANGES_MATTER: u8 = crate::heap::flags::INTRINSIC | crate::heap::flags::CLASS_PROTO;

/// Whether objects of a kind have named properties that are not in their shape or dictionary.
fn has_nature(kind: CellKind) -> bool {
    matches!(kind, CellKind::Namespace | CellKind::Foreign) || kind.is_value_type()
}

/// Whether objects of a kind may have a `length` that is not in their shape or dictionary.
fn has_length(kind: CellKind) -> bool {
    matches!(kind, CellKind::Array | CellKind::Wrapper)
}
