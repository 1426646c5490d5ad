//! Arithmetic and comparison: typed, and dynamic on two numbers.

use mosl_bytecode::{Instr, Reg};

use super::control::decide;
use super::{Machine, handlers, leave, next, otherwise};
use crate::value::Value;

/// 2^52 + 2^51: a double around it has whole numbers in its low bits.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// The 32-bit integer that a double is, if it is one (negative zero counts as 0); nothing but a number is.
#[inline(always)]
fn as_i32(n: f64) -> Option<i32> {
    let low = (n + WHOLE).to_bits() as u32 as i32;
    if f64::from(low) == n { Some(low) } else { None }
}

/// The array index that a double is, if it is one.
#[inline(always)]
pub(super) fn as_index(n: f64) -> Option<usize> {
    match as_i32(n) {
        Some(index) if index >= 0 => Some(index as usize),
        _ => None,
    }
}

/// `a % b` of whole numbers that are not negative.
#[inline(always)]
fn quick_remainder(a: f64, b: f64) -> Option<f64> {
    let (x, y) = (as_i32(a)?, as_i32(b)?);
    let fits = x >= 0 && y > 0 && (x > 0 || a.is_sign_positive());
    fits.then(|| f64::from(x.cast_unsigned() % y.cast_unsigned()))
}

fn slow_remainder(a: f64, b: f64) -> f64 {
    Value::number(libm::fmod(a, b)).to_f64()
}

impl Machine<'_> {
    #[inline(always)]
    unsafe fn f64(&self, reg: Reg) -> f64 {
        // SAFETY: the verifier checked the register.
        unsafe { self.reg(reg) }.to_f64()
    }

    #[inline(always)]
    unsafe fn i32(&self, reg: Reg) -> i32 {
        // SAFETY: the verifier checked the register.
        (unsafe { self.reg(reg) }.bits() as u32).cast_signed()
    }
}

#[inline(always)]
unsafe fn float(m: Machine, dst: Reg, value: f64) -> *const Instr {
    // SAFETY: as for the handlers.
    unsafe {
        m.set(dst, Value::from_bits(value.to_bits()));
        next(m)
    }
}

#[inline(always)]
unsafe fn int(m: Machine, dst: Reg, value: i32) -> *const Instr {
    // SAFETY: as for the handlers.
    unsafe {
        m.set(dst, Value::from_bits(u64::from(value.cast_unsigned())));
        next(m)
    }
}

/// A dynamic operator on two numbers. As a double, everything but a number is a NaN: so a result that is none says that both were.
macro_rules! arith {
    ($m:ident, $dst:ident, $a:ident, $b:ident, $op:expr, $nan:ident) => {{
        let op: fn(f64, f64) -> f64 = $op;
        let result = op($m.f64($a), $m.f64($b));
        if result.is_nan() {
            otherwise!($m, $nan);
        }
        float($m, $dst, result)
    }};
}

/// The same where the result is NaN.
macro_rules! arith_nan {
    ($m:ident, $dst:ident, $a:ident, $b:ident, $op:expr) => {{
        let (x, y) = ($m.reg($a), $m.reg($b));
        if !(x.is_number() && y.is_number()) {
            return leave($m);
        }
        let op: fn(f64, f64) -> f64 = $op;
        float($m, $dst, op(x.to_f64(), y.to_f64()))
    }};
}

/// A dynamic operator on two 32-bit integers, which nothing but numbers are.
macro_rules! bits {
    ($m:ident, $dst:ident, $a:ident, $b:ident, $op:expr) => {{
        let (Some(x), Some(y)) = (as_i32($m.f64($a)), as_i32($m.f64($b))) else { return leave($m) };
        let op: fn(i32, i32) -> f64 = $op;
        float($m, $dst, op(x, y))
    }};
}

/// A dynamic comparison. Where neither is a NaN, both are numbers.
macro_rules! compare {
    ($m:ident, $dst:ident, $a:ident, $b:ident, $op:tt) => {{
        let (x, y) = ($m.f64($a), $m.f64($b));
        if x.is_nan() || y.is_nan() {
            return leave($m);
        }
        decide($m, $dst, x $op y)
    }};
}

