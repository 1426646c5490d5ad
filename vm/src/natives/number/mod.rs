//! `Number`, and the global functions that read numbers.

pub(crate) mod format;
pub(crate) mod parse;

use super::Family;
use super::coerce::wrapper;
use crate::cost::{PARSE_TEXT, WORK_OUT_DIGITS};
use crate::native::{Args, Completion, Constant};
use crate::object::data::WrapperData;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("Number", construct),
    ("Number.isFinite", |_, args| Ok(args.get(0).as_number().is_some_and(f64::is_finite).into())),
    ("Number.isInteger", |_, args| Ok(args.get(0).as_number().is_some_and(is_integer).into())),
    ("Number.isNaN", |_, args| Ok(args.get(0).as_number().is_some_and(f64::is_nan).into())),
    ("Number.isSafeInteger", |_, args| {
        Ok(args.get(0).as_number().is_some_and(|n| is_integer(n) && n.abs() <= MAX_SAFE).into())
    }),
    ("Number.parseFloat", parse_float),
    ("Number.parseInt", parse_int),
    ("Number.prototype.toExponential", to_exponential),
    ("Number.prototype.toFixed", to_fixed),
    ("Number.prototype.toLocaleString", to_locale_string),
    ("Number.prototype.toPrecision", to_precision),
    ("Number.prototype.toString", to_string),
    ("Number.prototype.valueOf", |vm, args| Ok(this_number(vm, args, "valueOf")?.into())),
    ("isFinite", |vm, args| Ok(vm.to_number(args.get(0))?.is_finite().into())),
    ("isNaN", |vm, args| Ok(vm.to_number(args.get(0))?.is_nan().into())),
    ("parseFloat", parse_float),
    ("parseInt", parse_int),
];

pub(crate) const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

pub static CONSTANTS: &[(&str, Constant)] = &[
    ("Number.EPSILON", Constant::Number(f64::EPSILON)),
    ("Number.MAX_SAFE_INTEGER", Constant::Number(MAX_SAFE)),
    ("Number.MAX_VALUE", Constant::Number(f64::MAX)),
    ("Number.MIN_SAFE_INTEGER", Constant::Number(-MAX_SAFE)),
    ("Number.MIN_VALUE", Constant::Number(5e-324)),
    ("Number.NaN", Constant::Number(f64::NAN)),
    ("Number.NEGATIVE_INFINITY", Constant::Number(f64::NEG_INFINITY)),
    ("Number.POSITIVE_INFINITY", Constant::Number(f64::INFINITY)),
];

fn is_integer(n: f64) -> bool {
    n.is_finite() && n.trunc() == n
}

fn construct(vm: &mut Vm, args: Args) -> Completion {
    let value = if args.is_empty() { Value::ZERO } else { vm.to_number(args.get(0))?.into() };
    if args.new_target.is_undefined() { Ok(value) } else { wrapper(vm, args, value, Intrinsic::NumberPrototype) }
}

fn this_number(vm: &mut Vm, args: Args, name: &str) -> Completion<f64> {
    let value = args.this.of::<WrapperData>().map_or(args.this, |w| w.data.value);
    match value.as_number() {
        Some(n) => Ok(n),
        None => Err(vm.type_error(&format!("Number.prototype.{name} requires that 'this' be a Number"))),
    }
}

/// An argument that must lie in a range, as a number of digits.
fn digits(vm: &mut Vm, value: Value, least: f64, name: &str) -> Completion<usize> {
    let digits = vm.to_integer(value)?;
    if (least..=100.0).contains(&digits) {
        return Ok(digits as usize);
    }
    Err(vm.range_error(&format!("{name}() argument must be between {least} and 100")))
}

/// A number's text, whose digits were worked out one by one.
fn long_text(vm: &mut Vm, text: &str) -> Completion {
    vm.charge(WORK_OUT_DIGITS.of(text.len()))?;
    Ok(vm.str(text))
}

fn to_fixed(vm: &mut Vm, args: Args) -> Completion {
    let x = this_number(vm, args, "toFixed")?;
    let places = vm.to_integer(args.get(0))?;
    if !(0.0..=100.0).contains(&places) {
        return Err(vm.range_error("toFixed() digits argument must be between 0 and 100"));
    }
    let text =
        if !x.is_finite() || x.abs() >= 1e21 { format::to_decimal(x) } else { format::to_fixed(x, places as usize) };
    long_text(vm, &text)
}

