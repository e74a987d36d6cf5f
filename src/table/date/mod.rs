//! Cells that are calendar days.
//!
//! A column has one [`DateFormat`]; a cell in another format is not a date. Day and month are never guessed: where
//! 03/04/2021 could be March or April in every cell, [`written`] gives both readings and the caller refuses.

mod cell;
mod column;
mod format;

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};

pub use cell::{Reading, WINDOW, Years, parse, read};
pub(super) use cell::{folded, is_date_like};
pub(super) use column::{CANDIDATES, fit};
pub use column::{Written, written};
pub use format::DateFormat;

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

#[cfg(test)]
mod tests;
