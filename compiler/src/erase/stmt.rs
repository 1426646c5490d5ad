//! Statements: declarations of types go, an `enum` becomes the object that it is.

use std::fmt::Write as _;

use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{
    Class, ClassMember, Declarator, EnumDecl, Expr, ExprKind, Function, FunctionBody, Pat, PatKind, Stmt, StmtKind,
    Try, Type, VarDecl,
};

use super::Eraser;

impl Visit<'_> for Eraser<'_> {
    fn visit_stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::TypeAlias(_) | StmtKind::Interface(_) | StmtKind::Declare(_) => {
                return self.text.take_whole(stmt.span);
            }
            StmtKind::Function(function) if function.body == FunctionBody::None => {
                return self.text.take_whole(stmt.span);
            }
            StmtKind::Import(import) => return self.import(stmt, import),
            StmtKind::Export(export) => return self.export(stmt, export),
            StmtKind::Enum(decl) => return self.enumeration(decl),
            StmtKind::Try(parts) => self.catch_type(parts),
            _ => {}
        }
        visit::walk_stmt(self, stmt);
        let may_run_on = matches!(
            stmt.kind,
            StmtKind::Expr(_) | StmtKind::Var(_) | StmtKind::Return(_) | StmtKind::Throw(_) | StmtKind::DoWhile { .. }
        );
        if may_run_on {
            self.text.end_after_taken(stmt.span);
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        self.expr(expr);
    }

    fn visit_pat(&mut self, pat: &Pat) {
        let bare = match &pat.kind {
            PatKind::Ident(name) => Some(name.span),
            PatKind::Expr(target) => Some(target.span),
            _ => None,
        };
        if let Some(target) = bare {
            self.text.take_assertions(target);
        }
        visit::walk_pat(self, pat);
    }

    fn visit_function(&mut self, function: &Function) {
        self.function(function);
    }

    fn visit_class(&mut self, class: &Class) {
        self.class(class);
    }

    fn visit_member(&mut self, _: &ClassMember) {}

    /// Types are taken out by what holds them.
    fn visit_type(&mut self, _: &Type) {}

    fn visit_var_decl(&mut self, decl: &VarDecl) {
        decl.declarators.iter().for_each(|declarator| self.declarator(declarator));
    }
}

impl Eraser<'_> {
    fn declarator(&mut self, declarator: &Declarator) {
        self.visit_pat(&declarator.pat);
        if declarator.ty.is_some() || declarator.definite {
            self.annotation(declarator.pat.span.end, declarator.ty.as_ref());
        }
        declarator.init.iter().for_each(|init| self.visit_expr(init));
    }

    fn catch_type(&mut self, parts: &Try) {
        let handler = parts.handler.as_ref();
        if let Some((pat, ty)) = handler.and_then(|handler| handler.param.as_ref().zip(handler.ty.as_ref())) {
            self.text.take(pat.span.end, ty.span.end);
        }
    }

    /// `enum E { A, B = 2 }` as TypeScript writes it.
    pub(super) fn enumeration(&mut self, decl: &EnumDecl) {
        let name = &decl.name.text;
        let mut out = format!("var {name} = {{}};");
        let mut last: Option<String> = None;
        for member in &decl.members {
            let key = serde_json::Value::from(member.name.text.to_utf8_lossy()).to_string();
            let value = match (&member.init, &last) {
                (Some(init), _) => {
                    self.visit_expr(init);
                    self.text.shown(init.span).replace(['\n', '\r'], " ")
                }
                (None, None) => "0".to_owned(),
                (None, Some(last)) => format!("{name}[{last}] + 1"),
            };
            let is_text =
                member.init.as_ref().is_some_and(|init| matches!(init.kind, ExprKind::Str(_) | ExprKind::Template(_)));
            let _ = match is_text {
                true => write!(out, " {name}[{key}] = {value};"),
                false => write!(out, " {name}[{name}[{key}] = {value}] = {key};"),
            };
            last = Some(key);
        }
        self.text.replace(decl.span, out);
    }
}
