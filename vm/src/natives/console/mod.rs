//! `console`: what Node.js's prints, line by line, to the host.

mod format;
mod table;

use rustc_hash::FxHashMap;

use super::Family;
use super::inspect::{self, Options};
use crate::cost::{COPY_TEXT, units_of};
use crate::host::Stream;
use crate::native::{Args, Completion};
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("console.assert", assert),
    ("console.count", count),
    ("console.countReset", count_reset),
    ("console.debug", |vm, args| write(vm, args.all(), Stream::Out)),
    ("console.dir", dir),
    ("console.error", |vm, args| write(vm, args.all(), Stream::Err)),
    ("console.group", group),
    ("console.groupCollapsed", group),
    ("console.groupEnd", |vm, _| {
        vm.console.indentation = vm.console.indentation.saturating_sub(2);
        Ok(Value::UNDEFINED)
    }),
    ("console.info", |vm, args| write(vm, args.all(), Stream::Out)),
    ("console.log", |vm, args| write(vm, args.all(), Stream::Out)),
    ("console.table", table::table),
    ("console.time", time),
    ("console.timeEnd", |vm, args| time_log(vm, args, true)),
    ("console.timeLog", |vm, args| time_log(vm, args, false)),
    ("console.trace", trace),
    ("console.warn", |vm, args| write(vm, args.all(), Stream::Err)),
];

/// What the console remembers between calls.
#[derive(Debug, Default)]
pub struct Console {
    /// Columns.
    pub(crate) indentation: usize,
    pub(crate) counts: Labelled<u64>,
    /// When clocks were started, in milliseconds.
    pub(crate) clocks: Labelled<f64>,
}

/// Numbers by label. Past some labels and bytes all are forgotten, so that they cost bounded memory.
#[derive(Debug, Default)]
pub(crate) struct Labelled<T> {
    pub entries: FxHashMap<String, T>,
    bytes: usize,
}

impl<T> Labelled<T> {
    pub fn insert(&mut self, label: String, value: T) {
        if self.entries.len() >= MAX_LABELS || self.bytes >= MAX_LABEL_BYTES {
            self.entries.clear();
            self.bytes = 0;
        }
        self.bytes += label.len();
        self.entries.insert(label, value);
    }

    fn remove(&mut self, label: &str) -> Option<T> {
        let (label, value) = self.entries.remove_entry(label)?;
        self.bytes -= label.len();
        Some(value)
    }
}

const MAX_LABELS: usize = 1000;
const MAX_LABEL_BYTES: usize = 1 << 20;
pub(crate) const MAX_INDENTATION: usize = 1000;

fn write(vm: &mut Vm, values: &[Value], stream: Stream) -> Completion {
    let text = format::format(vm, values)?;
    write_text(vm, &text, stream)
}

/// Writes lines, indented by the groups around.
fn write_text(vm: &mut Vm, text: &str, stream: Stream) -> Completion {
    let indented = vm.console.indentation * (text.bytes().filter(|byte| *byte == b'\n').count() + 1);
    vm.charge(COPY_TEXT.of(units_of(text) + indented))?;
    if vm.console.indentation == 0 {
        vm.print(stream, text);
    } else {
        vm.reserve(text.len() + indented)?;
        let indentation = " ".repeat(vm.console.indentation);
        let text = format!("{indentation}{}", text.replace('\n', &format!("\n{indentation}")));
        vm.print(stream, &text);
    }
    Ok(Value::UNDEFINED)
}

fn assert(vm: &mut Vm, args: Args) -> Completion {
    if vm.truthy(args.get(0)) {
        return Ok(Value::UNDEFINED);
    }
    let text = match args.rest(1) {
        [] => "Assertion failed".to_owned(),
        [first, ..] if first.is_string() => format!("Assertion failed: {}", format::format(vm, args.rest(1))?),
        rest => format!("Assertion failed {}", format::format(vm, rest)?),
    };
    write_text(vm, &text, Stream::Err)
}

fn label(vm: &mut Vm, value: Value) -> Completion<String> {
    if value.is_undefined() { Ok("default".to_owned()) } else { Ok(vm.to_string(value)?.to_rust()) }
}

