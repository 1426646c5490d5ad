//! The stable printed form of tokens and tree, for `mosl debug tokens|ast` and for snapshots: S-expressions, one statement or
//! class member a line, without ids and spans. Data in, text out; nothing is computed here.

mod class;
mod expr;
mod pat;
mod stmt;
mod ty;

use crate::ast::{Module, Name, Text};
use crate::{Parsed, SyntaxError};
use std::fmt::{Display, Write};

/// The tree of a file.
pub fn module(module: &Module) -> String {
    let mut printer = Printer::default();
    printer.stmts(&module.body);
    let mut out = printer.out.trim_start_matches('\n').to_owned();
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// The tokens of a file: position, kind, text; a `\` marks a new line before.
pub fn tokens(parsed: &Parsed, source: &str) -> String {
    let mut out = String::new();
    for token in &parsed.tokens {
        let text = source.get(token.span.range()).unwrap_or_default();
        let newline = if token.newline_before { "\\ " } else { "" };
        let _ = writeln!(out, "{:?} {newline}{:?} {text}", token.span, token.kind);
    }
    out
}

/// Errors as one line each: `E0001 3..4 message (help) [fix]`.
pub fn errors(errors: &[SyntaxError]) -> String {
    let mut out = String::new();
    for error in errors {
        let _ = write!(out, "{} {:?} {}", error.code, error.span, error.message);
        if let Some(help) = &error.help {
            let _ = write!(out, " ({help})");
        }
        if let Some(fix) = &error.fix {
            let _ = write!(out, " [{:?} -> {:?}]", fix.span, fix.text);
        }
        out.push('\n');
    }
    out
}

#[derive(Default)]
struct Printer {
    out: String,
    indent: usize,
}

impl Printer {
    /// A blank before the next item, unless a list has just begun.
    fn gap(&mut self) {
        if !(self.out.is_empty() || self.out.ends_with(['(', ' ', '\n'])) {
            self.out.push(' ');
        }
    }

    fn atom(&mut self, text: impl Display) {
        self.gap();
        let _ = write!(self.out, "{text}");
    }

    /// An atom that is there or not.
    fn flag(&mut self, given: bool, text: &str) {
        if given {
            self.atom(text);
        }
    }

    fn name(&mut self, name: &Name) {
        if name.missing { self.atom("<missing>") } else { self.atom(&name.text) }
    }

    fn text(&mut self, text: &Text) {
        self.gap();
        self.out.push('"');
        for unit in char::decode_utf16(text.0.iter().copied()) {
            match unit {
                Ok(c) => self.out.extend(c.escape_debug()),
                Err(lone) => {
                    let _ = write!(self.out, "\\u{{{:x}}}", lone.unpaired_surrogate());
                }
            }
        }
        self.out.push('"');
    }

    fn list(&mut self, head: &str, inside: impl FnOnce(&mut Self)) {
        self.gap();
        self.out.push('(');
        self.out.push_str(head);
        inside(self);
        self.out.push(')');
    }

    /// A list on a line of its own.
    fn line(&mut self, head: &str, inside: impl FnOnce(&mut Self)) {
        self.out.push('\n');
        self.out.push_str(&"  ".repeat(self.indent));
        self.indent += 1;
        self.list(head, inside);
        self.indent -= 1;
    }

    fn each<X>(&mut self, items: &[X], mut print: impl FnMut(&mut Self, &X)) {
        for item in items {
            print(self, item);
        }
    }
}
