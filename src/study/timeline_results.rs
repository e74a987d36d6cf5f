//! The figures of a `timeline`: one lane per row, from entry to the end of observation.

use serde::Serialize;

use crate::cohort::Excluded;

/// The lanes, in the order in which they are drawn: by group, then as `sort` says.
#[derive(Debug, Clone, Serialize)]
pub struct Timeline {
    /// Unit of the times.
    pub unit: String,
    /// The lanes.
    pub lanes: Vec<Lane>,
    /// Rows that do not have the endpoint.
    pub excluded: Vec<Excluded>,
}

/// The observation of one row.
#[derive(Debug, Clone, Serialize)]
pub struct Lane {
    /// Data row, from 1.
    pub row: usize,
    /// Physical line of the file, from 1.
    pub line: usize,
    /// Name of the patient, where a column gives it.
    pub patient: Option<String>,
    /// The group.
    pub group: Option<String>,
    /// Entry into observation; 0 without late entry.
    pub entry: f64,
    /// End of observation.
    pub end: f64,
    /// Name of the event, or `censored`.
    pub outcome: String,
    /// Other dates, in the order asked; before the origin they are negative.
    pub marks: Vec<Mark>,
}

/// A date on a lane.
#[derive(Debug, Clone, Serialize)]
pub struct Mark {
    /// The column.
    pub name: String,
    /// Time since the origin.
    pub time: f64,
}
