//! A table as a Word file: three rules, heads that repeat on each page, notes under it.

use serde::Deserialize;

use super::package::{Kind, XML, escaped, pack, relations};
use super::{Cell, Row, TableModel};
use crate::error::Result;

const KIND: Kind = Kind {
    main: "word/document.xml",
    types: &[
        ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
        ("word/styles.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"),
    ],
};

/// Namespace of the marks below.
const NAMESPACE: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
/// Twentieths of a point that a level stands in.
const INDENT: usize = 200;
/// Columns from which the page lies on its side.
const WIDE: usize = 6;

/// What is asked for beside the table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// Language of the words, such as `fr`.
    pub language: String,
}

/// The table as a Word file.
///
/// # Errors
/// [`ErrorKind::ExportFailed`](crate::error::ErrorKind::ExportFailed) for a defect of this program.
pub fn write(table: &TableModel, request: &Request) -> Result<Vec<u8>> {
    let language = if request.language == "fr" { "fr-FR" } else { "en-GB" };
    let columns = table.header.len().max(1);
    let mut body = String::new();
    if !table.title.is_empty() {
        body.push_str(&paragraph("TableTitle", "", &run(&table.title, "<w:b/>")));
    }
    body.push_str(
        "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders><w:top w:val=\"single\" w:sz=\"8\"/>\
         <w:bottom w:val=\"single\" w:sz=\"8\"/></w:tblBorders><w:tblLayout w:type=\"autofit\"/></w:tblPr><w:tblGrid>",
    );
    body.push_str(&"<w:gridCol/>".repeat(columns));
    body.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    let rule = "<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"4\"/></w:tcBorders>";
    for (at, head) in table.header.iter().enumerate() {
        let align = if at == 0 { "" } else { "<w:jc w:val=\"center\"/>" };
        body.push_str(&cell(rule, &paragraph("TableCell", align, &run(head, "<w:b/>"))));
    }
    body.push_str("</w:tr>");
    for row in &table.rows {
        body.push_str(&line(row, columns));
    }
    body.push_str("</w:tbl>");
    for note in &table.footnotes {
        body.push_str(&paragraph("TableNote", "", &run(note, "")));
    }
    if table.footnotes.is_empty() {
        // A document does not end with a table.
        body.push_str("<w:p/>");
    }
    // Sides of A4 in twentieths of a point.
    let (width, height, turn) =
        if columns > WIDE { (16838, 11906, " w:orient=\"landscape\"") } else { (11906, 16838, "") };
    let page = format!(
        "<w:sectPr><w:pgSz w:w=\"{width}\" w:h=\"{height}\"{turn}/>\
         <w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>"
    );
    let document = format!("{XML}<w:document {NAMESPACE}><w:body>{body}{page}</w:body></w:document>");
    let styles =
        relations(&[("http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles", "styles.xml")]);
    let parts = [
        ("word/document.xml", document),
        ("word/styles.xml", self::styles(language)),
        ("word/_rels/document.xml.rels", styles),
    ];
    pack(&KIND, &table.title, &parts)
}

fn line(row: &Row, columns: usize) -> String {
    let indent = match row.indent {
        0 => String::new(),
        steps => format!("<w:ind w:left=\"{}\"/>", steps * INDENT),
    };
    let mut out = String::from("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
    let nothing = Cell::default();
    // A heading stays with what it heads.
    let keep = if row.heading { "<w:keepNext/>" } else { "" };
    for at in 0..columns {
        let shown = row.cells.get(at).unwrap_or(&nothing);
        let align = if at == 0 { indent.as_str() } else { "<w:jc w:val=\"center\"/>" };
        let mut runs = run(&shown.text, if row.heading && at == 0 { "<w:b/>" } else { "" });
        if let Some(mark) = &shown.mark {
            runs.push_str(&run(mark, "<w:vertAlign w:val=\"superscript\"/>"));
        }
        out.push_str(&cell("", &paragraph("TableCell", &format!("{keep}{align}"), &runs)));
    }
    out.push_str("</w:tr>");
    out
}

fn cell(properties: &str, paragraph: &str) -> String {
    format!("<w:tc><w:tcPr><w:tcW w:w=\"0\" w:type=\"auto\"/>{properties}</w:tcPr>{paragraph}</w:tc>")
}

fn paragraph(style: &str, properties: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>{runs}</w:p>")
}

/// A run of text; a line break in it stays one.
fn run(text: &str, properties: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let properties = if properties.is_empty() { String::new() } else { format!("<w:rPr>{properties}</w:rPr>") };
    let line = |line: &str| format!("<w:t xml:space=\"preserve\">{}</w:t>", escaped(line));
    let lines: Vec<String> = text.lines().map(line).collect();
    format!("<w:r>{properties}{}</w:r>", lines.join("<w:br/>"))
}

fn styles(language: &str) -> String {
    let style = |id: &str, name: &str, paragraph: &str, size: u32| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:pPr>{paragraph}</w:pPr><w:rPr><w:sz w:val=\"{size}\"/></w:rPr></w:style>"
        )
    };
    format!(
        "{XML}<w:styles {NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" w:cs=\"Arial\"/>\
         <w:sz w:val=\"20\"/><w:lang w:val=\"{language}\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>{}{}{}</w:styles>",
        style("TableTitle", "Table title", "<w:keepNext/><w:spacing w:after=\"120\"/>", 20),
        style("TableCell", "Table cell", "<w:spacing w:before=\"20\" w:after=\"20\"/>", 18),
        style("TableNote", "Table note", "<w:spacing w:before=\"40\"/>", 16),
    )
}
