//! `mosl lsp`: the language server, for editors.

use crate::args::{Args, Command, Exit};
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "lsp",
    usage: "",
    summary: "Serves an editor over standard input and output",
    about: "\
Starts the language server. Editors run this; it speaks the Language Server
Protocol over standard input and output until the editor ends it. `editors/`
in the repository tells how to set up VS Code and Neovim.",
    options: &[],
    operands: (0, 0),
    run,
};

fn run(_: &Args) -> Exit {
    match mosl_lsp::serve_stdio() {
        Ok(true) => Exit::Success,
        // The protocol's answer to an `exit` that no `shutdown` announced.
        Ok(false) => Exit::Failure,
        Err(error) => {
            terminal::error(&format!("The language server cannot start: {error}"));
            Exit::Failure
        }
    }
}
