//! Recordings: every input of an instance and what each turn did, so that anyone can run it again and see the same, and a small record
//! that says so. Time, randomness and the host's answers are inputs; a kill by the clock or by hand is one, too.
//!
//! A recording holds no state: it is played from the start, on either engine, to the same output and fuel, and on the one that it was made
//! on also to the same memory. [`Recorded`] makes one, [`Replay`] plays it, [`Proof`] is
//! what a node hands out.

mod bytes;
mod replay;
mod tape;

pub use replay::{Replay, ReplayError, Replayed};

use crate::digest::{Digest, Digester};
use crate::host::{Host, HostError, HostResult, HostValue};
use crate::instance::{Arg, Called, Instance, Module};
use crate::jit::JitMode;
use crate::limits::{Limits, TrapKind};
use crate::turn::{Turn, TurnEnd};
use tape::Taping;

/// Something that came to an instance from outside, and began a turn or moved its time.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// The module's bodies run.
    Start,
    /// An exported function is called.
    Call { name: String, args: Vec<HostValue> },
    /// A pending host call is answered.
    Answer { id: u64, result: Result<HostValue, HostError> },
    /// The first timer that is due by that virtual millisecond runs.
    Timer { until: f64 },
    /// Virtual time passes. No turn.
    Pass { until: f64 },
}

/// What a host said when it was asked.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Reading {
    Call(HostResult),
    Now(f64),
    Monotonic(f64),
    Random(f64),
}

/// An input, what was read meanwhile, and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Entry {
    pub input: Input,
    pub readings: Vec<Reading>,
    /// The clock or somebody's hand ended the turn, after the fuel that `after` tells.
    pub killed: bool,
    pub after: After,
}

/// What can be told of an instance after a turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct After {
    /// Of the turn.
    pub fuel: u64,
    /// Logical bytes of heap in use.
    pub heap: u64,
    /// Everything that left the instance until now: lines, host calls, results, errors.
    pub outputs: Digest,
}

/// All inputs of an instance's life, with what each turn did.
#[derive(Clone, PartialEq, Debug)]
pub struct Recording {
    pub(crate) module: Digest,
    /// The deadline is none of them: where it struck is in the entries.
    pub(crate) limits: Limits,
    /// Engines make some things at other moments, so that memory is compared where the same one plays.
    pub(crate) jit: JitMode,
    pub(crate) entries: Vec<Entry>,
}

/// What a node says that it ran: whoever has the module and the recording can check it ([`Proof::check`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proof {
    /// SHA-256 of the module.
    pub module: Digest,
    /// SHA-256 of the limits and all inputs.
    pub inputs: Digest,
    /// SHA-256 over everything that left the instance.
    pub outputs: Digest,
    /// Of all turns.
    pub fuel: u64,
}

impl Recording {
    /// The hash of the module that was recorded.
    pub fn module(&self) -> Digest {
        self.module
    }

    /// The limits that it was made under: whoever plays a stranger's recording looks at them first.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How it was made; a replay in the same way uses the same memory.
    pub fn jit(&self) -> JitMode {
        self.jit
    }

    /// The inputs, in order.
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = &Input> {
        self.entries.iter().map(|entry| &entry.input)
    }

    /// What the recording claims.
    pub fn proof(&self) -> Proof {
        let outputs = self.entries.last().map_or(NOTHING, |entry| entry.after.outputs);
        let fuel = self.entries.iter().map(|entry| entry.after.fuel).sum();
        Proof { module: self.module, inputs: Digest::of(&self.input_bytes()), outputs, fuel }
    }
}

impl Proof {
    /// Plays the recording and compares. Costs what the recorded run cost.
    ///
    /// # Errors
    /// Where the recording or the module is another one, or what it claims does not happen.
    pub fn check(&self, module: &Module, recording: &Recording) -> Result<(), ReplayError> {
        if recording.proof() != *self {
            return Err(ReplayError::OtherRecording);
        }
        Replay::new(module, recording)?.try_for_each(|step| step.map(drop))
    }
}

/// What left an instance that did nothing.
const NOTHING: Digest = Digest([0; 32]);

/// An instance whose inputs are recorded. It takes the place of [`Instance`]; what cannot be recorded it does not do.
#[derive(Debug)]
pub struct Recorded {
    instance: Instance,
    recording: Recording,
    outputs: Digest,
}

