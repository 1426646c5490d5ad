//! The language reference (`tests/spec`) and the explanations of error codes (`compiler/src/diagnostics/pages`) do what they say: every
//! example runs, plain JavaScript prints the same on the pinned engine where that is installed, and nothing is left unexplained.
//! `MOSL_UPDATE=1 cargo test -p mosl-tests --test spec` writes what the examples print now into the pages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io};

use mosl_compiler::diagnostics::explain;
use mosl_tests::harness::{self, Case, difference};
use mosl_tests::page::{self, Example, Kind};
use mosl_tests::{corpus, spec};
use mosl_vm::refusal::Refusal;

fn main() -> ExitCode {
    let read = || -> Vec<Page> { folders().iter().flat_map(|folder| pages_in(folder)).collect() };
    if std::env::var_os("MOSL_UPDATE").is_some() {
        read().iter().for_each(update);
    }
    let pages = read();
    let engine = corpus::root().join("oracle/node_modules/.bin/node");
    let engine = engine.exists().then_some(engine);
    let mut all: Vec<Case> = pages.iter().flat_map(|page| cases(page, engine.as_deref())).collect();
    all.extend(completeness());
    harness::main(all)
}

/// A literate page.
struct Page {
    name: String,
    path: PathBuf,
    text: String,
}

fn folders() -> [PathBuf; 2] {
    [corpus::root().join("spec"), corpus::root().join("../compiler/src/diagnostics/pages")]
}

fn pages_in(folder: &Path) -> Vec<Page> {
    let mut pages: Vec<Page> = fs::read_dir(folder)
        .expect("the folder of pages is readable")
        .map(|entry| entry.expect("the folder of pages is readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| Page {
            name: path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
            text: fs::read_to_string(&path).expect("a page is readable"),
            path,
        })
        .collect();
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    pages
}

fn cases(page: &Page, engine: Option<&Path>) -> Vec<Case> {
    let examples = match page::examples(&page.text) {
        Ok(examples) => examples,
        Err(text) => return vec![Case::new(&*page.name, move || Err(text.clone()))],
    };
    let mut cases = Vec::new();
    for example in examples {
        let name = format!("{}::{} #{}", page.name, example.section, example.number);
        let place = format!("{}:{}", page.path.display(), example.line);
        if let Some(engine) = engine.filter(|_| is_javascript(&example)) {
            let (engine, example, place) = (engine.to_owned(), example.clone(), place.clone());
            let check = move || check_engine(&engine, &example).map_err(|text| format!("{place}: {text}"));
            cases.push(Case::new(format!("{name} in JavaScript"), check));
        }
        cases.push(Case::new(name, move || spec::check(&example).map(drop).map_err(|text| format!("{place}: {text}"))));
    }
    cases
}

/// Erasing its types leaves a program whose output a JavaScript engine can confirm.
fn is_javascript(example: &Example) -> bool {
    example.expects(Kind::Output).is_some()
        && example.expects(Kind::Throws).is_none()
        && !example.is("only")
        && !example.is("play")
}

fn check_engine(engine: &Path, example: &Example) -> Result<(), String> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let own = format!("mosl-spec-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(own);
    let run = run_engine(engine, example, &folder).map_err(|error| error.to_string());
    let _ = fs::remove_dir_all(&folder);
    let run = run?;
    let out = String::from_utf8_lossy(&run.stdout);
    let expected = example.expects(Kind::Output).map_or("", |expected| &expected.text);
    match difference(expected, &out) {
        Some(text) => Err(format!("JavaScript prints something else: {text}{}", String::from_utf8_lossy(&run.stderr))),
        None => Ok(()),
    }
}

/// Runs an example's files, written to `folder` as TypeScript, whose types the engine erases itself.
fn run_engine(engine: &Path, example: &Example, folder: &Path) -> io::Result<Output> {
    for (name, text) in &example.files {
        let path = folder.join(name.replace(".mosl", ".mts"));
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text.replace(".mosl\"", ".mts\""))?;
    }
    let options = ["--experimental-transform-types", "--no-warnings", "main.mts"];
    Command::new(engine).args(options).current_dir(folder).env("TZ", "UTC").env("NO_COLOR", "1").output()
}

