//! Bytes to text: UTF-8, UTF-16 and encodings of one byte, and files that are no text at all.

use crate::error::{Error, ErrorKind, Position, Result};

/// The encodings of text files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
    Latin1,
    Macintosh,
}

/// Bytes 0x80 to 0x9F of windows-1252 (WHATWG Encoding Standard, index windows-1252); above, it is Latin-1.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Bytes 0x80 to 0xFF of Mac Roman (WHATWG Encoding Standard, index macintosh).
const MACINTOSH: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// The part that makes an archive a binary workbook.
pub(super) const XLSB_PART: &[u8] = b"xl/workbook.bin";

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 6] =
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252, Self::Latin1, Self::Macintosh];

    /// The registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "windows-1252",
            Self::Latin1 => "ISO-8859-1",
            Self::Macintosh => "macintosh",
        }
    }

    /// The encoding of this name, in letters of either case.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name().eq_ignore_ascii_case(name))
    }

    /// The byte order mark, and the encoding that it stands for.
    fn marked(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xff, 0xfe, ..] => Some((Self::Utf16Le, 2)),
            [0xfe, 0xff, ..] => Some((Self::Utf16Be, 2)),
            [0xef, 0xbb, 0xbf, ..] => Some((Self::Utf8, 3)),
            _ => None,
        }
    }
}

/// Bytes to text, piece by piece.
///
/// Without a mark and without a declared encoding, text is UTF-8 as long as it can be: if its very first byte beyond
/// ASCII does not fit UTF-8, it is windows-1252. What is UTF-8 at first and not later is damaged, not another encoding.
#[derive(Debug, Clone)]
pub(super) struct Decoder {
    pub encoding: Encoding,
    /// Bytes of the mark at the start of the file.
    pub mark: usize,
    /// Whether the encoding may still turn out to be windows-1252.
    is_open: bool,
    /// The bytes of a character that the next piece completes.
    rest: Vec<u8>,
}

/// The bytes do not fit the encoding; what came before them was decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Undecodable;

impl Decoder {
    /// The decoder of a file that starts with `head`. A byte order mark is believed over what was `declared`.
    pub fn new(head: &[u8], declared: Option<Encoding>) -> Self {
        let marked = Encoding::marked(head);
        let (encoding, mark) = marked.unwrap_or((declared.unwrap_or(Encoding::Utf8), 0));
        Self { encoding, mark, is_open: marked.is_none() && declared.is_none(), rest: Vec::new() }
    }

    /// Adds the text of `bytes` to `text`; `is_last`: no piece follows.
    pub fn decode(&mut self, bytes: &[u8], is_last: bool, text: &mut String) -> std::result::Result<(), Undecodable> {
        let joined;
        let bytes = if self.rest.is_empty() {
            bytes
        } else {
            joined = [&std::mem::take(&mut self.rest), bytes].concat();
            &joined
        };
        match self.encoding {
            Encoding::Utf8 => self.utf8(bytes, is_last, text),
            Encoding::Utf16Le => self.utf16(bytes, u16::from_le_bytes, is_last, text),
            Encoding::Utf16Be => self.utf16(bytes, u16::from_be_bytes, is_last, text),
            Encoding::Windows1252 | Encoding::Latin1 | Encoding::Macintosh => {
                self.single(bytes, text);
                Ok(())
            }
        }
    }

    fn utf8(&mut self, bytes: &[u8], is_last: bool, text: &mut String) -> std::result::Result<(), Undecodable> {
        let error = match str::from_utf8(bytes) {
            Ok(valid) => {
                self.is_open &= valid.is_ascii();
                text.push_str(valid);
                return Ok(());
            }
            Err(error) => error,
        };
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        // `valid` is UTF-8, as the error says.
        let valid = str::from_utf8(valid).unwrap_or_default();
        self.is_open &= valid.is_ascii();
        text.push_str(valid);
        if error.error_len().is_none() && !is_last {
            self.rest = rest.to_vec();
            return Ok(());
        }
        if !self.is_open {
            return Err(Undecodable);
        }
        self.encoding = Encoding::Windows1252;
        self.single(rest, text);
        Ok(())
    }

