//! The command `mosl`: thin. It reads arguments and files, hands them to the libraries, prints what they answer and picks the exit
//! code. It owns no language semantics.

#[macro_use]
mod terminal;

mod args;
mod commands;
mod compile;
mod dev;
mod disk;
mod excerpt;
mod random;
mod wasm_file;
mod web_folder;

use std::process::ExitCode;

use args::{Command, Exit};

/// Every command, in the order in which a newcomer meets them.
const COMMANDS: &[&Command] = &[
    &commands::new::COMMAND,
    &commands::dev::COMMAND,
    &commands::check::COMMAND,
    &commands::fix::COMMAND,
    &commands::fmt::COMMAND,
    &commands::play::COMMAND,
    &commands::run::COMMAND,
    &commands::replay::COMMAND,
    &commands::profile::COMMAND,
    &commands::bench::COMMAND,
    &commands::explain::COMMAND,
    &commands::doc::COMMAND,
    &commands::build::COMMAND,
    &commands::inspect::COMMAND,
    &commands::lsp::COMMAND,
    &commands::schema::COMMAND,
    &commands::debug::COMMAND,
];

const ABOUT: &str = "\
mosl brings 3D objects to life: what they look like, how they move, what they
do when someone touches them, and what they sell.

First steps:
  mosl new my-object      makes a project that runs as it is
  mosl dev my-object      shows it in your browser; save a file and it changes

Usage: mosl COMMAND [ARGUMENTS]
";

const EXIT_CODES: &str = "\
Exit codes: 0 fine · 1 uncaught exception or failure · 2 refused at compile time
            3 ended by a limit · 64 the command line makes no sense
";

fn main() -> ExitCode {
    ExitCode::from(run(std::env::args().skip(1).collect()) as u8)
}

fn run(mut words: Vec<String>) -> Exit {
    if words.is_empty() {
        eprint!("{}", overview());
        return Exit::Usage;
    }
    let name = words.remove(0);
    match name.as_str() {
        "-h" | "--help" | "help" => return help(words.first().map(String::as_str)),
        "-V" | "--version" | "version" => {
            println!("mosl {}", env!("CARGO_PKG_VERSION"));
            return Exit::Success;
        }
        _ => {}
    }
    let Some(command) = find(&name) else { return no_such_command(&name) };
    if words.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h") {
        print!("{}", args::help(command));
        return Exit::Success;
    }
    match args::parse(command, words) {
        Ok(args) => (command.run)(&args),
        Err(message) => {
            terminal::error(&format!("{message}\n`mosl {} --help` says more.", command.name));
            Exit::Usage
        }
    }
}

fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().copied().find(|command| command.name == name)
}

fn no_such_command(name: &str) -> Exit {
    let hint = if name.ends_with(".mosl") {
        format!("To run a file: mosl run {name}")
    } else {
        match args::nearest(name, COMMANDS.iter().map(|command| command.name)) {
            Some(near) => format!("Did you mean `mosl {near}`?"),
            None => "`mosl --help` lists the commands.".to_owned(),
        }
    };
    terminal::error(&format!("There is no command `{name}`. {hint}"));
    Exit::Usage
}

fn help(name: Option<&str>) -> Exit {
    match name.map(|name| (name, find(name))) {
        None => print!("{}", overview()),
        Some((_, Some(command))) => print!("{}", args::help(command)),
        Some((name, None)) => return no_such_command(name),
    }
    Exit::Success
}

fn overview() -> String {
    let mut out = format!("{ABOUT}\nCommands:\n");
    for command in COMMANDS {
        out.push_str(&format!(
            "  {:7} {:27} {}\n",
            command.name,
            command.usage.split(" [--").next().unwrap_or(""),
            command.summary
        ));
    }
    out.push_str(&format!(
        "\n`mosl COMMAND --help` says more about one of them; `mosl --version` prints the version.\n\n{EXIT_CODES}"
    ));
    out
}
