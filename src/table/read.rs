//! The reader of delimited text: piece by piece, one pass over the records, every error with its row and line.

use std::fmt::Write;
use std::io::Read;

use sha2::{Digest, Sha256};

use super::encoding::{self, Decoder};
use super::options::ReadOptions;
use super::rows::{Layout, Record, Rows, Source};
use super::signs::Signs;
use super::texts::NoMemory;
use super::{Table, dialect, interchange};
use crate::error::{Error, ErrorKind, Result};

/// Bytes from the start of a file that its layout is told from.
const HEAD: usize = 1 << 18;
/// Bytes that are read at a time.
const PIECE: usize = 1 << 18;
/// Bytes that one record can have.
const MAX_RECORD: usize = 1 << 22;
/// Bytes that what is computed from a table takes for each row, at the least: two columns of numbers, an order.
const COMPUTED: usize = 48;
/// Bytes that a table can take: a 32-bit address space has 4 GB, and what is computed needs room too.
const MAX_MEMORY: usize = if cfg!(target_pointer_width = "32") { 2 << 30 } else { usize::MAX };

/// Reads `reader` to its end as a table of delimited text; `file` is its name, for messages.
///
/// Delimiter (`,` `;` tab `|`), decimal mark, encoding (UTF-8, windows-1252, or UTF-16 with a byte order mark) and the
/// title lines above the header are told from the content, or the delimiter from a first line such as `sep=;`. Quotes
/// (`"`, doubled inside) keep delimiters and line breaks; lines end with LF, CR or both. Lines with no cell filled in are
/// skipped; cells are trimmed.
///
/// Errors, each with the file and where it applies row and line: `file_unreadable`, `empty_file`, `not_a_table`,
/// `not_utf8`, `unclosed_quote`, `ragged_row`, `no_rows`, `too_large`. What had to be mended is in [`Table::cautions`].
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

/// [`open`], but as `options` say where they say something; `bad_option` for what they cannot say.
pub fn open_with(mut source: impl Read, file: &str, options: &ReadOptions) -> Result<Table> {
    let mut reader = Reader::new(file, options)?;
    let mut piece = vec![0; PIECE];
    loop {
        match source.read(&mut piece) {
            Ok(0) => return reader.finish(),
            Ok(n) => reader.push(&piece[..n]).map(|_| ())?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                let error = Error::new(ErrorKind::FileUnreadable).with("reason", error);
                return Err(in_file(error, file));
            }
        }
    }
}

fn in_file(mut error: Error, file: &str) -> Error {
    error.position.file = Some(file.to_owned());
    error
}

/// Whether a file that starts so is read when all of it is there: what the readers of workbooks, SPSS and Stata files made of one,
/// or such a file where these readers are.
fn is_other_format(head: &[u8]) -> bool {
    #[cfg(feature = "office")]
    if super::office::may_be(head) {
        return true;
    }
    interchange::is_interchange(head)
}

/// Adds the next bytes of such a file, unless it is larger than those that are read.
fn more(whole: &mut Vec<u8>, bytes: &[u8]) -> Result<()> {
    #[cfg(feature = "office")]
    if !interchange::is_interchange(whole) {
        super::office::check_size(whole.len().saturating_add(bytes.len()))?;
    }
    let grown = whole.try_reserve(bytes.len());
    grown.map_err(|_| Error::new(ErrorKind::FileUnreadable).with("reason", "memory"))?;
    whole.extend_from_slice(bytes);
    Ok(())
}

/// How far a [`Reader`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Bytes taken in.
    pub bytes: usize,
    /// Data rows read from them.
    pub rows: usize,
}

/// Reads a table from pieces of a file: the memory in use is the table and one piece.
#[derive(Debug)]
pub struct Reader {
    file: String,
    options: ReadOptions,
    sha256: Sha256,
    n_bytes: usize,
    /// The start of the file, until its layout is known.
    head: Vec<u8>,
    /// How the bytes become text, and how the text is laid out.
    layout: Option<(Decoder, Layout)>,
    /// All bytes of a file that is no delimited text, which is read at its end.
    whole: Option<Vec<u8>>,
    /// Text of which the record is not complete.
    pending: String,
    /// Physical line on which `pending` starts.
    line: usize,
    rows: Rows,
    max_memory: usize,
}