    fn single(&self, bytes: &[u8], text: &mut String) {
        let mut high = ['\0'; 128];
        for (c, byte) in high.iter_mut().zip(0x80..=0xffu8) {
            *c = char::from(byte);
        }
        let table = match self.encoding {
            Encoding::Windows1252 => WINDOWS_1252,
            Encoding::Macintosh => MACINTOSH,
            _ => "",
        };
        for (c, given) in high.iter_mut().zip(table.chars()) {
            *c = given;
        }
        text.extend(bytes.iter().map(|&byte| match byte.checked_sub(0x80) {
            None => char::from(byte),
            Some(at) => high[usize::from(at)],
        }));
    }

    fn utf16(
        &mut self,
        bytes: &[u8],
        unit: fn([u8; 2]) -> u16,
        is_last: bool,
        text: &mut String,
    ) -> std::result::Result<(), Undecodable> {
        let unit_at = |at: usize| bytes.get(at..at + 2).map(|pair| unit([pair[0], pair[1]]));
        let mut at = 0;
        while let Some(first) = unit_at(at) {
            let second = (0xd800..0xdc00).contains(&first).then(|| unit_at(at + 2));
            if second == Some(None) {
                break;
            }
            let units = [first, second.flatten().unwrap_or_default()];
            match char::decode_utf16(units).next() {
                Some(Ok(c)) => text.push(c),
                _ => return Err(Undecodable),
            }
            at += if second.is_some() { 4 } else { 2 };
        }
        self.rest = bytes[at..].to_vec();
        if is_last && !self.rest.is_empty() { Err(Undecodable) } else { Ok(()) }
    }
}

/// Refuses a file whose first bytes `head` say that it is no text.
pub(super) fn check_format(head: &[u8]) -> Result<()> {
    if let Some(found) = unread_format(head) {
        return Err(Error::new(ErrorKind::FormatNotRead).with("found", found));
    }
    // IBM SPSS Statistics: an encrypted data file.
    if head.get(8..).is_some_and(|rest| rest.starts_with(b"ENCRYPTEDSAV")) {
        return Err(Error::new(ErrorKind::PasswordProtected));
    }
    other_format(head).map_or(Ok(()), |found| Err(not_a_table(found)))
}

/// Refuses a text whose beginning `text` says that it is no table; `is_whole`: it is all of the text.
pub(super) fn check_text(text: &str, is_whole: bool) -> Result<()> {
    if text.contains('\0') {
        return Err(not_a_table("binary"));
    }
    // Nothing but what stands around cells.
    if is_whole && text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '"' | ',' | ';' | '|')) {
        return Err(Error::new(ErrorKind::EmptyFile));
    }
    other_text(text, is_whole).map_or(Ok(()), |found| Err(not_a_table(found)))
}

/// The format of a file that holds a table and is not read. The names are the same in every language.
fn unread_format(bytes: &[u8]) -> Option<&'static str> {
    /// Parts of ZIP archives by which their format is known.
    const PARTS: [(&[u8], &str); 3] =
        [(XLSB_PART, "Excel .xlsb"), (b"Index/Document.iwa", "Apple Numbers"), (b"word/document.xml", "Word .docx")];
    /// First bytes.
    const SIGNS: [(&[u8], &str); 3] = [
        (b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf", "SAS .sas7bdat"),
        (b"HEADER RECORD*******LIB", "SAS .xpt"),
        (b"ASCII SPSS PORT FILE", "SPSS .por"),
    ];
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    if bytes.starts_with(b"PK\x03\x04") {
        return PARTS.into_iter().find(|(part, _)| has(part)).map(|(_, name)| name);
    }
    SIGNS.into_iter().find(|(sign, _)| bytes.starts_with(sign)).map(|(_, name)| name)
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
fn other_text(text: &str, is_whole: bool) -> Option<&'static str> {
    let text = super::trimmed(text);
    let starts = |sign: &str| text.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign));
    if starts("<!doctype html") || starts("<html") {
        Some("HTML")
    } else if starts("<?xml") {
        Some("XML")
    } else if text.starts_with(['{', '[']) {
        let is_json = match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => true,
            Err(error) => !is_whole && error.is_eof(),
        };
        is_json.then_some("JSON")
    } else {
        None
    }
}

pub(super) fn not_a_table(found: &str) -> Error {
    Error::new(ErrorKind::NotATable).with("found", found)
}

