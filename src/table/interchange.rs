//! What the readers of workbooks, SPSS and Stata files hand over: a line of JSON, then delimited text.
//!
//! These readers are a second wasm in the page, so what they read crosses as bytes. The first line says where the table comes
//! from (source, checksum of the original file, sheet), what is suggested for its columns and what was noticed; the rest is
//! UTF-8 text with commas, a header, decimal points and ISO dates. [`super::open`] knows it by its first bytes.

use serde::{Deserialize, Serialize};

use super::lines::Lines;
use super::options::{Labels, ReadOptions};
use super::rows::PREVIEW;
use super::texts::NoMemory;
use super::{Column, ColumnType, Dialect, PreviewLine, Suggested, Table, dialect};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::json;

/// Name and version of the format.
const FORMAT: &str = "riskset-table/1";
/// The first bytes of a table in this form.
const SIGN: &[u8] = br#"{"format":"riskset-table/"#;
/// Names of the parameters that a caution of these readers may have.
const PARAMS: &[&str] = &[
    "n", "name", "sheet", "sheets", "lines", "ranges", "cells", "values", "label", "kind", "encoding", "position",
    "renamed", "line",
];

/// The first line.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Head {
    /// [`FORMAT`].
    format: String,
    /// Format of the original file: `xlsx`, `xls`, `ods`, `sav`, `zsav` or `dta`.
    pub source: String,
    /// SHA-256 of the original file.
    pub sha256: String,
    /// Encoding of the text in the original file.
    pub encoding: String,
    /// The sheet that was read.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Every sheet of the workbook.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// Row of the sheet with the header, from 1; 0 where there is none.
    pub header_line: usize,
    /// Rows above the header that were skipped.
    #[serde(default)]
    pub title_lines: usize,
    /// What labelled values were read as, where the format has such.
    #[serde(default)]
    pub labels: Option<Labels>,
    /// The first records as they stand, where titles or a header stand above the rows: line and cells.
    #[serde(default)]
    pub preview: Vec<(usize, Vec<String>)>,
    /// What is known of each column.
    pub columns: Vec<HeadColumn>,
    /// Line of each data row, as runs: the first line and the number of rows that follow one another from there.
    #[serde(default)]
    lines: Vec<(usize, usize)>,
    /// What was noticed.
    #[serde(default)]
    cautions: Vec<HeadCaution>,
}

/// A column of the [`Head`].
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(super) struct HeadColumn {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ColumnType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct HeadCaution {
    code: String,
    #[serde(default)]
    params: crate::hashing::IndexMap<String, String>,
    #[serde(default)]
    rows: Vec<usize>,
}

/// Whether these bytes are a table in this form.
pub(super) fn is_interchange(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGN)
}

