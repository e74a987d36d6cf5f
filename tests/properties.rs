//! Properties that hold for any input. `PROPTEST_CASES` in the environment makes a longer run.
//!
//! proptest is built without `std` (which would bring num-traits' `std`, rule 32), so every run makes the same cases.

use proptest::prelude::*;
use riskset::table::{self, ReadOptions, Table, date, inspect::inspect, number};

/// As the reader trims: white space of any kind and byte order marks.
fn trimmed(text: &str) -> String {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned()
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(256);
    ProptestConfig { cases, max_local_rejects: u32::MAX, ..ProptestConfig::default() }
}

/// Text of these characters, at most `length` of them.
fn text_of(characters: &str, length: usize) -> impl Strategy<Value = String> {
    let characters: Vec<char> = characters.chars().collect();
    prop::collection::vec(prop::sample::select(characters), 0..=length).prop_map(|text| text.into_iter().collect())
}

/// Numbers, text that quotes and line breaks make awkward, any text; never a zero byte, which no text table has.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => text_of("0123456789.,", 6),
        3 => text_of("abé🫀 \"'\r\n,;|\t", 8),
        1 => prop::collection::vec(any::<char>(), 0..6).prop_map(|text| text.into_iter().filter(|&c| c != '\0').collect()),
        1 => Just(String::new()),
    ]
}

/// A name without delimiters: they would make it possible to take another delimiter for the file's.
fn name() -> impl Strategy<Value = String> {
    (text_of("abCDé🫀\"\n _-", 6), prop::sample::select(vec!['x', 'y', 'z']))
        .prop_map(|(start, end)| trimmed(&format!("{start}{end}")))
}

/// A header, rows with at least one filled-in cell, a delimiter, and whether all cells are quoted.
fn file() -> impl Strategy<Value = (Vec<String>, Vec<Vec<String>>, u8, bool)> {
    (1..6_usize)
        .prop_flat_map(|width| {
            let row = prop::collection::vec(cell(), width)
                .prop_filter("a blank line", |row| row.iter().any(|cell| !trimmed(cell).is_empty()));
            let header = prop::collection::btree_set(name(), width);
            (
                header.prop_map(|names| names.into_iter().collect()),
                prop::collection::vec(row, 1..8),
                prop::sample::select(&b",;\t|"[..]),
                any::<bool>(),
            )
        })
        .prop_map(|(header, rows, delimiter, all): (Vec<String>, _, _, _)| {
            // One column has no delimiter to be told by, so that its commas must be in quotes.
            let all = all || header.len() == 1;
            (header, rows, delimiter, all)
        })
}

fn written(header: &[String], rows: &[Vec<String>], delimiter: u8, all_quoted: bool, end: &str) -> String {
    let delimiter = char::from(delimiter);
    let record = |cells: &[String]| {
        let quoted = |cell: &String| {
            let needs = all_quoted || cell.contains(['"', '\n', '\r', delimiter]);
            if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        };
        cells.iter().map(quoted).collect::<Vec<_>>().join(&delimiter.to_string()) + end
    };
    std::iter::once(record(header)).chain(rows.iter().map(|row| record(row))).collect()
}

