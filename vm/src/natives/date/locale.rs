//! Dates as the language en-US writes them, in UTC, with the options that everyday code gives. Every other language and option
//! is refused: the data for them is not here.

use super::calendar::{Parts, parts};
use super::this_time;
use crate::native::{Args, Completion};
use crate::refusal::Refusal;
use crate::value::Value;
use crate::vm::Vm;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What a method writes where no option says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fields {
    Date,
    Time,
    Both,
}

/// How a field is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    Numeric,
    TwoDigit,
    Short,
    Long,
}

#[derive(Clone, Copy, Default, Debug)]
struct Options {
    weekday: Option<Style>,
    year: Option<Style>,
    month: Option<Style>,
    day: Option<Style>,
    hour: Option<Style>,
    minute: Option<Style>,
    second: Option<Style>,
    /// Hours from 0 to 23.
    hour24: bool,
}

const UNKNOWN: [&str; 11] = [
    "localeMatcher",
    "calendar",
    "numberingSystem",
    "hourCycle",
    "era",
    "dayPeriod",
    "fractionalSecondDigits",
    "timeZoneName",
    "formatMatcher",
    "dateStyle",
    "timeStyle",
];

pub fn print_locale(vm: &mut Vm, args: Args, name: &str, fields: Fields) -> Completion {
    let time = this_time(vm, args, name)?;
    let method = format!("Date.prototype.{name}");
    check_locale(vm, args.get(0), &method)?;
    let options = read_options(vm, args.get(1), fields, &method)?;
    if time.is_nan() {
        return Ok(vm.str("Invalid Date"));
    }
    match write(&parts(time), &options) {
        Some(text) => Ok(vm.str(&text)),
        None => Err(vm.refuse(Refusal::Unsupported, &format!("{method} with these options"))),
    }
}

fn check_locale(vm: &mut Vm, locales: Value, method: &str) -> Completion<()> {
    let is_en = |value: Value| value.is_undefined() || value.as_string().is_some_and(|s| s.is("en-US") || s.is("en"));
    let first = match locales.of::<crate::object::data::ArrayData>() {
        Some(array) => array.data.get(0).unwrap_or(Value::UNDEFINED),
        None => locales,
    };
    if is_en(first) {
        Ok(())
    } else {
        Err(vm.refuse(Refusal::Unsupported, &format!("{method} in a language other than en-US")))
    }
}

fn read_options(vm: &mut Vm, given: Value, fields: Fields, method: &str) -> Completion<Options> {
    let mut options = Options::default();
    if !given.is_undefined() {
        let object = vm.to_object(given)?.into();
        vm.root(object);
        for name in UNKNOWN {
            let key = vm.key(name);
            if !vm.get(object, key)?.is_undefined() {
                return Err(vm.refuse(Refusal::Unsupported, &format!("{method} with the option {name}")));
            }
        }
        let zone = vm.key("timeZone");
        let zone = vm.get(object, zone)?;
        if !zone.is_undefined() && !zone.as_string().is_some_and(|zone| zone.is("UTC")) {
            return Err(vm.refuse(Refusal::Unsupported, &format!("{method} in a time zone other than UTC")));
        }
        let hour12 = vm.key("hour12");
        let hour12 = vm.get(object, hour12)?;
        options.hour24 = !hour12.is_undefined() && !vm.truthy(hour12);
        let slots = [
            ("weekday", &mut options.weekday),
            ("year", &mut options.year),
            ("month", &mut options.month),
            ("day", &mut options.day),
            ("hour", &mut options.hour),
            ("minute", &mut options.minute),
            ("second", &mut options.second),
        ];
        for (name, slot) in slots {
            *slot = read_style(vm, object, name, method)?;
        }
    }
    let has_date = options.weekday.or(options.year).or(options.month).or(options.day).is_some();
    let has_time = options.hour.or(options.minute).or(options.second).is_some();
    let numeric = Some(Style::Numeric);
    if (fields == Fields::Date && !has_date) || (fields == Fields::Both && !has_date && !has_time) {
        (options.year, options.month, options.day) = (numeric, numeric, numeric);
    }
    if (fields == Fields::Time && !has_time) || (fields == Fields::Both && !has_date && !has_time) {
        (options.hour, options.minute, options.second) = (numeric, numeric, numeric);
    }
    Ok(options)
}

