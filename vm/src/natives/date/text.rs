//! Dates as text: the ISO format, the formats that `toString` and its kin print, and what `Date.parse` reads. Local time is UTC.

use super::calendar::{Parts, make_date, make_day, make_time, parts, time_clip};

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn signed_year(year: i64) -> String {
    if year < 0 { format!("-{:06}", -year) } else { format!("{year:04}") }
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

/// `1/31/2026`, as the language en-US writes it.
pub fn to_locale_date(time: f64) -> String {
    let p = parts(time);
    format!("{}/{}/{}", p.month + 1, p.day, p.year)
}

/// `12:00:00 PM`, as the language en-US writes it.
pub fn to_locale_time(time: f64) -> String {
    let p = parts(time);
    let hours = (p.hours + 11) % 12 + 1;
    format!("{hours}:{:02}:{:02} {}", p.minutes, p.seconds, if p.hours < 12 { "AM" } else { "PM" })
}

/// `Date.parse(text)`: the ISO format, else the formats of `toString` and `toUTCString` and what resembles them.
pub fn parse_date(text: &str) -> f64 {
    let text = text.trim();
    parse_iso(text).or_else(|| parse_legacy(text)).map_or(f64::NAN, time_clip)
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    /// Exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<f64> {
        let (head, tail) = self.0.split_at_checked(count)?;
        if !head.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = tail;
        std::str::from_utf8(head).ok()?.parse().ok()
    }

    fn at_end(&self) -> bool {
        self.0.is_empty()
    }
}

fn parse_iso(text: &str) -> Option<f64> {
    let mut at = Cursor(text.as_bytes());
    let year = match at.0.first()? {
        b'+' => at.eat(b'+').then(|| at.digits(6))??,
        b'-' => {
            at.eat(b'-');
            // There is no year -0.
            -at.digits(6).filter(|&year| year != 0.0)?
        }
        _ => at.digits(4)?,
    };
    let month = if at.eat(b'-') { at.digits(2)? } else { 1.0 };
    let day = if at.eat(b'-') { at.digits(2)? } else { 1.0 };
    if !(1.0..=12.0).contains(&month) || !(1.0..=31.0).contains(&day) {
        return None;
    }
    let days = make_day(year, month - 1.0, day);
    // A day past the end of its month is no date.
    if parts(days * super::calendar::MS_PER_DAY).month != (month - 1.0) as u32 && day > 28.0 {
        return None;
    }
    if at.at_end() {
        return Some(make_date(days, 0.0));
    }
    if !at.eat(b'T') && !at.eat(b't') && !at.eat(b' ') {
        return None;
    }
    let (time, offset) = iso_time(&mut at)?;
    at.at_end().then(|| make_date(days, time) - offset)
}

/// Milliseconds in the day, and of the zone's offset.
fn iso_time(at: &mut Cursor<'_>) -> Option<(f64, f64)> {
    let hours = at.digits(2)?;
    let minutes = at.eat(b':').then(|| at.digits(2))??;
    let seconds = if at.eat(b':') { at.digits(2)? } else { 0.0 };
    let mut ms = 0.0;
    if at.eat(b'.') || at.eat(b',') {
        let count = at.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let digits = std::str::from_utf8(&at.0[..count.min(3)]).ok()?;
        ms = format!("{digits:0<3}").parse().ok().filter(|_| count > 0)?;
        at.0 = &at.0[count..];
    }
    let end_of_day = hours == 24.0 && minutes == 0.0 && seconds == 0.0 && ms == 0.0;
    if (hours > 23.0 && !end_of_day) || minutes > 59.0 || seconds > 59.0 {
        return None;
    }
    let sign = match at.0.first() {
        Some(b'+') => 1.0,
        Some(b'-') => -1.0,
        _ => {
            let _ = at.eat(b'Z') || at.eat(b'z');
            return Some((make_time(hours, minutes, seconds, ms), 0.0));
        }
    };
    at.0 = &at.0[1..];
    let zone_hours = at.digits(2)?;
    at.eat(b':');
    let zone_minutes = at.digits(2)?;
    Some((make_time(hours, minutes, seconds, ms), sign * (zone_hours * 60.0 + zone_minutes) * 60_000.0))
}

/// Words and numbers in any order, as browsers read them: `Jan 31, 2026 10:00 PM GMT+0100`, `31 January 2026`, `1/31/2026`.
#[derive(Default)]
struct Legacy {
    year: Option<f64>,
    month: Option<f64>,
    day: Option<f64>,
    time: Option<[f64; 4]>,
    /// Minutes.
    offset: f64,
    afternoon: Option<bool>,
}

fn parse_legacy(text: &str) -> Option<f64> {
    let mut date = Legacy::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after_time = date.time.is_some();
        if c == '(' {
            rest = rest.split_once(')').map_or("", |(_, after)| after);
        } else if c.is_ascii_alphabetic() {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '.').unwrap_or(rest.len());
            date.word(&rest[..end].trim_end_matches('.').to_ascii_lowercase())?;
            rest = &rest[end..];
        } else if matches!(c, '+' | '-') && after_time {
            let end = rest[1..].find(|c: char| !c.is_ascii_digit() && c != ':').map_or(rest.len(), |at| at + 1);
            date.zone(&rest[..end])?;
            rest = &rest[end..];
        } else if c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '/' | '.')).unwrap_or(rest.len());
            date.number(&rest[..end])?;
            rest = &rest[end..];
        } else if matches!(c, ' ' | ',' | '-' | '\t') {
            rest = &rest[c.len_utf8()..];
        } else {
            return None;
        }
    }
    date.finish()
}

