//! `mosl debug`: what each station of the compiler makes of a file.

use std::path::Path;

use mosl_syntax::{parse_bytes, print};

use crate::args::{Args, Command, Exit};
use crate::compile::{Outcome, compile_file, inspect};
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "debug",
    usage: "STATION FILE.mosl",
    summary: "Prints what a station of the compiler makes of a file",
    about: "\
STATION is one of

  tokens     the words of the text, as the layout pass leaves them
  ast        the syntax tree
  types      the static type of each expression
  mir        the intermediate representation, after all passes
  bytecode   the module that the virtual machine runs
  jit        which functions become machine code, and why others do not",
    options: &[],
    operands: (2, 2),
    run: |args| super::on_large_stack(args, run),
};

const STATIONS: &[&str] = &["tokens", "ast", "types", "mir", "bytecode", "jit"];

fn run(args: &Args) -> Exit {
    let (station, file) = (args.operands[0].as_str(), Path::new(&args.operands[1]));
    if !STATIONS.contains(&station) {
        let hint = crate::args::nearest(station, STATIONS.iter().copied());
        let hint =
            hint.map_or_else(|| format!("one of {}", STATIONS.join(", ")), |near| format!("did you mean `{near}`?"));
        terminal::error(&format!("There is no station `{station}`: {hint}"));
        return Exit::Usage;
    }
    let source = match std::fs::read(file) {
        Ok(source) => source,
        Err(error) => {
            terminal::error(&format!("`{}` cannot be read: {error}", file.display()));
            return Exit::Failure;
        }
    };
    match station {
        "tokens" => print!("{}", print::tokens(&parse_bytes(&source), &String::from_utf8_lossy(&source))),
        "ast" => {
            let parsed = parse_bytes(&source);
            print!("{}{}", print::module(&parsed.module), print::errors(&parsed.errors));
        }
        "jit" => match compile_file(&args.operands[1]) {
            Outcome::Ready(program) => print!("{}", machine_code(&program.module)),
            Outcome::Refused(refusal) => {
                eprint!("{}", refusal.for_terminal());
                return Exit::Refused;
            }
        },
        _ => match inspect(file, station) {
            Ok(text) => print!("{text}"),
            Err(refusal) => {
                eprint!("{}", refusal.for_terminal());
                return Exit::Refused;
            }
        },
    }
    Exit::Success
}

/// A line for each function: instructions of bytecode, then bytes of machine code or why there is none.
fn machine_code(module: &mosl_vm::Module) -> String {
    module.compile_all();
    let line = |function: mosl_vm::jit::FunctionStatus| {
        let made = match function.outcome {
            Some(Ok(bytes)) => format!("{bytes} bytes"),
            Some(Err(refused)) => format!("interpreted: {}", refused.reason()),
            None => "interpreted: this build has no code generator".to_owned(),
        };
        let name = if function.name.is_empty() { "(no name)" } else { &function.name };
        format!("{:>5} {name}: {} instructions, {made}\n", function.function, function.instructions)
    };
    module.machine_code().into_iter().map(line).collect()
}
