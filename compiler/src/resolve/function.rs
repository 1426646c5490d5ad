//! Functions: their parameters' scope, their body's scope, and what is learnt about each of them.

use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, ExprKind, Function, FunctionBody, FunctionKind, NodeId, Param, Pat, PatKind};

use super::Origin;
use super::declare::{Walk, pattern_names};
use super::scope::{Frame, FrameRole, ScopeKind};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{NO_PARAMETER_PROPERTY, UNKNOWN_DECORATOR};
use crate::program::{BindingId, BindingKind, Resolved};

impl<'a> Walk<'_, 'a> {
    pub(super) fn function_decl(&mut self, function: &'a Function) {
        let binding = self.binding_of(function.id);
        let meta = self.linker.early.add_function(function.span.start, binding);
        if let Some(id) = binding {
            self.linker.facts_of_functions.push((self.file, function.id, id));
        }
        self.function(function, FrameRole::Function, meta);
    }

    pub(super) fn function_expr(&mut self, function: &'a Function) {
        let meta = self.linker.early.add_function(function.span.start, None);
        if function.kind == FunctionKind::Arrow {
            self.function(function, FrameRole::Arrow, meta);
            return;
        }
        self.scoped(ScopeKind::Head, |walk| {
            if let Some(name) = &function.name {
                // The own name of a function expression belongs to the function itself.
                walk.frames.push(Frame::new(Some(function.id), FrameRole::Function, meta));
                let id = walk.declare(name, BindingKind::FunctionInner, 0, Origin::Function(vec![function]));
                walk.frames.pop();
                if let Some(id) = id {
                    walk.name_node(function.id, id);
                }
            }
            walk.function(function, FrameRole::Function, meta);
        });
    }

    pub(super) fn method(&mut self, function: &'a Function, role: FrameRole) {
        let meta = self.linker.early.add_function(function.span.start, None);
        self.function(function, role, meta);
    }

    fn function(&mut self, function: &'a Function, role: FrameRole, meta: u32) {
        let mut frame = Frame::new(Some(function.id), role, meta);
        frame.is_async = function.is_async;
        frame.is_generator = function.is_generator;
        frame.info.escapes = true;
        self.frames.push(frame);
        let case = self.case.take();
        self.scoped(ScopeKind::Head, |walk| {
            walk.type_params(&function.type_params);
            walk.types(&function.this_type);
            walk.params(function);
            walk.types(&function.ret);
            walk.scoped(ScopeKind::Body, |walk| match &function.body {
                FunctionBody::Block(block) => {
                    walk.hoist_vars(&block.body, false);
                    walk.declare_lexical(&block.body);
                    walk.stmts(&block.body);
                }
                FunctionBody::Expr(expr) => walk.expr(expr),
                FunctionBody::None => {}
            });
        });
        self.case = case;
        self.leave_frame(function.id);
    }

    /// Takes the innermost frame off, and keeps what was learnt about it under `node`.
    pub(super) fn leave_frame(&mut self, node: NodeId) {
        let frame = self.frames.pop().expect("a frame was pushed");
        self.linker.out.facts[usize::from(self.file.0)].functions.insert(node, frame.info);
    }

    fn params(&mut self, function: &'a Function) {
        let all = function.params.iter().chain(function.rest.as_deref());
        for (index, param) in all.clone().enumerate() {
            let index = u32::try_from(index).expect("fewer than 2^32 parameters");
            let mut names = Vec::new();
            pattern_names(&param.pat, &mut names);
            for (name, node) in names {
                // A default may mention a later parameter, which has no value yet.
                let origin = Origin::Param { function, index };
                if let Some(id) = self.declare(name, BindingKind::Param, param.span.end, origin) {
                    self.name_node(node, id);
                }
            }
        }
        for param in all {
            self.param(param);
        }
    }

    fn param(&mut self, param: &'a Param) {
        if let Some(span) = param.property {
            let message = "parameters declare no fields in MOSL";
            let help = "declare the field in the class and assign it in the constructor";
            self.report(Diagnostic::new(&NO_PARAMETER_PROPERTY, self.file, span, message, "not in MOSL").help(help));
        }
        for decorator in &param.decorators {
            self.report_decorator(decorator.span);
        }
        self.types(&param.ty);
        self.binding_pattern(&param.pat);
        self.exprs(&param.default);
    }

    pub(super) fn report_decorator(&mut self, span: Span) {
        let message = "MOSL's decorators are `@persist` and `@synced`, on class fields";
        self.report(Diagnostic::new(&UNKNOWN_DECORATOR, self.file, span, message, "not a decorator of MOSL"));
    }

    /// A value that gets the name of what it is assigned to: `const f = () => …` is a function that may be only called.
    pub(super) fn named_value(&mut self, pat: &Pat, value: &'a Expr) {
        if let (PatKind::Ident(_), ExprKind::Function(function)) = (&pat.kind, &value.kind)
            && let Some(id) = self.binding_of(pat.id)
            && self.linker.out.bindings[id.0 as usize].kind == BindingKind::Const
        {
            self.linker.facts_of_functions.push((self.file, function.id, id));
        }
        self.expr(value);
    }

    pub(super) fn binding_of(&self, node: NodeId) -> Option<BindingId> {
        match self.linker.out.facts[usize::from(self.file.0)].names.get(&node) {
            Some(Resolved::Binding(id)) => Some(*id),
            _ => None,
        }
    }
}
