//! Watches the project's files and compiles what is saved. It looks at modification times several times a second, which works the
//! same for every editor and file system and costs a few microseconds per file.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant, SystemTime};

use mosl_compiler::wasm;

use super::stage_thread::{Command, ObjectFile};
use crate::compile::{Object, Outcome, Program, Refusal, compile_object, compile_project, project_payments};
use crate::wasm_file;

const INTERVAL: Duration = Duration::from_millis(40);
/// A save is taken when nothing has changed for this long: editors write in several steps.
const SETTLED: Duration = Duration::from_millis(12);
const STACK_BYTES: usize = 256 << 20;
/// Folders that hold no sources.
const SKIPPED: &[&str] = &["node_modules", "target"];
const MOST_FILES: usize = 20_000;

/// Compiles at once, then whenever something changes; ends with the stage.
pub fn start(project: PathBuf, in_browser: bool, commands: Sender<Command>) {
    let run = move || {
        let mut seen = scan(&project);
        if compile(&project, in_browser, Instant::now(), &commands).is_none() {
            return;
        }
        loop {
            let began = Instant::now();
            let mut now = scan(&project);
            // Where a folder is so large that looking takes long, look less often.
            std::thread::sleep(INTERVAL.max(began.elapsed() * 20));
            if now == seen {
                continue;
            }
            let noticed = Instant::now();
            loop {
                std::thread::sleep(SETTLED);
                let again = scan(&project);
                if again == now || noticed.elapsed() > Duration::from_millis(500) {
                    break;
                }
                now = again;
            }
            let changed = difference(&seen, &now);
            seen = now;
            if react(&project, in_browser, &changed, &commands).is_none() {
                return;
            }
        }
    };
    std::thread::Builder::new()
        .name("compiler".into())
        .stack_size(STACK_BYTES)
        .spawn(run)
        .expect("a thread can be started");
}

/// What is known of a file: when it was written, and its size.
type Stamp = (SystemTime, u64);
type Files = BTreeMap<PathBuf, Stamp>;

fn scan(project: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![project.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || name.ends_with('~') || SKIPPED.contains(&&*name) {
                continue;
            }
            let Ok(data) = entry.metadata() else { continue };
            if data.is_dir() {
                folders.push(entry.path());
            } else if files.len() < MOST_FILES {
                files.insert(entry.path(), (data.modified().unwrap_or(SystemTime::UNIX_EPOCH), data.len()));
            }
        }
    }
    files
}

/// Files that were written, added or removed, with the time of the last writing where there is one.
fn difference(before: &Files, after: &Files) -> Vec<(PathBuf, Option<SystemTime>)> {
    let written = after
        .iter()
        .filter(|(path, stamp)| before.get(*path) != Some(stamp))
        .map(|(path, stamp)| (path.clone(), Some(stamp.0)));
    let removed = before.keys().filter(|path| !after.contains_key(*path)).map(|path| (path.clone(), None));
    written.chain(removed).collect()
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "mosl")
        || path.file_name().is_some_and(|name| name == "mosl.json")
}

/// `None` when the stage is gone.
fn react(
    project: &Path,
    in_browser: bool,
    changed: &[(PathBuf, Option<SystemTime>)],
    commands: &Sender<Command>,
) -> Option<()> {
    let sources: Vec<_> = changed.iter().filter(|(path, _)| is_source(path)).collect();
    if sources.len() < changed.len() {
        commands.send(Command::AssetsChanged).ok()?;
    }
    if sources.is_empty() {
        return Some(());
    }
    let age = sources.iter().filter_map(|(_, written)| written.as_ref()?.elapsed().ok()).min().unwrap_or_default();
    let saved = Instant::now().checked_sub(age.min(Duration::from_secs(5))).unwrap_or_else(Instant::now);
    compile(project, in_browser, saved, commands)
}

fn compile(project: &Path, in_browser: bool, saved: Instant, commands: &Sender<Command>) -> Option<()> {
    let compiled = catch_unwind(AssertUnwindSafe(|| if in_browser { for_pages(project) } else { for_stage(project) }));
    // A bug in the compiler must not end the session: the creator's next save may avoid it.
    let command = match compiled.unwrap_or_else(|_| Err(Refusal::of_a_bug())) {
        Ok((program, object, warnings)) => {
            eprint!("{warnings}");
            Command::Compiled { program, object, payments: project_payments(project), saved }
        }
        Err(refusal) => {
            eprintln!("{}", refusal.for_terminal());
            Command::Broken { text: refusal.plain, errors: refusal.errors }
        }
    };
    commands.send(command).ok()
}

/// The program, the object's file where pages run it, and warnings for the terminal.
type Version = (Program, Option<ObjectFile>, String);

fn for_stage(project: &Path) -> Result<Version, Refusal> {
    match compile_project(project) {
        Outcome::Ready(mut program) => {
            let warnings = std::mem::take(&mut program.warnings);
            Ok((program, None, warnings))
        }
        Outcome::Refused(refusal) => Err(refusal),
    }
}

fn for_pages(project: &Path) -> Result<Version, Refusal> {
    let options = wasm::Options { source_map: true, ..wasm::Options::default() };
    let Object { wasm, program, .. } = compile_object(&project.to_string_lossy(), options)?;
    let program = program.ok_or_else(Refusal::of_a_bug)?;
    let mut bytes = wasm.bytes;
    wasm_file::link_source_map(&mut bytes, "object.wasm.map");
    let file = ObjectFile { bytes: bytes.into(), source_map: wasm.source_map.unwrap_or_default().into() };
    Ok((program, Some(file), wasm.warnings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_write_an_addition_or_a_removal() {
        let stamp = |seconds| (SystemTime::UNIX_EPOCH + Duration::from_secs(seconds), 1);
        let before = Files::from([("a".into(), stamp(1)), ("b".into(), stamp(1)), ("c".into(), stamp(1))]);
        let after = Files::from([("a".into(), stamp(1)), ("b".into(), stamp(2)), ("d".into(), stamp(3))]);
        let changed: Vec<_> = difference(&before, &after).into_iter().map(|(path, _)| path).collect();
        assert_eq!(changed, [PathBuf::from("b"), PathBuf::from("d"), PathBuf::from("c")]);
    }

    #[test]
    fn sources_are_mosl_files_and_the_manifest() {
        assert!(is_source(Path::new("a/main.mosl")) && is_source(Path::new("mosl.json")));
        assert!(!is_source(Path::new("assets/a.json")) && !is_source(Path::new("mosl")));
    }
}
