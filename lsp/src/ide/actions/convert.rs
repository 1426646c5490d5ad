//! Functions and arrows, expressions and blocks, turned into each other.

use mosl_syntax::Span;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Expr, ExprKind, Function, FunctionBody, FunctionKind, StmtKind, VarKind};

use super::{Action, ActionKind, Selection};
use crate::ide::syntax::Node;
use crate::text::TextEdit;

pub fn convert(selection: &Selection<'_, '_>) -> Vec<Action> {
    let mut all = Vec::new();
    let function = selection.path.iter().rposition(|node| matches!(node, Node::Function(_)));
    if let Some(at) = function
        && let Node::Function(function) = selection.path[at]
        && selection.span.end <= head_end(function)
    {
        all.extend(body_of_arrow(selection, function));
        all.extend(to_arrow(selection, function, at));
    }
    all.extend(to_function(selection));
    all
}

/// Only its head speaks for a function; its body has things of its own.
fn head_end(function: &Function) -> u32 {
    match &function.body {
        FunctionBody::Block(block) => block.span.start,
        FunctionBody::Expr(expr) => expr.span.start,
        FunctionBody::None => 0,
    }
}

/// `x => y` and `x => { return y; }`.
fn body_of_arrow(selection: &Selection<'_, '_>, function: &Function) -> Option<Action> {
    if function.kind != FunctionKind::Arrow {
        return None;
    }
    match &function.body {
        FunctionBody::Expr(expr) => {
            let inner = match &expr.kind {
                ExprKind::Paren(inner) if matches!(inner.kind, ExprKind::Object(_)) => inner,
                _ => expr,
            };
            let indent = selection.indent_at(function.span.start);
            let unit = selection.indent_unit();
            let text = format!("{{\n{indent}{unit}return {};\n{indent}}}", selection.text(inner.span));
            Some(Action::new(
                "Give the arrow function a block",
                ActionKind::Rewrite,
                vec![TextEdit::new(expr.span, text)],
            ))
        }
        FunctionBody::Block(block) => match &block.body[..] {
            [only] => match &only.kind {
                StmtKind::Return(Some(value)) => {
                    let text = selection.text(value.span);
                    let wrap = matches!(value.kind, ExprKind::Object(_) | ExprKind::Sequence(_));
                    let text = if wrap { format!("({text})") } else { text.to_owned() };
                    let edit = TextEdit::new(block.span, text);
                    Some(Action::new("Shorten to an expression", ActionKind::Rewrite, vec![edit]))
                }
                _ => None,
            },
            _ => None,
        },
        FunctionBody::None => None,
    }
}

/// What an arrow function does not have of its own.
#[derive(Default)]
struct OwnThis(bool);

impl<'a> Visit<'a> for OwnThis {
    fn visit_expr(&mut self, expr: &'a Expr) {
        self.0 |= matches!(expr.kind, ExprKind::This | ExprKind::Super | ExprKind::NewTarget);
        visit::walk_expr(self, expr);
    }

    fn visit_function(&mut self, function: &'a Function) {
        if function.kind == FunctionKind::Arrow {
            visit::walk_function(self, function);
        }
    }
}

fn uses_this(function: &Function) -> bool {
    let mut finder = OwnThis::default();
    visit::walk_function(&mut finder, function);
    finder.0
}

/// A function expression, or a declaration that nothing uses before it.
fn to_arrow(selection: &Selection<'_, '_>, function: &Function, at: usize) -> Option<Action> {
    let FunctionBody::Block(block) = &function.body else { return None };
    if function.is_generator || uses_this(function) || function.this_type.is_some() {
        return None;
    }
    let source = selection.source();
    let head = &source[function.span.start as usize..block.span.start as usize];
    let open = function.span.start + head.find(['(', '<'])? as u32;
    let head = selection.text(Span::new(open, block.span.start)).trim_end();
    let is_async = if function.is_async { "async " } else { "" };
    let arrow = format!("{is_async}{head} => {}", selection.text(block.span));
    match (function.kind, &function.name) {
        (FunctionKind::Expression, None) => Some(Action::new(
            "Convert to an arrow function",
            ActionKind::Rewrite,
            vec![TextEdit::new(function.span, arrow)],
        )),
        (FunctionKind::Declaration, Some(name)) => {
            let before = at.checked_sub(1).and_then(|at| selection.path.get(at));
            let is_default =
                matches!(before, Some(Node::Stmt(stmt)) if selection.text(stmt.span).starts_with("export default"));
            let used_before = selection.source()[..function.span.start as usize].contains(name.text.as_str());
            if is_default || used_before {
                return None;
            }
            let text = format!("const {} = {arrow};", name.text);
            Some(Action::new(
                "Convert to an arrow function",
                ActionKind::Rewrite,
                vec![TextEdit::new(function.span, text)],
            ))
        }
        _ => None,
    }
}

/// `const f = (x) => y` becomes `function f(x) { return y; }`.
fn to_function(selection: &Selection<'_, '_>) -> Option<Action> {
    let stmt = selection.path.iter().rev().find_map(|node| match node {
        Node::Stmt(stmt) => Some(*stmt),
        _ => None,
    })?;
    let StmtKind::Var(var) = &stmt.kind else { return None };
    let [declarator] = &var.declarators[..] else { return None };
    let Some(Expr { kind: ExprKind::Function(function), .. }) = &declarator.init else { return None };
    let is_name = matches!(declarator.pat.kind, mosl_syntax::ast::PatKind::Ident(_));
    if var.kind != VarKind::Const || !is_name || declarator.ty.is_some() || function.kind != FunctionKind::Arrow {
        return None;
    }
    if uses_this(function) || selection.span.end > head_end(function) {
        return None;
    }
    let name = selection.text(declarator.pat.span);
    let head = selection.text(Span::new(function.span.start, head_end(function)));
    let head = head.trim_start_matches("async").trim();
    let arrow = head.rfind("=>")?;
    let params = head[..arrow].trim_end();
    let params = if params.starts_with(['(', '<']) { params.to_owned() } else { format!("({params})") };
    let indent = selection.indent_at(stmt.span.start);
    let body = match &function.body {
        FunctionBody::Block(block) => selection.text(block.span).to_owned(),
        FunctionBody::Expr(expr) => {
            let inner = match &expr.kind {
                ExprKind::Paren(inner) => inner,
                _ => expr,
            };
            format!("{{\n{indent}{}return {};\n{indent}}}", selection.indent_unit(), selection.text(inner.span))
        }
        FunctionBody::None => return None,
    };
    let word = if function.is_async { "async function" } else { "function" };
    let text = format!("{word} {name}{params} {body}");
    Some(Action::new("Convert to a function declaration", ActionKind::Rewrite, vec![TextEdit::new(stmt.span, text)]))
}
