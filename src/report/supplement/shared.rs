//! A cohort as its authors share it: a row per patient with the times and statuses of the endpoints and the columns that are chosen, and
//! what that would tell of a patient.
//!
//! Dates never leave: an endpoint by dates becomes a time and a status. Columns are as the study uses them (levels recoded, cut and
//! merged; the missing ones empty). Rows that the study excludes are not there, and the order of the file is not kept.

use std::fmt::Write;

use crate::hashing::{HashMap, IndexMap};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::read;
use crate::cohort::{Cohort, Endpoint, derive};
use crate::error::{Error, ErrorKind, Result};
use crate::study::Study;
use crate::table::{ColumnType, Table, number};

/// What is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Names of the endpoints to share.
    pub endpoints: Vec<String>,
    /// Columns to share; absent: those that the study's analyses use, but none that looks like an identifier.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
}

/// What is shared, and what it tells.
#[derive(Debug, Clone, Serialize)]
pub struct Shared {
    /// The file, comma-separated, with a header; rows in the order of their text.
    pub csv: String,
    /// What a study says of its columns.
    pub columns: Map<String, Value>,
    /// The endpoints as columns.
    pub endpoints: Vec<SharedEndpoint>,
    /// Every column of the cohort that could be shared.
    pub offered: Vec<Offered>,
    /// What could be learnt of a patient.
    pub meter: Meter,
}

/// An endpoint as columns of the shared file.
#[derive(Debug, Clone, Serialize)]
pub struct SharedEndpoint {
    /// Its name.
    pub name: String,
    /// Column of the time.
    pub time: String,
    /// Column of what happened then.
    pub status: String,
    /// Column of the entry, where rows enter late.
    pub entry: Option<String>,
    /// Status values that are an event, in the order of the study.
    pub events: Vec<String>,
    /// The status value that is none.
    pub censored: String,
    /// Unit of the times.
    pub unit: &'static str,
}

/// A column that could be shared.
#[derive(Debug, Clone, Serialize)]
pub struct Offered {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether an analysis of the study uses it.
    pub used: bool,
    /// Whether it is shared.
    pub shared: bool,
    /// Values that it has.
    pub n_distinct: usize,
    /// What speaks against it.
    pub flags: Vec<Flag>,
    /// Patients who would no longer be alone in what is shared if this column were left out.
    pub spares: usize,
}

/// What speaks against sharing a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Its name is one of identifiers.
    IdentifierName,
    /// Every patient has a value of their own.
    AllDistinct,
    /// Text that is neither number, date nor one of a few values.
    FreeText,
    /// Dates: they are not shared, times are.
    Date,
}

/// How many patients can be told apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meter {
    /// Patients shared.
    pub n: usize,
    /// Patients whose values of the shared columns nobody else has (k = 1).
    pub alone: usize,
    /// Patients with at most three others like them (k < 5).
    pub few: usize,
    /// Fewest patients alike.
    pub smallest: usize,
    /// The same with times and statuses: who knows how long somebody was followed.
    pub alone_with_times: usize,
}

