//! `mosl explain`: what a code means, an example that earns it and one that does not.

use mosl_compiler::diagnostics::explain::{Page, near_page, page, pages};

use crate::args::{Args, Command, Exit};
use crate::terminal;

pub const COMMAND: Command = Command {
    name: "explain",
    usage: "[CODE]",
    summary: "Says what an error code means, and how to mend it",
    about: "\
Explains the code of an error (E0123), a warning (W0100) or a refusal of the
running program (R0012), with an example that gives it and one that does not.
Without a code it lists them all.",
    options: &[],
    operands: (0, 1),
    run,
};

fn run(args: &Args) -> Exit {
    let Some(wanted) = args.operands.first() else {
        print!("{}", list());
        return Exit::Success;
    };
    // As it is printed: `[R0012]`.
    let wanted = wanted.trim_matches(['[', ']']);
    if let Some(page) = page(wanted) {
        print!("{}", page.to_text());
        return Exit::Success;
    }
    let hint = near_page(wanted).map_or_else(
        || "`mosl explain` lists all codes.".to_owned(),
        |near| format!("Did you mean {} {}?", near.code, near.name),
    );
    terminal::error(&format!("There is no code `{wanted}`. {hint}"));
    Exit::Usage
}

/// All codes by family, two a line.
fn list() -> String {
    let mut out = String::from("`mosl explain E0123` says what a code means.\n");
    let all: Vec<Page> = pages().collect();
    for family in all.chunk_by(|a, b| a.family == b.family) {
        out.push_str(&format!("\n{}\n\n", family[0].family));
        for row in family.chunks(2) {
            let cells: String = row.iter().map(|page| format!("  {} {:<30}", page.code, page.name)).collect();
            out.push_str(&format!("{}\n", cells.trim_end()));
        }
    }
    out
}
