//! What Word and Excel files share: a ZIP archive of XML parts, and text as XML.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

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
    zip(own.iter().chain(parts))
}

/// A ZIP archive of texts (APPNOTE 4.3: local headers and data, the directory, its end), each packed by DEFLATE.
///
/// Written here because the writer of the crate `zip` brings a second packer along: 128 kB of the page's download. Every date is the
/// first that the format knows, 1 January 1980.
fn zip<'a>(parts: impl Iterator<Item = &'a (&'a str, String)>) -> Result<Vec<u8>> {
    let (mut archive, mut directory, mut n) = (Vec::new(), Vec::new(), 0_u16);
    for (name, contents) in parts {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
        packed.write_all(contents.as_bytes()).map_err(failed)?;
        let packed = packed.finish().map_err(failed)?;
        let mut check = Crc::new();
        check.update(contents.as_bytes());
        let at = length(archive.len())?;
        // Version 2.0, names in UTF-8, DEFLATE, time and day, check, sizes, length of the name, nothing more.
        let mut head = Vec::with_capacity(26);
        for field in [20_u16, 0x0800, 8, 0, 0x0021] {
            head.extend(field.to_le_bytes());
        }
        for field in [check.sum(), length(packed.len())?, length(contents.len())?] {
            head.extend(field.to_le_bytes());
        }
        head.extend(u16::try_from(name.len()).map_err(failed)?.to_le_bytes());
        head.extend([0; 2]);
        archive.extend(b"PK\x03\x04");
        archive.extend(&head);
        archive.extend(name.as_bytes());
        archive.extend(packed);
        // Made by version 2.0; no comment, first disk, no attributes.
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
        n += 1;
    }
    let (at, size) = (length(archive.len())?, length(directory.len())?);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\x00\x00\x00\x00");
    archive.extend([n, n].into_iter().flat_map(u16::to_le_bytes));
    archive.extend([size, at].into_iter().flat_map(u32::to_le_bytes));
    archive.extend([0; 2]);
    Ok(archive)
}

fn length(bytes: usize) -> Result<u32> {
    u32::try_from(bytes).map_err(failed)
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
