//! Cells that are calendar days.
//!
//! A column has one [`DateFormat`]; a cell in another format is not a date. Day and month are never guessed: where
//! 03/04/2021 could be March or April in every cell, [`written`] gives both readings and the caller refuses.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Column, values};

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

/// How the dates of a column are written. Days and months in digits have one or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFormat {
    /// `2021-03-09` (ISO 8601).
    Iso,
    /// `2021/03/09`.
    YearMonthDay,
    /// `2021.03.09`.
    DottedYearMonthDay,
    /// `09/03/2021`, the ninth of March.
    DayMonthYear,
    /// `03/09/2021`, the ninth of March.
    MonthDayYear,
    /// `09.03.2021`, the ninth of March.
    DottedDayMonthYear,
    /// `09-03-2021`, the ninth of March.
    DashedDayMonthYear,
    /// `03-09-2021`, the ninth of March.
    DashedMonthDayYear,
    /// `9 mars 2021`, `09-Mar-2021`, `1er août 2020`, `09MAR2021`.
    DayNameYear,
    /// `Mar 9, 2021`.
    NameDayYear,
    /// `2021 March 9`.
    YearNameDay,
    /// `20210309`.
    Compact,
    /// `44264`: the days that Excel counts from 1900-01-01, which is 1; its 60, the 29 February 1900, never was.
    Excel,
    /// `42802`: the days that Excel for Macintosh counted from 1904-01-01, which is 0.
    Excel1904,
}

impl DateFormat {
    /// Every format, the one to prefer first.
    pub const ALL: [Self; 14] = [
        Self::Iso,
        Self::YearMonthDay,
        Self::DottedYearMonthDay,
        Self::DayMonthYear,
        Self::MonthDayYear,
        Self::DottedDayMonthYear,
        Self::DashedDayMonthYear,
        Self::DashedMonthDayYear,
        Self::DayNameYear,
        Self::NameDayYear,
        Self::YearNameDay,
        Self::Compact,
        Self::Excel,
        Self::Excel1904,
    ];

    /// The name in the study document: `y-m-d`, `d/m/y`, …
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iso => "y-m-d",
            Self::YearMonthDay => "y/m/d",
            Self::DottedYearMonthDay => "y.m.d",
            Self::DayMonthYear => "d/m/y",
            Self::MonthDayYear => "m/d/y",
            Self::DottedDayMonthYear => "d.m.y",
            Self::DashedDayMonthYear => "d-m-y",
            Self::DashedMonthDayYear => "m-d-y",
            Self::DayNameYear => "d mon y",
            Self::NameDayYear => "mon d y",
            Self::YearNameDay => "y mon d",
            Self::Compact => "ymd",
            Self::Excel => "excel",
            Self::Excel1904 => "excel1904",
        }
    }

    /// The format that `name` means: the names of [`Self::name`], and what people write for them (`dd/mm/yyyy`, `jj/mm/aaaa`,
    /// `dd-mmm-yy`, `yyyymmdd`, `ISO`), in any case.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        match name.as_str() {
            "iso" => return Some(Self::Iso),
            "yyyymmdd" | "aaaammjj" => return Some(Self::Compact),
            _ => {}
        }
        let part = |part: &'_ str| match part {
            "y" | "yy" | "yyyy" | "a" | "aa" | "aaaa" => Some("y"),
            "m" | "mm" => Some("m"),
            "d" | "dd" | "j" | "jj" => Some("d"),
            "mon" | "mmm" | "mmmm" => Some("mon"),
            _ => None,
        };
        let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        let parts: Option<Vec<&str>> = parts.map(part).collect();
        let separator = name.chars().find(|c| !c.is_alphanumeric()).map(String::from).unwrap_or_default();
        let whole = match parts {
            Some(parts) if parts.contains(&"mon") => parts.join(" "),
            // The same character between all parts, and nowhere else.
            Some(parts) if name.matches(|c: char| !c.is_alphanumeric()).collect::<String>() == separator.repeat(2) => {
                parts.join(&separator)
            }
            Some(_) => return None,
            None => name,
        };
        Self::ALL.into_iter().find(|format| format.name() == whole)
    }

    /// The names of all formats, for a message.
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// The character between the parts, and the places of year, month and day, where all are written in digits.
    const fn digits(self) -> Option<(char, [usize; 3])> {
        match self {
            Self::Iso => Some(('-', [0, 1, 2])),
            Self::YearMonthDay => Some(('/', [0, 1, 2])),
            Self::DottedYearMonthDay => Some(('.', [0, 1, 2])),
            Self::DayMonthYear => Some(('/', [2, 1, 0])),
            Self::MonthDayYear => Some(('/', [2, 0, 1])),
            Self::DottedDayMonthYear => Some(('.', [2, 1, 0])),
            Self::DashedDayMonthYear => Some(('-', [2, 1, 0])),
            Self::DashedMonthDayYear => Some(('-', [2, 0, 1])),
            _ => None,
        }
    }

    /// The places of year, month and day, where all are written in digits: `d/m/y` and `d-m-y` have one order.
    pub(super) fn order(self) -> Option<[usize; 3]> {
        self.digits().map(|(_, order)| order)
    }
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for DateFormat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for DateFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::of_name(&name)
            .ok_or_else(|| D::Error::custom(format!("“{name}” is no date format; expected one of {}", Self::names())))
    }
}