/// The cohort of `study` and `table` as `request` (JSON text of [`Request`]) shares it.
///
/// # Errors
/// [`ErrorKind::SupplementUnreadable`]; [`ErrorKind::UnknownEndpoint`]; what keeps an endpoint or a column from being read;
/// [`ErrorKind::WrongColumnType`] for a column of dates.
pub fn build(request: &str, study: &Study, table: &Table) -> Result<Shared> {
    let request: Request = read(request)?;
    let cohort = Cohort::new(table, &study.data.columns, &study.data.exclude)?;
    let used = used(study);
    let endpoints = endpoints(&request, study, &cohort)?;
    let roles = roles(study);
    let mut offered = offered(&cohort, &used, &roles);
    let chosen: Vec<String> = match &request.columns {
        Some(columns) => columns.clone(),
        None => offered.iter().filter(|one| one.used && one.flags.is_empty()).map(|one| one.name.clone()).collect(),
    };
    let columns: Vec<Column> = chosen.iter().map(|name| column(&cohort, name)).collect::<Result<_>>()?;
    let kept: Vec<usize> = (0..table.n_rows()).filter(|&row| cohort.exclusion(row).is_none()).collect();

    let mut taken: Vec<String> = chosen.clone();
    let mut free = |wanted: String| {
        let mut name = wanted;
        while taken.contains(&name) {
            name.push('_');
        }
        taken.push(name.clone());
        name
    };
    let (mut named, mut cells) = (Vec::new(), Vec::new());
    for endpoint in &endpoints {
        let shared = SharedEndpoint {
            time: free(format!("{}_time", endpoint.name)),
            status: free(format!("{}_status", endpoint.name)),
            entry: endpoint.entry.as_ref().map(|_| free(format!("{}_entry", endpoint.name))),
            censored: apart("censored", &endpoint.events),
            events: endpoint.events.clone(),
            name: endpoint.name.clone(),
            unit: endpoint.unit.name(),
        };
        cells.extend(of_endpoint(endpoint, &shared, table.n_rows()));
        named.push(shared);
    }
    let heads = named.iter().flat_map(|one| [Some(&one.time), Some(&one.status), one.entry.as_ref()]).flatten();
    let header: Vec<&str> = heads.map(String::as_str).chain(chosen.iter().map(String::as_str)).collect();
    let all: Vec<&[String]> =
        cells.iter().map(Vec::as_slice).chain(columns.iter().map(|column| column.cells.as_slice())).collect();

    let alike = Alike::of(&columns, &kept);
    let meter = Meter {
        n: kept.len(),
        alone: alike.alone,
        few: alike.few,
        smallest: alike.smallest,
        alone_with_times: classes(&all, &kept).values().filter(|&&n| n == 1).count(),
    };
    for one in &mut offered {
        one.shared = chosen.contains(&one.name);
        if one.shared {
            let rest: Vec<&[String]> =
                columns.iter().filter(|column| column.name != one.name).map(|column| column.cells.as_slice()).collect();
            let alone = classes(&rest, &kept).values().filter(|&&n| n == 1).count();
            one.spares = meter.alone.saturating_sub(alone);
        }
    }
    Ok(Shared {
        csv: write(&header, &all, &kept),
        columns: columns.into_iter().map(|column| (column.name, column.spec)).collect(),
        endpoints: named,
        offered,
        meter,
    })
}

/// A column as it is shared.
struct Column {
    name: String,
    cells: Vec<String>,
    spec: Value,
}

fn column(cohort: &Cohort, name: &str) -> Result<Column> {
    let kind = cohort.column_type(name)?;
    let (cells, levels) = match kind {
        ColumnType::Number => {
            let text = |x: &Option<f64>| x.map_or_else(String::new, number::shortest);
            (cohort.number(name)?.iter().map(text).collect(), None)
        }
        ColumnType::Category | ColumnType::Text => {
            let category = cohort.category(name)?;
            let text =
                |code: &Option<u32>| code.map_or_else(String::new, |code| category.levels[code as usize].clone());
            let levels = (kind == ColumnType::Category).then(|| category.levels.clone());
            (category.codes.iter().map(text).collect(), levels)
        }
        ColumnType::Date => {
            let error = Error::new(ErrorKind::WrongColumnType).with("name", name).with("found", kind.name());
            return Err(error.with("expected", "number / category"));
        }
    };
    let mut spec = json!({"type": kind.name()});
    if let Some(levels) = levels {
        spec["levels"] = json!(levels);
    }
    Ok(Column { name: name.to_owned(), cells, spec })
}

fn endpoints(request: &Request, study: &Study, cohort: &Cohort) -> Result<Vec<Endpoint>> {
    let defaults = study.conventions.endpoint_options();
    request
        .endpoints
        .iter()
        .map(|name| {
            let spec = study.endpoints.get(name);
            let unknown = || Error::new(ErrorKind::UnknownEndpoint).with("name", name).with("suggestion", "");
            let spec = spec.ok_or_else(unknown)?;
            derive(cohort, name, spec, &spec.options(&defaults))
        })
        .collect()
}

