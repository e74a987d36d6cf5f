//! Records to a table: titles, header, blank lines, rows of the right length, columns of texts.

use super::lines::Lines;
use super::options::{ReadOptions, bad};
use super::texts::NoMemory;
use super::{Column, Dialect, PreviewLine, Table, dialect, header, trimmed, trimmed_bounds};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};

/// Places that a caution names; the number of all of them is beside.
const NAMED: usize = 1000;
/// Records shown as they stand.
pub(super) const PREVIEW: usize = 12;
/// Columns that a table can have: each takes memory of its own, however few its rows are.
const MAX_COLUMNS: usize = 200_000;

/// Cells that wait to be put into their columns, a column at a time: as many as a processor has close by.
const WAITING: usize = 2048;

/// A record: where each cell starts and ends, in `unquoted` if it is told so, else in `text`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub text: &'a str,
    pub unquoted: &'a str,
    pub cells: &'a [(bool, usize, usize)],
    /// Physical line on which it starts.
    pub line: usize,
    /// Whether nothing stands on its line.
    pub is_empty: bool,
}

impl<'a> Record<'a> {
    fn cells(self) -> impl Iterator<Item = &'a str> {
        self.cells.iter().map(move |&(is_unquoted, start, end)| {
            trimmed(if is_unquoted { &self.unquoted[start..end] } else { &self.text[start..end] })
        })
    }
}

/// What the file's layout says of its records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub delimiter: u8,
    /// The first line only says what the delimiter is.
    pub is_declared: bool,
    /// Physical line of the header; 0: none.
    pub header_line: usize,
    /// Number of columns where there is no header.
    pub n_columns: usize,
}

/// The records of a file so far.
#[derive(Debug, Default)]
pub(super) struct Rows {
    header: Option<Vec<String>>,
    header_line: usize,
    n_titles: usize,
    columns: Vec<Column>,
    lines: Lines,
    /// Cells of the last rows, row after row, that are in no column yet.
    waiting: Vec<(usize, usize)>,
    /// Empty lines just before the next record.
    n_empty: usize,
    n_blank: usize,
    blank_lines: Vec<usize>,
    n_extra: usize,
    extra: Vec<usize>,
    preview: Vec<PreviewLine>,
}

/// What the table of some rows is told besides.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub file: String,
    pub sha256: String,
    pub encoding: &'static str,
    pub options: &'a ReadOptions,
}

impl Rows {
    /// Number of data rows.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// The error of the record that starts on `line`.
    pub fn at(&self, kind: ErrorKind, line: usize) -> Error {
        let row = self.header.is_some().then(|| self.len() + 1);
        Error::new(kind).at(Position { row, line: Some(line), ..Position::default() })
    }

    /// Bytes that the rows take, and those that their largest column takes.
    pub fn memory(&self) -> (usize, usize) {
        let columns = || self.columns.iter().map(Column::memory);
        let own = self.columns.capacity() * size_of::<Column>();
        (own + columns().sum::<usize>() + self.lines.memory(), columns().max().unwrap_or_default())
    }

    /// Where the cells of the next record may be put, for [`Self::plain`].
    pub fn waiting(&mut self) -> &mut Vec<(usize, usize)> {
        &mut self.waiting
    }

    /// Takes in the record on `line` whose cells wait from number `first` on, if it is a row like most: `None` if it needs a closer
    /// look.
    #[inline]
    pub fn plain(&mut self, text: &str, first: usize, line: usize) -> Option<std::result::Result<(), NoMemory>> {
        let bytes = text.as_bytes();
        let cells = &self.waiting[first..];
        let is_filled = |&(start, end): &(usize, usize)| start < end && bytes[start].is_ascii_graphic();
        if self.n_empty > 0
            || self.preview.len() < PREVIEW
            || self.header.is_none()
            || cells.len() != self.columns.len()
            || !cells.iter().any(is_filled)
        {
            return None;
        }
        let pushed = self.lines.try_push(line);
        Some(pushed.and_then(|()| if self.waiting.len() < WAITING { Ok(()) } else { self.settle(text) }))
    }

    /// Takes in a record; `too_large` is the error where the memory does not suffice.
    pub fn record(
        &mut self,
        record: Record,
        layout: &Layout,
        options: &ReadOptions,
        too_large: impl Fn(&Self) -> Error,
    ) -> Result<()> {
        let line = record.line;
        if !record.is_empty && self.preview.len() < PREVIEW {
            self.preview.push(PreviewLine { line, cells: record.cells().map(str::to_owned).collect() });
        }
        // Empty lines count when something follows: those at the end of a file are nothing.
        if record.is_empty && options.header_line != Some(line) {
            self.n_empty += 1;
            return Ok(());
        }
        for empty in line - std::mem::take(&mut self.n_empty)..line {
            self.blank(empty);
        }
        let is_blank = record.cells().all(str::is_empty);
        if self.header.is_none() && self.top(record, layout, options, is_blank)? {
            return Ok(());
        }
        if is_blank {
            self.blank(line);
            return Ok(());
        }
        let (found, expected) = (record.cells.len(), self.columns.len());
        if found != expected {
            if found < expected || !record.cells().skip(expected).all(str::is_empty) {
                return Err(self.at(ErrorKind::RaggedRow, line).with("found", found).with("expected", expected));
            }
            self.n_extra += 1;
            if self.extra.len() < NAMED {
                self.extra.push(self.len() + 1);
            }
        }
        let cells = &record.cells[..expected];
        let push = |(column, &(is_unquoted, start, end)): (&mut Column, &(bool, usize, usize))| {
            let around = if is_unquoted { record.unquoted } else { record.text };
            let (start, end) = trimmed_bounds(around, start, end);
            column.try_push(around, start, end)
        };
        let pushed = self.settle(record.text);
        let pushed = pushed.and_then(|()| self.columns.iter_mut().zip(cells).try_for_each(push));
        pushed.and_then(|()| self.lines.try_push(line)).map_err(|NoMemory| too_large(self))
    }

