//! The names that can be used at a position.

use mosl_compiler::analysis::Analysis;
use mosl_compiler::program::{BindingKind, FileId, Resolved};
use mosl_compiler::resolve::{TypeDeclKind, TypeName};
use mosl_syntax::Span;
use mosl_syntax::ast::{
    Block, DefaultExport, Export, ForHead, ForInit, Function, FunctionKind, Import, Name, NodeId, Pat, PatKind,
    SmolStr, Stmt, StmtKind, TypeParam, VarDecl, VarKind,
};

use super::occurrences::{Meaning, exported, outer_binding};
use super::syntax::{Node, path_at, touches};

/// A name in scope, innermost scopes first.
#[derive(Clone, PartialEq, Debug)]
pub struct ScopeName {
    pub name: SmolStr,
    pub meaning: Meaning,
    /// How many scopes out it is declared; 0 is the innermost.
    pub distance: u32,
}

/// All names of the program that can be used at a position, each once for values and once for types; the library's are not among them.
pub fn names_at(analysis: &Analysis<'_>, file: FileId, offset: u32) -> Vec<ScopeName> {
    let Some(loaded) = analysis.loaded.files.get(usize::from(file.0)) else { return Vec::new() };
    let mut scopes = Scopes { analysis, file, offset, distance: 0, out: Vec::new() };
    for node in path_at(&loaded.ast, offset).iter().rev() {
        scopes.node(node);
        scopes.distance += 1;
    }
    scopes.module(&loaded.ast.body);
    let mut seen = rustc_hash::FxHashSet::default();
    let is_type = |of: &ScopeName| matches!(of.meaning, Meaning::Type(_) | Meaning::TypeDecl(_));
    scopes.out.retain(|of| !of.name.is_empty() && seen.insert((of.name.clone(), is_type(of))));
    scopes.out
}

/// What an import brings under a name.
pub fn imported(analysis: &Analysis<'_>, file: FileId, name: &str) -> Option<Meaning> {
    let loaded = &analysis.loaded.files[usize::from(file.0)];
    let mut scopes = Scopes { analysis, file, offset: 0, distance: 0, out: Vec::new() };
    loaded.ast.body.iter().for_each(|stmt| scopes.stmt(stmt));
    scopes.out.into_iter().find(|of| of.name == name).map(|of| of.meaning)
}

struct Scopes<'w, 'a> {
    analysis: &'w Analysis<'a>,
    file: FileId,
    offset: u32,
    distance: u32,
    out: Vec<ScopeName>,
}

impl Scopes<'_, '_> {
    fn add(&mut self, name: &Name, meaning: Meaning) {
        self.out.push(ScopeName { name: name.text.clone(), meaning, distance: self.distance });
    }

    fn add_node(&mut self, name: &Name, node: NodeId) {
        if let Some(Resolved::Binding(id)) = self.analysis.resolved(self.file, node) {
            self.add(name, Meaning::Binding(outer_binding(self.analysis, id)));
        }
    }

    fn module(&mut self, body: &[Stmt]) {
        self.stmts(body);
        body.iter().for_each(|stmt| self.hoisted(stmt));
    }

    fn node(&mut self, node: &Node<'_>) {
        match node {
            Node::Block(block) => self.block(block),
            Node::Function(function) => self.function(function),
            Node::Class(class) => {
                self.type_params(&class.type_params);
                if let Some(name) = &class.name {
                    self.add_node(name, class.id);
                }
            }
            Node::Stmt(stmt) => self.inside(stmt),
            _ => {}
        }
    }

    fn block(&mut self, block: &Block) {
        if touches(block.span, self.offset) {
            self.stmts(&block.body);
        }
    }

    fn function(&mut self, function: &Function) {
        function.params.iter().chain(function.rest.as_deref()).for_each(|param| self.pattern(&param.pat));
        self.type_params(&function.type_params);
        if let mosl_syntax::ast::FunctionBody::Block(block) = &function.body {
            block.body.iter().for_each(|stmt| self.hoisted(stmt));
        }
        if let (FunctionKind::Expression, Some(name)) = (function.kind, &function.name) {
            self.add_node(name, function.id);
        }
    }

    fn type_params(&mut self, params: &[TypeParam]) {
        params.iter().for_each(|param| self.add(&param.name, Meaning::Type(TypeName::Param(param.id))));
    }

