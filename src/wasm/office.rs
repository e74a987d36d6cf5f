//! The second wasm of the page: readers of workbooks, SPSS and Stata files, and nothing else.

use wasm_bindgen::prelude::*;

use super::wire;
use crate::table::{ReadOptions, office};

/// What the session of the page opens, made of a workbook, SPSS or Stata file. `options` is `data.read` of a study as JSON.
///
/// # Errors
/// The file cannot be read: what, and what to do.
#[wasm_bindgen]
pub fn convert(bytes: &[u8], name: &str, options: Option<String>) -> Result<Vec<u8>, JsValue> {
    let options = ReadOptions::from_json(options.as_deref().unwrap_or_default());
    options.and_then(|options| office::convert(bytes, name, &options)).map_err(|error| wire::error(&error))
}
