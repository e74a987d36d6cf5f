//! Endpoints: for every row of the file a time and what happened then, or the reason why it has none.

pub(super) mod dates;
mod elapsed;
pub(super) mod status;

use serde::{Deserialize, Serialize};

pub use elapsed::elapsed;

use super::columns::Cohort;
use super::document::{EndpointSpec, Unit};
use crate::error::{Caution, CautionKind, Result};
use crate::num::order;

/// What becomes of rows with time zero (rule 15).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeZero {
    /// They stay: an event at time 0 lowers the curve at 0 (R).
    #[default]
    Keep,
    /// They are excluded, events and censorings alike (Stata, from its manual).
    Drop,
}

/// How days become months and years (rule 14).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthRule {
    /// Whole days, divided once by 30.4375 or 365.25.
    #[default]
    Days,
    /// Calendar anniversaries, and the share of the month or year under way.
    Calendar,
    /// Whole days and one more, the last day being counted too.
    PlusOneDay,
}

/// Choices in deriving an endpoint that packages make differently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EndpointOptions {
    /// Rows with time zero.
    pub time_zero: TimeZero,
    /// Days to months and years.
    pub month_rule: MonthRule,
}

/// Why a row does not have an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// The study excludes the row from everything.
    ExcludedByStudy,
    /// No date of origin.
    NoOrigin,
    /// The origin or the entry is after the endpoint's cutoff.
    AfterCutoff,
    /// Neither an event nor a censoring date.
    NoEnd,
    /// The condition of the event that would end the row is missing.
    MissingCondition,
    /// The time is missing.
    MissingTime,
    /// The status is missing.
    MissingStatus,
    /// The entry is missing.
    MissingEntry,
    /// Entry and end are the same: the row was never observed.
    EmptyInterval,
    /// The time is zero, and such rows are dropped.
    TimeZero,
}

impl Exclusion {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::ExcludedByStudy,
        Self::NoOrigin,
        Self::AfterCutoff,
        Self::NoEnd,
        Self::MissingCondition,
        Self::MissingTime,
        Self::MissingStatus,
        Self::MissingEntry,
        Self::EmptyInterval,
        Self::TimeZero,
    ];

    /// The stable code, a key of the words' `reason` section.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ExcludedByStudy => "excluded_by_study",
            Self::NoOrigin => "no_origin",
            Self::AfterCutoff => "after_cutoff",
            Self::NoEnd => "no_end",
            Self::MissingCondition => "missing_condition",
            Self::MissingTime => "missing_time",
            Self::MissingStatus => "missing_status",
            Self::MissingEntry => "missing_entry",
            Self::EmptyInterval => "empty_interval",
            Self::TimeZero => "time_zero",
        }
    }
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
    /// The author's words, where the study excludes the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An event that is dated where none can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedEvent {
    /// Data row, from 1.
    pub row: usize,
    /// Physical line of the file, from 1.
    pub line: usize,
    /// Name of the event.
    pub event: String,
    /// Its date, as the cell has it.
    pub date: String,
    /// [`CautionKind::EventAfterCensor`] or [`CautionKind::EventAfterDeath`].
    pub reason: CautionKind,
}

/// How a status value was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusValue {
    /// The value, a number in its shortest form.
    pub value: String,
    /// Rows that have it, those without a time included.
    pub n: usize,
    /// Name of the event, or `censored`.
    pub read_as: String,
}

/// An endpoint of a file.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Name in the study.
    pub name: String,
    /// Unit of the times.
    pub unit: Unit,
    /// Names of the events, in the order of the study.
    pub events: Vec<String>,
    /// Table rows (from 0) that have the endpoint, ascending; what follows is parallel to it.
    pub rows: Vec<usize>,
    /// Entry into observation, less than the time; `None` where all rows are observed from 0.
    pub entry: Option<Vec<f64>>,
    /// End of observation, not negative.
    pub time: Vec<f64>,
    /// 0 for censored, k for the k-th of `events`.
    pub cause: Vec<u32>,
    /// Codes that join the rows of one patient, where the endpoint has an `id` (texts compared as they stand).
    pub id: Option<Vec<u32>>,
    /// Table rows that do not have the endpoint, ascending.
    pub excluded: Vec<Excluded>,
    /// Events dated after the censoring date or after death.
    pub listed: Vec<ListedEvent>,
    /// What must be known to read it.
    pub cautions: Vec<Caution>,
    /// How each status value was read; `None` where the endpoint is derived from dates.
    pub status_values: Option<Vec<StatusValue>>,
    /// Whether the times are derived from dates, so that none differ by rounding alone (rule 24).
    pub from_dates: bool,
    /// Rows with time zero, whether kept or dropped.
    pub n_time_zero: usize,
}