/// First year of the hundred to which years of two digits belong where the study is silent: 1930 to 2029.
pub const WINDOW: i32 = 1930;

/// How many digits the years of a column have. The hundred years of two-digit ones begin with `first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Years {
    /// Four.
    Four,
    /// Two: mixed with four, the column has two ways to write dates.
    Two {
        /// First year of the hundred.
        first: i32,
    },
    /// Two or four, as the study declares by naming the hundred years.
    Any {
        /// First year of the hundred.
        first: i32,
    },
}

impl Years {
    /// The year that `text` is.
    fn year(self, text: &str) -> Option<i32> {
        let windowed = |first: i32| {
            let short = text.len() == 2;
            two_digits(text).filter(|_| short).and_then(|year| i32::try_from(year).ok()).map(|year| {
                // The one year of the hundred that ends so.
                first + (year - first).rem_euclid(100)
            })
        };
        match self {
            Self::Four => year_of(text),
            Self::Two { first } => windowed(first),
            Self::Any { first } => year_of(text).or_else(|| windowed(first)),
        }
    }
}

/// A cell read as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The date.
    pub date: DateCell,
    /// Whether a time of day other than midnight was dropped.
    pub has_time: bool,
    /// Whether its year has two digits.
    pub short_year: bool,
}

impl Reading {
    const NONE: Self = Self { date: DateCell::None, has_time: false, short_year: false };

    fn full(date: Option<Date>, has_time: bool, short_year: bool) -> Option<Self> {
        Some(Self { date: DateCell::Full(date?), has_time, short_year })
    }

    fn month(year: i32, month: u32, short_year: bool) -> Option<Self> {
        let date = DateCell::Partial(PartialDate::Month { year, month });
        (1..=12).contains(&month).then_some(Self { date, has_time: false, short_year })
    }

    fn year(year: i32) -> Self {
        Self { date: DateCell::Partial(PartialDate::Year(year)), has_time: false, short_year: false }
    }
}

/// What `cell` is in `format`, years having four digits. A time of day is checked and dropped; days that do not exist
/// (2021-02-30) are no dates.
///
/// A partial date is a month and a year in the format's order (`2021-03`, `03/2021`, `mars 2021`) or a year (`2021`).
///
/// ```
/// use riskset::table::date::{Date, DateCell, DateFormat, parse};
/// let day = Date::from_ymd(2021, 3, 9).map(DateCell::Full);
/// assert_eq!(Some(parse("2021-03-09 14:30", DateFormat::Iso)), day);
/// assert_eq!(Some(parse("9/3/2021", DateFormat::DayMonthYear)), day);
/// assert_eq!(Some(parse("9 mars 2021", DateFormat::DayNameYear)), day);
/// assert_eq!(parse("2021-02-30", DateFormat::Iso), DateCell::None);
/// ```
pub fn parse(cell: &str, format: DateFormat) -> DateCell {
    read(cell, format, Years::Four).date
}

/// As [`parse`], years having as many digits as `years` says, and with what was dropped or completed on the way.
pub fn read(cell: &str, format: DateFormat, years: Years) -> Reading {
    let cell = super::trimmed(cell);
    let reading = match format {
        DateFormat::DayNameYear | DateFormat::NameDayYear | DateFormat::YearNameDay => named(cell, format, years),
        DateFormat::Compact => compact(cell),
        DateFormat::Excel | DateFormat::Excel1904 => serial(cell, format),
        _ => in_digits(cell, format, years),
    };
    reading.unwrap_or(Reading::NONE)
}