/// Codes whose mistake no page can show, with the reason.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[
    ("E0017", "a page is UTF-8"),
    ("E0035", "nobody would read thousands of brackets"),
    ("E0051", "a page has no gigabytes"),
    ("E0101", "the files of examples are readable"),
    ("E0109", "a page has few files"),
    ("E0325", "a page has no huge functions"),
    ("E0326", "only `mosl build --target js` reports it"),
    ("W0101", "not reported yet"),
    ("R0013", "nothing is missing: a test of the VM holds it to the declarations"),
];

/// Each code is explained by an example that earns just that code, and one that is fine; each refusal is in the reference.
fn completeness() -> Vec<Case> {
    let [reference, explanations] = folders();
    let explained = Case::new("every code is explained by a wrong and a right example", move || {
        let shown = examples_in(&explanations)?;
        let missing = explain::pages().filter(|page| WITHOUT_EXAMPLE.iter().all(|(code, _)| *code != page.code));
        all_or_missing(missing.filter_map(|page| unexplained(page.code, &shown)).collect())
    });
    let refused = Case::new("every refusal is in the reference", move || {
        let shown: BTreeSet<String> = examples_in(&reference)?.into_iter().flat_map(|(_, codes)| codes).collect();
        let known =
            explain::pages().map(|page| page.code).filter(|code| code.starts_with("E02") || code.starts_with('R'));
        let known = known.filter(|code| WITHOUT_EXAMPLE.iter().all(|(without, _)| without != code));
        all_or_missing(known.filter(|code| !shown.contains(*code)).map(str::to_owned).collect())
    });
    let run_time = Case::new("every refusal of the VM has its page", || {
        let known = Refusal::ALL.iter().map(|refusal| format!("R{:04}", refusal.code()));
        all_or_missing(known.filter(|code| explain::page(code).is_none()).collect())
    });
    let listed = Case::new("the reference lists all its pages and every global", || {
        let index = fs::read_to_string(folders()[0].join("README.md")).map_err(|error| error.to_string())?;
        let library =
            fs::read_to_string(folders()[0].join("standard-library.md")).map_err(|error| error.to_string())?;
        let pages = pages_in(&folders()[0]).into_iter().map(|page| format!("{}.md", page.name));
        let pages = pages.filter(|page| page != "README.md" && !index.contains(&format!("]({page})")));
        let globals = globals().into_iter().filter(|name| !library.contains(&format!("`{name}`")));
        all_or_missing(pages.chain(globals).collect())
    });
    vec![explained, refused, run_time, listed]
}

/// What the declarations of the standard library make visible everywhere.
fn globals() -> BTreeSet<String> {
    let lines = mosl_stdlib::lib_sources().iter().flat_map(|(_, text)| text.lines());
    let declared = lines.filter_map(|line| {
        let rest = line.strip_prefix("declare const ").or_else(|| line.strip_prefix("declare function "))?;
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned)
    });
    declared.collect()
}

/// The heading above each example of a folder's pages, and the codes that the example earns.
fn examples_in(folder: &Path) -> Result<Vec<(String, Vec<String>)>, String> {
    let mut found = Vec::new();
    for page in pages_in(folder) {
        for example in page::examples(&page.text)? {
            let codes = spec::check(&example)?.codes;
            let heading = example.section.rsplit(" › ").next().unwrap_or_default();
            found.push((heading.to_owned(), codes));
        }
    }
    Ok(found)
}

fn unexplained(code: &str, shown: &[(String, Vec<String>)]) -> Option<String> {
    let own = || shown.iter().filter(|(heading, _)| heading.starts_with(code)).map(|(_, codes)| codes);
    let earned = own().any(|codes| !codes.is_empty() && codes.iter().all(|earned| earned == code));
    let mended = own().any(Vec::is_empty);
    let what = match (earned, mended) {
        (true, true) => return None,
        (false, _) => "no example earns it and nothing else",
        (true, false) => "no example shows it mended",
    };
    Some(format!("{code}: {what}"))
}

fn all_or_missing(missing: Vec<String>) -> Result<(), String> {
    if missing.is_empty() { Ok(()) } else { Err(format!("missing:\n{}", missing.join("\n"))) }
}

/// Writes what the examples do now into their page.
fn update(page: &Page) {
    let Ok(examples) = page::examples(&page.text) else { return };
    let mut changes = Vec::new();
    for example in &examples {
        let Ok(done) = spec::perform(example) else { continue };
        changes.extend(done.changes(example).into_iter().map(|(expected, now)| (expected.lines.clone(), now)));
    }
    changes.sort_by_key(|(lines, _)| lines.start);
    fs::write(&page.path, page::rewrite(&page.text, &changes)).expect("a page is writable");
}
