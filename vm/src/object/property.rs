//! Property keys, and an object's own properties: finding, adding, changing, removing. No prototype is looked at here and no
//! script runs; `lookup` builds the language's operations on top.

use super::data::*;
use super::dict::Dict;
use super::shape::{Attrs, Place, Root};
use super::{Accessor, Element, Object};
use crate::cost::READ_TEXT;
use crate::heap::{CellKind, Gc, flags};
use crate::string::StrView;
use crate::value::Value;
use crate::vm::Vm;

/// A property key: an array index, or an interned string, symbol or private name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PropKey {
    /// Up to 2^32 - 2.
    Index(u32),
    Name(Value),
}

/// An own property. An accessor's value is an internal cell: see [`Property::accessor`].
#[derive(Clone, Copy, Debug)]
pub struct Property {
    pub value: Value,
    pub attrs: Attrs,
}

impl Property {
    /// Getter and setter, `undefined` where missing; `None` for a data property.
    pub fn accessor(&self) -> Option<(Value, Value)> {
        if !self.attrs.has(Attrs::ACCESSOR) {
            return None;
        }
        self.value.as_accessor().map(|pair| (pair.getter, pair.setter))
    }

    pub fn is_enumerable(&self) -> bool {
        self.attrs.has(Attrs::ENUMERABLE)
    }
}

/// The array index that a string is the canonical form of.
pub fn array_index(view: StrView) -> Option<u32> {
    let StrView::Latin1(units) = view else { return None };
    match *units {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] if units.len() <= 10 => {
            let mut n = 0u64;
            for unit in units {
                n = n * 10 + u64::from(unit.is_ascii_digit().then(|| unit - b'0')?);
            }
            u32::try_from(n).ok().filter(|&n| n != u32::MAX)
        }
        _ => None,
    }
}

impl PropKey {
    pub(crate) fn from_text(vm: &mut Vm, text: &str) -> Self {
        if let Some(index) = array_index(StrView::Latin1(text.as_bytes())).filter(|_| text.is_ascii()) {
            return Self::Index(index);
        }
        Self::Name(vm.names.intern_str(&mut vm.heap, text).into())
    }

    /// A whole number that is an array index.
    #[inline(always)]
    pub fn from_number(n: f64) -> Option<Self> {
        let index = n as u32;
        (f64::from(index) == n && index != u32::MAX).then_some(Self::Index(index))
    }

    pub fn is_symbol(self) -> bool {
        matches!(self, Self::Name(name) if name.is_symbol())
    }
}

impl Vm {
    /// The key of a string.
    pub fn string_key(&mut self, string: Gc<crate::string::Str>) -> PropKey {
        if string.is_interned() {
            // Interned strings may look like indices: constants and computed names pass here too.
            if string.len() > 10 || !string.unit_is_digit() {
                return PropKey::Name(string.into());
            }
        }
        if let Some(index) = array_index(string.view()) {
            return PropKey::Index(index);
        }
        if string.len() >= crate::vm::LONG_TEXT {
            // Made flat, hashed and compared.
            self.fuel = self.fuel.saturating_sub(READ_TEXT.of(string.len()) as i64);
            self.absorb();
        }
        PropKey::Name(self.names.intern(string).into())
    }

    /// The key as a value: a string or symbol.
    pub fn key_value(&mut self, key: PropKey) -> Value {
        match key {
            PropKey::Index(index) => self.number_to_str(f64::from(index)).into(),
            PropKey::Name(name) => name,
        }
    }

    /// The key as messages show it.
    pub fn key_text(&mut self, key: PropKey) -> String {
        match key {
            PropKey::Index(index) => index.to_string(),
            PropKey::Name(name) => match (name.as_string(), name.as_symbol()) {
                (Some(string), _) => string.to_rust(),
                (_, Some(symbol)) => {
                    let text = symbol.description.as_string().map_or_else(String::new, |s| s.to_rust());
                    if symbol.is_private { text } else { format!("Symbol({text})") }
                }
                _ => String::new(),
            },
        }
    }