fn in_digits(cell: &str, format: DateFormat, years: Years) -> Option<Reading> {
    let (separator, [y, m, d]) = format.digits()?;
    if !cell.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (date, time) = match cell.find([' ', 'T', '\u{a0}', '\u{202f}']) {
        Some(at) => (&cell[..at], Some(after_first(&cell[at..]))),
        None => (cell, None),
    };
    // `3/9/2021, 2:30 PM`, as browsers write it.
    let date = if time.is_some() { date.strip_suffix(',').unwrap_or(date) } else { date };
    let mut parts = date.split(separator);
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    let has_time = time.map_or(Some(false), time_of_day)?;
    if parts.next().is_some() {
        return None;
    }
    match (second, third, time) {
        (Some(second), Some(third), _) => {
            let parts = [first, second, third];
            let (year, month, day) = (parts[y], two_digits(parts[m])?, two_digits(parts[d])?);
            Reading::full(Date::from_ymd(years.year(year)?, month, day), has_time, year.len() == 2)
        }
        // Two digits could be a day as well as a year: without its day, a date has all four.
        (Some(second), None, None) if !matches!(years, Years::Two { .. }) => {
            let (year, month) = if y == 0 { (first, second) } else { (second, first) };
            Reading::month(year_of(year)?, two_digits(month)?, false)
        }
        (None, None, None) if !matches!(years, Years::Two { .. }) => Some(Reading::year(year_of(first)?)),
        _ => None,
    }
}

/// `text` without its first character.
fn after_first(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// Eight digits, six (a month) or four (a year).
fn compact(cell: &str) -> Option<Reading> {
    let n = cell.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = cell.split_at(n);
    let has_time = if rest.is_empty() { false } else { time_of_day(rest.strip_prefix([' ', 'T'])?)? };
    let year = year_of(digits.get(..4)?)?;
    match n {
        8 => {
            Reading::full(Date::from_ymd(year, two_digits(&digits[4..6])?, two_digits(&digits[6..])?), has_time, false)
        }
        6 if rest.is_empty() => Reading::month(year, two_digits(&digits[4..])?, false),
        4 if rest.is_empty() => Some(Reading::year(year)),
        _ => None,
    }
}

/// Last day that Excel has: 9999-12-31.
const LAST_SERIAL: i64 = 2_958_465;

fn serial(cell: &str, format: DateFormat) -> Option<Reading> {
    let (whole, fraction) = cell.split_once(['.', ',']).unwrap_or((cell, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let serial: i64 = whole.parse().ok().filter(|&serial| serial <= LAST_SERIAL)?;
    // Days before 1970-01-01 of the day that is 0.
    let zero = match format {
        DateFormat::Excel1904 => 24_107,
        _ if serial == 0 || serial == 60 => return None,
        // Excel has a 29 February 1900: days before it are one less than those after it are counted.
        _ if serial < 60 => 25_568,
        _ => 25_569,
    };
    let day = i32::try_from(serial - zero).ok().and_then(NaiveDate::from_epoch_days).map(Date);
    Reading::full(day, fraction.bytes().any(|byte| byte != b'0'), false)
}

/// Names of months in English and French, without accents; the number of the month is its place.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "janvier", "janv"],
    &["february", "feb", "fevrier", "fevr", "fev"],
    &["march", "mar", "mars"],
    &["april", "apr", "avril", "avr"],
    &["may", "mai"],
    &["june", "jun", "juin"],
    &["july", "jul", "juillet", "juil"],
    &["august", "aug", "aout"],
    &["september", "sept", "sep", "septembre"],
    &["october", "oct", "octobre"],
    &["november", "nov", "novembre"],
    &["december", "dec", "decembre"],
];

/// Days of the week, which long dates begin with: they are not checked.
const WEEKDAYS: [&str; 14] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
];

/// What follows the number of a day: 1st, 2nd, 3rd, 4th, 1er.
const ORDINALS: [&str; 5] = ["st", "nd", "rd", "th", "er"];

/// `word` without case and accents, as far as names of months need it.
pub(super) fn folded(word: &str) -> String {
    let fold = |c: char| match c {
        'é' | 'è' | 'ê' | 'ë' => Some('e'),
        'û' | 'ù' | 'ü' => Some('u'),
        // Accents that are characters of their own.
        '\u{300}'..='\u{36f}' => None,
        _ => Some(c),
    };
    word.chars().flat_map(char::to_lowercase).filter_map(fold).collect()
}

fn month_of(word: &str) -> Option<u32> {
    // The longest name has nine letters; with accents of their own, some bytes more.
    if word.len() > 14 {
        return None;
    }
    let word = folded(word);
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&word.as_str())).map(|(month, _)| month)
}

/// The digits or the letters at the start of `text`, and what follows.
fn token(text: &str) -> Option<(&str, &str)> {
    let is_letter = |c: char| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c);
    let first = text.chars().next()?;
    let end = if first.is_ascii_digit() {
        text.find(|c: char| !c.is_ascii_digit())
    } else if first.is_alphabetic() {
        text.find(|c: char| !is_letter(c))
    } else {
        return None;
    };
    Some(text.split_at(end.unwrap_or(text.len())))
}

