//! The page's session: open a file, run a study, ask for a figure.
//!
//! Few coarse calls, because each crosses the boundary. A study and a figure request come in as JSON text, read by the
//! reader that the native command uses; everything goes out as plain objects. A failure is thrown as
//! `{code, message, position, params}`.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::teller::Teller;
use super::wire;
use crate::report::figure;
use crate::report::number::Locale;
use crate::report::table::{TableModel, cox_table, csv, table_one};
use crate::study;
use crate::study::results::Results;
use crate::table::{self, ReadOptions, Reader, Table};

/// One opened file and what can be asked of it.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Session {
    table: Option<Table>,
    reader: Option<Reader>,
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
    pub fn open(&mut self, bytes: &[u8], name: &str, options: Option<String>) -> Result<JsValue, JsValue> {
        let options = ReadOptions::from_json(options.as_deref().unwrap_or_default());
        let table = options.and_then(|options| table::open_with(bytes, name, &options));
        self.keep(table.map_err(|error| wire::error(&error))?)
    }

    /// Begins to read a file in pieces. The former file stays open until [`Self::finish`].
    ///
    /// # Errors
    /// `options` (`data.read` of a study, as JSON text) cannot be read.
    pub fn begin(&mut self, name: &str, options: Option<String>) -> Result<(), JsValue> {
        self.reader = None;
        let options = ReadOptions::from_json(options.as_deref().unwrap_or_default());
        let reader = options.and_then(|options| Reader::new(name, &options));
        self.reader = Some(reader.map_err(|error| wire::error(&error))?);
        Ok(())
    }

    /// Takes in the next piece; gives `{bytes, rows}` read so far.
    ///
    /// # Errors
    /// Nothing was begun, or the bytes are not a table: what, and where. The reading is then given up.
    pub fn push(&mut self, bytes: &[u8]) -> Result<JsValue, JsValue> {
        let mut reader = self.reader.take().ok_or_else(|| wire::failure("no_file", &"No file is being read."))?;
        let progress = reader.push(bytes).map_err(|error| wire::error(&error))?;
        self.reader = Some(reader);
        wire::plain(&progress)
    }

    /// Ends the reading in pieces; keeps the table and gives what [`Self::open`] gives.
    ///
    /// # Errors
    /// Nothing was begun, or the file is not a table.
    pub fn finish(&mut self) -> Result<JsValue, JsValue> {
        let reader = self.reader.take().ok_or_else(|| wire::failure("no_file", &"No file is being read."))?;
        let table = reader.finish().map_err(|error| wire::error(&error))?;
        self.keep(table)
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
    ///
    /// `told`, where it is given, is called on the way with `{analysis, of, share}` (how much of an analysis is done) and
    /// `{analysis, entry}` (its entry with what is known so far, see [`Progress`](crate::study::Progress)); the results are the same.
    pub fn run(&mut self, study: &str, told: Option<Function>) -> Result<JsValue, JsValue> {
        let table = self.table()?;
        let study = study::read(study).map_err(|error| wire::error(&error))?;
        let results = match told {
            Some(told) => {
                let mut teller = Teller::new(told);
                study::run_with(&study, table, &mut |progress| teller.tell(&progress))
            }
            None => study::run(&study, table),
        };
        let results = results.map_err(|error| wire::error(&error))?;
        let document = wire::plain(&results);
        self.results = Some(results);
        document
    }

    /// Runs another study (JSON text) on the opened file and gives its results, without taking them for the last: figures are
    /// still those of [`Self::run`].
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn compare(&self, study: &str) -> Result<JsValue, JsValue> {
        let study = study::read(study).map_err(|error| wire::error(&error))?;
        wire::plain(&study::run(&study, self.table()?).map_err(|error| wire::error(&error))?)
    }

    /// The scene of a figure of the last results (see [`figure::results::draw`]).
    ///
    /// # Errors
    /// Nothing was run, the request cannot be read, or it asks for an analysis that has no such figure.
    pub fn figure(&self, request: &str) -> Result<JsValue, JsValue> {
        wire::plain(&figure::results::draw(request, self.results()?).map_err(|error| wire::error(&error))?)
    }

    /// A figure of the last results as SVG text with live text and a physical size (see [`figure::svg::write`]).
    ///
    /// # Errors
    /// Those of [`Self::figure`].
    pub fn figure_svg(&self, request: &str) -> Result<String, JsValue> {
        let plan = figure::results::plan(request, self.results()?).map_err(|error| wire::error(&error))?;
        Ok(figure::svg::write(&plan.scene(), plan.sheet()))
    }

    /// The data of a figure of the last results as comma-separated text: `[{name, text}]` (see [`figure::csv::files`]).
    ///
    /// # Errors
    /// Those of [`Self::figure`].
    pub fn figure_csv(&self, request: &str) -> Result<JsValue, JsValue> {
        wire::plain(&figure::csv::files(request, self.results()?).map_err(|error| wire::error(&error))?)
    }

    /// What the acceptance list finds in a figure of the last results: `[{point, code, status, params, mend}]` (see
    /// [`figure::lint::lint`]).
    ///
    /// # Errors
    /// Those of [`Self::figure`].
    pub fn figure_lint(&self, request: &str) -> Result<JsValue, JsValue> {
        wire::plain(&figure::lint::lint(request, self.results()?).map_err(|error| wire::error(&error))?)
    }

    /// Table 1 of the last results (see [`table_one::build`]).
    ///
    /// # Errors
    /// Nothing was run, the request cannot be read, or it asks for what is no summary.
    pub fn table_one(&self, request: &str) -> Result<JsValue, JsValue> {
        wire::plain(&table_one::build(request, self.results()?).map_err(|error| wire::error(&error))?)
    }

    /// The prognostic table of the last results (see [`cox_table::build`]).
    ///
    /// # Errors
    /// Nothing was run, the request cannot be read, or it asks for what is no `cox_table`.
    pub fn cox_table(&self, request: &str) -> Result<JsValue, JsValue> {
        wire::plain(&cox_table::build(request, self.results()?).map_err(|error| wire::error(&error))?)
    }

    /// A table as comma-separated text (see [`csv::write`]); `locale` is `en` or `fr`.
    ///
    /// # Errors
    /// `table` is no table.
    pub fn table_csv(&self, table: JsValue, locale: &str) -> Result<String, JsValue> {
        let table: TableModel = wire::read(table).map_err(|problem| wire::failure("wire", &problem))?;
        let locale = if locale == "fr" { Locale::Fr } else { Locale::En };
        Ok(csv::write(&table, locale))
    }

    /// The SHA-256 checksum of any file (see [`table::sha256`]): the browser's own is missing where the address is not secure.
    pub fn checksum(&self, bytes: &[u8]) -> String {
        table::sha256(bytes)
    }
}

impl Session {
    /// Keeps the table and gives how it was read.
    fn keep(&mut self, table: Table) -> Result<JsValue, JsValue> {
        let summary = wire::plain(&table::inspect::inspect(&table))?;
        self.table = Some(table);
        self.results = None;
        Ok(summary)
    }

    pub(super) fn results(&self) -> Result<&Results, JsValue> {
        self.results.as_ref().ok_or_else(|| wire::failure("no_results", &"No study was run."))
    }

    pub(super) fn table(&self) -> Result<&Table, JsValue> {
        self.table.as_ref().ok_or_else(|| wire::failure("no_file", &"No file is open."))
    }
}
