//! The prognostic table of a paper from a `cox_table`: each variable alone and in the common model, with the global p of each.

use crate::hashing::IndexMap;
use serde::Deserialize;

use super::table_one::mark;
use super::{Cell, Row, TableModel, own_labels, unit};
use crate::error::{Error, ErrorKind, Result};
use crate::json;
use crate::report::figure::sheet::{Labels, Words};
use crate::report::number::{self, Locale, PStyle};
use crate::study::cox_results::{CoxTable, TableCell, TableFactor, TableModel as Model, TableRow, TableTest};
use crate::study::results::{AnalysisResult, Counts, Figures, Results, Term};

/// Stands where a value is not defined.
const NOTHING: &str = "–";

/// What is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Id of the `cox_table`.
    pub analysis: String,
    /// The title.
    pub title: String,
    /// How numbers are written.
    pub locale: Locale,
    /// How p values are written.
    pub p_style: PStyle,
    /// Words of the section `cox_table`; English where empty.
    pub words: Words,
    /// Words of the section `reason`; English where empty.
    pub reasons: Words,
    /// Names of columns for the reader, where the study gives none.
    pub labels: IndexMap<String, String>,
    /// Units of columns, where the study gives none.
    pub units: IndexMap<String, String>,
}

/// The table that `request` asks for: JSON text of a [`Request`].
///
/// # Errors
/// [`ErrorKind::FigureUnreadable`] for a request that is not of this shape; [`ErrorKind::BadOption`] for an id that is no `cox_table`
/// of these results; the error of the analysis if it failed.
pub fn build(request: &str, results: &Results) -> Result<TableModel> {
    let unreadable = |problem| Error::new(ErrorKind::FigureUnreadable).with("reason", problem);
    let request: Request = json::read(request).map_err(unreadable)?;
    let unknown = || {
        Error::new(ErrorKind::BadOption)
            .with("option", "analysis")
            .with("found", &request.analysis)
            .with("expected", "the id of a cox_table that was run")
    };
    let is = |result: &&AnalysisResult| result.id == request.analysis && result.kind == "cox_table";
    let result = results.results.iter().find(is).ok_or_else(unknown)?;
    if let Some(error) = &result.error {
        return Err(error.clone());
    }
    let Some(Figures::CoxTable(table)) = &result.figures else { return Err(unknown()) };
    let builder = Builder {
        words: request.words.or_english("cox_table"),
        reasons: request.reasons.or_english("reason"),
        request: &request,
        results,
        labels: own_labels(results, &request.labels),
        notes: Vec::new(),
    };
    Ok(builder.build(result, table))
}

struct Builder<'a> {
    request: &'a Request,
    words: Words,
    reasons: Words,
    results: &'a Results,
    labels: Labels,
    /// Notes that marks lead to, in the order of their marks.
    notes: Vec<String>,
}

