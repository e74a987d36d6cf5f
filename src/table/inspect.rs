//! How a file was read, for a person and for the page: dialect, columns, types, what to look at.

use serde::Serialize;

use super::date::{self, Date, DateCell};
use super::infer::{self, Inferred};
use super::missing::{self, Proposal};
use super::number::{self, NumberFormat};
use super::{Column, ColumnType, Dialect, PreviewLine, Suggested, Table, level, values};
use crate::error::{Caution, CautionKind};
use crate::sorting::sort_by_key;

/// Levels that are listed; a column with more lists none.
const MAX_LEVELS: usize = 20;
/// Values shown as examples.
const EXAMPLES: usize = 5;
/// Cells that do not fit and are shown.
const MISFITS: usize = 20;
/// Rows that a caution names; the number of all of them is beside.
const NAMED: usize = 1000;

/// What `riskset inspect` prints.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    /// Name of the file.
    pub file: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// How it was read.
    pub dialect: Dialect,
    /// The first records as they stand, titles and header included.
    pub preview: Vec<PreviewLine>,
    /// Number of data rows.
    pub n_rows: usize,
    /// The columns, in the file's order.
    pub columns: Vec<ColumnInspection>,
    /// What was noticed while reading, and in the columns.
    pub cautions: Vec<Caution>,
}

/// One column of an [`Inspection`].
#[derive(Debug, Clone, Serialize)]
pub struct ColumnInspection {
    /// Name.
    pub name: String,
    /// Type where the study is silent.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Number of missing cells.
    pub n_missing: usize,
    /// Number of distinct levels; at least this many where it is [`infer::DISTINCT_CAP`] or more.
    pub n_distinct: usize,
    /// The first distinct values, as in the file.
    pub examples: Vec<String>,
    /// For numbers and categories with at most 20 levels: each in order, with its number of rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<LevelCount>>,
    /// Smallest number or first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Extreme>,
    /// Largest number or last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Extreme>,
    /// For dates, the formats that fit; more than one is ambiguous.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<date::DateFormat>,
    /// For dates, the number of cells without a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_partial: Option<usize>,
    /// For dates, the first of the hundred years to which years of two digits were taken to belong, where there are such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pivot: Option<i32>,
    /// For dates, the number of cells whose time of day is dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_times: Option<usize>,
    /// A format to confirm: for ambiguous dates, the one of other columns; for numbers, the one in which they would be dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_format: Option<date::DateFormat>,
    /// How its numbers are written, where that is more than the decimal mark of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbers: Option<NumberFormat>,
    /// For a column that is nearly one of numbers or dates, the first cells that do not fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misfits: Vec<Misfit>,
    /// The number of all cells that do not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_misfits: Option<usize>,
    /// Values that may stand for missing ones; none is taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_proposals: Vec<Proposal>,
    /// What the file itself says of the column: the type and the levels where the study is silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested: Option<Suggested>,
    /// The first of `hints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Caution>,
    /// What to know before the type is relied on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Caution>,
}

/// A cell that keeps its column from being one of numbers or dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misfit {
    /// Data row, from 1.
    pub row: usize,
    /// Physical line of the file, from 1.
    pub line: usize,
    /// Its text.
    pub cell: String,
}

/// A level and its number of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelCount {
    /// Name of the level, as the study document writes it.
    pub level: String,
    /// Number of rows.
    pub n: usize,
}

/// An end of a column's range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Extreme {
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
}