/// Reads the table; `file` is the name of the original file, `options` those with which it was read.
///
/// Errors: `not_a_table` with what does not fit; `no_rows`.
pub(super) fn read(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Table> {
    let broken =
        |what: &dyn std::fmt::Display| Error::new(ErrorKind::NotATable).with("found", format!("{FORMAT}: {what}"));
    let end = bytes.iter().position(|&byte| byte == b'\n').ok_or_else(|| broken(&"one line only"))?;
    let head = str::from_utf8(&bytes[..end]).map_err(|error| broken(&error))?;
    let head: Head = json::read(head).map_err(|error| broken(&error))?;
    if head.format != FORMAT {
        return Err(broken(&head.format));
    }
    let text = str::from_utf8(&bytes[end + 1..]).map_err(|error| broken(&error))?;
    let mut columns: Vec<Column> = head.columns.into_iter().map(column).collect();
    let (mut at, mut cells, mut unquoted, mut n_records) = (0, Vec::new(), String::new(), 0_usize);
    while at < text.len() {
        let record = dialect::split(text, at, b',', &mut cells, &mut unquoted);
        if record.unclosed.is_some() || cells.len() != columns.len() {
            return Err(broken(&format!("{} columns in record {n_records}, {} described", cells.len(), columns.len())));
        }
        // The first record is the header; the names stand above too.
        if n_records > 0 {
            for (column, &(is_unquoted, start, end)) in columns.iter_mut().zip(&cells) {
                let around = if is_unquoted { &unquoted } else { text };
                let (start, end) = super::trimmed_bounds(around, start, end);
                column.try_push(around, start, end).map_err(|NoMemory| broken(&"memory"))?;
            }
        }
        n_records += 1;
        at = record.end + 1;
    }
    let n_rows = n_records.saturating_sub(1);
    if n_rows == 0 {
        return Err(Error::new(ErrorKind::NoRows));
    }
    let mut lines = Lines::default();
    for (first, n) in head.lines {
        // A length that lies is found below, before it takes memory.
        for i in 0..n.min(n_rows + 1 - lines.len()) {
            lines.try_push(first.saturating_add(i)).map_err(|NoMemory| broken(&"lines"))?;
        }
        if lines.len() > n_rows {
            break;
        }
    }
    if lines.len() != n_rows {
        return Err(broken(&format!("{n_rows} rows, {} lines", lines.len())));
    }
    let mut preview: Vec<PreviewLine> =
        head.preview.into_iter().map(|(line, cells)| PreviewLine { line, cells }).take(PREVIEW).collect();
    if preview.is_empty() {
        let record = |row: usize| PreviewLine {
            line: lines.get(row),
            cells: columns.iter().map(|column| column.cell(row).to_owned()).collect(),
        };
        preview = (0..n_rows.min(PREVIEW)).map(record).collect();
    }
    let is_workbook = head.sheet.is_some();
    let given = [
        ("encoding", is_workbook || options.encoding.is_some()),
        ("header_line", !is_workbook || options.header_line.is_some()),
        ("sheet", !is_workbook || options.sheet.is_some()),
        ("labels", head.labels.is_none() || options.labels.is_some()),
    ];
    let dialect = Dialect {
        delimiter: ',',
        decimal: '.',
        thousands: None,
        encoding: head.encoding,
        header_line: head.header_line,
        format: head.source,
        title_lines: head.title_lines,
        sheet: head.sheet,
        sheets: head.sheets,
        labels: head.labels,
        detected: given.into_iter().filter(|(_, given)| !given).map(|(name, _)| name).collect(),
    };
    let cautions = head.cautions.into_iter().filter_map(caution).collect();
    Ok(Table { file: file.to_owned(), sha256: head.sha256, dialect, columns, cautions, preview, lines })
}

fn column(column: HeadColumn) -> Column {
    let HeadColumn { name, kind, label, levels, missing, unit } = column;
    let suggested = Suggested { kind, label, levels, missing, unit };
    let suggested = (suggested != Suggested::default()).then(|| Box::new(suggested));
    Column::new(name, suggested)
}

fn caution(HeadCaution { code, params, rows }: HeadCaution) -> Option<Caution> {
    let kind = CautionKind::ALL.iter().copied().find(|kind| kind.code() == code)?;
    let mut caution = Caution::new(kind).rows(rows);
    for (name, value) in params {
        if let Some(name) = PARAMS.iter().find(|known| **known == name) {
            caution = caution.with(name, value);
        }
    }
    Some(caution)
}

/// A table in the making, row after row.
#[cfg(feature = "office")]
pub(super) struct Interchange {
    /// What stands in the first line.
    pub head: Head,
    body: csv::Writer<Vec<u8>>,
}

#[cfg(feature = "office")]
impl Interchange {
    /// A table from a file of this format and checksum, still without columns.
    pub fn new(source: &str, sha256: String) -> Self {
        let head = Head { format: FORMAT.to_owned(), source: source.to_owned(), sha256, ..Head::default() };
        Self { head, body: csv::WriterBuilder::new().flexible(true).from_writer(Vec::new()) }
    }

    /// Adds what was noticed.
    pub fn caution(&mut self, caution: Caution) {
        let Caution { kind, params, rows } = caution;
        let params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.head.cautions.push(HeadCaution { code: kind.code().to_owned(), params, rows });
    }

    /// Adds the columns; before the first row.
    pub fn columns(&mut self, columns: Vec<HeadColumn>) {
        self.row(columns.iter().map(|column| column.name.as_str()));
        self.head.columns = columns;
    }

    /// Adds a row, which stands on this line.
    pub fn push<'a>(&mut self, line: usize, cells: impl Iterator<Item = &'a str>) {
        match self.head.lines.last_mut() {
            Some((first, n)) if *first + *n == line => *n += 1,
            _ => self.head.lines.push((line, 1)),
        }
        self.row(cells);
    }

    fn row<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        // Writing to memory does not fail.
        for cell in cells {
            let _ = self.body.write_field(cell);
        }
        let _ = self.body.write_record(None::<&[u8]>);
    }

    /// The bytes of both parts.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(&self.head).unwrap_or_default();
        bytes.push(b'\n');
        bytes.append(&mut self.body.into_inner().unwrap_or_default());
        bytes
    }
}

