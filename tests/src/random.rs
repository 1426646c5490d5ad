//! Reproducible chance for tests that try many variants: the same seed, the same run.

/// Bytes that mean something to the lexer, and some that never do.
const MARKS: &[u8] = b"(){}[]`'\"/\\<>=;,.#@*&|?:\n\0\xff";

/// xorshift64*, Vigna 2014.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 up to but not including `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next_u64() >> 33).expect("31 bits") % bound
    }

    /// One to three small changes of a text: bytes changed, removed, doubled or moved.
    pub fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..=self.below(3) {
            self.change(&mut out);
        }
        out
    }

    fn change(&mut self, out: &mut Vec<u8>) {
        if out.is_empty() {
            out.push(self.next_u64() as u8);
            return;
        }
        let at = self.below(out.len());
        let end = (at + 1 + self.below(16)).min(out.len());
        match self.below(6) {
            0 => out[at] = self.next_u64() as u8,
            1 => out[at] ^= 1 << self.below(8),
            2 => drop(out.drain(at..end)),
            3 => {
                let part = out[at..end].to_vec();
                let to = self.below(out.len());
                out.splice(to..to, part);
            }
            4 => out.truncate(at),
            _ => out.insert(at, MARKS[self.below(MARKS.len())]),
        }
    }
}