/// How `table` was read, and what its columns are where a study is silent.
pub fn inspect(table: &Table) -> Inspection {
    let mut cautions = table.cautions.clone();
    let decimal = table.dialect.decimal;
    let inferred: Vec<Inferred> = table.columns.iter().map(|column| infer::column_type(column, decimal, &[])).collect();
    let sure = sure_orders(table, &inferred);
    let columns = table
        .columns
        .iter()
        .zip(&inferred)
        .map(|(column, found)| {
            let unit = unit_in_cell(column, found);
            cautions.extend(nearly(column, found).filter(|_| unit.is_none()).or_else(|| unread_dates(column, found)));
            let witness = witness(&sure, &found.formats);
            let mut described = describe(column, &table.dialect, found, witness);
            if let Some(unit) = unit {
                described.hints.push(unit);
            }
            described.hint = described.hints.first().cloned();
            if let Some(nearly) = &found.nearly {
                let misfit =
                    |&row: &usize| Misfit { row: row + 1, line: table.line(row), cell: column.cell(row).to_owned() };
                described.misfits = nearly.rows.iter().take(MISFITS).map(misfit).collect();
                described.n_misfits = Some(nearly.rows.len());
            }
            described
        })
        .collect();
    Inspection {
        file: table.file.clone(),
        sha256: table.sha256.clone(),
        dialect: table.dialect.clone(),
        preview: table.preview.clone(),
        n_rows: table.n_rows(),
        columns,
        cautions,
    }
}

/// The orders of year, month and day of the columns that have one only, each with the first such column.
fn sure_orders<'t>(table: &'t Table, inferred: &[Inferred]) -> Vec<([usize; 3], &'t str)> {
    let mut orders: Vec<([usize; 3], &str)> = Vec::new();
    for (column, found) in table.columns.iter().zip(inferred) {
        let &[sure] = found.formats.as_slice() else { continue };
        if let Some(order) = sure.order().filter(|order| orders.iter().all(|(known, _)| known != order)) {
            orders.push((order, &column.name));
        }
    }
    orders
}

/// The format among these ambiguous ones that another column's order of day and month speaks for, and that column. `None` where
/// none does or they differ.
fn witness<'t>(sure: &[([usize; 3], &'t str)], formats: &[date::DateFormat]) -> Option<(date::DateFormat, &'t str)> {
    if formats.len() < 2 {
        return None;
    }
    let mut found: Option<(date::DateFormat, &str)> = None;
    for &(order, name) in sure {
        let Some(&format) = formats.iter().find(|format| format.order() == Some(order)) else { continue };
        match found {
            Some((before, _)) if before != format => return None,
            Some(_) => {}
            None => found = Some((format, name)),
        }
    }
    found
}

