//! Looking for text in text.

use super::super::coerce::{rooted_string, this_string};
use super::super::regexp::is_regexp;
use crate::cost::{READ_TEXT, SCAN_TEXT};
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::string::{Str, StrView};
use crate::value::Value;
use crate::vm::Vm;

/// The first place of `needle` in `text` from `from` on.
pub fn find(text: StrView<'_>, needle: StrView<'_>, from: usize) -> Option<usize> {
    if needle.is_empty() {
        return (from <= text.len()).then_some(from);
    }
    if from > text.len() || needle.len() > text.len() - from {
        return None;
    }
    match (text, needle) {
        (StrView::Latin1(text), StrView::Latin1(needle)) => find_units(&text[from..], needle).map(|at| at + from),
        (StrView::Wide(text), StrView::Wide(needle)) => find_units(&text[from..], needle).map(|at| at + from),
        (StrView::Wide(text), StrView::Latin1(needle)) => {
            let needle: Vec<u16> = needle.iter().map(|&u| u.into()).collect();
            find_units(&text[from..], &needle).map(|at| at + from)
        }
        // A wide string holds a unit that no narrow one has.
        (StrView::Latin1(_), StrView::Wide(_)) => None,
    }
}

/// Knuth, Morris and Pratt's search past a cheap first attempt: linear for every input.
fn find_units<T: Copy + PartialEq>(text: &[T], needle: &[T]) -> Option<usize> {
    let (&first, tail) = needle.split_first()?;
    if tail.is_empty() {
        return text.iter().position(|&unit| unit == first);
    }
    let mut fail = vec![0usize; needle.len()];
    let mut matched = 0;
    for at in 1..needle.len() {
        while matched > 0 && needle[at] != needle[matched] {
            matched = fail[matched - 1];
        }
        matched += usize::from(needle[at] == needle[matched]);
        fail[at] = matched;
    }
    matched = 0;
    for (at, &unit) in text.iter().enumerate() {
        while matched > 0 && unit != needle[matched] {
            matched = fail[matched - 1];
        }
        matched += usize::from(unit == needle[matched]);
        if matched == needle.len() {
            return Some(at + 1 - matched);
        }
    }
    None
}

/// The last place of `needle` that starts at or before `from`.
fn find_last(text: StrView<'_>, needle: StrView<'_>, from: usize) -> Option<usize> {
    let latest = text.len().checked_sub(needle.len())?.min(from);
    if needle.is_empty() {
        return Some(latest);
    }
    // The same search from the other end.
    let reversed = |view: StrView<'_>, end: usize| {
        let mut units: Vec<u16> = view.units().take(end).collect();
        units.reverse();
        units
    };
    find_units(&reversed(text, latest + needle.len()), &reversed(needle, needle.len())).map(|at| latest - at)
}

/// The needle and the start of the search; regular expressions are refused where the standard refuses them.
fn needle(vm: &mut Vm, args: Args, name: &str, plain_text: bool) -> Completion<(Gc<Str>, Gc<Str>)> {
    let text = this_string(vm, args, name)?;
    if plain_text && is_regexp(vm, args.get(0))? {
        return Err(
            vm.type_error(&format!("First argument to String.prototype.{name} must not be a regular expression"))
        );
    }
    let needle = rooted_string(vm, args.get(0))?;
    vm.charge(SCAN_TEXT.of(text.len() + needle.len()))?;
    Ok((text, needle))
}

fn start(vm: &mut Vm, text: Gc<Str>, value: Value) -> Completion<usize> {
    Ok(vm.to_integer(value)?.clamp(0.0, text.len() as f64) as usize)
}

pub fn includes(vm: &mut Vm, args: Args) -> Completion {
    let (text, needle) = needle(vm, args, "includes", true)?;
    let from = start(vm, text, args.get(1))?;
    Ok(find(text.view(), needle.view(), from).is_some().into())
}

pub fn index_of(vm: &mut Vm, args: Args) -> Completion {
    let (text, needle) = needle(vm, args, "indexOf", false)?;
    let from = start(vm, text, args.get(1))?;
    Ok(find(text.view(), needle.view(), from).map_or(-1.0, |at| at as f64).into())
}

pub fn last_index_of(vm: &mut Vm, args: Args) -> Completion {
    let (text, needle) = needle(vm, args, "lastIndexOf", false)?;
    let position = vm.to_number(args.get(1))?;
    let from = if position.is_nan() { text.len() as f64 } else { position.clamp(0.0, text.len() as f64) };
    vm.charge(READ_TEXT.of(text.len()))?;
    Ok(find_last(text.view(), needle.view(), from as usize).map_or(-1.0, |at| at as f64).into())
}

fn matches_at(text: StrView<'_>, needle: StrView<'_>, at: usize) -> bool {
    at + needle.len() <= text.len() && (0..needle.len()).all(|i| text.get(at + i) == needle.get(i))
}

pub fn starts_with(vm: &mut Vm, args: Args) -> Completion {
    let (text, needle) = needle(vm, args, "startsWith", true)?;
    let from = start(vm, text, args.get(1))?;
    Ok(matches_at(text.view(), needle.view(), from).into())
}

pub fn ends_with(vm: &mut Vm, args: Args) -> Completion {
    let (text, needle) = needle(vm, args, "endsWith", true)?;
    let end = if args.get(1).is_undefined() { text.len() } else { start(vm, text, args.get(1))? };
    Ok(end.checked_sub(needle.len()).is_some_and(|at| matches_at(text.view(), needle.view(), at)).into())
}