handlers! {
    f64_to_i32: Instr::F64ToI32 { dst, src }, m => {
        let n = m.f64(src);
        match as_i32(n) {
            Some(whole) => int(m, dst, whole),
            None => leave(m),
        }
    };
    i32_to_f64: Instr::I32ToF64 { dst, src }, m => { let n = f64::from(m.i32(src)); float(m, dst, n) };
    u32_to_f64: Instr::U32ToF64 { dst, src }, m => { let n = f64::from(m.i32(src).cast_unsigned()); float(m, dst, n) };
    f64_add: Instr::F64Add { dst, a, b }, m => { let n = m.f64(a) + m.f64(b); float(m, dst, n) };
    f64_sub: Instr::F64Sub { dst, a, b }, m => { let n = m.f64(a) - m.f64(b); float(m, dst, n) };
    f64_mul: Instr::F64Mul { dst, a, b }, m => { let n = m.f64(a) * m.f64(b); float(m, dst, n) };
    f64_div: Instr::F64Div { dst, a, b }, m => { let n = m.f64(a) / m.f64(b); float(m, dst, n) };
    f64_rem: Instr::F64Rem { dst, a, b }, m => {
        match quick_remainder(m.f64(a), m.f64(b)) {
            Some(rest) => float(m, dst, rest),
            None => otherwise!(m, f64_rem_further),
        }
    };
    f64_rem_further: Instr::F64Rem { dst, a, b }, m => {
        let n = slow_remainder(m.f64(a), m.f64(b));
        float(m, dst, n)
    };
    f64_neg: Instr::F64Neg { dst, src }, m => { let n = Value::number(-m.f64(src)).to_f64(); float(m, dst, n) };
    f64_abs: Instr::F64Abs { dst, src }, m => { let n = Value::number(m.f64(src).abs()).to_f64(); float(m, dst, n) };
    f64_sqrt: Instr::F64Sqrt { dst, src }, m => { let n = Value::number(m.f64(src).sqrt()).to_f64(); float(m, dst, n) };
    f64_floor: Instr::F64Floor { dst, src }, m => {
        let n = m.f64(src);
        // A whole number is its own floor, which keeps the library's function out of the way.
        let floor = if as_i32(n).is_some() { n } else { Value::number(n.floor()).to_f64() };
        float(m, dst, floor)
    };
    f64_eq: Instr::F64Eq { dst, a, b }, m => { let r = m.f64(a) == m.f64(b); decide(m, dst, r) };
    f64_ne: Instr::F64Ne { dst, a, b }, m => { let r = m.f64(a) != m.f64(b); decide(m, dst, r) };
    f64_lt: Instr::F64Lt { dst, a, b }, m => { let r = m.f64(a) < m.f64(b); decide(m, dst, r) };
    f64_le: Instr::F64Le { dst, a, b }, m => { let r = m.f64(a) <= m.f64(b); decide(m, dst, r) };
    f64_gt: Instr::F64Gt { dst, a, b }, m => { let r = m.f64(a) > m.f64(b); decide(m, dst, r) };
    f64_ge: Instr::F64Ge { dst, a, b }, m => { let r = m.f64(a) >= m.f64(b); decide(m, dst, r) };
    i32_add: Instr::I32Add { dst, a, b }, m => { let n = m.i32(a).wrapping_add(m.i32(b)); int(m, dst, n) };
    i32_sub: Instr::I32Sub { dst, a, b }, m => { let n = m.i32(a).wrapping_sub(m.i32(b)); int(m, dst, n) };
    i32_mul: Instr::I32Mul { dst, a, b }, m => { let n = m.i32(a).wrapping_mul(m.i32(b)); int(m, dst, n) };
    i32_and: Instr::I32And { dst, a, b }, m => { let n = m.i32(a) & m.i32(b); int(m, dst, n) };
    i32_or: Instr::I32Or { dst, a, b }, m => { let n = m.i32(a) | m.i32(b); int(m, dst, n) };
    i32_xor: Instr::I32Xor { dst, a, b }, m => { let n = m.i32(a) ^ m.i32(b); int(m, dst, n) };
    i32_shl: Instr::I32Shl { dst, a, b }, m => {
        let n = m.i32(a).wrapping_shl(m.i32(b).cast_unsigned());
        int(m, dst, n)
    };
    i32_shr: Instr::I32Shr { dst, a, b }, m => {
        let n = m.i32(a).wrapping_shr(m.i32(b).cast_unsigned());
        int(m, dst, n)
    };
    i32_ushr: Instr::I32Ushr { dst, a, b }, m => {
        let n = m.i32(a).cast_unsigned().wrapping_shr(m.i32(b).cast_unsigned());
        int(m, dst, n.cast_signed())
    };
    i32_not: Instr::I32Not { dst, src }, m => { let n = !m.i32(src); int(m, dst, n) };
    i32_eq: Instr::I32Eq { dst, a, b }, m => { let r = m.i32(a) == m.i32(b); decide(m, dst, r) };
    i32_lt: Instr::I32Lt { dst, a, b }, m => { let r = m.i32(a) < m.i32(b); decide(m, dst, r) };
    any_add: Instr::AnyAdd { dst, a, b }, m => arith!(m, dst, a, b, |x, y| x + y, add_nan);
    add_nan: Instr::AnyAdd { dst, a, b }, m => arith_nan!(m, dst, a, b, |x, y| x + y);
    any_sub: Instr::AnySub { dst, a, b }, m => arith!(m, dst, a, b, |x, y| x - y, sub_nan);
    sub_nan: Instr::AnySub { dst, a, b }, m => arith_nan!(m, dst, a, b, |x, y| x - y);
    any_mul: Instr::AnyMul { dst, a, b }, m => arith!(m, dst, a, b, |x, y| x * y, mul_nan);
    mul_nan: Instr::AnyMul { dst, a, b }, m => arith_nan!(m, dst, a, b, |x, y| x * y);
    any_div: Instr::AnyDiv { dst, a, b }, m => arith!(m, dst, a, b, |x, y| x / y, div_nan);
    div_nan: Instr::AnyDiv { dst, a, b }, m => arith_nan!(m, dst, a, b, |x, y| x / y);
    any_rem: Instr::AnyRem { dst, a, b }, m => {
        match quick_remainder(m.f64(a), m.f64(b)) {
            Some(rest) => float(m, dst, rest),
            None => otherwise!(m, rem_further),
        }
    };
    rem_further: Instr::AnyRem { dst, a, b }, m => arith_nan!(m, dst, a, b, slow_remainder);
    any_and: Instr::AnyAnd { dst, a, b }, m => bits!(m, dst, a, b, |x, y| f64::from(x & y));
    any_or: Instr::AnyOr { dst, a, b }, m => bits!(m, dst, a, b, |x, y| f64::from(x | y));
    any_xor: Instr::AnyXor { dst, a, b }, m => bits!(m, dst, a, b, |x, y| f64::from(x ^ y));
    any_shl: Instr::AnyShl { dst, a, b }, m => bits!(m, dst, a, b, |x, y| f64::from(x.wrapping_shl(y.cast_unsigned())));
    any_shr: Instr::AnyShr { dst, a, b }, m => bits!(m, dst, a, b, |x, y| f64::from(x.wrapping_shr(y.cast_unsigned())));
    any_ushr: Instr::AnyUshr { dst, a, b }, m => {
        bits!(m, dst, a, b, |x, y| f64::from(x.cast_unsigned().wrapping_shr(y.cast_unsigned())))
    };
    any_neg: Instr::AnyNeg { dst, src }, m => {
        let value = m.reg(src);
        if !value.is_number() {
            return leave(m);
        }
        float(m, dst, Value::number(-value.to_f64()).to_f64())
    };
    any_not: Instr::AnyBitNot { dst, src }, m => {
        let value = m.reg(src);
        match as_i32(value.to_f64()) {
            Some(whole) => float(m, dst, f64::from(!whole)),
            None => leave(m),
        }
    };
    any_lt: Instr::AnyLt { dst, a, b }, m => compare!(m, dst, a, b, <);
    any_le: Instr::AnyLe { dst, a, b }, m => compare!(m, dst, a, b, <=);
    any_gt: Instr::AnyGt { dst, a, b }, m => compare!(m, dst, a, b, >);
    any_ge: Instr::AnyGe { dst, a, b }, m => compare!(m, dst, a, b, >=);
}
