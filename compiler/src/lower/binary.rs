//! Binary and logical operators. Long chains lean left, so their spines are walked in loops, not by recursion.

use mosl_syntax::Span;
use mosl_syntax::ast::{BinaryOp, Expr, ExprKind, LogicalOp};

use super::Lowerer;
use crate::mir::{Plain, Repr, Temp};
use crate::types::{TypeId, Types};

/// An evaluated operand with what is known of it statically.
#[derive(Clone, Copy)]
pub(super) struct Operand {
    pub value: Temp,
    pub ty: TypeId,
    pub span: Span,
}

impl Lowerer<'_> {
    pub(super) fn binary_chain(&mut self, expr: &Expr) -> Temp {
        let mut spine = vec![];
        let mut next = expr;
        while let ExprKind::Binary { op, left, right } = &next.kind {
            spine.push((next, *op, &**right));
            next = left;
        }
        let value = self.expr(next);
        let mut left = Operand { value, ty: self.type_of(next.id), span: next.span };
        while let Some((whole, op, right)) = spine.pop() {
            let value = self.expr(right);
            let right = Operand { value, ty: self.type_of(right.id), span: right.span };
            self.at(whole.span);
            let value = self.binary(op, left, right);
            left = Operand { value, ty: self.type_of(whole.id), span: whole.span };
        }
        left.value
    }

    /// The representation that an operand has or promises.
    fn promised(&self, operand: Operand) -> Repr {
        match self.repr(operand.value) {
            Repr::Any => self.program.types.repr(operand.ty),
            Repr::I32 => Repr::F64,
            repr => repr,
        }
    }

    fn typed(&mut self, operand: Operand, repr: Repr) -> Temp {
        self.coerce_to_repr(operand.value, repr, operand.span, operand.ty)
    }

    pub(super) fn binary(&mut self, op: BinaryOp, a: Operand, b: Operand) -> Temp {
        use BinaryOp as B;
        match op {
            B::StrictEq => return self.strict_eq(a, b),
            B::StrictNe => {
                let equal = self.strict_eq(a, b);
                return self.negate(equal);
            }
            B::Eq => return self.loose_eq(a, b),
            B::Ne => {
                let equal = self.loose_eq(a, b);
                return self.negate(equal);
            }
            _ => {}
        }
        match (self.promised(a), self.promised(b)) {
            (Repr::F64, Repr::F64) if op_f64(op).is_some() => {
                let (x, y) = (self.typed(a, Repr::F64), self.typed(b, Repr::F64));
                self.numeric(op, x, y)
            }
            (Repr::Str, Repr::Str) if matches!(op, B::Add | B::Lt | B::Gt | B::Le | B::Ge) => {
                let (x, y) = (self.typed(a, Repr::Str), self.typed(b, Repr::Str));
                self.on_strings(op, x, y)
            }
            (Repr::Str, Repr::F64 | Repr::Bool) | (Repr::F64 | Repr::Bool, Repr::Str) if op == B::Add => {
                self.concat_primitive(a, b)
            }
            _ => self.dynamic(op, a.value, b.value),
        }
    }

    fn negate(&mut self, value: Temp) -> Temp {
        self.plain(Plain::BoolNot, &[value])
    }

    /// `"a" + 1`: both are primitives, so the conversion has no order to observe.
    fn concat_primitive(&mut self, a: Operand, b: Operand) -> Temp {
        let (ra, rb) = (self.promised(a), self.promised(b));
        let (x, y) = (self.typed(a, ra), self.typed(b, rb));
        let (x, y) = (self.as_str(x), self.as_str(y));
        self.plain(Plain::StrConcat, &[x, y])
    }

    fn numeric(&mut self, op: BinaryOp, x: Temp, y: Temp) -> Temp {
        if let Some(folded) = self.fold(op, x, y) {
            return self.number(folded);
        }
        match op_f64(op) {
            Some(NumericOp::F64(plain)) => self.plain(plain, &[x, y]),
            Some(NumericOp::I32(plain)) => {
                let (x, y) = (self.as_i32(x), self.as_i32(y));
                let bits = self.plain(plain, &[x, y]);
                self.i32_to_f64(bits, plain == Plain::I32Ushr)
            }
            None => unreachable!("the operator has a numeric form"),
        }
    }

    /// Both operands are literals: the result, where Rust computes exactly what ECMAScript does.
    fn fold(&self, op: BinaryOp, x: Temp, y: Temp) -> Option<f64> {
        let numbers = &self.ctx().numbers;
        let (x, y) = (*numbers.get(&x)?, *numbers.get(&y)?);
        match op {
            BinaryOp::Add => Some(x + y),
            BinaryOp::Sub => Some(x - y),
            BinaryOp::Mul => Some(x * y),
            BinaryOp::Div => Some(x / y),
            _ => None,
        }
    }

    fn on_strings(&mut self, op: BinaryOp, x: Temp, y: Temp) -> Temp {
        match op {
            BinaryOp::Add => self.plain(Plain::StrConcat, &[x, y]),
            BinaryOp::Lt => self.plain(Plain::StrLt, &[x, y]),
            BinaryOp::Gt => self.plain(Plain::StrLt, &[y, x]),
            BinaryOp::Le => {
                let greater = self.plain(Plain::StrLt, &[y, x]);
                self.negate(greater)
            }
            _ => {
                let less = self.plain(Plain::StrLt, &[x, y]);
                self.negate(less)
            }
        }
    }

    fn strict_eq(&mut self, a: Operand, b: Operand) -> Temp {
        let (ra, rb) = (self.repr(a.value), self.repr(b.value));
        let plain = match (ra, rb) {
            (Repr::F64 | Repr::I32, Repr::F64 | Repr::I32) => {
                let (x, y) = (self.convert(a.value, Repr::F64), self.convert(b.value, Repr::F64));
                return self.plain(Plain::F64Eq, &[x, y]);
            }
            (Repr::Bool, Repr::Bool) => Plain::BoolEq,
            (Repr::Str, Repr::Str) => Plain::StrEq,
            _ => {
                let (x, y) = (self.as_any(a.value), self.as_any(b.value));
                return self.plain(Plain::StrictEq, &[x, y]);
            }
        };
        self.plain(plain, &[a.value, b.value])
    }

    fn loose_eq(&mut self, a: Operand, b: Operand) -> Temp {
        let nullish = |ty| ty == Types::NULL || ty == Types::UNDEFINED;
        if self.repr(a.value) != Repr::Any && self.repr(a.value) == self.repr(b.value) && !nullish(a.ty) {
            return self.strict_eq(a, b);
        }
        let (x, y) = (self.as_any(a.value), self.as_any(b.value));
        self.plain(Plain::LooseEq, &[x, y])
    }

    /// The operator on dynamic values.
    fn dynamic(&mut self, op: BinaryOp, x: Temp, y: Temp) -> Temp {
        let (x, y) = (self.as_any(x), self.as_any(y));
        self.plain(op_any(op), &[x, y])
    }

    /// `a && b`, `a || b`, `a ?? b`.
    pub(super) fn logical_chain(&mut self, expr: &Expr) -> Temp {
        let mut spine = vec![];
        let mut next = expr;
        while let ExprKind::Logical { op, left, right } = &next.kind {
            spine.push((next, *op, &**right));
            next = left;
        }
        let mut left = (self.expr(next), next);
        while let Some((whole, op, right)) = spine.pop() {
            let value = self.logical(whole, op, left, right);
            left = (value, whole);
        }
        left.0
    }

    fn logical(&mut self, whole: &Expr, op: LogicalOp, (left, left_expr): (Temp, &Expr), right: &Expr) -> Temp {
        let repr = match self.repr(left) {
            Repr::Any => Repr::Any,
            repr if self.joined_repr(whole, &[left_expr, right]) == repr => repr,
            _ => Repr::Any,
        };
        let (more, join) = (self.new_block(), self.new_block());
        let result = self.block_param(join, repr);
        let done = self.new_block();
        self.short_circuit(op, left, more, done);
        self.switch(done);
        let left = self.convert(left, repr);
        self.jump_with(join, left);
        self.switch(more);
        let value = self.expr(right);
        let value = self.coerce_to_repr(value, repr, right.span, self.type_of(right.id));
        self.jump_with(join, value);
        self.switch(join);
        result
    }

    /// Continues at `more` where the operator goes on to its right side, else at `done`.
    pub(super) fn short_circuit(
        &mut self,
        op: LogicalOp,
        left: Temp,
        more: crate::mir::BlockId,
        done: crate::mir::BlockId,
    ) {
        match op {
            LogicalOp::And => {
                let test = self.as_bool(left);
                self.branch(test, more, done);
            }
            LogicalOp::Or => {
                let test = self.as_bool(left);
                self.branch(test, done, more);
            }
            LogicalOp::Nullish => {
                let test = self.is_nullish(left);
                self.branch(test, more, done);
            }
        }
    }
}

