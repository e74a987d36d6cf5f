//! The audit of a file across its dates and endpoints: what contradicts itself, with the rows, and what was decided about it.
//!
//! Nothing that an audit finds keeps it from going on: a cell that cannot be read is a finding like any other. Every row of the file
//! is judged, those that the study excludes too; a finding says which of its rows are settled.

mod dates;
pub mod decided;
mod endpoints;
mod rows;

use crate::hashing::{HashMap, HashSet, IndexMap, IndexSet};
use serde::{Deserialize, Serialize};

use super::columns::{Cohort, Lenient};
use super::document::{Decided, Decision, EndpointSpec, ExcludedRow, When};
use super::endpoint::EndpointOptions;
use crate::error::{Error, ErrorKind, FindingKind, Params, Result};
use crate::sorting::sort_by_key;
use crate::table::date::Date;
use crate::words;

/// What an audit is asked to judge.
#[derive(Debug, Clone, Default)]
pub struct AuditOptions {
    /// The date columns; absent: every one of the file, and those that endpoints use.
    pub dates: Option<Vec<String>>,
    /// The column that names the patient; absent: duplicates of patients are not looked for.
    pub patient: Option<String>,
    /// The last day that a date can have; absent: the future is not judged.
    pub as_of: Option<Date>,
    /// Columns of dates that must be in order: the earlier, the later.
    pub pairs: Vec<(String, String)>,
    /// Columns that say that an event occurred, with the column of its date.
    pub flags: Vec<Flag>,
}

/// A column that says that an event occurred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// Column of the date of the event.
    pub date: String,
    /// The column that says so, and the values that do.
    #[serde(flatten)]
    pub when: When,
}

/// An endpoint to judge.
pub struct AuditedEndpoint<'a> {
    /// Name in the study.
    pub name: &'a str,
    /// Its declaration.
    pub spec: &'a EndpointSpec,
    /// How it is derived.
    pub options: EndpointOptions,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It cannot be right.
    Error,
    /// It is probably wrong.
    Warning,
    /// It may be right, and must be known.
    Note,
}

/// What an audit found.
#[derive(Debug, Clone, Serialize)]
pub struct Audit {
    /// Rows of the file, all judged.
    pub n_rows: usize,
    /// The columns of dates that were judged.
    pub dates: Vec<String>,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
    /// Keys of decisions about what is not found any more.
    pub settled: Vec<String>,
}

/// One contradiction with all its rows.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Names it in decisions: the code, the endpoint where it is of one, and the columns.
    pub key: String,
    /// What it is.
    pub code: FindingKind,
    /// How much it weighs.
    pub severity: Severity,
    /// The endpoint that it is of, or the first of them.
    pub endpoint: Option<String>,
    /// The columns that contradict each other.
    pub columns: Vec<String>,
    /// Number of `rows`.
    pub n: usize,
    /// Data rows, from 1, ascending.
    pub rows: Vec<usize>,
    /// Parameters of its sentence.
    pub params: Params,
    /// The English sentence.
    pub message: String,
    /// What was decided, where it was decided of every row (excluded before to be corrected before accepted).
    pub decision: Option<Decided>,
    /// What was decided, by row.
    pub decisions: Vec<Settled>,
    /// Rows about which nothing was decided.
    pub n_open: usize,
    /// Why, where an endpoint or a column cannot be read at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// Rows about which one thing was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// What.
    pub decision: Decided,
    /// Data rows, from 1.
    pub rows: Vec<usize>,
    /// Why, in the author's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Judges a file.
///
/// # Errors
/// [`ErrorKind::UnknownColumn`] for a column that the options name and the file does not have.
pub fn audit(
    cohort: &Cohort,
    endpoints: &[AuditedEndpoint],
    options: &AuditOptions,
    exclude: &[ExcludedRow],
    decisions: &[Decision],
) -> Result<Audit> {
    let mut auditor = Auditor { cohort, options, dates: IndexMap::default(), drafts: Vec::new() };
    auditor.read_dates(endpoints)?;
    auditor.other_cells(endpoints)?;
    auditor.judge_dates()?;
    auditor.judge_endpoints(endpoints);
    auditor.judge_deaths(endpoints)?;
    auditor.judge_rows(endpoints)?;
    let dates = auditor.dates.keys().cloned().collect();
    let mut findings: Vec<Finding> =
        auditor.drafts.into_iter().map(|draft| draft.finish(cohort, exclude, decisions)).collect();
    sort_by_key(&mut findings, |finding| finding.severity);
    let is_found = |key: &String| findings.iter().any(|finding| finding.key == *key);
    let decided: IndexSet<&String> = decisions.iter().map(|decision| &decision.finding).collect();
    let settled = decided.into_iter().filter(|key| !is_found(key)).cloned().collect();
    Ok(Audit { n_rows: cohort.table().n_rows(), dates, findings, settled })
}

/// An audit at work.
struct Auditor<'a> {
    cohort: &'a Cohort<'a>,
    options: &'a AuditOptions,
    /// The columns of dates that could be read, by name.
    dates: IndexMap<String, Lenient<i64>>,
    drafts: Vec<Draft>,
}

/// The days of a column by table row.
#[derive(Clone, Copy)]
struct Days<'a>(&'a [Option<i64>]);

impl Days<'_> {
    fn at(self, row: usize) -> Option<i64> {
        self.0.get(row).copied().flatten()
    }
}

