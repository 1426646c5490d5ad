//! Figures of benches: as a table of 80 columns, as JSON, and beside those of an earlier run.

use serde_json::{Value, json};

use super::measure::Sample;

/// Columns of the table.
const WIDTH: usize = 80;
const TIME: usize = 11;
const SPREAD: usize = 9;
const COUNT: usize = 12;
const CHANGE: usize = 10;

/// A bench and what it came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    pub file: String,
    pub name: String,
    pub sample: Sample,
}

/// The figures of a run.
#[derive(Default)]
pub struct Figures(Vec<Measured>);

impl Figures {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What an earlier run saved.
    pub fn read(file: &str) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).map_err(|error| format!("`{file}` cannot be read: {error}"))?;
        let figures = serde_json::from_str::<Value>(&text).ok().and_then(|value| Self::from_json(&value));
        figures.ok_or_else(|| format!("`{file}` holds no figures: `mosl bench --save {file}` writes them."))
    }

    pub fn write(&self, file: &str) -> Result<(), String> {
        std::fs::write(file, self.to_json()).map_err(|error| format!("`{file}` cannot be written: {error}"))
    }

    pub fn to_json(&self) -> String {
        let benches: Vec<Value> = self.0.iter().map(Measured::to_json).collect();
        serde_json::to_string_pretty(&json!({ "benches": benches })).expect("plain data") + "\n"
    }

    fn from_json(value: &Value) -> Option<Self> {
        value["benches"].as_array()?.iter().map(Measured::from_json).collect::<Option<_>>().map(Self)
    }

    fn find(&self, file: &str, name: &str) -> Option<&Sample> {
        let found = self.0.iter().find(|measured| measured.file == file && measured.name == name)?;
        Some(&found.sample)
    }
}

impl Measured {
    fn to_json(&self) -> Value {
        let Sample { nanoseconds, spread, bytes, fuel, batches, calls } = self.sample;
        json!({
            "file": self.file, "name": self.name, "nanoseconds": nanoseconds, "spread": spread, "bytes": bytes, "fuel": fuel,
            "batches": batches, "calls": calls,
        })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let number = |name: &str| value[name].as_f64();
        let sample = Sample {
            nanoseconds: number("nanoseconds")?,
            spread: number("spread")?,
            bytes: number("bytes")?,
            fuel: number("fuel")?,
            batches: usize::try_from(value["batches"].as_u64()?).ok()?,
            calls: value["calls"].as_u64()?,
        };
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        Some(Self { file: text("file")?, name: text("name")?, sample })
    }
}

/// A table that grows by a line with each bench.
pub struct Table {
    pub figures: Figures,
    before: Option<Figures>,
    /// Whether lines are printed.
    shows: bool,
    /// The file of the last line.
    file: String,
}

impl Table {
    pub fn new(before: Option<Figures>, shows: bool) -> Self {
        Self { figures: Figures::default(), before, shows, file: String::new() }
    }

    pub fn add(&mut self, measured: Measured) {
        if self.shows {
            if self.figures.is_empty() {
                println!("{}", self.heading());
            }
            if self.file != measured.file {
                self.file.clone_from(&measured.file);
                println!("{}", self.file);
            }
            println!("{}", self.line(&measured));
        }
        self.figures.0.push(measured);
    }

    fn heading(&self) -> String {
        let change = if self.before.is_some() { "change" } else { "" };
        self.row("", ["median", "spread", change, "bytes/call", "fuel/call"])
    }

    fn line(&self, Measured { file, name, sample }: &Measured) -> String {
        let spread = format!("± {:.1} %", sample.spread * 100.0);
        let change = match self.before.as_ref().map(|before| before.find(file, name)) {
            None => String::new(),
            Some(None) => "new".to_owned(),
            Some(Some(before)) => change(before, sample),
        };
        self.row(name, [&time(sample.nanoseconds), &spread, &change, &count(sample.bytes), &count(sample.fuel)])
    }

