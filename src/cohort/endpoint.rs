//! An endpoint derived: who has it, from when to when, and how it ends.

use serde::{Deserialize, Serialize, Serializer};

use super::columns::Cohort;
use super::endpoint_spec::{EndpointSpec, Unit};
use super::{by_dates, by_status};
use crate::error::{Caution, CautionKind, Result};

/// The choices of a derivation that presets set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EndpointOptions {
    /// Rows that end at time 0 (rule 15).
    pub time_zero: TimeZero,
    /// Months (rule 14).
    pub month_rule: MonthRule,
}

/// What is done with rows that end at time 0 (rule 15).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeZero {
    /// They count (R).
    #[default]
    Keep,
    /// They are left out, and counted as such (Stata).
    Drop,
}

/// How days become weeks, months and years (rule 14).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MonthRule {
    /// Whole days, divided once by the days of the unit.
    #[default]
    Days,
}

/// An endpoint of a cohort. `rows`, `entry`, `time`, `cause` and `id` are parallel.
#[derive(Debug, Clone, Default)]
pub struct Endpoint {
    /// Name in the study.
    pub name: String,
    /// Unit of `entry` and `time`.
    pub unit: Unit,
    /// Names of the events; `cause` k is the k-th, from 1.
    pub events: Vec<String>,
    /// Table rows that have the endpoint, from 0, ascending.
    pub rows: Vec<usize>,
    /// Entry times, where declared: 0 ≤ entry < time.
    pub entry: Option<Vec<f64>>,
    /// Times to the event or to censoring.
    pub time: Vec<f64>,
    /// 0 where censored, else the event that counts.
    pub cause: Vec<u32>,
    /// A code per patient, where an `id` is declared.
    pub id: Option<Vec<u32>>,
    /// Table rows that do not have it, ascending, each with its reason.
    pub excluded: Vec<Excluded>,
    /// How each status value was read, where the censored values are not listed.
    pub status_values: Option<Vec<StatusValue>>,
    /// Whether times come from dates, so that nearly equal ones cannot occur (rule 24).
    pub from_dates: bool,
    /// What must be known to read it.
    pub cautions: Vec<Caution>,
}

/// A row that does not have an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Data row, from 1.
    pub row: usize,
    /// Physical line of the file, from 1.
    pub line: usize,
    /// Why.
    pub reason: Exclusion,
    /// The study's own words, where it leaves the row out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Why a row does not have an endpoint; the words are in the `reason` section of the words files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// The study leaves the row out of everything.
    ExcludedByStudy,
    /// The time is missing.
    MissingTime,
    /// The status is missing.
    MissingStatus,
    /// The entry is missing.
    MissingEntry,
    /// There is no date of origin.
    NoOrigin,
    /// There is neither an event nor a censoring date.
    NoEnd,
    /// The origin or the entry is after the cut-off date.
    AfterCutoff,
    /// Entry and end are the same.
    EmptyInterval,
    /// The row ends at time 0 and such rows are dropped (rule 15).
    TimeZero,
}

/// How a status value was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusValue {
    /// The value, a number in shortest form.
    pub value: String,
    /// Rows that have it.
    pub n: usize,
    /// How it was read.
    pub read_as: ReadAs,
}

/// The meaning of a status value: an event's name, or `censored`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadAs {
    /// No event.
    Censored,
    /// The event of this name.
    Event(String),
}

impl Serialize for ReadAs {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Censored => "censored",
            Self::Event(name) => name,
        })
    }
}

/// One row's endpoint, before it is known whether it counts.
pub(super) struct Observation {
    pub row: usize,
    pub entry: Option<f64>,
    pub time: f64,
    pub cause: u32,
}

/// Derives an endpoint by its declaration.
///
/// # Errors
/// A column that is not there, a cell that does not fit, a date before the origin, a negative time, a status that is neither event
/// nor censoring, an entry outside 0 … time: each with its place.
pub fn derive(cohort: &Cohort, name: &str, spec: &EndpointSpec, options: &EndpointOptions) -> Result<Endpoint> {
    let mut endpoint = match spec {
        EndpointSpec::Dates(spec) => by_dates::derive(cohort, spec, options)?,
        EndpointSpec::Status(spec) => by_status::derive(cohort, spec, options)?,
    };
    endpoint.name = name.to_owned();
    let id = match spec {
        EndpointSpec::Dates(spec) => &spec.id,
        EndpointSpec::Status(spec) => &spec.id,
    };
    if let Some(id) = id {
        endpoint.id = Some(patients(cohort, id, &endpoint.rows)?);
    }
    Ok(endpoint)
}

/// A code per patient; a row without an id is a patient of its own.
fn patients(cohort: &Cohort, id: &str, rows: &[usize]) -> Result<Vec<u32>> {
    let ids = cohort.text(id)?;
    let mut codes = std::collections::HashMap::new();
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next - 1
    };
    Ok(rows
        .iter()
        .map(|&row| match ids[row] {
            Some(id) => *codes.entry(id).or_insert_with(&mut fresh),
            None => fresh(),
        })
        .collect())
}

impl Endpoint {
    /// An endpoint without rows.
    pub(super) fn new(unit: Unit, events: Vec<String>, entry: bool, from_dates: bool) -> Self {
        Self { unit, events, entry: entry.then(Vec::new), from_dates, ..Self::default() }
    }

    /// Takes a row in.
    fn take(&mut self, observation: &Observation) {
        self.rows.push(observation.row);
        self.time.push(observation.time);
        self.cause.push(observation.cause);
        if let (Some(out), Some(entry)) = (&mut self.entry, observation.entry) {
            out.push(entry);
        }
    }

    /// Takes rows in, but for those of no length and, where they are dropped, those that end at 0 (rule 15).
    pub(super) fn fill(&mut self, cohort: &Cohort, observations: &[Observation], options: &EndpointOptions) {
        let mut at_zero = Vec::new();
        for observation in observations {
            if observation.entry.is_some_and(|entry| entry == observation.time) {
                self.excluded.push(cohort.excluded_row(observation.row, Exclusion::EmptyInterval));
                continue;
            }
            if observation.time == 0.0 {
                at_zero.push(observation.row + 1);
                if options.time_zero == TimeZero::Drop {
                    self.excluded.push(cohort.excluded_row(observation.row, Exclusion::TimeZero));
                    continue;
                }
            }
            self.take(observation);
        }
        self.excluded.sort_by_key(|excluded| excluded.row);
        if !at_zero.is_empty() {
            let kind = match options.time_zero {
                TimeZero::Keep => CautionKind::TimeZeroKept,
                TimeZero::Drop => CautionKind::TimeZeroDropped,
            };
            self.cautions.push(Caution::new(kind).with("n", at_zero.len()).rows(at_zero));
        }
    }
}
