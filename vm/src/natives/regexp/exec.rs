//! Matching: exec, test, match, matchAll, search.

use std::ops::Range;
use std::rc::Rc;

use super::super::coerce::{rooted_string, species_constructor};
use super::super::collections::incompatible;
use super::super::iterator::matches_iterator;
use super::has_flag;
use crate::heap::Gc;
use crate::limits::TrapKind;
use crate::native::{Args, Completion};
use crate::object::Of;
use crate::object::data::{ArrayData, RegExpData};
use crate::object::property::PropKey;
use crate::string::{Str, StrView};
use crate::value::Value;
use crate::vm::Vm;

/// The match at a position (`sticky`), or the first at or after it. The matcher's steps are paid for with fuel, and its stack
/// counts as memory while it searches.
pub fn find(
    vm: &mut Vm,
    regexp: Gc<Of<RegExpData>>,
    text: Gc<Str>,
    from: usize,
    sticky: bool,
) -> Completion<Option<regress::Captures>> {
    let regex = Rc::clone(&regexp.data.regex);
    let units = match text.view() {
        StrView::Latin1(units) => regress::Units::Latin1(units),
        StrView::Wide(units) => regress::Units::Wide(units),
    };
    let by_code_points = is_unicode(regexp.data.flags);
    let from = if by_code_points && is_within_pair(text, from) { from - 1 } else { from };
    let mut paid = Ok(());
    let found = regex.exec(units, from, sticky, &mut |steps, stack| {
        paid = pay(vm, steps, stack);
        paid.is_ok()
    });
    paid?;
    Ok(found.unwrap_or_default())
}

fn pay(vm: &mut Vm, steps: u64, stack: usize) -> Completion<()> {
    vm.charge(steps as usize)?;
    if vm.heap.used().saturating_add(stack) > vm.limits.heap {
        vm.heap.note_wanted(stack);
        return Err(vm.end_turn(TrapKind::Memory));
    }
    Ok(())
}

pub fn is_unicode(flags: Gc<Str>) -> bool {
    has_flag(flags, 'u') || has_flag(flags, 'v')
}

/// Whether an index lies between the two units of one code point.
fn is_within_pair(text: Gc<Str>, index: usize) -> bool {
    let unit = |at: usize| text.view().get(at).unwrap_or(0);
    index > 0 && (0xD800..0xDC00).contains(&unit(index - 1)) && (0xDC00..0xE000).contains(&unit(index))
}

fn last_index_key(vm: &Vm) -> PropKey {
    PropKey::Name(vm.common().last_index)
}

pub fn set_last_index(vm: &mut Vm, regexp: Value, index: f64) -> Completion<()> {
    let key = last_index_key(vm);
    vm.set(regexp, key, Value::number(index))
}

pub fn last_index(vm: &mut Vm, regexp: Value) -> Completion<f64> {
    let key = last_index_key(vm);
    let value = vm.get(regexp, key)?;
    vm.to_length(value)
}

/// RegExpBuiltinExec.
fn builtin_exec(vm: &mut Vm, regexp: Gc<Of<RegExpData>>, text: Gc<Str>) -> Completion {
    let value = Value::from(regexp);
    let last = last_index(vm, value)?;
    let (global, sticky) = (has_flag(regexp.data.flags, 'g'), has_flag(regexp.data.flags, 'y'));
    let stateful = global || sticky;
    let from = if stateful { last } else { 0.0 };
    if from > text.len() as f64 {
        if stateful {
            set_last_index(vm, value, 0.0)?;
        }
        return Ok(Value::NULL);
    }
    let found = find(vm, regexp, text, from as usize, sticky)?;
    let Some((found, whole)) = found.and_then(|found| found.first().cloned().flatten().map(|whole| (found, whole)))
    else {
        if stateful {
            set_last_index(vm, value, 0.0)?;
        }
        return Ok(Value::NULL);
    };
    if stateful {
        set_last_index(vm, value, whole.end as f64)?;
    }
    result_array(vm, regexp, text, whole.start, &found)
}

