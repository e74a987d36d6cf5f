//! The aggregate document: counts in bins of time, and models with small cells withheld, from results.
//!
//! It holds no row, no exact time, no covariate of a patient, neither the name nor the checksum of the file. The last bin is open:
//! its end would be the longest time that somebody was followed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::apart::Apart;
use super::bins::{self, Leaving};
use super::models::{self, Models, P};
use super::{bad, read};
use crate::cohort::EndpointSpec;
use crate::error::{Error, ErrorKind, Result};
use crate::study::results::{AnalysisResult, Curve, Figures, Results};
use crate::table::Table;

/// The format of the document.
pub const FORMAT: &str = "riskset-aggregate/1";

/// Fewest that leave in a bin unless another number is asked for.
pub const K: u64 = 5;
/// Width of the narrow bins in months, unless another is asked for.
pub const WIDTH_MONTHS: f64 = 3.0;
/// A group has at least this many times k patients.
pub const GROUP: u64 = 5;

/// A number with no more values than these (a missing one among them) may be a code.
const MOST_CODES: usize = 6;

/// What is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Ids of `kaplan_meier` analyses: one of each endpoint, all by the same column or none.
    pub curves: Vec<String>,
    /// Ids of `cox_table` and `cox` analyses of the same endpoints.
    #[serde(default)]
    pub models: Vec<String>,
    /// Fewest that leave in a bin and group.
    #[serde(default = "usual_k")]
    pub k: u64,
    /// Width of the narrow bins in months.
    #[serde(default = "usual_width")]
    pub width_months: f64,
}

fn usual_k() -> u64 {
    K
}

fn usual_width() -> f64 {
    WIDTH_MONTHS
}

/// The document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Aggregate {
    /// Always [`FORMAT`].
    pub format: String,
    /// What made it: `{name, version, commit}`.
    pub engine: Value,
    /// The study, without what it says of the file, of rows and of cells.
    pub study: Value,
    /// Fewest that leave in a bin and group.
    pub k: u64,
    /// Width of the narrow bins in months.
    pub width_months: f64,
    /// The column of the groups; `null` where all patients are one.
    pub by: Option<String>,
    /// The endpoints, all in the same bins.
    pub endpoints: Vec<EndpointCounts>,
    /// The models.
    pub models: Vec<Models>,
}

/// An endpoint's counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndpointCounts {
    /// Its name.
    pub name: String,
    /// Unit of `ends`.
    pub unit: String,
    /// The one event that counts, where not any of them does.
    pub cause: Option<String>,
    /// How the article's intervals were made.
    pub conf_type: Value,
    /// Level of the article's intervals.
    pub conf_level: f64,
    /// Ends of the closed bins, in the unit. Each begins where the one before ends, the first at 0; (a, b] holds b. An open bin follows.
    pub ends: Vec<f64>,
    /// The same in months.
    pub ends_months: Vec<f64>,
    /// The groups; one without a name where there is no column.
    pub groups: Vec<GroupCounts>,
    /// p of the article's log-rank test of exact times, where one was run.
    pub log_rank: Option<P>,
}

/// A group's counts, one for each closed bin and one for the open bin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GroupCounts {
    /// The level.
    pub group: Option<String>,
    /// Patients.
    pub n: u64,
    /// At risk at the start of each bin.
    pub n_risk: Vec<u64>,
    /// Events in each bin.
    pub n_event: Vec<u64>,
    /// Censorings in each bin.
    pub n_censor: Vec<u64>,
}

/// The aggregates of `results` that `request` (JSON text of [`Request`]) asks for. Of `table`, which the results are of, nothing is taken
/// but which numbers are codes.
///
/// # Errors
/// [`ErrorKind::SupplementUnreadable`]; [`ErrorKind::BadOption`] for an id that is no such analysis, or a `k` or width out of range;
/// [`ErrorKind::AggregatesNotDefined`] for curves with weights, late entry, linked rows or a subset;
/// [`ErrorKind::TooFewForAggregates`] naming the groups under 5k; [`ErrorKind::SmallDifference`] for two endpoints whose patients
/// differ by a few; [`ErrorKind::AggregatesTooCoarse`] where no bin can be closed; the error of an analysis that failed.
pub fn build(request: &str, results: &Results, table: &Table) -> Result<Aggregate> {
    let request: Request = read(request)?;
    if !(3..=1000).contains(&request.k) {
        return Err(bad("k", request.k, "3 to 1000"));
    }
    if !(1.0..=120.0).contains(&request.width_months) {
        return Err(bad("width_months", request.width_months, "1 to 120"));
    }
    let sources = sources(&request, results)?;
    let leaving: Vec<Leaving> = sources.iter().map(|source| source.leaving(request.width_months)).collect();
    enough(&request, &sources)?;
    let last = bins::merge(&leaving, request.k);
    if last.is_empty() {
        return Err(Error::new(ErrorKind::AggregatesTooCoarse)
            .with("k", request.k)
            .with("width", request.width_months));
    }
    let by = sources.first().and_then(|source| source.result.by.clone());
    let endpoints = sources.iter().map(|source| source.counts(&last, request.width_months, results)).collect();
    Ok(Aggregate {
        format: FORMAT.to_owned(),
        engine: json!(results.engine),
        study: redacted(&request, results, &sources),
        k: request.k,
        width_months: request.width_months,
        by,
        models: tables(&request, results, table, &sources)?,
        endpoints,
    })
}

