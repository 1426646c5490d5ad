//! What is legal and yet a mistake: found in a checked file, by rules that `mosl.json` can switch off or make errors. And payments that
//! some path forgets, which is an error (`payments`).

mod conditions;
mod payments;
mod promises;
mod unused;

use mosl_syntax::Span;
use mosl_syntax::ast::visit::{Visit, walk_expr, walk_function, walk_stmt};
use mosl_syntax::ast::{Expr, ExprKind, Function, Stmt, StmtKind, VarKind};

use super::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::PREFER_LET;
use crate::program::{BindingId, FileId, Resolved};
use crate::resolve::Origin;
use crate::types::{TypeId, Types};

impl<'a> Checker<'a> {
    fn binding_type(&self, id: BindingId) -> TypeId {
        match self.bindings[id.0 as usize] {
            super::Known::Type(ty) => ty,
            super::Known::Busy | super::Known::Not => Types::ANY,
        }
    }

    /// Looks through a file whose types are known. Lints are for those who asked for strictness; money is for all.
    pub(super) fn lint(&mut self, file: FileId) {
        let loaded = self.loaded;
        let this = &loaded.files[usize::from(file.0)];
        // What stands in a broken part of the text looks unused, or never reached.
        if this.is_library || !this.parsed.errors.is_empty() {
            return;
        }
        let mut found = payments::forgotten(self, file);
        if self.strict_files[usize::from(file.0)] {
            let mut walk = Lints { checker: self, file, functions: Vec::new(), found: Vec::new() };
            this.ast.body.iter().for_each(|stmt| walk.visit_stmt(stmt));
            found.append(&mut walk.found);
            found.append(&mut unused::unused(self, file));
        }
        found.into_iter().for_each(|diagnostic| self.report(diagnostic));
    }
}

/// A walk over a checked file.
struct Lints<'c, 'a> {
    checker: &'c Checker<'a>,
    file: FileId,
    /// Whether each function around the place is `async`.
    functions: Vec<bool>,
    found: Vec<Diagnostic>,
}

impl<'a> Visit<'a> for Lints<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Expr(expr) => self.statement(expr),
            StmtKind::If { test, .. } => self.condition(test),
            StmtKind::While { test, .. } | StmtKind::DoWhile { test, .. } => self.loop_condition(test),
            StmtKind::For { test: Some(test), .. } => self.loop_condition(test),
            StmtKind::Var(decl) if decl.kind == VarKind::Var => self.prefer_let(decl),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Conditional { test, .. } => self.condition(test),
            ExprKind::Binary { op, left, right } => self.comparison(expr, *op, left, right),
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_function(&mut self, function: &'a Function) {
        self.functions.push(function.is_async);
        walk_function(self, function);
        self.functions.pop();
    }
}

impl Lints<'_, '_> {
    fn type_of(&self, expr: &Expr) -> TypeId {
        let types = &self.checker.node_types[usize::from(self.file.0)];
        types.get(expr.id.0 as usize).copied().unwrap_or(Types::ANY)
    }

    fn binding(&self, expr: &Expr) -> Option<BindingId> {
        match self.checker.res.facts[usize::from(self.file.0)].names.get(&expr.id) {
            Some(Resolved::Binding(id)) => Some(*id),
            _ => None,
        }
    }

    fn text(&self, span: Span) -> &str {
        self.checker.loaded.files[usize::from(self.file.0)].source.get(span.range()).unwrap_or("")
    }

    /// `await` may stand here.
    fn may_await(&self) -> bool {
        self.functions.last().copied().unwrap_or(true)
    }

    fn prefer_let(&mut self, decl: &mosl_syntax::ast::VarDecl) {
        let facts = &self.checker.res.facts[usize::from(self.file.0)];
        let ids: Vec<BindingId> = decl
            .declarators
            .iter()
            .filter_map(|declarator| match facts.names.get(&declarator.pat.id) {
                Some(Resolved::Binding(id)) => Some(*id),
                _ => None,
            })
            .collect();
        let keyword = Span::new(decl.span.start, decl.span.start + 3);
        let message = "`var` is visible in the whole function, also before this line";
        let mut diagnostic = Diagnostic::new(&PREFER_LET, self.file, keyword, message, "write `let` or `const`");
        // Declared once, outside of inner blocks, and never used before: `let` means the same.
        let plain = |id: &BindingId| {
            matches!(self.checker.res.origins[id.0 as usize], Origin::Declarator { nested: false, repeated: false, .. })
                && !self.checker.early_vars.contains(id)
        };
        if ids.len() == decl.declarators.len() && ids.iter().all(plain) {
            let changes = |id: &BindingId| self.checker.res.bindings[id.0 as usize].reassigned;
            let word = if decl.declarators.iter().any(|of| of.init.is_none()) || ids.iter().any(changes) {
                "let"
            } else {
                "const"
            };
            diagnostic = diagnostic.fix(format!("write `{word}`"), keyword, word).certain();
        }
        self.found.push(diagnostic);
    }
}
