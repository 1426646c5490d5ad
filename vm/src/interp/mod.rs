//! The interpreter: one loop over the decoded instructions of the topmost frame. Calls between script functions push frames
//! and stay in the loop; it is entered anew only when a native calls back.
//!
//! Everything here relies on verification: register numbers, indices, block numbers and register types are not checked
//! again. Whatever may throw, call or collect first saves the instruction's place in its frame.

pub(crate) mod async_generator;
pub(crate) mod cache;
pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod class;
pub mod coroutine;
mod fast;
pub(crate) mod frame;
pub(crate) mod function;
pub mod iterator;
pub(crate) mod literal;
pub(crate) mod private;
pub(crate) mod site;
pub(crate) mod typed;
pub(crate) mod unwind;

#[cfg(feature = "jit")]
pub(crate) use fast::{cached, set_cached, set_element, this_of_new, write_field};

use mosl_bytecode::table::Reg;
use mosl_bytecode::{Instr, RegType};

use self::cache::Hit;
use self::call::Entered;
use crate::convert::f64_to_i32;
use crate::native::{Completion, Throw};
use crate::object::data::ArrayData;
use crate::operators::{Arith, Order, pow};
use crate::value::Value;
use crate::vm::Vm;

/// What the loop yields where it executes one instruction that pushed a frame; no value that a script has.
const PUSHED: Value = Value::ABSENT;

/// `Math.min` and `Math.max` differ from Rust's in NaN and the sign of zero.
pub(crate) fn min(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == b {
        if a.is_sign_negative() { a } else { b }
    } else {
        a.min(b)
    }
}

pub(crate) fn max(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == b {
        if a.is_sign_negative() { b } else { a }
    } else {
        a.max(b)
    }
}

impl Vm {
    /// Runs the topmost frame, which is flagged `EXIT`, until it returns.
    pub(crate) fn run(&mut self) -> Completion {
        self.run_loop::<false>(None)
    }

    /// As [`Self::run`], with something thrown at the frame's instruction.
    pub(crate) fn run_after_throw(&mut self, throw: Throw) -> Completion {
        self.run_loop::<false>(Some(throw))
    }

    /// Executes the one instruction at the topmost frame's place, which ends no block: what machine code does not do itself. Yields
    /// whether it was a call that pushed a frame, whose first block is paid for.
    #[cfg(feature = "jit")]
    pub(crate) fn run_one(&mut self) -> Completion<bool> {
        Ok(self.run_loop::<true>(None)? == PUSHED)
    }

