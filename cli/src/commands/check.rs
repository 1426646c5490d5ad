//! `mosl check`: what the compiler says, without running anything.

use std::path::Path;

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::check_path;
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "check",
    usage: "PATH [--json]",
    summary: "Says what is wrong in a project or file",
    about: "\
Checks a project (a folder) or a single file without running it, and says what
is wrong and where. Ends with 0 when it compiles, with 2 when it does not.",
    options: &[Opt { name: "json", value: "", about: "print the findings as a JSON array on standard output" }],
    operands: (1, 1),
    // On this thread: the allocator asks the system for memory bit by bit on any other.
    run: |args| mosl_syntax::on_deepest_stack(|| run(args)),
};

fn run(args: &Args) -> Exit {
    let findings = match check_path(Path::new(&args.operands[0])) {
        Ok(findings) => findings,
        Err(message) => {
            terminal::error(&message);
            return Exit::Failure;
        }
    };
    if args.has("json") {
        println!("{}", serde_json::to_string_pretty(&findings.json()).expect("plain data"));
    } else {
        eprint!("{}{}", findings.render(terminal::colors()), findings.pointer().unwrap_or_default());
        let (errors, warnings) = findings.counts();
        match (errors, warnings) {
            (0, 0) => println!("Nothing to complain about."),
            _ => println!("{} and {}.", terminal::plural(errors, "error"), terminal::plural(warnings, "warning")),
        }
    }
    if findings.counts().0 == 0 { Exit::Success } else { Exit::Refused }
}
