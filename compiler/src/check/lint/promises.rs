//! Expressions that stand alone: promises that nobody awaits, and values that nobody takes.

use mosl_syntax::ast::{Expr, ExprKind, MemberKind, UnaryOp};

use super::Lints;
use crate::check::Checker;
use crate::check::members::key_name;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{UNAWAITED_PROMISE, USELESS_EXPRESSION};
use crate::program::{ClassId, FileId};
use crate::types::{Type, TypeId};

impl Lints<'_, '_> {
    pub(super) fn statement(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.statement(inner),
            ExprKind::Conditional { then, otherwise, .. } => {
                self.statement(then);
                self.statement(otherwise);
            }
            ExprKind::Logical { right, .. } => self.statement(right),
            ExprKind::Sequence(exprs) => exprs.iter().for_each(|expr| self.statement(expr)),
            ExprKind::Call { .. } | ExprKind::New { .. } | ExprKind::OptionalChain(_) => self.promise(expr),
            _ if is_useless(expr) => {
                let message = "this computes a value that nobody takes";
                let label = "nothing happens here";
                self.found.push(Diagnostic::new(&USELESS_EXPRESSION, self.file, expr.span, message, label));
            }
            _ => {}
        }
    }

    fn promise(&mut self, expr: &Expr) {
        if !self.is_promise(self.type_of(expr)) || is_handled(expr) || self.goes_on_by_itself(expr) {
            return;
        }
        let message = "nobody waits for this promise: the next line runs before it is done, and its errors are missed";
        let diagnostic = Diagnostic::new(&UNAWAITED_PROMISE, self.file, expr.span, message, "a promise");
        let (word, why) = if self.may_await() {
            ("await", "wait for it with `await`; `void` says that nobody needs to")
        } else {
            ("void", "write `void` before it if nobody needs to wait")
        };
        let start = mosl_syntax::Span::at(expr.span.start);
        self.found.push(diagnostic.help(why).fix(format!("write `{word}`"), start, format!("{word} ")));
    }

    /// What the host does over time and what yields nothing, such as an animation: it cannot fail, and needs nobody to wait.
    fn goes_on_by_itself(&self, expr: &Expr) -> bool {
        let types = &self.checker.types;
        match &expr.kind {
            ExprKind::OptionalChain(inner) | ExprKind::Paren(inner) => self.goes_on_by_itself(inner),
            ExprKind::Call { callee, .. } => {
                let ExprKind::Member { object, .. } = &callee.kind else { return false };
                let is_own = |part: TypeId| match types.get(part) {
                    Type::Class { class, .. } => {
                        // A class of the program inherits such methods.
                        let method = self.checker.declaring_file(*class, callee);
                        method.is_some_and(|file| self.checker.loaded.files[usize::from(file.0)].is_library)
                    }
                    _ => false,
                };
                let yields_nothing = match types.get(self.type_of(expr)) {
                    Type::Interface { args, .. } => args.first() == Some(&crate::types::Types::VOID),
                    _ => false,
                };
                yields_nothing && types.parts(self.type_of(object)).into_iter().any(is_own)
            }
            _ => false,
        }
    }

    pub(super) fn is_promise(&self, ty: TypeId) -> bool {
        let types = &self.checker.types;
        types.parts(ty).into_iter().any(|part| match types.get(part) {
            Type::Interface { decl, .. } => {
                types.decls[decl.0 as usize] == "Promise" && self.checker.decls[decl.0 as usize].file.is_none()
            }
            _ => false,
        })
    }
}

impl Checker<'_> {
    /// The file of the class that declares the method that a call names.
    fn declaring_file(&self, class: ClassId, callee: &Expr) -> Option<FileId> {
        let ExprKind::Member { name, .. } = &callee.kind else { return None };
        let mut next = Some(class);
        for _ in 0..self.res.classes.len() {
            let at = next?.0 as usize;
            let declares = self.res.class_nodes[at].members.iter().any(|member| match &member.kind {
                MemberKind::Method { key, .. } => key_name(key).as_deref() == Some(&*name.text),
                _ => false,
            });
            if declares {
                return Some(self.res.classes[at].file);
            }
            next = self.res.classes[at].superclass;
        }
        None
    }
}

/// Someone looks at the promise's errors: `.catch(…)`, `.then(…, …)`.
fn is_handled(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::OptionalChain(inner) | ExprKind::Paren(inner) => is_handled(inner),
        ExprKind::Call { callee, args, .. } => match &callee.kind {
            ExprKind::Member { object, name, .. } => match name.text.as_str() {
                "catch" => !args.is_empty(),
                "then" => args.len() > 1,
                "finally" => is_handled(object),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

/// Neither a call nor anything else that could have an effect. Members may be getters.
fn is_useless(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Ident(_) | ExprKind::Num(_) | ExprKind::Bool(_) | ExprKind::Null | ExprKind::Unit { .. } => true,
        ExprKind::Function(_) | ExprKind::Array(_) | ExprKind::Template(_) | ExprKind::Binary { .. } => true,
        ExprKind::Unary { op, .. } => !matches!(op, UnaryOp::Void | UnaryOp::Delete),
        _ => false,
    }
}
