//! Leaving loops, blocks and functions: what `break`, `continue` and `return` pass on their way out.
//!
//! A `finally` is lowered once. Whoever leaves through it notes where it goes in the `kind` local of that `finally`, and its end
//! dispatches on it. Iterators are closed in place.

use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, SmolStr};

use super::Lowerer;
use crate::mir::{BlockId, LocalId, Op, Plain, Repr, Temp, Terminator};
use crate::types::TypeId;

/// Something that a jump outwards passes.
#[derive(Debug)]
pub(super) enum Exit {
    /// A loop, `switch` or labelled block.
    Target {
        labels: Vec<SmolStr>,
        break_to: BlockId,
        /// Loops only, with the number of exits that `continue` leaves standing.
        continue_to: Option<(BlockId, usize)>,
        /// A `break` without label ends it.
        is_breakable: bool,
    },
    /// An iterator that is closed on the way out.
    Iterator {
        record: LocalId,
        is_async: bool,
        outer: Option<BlockId>,
    },
    Finally {
        entry: BlockId,
        kind: LocalId,
        value: LocalId,
        pending: Vec<Pending>,
    },
}

/// How the code after a `finally` goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pending {
    /// Jump to the block, leaving that many exits standing.
    Jump(BlockId, usize),
    Return,
}

/// The values of a `finally`'s `kind`; those above name a [`Pending`].
pub(super) const THROWN: i32 = 0;
pub(super) const NORMAL: i32 = 1;
const FIRST_PENDING: i32 = 2;

