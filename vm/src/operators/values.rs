//! Operators on value types: amounts of money, vectors, rotations, colours.

use super::Arith;
use crate::heap::ObjectData;
use crate::native::{Completion, Throw};
use crate::natives::values::geometry;
use crate::object::data::*;
use crate::realm::Intrinsic;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

/// An amount of money, 18 decimals.
pub fn amount(vm: &mut Vm, amount: u128) -> Value {
    boxed(vm, Intrinsic::MrkPrototype, MrkData(amount))
}

fn boxed<T: ObjectData>(vm: &mut Vm, proto: Intrinsic, data: T) -> Value {
    let shape = vm.shape_of_proto(proto);
    vm.heap.object(shape, data).into()
}

/// `a op b`, where one of them is a value type.
pub(super) fn arith(vm: &mut Vm, op: Arith, a: Value, b: Value) -> Completion {
    if a.of::<MrkData>().is_some() || b.of::<MrkData>().is_some() {
        return money(vm, op, a, b);
    }
    if let Some(result) = vectors(vm, op, a, b) {
        return Ok(result);
    }
    Err(refused(vm, a, b))
}

fn refused(vm: &mut Vm, a: Value, b: Value) -> Throw {
    let detail = format!("{} and {}", vm.brief(a), vm.brief(b));
    vm.refuse(Refusal::ValueTypeOperator, &detail)
}

/// `+` and `-` between amounts, `*` by a whole number; below zero and past 128 bits throw.
fn money(vm: &mut Vm, op: Arith, a: Value, b: Value) -> Completion {
    let (x, y) = (a.of::<MrkData>().map(|v| v.data.0), b.of::<MrkData>().map(|v| v.data.0));
    let result = match (op, x, y) {
        (Arith::Add, Some(x), Some(y)) => x.checked_add(y),
        (Arith::Sub, Some(x), Some(y)) => match x.checked_sub(y) {
            Some(rest) => Some(rest),
            None => return Err(vm.range_error("an amount of Mrk cannot be below zero")),
        },
        (Arith::Mul, Some(x), None) => return times(vm, x, b),
        (Arith::Mul, None, Some(y)) => return times(vm, y, a),
        _ => {
            let other = if x.is_some() { b } else { a };
            let detail = vm.brief(other);
            return Err(vm.refuse(Refusal::MixedMoney, &detail));
        }
    };
    finish(vm, result)
}

fn times(vm: &mut Vm, x: u128, by: Value) -> Completion {
    let whole = by.as_number().filter(|n| *n >= 0.0 && n.trunc() == *n && *n < 2f64.powi(127));
    match whole {
        Some(n) => finish(vm, x.checked_mul(n as u128)),
        None => {
            let detail = vm.brief(by);
            Err(vm.refuse(Refusal::MixedMoney, &detail))
        }
    }
}

fn finish(vm: &mut Vm, result: Option<u128>) -> Completion {
    match result {
        Some(result) => Ok(amount(vm, result)),
        None => Err(vm.range_error("an amount of Mrk is too large")),
    }
}

/// Linear algebra; `None` where the operator is not defined.
fn vectors(vm: &mut Vm, op: Arith, a: Value, b: Value) -> Option<Value> {
    if let (Some(x), Some(y)) = (a.of::<Vec3Data>(), b.of::<Vec3Data>()) {
        let parts = componentwise(op, x.data.0, y.data.0)?;
        return Some(boxed(vm, Intrinsic::Vec3Prototype, Vec3Data(parts)));
    }
    if let (Some(x), Some(y)) = (a.of::<Vec2Data>(), b.of::<Vec2Data>()) {
        let parts = componentwise(op, x.data.0, y.data.0)?;
        return Some(boxed(vm, Intrinsic::Vec2Prototype, Vec2Data(parts)));
    }
    if let Some(q) = a.of::<QuatData>() {
        if op != Arith::Mul {
            return None;
        }
        if let Some(v) = b.of::<Vec3Data>() {
            return Some(boxed(vm, Intrinsic::Vec3Prototype, Vec3Data(geometry::rotate(q.data.0, v.data.0))));
        }
        let r = b.of::<QuatData>()?;
        return Some(boxed(vm, Intrinsic::QuatPrototype, QuatData(geometry::quat_mul(q.data.0, r.data.0))));
    }
    scaled(vm, op, a, b)
}

/// `+` and `-` by component.
fn componentwise<const N: usize>(op: Arith, a: [f64; N], b: [f64; N]) -> Option<[f64; N]> {
    match op {
        Arith::Add => Some(geometry::zip(a, b, |a, b| a + b)),
        Arith::Sub => Some(geometry::zip(a, b, |a, b| a - b)),
        _ => None,
    }
}

/// A vector times or by a number, and a number times a vector.
fn scaled(vm: &mut Vm, op: Arith, a: Value, b: Value) -> Option<Value> {
    let (vector, number) = match (a.as_number(), b.as_number()) {
        (None, Some(n)) => (a, n),
        (Some(n), None) if op == Arith::Mul => (b, n),
        _ => return None,
    };
    let apply = |part: f64| match op {
        Arith::Mul => Some(part * number),
        Arith::Div => Some(part / number),
        _ => None,
    };
    apply(0.0)?;
    let apply = |part: f64| apply(part).unwrap_or(part);
    if let Some(v) = vector.of::<Vec3Data>() {
        return Some(boxed(vm, Intrinsic::Vec3Prototype, Vec3Data(v.data.0.map(apply))));
    }
    let v = vector.of::<Vec2Data>()?;
    Some(boxed(vm, Intrinsic::Vec2Prototype, Vec2Data(v.data.0.map(apply))))
}

/// `-a` of a vector.
pub(super) fn negate(vm: &mut Vm, value: Value) -> Completion {
    if let Some(v) = value.of::<Vec3Data>() {
        return Ok(boxed(vm, Intrinsic::Vec3Prototype, Vec3Data(v.data.0.map(|part| -part))));
    }
    if let Some(v) = value.of::<Vec2Data>() {
        return Ok(boxed(vm, Intrinsic::Vec2Prototype, Vec2Data(v.data.0.map(|part| -part))));
    }
    let detail = vm.brief(value);
    Err(vm.refuse(Refusal::ValueTypeOperator, &detail))
}
