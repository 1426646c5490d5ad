//! Operators on values: linear algebra on vectors and rotations, checked arithmetic on money.

use super::geometry;
use super::money::mrk;
use super::parts::made;
use super::units;
use crate::native::{Completion, Throw};
use crate::object::data::{MrkData, QuatData, Vec2Data, Vec3Data};
use crate::operators::Arith;
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

/// `a op b` where at least one is a value type.
pub(crate) fn arith(vm: &mut Vm, op: Arith, a: Value, b: Value) -> Completion {
    if a.of::<MrkData>().is_some() || b.of::<MrkData>().is_some() {
        return money(vm, op, a, b);
    }
    let result = vectors::<Vec2Data, 2>(vm, op, a, b)
        .or_else(|| vectors::<Vec3Data, 3>(vm, op, a, b))
        .or_else(|| rotations(vm, op, a, b));
    result.ok_or_else(|| {
        let detail = format!("{} and {}", vm.brief(a), vm.brief(b));
        vm.refuse(Refusal::ValueTypeOperator, &detail)
    })
}

fn vectors<T: super::parts::Parts<N>, const N: usize>(vm: &mut Vm, op: Arith, a: Value, b: Value) -> Option<Value> {
    let parts = |value: Value| value.of::<T>().map(|v| v.data.parts());
    let result = match (op, parts(a), parts(b), a.as_number(), b.as_number()) {
        (Arith::Add, Some(a), Some(b), ..) => geometry::zip(a, b, |a, b| a + b),
        (Arith::Sub, Some(a), Some(b), ..) => geometry::zip(a, b, |a, b| a - b),
        (Arith::Mul, Some(a), _, _, Some(n)) => geometry::scale(a, n),
        (Arith::Mul, _, Some(b), Some(n), _) => geometry::scale(b, n),
        (Arith::Div, Some(a), _, _, Some(n)) => a.map(|part| part / n),
        _ => return None,
    };
    Some(made::<T, N>(vm, result))
}

/// `q * q` and `q * v`.
fn rotations(vm: &mut Vm, op: Arith, a: Value, b: Value) -> Option<Value> {
    let q = a.of::<QuatData>().filter(|_| op == Arith::Mul)?.data.0;
    if let Some(other) = b.of::<QuatData>() {
        return Some(made::<QuatData, 4>(vm, geometry::quat_mul(q, other.data.0)));
    }
    let v = b.of::<Vec3Data>()?.data.0;
    Some(made::<Vec3Data, 3>(vm, geometry::rotate(q, v)))
}

fn money(vm: &mut Vm, op: Arith, a: Value, b: Value) -> Completion {
    let amounts = (a.of::<MrkData>().map(|m| m.data.0), b.of::<MrkData>().map(|m| m.data.0));
    let result = match (op, amounts) {
        (Arith::Add, (Some(a), Some(b))) => a.checked_add(b),
        (Arith::Sub, (Some(a), Some(b))) => match a.checked_sub(b) {
            None => {
                return Err(vm.range_error(&format!("{} - {} is below zero", units::to_text(a), units::to_text(b))));
            }
            some => some,
        },
        (Arith::Mul, (Some(amount), None)) => times(vm, amount, b)?,
        (Arith::Mul, (None, Some(amount))) => times(vm, amount, a)?,
        (_, (Some(_), Some(_))) => return Err(vm.refuse(Refusal::ValueTypeOperator, "two Mrk amounts")),
        _ => {
            let other = if amounts.0.is_some() { vm.brief(b) } else { vm.brief(a) };
            return Err(vm.refuse(Refusal::MixedMoney, &other));
        }
    };
    match result {
        Some(amount) => Ok(mrk(vm, amount)),
        None => Err(vm.range_error("the result is too large for Mrk")),
    }
}

/// Only whole factors that are not negative.
fn times(vm: &mut Vm, amount: u128, factor: Value) -> Completion<Option<u128>> {
    match factor.as_number() {
        Some(n) if n.trunc() == n && n.is_sign_negative() && n != 0.0 => {
            let thrown: Throw = vm.range_error("an amount times a negative number is below zero");
            Err(thrown)
        }
        Some(n) if n.trunc() == n && n.abs() < 3.4e38 => Ok(amount.checked_mul(n as u128)),
        _ => {
            let shown = vm.brief(factor);
            Err(vm.refuse(Refusal::MixedMoney, &shown))
        }
    }
}

/// `-a`
pub(crate) fn negate(vm: &mut Vm, value: Value) -> Completion {
    if let Some(v) = value.of::<Vec2Data>() {
        return Ok(made::<Vec2Data, 2>(vm, v.data.0.map(|n| -n)));
    }
    if let Some(v) = value.of::<Vec3Data>() {
        return Ok(made::<Vec3Data, 3>(vm, v.data.0.map(|n| -n)));
    }
    let detail = vm.brief(value);
    Err(vm.refuse(Refusal::ValueTypeOperator, &detail))
}
