//! Random numbers for scripts that the command runs.

/// xorshift64* (Vigna 2016).
#[derive(Clone, Copy, Debug)]
pub struct Xorshift(u64);

impl Default for Xorshift {
    fn default() -> Self {
        Self::new(0x9e37_79b9_7f4a_7c15)
    }
}

impl Xorshift {
    pub const fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// From 0 up to but not including 1; 53 bits make a double.
    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }
}