fn describe(
    column: &Column,
    dialect: &Dialect,
    inferred: &Inferred,
    witness: Option<(date::DateFormat, &str)>,
) -> ColumnInspection {
    let &Inferred { kind, n_missing, n_distinct, number, years, n_partial, .. } = inferred;
    let suggested = column.suggested.as_deref();
    let kind = suggested.and_then(|suggested| suggested.kind).unwrap_or(kind);
    let listed = matches!(kind, ColumnType::Number | ColumnType::Category) && (1..=MAX_LEVELS).contains(&n_distinct);
    let levels = listed.then(|| {
        let counts = level::counts(column, number, &[]);
        let mut counts: Vec<_> = counts.into_iter().map(|(level, n)| LevelCount { level, n }).collect();
        if let Some(order) = suggested.and_then(|suggested| suggested.levels.as_ref()) {
            sort_by_key(&mut counts, |count| {
                order.iter().position(|level| *level == count.level).unwrap_or(usize::MAX)
            });
        }
        counts
    });
    let mut hints = number_hints(column, dialect, inferred);
    let mut suggested_format = witness.map(|(format, _)| format);
    if let Some(first) = inferred.formats.first().filter(|_| inferred.formats.len() > 1) {
        let names: Vec<&str> = inferred.formats.iter().map(|format| format.name()).collect();
        let caution = Caution::new(CautionKind::AmbiguousDates).with("name", &column.name);
        let format = suggested_format.as_ref().unwrap_or(first);
        hints.push(caution.with("formats", names.join(", ")).with("format", format));
    }
    if let Some((format, other)) = witness {
        let caution = Caution::new(CautionKind::SuggestedDateFormat).with("name", &column.name);
        hints.push(caution.with("format", format).with("other", other));
    }
    if let Some((format, hint)) = may_be_dates(column, inferred) {
        suggested_format = Some(format);
        hints.push(hint);
    }
    let (mut short_years, mut times) = (0, 0);
    let mut range = None;
    if let &[format, ..] = inferred.formats.as_slice() {
        let mut days: Option<[Date; 2]> = None;
        for (cell, n) in values::present(column, &[]) {
            let reading = date::read(cell, format, years);
            short_years += if reading.short_year { n } else { 0 };
            times += if reading.has_time { n } else { 0 };
            // Full dates only: a partial date has no day.
            if let DateCell::Full(day) = reading.date {
                days = Some(days.map_or([day, day], |[min, max]| [min.min(day), max.max(day)]));
            }
        }
        // Ambiguous ones have no range.
        range = days.filter(|_| inferred.formats.len() == 1).map(|ends| ends.map(Extreme::Date));
    } else if kind == ColumnType::Number {
        range = range_of(column, |cell| number.read(cell)).map(|ends| ends.map(Extreme::Number));
    }
    if short_years > 0 {
        let caution = Caution::new(CautionKind::TwoDigitYears).with("name", &column.name).with("n", short_years);
        hints.push(caution.with("first", date::WINDOW).with("last", date::WINDOW + 99));
    }
    if times > 0 {
        hints.push(Caution::new(CautionKind::TimesDropped).with("name", &column.name).with("n", times));
    }
    hints.extend(numeric_codes(column, kind, levels.as_deref()));
    ColumnInspection {
        name: column.name.clone(),
        kind,
        n_missing,
        n_distinct,
        examples: examples(column),
        levels,
        min: range.map(|[min, _]| min),
        max: range.map(|[_, max]| max),
        formats: inferred.formats.clone(),
        n_partial: (kind == ColumnType::Date).then_some(n_partial),
        pivot: (short_years > 0).then_some(date::WINDOW),
        n_times: (times > 0).then_some(times),
        suggested_format,
        numbers: Some(number).filter(|&number| number != NumberFormat::plain(dialect.decimal)),
        misfits: Vec::new(),
        n_misfits: None,
        missing_proposals: missing::proposals(column, inferred),
        suggested: suggested.cloned(),
        hint: None,
        hints,
    }
}

/// What was read into the numbers of a column, or may be.
fn number_hints(column: &Column, dialect: &Dialect, inferred: &Inferred) -> Vec<Caution> {
    let mut hints = Vec::new();
    let cells = || column.texts().filter(|cell| !missing::is_missing(cell, &[]));
    let caution = |kind| Caution::new(kind).with("name", &column.name);
    let value = |format: NumberFormat, cell: &str| format.read(cell).map(number::shortest).unwrap_or_default();
    let format = inferred.number;
    if let Some([one, other]) = inferred.numbers {
        let mark = one.thousands.unwrap_or(other.decimal);
        if let Some(cell) = cells().find(|cell| cell.contains(mark)) {
            let hint = caution(CautionKind::AmbiguousNumbers).with("cell", cell).with("first", value(one, cell));
            hints.push(hint.with("second", value(other, cell)).with("mark", mark));
        }
    }
    if inferred.kind != ColumnType::Number {
        return hints;
    }
    if let Some(mark) = format.thousands {
        let bare = NumberFormat { thousands: None, ..format };
        if let Some(cell) = cells().find(|cell| bare.read(cell).is_none()) {
            let hint = caution(CautionKind::ThousandsRead).with("mark", mark).with("cell", cell);
            hints.push(hint.with("value", value(format, cell)));
        }
    }
    if format.percent
        && let Some(cell) = cells().next()
    {
        hints.push(caution(CautionKind::PercentRead).with("cell", cell).with("value", value(format, cell)));
    }
    if format.marked {
        let bare = NumberFormat { marked: false, ..format };
        if let Some(cell) = cells().find(|cell| bare.read(cell).is_none()) {
            let hint = caution(CautionKind::MarkedNumbersRead).with("cell", cell);
            hints.push(hint.with("value", value(format, cell)));
        }
    }
    // Points in a file of commas between cells are decimal points; elsewhere a mark that only ever stands before three digits may
    // separate thousands.
    if format.thousands.is_none() && (format.decimal == ',' || dialect.delimiter == ';') {
        let marked = || cells().filter(|cell| cell.contains(format.decimal));
        if marked().all(|cell| number::is_group(cell, format))
            && let Some(cell) = marked().next()
        {
            let other = if format.decimal == '.' { ',' } else { '.' };
            let grouped = NumberFormat { decimal: other, thousands: Some(format.decimal), ..format };
            let hint = caution(CautionKind::MayBeThousands).with("mark", format.decimal).with("cell", cell);
            hints.push(hint.with("first", value(format, cell)).with("second", value(grouped, cell)));
        }
    }
    hints
}

