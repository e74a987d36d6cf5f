//! A cell as a date: digits, months in letters, serial days, with or without a time of day.

use chrono::NaiveDate;

use super::{Date, DateCell, DateFormat, PartialDate};
use crate::table::trimmed;

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
    let cell = trimmed(cell);
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
pub(super) const MONTHS: [&[&str]; 12] = [
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
pub(in crate::table) fn folded(word: &str) -> String {
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
pub(in crate::table) fn is_date_like(cell: &str) -> bool {
    let cell = trimmed(cell);
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
    let text = trimmed(text);
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
