//! `mosl build`: a program in another form: `--target mvm` is the module that nodes run, `--target js` takes the types out and
//! leaves JavaScript.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use mosl_compiler::erase::Script;

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::{MODULE, compile_path, javascript};
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "build",
    usage: "--target FORM [PATH] [--out PATH]",
    summary: "Writes a program as a module or as JavaScript",
    about: "\
--target mvm compiles a program into one file, the module that nodes and
`mosl run` load; --out names it. The same program gives the same bytes.

--target js takes the types out of a program and leaves the JavaScript that it
is: ES modules, each token at its own line and column. What JavaScript does not
have (units, amounts of MRK, vectors, `mark:` modules) is refused by name. A
single file is printed; with --out, every file is written into that folder.",
    options: &[
        Opt { name: "target", value: "FORM", about: "what to write: `mvm` or `js`" },
        Opt { name: "out", value: "PATH", about: "write there: the module's file, the folder of the JavaScript" },
    ],
    operands: (0, 1),
    run: |args| super::on_large_stack(args, run),
};

fn run(args: &Args) -> Exit {
    let path = args.operands.first().map_or(".", String::as_str);
    match args.value("target") {
        Some("js") => build_javascript(Path::new(path), args.value("out")),
        Some(MODULE) => build_module(path, args.value("out")),
        Some(other) => usage(&format!("There is no target `{other}`: mosl build --target mvm, or js")),
        None => usage("Say what to build: mosl build --target mvm, or js"),
    }
}

fn build_module(path: &str, out: Option<&str>) -> Exit {
    let program = match compile_path(path).shown() {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    let bytes = program.module.to_bytes();
    let file = out.map_or_else(|| PathBuf::from(module_name(Path::new(path))), PathBuf::from);
    if let Err(error) = std::fs::write(&file, &bytes) {
        terminal::error(&format!("`{}` cannot be written: {error}", file.display()));
        return Exit::Failure;
    }
    println!("{}: {} bytes, SHA-256 {}", file.display(), bytes.len(), program.module.hash());
    Exit::Success
}

/// `NAME.mvm` for the project's folder or the file's name.
fn module_name(path: &Path) -> OsString {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = if full.is_dir() { full.file_name() } else { full.file_stem() };
    let mut name = name.map_or_else(|| "module".into(), OsString::from);
    name.push(".");
    name.push(MODULE);
    name
}

fn build_javascript(path: &Path, out: Option<&str>) -> Exit {
    let scripts = match javascript(path) {
        Ok(scripts) => scripts,
        Err(refusal) => {
            eprint!("{}", refusal.for_terminal());
            return Exit::Refused;
        }
    };
    match (out, scripts.as_slice()) {
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
