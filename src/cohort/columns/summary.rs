//! The columns as the results tell of them.

use std::borrow::Cow;

use serde::Serialize;

use super::{Cohort, peek};
use crate::cohort::document::Cuts;
use crate::cohort::scalar;
use crate::error::{Error, Result};
use crate::hashing::HashMap;
use crate::table::date::{Date, DateFormat};
use crate::table::inspect::Extreme;
use crate::table::number::NumberFormat;
use crate::table::{Column, ColumnType, level, missing, values};

/// Levels that [`Cohort::summary`] lists by name; of more, only the number is given.
const LISTED_LEVELS: usize = 100;

/// A column as the results tell of it.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnSummary {
    /// Name in the file.
    pub name: String,
    /// Type that was used.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether the study declares the type; else it was inferred.
    pub declared: bool,
    /// Missing cells among the rows that the study does not exclude.
    pub n_missing: usize,
    /// Number of levels, of a category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_levels: Option<usize>,
    /// The levels in order, of a category that has no more than 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<String>>,
    /// Rows of each of `levels`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level_counts: Option<Vec<usize>>,
    /// The column of the file whose cells it has, where the study makes it of another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What became of the values that the study recodes, in its order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recoded: Vec<Recoded>,
    /// The cut points that made its levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cuts: Option<Cuts>,
    /// Smallest value, of a column of dates, or of numbers that the study declares something of; `None` where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Extreme>,
    /// Largest value, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Extreme>,
    /// How its dates are written, declared or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<DateFormat>,
    /// First and last of the hundred years to which its years of two digits belong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<[i32; 2]>,
    /// Rows whose time of day was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_times: Option<usize>,
    /// How its numbers are written, where that is more than the decimal mark of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbers: Option<NumberFormat>,
    /// What keeps the column from being used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// A value that the study recodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recoded {
    /// The value in the file.
    pub from: String,
    /// What it is read as; `None` for missing.
    pub to: Option<String>,
    /// Rows that have it, among those that the study does not exclude.
    pub n: usize,
}

impl Cohort<'_> {
    /// Every column as it is used, in the order of the file, and those that the study makes.
    pub fn summary(&self) -> Vec<ColumnSummary> {
        let made = self.specs.iter().filter(|(_, spec)| spec.from.is_some()).map(|(name, _)| name.as_str());
        let of_file = self.table.columns.iter().map(|column| column.name.as_str());
        of_file.chain(made.filter(|name| self.table.column(name).is_none())).map(|name| self.summary_of(name)).collect()
    }

    /// A column as it is used. What it is typed to is not kept: nobody may have asked for it.
    pub(super) fn summary_of(&self, name: &str) -> ColumnSummary {
        let declared = self.declared_type(name);
        let spec = self.specs.get(name);
        let cells = self.cells(name);
        let is_missing = |column: &Column, row: usize| cells.text(column.cell(row)).is_none();
        let plain = self.plain(name);
        let n_missing = plain.filter(|_| self.excluded.is_empty()).unwrap_or_else(|| {
            self.column(name).map_or(0, |column| {
                let rows = (0..column.len()).filter(|row| !self.excluded.contains_key(row));
                rows.filter(|&row| is_missing(column, row)).count()
            })
        });
        let mut summary = ColumnSummary {
            name: name.to_owned(),
            kind: declared.unwrap_or(ColumnType::Text),
            declared: declared.is_some(),
            n_missing,
            n_levels: None,
            levels: None,
            level_counts: None,
            from: spec.and_then(|spec| spec.from.clone()),
            recoded: self.recoded_counts(name).unwrap_or_default(),
            cuts: spec.and_then(|spec| spec.cuts.clone()),
            min: None,
            max: None,
            format: None,
            window: None,
            n_times: None,
            numbers: None,
            error: None,
        };
        let outcome = self.column_type(name).and_then(|kind| {
            summary.kind = kind;
            match kind {
                ColumnType::Number if plain.is_some() => Ok(None),
                ColumnType::Number => {
                    self.numbers.borrow().get(name).cloned().unwrap_or_else(|| self.numbers_of(name)).map(|numbers| {
                        let ends = values::range(numbers.iter().flatten().copied());
                        (summary.min, summary.max) = ends.map(|ends| ends.map(Extreme::Number).into()).unzip();
                        let plain = NumberFormat::plain(self.decimal());
                        summary.numbers = Some(self.number_format(name)).filter(|&format| format != plain);
                        None
                    })
                }
                ColumnType::Date => peek(&self.dates, name, || self.date_of(name)).map(|dates| {
                    let ends = values::range(dates.days.iter().flatten().copied());
                    let day = |days| Date::from_days(days).map(Extreme::Date);
                    (summary.min, summary.max) = ends.and_then(|[first, last]| Some((day(first)?, day(last)?))).unzip();
                    summary.format = Some(dates.format);
                    summary.window = dates.window.map(|(first, _)| [first, first + 99]);
                    summary.n_times = Some(dates.time_rows.len()).filter(|&n| n > 0);
                    None
                }),
                ColumnType::Category => peek(&self.categories, name, || self.category_of(name)).map(Some),
                ColumnType::Text => Ok(None),
            }
        });
        match outcome {
            Ok(Some(category)) => {
                summary.n_levels = Some(category.levels.len());
                if category.levels.len() <= LISTED_LEVELS {
                    let mut counts = vec![0; category.levels.len()];
                    category.codes.iter().flatten().for_each(|&code| counts[code as usize] += 1);
                    summary.levels = Some(category.levels.clone());
                    summary.level_counts = Some(counts);
                }
            }
            Ok(None) => {}
            Err(error) => summary.error = Some(error),
        }
        summary
    }

    /// How often each recoded value of a column occurs, in the order of the study.
    pub(super) fn recoded_counts(&self, name: &str) -> Result<Vec<Recoded>> {
        let Some(spec) = self.specs.get(name).filter(|spec| !spec.recode.is_empty()) else { return Ok(Vec::new()) };
        let column = self.column(name)?;
        let mut cells: HashMap<&str, usize> = HashMap::default();
        for row in (0..column.len()).filter(|row| !self.excluded.contains_key(row)) {
            *cells.entry(column.cell(row)).or_insert(0) += 1;
        }
        let mut levels: HashMap<Cow<str>, usize> = HashMap::default();
        for (cell, n) in cells.into_iter().filter(|(cell, _)| !missing::is_missing(cell, &spec.missing)) {
            *levels.entry(level::name(cell, self.mark(name))).or_insert(0) += n;
        }
        let count = |from: &str| levels.get(scalar::level_of(from, self.mark(name)).as_str()).copied().unwrap_or(0);
        let recoded =
            |(from, to): (&String, &Option<String>)| Recoded { from: from.clone(), to: to.clone(), n: count(from) };
        Ok(spec.recode.iter().map(recoded).collect())
    }
}