    /// An own property.
    pub fn get_own(&mut self, object: Gc<Object>, key: PropKey) -> Option<Property> {
        match key {
            PropKey::Index(index) => self.own_element(object, index),
            PropKey::Name(name) => self.own_named(object, name),
        }
    }

    fn own_element(&mut self, object: Gc<Object>, index: u32) -> Option<Property> {
        if let Some(array) = object.of::<ArrayData>() {
            if let Some(value) = array.data.get(index as usize) {
                return Some(Property { value, attrs: Attrs::PLAIN });
            }
        } else if let Some(wrapper) = object.of::<WrapperData>() {
            if let Some(unit) = wrapper.data.value.as_string().and_then(|s| s.view().get(index as usize)) {
                return Some(Property { value: self.unit_string(unit), attrs: Attrs::ENUMERABLE });
            }
        } else if let Some(foreign) = object.of::<ForeignData>()
            && foreign.data.0.is_indexed()
        {
            let value = foreign.data.0.element(index)?;
            return Some(Property { value, attrs: Attrs::PLAIN });
        }
        let element = object.store()?.elements.get(&index)?;
        Some(Property { value: element.value, attrs: element.attrs })
    }

    fn own_named(&mut self, object: Gc<Object>, name: Value) -> Option<Property> {
        if object.has_flag(flags::LAZY) {
            self.populate_for(object, name);
        }
        match object.kind() {
            CellKind::Plain | CellKind::Instance | CellKind::Function => {}
            _ => {
                if let Some(property) = self.exotic_named(object, name) {
                    return Some(property);
                }
            }
        }
        if let Some(place) = self.shapes.find(object.shape(), name) {
            let value = object.slot(place.slot as usize);
            if value.is_absent() {
                return object.moved_field(name);
            }
            return Some(Property { value, attrs: place.attrs });
        }
        let entry = object.dict()?.get(name)?;
        Some(Property { value: entry.value, attrs: entry.attrs })
    }

    /// Properties that objects of special kinds have by nature.
    fn exotic_named(&mut self, object: Gc<Object>, name: Value) -> Option<Property> {
        let common = self.common();
        let frozen = |value: f64| Some(Property { value: Value::number(value), attrs: Attrs::FROZEN });
        if let Some(array) = object.of::<ArrayData>() {
            let attrs = if array.data.fixed_len { Attrs::FROZEN } else { Attrs::WRITABLE };
            let value = Value::number(f64::from(array.data.len));
            return (name == common.length).then_some(Property { value, attrs });
        }
        if let Some(wrapper) = object.of::<WrapperData>() {
            let string = wrapper.data.value.as_string().filter(|_| name == common.length)?;
            return frozen(string.len() as f64);
        }
        if let Some(error) = object.of::<ErrorData>() {
            if name == common.stack && error.data.lazy_stack {
                self.settle_stack(error);
            }
            return None;
        }
        if let Some(namespace) = object.of::<NamespaceData>() {
            return self.namespace_entry(namespace.data.0, name);
        }
        if object.kind().is_value_type() {
            return value_type_field(self, object, name)
                .map(|value| Property { value: Value::number(value), attrs: Attrs::ENUMERABLE });
        }
        None
    }

    fn namespace_entry(&mut self, index: u16, name: Value) -> Option<Property> {
        let code = std::sync::Arc::clone(&self.code);
        for (entry, slot) in &code.module.namespaces[usize::from(index)].entries {
            if self.module_string(*entry) == name {
                let value = self.globals[*slot as usize];
                return Some(Property { value, attrs: Attrs::WRITABLE.with(Attrs::ENUMERABLE) });
            }
        }
        None
    }

    /// Adds an own property, or overwrites value and attributes of one: no checks, no script.
    pub fn add_own(&mut self, object: Gc<Object>, key: PropKey, value: Value, attrs: Attrs) {
        match key {
            PropKey::Index(index) => self.put_element(object, index, value, attrs),
            PropKey::Name(name) => {
                if object.has_flag(flags::LAZY) && !object.is_intrinsic() {
                    self.populate(object);
                }
                self.put_named(object, name, value, attrs);
            }
        }
    }

