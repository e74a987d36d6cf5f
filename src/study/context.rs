//! What the analyses of one run share: the table, its typed columns, and each endpoint derived once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde_json::{Value, json};

use super::analysis::Analysis;
use super::document::Study;
use super::finite;
use super::progress::Progress;
use super::results::AnalysisResult;
use crate::cohort::{Cohort, Endpoint, EndpointOptions, derive};
use crate::error::{Error, ErrorKind, Result};
use crate::table::Table;

/// Who is told how a run goes.
type Told<'a> = RefCell<&'a mut dyn FnMut(Progress)>;

/// The shared state of a run.
pub struct Context<'a> {
    /// The study.
    pub study: &'a Study,
    /// The file.
    pub table: &'a Table,
    /// Its typed columns.
    pub cohort: Cohort<'a>,
    derived: RefCell<Vec<Derived>>,
    told: Option<Told<'a>>,
    current: Cell<usize>,
}

/// An endpoint as derived with some options.
struct Derived {
    name: String,
    options: EndpointOptions,
    outcome: Result<Rc<Endpoint>>,
}

impl<'a> Context<'a> {
    /// The context of a run; `told` hears how it goes.
    ///
    /// # Errors
    /// Those of [`Cohort::new`].
    pub fn new(study: &'a Study, table: &'a Table, told: Option<&'a mut dyn FnMut(Progress)>) -> Result<Self> {
        let cohort = Cohort::new(table, &study.data.columns, &study.data.exclude)?;
        Ok(Self {
            study,
            table,
            cohort,
            derived: RefCell::default(),
            told: told.map(RefCell::new),
            current: Cell::default(),
        })
    }

    /// Whether anybody wants to know how the run goes.
    pub fn is_watched(&self) -> bool {
        self.told.is_some()
    }

    /// Goes on to the analysis of this index.
    pub fn begin(&self, analysis: usize) {
        self.current.set(analysis);
        self.done(0.0);
    }

    /// Tells what share of the present analysis is done.
    pub fn done(&self, share: f64) {
        if let Some(told) = &self.told {
            let (analysis, of) = (self.current.get(), self.study.analyses.len());
            (told.borrow_mut())(Progress::Share { analysis, of, share });
        }
    }

    /// Hands out the entry of the present analysis as far as it stands.
    pub fn hand_out(&self, entry: &AnalysisResult) {
        if let Some(told) = &self.told
            && finite::first_not_finite(entry).is_none()
        {
            (told.borrow_mut())(Progress::Partial { analysis: self.current.get(), entry });
        }
    }

    /// The endpoint that an analysis uses.
    ///
    /// # Errors
    /// [`ErrorKind::MissingOption`], [`ErrorKind::UnknownEndpoint`], and those of [`derive`].
    pub fn endpoint(&self, analysis: &Analysis) -> Result<Rc<Endpoint>> {
        let name = analysis.required("endpoint", analysis.endpoint.as_deref())?;
        if !self.study.endpoints.contains_key(name) {
            let defined: Vec<&str> = self.study.endpoints.keys().map(String::as_str).collect();
            let suggestion = if defined.is_empty() { String::new() } else { format!(" ({})", defined.join(", ")) };
            return Err(Error::new(ErrorKind::UnknownEndpoint)
                .with("name", name)
                .with("suggestion", suggestion)
                .at(analysis.at("endpoint")));
        }
        self.derived(name, self.endpoint_options(analysis))
    }

    /// How an analysis has its endpoint derived: as it says itself, else as the endpoint says, else by the conventions.
    pub fn endpoint_options(&self, analysis: &Analysis) -> EndpointOptions {
        analysis.endpoint_options(&self.options_of(analysis.endpoint.as_deref().unwrap_or_default()))
    }

    /// How the endpoint of this name is derived where an analysis does not say otherwise.
    pub fn options_of(&self, name: &str) -> EndpointOptions {
        let defaults = self.study.conventions.endpoint_options();
        self.study.endpoints.get(name).map_or(defaults, |spec| spec.options(&defaults))
    }

    /// The rules by which an analysis has these endpoints derived: a value where it is the same for all, else a list of them.
    pub fn endpoint_rules<'n>(
        &self,
        analysis: &Analysis,
        names: impl Iterator<Item = &'n str>,
    ) -> [(&'static str, Value); 2] {
        let options: Vec<_> = names.map(|name| analysis.endpoint_options(&self.options_of(name))).collect();
        let rule = |values: Vec<Value>| match values.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => first.clone(),
            _ => json!(values),
        };
        [
            ("time_zero", rule(options.iter().map(|options| json!(options.time_zero)).collect())),
            ("month_rule", rule(options.iter().map(|options| json!(options.month_rule)).collect())),
        ]
    }

    /// Whether the endpoint of an analysis has more than one event, so that one alone is competed with.
    pub fn has_competing_events(&self, analysis: &Analysis) -> bool {
        self.endpoint(analysis).is_ok_and(|endpoint| endpoint.events.len() > 1)
    }

    /// The endpoint of this name, derived with these options; the same work is not done twice.
    ///
    /// # Errors
    /// Those of [`derive`], and [`ErrorKind::UnknownEndpoint`].
    pub fn derived(&self, name: &str, options: EndpointOptions) -> Result<Rc<Endpoint>> {
        if let Some(known) = self.derived.borrow().iter().find(|known| known.name == name && known.options == options) {
            return known.outcome.clone();
        }
        let spec = self
            .study
            .endpoints
            .get(name)
            .ok_or_else(|| Error::new(ErrorKind::UnknownEndpoint).with("name", name).with("suggestion", ""))?;
        let outcome = derive(&self.cohort, name, spec, &options).map(Rc::new);
        self.derived.borrow_mut().push(Derived { name: name.to_owned(), options, outcome: outcome.clone() });
        outcome
    }
}
