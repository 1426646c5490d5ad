//! Statements: the paths through a function.

use mosl_syntax::Span;
use mosl_syntax::ast::{
    BinaryOp, Case, Declarator, Expr, ExprKind, ForHead, ForInit, LogicalOp, Name, Pat, PatKind, SmolStr, Stmt,
    StmtKind, Try, UnaryOp, VarKind,
};

use super::uses::{Sink, strip};
use super::{Debt, Frame, MAX_STEPS, Paths, State};
use crate::program::BindingId;

const HOLDS: &str = "on this path: where this holds";
const FAILS: &str = "on this path: where this does not hold";

impl<'a> Paths<'_, 'a> {
    /// The statements of a scope; `span` is its braces and what is in them.
    pub(super) fn block(&mut self, body: &'a [Stmt], span: Span) {
        self.depth += 1;
        body.iter().for_each(|stmt| self.stmt(stmt, &[]));
        let end = Span::new(span.end.saturating_sub(1).max(span.start), span.end);
        let what = if self.depth == 1 { "the function ends here" } else { "its block ends here" };
        self.leave_scope(end, what);
        self.depth -= 1;
        if self.depth == 0 {
            // Parameters outlive the body's own scope.
            self.leave_scope(end, what);
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt, labels: &[SmolStr]) {
        self.steps += 1;
        if self.state.dead || self.steps > MAX_STEPS {
            return;
        }
        mosl_syntax::deep(|| self.stmt_parts(stmt, labels));
    }

    fn stmt_parts(&mut self, stmt: &'a Stmt, labels: &[SmolStr]) {
        match &stmt.kind {
            StmtKind::Block(block) => {
                self.labelled(labels, |paths| paths.block(&block.body, block.span));
            }
            StmtKind::Var(decl) => decl.declarators.iter().for_each(|of| self.declarator(of, decl.kind)),
            StmtKind::Expr(expr) => self.dropped(expr),
            StmtKind::If { test, then, otherwise } => self.labelled(labels, |paths| {
                let (yes, no) = paths.branches(test);
                paths.state = yes;
                paths.stmt(then, &[]);
                let after = std::mem::replace(&mut paths.state, no);
                otherwise.iter().for_each(|stmt| paths.stmt(stmt, &[]));
                paths.meet(after);
            }),
            StmtKind::While { test, body } => self.repeat(labels, Some(test), None, body),
            StmtKind::DoWhile { body, test } => self.do_while(labels, body, test),
            StmtKind::For { init, test, update, body } => {
                match init {
                    Some(ForInit::Var(decl)) => decl.declarators.iter().for_each(|of| self.declarator(of, decl.kind)),
                    Some(ForInit::Expr(expr)) => self.value(expr, Sink::Look),
                    None => {}
                }
                self.repeat(labels, test.as_ref(), update.as_ref(), body);
            }
            StmtKind::ForIn { left, right, body } | StmtKind::ForOf { left, right, body, .. } => {
                self.value(right, Sink::Look);
                if let ForHead::Pat(pat) = left {
                    self.pattern(pat);
                }
                let before = self.state.clone();
                let (breaks, continues) = self.target(labels, true, |paths| paths.stmt(body, &[]));
                self.meet(continues);
                self.meet(breaks);
                self.meet(before);
            }
            StmtKind::Return(value) => {
                value.iter().for_each(|value| self.value(value, Sink::Take));
                self.run_finalizers(0);
                let open = std::mem::take(&mut self.state.open);
                open.iter().for_each(|debt| self.forget(debt, stmt.span, "the function returns here"));
                self.state = State::dead();
            }
            StmtKind::Throw(value) => {
                self.value(value, Sink::Look);
                self.throw(stmt.span);
            }
            StmtKind::Break(label) => self.jump(label.as_ref(), true, stmt.span),
            StmtKind::Continue(label) => self.jump(label.as_ref(), false, stmt.span),
            StmtKind::Try(r#try) => self.labelled(labels, |paths| paths.try_stmt(r#try, stmt.span)),
            StmtKind::Switch { subject, cases } => self.switch(labels, subject, cases),
            StmtKind::Labeled { label, body } => {
                let mut labels = labels.to_vec();
                labels.push(label.text.clone());
                self.stmt(body, &labels);
            }
            StmtKind::Export(_) | StmtKind::Function(_) | StmtKind::Class(_) => {}
            _ => {}
        }
    }

    fn meet(&mut self, other: State) {
        let state = std::mem::take(&mut self.state);
        self.state = state.join(other);
    }

    fn declarator(&mut self, declarator: &'a Declarator, kind: VarKind) {
        let id = self.declared(declarator.pat.id);
        self.depths.extend(id.map(|id| (id, self.depth)));
        let Some(init) = &declarator.init else { return };
        let is_held = matches!(kind, VarKind::Using | VarKind::AwaitUsing);
        let fresh = self.is_fresh(init);
        self.value(init, Sink::Take);
        if fresh && !is_held {
            self.open_pattern(&declarator.pat);
        }
    }

    fn open_pattern(&mut self, pat: &'a Pat) {
        match &pat.kind {
            PatKind::Ident(_) => {
                if let Some(id) = self.declared(pat.id).filter(|_| self.holds_payment(self.node_type(pat.id))) {
                    self.open(id, pat.span);
                }
            }
            PatKind::Array { elems, .. } => {
                elems.iter().flatten().for_each(|elem| self.open_pattern(&elem.pat));
            }
            _ => {}
        }
    }

    fn labelled(&mut self, labels: &[SmolStr], work: impl FnOnce(&mut Self)) {
        if labels.is_empty() {
            return work(self);
        }
        self.frames.push(self.new_target(labels, false, false));
        work(self);
        if let Some(Frame::Target { breaks, .. }) = self.frames.pop() {
            self.meet(breaks);
        }
    }

    fn new_target(&self, labels: &[SmolStr], is_loop: bool, plain: bool) -> Frame<'a> {
        let (breaks, continues) = (State::dead(), State::dead());
        Frame::Target { labels: labels.to_vec(), is_loop, plain, depth: self.depth, breaks, continues }
    }

    /// Something that `break` stops: what arrives at its end by `break`, and by `continue`.
    fn target(&mut self, labels: &[SmolStr], is_loop: bool, work: impl FnOnce(&mut Self)) -> (State, State) {
        self.frames.push(self.new_target(labels, is_loop, true));
        work(self);
        match self.frames.pop() {
            Some(Frame::Target { breaks, continues, .. }) => (breaks, continues),
            _ => (State::dead(), State::dead()),
        }
    }

    /// One turn through the loop tells all: a payment that is open where it starts stays open where it never runs.
    fn repeat(&mut self, labels: &[SmolStr], test: Option<&'a Expr>, update: Option<&'a Expr>, body: &'a Stmt) {
        let (yes, no) = match test {
            Some(test) => self.branches(test),
            None => (std::mem::take(&mut self.state), State::dead()),
        };
        self.state = yes;
        let (breaks, continues) = self.target(labels, true, |paths| paths.stmt(body, &[]));
        self.meet(continues);
        if let Some(update) = update.filter(|_| !self.state.dead) {
            self.value(update, Sink::Look);
        }
        if no.dead {
            self.state = State::dead();
        }
        self.meet(no);
        self.meet(breaks);
    }

    fn do_while(&mut self, labels: &[SmolStr], body: &'a Stmt, test: &'a Expr) {
        let (breaks, continues) = self.target(labels, true, |paths| paths.stmt(body, &[]));
        self.meet(continues);
        if !self.state.dead {
            let (_, no) = self.branches(test);
            self.state = no;
        }
        self.meet(breaks);
    }

    fn switch(&mut self, labels: &[SmolStr], subject: &'a Expr, cases: &'a [Case]) {
        self.value(subject, Sink::Look);
        let start = self.state.clone();
        let has_default = cases.iter().any(|case| case.test.is_none());
        let (breaks, _) = self.target(labels, false, |paths| {
            paths.state = State::dead();
            for case in cases {
                let mut here = start.clone();
                let place = case.test.as_ref().map_or(case.span, |test| test.span);
                here.open.iter_mut().for_each(|debt| debt.via.push((place, "on this path: in this case")));
                paths.meet(here);
                paths.depth += 1;
                case.body.iter().for_each(|stmt| paths.stmt(stmt, &[]));
                paths.depth -= 1;
            }
        });
        self.meet(breaks);
        if !has_default {
            let mut none = start;
            none.open.iter_mut().for_each(|debt| debt.via.push((subject.span, "on this path: in no case")));
            self.meet(none);
        }
    }

    /// Runs the finalizers that a jump out of the frames above `from` passes.
    fn run_finalizers(&mut self, from: usize) {
        let mut outer = Vec::new();
        while self.frames.len() > from {
            let Some(frame) = self.frames.pop() else { break };
            if let Frame::Finalizer { block, .. } = &frame {
                let block = *block;
                self.block(&block.body, block.span);
            }
            outer.push(frame);
        }
        outer.reverse();
        self.frames.append(&mut outer);
    }

    fn jump(&mut self, label: Option<&Name>, is_break: bool, span: Span) {
        let target = self.frames.iter().rposition(|frame| match frame {
            Frame::Target { labels, is_loop, plain, .. } => match label {
                Some(label) => labels.contains(&label.text),
                None => *plain && (is_break || *is_loop),
            },
            _ => false,
        });
        let Some(at) = target else { return };
        self.run_finalizers(at + 1);
        let mut state = std::mem::replace(&mut self.state, State::dead());
        let Frame::Target { depth, .. } = &self.frames[at] else { return };
        let (depth, what) = (*depth, if is_break { "the loop is left here" } else { "the next round starts here" });
        let forgotten: Vec<Debt> = state.open.iter().filter(|debt| debt.depth > depth).cloned().collect();
        state.open.retain(|debt| debt.depth <= depth);
        forgotten.iter().for_each(|debt| self.forget(debt, span, what));
        if let Frame::Target { breaks, continues, .. } = &mut self.frames[at] {
            let slot = if is_break { breaks } else { continues };
            *slot = std::mem::take(slot).join(state);
        }
    }

    /// A call may throw: the handler around it goes on from here.
    pub(super) fn may_throw(&mut self) {
        if self.state.open.is_empty() && !self.frames.iter().any(|frame| matches!(frame, Frame::Handler { .. })) {
            return;
        }
        let state = self.state.clone();
        let around = self.frames.iter_mut().rev().find(|frame| !matches!(frame, Frame::Target { .. }));
        if let Some(Frame::Handler { thrown } | Frame::Finalizer { thrown, .. }) = around {
            *thrown = std::mem::take(thrown).join(state);
        }
    }

    fn throw(&mut self, span: Span) {
        let state = std::mem::replace(&mut self.state, State::dead());
        match self.frames.iter_mut().rev().find(|frame| !matches!(frame, Frame::Target { .. })) {
            Some(Frame::Handler { thrown } | Frame::Finalizer { thrown_here: thrown, .. }) => {
                *thrown = std::mem::take(thrown).join(state);
            }
            _ => state.open.iter().for_each(|debt| self.forget(debt, span, "the function throws here")),
        }
    }

    fn try_stmt(&mut self, r#try: &'a Try, span: Span) {
        if let Some(block) = &r#try.finalizer {
            self.frames.push(Frame::Finalizer { block, thrown: State::dead(), thrown_here: State::dead() });
        }
        if r#try.handler.is_some() {
            self.frames.push(Frame::Handler { thrown: State::dead() });
        }
        self.block(&r#try.block.body, r#try.block.span);
        if let Some(handler) = &r#try.handler {
            let mut thrown = match self.frames.pop() {
                Some(Frame::Handler { thrown }) => thrown,
                _ => State::dead(),
            };
            let depth = self.depth;
            let start = Span::new(handler.span.start, handler.span.start + 5);
            let lost: Vec<Debt> = thrown.open.iter().filter(|debt| debt.depth > depth).cloned().collect();
            lost.iter().for_each(|debt| self.forget(debt, start, "a throw leaves its block for here"));
            thrown.open.retain(|debt| debt.depth <= depth);
            thrown.open.iter_mut().for_each(|debt| debt.via.push((start, "on this path: after a throw")));
            let after = std::mem::replace(&mut self.state, thrown);
            self.block(&handler.body.body, handler.body.span);
            self.meet(after);
        }
        let Some(block) = &r#try.finalizer else { return };
        let Some(Frame::Finalizer { thrown, thrown_here, .. }) = self.frames.pop() else { return };
        let end = std::mem::take(&mut self.state);
        for (state, is_call) in [(thrown, true), (thrown_here, false)] {
            if state.dead {
                continue;
            }
            self.state = state;
            self.block(&block.body, block.span);
            if self.state.dead {
                continue;
            }
            if is_call { self.may_throw() } else { self.throw(span) }
        }
        self.state = end;
        if !self.state.dead {
            self.block(&block.body, block.span);
        }
    }

    /// The states in which a condition holds and in which it does not.
    pub(super) fn branches(&mut self, test: &'a Expr) -> (State, State) {
        let (mut yes, mut no) = self.test(test);
        yes.open.iter_mut().for_each(|debt| debt.via.push((test.span, HOLDS)));
        no.open.iter_mut().for_each(|debt| debt.via.push((test.span, FAILS)));
        (yes, no)
    }

    fn test(&mut self, test: &'a Expr) -> (State, State) {
        match &test.kind {
            ExprKind::Paren(inner) => return self.test(inner),
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                let (yes, no) = self.test(operand);
                return (no, yes);
            }
            ExprKind::Logical { op: op @ (LogicalOp::And | LogicalOp::Or), left, right } => {
                let (yes, no) = self.test(left);
                let (go_on, short) = if *op == LogicalOp::And { (yes, no) } else { (no, yes) };
                self.state = go_on;
                let (yes, no) = self.test(right);
                return if *op == LogicalOp::And { (yes, no.join(short)) } else { (yes.join(short), no) };
            }
            ExprKind::Bool(value) => {
                let state = std::mem::take(&mut self.state);
                return if *value { (state, State::dead()) } else { (State::dead(), state) };
            }
            _ => {}
        }
        self.value(test, Sink::Look);
        let (mut yes, mut no) = (self.state.clone(), std::mem::take(&mut self.state));
        match self.tells(test) {
            Some((id, true)) => no.open.retain(|debt| debt.binding != id),
            Some((id, false)) => yes.open.retain(|debt| debt.binding != id),
            None => {}
        }
        (yes, no)
    }

    /// The payment that a test is about, and whether only where it holds there is one that is open.
    fn tells(&self, test: &'a Expr) -> Option<(BindingId, bool)> {
        match &strip(test).kind {
            ExprKind::Ident(_) => Some((self.payment_of(test)?, true)),
            ExprKind::Binary { op, left, right } => {
                use BinaryOp as B;
                let equal = match op {
                    B::StrictEq | B::Eq => true,
                    B::StrictNe | B::Ne => false,
                    _ => return None,
                };
                let is_nothing = |side: &Expr| match &strip(side).kind {
                    ExprKind::Null => true,
                    ExprKind::Ident(name) => name.text == "undefined",
                    _ => false,
                };
                let (of, with) = if is_nothing(left) { (right, left) } else { (left, right) };
                if is_nothing(with) {
                    return Some((self.payment_of(of)?, !equal));
                }
                // `payment.state === "open"`
                let (ExprKind::Member { object, name, .. }, ExprKind::Str(text)) = (&strip(of).kind, &with.kind) else {
                    return None;
                };
                let open = text.to_utf8()? == "open";
                (name.text == "state").then_some((self.payment_of(object)?, equal == open))
            }
            _ => None,
        }
    }
}