    /// Adds an accessor, or the missing half of one.
    pub fn add_accessor(
        &mut self,
        object: Gc<Object>,
        key: PropKey,
        getter: Option<Value>,
        setter: Option<Value>,
        attrs: Attrs,
    ) {
        let old = self.get_own(object, key).and_then(|property| property.accessor());
        let (old_getter, old_setter) = old.unwrap_or((Value::UNDEFINED, Value::UNDEFINED));
        let pair = Accessor::new(getter.unwrap_or(old_getter), setter.unwrap_or(old_setter));
        let pair = Value::internal_cell(self.heap.alloc(pair));
        self.add_own(object, key, pair, attrs.without(Attrs::WRITABLE).with(Attrs::ACCESSOR));
    }

    fn put_element(&mut self, mut object: Gc<Object>, index: u32, value: Value, attrs: Attrs) {
        if let Some(mut array) = object.of::<ArrayData>() {
            let at = index as usize;
            let may_grow = at < array.data.dense.len() || (!object.has_elements() && array.data.fits_dense(at));
            if attrs == Attrs::PLAIN && !array.data.fixed && may_grow {
                let grown = array.unbarriered().data.put(at, value);
                self.heap.note_store(array, value);
                self.heap.grow(grown);
                return;
            }
            self.spill(array, index);
            array.data.len = array.data.len.max(index + 1);
        }
        self.heap.grow(32);
        object.store_mut().elements.insert(index, Element { value, attrs });
    }

    /// Moves dense elements from `from` on to the element map.
    pub(crate) fn spill(&mut self, mut array: super::array::Array, from: u32) {
        let from = (from as usize).min(array.data.dense.len());
        let moved = array.data.dense.split_off(from);
        for (at, value) in moved.into_iter().enumerate().filter(|(_, value)| !value.is_absent()) {
            let element = Element { value, attrs: Attrs::PLAIN };
            array.object.store_mut().elements.insert((from + at) as u32, element);
        }
    }

    fn put_named(&mut self, mut object: Gc<Object>, name: Value, value: Value, attrs: Attrs) {
        let moved = object.dict().is_some() && object.moved_field(name).is_some();
        if let Some(place) = self.shapes.find(object.shape(), name).filter(|_| !moved) {
            if place.attrs.without(Attrs::FIELD) != attrs.without(Attrs::FIELD) {
                self.reconfigure(object, name, attrs);
            }
            if place.attrs.has(Attrs::FIELD) && object.slot(place.slot as usize).is_absent() {
                self.note_field(object, place.slot as usize);
            }
            object.set_slot(place.slot as usize, value);
            return;
        }
        if let Some(entry) = object.unbarriered().dict_mut().and_then(|dict| dict.get_mut(name)) {
            (entry.value, entry.attrs) = (value, attrs);
            self.heap.note_store(object, value);
            self.note_proto_change(object);
            return;
        }
        self.note_proto_change(object);
        if !self.shapes.is_dictionary(object.shape()) {
            if let Some(next) = self.shapes.add_property(object.shape(), name, attrs) {
                let slot = self.shapes.get(next).count as usize - 1;
                if slot >= object.inline_slots() {
                    self.heap.grow(8);
                }
                object.set_slot(slot, value);
                object.set_shape(next);
                return;
            }
            self.move_to_dictionary(object);
        }
        self.heap.grow(48);
        object.unbarriered().store_mut().dict.get_or_insert_default().add(name, value, attrs);
        self.heap.note_store(object, name);
        self.heap.note_store(object, value);
    }

    /// An object that is some shape's prototype changes its structure: inline caches must look again.
    pub(crate) fn note_proto_change(&mut self, object: Gc<Object>) {
        if object.has_flag(flags::IS_PROTO) {
            self.shapes.epoch += 1;
        }
    }

