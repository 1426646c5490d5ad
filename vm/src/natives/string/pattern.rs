//! The methods that take a string or a regular expression: match, matchAll, replace, replaceAll, search, split.

use super::super::coerce::{rooted_string, this_string};
use super::super::math::to_u32;
use super::super::regexp::{is_regexp, regexp_create};
use super::search::find;
use crate::cost::{PARSE_TEXT, SCAN_TEXT};
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::string::{Str, StrBuilder, StrView};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// The method of a pattern object under a well-known symbol, if it has one.
fn hook(vm: &mut Vm, args: Args, name: &str, symbol: WellKnown) -> Completion<Option<Value>> {
    if args.this.is_nullish() {
        return Err(vm.type_error(&format!("String.prototype.{name} called on null or undefined")));
    }
    if !args.get(0).is_object() {
        return Ok(None);
    }
    let key = vm.well_known(symbol);
    let method = vm.get(args.get(0), key)?;
    if method.is_nullish() {
        return Ok(None);
    }
    super::super::coerce::callable(vm, method).map(Some)
}

/// Without a hook: makes a regular expression of the argument and asks that.
fn by_regexp(vm: &mut Vm, args: Args, name: &str, symbol: WellKnown, flags: &str) -> Completion {
    if let Some(method) = hook(vm, args, name, symbol)? {
        return vm.call(method, args.get(0), &[args.this]);
    }
    let text = rooted_string(vm, args.this)?;
    let regexp = regexp_create(vm, args.get(0), flags)?;
    vm.root(regexp);
    let key = vm.well_known(symbol);
    let method = vm.get(regexp, key)?;
    vm.call(method, regexp, &[text.into()])
}

pub fn match_(vm: &mut Vm, args: Args) -> Completion {
    by_regexp(vm, args, "match", WellKnown::Match, "")
}

pub fn search(vm: &mut Vm, args: Args) -> Completion {
    by_regexp(vm, args, "search", WellKnown::Search, "")
}

pub fn match_all(vm: &mut Vm, args: Args) -> Completion {
    require_global(vm, args, "matchAll")?;
    by_regexp(vm, args, "matchAll", WellKnown::MatchAll, "g")
}

/// `matchAll` and `replaceAll` take only regular expressions with the flag g.
fn require_global(vm: &mut Vm, args: Args, name: &str) -> Completion<()> {
    if args.this.is_nullish() || args.get(0).is_nullish() || !is_regexp(vm, args.get(0))? {
        return Ok(());
    }
    let key = vm.key("flags");
    let flags = vm.get(args.get(0), key)?;
    let flags = if flags.is_nullish() { String::new() } else { vm.to_string(flags)?.to_rust() };
    if flags.contains('g') {
        return Ok(());
    }
    Err(vm.type_error(&format!("String.prototype.{name} called with a non-global RegExp argument")))
}

pub fn replace(vm: &mut Vm, args: Args) -> Completion {
    replace_text(vm, args, "replace", false)
}

pub fn replace_all(vm: &mut Vm, args: Args) -> Completion {
    require_global(vm, args, "replaceAll")?;
    replace_text(vm, args, "replaceAll", true)
}

fn replace_text(vm: &mut Vm, args: Args, name: &str, all: bool) -> Completion {
    if let Some(method) = hook(vm, args, name, WellKnown::Replace)? {
        return vm.call(method, args.get(0), &[args.this, args.get(1)]);
    }
    let text = this_string(vm, args, name)?;
    let needle = rooted_string(vm, args.get(0))?;
    let replacement = args.get(1);
    let template = if replacement.is_callable() { None } else { Some(rooted_string(vm, replacement)?) };
    vm.charge(SCAN_TEXT.of(text.len()))?;
    let mut out = StrBuilder::default();
    let (mut copied, mut from) = (0, 0);
    while let Some(at) = find(text.view(), needle.view(), from) {
        vm.reserve(out.len())?;
        push_part(&mut out, text, copied, at);
        match template {
            Some(template) => {
                let found = Substitution { text, at, matched: needle, groups: &[], named: Value::UNDEFINED };
                expand(vm, &mut out, template, &found)?;
            }
            None => {
                let mark = vm.roots();
                let result =
                    vm.call(replacement, Value::UNDEFINED, &[needle.into(), (at as f64).into(), text.into()])?;
                out.push(vm.to_string(result)?);
                vm.unroot(mark);
            }
        }
        copied = at + needle.len();
        from = copied + usize::from(needle.is_empty());
        if !all || out.is_too_long() {
            break;
        }
    }
    push_part(&mut out, text, copied, text.len());
    vm.finish(out)
}

/// Appends `text[from..to]`.
pub fn push_part(out: &mut StrBuilder, text: Gc<Str>, from: usize, to: usize) {
    match text.view() {
        StrView::Latin1(units) => out.push_view(StrView::Latin1(&units[from..to])),
        StrView::Wide(units) => out.push_view(StrView::Wide(&units[from..to])),
    }
}

