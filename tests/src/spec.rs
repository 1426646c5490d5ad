//! Runs the examples of literate pages ([`crate::page`]) and compares what they do with what the page says. An example that expects
//! nothing compiles without a finding and ends without an error.

use std::fmt::Write as _;

use mosl_compiler::diagnostics::{CATALOGUE, Entry, Severity, json::line_column, render};
use mosl_compiler::project::MemoryFiles;
use mosl_compiler::{Checked, Options};
use mosl_host::stage::Input;
use mosl_vm::Stress;

use crate::harness::difference;
use crate::page::{Example, Expected, Kind};
use crate::play::{Play, compile_project};
use crate::run::{self, LIMITS};

/// What an example did, by what a page can say of it.
#[derive(Debug, Default)]
pub struct Done {
    /// The codes of all diagnostics, or of the refusal that ended the run.
    pub codes: Vec<String>,
    /// All diagnostics as a creator sees them.
    pub rendered: String,
    pub out: String,
    /// The headings of the errors that nothing caught.
    pub thrown: String,
}

impl Done {
    fn of(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Output => Some(&self.out),
            Kind::Throws => Some(&self.thrown),
            Kind::Error => Some(&self.rendered),
            Kind::Play => None,
        }
    }

    /// The expectations that do not hold, with what holds instead.
    pub fn changes<'a>(&self, example: &'a Example) -> Vec<(&'a Expected, String)> {
        let differs = |expected: &&Expected| self.of(expected.kind).is_some_and(|now| now != expected.text);
        let now = |expected: &'a Expected| (expected, self.of(expected.kind).unwrap_or_default().to_owned());
        example.expected.iter().filter(differs).map(now).collect()
    }
}

/// Runs an example; `Err` says how it differs from its page.
pub fn check(example: &Example) -> Result<Done, String> {
    let done = perform(example)?;
    if let Some((expected, now)) = done.changes(example).first() {
        let text = difference(&expected.text, now).unwrap_or_default();
        return Err(format!("{:?} differs:\n{text}{}{}", expected.kind, done.rendered, done.thrown));
    }
    if done.thrown.is_empty() && example.expects(Kind::Throws).is_some() {
        return Err("it ends without an error".into());
    }
    if !done.thrown.is_empty() && example.expects(Kind::Throws).is_none() {
        return Err(format!("it ends with an error that the page does not show:\n{}{}", done.out, done.thrown));
    }
    if !done.out.is_empty() && example.expects(Kind::Output).is_none() && example.expects(Kind::Throws).is_none() {
        return Err(format!("it prints what the page does not show:\n{}", done.out));
    }
    Ok(done)
}

