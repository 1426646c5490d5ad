//! The JavaScript engine as a child process that evaluates one program after the other (`tests/oracle/evaluate.mjs`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::corpus;

/// Programs end by themselves; one that takes longer is taken for one that does not.
const PATIENCE: Duration = Duration::from_secs(5);

/// The engine keeps every module it has evaluated: now and then a new one starts.
const PROGRAMS_PER_PROCESS: usize = 3_000;

/// What the engine made of a program.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    pub out: String,
    /// How many errors nothing caught.
    pub uncaught: u64,
    /// Why it is no program.
    pub broken: Option<String>,
}

pub struct Oracle {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    asked: usize,
}

/// Where the engine is, if it is installed (`npm ci --prefix tests/oracle`).
pub fn engine() -> Option<PathBuf> {
    Some(corpus::root().join("oracle/node_modules/.bin/node")).filter(|path| path.exists())
}

impl Oracle {
    /// Starts the engine; `None` where it is not installed.
    pub fn start() -> Option<Self> {
        let mut child = Command::new(engine()?)
            .args(["--experimental-vm-modules", "--no-warnings"])
            .arg(corpus::root().join("oracle/evaluate.mjs"))
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the engine starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, answers) = channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Some(Self { child, input, answers, asked: 0 })
    }

    /// Evaluates a program; `None` if it does not end.
    pub fn ask(&mut self, program: &str) -> Option<Answer> {
        if self.asked >= PROGRAMS_PER_PROCESS {
            self.restart();
        }
        self.asked += 1;
        let line = serde_json::Value::from(program).to_string() + "\n";
        self.input.write_all(line.as_bytes()).expect("the engine listens");
        let Ok(line) = self.answers.recv_timeout(PATIENCE) else {
            self.restart();
            return None;
        };
        let value: serde_json::Value = serde_json::from_str(&line).expect("the engine answers in JSON");
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let uncaught = value["uncaught"].as_u64().unwrap_or(0);
        Some(Answer { out: text("out").unwrap_or_default(), uncaught, broken: text("broken") })
    }

    fn restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        *self = Self::start().expect("the engine was there before");
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
