//! The proleptic Gregorian calendar on time values (milliseconds since 1970, UTC), as ECMAScript's section "Overview of Date
//! Objects" defines it. Pure arithmetic.

pub const MS_PER_DAY: f64 = 86_400_000.0;
/// The largest time value.
const MAX_TIME: f64 = 8.64e15;

/// A time value by its parts; `month` counts from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hours: u32,
    pub minutes: u32,
    pub seconds: u32,
    pub ms: u32,
    /// 0 for Sunday.
    pub weekday: u32,
}

/// The parts of a finite time value.
pub fn parts(time: f64) -> Parts {
    let time = time as i64;
    let days = time.div_euclid(86_400_000);
    let ms = time.rem_euclid(86_400_000) as u32;
    let (year, month, day) = civil_from_days(days);
    Parts {
        year,
        month,
        day,
        hours: ms / 3_600_000,
        minutes: ms / 60_000 % 60,
        seconds: ms / 1000 % 60,
        ms: ms % 1000,
        weekday: (days + 4).rem_euclid(7) as u32,
    }
}

/// Year, month from 0, day from 1 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 2 } else { shifted - 10 };
    (year_of_era + era * 400 + i64::from(month < 2), month as u32, day as u32)
}

/// Days from 1970-01-01 to the first of a month; `month` counts from 0 to 11.
fn days_to_month(year: i64, month: i64) -> i64 {
    let year = if month < 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 10) % 12) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn whole(n: f64) -> f64 {
    n.trunc() + 0.0
}

/// MakeTime.
pub fn make_time(hours: f64, minutes: f64, seconds: f64, ms: f64) -> f64 {
    if [hours, minutes, seconds, ms].iter().any(|n| !n.is_finite()) {
        return f64::NAN;
    }
    whole(hours) * 3_600_000.0 + whole(minutes) * 60_000.0 + whole(seconds) * 1000.0 + whole(ms)
}

/// MakeDay: the day number of a date, whose month and day may be out of range.
pub fn make_day(year: f64, month: f64, day: f64) -> f64 {
    if [year, month, day].iter().any(|n| !n.is_finite()) {
        return f64::NAN;
    }
    let (year, month, day) = (whole(year), whole(month), whole(day));
    let year = year + (month / 12.0).floor();
    if year.abs() > 400_000.0 {
        return f64::NAN;
    }
    days_to_month(year as i64, month.rem_euclid(12.0) as i64) as f64 + day - 1.0
}

/// MakeDate.
pub fn make_date(day: f64, time: f64) -> f64 {
    let value = day * MS_PER_DAY + time;
    if value.is_finite() { value } else { f64::NAN }
}

/// TimeClip.
pub fn time_clip(time: f64) -> f64 {
    if time.abs() <= MAX_TIME { whole(time) } else { f64::NAN }
}

/// MakeFullYear: two digits mean the twentieth century.
pub fn make_full_year(year: f64) -> f64 {
    let truncated = whole(year);
    if (0.0..=99.0).contains(&truncated) { 1900.0 + truncated } else { truncated }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_back() {
        for (year, month, day, days) in [
            (1970, 0, 1, 0),
            (2000, 1, 29, 11_016),
            (1969, 11, 31, -1),
            (-1, 0, 1, -719_893),
            (275_760, 8, 13, 100_000_000),
        ] {
            assert_eq!(make_day(year as f64, f64::from(month), f64::from(day)), days as f64);
            assert_eq!(civil_from_days(days), (year, month as u32, day as u32));
        }
    }

    #[test]
    fn out_of_range_parts_carry() {
        assert_eq!(make_day(2020.0, 13.0, 1.0), make_day(2021.0, 1.0, 1.0));
        assert_eq!(make_day(2020.0, -1.0, 1.0), make_day(2019.0, 11.0, 1.0));
        assert_eq!(make_day(2020.0, 0.0, 32.0), make_day(2020.0, 1.0, 1.0));
        assert!(make_day(f64::INFINITY, 0.0, 1.0).is_nan());
        assert!(time_clip(8.64e15 + 1.0).is_nan());
    }
}
