//! Dates as text: the ISO format and the formats that `toString` and its kin print. Local time is UTC.

use super::calendar::{Parts, parts};

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn signed_year(year: i64) -> String {
    if year < 0 { format!("-{:04}", -year) } else { format!("{year:04}") }
}

/// `2026-01-31T12:00:00.000Z` of a finite time value.
pub fn to_iso(time: f64) -> String {
    let Parts { year, month, day, hours, minutes, seconds, ms, .. } = parts(time);
    let year = if (0..=9999).contains(&year) {
        format!("{year:04}")
    } else {
        format!("{}{:06}", if year < 0 { '-' } else { '+' }, year.abs())
    };
    format!("{year}-{:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}Z", month + 1)
}

/// `Sat Jan 31 2026`
pub fn to_date_string(time: f64) -> String {
    let p = parts(time);
    format!("{} {} {:02} {}", DAYS[p.weekday as usize], MONTHS[p.month as usize], p.day, signed_year(p.year))
}

/// `12:00:00 GMT+0000 (Coordinated Universal Time)`
pub fn to_time_string(time: f64) -> String {
    let p = parts(time);
    format!("{:02}:{:02}:{:02} GMT+0000 (Coordinated Universal Time)", p.hours, p.minutes, p.seconds)
}

/// `Sat, 31 Jan 2026 12:00:00 GMT`
pub fn to_utc_string(time: f64) -> String {
    let p = parts(time);
    let (weekday, month) = (DAYS[p.weekday as usize], MONTHS[p.month as usize]);
    format!(
        "{weekday}, {:02} {month} {} {:02}:{:02}:{:02} GMT",
        p.day,
        signed_year(p.year),
        p.hours,
        p.minutes,
        p.seconds
    )
}
