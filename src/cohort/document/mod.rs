//! What a study declares about its data: columns, excluded rows and endpoints (contract.md).

mod column;
mod endpoint;

use serde::{Deserialize, Serialize};

pub use column::{ColumnSpec, Cuts, Partial};
pub use endpoint::{DatedEvent, DatesSpec, EndpointSpec, LateEvents, StatusSpec, Unit, When};

/// A row that the study leaves out of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcludedRow {
    /// Data row, from 1.
    pub row: usize,
    /// Why, in the author's words.
    #[serde(default)]
    pub reason: String,
    /// The finding of an audit that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
}

/// What was decided about rows of a finding of an audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Key of the finding.
    pub finding: String,
    /// Data rows, from 1; absent: every row of the finding.
    #[serde(default)]
    pub rows: Vec<usize>,
    /// What was decided.
    pub decision: Decided,
    /// Why, in the author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What can be decided about a row of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// It is right as it stands.
    Accepted,
    /// The file is to be corrected.
    ToCorrect,
    /// The study leaves the row out. Written as a row of `data.exclude`, never as a decision.
    #[serde(skip_deserializing)]
    Excluded,
}
