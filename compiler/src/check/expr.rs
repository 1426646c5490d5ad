//! Expressions: one type each, in the flow of the program.

mod access;

use mosl_syntax::Span;
use mosl_syntax::ast::{Expr, ExprKind, FunctionKind, Name, SmolStr, StmtKind};

use super::Checker;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::catalogue::{BAD_CAST, UNASSIGNED_VARIABLE, UNINITIALIZED_FIELD};
use crate::library;
use crate::program::{BindingId, BindingKind, Resolved};
use crate::resolve::Origin;
use crate::types::{Type, TypeId, Types};

impl<'a> Checker<'a> {
    /// The type of an expression; `expected` is what its place wants, where it wants something.
    pub(super) fn infer(&mut self, expr: &'a Expr, expected: Option<TypeId>) -> TypeId {
        let expected = expected.filter(|expected| *expected != Types::ANY);
        if let (Some(contexts), Some(expected)) = (&mut self.contexts, expected) {
            contexts.insert((self.file, expr.id), expected);
        }
        let ty = mosl_syntax::deep(|| self.infer_kind(expr, expected));
        // What runs is of the class around, at least.
        let held = if ty == Types::THIS { self.this_type() } else { ty };
        self.set_type(expr.id, held);
        ty
    }

    fn infer_kind(&mut self, expr: &'a Expr, expected: Option<TypeId>) -> TypeId {
        match &expr.kind {
            ExprKind::Ident(name) => self.infer_name(expr, name),
            ExprKind::This => match self.reference(expr).and_then(|id| self.env.get(id)) {
                Some(narrowed) => narrowed,
                None => self.infer_this(expr.span),
            },
            ExprKind::Super => self.infer_super(expr.span),
            ExprKind::Null => Types::NULL,
            ExprKind::Bool(true) => Types::TRUE,
            ExprKind::Bool(false) => Types::FALSE,
            ExprKind::Num(value) => self.types.num_lit(*value),
            ExprKind::Unit { digits, unit } => self.infer_unit(digits, *unit, expr.span),
            ExprKind::Str(text) => match text.to_utf8() {
                Some(text) => self.types.str_lit(text),
                None => Types::STRING,
            },
            ExprKind::Regex { .. } => self.library_ref("RegExp", &[]),
            ExprKind::Template(template) => self.infer_template(template),
            ExprKind::TaggedTemplate { tag, template, .. } => self.infer_tagged(expr, tag, template),
            ExprKind::Array(elems) => self.infer_array(elems, expected),
            ExprKind::Object(props) => self.infer_object(props, expected),
            ExprKind::Function(function) => {
                let ty = self.infer_function(function, expected);
                debug_assert!(
                    function.kind != FunctionKind::Declaration || matches!(self.types.get(ty), Type::Function(_))
                );
                ty
            }
            ExprKind::Class(class) => match self.res.facts[usize::from(self.file.0)].classes.get(&class.id).copied() {
                Some(id) => {
                    self.check_class(id);
                    self.types.intern(Type::ClassValue(id))
                }
                None => Types::ANY,
            },
            ExprKind::Unary { op, operand } => self.infer_unary(*op, operand, expr.span),
            ExprKind::Update { target, .. } => self.infer_update(target, expr.span),
            ExprKind::Binary { op, left, right } => self.infer_binary(expr, *op, left, right),
            ExprKind::PrivateIn { object, .. } => {
                self.infer(object, None);
                Types::BOOLEAN
            }
            ExprKind::Logical { .. } => self.infer_logical(expr, expected),
            ExprKind::Assign { op, target, value } => self.infer_assign(*op, target, value),
            ExprKind::Conditional { test, then, otherwise } => {
                let (yes, no) = self.condition(test);
                self.env = yes;
                let a = self.infer(then, expected);
                let after_then = std::mem::replace(&mut self.env, no);
                let b = self.infer(otherwise, expected);
                let after_else = std::mem::take(&mut self.env);
                self.env = self.join(after_then, after_else);
                self.either((a, then), (b, otherwise))
            }
            ExprKind::Call { callee, type_args, args, optional } => {
                self.infer_call(expr, callee, type_args, args, *optional, expected)
            }
            ExprKind::New { callee, type_args, args } => self.infer_new(expr, callee, type_args, args, expected),
            ExprKind::Member { object, name, optional } => self.infer_member(expr, object, name, *optional),
            ExprKind::PrivateMember { object, name, optional } => {
                let key = SmolStr::from(format!("#{}", name.text.trim_start_matches('#')));
                let of = self.infer_object_of(object, *optional);
                let ty = self.member(of, &key).map_or(Types::ANY, |member| member.ty);
                self.read_member(expr, object, &key, ty)
            }
            ExprKind::Index { object, index, optional } => self.infer_index(expr, object, index, *optional),
            ExprKind::OptionalChain(inner) => {
                let ty = self.infer(inner, expected);
                if self.chain_may_stop(inner) { self.types.optional(ty) } else { ty }
            }
            ExprKind::Sequence(exprs) => {
                let mut last = Types::UNDEFINED;
                for (index, part) in exprs.iter().enumerate() {
                    let expected = if index + 1 == exprs.len() { expected } else { None };
                    last = self.infer(part, expected);
                }
                last
            }
            ExprKind::Await(inner) => {
                let ty = self.infer(inner, None);
                self.forget_after_call();
                self.awaited(ty)
            }
            ExprKind::Yield { delegate, value } => self.infer_yield(*delegate, value.as_deref()),
            ExprKind::NewTarget | ExprKind::ImportMeta | ExprKind::BigInt | ExprKind::Missing => Types::ANY,
            ExprKind::ImportCall(args) => {
                args.iter().for_each(|arg| {
                    self.infer(arg, None);
                });
                Types::ANY
            }
            ExprKind::As { expr: inner, ty } | ExprKind::TypeAssertion { expr: inner, ty } => {
                let target = self.annotation(ty);
                let found = self.infer(inner, Some(target));
                self.decode_into(target, inner);
                self.check_cast(found, target, expr.span);
                target
            }
            ExprKind::AsConst(inner) => {
                let outer = std::mem::replace(&mut self.const_context, true);
                let ty = self.infer(inner, None);
                self.const_context = outer;
                self.regular(ty)
            }
            ExprKind::Satisfies { expr: inner, ty } => {
                let target = self.annotation(ty);
                let found = self.infer(inner, Some(target));
                self.check_flow(found, target, inner);
                found
            }
            ExprKind::NonNull(inner) => {
                let ty = self.infer(inner, expected);
                self.without_nullish(ty)
            }
            ExprKind::Instantiation { expr: inner, .. } => {
                self.infer(inner, None);
                Types::ANY
            }
            ExprKind::Paren(inner) => self.infer(inner, expected),
        }
    }

