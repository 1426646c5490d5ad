//! `Math`. What the standard leaves approximate comes from the `libm` crate, so that every platform gives the same bits, and
//! from `fdlibm` and `turns` where that gives the bits that people know.

mod angle;
mod fdlibm;
mod turns;

pub(super) use turns::{cos, sin};

use super::Family;
use crate::native::{Args, Completion, Constant};
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Math.abs", |vm, args| unary(vm, args, f64::abs)),
    ("Math.acos", |vm, args| unary(vm, args, libm::acos)),
    ("Math.acosh", |vm, args| unary(vm, args, fdlibm::acosh)),
    ("Math.asin", |vm, args| unary(vm, args, libm::asin)),
    ("Math.asinh", |vm, args| unary(vm, args, fdlibm::asinh)),
    ("Math.atan", |vm, args| unary(vm, args, libm::atan)),
    ("Math.atan2", |vm, args| binary(vm, args, fdlibm::atan2)),
    ("Math.atanh", |vm, args| unary(vm, args, fdlibm::atanh)),
    ("Math.cbrt", |vm, args| unary(vm, args, fdlibm::cbrt)),
    ("Math.ceil", |vm, args| unary(vm, args, f64::ceil)),
    ("Math.clz32", |vm, args| unary(vm, args, |x| f64::from(to_u32(x).leading_zeros()))),
    ("Math.cos", |vm, args| unary(vm, args, turns::cos)),
    ("Math.cosh", |vm, args| unary(vm, args, fdlibm::cosh)),
    ("Math.exp", |vm, args| unary(vm, args, fdlibm::exp)),
    ("Math.expm1", |vm, args| unary(vm, args, libm::expm1)),
    ("Math.f16round", |vm, args| unary(vm, args, |x| f16_to_f64(f64_to_f16(x)))),
    ("Math.floor", |vm, args| unary(vm, args, f64::floor)),
    ("Math.fround", |vm, args| unary(vm, args, |x| f64::from(x as f32))),
    ("Math.hypot", hypot),
    ("Math.imul", |vm, args| binary(vm, args, |a, b| f64::from(to_u32(a).wrapping_mul(to_u32(b)).cast_signed()))),
    ("Math.log", |vm, args| unary(vm, args, fdlibm::log)),
    ("Math.log10", |vm, args| unary(vm, args, fdlibm::log10)),
    ("Math.log1p", |vm, args| unary(vm, args, fdlibm::log1p)),
    ("Math.log2", |vm, args| unary(vm, args, libm::log2)),
    ("Math.max", |vm, args| fold(vm, args, f64::NEG_INFINITY, max)),
    ("Math.min", |vm, args| fold(vm, args, f64::INFINITY, min)),
    ("Math.pow", |vm, args| binary(vm, args, crate::operators::pow)),
    ("Math.random", |vm, _| Ok(vm.random().into())),
    ("Math.round", |vm, args| unary(vm, args, round)),
    ("Math.sign", |vm, args| unary(vm, args, |x| if x == 0.0 || x.is_nan() { x } else { x.signum() })),
    ("Math.sin", |vm, args| unary(vm, args, turns::sin)),
    ("Math.sinh", |vm, args| unary(vm, args, fdlibm::sinh)),
    ("Math.sqrt", |vm, args| unary(vm, args, f64::sqrt)),
    ("Math.tan", |vm, args| unary(vm, args, turns::tan)),
    ("Math.tanh", |vm, args| unary(vm, args, fdlibm::tanh)),
    ("Math.trunc", |vm, args| unary(vm, args, f64::trunc)),
];

pub static CONSTANTS: &[(&str, Constant)] = &[
    ("Math.E", Constant::Number(std::f64::consts::E)),
    ("Math.LN10", Constant::Number(std::f64::consts::LN_10)),
    ("Math.LN2", Constant::Number(std::f64::consts::LN_2)),
    ("Math.LOG10E", Constant::Number(std::f64::consts::LOG10_E)),
    ("Math.LOG2E", Constant::Number(std::f64::consts::LOG2_E)),
    ("Math.PI", Constant::Number(std::f64::consts::PI)),
    ("Math.SQRT1_2", Constant::Number(std::f64::consts::FRAC_1_SQRT_2)),
    ("Math.SQRT2", Constant::Number(std::f64::consts::SQRT_2)),
    ("Math[Symbol.toStringTag]", Constant::Str("Math")),
];

fn unary(vm: &mut Vm, args: Args, f: fn(f64) -> f64) -> Completion {
    let x = vm.to_number(args.get(0))?;
    Ok(f(x).into())
}

