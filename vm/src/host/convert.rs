//! Plain data across the border, both ways. No script runs here: getters do not cross.

use crate::cost::CROSS_BYTES;
use crate::heap::CellKind;
use crate::host::{HostError, HostValue};
use crate::limits::TrapKind;
use crate::native::Completion;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

/// Nesting past this is refused: cycles end here.
const MAX_DEPTH: usize = 64;

/// What one value may still take on the host's side, in bytes: an array that is in another twice crosses twice.
struct Budget {
    left: usize,
    is_spent: bool,
}

impl Budget {
    /// Pays for so many bytes; `None` where there are not as many.
    fn pay(&mut self, bytes: usize) -> Option<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => self.left = left,
            None => self.is_spent = true,
        }
        (!self.is_spent).then_some(())
    }
}

impl Vm {
    /// Plain data; a `TypeError` names what is none. Charged as [`Self::measured_host_value`] says.
    pub(crate) fn host_value(&mut self, value: Value) -> Completion<HostValue> {
        match self.measured_host_value(value)? {
            Some(plain) => Ok(plain),
            None => {
                let what = self.brief(value);
                Err(self.type_error(&format!("{what} is not plain data: only numbers, strings, booleans, amounts, vectors, colours, and arrays and records of them go to the host")))
            }
        }
    }

    /// Plain data, or `None`. Charged by what it takes on the host's side; where that is more than the heap's limit, the turn ends.
    pub(crate) fn measured_host_value(&mut self, value: Value) -> Completion<Option<HostValue>> {
        let mut budget = Budget { left: self.limits.heap, is_spent: false };
        let plain = self.plain(value, 0, &mut budget);
        let used = self.limits.heap - budget.left;
        // A value without contents is no more than an argument.
        self.charge(CROSS_BYTES.of(used.saturating_sub(size_of::<HostValue>())))?;
        if budget.is_spent {
            self.heap.note_wanted(used);
            return Err(self.end_turn(TrapKind::Memory));
        }
        Ok(plain)
    }

    /// Plain data, or `None`, also where it takes more than the heap's limit.
    pub(crate) fn peek_host(&mut self, value: Value) -> Option<HostValue> {
        self.plain(value, 0, &mut Budget { left: self.limits.heap, is_spent: false })
    }

    fn plain(&mut self, value: Value, depth: usize, budget: &mut Budget) -> Option<HostValue> {
        budget.pay(size_of::<HostValue>())?;
        if let Some(n) = value.as_number() {
            return Some(HostValue::Number(n));
        }
        if let Some(string) = value.as_string() {
            budget.pay(string.len())?;
            return Some(HostValue::Str(string.to_rust()));
        }
        match value {
            Value::UNDEFINED | Value::ABSENT => return Some(HostValue::Undefined),
            Value::NULL => return Some(HostValue::Null),
            Value::TRUE => return Some(HostValue::Bool(true)),
            Value::FALSE => return Some(HostValue::Bool(false)),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return None;
        }
        match value.kind()? {
            CellKind::Mrk => value.of::<MrkData>().map(|v| HostValue::Mrk(v.data.0)),
            CellKind::Vec2 => value.of::<Vec2Data>().map(|v| HostValue::Vec2(v.data.0)),
            CellKind::Vec3 => value.of::<Vec3Data>().map(|v| HostValue::Vec3(v.data.0)),
            CellKind::Quat => value.of::<QuatData>().map(|v| HostValue::Quat(v.data.0)),
            CellKind::Color => value.of::<ColorData>().map(|v| HostValue::Color(v.data.0)),
            CellKind::Array => {
                let array = value.of::<ArrayData>()?;
                let mut items = Vec::new();
                for index in 0..array.data.len() {
                    let item = self.get_own(array.base(), PropKey::Index(index)).map_or(Value::UNDEFINED, |p| p.value);
                    items.push(self.plain(item, depth + 1, budget)?);
                }
                Some(HostValue::Array(items))
            }
            CellKind::Plain | CellKind::Instance => {
                let object = value.as_object()?;
                let mut entries = Vec::new();
                for key in self.enumerable_keys(object) {
                    let property = self.get_own(object, key).filter(|p| p.accessor().is_none())?;
                    let name = self.key_text(key);
                    budget.pay(size_of::<String>() + name.len())?;
                    entries.push((name, self.plain(property.value, depth + 1, budget)?));
                }
                Some(HostValue::Record(entries))
            }
            _ => None,
        }
    }

    /// A value of the script's.
    pub(crate) fn script_value(&mut self, value: &HostValue) -> Completion {
        Ok(match value {
            HostValue::Undefined => Value::UNDEFINED,
            HostValue::Null => Value::NULL,
            HostValue::Bool(b) => Value::bool(*b),
            HostValue::Number(n) => Value::number(*n),
            HostValue::Str(text) => self.str(text),
            HostValue::Mrk(amount) => self.boxed(Intrinsic::MrkPrototype, MrkData(*amount)),
            HostValue::Vec2(v) => self.boxed(Intrinsic::Vec2Prototype, Vec2Data(*v)),
            HostValue::Vec3(v) => self.boxed(Intrinsic::Vec3Prototype, Vec3Data(*v)),
            HostValue::Quat(v) => self.boxed(Intrinsic::QuatPrototype, QuatData(*v)),
            HostValue::Color(v) => self.boxed(Intrinsic::ColorPrototype, ColorData(*v)),
            HostValue::Array(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.script_value(item)?);
                }
                self.heap.grow(values.len() * 8);
                self.new_array(values)
            }
            HostValue::Record(entries) => {
                let object = self.new_object();
                for (name, value) in entries {
                    let (key, value) = (self.key(name), self.script_value(value)?);
                    self.add_own(object, key, value, Attrs::PLAIN);
                }
                object.into()
            }
        })
    }

    fn boxed<T: crate::heap::ObjectData>(&mut self, proto: Intrinsic, data: T) -> Value {
        let shape = self.shape_of_proto(proto);
        self.heap.object(shape, data).into()
    }

    /// An error object for what a host function throws.
    pub(crate) fn host_error(&mut self, error: &HostError) -> Value {
        let kind = mosl_bytecode::ErrorKind::ALL.into_iter().find(|kind| kind.name() == error.name);
        let object = self.new_error(kind.unwrap_or(mosl_bytecode::ErrorKind::Error), &error.message);
        if kind.is_none()
            && let Some(target) = object.as_object()
        {
            let (name, message) = (self.str(&error.name), self.str(&error.message));
            let key = PropKey::Name(self.common().name);
            self.add_own(target, key, name, Attrs::HIDDEN);
            let key = PropKey::Name(self.common().stack);
            let stack = self.error_stack_text(&error.name, message);
            self.add_own(target, key, stack, Attrs::HIDDEN);
        }
        object
    }
}
