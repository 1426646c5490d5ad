//! Angles less whole quarter turns, to the last bit as fdlibm (in V8's form, src/base/ieee754.cc) reduces them: in parts of π / 2 up to
//! a million and a half, and past it by a product with as many bits of 2 / π as matter (k_rem_pio2.c).

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

use super::fdlibm::high;

/// What is left of an angle: at most an eighth of a turn, with its own tail, after so many quarter turns.
pub struct Reduced {
    pub quarters: i32,
    pub rest: f64,
    pub tail: f64,
}

/// π / 2 in parts of 33 bits, each with what is left behind it.
const PARTS: [(f64, f64); 3] = [
    (1.570_796_326_734_125_6, 6.077_100_506_506_192e-11),
    (6.077_100_506_303_966e-11, 2.022_266_248_795_950_6e-21),
    (2.022_266_248_711_166_5e-21, 8.478_427_660_368_9e-32),
];

const TWO24: f64 = 16_777_216.0;

/// The bits of 2 / π, 24 to an element.
const TWO_OVER_PI: [u32; 66] = [
    0xa2_f983, 0x6e_4e44, 0x15_29fc, 0x27_57d1, 0xf5_34dd, 0xc0_db62, 0x95_993c, 0x43_9041, 0xfe_5163, 0xab_debb,
    0xc5_61b7, 0x24_6e3a, 0x42_4dd2, 0xe0_0649, 0x2e_ea09, 0xd1_921c, 0xfe_1deb, 0x1c_b129, 0xa7_3ee8, 0x82_35f5,
    0x2e_bb44, 0x84_e99c, 0x70_26b4, 0x5f_7e41, 0x39_91d6, 0x39_8353, 0x39_f49c, 0x84_5f8b, 0xbd_f928, 0x3b_1ff8,
    0x97_ffde, 0x05_980f, 0xef_2f11, 0x8b_5a0a, 0x6d_1f6d, 0x36_7ecf, 0x27_cb09, 0xb7_4f46, 0x3f_669e, 0x5f_ea2d,
    0x75_27ba, 0xc7_ebe5, 0xf1_7b3d, 0x07_39f7, 0x8a_5292, 0xea_6bfb, 0x5f_b11f, 0x8d_5d08, 0x56_0330, 0x46_fc7b,
    0x6b_abf0, 0xcf_bc20, 0x9a_f436, 0x1d_a9e3, 0x91_615e, 0xe6_1b08, 0x65_9985, 0x5f_14a0, 0x68_408d, 0xff_d880,
    0x4d_7327, 0x31_0606, 0x15_56ca, 0x73_a8c9, 0x60_e27b, 0xc0_8c6b,
];

/// π / 2, 24 bits to an element.
const HALF_PI: [f64; 5] = [
    1.570_796_251_296_997,
    7.549_789_415_861_596e-8,
    5.390_302_529_957_765e-15,
    3.282_003_415_807_913e-22,
    1.270_655_753_080_676e-29,
];

/// Of a finite angle of more than an eighth of a turn.
pub fn reduce(x: f64) -> Reduced {
    let size = x.abs();
    let reduced = match high(size) {
        bits if bits < 0x4002_d97c => reduce_once(size, bits),
        bits if bits <= 0x4139_21fb => reduce_medium(size, bits),
        bits => Product::new(size, bits).reduce(),
    };
    if x < 0.0 {
        return Reduced { quarters: -reduced.quarters, rest: -reduced.rest, tail: -reduced.tail };
    }
    reduced
}

/// Of less than three eighths of a turn.
fn reduce_once(size: f64, bits: i32) -> Reduced {
    let mut z = size - PARTS[0].0;
    let mut tail = PARTS[0].1;
    // Near a quarter turn more bits of π / 2 matter.
    if bits == 0x3ff9_21fb {
        z -= PARTS[1].0;
        tail = PARTS[1].1;
    }
    let rest = z - tail;
    Reduced { quarters: 1, rest, tail: (z - rest) - tail }
}

fn reduce_medium(size: f64, bits: i32) -> Reduced {
    let quarters = (size * FRAC_2_PI + 0.5) as i32;
    let turns = f64::from(quarters);
    let mut r = size - turns * PARTS[0].0;
    let mut w = turns * PARTS[0].1;
    let mut rest = r - w;
    let far = quarters < 32 && bits != high(turns * FRAC_PI_2);
    for (part, enough) in [(1, 16), (2, 49)] {
        // So many bits cancelled out.
        if far || (bits >> 20) - (high(rest) >> 20 & 0x7ff) <= enough {
            break;
        }
        let before = r;
        w = turns * PARTS[part].0;
        r = before - w;
        w = turns * PARTS[part].1 - ((before - r) - w);
        rest = r - w;
    }
    Reduced { quarters, rest, tail: (r - rest) - w }
}

/// The product of a large angle with 2 / π.
struct Product {
    /// The angle in parts of 24 bits.
    angle: [f64; 3],
    /// Where in the table the bits that matter begin.
    from: usize,
    /// The exponent of the last term, from which on terms are fractions.
    exponent: i32,
    terms: [f64; 20],
    /// The terms' digits of 24 bits, the least first.
    digits: [i32; 20],
    /// The last term's place.
    last: usize,
}

