//! `kaplan_meier` and `follow_up`: a curve per group, its quantiles, and the estimates at the times asked for.

use serde_json::json;

use super::completeness;
use super::groups::Groups;
use crate::error::{Caution, CautionKind, Result};
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::results::{AnalysisResult, Curve, Figures, SurvivalDifference};
use crate::study::selection::{self, Presence, Selection};
use crate::survival::Sample;
use crate::survival::beta_product;
use crate::survival::difference;
use crate::survival::episode;
use crate::survival::follow_up::{self, ReverseTies};
use crate::survival::interval::ConfType;
use crate::survival::jackknife;
use crate::survival::kaplan_meier::{self, At, AtRiskRule, Beyond, KmOptions};
use crate::survival::nelson_aalen;
use crate::survival::quantile::{self, QuantileInterval, QuantileRule};
use crate::table::number;

/// Quantiles that are given unless others are asked for.
const PROBS: [f64; 3] = [0.25, 0.5, 0.75];

/// Every option of the analysis, explicit.
struct Rules {
    curve: KmOptions,
    times: Vec<f64>,
    probs: Vec<f64>,
    quantile_rule: QuantileRule,
    quantile_interval: QuantileInterval,
    beyond: Beyond,
    at_risk_rule: AtRiskRule,
    robust: bool,
    cumulative_hazard: bool,
    difference: bool,
    /// Censoring is the event (`follow_up`).
    reverse: Option<ReverseTies>,
}

/// Computes the curves and fills `result`.
///
/// # Errors
/// Those of the options, of the grouping column and of the selection.
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let rules = rules(context, analysis, result)?;
    let groups = analysis.by.as_deref().map(|name| Groups::of(context, name)).transpose()?;
    let needed: Vec<Presence> = groups.iter().map(Groups::presence).collect();
    let selection = selection::select(context, analysis, &needed)?;
    result.cautions.extend(selection.cautions.iter().cloned());
    refuse_beta_product(analysis, &rules, &selection)?;
    let codes = groups.as_ref().map_or_else(|| vec![0; selection.rows.len()], |groups| groups.codes(&selection));
    let levels: Vec<Option<&String>> = match &groups {
        None => vec![None],
        Some(groups) => {
            result.cautions.extend(groups.cautions(&codes));
            groups.category.levels.iter().map(Some).collect()
        }
    };
    let mut n = vec![0; levels.len()];
    codes.iter().for_each(|&code| n[code as usize] += 1);
    let fitted = fit(&selection, &codes, levels.len(), &rules);
    let completeness = match rules.reverse {
        Some(_) => completeness::of(context, analysis, &selection, &codes, &levels)?,
        None => None,
    };
    result.cautions.extend(completeness.as_ref().and_then(completeness::caution));
    let groups = levels.into_iter().zip(n).zip(fitted);
    let curves: Vec<Curve> = groups.map(|((level, n), fitted)| curve(level, n, fitted, &rules, result)).collect();
    let differences = rules.difference.then(|| differences(&curves, rules.curve.conf_level));
    if let Some(cause) = analysis.cause.as_ref().filter(|_| context.has_competing_events(analysis)) {
        result.cautions.push(Caution::new(CautionKind::CompetingRisks).with("cause", cause));
    }
    result.counts = Some(selection.counts);
    result.figures = Some(Figures::Curves { curves, differences, completeness });
    Ok(())
}

/// The beta product is defined for counted rows that are at risk from the beginning, and made for few of them.
fn refuse_beta_product(analysis: &Analysis, rules: &Rules, selection: &Selection) -> Result<()> {
    let instead = if rules.curve.conf_type != ConfType::BetaProduct {
        return Ok(());
    } else if rules.reverse.is_some() {
        "another type in follow_up"
    } else if rules.robust {
        "another type with a robust variance"
    } else if selection.weight.is_some() {
        "another type with case weights"
    } else if selection.entry.is_some() {
        "another type with late entry"
    } else if selection.rows.len() > beta_product::MOST_ROWS {
        "another type with more than 10000 rows"
    } else {
        return Ok(());
    };
    Err(analysis.bad_option("conf_type", "beta-product", instead))
}

