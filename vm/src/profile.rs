//! Samples of the stack by fuel: where a program spends what it is given. Every so many units of fuel the calls that are open then are
//! written down, with the fuel since the last sample; so a profile is the same on every machine and every engine of this crate.
//!
//! Looked at where fuel is handed out (`Vm::next_slice`), in smaller slices than usual; it costs nothing where nobody samples.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::trace::Trace;

/// The innermost calls that a sample keeps.
pub(crate) const MOST_CALLS: usize = 200;

/// Takes samples of the instances that it is given to; clones share them.
#[derive(Clone, Debug)]
pub struct Profiler(Arc<Mutex<Samples>>);

/// The fuel that was used while the same calls were open.
#[derive(Clone, Debug)]
pub struct Sample {
    pub trace: Trace,
    pub fuel: u64,
}

#[derive(Debug)]
struct Samples {
    /// Units of fuel between two samples, on average.
    every: u64,
    /// Where the distances between samples come from: none of them beats in time with a loop.
    random: u64,
    /// Fuel until the next sample; below zero where it is overdue.
    left: i64,
    /// Fuel since the last sample.
    since: u64,
    /// What the turn at hand had used when it was looked at last.
    seen: u64,
    stacks: FxHashMap<Trace, u64>,
}

impl Profiler {
    /// A sample every `every` units of fuel (at least 10), on average.
    pub fn new(every: u64) -> Self {
        let every = every.clamp(10, 1 << 40);
        let samples = Samples { every, random: 1, left: every as i64, since: 0, seen: 0, stacks: FxHashMap::default() };
        Self(Arc::new(Mutex::new(samples)))
    }

    /// What was sampled, most fuel first; equal ones by their places.
    pub fn samples(&self) -> Vec<Sample> {
        let stacks = self.with(|samples| samples.stacks.clone());
        let mut all: Vec<Sample> = stacks.into_iter().map(|(trace, fuel)| Sample { trace, fuel }).collect();
        all.sort_by(|a, b| b.fuel.cmp(&a.fuel).then_with(|| a.trace.cmp(&b.trace)));
        all
    }

    /// The turn at hand has used so much fuel; the stack is asked for where a sample is due.
    pub(crate) fn look(&self, used: u64, stack: impl FnOnce() -> Trace) {
        self.with(|samples| {
            samples.count(used);
            if samples.left <= 0 {
                *samples.stacks.entry(stack()).or_insert(0) += std::mem::take(&mut samples.since);
                samples.left = samples.distance();
            }
        });
    }

    /// A turn has ended that used so much.
    pub(crate) fn end_turn(&self, used: u64) {
        self.with(|samples| {
            samples.count(used);
            samples.seen = 0;
        });
    }

    /// How much fuel may go before the next look.
    pub(crate) fn slice(&self) -> i64 {
        self.with(|samples| samples.left.max(1))
    }

    fn with<T>(&self, what: impl FnOnce(&mut Samples) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Samples {
    fn count(&mut self, used: u64) {
        let spent = used.saturating_sub(self.seen);
        self.seen = used;
        self.since += spent;
        self.left = self.left.saturating_sub_unsigned(spent);
    }

    /// Between half of `every` and one and a half.
    fn distance(&mut self) -> i64 {
        // Knuth's MMIX generator; the upper bits are the good ones.
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.every / 2 + (self.random >> 33) % self.every) as i64
    }
}
