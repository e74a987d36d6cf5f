//! How the text of a file is laid out: physical lines, quotes, the delimiter, the decimal mark.

use super::{Column, number, values};

/// Delimiters that are looked for. Where two explain the text equally well, the later one is taken: a text holds a comma
/// by chance (decimal comma, “time, months”) far more often than a tab.
const DELIMITERS: [u8; 4] = [b',', b'|', b';', b'\t'];

/// Records that are enough to tell the delimiter.
const SAMPLE: usize = 200;

/// Number of line breaks in `bytes`: LF, CR, or CR and LF together.
pub(super) fn line_breaks(bytes: &[u8]) -> usize {
    let mut lines = Lines::new(bytes);
    lines.breaks_before(bytes.len())
}

/// Counts line breaks, forward only.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    n: usize,
    has_cr: bool,
}

impl<'a> Lines<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, n: 0, has_cr: bytes.contains(&b'\r') }
    }

    /// Number of line breaks that start before `offset`, which must not be smaller than in the last call.
    pub fn breaks_before(&mut self, offset: usize) -> usize {
        let passed = &self.bytes[self.at..offset];
        if self.has_cr {
            let mut last = if self.at == 0 { 0 } else { self.bytes[self.at - 1] };
            for &byte in passed {
                self.n += usize::from(byte == b'\r' || (byte == b'\n' && last != b'\r'));
                last = byte;
            }
        } else {
            self.n += passed.iter().filter(|&&byte| byte == b'\n').count();
        }
        self.at = offset;
        self.n
    }
}

/// `at`, or the first byte after it that is no line break.
pub(super) fn skip_breaks(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| !matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |skip| at + skip)
}

/// The outline of one record: what the csv reader does not tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// Bytes of the record, without its line break.
    pub len: usize,
    /// Number of cells.
    pub n_cells: usize,
    /// Where the quote stands that is never closed.
    pub unclosed: Option<usize>,
    /// Where a quote stands that is closed in the midst of the text of a later line: another quote, most likely the
    /// opening one of a later row, was taken for its end.
    pub torn: Option<usize>,
    /// Whether text follows a closing quote: quotes and this delimiter do not go together.
    stray: bool,
    /// Whether there is nothing but delimiters, quotes and white space.
    blank: bool,
}

/// The outline of the record at the start of `bytes`, which is no line break.
pub(super) fn outline(bytes: &[u8], delimiter: u8) -> Outline {
    enum State {
        Start,
        Bare,
        Quoted,
        Closed,
        AfterQuotes,
    }
    let mut record = Outline { len: bytes.len(), n_cells: 1, blank: true, ..Outline::default() };
    let (mut state, mut opened, mut broken) = (State::Start, 0, false);
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == delimiter && !matches!(state, State::Quoted) {
            record.n_cells += 1;
            state = State::Start;
            continue;
        }
        let is_break = matches!(byte, b'\n' | b'\r');
        if is_break && !matches!(state, State::Quoted) {
            record.len = at;
            return record;
        }
        record.blank &= byte == b'"' || byte.is_ascii_whitespace();
        state = match (state, byte) {
            (State::Start, b'"') => {
                (opened, broken) = (at, false);
                State::Quoted
            }
            (State::Start | State::Bare, _) => State::Bare,
            (State::Quoted, b'"') => State::Closed,
            (State::Closed, b'"') => State::Quoted,
            (State::Quoted, _) => {
                broken |= is_break;
                State::Quoted
            }
            (State::Closed | State::AfterQuotes, _) if byte.is_ascii_whitespace() => State::AfterQuotes,
            (State::Closed | State::AfterQuotes, _) => {
                record.stray = true;
                if broken {
                    record.torn = record.torn.or(Some(opened));
                }
                State::Bare
            }
        };
    }
    if matches!(state, State::Quoted) {
        record.unclosed = Some(opened);
    }
    record
}

/// A record as [`split`] finds it.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// Where its line break stands, or the end of the text.
    pub end: usize,
    /// Line breaks inside its quotes.
    pub n_breaks: usize,
    /// Where a quote stands that the text does not close.
    pub unclosed: Option<usize>,
    /// As in [`Outline::torn`].
    pub torn: Option<usize>,
}

