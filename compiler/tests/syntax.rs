//! The early errors of ECMAScript's modules, one program a line (`⏎` is a line break): what a JavaScript engine accepts compiles,
//! what it refuses is refused. Names that are declared nowhere and modules that do not exist count for nothing here.

use mosl_compiler::project::MemoryFiles;
use mosl_compiler::{Options, check};

/// The codes of the errors in a program.
fn errors(source: &str) -> Vec<&'static str> {
    let checked = check(&MemoryFiles::new([("main.mosl", source)]), "main.mosl", &Options::default());
    let errors = checked.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.map(|error| error.code).filter(|code| !code.starts_with("E0120") && !code.starts_with("E0102")).collect()
}

#[track_caller]
fn check_lines(lines: &str, refused: bool) {
    let wrong: Vec<String> = lines
        .lines()
        .map(|line| (line, errors(&line.replace('⏎', "\n"))))
        .filter(|(_, errors)| errors.is_empty() == refused)
        .map(|(line, errors)| format!("{line}    {errors:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} programs, refused should be {refused}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn legal_programs_compile() {
    check_lines(include_str!("syntax/accepted.txt"), false);
}

#[test]
fn early_errors_are_found() {
    check_lines(include_str!("syntax/refused.txt"), true);
}

/// Chains of thousands of links are no nesting.
#[test]
fn long_chains_compile() {
    let chain = |link: &str| link.repeat(5_000);
    for source in [
        format!("let a = 1; a{}", chain(" + a")),
        format!("let a = 1; a{}", chain(" && a")),
        format!("let a = 1; a{}", chain(", a")),
        format!("let a = 1; {}a", chain("a === 2 ? 1 : ")),
        format!("let a = 1; {}{{}}", chain("if (a === 1) {} else ")),
        format!("let p = Promise.resolve(1); p{}", chain(".then((x) => x + 1)")),
        format!("let o = {{}}; o{}", chain("?.[0]")),
        format!("let f = () => f; f{}", chain("()")),
        format!("let a = 1; {}a", chain("!")),
    ] {
        assert_eq!(errors(&source), Vec::<&str>::new(), "{}…", &source[..60]);
    }
}
