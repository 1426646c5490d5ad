//! `mosl fix`: programs before and after. `fix/NAME.mosl` becomes `fix/NAME.fixed` by the certain fixes, and `fix/NAME.guessed` with
//! those that guess; `MOSL_UPDATE=1` writes what becomes of them now. Names that begin with `loose` are not strict.

use std::path::{Path, PathBuf};

use mosl_compiler::fix::{Fixed, fix};
use mosl_compiler::project::MemoryFiles;
use mosl_compiler::{Checked, check_project};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fix");
const CONFORMANCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/conformance");

fn files(source: &str, strict: bool) -> MemoryFiles {
    let manifest = format!("{{ \"strict\": {strict} }}");
    MemoryFiles::new([("mosl.json", manifest.as_str()), ("main.mosl", source)])
}

fn errors(checked: &Checked) -> usize {
    checked.diagnostics.iter().filter(|found| found.is_error()).count()
}

/// The fixed text; checks what holds for every program.
#[track_caller]
fn fixed(source: &str, strict: bool, guesses: bool) -> (String, Fixed) {
    let run = |source: &str| fix(&files(source, strict), &|fs| check_project(fs, ""), guesses);
    let done = run(source);
    let text = done.texts.get("main.mosl").map_or(source, String::as_str).to_owned();
    let (before, after) = (check_project(&files(source, strict), ""), check_project(&files(&text, strict), ""));
    assert!(errors(&after) <= errors(&before), "more errors than before:\n{source}\nbecame\n{text}");
    let unread = |checked: &Checked| checked.diagnostics.iter().filter(|found| found.is_syntax()).count();
    assert!(unread(&after) <= unread(&before), "parses worse than before:\n{source}\nbecame\n{text}");
    assert_eq!(done.errors, errors(&after), "{source}");
    assert_eq!(run(&text).applied, [], "not settled:\n{source}\nbecame\n{text}");
    (text, done)
}

#[test]
fn programs_become_what_their_files_say() {
    let names = std::fs::read_dir(CASES).unwrap().map(|entry| entry.unwrap().path());
    let cases: Vec<PathBuf> = names.filter(|path| path.extension().is_some_and(|ext| ext == "mosl")).collect();
    assert!(!cases.is_empty());
    for case in cases {
        let source = std::fs::read_to_string(&case).unwrap();
        let strict = !case.file_name().unwrap().to_string_lossy().starts_with("loose");
        for (extension, guesses) in [("fixed", false), ("guessed", true)] {
            let (text, _) = fixed(&source, strict, guesses);
            expect(&case.with_extension(extension), &text);
        }
    }
}

#[track_caller]
fn expect(path: &Path, text: &str) {
    if std::env::var_os("MOSL_UPDATE").is_some() {
        std::fs::write(path, text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "{}", path.display());
}

/// Whatever is broken in a program, fixing settles and makes nothing worse.
#[test]
fn broken_programs_get_no_worse() {
    let mut sources = Vec::new();
    for folder in std::fs::read_dir(CONFORMANCE).unwrap().flatten().filter(|entry| entry.path().is_dir()) {
        let inside = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut programs: Vec<PathBuf> = inside.filter(|path| path.extension().is_some_and(|e| e == "mosl")).collect();
        programs.sort();
        sources.extend(programs.iter().step_by(9).map(|path| std::fs::read_to_string(path).unwrap()));
    }
    let mut random = 1u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below.max(1)
    };
    for source in sources {
        // Leave out a character, twice, or write one twice.
        let mut broken: Vec<char> = source.chars().collect();
        for _ in 0..3 {
            let at = next(broken.len());
            match next(3) {
                0 => broken.insert(at, broken[at]),
                _ => drop(broken.remove(at)),
            }
        }
        fixed(&broken.into_iter().collect::<String>(), false, true);
    }
}

#[test]
fn every_file_of_a_program_is_fixed_the_manifest_too() {
    let mut files = MemoryFiles::new([
        ("mosl.json", "{ \"stict\": true }"),
        ("main.mosl", "import { a } from \"./b.mosl\";\na;\n"),
    ]);
    files.write("b.mosl", "export const [a, ...rest,] = [1];\n");
    let done = fix(&files, &|fs| check_project(fs, ""), false);
    assert_eq!(done.texts.keys().collect::<Vec<_>>(), ["b.mosl"]);
    assert_eq!((done.errors, done.warnings, done.guesses), (0, 1, 1));
    let done = fix(&files, &|fs| check_project(fs, ""), true);
    assert_eq!(done.texts.get("mosl.json").map(String::as_str), Some("{ \"strict\": true }"));
}

#[test]
fn what_is_not_the_creators_stays() {
    let mut files = MemoryFiles::new([("mosl.json", "{}"), ("main.mosl", "import \"../other.mosl\";\n")]);
    files.write("../other.mosl", "const [...a,] = [];\n");
    // The file lies outside of the project's folder.
    let done = fix(&files, &|fs| check_project(fs, ""), true);
    assert_eq!((done.applied, done.errors), (Vec::new(), 1));
}
