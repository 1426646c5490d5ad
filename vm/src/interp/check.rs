//! Checks where dynamic values meet types, and the fields of instances with fixed slots.

use mosl_bytecode::table::Reg;
use mosl_bytecode::{Const, ErrorKind, RegType, ValueKind};

use crate::heap::{CellKind, Gc};
use crate::native::{Completion, Throw};
use crate::object::Object;
use crate::object::property::PropKey;
use crate::object::shape::{Attrs, Root};
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// Whether a value is an instance of a class with fixed slots, or of a subclass.
    #[inline]
    pub(crate) fn is_instance(&self, value: Value, class: u16) -> bool {
        let Some(object) = value.as_object() else { return false };
        let own = self.shapes.get(object.shape()).root.class;
        own == class || (own != Root::NO_CLASS && self.code.is_subclass(own, class))
    }

    pub(crate) fn check_class(&mut self, func: u16, dst: Reg, value: Value, check: u16) -> Completion<()> {
        let RegType::Obj(class) = super::call::register_type(self, func, dst) else {
            return Err(self.fault("a class check writes no object register"));
        };
        if self.is_instance(value, class) { Ok(()) } else { Err(self.check_failed(func, check, value)) }
    }

    pub(crate) fn check_kind(&mut self, func: u16, kind: u8, value: Value, check: u16) -> Completion<()> {
        let fits = ValueKind::from_code(kind).is_some_and(|kind| is_of_kind(value, kind));
        if fits { Ok(()) } else { Err(self.check_failed(func, check, value)) }
    }

    pub(crate) fn uninitialised(&mut self, name: u32) -> Throw {
        let name = self.constant_value(name);
        let name = name.as_string().map_or_else(String::new, |s| s.to_rust());
        if name == "this" {
            return self.reference_error(
                "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
            );
        }
        self.reference_error(&format!("Cannot access '{name}' before initialization"))
    }

    pub(crate) fn throw_error(&mut self, kind: u8, message: u32) -> Throw {
        let message = self.constant_value(message);
        let text = message.as_string().map_or_else(String::new, |s| s.to_rust());
        self.error(ErrorKind::from_code(kind).unwrap_or(ErrorKind::Error), &text)
    }

    /// A constant as a value, made on first use.
    pub(crate) fn constant_value(&mut self, index: u32) -> Value {
        let at = index as usize;
        let known = self.pool.consts[at];
        if !known.is_absent() {
            return known;
        }
        let code = std::sync::Arc::clone(&self.code);
        let value = match &code.module.consts[at] {
            Const::F64(n) => Value::number(*n),
            Const::Str(id) => self.module_string(*id),
            Const::Bool(value) => Value::bool(*value),
            Const::Undefined => Value::UNDEFINED,
            Const::Null => Value::NULL,
            Const::Mrk(amount) => crate::natives::values::amount(self, *amount),
            Const::RegExp { .. } | Const::Template { .. } => Value::UNDEFINED,
        };
        self.pool.consts[at] = value;
        value
    }

    /// A field that was read from a typed place: absent, or of no object.
    #[cold]
    pub(crate) fn absent_field(&mut self, object: Value, slot: u16, ty: RegType) -> Completion {
        let Some(object) = object.as_object() else {
            return Err(self.fault("a field of an unwritten object register is read"));
        };
        if ty == RegType::Any {
            // A deleted or not yet initialised field: the prototypes may have one of that name.
            let Some(name) = self.field_name(object, slot) else { return Ok(Value::UNDEFINED) };
            return self.get(object.into(), PropKey::Name(name));
        }
        let name = self.field_name(object, slot).and_then(Value::as_string).map_or_else(String::new, |s| s.to_rust());
        Err(self.refuse(Refusal::UninitialisedField, &name))
    }

    fn field_name(&mut self, object: Gc<Object>, slot: u16) -> Option<Value> {
        let class = self.shapes.get(object.shape()).root.class;
        let id = self.code.fields.get(usize::from(class))?.get(usize::from(slot))?.name;
        Some(self.module_string(id))
    }

    pub(crate) fn set_field(&mut self, object: Value, slot: u16, value: Value) -> Completion<()> {
        let Some(mut object) = object.as_object() else {
            return Err(self.fault("a field of an unwritten object register is written"));
        };
        let restricted = self.shapes.get(object.shape()).restricted;
        let absent = object.slot(usize::from(slot)).is_absent();
        if (restricted || (absent && object.dict().is_some()))
            && let Some(name) = self.field_name(object, slot)
            && (restricted || object.moved_field(name).is_some())
        {
            // Frozen, sealed or redefined: the slow way knows what is allowed.
            return self.set(object.into(), PropKey::Name(name), value);
        }
        if absent {
            self.note_field(object, usize::from(slot));
        }
        object.set_slot(usize::from(slot), value);
        Ok(())
    }

    /// The declared type of a class's field by its name, for objects of that class.
    pub(crate) fn class_field(&mut self, object: Gc<Object>, key: PropKey) -> Option<RegType> {
        let PropKey::Name(name) = key else { return None };
        let class = self.shapes.get(object.shape()).root.class;
        if class == Root::NO_CLASS {
            return None;
        }
        let place = self.shapes.find(object.shape(), name)?;
        if !place.attrs.has(Attrs::FIELD) {
            return None;
        }
        Some(self.code.fields[usize::from(class)].get(place.slot as usize)?.ty)
    }

    /// A declared field is checked at every write.
    pub(crate) fn check_field(&mut self, object: Gc<Object>, key: PropKey, value: Value) -> Completion<()> {
        let Some(ty) = self.class_field(object, key) else { return Ok(()) };
        let (fits, wanted) = match ty {
            RegType::Any => return Ok(()),
            RegType::F64 => (value.is_number(), "number".to_owned()),
            RegType::I32 => {
                let whole = value.as_number().is_some_and(|n| f64::from(crate::convert::f64_to_i32(n)) == n);
                (whole, "a 32-bit integer".to_owned())
            }
            RegType::Bool => (value.is_bool(), "boolean".to_owned()),
            RegType::Str => (value.is_string(), "string".to_owned()),
            RegType::Obj(class) => {
                let name = self.code.module.classes[usize::from(class)].name;
                let name = String::from_utf16_lossy(&self.code.module.strings[name.0 as usize]);
                (self.is_instance(value, class), name)
            }
        };
        if fits {
            return Ok(());
        }
        let (name, got) = (self.key_text(key), self.brief(value));
        Err(self.refuse(Refusal::FieldType, &format!("the field `{name}` should be {wanted}, but is {got}")))
    }
}

/// What `check.kind` asks.
pub(crate) fn is_of_kind(value: Value, wanted: ValueKind) -> bool {
    let is = |kind: CellKind| value.kind() == Some(kind);
    match wanted {
        ValueKind::Object => value.is_object(),
        ValueKind::Array => is(CellKind::Array),
        ValueKind::Function => value.is_callable(),
        ValueKind::Symbol => value.is_symbol(),
        ValueKind::Undefined => value.is_undefined(),
        ValueKind::Null => value.is_null(),
        ValueKind::Map => is(CellKind::Map),
        ValueKind::Set => is(CellKind::Set),
        ValueKind::Promise => is(CellKind::Promise),
        ValueKind::Mrk => is(CellKind::Mrk),
        ValueKind::Vec2 => is(CellKind::Vec2),
        ValueKind::Vec3 => is(CellKind::Vec3),
        ValueKind::Quat => is(CellKind::Quat),
        ValueKind::Color => is(CellKind::Color),
        ValueKind::NotNullish => !value.is_nullish(),
        ValueKind::ValueType => value.kind().is_some_and(CellKind::is_value_type),
        ValueKind::RegExp => is(CellKind::RegExp),
        ValueKind::Date => is(CellKind::Date),
    }
}
