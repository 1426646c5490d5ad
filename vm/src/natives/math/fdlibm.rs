//! Functions of `Math` to the last bit as V8 computes them: Sun's fdlibm in the form that FreeBSD and V8 (src/base/ieee754.cc) keep. The
//! `libm` crate, which has the others, follows musl where the two differ.

use std::f64::consts::{E, FRAC_PI_2, LN_2, LOG10_E};

const LN2_HI: f64 = 0.693_147_180_369_123_8;
const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;
const TWO54: f64 = 1.801_439_850_948_198_4e16;
/// Above it the hyperbolic functions overflow.
const OVERFLOW: f64 = 710.475_860_073_943_9;
/// Coefficients of the series of log(1 + f) in s² = (f / (2 + f))².
const LG: [f64; 7] = [
    0.666_666_666_666_673_5,
    0.399_999_999_994_094_2,
    0.285_714_287_436_623_9,
    0.222_221_984_321_497_84,
    0.181_835_721_616_180_5,
    0.153_138_376_992_093_73,
    0.147_981_986_051_165_86,
];

/// Sign, exponent and the first bits of the significand.
pub fn high(x: f64) -> i32 {
    (x.to_bits() >> 32) as i32
}

fn with_high(x: f64, high: i32) -> f64 {
    f64::from_bits((u64::from(high.cast_unsigned()) << 32) | (x.to_bits() & 0xFFFF_FFFF))
}

/// The crate's exponential, but at 1, where it is one unit off.
pub fn exp(x: f64) -> f64 {
    if x == 1.0 { E } else { libm::exp(x) }
}

/// The natural logarithm.
pub fn log(x: f64) -> f64 {
    if x < 0.0 || x.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x.is_infinite() {
        return x;
    }
    let (mut k, mut x) = (0, x);
    if high(x) < 0x0010_0000 {
        k -= 54;
        x *= TWO54;
    }
    let mut hx = high(x);
    k += (hx >> 20) - 1023;
    hx &= 0x000f_ffff;
    let i = (hx + 0x95f64) & 0x10_0000;
    x = with_high(x, hx | (i ^ 0x3ff0_0000));
    k += i >> 20;
    let (f, dk) = (x - 1.0, f64::from(k));
    if 0x000f_ffff & (2 + hx) < 3 {
        if f == 0.0 {
            return if k == 0 { 0.0 } else { dk * LN2_HI + dk * LN2_LO };
        }
        let r = f * f * (0.5 - 0.333_333_333_333_333_3 * f);
        return if k == 0 { f - r } else { dk * LN2_HI - ((r - dk * LN2_LO) - f) };
    }
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * (LG[1] + w * (LG[3] + w * LG[5]));
    let t2 = z * (LG[0] + w * (LG[2] + w * (LG[4] + w * LG[6])));
    let r = t2 + t1;
    if (hx - 0x6147a) | (0x6b851 - hx) > 0 {
        let half = 0.5 * f * f;
        if k == 0 { f - (half - s * (half + r)) } else { dk * LN2_HI - ((half - (s * (half + r) + dk * LN2_LO)) - f) }
    } else if k == 0 {
        f - s * (f - r)
    } else {
        dk * LN2_HI - ((s * (f - r) - dk * LN2_LO) - f)
    }
}

pub fn log1p(x: f64) -> f64 {
    let hx = high(x);
    let ax = hx & 0x7fff_ffff;
    if x.is_nan() || x < -1.0 {
        return f64::NAN;
    }
    if x == -1.0 {
        return f64::NEG_INFINITY;
    }
    let (mut k, mut f, mut hu, mut c) = (1, 0.0, 1, 0.0);
    if hx < 0x3fda_827a {
        if ax < 0x3e20_0000 {
            return if ax < 0x3c90_0000 { x } else { x - x * x * 0.5 };
        }
        if hx > 0 || hx <= 0xbfd2_bec4_u32.cast_signed() {
            (k, f, hu) = (0, x, 1);
        }
    }
    if hx >= 0x7ff0_0000 {
        return x;
    }
    if k != 0 {
        let mut u;
        if hx < 0x4340_0000 {
            u = 1.0 + x;
            hu = high(u);
            k = (hu >> 20) - 1023;
            c = if k > 0 { 1.0 - (u - x) } else { x - (u - 1.0) };
            c /= u;
        } else {
            u = x;
            hu = high(u);
            k = (hu >> 20) - 1023;
        }
        hu &= 0x000f_ffff;
        if hu < 0x6a09e {
            u = with_high(u, hu | 0x3ff0_0000);
        } else {
            k += 1;
            u = with_high(u, hu | 0x3fe0_0000);
            hu = (0x0010_0000 - hu) >> 2;
        }
        f = u - 1.0;
    }
    let (half, dk) = (0.5 * f * f, f64::from(k));
    if hu == 0 {
        if f == 0.0 {
            return if k == 0 { 0.0 } else { dk * LN2_HI + (c + dk * LN2_LO) };
        }
        let r = half * (1.0 - 0.666_666_666_666_666_6 * f);
        return if k == 0 { f - r } else { dk * LN2_HI - ((r - (dk * LN2_LO + c)) - f) };
    }
    let s = f / (2.0 + f);
    let z = s * s;
    let r = z * (LG[0] + z * (LG[1] + z * (LG[2] + z * (LG[3] + z * (LG[4] + z * (LG[5] + z * LG[6]))))));
    if k == 0 { f - (half - s * (half + r)) } else { dk * LN2_HI - ((half - (s * (half + r) + (dk * LN2_LO + c))) - f) }
}

