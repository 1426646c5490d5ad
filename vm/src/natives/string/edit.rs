//! Strings out of parts of strings.

use super::super::coerce::{rooted_string, this_string};
use super::super::number::parse::trim_bounds;
use crate::cost::{COPY_TEXT, SCAN_TEXT};
use crate::native::{Args, Completion};
use crate::string::{MAX_LENGTH, StrBuilder};
use crate::value::Value;
use crate::vm::Vm;

pub fn concat(vm: &mut Vm, args: Args) -> Completion {
    let mut text = this_string(vm, args, "concat")?;
    for &value in args.all() {
        let part = vm.to_string(value)?;
        text = vm.concat(text, part)?;
        vm.root(text.into());
    }
    Ok(text.into())
}

pub fn repeat(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "repeat")?;
    let count = vm.to_integer(args.get(0))?;
    if !(0.0..f64::INFINITY).contains(&count) {
        let shown = super::super::inspect::shown_in_message(vm, args.get(0));
        return Err(vm.range_error(&format!("Invalid count value: {shown}")));
    }
    let length = text.len() as f64 * count;
    if length == 0.0 {
        return Ok(vm.empty_string());
    }
    if length > MAX_LENGTH as f64 {
        return Err(vm.range_error("Invalid string length"));
    }
    room_for(vm, length as usize)?;
    let mut out = StrBuilder::default();
    for _ in 0..count as usize {
        out.push(text);
    }
    vm.finish(out)
}

/// Fuel and memory for a string of a length.
fn room_for(vm: &mut Vm, length: usize) -> Completion<()> {
    vm.charge(COPY_TEXT.of(length))?;
    vm.reserve(length.saturating_mul(2))
}

pub fn pad(vm: &mut Vm, args: Args, name: &str, at_start: bool) -> Completion {
    let text = this_string(vm, args, name)?;
    let length = vm.to_integer(args.get(0))?.max(0.0);
    if length <= text.len() as f64 {
        return Ok(text.into());
    }
    let fill = if args.get(1).is_undefined() {
        let space = vm.unit_string(b' '.into());
        rooted_string(vm, space)?
    } else {
        rooted_string(vm, args.get(1))?
    };
    if fill.is_empty() {
        return Ok(text.into());
    }
    if length > MAX_LENGTH as f64 {
        return Err(vm.range_error("Invalid string length"));
    }
    room_for(vm, length as usize)?;
    let missing = length as usize - text.len();
    let mut padding = StrBuilder::default();
    for _ in 0..missing / fill.len() {
        padding.push(fill);
    }
    let rest = vm.heap.substring(fill, 0, missing % fill.len());
    padding.push(rest);
    let Some(padding) = vm.finish(padding)?.as_string() else { return Ok(text.into()) };
    let joined = if at_start { vm.concat(padding, text)? } else { vm.concat(text, padding)? };
    Ok(joined.into())
}

pub fn slice(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "slice")?;
    let length = text.len() as f64;
    let from = vm.relative_index(args.get(0), length, 0.0)?;
    let to = vm.relative_index(args.get(1), length, length)?;
    Ok(part(vm, text, from, to))
}

fn part(vm: &mut Vm, text: crate::heap::Gc<crate::string::Str>, from: f64, to: f64) -> Value {
    if from >= to {
        return vm.empty_string();
    }
    if to - from == 1.0 {
        return vm.unit_string(text.unit(from as usize));
    }
    vm.heap.substring(text, from as usize, to as usize).into()
}

pub fn substring(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "substring")?;
    let length = text.len() as f64;
    let from = vm.to_integer(args.get(0))?.clamp(0.0, length);
    let to = if args.get(1).is_undefined() { length } else { vm.to_integer(args.get(1))?.clamp(0.0, length) };
    Ok(part(vm, text, from.min(to), from.max(to)))
}

pub fn substr(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "substr")?;
    let length = text.len() as f64;
    let from = vm.relative_index(args.get(0), length, 0.0)?;
    let count = if args.get(1).is_undefined() { length } else { vm.to_integer(args.get(1))?.clamp(0.0, length) };
    Ok(part(vm, text, from, (from + count).min(length)))
}

pub fn trim(vm: &mut Vm, args: Args, name: &str, at_start: bool, at_end: bool) -> Completion {
    let text = this_string(vm, args, name)?;
    let (start, end) = trim_bounds(text.view(), at_start, at_end);
    vm.charge(SCAN_TEXT.of(text.len() - (end - start)))?;
    Ok(vm.heap.substring(text, start, end).into())
}