/// Splits the record at `start` into `cells`: whether the cell stands in `unquoted` (else in `text`), its start and end.
pub(super) fn split(
    text: &str,
    start: usize,
    delimiter: u8,
    cells: &mut Vec<(bool, usize, usize)>,
    unquoted: &mut String,
) -> Split {
    let bytes = text.as_bytes();
    let find = |from: usize| {
        let rest = &bytes[from..];
        from + memchr::memchr3(delimiter, b'\n', b'\r', rest).unwrap_or(rest.len())
    };
    let mut record = Split::default();
    let mut at = start;
    cells.clear();
    unquoted.clear();
    loop {
        let end;
        if bytes.get(at) == Some(&b'"') {
            let (opened, from) = (at, unquoted.len());
            let mut part = at + 1;
            let closed = loop {
                let Some(quote) = memchr::memchr(b'"', &bytes[part..]).map(|quote| part + quote) else {
                    record.unclosed = Some(opened);
                    break bytes.len();
                };
                if bytes.get(quote + 1) != Some(&b'"') {
                    break quote;
                }
                unquoted.push_str(&text[part..=quote]);
                part = quote + 2;
            };
            unquoted.push_str(&text[part..closed]);
            let after = (closed + 1).min(bytes.len());
            end = find(after);
            let n_breaks = line_breaks(&bytes[opened..closed]);
            record.n_breaks += n_breaks;
            if n_breaks > 0 && !bytes[after..end].iter().all(u8::is_ascii_whitespace) {
                record.torn = record.torn.or(Some(opened));
            }
            unquoted.push_str(&text[after..end]);
            cells.push((true, from, unquoted.len()));
        } else {
            end = find(at);
            cells.push((false, at, end));
        }
        if bytes.get(end) != Some(&delimiter) {
            record.end = end;
            return record;
        }
        at = end + 1;
    }
}

/// Where the header stands, told from the first records.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Top {
    /// Physical line of the header, from 1.
    pub header_line: usize,
    /// Cells that most records have.
    pub n_columns: usize,
}

/// A record as [`top`] judges it.
struct Record {
    line: usize,
    n_cells: usize,
    n_filled: usize,
    /// Whether its cells may be names of columns: each another, and none begins with a digit or is a number.
    has_names: bool,
}

/// Title lines are records above the header with one cell filled in, where most records have two cells or more (three, if
/// the title has as many as they); the header has two filled in. Records with a few cells filled in, half of the widest record at
/// most, are titles too if what follows may be a header: with names alone, more than half as many as the widest record has cells.
pub(super) fn top(text: &str, delimiter: u8, is_declared: bool) -> Top {
    let (mut cells, mut unquoted) = (Vec::new(), String::new());
    let (mut at, mut line) = (0, 1);
    let mut records: Vec<Record> = Vec::new();
    while at < text.len() && records.len() < SAMPLE {
        let record = split(text, at, delimiter, &mut cells, &mut unquoted);
        let texts = cells.iter().map(|&(is_unquoted, start, end)| {
            super::trimmed(if is_unquoted { &unquoted[start..end] } else { &text[start..end] })
        });
        let filled: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
        let is_declaration = is_declared && line == 1;
        if !filled.is_empty() && !is_declaration {
            records.push(Record { line, n_cells: cells.len(), n_filled: filled.len(), has_names: are_names(&filled) });
        }
        line += record.n_breaks + 1;
        at = record.end + if text[record.end..].starts_with("\r\n") { 2 } else { 1 };
    }
    let n_columns = most_common(records.iter().map(|record| record.n_cells)).max(1);
    let is_title = |record: &&Record| record.n_filled == 1 && ((record.n_cells == 1 && n_columns > 1) || n_columns > 2);
    let n_titles = records.iter().take_while(is_title).count();
    let widest = records.iter().map(|record| record.n_filled).max().unwrap_or_default();
    let n_narrow = records.iter().take_while(|record| 2 * record.n_filled <= widest).count();
    let below = records.get(n_narrow).filter(|record| n_narrow > n_titles && record.has_names);
    let header = below.or(records.get(n_titles)).filter(|record| record.n_cells >= n_columns && record.n_filled > 1);
    let first = records.first().map_or(1, |record| record.line);
    Top { header_line: header.map_or(first, |record| record.line), n_columns }
}

