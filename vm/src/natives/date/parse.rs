//! `Date.parse`: the standard's format, and for everything else what V8 reads (its `dateparser`), since the standard leaves that
//! open and pasted code relies on it. Local time is UTC.

use super::calendar::{make_date, make_day, make_time, time_clip};

/// The time value of a text; NaN where it is no date.
pub fn parse_date(units: &[u16]) -> f64 {
    read_date(units).map_or(f64::NAN, time_clip)
}

fn read_date(units: &[u16]) -> Option<f64> {
    let mut tokens = Tokens { units, at: 0 };
    let (mut day, mut time, mut zone) = Default::default();
    let rest = match read_iso(&mut tokens, &mut day, &mut time, &mut zone) {
        Iso::Whole => Token::End,
        Iso::Stopped(token) => token,
        Iso::Wrong => return None,
    };
    read_legacy(&mut tokens, rest, &mut day, &mut time, &mut zone)?;
    let (year, month, date) = day.finish()?;
    let [hour, minute, second, ms] = time.finish()?.map(f64::from);
    let days = make_day(f64::from(year), f64::from(month - 1), f64::from(date));
    Some(make_date(days, make_time(hour, minute, second, ms)) - zone.seconds() * 1000.0)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token {
    End,
    /// A number of at most nine significant digits, and how many digits it was written with.
    Number(i32, usize),
    /// One of `:` `-` `+` `.` `)`.
    Symbol(u8),
    Word(Word, usize),
    Space,
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Word {
    Month(i32),
    /// What to add to the hour.
    HalfDay(i32),
    /// Hours east of UTC.
    Zone(i32),
    /// `T`
    TimeSeparator,
    Other,
}

/// By their first three letters; only months may be longer than their keyword.
const WORDS: [([u8; 3], Word); 27] = [
    (*b"jan", Word::Month(1)),
    (*b"feb", Word::Month(2)),
    (*b"mar", Word::Month(3)),
    (*b"apr", Word::Month(4)),
    (*b"may", Word::Month(5)),
    (*b"jun", Word::Month(6)),
    (*b"jul", Word::Month(7)),
    (*b"aug", Word::Month(8)),
    (*b"sep", Word::Month(9)),
    (*b"oct", Word::Month(10)),
    (*b"nov", Word::Month(11)),
    (*b"dec", Word::Month(12)),
    (*b"am\0", Word::HalfDay(0)),
    (*b"pm\0", Word::HalfDay(12)),
    (*b"ut\0", Word::Zone(0)),
    (*b"utc", Word::Zone(0)),
    (*b"z\0\0", Word::Zone(0)),
    (*b"gmt", Word::Zone(0)),
    (*b"est", Word::Zone(-5)),
    (*b"edt", Word::Zone(-4)),
    (*b"cst", Word::Zone(-6)),
    (*b"cdt", Word::Zone(-5)),
    (*b"mst", Word::Zone(-7)),
    (*b"mdt", Word::Zone(-6)),
    (*b"pst", Word::Zone(-8)),
    (*b"pdt", Word::Zone(-7)),
    (*b"t\0\0", Word::TimeSeparator),
];

const Z: Token = Token::Word(Word::Zone(0), 1);

struct Tokens<'a> {
    units: &'a [u16],
    at: usize,
}

impl Tokens<'_> {
    fn unit(&self) -> Option<u16> {
        self.units.get(self.at).copied()
    }

    /// Passes units while they fit.
    fn pass(&mut self, fits: impl Fn(u16) -> bool) -> &[u16] {
        let start = self.at;
        while self.unit().is_some_and(&fits) {
            self.at += 1;
        }
        &self.units[start..self.at]
    }

    fn next(&mut self) -> Token {
        let Some(unit) = self.unit() else { return Token::End };
        match u8::try_from(unit).unwrap_or(0) {
            b'0'..=b'9' => {
                let digits = self.pass(is_digit);
                let significant = digits.iter().skip_while(|&&digit| digit == u16::from(b'0')).take(9);
                let value = significant.fold(0, |n, &digit| n * 10 + i32::from(digit - u16::from(b'0')));
                Token::Number(value, digits.len())
            }
            symbol @ (b':' | b'-' | b'+' | b'.' | b')') => {
                self.at += 1;
                Token::Symbol(symbol)
            }
            b'(' => {
                self.skip_parentheses();
                Token::Unknown
            }
            _ if is_space(unit) => {
                self.pass(is_space);
                Token::Space
            }
            _ if unit >= u16::from(b'A') => self.word(),
            _ => {
                self.at += 1;
                Token::Unknown
            }
        }
    }

    fn word(&mut self) -> Token {
        let letters = self.pass(|unit| unit >= u16::from(b'A') && !is_space(unit));
        let mut prefix = [0; 3];
        for (slot, &unit) in prefix.iter_mut().zip(letters) {
            *slot = u8::try_from(unit).unwrap_or(0xFF).to_ascii_lowercase();
        }
        let length = letters.len();
        let known = WORDS
            .iter()
            .find(|(word, meaning)| *word == prefix && (length <= word.len() || matches!(meaning, Word::Month(_))));
        Token::Word(known.map_or(Word::Other, |(_, meaning)| *meaning), length)
    }

    /// From an opening parenthesis past the one that closes it.
    fn skip_parentheses(&mut self) {
        let mut open = 0;
        while let Some(unit) = self.unit() {
            self.at += 1;
            open += i32::from(unit == u16::from(b'(')) - i32::from(unit == u16::from(b')'));
            if open == 0 {
                return;
            }
        }
    }

    fn peek(&mut self) -> Token {
        let at = self.at;
        let token = self.next();
        self.at = at;
        token
    }

    fn skip(&mut self, symbol: u8) -> bool {
        let found = self.peek() == Token::Symbol(symbol);
        if found {
            self.next();
        }
        found
    }

    /// A number written with so many digits, within bounds; else nothing is read.
    fn fixed(&mut self, digits: usize, bounds: std::ops::RangeInclusive<i32>) -> Option<i32> {
        match self.peek() {
            Token::Number(n, written) if written == digits && bounds.contains(&n) => {
                self.next();
                Some(n)
            }
            _ => None,
        }
    }
}

