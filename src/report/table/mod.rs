//! Tables for paper: rows of text in an order, which the page and every export show alike.

pub mod cox_table;
pub mod csv;
#[cfg(feature = "office")]
pub mod docx;
#[cfg(feature = "office")]
mod package;
pub mod table_one;
#[cfg(feature = "office")]
pub mod xlsx;

use crate::hashing::IndexMap;
use serde::{Deserialize, Serialize};

use crate::report::figure::results::labels;
use crate::report::figure::sheet::Labels;
use crate::study::results::Results;

/// A table, ready to be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableModel {
    /// The title; empty for none.
    pub title: String,
    /// The heads of the columns.
    pub header: Vec<String>,
    /// The rows; each has a cell for each head.
    pub rows: Vec<Row>,
    /// Lines under the table: what the numbers are, and each test by its mark.
    pub footnotes: Vec<String>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Steps by which the first cell stands in.
    pub indent: usize,
    /// A heading over the rows that stand in further.
    pub heading: bool,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// What is shown, numbers written in the table's language.
    pub text: String,
    /// The numbers behind the text, not rounded, in the order of the text; empty where there are none.
    #[serde(default)]
    pub values: Vec<f64>,
    /// Mark of the footnote that belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

impl Cell {
    /// A cell of words.
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// The names of the columns for the reader: the study's, else the request's.
fn own_labels(results: &Results, own: &IndexMap<String, String>) -> Labels {
    let mut known = Labels(own.clone());
    known.0.extend(labels(results, "/data/columns").0);
    known
}

/// The unit of a column: the study's, else the request's; `None` where there is none.
fn unit<'a>(results: &'a Results, own: &'a IndexMap<String, String>, name: &str) -> Option<&'a str> {
    let declared = || results.study.pointer("/data/columns")?.get(name)?.get("unit")?.as_str();
    let given = |unit: &&str| !unit.trim().is_empty();
    declared().filter(given).or_else(|| own.get(name).map(String::as_str).filter(given))
}