/// Whether these texts may be names of columns.
pub(super) fn are_names(texts: &[&str]) -> bool {
    let mut seen = crate::hashing::HashSet::default();
    texts.iter().all(|text| {
        let is_number = ['.', ','].iter().any(|&mark| number::parse(text, mark).is_some());
        !is_number && !text.starts_with(|c: char| c.is_ascii_digit()) && seen.insert(*text)
    })
}

/// The delimiter that a first line `sep=;` declares, as Excel reads and writes it.
pub(super) fn declared_delimiter(bytes: &[u8]) -> Option<u8> {
    match bytes.strip_prefix(b"sep=")? {
        &[delimiter, b'\n' | b'\r', ..] if DELIMITERS.contains(&delimiter) => Some(delimiter),
        _ => None,
    }
}

/// The delimiter of `bytes`, told from the first records: the one with which most of them have as many cells as the
/// header (more than one). Quotes are respected. A file with none of them is one column, read with a comma.
pub(super) fn delimiter(bytes: &[u8]) -> u8 {
    let score = |delimiter: u8| {
        let mut at = 0;
        let mut records = Vec::new();
        while records.len() < SAMPLE {
            at = skip_breaks(bytes, at);
            if at == bytes.len() {
                break;
            }
            let record = outline(&bytes[at..], delimiter);
            at += record.len;
            if !record.blank {
                records.push(record);
            }
        }
        let header = records.first().map_or(1, |record| record.n_cells);
        let score_of = |expected: usize| {
            if expected < 2 {
                return (false, false, 0, 0);
            }
            let fitting = records.iter().filter(|record| record.n_cells == expected && !record.stray).count();
            // A title above the header may hold a delimiter by chance.
            let most = 2 * fitting >= records.len();
            (most, header == expected, 1_000_000 * fitting / records.len(), expected)
        };
        score_of(header).max(score_of(most_common(records.iter().map(|record| record.n_cells))))
    };
    let best = DELIMITERS.into_iter().map(|delimiter| (score(delimiter), delimiter)).max_by_key(|&(score, _)| score);
    match best {
        Some(((.., expected), delimiter)) if expected > 1 => delimiter,
        _ => b',',
    }
}

fn most_common(counts: impl Iterator<Item = usize>) -> usize {
    let mut sorted: Vec<usize> = counts.collect();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).map_or(0, |run| run[0])
}

/// The decimal mark of the columns: a comma if the delimiter is another character, numbers with a comma occur, and none
/// with a point.
///
/// `1,234` alone is no evidence: it may be a thousand and some. One number must have a comma that cannot separate
/// thousands, such as `0,5`, `12,25` or `1234,567`.
pub(super) fn decimal(columns: &[Column], delimiter: u8) -> char {
    let evidence = delimiter != b','
        && columns.iter().filter(|column| column.contains(',')).any(|column| column.texts().any(is_decimal_comma));
    let point = |cell: &str| cell.contains('.') && number::parse(cell, '.').is_some();
    let has_point = || columns.iter().filter(|column| column.contains('.')).any(|column| column.texts().any(point));
    if evidence && !has_point() { ',' } else { '.' }
}

/// Whether `cell` is a number whose comma can only be a decimal mark.
fn is_decimal_comma(cell: &str) -> bool {
    let Some((whole, fraction)) = cell.split_once(',') else { return false };
    let digits = whole.trim_start_matches(['+', '-']);
    let thousands = fraction.len() == 3 && matches!(digits.len(), 1..=3) && !digits.starts_with('0');
    !thousands && number::parse(cell, ',').is_some()
}