/// The numbers of a column that are days in digits alone, or days as Excel counts them under a name that says so.
fn may_be_dates(column: &Column, inferred: &Inferred) -> Option<(date::DateFormat, Caution)> {
    if inferred.kind != ColumnType::Number {
        return None;
    }
    let cells = || column.texts().filter(|cell| !missing::is_missing(cell, &[]));
    let day = |cell: &str, format| match date::parse(cell, format) {
        DateCell::Full(day) if (1900..=2100).contains(&day.year()) => Some(day),
        _ => None,
    };
    // 1954-10-03 to 2064-04-08.
    let is_serial = |cell: &str| inferred.number.read(cell).is_some_and(|x| (20_000.0..=60_000.0).contains(&x));
    let format = if cells().all(|cell| day(cell, date::DateFormat::Compact).is_some()) {
        date::DateFormat::Compact
    } else if is_named_date(&column.name) && cells().all(is_serial) {
        date::DateFormat::Excel
    } else {
        return None;
    };
    let cell = cells().next()?;
    let hint = Caution::new(CautionKind::NumbersMayBeDates).with("name", &column.name).with("cell", cell);
    Some((format, hint.with("date", day(cell, format)?).with("format", format)))
}

/// Whether a column of this name may hold dates, in English or French.
fn is_named_date(name: &str) -> bool {
    let name = date::folded(name);
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    const WORDS: [&str; 8] = ["date", "dates", "day", "jour", "dob", "ddn", "dod", "ddd"];
    words.any(|word| WORDS.contains(&word)) || name.starts_with("date") || name.ends_with("date")
}

/// Numbers with a unit in nine of ten cells or more.
fn unit_in_cell(column: &Column, inferred: &Inferred) -> Option<Caution> {
    if matches!(inferred.kind, ColumnType::Number | ColumnType::Date) || inferred.numbers.is_some() {
        return None;
    }
    let (mut n, mut n_units, mut n_numbers) = (0, 0, 0);
    let mut first: Option<(&str, &str)> = None;
    for (cell, rows) in values::present(column, &[]) {
        n += rows;
        match number::with_unit(cell, inferred.number) {
            Some((_, unit)) => {
                // Numbers with letters behind are units only where the letters are the same: `1a`, `2b` are names.
                if first.is_some_and(|(_, before)| !before.eq_ignore_ascii_case(unit)) {
                    return None;
                }
                first = first.or(Some((cell, unit)));
                n_units += rows;
            }
            None => n_numbers += if inferred.number.read(cell).is_some() { rows } else { 0 },
        }
    }
    let (cell, unit) = first?;
    ((n_units + n_numbers) * 10 >= n * 9 && n_units * 2 > n_numbers)
        .then(|| Caution::new(CautionKind::UnitInCell).with("name", &column.name).with("cell", cell).with("unit", unit))
}

/// Smallest and largest of the values that the cells have.
fn range_of<T: PartialOrd + Copy>(column: &Column, value: impl Fn(&str) -> Option<T>) -> Option<[T; 2]> {
    values::range(column.texts().filter(|cell| !missing::is_missing(cell, &[])).filter_map(value))
}