fn read_style(vm: &mut Vm, object: Value, name: &str, method: &str) -> Completion<Option<Style>> {
    let key = vm.key(name);
    let value = vm.get(object, key)?;
    if value.is_undefined() {
        return Ok(None);
    }
    let text = vm.to_string(value)?.to_rust();
    let style = match text.as_str() {
        "short" if matches!(name, "weekday" | "month") => Style::Short,
        "long" if matches!(name, "weekday" | "month") => Style::Long,
        "numeric" if name != "weekday" => Style::Numeric,
        "2-digit" if name != "weekday" => Style::TwoDigit,
        "narrow" if matches!(name, "weekday" | "month") => {
            return Err(vm.refuse(Refusal::Unsupported, &format!("{method} with the option {name}: \"narrow\"")));
        }
        _ => {
            let what = format!("Value {text} out of range for Intl.DateTimeFormat options property {name}");
            return Err(vm.range_error(&what));
        }
    };
    Ok(Some(style))
}

fn number(n: i64, style: Style) -> String {
    if style == Style::TwoDigit { format!("{:02}", n % 100) } else { n.to_string() }
}

fn name(name: &'static str, style: Style) -> &'static str {
    if style == Style::Short { &name[..3] } else { name }
}

/// The text; `None` for a combination of fields that is not supported.
fn write(p: &Parts, options: &Options) -> Option<String> {
    let date = write_date(p, options)?;
    let time = write_time(p, options)?;
    match (date.is_empty(), time.is_empty()) {
        (_, true) => Some(date),
        (true, _) => Some(time),
        // A weekday alone before a time is written without a comma.
        _ if options.month.is_none() && options.weekday.is_some() => None,
        _ if options.month == Some(Style::Long) => Some(format!("{date} at {time}")),
        _ => Some(format!("{date}, {time}")),
    }
}

fn write_date(p: &Parts, options: &Options) -> Option<String> {
    // Before the year 1, years are counted back from it, and no era is written.
    let year = options.year.map(|style| number(if p.year < 1 { 1 - p.year } else { p.year }, style));
    let weekday = options.weekday.map(|style| name(DAYS[p.weekday as usize], style));
    let day = options.day.map(|style| number(i64::from(p.day), style));
    let month = options.month.map(|style| match style {
        Style::Numeric | Style::TwoDigit => (false, number(i64::from(p.month) + 1, style)),
        Style::Short | Style::Long => (true, name(MONTHS[p.month as usize], style).to_owned()),
    });
    let text = match (month, day, year) {
        (Some((true, month)), Some(day), Some(year)) => format!("{month} {day}, {year}"),
        (Some((true, month)), Some(day), None) => format!("{month} {day}"),
        (Some((false, month)), Some(day), Some(year)) => format!("{month}/{day}/{year}"),
        (Some((false, month)), Some(day), None) => format!("{month}/{day}"),
        (Some((is_text, month)), None, Some(year)) if weekday.is_none() => {
            format!("{month}{}{year}", if is_text { ' ' } else { '/' })
        }
        (Some((_, month)), None, None) if weekday.is_none() => month,
        (None, Some(day), None) if weekday.is_none() => day,
        (None, None, Some(year)) if weekday.is_none() => year,
        (None, None, None) => return Some(weekday.unwrap_or_default().to_owned()),
        _ => return None,
    };
    Some(match weekday {
        Some(weekday) => format!("{weekday}, {text}"),
        None => text,
    })
}

fn write_time(p: &Parts, options: &Options) -> Option<String> {
    let rest = match (options.hour, options.minute, options.second) {
        (None, None, None) => return Some(String::new()),
        (Some(_), Some(_), Some(_)) => format!(":{:02}:{:02}", p.minutes, p.seconds),
        (Some(_), Some(_), None) => format!(":{:02}", p.minutes),
        (Some(_), None, None) => String::new(),
        _ => return None,
    };
    if options.hour24 {
        return Some(format!("{:02}{rest}", p.hours));
    }
    let hour = number(i64::from((p.hours + 11) % 12 + 1), options.hour?);
    Some(format!("{hour}{rest} {}", if p.hours < 12 { "AM" } else { "PM" }))
}
