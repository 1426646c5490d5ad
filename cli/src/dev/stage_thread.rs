//! The thread on which the project runs. It owns the [`Stage`] and every open page's outbox; all others reach it by [`Command`]s.
//! Time here is the machine's clock, fed into the stage's virtual time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use mosl_host::delta::encode_batch;
use mosl_host::stage::{Audience, Input, LogLine, Output, PaymentPolicy, Prompt, Stage, StageOptions, VisitorId};
use tokio::sync::Notify;

use super::protocol::{FromPage, ObjectInfo, ToPage, VisitorInfo};
use super::server::Ended;
use super::session::{Outbox, SessionId};
use crate::compile::{Program, project_name, project_payments};
use crate::terminal;

/// The script's stack lives on this thread; the VM's own limit ends a turn long before this is used up.
const STACK_BYTES: usize = 64 << 20;
/// Virtual time never jumps further than this at once: a laptop that slept does not replay its night.
const LONGEST_STEP: Duration = Duration::from_millis(250);
/// How long the thread sleeps where nothing is due.
const IDLE: Duration = Duration::from_secs(1);
/// Where a visitor stands until their page says otherwise.
const ENTRANCE: [f64; 3] = [0.0, 0.0, 5.0];
/// Lines of output that a page gets which comes late.
const KEPT_LINES: usize = 100;

pub enum Command {
    Join {
        session: SessionId,
        account: String,
        outbox: Outbox,
    },
    Leave {
        session: SessionId,
    },
    Page {
        session: SessionId,
        message: FromPage,
    },
    /// A version that compiled, and how long ago it was saved.
    Compiled {
        program: Program,
        /// The same for pages, where they run it.
        object: Option<ObjectFile>,
        payments: PaymentPolicy,
        saved: Instant,
    },
    /// The rendered diagnostics of a version that did not.
    Broken {
        text: String,
        errors: usize,
    },
    AssetsChanged,
    Stop,
}

/// The object that pages run, and where its instructions come from.
#[derive(Clone)]
pub struct ObjectFile {
    pub bytes: Bytes,
    pub source_map: Bytes,
}

/// Its present version; shared with who serves it.
pub type Published = Arc<Mutex<Option<ObjectFile>>>;

pub struct StageHandle {
    pub commands: Sender<Command>,
    pub object: Published,
    pub ended: Ended,
    pub project: String,
    thread: JoinHandle<()>,
}

impl StageHandle {
    /// Waits until the stage has stopped and its data is safe.
    pub fn join(self) {
        let _ = self.thread.join();
    }
}

/// Opens the project's data and starts its thread; `Err` is a sentence for the user.
pub fn start(project: &Path) -> Result<StageHandle, String> {
    let name = project_name(project);
    let data = prepare_data_folder(project)?;
    let options = StageOptions {
        project: name.clone(),
        data: Some(data),
        seed: SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64),
        epoch_ms: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0),
        payments: project_payments(project),
        ..StageOptions::default()
    };
    let (commands, received) = channel();
    let ended: Ended = Arc::new(Notify::new());
    let (opened, outcome) = channel();
    let object = Published::default();
    let (title, over, published) = (name.clone(), ended.clone(), object.clone());
    let run = move || {
        // Also when the thread panics, the server learns that it is over.
        let _over = NotifyOnDrop(over);
        match Stage::open(options) {
            Ok(stage) => {
                let _ = opened.send(Ok(()));
                Runner::new(stage, title, published).run(&received);
            }
            Err(error) => drop(opened.send(Err(error.to_string()))),
        }
    };
    let thread = std::thread::Builder::new()
        .name("stage".into())
        .stack_size(STACK_BYTES)
        .spawn(run)
        .map_err(|e| e.to_string())?;
    match outcome.recv() {
        Ok(Ok(())) => Ok(StageHandle { commands, object, ended, project: name, thread }),
        Ok(Err(error)) => Err(format!("The data in {}/.mosl cannot be opened: {error}", project.display())),
        Err(_) => Err("The stage did not start.".to_owned()),
    }
}

struct NotifyOnDrop(Ended);

impl Drop for NotifyOnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// `DIR/.mosl`, kept out of version control, holds what must survive: the ledger and persisted fields.
fn prepare_data_folder(project: &Path) -> Result<std::path::PathBuf, String> {
    let folder = project.join(".mosl");
    let make = || -> std::io::Result<()> {
        std::fs::create_dir_all(&folder)?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            std::fs::write(ignore, "*\n")?;
        }
        Ok(())
    };
    make().map_err(|error| format!("{} cannot be written: {error}", folder.display()))?;
    Ok(folder.join("data.redb"))
}

struct Session {
    visitor: VisitorId,
    account: String,
    outbox: Outbox,
    /// The page runs the object itself and is not shown the stage.
    runs_object: bool,
}