fn binary(vm: &mut Vm, args: Args, f: fn(f64, f64) -> f64) -> Completion {
    let a = vm.to_number(args.get(0))?;
    let b = vm.to_number(args.get(1))?;
    Ok(f(a, b).into())
}

/// Converts every argument before it folds, as the standard does.
fn fold(vm: &mut Vm, args: Args, start: f64, f: fn(f64, f64) -> f64) -> Completion {
    let mut result = start;
    for &value in args.all() {
        let x = vm.to_number(value)?;
        result = f(result, x);
    }
    Ok(result.into())
}

/// NaN wins; 0 is above -0.
pub(crate) fn max(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == b {
        if a.is_sign_positive() { a } else { b }
    } else if a > b {
        a
    } else {
        b
    }
}

pub(crate) fn min(a: f64, b: f64) -> f64 {
    -max(-a, -b)
}

/// Half up; keeps -0 for what rounds up to 0 from below.
fn round(x: f64) -> f64 {
    if !x.is_finite() || x.abs() >= 4_503_599_627_370_496.0 {
        return x;
    }
    let floor = x.floor();
    let rounded = if x - floor >= 0.5 { floor + 1.0 } else { floor };
    rounded.copysign(x)
}

fn hypot(vm: &mut Vm, args: Args) -> Completion {
    let mut values = Vec::with_capacity(args.len());
    for &value in args.all() {
        values.push(vm.to_number(value)?.abs());
    }
    if values.iter().any(|x| x.is_infinite()) {
        return Ok(f64::INFINITY.into());
    }
    let largest = values.iter().copied().fold(0.0, max);
    if largest == 0.0 || largest.is_nan() {
        return Ok(Value::number(largest));
    }
    // Kahan's summation, as V8 does, of what is scaled to at most 1.
    let (mut sum, mut lost) = (0.0f64, 0.0f64);
    for x in values {
        let scaled = x / largest;
        let summand = scaled * scaled - lost;
        let next = sum + summand;
        lost = (next - sum) - summand;
        sum = next;
    }
    Ok((sum.sqrt() * largest).into())
}

/// ToUint32.
pub(crate) fn to_u32(x: f64) -> u32 {
    if !x.is_finite() {
        return 0;
    }
    x.trunc().rem_euclid(4_294_967_296.0) as u32
}

/// The bits of the nearest half-precision number, ties to even.
pub(crate) fn f64_to_f16(x: f64) -> u16 {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = x.abs();
    if x.is_nan() {
        return 0x7E00;
    }
    if magnitude >= 65520.0 {
        return sign | 0x7C00;
    }
    if magnitude < 6.103_515_625e-5 {
        // Subnormal: whole multiples of 2^-24.
        return sign | (magnitude * 16_777_216.0).round_ties_even() as u16;
    }
    let exponent = ((magnitude.to_bits() >> 52) as i32) - 1023;
    let fraction = (magnitude / 2f64.powi(exponent) * 1024.0).round_ties_even() as u16;
    // A fraction that rounded up to 2048 carries into the exponent by itself.
    sign | (((exponent + 14) as u16) << 10).wrapping_add(fraction)
}

pub(crate) fn f16_to_f64(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF));
    let magnitude = match exponent {
        0 => fraction / 16_777_216.0,
        0x1F if fraction == 0.0 => f64::INFINITY,
        0x1F => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up() {
        for (x, expect) in
            [(0.5, 1.0), (-0.5, -0.0), (2.5, 3.0), (-2.5, -2.0), (0.499_999_999_999_999_94, 0.0), (-0.2, -0.0)]
        {
            assert_eq!(round(x).to_bits(), f64::to_bits(expect), "{x}");
        }
    }

    #[test]
    fn signed_zeros_and_nan() {
        assert_eq!(max(-0.0, 0.0).to_bits(), 0.0f64.to_bits());
        assert_eq!(min(0.0, -0.0).to_bits(), (-0.0f64).to_bits());
        assert!(max(f64::NAN, 1.0).is_nan() && min(1.0, f64::NAN).is_nan());
        assert!(fdlibm::acosh(0.5).is_nan() && fdlibm::acosh(-3.0).is_nan());
    }

    #[test]
    fn half_precision() {
        for bits in 0..=u16::MAX {
            let x = f16_to_f64(bits);
            if !x.is_nan() {
                assert_eq!(f64_to_f16(x), bits, "{x}");
            }
        }
        assert_eq!(f16_to_f64(f64_to_f16(1.337)), 1.3369140625);
        assert_eq!(f64_to_f16(65519.9), 0x7BFF);
        assert_eq!(f64_to_f16(65520.0), 0x7C00);
    }
}
