//! `[[DefineOwnProperty]]` (ECMAScript 10.1.6 and 10.4.2): descriptors, and what of them an object accepts. No script runs, but for
//! the conversion of an array's new length.

use super::array::Array;
use super::data::*;
use super::property::{PropKey, Property};
use super::shape::Attrs;
use super::{Accessor, Object};
use crate::heap::{CellKind, Gc};
use crate::native::{Completion, Throw};
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

/// What a descriptor says; `None` where it is silent.
#[derive(Clone, Copy, Default, Debug)]
pub struct Descriptor {
    pub value: Option<Value>,
    pub getter: Option<Value>,
    pub setter: Option<Value>,
    pub writable: Option<bool>,
    pub enumerable: Option<bool>,
    pub configurable: Option<bool>,
}

impl Descriptor {
    /// A data property with every attribute given.
    pub fn data(value: Value, attrs: Attrs) -> Self {
        Self {
            value: Some(value),
            getter: None,
            setter: None,
            writable: Some(attrs.has(Attrs::WRITABLE)),
            enumerable: Some(attrs.has(Attrs::ENUMERABLE)),
            configurable: Some(attrs.has(Attrs::CONFIGURABLE)),
        }
    }

    pub fn is_accessor(&self) -> bool {
        self.getter.is_some() || self.setter.is_some()
    }

    pub fn is_data(&self) -> bool {
        self.value.is_some() || self.writable.is_some()
    }

    /// The attributes of the property that this makes of `old`.
    fn attrs_over(&self, old: Attrs, accessor: bool) -> Attrs {
        let mut attrs = if accessor { Attrs::ACCESSOR } else { Attrs::FROZEN };
        let writable = if accessor { Some(false) } else { self.writable };
        let asked = [
            (writable, Attrs::WRITABLE),
            (self.enumerable, Attrs::ENUMERABLE),
            (self.configurable, Attrs::CONFIGURABLE),
        ];
        for (asked, attr) in asked {
            if asked.unwrap_or_else(|| old.has(attr)) {
                attrs = attrs.with(attr);
            }
        }
        attrs
    }
}

impl Vm {
    /// `[[DefineOwnProperty]]`; throws where it answers false, and refuses what MOSL keeps fixed.
    pub fn define_own(&mut self, object: Gc<Object>, key: PropKey, wanted: &Descriptor) -> Completion<()> {
        if let Some(array) = object.of::<ArrayData>()
            && key == PropKey::Name(self.common().length)
        {
            return self.define_array_length(array, wanted);
        }
        let Some(own) = self.get_own(object, key) else { return self.define_new(object, key, wanted) };
        if !self.accepts(&own, wanted) {
            return Err(self.cannot_redefine(key));
        }
        let (value, attrs) = self.redefined(&own, wanted);
        if attrs == own.attrs.without(Attrs::FIELD) {
            let same = match own.accessor() {
                Some((getter, setter)) => {
                    wanted.getter.is_none_or(|g| g == getter) && wanted.setter.is_none_or(|s| s == setter)
                }
                None => value == own.value,
            };
            if same {
                return Ok(());
            }
        }
        self.may_define(object, key)?;
        if let Some(mut foreign) = object.of::<ForeignData>().filter(|f| f.data.0.is_indexed())
            && let PropKey::Index(index) = key
        {
            return self.define_typed_element(&mut foreign, index, key, value, attrs);
        }
        if object.of::<NamespaceData>().is_some() {
            return Err(self.cannot_redefine(key));
        }
        if own.attrs.has(Attrs::FIELD) {
            if attrs.has(Attrs::ACCESSOR) {
                self.field_to_entry(object, key);
            } else {
                self.check_field(object, key, value)?;
            }
        }
        self.add_own(object, key, value, attrs);
        Ok(())
    }

    /// ValidateAndApplyPropertyDescriptor's rules for a property that is there.
    fn accepts(&mut self, own: &Property, wanted: &Descriptor) -> bool {
        if own.attrs.has(Attrs::CONFIGURABLE) {
            return true;
        }
        if wanted.configurable == Some(true) || wanted.enumerable.is_some_and(|e| e != own.is_enumerable()) {
            return false;
        }
        match own.accessor() {
            Some((getter, setter)) => {
                !wanted.is_data()
                    && wanted.getter.is_none_or(|g| g == getter)
                    && wanted.setter.is_none_or(|s| s == setter)
            }
            None if wanted.is_accessor() => false,
            None if own.attrs.has(Attrs::WRITABLE) => true,
            None => wanted.writable != Some(true) && wanted.value.is_none_or(|v| self.same_value(v, own.value)),
        }
    }

    /// Value and attributes of the property after the change.
    fn redefined(&mut self, own: &Property, wanted: &Descriptor) -> (Value, Attrs) {
        let old = own.accessor();
        if wanted.is_accessor() || (old.is_some() && !wanted.is_data()) {
            let (getter, setter) = old.unwrap_or((Value::UNDEFINED, Value::UNDEFINED));
            let pair = Accessor::new(wanted.getter.unwrap_or(getter), wanted.setter.unwrap_or(setter));
            return (Value::internal_cell(self.heap.alloc(pair)), wanted.attrs_over(own.attrs, true));
        }
        let (was, kept) =
            if old.is_some() { (Value::UNDEFINED, own.attrs.without(Attrs::WRITABLE)) } else { (own.value, own.attrs) };
        (wanted.value.unwrap_or(was), wanted.attrs_over(kept, false))
    }

