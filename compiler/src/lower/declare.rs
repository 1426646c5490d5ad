//! Scopes: giving variables their places when a block, function or file is entered, and hoisting functions.

use mosl_syntax::ast::{
    DefaultExport, Export, ForHead, ForInit, Function, Pat, PatKind, Stmt, StmtKind, VarDecl, VarKind,
};

use super::Lowerer;
use super::names::{Key, Storage};
use crate::mir::{Op, Plain, Repr};
use crate::program::{BindingId, BindingKind};

impl Lowerer<'_> {
    /// Enters a block: its `let`s, constants and classes get places, its functions are made.
    pub(super) fn enter_scope(&mut self, stmts: &[Stmt]) {
        let mut names = vec![];
        let mut functions = vec![];
        for stmt in stmts {
            lexical_names(stmt, &mut |pat_or| match pat_or {
                Lexical::Pat(pat) => names.push(pat.id),
                Lexical::Node(node) => names.push(node),
                Lexical::Function(function) => functions.push(function),
            });
        }
        for node in names {
            if let Some(id) = self.declared(node) {
                self.declare_binding(id);
            }
        }
        self.hoist(&functions);
    }

    /// Gives a variable its place and, where it can be seen before its initialisation, the mark of that.
    pub(super) fn declare_binding(&mut self, id: BindingId) {
        let binding = self.binding(id);
        let key = Key::Binding(id);
        if self.globals.contains_key(&id)
            || matches!(binding.kind, BindingKind::HostFunction | BindingKind::Namespace(_))
        {
            return;
        }
        let shared = binding.reassigned || binding.needs_init_check || binding.kind == BindingKind::Var;
        let at_once = matches!(binding.kind, BindingKind::Param | BindingKind::Catch | BindingKind::FunctionInner);
        if binding.captured && shared {
            let local = self.new_local(&binding.name, Repr::Any);
            let op = if binding.kind == BindingKind::Var { Op::Undefined } else { Op::Uninit };
            let mark = self.any(op, &[]);
            let cell = self.plain(Plain::NewCell, &[mark]);
            self.set(local, cell);
            self.f().storage.insert(key, Storage::Cell(local));
        } else if binding.captured && !at_once {
            self.declare_constant(key, &binding.name, self.binding_repr(id));
        } else {
            let local = self.new_local(&binding.name, self.binding_repr(id));
            if binding.needs_init_check {
                let mark = self.any(Op::Uninit, &[]);
                self.set(local, mark);
            }
            self.f().storage.insert(key, Storage::Local(local));
        }
    }

    /// Declares the `var`s of a function's body or a file; they start as `undefined`.
    pub(super) fn declare_vars(&mut self, stmts: &[Stmt]) {
        let mut vars = vec![];
        for stmt in stmts {
            hoisted_vars(stmt, &mut |pat| vars.push(pat.id));
        }
        for node in vars {
            let Some(id) = self.declared(node) else { continue };
            if self.binding(id).kind != BindingKind::Var || self.ctx().storage.contains_key(&Key::Binding(id)) {
                continue;
            }
            if let Some(&slot) = self.globals.get(&id) {
                let undefined = self.undefined();
                self.effect(Op::SetGlobal(slot), &[undefined]);
                continue;
            }
            self.declare_binding(id);
            if let Some(Storage::Local(local)) = self.ctx().storage.get(&Key::Binding(id)).copied()
                && self.ctx().func.local(local).repr == Repr::Any
            {
                let undefined = self.undefined();
                self.set(local, undefined);
            }
        }
    }

    /// `var`s that are variables of their own beside a parameter of the same name: they start with its value.
    pub(super) fn start_from_parameters(&mut self, function: &Function, stmts: &[Stmt]) {
        let mut params = vec![];
        for param in function.params.iter().chain(function.rest.as_deref()) {
            pattern_names(&param.pat, &mut |pat| params.push(pat));
        }
        let mut vars = vec![];
        for stmt in stmts {
            hoisted_vars(stmt, &mut |pat| vars.push(pat));
        }
        for var in vars {
            let PatKind::Ident(name) = &var.kind else { continue };
            let same = |pat: &&&Pat| matches!(&pat.kind, PatKind::Ident(other) if other.text == name.text);
            let param = params.iter().find(same).and_then(|pat| self.declared(pat.id));
            if let (Some(param), Some(id)) = (param, self.declared(var.id))
                && param != id
                && self.binding(id).kind == BindingKind::Var
                && let Some(value) = self.read(&Key::Binding(param))
            {
                let value = self.as_any(value);
                self.write(&Key::Binding(id), value);
            }
        }
    }

    /// Makes the functions that a scope declares, before any of its statements runs.
    pub(super) fn hoist(&mut self, functions: &[&Function]) {
        for function in functions {
            self.announce(function);
        }
        for function in functions {
            if let Some(id) = self.declared(function.id) {
                let key = Key::Binding(id);
                if self.needs_value(id) && self.lookup(&key).is_none() {
                    self.declare_binding(id);
                }
            }
        }
        for function in functions {
            self.hoist_one(function);
        }
    }

    fn hoist_one(&mut self, function: &Function) {
        self.at(function.span);
        let id = self.declared(function.id);
        if let Some(direct) = id.and_then(|id| self.direct.get(&id)).filter(|direct| direct.node == function.id) {
            let func = direct.func;
            let name = if function.name.is_none() { Some("default") } else { None };
            self.function_body(function, func, name);
            if let Some(id) = id.filter(|&id| self.needs_value(id)) {
                let closure = self.any(Op::NewClosure(func), &[]);
                self.write(&Key::Binding(id), closure);
            }
            return;
        }
        if id.is_some_and(|id| self.direct.contains_key(&id)) {
            // A later declaration of the same name takes its place.
            return;
        }
        let name = if function.name.is_none() { Some("default") } else { None };
        let closure = self.function_expr(function, name);
        if let Some(id) = id {
            self.write(&Key::Binding(id), closure);
        }
    }

    /// Whether a declared function is used as a value, not only called directly.
    fn needs_value(&self, id: BindingId) -> bool {
        self.direct.get(&id).is_none_or(|direct| direct.escapes)
    }
}

