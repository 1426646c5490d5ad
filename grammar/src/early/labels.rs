//! Labels, and where `break` and `continue` may stand (ECMAScript 2025, 14.8, 14.9, 14.13).

use super::Checker;
use crate::Span;
use crate::ast::visit::Visit;
use crate::ast::*;
use crate::errors::ErrorCode;

/// What `break` and `continue` can reach in the running function.
#[derive(Default)]
pub struct Labels {
    /// Label, and whether it marks a loop.
    names: Vec<(SmolStr, bool)>,
    loops: u32,
    switches: u32,
}

impl Checker {
    pub(super) fn in_loop(&mut self, inside: impl FnOnce(&mut Self)) {
        self.labels.loops += 1;
        inside(self);
        self.labels.loops -= 1;
    }

    pub(super) fn in_switch(&mut self, inside: impl FnOnce(&mut Self)) {
        self.labels.switches += 1;
        inside(self);
        self.labels.switches -= 1;
    }

    pub(super) fn labeled(&mut self, label: &Name, body: &Stmt) {
        if self.labels.names.iter().any(|(name, _)| *name == label.text) {
            self.error(
                ErrorCode::DuplicateLabel,
                label.span,
                format!("the label `{}` is already in use here", label.text),
            );
        }
        self.check_body(body);
        self.labels.names.push((label.text.clone(), is_loop(body)));
        self.visit_stmt(body);
        self.labels.names.pop();
    }

    pub(super) fn check_break(&mut self, span: Span, label: Option<&Name>) {
        match label {
            Some(label) => {
                self.find_label(label);
            }
            None if self.labels.loops + self.labels.switches == 0 => self.error(
                ErrorCode::MisplacedBreak,
                Span::new(span.start, span.start + 5),
                "`break` can stand only in a loop or a `switch`",
            ),
            None => {}
        }
    }

    pub(super) fn check_continue(&mut self, span: Span, label: Option<&Name>) {
        let span = Span::new(span.start, span.start + 8);
        match label {
            Some(label) if self.find_label(label) == Some(false) => {
                let message = format!("`continue` needs a loop, and `{}` marks none", label.text);
                self.error(ErrorCode::MisplacedContinue, label.span, message);
            }
            Some(_) => {}
            None if self.labels.loops == 0 => {
                self.error(ErrorCode::MisplacedContinue, span, "`continue` can stand only in a loop");
            }
            None => {}
        }
    }

    /// Whether the label marks a loop; reports one that is not there.
    fn find_label(&mut self, label: &Name) -> Option<bool> {
        let found = self.labels.names.iter().rev().find(|(name, _)| *name == label.text).map(|(_, is_loop)| *is_loop);
        if found.is_none() && !label.missing {
            let message = format!("there is no label `{}` around this statement", label.text);
            match self.labels.names.last() {
                Some((near, _)) => {
                    let help = format!("the statement around it is called `{near}`");
                    self.error_help(ErrorCode::UnknownLabel, label.span, message, &help);
                }
                None => self.error(ErrorCode::UnknownLabel, label.span, message),
            }
        }
        found
    }
}

fn is_loop(mut body: &Stmt) -> bool {
    while let StmtKind::Labeled { body: inner, .. } = &body.kind {
        body = inner;
    }
    matches!(
        body.kind,
        StmtKind::While { .. }
            | StmtKind::DoWhile { .. }
            | StmtKind::For { .. }
            | StmtKind::ForIn { .. }
            | StmtKind::ForOf { .. }
    )
}
