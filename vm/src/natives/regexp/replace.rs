//! RegExp.prototype[Symbol.replace].

use super::super::coerce::{length_of, rooted_string};
use super::super::string::{Substitution, expand, push_part};
use super::exec::{flags_of, matched_text, regexp_exec, require_object, set_last_index, step_over_empty};
use super::has_flag;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::property::PropKey;
use crate::string::{Str, StrBuilder};
use crate::value::Value;
use crate::vm::Vm;

pub fn symbol_replace(vm: &mut Vm, args: Args) -> Completion {
    require_object(vm, args, "[Symbol.replace]")?;
    let text = rooted_string(vm, args.get(0))?;
    let replacement = args.get(1);
    let template = if replacement.is_callable() { None } else { Some(rooted_string(vm, replacement)?) };
    let flags = flags_of(vm, args.this)?;
    let global = has_flag(flags, 'g');
    let unicode = has_flag(flags, 'u') || has_flag(flags, 'v');
    if global {
        set_last_index(vm, args.this, 0.0)?;
    }
    let mut results = Vec::new();
    loop {
        let result = regexp_exec(vm, args.this, text)?;
        if result.is_null() {
            break;
        }
        results.push(result);
        if !global {
            break;
        }
        let matched = matched_text(vm, result)?;
        step_over_empty(vm, args.this, text, matched, unicode)?;
    }
    let mut out = StrBuilder::default();
    let mut copied = 0;
    for result in results {
        let mark = vm.roots();
        let mut part = StrBuilder::default();
        let (at, end) = replaced(vm, text, result, replacement, template, &mut part)?;
        if at >= copied {
            push_part(&mut out, text, copied, at);
            let part = vm.finish(part)?;
            if let Some(part) = part.as_string() {
                out.push(part);
            }
            copied = end;
        }
        vm.unroot(mark);
        vm.reserve(out.len())?;
        if out.is_too_long() {
            break;
        }
    }
    if copied < text.len() {
        push_part(&mut out, text, copied, text.len());
    }
    vm.finish(out)
}

/// What stands in for one match; yields the bounds of the match.
fn replaced(
    vm: &mut Vm,
    text: Gc<Str>,
    result: Value,
    replacement: Value,
    template: Option<Gc<Str>>,
    out: &mut StrBuilder,
) -> Completion<(usize, usize)> {
    let count = match result.as_object() {
        Some(object) => (length_of(vm, object)? - 1.0).max(0.0),
        None => 0.0,
    };
    let matched = matched_text(vm, result)?;
    let key = vm.key("index");
    let index = vm.get(result, key)?;
    let at = vm.to_integer(index)?.clamp(0.0, text.len() as f64) as usize;
    let mut groups = Vec::new();
    for index in 1..=count as u32 {
        vm.charge(1)?;
        let group = vm.get(result, PropKey::Index(index))?;
        groups.push(if group.is_undefined() { group } else { rooted_string(vm, group)?.into() });
    }
    let key = vm.key("groups");
    let named = vm.get(result, key)?;
    vm.root(named);
    match template {
        Some(template) => {
            let named = if named.is_undefined() { named } else { vm.to_object(named)?.into() };
            vm.root(named);
            expand(vm, out, template, &Substitution { text, at, matched, groups: &groups, named })?;
        }
        None => {
            let mut arguments = vec![matched.into()];
            arguments.extend(groups);
            arguments.extend([Value::number(at as f64), text.into()]);
            if !named.is_undefined() {
                arguments.push(named);
            }
            let result = vm.call(replacement, Value::UNDEFINED, &arguments)?;
            out.push(vm.to_string(result)?);
        }
    }
    Ok((at, (at + matched.len()).min(text.len())))
}
