//! `RegExp`, on the crate `regress` (a backtracking matcher of ECMAScript's regular expressions over UTF-16).

mod compile;
mod exec;
mod replace;
mod split;

pub use compile::flags_are_valid;
pub(crate) use compile::{Compiled, LARGE, compiled, copy_of, is_regexp, regexp_create};
pub(crate) use exec::next_match;

use super::Family;
use crate::native::{Args, Completion};
use crate::object::data::RegExpData;
use crate::realm::Intrinsic;
use crate::refusal::Refusal;
use crate::string::StrBuilder;
use crate::value::Value;
use crate::vm::Vm;

pub static FAMILY: Family = &[
    ("RegExp", compile::construct),
    ("RegExp.escape", compile::escape),
    ("RegExp.prototype.compile", |vm, _| {
        Err(vm.refuse(Refusal::Unsupported, "RegExp.prototype.compile: make another with new RegExp"))
    }),
    ("RegExp.prototype.exec", exec::exec),
    ("RegExp.prototype.test", exec::test),
    ("RegExp.prototype.toString", to_string),
    ("RegExp.prototype[Symbol.match]", exec::symbol_match),
    ("RegExp.prototype[Symbol.matchAll]", exec::symbol_match_all),
    ("RegExp.prototype[Symbol.replace]", replace::symbol_replace),
    ("RegExp.prototype[Symbol.search]", exec::symbol_search),
    ("RegExp.prototype[Symbol.split]", split::symbol_split),
    ("get RegExp.prototype.dotAll", |vm, args| flag(vm, args, 's', "dotAll")),
    ("get RegExp.prototype.flags", flags),
    ("get RegExp.prototype.global", |vm, args| flag(vm, args, 'g', "global")),
    ("get RegExp.prototype.hasIndices", |vm, args| flag(vm, args, 'd', "hasIndices")),
    ("get RegExp.prototype.ignoreCase", |vm, args| flag(vm, args, 'i', "ignoreCase")),
    ("get RegExp.prototype.multiline", |vm, args| flag(vm, args, 'm', "multiline")),
    ("get RegExp.prototype.source", source),
    ("get RegExp.prototype.sticky", |vm, args| flag(vm, args, 'y', "sticky")),
    ("get RegExp.prototype.unicode", |vm, args| flag(vm, args, 'u', "unicode")),
    ("get RegExp.prototype.unicodeSets", |vm, args| flag(vm, args, 'v', "unicodeSets")),
];

/// Property and letter of each flag, in the order in which `flags` lists them.
const FLAGS: [(&str, char); 8] = [
    ("hasIndices", 'd'),
    ("global", 'g'),
    ("ignoreCase", 'i'),
    ("multiline", 'm'),
    ("dotAll", 's'),
    ("unicode", 'u'),
    ("unicodeSets", 'v'),
    ("sticky", 'y'),
];

/// Whether a flag is set. The prototype itself is no regular expression, and has none.
fn flag(vm: &mut Vm, args: Args, letter: char, name: &str) -> Completion {
    if let Some(regexp) = args.this.of::<RegExpData>() {
        return Ok(has_flag(regexp.data.flags, letter).into());
    }
    if args.this.as_object() == Some(vm.intrinsic(Intrinsic::RegExpPrototype)) {
        return Ok(Value::UNDEFINED);
    }
    let shown = super::inspect::shown_in_message(vm, args.this);
    Err(vm.type_error(&format!("RegExp.prototype.{name} getter called on non-RegExp object {shown}")))
}

fn has_flag(flags: crate::heap::Gc<crate::string::Str>, letter: char) -> bool {
    flags.view().units().any(|unit| unit == letter as u16)
}

fn flags(vm: &mut Vm, args: Args) -> Completion {
    if !args.this.is_object() {
        return Err(vm.type_error("RegExp.prototype.flags getter called on non-object"));
    }
    let mut text = String::new();
    for (name, letter) in FLAGS {
        let key = vm.key(name);
        let value = vm.get(args.this, key)?;
        if vm.truthy(value) {
            text.push(letter);
        }
    }
    Ok(vm.str(&text))
}

fn source(vm: &mut Vm, args: Args) -> Completion {
    if let Some(regexp) = args.this.of::<RegExpData>() {
        return Ok(regexp.data.source.into());
    }
    if args.this.as_object() == Some(vm.intrinsic(Intrinsic::RegExpPrototype)) {
        return Ok(vm.str("(?:)"));
    }
    let shown = super::inspect::shown_in_message(vm, args.this);
    Err(vm.type_error(&format!("RegExp.prototype.source getter called on non-RegExp object {shown}")))
}

fn to_string(vm: &mut Vm, args: Args) -> Completion {
    if !args.this.is_object() {
        return Err(super::collections::incompatible(vm, args, "RegExp.prototype.toString"));
    }
    let mut text = StrBuilder::default();
    for (mark, name) in [("/", "source"), ("/", "flags")] {
        text.push_str(mark);
        let key = vm.key(name);
        let value = vm.get(args.this, key)?;
        text.push(vm.to_string(value)?);
    }
    vm.finish(text)
}
