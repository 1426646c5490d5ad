//! Where comments belong. Each one is tied to the node before it, after it or around it before anything is printed, so that a
//! node can be printed more than once (to see what fits) and its comments go where it goes. The rules are Prettier's: a comment
//! on a line of its own belongs to what follows, one at the end of a line to what precedes, any other to what follows.

use std::collections::HashMap;

use mosl_syntax::ast::{Arg, Expr, ExprKind, Module, Stmt};
use mosl_syntax::{Comment, Span};

use super::doc::{Doc, break_parent, docs, hardline};
use super::nodes::{Key, Node};

#[derive(Default)]
pub struct Comments {
    leading: HashMap<Key, Vec<Comment>>,
    trailing: HashMap<Key, Vec<Comment>>,
    /// Inside a node without children before or after them.
    dangling: HashMap<Key, Vec<Comment>>,
    /// In the parentheses of a function without parameters, by its body.
    params: HashMap<Key, Vec<Comment>>,
    /// In a file without statements.
    pub alone: Vec<Comment>,
}

impl Comments {
    pub fn attach(source: &str, module: &Module, comments: &[Comment]) -> Self {
        let mut all = Self::default();
        let roots: Vec<Node<'_>> = module.body.iter().map(Node::Stmt).collect();
        let mut cache = HashMap::new();
        for &comment in comments {
            let place = Place::find(comment.span, &roots, &mut cache);
            all.put(source, comment, place);
        }
        all
    }

    fn put(&mut self, source: &str, comment: Comment, place: Place) {
        let Place { around, before, mut after } = place;
        if let Some(body) = after
            && in_empty_parens(source, comment.span)
        {
            return self.params.entry(body.key()).or_default().push(comment);
        }
        if let Some(node @ Node::Case(case)) = around
            && !source[case.span.start as usize..comment.span.start as usize].contains('\n')
            && before.is_none()
            && ends_line(source, comment.span)
        {
            return self.dangling.entry(node.key()).or_default().push(comment);
        }
        if let (Some(node @ Node::Expr(call)), Some(Node::Expr(callee))) = (around, before)
            && let Some(args) = arguments(call, callee)
        {
            return match args.first() {
                Some(first) => {
                    self.leading.entry(Node::Expr(first.expr().without_parens()).key()).or_default().push(comment)
                }
                None => self.dangling.entry(node.key()).or_default().push(comment),
            };
        }
        let own_line = starts_line(source, comment.span);
        let ends_line = ends_line(source, comment.span);
        if let Some(Node::Stmt(stmt)) = around {
            // Before `else`, `catch` or `finally` a comment goes into the block that follows.
            if let (Some(Node::Stmt(_) | Node::Block(_)), Some(node)) = (before, after)
                && branches(stmt)
                && let Some(inside) = first_inside(node)
            {
                return self.leading_or_dangling(inside, comment);
            }
        }
        if let (Some(Node::Stmt(_) | Node::Member(_) | Node::Case(_)), true, false) = (before, ends_line, own_line) {
            after = None; // What ends a line of a list belongs to the item on that line.
        }
        let (first, second) = if own_line {
            (after.map(|node| (true, node)), before.map(|node| (false, node)))
        } else if ends_line {
            (before.map(|node| (false, node)), after.map(|node| (true, node)))
        } else if text_between(source, before, comment.span) && after.is_some() {
            (after.map(|node| (true, node)), before.map(|node| (false, node)))
        } else {
            (before.map(|node| (false, node)), after.map(|node| (true, node)))
        };
        match first.or(second) {
            Some((true, node)) => self.leading.entry(node.key()).or_default().push(comment),
            Some((false, node)) => self.trailing.entry(node.key()).or_default().push(comment),
            None => match around {
                Some(node) => self.dangling.entry(node.key()).or_default().push(comment),
                None => self.alone.push(comment),
            },
        }
    }

    fn leading_or_dangling(&mut self, inside: Inside<'_>, comment: Comment) {
        match inside {
            Inside::First(node) => self.leading.entry(node.key()).or_default().push(comment),
            Inside::Empty(key) => self.dangling.entry(key).or_default().push(comment),
        }
    }

