//! The figures of a `missing_map`: which cells are missing, together with which others, and what that costs each model.

use serde::Serialize;

use crate::error::Error;

/// Missing cells by variable, by pattern and by model.
#[derive(Debug, Clone, Serialize)]
pub struct MissingMap {
    /// Rows that are looked at: those of the subset (and with the endpoint, where one is named) that the study does not exclude.
    pub n_rows: usize,
    /// Rows without a missing cell in any variable.
    pub n_complete: usize,
    /// By variable, in the order asked.
    pub variables: Vec<MissingVariable>,
    /// By set of variables that are missing together, the most frequent first.
    pub patterns: Vec<Pattern>,
    /// How the rows of each model become fewer.
    pub models: Vec<ModelLosses>,
}

/// Missing cells of a variable.
#[derive(Debug, Clone, Serialize)]
pub struct MissingVariable {
    /// The column.
    pub variable: String,
    /// Missing cells.
    pub n_missing: usize,
    /// Of the rows that are looked at.
    pub percent: f64,
    /// Data rows, from 1.
    pub rows: Vec<usize>,
}

/// Rows in which exactly these variables are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pattern {
    /// The columns; empty where all have a value.
    pub missing: Vec<String>,
    /// Rows.
    pub n: usize,
}

/// How the rows of a model become fewer.
#[derive(Debug, Clone, Serialize)]
pub struct ModelLosses {
    /// Id of the analysis.
    pub analysis: String,
    /// Its endpoint.
    pub endpoint: Option<String>,
    /// Rows of its subset that have the endpoint.
    pub start: usize,
    /// Rows left when the model holds one variable alone.
    pub univariable: Vec<VariableRows>,
    /// The variables in turn.
    pub steps: Vec<LossStep>,
    /// Rows left when the model holds them all; `null` where the analysis has no such model.
    pub n: Option<usize>,
    /// Why this cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// Rows left with one variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariableRows {
    /// The column.
    pub variable: String,
    /// Rows.
    pub n: usize,
}

/// A variable that joins those before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LossStep {
    /// The column.
    pub variable: String,
    /// Rows lost at this step.
    pub lost: usize,
    /// Rows that this variable alone costs the whole model.
    pub lost_only_here: usize,
    /// Rows left.
    pub n: usize,
}