impl Reader {
    /// A reader of the file of this name.
    ///
    /// # Errors
    /// `bad_option`: the options say what cannot be.
    pub fn new(file: &str, options: &ReadOptions) -> Result<Self> {
        options.check()?;
        Ok(Self {
            file: file.to_owned(),
            options: options.clone(),
            sha256: Sha256::new(),
            n_bytes: 0,
            head: Vec::new(),
            layout: None,
            whole: None,
            pending: String::new(),
            line: 1,
            rows: Rows::default(),
            max_memory: MAX_MEMORY,
        })
    }

    /// Takes in the next bytes of the file.
    ///
    /// # Errors
    /// Those of [`open`] as far as these bytes show them. After an error the reader is of no more use.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Progress> {
        self.sha256.update(bytes);
        self.n_bytes += bytes.len();
        let outcome = if let Some(whole) = &mut self.whole {
            more(whole, bytes)
        } else if self.layout.is_some() {
            self.feed(bytes, false)
        } else {
            let (head, rest) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
            self.head.extend_from_slice(head);
            if self.head.len() < HEAD { Ok(()) } else { self.begin(false).and_then(|()| self.rest(rest)) }
        };
        outcome.map_err(|error| in_file(error, &self.file))?;
        Ok(Progress { bytes: self.n_bytes, rows: self.rows.len() })
    }

    /// The table, when the file is at its end.
    ///
    /// # Errors
    /// Those of [`open`].
    pub fn finish(mut self) -> Result<Table> {
        let file = self.file.clone();
        let outcome = if self.layout.is_some() || self.whole.is_some() { Ok(()) } else { self.begin(true) };
        let table = outcome.and_then(|()| match self.whole.take() {
            Some(bytes) => self.of_other_format(&bytes),
            None => self.feed(&[], true).and_then(|()| self.table()),
        });
        table.map_err(|error| in_file(error, &file))
    }

    /// Takes in what comes right after the head.
    fn rest(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.whole {
            Some(whole) => more(whole, bytes),
            None => self.feed(bytes, false),
        }
    }

    /// Tells the layout from the head, and reads the head.
    fn begin(&mut self, is_whole: bool) -> Result<()> {
        let head = std::mem::take(&mut self.head);
        if is_other_format(&head) {
            self.whole = Some(head);
            return Ok(());
        }
        encoding::check_format(&head)?;
        let decoder = Decoder::new(&head, self.options.encoding()?);
        let bytes = &head[decoder.mark..];
        let mut sample = String::new();
        // What cannot be decoded is told with its place when it is read.
        let is_text = decoder.clone().decode(bytes, is_whole, &mut sample).is_ok();
        encoding::check_text(&sample, is_whole && is_text)?;
        let declared = dialect::declared_delimiter(sample.as_bytes());
        let asked = self.options.delimiter.and_then(|c| u8::try_from(c).ok());
        let delimiter = asked.or(declared).unwrap_or_else(|| dialect::delimiter(sample.as_bytes()));
        let top = dialect::top(&sample, delimiter, declared.is_some());
        let layout = Layout {
            delimiter,
            is_declared: declared.is_some(),
            header_line: self.options.header_line.unwrap_or(top.header_line),
            n_columns: top.n_columns,
        };
        self.layout = Some((decoder, layout));
        self.feed(bytes, false)
    }

    /// The table of a file that is no delimited text.
    fn of_other_format(&self, bytes: &[u8]) -> Result<Table> {
        if interchange::is_interchange(bytes) {
            return interchange::read(bytes, &self.file, &self.options);
        }
        #[cfg(feature = "office")]
        if super::office::Format::of(bytes).is_some() {
            let bytes = super::office::convert(bytes, &self.file, &self.options)?;
            return interchange::read(&bytes, &self.file, &self.options);
        }
        encoding::check_format(bytes)?;
        Err(encoding::not_a_table("binary"))
    }

    fn feed(&mut self, bytes: &[u8], is_last: bool) -> Result<()> {
        // What a processor has close by is read faster than a piece from afar.
        bytes.chunks(PIECE).try_for_each(|bytes| self.feed_piece(bytes, false))?;
        if is_last { self.feed_piece(&[], true) } else { Ok(()) }
    }

    fn feed_piece(&mut self, bytes: &[u8], is_last: bool) -> Result<()> {
        let Some((decoder, _)) = &mut self.layout else { return Ok(()) };
        let (memory, largest) = self.rows.memory();
        // The largest column may move as it grows; the text of the piece; and what is computed from the rows.
        let needed = [largest, bytes.len().saturating_mul(4), self.rows.len().saturating_mul(COMPUTED)];
        let needed = needed.into_iter().fold(memory, usize::saturating_add);
        if needed > self.max_memory || self.pending.try_reserve(bytes.len().saturating_mul(3)).is_err() {
            return Err(self.too_large());
        }
        let before = self.pending.len();
        let outcome = decoder.decode(bytes, is_last, &mut self.pending);
        let encoding = decoder.encoding;
        // What stands before the fault is read first, so that faults are told in the order of the file.
        let nul = self.pending[before..].find('\0');
        if let Some(at) = nul {
            self.pending.truncate(before + at);
        }
        self.records(is_last && nul.is_none() && outcome.is_ok())?;
        if nul.is_some() {
            return Err(encoding::not_a_table("binary"));
        }
        outcome.map_err(|_| encoding::undecodable(encoding, self.line, &self.pending))
    }

    fn too_large(&self) -> Error {
        too_large(self.rows.len(), self.n_bytes, self.max_memory)
    }

    /// Reads the complete records of `pending` and keeps the rest.
    fn records(&mut self, is_last: bool) -> Result<()> {
        let Some((_, layout)) = &self.layout else { return Ok(()) };
        let mut text = std::mem::take(&mut self.pending);
        let bytes = text.as_bytes();
        let (mut at, mut cells, mut unquoted) = (0, Vec::new(), String::new());
        let mut signs = Signs::new(bytes, layout.delimiter);
        while at < bytes.len() {
            let first = self.rows.waiting().len();
            let plain = signs.record(at, self.rows.waiting()).filter(|(end, _)| end - at <= MAX_RECORD);
            if let Some((_, next)) = plain
                && let Some(pushed) = self.rows.plain(&text, first, self.line)
            {
                pushed.map_err(|NoMemory| self.too_large())?;
                self.line += 1;
                at = next;
                continue;
            }
            self.rows.waiting().truncate(first);
            let record = dialect::split(&text, at, layout.delimiter, &mut cells, &mut unquoted);
            // A CR may be the first half of a line end.
            let is_complete = record.end < bytes.len() && (is_last || &bytes[record.end..] != b"\r");
            let fault = record.torn.or(record.unclosed.filter(|_| is_last));
            let too_long = record.end - at > MAX_RECORD;
            if let Some(opened) = fault.or(record.unclosed.filter(|_| too_long)) {
                let line = self.line + dialect::line_breaks(&bytes[at..opened]);
                return Err(self.rows.at(ErrorKind::UnclosedQuote, line));
            }
            if too_long {
                return Err(encoding::not_a_table("binary"));
            }
            if !is_complete && !is_last {
                break;
            }
            let is_empty = record.end == at;
            let found = Record { text: &text, unquoted: &unquoted, cells: &cells, line: self.line, is_empty };
            let too_large = |rows: &Rows| too_large(rows.len(), self.n_bytes, self.max_memory);
            self.rows.record(found, layout, &self.options, too_large)?;
            self.line += record.n_breaks + usize::from(record.end < bytes.len());
            at = match &bytes[record.end..] {
                [b'\r', b'\n', ..] => record.end + 2,
                [_, ..] => record.end + 1,
                [] => record.end,
            };
            signs.seek(at);
        }
        self.rows.settle(&text).map_err(|NoMemory| self.too_large())?;
        text.drain(..at);
        self.pending = text;
        Ok(())
    }

    /// The table of delimited text.
    fn table(self) -> Result<Table> {
        let Some((decoder, layout)) = &self.layout else { return Err(Error::new(ErrorKind::EmptyFile)) };
        let source = Source {
            file: self.file,
            sha256: hexadecimal(&self.sha256.finalize()),
            encoding: decoder.encoding.name(),
            options: &self.options,
        };
        self.rows.table(layout, source)
    }
}

