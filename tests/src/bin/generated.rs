//! Compares generated programs on the interpreter and on the JavaScript engine.
//!
//! `cargo run -p mosl-tests --bin generated -- [--seed S] [--count N] [--typed | --sound | --blurred] [--wasm] [--out DIR] [--keep CODE] [--print]`
//!
//! `--wasm` runs each on wasmtime, too, which takes about a second each.
//! Each difference is shrunk and stored as `DIR/<seed>.mosl`, with what differs in `DIR/<seed>.txt`. `--keep` stores the
//! programs that are refused by a code, too, as they are; `--print` only prints the programs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use mosl_tests::compare::{Verdict, compare};
use mosl_tests::generate::{Mode, generate};
use mosl_tests::oracle::Oracle;
use mosl_tests::shrink::shrink;

struct Options {
    seed: u64,
    count: u64,
    mode: Mode,
    wasm: bool,
    out: PathBuf,
    keep: Option<String>,
    print: bool,
}

#[derive(Default)]
struct Tally {
    equal: u64,
    too_long: u64,
    differ: u64,
    refused: BTreeMap<String, u64>,
}

fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(64);
        }
    };
    if options.print {
        (0..options.count).for_each(|step| println!("{}", generate(options.seed + step, options.mode)));
        return ExitCode::SUCCESS;
    }
    let thread = std::thread::Builder::new().stack_size(512 << 20).spawn(move || run(&options));
    thread.expect("a thread starts").join().expect("the run ends")
}

fn parse(args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        seed: 1,
        count: 1_000,
        mode: Mode::Plain,
        wasm: false,
        out: "target/generated".into(),
        keep: None,
        print: false,
    };
    let mut args = args;
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|text| text.parse().ok()).ok_or(format!("{arg} needs a number"));
        match arg.as_str() {
            "--seed" => options.seed = number()?,
            "--count" => options.count = number()?,
            "--typed" => options.mode = Mode::Typed,
            "--sound" => options.mode = Mode::Sound,
            "--blurred" => options.mode = Mode::Blurred,
            "--wasm" => options.wasm = true,
            "--out" => options.out = args.next().ok_or("--out needs a folder")?.into(),
            "--keep" => options.keep = Some(args.next().ok_or("--keep needs a code")?),
            "--print" => options.print = true,
            _ => return Err(format!("{arg} means nothing here")),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> ExitCode {
    let Some(mut oracle) = Oracle::start() else {
        eprintln!("the JavaScript engine is not installed: npm ci --prefix tests/oracle");
        return ExitCode::FAILURE;
    };
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    let (mut tally, start) = (Tally::default(), Instant::now());
    for step in 0..options.count {
        let seed = options.seed + step;
        let text = generate(seed, options.mode);
        match compare(&mut oracle, &text, options.mode, options.wasm) {
            Verdict::Equal => tally.equal += 1,
            Verdict::TooLong => tally.too_long += 1,
            Verdict::Refused(code) => {
                if options.keep.as_ref() == Some(&code) {
                    write(options, seed, "mosl", &text);
                }
                *tally.refused.entry(code).or_default() += 1;
            }
            Verdict::Differs(what) => {
                tally.differ += 1;
                store(options, seed, &text, &what, &mut oracle);
            }
        }
        if (step + 1) % 1_000 == 0 {
            println!("{}", tally.line(step + 1, start));
        }
    }
    println!("{}", tally.line(options.count, start));
    if tally.differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Tally {
    fn line(&self, programs: u64, start: Instant) -> String {
        let Self { equal, too_long, differ, refused } = self;
        let seconds = start.elapsed().as_secs();
        let total: u64 = refused.values().sum();
        format!(
            "{programs} programs in {seconds} s: {equal} equal, {differ} differ, {too_long} too long, {total} refused {refused:?}"
        )
    }
}

/// Simpler programs may come to ask for the time, which differs by itself.
fn asks_the_clock(text: &str) -> bool {
    text.contains("Date()") || text.matches("Date(").count() > text.matches("new Date(").count()
}

fn store(options: &Options, seed: u64, text: &str, what: &str, oracle: &mut Oracle) {
    let mut again = |text: &str| compare(oracle, text, options.mode, options.wasm);
    let small = shrink(text, &mut |text| !asks_the_clock(text) && matches!(again(text), Verdict::Differs(_)));
    let after = match again(&small) {
        Verdict::Differs(after) => after,
        other => format!("{other:?}"),
    };
    println!("seed {seed} differs: {} bytes", small.len());
    write(options, seed, "mosl", &small);
    write(options, seed, "txt", &format!("{after}\n\nbefore it was shrunk:\n{what}"));
}

fn write(options: &Options, seed: u64, extension: &str, text: &str) {
    std::fs::create_dir_all(&options.out).expect("the folder can be made");
    std::fs::write(options.out.join(format!("{seed}.{extension}")), text).expect("the folder can be written");
}