pub fn log10(x: f64) -> f64 {
    const LOG10_2_HI: f64 = 0.301_029_995_663_611_77;
    const LOG10_2_LO: f64 = 3.694_239_077_158_931e-13;
    if !x.is_finite() || x <= 0.0 || x == 1.0 {
        return log(x);
    }
    let (mut k, mut x) = (0, x);
    if high(x) < 0x0010_0000 {
        k -= 54;
        x *= TWO54;
    }
    let hx = high(x);
    k += (hx >> 20) - 1023;
    let i = i32::from(k < 0);
    let y = f64::from(k + i);
    x = with_high(x, (hx & 0x000f_ffff) | ((0x3ff - i) << 20));
    let z = y * LOG10_2_LO + LOG10_E * log(x);
    z + y * LOG10_2_HI
}

pub fn cosh(x: f64) -> f64 {
    let (ix, ax) = (high(x) & 0x7fff_ffff, x.abs());
    if ix < 0x3fd6_2e43 {
        let t = libm::expm1(ax);
        let w = 1.0 + t;
        return if ix < 0x3c80_0000 { w } else { 1.0 + (t * t) / (w + w) };
    }
    if ix < 0x4036_0000 {
        let t = exp(ax);
        return 0.5 * t + 0.5 / t;
    }
    if ix < 0x4086_2e42 {
        return 0.5 * exp(ax);
    }
    if ax <= OVERFLOW {
        let w = exp(0.5 * ax);
        return 0.5 * w * w;
    }
    if x.is_nan() { f64::NAN } else { f64::INFINITY }
}

pub fn sinh(x: f64) -> f64 {
    let (h, ax) = (if x < 0.0 { -0.5 } else { 0.5 }, x.abs());
    if ax < 22.0 {
        if ax < 3.725_290_298_461_914e-9 {
            return x;
        }
        let t = libm::expm1(ax);
        return if ax < 1.0 { h * (2.0 * t - t * t / (t + 1.0)) } else { h * (t + t / (t + 1.0)) };
    }
    if ax < 709.782_226_562_5 {
        return h * exp(ax);
    }
    if ax <= OVERFLOW {
        let w = exp(0.5 * ax);
        return h * w * w;
    }
    x * f64::INFINITY
}

pub fn tanh(x: f64) -> f64 {
    let (ix, ax) = (high(x) & 0x7fff_ffff, x.abs());
    if x.is_nan() {
        return f64::NAN;
    }
    if ix < 0x3e30_0000 {
        return x;
    }
    let z = if ix >= 0x4036_0000 {
        1.0
    } else if ix >= 0x3ff0_0000 {
        1.0 - 2.0 / (libm::expm1(2.0 * ax) + 2.0)
    } else {
        let t = libm::expm1(-2.0 * ax);
        -t / (t + 2.0)
    };
    z.copysign(x)
}

pub fn asinh(x: f64) -> f64 {
    let (ix, ax) = (high(x) & 0x7fff_ffff, x.abs());
    if !(0x3e30_0000..0x7ff0_0000).contains(&ix) {
        return x;
    }
    let w = if ix > 0x41b0_0000 {
        log(ax) + LN_2
    } else if ix > 0x4000_0000 {
        log(2.0 * ax + 1.0 / ((x * x + 1.0).sqrt() + ax))
    } else {
        let t = x * x;
        log1p(ax + t / (1.0 + (1.0 + t).sqrt()))
    };
    w.copysign(x)
}

pub fn acosh(x: f64) -> f64 {
    if x < 1.0 || x.is_nan() {
        return f64::NAN;
    }
    if high(x) >= 0x41b0_0000 {
        return if x.is_infinite() { x } else { log(x) + LN_2 };
    }
    if x > 2.0 {
        return log(2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt()));
    }
    let t = x - 1.0;
    log1p(t + (2.0 * t + t * t).sqrt())
}

