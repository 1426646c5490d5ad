//! What each operator makes of its operands.

use mosl_syntax::ast::BinaryOp;

use super::Operand;
use crate::types::{TypeId, Types, ValueType};

pub(super) fn dynamic(operand: Operand) -> bool {
    matches!(operand, Operand::Any | Operand::Object)
}

/// `+`: joins as soon as one side is text, else adds numbers, amounts or vectors. `None`: refused.
pub(super) fn add(left: Operand, right: Operand) -> Option<TypeId> {
    match (left, right) {
        (Operand::Symbol, _) | (_, Operand::Symbol) => None,
        (Operand::String, _) | (_, Operand::String) => Some(Types::STRING),
        (Operand::Number, Operand::Number) => Some(Types::NUMBER),
        (Operand::Value(a), Operand::Value(b)) if a == b && a != ValueType::Color => Some(value_type(a)),
        (a, b) if dynamic(a) || dynamic(b) => Some(Types::ANY),
        _ => None,
    }
}

pub(super) fn arithmetic(op: BinaryOp, left: Operand, right: Operand) -> Option<TypeId> {
    use ValueType as V;
    match (left, right) {
        (Operand::Number, Operand::Number) => Some(Types::NUMBER),
        (Operand::Value(a), Operand::Value(b)) if a == b => match (op, a) {
            (BinaryOp::Sub, V::Mrk | V::Vec2 | V::Vec3 | V::Quat) => Some(value_type(a)),
            (BinaryOp::Mul, V::Quat) => Some(Types::QUAT),
            _ => None,
        },
        (Operand::Value(V::Quat), Operand::Value(V::Vec3)) if op == BinaryOp::Mul => Some(Types::VEC3),
        (Operand::Value(value), Operand::Number) => match (op, value) {
            (BinaryOp::Mul, V::Mrk | V::Vec2 | V::Vec3 | V::Quat | V::Color) => Some(value_type(value)),
            (BinaryOp::Div, V::Vec2 | V::Vec3) => Some(value_type(value)),
            _ => None,
        },
        (Operand::Number, Operand::Value(value)) if op == BinaryOp::Mul => Some(value_type(value)),
        (a, b) if dynamic(a) || dynamic(b) => {
            let other = if dynamic(a) { b } else { a };
            matches!(other, Operand::Any | Operand::Object | Operand::Number | Operand::Value(_)).then_some(Types::ANY)
        }
        _ => None,
    }
}

/// `%`, `**` and the bit operators work on numbers only.
pub(super) fn numeric(left: Operand, right: Operand) -> Option<()> {
    let fits = |operand| operand == Operand::Number || dynamic(operand);
    (fits(left) && fits(right)).then_some(())
}

pub(super) fn compare(left: Operand, right: Operand) -> Option<TypeId> {
    let fits = match (left, right) {
        (Operand::Number, Operand::Number) | (Operand::String, Operand::String) => true,
        (Operand::Value(a), Operand::Value(b)) => a == b && a == ValueType::Mrk,
        (a, b) => {
            let other = if dynamic(a) { b } else { a };
            (dynamic(a) || dynamic(b)) && !matches!(other, Operand::Symbol | Operand::Nullish | Operand::Boolean)
        }
    };
    fits.then_some(Types::BOOLEAN)
}

pub(super) fn value_type(value: ValueType) -> TypeId {
    match value {
        ValueType::Mrk => Types::MRK,
        ValueType::Vec2 => Types::VEC2,
        ValueType::Vec3 => Types::VEC3,
        ValueType::Quat => Types::QUAT,
        ValueType::Color => Types::COLOR,
    }
}
