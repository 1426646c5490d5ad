//! Statements: the dispatch by kind, and the kinds that are a few lines.

use mosl_syntax::ast::{DefaultExport, Export, Expr, ExprKind, PatKind, SmolStr, Stmt, StmtKind, VarDecl, VarKind};

use super::Lowerer;
use super::control::Exit;
use super::names::{Key, Storage};
use super::pattern::Mode;
use crate::mir::{Repr, Temp};
use crate::program::BindingKind;

impl Lowerer<'_> {
    pub(super) fn stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        self.labelled(stmt, &mut vec![]);
    }

    fn labelled(&mut self, stmt: &Stmt, labels: &mut Vec<SmolStr>) {
        mosl_syntax::deep(|| self.labelled_parts(stmt, labels));
    }

    fn labelled_parts(&mut self, stmt: &Stmt, labels: &mut Vec<SmolStr>) {
        self.at(stmt.span);
        match &stmt.kind {
            StmtKind::Expr(expr) => self.expr_effect(expr),
            StmtKind::Var(decl) => self.var_decl(decl),
            StmtKind::Block(block) => self.plain_block(labels, |lower| {
                lower.scope(&block.body, |lower| lower.stmts(&block.body));
            }),
            StmtKind::If { .. } => self.plain_block(labels, |lower| lower.if_chain(stmt)),
            StmtKind::While { test, body } => self.while_loop(test, body, std::mem::take(labels)),
            StmtKind::DoWhile { body, test } => self.do_while(body, test, std::mem::take(labels)),
            StmtKind::For { init, test, update, body } => {
                self.for_loop(init.as_ref(), test.as_ref(), update.as_ref(), body, std::mem::take(labels));
            }
            StmtKind::ForIn { left, right, body } => self.for_in(left, right, body, std::mem::take(labels)),
            StmtKind::ForOf { is_await, left, right, body } => {
                self.for_of(*is_await, left, right, body, std::mem::take(labels));
            }
            StmtKind::Return(value) => self.return_stmt(value.as_ref()),
            StmtKind::Break(label) => self.break_stmt(label.as_ref().map(|name| name.text.as_str())),
            StmtKind::Continue(label) => self.continue_stmt(label.as_ref().map(|name| name.text.as_str())),
            StmtKind::Throw(value) => {
                let value = self.expr_any(value);
                self.at(stmt.span);
                self.throw(value);
            }
            StmtKind::Try(inner) => self.plain_block(labels, |lower| lower.try_stmt(inner)),
            StmtKind::Switch { subject, cases } => self.switch_stmt(subject, cases, std::mem::take(labels)),
            StmtKind::Labeled { label, body } => {
                labels.push(label.text.clone());
                self.labelled(body, labels);
            }
            StmtKind::Class(class) => {
                let value = self.class(class, None);
                if let Some(id) = self.declared(class.id) {
                    self.initialise(id, value);
                }
            }
            StmtKind::Enum(decl) => self.enum_decl(decl),
            StmtKind::Export(export) => self.export(export),
            StmtKind::Empty
            | StmtKind::Function(_)
            | StmtKind::Debugger
            | StmtKind::Import(_)
            | StmtKind::TypeAlias(_)
            | StmtKind::Interface(_)
            | StmtKind::Declare(_)
            | StmtKind::With { .. }
            | StmtKind::Namespace { .. }
            | StmtKind::Error => {}
        }
    }

    fn export(&mut self, export: &Export) {
        match export {
            Export::Decl(stmt) => self.stmt(stmt),
            Export::Default(DefaultExport::Expr(expr)) => {
                let value = self.named_expr(expr, Some("default"));
                let default = self.file.exports.iter().find(|(name, _)| name == "default").map(|&(_, id)| id);
                if let Some(id) = default.filter(|&id| self.binding(id).kind == BindingKind::DefaultExport) {
                    self.initialise(id, value);
                }
            }
            Export::Default(DefaultExport::Class(class)) => {
                let value = self.class(class, Some("default"));
                if let Some(id) = self.declared(class.id) {
                    self.initialise(id, value);
                }
            }
            Export::Default(DefaultExport::Function(_) | DefaultExport::Interface(_))
            | Export::Named { .. }
            | Export::All { .. } => {}
        }
    }

    /// A statement that `break label` can leave.
    fn plain_block(&mut self, labels: &mut Vec<SmolStr>, body: impl FnOnce(&mut Self)) {
        if labels.is_empty() {
            return body(self);
        }
        let after = self.new_block();
        let labels = std::mem::take(labels);
        self.f().exits.push(Exit::Target { labels, break_to: after, continue_to: None, is_breakable: false });
        body(self);
        self.f().exits.pop();
        self.jump(after);
        self.switch(after);
    }

    /// A block's statements with its own variables; `using` declarations are disposed of at its end.
    pub(super) fn scope(&mut self, stmts: &[Stmt], body: impl FnOnce(&mut Self)) {
        self.enter_scope(stmts);
        let count = stmts.iter().map(using_count).sum();
        if count == 0 {
            body(self);
        } else {
            self.with_resources(count, body);
        }
    }

    pub(super) fn var_decl(&mut self, decl: &VarDecl) {
        for declarator in &decl.declarators {
            self.at(declarator.span);
            let name = match &declarator.pat.kind {
                PatKind::Ident(name) => Some(name.text.as_str()),
                _ => None,
            };
            let Some(init) = &declarator.init else {
                if decl.kind != VarKind::Var {
                    self.declare_empty(&declarator.pat);
                }
                continue;
            };
            let value = self.named_expr(init, name);
            let value = match self.written_type(declarator.ty.as_ref(), &declarator.pat) {
                Some(ty) => self.coerce_to_type(value, ty, Some(init), init.span),
                None => self.unwritten(decl.kind, &declarator.pat, value, init),
            };
            self.at(declarator.span);
            if matches!(decl.kind, VarKind::Using | VarKind::AwaitUsing) {
                self.add_resource(value, decl.kind == VarKind::AwaitUsing);
            }
            self.bind(&declarator.pat, value, Mode::Declare);
        }
    }

    /// `let x;`
    fn declare_empty(&mut self, pat: &mosl_syntax::ast::Pat) {
        let Some(id) = self.declared(pat.id) else { return };
        let key = Key::Binding(id);
        if let Some(Storage::Local(local) | Storage::Constant { value: local, .. }) = self.lookup(&key)
            && self.ctx().func.local(local).repr != Repr::Any
        {
            return;
        }
        let nothing = self.undefined();
        self.write(&key, nothing);
    }

    /// A variable without a written type takes what its initialiser gives: an index read may be `undefined`, so a constant that
    /// holds one is dynamic.
    fn unwritten(&mut self, kind: VarKind, pat: &mosl_syntax::ast::Pat, value: Temp, init: &Expr) -> Temp {
        if kind == VarKind::Const
            && self.repr(value) == Repr::Any
            && matches!(init.kind, ExprKind::Index { .. })
            && let Some(id) = self.declared(pat.id)
            && let Some(Storage::Local(local)) = self.lookup(&Key::Binding(id))
            && self.ctx().func.local(local).repr != Repr::Any
        {
            let dynamic = self.new_local(&self.binding_name(id), Repr::Any);
            self.f().storage.insert(Key::Binding(id), Storage::Local(dynamic));
            return value;
        }
        if matches!(pat.kind, PatKind::Ident(_))
            && let Some(id) = self.declared(pat.id)
        {
            return self.coerce_to_binding(value, id, Some(init));
        }
        value
    }

    /// `if … else if … else …`, walked in a loop.
    fn if_chain(&mut self, stmt: &Stmt) {
        let end = self.new_block();
        let mut next = Some(stmt);
        while let Some(stmt) = next.take() {
            let StmtKind::If { test, then, otherwise } = &stmt.kind else {
                self.stmt(stmt);
                break;
            };
            let (yes, no) = (self.new_block(), self.new_block());
            self.at(test.span);
            self.condition(test, yes, no);
            self.switch(yes);
            self.stmt(then);
            self.jump(end);
            self.switch(no);
            next = otherwise.as_deref();
        }
        self.jump(end);
        self.switch(end);
    }

    fn return_stmt(&mut self, value: Option<&Expr>) {
        match value {
            Some(expr) => {
                let result = self.expr(expr);
                self.at(expr.span);
                self.return_value(result, Some(expr));
            }
            None => {
                let result = self.implicit_result();
                self.return_value(result, None);
            }
        }
    }
}

/// How many resources a statement adds to its block.
pub(super) fn using_count(stmt: &Stmt) -> usize {
    match &stmt.kind {
        StmtKind::Var(decl) if matches!(decl.kind, VarKind::Using | VarKind::AwaitUsing) => decl.declarators.len(),
        _ => 0,
    }
}
