//! `ph_test`: whether the hazard ratios of a Cox model stay the same over time (rule 13).

use serde_json::json;

use super::cox::{Model, Rules};
use crate::error::Result;
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::design::Role;
use crate::study::results::{self, AnalysisResult, ColumnName, Figures, PhGlobal, PhTerm, Residual, Smooth};
use crate::survival::cox::{self, ChiSquared, CoxOptions, Ties, Transform};

/// Tests each covariate and the whole model, and fills `result`. `robust` and `cluster` have no part in it, as in R.
///
/// # Errors
/// Those of a `cox` of the same covariates; exact ties are refused.
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let rules = Rules::of(context, analysis, &mut result.rules)?;
    let transform = analysis.transform.unwrap_or_default();
    for shown_by_terms in ["penalty", "conf"] {
        result.rules.shift_remove(shown_by_terms);
    }
    result.rules.insert("robust", json!(false));
    result.rules.insert("transform", json!(transform));
    result.rules.insert("smooth", json!("natural spline, 4 degrees of freedom"));
    if rules.options.ties == Ties::Exact {
        return Err(analysis.bad_option("ties", "exact", "efron or breslow in a ph_test"));
    }
    let covariates = analysis.required("covariates", analysis.covariates.as_deref())?;
    let model = Model::prepare(context, analysis, "covariates", covariates, &mut result.cautions)?;
    if model.design.columns.is_empty() {
        return Err(analysis.bad_option("covariates", "no covariate", "at least one with two levels"));
    }
    let sample = model.selection.sample();
    let factors: Vec<_> = model.design.factors.iter().filter(|factor| !factor.columns.is_empty()).collect();
    let groups: Vec<Vec<usize>> = factors.iter().map(|factor| factor.columns.clone().collect()).collect();
    let groups: Vec<&[usize]> = groups.iter().map(Vec::as_slice).collect();
    let options = CoxOptions { robust: false, ..rules.options };
    let found =
        cox::ph_test(&sample, &model.columns(), &options, &groups, transform).map_err(|error| model.explain(error))?;

    let at_zero = transform == Transform::Log && found.residuals.is_empty();
    let reason = if at_zero { "event_at_time_zero" } else { "separation" };
    let test = |test: Option<ChiSquared>, df: usize| PhGlobal {
        statistic: test.map(|test| test.statistic),
        df,
        p_value: test.map(|test| test.p_value),
        reason: test.is_none().then_some(reason),
    };
    let terms = (factors.iter().zip(&found.terms))
        .map(|(factor, &found)| PhTerm { variable: factor.variable.clone(), test: test(found, factor.columns.len()) });
    let columns: Vec<ColumnName> = (model.design.terms.iter())
        .filter(|term| matches!(term.role, Role::Column(_)))
        .map(|term| ColumnName { variable: term.variable.clone(), level: term.level.clone() })
        .collect();
    let smooth: Vec<Smooth> = cox::ph_smooth(&found, transform, rules.level)
        .into_iter()
        .map(|smooth| Smooth {
            column: columns[smooth.column].clone(),
            time: smooth.time,
            transformed: smooth.transformed,
            estimate: smooth.estimate,
            conf_low: smooth.conf_low,
            conf_high: smooth.conf_high,
        })
        .collect();
    let lacks_smooth = smooth.is_empty().then_some(if at_zero { reason } else { "too_few_events" });
    let figures = results::PhTest {
        terms: terms.collect(),
        global: test(found.global, model.design.columns.len()),
        residuals: (found.residuals.iter())
            .map(|residual| Residual {
                row: model.selection.rows[residual.row] + 1,
                time: residual.time,
                transformed: residual.transformed,
                values: residual.values,
            })
            .collect(),
        columns,
        coefficients: found.coefficients,
        smooth,
        smooth_reason: lacks_smooth,
    };
    result.counts = Some(model.selection.counts);
    result.figures = Some(Figures::PhTest(Box::new(figures)));
    Ok(())
}
