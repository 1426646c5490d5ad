//! Expressions: the dispatch by kind, and the kinds that are a line or two.

use mosl_bytecode::ErrorKind;
use mosl_syntax::ast::{Expr, ExprKind, Name, NodeId};

use super::Lowerer;
use super::names::Key;
use crate::mir::{Op, Plain, Repr, Temp};
use crate::program::Resolved;
use crate::types::Types;

impl Lowerer<'_> {
    /// Evaluates an expression; the result has whatever representation comes naturally.
    pub(super) fn expr(&mut self, expr: &Expr) -> Temp {
        mosl_syntax::deep(|| self.expr_parts(expr))
    }

    fn expr_parts(&mut self, expr: &Expr) -> Temp {
        self.at(expr.span);
        match &expr.kind {
            ExprKind::Ident(name) => {
                let value = self.ident(name, expr.id);
                self.checked_late(value, expr)
            }
            ExprKind::This => self.this(),
            ExprKind::Null => self.any(Op::Null, &[]),
            ExprKind::Bool(value) => self.bool(*value),
            ExprKind::Num(value) => self.number(*value),
            ExprKind::Unit { digits, unit } => self.unit_literal(digits, *unit),
            ExprKind::Str(text) => {
                let id = self.text(text);
                self.emit(Op::Str(id), &[], Repr::Str)
            }
            ExprKind::Regex { pattern, flags } => self.regex(pattern, flags),
            ExprKind::Template(template) => self.template(template),
            ExprKind::TaggedTemplate { tag, template, .. } => self.tagged_template(tag, template),
            ExprKind::Array(elems) => self.array_literal(elems),
            ExprKind::Object(props) => self.object_literal(props),
            ExprKind::Function(function) => self.function_expr(function, None),
            ExprKind::Class(class) => self.class(class, None),
            ExprKind::Unary { op, operand } => self.unary(expr, *op, operand),
            ExprKind::Update { op, prefix, target } => self.update(*op, *prefix, target, true),
            ExprKind::Binary { .. } => self.binary_chain(expr),
            ExprKind::PrivateIn { name, object } => self.private_in(name, object),
            ExprKind::Logical { .. } => self.logical_chain(expr),
            ExprKind::Assign { op, target, value } => self.assign(*op, target, value),
            ExprKind::Conditional { test, then, otherwise } => self.conditional(expr, test, then, otherwise),
            ExprKind::Call { callee, .. } => {
                let value = self.call(expr);
                self.checked_call(value, expr, callee)
            }
            ExprKind::New { callee, args, .. } => self.new_expr(callee, args),
            ExprKind::Member { .. } | ExprKind::PrivateMember { .. } | ExprKind::Index { .. } => {
                let value = self.member(expr);
                self.checked_member(value, expr)
            }
            ExprKind::OptionalChain(inner) => self.optional_chain(inner),
            ExprKind::Sequence(exprs) => self.sequence(exprs),
            ExprKind::Await(value) => self.await_expr(value),
            ExprKind::Yield { delegate, value } => self.yield_expr(*delegate, value.as_deref()),
            ExprKind::NewTarget => self.new_target(),
            ExprKind::ImportMeta => self.plain(Plain::ImportMeta, &[]),
            ExprKind::As { expr: inner, ty } => self.cast(expr, inner, Some(ty.id)),
            ExprKind::NonNull(inner) => self.non_null(expr, inner),
            ExprKind::TypeAssertion { expr: inner, .. }
            | ExprKind::AsConst(inner)
            | ExprKind::Satisfies { expr: inner, .. }
            | ExprKind::Instantiation { expr: inner, .. }
            | ExprKind::Paren(inner) => self.expr(inner),
            // Refused by the checker, or a hole: such a program is never run.
            ExprKind::Super | ExprKind::BigInt | ExprKind::ImportCall(_) | ExprKind::Missing => self.undefined(),
        }
    }

    /// An expression's value as a dynamic one.
    pub(super) fn expr_any(&mut self, expr: &Expr) -> Temp {
        let value = self.expr(expr);
        self.as_any(value)
    }

    /// An expression's value in the representation that its static type promises.
    pub(super) fn expr_static(&mut self, expr: &Expr) -> Temp {
        let value = self.expr(expr);
        self.coerce_static(value, expr)
    }

    /// An expression whose value is not used.
    pub(super) fn expr_effect(&mut self, expr: &Expr) {
        self.at(expr.span);
        match &expr.kind {
            ExprKind::Update { op, prefix, target } => {
                self.update(*op, *prefix, target, false);
            }
            ExprKind::Paren(inner) => self.expr_effect(inner),
            ExprKind::Call { .. } => {
                self.call(expr);
            }
            _ => {
                self.expr(expr);
            }
        }
    }

    fn ident(&mut self, name: &Name, node: NodeId) -> Temp {
        match self.resolved(node) {
            Resolved::Binding(id) => self.read_binding(id),
            Resolved::Intrinsic(index) => self.intrinsic_value(index),
            Resolved::Undefined => self.undefined(),
            Resolved::Unresolved => {
                self.throw_error(ErrorKind::ReferenceError, &format!("{} is not defined", name.text));
                self.undefined()
            }
        }
    }

    /// A built-in global; the numbers among them are constants.
    fn intrinsic_value(&mut self, index: u16) -> Temp {
        match mosl_bytecode::natives::GLOBALS.get(usize::from(index)) {
            Some(&"NaN") => self.number(f64::NAN),
            Some(&"Infinity") => self.number(f64::INFINITY),
            _ => self.any(Op::Intrinsic(index), &[]),
        }
    }

    /// `this`; in a derived constructor it is checked for the call of `super`.
    pub(super) fn this(&mut self) -> Temp {
        let Some(value) = self.read(&Key::This) else { return self.undefined() };
        if self.this_needs_check() && self.repr(value) == Repr::Any {
            let name = self.str("this");
            self.effect(Op::CheckInit(name), &[value]);
        }
        value
    }

    /// Whether `this` here is that of a derived constructor that may not have called `super` yet.
    fn this_needs_check(&self) -> bool {
        let owner = self.funcs.iter().rev().find(|func| !func.is_arrow());
        owner.is_some_and(|func| func.is_derived_constructor && !func.this_known)
    }

    pub(super) fn new_target(&mut self) -> Temp {
        self.read(&Key::NewTarget).unwrap_or_else(|| self.plain(Plain::LoadNewTarget, &[]))
    }

    fn sequence(&mut self, exprs: &[Expr]) -> Temp {
        let Some((last, first)) = exprs.split_last() else { return self.undefined() };
        for expr in first {
            self.expr_effect(expr);
        }
        self.expr(last)
    }

    /// `test ? then : otherwise`; the result is typed where both sides promise one representation.
    fn conditional(&mut self, expr: &Expr, test: &Expr, then: &Expr, otherwise: &Expr) -> Temp {
        let (yes, no, join) = (self.new_block(), self.new_block(), self.new_block());
        let repr = self.joined_repr(expr, &[then, otherwise]);
        let result = self.block_param(join, repr);
        self.condition(test, yes, no);
        for (block, side) in [(yes, then), (no, otherwise)] {
            self.switch(block);
            let value = self.expr(side);
            let value = self.coerce_to_repr(value, repr, side.span, self.type_of(side.id));
            self.jump_with(join, value);
        }
        self.switch(join);
        result
    }

    /// The representation in which the values of several paths meet.
    pub(super) fn joined_repr(&self, whole: &Expr, sides: &[&Expr]) -> Repr {
        let repr = self.static_repr(whole);
        let same = sides.iter().all(|side| self.static_repr(side) == repr);
        if same && !matches!(repr, Repr::Obj(_)) { repr } else { Repr::Any }
    }

    /// `expr as T`: checked shallowly.
    fn cast(&mut self, whole: &Expr, inner: &Expr, ty: Option<NodeId>) -> Temp {
        let value = self.expr(inner);
        let target = self.type_of(whole.id);
        let _ = ty;
        if target == Types::ANY || target == Types::UNKNOWN {
            return value;
        }
        self.coerce_to_type(value, target, Some(inner), inner.span)
    }

    /// `expr!`
    fn non_null(&mut self, whole: &Expr, inner: &Expr) -> Temp {
        let value = self.expr(inner);
        if self.repr(value) != Repr::Any {
            return value;
        }
        let target = self.type_of(whole.id);
        if self.program.types.repr(target) != Repr::Any {
            return self.coerce_static(value, whole);
        }
        let site = self.check_site(inner.span, target);
        self.effect(Op::CheckKind(mosl_bytecode::ValueKind::NotNullish, site), &[value]);
        value
    }
}