impl Recorded {
    /// An instance of which nothing has run.
    pub fn new(module: &Module, limits: Limits) -> Self {
        let recording = Recording {
            module: module.hash(),
            limits: Limits { deadline: None, ..limits },
            jit: JitMode::Off,
            entries: Vec::new(),
        };
        Self { instance: Instance::new(module, limits), recording, outputs: NOTHING }
    }

    /// As [`Instance::set_jit`].
    pub fn set_jit(&mut self, mode: crate::JitMode) {
        self.recording.jit = mode;
        self.instance.set_jit(mode);
    }

    /// The instance, to be looked at.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// What was recorded until now.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// As [`Instance::start`].
    pub fn start(&mut self, host: &mut dyn Host) -> Turn {
        self.turn(host, Input::Start)
    }

    /// As [`Instance::call_export`].
    pub fn call_export(&mut self, host: &mut dyn Host, name: &str, args: &[HostValue]) -> Turn {
        self.turn(host, Input::Call { name: name.to_owned(), args: args.to_vec() })
    }

    /// As [`Instance::resolve_host`].
    pub fn resolve_host(&mut self, host: &mut dyn Host, id: u64, result: Result<HostValue, HostError>) -> Turn {
        self.turn(host, Input::Answer { id, result })
    }

    /// As [`Instance::advance_to`].
    pub fn advance_to(&mut self, host: &mut dyn Host, until: f64) -> Vec<Turn> {
        let mut turns = Vec::new();
        while self.instance.next_timer().is_some_and(|due| due <= until) {
            turns.push(self.turn(host, Input::Timer { until }));
        }
        if self.instance.now() < until {
            run(&mut self.instance, host, &Input::Pass { until });
            self.note(Input::Pass { until }, Vec::new(), None);
        }
        turns
    }

    fn turn(&mut self, host: &mut dyn Host, input: Input) -> Turn {
        let mut taping = Taping::new(host);
        let turn = run(&mut self.instance, &mut taping, &input).expect("such an input begins a turn");
        let (readings, outputs) = taping.finish();
        self.outputs = outputs.finish(self.outputs, &turn);
        self.note(input, readings, Some(&turn));
        turn
    }

    fn note(&mut self, input: Input, readings: Vec<Reading>, turn: Option<&Turn>) {
        let killed = turn.is_some_and(
            |turn| matches!(&turn.end, TurnEnd::Trapped(trap) if matches!(trap.kind, TrapKind::Deadline | TrapKind::Interrupt)),
        );
        let fuel = turn.map_or(0, |turn| turn.fuel);
        let after = After { fuel, heap: self.instance.heap_used() as u64, outputs: self.outputs };
        self.recording.entries.push(Entry { input, readings, killed, after });
    }
}

/// Gives an input to an instance; `None` where it begins no turn.
fn run(instance: &mut Instance, host: &mut dyn Host, input: &Input) -> Option<Turn> {
    match input {
        Input::Start => Some(instance.start(host)),
        Input::Call { name, args } => {
            let args: Vec<Arg> = args.iter().cloned().map(Arg::Value).collect();
            Some(instance.call_export(host, name, &args))
        }
        Input::Answer { id, result } => Some(instance.resolve_host(host, *id, result.clone())),
        Input::Timer { until } => instance.run_timer(host, *until),
        Input::Pass { until } => {
            instance.pass_time(*until);
            None
        }
    }
}

/// What leaves an instance during a turn.
#[derive(Debug, Default)]
pub(crate) struct Outputs(Digester);

impl Outputs {
    fn part(&mut self, tag: u8, text: &str) {
        self.0.update(&[tag]);
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn value(&mut self, value: &HostValue) {
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        self.0.update(&bytes);
    }

    /// The chain goes on with what the turn did; where it was ended, nothing of it left.
    fn finish(mut self, before: Digest, turn: &Turn) -> Digest {
        if !turn.is_completed() {
            self = Self::default();
            self.part(b'!', "");
        }
        match &turn.called {
            Some(Called::Value(value)) => self.value(value),
            Some(Called::Missing) => self.part(b'?', ""),
            Some(Called::Threw) => self.part(b'x', ""),
            Some(Called::Pending(_)) | None => {}
        }
        turn.errors.iter().for_each(|error| self.part(b'e', &error.text));
        for (_, settled) in &turn.settled {
            match settled {
                Ok(value) => self.value(value),
                Err(error) => self.part(b'r', &error.text),
            }
        }
        Digest::of(&[before.0, self.0.finish().0].concat())
    }
}
