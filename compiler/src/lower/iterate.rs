//! `for-in`, `for-of`, `for await`, and closing iterators.

use mosl_syntax::ast::{Expr, ForHead, SmolStr, Stmt};

use super::Lowerer;
use super::control::Exit;
use super::loops::is_using;
use super::pattern::Mode;
use crate::mir::{BlockId, LocalId, Op, Plain, Repr, Temp};

impl Lowerer<'_> {
    pub(super) fn for_in(&mut self, left: &ForHead, right: &Expr, body: &Stmt, labels: Vec<SmolStr>) {
        let record = self.iterator(right, left, Plain::IterInitKeys);
        let (head, inside, end) = (self.new_block(), self.new_block(), self.new_block());
        self.jump(head);
        self.switch(head);
        let iter = self.get(record);
        let (value, done) = self.plain2(Plain::IterNext, &[iter]);
        self.branch(done, end, inside);
        self.switch(inside);
        self.loop_body(labels, end, head, |lower| lower.iteration(left, value, body));
        self.jump(head);
        self.switch(end);
    }

    /// Evaluates what a loop iterates over. The head's variables are declared first: they cannot be used there.
    fn iterator(&mut self, right: &Expr, left: &ForHead, init: Plain) -> LocalId {
        if let ForHead::Var(decl) = left {
            self.declare_head(decl);
        }
        let source = self.expr_any(right);
        self.at(right.span);
        let iter = self.plain(init, &[source]);
        let record = self.new_local("iterator", Repr::Any);
        self.set(record, iter);
        record
    }

    pub(super) fn for_of(&mut self, is_await: bool, left: &ForHead, right: &Expr, body: &Stmt, labels: Vec<SmolStr>) {
        let init = if is_await { Plain::IterInitAsync } else { Plain::IterInit };
        let record = self.iterator(right, left, init);
        let (head, inside, end, failed) = (self.new_block(), self.new_block(), self.new_block(), self.new_block());
        let outer = self.ctx().handler;
        self.jump(head);
        self.switch(head);
        self.at(right.span);
        let (value, done) = self.step(record, is_await);
        self.branch(done, end, inside);
        self.f().handler = Some(failed);
        self.switch(inside);
        // `continue` leaves the target and the iterator standing; `break` passes the iterator.
        let standing = self.ctx().exits.len() + 2;
        let continue_to = Some((head, standing));
        self.f().exits.push(Exit::Target { labels, break_to: end, continue_to, is_breakable: true });
        self.f().exits.push(Exit::Iterator { record, is_async: is_await, outer });
        self.iteration(left, value, body);
        self.f().exits.pop();
        self.f().exits.pop();
        self.jump(head);
        self.f().handler = outer;
        self.close_after_throw(failed, record, is_await);
        self.switch(end);
    }

    fn step(&mut self, record: LocalId, is_await: bool) -> (Temp, Temp) {
        let iter = self.get(record);
        if !is_await {
            return self.plain2(Plain::IterNext, &[iter]);
        }
        let result = self.iter_call(iter, "next", None);
        let result = self.plain(Plain::Await, &[result]);
        self.plain2(Plain::IterResult, &[result])
    }

    /// Calls a method of an iterator; `undefined` where `return` or `throw` is missing.
    pub(super) fn iter_call(&mut self, iter: Temp, method: &str, arg: Option<Temp>) -> Temp {
        let method = self.key(method);
        let arg = arg.unwrap_or_else(|| self.undefined());
        self.any(Op::IterCall, &[iter, method, arg])
    }

    /// One round: binds the value and runs the body, each round with its own variables.
    fn iteration(&mut self, left: &ForHead, value: Temp, body: &Stmt) {
        match left {
            ForHead::Var(decl) => {
                self.declare_head(decl);
                let Some(declarator) = decl.declarators.first() else { return };
                let run = |lower: &mut Self| {
                    if is_using(decl) {
                        lower.add_resource(value, decl.kind == mosl_syntax::ast::VarKind::AwaitUsing);
                    }
                    lower.bind(&declarator.pat, value, Mode::Declare);
                    lower.stmt(body);
                };
                if is_using(decl) { self.with_resources(1, run) } else { run(self) }
            }
            ForHead::Pat(pat) => {
                self.bind(pat, value, Mode::Assign);
                self.stmt(body);
            }
        }
    }

    /// The handler of a loop's body: closes the iterator, drops what that throws, throws on.
    fn close_after_throw(&mut self, failed: BlockId, record: LocalId, is_async: bool) {
        if !is_async {
            return self.close_and_rethrow(failed, record);
        }
        let error = self.catch(failed);
        let (swallow, rethrow) = (self.new_block(), self.new_block());
        let outer = self.under_handler(Some(swallow));
        let iter = self.get(record);
        let result = self.iter_call(iter, "return", None);
        self.plain(Plain::Await, &[result]);
        self.under_handler(outer);
        self.jump(rethrow);
        self.catch(swallow);
        self.jump(rethrow);
        self.switch(rethrow);
        self.throw(error);
    }

    /// Closes an iterator that is left early.
    pub(super) fn close_iterator(&mut self, record: LocalId, is_async: bool) {
        let iter = self.get(record);
        if !is_async {
            self.plain_effect(Plain::IterClose, &[iter]);
            return;
        }
        let result = self.iter_call(iter, "return", None);
        let (called, end) = (self.new_block(), self.new_block());
        let missing = self.is_undefined(result);
        self.branch(missing, end, called);
        self.switch(called);
        let result = self.plain(Plain::Await, &[result]);
        self.plain_effect(Plain::IterObject, &[result]);
        self.jump(end);
        self.switch(end);
    }
}
