//! Days, times of day and durations as text.

use chrono::{Days, NaiveDate};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The ISO text of a moment, in milliseconds since 1970-01-01: a day, with `T` and the time of day unless it is midnight.
/// `None` outside the years 1 to 9999.
pub(super) fn iso(milliseconds: i64) -> Option<String> {
    let day = day(milliseconds.div_euclid(DAY))?;
    match milliseconds.rem_euclid(DAY) {
        0 => Some(day),
        time => Some(format!("{day}T{}", clock(time, 2))),
    }
}

/// The ISO text of a day, in days since 1970-01-01; `None` outside the years 1 to 9999.
pub(super) fn day(days: i64) -> Option<String> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    let n = Days::new(days.unsigned_abs());
    let date = if days < 0 { epoch.checked_sub_days(n) } else { epoch.checked_add_days(n) }?;
    let text = date.to_string();
    (text.len() == 10).then_some(text).filter(|text| text.as_str() >= "0001")
}

/// A duration in milliseconds as hours:minutes:seconds; the hours are not cut into days.
pub(super) fn duration(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { "-" } else { "" };
    format!("{sign}{}", clock(milliseconds.saturating_abs(), 1))
}

/// Whole milliseconds of a number of seconds; `None` beyond what a calendar holds.
pub(super) fn milliseconds(seconds: f64) -> Option<i64> {
    let value = (seconds * 1000.0).round();
    (value.abs() < 1e15).then_some(value as i64)
}

fn clock(milliseconds: i64, digits: usize) -> String {
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{hours:0digits$}:{minutes:02}:{seconds:02}");
    if rest != 0 {
        text.push_str(&format!(".{rest:03}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        assert_eq!(iso(0).as_deref(), Some("1970-01-01"));
        assert_eq!(iso(-1).as_deref(), Some("1969-12-31T23:59:59.999"));
        assert_eq!(iso(951_782_400_000 + 3_600_000).as_deref(), Some("2000-02-29T01:00:00"));
        assert_eq!((iso(i64::MAX), iso(i64::MIN), day(i64::MAX), day(-800_000)), (None, None, None, None));
        assert_eq!(day(-141_428).as_deref(), Some("1582-10-14"));
        assert_eq!(day(2_932_896).as_deref(), Some("9999-12-31"));
        assert_eq!(day(2_932_897), None);
        assert_eq!(duration(95_400_000), "26:30:00");
        assert_eq!(duration(-61_500), "-0:01:01.500");
        assert_eq!((milliseconds(1.0004), milliseconds(1e300), milliseconds(f64::NAN)), (Some(1000), None, None));
    }
}