fn examples(column: &Column) -> Vec<String> {
    let mut examples: Vec<String> = Vec::new();
    for cell in column.texts().filter(|cell| !missing::is_missing(cell, &[])) {
        if !examples.iter().any(|example| example == cell) {
            examples.push(cell.to_owned());
            if examples.len() == EXAMPLES {
                break;
            }
        }
    }
    examples
}

fn numeric_codes(column: &Column, kind: ColumnType, levels: Option<&[LevelCount]>) -> Option<Caution> {
    // Two to six whole numbers of one digit: a grade, a stage or a yes/no more often than a measurement.
    let levels = levels.filter(|levels| kind == ColumnType::Number && (2..=6).contains(&levels.len()))?;
    let is_code = |level: &LevelCount| level.level.len() == 1;
    let values: Vec<&str> = levels.iter().map(|level| level.level.as_str()).collect();
    levels
        .iter()
        .all(is_code)
        .then(|| Caution::new(CautionKind::NumericCodes).with("name", &column.name).with("values", values.join(", ")))
}

fn nearly(column: &Column, inferred: &Inferred) -> Option<Caution> {
    let nearly = inferred.nearly.as_ref()?;
    let values = values::present(column, &[]);
    let fit = (nearly.kind == ColumnType::Date).then(|| date::fit(&values, None));
    let mixed = fit.filter(|fit| fit.n_any == fit.n).and_then(|fit| Some(fit.candidates[fit.best()?].0));
    let kind = match nearly.kind {
        ColumnType::Date if mixed.is_some() => CautionKind::MixedDates,
        ColumnType::Date => CautionKind::AlmostDate,
        _ => CautionKind::AlmostNumber,
    };
    let mut cells: Vec<&str> = Vec::new();
    for &row in &nearly.rows {
        let cell = column.cell(row);
        if !cells.contains(&cell) {
            cells.push(if cells.len() == EXAMPLES { "…" } else { cell });
        }
        if cells.len() > EXAMPLES {
            break;
        }
    }
    let mut caution = Caution::new(kind)
        .with("name", &column.name)
        .with("n", nearly.rows.len())
        .with("of", nearly.n)
        .with("cells", cells.join(", "));
    if let Some(format) = mixed {
        caution = caution.with("format", format);
    }
    Some(caution.rows(nearly.rows.iter().take(NAMED).map(|row| row + 1).collect()))
}