enum NumericOp {
    F64(Plain),
    I32(Plain),
}

/// The operator on two numbers.
fn op_f64(op: BinaryOp) -> Option<NumericOp> {
    use BinaryOp as B;
    Some(match op {
        B::Add => NumericOp::F64(Plain::F64Add),
        B::Sub => NumericOp::F64(Plain::F64Sub),
        B::Mul => NumericOp::F64(Plain::F64Mul),
        B::Div => NumericOp::F64(Plain::F64Div),
        B::Rem => NumericOp::F64(Plain::F64Rem),
        B::Pow => NumericOp::F64(Plain::F64Pow),
        B::Lt => NumericOp::F64(Plain::F64Lt),
        B::Le => NumericOp::F64(Plain::F64Le),
        B::Gt => NumericOp::F64(Plain::F64Gt),
        B::Ge => NumericOp::F64(Plain::F64Ge),
        B::BitAnd => NumericOp::I32(Plain::I32And),
        B::BitOr => NumericOp::I32(Plain::I32Or),
        B::BitXor => NumericOp::I32(Plain::I32Xor),
        B::Shl => NumericOp::I32(Plain::I32Shl),
        B::Shr => NumericOp::I32(Plain::I32Shr),
        B::Ushr => NumericOp::I32(Plain::I32Ushr),
        _ => return None,
    })
}

/// The operator on dynamic values.
fn op_any(op: BinaryOp) -> Plain {
    use BinaryOp as B;
    match op {
        B::Add => Plain::AnyAdd,
        B::Sub => Plain::AnySub,
        B::Mul => Plain::AnyMul,
        B::Div => Plain::AnyDiv,
        B::Rem => Plain::AnyRem,
        B::Pow => Plain::AnyPow,
        B::BitAnd => Plain::AnyAnd,
        B::BitOr => Plain::AnyOr,
        B::BitXor => Plain::AnyXor,
        B::Shl => Plain::AnyShl,
        B::Shr => Plain::AnyShr,
        B::Ushr => Plain::AnyUshr,
        B::Lt => Plain::AnyLt,
        B::Le => Plain::AnyLe,
        B::Gt => Plain::AnyGt,
        B::Ge => Plain::AnyGe,
        B::In => Plain::In,
        B::Instanceof => Plain::InstanceOf,
        B::Eq | B::Ne => Plain::LooseEq,
        B::StrictEq | B::StrictNe => Plain::StrictEq,
    }
}
