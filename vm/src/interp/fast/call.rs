//! Calls of closures that need nothing special, and returns from them.

use mosl_bytecode::natives::NATIVES;
use mosl_bytecode::{FunctionKind, FunctionRole, Instr, Reg};

use super::property::{cached, site};
use super::{Machine, dispatch, handlers, leave, next, otherwise};
use crate::interp::cache::{FuncRt, Hit};
use crate::interp::frame::{CONSTRUCT, Frame};
use crate::object::data::{FunctionData, NativeData};
use crate::object::shape::ShapeId;
use crate::value::Value;
use crate::vm::Vm;

/// What a new frame is for.
struct Callee {
    callee: Value,
    this: Value,
    new_target: Value,
    flags: u8,
}

/// Calls `rt` with the registers that `args` lists; leaves the instruction to the loop where a limit is met.
#[inline(always)]
unsafe fn enter(mut m: Machine, rt: *const FuncRt, callee: Callee, args: &[Reg], dst: Reg) -> *const Instr {
    // SAFETY: as for the loop's `push_frame`: the stack has room for the registers (checked here), the list of frames for
    // as many frames as there are stack units, and parameters are the first registers.
    unsafe {
        let (units, size) = (u32::from((*rt).units), (*rt).template().len());
        let base = m.vm.stack.top;
        let left = m.fuel - i64::from((*(*rt).blocks).fuel);
        let depth = m.vm.depth + units;
        if left < 0 || depth > m.vm.limits.stack || base + size > m.vm.stack.capacity() {
            return leave(m);
        }
        m.fuel = left;
        m.vm.depth = depth;
        m.vm.stack.top = base + size;
        let at = m.vm.stack.at(base);
        let given = args.len().min(usize::from((*rt).params));
        for (index, arg) in args.iter().take(given).enumerate() {
            at.add(index).write(m.reg(*arg));
        }
        let template = (*rt).template().as_ptr();
        for index in given..size {
            at.add(index).write(*template.add(index));
        }
        (*m.frame).pc = m.pc;
        let frame = m.frame.add(1);
        let Callee { callee, this, new_target, flags } = callee;
        let pc = (*rt).code;
        frame.write(Frame { rt, pc, base: base as u32, dst: dst.0, flags, this, callee, new_target, coroutine: None });
        let frames = m.vm.frames.len() + 1;
        m.vm.frames.set_len(frames);
        if (*rt).has_machine_code() {
            return leave(Machine { pc, ..m });
        }
        dispatch(Machine { pc, regs: at, rt, frame, ..m })
    }
}

/// Calls a value, if it is a closure of a kind that needs nothing special.
#[inline(always)]
unsafe fn enter_value(m: Machine, callee: Value, this: Value, args: &[Reg], dst: Reg) -> *const Instr {
    let Some(function) = callee.of::<FunctionData>() else { return leave(m) };
    let Some(rt) = m.vm.caches.known(function.data.func) else { return leave(m) };
    // SAFETY: the instance's caches keep the function.
    unsafe {
        if !(*rt).plain_call {
            return leave(m);
        }
        enter(m, rt, Callee { callee, this, new_target: Value::UNDEFINED, flags: 0 }, args, dst)
    }
}

/// `new callee(…)` for a class that scripts wrote.
#[inline(always)]
unsafe fn construct(m: Machine, callee: Value, new_target: Value, args: &[Reg], dst: Reg) -> *const Instr {
    let Some(function) = callee.of::<FunctionData>() else { return leave(m) };
    let Some(rt) = m.vm.caches.known(function.data.func) else { return leave(m) };
    // SAFETY: the instance's caches keep the function.
    unsafe {
        // Before an instance is made, all is looked at that is likely to be in the way of the call.
        if m.fuel < i64::from((*(*rt).blocks).fuel) {
            return leave(m);
        }
        let Some(this) = this_of_new(m.vm, callee, new_target) else { return leave(m) };
        enter(m, rt, Callee { callee, this, new_target, flags: CONSTRUCT }, args, dst)
    }
}

/// What `this` is at the start of a constructor that a script wrote and that has run before: a fresh instance, or the mark of an
/// uninitialised one where a superclass makes it. `None`, with nothing done, where it is not as simple as that.
#[inline(always)]
pub(crate) fn this_of_new(vm: &mut Vm, callee: Value, new_target: Value) -> Option<Value> {
    let function = callee.of::<FunctionData>()?;
    let rt = vm.caches.known(function.data.func)?;
    // SAFETY: the instance's caches keep the function.
    let (rest, role) = unsafe { ((*rt).rest, (*rt).role) };
    match role {
        _ if rest => None,
        FunctionRole::DerivedConstructor => Some(Value::UNINIT),
        FunctionRole::BaseConstructor => {
            let target = new_target.of::<FunctionData>()?;
            let class = target.data.class.as_ref()?;
            if vm.heap.wants_collection() {
                return None;
            }
            Some(make_instance(vm, class.instance_shape, class.inline))
        }
        _ => None,
    }
}

#[inline(never)]
fn make_instance(vm: &mut Vm, shape: ShapeId, inline: u8) -> Value {
    vm.heap.plain(shape, inline, crate::object::data::Instance).into()
}

