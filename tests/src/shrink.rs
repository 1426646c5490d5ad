//! Makes a program that shows a defect small: takes out or simplifies one node of its syntax tree after the other, as long as the
//! defect stays. Knows nothing of what the defect is.

use mosl_syntax::Span;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{ClassMember, Expr, ExprKind, Stmt, StmtKind};

/// A change: the text in the span becomes the other text.
type Change = (Span, String);

/// Large programs are given up half way.
const TRIES: usize = 3_000;

/// The smallest program found for which `still` holds. It holds for `program`.
pub fn shrink(program: &str, still: &mut dyn FnMut(&str) -> bool) -> String {
    let mut best = program.to_owned();
    let mut tries = TRIES;
    let still = &mut |text: &str| {
        tries = tries.saturating_sub(1);
        tries > 0 && still(text)
    };
    loop {
        let before = best.len();
        pass(&mut best, still);
        if best.len() == before {
            return best;
        }
    }
}

/// Tries every change, the largest first; after one that holds, goes on with those that are no larger.
fn pass(best: &mut String, still: &mut dyn FnMut(&str) -> bool) {
    let mut changes = changes_of(best);
    let mut at = 0;
    while let Some((span, text)) = changes.get(at) {
        let mut tried = best.clone();
        tried.replace_range(span.range(), text);
        let saved = best.len() - tried.len().min(best.len());
        if tried.len() < best.len() && still(&tried) {
            *best = tried;
            changes = changes_of(best);
            at = changes.iter().position(|change| saved_by(change) <= saved).unwrap_or(changes.len());
        } else {
            at += 1;
        }
    }
}

fn saved_by((span, text): &Change) -> usize {
    span.range().len().saturating_sub(text.len())
}

fn changes_of(program: &str) -> Vec<Change> {
    let parsed = mosl_syntax::parse(program);
    let mut collector = Collector { text: program, changes: Vec::new() };
    visit::walk_stmts(&mut collector, &parsed.module.body);
    collector.changes.retain(|change| saved_by(change) > 0);
    collector.changes.sort_by_key(|change| std::cmp::Reverse(saved_by(change)));
    collector.changes
}

struct Collector<'t> {
    text: &'t str,
    changes: Vec<Change>,
}

impl Collector<'_> {
    fn offer_part(&mut self, whole: Span, part: Span) {
        self.changes.push((whole, self.text[part.range()].to_owned()));
    }

    /// A statement's blocks may stand for the statement.
    fn offer_inner_statements(&mut self, stmt: &Stmt) {
        let inner: Vec<Span> = match &stmt.kind {
            StmtKind::If { then, otherwise, .. } => otherwise.iter().map(|stmt| stmt.span).chain([then.span]).collect(),
            StmtKind::While { body, .. }
            | StmtKind::DoWhile { body, .. }
            | StmtKind::For { body, .. }
            | StmtKind::ForIn { body, .. }
            | StmtKind::ForOf { body, .. }
            | StmtKind::Labeled { body, .. } => vec![body.span],
            StmtKind::Try(parts) => {
                let handler = parts.handler.as_ref().map(|handler| handler.body.span);
                let last = parts.finalizer.as_ref().map(|block| block.span);
                [parts.block.span].into_iter().chain(handler).chain(last).collect()
            }
            StmtKind::Block(block) if block.body.len() == 1 => vec![block.body[0].span],
            _ => Vec::new(),
        };
        inner.into_iter().for_each(|part| self.offer_part(stmt.span, part));
    }
}

impl Visit<'_> for Collector<'_> {
    fn visit_stmt(&mut self, stmt: &Stmt) {
        self.changes.push((stmt.span, String::new()));
        self.offer_inner_statements(stmt);
        visit::walk_stmt(self, stmt);
    }

    fn visit_member(&mut self, member: &ClassMember) {
        self.changes.push((member.span, String::new()));
        visit::walk_member(self, member);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        for simple in ["0", "x", "\"\"", "[]", "{}"] {
            self.changes.push((expr.span, simple.to_owned()));
        }
        let mut children = Children { of: expr.span, spans: Vec::new() };
        visit::walk_expr(&mut children, expr);
        children.spans.iter().for_each(|span| self.offer_part(expr.span, *span));
        self.without_items(expr);
        visit::walk_expr(self, expr);
    }
}

impl Collector<'_> {
    /// Lists without one of their items.
    fn without_items(&mut self, expr: &Expr) {
        let spans: Vec<Span> = match &expr.kind {
            ExprKind::Call { args, .. } | ExprKind::New { args, .. } => {
                args.iter().map(|arg| arg.expr().span).collect()
            }
            ExprKind::Object(props) => props.iter().map(|prop| prop.span).collect(),
            ExprKind::Array(_) => {
                let mut children = Children { of: expr.span, spans: Vec::new() };
                visit::walk_expr(&mut children, expr);
                children.spans
            }
            _ => Vec::new(),
        };
        for (at, span) in spans.iter().enumerate() {
            let from = if at == 0 { span.start } else { spans[at - 1].end };
            let to = if at == 0 { spans.get(1).map_or(span.end, |next| next.start) } else { span.end };
            self.changes.push((Span::new(from, to), String::new()));
        }
    }
}

/// The expressions directly inside another.
struct Children {
    of: Span,
    spans: Vec<Span>,
}

impl Visit<'_> for Children {
    fn visit_expr(&mut self, expr: &Expr) {
        if expr.span != self.of {
            self.spans.push(expr.span);
        }
    }
}