/// The error of a table of which so many rows and bytes were read.
fn too_large(n_rows: usize, n_bytes: usize, limit: usize) -> Error {
    let error = Error::new(ErrorKind::TooLarge).with("rows", n_rows);
    error.with("megabytes", n_bytes / 1_000_000).with("limit", limit / 1_000_000)
}

/// The SHA-256 checksum of `bytes`, 64 hexadecimal digits, as `sha256sum` gives it.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Caution;

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
        assert_eq!((table.dialect.delimiter, table.dialect.decimal), (',', '.'));
        assert_eq!((table.dialect.encoding.as_str(), table.dialect.header_line), ("UTF-8", 1));
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
        assert_eq!(place(b"\xc3\xa9,b\n1,2\n3,\xe9"), ("not_utf8", None, Some(3)));
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

    /// All that a reading gives, or its error.
    fn outcome(table: Result<Table>) -> String {
        format!("{table:?}")
    }

    fn in_pieces(bytes: &[u8], size: usize, options: &ReadOptions) -> Result<Table> {
        let mut reader = Reader::new("cohort.csv", options)?;
        for piece in bytes.chunks(size) {
            reader.push(piece)?;
        }
        reader.finish()
    }

    fn options(json: &str) -> ReadOptions {
        ReadOptions::from_json(json).expect("options")
    }

    #[test]
    fn title_lines_are_left_out_and_told() {
        for (text, line, n) in [
            ("Cohort\na,b\n1,2\n3,4\n", 2, 1),
            ("Cohort of the two centres\nExtracted 12/03/2021\n\na,b\n1,2\n3,4\n", 4, 2),
            ("Cohort;;\n;;\na;b;c\n1;2;3\n4;5;6\n", 3, 1),
            ("Cohort, 2021\na;b;c\n1;2;3\n4;5;6\n", 2, 1),
        ] {
            let table = read(text);
            assert_eq!((table.dialect.header_line, table.dialect.title_lines), (line, n), "{text}");
            let found = caution(&table, "title_lines").expect("the caution").params;
            assert_eq!((found["n"].clone(), found["line"].clone()), (n.to_string(), line.to_string()));
            assert_eq!(table.preview[0].line, 1);
        }
        // A header with one name, and a header that is shorter than the rows, are no titles.
        assert_eq!(read("x,\n1,2\n").dialect.header_line, 1);
        assert_eq!(place(b"a,b\n1,2,3\n1,2,3\n"), ("ragged_row", Some(1), Some(2)));
    }

    #[test]
    fn what_is_declared_is_followed() {
        let open = |text: &[u8], json: &str| open_with(text, "cohort.csv", &options(json));
        let table = open(b"a,b\nc,d\n1,2\n", r#"{"header_line": 2}"#).expect("a table");
        assert_eq!(rows(&table), [["c", "d"], ["1", "2"]]);
        assert_eq!(table.dialect.detected, ["delimiter", "decimal", "encoding"]);
        let table = open(b"1,2\n3,4\n", r#"{"header_line": 0}"#).expect("a table");
        assert_eq!(rows(&table), [["column_1", "column_2"], ["1", "2"], ["3", "4"]]);
        assert_eq!((table.dialect.header_line, &table.cautions), (0, &Vec::new()));
        let table = open(b"a:b\n\x8e:1,234\n", r#"{"delimiter": ":", "decimal": ",", "encoding": "macintosh"}"#);
        let table = table.expect("a table");
        assert_eq!((rows(&table)[1].clone(), table.dialect.decimal), (vec!["é", "1,234"], ','));
        for (json, option) in [
            (r#"{"header_line": 9}"#, "header_line"),
            (r#"{"header_line": 2}"#, "header_line"),
            (r#"{"encoding": "x"}"#, "encoding"),
            (r#"{"decimal": "x"}"#, "decimal"),
            (r#"{"delimiter": "é"}"#, "delimiter"),
        ] {
            let error = open(b"a,b\n\n1,2\n", json).expect_err(json);
            assert_eq!(error.kind, ErrorKind::BadOption, "{json}");
            assert_eq!(error.params["option"], format!("data.read.{option}"));
        }
    }

    #[test]
    fn one_byte_beyond_ascii_tells_the_encoding() {
        let table = open(&b"sexe,t\nF\xe9minin,1\n\xc3\xa9,2\n"[..], "cohort.csv").expect("a table");
        assert_eq!((table.dialect.encoding.as_str(), table.columns[0].cell(0)), ("windows-1252", "Féminin"));
        assert_eq!(place(b"\xc3\xa9,t\nF\xe9,1\n"), ("not_utf8", None, Some(2)));
    }

    #[test]
    fn a_table_that_does_not_fit() {
        let mut reader = Reader::new("cohort.csv", &ReadOptions::default()).expect("a reader");
        reader.max_memory = 3_000_000;
        let mut text = String::from("a,b\n");
        let outcome = (0..200).try_for_each(|_| {
            text.push_str(&"12345,67890\n".repeat(2000));
            let piece = std::mem::take(&mut text);
            reader.push(piece.as_bytes()).map(|_| ())
        });
        let error = outcome.expect_err("too large");
        assert_eq!((error.kind, error.params["limit"].as_str()), (ErrorKind::TooLarge, "3"));
        assert!(error.params["rows"].parse::<usize>().expect("a number") > 10_000);
    }

    /// Error code of a file of these pieces, read with `limit` bytes of memory.
    fn limited(limit: usize, pieces: impl Iterator<Item = String>) -> Option<&'static str> {
        let mut reader = Reader::new("cohort.csv", &ReadOptions::default()).expect("a reader");
        reader.max_memory = limit;
        for piece in pieces {
            if let Err(error) = reader.push(piece.as_bytes()) {
                return Some(error.kind.code());
            }
        }
        reader.finish().err().map(|error| error.kind.code())
    }

    #[test]
    fn every_way_to_be_too_large() {
        let header = || std::iter::once("a,b\n".to_owned());
        let piece = |line: &str| line.repeat((1 << 18) / line.len());
        // Rows that take little: what is computed from them takes more.
        let rows = || header().chain(std::iter::repeat_n(piece("1,2\n"), 8));
        assert_eq!(limited(20 << 20, rows()), Some("too_large"));
        assert_eq!(limited(60 << 20, rows()), None);
        // Texts that take much, though the rows are few.
        let texts = || header().chain((0..16).map(|i| format!("{i},{i}{}\n", "x".repeat(1 << 18))));
        assert_eq!(limited(4 << 20, texts()), Some("too_large"));
        assert_eq!(limited(20 << 20, texts()), None);
        // Columns: each takes memory before its first cell.
        let columns = |n: usize| std::iter::once(",x".repeat(n) + "\n" + &",1".repeat(n) + "\n");
        assert_eq!(limited(usize::MAX, columns(250_000)), Some("too_many_columns"));
        assert_eq!(limited(usize::MAX, columns(1_000)), None);
        assert_eq!(limited(10 << 20, columns(150_000)), Some("too_large"));
        // A line that does not end.
        assert_eq!(
            limited(usize::MAX, header().chain(std::iter::repeat_n("x".repeat(1 << 18), 20))),
            Some("not_a_table")
        );
    }

    #[test]
    fn a_quote_that_swallows_the_file_is_told_before_its_end() {
        let mut reader = Reader::new("cohort.csv", &ReadOptions::default()).expect("a reader");
        let piece = "1,2\n".repeat(1 << 18);
        let mut text = format!("a,b\n1,2\n3,\"x\n{piece}");
        let outcome = (0..8).try_for_each(|_| {
            let piece = std::mem::replace(&mut text, piece.clone());
            reader.push(piece.as_bytes()).map(|_| ())
        });
        let error = outcome.expect_err("an error");
        assert_eq!((error.kind, error.position.line), (ErrorKind::UnclosedQuote, Some(3)));
    }

    proptest::proptest! {
        /// Pieces of any size give what the whole gives, errors and their places too.
        #[test]
        fn pieces_make_no_difference(
            parts in proptest::collection::vec(
                proptest::sample::select(&["a", "1,5", ",", ";", "\"", "\n", "\r", "\r\n", " ", "é", "€", "\0", "a,b\n"][..]), 0..40),
            foreign in 0usize..4,
            size in 1usize..20,
        ) {
            let text = parts.concat();
            let bytes: Vec<u8> = match foreign {
                0 => text.into_bytes(),
                1 => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
                2 => text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect(),
                _ => [text.as_bytes(), b"\xe9\n"].concat(),
            };
            let none = ReadOptions::default();
            let whole = outcome(in_pieces(&bytes, bytes.len().max(1), &none));
            proptest::prop_assert_eq!(outcome(in_pieces(&bytes, size, &none)), whole);
        }

        /// A table written in any dialect comes back.
        #[test]
        fn any_dialect_comes_back(
            cells in proptest::collection::vec(proptest::collection::vec(proptest::collection::vec(
                proptest::sample::select(&["a", "é", "\"", "x", ";", ",", "|", "\t", "\n", "\r"][..]), 0..5), 3), 1..8),
            delimiter in proptest::sample::select(&[',', ';', '\t', '|'][..]),
            end in proptest::sample::select(&["\n", "\r\n", "\r"][..]),
            encoding in proptest::sample::select(&["UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252", "ISO-8859-1"][..]),
            has_mark: bool,
            quotes_all: bool,
            decimal in proptest::sample::select(&['.', ','][..]),
            numbers in proptest::collection::vec(-99_999i32..99_999, 8),
            size in 1usize..50,
        ) {
            // No row is blank, and white space around cells is not kept.
            let cells: Vec<Vec<String>> = cells
                .iter()
                .enumerate()
                .map(|(row, cells)| {
                    let mut cells: Vec<String> = cells.iter().map(|cell| crate::table::trimmed(&cell.concat()).to_owned()).collect();
                    cells[0] = format!("r{row}");
                    cells.push((f64::from(numbers[row]) / 100.0).to_string().replace('.', &decimal.to_string()));
                    cells
                })
                .collect();
            let quoted = |cell: &String| {
                let needs = quotes_all || cell.contains(['"', '\n', '\r', delimiter]);
                if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
            };
            let record = |cells: &Vec<String>| cells.iter().map(quoted).collect::<Vec<_>>().join(&delimiter.to_string());
            let header = ["one", "two", "three", "four"].map(str::to_owned).to_vec();
            let text: String = std::iter::once(&header).chain(&cells).map(|cells| record(cells) + end).collect();
            let marked = if has_mark { format!("\u{feff}{text}") } else { text.clone() };
            let bytes: Vec<u8> = match encoding {
                "UTF-8" => marked.into_bytes(),
                "UTF-16LE" => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                "UTF-16BE" => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                _ => text.chars().map(|c| u8::try_from(c).expect("Latin-1")).collect(),
            };
            let asked = ReadOptions {
                encoding: Some(encoding.to_owned()),
                delimiter: Some(delimiter),
                header_line: Some(1),
                decimal: Some(decimal),
                ..ReadOptions::default()
            };
            let table = in_pieces(&bytes, size, &asked).expect("a table");
            proptest::prop_assert_eq!(&rows(&table)[1..], &cells[..]);
            let read = table.columns[3].plain_numbers(decimal).expect("numbers");
            let written: Vec<Option<f64>> = numbers[..cells.len()].iter().map(|&x| Some(f64::from(x) / 100.0)).collect();
            proptest::prop_assert_eq!(read.as_slice(), &written[..]);
        }
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