struct Runner {
    stage: Stage,
    project: String,
    identity: String,
    running: bool,
    payments: PaymentPolicy,
    /// Where pages run the object: its file, and how many versions there were.
    object: Published,
    versions: u64,
    /// The version that waits for the first page that cannot run it.
    waiting: Option<Program>,
    sessions: BTreeMap<SessionId, Session>,
    /// The diagnostics of the last save, if it did not compile.
    broken: Option<(String, usize)>,
    lines: Vec<ToPage>,
    last: Instant,
}

impl Runner {
    fn new(stage: Stage, project: String, object: Published) -> Self {
        Self {
            stage,
            project,
            identity: String::new(),
            running: false,
            payments: PaymentPolicy::default(),
            object,
            versions: 0,
            waiting: None,
            sessions: BTreeMap::new(),
            broken: None,
            lines: Vec::new(),
            last: Instant::now(),
        }
    }

    fn run(mut self, commands: &Receiver<Command>) {
        loop {
            let wait = self.stage.next_wake().map_or(IDLE, |due| Duration::from_secs_f64(due.clamp(0.0, 1.0)));
            let wait = wait.saturating_sub(self.last.elapsed());
            match commands.recv_timeout(wait) {
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(command) => {
                    self.advance();
                    self.obey(command);
                    while let Ok(more) = commands.try_recv() {
                        if matches!(more, Command::Stop) {
                            return self.stage.stop();
                        }
                        self.obey(more);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.advance(),
            }
            self.publish();
        }
        self.stage.stop();
    }

    fn advance(&mut self) {
        let elapsed = self.last.elapsed();
        self.last = Instant::now();
        self.stage.advance(elapsed.min(LONGEST_STEP).as_secs_f64());
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Join { session, account, outbox } => self.join(session, account, outbox),
            Command::Leave { session } => self.leave(session),
            Command::Page { session, message } => self.page(session, message),
            Command::Compiled { program, object, payments, saved } => {
                self.stage.set_payments(payments);
                self.payments = payments;
                self.load(program, object, saved);
            }
            Command::Broken { text, errors } => {
                let running = self.running;
                self.broken = Some((text.clone(), errors));
                self.say_all(&ToPage::Diagnostics { text, errors, running });
            }
            Command::AssetsChanged => self.say_all(&ToPage::AssetsChanged),
            Command::Stop => {}
        }
    }

    fn join(&mut self, session: SessionId, account: String, outbox: Outbox) {
        // What happened before belongs to those who were here before.
        self.publish();
        let name = visitor_name(&account);
        let visitor = self.stage.join(&name, &account, ENTRANCE);
        let welcome = ToPage::Welcome {
            version: env!("CARGO_PKG_VERSION"),
            project: self.project.clone(),
            visitor: VisitorInfo { id: account.clone(), name },
            balance: self.stage.balance(&account).to_string(),
        };
        outbox.say(&welcome);
        for line in &self.lines {
            outbox.say(line);
        }
        if let Some((text, errors)) = &self.broken {
            outbox.say(&ToPage::Diagnostics { text: text.clone(), errors: *errors, running: self.running });
        }
        let runs_object = self.versions > 0;
        if runs_object {
            outbox.say(&self.object_message());
        }
        self.sessions.insert(session, Session { visitor, account, outbox, runs_object });
        self.publish();
    }

    fn object_message(&self) -> ToPage {
        ToPage::Object {
            url: format!("/object.wasm?{}", self.versions),
            identity: self.identity.clone(),
            receives: self.payments.receive,
            per_day: self.payments.spend.map(|budget| budget.per_day.to_string()),
        }
    }

    /// A page that cannot run the object sees the one on the stage, which starts with the first such page.
    fn show_stage(&mut self, session: SessionId) {
        if let Some(program) = self.waiting.take() {
            self.stage.load(program.module);
        }
        let Some(mut found) = self.sessions.remove(&session).filter(|found| found.runs_object) else { return };
        self.stage.handle(Input::Leave { visitor: found.visitor });
        self.publish();
        found.runs_object = false;
        found.visitor = self.stage.join(&visitor_name(&found.account), &found.account, ENTRANCE);
        self.sessions.insert(session, found);
        self.publish();
    }

    fn leave(&mut self, session: SessionId) {
        if let Some(session) = self.sessions.remove(&session) {
            self.stage.handle(Input::Leave { visitor: session.visitor });
        }
    }

    fn page(&mut self, session: SessionId, message: FromPage) {
        let Some(Session { visitor, .. }) = self.sessions.get(&session) else { return };
        let visitor = *visitor;
        self.stage.handle(match message {
            FromPage::Click { node } => Input::Click { visitor, node },
            FromPage::Hover { node, over: true } => Input::HoverStart { visitor, node },
            FromPage::Hover { node, over: false } => Input::HoverEnd { visitor, node },
            FromPage::Move { position } => Input::Move { visitor, position },
            FromPage::Answer { id, accept } => {
                let Ok(prompt) = id.parse() else { return };
                Input::AnswerPrompt { visitor, prompt, accept }
            }
            FromPage::Log { level, text } => return terminal::script_output(level.name(), &text),
            FromPage::RunOnServer => return self.show_stage(session),
        });
    }

    fn load(&mut self, program: Program, object: Option<ObjectFile>, saved: Instant) {
        let reloaded = self.running;
        self.identity = program.identity();
        self.running = true;
        self.broken = None;
        if let Some(object) = object {
            self.publish_object(program, object);
        } else {
            self.stage.load(program.module);
        }
        self.publish();
        let milliseconds = saved.elapsed().as_secs_f64() * 1000.0;
        self.say_all(&ToPage::Compiled { milliseconds, reloaded });
        println!("{} in {milliseconds:.0} ms", if reloaded { "Reloaded" } else { "Started" });
    }

    /// Pages fetch the new version; the stage shows it to those that cannot run it.
    fn publish_object(&mut self, program: Program, object: ObjectFile) {
        *self.object.lock().unwrap_or_else(PoisonError::into_inner) = Some(object);
        self.versions += 1;
        let on_stage = self.sessions.values().any(|session| !session.runs_object);
        if self.versions > 1 && on_stage {
            self.waiting = None;
            self.stage.load(program.module);
        } else {
            self.waiting = Some(program);
        }
        let first = self.versions == 1;
        let message = self.object_message();
        for session in self.sessions.values_mut() {
            // Whoever came before there was a version runs it too.
            session.runs_object |= first;
            if session.runs_object {
                session.outbox.say(&message);
            }
        }
    }

    /// Hands on what the stage has put out.
    fn publish(&mut self) {
        for output in self.stage.drain() {
            match output {
                Output::Deltas { to, deltas } => {
                    let bytes = Bytes::from(encode_batch(&deltas));
                    self.send(to, |session| session.runs_object || session.outbox.deltas(bytes.clone()));
                }
                Output::Prompt(prompt) => self.prompt(&prompt),
                Output::PromptGone { visitor, prompt } => {
                    self.say(visitor, &ToPage::PromptClosed { id: prompt.to_string() })
                }
                Output::Balance { visitor, amount } => {
                    self.say(visitor, &ToPage::Balance { amount: amount.to_string() })
                }
                Output::Log(line) => self.log(&line),
                Output::Fault { message, trace, restart_in } => self.fault(&message, &trace, restart_in),
                Output::Started => {}
            }
        }
    }

    fn prompt(&mut self, prompt: &Prompt) {
        let Some(session) = self.sessions.values().find(|session| session.visitor == prompt.visitor) else { return };
        let affordable = self.stage.balance(&session.account) >= prompt.amount;
        let message = ToPage::Prompt {
            id: prompt.id.to_string(),
            amount: prompt.amount.to_string(),
            payee: prompt.payee.clone(),
            memo: prompt.memo.clone(),
            object: ObjectInfo { name: prompt.object.clone(), identity: self.identity.clone() },
            affordable,
        };
        self.say(prompt.visitor, &message);
    }

    fn log(&mut self, line: &LogLine) {
        let level = line.level.name();
        terminal::script_output(level, &line.text);
        let source = first_place(&line.trace);
        self.keep(ToPage::Log { level, text: line.text.clone(), source });
    }

    fn fault(&mut self, message: &str, trace: &str, restart_in: f64) {
        let text = if trace.contains(message) { trace.to_owned() } else { format!("{message}\n{trace}") };
        let text = text.trim().to_owned();
        terminal::script_output("fault", &text);
        self.keep(ToPage::Fault { text, restarting: restart_in.is_finite() });
    }

    /// Says a line to everyone and remembers it for those who come late.
    fn keep(&mut self, line: ToPage) {
        self.say_all(&line);
        if self.lines.len() == KEPT_LINES {
            self.lines.remove(0);
        }
        self.lines.push(line);
    }

    fn say_all(&mut self, message: &ToPage) {
        self.send(Audience::Everyone, |session| session.outbox.say(message));
    }

    fn say(&mut self, visitor: VisitorId, message: &ToPage) {
        self.send(Audience::Only(visitor), |session| session.outbox.say(message));
    }

    /// A page that cannot keep up is dropped: it reconnects and gets the whole scene.
    fn send(&mut self, to: Audience, deliver: impl Fn(&Session) -> bool) {
        let meant = |visitor: VisitorId| match to {
            Audience::Everyone => true,
            Audience::Only(one) => visitor == one,
            Audience::AllBut(one) => visitor != one,
        };
        let lost = self.sessions.iter().filter(|(_, session)| meant(session.visitor) && !deliver(session));
        for id in lost.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.leave(id);
        }
    }
}

/// A short name for an account that has told none.
fn visitor_name(account: &str) -> String {
    let id = account.rsplit(':').next().unwrap_or(account);
    format!("Visitor {}", &id[..id.len().min(4)])
}

/// The first `file:line:column` or `file:line` that a trace names.
fn first_place(trace: &str) -> Option<String> {
    let words = trace.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','));
    words.filter(|word| word.contains(".mosl:")).map(str::to_owned).next()
}