fn is_digit(unit: u16) -> bool {
    (u16::from(b'0')..=u16::from(b'9')).contains(&unit)
}

fn is_space(unit: u16) -> bool {
    char::from_u32(unit.into()).is_some_and(|c| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}')
}

/// The first three digits of a fraction of a second.
fn milliseconds(n: i32, digits: usize) -> i32 {
    match digits {
        1 => n * 100,
        2 => n * 10,
        _ => n / 10_i32.pow(digits.min(9) as u32 - 3),
    }
}

#[derive(Default)]
struct Day {
    numbers: Vec<i32>,
    month: Option<i32>,
    is_iso: bool,
}

impl Day {
    fn add(&mut self, n: i32) -> Option<()> {
        (self.numbers.len() < 3).then(|| self.numbers.push(n))
    }

    /// Year, month from 1 and day.
    fn finish(mut self) -> Option<(i32, i32, i32)> {
        let is_day = |n: i32| (1..=31).contains(&n);
        let given = self.numbers.len();
        if given < 1 {
            return None;
        }
        self.numbers.resize(3, 1);
        let &[first, second, third] = self.numbers.as_slice() else { return None };
        let (year, month, day) = match self.month {
            Some(month) if !is_day(first) => (first, month, second),
            Some(month) => (second, month, first),
            None if self.is_iso || !is_day(first) => (first, second, third),
            None => (third, first, second),
        };
        let year = match year {
            0..=49 if !self.is_iso => year + 2000,
            50..=99 if !self.is_iso => year + 1900,
            _ => year,
        };
        ((1..=12).contains(&month) && is_day(day)).then_some((year, month, day))
    }
}

#[derive(Default)]
struct Time {
    numbers: Vec<i32>,
    half_day: Option<i32>,
}

impl Time {
    fn expects(&self, n: i32) -> bool {
        match self.numbers.len() {
            1 | 2 => (0..60).contains(&n),
            3 => (0..1000).contains(&n),
            _ => false,
        }
    }

    fn add(&mut self, n: i32) -> Option<()> {
        (self.numbers.len() < 4).then(|| self.numbers.push(n))
    }