fn cells(table: &Table) -> Vec<Vec<String>> {
    (0..table.n_rows()).map(|row| table.columns.iter().map(|column| column.cell(row).to_owned()).collect()).collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_table_comes_back_as_it_was_written(
        (header, rows, delimiter, all_quoted) in file(),
        end in prop::sample::select(&["\n", "\r\n", "\r"][..]),
    ) {
        let text = written(&header, &rows, delimiter, all_quoted, end);
        let table = table::open(text.as_bytes(), "t.csv").map_err(|error| TestCaseError::fail(error.to_string()))?;
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        prop_assert_eq!(names, header.iter().map(String::as_str).collect::<Vec<_>>());
        let expected: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| trimmed(cell)).collect()).collect();
        prop_assert_eq!(cells(&table), expected);
        // Each row starts on the line after the breaks of all the text before it.
        for i in 0..rows.len() {
            let before = written(&header, &rows[..i], delimiter, all_quoted, end);
            prop_assert_eq!(table.line(i), before.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1);
        }
        prop_assert_eq!(inspect(&table).n_rows, rows.len());
    }

    /// The same table in every encoding, a mark before it where that is the habit: what the encoding has not, the file has not.
    #[test]
    fn a_table_comes_back_from_every_encoding(
        (header, rows, delimiter, all_quoted) in file(),
        (encoding, marked) in prop::sample::select(&[
            ("UTF-8", false), ("UTF-8", true), ("UTF-16LE", true), ("UTF-16BE", true), ("UTF-16LE", false), ("UTF-16BE", false),
            ("windows-1252", false), ("ISO-8859-1", false),
        ][..]),
    ) {
        let single = matches!(encoding, "windows-1252" | "ISO-8859-1");
        // Of the single bytes, those that both encodings share.
        let has = |c: char| !single || c.is_ascii() || ('\u{a0}'..='\u{ff}').contains(&c);
        let kept = |texts: &[String]| -> Vec<String> { texts.iter().map(|text| text.chars().filter(|&c| has(c)).collect()).collect() };
        let header = kept(&header);
        let rows: Vec<Vec<String>> = rows.iter().map(|row| kept(row)).collect();
        let is_blank = |row: &Vec<String>| row.iter().all(|cell| trimmed(cell).is_empty());
        prop_assume!(!rows.iter().any(is_blank) && header.iter().map(|name| trimmed(name)).collect::<std::collections::BTreeSet<_>>().len() == header.len());
        let text = written(&header, &rows, delimiter, all_quoted, "\n");
        let text = if marked { format!("\u{feff}{text}") } else { text };
        let bytes: Vec<u8> = match encoding {
            "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ if single => text.chars().map(|c| c as u8).collect(),
            _ => text.into_bytes(),
        };
        // Without a mark only UTF-8 is told for certain, and the others are declared.
        let declared = (!marked && encoding != "UTF-8").then(|| encoding.to_owned());
        let options = ReadOptions { encoding: declared, ..ReadOptions::default() };
        let table = table::open_with(&bytes[..], "t.csv", &options).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        prop_assert_eq!(names, header.iter().map(|name| trimmed(name)).collect::<Vec<_>>());
        let expected: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| trimmed(cell)).collect()).collect();
        prop_assert_eq!(cells(&table), expected);
        prop_assert_eq!(table.dialect.encoding.as_str(), encoding);
    }

    /// Numbers written with either decimal mark are the numbers that they were.
    #[test]
    fn numbers_come_back_from_either_decimal_mark(
        values in prop::collection::vec((-1e6..1e6_f64, 0..6_usize), 1..12),
        (decimal, delimiter) in prop::sample::select(&[('.', ','), ('.', ';'), ('.', '\t'), (',', ';'), (',', '\t'), (',', '|')][..]),
    ) {
        let text_of = |value: f64, places: usize| format!("{value:.places$}");
        let values: Vec<(String, f64)> = values
            .into_iter()
            .map(|(value, places)| text_of(value, places))
            .map(|text| (text.replace('.', &decimal.to_string()), text.parse().expect("a number")))
            .collect();
        let rows: String = values.iter().map(|(text, _)| format!("0{decimal}5{delimiter}{text}\n")).collect();
        let table = table::open(format!("sure{delimiter}x\n{rows}").as_bytes(), "t.csv").map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!((table.dialect.decimal, table.dialect.delimiter), (decimal, delimiter));
        let cohort = riskset::cohort::Cohort::new(&table, &Default::default(), &[]).expect("a cohort");
        let found = cohort.number("x").map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(found.to_vec(), values.iter().map(|(_, value)| Some(*value)).collect::<Vec<_>>());
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(table) = table::open(&bytes[..], "t.csv") {
            inspect(&table);
        }
    }

    /// Bytes that matter to the reader, in any order.
    #[test]
    fn broken_tables_never_panic(text in text_of("ab1é.,;|\t\"\n\r -\u{feff}", 60)) {
        match table::open(text.as_bytes(), "t.csv") {
            Ok(table) => {
                inspect(&table);
                // Rows stand on different lines, in order, inside the file.
                let lines: Vec<usize> = (0..table.n_rows()).map(|row| table.line(row)).collect();
                prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
                let last = text.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1;
                prop_assert!(lines.iter().all(|&line| line <= last));
                prop_assert!(table.dialect.header_line < lines[0]);
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    /// The same in UTF-16, cut anywhere.
    #[test]
    fn utf16_never_panics(text in text_of("ab,\"\n\r🫀", 30), cut in 0..3_usize, big: bool) {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let mut file: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect();
        file.truncate(file.len() - cut.min(file.len()));
        if let Ok(table) = table::open(&file[..], "t.csv") {
            inspect(&table);
        }
    }

    #[test]
    fn shortest_form_reads_back(bits: u64) {
        let x = f64::from_bits(bits);
        prop_assert_eq!(number::parse(&number::shortest(x), '.'), x.is_finite().then_some(x));
    }

    #[test]
    fn only_finite_numbers(text in text_of("+-0123456789.,eE_infaNx ", 12)) {
        for decimal in ['.', ','] {
            if let Some(x) = number::parse(&text, decimal) {
                prop_assert!(x.is_finite());
            }
        }
    }

    #[test]
    fn any_day_reads_back_in_each_format(year in 1000..3000_i32, month in 1..=12_u32, day in 1..=31_u32) {
        let expected = date::Date::from_ymd(year, month, day).map_or(date::DateCell::None, date::DateCell::Full);
        for (format, text) in [
            (date::DateFormat::Iso, format!("{year}-{month:02}-{day:02}")),
            (date::DateFormat::YearMonthDay, format!("{year}/{month}/{day}")),
            (date::DateFormat::DayMonthYear, format!("{day:02}/{month:02}/{year} 12:30")),
            (date::DateFormat::MonthDayYear, format!("{month}/{day}/{year}")),
            (date::DateFormat::DottedDayMonthYear, format!("{day}.{month}.{year}")),
        ] {
            prop_assert_eq!(date::parse(&text, format), expected);
        }
    }

    #[test]
    fn dates_never_panic(text in text_of("0123456789-/.T :+ZAPM", 22)) {
        for format in date::DateFormat::ALL {
            date::parse(&text, format);
        }
    }
}
