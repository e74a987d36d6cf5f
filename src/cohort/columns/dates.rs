//! Columns as calendar days.

use std::rc::Rc;

use super::{Cohort, once};
use crate::cohort::document::Partial;
use crate::error::{Error, ErrorKind, Position, Result};
use crate::table::date::{self, DateCell, DateFormat, Reading, Written, Years};
use crate::table::{Column, ColumnType};

/// A column of calendar days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateColumn {
    /// Days since 1970-01-01 by table row; `None` where missing or excluded.
    pub days: Vec<Option<i64>>,
    /// Data rows (from 1) whose date had no day and was completed as declared.
    pub partial_rows: Vec<usize>,
    /// How its dates are written.
    pub format: DateFormat,
    /// First of the hundred years to which years of two digits belong, where it has such; and whether the study says so.
    pub window: Option<(i32, bool)>,
    /// Data rows (from 1) whose year has two digits.
    pub short_year_rows: Vec<usize>,
    /// Data rows (from 1) whose time of day, other than midnight, was dropped.
    pub time_rows: Vec<usize>,
}

impl Cohort<'_> {
    /// The column as calendar days, time of day dropped, by table row.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::WrongColumnType`] if another type is declared; [`ErrorKind::BadCell`] with the
    /// place of the first cell that is not a date; [`ErrorKind::AmbiguousDate`]; [`ErrorKind::PartialDate`] with the place of
    /// the first date without a day, unless the column declares how to complete it.
    pub fn date(&self, name: &str) -> Result<Rc<DateColumn>> {
        once(&self.dates, name, || self.date_of(name))
    }

    pub(super) fn date_of(&self, name: &str) -> Result<DateColumn> {
        let column = self.column(name)?;
        self.require(name, ColumnType::Date)?;
        let (format, years) = self.date_format(name, &self.without_excluded(name, column))?;
        let day = self.day_reader(name, format, years);
        let (mut partial_rows, mut short_year_rows, mut time_rows) = (Vec::new(), Vec::new(), Vec::new());
        let days = self.read(name, column, |row, cell| {
            let (day, reading) = day(cell).map_err(|kind| {
                let error = self.at(kind, row, name);
                if kind == ErrorKind::BadCell { error.with("expected", ColumnType::Date.name()) } else { error }
            })?;
            let tell = |rows: &mut Vec<usize>, is_so| rows.extend(Some(row + 1).filter(|_| is_so));
            tell(&mut partial_rows, matches!(reading.date, DateCell::Partial(_)));
            tell(&mut short_year_rows, reading.short_year);
            tell(&mut time_rows, reading.has_time);
            Ok(day)
        })?;
        let is_declared = self.specs.get(name).is_some_and(|spec| spec.pivot.is_some());
        let window = match years {
            Years::Two { first } | Years::Any { first } if !short_year_rows.is_empty() => Some((first, is_declared)),
            _ => None,
        };
        Ok(DateColumn { days, partial_rows, format, window, short_year_rows, time_rows })
    }

    /// What gives the day of a cell of this column and how the cell was read, or the kind of what is wrong with it.
    pub(super) fn day_reader(
        &self,
        name: &str,
        format: DateFormat,
        years: Years,
    ) -> impl Fn(&str) -> Result<(i64, Reading), ErrorKind> + use<> {
        let partial = self.specs.get(name).and_then(|spec| spec.partial);
        move |cell: &str| {
            let reading = date::read(cell, format, years);
            match (reading.date, partial) {
                (DateCell::Full(date), _) => Ok((date.days(), reading)),
                (DateCell::Partial(date), Some(Partial::Mid)) => {
                    date.middle().map(|date| (date.days(), reading)).ok_or(ErrorKind::BadCell)
                }
                (DateCell::Partial(_), None) => Err(ErrorKind::PartialDate),
                (DateCell::None, _) => Err(ErrorKind::BadCell),
            }
        }
    }

    /// The one format of a column of dates; where none fits every cell, the one that fits most, so that the first cell that
    /// does not can be named.
    pub(super) fn date_format(&self, name: &str, column: &Column) -> Result<(DateFormat, Years)> {
        let spec = self.specs.get(name);
        let (format, pivot) = (spec.and_then(|spec| spec.format), spec.and_then(|spec| spec.pivot));
        match date::written(column, self.extra_missing(name), format, pivot) {
            Written::One(format, years) => Ok((format, years)),
            Written::Ambiguous(several) => {
                let formats: Vec<&str> = several.iter().map(|format| format.name()).collect();
                let place = Position {
                    file: Some(self.table.file.clone()),
                    column: Some(name.to_owned()),
                    ..Position::default()
                };
                let error = Error::new(ErrorKind::AmbiguousDate).with("formats", formats.join(", "));
                Err(error.with("format", formats[0]).at(place))
            }
        }
    }
}
