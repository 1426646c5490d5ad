//! Statements: blocks and their scopes, loops, labels, and what is refused as a whole.

use mosl_syntax::Span;
use mosl_syntax::ast::{
    Block, DefaultExport, EnumDecl, Export, Expr, ForHead, ForInit, Specifier, Stmt, StmtKind, Try, VarDecl, VarKind,
};

use super::Origin;
use super::declare::{Walk, pattern_names};
use super::scope::{Scope, ScopeKind};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{NO_CONST_ENUM, NO_DECLARE, NO_IMPORT_ATTRIBUTES, NO_NAMESPACE, NO_WITH};
use crate::program::BindingKind;

impl<'a> Walk<'_, 'a> {
    pub(super) fn stmts(&mut self, stmts: &'a [Stmt]) {
        stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    /// Runs `walk` in a new scope.
    pub(super) fn scoped(&mut self, kind: ScopeKind, walk: impl FnOnce(&mut Self)) {
        self.scopes.push(Scope::new(kind));
        walk(self);
        self.scopes.pop();
    }

    pub(super) fn block(&mut self, block: &'a Block) {
        self.scoped(ScopeKind::Block, |walk| {
            let case = walk.case.take();
            walk.declare_lexical(&block.body);
            walk.stmts(&block.body);
            walk.case = case;
        });
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt) {
        mosl_syntax::deep(|| self.stmt_parts(stmt));
    }

    fn stmt_parts(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Block(block) => self.block(block),
            StmtKind::Var(var) => self.var_decl(var),
            StmtKind::Function(function) => self.function_decl(function),
            StmtKind::Class(class) => self.class(class),
            StmtKind::Expr(expr) | StmtKind::Throw(expr) => self.expr(expr),
            StmtKind::If { test, then, otherwise } => {
                self.expr(test);
                self.stmt(then);
                otherwise.iter().for_each(|otherwise| self.stmt(otherwise));
            }
            StmtKind::While { test, body } => self.in_loop(|walk| {
                walk.expr(test);
                walk.stmt(body);
            }),
            StmtKind::DoWhile { body, test } => self.in_loop(|walk| {
                walk.stmt(body);
                walk.expr(test);
            }),
            StmtKind::For { init, test, update, body } => {
                self.for_stmt(init.as_ref(), test.as_ref(), update.as_ref(), body)
            }
            StmtKind::ForIn { left, right, body } => self.for_each(left, right, body, (false, false)),
            StmtKind::ForOf { is_await, left, right, body } => {
                if *is_await {
                    self.use_await();
                }
                self.for_each(left, right, body, (true, *is_await));
            }
            StmtKind::Return(value) => self.exprs(value),
            StmtKind::Try(r#try) => self.try_stmt(r#try),
            StmtKind::Switch { subject, cases } => self.switch(subject, cases),
            StmtKind::Labeled { body, .. } => self.stmt(body),
            StmtKind::Import(import) => self.check_attributes(&import.from, stmt.span),
            StmtKind::Export(export) => self.export(export, stmt.span),
            StmtKind::TypeAlias(alias) => self.type_alias(alias),
            StmtKind::Interface(decl) => self.interface(decl),
            StmtKind::Enum(decl) => self.enum_decl(decl),
            StmtKind::Declare(inner) => self.declare_stmt_body(inner, stmt.span),
            StmtKind::With { object, body } => {
                let message = "`with` is left out of MOSL: nothing inside it would have a known meaning";
                let at = Span::new(stmt.span.start, stmt.span.start + 4);
                let help = "give the object a short name with `const`";
                self.report(Diagnostic::new(&NO_WITH, self.file, at, message, "not in MOSL").help(help));
                self.expr(object);
                self.stmt(body);
            }
            StmtKind::Namespace { name, .. } => {
                let message = format!("`namespace {}` is left out of MOSL: files are the modules", name.text);
                let help = "move it to a file of its own and `export` what others need";
                self.report(Diagnostic::new(&NO_NAMESPACE, self.file, name.span, message, "not in MOSL").help(help));
            }
            StmtKind::Empty | StmtKind::Break(_) | StmtKind::Continue(_) | StmtKind::Debugger | StmtKind::Error => {}
        }
    }

    fn check_attributes(&mut self, from: &Specifier, at: Span) {
        if from.attributes {
            let message = "imports have no attributes in MOSL";
            let label = "`with { … }` is left out";
            self.report(Diagnostic::new(&NO_IMPORT_ATTRIBUTES, self.file, at, message, label));
        }
    }

    fn export(&mut self, export: &'a Export, at: Span) {
        match export {
            Export::Decl(decl) => self.stmt(decl),
            Export::Default(DefaultExport::Expr(expr)) => self.expr(expr),
            Export::Default(DefaultExport::Function(function)) => self.function_decl(function),
            Export::Default(DefaultExport::Class(class)) => self.class(class),
            Export::Default(DefaultExport::Interface(decl)) => self.interface(decl),
            Export::Named { from, .. } => from.iter().for_each(|from| self.check_attributes(from, at)),
            Export::All { from, .. } => self.check_attributes(from, at),
        }
    }

    fn declare_stmt_body(&mut self, inner: &'a Stmt, span: Span) {
        if !self.is_library && !matches!(inner.kind, StmtKind::TypeAlias(_) | StmtKind::Interface(_)) {
            let message = "`declare` belongs into interface files: only the platform declares what has no body";
            let at = Span::new(span.start, span.start + 7);
            self.report(Diagnostic::new(&NO_DECLARE, self.file, at, message, "not here"));
        }
        self.stmt(inner);
    }

    pub(super) fn var_decl(&mut self, var: &'a VarDecl) {
        if var.kind == VarKind::AwaitUsing {
            self.use_await();
        }
        for declarator in &var.declarators {
            self.binding_pattern(&declarator.pat);
            self.types(&declarator.ty);
            if let Some(init) = &declarator.init {
                self.named_value(&declarator.pat, init);
            }
            if var.kind == VarKind::Var {
                let mut names = Vec::new();
                pattern_names(&declarator.pat, &mut names);
                names.into_iter().for_each(|(name, node)| self.check_var_clash(name, node));
            }
        }
    }

    fn in_loop(&mut self, walk: impl FnOnce(&mut Self)) {
        self.frame().loops += 1;
        walk(self);
        self.frame().loops -= 1;
    }

    fn for_stmt(
        &mut self,
        init: Option<&'a ForInit>,
        test: Option<&'a Expr>,
        update: Option<&'a Expr>,
        body: &'a Stmt,
    ) {
        self.scoped(ScopeKind::Block, |walk| {
            walk.in_loop(|walk| {
                match init {
                    Some(ForInit::Var(var)) => {
                        if var.kind != VarKind::Var {
                            walk.declare_declarators(var, false, None);
                        }
                        walk.var_decl(var);
                    }
                    Some(ForInit::Expr(expr)) => walk.expr(expr),
                    None => {}
                }
                walk.exprs(test);
                walk.exprs(update);
                walk.stmt(body);
            });
        });
    }

    fn for_each(&mut self, left: &'a ForHead, right: &'a Expr, body: &'a Stmt, (is_of, is_await): (bool, bool)) {
        self.scoped(ScopeKind::Block, |walk| {
            walk.in_loop(|walk| {
                match left {
                    ForHead::Var(var) => {
                        if var.kind != VarKind::Var {
                            walk.declare_declarators(var, false, Some((right, is_of, is_await)));
                        }
                        walk.var_decl(var);
                    }
                    ForHead::Pat(pat) => walk.assign_target(pat),
                }
                walk.expr(right);
                walk.stmt(body);
            });
        });
    }

    fn try_stmt(&mut self, r#try: &'a Try) {
        self.tries += 1;
        self.block(&r#try.block);
        self.tries -= 1;
        if let Some(handler) = &r#try.handler {
            self.scoped(ScopeKind::Block, |walk| {
                if let Some(param) = &handler.param {
                    let mut names = Vec::new();
                    pattern_names(param, &mut names);
                    for (name, node) in names {
                        if let Some(id) = walk.declare(name, BindingKind::Catch, 0, Origin::Catch(handler)) {
                            walk.name_node(node, id);
                        }
                    }
                    walk.binding_pattern(param);
                }
                walk.types(&handler.ty);
                // The body shares the scope of the parameter: `catch (e) { let e }` is a duplicate.
                walk.declare_lexical(&handler.body.body);
                walk.stmts(&handler.body.body);
            });
        }
        if let Some(finalizer) = &r#try.finalizer {
            self.block(finalizer);
        }
    }

    fn switch(&mut self, subject: &'a Expr, cases: &'a [mosl_syntax::ast::Case]) {
        self.expr(subject);
        self.scoped(ScopeKind::Switch, |walk| {
            for case in cases {
                let outer = walk.case.replace(case.span);
                walk.declare_lexical(&case.body);
                walk.case = outer;
            }
            for case in cases {
                walk.exprs(&case.test);
                walk.stmts(&case.body);
            }
        });
    }

    fn enum_decl(&mut self, decl: &'a EnumDecl) {
        if decl.is_const {
            let message = "`const enum` is left out of MOSL: write `enum`";
            self.report(Diagnostic::new(&NO_CONST_ENUM, self.file, decl.name.span, message, "a const enum"));
        }
        // Members see the ones before them by their bare names.
        for member in &decl.members {
            if let Some(init) = &member.init {
                self.enum_init(decl, init);
            }
        }
    }

    fn enum_init(&mut self, decl: &'a EnumDecl, init: &'a Expr) {
        use mosl_syntax::ast::ExprKind;
        match &init.kind {
            ExprKind::Ident(name)
                if decl.members.iter().any(|member| member.name.text.to_utf8_lossy() == name.text.as_str()) => {}
            ExprKind::Paren(inner) | ExprKind::Unary { operand: inner, .. } => self.enum_init(decl, inner),
            ExprKind::Binary { left, right, .. } => {
                self.enum_init(decl, left);
                self.enum_init(decl, right);
            }
            _ => self.expr(init),
        }
    }
}
