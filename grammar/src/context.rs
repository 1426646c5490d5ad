//! What the grammar's actions share: the source, the counter of node ids, the errors found on the way, and the guard on the
//! tree's depth. It hands the driver its tokens and takes them back resolved.

use crate::ast::*;
use crate::errors::{ErrorCode, SyntaxError};
use crate::layout::Tokens;
use crate::{Span, Token};
use std::cell::{Cell, RefCell};

/// The deepest nesting that a tree may have, by weight: an expression weighs 1, a statement 2. Chains such as `a + b + …` and
/// `p.then(…).then(…)` lean left and count too, so thousands of links are fine. What nests only where someone means it weighs 30:
/// types, patterns, functions, classes, loops, `try`, `switch`, and literals of objects and arrays, whose types nest with them.
/// Whoever walks a tree by recursion does so through [`crate::deep`].
pub const MAX_DEPTH: u32 = 20_000;
const STATEMENT_WEIGHT: u32 = 2;
const NESTING_WEIGHT: u32 = 30;

pub struct Context<'s> {
    source: &'s str,
    next_id: Cell<u32>,
    /// The weight of the nodes that the running action built.
    built: Cell<u32>,
    /// The running action would pass [`MAX_DEPTH`]: it builds holes.
    too_deep: Cell<bool>,
    /// It did build one.
    holed: Cell<bool>,
    depth_reported: Cell<bool>,
    errors: RefCell<Vec<SyntaxError>>,
    tokens: RefCell<Tokens>,
    resolved: RefCell<Vec<Token>>,
}

impl<'s> Context<'s> {
    pub fn new(source: &'s str, tokens: Tokens, errors: Vec<SyntaxError>) -> Self {
        Self {
            source,
            next_id: Cell::new(0),
            built: Cell::new(0),
            too_deep: Cell::new(false),
            holed: Cell::new(false),
            depth_reported: Cell::new(false),
            errors: RefCell::new(errors),
            tokens: RefCell::new(tokens),
            resolved: RefCell::new(Vec::new()),
        }
    }

    pub fn into_parts(self) -> (Vec<SyntaxError>, Vec<Token>, u32) {
        (self.errors.into_inner(), self.resolved.into_inner(), self.next_id.get())
    }

    pub fn take_tokens(&self) -> Tokens {
        self.tokens.take()
    }

    pub fn give_tokens(&self, tokens: Vec<Token>) {
        self.resolved.replace(tokens);
    }

    pub fn text(&self, span: Span) -> &'s str {
        self.source.get(span.range()).unwrap_or_default()
    }

    /// The comma that follows `offset`, white space and comments aside.
    pub fn comma_behind(&self, offset: u32) -> Option<Span> {
        let mut rest = self.source.get(offset as usize..)?;
        loop {
            rest = rest.trim_start();
            if let Some(comment) = rest.strip_prefix("//") {
                rest = &comment[crate::scan::line_length(comment)..];
            } else if let Some(comment) = rest.strip_prefix("/*") {
                rest = &comment[comment.find("*/")? + 2..];
            } else {
                let at = (self.source.len() - rest.len()) as u32;
                return rest.starts_with(',').then_some(Span::new(at, at + 1));
            }
        }
    }

    pub fn report(&self, error: SyntaxError) {
        self.errors.borrow_mut().push(error);
    }

    pub fn error(&self, code: ErrorCode, span: Span, message: impl Into<String>) {
        self.report(SyntaxError::new(code, span, message));
    }

    // ── Nodes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    pub fn id(&self) -> NodeId {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        NodeId(id)
    }

    pub fn start_action(&self, too_deep: bool) {
        self.built.set(0);
        self.too_deep.set(too_deep);
        self.holed.set(false);
    }

    /// The weight that the action added, and whether it cut off what was below.
    pub fn end_action(&self) -> (u32, bool) {
        self.too_deep.set(false);
        (self.built.get(), self.holed.get())
    }

    /// Counts a node that has no hole to put in its place: functions, classes, members.
    pub fn nest(&self) {
        self.built.set(self.built.get() + NESTING_WEIGHT);
    }

    /// Counts a node; true if it must be a hole because the tree is too deep.
    fn build(&self, span: Span, weight: u32) -> bool {
        self.built.set(self.built.get() + weight);
        if self.too_deep.get() && !self.depth_reported.replace(true) {
            self.report(
                SyntaxError::new(ErrorCode::TooDeep, span, "this is nested too deeply")
                    .help("take it apart: name parts of it with `const`, or move them into functions"),
            );
        }
        self.holed.set(self.too_deep.get());
        self.too_deep.get()
    }

    pub fn expr(&self, l: u32, r: u32, kind: ExprKind) -> Box<Expr> {
        let span = Span::new(l, r.max(l));
        let nests = matches!(kind, ExprKind::Array(_) | ExprKind::Object(_));
        let weight = if nests { NESTING_WEIGHT } else { 1 };
        let kind = if self.build(span, weight) { ExprKind::Missing } else { kind };
        Box::new(Expr { id: self.id(), span, kind })
    }

    pub fn stmt(&self, l: u32, r: u32, kind: StmtKind) -> Box<Stmt> {
        let span = Span::new(l, r.max(l));
        let weight = match kind {
            StmtKind::Try(_)
            | StmtKind::Switch { .. }
            | StmtKind::While { .. }
            | StmtKind::DoWhile { .. }
            | StmtKind::For { .. }
            | StmtKind::ForIn { .. }
            | StmtKind::ForOf { .. } => NESTING_WEIGHT,
            _ => STATEMENT_WEIGHT,
        };
        let kind = if self.build(span, weight) { StmtKind::Error } else { kind };
        Box::new(Stmt { id: self.id(), span, kind })
    }

    pub fn ty(&self, l: u32, r: u32, kind: TypeKind) -> Box<Type> {
        let span = Span::new(l, r.max(l));
        let kind = if self.build(span, NESTING_WEIGHT) { TypeKind::Missing } else { kind };
        Box::new(Type { id: self.id(), span, kind })
    }

    pub fn pat(&self, span: Span, kind: PatKind) -> Box<Pat> {
        let kind = if self.build(span, NESTING_WEIGHT) { PatKind::Missing } else { kind };
        Box::new(Pat { id: self.id(), span, kind, asserted: None })
    }

    /// Where an expression should be.
    pub fn missing(&self, at: u32) -> Box<Expr> {
        self.expr(at, at, ExprKind::Missing)
    }
}
