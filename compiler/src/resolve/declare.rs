//! Declarations: which names a scope has before its code runs (hoisting), and that each is declared once.

use mosl_syntax::Span;
use mosl_syntax::ast::{
    Declarator, DefaultExport, Export, ForHead, ForInit, Function, FunctionBody, Module, Name, NodeId, Pat, PatKind,
    SmolStr, Stmt, StmtKind, VarDecl, VarKind,
};

use super::link::{Linker, module_binding};
use super::scope::{Frame, FrameRole, Lifetime, Scope, ScopeKind, Value};
use super::{Origin, TypeDecl, TypeDeclId, TypeDeclKind, TypeName};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{DUPLICATE_DECLARATION, RESERVED_NAME};
use crate::program::{Binding, BindingId, BindingKind, FileId, Resolved};

/// The name of an unnamed `export default function` or class.
pub(super) const DEFAULT: &str = "*default*";

/// The walk over one file.
pub(super) struct Walk<'l, 'a> {
    pub linker: &'l mut Linker<'a>,
    pub file: FileId,
    pub strict: bool,
    pub is_library: bool,
    pub scopes: Vec<Scope>,
    pub frames: Vec<Frame>,
    /// How many `try` blocks of the innermost function are around.
    pub tries: u32,
    /// The case of a `switch` whose declarations are being collected.
    pub case: Option<Span>,
    /// Nothing in the file says that it is a module: it may have been written as a script.
    pub may_be_script: bool,
}

impl<'l, 'a> Walk<'l, 'a> {
    pub fn new(linker: &'l mut Linker<'a>, file: FileId) -> Self {
        let meta = linker.early.add_function(0, None);
        let is_library = linker.loaded.files[usize::from(file.0)].is_library;
        Self {
            linker,
            file,
            strict: false,
            is_library,
            scopes: vec![Scope::new(ScopeKind::Module)],
            frames: vec![Frame::new(None, FrameRole::Module, meta)],
            tries: 0,
            case: None,
            may_be_script: false,
        }
    }

    pub fn take_module_scope(&mut self) -> Scope {
        self.scopes.pop().expect("the module's scope")
    }

    /// The names at the top of the file, imports included.
    pub fn declare_module(&mut self, body: &'a [Stmt]) {
        let imports = &self.linker.modules[usize::from(self.file.0)].imports;
        let names: Vec<(SmolStr, Span)> = imports.iter().map(|import| (import.local.clone(), import.span)).collect();
        for (index, (name, span)) in names.into_iter().enumerate() {
            let value = Value::Import(u32::try_from(index).expect("fewer than 2^32 imports"));
            if self.scope().values.insert(name.clone(), value).is_some() {
                self.report_duplicate(&name, span, None);
            }
        }
        self.hoist_vars(body, false);
        self.declare_lexical(body);
    }

    pub fn module(&mut self, module: &'a Module) {
        let table = &mut self.linker.modules[usize::from(self.file.0)];
        self.scopes[0] = table.scope.take().expect("declared before the walk");
        let says_module = |stmt: &Stmt| matches!(stmt.kind, StmtKind::Import(_) | StmtKind::Export(_));
        self.may_be_script = !self.is_library && !module.body.iter().any(says_module);
        self.stmts(&module.body);
    }

