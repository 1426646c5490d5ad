//! A variable's value in place of its uses.

use mosl_compiler::resolve::Origin;
use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, ExprKind, FunctionKind, PatKind, StmtKind, VarKind};

use super::{Action, ActionKind, Selection};
use crate::ide::occurrences::Role;
use crate::ide::references::references_to;
use crate::ide::symbol::{Symbol, symbol_at};
use crate::ide::syntax::{Node, path_at};
use crate::text::TextEdit;

/// Offered for variables that are never assigned again and whose value may be computed where it is used: once, or anywhere if it is
/// plain.
pub fn inline_variable(selection: &Selection<'_, '_>) -> Option<Action> {
    let analysis = selection.analysis;
    let found = symbol_at(analysis, selection.file, selection.span.start)?;
    let Symbol::Binding(id) = found.symbol else { return None };
    let binding = &analysis.names.bindings[id.0 as usize];
    let Origin::Declarator { declarator, kind, .. } = &analysis.names.origins[id.0 as usize] else { return None };
    let plain_kind = matches!(kind, VarKind::Const | VarKind::Let);
    if binding.reassigned
        || binding.file != selection.file
        || !plain_kind
        || !matches!(declarator.pat.kind, PatKind::Ident(_))
    {
        return None;
    }
    let init = declarator.init.as_ref()?;
    let stmt = path_at(&selection.loaded.ast, declarator.span.start).into_iter().rev().find_map(|node| match node {
        Node::Stmt(stmt) if matches!(&stmt.kind, StmtKind::Var(var) if var.declarators.len() == 1) => Some(stmt),
        _ => None,
    })?;
    let exported = selection.loaded.ast.body.iter().any(|top| {
        matches!(top.kind, StmtKind::Export(_)) && top.span.start <= stmt.span.start && stmt.span.end <= top.span.end
    });
    let all = references_to(analysis, &Symbol::Binding(id));
    let uses: Vec<Span> =
        all.iter().filter(|of| of.occurrence.role == Role::Read).map(|of| of.occurrence.span).collect();
    let elsewhere = all.iter().any(|of| of.file != selection.file);
    if exported || elsewhere || uses.is_empty() || (uses.len() > 1 && !is_plain(init)) {
        return None;
    }
    let value = selection.text(init.span);
    let mut edits = vec![TextEdit::delete(with_line(selection, stmt.span))];
    for span in uses {
        let name = selection.text(span);
        let shorthand = is_shorthand(selection, span);
        let value = if needs_parens(init) { format!("({value})") } else { value.to_owned() };
        edits.push(TextEdit::new(span, if shorthand { format!("{name}: {value}") } else { value }));
    }
    Some(Action::new(format!("Inline `{}`", binding.name), ActionKind::Inline, edits))
}

/// A value that is the same and costs the same wherever it is written.
fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Num(_) | ExprKind::Str(_) | ExprKind::Bool(_) | ExprKind::Null | ExprKind::Unit { .. } => true,
        ExprKind::Unary { operand, .. } => is_plain(operand),
        ExprKind::Binary { left, right, .. } => is_plain(left) && is_plain(right),
        ExprKind::Paren(inner) => is_plain(inner),
        _ => false,
    }
}

fn needs_parens(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Function(function) => matches!(function.kind, FunctionKind::Arrow),
        ExprKind::Binary { .. }
        | ExprKind::Logical { .. }
        | ExprKind::Conditional { .. }
        | ExprKind::Assign { .. }
        | ExprKind::Unary { .. }
        | ExprKind::Await(_)
        | ExprKind::Yield { .. }
        | ExprKind::Sequence(_)
        | ExprKind::As { .. }
        | ExprKind::AsConst(_)
        | ExprKind::Satisfies { .. }
        | ExprKind::Object(_) => true,
        _ => false,
    }
}

fn is_shorthand(selection: &Selection<'_, '_>, span: Span) -> bool {
    let names = crate::ide::occurrences::occurrences(selection.analysis, selection.file);
    names.iter().any(|of| of.span == span && of.shorthand)
}

/// A statement with its line, if it stands alone there.
fn with_line(selection: &Selection<'_, '_>, span: Span) -> Span {
    let source = selection.source();
    let start = source[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let end = source[span.end as usize..].find('\n').map_or(source.len(), |at| span.end as usize + at + 1);
    let alone =
        source[start..span.start as usize].trim().is_empty() && source[span.end as usize..end].trim().is_empty();
    if alone { Span::new(start as u32, end as u32) } else { span }
}
