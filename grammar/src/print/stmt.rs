//! Statements, declarations, imports and exports.

use super::Printer;
use crate::ast::*;

impl Printer {
    pub(super) fn stmts(&mut self, stmts: &[Stmt]) {
        self.each(stmts, Self::stmt);
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        crate::deep(|| self.stmt_parts(stmt));
    }

    fn stmt_parts(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Empty => self.line("empty", |_| {}),
            StmtKind::Error => self.line("error", |_| {}),
            StmtKind::Debugger => self.line("debugger", |_| {}),
            StmtKind::Block(block) => self.line("block", |p| p.stmts(&block.body)),
            StmtKind::Var(decl) => self.line(var_text(decl.kind), |p| p.declarators(decl)),
            StmtKind::Function(function) => self.line("declare-function", |p| p.function(function)),
            StmtKind::Class(class) => self.line("declare-class", |p| p.class(class)),
            StmtKind::Expr(expr) => self.line("expr", |p| p.expr(expr)),
            StmtKind::Return(value) => self.line("return", |p| value.iter().for_each(|value| p.expr(value))),
            StmtKind::Throw(value) => self.line("throw", |p| p.expr(value)),
            StmtKind::Break(label) => self.line("break", |p| label.iter().for_each(|label| p.name(label))),
            StmtKind::Continue(label) => self.line("continue", |p| label.iter().for_each(|label| p.name(label))),
            StmtKind::Import(import) => self.line("import", |p| p.import(import)),
            StmtKind::Export(export) => self.line("export", |p| p.export(export)),
            StmtKind::TypeAlias(alias) => self.line("type", |p| {
                p.name(&alias.name);
                p.type_params(&alias.params);
                p.ty(&alias.ty);
            }),
            StmtKind::Interface(interface) => self.line("interface", |p| p.interface(interface)),
            StmtKind::Enum(decl) => self.line("enum", |p| p.enumeration(decl)),
            StmtKind::Declare(inner) => self.line("declare", |p| p.stmt(inner)),
            StmtKind::Namespace { name, body } => self.line("namespace", |p| {
                p.name(name);
                p.stmts(body);
            }),
            _ => self.control(&stmt.kind),
        }
    }

    fn control(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::If { test, then, otherwise } => self.line("if", |p| {
                p.expr(test);
                p.stmt(then);
                otherwise.iter().for_each(|stmt| p.stmt(stmt));
            }),
            StmtKind::While { test, body } => self.line("while", |p| {
                p.expr(test);
                p.stmt(body);
            }),
            StmtKind::DoWhile { body, test } => self.line("do", |p| {
                p.stmt(body);
                p.expr(test);
            }),
            StmtKind::With { object, body } => self.line("with", |p| {
                p.expr(object);
                p.stmt(body);
            }),
            StmtKind::For { init, test, update, body } => self.line("for", |p| {
                match init {
                    Some(ForInit::Var(decl)) => p.list(var_text(decl.kind), |p| p.declarators(decl)),
                    Some(ForInit::Expr(expr)) => p.expr(expr),
                    None => p.atom("_"),
                }
                for part in [test, update] {
                    if let Some(expr) = part { p.expr(expr) } else { p.atom("_") }
                }
                p.stmt(body);
            }),
            StmtKind::ForIn { left, right, body } => self.line("for-in", |p| p.for_each(left, right, body)),
            StmtKind::ForOf { is_await, left, right, body } => {
                self.line(if *is_await { "for-await" } else { "for-of" }, |p| p.for_each(left, right, body));
            }
            StmtKind::Try(stmt) => self.try_stmt(stmt),
            StmtKind::Switch { subject, cases } => self.line("switch", |p| {
                p.expr(subject);
                p.each(cases, |p, case| match &case.test {
                    Some(test) => p.line("case", |p| {
                        p.expr(test);
                        p.stmts(&case.body);
                    }),
                    None => p.line("default", |p| p.stmts(&case.body)),
                });
            }),
            StmtKind::Labeled { label, body } => self.line("label", |p| {
                p.name(label);
                p.stmt(body);
            }),
            _ => {}
        }
    }

    fn for_each(&mut self, left: &ForHead, right: &Expr, body: &Stmt) {
        match left {
            ForHead::Var(decl) => self.list(var_text(decl.kind), |p| p.declarators(decl)),
            ForHead::Pat(pat) => self.pat(pat),
        }
        self.expr(right);
        self.stmt(body);
    }

    fn try_stmt(&mut self, stmt: &Try) {
        self.line("try", |p| {
            p.stmts(&stmt.block.body);
            if let Some(handler) = &stmt.handler {
                p.line("catch", |p| {
                    handler.param.iter().for_each(|pat| p.pat(pat));
                    p.annotation(handler.ty.as_ref());
                    p.stmts(&handler.body.body);
                });
            }
            if let Some(block) = &stmt.finalizer {
                p.line("finally", |p| p.stmts(&block.body));
            }
        });
    }

    fn declarators(&mut self, decl: &VarDecl) {
        self.each(&decl.declarators, |p, declarator| {
            p.list("", |p| {
                p.pat(&declarator.pat);
                p.flag(declarator.definite, "!");
                p.annotation(declarator.ty.as_ref());
                declarator.init.iter().for_each(|init| p.expr(init));
            });
        });
    }

    fn enumeration(&mut self, decl: &EnumDecl) {
        self.flag(decl.is_const, "const");
        self.name(&decl.name);
        self.each(&decl.members, |p, member| {
            p.list("", |p| {
                p.text(&member.name.text);
                member.init.iter().for_each(|init| p.expr(init));
            });
        });
    }

    fn import(&mut self, import: &Import) {
        self.flag(import.type_only, "type");
        if let Some(name) = &import.default {
            self.list("default", |p| p.name(name));
        }
        if let Some(name) = &import.namespace {
            self.list("*", |p| p.name(name));
        }
        self.each(&import.named, |p, name| {
            p.list("", |p| {
                p.flag(name.type_only, "type");
                p.text(&name.imported.text);
                p.name(&name.local);
            });
        });
        self.specifier(&import.from);
    }

    fn specifier(&mut self, from: &Specifier) {
        self.text(&from.text);
        self.flag(from.attributes, "attributes");
    }

    fn export(&mut self, export: &Export) {
        match export {
            Export::Decl(stmt) => self.stmt(stmt),
            Export::Named { type_only, names, from } => {
                self.flag(*type_only, "type");
                self.each(names, |p, name| {
                    p.list("", |p| {
                        p.flag(name.type_only, "type");
                        p.text(&name.local.text);
                        p.text(&name.exported.text);
                    });
                });
                from.iter().for_each(|from| self.specifier(from));
            }
            Export::All { type_only, alias, from } => {
                self.flag(*type_only, "type");
                self.list("*", |p| alias.iter().for_each(|alias| p.text(&alias.text)));
                self.specifier(from);
            }
            Export::Default(default) => self.list("default", |p| match default {
                DefaultExport::Expr(expr) => p.expr(expr),
                DefaultExport::Function(function) => p.function(function),
                DefaultExport::Class(class) => p.class(class),
                DefaultExport::Interface(interface) => p.interface(interface),
            }),
        }
    }
}

fn var_text(kind: VarKind) -> &'static str {
    match kind {
        VarKind::Var => "var",
        VarKind::Let => "let",
        VarKind::Const => "const",
        VarKind::Using => "using",
        VarKind::AwaitUsing => "await-using",
    }
}
