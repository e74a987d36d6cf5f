//! Cells that are calendar days.
//!
//! A column has one [`DateFormat`]; a cell in another format is not a date. Day and month are never guessed: where
//! 03/04/2021 could be March or April in every cell, [`formats_of`] gives both readings and the caller refuses.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};

use super::{Column, missing};

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

impl Date {
    /// The day of this year, month (1-12) and day of the month; `None` if there is no such day.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// The day that is this many days after 1970-01-01; `None` beyond the calendar.
    pub fn from_days(days: i64) -> Option<Self> {
        NaiveDate::from_epoch_days(i32::try_from(days).ok()?).map(Self)
    }

    /// Days since 1970-01-01; differences of it are whole calendar days.
    pub fn days(self) -> i64 {
        i64::from(self.0.to_epoch_days())
    }

    /// Year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Month, 1-12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// Day of the month, 1-31.
    pub fn day(self) -> u32 {
        self.0.day()
    }
}

impl fmt::Display for Date {
    /// Year-month-day, such as `2021-03-09`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A date without its day, or without its day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartialDate {
    /// A month of a year.
    Month {
        /// Year.
        year: i32,
        /// Month, 1-12.
        month: u32,
    },
    /// A year.
    Year(i32),
}

impl PartialDate {
    /// The middle, as `"partial": "mid"` declares it: the 15th of the month, 1 July of the year.
    ///
    /// `None` only for a month outside 1-12 or a year that no calendar has; [`parse`] gives neither.
    pub fn middle(self) -> Option<Date> {
        match self {
            Self::Month { year, month } => Date::from_ymd(year, month, 15),
            Self::Year(year) => Date::from_ymd(year, 7, 1),
        }
    }
}

/// What a cell is in a given format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateCell {
    /// A day that exists.
    Full(Date),
    /// A date without its day.
    Partial(PartialDate),
    /// Not a date in this format.
    None,
}

/// How the dates of a column are written. Years have four digits; days and months one or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DateFormat {
    /// `2021-03-09` (ISO 8601).
    #[serde(rename = "y-m-d")]
    Iso,
    /// `2021/03/09`.
    #[serde(rename = "y/m/d")]
    YearMonthDay,
    /// `09/03/2021`, the ninth of March.
    #[serde(rename = "d/m/y")]
    DayMonthYear,
    /// `03/09/2021`, the ninth of March.
    #[serde(rename = "m/d/y")]
    MonthDayYear,
    /// `09.03.2021`, the ninth of March.
    #[serde(rename = "d.m.y")]
    DottedDayMonthYear,
}

impl DateFormat {
    /// Every format, the one to prefer first.
    pub const ALL: [Self; 5] =
        [Self::Iso, Self::YearMonthDay, Self::DayMonthYear, Self::MonthDayYear, Self::DottedDayMonthYear];

    /// The order and the separator in letters: `y-m-d`, `d/m/y`, …
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iso => "y-m-d",
            Self::YearMonthDay => "y/m/d",
            Self::DayMonthYear => "d/m/y",
            Self::MonthDayYear => "m/d/y",
            Self::DottedDayMonthYear => "d.m.y",
        }
    }

    const fn separator(self) -> char {
        match self {
            Self::Iso => '-',
            Self::YearMonthDay | Self::DayMonthYear | Self::MonthDayYear => '/',
            Self::DottedDayMonthYear => '.',
        }
    }
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What `cell` is in `format`. A time of day after a space or `T` is checked and dropped; days that do not exist
/// (2021-02-30) are no dates.
///
/// A partial date is a month and a year in the format's order (`2021-03`, `03/2021`, `03.2021`) or a year (`2021`).
///
/// ```
/// use riskset::table::date::{Date, DateCell, DateFormat, parse};
/// let day = Date::from_ymd(2021, 3, 9).map(DateCell::Full);
/// assert_eq!(Some(parse("2021-03-09 14:30", DateFormat::Iso)), day);
/// assert_eq!(Some(parse("9/3/2021", DateFormat::DayMonthYear)), day);
/// assert_eq!(parse("2021-02-30", DateFormat::Iso), DateCell::None);
/// ```
pub fn parse(cell: &str, format: DateFormat) -> DateCell {
    read(super::trimmed(cell), format).unwrap_or(DateCell::None)
}

