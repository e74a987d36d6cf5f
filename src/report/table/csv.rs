//! A table as comma-separated text that a spreadsheet opens as it is meant: nothing in it is taken for a formula.

use super::TableModel;
use crate::report::number::Locale;

/// The table as text: the title, the heads, the rows, the notes. A mark stands in brackets after its cell.
///
/// Fields are parted as spreadsheets of the language expect it: by commas in English, by semicolons where the comma is the decimal
/// mark. The text begins with a byte order mark, by which they know UTF-8; lines end as RFC 4180 says.
pub fn write(table: &TableModel, locale: Locale) -> String {
    let delimiter = delimiter(locale);
    let mut out = String::from("\u{feff}");
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let cells: Vec<String> = cells.map(|cell| field(&cell, delimiter)).collect();
        out.push_str(&cells.join(&delimiter.to_string()));
        out.push_str("\r\n");
    };
    if !table.title.is_empty() {
        line(&mut [table.title.clone()].into_iter());
    }
    line(&mut table.header.iter().cloned());
    for row in &table.rows {
        line(&mut row.cells.iter().enumerate().map(|(at, cell)| {
            let indent = if at == 0 { "  ".repeat(row.indent) } else { String::new() };
            let mark = cell.mark.as_ref().map_or_else(String::new, |mark| format!(" [{mark}]"));
            format!("{indent}{}{mark}", cell.text)
        }));
    }
    for note in &table.footnotes {
        line(&mut [note.clone()].into_iter());
    }
    out
}

/// What parts fields in a language.
pub const fn delimiter(locale: Locale) -> char {
    match locale {
        Locale::En | Locale::MidDot => ',',
        Locale::Fr => ';',
    }
}

/// A field: quoted where it must be, and with an apostrophe before what a spreadsheet would take for a formula.
///
/// Such is text that begins, after any spaces, with `=`, `+`, `-` or `@` (also their full-width forms), and text that begins with a
/// tab or a line break. A number, such as -1.5, is none.
pub fn field(text: &str, delimiter: char) -> String {
    let text = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
    let special = |character: char| matches!(character, '"' | '\n' | '\r' | '\t') || character == delimiter;
    if text.contains(special) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn is_formula(text: &str) -> bool {
    let start = text.trim_start_matches([' ', '\u{a0}']);
    let signs = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    start.starts_with(signs) && !is_number(start)
}

/// Digits with at most one decimal mark after a sign: harmless, and a spreadsheet should read it as a number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match digits.split_once(['.', ',']) {
        Some((whole, fraction)) => is_part(whole) && is_part(fraction),
        None => is_part(digits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::{Cell, Row};

    #[test]
    fn what_a_spreadsheet_would_compute_is_text() {
        for formula in [
            "=1+1",
            "+cmd",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "  \u{a0}=1",
            "=HYPERLINK(\"x\",\"y\")",
            "＝1",
        ] {
            let field = field(formula, ',');
            assert!(field.trim_start_matches('"').starts_with('\''), "{formula:?} {field:?}");
        }
        for harmless in ["1.5", "-1.5", "+3", "-12,5", "a=b", "0.24–1.48", "−0.5", "", "R0"] {
            assert_eq!(field(harmless, ';'), harmless);
        }
        assert_eq!(field("-", ';'), "'-");
    }

    #[test]
    fn quotes_and_delimiters() {
        assert_eq!(field("a,b", ','), "\"a,b\"");
        assert_eq!(field("a,b", ';'), "a,b");
        assert_eq!(field("say \"x\"", ','), "\"say \"\"x\"\"\"");
        assert_eq!(field("two\nlines", ','), "\"two\nlines\"");
    }

    #[test]
    fn a_table_as_text() {
        let cell = |text: &str, mark: Option<&str>| Cell { mark: mark.map(str::to_owned), ..Cell::words(text) };
        let table = TableModel {
            title: "Table 1".into(),
            header: vec!["Variable".into(), "A (n = 2)".into(), "p".into()],
            rows: vec![
                Row {
                    indent: 0,
                    heading: true,
                    cells: vec![cell("=Grade", None), cell("", None), cell("0.03", Some("a"))],
                },
                Row { indent: 1, heading: false, cells: vec![cell("-5", None), cell("1 (50)", None), cell("", None)] },
                Row {
                    indent: 1, heading: false, cells: vec![cell("≤ 5; é", None), cell("1,5", None), cell("", None)]
                },
            ],
            footnotes: vec!["a Fisher’s exact test.".into()],
        };
        assert_eq!(
            write(&table, Locale::En),
            "\u{feff}Table 1\r\nVariable,A (n = 2),p\r\n'=Grade,,0.03 [a]\r\n  -5,1 (50),\r\n  ≤ 5; é,\"1,5\",\r\na Fisher’s exact test.\r\n"
        );
        assert!(write(&table, Locale::Fr).contains("  -5;1 (50);\r\n\"  ≤ 5; é\";1,5;\r\n"));
    }
}
