//! `cox`: the proportional hazards model by names, levels and factors.

use serde_json::json;

use super::groups::{Groups, combined};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::num::normal;
use crate::study::analysis::Analysis;
use crate::study::context::Context;
use crate::study::design::{self, ModelDesign, PlannedTerm, Role};
use crate::study::results::{self, AnalysisResult, ChiSquare, Counts, FactorTest, Figures, ModelTests, Term};
use crate::study::selection::{self, Presence};
use crate::survival::cox::{self, ChiSquared, CoxError, CoxFit, CoxOptions, Design};

/// Events per estimated parameter below which a caution is given (Peduzzi et al. 1995, J Clin Epidemiol 48:1503-1510).
const EVENTS_PER_PARAMETER: f64 = 10.0;

/// A standard error this much smaller than its estimate is rounding and not a variance.
const NO_VARIANCE: f64 = 1e-9;

/// Clusters below which a robust variance is called uncertain (rule 26).
const CLUSTERS: usize = 20;

/// Fits the model and fills `result`.
///
/// # Errors
/// Those of the selection, of the covariates, and [`ErrorKind::NoEvents`], [`ErrorKind::Collinear`], [`ErrorKind::NotConverged`].
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let options = options(context, analysis, result)?;
    let level = analysis.conf_level()?;
    let variables = design::variables(context, analysis)?;
    let strata = groups(context, analysis.strata.as_deref().unwrap_or_default())?;
    let cluster = groups(context, analysis.cluster.as_slice())?;
    let needed: Vec<Presence> = variables
        .iter()
        .map(design::Variable::presence)
        .chain(strata.iter().chain(&cluster).map(Groups::presence))
        .collect();
    let selection = selection::select(context, analysis, &needed)?;
    let model = design::design(&variables, analysis, &selection)?;
    result.cautions.extend(selection.cautions.iter().chain(&model.cautions).cloned());

    let strata = (!strata.is_empty()).then(|| combined(&strata, &selection));
    let cluster = (!cluster.is_empty()).then(|| combined(&cluster, &selection));
    let columns = Design { columns: &model.columns, strata: strata.as_deref(), cluster: cluster.as_deref() };
    let sample = selection.sample();
    let explain = |error| explain(error, analysis, &model, &selection.counts);
    let fit = cox::fit(&sample, &columns, &options).map_err(explain)?;

    let mut factors = Vec::with_capacity(model.factors.len());
    for (variable, range) in model.factors.iter().filter(|(_, range)| !range.is_empty()) {
        let indices: Vec<usize> = range.clone().collect();
        let tests = cox::drop_test(&sample, &columns, &options, &fit, &indices).map_err(explain)?;
        factors.push(FactorTest {
            variable: variable.clone(),
            df: indices.len(),
            wald: cox::wald_test(&fit, &indices).map(chi_square),
            likelihood_ratio: chi_square(tests.likelihood_ratio),
            score: chi_square(tests.score),
        });
    }
    let z = normal::z_of_level(level).unwrap_or_default();
    let mut terms: Vec<Term> = model.terms.iter().map(|planned| term(planned, &fit, z)).collect();
    for (term, planned) in terms.iter_mut().zip(&model.terms) {
        if let (Some("separation"), Role::Column(column)) = (term.reason, planned.role) {
            let tests = cox::drop_test(&sample, &columns, &options, &fit, &[column]).map_err(explain)?;
            term.p_value = Some(tests.likelihood_ratio.p_value);
            term.test = Some("likelihood_ratio");
            let level = planned.level.as_deref().unwrap_or_default();
            let caution = Caution::new(CautionKind::Separation).with("variable", &planned.variable);
            result.cautions.push(caution.with("level", level).with("name", model.column_name(column)));
        }
    }
    judge(&model, &fit, result);
    result.counts = Some(selection.counts);
    result.figures = Some(Figures::Cox(Box::new(results::Cox {
        log_likelihood: fit.log_likelihood,
        tests: fit.tests.map(|tests| ModelTests {
            likelihood_ratio: chi_square(tests.likelihood_ratio),
            wald: tests.wald.map(chi_square),
            score: chi_square(tests.score),
        }),
        terms,
        factors,
        concordance: fit.concordance.map(|concordance| results::Concordance {
            estimate: concordance.estimate,
            std_error: concordance.std_error,
        }),
        events_per_parameter: fit.events_per_parameter(),
        iterations: fit.iterations,
        converged: true,
    })));
    Ok(())
}

/// A chi-square as the document shows it.
fn chi_square(test: ChiSquared) -> ChiSquare {
    ChiSquare { statistic: test.statistic, df: test.df, p_value: test.p_value }
}