    fn infer_yield(&mut self, delegate: bool, value: Option<&'a Expr>) -> TypeId {
        let (wanted, sent) =
            self.functions.last().map_or((None, Types::ANY), |context| (context.yields_expected, context.sent));
        let is_async = self.functions.last().is_some_and(|context| context.is_async);
        let ty = value.map_or(Types::UNDEFINED, |value| self.infer(value, wanted.filter(|_| !delegate)));
        if let (Some(wanted), Some(value), false) = (wanted, value, delegate) {
            let found = if is_async { self.awaited(ty) } else { ty };
            self.check_flow(found, wanted, value);
        }
        let inner = if !delegate {
            ty
        } else if is_async {
            self.async_element_of(ty).unwrap_or(Types::ANY)
        } else {
            self.element_of(ty).unwrap_or(Types::ANY)
        };
        if let (Some(wanted), Some(value), true) = (wanted, value, delegate && self.strict)
            && !self.assignable(inner, wanted)
        {
            self.report_mismatch_at(inner, wanted, value.span);
        }
        if let Some(context) = self.functions.last_mut() {
            context.yields.push(inner);
        }
        self.forget_after_call();
        if delegate { Types::ANY } else { sent }
    }

    fn infer_name(&mut self, expr: &'a Expr, name: &Name) -> TypeId {
        match self.res.facts[usize::from(self.file.0)].names.get(&expr.id).copied() {
            Some(Resolved::Undefined) => Types::UNDEFINED,
            Some(Resolved::Intrinsic(global)) => self.intrinsic(mosl_bytecode::natives::GLOBALS[usize::from(global)]),
            Some(Resolved::Binding(id)) => {
                let reference = self.binding_ref(id);
                match self.env.get(reference) {
                    Some(narrowed) if self.check_assigned(id, narrowed, name) => narrowed,
                    Some(_) => self.type_of_binding(id),
                    None => self.type_of_binding(id),
                }
            }
            _ => Types::ANY,
        }
    }

    /// `let x: T;` starts as `undefined` in the flow, though `T` does not admit it. Says whether it has a value by now.
    fn check_assigned(&mut self, id: BindingId, narrowed: TypeId, name: &Name) -> bool {
        let binding = &self.res.bindings[id.0 as usize];
        let Origin::Declarator { declarator, .. } = &self.res.origins[id.0 as usize] else { return true };
        if declarator.ty.is_none()
            || declarator.init.is_some()
            || declarator.definite
            || binding.kind == BindingKind::Var
        {
            return true;
        }
        let declared = self.type_of_binding(id);
        let may_be_undefined = self.types.parts(narrowed).contains(&Types::UNDEFINED);
        if may_be_undefined && !self.admits_undefined(declared) && self.strict {
            let message = format!("`{}` is read before it gets a value", name.text);
            let span = self.res.bindings[id.0 as usize].span;
            let diagnostic =
                Diagnostic::new(&UNASSIGNED_VARIABLE, self.file, name.span, message, "may have no value yet");
            self.report(diagnostic.also(span, "declared without a value"));
            return false;
        }
        true
    }

