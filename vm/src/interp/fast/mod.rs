//! The fast half of the interpreter: one small function for each instruction that programs spend their time in, each of which
//! ends by calling the next one's. The compiler makes jumps of those calls, so that every function has the machine's registers
//! to itself and its own indirect jump.
//!
//! A function here handles the case that matters (two numbers, a hit in an inline cache, a plain call), and nothing that may
//! throw, call a native or collect: whatever else comes up, it returns the place, with nothing of the instruction done, and the
//! loop in [`super`] executes that one instruction in full. So the meaning of every instruction is there, and this folder
//! may leave out any.
//!
//! What is called must have ended before the next instruction's function is, or the registers would have to be saved first: so the
//! case that needs a helper is a function of its own, which the quick one turns to (`otherwise`).
//!
//! Nothing depends on the calls being jumps: after [`BURST`] units of fuel a function returns to the loop, which bounds
//! the native stack where a build without optimisation keeps them calls.

mod call;
mod control;
mod number;
mod property;

#[cfg(feature = "jit")]
pub(crate) use call::this_of_new;
#[cfg(feature = "jit")]
pub(crate) use property::{cached, set_cached, set_element, write_field};

use mosl_bytecode::Instr;

use super::cache::FuncRt;
use super::frame::Frame;
use crate::value::Value;
use crate::vm::Vm;

/// The fuel of one stay.
const BURST: i64 = if cfg!(debug_assertions) { 128 } else { 8192 };

/// The machine's state, passed from one instruction to the next in registers. `fuel` is what is left of the stay's.
struct Machine<'a> {
    vm: &'a mut Vm,
    pc: *const Instr,
    regs: *mut Value,
    rt: *const FuncRt,
    frame: *mut Frame,
    fuel: i64,
}

/// Executes an instruction and those after it; yields the first that the loop must execute.
///
/// # Safety
/// As for the loop: the module is verified, and all pointers belong to the topmost frame and its place.
type Handler = unsafe fn(&mut Vm, *const Instr, *mut Value, *const FuncRt, *mut Frame, i64) -> *const Instr;

/// Executes what it can of the topmost frame and the frames that it calls, from `pc` on; yields the place of the instruction that
/// it left to the loop, which is in the topmost frame then.
///
/// # Safety
/// The topmost frame is `frame`, of the function `rt`, its registers start at `regs`, and `pc` is in its code.
#[inline(always)]
pub(super) unsafe fn run(
    vm: &mut Vm,
    pc: *const Instr,
    regs: *mut Value,
    rt: *const FuncRt,
    frame: *mut Frame,
) -> *const Instr {
    let fuel = vm.fuel.clamp(0, BURST);
    vm.fuel -= fuel;
    // SAFETY: the caller's promise.
    unsafe { dispatch(Machine { vm, pc, regs, rt, frame, fuel }) }
}

/// Goes on with the instruction at `pc`.
#[inline(always)]
unsafe fn dispatch(m: Machine) -> *const Instr {
    // SAFETY: `pc` is the place of an instruction, whose first byte is its number in the table (`repr(u8)`).
    unsafe {
        let opcode = *m.pc.cast::<u8>();
        HANDLERS[usize::from(opcode)](m.vm, m.pc, m.regs, m.rt, m.frame, m.fuel)
    }
}

/// Goes on with the instruction behind.
#[inline(always)]
unsafe fn next(mut m: Machine) -> *const Instr {
    // SAFETY: only instructions that do not end a block are followed so.
    unsafe {
        m.pc = m.pc.add(1);
        dispatch(m)
    }
}

/// Leaves the instruction to the loop.
#[inline(always)]
fn leave(m: Machine) -> *const Instr {
    m.vm.fuel += m.fuel;
    m.pc
}

/// Goes on at a block of the running function, and pays for it.
#[inline(always)]
unsafe fn enter_block(mut m: Machine, block: u16) -> *const Instr {
    // SAFETY: the verifier checked the block's number.
    unsafe {
        let block = *(*m.rt).blocks.add(usize::from(block));
        let left = m.fuel - i64::from(block.fuel);
        if left < 0 {
            return leave(m);
        }
        m.fuel = left;
        m.pc = (*m.rt).code.add(block.start as usize);
        dispatch(m)
    }
}

impl Machine<'_> {
    #[inline(always)]
    unsafe fn reg(&self, reg: mosl_bytecode::Reg) -> Value {
        // SAFETY: the verifier checked the register.
        unsafe { *self.regs.add(usize::from(reg.0)) }
    }

    #[inline(always)]
    unsafe fn set(&self, reg: mosl_bytecode::Reg, value: Value) {
        // SAFETY: the verifier checked the register.
        unsafe { *self.regs.add(usize::from(reg.0)) = value }
    }
}

