//! A checked program as plain JavaScript: ES modules with the types taken out, each token that stays at its own line and column. What
//! JavaScript has no counterpart for is refused by name. One file per family of nodes.
//!
//! Nothing is moved or renamed, so that traces of the JavaScript point into the MOSL text. Two places need care: a line end may not
//! stand before `=>`, and a line whose end was a type may not run on into the next.

mod class;
mod expr;
mod function;
mod module;
mod stmt;
mod text;

use mosl_syntax::Span;
use mosl_syntax::ast::{Type, visit};

use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::NO_JAVASCRIPT;
use crate::program::{File, Program};
use text::Text;

/// A file of the program as JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The file's own name with the ending `.js`.
    pub name: String,
    pub text: String,
}

/// Every file of a program without errors, or what JavaScript cannot say.
pub fn to_javascript(program: &Program) -> Result<Vec<Script>, Vec<Diagnostic>> {
    let (mut scripts, mut refused) = (Vec::new(), Vec::new());
    for file in program.files.iter().filter(|file| !file.is_library) {
        let mut eraser = Eraser { program, file, text: Text::new(&file.source), refused: Vec::new() };
        visit::walk_stmts(&mut eraser, &file.ast.body);
        refused.append(&mut eraser.refused);
        scripts.push(Script { name: script_name(&file.name), text: eraser.text.finish() });
    }
    if refused.is_empty() { Ok(scripts) } else { Err(refused) }
}

fn script_name(name: &str) -> String {
    format!("{}.js", name.strip_suffix(".mosl").unwrap_or(name))
}

struct Eraser<'p> {
    program: &'p Program,
    file: &'p File,
    text: Text<'p>,
    refused: Vec<Diagnostic>,
}

impl Eraser<'_> {
    fn refuse(&mut self, span: Span, what: &str) {
        let message = format!("{what} cannot be written as JavaScript");
        self.refused.push(Diagnostic::new(&NO_JAVASCRIPT, self.file.id, span, message, "only MOSL knows this"));
    }

    /// `: T`, also with `?` or `!` in front, behind what ends at `start`.
    fn annotation(&mut self, start: u32, ty: Option<&Type>) {
        let mark = ["?", "!"].into_iter().map(|mark| self.text.past(start, mark)).max().unwrap_or(start);
        self.text.take(start, ty.map_or(mark, |ty| ty.span.end));
    }

    /// `<…>` around what begins at `first` and ends at `last`.
    fn angles(&mut self, first: u32, last: u32) -> Span {
        let span = Span::new(self.text.before(first, "<"), self.text.past(self.text.past(last, ","), ">"));
        self.text.take(span.start, span.end);
        span
    }

    fn type_args(&mut self, args: &[Type]) {
        if let (Some(first), Some(last)) = (args.first(), args.last()) {
            self.angles(first.span.start, last.span.end);
        }
    }
}