/// A finding without what was decided about it.
struct Draft {
    kind: FindingKind,
    severity: Severity,
    endpoint: Option<String>,
    /// Whether the endpoint is part of the key: another one has its own finding.
    by_endpoint: bool,
    columns: Vec<String>,
    /// Table rows, from 0.
    rows: Vec<usize>,
    /// Rows that contradict each other: nothing is left of it where the study keeps one of them.
    groups: Vec<Vec<usize>>,
    params: Params,
    error: Option<Error>,
}

impl Draft {
    fn new(kind: FindingKind, severity: Severity, columns: &[&str], rows: Vec<usize>) -> Self {
        Self {
            kind,
            severity,
            endpoint: None,
            by_endpoint: false,
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            rows,
            groups: Vec::new(),
            params: Params::default(),
            error: None,
        }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }

    /// The same, seen by an endpoint that shares it with others.
    fn seen_by(mut self, endpoint: &str) -> Self {
        self.endpoint = Some(endpoint.to_owned());
        self
    }

    /// The same, of this endpoint alone.
    fn of(mut self, endpoint: &str) -> Self {
        self.by_endpoint = true;
        self.seen_by(endpoint)
    }

    fn key(&self) -> String {
        let endpoint = self.endpoint.iter().filter(|_| self.by_endpoint);
        let parts: Vec<&str> = endpoint.chain(&self.columns).map(String::as_str).collect();
        if parts.is_empty() { self.kind.code().to_owned() } else { format!("{}:{}", self.kind.code(), parts.join("/")) }
    }

    fn finish(mut self, cohort: &Cohort, exclude: &[ExcludedRow], decisions: &[Decision]) -> Finding {
        let key = self.key();
        let resolved: Vec<usize> = self
            .groups
            .iter()
            .filter(|group| group.iter().filter(|&&row| !cohort.is_excluded(row)).count() < 2)
            .flatten()
            .copied()
            .collect();
        let of_key: Vec<&Decision> = decisions.iter().filter(|decision| decision.finding == key).collect();
        // The last decision of a row counts: of those that name it, and of those about all of the finding.
        let named = of_key.iter().enumerate().flat_map(|(i, decision)| decision.rows.iter().map(move |&row| (row, i)));
        let of_row: HashMap<usize, usize> = named.collect();
        let of_all = of_key.iter().rposition(|decision| decision.rows.is_empty());
        let resolved: HashSet<usize> = resolved.into_iter().collect();
        let reasons: HashMap<usize, &str> =
            exclude.iter().map(|excluded| (excluded.row, excluded.reason.as_str())).collect();
        let mut by_decision: IndexMap<(Decided, Option<&str>), Vec<usize>> = IndexMap::default();
        let mut n_open = 0;
        for &row in &self.rows {
            let decided = if cohort.is_excluded(row) || resolved.contains(&row) {
                (Decided::Excluded, reasons.get(&(row + 1)).copied().filter(|reason| !reason.is_empty()))
            } else if let Some(last) = of_row.get(&(row + 1)).copied().max(of_all) {
                (of_key[last].decision, of_key[last].note.as_deref())
            } else {
                n_open += 1;
                continue;
            };
            by_decision.entry(decided).or_default().push(row + 1);
        }
        let settled: Vec<Settled> = by_decision
            .into_iter()
            .map(|((decision, note), rows)| Settled { decision, rows, note: note.map(str::to_owned) })
            .collect();
        let has = |decided: Decided| settled.iter().any(|known| known.decision == decided);
        let whole = of_key.last().map(|decision| decision.decision).filter(|_| self.rows.is_empty());
        let decision = [Decided::Excluded, Decided::ToCorrect, Decided::Accepted].into_iter().find(|&d| has(d));
        let decision = decision.filter(|_| n_open == 0).or(whole);
        let rows: Vec<usize> = self.rows.iter().map(|row| row + 1).collect();
        if let Some(endpoint) = &self.endpoint {
            self.params.insert("endpoint", endpoint.clone());
        }
        self.params.insert("n", rows.len().to_string());
        self.params.insert("columns", self.columns.join(", "));
        Finding {
            key,
            code: self.kind,
            severity: self.severity,
            endpoint: self.endpoint,
            columns: self.columns,
            n: rows.len(),
            rows,
            message: words::english("finding", self.kind.code(), &self.params),
            params: self.params,
            decision,
            decisions: settled,
            n_open,
            error: self.error,
        }
    }
}

impl Auditor<'_> {
    /// Keeps a finding that has rows, once: what two endpoints share is one finding with the rows of both.
    fn add(&mut self, draft: Draft) {
        if draft.rows.is_empty() {
            return;
        }
        let key = draft.key();
        match self.drafts.iter_mut().find(|known| known.key() == key) {
            Some(known) => {
                known.rows.extend(draft.rows);
                known.rows.sort_unstable();
                known.rows.dedup();
            }
            None => self.drafts.push(draft),
        }
    }

    /// The days of a column; no row has one where the column could not be read.
    fn day_of(&self, name: &str) -> Days<'_> {
        Days(self.dates.get(name).map_or(&[], |column| &column.values))
    }

    /// Rows that hold a condition on days of columns.
    fn rows_where(&self, holds: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.cohort.table().n_rows()).filter(|&row| holds(row)).collect()
    }

    /// The first texts among these rows' cells.
    fn cells(&self, name: &str, rows: &[usize]) -> String {
        let shown: Vec<String> = rows.iter().take(3).map(|&row| format!("“{}”", self.cohort.cell(row, name))).collect();
        shown.join(", ") + if rows.len() > 3 { ", …" } else { "" }
    }
}

/// Whether an error is of a column as a whole that only its cells explain.
fn is_of_cells(error: &Error) -> bool {
    error.kind == ErrorKind::AmbiguousDate
}

#[cfg(test)]
mod tests;
