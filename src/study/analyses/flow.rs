//! `flow`: from who was screened to who is analysed for each endpoint, with the reason of every row that is not.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::hashing::IndexMap;
use serde_json::json;

use super::groups::Groups;
use crate::cohort::{Endpoint, EndpointSpec, Excluded, Exclusion};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::flow_results::{Flow, FlowEndpoint, FlowGroup, Left, Rows};
use crate::study::patient_options::{Before, Lost};
use crate::study::results::{AnalysisResult, Figures};
use crate::study::selection;

/// Why a row has no part in any endpoint although the study does not exclude it.
const OUTSIDE_SUBSET: &str = "outside_subset";

/// Counts and fills `result`. An endpoint that cannot be derived carries its error and spares the others.
///
/// # Errors
/// Those of the options and of the columns that they name; that of the last endpoint where none can be derived.
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let names = names(context, analysis)?;
    let before = analysis.before.clone().unwrap_or_default();
    let n_rows = context.table.n_rows();
    let excluded_before = before.iter().try_fold(0_usize, |sum, Before { n, .. }| sum.checked_add(*n));
    let excluded_before = excluded_before
        .ok_or_else(|| analysis.bad_option("before", "more than can be counted", "numbers of patients"))?;
    let screened = analysis.screened.unwrap_or_else(|| excluded_before.saturating_add(n_rows));
    result.rules.extend([
        ("endpoints", json!(names)),
        ("screened", json!(screened)),
        ("before", json!(before)),
        ("lost", json!(analysis.lost)),
    ]);
    result.rules.extend(context.endpoint_rules(analysis, names.iter().map(AsRef::as_ref)));
    if screened.checked_sub(excluded_before) != Some(n_rows) {
        let expected = i128::try_from(screened).unwrap_or(i128::MAX) - i128::try_from(excluded_before).unwrap_or(0);
        let caution =
            Caution::new(CautionKind::FlowDoesNotAdd).with("screened", screened).with("before", excluded_before);
        result.cautions.push(caution.with("expected", expected).with("rows", n_rows));
    }

    let mut inside = selection::subset(context, analysis)?;
    let excluded = excluded(context, &mut inside);
    let included = inside.iter().filter(|inside| **inside).count();
    let groups = analysis.by.as_deref().map(|name| Groups::of(context, name)).transpose()?;
    let judge = analysis.lost.as_ref().map(|rule| Judge::new(context, rule)).transpose()?;

    let lost_rule = analysis.lost.clone();
    let mut flow = Flow { screened, before, n_rows, excluded, included, endpoints: Vec::new(), lost: None, lost_rule };
    let mut lost: Option<BTreeSet<usize>> = None;
    let mut failed = None;
    for name in &names {
        let options = analysis.endpoint_options(&context.options_of(name));
        let endpoint = match context.derived(name, options) {
            Ok(endpoint) => endpoint,
            Err(error) => {
                flow.endpoints.push(not_derived(name, error.clone()));
                failed = Some(error);
                continue;
            }
        };
        let mut counted = counted(name, &endpoint, &inside, groups.as_ref());
        if let Some(judge) = &judge {
            counted.lost = judge.lost(context, name, &endpoint, &inside)?;
            match &counted.lost {
                Some(rows) => lost.get_or_insert_default().extend(&rows.rows),
                None => result.cautions.push(Caution::new(CautionKind::LostNotJudged).with("endpoint", name)),
            }
        }
        flow.endpoints.push(counted);
    }
    if let Some(error) = failed
        && flow.endpoints.iter().all(|endpoint| endpoint.error.is_some())
    {
        return Err(error);
    }
    flow.lost = lost.map(|rows| of_rows(rows.into_iter().collect()));
    result.figures = Some(Figures::Flow(Box::new(flow)));
    Ok(())
}

/// The endpoints: those named, or all of the study.
fn names(context: &Context, analysis: &Analysis) -> Result<Vec<String>> {
    let names = match (&analysis.endpoint, &analysis.endpoints) {
        (Some(_), Some(_)) => return Err(analysis.conflict("endpoint", "endpoints")),
        (Some(name), None) => vec![name.clone()],
        (None, Some(names)) => names.clone(),
        (None, None) => context.study.endpoints.keys().cloned().collect(),
    };
    for (i, name) in names.iter().enumerate() {
        if !context.study.endpoints.contains_key(name) {
            let known: Vec<&str> = context.study.endpoints.keys().map(String::as_str).collect();
            let suggestion = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
            let error = Error::new(ErrorKind::UnknownEndpoint).with("name", name).with("suggestion", suggestion);
            return Err(error.at(analysis.at("endpoints")));
        }
        if names[..i].contains(name) {
            return Err(analysis.bad_option("endpoints", format!("{name}, twice"), "each endpoint once"));
        }
    }
    Ok(names)
}

/// The rows that the study excludes, then those outside the subset; they are outside afterwards.
fn excluded(context: &Context, inside: &mut [bool]) -> Vec<Left> {
    let by_study = context.cohort.excluded();
    let mut left = by_reason(by_study.iter());
    let mut outside = Vec::new();
    for (row, inside) in inside.iter_mut().enumerate() {
        if context.cohort.exclusion(row).is_some() {
            *inside = false;
        } else if !*inside {
            outside.push(row + 1);
        }
    }
    if !outside.is_empty() {
        left.push(Left { reason: OUTSIDE_SUBSET, note: None, n: outside.len(), rows: outside });
    }
    left
}

