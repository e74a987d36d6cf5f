//! Columns in which cells that do not fit are told apart rather than refused: what an audit reads.

use super::Cohort;
use crate::cohort::scalar;
use crate::error::Result;
use crate::table::{Column, ColumnType, level};

/// A column of which cells that do not fit are told apart from missing ones, rows that the study excludes included.
pub(in crate::cohort) struct Lenient<T> {
    /// By table row; `None` where missing or unreadable.
    pub values: Vec<Option<T>>,
    /// Table rows (from 0) whose cell does not fit, ascending.
    pub unreadable: Vec<usize>,
}

impl Cohort<'_> {
    /// The column as calendar days, cells that are none told apart, in every row of the file.
    ///
    /// # Errors
    /// Those of [`Self::date`] that are of the column as a whole.
    pub(in crate::cohort) fn lenient_date(&self, name: &str) -> Result<Lenient<i64>> {
        let column = self.column(name)?;
        self.require(name, ColumnType::Date)?;
        let (format, years) = self.date_format(name, &self.without_excluded(name, column))?;
        let day = self.day_reader(name, format, years);
        Ok(self.lenient(name, column, |cell| day(cell).ok().map(|(day, _)| day)))
    }

    /// The column as numbers, cells that are none told apart, in every row of the file, whatever the column is declared as.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub(in crate::cohort) fn lenient_number(&self, name: &str) -> Result<Lenient<f64>> {
        let format = self.number_format(name);
        Ok(self.lenient(name, self.column(name)?, |cell| format.read(cell)))
    }

    /// The cells as levels by name, those outside declared levels told apart, in every row of the file.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub(in crate::cohort) fn lenient_level(&self, name: &str) -> Result<Lenient<String>> {
        let format = self.number_format(name);
        let declared: Option<Vec<String>> = self
            .specs
            .get(name)
            .filter(|spec| spec.cuts.is_none())
            .and_then(|spec| spec.levels.as_ref())
            .map(|levels| levels.iter().map(|level| scalar::level_of(level, format)).collect());
        Ok(self.lenient(name, self.column(name)?, |cell| {
            let level = level::name(cell, format);
            let is_known = declared.as_ref().is_none_or(|levels| levels.iter().any(|known| *known == level));
            is_known.then(|| level.into_owned())
        }))
    }

    pub(super) fn lenient<'s, T>(
        &'s self,
        name: &str,
        column: &'s Column,
        value: impl Fn(&'s str) -> Option<T>,
    ) -> Lenient<T> {
        let cells = self.cells(name);
        let mut unreadable = Vec::new();
        let of_row = |row: usize| {
            let text = cells.text(column.cell(row))?;
            let value = value(text);
            if value.is_none() {
                unreadable.push(row);
            }
            value
        };
        let values = (0..column.len()).map(of_row).collect();
        Lenient { values, unreadable }
    }
}