pub fn atanh(x: f64) -> f64 {
    let (ix, ax) = (high(x) & 0x7fff_ffff, x.abs());
    if ax >= 1.0 || x.is_nan() {
        return if ax == 1.0 { f64::INFINITY.copysign(x) } else { f64::NAN };
    }
    if ix < 0x3e30_0000 {
        return x;
    }
    let t = if ix < 0x3fe0_0000 {
        let t = ax + ax;
        0.5 * log1p(t + t * ax / (1.0 - ax))
    } else {
        0.5 * log1p((ax + ax) / (1.0 - ax))
    };
    t.copysign(x)
}

pub fn cbrt(x: f64) -> f64 {
    const P: [f64; 5] = [
        1.875_951_824_271_77,
        -1.884_979_795_433_771_7,
        1.621_429_720_105_354_5,
        -0.758_397_934_778_766,
        0.145_996_192_886_612_45,
    ];
    if !x.is_finite() || x == 0.0 {
        return x;
    }
    let start = |x: f64, bias: u32| f64::from_bits(u64::from((high(x).cast_unsigned() & 0x7fff_ffff) / 3 + bias) << 32);
    let start = if x.is_subnormal() { start(x.abs() * TWO54, 696_219_795) } else { start(x, 715_094_163) };
    let mut t = start.copysign(x);
    let r = (t * t) * (t / x);
    t *= (P[0] + r * (P[1] + r * P[2])) + ((r * r) * r) * (P[3] + r * P[4]);
    // To 23 bits, so that the square is exact.
    t = f64::from_bits((t.to_bits() + 0x8000_0000) & 0xffff_ffff_c000_0000);
    let r = x / (t * t);
    t + t * ((r - t) / (t + t + r))
}

pub fn atan2(y: f64, x: f64) -> f64 {
    let far = (high(y) & 0x7fff_ffff).wrapping_sub(high(x) & 0x7fff_ffff) >> 20 > 60;
    if far && y.is_finite() && x != 0.0 {
        return FRAC_PI_2.copysign(y);
    }
    libm::atan2(y, x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results of the engine at arguments where musl's functions give a neighbour.
    #[test]
    fn results_are_the_engines_to_the_last_bit() {
        for (name, f, x, expect) in [
            ("acosh", acosh as fn(f64) -> f64, 370.68922794424, 6.608509412235125f64),
            ("asinh", asinh, -0.5740167992189527, -0.5464171921626416),
            ("atanh", atanh, -3.192162406630814e-9, -3.192162406630814e-9),
            ("cbrt", cbrt, 0.9967558546923101, 0.9989174467320813),
            ("cosh", cosh, 1.0, 1.5430806348152437),
            ("cosh", cosh, -0.5430477536283433, 1.151109844647432),
            ("log", log, 14.0, 2.6390573296152584),
            ("log10", log10, 0.5423653172329068, -0.2657080901881155),
            ("log1p", log1p, 8.447815817780793, 2.2457835843973384),
            ("sinh", sinh, 57.41261621005833, 4.2948936665870763e24),
            ("tanh", tanh, -0.28500153217464685, -0.27752776446229727),
        ] {
            assert_eq!(f(x).to_bits(), expect.to_bits(), "{name}({x}) is {} not {expect}", f(x));
        }
        assert_eq!(atan2(-4506033435.463905, -5.141144408844412e-10), -FRAC_PI_2);
    }

    #[test]
    fn borders_are_kept() {
        for f in [asinh, atanh, cbrt, log1p, sinh, tanh] {
            assert_eq!((f(0.0).to_bits(), f(-0.0).to_bits()), (0.0f64.to_bits(), (-0.0f64).to_bits()));
            assert!(f(f64::NAN).is_nan());
        }
        for f in [log, log10, log1p, cosh, sinh, asinh, acosh, cbrt] {
            assert_eq!(f(f64::INFINITY), f64::INFINITY);
        }
        for (f, x) in
            [(log as fn(f64) -> f64, 0.0), (log10, -0.0), (log1p, -1.0), (sinh, f64::NEG_INFINITY), (sinh, -800.0)]
        {
            assert_eq!(f(x), f64::NEG_INFINITY);
        }
        for (f, x) in [(log as fn(f64) -> f64, -1.0), (log10, -1.0), (log1p, -1.5), (acosh, 0.5), (atanh, 1.5)] {
            assert!(f(x).is_nan());
        }
        assert_eq!(
            (log10(1000.0), log10(5e-324), cosh(720.0), cbrt(-27.0), cbrt(5e-324)),
            (3.0, -323.306_215_343_115_8, f64::INFINITY, -3.0, 1.703_183_936_003_260_3e-108)
        );
    }
}
