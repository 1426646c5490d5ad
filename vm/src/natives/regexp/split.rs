//! RegExp.prototype[Symbol.split]. For regular expressions whose `exec` is the built-in one the matches are searched for; the
//! standard's way, to try each position in turn, finds the same.

use super::super::coerce::{length_of, rooted_string, species_constructor};
use super::super::math::to_u32;
use super::exec::{advance, find, flags_of, has_builtin_exec, last_index, regexp_exec, require_object, set_last_index};
use super::has_flag;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::data::{ArrayData, RegExpData};
use crate::object::property::PropKey;
use crate::string::Str;
use crate::value::Value;
use crate::vm::Vm;

struct Parts {
    array: Value,
    limit: usize,
}

impl Parts {
    /// Appends; true where the limit is reached.
    fn push(&self, vm: &mut Vm, value: Value) -> bool {
        let Some(array) = self.array.of::<ArrayData>() else { return true };
        vm.heap.push(array, value);
        array.data.len() as usize >= self.limit
    }
}

pub fn symbol_split(vm: &mut Vm, args: Args) -> Completion {
    require_object(vm, args, "[Symbol.split]")?;
    let text = rooted_string(vm, args.get(0))?;
    let usual = vm.global("RegExp").unwrap_or(Value::UNDEFINED);
    let constructor = species_constructor(vm, args.this, usual)?;
    let flags = flags_of(vm, args.this)?;
    let unicode = has_flag(flags, 'u') || has_flag(flags, 'v');
    let mut wanted = flags.to_rust();
    if !wanted.contains('y') {
        wanted.push('y');
    }
    let wanted = vm.str(&wanted);
    let splitter = vm.construct(constructor, &[args.this, wanted], constructor)?;
    vm.root(splitter);
    let limit = if args.get(1).is_undefined() {
        u32::MAX
    } else {
        let n = vm.to_number(args.get(1))?;
        to_u32(n)
    };
    let array = vm.new_array(Vec::new());
    vm.root(array);
    if limit == 0 {
        return Ok(array);
    }
    let parts = Parts { array, limit: limit as usize };
    if text.is_empty() {
        if regexp_exec(vm, splitter, text)?.is_null() {
            parts.push(vm, text.into());
        }
        return Ok(array);
    }
    let (_, builtin) = has_builtin_exec(vm, splitter)?;
    match splitter.of::<RegExpData>().filter(|_| builtin) {
        Some(regexp) => by_search(vm, regexp, text, unicode, &parts)?,
        None => by_trial(vm, splitter, text, unicode, &parts)?,
    }
    Ok(array)
}

fn by_search(
    vm: &mut Vm,
    regexp: Gc<crate::object::Of<RegExpData>>,
    text: Gc<Str>,
    unicode: bool,
    parts: &Parts,
) -> Completion<()> {
    let (mut start, mut from) = (0, 0);
    while from < text.len() {
        let Some(found) = find(vm, regexp, text, from, false)? else { break };
        let Some(whole) = found[0].clone().filter(|whole| whole.start < text.len()) else { break };
        if whole.end == start {
            from = advance(text, whole.start.max(from) as f64, unicode) as usize;
            continue;
        }
        let part = vm.heap.substring(text, start, whole.start);
        if parts.push(vm, part.into()) {
            return Ok(());
        }
        start = whole.end;
        for range in found.into_iter().skip(1) {
            let group = range.map_or(Value::UNDEFINED, |r| vm.heap.substring(text, r.start, r.end).into());
            if parts.push(vm, group) {
                return Ok(());
            }
        }
        from = start;
        if whole.is_empty() {
            from = advance(text, start as f64, unicode) as usize;
        }
    }
    let rest = vm.heap.substring(text, start, text.len());
    parts.push(vm, rest.into());
    Ok(())
}

fn by_trial(vm: &mut Vm, splitter: Value, text: Gc<Str>, unicode: bool, parts: &Parts) -> Completion<()> {
    let size = text.len() as f64;
    let (mut start, mut at) = (0.0, 0.0);
    while at < size {
        let mark = vm.roots();
        set_last_index(vm, splitter, at)?;
        let result = regexp_exec(vm, splitter, text)?;
        let end = if result.is_null() { start } else { last_index(vm, splitter)?.min(size) };
        if result.is_null() || end == start {
            at = advance(text, at, unicode);
            vm.unroot(mark);
            continue;
        }
        let part = vm.heap.substring(text, start as usize, at as usize);
        if parts.push(vm, part.into()) {
            return Ok(());
        }
        start = end;
        let count = match result.as_object() {
            Some(object) => length_of(vm, object)?,
            None => 0.0,
        };
        for index in 1..count as u32 {
            let group = vm.get(result, PropKey::Index(index))?;
            if parts.push(vm, group) {
                return Ok(());
            }
        }
        at = start;
        vm.unroot(mark);
    }
    let rest = vm.heap.substring(text, start as usize, text.len());
    parts.push(vm, rest.into());
    Ok(())
}
