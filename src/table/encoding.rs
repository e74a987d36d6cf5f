//! Bytes to text: UTF-8 and UTF-16, and files that are no text at all.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Position, Result};

/// The text of a file, without byte order mark.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub text: Cow<'a, str>,
    pub encoding: &'static str,
}

/// The text of `bytes`: UTF-8 with or without byte order mark, UTF-16 with one.
///
/// Errors: `not_a_table` naming what was found instead; `not_utf8` with the line and the byte in it; `empty_file`.
pub(super) fn decode(bytes: &[u8]) -> Result<Text<'_>> {
    if let Some(found) = other_format(bytes) {
        return Err(not_a_table(found));
    }
    let (text, encoding) = if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        (Cow::Owned(utf16(rest, u16::from_le_bytes)?), "UTF-16LE")
    } else if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        (Cow::Owned(utf16(rest, u16::from_be_bytes)?), "UTF-16BE")
    } else {
        let rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if rest.contains(&0) {
            return Err(not_a_table("binary"));
        }
        (Cow::Borrowed(str::from_utf8(rest).map_err(|error| not_utf8(&rest[..error.valid_up_to()]))?), "UTF-8")
    };
    if text.contains('\0') {
        return Err(not_a_table("binary"));
    }
    // Nothing but what stands around cells.
    if text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '"' | ',' | ';' | '|')) {
        return Err(Error::new(ErrorKind::EmptyFile));
    }
    if let Some(found) = other_text(&text) {
        return Err(not_a_table(found));
    }
    Ok(Text { text, encoding })
}

/// The format that the first bytes give away. The names are the same in every language.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 8] = [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel .xls"),
        (b"$FL2", "SPSS .sav"),
        (b"$FL3", "SPSS .zsav"),
        (b"<stata_dta>", "Stata .dta"),
        (b"%PDF-", "PDF"),
        (b"{\\rtf", "RTF"),
        (b"\x1f\x8b", "gzip"),
        (b"PAR1", "Parquet"),
    ];
    if bytes.starts_with(b"PK\x03\x04") {
        // A workbook is a ZIP archive; the names of its parts stand in clear.
        let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        return Some(if has(b"xl/") {
            "Excel .xlsx"
        } else if has(b"opendocument.spreadsheet") {
            "OpenDocument .ods"
        } else {
            "ZIP"
        });
    }
    SIGNS.into_iter().find(|(sign, _)| bytes.starts_with(sign)).map(|(_, name)| name)
}

/// The format of a text that is not a table.
fn other_text(text: &str) -> Option<&'static str> {
    let text = super::trimmed(text);
    let starts = |sign: &str| text.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign));
    if starts("<!doctype html") || starts("<html") {
        Some("HTML")
    } else if starts("<?xml") {
        Some("XML")
    } else if text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        Some("JSON")
    } else {
        None
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    for decoded in char::decode_utf16(units) {
        text.push(decoded.map_err(|_| not_utf16(&text))?);
    }
    if bytes.len() % 2 == 1 {
        return Err(not_utf16(&text));
    }
    Ok(text)
}

fn not_a_table(found: &str) -> Error {
    Error::new(ErrorKind::NotATable).with("found", found)
}

/// The error after the text `valid`, which is UTF-8.
fn not_utf8(valid: &[u8]) -> Error {
    let start = valid.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
    undecodable(super::dialect::line_breaks(valid), valid.len() - start)
}

/// The error after the text `valid`, which was UTF-16.
fn not_utf16(valid: &str) -> Error {
    let start = valid.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    undecodable(super::dialect::line_breaks(valid.as_bytes()), 2 * valid[start..].encode_utf16().count())
}

fn undecodable(lines_before: usize, bytes_before: usize) -> Error {
    Error::new(ErrorKind::NotUtf8)
        .at(Position { line: Some(lines_before + 1), ..Position::default() })
        .with("byte", bytes_before + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> String {
        let error = decode(bytes).expect_err("not a table");
        assert_eq!(error.kind, ErrorKind::NotATable);
        error.params["found"].clone()
    }

    fn line_and_byte(bytes: &[u8]) -> (Option<usize>, String) {
        let error = decode(bytes).expect_err("not UTF-8");
        assert_eq!(error.kind, ErrorKind::NotUtf8);
        (error.position.line, error.params["byte"].clone())
    }

    #[test]
    fn byte_order_marks() {
        for (bytes, encoding) in [
            (&b"a\xc3\xa9"[..], "UTF-8"),
            (b"\xef\xbb\xbfa\xc3\xa9", "UTF-8"),
            (b"\xff\xfea\0\xe9\0", "UTF-16LE"),
            (b"\xfe\xff\0a\0\xe9", "UTF-16BE"),
        ] {
            let text = decode(bytes).expect("text");
            assert_eq!((&*text.text, text.encoding), ("aé", encoding));
        }
    }

    #[test]
    fn other_files_are_named() {
        assert_eq!(found(b"PK\x03\x04..[Content_Types].xml..xl/workbook.xml"), "Excel .xlsx");
        assert_eq!(found(b"PK\x03\x04..application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument .ods");
        assert_eq!(found(b"PK\x03\x04"), "ZIP");
        assert_eq!(found(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"), "Excel .xls");
        assert_eq!(found(b"$FL2@(#) SPSS"), "SPSS .sav");
        assert_eq!(found(b"%PDF-1.7"), "PDF");
        assert_eq!(found(b"\n <!DOCTYPE HTML><table>"), "HTML");
        assert_eq!(found(b"{\"format\": \"riskset-study/1\"}"), "JSON");
        assert_eq!(found(b"a,b\n1,\0\n"), "binary");
        assert_eq!(found(b"a\0,\0b\0"), "binary");
        assert_eq!(found(b"\xff\xfe\0\0a\0\0\0"), "binary");
    }

    #[test]
    fn braces_in_a_header_are_a_table() {
        assert!(decode(b"[id],time\n1,2\n").is_ok());
    }

    #[test]
    fn bytes_that_are_not_utf8() {
        assert_eq!(line_and_byte(b"a,b\n1,\xe9t\xe9\n"), (Some(2), "3".to_owned()));
        assert_eq!(line_and_byte(b"\xef\xbb\xbf\xff"), (Some(1), "1".to_owned()));
        assert_eq!(line_and_byte(b"a\r\nb\rcd\xc3"), (Some(3), "3".to_owned()));
        assert_eq!(line_and_byte(b"\xff\xfea\0\n\0b\0\0\xd8x\0"), (Some(2), "3".to_owned()));
        assert_eq!(line_and_byte(b"\xff\xfea\0b"), (Some(1), "3".to_owned()));
    }

    #[test]
    fn nothing_in_the_file() {
        for bytes in [&b""[..], b"\xef\xbb\xbf", b" \r\n\t\n", b"\xff\xfe", "\u{a0}\n".as_bytes(), b";;\n\"\";;\n"] {
            assert_eq!(decode(bytes).expect_err("empty").kind, ErrorKind::EmptyFile);
        }
    }
}
