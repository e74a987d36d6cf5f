//! The columns of a table by type, each cell checked against it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use serde::Serialize;

use super::document::{ColumnSpec, ExcludedRow, Partial};
use super::endpoint::{Excluded, Exclusion};
use super::{scalar, suggestion};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};
use crate::table::date::{self, DateCell, DateFormat};
use crate::table::{Column, ColumnType, Table, infer, level, missing, number};

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
    /// Exclusion by excluded row, from 0.
    excluded: BTreeMap<usize, String>,
    cautions: Vec<Caution>,
}

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
    /// What keeps the column from being used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
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
        if is_same && spec.levels.is_none() {
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

impl<'a> Cohort<'a> {
    /// The table with these declarations, without these rows.
    ///
    /// A declared column that the file does not have is a caution, as is a declared level without a row.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] for an excluded row that the file does not have.
    pub fn new(table: &'a Table, columns: &IndexMap<String, ColumnSpec>, exclude: &[ExcludedRow]) -> Result<Self> {
        let mut excluded: BTreeMap<usize, String> = BTreeMap::new();
        for (i, ExcludedRow { row, reason }) in exclude.iter().enumerate() {
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
        let mut cohort = Self { table, specs: with_suggestions(table, columns), excluded, cautions: Vec::new() };
        cohort.cautions = cohort.check_declarations();
        Ok(cohort)
    }

    fn check_declarations(&self) -> Vec<Caution> {
        let mut cautions = Vec::new();
        for (name, spec) in &self.specs {
            if self.table.column(name).is_none() {
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
        let column = self.column(name)?;
        Ok(self.declared_type(name).unwrap_or_else(|| {
            let column = self.without_excluded(column);
            infer::column_type(&column, self.decimal(), self.extra_missing(name)).kind
        }))
    }

    /// The column as numbers, by table row; `None` where missing or excluded.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::WrongColumnType`] if another type is declared; [`ErrorKind::BadCell`] with the
    /// place of the first cell that is not a number.
    pub fn number(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let column = self.column(name)?;
        self.require(name, ColumnType::Number)?;
        self.read(name, column, |row, cell| {
            number::parse(cell, self.decimal())
                .ok_or_else(|| self.at(ErrorKind::BadCell, row, name).with("expected", ColumnType::Number.name()))
        })
    }

    /// The column as levels; any column can be one.
    ///
    /// Levels are those declared, else those of the file in numeric order if all are numbers, else by code point; numbers are
    /// in their shortest form.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`]; [`ErrorKind::UnknownLevel`] with the place of the first cell outside declared levels; if the
    /// column is declared as numbers or dates, the errors of [`Self::number`] or [`Self::date`].
    pub fn category(&self, name: &str) -> Result<Category> {
        self.check_declared(name)?;
        let Coded { texts, mut codes } = self.coded(name)?;
        let names: Vec<Cow<str>> = texts.iter().map(|text| level::name(text, self.decimal())).collect();
        let declared = self.specs.get(name).and_then(|spec| spec.levels.as_ref());
        let levels: Vec<String> = match declared {
            Some(levels) => levels.iter().map(|level| scalar::level_of(level, self.decimal())).collect(),
            None => {
                let mut levels: Vec<String> = names.iter().map(|name| name.clone().into_owned()).collect();
                levels.sort_unstable();
                levels.dedup();
                level::sort(&mut levels);
                levels
            }
        };
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
    pub fn date(&self, name: &str) -> Result<DateColumn> {
        let column = self.column(name)?;
        self.require(name, ColumnType::Date)?;
        let format = self.date_format(name, &self.without_excluded(column))?;
        let partial = self.specs.get(name).and_then(|spec| spec.partial);
        let bad = |row| self.at(ErrorKind::BadCell, row, name).with("expected", ColumnType::Date.name());
        let mut partial_rows = Vec::new();
        let days = self.read(name, column, |row, cell| match (date::parse(cell, format), partial) {
            (DateCell::Full(date), _) => Ok(date.days()),
            (DateCell::Partial(date), Some(Partial::Mid)) => {
                partial_rows.push(row + 1);
                date.middle().map(|date| date.days()).ok_or_else(|| bad(row))
            }
            (DateCell::Partial(_), None) => Err(self.at(ErrorKind::PartialDate, row, name)),
            (DateCell::None, _) => Err(bad(row)),
        })?;
        Ok(DateColumn { days, partial_rows })
    }

    /// The one format of a column of dates; where none fits every cell, the one that fits most, so that the first cell that
    /// does not can be named.
    fn date_format(&self, name: &str, column: &Column) -> Result<DateFormat> {
        let extra = self.extra_missing(name);
        let formats = date::formats_of(column, extra);
        match formats.as_slice() {
            [format] => Ok(*format),
            [] => {
                let fits = |format: &DateFormat| {
                    let cells = column.cells().filter(|cell| !missing::is_missing(cell, extra));
                    cells.filter(|cell| date::parse(cell, *format) != DateCell::None).count()
                };
                // Of equals the last is taken, and the format to prefer is the first.
                Ok(DateFormat::ALL.into_iter().rev().max_by_key(fits).unwrap_or(DateFormat::Iso))
            }
            several => {
                let formats: Vec<&str> = several.iter().map(|format| format.name()).collect();
                let place = Position {
                    file: Some(self.table.file.clone()),
                    column: Some(name.to_owned()),
                    ..Position::default()
                };
                Err(Error::new(ErrorKind::AmbiguousDate).with("formats", formats.join(", ")).at(place))
            }
        }
    }

    /// Every column as it is used, in the order of the file.
    pub fn summary(&self) -> Vec<ColumnSummary> {
        self.table.columns.iter().map(|column| self.summary_of(column)).collect()
    }

    fn summary_of(&self, column: &Column) -> ColumnSummary {
        let name = &column.name;
        let extra = self.extra_missing(name);
        let declared = self.declared_type(name);
        let rows = (0..column.len()).filter(|row| !self.excluded.contains_key(row));
        let mut summary = ColumnSummary {
            name: name.clone(),
            kind: declared.unwrap_or(ColumnType::Text),
            declared: declared.is_some(),
            n_missing: rows.filter(|&row| missing::is_missing(column.cell(row), extra)).count(),
            n_levels: None,
            levels: None,
            error: None,
        };
        let outcome = self.column_type(name).and_then(|kind| {
            summary.kind = kind;
            match kind {
                ColumnType::Number => self.number(name).map(|_| None),
                ColumnType::Date => self.date(name).map(|_| None),
                ColumnType::Category => self.category(name).map(Some),
                ColumnType::Text => Ok(None),
            }
        });
        match outcome {
            Ok(Some(category)) => {
                summary.n_levels = Some(category.levels.len());
                summary.levels = Some(category.levels).filter(|levels| levels.len() <= LISTED_LEVELS);
            }
            Ok(None) => {}
            Err(error) => summary.error = Some(error),
        }
        summary
    }

    /// The column as codes of its texts; missing and excluded cells have none.
    pub(super) fn coded(&self, name: &str) -> Result<Coded<'a>> {
        let column = self.column(name)?;
        let mut known: HashMap<&'a str, u32> = HashMap::new();
        let mut texts: Vec<&'a str> = Vec::new();
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
        let extra = self.extra_missing(name);
        let is_in = |cell: &str| {
            let level = level::name(cell, self.decimal());
            !missing::is_missing(cell, extra) && values.iter().any(|value| *value == level)
        };
        Ok(self.column(name)?.cells().map(is_in).collect())
    }

    /// `value` of each cell that is neither missing nor excluded.
    fn read<T>(
        &self,
        name: &str,
        column: &'a Column,
        mut value: impl FnMut(usize, &'a str) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        let extra = self.extra_missing(name);
        (0..column.len())
            .map(|row| {
                let cell = column.cell(row);
                if missing::is_missing(cell, extra) || self.excluded.contains_key(&row) {
                    Ok(None)
                } else {
                    value(row, cell).map(Some)
                }
            })
            .collect()
    }

    /// The column of this name.
    fn column(&self, name: &str) -> Result<&'a Column> {
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
        spec.kind.or_else(|| spec.levels.as_ref().map(|_| ColumnType::Category))
    }

    fn extra_missing(&self, name: &str) -> &[String] {
        self.specs.get(name).map_or(&[], |spec| &spec.missing)
    }

    /// The decimal mark of the file.
    pub(super) fn decimal(&self) -> char {
        self.table.dialect.decimal
    }

    /// The column without the cells of excluded rows.
    fn without_excluded(&self, column: &'a Column) -> Cow<'a, Column> {
        if self.excluded.is_empty() {
            return Cow::Borrowed(column);
        }
        let mut kept = Column::default();
        let rows = (0..column.len()).filter(|row| !self.excluded.contains_key(row));
        rows.for_each(|row| kept.push(column.cell(row)));
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
            column: Some(name.to_owned()),
            cell: Some(self.cell(row, name).to_owned()),
            ..Position::default()
        }
    }

    /// The text of a cell; empty where there is no such column.
    pub(super) fn cell(&self, row: usize, name: &str) -> &'a str {
        self.table.column(name).map_or("", |column| column.cell(row))
    }
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
        assert_eq!(plain.number("age"), Ok(vec![Some(50.0), None, Some(70.5), Some(99.0)]));
        let declared = cohort(r#"{"age": {"type": "number", "missing": [99]}}"#, "[]");
        assert_eq!(declared.number("age"), Ok(vec![Some(50.0), None, Some(70.5), None]));
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
            (code.levels, code.codes),
            (["1", "2", "3"].map(String::from).to_vec(), vec![Some(0), Some(1), Some(0), Some(2)])
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
        assert_eq!((numbers.levels, numbers.codes[0]), (["2", "3", "1"].map(String::from).to_vec(), Some(2)));
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
        assert_eq!(cohort.number("stage"), Ok(vec![Some(10.0), Some(9.0), None, Some(9.0)]));
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
}
