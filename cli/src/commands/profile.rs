//! `mosl profile`: where a program spends its fuel, and what keeps the compiler from making that faster.

mod dynamic;
mod page;
mod summary;
mod table;

use std::path::Path;

use mosl_host::stage::StageOptions;
use mosl_vm::{Instance, Limits, Profiler};

use super::{play, run};
use crate::args::{Args, Command, Exit, Opt};
use crate::compile::{compile_and_keep, project_name, project_payments};
use crate::terminal;
use summary::Summary;

pub const COMMAND: Command = Command {
    name: "profile",
    usage: "FILE|DIR [--out FILE] [--every N] [options of play]",
    summary: "Shows where a program spends its fuel",
    about: "\
Runs a file as `mosl run` does, or a project as `mosl play` does with the same
options, and looks every so many units of fuel at which calls are open. Fuel does
not depend on the machine: the same run gives the same profile.

Prints the functions and lines that used most, and writes a page with a flame
graph, the source with the heat of each line, and what stayed dynamic: operators,
properties and calls of hot lines whose values are of several kinds, and where
those values come from. That is what types written down would mend.",
    options: &OPTIONS,
    operands: (1, 1),
    run: |args| super::on_large_stack(args, run),
};

/// Its own options, then those that play a project.
const OPTIONS: [Opt; OWN.len() + play::OPTIONS.len()] = {
    let mut all = [OWN[0]; OWN.len() + play::OPTIONS.len()];
    let mut index = 0;
    while index < all.len() {
        all[index] = if index < OWN.len() { OWN[index] } else { play::OPTIONS[index - OWN.len()] };
        index += 1;
    }
    all
};

const OWN: [Opt; 2] = [
    Opt { name: "out", value: "FILE", about: "where the page goes; profile.html by default" },
    Opt { name: "every", value: "N", about: "units of fuel between two looks, 1000 by default" },
];

fn run(args: &Args) -> Exit {
    let every = match args.value("every").map_or(Ok(1000), str::parse::<u64>) {
        Ok(every) if every > 0 => every,
        _ => {
            terminal::error("`--every` takes a whole number above 0");
            return Exit::Usage;
        }
    };
    let path = &args.operands[0];
    let (program, checked) = match compile_and_keep(path) {
        Ok(compiled) => compiled,
        Err(exit) => return exit,
    };
    let dynamic = checked.as_ref().map_or_else(Vec::new, dynamic::places);
    let profiler = Profiler::new(every);
    let exit = if Path::new(path).is_dir() {
        let project = Path::new(path);
        let options = StageOptions {
            project: project_name(project),
            payments: project_payments(project),
            profiler: Some(profiler.clone()),
            ..StageOptions::default()
        };
        play::play(args, options, program.module.clone())
    } else {
        let mut instance = Instance::new(&program.module, Limits::default());
        instance.set_profiler(profiler.clone());
        run::run_console(&mut instance, &program.module)
    };
    let summary = Summary::of(&program.module, &profiler.samples(), &dynamic);
    print!("\n{}", table::text(&summary));
    let out = args.value("out").unwrap_or("profile.html");
    match std::fs::write(out, page::html(path, &summary)) {
        Ok(()) => {
            println!("\nThe whole profile: {out}");
            exit
        }
        Err(error) => {
            terminal::error(&format!("The page cannot be written to {out}: {error}"));
            Exit::Failure
        }
    }
}
