//! In place of the library of this name: the browser decodes (WHATWG Encoding Standard, which both follow).
//!
//! UTF-8, UTF-16, encodings of one byte, whose signs the browser is asked for once, and what is ASCII alone are decoded here: a call for each
//! cell takes its time.

#![forbid(unsafe_code)]

mod browser;
mod decoder;

use std::borrow::Cow;
use std::fmt;

pub use decoder::{Decoder, DecoderResult};

/// An encoding, by its name in the standard.
#[derive(PartialEq, Eq, Hash)]
pub struct Encoding {
    name: &'static str,
}

macro_rules! encodings {
    ($($name:ident $init:ident $text:literal,)*) => {
        $(
            #[doc = $text]
            pub static $init: Encoding = Encoding { name: $text };
            #[doc = $text]
            pub static $name: &Encoding = &$init;
        )*
        static ALL: &[&Encoding] = &[$(&$init),*];
    };
}

encodings! {
    UTF_8 UTF_8_INIT "UTF-8",
    UTF_16LE UTF_16LE_INIT "UTF-16LE",
    UTF_16BE UTF_16BE_INIT "UTF-16BE",
    WINDOWS_1252 WINDOWS_1252_INIT "windows-1252",
    BIG5 BIG5_INIT "Big5",
    EUC_JP EUC_JP_INIT "EUC-JP",
    EUC_KR EUC_KR_INIT "EUC-KR",
    GB18030 GB18030_INIT "gb18030",
    GBK GBK_INIT "GBK",
    IBM866 IBM866_INIT "IBM866",
    ISO_2022_JP ISO_2022_JP_INIT "ISO-2022-JP",
    ISO_8859_2 ISO_8859_2_INIT "ISO-8859-2",
    ISO_8859_3 ISO_8859_3_INIT "ISO-8859-3",
    ISO_8859_4 ISO_8859_4_INIT "ISO-8859-4",
    ISO_8859_5 ISO_8859_5_INIT "ISO-8859-5",
    ISO_8859_6 ISO_8859_6_INIT "ISO-8859-6",
    ISO_8859_7 ISO_8859_7_INIT "ISO-8859-7",
    ISO_8859_8 ISO_8859_8_INIT "ISO-8859-8",
    ISO_8859_8_I ISO_8859_8_I_INIT "ISO-8859-8-I",
    ISO_8859_10 ISO_8859_10_INIT "ISO-8859-10",
    ISO_8859_13 ISO_8859_13_INIT "ISO-8859-13",
    ISO_8859_14 ISO_8859_14_INIT "ISO-8859-14",
    ISO_8859_15 ISO_8859_15_INIT "ISO-8859-15",
    ISO_8859_16 ISO_8859_16_INIT "ISO-8859-16",
    KOI8_R KOI8_R_INIT "KOI8-R",
    KOI8_U KOI8_U_INIT "KOI8-U",
    MACINTOSH MACINTOSH_INIT "macintosh",
    REPLACEMENT REPLACEMENT_INIT "replacement",
    SHIFT_JIS SHIFT_JIS_INIT "Shift_JIS",
    WINDOWS_874 WINDOWS_874_INIT "windows-874",
    WINDOWS_1250 WINDOWS_1250_INIT "windows-1250",
    WINDOWS_1251 WINDOWS_1251_INIT "windows-1251",
    WINDOWS_1253 WINDOWS_1253_INIT "windows-1253",
    WINDOWS_1254 WINDOWS_1254_INIT "windows-1254",
    WINDOWS_1255 WINDOWS_1255_INIT "windows-1255",
    WINDOWS_1256 WINDOWS_1256_INIT "windows-1256",
    WINDOWS_1257 WINDOWS_1257_INIT "windows-1257",
    WINDOWS_1258 WINDOWS_1258_INIT "windows-1258",
    X_MAC_CYRILLIC X_MAC_CYRILLIC_INIT "x-mac-cyrillic",
    X_USER_DEFINED X_USER_DEFINED_INIT "x-user-defined",
}

/// Bytes 0x80 to 0x9F of windows-1252; above, it is Latin-1.
const WINDOWS_1252_SIGNS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Encoding {{ {} }}", self.name)
    }
}

