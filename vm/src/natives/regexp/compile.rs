//! Making regular expressions.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::coerce::{prototype_of_new, rooted_string};
use crate::cost::{READ_TEXT, VISIT};
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::data::RegExpData;
use crate::object::property::PropKey;
use crate::object::shape::Attrs;
use crate::object::{Object, Of};
use crate::realm::Intrinsic;
use crate::refusal::Refusal;
use crate::string::{Str, StrBuilder};
use crate::symbol::WellKnown;
use crate::value::Value;
use crate::vm::Vm;

/// IsRegExp.
pub(crate) fn is_regexp(vm: &mut Vm, value: Value) -> Completion<bool> {
    if !value.is_object() {
        return Ok(false);
    }
    let key = vm.well_known(WellKnown::Match);
    let matcher = vm.get(value, key)?;
    if matcher.is_undefined() { Ok(value.of::<RegExpData>().is_some()) } else { Ok(vm.truthy(matcher)) }
}

pub fn construct(vm: &mut Vm, args: Args) -> Completion {
    let (pattern, flags) = (args.get(0), args.get(1));
    let like_regexp = is_regexp(vm, pattern)?;
    if args.new_target.is_undefined() && like_regexp && flags.is_undefined() {
        let key = PropKey::Name(vm.common().constructor);
        if vm.get(pattern, key)? == args.callee {
            return Ok(pattern);
        }
    }
    let (source, flags) = if let Some(regexp) = pattern.of::<RegExpData>() {
        let own = regexp.data.flags.into();
        (regexp.data.source.into(), if flags.is_undefined() { own } else { flags })
    } else if like_regexp {
        let key = vm.key("source");
        let source = vm.get(pattern, key)?;
        vm.root(source);
        let key = vm.key("flags");
        (source, if flags.is_undefined() { vm.get(pattern, key)? } else { flags })
    } else {
        (pattern, flags)
    };
    vm.root(flags);
    let proto = prototype_of_new(vm, args, Intrinsic::RegExpPrototype)?;
    vm.root(proto.into());
    make(vm, source, flags, proto)
}

/// RegExpCreate.
pub(crate) fn regexp_create(vm: &mut Vm, pattern: Value, flags: &str) -> Completion {
    let flags = vm.str(flags);
    let proto = vm.intrinsic(Intrinsic::RegExpPrototype);
    make(vm, pattern, flags, proto)
}

fn make(vm: &mut Vm, pattern: Value, flags: Value, proto: Gc<Object>) -> Completion {
    let pattern = text_or_empty(vm, pattern)?;
    let flags = text_or_empty(vm, flags)?;
    let regex = compile(vm, pattern, flags)?;
    let source = escaped_source(vm, pattern)?;
    let shape = vm.shapes.of_proto(Some(proto));
    let made = vm.heap.object(shape, RegExpData { source, flags, regex });
    let key = PropKey::Name(vm.common().last_index);
    vm.add_own(made.base(), key, Value::ZERO, Attrs::WRITABLE);
    Ok(made.into())
}

fn text_or_empty(vm: &mut Vm, value: Value) -> Completion<Gc<Str>> {
    let value = if value.is_undefined() { vm.empty_string() } else { value };
    rooted_string(vm, value)
}

/// Compiled patterns by what they were compiled from, since a literal in a loop is evaluated each time round.
pub(crate) type Compiled = FxHashMap<(Box<[u16]>, Box<str>), Rc<regress::Regex>>;

/// Bytes of a compiled pattern from which on it counts as memory of each object that has it, and is not remembered.
pub(crate) const LARGE: usize = 1 << 16;

/// So many are remembered.
const REMEMBERED: usize = 256;

/// Each of the flags at most once, and not both of those that exclude each other.
pub fn flags_are_valid(letters: &str) -> bool {
    let known = letters.chars().all(|c| "dgimsuvy".contains(c));
    let repeated = letters.char_indices().any(|(at, c)| letters[..at].contains(c));
    let both = letters.contains('u') && letters.contains('v');
    known && !repeated && !both
}

/// The compiled pattern. It costs the same whether it is remembered or not.
fn compile(vm: &mut Vm, pattern: Gc<Str>, flags: Gc<Str>) -> Completion<Rc<regress::Regex>> {
    let letters = flags.to_rust();
    if !flags_are_valid(&letters) {
        return Err(vm.syntax_error(&format!("Invalid flags supplied to RegExp constructor '{letters}'")));
    }
    vm.charge(VISIT.of(pattern.len()))?;
    known_or_made(vm, pattern, &letters).map_err(|error| {
        let shown = format!("/{}/{letters}: {}", pattern.to_rust(), error.text);
        if error.limit {
            return vm.refuse(Refusal::Unsupported, &shown);
        }
        vm.syntax_error(&format!("Invalid regular expression: {shown}"))
    })
}

