//! Statements and variable declarations.

use super::{E, Span};
use crate::ast::*;
use crate::context::Context;
use crate::errors::{ErrorCode, SyntaxError};

/// What stands before `of` or `in` in a `for` header.
pub enum RawHead {
    Var(VarDecl),
    Target(E),
}

impl Context<'_> {
    /// A declaration outside the head of a `for-in` or `for-of`: patterns and constants need a value.
    pub fn var_decl(&self, decl: VarDecl) -> VarDecl {
        for declarator in decl.declarators.iter().filter(|declarator| declarator.init.is_none()) {
            let pattern = matches!(declarator.pat.kind, PatKind::Array { .. } | PatKind::Object { .. });
            if pattern {
                self.report_initializer(declarator.pat.span, "a destructuring declaration");
            } else if matches!(decl.kind, VarKind::Using | VarKind::AwaitUsing) {
                self.report_initializer(declarator.span, "a `using` declaration");
            }
        }
        if matches!(decl.kind, VarKind::Using | VarKind::AwaitUsing) {
            for declarator in
                decl.declarators.iter().filter(|d| !matches!(d.pat.kind, PatKind::Ident(_) | PatKind::Missing))
            {
                self.error(ErrorCode::InvalidTarget, declarator.pat.span, "`using` declares names, not patterns");
            }
        }
        decl
    }

    fn report_initializer(&self, span: Span, what: &str) {
        self.report(
            SyntaxError::new(ErrorCode::MissingInitializer, span, format!("{what} needs a value")).help("add `= …`"),
        );
    }

    /// The head of a `for-in`, `for-of` or `for await`: one declarator without value, or a target.
    pub fn for_head(&self, head: RawHead, loop_name: &str) -> ForHead {
        match head {
            RawHead::Target(expr) => {
                if loop_name == "for-of" && self.text(expr.span) == "async" {
                    self.report(
                        SyntaxError::new(
                            ErrorCode::InvalidForHead,
                            expr.span,
                            "a for-of loop cannot start with `async`",
                        )
                        .help("put the variable in parentheses: `for ((async) of …)`"),
                    );
                }
                ForHead::Pat(*self.target(expr))
            }
            RawHead::Var(decl) => {
                if decl.declarators.len() != 1 {
                    self.error(
                        ErrorCode::InvalidForHead,
                        decl.span,
                        format!("a {loop_name} loop declares exactly one variable"),
                    );
                }
                if let Some(init) = decl.declarators.iter().find_map(|declarator| declarator.init.as_ref()) {
                    self.error(
                        ErrorCode::InvalidForHead,
                        init.span,
                        format!("the variable of a {loop_name} loop cannot have a value"),
                    );
                }
                if loop_name == "for-in" && matches!(decl.kind, VarKind::Using | VarKind::AwaitUsing) {
                    self.error(ErrorCode::InvalidForHead, decl.span, "a for-in loop cannot declare with `using`");
                }
                ForHead::Var(decl)
            }
        }
    }

    pub fn labeled(&self, label: Name, body: Box<Stmt>) -> StmtKind {
        self.check_reserved(&label);
        StmtKind::Labeled { label, body }
    }

    pub fn try_stmt(&self, start: u32, block: Block, handler: Option<Catch>, finalizer: Option<Block>) -> StmtKind {
        if handler.is_none() && finalizer.is_none() {
            self.report(
                SyntaxError::new(
                    ErrorCode::IncompleteTry,
                    Span::new(start, start + 3),
                    "`try` needs a `catch` or a `finally`",
                )
                .help("add `catch (error) { … }` after the block"),
            );
        }
        StmtKind::Try(Box::new(Try { block, handler, finalizer }))
    }
}