impl Encoding {
    /// The encoding of a label, as the browser knows it. The labels of the encoding `replacement`, which decodes nothing, have none.
    pub fn for_label_no_replacement(label: &[u8]) -> Option<&'static Self> {
        let name = browser::name_of(str::from_utf8(label).ok()?)?;
        ALL.iter().copied().find(|encoding| encoding.name.eq_ignore_ascii_case(&name))
    }

    /// As [`Self::for_label_no_replacement`].
    pub fn for_label(label: &[u8]) -> Option<&'static Self> {
        Self::for_label_no_replacement(label)
    }

    /// The name.
    pub fn name(&'static self) -> &'static str {
        self.name
    }

    /// Text of `bytes`, in the encoding of a byte order mark if there is one; whether some did not fit. Those become U+FFFD.
    pub fn decode<'a>(&'static self, bytes: &'a [u8]) -> (Cow<'a, str>, &'static Self, bool) {
        let (encoding, mark) = match bytes {
            [0xef, 0xbb, 0xbf, ..] => (UTF_8, 3),
            [0xff, 0xfe, ..] => (UTF_16LE, 2),
            [0xfe, 0xff, ..] => (UTF_16BE, 2),
            _ => (self, 0),
        };
        let (text, is_bad) = encoding.decode_without_bom_handling(&bytes[mark..]);
        (text, encoding, is_bad)
    }

    /// Text of `bytes`; whether some did not fit. Those become U+FFFD.
    pub fn decode_without_bom_handling<'a>(&'static self, bytes: &'a [u8]) -> (Cow<'a, str>, bool) {
        match self.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => (text, false),
            None if self == UTF_8 => (String::from_utf8_lossy(bytes), true),
            None if self == UTF_16LE || self == UTF_16BE => {
                (self.utf_16(bytes, Some(char::REPLACEMENT_CHARACTER)).unwrap_or_default().into(), true)
            }
            None if self.is_single_byte() => (self.single(bytes).into(), true),
            None if self == BIG5 => {
                (big5(bytes, |piece| Some(browser::replaced(self.name, piece))).unwrap_or_default().into(), true)
            }
            None => (browser::replaced(self.name, bytes).into(), true),
        }
    }

    /// Text of `bytes`; `None` where some do not fit.
    pub fn decode_without_bom_handling_and_without_replacement<'a>(
        &'static self,
        bytes: &'a [u8],
    ) -> Option<Cow<'a, str>> {
        if self == UTF_16LE || self == UTF_16BE {
            return self.utf_16(bytes, None).map(Cow::from);
        }
        match str::from_utf8(bytes) {
            Ok(text) if self == UTF_8 || (text.is_ascii() && self.is_ascii_compatible()) => Some(text.into()),
            _ if self == UTF_8 => None,
            _ if self.is_single_byte() => {
                let text = self.single(bytes);
                (!text.contains(char::REPLACEMENT_CHARACTER)).then(|| text.into())
            }
            _ if self == BIG5 => big5(bytes, |piece| browser::text(self.name, piece)).map(Cow::from),
            _ => browser::text(self.name, bytes).map(Cow::from),
        }
    }

    /// Whether bytes below 0x80 are ASCII, whatever stands before them.
    fn is_ascii_compatible(&self) -> bool {
        self != ISO_2022_JP && self != REPLACEMENT
    }

    fn is_single_byte(&self) -> bool {
        ![UTF_8, UTF_16LE, UTF_16BE, BIG5, EUC_JP, EUC_KR, GB18030, GBK, ISO_2022_JP, REPLACEMENT, SHIFT_JIS]
            .contains(&self)
    }

    /// Text of an encoding of one byte each: the browser says once what they mean.
    fn single(&self, bytes: &[u8]) -> String {
        let of_1252 = |i| WINDOWS_1252_SIGNS.get(i).copied().unwrap_or(char::from(i as u8 | 0x80));
        let signs = if self == WINDOWS_1252 { std::array::from_fn(of_1252) } else { browser::signs(self.name) };
        bytes.iter().map(|&byte| byte.checked_sub(0x80).map_or(char::from(byte), |at| signs[usize::from(at)])).collect()
    }

    /// Text of UTF-16; what does not fit becomes `instead`, or there is none.
    fn utf_16(&self, bytes: &[u8], instead: Option<char>) -> Option<String> {
        let number = if self == UTF_16LE { u16::from_le_bytes } else { u16::from_be_bytes };
        let (pairs, rest) = bytes.as_chunks::<2>();
        let text = char::decode_utf16(pairs.iter().copied().map(number)).map(|unit| unit.ok().or(instead));
        text.chain((!rest.is_empty()).then_some(instead)).collect()
    }

    /// Bytes of `text`; whether some of it has none. Files are only read here: beyond ASCII this encodes UTF-8 alone, and says so.
    pub fn encode<'a>(&'static self, text: &'a str) -> (Cow<'a, [u8]>, &'static Self, bool) {
        (text.as_bytes().into(), self, self != UTF_8 && !(text.is_ascii() && self.is_ascii_compatible()))
    }

    /// A decoder of bytes that come in pieces.
    pub fn new_decoder_without_bom_handling(&'static self) -> Decoder {
        Decoder::new(self)
    }
}

/// Text of Big5, by what decodes pieces of it. Four of its signs are a letter and its mark, which Chromium takes for another sign.
fn big5(bytes: &[u8], decode: impl Fn(&[u8]) -> Option<String>) -> Option<String> {
    let (mut text, mut start, mut at) = (String::new(), 0, 0);
    while let Some(&first) = bytes.get(at) {
        let both = match (first, bytes.get(at + 1)) {
            (0x88, Some(0x62)) => "\u{ca}\u{304}",
            (0x88, Some(0x64)) => "\u{ca}\u{30c}",
            (0x88, Some(0xa3)) => "\u{ea}\u{304}",
            (0x88, Some(0xa5)) => "\u{ea}\u{30c}",
            _ => "",
        };
        if !both.is_empty() {
            text += &decode(&bytes[start..at])?;
            text += both;
            start = at + 2;
        }
        // What follows a first byte is no first byte itself, whether it fits or not.
        at += if matches!(first, 0x81..=0xfe) { 2 } else { 1 };
    }
    text += &decode(bytes.get(start..).unwrap_or_default())?;
    Some(text)
}
