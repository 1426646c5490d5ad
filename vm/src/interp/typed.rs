//! The check of the checks, for tests: typed registers, and the typed fields of the instances in them, hold what they were declared
//! to hold. Looks at a whole frame before each instruction, so it is slow. Machine code keeps its own account of its frames and is
//! left alone. What it finds is a defect of the compiler or of the VM, never of a program, so it panics.

use mosl_bytecode::RegType;

use crate::object::shape::Root;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// The registers of the topmost frame, a call of function `func`.
    #[cold]
    pub(crate) fn assert_types(&self, func: u16, registers: &[Value]) {
        let types = &self.code.module.functions[usize::from(func)].registers;
        for (index, (ty, value)) in types.iter().zip(registers).enumerate() {
            assert!(
                self.register_holds(*ty, *value),
                "register {index} of function {func} is {ty:?} and holds {:#018x}",
                value.bits()
            );
        }
    }

    pub(crate) fn register_holds(&self, ty: RegType, value: Value) -> bool {
        match ty {
            RegType::Any => true,
            RegType::F64 => value.is_number(),
            RegType::I32 => u32::try_from(value.bits()).is_ok(),
            RegType::Bool => value.bits() <= 1,
            RegType::Str => value.is_string(),
            // An object register starts out empty.
            RegType::Obj(class) => value.is_undefined() || (self.is_instance(value, class) && self.fields_hold(value)),
        }
    }

    /// Whether the fields of an instance hold what the class declares, or nothing yet: reads of typed fields look for that.
    pub(crate) fn fields_hold(&self, instance: Value) -> bool {
        let Some(object) = instance.as_object() else { return false };
        let class = self.shapes.get(object.shape()).root.class;
        if class == Root::NO_CLASS {
            return true;
        }
        self.code.fields[usize::from(class)].iter().enumerate().all(|(slot, field)| {
            let value = object.slot(slot);
            value.is_absent()
                || value.is_undefined()
                || match field.ty {
                    RegType::Any => true,
                    RegType::F64 | RegType::I32 => value.is_number(),
                    RegType::Bool => value.is_bool(),
                    RegType::Str => value.is_string(),
                    RegType::Obj(class) => self.is_instance(value, class),
                }
        })
    }
}
