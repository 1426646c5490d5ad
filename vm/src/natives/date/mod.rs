//! `Date`. Local time is UTC; the host tells the time.

mod calendar;
mod locale;
mod parse;
mod text;

pub(crate) use text::to_iso;

use self::calendar::{make_date, make_day, make_full_year, make_time, parts, time_clip};
use self::locale::{Fields, print_locale};
use self::parse::parse_date;
use self::text::*;
use super::Family;
use super::coerce::construct as construct_as;
use crate::convert::Hint;
use crate::cost::READ_TEXT;
use crate::heap::Gc;
use crate::native::{Args, Completion};
use crate::object::Of;
use crate::object::data::DateData;
use crate::realm::Intrinsic;
use crate::value::Value;
use crate::vm::Vm;

#[rustfmt::skip]
pub static FAMILY: Family = &[
    ("Date", construct),
    ("Date.UTC", utc),
    ("Date.now", |vm, _| Ok(vm.host.now_ms().trunc().into())),
    ("Date.parse", parse),
    ("Date.prototype.getDate", |vm, args| get(vm, args, "getDate", Part::Date)),
    ("Date.prototype.getDay", |vm, args| get(vm, args, "getDay", Part::Day)),
    ("Date.prototype.getFullYear", |vm, args| get(vm, args, "getFullYear", Part::FullYear)),
    ("Date.prototype.getHours", |vm, args| get(vm, args, "getHours", Part::Hours)),
    ("Date.prototype.getMilliseconds", |vm, args| get(vm, args, "getMilliseconds", Part::Milliseconds)),
    ("Date.prototype.getMinutes", |vm, args| get(vm, args, "getMinutes", Part::Minutes)),
    ("Date.prototype.getMonth", |vm, args| get(vm, args, "getMonth", Part::Month)),
    ("Date.prototype.getSeconds", |vm, args| get(vm, args, "getSeconds", Part::Seconds)),
    ("Date.prototype.getTime", |vm, args| Ok(this_time(vm, args, "getTime")?.into())),
    ("Date.prototype.getTimezoneOffset", |vm, args| { let time = this_time(vm, args, "getTimezoneOffset")?; Ok(Value::number(if time.is_nan() { f64::NAN } else { 0.0 })) }),
    ("Date.prototype.getUTCDate", |vm, args| get(vm, args, "getUTCDate", Part::Date)),
    ("Date.prototype.getUTCDay", |vm, args| get(vm, args, "getUTCDay", Part::Day)),
    ("Date.prototype.getUTCFullYear", |vm, args| get(vm, args, "getUTCFullYear", Part::FullYear)),
    ("Date.prototype.getUTCHours", |vm, args| get(vm, args, "getUTCHours", Part::Hours)),
    ("Date.prototype.getUTCMilliseconds", |vm, args| get(vm, args, "getUTCMilliseconds", Part::Milliseconds)),
    ("Date.prototype.getUTCMinutes", |vm, args| get(vm, args, "getUTCMinutes", Part::Minutes)),
    ("Date.prototype.getUTCMonth", |vm, args| get(vm, args, "getUTCMonth", Part::Month)),
    ("Date.prototype.getUTCSeconds", |vm, args| get(vm, args, "getUTCSeconds", Part::Seconds)),
    ("Date.prototype.getYear", get_year),
    ("Date.prototype.setDate", |vm, args| set(vm, args, "setDate", Part::Date)),
    ("Date.prototype.setFullYear", |vm, args| set(vm, args, "setFullYear", Part::FullYear)),
    ("Date.prototype.setHours", |vm, args| set(vm, args, "setHours", Part::Hours)),
    ("Date.prototype.setMilliseconds", |vm, args| set(vm, args, "setMilliseconds", Part::Milliseconds)),
    ("Date.prototype.setMinutes", |vm, args| set(vm, args, "setMinutes", Part::Minutes)),
    ("Date.prototype.setMonth", |vm, args| set(vm, args, "setMonth", Part::Month)),
    ("Date.prototype.setSeconds", |vm, args| set(vm, args, "setSeconds", Part::Seconds)),
    ("Date.prototype.setTime", set_time),
    ("Date.prototype.setUTCDate", |vm, args| set(vm, args, "setUTCDate", Part::Date)),
    ("Date.prototype.setUTCFullYear", |vm, args| set(vm, args, "setUTCFullYear", Part::FullYear)),
    ("Date.prototype.setUTCHours", |vm, args| set(vm, args, "setUTCHours", Part::Hours)),
    ("Date.prototype.setUTCMilliseconds", |vm, args| set(vm, args, "setUTCMilliseconds", Part::Milliseconds)),
    ("Date.prototype.setUTCMinutes", |vm, args| set(vm, args, "setUTCMinutes", Part::Minutes)),
    ("Date.prototype.setUTCMonth", |vm, args| set(vm, args, "setUTCMonth", Part::Month)),
    ("Date.prototype.setUTCSeconds", |vm, args| set(vm, args, "setUTCSeconds", Part::Seconds)),
    ("Date.prototype.setYear", set_year),
    ("Date.prototype.toDateString", |vm, args| print(vm, args, "toDateString", to_date_string)),
    ("Date.prototype.toGMTString", |vm, args| print(vm, args, "toGMTString", to_utc_string)),
    ("Date.prototype.toISOString", to_iso_string),
    ("Date.prototype.toJSON", to_json),
    ("Date.prototype.toLocaleDateString", |vm, args| print_locale(vm, args, "toLocaleDateString", Fields::Date)),
    ("Date.prototype.toLocaleString", |vm, args| print_locale(vm, args, "toLocaleString", Fields::Both)),
    ("Date.prototype.toLocaleTimeString", |vm, args| print_locale(vm, args, "toLocaleTimeString", Fields::Time)),
    ("Date.prototype.toString", |vm, args| print(vm, args, "toString", full_text)),
    ("Date.prototype.toTimeString", |vm, args| print(vm, args, "toTimeString", to_time_string)),
    ("Date.prototype.toUTCString", |vm, args| print(vm, args, "toUTCString", to_utc_string)),
    ("Date.prototype.valueOf", |vm, args| Ok(this_time(vm, args, "valueOf")?.into())),
    ("Date.prototype[Symbol.toPrimitive]", to_primitive),
];

