//! The power of a positive number with twice the bits, rounded once.

use super::double::{Double, MINUS_LOG_OF_SIXTEENTHS, TWO_TO_SIXTEENTHS, polynomial, product_error, scaled};
use super::parts;

const LN_2: Double = Double::new(std::f64::consts::LN_2, 2.319_046_813_846_299_6e-17);

/// A sixteenth of `log(2)`.
const LN_2_SIXTEENTH: Double = Double::new(0.043_321_698_784_996_58, 1.449_404_258_653_937_2e-18);

/// `x ** y` of a finite positive base and a finite exponent.
pub fn general_power(x: f64, y: f64) -> f64 {
    if y.abs() > 1e22 {
        return if (x > 1.0) == (y > 0.0) { f64::INFINITY } else { 0.0 };
    }
    let (significand, exponent) = parts(x);
    let whole = f64::from(exponent) * y;
    if significand == 1.0 && whole % 1.0 == 0.0 && product_error(f64::from(exponent), y, whole) == 0.0 {
        return two_to(whole);
    }
    let (m, k) = if significand > std::f64::consts::SQRT_2 {
        (significand * 0.5, exponent + 1)
    } else {
        (significand, exponent)
    };
    let mut log = log_of_significand(m);
    if k != 0 {
        log = LN_2.times(Double::new(f64::from(k), 0.0)).plus(log);
    }
    let t = log.times(Double::new(y, 0.0));
    match t.high {
        high if high > 710.0 => f64::INFINITY,
        high if high < -746.0 => 0.0,
        _ => exponential(t),
    }
}

fn two_to(n: f64) -> f64 {
    match n {
        _ if n > 1023.0 => f64::INFINITY,
        _ if n < -1075.0 => 0.0,
        _ => scaled(1.0, n as i32),
    }
}

/// `log(m)` for m from √½ to √2: that of a near fraction of sixteen, and a series in s² with s = (z - 1) / (z + 1) for the rest z.
fn log_of_significand(m: f64) -> Double {
    let sixteenths = (16.0 / m).round_ties_even();
    let near = sixteenths / 16.0;
    let z = near * m;
    let numerator = Double::new(z - 1.0, product_error(near, m, z));
    let denominator = 2.0 + numerator.high;
    let denominator_low = (numerator.high - (denominator - 2.0)) + numerator.low;
    let high = numerator.high / denominator;
    let product = high * denominator;
    let left = (numerator.high - product) - product_error(high, denominator, product) + numerator.low;
    let low = (left - high * denominator_low) / denominator;
    let sum = atanh_series(Double::new(high, low)).times(Double::new(2.0 * high, 2.0 * low));
    if sixteenths == 16.0 { sum } else { MINUS_LOG_OF_SIXTEENTHS[sixteenths as usize - 11].plus(sum) }
}

/// `1 + z / 3 + z² / 5 + …`, with z = s².
fn atanh_series(s: Double) -> Double {
    const TERMS: [Double; 5] = [
        Double::new(1.0, 0.0),
        Double::new(0.333_333_333_333_333_3, 1.850_371_707_708_594e-17),
        Double::new(0.2, -1.110_223_024_625_156_6e-17),
        Double::new(0.142_857_142_857_142_85, 7.930_164_461_608_26e-18),
        Double::new(0.111_111_111_111_111_1, 6.167_905_692_361_980_4e-18),
    ];
    let z = s.times(s);
    let x = z.high;
    let rest = 1.0 / 11.0 + x * (1.0 / 13.0 + x * (1.0 / 15.0 + x * (1.0 / 17.0 + x * (1.0 / 19.0))));
    polynomial(&TERMS, z, rest)
}

/// `e^t`: a power of two, a sixteenth of one, and a series for the rest.
fn exponential(t: Double) -> f64 {
    let n = (t.high * 23.083_120_654_223_414).round_ties_even();
    let part = n as i32 & 15;
    let rest = t.minus(LN_2_SIXTEENTH.times(Double::new(n, 0.0)));
    let e = exp_series(rest);
    let result = if part == 0 { e } else { TWO_TO_SIXTEENTHS[part as usize].times(e) };
    rounded(result, (n as i32 - part) / 16)
}

fn exp_series(r: Double) -> Double {
    const TERMS: [Double; 8] = [
        Double::new(1.0, 0.0),
        Double::new(1.0, 0.0),
        Double::new(0.5, 0.0),
        Double::new(0.166_666_666_666_666_66, 9.251_858_538_542_97e-18),
        Double::new(0.041_666_666_666_666_664, 2.312_964_634_635_742_7e-18),
        Double::new(0.008_333_333_333_333_333, 1.156_482_317_317_871_4e-19),
        Double::new(0.001_388_888_888_888_889, -5.300_543_954_373_577e-20),
        Double::new(0.000_198_412_698_412_698_4, 1.720_955_829_342_070_5e-22),
    ];
    let x = r.high;
    let rest = 2.480_158_730_158_73e-5
        + x * (2.755_731_922_398_589_3e-6
            + x * (2.755_731_922_398_589e-7
                + x * (2.505_210_838_544_172e-8 + x * (2.087_675_698_786_81e-9 + x * 1.605_904_383_682_161_3e-10))));
    polynomial(&TERMS, r, rest)
}

/// `x · 2^k`, rounded once where it has fewer than 53 bits.
fn rounded(x: Double, k: i32) -> f64 {
    if k > -1022 || (k == -1022 && x.high >= 1.0) {
        return scaled(x.high, k);
    }
    let grid = scaled(1.0, -1022 - k);
    let sum = grid + x.high;
    let error = (x.high - (sum - grid)) + x.low;
    scaled((sum + error) - grid, k)
}