    /// The type of a built-in global.
    pub(super) fn intrinsic(&mut self, name: &str) -> TypeId {
        if let Some(known) = self.library_values.get(name) {
            return *known;
        }
        let mut ty = Types::ANY;
        let mut signatures = Vec::new();
        for tree in library::declarations(name, false) {
            for stmt in &tree.body {
                let StmtKind::Declare(inner) = &stmt.kind else { continue };
                match &inner.kind {
                    StmtKind::Var(var) => {
                        if let Some(notation) = var.declarators.first().and_then(|declarator| declarator.ty.as_ref()) {
                            ty = self.type_of_notation(notation, None);
                        }
                    }
                    StmtKind::Function(function) => signatures.push(self.library_function(function)),
                    _ => {}
                }
            }
        }
        if !signatures.is_empty() {
            ty = self.types.function(signatures);
        }
        self.library_values.insert(name.into(), ty);
        ty
    }

    fn library_function(&mut self, function: &'a mosl_syntax::ast::Function) -> crate::types::Signature {
        let depth = self.library_params.len();
        let type_params = self.type_params(&function.type_params, None);
        let mut params = Vec::with_capacity(function.params.len());
        for param in &function.params {
            let ty = param.ty.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, None));
            params.push(crate::types::ParamType {
                name: super::function::param_name(param),
                ty,
                optional: param.optional,
            });
        }
        let rest = function.rest.as_ref().map(|param| crate::types::ParamType {
            name: super::function::param_name(param),
            ty: param.ty.as_ref().map_or(Types::ANY_ARRAY, |ty| self.type_of_notation(ty, None)),
            optional: false,
        });
        let ret = function.ret.as_ref().map_or(Types::ANY, |ty| self.type_of_notation(ty, None));
        self.library_params.truncate(depth);
        crate::types::Signature { type_params, params, rest, ret, predicate: None }
    }

    /// Of what class `this` is, classes that extend the one around say more.
    fn infer_this(&mut self, span: Span) -> TypeId {
        self.check_super_called(span);
        if self.strict && self.polymorphic_this().is_some() { Types::THIS } else { self.this_type() }
    }

    /// In the constructor of a class that extends another, there is no `this` before `super(…)`.
    fn check_super_called(&mut self, span: Span) {
        let Some(class) = self.class_stack.last().filter(|_| self.strict && !self.env.dead) else { return };
        let extends = self.class_node(*class).superclass.is_some();
        let place = self.super_ref();
        if extends && self.functions.last().is_some_and(|of| of.in_constructor) && self.env.get(place).is_none() {
            let message = "`super(…)` must be called before `this` is used";
            let diagnostic = Diagnostic::new(&UNINITIALIZED_FIELD, self.file, span, message, "there is no `this` yet");
            self.report(diagnostic.help("call `super(…)` first, on every path that leads here"));
        }
    }

    fn infer_super(&mut self, span: Span) -> TypeId {
        let Some(class) = self.class_stack.last().copied() else { return Types::ANY };
        self.check_super_called(span);
        let this = self.this_type();
        match self.types.get(this).clone() {
            Type::Class { args, .. } => self.class_base(class, &args).unwrap_or(Types::ANY),
            Type::ClassValue(_) => match self.res.classes[class.0 as usize].superclass {
                Some(parent) => self.types.intern(Type::ClassValue(parent)),
                None => Types::ANY,
            },
            _ => Types::ANY,
        }
    }

    /// What is known here about a reference, else its declared type.
    pub(super) fn narrowed(&mut self, expr: &Expr, declared: TypeId) -> TypeId {
        match self.reference(expr).and_then(|id| self.env.get(id)) {
            Some(narrowed) => narrowed,
            None => declared,
        }
    }

    fn check_cast(&mut self, from: TypeId, to: TypeId, span: Span) {
        let wide = self.widen(from);
        if self.comparable(wide, to) || self.types.is_generic(to) || self.types.is_generic(from) || !self.strict {
            return;
        }
        let (expected, found) = (self.types.print(to), self.types.print(from));
        let message = format!("a `{found}` is never a `{expected}`");
        self.report(Diagnostic::new(&BAD_CAST, self.file, span, message, "this can never succeed"));
    }
}