fn read(cell: &str, format: DateFormat) -> Option<DateCell> {
    if !cell.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (date, time) = match cell.find([' ', 'T']) {
        Some(at) => (&cell[..at], Some(&cell[at + 1..])),
        None => (cell, None),
    };
    let mut parts = date.split(format.separator());
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() || !time.is_none_or(is_time) {
        return None;
    }
    let year_first = matches!(format, DateFormat::Iso | DateFormat::YearMonthDay);
    match (second, third, time) {
        (Some(second), Some(third), _) => {
            let (year, month, day) = match format {
                DateFormat::Iso | DateFormat::YearMonthDay => (first, second, third),
                DateFormat::DayMonthYear | DateFormat::DottedDayMonthYear => (third, second, first),
                DateFormat::MonthDayYear => (third, first, second),
            };
            Date::from_ymd(year_of(year)?, two_digits(month)?, two_digits(day)?).map(DateCell::Full)
        }
        (Some(second), None, None) => {
            let (year, month) = if year_first { (first, second) } else { (second, first) };
            let (year, month) = (year_of(year)?, two_digits(month)?);
            (1..=12).contains(&month).then_some(DateCell::Partial(PartialDate::Month { year, month }))
        }
        (None, None, None) => Some(DateCell::Partial(PartialDate::Year(year_of(first)?))),
        _ => None,
    }
}