fn named(cell: &str, format: DateFormat, years: Years) -> Option<Reading> {
    let skip = |text: &'_ str| -> usize {
        text.len() - text.trim_start_matches([' ', '-', '/', '.', ',', '\u{a0}', '\u{202f}']).len()
    };
    let is_digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let mut rest = cell;
    if !is_digits(rest) {
        let (word, after) = token(rest)?;
        if WEEKDAYS.contains(&folded(word).as_str()) {
            rest = &after[skip(after)..];
        }
    }
    let month_at = usize::from(format != DateFormat::NameDayYear);
    let mut parts: Vec<&str> = Vec::with_capacity(3);
    let mut month = None;
    while parts.len() < 3 {
        let Some((part, after)) = token(rest) else { break };
        parts.push(part);
        if !is_digits(part) {
            if month.is_some() {
                return None;
            }
            month = Some((parts.len() - 1, month_of(part)?));
        }
        rest = after;
        // The ordinal stands right after its number.
        if is_digits(part)
            && part.len() <= 2
            && let Some((suffix, after)) = token(rest)
            && ORDINALS.contains(&folded(suffix).as_str())
        {
            rest = after;
        }
        // What follows the last part is no separator but the time.
        if parts.len() < 3 {
            rest = &rest[skip(rest)..];
        }
    }
    let (at, month) = month?;
    match parts[..] {
        [first, second, third] if at == month_at => {
            let (year, day) = match format {
                DateFormat::DayNameYear => (third, first),
                DateFormat::NameDayYear => (third, second),
                _ => (first, third),
            };
            let has_time = if rest.is_empty() {
                false
            } else {
                let time = rest.strip_prefix([' ', 'T', ':', ',', '\u{a0}', '\u{202f}'])?.trim_start();
                time_of_day(time.strip_prefix("à ").or_else(|| time.strip_prefix("at ")).unwrap_or(time))?
            };
            Reading::full(Date::from_ymd(years.year(year)?, month, two_digits(day)?), has_time, year.len() == 2)
        }
        [first, second] if rest.is_empty() => {
            let year = if at == 0 { second } else { first };
            Reading::month(year_of(year).filter(|_| !matches!(years, Years::Two { .. }))?, month, false)
        }
        _ => None,
    }
}

