//! The tables of modules: what each file imports and exports, and what an import finally means (ECMAScript 16.2.1.6.3,
//! ResolveExport). Drives the walk over the bodies and puts the results together.

use mosl_syntax::Span;
use mosl_syntax::ast::{Export, ModuleName, SmolStr, Specifier, StmtKind, VarKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::early_use::EarlyUse;
use super::scope::{Lifetime, Scope, Value};
use super::{Origin, Resolution, TypeName, classes, declare::Walk};
use crate::diagnostics::catalogue::{AMBIGUOUS_EXPORT, DUPLICATE_EXPORT, MISSING_EXPORT, UNRESOLVED_NAME};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Entry};
use crate::program::{Binding, BindingId, BindingKind, Facts, FileId};
use crate::project::Loaded;

/// What a name of a module stands for: a value, a type, or both (a class, an enum).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Meaning {
    pub value: Option<BindingId>,
    pub ty: Option<TypeName>,
    /// Imported or exported with `type`: the value may not be used.
    pub type_only: bool,
}

impl Meaning {
    fn is_nothing(&self) -> bool {
        self.value.is_none() && self.ty.is_none()
    }
}

#[derive(Debug)]
pub(super) struct ImportEntry {
    pub local: SmolStr,
    pub span: Span,
    pub from: Option<FileId>,
    /// `None`: the module as a whole.
    pub imported: Option<SmolStr>,
    pub type_only: bool,
    pub meaning: Meaning,
}

/// What a name exported under its own name stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ExportedBy {
    /// `export { name }`.
    Clause,
    /// `export var`, the one declaration that may be repeated, though not exported twice.
    Var,
    /// Any other declaration: it may have overloads, or a type of the same name beside it.
    Declaration,
}

/// One name that a file exports.
#[derive(Clone, Debug)]
enum ExportEntry {
    /// Declared or imported here under this name.
    Local { name: SmolStr, span: Span, type_only: bool, by: ExportedBy },
    /// `export { a } from "m"`; `None` for `export * as ns`.
    From { file: Option<FileId>, name: SmolStr, span: Span, type_only: bool },
    /// `export * as ns`, `export default …`: a binding of its own.
    Own(BindingId, Option<TypeName>),
}

#[derive(Debug, Default)]
pub(super) struct ModuleTable {
    pub imports: Vec<ImportEntry>,
    exports: FxHashMap<SmolStr, ExportEntry>,
    order: Vec<SmolStr>,
    stars: Vec<FileId>,
    pub scope: Option<Scope>,
}

/// Overloads, and a type and a value of one name, are exported declaration by declaration.
fn may_repeat(before: &ExportEntry, again: &ExportEntry) -> bool {
    let (ExportEntry::Local { name: a, by: first, .. }, ExportEntry::Local { name: b, by: second, .. }) =
        (before, again)
    else {
        return false;
    };
    let is_clause = [first, second].contains(&&ExportedBy::Clause);
    a == b && !is_clause && (*first, *second) != (ExportedBy::Var, ExportedBy::Var)
}

enum Found {
    Meaning(Meaning),
    Missing,
    Ambiguous,
}

pub(super) struct Linker<'a> {
    pub loaded: &'a Loaded,
    pub out: Resolution<'a>,
    pub lives: Vec<Lifetime>,
    pub modules: Vec<ModuleTable>,
    pub early: EarlyUse,
    /// Bindings whose value is used other than by a call; the functions among them escape.
    pub escaping: Vec<BindingId>,
    pub facts_of_functions: Vec<(FileId, mosl_syntax::ast::NodeId, BindingId)>,
    /// Each name that nothing declares, and whether it is assigned there.
    pub undeclared: Vec<(FileId, SmolStr, Span, bool)>,
}

