//! `mosl build`: a program in another form. `--target js` takes the types out and leaves JavaScript.

use std::path::Path;

use mosl_compiler::erase::Script;

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::javascript;
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "build",
    usage: "--target js [PROJECT|FILE.mosl] [--out DIR]",
    summary: "Writes a program as JavaScript",
    about: "\
Takes the types out of a program and leaves the JavaScript that it is: ES
modules, each token at its own line and column. What JavaScript does not have
(units, amounts of MRK, vectors, `mark:` modules) is refused by name.

A single file is printed; with --out, every file is written into that folder.",
    options: &[
        Opt { name: "target", value: "js", about: "the form to write: `js` is the one there is" },
        Opt { name: "out", value: "DIR", about: "write the files there" },
    ],
    operands: (0, 1),
    run: |args| super::on_large_stack(args, run),
};

fn run(args: &Args) -> Exit {
    match args.value("target") {
        Some("js") => {}
        Some(other) => return usage(&format!("There is no target `{other}`: mosl build --target js")),
        None => return usage("Say what to build: mosl build --target js"),
    }
    let path = Path::new(args.operands.first().map_or(".", String::as_str));
    let scripts = match javascript(path) {
        Ok(scripts) => scripts,
        Err(refusal) => {
            eprint!("{}", refusal.for_terminal());
            return Exit::Refused;
        }
    };
    match (args.value("out"), scripts.as_slice()) {
        (Some(folder), _) => write_all(Path::new(folder), &scripts),
        (None, [only]) => {
            print!("{}", only.text);
            Exit::Success
        }
        (None, _) => usage("The program has several files: say where they go with --out DIR"),
    }
}

fn usage(message: &str) -> Exit {
    terminal::error(message);
    Exit::Usage
}

fn write_all(folder: &Path, scripts: &[Script]) -> Exit {
    for script in scripts {
        let path = folder.join(&script.name);
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        if let Err(error) = written.and_then(|()| std::fs::write(&path, &script.text)) {
            terminal::error(&format!("`{}` cannot be written: {error}", path.display()));
            return Exit::Failure;
        }
    }
    Exit::Success
}
