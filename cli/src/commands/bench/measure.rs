//! Runs one file's benches: the host that `mark:test` talks to, how many calls make a batch, and what the batches come to.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mosl_vm::{Host, HostCall, HostError, HostResult, HostValue, Instance, JitMode, Limits, Module, Stream, Turn};

use super::super::run;
use super::Problem;
use crate::random::Xorshift;

/// Before anything counts: machine code is made, inline caches fill.
const WARM_UP: Duration = Duration::from_millis(100);
/// A batch takes at least so long, unless one call does.
const BATCH: Duration = Duration::from_millis(5);
const MAX_CALLS: u64 = 1 << 24;
/// Batches that count, and how many are enough where they take longer than [`PATIENCE`].
const BATCHES: usize = 41;
const FEWEST: usize = 5;
const PATIENCE: Duration = Duration::from_secs(3);
/// So many batches tell how much memory a call takes.
const MEASURED: usize = 7;

/// The bench that does nothing: what the loop itself takes.
const NOTHING: usize = 0;

/// What one call comes to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    pub nanoseconds: f64,
    /// Half of the batches are no further from the median than this share of it.
    pub spread: f64,
    pub bytes: f64,
    pub fuel: f64,
    pub batches: usize,
    /// In each batch.
    pub calls: u64,
}

/// A file whose body has run.
pub struct Loaded<'a> {
    module: &'a Module,
    instance: Instance,
    watch: Watch,
}

/// What one batch used.
struct Batch {
    time: Duration,
    fuel: f64,
    bytes: f64,
    waits: bool,
}

impl<'a> Loaded<'a> {
    pub fn load(module: &'a Module) -> Result<Self, Problem> {
        let limits = Limits { fuel: u64::MAX >> 2, ..Limits::default() };
        let mut instance = Instance::new(module, limits);
        instance.set_jit(JitMode::Lazy);
        let began = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let watch = Watch { began_ms: began as f64 * 1000.0, ..Watch::default() };
        let mut loaded = Self { module, instance, watch };
        let turn = loaded.instance.start(&mut loaded.watch);
        loaded.judge(&turn)?;
        while !loaded.instance.unsettled().is_empty() {
            if !loaded.pass_time()? {
                return Err("The file never ends: it awaits what does not happen.".to_owned().into());
            }
        }
        loaded.watch.is_loaded = true;
        Ok(loaded)
    }

    /// The names of the file's benches, in their order.
    pub fn names(&self) -> &[String] {
        &self.watch.names
    }

    pub fn measure(&mut self, at: usize) -> Result<Sample, Problem> {
        let bench = at + 1;
        let waits = self.batch(bench, 1, false)?.waits;
        let calls = self.calibrate(bench, waits)?;
        let began = Instant::now();
        let mut times = Vec::with_capacity(BATCHES);
        let mut memory = Vec::with_capacity(MEASURED);
        let mut fuel = 0.0;
        while times.len() < BATCHES && (times.len() < FEWEST || began.elapsed() < PATIENCE) {
            let batch = self.batch(bench, calls, waits)?;
            times.push(batch.time.as_secs_f64() * 1e9 / calls as f64);
            if memory.len() < MEASURED {
                let nothing = self.batch(NOTHING, calls, waits)?;
                memory.push((batch.bytes - nothing.bytes).max(0.0) / calls as f64);
                fuel = (batch.fuel - nothing.fuel).max(0.0) / calls as f64;
            }
        }
        let nanoseconds = median(&mut times.clone());
        let mut away: Vec<f64> = times.iter().map(|time| (time - nanoseconds).abs()).collect();
        let spread = median(&mut away) / nanoseconds.max(f64::MIN_POSITIVE);
        Ok(Sample { nanoseconds, spread, bytes: median(&mut memory), fuel, batches: times.len(), calls })
    }

    /// How many calls make a batch, once the function is warm.
    fn calibrate(&mut self, bench: usize, waits: bool) -> Result<u64, Problem> {
        let began = Instant::now();
        let mut calls = 1;
        loop {
            let time = self.batch(bench, calls, waits)?.time;
            let is_long = time >= BATCH || calls >= MAX_CALLS;
            if is_long && began.elapsed() >= WARM_UP {
                return Ok(calls);
            }
            if !is_long {
                calls *= 2;
            }
        }
    }