/// Whether `cell` has the look of a day that no format reads: day, month and year in an order that people use, the year
/// with two digits or four, the month in digits or letters. Only good for a hint: what day it is stays open.
pub(super) fn is_date_like(cell: &str) -> bool {
    let cell = super::trimmed(cell);
    let date = cell.split_once('T').filter(|(_, time)| is_time(time)).map_or(cell, |(date, _)| date);
    let mut parts = date.split(['/', '-', '.', ' ']).filter(|part| !part.is_empty());
    let (Some(first), Some(second), Some(third)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let rest: Vec<&str> = parts.collect();
    let within = |part: &str, limit| two_digits(part).is_some_and(|value| (1..=limit).contains(&value));
    let is_year = |part: &str| year_of(part).is_some() || (part.len() == 2 && two_digits(part).is_some());
    let is_month =
        |part: &str| within(part, 12) || (part.chars().count() >= 3 && part.chars().all(char::is_alphabetic));
    let (year_last, year_first) = (is_year(third), year_of(first).is_some());
    (rest.is_empty() || is_time(&rest.join(" ")))
        && ((year_last && within(first, 31) && is_month(second))
            || (year_last && is_month(first) && within(second, 31))
            || (year_first && is_month(second) && within(third, 31)))
}

fn year_of(text: &str) -> Option<i32> {
    (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn two_digits(text: &str) -> Option<u32> {
    (matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Whether `text` is a time of day: `14:30`, `14:30:05.250`, `2:30 PM`, with an optional `Z` or offset such as `+02:00`.
fn is_time(text: &str) -> bool {
    let text = text.trim();
    let text = match text.strip_suffix('Z') {
        Some(before) => before,
        None => match text.rfind(['+', '-']) {
            Some(at) if is_offset(&text[at + 1..]) => &text[..at],
            Some(_) => return false,
            None => text,
        },
    };
    let text = ["AM", "PM", "am", "pm"].iter().find_map(|half| text.strip_suffix(half)).unwrap_or(text).trim_end();
    let mut parts = text.split(':');
    let within = |part: Option<&str>, limit| part.and_then(two_digits).is_some_and(|value| value < limit);
    if !within(parts.next(), 24) || !within(parts.next(), 60) {
        return false;
    }
    match parts.next() {
        None => true,
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
            let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
            // 60 is a leap second.
            within(Some(whole), 61) && digits && parts.next().is_none()
        }
    }
}

fn is_offset(text: &str) -> bool {
    let digits = text.bytes().filter(|&byte| byte != b':').count();
    matches!(digits, 2 | 4) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
}

/// The formats in which every cell of `column` that is not missing is a date, full or partial.
///
/// Formats that read every cell alike count as one, so more than one means that the dates are ambiguous (day and month
/// may be swapped) and the caller must refuse to choose. None: the column does not hold dates, or no value at all.
pub fn formats_of(column: &Column, extra_missing: &[String]) -> Vec<DateFormat> {
    let fit = fit(column, extra_missing);
    let fitting = DateFormat::ALL.into_iter().zip(fit.n_dates).filter(|&(_, n)| n == fit.n && n > 0);
    let mut formats: Vec<DateFormat> = Vec::new();
    for (format, _) in fitting {
        let alike = |&other: &DateFormat| {
            let mut cells = column.cells().filter(|cell| !missing::is_missing(cell, extra_missing));
            cells.all(|cell| parse(cell, format) == parse(cell, other))
        };
        if !formats.iter().any(alike) {
            formats.push(format);
        }
    }
    formats
}

/// How well each format fits a column.
pub(super) struct Fit {
    /// Cells that are not missing.
    pub n: usize,
    /// Of these, dates full or partial, by format as in [`DateFormat::ALL`].
    pub n_dates: [usize; 5],
    /// Of these, partial dates, by format.
    pub n_partial: [usize; 5],
}

pub(super) fn fit(column: &Column, extra_missing: &[String]) -> Fit {
    let mut fit = Fit { n: 0, n_dates: [0; 5], n_partial: [0; 5] };
    for cell in column.cells().filter(|cell| !missing::is_missing(cell, extra_missing)) {
        fit.n += 1;
        if !cell.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        for (i, format) in DateFormat::ALL.into_iter().enumerate() {
            match parse(cell, format) {
                DateCell::Full(_) => fit.n_dates[i] += 1,
                DateCell::Partial(_) => {
                    fit.n_dates[i] += 1;
                    fit.n_partial[i] += 1;
                }
                DateCell::None => {}
            }
        }
    }
    fit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::default();
        for cell in cells {
            column.push(cell);
        }
        column
    }

    fn full(year: i32, month: u32, day: u32) -> DateCell {
        DateCell::Full(Date::from_ymd(year, month, day).expect("a day that exists"))
    }

    #[test]
    fn formats() {
        let day = full(2021, 3, 9);
        for (cell, format) in [
            ("2021-03-09", DateFormat::Iso),
            ("2021-3-9", DateFormat::Iso),
            ("2021/03/09", DateFormat::YearMonthDay),
            ("09/03/2021", DateFormat::DayMonthYear),
            ("3/9/2021", DateFormat::MonthDayYear),
            ("9.3.2021", DateFormat::DottedDayMonthYear),
        ] {
            assert_eq!(parse(cell, format), day, "{cell}");
            for other in DateFormat::ALL.into_iter().filter(|&other| other != format) {
                let swapped = parse(cell, other);
                assert!(swapped == DateCell::None || swapped == full(2021, 9, 3), "{cell} as {other}");
            }
        }
    }

    #[test]
    fn time_of_day_is_dropped() {
        for time in [
            " 00:00",
            "T14:30",
            "T14:30:05Z",
            " 14:30:05.250",
            "T14:30:05+02:00",
            " 2:30:00 PM",
            " 14:30-0500",
            " 23:59:60",
            "  7:05",
        ] {
            assert_eq!(parse(&format!("2021-03-09{time}"), DateFormat::Iso), full(2021, 3, 9), "{time}");
        }
        for time in [" ", "T", " 24:00", " 12:60", " noon", " 12", " 12:00:00:00", "T12:00+2", " 12:00:0x", "+02:00"] {
            let cell = format!("2021-03-09{time}");
            let expected = if time == " " { full(2021, 3, 9) } else { DateCell::None };
            assert_eq!(parse(&cell, DateFormat::Iso), expected, "{time:?}");
        }
    }

    #[test]
    fn days_that_do_not_exist() {
        for cell in ["2021-02-30", "2021-02-29", "2021-13-01", "2021-00-10", "2021-01-00", "1900-02-29", "21-03-09"] {
            assert_eq!(parse(cell, DateFormat::Iso), DateCell::None, "{cell}");
        }
        assert_eq!(parse("2020-02-29", DateFormat::Iso), full(2020, 2, 29));
        assert_eq!(parse("2000-02-29", DateFormat::Iso), full(2000, 2, 29));
    }

    #[test]
    fn not_dates() {
        for cell in
            ["", "-", "2021-", "-2021", "2021-03-09-01", "2021-03-9x", "+021-03-09", "2021--09", "２０２１-03-09"]
        {
            assert_eq!(parse(cell, DateFormat::Iso), DateCell::None, "{cell:?}");
        }
    }

    #[test]
    fn partial_dates() {
        let month = DateCell::Partial(PartialDate::Month { year: 2021, month: 3 });
        assert_eq!(parse("2021-03", DateFormat::Iso), month);
        assert_eq!(parse("3/2021", DateFormat::DayMonthYear), month);
        assert_eq!(parse("03.2021", DateFormat::DottedDayMonthYear), month);
        assert_eq!(parse("2021", DateFormat::Iso), DateCell::Partial(PartialDate::Year(2021)));
        assert_eq!(parse("2021-13", DateFormat::Iso), DateCell::None);
        assert_eq!(PartialDate::Month { year: 2021, month: 2 }.middle(), Date::from_ymd(2021, 2, 15));
        assert_eq!(PartialDate::Year(2021).middle(), Date::from_ymd(2021, 7, 1));
    }

    #[test]
    fn differences_are_calendar_days() {
        let day = |y, m, d| Date::from_ymd(y, m, d).expect("a day that exists").days();
        assert_eq!(day(1970, 1, 1), 0);
        assert_eq!(day(2000, 3, 1) - day(2000, 2, 28), 2);
        assert_eq!(day(1969, 12, 31), -1);
        assert_eq!(Date::from_ymd(804, 3, 9).map(|date| date.to_string()), Some("0804-03-09".to_owned()));
    }

    #[test]
    fn day_and_month_are_told_apart_only_by_a_day_over_12() {
        let both = [DateFormat::DayMonthYear, DateFormat::MonthDayYear];
        assert_eq!(formats_of(&column(&["03/04/2021", "", "01/02/2020"]), &[]), both);
        assert_eq!(formats_of(&column(&["03/04/2021", "13/02/2020"]), &[]), [DateFormat::DayMonthYear]);
        assert_eq!(formats_of(&column(&["03/04/2021", "02/13/2020"]), &[]), [DateFormat::MonthDayYear]);
        // Read alike both ways: nothing to choose.
        assert_eq!(formats_of(&column(&["03/03/2021", "NA", "5/2020"]), &[]), [DateFormat::DayMonthYear]);
        assert_eq!(formats_of(&column(&["13/02/2021", "02/13/2020"]), &[]), []);
    }

    #[test]
    fn one_format_for_all_cells() {
        assert_eq!(formats_of(&column(&["2021-03-09", "2021", "2021-04"]), &[]), [DateFormat::Iso]);
        assert_eq!(formats_of(&column(&["2021-03-09", "09/03/2021"]), &[]), []);
        assert_eq!(formats_of(&column(&["2021-03-09", "alive"]), &["alive".to_owned()]), [DateFormat::Iso]);
        assert_eq!(formats_of(&column(&["", "NA"]), &[]), []);
        assert_eq!(formats_of(&column(&["2020", "2021"]), &[]), [DateFormat::Iso]);
    }
}
