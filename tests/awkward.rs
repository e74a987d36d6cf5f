//! Awkward files: each habit of hospital files that `tests/awkward/make.mjs` writes, read to the table or the error beside it.

use std::fs;
use std::path::{Path, PathBuf};

use riskset::cohort::{Cohort, ColumnSpec};
use riskset::error::Error;
use riskset::hashing::IndexMap;
use riskset::table::{self, ColumnType, ReadOptions, Table};
use serde_json::{Map, Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/awkward")
}

/// The part of an error that a case names.
fn shown(error: &Error) -> Value {
    serde_json::to_value(error).expect("an error is JSON")
}

/// Differences between an expected error and the one found.
fn error_differs(expected: &Map<String, Value>, error: &Error, out: &mut Vec<String>) {
    let found = shown(error);
    for (name, value) in expected {
        let own = if name == "code" { &found["code"] } else { &found["position"][name] };
        if own != value {
            out.push(format!("{name} of the error is {own}, not {value}"));
        }
    }
}

/// A column as the study sees it: its type and values.
fn column(cohort: &Cohort, name: &str) -> Result<(ColumnType, Vec<Value>), Error> {
    let kind = cohort.column_type(name)?;
    let values = match kind {
        ColumnType::Number => cohort.number(name)?.iter().map(|value| json!(value)).collect(),
        ColumnType::Date => {
            let day = |day: &Option<i64>| {
                let date = day.and_then(|day| chrono::NaiveDate::from_epoch_days(i32::try_from(day).ok()?));
                json!(date.map(|date| date.to_string()))
            };
            cohort.date(name)?.days.iter().map(day).collect()
        }
        ColumnType::Category | ColumnType::Text => {
            let category = cohort.category(name)?;
            // Text stays as it is written; a level of numbers has their shortest form.
            let cell = |row: usize| cohort.table().column(name).map(|column| column.cell(row).to_owned());
            let own = |(row, code): (usize, &Option<u32>)| {
                let level = code.map(|code| category.levels[code as usize].clone());
                json!(if kind == ColumnType::Text { level.and_then(|level| cell(row).or(Some(level))) } else { level })
            };
            category.codes.iter().enumerate().map(own).collect()
        }
    };
    Ok((kind, values))
}

fn compare(case: &Value, out: &mut Vec<String>) {
    let name = case["file"].as_str().expect("a name");
    let bytes = fs::read(folder().join("files").join(name)).expect("a file that make.mjs wrote");
    let read: ReadOptions = serde_json::from_value(case.get("read").cloned().unwrap_or(json!({}))).expect("options");
    let table = match (table::open_with(bytes.as_slice(), name, &read), case.get("error")) {
        (Ok(table), None) => table,
        (Err(error), Some(expected)) => return error_differs(expected.as_object().expect("an error"), &error, out),
        (Ok(_), Some(expected)) => return out.push(format!("read, and not the error {expected}")),
        (Err(error), None) => return out.push(format!("not read: {error}")),
    };
    let inspection = serde_json::to_value(table::inspect::inspect(&table)).expect("JSON");
    for (field, value) in case.get("dialect").and_then(Value::as_object).into_iter().flatten() {
        if &inspection["dialect"][field] != value {
            out.push(format!("{field} is {}, not {value}", inspection["dialect"][field]));
        }
    }
    for code in case.get("cautions").and_then(Value::as_array).into_iter().flatten() {
        let found = inspection.to_string();
        if !found.contains(&format!("\"code\":{code}")) {
            out.push(format!("no caution {code}"));
        }
    }
    columns(case, &table, out);
}

fn columns(case: &Value, table: &Table, out: &mut Vec<String>) {
    let spec: IndexMap<String, ColumnSpec> =
        serde_json::from_value(case.get("spec").cloned().unwrap_or(json!({}))).expect("declarations");
    let cohort = Cohort::new(table, &spec, &[]).expect("a cohort");
    let Some(expected) = case.get("columns").and_then(Value::as_object) else { return };
    for (name, expected) in expected {
        match (column(&cohort, name), expected.get("error")) {
            (Err(error), Some(wanted)) => error_differs(wanted.as_object().expect("an error"), &error, out),
            (Err(error), None) => out.push(format!("{name}: {error}")),
            (Ok(_), Some(wanted)) => out.push(format!("{name}: read, and not the error {wanted}")),
            (Ok((kind, values)), None) => {
                if let Some(wanted) = expected.get("type").filter(|wanted| *wanted != kind.name()) {
                    out.push(format!("{name} is {}, not {wanted}", kind.name()));
                }
                let same = |(found, wanted): (&Value, &Value)| match (found.as_f64(), wanted.as_f64()) {
                    (Some(found), Some(wanted)) => found == wanted,
                    _ => found == wanted,
                };
                if let Some(wanted) = expected.get("values").and_then(Value::as_array)
                    && !(values.len() == wanted.len() && values.iter().zip(wanted).all(same))
                {
                    out.push(format!("{name} is {values:?}, not {wanted:?}"));
                }
                let lines: Vec<Value> = (0..table.n_rows()).map(|row| json!(table.line(row))).collect();
                if let Some(wanted) = expected.get("lines").filter(|wanted| **wanted != json!(lines)) {
                    out.push(format!("lines are {lines:?}, not {wanted}"));
                }
            }
        }
    }
}

#[test]
fn every_awkward_file_gives_its_table_or_its_error() {
    let cases: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(folder().join("cases.json")).expect("cases")).expect("JSON");
    assert!(cases.len() >= 80, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let mut out = Vec::new();
        compare(case, &mut out);
        wrong.extend(out.into_iter().map(|what| format!("{} ({}): {what}", case["file"], case["what"])));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}