/// A part of a date that methods read and write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    FullYear,
    Month,
    Date,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Day,
}

fn this_date(vm: &mut Vm, args: Args, _name: &str) -> Completion<Gc<Of<DateData>>> {
    args.this.of::<DateData>().ok_or_else(|| vm.type_error("this is not a Date object."))
}

fn this_time(vm: &mut Vm, args: Args, name: &str) -> Completion<f64> {
    Ok(this_date(vm, args, name)?.data.time)
}

fn full_text(time: f64) -> String {
    format!("{} {}", to_date_string(time), to_time_string(time))
}

fn construct(vm: &mut Vm, args: Args) -> Completion {
    if args.new_target.is_undefined() {
        let now = vm.host.now_ms().trunc();
        return Ok(vm.str(&full_text(now)));
    }
    let time = match args.all() {
        [] => vm.host.now_ms().trunc(),
        [value] => time_of(vm, *value)?,
        _ => time_from_parts(vm, args)?,
    };
    Ok(construct_as(vm, args, Intrinsic::DatePrototype, DateData { time: time_clip(time) })?.into())
}

fn time_of(vm: &mut Vm, value: Value) -> Completion<f64> {
    if let Some(date) = value.of::<DateData>() {
        return Ok(date.data.time);
    }
    let primitive = vm.to_primitive(value, Hint::Default)?;
    match primitive.as_string() {
        Some(text) => Ok(parse_date(&text.to_utf16())),
        None => vm.to_number(primitive),
    }
}

