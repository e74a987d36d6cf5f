//! `missing_map`: which cells are missing, together with which others, and how many rows that costs each model.

use serde_json::json;

use super::groups::Groups;
use crate::error::{Error, ErrorKind, Result};
use crate::hashing::HashMap;
use crate::sorting::sort_by;
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::covariate::{Covariate, expanded};
use crate::study::design;
use crate::study::document::Request;
use crate::study::missing_results::{LossStep, MissingMap, MissingVariable, ModelLosses, Pattern, VariableRows};
use crate::study::results::{AnalysisResult, Figures};
use crate::study::selection::{self, Presence};
use crate::study::summary_entry::SummaryEntry;

/// Types of analyses that are models.
const MODELS: [&str; 2] = ["cox", "cox_table"];

/// Counts and fills `result`. A model whose rows cannot be told carries its error and spares the map.
///
/// # Errors
/// [`ErrorKind::BadOption`] for a variable named twice or under a heading, and for an id that is no model;
/// [`ErrorKind::NoObservations`]; whatever keeps a column or the endpoint from being read.
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let names = variables(context, analysis)?;
    let models = models(context, analysis)?;
    let ids: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
    result.rules.extend([("variables", json!(names)), ("models", json!(ids))]);
    if let Some(endpoint) = &analysis.endpoint {
        result.rules.extend(context.endpoint_rules(analysis, std::iter::once(endpoint.as_str())));
    }
    let rows = rows(context, analysis)?;
    if rows.is_empty() {
        let excluded = context.table.n_rows();
        return Err(Error::new(ErrorKind::NoObservations)
            .with("excluded", excluded)
            .with("missing", 0)
            .at(analysis.at("subset")));
    }
    let presences = names.iter().map(|name| presence(context, name)).collect::<Result<Vec<_>>>()?;
    let variables = presences.iter().map(|presence| {
        let missing: Vec<usize> = rows.iter().filter(|&&row| !presence.present[row]).map(|row| row + 1).collect();
        MissingVariable {
            variable: presence.name.clone(),
            n_missing: missing.len(),
            percent: 100.0 * missing.len() as f64 / rows.len() as f64,
            rows: missing,
        }
    });
    let variables = variables.collect();
    let patterns = patterns(&presences, &rows);
    result.figures = Some(Figures::MissingMap(Box::new(MissingMap {
        n_rows: rows.len(),
        n_complete: patterns.iter().find(|pattern| pattern.missing.is_empty()).map_or(0, |pattern| pattern.n),
        variables,
        patterns,
        models: models.into_iter().map(|request| losses(context, request)).collect(),
    })));
    Ok(())
}

/// The columns: those named; else those that the study declares or its analyses use, or every column where there is none.
fn variables(context: &Context, analysis: &Analysis) -> Result<Vec<String>> {
    let Some(entries) = &analysis.variables else { return Ok(used(context)) };
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        let SummaryEntry::Column(name) = entry else {
            return Err(analysis.bad_option("variables", entry.columns().join(", "), "names of columns"));
        };
        if names.contains(name) {
            return Err(analysis.bad_option("variables", format!("{name}, twice"), "each column once"));
        }
        names.push(name.clone());
    }
    if names.is_empty() {
        return Err(analysis.bad_option("variables", "[]", "names of columns"));
    }
    Ok(names)
}

/// The columns that the study declares or its analyses use, in the order of the file.
fn used(context: &Context) -> Vec<String> {
    let mut named: Vec<String> = context.study.data.columns.keys().cloned().collect();
    let mut covariate = |covariate: &Covariate| match covariate {
        Covariate::Named(name) if context.table.column(name).is_none() => {
            named.extend(expanded(name).into_iter().flatten());
        }
        _ => named.push(covariate.name()),
    };
    let analyses = || context.study.analyses.iter().filter_map(|request| request.analysis.as_ref().ok());
    for analysis in analyses() {
        let lists = [&analysis.covariates, &analysis.univariable, &analysis.multivariable];
        lists.into_iter().flatten().flatten().for_each(&mut covariate);
    }
    for analysis in analyses() {
        let groups = analysis.by.iter().chain(&analysis.cluster).chain(analysis.strata.iter().flatten());
        named.extend(groups.chain(analysis.offset.iter().flatten()).cloned());
        named.extend(analysis.variables.iter().flatten().flat_map(SummaryEntry::columns).cloned());
    }
    let named: crate::hashing::HashSet<String> = named.into_iter().collect();
    let columns = || context.table.columns.iter().map(|column| column.name.clone());
    let found: Vec<String> = columns().filter(|name| named.contains(name)).collect();
    if found.is_empty() { columns().collect() } else { found }
}

/// The models: those named, or all of the study.
fn models<'a>(context: &'a Context, analysis: &Analysis) -> Result<Vec<&'a Request>> {
    let is_model = |request: &&Request| MODELS.contains(&request.kind.as_str());
    let all = || context.study.analyses.iter().filter(is_model);
    let Some(ids) = &analysis.models else { return Ok(all().collect()) };
    ids.iter()
        .map(|id| {
            all().find(|request| request.id == *id).ok_or_else(|| {
                let known: Vec<&str> = all().map(|request| request.id.as_str()).collect();
                let expected = format!("the id of a cox or cox_table analysis: {}", known.join(", "));
                analysis.bad_option("models", id, &expected)
            })
        })
        .collect()
}