/// The array that `exec` yields.
fn result_array(
    vm: &mut Vm,
    regexp: Gc<Of<RegExpData>>,
    text: Gc<Str>,
    start: usize,
    found: &[Option<Range<usize>>],
) -> Completion {
    let part = |vm: &mut Vm, range: &Option<Range<usize>>| match range {
        Some(range) => vm.heap.substring(text, range.start, range.end).into(),
        None => Value::UNDEFINED,
    };
    let parts: Vec<Value> = found.iter().map(|range| part(vm, range)).collect();
    let result = vm.new_array(parts.clone());
    let Some(object) = result.as_object() else { return Ok(result) };
    let regex = Rc::clone(&regexp.data.regex);
    let groups = named_groups(vm, regex.group_names(), &parts)?;
    for (name, value) in [("index", Value::number(start as f64)), ("input", text.into()), ("groups", groups)] {
        let key = vm.key(name);
        vm.create_data(object, key, value)?;
    }
    if has_flag(regexp.data.flags, 'd') {
        let pair = |vm: &mut Vm, range: &Option<Range<usize>>| match range {
            Some(range) => vm.new_array(vec![Value::number(range.start as f64), Value::number(range.end as f64)]),
            None => Value::UNDEFINED,
        };
        let pairs: Vec<Value> = found.iter().map(|range| pair(vm, range)).collect();
        let indices = vm.new_array(pairs.clone());
        let groups = named_groups(vm, regex.group_names(), &pairs)?;
        if let Some(indices) = indices.as_object() {
            let key = vm.key("groups");
            vm.create_data(indices, key, groups)?;
        }
        let key = vm.key("indices");
        vm.create_data(object, key, indices)?;
    }
    Ok(result)
}

/// An object of the named groups, `undefined` where there are none. Of groups with one name, the one that took part counts.
fn named_groups(vm: &mut Vm, names: &[Box<str>], parts: &[Value]) -> Completion {
    if names.is_empty() {
        return Ok(Value::UNDEFINED);
    }
    let object = vm.new_object_with(None);
    for (name, &part) in names.iter().zip(&parts[1..]).filter(|(name, _)| !name.is_empty()) {
        let key = PropKey::from_text(vm, name);
        let taken = vm.get_own(object, key).is_some_and(|property| !property.value.is_undefined());
        if !taken {
            vm.create_data(object, key, part)?;
        }
    }
    Ok(object.into())
}

fn this_regexp(vm: &mut Vm, args: Args, name: &str) -> Completion<Gc<Of<RegExpData>>> {
    args.this.of::<RegExpData>().ok_or_else(|| incompatible(vm, args, &format!("RegExp.prototype.{name}")))
}

pub fn exec(vm: &mut Vm, args: Args) -> Completion {
    let regexp = this_regexp(vm, args, "exec")?;
    let text = rooted_string(vm, args.get(0))?;
    builtin_exec(vm, regexp, text)
}

/// Whether `exec` of the object is the built-in one.
pub fn has_builtin_exec(vm: &mut Vm, regexp: Value) -> Completion<(Value, bool)> {
    let key = vm.key("exec");
    let exec = vm.get(regexp, key)?;
    let builtin =
        mosl_bytecode::natives::native_id("RegExp.prototype.exec").is_some_and(|id| vm.native_function(id) == exec);
    Ok((exec, builtin))
}

/// RegExpExec: an object or null; rooted.
pub fn regexp_exec(vm: &mut Vm, regexp: Value, text: Gc<Str>) -> Completion {
    let (exec, builtin) = has_builtin_exec(vm, regexp)?;
    let result = match regexp.of::<RegExpData>() {
        Some(data) if builtin || !exec.is_callable() => builtin_exec(vm, data, text)?,
        _ if exec.is_callable() => {
            let result = vm.call(exec, regexp, &[text.into()])?;
            if !result.is_object() && !result.is_null() {
                return Err(vm.type_error("object null is not a function"));
            }
            result
        }
        _ => return Err(vm.type_error("RegExp.prototype.exec called on incompatible receiver")),
    };
    Ok(vm.root(result))
}

/// The receiver of a symbol method must be an object.
pub fn require_object(vm: &mut Vm, args: Args, name: &str) -> Completion<()> {
    if args.this.is_object() { Ok(()) } else { Err(incompatible(vm, args, &format!("RegExp.prototype.{name}"))) }
}

pub fn test(vm: &mut Vm, args: Args) -> Completion {
    require_object(vm, args, "test")?;
    let text = rooted_string(vm, args.get(0))?;
    Ok((!regexp_exec(vm, args.this, text)?.is_null()).into())
}

