//! File bytes to a [`Table`] of text cells with positions.
//!
//! Nothing is interpreted here that could be wrong without being seen: cells stay text, and how the file was read
//! (delimiter, decimal mark, encoding, header) is part of the table. [`open`] reads the bytes; [`missing`], [`number`]
//! and [`date`] say what a cell is; [`infer`] says what a column is; [`inspect`] tells a person about all of it.

pub mod date;
mod dialect;
mod encoding;
mod header;
pub mod infer;
pub mod inspect;
mod interchange;
pub mod level;
pub mod missing;
pub mod number;
#[cfg(feature = "office")]
pub mod office;
mod options;
mod read;

use serde::{Deserialize, Serialize};

use crate::error::Caution;
pub use options::{Labels, ReadOptions};
pub use read::{open, open_with};

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
    /// Physical line of the header, from 1; 0 where the file has none.
    pub header_line: usize,
    /// Format of the file: `csv` for delimited text, `xlsx`, `xls`, `ods`, `sav`, `zsav` or `dta`.
    pub format: String,
    /// Lines above the header that are no part of the table.
    pub title_lines: usize,
    /// The sheet that was read, of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Every sheet of the workbook.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<String>,
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
    /// Physical line on which each data row starts, from 1.
    lines: Vec<usize>,
}

/// A column of text cells: one buffer and the end of each cell in it.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Name from the header, trimmed.
    pub name: String,
    /// What the file says of the column.
    pub suggested: Option<Box<Suggested>>,
    text: String,
    ends: Vec<usize>,
}

impl Column {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the column has no cell.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Text of the cell in `row` (from 0), as in the file but for white space around it.
    pub fn cell(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }

    /// The cells, from the first row on.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.cell(row))
    }

    pub(crate) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }
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
        self.lines[row]
    }
}

/// `text` without white space around it; no-break spaces and byte order marks are white space here.
fn trimmed(text: &str) -> &str {
    // Most cells have no space and no foreign character at either end: two bytes tell.
    match text.as_bytes() {
        [] => text,
        [first, .., last] | [first @ last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'),
    }
}
