//! A selected expression becomes a variable; selected statements, or an expression, become a function.

use mosl_compiler::program::BindingId;
use mosl_compiler::types::{Type, Types};
use mosl_syntax::Span;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Expr, ExprKind, Function, FunctionKind, Stmt, StmtKind};

use super::{Action, ActionKind, Selection};
use crate::ide::names::names_at;
use crate::ide::occurrences::{Meaning, Occurrence, Role, occurrences};
use crate::ide::syntax::Node;
use crate::text::TextEdit;

pub fn extract(selection: &Selection<'_, '_>) -> Vec<Action> {
    let trimmed = trim(selection);
    if trimmed.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    if let Some(expr) = selected_expression(selection, trimmed) {
        all.extend(variable(selection, expr));
        all.extend(function_of_expression(selection, expr));
    } else if let Some(stmts) = selected_statements(selection, trimmed) {
        all.extend(function_of_statements(selection, stmts));
    }
    all
}

fn trim(selection: &Selection<'_, '_>) -> Span {
    let text = selection.text(selection.span);
    let start = selection.span.start + (text.len() - text.trim_start().len()) as u32;
    Span::new(start, start + text.trim().len() as u32)
}

fn selected_expression<'a>(selection: &Selection<'_, 'a>, span: Span) -> Option<&'a Expr> {
    let path = crate::ide::syntax::path_over(&selection.loaded.ast, span);
    path.iter().find_map(|node| match node {
        Node::Expr(expr) if expr.span == span && can_be_value(expr) => Some(*expr),
        _ => None,
    })
}

fn can_be_value(expr: &Expr) -> bool {
    !matches!(expr.kind, ExprKind::Super | ExprKind::Missing)
}

/// The name of something new: not taken at the place.
fn fresh(selection: &Selection<'_, '_>, wanted: &str) -> String {
    let taken = names_at(selection.analysis, selection.file, selection.span.start);
    let free =
        |name: &str| !taken.iter().any(|of| of.name == name) && !selection.source().contains(&format!(" {name} "));
    let mut numbered = (2..).map(|number| format!("{wanted}{number}"));
    if free(wanted) { wanted.to_owned() } else { numbered.find(|name| free(name)).unwrap_or_default() }
}

/// Arrow functions without braces have no place for a statement; neither have the heads of loops.
fn variable(selection: &Selection<'_, '_>, expr: &Expr) -> Option<Action> {
    let stmt = enclosing_statement(selection, expr)?;
    let name = fresh(selection, &name_for(expr));
    let indent = selection.indent_at(stmt.span.start);
    let value = selection.text(expr.without_parens().span);
    let whole = matches!(&stmt.kind, StmtKind::Expr(of) if of.span == expr.span);
    let declaration = format!("const {name} = {value};");
    let edits = if whole {
        vec![TextEdit::new(stmt.span, declaration)]
    } else {
        vec![
            TextEdit::insert(stmt.span.start, format!("{declaration}\n{indent}")),
            TextEdit::new(expr.span, name.clone()),
        ]
    };
    let mut action = Action::new("Extract to a constant", ActionKind::Extract, edits);
    action.rename_at = Some(stmt.span.start + 6);
    Some(action)
}

fn enclosing_statement<'a>(selection: &Selection<'_, 'a>, expr: &Expr) -> Option<&'a Stmt> {
    let path = crate::ide::syntax::path_over(&selection.loaded.ast, expr.span);
    let mut list: Option<&Stmt> = None;
    let mut in_list = true;
    for node in &path {
        match node {
            Node::Block(_) => in_list = true,
            Node::Function(function) if matches!(function.body, mosl_syntax::ast::FunctionBody::Expr(_)) => {
                return None;
            }
            Node::Member(_) | Node::Class(_) => list = None,
            Node::Stmt(stmt) => {
                if in_list {
                    list = Some(stmt);
                }
                in_list = matches!(stmt.kind, StmtKind::Export(_) | StmtKind::Switch { .. });
                // A loop evaluates its head again and again.
                if matches!(stmt.kind, StmtKind::While { .. } | StmtKind::DoWhile { .. } | StmtKind::For { .. }) {
                    let in_body = path.iter().any(|inner| matches!(inner, Node::Block(block) if stmt.span.start < block.span.start && block.span.end <= stmt.span.end));
                    if !in_body {
                        return None;
                    }
                }
            }
            _ => {}
        }
    }
    list.filter(|stmt| !matches!(stmt.kind, StmtKind::Switch { .. }))
}

