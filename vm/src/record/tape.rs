//! The two hosts of a recording: one asks the real host and writes down what it says, the other reads that back.

use super::{Outputs, Reading};
use crate::host::{Host, HostCall, HostError, HostResult, HostValue, Stream};

impl Outputs {
    fn line(&mut self, stream: Stream, text: &str) {
        self.part(if stream == Stream::Out { b'o' } else { b'w' }, text);
    }

    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) {
        self.part(b'm', call.module);
        self.part(b'n', call.name);
        args.iter().for_each(|arg| self.value(arg));
    }
}

/// A host whose answers are written down.
pub struct Taping<'a> {
    host: &'a mut dyn Host,
    readings: Vec<Reading>,
    outputs: Outputs,
}

impl<'a> Taping<'a> {
    pub fn new(host: &'a mut dyn Host) -> Self {
        Self { host, readings: Vec::new(), outputs: Outputs::default() }
    }

    pub fn finish(self) -> (Vec<Reading>, Outputs) {
        (self.readings, self.outputs)
    }
}

impl Host for Taping<'_> {
    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult {
        self.outputs.call(call, args);
        let answer = self.host.call(call, args);
        self.readings.push(Reading::Call(answer.clone()));
        answer
    }

    fn print(&mut self, stream: Stream, text: &str) {
        self.outputs.line(stream, text);
        self.host.print(stream, text);
    }

    fn now_ms(&mut self) -> f64 {
        let read = self.host.now_ms();
        self.readings.push(Reading::Now(read));
        read
    }

    fn monotonic_ms(&mut self) -> f64 {
        let read = self.host.monotonic_ms();
        self.readings.push(Reading::Monotonic(read));
        read
    }

    fn random(&mut self) -> f64 {
        let read = self.host.random();
        self.readings.push(Reading::Random(read));
        read
    }

    fn begin(&mut self) {
        self.host.begin();
    }

    fn commit(&mut self) {
        self.host.commit();
    }

    fn discard(&mut self) {
        self.host.discard();
    }
}

/// A host that says what was written down, and keeps what it is told.
pub struct Playing<'a> {
    readings: std::slice::Iter<'a, Reading>,
    pub outputs: Outputs,
    pub lines: Vec<(Stream, String)>,
    /// Names of the host functions that were called.
    pub calls: Vec<String>,
    /// The script asked for something else than it did when it was recorded.
    pub has_strayed: bool,
}

impl<'a> Playing<'a> {
    pub fn new(readings: &'a [Reading]) -> Self {
        let (lines, calls) = (Vec::new(), Vec::new());
        Self { readings: readings.iter(), outputs: Outputs::default(), lines, calls, has_strayed: false }
    }

    /// Everything was read that was written down.
    pub fn is_at_end(&self) -> bool {
        self.readings.len() == 0
    }

    fn read<T>(&mut self, wanted: impl FnOnce(&Reading) -> Option<T>) -> Option<T> {
        let read = self.readings.next().and_then(wanted);
        self.has_strayed |= read.is_none();
        read
    }
}

impl Host for Playing<'_> {
    fn call(&mut self, call: HostCall<'_>, args: &[HostValue]) -> HostResult {
        self.outputs.call(call, args);
        self.calls.push(format!("{}/{}", call.module, call.name));
        let answer = self.read(|reading| if let Reading::Call(answer) = reading { Some(answer.clone()) } else { None });
        let strayed = || HostError { name: "Error".into(), message: "the recording has no answer".into() };
        answer.unwrap_or_else(|| HostResult::Throw(strayed()))
    }

    fn print(&mut self, stream: Stream, text: &str) {
        self.outputs.line(stream, text);
        self.lines.push((stream, text.to_owned()));
    }

    fn now_ms(&mut self) -> f64 {
        self.read(|reading| if let Reading::Now(read) = reading { Some(*read) } else { None }).unwrap_or_default()
    }

    fn monotonic_ms(&mut self) -> f64 {
        self.read(|reading| if let Reading::Monotonic(read) = reading { Some(*read) } else { None }).unwrap_or_default()
    }

    fn random(&mut self) -> f64 {
        self.read(|reading| if let Reading::Random(read) = reading { Some(*read) } else { None }).unwrap_or_default()
    }
}