/// Compiles and runs an example; `Err` where its diagnostics are not the ones that its comments and blocks tell of.
pub fn perform(example: &Example) -> Result<Done, String> {
    let mut files = MemoryFiles::new(example.files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let has_manifest = example.files.iter().any(|(name, _)| name == "mosl.json");
    if !has_manifest {
        let capabilities = r#"{ "space": true, "payments": { "receive": true, "spend": "25mrk/day" } }"#;
        let strict = example.is("strict") || example.is("play");
        // Examples are short: what they declare is there to be seen.
        let lints = if example.is("lints") { "{}".to_owned() } else { lints_off() };
        let manifest = format!("{{ \"strict\": {strict}, \"capabilities\": {capabilities}, \"lints\": {lints} }}");
        files.write("mosl.json", manifest);
    }
    let checked = mosl_compiler::check_project(&files, "");
    let mut done = Done {
        codes: checked.diagnostics.iter().map(|diagnostic| diagnostic.code.to_owned()).collect(),
        rendered: render::render_all(&checked.diagnostics, &checked.sources, false),
        ..Done::default()
    };
    if example.expects(Kind::Error).is_none() {
        check_findings(example, &checked)?;
    }
    if checked.has_errors() {
        return Ok(done);
    }
    if example.is("play") {
        play(example, &files, &mut done)?
    } else {
        run(&files, &mut done)?
    }
    Ok(done)
}

/// Switches off what strict projects are warned of.
fn lints_off() -> String {
    let strict_only =
        |entry: &&&Entry| entry.severity == Severity::Warning && (entry.code == "W0101" || entry.code >= "W0105");
    let names = CATALOGUE.iter().filter(strict_only).map(|entry| format!("\"{}\": \"off\"", entry.name));
    format!("{{ {} }}", names.collect::<Vec<_>>().join(", "))
}

fn run(files: &MemoryFiles, done: &mut Done) -> Result<(), String> {
    let (options, ..): (Options, _, _) = mosl_compiler::read_manifest(files, "");
    let compiled = mosl_compiler::compile(files, "main.mosl", &options);
    let module = compiled.module.ok_or_else(|| render::render_all(&compiled.diagnostics, &compiled.sources, false))?;
    let ran = run::run(&mosl_bytecode::encode(&module), LIMITS, Stress::Off)?;
    done.out = ran.out;
    if ran.uncaught > 0 || ran.trap.is_some() {
        let is_heading = |line: &&str| !line.starts_with("    at ");
        ran.err.lines().filter(is_heading).for_each(|line| {
            let _ = writeln!(done.thrown, "{line}");
        });
        done.codes.extend(ran.report.refusals.last().map(|refusal| format!("R{:04}", refusal.code)));
    }
    Ok(())
}

/// What visitors do, a line each: `visitor Ann=20`, `click Lamp`, `accept`, `decline`, `wait 2`.
fn play(example: &Example, files: &MemoryFiles, done: &mut Done) -> Result<(), String> {
    let mut play = Play::new(&compile_project(files, "")?);
    let mut visitor = None;
    let script = example.expects(Kind::Play).map_or("", |expected| &expected.text);
    for line in script.lines() {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("visitor", who) => {
                let (name, balance) = who.split_once('=').unwrap_or((who, "100"));
                let balance = mosl_host::money::Mrk::parse(balance).ok_or("no amount of MRK")?;
                play.stage.set_starting_balance(balance);
                visitor = Some(play.join(name));
            }
            ("click", node) => play.click(visitor.ok_or("nobody is there to click")?, node),
            ("hover", node) => {
                let node = play.stage.find(node).ok_or_else(|| format!("nothing is called {node}"))?;
                play.handle(Input::HoverStart { visitor: visitor.ok_or("nobody is there")?, node });
            }
            ("accept", _) => play.answer(true),
            ("decline", _) => play.answer(false),
            ("wait", seconds) => play.advance(seconds.parse().map_err(|_| "`wait` needs seconds")?),
            _ => return Err(format!("visitors cannot `{line}`")),
        }
    }
    done.out = play.log.replace("started\n", "").replace("log: ", "");
    Ok(())
}

/// Diagnostics and the comments that announce them must be the same.
fn check_findings(example: &Example, checked: &Checked) -> Result<(), String> {
    let mut announced = announced(example);
    let mut surprises = String::new();
    for diagnostic in &checked.diagnostics {
        let source = &checked.sources[usize::from(diagnostic.file.0)];
        let (line, _) = line_column(&source.text, diagnostic.primary.span.start);
        let fits = |notice: &Notice| {
            (notice.file, notice.line) == (source.name.as_str(), line as usize)
                && notice.code == diagnostic.code
                && (diagnostic.severity == Severity::Error) == notice.is_error
                && diagnostic.message.contains(notice.part)
        };
        match announced.iter().position(fits) {
            Some(at) => drop(announced.remove(at)),
            None => surprises.push_str(&render::render(diagnostic, &checked.sources, false)),
        }
    }
    for notice in announced {
        let _ =
            writeln!(surprises, "not reported in {}:{}: [{}] {}", notice.file, notice.line, notice.code, notice.part);
    }
    if surprises.is_empty() { Ok(()) } else { Err(format!("the comments do not announce what is found:\n{surprises}")) }
}

/// A diagnostic that a comment announces.
struct Notice<'a> {
    file: &'a str,
    line: usize,
    is_error: bool,
    code: &'a str,
    /// What its headline contains.
    part: &'a str,
}

fn announced(example: &Example) -> Vec<Notice<'_>> {
    let mut notices = Vec::new();
    for (file, text) in &example.files {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            // Alone in its line, a comment speaks of the next line that is no such comment.
            let below = lines[at..].iter().take_while(|line| is_notice(line)).count();
            for comment in line.split("// ").skip(1) {
                let error = comment.strip_prefix("error: [").map(|rest| (true, rest));
                let warning = || comment.strip_prefix("warning: [").map(|rest| (false, rest));
                let Some((is_error, rest)) = error.or_else(warning) else { continue };
                let Some((code, part)) = rest.split_once(']') else { continue };
                notices.push(Notice {
                    file,
                    line: at + below + 1,
                    is_error,
                    code,
                    part: part.trim().trim_matches('"'),
                });
            }
        }
    }
    notices
}

fn is_notice(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("// error: [") || line.starts_with("// warning: [")
}