    pub fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("inside a module")
    }

    pub fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("inside a module")
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.linker.report(diagnostic);
    }

    /// Declares the `var`s of a function body (or the module): all but those of inner functions.
    pub fn hoist_vars(&mut self, body: &'a [Stmt], nested: bool) {
        for stmt in body {
            self.hoist_vars_of(stmt, nested);
        }
    }

    fn hoist_vars_of(&mut self, stmt: &'a Stmt, nested: bool) {
        mosl_syntax::deep(|| self.hoist_vars_in(stmt, nested));
    }

    fn hoist_vars_in(&mut self, stmt: &'a Stmt, nested: bool) {
        match &stmt.kind {
            StmtKind::Var(var) => self.hoist_var(var, nested, None),
            StmtKind::Block(block) => self.hoist_vars(&block.body, true),
            StmtKind::If { then, otherwise, .. } => {
                self.hoist_vars_of(then, true);
                if let Some(otherwise) = otherwise {
                    self.hoist_vars_of(otherwise, true);
                }
            }
            StmtKind::While { body, .. } | StmtKind::DoWhile { body, .. } | StmtKind::With { body, .. } => {
                self.hoist_vars_of(body, true)
            }
            StmtKind::Labeled { body, .. } => self.hoist_vars_of(body, true),
            StmtKind::For { init, body, .. } => {
                if let Some(ForInit::Var(var)) = init {
                    // The initialiser of a `for` runs before its body.
                    self.hoist_var(var, nested, None);
                }
                self.hoist_vars_of(body, true);
            }
            StmtKind::ForIn { left, right, body } => self.hoist_head(left, right, false, false, body),
            StmtKind::ForOf { left, right, body, is_await } => self.hoist_head(left, right, true, *is_await, body),
            StmtKind::Try(r#try) => {
                self.hoist_vars(&r#try.block.body, true);
                if let Some(handler) = &r#try.handler {
                    self.hoist_vars(&handler.body.body, true);
                }
                if let Some(finalizer) = &r#try.finalizer {
                    self.hoist_vars(&finalizer.body, true);
                }
            }
            StmtKind::Switch { cases, .. } => cases.iter().for_each(|case| self.hoist_vars(&case.body, true)),
            StmtKind::Export(export) => {
                if let Export::Decl(decl) = &**export {
                    self.hoist_vars_of(decl, nested);
                }
            }
            _ => {}
        }
    }

    fn hoist_head(
        &mut self,
        left: &'a ForHead,
        right: &'a mosl_syntax::ast::Expr,
        is_of: bool,
        is_await: bool,
        body: &'a Stmt,
    ) {
        if let ForHead::Var(var) = left {
            self.hoist_var(var, true, Some((right, is_of, is_await)));
        }
        self.hoist_vars_of(body, true);
    }

    fn hoist_var(&mut self, var: &'a VarDecl, nested: bool, head: Option<(&'a mosl_syntax::ast::Expr, bool, bool)>) {
        if var.kind == VarKind::Var {
            self.declare_declarators(var, nested, head);
        }
    }

    /// Declares `let`, `const`, `class`, functions, enums and types that stand directly in this statement list.
    pub fn declare_lexical(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.declare_stmt(stmt);
        }
    }

    fn declare_stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Var(var) if var.kind != VarKind::Var => self.declare_declarators(var, false, None),
            StmtKind::Function(function) => self.declare_function(function, BindingKind::Function),
            StmtKind::Class(class) => self.declare_class(class, None),
            StmtKind::Enum(decl) => {
                let origin = Origin::Enum(decl);
                if let Some(id) = self.declare(&decl.name, BindingKind::Enum, stmt.span.end, origin) {
                    self.name_node(decl.id, id);
                    self.declare_type(&decl.name, TypeName::Enum(id));
                }
            }
            StmtKind::TypeAlias(alias) => self.declare_type_decl(&alias.name, TypeDeclKind::Alias(alias)),
            StmtKind::Interface(decl) => self.declare_interface(decl),
            StmtKind::Export(export) => match &**export {
                Export::Decl(decl) => self.declare_stmt(decl),
                Export::Default(DefaultExport::Function(function)) => {
                    self.declare_function(function, BindingKind::Function)
                }
                Export::Default(DefaultExport::Class(class)) => self.declare_class(class, Some(DEFAULT)),
                Export::Default(DefaultExport::Interface(decl)) => self.declare_interface(decl),
                _ => {}
            },
            StmtKind::Declare(inner) => match &inner.kind {
                StmtKind::Function(function) => self.declare_function(function, BindingKind::HostFunction),
                _ => self.declare_stmt(inner),
            },
            _ => {}
        }
    }

    pub fn declare_declarators(
        &mut self,
        var: &'a VarDecl,
        nested: bool,
        head: Option<(&'a mosl_syntax::ast::Expr, bool, bool)>,
    ) {
        let kind = match var.kind {
            VarKind::Var => BindingKind::Var,
            VarKind::Let => BindingKind::Let,
            VarKind::Const => BindingKind::Const,
            VarKind::Using | VarKind::AwaitUsing => BindingKind::Using,
        };
        for declarator in &var.declarators {
            let ready = head.map_or(declarator.span.end, |(right, ..)| right.span.end);
            let mut names = Vec::new();
            pattern_names(&declarator.pat, &mut names);
            for (name, node) in names {
                let origin = origin_of(declarator, var.kind, nested, head);
                if let Some(id) = self.declare(name, kind, ready, origin) {
                    self.name_node(node, id);
                    self.linker.lives[id.0 as usize].nested |= nested;
                    let late = head.is_none() && declarator.ty.is_some() && declarator.init.is_none();
                    self.linker.out.bindings[id.0 as usize].late |= late;
                    if head.is_some() && kind == BindingKind::Var {
                        self.linker.out.bindings[id.0 as usize].reassigned = true;
                    }
                }
            }
        }
    }

    fn declare_function(&mut self, function: &'a Function, kind: BindingKind) {
        let name = function.name.clone().unwrap_or_else(|| Name::new(DEFAULT, function.span));
        let body = !matches!(function.body, FunctionBody::None);
        let kind =
            if body || !self.is_library || kind == BindingKind::HostFunction { kind } else { BindingKind::Function };
        // An overload signature, and the declarations after it, are one function.
        if let Some(Value::Binding(id)) = self.scope().values.get(&name.text).copied()
            && let Origin::Function(parts) = &mut self.linker.out.origins[id.0 as usize]
            && (matches!(parts.last().expect("not empty").body, FunctionBody::None)
                || parts.iter().any(|part| std::ptr::eq(*part, function)))
        {
            parts.push(function);
            self.name_node(function.id, id);
            return;
        }
        if let Some(id) = self.declare(&name, kind, 0, Origin::Function(vec![function])) {
            self.name_node(function.id, id);
        }
    }

    fn declare_class(&mut self, class: &'a mosl_syntax::ast::Class, unnamed: Option<&str>) {
        let id = self.add_class(class);
        let name = match (&class.name, unnamed) {
            (Some(name), _) => name.clone(),
            (None, Some(unnamed)) => Name::new(unnamed, Span::new(class.span.start, class.body_span.start)),
            (None, None) => return,
        };
        self.declare_type(&name, TypeName::Class(id));
        if let Some(binding) = self.declare(&name, BindingKind::Class, class.span.end, Origin::Class(id)) {
            self.name_node(class.id, binding);
        }
    }

    fn declare_interface(&mut self, decl: &'a mosl_syntax::ast::InterfaceDecl) {
        if let Some(TypeName::Decl(id)) = self.scope().types.get(&decl.name.text).copied()
            && let TypeDeclKind::Interface(parts) = &mut self.linker.out.type_decls[id.0 as usize].kind
        {
            parts.push(decl);
            return;
        }
        self.declare_type_decl(&decl.name, TypeDeclKind::Interface(vec![decl]));
    }

    fn declare_type_decl(&mut self, name: &Name, kind: TypeDeclKind<'a>) {
        let id = TypeDeclId(u32::try_from(self.linker.out.type_decls.len()).expect("fewer than 2^32 types"));
        self.linker.out.type_decls.push(TypeDecl { name: name.text.clone(), file: self.file, kind });
        self.declare_type(name, TypeName::Decl(id));
    }

    pub fn declare_type(&mut self, name: &Name, meaning: TypeName) {
        if name.missing {
            return;
        }
        if self.scope().types.insert(name.text.clone(), meaning).is_some() {
            self.report_duplicate(&name.text, name.span, None);
        }
    }

    /// Adds a name to the current scope. `None` for a missing name, and for a duplicate (reported).
    pub fn declare(&mut self, name: &Name, kind: BindingKind, ready: u32, origin: Origin<'a>) -> Option<BindingId> {
        if name.missing {
            return None;
        }
        self.check_reserved(name);
        match self.find_duplicate(&name.text, kind) {
            Some(Value::Binding(id)) if self.may_merge(id, kind) => {
                let binding = &mut self.linker.out.bindings[id.0 as usize];
                binding.reassigned = true;
                if kind == BindingKind::Function {
                    binding.kind = kind;
                    self.linker.lives[id.0 as usize].ready = 0;
                    self.linker.out.origins[id.0 as usize] = origin;
                } else if let Origin::Declarator { repeated, .. } = &mut self.linker.out.origins[id.0 as usize] {
                    *repeated = true;
                }
                return Some(id);
            }
            Some(value) => {
                let before = match value {
                    Value::Binding(id) => Some(self.linker.out.bindings[id.0 as usize].span),
                    Value::Import(index) => {
                        Some(self.linker.modules[usize::from(self.file.0)].imports[index as usize].span)
                    }
                };
                self.report_duplicate(&name.text, name.span, before);
                return None;
            }
            None => {}
        }
        let beside_parameter = kind == BindingKind::Var && self.is_beside_parameter(&name.text);
        let is_global = self.scopes.len() == 1;
        let function = self.frame().id;
        let in_loop = self.frame().loops > 0 && kind != BindingKind::Var;
        let binding =
            Binding { function, is_global, in_loop, ..module_binding(name.text.clone(), kind, self.file, name.span) };
        let life = Lifetime { ready, case: self.case, nested: false };
        let id = self.linker.add_binding(binding, life, origin);
        // It starts with what the parameter holds, whatever its own type: nothing may be taken for granted of its value.
        self.linker.out.bindings[id.0 as usize].needs_init_check |= beside_parameter;
        self.scope().values.insert(name.text.clone(), Value::Binding(id));
        Some(id)
    }

    /// Whether a `var` at the top of a function body has a parameter of its name that it is not one with.
    fn is_beside_parameter(&self, name: &str) -> bool {
        let at = self.scopes.len() - 1;
        let head = || self.scopes[at - 1].values.get(name).copied();
        self.scopes[at].kind == ScopeKind::Body
            && matches!(head(), Some(Value::Binding(id)) if self.linker.out.bindings[id.0 as usize].kind == BindingKind::Param)
    }

    /// What the name clashes with: in this scope, or, at the top of a function body, its parameters.
    fn find_duplicate(&mut self, name: &str, kind: BindingKind) -> Option<Value> {
        let at = self.scopes.len() - 1;
        let here = self.scopes[at].values.get(name).copied();
        if here.is_some() || self.scopes[at].kind != ScopeKind::Body {
            return here;
        }
        let head = self.scopes[at - 1].values.get(name).copied()?;
        let Value::Binding(id) = head else { return None };
        let binding = &self.linker.out.bindings[id.0 as usize];
        // A default's closure keeps the parameter; a `var` of the body is then a variable of its own (10.2.11, step 28).
        let apart = binding.captured && matches!(kind, BindingKind::Var | BindingKind::Function);
        (binding.kind == BindingKind::Param && !apart).then_some(head)
    }

    /// `var`s, parameters and functions of one name are one variable at the top of a function; at the top of a module functions
    /// stand for themselves (16.2.1.1).
    fn may_merge(&mut self, id: BindingId, kind: BindingKind) -> bool {
        let before = self.linker.out.bindings[id.0 as usize].kind;
        let soft = |kind| matches!(kind, BindingKind::Var | BindingKind::Function | BindingKind::Param);
        match self.scope().kind {
            ScopeKind::Module => before == BindingKind::Var && kind == BindingKind::Var,
            ScopeKind::Body => soft(before) && soft(kind),
            _ => false,
        }
    }

    pub fn report_duplicate(&mut self, name: &str, span: Span, before: Option<Span>) {
        let message = format!("`{name}` is declared twice in the same scope");
        let mut diagnostic = Diagnostic::new(&DUPLICATE_DECLARATION, self.file, span, message, "declared again here");
        if let Some(before) = before {
            diagnostic = diagnostic.also(before, "first declared here");
        }
        self.report(diagnostic);
    }

    fn check_reserved(&mut self, name: &Name) {
        if name.text == "undefined" {
            let message = format!("`{}` cannot be the name of a variable", name.text);
            self.report(Diagnostic::new(&RESERVED_NAME, self.file, name.span, message, "part of the language"));
        }
    }

    pub fn name_node(&mut self, node: NodeId, id: BindingId) {
        self.linker.out.facts[usize::from(self.file.0)].names.insert(node, Resolved::Binding(id));
    }
}