impl Builder<'_> {
    fn build(mut self, result: &AnalysisResult, table: &CoxTable) -> TableModel {
        let together = table.models.multivariable.as_ref();
        let percent = result.rules.get("conf_level").and_then(serde_json::Value::as_f64).unwrap_or(0.95) * 100.0;
        let percent = number::axis_value(percent, self.request.locale);
        let say = |words: &Words, code: &str| words.say(code, &[("level", &percent)]);
        let mut header =
            ["variable", "n", "events", "univariable", "univariable_p"].map(|code| say(&self.words, code)).to_vec();
        if together.is_some() {
            header.extend(["multivariable", "multivariable_p"].map(|code| say(&self.words, code)));
        }
        let mut rows = Vec::new();
        for variable in variables(table) {
            let own: Vec<&TableRow> = table.rows.iter().filter(|row| row.variable == variable).collect();
            let factor = table.factors.iter().find(|factor| factor.variable == variable);
            self.variable(&variable, &own, factor, table, &mut rows);
        }
        if together.is_none() {
            for row in &mut rows {
                row.cells.truncate(5);
            }
        }
        let mut footnotes = self.rules(result, table);
        footnotes.extend(self.notes.iter().enumerate().map(|(at, note)| format!("{} {note}", mark(at))));
        TableModel { title: self.request.title.clone(), header, rows, footnotes }
    }

    /// The rows of one variable: a number in one row, a category under its name.
    fn variable(
        &mut self,
        name: &str,
        own: &[&TableRow],
        factor: Option<&TableFactor>,
        table: &CoxTable,
        rows: &mut Vec<Row>,
    ) {
        let p = |builder: &mut Self, test: Option<&Option<TableTest>>, model: Option<&Model>| {
            let test = test.and_then(Option::as_ref);
            builder.p(name, test, model)
        };
        let alone = table.models.univariable.iter().find(|model| model.covariates == [name]);
        let together =
            table.models.multivariable.as_ref().filter(|model| model.covariates.iter().any(|other| other == name));
        let p_alone = p(self, factor.map(|factor| &factor.univariable), alone);
        let p_together = p(self, factor.map(|factor| &factor.multivariable), together);
        let category = own.iter().any(|row| row.level.is_some());
        if category || own.is_empty() {
            let label = self.label(name);
            let blank = Cell::default;
            rows.push(Row {
                indent: 0,
                heading: true,
                cells: vec![Cell::words(label), blank(), blank(), blank(), p_alone, blank(), p_together],
            });
            for row in own {
                let level = row.level.clone().unwrap_or_default();
                let [n, events, ratio, other] = self.figures(row);
                let cells = vec![Cell::words(level), n, events, ratio, blank(), other, blank()];
                rows.push(Row { indent: 1, heading: false, cells });
            }
            return;
        }
        for row in own {
            let [n, events, ratio, other] = self.figures(row);
            let label = self.per_unit(name);
            let cells = vec![Cell::words(label), n, events, ratio, p_alone.clone(), other, p_together.clone()];
            rows.push(Row { indent: 0, heading: false, cells });
        }
    }

    /// Patients, events, and both ratios of a row.
    fn figures(&mut self, row: &TableRow) -> [Cell; 4] {
        let counted = row.univariable.as_ref().or(row.multivariable.as_ref());
        let count = |n: Option<usize>| match n {
            Some(n) => Cell { text: number::count(n, self.request.locale), values: vec![n as f64], mark: None },
            None => Cell::default(),
        };
        let (n, events) = (count(counted.map(|cell| cell.term.n)), count(counted.map(|cell| cell.term.n_event)));
        let alone = row.univariable.as_ref().map_or_else(Cell::default, |cell| self.ratio(cell));
        let together = row.multivariable.as_ref().map_or_else(Cell::default, |cell| self.ratio(cell));
        [n, events, alone, together]
    }

    /// A ratio with its limits. Of a separated level Firth's stands in its place, and a note says so.
    fn ratio(&mut self, cell: &TableCell) -> Cell {
        if cell.term.reference {
            return Cell { text: self.words.say("reference", &[]), values: vec![1.0], mark: None };
        }
        if let Some(text) = self.limits(&cell.term) {
            return text;
        }
        if let Some(firth) = cell.firth.as_ref().and_then(|firth| self.limits(firth)) {
            let mark = self.note(self.words.say("firth", &[]));
            return Cell { mark: Some(mark), ..firth };
        }
        let reason = cell.term.reason.map(|reason| self.reasons.say(reason, &[]));
        let mark = reason.map(|reason| self.note(self.words.say("no_ratio", &[("reason", &reason)])));
        let limit = |code: &str, value: Option<f64>| {
            let value = number::ratio(value?, self.request.locale)?;
            Some(self.words.say(code, &[("value", &value)]))
        };
        let text = limit("at_least", cell.term.conf_low).or_else(|| limit("at_most", cell.term.conf_high));
        Cell { text: text.unwrap_or_else(|| NOTHING.to_owned()), values: Vec::new(), mark }
    }

    fn limits(&self, term: &Term) -> Option<Cell> {
        let estimate = term.hazard_ratio?;
        let text = |value: Option<f64>| {
            let text = value.and_then(|value| number::ratio(value, self.request.locale));
            text.unwrap_or_else(|| NOTHING.to_owned())
        };
        let shown = format!("{} ({}–{})", text(Some(estimate)), text(term.conf_low), text(term.conf_high));
        let values = [Some(estimate), term.conf_low, term.conf_high].into_iter().flatten().collect();
        Some(Cell { text: shown, values, mark: None })
    }

    /// The global p of a variable in a model; a note where there is a model and no p.
    fn p(&mut self, variable: &str, test: Option<&TableTest>, model: Option<&Model>) -> Cell {
        let text = |p: f64| number::p_value(p, self.request.p_style, self.request.locale);
        if let Some(p) = test.and_then(|test| test.p_value)
            && let Some(text) = text(p)
        {
            return Cell { text, values: vec![p], mark: None };
        }
        let label = self.label(variable);
        let note = match (test.and_then(|test| test.reason), model) {
            (Some(reason), _) => {
                let reason = self.reasons.say(reason, &[]);
                self.words.say("no_p", &[("variable", &label), ("reason", &reason)])
            }
            (None, Some(Model { error: Some(_), .. })) => self.words.say("failed", &[("variable", &label)]),
            _ => return Cell::default(),
        };
        Cell { mark: Some(self.note(note)), ..Cell::words(NOTHING) }
    }

    /// What the numbers are and who was counted: the rules of the models, and the rows that each really used.
    fn rules(&self, result: &AnalysisResult, table: &CoxTable) -> Vec<String> {
        let rule = |name: &str| match result.rules.get(name) {
            Some(serde_json::Value::String(value)) => value.clone(),
            _ => String::new(),
        };
        let named = |prefix: &str, value: &str| self.words.say(&format!("{prefix}_{value}"), &[]);
        let mut notes = vec![
            self.words.say("ratio", &[]),
            self.words.say("ties", &[("ties", &named("ties", &rule("ties")))]),
            self.words.say("test", &[("test", &named("test", &rule("factor_test")))]),
        ];
        let count = |n: usize| number::count(n, self.request.locale);
        let used: Vec<&Counts> = table.models.univariable.iter().filter_map(|model| model.counts.as_ref()).collect();
        if let (Some(least), Some(most)) =
            (used.iter().map(|counts| counts.n).min(), used.iter().map(|counts| counts.n).max())
        {
            let code = if least == most { "n_univariable" } else { "n_univariable_range" };
            notes.push(self.words.say(code, &[("n", &count(least)), ("most", &count(most))]));
        }
        if let Some(counts) = table.models.multivariable.as_ref().and_then(|model| model.counts.as_ref()) {
            let values =
                [("n", count(counts.n)), ("events", count(counts.n_event)), ("missing", count(counts.n_missing))];
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            notes.push(self.words.say("n_multivariable", &values));
        }
        notes
    }

    /// The mark of this note, which is noted once.
    fn note(&mut self, note: String) -> String {
        let at = self.notes.iter().position(|known| *known == note).unwrap_or_else(|| {
            self.notes.push(note);
            self.notes.len() - 1
        });
        mark(at)
    }

    /// The label of a variable; of an interaction, of its parts.
    fn label(&self, name: &str) -> String {
        if self.labels.0.contains_key(name) || !name.contains(':') {
            return self.labels.of(name).to_owned();
        }
        name.split(':').map(|part| self.labels.of(part.trim())).collect::<Vec<_>>().join(" × ")
    }

    fn per_unit(&self, name: &str) -> String {
        let unit = unit(self.results, &self.request.units, name);
        let label = self.label(name);
        match unit {
            Some(unit) => self.words.say("per", &[("label", &label), ("unit", unit)]),
            None => self.words.say("per_unit", &[("label", &label)]),
        }
    }
}

/// The variables in the order of the table: those with rows, then those that no model could hold.
fn variables(table: &CoxTable) -> Vec<String> {
    let failed = table.models.univariable.iter().filter(|model| model.error.is_some());
    let named = table.rows.iter().map(|row| &row.variable).chain(failed.flat_map(|model| &model.covariates));
    let mut names: Vec<String> = Vec::new();
    for name in named {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}