fn name_for(expr: &Expr) -> String {
    let base = match &expr.kind {
        ExprKind::Member { name, .. } => name.text.to_string(),
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Ident(name) | ExprKind::Member { name, .. } => {
                let bare = name.text.strip_prefix("get").filter(|rest| rest.starts_with(char::is_uppercase));
                let bare = bare.unwrap_or(&name.text);
                let mut chars = bare.chars();
                chars.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + chars.as_str())
            }
            _ => String::new(),
        },
        ExprKind::New { callee, .. } => match &callee.kind {
            ExprKind::Ident(name) => name.text.to_lowercase(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    if base.is_empty() { "value".to_owned() } else { base }
}

fn selected_statements<'a>(selection: &Selection<'_, 'a>, span: Span) -> Option<&'a [Stmt]> {
    let mut list: &[Stmt] = &selection.loaded.ast.body;
    for node in crate::ide::syntax::path_over(&selection.loaded.ast, span) {
        if let Node::Block(block) = node {
            list = &block.body;
        }
    }
    let first = list.iter().position(|stmt| stmt.span.start == span.start)?;
    let last = list.iter().rposition(|stmt| stmt.span.end == span.end || stmt.span.end == span.end + 1)?;
    let stmts = list.get(first..=last)?;
    let plain = |stmt: &Stmt| {
        !matches!(
            stmt.kind,
            StmtKind::Import(_)
                | StmtKind::Export(_)
                | StmtKind::Class(_)
                | StmtKind::TypeAlias(_)
                | StmtKind::Interface(_)
                | StmtKind::Enum(_)
        )
    };
    stmts.iter().all(plain).then_some(stmts)
}

/// What a piece of code does that a function of its own could not, or that shapes it.
#[derive(Default)]
struct Shape {
    jumps: bool,
    awaits: bool,
    this: bool,
    depth: u32,
    loops: u32,
}

impl<'a> Visit<'a> for Shape {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Return(_) if self.depth == 0 => self.jumps = true,
            StmtKind::Break(_) | StmtKind::Continue(_) if self.loops == 0 && self.depth == 0 => self.jumps = true,
            StmtKind::Break(Some(_)) | StmtKind::Continue(Some(_)) => self.jumps = true,
            _ => {}
        }
        let is_loop = matches!(
            stmt.kind,
            StmtKind::For { .. }
                | StmtKind::ForIn { .. }
                | StmtKind::ForOf { .. }
                | StmtKind::While { .. }
                | StmtKind::DoWhile { .. }
                | StmtKind::Switch { .. }
        );
        self.loops += u32::from(is_loop);
        visit::walk_stmt(self, stmt);
        self.loops -= u32::from(is_loop);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Await(_) if self.depth == 0 => self.awaits = true,
            ExprKind::Yield { .. } if self.depth == 0 => self.jumps = true,
            ExprKind::This | ExprKind::Super | ExprKind::NewTarget => self.this = true,
            _ => {}
        }
        visit::walk_expr(self, expr);
    }

    fn visit_function(&mut self, function: &'a Function) {
        let this = self.this;
        self.depth += 1;
        visit::walk_function(self, function);
        self.depth -= 1;
        // A plain function has its own.
        if function.kind != FunctionKind::Arrow {
            self.this = this;
        }
    }
}

/// The variables that a piece of code shares with what is around it.
struct Shared {
    /// Read inside, declared outside of it but not at the top of the file.
    params: Vec<BindingId>,
    /// Declared or assigned inside, used behind.
    results: Vec<BindingId>,
    /// Of the results, those that are declared inside.
    declared: Vec<BindingId>,
}

fn shared(selection: &Selection<'_, '_>, span: Span) -> Shared {
    let names = occurrences(selection.analysis, selection.file);
    let inside = |of: &Span| span.start <= of.start && of.end <= span.end;
    let (mut params, mut results, mut declared) = (Vec::new(), Vec::new(), Vec::new());
    for of in &names {
        let Meaning::Binding(id) = of.meaning else { continue };
        let binding = &selection.analysis.names.bindings[id.0 as usize];
        let declared_inside = binding.file == selection.file && inside(&binding.span);
        if inside(&of.span) && !declared_inside && !binding.is_global && !params.contains(&id) {
            params.push(id);
        }
        let behind = |of: &Occurrence| of.meaning == Meaning::Binding(id) && of.span.start >= span.end;
        let written = of.role != Role::Read && inside(&of.span);
        let matters = declared_inside || !binding.is_global;
        if written && matters && names.iter().any(behind) && !results.contains(&id) {
            results.push(id);
            if declared_inside {
                declared.push(id);
            }
        }
    }
    Shared { params, results, declared }
}

