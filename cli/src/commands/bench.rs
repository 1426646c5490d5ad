//! `mosl bench`: measures the functions that `*.bench.mosl` files give to `bench` of `mark:test`. The watch is here, outside the VM.

mod measure;
mod table;

use std::path::{Path, PathBuf};

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::compile_file;
use crate::{disk, terminal};
use measure::Loaded;
pub(super) use measure::wanted;
use table::{Figures, Measured, Table};

pub const COMMAND: Command = Command {
    name: "bench",
    usage: "[PATH…] [--filter TEXT] [--json] [--save FILE] [--against FILE]",
    summary: "Measures how long functions take",
    about: "\
Measures what files named `*.bench.mosl` give to `bench`; those of a folder (the
current one if none is named), or the files that are named:

  import { bench } from \"mark:test\";

  bench(\"adds up to a thousand\", () => {
    let sum = 0;
    for (let i = 0; i < 1000; i++) sum += i;
    return sum;
  });

Each function is called in batches of some milliseconds, after a while in which
it gets warm. Printed are the median time of one call, how far half of the
batches are from it at most, the bytes of memory that one call allocates, and
its fuel, which is the same on every machine. A promise is awaited; timers do
not wait, their time is virtual.",
    options: &[
        Opt { name: "filter", value: "TEXT", about: "measure only those whose names contain this" },
        Opt { name: "json", value: "", about: "print the figures as JSON, when all are there" },
        Opt { name: "save", value: "FILE", about: "write the figures to a file, for `--against`" },
        Opt { name: "against", value: "FILE", about: "say how they differ from those in a file" },
    ],
    operands: (0, usize::MAX),
    run: |args| super::on_large_stack(args, run),
};

/// What the files that are measured are called.
const ENDING: &str = ".bench.mosl";

const EXAMPLE: &str = "\
Write one:

  import { bench } from \"mark:test\";

  bench(\"a name\", () => {
    // what to measure
  });";

fn run(args: &Args) -> Exit {
    bench(args).unwrap_or_else(|problem| {
        if let Problem::Said(message) = &problem {
            terminal::error(message);
        }
        problem.exit()
    })
}

/// Why there are no figures.
enum Problem {
    /// To be told.
    Said(String),
    /// Told already.
    Shown(Exit),
}

impl Problem {
    fn exit(&self) -> Exit {
        if let Self::Shown(exit) = self { *exit } else { Exit::Failure }
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self::Said(message)
    }
}

fn bench(args: &Args) -> Result<Exit, Problem> {
    let before = args.value("against").map(Figures::read).transpose()?;
    let files = files(&args.operands)?;
    let mut table = Table::new(before, !args.has("json"));
    let mut passed = Vec::new();
    for file in &files {
        bench_file(file, args.value("filter"), &mut table, &mut passed)?;
    }
    if table.figures.is_empty() {
        let names = passed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(
            format!("`--filter {}` is in none of the names: {names}", args.value("filter").unwrap_or("")).into()
        );
    }
    if args.has("json") {
        print!("{}", table.figures.to_json());
    }
    if let Some(file) = args.value("save") {
        table.figures.write(file)?;
    }
    Ok(Exit::Success)
}

/// The files to measure, in the order of their names.
fn files(named: &[String]) -> Result<Vec<PathBuf>, Problem> {
    let here = [".".to_owned()];
    let mut files = Vec::new();
    for path in if named.is_empty() { &here[..] } else { named } {
        disk::collect(Path::new(path), ENDING, &mut files)?;
    }
    if files.is_empty() {
        let places = if named.is_empty() { "here".to_owned() } else { format!("in {}", named.join(", ")) };
        return Err(format!("There is no file `*{ENDING}` {places}. {EXAMPLE}").into());
    }
    Ok(files)
}

/// Measures one file's functions; the names of those that the filter leaves out go to `passed`.
fn bench_file(file: &Path, filter: Option<&str>, table: &mut Table, passed: &mut Vec<String>) -> Result<(), Problem> {
    let shown = file.strip_prefix("./").unwrap_or(file).display().to_string();
    let program = compile_file(&file.display().to_string()).shown().map_err(Problem::Shown)?;
    let mut loaded = Loaded::load(&program.module)?;
    let names = loaded.names().to_vec();
    if names.is_empty() {
        return Err(format!("`{shown}` measures nothing: it calls no `bench`. {EXAMPLE}").into());
    }
    for (at, name) in names.into_iter().enumerate() {
        if filter.is_some_and(|filter| !name.contains(filter)) {
            passed.push(name);
            continue;
        }
        let sample = loaded.measure(at)?;
        table.add(Measured { file: shown.clone(), name, sample });
    }
    Ok(())
}
