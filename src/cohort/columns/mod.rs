//! The columns of a table by type, each cell checked against it.

mod dates;
mod declarations;
mod lenient;
mod levels;
mod numbers;
mod summary;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::hashing::{HashMap, IndexMap};

pub use self::dates::DateColumn;
pub(super) use self::lenient::Lenient;
pub use self::levels::Category;
pub(super) use self::levels::Coded;
pub use self::summary::{ColumnSummary, Recoded};
use super::document::{ColumnSpec, ExcludedRow};
use super::endpoint::{Excluded, Exclusion};
use super::suggestion;
use crate::error::{Caution, Error, ErrorKind, Position, Result};
use crate::table::number::NumberFormat;
use crate::table::{Column, ColumnType, Table, infer, level, missing};
use declarations::{inherited, with_suggestions};

/// A table with the study's declarations: columns by type, without the rows that the study excludes.
///
/// Cells of excluded rows are read by nobody: they raise no error, add no level and have no part in the type of a column.
/// A cell that does not fit fails what uses its column and nothing else, so columns are read when they are asked for.
#[derive(Debug)]
pub struct Cohort<'a> {
    table: &'a Table,
    specs: IndexMap<String, ColumnSpec>,
    /// New texts by level, of the columns that are recoded; numbers have the decimal mark of the file.
    recoded: HashMap<String, HashMap<String, Option<String>>>,
    /// Exclusion by excluded row, from 0.
    excluded: BTreeMap<usize, String>,
    cautions: Vec<Caution>,
    numbers: Typed<Vec<Option<f64>>>,
    categories: Typed<Category>,
    dates: Typed<DateColumn>,
    /// How the numbers of the columns that were asked for are written, by name.
    formats: RefCell<HashMap<String, Numbers>>,
}

/// How the numbers of a column are written, and the mark that keeps this from being told.
type Numbers = (NumberFormat, Option<char>);

/// Columns of one type that were asked for, by name: each is made once.
type Typed<T> = RefCell<HashMap<String, Result<Rc<T>>>>;

/// How the cells of a column become texts: missing ones have none, recoded ones another.
struct Cells<'s> {
    missing: &'s [String],
    recoded: Option<&'s HashMap<String, Option<String>>>,
    decimal: char,
}

impl<'s> Cells<'s> {
    fn text<'c>(&self, cell: &'c str) -> Option<&'c str>
    where
        's: 'c,
    {
        if missing::is_missing(cell, self.missing) {
            return None;
        }
        match self.recoded.and_then(|recoded| recoded.get(level::name(cell, self.decimal).as_ref())) {
            Some(to) => to.as_deref(),
            None => Some(cell),
        }
    }
}

impl<'a> Cohort<'a> {
    /// The table with these declarations, without these rows.
    ///
    /// A declared column that the file does not have is a caution, as is a declared level without a row, or a recoded value that no
    /// cell has. A column made of another has its missing values too.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] for an excluded row that the file does not have, or a value that is recoded twice.
    pub fn new(table: &'a Table, columns: &IndexMap<String, ColumnSpec>, exclude: &[ExcludedRow]) -> Result<Self> {
        let mut excluded: BTreeMap<usize, String> = BTreeMap::new();
        for (i, ExcludedRow { row, reason, .. }) in exclude.iter().enumerate() {
            let index = row.checked_sub(1).filter(|&index| index < table.n_rows()).ok_or_else(|| {
                let place = Position { path: Some(format!("data.exclude[{i}].row")), ..Position::default() };
                let error = Error::new(ErrorKind::BadOption).with("option", "row").with("found", row);
                error.with("expected", format!("1 … {}", table.n_rows())).at(place)
            })?;
            let reasons = excluded.entry(index).or_default();
            if !reasons.is_empty() {
                reasons.push_str("; ");
            }
            reasons.push_str(reason);
        }
        for (name, spec) in columns {
            let marks = spec.numbers();
            if let (Some(thousands), Some(decimal)) = (marks.thousands, marks.decimal)
                && thousands == decimal
            {
                let path = format!("data.columns.{name}.thousands");
                let error = Error::new(ErrorKind::BadOption).with("option", "thousands").with("found", thousands);
                let expected = format!("≠ decimal ({decimal})");
                return Err(error.with("expected", expected).at(Position { path: Some(path), ..Position::default() }));
            }
        }
        let columns = &with_suggestions(table, columns);
        let specs = columns.iter().map(|(name, spec)| (name.clone(), inherited(spec, columns))).collect();
        let mut cohort = Self::bare(table, specs, excluded);
        for (name, spec) in columns.iter().filter(|(_, spec)| !spec.recode.is_empty()) {
            let recoded = cohort.recoding(name, spec)?;
            cohort.recoded.insert(name.clone(), recoded);
        }
        cohort.cautions = cohort.check_declarations();
        Ok(cohort)
    }