impl<'a> Linker<'a> {
    pub fn new(loaded: &'a Loaded) -> Self {
        let mut out = Resolution::new();
        for _ in &loaded.files {
            out.facts.push(Facts::default());
            out.type_names.push(FxHashMap::default());
            out.assignments.push(Vec::new());
            out.member_assignments.push(Vec::new());
        }
        let modules = loaded.files.iter().map(|_| ModuleTable::default()).collect();
        Self {
            loaded,
            out,
            lives: Vec::new(),
            modules,
            early: EarlyUse::default(),
            escaping: Vec::new(),
            facts_of_functions: Vec::new(),
            undeclared: Vec::new(),
        }
    }

    pub fn add_binding(&mut self, binding: Binding, life: Lifetime, origin: Origin<'a>) -> BindingId {
        let id = BindingId(u32::try_from(self.out.bindings.len()).expect("fewer than 2^32 bindings"));
        self.out.bindings.push(binding);
        self.out.origins.push(origin);
        self.lives.push(life);
        id
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.out.diagnostics.push(diagnostic);
    }

    /// The names at the top of every file, and the lists of imports and exports.
    pub fn declare_modules(&mut self) {
        for file in &self.loaded.files {
            for stmt in &file.ast.body {
                if let StmtKind::Import(import) = &stmt.kind {
                    self.declare_import(file.id, import);
                }
            }
            let mut walk = Walk::new(self, file.id);
            walk.declare_module(&file.ast.body);
            let scope = walk.take_module_scope();
            self.modules[usize::from(file.id.0)].scope = Some(scope);
            for stmt in &file.ast.body {
                if let StmtKind::Export(export) = &stmt.kind {
                    self.declare_export(file.id, export, stmt.id);
                }
            }
        }
    }

    fn declare_import(&mut self, file: FileId, import: &mosl_syntax::ast::Import) {
        let from = self.target(file, &import.from);
        let table = &mut self.modules[usize::from(file.0)].imports;
        let mut add = |local: &mosl_syntax::ast::Name, imported: Option<SmolStr>, type_only: bool| {
            if !local.missing {
                let (local, span) = (local.text.clone(), local.span);
                table.push(ImportEntry { local, span, from, imported, type_only, meaning: Meaning::default() });
            }
        };
        if let Some(name) = &import.default {
            add(name, Some("default".into()), import.type_only);
        }
        if let Some(name) = &import.namespace {
            add(name, None, import.type_only);
        }
        for named in &import.named {
            add(&named.local, Some(text(&named.imported)), import.type_only || named.type_only);
        }
    }

    fn target(&self, file: FileId, specifier: &Specifier) -> Option<FileId> {
        self.loaded.files[usize::from(file.0)].imports.get(&specifier.span).copied()
    }

    fn declare_export(&mut self, file: FileId, export: &'a Export, stmt: mosl_syntax::ast::NodeId) {
        match export {
            Export::Decl(decl) => {
                let mut names = Vec::new();
                super::declare::declared_names(decl, &mut names);
                let is_var = matches!(&decl.kind, StmtKind::Var(var) if var.kind == VarKind::Var);
                let by = if is_var { ExportedBy::Var } else { ExportedBy::Declaration };
                for (name, span) in names {
                    let entry = ExportEntry::Local { name: name.clone(), span, type_only: false, by };
                    self.add_export(file, name, span, entry);
                }
            }
            Export::Named { type_only, names, from } => {
                let target = from.as_ref().map(|from| self.target(file, from));
                for name in names {
                    let (local, span, type_only) = (text(&name.local), name.local.span, *type_only || name.type_only);
                    let entry = match target {
                        Some(target) => ExportEntry::From { file: target, name: local, span, type_only },
                        None => ExportEntry::Local { name: local, span, type_only, by: ExportedBy::Clause },
                    };
                    self.add_export(file, text(&name.exported), name.exported.span, entry);
                }
            }
            Export::All { alias: None, from, .. } => {
                let target = self.target(file, from);
                self.modules[usize::from(file.0)].stars.extend(target);
            }
            Export::All { alias: Some(alias), from, .. } => {
                let entry = match self.target(file, from) {
                    Some(target) => {
                        let id = self.namespace_binding(file, target, text(alias), alias.span);
                        ExportEntry::Own(id, Some(TypeName::Namespace(target)))
                    }
                    None => ExportEntry::From { file: None, name: text(alias), span: alias.span, type_only: false },
                };
                self.add_export(file, text(alias), alias.span, entry);
            }
            Export::Default(default) => self.declare_default(file, default, stmt),
        }
    }