/// Year, month and so on as arguments.
fn time_from_parts(vm: &mut Vm, args: Args) -> Completion<f64> {
    let mut numbers = [f64::NAN, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    for (at, number) in numbers.iter_mut().enumerate().take(args.len()) {
        *number = vm.to_number(args.get(at))?;
    }
    let [year, month, day, hours, minutes, seconds, ms] = numbers;
    let year = if year.is_nan() { year } else { make_full_year(year) };
    Ok(make_date(make_day(year, month, day), make_time(hours, minutes, seconds, ms)))
}

fn utc(vm: &mut Vm, args: Args) -> Completion {
    let time = time_from_parts(vm, args)?;
    Ok(time_clip(time).into())
}

fn parse(vm: &mut Vm, args: Args) -> Completion {
    let text = vm.to_string(args.get(0))?;
    vm.charge(READ_TEXT.of(text.len()))?;
    Ok(parse_date(&text.to_utf16()).into())
}

fn get(vm: &mut Vm, args: Args, name: &str, part: Part) -> Completion {
    let time = this_time(vm, args, name)?;
    if time.is_nan() {
        return Ok(Value::NAN);
    }
    let p = parts(time);
    let n = match part {
        Part::FullYear => p.year as f64,
        Part::Month => f64::from(p.month),
        Part::Date => f64::from(p.day),
        Part::Hours => f64::from(p.hours),
        Part::Minutes => f64::from(p.minutes),
        Part::Seconds => f64::from(p.seconds),
        Part::Milliseconds => f64::from(p.ms),
        Part::Day => f64::from(p.weekday),
    };
    Ok(n.into())
}

fn get_year(vm: &mut Vm, args: Args) -> Completion {
    let time = this_time(vm, args, "getYear")?;
    Ok(Value::number(if time.is_nan() { f64::NAN } else { parts(time).year as f64 - 1900.0 }))
}

/// Annex B: the year alone, where two digits are of the last century.
fn set_year(vm: &mut Vm, args: Args) -> Completion {
    let mut date = this_date(vm, args, "setYear")?;
    let year = vm.to_number(args.get(0))?;
    let time = date.data.time;
    let p = parts(if time.is_nan() { 0.0 } else { time });
    let full = if year.is_nan() { year } else { make_full_year(year) };
    let day = make_day(full, f64::from(p.month), f64::from(p.day));
    let hours = make_time(f64::from(p.hours), f64::from(p.minutes), f64::from(p.seconds), f64::from(p.ms));
    let time = time_clip(make_date(day, hours));
    date.data.time = Value::number(time).to_f64();
    Ok(time.into())
}

/// Sets a part, and those after it that have arguments.
fn set(vm: &mut Vm, args: Args, name: &str, part: Part) -> Completion {
    let mut date = this_date(vm, args, name)?;
    let time = date.data.time;
    let (first, last) = match part {
        Part::FullYear => (0, 2),
        Part::Month => (1, 2),
        Part::Date | Part::Day => (2, 2),
        Part::Hours => (3, 6),
        Part::Minutes => (4, 6),
        Part::Seconds => (5, 6),
        Part::Milliseconds => (6, 6),
    };
    let mut given = [None; 7];
    for (at, slot) in given.iter_mut().enumerate().take(last + 1).skip(first) {
        if at == first || at - first < args.len() {
            *slot = Some(vm.to_number(args.get(at - first))?);
        }
    }
    // Setting the year makes a date of an invalid one.
    if time.is_nan() && part != Part::FullYear {
        return Ok(Value::NAN);
    }
    let p = parts(if time.is_nan() { 0.0 } else { time });
    let now = [
        p.year as f64,
        f64::from(p.month),
        f64::from(p.day),
        f64::from(p.hours),
        f64::from(p.minutes),
        f64::from(p.seconds),
        f64::from(p.ms),
    ];
    let [year, month, day, hours, minutes, seconds, ms] = std::array::from_fn(|at| given[at].unwrap_or(now[at]));
    let time = time_clip(make_date(make_day(year, month, day), make_time(hours, minutes, seconds, ms)));
    date.data.time = Value::number(time).to_f64();
    Ok(time.into())
}

fn set_time(vm: &mut Vm, args: Args) -> Completion {
    let mut date = this_date(vm, args, "setTime")?;
    let time = vm.to_number(args.get(0))?;
    date.data.time = time_clip(time);
    Ok(date.data.time.into())
}

fn print(vm: &mut Vm, args: Args, name: &str, text: impl Fn(f64) -> String) -> Completion {
    let time = this_time(vm, args, name)?;
    let text = if time.is_nan() { "Invalid Date".to_owned() } else { text(time) };
    Ok(vm.str(&text))
}

fn to_iso_string(vm: &mut Vm, args: Args) -> Completion {
    let time = this_time(vm, args, "toISOString")?;
    if time.is_nan() {
        return Err(vm.range_error("Invalid time value"));
    }
    Ok(vm.str(&to_iso(time)))
}

fn to_json(vm: &mut Vm, args: Args) -> Completion {
    let object = vm.to_object(args.this)?;
    vm.root(object.into());
    let primitive = vm.to_primitive(object.into(), Hint::Number)?;
    if primitive.as_number().is_some_and(|n| !n.is_finite()) {
        return Ok(Value::NULL);
    }
    let key = vm.key("toISOString");
    let method = vm.get(object.into(), key)?;
    let method = super::coerce::callable(vm, method)?;
    vm.call(method, object.into(), &[])
}

fn to_primitive(vm: &mut Vm, args: Args) -> Completion {
    if !args.this.is_object() {
        return Err(vm.type_error("Date.prototype[Symbol.toPrimitive] called on non-object"));
    }
    let hint = match args.get(0).as_string() {
        Some(hint) if hint.is("string") || hint.is("default") => Hint::String,
        Some(hint) if hint.is("number") => Hint::Number,
        _ => {
            let shown = super::inspect::shown_in_message(vm, args.get(0));
            return Err(vm.type_error(&format!("Invalid hint: {shown}")));
        }
    };
    vm.ordinary_to_primitive(args.this, hint)
}