/// An endpoint with the curves that its counts come from.
struct Source<'a> {
    result: &'a AnalysisResult,
    curves: &'a [Curve],
    name: &'a str,
    spec: EndpointSpec,
}

impl Source<'_> {
    /// Width of the narrow bins in the endpoint's unit.
    fn width(&self, months: f64) -> f64 {
        // Years and months are exact.
        match self.spec.unit() {
            crate::cohort::Unit::Months => months,
            crate::cohort::Unit::Years => months / 12.0,
            unit => months * crate::cohort::Unit::Months.days() / unit.days(),
        }
    }

    fn leaving(&self, months: f64) -> Leaving {
        let width = self.width(months);
        let groups = self.curves.iter().map(|curve| {
            let mut bins: BTreeMap<u64, u64> = BTreeMap::new();
            for (i, &time) in curve.steps.time.iter().enumerate() {
                *bins.entry(bins::index(time, width)).or_default() +=
                    whole(curve.steps.n_event[i]) + whole(curve.steps.n_censor[i]);
            }
            bins.into_iter().collect()
        });
        Leaving { groups: groups.collect() }
    }

    fn counts(&self, last: &[u64], months: f64, results: &Results) -> EndpointCounts {
        let width = self.width(months);
        let rule = |name: &str| self.result.rules.get(name).cloned().unwrap_or_default();
        EndpointCounts {
            name: self.name.to_owned(),
            unit: self.spec.unit().name().to_owned(),
            cause: rule("cause").as_str().map(str::to_owned),
            conf_type: rule("conf_type"),
            conf_level: rule("conf_level").as_f64().unwrap_or(0.95),
            ends: last.iter().map(|&bin| (bin + 1) as f64 * width).collect(),
            ends_months: last.iter().map(|&bin| (bin + 1) as f64 * months).collect(),
            groups: self.curves.iter().filter(|curve| curve.n > 0).map(|curve| group(curve, last, width)).collect(),
            log_rank: self.log_rank(results),
        }
    }

    /// p of the log-rank test of the same rows.
    fn log_rank(&self, results: &Results) -> Option<P> {
        let same = |other: &&AnalysisResult| {
            other.kind == "log_rank"
                && other.endpoint == self.result.endpoint
                && other.by == self.result.by
                && !has_subset(results, &other.id)
                && other.rules.get("cause") == self.result.rules.get("cause")
                && other.rules.get("strata").is_none_or(|strata| strata.as_array().is_none_or(Vec::is_empty))
                && other.rules.get("weights").is_some_and(|weights| weights == "log-rank")
        };
        let found = results.results.iter().find(same)?;
        match found.figures.as_ref()? {
            Figures::LogRank(test) => test.p_value.map(P::of),
            _ => None,
        }
    }
}

/// A count of rows; without weights it is whole.
fn whole(count: f64) -> u64 {
    count as u64
}

fn group(curve: &Curve, last: &[u64], width: f64) -> GroupCounts {
    let (mut n_event, mut n_censor) = (vec![0; last.len() + 1], vec![0; last.len() + 1]);
    for (i, &time) in curve.steps.time.iter().enumerate() {
        let narrow = bins::index(time, width);
        let bin = last.partition_point(|&end| end < narrow);
        n_event[bin] += whole(curve.steps.n_event[i]);
        n_censor[bin] += whole(curve.steps.n_censor[i]);
    }
    let n_risk = crate::survival::life_table::Counts { n_event: &n_event, n_censor: &n_censor }.n_risk();
    GroupCounts { group: curve.group.clone(), n: curve.n as u64, n_risk, n_event, n_censor }
}

