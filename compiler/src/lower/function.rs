//! Functions: parameters, bodies, closures, and those that calls may name directly.

use mosl_bytecode::{FunctionKind, FunctionRole};
use mosl_syntax::Span;
use mosl_syntax::ast::{
    Expr, Function, FunctionBody, FunctionKind as SyntaxKind, NodeId, Param, PatKind, Stmt, StmtKind,
};

use super::Lowerer;
use super::build::FuncCtx;
use super::class::Home;
use super::names::{Key, Storage};
use super::pattern::Mode;
use crate::mir::{FuncId, Local, LocalId, Op, Plain, Repr, Temp};
use crate::program::{BindingKind, ClassId, FunctionInfo};
use crate::types::{TypeId, Types};

/// A declared function whose calls need no closure: it captures nothing, takes no `this` and is never reassigned.
#[derive(Clone, Debug)]
pub(super) struct DirectFunction {
    pub node: NodeId,
    pub func: FuncId,
    /// The rest parameter, if any, is the last.
    pub params: Vec<(Repr, TypeId)>,
    pub rest: bool,
    pub result: Repr,
    /// It is also used as a value, so that its parameters are dynamic.
    pub escapes: bool,
}

/// How a function stands in its class or object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Role {
    pub home: Option<Home>,
    /// Its `this` is an instance of this class with a fixed layout.
    pub receiver: Option<ClassId>,
    pub is_derived: bool,
}