    fn declare_default(
        &mut self,
        file: FileId,
        default: &'a mosl_syntax::ast::DefaultExport,
        stmt: mosl_syntax::ast::NodeId,
    ) {
        use mosl_syntax::ast::DefaultExport as D;
        let named = match default {
            D::Function(function) => function.name.as_ref(),
            D::Class(class) => class.name.as_ref(),
            D::Interface(interface) => Some(&interface.name),
            D::Expr(_) => None,
        };
        let entry = match (named, default) {
            (Some(name), _) => ExportEntry::Local {
                name: name.text.clone(),
                span: name.span,
                type_only: false,
                by: ExportedBy::Declaration,
            },
            // Declared under a name that no source can spell; see `declare_module`.
            (None, D::Function(_) | D::Class(_)) => ExportEntry::Local {
                name: super::declare::DEFAULT.into(),
                span: default_span(default),
                type_only: false,
                by: ExportedBy::Declaration,
            },
            (None, D::Expr(expr)) => {
                let life = Lifetime { ready: expr.span.end, case: None, nested: false };
                let binding = module_binding("default".into(), BindingKind::DefaultExport, file, expr.span);
                let id = self.add_binding(binding, life, Origin::Default(expr));
                let facts = &mut self.out.facts[usize::from(file.0)];
                facts.names.insert(stmt, crate::program::Resolved::Binding(id));
                ExportEntry::Own(id, None)
            }
            (None, D::Interface(_)) => return,
        };
        self.add_export(file, "default".into(), default_span(default), entry);
    }

    fn add_export(&mut self, file: FileId, name: SmolStr, span: Span, entry: ExportEntry) {
        let table = &mut self.modules[usize::from(file.0)];
        if let Some(before) = table.exports.get(&name) {
            if !may_repeat(before, &entry) {
                let message = format!("`{name}` is exported twice");
                self.report(Diagnostic::new(&DUPLICATE_EXPORT, file, span, message, "exported again here"));
            }
            return;
        }
        table.order.push(name.clone());
        table.exports.insert(name, entry);
    }

    pub fn namespace_binding(&mut self, file: FileId, target: FileId, name: SmolStr, span: Span) -> BindingId {
        let life = Lifetime { ready: 0, case: None, nested: false };
        self.add_binding(module_binding(name, BindingKind::Namespace(target), file, span), life, Origin::Namespace)
    }

    /// Finds what each import means.
    pub fn link_imports(&mut self) {
        // Namespaces first: a name may be re-exported through one.
        for namespaces in [true, false] {
            for file in 0..self.modules.len() {
                let id = FileId(u16::try_from(file).expect("files are numbered by u16"));
                for index in 0..self.modules[file].imports.len() {
                    if self.modules[file].imports[index].imported.is_none() == namespaces {
                        let meaning = self.link_import(id, index);
                        self.modules[file].imports[index].meaning = meaning;
                    }
                }
            }
        }
        for file in 0..self.modules.len() {
            let id = FileId(u16::try_from(file).expect("files are numbered by u16"));
            self.check_exports(id);
        }
    }

