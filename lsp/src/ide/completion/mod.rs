//! What could be written at a position, also where the code around is half typed. [`complete`] finds out what kind of place it is and
//! asks the file that knows it.

mod classes;
mod imports;
mod keywords;
mod literals;
mod members;
mod names;

pub use imports::{importable_exactly, relative};
use mosl_compiler::analysis::{Analysis, Site};
use mosl_compiler::program::FileId;
use mosl_compiler::project::LoadedFile;
use mosl_syntax::ast::{ExprKind, PatKind, StmtKind};
use mosl_syntax::{Span, Token, TokenKind};

use super::syntax::{Node, comment_at, is_word, path_at};
use super::text::docs_of;
use crate::text::TextEdit;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    Variable,
    Constant,
    Function,
    Class,
    Interface,
    TypeParameter,
    Enum,
    EnumMember,
    Field,
    Property,
    Method,
    Module,
    File,
    Keyword,
    Snippet,
    Value,
}

/// One proposal.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    pub label: String,
    pub kind: ItemKind,
    /// The type, or where it comes from.
    pub detail: Option<String>,
    /// What is written in place of [`Completions::replace`].
    pub insert: String,
    /// `insert` has tab stops (`$1`, `$0`).
    pub snippet: bool,
    /// Lower comes first; equal ranks go by label.
    pub rank: u8,
    /// Changes elsewhere: an import.
    pub additional: Vec<TextEdit>,
    /// Where its documentation is.
    pub sites: Vec<Site>,
    /// Documentation of what is declared nowhere.
    pub docs: Option<&'static str>,
}

impl Item {
    pub fn new(label: impl Into<String>, kind: ItemKind, rank: u8) -> Self {
        let label = label.into();
        let insert = label.clone();
        Self {
            label,
            kind,
            detail: None,
            insert,
            snippet: false,
            rank,
            additional: Vec::new(),
            sites: Vec::new(),
            docs: None,
        }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn insert(mut self, text: impl Into<String>, snippet: bool) -> Self {
        self.insert = text.into();
        self.snippet = snippet;
        self
    }

    /// Its documentation as Markdown; looked up only for the item that the user looks at.
    pub fn documentation(&self, analysis: &Analysis<'_>) -> Option<String> {
        let declared = self.sites.iter().find_map(|site| docs_of(analysis, site));
        declared.or_else(|| self.docs.map(str::to_owned))
    }
}

/// Ranks, best first.
pub mod rank {
    pub const WANTED: u8 = 0;
    pub const NEAR: u8 = 1;
    pub const LOCAL: u8 = 2;
    pub const MODULE: u8 = 3;
    pub const LIBRARY: u8 = 5;
    pub const KEYWORD: u8 = 6;
    pub const SNIPPET: u8 = 7;
    pub const IMPORT: u8 = 8;
    pub const INHERITED: u8 = 9;
    /// Nothing says that it is there.
    pub const GUESS: u8 = 10;
}

#[derive(Clone, PartialEq, Debug)]
pub struct Completions {
    /// The half-typed word.
    pub replace: Span,
    pub items: Vec<Item>,
}

/// A position and what stands around it.
pub struct Cursor<'c, 'a> {
    pub analysis: &'c Analysis<'a>,
    pub file: FileId,
    pub loaded: &'a LoadedFile,
    pub offset: u32,
    /// The word before and around the cursor.
    pub word: Span,
    /// Index of the last token in front of the word.
    pub before: Option<usize>,
    pub path: Vec<Node<'a>>,
}

impl<'a> Cursor<'_, 'a> {
    pub fn source(&self) -> &'a str {
        &self.loaded.source
    }

    pub fn tokens(&self) -> &'a [Token] {
        &self.loaded.parsed.tokens
    }

    pub fn token_text(&self, token: &Token) -> &'a str {
        self.source().get(token.span.range()).unwrap_or("")
    }

    /// The text of the `back`-th token in front of the word, 0 being the last.
    pub fn text_before(&self, back: usize) -> &'a str {
        let at = self.before.and_then(|before| before.checked_sub(back));
        at.map_or("", |at| self.token_text(&self.tokens()[at]))
    }

    pub fn prefix(&self) -> &'a str {
        self.source().get(self.word.start as usize..self.offset as usize).unwrap_or("")
    }

    /// Classes around, innermost first.
    pub fn classes(&self) -> impl Iterator<Item = mosl_compiler::program::ClassId> + '_ {
        let facts = &self.analysis.names.facts[usize::from(self.file.0)];
        self.path.iter().rev().filter_map(|node| match node {
            Node::Class(class) => facts.classes.get(&class.id).copied(),
            _ => None,
        })
    }
}