pub(super) enum Lexical<'a> {
    Pat(&'a Pat),
    Node(mosl_syntax::ast::NodeId),
    Function(&'a Function),
}

/// The names that a statement declares in its own block.
pub(super) fn lexical_names<'a>(stmt: &'a Stmt, visit: &mut impl FnMut(Lexical<'a>)) {
    match &stmt.kind {
        StmtKind::Var(decl) if decl.kind != VarKind::Var => {
            for declarator in &decl.declarators {
                pattern_names(&declarator.pat, &mut |pat| visit(Lexical::Pat(pat)));
            }
        }
        StmtKind::Class(class) => visit(Lexical::Node(class.id)),
        StmtKind::Enum(decl) => visit(Lexical::Node(decl.id)),
        StmtKind::Function(function) if has_body(function) => visit(Lexical::Function(function)),
        StmtKind::Labeled { body, .. } if matches!(body.kind, StmtKind::Function(_)) => lexical_names(body, visit),
        StmtKind::Export(export) => match &**export {
            Export::Decl(inner) => lexical_names(inner, visit),
            Export::Default(DefaultExport::Function(function)) if has_body(function) => {
                visit(Lexical::Function(function))
            }
            Export::Default(DefaultExport::Class(class)) => visit(Lexical::Node(class.id)),
            Export::Default(DefaultExport::Expr(expr)) => visit(Lexical::Node(expr.id)),
            _ => {}
        },
        _ => {}
    }
}

fn has_body(function: &Function) -> bool {
    !matches!(function.body, mosl_syntax::ast::FunctionBody::None)
}

/// The identifiers that a pattern binds.
pub(super) fn pattern_names<'a>(pat: &'a Pat, visit: &mut impl FnMut(&'a Pat)) {
    match &pat.kind {
        PatKind::Ident(_) => visit(pat),
        PatKind::Array { elems, rest } => {
            for elem in elems.iter().flatten() {
                pattern_names(&elem.pat, visit);
            }
            if let Some(rest) = rest {
                pattern_names(rest, visit);
            }
        }
        PatKind::Object { props, rest } => {
            for prop in props {
                pattern_names(&prop.value.pat, visit);
            }
            if let Some(rest) = rest {
                pattern_names(rest, visit);
            }
        }
        PatKind::Expr(_) | PatKind::Missing => {}
    }
}

fn declared_vars<'a>(decl: &'a VarDecl, visit: &mut impl FnMut(&'a Pat)) {
    if decl.kind == VarKind::Var {
        for declarator in &decl.declarators {
            pattern_names(&declarator.pat, visit);
        }
    }
}

/// The `var`s in a statement and the statements inside it, functions and classes excepted.
fn hoisted_vars<'a>(stmt: &'a Stmt, visit: &mut impl FnMut(&'a Pat)) {
    let mut stack = vec![stmt];
    while let Some(stmt) = stack.pop() {
        match &stmt.kind {
            StmtKind::Var(decl) => declared_vars(decl, visit),
            StmtKind::Block(block) => stack.extend(block.body.iter().rev()),
            StmtKind::If { then, otherwise, .. } => {
                stack.extend(otherwise.as_deref());
                stack.push(then);
            }
            StmtKind::For { init, body, .. } => {
                if let Some(ForInit::Var(decl)) = init {
                    declared_vars(decl, visit);
                }
                stack.push(body);
            }
            StmtKind::ForIn { left, body, .. } | StmtKind::ForOf { left, body, .. } => {
                if let ForHead::Var(decl) = left {
                    declared_vars(decl, visit);
                }
                stack.push(body);
            }
            StmtKind::While { body, .. }
            | StmtKind::DoWhile { body, .. }
            | StmtKind::Labeled { body, .. }
            | StmtKind::With { body, .. } => stack.push(body),
            StmtKind::Try(inner) => {
                stack.extend(inner.finalizer.iter().flat_map(|block| block.body.iter().rev()));
                stack.extend(inner.handler.iter().flat_map(|handler| handler.body.body.iter().rev()));
                stack.extend(inner.block.body.iter().rev());
            }
            StmtKind::Switch { cases, .. } => stack.extend(cases.iter().flat_map(|case| &case.body).rev()),
            StmtKind::Export(export) => {
                if let Export::Decl(inner) = &**export {
                    stack.push(inner);
                }
            }
            _ => {}
        }
    }
}
