//! Plays a project without a browser: visitors come, click, pay and leave in virtual time, and everything that the stage lets out is
//! kept as one text.

use std::fmt::Write as _;
use std::path::Path;

use mosl_compiler::diagnostics::render;
use mosl_compiler::project::{FileSystem, MemoryFiles, ReadError};
use mosl_host::delta::{Delta, print_batch};
use mosl_host::stage::{Audience, Input, Level, Output, PaymentPolicy, Prompt, Stage, StageOptions, VisitorId};
use mosl_vm::Module;

/// A compiled project and what its manifest grants.
pub struct Project {
    pub module: Module,
    pub payments: PaymentPolicy,
}

/// Compiles the project in a folder, with its manifest.
pub fn compile_project(files: &dyn FileSystem, folder: &str) -> Result<Project, String> {
    let checked = mosl_compiler::check_project(files, folder);
    let refusal = || render::render_all(&checked.diagnostics, &checked.sources, false);
    let Some(program) = checked.program.as_ref().filter(|_| !checked.has_errors()) else { return Err(refusal()) };
    let module = mosl_compiler::emit::emit_module(program).map_err(|errors| format!("{errors:?}"))?;
    let verified = mosl_bytecode::verify(module).map_err(|error| format!("the module is not valid: {error}"))?;
    let payments = PaymentPolicy::from_capabilities(&program.capabilities)?;
    Ok(Project { module: Module::new(verified), payments })
}

/// Compiles one file that may ask for money and spend some.
#[track_caller]
pub fn compile_text(text: &str) -> Project {
    let manifest = r#"{ "name": "test", "capabilities": { "space": true, "payments": { "receive": true, "spend": "25mrk/day" } } }"#;
    let files = MemoryFiles::new([("mosl.json", manifest), ("main.mosl", text)]);
    compile_project(&files, "").unwrap_or_else(|errors| panic!("{errors}"))
}

/// The folder with the examples.
pub fn examples() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples"))
}

#[track_caller]
pub fn compile_example(name: &str) -> Project {
    let folder = examples().join(name);
    compile_project(&Disk, folder.to_str().expect("the path is text")).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The files of this machine.
pub struct Disk;

impl FileSystem for Disk {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ReadError::NotFound,
            _ => ReadError::Unreadable(error.to_string()),
        })
    }
}

/// A stage, and what it has let out.
pub struct Play {
    pub stage: Stage,
    /// One line for each output but deltas.
    pub log: String,
    pub deltas: Vec<Delta>,
    pub prompts: Vec<Prompt>,
}

impl Play {
    pub fn new(project: &Project) -> Self {
        Self::with(project, StageOptions::default())
    }

    pub fn with(project: &Project, options: StageOptions) -> Self {
        let options = StageOptions { project: "test".into(), payments: project.payments, ..options };
        let stage = Stage::open(options).expect("the stage opens");
        let mut play = Self { stage, log: String::new(), deltas: Vec::new(), prompts: Vec::new() };
        play.load(project);
        play
    }

    /// Starts the project, or replaces its running version.
    pub fn load(&mut self, project: &Project) {
        self.stage.load(project.module.clone());
        self.take();
    }

    pub fn join(&mut self, name: &str) -> VisitorId {
        let visitor = self.stage.join(name, name, [0.0, 0.0, 8.0]);
        self.take();
        visitor
    }

    pub fn handle(&mut self, input: Input) {
        self.stage.handle(input);
        self.take();
    }

    #[track_caller]
    pub fn click(&mut self, visitor: VisitorId, name: &str) {
        let node = self.stage.find(name).unwrap_or_else(|| panic!("nothing is called {name}:\n{}", self.log));
        self.handle(Input::Click { visitor, node });
    }

    /// Answers the newest question.
    #[track_caller]
    pub fn answer(&mut self, accept: bool) {
        let prompt = self.prompts.pop().unwrap_or_else(|| panic!("nobody is asked:\n{}", self.log));
        self.handle(Input::AnswerPrompt { visitor: prompt.visitor, prompt: prompt.id, accept });
    }

    pub fn advance(&mut self, seconds: f64) {
        self.stage.advance(seconds);
        self.take();
    }

    /// The deltas since this was asked last, as text.
    pub fn shown(&mut self) -> String {
        print_batch(&std::mem::take(&mut self.deltas))
    }

    /// Adds a line to the log.
    pub fn note(&mut self, line: &str) {
        let _ = writeln!(self.log, "{line}");
    }

    fn take(&mut self) {
        for output in self.stage.drain() {
            let line = match output {
                Output::Deltas { to: Audience::Everyone, deltas } => {
                    self.deltas.extend(deltas);
                    continue;
                }
                Output::Deltas { to, deltas } => {
                    let notes = deltas.iter().filter(|delta| matches!(delta, Delta::Notify { .. }));
                    notes.map(|note| format!("{to:?} {note}\n")).collect::<String>().trim_end().to_owned()
                }
                Output::Prompt(prompt) => {
                    let Prompt { visitor, amount, payee, memo, object, .. } = &prompt;
                    let line = format!("visitor {visitor} is asked for {amount} by {payee} ({object}): {memo}");
                    self.prompts.push(prompt);
                    line
                }
                Output::PromptGone { visitor, .. } => format!("visitor {visitor} is not asked any more"),
                Output::Balance { visitor, amount } => format!("visitor {visitor} has {amount}"),
                Output::Log(line) if line.level == Level::Error && !line.trace.is_empty() => {
                    format!("error: {}", line.trace)
                }
                Output::Log(line) => format!("{}: {}", line.level.name(), line.text),
                Output::Fault { message, restart_in, .. } => format!("fault: {message}; again in {restart_in}s"),
                Output::Started => "started".into(),
            };
            if !line.is_empty() {
                self.note(&line);
            }
        }
    }
}
