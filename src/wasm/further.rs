//! What the session answers after the first curves: comparisons, figures and tables as files, the acceptance list.

use wasm_bindgen::prelude::*;

use super::session::Session;
use super::wire;
use crate::report::figure;
use crate::report::number::Locale;
use crate::report::table::{TableModel, cox_table, csv, table_one};
use crate::study;

#[wasm_bindgen]
impl Session {
    /// Runs another study (JSON text) on the opened file and gives its results, without taking them for the last: figures are
    /// still those of [`Self::run`].
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn compare(&self, study: &str) -> Result<JsValue, JsValue> {
        let study = study::read(study).map_err(|error| wire::error(&error))?;
        wire::plain(&study::run(&study, self.table()?).map_err(|error| wire::error(&error))?)
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
}
