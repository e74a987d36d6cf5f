//! Typed columns of a table, as declared or inferred. A cell that does not fit is an error, never taken for missing.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::Serialize;

use super::endpoint::{Excluded, Exclusion};
use super::spec::{ColumnSpec, ExcludedRow, Partial};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};
use crate::table::date::{self, DateCell, DateFormat};
use crate::table::infer::{self, Inferred};
use crate::table::{Column, ColumnType, Table, level, missing, number};

/// A table with the study's declarations. Columns are typed when they are asked for, so that a bad cell fails only what uses its
/// column. Cells of excluded rows are missing everywhere and are never complained about.
pub struct Cohort<'a> {
    table: &'a Table,
    specs: &'a IndexMap<String, ColumnSpec>,
    /// The study's reason for each excluded row, by row from 0.
    excluded: HashMap<usize, &'a str>,
    cautions: Vec<Caution>,
}

/// A column as a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Names of the levels in order; the first is the reference.
    pub levels: Vec<String>,
    /// Index of each row's level; `None` where missing.
    pub codes: Vec<Option<u32>>,
}

/// A column as dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateColumn {
    /// Days since 1970-01-01; `None` where missing. Time of day is dropped.
    pub days: Vec<Option<i64>>,
    /// Cells without a day that were completed as declared.
    pub n_partial: usize,
}

/// A column as the results list it.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnSummary {
    /// Name.
    pub name: String,
    /// Name for people, where declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Type that is used.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether the study declares the type.
    pub declared: bool,
    /// Missing cells.
    pub n_missing: usize,
}

impl<'a> Cohort<'a> {
    /// A table with declarations of columns by name, and rows that are left out of everything.
    ///
    /// A declaration of a column that the file does not have is a caution: whatever uses the column fails by itself.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] for an excluded row that the file does not have.
    pub fn new(table: &'a Table, specs: &'a IndexMap<String, ColumnSpec>, exclude: &'a [ExcludedRow]) -> Result<Self> {
        let mut excluded = HashMap::new();
        for (i, row) in exclude.iter().enumerate() {
            if row.row == 0 || row.row > table.n_rows() {
                let position = Position { path: Some(format!("data.exclude[{i}].row")), ..Position::default() };
                return Err(Error::new(ErrorKind::BadOption)
                    .with("option", "row")
                    .with("found", row.row)
                    .with("expected", format!("1 … {}", table.n_rows()))
                    .at(position));
            }
            excluded.insert(row.row - 1, row.reason.as_str());
        }
        let undefined = specs.keys().filter(|name| table.column(name).is_none());
        let cautions = undefined.map(|name| Caution::new(CautionKind::DeclaredColumnMissing).with("name", name));
        Ok(Self { table, specs, excluded, cautions: cautions.collect() })
    }

