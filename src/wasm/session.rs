//! The page's session: open a file, run a study, ask for a figure.
//!
//! Few coarse calls, because each crosses the boundary. A study and a figure request come in as JSON text, read by the
//! reader that the native command uses; everything goes out as plain objects. A failure is thrown as
//! `{code, message, position, params}`.

use wasm_bindgen::prelude::*;

use super::wire;
use crate::report::figure;
use crate::report::table::table_one;
use crate::study;
use crate::study::results::Results;
use crate::table::{self, Table};

/// One opened file and what can be asked of it.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Session {
    table: Option<Table>,
    results: Option<Results>,
}

#[wasm_bindgen]
impl Session {
    /// A session without a file.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Session {
        Session::default()
    }

    /// Version of the engine, as in the results document.
    #[wasm_bindgen(getter)]
    pub fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    /// Reads `bytes` as a table and keeps it; gives how it was read, as `riskset inspect` does. On an error the former
    /// file stays open.
    ///
    /// # Errors
    /// The bytes are not a table: what, and where.
    pub fn open(&mut self, bytes: &[u8], name: &str) -> Result<JsValue, JsValue> {
        let table = table::open(bytes, name).map_err(|error| wire::error(&error))?;
        let summary = wire::plain(&table::inspect::inspect(&table))?;
        self.table = Some(table);
        self.results = None;
        Ok(summary)
    }

    /// How the opened file was read.
    ///
    /// # Errors
    /// No file is open.
    pub fn inspect(&self) -> Result<JsValue, JsValue> {
        wire::plain(&table::inspect::inspect(self.table()?))
    }

    /// Runs a study (JSON text) on the opened file and gives the results document.
    ///
    /// # Errors
    /// No file is open, or the study cannot be read or does not belong to this file. An analysis that fails is no
    /// error: its entry in the results says why.
    pub fn run(&mut self, study: &str) -> Result<JsValue, JsValue> {
        let table = self.table()?;
        let study = study::read(study).map_err(|error| wire::error(&error))?;
        let results = study::run(&study, table).map_err(|error| wire::error(&error))?;
        let document = wire::plain(&results);
        self.results = Some(results);
        document
    }

    /// The scene of a figure of the last results (see [`figure::results::draw`]).
    ///
    /// # Errors
    /// Nothing was run, the request cannot be read, or it asks for what is no Kaplan-Meier analysis.
    pub fn figure(&self, request: &str) -> Result<JsValue, JsValue> {
        let results = self.results.as_ref().ok_or_else(|| wire::failure("no_results", &"No study was run."))?;
        wire::plain(&figure::results::draw(request, results).map_err(|error| wire::error(&error))?)
    }

    /// Table 1 of the last results (see [`table_one::build`]).
    ///
    /// # Errors
    /// Nothing was run, the request cannot be read, or it asks for what is no summary.
    pub fn table_one(&self, request: &str) -> Result<JsValue, JsValue> {
        let results = self.results.as_ref().ok_or_else(|| wire::failure("no_results", &"No study was run."))?;
        wire::plain(&table_one::build(request, results).map_err(|error| wire::error(&error))?)
    }
}

impl Session {
    fn table(&self) -> Result<&Table, JsValue> {
        self.table.as_ref().ok_or_else(|| wire::failure("no_file", &"No file is open."))
    }
}
