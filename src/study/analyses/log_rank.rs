//! `log_rank`: whether groups have one hazard, by the log-rank test and its family.

use serde_json::json;

use super::groups::{Groups, combined};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::results::{self, AnalysisResult, Figures, LogRankGroup, TwoGroupRatio};
use crate::study::selection::{self, Presence, Selection};
use crate::survival::hazard_ratio;
use crate::survival::log_rank::{self, TestOptions, TestWeight};
use crate::survival::permutation::{self, Draws};

/// Most draws times rows: some ten seconds.
const MOST_SHUFFLED: u64 = 1_000_000_000;

/// Computes the test and fills `result`.
///
/// # Errors
/// Those of the options, of the grouping columns and of the selection; [`ErrorKind::OneGroup`], [`ErrorKind::NoEvents`].
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let options = TestOptions {
        weight: analysis.test_weight()?,
        variance: analysis.variance.unwrap_or_else(|| context.study.conventions.variance()),
    };
    let permutation = analysis.permutation()?;
    let conf_level = analysis.conf_level()?;
    let endpoint = context.endpoint_options(analysis);
    result.rules.extend([
        ("weights", json!(options.weight)),
        ("variance", json!(options.variance)),
        ("strata", json!(analysis.strata.clone().unwrap_or_default())),
        ("trend", json!(analysis.trend.unwrap_or(false))),
        ("pairwise", json!(analysis.pairwise)),
        ("permutation", permutation.map_or(json!(false), |draws| json!(draws))),
        ("conf_level", json!(conf_level)),
        ("cause", json!(analysis.cause)),
        ("time_zero", json!(endpoint.time_zero)),
        ("month_rule", json!(endpoint.month_rule)),
    ]);
    let groups = Groups::of(context, analysis.required("by", analysis.by.as_deref())?)?;
    let strata = analysis.strata.as_deref().unwrap_or_default();
    let strata = strata.iter().map(|name| Groups::of(context, name)).collect::<Result<Vec<_>>>()?;
    let needed: Vec<Presence> = std::iter::once(&groups).chain(&strata).map(Groups::presence).collect();
    let selection = selection::select(context, analysis, &needed)?;
    let codes = groups.codes(&selection);
    let levels = &groups.category.levels;
    result.cautions.extend(selection.cautions.iter().cloned());
    result.cautions.extend(groups.cautions(&codes));

    if let Some(draws) = permutation {
        check_permutation(analysis, &selection, draws)?;
    }
    let strata = (!strata.is_empty()).then(|| combined(&strata, &selection));
    let sample = selection.sample();
    let test = log_rank::test(&sample, &codes, levels.len(), strata.as_deref(), &options).map_err(|error| {
        let option = if error.kind == ErrorKind::NoEvents { "endpoint" } else { "by" };
        let only = codes.first().map_or("", |&code| levels[code as usize].as_str());
        let error = if error.kind == ErrorKind::OneGroup { Error::new(error.kind).with("group", only) } else { error };
        error.at(analysis.at(option))
    })?;
    if test.strata_without_events > 0 {
        let n = test.strata_without_events;
        result.cautions.push(Caution::new(CautionKind::StratumWithoutEvents).with("n", n));
    }
    let pairwise = analysis.pairwise.map(|adjustment| {
        let pairs = log_rank::pairwise(&sample, &codes, levels.len(), strata.as_deref(), &options, adjustment);
        let named = pairs.iter().map(|pair| results::Pair {
            group: levels[pair.group].clone(),
            reference: levels[pair.reference].clone(),
            statistic: pair.statistic,
            p_value: pair.p_value,
            p_adjusted: pair.p_adjusted,
        });
        named.collect()
    });
    let ratios = if options.weight == TestWeight::LogRank { hazard_ratio::of(&test, conf_level) } else { None };
    let mut figures = results::LogRank {
        hazard_ratios: ratios.map(|found| {
            let named = found.ratios.map(|ratio| TwoGroupRatio {
                group: levels[found.group].clone(),
                reference: levels[found.reference].clone(),
                ratio,
            });
            named.to_vec()
        }),
        permutation: permutation.map(|_| None),
        trend: analysis.trend.unwrap_or(false).then(|| log_rank::trend(&test)),
        pairwise,
        statistic: test.statistic,
        df: test.df,
        p_value: test.p_value,
        reason: test.reason,
        groups: levels
            .iter()
            .zip(&test.groups)
            .map(|(level, group)| LogRankGroup {
                group: level.clone(),
                n: group.n,
                observed: group.observed,
                expected: group.expected,
            })
            .collect(),
    };
    result.counts = Some(selection.counts.clone());
    if let Some(draws) = permutation {
        result.figures = Some(Figures::LogRank(figures.clone()));
        context.hand_out(result);
        let (k, strata) = (levels.len(), strata.as_deref());
        let mut done = |share| context.done(share);
        figures.permutation =
            Some(permutation::test_told(&sample, &codes, k, strata, options.weight, draws, &mut done));
    }
    result.figures = Some(Figures::LogRank(figures));
    Ok(())
}

/// A permutation moves rows, so that the rows of a patient cannot be linked; and it is for small cohorts.
fn check_permutation(analysis: &Analysis, selection: &Selection, draws: Draws) -> Result<()> {
    if selection.id.is_some() {
        let expected = "left out where the endpoint has an id: rows of one patient cannot change groups one by one";
        return Err(analysis.bad_option("permutation", json!(draws), expected));
    }
    let most = MOST_SHUFFLED / selection.rows.len().max(1) as u64;
    if draws.draws > most {
        let expected = format!("at most {most} draws for {} rows", selection.rows.len());
        return Err(analysis.bad_option("permutation", json!(draws), &expected));
    }
    Ok(())
}
