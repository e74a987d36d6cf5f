//! File bytes to a [`Table`] of text cells with positions.
//!
//! Nothing is interpreted here that could be wrong without being seen: cells stay text, and how the file was read
//! (delimiter, decimal mark, encoding, header) is part of the table. [`open`] reads the bytes; [`missing`], [`number`]
//! and [`date`] say what a cell is; [`infer`] says what a column is; [`inspect`] tells a person about all of it.

mod column;
pub mod date;
mod dialect;
mod encoding;
mod header;
pub mod infer;
pub mod inspect;
mod interchange;
mod known;
pub mod level;
mod lines;
pub mod missing;
pub mod number;
#[cfg(feature = "office")]
pub mod office;
mod options;
mod read;
mod rows;
mod signs;
mod texts;
pub(crate) mod values;

use serde::{Deserialize, Serialize};

use crate::error::Caution;
pub use column::Column;
pub use options::{Labels, ReadOptions};
pub use read::{Progress, Reader, open, open_with, sha256};

/// What the cells of a column are (contract.md, Columns).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Finite numbers.
    Number,
    /// One of a few values.
    Category,
    /// Calendar days.
    Date,
    /// Anything else.
    Text,
}

impl ColumnType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::Number, Self::Category, Self::Date, Self::Text];

    /// The name in the study document: `number`, `category`, `date` or `text`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Date => "date",
            Self::Text => "text",
        }
    }
}

/// How the file was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dialect {
    /// Character between cells: `,`, `;`, tab or `|`.
    pub delimiter: char,
    /// Decimal mark of numbers: `.` or `,`.
    pub decimal: char,
    /// Encoding of the bytes, such as `UTF-8`.
    pub encoding: String,
    /// Physical line of the header, from 1; 0 if there is none.
    pub header_line: usize,
    /// Mark between thousands, where the whole file has one.
    pub thousands: Option<char>,
    /// Number of title lines above the header.
    pub title_lines: usize,
    /// What the file is: `csv`, `xlsx`, `xls`, `ods`, `sav`, `zsav` or `dta`.
    pub format: String,
    /// Sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// Sheets of a workbook.
    pub sheets: Vec<String>,
    /// What labelled values of SPSS and Stata were read as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// Which of these were detected rather than given.
    pub detected: Vec<&'static str>,
}

/// What the file itself says of a column (SPSS, Stata, dates of a workbook): taken where the study is silent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Suggested {
    /// Type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ColumnType>,
    /// Name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Levels in the order of their codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<String>>,
    /// Values that mean that the cell is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Unit to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A record as it stands in the file, titles and header included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewLine {
    /// Physical line on which it starts, from 1.
    pub line: usize,
    /// Its cells, without white space around them.
    pub cells: Vec<String>,
}

/// A file as a table of text cells.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file's bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// How the file was read.
    pub dialect: Dialect,
    /// The columns, in the file's order, all of the same length.
    pub columns: Vec<Column>,
    /// What was noticed while reading.
    pub cautions: Vec<Caution>,
    /// The first records that are not blank.
    pub preview: Vec<PreviewLine>,
    /// Physical line on which each data row starts, from 1.
    lines: lines::Lines,
}

impl Table {
    /// Number of data rows.
    pub fn n_rows(&self) -> usize {
        self.lines.len()
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Physical line (from 1) on which data row `row` (from 0) starts.
    pub fn line(&self, row: usize) -> usize {
        self.lines.get(row)
    }
}

/// The start and end of `text[start..end]` without white space around it, as [`trimmed`].
#[inline]
fn trimmed_bounds(text: &str, start: usize, end: usize) -> (usize, usize) {
    match text.as_bytes()[start..end] {
        [] => (start, end),
        [first, .., last] | [first @ last] if first.is_ascii_graphic() && last.is_ascii_graphic() => (start, end),
        _ => bounds_within(text, start, end),
    }
}

#[cold]
fn bounds_within(text: &str, start: usize, end: usize) -> (usize, usize) {
    let cell = &text[start..end];
    let from = end - cell.trim_start_matches(is_white).len();
    (from, from + trimmed(cell).len())
}

/// `text` without white space around it; no-break spaces and byte order marks are white space here.
fn trimmed(text: &str) -> &str {
    // Most cells have no space and no foreign character at either end: two bytes tell.
    match text.as_bytes() {
        [] => text,
        [first, .., last] | [first @ last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(is_white),
    }
}

fn is_white(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}
