//! Unary operators, `delete`, `++` and `--`.

use mosl_bytecode::ErrorKind;
use mosl_syntax::ast::{BinaryOp, Expr, ExprKind, Name, Pat, UnaryOp, UpdateOp};

use super::Lowerer;
use super::binary::Operand;
use super::names::Key;
use crate::mir::{Plain, Repr, Temp};
use crate::program::Resolved;
use crate::types::Types;

impl Lowerer<'_> {
    pub(super) fn unary(&mut self, whole: &Expr, op: UnaryOp, operand: &Expr) -> Temp {
        match op {
            UnaryOp::Typeof => return self.typeof_expr(operand),
            UnaryOp::Delete => return self.delete(operand),
            UnaryOp::Void => {
                self.expr_effect(operand);
                return self.undefined();
            }
            _ => {}
        }
        let value = self.expr(operand);
        let typed = self.repr(value) != Repr::Any || self.static_repr(operand) == Repr::F64;
        let value = if typed { self.coerce_static(value, operand) } else { value };
        self.at(whole.span);
        let is_number = self.repr(value) == Repr::F64;
        match op {
            UnaryOp::Neg if is_number => match self.ctx().numbers.get(&value).copied() {
                Some(number) => self.number(-number),
                None => self.plain(Plain::F64Neg, &[value]),
            },
            UnaryOp::Neg => self.on_any(Plain::AnyNeg, value),
            UnaryOp::Plus if is_number => value,
            UnaryOp::Plus => self.on_any(Plain::ToNumber, value),
            UnaryOp::BitNot if is_number => {
                let bits = self.as_i32(value);
                let flipped = self.plain(Plain::I32Not, &[bits]);
                self.i32_to_f64(flipped, false)
            }
            UnaryOp::BitNot => self.on_any(Plain::AnyBitNot, value),
            UnaryOp::Not => {
                let test = self.as_bool(value);
                self.plain(Plain::BoolNot, &[test])
            }
            UnaryOp::Typeof | UnaryOp::Delete | UnaryOp::Void => unreachable!("handled above"),
        }
    }

    fn on_any(&mut self, plain: Plain, value: Temp) -> Temp {
        let value = self.as_any(value);
        self.plain(plain, &[value])
    }

    fn typeof_expr(&mut self, operand: &Expr) -> Temp {
        if let ExprKind::Ident(_) = operand.kind
            && self.resolved(operand.id) == Resolved::Unresolved
        {
            return self.string("undefined");
        }
        let value = self.expr(operand);
        match self.repr(value) {
            Repr::F64 | Repr::I32 => self.string("number"),
            Repr::Bool => self.string("boolean"),
            Repr::Str => self.string("string"),
            Repr::Obj(_) => self.string("object"),
            Repr::Any => self.plain(Plain::Typeof, &[value]),
        }
    }

    fn delete(&mut self, operand: &Expr) -> Temp {
        match &operand.kind {
            ExprKind::Paren(inner) | ExprKind::NonNull(inner) => self.delete(inner),
            ExprKind::OptionalChain(inner) => self.short_circuited(
                |lower| {
                    let deleted = lower.delete(inner);
                    lower.as_any(deleted)
                },
                |lower| {
                    let done = lower.bool(true);
                    lower.as_any(done)
                },
            ),
            ExprKind::Member { object, .. } | ExprKind::Index { object, .. }
                if matches!(object.kind, ExprKind::Super) =>
            {
                self.throw_error(ErrorKind::ReferenceError, "A property of super cannot be deleted");
                self.bool(true)
            }
            ExprKind::Member { object, name, optional } => {
                let object = self.chain_object(object, *optional);
                let key = self.key(&name.text);
                self.plain(Plain::DeleteProp, &[object, key])
            }
            ExprKind::Index { object, index, optional } => {
                let object = self.chain_object(object, *optional);
                let key = self.expr_any(index);
                self.at(operand.span);
                self.plain(Plain::DeleteProp, &[object, key])
            }
            _ => {
                self.expr_effect(operand);
                self.bool(true)
            }
        }
    }

    /// `#name in object`
    pub(super) fn private_in(&mut self, name: &Name, object: &Expr) -> Temp {
        let object = self.expr_any(object);
        let name = self.private_name(&name.text);
        self.plain(Plain::HasPrivate, &[object, name])
    }

    /// `++` and `--`; `used` tells whether the result matters.
    pub(super) fn update(&mut self, op: UpdateOp, prefix: bool, target: &Pat, used: bool) -> Temp {
        let reference = self.target_read_first(target);
        let old = self.read_target(&reference);
        let ty = self.target_type(target);
        let old = Operand { value: old, ty, span: target.span };
        let op = match op {
            UpdateOp::Increment => BinaryOp::Add,
            UpdateOp::Decrement => BinaryOp::Sub,
        };
        let number = self.repr(old.value) == Repr::F64 || self.program.types.repr(ty) == Repr::F64;
        let old = if number {
            Operand { value: self.coerce_to_repr(old.value, Repr::F64, target.span, ty), ..old }
        } else {
            let value = self.as_any(old.value);
            Operand { value: self.plain(Plain::ToNumeric, &[value]), ..old }
        };
        let one = Operand { value: self.number(1.0), ty: Types::NUMBER, span: target.span };
        let new = self.binary(op, old, one);
        self.write_target(&reference, new, None);
        if prefix || !used { new } else { old.value }
    }

    /// The private name as a value.
    pub(super) fn private_name(&mut self, name: &str) -> Temp {
        let scope = self.classes.iter().rev().find(|scope| scope.private_names.iter().any(|own| own == name));
        let Some(scope) = scope else { return self.undefined() };
        let key = Key::PrivateName(scope.serial, name.into());
        self.read(&key).unwrap_or_else(|| self.undefined())
    }
}