    pub fn leading(&self, node: Node<'_>) -> &[Comment] {
        self.leading.get(&node.key()).map_or(&[], Vec::as_slice)
    }

    pub fn trailing(&self, node: Node<'_>) -> &[Comment] {
        self.trailing.get(&node.key()).map_or(&[], Vec::as_slice)
    }

    pub fn dangling(&self, node: Node<'_>) -> &[Comment] {
        self.dangling.get(&node.key()).map_or(&[], Vec::as_slice)
    }

    /// The comments in the empty parentheses before a function's body.
    pub fn params(&self, source: &str, body: Node<'_>) -> Option<Doc> {
        self.params.get(&body.key()).map(|comments| lines(source, comments))
    }

    pub fn has_any(&self, node: Node<'_>) -> bool {
        !self.leading(node).is_empty() || !self.trailing(node).is_empty()
    }

    /// A node's document with its comments around it.
    pub fn around(&self, source: &str, node: Node<'_>, doc: Doc) -> Doc {
        let (leading, trailing) = (self.leading(node), self.trailing(node));
        if leading.is_empty() && trailing.is_empty() {
            return doc;
        }
        let mut parts = Vec::new();
        for comment in leading {
            parts.push(text_of(source, *comment));
            parts.push(match (comment.block, newline_after(source, comment.span.end)) {
                (true, 0) => " ".into(),
                (_, 0 | 1) => hardline(),
                (..) => docs![hardline(), hardline()],
            });
        }
        parts.push(doc);
        for comment in trailing {
            parts.push(after(source, *comment));
        }
        Doc::concat(parts)
    }

    /// A node's leading comments alone, each with the line's end behind it.
    pub fn leading_lines(&self, source: &str, node: Node<'_>) -> Doc {
        let parts = self.leading(node).iter().map(|comment| docs![text_of(source, *comment), hardline()]);
        Doc::concat(parts.collect())
    }

    /// A node's document with its trailing comments.
    pub fn without_leading(&self, source: &str, node: Node<'_>, doc: Doc) -> Doc {
        let trailing = self.trailing(node).iter().map(|comment| after(source, *comment));
        Doc::concat(std::iter::once(doc).chain(trailing).collect())
    }

    /// The comments inside an empty bracket, one a line; `None` if there are none.
    pub fn inside(&self, source: &str, node: Node<'_>) -> Option<Doc> {
        let dangling = self.dangling(node);
        (!dangling.is_empty()).then(|| lines(source, dangling))
    }
}

/// Comments one below the other, empty lines between them kept.
pub fn lines(source: &str, comments: &[Comment]) -> Doc {
    let mut parts = Vec::new();
    for (at, comment) in comments.iter().enumerate() {
        parts.push(text_of(source, *comment));
        if at + 1 < comments.len() {
            parts.push(hardline());
            if newline_after(source, comment.span.end) > 1 {
                parts.push(hardline());
            }
        } else if !comment.block {
            parts.push(break_parent());
        }
    }
    Doc::concat(parts)
}

/// A comment behind what it belongs to.
fn after(source: &str, comment: Comment) -> Doc {
    let text = text_of(source, comment);
    if starts_line(source, comment.span) {
        let empty = if empty_line_before(source, comment.span.start) { hardline() } else { Doc::nil() };
        return docs![hardline(), empty, text].line_suffix();
    }
    if comment.block { docs![" ", text] } else { docs![docs![" ", text].line_suffix(), break_parent()] }
}

/// The comment's text; the lines of a comment with a star before each are aligned.
fn text_of(source: &str, comment: Comment) -> Doc {
    let text = source[comment.span.range()].trim_end();
    if !text.contains('\n') {
        return text.into();
    }
    let lines: Vec<&str> = text.split('\n').collect();
    if lines[1..].iter().all(|line| line.trim_start().starts_with('*')) {
        let rest = lines[1..].iter().map(|line| docs![" ", line.trim()]);
        return Doc::join(&hardline(), std::iter::once(lines[0].trim_end().into()).chain(rest));
    }
    Doc::literal(text)
}

