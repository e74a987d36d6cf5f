//! What authors hand to a journal's readers: counts from which curves can be redone and no patient can be picked out, or the data.
//!
//! [`aggregate`] makes the counts of results (`docs/supplement.md` says by which rules), [`redo`] makes curves, medians, restricted means
//! and a log-rank test of such counts again, [`meter`] says what could be learnt of a patient from them. [`shared`] makes a file and
//! a study of what authors share as data.

pub mod aggregate;
pub mod apart;
pub mod bins;
pub mod meter;
pub mod models;
pub mod redo;
pub mod shared;

use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};
use crate::json;

/// Reads a request or a document of this module.
///
/// # Errors
/// [`ErrorKind::SupplementUnreadable`] where it is not JSON or not of its shape.
fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    json::read(text).map_err(|problem| Error::new(ErrorKind::SupplementUnreadable).with("reason", problem))
}

/// The error of an option out of range.
fn bad(option: &str, found: impl ToString, expected: &str) -> Error {
    Error::new(ErrorKind::BadOption).with("option", option).with("found", found).with("expected", expected)
}