/// The columns of an endpoint, by table row; empty where a row does not have it.
fn of_endpoint(endpoint: &Endpoint, shared: &SharedEndpoint, n_rows: usize) -> Vec<Vec<String>> {
    let (mut time, mut status, mut entry) =
        (vec![String::new(); n_rows], vec![String::new(); n_rows], vec![String::new(); n_rows]);
    for (i, &row) in endpoint.rows.iter().enumerate() {
        time[row] = number::shortest(endpoint.time[i]);
        let event = (endpoint.cause[i] as usize).checked_sub(1).and_then(|cause| endpoint.events.get(cause));
        status[row].clone_from(event.unwrap_or(&shared.censored));
        if let Some(entries) = &endpoint.entry {
            entry[row] = number::shortest(entries[i]);
        }
    }
    if endpoint.entry.is_some() { vec![time, status, entry] } else { vec![time, status] }
}

/// `wanted`, or with a mark where an event is called so.
fn apart(wanted: &str, events: &[String]) -> String {
    let mut name = wanted.to_owned();
    while events.contains(&name) {
        name.push('_');
    }
    name
}

/// The columns that analyses use, in the order of the study.
fn used(study: &Study) -> Vec<String> {
    let mut used: IndexMap<String, ()> = IndexMap::default();
    for request in &study.analyses {
        for option in ["by", "covariates", "univariable", "multivariable", "strata", "variables", "offset", "cluster"] {
            collect(request.written.get(option).unwrap_or(&Value::Null), &mut used);
        }
        if let Some(weights) = request.written.get("weights").filter(|_| request.kind != "log_rank") {
            collect(weights, &mut used);
        }
        for condition in request.written.get("subset").and_then(Value::as_array).into_iter().flatten() {
            collect(&condition["column"], &mut used);
        }
    }
    used.into_keys().collect()
}

/// The names of columns in an option: a text, a list, `a*b`, a spline, a block of Table 1.
fn collect(option: &Value, used: &mut IndexMap<String, ()>) {
    match option {
        Value::String(name) => used.extend(name.split(['*', ':']).map(|part| (part.trim().to_owned(), ()))),
        Value::Array(list) => list.iter().for_each(|one| collect(one, used)),
        Value::Object(block) => {
            for key in ["spline", "variables", "yes_no"] {
                collect(block.get(key).unwrap_or(&Value::Null), used);
            }
        }
        _ => {}
    }
}

