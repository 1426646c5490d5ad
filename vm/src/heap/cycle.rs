//! The collector: a cycle of marking, cleaning the weak tables, and sweeping, done in slices that allocation pays for.
//!
//! Slices are due by bytes allocated, never by time, so that equal programs collect equally everywhere. A cycle marks in slices;
//! where nothing gray is left it visits the roots once more, and what was made meanwhile, and ends marking if that is soon done
//! (else it goes on, and tries again). From then on what is dead is known: names and shapes forget it, then blocks are swept.

use super::barrier::{self, WHITES};
use super::trace::Tracer;
use super::{Heap, Stress};
use crate::interp::cache::Caches;
use crate::object::data::{drop_dead_entries, trace_ephemerons};
use crate::object::shape::Shapes;
use crate::string::intern::Names;

/// Bytes allocated between two collections of a small heap.
const MIN_STEP: usize = 512 << 10;
/// Bytes allocated between two slices.
const SLICE: usize = 32 << 10;
/// Work of a slice, in values looked at: enough to mark four times as many bytes as are allocated.
const SLICE_WORK: usize = 4 * SLICE / 8;
/// Bytes of blocks that are swept for the work of looking at one value.
const SWEPT: usize = 8;
/// The work of looking at an entry of a weak table, in values looked at.
const CLEANING: usize = 4;
/// Work of a slice in the mode for tests.
const TINY: usize = 24;
/// Slices between two checks in that mode.
const CHECKED: u32 = 16;

/// What a cycle is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Nothing: every cell is white.
    Idle,
    Mark,
    /// The weak tables forget what is dead, which is all still there.
    Clean,
    Sweep,
}

/// What the instance holds besides the heap: its roots, and tables that hold cells weakly.
pub(crate) struct World<'a> {
    pub shapes: &'a mut Shapes,
    pub names: &'a mut Names,
    pub caches: &'a mut Caches,
    /// Bytes of queues and tables outside the heap that the script made grow.
    pub outside: usize,
    pub roots: &'a mut dyn FnMut(&mut Tracer),
}

impl Heap {
    /// What is due at a safepoint: a slice, or everything where the limit is met. `used` is exact after the latter.
    pub(crate) fn pay(&mut self, world: &mut World) {
        self.peak = self.peak();
        match self.stress {
            Stress::Whole => self.collect(world),
            Stress::Slices => {
                self.tiny_slice(world);
            }
            Stress::Off if self.over_limit() => self.collect(world),
            Stress::Off => self.slice(world),
        }
        self.threshold = self.next_threshold();
    }

    /// Looks at everything only now and then, and whenever the phase changes: programs of the corpus have some thousand safepoints.
    fn tiny_slice(&mut self, world: &mut World) {
        let before = self.phase;
        self.step(world, TINY);
        self.tiny_slices += 1;
        if cfg!(debug_assertions) && (self.phase != before || self.tiny_slices.is_multiple_of(CHECKED)) {
            self.verify(world);
        }
    }

    /// Frees every cell that the roots do not reach.
    pub(crate) fn collect(&mut self, world: &mut World) {
        self.peak = self.peak();
        self.finish(world);
        self.begin(world);
        self.finish(world);
        self.threshold = self.next_threshold();
    }

    fn finish(&mut self, world: &mut World) {
        while self.phase != Phase::Idle {
            self.step(world, usize::MAX);
        }
    }

    /// A slice does more the longer the cycle takes, so that it ends whatever the program does.
    fn slice(&mut self, world: &mut World) {
        // The goal is that of the cycle that goes on.
        let late = if self.phase == Phase::Idle { 0 } else { self.used.saturating_sub(self.goal) / SLICE };
        let mut work = SLICE_WORK.saturating_mul(1 + late);
        loop {
            work = self.step(world, work);
            if work == 0 || self.phase == Phase::Idle {
                return;
            }
        }
    }

    /// Goes on with the cycle, or begins one; yields what is left of the work.
    pub(super) fn step(&mut self, world: &mut World, work: usize) -> usize {
        match self.phase {
            Phase::Idle => {
                self.begin(world);
                work
            }
            Phase::Mark => self.mark(world, work),
            Phase::Clean => self.clean(world, work),
            Phase::Sweep => self.sweep(world, work),
        }
    }