    #[expect(
        unused_assignments,
        reason = "`reload` renews all pointers into the frame, also those that a jump does not read"
    )]
    #[expect(clippy::too_many_lines, reason = "a flat match: one arm for each line of the instruction table")]
    fn run_loop<const ONE: bool>(&mut self, pending: Option<Throw>) -> Completion {
        // SAFETY (of the whole loop): the module is verified, so registers, lists, sites, blocks and captures named by
        // instructions exist and have the types that the instructions read; `pc` stays within the function's code because
        // every block ends with a terminator; frames and registers do not move while the loop holds pointers to them, which
        // it renews (`reload`) after everything that may push or pop frames.
        unsafe {
            let mut frame: *mut frame::Frame;
            let mut rt: *const cache::FuncRt;
            let mut regs: *mut Value;
            let mut pc: *const Instr;

            macro_rules! reload {
                () => {{
                    let at = self.frames.len() - 1;
                    frame = self.frames.as_mut_ptr().add(at);
                    rt = (*frame).rt;
                    regs = self.stack.at((*frame).base as usize);
                }};
            }
            macro_rules! r {
                ($reg:expr) => {
                    *regs.add(usize::from($reg.0))
                };
            }
            macro_rules! f {
                ($reg:expr) => {
                    r!($reg).to_f64()
                };
            }
            macro_rules! i {
                ($reg:expr) => {
                    (r!($reg).bits() as u32).cast_signed()
                };
            }
            macro_rules! b {
                ($reg:expr) => {
                    r!($reg).bits() != 0
                };
            }
            macro_rules! set {
                ($reg:expr, $value:expr) => {
                    *regs.add(usize::from($reg.0)) = $value
                };
            }
            macro_rules! set_f {
                ($reg:expr, $value:expr) => {
                    set!($reg, Value::from_bits($value.to_bits()))
                };
            }
            macro_rules! set_i {
                ($reg:expr, $value:expr) => {
                    set!($reg, Value::from_bits(u64::from(($value).cast_unsigned())))
                };
            }
            macro_rules! set_b {
                ($reg:expr, $value:expr) => {
                    set!($reg, Value::from_bits(u64::from($value)))
                };
            }
            macro_rules! list {
                ($index:expr) => {
                    &**(*rt).lists.add(usize::from($index))
                };
            }
            macro_rules! fail {
                ($throw:expr) => {{
                    let throw = $throw;
                    if ONE {
                        return Err(throw);
                    }
                    if let Some(result) = self.unwind(throw) {
                        return result;
                    }
                    reload!();
                    pc = (*frame).pc;
                    continue;
                }};
            }
            macro_rules! save {
                () => {
                    (*frame).pc = pc
                };
            }
            // A slow operation: its place is known, its failure unwinds. Yields its value.
            macro_rules! slow {
                ($result:expr) => {{
                    save!();
                    let result = $result;
                    // Natives may have called back: the list of frames may have moved.
                    frame = self.frames.as_mut_ptr().add(self.frames.len() - 1);
                    match result {
                        Ok(value) => value,
                        Err(throw) => fail!(throw),
                    }
                }};
            }
            macro_rules! next {
                () => {{
                    if ONE {
                        return Ok(Value::UNDEFINED);
                    }
                    pc = pc.add(1);
                    continue;
                }};
            }
            // After an instruction that allocates.
            macro_rules! safepoint {
                () => {{
                    if self.heap.wants_collection() {
                        slow!(self.safepoint());
                    }
                    next!();
                }};
            }
            macro_rules! go {
                ($block:expr) => {{
                    let block = *(*rt).blocks.add(usize::from($block));
                    self.fuel -= i64::from(block.fuel);
                    if self.fuel < 0 {
                        slow!(self.out_of_fuel());
                    }
                    pc = (*rt).code.add(block.start as usize);
                    continue;
                }};
            }
            // A frame was pushed: it begins.
            macro_rules! begin {
                () => {{
                    reload!();
                    pc = (*rt).code;
                    if ONE {
                        // What a function of one block spends is all here.
                        let fuel = self.fuel;
                        self.fuel -= i64::from((*rt).first_fuel);
                        self.warm_up(rt, fuel);
                        if self.fuel < 0 {
                            slow!(self.out_of_fuel());
                        }
                        save!();
                        return Ok(PUSHED);
                    }
                    go!(0u16);
                }};
            }
            // After a call: a frame was pushed, or the value is there.
            macro_rules! called {
                ($result:expr, $dst:expr) => {{
                    match slow!($result) {
                        Entered::Frame => begin!(),
                        Entered::Value(value) => {
                            set!($dst, value);
                            safepoint!();
                        }
                    }
                }};
            }
            macro_rules! arith {
                ($dst:expr, $a:expr, $b:expr, $op:expr, $fast:expr) => {{
                    let (x, y) = (r!($a), r!($b));
                    if x.is_number() && y.is_number() {
                        let fast: fn(f64, f64) -> f64 = $fast;
                        set_f!($dst, fast(x.to_f64(), y.to_f64()));
                        next!();
                    }
                    set!($dst, slow!(self.arith($op, x, y)));
                    safepoint!();
                }};
            }
            macro_rules! compare {
                ($dst:expr, $a:expr, $b:expr, $op:expr, $fast:tt) => {{
                    let (x, y) = (r!($a), r!($b));
                    let result = if x.is_number() && y.is_number() {
                        x.to_f64() $fast y.to_f64()
                    } else {
                        slow!(self.order($op, x, y))
                    };
                    set_b!($dst, result);
                    next!();
                }};
            }
            macro_rules! leave {
                ($value:expr) => {{
                    let value = $value;
                    save!();
                    match self.leave_frame(value) {
                        Ok(Some(result)) => return Ok(result),
                        Ok(None) => {
                            reload!();
                            pc = (*frame).pc;
                            continue;
                        }
                        Err(throw) => fail!(throw),
                    }
                }};
            }

            reload!();
            pc = (*frame).pc;
            if let Some(throw) = pending {
                if let Some(result) = self.unwind(throw) {
                    return result;
                }
                reload!();
                pc = (*frame).pc;
            }

            if !ONE && pc == (*rt).code {
                // A fresh call: the first block's fuel. A place further on was paid for before.
                self.fuel -= i64::from((*(*rt).blocks).fuel);
            }

            loop {
                if !ONE {
                    if !(*rt).has_machine_code() {
                        if self.asserts_types {
                            self.assert_types((*rt).func, std::slice::from_raw_parts(regs, (*rt).size as usize));
                        } else {
                            let (started, fuel) = (rt, self.fuel);
                            pc = fast::run(self, pc, regs, rt, frame);
                            reload!();
                            self.warm_up(started, fuel);
                        }
                    }
                    if (*rt).has_machine_code()
                        && let Some(entry) = (*rt).entry_at(pc)
                    {
                        save!();
                        let entered = self.enter_machine_code(rt, frame, regs, entry);
                        reload!();
                        pc = (*frame).pc;
                        if let Err(throw) = entered {
                            fail!(throw);
                        }
                    }
                }
                match *pc {
                    // Moves and constants
                    Instr::Move { dst, src } => {
                        set!(dst, r!(src));
                        next!();
                    }
                    Instr::LoadConst { dst, value } => {
                        let known = *self.pool.consts.get_unchecked(value as usize);
                        set!(dst, if known.is_absent() { self.constant_value(value) } else { known });
                        next!();
                    }
                    Instr::LoadInt { dst, value } => {
                        set_f!(dst, f64::from(value));
                        next!();
                    }
                    Instr::LoadI32 { dst, value } => {
                        set_i!(dst, value);
                        next!();
                    }
                    Instr::LoadBool { dst, value } => {
                        set_b!(dst, value != 0);
                        next!();
                    }
                    Instr::LoadUndefined { dst } => {
                        set!(dst, Value::UNDEFINED);
                        next!();
                    }
                    Instr::LoadNull { dst } => {
                        set!(dst, Value::NULL);
                        next!();
                    }
                    Instr::LoadUninit { dst } => {
                        set!(dst, Value::UNINIT);
                        next!();
                    }
                    Instr::LoadIntrinsic { dst, intrinsic } => {
                        set!(dst, self.intrinsic_global(intrinsic));
                        next!();
                    }
                    Instr::LoadThis { dst } => {
                        set!(dst, (*frame).this);
                        next!();
                    }
                    Instr::LoadCallee { dst } => {
                        set!(dst, (*frame).callee);
                        next!();
                    }
                    Instr::LoadNewTarget { dst } => {
                        set!(dst, (*frame).new_target);
                        next!();
                    }
                    // Between representations
                    Instr::Box { dst, src } => {
                        let ty = *(*rt).types.add(usize::from(src.0));
                        set!(dst, box_value(r!(src), ty));
                        next!();
                    }
                    Instr::CheckF64 { dst, src, check } => {
                        let value = r!(src);
                        if !value.is_number() {
                            fail!({
                                save!();
                                self.check_failed((*rt).func, check, value)
                            });
                        }
                        set!(dst, value);
                        next!();
                    }
                    Instr::CheckBool { dst, src, check } => {
                        let value = r!(src);
                        if !value.is_bool() {
                            fail!({
                                save!();
                                self.check_failed((*rt).func, check, value)
                            });
                        }
                        set_b!(dst, value.is_true());
                        next!();
                    }
                    Instr::CheckStr { dst, src, check } => {
                        let value = r!(src);
                        if !value.is_string() {
                            fail!({
                                save!();
                                self.check_failed((*rt).func, check, value)
                            });
                        }
                        set!(dst, value);
                        next!();
                    }
                    Instr::CheckClass { dst, src, check } => {
                        let value = r!(src);
                        slow!(self.check_class((*rt).func, dst, value, check));
                        set!(dst, value);
                        next!();
                    }
                    Instr::CheckKind { src, kind, check } => {
                        slow!(self.check_kind((*rt).func, kind, r!(src), check));
                        next!();
                    }
                    Instr::CheckInit { src, name } => {
                        if r!(src) == Value::UNINIT {
                            fail!({
                                save!();
                                self.uninitialised(name)
                            });
                        }
                        next!();
                    }
                    Instr::F64ToI32 { dst, src } => {
                        set_i!(dst, f64_to_i32(f!(src)));
                        next!();
                    }
                    Instr::I32ToF64 { dst, src } => {
                        set_f!(dst, f64::from(i!(src)));
                        next!();
                    }
                    Instr::U32ToF64 { dst, src } => {
                        set_f!(dst, f64::from(i!(src).cast_unsigned()));
                        next!();
                    }
                    Instr::ToNumber { dst, src } => {
                        let number = slow!(self.unary_plus(r!(src)));
                        set!(dst, Value::number(number));
                        next!();
                    }
                    Instr::ToNumeric { dst, src } => {
                        let value = r!(src);
                        set!(dst, if value.is_number() { value } else { slow!(self.numeric(value)) });
                        next!();
                    }
                    Instr::ToStr { dst, src } => {
                        let string = slow!(self.to_string(r!(src)));
                        set!(dst, string.into());
                        safepoint!();
                    }
                    Instr::ToKey { dst, src } => {
                        let value = r!(src);
                        let plain = value.is_number() || value.is_string() || value.is_symbol();
                        set!(dst, if plain { value } else { slow!(self.key_of(value)) });
                        safepoint!();
                    }
                    Instr::Truthy { dst, src } => {
                        set_b!(dst, self.truthy(r!(src)));
                        next!();
                    }
                    // Numbers
                    Instr::F64Add { dst, a, b } => {
                        set_f!(dst, (f!(a) + f!(b)));
                        next!();
                    }
                    Instr::F64Sub { dst, a, b } => {
                        set_f!(dst, (f!(a) - f!(b)));
                        next!();
                    }
                    Instr::F64Mul { dst, a, b } => {
                        set_f!(dst, (f!(a) * f!(b)));
                        next!();
                    }
                    Instr::F64Div { dst, a, b } => {
                        set_f!(dst, (f!(a) / f!(b)));
                        next!();
                    }
                    Instr::F64Rem { dst, a, b } => {
                        set!(dst, Value::number(libm::fmod(f!(a), f!(b))));
                        next!();
                    }
                    Instr::F64Pow { dst, a, b } => {
                        set!(dst, Value::number(pow(f!(a), f!(b))));
                        next!();
                    }
                    Instr::F64Neg { dst, src } => {
                        set!(dst, Value::number(-f!(src)));
                        next!();
                    }
                    Instr::F64Abs { dst, src } => {
                        set!(dst, Value::number(f!(src).abs()));
                        next!();
                    }
                    Instr::F64Sqrt { dst, src } => {
                        set!(dst, Value::number(f!(src).sqrt()));
                        next!();
                    }
                    Instr::F64Floor { dst, src } => {
                        set!(dst, Value::number(f!(src).floor()));
                        next!();
                    }
                    Instr::F64Ceil { dst, src } => {
                        set!(dst, Value::number(f!(src).ceil()));
                        next!();
                    }
                    Instr::F64Trunc { dst, src } => {
                        set!(dst, Value::number(f!(src).trunc()));
                        next!();
                    }
                    Instr::F64Min { dst, a, b } => {
                        set!(dst, Value::number(min(f!(a), f!(b))));
                        next!();
                    }
                    Instr::F64Max { dst, a, b } => {
                        set!(dst, Value::number(max(f!(a), f!(b))));
                        next!();
                    }
                    Instr::F64Eq { dst, a, b } => {
                        set_b!(dst, f!(a) == f!(b));
                        next!();
                    }
                    Instr::F64Ne { dst, a, b } => {
                        set_b!(dst, f!(a) != f!(b));
                        next!();
                    }
                    Instr::F64Lt { dst, a, b } => {
                        set_b!(dst, f!(a) < f!(b));
                        next!();
                    }
                    Instr::F64Le { dst, a, b } => {
                        set_b!(dst, f!(a) <= f!(b));
                        next!();
                    }
                    Instr::F64Gt { dst, a, b } => {
                        set_b!(dst, f!(a) > f!(b));
                        next!();
                    }
                    Instr::F64Ge { dst, a, b } => {
                        set_b!(dst, f!(a) >= f!(b));
                        next!();
                    }
                    Instr::I32Add { dst, a, b } => {
                        set_i!(dst, i!(a).wrapping_add(i!(b)));
                        next!();
                    }
                    Instr::I32Sub { dst, a, b } => {
                        set_i!(dst, i!(a).wrapping_sub(i!(b)));
                        next!();
                    }
                    Instr::I32Mul { dst, a, b } => {
                        set_i!(dst, i!(a).wrapping_mul(i!(b)));
                        next!();
                    }
                    Instr::I32And { dst, a, b } => {
                        set_i!(dst, i!(a) & i!(b));
                        next!();
                    }
                    Instr::I32Or { dst, a, b } => {
                        set_i!(dst, i!(a) | i!(b));
                        next!();
                    }
                    Instr::I32Xor { dst, a, b } => {
                        set_i!(dst, i!(a) ^ i!(b));
                        next!();
                    }
                    Instr::I32Shl { dst, a, b } => {
                        set_i!(dst, i!(a).wrapping_shl(i!(b).cast_unsigned()));
                        next!();
                    }
                    Instr::I32Shr { dst, a, b } => {
                        set_i!(dst, i!(a).wrapping_shr(i!(b).cast_unsigned()));
                        next!();
                    }
                    Instr::I32Ushr { dst, a, b } => {
                        let shifted = i!(a).cast_unsigned().wrapping_shr(i!(b).cast_unsigned());
                        set_i!(dst, shifted.cast_signed());
                        next!();
                    }
                    Instr::I32Not { dst, src } => {
                        set_i!(dst, !i!(src));
                        next!();
                    }
                    Instr::I32Eq { dst, a, b } => {
                        set_b!(dst, i!(a) == i!(b));
                        next!();
                    }
                    Instr::I32Lt { dst, a, b } => {
                        set_b!(dst, i!(a) < i!(b));
                        next!();
                    }
                    // Booleans and strings
                    Instr::BoolNot { dst, src } => {
                        set_b!(dst, !b!(src));
                        next!();
                    }
                    Instr::BoolEq { dst, a, b } => {
                        set_b!(dst, b!(a) == b!(b));
                        next!();
                    }
                    Instr::StrConcat { dst, a, b } => {
                        let (a, b) = (r!(a).as_string(), r!(b).as_string());
                        let string = slow!(self.concat(a.unwrap_unchecked(), b.unwrap_unchecked()));
                        set!(dst, string.into());
                        safepoint!();
                    }
                    Instr::StrEq { dst, a, b } => {
                        set_b!(dst, self.strict_equals(r!(a), r!(b)));
                        next!();
                    }
                    Instr::StrLt { dst, a, b } => {
                        self.pay_for_texts(r!(a), r!(b));
                        let (a, b) = (r!(a).as_string(), r!(b).as_string());
                        set_b!(dst, a.unwrap_unchecked().compare(&b.unwrap_unchecked()).is_lt());
                        next!();
                    }
                    Instr::StrLen { dst, src } => {
                        set_f!(dst, (r!(src).as_string().unwrap_unchecked().len() as f64));
                        next!();
                    }
                    // Dynamic operators
                    Instr::AnyAdd { dst, a, b } => arith!(dst, a, b, Arith::Add, |x, y| x + y),
                    Instr::AnySub { dst, a, b } => arith!(dst, a, b, Arith::Sub, |x, y| x - y),
                    Instr::AnyMul { dst, a, b } => arith!(dst, a, b, Arith::Mul, |x, y| x * y),
                    Instr::AnyDiv { dst, a, b } => arith!(dst, a, b, Arith::Div, |x, y| x / y),
                    Instr::AnyRem { dst, a, b } => {
                        arith!(dst, a, b, Arith::Rem, |x, y| crate::operators::number_arith(Arith::Rem, x, y))
                    }
                    Instr::AnyPow { dst, a, b } => arith!(dst, a, b, Arith::Pow, pow),
                    Instr::AnyNeg { dst, src } => {
                        set!(dst, slow!(self.negate(r!(src))));
                        safepoint!();
                    }
                    Instr::AnyBitNot { dst, src } => {
                        set!(dst, slow!(self.bit_not(r!(src))));
                        next!();
                    }
                    Instr::AnyAnd { dst, a, b } => {
                        arith!(dst, a, b, Arith::And, |x, y| f64::from(f64_to_i32(x) & f64_to_i32(y)))
                    }
                    Instr::AnyOr { dst, a, b } => {
                        arith!(dst, a, b, Arith::Or, |x, y| f64::from(f64_to_i32(x) | f64_to_i32(y)))
                    }
                    Instr::AnyXor { dst, a, b } => {
                        arith!(dst, a, b, Arith::Xor, |x, y| f64::from(f64_to_i32(x) ^ f64_to_i32(y)))
                    }
                    Instr::AnyShl { dst, a, b } => {
                        arith!(dst, a, b, Arith::Shl, |x, y| crate::operators::number_arith(Arith::Shl, x, y))
                    }
                    Instr::AnyShr { dst, a, b } => {
                        arith!(dst, a, b, Arith::Shr, |x, y| crate::operators::number_arith(Arith::Shr, x, y))
                    }
                    Instr::AnyUshr { dst, a, b } => {
                        arith!(dst, a, b, Arith::Ushr, |x, y| crate::operators::number_arith(Arith::Ushr, x, y))
                    }
                    Instr::AnyLt { dst, a, b } => compare!(dst, a, b, Order::Lt, <),
                    Instr::AnyLe { dst, a, b } => compare!(dst, a, b, Order::Le, <=),
                    Instr::AnyGt { dst, a, b } => compare!(dst, a, b, Order::Gt, >),
                    Instr::AnyGe { dst, a, b } => compare!(dst, a, b, Order::Ge, >=),
                    Instr::StrictEq { dst, a, b } => {
                        set_b!(dst, self.strict_equals(r!(a), r!(b)));
                        next!();
                    }
                    Instr::LooseEq { dst, a, b } => {
                        set_b!(dst, slow!(self.loose_equals(r!(a), r!(b))));
                        next!();
                    }
                    Instr::Typeof { dst, src } => {
                        set!(dst, self.type_of(r!(src)));
                        next!();
                    }
                    Instr::InstanceOf { dst, value, class } => {
                        set_b!(dst, slow!(self.instance_of(r!(value), r!(class))));
                        next!();
                    }
                    Instr::In { dst, key, object } => {
                        set_b!(dst, slow!(self.has_property(r!(key), r!(object))));
                        next!();
                    }
                    // Objects
                    Instr::NewObject { dst } => {
                        set!(dst, self.new_object().into());
                        safepoint!();
                    }
                    Instr::GetProp { dst, object, site } => {
                        let target = r!(object);
                        if let Some(o) = target.as_object() {
                            let cache = &*(*rt).sites.add(usize::from(site));
                            if cache.first.shape == o.shape() && cache.first.hit == Hit::Own {
                                let value = o.slot(cache.first.slot as usize);
                                if !value.is_absent() {
                                    set!(dst, value);
                                    next!();
                                }
                            }
                        }
                        set!(dst, slow!(self.get_at_site(target, rt, site)));
                        safepoint!();
                    }
                    Instr::SetProp { object, value, site } => {
                        let target = r!(object);
                        if let Some(mut o) = target.as_object() {
                            let cache = &*(*rt).sites.add(usize::from(site));
                            if cache.first.shape == o.shape() && cache.first.hit == Hit::Own {
                                o.set_slot(cache.first.slot as usize, r!(value));
                                next!();
                            }
                        }
                        slow!(self.set_at_site(target, rt, site, r!(value)));
                        safepoint!();
                    }
                    Instr::GetIndex { dst, object, key } => {
                        let (target, key) = (r!(object), r!(key));
                        if key.is_number()
                            && let Some(array) = target.of::<ArrayData>()
                        {
                            let n = key.to_f64();
                            let index = n as u32;
                            if f64::from(index) == n
                                && let Some(value) = array.data.get(index as usize)
                            {
                                set!(dst, value);
                                next!();
                            }
                        }
                        set!(dst, slow!(self.get_index(target, key)));
                        safepoint!();
                    }
                    Instr::SetIndex { object, key, value } => {
                        let (target, key, value) = (r!(object), r!(key), r!(value));
                        if key.is_number()
                            && let Some(mut array) = target.of::<ArrayData>()
                        {
                            let n = key.to_f64();
                            let index = n as u32;
                            if f64::from(index) == n && array.unbarriered().data.replace(index as usize, value) {
                                self.heap.note_store(array, value);
                                next!();
                            }
                        }
                        slow!(self.set_index(target, key, value));
                        safepoint!();
                    }
                    Instr::DeleteProp { dst, object, key } => {
                        set_b!(dst, slow!(self.delete_property(r!(object), r!(key))));
                        next!();
                    }
                    Instr::DefineField { object, key, value } => {
                        slow!(self.define_field(r!(object), r!(key), r!(value)));
                        safepoint!();
                    }
                    Instr::DefineMethod { kind, object, key, func } => {
                        slow!(self.define_method(kind, r!(object), r!(key), r!(func)));
                        safepoint!();
                    }
                    Instr::CopyProps { target, source } => {
                        slow!(self.copy_props(r!(target), r!(source)));
                        safepoint!();
                    }
                    Instr::ObjectRest { dst, source, except } => {
                        let except: Vec<Value> = list!(except).iter().map(|reg| r!(reg)).collect();
                        set!(dst, slow!(self.object_rest(r!(source), &except)));
                        safepoint!();
                    }
                    Instr::RequireObject { src } => {
                        if r!(src).is_nullish() {
                            fail!({
                                save!();
                                self.cannot_destructure(r!(src))
                            });
                        }
                        next!();
                    }
                    Instr::GetField { dst, object, slot } => {
                        let value = match r!(object).as_object() {
                            Some(o) => o.slot(usize::from(slot)),
                            None => Value::ABSENT,
                        };
                        let ty = *(*rt).types.add(usize::from(dst.0));
                        let value = match unbox_field(value, ty) {
                            Some(value) => value,
                            None => slow!(self.absent_field(r!(object), slot, ty)),
                        };
                        set!(dst, value);
                        next!();
                    }
                    Instr::DefineUnset { object, key } => {
                        slow!(self.define_unset(r!(object), r!(key)));
                        next!();
                    }
                    Instr::SetField { object, value, slot } => {
                        let ty = *(*rt).types.add(usize::from(value.0));
                        slow!(self.set_field(r!(object), slot, box_value(r!(value), ty)));
                        next!();
                    }
                    Instr::SuperGet { dst, args } => {
                        let args = list!(args);
                        set!(dst, slow!(self.super_get(r!(args[0]), r!(args[1]), r!(args[2]))));
                        safepoint!();
                    }
                    Instr::SuperSet { args } => {
                        let args = list!(args);
                        slow!(self.super_set(r!(args[0]), r!(args[1]), r!(args[2]), r!(args[3])));
                        safepoint!();
                    }
                    // Private names
                    Instr::NewPrivateName { dst, description } => {
                        let description = self.constant_value(description);
                        set!(dst, self.heap.private_name(description));
                        safepoint!();
                    }
                    Instr::GetPrivate { dst, object, name } => {
                        set!(dst, slow!(self.get_private(r!(object), r!(name))));
                        safepoint!();
                    }
                    Instr::SetPrivate { object, name, value } => {
                        slow!(self.set_private(r!(object), r!(name), r!(value)));
                        next!();
                    }
                    Instr::DefinePrivate { kind, object, name, value } => {
                        slow!(self.define_private(kind, r!(object), r!(name), r!(value)));
                        safepoint!();
                    }
                    Instr::HasPrivate { dst, object, name } => {
                        set_b!(dst, slow!(self.has_private(r!(object), r!(name))));
                        next!();
                    }
                    // Arrays and iteration
                    Instr::NewArray { dst, items } => {
                        let items: Vec<Value> = list!(items).iter().map(|reg| r!(reg)).collect();
                        set!(dst, self.new_array(items));
                        safepoint!();
                    }
                    Instr::ArrayPush { array, value } => {
                        slow!(self.array_push(r!(array), r!(value)));
                        safepoint!();
                    }
                    Instr::ArrayHole { array } => {
                        if let Some(mut array) = r!(array).of::<ArrayData>() {
                            array.data.push_hole();
                            self.heap.grow(8);
                        }
                        next!();
                    }
                    Instr::ArraySpread { array, source } => {
                        slow!(self.array_spread(r!(array), r!(source)));
                        safepoint!();
                    }
                    Instr::IterInit { dst, source } => {
                        set!(dst, slow!(self.iter_init(r!(source))));
                        safepoint!();
                    }
                    Instr::IterInitAsync { dst, source } => {
                        set!(dst, slow!(self.iter_init_async(r!(source))));
                        safepoint!();
                    }
                    Instr::IterInitKeys { dst, source } => {
                        set!(dst, slow!(self.iter_init_keys(r!(source))));
                        safepoint!();
                    }
                    Instr::IterNext { value, done, iter } => {
                        match slow!(self.iter_next(r!(iter))) {
                            Some(item) => {
                                set!(value, item);
                                set_b!(done, false);
                            }
                            None => {
                                set!(value, Value::UNDEFINED);
                                set_b!(done, true);
                            }
                        }
                        safepoint!();
                    }
                    Instr::IterCall { dst, args } => {
                        let args = list!(args);
                        set!(dst, slow!(self.iter_call(r!(args[0]), r!(args[1]), r!(args[2]))));
                        safepoint!();
                    }
                    Instr::IterMissing { dst, result } => {
                        set_b!(dst, r!(result).is_absent());
                        next!();
                    }
                    Instr::IterRequire { result } => {
                        slow!(self.iter_require(r!(result)));
                        next!();
                    }
                    Instr::IterComplete { done, result } => {
                        let end = slow!(self.iter_complete(r!(result)));
                        set_b!(done, end);
                        next!();
                    }
                    Instr::IterValue { dst, result } => {
                        set!(dst, slow!(self.iter_value(r!(result))));
                        next!();
                    }
                    Instr::IterRest { dst, iter } => {
                        set!(dst, slow!(self.iter_rest(r!(iter))));
                        safepoint!();
                    }
                    Instr::IterClose { iter } => {
                        slow!(self.iter_close(r!(iter)));
                        next!();
                    }
                    Instr::IterCloseQuiet { iter } => {
                        slow!(self.iter_close_quiet(r!(iter)));
                        next!();
                    }
                    // Variables
                    Instr::NewCell { dst, value } => {
                        let cell = crate::object::VarCell::new(r!(value));
                        set!(dst, Value::internal_cell(self.heap.alloc(cell)));
                        safepoint!();
                    }
                    Instr::GetCell { dst, cell } => match r!(cell).as_var() {
                        Some(cell) => {
                            set!(dst, cell.value);
                            next!();
                        }
                        None => fail!({
                            save!();
                            self.fault("a cell is read that is none")
                        }),
                    },
                    Instr::SetCell { cell, value } => match r!(cell).as_var() {
                        Some(mut cell) => {
                            cell.value = r!(value);
                            next!();
                        }
                        None => fail!({
                            save!();
                            self.fault("a cell is written that is none")
                        }),
                    },
                    Instr::GetCapture { dst, index } => {
                        let closure = (*frame).callee.of::<crate::object::data::FunctionData>().unwrap_unchecked();
                        set!(dst, *closure.data.captures.get_unchecked(usize::from(index)));
                        next!();
                    }
                    Instr::GetGlobal { dst, global } => {
                        set!(dst, *self.globals.get_unchecked(global as usize));
                        next!();
                    }
                    Instr::SetGlobal { src, global } => {
                        *self.globals.get_unchecked_mut(global as usize) = r!(src);
                        next!();
                    }
                    // Functions and classes
                    Instr::NewClosure { dst, func, captures } => {
                        let captures: Box<[Value]> = list!(captures).iter().map(|reg| r!(reg)).collect();
                        set!(dst, self.new_closure(func, captures));
                        safepoint!();
                    }
                    Instr::SetFunctionName { flag, func, key } => {
                        slow!(self.set_function_name(flag, r!(func), r!(key)));
                        next!();
                    }
                    Instr::NewClass { proto, ctor, superclass } => {
                        set!(proto, slow!(self.new_class(r!(ctor), r!(superclass))));
                        safepoint!();
                    }
                    Instr::SetFieldInit { ctor, init } => {
                        slow!(self.set_field_init(r!(ctor), r!(init)));
                        next!();
                    }
                    Instr::RunFieldInit { object, ctor } => {
                        slow!(self.run_field_init(r!(object), r!(ctor)));
                        safepoint!();
                    }
                    Instr::Call { dst, callee, args } => {
                        let args: &[Reg] = list!(args);
                        called!(self.enter_call(r!(callee), r!(args[0]), &args[1..], regs, dst), dst)
                    }
                    Instr::CallMethod { dst, args, site } => {
                        let args: &[Reg] = list!(args);
                        let receiver = r!(args[0]);
                        let method = slow!(self.method_at_site(receiver, rt, site));
                        called!(self.enter_method(method, receiver, &args[1..], regs, dst, rt, site), dst)
                    }
                    Instr::CallDirect { dst, func, args } => {
                        let args: &[Reg] = list!(args);
                        slow!(self.enter_direct(func, args, regs, dst));
                        begin!()
                    }
                    Instr::CallNative { dst, native, args } => {
                        let args: &[Reg] = list!(args);
                        let callee = self.native_function(native);
                        called!(self.enter_call(callee, r!(args[0]), &args[1..], regs, dst), dst)
                    }
                    Instr::CallHost { dst, host, args } => {
                        let args: Vec<Value> = list!(args).iter().map(|reg| r!(reg)).collect();
                        set!(dst, slow!(self.call_host(host, &args)));
                        safepoint!();
                    }
                    Instr::CallSpread { dst, callee, args } => {
                        let args = list!(args);
                        set!(dst, slow!(self.call_spread(r!(callee), r!(args[0]), r!(args[1]))));
                        safepoint!();
                    }
                    Instr::New { dst, callee, args } => {
                        if self.heap.wants_collection() {
                            slow!(self.safepoint());
                        }
                        let callee = r!(callee);
                        called!(self.enter_new(callee, callee, list!(args), regs, dst), dst)
                    }
                    Instr::NewSpread { dst, callee, array } => {
                        set!(dst, slow!(self.new_spread(r!(callee), r!(callee), r!(array))));
                        safepoint!();
                    }
                    Instr::SuperCall { dst, ctor, args } => {
                        let superclass = slow!(self.super_constructor(r!(ctor)));
                        let args = list!(args);
                        called!(self.enter_new(superclass, r!(args[0]), &args[1..], regs, dst), dst)
                    }
                    Instr::SuperCallSpread { dst, args } => {
                        let args = list!(args);
                        let superclass = slow!(self.super_constructor(r!(args[0])));
                        set!(dst, slow!(self.new_spread(superclass, r!(args[1]), r!(args[2]))));
                        safepoint!();
                    }
                    Instr::TemplateObject { dst, template } => {
                        set!(dst, slow!(self.template_object((*rt).func, template)));
                        safepoint!();
                    }
                    Instr::NewRegExp { dst, regexp } => {
                        set!(dst, slow!(self.new_regexp(regexp)));
                        safepoint!();
                    }
                    Instr::ImportMeta { dst } => {
                        save!();
                        set!(dst, self.import_meta());
                        safepoint!();
                    }
                    Instr::ModuleNamespace { dst, index } => {
                        set!(dst, self.module_namespace(index));
                        safepoint!();
                    }
                    // Suspension
                    Instr::GeneratorStart {} => {
                        save!();
                        let object = self.start_generator((*rt).kind);
                        match self.pop_frame(object) {
                            Some(result) => return Ok(result),
                            None => {
                                reload!();
                                pc = (*frame).pc;
                            }
                        }
                    }
                    Instr::Await { value, .. } => {
                        let promise = slow!(self.suspend_await(r!(value)));
                        match self.pop_frame(promise) {
                            Some(result) => return Ok(result),
                            None => {
                                reload!();
                                pc = (*frame).pc;
                            }
                        }
                    }
                    Instr::Yield { value, .. } | Instr::YieldResult { value, .. } => {
                        let value = r!(value);
                        let whole = matches!(*pc, Instr::YieldResult { .. });
                        save!();
                        let Some(coroutine) = (*frame).coroutine else {
                            fail!(self.fault("a generator yields before it started"))
                        };
                        self.suspended_by =
                            if whole { coroutine::Suspension::YieldResult } else { coroutine::Suspension::Yield };
                        self.save_frame(coroutine, coroutine::State::Suspended);
                        if let Some(result) = self.pop_frame(value) {
                            return Ok(result);
                        }
                        reload!();
                        pc = (*frame).pc;
                    }
                    // Control
                    Instr::Jump { target } => go!(target),
                    Instr::Branch { cond, then, otherwise } => {
                        go!(if b!(cond) { then } else { otherwise })
                    }
                    Instr::Return { value } => leave!(r!(value)),
                    Instr::Throw { value } => fail!({
                        save!();
                        self.throw(r!(value))
                    }),
                    Instr::ThrowError { kind, message } => fail!({
                        save!();
                        self.throw_error(kind, message)
                    }),
                    Instr::Unreachable {} => fail!({
                        save!();
                        self.fault("code ran that the compiler proved unreachable")
                    }),
                    Instr::Catch { dst } => {
                        set!(dst, self.exception);
                        self.exception = Value::UNDEFINED;
                        next!();
                    }
                }
            }
        }
    }
}

/// A register's raw bits as a dynamic value.
#[inline(always)]
fn box_value(raw: Value, ty: RegType) -> Value {
    match ty {
        RegType::Bool => Value::bool(raw.bits() != 0),
        RegType::I32 => Value::number(f64::from((raw.bits() as u32).cast_signed())),
        RegType::Any | RegType::F64 | RegType::Str | RegType::Obj(_) => raw,
    }
}

/// A field's dynamic value as the raw bits of a register; `None` where a field is absent, or typed and not set yet.
#[inline(always)]
fn unbox_field(value: Value, ty: RegType) -> Option<Value> {
    if value.is_absent() || (value.is_undefined() && ty != RegType::Any) {
        return None;
    }
    Some(match ty {
        RegType::Bool => Value::from_bits(u64::from(value.is_true())),
        RegType::I32 => Value::from_bits(u64::from(f64_to_i32(value.to_f64()).cast_unsigned())),
        RegType::Any | RegType::F64 | RegType::Str | RegType::Obj(_) => value,
    })
}
