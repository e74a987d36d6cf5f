//! What a `summary` is asked to show: columns, columns under a heading, and yes/no columns in one block.

use serde::Deserialize;

/// An entry of `variables`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a column's name, {\"heading\": …, \"variables\": […]} or {\"heading\": …, \"yes_no\": […]}"
)]
pub enum SummaryEntry {
    /// A column.
    Column(String),
    /// Columns under a heading.
    Heading(Headed),
    /// Yes/no columns, a row for each.
    YesNo(YesNo),
}

/// Columns under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headed {
    /// The heading.
    pub heading: String,
    /// The columns.
    pub variables: Vec<String>,
}

/// Yes/no columns in one block.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YesNo {
    /// The heading.
    pub heading: String,
    /// The columns.
    pub yes_no: Vec<String>,
    /// The level that is counted; absent: the one that says yes.
    pub level: Option<String>,
}

impl SummaryEntry {
    /// The columns that it names.
    pub fn columns(&self) -> &[String] {
        match self {
            Self::Column(name) => std::slice::from_ref(name),
            Self::Heading(headed) => &headed.variables,
            Self::YesNo(block) => &block.yes_no,
        }
    }
}
