//! The reader of delimited text: one pass over the records, every error with its row and line.

use std::fmt::Write;
use std::io::Read;

use csv::StringRecord;
use sha2::{Digest, Sha256};

use super::dialect::{self, Lines};
use super::{Column, Dialect, Table, encoding, header};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};

/// Places that a caution names; the number of all of them is beside.
const NAMED: usize = 1000;

/// Reads `reader` to its end as a table of delimited text; `file` is its name, for messages.
///
/// Delimiter (`,` `;` tab `|`), decimal mark and encoding (UTF-8, or UTF-16 with a byte order mark) are told from the
/// content. The first line that is not blank is the header. Quotes (`"`, doubled inside) keep delimiters and line breaks;
/// lines end with LF, CR or both. Lines with no cell filled in are skipped; cells are trimmed.
///
/// Errors, each with the file and where it applies row and line: `file_unreadable`, `empty_file`, `not_a_table`,
/// `not_utf8`, `unclosed_quote`, `ragged_row`, `no_rows`. What had to be mended is in [`Table::cautions`].
///
/// ```
/// let table = riskset::table::open("time;status\n1,5;1\n2,5;0\n".as_bytes(), "cohort.csv")?;
/// assert_eq!((table.dialect.delimiter, table.dialect.decimal), (';', ','));
/// assert_eq!(table.column("time").map(|column| column.cell(1)), Some("2,5"));
/// assert_eq!(table.line(1), 3);
/// # Ok::<(), riskset::error::Error>(())
/// ```
pub fn open(mut reader: impl Read, file: &str) -> Result<Table> {
    let mut bytes = Vec::new();
    let read = reader.read_to_end(&mut bytes).map_err(|error| unreadable(&error));
    read.and_then(|_| from_bytes(&bytes, file)).map_err(|mut error| {
        error.position.file = Some(file.to_owned());
        error
    })
}

fn unreadable(reason: &dyn std::error::Error) -> Error {
    Error::new(ErrorKind::FileUnreadable).with("reason", reason)
}

fn from_bytes(bytes: &[u8], file: &str) -> Result<Table> {
    let encoding::Text { text, encoding } = encoding::decode(bytes)?;
    let delimiter = dialect::delimiter(text.as_bytes());
    let Records { header_line, header, mut columns, lines, n_blank, blank_lines, extra } = records(&text, delimiter)?;
    if lines.is_empty() {
        return Err(Error::new(ErrorKind::NoRows));
    }
    let mut cautions = Vec::new();
    if n_blank > 0 {
        cautions.push(Caution::new(CautionKind::BlankLines).with("n", n_blank).with("lines", listed(&blank_lines)));
    }
    if !extra.is_empty() {
        cautions.push(Caution::new(CautionKind::ExtraCells).with("n", extra.len()).rows(extra));
    }

    let is_used: Vec<bool> =
        header.iter().zip(&columns).map(|(name, column)| !name.is_empty() || !column.text.is_empty()).collect();
    let n_unused = is_used.iter().filter(|&&used| !used).count();
    if n_unused > 0 {
        cautions.push(Caution::new(CautionKind::EmptyColumns).with("n", n_unused));
    }
    let mut used = is_used.iter();
    columns.retain(|_| used.next().is_none_or(|&used| used));
    let cells: Vec<(usize, &str)> = (1..)
        .zip(header.iter().map(String::as_str))
        .zip(&is_used)
        .filter(|(_, used)| **used)
        .map(|(cell, _)| cell)
        .collect();
    let (names, named) = header::names(&cells);
    for (column, name) in columns.iter_mut().zip(names) {
        column.name = name;
    }
    cautions.extend(named);

    let decimal = dialect::decimal(&columns, delimiter);
    for column in &columns {
        let rows = dialect::other_mark(column, decimal);
        if let Some(&first) = rows.first() {
            let caution = Caution::new(CautionKind::OtherDecimalMark)
                .with("n", rows.len())
                .with("name", &column.name)
                .with("cell", column.cell(first))
                .with("decimal", decimal);
            cautions.push(caution.rows(rows.iter().take(NAMED).map(|row| row + 1).collect()));
        }
    }

    let dialect = Dialect { delimiter: char::from(delimiter), decimal, encoding: encoding.to_owned(), header_line };
    Ok(Table { file: file.to_owned(), sha256: sha256(bytes), dialect, columns, cautions, lines })
}

/// The records of a text, as they stand.
#[derive(Default)]
struct Records {
    header_line: usize,
    header: Vec<String>,
    columns: Vec<Column>,
    /// Line of each row.
    lines: Vec<usize>,
    /// Number of lines without a filled-in cell.
    n_blank: usize,
    /// The first of these lines.
    blank_lines: Vec<usize>,
    /// Rows (from 1) with empty cells beyond the header.
    extra: Vec<usize>,
}

fn records(text: &str, delimiter: u8) -> Result<Records> {
    let bytes = text.as_bytes();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let offset = |reader: &csv::Reader<_>| {
        usize::try_from(reader.position().byte()).map_or(bytes.len(), |at| at.min(bytes.len()))
    };
    let mut breaks = Lines::new(bytes);
    let mut records = Records::default();
    let mut record = StringRecord::new();
    let mut end = 0;
    loop {
        // The reader stops before the LF of CR LF and before blank lines; the record starts after all of them.
        let n_before = breaks.breaks_before(end);
        let start = dialect::skip_breaks(bytes, end);
        if !reader.read_record(&mut record).map_err(|error| unreadable(&error))? {
            return Ok(records);
        }
        end = offset(&reader);
        let line = breaks.breaks_before(start) + 1;
        for blank in (n_before + 1..line).take(NAMED) {
            records.blank_lines.push(blank);
        }
        records.n_blank += line - 1 - n_before;

        let row = (!records.header.is_empty()).then(|| records.lines.len() + 1);
        let spans_lines = breaks.breaks_before(end) > line;
        if spans_lines || end == bytes.len() {
            let outline = dialect::outline(&bytes[start..], delimiter);
            if let Some(opened) = outline.unclosed.or(outline.torn) {
                let line = line + dialect::line_breaks(&bytes[start..start + opened]);
                return Err(Error::new(ErrorKind::UnclosedQuote).at(Position {
                    row,
                    line: Some(line),
                    ..Position::default()
                }));
            }
        }
        if record.iter().all(is_blank) {
            records.n_blank += 1;
            records.blank_lines.push(line);
            continue;
        }
        if row.is_none() {
            records.header_line = line;
            records.header = record.iter().map(|cell| super::trimmed(cell).to_owned()).collect();
            records.columns = vec![Column::default(); record.len()];
            continue;
        }
        let expected = records.columns.len();
        if record.len() != expected {
            if record.len() < expected || !record.iter().skip(expected).all(is_blank) {
                return Err(Error::new(ErrorKind::RaggedRow)
                    .at(Position { row, line: Some(line), ..Position::default() })
                    .with("found", record.len())
                    .with("expected", expected));
            }
            records.extra.extend(row);
        }
        for (column, cell) in records.columns.iter_mut().zip(&record) {
            column.push(super::trimmed(cell));
        }
        records.lines.push(line);
    }
}

fn is_blank(cell: &str) -> bool {
    super::trimmed(cell).is_empty()
}

/// The first numbers of a list, and a sign that there are more.
fn listed(lines: &[usize]) -> String {
    let mut text = lines.iter().take(10).map(usize::to_string).collect::<Vec<_>>().join(", ");
    if lines.len() > 10 {
        text.push_str(", …");
    }
    text
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