fn to_exponential(vm: &mut Vm, args: Args) -> Completion {
    let x = this_number(vm, args, "toExponential")?;
    let asked = vm.to_integer(args.get(0))?;
    if !x.is_finite() {
        return Ok(vm.str(&format::to_decimal(x)));
    }
    let places = if args.get(0).is_undefined() { None } else { Some(digits(vm, asked.into(), 0.0, "toExponential")?) };
    long_text(vm, &format::to_exponential(x, places))
}

fn to_precision(vm: &mut Vm, args: Args) -> Completion {
    let x = this_number(vm, args, "toPrecision")?;
    if args.get(0).is_undefined() {
        return Ok(vm.number_to_str(x).into());
    }
    let asked = vm.to_integer(args.get(0))?;
    if !x.is_finite() {
        return Ok(vm.str(&format::to_decimal(x)));
    }
    let precision = digits(vm, asked.into(), 1.0, "toPrecision")?;
    long_text(vm, &format::to_precision(x, precision))
}

fn to_string(vm: &mut Vm, args: Args) -> Completion {
    let x = this_number(vm, args, "toString")?;
    let radix = if args.get(0).is_undefined() { 10.0 } else { vm.to_integer(args.get(0))? };
    if !(2.0..=36.0).contains(&radix) {
        return Err(vm.range_error("toString() radix must be between 2 and 36"));
    }
    if radix == 10.0 {
        return Ok(vm.number_to_str(x).into());
    }
    long_text(vm, &format::to_radix(x, radix as u32))
}

/// As the language en-US: groups of three digits, at most three decimals (or as the options say).
fn to_locale_string(vm: &mut Vm, args: Args) -> Completion {
    let x = this_number(vm, args, "toLocaleString")?;
    if !x.is_finite() {
        let text = if x.is_nan() {
            "NaN"
        } else if x > 0.0 {
            "∞"
        } else {
            "-∞"
        };
        return Ok(vm.str(text));
    }
    let mut least = option(vm, args.get(1), "minimumFractionDigits")?;
    let mut most = option(vm, args.get(1), "maximumFractionDigits")?;
    if least.is_none() && most.is_none() {
        (least, most) = (Some(0), Some(3));
    }
    let least = least.unwrap_or(0).min(most.unwrap_or(100));
    let most = most.unwrap_or_else(|| least.max(3));
    let fixed = if x.abs() < 1e21 { format::to_fixed(x, most) } else { format!("{x:.most$}") };
    Ok(vm.str(&grouped(&fixed, least)))
}

fn option(vm: &mut Vm, options: Value, name: &str) -> Completion<Option<usize>> {
    if !options.is_object() {
        return Ok(None);
    }
    let key = vm.key(name);
    let value = vm.get(options, key)?;
    if value.is_undefined() {
        return Ok(None);
    }
    let number = vm.to_integer(value)?;
    if !(0.0..=100.0).contains(&number) {
        return Err(vm.range_error(&format!("{name} value is out of range.")));
    }
    Ok(Some(number as usize))
}

/// Puts commas into the whole part and drops zeros at the end, down to `least` decimals.
fn grouped(fixed: &str, least: usize) -> String {
    let (sign, magnitude) = fixed.strip_prefix('-').map_or(("", fixed), |m| ("-", m));
    let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    let kept = fraction.trim_end_matches('0').len().max(least).min(fraction.len());
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if kept > 0 {
        out.push('.');
        out.push_str(&fraction[..kept]);
    }
    out
}

fn parse_float(vm: &mut Vm, args: Args) -> Completion {
    let text = vm.to_string(args.get(0))?;
    vm.charge(PARSE_TEXT.of(text.len()))?;
    Ok(parse::parse_float(text.view()).into())
}

fn parse_int(vm: &mut Vm, args: Args) -> Completion {
    let text = vm.to_string(args.get(0))?;
    let radix = if args.get(1).is_undefined() {
        0
    } else {
        vm.root(text.into());
        let radix = vm.to_number(args.get(1))?;
        super::math::to_u32(radix).cast_signed()
    };
    vm.charge(PARSE_TEXT.of(text.len()))?;
    Ok(parse::parse_int(text.view(), radix).into())
}
