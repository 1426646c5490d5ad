//! Virtual time: what is due when, and letting it happen in order.

use super::{Running, Stage};
use crate::stage::api::Level;

/// Moments that one call to [`Stage::advance`] stops at; a script with more than that loses time, not the host.
const MAX_STEPS: usize = 10_000;

/// Seconds after which persisted fields are on disk.
const FLUSH_SECONDS: f64 = 1.0;

/// Seconds without a fault after which the next one counts as the first.
const CALM_SECONDS: f64 = 60.0;

impl Stage {
    /// Lets virtual time pass: ticks, timers, tweens, expiries and restarts happen at their moments, in order.
    pub fn advance(&mut self, seconds: f64) {
        let target = self.world.time + seconds.max(0.0);
        for _ in 0..MAX_STEPS {
            let next = self.next_moment().filter(|next| *next <= target);
            self.world.time = next.unwrap_or(target).max(self.world.time);
            self.happen();
            if next.is_none() {
                break;
            }
        }
        self.world.time = target;
    }

    /// Seconds until something is due; `None` until a visitor does something.
    pub fn next_wake(&self) -> Option<f64> {
        let now = self.world.time;
        if !self.world.ready.is_empty() {
            return Some(0.0);
        }
        self.next_moment().map(|next| (next - now).max(0.0))
    }

    fn next_moment(&self) -> Option<f64> {
        let moments = [
            self.restart_at,
            self.next_timer(),
            self.world.wants_ticks.then_some(self.next_tick),
            self.world.scene.next_end(),
            self.world.next_expiry(),
            self.world.persisted.unflushed.then_some(self.last_flush + FLUSH_SECONDS),
        ];
        moments.into_iter().flatten().min_by(f64::total_cmp)
    }

    /// The virtual time of the instance's next timer.
    fn next_timer(&self) -> Option<f64> {
        let Running { instance, born, .. } = self.running.as_ref()?;
        instance.next_timer().map(|ms| born + ms / 1000.0)
    }

    /// Does what is due now.
    fn happen(&mut self) {
        let now = self.world.time;
        if self.restart_at.is_some_and(|at| at <= now) {
            self.restart_at = None;
            self.start(&[]);
        }
        self.world.scene.advance(now);
        self.world.expire_payments();
        self.settle();
        self.run_timers();
        self.tick();
        self.settle();
        self.release_quietly();
        self.watch_distances();
        if self.world.persisted.unflushed && self.last_flush + FLUSH_SECONDS <= now {
            self.flush();
        }
    }

    fn run_timers(&mut self) {
        let now = self.world.time;
        if self.next_timer().is_none_or(|due| due > now) {
            return;
        }
        let Some(Running { instance, born, .. }) = &mut self.running else { return };
        // Rounding must not leave a due timer just ahead for ever.
        let ms = self.world.instance_ms(*born).max(instance.next_timer().unwrap_or(0.0));
        for turn in instance.advance_to(&mut self.world, ms) {
            if !self.finish(turn) {
                return;
            }
        }
    }

    fn tick(&mut self) {
        if !self.world.wants_ticks {
            return;
        }
        let (now, dt) = (self.world.time, 1.0 / self.world.options.tick_hz);
        if self.next_tick > now {
            return;
        }
        // After a pause ticking goes on from now, it does not catch up.
        self.next_tick = if now - self.next_tick > dt { now + dt } else { self.next_tick + dt };
        if self.call("$tick", vec![dt.into()]) && now - self.running_since() > CALM_SECONDS {
            self.faults = 0;
        }
    }

    fn running_since(&self) -> f64 {
        self.running.as_ref().map_or(self.world.time, |running| running.born)
    }

    /// Lets out what happened without a turn, such as expired payments.
    fn release_quietly(&mut self) {
        if let Err(failure) = self.world.release() {
            self.world.log(Level::Error, failure.to_string(), "");
        }
    }

    fn flush(&mut self) {
        self.last_flush = self.world.time;
        match self.world.ledger.flush() {
            Ok(()) => self.world.persisted.unflushed = false,
            Err(failure) => self.world.log(Level::Error, failure.to_string(), ""),
        }
    }
}