    /// The table.
    pub fn table(&self) -> &'a Table {
        self.table
    }

    /// What was noticed about the declarations.
    pub fn cautions(&self) -> &[Caution] {
        &self.cautions
    }

    /// The rows that the study excludes.
    pub fn excluded(&self) -> Vec<Excluded> {
        self.excluded.keys().filter_map(|&row| self.exclusion(row)).collect()
    }

    /// The exclusion of `row` (from 0) by the study, if it has one.
    pub fn exclusion(&self, row: usize) -> Option<Excluded> {
        let note = self.excluded.get(&row)?.clone();
        let line = self.table.line(row);
        Some(Excluded { row: row + 1, line, reason: Exclusion::ExcludedByStudy, note: Some(note) })
    }

    /// The type of a column: as declared (`levels` declare a category), else inferred.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub fn column_type(&self, name: &str) -> Result<ColumnType> {
        self.column(name)?;
        self.declared_type(name).map_or_else(|| self.inferred(name).map(|inferred| inferred.kind), Ok)
    }

    /// What a column was found to be, whatever the study declares.
    pub(super) fn inferred(&self, name: &str) -> Result<infer::Inferred> {
        let column = self.without_excluded(name, self.column(name)?);
        let pivot = self.specs.get(name).and_then(|spec| spec.pivot);
        Ok(infer::declared(&column, self.decimal(), self.extra_missing(name), self.declared_numbers(name), pivot))
    }

    /// Whether the file has a column of this name, or the study makes one.
    pub fn has(&self, name: &str) -> bool {
        self.column(name).is_ok()
    }

    /// How many of its unit the ratios of this column are per, where the study says so.
    pub fn per(&self, name: &str) -> Option<f64> {
        self.specs.get(name).and_then(|spec| spec.per)
    }

    /// What is wrong with a column's cells by its declared type, where it has one that cells can fail.
    pub(super) fn check_declared(&self, name: &str) -> Result<()> {
        match self.specs.get(name).and_then(|spec| spec.kind) {
            Some(ColumnType::Number) => self.number(name).map(|_| ()),
            Some(ColumnType::Date) => self.date(name).map(|_| ()),
            Some(ColumnType::Category | ColumnType::Text) | None => Ok(()),
        }
    }

    /// `value` of each cell that is neither missing nor excluded.
    fn read<'s, T>(
        &'s self,
        name: &str,
        column: &'s Column,
        mut value: impl FnMut(usize, &'s str) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        let cells = self.cells(name);
        (0..column.len())
            .map(|row| match cells.text(column.cell(row)) {
                Some(text) if !self.excluded.contains_key(&row) => value(row, text).map(Some),
                _ => Ok(None),
            })
            .collect()
    }

    fn cells(&self, name: &str) -> Cells<'_> {
        Cells { missing: self.extra_missing(name), recoded: self.recoded.get(name), decimal: self.mark(name) }
    }

    /// The column of the file whose cells the column `name` has.
    fn source<'n>(&'n self, name: &'n str) -> &'n str {
        self.specs.get(name).and_then(|spec| spec.from.as_deref()).unwrap_or(name)
    }

    /// The cells of the column of this name.
    fn column(&self, name: &str) -> Result<&'a Column> {
        let made_of = self.specs.get(name).and_then(|spec| spec.from.as_deref());
        if made_of.is_some() && self.table.column(name).is_some() {
            let place = Position { path: Some(format!("data.columns.{name}.from")), ..Position::default() };
            let error = Error::new(ErrorKind::BadOption).with("option", "from").with("found", name);
            return Err(error.with("expected", "a name that no column of the file has").at(place));
        }
        let name = made_of.unwrap_or(name);
        self.table.column(name).ok_or_else(|| {
            let place = Position { file: Some(self.table.file.clone()), ..Position::default() };
            let error = Error::new(ErrorKind::UnknownColumn).with("name", name);
            error.with("suggestion", self.suggestion(name)).at(place)
        })
    }

    fn suggestion(&self, name: &str) -> String {
        suggestion::near(name, self.table.columns.iter().map(|column| column.name.as_str()))
    }

    /// Refuses a column that is declared as another type than the one needed.
    fn require(&self, name: &str, expected: ColumnType) -> Result<()> {
        match self.declared_type(name) {
            Some(found) if found != expected => {
                let place = Position { file: Some(self.table.file.clone()), ..Position::default() };
                let error = Error::new(ErrorKind::WrongColumnType).with("name", name).with("found", found.name());
                Err(error.with("expected", expected.name()).at(place))
            }
            _ => Ok(()),
        }
    }

    fn declared_type(&self, name: &str) -> Option<ColumnType> {
        let spec = self.specs.get(name)?;
        if spec.cuts.is_some() {
            return Some(ColumnType::Category);
        }
        let has_levels = spec.levels.is_some() || spec.reference.is_some();
        let by_format = spec.format.map(|_| ColumnType::Date);
        spec.kind.or(has_levels.then_some(ColumnType::Category)).or(by_format)
    }

    fn extra_missing(&self, name: &str) -> &[String] {
        self.specs.get(name).map_or(&[], |spec| &spec.missing)
    }

    /// The decimal mark of the file.
    pub(super) fn decimal(&self) -> char {
        self.table.dialect.decimal
    }

    /// The column without the cells of excluded rows, recoded.
    fn without_excluded(&self, name: &str, column: &'a Column) -> Cow<'a, Column> {
        let is_recoded = self.recoded.contains_key(name);
        if self.excluded.is_empty() && !is_recoded {
            return Cow::Borrowed(column);
        }
        let cells = self.cells(name);
        let mut kept = Column::default();
        for row in (0..column.len()).filter(|row| !self.excluded.contains_key(row)) {
            let cell = column.cell(row);
            kept.push(if is_recoded { cells.text(cell).unwrap_or_default() } else { cell });
        }
        Cow::Owned(kept)
    }

    /// An error at a cell.
    pub(super) fn at(&self, kind: ErrorKind, row: usize, name: &str) -> Error {
        Error::new(kind).at(self.position(row, name))
    }

    /// The place of a cell: file, row, line, column and text. `row` is from 0.
    pub fn position(&self, row: usize, name: &str) -> Position {
        Position {
            file: Some(self.table.file.clone()),
            row: Some(row + 1),
            line: Some(self.table.line(row)),
            column: Some(self.source(name).to_owned()),
            cell: Some(self.cell(row, name).to_owned()),
            ..Position::default()
        }
    }

    /// The text of a cell; empty where there is no such column.
    pub(super) fn cell(&self, row: usize, name: &str) -> &'a str {
        self.table.column(self.source(name)).map_or("", |column| column.cell(row))
    }

    /// The names of the columns: those of the file, then those that the study makes.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let made = self.specs.iter().filter(|(_, spec)| spec.from.is_some()).map(|(name, _)| name.as_str());
        let of_file = self.table.columns.iter().map(|column| column.name.as_str());
        of_file.chain(made.filter(|name| self.table.column(name).is_none() && self.has(name)))
    }

    /// Whether the study declares a column as of this type.
    pub(super) fn declares(&self, name: &str, kind: ColumnType) -> bool {
        self.declared_type(name) == Some(kind)
    }

    /// Whether the study makes levels of a column by cut points.
    pub(super) fn has_cuts(&self, name: &str) -> bool {
        self.specs.get(name).is_some_and(|spec| spec.cuts.is_some())
    }

    /// Whether the study names the levels of a column.
    pub(super) fn has_levels(&self, name: &str) -> bool {
        self.specs.get(name).is_some_and(|spec| spec.levels.is_some())
    }

    /// The same without these rows (from 0) too.
    pub(super) fn without(&self, rows: &BTreeSet<usize>) -> Self {
        let mut excluded = self.excluded.clone();
        for &row in rows {
            excluded.entry(row).or_default();
        }
        self.excluding(excluded)
    }

    /// The same without these rows (from 0), and with those that the study excludes.
    pub(super) fn without_only(&self, rows: &BTreeSet<usize>) -> Self {
        self.excluding(rows.iter().map(|&row| (row, String::new())).collect())
    }

    fn excluding(&self, excluded: BTreeMap<usize, String>) -> Self {
        Self { recoded: self.recoded.clone(), ..Self::bare(self.table, self.specs.clone(), excluded) }
    }

    /// The table with these declarations, nothing of which has been looked at.
    fn bare(table: &'a Table, specs: IndexMap<String, ColumnSpec>, excluded: BTreeMap<usize, String>) -> Self {
        Self {
            table,
            specs,
            recoded: HashMap::default(),
            excluded,
            cautions: Vec::new(),
            numbers: Typed::default(),
            categories: Typed::default(),
            dates: Typed::default(),
            formats: RefCell::default(),
        }
    }

    /// Whether the study leaves any row out.
    pub(super) fn has_excluded(&self) -> bool {
        !self.excluded.is_empty()
    }

    /// Whether the study leaves `row` (from 0) out.
    pub(super) fn is_excluded(&self, row: usize) -> bool {
        self.excluded.contains_key(&row)
    }
}

/// The typed column of this name, made and kept at the first call.
fn once<T>(typed: &Typed<T>, name: &str, make: impl FnOnce() -> Result<T>) -> Result<Rc<T>> {
    if let Some(known) = typed.borrow().get(name) {
        return known.clone();
    }
    let made = make().map(Rc::new);
    typed.borrow_mut().insert(name.to_owned(), made.clone());
    made
}

/// The typed column of this name, made if nobody asked for it before, and not kept.
fn peek<T>(typed: &Typed<T>, name: &str, make: impl FnOnce() -> Result<T>) -> Result<Rc<T>> {
    let known = typed.borrow().get(name).cloned();
    known.unwrap_or_else(|| make().map(Rc::new))
}

#[cfg(test)]
mod tests;