    /// What a statement declares for its own inside.
    fn inside(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::For { init: Some(ForInit::Var(var)), .. } => self.var(var),
            StmtKind::ForIn { left: ForHead::Var(var), .. } | StmtKind::ForOf { left: ForHead::Var(var), .. } => {
                self.var(var);
            }
            StmtKind::Try(stmt) => {
                if let Some(handler) = stmt.handler.as_ref().filter(|handler| touches(handler.span, self.offset)) {
                    handler.param.iter().for_each(|param| self.pattern(param));
                }
            }
            StmtKind::Switch { cases, .. } => cases.iter().for_each(|case| self.stmts(&case.body)),
            StmtKind::TypeAlias(alias) => self.type_params(&alias.params),
            StmtKind::Interface(decl) => self.type_params(&decl.params),
            _ => {}
        }
    }

    fn stmts(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    /// What a statement declares for its neighbours.
    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Var(var) => self.var(var),
            StmtKind::Function(function) => function.name.iter().for_each(|name| self.add_node(name, function.id)),
            StmtKind::Class(class) => class.name.iter().for_each(|name| self.add_node(name, class.id)),
            StmtKind::Enum(decl) => self.add_node(&decl.name, decl.id),
            StmtKind::TypeAlias(alias) => self.type_decl(&alias.name),
            StmtKind::Interface(decl) => self.type_decl(&decl.name),
            StmtKind::Declare(inner) => self.stmt(inner),
            StmtKind::Export(export) => match &**export {
                Export::Decl(inner) => self.stmt(inner),
                Export::Default(DefaultExport::Function(function)) => {
                    function.name.iter().for_each(|name| self.add_node(name, function.id));
                }
                Export::Default(DefaultExport::Class(class)) => {
                    class.name.iter().for_each(|name| self.add_node(name, class.id));
                }
                Export::Default(DefaultExport::Interface(decl)) => self.type_decl(&decl.name),
                _ => {}
            },
            StmtKind::Import(import) => self.import(import),
            _ => {}
        }
    }

    /// The `var`s inside of a statement, which the whole function sees.
    fn hoisted(&mut self, stmt: &Stmt) {
        struct Vars<'w, 's, 'a>(&'w mut Scopes<'s, 'a>);
        impl<'t> mosl_syntax::ast::visit::Visit<'t> for Vars<'_, '_, '_> {
            fn visit_var_decl(&mut self, decl: &'t VarDecl) {
                if decl.kind == VarKind::Var {
                    self.0.var(decl);
                }
            }
            fn visit_function(&mut self, _: &'t Function) {}
            fn visit_class(&mut self, _: &'t mosl_syntax::ast::Class) {}
        }
        mosl_syntax::ast::visit::Visit::visit_stmt(&mut Vars(self), stmt);
    }

    fn var(&mut self, var: &VarDecl) {
        var.declarators.iter().for_each(|declarator| self.pattern(&declarator.pat));
    }

    fn pattern(&mut self, pat: &Pat) {
        match &pat.kind {
            PatKind::Ident(name) => self.add_node(name, pat.id),
            PatKind::Array { elems, rest } => {
                elems.iter().flatten().for_each(|elem| self.pattern(&elem.pat));
                rest.iter().for_each(|rest| self.pattern(rest));
            }
            PatKind::Object { props, rest } => {
                props.iter().for_each(|prop| self.pattern(&prop.value.pat));
                rest.iter().for_each(|rest| self.pattern(rest));
            }
            PatKind::Expr(_) | PatKind::Missing => {}
        }
    }

    fn type_decl(&mut self, name: &Name) {
        let is_it = |span: Span| span == name.span;
        let found = self.analysis.names.type_decls.of(self.file).find(|(_, decl)| match &decl.kind {
            TypeDeclKind::Alias(alias) => is_it(alias.name.span),
            TypeDeclKind::Interface(parts) => parts.iter().any(|part| is_it(part.name.span)),
        });
        if let Some(at) = found.and_then(|(at, _)| u32::try_from(at).ok()) {
            self.add(name, Meaning::TypeDecl(mosl_compiler::resolve::TypeDeclId(at)));
        }
    }

    fn import(&mut self, import: &Import) {
        let from = self.analysis.loaded.files[usize::from(self.file.0)].imports.get(&import.from.span).copied();
        let of = |name: &str| from.map_or(Meaning::Unknown, |from| exported(self.analysis, from, name));
        let default = import.default.iter().map(|name| (name, of("default")));
        let named = import.named.iter().map(|named| (&named.local, of(&named.imported.text.to_utf8_lossy())));
        let all: Vec<_> = default.chain(named).collect();
        all.into_iter().for_each(|(name, meaning)| self.add(name, meaning));
        if let Some(name) = &import.namespace {
            let is_it = |kind| matches!(kind, BindingKind::Namespace(_));
            let bindings = &self.analysis.names.bindings;
            let found = bindings.of(self.file).find(|(_, of)| of.span == name.span && is_it(of.kind));
            let at = found.and_then(|(at, _)| u32::try_from(at).ok());
            at.into_iter().for_each(|at| self.add(name, Meaning::Binding(mosl_compiler::program::BindingId(at))));
        }
    }
}
