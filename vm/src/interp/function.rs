//! Function objects: making closures, and what `name` and `length` say.

use mosl_bytecode::natives::NATIVES;
use mosl_bytecode::{FunctionKind, FunctionRole};

use crate::heap::{Gc, flags};
use crate::native::Completion;
use crate::object::Of;
use crate::object::data::*;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::realm::Intrinsic;
use crate::string::StrBuilder;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    pub(crate) fn new_closure(&mut self, func: u16, captures: Box<[Value]>) -> Value {
        let shape = match self.code.kind(func) {
            FunctionKind::Normal => self.pool.function_shape,
            FunctionKind::Generator => self.shape_of_proto(Intrinsic::GeneratorFunctionPrototype),
            FunctionKind::Async => self.shape_of_proto(Intrinsic::AsyncFunctionPrototype),
            FunctionKind::AsyncGenerator => self.shape_of_proto(Intrinsic::AsyncGeneratorFunctionPrototype),
        };
        let data = FunctionData { func, captures, name: Value::ABSENT, class: None };
        let mut made: Gc<Of<FunctionData>> = self.heap.object(shape, data);
        made.object.set_flag(flags::LAZY);
        made.into()
    }

    /// `function`, not an arrow, method or class: what JavaScript could `new` and MOSL does not.
    pub(crate) fn is_plain_function(&self, func: u16) -> bool {
        self.code.role(func) == FunctionRole::Plain && self.code.kind(func) == FunctionKind::Normal
    }

    /// The value of a function's `length` before anyone changes it.
    pub(crate) fn function_length(&mut self, function: Value) -> f64 {
        if let Some(f) = function.of::<FunctionData>() {
            return f64::from(self.code.module.functions[usize::from(f.data.func)].length);
        }
        if let Some(f) = function.of::<NativeData>() {
            return f64::from(f.data.length);
        }
        match function.of::<BoundData>() {
            Some(bound) => {
                let target = bound.data.target;
                let key = PropKey::Name(self.common().length);
                let length = target.as_object().and_then(|t| self.get_own(t, key)).and_then(|p| p.value.as_number());
                (length.unwrap_or(0.0).trunc() - bound.data.args.len() as f64).max(0.0)
            }
            None => 0.0,
        }
    }

    /// The value of a function's `name` before anyone changes it; `None` where it has none of its own.
    pub(crate) fn function_name_value(&mut self, function: Value) -> Option<Value> {
        if let Some(f) = function.of::<FunctionData>() {
            if !f.data.name.is_absent() {
                return Some(f.data.name);
            }
            let declared = self.code.module.functions[usize::from(f.data.func)].name;
            return Some(declared.map_or(self.pool.empty, |id| self.module_string(id)));
        }
        if let Some(f) = function.of::<NativeData>() {
            if !f.data.name.is_absent() {
                return Some(f.data.name);
            }
            let decl = &NATIVES[usize::from(f.data.native)];
            return Some(self.str(&crate::realm::native_name(decl.name)));
        }
        let bound = function.of::<BoundData>()?;
        let target = self.function_name(bound.data.target);
        Some(self.str(&format!("bound {target}")))
    }

    /// The function's name as messages show it.
    pub fn function_name(&mut self, function: Value) -> String {
        let key = PropKey::Name(self.common().name);
        let object = function.as_object();
        let own = match object {
            Some(object) if !object.has_flag(flags::LAZY) => self.get_own(object, key).map(|property| property.value),
            _ => None,
        };
        let name = own.or_else(|| self.function_name_value(function));
        name.and_then(Value::as_string).map_or_else(String::new, |name| name.to_rust())
    }

    /// Names an anonymous function after its key: `get x`, `[description]` of a symbol.
    pub(crate) fn set_function_name(&mut self, prefix: u8, function: Value, key: Value) -> Completion<()> {
        let mut text = StrBuilder::default();
        text.push_str(match prefix {
            1 => "get ",
            2 => "set ",
            _ => "",
        });
        if let Some(symbol) = key.as_symbol() {
            if let Some(description) = symbol.description.as_string() {
                if symbol.is_private {
                    text.push(description);
                } else {
                    text.push_str("[");
                    text.push(description);
                    text.push_str("]");
                }
            }
        } else {
            let name = self.to_string(key)?;
            text.push(name);
        }
        let name = self.finish(text)?;
        let Some(mut f) = function.of::<FunctionData>() else { return Ok(()) };
        if f.object.has_flag(flags::LAZY) {
            f.data.name = name;
        } else {
            let key = PropKey::Name(self.common().name);
            // A class with a static member `name` keeps it.
            let own = self.get_own(f.base(), key);
            if own.is_none_or(|p| p.attrs == Attrs::CONFIG) {
                self.add_own(f.base(), key, name, Attrs::CONFIG);
            }
        }
        Ok(())
    }
}
