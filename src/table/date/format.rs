//! How dates are written: the formats and their names.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
    pub(super) const fn digits(self) -> Option<(char, [usize; 3])> {
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
    pub(in crate::table) fn order(self) -> Option<[usize; 3]> {
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