/// The error of bytes that do not fit `encoding`, after the text `valid`, which starts on line `line`.
pub(super) fn undecodable(encoding: Encoding, line: usize, valid: &str) -> Error {
    let start = valid.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let bytes = match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => 2 * valid[start..].encode_utf16().count(),
        _ => valid.len() - start,
    };
    Error::new(ErrorKind::NotUtf8)
        .at(Position { line: Some(line + super::dialect::line_breaks(valid.as_bytes())), ..Position::default() })
        .with("byte", bytes + 1)
        .with("encoding", encoding.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Result<(String, &'static str)> {
        check_format(bytes)?;
        let mut decoder = Decoder::new(bytes, None);
        let mut text = String::new();
        let outcome = decoder.decode(&bytes[decoder.mark..], true, &mut text);
        outcome.map_err(|_| undecodable(decoder.encoding, 1, &text))?;
        check_text(&text, true)?;
        Ok((text, decoder.encoding.name()))
    }

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
            (b"a\xe9", "windows-1252"),
        ] {
            assert_eq!(decode(bytes).expect("text"), ("aé".to_owned(), encoding));
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
    fn tables_of_other_programs_are_named_with_advice() {
        for (bytes, name) in [
            (&b"PK\x03\x04..xl/workbook.bin..xl/worksheets/sheet1.bin"[..], "Excel .xlsb"),
            (b"PK\x03\x04..Index/Document.iwa", "Apple Numbers"),
            (b"PK\x03\x04..word/document.xml", "Word .docx"),
            (b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92", "SAS .sas7bdat"),
            (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "SAS .xpt"),
            (b"ASCII SPSS PORT FILE                    ", "SPSS .por"),
        ] {
            let error = check_format(bytes).expect_err(name);
            assert_eq!((error.kind, error.params["found"].as_str()), (ErrorKind::FormatNotRead, name));
            assert!(error.to_string().contains(".xlsx") && error.to_string().contains("CSV"), "{error}");
        }
        let locked = check_format(b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV\x15\0").expect_err("a password");
        assert_eq!(locked.kind, ErrorKind::PasswordProtected);
    }

    #[test]
    fn braces_in_a_header_are_a_table() {
        assert!(decode(b"[id],time\n1,2\n").is_ok());
    }

    #[test]
    fn bytes_that_are_not_utf8() {
        assert_eq!(line_and_byte(b"a,b\n1,\xc3\xa9t\xe9\n"), (Some(2), "6".to_owned()));
        assert_eq!(line_and_byte(b"\xef\xbb\xbf\xff"), (Some(1), "1".to_owned()));
        assert_eq!(line_and_byte(b"\xc3\xa9\r\nb\rcd\xc3"), (Some(3), "3".to_owned()));
        assert_eq!(line_and_byte(b"\xff\xfea\0\n\0b\0\0\xd8x\0"), (Some(2), "3".to_owned()));
        assert_eq!(line_and_byte(b"\xff\xfea\0b"), (Some(1), "3".to_owned()));
    }

    #[test]
    fn nothing_in_the_file() {
        for bytes in [&b""[..], b"\xef\xbb\xbf", b" \r\n\t\n", b"\xff\xfe", "\u{a0}\n".as_bytes(), b";;\n\"\";;\n"] {
            assert_eq!(decode(bytes).expect_err("empty").kind, ErrorKind::EmptyFile);
        }
    }

    #[test]
    fn encodings_of_one_byte() {
        let of = |encoding, bytes: &[u8]| {
            let mut text = String::new();
            Decoder::new(bytes, Some(encoding)).decode(bytes, true, &mut text).expect("any byte");
            text
        };
        assert_eq!(of(Encoding::Windows1252, b"\x80 \x9c\xff\x81"), "€ œÿ\u{81}");
        assert_eq!(of(Encoding::Latin1, b"\x80\xe9"), "\u{80}é");
        assert_eq!(of(Encoding::Macintosh, b"\x8e\xca\xff"), "é\u{a0}ˇ");
        assert_eq!((WINDOWS_1252.chars().count(), MACINTOSH.chars().count()), (32, 128));
    }

    #[test]
    fn pieces_of_any_size() {
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
            let text = "a,é€\u{1fac0}\n";
            let bytes: Vec<u8> = match encoding {
                Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                _ => text.as_bytes().to_vec(),
            };
            for size in 1..=bytes.len() {
                let mut decoder = Decoder::new(&bytes, Some(encoding));
                let mut read = String::new();
                for piece in bytes.chunks(size) {
                    decoder.decode(piece, false, &mut read).expect("text");
                }
                decoder.decode(&[], true, &mut read).expect("text");
                assert_eq!(read, text);
            }
        }
    }
}