/// Hands a value to the caller's frame, which is there, and goes on behind the call.
#[inline(always)]
unsafe fn leave_frame(m: Machine, value: Value) -> *const Instr {
    // SAFETY: as for the handlers; a frame that is not flagged has its caller below it.
    unsafe {
        m.vm.depth -= u32::from((*m.rt).units);
        m.vm.stack.top = (*m.frame).base as usize;
        let frames = m.vm.frames.len() - 1;
        m.vm.frames.set_len(frames);
        let dst = Reg((*m.frame).dst);
        let frame = m.frame.sub(1);
        let regs = m.vm.stack.at((*frame).base as usize);
        let m = Machine { pc: (*frame).pc.add(1), regs, rt: (*frame).rt, frame, ..m };
        m.set(dst, value);
        if (*m.rt).has_machine_code() {
            return leave(m);
        }
        dispatch(m)
    }
}

/// Calls a built-in that has a short way, which `args` (`this` first) may go.
#[inline(always)]
unsafe fn quick(mut m: Machine, native: u16, args: &[Reg], dst: Reg) -> *const Instr {
    let Some(&Some(quick)) = m.vm.quick.get(usize::from(native)) else { return leave(m) };
    let left = m.fuel - i64::from(NATIVES[usize::from(native)].fuel);
    if left < 0 || args.len() > 3 || m.vm.heap.wants_collection() {
        return leave(m);
    }
    // SAFETY: the verifier checked the list, which begins with `this`.
    unsafe {
        let arg = |index: usize| args.get(index).map_or(Value::ABSENT, |reg| m.reg(*reg));
        let (this, first, second) = (arg(0), arg(1), arg(2));
        let result = quick(m.vm, this, first, second);
        if result.is_absent() {
            return leave(m);
        }
        m.fuel = left;
        m.set(dst, result);
        next(m)
    }
}

handlers! {
    call: Instr::Call { dst, callee, args }, m => {
        let args: &[Reg] = &*(*m.rt).lists.add(usize::from(args));
        let (callee, this) = (m.reg(callee), m.reg(*args.get_unchecked(0)));
        enter_value(m, callee, this, args.get_unchecked(1..), dst)
    };
    call_method: Instr::CallMethod { dst, args, site: at }, m => {
        let args: &[Reg] = &*(*m.rt).lists.add(usize::from(args));
        let this = m.reg(*args.get_unchecked(0));
        if let Some(object) = this.as_object() {
            let entry = &site(&m, at).first;
            if entry.shape == object.shape()
                && entry.hit == Hit::Proto
                && entry.epoch == m.vm.shapes.epoch
                && let Some(function) = entry.method.of::<FunctionData>()
                && let Some(rt) = m.vm.caches.known(function.data.func)
                && (*rt).plain_call
            {
                let callee = Callee { callee: entry.method, this, new_target: Value::UNDEFINED, flags: 0 };
                return enter(m, rt, callee, args.get_unchecked(1..), dst);
            }
        }
        otherwise!(m, call_method_further)
    };
    call_method_further: Instr::CallMethod { dst, args, site: at }, m => {
        let args: &[Reg] = &*(*m.rt).lists.add(usize::from(args));
        let this = m.reg(*args.get_unchecked(0));
        let shape = m.vm.shape_of(this);
        if shape == ShapeId::NONE {
            return leave(m);
        }
        let Some(entry) = site(&m, at).find(shape) else { return leave(m) };
        let Some(callee) = cached(m.vm, entry, this) else { return leave(m) };
        if callee.of::<FunctionData>().is_some() {
            return enter_value(m, callee, this, args.get_unchecked(1..), dst);
        }
        match callee.of::<NativeData>() {
            Some(native) => quick(m, native.data.native, args, dst),
            None => leave(m),
        }
    };
    call_native: Instr::CallNative { dst, native, args }, m => {
        let args: &[Reg] = &*(*m.rt).lists.add(usize::from(args));
        quick(m, native, args, dst)
    };
    call_direct: Instr::CallDirect { dst, func, args }, m => {
        let args: &[Reg] = &*(*m.rt).lists.add(usize::from(args));
        let Some(rt) = m.vm.caches.known(func) else { return leave(m) };
        let nothing = Value::UNDEFINED;
        enter(m, rt, Callee { callee: nothing, this: nothing, new_target: nothing, flags: 0 }, args, dst)
    };
    new: Instr::New { dst, callee, args }, m => {
        let args: &[Reg] = &*(*m.rt).lists.add(usize::from(args));
        let callee = m.reg(callee);
        construct(m, callee, callee, args, dst)
    };
    super_call: Instr::SuperCall { dst, ctor, args }, m => {
        let args: &[Reg] = &*(*m.rt).lists.add(usize::from(args));
        let Some(ctor) = m.reg(ctor).as_object() else { return leave(m) };
        let Some(parent) = m.vm.prototype_of(ctor) else { return leave(m) };
        let new_target = m.reg(*args.get_unchecked(0));
        construct(m, parent.into(), new_target, args.get_unchecked(1..), dst)
    };
    return_: Instr::Return { value }, m => {
        let value = m.reg(value);
        if (*m.frame).flags != 0 || (*m.rt).kind != FunctionKind::Normal {
            otherwise!(m, return_from_constructor);
        }
        leave_frame(m, value)
    };
    return_from_constructor: Instr::Return { value }, m => {
        let mut value = m.reg(value);
        let frame = &*m.frame;
        if frame.flags != CONSTRUCT || (!value.is_object() && frame.this == Value::UNINIT) {
            return leave(m);
        }
        if !value.is_object() {
            value = frame.this;
        }
        m.vm.note_instance(frame.new_target, value);
        leave_frame(m, value)
    };
}