    fn add_last(&mut self, n: i32) {
        let _ = self.add(n);
        self.numbers.resize(4, 0);
    }

    fn finish(mut self) -> Option<[i32; 4]> {
        self.numbers.resize(4, 0);
        let &[mut hour, minute, second, ms] = self.numbers.as_slice() else { return None };
        if let Some(half_day) = self.half_day {
            if !(0..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + half_day;
        }
        let within = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second) && ms < 1000;
        (within || (hour, minute, second, ms) == (24, 0, 0, 0)).then_some([hour, minute, second, ms])
    }
}

#[derive(Default)]
struct Zone {
    sign: Option<i32>,
    hour: Option<i32>,
    minute: Option<i32>,
}

impl Zone {
    fn set(&mut self, hours: i32) {
        *self = Self { sign: Some(if hours < 0 { -1 } else { 1 }), hour: Some(hours.abs()), minute: Some(0) };
    }

    fn expects(&self, n: i32) -> bool {
        self.hour.is_some() && self.minute.is_none() && (0..60).contains(&n)
    }

    fn is_utc(&self) -> bool {
        self.hour == Some(0) && self.minute == Some(0)
    }

    fn seconds(&self) -> f64 {
        let (hours, minutes) = (self.hour.unwrap_or(0), self.minute.unwrap_or(0));
        f64::from(self.sign.unwrap_or(0)) * (f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0)
    }
}

/// How far the standard's format reaches.
enum Iso {
    Whole,
    /// It is not in that format: this token was read last and is not accounted for.
    Stopped(Token),
    /// It is in no format.
    Wrong,
}

/// `[+-YY]YYYY[-MM[-DD]][THH:mm[:ss[.sss]][Z|±HH:mm]]`
fn read_iso(tokens: &mut Tokens, day: &mut Day, time: &mut Time, zone: &mut Zone) -> Iso {
    if let sign_token @ Token::Symbol(sign @ (b'+' | b'-')) = tokens.peek() {
        tokens.next();
        let Token::Number(year, 6) = tokens.peek() else { return Iso::Stopped(sign_token) };
        tokens.next();
        if sign == b'-' && year == 0 {
            return Iso::Stopped(sign_token);
        }
        day.numbers.push(if sign == b'-' { -year } else { year });
    } else if let Some(year) = tokens.fixed(4, 0..=9999) {
        day.numbers.push(year);
    } else {
        return Iso::Stopped(tokens.next());
    }
    for bounds in [1..=12, 1..=31] {
        if !tokens.skip(b'-') {
            break;
        }
        let Some(n) = tokens.fixed(2, bounds) else { return Iso::Stopped(tokens.next()) };
        day.numbers.push(n);
    }
    match tokens.peek() {
        Token::Word(Word::TimeSeparator, _) => {
            tokens.next();
            if read_iso_time(tokens, time, zone).is_none() || tokens.peek() != Token::End {
                return Iso::Wrong;
            }
        }
        Token::End => {}
        _ => return Iso::Stopped(tokens.next()),
    }
    day.is_iso = true;
    Iso::Whole
}

fn read_iso_time(tokens: &mut Tokens, time: &mut Time, zone: &mut Zone) -> Option<()> {
    let hour = tokens.fixed(2, 0..=24)?;
    let most = if hour == 24 { 0 } else { 59 };
    time.numbers.push(hour);
    tokens.skip(b':').then_some(())?;
    time.numbers.push(tokens.fixed(2, 0..=most)?);
    if tokens.skip(b':') {
        time.numbers.push(tokens.fixed(2, 0..=most)?);
        if tokens.skip(b'.') {
            match tokens.next() {
                Token::Number(n, digits) if hour < 24 || n == 0 => time.numbers.push(milliseconds(n, digits)),
                _ => return None,
            }
        }
    }
    match tokens.peek() {
        Z => {
            tokens.next();
            zone.set(0);
        }
        Token::Symbol(sign @ (b'+' | b'-')) => {
            tokens.next();
            zone.sign = Some(if sign == b'+' { 1 } else { -1 });
            let (hour, minute) = match tokens.peek() {
                Token::Number(n, 4) => {
                    tokens.next();
                    (n / 100, n % 100)
                }
                _ => {
                    let hour = tokens.fixed(2, 0..=23)?;
                    tokens.skip(b':').then_some(())?;
                    (hour, tokens.fixed(2, 0..=59)?)
                }
            };
            (hour < 24 && minute < 60).then_some(())?;
            (zone.hour, zone.minute) = (Some(hour), Some(minute));
        }
        _ => {}
    }
    Some(())
}

