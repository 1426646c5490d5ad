//! Timers on virtual time: the host says how late it is.

use std::collections::BTreeMap;

use crate::heap::Tracer;
use crate::host::HandlerId;
use crate::native::Completion;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

/// What waits for a moment of virtual time, by when it is due and then by age.
#[derive(Debug)]
pub struct TimerQueue<T> {
    pub(crate) queue: BTreeMap<(u64, u32), T>,
    /// Virtual milliseconds.
    pub now: f64,
    pub(crate) entered: u32,
}

impl<T> Default for TimerQueue<T> {
    fn default() -> Self {
        Self { queue: BTreeMap::new(), now: 0.0, entered: 0 }
    }
}

impl<T> TimerQueue<T> {
    /// When the next one is due.
    pub fn next_due(&self) -> Option<f64> {
        self.queue.keys().next().map(|(due, _)| f64::from_bits(*due))
    }

    /// Takes the first that is due by `until`; time moves to it.
    pub fn take_due(&mut self, until: f64) -> Option<T> {
        let due = self.next_due().filter(|due| *due <= until)?;
        self.now = self.now.max(due);
        self.queue.pop_first().map(|(_, waiting)| waiting)
    }

    /// Enters one that is due after `delay` milliseconds, not negative.
    pub fn insert(&mut self, waiting: T, delay: f64) {
        self.entered += 1;
        // Times are not negative, so that their bits are in their order.
        self.queue.insert(((self.now + delay).to_bits(), self.entered), waiting);
    }

    /// Keeps those that `wanted` picks.
    pub fn retain(&mut self, wanted: impl Fn(&T) -> bool) {
        self.queue.retain(|_, waiting| wanted(waiting));
    }

    pub fn len(&self) -> usize {
        self.queue.len()
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    fn values(&self) -> impl Iterator<Item = &T> {
        self.queue.values()
    }
}

/// Timers of an instance.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    pub queue: TimerQueue<Timer>,
    pub last_id: u32,
    /// Arguments of all timers that wait.
    pub args: usize,
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

/// What a timer counts for besides its arguments, in bytes.
const TIMER_SIZE: usize = 96;

/// The longest delay; a longer or invalid one counts as 1 ms, as elsewhere.
const MAX_DELAY: f64 = 2_147_483_647.0;

/// Whole milliseconds for a delay that a script gives.
pub fn timer_delay(delay: f64) -> f64 {
    if (1.0..=MAX_DELAY).contains(&delay) { delay.trunc() } else { 1.0 }
}

impl Timers {
    pub fn trace(&self, tracer: &mut Tracer) {
        for timer in self.queue.values() {
            tracer.value(timer.function);
            tracer.values(&timer.args);
        }
    }

    /// Virtual milliseconds.
    pub fn now(&self) -> f64 {
        self.queue.now
    }

    /// Time has come to this moment, unless it was past it.
    pub fn pass(&mut self, until: f64) {
        self.queue.now = self.queue.now.max(until);
    }

    pub fn next_due(&self) -> Option<f64> {
        self.queue.next_due()
    }

    /// Takes the first timer that is due by `until`. An interval is queued again by the caller.
    pub fn take_due(&mut self, until: f64) -> Option<Timer> {
        let timer = self.queue.take_due(until)?;
        self.args -= timer.args.len();
        Some(timer)
    }

    fn insert(&mut self, timer: Timer, delay: f64) {
        self.args += timer.args.len();
        self.queue.insert(timer, delay);
    }

    /// Bytes of all timers that wait.
    pub fn size(&self) -> usize {
        self.queue.len() * TIMER_SIZE + self.args * size_of::<Value>()
    }

    /// Queues an interval's next run.
    pub fn again(&mut self, timer: Timer) {
        if let Some(interval) = timer.interval {
            self.insert(timer, interval);
        }
    }

    pub fn clear(&mut self, id: u32) {
        self.queue.retain(|timer| timer.id != id);
        self.args = self.queue.values().map(|timer| timer.args.len()).sum();
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
        let delay = timer_delay(delay);
        self.timers.last_id += 1;
        let id = self.timers.last_id;
        let handler = self.host.handler;
        self.heap.grow(TIMER_SIZE + size_of_val(args));
        let timer = Timer { function, args: args.into(), interval: repeats.then_some(delay), id, handler };
        self.timers.insert(timer, delay);
        Ok(Value::number(f64::from(id)))
    }

    /// `clearTimeout` and its kin: looks at all timers.
    pub fn clear_timer(&mut self, id: Value) -> Completion<()> {
        self.charge(self.timers.len())?;
        if let Some(id) = id.as_number() {
            self.timers.clear(id as u32);
        }
        Ok(())
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