impl Product {
    fn new(size: f64, bits: i32) -> Self {
        let e0 = (bits >> 20) - (0x3ff + 23);
        let mut z = f64::from_bits((size.to_bits() & 0x000f_ffff_ffff_ffff) | ((0x3ff + 23) << 52));
        let mut angle = [0.0; 3];
        for part in &mut angle[..2] {
            *part = z.trunc();
            z = (z - *part) * TWO24;
        }
        angle[2] = z;
        let from = ((e0 - 3) / 24).max(0);
        let mut product = Self {
            angle,
            from: from as usize,
            exponent: e0 - 24 * (from + 1),
            terms: [0.0; 20],
            digits: [0; 20],
            last: HALF_PI.len() - 1,
        };
        product.extend(0);
        product
    }

    /// Computes the terms from a place on.
    fn extend(&mut self, first: usize) {
        for at in first..=self.last {
            let bits = |j: usize| (self.from + at).checked_sub(j).map_or(0.0, |at| f64::from(TWO_OVER_PI[at]));
            self.terms[at] = self.angle.iter().enumerate().fold(0.0, |sum, (j, part)| sum + part * bits(j));
        }
    }

    fn reduce(mut self) -> Reduced {
        let lead = HALF_PI.len() - 1;
        loop {
            let (quarters, fraction, complemented) = self.distil();
            if fraction != 0.0 || self.digits[lead..self.last].iter().any(|&digit| digit != 0) {
                return self.rest(quarters, fraction, complemented);
            }
            // Nothing is left: more terms.
            let more = (1..=lead).find(|k| self.digits[lead - k] != 0).unwrap_or(lead);
            let first = self.last + 1;
            self.last += more;
            self.extend(first);
        }
    }

    /// Breaks the terms into digits and takes the whole quarter turns out: how many, the fraction's leading part, and whether the
    /// fraction was more than a half, so that its complement was taken.
    fn distil(&mut self) -> (i32, f64, bool) {
        let mut z = self.terms[self.last];
        for (digit, term) in self.digits.iter_mut().zip(self.terms[..self.last].iter().rev()) {
            let carry = (z / TWO24).trunc();
            *digit = (z - TWO24 * carry) as i32;
            z = term + carry;
        }
        z = libm::scalbn(z, self.exponent);
        z -= 8.0 * (z * 0.125).floor();
        let mut quarters = z as i32;
        z -= f64::from(quarters);
        let top = &mut self.digits[self.last - 1];
        let halves = match self.exponent {
            q0 if q0 > 0 => {
                let whole = *top >> (24 - q0);
                quarters += whole;
                *top -= whole << (24 - q0);
                *top >> (23 - q0)
            }
            0 => *top >> 23,
            _ => i32::from(z >= 0.5) * 2,
        };
        if halves <= 0 {
            return (quarters, z, false);
        }
        let borrowed = self.complement();
        if halves == 2 {
            z = 1.0 - z - if borrowed { libm::scalbn(1.0, self.exponent) } else { 0.0 };
        }
        (quarters + 1, z, true)
    }

    /// One less the digits; whether that borrowed from the fraction's leading part.
    fn complement(&mut self) -> bool {
        let mut borrowed = false;
        for digit in &mut self.digits[..self.last] {
            if borrowed {
                *digit = 0x00ff_ffff - *digit;
            } else if *digit != 0 {
                borrowed = true;
                *digit = 0x0100_0000 - *digit;
            }
        }
        if let 1 | 2 = self.exponent {
            self.digits[self.last - 1] &= 0x00ff_ffff >> self.exponent;
        }
        borrowed
    }

    /// The fraction of a quarter turn as an angle.
    fn rest(mut self, quarters: i32, fraction: f64, complemented: bool) -> Reduced {
        if fraction == 0.0 {
            self.last -= 1;
            self.exponent -= 24;
            while self.digits[self.last] == 0 {
                self.last -= 1;
                self.exponent -= 24;
            }
        } else {
            let z = libm::scalbn(fraction, -self.exponent);
            let carry = if z >= TWO24 { (z / TWO24).trunc() } else { 0.0 };
            self.digits[self.last] = (z - TWO24 * carry) as i32;
            if carry != 0.0 {
                self.last += 1;
                self.exponent += 24;
                self.digits[self.last] = carry as i32;
            }
        }
        let (rest, tail) = self.times_half_pi();
        let sign = if complemented { -1.0 } else { 1.0 };
        Reduced { quarters: quarters & 7, rest: sign * rest, tail: sign * tail }
    }

    /// The products of the digits with π / 2, summed up from the smallest on, and what that sum has lost.
    fn times_half_pi(&mut self) -> (f64, f64) {
        let mut scale = libm::scalbn(1.0, self.exponent);
        for (term, digit) in self.terms.iter_mut().zip(self.digits).take(self.last + 1).rev() {
            *term = scale * f64::from(digit);
            scale /= TWO24;
        }
        let terms = &self.terms[..=self.last];
        let product = |from: usize| HALF_PI.iter().zip(&terms[from..]).fold(0.0, |sum, (part, term)| sum + part * term);
        let products: Vec<f64> = (0..=self.last).map(product).collect();
        let sum = products.iter().fold(0.0, |sum, product| sum + product);
        let (first, others) = products.split_last().expect("there is a last term");
        (sum, others.iter().rev().fold(first - sum, |left, product| left + product))
    }
}
