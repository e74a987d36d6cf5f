//! How a file was read, for a person and for the page: dialect, columns, types, what to look at.

use serde::Serialize;

use super::date::{self, Date, DateCell};
use super::infer::{self, Inferred};
use super::{Column, ColumnType, Dialect, Suggested, Table, level, missing, number};
use crate::error::{Caution, CautionKind};

/// Levels that are listed; a column with more lists none.
const MAX_LEVELS: usize = 20;
/// Values shown as examples.
const EXAMPLES: usize = 5;
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
    /// What the file itself says of the column: the type and the levels where the study is silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested: Option<Suggested>,
    /// What to know before the type is relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Caution>,
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
    let columns = table
        .columns
        .iter()
        .map(|column| {
            let inferred = infer::column_type(column, table.dialect.decimal, &[]);
            cautions.extend(nearly(column, &inferred).or_else(|| unread_dates(column, &inferred)));
            describe(column, table.dialect.decimal, inferred)
        })
        .collect();
    Inspection {
        file: table.file.clone(),
        sha256: table.sha256.clone(),
        dialect: table.dialect.clone(),
        n_rows: table.n_rows(),
        columns,
        cautions,
    }
}

fn describe(column: &Column, decimal: char, inferred: Inferred) -> ColumnInspection {
    let Inferred { kind, n_missing, n_distinct, formats, n_partial, .. } = inferred;
    let suggested = column.suggested.as_deref();
    let kind = suggested.and_then(|suggested| suggested.kind).unwrap_or(kind);
    let listed = matches!(kind, ColumnType::Number | ColumnType::Category) && (1..=MAX_LEVELS).contains(&n_distinct);
    let levels = listed.then(|| {
        let counts = level::counts(column, decimal, &[]);
        let mut counts: Vec<_> = counts.into_iter().map(|(level, n)| LevelCount { level, n }).collect();
        if let Some(order) = suggested.and_then(|suggested| suggested.levels.as_ref()) {
            counts.sort_by_key(|count| order.iter().position(|level| *level == count.level).unwrap_or(usize::MAX));
        }
        counts
    });
    let hint = hint(column, kind, &formats, levels.as_deref());
    let range = match (kind, formats.as_slice()) {
        (ColumnType::Number, _) => {
            range(column, |cell| number::parse(cell, decimal)).map(|ends| ends.map(Extreme::Number))
        }
        // Full dates only: a partial date has no day. Ambiguous ones have no range.
        (ColumnType::Date, &[format]) => range(column, |cell| match date::parse(cell, format) {
            DateCell::Full(day) => Some(day),
            DateCell::Partial(_) | DateCell::None => None,
        })
        .map(|ends| ends.map(Extreme::Date)),
        _ => None,
    };
    ColumnInspection {
        name: column.name.clone(),
        kind,
        n_missing,
        n_distinct,
        examples: examples(column),
        levels,
        min: range.map(|[min, _]| min),
        max: range.map(|[_, max]| max),
        formats,
        n_partial: (kind == ColumnType::Date).then_some(n_partial),
        suggested: suggested.cloned(),
        hint,
    }
}

/// Smallest and largest of the values that the cells have.
fn range<T: PartialOrd + Copy>(column: &Column, value: impl Fn(&str) -> Option<T>) -> Option<[T; 2]> {
    let values = column.cells().filter(|cell| !missing::is_missing(cell, &[])).filter_map(value);
    values.fold(None, |range, x| match range {
        None => Some([x, x]),
        Some([min, max]) => Some([if x < min { x } else { min }, if x > max { x } else { max }]),
    })
}

fn examples(column: &Column) -> Vec<String> {
    let mut examples: Vec<String> = Vec::new();
    for cell in column.cells().filter(|cell| !missing::is_missing(cell, &[])) {
        if !examples.iter().any(|example| example == cell) {
            examples.push(cell.to_owned());
            if examples.len() == EXAMPLES {
                break;
            }
        }
    }
    examples
}

fn hint(
    column: &Column,
    kind: ColumnType,
    formats: &[date::DateFormat],
    levels: Option<&[LevelCount]>,
) -> Option<Caution> {
    if formats.len() > 1 {
        let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
        let caution = Caution::new(CautionKind::AmbiguousDates).with("name", &column.name);
        return Some(caution.with("formats", names.join(", ")));
    }
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
    let kind = if nearly.kind == ColumnType::Date { CautionKind::AlmostDate } else { CautionKind::AlmostNumber };
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
    let caution = Caution::new(kind)
        .with("name", &column.name)
        .with("n", nearly.rows.len())
        .with("of", nearly.n)
        .with("cells", cells.join(", "));
    Some(caution.rows(nearly.rows.iter().take(NAMED).map(|row| row + 1).collect()))
}

/// Text of which every cell looks like a date: without a word, a column of dates would just not be offered as one.
fn unread_dates(column: &Column, inferred: &Inferred) -> Option<Caution> {
    if !matches!(inferred.kind, ColumnType::Category | ColumnType::Text) {
        return None;
    }
    let cells = || column.cells().filter(|cell| !missing::is_missing(cell, &[]));
    if !cells().all(date::is_date_like) {
        return None;
    }
    let is_read = |cell: &str| date::DateFormat::ALL.iter().any(|&format| date::parse(cell, format) != DateCell::None);
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
            json!({"delimiter": ",", "decimal": ".", "encoding": "UTF-8", "header_line": 1,
                "format": "csv", "title_lines": 0})
        );
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
        for (cells, cell) in [
            ("13/01/20 14/02/20", "13/01/20"),
            ("13-01-2020 14-02-2020", "13-01-2020"),
            ("5-Jan-2020 14-févr.-21", "5-Jan-2020"),
            ("2020-01-13 2021-02-30", "2021-02-30"),
            ("2020-01-13 13/01/2020", "2020-01-13"),
        ] {
            let found = cautions(cells);
            assert_eq!(found[0]["code"], "unread_dates", "{cells}");
            assert_eq!(found[0]["params"], json!({"name": "o", "cell": cell}));
        }
        for cells in ["12-34-56 12-34-57", "I-II-20 I-II-21", "x 13/01/20", "1.2.3 1.2.4", "13/01/2020 14/01/2020"] {
            assert_eq!(cautions(cells), json!([]), "{cells}");
        }
    }
}