/// The options, each recorded as a rule.
fn rules(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<Rules> {
    let defaults = context.study.conventions;
    let probs = analysis.probs.clone().unwrap_or_else(|| PROBS.to_vec());
    if let Some(prob) = probs.iter().find(|&&prob| !(prob > 0.0 && prob < 1.0)) {
        return Err(analysis.bad_option("probs", prob, "between 0 and 1, such as 0.5"));
    }
    let times = analysis.times.clone().unwrap_or_default();
    if let Some(time) = times.iter().find(|&&time| time < 0.0) {
        return Err(analysis.bad_option("times", time, "0 or later"));
    }
    let follow_up = analysis.kind == "follow_up";
    let rules = Rules {
        curve: KmOptions {
            conf_type: analysis.conf_type.unwrap_or_else(|| defaults.conf_type()),
            conf_level: analysis.conf_level()?,
        },
        times,
        probs,
        quantile_rule: analysis.quantile_rule.unwrap_or_else(|| defaults.quantile_rule()),
        quantile_interval: analysis.quantile_interval.unwrap_or_else(|| defaults.quantile_interval()),
        beyond: analysis.beyond.unwrap_or_else(|| defaults.beyond()),
        at_risk_rule: analysis.at_risk_rule.unwrap_or_else(|| defaults.at_risk_rule()),
        robust: analysis.robust.unwrap_or(false),
        cumulative_hazard: analysis.cumulative_hazard.unwrap_or(false),
        difference: analysis.difference.unwrap_or(false),
        reverse: follow_up.then(|| analysis.reverse_ties.unwrap_or_else(|| defaults.reverse_ties())),
    };
    if rules.difference {
        analysis.required("by", analysis.by.as_deref())?;
        analysis.required("times", analysis.times.as_deref().filter(|times| !times.is_empty()))?;
    }
    let endpoint = context.endpoint_options(analysis);
    result.rules.extend([
        ("conf_type", json!(rules.curve.conf_type)),
        ("conf_level", json!(rules.curve.conf_level)),
        ("times", json!(rules.times)),
        ("probs", json!(rules.probs)),
        ("quantile_rule", json!(rules.quantile_rule)),
        ("quantile_interval", json!(rules.quantile_interval)),
        ("beyond", json!(rules.beyond)),
        ("at_risk_rule", json!(rules.at_risk_rule)),
        ("weights", json!(analysis.weight_column()?)),
        ("robust", json!(rules.robust)),
        ("time_zero", json!(endpoint.time_zero)),
        ("month_rule", json!(endpoint.month_rule)),
    ]);
    match rules.reverse {
        Some(ties) => result.rules.insert("reverse_ties", json!(ties)),
        None => {
            result.rules.insert("cumulative_hazard", json!(rules.cumulative_hazard));
            result.rules.insert("difference", json!(rules.difference));
            result.rules.insert("cause", json!(analysis.cause))
        }
    };
    Ok(rules)
}

/// The curve of each group. Where the endpoint has an `id`, rows of a patient that follow each other are one (rule 28).
fn fit(selection: &Selection, codes: &[u32], n_groups: usize, rules: &Rules) -> Vec<kaplan_meier::Curve> {
    let episodes = match (&selection.id, &selection.entry) {
        (Some(id), Some(entry)) => Some(episode::join(&episode::Rows {
            id,
            group: codes,
            entry,
            time: &selection.time,
            event: &selection.event,
            weight: selection.weight.as_deref(),
        })),
        _ => None,
    };
    let (group, sample) = match &episodes {
        None => (codes, selection.sample()),
        Some(episodes) => {
            let sample = Sample {
                entry: Some(&episodes.entry),
                time: &episodes.time,
                event: &episodes.event,
                weight: episodes.weight.as_deref(),
            };
            (episodes.group.as_slice(), sample)
        }
    };
    let leaves = episodes.as_ref().map(|episodes| episodes.leaves.as_slice());
    match rules.reverse {
        None if rules.robust => {
            let patient = episodes.as_ref().map(|episodes| episodes.id.as_slice());
            let parts = parts(&sample, group, n_groups, leaves, patient);
            parts.iter().map(|part| part.robust(&rules.curve)).collect()
        }
        None => kaplan_meier::fit_groups(&sample, group, n_groups, leaves, &rules.curve),
        Some(ties) => follow_up::fit_groups(&sample, group, n_groups, leaves, ties, &rules.curve),
    }
}

/// The observations of one group, for the robust variance.
#[derive(Default)]
struct Part {
    entry: Option<Vec<f64>>,
    time: Vec<f64>,
    event: Vec<bool>,
    weight: Option<Vec<f64>>,
    leaves: Option<Vec<bool>>,
    /// Codes of the patients from 0, ascending, where rows are linked.
    patient: Option<Vec<u32>>,
    last_id: Option<u32>,
}

impl Part {
    fn robust(&self, options: &KmOptions) -> kaplan_meier::Curve {
        let sample = Sample {
            entry: self.entry.as_deref(),
            time: &self.time,
            event: &self.event,
            weight: self.weight.as_deref(),
        };
        jackknife::fit(&sample, self.leaves.as_deref(), self.patient.as_deref(), options)
    }
}

/// The sample by group; rows of a `patient` stand together.
fn parts(
    sample: &Sample,
    group: &[u32],
    n_groups: usize,
    leaves: Option<&[bool]>,
    patient: Option<&[u32]>,
) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    parts.resize_with(n_groups, Part::default);
    for (i, &code) in group.iter().enumerate() {
        let part = &mut parts[code as usize];
        part.time.push(sample.time[i]);
        part.event.push(sample.event[i]);
        if let Some(entry) = sample.entry_of(i) {
            part.entry.get_or_insert_default().push(entry);
        }
        if sample.weight.is_some() {
            part.weight.get_or_insert_default().push(sample.weight_of(i));
        }
        if let Some(leaves) = leaves {
            part.leaves.get_or_insert_default().push(leaves[i]);
        }
        if let Some(patient) = patient {
            let patients = part.patient.get_or_insert_default();
            let code = patients.last().map_or(0, |&last| last + u32::from(part.last_id != Some(patient[i])));
            patients.push(code);
            part.last_id = Some(patient[i]);
        }
    }
    parts
}

