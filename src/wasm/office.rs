//! The second wasm of the page: readers of workbooks, SPSS and Stata files, writers of PDF, Word and Excel files, and nothing else.

use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::wire;
use crate::error::{Error, ErrorKind};
use crate::json;
use crate::report::figure::scene::Scene;
use crate::report::pdf;
use crate::report::table::{TableModel, docx, xlsx};
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

/// A scene as a PDF (see [`pdf::write`]). `request` is a [`pdf::Request`] as JSON.
///
/// # Errors
/// The scene or the request is not of its shape, or [`pdf::write`] refuses.
#[wasm_bindgen(js_name = figurePdf)]
pub fn figure_pdf(scene: JsValue, request: &str) -> Result<Vec<u8>, JsValue> {
    let scene: Scene = plain(scene)?;
    let request = json::read(request).map_err(|problem| unreadable(&problem))?;
    pdf::write(&scene, &request).map_err(|error| wire::error(&error))
}

/// A table as a Word file (see [`docx::write`]). `request` is a [`docx::Request`] as JSON.
///
/// # Errors
/// The table or the request is not of its shape.
#[wasm_bindgen(js_name = tableDocx)]
pub fn table_docx(table: JsValue, request: &str) -> Result<Vec<u8>, JsValue> {
    let table: TableModel = plain(table)?;
    let request = json::read(request).map_err(|problem| unreadable(&problem))?;
    docx::write(&table, &request).map_err(|error| wire::error(&error))
}

/// A table as an Excel file (see [`xlsx::write`]). Nothing is asked for beside it.
///
/// # Errors
/// The table is not of its shape.
#[wasm_bindgen(js_name = tableXlsx)]
pub fn table_xlsx(table: JsValue) -> Result<Vec<u8>, JsValue> {
    let table: TableModel = plain(table)?;
    xlsx::write(&table).map_err(|error| wire::error(&error))
}

/// A value that the session gave, read back.
fn plain<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    wire::read(value).map_err(|problem| unreadable(&problem))
}

fn unreadable(problem: &impl ToString) -> JsValue {
    wire::error(&Error::new(ErrorKind::FigureUnreadable).with("reason", problem.to_string()))
}
