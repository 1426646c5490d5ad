//! `a ** b`, rounded correctly: whole powers by squaring with twice the bits; others with ten bits more than they need, and with
//! twice the bits where that leaves open how to round.

mod double;
mod exact;

use double::{Double, MINUS_LOG_OF_SIXTEENTHS, TWO_TO_SIXTEENTHS, product_error, scaled};
use exact::general_power;

/// `a ** b` as ECMAScript has it: `10 ** -5` is the number that `0.00001` is.
pub fn pow(a: f64, b: f64) -> f64 {
    if b.is_nan() {
        return f64::NAN;
    }
    if b == 0.0 {
        return 1.0;
    }
    if a.is_nan() {
        return f64::NAN;
    }
    if b == 2.0 {
        return a * a;
    }
    if b == 1.0 {
        return a;
    }
    if b == -1.0 {
        return 1.0 / a;
    }
    let size = a.abs();
    if b.is_infinite() {
        return if size == 1.0 { f64::NAN } else { power_of_limit((size > 1.0) == (b > 0.0)) };
    }
    let sign = if a.is_sign_negative() && is_odd(b) { -1.0 } else { 1.0 };
    if size == 0.0 || size.is_infinite() {
        return sign * power_of_limit((size == 0.0) != (b > 0.0));
    }
    if a < 0.0 && b % 1.0 != 0.0 {
        return f64::NAN;
    }
    sign * if b == 0.5 { size.sqrt() } else { positive_power(size, b) }
}

fn power_of_limit(infinite: bool) -> f64 {
    if infinite { f64::INFINITY } else { 0.0 }
}

fn is_odd(n: f64) -> bool {
    (n % 2.0).abs() == 1.0
}

/// Of a finite positive base and a finite exponent.
fn positive_power(x: f64, y: f64) -> f64 {
    if x == 1.0 {
        return 1.0;
    }
    if y % 1.0 == 0.0 && y.abs() <= 64.0 {
        let whole = whole_power(x, y as i32);
        if whole > 1e-270 && whole < 1e270 {
            return whole;
        }
    }
    if (y * 16.0) % 1.0 == 0.0 && y % 1.0 != 0.0 {
        // A rounding tie is possible only where the base is a square.
        let root = x.sqrt();
        if root * root == x && product_error(root, root, x) == 0.0 {
            return positive_power(root, y * 2.0);
        }
    }
    quick_power(x, y).unwrap_or_else(|| general_power(x, y))
}

/// By squaring.
fn whole_power(x: f64, y: i32) -> f64 {
    let mut rest = y.unsigned_abs();
    let mut square = Double::new(x, 0.0);
    let mut power = Double::new(1.0, 0.0);
    while rest > 0 {
        if rest & 1 == 1 {
            power = power.times(square);
        }
        rest >>= 1;
        if rest > 0 {
            square = square.times(square);
        }
    }
    if y > 0 {
        return power.high;
    }
    let r = 1.0 / power.high;
    let product = r * power.high;
    r + r * ((1.0 - product) - product_error(r, power.high, product) - power.low * r)
}

/// A positive number as a significand from 1 up to 2 and a power of two.
fn parts(x: f64) -> (f64, i32) {
    let (normal, bias) = if x < f64::MIN_POSITIVE { (x * 18_014_398_509_481_984.0, 1077) } else { (x, 1023) };
    let bits = normal.to_bits();
    (f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000), (bits >> 52) as i32 - bias)
}

/// With an error of less than 2^-61 and |y · log(x)| · 2^-62 of the result; `None` where that could be rounded either way.
fn quick_power(x: f64, y: f64) -> Option<f64> {
    if x < f64::MIN_POSITIVE || y.abs() > 1e9 {
        return None;
    }
    let (m, k) = parts(x);
    let log = if m > std::f64::consts::SQRT_2 { quick_log(m * 0.5, k + 1) } else { quick_log(m, k) };
    let high = y * log.high;
    if high.abs() > 700.0 {
        return None;
    }
    quick_exp(Double::new(high, product_error(y, log.high, high) + y * log.low))
}

/// `log(m · 2^k)` for m from √½ to √2.
fn quick_log(m: f64, k: i32) -> Double {
    let sixteenths = (16.0 / m).round_ties_even();
    let near = sixteenths / 16.0;
    let high = f64::from_bits(m.to_bits() & 0xffff_ffff_0000_0000);
    let most = near * high - 1.0;
    let little = near * (m - high);
    let numerator = most + little;
    let denominator = 2.0 + numerator;
    let s = numerator / denominator;
    let product = s * denominator;
    let inexact = (numerator - product) - product_error(s, denominator, product) + ((most - numerator) + little);
    let s_low = (inexact - s * (numerator - (denominator - 2.0))) / denominator;
    let z = s * s;
    let series = z * (1.0 / 3.0 + z * (0.2 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0))))));
    let tail = 2.0 * (s_low + s * series);
    if k == 0 && sixteenths == 16.0 {
        return Double::normal(2.0 * s, tail);
    }
    let known = MINUS_LOG_OF_SIXTEENTHS[sixteenths as usize - 11];
    let whole = f64::from(k) * 0.693_147_180_559_663;
    let first = whole + known.high;
    let second = first + 2.0 * s;
    let lost = if k == 0 { 0.0 } else { (whole - first) + known.high } + ((first - second) + 2.0 * s);
    Double::normal(second, lost + ((tail + known.low) + f64::from(k) * 2.823_529_056_303_157_7e-13))
}

/// `e^t`
fn quick_exp(t: Double) -> Option<f64> {
    let n = (t.high * 23.083_120_654_223_414).round_ties_even();
    let part = n as i32 & 15;
    let d = t.high - n * 0.043_321_698_784_893_67;
    let more = t.low - n * 1.029_121_848_931_067_6e-13;
    let r = d + more;
    let r_low = (d - r) + more;
    let series = 1.0 / 24.0
        + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0 + r * (1.0 / 40320.0 + r * (1.0 / 362_880.0)))));
    let q = r_low + r * r * (0.5 + r * (1.0 / 6.0 + r * series));
    let known = TWO_TO_SIXTEENTHS[part as usize];
    let product = known.high * r;
    let high = known.high + product;
    let low = ((known.high - high) + product)
        + (product_error(known.high, r, product) + (known.low * (1.0 + r) + known.high * q));
    let error = 4.336_808_689_942_018e-19 + t.high.abs() * 2.168_404_344_971_009e-19;
    let sum = high + (low - error);
    (sum == high + (low + error)).then(|| scaled(sum, (n as i32 - part) / 16))
}
