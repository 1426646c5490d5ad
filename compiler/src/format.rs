//! The formatter: one canonical style, close to Prettier's defaults (80 columns, two spaces, double quotes, semicolons, trailing
//! commas). It keeps every comment and changes no tokens but semicolons, trailing commas, quotes and needless parentheses; the
//! result is checked against that before it is handed out. Statements that hold a syntax error stay as they are.

mod assign;
mod call;
mod chain;
mod class;
mod comments;
mod doc;
mod expr;
mod function;
mod literal;
mod module;
mod nodes;
mod object;
mod operators;
mod parens;
mod pat;
mod same;
mod stmt;
mod ty;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use mosl_syntax::{Span, parse};

use comments::Comments;
use doc::{Doc, GroupId, docs, hardline};
use nodes::{Key, Node};

/// Characters in a line, where breaks allow it.
pub const WIDTH: usize = 80;

/// Formatting settles in two rounds, where a chain of calls was written in an unusual way in three.
const ROUNDS: usize = 4;

/// What formatting a file comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formatted {
    /// The text in the canonical style; equal to the source if it was already.
    Text(String),
    /// The formatter would have changed the program: a defect of ours. The file had better stay as it is.
    Unsafe {
        /// What would have changed.
        change: &'static str,
        text: String,
    },
}

/// Formats one file. Time is linear in its length for all but deeply nested calls.
pub fn format(source: &str) -> Formatted {
    let mut text = source.replace("\r\n", "\n");
    // Where a line was broken by hand can decide how it is broken again: what comes out is what stays.
    for _ in 0..ROUNDS {
        match format_once(&text) {
            Formatted::Text(again) if again != text => text = again,
            done => return done,
        }
    }
    Formatted::Text(text)
}

fn format_once(source: &str) -> Formatted {
    mosl_syntax::on_deepest_stack(|| format_text(source))
}

fn format_text(source: &str) -> Formatted {
    let parsed = parse(source);
    let comments: Vec<_> =
        parsed.comments.iter().filter(|comment| !is_hashbang(source, comment.span)).copied().collect();
    let fmt = Formatter {
        source,
        comments: Comments::attach(source, &parsed.module, &comments),
        errors: parsed.errors.iter().map(|error| error.span).collect(),
        groups: Cell::new(0),
        in_for_init: Cell::new(false),
        heads: RefCell::default(),
    };
    let mut text = String::new();
    if source.starts_with("#!") {
        text.push_str(source.lines().next().unwrap_or_default());
        text.push('\n');
        if source[text.len().min(source.len())..].starts_with('\n') {
            text.push('\n');
        }
    }
    text.push_str(&doc::print(&fmt.module(&parsed.module), WIDTH));
    if !text.is_empty() {
        text.push('\n');
    }
    match same::difference(source, &parsed, &text) {
        None => Formatted::Text(text),
        // Where a syntax error leaves open what belongs to what, the whole file stays as it is.
        Some(_) if !parsed.errors.is_empty() => Formatted::Text(source.to_owned()),
        Some(change) => Formatted::Unsafe { change, text },
    }
}

fn is_hashbang(source: &str, span: Span) -> bool {
    span.start == 0 && source.starts_with("#!")
}

/// What all the printers share.
struct Formatter<'a> {
    source: &'a str,
    comments: Comments,
    errors: Vec<Span>,
    groups: Cell<u32>,
    /// Before the first `;` in the head of a `for` a bare `in` would make it another loop.
    in_for_init: Cell<bool>,
    /// Expressions that begin a statement or a body and would be taken for something else: they need parentheses.
    heads: RefCell<HashSet<Key>>,
}

impl<'a> Formatter<'a> {
    fn group_id(&self) -> GroupId {
        self.groups.set(self.groups.get() + 1);
        GroupId(self.groups.get())
    }

    fn slice(&self, span: Span) -> &'a str {
        &self.source[span.range()]
    }

    fn with_comments(&self, node: Node<'_>, doc: Doc) -> Doc {
        self.comments.around(self.source, node, doc)
    }

    /// Items one below the other; an empty line between two of them stays.
    fn stacked<'n>(&self, items: impl IntoIterator<Item = (Node<'n>, Doc)>) -> Doc {
        let mut parts = Vec::new();
        for (node, doc) in items {
            if !parts.is_empty() {
                parts.push(hardline());
                if self.empty_line_above(node) {
                    parts.push(hardline());
                }
            }
            parts.push(doc);
        }
        Doc::concat(parts)
    }

    /// Whether an empty line stands above the node and its comments.
    fn empty_line_above(&self, node: Node<'_>) -> bool {
        let first = self.comments.leading(node).first().map_or(node.span().start, |comment| comment.span.start);
        comments::empty_line_before(self.source, first)
    }

    /// Whether a line end stands between two positions.
    fn newline_between(&self, from: u32, to: u32) -> bool {
        from < to && self.source[from as usize..to as usize].contains('\n')
    }

    /// Braces around what stands in lines of its own.
    fn braced(&self, inside: Doc) -> Doc {
        docs!["{", docs![hardline(), inside].indent(), hardline(), "}"]
    }
}