/// The error of a model, in the study's names.
fn explain(error: CoxError, analysis: &Analysis, model: &ModelDesign, counts: &Counts) -> Error {
    let position = analysis.at("covariates");
    match error {
        CoxError::NoObservations => Error::new(ErrorKind::NoObservations)
            .with("excluded", counts.n_excluded)
            .with("missing", counts.n_missing)
            .at(position),
        CoxError::NoEvents => Error::new(ErrorKind::NoEvents).with("n", counts.n).at(analysis.at("endpoint")),
        CoxError::Collinear { columns } => {
            let names: Vec<String> = columns.iter().map(|&column| model.column_name(column)).collect();
            Error::new(ErrorKind::Collinear).with("columns", names.join(", ")).at(position)
        }
        CoxError::NotConverged { iterations } => {
            Error::new(ErrorKind::NotConverged).with("iterations", iterations).at(position)
        }
        CoxError::ExactRefused => Error::new(ErrorKind::ExactRefused).at(analysis.at("ties")),
        CoxError::ExactTooLarge { time } => {
            Error::new(ErrorKind::ExactTooLarge).with("time", time).at(analysis.at("ties"))
        }
    }
}

/// The options of the fit, each recorded as a rule.
fn options(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<CoxOptions> {
    let ties = analysis.ties.unwrap_or_else(|| context.study.conventions.ties());
    let robust = analysis.robust.unwrap_or(false) || analysis.cluster.is_some();
    let endpoint = analysis.endpoint_options(&context.study.conventions.endpoint_options());
    result.rules.extend([
        ("conf_level", json!(analysis.conf_level()?)),
        ("ties", json!(ties)),
        ("robust", json!(robust)),
        ("conf", json!("wald")),
        ("weights", json!(analysis.weight_column()?)),
        ("strata", json!(analysis.strata.clone().unwrap_or_default())),
        ("cluster", json!(analysis.cluster)),
        ("cause", json!(analysis.cause)),
        ("time_zero", json!(endpoint.time_zero)),
        ("month_rule", json!(endpoint.month_rule)),
    ]);
    Ok(CoxOptions { ties, robust, ..CoxOptions::default() })
}

/// Grouping columns by name.
fn groups(context: &Context, names: &[String]) -> Result<Vec<Groups>> {
    names.iter().map(|name| Groups::of(context, name)).collect()
}

/// A row of the model's table.
fn term(planned: &PlannedTerm, fit: &CoxFit, z: f64) -> Term {
    let mut term = Term {
        variable: planned.variable.clone(),
        level: planned.level.clone(),
        reference: planned.role == Role::Reference,
        n: planned.n,
        n_event: planned.n_event,
        estimate: None,
        std_error: None,
        statistic: None,
        p_value: None,
        hazard_ratio: None,
        conf_low: None,
        conf_high: None,
        test: None,
        reason: None,
        direction: None,
    };
    let column = match planned.role {
        Role::Reference => {
            term.estimate = Some(0.0);
            term.hazard_ratio = Some(1.0);
            return term;
        }
        Role::Empty => {
            term.reason = Some("empty_level");
            return term;
        }
        Role::Column(column) => column,
    };
    let separation = fit.separation.iter().flat_map(|separation| &separation.diverging);
    if let Some(diverging) = separation.clone().find(|diverging| diverging.column == column) {
        term.reason = Some("separation");
        term.direction = diverging.direction;
        return term;
    }
    term.estimate = fit.coefficients[column];
    term.hazard_ratio = term.estimate.map(libm::exp).filter(|ratio| ratio.is_finite());
    if term.estimate.is_some() && term.hazard_ratio.is_none() {
        term.reason = Some("out_of_range");
    }
    let Some(estimate) = term.estimate else { return term };
    // A robust variance is 0 where every cluster fits perfectly: it says nothing, least of all certainty.
    let Some(std_error) = fit.std_errors[column].filter(|&std_error| std_error > NO_VARIANCE * estimate.abs()) else {
        term.reason = term.reason.or(Some("no_variance"));
        return term;
    };
    term.std_error = Some(std_error);
    term.statistic = Some(estimate / std_error);
    term.p_value = term.statistic.map(normal::two_sided_p);
    let limit = |log: f64| Some(libm::exp(log)).filter(|limit| limit.is_finite());
    term.conf_low = limit(estimate - z * std_error);
    term.conf_high = limit(estimate + z * std_error);
    if term.conf_high.is_none() {
        term.reason = Some("out_of_range");
    }
    term
}

/// Cautions on the fit as a whole.
fn judge(model: &ModelDesign, fit: &CoxFit, result: &mut AnalysisResult) {
    if let Some(ratio) = fit.events_per_parameter().filter(|&ratio| ratio < EVENTS_PER_PARAMETER) {
        result.cautions.push(
            Caution::new(CautionKind::FewEvents)
                .with("events", fit.n_event)
                .with("parameters", model.columns.len())
                .with("ratio", format!("{ratio:.1}")),
        );
    }
    if let Some(n) = fit.n_cluster.filter(|&n| n < CLUSTERS) {
        result.cautions.push(Caution::new(CautionKind::FewClusters).with("n", n));
    }
    if fit.strata_without_events > 0 {
        let n = fit.strata_without_events;
        result.cautions.push(Caution::new(CautionKind::StratumWithoutEvents).with("n", n));
    }
}