/// The endpoints that are asked for.
fn sources<'a>(request: &Request, results: &'a Results) -> Result<Vec<Source<'a>>> {
    let mut sources: Vec<Source> = Vec::new();
    for id in &request.curves {
        let wrong = |expected: &str| bad("curves", id, expected);
        let result = results.results.iter().find(|result| result.id == *id && result.kind == "kaplan_meier");
        let result = result.ok_or_else(|| wrong("the id of a kaplan_meier analysis that was run"))?;
        if let Some(error) = &result.error {
            return Err(error.clone());
        }
        let (Some(Figures::Curves { curves, .. }), Some(name)) = (&result.figures, &result.endpoint) else {
            return Err(wrong("the id of a kaplan_meier analysis that was run"));
        };
        if sources.iter().any(|other| other.name == name) {
            return Err(wrong("one analysis of each endpoint: two groupings of the same patients could be played off"));
        }
        if sources.first().is_some_and(|first| first.result.by != result.by) {
            return Err(wrong("analyses by the same column: two groupings of the same patients could be played off"));
        }
        let rule = |name: &str| result.rules.get(name).is_some_and(|value| !value.is_null() && *value != json!(false));
        let is_linked = curves.iter().any(|curve| {
            !curve.entry.is_empty()
                || !curve.steps.n_leave.is_empty()
                || !curve.steps.n_enter.is_empty()
                || curve.raw.is_some()
        });
        let spec = results.study["endpoints"].get(name).cloned().unwrap_or_default();
        let has_id = spec.get("id").is_some_and(|id| !id.is_null());
        if is_linked || has_id || rule("weights") || has_subset(results, id) {
            return Err(Error::new(ErrorKind::AggregatesNotDefined).with("analysis", id));
        }
        let spec = crate::json::of_value(&spec)
            .map_err(|problem| Error::new(ErrorKind::SupplementUnreadable).with("reason", problem))?;
        sources.push(Source { result, curves, name, spec });
    }
    if sources.is_empty() {
        return Err(bad("curves", "[]", "the id of a kaplan_meier analysis that was run"));
    }
    Ok(sources)
}

/// Whether an analysis is of a subset.
fn has_subset(results: &Results, id: &str) -> bool {
    let analyses = results.study["analyses"].as_array();
    let own = analyses.and_then(|analyses| analyses.iter().find(|analysis| analysis["id"] == id));
    own.is_some_and(|own| {
        own["subset"].as_array().is_some_and(|subset| !subset.is_empty()) || own["subset"].is_object()
    })
}

/// Every group has 5k patients, and no two endpoints differ by a few patients.
fn enough(request: &Request, sources: &[Source]) -> Result<()> {
    let least = GROUP * request.k;
    let mut small: Vec<String> = Vec::new();
    for source in sources {
        for curve in source.curves.iter().filter(|curve| curve.n > 0 && (curve.n as u64) < least) {
            let group = curve.group.as_deref().map_or_else(String::new, |group| format!(", {group}"));
            small.push(format!("{}{group}: {}", source.name, curve.n));
        }
        if source.curves.iter().all(|curve| curve.n == 0) {
            small.push(format!("{}: 0", source.name));
        }
    }
    if !small.is_empty() {
        return Err(Error::new(ErrorKind::TooFewForAggregates)
            .with("groups", small.join("; "))
            .with("least", least)
            .with("k", request.k));
    }
    for (i, one) in sources.iter().enumerate() {
        for other in &sources[i + 1..] {
            let n = |source: &Source, group: usize| source.curves.get(group).map_or(0, |curve| curve.n as u64);
            let total = |source: &Source| source.curves.iter().map(|curve| curve.n as u64).sum::<u64>();
            let groups = one.curves.len().max(other.curves.len());
            if models::near(total(one), total(other), request.k)
                || (0..groups).any(|group| models::near(n(one, group), n(other, group), request.k))
            {
                return Err(Error::new(ErrorKind::SmallDifference)
                    .with("endpoint", one.name)
                    .with("other", other.name)
                    .with("k", request.k));
            }
        }
    }
    Ok(())
}