/// Derives an endpoint by the rules of the study contract.
///
/// The rows of the file are those of [`Endpoint::rows`] and [`Endpoint::excluded`] together; what is peculiar is counted in
/// [`Endpoint::cautions`].
///
/// By dates: time is whole calendar days divided once by the length of the unit. A row ends at its earliest event up to C, the
/// censoring date or the cutoff if that is earlier; on one day the first named event wins; without an event it is censored at C.
/// A row with no censoring date ends at its earliest event (up to the cutoff); if all its events are after the cutoff, it was
/// followed to the cutoff and is censored there. Events after the cutoff never count. Of several origins the earliest that a row has
/// begins its time. An event with a condition is none where the condition does not hold; a row that would end with an event whose
/// condition is missing does not have the endpoint.
///
/// A recurrence after death: an event whose name begins or ends with a word for death (*death, dead, died, deceased, décès,
/// décédé, mort, exitus*) and has no *or*, *and* in it is a death. Events dated after the earliest death of the row are listed. They
/// could not count anyway, the earliest event being the one that counts, so no figure depends on these words.
///
/// # Errors
/// Those of the columns that are used ([`Cohort::number`], [`Cohort::date`]). By dates: a date before the origin
/// ([`crate::error::ErrorKind::DateBeforeOrigin`]), an event after the censoring date where the endpoint declares this an error
/// ([`crate::error::ErrorKind::EventAfterCensor`]). By time and status: a negative time
/// ([`crate::error::ErrorKind::NegativeTime`]), a status that is neither event nor censoring
/// ([`crate::error::ErrorKind::UnknownStatus`]), a value named twice ([`crate::error::ErrorKind::StatusValueTwice`]). By both: an
/// entry after the end ([`crate::error::ErrorKind::EntryAfterTime`]). Each with file, row, line, column and cell.
pub fn derive(cohort: &Cohort, name: &str, spec: &EndpointSpec, options: &EndpointOptions) -> Result<Endpoint> {
    let (id_column, has_entry, events): (_, _, Vec<String>) = match spec {
        EndpointSpec::Dates(spec) => (&spec.id, spec.entry.is_some(), spec.events.keys().cloned().collect()),
        EndpointSpec::Status(spec) => (&spec.id, spec.entry.is_some(), spec.events.keys().cloned().collect()),
    };
    let mut shared = Shared { has_entry, time_zero: options.time_zero, time_zero_rows: Vec::new() };
    let derived = match spec {
        EndpointSpec::Dates(spec) => dates::derive(cohort, name, spec, options.month_rule, &mut shared)?,
        EndpointSpec::Status(spec) => status::derive(cohort, spec, &mut shared)?,
    };
    let time_zero_rows = shared.time_zero_rows;
    let mut endpoint = Endpoint {
        name: name.to_owned(),
        unit: spec.unit(),
        events,
        rows: Vec::new(),
        entry: has_entry.then(Vec::new),
        time: Vec::new(),
        cause: Vec::new(),
        id: None,
        excluded: Vec::new(),
        listed: derived.listed,
        cautions: derived.cautions,
        status_values: derived.status_values,
        from_dates: matches!(spec, EndpointSpec::Dates(_)),
        n_time_zero: time_zero_rows.len(),
    };
    for (row, outcome) in derived.outcomes.into_iter().enumerate() {
        match outcome {
            Err(Exclusion::ExcludedByStudy) => endpoint.excluded.extend(cohort.exclusion(row)),
            Err(reason) => {
                let line = cohort.table().line(row);
                endpoint.excluded.push(Excluded { row: row + 1, line, reason, note: None });
            }
            Ok(observed) => {
                endpoint.rows.push(row);
                endpoint.time.push(observed.time);
                endpoint.cause.push(observed.cause);
                if let Some(entry) = &mut endpoint.entry {
                    entry.push(observed.entry);
                }
            }
        }
    }
    if !time_zero_rows.is_empty() {
        let kind = match options.time_zero {
            TimeZero::Keep => CautionKind::TimeZeroKept,
            TimeZero::Drop => CautionKind::TimeZeroDropped,
        };
        endpoint.cautions.push(Caution::new(kind).with("n", time_zero_rows.len()).rows(time_zero_rows));
    }
    if let Some(column) = id_column {
        add_id(cohort, column, &mut endpoint)?;
        endpoint.cautions.extend(overlapping(&endpoint));
    }
    Ok(endpoint)
}