/// The curve of one group of `n` rows, as the results have it.
fn curve(
    group: Option<&String>,
    n: usize,
    fitted: kaplan_meier::Curve,
    rules: &Rules,
    result: &mut AnalysisResult,
) -> Curve {
    let name = group.map_or("", String::as_str);
    if rules.reverse.is_none() && fitted.n > 0 && fitted.n_event == 0.0 {
        let caution = match group {
            Some(group) => Caution::new(CautionKind::GroupWithoutEvents).with("group", group),
            None => Caution::new(CautionKind::NoEvents).with("n", fitted.n),
        };
        result.cautions.push(caution);
    }
    if let Some(time) = fitted.zero_before_entry {
        let caution = Caution::new(CautionKind::ZeroBeforeEntry).with("group", name).with("time", time);
        result.cautions.push(caution);
    }
    let quantiles = rules
        .probs
        .iter()
        .map(|&prob| quantile::quantile(&fitted, prob, rules.quantile_rule, rules.quantile_interval))
        .inspect(|quantile| {
            if let (true, Some(first)) = (quantile.flat_to_end, quantile.first) {
                result.cautions.push(
                    Caution::new(CautionKind::FlatToEnd)
                        .with("curve", group.map_or_else(String::new, |group| format!(" (“{group}”)")))
                        .with("value", percent(1.0 - quantile.prob))
                        .with("from", first)
                        .with("prob", quantile.prob),
                );
            }
        })
        .collect();
    let at_risk = |time| fitted.at_risk(time, rules.at_risk_rule);
    let at = rules.times.iter().map(|&time| At { n_risk: at_risk(time), ..fitted.at(time, rules.beyond) }).collect();
    Curve {
        group: group.cloned(),
        n,
        n_event: fitted.n_event,
        quantiles,
        at,
        nelson_aalen: rules.cumulative_hazard.then(|| nelson_aalen::fit(&fitted)),
        entry: fitted.entry().to_vec(),
        raw: fitted.weighted.then_some(fitted.raw),
        steps: fitted.steps,
    }
}

/// Each group against the first that has rows, at each time in the order asked.
fn differences(curves: &[Curve], conf_level: f64) -> Vec<SurvivalDifference> {
    let Some(first) = curves.iter().position(|curve| curve.n > 0) else { return Vec::new() };
    let reference = &curves[first];
    let name = |curve: &Curve| curve.group.clone().unwrap_or_default();
    let mut out = Vec::new();
    for (at, reference_at) in reference.at.iter().enumerate() {
        for group in curves.iter().enumerate().filter(|(i, _)| *i != first).map(|(_, curve)| curve) {
            out.push(SurvivalDifference {
                time: reference_at.time,
                group: name(group),
                reference: name(reference),
                difference: difference::at(&group.at[at], reference_at, conf_level),
            });
        }
    }
    out
}

/// A probability as a percentage for a sentence, without the last digits that binary fractions leave.
fn percent(probability: f64) -> String {
    format!("{}%", number::shortest((probability * 1e8).round() / 1e6))
}
