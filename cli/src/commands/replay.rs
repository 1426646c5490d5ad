//! `mosl replay`: runs a recording again, turn by turn, and says whether it is true.

use mosl_vm::record::{Input, Replayed};
use mosl_vm::{Module, Recording, Replay, Stream, TurnEnd};
use serde_json::json;

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::compile_file;
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "replay",
    usage: "RECORDING FILE [--turn N] [--verify] [--proof]",
    summary: "Runs a recording again, turn by turn",
    about: "\
Plays what `mosl run --record` wrote, with the module that it was made with: a
source or a module that `mosl build` wrote. Time, randomness and the host's
answers come from the recording. Says what each turn did, and ends with 0 only
where output, fuel and memory are those of the recording; else it names the
first input that does something else. Memory is compared where the engine is
the one that recorded.",
    options: &[
        Opt {
            name: "turn",
            value: "N",
            about: "stop after input N, print what it printed, and the module's variables",
        },
        Opt { name: "verify", value: "", about: "say only whether all is as recorded" },
        Opt { name: "proof", value: "", about: "print the record of execution as JSON, once it is checked" },
        Opt { name: "jit", value: "MODE", about: "machine code: off, lazy (functions that run much) or eager (all)" },
    ],
    operands: (2, 2),
    run: |args| super::on_large_stack(args, run),
};

fn run(args: &Args) -> Exit {
    let wanted = args.value("turn").map(str::parse::<usize>).transpose();
    let (Ok(wanted), Ok(mode)) = (wanted, super::run::jit_mode(args)) else {
        terminal::error("`--turn` wants a number, `--jit` off, lazy or eager");
        return Exit::Usage;
    };
    let bytes = match std::fs::read(&args.operands[0]) {
        Ok(bytes) => bytes,
        Err(error) => return refuse(&format!("`{}` cannot be read: {error}", args.operands[0])),
    };
    let Some(recording) = Recording::from_bytes(&bytes) else {
        return refuse(&format!("`{}` is no recording of this version", args.operands[0]));
    };
    let program = match compile_file(&args.operands[1]).shown() {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    let jit = if args.has("jit") { mode } else { recording.jit() };
    play(args, &program.module, &recording, jit, wanted)
}

fn refuse(message: &str) -> Exit {
    terminal::error(message);
    Exit::Refused
}

fn play(args: &Args, module: &Module, recording: &Recording, jit: mosl_vm::JitMode, wanted: Option<usize>) -> Exit {
    let mut replay = match Replay::new(module, recording) {
        Ok(replay) => replay,
        Err(error) => return refuse(&error.to_string()),
    };
    replay.set_jit(jit);
    let mut number = 0;
    while let Some(step) = replay.next() {
        let step = match step {
            Ok(step) => step,
            Err(error) => return refuse(&error.to_string()),
        };
        if !args.has("proof") && !args.has("verify") {
            println!("{}", summary(number, &step));
        }
        if wanted == Some(number) {
            show(&step);
            for (name, value) in replay.instance().variables() {
                println!("  {name} = {}", value.replace('\n', "\n  "));
            }
            return Exit::Success;
        }
        number += 1;
    }
    if wanted.is_some() {
        return refuse(&format!("the recording has {number} inputs, counted from 0"));
    }
    if args.has("verify") {
        println!("{number} inputs, all as recorded");
    }
    if args.has("proof") {
        let proof = recording.proof();
        let json = json!({
            "moduleHash": proof.module.to_string(),
            "inputHash": proof.inputs.to_string(),
            "outputHash": proof.outputs.to_string(),
            "fuel": proof.fuel,
        });
        println!("{json:#}");
    }
    Exit::Success
}

/// One line for an input.
fn summary(number: usize, step: &Replayed) -> String {
    let what = match step.input {
        Input::Start => "start".to_owned(),
        Input::Call { name, .. } => format!("call {name}"),
        Input::Answer { id, .. } => format!("answer {id}"),
        Input::Timer { until } => format!("timer by {until} ms"),
        Input::Pass { until } => format!("time is {until} ms"),
    };
    let end = match step.turn.as_ref().map(|turn| (&turn.end, turn.errors.len())) {
        Some((TurnEnd::Trapped(trap), _)) => format!(", ended by {}", trap.kind.name()),
        Some((TurnEnd::Completed, errors)) if errors > 0 => format!(", {errors} uncaught"),
        _ => String::new(),
    };
    let (fuel, heap) = (step.after.fuel, step.after.heap);
    format!(
        "{number}: {what}: fuel {fuel}, heap {heap}, {} lines, {} host calls{end}",
        step.lines.len(),
        step.calls.len()
    )
}

/// Everything that an input did.
fn show(step: &Replayed) {
    for (stream, line) in &step.lines {
        println!("  {} {line}", if *stream == Stream::Out { '>' } else { '!' });
    }
    step.calls.iter().for_each(|call| println!("  calls {call}"));
    let errors = step.turn.iter().flat_map(|turn| &turn.errors);
    errors.for_each(|error| println!("  uncaught {}", error.text.replace('\n', "\n  ")));
}