/// The models that are asked for.
fn tables(request: &Request, results: &Results, table: &Table, sources: &[Source]) -> Result<Vec<Models>> {
    if request.models.is_empty() {
        return Ok(Vec::new());
    }
    let mut apart = Apart::new(results, table, request.k)?;
    for source in sources {
        let by = source.result.by.as_deref();
        let cause = source.result.rules.get("cause").and_then(Value::as_str);
        let members = apart.members(source.name, cause, &by.map(str::to_owned).into_iter().collect::<Vec<_>>());
        let n = source.curves.iter().map(|curve| curve.n as u64).sum();
        apart.curves(members.as_ref(), by, n, source.curves.iter().map(|curve| whole(curve.n_event)).sum());
    }
    let mut out = Vec::new();
    for id in &request.models {
        let result = results.results.iter().find(|result| result.id == *id);
        let result =
            result.filter(|result| sources.iter().any(|source| Some(source.name) == result.endpoint.as_deref()));
        let Some(result) = result else {
            return Err(bad("models", id, "the id of a cox_table or cox analysis of an endpoint that is shown"));
        };
        let weighted = result.rules.get("weights").is_some_and(|weights| !weights.is_null());
        if weighted || has_subset(results, id) {
            return Err(Error::new(ErrorKind::AggregatesNotDefined).with("analysis", id));
        }
        if let Some(error) = &result.error {
            return Err(error.clone());
        }
        let is_code = |name: &str| is_code(name, results, table);
        let models = models::of(result, request.k, &is_code, &others(results, id), &mut apart);
        out.push(
            models.ok_or_else(|| {
                bad("models", id, "the id of a cox_table or cox analysis of an endpoint that is shown")
            })?,
        );
    }
    Ok(out)
}

/// The columns besides covariates that a patient must have for a model.
fn others(results: &Results, id: &str) -> Vec<String> {
    let analyses = results.study["analyses"].as_array().into_iter().flatten();
    let mut names_of = Vec::new();
    for analysis in analyses.filter(|analysis| analysis["id"] == id) {
        for option in ["strata", "cluster", "offset"] {
            names(&analysis[option], &mut names_of);
        }
    }
    names_of
}

/// Whether a column has so few values that as a number it is a factor whose levels nobody sees.
fn is_code(name: &str, results: &Results, table: &Table) -> bool {
    let source = results.study["data"]["columns"][name]["from"].as_str().unwrap_or(name);
    let Some(column) = table.column(source) else { return true };
    let mut values: Vec<&str> = Vec::new();
    for cell in (0..column.len()).map(|row| column.cell(row)) {
        if !values.contains(&cell) {
            values.push(cell);
        }
        if values.len() > MOST_CODES {
            return false;
        }
    }
    true
}

/// The study as far as it says what is shown: no file, no checksum, no row, no cell.
fn redacted(request: &Request, results: &Results, sources: &[Source]) -> Value {
    let study = &results.study;
    let is_shown =
        |id: &Value| id.as_str().is_some_and(|id| request.curves.iter().chain(&request.models).any(|own| own == id));
    // An option that could name a patient (the covariates of a prediction, a subset) is not among these.
    const KEPT: [&str; 18] = [
        "id",
        "type",
        "title",
        "endpoint",
        "by",
        "cause",
        "covariates",
        "univariable",
        "multivariable",
        "strata",
        "ties",
        "penalty",
        "conf",
        "conf_type",
        "conf_level",
        "times",
        "factor_test",
        "weights",
    ];
    let kept = |analysis: &Value| {
        let options = analysis.as_object().into_iter().flatten().filter(|(option, _)| KEPT.contains(&option.as_str()));
        Value::Object(options.map(|(option, value)| (option.clone(), value.clone())).collect())
    };
    let analyses: Vec<Value> = study["analyses"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|analysis| is_shown(&analysis["id"]))
        .map(kept)
        .collect();
    let endpoints: Map<String, Value> = sources
        .iter()
        .filter_map(|source| Some((source.name.to_owned(), study["endpoints"].get(source.name)?.clone())))
        .collect();
    let mut used: Vec<String> = Vec::new();
    for analysis in &analyses {
        for option in ["by", "covariates", "univariable", "multivariable", "strata"] {
            names(&analysis[option], &mut used);
        }
    }
    let declared = study["data"]["columns"].as_object();
    let columns: Map<String, Value> = declared
        .into_iter()
        .flatten()
        .filter(|(name, _)| used.contains(name))
        .map(|(name, column)| {
            // What the study says of cells (recoded, missing) stays behind.
            let kept = column.as_object().into_iter().flatten().filter(|(key, _)| {
                ["label", "type", "unit", "levels", "reference", "per", "cuts"].contains(&key.as_str())
            });
            (name.clone(), Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect()))
        })
        .collect();
    json!({
        "format": study["format"],
        "title": study["title"],
        "conventions": study["conventions"],
        "data": { "columns": columns },
        "endpoints": endpoints,
        "analyses": analyses,
    })
}

/// The names of columns in an option: a text, a list, `a*b`, a spline.
fn names(option: &Value, used: &mut Vec<String>) {
    match option {
        Value::String(name) => used.extend(name.split(['*', ':']).map(|part| part.trim().to_owned())),
        Value::Array(list) => list.iter().for_each(|one| names(one, used)),
        Value::Object(spline) => spline.get("spline").into_iter().for_each(|name| names(name, used)),
        _ => {}
    }
}
