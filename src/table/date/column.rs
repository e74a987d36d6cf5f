//! The one format in which the dates of a column are written.

use super::{DateCell, DateFormat, WINDOW, Years, read};
use crate::table::{Column, values};

pub(super) const SHORT: Years = Years::Two { first: WINDOW };

/// The ways to write dates that are looked for, the one to prefer first.
///
/// Digits without separators are numbers unless the study says otherwise. With years of two digits, the year comes last,
/// but for `21-03-09`: who shortens ISO dates keeps the dashes.
pub(in crate::table) const CANDIDATES: [(DateFormat, Years); 19] = [
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
pub(in crate::table) struct Fit {
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
pub(in crate::table) fn fit(values: &[(&str, usize)], pivot: Option<i32>) -> Fit {
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
