//! `mosl schema`: the JSON schema of `mosl.json`.

use crate::args::{Command, Exit};

pub const COMMAND: Command = Command {
    name: "schema",
    usage: "",
    summary: "Prints the JSON schema of mosl.json",
    about: "\
Prints the JSON schema (draft 7) of `mosl.json`, for editors that complete and
check JSON by schemas. It accepts what the compiler reads without a word. The
extension for VS Code brings it along.",
    options: &[],
    operands: (0, 0),
    run: |_| {
        println!("{}", serde_json::to_string_pretty(&mosl_compiler::project::schema()).expect("plain data"));
        Exit::Success
    },
};