impl Legacy {
    fn word(&mut self, word: &str) -> Option<()> {
        let named =
            |names: &[&str]| names.iter().position(|n| word.len() >= 3 && word.starts_with(&n.to_ascii_lowercase()));
        if let Some(month) = named(&MONTHS) {
            self.month.is_none().then(|| self.month = Some(month as f64))
        } else if matches!(word, "am" | "pm") {
            self.afternoon = Some(word == "pm");
            Some(())
        } else if matches!(word, "gmt" | "utc" | "ut" | "z" | "t") || named(&DAYS).is_some() {
            Some(())
        } else {
            None
        }
    }

    fn zone(&mut self, text: &str) -> Option<()> {
        let (sign, digits) = text.split_at(1);
        let digits: String = digits.chars().filter(|c| *c != ':').collect();
        let number: f64 = digits.parse().ok()?;
        let minutes = if digits.len() <= 2 { number * 60.0 } else { (number / 100.0).floor() * 60.0 + number % 100.0 };
        self.offset = if sign == "-" { -minutes } else { minutes };
        Some(())
    }

    fn number(&mut self, text: &str) -> Option<()> {
        let numbers =
            |separator: char| text.split(separator).map(|n| n.parse::<f64>().ok()).collect::<Option<Vec<_>>>();
        if text.contains(':') {
            let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
            let parts: Vec<f64> = clock.split(':').map(|n| n.parse().ok()).collect::<Option<_>>()?;
            let ms: f64 = format!("{:0<3}", &fraction[..fraction.len().min(3)]).parse().ok()?;
            let [hours, minutes, seconds] = [0, 1, 2].map(|i| parts.get(i).copied().unwrap_or(0.0));
            let valid = parts.len() <= 3 && hours <= 24.0 && minutes <= 59.0 && seconds <= 59.0 && self.time.is_none();
            return valid.then(|| self.time = Some([hours, minutes, seconds, ms]));
        }
        if text.contains('/') {
            let parts = numbers('/')?;
            let &[first, second, third] = parts.as_slice() else { return None };
            let (year, month, day) = if first > 31.0 { (first, second, third) } else { (third, first, second) };
            (self.year, self.month, self.day) = (Some(year), Some(month - 1.0), Some(day));
            return Some(());
        }
        let number: f64 = text.trim_end_matches('.').parse().ok()?;
        if self.day.is_none() && number <= 31.0 && text.len() <= 2 {
            self.day = Some(number);
        } else if self.year.is_none() {
            self.year =
                Some(if text.len() > 2 { number } else { number + if number < 50.0 { 2000.0 } else { 1900.0 } });
        } else {
            return None;
        }
        Some(())
    }

    fn finish(self) -> Option<f64> {
        let (year, month, day) = (self.year.unwrap_or(2001.0), self.month?, self.day.unwrap_or(1.0));
        if !(0.0..=11.0).contains(&month) || !(1.0..=31.0).contains(&day) {
            return None;
        }
        let [hours, minutes, seconds, ms] = self.time.unwrap_or_default();
        let hours = match self.afternoon {
            Some(_) if !(1.0..=12.0).contains(&hours) => return None,
            Some(afternoon) => hours % 12.0 + if afternoon { 12.0 } else { 0.0 },
            None => hours,
        };
        let time = make_time(hours, minutes, seconds, ms);
        Some(make_date(make_day(year, month, day), time) - self.offset * 60_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_parse(text: &str, iso: &str) {
        let time = parse_date(text);
        let shown = if time.is_nan() { "invalid".into() } else { to_iso(time) };
        assert_eq!(shown, iso, "{text}");
    }

    #[test]
    fn reads_iso() {
        check_parse("2020-02-29", "2020-02-29T00:00:00.000Z");
        check_parse("2020", "2020-01-01T00:00:00.000Z");
        check_parse("2020-06", "2020-06-01T00:00:00.000Z");
        check_parse("2020-01-01T12:34:56.789+02:00", "2020-01-01T10:34:56.789Z");
        check_parse("2020-01-01T24:00:00Z", "2020-01-02T00:00:00.000Z");
        check_parse("+275760-09-13T00:00:00.000Z", "+275760-09-13T00:00:00.000Z");
        check_parse("-000001-01-01T00:00:00Z", "-000001-01-01T00:00:00.000Z");
        for bad in
            ["2021-02-30", "-000000-01-01", "2020-13-01", "2020-01-01T25:00", "hello", "", "2020-01-01T00:00:60Z"]
        {
            check_parse(bad, "invalid");
        }
    }

    #[test]
    fn reads_what_it_prints() {
        let time = 1_580_000_000_000.0;
        for text in [to_utc_string(time), format!("{} {}", to_date_string(time), to_time_string(time)), to_iso(time)] {
            assert_eq!(parse_date(&text), time, "{text}");
        }
    }

    #[test]
    fn reads_everyday_formats() {
        check_parse("Jan 31, 2026 10:00 PM", "2026-01-31T22:00:00.000Z");
        check_parse("31 January 2026", "2026-01-31T00:00:00.000Z");
        check_parse("1/2/2026", "2026-01-02T00:00:00.000Z");
        check_parse("Sat, 31 Jan 2026 12:00:00 +0100", "2026-01-31T11:00:00.000Z");
        check_parse("2026/03/04 05:06", "2026-03-04T05:06:00.000Z");
    }
}