/// The rows that are looked at: of the subset, with the endpoint if one is named, not excluded by the study.
fn rows(context: &Context, analysis: &Analysis) -> Result<Vec<usize>> {
    let inside = selection::subset(context, analysis)?;
    Ok(match &analysis.endpoint {
        Some(_) => context.endpoint(analysis)?.rows.iter().copied().filter(|&row| inside[row]).collect(),
        None => (0..inside.len()).filter(|&row| inside[row] && context.cohort.exclusion(row).is_none()).collect(),
    })
}

/// Which cells of a column have a value. Any column can be asked.
fn presence(context: &Context, name: &str) -> Result<Presence> {
    Ok(Groups::of(context, name)?.presence())
}

/// The rows by what is missing together: the most frequent set first, of equals the one whose variables come first.
fn patterns(presences: &[Presence], rows: &[usize]) -> Vec<Pattern> {
    let mut counts: HashMap<Vec<u32>, usize> = HashMap::default();
    for &row in rows {
        let missing = (0_u32..).zip(presences).filter(|(_, presence)| !presence.present[row]);
        *counts.entry(missing.map(|(at, _)| at).collect()).or_default() += 1;
    }
    let mut counts: Vec<(Vec<u32>, usize)> = counts.into_iter().collect();
    sort_by(&mut counts, |(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    let name = |at: &u32| presences.get(*at as usize).map(|presence| presence.name.clone());
    counts.into_iter().map(|(missing, n)| Pattern { missing: missing.iter().filter_map(name).collect(), n }).collect()
}

/// How the rows of a model become fewer, or why that cannot be told.
fn losses(context: &Context, request: &Request) -> ModelLosses {
    let empty = |endpoint: Option<String>| ModelLosses {
        analysis: request.id.clone(),
        endpoint,
        start: 0,
        univariable: Vec::new(),
        steps: Vec::new(),
        n: None,
        error: None,
    };
    match &request.analysis {
        Err(error) => ModelLosses { error: Some(error.clone()), ..empty(None) },
        Ok(model) => {
            let mut losses = empty(model.endpoint.clone());
            if let Err(error) = fill(context, request, model, &mut losses) {
                losses = ModelLosses { error: Some(error), ..empty(model.endpoint.clone()) };
            }
            losses
        }
    }
}

fn fill(context: &Context, request: &Request, model: &Analysis, losses: &mut ModelLosses) -> Result<()> {
    model.check_options(&request.written)?;
    let inside = selection::subset(context, model)?;
    let endpoint = context.endpoint(model)?;
    let rows: Vec<usize> = endpoint.rows.iter().copied().filter(|&row| inside[row]).collect();
    losses.start = rows.len();
    let table = model.kind == "cox_table";
    let empty = Vec::new();
    let alone = if table { model.univariable.as_ref() } else { model.covariates.as_ref() }.unwrap_or(&empty);
    let together = if table { model.multivariable.as_ref() } else { model.covariates.as_ref() };
    let option = |table_option: &'static str| if table { table_option } else { "covariates" };

    // What every model of the analysis needs besides its covariates.
    let mut always: Vec<Presence> = Vec::new();
    for name in model.strata.iter().flatten().chain(&model.cluster) {
        always.push(presence(context, name)?);
    }
    for name in model.offset.iter().flatten() {
        always.push(Presence::of(name, &context.cohort.number(name)?));
    }
    if let Some(name) = model.weight_column()? {
        // A row of weight zero has no part in a model.
        let weights = context.cohort.number(name)?;
        let present = weights.iter().map(|weight| weight.is_some_and(|weight| weight != 0.0)).collect();
        always.push(Presence { name: name.to_owned(), present });
    }
    let of = |option: &str, covariates: &[Covariate]| -> Result<Vec<Presence>> {
        Ok(design::presences(&design::variables(context, model, option, covariates)?))
    };
    for covariate in alone {
        let needed = of(option("univariable"), std::slice::from_ref(covariate))?;
        let complete = |row: &&usize| needed.iter().chain(&always).all(|presence| presence.present[**row]);
        losses.univariable.push(VariableRows { variable: covariate.name(), n: rows.iter().filter(complete).count() });
    }
    let Some(together) = together.filter(|together| !table || !together.is_empty()) else { return Ok(()) };
    let mut needed = of(option("multivariable"), together)?;
    for presence in always {
        let same = |known: &Presence| known.name == presence.name && known.present == presence.present;
        if !needed.iter().any(same) {
            needed.push(presence);
        }
    }
    let mut lost = vec![0; needed.len()];
    let mut only = vec![0; needed.len()];
    for &row in &rows {
        let mut missing = (0..needed.len()).filter(|&at| !needed[at].present[row]);
        if let Some(first) = missing.next() {
            lost[first] += 1;
            if missing.next().is_none() {
                only[first] += 1;
            }
        }
    }
    let mut left = rows.len();
    for ((presence, lost), lost_only_here) in needed.iter().zip(lost).zip(only) {
        left -= lost;
        losses.steps.push(LossStep { variable: presence.name.clone(), lost, lost_only_here, n: left });
    }
    losses.n = Some(left);
    Ok(())
}