#[cfg(test)]
mod tests {
    fn failure(text: &str) -> String {
        super::super::open(text.as_bytes(), "a.xlsx").expect_err("an error").to_string()
    }

    #[test]
    fn a_table_written_by_hand() {
        let text = "{\"format\":\"riskset-table/1\",\"source\":\"sav\",\"sha256\":\"ab\",\"encoding\":\"UTF-8\",\"header_line\":0,\
            \"columns\":[{\"name\":\"a\",\"kind\":\"category\",\"levels\":[\"y\",\"n\"]},{\"name\":\"b\"}],\"lines\":[[1,1],[4,1]],\
            \"cautions\":[{\"code\":\"hidden_rows\",\"params\":{\"n\":\"1\",\"lines\":\"4\",\"odd\":\"\"},\"rows\":[2]},{\"code\":\"odd\"}]}\n\
            a,b\ny,1\n\"n\",\" 2\"\n";
        let table = super::super::open(text.as_bytes(), "a.sav").expect("a table");
        assert_eq!((table.n_rows(), table.line(0), table.line(1)), (2, 1, 4));
        assert_eq!((table.sha256.as_str(), table.dialect.format.as_str()), ("ab", "sav"));
        assert_eq!(table.columns[1].cell(1), "2");
        assert_eq!(
            table.columns[0].suggested.as_ref().and_then(|s| s.levels.clone()),
            Some(vec!["y".into(), "n".into()])
        );
        assert_eq!(table.columns[1].suggested, None);
        assert_eq!((table.cautions.len(), table.cautions[0].params.len(), &table.cautions[0].rows), (1, 2, &vec![2]));
    }

    #[test]
    fn what_does_not_fit() {
        let head = |lines: &str| {
            format!(
                "{{\"format\":\"riskset-table/1\",\"source\":\"sav\",\"sha256\":\"\",\"encoding\":\"\",\"header_line\":0,\"columns\":[{{\"name\":\"a\"}}],\"lines\":{lines}}}"
            )
        };
        for text in [
            "{\"format\":\"riskset-table/1\"".to_owned(),
            "{\"format\":\"riskset-table/1\"}\na\n1\n".to_owned(),
            head("[]").replace("table/1", "table/2") + "\na\n1\n",
            head("[[1,2]]") + "\na\n1\n",
            head("[[1,18446744073709551615]]") + "\na\n1\n",
            head("[[1,1]]") + "\na,b\n1,2\n",
            head("[[1,1]]") + "\na\n1,2\n",
        ] {
            let said = failure(&text);
            assert!(said.contains("riskset-table/1: "), "{said}");
        }
        assert!(failure(&(head("[]") + "\na\n")).contains("no row"));
    }
}
