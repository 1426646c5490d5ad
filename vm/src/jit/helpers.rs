//! What machine code calls: plain functions in the platform's calling convention, declared once with their signatures. None
//! unwinds: a panic becomes a trap.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cranelift_codegen::ir::{AbiParam, Signature, Type, types};
use cranelift_codegen::isa::CallConv;
use mosl_bytecode::Instr;

use crate::interp::cache::FuncRt;
use crate::interp::frame::Frame;
use crate::object::data::NativeData;
use crate::object::shape::ShapeId;
use crate::value::Value;
use crate::vm::Vm;

macro_rules! helpers {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) -> $result:ty $body:block)*) => {
        /// A function that machine code calls.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[expect(non_camel_case_types, reason = "the names are those of the functions")]
        pub(super) enum Helper { $($name,)* }

        impl Helper {
            pub const COUNT: usize = [$(Self::$name,)*].len();

            pub fn address(self) -> usize {
                match self { $(Self::$name => $name as *const () as usize,)* }
            }

            pub fn signature(self, convention: CallConv) -> Signature {
                let mut signature = Signature::new(convention);
                match self {
                    $(Self::$name => {
                        $(signature.params.push(AbiParam::new(<$ty as Word>::TYPE));)*
                        signature.returns.push(AbiParam::new(<$result as Word>::TYPE));
                    })*
                }
                signature
            }
        }

        $($(#[$doc])* unsafe extern "C" fn $name($($arg: $ty),*) -> $result $body)*
    };
}

/// How a type of Rust is passed.
trait Word {
    const TYPE: Type;
}

macro_rules! words {
    ($($ty:ty: $word:ident,)*) => { $(impl Word for $ty { const TYPE: Type = types::$word; })* };
}

words! {
    *const Value: I64, *mut Vm: I64, *const FuncRt: I64, *const Instr: I64, *mut Frame: I64, Value: I64, f64: F64, u32: I32, i32: I32,
}

helpers! {
    /// Executes the instruction at `pc` in full; 1 where it threw, 2 where it pushed a frame.
    execute(vm: *mut Vm, frame: *mut Frame, pc: *const Instr) -> u32 {
        // SAFETY: machine code passes its VM, its frame, and a place in that frame's code.
        let vm = unsafe {
            (*frame).pc = pc;
            complete(&mut *vm, frame);
            &mut *vm
        };
        let result = catch_unwind(AssertUnwindSafe(|| vm.run_one()));
        let result = result.unwrap_or_else(|_| Err(vm.fault("an operation failed")));
        match result {
            Ok(false) => 0,
            Err(throw) => {
                vm.jit.thrown = Some(throw);
                1
            }
            Ok(true) => 2,
        }
    }

    /// Before anyone else looks at the frames: machine code's topmost one is the VM's, and complete.
    complete_top(vm: *mut Vm, frame: *mut Frame) -> u32 {
        // SAFETY: as above.
        unsafe { complete(&mut *vm, frame) };
        0
    }

    /// Before anyone else looks at this frame, which is not the topmost one.
    complete_frame(vm: *mut Vm, frame: *mut Frame) -> u32 {
        // SAFETY: as above.
        unsafe { complete_constants(&mut *vm, frame) };
        0
    }

    /// The frame of a function that is part of its caller's machine code, above that caller's, whose place is the call.
    push_inlined(vm: *mut Vm, frame: *mut Frame, rt: *const FuncRt, callee: Value, this: Value) -> u32 {
        // SAFETY: as above; machine code has asked for the stack units, and with them for room.
        unsafe { push_above(&mut *vm, frame, &*rt, callee, this) };
        0
    }

    remainder(a: f64, b: f64) -> Value { Value::number(libm::fmod(a, b)) }
    power(a: f64, b: f64) -> Value { Value::number(crate::operators::pow(a, b)) }
    minimum(a: f64, b: f64) -> Value { Value::number(crate::interp::min(a, b)) }
    maximum(a: f64, b: f64) -> Value { Value::number(crate::interp::max(a, b)) }
    floor(n: f64) -> Value { Value::number(n.floor()) }
    ceil(n: f64) -> Value { Value::number(n.ceil()) }
    trunc(n: f64) -> Value { Value::number(n.trunc()) }
    to_i32(n: f64) -> i32 { crate::convert::f64_to_i32(n) }

    truthy(vm: *mut Vm, value: Value) -> u32 {
        // SAFETY: as for `execute`; it runs no script and collects nothing.
        u32::from(unsafe { &*vm }.truthy(value))
    }

    strict_equals(vm: *mut Vm, a: Value, b: Value) -> u32 {
        // SAFETY: as above.
        u32::from(unsafe { &mut *vm }.strict_equals(a, b))
    }

    /// The property of a value by the site's inline cache; absent where it does not tell.
    cached_property(vm: *mut Vm, rt: *const FuncRt, site: u32, value: Value) -> Value {
        // SAFETY: machine code passes its VM and its function, whose sites the verifier checked.
        unsafe { cached(&*vm, rt, site, value) }
    }

    /// Sets a property where the site's inline cache tells how; 0 where it does not.
    set_cached_property(vm: *mut Vm, rt: *const FuncRt, site: u32, object: Value, value: Value) -> u32 {
        // SAFETY: as above.
        let (vm, site) = unsafe { (&*vm, &*(*rt).sites.add(site as usize)) };
        u32::from(crate::interp::set_cached(vm, site, object, value))
    }

    /// Overwrites an element, or appends one; 0 where it is not as simple as that.
    set_element(vm: *mut Vm, array: Value, key: Value, value: Value) -> u32 {
        // SAFETY: as above.
        u32::from(crate::interp::set_element(unsafe { &mut *vm }, array, key, value))
    }

    set_field(vm: *mut Vm, object: Value, slot: u32, value: Value) -> u32 {
        // SAFETY: as above.
        u32::from(crate::interp::write_field(unsafe { &*vm }, object, slot as usize, value))
    }

    set_cell(cell: Value, value: Value) -> u32 {
        let Some(mut cell) = cell.as_var() else { return 0 };
        cell.value = value;
        1
    }

    constant(vm: *mut Vm, at: u32) -> Value {
        // SAFETY: as above; the verifier checked the number.
        unsafe { *(&*vm).pool.consts.get_unchecked(at as usize) }
    }

    string_length(string: Value) -> f64 {
        string.as_string().map_or(0.0, |string| string.len() as f64)
    }

    next_of_dense(iterator: Value) -> Value {
        crate::interp::iterator::next_of_dense(iterator).unwrap_or(Value::ABSENT)
    }

    /// A built-in's short way, with its fuel; absent where it must be called.
    quick(vm: *mut Vm, native: u32, this: Value, first: Value, second: Value) -> Value {
        // SAFETY: as above.
        unsafe { quick_native(&mut *vm, native as usize, this, first, second) }
    }

    /// The short way of the built-in that a call site names; absent where it must be called.
    quick_method(vm: *mut Vm, rt: *const FuncRt, site: u32, this: Value, first: Value, second: Value) -> Value {
        // SAFETY: as above.
        unsafe {
            let method = cached(&*vm, rt, site, this);
            match method.of::<NativeData>() {
                Some(native) => quick_native(&mut *vm, usize::from(native.data.native), this, first, second),
                None => Value::ABSENT,
            }
        }
    }

    /// What is due after an allocation; 1 where a limit ended the turn.
    safepoint(vm: *mut Vm, frame: *mut Frame, pc: *const Instr) -> u32 {
        // SAFETY: machine code passes its VM, its frame, and a place in that frame's code.
        let vm = unsafe {
            (*frame).pc = pc;
            complete(&mut *vm, frame);
            &mut *vm
        };
        let result = catch_unwind(AssertUnwindSafe(|| vm.safepoint()));
        match result.unwrap_or_else(|_| Err(vm.fault("a collection failed"))) {
            Ok(()) => 0,
            Err(throw) => {
                vm.jit.thrown = Some(throw);
                1
            }
        }
    }

    new_object(vm: *mut Vm) -> Value {
        // SAFETY: as above.
        unsafe { &mut *vm }.new_object().into()
    }

    new_cell(vm: *mut Vm, value: Value) -> Value {
        // SAFETY: as above.
        Value::internal_cell(unsafe { &mut *vm }.heap.alloc(crate::object::VarCell::new(value)))
    }

    new_array(vm: *mut Vm, items: *const Value, count: u32) -> Value {
        // SAFETY: as above; machine code has written so many items there.
        unsafe { (&mut *vm).new_array(std::slice::from_raw_parts(items, count as usize).to_vec()) }
    }

    new_closure(vm: *mut Vm, func: u32, captures: *const Value, count: u32) -> Value {
        // SAFETY: as above.
        unsafe { (&mut *vm).new_closure(func as u16, std::slice::from_raw_parts(captures, count as usize).into()) }
    }

    /// Whether a value is an instance of a class; see `CheckClass`.
    is_instance(vm: *mut Vm, value: Value, class: u32) -> u32 {
        // SAFETY: as above.
        u32::from(unsafe { &*vm }.is_instance(value, class as u16))
    }

    /// A fresh instance for `new` of a class that scripts wrote without superclass, the mark of an uninitialised `this` for
    /// one with; absent where the interpreter must look.
    new_instance(vm: *mut Vm, callee: Value, new_target: Value) -> Value {
        // SAFETY: as above.
        crate::interp::this_of_new(unsafe { &mut *vm }, callee, new_target).unwrap_or(Value::ABSENT)
    }

    superclass(vm: *mut Vm, ctor: Value) -> Value {
        let Some(ctor) = ctor.as_object() else { return Value::ABSENT };
        // SAFETY: as above.
        unsafe { &*vm }.prototype_of(ctor).map_or(Value::ABSENT, Value::object)
    }

    note_instance(vm: *mut Vm, new_target: Value, instance: Value) -> u32 {
        // SAFETY: as above.
        unsafe { &mut *vm }.note_instance(new_target, instance);
        0
    }
}

/// Machine code counts no frames and leaves constant registers empty: makes up for both.
///
/// # Safety
/// `frame` is one of the VM's, and what runs.
unsafe fn complete(vm: &mut Vm, frame: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let below = frame.offset_from(vm.frames.as_ptr()) as usize;
        vm.frames.set_len(below + 1);
        vm.stack.top = ((*frame).base + (*(*frame).rt).size) as usize;
        complete_constants(vm, frame);
    }
}

