//! What an instance keeps on this side of the border, and the functions of `mosl:host`: printing, numbers and texts converted as the MVM
//! converts them, regular expressions, clocks, timers.

use std::rc::Rc;
use std::time::Instant;

use mosl_vm::text::{
    Case, StrView, change_case, compare_words, normal_form, string_to_number, to_decimal, to_exponential, to_fixed,
    to_precision, to_radix,
};
use mosl_vm::{HandlerId, Host, LentHost, RefusalRecord, Report, Stream, TimerQueue, timer_delay};
use rustc_hash::FxHashMap;
use wasmtime::{Caller, Linker, RootScope, Store, format_err};

use super::embed::Embed;
use super::engine::Limiter;
use super::regex::{Regexes, TooLong};
use super::strings::{Strings, Text};
use super::turn::Failure;

/// A store with a scope for what is held while it is used.
pub type Scope<'a> = RootScope<&'a mut Store<State>>;

/// An instance's side of the host.
pub struct State {
    pub host: LentHost,
    /// On whose behalf script runs.
    pub handler: Option<HandlerId>,
    pub last_handler: u64,
    pub strings: Option<Strings>,
    pub embed: Option<Rc<Embed>>,
    pub limiter: Limiter,
    /// When the turn is to be over.
    pub deadline: Option<Instant>,
    pub regexes: Regexes,
    /// The library's numbers of timers.
    pub timers: TimerQueue<(f64, Option<HandlerId>)>,
    pub most_timers: usize,
    /// Host calls that wait: the host's number to the program's.
    pub waiting: FxHashMap<u64, (f64, Option<HandlerId>)>,
    /// What was reported in this turn.
    pub errors: Vec<mosl_vm::Uncaught>,
    pub report: Report,
}

type Answer<T> = wasmtime::Result<T>;
type Call<'a> = Caller<'a, State>;

/// A function that is the host's.
fn asked<R>(call: &Call<'_>, what: impl FnOnce(&mut dyn Host) -> R) -> Answer<R> {
    call.data().host.ask(what).ok_or_else(|| format_err!("no host is there"))
}

/// A store's strings, which exist before anything runs.
pub fn strings(state: &State) -> Answer<Strings> {
    state.strings.clone().ok_or_else(|| format_err!("no strings are there"))
}

fn text(call: &mut Call<'_>, given: Text) -> Answer<String> {
    strings(call.data())?.text(call, given)
}

fn units(call: &mut Call<'_>, given: Text) -> Answer<Vec<u16>> {
    strings(call.data())?.units(call, given)
}

fn give(mut call: Call<'_>, made: &str) -> Answer<Text> {
    strings(call.data())?.of(&mut call, made).map(Some)
}

fn give_units(mut call: Call<'_>, made: &[u16]) -> Answer<Text> {
    strings(call.data())?.make(&mut call, made).map(Some)
}

/// Adds all functions.
pub fn link(linker: &mut Linker<State>) -> Answer<()> {
    output(linker)?;
    numbers(linker)?;
    texts(linker)?;
    expressions(linker)?;
    time(linker)
}

const MODULE: &str = "mosl:host";

fn output(linker: &mut Linker<State>) -> Answer<()> {
    linker.func_wrap(MODULE, "print", |mut call: Call<'_>, stream: f64, line: Text| {
        let line = text(&mut call, line)?;
        let stream = if stream == 0.0 { Stream::Out } else { Stream::Err };
        asked(&call, |host| host.print(stream, &line))
    })?;
    linker.func_wrap(MODULE, "reportUncaught", |mut call: Call<'_>, shown: Text| {
        let shown = text(&mut call, shown)?;
        super::turn::report(call.data_mut(), &shown);
        Ok(())
    })?;
    linker.func_wrap(MODULE, "recordRefusal", |mut call: Call<'_>, code: f64, message: Text| {
        let message = text(&mut call, message)?;
        call.data_mut().report.record(RefusalRecord { code: code as u16, message, place: None });
        Ok(())
    })?;
    Ok(())
}

fn numbers(linker: &mut Linker<State>) -> Answer<()> {
    linker.func_wrap(MODULE, "numberToString", |call: Call<'_>, n: f64| give(call, &to_decimal(n)))?;
    linker.func_wrap(MODULE, "numberToRadix", |call: Call<'_>, n: f64, radix: f64| {
        if !(2.0..=36.0).contains(&radix) {
            return Err(format_err!("{radix} is no radix"));
        }
        give(call, &to_radix(n, radix as u32))
    })?;
    linker.func_wrap(MODULE, "numberToFixed", |call: Call<'_>, n: f64, digits: f64| {
        let made = if n.is_finite() { to_fixed(n, places(digits)) } else { to_decimal(n) };
        give(call, &made)
    })?;
    linker.func_wrap(MODULE, "numberToExponential", |call: Call<'_>, n: f64, digits: f64| {
        let digits = (digits >= 0.0).then(|| places(digits));
        let made = if n.is_finite() { to_exponential(n, digits) } else { to_decimal(n) };
        give(call, &made)
    })?;
    linker.func_wrap(MODULE, "numberToPrecision", |call: Call<'_>, n: f64, digits: f64| {
        let made = if n.is_finite() { to_precision(n, places(digits).max(1)) } else { to_decimal(n) };
        give(call, &made)
    })?;
    linker.func_wrap(MODULE, "stringToNumber", |mut call: Call<'_>, given: Text| {
        let units = units(&mut call, given)?;
        Ok(string_to_number(StrView::Wide(&units)))
    })?;
    Ok(())
}

