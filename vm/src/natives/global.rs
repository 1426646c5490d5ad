//! Functions and values without an owner: URI functions, timers, microtasks, `structuredClone`, the clock.

mod clone;

use super::Family;
use super::coerce::{callable, rooted_string};
use super::uri;
use crate::cost::PARSE_TEXT;
use crate::native::{Args, Completion, Constant};
use crate::refusal::Refusal;
use crate::string::StrBuilder;
use crate::value::Value;
use crate::vm::Vm;
use mosl_bytecode::ErrorKind;

pub static FAMILY: Family = &[
    ("clearImmediate", clear_timer),
    ("clearInterval", clear_timer),
    ("clearTimeout", clear_timer),
    ("decodeURI", |vm, args| decode(vm, args, true)),
    ("decodeURIComponent", |vm, args| decode(vm, args, false)),
    ("encodeURI", |vm, args| encode(vm, args, true)),
    ("encodeURIComponent", |vm, args| encode(vm, args, false)),
    ("escape", |vm, args| {
        let text = rooted_string(vm, args.get(0))?;
        vm.charge(PARSE_TEXT.of(text.len()))?;
        let mut out = StrBuilder::default();
        uri::escape(text.view().units(), &mut out);
        vm.finish(out)
    }),
    ("performance.now", |vm, _| Ok(vm.host.monotonic_ms().into())),
    ("queueMicrotask", queue_microtask),
    ("setImmediate", |vm, args| {
        let run = callable(vm, args.get(0))?;
        vm.add_timer(run, 0.0, args.rest(1), false)
    }),
    ("setInterval", |vm, args| set_timer(vm, args, true)),
    ("setTimeout", |vm, args| set_timer(vm, args, false)),
    ("structuredClone", clone::structured_clone),
    ("unescape", |vm, args| {
        let text = rooted_string(vm, args.get(0))?;
        vm.charge(PARSE_TEXT.of(text.len()))?;
        Ok(vm.heap.str_utf16(&uri::unescape(&text.to_utf16())).into())
    }),
];

pub static CONSTANTS: &[(&str, Constant)] = &[
    ("Infinity", Constant::Number(f64::INFINITY)),
    ("NaN", Constant::Number(f64::NAN)),
    ("globalThis", Constant::Made(|vm| vm.global_object().into())),
];

/// What JavaScript has there and MOSL does not: reading it off `globalThis` is refused.
pub(crate) static LEFT_OUT: &[&str] = &[
    "Atomics",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "FinalizationRegistry",
    "Intl",
    "Proxy",
    "Reflect",
    "SharedArrayBuffer",
    "WeakRef",
    "WebAssembly",
    "eval",
];

/// What members of built-ins are left out in the same way: those that remember the last match, and those that need `BigInt`.
pub(crate) static LEFT_OUT_MEMBERS: &[(&str, &[&str])] = &[
    ("DataView.prototype", &["getBigInt64", "getBigUint64", "setBigInt64", "setBigUint64"]),
    (
        "RegExp",
        &[
            "$&",
            "$'",
            "$+",
            "$1",
            "$2",
            "$3",
            "$4",
            "$5",
            "$6",
            "$7",
            "$8",
            "$9",
            "$_",
            "$`",
            "input",
            "lastMatch",
            "lastParen",
            "leftContext",
            "rightContext",
        ],
    ),
];

/// The getter of such a property.
pub(crate) fn left_out(vm: &mut Vm, args: Args) -> Completion {
    let name = vm.function_name(args.callee);
    Err(vm.refuse(Refusal::Unsupported, &name))
}

fn encode(vm: &mut Vm, args: Args, keep_reserved: bool) -> Completion {
    let text = rooted_string(vm, args.get(0))?;
    vm.charge(PARSE_TEXT.of(text.len()))?;
    match uri::encode(&text.to_utf16(), keep_reserved) {
        Some(encoded) if encoded.len() <= crate::string::MAX_LENGTH => Ok(vm.str(&encoded)),
        Some(_) => Err(vm.range_error("Invalid string length")),
        None => Err(vm.error(ErrorKind::UriError, "URI malformed")),
    }
}

fn decode(vm: &mut Vm, args: Args, keep_reserved: bool) -> Completion {
    let text = rooted_string(vm, args.get(0))?;
    vm.charge(PARSE_TEXT.of(text.len()))?;
    match uri::decode(&text.to_utf16(), keep_reserved) {
        Some(units) => Ok(vm.heap.str_utf16(&units).into()),
        None => Err(vm.error(ErrorKind::UriError, "URI malformed")),
    }
}

fn queue_microtask(vm: &mut Vm, args: Args) -> Completion {
    let run = callable(vm, args.get(0))?;
    vm.enqueue_job(run);
    Ok(Value::UNDEFINED)
}

fn set_timer(vm: &mut Vm, args: Args, repeats: bool) -> Completion {
    let run = callable(vm, args.get(0))?;
    let delay = vm.to_number(args.get(1))?;
    vm.add_timer(run, delay, args.rest(2), repeats)
}

fn clear_timer(vm: &mut Vm, args: Args) -> Completion {
    vm.clear_timer(args.get(0))?;
    Ok(Value::UNDEFINED)
}
