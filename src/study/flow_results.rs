//! The figures of a `flow`: from who was screened to who is analysed.

use crate::hashing::IndexMap;
use serde::Serialize;

use super::patient_options::{Before, Lost};
use crate::error::Error;

/// Who came in, who fell out and why. `screened` less those of `before` are the rows of the file; these less `excluded` are
/// `included`; in each endpoint `n` and its `excluded` are `included` again.
#[derive(Debug, Clone, Serialize)]
pub struct Flow {
    /// Patients screened; where the study does not say, the rows of the file and those excluded before it.
    pub screened: usize,
    /// Excluded before the file was made, in the study's order.
    pub before: Vec<Before>,
    /// Rows of the file.
    pub n_rows: usize,
    /// Rows that no endpoint counts.
    pub excluded: Vec<Left>,
    /// Rows left.
    pub included: usize,
    /// The endpoints.
    pub endpoints: Vec<FlowEndpoint>,
    /// Rows that are lost in at least one endpoint; `null` where no rule is given, or none could be judged.
    pub lost: Option<Rows>,
    /// Who counts as lost; `null` where no rule is given.
    pub lost_rule: Option<Lost>,
}

/// Rows that fell out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// A code of the words' `reason` section.
    pub reason: &'static str,
    /// The author's words, where the study excludes the rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How many.
    pub n: usize,
    /// Data rows, from 1.
    pub rows: Vec<usize>,
}

/// Some rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// How many.
    pub n: usize,
    /// Data rows, from 1.
    pub rows: Vec<usize>,
}

/// Who is analysed for an endpoint.
#[derive(Debug, Clone, Serialize)]
pub struct FlowEndpoint {
    /// Its name.
    pub endpoint: String,
    /// Rows that have it.
    pub n: usize,
    /// Of those, rows that end in any event.
    pub n_event: usize,
    /// Rows that end in each event.
    pub by_event: IndexMap<String, usize>,
    /// Rows that do not have it.
    pub excluded: Vec<Left>,
    /// Of the rows that have it and no event, those lost to follow-up; `null` where this is not judged.
    pub lost: Option<Rows>,
    /// By group; `null` names those without a group, where there are any.
    pub groups: Vec<FlowGroup>,
    /// Why the endpoint cannot be derived; all counts are then 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// A group of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlowGroup {
    /// The group.
    pub group: Option<String>,
    /// Rows.
    pub n: usize,
    /// Of those, rows that end in any event.
    pub n_event: usize,
}
