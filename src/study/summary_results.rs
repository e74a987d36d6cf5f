//! The figures of a `summary`: Table 1 of a paper.

use crate::hashing::IndexMap;
use serde::Serialize;

use crate::survival::describe::Undefined;
use crate::survival::describe::compare::Comparison;
use crate::survival::describe::numbers::Numbers;

/// A table of variables by group. Rows count in a variable where it is not missing.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Rows of the subset that have a group (and the endpoint, where one is named).
    pub n: usize,
    /// Of those, rows that end in the event, where an endpoint is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_event: Option<usize>,
    /// Rows without a group.
    pub n_missing: usize,
    /// Rows that the study excludes, or that do not have the endpoint.
    pub n_excluded: usize,
    /// Missing cells of the grouping column.
    pub missing_by: IndexMap<String, usize>,
    /// Rows of each group; empty without a grouping column.
    pub groups: Vec<GroupSize>,
    /// The variables and blocks, in the order asked.
    pub variables: Vec<SummaryPart>,
}

/// A part of the table.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum SummaryPart {
    /// One variable.
    Variable(Box<SummaryVariable>),
    /// Yes/no columns, a row for each.
    YesNo(YesNoBlock),
}

/// Yes/no columns in one block.
#[derive(Debug, Clone, Serialize)]
pub struct YesNoBlock {
    /// Always `yes_no`.
    pub kind: &'static str,
    /// The heading.
    pub heading: String,
    /// The columns.
    pub items: Vec<YesNoItem>,
}

/// A yes/no column: who says yes.
#[derive(Debug, Clone, Serialize)]
pub struct YesNoItem {
    /// The column.
    pub variable: String,
    /// The level that is counted.
    pub level: String,
    /// By group; empty without a grouping column.
    pub groups: Vec<YesCount>,
    /// Whether the groups differ in the share of this level against all others; `null` without a grouping column.
    pub test: Option<Comparison>,
    /// All groups together.
    pub overall: YesCount,
    /// How far two groups are apart; only where there are two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standardised_difference: Option<StandardisedDifference>,
}

/// Who says yes in a group.
#[derive(Debug, Clone, Serialize)]
pub struct YesCount {
    /// The group; `null` for all together.
    pub group: Option<String>,
    /// Rows that say yes.
    pub n: usize,
    /// Of the rows with a value; `null` where there are none.
    pub percent: Option<f64>,
    /// Rows without a value.
    pub n_missing: usize,
}

/// Rows of a group.
#[derive(Debug, Clone, Serialize)]
pub struct GroupSize {
    /// The group.
    pub group: String,
    /// Its rows.
    pub n: usize,
}

/// One variable.
#[derive(Debug, Clone, Serialize)]
pub struct SummaryVariable {
    /// The heading that it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The column.
    pub variable: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: VariableFigures,
    /// Whether the groups differ; `null` without a grouping column.
    pub test: Option<Comparison>,
    /// How far two groups are apart; only where there are two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standardised_difference: Option<StandardisedDifference>,
}

/// Figures of a number or of a category.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum VariableFigures {
    /// A number.
    Number {
        /// By group; empty without a grouping column.
        groups: Vec<NumberGroup>,
        /// All groups together.
        overall: Box<NumberGroup>,
    },
    /// A category.
    Category {
        /// By level, then by group.
        levels: Vec<Level>,
        /// Rows behind the percentages of each group.
        totals: Vec<Total>,
        /// All groups together.
        overall: OverallLevels,
    },
}

/// A number in one group.
#[derive(Debug, Clone, Serialize)]
pub struct NumberGroup {
    /// The group; `null` for all together.
    pub group: Option<String>,
    /// Rows with a value.
    pub n: usize,
    /// Rows without.
    pub n_missing: usize,
    /// Location and spread.
    #[serde(flatten)]
    pub numbers: Numbers,
}

/// One level of a category.
#[derive(Debug, Clone, Serialize)]
pub struct Level {
    /// The level.
    pub level: String,
    /// Its rows by group; empty without a grouping column.
    pub groups: Vec<LevelGroup>,
}

/// A level in one group.
#[derive(Debug, Clone, Serialize)]
pub struct LevelGroup {
    /// The group.
    pub group: String,
    /// Rows.
    pub n: usize,
    /// Of the rows of the group with a value; `null` where there are none.
    pub percent: Option<f64>,
}

/// Rows behind the percentages of a group.
#[derive(Debug, Clone, Serialize)]
pub struct Total {
    /// The group.
    pub group: String,
    /// Rows with a value.
    pub n: usize,
    /// Rows without.
    pub n_missing: usize,
}

/// A category in all groups together.
#[derive(Debug, Clone, Serialize)]
pub struct OverallLevels {
    /// Rows with a value.
    pub n: usize,
    /// Rows without.
    pub n_missing: usize,
    /// By level.
    pub levels: Vec<OverallLevel>,
}

/// A level in all groups together.
#[derive(Debug, Clone, Serialize)]
pub struct OverallLevel {
    /// The level.
    pub level: String,
    /// Rows.
    pub n: usize,
    /// Of the rows with a value; `null` where there are none.
    pub percent: Option<f64>,
}

/// The distance of two groups in standard deviations.
#[derive(Debug, Clone, Serialize)]
pub struct StandardisedDifference {
    /// Second group less first for a number; without a sign for a category.
    pub estimate: Option<f64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Undefined>,
}