    fn link_import(&mut self, file: FileId, index: usize) -> Meaning {
        let entry = &self.modules[usize::from(file.0)].imports[index];
        let unknown = Meaning { value: None, ty: Some(TypeName::Unresolved), type_only: false };
        let Some(from) = entry.from else { return unknown };
        let (local, span, type_only, imported) =
            (entry.local.clone(), entry.span, entry.type_only, entry.imported.clone());
        let Some(name) = imported else {
            let id = self.namespace_binding(file, from, local, span);
            return Meaning { value: Some(id), ty: Some(TypeName::Namespace(from)), type_only };
        };
        match self.resolve_export(from, &name, &mut Vec::new()) {
            Found::Meaning(meaning) => Meaning { type_only: type_only || meaning.type_only, ..meaning },
            Found::Missing => {
                self.report_missing(&MISSING_EXPORT, file, from, &name, span);
                unknown
            }
            Found::Ambiguous => {
                self.report_missing(&AMBIGUOUS_EXPORT, file, from, &name, span);
                unknown
            }
        }
    }

    fn report_missing(&mut self, entry: &'static Entry, file: FileId, from: FileId, name: &str, span: Span) {
        let module = self.loaded.files[usize::from(from.0)].name.clone();
        if *entry == AMBIGUOUS_EXPORT {
            let message = format!("`{module}` exports `{name}` from two files");
            self.report(Diagnostic::new(entry, file, span, message, "which one is meant?"));
            return;
        }
        let names = self.export_names(from);
        let near = nearest(name, names.iter().map(SmolStr::as_str));
        let message = if name == "default" {
            format!("`{module}` has no default export")
        } else {
            format!("`{module}` exports no `{name}`")
        };
        let mut diagnostic = Diagnostic::new(entry, file, span, message, "not exported there");
        if name == "default" && !names.is_empty() && names.len() < 12 {
            diagnostic = diagnostic.help(format!("it exports {}: import by name, in braces", list(&names)));
        }
        self.report(diagnostic.suggest(span, near));
    }

    /// Every name that a module exports, `export *` included (without its default).
    pub fn export_names(&self, file: FileId) -> Vec<SmolStr> {
        let mut names = Vec::new();
        let mut listed: FxHashSet<&SmolStr> = FxHashSet::default();
        let mut seen = vec![file];
        let mut next = 0;
        while let Some(&file) = seen.get(next) {
            next += 1;
            let table = &self.modules[usize::from(file.0)];
            for name in &table.order {
                if (next == 1 || name != "default") && listed.insert(name) {
                    names.push(name.clone());
                }
            }
            for star in &table.stars {
                if !seen.contains(star) {
                    seen.push(*star);
                }
            }
        }
        names
    }

    fn resolve_export(&self, file: FileId, name: &str, path: &mut Vec<(FileId, SmolStr)>) -> Found {
        if path.iter().any(|(at, of)| *at == file && of == name) {
            return Found::Missing;
        }
        path.push((file, name.into()));
        let table = &self.modules[usize::from(file.0)];
        if let Some(entry) = table.exports.get(name) {
            return self.resolve_entry(file, entry, path);
        }
        if name == "default" {
            return Found::Missing;
        }
        let mut found: Option<Meaning> = None;
        for star in &table.stars {
            match self.resolve_export(*star, name, path) {
                Found::Meaning(meaning) => match found {
                    Some(before) if !self.is_one(before.value, meaning.value) || before.ty != meaning.ty => {
                        return Found::Ambiguous;
                    }
                    _ => found = Some(meaning),
                },
                Found::Ambiguous => return Found::Ambiguous,
                Found::Missing => {}
            }
        }
        found.map_or(Found::Missing, Found::Meaning)
    }

    /// Whether two exports are one variable, or namespaces of one module.
    fn is_one(&self, a: Option<BindingId>, b: Option<BindingId>) -> bool {
        let kind = |id: Option<BindingId>| id.map(|id| self.out.bindings[id.0 as usize].kind);
        a == b
            || matches!((kind(a), kind(b)), (Some(BindingKind::Namespace(x)), Some(BindingKind::Namespace(y))) if x == y)
    }

