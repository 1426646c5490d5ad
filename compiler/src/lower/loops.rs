//! Loops: `while`, `do`, `for`. (`for-in` and `for-of` iterate: see `iterate.rs`.)

use mosl_syntax::ast::{Expr, ForInit, SmolStr, Stmt, VarDecl, VarKind};

use super::Lowerer;
use super::control::Exit;
use super::declare::pattern_names;
use super::names::{Key, Storage};
use crate::mir::{BlockId, LocalId, Plain};

impl Lowerer<'_> {
    /// A loop's body with its targets for `break` and `continue`.
    pub(super) fn loop_body(
        &mut self,
        labels: Vec<SmolStr>,
        break_to: BlockId,
        continue_to: BlockId,
        body: impl FnOnce(&mut Self),
    ) {
        let standing = self.ctx().exits.len() + 1;
        let continue_to = Some((continue_to, standing));
        self.f().exits.push(Exit::Target { labels, break_to, continue_to, is_breakable: true });
        body(self);
        self.f().exits.pop();
    }

    pub(super) fn while_loop(&mut self, test: &Expr, body: &Stmt, labels: Vec<SmolStr>) {
        let (head, inside, end) = (self.new_block(), self.new_block(), self.new_block());
        self.jump(head);
        self.switch(head);
        self.condition(test, inside, end);
        self.switch(inside);
        self.loop_body(labels, end, head, |lower| lower.stmt(body));
        self.jump(head);
        self.switch(end);
    }

    pub(super) fn do_while(&mut self, body: &Stmt, test: &Expr, labels: Vec<SmolStr>) {
        let (head, check, end) = (self.new_block(), self.new_block(), self.new_block());
        self.jump(head);
        self.switch(head);
        self.loop_body(labels, end, check, |lower| lower.stmt(body));
        self.jump(check);
        self.switch(check);
        self.condition(test, head, end);
        self.switch(end);
    }

    pub(super) fn for_loop(
        &mut self,
        init: Option<&ForInit>,
        test: Option<&Expr>,
        update: Option<&Expr>,
        body: &Stmt,
        labels: Vec<SmolStr>,
    ) {
        match init {
            Some(ForInit::Var(decl)) => {
                self.declare_head(decl);
                let resources = if is_using(decl) { decl.declarators.len() } else { 0 };
                let run = |lower: &mut Self| {
                    lower.var_decl(decl);
                    let cells = lower.iteration_cells(decl);
                    // Closures of the initialisers keep the variables as they were before the first iteration.
                    lower.renew_cells(&cells);
                    lower.for_rest(test, update, body, labels, &cells);
                };
                if resources > 0 { self.with_resources(resources, run) } else { run(self) }
            }
            Some(ForInit::Expr(expr)) => {
                self.expr_effect(expr);
                self.for_rest(test, update, body, labels, &[]);
            }
            None => self.for_rest(test, update, body, labels, &[]),
        }
    }

    fn for_rest(
        &mut self,
        test: Option<&Expr>,
        update: Option<&Expr>,
        body: &Stmt,
        labels: Vec<SmolStr>,
        cells: &[LocalId],
    ) {
        let (head, inside, next, end) = (self.new_block(), self.new_block(), self.new_block(), self.new_block());
        self.jump(head);
        self.switch(head);
        match test {
            Some(test) => self.condition(test, inside, end),
            None => self.jump(inside),
        }
        self.switch(inside);
        self.loop_body(labels, end, next, |lower| lower.stmt(body));
        self.jump(next);
        self.switch(next);
        self.renew_cells(cells);
        if let Some(update) = update {
            self.expr_effect(update);
        }
        self.jump(head);
        self.switch(end);
    }

    /// Declares the lexical variables of a loop's head.
    pub(super) fn declare_head(&mut self, decl: &VarDecl) {
        if decl.kind == VarKind::Var {
            return;
        }
        for declarator in &decl.declarators {
            pattern_names(&declarator.pat, &mut |pat| {
                if let Some(id) = self.declared(pat.id) {
                    self.declare_binding(id);
                }
            });
        }
    }

    /// The head's variables that closures share: each iteration has its own copies.
    fn iteration_cells(&self, decl: &VarDecl) -> Vec<LocalId> {
        let mut cells = vec![];
        if decl.kind != VarKind::Let {
            return cells;
        }
        for declarator in &decl.declarators {
            pattern_names(&declarator.pat, &mut |pat| {
                let storage = self.declared(pat.id).and_then(|id| self.ctx().storage.get(&Key::Binding(id)));
                if let Some(Storage::Cell(local)) = storage {
                    cells.push(*local);
                }
            });
        }
        cells
    }

    fn renew_cells(&mut self, cells: &[LocalId]) {
        for &local in cells {
            let old = self.get(local);
            let value = self.plain(Plain::GetCell, &[old]);
            let fresh = self.plain(Plain::NewCell, &[value]);
            self.set(local, fresh);
        }
    }
}

pub(super) fn is_using(decl: &VarDecl) -> bool {
    matches!(decl.kind, VarKind::Using | VarKind::AwaitUsing)
}
