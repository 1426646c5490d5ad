//! Timers on virtual time: the host says how late it is.

use std::collections::BTreeMap;

use crate::heap::Tracer;
use crate::host::HandlerId;
use crate::native::Completion;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

/// Waiting timers, by when they are due and then by age.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    queue: BTreeMap<(u64, u32), Timer>,
    /// Virtual milliseconds.
    pub now: f64,
    next_id: u32,
}

/// A timer that waits.
#[derive(Debug)]
pub(crate) struct Timer {
    pub function: Value,
    pub args: Box<[Value]>,
    /// Milliseconds between two runs of an interval.
    pub interval: Option<f64>,
    pub id: u32,
    pub handler: Option<HandlerId>,
}

/// The longest delay; a longer or invalid one counts as 1 ms, as elsewhere.
const MAX_DELAY: f64 = 2_147_483_647.0;

impl Timers {
    pub fn trace(&self, tracer: &mut Tracer) {
        for timer in self.queue.values() {
            tracer.value(timer.function);
            tracer.values(&timer.args);
        }
    }

    /// When the next timer is due.
    pub fn next_due(&self) -> Option<f64> {
        self.queue.keys().next().map(|(due, _)| f64::from_bits(*due))
    }

    /// Takes the first timer that is due by `until`; time moves to it. An interval is queued again by the caller.
    pub fn take_due(&mut self, until: f64) -> Option<Timer> {
        let due = self.next_due().filter(|due| *due <= until)?;
        self.now = self.now.max(due);
        self.queue.pop_first().map(|(_, timer)| timer)
    }

    fn insert(&mut self, timer: Timer, delay: f64, order: u32) {
        // Times are not negative, so that their bits are in their order.
        self.queue.insert(((self.now + delay).to_bits(), order), timer);
    }

    /// Queues an interval's next run.
    pub fn again(&mut self, timer: Timer) {
        if let Some(interval) = timer.interval {
            self.next_id += 1;
            let order = self.next_id;
            self.insert(timer, interval, order);
        }
    }

    pub fn clear(&mut self, id: u32) {
        self.queue.retain(|_, timer| timer.id != id);
    }

    pub fn len(&self) -> usize {
        self.queue.len()
    }
}

impl Vm {
    /// `setTimeout` and `setInterval`: the timer's number.
    pub fn add_timer(&mut self, function: Value, delay: f64, args: &[Value], repeats: bool) -> Completion {
        if self.timers.len() >= self.limits.timers {
            return Err(self.refuse(Refusal::Unsupported, "having this many timers at one time"));
        }
        let delay = if (1.0..=MAX_DELAY).contains(&delay) { delay.trunc() } else { 1.0 };
        self.timers.next_id += 1;
        let id = self.timers.next_id;
        let handler = self.host.handler;
        self.heap.grow(96);
        let timer = Timer { function, args: args.into(), interval: repeats.then_some(delay), id, handler };
        self.timers.insert(timer, delay, id);
        Ok(Value::number(f64::from(id)))
    }

    pub fn clear_timer(&mut self, id: Value) {
        if let Some(id) = id.as_number() {
            self.timers.clear(id as u32);
        }
    }

    /// Milliseconds since 1970 by the host's clock.
    pub fn now(&mut self) -> f64 {
        self.host.now_ms()
    }

    /// Milliseconds of the host's steady clock.
    pub fn monotonic(&mut self) -> f64 {
        self.host.monotonic_ms()
    }

    pub fn random(&mut self) -> f64 {
        self.host.random()
    }
}