/// Whether `cell` has the look of a day: day, month and year in an order that people use, the year with two digits or
/// four, the month in digits or letters. Only good for a hint: what day it is stays open.
pub(super) fn is_date_like(cell: &str) -> bool {
    let cell = super::trimmed(cell);
    let date = cell.split_once('T').filter(|(_, time)| time_of_day(time).is_some()).map_or(cell, |(date, _)| date);
    let mut parts = date.split(['/', '-', '.', ' ', ',']).filter(|part| !part.is_empty());
    let (Some(first), Some(second), Some(third)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let rest: Vec<&str> = parts.collect();
    let within = |part: &str, limit| two_digits(part).is_some_and(|value| (1..=limit).contains(&value));
    let is_year = |part: &str| year_of(part).is_some() || (part.len() == 2 && two_digits(part).is_some());
    let is_month =
        |part: &str| within(part, 12) || (part.chars().count() >= 3 && part.chars().all(char::is_alphabetic));
    let (year_last, year_first) = (is_year(third), year_of(first).is_some());
    (rest.is_empty() || time_of_day(&rest.join(" ")).is_some())
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

/// Whether `text`, a time of day, is another than midnight; `None` if it is no time of day.
///
/// `14:30`, `14:30:05.250`, `2:30 PM`, `2:30 p.m.`, `14h30`, with an optional `Z` or offset such as `+02:00`. Nothing but white space is
/// no time, and none is dropped.
fn time_of_day(text: &str) -> Option<bool> {
    let text = super::trimmed(text);
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let lower = text.to_lowercase();
    let text = match lower.strip_suffix('z') {
        Some(before) => before,
        None => match lower.rfind(['+', '-']) {
            Some(at) if is_offset(&lower[at + 1..]) => &lower[..at],
            Some(_) => return None,
            None => &lower,
        },
    };
    let half = [("am", 0), ("a.m.", 0), ("pm", 12), ("p.m.", 12)];
    let half = half.iter().find_map(|&(half, hours)| Some((text.strip_suffix(half)?, hours)));
    let text = half.map_or(text, |(text, _)| text).trim_end();
    let mut parts = text.split([':', 'h']);
    let within = |part: &str, limit| two_digits(part).filter(|&value| value < limit);
    let hour = within(parts.next()?, 24)?;
    // Twelve at night is written 12 AM.
    let hour = half.map_or(hour, |(_, hours)| hour % 12 + hours);
    let minute = match parts.next()? {
        "" if text.ends_with('h') => 0,
        minute => within(minute, 60)?,
    };
    let mut second = 0;
    if let Some(seconds) = parts.next() {
        let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
        let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
        // 60 is a leap second.
        second = within(whole, 61).filter(|_| digits)?;
    }
    parts.next().is_none().then_some(hour + minute + second > 0)
}

fn is_offset(text: &str) -> bool {
    let digits = text.bytes().filter(|&byte| byte != b':').count();
    matches!(digits, 2 | 4) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
}

const SHORT: Years = Years::Two { first: WINDOW };

/// The ways to write dates that are looked for, the one to prefer first.
///
/// Digits without separators are numbers unless the study says otherwise. With years of two digits, the year comes last,
/// but for `21-03-09`: who shortens ISO dates keeps the dashes.
pub(super) const CANDIDATES: [(DateFormat, Years); 19] = [
    (DateFormat::Iso, Years::Four),
    (DateFormat::YearMonthDay, Years::Four),
    (DateFormat::DottedYearMonthDay, Years::Four),
    (DateFormat::DayMonthYear, Years::Four),
    (DateFormat::MonthDayYear, Years::Four),
    (DateFormat::DottedDayMonthYear, Years::Four),
    (DateFormat::DashedDayMonthYear, Years::Four),
    (DateFormat::DashedMonthDayYear, Years::Four),
    (DateFormat::DayNameYear, Years::Four),
    (DateFormat::NameDayYear, Years::Four),
    (DateFormat::YearNameDay, Years::Four),
    (DateFormat::DayMonthYear, SHORT),
    (DateFormat::MonthDayYear, SHORT),
    (DateFormat::DottedDayMonthYear, SHORT),
    (DateFormat::DashedDayMonthYear, SHORT),
    (DateFormat::DashedMonthDayYear, SHORT),
    (DateFormat::Iso, SHORT),
    (DateFormat::DayNameYear, SHORT),
    (DateFormat::NameDayYear, SHORT),
];

/// How well the ways to write dates fit the cells of a column.
pub(super) struct Fit {
    /// The ways that were tried.
    pub candidates: [(DateFormat, Years); CANDIDATES.len()],
    /// Cells.
    pub n: usize,
    /// Cells that are dates, full or partial, by candidate.
    pub n_dates: [usize; CANDIDATES.len()],
    /// Cells that are partial dates, by candidate.
    pub n_partial: [usize; CANDIDATES.len()],
    /// Cells that are dates by any candidate.
    pub n_any: usize,
}

/// The fit of the distinct cells with their numbers of rows, missing ones left out.
///
/// `pivot` is the first of the hundred years to which two-digit years belong; with it, two digits and four may be mixed.
pub(super) fn fit(values: &[(&str, usize)], pivot: Option<i32>) -> Fit {
    let candidates = CANDIDATES.map(|(format, years)| match (years, pivot) {
        (Years::Two { .. }, Some(first)) => (format, Years::Any { first }),
        _ => (format, years),
    });
    let none = [0; CANDIDATES.len()];
    let mut fit = Fit { candidates, n: 0, n_dates: none, n_partial: none, n_any: 0 };
    for &(cell, rows) in values {
        fit.n += rows;
        let mut is_date = false;
        for (i, (format, years)) in candidates.into_iter().enumerate() {
            let date = read(cell, format, years).date;
            if date != DateCell::None {
                is_date = true;
                fit.n_dates[i] += rows;
                fit.n_partial[i] += if matches!(date, DateCell::Partial(_)) { rows } else { 0 };
            }
        }
        fit.n_any += if is_date { rows } else { 0 };
    }
    fit
}

impl Fit {
    /// The candidate that reads the most days; of equals, the one to prefer. `None` where there is no day.
    pub fn best(&self) -> Option<usize> {
        let days = |&i: &usize| self.n_dates[i] - self.n_partial[i];
        (0..self.candidates.len()).rev().max_by_key(days).filter(|i| days(i) > 0)
    }

    /// The formats in which every cell is a date. Formats that read every cell alike count as one, so more than one means
    /// that the dates are ambiguous (day and month may be swapped).
    pub fn formats(&self, values: &[(&str, usize)]) -> Vec<DateFormat> {
        let fitting = self.candidates.into_iter().zip(self.n_dates).filter(|&(_, n)| n == self.n && n > 0);
        let mut found: Vec<(DateFormat, Years)> = Vec::new();
        for ((format, years), _) in fitting {
            let alike = |&(other, other_years): &(DateFormat, Years)| {
                values.iter().all(|(cell, _)| read(cell, format, years) == read(cell, other, other_years))
            };
            if !found.iter().any(alike) {
                found.push((format, years));
            }
        }
        found.into_iter().map(|(format, _)| format).collect()
    }
}

/// How a column's dates are to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// In one way, or nearly so: cells that do not fit are not dates.
    One(DateFormat, Years),
    /// Day and month cannot be told apart: these formats fit.
    Ambiguous(Vec<DateFormat>),
}

/// How the dates of a column are written, `format` and `pivot` being what the study says of it. Where nothing fits every cell, what
/// fits most is given, so that the cells that do not fit can be named.
///
/// `pivot` is the first of the hundred years to which two-digit years belong; with it, two digits and four may be mixed.
pub fn written(column: &Column, missing: &[String], format: Option<DateFormat>, pivot: Option<i32>) -> Written {
    let values = values::present(column, missing);
    if let Some(format) = format {
        let fits = |years: Years| -> usize {
            let days = values.iter().filter(|(cell, _)| matches!(read(cell, format, years).date, DateCell::Full(_)));
            days.map(|(_, rows)| rows).sum()
        };
        let years = if fits(SHORT) > fits(Years::Four) { SHORT } else { Years::Four };
        return Written::One(format, pivot.map_or(years, |first| Years::Any { first }));
    }
    let fit = fit(&values, pivot);
    let formats = fit.formats(&values);
    match formats.as_slice() {
        [] | [_] => {
            let (format, years) = fit.best().map_or(CANDIDATES[0], |best| fit.candidates[best]);
            Written::One(formats.first().copied().unwrap_or(format), years)
        }
        _ => Written::Ambiguous(formats),
    }
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

    fn formats_of(column: &Column, missing: &[String]) -> Vec<DateFormat> {
        let values = values::present(column, missing);
        fit(&values, None).formats(&values)
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

    #[test]
    fn months_in_letters() {
        for (cell, format, day) in [
            ("3 mars 2021", DateFormat::DayNameYear, (2021, 3, 3)),
            ("03-Mar-2021", DateFormat::DayNameYear, (2021, 3, 3)),
            ("03MAR2021", DateFormat::DayNameYear, (2021, 3, 3)),
            ("03MAR2021:14:30:00", DateFormat::DayNameYear, (2021, 3, 3)),
            ("1er août 2020", DateFormat::DayNameYear, (2020, 8, 1)),
            ("1ER AOÛT 2020", DateFormat::DayNameYear, (2020, 8, 1)),
            ("1 aou\u{302}t 2020", DateFormat::DayNameYear, (2020, 8, 1)),
            ("1 aout 2020", DateFormat::DayNameYear, (2020, 8, 1)),
            ("9 févr. 2020", DateFormat::DayNameYear, (2020, 2, 9)),
            ("9 fev 2020", DateFormat::DayNameYear, (2020, 2, 9)),
            ("14 juil. 2019", DateFormat::DayNameYear, (2019, 7, 14)),
            ("14 juin 2019", DateFormat::DayNameYear, (2019, 6, 14)),
            ("31\u{a0}décembre\u{a0}2020", DateFormat::DayNameYear, (2020, 12, 31)),
            ("mercredi 3 mars 2021 à 14h30", DateFormat::DayNameYear, (2021, 3, 3)),
            ("Mar 3, 2021", DateFormat::NameDayYear, (2021, 3, 3)),
            ("March 3rd, 2021 2:30 p.m.", DateFormat::NameDayYear, (2021, 3, 3)),
            ("Wednesday, March 3, 2021", DateFormat::NameDayYear, (2021, 3, 3)),
            ("2021-Mar-03", DateFormat::YearNameDay, (2021, 3, 3)),
        ] {
            let (year, month, of) = day;
            assert_eq!(parse(cell, format), full(year, month, of), "{cell}");
            for other in DateFormat::ALL.into_iter().filter(|&other| other != format) {
                assert_eq!(parse(cell, other), DateCell::None, "{cell} as {other}");
            }
        }
        for cell in [
            "31 février 2021",
            "3 mars",
            "3 ma 2021",
            "3 mars 20211",
            "3 mars 2021 x",
            "mars",
            "3 mars avril 2021",
            "x 3 mars 2021",
            "3rd of march 2021",
            "3 mars 21",
        ] {
            for format in [DateFormat::DayNameYear, DateFormat::NameDayYear, DateFormat::YearNameDay] {
                assert_eq!(parse(cell, format), DateCell::None, "{cell}");
            }
        }
        let month = DateCell::Partial(PartialDate::Month { year: 2021, month: 3 });
        assert_eq!(parse("mars 2021", DateFormat::DayNameYear), month);
    }

    #[test]
    fn years_of_two_digits() {
        let of = |cell, first| read(cell, DateFormat::DayMonthYear, Years::Two { first });
        assert_eq!(of("13/01/29", WINDOW).date, full(2029, 1, 13));
        assert_eq!(of("13/01/30", WINDOW).date, full(1930, 1, 13));
        assert_eq!(of("13/01/99", WINDOW).date, full(1999, 1, 13));
        assert_eq!(of("13/01/00", WINDOW).date, full(2000, 1, 13));
        assert_eq!(of("13/01/29", 1920).date, full(1929, 1, 13));
        assert_eq!(of("13/01/19", 1920).date, full(2019, 1, 13));
        assert!(of("13/01/19", 1920).short_year);
        assert_eq!(of("13/01/2019", 1920).date, DateCell::None);
        assert_eq!(of("29/02/21", WINDOW).date, DateCell::None);
        let any = |cell| read(cell, DateFormat::DayMonthYear, Years::Any { first: 1930 });
        assert_eq!((any("13/01/19").date, any("13/01/2019").date), (full(2019, 1, 13), full(2019, 1, 13)));
        assert_eq!((any("13/01/19").short_year, any("13/01/2019").short_year), (true, false));
        let short = read("03-Mar-21", DateFormat::DayNameYear, SHORT);
        assert_eq!((short.date, short.short_year), (full(2021, 3, 3), true));
    }

    #[test]
    fn serial_days_of_excel() {
        // As Excel shows them.
        for (cell, day) in [
            ("1", (1900, 1, 1)),
            ("59", (1900, 2, 28)),
            ("61", (1900, 3, 1)),
            ("25569", (1970, 1, 1)),
            ("44264", (2021, 3, 9)),
            ("44264.0", (2021, 3, 9)),
            ("2958465", (9999, 12, 31)),
        ] {
            assert_eq!(parse(cell, DateFormat::Excel), full(day.0, day.1, day.2), "{cell}");
        }
        assert!(read("44264,5", DateFormat::Excel, Years::Four).has_time);
        for cell in ["0", "60", "2958466", "-1", "44264x", "99999999999999999999", ".5", ""] {
            assert_eq!(parse(cell, DateFormat::Excel), DateCell::None, "{cell}");
        }
        assert_eq!(parse("0", DateFormat::Excel1904), full(1904, 1, 1));
        assert_eq!(parse("42802", DateFormat::Excel1904), full(2021, 3, 9));
    }

    #[test]
    fn eight_digits() {
        assert_eq!(parse("20210309", DateFormat::Compact), full(2021, 3, 9));
        assert_eq!(parse("20210309 14:30", DateFormat::Compact), full(2021, 3, 9));
        assert_eq!(
            parse("202103", DateFormat::Compact),
            DateCell::Partial(PartialDate::Month { year: 2021, month: 3 })
        );
        for cell in ["20210230", "2021030", "202103091", "2021-03-09", "éééééééé", "20"] {
            assert_eq!(parse(cell, DateFormat::Compact), DateCell::None, "{cell}");
        }
    }

    #[test]
    fn times_of_day_are_told() {
        for (time, is_time) in [
            (" 00:00:00", false),
            (" 12:00 AM", false),
            (" 12:00 PM", true),
            (" 00:00:01", true),
            (" 14h30", true),
            (" 14h", true),
            (" 2:30 p.m.", true),
            ("T00:00:00.000Z", false),
            ("", false),
        ] {
            let cell = format!("2021-03-09{time}");
            let reading = read(&cell, DateFormat::Iso, Years::Four);
            assert_eq!((reading.date, reading.has_time), (full(2021, 3, 9), is_time), "{cell}");
        }
        assert!(read("3/9/2021, 2:30:00 PM", DateFormat::MonthDayYear, Years::Four).has_time);
    }

    #[test]
    fn names_of_formats() {
        for format in DateFormat::ALL {
            assert_eq!(DateFormat::of_name(format.name()), Some(format));
        }
        for (name, format) in [
            ("DD/MM/YYYY", DateFormat::DayMonthYear),
            ("jj/mm/aaaa", DateFormat::DayMonthYear),
            ("dd/mm/yy", DateFormat::DayMonthYear),
            ("mm-dd-yyyy", DateFormat::DashedMonthDayYear),
            ("dd-mmm-yyyy", DateFormat::DayNameYear),
            ("mon d, y", DateFormat::NameDayYear),
            ("d mon. y", DateFormat::DayNameYear),
            ("YYYYMMDD", DateFormat::Compact),
            ("ISO", DateFormat::Iso),
        ] {
            assert_eq!(DateFormat::of_name(name), Some(format), "{name}");
        }
        for name in ["", "d", "d/m", "y/d/m", "d/m-y/", "é", "m.d.y", "mon"] {
            assert_eq!(DateFormat::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn ambiguity_of_each_separator() {
        use DateFormat as F;
        for (cells, formats) in [
            (&["03/04/21", "01/02/21"][..], &[F::DayMonthYear, F::MonthDayYear][..]),
            (&["13/04/21", "01/02/21"], &[F::DayMonthYear]),
            (&["03-04-2021"], &[F::DashedDayMonthYear, F::DashedMonthDayYear]),
            (&["04-13-2021"], &[F::DashedMonthDayYear]),
            // Nobody can tell the 13th of 2021 from the 21st of 2013.
            (&["13-04-21"], &[F::DashedDayMonthYear, F::Iso]),
            (&["13-04-85"], &[F::DashedDayMonthYear]),
            (&["03.04.21"], &[F::DottedDayMonthYear]),
            (&["03/03/2021"], &[F::DayMonthYear]),
            (&["13/04/2021", "13/04/21"], &[]),
            (&["3 mars 2021", "Mar 3, 2021"], &[]),
        ] {
            assert_eq!(formats_of(&column(cells), &[]), formats, "{cells:?}");
        }
        // Years that may be mixed where the study names the hundred years.
        let mixed = written(&column(&["13/04/2021", "14/04/21"]), &[], None, Some(1930));
        assert_eq!(mixed, Written::One(F::DayMonthYear, Years::Any { first: 1930 }));
        let declared = written(&column(&["03/04/21"]), &[], Some(F::MonthDayYear), None);
        assert_eq!(declared, Written::One(F::MonthDayYear, SHORT));
    }

    proptest::proptest! {
        /// A day written in any format is read as that day.
        #[test]
        fn any_day_in_any_format(days in -25_000i32..40_000, short in proptest::bool::ANY, padded in proptest::bool::ANY, name in 0usize..4) {
            let date = NaiveDate::from_epoch_days(days).map(Date).expect("a day");
            let (y, m, d) = (date.year(), date.month(), date.day());
            let month_name = MONTHS[m as usize - 1][name % MONTHS[m as usize - 1].len()];
            let two = |x: u32| if padded { format!("{x:02}") } else { x.to_string() };
            let in_window = (WINDOW..WINDOW + 100).contains(&y);
            let (year, years) = if short && in_window { (format!("{:02}", y % 100), SHORT) } else { (format!("{y:04}"), Years::Four) };
            for format in DateFormat::ALL {
                let (cell, years) = match format {
                    DateFormat::Compact => (format!("{y:04}{m:02}{d:02}"), Years::Four),
                    // From 1900-03-01 on, Excel's day 0 is 1899-12-30.
                    DateFormat::Excel if days > -25_000 => ((days + 25_569).to_string(), Years::Four),
                    DateFormat::Excel1904 if days >= -24_107 => ((days + 24_107).to_string(), Years::Four),
                    DateFormat::Excel | DateFormat::Excel1904 => continue,
                    _ => {
                        let separator = format.name().trim_start_matches(char::is_alphabetic).chars().next().expect("a separator").to_string();
                        let part = |part: &str| match part {
                            "y" => year.clone(),
                            "m" => two(m),
                            "d" => two(d),
                            _ => month_name.to_owned(),
                        };
                        let parts: Vec<String> = format.name().split(&separator).map(part).collect();
                        (parts.join(&separator), years)
                    }
                };
                proptest::prop_assert_eq!(read(&cell, format, years).date, DateCell::Full(date), "{} as {}", cell, format);
            }
        }

        /// No text makes a reader fail.
        #[test]
        fn any_text_is_read(
            parts in proptest::collection::vec(proptest::sample::select(&["1", "31", "2021", "é", "mars", "/", ".", ":", "T", "h", " ", "+", ",", "-", "Z", "pm", "\u{a0}", "𝟙", "er", "\u{301}"][..]), 0..12),
        ) {
            let cell = parts.concat();
            for format in DateFormat::ALL {
                for years in [Years::Four, SHORT, Years::Any { first: 1930 }] {
                    read(&cell, format, years);
                }
            }
            DateFormat::of_name(&cell);
            is_date_like(&cell);
        }
    }
}