/// The columns that endpoints are made of: they are shared as times and statuses.
fn roles(study: &Study) -> Vec<String> {
    fn texts(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::String(text) => out.push(text.clone()),
            Value::Array(list) => list.iter().for_each(|one| texts(one, out)),
            Value::Object(map) => map.values().for_each(|one| texts(one, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    for spec in study.endpoints.values() {
        let spec = json!(spec);
        for key in ["origin", "entry", "time", "status", "censor", "id"] {
            texts(&spec[key], &mut out);
        }
        // Of events by dates; of events by status these are values, which are no columns unless one is called so.
        if spec["time"].is_null() {
            texts(&spec["events"], &mut out);
        }
    }
    out
}

fn offered(cohort: &Cohort, used: &[String], roles: &[String]) -> Vec<Offered> {
    let mut names: Vec<String> = cohort.summary().into_iter().map(|column| column.name).collect();
    names.retain(|name| used.contains(name) || !roles.contains(name));
    names
        .into_iter()
        .filter_map(|name| {
            let kind = cohort.column_type(&name).ok()?;
            let category = cohort.category(&name).ok()?;
            let mut seen = vec![0_usize; category.levels.len()];
            category.codes.iter().flatten().for_each(|&code| seen[code as usize] += 1);
            let n_distinct = seen.iter().filter(|&&n| n > 0).count();
            let n: usize = seen.iter().sum();
            let mut flags = Vec::new();
            if is_identifier(&name) {
                flags.push(Flag::IdentifierName);
            }
            match kind {
                ColumnType::Date => flags.push(Flag::Date),
                ColumnType::Text => flags.push(Flag::FreeText),
                _ => {}
            }
            if n > 1 && n_distinct == n && (kind != ColumnType::Number || is_identifier(&name)) {
                flags.push(Flag::AllDistinct);
            }
            let used = used.contains(&name);
            Some(Offered { name, kind, used, shared: false, n_distinct, flags, spares: 0 })
        })
        .collect()
}

/// Words that name a person or a record, as parts of a column's name.
const IDENTIFIERS: [&str; 34] = [
    "id",
    "ids",
    "ident",
    "identifiant",
    "identifier",
    "patient",
    "subject",
    "sujet",
    "dossier",
    "record",
    "mrn",
    "ipp",
    "nip",
    "nss",
    "ssn",
    "nhs",
    "insee",
    "name",
    "nom",
    "prenom",
    "firstname",
    "lastname",
    "surname",
    "initials",
    "initiales",
    "birth",
    "naissance",
    "dob",
    "ddn",
    "address",
    "adresse",
    "phone",
    "mail",
    "email",
];

/// Whether a column's name has the word of an identifier in it: `patient_id`, `Nom`, `dateNaissance`.
pub fn is_identifier(name: &str) -> bool {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let begins = c.is_uppercase() && before.is_lowercase();
        if !c.is_alphabetic() || begins {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase().map(plain));
        }
        before = c;
    }
    words.iter().any(|word| IDENTIFIERS.contains(&word.as_str()))
}

/// A letter without its accent, of those in these words.
fn plain(c: char) -> char {
    match c {
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'à' | 'â' | 'ä' => 'a',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        c => c,
    }
}

/// Patients by how many are like them.
struct Alike {
    alone: usize,
    few: usize,
    smallest: usize,
}

impl Alike {
    fn of(columns: &[Column], kept: &[usize]) -> Self {
        let cells: Vec<&[String]> = columns.iter().map(|column| column.cells.as_slice()).collect();
        let classes = classes(&cells, kept);
        let sizes = || classes.values().copied();
        Self {
            alone: sizes().filter(|&n| n == 1).count(),
            few: sizes().filter(|&n| n < 5).sum(),
            smallest: sizes().min().unwrap_or(0),
        }
    }
}

/// How many of the rows have each combination of values. Without columns all are alike.
fn classes<'a>(columns: &[&'a [String]], rows: &[usize]) -> HashMap<Vec<&'a str>, usize> {
    let mut classes = HashMap::default();
    for &row in rows {
        *classes.entry(columns.iter().map(|cells| cells[row].as_str()).collect()).or_insert(0) += 1;
    }
    classes
}

fn write(header: &[&str], columns: &[&[String]], rows: &[usize]) -> String {
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut out = String::new();
        for (i, cell) in cells.enumerate() {
            if i > 0 {
                out.push(',');
            }
            if cell.contains([',', '"', '\n', '\r', ';', '\t', '|']) {
                let _ = write!(out, "\"{}\"", cell.replace('"', "\"\""));
            } else {
                out.push_str(cell);
            }
        }
        out
    };
    let mut lines: Vec<String> =
        rows.iter().map(|&row| line(&mut columns.iter().map(|cells| cells[row].as_str()))).collect();
    // The order of the file may be that of arrival, or of names.
    lines.sort_unstable();
    let mut out = line(&mut header.iter().copied());
    out.push('\n');
    for line in lines {
        out.push_str(&line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_identifiers() {
        for name in ["id", "Patient_ID", "Nom", "Prénom", "dateNaissance", "N° dossier", "birth.date", "IPP"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["grade", "idiopathic", "nominal", "chemo", "paid", "stage_2"] {
            assert!(!is_identifier(name), "{name}");
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must() {
        let columns = [vec!["b,1".to_owned(), "a".to_owned()], vec!["say \"x\"".to_owned(), String::new()]];
        let columns: Vec<&[String]> = columns.iter().map(Vec::as_slice).collect();
        assert_eq!(write(&["h", "i;j"], &columns, &[0, 1]), "h,\"i;j\"\n\"b,1\",\"say \"\"x\"\"\"\na,\n");
    }
}
