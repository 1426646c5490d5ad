//! A main function for tests that are data: it takes libtest's usual arguments and prints libtest's lines, so that `cargo test`
//! and whoever counts its results see every program as a test of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

/// A named test; it fails with a text for whoever reads the log.
pub struct Case {
    pub name: String,
    pub run: Box<dyn Fn() -> Result<(), String> + Send + Sync>,
}

impl Case {
    pub fn new(name: impl Into<String>, run: impl Fn() -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }
}

#[derive(Default)]
struct Options {
    filters: Vec<String>,
    skips: Vec<String>,
    exact: bool,
    quiet: bool,
    list: bool,
    threads: usize,
}

/// A debug build's parser and interpreter want more than the 2 MiB that threads get.
const STACK: usize = 64 << 20;

/// Runs the cases that the command line asks for.
pub fn main(cases: Vec<Case>) -> ExitCode {
    let options = parse(std::env::args().skip(1));
    let (wanted, others): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| options.wants(&case.name));
    if options.list {
        wanted.iter().for_each(|case| println!("{}: test", case.name));
        return ExitCode::SUCCESS;
    }
    println!("\nrunning {} tests", wanted.len());
    let start = Instant::now();
    let failures = run_all(&wanted, &options);
    report(&failures);
    let verdict = if failures.is_empty() { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {} passed; {} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
        wanted.len() - failures.len(),
        failures.len(),
        others.len(),
        start.elapsed().as_secs_f64()
    );
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(101) }
}

fn parse(args: impl Iterator<Item = String>) -> Options {
    let mut options = Options { threads: thread::available_parallelism().map_or(1, usize::from), ..Options::default() };
    let mut args = args;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--exact" => options.exact = true,
            "--quiet" | "-q" => options.quiet = true,
            "--list" => options.list = true,
            "--skip" => options.skips.extend(args.next()),
            "--test-threads" => options.threads = args.next().and_then(|n| n.parse().ok()).unwrap_or(1),
            "--format" | "--color" | "--logfile" | "-Z" => drop(args.next()),
            other if other.starts_with('-') => {}
            _ => options.filters.push(arg),
        }
    }
    options
}

impl Options {
    fn wants(&self, name: &str) -> bool {
        let fits = |pattern: &String| if self.exact { name == pattern } else { name.contains(pattern.as_str()) };
        (self.filters.is_empty() || self.filters.iter().any(fits)) && !self.skips.iter().any(fits)
    }
}

/// The names and texts of what failed, in order of their names.
fn run_all(cases: &[Case], options: &Options) -> Vec<(String, String)> {
    let queue = Mutex::new(cases.iter());
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..options.threads.clamp(1, cases.len().max(1)) {
            let work = || {
                while let Some(case) = next(&queue) {
                    let outcome = run_one(case);
                    if !options.quiet || outcome.is_err() {
                        println!("test {} ... {}", case.name, if outcome.is_ok() { "ok" } else { "FAILED" });
                    }
                    if let Err(text) = outcome {
                        failures.lock().expect("no test holds it").push((case.name.clone(), text));
                    }
                }
            };
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread starts");
        }
    });
    let mut failures = failures.into_inner().expect("all threads ended");
    failures.sort();
    failures
}

fn next<'a>(queue: &Mutex<std::slice::Iter<'a, Case>>) -> Option<&'a Case> {
    queue.lock().expect("no test holds it").next()
}

/// A panic is a failure like others; the panic hook has printed where it happened.
fn run_one(case: &Case) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| (case.run)())).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panicked: {}", text.unwrap_or("(no text)")))
    })
}

fn report(failures: &[(String, String)]) {
    if failures.is_empty() {
        return;
    }
    println!("\nfailures:");
    for (name, text) in failures {
        println!("\n---- {name} ----\n{text}");
    }
    println!("\nfailures:");
    failures.iter().for_each(|(name, _)| println!("    {name}"));
}

/// The first line in which two texts differ, with a few lines around it.
pub fn difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let at = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let part = |text: &str| text.lines().skip(at).take(4).map(|line| format!("    {line}\n")).collect::<String>();
    let before = at.checked_sub(1).and_then(|line| expected.lines().nth(line)).unwrap_or("");
    Some(format!("line {} differs, after `{before}`\n  expected:\n{}  found:\n{}", at + 1, part(expected), part(found)))
}