/// Words and numbers in almost any order.
fn read_legacy(tokens: &mut Tokens, first: Token, day: &mut Day, time: &mut Time, zone: &mut Zone) -> Option<()> {
    let mut has_number = !day.numbers.is_empty();
    let mut token = first;
    while token != Token::End {
        match token {
            Token::Number(n, _) => {
                has_number = true;
                read_number(tokens, n, day, time, zone)?;
            }
            Token::Word(Word::HalfDay(offset), _) if !time.numbers.is_empty() => time.half_day = Some(offset),
            Token::Word(Word::Month(month), _) => {
                day.month = Some(month);
                tokens.skip(b'-');
            }
            Token::Word(Word::Zone(hours), _) if has_number => zone.set(hours),
            // Other words stand only before the first number, and not right before it.
            Token::Word(..) if has_number || matches!(tokens.peek(), Token::Number(..)) => return None,
            Token::Symbol(sign @ (b'+' | b'-')) if zone.is_utc() || !time.numbers.is_empty() => {
                has_number = true;
                read_offset(tokens, sign, zone)?;
            }
            Token::Symbol(b'+' | b'-' | b')') if has_number => return None,
            _ => {}
        }
        token = tokens.next();
    }
    Some(())
}

fn read_number(tokens: &mut Tokens, n: i32, day: &mut Day, time: &mut Time, zone: &mut Zone) -> Option<()> {
    if tokens.skip(b':') {
        if tokens.skip(b':') {
            time.numbers.is_empty().then_some(())?;
            time.numbers.extend([n, 0]);
            return Some(());
        }
        time.add(n)?;
        tokens.skip(b'.');
    } else if tokens.skip(b'.') && time.expects(n) {
        time.add(n)?;
        let Token::Number(fraction, digits) = tokens.next() else { return None };
        time.add_last(milliseconds(fraction, digits));
    } else if zone.expects(n) {
        zone.minute = Some(n);
    } else if time.expects(n) {
        time.add_last(n);
        let ends = matches!(tokens.peek(), Token::End | Token::Space | Z | Token::Symbol(b'+' | b'-'));
        ends.then_some(())?;
    } else {
        day.add(n)?;
        tokens.skip(b'-');
    }
    Some(())
}

/// What follows the sign of a zone's offset.
fn read_offset(tokens: &mut Tokens, sign: u8, zone: &mut Zone) -> Option<()> {
    zone.sign = Some(if sign == b'+' { 1 } else { -1 });
    let (n, digits) = match tokens.peek() {
        Token::Number(n, digits) => {
            tokens.next();
            (n, digits)
        }
        _ => (0, 0),
    };
    (zone.hour, zone.minute) = match (tokens.peek(), digits) {
        (Token::Symbol(b':'), _) => (Some(n), None),
        (_, 1 | 2) => (Some(n), Some(0)),
        (_, 3 | 4) => (Some(n / 100), Some(n % 100)),
        _ => return None,
    };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::text::{to_date_string, to_iso, to_time_string, to_utc_string};
    use super::*;

    fn parse(text: &str) -> f64 {
        parse_date(&text.encode_utf16().collect::<Vec<_>>())
    }

    #[track_caller]
    fn check_parse(text: &str, iso: &str) {
        let time = parse(text);
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
        for bad in ["-000000-01-01T00:00:00Z", "2020-13-01", "2020-01-01T25:00", "hello", "", "2020-01-01T00:00:60Z"] {
            check_parse(bad, "invalid");
        }
    }

    #[test]
    fn reads_what_it_prints() {
        let time = 1_580_000_000_000.0;
        for text in [to_utc_string(time), format!("{} {}", to_date_string(time), to_time_string(time)), to_iso(time)] {
            assert_eq!(parse(&text), time, "{text}");
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
