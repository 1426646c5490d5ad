//! The arguments of `console.log` as one text: `%s %d %i %f %j %o %O %c %%` in the first, then the rest, joined by spaces.

use super::super::inspect::values::number_text;
use super::super::inspect::{Options, inspect};
use super::super::number::parse;
use crate::heap::CellKind;
use crate::native::{Completion, Throw};
use crate::object::property::PropKey;
use crate::value::Value;
use crate::vm::Vm;

/// Deeper nesting is never shown: what is shown takes native stack.
pub const MAX_DEPTH: usize = 100;

pub fn format(vm: &mut Vm, values: &[Value]) -> Completion<String> {
    let mut out = String::new();
    let mut rest = values;
    if let Some((first, more)) = values.split_first()
        && let Some(template) = first.as_string()
        && !more.is_empty()
    {
        rest = expand(vm, &mut out, &template.to_rust(), more)?;
        if !rest.is_empty() {
            out.push(' ');
        }
    }
    for (at, &value) in rest.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        match value.as_string() {
            Some(text) => out.push_str(&text.to_rust()),
            None => out.push_str(&inspect(vm, value, Options::default())?),
        }
        fits(vm, &out)?;
    }
    Ok(out)
}

/// Fills in the places of a template; yields the values that were not used.
fn expand<'a>(vm: &mut Vm, out: &mut String, template: &str, values: &'a [Value]) -> Completion<&'a [Value]> {
    let mut values = values;
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let spec = rest[at + 1..].chars().next();
        let known = matches!(spec, Some('s' | 'd' | 'i' | 'f' | 'j' | 'o' | 'O' | 'c'));
        match (spec, values.split_first()) {
            (Some('%'), _) => out.push('%'),
            (Some(spec), Some((&value, more))) if known => {
                out.push_str(&one(vm, spec, value)?);
                fits(vm, out)?;
                values = more;
            }
            _ => {
                out.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    Ok(values)
}

/// What is printed may be as long as the heap's limit allows.
fn fits(vm: &mut Vm, out: &str) -> Completion<()> {
    if out.len() < 1 << 16 { Ok(()) } else { vm.reserve(out.len()) }
}

fn one(vm: &mut Vm, spec: char, value: Value) -> Completion<String> {
    match spec {
        's' => as_text(vm, value),
        'd' | 'i' | 'f' if value.is_symbol() => Ok("NaN".into()),
        'd' => Ok(number_text(vm.to_number(value)?)),
        'i' => {
            let text = vm.to_string(value)?;
            Ok(number_text(parse::parse_int(text.view(), 0)))
        }
        'f' => {
            let text = vm.to_string(value)?;
            Ok(number_text(parse::parse_float(text.view())))
        }
        'j' => match super::super::json::to_json(vm, value) {
            Ok(text) => Ok(text.as_string().map_or_else(|| "undefined".into(), |text| text.to_rust())),
            Err(Throw::Exception) if is_circular(vm) => Ok("[Circular]".into()),
            Err(thrown) => Err(thrown),
        },
        'o' => inspect(vm, value, Options { depth: 4, hidden: true }),
        'O' => inspect(vm, value, Options::default()),
        _ => Ok(String::new()),
    }
}

/// Whether what was thrown says that a structure contains itself.
fn is_circular(vm: &mut Vm) -> bool {
    let key = PropKey::Name(vm.common().message);
    let error = vm.exception;
    let message = error.as_object().and_then(|error| vm.get_own(error, key)).and_then(|p| p.value.as_string());
    message.is_some_and(|message| message.to_rust().contains("circular structure"))
}

/// `%s`: objects with a `toString` of their own by that, others as values, not deep.
fn as_text(vm: &mut Vm, value: Value) -> Completion<String> {
    if let Some(number) = value.as_number() {
        return Ok(number_text(number));
    }
    let Some(object) = value.as_object().filter(|object| !object.kind().is_callable()) else {
        return match value.as_string() {
            Some(text) => Ok(text.to_rust()),
            None if value.is_object() => Ok(vm.to_string(value)?.to_rust()),
            None => inspect(vm, value, Options { depth: 0, hidden: false }),
        };
    };
    let key = PropKey::Name(vm.common().to_string);
    let holder = vm.find(object, key).map(|(holder, _)| holder);
    let builtin = holder.is_none_or(|holder| holder.is_intrinsic()) && !matches!(object.kind(), CellKind::Mrk);
    if builtin {
        return inspect(vm, value, Options { depth: 0, hidden: false });
    }
    Ok(vm.to_string(value)?.to_rust())
}
