//! Who calls whom, and who extends what.

use mosl_compiler::analysis::{Analysis, Site, SourceId};
use mosl_compiler::program::{BindingKind, ClassId, FileId, Resolved};
use mosl_compiler::resolve::TypeDeclKind;
use mosl_syntax::Span;
use mosl_syntax::ast::visit::{self, Visit};
use mosl_syntax::ast::{Expr, ExprKind};

use super::definition::{subtypes, supertypes_of_class, symbol_of_named};
use super::outline::{OutlineItem, SymbolKind, outline};
use super::references::references_to;
use super::symbol::{Symbol, sites_of, symbol_at};
use super::text::source_text;

/// A function, class or interface, as a line of a hierarchy.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub name: String,
    pub kind: SymbolKind,
    pub site: Site,
}

/// A line and where in the caller the calls are.
#[derive(Clone, PartialEq, Debug)]
pub struct Calls {
    pub entry: Entry,
    pub spans: Vec<Span>,
}

fn entry(analysis: &Analysis<'_>, site: Site, kind: SymbolKind) -> Entry {
    let name = source_text(analysis, site.source).get(site.name.range()).unwrap_or("").to_owned();
    Entry { name, kind, site }
}

/// The function at a position.
pub fn prepare_calls(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Entry> {
    let found = symbol_at(analysis, file, offset)?;
    let (callable, kind) = match &found.symbol {
        Symbol::Binding(id) => {
            let class =
                matches!(analysis.names.bindings[id.0 as usize].kind, BindingKind::Class | BindingKind::ClassInner);
            let kind = if class { SymbolKind::Class } else { SymbolKind::Function };
            (class || !analysis.call_signatures(analysis.binding_type(*id)).is_empty(), kind)
        }
        Symbol::Member { name, of, .. } => {
            let member = analysis.member(*of, name)?;
            (!analysis.call_signatures(member.ty).is_empty(), SymbolKind::Method)
        }
        _ => (false, SymbolKind::Function),
    };
    let site = sites_of(analysis, &found.symbol).into_iter().next()?;
    callable.then(|| entry(analysis, site, kind))
}

/// The functions that call the one declared at a position.
pub fn incoming(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Vec<Calls> {
    let Some(found) = symbol_at(analysis, file, offset) else { return Vec::new() };
    let mut all: Vec<Calls> = Vec::new();
    for reference in references_to(analysis, &found.symbol) {
        let loaded = &analysis.loaded.files[usize::from(reference.file.0)];
        let span = reference.occurrence.span;
        let mut calls = CallSites::default();
        visit::walk_stmts(&mut calls, &loaded.ast.body);
        if !calls.0.contains(&span) {
            continue;
        }
        let items = outline(loaded);
        let item = around(&items, span).filter(|item| item.name_span != span);
        let source = SourceId::File(reference.file);
        let caller = match item {
            Some(item) => {
                let site = Site { source, name: item.name_span, whole: item.whole };
                Entry { name: item.name.clone(), kind: item.kind, site }
            }
            None => {
                let name = loaded.name.rsplit('/').next().unwrap_or(&loaded.name).to_owned();
                Entry {
                    name,
                    kind: SymbolKind::Variable,
                    site: Site { source, name: Span::at(0), whole: loaded.ast.span },
                }
            }
        };
        match all.iter_mut().find(|calls| calls.entry == caller) {
            Some(calls) => calls.spans.push(span),
            None => all.push(Calls { entry: caller, spans: vec![span] }),
        }
    }
    all
}

/// The functions that the one declared at a position calls.
pub fn outgoing(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Vec<Calls> {
    let loaded = &analysis.loaded.files[usize::from(file.0)];
    let items = outline(loaded);
    let Some(item) = around(&items, Span::at(offset)) else { return Vec::new() };
    let mut calls = CallSites::default();
    visit::walk_stmts(&mut calls, &loaded.ast.body);
    let mut all: Vec<Calls> = Vec::new();
    for span in calls.0.into_iter().filter(|span| item.whole.start <= span.start && span.end <= item.whole.end) {
        let Some(callee) = prepare_calls(analysis, file, span.start) else { continue };
        match all.iter_mut().find(|calls| calls.entry == callee) {
            Some(calls) => calls.spans.push(span),
            None => all.push(Calls { entry: callee, spans: vec![span] }),
        }
    }
    all
}

/// The innermost function-like item around a span.
fn around(items: &[OutlineItem], span: Span) -> Option<&OutlineItem> {
    let item = items.iter().find(|item| item.whole.start <= span.start && span.end <= item.whole.end)?;
    around(&item.children, span).or(Some(item)).filter(|item| {
        matches!(
            item.kind,
            SymbolKind::Function
                | SymbolKind::Method
                | SymbolKind::Constructor
                | SymbolKind::Property
                | SymbolKind::Class
                | SymbolKind::Field
        )
    })
}

/// The names that are called.
#[derive(Default)]
struct CallSites(Vec<Span>);

impl<'a> Visit<'a> for CallSites {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Call { callee, .. } | ExprKind::New { callee, .. } = &expr.kind {
            match &callee.kind {
                ExprKind::Ident(name) | ExprKind::Member { name, .. } | ExprKind::PrivateMember { name, .. } => {
                    self.0.push(name.span);
                }
                _ => {}
            }
        }
        visit::walk_expr(self, expr);
    }
}

fn type_symbol(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Symbol> {
    let found = symbol_at(analysis, file, offset)?;
    match &found.symbol {
        Symbol::TypeDecl(_) => Some(found.symbol),
        Symbol::Binding(id) => {
            let kind = analysis.names.bindings[id.0 as usize].kind;
            matches!(kind, BindingKind::Class | BindingKind::ClassInner).then_some(found.symbol)
        }
        _ => None,
    }
}

fn type_entry(analysis: &Analysis<'_>, symbol: &Symbol) -> Option<Entry> {
    let kind = if matches!(symbol, Symbol::Binding(_)) { SymbolKind::Class } else { SymbolKind::Interface };
    Some(entry(analysis, sites_of(analysis, symbol).into_iter().next()?, kind))
}

/// The class or interface at a position.
pub fn prepare_types(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Option<Entry> {
    type_entry(analysis, &type_symbol(analysis, file, offset)?)
}

/// What a class or interface extends and implements.
pub fn supertypes(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Vec<Entry> {
    let parents = match type_symbol(analysis, file, offset) {
        Some(Symbol::TypeDecl(id)) => {
            let decl = &analysis.names.type_decls[id.0 as usize];
            let TypeDeclKind::Interface(parts) = &decl.kind else { return Vec::new() };
            let names = &analysis.names.type_names[usize::from(decl.file.0)];
            let bases = parts.iter().flat_map(|part| &part.extends).filter_map(|ty| names.get(&ty.id).copied());
            bases.filter_map(|name| symbol_of_named(analysis, name)).collect()
        }
        Some(symbol) => class_of(analysis, &symbol)
            .map(|class| supertypes_of_class(analysis, class, analysis.names.class_nodes[class.0 as usize]))
            .unwrap_or_default(),
        None => Vec::new(),
    };
    parents.iter().filter_map(|parent| type_entry(analysis, parent)).collect()
}

fn class_of(analysis: &Analysis<'_>, symbol: &Symbol) -> Option<ClassId> {
    let Symbol::Binding(id) = symbol else { return None };
    let found = analysis
        .names
        .classes
        .iter()
        .position(|class| analysis.resolved(class.file, class.node) == Some(Resolved::Binding(*id)));
    found.and_then(|at| u32::try_from(at).ok()).map(ClassId)
}

/// The classes and interfaces that extend or implement what is at a position.
pub fn subtypes_at(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Vec<Entry> {
    let Some(symbol) = type_symbol(analysis, file, offset) else { return Vec::new() };
    let mut found: Vec<Entry> =
        subtypes(analysis, &symbol).into_iter().map(|site| entry(analysis, site, SymbolKind::Class)).collect();
    for decl in &analysis.names.type_decls {
        let TypeDeclKind::Interface(parts) = &decl.kind else { continue };
        let names = &analysis.names.type_names[usize::from(decl.file.0)];
        for part in parts {
            let bases = part.extends.iter().filter_map(|ty| names.get(&ty.id).copied());
            if bases.filter_map(|name| symbol_of_named(analysis, name)).any(|base| base == symbol) {
                let site = Site { source: SourceId::File(decl.file), name: part.name.span, whole: part.span };
                found.push(entry(analysis, site, SymbolKind::Interface));
            }
        }
    }
    found
}