    fn resolve_entry(&self, file: FileId, entry: &ExportEntry, path: &mut Vec<(FileId, SmolStr)>) -> Found {
        match entry {
            ExportEntry::Own(id, ty) => Found::Meaning(Meaning { value: Some(*id), ty: *ty, type_only: false }),
            ExportEntry::From { file: None, .. } => {
                Found::Meaning(Meaning { value: None, ty: Some(TypeName::Unresolved), type_only: false })
            }
            ExportEntry::From { file: Some(from), name, type_only, .. } => {
                match self.resolve_export(*from, name, path) {
                    Found::Meaning(meaning) => {
                        Found::Meaning(Meaning { type_only: meaning.type_only || *type_only, ..meaning })
                    }
                    other => other,
                }
            }
            ExportEntry::Local { name, type_only, .. } => {
                let meaning = match self.local(file, name) {
                    Ok(meaning) => meaning,
                    Err(import) => match (import.from, &import.imported) {
                        (Some(from), Some(imported)) => match self.resolve_export(from, imported, path) {
                            Found::Meaning(meaning) => meaning,
                            other => return other,
                        },
                        // A namespace import: its binding exists once its own file is linked.
                        _ => import.meaning,
                    },
                };
                if meaning.is_nothing() {
                    return Found::Missing;
                }
                Found::Meaning(Meaning { type_only: meaning.type_only || *type_only, ..meaning })
            }
        }
    }

    /// What a name at the top of a file means there, or the import that brings it.
    fn local(&self, file: FileId, name: &str) -> Result<Meaning, &ImportEntry> {
        let table = &self.modules[usize::from(file.0)];
        let scope = table.scope.as_ref().expect("declared before linking");
        let ty = scope.types.get(name).copied();
        match scope.values.get(name) {
            Some(Value::Import(index)) => Err(&table.imports[*index as usize]),
            Some(Value::Binding(id)) => Ok(Meaning { value: Some(*id), ty, type_only: false }),
            None => Ok(Meaning { value: None, ty, type_only: false }),
        }
    }

    /// Fills the export lists; reports what is exported but nowhere declared.
    fn check_exports(&mut self, file: FileId) {
        let (mut values, mut types) = (Vec::new(), FxHashMap::default());
        for name in self.export_names(file) {
            let own = self.modules[usize::from(file.0)].exports.get(&name).cloned();
            match self.resolve_export(file, &name, &mut Vec::new()) {
                Found::Meaning(meaning) => {
                    if let Some(value) = meaning.value.filter(|_| !meaning.type_only) {
                        values.push((name.clone(), value));
                    }
                    types.extend(meaning.ty.map(|ty| (name, ty)));
                }
                Found::Missing | Found::Ambiguous => match own {
                    Some(ExportEntry::Local { name, span, .. }) => {
                        let message = format!("`{name}` is exported but declared nowhere in this file");
                        let scope = self.modules[usize::from(file.0)].scope.as_ref().expect("declared");
                        let near = nearest(&name, scope.values.keys().chain(scope.types.keys()).map(SmolStr::as_str));
                        let near = near.map(str::to_owned);
                        let diagnostic = Diagnostic::new(&MISSING_EXPORT, file, span, message, "not declared");
                        self.report(diagnostic.suggest(span, near.as_deref()));
                    }
                    Some(ExportEntry::From { file: Some(from), name, span, .. }) => {
                        self.report_missing(&MISSING_EXPORT, file, from, &name, span);
                    }
                    _ => {}
                },
            }
        }
        self.out.exports.push(values);
        self.out.exported_types.push(types);
    }

    pub fn resolve_bodies(&mut self, strict: &dyn Fn(FileId) -> bool, chosen: &[bool]) {
        for (file, _) in self.loaded.files.iter().zip(chosen).filter(|(_, chosen)| **chosen) {
            let mut walk = Walk::new(self, file.id);
            walk.strict = strict(file.id);
            walk.module(&file.ast);
        }
    }

