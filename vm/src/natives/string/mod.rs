//! `String`.

pub(crate) mod case;
mod create;
mod edit;
mod html;
mod pattern;
mod search;

pub(crate) use pattern::{Substitution, expand, push_part};

use super::Family;
use super::coerce::this_string;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::data::WrapperData;
use crate::string::Str;
use crate::value::Value;
use crate::vm::Vm;

pub use html::FAMILY as HTML;

pub static FAMILY: Family = &[
    ("String", create::construct),
    ("String.fromCharCode", create::from_char_code),
    ("String.fromCodePoint", create::from_code_point),
    ("String.raw", create::raw),
    ("String.prototype.at", at),
    ("String.prototype.charAt", char_at),
    ("String.prototype.charCodeAt", char_code_at),
    ("String.prototype.codePointAt", code_point_at),
    ("String.prototype.concat", edit::concat),
    ("String.prototype.endsWith", search::ends_with),
    ("String.prototype.includes", search::includes),
    ("String.prototype.indexOf", search::index_of),
    ("String.prototype.isWellFormed", case::is_well_formed),
    ("String.prototype.lastIndexOf", search::last_index_of),
    ("String.prototype.localeCompare", case::locale_compare),
    ("String.prototype.match", pattern::match_),
    ("String.prototype.matchAll", pattern::match_all),
    ("String.prototype.normalize", case::normalize),
    ("String.prototype.padEnd", |vm, args| edit::pad(vm, args, "padEnd", false)),
    ("String.prototype.padStart", |vm, args| edit::pad(vm, args, "padStart", true)),
    ("String.prototype.repeat", edit::repeat),
    ("String.prototype.replace", pattern::replace),
    ("String.prototype.replaceAll", pattern::replace_all),
    ("String.prototype.search", pattern::search),
    ("String.prototype.slice", edit::slice),
    ("String.prototype.split", pattern::split),
    ("String.prototype.startsWith", search::starts_with),
    ("String.prototype.substr", edit::substr),
    ("String.prototype.substring", edit::substring),
    ("String.prototype.toLocaleLowerCase", |vm, args| case::convert(vm, args, "toLocaleLowerCase", case::Case::Lower)),
    ("String.prototype.toLocaleUpperCase", |vm, args| case::convert(vm, args, "toLocaleUpperCase", case::Case::Upper)),
    ("String.prototype.toLowerCase", |vm, args| case::convert(vm, args, "toLowerCase", case::Case::Lower)),
    ("String.prototype.toString", |vm, args| this_value(vm, args, "toString")),
    ("String.prototype.toUpperCase", |vm, args| case::convert(vm, args, "toUpperCase", case::Case::Upper)),
    ("String.prototype.toWellFormed", case::to_well_formed),
    ("String.prototype.trim", |vm, args| edit::trim(vm, args, "trim", true, true)),
    ("String.prototype.trimEnd", |vm, args| edit::trim(vm, args, "trimEnd", false, true)),
    ("String.prototype.trimLeft", |vm, args| edit::trim(vm, args, "trimLeft", true, false)),
    ("String.prototype.trimRight", |vm, args| edit::trim(vm, args, "trimRight", false, true)),
    ("String.prototype.trimStart", |vm, args| edit::trim(vm, args, "trimStart", true, false)),
    ("String.prototype.valueOf", |vm, args| this_value(vm, args, "valueOf")),
    ("String.prototype[Symbol.iterator]", super::iterator::string_values),
];

fn this_value(vm: &mut Vm, args: Args, name: &str) -> Completion {
    let value = args.this.of::<WrapperData>().map_or(args.this, |w| w.data.value);
    if value.is_string() {
        return Ok(value);
    }
    Err(vm.type_error(&format!("String.prototype.{name} requires that 'this' be a String")))
}

/// The position that an argument names, `None` outside the string.
fn position(vm: &mut Vm, text: Gc<Str>, value: Value) -> Completion<Option<usize>> {
    let at = vm.to_integer(value)?;
    Ok((at >= 0.0 && at < text.len() as f64).then_some(at as usize))
}

fn at(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "at")?;
    let index = vm.to_integer(args.get(0))?;
    let index = if index < 0.0 { index + text.len() as f64 } else { index };
    if index < 0.0 || index >= text.len() as f64 {
        return Ok(Value::UNDEFINED);
    }
    Ok(vm.unit_string(text.unit(index as usize)))
}

fn char_at(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "charAt")?;
    match position(vm, text, args.get(0))? {
        Some(at) => Ok(vm.unit_string(text.unit(at))),
        None => Ok(vm.empty_string()),
    }
}

fn char_code_at(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "charCodeAt")?;
    let at = position(vm, text, args.get(0))?;
    Ok(at.map_or(Value::NAN, |at| f64::from(text.unit(at)).into()))
}

fn code_point_at(vm: &mut Vm, args: Args) -> Completion {
    let text = this_string(vm, args, "codePointAt")?;
    let at = position(vm, text, args.get(0))?;
    Ok(at.map_or(Value::UNDEFINED, |at| f64::from(code_point(text, at).0).into()))
}

/// The code point that starts at a unit, and how many units it takes.
pub(crate) fn code_point(text: Gc<Str>, at: usize) -> (u32, usize) {
    let view = text.view();
    let high = view.get(at).unwrap_or(0);
    match view.get(at + 1) {
        Some(low @ 0xDC00..=0xDFFF) if (0xD800..=0xDBFF).contains(&high) => {
            (0x10000 + ((u32::from(high) - 0xD800) << 10) + (u32::from(low) - 0xDC00), 2)
        }
        _ => (u32::from(high), 1),
    }
}
