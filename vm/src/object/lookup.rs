//! The language's operations on properties: `[[Get]]`, `[[Set]]`, `[[HasProperty]]`, `[[Delete]]`, `[[DefineOwnProperty]]`,
//! through prototypes, getters and setters (ECMAScript 10.1). The interpreter's inline caches are a short cut for these.

use super::Object;
use super::data::*;
use super::define::Descriptor;
use super::property::{PropKey, Property};
use super::shape::{Attrs, Root, ShapeId};
use crate::convert::string_to_number;
use crate::heap::Gc;
use crate::native::{Completion, Throw};
use crate::realm::Intrinsic;
use crate::refusal::Refusal;
use crate::string::Str;
use crate::toil::note_probes;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// What inline caches compare: an object's shape, or the pseudo-shape of a primitive.
    #[inline(always)]
    pub(crate) fn shape_of(&self, value: Value) -> ShapeId {
        match value.as_object() {
            Some(object) => object.shape(),
            None if value.is_string() => ShapeId::STRING,
            None if value.is_number() => ShapeId::NUMBER,
            None if value.is_bool() => ShapeId::BOOL,
            None if value.is_symbol() => ShapeId::SYMBOL,
            None => ShapeId::NONE,
        }
    }

    pub fn prototype_of(&self, object: Gc<Object>) -> Option<Gc<Object>> {
        self.shapes.get(object.shape()).root.proto
    }

    /// Gives an object another prototype: for classes under construction, never for scripts.
    pub(crate) fn set_prototype(&mut self, mut object: Gc<Object>, proto: Option<Gc<Object>>) {
        self.note_proto_change(object);
        let root = Root { proto, ..self.shapes.get(object.shape()).root };
        let shape = self.shapes.rebuild(object.shape(), root, |_, attrs| attrs);
        object.set_shape(shape);
    }

    /// Where property look-up on a value starts: the object itself, or a primitive's prototype. The value is not nullish.
    fn lookup_start(&self, value: Value) -> Option<Gc<Object>> {
        value.as_object().or_else(|| self.shapes.get(self.shape_of(value)).root.proto)
    }

    /// `value[key]`
    pub fn get(&mut self, value: Value, key: PropKey) -> Completion {
        if value.is_nullish() {
            return Err(self.nullish_access(value, key, "read"));
        }
        if let Some(string) = value.as_string() {
            match key {
                PropKey::Index(index) if (index as usize) < string.len() => {
                    return Ok(self.unit_string(string.unit(index as usize)));
                }
                PropKey::Name(name) if name == self.common().length => return Ok(Value::number(string.len() as f64)),
                _ => {}
            }
        }
        let Some(start) = self.lookup_start(value) else { return Ok(Value::UNDEFINED) };
        match self.find(start, key) {
            Some((_, property)) => self.read(property, value, key),
            None => self.missing(value, key),
        }
    }

    /// The value of a property that was found.
    pub(crate) fn read(&mut self, property: Property, receiver: Value, key: PropKey) -> Completion {
        if let Some((getter, _)) = property.accessor() {
            return if getter.is_undefined() { Ok(Value::UNDEFINED) } else { self.call(getter, receiver, &[]) };
        }
        if property.value == Value::UNINIT {
            return Err(self.not_initialised(key));
        }
        Ok(property.value)
    }

    /// A property that is nowhere: `undefined`, unless MOSL refuses the question.
    fn missing(&mut self, value: Value, key: PropKey) -> Completion {
        if let PropKey::Name(name) = key
            && self.is_left_out(name)
            && !value.as_object().is_some_and(|object| self.is_bare(object))
        {
            return Err(self.left_out(key));
        }
        Ok(Value::UNDEFINED)
    }

    /// What `Object.prototype` has in JavaScript and not in MOSL.
    pub(crate) fn is_left_out(&self, name: Value) -> bool {
        const NAMES: [&str; 4] = ["__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"];
        let underscored = |text: &Str| text.len() > 8 && text.unit(0) == u16::from(b'_');
        name == self.common().proto
            || name.as_string().is_some_and(|text| underscored(&text) && NAMES.iter().any(|known| text.is(known)))
    }

    fn left_out(&mut self, key: PropKey) -> Throw {
        let text = self.key_text(key);
        self.refuse(Refusal::PrototypeSurgery, &format!("{text} is not available"))
    }

    /// Whether the chain of prototypes does not end in `Object.prototype`.
    fn is_bare(&mut self, mut object: Gc<Object>) -> bool {
        while let Some(proto) = self.prototype_of(object) {
            object = proto;
        }
        object != self.intrinsic(Intrinsic::ObjectPrototype)
    }

    pub(crate) fn nullish_access(&mut self, value: Value, key: PropKey, verb: &str) -> Throw {
        let what = if value.is_null() { "null" } else { "undefined" };
        let key = self.key_text(key);
        let verbing = if verb == "read" { "reading" } else { "setting" };
        self.type_error(&format!("Cannot {verb} properties of {what} ({verbing} '{key}')"))
    }

    /// Whether a key can only mean an element of a typed array: it is a number's text, if not of an index that is there.
    pub(crate) fn is_element(&mut self, object: Gc<Object>, key: PropKey) -> bool {
        if !object.of::<ForeignData>().is_some_and(|f| f.data.0.is_indexed()) {
            return false;
        }
        let PropKey::Name(name) = key else { return true };
        let Some(text) = name.as_string() else { return false };
        let may_be_number = text.view().get(0).is_some_and(|first| "-0123456789IN".encode_utf16().any(|u| u == first));
        may_be_number
            && (text.is("-0") || {
                let number = string_to_number(text.view());
                self.number_to_str(number).equals(&text)
            })
    }

    /// The property, wherever in the chain of prototypes.
    pub fn find(&mut self, start: Gc<Object>, key: PropKey) -> Option<(Gc<Object>, Property)> {
        let (mut at, mut steps) = (Some(start), 0);
        let found = loop {
            let Some(object) = at else { break None };
            if let Some(property) = self.get_own(object, key) {
                break Some((object, property));
            }
            if self.is_element(object, key) {
                break None;
            }
            at = self.prototype_of(object);
            steps += 1;
        };
        note_probes(steps);
        found
    }

    /// `object[key]` for a key that holds a method: `undefined` and `null` become `None`; what is not callable throws.
    pub fn get_method(&mut self, value: Value, key: PropKey) -> Completion<Option<Value>> {
        let method = self.get(value, key)?;
        if method.is_nullish() {
            return Ok(None);
        }
        if !method.is_callable() {
            let text = self.key_text(key);
            return Err(self.type_error(&format!("{text} is not a function")));
        }
        Ok(Some(method))
    }

    pub fn has(&mut self, object: Gc<Object>, key: PropKey) -> Completion<bool> {
        let found = self.find(object, key).is_some();
        self.absorb();
        if found {
            return Ok(true);
        }
        match key {
            PropKey::Name(name) if self.is_left_out(name) && !self.is_bare(object) => Err(self.left_out(key)),
            _ => Ok(false),
        }
    }

    pub fn has_own(&mut self, object: Gc<Object>, key: PropKey) -> bool {
        self.get_own(object, key).is_some()
    }

    /// `[[GetOwnProperty]]`: a module's variable that is not initialised yet throws, whoever asks.
    pub fn own_property(&mut self, object: Gc<Object>, key: PropKey) -> Completion<Option<Property>> {
        match self.get_own(object, key) {
            Some(property) if property.value == Value::UNINIT => Err(self.not_initialised(key)),
            property => Ok(property),
        }
    }

    fn not_initialised(&mut self, key: PropKey) -> Throw {
        let text = self.key_text(key);
        self.reference_error(&format!("Cannot access '{text}' before initialization"))
    }

    /// `value[key] = new`; throws where it fails.
    pub fn set(&mut self, target: Value, key: PropKey, new: Value) -> Completion<()> {
        self.set_with(target, key, new, target)
    }

    /// `[[Set]]` with a receiver of its own (`super.x = …`).
    pub(crate) fn set_with(&mut self, target: Value, key: PropKey, new: Value, receiver: Value) -> Completion<()> {
        if target.is_nullish() {
            return Err(self.nullish_access(target, key, "set"));
        }
        let Some(start) = self.lookup_start(target) else { return Ok(()) };
        if let Some(mut foreign) = start.of::<ForeignData>()
            && self.is_element(start, key)
            && Value::from(start) == receiver
        {
            let number = self.to_number(new)?;
            if let PropKey::Index(index) = key {
                foreign.data.0.set_element(index, number);
            }
            return Ok(());
        }
        if let Some((holder, property)) = self.find(start, key) {
            if let Some((_, setter)) = property.accessor() {
                if setter.is_undefined() {
                    let (text, what) = (self.key_text(key), self.brief(target));
                    return Err(
                        self.type_error(&format!("Cannot set property {text} of {what} which has only a getter"))
                    );
                }
                return self.call(setter, receiver, &[new]).map(drop);
            }
            if !property.attrs.has(Attrs::WRITABLE) || holder.of::<NamespaceData>().is_some() {
                return Err(self.read_only(target, key));
            }
            if Value::from(holder) == receiver {
                return self.overwrite(holder, key, new, property.attrs);
            }
            if holder.is_class_prototype()
                && property.value.is_callable()
                && receiver.kind() == Some(crate::heap::CellKind::Instance)
            {
                let text = self.key_text(key);
                return Err(self.refuse(Refusal::MethodReplace, &text));
            }
        }
        if self.is_absent_element(start, key) {
            return Ok(());
        }
        self.set_new(receiver, key, new)
    }

    /// The `prototype` of a plain function: it is there, but makes nothing, so that it cannot be another.
    pub(crate) fn is_fixed_prototype(&self, object: Gc<Object>, key: PropKey) -> bool {
        key == PropKey::Name(self.common().prototype)
            && object.of::<FunctionData>().is_some_and(|f| self.is_plain_function(f.data.func))
    }

    /// Whether a key that is found nowhere means an element of a typed array in the chain of prototypes: writes to it do nothing.
    fn is_absent_element(&mut self, start: Gc<Object>, key: PropKey) -> bool {
        let mut at = Some(start);
        while let Some(object) = at {
            if self.is_element(object, key) {
                return self.get_own(object, key).is_none();
            }
            at = self.prototype_of(object);
        }
        false
    }

    fn read_only(&mut self, target: Value, key: PropKey) -> Throw {
        let text = self.key_text(key);
        if target.as_object().is_some_and(|o| o.kind().is_value_type()) {
            let kind = self.brief(target);
            return self.refuse(Refusal::ValueTypeWrite, &kind);
        }
        let what = self.brief(target);
        self.type_error(&format!("Cannot assign to read only property '{text}' of object '{what}'"))
    }

    /// Writes an own, writable data property that is there.
    fn overwrite(&mut self, mut object: Gc<Object>, key: PropKey, new: Value, attrs: Attrs) -> Completion<()> {
        if object.is_intrinsic() {
            return Err(self.intrinsic_write(key));
        }
        if object.is_class_prototype() {
            let text = self.key_text(key);
            return Err(self.refuse(Refusal::PrototypeSurgery, &format!("`prototype.{text}` cannot be assigned")));
        }
        if let (Some(array), PropKey::Name(name)) = (object.of::<ArrayData>(), key)
            && name == self.common().length
        {
            return self.set_array_length(array, new);
        }
        if self.is_fixed_prototype(object, key) {
            let name = self.function_name(object.into());
            return Err(self.refuse(Refusal::FunctionPrototype, &name));
        }
        if attrs.has(Attrs::FIELD) {
            self.check_field(object, key, new)?;
        }
        if let PropKey::Name(name) = key
            && let Some(place) = self.shapes.find(object.shape(), name)
            && !object.slot(place.slot as usize).is_absent()
        {
            object.set_slot(place.slot as usize, new);
            return Ok(());
        }
        self.add_own(object, key, new, attrs);
        Ok(())
    }

    pub(crate) fn intrinsic_write(&mut self, key: PropKey) -> Throw {
        let text = format!("`{}` cannot be written or deleted", self.key_text(key));
        self.refuse(Refusal::IntrinsicWrite, &text)
    }

    /// Adds a property that assignment found nowhere (or only in a prototype).
    fn set_new(&mut self, receiver: Value, key: PropKey, new: Value) -> Completion<()> {
        let Some(object) = receiver.as_object() else {
            let (key, what) = (self.key_text(key), self.brief(receiver));
            return Err(self.type_error(&format!("Cannot create property '{key}' on {what}")));
        };
        if object.is_intrinsic() {
            return Err(self.intrinsic_write(key));
        }
        if object.is_class_prototype() {
            let text = self.key_text(key);
            return Err(self.refuse(Refusal::PrototypeSurgery, &format!("`prototype.{text}` cannot be assigned")));
        }
        if let Some(own) = self.get_own(object, key) {
            // Only `super.x = …` and receivers of other kinds come here.
            if own.accessor().is_some() || !own.attrs.has(Attrs::WRITABLE) {
                return Err(self.read_only(receiver, key));
            }
            return self.overwrite(object, key, new, own.attrs);
        }
        if key == PropKey::Name(self.common().proto) {
            return Err(self.refuse(Refusal::PrototypeSurgery, "__proto__ is not available"));
        }
        self.add_checked(object, key, new, Attrs::PLAIN)
    }

    /// Adds a property that is not there, if the object takes new ones.
    pub(crate) fn add_checked(
        &mut self,
        object: Gc<Object>,
        key: PropKey,
        value: Value,
        attrs: Attrs,
    ) -> Completion<()> {
        if !self.is_extensible(object) {
            let text = self.key_text(key);
            return Err(self.type_error(&format!("Cannot add property {text}, object is not extensible")));
        }
        if object.kind().is_value_type() {
            let kind = self.brief(object.into());
            return Err(self.refuse(Refusal::ValueTypeWrite, &kind));
        }
        if let (Some(array), PropKey::Index(index)) = (object.of::<ArrayData>(), key)
            && index >= array.data.len
            && array.data.fixed_len
        {
            return Err(self.type_error(&format!("Cannot add property {index}, object is not extensible")));
        }
        if self.class_field(object, key).is_some() {
            self.check_field(object, key, value)?;
        }
        self.add_own(object, key, value, attrs);
        Ok(())
    }

    /// `CreateDataPropertyOrThrow`.
    pub fn create_data(&mut self, object: Gc<Object>, key: PropKey, value: Value) -> Completion<()> {
        self.define(object, key, value, Attrs::PLAIN)
    }

    /// Defines a data property with every attribute given, as `Object.defineProperty` does.
    pub fn define(&mut self, object: Gc<Object>, key: PropKey, value: Value, attrs: Attrs) -> Completion<()> {
        if self.get_own(object, key).is_some() || self.is_element(object, key) {
            return self.define_own(object, key, &Descriptor::data(value, attrs));
        }
        if object.is_intrinsic() {
            return Err(self.intrinsic_write(key));
        }
        self.add_checked(object, key, value, attrs)
    }

    /// `delete object[key]`; throws where it fails, as in strict mode.
    pub fn delete(&mut self, object: Gc<Object>, key: PropKey) -> Completion<bool> {
        let Some(own) = self.get_own(object, key) else { return Ok(true) };
        // Elements of typed arrays are configurable, and stay.
        if !own.attrs.has(Attrs::CONFIGURABLE) || self.is_element(object, key) {
            let (key, what) = (self.key_text(key), self.brief(object.into()));
            return Err(self.type_error(&format!("Cannot delete property '{key}' of {what}")));
        }
        if object.is_intrinsic() {
            return Err(self.intrinsic_write(key));
        }
        if object.is_class_prototype() {
            return Err(self.refuse(Refusal::PrototypeSurgery, "a class's method cannot be deleted"));
        }
        self.remove_own(object, key);
        Ok(true)
    }

    /// `array.length = new`.
    pub(crate) fn set_array_length(&mut self, array: super::array::Array, new: Value) -> Completion<()> {
        let len = self.array_length_of(new)?;
        if len == array.data.len {
            return Ok(());
        }
        if array.data.fixed_len {
            return Err(self.type_error("Cannot assign to read only property 'length' of object '[object Array]'"));
        }
        self.cut_array(array, len)
    }
}