fn count(vm: &mut Vm, args: Args) -> Completion {
    let label = label(vm, args.get(0))?;
    let count = match vm.console.counts.entries.get_mut(&label) {
        Some(count) => {
            *count += 1;
            *count
        }
        None => {
            vm.console.counts.insert(label.clone(), 1);
            1
        }
    };
    let text = format!("{label}: {count}");
    write_text(vm, &text, Stream::Out)
}

fn count_reset(vm: &mut Vm, args: Args) -> Completion {
    let label = label(vm, args.get(0))?;
    if vm.console.counts.remove(&label).is_none() {
        return write_text(vm, &format!("Warning: Count for '{label}' does not exist"), Stream::Err);
    }
    Ok(Value::UNDEFINED)
}

fn dir(vm: &mut Vm, args: Args) -> Completion {
    let mut options = Options::default();
    if args.get(1).is_object() {
        let key = vm.key("depth");
        let depth = vm.get(args.get(1), key)?;
        match depth.as_number() {
            Some(n) if n >= 0.0 => options.depth = (n as usize).min(format::MAX_DEPTH),
            None if depth.is_null() => options.depth = format::MAX_DEPTH,
            _ => {}
        }
        let key = vm.key("showHidden");
        let hidden = vm.get(args.get(1), key)?;
        options.hidden = vm.truthy(hidden);
    }
    let text = inspect::inspect(vm, args.get(0), options)?;
    write_text(vm, &text, Stream::Out)
}

fn group(vm: &mut Vm, args: Args) -> Completion {
    if !args.is_empty() {
        write(vm, args.all(), Stream::Out)?;
    }
    vm.console.indentation = (vm.console.indentation + 2).min(MAX_INDENTATION);
    Ok(Value::UNDEFINED)
}

fn time(vm: &mut Vm, args: Args) -> Completion {
    let label = label(vm, args.get(0))?;
    if vm.console.clocks.entries.contains_key(&label) {
        return write_text(vm, &format!("Warning: Label '{label}' already exists for console.time()"), Stream::Err);
    }
    vm.charge(COPY_TEXT.of(label.len()))?;
    let now = vm.host.monotonic_ms();
    vm.console.clocks.insert(label, now);
    Ok(Value::UNDEFINED)
}

fn time_log(vm: &mut Vm, args: Args, ends: bool) -> Completion {
    let label = label(vm, args.get(0))?;
    let Some(start) = vm.console.clocks.entries.get(&label).copied() else {
        let method = if ends { "timeEnd" } else { "timeLog" };
        return write_text(vm, &format!("Warning: No such label '{label}' for console.{method}()"), Stream::Err);
    };
    let elapsed = vm.host.monotonic_ms() - start;
    if ends {
        vm.console.clocks.remove(&label);
    }
    let mut text = format!("{label}: {}", duration(elapsed));
    if !ends && args.len() > 1 {
        text.push(' ');
        text.push_str(&format::format(vm, args.rest(1))?);
    }
    write_text(vm, &text, Stream::Out)
}

/// `1.5ms`, `2.000s`, `1:05.000 (m:ss.mmm)`
fn duration(ms: f64) -> String {
    if ms < 1000.0 {
        let text = format!("{ms:.3}");
        return format!("{}ms", text.trim_end_matches('0').trim_end_matches('.'));
    }
    let seconds = ms / 1000.0;
    if seconds < 60.0 {
        return format!("{seconds:.3}s");
    }
    let (hours, minutes) = ((seconds / 3600.0).floor(), (seconds / 60.0).floor() % 60.0);
    if hours > 0.0 {
        return format!("{hours}:{minutes:02}:{:02} (h:mm:ss)", (seconds % 60.0).floor());
    }
    format!("{minutes}:{:06.3} (m:ss.mmm)", seconds % 60.0)
}

/// Where the call stands is in the report; scripts see no traces.
fn trace(vm: &mut Vm, args: Args) -> Completion {
    let mut text = "Trace".to_owned();
    if !args.is_empty() {
        text.push_str(": ");
        text.push_str(&format::format(vm, args.all())?);
    }
    write_text(vm, &text, Stream::Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (ms, text) in
            [(0.0, "0ms"), (1.5, "1.5ms"), (999.0, "999ms"), (2000.0, "2.000s"), (65_000.0, "1:05.000 (m:ss.mmm)")]
        {
            assert_eq!(duration(ms), text);
        }
    }
}
