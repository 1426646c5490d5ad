//! `mosl fmt`: writes files in the canonical style.

use std::io::Read as _;
use std::path::Path;

use mosl_compiler::format::{Formatted, format};

use crate::args::{Args, Command, Exit, Opt};
use crate::{disk, terminal};

pub const COMMAND: Command = Command {
    name: "fmt",
    usage: "[PATH…] [--check] [--stdin]",
    summary: "Writes files in the one canonical style",
    about: "\
Formats files, or every `.mosl` file of a folder (the current one if none is
named). Comments stay where they were, and so does a statement with a syntax
error in it. There is nothing to configure.",
    options: &[
        Opt { name: "check", value: "", about: "write nothing; name the files that would change, and end with 1" },
        Opt { name: "stdin", value: "", about: "format standard input to standard output" },
    ],
    operands: (0, usize::MAX),
    run: |args| super::on_large_stack(args, run),
};

fn run(args: &Args) -> Exit {
    if args.has("stdin") {
        return format_stdin();
    }
    let mut files = Vec::new();
    let here = [".".to_owned()];
    for path in if args.operands.is_empty() { &here[..] } else { &args.operands } {
        if let Err(message) = disk::collect(Path::new(path), ".mosl", &mut files) {
            terminal::error(&message);
            return Exit::Failure;
        }
    }
    let mut exit = Exit::Success;
    for file in files {
        match format_file(&file, args.has("check")) {
            Ok(changed) => {
                if changed {
                    println!("{}", file.display());
                    exit = if args.has("check") { Exit::Failure } else { exit };
                }
            }
            Err(message) => {
                terminal::error(&message);
                exit = Exit::Failure;
            }
        }
    }
    exit
}

/// Whether the file changed, or would.
fn format_file(file: &Path, check: bool) -> Result<bool, String> {
    let source =
        std::fs::read_to_string(file).map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
    let text = match format(&source) {
        Formatted::Text(text) => text,
        Formatted::Unsafe { change, .. } => return Err(unsafe_message(&file.display().to_string(), change)),
    };
    if text == source || check {
        return Ok(text != source);
    }
    std::fs::write(file, text).map_err(|error| format!("`{}` cannot be written: {error}", file.display()))?;
    Ok(true)
}

fn format_stdin() -> Exit {
    let mut source = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut source) {
        terminal::error(&format!("Standard input cannot be read: {error}"));
        return Exit::Failure;
    }
    match format(&source) {
        Formatted::Text(text) => {
            print!("{text}");
            Exit::Success
        }
        Formatted::Unsafe { change, .. } => {
            print!("{source}");
            terminal::error(&unsafe_message("standard input", change));
            Exit::Failure
        }
    }
}

fn unsafe_message(what: &str, change: &str) -> String {
    format!("Formatting {what} would have changed {change}, so it stays as it is: that is a bug in mosl.")
}