    /// Puts the cells that wait into their columns; they stand in `text`. To be called before `text` is no more, and before the table
    /// is made.
    pub fn settle(&mut self, text: &str) -> std::result::Result<(), NoMemory> {
        let n = self.columns.len();
        for (at, column) in self.columns.iter_mut().enumerate() {
            let cells = self.waiting.iter().skip(at).step_by(n);
            column.try_extend(text, cells.map(|&(start, end)| trimmed_bounds(text, start, end)))?;
        }
        self.waiting.clear();
        Ok(())
    }

    /// Takes in what stands above the first row: a declaration, titles, the header. Whether it is more than that and not blank: the
    /// record is the first row of a table without a header, or a blank line.
    fn top(&mut self, record: Record, layout: &Layout, options: &ReadOptions, is_blank: bool) -> Result<bool> {
        let line = record.line;
        let (asked, is_declaration) = (options.header_line, layout.is_declared && line == 1);
        if asked.is_some_and(|asked| asked > 0 && line > asked) || (is_blank && asked == Some(line)) {
            let asked = asked.unwrap_or_default();
            return Err(bad("header_line", asked, "a line with text, where a row starts"));
        }
        if is_declaration {
            return Ok(true);
        }
        if is_blank {
            return Ok(false);
        }
        if line < layout.header_line {
            self.n_titles += 1;
            return Ok(true);
        }
        let has_header = layout.header_line > 0;
        let n = if has_header { record.cells.len() } else { layout.n_columns };
        if n > MAX_COLUMNS {
            return Err(Error::new(ErrorKind::TooManyColumns).with("n", n).with("limit", MAX_COLUMNS));
        }
        self.columns = vec![Column::default(); n];
        self.header_line = if has_header { line } else { 0 };
        let names = record.cells().map(str::to_owned);
        self.header = Some(if has_header { names.collect() } else { vec![String::new(); n] });
        Ok(has_header)
    }

    fn blank(&mut self, line: usize) {
        self.n_blank += 1;
        if self.blank_lines.len() < NAMED {
            self.blank_lines.push(line);
        }
    }

    /// The table of all records.
    ///
    /// Errors: `empty_file`, `no_rows`, `bad_option`.
    pub fn table(mut self, layout: &Layout, source: Source) -> Result<Table> {
        let options = source.options;
        let Some(header) = self.header.take() else {
            return Err(match options.header_line {
                Some(asked) if asked > 0 => bad("header_line", asked, "a line of the file"),
                _ => Error::new(ErrorKind::EmptyFile),
            });
        };
        if self.len() == 0 {
            return Err(Error::new(ErrorKind::NoRows));
        }
        let mut cautions = Vec::new();
        if self.n_titles > 0 {
            let caution = Caution::new(CautionKind::TitleLines).with("n", self.n_titles);
            cautions.push(caution.with("line", self.header_line));
        }
        if self.n_blank > 0 {
            let caution = Caution::new(CautionKind::BlankLines).with("n", self.n_blank);
            cautions.push(caution.with("lines", listed(&self.blank_lines)));
        }
        if self.n_extra > 0 {
            cautions.push(Caution::new(CautionKind::ExtraCells).with("n", self.n_extra).rows(self.extra));
        }
        let is_used: Vec<bool> =
            header.iter().zip(&self.columns).map(|(name, column)| !name.is_empty() || !column.is_blank()).collect();
        let n_unused = is_used.iter().filter(|&&used| !used).count();
        if n_unused > 0 {
            cautions.push(Caution::new(CautionKind::EmptyColumns).with("n", n_unused));
        }
        let mut used = is_used.iter();
        let mut columns = self.columns;
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
        if self.header_line > 0 {
            cautions.extend(named);
        }
        let delimiter = layout.delimiter;
        let decimal = options.decimal.unwrap_or_else(|| dialect::decimal(&columns, delimiter));
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
        let given = [
            ("delimiter", options.delimiter.is_some()),
            ("decimal", options.decimal.is_some()),
            ("encoding", options.encoding.is_some()),
            ("header_line", options.header_line.is_some()),
        ];
        let dialect = Dialect {
            delimiter: char::from(delimiter),
            decimal,
            thousands: None,
            encoding: source.encoding.to_owned(),
            header_line: self.header_line,
            title_lines: self.n_titles,
            format: "csv".to_owned(),
            sheet: None,
            sheets: Vec::new(),
            labels: None,
            detected: given.into_iter().filter(|(_, given)| !given).map(|(name, _)| name).collect(),
        };
        Ok(Table {
            file: source.file,
            sha256: source.sha256,
            dialect,
            columns,
            cautions,
            preview: self.preview,
            lines: self.lines,
        })
    }
}

/// The first numbers of a list, and a sign that there are more.
fn listed(lines: &[usize]) -> String {
    let mut text = lines.iter().take(10).map(usize::to_string).collect::<Vec<_>>().join(", ");
    if lines.len() > 10 {
        text.push_str(", …");
    }
    text
}