    /// `chosen`: the files whose bodies were resolved.
    pub fn finish(mut self, chosen: Vec<bool>) -> Resolution<'a> {
        self.mark_escapes();
        for id in std::mem::take(&mut self.early).finish(&self.lives) {
            if self.out.bindings[id.0 as usize].kind == BindingKind::Var {
                self.out.early_vars.push(id);
            } else {
                self.out.bindings[id.0 as usize].needs_init_check = true;
            }
        }
        let lives = self.lives.iter().zip(self.out.bindings.so_far()).enumerate();
        let nested = lives.filter(|(_, (life, binding))| life.nested && binding.kind == BindingKind::Var);
        self.out
            .early_vars
            .extend(nested.map(|(index, _)| BindingId(u32::try_from(index).expect("as many as bindings"))));
        for assignments in self.out.assignments.iter_mut() {
            assignments.sort_unstable();
        }
        for assignments in self.out.member_assignments.iter_mut() {
            assignments.sort_unstable();
        }
        classes::lay_out(&mut self.out, &chosen);
        self.forget_uses_of_undeclared();
        self.out.reach.close(chosen);
        classes::reach_superclasses(&self.out);
        self.out
    }

    /// A variable that is assigned and never declared is one mistake, reported where it is assigned first.
    fn forget_uses_of_undeclared(&mut self) {
        let mut first: FxHashMap<(FileId, &SmolStr), Span> = FxHashMap::default();
        for (file, name, span, _) in self.undeclared.iter().filter(|(.., assigned)| *assigned) {
            let known = first.entry((*file, name)).or_insert(*span);
            *known = (*known).min(*span);
        }
        let echoes: FxHashSet<(FileId, Span)> = self
            .undeclared
            .iter()
            .filter(|(file, name, span, _)| first.get(&(*file, name)).is_some_and(|first| first != span))
            .map(|(file, _, span, _)| (*file, *span))
            .collect();
        self.out
            .diagnostics
            .retain(|found| found.code != UNRESOLVED_NAME.code || !echoes.contains(&(found.file, found.primary.span)));
    }

    /// A declared function whose name is only ever called does not escape, unless the entry file exports it.
    fn mark_escapes(&mut self) {
        let exported = |file: usize| self.out.exports.get(file).into_iter().flatten().map(|(_, id)| *id);
        let whole = self.out.bindings.iter().filter_map(|binding| match binding.kind {
            BindingKind::Namespace(file) => Some(usize::from(file.0)),
            _ => None,
        });
        let mut escapes = vec![false; self.out.bindings.len()];
        for id in self.escaping.iter().copied().chain(exported(0)).chain(whole.flat_map(exported)) {
            escapes[id.0 as usize] = true;
        }
        for (file, node, id) in &self.facts_of_functions {
            if let Some(info) = self.out.facts[usize::from(file.0)].functions.get_mut(node) {
                info.escapes = escapes[id.0 as usize] || self.out.bindings[id.0 as usize].reassigned;
            }
        }
    }
}

pub(super) fn module_binding(name: SmolStr, kind: BindingKind, file: FileId, span: Span) -> Binding {
    Binding {
        name,
        kind,
        file,
        span,
        function: None,
        is_global: true,
        captured: false,
        reassigned: false,
        in_loop: false,
        needs_init_check: false,
        late: false,
        ty: crate::types::Types::ANY,
    }
}

fn default_span(default: &mosl_syntax::ast::DefaultExport) -> Span {
    use mosl_syntax::ast::DefaultExport as D;
    match default {
        D::Expr(expr) => expr.span,
        D::Function(function) => function.span,
        D::Class(class) => class.span,
        D::Interface(interface) => interface.span,
    }
}

fn text(name: &ModuleName) -> SmolStr {
    name.text.to_utf8_lossy().into()
}

fn list(names: &[SmolStr]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
