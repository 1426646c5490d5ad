//! What an instance did, for whoever runs it.

use crate::refusal::Refusal;

/// Counts and records over an instance's life.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Fuel of all turns.
    pub fuel: u64,
    /// The most logical bytes of heap in use at a safepoint.
    pub peak_heap: usize,
    pub turns: u64,
    /// Every refusal and failed check, in order, also those that the script caught; at most [`MAX_REFUSALS`].
    pub refusals: Vec<RefusalRecord>,
    /// How many there were.
    pub refusal_count: u64,
    /// Uncaught throws and unhandled rejections, also those past what a turn tells of.
    pub uncaught: u64,
}

/// Refusals past this many are only counted.
pub const MAX_REFUSALS: usize = 1000;

/// The detail of a refusal is told up to so many bytes.
pub(crate) const MAX_DETAIL: usize = 1000;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefusalRecord {
    /// The number behind the `R`.
    pub code: u16,
    pub message: String,
    /// `file:line`, where known.
    pub place: Option<String>,
}

impl Report {
    pub(crate) fn record_refusal(&mut self, refusal: Refusal, message: String, place: Option<String>) {
        self.record(RefusalRecord { code: refusal.code(), message, place });
    }

    /// Counts a refusal, and keeps it where there are not too many.
    pub fn record(&mut self, refusal: RefusalRecord) {
        self.refusal_count += 1;
        if self.refusals.len() < MAX_REFUSALS {
            self.refusals.push(refusal);
        }
    }
}
