//! Conversions between representations, and the values of conditions.

use mosl_syntax::ast::{Expr, ExprKind, LogicalOp, UnaryOp};

use super::Lowerer;
use crate::mir::{BlockId, CheckSite, Op, Plain, Repr, Temp};

impl Lowerer<'_> {
    pub(super) fn as_any(&mut self, value: Temp) -> Temp {
        match self.repr(value) {
            Repr::Any => value,
            Repr::I32 => {
                let number = self.plain(Plain::I32ToF64, &[value]);
                self.any(Op::Box, &[number])
            }
            _ => self.any(Op::Box, &[value]),
        }
    }

    /// The value in another representation; a dynamic value that does not fit throws.
    pub(super) fn convert(&mut self, value: Temp, repr: Repr) -> Temp {
        let found = self.repr(value);
        match (found, repr) {
            _ if found == repr => value,
            (_, Repr::Any) => self.as_any(value),
            (Repr::F64, Repr::I32) => self.as_i32(value),
            (Repr::I32, Repr::F64) => self.plain(Plain::I32ToF64, &[value]),
            (Repr::Obj(class), Repr::Obj(ancestor)) if self.out.is_subclass(class, ancestor) => value,
            (Repr::Any, Repr::I32) => {
                let number = self.convert(value, Repr::F64);
                self.as_i32(number)
            }
            (Repr::Any, _) => {
                let site = CheckSite { expr: self.str("value"), expected: self.str("the declared type") };
                self.emit(Op::Check(repr, site), &[value], repr)
            }
            _ => {
                let boxed = self.as_any(value);
                self.convert(boxed, repr)
            }
        }
    }

    /// `ToInt32` of a number.
    pub(super) fn as_i32(&mut self, value: Temp) -> Temp {
        if self.repr(value) == Repr::I32 {
            return value;
        }
        if let Some(&source) = self.ctx().i32_sources.get(&value) {
            return source;
        }
        if let Some(&number) = self.ctx().numbers.get(&value) {
            return self.emit(Op::I32(to_int32(number)), &[], Repr::I32);
        }
        self.plain(Plain::F64ToI32, &[value])
    }

    pub(super) fn i32_to_f64(&mut self, value: Temp, unsigned: bool) -> Temp {
        let number = self.plain(if unsigned { Plain::U32ToF64 } else { Plain::I32ToF64 }, &[value]);
        self.f().i32_sources.insert(number, value);
        number
    }

    /// `ToBoolean`.
    pub(super) fn as_bool(&mut self, value: Temp) -> Temp {
        match self.repr(value) {
            Repr::Bool => value,
            _ => {
                let value = self.as_any(value);
                self.plain(Plain::Truthy, &[value])
            }
        }
    }

    /// `ToString`, as templates have it.
    pub(super) fn as_str(&mut self, value: Temp) -> Temp {
        match self.repr(value) {
            Repr::Str => value,
            _ => {
                let value = self.as_any(value);
                self.plain(Plain::ToStr, &[value])
            }
        }
    }

    /// A boolean that tells whether the value is `undefined`.
    pub(super) fn is_undefined(&mut self, value: Temp) -> Temp {
        let value = self.as_any(value);
        let undefined = self.undefined();
        self.plain(Plain::StrictEq, &[value, undefined])
    }

    /// A boolean that tells whether the value is `undefined` or `null`.
    pub(super) fn is_nullish(&mut self, value: Temp) -> Temp {
        let value = self.as_any(value);
        let null = self.any(Op::Null, &[]);
        self.plain(Plain::LooseEq, &[value, null])
    }

    /// Evaluates a condition and continues at one of two blocks.
    pub(super) fn condition(&mut self, expr: &Expr, then: BlockId, otherwise: BlockId) {
        mosl_syntax::deep(|| self.condition_parts(expr, then, otherwise));
    }

    fn condition_parts(&mut self, expr: &Expr, then: BlockId, otherwise: BlockId) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.condition(inner, then, otherwise),
            ExprKind::Unary { op: UnaryOp::Not, operand } => self.condition(operand, otherwise, then),
            ExprKind::Logical { op: op @ (LogicalOp::And | LogicalOp::Or), .. } => {
                self.logical_condition(expr, *op, then, otherwise);
            }
            _ => {
                let value = self.expr(expr);
                let test = self.as_bool(value);
                self.at(expr.span);
                self.branch(test, then, otherwise);
            }
        }
    }

    /// `a && b && …` as a chain of branches; the left spine is walked in a loop.
    fn logical_condition(&mut self, expr: &Expr, op: LogicalOp, then: BlockId, otherwise: BlockId) {
        let mut operands = vec![];
        let mut next = expr;
        while let ExprKind::Logical { op: inner, left, right } = &next.kind
            && *inner == op
        {
            operands.push(&**right);
            next = left;
        }
        operands.push(next);
        operands.reverse();
        let (last, first) = operands.split_last().expect("a logical expression has operands");
        for operand in first {
            let more = self.new_block();
            match op {
                LogicalOp::And => self.condition(operand, more, otherwise),
                _ => self.condition(operand, then, more),
            }
            self.switch(more);
        }
        self.condition(last, then, otherwise);
    }
}

/// ECMAScript's `ToInt32` (ECMA-262, 7.1.6).
pub(super) fn to_int32(number: f64) -> i32 {
    if !number.is_finite() {
        return 0;
    }
    let modulus = 4_294_967_296.0;
    let wrapped = number.trunc().rem_euclid(modulus);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is in 0..2^32")]
    let bits = wrapped as u32;
    bits.cast_signed()
}
