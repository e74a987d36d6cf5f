//! The columns of a table by type, each cell checked against it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use indexmap::IndexMap;
use serde::Serialize;

use super::document::{ColumnSpec, Cuts, ExcludedRow, Partial};
use super::endpoint::{Excluded, Exclusion};
use super::{scalar, suggestion};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};
use crate::table::date::{self, Date, DateCell, DateFormat, Reading, Written, Years};
use crate::table::inspect::Extreme;
use crate::table::number::{self, Declared, NumberFormat};
use crate::table::{Column, ColumnType, Table, infer, level, missing, values};

/// Levels that [`Cohort::summary`] lists by name; of more, only the number is given.
const LISTED_LEVELS: usize = 100;

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

/// A column of levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The levels in order, the first being the reference.
    pub levels: Vec<String>,
    /// Index into `levels` by table row; `None` where missing or excluded.
    pub codes: Vec<Option<u32>>,
}

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

/// A column as codes of its distinct texts, in order of appearance.
pub(super) struct Coded<'a> {
    pub texts: Vec<&'a str>,
    pub codes: Vec<Option<u32>>,
}

/// The declarations, and for what they leave open what the file itself says (value labels, missing codes, dates).
fn with_suggestions(table: &Table, declared: &IndexMap<String, ColumnSpec>) -> IndexMap<String, ColumnSpec> {
    let mut specs = declared.clone();
    for column in &table.columns {
        let Some(suggested) = column.suggested.as_deref() else { continue };
        let spec = specs.entry(column.name.clone()).or_default();
        // Levels belong to the type that the file means; a study that declares another says more than the file.
        let is_same = spec.kind.is_none_or(|kind| Some(kind) == suggested.kind);
        // Recoded or cut, it has other levels.
        let is_as_read = spec.recode.is_empty() && spec.cuts.is_none() && spec.from.is_none();
        if is_same && is_as_read && spec.levels.is_none() {
            spec.kind = suggested.kind;
            let levels = suggested.levels.as_ref();
            spec.levels = levels.map(|levels| levels.iter().map(|text| level::name(text, '.').into_owned()).collect());
        }
        spec.label = spec.label.take().or_else(|| suggested.label.clone());
        spec.unit = spec.unit.take().or_else(|| suggested.unit.clone());
        if spec.missing.is_empty() {
            spec.missing.clone_from(&suggested.missing);
        }
    }
    specs
}

