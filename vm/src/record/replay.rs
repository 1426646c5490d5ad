//! Playing a recording, turn by turn.

use std::fmt;

use super::tape::Playing;
use super::{After, Entry, Input, NOTHING, Recording, run};
use crate::JitMode;
use crate::digest::Digest;
use crate::host::Stream;
use crate::instance::{Instance, Module};
use crate::limits::Limits;
use crate::turn::Turn;

/// A recording that is played: an iterator over its inputs.
#[derive(Debug)]
pub struct Replay<'a> {
    instance: Instance,
    recording: &'a Recording,
    next: usize,
    outputs: Digest,
    jit: JitMode,
}

/// What one input did, for the second time.
#[derive(Debug)]
pub struct Replayed<'a> {
    pub input: &'a Input,
    /// `None` where only time passed.
    pub turn: Option<Turn>,
    pub after: After,
    pub lines: Vec<(Stream, String)>,
    /// Host functions that were called, as `module/name`.
    pub calls: Vec<String>,
}

/// A recording that does not happen again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReplayError {
    /// It was made with a module of another hash.
    OtherModule,
    /// A proof is not about this recording.
    OtherRecording,
    /// What comes of the input of that number, from 0, is not what the recording says.
    Diverged { input: usize, what: String },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherModule => f.write_str("the recording was made with another module"),
            Self::OtherRecording => f.write_str("the proof is about another recording"),
            Self::Diverged { input, what } => write!(f, "input {input} does not do what was recorded: {what}"),
        }
    }
}

impl std::error::Error for ReplayError {}

impl<'a> Replay<'a> {
    /// An instance that stands before the first input.
    ///
    /// # Errors
    /// [`ReplayError::OtherModule`]
    pub fn new(module: &Module, recording: &'a Recording) -> Result<Self, ReplayError> {
        if module.hash() != recording.module {
            return Err(ReplayError::OtherModule);
        }
        let instance = Instance::new(module, recording.limits);
        Ok(Self { instance, recording, next: 0, outputs: NOTHING, jit: JitMode::Off })
    }

    /// As [`Instance::set_jit`]: output and fuel are the same on both engines; memory is compared where the recording's own plays.
    pub fn set_jit(&mut self, mode: JitMode) {
        self.jit = mode;
        self.instance.set_jit(mode);
    }

    /// The instance after the inputs that were played, to be looked at; what is changed in it makes the rest diverge.
    pub fn instance(&mut self) -> &mut Instance {
        &mut self.instance
    }

    fn play(&mut self, number: usize, entry: &'a Entry) -> Result<Replayed<'a>, ReplayError> {
        if entry.killed {
            // The first place at which that much fuel is used is where it was ended.
            let fuel = entry.after.fuel.saturating_sub(1);
            self.instance.set_limits(Limits { fuel, ..self.recording.limits });
        }
        let mut host = Playing::new(&entry.readings);
        let turn = run(&mut self.instance, &mut host, &entry.input);
        let (strayed, is_at_end) = (host.has_strayed, host.is_at_end());
        let (lines, calls) = (host.lines, host.calls);
        if let Some(turn) = &turn {
            self.outputs = host.outputs.finish(self.outputs, turn);
        }
        let fuel = turn.as_ref().map_or(0, |turn| turn.fuel);
        let after = After { fuel, heap: self.instance.heap_used() as u64, outputs: self.outputs };
        let compares_memory = !entry.killed && self.jit == self.recording.jit;
        let what = if strayed || !is_at_end {
            Some("it asks the host for something else".to_owned())
        } else {
            difference(entry.after, after, compares_memory)
        };
        match what {
            Some(what) => Err(ReplayError::Diverged { input: number, what }),
            None => Ok(Replayed { input: &entry.input, turn, after, lines, calls }),
        }
    }
}

/// In what a turn is another than was recorded.
fn difference(recorded: After, now: After, compares_memory: bool) -> Option<String> {
    if now.fuel != recorded.fuel {
        return Some(format!("it uses {} fuel, not {}", now.fuel, recorded.fuel));
    }
    if compares_memory && now.heap != recorded.heap {
        return Some(format!("it leaves {} bytes of heap in use, not {}", now.heap, recorded.heap));
    }
    (now.outputs != recorded.outputs).then(|| "what leaves the instance is something else".to_owned())
}

impl<'a> Iterator for Replay<'a> {
    type Item = Result<Replayed<'a>, ReplayError>;

    /// Plays the next input. After an error there is nothing more.
    fn next(&mut self) -> Option<Self::Item> {
        let recording = self.recording;
        let entry = recording.entries.get(self.next)?;
        let number = self.next;
        self.next += 1;
        let played = self.play(number, entry);
        if played.is_err() {
            self.next = recording.entries.len();
        }
        Some(played)
    }
}