/// What a derivation gives by table row, the rules that both forms share applied.
struct Derived {
    outcomes: Vec<Outcome>,
    listed: Vec<ListedEvent>,
    cautions: Vec<Caution>,
    status_values: Option<Vec<StatusValue>>,
}

/// A row's observation, or why it has none.
type Outcome = std::result::Result<Observed, Exclusion>;

/// What was observed of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Observed {
    /// Entry into observation; 0 where the endpoint has no entry.
    entry: f64,
    time: f64,
    /// 0 for censored, k for the k-th event.
    cause: u32,
}

/// The rules that both forms share.
#[derive(Default)]
struct Shared {
    has_entry: bool,
    time_zero: TimeZero,
    /// Data rows with time zero, whether kept or dropped.
    time_zero_rows: Vec<usize>,
}

impl Shared {
    /// The observation of a row (from 0), or why it does not count after all.
    fn check(&mut self, row: usize, observed: Observed) -> Outcome {
        if self.has_entry && observed.entry == observed.time {
            return Err(Exclusion::EmptyInterval);
        }
        if observed.time == 0.0 {
            self.time_zero_rows.push(row + 1);
            if self.time_zero == TimeZero::Drop {
                return Err(Exclusion::TimeZero);
            }
        }
        Ok(observed)
    }
}

/// Codes of patients; a row without an identifier is a patient of its own.
fn add_id(cohort: &Cohort, column: &str, endpoint: &mut Endpoint) -> Result<()> {
    let coded = cohort.coded(column)?;
    let mut next = coded.texts.len() as u32;
    let mut without = Vec::new();
    let code = |&row: &usize| {
        coded.codes[row].unwrap_or_else(|| {
            without.push(row + 1);
            next += 1;
            next - 1
        })
    };
    endpoint.id = Some(endpoint.rows.iter().map(code).collect());
    if !without.is_empty() {
        let caution = Caution::new(CautionKind::MissingId).with("n", without.len()).with("name", column);
        endpoint.cautions.push(caution.rows(without));
    }
    Ok(())
}

/// Rows of one patient that overlap in time would count the patient twice among those at risk.
fn overlapping(endpoint: &Endpoint) -> Option<Caution> {
    let ids = endpoint.id.as_ref()?;
    let entry = endpoint.entry.clone().unwrap_or_else(|| vec![0.0; ids.len()]);
    let mut rows: Vec<usize> = Vec::new();
    let mut last: Option<(u32, f64)> = None;
    for i in order::ascending_within(&entry, ids).rows {
        let i = i as usize;
        let end = last.filter(|(id, _)| *id == ids[i]).map_or(f64::NEG_INFINITY, |(_, end)| end);
        if entry[i] < end {
            rows.push(endpoint.rows[i] + 1);
        }
        last = Some((ids[i], end.max(endpoint.time[i])));
    }
    rows.sort_unstable();
    (!rows.is_empty()).then(|| Caution::new(CautionKind::OverlappingRows).with("n", rows.len()).rows(rows))
}

#[cfg(test)]
mod tests;
