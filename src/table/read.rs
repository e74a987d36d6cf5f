//! The reader of delimited text: one pass over the records, every error with its row and line.

use std::fmt::Write;
use std::io::Read;

use csv::StringRecord;
use sha2::{Digest, Sha256};

use super::dialect::{self, Lines};
use super::options::ReadOptions;
use super::{Column, Dialect, Table, encoding, header, interchange};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};

/// Places that a caution names; the number of all of them is beside.
const NAMED: usize = 1000;

/// Reads `reader` to its end as a table of delimited text; `file` is its name, for messages.
///
/// Delimiter (`,` `;` tab `|`), decimal mark and encoding (UTF-8, or UTF-16 with a byte order mark) are told from the
/// content, or the delimiter from a first line such as `sep=;`. The first line that is not blank is the header. Quotes (`"`, doubled inside) keep delimiters and line breaks;
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
pub fn open(reader: impl Read, file: &str) -> Result<Table> {
    open_with(reader, file, &ReadOptions::default())
}

/// Like [`open`], as `options` say where they say something.
///
/// Workbooks, SPSS and Stata files are read where the feature `office` is on, and what the second wasm made of them always.
pub fn open_with(mut reader: impl Read, file: &str, options: &ReadOptions) -> Result<Table> {
    let mut bytes = Vec::new();
    let read = reader.read_to_end(&mut bytes).map_err(|error| unreadable(&error));
    read.and_then(|_| of_any_format(&bytes, file, options)).map_err(|mut error| {
        error.position.file = Some(file.to_owned());
        error
    })
}

