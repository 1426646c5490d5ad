//! Imports and variables that nothing reads. A name that begins with an underscore says that it is meant so.

use mosl_syntax::Span;
use mosl_syntax::ast::visit::{Visit, walk_expr, walk_stmt, walk_type};
use mosl_syntax::ast::{
    Export, Expr, ExprKind, Import, Name, NodeId, Pat, PatKind, SmolStr, Stmt, StmtKind, Type, TypeKind, VarDecl,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{UNUSED_IMPORT, UNUSED_LOCAL};
use crate::program::{BindingId, BindingKind, ClassId, FileId};
use crate::resolve::{Origin, TypeName};

pub(super) fn unused(checker: &Checker<'_>, file: FileId) -> Vec<Diagnostic> {
    let this = &checker.loaded.files[usize::from(file.0)];
    let mut uses = Uses::new(checker, file);
    this.ast.body.iter().for_each(|stmt| uses.visit_stmt(stmt));
    let mut found = Vec::new();
    for stmt in &this.ast.body {
        if let StmtKind::Import(import) = &stmt.kind {
            uses.unused_imports(import, stmt.span, &this.source, &mut found);
        }
    }
    uses.unused_locals(&this.source, &mut found);
    found
}

struct Uses<'c, 'a> {
    checker: &'c Checker<'a>,
    file: FileId,
    /// Every name that stands somewhere for something.
    names: FxHashSet<SmolStr>,
    read: FxHashSet<BindingId>,
    /// What the file's classes are called.
    classes: FxHashMap<ClassId, Vec<BindingId>>,
    /// Statements that declare one variable and do nothing else.
    removable: FxHashMap<BindingId, Span>,
}

impl<'a> Visit<'a> for Uses<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Var(decl) => self.note_removable(decl, stmt.span),
            StmtKind::Function(function) => {
                if let Some(id) = self.binding(function.id) {
                    self.removable.insert(id, stmt.span);
                }
            }
            StmtKind::Export(export) => {
                if let Export::Named { names, .. } = &**export {
                    self.names.extend(names.iter().filter_map(|name| name.local.text.to_utf8()).map(SmolStr::from));
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Ident(name) = &expr.kind {
            self.names.insert(name.text.clone());
            self.read.extend(self.binding(expr.id));
        }
        walk_expr(self, expr);
    }

    fn visit_type(&mut self, ty: &'a Type) {
        if let TypeKind::Ref { path, .. } | TypeKind::Typeof { path, .. } = &ty.kind {
            self.names.extend(path.first().map(|name| name.text.clone()));
        }
        self.read.extend(self.binding(ty.id));
        match self.checker.res.type_names[usize::from(self.file.0)].get(&ty.id) {
            Some(TypeName::Enum(id)) => {
                self.read.insert(*id);
            }
            Some(TypeName::Class(class)) => {
                self.read.extend(self.classes.get(class).into_iter().flatten());
            }
            _ => {}
        }
        walk_type(self, ty);
    }
}

impl<'c, 'a> Uses<'c, 'a> {
    fn new(checker: &'c Checker<'a>, file: FileId) -> Self {
        let mut classes: FxHashMap<ClassId, Vec<BindingId>> = FxHashMap::default();
        for id in &checker.bindings_of[usize::from(file.0)] {
            if let Origin::Class(class) = checker.res.origins[id.0 as usize] {
                classes.entry(class).or_default().push(*id);
            }
        }
        let (names, read) = (FxHashSet::default(), FxHashSet::default());
        Self { checker, file, names, read, classes, removable: FxHashMap::default() }
    }

    fn binding(&self, node: NodeId) -> Option<BindingId> {
        self.checker.res.facts[usize::from(self.file.0)].binding(node)
    }

    fn note_removable(&mut self, decl: &VarDecl, span: Span) {
        if let [only] = &decl.declarators[..]
            && only.init.as_ref().is_none_or(is_inert)
            && let Some(id) = self.binding(only.pat.id)
        {
            self.removable.insert(id, span);
        }
    }

    fn unused_imports(&self, import: &Import, stmt: Span, source: &str, found: &mut Vec<Diagnostic>) {
        let is_unused = |name: &Name| !name.missing && !name.text.starts_with('_') && !self.names.contains(&name.text);
        let single = import.default.iter().chain(&import.namespace).map(|name| (name, name.span));
        let named = import.named.iter().map(|name| (&name.local, name.span));
        let all: Vec<(&Name, Span)> = single.chain(named).collect();
        let unused: Vec<&(&Name, Span)> = all.iter().filter(|(name, _)| is_unused(name)).collect();
        let whole = unused.len() == all.len();
        for (at, (name, span)) in unused.into_iter().enumerate() {
            let message = format!("`{}` is imported and never used", name.text);
            let diagnostic = Diagnostic::new(&UNUSED_IMPORT, self.file, name.span, message, "not used");
            let edit = if whole {
                let from = import.from.text.to_utf8_lossy();
                let no_effect = import.type_only
                    || from.starts_with("mark:")
                    || (!import.named.is_empty() && import.named.iter().all(|name| name.type_only));
                // The module's own code still runs.
                let text = if no_effect { String::new() } else { format!("import \"{from}\";") };
                let span = if no_effect { line_of(source, stmt) } else { stmt };
                // One edit takes them all.
                (at == 0).then_some((span, text))
            } else if import.named.iter().any(|of| of.span == *span) {
                Some((list_item(source, *span), String::new()))
            } else {
                None
            };
            found.push(match edit {
                Some((span, text)) => diagnostic.fix("remove the import", span, text).certain(),
                None => diagnostic,
            });
        }
    }

    fn unused_locals(&self, source: &str, found: &mut Vec<Diagnostic>) {
        let res = self.checker.res;
        let exported: FxHashSet<BindingId> = res.exports[usize::from(self.file.0)].iter().map(|(_, id)| *id).collect();
        for id in self.checker.bindings_of[usize::from(self.file.0)].iter().copied() {
            let binding = &res.bindings[id.0 as usize];
            let is_local = matches!(
                binding.kind,
                BindingKind::Var | BindingKind::Let | BindingKind::Const | BindingKind::Function | BindingKind::Class
            );
            let is_meant = binding.name.starts_with(['_', '*']) || exported.contains(&id) || self.read.contains(&id);
            if !is_local || is_meant || !self.is_own_choice(&res.origins[id.0 as usize]) {
                continue;
            }
            let written = if binding.reassigned { "is given values and never read" } else { "is never used" };
            let message = format!("`{}` {written}", binding.name);
            let mut diagnostic = Diagnostic::new(&UNUSED_LOCAL, self.file, binding.span, message, "not used")
                .help(format!("take it out, or name it `_{}` if it is meant to be there", binding.name));
            if let Some(span) = self.removable.get(&id).filter(|_| !binding.reassigned) {
                diagnostic = diagnostic.fix("remove it", line_of(source, *span), "");
            }
            found.push(diagnostic);
        }
    }

    /// Not what the syntax asks for: the variable of a `for-of`, and what a rest leaves out.
    fn is_own_choice(&self, origin: &Origin<'_>) -> bool {
        match origin {
            Origin::Declarator { declarator, .. } => !has_rest(&declarator.pat),
            Origin::Function(parts) => parts.iter().any(|part| part.name.is_some()),
            Origin::Class(_) => true,
            _ => false,
        }
    }
}

fn has_rest(pat: &Pat) -> bool {
    match &pat.kind {
        PatKind::Object { props, rest } => rest.is_some() || props.iter().any(|prop| has_rest(&prop.value.pat)),
        PatKind::Array { elems, .. } => elems.iter().flatten().any(|elem| has_rest(&elem.pat)),
        _ => false,
    }
}

/// Evaluating it does nothing.
fn is_inert(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Ident(_) | ExprKind::This | ExprKind::Null | ExprKind::Bool(_) | ExprKind::Num(_) => true,
        ExprKind::Str(_) | ExprKind::Unit { .. } | ExprKind::Function(_) => true,
        ExprKind::Paren(inner) => is_inert(inner),
        _ => false,
    }
}

/// A statement with the blanks before it and the end of its line, where nothing else is in its lines.
fn line_of(source: &str, span: Span) -> Span {
    let before = &source[..span.start as usize];
    let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
    let starts_line = indent == before.len() || before[..before.len() - indent].ends_with('\n');
    let after = &source[span.end as usize..];
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    match after[blanks..].starts_with('\n') && starts_line {
        true => Span::new(span.start - small(indent), span.end + small(blanks) + 1),
        false => span,
    }
}

/// An item of a list with the comma that goes with it.
fn list_item(source: &str, span: Span) -> Span {
    let after = &source[span.end as usize..];
    let blanks = after.len() - after.trim_start().len();
    if let Some(rest) = after[blanks..].strip_prefix(',') {
        let more = rest.len() - rest.trim_start().len();
        return Span::new(span.start, span.end + small(blanks + 1 + more));
    }
    let before = &source[..span.start as usize];
    let kept = before.trim_end();
    let start = if kept.ends_with(',') { kept.len() - 1 } else { before.len() };
    Span::new(small(start), span.end)
}

fn small(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(0)
}
