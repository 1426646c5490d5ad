//! Programs that attack the VM (`tests/attacks/*.mosl`): how the files are read, and how one attack runs beside a neighbour on one
//! thread, with what it cost. Each file begins with a comment that says which guarantee its programs go for; a program begins with
//! `//# name => end`, where the end is one or more of these, with `|` between:
//!
//! - `fuel`, `memory`, `stack`: that limit ends it
//! - `throws NAME`: an error of that name is not caught (`throws any`: whichever)
//! - `prints TEXT`: it ends well, having printed that line (`prints any`: whatever)
//! - `refused`: the compiler says no
//!
//! Where a program exports `attack`, the host calls that too.

use std::fs;
use std::path::Path;
use std::time::Duration;

use mosl_compiler::project::MemoryFiles;
use mosl_vm::{
    Host, HostCall, HostError, HostResult, HostValue, Instance, JitMode, Limits, Module, Stream, Turn, TurnEnd,
};

use crate::run;

/// What an attacker may use.
pub const LIMITS: Limits = Limits { fuel: 30_000_000, heap: 16 << 20, stack: 2_000, deadline: None, timers: 100 };

/// Moments at which an attack's timers run.
const TICKS: usize = 20;

/// A program, and how it must end.
pub struct Attack {
    pub name: String,
    pub text: String,
    pub ends: Vec<String>,
}

/// All programs of `tests/attacks`, named by file and heading.
pub fn attacks() -> Vec<Attack> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("attacks");
    let mut files: Vec<_> = fs::read_dir(folder).expect("the folder is there").flatten().map(|f| f.path()).collect();
    files.sort();
    let sources = files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "mosl"));
    sources.flat_map(|file| split(file)).collect()
}

fn split(file: &Path) -> Vec<Attack> {
    let theme = file.file_stem().expect("files have names").to_string_lossy();
    let text = fs::read_to_string(file).expect("the file is readable");
    let programs = text.split("\n//# ").skip(1);
    let attack = |program: &str| {
        let (heading, text) = program.split_once('\n').expect("a program follows its heading");
        let (name, ends) = heading.split_once(" => ").expect("a heading says how the program ends");
        let ends = ends.split(" | ").map(str::to_owned).collect();
        Attack { name: format!("{theme}: {name}"), text: text.to_owned(), ends }
    };
    programs.map(attack).collect()
}

/// What an attack did, and what it took.
#[derive(Debug)]
pub struct Outcome {
    /// As a heading says it.
    pub end: String,
    pub out: String,
    pub fuel: u64,
    /// Processor time of the attacker's turns.
    pub time: Duration,
    /// By how much the process grew at most, in bytes.
    pub grown: usize,
    /// What the neighbour printed, and its fuel.
    pub neighbour: (String, u64),
}

/// The module of an attack; `None` where the compiler refuses it.
pub fn compile(attack: &Attack) -> Option<Module> {
    let bytes = run::compile(&MemoryFiles::new([("main.mosl", attack.text.as_str())]), "main.mosl").ok()?;
    Some(Module::load(&bytes).expect("the compiler's modules load"))
}

/// What an honest object does meanwhile: a bit of everything, at each tick of its timer.
const NEIGHBOUR: &str = "
class Visit { constructor(n: number) { this.n = n; this.at = vec3(n, 0, 0); } n: number; at: Vec3; }
const seen = new Map<string, Visit>();
let round = 0;
const tick = async () => {
  const visit = new Visit(round++);
  seen.set(`visitor ${round}`, visit);
  await null;
  const names = [...seen.keys()].map((name) => name.toUpperCase()).sort().join();
  console.log(round, names.length, JSON.stringify([...seen.values()].at(-1)?.n), 'polluted' in ({} as any), /r (\\d+)/.exec(names.toLowerCase())?.[1]);
};
setInterval(tick, 1);
console.log(Object.keys(Array.prototype).length, [3, 1, 2].map((x) => x * 2).join());
";

