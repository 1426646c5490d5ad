//! What the command says to a person: on standard error, in colour only where that is a terminal that wants it.

use std::io::{IsTerminal as _, Write as _};

/// As the standard library's, except that a reader who has seen enough (`mosl play … | head`) ends the command and is no bug.
macro_rules! print {
    ($($part:tt)*) => { $crate::terminal::print(format_args!($($part)*)) };
}

macro_rules! println {
    ($($part:tt)*) => { $crate::terminal::print(format_args!("{}\n", format_args!($($part)*))) };
}

/// What [`print!`] does.
pub fn print(text: std::fmt::Arguments<'_>) {
    if let Err(problem) = std::io::stdout().write_fmt(text) {
        if problem.kind() != std::io::ErrorKind::BrokenPipe {
            error(&format!("The output cannot be written: {problem}"));
        }
        std::process::exit(i32::from(problem.kind() != std::io::ErrorKind::BrokenPipe));
    }
}

/// Whether standard error may carry colours (<https://no-color.org>).
pub fn colors() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && std::io::stderr().is_terminal()
}

pub fn error(message: &str) {
    say("31", "error", message);
}

pub fn note(message: &str) {
    say("36", "note", message);
}

fn say(color: &str, word: &str, message: &str) {
    if colors() {
        eprintln!("\x1b[1;{color}m{word}\x1b[0m: {message}");
    } else {
        eprintln!("{word}: {message}");
    }
}

/// A line of a script's output in the development server.
pub fn script_output(level: &str, text: &str) {
    let color = match level {
        "error" | "fault" => "31",
        "warn" => "33",
        _ => "90",
    };
    if colors() {
        eprintln!("\x1b[{color}m{level:>5}\x1b[0m {text}");
    } else {
        eprintln!("{level:>5} {text}");
    }
}

/// `1 fix`, `2 fixes`: a count with what is counted.
pub fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ if what.ends_with('x') => format!("{count} {what}es"),
        _ => format!("{count} {what}s"),
    }
}

/// Shows an address (or a file) in the browser that the machine has.
pub fn open_browser(url: &str) {
    let (program, first): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let quiet = std::process::Stdio::null;
    let started =
        std::process::Command::new(program).args(first).arg(url).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
    if started.is_err() {
        note("No browser could be started: open the address above by hand.");
    }
}
