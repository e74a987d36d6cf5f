//! A table as an Excel file: one sheet, every cell typed as text, so that none is ever a formula.

use super::package::{Kind, XML, escaped, pack, relations};
use super::{Cell, TableModel};
use crate::error::Result;

const KIND: Kind = Kind {
    main: "xl/workbook.xml",
    types: &[
        ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        ("xl/worksheets/sheet1.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"),
        ("xl/styles.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"),
    ],
};

const NAMESPACE: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
/// Longest name of a sheet, in characters.
const NAME: usize = 31;
/// Steps in that Excel shows, at most.
const STEPS: usize = 3;

/// Places of the formats of `styles`: plain, bold, heads with a rule under them, then each step in.
const PLAIN: usize = 0;
const BOLD: usize = 1;
const HEAD: usize = 2;
const INDENTED: usize = 3;

/// The table as an Excel file.
///
/// # Errors
/// [`ErrorKind::ExportFailed`](crate::error::ErrorKind::ExportFailed) for a defect of this program.
pub fn write(table: &TableModel) -> Result<Vec<u8>> {
    let mut rows = String::new();
    let mut next = 1;
    let mut row = |cells: &[(Cell, usize)]| {
        rows.push_str(&format!("<row r=\"{next}\">"));
        for (at, (cell, style)) in cells.iter().enumerate() {
            rows.push_str(&text(&format!("{}{next}", column(at)), cell, *style));
        }
        rows.push_str("</row>");
        next += 1;
    };
    if !table.title.is_empty() {
        row(&[(Cell::words(&table.title), BOLD)]);
    }
    row(&table.header.iter().map(|head| (Cell::words(head), HEAD)).collect::<Vec<_>>());
    for line in &table.rows {
        let style = |at: usize| match (at, line.indent) {
            (0, 0) if line.heading => BOLD,
            (0, steps @ 1..) => INDENTED + steps.min(STEPS) - 1,
            _ => PLAIN,
        };
        row(&line.cells.iter().enumerate().map(|(at, cell)| (cell.clone(), style(at))).collect::<Vec<_>>());
    }
    for note in &table.footnotes {
        row(&[(Cell::words(note), PLAIN)]);
    }
    let widths: String = (0..table.header.len())
        .map(|at| format!("<col min=\"{0}\" max=\"{0}\" width=\"{1}\" customWidth=\"1\"/>", at + 1, width(table, at)))
        .collect();
    let widths = if widths.is_empty() { widths } else { format!("<cols>{widths}</cols>") };
    let sheet = format!("{XML}<worksheet {NAMESPACE}>{widths}<sheetData>{rows}</sheetData></worksheet>");
    let book = format!(
        "{XML}<workbook {NAMESPACE} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        escaped(&sheet_name(&table.title))
    );
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (sheets, style) = (format!("{kinds}/worksheet"), format!("{kinds}/styles"));
    let parts = [
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations(&[(&sheets, "worksheets/sheet1.xml"), (&style, "styles.xml")])),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/styles.xml", styles()),
    ];
    pack(&KIND, &table.title, &parts)
}

/// A cell of the type "inline string"; its mark is raised.
fn text(place: &str, cell: &Cell, style: usize) -> String {
    if cell.text.is_empty() && cell.mark.is_none() {
        return format!("<c r=\"{place}\" s=\"{style}\"/>");
    }
    let words = format!("<t xml:space=\"preserve\">{}</t>", escaped(&cell.text));
    let words = match &cell.mark {
        Some(mark) => {
            format!("<r>{words}</r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>{}</t></r>", escaped(mark))
        }
        None => words,
    };
    format!("<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is>{words}</is></c>")
}

/// The letters of a column: A, B, …, Z, AA.
fn column(at: usize) -> String {
    let letter = char::from(b'A' + (at % 26) as u8);
    if at < 26 { letter.to_string() } else { format!("{}{letter}", column(at / 26 - 1)) }
}

/// Width of a column in characters: its longest cell, within reason.
fn width(table: &TableModel, at: usize) -> usize {
    let cells = table.rows.iter().filter_map(|row| Some(row.cells.get(at)?.text.chars().count() + 2 * row.indent));
    cells.chain([table.header[at].chars().count()]).max().unwrap_or(0).clamp(8, 60) + 2
}

/// A name that Excel takes: the title without what it refuses, no apostrophe at its ends.
fn sheet_name(title: &str) -> String {
    let is_allowed =
        |character: &char| !matches!(character, '[' | ']' | ':' | '*' | '?' | '/' | '\\') && !character.is_control();
    let name: String = title.chars().filter(is_allowed).take(NAME).collect();
    let name = name.trim().trim_matches('\'').trim();
    if name.is_empty() || name.eq_ignore_ascii_case("history") { "Table".to_owned() } else { name.to_owned() }
}

fn styles() -> String {
    let format = |rest: &str| format!("<xf numFmtId=\"49\" applyNumberFormat=\"1\" xfId=\"0\" fillId=\"0\" {rest}");
    let indented: String = (1..=STEPS)
        .map(|steps| {
            format("fontId=\"0\" borderId=\"0\" applyAlignment=\"1\">")
                + &format!("<alignment indent=\"{steps}\"/></xf>")
        })
        .collect();
    // 49 is the number format "text".
    format!(
        "{XML}<styleSheet {NAMESPACE}><fonts count=\"2\"><font><sz val=\"10\"/><name val=\"Arial\"/></font>\
         <font><b/><sz val=\"10\"/><name val=\"Arial\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"2\"><border><left/><right/><top/><bottom/><diagonal/></border>\
         <border><left/><right/><top style=\"medium\"/><bottom style=\"thin\"/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"{}\">{}{}{}{indented}</cellXfs></styleSheet>",
        INDENTED + STEPS,
        format("fontId=\"0\" borderId=\"0\"/>"),
        format("fontId=\"1\" borderId=\"0\" applyFont=\"1\"/>"),
        format("fontId=\"1\" borderId=\"1\" applyFont=\"1\" applyBorder=\"1\"/>"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_letters() {
        assert_eq!([0, 1, 25, 26, 51, 52, 701, 702].map(column), ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn names_of_sheets() {
        assert_eq!(sheet_name("Table 1: [a/b]?"), "Table 1 ab");
        assert_eq!(sheet_name("'é'"), "é");
        assert_eq!(sheet_name(""), "Table");
        assert_eq!(sheet_name("History"), "Table");
        assert_eq!(sheet_name(&"x".repeat(50)).len(), 31);
    }
}