/// What a replacement text can refer to.
pub struct Substitution<'a> {
    pub text: Gc<Str>,
    pub at: usize,
    pub matched: Gc<Str>,
    /// Captures from 1 on: strings or `undefined`.
    pub groups: &'a [Value],
    /// The object of named groups, or `undefined`.
    pub named: Value,
}

/// GetSubstitution: appends a replacement text with `$$ $& $` $' $1 $<name>` replaced.
pub fn expand(vm: &mut Vm, out: &mut StrBuilder, template: Gc<Str>, found: &Substitution<'_>) -> Completion<()> {
    let dollar = u16::from(b'$');
    let mut at = 0;
    while let Some(unit) = template.view().get(at) {
        let next = template.view().get(at + 1).and_then(|unit| u8::try_from(unit).ok());
        if unit != dollar {
            let end = (at..template.len()).find(|&i| template.view().get(i) == Some(dollar)).unwrap_or(template.len());
            push_part(out, template, at, end);
            at = end;
            continue;
        }
        match next {
            Some(b'$') => out.push_unit(dollar),
            Some(b'&') => out.push(found.matched),
            Some(b'`') => push_part(out, found.text, 0, found.at),
            Some(b'\'') => {
                let end = (found.at + found.matched.len()).min(found.text.len());
                push_part(out, found.text, end, found.text.len());
            }
            Some(b'0'..=b'9') => {
                at += expand_group(out, template, at, found);
                continue;
            }
            Some(b'<') if !found.named.is_undefined() => {
                at = expand_name(vm, out, template, at, found.named)?;
                continue;
            }
            _ => {
                out.push_unit(dollar);
                at += 1;
                continue;
            }
        }
        at += 2;
    }
    Ok(())
}

/// `$n` or `$nn`; yields how many units it took.
fn expand_group(out: &mut StrBuilder, template: Gc<Str>, at: usize, found: &Substitution<'_>) -> usize {
    let digit =
        |i: usize| template.view().get(at + i).and_then(|u| char::from_u32(u.into())).and_then(|c| c.to_digit(10));
    let one = digit(1).unwrap_or(0) as usize;
    let two = digit(2).map(|second| one * 10 + second as usize);
    let count = found.groups.len();
    let (group, units) = match two {
        Some(two) if (1..=count).contains(&two) => (two, 3),
        _ if (1..=count).contains(&one) => (one, 2),
        _ => {
            out.push_unit(b'$'.into());
            return 1;
        }
    };
    if let Some(text) = found.groups[group - 1].as_string() {
        out.push(text);
    }
    units
}

/// `$<name>`; yields where the template goes on.
fn expand_name(vm: &mut Vm, out: &mut StrBuilder, template: Gc<Str>, at: usize, named: Value) -> Completion<usize> {
    let Some(end) = (at + 2..template.len()).find(|&i| template.view().get(i) == Some(b'>'.into())) else {
        out.push_view(StrView::Latin1(b"$<"));
        return Ok(at + 2);
    };
    let name = vm.heap.substring(template, at + 2, end);
    let key = vm.to_key(name.into())?;
    let value = vm.get(named, key)?;
    if !value.is_undefined() {
        out.push(vm.to_string(value)?);
    }
    Ok(end + 1)
}

pub fn split(vm: &mut Vm, args: Args) -> Completion {
    if let Some(method) = hook(vm, args, "split", WellKnown::Split)? {
        return vm.call(method, args.get(0), &[args.this, args.get(1)]);
    }
    let text = this_string(vm, args, "split")?;
    let limit = if args.get(1).is_undefined() {
        u32::MAX as usize
    } else {
        let n = vm.to_number(args.get(1))?;
        to_u32(n) as usize
    };
    let separator = rooted_string(vm, args.get(0))?;
    if limit == 0 {
        return Ok(vm.new_array(Vec::new()));
    }
    if args.get(0).is_undefined() {
        return Ok(vm.new_array(vec![text.into()]));
    }
    vm.charge(PARSE_TEXT.of(text.len()))?;
    vm.reserve(text.len().min(limit).saturating_mul(if separator.is_empty() { 8 } else { 2 }))?;
    if separator.is_empty() {
        let parts = (0..text.len().min(limit)).map(|at| vm.unit_string(text.unit(at))).collect();
        return Ok(vm.new_array(parts));
    }
    let mut parts = Vec::new();
    let mut from = 0;
    while let Some(at) = find(text.view(), separator.view(), from) {
        parts.push(vm.heap.substring(text, from, at).into());
        from = at + separator.len();
        if parts.len() == limit {
            return Ok(vm.new_array(parts));
        }
    }
    parts.push(vm.heap.substring(text, from, text.len()).into());
    Ok(vm.new_array(parts))
}