/// What can stand at a position; `None` where nothing should be proposed.
pub fn complete(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Completions> {
    let loaded: &LoadedFile = analysis.loaded.files.get(usize::from(file.0))?;
    if comment_at(&loaded.parsed.comments, offset).is_some() {
        return None;
    }
    let tokens = &loaded.parsed.tokens;
    let within = tokens.iter().rev().find(|token| token.span.start < offset && offset <= token.span.end);
    let word = match within {
        Some(token) if is_word(token, &loaded.source) || token.kind == TokenKind::PrivateName => {
            Span::new(token.span.start, token.span.end)
        }
        _ if loaded.source[..offset as usize].ends_with('#') => Span::new(offset - 1, offset),
        _ => Span::at(offset),
    };
    let before = tokens.partition_point(|token| token.span.start < word.start).checked_sub(1);
    let path = path_at(&loaded.ast, word.start.max(offset.min(word.end)));
    let cursor = Cursor { analysis, file, loaded, offset, word, before, path };
    if let Some(token) =
        within.filter(|token| !word.contains(token.span.start) && is_literal(token, offset, cursor.source()))
    {
        return literals::in_string(&cursor, token);
    }
    let items = items_at(&cursor)?;
    let mut seen = rustc_hash::FxHashSet::default();
    let mut items: Vec<Item> =
        items.into_iter().filter(|item| seen.insert((item.label.clone(), item.additional.is_empty()))).collect();
    let plain: rustc_hash::FxHashSet<String> =
        items.iter().filter(|item| item.additional.is_empty()).map(|item| item.label.clone()).collect();
    // What is in scope need not be imported.
    items.retain(|item| item.additional.is_empty() || !plain.contains(&item.label));
    items.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    Some(Completions { replace: word, items })
}

/// Whether the cursor stands inside of a string, template, regular expression or number.
fn is_literal(token: &Token, offset: u32, source: &str) -> bool {
    let text = source.get(token.span.range()).unwrap_or("");
    match token.kind {
        TokenKind::Str => offset < token.span.end || text.len() < 2 || !text.ends_with(&text[..1]),
        TokenKind::Regex => offset < token.span.end,
        TokenKind::Template | TokenKind::TemplateTail => offset < token.span.end,
        TokenKind::TemplateHead | TokenKind::TemplateMiddle => offset < token.span.end,
        TokenKind::Number | TokenKind::Unit | TokenKind::BigInt => true,
        _ => false,
    }
}

fn items_at(cursor: &Cursor<'_, '_>) -> Option<Vec<Item>> {
    let before = cursor.text_before(0);
    if matches!(before, "." | "?.") {
        return members::after_dot(cursor);
    }
    if before == "@" {
        return Some(classes::decorators());
    }
    if declares_name(cursor) {
        return None;
    }
    if let Some(items) = imports::in_braces(cursor) {
        return Some(items);
    }
    if in_type(cursor) {
        return Some(names::types(cursor));
    }
    if let Some(items) = classes::in_body(cursor) {
        return Some(items);
    }
    if let Some(items) = pattern_keys(cursor) {
        return Some(items);
    }
    let mut items = literals::object_keys(cursor).unwrap_or_default();
    items.extend(names::values(cursor));
    Some(items)
}

/// Where a new name is being made up.
fn declares_name(cursor: &Cursor<'_, '_>) -> bool {
    let before = cursor.text_before(0);
    let declares =
        matches!(before, "const" | "let" | "var" | "function" | "class" | "interface" | "enum" | "namespace");
    let type_alias = before == "type" && matches!(cursor.text_before(1), "" | ";" | "}" | "export");
    let parameter = matches!(cursor.path.last(), Some(Node::Pat(pat)) if matches!(&pat.kind, PatKind::Ident(name) if name.span == cursor.word))
        && cursor.path.iter().rev().nth(1).is_some_and(|node| matches!(node, Node::Function(_)));
    // `(a|` may be the start of an arrow function as well as a name: only certain parameters count.
    declares || type_alias || (parameter && !cursor.word.is_empty())
}

/// Whether a type is wanted.
fn in_type(cursor: &Cursor<'_, '_>) -> bool {
    if matches!(cursor.path.last(), Some(Node::Type(_))) {
        return true;
    }
    let in_class_head =
        cursor.path.iter().any(|node| matches!(node, Node::Class(class) if cursor.offset <= class.body_span.start));
    match cursor.text_before(0) {
        "implements" | "satisfies" | "keyof" => true,
        "as" => !cursor.path.iter().any(
            |node| matches!(node, Node::Stmt(stmt) if matches!(stmt.kind, StmtKind::Import(_) | StmtKind::Export(_))),
        ),
        "extends" => !in_class_head && !matches!(cursor.path.last(), Some(Node::Expr(_))),
        ":" if matches!(cursor.text_before(2), "let" | "const" | "var") => true,
        ":" => match cursor.path.last() {
            Some(Node::Pat(_) | Node::Function(_) | Node::Member(_) | Node::InterfaceMember(_)) => true,
            Some(Node::Stmt(stmt)) => matches!(&stmt.kind, StmtKind::Var(_)),
            _ => false,
        },
        _ => false,
    }
}

/// `const { | } = value`: the members of the value.
fn pattern_keys(cursor: &Cursor<'_, '_>) -> Option<Vec<Item>> {
    if !matches!(cursor.text_before(0), "{" | ",") {
        return None;
    }
    let (pat, props) = cursor.path.iter().rev().find_map(|node| match node {
        Node::Pat(pat) => match &pat.kind {
            PatKind::Object { props, .. } => Some((pat, props)),
            _ => None,
        },
        _ => None,
    })?;
    if cursor.path.iter().rev().any(|node| matches!(node, Node::Expr(expr) if pat.span.contains(expr.span.start) && !matches!(expr.kind, ExprKind::Missing))) {
        return None;
    }
    let ty = cursor.analysis.type_of(cursor.file, pat.id);
    let taken: Vec<&str> = props
        .iter()
        .filter(|prop| prop.key.span() != cursor.word)
        .filter_map(|prop| cursor.source().get(prop.key.span().range()))
        .collect();
    let mut items = members::of_type(cursor, ty, rank::WANTED);
    items.retain(|item| !taken.contains(&item.label.as_str()) && item.rank < rank::INHERITED);
    Some(items)
}
