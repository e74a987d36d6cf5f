//! Workbooks (.xlsx, .xls, .ods), SPSS (.sav, .zsav) and Stata (.dta) files to the form that [`super::open`] reads.
//!
//! The command always has these readers; in the page they are a second wasm, fetched with the page and used without a
//! request. Files are told by their first bytes, never by their name.

mod compound;
mod dta;
mod labelled;
mod moment;
mod sav;
mod workbook;

use super::encoding;
use super::interchange::Interchange;
use super::options::ReadOptions;
use crate::error::{Error, ErrorKind, Result};

/// Largest file that is read, in bytes: beyond it text in delimited form is the way, which is read in pieces.
pub const MAX_BYTES: usize = 50_000_000;
/// Largest contents of a compressed file, in bytes.
const MAX_CONTENTS: u64 = 1_000_000_000;
/// Most cells of a sheet.
const MAX_CELLS: usize = 50_000_000;
/// Places that a caution names; the number of all of them is beside.
const NAMED: usize = 1000;

/// Names that begin parts of an Office Open XML workbook.
const XLSX_PARTS: [&[u8]; 4] = [b"xl/workbook.xml", b"xl/worksheets/", b"xl/sharedStrings.xml", b"xl/styles.xml"];

/// A format that this module reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML workbook.
    Xlsx,
    /// Excel 97 to 2003 workbook.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// SPSS system file, compressed with zlib if so marked.
    Sav,
    /// SPSS system file, compressed with zlib.
    Zsav,
    /// Stata data set.
    Dta,
}

impl Format {
    /// The format that the first bytes (of a ZIP archive, the names of its parts) give away.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        match bytes {
            // Like an .xlsx but for its parts, which are no XML; it is named by what refuses it.
            [b'P', b'K', 3, 4, ..] if has(encoding::XLSB_PART) => None,
            // Of one that was cut, some of the parts.
            [b'P', b'K', 3, 4, ..] if XLSX_PARTS.iter().any(|part| has(part)) => Some(Self::Xlsx),
            [b'P', b'K', 3, 4, ..] if has(b"opendocument.spreadsheet") => Some(Self::Ods),
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Some(Self::Xls),
            [b'$', b'F', b'L', b'2', ..] => Some(Self::Sav),
            [b'$', b'F', b'L', b'3', ..] => Some(Self::Zsav),
            // Before release 117 a Stata file begins with its release, the byte order and two fixed bytes.
            [102..=115, 1 | 2, 1, 0, ..] => Some(Self::Dta),
            _ => bytes.starts_with(b"<stata_dta>").then_some(Self::Dta),
        }
    }

    /// The usual ending of the name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Sav => "sav",
            Self::Zsav => "zsav",
            Self::Dta => "dta",
        }
    }
}

/// Reads a file of one of these formats and gives it in the form that [`super::open`] reads.
///
/// Dates come out as ISO days (with `T` and the time of day where the file has one), durations as hours:minutes:seconds,
/// value labels as the cells of categories, user-missing values as empty cells, with a caution for whatever was decided.
///
/// # Errors
/// [`ErrorKind::FileTooLarge`], [`ErrorKind::ContentsTooLarge`], [`ErrorKind::OfficeUnreadable`] with the reason,
/// [`ErrorKind::PasswordProtected`], [`ErrorKind::UnknownSheet`], [`ErrorKind::UnknownEncoding`], [`ErrorKind::EmptyFile`],
/// [`ErrorKind::NoRows`]; [`ErrorKind::OfficeDefect`] where a reader would have panicked (natively; in wasm it traps).
pub fn convert(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Vec<u8>> {
    guarded(|| {
        let Some(format) = Format::of(bytes) else {
            encoding::check_format(bytes)?;
            return Err(encoding::not_a_table("binary"));
        };
        check_size(bytes.len())?;
        let table = Interchange::new(format.name(), super::read::sha256(bytes));
        match format {
            Format::Xlsx | Format::Xls | Format::Ods => workbook::read(bytes, format, options, table),
            Format::Sav | Format::Zsav => sav::read(bytes, options, table),
            Format::Dta => dta::read(bytes, options, table),
        }
        .map(Interchange::into_bytes)
    })
    .map_err(|mut error| {
        error.position.file = Some(file.to_owned());
        error
    })
}

/// Whether a file that starts so may be one that is read here; a ZIP archive tells only when all of it is there.
pub(super) fn may_be(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || Format::of(head).is_some()
}

/// Refuses a file of more than [`MAX_BYTES`].
pub(super) fn check_size(n: usize) -> Result<()> {
    let mb = |n: usize| n.div_ceil(1_000_000);
    if n <= MAX_BYTES {
        return Ok(());
    }
    Err(Error::new(ErrorKind::FileTooLarge).with("mb", mb(n)).with("limit", mb(MAX_BYTES)))
}

/// The name of the encoding that a file was read with: as the options write it where they name it.
fn encoding_name(encoding: &'static encoding_rs::Encoding, options: &ReadOptions) -> String {
    let asked = options.encoding.as_ref();
    let asked =
        asked.filter(|asked| encoding_rs::Encoding::for_label_no_replacement(asked.as_bytes()) == Some(encoding));
    asked.map_or_else(|| encoding.name().to_owned(), Clone::clone)
}

/// `unreadable` with the words of the library that found it.
fn unreadable(format: &str, reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::OfficeUnreadable).with("format", format).with("reason", reason)
}

#[cfg(target_arch = "wasm32")]
fn guarded<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    read()
}

/// A panic inside a reading library becomes an error: its files are the user's, its defects are not.
#[cfg(not(target_arch = "wasm32"))]
fn guarded<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Once;

    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let former = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                former(info);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(read));
    QUIET.set(false);
    outcome.unwrap_or_else(|payload| {
        let reason = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Err(Error::new(ErrorKind::OfficeDefect).with("reason", reason))
    })
}
