//! `mosl fix`: applies the fixes that diagnostics carry.

use std::path::Path;

use mosl_compiler::fix::Fixed;

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::fix_path;
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "fix",
    usage: "[PATH] [--check] [--unsafe]",
    summary: "Applies the fixes that errors and warnings carry",
    about: "\
Checks a project (a folder, the current one if none is named) or a file with
what it imports, and applies the fixes of what it finds, until none is left.
Only fixes that are certain are applied: nothing else can have been meant, and
no program that ran does anything else afterwards. What would make matters
worse is not kept. Ends with 0 when the program compiles then, with 2 when
errors are left; with --check, with 1 when there is something to fix.",
    options: &[
        Opt { name: "check", value: "", about: "write nothing; list what would be fixed, and end with 1 if anything" },
        Opt {
            name: "unsafe",
            value: "",
            about: "also apply fixes that guess, such as another name for a misspelt one",
        },
    ],
    operands: (0, 1),
    run: |args| super::on_large_stack(args, run),
};

fn run(args: &Args) -> Exit {
    let path = Path::new(args.operands.first().map_or(".", String::as_str));
    let check = args.has("check");
    let (disk, fixed) = match fix_path(path, args.has("unsafe")) {
        Ok(found) => found,
        Err(message) => {
            terminal::error(&message);
            return Exit::Failure;
        }
    };
    for applied in &fixed.applied {
        let file = disk.shown(&applied.file);
        println!("{file}:{}:{}: {} {}", applied.line, applied.column, applied.code, applied.title);
    }
    if !check {
        for (file, text) in &fixed.texts {
            if let Err(message) = disk.write(file, text) {
                terminal::error(&message);
                return Exit::Failure;
            }
        }
    }
    println!("{}", summary(&fixed, check));
    match (check && !fixed.applied.is_empty(), fixed.errors) {
        (true, _) => Exit::Failure,
        (false, 0) => Exit::Success,
        (false, _) => Exit::Refused,
    }
}

fn summary(fixed: &Fixed, check: bool) -> String {
    let files = terminal::plural(fixed.texts.len(), "file");
    let mut out = match (fixed.applied.len(), check) {
        (0, _) => "Nothing to fix.".to_owned(),
        (count, false) => format!("Applied {} in {files}.", terminal::plural(count, "fix")),
        (count, true) => format!("Would apply {} in {files}.", terminal::plural(count, "fix")),
    };
    if fixed.errors + fixed.warnings > 0 {
        let (errors, warnings) = (terminal::plural(fixed.errors, "error"), terminal::plural(fixed.warnings, "warning"));
        out.push_str(&format!(" {errors} and {warnings} left: `mosl check` shows them."));
    }
    match fixed.guesses {
        0 => {}
        1 => out.push_str("\nOne of them has a fix that is a guess: `--unsafe` applies it."),
        count => out.push_str(&format!("\n{count} of them have fixes that are guesses: `--unsafe` applies them.")),
    }
    out
}