impl Lowerer<'_> {
    pub(super) fn break_stmt(&mut self, label: Option<&str>) {
        let found = self.ctx().exits.iter().enumerate().rev().find_map(|(index, exit)| match exit {
            Exit::Target { labels, break_to, is_breakable, .. } => {
                let hit = label.map_or(*is_breakable, |label| labels.iter().any(|own| own == label));
                hit.then_some((*break_to, index + 1))
            }
            _ => None,
        });
        if let Some((target, depth)) = found {
            self.leave(Pending::Jump(target, depth), None);
        }
    }

    pub(super) fn continue_stmt(&mut self, label: Option<&str>) {
        let found = self.ctx().exits.iter().rev().find_map(|exit| match exit {
            Exit::Target { labels, continue_to: Some(target), .. } => {
                let hit = label.is_none_or(|label| labels.iter().any(|own| own == label));
                hit.then_some(*target)
            }
            _ => None,
        });
        if let Some((target, depth)) = found {
            self.leave(Pending::Jump(target, depth), None);
        }
    }

    /// `return value`, with what the kind of function asks for.
    pub(super) fn return_value(&mut self, value: Temp, source: Option<&Expr>) {
        let f = self.ctx();
        let value = if f.is_async && f.is_generator && source.is_some() {
            let value = self.as_any(value);
            self.plain(Plain::Await, &[value])
        } else {
            value
        };
        let f = self.ctx();
        // Inside of a `try` that is left for later: see `leave`.
        let settles = f.is_derived_constructor && f.handler.is_none() && source.is_some();
        let value = if settles { self.derived_result(value) } else { value };
        let repr = self.ctx().func.result_repr();
        let value = match (source, self.ctx().result_type) {
            (Some(expr), Some(ty)) => self.coerce_to_type(value, ty, Some(expr), expr.span),
            (Some(expr), None) if repr != Repr::Any => {
                self.coerce_to_repr(value, repr, expr.span, self.type_of(expr.id))
            }
            // The end of the body.
            (None, Some(ty)) => self.coerce_end(value, ty),
            _ => value,
        };
        let value = self.convert(value, repr);
        self.leave(Pending::Return, Some(value));
    }

    /// The end of a body whose type wants a value: only a value that no type foresaw leads there.
    fn coerce_end(&mut self, value: Temp, ty: TypeId) -> Temp {
        let mut site = self.check_site(Span::default(), ty);
        site.expr = self.str("the function's result");
        let (repr, value) = (self.program.types.repr(ty), self.as_any(value));
        if repr != Repr::Any {
            return self.emit(Op::Check(repr, site), &[value], repr);
        }
        if let Some(kind) = self.program.types.kind_check(ty) {
            self.effect(Op::CheckKind(kind, site), &[value]);
        }
        value
    }

    /// `return x` in a derived constructor: `undefined` stands for `this`, which must be there when the body has been left, `finally`
    /// blocks included, and for no `catch` of the body to see (10.2.2).
    fn derived_result(&mut self, value: Temp) -> Temp {
        let value = self.as_any(value);
        let (absent, present, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.block_param(join, Repr::Any);
        let test = self.is_undefined(value);
        self.branch(test, absent, present);
        self.switch(absent);
        let this = self.this();
        let this = self.as_any(this);
        self.jump_with(join, this);
        self.switch(present);
        self.jump_with(join, value);
        self.switch(join);
        result
    }

    /// Goes outwards: closes iterators on the way; a `finally` takes over.
    pub(super) fn leave(&mut self, pending: Pending, value: Option<Temp>) {
        let depth = match pending {
            Pending::Jump(_, depth) => depth,
            Pending::Return => 0,
        };
        let handler = self.ctx().handler;
        for index in (depth..self.ctx().exits.len()).rev() {
            match &self.ctx().exits[index] {
                Exit::Target { .. } => {}
                &Exit::Iterator { record, is_async, outer, .. } => {
                    self.under_handler(outer);
                    self.close_iterator(record, is_async);
                }
                Exit::Finally { .. } => {
                    self.enter_finally(index, pending, value);
                    self.f().handler = handler;
                    self.restart();
                    return;
                }
            }
        }
        match (pending, value) {
            (Pending::Jump(target, _), _) => self.jump(target),
            (Pending::Return, Some(value)) => {
                let value = if handler.is_some() { self.settled(value) } else { value };
                self.f().end(Terminator::Return(value));
            }
            (Pending::Return, None) => unreachable!("a return has a value"),
        }
        self.f().handler = handler;
        self.restart();
    }

    /// The result of a `return` that was inside of a `try`.
    fn settled(&mut self, value: Temp) -> Temp {
        if !self.ctx().is_derived_constructor {
            return value;
        }
        self.under_handler(None);
        self.derived_result(value)
    }

    /// After a jump: what follows is unreachable, under the handler that was in force.
    fn restart(&mut self) {
        let block = self.new_block();
        self.switch(block);
    }

    fn enter_finally(&mut self, index: usize, pending: Pending, result: Option<Temp>) {
        let Exit::Finally { entry, kind, value, pending: list, .. } = &mut self.f().exits[index] else { return };
        let (entry, kind, value) = (*entry, *kind, *value);
        let position = list.iter().position(|known| *known == pending).unwrap_or_else(|| {
            list.push(pending);
            list.len() - 1
        });
        if let Some(result) = result {
            let result = self.as_any(result);
            self.set(value, result);
        }
        self.set_kind(kind, FIRST_PENDING + i32::try_from(position).unwrap_or(i32::MAX - FIRST_PENDING));
        self.jump(entry);
    }

    pub(super) fn set_kind(&mut self, kind: LocalId, number: i32) {
        let number = self.emit(Op::I32(number), &[], Repr::I32);
        self.set(kind, number);
    }

    /// The end of a `finally`: goes on where whoever came in was going.
    pub(super) fn dispatch(&mut self, kind: LocalId, value: LocalId, pending: &[Pending]) {
        self.on_kind(kind, THROWN, |lower| {
            let error = lower.get(value);
            lower.throw(error);
        });
        for (index, pending) in pending.iter().enumerate() {
            let number = FIRST_PENDING + i32::try_from(index).unwrap_or(i32::MAX - FIRST_PENDING);
            self.on_kind(kind, number, |lower| {
                let result = matches!(pending, Pending::Return).then(|| {
                    let result = lower.get(value);
                    let repr = lower.ctx().func.result_repr();
                    let result = lower.convert(result, repr);
                    if lower.ctx().handler.is_none() { lower.settled(result) } else { result }
                });
                lower.leave(*pending, result);
            });
        }
    }

    fn on_kind(&mut self, kind: LocalId, number: i32, then: impl FnOnce(&mut Self)) {
        let found = self.get(kind);
        let wanted = self.emit(Op::I32(number), &[], Repr::I32);
        let test = self.plain(Plain::I32Eq, &[found, wanted]);
        let (yes, no) = (self.new_block(), self.new_block());
        self.branch(test, yes, no);
        self.switch(yes);
        then(self);
        self.switch(no);
    }
}
