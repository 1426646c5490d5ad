//! Numbers with twice the bits: the unevaluated sum of a high and a low part (T. J. Dekker, "A floating-point technique for
//! extending the available precision").

/// The sum of a number and what that has lost.
#[derive(Clone, Copy, Debug)]
pub struct Double {
    pub high: f64,
    pub low: f64,
}

/// What `a * b` has more than its rounded product. Not for numbers past 1e300.
pub fn product_error(a: f64, b: f64, product: f64) -> f64 {
    let split = |x: f64| {
        let c = 134_217_729.0 * x;
        let high = c - (c - x);
        (high, x - high)
    };
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    ((ah * bh - product) + ah * bl + al * bh) + al * bl
}

impl Double {
    pub const fn new(high: f64, low: f64) -> Self {
        Self { high, low }
    }

    pub fn times(self, other: Self) -> Self {
        let product = self.high * other.high;
        let error = product_error(self.high, other.high, product) + (self.high * other.low + self.low * other.high);
        Self::normal(product, error)
    }

    pub fn plus(self, other: Self) -> Self {
        let sum = self.high + other.high;
        let part = sum - self.high;
        let error = (self.high - (sum - part)) + (other.high - part) + (self.low + other.low);
        Self::normal(sum, error)
    }

    pub fn minus(self, other: Self) -> Self {
        self.plus(Self::new(-other.high, -other.low))
    }

    /// The sum of two numbers of which the first is much the larger.
    pub fn normal(large: f64, small: f64) -> Self {
        let high = large + small;
        Self { high, low: small - (high - large) }
    }
}

/// `coefficients[0] + x · (coefficients[1] + x · (…  + x · rest))`
pub fn polynomial(coefficients: &[Double], x: Double, rest: f64) -> Double {
    coefficients.iter().rev().fold(Double::new(rest, 0.0), |sum, &term| term.plus(sum.times(x)))
}

/// `x · 2^k`, rounded once.
pub fn scaled(x: f64, k: i32) -> f64 {
    libm::scalbn(x, k)
}

/// `-log(n / 16)` from 11 on.
pub const MINUS_LOG_OF_SIXTEENTHS: [Double; 13] = [
    Double::new(0.374_693_449_441_410_7, -3.924_311_228_863_239_6e-18),
    Double::new(0.287_682_072_451_780_9, 2.607_160_616_442_564e-17),
    Double::new(0.207_639_364_778_244_5, 1.205_324_321_668_612_9e-17),
    Double::new(0.133_531_392_624_522_63, -3.664_457_663_660_085e-18),
    Double::new(0.064_538_521_137_571_18, -6.470_486_661_692_933e-18),
    Double::new(0.0, 0.0),
    Double::new(-0.060_624_621_816_434_84, -2.642_402_593_872_693_4e-18),
    Double::new(-0.117_783_035_656_383_46, 1.197_168_574_759_367_7e-18),
    Double::new(-0.171_850_256_926_659_23, 6.022_453_821_011_370_5e-18),
    Double::new(-0.223_143_551_314_209_76, 9.091_270_597_324_799e-18),
    Double::new(-0.271_933_715_483_641_76, -7.833_196_376_974_42e-19),
    Double::new(-0.318_453_731_118_534_6, -2.711_477_936_732_623_6e-17),
    Double::new(-0.362_905_493_689_368_5, 2.149_236_145_531_097_2e-17),
];

/// `2^(n / 16)`
pub const TWO_TO_SIXTEENTHS: [Double; 16] = [
    Double::new(1.0, 0.0),
    Double::new(1.044_273_782_427_413_8, 8.551_889_705_537_965e-17),
    Double::new(1.090_507_732_665_257_7, -3.046_782_079_812_471e-17),
    Double::new(1.138_788_634_756_691_6, 8.912_812_676_025_408e-17),
    Double::new(1.189_207_115_002_721, 3.982_015_231_465_646e-17),
    Double::new(1.241_857_812_073_484, 4.658_027_591_836_937e-17),
    Double::new(1.296_839_554_651_009_6, 2.538_250_279_488_831_5e-17),
    Double::new(1.354_255_546_936_892_7, 7.700_948_379_802_99e-17),
    Double::new(std::f64::consts::SQRT_2, -9.667_293_313_452_913e-17),
    Double::new(1.476_826_145_939_499_3, -3.483_994_556_892_796e-17),
    Double::new(1.542_210_825_407_940_7, 7.949_834_809_697_621e-17),
    Double::new(1.610_490_331_949_254_3, 2.470_719_256_979_788_8e-17),
    Double::new(1.681_792_830_507_429, 8.199_010_020_581_497e-17),
    Double::new(1.756_252_160_373_299_5, 2.960_140_695_448_873e-17),
    Double::new(1.834_008_086_409_342_4, 3.283_107_224_245_627e-17),
    Double::new(1.915_206_561_397_147_4, -1.061_994_605_619_596_3e-16),
];
