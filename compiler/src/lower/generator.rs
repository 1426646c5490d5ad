//! `await`, `yield`, `yield*`.

use mosl_bytecode::ErrorKind;
use mosl_syntax::ast::Expr;

use super::Lowerer;
use super::control::Pending;
use crate::mir::{BlockId, LocalId, Plain, Repr, Temp};

/// The variables and blocks of one `yield*`.
#[derive(Clone, Copy)]
struct Delegation {
    record: LocalId,
    received: LocalId,
    result: LocalId,
    /// Looks at the result of `next` or `throw`, of `return`.
    check: BlockId,
    check_return: BlockId,
}

impl Lowerer<'_> {
    pub(super) fn await_expr(&mut self, value: &Expr) -> Temp {
        let loc = self.ctx().loc;
        let value = self.expr_any(value);
        self.f().loc = loc;
        self.plain(Plain::Await, &[value])
    }

    pub(super) fn yield_expr(&mut self, delegate: bool, value: Option<&Expr>) -> Temp {
        let loc = self.ctx().loc;
        let value = match value {
            Some(value) => self.expr_any(value),
            None => self.undefined(),
        };
        self.f().loc = loc;
        if delegate {
            return self.delegate(value);
        }
        let value = if self.ctx().is_async { self.plain(Plain::Await, &[value]) } else { value };
        let (received, returning) = self.plain2(Plain::Yield, &[value]);
        let (leave, resume) = (self.new_block(), self.new_block());
        self.branch(returning, leave, resume);
        self.switch(leave);
        self.leave_generator(received);
        self.switch(resume);
        received
    }

    /// `return(value)` was called on the suspended generator.
    fn leave_generator(&mut self, value: Temp) {
        let value = if self.ctx().is_async { self.plain(Plain::Await, &[value]) } else { value };
        self.leave(Pending::Return, Some(value));
    }

    fn await_if_async(&mut self, value: Temp) -> Temp {
        if self.ctx().is_async { self.plain(Plain::Await, &[value]) } else { value }
    }

    /// `yield* source` (ECMA-262, 15.5.5): forwards `next`, `throw` and `return`.
    fn delegate(&mut self, source: Temp) -> Temp {
        let init = if self.ctx().is_async { Plain::IterInitAsync } else { Plain::IterInit };
        let iter = self.plain(init, &[source]);
        let names = ["iterator", "received", "result"];
        let [record, received, result] = names.map(|name| self.new_local(name, Repr::Any));
        self.set(record, iter);
        let nothing = self.undefined();
        self.set(received, nothing);
        let [next, check, check_return, done] = [(); 4].map(|()| self.new_block());
        let parts = Delegation { record, received, result, check, check_return };
        self.jump(next);
        self.switch(next);
        self.forward(parts, "next");
        self.jump(check);
        self.switch(check);
        let outcome = self.get(result);
        let finished = self.plain(Plain::IterDone, &[outcome]);
        let more = self.new_block();
        self.branch(finished, done, more);
        self.switch(more);
        self.suspend(parts, next);
        self.switch(done);
        self.inner_value(parts)
    }

    /// The value of the inner iterator's latest result.
    fn inner_value(&mut self, parts: Delegation) -> Temp {
        let (outcome, key) = (self.get(parts.result), self.key("value"));
        self.plain(Plain::GetIndex, &[outcome, key])
    }

    /// Calls a method of the inner iterator with what was received; the outcome goes to `result`.
    fn forward(&mut self, parts: Delegation, method: &str) {
        let (iter, arg) = (self.get(parts.record), self.get(parts.received));
        let outcome = self.iter_call(iter, method, Some(arg));
        let outcome = if method == "next" { self.await_if_async(outcome) } else { outcome };
        self.set(parts.result, outcome);
    }

    /// Yields the inner result (an async generator its value) and goes on by how the generator is resumed.
    fn suspend(&mut self, parts: Delegation, next: BlockId) {
        let suspended = self.new_block();
        let (thrown, returned, resumed) = (self.new_block(), self.new_block(), self.new_block());
        self.jump(suspended);
        self.switch(suspended);
        let outer = self.under_handler(Some(thrown));
        let (received, returning) = if self.ctx().is_async {
            let value = self.inner_value(parts);
            self.plain2(Plain::Yield, &[value])
        } else {
            let outcome = self.get(parts.result);
            self.plain2(Plain::YieldResult, &[outcome])
        };
        self.under_handler(outer);
        self.set(parts.received, received);
        self.branch(returning, returned, resumed);
        self.switch(resumed);
        self.jump(next);
        let error = self.catch(thrown);
        self.set(parts.received, error);
        self.forward_throw(parts);
        self.switch(returned);
        self.forward_return(parts, suspended);
    }

    fn forward_throw(&mut self, parts: Delegation) {
        self.forward(parts, "throw");
        let outcome = self.get(parts.result);
        let missing = self.is_undefined(outcome);
        let (none, called) = (self.new_block(), self.new_block());
        self.branch(missing, none, called);
        self.switch(called);
        let outcome = self.await_if_async(outcome);
        self.set(parts.result, outcome);
        self.jump(parts.check);
        self.switch(none);
        self.close_iterator(parts.record, self.ctx().is_async);
        self.throw_error(ErrorKind::TypeError, "The iterator of yield* has no method 'throw'");
    }

    fn forward_return(&mut self, parts: Delegation, suspended: BlockId) {
        if self.ctx().is_async {
            let received = self.get(parts.received);
            let received = self.plain(Plain::Await, &[received]);
            self.set(parts.received, received);
        }
        self.forward(parts, "return");
        let outcome = self.get(parts.result);
        let missing = self.is_undefined(outcome);
        let (none, called) = (self.new_block(), self.new_block());
        self.branch(missing, none, called);
        self.switch(none);
        let value = self.get(parts.received);
        self.leave(Pending::Return, Some(value));
        self.switch(called);
        let outcome = self.await_if_async(outcome);
        self.set(parts.result, outcome);
        self.jump(parts.check_return);
        self.switch(parts.check_return);
        let outcome = self.get(parts.result);
        let finished = self.plain(Plain::IterDone, &[outcome]);
        let leave = self.new_block();
        self.branch(finished, leave, suspended);
        self.switch(leave);
        let value = self.inner_value(parts);
        self.leave(Pending::Return, Some(value));
    }
}
