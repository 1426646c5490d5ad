//! `mosl play`: a project without a browser. The options are a script: they are carried out in the order in which they are written.

use std::collections::VecDeque;
use std::path::Path;

use mosl_host::delta::print_batch;
use mosl_host::money::Mrk;
use mosl_host::stage::{Input, Output, Prompt, Stage, StageOptions, VisitorId};

use crate::args::{Args, Command, Exit, Opt};
use crate::compile::{compile_project, project_name, project_payments};
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "play",
    usage: "DIR [--visitor NAME=BALANCE] [--click NAME] [--accept] [--ticks N] [--deltas]",
    summary: "Plays a project without a browser, step by step",
    about: "\
Runs the project in DIR in virtual time and does what the options say, in their
order, for example:

  mosl play . --visitor Ann=20 --click VendingMachine --accept --ticks 120

Prints what the object prints, who is asked for money and what they have. Without
--visitor one visitor with 100 MRK is there. Nothing is written to disk.",
    options: &OPTIONS,
    operands: (1, 1),
    run: |args| super::on_large_stack(args, run),
};

/// What is done, step by step.
pub(super) const OPTIONS: [Opt; 9] = [
    Opt {
        name: "visitor",
        value: "NAME=BALANCE",
        about: "someone comes in with that many MRK; what follows is done by them",
    },
    Opt { name: "click", value: "NAME", about: "click the first node with that name" },
    Opt { name: "hover", value: "NAME", about: "put the pointer on the first node with that name" },
    Opt { name: "leave", value: "NAME", about: "take the pointer away from it" },
    Opt { name: "move", value: "X,Y,Z", about: "stand there" },
    Opt { name: "accept", value: "", about: "say yes to the oldest open request for money" },
    Opt { name: "decline", value: "", about: "say no to it" },
    Opt { name: "ticks", value: "N", about: "let N sixtieths of a second pass" },
    Opt { name: "deltas", value: "", about: "print the scene deltas as text" },
];

const TICK_SECONDS: f64 = 1.0 / 60.0;
/// Where a visitor stands at first.
const ENTRANCE: [f64; 3] = [0.0, 0.0, 5.0];