    fn begin(&mut self, world: &mut World) {
        // Noted while the last cycle swept: those cells are white by now.
        drop(barrier::take_regrayed());
        world.shapes.begin_marking();
        let mut tracer = Tracer::new(std::mem::take(&mut self.marking), world.shapes);
        (world.roots)(&mut tracer);
        self.marking = tracer.into_marking();
        self.goal = self.used + (self.used / 2).max(MIN_STEP);
        self.phase = Phase::Mark;
    }

    fn mark(&mut self, world: &mut World, work: usize) -> usize {
        let mut tracer = Tracer::new(std::mem::take(&mut self.marking), world.shapes);
        tracer.take_regrayed();
        let mut done = tracer.drain(work);
        if done {
            (world.roots)(&mut tracer);
            tracer.take_late();
            done = tracer.drain_more(work);
            while done && trace_ephemerons(&mut tracer) {
                done = tracer.drain_more(work);
            }
        }
        if done {
            drop_dead_entries(&mut tracer);
        }
        let left = work.saturating_sub(tracer.work());
        self.marking = tracer.into_marking();
        if done {
            self.end_marking(world);
        }
        left
    }

    /// What is white now is dead.
    fn end_marking(&mut self, world: &mut World) {
        self.marking = Default::default();
        let dead = self.white;
        self.white ^= WHITES;
        world.caches.retain(world.shapes);
        world.shapes.end_marking();
        world.names.begin_clean(dead, self.white);
        self.dead = dead;
        self.marked_at = self.used;
        self.collections += 1;
        self.phase = Phase::Clean;
    }

    fn clean(&mut self, world: &mut World, work: usize) -> usize {
        // Nothing that becomes gray now needs a visit.
        drop(barrier::take_regrayed());
        let entries = work.div_ceil(CLEANING);
        let entries = world.shapes.clean(entries);
        let entries = if entries > 0 { world.names.clean(entries) } else { 0 };
        if entries > 0 {
            self.space.begin_sweep(self.dead, self.white);
            self.phase = Phase::Sweep;
        }
        entries.saturating_mul(CLEANING)
    }

    fn sweep(&mut self, world: &mut World, work: usize) -> usize {
        drop(barrier::take_regrayed());
        let bytes = self.space.sweep(work.saturating_mul(SWEPT));
        if bytes > 0 {
            self.live = self.space.live() + world.shapes.size() + world.outside;
            let used = self.live + self.used.saturating_sub(self.marked_at);
            self.freed += self.used.saturating_sub(used) as u64;
            self.used = used;
            self.phase = Phase::Idle;
        }
        bytes / SWEPT
    }

    pub(super) fn next_threshold(&self) -> usize {
        if self.stress != Stress::Off {
            return 0;
        }
        let next = match self.phase {
            Phase::Idle => (self.live + self.live / 4 * 3).max(self.used + MIN_STEP),
            _ => self.used + SLICE,
        };
        next.min(self.limit.max(self.used + 4096))
    }

    /// Takes over what the barrier noted, at the end of a turn: the next may be another instance's.
    pub(crate) fn absorb_barrier(&mut self) {
        for at in barrier::take_regrayed() {
            if self.phase == Phase::Mark {
                self.marking.regrayed(at);
            }
        }
    }

    /// Panics where the invariant of marking does not hold.
    pub(super) fn verify(&mut self, world: &mut World) {
        let (phase, white, dead) = (self.phase, self.white, self.dead);
        if phase == Phase::Idle {
            return;
        }
        let mut tracer = Tracer::new(std::mem::take(&mut self.marking), world.shapes);
        self.space.each(|at| {
            // SAFETY: the space visits cells that are allocated.
            let mark = unsafe { (*at).mark };
            match phase {
                Phase::Mark if mark & barrier::BLACK != 0 => tracer.check(at, white),
                Phase::Clean | Phase::Sweep if mark != dead => tracer.check(at, dead),
                _ => {}
            }
        });
        if phase != Phase::Mark {
            tracer.check_roots(world.roots, dead);
        }
        self.marking = tracer.into_marking();
    }
}
