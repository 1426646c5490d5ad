//! sort and toSorted, of arrays and typed arrays.

use super::super::coerce::{element_if_present, index_key, rooted_string, set_element};
use super::this_array;
use super::timsort::timsort;
use crate::cost::{SORT_ELEMENTS, SORT_TEXT, VISIT};
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::data::ArrayData;
use crate::string::Str;
use crate::value::Value;
use crate::vm::Vm;
use std::cmp::Ordering;

/// The comparison function is `undefined` or callable.
pub fn require_comparator(vm: &mut Vm, value: Value) -> Completion<()> {
    if value.is_undefined() || value.is_callable() {
        return Ok(());
    }
    let shown = super::super::inspect::shown_in_message(vm, value);
    Err(vm.type_error(&format!("The comparison function must be either a function or undefined [{shown}]")))
}

pub fn sort(vm: &mut Vm, args: Args) -> Completion {
    require_comparator(vm, args.get(0))?;
    let (object, length) = this_array(vm, args)?;
    // As V8 does: there is nothing to write back, also where nothing may be written.
    if length < 2.0 {
        return Ok(object.into());
    }
    let values = collect(vm, object, length, true)?;
    let found = values.len() as f64;
    let sorted = sort_values(vm, values, args.get(0))?;
    let mut index = 0.0;
    for value in sorted {
        set_element(vm, object, index, value)?;
        index += 1.0;
    }
    while index < length && found < length {
        vm.charge(1)?;
        let key = index_key(vm, index);
        if vm.has_own(object, key) {
            vm.delete(object, key)?;
        }
        index += 1.0;
    }
    Ok(object.into())
}

pub fn to_sorted(vm: &mut Vm, args: Args) -> Completion {
    require_comparator(vm, args.get(0))?;
    let (object, length) = this_array(vm, args)?;
    if length > f64::from(u32::MAX) {
        return Err(vm.range_error("Invalid array length"));
    }
    let values = collect(vm, object, length, false)?;
    let sorted = sort_values(vm, values, args.get(0))?;
    Ok(vm.new_array(sorted))
}

/// The elements, rooted; holes are left out or count as `undefined`.
fn collect(vm: &mut Vm, object: Gc<crate::object::Object>, length: f64, skip_holes: bool) -> Completion<Vec<Value>> {
    if let Some(array) = object.of::<ArrayData>()
        && let Some(values) = array.data.as_dense()
    {
        let values = values.to_vec();
        let keep = vm.new_array(values.clone());
        vm.root(keep);
        return Ok(values);
    }
    let mut values = Vec::new();
    let mut index = 0.0;
    while index < length {
        vm.charge(1)?;
        match element_if_present(vm, object, index)? {
            Some(value) => values.push(vm.root(value)),
            None if !skip_holes => values.push(Value::UNDEFINED),
            None => {}
        }
        index += 1.0;
    }
    Ok(values)
}

/// Sorts values that are rooted; `undefined` goes to the end.
pub fn sort_values(vm: &mut Vm, values: Vec<Value>, compare: Value) -> Completion<Vec<Value>> {
    let total = values.len();
    vm.charge(SORT_ELEMENTS.of(total * (total.max(1).ilog2() as usize + 1)))?;
    let mut defined: Vec<Value> = values.into_iter().filter(|value| !value.is_undefined()).collect();
    if !compare.is_undefined() {
        timsort(&mut defined, |a, b| Ok(answer(vm, compare, a, b)? < 0.0))?;
    } else if defined.iter().any(|value| value.is_object()) {
        timsort(&mut defined, |a, b| {
            let mark = vm.roots();
            let (a, b) = (rooted_string(vm, a)?, rooted_string(vm, b)?);
            vm.unroot(mark);
            vm.pay_for_texts(a.into(), b.into());
            Ok(a.compare(&b) == Ordering::Less)
        })?;
    } else {
        defined = sort_as_text(vm, defined)?;
    }
    defined.resize(total, Value::UNDEFINED);
    Ok(defined)
}