    fn reconfigure(&mut self, mut object: Gc<Object>, name: Value, attrs: Attrs) {
        self.note_proto_change(object);
        let root = self.shapes.get(object.shape()).root;
        let map = |key, old: Attrs| if key == name { Attrs(attrs.0 | (old.0 & Attrs::FIELD.0)) } else { old };
        let shape = self.shapes.rebuild(object.shape(), root, map);
        object.set_shape(shape);
        if self.shapes.get(shape).restricted {
            object.set_flag(flags::RESTRICTED);
        }
    }

    /// Moves named properties to a dictionary; a class's fields stay in their slots.
    pub(crate) fn move_to_dictionary(&mut self, mut object: Gc<Object>) {
        let from = object.shape();
        let shape = self.shapes.get(from);
        let (root, sealed) = (shape.root, shape.sealed);
        if root.dictionary {
            return;
        }
        let mut to = self.shapes.root(Root { dictionary: true, ..root });
        let mut dict = Dict::default();
        dict.sealed = sealed;
        for (key, Place { slot, attrs }) in self.shapes.properties(from) {
            if attrs.has(Attrs::FIELD) {
                to = self.shapes.force_property(to, key, attrs);
            } else {
                dict.add(key, object.slot(slot as usize), attrs);
                object.set_slot(slot as usize, Value::ABSENT);
            }
        }
        object.set_shape(to);
        self.heap.grow(dict.size());
        object.store_mut().dict = Some(Box::new(dict));
        self.note_proto_change(object);
    }

    /// Removes an own property that is known to be configurable.
    pub(crate) fn remove_own(&mut self, mut object: Gc<Object>, key: PropKey) {
        match key {
            PropKey::Index(index) => {
                if let Some(mut array) = object.of::<ArrayData>() {
                    array.data.make_hole(index as usize);
                }
                object.store_mut().elements.remove(&index);
            }
            PropKey::Name(name) => self.remove_named(object, name),
        }
    }

    fn remove_named(&mut self, mut object: Gc<Object>, name: Value) {
        self.note_proto_change(object);
        if let Some(place) = self.shapes.find(object.shape(), name) {
            object.set_slot(place.slot as usize, Value::ABSENT);
            if place.attrs.has(Attrs::FIELD) {
                // Its place in the order goes too.
                object.remove_entry(name);
                return;
            }
            if let Some(before) = self.shapes.remove_last(object.shape(), name) {
                object.set_shape(before);
                return;
            }
            self.move_to_dictionary(object);
        }
        object.remove_entry(name);
    }
}

/// `x`, `y` … of a vector, `r` … of a colour.
fn value_type_field(vm: &Vm, object: Gc<Object>, name: Value) -> Option<f64> {
    let c = vm.common();
    let at = |names: &[Value]| names.iter().position(|n| *n == name);
    if let Some(v) = object.of::<Vec3Data>() {
        at(&[c.x, c.y, c.z]).map(|i| v.data.0[i])
    } else if let Some(v) = object.of::<Vec2Data>() {
        at(&[c.x, c.y]).map(|i| v.data.0[i])
    } else if let Some(v) = object.of::<QuatData>() {
        at(&[c.x, c.y, c.z, c.w]).map(|i| v.data.0[i])
    } else if let Some(v) = object.of::<ColorData>() {
        at(&[c.r, c.g, c.b, c.a]).map(|i| v.data.0[i])
    } else {
        None
    }
}

impl crate::string::Str {
    /// Whether the first unit is a digit, so that the string may be an index.
    fn unit_is_digit(&self) -> bool {
        !self.is_empty() && (u16::from(b'0')..=u16::from(b'9')).contains(&self.unit(0))
    }
}

impl Object {
    /// Whether the object is one of a class's prototypes, which scripts do not change.
    pub(crate) fn is_class_prototype(&self) -> bool {
        self.has_flag(flags::CLASS_PROTO)
    }
}