fn known_or_made(vm: &mut Vm, pattern: Gc<Str>, letters: &str) -> Result<Rc<regress::Regex>, regress::Error> {
    let key = (pattern.to_utf16().into(), letters.into());
    if let Some(regex) = vm.regexes.get(&key) {
        return Ok(Rc::clone(regex));
    }
    let regex = Rc::new(regress::Regex::from_units(pattern.view().units(), letters)?);
    if regex.size() <= LARGE {
        if vm.regexes.len() >= REMEMBERED {
            vm.regexes.clear();
        }
        vm.regexes.insert(key, Rc::clone(&regex));
    }
    Ok(regex)
}

/// The compiled form of a pattern as `source` shows it, for a snapshot; `None` where it is no pattern.
pub(crate) fn compiled(vm: &mut Vm, source: Gc<Str>, flags: Gc<Str>) -> Option<Rc<regress::Regex>> {
    let letters = flags.to_rust();
    if flags_are_valid(&letters) { known_or_made(vm, source, &letters).ok() } else { None }
}

/// EscapeRegExpPattern: what stands between slashes.
fn escaped_source(vm: &mut Vm, pattern: Gc<Str>) -> Completion<Gc<Str>> {
    if pattern.is_empty() {
        return rooted_empty_group(vm);
    }
    let special = |unit: u16| matches!(unit, 0x2F | 0x0A | 0x0D | 0x2028 | 0x2029);
    if !pattern.view().units().any(special) {
        return Ok(pattern);
    }
    let mut out = StrBuilder::default();
    let (mut escaped, mut in_class) = (false, false);
    for unit in pattern.view().units() {
        match unit {
            0x2F if !escaped && !in_class => out.push_str("\\/"),
            0x0A => out.push_str(if escaped { "n" } else { "\\n" }),
            0x0D => out.push_str(if escaped { "r" } else { "\\r" }),
            0x2028 => out.push_str(if escaped { "u2028" } else { "\\u2028" }),
            0x2029 => out.push_str(if escaped { "u2029" } else { "\\u2029" }),
            _ => out.push_unit(unit),
        }
        match unit {
            0x5B if !escaped => in_class = true,
            0x5D if !escaped => in_class = false,
            _ => {}
        }
        escaped = unit == 0x5C && !escaped;
    }
    let text = vm.finish(out)?;
    rooted_string(vm, text)
}

fn rooted_empty_group(vm: &mut Vm) -> Completion<Gc<Str>> {
    let text = vm.str("(?:)");
    rooted_string(vm, text)
}

/// A copy with its own lastIndex, which starts at 0 (`structuredClone`).
pub(crate) fn copy_of(vm: &mut Vm, regexp: Gc<Of<RegExpData>>) -> Gc<Object> {
    let shape = vm.shape_of_proto(Intrinsic::RegExpPrototype);
    let data =
        RegExpData { source: regexp.data.source, flags: regexp.data.flags, regex: Rc::clone(&regexp.data.regex) };
    let copy = vm.heap.object(shape, data).base();
    let key = PropKey::Name(vm.common().last_index);
    vm.add_own(copy, key, Value::ZERO, Attrs::WRITABLE);
    copy
}

/// RegExp.escape (ECMAScript 2025).
pub fn escape(vm: &mut Vm, args: Args) -> Completion {
    let Some(text) = args.get(0).as_string() else {
        return Err(vm.type_error("RegExp.escape expects a string"));
    };
    vm.charge(READ_TEXT.of(text.len()))?;
    let mut out = StrBuilder::default();
    for (at, unit) in char::decode_utf16(text.view().units()).enumerate() {
        match unit {
            Ok(c) if at == 0 && c.is_ascii_alphanumeric() => out.push_str(&format!("\\x{:02x}", c as u32)),
            Ok(c) if "^$\\.*+?()[]{}|/".contains(c) => out.push_str(&format!("\\{c}")),
            Ok('\t') => out.push_str("\\t"),
            Ok('\n') => out.push_str("\\n"),
            Ok('\u{b}') => out.push_str("\\v"),
            Ok('\u{c}') => out.push_str("\\f"),
            Ok('\r') => out.push_str("\\r"),
            Ok(c) if ",-=<>#&!%:;@~'`\"".contains(c) || c == ' ' || c == '\u{a0}' => {
                out.push_str(&format!("\\x{:02x}", c as u32));
            }
            Ok(c) if c.is_whitespace() || c == '\u{feff}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            Ok(c) => out.push_str(c.encode_utf8(&mut [0; 4])),
            Err(lone) => out.push_str(&format!("\\u{:04x}", lone.unpaired_surrogate())),
        }
    }
    vm.finish(out)
}