fn origin_of<'a>(
    declarator: &'a Declarator,
    kind: VarKind,
    nested: bool,
    head: Option<(&'a mosl_syntax::ast::Expr, bool, bool)>,
) -> Origin<'a> {
    match head {
        Some((right, is_of, is_await)) => Origin::ForHead { declarator, right, is_of, is_await },
        None => Origin::Declarator { declarator, kind, nested, repeated: false },
    }
}

/// The names that a pattern binds, with their nodes.
pub(crate) fn pattern_names<'p>(pat: &'p Pat, out: &mut Vec<(&'p Name, NodeId)>) {
    match &pat.kind {
        PatKind::Ident(name) => out.push((name, pat.id)),
        PatKind::Array { elems, rest } => {
            elems.iter().flatten().for_each(|elem| pattern_names(&elem.pat, out));
            rest.iter().for_each(|rest| pattern_names(rest, out));
        }
        PatKind::Object { props, rest } => {
            props.iter().for_each(|prop| pattern_names(&prop.value.pat, out));
            rest.iter().for_each(|rest| pattern_names(rest, out));
        }
        PatKind::Expr(_) | PatKind::Missing => {}
    }
}

/// The names that a declaration statement declares, types included.
pub(super) fn declared_names(stmt: &Stmt, out: &mut Vec<(SmolStr, Span)>) {
    let mut add = |name: &Name| {
        if !name.missing {
            out.push((name.text.clone(), name.span));
        }
    };
    match &stmt.kind {
        StmtKind::Var(var) => {
            let mut names = Vec::new();
            var.declarators.iter().for_each(|declarator| pattern_names(&declarator.pat, &mut names));
            names.into_iter().for_each(|(name, _)| add(name));
        }
        StmtKind::Function(function) => function.name.iter().for_each(add),
        StmtKind::Class(class) => class.name.iter().for_each(add),
        StmtKind::Enum(decl) => add(&decl.name),
        StmtKind::TypeAlias(alias) => add(&alias.name),
        StmtKind::Interface(decl) => add(&decl.name),
        StmtKind::Declare(inner) => declared_names(inner, out),
        _ => {}
    }
}