fn function_of_expression(selection: &Selection<'_, '_>, expr: &Expr) -> Option<Action> {
    let mut shape = Shape::default();
    shape.visit_expr(expr);
    if shape.this
        || shape.jumps
        || matches!(expr.kind, ExprKind::Function(_) | ExprKind::Ident(_) | ExprKind::Num(_) | ExprKind::Str(_))
    {
        return None;
    }
    let shared = shared(selection, expr.span);
    if !shared.results.is_empty() {
        return None;
    }
    let body = format!("return {};", selection.text(expr.without_parens().span));
    let call = Call { params: &shared.params, awaits: shape.awaits };
    let ty = selection.analysis.type_of(selection.file, expr.id);
    let ty = selection.analysis.widened(ty);
    let result = (!matches!(selection.analysis.kind(ty), Type::Any)).then(|| selection.analysis.print(ty));
    Some(build(selection, &call, expr.span, &body, result, |call| call))
}

fn function_of_statements(selection: &Selection<'_, '_>, stmts: &[Stmt]) -> Option<Action> {
    let span = stmts.first()?.span.to(stmts.last()?.span);
    let mut shape = Shape::default();
    stmts.iter().for_each(|stmt| shape.visit_stmt(stmt));
    let shared = shared(selection, span);
    if shape.this || shape.jumps || shared.results.len() > 1 {
        return None;
    }
    let name = |id: &BindingId| selection.analysis.names.bindings[id.0 as usize].name.to_string();
    let result = shared.results.first();
    let mut body = selection.text(span).to_owned();
    if let Some(result) = result {
        body.push_str(&format!("\n{}return {};", selection.indent_at(span.start), name(result)));
    }
    let call = Call { params: &shared.params, awaits: shape.awaits };
    let ty = match result {
        Some(id) => selection.analysis.binding_type(*id),
        None => Types::VOID,
    };
    let printed = (!matches!(selection.analysis.kind(ty), Type::Any)).then(|| selection.analysis.print(ty));
    Some(build(selection, &call, span, &body, printed, |call| match result {
        Some(id) if shared.declared.contains(id) => {
            let word = if selection.analysis.names.bindings[id.0 as usize].reassigned { "let" } else { "const" };
            format!("{word} {} = {call};", name(id))
        }
        Some(id) => format!("{} = {call};", name(id)),
        None => format!("{call};"),
    }))
}

struct Call<'c> {
    params: &'c [BindingId],
    awaits: bool,
}

/// The function stands behind the top-level statement that holds the selection.
fn build(
    selection: &Selection<'_, '_>,
    call: &Call<'_>,
    span: Span,
    body: &str,
    result: Option<String>,
    place: impl FnOnce(String) -> String,
) -> Action {
    let analysis = selection.analysis;
    let name = fresh(selection, "extracted");
    let names: Vec<&str> = call.params.iter().map(|id| analysis.names.bindings[id.0 as usize].name.as_str()).collect();
    let strict = analysis.manifest.strict;
    let param = |id: &BindingId| {
        let binding = &analysis.names.bindings[id.0 as usize];
        let ty = analysis.binding_type(*id);
        let known = !matches!(analysis.kind(ty), Type::Any);
        if known || strict { format!("{}: {}", binding.name, analysis.print(ty)) } else { binding.name.to_string() }
    };
    let params: Vec<String> = call.params.iter().map(param).collect();
    let word = if call.awaits { "async function" } else { "function" };
    let result = match result {
        Some(result) if call.awaits => format!(": Promise<{result}>"),
        Some(result) => format!(": {result}"),
        None => String::new(),
    };
    let unit = selection.indent_unit();
    let old = selection.indent_at(span.start);
    let lines: Vec<String> = body.lines().map(|line| indented(line, old, unit)).collect();
    let text = format!("\n\n{word} {name}({}){result} {{\n{}\n}}", params.join(", "), lines.join("\n"));
    let awaiting = if call.awaits { "await " } else { "" };
    let replaced = place(format!("{awaiting}{name}({})", names.join(", ")));
    let top = selection.loaded.ast.body.iter().find(|stmt| stmt.span.start <= span.start && span.end <= stmt.span.end);
    let behind = top.map_or(selection.loaded.ast.span.end, |stmt| stmt.span.end).max(span.end);
    let mut action = Action::new(
        "Extract to a function",
        ActionKind::Extract,
        vec![TextEdit::new(span, replaced.clone()), TextEdit::insert(behind, text)],
    );
    action.rename_at = replaced.find(&name).map(|at| span.start + at as u32);
    action
}

fn indented(line: &str, old: &str, unit: &str) -> String {
    let bare = line.strip_prefix(old).unwrap_or(line);
    if bare.trim().is_empty() { String::new() } else { format!("{unit}{bare}") }
}
