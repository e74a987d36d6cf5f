//! Columns as numbers, and how their numbers are written.

use std::rc::Rc;

use super::{Cohort, Numbers};
use crate::cohort::document::ColumnSpec;
use crate::error::{Error, ErrorKind, Position, Result};
use crate::table::number::{self, Declared, NumberFormat};
use crate::table::{ColumnType, missing, values};

impl Cohort<'_> {
    /// The column as numbers, by table row; `None` where missing or excluded.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::WrongColumnType`] if another type is declared; [`ErrorKind::BadCell`] with the
    /// place of the first cell that is not a number.
    pub fn number(&self, name: &str) -> Result<Rc<Vec<Option<f64>>>> {
        if let Some(known) = self.numbers.borrow().get(name) {
            return known.clone();
        }
        let made =
            self.column(name).and_then(|_| self.require(name, ColumnType::Number)).and_then(|()| self.numbers_of(name));
        self.numbers.borrow_mut().insert(name.to_owned(), made.clone());
        made
    }

    /// The cells as numbers, whatever the column is declared as.
    pub(super) fn numbers_of(&self, name: &str) -> Result<Rc<Vec<Option<f64>>>> {
        let column = self.column(name)?;
        if self.plain(name).is_some()
            && let Some(mut numbers) = column.plain_numbers(self.decimal())
        {
            if !self.excluded.is_empty() {
                let own = Rc::make_mut(&mut numbers);
                self.excluded.keys().for_each(|&row| own[row] = None);
            }
            return Ok(numbers);
        }
        let (format, unclear) = self.numbers(name);
        if let Some(mark) = unclear {
            let place =
                Position { column: Some(name.to_owned()), file: Some(self.table.file.clone()), ..Position::default() };
            return Err(Error::new(ErrorKind::AmbiguousNumber).with("mark", mark).at(place));
        }
        let numbers = self.read(name, column, |row, cell| {
            let bad = || self.at(ErrorKind::BadCell, row, name).with("expected", ColumnType::Number.name());
            format.read(cell).ok_or_else(bad)
        });
        numbers.map(Rc::new)
    }

    /// How the numbers of a column are written: as the study says, else as its cells tell, all of them being numbers; else with the
    /// decimal mark of the file alone.
    pub(in crate::cohort) fn number_format(&self, name: &str) -> NumberFormat {
        self.numbers(name).0
    }

    pub(super) fn numbers(&self, name: &str) -> Numbers {
        if let Some(&known) = self.formats.borrow().get(name) {
            return known;
        }
        let numbers = self.written_numbers(name);
        self.formats.borrow_mut().insert(name.to_owned(), numbers);
        numbers
    }

    pub(super) fn written_numbers(&self, name: &str) -> Numbers {
        let plain = NumberFormat::plain(self.decimal());
        let Ok(column) = self.column(name) else { return (plain, None) };
        let declared = self.declared_numbers(name);
        let missing = self.extra_missing(name);
        let column = self.without_excluded(name, column);
        if self.plain(name).is_some() {
            return (plain, None);
        }
        // Most columns have numbers with the file's mark and nothing else.
        let mut cells = column.cells().filter(|cell| !missing::is_missing(cell, missing));
        if declared == Declared::default() && cells.all(|cell| plain.read(cell).is_some()) {
            return (plain, None);
        }
        let values = values::present(&column, missing);
        let written = number::written(&values, self.decimal(), declared);
        let fits = written.n == values.iter().map(|(_, rows)| rows).sum::<usize>();
        match written.or {
            Some(or) if fits => (plain, Some(written.format.thousands.unwrap_or(or.decimal))),
            None if fits || declared != Declared::default() => (written.format, None),
            _ => (plain, None),
        }
    }

    /// Number of missing cells in the rows of the file, where the study says nothing of how to read the column and all other cells
    /// are numbers with the file's mark.
    pub(super) fn plain(&self, name: &str) -> Option<usize> {
        let column = self.column(name).ok()?;
        let undeclared = self.declared_numbers(name) == Declared::default() && self.extra_missing(name).is_empty();
        if undeclared && !self.recoded.contains_key(name) { column.plain(self.decimal()) } else { None }
    }

    pub(super) fn declared_numbers(&self, name: &str) -> Declared {
        self.specs.get(name).map(ColumnSpec::numbers).unwrap_or_default()
    }

    /// The decimal mark of a column: as declared, else that of the file.
    pub(super) fn mark(&self, name: &str) -> char {
        self.declared_numbers(name).decimal.unwrap_or(self.decimal())
    }
}