/// # Safety
/// `frame` is one of the VM's.
unsafe fn complete_constants(vm: &mut Vm, frame: *mut Frame) {
    // SAFETY: the caller's promise; the frame's registers are as many as its function's template has.
    unsafe {
        let rt = &*(*frame).rt;
        let regs = vm.stack.at((*frame).base as usize);
        for (reg, _) in &vm.code.module.functions[usize::from(rt.func)].constants {
            let at = usize::from(reg.0);
            regs.add(at).write(rt.template[at]);
        }
    }
}

/// # Safety
/// `frame` is one of the VM's, stands at a call of `rt`, and has room for another above it.
unsafe fn push_above(vm: &mut Vm, frame: *mut Frame, rt: &FuncRt, callee: Value, this: Value) {
    // SAFETY: the caller's promise.
    unsafe {
        let base = (*frame).base + (*(*frame).rt).size;
        let dst = match *(*frame).pc {
            Instr::CallMethod { dst, .. } | Instr::CallDirect { dst, .. } => dst.0,
            _ => 0,
        };
        let new_target = Value::UNDEFINED;
        let pushed = Frame { rt, pc: rt.code, base, dst, flags: 0, this, callee, new_target, coroutine: None };
        frame.add(1).write(pushed);
        rt.template.as_ptr().copy_to_nonoverlapping(vm.stack.at(base as usize), rt.template.len());
        vm.depth += u32::from(rt.units);
    }
}

/// # Safety
/// `rt` is a function of this instance that has the site.
unsafe fn cached(vm: &Vm, rt: *const FuncRt, site: u32, value: Value) -> Value {
    let shape = vm.shape_of(value);
    // SAFETY: the caller's promise.
    let site = unsafe { &*(*rt).sites.add(site as usize) };
    if shape == ShapeId::NONE {
        return Value::ABSENT;
    }
    site.find(shape).and_then(|entry| crate::interp::cached(vm, entry, value)).unwrap_or(Value::ABSENT)
}

fn quick_native(vm: &mut Vm, native: usize, this: Value, first: Value, second: Value) -> Value {
    let Some(&Some(quick)) = vm.quick.get(native) else { return Value::ABSENT };
    let left = vm.fuel - i64::from(mosl_bytecode::natives::NATIVES[native].fuel);
    if left < 0 || vm.heap.wants_collection() {
        return Value::ABSENT;
    }
    let result = quick(vm, this, first, second);
    if !result.is_absent() {
        vm.fuel = left;
    }
    result
}