    fn batch(&mut self, bench: usize, calls: u64, waits: bool) -> Result<Batch, Problem> {
        let name = self.watch.names.get(bench.wrapping_sub(1)).cloned().unwrap_or_default();
        let Some(answered) = self.watch.asked.take() else {
            return Err(format!("`{name}` cannot be measured: an earlier one still runs.").into());
        };
        let before = self.used();
        let turn = self.instance.resolve_host(&mut self.watch, answered, Ok(wanted(bench, calls, waits)));
        self.judge_bench(&turn, &name)?;
        while self.watch.stopped.is_none() {
            if !self.pass_time()? {
                return Err(format!("`{name}` never ends: it returns a promise that nothing settles.").into());
            }
        }
        let (time, waits) = self.watch.stopped.take().expect("the watch has been stopped");
        let after = self.used();
        Ok(Batch { time, fuel: after.0 - before.0, bytes: after.1 - before.1, waits })
    }

    /// Fuel and bytes since the start.
    fn used(&self) -> (f64, f64) {
        (self.instance.report().fuel as f64, self.instance.allocated() as f64)
    }

    /// Virtual time goes on to the next timer. Whether there was one.
    fn pass_time(&mut self) -> Result<bool, Problem> {
        let Some(due) = self.instance.next_timer() else { return Ok(false) };
        self.watch.virtual_ms = due;
        for turn in self.instance.advance_to(&mut self.watch, due) {
            self.judge(&turn)?;
        }
        Ok(true)
    }

    fn judge(&self, turn: &Turn) -> Result<(), Problem> {
        run::judge(Some(self.module), turn, || {}).map_or(Ok(()), |exit| Err(Problem::Shown(exit)))
    }

    fn judge_bench(&self, turn: &Turn, name: &str) -> Result<(), Problem> {
        self.judge(turn).inspect_err(|_| crate::terminal::note(&format!("that happened while `{name}` was measured")))
    }
}

/// The answer of `nextBatch`: so many calls of the bench with that number, the first of a file being 1.
pub fn wanted(bench: usize, calls: u64, waits: bool) -> HostValue {
    let entry = |name: &str, value: HostValue| (name.to_owned(), value);
    HostValue::Record(vec![
        entry("bench", HostValue::Number(bench as f64)),
        entry("calls", HostValue::Number(calls as f64)),
        entry("waits", HostValue::Bool(waits)),
    ])
}

/// The middle one, or the mean of the middle two.
fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers {
        [] => 0.0,
        _ if numbers.len() % 2 == 1 => numbers[middle],
        _ => f64::midpoint(numbers[middle - 1], numbers[middle]),
    }
}

/// The world of a bench: the functions of `mark:test`, a clock that stands still between timers, the same random numbers each time.
#[derive(Default)]
struct Watch {
    names: Vec<String>,
    /// The file's body has run: it adds no more.
    is_loaded: bool,
    /// The call that waits for the next batch.
    asked: Option<u64>,
    calls: u64,
    started: Option<Instant>,
    /// How long the batch took, and whether its function yields promises.
    stopped: Option<(Duration, bool)>,
    began_ms: f64,
    virtual_ms: f64,
    random: Xorshift,
}

impl Watch {
    fn add(&mut self, name: &str) -> HostResult {
        let problem = if self.is_loaded {
            "`bench` is called by the file itself, not while one is measured".to_owned()
        } else if self.names.iter().any(|known| known == name) {
            format!("there are two benches `{name}` in this file: give each a name of its own")
        } else {
            self.names.push(name.to_owned());
            return HostResult::Value(HostValue::Undefined);
        };
        HostResult::Throw(HostError { name: "Error".to_owned(), message: problem })
    }
}

impl Host for Watch {
    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult {
        match (call.module, call.name, args) {
            ("mark:test", "addBench", [name]) => return self.add(name.as_str().unwrap_or_default()),
            ("mark:test", "nextBatch", _) => {
                self.calls += 1;
                self.asked = Some(self.calls);
                return HostResult::Pending(self.calls);
            }
            ("mark:test", "startBatch", _) => self.started = Some(Instant::now()),
            ("mark:test", "stopBatch", [waits]) => {
                let time = self.started.take().map_or(Duration::ZERO, |started| started.elapsed());
                self.stopped = Some((time, waits.as_bool() == Some(true)));
            }
            _ => return HostResult::Throw(run::no_scene(call)),
        }
        HostResult::Value(HostValue::Undefined)
    }

    /// Standard output is the table's.
    fn print(&mut self, _: Stream, text: &str) {
        eprintln!("{text}");
    }

    fn now_ms(&mut self) -> f64 {
        self.began_ms + self.virtual_ms
    }

    fn monotonic_ms(&mut self) -> f64 {
        self.virtual_ms
    }

    fn random(&mut self) -> f64 {
        self.random.next()
    }
}