fn run(args: &Args) -> Exit {
    let project = Path::new(&args.operands[0]);
    let program = match compile_project(project).shown() {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    let options =
        StageOptions { project: project_name(project), payments: project_payments(project), ..StageOptions::default() };
    play(args, options, program.module)
}

/// Plays a project as the options say.
pub(super) fn play(args: &Args, options: StageOptions, module: mosl_vm::Module) -> Exit {
    let result = Stage::open(options).map_err(|error| error.to_string()).and_then(|stage| {
        let mut play =
            Play { stage, visitors: Vec::new(), prompts: VecDeque::new(), deltas: false, exit: Exit::Success };
        play.script(args, module)?;
        Ok(play.exit)
    });
    result.unwrap_or_else(|message| {
        terminal::error(&message);
        Exit::Failure
    })
}

struct Play {
    stage: Stage,
    /// Names and accounts are the same here.
    visitors: Vec<(VisitorId, String)>,
    prompts: VecDeque<Prompt>,
    deltas: bool,
    exit: Exit,
}

impl Play {
    fn script(&mut self, args: &Args, module: mosl_vm::Module) -> Result<(), String> {
        self.deltas = args.has("deltas");
        self.stage.load(module);
        self.report();
        if !args.has("visitor") {
            self.come_in("Visitor", Mrk::whole(100));
        }
        // Other options are those of the command that plays.
        for (action, value) in args.in_order().filter(|(action, _)| OPTIONS.iter().any(|own| own.name == *action)) {
            self.act(action, value)?;
            self.report();
        }
        for (_, name) in self.visitors.clone() {
            println!("{name} has {}", self.stage.balance(&name));
        }
        self.stage.stop();
        self.report();
        Ok(())
    }

    fn act(&mut self, action: &str, value: &str) -> Result<(), String> {
        match action {
            "visitor" => {
                let (name, balance) = value.split_once('=').unwrap_or((value, "100"));
                let balance =
                    Mrk::parse(balance).ok_or_else(|| format!("`{balance}` is no amount of MRK such as 20 or 0.5"))?;
                self.come_in(name, balance);
            }
            "click" => {
                let (visitor, node) = (self.visitor()?, self.find(value)?);
                self.stage.handle(Input::Click { visitor, node });
            }
            "hover" => {
                let (visitor, node) = (self.visitor()?, self.find(value)?);
                self.stage.handle(Input::HoverStart { visitor, node });
            }
            "leave" => {
                let (visitor, node) = (self.visitor()?, self.find(value)?);
                self.stage.handle(Input::HoverEnd { visitor, node });
            }
            "move" => {
                let (visitor, position) = (self.visitor()?, parse_position(value)?);
                self.stage.handle(Input::Move { visitor, position });
            }
            "accept" => self.answer(true)?,
            "decline" => self.answer(false)?,
            "ticks" => {
                let ticks: u64 = value.parse().map_err(|_| format!("`--ticks {value}` is no whole number"))?;
                for _ in 0..ticks {
                    self.stage.advance(TICK_SECONDS);
                    self.report();
                }
            }
            "deltas" => {}
            other => unreachable!("undeclared option {other}"),
        }
        Ok(())
    }

    fn come_in(&mut self, name: &str, balance: Mrk) {
        self.stage.set_starting_balance(balance);
        let visitor = self.stage.join(name, name, ENTRANCE);
        self.visitors.push((visitor, name.to_owned()));
    }

    /// The visitor who came in last.
    fn visitor(&self) -> Result<VisitorId, String> {
        self.visitors.last().map(|(id, _)| *id).ok_or_else(|| "Nobody is there yet: --visitor comes first.".to_owned())
    }

    fn find(&self, name: &str) -> Result<u32, String> {
        self.stage.find(name).ok_or_else(|| match self.stage.restarts_in() {
            Some(seconds) => {
                let ticks = (seconds / TICK_SECONDS).ceil();
                format!("The object failed and starts again in {seconds:.2} s: put `--ticks {ticks}` before `{name}`.")
            }
            None => format!("Nothing in the scene is called `{name}`."),
        })
    }

    fn answer(&mut self, accept: bool) -> Result<(), String> {
        let prompt = self.prompts.pop_front().ok_or("No request for money is open.")?;
        self.stage.handle(Input::AnswerPrompt { visitor: prompt.visitor, prompt: prompt.id, accept });
        Ok(())
    }

    /// Prints what has happened since the last time.
    fn report(&mut self) {
        for output in self.stage.drain() {
            match output {
                Output::Deltas { deltas, .. } if self.deltas => print!("{}", print_batch(&deltas)),
                Output::Deltas { .. } | Output::Started | Output::Balance { .. } => {}
                Output::Prompt(prompt) => {
                    let who = self.name_of(prompt.visitor);
                    println!("{who} is asked for {} by {}: {}", prompt.amount, prompt.payee, prompt.memo);
                    self.prompts.push_back(prompt);
                }
                Output::PromptGone { prompt, .. } => self.prompts.retain(|open| open.id != prompt),
                Output::Log(line) => {
                    println!("{}", line.text);
                    if !line.trace.is_empty() && line.level == mosl_host::stage::Level::Error {
                        eprintln!("{}", line.trace.trim_end());
                        self.exit = Exit::Failure;
                    }
                }
                Output::Fault { message, trace, .. } => {
                    eprintln!("{message}\n{}", trace.trim_end());
                    self.exit = Exit::Limit;
                }
            }
        }
    }

    fn name_of(&self, visitor: VisitorId) -> &str {
        self.visitors.iter().find(|(id, _)| *id == visitor).map_or("someone", |(_, name)| name)
    }
}

fn parse_position(text: &str) -> Result<[f64; 3], String> {
    let parts: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    parts.try_into().map_err(|_| format!("`--move {text}` is no place such as 0,0,2"))
}