    fn row(&self, name: &str, [time, spread, change, bytes, fuel]: [&str; 5]) -> String {
        let changes = if self.before.is_some() { CHANGE } else { 0 };
        let room = WIDTH - 2 - TIME - SPREAD - changes - 2 * COUNT;
        let name = shortened(name, room);
        let line =
            format!("  {name:<room$}{time:>TIME$}{spread:>SPREAD$}{change:>changes$}{bytes:>COUNT$}{fuel:>COUNT$}");
        line.trim_end().to_owned()
    }
}

/// A name that fits.
fn shortened(name: &str, room: usize) -> String {
    let name = name.replace(char::is_control, " ");
    if name.chars().count() <= room {
        return name;
    }
    name.chars().take(room - 1).chain(['…']).collect()
}

/// How much longer a call takes than before; in brackets where the spreads alone may be the reason.
fn change(before: &Sample, now: &Sample) -> String {
    let more = now.nanoseconds / before.nanoseconds - 1.0;
    let text = format!("{:+.1} %", more * 100.0);
    let is_certain = more.abs() > 2.0 * (before.spread + now.spread);
    if is_certain { text } else { format!("({text})") }
}

fn time(nanoseconds: f64) -> String {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")];
    let (size, unit) = units.into_iter().find(|(size, _)| nanoseconds >= *size).unwrap_or((1.0, "ns"));
    let n = nanoseconds / size;
    let digits = if n < 9.995 { 2 } else { usize::from(n < 99.95) };
    format!("{n:.digits$} {unit}")
}

/// A whole number with its thousands apart; a small one that is not whole with a decimal.
fn count(n: f64) -> String {
    if n < 99.95 && (n - n.round()).abs() >= 0.05 {
        return format!("{n:.1}");
    }
    let digits = format!("{n:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(nanoseconds: f64, spread: f64) -> Sample {
        Sample { nanoseconds, spread, bytes: 48.0, fuel: 1234.5, batches: 41, calls: 1024 }
    }

    fn measured(name: &str, nanoseconds: f64) -> Measured {
        Measured { file: "a.bench.mosl".to_owned(), name: name.to_owned(), sample: sample(nanoseconds, 0.01) }
    }

    #[test]
    fn numbers_are_short_and_keep_three_digits() {
        let times = [0.5, 9.994, 9.996, 99.94, 99.96, 1234.0, 5_600_000.0, 2e9].map(time);
        assert_eq!(times, ["0.50 ns", "9.99 ns", "10.0 ns", "99.9 ns", "100 ns", "1.23 µs", "5.60 ms", "2.00 s"]);
        assert_eq!([0.0, 7.02, 7.25, 1234.4, 1_234_567.0].map(count), ["0", "7", "7.2", "1,234", "1,234,567"]);
    }

    #[test]
    fn lines_are_as_wide_as_the_terminal_and_no_wider() {
        let before = Figures(vec![measured("short", 100.0)]);
        for before in [None, Some(before)] {
            let table = Table::new(before, false);
            for name in
                ["short", "a name that goes on and on, longer than the whole line of a terminal has room for it"]
            {
                assert_eq!(table.line(&measured(name, 123.0)).chars().count(), WIDTH);
            }
            assert_eq!(table.heading().chars().count(), WIDTH);
        }
    }

    #[test]
    fn a_change_within_the_spreads_is_in_brackets() {
        assert_eq!(change(&sample(100.0, 0.01), &sample(150.0, 0.01)), "+50.0 %");
        assert_eq!(change(&sample(100.0, 0.01), &sample(50.0, 0.01)), "-50.0 %");
        assert_eq!(change(&sample(100.0, 0.02), &sample(103.0, 0.01)), "(+3.0 %)");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let figures = Figures(vec![measured("one", 12.5), measured("two", 7.0)]);
        let read = serde_json::from_str(&figures.to_json()).ok().and_then(|value| Figures::from_json(&value));
        assert_eq!(read.expect("figures").0, figures.0);
    }
}