/// A column of which cells that do not fit are told apart from missing ones, rows that the study excludes included.
pub(super) struct Lenient<T> {
    /// By table row; `None` where missing or unreadable.
    pub values: Vec<Option<T>>,
    /// Table rows (from 0) whose cell does not fit, ascending.
    pub unreadable: Vec<usize>,
}

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
        let mut cohort = Self {
            table,
            specs,
            recoded: HashMap::new(),
            excluded,
            cautions: Vec::new(),
            numbers: Typed::default(),
            categories: Typed::default(),
            dates: Typed::default(),
            formats: RefCell::default(),
        };
        for (name, spec) in columns.iter().filter(|(_, spec)| !spec.recode.is_empty()) {
            let recoded = cohort.recoding(name, spec)?;
            cohort.recoded.insert(name.clone(), recoded);
        }
        cohort.cautions = cohort.check_declarations();
        Ok(cohort)
    }

    /// The new texts of a column by level, as this file writes numbers.
    fn recoding(&self, name: &str, spec: &ColumnSpec) -> Result<HashMap<String, Option<String>>> {
        let mut recoded = HashMap::new();
        for (from, to) in &spec.recode {
            let as_written = |text: &String| match number::parse(text, '.') {
                Some(_) => text.replace('.', &self.mark(name).to_string()),
                None => text.clone(),
            };
            let level = scalar::level_of(from, self.mark(name));
            if recoded.insert(level, to.as_ref().map(as_written)).is_some() {
                let place = Position { path: Some(format!("data.columns.{name}.recode")), ..Position::default() };
                let error = Error::new(ErrorKind::BadOption).with("option", "recode").with("found", from);
                return Err(error.with("expected", "each value once").at(place));
            }
        }
        Ok(recoded)
    }

    fn check_declarations(&self) -> Vec<Caution> {
        let mut cautions = Vec::new();
        for (name, spec) in &self.specs {
            if self.table.column(spec.from.as_ref().unwrap_or(name)).is_none() {
                let name = spec.from.as_ref().unwrap_or(name);
                let caution = Caution::new(CautionKind::DeclaredColumnMissing).with("name", name);
                cautions.push(caution.with("suggestion", self.suggestion(name)));
                continue;
            }
            // What is wrong with its cells is told by what uses the column.
            let Some(Ok(category)) = spec.levels.as_ref().map(|_| self.category(name)) else { continue };
            let mut seen = vec![false; category.levels.len()];
            category.codes.iter().flatten().for_each(|&code| seen[code as usize] = true);
            for (level, _) in category.levels.iter().zip(seen).filter(|(_, seen)| !seen) {
                cautions.push(Caution::new(CautionKind::EmptyLevel).with("level", level).with("name", name));
            }
        }
        for name in self.specs.keys().filter(|name| self.recoded.contains_key(*name)) {
            let Ok(recoded) = self.recoded_counts(name) else { continue };
            let unused: Vec<String> =
                recoded.into_iter().filter(|value| value.n == 0).map(|value| value.from).collect();
            if !unused.is_empty() {
                let caution = Caution::new(CautionKind::RecodeUnused).with("name", name);
                cautions.push(caution.with("n", unused.len()).with("values", unused.join(", ")));
            }
        }
        cautions
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
    fn numbers_of(&self, name: &str) -> Result<Rc<Vec<Option<f64>>>> {
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
    pub(super) fn number_format(&self, name: &str) -> NumberFormat {
        self.numbers(name).0
    }

    fn numbers(&self, name: &str) -> Numbers {
        if let Some(&known) = self.formats.borrow().get(name) {
            return known;
        }
        let numbers = self.written_numbers(name);
        self.formats.borrow_mut().insert(name.to_owned(), numbers);
        numbers
    }

    fn written_numbers(&self, name: &str) -> Numbers {
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
    fn plain(&self, name: &str) -> Option<usize> {
        let column = self.column(name).ok()?;
        let undeclared = self.declared_numbers(name) == Declared::default() && self.extra_missing(name).is_empty();
        if undeclared && !self.recoded.contains_key(name) { column.plain(self.decimal()) } else { None }
    }

    fn declared_numbers(&self, name: &str) -> Declared {
        self.specs.get(name).map(ColumnSpec::numbers).unwrap_or_default()
    }

    /// The decimal mark of a column: as declared, else that of the file.
    fn mark(&self, name: &str) -> char {
        self.declared_numbers(name).decimal.unwrap_or(self.decimal())
    }

    /// The column as levels; any column can be one.
    ///
    /// Levels are those declared, else those of its cut points, else those of the file in numeric order if all are numbers, else by
    /// code point; numbers are in their shortest form. A declared reference comes first.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::UnknownLevel`] with the place of the first cell outside declared levels; if the
    /// column is declared as numbers or dates, or has cut points, the errors of [`Self::number`] or [`Self::date`];
    /// [`ErrorKind::BadOption`] for a reference that is no level.
    pub fn category(&self, name: &str) -> Result<Rc<Category>> {
        once(&self.categories, name, || self.category_of(name))
    }

    fn category_of(&self, name: &str) -> Result<Category> {
        self.check_declared(name)?;
        let format = self.number_format(name);
        let spec = self.specs.get(name);
        let cuts = spec.and_then(|spec| spec.cuts.as_ref());
        let (names, mut codes): (Vec<Cow<str>>, _) = match cuts {
            Some(cuts) => {
                let code = |x: Option<f64>| x.map(|x| cuts.level(x) as u32);
                let codes = self.numbers_of(name)?.iter().copied().map(code).collect();
                (cuts.labels.iter().map(|label| Cow::Borrowed(label.as_str())).collect(), codes)
            }
            None => {
                let Coded { texts, codes } = self.coded(name)?;
                (texts.iter().map(|text| level::name(text, format)).collect(), codes)
            }
        };
        let declared = spec.and_then(|spec| spec.levels.as_ref());
        let mut levels: Vec<String> = match (declared, cuts) {
            (Some(levels), _) => levels.iter().map(|level| scalar::level_of(level, format)).collect(),
            (None, Some(cuts)) => cuts.labels.clone(),
            (None, None) => {
                let mut levels: Vec<String> = names.iter().map(|name| name.clone().into_owned()).collect();
                levels.sort_unstable();
                levels.dedup();
                level::sort(&mut levels);
                levels
            }
        };
        if let Some(reference) = spec.and_then(|spec| spec.reference.as_ref()) {
            let wanted = scalar::level_of(reference, format);
            let Some(at) = levels.iter().position(|level| *level == wanted) else {
                let place = Position { path: Some(format!("data.columns.{name}.reference")), ..Position::default() };
                let error = Error::new(ErrorKind::BadOption).with("option", "reference").with("found", reference);
                return Err(error.with("expected", levels.join(", ")).at(place));
            };
            levels[..=at].rotate_right(1);
        }
        let index: HashMap<&str, u32> = (0u32..).zip(&levels).map(|(code, level)| (level.as_str(), code)).collect();
        let of_text: Vec<Option<u32>> = names.iter().map(|name| index.get(name.as_ref()).copied()).collect();
        for (row, code) in codes.iter_mut().enumerate() {
            let Some(text) = *code else { continue };
            *code = of_text[text as usize];
            if code.is_none() {
                return Err(self.at(ErrorKind::UnknownLevel, row, name).with("levels", levels.join(", ")));
            }
        }
        Ok(Category { levels, codes })
    }

    /// The column as calendar days, time of day dropped, by table row.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::WrongColumnType`] if another type is declared; [`ErrorKind::BadCell`] with the
    /// place of the first cell that is not a date; [`ErrorKind::AmbiguousDate`]; [`ErrorKind::PartialDate`] with the place of
    /// the first date without a day, unless the column declares how to complete it.
    pub fn date(&self, name: &str) -> Result<Rc<DateColumn>> {
        once(&self.dates, name, || self.date_of(name))
    }

    fn date_of(&self, name: &str) -> Result<DateColumn> {
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
    fn day_reader(
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

    /// The column as calendar days, cells that are none told apart, in every row of the file.
    ///
    /// # Errors
    /// Those of [`Self::date`] that are of the column as a whole.
    pub(super) fn lenient_date(&self, name: &str) -> Result<Lenient<i64>> {
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
    pub(super) fn lenient_number(&self, name: &str) -> Result<Lenient<f64>> {
        let format = self.number_format(name);
        Ok(self.lenient(name, self.column(name)?, |cell| format.read(cell)))
    }

    /// The cells as levels by name, those outside declared levels told apart, in every row of the file.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub(super) fn lenient_level(&self, name: &str) -> Result<Lenient<String>> {
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

    fn lenient<'s, T>(&'s self, name: &str, column: &'s Column, value: impl Fn(&'s str) -> Option<T>) -> Lenient<T> {
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

    /// The one format of a column of dates; where none fits every cell, the one that fits most, so that the first cell that
    /// does not can be named.
    fn date_format(&self, name: &str, column: &Column) -> Result<(DateFormat, Years)> {
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

    /// Every column as it is used, in the order of the file, and those that the study makes.
    pub fn summary(&self) -> Vec<ColumnSummary> {
        let made = self.specs.iter().filter(|(_, spec)| spec.from.is_some()).map(|(name, _)| name.as_str());
        let of_file = self.table.columns.iter().map(|column| column.name.as_str());
        of_file.chain(made.filter(|name| self.table.column(name).is_none())).map(|name| self.summary_of(name)).collect()
    }

    /// A column as it is used. What it is typed to is not kept: nobody may have asked for it.
    fn summary_of(&self, name: &str) -> ColumnSummary {
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
    fn recoded_counts(&self, name: &str) -> Result<Vec<Recoded>> {
        let Some(spec) = self.specs.get(name).filter(|spec| !spec.recode.is_empty()) else { return Ok(Vec::new()) };
        let column = self.column(name)?;
        let mut cells: HashMap<&str, usize> = HashMap::new();
        for row in (0..column.len()).filter(|row| !self.excluded.contains_key(row)) {
            *cells.entry(column.cell(row)).or_insert(0) += 1;
        }
        let mut levels: HashMap<Cow<str>, usize> = HashMap::new();
        for (cell, n) in cells.into_iter().filter(|(cell, _)| !missing::is_missing(cell, &spec.missing)) {
            *levels.entry(level::name(cell, self.mark(name))).or_insert(0) += n;
        }
        let count = |from: &str| levels.get(scalar::level_of(from, self.mark(name)).as_str()).copied().unwrap_or(0);
        let recoded =
            |(from, to): (&String, &Option<String>)| Recoded { from: from.clone(), to: to.clone(), n: count(from) };
        Ok(spec.recode.iter().map(recoded).collect())
    }

    /// The column as codes of its texts; missing and excluded cells have none.
    pub(super) fn coded<'s>(&'s self, name: &str) -> Result<Coded<'s>> {
        let column = self.column(name)?;
        let mut known: HashMap<&'s str, u32> = HashMap::new();
        let mut texts: Vec<&'s str> = Vec::new();
        let codes = self.read(name, column, |_, cell| {
            Ok(*known.entry(cell).or_insert_with(|| {
                texts.push(cell);
                (texts.len() - 1) as u32
            }))
        })?;
        Ok(Coded { texts, codes })
    }

    /// What is wrong with a column's cells by its declared type, where it has one that cells can fail.
    pub(super) fn check_declared(&self, name: &str) -> Result<()> {
        match self.specs.get(name).and_then(|spec| spec.kind) {
            Some(ColumnType::Number) => self.number(name).map(|_| ()),
            Some(ColumnType::Date) => self.date(name).map(|_| ()),
            Some(ColumnType::Category | ColumnType::Text) | None => Ok(()),
        }
    }

    /// Whether each row's value in a column is one of `values` (names of levels). Missing is never in; rows that the study leaves out
    /// are judged like all others.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub fn is_in(&self, name: &str, values: &[String]) -> Result<Vec<bool>> {
        Ok(self.has_value(name, values)?.into_iter().map(|is_in| is_in == Some(true)).collect())
    }

    /// The same, missing told apart (`None`).
    pub(super) fn has_value(&self, name: &str, values: &[String]) -> Result<Vec<Option<bool>>> {
        let cells = self.cells(name);
        let cuts = self.specs.get(name).and_then(|spec| spec.cuts.as_ref());
        let format = self.number_format(name);
        let is_in = |cell: &str| {
            let text = cells.text(cell)?;
            let level = match cuts {
                None => level::name(text, format),
                Some(cuts) => Cow::Borrowed(cuts.labels[cuts.level(format.read(text)?)].as_str()),
            };
            Some(values.iter().any(|value| *value == level))
        };
        Ok(self.column(name)?.cells().map(is_in).collect())
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
        Self {
            table: self.table,
            specs: self.specs.clone(),
            recoded: self.recoded.clone(),
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

/// A column made of another is read as that one is, where it does not say otherwise itself.
fn inherited(spec: &ColumnSpec, all: &IndexMap<String, ColumnSpec>) -> ColumnSpec {
    let mut spec = spec.clone();
    if let Some(source) = spec.from.as_ref().and_then(|from| all.get(from)) {
        spec.missing.extend(source.missing.iter().cloned());
        spec.partial = spec.partial.or(source.partial);
        spec.format = spec.format.or(source.format);
        spec.pivot = spec.pivot.or(source.pivot);
        spec.decimal = spec.decimal.or(source.decimal);
        spec.thousands = spec.thousands.or(source.thousands);
    }
    spec
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
mod tests {
    use super::*;
    use crate::table::open;

    const CSV: &str = "id,age,grade,code,stage,when,note\n\
                       p1,50,Grade 2,1.0,10,2020-01-01,a b\n\
                       p2,NA,Grade 1,2,9,2020-02,\n\
                       p3,70.5,,1,x,2020-03-05,c\n\
                       p4,99,Grade 10,3,9.0,,d\n";

    fn cohort_of(table: &Table, columns: &str, exclude: &str) -> Result<Cohort<'static>> {
        let table: &'static Table = Box::leak(Box::new(table.clone()));
        let columns = serde_json::from_str(columns).expect(columns);
        Cohort::new(table, &columns, &serde_json::from_str::<Vec<ExcludedRow>>(exclude).expect(exclude))
    }

    fn cohort(columns: &str, exclude: &str) -> Cohort<'static> {
        cohort_of(&open(CSV.as_bytes(), "f.csv").expect("csv"), columns, exclude).expect("cohort")
    }

    fn place(error: &Error) -> (ErrorKind, Option<usize>, Option<usize>, Option<&str>, Option<&str>) {
        let position = &error.position;
        assert_eq!(position.file.as_deref(), Some("f.csv"));
        (error.kind, position.row, position.line, position.column.as_deref(), position.cell.as_deref())
    }

    #[test]
    fn numbers() {
        let plain = cohort("{}", "[]");
        assert_eq!(plain.number("age"), Ok(vec![Some(50.0), None, Some(70.5), Some(99.0)].into()));
        let declared = cohort(r#"{"age": {"type": "number", "missing": [99]}}"#, "[]");
        assert_eq!(declared.number("age"), Ok(vec![Some(50.0), None, Some(70.5), None].into()));
        let error = plain.number("stage").expect_err("x");
        assert_eq!(place(&error), (ErrorKind::BadCell, Some(3), Some(4), Some("stage"), Some("x")));
        assert_eq!(error.params["expected"], "number");
        let error = cohort(r#"{"age": {"type": "text"}}"#, "[]").number("age").expect_err("text");
        assert_eq!((error.kind, error.params["found"].as_str()), (ErrorKind::WrongColumnType, "text"));
    }

    #[test]
    fn levels_of_the_file() {
        let plain = cohort("{}", "[]");
        let grade = plain.category("grade").expect("grade");
        assert_eq!(grade.levels, ["Grade 1", "Grade 10", "Grade 2"]);
        assert_eq!(grade.codes, [Some(2), Some(0), None, Some(1)]);
        let code = plain.category("code").expect("code");
        assert_eq!(
            (code.levels.join(" "), code.codes.clone()),
            ("1 2 3".to_owned(), vec![Some(0), Some(1), Some(0), Some(2)])
        );
        assert_eq!(plain.category("stage").expect("stage").levels, ["10", "9", "x"]);
    }

    #[test]
    fn declared_levels() {
        let declared = cohort(r#"{"grade": {"levels": ["Grade 2", "Grade 1", "Grade 10", "Grade 3"]}}"#, "[]");
        let grade = declared.category("grade").expect("grade");
        assert_eq!(grade.levels, ["Grade 2", "Grade 1", "Grade 10", "Grade 3"]);
        assert_eq!(grade.codes, [Some(0), Some(1), None, Some(2)]);
        assert_eq!(declared.column_type("grade"), Ok(ColumnType::Category));
        let empty: Vec<_> =
            declared.cautions().iter().map(|caution| (caution.kind, caution.params["level"].as_str())).collect();
        assert_eq!(empty, [(CautionKind::EmptyLevel, "Grade 3")]);
        let numbers = cohort(r#"{"code": {"levels": ["2.0", 3, 1]}}"#, "[]").category("code").expect("code");
        assert_eq!((numbers.levels.join(" "), numbers.codes[0]), ("2 3 1".to_owned(), Some(2)));
        let error =
            cohort(r#"{"grade": {"levels": ["Grade 2", "Grade 1"]}}"#, "[]").category("grade").expect_err("level");
        assert_eq!(place(&error), (ErrorKind::UnknownLevel, Some(4), Some(5), Some("grade"), Some("Grade 10")));
        assert_eq!(error.params["levels"], "Grade 2, Grade 1");
        // A column declared as numbers is checked as such where it makes groups.
        let error = cohort(r#"{"stage": {"type": "number"}}"#, "[]").category("stage").expect_err("x");
        assert_eq!(error.kind, ErrorKind::BadCell);
    }

    #[test]
    fn dates() {
        let error = cohort("{}", "[]").date("when").expect_err("partial");
        assert_eq!(place(&error), (ErrorKind::PartialDate, Some(2), Some(3), Some("when"), Some("2020-02")));
        let when = cohort(r#"{"when": {"partial": "mid"}}"#, "[]").date("when").expect("mid");
        // 2020-01-01 is day 18262.
        assert_eq!(when.days, [Some(18262), Some(18262 + 45), Some(18262 + 64), None]);
        assert_eq!(when.partial_rows, [2]);
        let error = cohort("{}", "[]").date("age").expect_err("age");
        assert_eq!(place(&error), (ErrorKind::BadCell, Some(1), Some(2), Some("age"), Some("50")));
        let table = open("d\n13/01/2020\n01/02/2020\n2020-01-05\n".as_bytes(), "f.csv").expect("csv");
        let mixed = cohort_of(&table, "{}", "[]").expect("cohort");
        assert_eq!(place(&mixed.date("d").expect_err("iso")).4, Some("2020-01-05"));
        let without = cohort_of(&table, "{}", r#"[{"row": 3, "reason": "format"}]"#).expect("cohort");
        assert_eq!(without.date("d").expect("d/m/y").days, [Some(18262 + 12), Some(18262 + 31), None]);
        assert_eq!(without.column_type("d"), Ok(ColumnType::Date));
    }

    #[test]
    fn excluded_rows() {
        let cohort = cohort("{}", r#"[{"row": 3, "reason": "duplicate"}]"#);
        assert_eq!(cohort.number("stage"), Ok(vec![Some(10.0), Some(9.0), None, Some(9.0)].into()));
        assert_eq!(cohort.category("stage").expect("stage").levels, ["9", "10"]);
        assert_eq!(cohort.column_type("stage"), Ok(ColumnType::Number));
        let excluded = cohort.excluded();
        assert_eq!(
            (excluded.len(), excluded[0].row, excluded[0].line, excluded[0].reason.code()),
            (1, 3, 4, "excluded_by_study")
        );
        assert_eq!(cohort.summary()[4].n_missing, 0);
        let table = open(CSV.as_bytes(), "f.csv").expect("csv");
        for row in ["0", "5"] {
            let error = cohort_of(&table, "{}", &format!(r#"[{{"row": {row}, "reason": ""}}]"#)).expect_err(row);
            assert_eq!((error.kind, error.params["expected"].as_str()), (ErrorKind::BadOption, "1 … 4"));
        }
    }

    #[test]
    fn columns_that_are_not_there() {
        let cohort = cohort(r#"{"Grad": {"type": "category"}}"#, "[]");
        let caution = &cohort.cautions()[0];
        assert_eq!(
            (caution.kind, caution.params["suggestion"].as_str()),
            (CautionKind::DeclaredColumnMissing, " (“grade”?)")
        );
        for error in [
            cohort.number("gradee").expect_err("number"),
            cohort.category("gradee").expect_err("category"),
            cohort.date("gradee").expect_err("date"),
            cohort.column_type("gradee").expect_err("type"),
        ] {
            assert_eq!((error.kind, error.params["suggestion"].as_str()), (ErrorKind::UnknownColumn, " (“grade”?)"));
        }
    }

    #[test]
    fn the_summary_names_what_is_wrong() {
        let cohort = cohort(r#"{"stage": {"type": "number"}, "age": {"missing": "99"}}"#, "[]");
        let summary = cohort.summary();
        let kinds: Vec<_> =
            summary.iter().map(|column| (column.name.as_str(), column.kind.name(), column.n_missing)).collect();
        assert_eq!(
            kinds,
            [
                ("id", "text", 0),
                ("age", "number", 2),
                ("grade", "text", 1),
                ("code", "number", 0),
                ("stage", "number", 0),
                ("when", "date", 1),
                ("note", "text", 1)
            ]
        );
        assert!(summary[4].declared && !summary[1].declared);
        assert_eq!(summary[4].error.as_ref().map(|error| error.kind), Some(ErrorKind::BadCell));
        assert_eq!(summary[5].error.as_ref().map(|error| error.kind), Some(ErrorKind::PartialDate));
        assert!(summary[0].error.is_none());
    }

    fn levels(category: &Category) -> (String, Vec<Option<u32>>) {
        (category.levels.join(" | "), category.codes.clone())
    }

    #[test]
    fn recoding_comes_after_missing_and_before_type_and_levels() {
        // 9 means missing before it could be recoded; 1 and 2 become one level, x goes missing; "1.0" is "1".
        let columns = r#"{"code": {"missing": 9, "recode": {"1": "low", "2": "low", "x": null, "9": "high"}, "reference": "high"}}"#;
        let table = open("code,n\n1.0,1\n2,1\nx,1\n3,2\nhigh,2\n9,3\n".as_bytes(), "f.csv").expect("csv");
        let cohort = cohort_of(&table, columns, "[]").expect("cohort");
        let code = cohort.category("code").expect("code");
        assert_eq!(levels(&code), ("high | 3 | low".to_owned(), vec![Some(2), Some(2), None, Some(1), Some(0), None]));
        let summary = &cohort.summary()[0];
        assert_eq!((summary.n_missing, summary.level_counts.as_deref()), (2, Some(&[1, 1, 2][..])));
        let recoded: Vec<_> = summary.recoded.iter().map(|r| (r.from.as_str(), r.to.as_deref(), r.n)).collect();
        assert_eq!(recoded, [("1", Some("low"), 1), ("2", Some("low"), 1), ("x", None, 1), ("9", Some("high"), 0)]);
        let caution = &cohort.cautions()[0];
        assert_eq!((caution.kind, caution.params["values"].as_str()), (CautionKind::RecodeUnused, "9"));
        assert_eq!(cohort.is_in("code", &["low".to_owned()]), Ok(vec![true, true, false, false, false, false]));
    }

    #[test]
    fn recoded_cells_give_the_type() {
        let table = open("x;y\n1,5;a\n<2;b\n;c\n".as_bytes(), "f.csv").expect("csv");
        assert_eq!(table.dialect.decimal, ',');
        let cohort = cohort_of(&table, r#"{"x": {"recode": {"<2": 0.5}}}"#, "[]").expect("cohort");
        assert_eq!(cohort.column_type("x"), Ok(ColumnType::Number));
        assert_eq!(cohort.number("x"), Ok(vec![Some(1.5), Some(0.5), None].into()));
        let twice = cohort_of(&table, r#"{"x": {"recode": {"1,5": 1, "1.5": 2}}}"#, "[]").expect_err("twice");
        assert_eq!((twice.kind, twice.position.path.as_deref()), (ErrorKind::BadOption, Some("data.columns.x.recode")));
        let outside = cohort_of(&table, r#"{"x": {"recode": {"<2": "few"}, "levels": [1.5]}}"#, "[]").expect("cohort");
        let error = outside.category("x").expect_err("few");
        assert_eq!(place(&error), (ErrorKind::UnknownLevel, Some(2), Some(3), Some("x"), Some("<2")));
    }

    #[test]
    fn cut_points_make_levels() {
        let csv = "n\n5\n4.9\n10\n\n9.99\n12\n";
        let table = open(csv.as_bytes(), "f.csv").expect("csv");
        let of = |cuts: &str| cohort_of(&table, &format!(r#"{{"n": {{"cuts": {cuts}}}}}"#), "[]").expect("cohort");
        let left = of(r#"{"at": [5, 10]}"#);
        let n = left.category("n").expect("n");
        assert_eq!(
            levels(&n),
            ("< 5 | 5 to < 10 | ≥ 10".to_owned(), vec![Some(1), Some(0), Some(2), Some(1), Some(2)])
        );
        assert_eq!(left.column_type("n"), Ok(ColumnType::Category));
        assert_eq!(left.is_in("n", &["≥ 10".to_owned()]), Ok(vec![false, false, true, false, true]));
        assert_eq!(left.number("n").expect_err("category").kind, ErrorKind::WrongColumnType);
        let right = of(r#"{"at": [5, 10], "right": true}"#).category("n").expect("n");
        assert_eq!(
            levels(&right),
            ("≤ 5 | > 5 to 10 | > 10".to_owned(), vec![Some(0), Some(0), Some(1), Some(1), Some(2)])
        );
        let named = of(r#"{"at": [20], "labels": ["small", "large"]}"#);
        // A level without rows keeps its place.
        let levels_of = named.category("n").expect("n");
        assert_eq!(
            (levels_of.levels.join(" "), named.summary()[0].level_counts.clone()),
            ("small large".to_owned(), Some(vec![5, 0]))
        );
        let bad = open("n\n5\nfive\n".as_bytes(), "f.csv").expect("csv");
        let bad = cohort_of(&bad, r#"{"n": {"cuts": {"at": [5]}}}"#, "[]").expect("cohort");
        assert_eq!(
            place(&bad.category("n").expect_err("five")),
            (ErrorKind::BadCell, Some(2), Some(3), Some("n"), Some("five"))
        );
    }

    #[test]
    fn a_column_made_of_another() {
        let columns = r#"{"age": {"missing": 99}, "old": {"from": "age", "label": "Old", "cuts": {"at": [60], "labels": ["no", "yes"]},
            "reference": "yes"}}"#;
        let made = cohort(columns, "[]");
        // The source's own code for missing is missing here too, and the source stays a number.
        assert_eq!(
            levels(&made.category("old").expect("old")),
            ("yes | no".to_owned(), vec![Some(1), None, Some(0), None])
        );
        assert_eq!(made.number("age"), Ok(vec![Some(50.0), None, Some(70.5), None].into()));
        let summary = made.summary();
        let last = summary.last().expect("old");
        assert_eq!((last.name.as_str(), last.from.as_deref(), last.n_missing), ("old", Some("age"), 2));
        assert!(made.cautions().is_empty());
        for (columns, kind) in [
            (r#"{"age": {"from": "code"}}"#, ErrorKind::BadOption),
            (r#"{"age": {"reference": "51"}}"#, ErrorKind::BadOption),
            (r#"{"new": {"from": "aeg"}}"#, ErrorKind::UnknownColumn),
        ] {
            let name = if columns.contains("new") { "new" } else { "age" };
            assert_eq!(cohort(columns, "[]").category(name).expect_err(columns).kind, kind, "{columns}");
        }
        // A bad cell is named where it stands in the file.
        let bad = cohort(r#"{"new": {"from": "stage", "type": "number"}}"#, "[]").number("new").expect_err("x");
        assert_eq!(place(&bad), (ErrorKind::BadCell, Some(3), Some(4), Some("stage"), Some("x")));
    }

    fn cohort_of_text(text: &str, columns: &str) -> Cohort<'static> {
        cohort_of(&open(text.as_bytes(), "f.csv").expect("csv"), columns, "[]").expect("cohort")
    }

    #[test]
    fn dates_as_the_study_says() {
        let text = "d\tx\n03/04/21\t1\n05/06/95\t2\n";
        let of = |columns: &str| cohort_of_text(text, columns).date("d");
        let error = of("{}").expect_err("day or month");
        assert_eq!((error.kind, error.params["formats"].as_str()), (ErrorKind::AmbiguousDate, "d/m/y, m/d/y"));
        // 2021-04-03 is day 18720, 1995-06-05 day 9286; 2021-03-04 is day 18690, 1995-05-06 day 9256.
        let found = of(r#"{"d": {"format": "d/m/y"}}"#).expect("d/m/y");
        assert_eq!(found.days, [Some(18_720), Some(9_286)]);
        assert_eq!((found.window, found.short_year_rows.clone()), (Some((1930, false)), vec![1, 2]));
        let found = of(r#"{"d": {"format": "mm/dd/yyyy", "pivot": 30}}"#).expect("m/d/y");
        assert_eq!(found.days, [Some(18_690), Some(9_256)]);
        assert_eq!(found.window, Some((1930, true)));
        // 36525 days from 1995-06-05 to 2095-06-05: 75 to 2020 and 25 after.
        let found = of(r#"{"d": {"format": "d/m/y", "pivot": 2000}}"#).expect("d/m/y");
        assert_eq!(found.days, [Some(18_720), Some(9_286 + 36_525)]);
        assert_eq!(place(&of(r#"{"d": {"format": "y-m-d"}}"#).expect_err("no ISO dates")).0, ErrorKind::BadCell);
        let cohort = cohort_of_text(text, r#"{"d": {"format": "d/m/y"}}"#);
        assert_eq!(cohort.column_type("d"), Ok(ColumnType::Date));
        let summary = &cohort.summary()[0];
        assert_eq!((summary.format, summary.window), (Some(DateFormat::DayMonthYear), Some([1930, 2029])));
        // A column made of another is read as that one is.
        let made = cohort_of_text(text, r#"{"d": {"format": "d/m/y"}, "e": {"from": "d"}}"#);
        assert_eq!(made.date("e").expect("d/m/y").days, [Some(18_720), Some(9_286)]);

        let serial =
            cohort_of_text("d,x\n44264,1\n44196.75,2\n", r#"{"d": {"format": "excel"}}"#).date("d").expect("days");
        assert_eq!((serial.days.clone(), serial.time_rows.clone()), (vec![Some(18_695), Some(18_627)], vec![2]));
    }

    #[test]
    fn numbers_as_they_are_written() {
        let of = |cells: &str, columns: &str| cohort_of_text(&format!("a\tx\n{cells}"), columns);
        let values = |cohort: &Cohort| cohort.number("a").map(|numbers| numbers.to_vec());
        let grouped = of("1 200,5\t1\n800\t2\n\t3\n", "{}");
        assert_eq!(values(&grouped), Ok(vec![Some(1200.5), Some(800.0), None]));
        assert_eq!(grouped.column_type("a"), Ok(ColumnType::Number));
        assert_eq!(grouped.category("a").expect("levels").levels, ["800", "1200.5"]);
        assert_eq!(grouped.is_in("a", &["1200.5".to_owned()]), Ok(vec![true, false, false]));
        assert_eq!(
            grouped.summary()[0].numbers.map(|format| (format.decimal, format.thousands)),
            Some((',', Some(' ')))
        );
        assert_eq!(grouped.summary()[1].numbers, None);

        let both = of("1,234\t1\n567\t2\n", "{}");
        let error = both.number("a").expect_err("a thousand, or one and some");
        assert_eq!((error.kind, error.params["mark"].as_str()), (ErrorKind::AmbiguousNumber, ","));
        assert_eq!(
            values(&of("1,234\t1\n567\t2\n", r#"{"a": {"thousands": ","}}"#)),
            Ok(vec![Some(1234.0), Some(567.0)])
        );
        assert_eq!(values(&of("1,234\t1\n567\t2\n", r#"{"a": {"decimal": ","}}"#)), Ok(vec![Some(1.234), Some(567.0)]));
        let percent = of("70%\t1\n5 %\t2\n", r#"{"a": {"cuts": {"at": [50]}}}"#);
        assert_eq!(percent.category("a").expect("levels").codes, [Some(1), Some(0)]);
        assert_eq!(place(&of("70%\t1\n5\t2\n", "{}").number("a").expect_err("not all")).0, ErrorKind::BadCell);

        let table = open("a\tx\n1\t2\n".as_bytes(), "f.csv").expect("csv");
        let error =
            cohort_of(&table, r#"{"a": {"decimal": ",", "thousands": ","}}"#, "[]").expect_err("one mark for both");
        assert_eq!(
            (error.kind, error.position.path.as_deref()),
            (ErrorKind::BadOption, Some("data.columns.a.thousands"))
        );
        for bad in [r#"{"format": "d/y"}"#, r#"{"decimal": ";"}"#, r#"{"thousands": "x"}"#, r#"{"pivot": 1234}"#] {
            assert!(serde_json::from_str::<ColumnSpec>(bad).is_err(), "{bad}");
        }
    }
}
