//! What the session answers for a supplement: counts, what readers redo of them, the data that authors share.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::session::Session;
use super::wire;
use crate::report::supplement::{aggregate, meter, redo, shared};
use crate::study;

/// Counts with what could be learnt from them.
#[derive(Serialize)]
struct Counted {
    document: String,
    meter: meter::Meter,
}

#[wasm_bindgen]
impl Session {
    /// Counts of the last results for a journal's readers, as JSON text, and what could be learnt from them: `{document, meter}` (see
    /// [`aggregate::build`], [`meter::meter`]).
    ///
    /// # Errors
    /// Nothing was run, the request cannot be read, or the counts would single patients out.
    pub fn aggregate(&self, request: &str) -> Result<JsValue, JsValue> {
        let document =
            aggregate::build(request, self.results()?, self.table()?).map_err(|error| wire::error(&error))?;
        let text = serde_json::to_string(&document).map_err(|problem| wire::failure("wire", &problem))?;
        wire::plain(&Counted { document: text, meter: meter::meter(&document) })
    }

    /// Curves, medians, restricted means and a log-rank test of counts that [`Self::aggregate`] made (see [`redo::redo`]). Needs no file.
    ///
    /// # Errors
    /// The document or the request cannot be read.
    pub fn redo(&self, document: &str, request: &str) -> Result<JsValue, JsValue> {
        wire::plain(&redo::redo(document, request).map_err(|error| wire::error(&error))?)
    }

    /// The cohort of the last results as its authors share it (see [`shared::build`]).
    ///
    /// # Errors
    /// Nothing was run, or what keeps a column or an endpoint from being read.
    pub fn shared(&self, request: &str) -> Result<JsValue, JsValue> {
        let (results, table) = (self.results()?, self.table()?);
        let shared = study::read(&results.study.to_string()).and_then(|study| shared::build(request, &study, table));
        wire::plain(&shared.map_err(|error| wire::error(&error))?)
    }
}