/// The rows by reason, in the order in which the reasons first appear.
fn by_reason<'a>(excluded: impl Iterator<Item = &'a Excluded>) -> Vec<Left> {
    let mut reasons: IndexMap<(&'static str, Option<&str>), Vec<usize>> = IndexMap::default();
    for row in excluded {
        let note = row.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        reasons.entry((row.reason.code(), note)).or_default().push(row.row);
    }
    let left = |((reason, note), rows): ((&'static str, Option<&str>), Vec<usize>)| Left {
        reason,
        note: note.map(str::to_owned),
        n: rows.len(),
        rows,
    };
    reasons.into_iter().map(left).collect()
}

fn of_rows(rows: Vec<usize>) -> Rows {
    Rows { n: rows.len(), rows }
}

/// An endpoint that cannot be derived.
fn not_derived(name: &str, error: Error) -> FlowEndpoint {
    FlowEndpoint {
        endpoint: name.to_owned(),
        n: 0,
        n_event: 0,
        by_event: IndexMap::default(),
        excluded: Vec::new(),
        lost: None,
        groups: Vec::new(),
        error: Some(error),
    }
}

/// Who of the rows inside has the endpoint, and what became of them.
fn counted(name: &str, endpoint: &Endpoint, inside: &[bool], groups: Option<&Groups>) -> FlowEndpoint {
    let mut by_cause = vec![0; endpoint.events.len() + 1];
    let levels = groups.map_or(&[][..], |groups| &groups.category.levels);
    let group = |level: Option<&String>| FlowGroup { group: level.cloned(), n: 0, n_event: 0 };
    let mut by_group: Vec<FlowGroup> = levels.iter().map(|level| group(Some(level))).collect();
    let mut without = group(None);
    for (&row, &cause) in endpoint.rows.iter().zip(&endpoint.cause).filter(|(row, _)| inside[**row]) {
        by_cause[cause as usize] += 1;
        if let Some(groups) = groups {
            let group = match groups.category.codes[row] {
                Some(code) => &mut by_group[code as usize],
                None => &mut without,
            };
            group.n += 1;
            group.n_event += usize::from(cause > 0);
        }
    }
    by_group.extend((without.n > 0).then_some(without));
    // The study's own exclusions are no part of the rows inside, and so of none of these.
    let excluded = endpoint.excluded.iter().filter(|excluded| inside[excluded.row - 1]);
    FlowEndpoint {
        endpoint: name.to_owned(),
        n: by_cause.iter().sum(),
        n_event: by_cause[1..].iter().sum(),
        by_event: endpoint.events.iter().cloned().zip(by_cause[1..].iter().copied()).collect(),
        excluded: by_reason(excluded.filter(|excluded| excluded.reason != Exclusion::ExcludedByStudy)),
        lost: None,
        groups: by_group,
        error: None,
    }
}

/// Tells who is lost to follow-up.
enum Judge {
    /// By table row, whether a column says so.
    Said(Vec<bool>),
    /// The day before which the last news is too old, since 1970-01-01.
    Before(i64),
}

impl Judge {
    fn new(context: &Context, rule: &Lost) -> Result<Self> {
        Ok(match rule {
            Lost::Said(condition) => {
                // What keeps the column from being read is an error here too.
                context.cohort.category(&condition.column)?;
                Self::Said(context.cohort.is_in(&condition.column, &condition.values)?)
            }
            Lost::Before(day) => Self::Before(day.days()),
        })
    }

    /// The rows inside that have the endpoint, no event, and were lost; `None` where that cannot be judged.
    fn lost(&self, context: &Context, name: &str, endpoint: &Endpoint, inside: &[bool]) -> Result<Option<Rows>> {
        let open = || {
            let rows = endpoint.rows.iter().zip(&endpoint.cause).enumerate();
            rows.filter(|(_, (row, cause))| inside[**row] && **cause == 0).map(|(i, (&row, _))| (i, row))
        };
        match self {
            Self::Said(said) => {
                Ok(Some(of_rows(open().filter(|&(_, row)| said[row]).map(|(_, row)| row + 1).collect())))
            }
            Self::Before(day) => {
                let Some(EndpointSpec::Dates(spec)) = context.study.endpoints.get(name) else { return Ok(None) };
                let cutoff = spec.cutoff.map(|cutoff| cutoff.days());
                let censor = spec.censor.as_deref().map(|column| context.cohort.date(column)).transpose()?;
                let known = known_later(context, name);
                let last_seen = |row: usize| {
                    let day = censor.as_ref().and_then(|censor| censor.days[row]);
                    day.into_iter().chain(cutoff).min()
                };
                let lost = open().filter(|&(i, row)| {
                    last_seen(row).is_some_and(|seen| seen < *day)
                        && !known.iter().any(|other| ends_known(other, row, days(endpoint, i)))
                });
                Ok(Some(of_rows(lost.map(|(_, row)| row + 1).collect())))
            }
        }
    }
}

/// The study's other endpoints by dates from the same origin: who has an event there when this one ends is not lost (dead, say).
fn known_later(context: &Context, name: &str) -> Vec<Rc<Endpoint>> {
    let origin = |name: &str| match context.study.endpoints.get(name) {
        Some(EndpointSpec::Dates(spec)) => Some(&spec.origin),
        _ => None,
    };
    let own = origin(name);
    let others = context.study.endpoints.keys().filter(|other| *other != name && origin(other) == own);
    others.filter_map(|other| context.derived(other, context.options_of(other)).ok()).collect()
}

/// Whether a row has an event of this endpoint on this day since the origin or later.
fn ends_known(endpoint: &Endpoint, row: usize, day: f64) -> bool {
    let found = endpoint.rows.binary_search(&row).ok();
    found.is_some_and(|i| endpoint.cause[i] > 0 && days(endpoint, i) >= day)
}

/// The end of an observation in whole days since its origin.
fn days(endpoint: &Endpoint, i: usize) -> f64 {
    libm::round(endpoint.time[i] * endpoint.unit.days())
}