/// The one place where formats part, by their first bytes.
fn of_any_format(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Table> {
    if interchange::is_interchange(bytes) {
        return interchange::read(bytes, file);
    }
    #[cfg(feature = "office")]
    if super::office::Format::of(bytes).is_some() {
        return interchange::read(&super::office::convert(bytes, file, options)?, file);
    }
    // Options of delimited text are not read yet.
    let _ = options;
    from_bytes(bytes, file)
}

fn unreadable(reason: &dyn std::error::Error) -> Error {
    Error::new(ErrorKind::FileUnreadable).with("reason", reason)
}

fn from_bytes(bytes: &[u8], file: &str) -> Result<Table> {
    let encoding::Text { text, encoding } = encoding::decode(bytes)?;
    let declared = dialect::declared_delimiter(text.as_bytes());
    let delimiter = declared.unwrap_or_else(|| dialect::delimiter(text.as_bytes()));
    let Records { header_line, header, mut columns, lines, n_blank, blank_lines, extra } =
        records(&text, delimiter, declared.is_some())?;
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

    let dialect = Dialect {
        delimiter: char::from(delimiter),
        decimal,
        encoding: encoding.to_owned(),
        header_line,
        format: "csv".to_owned(),
        title_lines: 0,
        sheet: None,
        sheets: Vec::new(),
    };
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

/// `is_declared`: the first line says what the delimiter is, and is no header.
fn records(text: &str, delimiter: u8, is_declared: bool) -> Result<Records> {
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
        if is_declared && line == 1 {
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

/// The checksum of `bytes`, 64 hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Table {
        open(text.as_bytes(), "cohort.csv").expect("a table")
    }

    /// The table as rows of cells, the header first.
    fn rows(table: &Table) -> Vec<Vec<&str>> {
        let header = table.columns.iter().map(|column| column.name.as_str()).collect();
        let row = |row| table.columns.iter().map(|column| column.cell(row)).collect();
        std::iter::once(header).chain((0..table.n_rows()).map(row)).collect()
    }

    fn lines(table: &Table) -> Vec<usize> {
        (0..table.n_rows()).map(|row| table.line(row)).collect()
    }

    fn failure(bytes: &[u8]) -> Error {
        open(bytes, "cohort.csv").expect_err("an error")
    }

    /// Code, row and line of the error.
    fn place(bytes: &[u8]) -> (&'static str, Option<usize>, Option<usize>) {
        let error = failure(bytes);
        assert_eq!(error.position.file.as_deref(), Some("cohort.csv"));
        (error.kind.code(), error.position.row, error.position.line)
    }

    fn caution(table: &Table, code: &str) -> Option<Caution> {
        table.cautions.iter().find(|caution| caution.kind.code() == code).cloned()
    }

    #[test]
    fn a_first_line_that_declares_the_delimiter_is_no_header() {
        let table = read("sep=;\r\ntime;status\r\n1,5;1\r\n");
        assert_eq!((table.dialect.delimiter, table.dialect.header_line, lines(&table)), (';', 2, vec![3]));
        assert_eq!(rows(&table), [["time", "status"], ["1,5", "1"]]);
        // A column of that name is a column.
        assert_eq!(rows(&read("sep=x,b\n1,2\n")), [["sep=x", "b"], ["1", "2"]]);
    }

    #[test]
    fn a_plain_table() {
        let table = read("id,time,note\n1,2.5,\"a, \"\"b\"\"\"\n2,3,\n");
        assert_eq!(rows(&table), [["id", "time", "note"], ["1", "2.5", "a, \"b\""], ["2", "3", ""]]);
        assert_eq!(lines(&table), [2, 3]);
        assert_eq!(table.cautions, []);
        assert_eq!(table.sha256, "8b477dc472d0f5483744b288bdd4660c968aadbdb4794c743e77cc0c29ce70ed");
        let expected = Dialect {
            delimiter: ',',
            decimal: '.',
            encoding: "UTF-8".to_owned(),
            header_line: 1,
            format: "csv".to_owned(),
            title_lines: 0,
            sheet: None,
            sheets: Vec::new(),
        };
        assert_eq!(table.dialect, expected);
    }

    #[test]
    fn line_ends_of_each_kind() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,\"x", "y\"", "", "2,z"].join(end);
            for text in [text.clone(), text + end] {
                let table = read(&text);
                assert_eq!(rows(&table), [["a", "b"], ["1", &format!("x{end}y")], ["2", "z"]]);
                assert_eq!(lines(&table), [2, 5], "{end:?}");
                assert_eq!(caution(&table, "blank_lines").map(|c| c.params["lines"].clone()), Some("4".to_owned()));
            }
        }
    }

    #[test]
    fn semicolons_and_decimal_commas() {
        let table = read("âge;durée\r\n61,5;12\r\n7;0,25\r\n");
        assert_eq!((table.dialect.delimiter, table.dialect.decimal), (';', ','));
        assert_eq!(rows(&table), [["âge", "durée"], ["61,5", "12"], ["7", "0,25"]]);
        assert_eq!(table.cautions, []);
    }

    #[test]
    fn one_decimal_mark_in_a_file() {
        let table = read("a;b\n1,5;2\n2;2.5\nx;2.25\n");
        assert_eq!(table.dialect.decimal, '.');
        let found = caution(&table, "other_decimal_mark").expect("the caution");
        assert_eq!((found.params["name"].as_str(), found.params["cell"].as_str(), found.rows), ("a", "1,5", vec![1]));
        // A comma that may separate thousands is never taken for a decimal mark.
        let table = read("a\tb\n1,500\t2\n12,250\t3\n");
        assert_eq!(table.dialect.decimal, '.');
        assert_eq!(caution(&table, "other_decimal_mark").map(|c| c.rows), Some(vec![1, 2]));
        let table = read("a,b\n\"1,5\",2\n");
        assert_eq!(caution(&table, "other_decimal_mark").map(|c| c.rows), Some(vec![1]));
    }

    #[test]
    fn encodings() {
        let text = "né,x\n1,é\n";
        let utf16 = |bytes: fn(u16) -> [u8; 2]| {
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>()
        };
        for (bytes, encoding) in [
            (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
            (format!("\u{feff}\u{feff}{text}").into_bytes(), "UTF-8"),
            (utf16(u16::to_le_bytes), "UTF-16LE"),
            (utf16(u16::to_be_bytes), "UTF-16BE"),
        ] {
            let table = open(&bytes[..], "cohort.csv").expect("a table");
            assert_eq!(rows(&table), [["né", "x"], ["1", "é"]]);
            assert_eq!(table.dialect.encoding, encoding);
        }
        // The byte order mark before a quoted name.
        assert_eq!(rows(&read("\u{feff}\"a,b\",c\n1,2\n"))[0], ["a,b", "c"]);
    }

    #[test]
    fn awkward_names() {
        let table = read(
            "\" Âge (années) \",\"a \"\"b\"\"\",\"two\nlines\",🫀,__proto__,constructor,\u{a0}x\u{a0}\n1,2,3,4,5,6,7\n",
        );
        let names = ["Âge (années)", "a \"b\"", "two\nlines", "🫀", "__proto__", "constructor", "x"];
        assert_eq!(rows(&table)[0], names);
        assert_eq!(lines(&table), [3]);
        assert_eq!(table.column("constructor").map(|column| column.cell(0)), Some("6"));
        assert!(table.column("toString").is_none());
    }

    #[test]
    fn names_that_had_to_be_made() {
        let table = read("id,,age,age,\n1,x,2,3,\n2,y,4,5,\n");
        assert_eq!(rows(&table)[0], ["id", "column_2", "age", "age_2"]);
        let found = caution(&table, "unnamed_column").expect("the caution").params;
        assert_eq!((found["position"].as_str(), found["name"].as_str()), ("2", "column_2"));
        let found = caution(&table, "renamed_column").expect("the caution").params;
        assert_eq!((found["name"].as_str(), found["renamed"].as_str()), ("age", "age_2"));
        assert_eq!(caution(&table, "empty_columns").map(|c| c.params["n"].clone()), Some("1".to_owned()));
    }

    #[test]
    fn cells_are_trimmed() {
        let table = read("a,b\n 1 ,\" x\t\"\n\u{a0}2,\u{202f}y\u{3000}\n");
        assert_eq!(rows(&table)[1..], [["1", "x"], ["2", "y"]]);
    }

    #[test]
    fn lines_without_a_cell_are_skipped_and_counted() {
        let table = read("\n ; \na;b\n1;2\n\n\n;\n  \n3;4\n;\n\n");
        assert_eq!(rows(&table), [["a", "b"], ["1", "2"], ["3", "4"]]);
        assert_eq!((table.dialect.header_line, lines(&table)), (3, vec![4, 9]));
        let found = caution(&table, "blank_lines").expect("the caution").params;
        assert_eq!((found["n"].as_str(), found["lines"].as_str()), ("7", "1, 2, 5, 6, 7, 8, 10"));
    }

    #[test]
    fn empty_cells_beyond_the_header() {
        let table = read("a,b\n1,2,, \n3,4\n");
        assert_eq!(rows(&table)[1..], [["1", "2"], ["3", "4"]]);
        assert_eq!(caution(&table, "extra_cells").map(|c| c.rows), Some(vec![1]));
    }

    #[test]
    fn one_column() {
        assert_eq!(rows(&read("time\n1\n\"2\"\n")), [["time"], ["1"], ["2"]]);
    }

    #[test]
    fn files_that_are_no_table() {
        assert_eq!(place(b""), ("empty_file", None, None));
        assert_eq!(place(b"\n;;\n\n"), ("empty_file", None, None));
        assert_eq!(place(b"a,b\n"), ("no_rows", None, None));
        assert_eq!(place(b"a,b\n,\n\n"), ("no_rows", None, None));
        assert_eq!(place(b"PK\x03\x04\0\0xl/"), ("not_a_table", None, None));
        assert_eq!(place(b"a,b\n1,2\n3,\xe9"), ("not_utf8", None, Some(3)));
    }

    #[test]
    fn ragged_rows() {
        let error = failure(b"a,b,c\n1,2,3\n\n4,5\n");
        assert_eq!(error.kind, ErrorKind::RaggedRow);
        assert_eq!((error.position.row, error.position.line), (Some(2), Some(4)));
        assert_eq!((error.params["found"].as_str(), error.params["expected"].as_str()), ("2", "3"));
        assert_eq!(
            error.to_string(),
            "cohort.csv, row 2 (line 4): This row has 2 cells where the header has 3. Look for a missing or extra \
             separator, or text with a separator that is not in quotes."
        );
        assert_eq!(place(b"a,b\n1,2\n1,2,3\n"), ("ragged_row", Some(2), Some(3)));
        // A title above the header.
        assert_eq!(place(b"Cohort\na,b\n1,2\n3,4\n"), ("ragged_row", Some(1), Some(2)));
    }

    #[test]
    fn physical_lines_after_quoted_line_breaks() {
        let text = b"a,b\r\n1,\"x\r\ny\r\nz\"\r\n2,y\r\n3\r\n";
        assert_eq!(place(text), ("ragged_row", Some(3), Some(6)));
        assert_eq!(place(b"a,b\r1,\"x\ry\"\r2\r"), ("ragged_row", Some(2), Some(4)));
    }

    #[test]
    fn quotes_that_are_not_closed() {
        assert_eq!(place(b"a,b\n1,2\n3,\"x\n4,5\n6,7\n"), ("unclosed_quote", Some(2), Some(3)));
        assert_eq!(place(b"a,b\n1,2\n\"3\nx\",\"4"), ("unclosed_quote", Some(2), Some(4)));
        assert_eq!(place(b"a,\"b\n1,2\n"), ("unclosed_quote", None, Some(1)));
        // Without this, rows 1 and 2 would become one patient.
        assert_eq!(place(b"a,b\n1,\"x\n2,\"y\"\n3,z\n"), ("unclosed_quote", Some(1), Some(2)));
        assert_eq!(rows(&read("a,b\n5\" tube,\"5\" cm\n"))[1], ["5\" tube", "5 cm"]);
    }

    #[test]
    fn a_reader_that_fails() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("disk gone"))
            }
        }
        let error = open(Broken, "cohort.csv").expect_err("an error");
        assert_eq!((error.kind, error.params["reason"].as_str()), (ErrorKind::FileUnreadable, "disk gone"));
    }
}