/// Text of which every cell looks like a date: without a word, a column of dates would just not be offered as one.
fn unread_dates(column: &Column, inferred: &Inferred) -> Option<Caution> {
    if !matches!(inferred.kind, ColumnType::Category | ColumnType::Text) || inferred.nearly.is_some() {
        return None;
    }
    let cells = || column.texts().filter(|cell| !missing::is_missing(cell, &[]));
    if !cells().all(date::is_date_like) {
        return None;
    }
    let is_read = |cell: &str| {
        date::CANDIDATES.iter().any(|&(format, years)| date::read(cell, format, years).date != DateCell::None)
    };
    let cell = cells().find(|cell| !is_read(cell)).or_else(|| cells().next())?;
    Some(Caution::new(CautionKind::UnreadDates).with("name", &column.name).with("cell", cell))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn inspected(text: &str) -> Value {
        let table = super::super::open(text.as_bytes(), "cohort.csv").expect("a table");
        serde_json::to_value(inspect(&table)).expect("serialises")
    }

    #[test]
    fn a_cohort() {
        let found = inspected(
            "id,grade,sex,day,x\nP1,1,F,2021-03-09,1.5\nP2,3,M,2020-05,2\nP3,,F,2020-01-31,-3e1\nP4,1,F,,NA\n",
        );
        assert_eq!(found["n_rows"], 4);
        assert_eq!(
            found["dialect"],
            json!({"delimiter": ",", "decimal": ".", "encoding": "UTF-8", "header_line": 1, "thousands": null, "title_lines": 0,
                "format": "csv", "sheet": null, "sheets": [], "detected": ["delimiter", "decimal", "encoding", "header_line"]})
        );
        assert_eq!(found["preview"][1], json!({"line": 2, "cells": ["P1", "1", "F", "2021-03-09", "1.5"]}));
        assert_eq!(found["cautions"], json!([]));
        let columns = &found["columns"];
        assert_eq!(
            columns[0],
            json!({"name": "id", "type": "text", "n_missing": 0, "n_distinct": 4, "examples": ["P1", "P2", "P3", "P4"]})
        );
        assert_eq!(columns[1]["type"], "number");
        assert_eq!(columns[1]["n_missing"], 1);
        assert_eq!(columns[1]["levels"], json!([{"level": "1", "n": 2}, {"level": "3", "n": 1}]));
        assert_eq!(columns[1]["hint"]["code"], "numeric_codes");
        assert_eq!(columns[1]["hint"]["params"]["values"], "1, 3");
        assert_eq!(columns[2]["type"], "category");
        assert_eq!(columns[2]["levels"], json!([{"level": "F", "n": 3}, {"level": "M", "n": 1}]));
        assert_eq!(columns[3]["type"], "date");
        assert_eq!(columns[3]["formats"], json!(["y-m-d"]));
        assert_eq!(columns[3]["n_partial"], 1);
        assert_eq!((&columns[3]["min"], &columns[3]["max"]), (&json!("2020-01-31"), &json!("2021-03-09")));
        assert_eq!((&columns[4]["min"], &columns[4]["max"]), (&json!(-30.0), &json!(2.0)));
        assert_eq!(columns[4].get("hint"), None);
    }

    #[test]
    fn what_to_look_at() {
        let mut text = String::from("age;day\n<5;03/04/2021\n");
        for row in 0..20 {
            text.push_str(&format!("{row},5;01/02/2021\n"));
        }
        let found = inspected(&text);
        assert_eq!(found["columns"][0]["type"], "text");
        assert_eq!(found["cautions"][0]["code"], "almost_number");
        assert_eq!(found["cautions"][0]["rows"], json!([1]));
        assert_eq!(found["cautions"][0]["params"], json!({"name": "age", "n": "1", "of": "21", "cells": "<5"}));
        assert_eq!(found["columns"][1]["hint"]["code"], "ambiguous_dates");
        assert_eq!(found["columns"][1]["hint"]["params"]["formats"], "d/m/y, m/d/y");
        assert_eq!(found["columns"][1].get("min"), None);
    }

    #[test]
    fn many_levels_are_not_listed() {
        let cells: String = (0..21).map(|i| format!("{i},x\n")).collect();
        let found = inspected(&format!("a,b\n{cells}"));
        assert_eq!(found["columns"][0].get("levels"), None);
        assert_eq!(found["columns"][0]["n_distinct"], 21);
        assert_eq!(found["columns"][1]["levels"], json!([{"level": "x", "n": 21}]));
    }

    #[test]
    fn the_demonstration() {
        let found = inspected(include_str!("../../www/demo/lms_vc_synthetic.csv"));
        let column = |name: &str| {
            let columns = found["columns"].as_array().expect("columns");
            columns.iter().find(|column| column["name"] == name).cloned().expect("the column")
        };
        assert_eq!(column("date_of_diagnosis")["type"], "date");
        assert_eq!(column("date_of_death")["type"], "date");
        assert_eq!(column("specimen_size_cm")["type"], "number");
        assert_eq!(column("fnclcc_grade")["type"], "category");
        assert_eq!(found["cautions"], json!([]));
    }

    #[test]
    fn dates_in_a_form_that_is_not_read_are_pointed_out() {
        let cautions =
            |cells: &str| inspected(&format!("o,n\n{}", cells.replace(' ', ",1\n") + ",1\n"))["cautions"].clone();
        let found = cautions("2020-01-13 13/01/2020 2020-01-14");
        assert_eq!(found[0]["code"], "mixed_dates");
        assert_eq!(
            found[0]["params"],
            json!({"name": "o", "n": "1", "of": "3", "cells": "13/01/2020", "format": "y-m-d"})
        );
        assert_eq!(found[0]["rows"], json!([2]));
        for (cells, cell) in [("13.01-2020 14.02-2020", "13.01-2020"), ("2020-01-13 2021-02-30", "2021-02-30")] {
            let found = cautions(cells);
            assert_eq!(found[0]["code"], "unread_dates", "{cells}");
            assert_eq!(found[0]["params"], json!({"name": "o", "cell": cell}));
        }
        for cells in [
            "12-34-56 12-34-57",
            "I-II-20 I-II-21",
            "x 13/01/20",
            "1.2.3 1.2.4",
            "13/01/2020 14/01/2020",
            "13/01/20 14/02/20",
            "5-Jan-2020 14-févr.-2021",
        ] {
            assert_eq!(cautions(cells), json!([]), "{cells}");
        }
    }

    /// The one column `o` of these cells, the second being any number.
    fn column_of(cells: &[&str]) -> Value {
        let rows: String = cells.iter().map(|cell| format!("\"{}\"\t1\n", cell.replace('"', "\"\""))).collect();
        inspected(&format!("o\tn\n{rows}"))["columns"][0].clone()
    }

    fn codes(column: &Value) -> Vec<&str> {
        let hints = column["hints"].as_array().map(Vec::as_slice).unwrap_or_default();
        hints.iter().filter_map(|hint| hint["code"].as_str()).collect()
    }

    #[test]
    fn what_is_read_into_numbers_and_dates_is_said() {
        for (cells, kind, hints) in [
            (&["1 200", "800"][..], "number", &["thousands_read"][..]),
            (&["70%", "61 %"], "number", &["percent_read"]),
            (&["'12", "14.5"], "number", &["marked_numbers_read"]),
            (&["1,234", "567"], "text", &["ambiguous_numbers"]),
            (&["12 mm", "14 mm"], "text", &["unit_in_cell"]),
            (&["A1", "B2"], "text", &[]),
            (&["1a", "2b"], "text", &[]),
            (&["20210309", "20201231"], "number", &["numbers_may_be_dates"]),
            (&["13/01/20", "14/02/20"], "date", &["two_digit_years"]),
            (&["03/04/20", "05/02/20"], "date", &["ambiguous_dates", "two_digit_years"]),
            (&["2020-01-13 08:30", "2020-01-14 00:00"], "date", &["times_dropped"]),
            (&["1.5", "20"], "number", &[]),
        ] {
            let found = column_of(cells);
            assert_eq!((found["type"].as_str(), codes(&found)), (Some(kind), hints.to_vec()), "{cells:?}");
        }
        assert_eq!(column_of(&["1 200,5", "800"])["max"], 1200.5);
        assert_eq!(column_of(&["13/01/20", "14/02/85"])["min"], "1985-02-14");
        assert_eq!(column_of(&["13/01/20", "14/02/85"])["pivot"], 1930);
        assert_eq!(column_of(&["2020-01-13 08:30", "2020-01-14 00:00"])["n_times"], 1);
        assert_eq!(column_of(&["20210309", "20201231"])["suggested_format"], "ymd");
        let hint = column_of(&["1,234", "567"])["hint"]["params"].clone();
        assert_eq!((&hint["first"], &hint["second"]), (&json!("1234"), &json!("1.234")));
        // In a file of decimal commas it is read as in the other columns, which is said.
        let found = inspected("a;b\n1,234;0,5\n5,678;1,25\n");
        assert_eq!(codes(&found["columns"][0]), ["may_be_thousands"]);
        assert_eq!(found["columns"][0]["min"], 1.234);
        assert_eq!(codes(&found["columns"][1]), Vec::<&str>::new());
    }

    #[test]
    fn a_serial_day_is_proposed_where_the_name_says_so() {
        let of = |name: &str| inspected(&format!("{name},n\n44264,1\n44196,2\n"))["columns"][0].clone();
        for name in ["date_of_death", "Date décès", "DOB", "surgery date", "datenaissance"] {
            let found = of(name);
            assert_eq!((&found["type"], &found["suggested_format"]), (&json!("number"), &json!("excel")), "{name}");
            assert_eq!(found["hint"]["params"]["date"], "2021-03-09");
        }
        for name in ["platelets", "days", "update_count"] {
            assert_eq!(of(name).get("suggested_format"), None, "{name}");
        }
    }

    #[test]
    fn another_column_of_the_file_tells_the_order_of_ambiguous_dates() {
        let found = inspected("a,b\n03/04/2021,13-04-2021\n05/06/2021,14-05-2021\n");
        let a = &found["columns"][0];
        assert_eq!(codes(a), ["ambiguous_dates", "suggested_date_format"]);
        assert_eq!((&a["suggested_format"], &a["formats"]), (&json!("d/m/y"), &json!(["d/m/y", "m/d/y"])));
        assert_eq!(a["hints"][1]["params"]["other"], "b");
        // Columns that contradict each other tell nothing.
        let found = inspected("a,b,c\n03/04/2021,13-04-2021,04/13/2021\n05/06/2021,14-05-2021,05/14/2021\n");
        assert_eq!(found["columns"][0].get("suggested_format"), None);
        // ISO dates say nothing of the order of day and month elsewhere.
        let found = inspected("a,b\n03/04/2021,2021-04-13\n05/06/2021,2021-05-14\n");
        assert_eq!(found["columns"][0].get("suggested_format"), None);
    }

    #[test]
    fn cells_that_do_not_fit_are_listed() {
        let mut cells = vec!["14/03/2021"; 29];
        cells.push("30/02/2021");
        let found = column_of(&cells);
        assert_eq!(found["misfits"], json!([{"row": 30, "line": 31, "cell": "30/02/2021"}]));
        assert_eq!(found["n_misfits"], 1);
        let found = column_of(&["2020-01-13", "2020-01-14", "13/01/2020"]);
        assert_eq!((&found["type"], &found["misfits"][0]["cell"]), (&json!("text"), &json!("13/01/2020")));
        // Below the limit of detection, or a word for missing: whatever their share to one half.
        for cells in [&["<5", "7", "8.5"][..], &["ND", "7", "8.5"]] {
            assert_eq!(column_of(cells)["n_misfits"], 1, "{cells:?}");
        }
        let many: Vec<&str> = std::iter::repeat_n("ND", 40).chain(std::iter::repeat_n("7", 60)).collect();
        let found = column_of(&many);
        assert_eq!((found["misfits"].as_array().map(Vec::len), &found["n_misfits"]), (Some(20), &json!(40)));
    }

    #[test]
    fn values_that_may_be_missing_are_proposed_and_not_taken() {
        for (cells, proposed) in [
            (
                &["A", "?", "ND", "nd", "Inconnu", "Non renseigné", "--"][..],
                &["?", "ND", "nd", "Inconnu", "Non renseigné", "--"][..],
            ),
            (&["A", "Unknown", "B"], &["Unknown"]),
            (&["No", "Yes", "None"], &[]),
            (&["51", "64", "99"], &["99"]),
            (&["51", "95", "99"], &[]),
            (&["51", "95", "999"], &["999"]),
            (&["51", "64", "-9"], &["-9"]),
            (&["-2", "64", "-9"], &[]),
            (&["1", "2", "9"], &["9"]),
            (&["1", "8", "9"], &[]),
            (&["2.5", "1", "9"], &[]),
            (&["G1", "G2", "99"], &["99"]),
            (&["2021-03-09", "1900-01-01"], &["1900-01-01"]),
        ] {
            let found = column_of(cells);
            let values: Vec<&str> = found["missing_proposals"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default()
                .iter()
                .filter_map(|proposal| proposal["value"].as_str())
                .collect();
            assert_eq!((values, &found["n_missing"]), (proposed.to_vec(), &json!(0)), "{cells:?}");
        }
    }
}