/// The nodes around a comment.
struct Place<'a> {
    around: Option<Node<'a>>,
    before: Option<Node<'a>>,
    after: Option<Node<'a>>,
}

impl<'a> Place<'a> {
    fn find(span: Span, roots: &[Node<'a>], cache: &mut HashMap<Key, Vec<Node<'a>>>) -> Self {
        let mut place = Self { around: None, before: None, after: None };
        let mut siblings: Vec<Node<'a>> = roots.to_vec();
        loop {
            let at = siblings.partition_point(|node| node.span().end <= span.start);
            let next = siblings.get(at).copied();
            match next {
                Some(node) if node.span().start <= span.start && span.end <= node.span().end => {
                    place = Self { around: Some(node), before: None, after: None };
                    siblings = cache.entry(node.key()).or_insert_with(|| node.children()).clone();
                }
                _ => {
                    place.after = next;
                    place.before = at.checked_sub(1).map(|at| siblings[at]);
                    return place;
                }
            }
        }
    }
}

enum Inside<'a> {
    First(Node<'a>),
    Empty(Key),
}

/// Where a comment before a branch goes inside it.
fn first_inside(node: Node<'_>) -> Option<Inside<'_>> {
    let block = match node {
        Node::Block(block) => block,
        Node::Stmt(Stmt { kind: mosl_syntax::ast::StmtKind::Block(block), .. }) => {
            return Some(block.body.first().map_or(Inside::Empty(node.key()), |stmt| Inside::First(Node::Stmt(stmt))));
        }
        _ => return None,
    };
    Some(block.body.first().map_or(Inside::Empty(node.key()), |stmt| Inside::First(Node::Stmt(stmt))))
}

fn branches(stmt: &Stmt) -> bool {
    use mosl_syntax::ast::StmtKind;
    matches!(stmt.kind, StmtKind::If { .. } | StmtKind::Try(_))
}

/// Something other than blanks stands between the node before and the comment (an operator, a comma).
fn text_between(source: &str, before: Option<Node<'_>>, comment: Span) -> bool {
    before.is_none_or(|node| {
        let from = (node.span().end as usize).min(comment.start as usize);
        !source[from..comment.start as usize].trim().is_empty()
    })
}

/// The arguments of a call, if that is its callee and they stand in parentheses.
fn arguments<'a>(call: &'a Expr, callee: &Expr) -> Option<&'a [Arg]> {
    let (ExprKind::Call { callee: own, args, .. } | ExprKind::New { callee: own, args, .. }) = &call.kind else {
        return None;
    };
    let first = args.first().map_or(call.span.end, |arg| arg.expr().span.start);
    (std::ptr::eq(own.without_parens(), callee) && callee.span.end < first).then_some(args)
}

/// `( … )` with nothing but the comment inside, and a function's body behind.
fn in_empty_parens(source: &str, span: Span) -> bool {
    let (before, after) = (&source[..span.start as usize], &source[span.end as usize..]);
    before.trim_end().ends_with('(') && after.trim_start().starts_with(')')
}

fn starts_line(source: &str, span: Span) -> bool {
    let line = source[..span.start as usize].rsplit('\n').next().unwrap_or_default();
    line.trim().is_empty()
}

fn ends_line(source: &str, span: Span) -> bool {
    let rest = &source[span.end as usize..];
    rest.split('\n').next().unwrap_or_default().trim().is_empty()
}

/// Line ends between a position and the next text, up to two.
pub fn newline_after(source: &str, at: u32) -> usize {
    let rest = &source[at as usize..];
    let blanks = &rest[..rest.len() - rest.trim_start().len()];
    blanks.matches('\n').count().min(2)
}

pub fn empty_line_before(source: &str, at: u32) -> bool {
    let text = &source[..at as usize];
    text[text.trim_end().len()..].matches('\n').count() > 1
}