/// Rows (from 0) of `column` whose cells are numbers with the mark that this file does not have, and are not read.
pub(super) fn other_mark(column: &Column, decimal: char) -> Vec<usize> {
    let other = if decimal == '.' { ',' } else { '.' };
    if !column.contains(other) {
        return Vec::new();
    }
    let is_other = |cell: &str| cell.contains(other) && number::parse(cell, other).is_some();
    let rows: Vec<usize> = (0..column.len()).filter(|&row| is_other(column.cell(row))).collect();
    // Where every cell of the column is a number by its own marks, these are read.
    let is_read = || {
        let values = values::present(column, &[]);
        let written = number::written(&values, decimal, number::Declared::default());
        written.or.is_none() && written.n == values.iter().map(|(_, rows)| rows).sum::<usize>()
    };
    if rows.is_empty() || is_read() { Vec::new() } else { rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::default();
        for cell in cells {
            column.push(cell);
        }
        column
    }

    fn told(text: &str) -> char {
        char::from(delimiter(text.as_bytes()))
    }

    #[test]
    fn line_breaks_of_each_kind() {
        assert_eq!(line_breaks(b"a\nb\rc\r\nd\n\re\r\n\r\n"), 7);
        assert_eq!(line_breaks(b"a\nb\n"), 2);
        // Asked between CR and LF, the break counts once.
        let mut lines = Lines::new(b"a\r\nb");
        assert_eq!((lines.breaks_before(2), lines.breaks_before(3), lines.breaks_before(4)), (1, 1, 1));
    }

    #[test]
    fn each_delimiter() {
        for delimiter in [',', ';', '\t', '|'] {
            assert_eq!(told(&"a,b\n1,2\n3,4\n".replace(',', &delimiter.to_string())), delimiter);
        }
        assert_eq!(told("a\n1\n2\n"), ',');
    }

    #[test]
    fn decimal_commas_are_not_delimiters() {
        assert_eq!(told("time;status\n1,5;1\n2,5;0\n"), ';');
        assert_eq!(told("time, months;status\n1,5;1\n2,5;0\n"), ';');
        assert_eq!(told("time\tstatus\n1,5\t1\n2,5\t0\n"), '\t');
        assert_eq!(told("t;s\n1,5;1\n2,5;0\n2,5;0;9\n3;1\n"), ';');
    }

    #[test]
    fn delimiters_inside_quotes_do_not_count() {
        assert_eq!(told("id,note\n1,\"a;b;c\"\n2,\"d;e;f\"\n"), ',');
        assert_eq!(told("\"id;x\",note\n\"1;x\",a\n"), ',');
        assert_eq!(told("\"a,b,c\"\t\"d\"\n\"e,f,g\"\t\"h\"\n"), '\t');
    }

    #[test]
    fn one_bad_row_does_not_change_the_delimiter() {
        assert_eq!(told("a,b,c\n1,2,3\n4,5\n6,7,8\n"), ',');
        assert_eq!(told("a;b;c\n1;2,5;3\n4;5,5;6;\n6;7,5;8\n"), ';');
        assert_eq!(told("Cohort of 2021\na;b;c\n1;2;3\n4;5;6\n"), ';');
        // A title of two cells, above rows whose numbers have commas.
        assert_eq!(told("Cohort;2021\na;b;c\n1,5;2;3\n4,5;5;6\n"), ';');
    }

    #[test]
    fn titles_with_a_few_cells() {
        let of = |text: &str| top(text, b';', false).header_line;
        // Padded or not, after others or alone; half of the columns at most.
        assert_eq!(of("Cohort;12/03/2021;;\na;b;c;d\n1;2;3;4\n5;6;7;8\n"), 2);
        assert_eq!(of("Cohort;12/03/2021\na;b;c;d\n1;2;3;4\n5;6;7;8\n"), 2);
        assert_eq!(of("Cohort\nCentre;A\nBy;me;;\n;;;\na;b;c;d\n1;2;3;4\n5;6;7;8\n"), 5);
        assert_eq!(of("Centre;A\nCohort\na;b;c;d\n1;2;3;4\n5;6;7;8\n"), 3);
        // No titles: what is below holds numbers or dates, or the same text twice; or has most of the cells.
        assert_eq!(of("id;time;;\nP;1;2;3\nQ;2;3;4\n"), 1);
        assert_eq!(of("id;time\nP;Q;3 mars;R\nP;Q;S;T\n"), 1);
        assert_eq!(of("id;time;;\nP;no;no;S\nQ;yes;no;1\n"), 1);
        assert_eq!(of("id;time;;\nP;Q;;\nS;T;;\n"), 1);
        assert_eq!(of("a;b;c;\nP;Q;R;S\n1;2;3;4\n"), 1);
        assert_eq!(of("x;y\n1;2\n"), 1);
        assert_eq!(of(""), 1);
    }

    #[test]
    fn outlines() {
        let of = |text: &str| outline(text.as_bytes(), b',');
        assert_eq!((of("a,b\nc").len, of("a,b\nc").n_cells), (3, 2));
        assert_eq!(of("a,\"b\"\"\n,\",c\r\n").n_cells, 3);
        assert_eq!(of("a,\"b\n1,2\n").unclosed, Some(2));
        assert_eq!(of("a,\"b\"\"").unclosed, Some(2));
        assert_eq!(of("a,\"b\"").unclosed, None);
        assert_eq!(of("1,\"abc\n2,\"def\"\n").torn, Some(2));
        assert_eq!(of("1,\"5\" cm\n").torn, None);
        assert_eq!(of("1,\"a\nb\" ,2\n").torn, None);
        assert_eq!(of("5\" tube,\"x\"\n").unclosed, None);
    }

    #[test]
    fn the_other_mark_is_told_where_it_is_not_read() {
        assert_eq!(other_mark(&column(&["0,5", "2", "1.5"]), '.'), [0]);
        assert_eq!(other_mark(&column(&["12,000", "2"]), '.'), [0]);
        assert_eq!(other_mark(&column(&["12,000", "1,200.5"]), '.'), Vec::<usize>::new());
    }

    #[test]
    fn decimal_marks() {
        let mark = |cells: &[&str], delimiter| decimal(&[column(&["x", "1"]), column(cells)], delimiter);
        assert_eq!(mark(&["1,5", "2"], b';'), ',');
        assert_eq!(mark(&["0,512"], b'\t'), ',');
        assert_eq!(mark(&["1234,567"], b';'), ',');
        assert_eq!(mark(&["1,5"], b','), '.');
        assert_eq!(mark(&["1,5", "2.5"], b';'), '.');
        assert_eq!(mark(&["1,234", "12,345"], b';'), '.');
        assert_eq!(mark(&["a,b"], b';'), '.');
        assert_eq!(mark(&["1.5"], b';'), '.');
    }

    proptest::proptest! {
        /// The outline and the csv reader see the same records: cells, and where they end.
        #[test]
        fn outlines_agree_with_the_reader(
            parts in proptest::collection::vec(proptest::sample::select(&["a", ",", ";", "\"", "\n", "\r", " ", "é"][..]), 0..40),
        ) {
            let text = &parts.concat();
            let bytes = text.as_bytes();
            let mut builder = csv::ReaderBuilder::new();
            let mut reader = builder.has_headers(false).flexible(true).from_reader(bytes);
            let mut record = csv::ByteRecord::new();
            let mut at = 0;
            while reader.read_byte_record(&mut record).expect("bytes of any kind") {
                at = skip_breaks(bytes, at);
                let outline = outline(&bytes[at..], b',');
                proptest::prop_assert_eq!(outline.n_cells, record.len());
                let (mut cells, mut unquoted) = (Vec::new(), String::new());
                let found = split(text, at, b',', &mut cells, &mut unquoted);
                proptest::prop_assert_eq!(found.end, at + outline.len);
                proptest::prop_assert_eq!(found.torn, outline.torn.map(|opened| at + opened));
                proptest::prop_assert_eq!(found.unclosed, outline.unclosed.map(|opened| at + opened));
                let cells: Vec<&[u8]> = cells
                    .iter()
                    .map(|&(is_unquoted, start, end)| &(if is_unquoted { &unquoted } else { text }).as_bytes()[start..end])
                    .collect();
                proptest::prop_assert_eq!(cells, record.iter().collect::<Vec<_>>());
                at += outline.len;
            }
            proptest::prop_assert_eq!(skip_breaks(bytes, at), bytes.len());
        }
    }
}
