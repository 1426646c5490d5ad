//! Every syntax error as the creator sees it, at 80 columns: the wrong programs of the explanations, without the comments that announce
//! the error, and what no page can show. A code without a picture fails.

use mosl_compiler::check_project;
use mosl_compiler::diagnostics::explain::page;
use mosl_compiler::diagnostics::render::render;
use mosl_compiler::project::MemoryFiles;
use mosl_syntax::ErrorCode;

/// Codes that no text in memory earns here.
const WITHOUT: &[(&str, &str)] =
    &[("E0017", "files reach the compiler as text: what is no UTF-8 is E0101"), ("E0051", "a file of 256 MiB")];

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
        if WITHOUT.iter().any(|(without, _)| *without == code) {
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

/// What a manifest, a file system and the types' limits report.
#[test]
fn what_no_program_of_a_page_reports() {
    let mut all = String::new();
    let mut show = |code: &str, manifest: &str, main: &str| {
        let files = MemoryFiles::new([("mosl.json", manifest), ("main.mosl", main)]);
        let checked = check_project(&files, "");
        let own = checked.diagnostics.iter().find(|found| found.code == code);
        all.push_str(&render(own.unwrap_or_else(|| panic!("{code} was not reported")), &checked.sources, false));
        all.push('\n');
    };
    show("E0107", "{\n  \"strict\": 1\n}", "");
    show("E0107", "{\n  \"capabilities\": { \"payments\": { \"recieve\": true } }\n}", "");
    show("E0107", "{\n  \"capabilities\": { \"payments\": { \"spend\": \"25 euros\" } }\n}", "");
    show("E0107", "{\n  \"name\": \"lamp\",\n}", "");
    show("W0103", "{\n  \"stict\": true\n}", "");
    show("W0103", "{\n  \"lints\": { \"prefer-lett\": \"off\" }\n}", "");
    let members: Vec<String> = (0..600).map(|number| format!("\n  | {{ a{number}: string }}")).collect();
    show("E0325", "{}", &format!("type Huge ={};\n", members.concat()));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("diagnostics-elsewhere", all);
    });
}