    /// Defines a property that is not there.
    fn define_new(&mut self, object: Gc<Object>, key: PropKey, wanted: &Descriptor) -> Completion<()> {
        if self.is_element(object, key) {
            return Err(self.type_error("Invalid typed array index"));
        }
        if !self.is_extensible(object) && !object.kind().is_value_type() && !object.is_intrinsic() {
            let text = self.key_text(key);
            return Err(self.type_error(&format!("Cannot define property {text}, object is not extensible")));
        }
        self.may_define(object, key)?;
        let accessor = wanted.is_accessor();
        let value = if accessor {
            let half = |function: Option<Value>| function.unwrap_or(Value::UNDEFINED);
            let pair = Accessor::new(half(wanted.getter), half(wanted.setter));
            Value::internal_cell(self.heap.alloc(pair))
        } else {
            wanted.value.unwrap_or(Value::UNDEFINED)
        };
        if accessor && self.class_field(object, key).is_some() {
            self.field_to_entry(object, key);
            self.add_own(object, key, value, wanted.attrs_over(Attrs::FROZEN, true));
            return Ok(());
        }
        self.add_checked(object, key, value, wanted.attrs_over(Attrs::FROZEN, accessor))
    }

    /// Built-ins, prototypes of classes and the methods of instances stay as they are.
    fn may_define(&mut self, object: Gc<Object>, key: PropKey) -> Completion<()> {
        if object.is_intrinsic() {
            return Err(self.intrinsic_write(key));
        }
        if object.is_class_prototype() {
            let text = self.key_text(key);
            return Err(self.refuse(Refusal::PrototypeSurgery, &format!("`prototype.{text}` cannot be defined")));
        }
        if self.is_fixed_prototype(object, key) {
            let name = self.function_name(object.into());
            return Err(self.refuse(Refusal::FunctionPrototype, &name));
        }
        if object.kind() == CellKind::Instance
            && let Some((holder, property)) = self.find(object, key)
            && holder.is_class_prototype()
            && (property.value.is_callable() || property.accessor().is_some())
        {
            let text = self.key_text(key);
            return Err(self.refuse(Refusal::MethodReplace, &text));
        }
        Ok(())
    }

    fn cannot_redefine(&mut self, key: PropKey) -> Throw {
        let text = self.key_text(key);
        self.type_error(&format!("Cannot redefine property: {text}"))
    }

    /// An element of a typed array takes a value and no attributes but its own.
    fn define_typed_element(
        &mut self,
        foreign: &mut Gc<super::Of<ForeignData>>,
        index: u32,
        key: PropKey,
        value: Value,
        attrs: Attrs,
    ) -> Completion<()> {
        if attrs != Attrs::PLAIN {
            return Err(self.cannot_redefine(key));
        }
        let number = self.to_number(value)?;
        foreign.data.0.set_element(index, number);
        Ok(())
    }

    /// ArraySetLength.
    fn define_array_length(&mut self, mut array: Array, wanted: &Descriptor) -> Completion<()> {
        let mut wanted = *wanted;
        let len = match wanted.value {
            Some(value) => self.array_length_of(value)?,
            None => array.data.len,
        };
        wanted.value = wanted.value.map(|_| Value::number(f64::from(len)));
        let key = PropKey::Name(self.common().length);
        let Some(own) = self.get_own(array.base(), key) else { return Ok(()) };
        if !self.accepts(&own, &wanted) {
            return Err(self.cannot_redefine(key));
        }
        let stays_writable = wanted.writable != Some(false);
        if array.data.len == len && (stays_writable || array.data.fixed_len) {
            return Ok(());
        }
        self.may_define(array.base(), key)?;
        let cut = self.cut_array(array, len);
        array.data.fixed_len |= !stays_writable;
        cut
    }

    /// The number as a length: ToUint32 and ToNumber agree.
    pub(crate) fn array_length_of(&mut self, value: Value) -> Completion<u32> {
        let len = self.to_uint32(value)?;
        if f64::from(len) != self.to_number(value)? {
            return Err(self.range_error("Invalid array length"));
        }
        Ok(len)
    }

    /// Cuts or extends an array; stops at an element that cannot be deleted.
    pub(crate) fn cut_array(&mut self, mut array: Array, len: u32) -> Completion<()> {
        if array.base().has_elements() {
            let elements = &mut array.object.store_mut().elements;
            while let Some((&last, element)) = elements.last_key_value() {
                if last < len {
                    break;
                }
                if !element.attrs.has(Attrs::CONFIGURABLE) {
                    array.data.set_len(last + 1);
                    return Err(self.type_error(&format!("Cannot delete property '{last}' of [object Array]")));
                }
                elements.remove(&last);
            }
        }
        array.data.holey |= len > array.data.len;
        array.data.set_len(len);
        Ok(())
    }
}