impl Lowerer<'_> {
    pub(super) fn new_function(&mut self) -> FuncId {
        self.out.functions.push(crate::mir::Function::default());
        FuncId(self.out.functions.len() as u32 - 1)
    }

    fn info(&self, node: NodeId) -> FunctionInfo {
        self.facts().functions.get(&node).cloned().unwrap_or_default()
    }

    /// Registers a declared function for direct calls, where it qualifies; its body comes later.
    pub(super) fn announce(&mut self, function: &Function) {
        let Some(id) = self.declared(function.id) else { return };
        let info = self.info(function.id);
        let binding = self.binding(id);
        let qualifies = matches!(binding.kind, BindingKind::Function)
            && !binding.reassigned
            && info.captures.is_empty()
            && !info.uses_this
            && !info.uses_new_target
            && !function.is_async
            && !function.is_generator
            && self.classes.is_empty();
        if self.direct.get(&id).is_some_and(|known| known.node == function.id) {
            return;
        }
        self.direct.remove(&id);
        if !qualifies {
            return;
        }
        let func = self.new_function();
        let mut params: Vec<_> = function.params.iter().map(|param| self.direct_param(param, info.escapes)).collect();
        params.extend(function.rest.iter().map(|_| (Repr::Any, Types::ANY)));
        let result = if info.escapes { Repr::Any } else { self.program.types.repr(info.ret) };
        let rest = function.rest.is_some();
        let direct = DirectFunction { node: function.id, func, params, rest, result, escapes: info.escapes };
        self.direct.insert(id, direct);
    }

    /// The representation in which a direct call passes a parameter.
    fn direct_param(&self, param: &Param, escapes: bool) -> (Repr, TypeId) {
        let simple = matches!(param.pat.kind, PatKind::Ident(_)) && param.default.is_none() && !param.optional;
        let Some(id) = self.declared(param.pat.id).filter(|_| simple && !escapes) else {
            return (Repr::Any, Types::ANY);
        };
        (self.binding_repr(id), self.binding(id).ty)
    }

    /// A function expression, arrow or hoisted declaration as a closure; `name` is what it is called where it has no own name.
    pub(super) fn function_expr(&mut self, function: &Function, name: Option<&str>) -> Temp {
        self.method(function, name, Role::default())
    }

    /// A function with its place in a class or object, as a closure.
    pub(super) fn method(&mut self, function: &Function, name: Option<&str>, role: Role) -> Temp {
        let func = self.new_function();
        let loc = self.ctx().loc;
        let captured = self.lower_function(function, func, name, role);
        self.f().loc = loc;
        self.closure(func, captured)
    }

    /// A closure of a lowered function.
    pub(super) fn closure(&mut self, func: FuncId, captured: Vec<super::names::Captured>) -> Temp {
        let operands: Vec<Temp> = captured.iter().map(|captured| self.capture_operand(captured)).collect();
        self.any(Op::NewClosure(func), &operands)
    }

    /// Fills a function that captures nothing.
    pub(super) fn function_body(&mut self, function: &Function, func: FuncId, name: Option<&str>) {
        let loc = self.ctx().loc;
        let captured = self.lower_function(function, func, name, Role::default());
        debug_assert!(captured.is_empty(), "a function that is called directly captures nothing");
        self.f().loc = loc;
    }

    pub(super) fn lower_function(
        &mut self,
        function: &Function,
        func: FuncId,
        name: Option<&str>,
        role: Role,
    ) -> Vec<super::names::Captured> {
        let info = self.info(function.id);
        self.begin_function(function.kind);
        self.describe(function, name, role);
        // What an async function or a generator hands over is checked by whoever takes it.
        if function.ret.is_some() && !function.is_async && !function.is_generator {
            let ret = info.ret;
            self.f().result_type = Some(ret).filter(|ret| !matches!(*ret, Types::VOID | Types::ANY | Types::NEVER));
        }
        self.at(function.span);
        let typed = self.direct.values().find(|direct| direct.func == func).filter(|direct| !direct.escapes).cloned();
        self.parameters(function, typed.as_ref());
        self.receiver(function, &info, role);
        if function.kind == SyntaxKind::Constructor && !role.is_derived {
            self.run_field_init();
        }
        self.bind_parameters(function, typed.is_some());
        if function.is_generator {
            self.plain_effect(Plain::GeneratorStart, &[]);
        }
        if let Some(direct) = &typed {
            self.f().func.result = Some(direct.result);
        }
        self.body(function);
        self.end_function(func)
    }

    pub(super) fn begin_function(&mut self, kind: SyntaxKind) {
        self.funcs.push(FuncCtx::new(kind));
    }

    /// Ends the function at hand and returns what it captures.
    pub(super) fn end_function(&mut self, func: FuncId) -> Vec<super::names::Captured> {
        let mut ctx = self.funcs.pop().expect("a function was begun");
        let captured = std::mem::take(&mut ctx.captures);
        ctx.func.captures = u16::try_from(captured.len()).unwrap_or(u16::MAX);
        self.out.functions[func.0 as usize] = ctx.finish();
        captured
    }

    fn describe(&mut self, function: &Function, name: Option<&str>, role: Role) {
        let name = name.or(function.name.as_ref().map(|name| name.text.as_str())).unwrap_or("");
        let name = self.str(name);
        let length = function.params.iter().take_while(|param| param.default.is_none()).count();
        let is_constructor = function.kind == SyntaxKind::Constructor;
        let source = self.loc_of(function.span);
        let f = self.f();
        f.func.source = Some(source);
        f.is_async = function.is_async;
        f.is_generator = function.is_generator;
        f.home = role.home;
        f.is_derived_constructor = is_constructor && role.is_derived;
        f.func.name = Some(name);
        f.func.kind = match (function.is_async, function.is_generator) {
            (false, false) => FunctionKind::Normal,
            (false, true) => FunctionKind::Generator,
            (true, false) => FunctionKind::Async,
            (true, true) => FunctionKind::AsyncGenerator,
        };
        f.func.role = match function.kind {
            SyntaxKind::Declaration | SyntaxKind::Expression => FunctionRole::Plain,
            SyntaxKind::Arrow => FunctionRole::Arrow,
            SyntaxKind::Method | SyntaxKind::Getter | SyntaxKind::Setter => FunctionRole::Method,
            SyntaxKind::Constructor if role.is_derived => FunctionRole::DerivedConstructor,
            SyntaxKind::Constructor => FunctionRole::BaseConstructor,
        };
        f.func.length = u16::try_from(length).unwrap_or(u16::MAX);
    }

    /// The raw parameters: the first locals.
    fn parameters(&mut self, function: &Function, typed: Option<&DirectFunction>) {
        for (index, param) in function.params.iter().chain(function.rest.as_deref()).enumerate() {
            let name = match &param.pat.kind {
                PatKind::Ident(name) => name.text.clone(),
                _ => "parameter".into(),
            };
            let name = self.str(&name);
            let repr = typed.and_then(|direct| direct.params.get(index)).map_or(Repr::Any, |&(repr, _)| repr);
            self.f().func.locals.push(Local { repr, name });
        }
        let func = &mut self.f().func;
        func.params = func.locals.len() as u32;
        func.rest = function.rest.is_some();
    }

    /// `this`, `new.target` and the function itself, where the body needs them.
    fn receiver(&mut self, function: &Function, info: &FunctionInfo, role: Role) {
        if function.kind != SyntaxKind::Arrow {
            let is_constructor = function.kind == SyntaxKind::Constructor;
            if is_constructor && role.is_derived {
                let callee = self.plain(Plain::LoadCallee, &[]);
                self.declare_value(Key::Callee, "callee", callee);
                let mark = self.any(Op::Uninit, &[]);
                let cell = self.plain(Plain::NewCell, &[mark]);
                let local = self.new_local("this", Repr::Any);
                self.set(local, cell);
                self.f().storage.insert(Key::This, Storage::Cell(local));
            } else if is_constructor || info.uses_this {
                let this = self.plain(Plain::LoadThis, &[]);
                let this = self.typed_receiver(this, role.receiver, function.span);
                self.declare_value(Key::This, "this", this);
            }
            if info.uses_new_target {
                let target = self.plain(Plain::LoadNewTarget, &[]);
                self.declare_value(Key::NewTarget, "new.target", target);
            }
        }
        if function.kind == SyntaxKind::Expression
            && let Some(id) = self.declared(function.id)
            && self.binding(id).kind == BindingKind::FunctionInner
        {
            let callee = self.plain(Plain::LoadCallee, &[]);
            self.declare_value(Key::Binding(id), "self", callee);
        }
    }

    pub(super) fn typed_receiver(&mut self, this: Temp, class: Option<ClassId>, span: Span) -> Temp {
        let Some(class) = class else { return this };
        let name = self.program.classes[class.0 as usize].name.clone();
        let at = Span::new(span.start, span.start);
        let mut site = self.check_site(at, Types::ANY);
        site.expr = self.str("this");
        site.expected = self.str(&name);
        self.emit(Op::Check(Repr::Obj(class), site), &[this], Repr::Obj(class))
    }

    fn run_field_init(&mut self) {
        if self.classes.last().is_some_and(|scope| scope.has_instance_elements) {
            let Some(this) = self.read(&Key::This) else { return };
            let this = self.as_any(this);
            let callee = self.plain(Plain::LoadCallee, &[]);
            self.plain_effect(Plain::RunFieldInit, &[this, callee]);
        }
    }

    fn bind_parameters(&mut self, function: &Function, typed: bool) {
        let params = function.params.iter().chain(function.rest.as_deref());
        for (index, param) in params.clone().enumerate() {
            if !self.is_raw_parameter(param, LocalId(index as u32), typed) {
                super::declare::pattern_names(&param.pat, &mut |pat| {
                    if let Some(id) = self.declared(pat.id) {
                        self.declare_binding(id);
                    }
                });
            }
        }
        for (index, param) in params.enumerate() {
            let raw = LocalId(index as u32);
            self.at(param.span);
            if self.is_raw_parameter(param, raw, typed) {
                if let Some(id) = self.declared(param.pat.id) {
                    self.f().storage.insert(Key::Binding(id), Storage::Local(raw));
                    self.check_parameter(param, raw);
                }
                continue;
            }
            let value = self.get(raw);
            let value = self.with_default(&param.pat, value, param.default.as_ref());
            let value = match self.written_type(param.ty.as_ref(), &param.pat) {
                Some(ty) if !param.optional || self.program.types.repr(ty) == Repr::Any => {
                    self.coerce_to_type(value, ty, None, param.pat.span)
                }
                _ => value,
            };
            self.bind(&param.pat, value, Mode::Declare);
        }
    }

    /// Whether the register that holds the argument can be the variable itself.
    fn is_raw_parameter(&self, param: &Param, raw: LocalId, typed: bool) -> bool {
        if param.default.is_some() || !matches!(param.pat.kind, PatKind::Ident(_)) {
            return false;
        }
        let Some(id) = self.declared(param.pat.id) else { return false };
        let binding = self.binding(id);
        let same = self.ctx().func.local(raw).repr == self.binding_repr(id);
        (same || typed) && !(binding.captured && binding.reassigned) && !binding.needs_init_check
    }

    /// The run-time kind of a dynamic parameter with a written type.
    fn check_parameter(&mut self, param: &Param, raw: LocalId) {
        if let Some(ty) = self.written_type(param.ty.as_ref(), &param.pat)
            && self.ctx().func.local(raw).repr == Repr::Any
            && !param.optional
        {
            let value = self.get(raw);
            self.coerce_to_type(value, ty, None, param.pat.span);
        }
    }

    fn body(&mut self, function: &Function) {
        match &function.body {
            FunctionBody::Expr(expr) => self.return_expr(expr),
            FunctionBody::Block(block) => {
                self.declare_vars(&block.body);
                self.start_from_parameters(function, &block.body);
                self.scope(&block.body, |lower| lower.function_stmts(&block.body));
                self.at(Span::new(function.span.end.saturating_sub(1), function.span.end));
                self.return_end();
            }
            FunctionBody::None => self.return_end(),
        }
    }

    /// The statements of a body; after a derived constructor's own `super(…)` statement `this` is known.
    fn function_stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.stmt(stmt);
            if self.ctx().is_derived_constructor && !self.ctx().this_known && is_super_stmt(stmt) {
                self.this_is_known();
            }
        }
    }

    pub(super) fn this_is_known(&mut self) {
        let Some(this) = self.read(&Key::This) else { return };
        let class = self.classes.last().and_then(|scope| scope.receiver);
        let this = self.typed_receiver(this, class, Span::default());
        self.declare_value(Key::This, "this", this);
        self.f().this_known = true;
    }

    fn return_expr(&mut self, expr: &Expr) {
        let value = self.expr(expr);
        self.at(expr.span);
        self.return_value(value, Some(expr));
    }

    /// The end of a body without `return`.
    fn return_end(&mut self) {
        let value = self.implicit_result();
        self.return_value(value, None);
    }

    /// What a function without `return` yields: `this` in constructors, else `undefined`.
    pub(super) fn implicit_result(&mut self) -> Temp {
        match self.ctx().syntax {
            SyntaxKind::Constructor if self.ctx().is_derived_constructor && self.ctx().handler.is_some() => {
                self.undefined()
            }
            SyntaxKind::Constructor => {
                let this = self.this();
                self.as_any(this)
            }
            _ => self.undefined(),
        }
    }
}

fn is_super_stmt(stmt: &Stmt) -> bool {
    use mosl_syntax::ast::ExprKind;
    let StmtKind::Expr(expr) = &stmt.kind else { return false };
    matches!(&expr.kind, ExprKind::Call { callee, .. } if matches!(callee.kind, ExprKind::Super))
}
