//! Values that must be settled or disposed of, held by `using` and `await using`.

use mosl_syntax::Span;
use mosl_syntax::ast::{ExprKind, PatKind, StmtKind, VarKind};

use super::{Action, ActionKind, Selection};
use crate::ide::syntax::Node;
use crate::text::TextEdit;

/// `const payment = …` becomes `await using payment = …`; a call whose result is dropped gets a name.
pub fn hold(selection: &Selection<'_, '_>) -> Option<Action> {
    let stmt = selection.path.iter().rev().find_map(|node| match node {
        Node::Stmt(stmt) => Some(*stmt),
        _ => None,
    })?;
    let analysis = selection.analysis;
    let word = |ty| {
        if analysis.member(ty, "@@asyncDispose").is_some() && can_await(selection) {
            Some("await using")
        } else if analysis.member(ty, "@@dispose").is_some() {
            Some("using")
        } else {
            None
        }
    };
    let known = |ty| !matches!(analysis.kind(ty), mosl_compiler::types::Type::Any);
    match &stmt.kind {
        StmtKind::Var(var) if matches!(var.kind, VarKind::Const | VarKind::Let) => {
            let [declarator] = &var.declarators[..] else { return None };
            let init = declarator.init.as_ref().filter(|_| matches!(declarator.pat.kind, PatKind::Ident(_)))?;
            let ty = analysis.type_of(selection.file, init.id);
            let word = word(ty).filter(|_| known(ty))?;
            let keyword = Span::new(var.span.start, declarator.span.start);
            let edit = TextEdit::new(keyword, format!("{word} "));
            Some(Action::new(format!("Hold by `{word}`"), ActionKind::Rewrite, vec![edit]))
        }
        StmtKind::Expr(expr)
            if matches!(expr.kind, ExprKind::Call { .. } | ExprKind::Await(_) | ExprKind::New { .. }) =>
        {
            let ty = analysis.type_of(selection.file, expr.id);
            let word = word(ty).filter(|_| known(ty))?;
            let edit = TextEdit::insert(expr.span.start, format!("{word} held = "));
            Some(Action::new(format!("Hold by `{word}`"), ActionKind::Rewrite, vec![edit]))
        }
        _ => None,
    }
}

/// In an async function, or at the top of the file.
fn can_await(selection: &Selection<'_, '_>) -> bool {
    let function = selection.path.iter().rev().find_map(|node| match node {
        Node::Function(function) => Some(function.is_async),
        _ => None,
    });
    function.unwrap_or(true)
}
