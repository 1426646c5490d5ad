//! `try`, `catch`, `finally`.

use mosl_syntax::ast::{Block, Catch, Try};

use super::Lowerer;
use super::control::{Exit, NORMAL, THROWN};
use super::declare::pattern_names;
use super::pattern::Mode;
use crate::mir::{LocalId, Repr};

impl Lowerer<'_> {
    pub(super) fn try_stmt(&mut self, stmt: &Try) {
        match &stmt.finalizer {
            Some(finalizer) => self.with_finally(
                |lower| lower.try_catch(&stmt.block, stmt.handler.as_ref()),
                |lower, _, _| lower.block(finalizer),
            ),
            None => self.try_catch(&stmt.block, stmt.handler.as_ref()),
        }
    }

    fn block(&mut self, block: &Block) {
        self.scope(&block.body, |lower| lower.stmts(&block.body));
    }

    fn try_catch(&mut self, block: &Block, handler: Option<&Catch>) {
        let Some(catch) = handler else { return self.block(block) };
        let (caught, end) = (self.new_block(), self.new_block());
        let outer = self.under_handler(Some(caught));
        self.block(block);
        self.under_handler(outer);
        self.jump(end);
        let error = self.catch(caught);
        if let Some(param) = &catch.param {
            pattern_names(param, &mut |pat| {
                if let Some(id) = self.declared(pat.id) {
                    self.declare_binding(id);
                }
            });
            self.bind(param, error, Mode::Declare);
        }
        self.block(&catch.body);
        self.jump(end);
        self.switch(end);
    }

    /// `body`, and `finalizer` however it is left.
    pub(super) fn with_finally(
        &mut self,
        body: impl FnOnce(&mut Self),
        finalizer: impl FnOnce(&mut Self, LocalId, LocalId),
    ) {
        let kind = self.new_local("completion", Repr::I32);
        let value = self.new_local("result", Repr::Any);
        let (entry, thrown) = (self.new_block(), self.new_block());
        let nothing = self.undefined();
        self.set(value, nothing);
        self.f().exits.push(Exit::Finally { entry, kind, value, pending: vec![] });
        let outer = self.under_handler(Some(thrown));
        body(self);
        self.under_handler(outer);
        self.set_kind(kind, NORMAL);
        self.jump(entry);
        let error = self.catch(thrown);
        self.set(value, error);
        self.set_kind(kind, THROWN);
        self.jump(entry);
        let Some(Exit::Finally { pending, .. }) = self.f().exits.pop() else { unreachable!("exits are a stack") };
        self.switch(entry);
        finalizer(self, kind, value);
        self.dispatch(kind, value, &pending);
    }
}
