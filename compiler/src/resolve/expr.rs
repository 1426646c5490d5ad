//! Expressions: every name is looked up, every misplaced keyword reported.

use mosl_syntax::Span;
use mosl_syntax::ast::{
    Arg, ArrayElem, Expr, ExprKind, Name, NodeId, PropKey, PropKind, SmolStr, Template, Text, UnaryOp,
};

use super::declare::Walk;
use super::scope::{FrameRole, Value};
use super::{Origin, TypeName};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{
    BAD_PATTERN, NO_ANGLE_CAST, NO_BIGINT, NO_DYNAMIC_IMPORT, NO_NEW_ON_FUNCTION, NO_TOP_LEVEL_THIS, TYPE_AS_VALUE,
    TYPE_ONLY_IMPORT, USED_BEFORE_DECLARATION,
};
use crate::diagnostics::suggest::nearest;
use crate::program::{BindingId, BindingKind, Resolved};

/// What is done with a variable where its name stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    Read,
    /// The callee of a call.
    Call,
    /// The operand of `typeof`, where an undeclared name is fine.
    Typeof,
    Assign,
    /// `typeof x` in a type: no use at run time.
    Type,
}

impl<'a> Walk<'_, 'a> {
    pub(super) fn exprs(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    pub(super) fn expr(&mut self, expr: &'a Expr) {
        mosl_syntax::deep(|| self.expr_parts(expr));
    }

    fn expr_parts(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Ident(name) => self.use_name(name, expr.id, Use::Read),
            ExprKind::This => {
                self.use_this();
                self.check_this(expr.span);
            }
            ExprKind::Super => self.use_this(),
            ExprKind::NewTarget => self.use_new_target(),
            ExprKind::BigInt => self.report_bigint(expr.span),
            ExprKind::Template(template) => self.template(template),
            ExprKind::TaggedTemplate { tag, type_args, template } => {
                self.expr(tag);
                self.types(type_args);
                self.template(template);
            }
            ExprKind::Array(elems) => {
                for elem in elems {
                    match elem {
                        ArrayElem::Hole => {}
                        ArrayElem::Expr(expr) | ArrayElem::Spread(expr) => self.expr(expr),
                    }
                }
            }
            ExprKind::Object(props) => props.iter().for_each(|prop| self.prop(&prop.kind)),
            ExprKind::Function(function) => self.function_expr(function),
            ExprKind::Class(class) => self.class_expr(class),
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Update { target, .. } => self.assign_target(target),
            ExprKind::Binary { left, right, .. } | ExprKind::Logical { left, right, .. } => {
                self.exprs([&**left, &**right])
            }
            ExprKind::Assign { target, value, .. } => {
                self.assign_target(target);
                self.expr(value);
            }
            ExprKind::Conditional { test, then, otherwise } => self.exprs([&**test, &**then, &**otherwise]),
            ExprKind::Call { callee, type_args, args, optional } => {
                self.check_function_constructor(callee, expr.span);
                let plain = !optional && !args.iter().any(|arg| matches!(arg, Arg::Spread(_)));
                self.callee(callee, plain);
                self.types(type_args);
                self.exprs(args.iter().map(Arg::expr));
            }
            ExprKind::New { callee, type_args, args } => {
                self.check_function_constructor(callee, expr.span);
                self.expr(callee);
                self.check_new(callee, expr.span);
                self.types(type_args);
                self.exprs(args.iter().map(Arg::expr));
            }
            ExprKind::Member { object, name, .. } => {
                self.expr(object);
                self.check_member(object, name);
            }
            ExprKind::PrivateIn { object, .. } | ExprKind::PrivateMember { object, .. } => self.expr(object),
            ExprKind::Index { object, index, .. } => self.exprs([&**object, &**index]),
            ExprKind::OptionalChain(inner)
            | ExprKind::Paren(inner)
            | ExprKind::NonNull(inner)
            | ExprKind::AsConst(inner) => self.expr(inner),
            ExprKind::Sequence(exprs) => self.exprs(exprs),
            ExprKind::Await(inner) => {
                self.use_await();
                self.expr(inner);
            }
            ExprKind::Yield { value, .. } => self.exprs(value.as_deref()),
            ExprKind::ImportCall(args) => {
                self.exprs(args);
                let message = "dynamic `import()` is left out of MOSL: a program is known before it runs";
                let help = "write `import … from \"…\"` at the top of the file";
                self.report(
                    Diagnostic::new(&NO_DYNAMIC_IMPORT, self.file, expr.span, message, "not in MOSL").help(help),
                );
            }
            ExprKind::As { expr, ty } | ExprKind::Satisfies { expr, ty } => {
                self.expr(expr);
                self.ty(ty);
            }
            ExprKind::TypeAssertion { expr: inner, ty } => {
                self.expr(inner);
                self.ty(ty);
                let message = "`<T>x` is left out of MOSL: write `x as T`";
                self.report(Diagnostic::new(&NO_ANGLE_CAST, self.file, expr.span, message, "write this with `as`"));
            }
            ExprKind::Instantiation { expr, type_args } => {
                self.expr(expr);
                self.types(type_args);
            }
            ExprKind::Regex { pattern, flags } => self.check_pattern(expr.span, pattern, flags),
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Num(_)
            | ExprKind::Unit { .. }
            | ExprKind::Str(_)
            | ExprKind::ImportMeta
            | ExprKind::Missing => {}
        }
    }

    /// What is no regular expression is refused before it runs (13.2.7.1).
    fn check_pattern(&mut self, span: Span, pattern: &Text, flags: &Text) {
        let Err(error) = regress::Regex::from_units(pattern.0.iter().copied(), &*flags.to_utf8_lossy()) else { return };
        // One that is only too large is refused where it is evaluated.
        if !error.limit {
            let message = format!("this is no regular expression: {}", error.text);
            self.report(Diagnostic::new(&BAD_PATTERN, self.file, span, message, ""));
        }
    }

    fn report_bigint(&mut self, span: Span) {
        let message = "there is no `BigInt` in MOSL";
        let diagnostic = Diagnostic::new(&NO_BIGINT, self.file, span, message, "a BigInt");
        let end = Span::new(span.end.saturating_sub(1), span.end);
        self.report(diagnostic.help("use a number, or `Mrk` for money: `5mrk`").fix("make it a number", end, ""));
    }

    fn template(&mut self, template: &'a Template) {
        self.exprs(&template.exprs);
    }

    fn prop(&mut self, prop: &'a PropKind) {
        match prop {
            PropKind::Value { key, value } => {
                if matches!(key, PropKey::Ident(name) if name.text == "__proto__") {
                    self.report_proto(key.span());
                }
                self.prop_key(key);
                self.expr(value);
            }
            PropKind::Shorthand(value) | PropKind::Spread(value) => self.expr(value),
            PropKind::ShorthandDefault { name, default } => self.exprs([name, default]),
            PropKind::Method { key, function } => {
                self.prop_key(key);
                self.method(function, FrameRole::Method);
            }
        }
    }

    pub(super) fn prop_key(&mut self, key: &'a PropKey) {
        if let PropKey::Computed(expr) = key {
            self.expr(expr);
        }
    }

    /// What a call calls. Only a plain call reaches a function without its value; one with spread or `?.` takes that.
    fn callee(&mut self, callee: &'a Expr, plain: bool) {
        match &callee.kind {
            ExprKind::Ident(name) if plain => self.use_name(name, callee.id, Use::Call),
            ExprKind::Super => self.use_super_call(),
            _ => self.expr(callee),
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &'a Expr) {
        match (op, &operand.kind) {
            (UnaryOp::Typeof, ExprKind::Ident(name)) => self.use_name(name, operand.id, Use::Typeof),
            _ => self.expr(operand),
        }
    }

    /// `new` on what is plainly a function.
    fn check_new(&mut self, callee: &Expr, span: Span) {
        let ExprKind::Ident(name) = &callee.kind else { return };
        let Some(Resolved::Binding(id)) = self.linker.out.facts[usize::from(self.file.0)].names.get(&callee.id) else {
            return;
        };
        let binding = &self.linker.out.bindings[id.0 as usize];
        // `new` on a generator or async function throws in JavaScript too: that is left to the run.
        let plain = match self.linker.out.origins[id.0 as usize].clone() {
            Origin::Function(parts) => parts.iter().all(|part| !part.is_async && !part.is_generator),
            _ => false,
        };
        if plain && matches!(binding.kind, BindingKind::Function | BindingKind::HostFunction) {
            let (file, at) = (binding.file, binding.span);
            let message = format!("`{}` is a function: `new` makes objects of classes only", name.text);
            let diagnostic = Diagnostic::new(&NO_NEW_ON_FUNCTION, self.file, span, message, "not a class");
            let help = format!("write `class {} {{ constructor(…) {{ … }} }}`", name.text);
            self.report(diagnostic.also_in(file, at, "declared here").help(help));
        }
    }

    pub(super) fn use_this(&mut self) {
        for frame in self.frames.iter_mut().rev() {
            frame.info.uses_this = true;
            if frame.role != FrameRole::Arrow {
                break;
            }
        }
    }

    /// A script means the global object by `this` outside of functions; a module has `undefined`, which would be another answer.
    fn check_this(&mut self, span: Span) {
        let outside = self.frames.iter().all(|frame| matches!(frame.role, FrameRole::Module | FrameRole::Arrow));
        if self.may_be_script && outside {
            let message = "`this` outside of functions is `undefined` in a module, and the global object in a script";
            let diagnostic = Diagnostic::new(&NO_TOP_LEVEL_THIS, self.file, span, message, "MOSL files are modules");
            self.report(diagnostic.help("write `globalThis`, or `undefined`"));
        }
    }

    fn use_super_call(&mut self) {
        self.use_this();
        self.frames.iter_mut().for_each(|frame| frame.info.uses_new_target |= frame.role == FrameRole::Constructor);
    }

    fn use_new_target(&mut self) {
        for frame in self.frames.iter_mut().rev() {
            frame.info.uses_new_target = true;
            if frame.role != FrameRole::Arrow {
                break;
            }
        }
    }

    pub(super) fn use_await(&mut self) {
        let file = usize::from(self.file.0);
        let frame = self.frames.last().expect("inside a module");
        if frame.role == FrameRole::Module {
            self.linker.out.facts[file].top_level_await = true;
        }
    }

    pub(super) fn lookup(&self, name: &str) -> Option<Value> {
        self.scopes.iter().rev().find_map(|scope| scope.values.get(name).copied())
    }

    /// Looks a name up and records what it means, and how it is used.
    pub(super) fn use_name(&mut self, name: &Name, node: NodeId, how: Use) {
        let resolved = if name.missing { Resolved::Unresolved } else { self.resolve_name(name, how) };
        self.linker.out.facts[usize::from(self.file.0)].names.insert(node, resolved);
    }

    fn resolve_name(&mut self, name: &Name, how: Use) -> Resolved {
        match self.lookup(&name.text) {
            Some(Value::Binding(id)) => {
                self.use_binding(id, name.span, how);
                Resolved::Binding(id)
            }
            Some(Value::Import(index)) => self.use_import(index, name, how),
            None if name.text == "undefined" => Resolved::Undefined,
            None => match mosl_bytecode::natives::global_id(&name.text) {
                Some(global) => Resolved::Intrinsic(global),
                None => {
                    if let Some(ty) = self.scopes.iter().rev().find_map(|scope| scope.types.get(&name.text)) {
                        if *ty != TypeName::Unresolved {
                            self.report_type_as_value(name);
                        }
                    } else if how != Use::Typeof || super::refuse::is_left_out(name) {
                        self.report_unresolved(name, how);
                    }
                    Resolved::Unresolved
                }
            },
        }
    }

    fn use_import(&mut self, index: u32, name: &Name, how: Use) -> Resolved {
        let entry = &self.linker.modules[usize::from(self.file.0)].imports[index as usize];
        let (meaning, span) = (entry.meaning, entry.span);
        match meaning.value {
            Some(_) if meaning.type_only && how != Use::Type => {
                let message = format!("`{}` is imported as a type, so it has no value here", name.text);
                let diagnostic = Diagnostic::new(&TYPE_ONLY_IMPORT, self.file, name.span, message, "used as a value");
                self.report(diagnostic.also(span, "imported with `type`").help("import it without `type`"));
                Resolved::Unresolved
            }
            Some(id) => {
                self.use_binding(id, name.span, how);
                Resolved::Binding(id)
            }
            None => {
                if meaning.ty != Some(TypeName::Unresolved) {
                    self.report_type_as_value(name);
                }
                Resolved::Unresolved
            }
        }
    }

    fn report_type_as_value(&mut self, name: &Name) {
        let message = format!("`{}` is a type: it has no value at run time", name.text);
        self.report(Diagnostic::new(&TYPE_AS_VALUE, self.file, name.span, message, "used as a value"));
    }

    fn use_binding(&mut self, id: BindingId, at: Span, how: Use) {
        if how == Use::Type {
            return;
        }
        let binding = &self.linker.out.bindings[id.0 as usize];
        let (function, is_global, kind, file) = (binding.function, binding.is_global, binding.kind, binding.file);
        let owner =
            if file == self.file { self.frames.iter().rposition(|frame| frame.id == function).unwrap_or(0) } else { 0 };
        let through = self.frames.get(owner + 1).map(|frame| frame.meta);
        if through.is_some() {
            self.linker.out.bindings[id.0 as usize].captured = true;
            if !is_global {
                for frame in &mut self.frames[owner + 1..] {
                    if frame.captured.insert(id) {
                        frame.info.captures.push(id);
                    }
                }
            }
        }
        if how != Use::Call {
            self.linker.escaping.push(id);
        }
        if file != self.file {
            if self.linker.loaded.graph.in_one_cycle(file, self.file) {
                self.linker.early.note_cyclic_use(id, kind);
            }
            return;
        }
        let binding = &self.linker.out.bindings[id.0 as usize];
        let certain = self.linker.early.note_use(id, binding, &self.linker.lives[id.0 as usize], at, through);
        if certain && self.strict && !matches!(kind, BindingKind::Var | BindingKind::Param) {
            let message = format!("`{}` is used before it has a value", binding.name);
            let declared = binding.span;
            let diagnostic = Diagnostic::new(&USED_BEFORE_DECLARATION, self.file, at, message, "has no value yet");
            self.report(diagnostic.also(declared, "gets its value here"));
        }
    }

    /// The nearest value name in scope or built in.
    pub(super) fn nearest_value(&self, name: &str) -> Option<String> {
        let declared = self.scopes.iter().flat_map(|scope| scope.values.keys()).map(SmolStr::as_str);
        let globals = mosl_bytecode::natives::GLOBALS.iter().copied();
        nearest(name, declared.chain(globals).filter(|name| !name.starts_with('*'))).map(str::to_owned)
    }
}