/// What a comparison function answers, as a number.
fn answer(vm: &mut Vm, compare: Value, a: Value, b: Value) -> Completion<f64> {
    let mark = vm.roots();
    let answer = vm.call(compare, Value::UNDEFINED, &[a, b])?;
    let order = vm.to_number(answer)?;
    vm.unroot(mark);
    Ok(order)
}

/// Sorts the elements of a typed array as a comparison function says.
pub fn sort_numbers(vm: &mut Vm, numbers: &mut [f64], compare: Value) -> Completion<()> {
    vm.charge(VISIT.of(numbers.len()))?;
    merge_sort(numbers, &mut |a, b| Ok(answer(vm, compare, Value::number(a), Value::number(b))? > 0.0))
}

/// Values that are no objects: their texts have no side effects and are made once each.
fn sort_as_text(vm: &mut Vm, values: Vec<Value>) -> Completion<Vec<Value>> {
    let mut keyed: Vec<(Gc<Str>, Value)> = Vec::with_capacity(values.len());
    for value in values {
        keyed.push((rooted_string(vm, value)?, value));
    }
    // Each text is compared about as often as the number of texts has binary digits.
    let units = keyed.iter().fold(0usize, |sum, (text, _)| sum.saturating_add(text.len()));
    vm.charge(SORT_TEXT.of(units).saturating_mul(keyed.len().max(1).ilog2() as usize + 1))?;
    keyed.sort_by(|(a, _), (b, _)| a.compare(b));
    Ok(keyed.into_iter().map(|(_, value)| value).collect())
}

/// Sorts numbers as typed arrays do: by value, -0 before 0, NaN last.
pub fn compare_numbers(a: f64, b: f64) -> Ordering {
    match a.partial_cmp(&b) {
        Some(Ordering::Equal) => b.is_sign_negative().cmp(&a.is_sign_negative()),
        Some(order) => order,
        None => a.is_nan().cmp(&b.is_nan()),
    }
}

/// Top-down merge sort, comparison for comparison as V8 sorts typed arrays; `after` tells whether the first belongs after the second.
pub fn merge_sort<T: Copy>(values: &mut [T], after: &mut impl FnMut(T, T) -> Completion<bool>) -> Completion<()> {
    let mut copy = values.to_vec();
    merge_halves(&mut copy, values, after)
}

/// Both hold the same values; sorts into `to`.
fn merge_halves<T: Copy>(
    from: &mut [T],
    to: &mut [T],
    after: &mut impl FnMut(T, T) -> Completion<bool>,
) -> Completion<()> {
    if to.len() < 2 {
        return Ok(());
    }
    let middle = to.len() / 2;
    merge_halves(&mut to[..middle], &mut from[..middle], after)?;
    merge_halves(&mut to[middle..], &mut from[middle..], after)?;
    let (mut left, mut right) = (0, middle);
    for place in to {
        let takes_left = left < middle && (right >= from.len() || !after(from[left], from[right])?);
        let taken = if takes_left { &mut left } else { &mut right };
        *place = from[*taken];
        *taken += 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merge_sort_is_stable_and_survives_nonsense() {
        let mut pairs: Vec<(u32, usize)> = (0..1000).map(|i| ((i as u32 * 7919) % 10, i)).collect();
        let mut expect = pairs.clone();
        expect.sort_by_key(|pair| pair.0);
        assert!(merge_sort(&mut pairs, &mut |a, b| Ok(a.0 > b.0)).is_ok());
        assert_eq!(pairs, expect);
        let mut flip = false;
        let mut numbers: Vec<u32> = (0..100).collect();
        let nonsense = &mut |_: u32, _: u32| {
            flip = !flip;
            Ok(flip)
        };
        assert!(merge_sort(&mut numbers, nonsense).is_ok());
        numbers.sort_unstable();
        assert_eq!(numbers, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn numbers_in_typed_array_order() {
        let mut numbers = [f64::NAN, 1.0, -0.0, 0.0, -1.0, f64::INFINITY, f64::NEG_INFINITY];
        numbers.sort_by(|a, b| compare_numbers(*a, *b));
        let shown: Vec<String> = numbers.iter().map(|n| format!("{n:?}")).collect();
        assert_eq!(shown, ["-inf", "-1.0", "-0.0", "0.0", "1.0", "inf", "NaN"]);
    }
}