    /// The table.
    pub fn table(&self) -> &'a Table {
        self.table
    }

    /// What was noticed of the declarations.
    pub fn cautions(&self) -> &[Caution] {
        &self.cautions
    }

    /// Whether the study leaves out row `row` (from 0), and its reason.
    pub fn exclusion(&self, row: usize) -> Option<&'a str> {
        self.excluded.get(&row).copied()
    }

    /// Every row that the study leaves out, in order.
    pub fn excluded(&self) -> Vec<Excluded> {
        let mut rows: Vec<usize> = self.excluded.keys().copied().collect();
        rows.sort_unstable();
        rows.into_iter().map(|row| self.excluded_row(row, Exclusion::ExcludedByStudy)).collect()
    }

    /// The record of a row that is left out.
    pub(super) fn excluded_row(&self, row: usize, reason: Exclusion) -> Excluded {
        let note = (reason == Exclusion::ExcludedByStudy).then(|| self.exclusion(row).unwrap_or_default().to_owned());
        Excluded { row: row + 1, line: self.table.line(row), reason, note }
    }

    /// The place of a cell.
    pub fn position(&self, row: usize, column: &str) -> Position {
        Position {
            file: Some(self.table.file.clone()),
            row: Some(row + 1),
            line: Some(self.table.line(row)),
            column: Some(column.to_owned()),
            cell: self.table.column(column).map(|column| column.cell(row).to_owned()),
            ..Position::default()
        }
    }

    /// The type of a column: as declared, else as inferred.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub fn column_type(&self, name: &str) -> Result<ColumnType> {
        let column = self.column(name)?;
        Ok(self.declared(name).unwrap_or_else(|| self.inferred(column).kind))
    }

    /// Each column with the type that is used.
    pub fn summary(&self) -> Vec<ColumnSummary> {
        let summary = |column: &Column| {
            let declared = self.declared(&column.name);
            let inferred = self.inferred(column);
            ColumnSummary {
                name: column.name.clone(),
                label: self.specs.get(&column.name).and_then(|spec| spec.label.clone()),
                kind: declared.unwrap_or(inferred.kind),
                declared: declared.is_some(),
                n_missing: inferred.n_missing,
            }
        };
        self.table.columns.iter().map(summary).collect()
    }

    /// A column as numbers.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::BadCell`] at the first cell that is not a number.
    pub fn number(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let decimal = self.table.dialect.decimal;
        self.cells(name, |row, cell| {
            number::parse(cell, decimal)
                .ok_or_else(|| Error::new(ErrorKind::BadCell).with("expected", "number").at(self.position(row, name)))
        })
    }

    /// A column as a category: any column can be one.
    ///
    /// Levels are those declared, else the distinct values of the entire file in numeric order, or in code-point order where one is
    /// not a number; a number is named in its shortest form.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::UnknownLevel`] at the first cell outside the declared levels; those of the declared
    /// type.
    pub fn category(&self, name: &str) -> Result<Category> {
        let column = self.column(name)?;
        self.check(name)?;
        let decimal = self.table.dialect.decimal;
        let levels = match self.specs.get(name).and_then(|spec| spec.levels.as_ref()) {
            Some(levels) => levels.iter().map(|level| level::name(level, '.').into_owned()).collect(),
            None => level::of_column(column, decimal, self.missing(name)),
        };
        let codes: HashMap<&str, u32> =
            levels.iter().enumerate().filter_map(|(i, level)| Some((level.as_str(), u32::try_from(i).ok()?))).collect();
        let codes = self.cells(name, |row, cell| {
            codes.get(level::name(cell, decimal).as_ref()).copied().ok_or_else(|| {
                let error = Error::new(ErrorKind::UnknownLevel).with("levels", levels.join(", "));
                error.at(self.position(row, name))
            })
        })?;
        Ok(Category { levels, codes })
    }

    /// A column as calendar days.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::AmbiguousDate`] when day and month cannot be told apart;
    /// [`ErrorKind::BadCell`] at the first cell that is not a date; [`ErrorKind::PartialDate`] at the first without its day,
    /// unless the column says how to read it.
    pub fn date(&self, name: &str) -> Result<DateColumn> {
        let column = self.column(name)?;
        let formats = self.date_formats(column);
        if formats.len() > 1 {
            let names: Vec<String> = formats.iter().map(ToString::to_string).collect();
            let position =
                Position { file: Some(self.table.file.clone()), column: Some(name.to_owned()), ..Position::default() };
            return Err(Error::new(ErrorKind::AmbiguousDate).with("formats", names.join(", ")).at(position));
        }
        // A column of which no format fits every cell: read in the format of most cells, to name the first cell that differs.
        let format = formats.first().copied().unwrap_or_else(|| self.usual_format(column));
        let partial = self.specs.get(name).and_then(|spec| spec.partial);
        let mut n_partial = 0;
        let days = self.cells(name, |row, cell| match (date::parse(cell, format), partial) {
            (DateCell::Full(date), _) => Ok(date.days()),
            (DateCell::Partial(date), Some(Partial::Mid)) => {
                n_partial += 1;
                let middle = date.middle().map(date::Date::days);
                middle
                    .ok_or_else(|| Error::new(ErrorKind::BadCell).with("expected", "date").at(self.position(row, name)))
            }
            (DateCell::Partial(_), None) => Err(Error::new(ErrorKind::PartialDate).at(self.position(row, name))),
            (DateCell::None, _) => Err(Error::new(ErrorKind::BadCell)
                .with("expected", format!("date ({format})"))
                .at(self.position(row, name))),
        })?;
        Ok(DateColumn { days, n_partial })
    }

    /// A column as trimmed texts, which borrow from the table.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; those of the declared type.
    pub fn text(&self, name: &str) -> Result<Vec<Option<&'a str>>> {
        let column = self.column(name)?;
        self.check(name)?;
        let texts = (0..column.len()).map(|row| self.cell(column, row));
        Ok(texts.collect())
    }

    /// Whether each row's value in a column is one of `values` (names of levels). Missing is never in; rows that the study leaves out are
    /// judged like all others.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub fn is_in(&self, name: &str, values: &[String]) -> Result<Vec<bool>> {
        let column = self.column(name)?;
        let decimal = self.table.dialect.decimal;
        let is_in = |cell: &str| {
            let level = level::name(cell, decimal);
            !missing::is_missing(cell, self.missing(name)) && values.iter().any(|value| *value == level)
        };
        Ok(column.cells().map(is_in).collect())
    }

    /// Cells must fit the declared type, whatever the column is used for.
    fn check(&self, name: &str) -> Result<()> {
        match self.declared(name) {
            Some(ColumnType::Number) => self.number(name).map(|_| ()),
            Some(ColumnType::Date) => self.date(name).map(|_| ()),
            Some(ColumnType::Category | ColumnType::Text) | None => Ok(()),
        }
    }

    /// The column of this name.
    fn column(&self, name: &str) -> Result<&'a Column> {
        self.table.column(name).ok_or_else(|| {
            let near = self.table.columns.iter().map(|column| (distance(&column.name, name), &column.name)).min();
            let suggestion = match near {
                Some((distance, near)) if distance <= name.chars().count().div_ceil(3) => format!(" (“{near}”?)"),
                _ => String::new(),
            };
            let position = Position { file: Some(self.table.file.clone()), ..Position::default() };
            Error::new(ErrorKind::UnknownColumn).with("name", name).with("suggestion", suggestion).at(position)
        })
    }

    /// Each cell of a column, typed; missing cells and excluded rows are `None`.
    fn cells<T>(&self, name: &str, mut read: impl FnMut(usize, &str) -> Result<T>) -> Result<Vec<Option<T>>> {
        let column = self.column(name)?;
        (0..column.len()).map(|row| self.cell(column, row).map(|cell| read(row, cell)).transpose()).collect()
    }

    /// The text of a cell, unless it is missing or its row is left out.
    fn cell(&self, column: &'a Column, row: usize) -> Option<&'a str> {
        let cell = column.cell(row);
        let missing = missing::is_missing(cell, self.missing(&column.name)) || self.excluded.contains_key(&row);
        (!missing).then_some(cell)
    }

    /// The column's own texts for missing.
    fn missing(&self, name: &str) -> &'a [String] {
        self.specs.get(name).map_or(&[], |spec| spec.missing.as_slice())
    }

    /// The declared type; declared levels make a category.
    fn declared(&self, name: &str) -> Option<ColumnType> {
        let spec = self.specs.get(name)?;
        spec.kind.or_else(|| spec.levels.as_ref().map(|_| ColumnType::Category))
    }

    fn inferred(&self, column: &Column) -> Inferred {
        infer::column_type(column, self.table.dialect.decimal, self.missing(&column.name))
    }

    /// The formats that fit every cell; those that read every cell alike count as one. Rows that are left out have no say, so a
    /// column can be mended by leaving out the row that does not fit.
    fn date_formats(&self, column: &'a Column) -> Vec<DateFormat> {
        if self.excluded.is_empty() {
            return date::formats_of(column, self.missing(&column.name));
        }
        let mut formats: Vec<DateFormat> = Vec::new();
        for format in DateFormat::ALL {
            let mut cells = (0..column.len()).filter_map(|row| self.cell(column, row));
            let alike = |&other: &DateFormat| {
                let mut cells = (0..column.len()).filter_map(|row| self.cell(column, row));
                cells.all(|cell| date::parse(cell, format) == date::parse(cell, other))
            };
            if cells.all(|cell| date::parse(cell, format) != DateCell::None) && !formats.iter().any(alike) {
                formats.push(format);
            }
        }
        formats
    }

    /// The format in which most cells are dates.
    fn usual_format(&self, column: &'a Column) -> DateFormat {
        let fits = |format: &DateFormat| {
            let cells = (0..column.len()).filter_map(|row| self.cell(column, row));
            cells.filter(|cell| date::parse(cell, *format) != DateCell::None).count()
        };
        // The first of the best, so that ISO wins where nothing fits.
        let best = DateFormat::ALL.iter().rev().copied().max_by_key(fits);
        best.unwrap_or(DateFormat::Iso)
    }
}

/// Edit distance between two names, upper and lower case being equal.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