/// A number of digits.
fn places(digits: f64) -> usize {
    digits.clamp(0.0, 100.0) as usize
}

fn texts(linker: &mut Linker<State>) -> Answer<()> {
    for (name, case) in [("toLower", Case::Lower), ("toUpper", Case::Upper)] {
        linker.func_wrap(MODULE, name, move |mut call: Call<'_>, given: Text| {
            let units = units(&mut call, given)?;
            give_units(call, &change_case(units.into_iter(), case))
        })?;
    }
    linker.func_wrap(MODULE, "normalize", |mut call: Call<'_>, given: Text, form: Text| {
        let (units, form) = (units(&mut call, given)?, text(&mut call, form)?);
        give_units(call, &normal_form(units.into_iter(), &form))
    })?;
    linker.func_wrap(MODULE, "localeCompare", |mut call: Call<'_>, a: Text, b: Text| {
        let (a, b) = (text(&mut call, a)?, text(&mut call, b)?);
        Ok(f64::from(compare_words(&a, &b) as i8))
    })?;
    Ok(())
}

fn expressions(linker: &mut Linker<State>) -> Answer<()> {
    linker.func_wrap(MODULE, "regexNew", |mut call: Call<'_>, pattern: Text, flags: Text| {
        let (pattern, flags) = (units(&mut call, pattern)?, text(&mut call, flags)?);
        Ok(call.data_mut().regexes.make(&pattern, &flags))
    })?;
    linker.func_wrap(MODULE, "regexError", |call: Call<'_>| {
        let error = call.data().regexes.error().to_owned();
        give(call, &error)
    })?;
    linker.func_wrap(MODULE, "regexFree", |mut call: Call<'_>, handle: f64| call.data_mut().regexes.free(handle))?;
    linker.func_wrap(MODULE, "regexNames", |call: Call<'_>, handle: f64| {
        let names = call.data().regexes.names(handle);
        give(call, &names)
    })?;
    linker.func_wrap(MODULE, "regexExec", |mut call: Call<'_>, handle: f64, subject: Text, at: f64| {
        let subject = subject_units(&mut call, subject)?;
        let state = call.data_mut();
        let found = state.regexes.exec(handle, &subject, at, state.deadline);
        found.map_err(|TooLong| Failure::Deadline.into())
    })?;
    linker.func_wrap(MODULE, "regexStart", |call: Call<'_>, group: f64| call.data().regexes.group(group).0)?;
    linker.func_wrap(MODULE, "regexEnd", |call: Call<'_>, group: f64| call.data().regexes.group(group).1)?;
    Ok(())
}

fn subject_units(call: &mut Call<'_>, subject: Text) -> Answer<Rc<[u16]>> {
    let text = subject.ok_or_else(|| format_err!("null is no string"))?;
    if let Some(known) = call.data().regexes.remembered(&*call, &text) {
        return Ok(known);
    }
    let units: Rc<[u16]> = units(call, subject)?.into();
    let held = text.to_owned_rooted(&mut *call)?;
    call.data_mut().regexes.remember(held, &units);
    Ok(units)
}

fn time(linker: &mut Linker<State>) -> Answer<()> {
    linker.func_wrap(MODULE, "now", |call: Call<'_>| asked(&call, |host| host.now_ms()))?;
    linker.func_wrap(MODULE, "monotonic", |call: Call<'_>| asked(&call, |host| host.monotonic_ms()))?;
    linker.func_wrap(MODULE, "random", |call: Call<'_>| asked(&call, |host| host.random()))?;
    // Dates are in UTC everywhere.
    linker.func_wrap(MODULE, "zoneOffset", |_: Call<'_>, _: f64| 0.0)?;
    linker.func_wrap(MODULE, "zoneName", |call: Call<'_>| give(call, "UTC"))?;
    linker.func_wrap(MODULE, "timerStart", |mut call: Call<'_>, id: f64, delay: f64| {
        let state = call.data_mut();
        if state.timers.len() >= state.most_timers {
            return Err(Failure::Timers(state.most_timers).into());
        }
        let handler = state.handler;
        state.timers.insert((id, handler), timer_delay(delay));
        Ok(())
    })?;
    linker.func_wrap(MODULE, "timerStop", |mut call: Call<'_>, id: f64| {
        call.data_mut().timers.retain(|(timer, _)| *timer != id);
    })?;
    Ok(())
}
