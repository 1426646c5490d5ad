//! Sine, cosine and tangent to the last bit as V8 computes them: Sun's fdlibm in the form of src/base/ieee754.cc.

use std::f64::consts::FRAC_PI_4;

use super::angle::{Reduced, reduce};
use super::fdlibm::high;

/// The angle to which an eighth of a turn belongs, by the upper half of its bits.
const EIGHTH: i32 = 0x3fe9_21fb;

pub fn sin(x: f64) -> f64 {
    if high(x.abs()) <= EIGHTH {
        return near_sin(x, None);
    }
    if !x.is_finite() {
        return f64::NAN;
    }
    sine(&reduce(x), 0)
}

pub fn cos(x: f64) -> f64 {
    if high(x.abs()) <= EIGHTH {
        return near_cos(x, 0.0);
    }
    if !x.is_finite() {
        return f64::NAN;
    }
    sine(&reduce(x), 1)
}

pub fn tan(x: f64) -> f64 {
    if high(x.abs()) <= EIGHTH {
        return near_tan(x, 0.0, false);
    }
    if !x.is_finite() {
        return f64::NAN;
    }
    let angle = reduce(x);
    near_tan(angle.rest, angle.tail, angle.quarters & 1 == 1)
}

/// The sine of an angle and so many quarter turns more.
fn sine(angle: &Reduced, more: i32) -> f64 {
    match (angle.quarters + more) & 3 {
        0 => near_sin(angle.rest, Some(angle.tail)),
        1 => near_cos(angle.rest, angle.tail),
        2 => -near_sin(angle.rest, Some(angle.tail)),
        _ => -near_cos(angle.rest, angle.tail),
    }
}

/// The sine of at most an eighth of a turn.
fn near_sin(x: f64, tail: Option<f64>) -> f64 {
    const S: [f64; 6] = [
        -1.666_666_666_666_663_2e-1,
        8.333_333_333_322_49e-3,
        -1.984_126_982_985_795e-4,
        2.755_731_370_707_006_8e-6,
        -2.505_076_025_340_686_3e-8,
        1.589_690_995_211_55e-10,
    ];
    if high(x.abs()) < 0x3e40_0000 {
        return x;
    }
    let z = x * x;
    let v = z * x;
    let r = S[1] + z * (S[2] + z * (S[3] + z * (S[4] + z * S[5])));
    match tail {
        None => x + v * (S[0] + z * r),
        Some(tail) => x - ((z * (0.5 * tail - v * r) - tail) - v * S[0]),
    }
}

/// The cosine of at most an eighth of a turn.
fn near_cos(x: f64, tail: f64) -> f64 {
    const C: [f64; 6] = [
        4.166_666_666_666_66e-2,
        -1.388_888_888_887_411e-3,
        2.480_158_728_947_673e-5,
        -2.755_731_435_139_066_3e-7,
        2.087_572_321_298_175e-9,
        -1.135_964_755_778_819_5e-11,
    ];
    let size = high(x.abs());
    if size < 0x3e40_0000 {
        return 1.0;
    }
    let z = x * x;
    let r = z * (C[0] + z * (C[1] + z * (C[2] + z * (C[3] + z * (C[4] + z * C[5])))));
    if size < 0x3fd3_3333 {
        return 1.0 - (0.5 * z - (z * r - x * tail));
    }
    let q = if size > 0x3fe9_0000 { 0.28125 } else { f64::from_bits(((size - 0x0020_0000) as u64) << 32) };
    (1.0 - q) - ((0.5 * z - q) - (z * r - x * tail))
}

/// The tangent of at most an eighth of a turn, or of an odd number of quarter turns more.
fn near_tan(mut x: f64, mut tail: f64, odd: bool) -> f64 {
    const T: [f64; 13] = [
        0.333_333_333_333_334_1,
        0.133_333_333_333_201_24,
        0.053_968_253_976_226_05,
        0.021_869_488_294_859_542,
        0.008_863_239_823_599_3,
        0.003_592_079_107_591_312_4,
        0.001_456_209_454_325_290_3,
        0.000_588_041_240_820_264_1,
        0.000_246_463_134_818_469_9,
        7.817_944_429_395_571e-5,
        7.140_724_913_826_082e-5,
        -1.855_863_748_552_754_6e-5,
        2.590_730_518_636_337e-5,
    ];
    let size = high(x.abs());
    if size < 0x3e30_0000 {
        return if odd { minus_reciprocal(x, tail, x + tail) } else { x };
    }
    let large = size >= 0x3fe5_9428;
    let sign = 1.0f64.copysign(x);
    if large {
        x = (FRAC_PI_4 - x.abs()) + (3.061_616_997_868_383e-17 - sign * tail);
        tail = 0.0;
    }
    let z = x * x;
    let w = z * z;
    let r = T[1] + w * (T[3] + w * (T[5] + w * (T[7] + w * (T[9] + w * T[11]))));
    let v = z * (T[2] + w * (T[4] + w * (T[6] + w * (T[8] + w * (T[10] + w * T[12])))));
    let s = z * x;
    let r = tail + z * (s * (r + v) + tail) + T[0] * s;
    let w = x + r;
    if large {
        let v = if odd { -1.0 } else { 1.0 };
        return sign * (v - 2.0 * (x - (w * w / (w + v) - r)));
    }
    if odd { minus_reciprocal(x, r, w) } else { w }
}

/// `-1 / (x + r)`, whose sum rounds to `w`.
fn minus_reciprocal(x: f64, r: f64, w: f64) -> f64 {
    let upper = |x: f64| f64::from_bits(x.to_bits() & 0xffff_ffff_0000_0000);
    let z = upper(w);
    let v = r - (z - x);
    let a = -1.0 / w;
    let t = upper(a);
    t + a * ((1.0 + t * z) + t * v)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results of the engine where musl's functions or another reduction give a neighbour.
    #[test]
    fn results_are_the_engines_to_the_last_bit() {
        for (name, f, x, expect) in [
            ("cos", cos as fn(f64) -> f64, 4.315475779523689e+120, 0.7658439617843069f64),
            ("cos", cos, -2172147954338237.0, 0.9905125215945976),
            ("sin", sin, 1.3904960751095946e+304, 0.9630232954461571),
            ("sin", sin, 1811821.156622508, 0.9635978852873859),
            ("cos", cos, -0.7853981633984003, 0.7071067811858744),
            ("sin", sin, -0.7853981633974718, -0.7071067811865641),
            ("tan", tan, -48.694686127382425, -306807777.5747913),
            ("tan", tan, -1113433.8435073367, -2.9352377691228234e-9),
        ] {
            assert_eq!(f(x).to_bits(), expect.to_bits(), "{name}({x}) is {} not {expect}", f(x));
        }
    }
}
