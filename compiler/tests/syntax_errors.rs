//! Every syntax error as the creator sees it, at 80 columns: the wrong programs of the explanations, without the comments that announce
//! the error, and what no page can show. A code without a picture fails.

use mosl_compiler::check_project;
use mosl_compiler::diagnostics::explain::page;
use mosl_compiler::diagnostics::render::render;
use mosl_compiler::diagnostics::{Diagnostic, Source};
use mosl_compiler::erase::to_javascript;
use mosl_compiler::program::FileId;
use mosl_compiler::project::{FileSystem, MemoryFiles, ReadError};
use mosl_syntax::{ErrorCode, MAX_LENGTH, parse_bytes};

/// Codes that no short text earns: bytes that are no text, and a file of 256 MiB.
const WITHOUT: &[&str] = &["E0017", "E0051"];

/// The first program of a code's page that earns it.
fn wrong_program(code: &str) -> String {
    if code == "E0035" {
        return format!("{}1{}\n", "[".repeat(900), "]".repeat(900));
    }
    let text = page(code).unwrap_or_else(|| panic!("{code} has no page")).text;
    let mark = format!(" error: [{code}]");
    let programs = text.split("```mosl").skip(1).filter_map(|rest| rest.split_once('\n')?.1.split_once("\n```"));
    let (program, _) = programs
        .into_iter()
        .find(|(program, _)| program.contains(&mark))
        .unwrap_or_else(|| panic!("{code}: no example"));
    let lines = program.lines().filter(|line| !line.trim_start().starts_with("// error: ["));
    lines.map(|line| line.split(" // error: [").next().unwrap_or(line).to_owned() + "\n").collect()
}

#[test]
fn every_syntax_error_as_it_is_seen() {
    let mut all = String::new();
    for code in ErrorCode::ALL.iter().map(ToString::to_string) {
        if WITHOUT.contains(&code.as_str()) {
            continue;
        }
        let source = wrong_program(&code);
        let files = MemoryFiles::new([("main.mosl", source.as_str())]);
        let checked = check_project(&files, "");
        let own = checked.diagnostics.iter().find(|found| found.code == code);
        let own = own.unwrap_or_else(|| panic!("{code} was not reported for\n{source}"));
        all.push_str(&render(own, &checked.sources, false));
        all.push('\n');
    }
    let wide = all.lines().filter(|line| !line.contains(['│', '·'])).find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "wider than a terminal");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("diagnostics-syntax", all);
    });
}

/// Files that are there, and what reading them comes to.
struct Files<F>(F);

impl<F: Fn(&str) -> Result<String, ReadError>> FileSystem for Files<F> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        (self.0)(path)
    }
}

/// What a manifest, a file system and limits report.
#[test]
fn what_no_program_of_a_page_reports() {
    let mut all = String::new();
    let mut show = |code: &str, manifest: &str, main: &str| {
        let files = MemoryFiles::new([("mosl.json", manifest), ("main.mosl", main)]);
        all.push_str(&shown(code, &files));
    };
    show("E0107", "{\n  \"strict\": 1\n}", "");
    show("E0107", "{\n  \"capabilities\": { \"payments\": { \"recieve\": true } }\n}", "");
    show("E0107", "{\n  \"capabilities\": { \"payments\": { \"spend\": \"25 euros\" } }\n}", "");
    show("E0107", "{\n  \"name\": \"lamp\",\n}", "");
    show("W0103", "{\n  \"stict\": true\n}", "");
    show("W0103", "{\n  \"lints\": { \"prefer-lett\": \"off\" }\n}", "");
    let members: Vec<String> = (0..600).map(|number| format!("\n  | {{ a{number}: string }}")).collect();
    show("E0325", "{}", &format!("type Huge ={};\n", members.concat()));
    let classes: Vec<String> =
        (1..300).map(|number| format!("class C{number} extends C{} {{}}\n", number - 1)).collect();
    show("E0325", "{}", &format!("class C0 {{}}\n{}", classes.concat()));
    let interfaces: Vec<String> =
        (1..300).map(|number| format!("interface I{number} extends I{} {{}}\n", number - 1)).collect();
    show(
        "E0325",
        "{\"strict\": true}",
        &format!("interface I0 {{ a: number }}\n{}let x: I299 = 1;\n", interfaces.concat()),
    );

    all.push_str(&shown(
        "E0101",
        &Files(|path: &str| match path {
            "main.mosl" => Err(ReadError::Unreadable("it is no UTF-8 text".to_owned())),
            _ => Err(ReadError::NotFound),
        }),
    ));
    let imports: String = (0..=usize::from(u16::MAX)).map(|number| format!("import \"./f{number}.mosl\";\n")).collect();
    all.push_str(&shown(
        "E0109",
        &Files(|path: &str| match path {
            "main.mosl" => Ok(imports.clone()),
            "mosl.json" => Err(ReadError::NotFound),
            _ => Ok(String::new()),
        }),
    ));
    all.push_str(&shown(
        "E0051",
        &Files(|path: &str| match path {
            "main.mosl" => Ok(" ".repeat(MAX_LENGTH + 1)),
            _ => Err(ReadError::NotFound),
        }),
    ));
    let bytes = b"const name = \"Ren\xe9\";\n";
    let parsed = parse_bytes(bytes);
    let error = parsed.errors.iter().find(|error| error.code == ErrorCode::InvalidUtf8).expect("it is no UTF-8");
    let source = Source { name: "main.mosl".to_owned(), text: String::from_utf8_lossy(bytes).into() };
    all.push_str(&render(&Diagnostic::of_syntax(error, FileId(0)), &[source], false));
    all.push('\n');
    let checked = check_project(&MemoryFiles::new([("main.mosl", "const price = 5mrk;\n")]), "");
    let refused =
        to_javascript(checked.program.as_ref().expect("a program")).expect_err("it has no form in JavaScript");
    all.push_str(&render(&refused[0], &checked.sources, false));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("diagnostics-elsewhere", all);
    });
}

/// The one finding with that code, as the creator sees it.
#[track_caller]
fn shown(code: &str, files: &dyn FileSystem) -> String {
    let checked = check_project(files, "");
    let own: Vec<_> = checked.diagnostics.iter().filter(|found| found.code == code).collect();
    assert_eq!(own.len(), 1, "{code}: {:?}", checked.diagnostics);
    render(own[0], &checked.sources, false) + "\n"
}