/// What the neighbour does where nobody disturbs it.
pub fn undisturbed() -> (String, u64) {
    let mut neighbour = Neighbour::new();
    (0..=TICKS).for_each(|_| neighbour.tick());
    neighbour.finish()
}

/// Runs an attack, its turns between those of its neighbour.
pub fn run(module: &Module, jit: JitMode) -> Outcome {
    let mut neighbour = Neighbour::new();
    neighbour.tick();
    let before = reset_peak();
    let mut attacker = Instance::new(module, LIMITS);
    attacker.set_jit(jit);
    let (mut host, mut end, mut time) = (Listener::default(), None, Duration::ZERO);
    let mut timed = |step: &mut dyn FnMut(&mut Listener) -> Vec<Turn>| {
        let start = processor_time();
        let turns = step(&mut host);
        time += processor_time() - start;
        end = end.take().or_else(|| turns.iter().find_map(bad_end));
    };
    timed(&mut |host| vec![attacker.start(host)]);
    timed(&mut |host| vec![attacker.call_export(host, "attack", &[])]);
    for tick in 0..TICKS {
        neighbour.tick();
        timed(&mut |host| attacker.advance_to(host, tick as f64));
    }
    let fuel = attacker.report().fuel;
    drop(attacker);
    let grown = peak().saturating_sub(before);
    let end = end.unwrap_or_else(|| format!("prints {}", host.0).trim_end().to_owned());
    Outcome { end, out: host.0, fuel, time, grown, neighbour: neighbour.finish() }
}

/// How a turn ended that did not end well.
fn bad_end(turn: &Turn) -> Option<String> {
    match &turn.end {
        TurnEnd::Trapped(trap) => Some(match trap.kind.name() {
            "fault" => trap.text.clone(),
            limit => limit.to_owned(),
        }),
        TurnEnd::Completed => turn.errors.first().map(|error| format!("throws {}", error.name)),
    }
}

struct Neighbour {
    instance: Instance,
    host: Listener,
    now: f64,
}

impl Neighbour {
    fn new() -> Self {
        let bytes = run::compile(&MemoryFiles::new([("main.mosl", NEIGHBOUR)]), "main.mosl").expect("it compiles");
        let module = Module::load(&bytes).expect("the compiler's modules load");
        let mut neighbour = Self { instance: Instance::new(&module, LIMITS), host: Listener::default(), now: 0.0 };
        let started = neighbour.instance.start(&mut neighbour.host);
        assert!(started.is_completed() && started.errors.is_empty(), "{started:?}");
        neighbour
    }

    fn tick(&mut self) {
        self.now += 1.0;
        for turn in self.instance.advance_to(&mut self.host, self.now) {
            assert!(turn.is_completed() && turn.errors.is_empty(), "{turn:?}");
        }
    }

    fn finish(self) -> (String, u64) {
        (self.host.0, self.instance.report().fuel)
    }
}

/// A host that keeps the first lines that are printed.
#[derive(Default)]
pub struct Listener(pub String);

const MOST_KEPT: usize = 10_000;

impl Host for Listener {
    fn call(&mut self, _call: HostCall<'_>, _args: &[HostValue]) -> HostResult {
        HostResult::Throw(HostError { name: "Error".into(), message: "nothing is offered here".into() })
    }

    fn print(&mut self, stream: Stream, text: &str) {
        if stream == Stream::Out && self.0.len() < MOST_KEPT {
            self.0.extend(text.chars().take(1000).chain(['\n']));
        }
    }

    fn now_ms(&mut self) -> f64 {
        0.0
    }

    fn monotonic_ms(&mut self) -> f64 {
        0.0
    }

    fn random(&mut self) -> f64 {
        0.5
    }
}

/// Processor time of this thread, where the system tells.
pub fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or_default())
}

/// The process's peak falls to what it uses now, in bytes, which is yielded; 0 where the system does not tell.
fn reset_peak() -> usize {
    if fs::write("/proc/self/clear_refs", "5").is_err() {
        return 0;
    }
    peak()
}

/// The most memory that the process had since [`reset_peak`], in bytes.
fn peak() -> usize {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0) << 10
}