/// The flags as a string.
pub fn flags_of(vm: &mut Vm, regexp: Value) -> Completion<Gc<Str>> {
    let key = vm.key("flags");
    let flags = vm.get(regexp, key)?;
    rooted_string(vm, flags)
}

/// AdvanceStringIndex.
pub fn advance(text: Gc<Str>, index: f64, unicode: bool) -> f64 {
    if !unicode || index + 1.0 >= text.len() as f64 {
        return index + 1.0;
    }
    index + super::super::string::code_point(text, index as usize).1 as f64
}

/// After an empty match the search goes on one further.
pub fn step_over_empty(vm: &mut Vm, regexp: Value, text: Gc<Str>, matched: Gc<Str>, unicode: bool) -> Completion<()> {
    if matched.is_empty() {
        let index = last_index(vm, regexp)?;
        set_last_index(vm, regexp, advance(text, index, unicode))?;
    }
    Ok(())
}

/// The matched text of a result.
pub fn matched_text(vm: &mut Vm, result: Value) -> Completion<Gc<Str>> {
    let matched = vm.get(result, PropKey::Index(0))?;
    rooted_string(vm, matched)
}

pub fn symbol_match(vm: &mut Vm, args: Args) -> Completion {
    require_object(vm, args, "[Symbol.match]")?;
    let text = rooted_string(vm, args.get(0))?;
    let flags = flags_of(vm, args.this)?;
    if !has_flag(flags, 'g') {
        return regexp_exec(vm, args.this, text);
    }
    let unicode = is_unicode(flags);
    set_last_index(vm, args.this, 0.0)?;
    let found = vm.new_array(Vec::new());
    vm.root(found);
    let mark = vm.roots();
    loop {
        let result = regexp_exec(vm, args.this, text)?;
        if result.is_null() {
            break;
        }
        let matched = matched_text(vm, result)?;
        if let Some(array) = found.of::<ArrayData>() {
            vm.heap.push(array, matched.into());
        }
        step_over_empty(vm, args.this, text, matched, unicode)?;
        vm.unroot(mark);
    }
    let any = found.of::<ArrayData>().is_some_and(|array| !array.data.is_empty());
    Ok(if any { found } else { Value::NULL })
}

pub fn symbol_match_all(vm: &mut Vm, args: Args) -> Completion {
    require_object(vm, args, "[Symbol.matchAll]")?;
    let text = rooted_string(vm, args.get(0))?;
    let usual = vm.global("RegExp").unwrap_or(Value::UNDEFINED);
    let constructor = species_constructor(vm, args.this, usual)?;
    let flags = flags_of(vm, args.this)?;
    let matcher = vm.construct(constructor, &[args.this, flags.into()], constructor)?;
    vm.root(matcher);
    let index = last_index(vm, args.this)?;
    set_last_index(vm, matcher, index)?;
    let unicode = is_unicode(flags);
    Ok(matches_iterator(vm, matcher, text.into(), has_flag(flags, 'g'), unicode))
}

/// One step of `matchAll`.
pub(crate) fn next_match(
    vm: &mut Vm,
    regexp: Value,
    text: Value,
    global: bool,
    unicode: bool,
) -> Completion<Option<Value>> {
    let text = rooted_string(vm, text)?;
    let result = regexp_exec(vm, regexp, text)?;
    if result.is_null() {
        return Ok(None);
    }
    if global {
        let matched = matched_text(vm, result)?;
        step_over_empty(vm, regexp, text, matched, unicode)?;
    }
    Ok(Some(result))
}

pub fn symbol_search(vm: &mut Vm, args: Args) -> Completion {
    require_object(vm, args, "[Symbol.search]")?;
    let text = rooted_string(vm, args.get(0))?;
    let key = last_index_key(vm);
    let before = vm.get(args.this, key)?;
    vm.root(before);
    if !vm.same_value(before, Value::ZERO) {
        set_last_index(vm, args.this, 0.0)?;
    }
    let result = regexp_exec(vm, args.this, text)?;
    let after = vm.get(args.this, key)?;
    if !vm.same_value(before, after) {
        vm.set(args.this, key, before)?;
    }
    if result.is_null() {
        return Ok(Value::number(-1.0));
    }
    let key = vm.key("index");
    vm.get(result, key)
}
