//! What Word and Excel files share: a ZIP archive of XML parts, and text as XML.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::error::{Error, ErrorKind, Result};

/// What begins every part.
pub(super) const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A kind of document: the main part's name, its content type and its styles' content type.
pub(super) struct Kind {
    /// Name of the main part, such as `word/document.xml`.
    pub main: &'static str,
    /// Content types of the parts, by name.
    pub types: &'static [(&'static str, &'static str)],
}

/// The archive of these parts, with what every Office Open XML package has: the list of types, the relation to the main part, the
/// title. No clock is read: the same parts give the same bytes.
///
/// # Errors
/// [`ErrorKind::ExportFailed`] for a defect of this program.
pub(super) fn pack(kind: &Kind, title: &str, parts: &[(&str, String)]) -> Result<Vec<u8>> {
    let overrides: String = kind
        .types
        .iter()
        .map(|(part, content)| format!("<Override PartName=\"/{part}\" ContentType=\"{content}\"/>"))
        .collect();
    let types = format!(
        "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>{overrides}\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>"
    );
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    let main = relations(&[(office, kind.main), (core, "docProps/core.xml")]);
    let properties = format!(
        "{XML}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>riskset {}</dc:creator></cp:coreProperties>",
        escaped(title),
        env!("CARGO_PKG_VERSION")
    );
    let own = [("[Content_Types].xml", types), ("_rels/.rels", main), ("docProps/core.xml", properties)];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, contents) in own.iter().chain(parts) {
        archive.start_file(*name, options).map_err(failed)?;
        archive.write_all(contents.as_bytes()).map_err(failed)?;
    }
    Ok(archive.finish().map_err(failed)?.into_inner())
}

/// A part that names others by type and target; their ids are rId1, rId2 and so on.
pub(super) fn relations(targets: &[(&str, &str)]) -> String {
    let relation = |(at, (kind, target)): (usize, &(&str, &str))| {
        format!("<Relationship Id=\"rId{}\" Type=\"{kind}\" Target=\"{target}\"/>", at + 1)
    };
    let relations: String = targets.iter().enumerate().map(relation).collect();
    format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
    )
}

/// Text as XML: marks of XML escaped, characters that XML 1.0 does not allow left out.
pub(super) fn escaped(text: &str) -> String {
    let is_allowed = |character: &char| !character.is_control() || matches!(character, '\t' | '\n' | '\r');
    let text: String = text.chars().filter(is_allowed).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    quick_xml::escape::escape(text).into_owned()
}

fn failed(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::ExportFailed).with("reason", reason)
}