/// Goes on with another function for the same instruction.
macro_rules! otherwise {
    ($m:ident, $handler:ident) => {
        return $handler($m.vm, $m.pc, $m.regs, $m.rt, $m.frame, $m.fuel)
    };
}
use otherwise;

/// Declares handlers: `name: Instruction { operands }, m => body`.
macro_rules! handlers {
    ($($name:ident: $instr:pat, $m:ident => $body:expr;)*) => {
        $(#[inline(never)]
        pub(super) unsafe fn $name(
            vm: &mut crate::vm::Vm,
            pc: *const mosl_bytecode::Instr,
            regs: *mut crate::value::Value,
            rt: *const crate::interp::cache::FuncRt,
            frame: *mut crate::interp::frame::Frame,
            fuel: i64,
        ) -> *const mosl_bytecode::Instr {
            let $m = super::Machine { vm, pc, regs, rt, frame, fuel };
            // SAFETY: as for the loop (see `Handler`): the module is verified, so that registers, sites, blocks and captures
            // named by instructions exist and have the types that the instructions read; and `HANDLERS` calls each function
            // for its own instruction only.
            unsafe {
                let $instr = *$m.pc else { std::hint::unreachable_unchecked() };
                $body
            }
        })*
    };
}
use handlers;

/// Leaves any instruction to the loop.
unsafe fn other(
    vm: &mut Vm,
    pc: *const Instr,
    _: *mut Value,
    _: *const FuncRt,
    _: *mut Frame,
    fuel: i64,
) -> *const Instr {
    vm.fuel += fuel;
    pc
}

macro_rules! table {
    ($($module:ident { $($op:ident $handler:ident,)* })*) => {
        /// By opcode.
        static HANDLERS: [Handler; 256] = {
            let mut table: [Handler; 256] = [other; 256];
            $($(table[mosl_bytecode::table::Opcode::$op as usize] = $module::$handler;)*)*
            table
        };
    };
}

table! {
    control {
        Move move_, LoadConst load_const, LoadInt load_int, LoadI32 load_i32, LoadBool load_bool,
        LoadUndefined load_undefined, LoadNull load_null, LoadUninit load_uninit, LoadThis load_this,
        Box box_, CheckF64 check_f64, CheckBool check_bool, CheckStr check_str, CheckInit check_init,
        ToNumeric to_numeric, ToKey to_key, Truthy truthy, BoolNot bool_not, BoolEq bool_eq, StrictEq strict_eq,
        StrLen str_len, GetCell get_cell, SetCell set_cell, GetCapture get_capture, GetGlobal get_global,
        SetGlobal set_global, Jump jump, Branch branch,
    }
    number {
        F64ToI32 f64_to_i32, I32ToF64 i32_to_f64, U32ToF64 u32_to_f64,
        F64Add f64_add, F64Sub f64_sub, F64Mul f64_mul, F64Div f64_div, F64Neg f64_neg, F64Abs f64_abs,
        F64Sqrt f64_sqrt, F64Floor f64_floor, F64Rem f64_rem,
        F64Eq f64_eq, F64Ne f64_ne, F64Lt f64_lt, F64Le f64_le, F64Gt f64_gt, F64Ge f64_ge,
        I32Add i32_add, I32Sub i32_sub, I32Mul i32_mul, I32And i32_and, I32Or i32_or, I32Xor i32_xor,
        I32Shl i32_shl, I32Shr i32_shr, I32Ushr i32_ushr, I32Not i32_not, I32Eq i32_eq, I32Lt i32_lt,
        AnyAdd any_add, AnySub any_sub, AnyMul any_mul, AnyDiv any_div, AnyRem any_rem,
        AnyAnd any_and, AnyOr any_or, AnyXor any_xor, AnyShl any_shl, AnyShr any_shr, AnyUshr any_ushr,
        AnyNeg any_neg, AnyBitNot any_not,
        AnyLt any_lt, AnyLe any_le, AnyGt any_gt, AnyGe any_ge,
    }
    property {
        GetProp get_prop, SetProp set_prop, GetIndex get_index, SetIndex set_index, GetField get_field,
        SetField set_field, IterNext iter_next,
    }
    call {
        Call call, CallMethod call_method, CallNative call_native, CallDirect call_direct, New new, SuperCall super_call, Return return_,
    }
}
