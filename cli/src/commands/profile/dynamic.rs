//! What stayed dynamic in a program, in terms of its files and lines.

use mosl_compiler::diagnostics::json::line_column;
use mosl_compiler::mir::Loc;
use mosl_compiler::mir::passes::{Dynamic, DynamicKind};
use mosl_compiler::program::Program;

/// The most characters of an expression that are shown.
const MOST: usize = 40;

/// A place whose code looks at its values as it runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub file: String,
    /// From 1.
    pub line: u32,
    /// What is slower than it could be, and why.
    pub headline: String,
    /// Where the values come from, each a sentence.
    pub sources: Vec<String>,
}

/// The places in the creator's own files.
pub fn places(program: &Program) -> Vec<Place> {
    let all = mosl_compiler::emit::dynamic_places(program);
    let mut places: Vec<Place> = all.iter().filter_map(|dynamic| place(program, dynamic)).collect();
    places.dedup();
    places
}

fn place(program: &Program, dynamic: &Dynamic) -> Option<Place> {
    let file = program.files.get(usize::from(dynamic.loc.file)).filter(|file| !file.is_library)?;
    let operand = text(program, dynamic.operand);
    let may_be = format!("`{operand}` may be {}", dynamic.holds);
    let headline = match dynamic.kind {
        DynamicKind::Operator => format!("an operator on any: {may_be}"),
        DynamicKind::Property => format!("a property by name: {may_be}"),
        DynamicKind::Call => format!("a call that is not direct: {may_be}"),
    };
    let sources = dynamic.sources.iter().map(|(loc, what)| {
        let file = program.files.get(usize::from(loc.file));
        let at =
            file.map_or_else(String::new, |file| format!("{}:{}: ", file.name, line_column(&file.source, loc.start).0));
        format!("{at}{what}: `{}`", text(program, *loc))
    });
    let line = line_column(&file.source, dynamic.loc.start).0;
    Some(Place { file: file.name.to_string(), line, headline, sources: sources.collect() })
}

/// The source of a place on one line, shortened.
fn text(program: &Program, loc: Loc) -> String {
    let file = program.files.get(usize::from(loc.file));
    let source = file.and_then(|file| file.source.get(loc.start as usize..loc.end as usize)).unwrap_or("");
    let words: Vec<&str> = source.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
