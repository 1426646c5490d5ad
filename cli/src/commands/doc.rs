//! `mosl doc`: the reference of a project and of the library, and the programs in its comments.

mod examples;

use std::path::Path;

use mosl_doc::Warning;
use mosl_doc::model::Module;

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::{project_name, reference};
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "doc",
    usage: "[PATH] [--out DIR] [--open] [--std] [--test]",
    summary: "Writes a reference from documentation comments",
    about: "\
Makes a site of what a project exports (a folder, the current one if none is
named), of the platform's modules and of the standard library, from the
comments `/** … */` above declarations. Open its `index.html`: it needs no
server.

Comments are Markdown. `@param`, `@returns`, `@throws`, `@deprecated`, `@see`
and `{@link Name}` mean what they usually do; `Name` in backquotes is a link
where it is known. What follows `@example`, and blocks marked `mosl`, are whole
programs: --test runs them. A comment `// => text` behind a line says what it
prints; `mosl no-run` only checks a block.",
    options: &[
        Opt { name: "out", value: "DIR", about: "where the site goes; `doc` in the project unless given" },
        Opt { name: "open", value: "", about: "show it in your browser" },
        Opt { name: "std", value: "", about: "the platform and the standard library alone" },
        Opt { name: "test", value: "", about: "write nothing; run the programs in the comments instead" },
    ],
    operands: (0, 1),
    run: |args| super::on_large_stack(args, run),
};

fn run(args: &Args) -> Exit {
    let path = Path::new(args.operands.first().map_or(".", String::as_str));
    let mut warnings = Vec::new();
    let library = mosl_doc::library(&mut warnings);
    let (title, own) = if args.has("std") {
        ("MOSL".to_owned(), Vec::new())
    } else {
        match reference(path, &mut warnings) {
            Ok(own) => (project_name(path), own),
            Err(message) => {
                eprint!("{message}");
                return Exit::Refused;
            }
        }
    };
    if args.has("test") {
        let tested = if args.has("std") { &library } else { &own };
        return examples::run(tested, (!args.has("std")).then_some(path));
    }
    let out = args.value("out").map_or_else(|| path.join("doc"), |out| Path::new(out).to_owned());
    let modules: Vec<Module> = own.into_iter().chain(library).collect();
    let mut site = mosl_doc::site(&title, &modules);
    warnings.append(&mut site.warnings);
    tell(&warnings);
    match write(&out, &site.files) {
        Ok(()) => {
            let index = out.join("index.html");
            println!("Wrote {} pages: {}", site.files.len() - 3, index.display());
            if args.has("open") {
                terminal::open_browser(&index.display().to_string());
            }
            Exit::Success
        }
        Err(error) => {
            terminal::error(&format!("`{}` cannot be written: {error}", out.display()));
            Exit::Failure
        }
    }
}

fn tell(warnings: &[Warning]) {
    for warning in warnings {
        terminal::note(&format!("{}:{}: {}", warning.file, warning.line, warning.message));
    }
}

fn write(out: &Path, files: &[(String, String)]) -> std::io::Result<()> {
    std::fs::create_dir_all(out)?;
    files.iter().try_for_each(|(name, text)| std::fs::write(out.join(name), text))
}
