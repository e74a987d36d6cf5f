//! `cox`: the proportional hazards model by names, levels and factors.

mod diagnostics;
mod firth;
mod likelihood;
mod ridge;
mod rules;
mod terms;

use std::rc::Rc;

pub use rules::Rules;

use super::groups::{Groups, combined};
use crate::error::{Caution, CautionKind, Error, ErrorKind, Result};
use crate::study::analysis::{Analysis, Penalty};
use crate::study::context::Context;
use crate::study::covariate::Covariate;
use crate::study::design::{self, Factor, ModelDesign};
use crate::study::results::{self, AnalysisResult, FactorTest, Figures};
use crate::study::selection::{self, Presence, Selection};
use crate::survival::cox::{CoxError, Design};

/// Events per estimated parameter below which a caution is given (Peduzzi et al. 1995, J Clin Epidemiol 48:1503-1510).
const EVENTS_PER_PARAMETER: f64 = 10.0;

/// Clusters below which a robust variance is called uncertain (rule 26).
const CLUSTERS: usize = 20;

/// Log hazards further apart than this are none: beyond, the exponential of their difference is not a number.
const OFFSET_RANGE: f64 = 500.0;

/// Fits the model and fills `result`.
///
/// # Errors
/// Those of the options, of the selection, of the covariates, and [`ErrorKind::NoEvents`], [`ErrorKind::Collinear`],
/// [`ErrorKind::NotConverged`].
pub fn run(context: &Context, analysis: &Analysis, result: &mut AnalysisResult) -> Result<()> {
    let rules = Rules::of(context, analysis, &mut result.rules)?;
    let covariates = analysis.required("covariates", analysis.covariates.as_deref())?;
    let model = Model::prepare(context, analysis, "covariates", covariates, &mut result.cautions)?;
    result.counts = Some(model.selection.counts.clone());
    if context.is_watched() {
        let mut cautions = result.cautions.clone();
        let first = model.fit(&rules, Extent::Estimates, &mut cautions, &|_| {})?;
        if !first.is_pending {
            result.cautions = cautions;
            result.figures = Some(Figures::Cox(Box::new(first.cox)));
            return Ok(());
        }
        let so_far = AnalysisResult { cautions, figures: Some(Figures::Cox(Box::new(first.cox))), ..result.clone() };
        context.hand_out(&so_far);
    }
    let cox = model.fit(&rules, Extent::Whole, &mut result.cautions, &|share| context.done(share))?.cox;
    result.figures = Some(Figures::Cox(Box::new(cox)));
    Ok(())
}

/// How much of a model is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What is quick: the estimates, and every figure that is not slower than they are.
    Estimates,
    /// Everything.
    Whole,
}

/// A model, and whether figures of it are still to come, which is never so where the whole was asked for.
pub struct Fitted {
    /// The figures.
    pub cox: results::Cox,
    /// Whether some still come.
    pub is_pending: bool,
}

/// The rows and columns of a model.
pub struct Model<'a> {
    /// The analysis that asks for it.
    pub analysis: &'a Analysis,
    /// The option that names its covariates.
    pub option: &'a str,
    /// The rows.
    pub selection: Selection,
    /// The columns and what they are called.
    pub design: ModelDesign,
    strata: Option<Vec<u32>>,
    cluster: Option<Vec<u32>>,
    offset: Option<Vec<f64>>,
    /// The columns that make the strata.
    stratified_by: Vec<Groups>,
}

impl<'a> Model<'a> {
    /// The complete rows for these covariates, and the columns on them.
    ///
    /// # Errors
    /// Those of the covariates, of the strata and clusters, and of the selection.
    pub fn prepare(
        context: &Context,
        analysis: &'a Analysis,
        option: &'a str,
        covariates: &[Covariate],
        cautions: &mut Vec<Caution>,
    ) -> Result<Self> {
        let variables = design::variables(context, analysis, option, covariates)?;
        let groups =
            |names: &[String]| -> Result<Vec<Groups>> { names.iter().map(|name| Groups::of(context, name)).collect() };
        let strata = groups(analysis.strata.as_deref().unwrap_or_default())?;
        let cluster = groups(analysis.cluster.as_slice())?;
        let mut needed = design::presences(&variables);
        let names = analysis.offset.as_deref().unwrap_or_default();
        let offsets = names.iter().map(|name| context.cohort.number(name)).collect::<Result<Vec<_>>>()?;
        let of_offsets = names.iter().zip(&offsets).map(|(name, cells)| Presence::of(name, cells));
        for presence in strata.iter().chain(&cluster).map(Groups::presence).chain(of_offsets) {
            if !needed.iter().any(|known: &Presence| known.name == presence.name) {
                needed.push(presence);
            }
        }
        let selection = selection::select(context, analysis, &needed)?;
        let design = design::design(analysis, option, &variables, &selection)?;
        cautions.extend(selection.cautions.iter().chain(&design.cautions).cloned());
        Ok(Self {
            analysis,
            option,
            strata: (!strata.is_empty()).then(|| combined(&strata, &selection)),
            cluster: (!cluster.is_empty()).then(|| combined(&cluster, &selection)),
            offset: summed(analysis, &offsets, &selection)?,
            selection,
            design,
            stratified_by: strata,
        })
    }

    /// The stratum of a row of the sample, such as `centre = A`; `None` without strata.
    fn stratum_name(&self, row: usize) -> Option<String> {
        let row = self.selection.rows[row];
        let level = |by: &Groups| {
            let code = by.category.codes[row]?;
            Some(format!("{} = {}", by.name, by.category.levels[code as usize]))
        };
        let names: Vec<String> = self.stratified_by.iter().filter_map(level).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The columns as the estimators take them.
    pub fn columns(&self) -> Design<'_> {
        Design {
            columns: &self.design.columns,
            strata: self.strata.as_deref(),
            cluster: self.cluster.as_deref(),
            offset: self.offset.as_deref(),
        }
    }

    /// Fits the model as the rules say, and tells what share of the work is done.
    ///
    /// # Errors
    /// Those of the estimators, in the study's names.
    pub fn fit(
        &self,
        rules: &Rules,
        extent: Extent,
        cautions: &mut Vec<Caution>,
        done: &dyn Fn(f64),
    ) -> Result<Fitted> {
        let fitted = match rules.penalty {
            Some(Penalty::Firth) if !self.design.columns.is_empty() => self.fit_firth(rules, extent, done)?,
            Some(Penalty::Ridge(lambda)) if !self.design.columns.is_empty() => {
                Fitted { cox: self.fit_ridge(rules, lambda, cautions)?, is_pending: false }
            }
            _ => self.fit_likelihood(rules, extent, cautions, done)?,
        };
        if let Some(ratio) = fitted.cox.events_per_parameter.filter(|&ratio| ratio < EVENTS_PER_PARAMETER) {
            cautions.push(
                Caution::new(CautionKind::FewEvents)
                    .with("events", self.selection.counts.n_event)
                    .with("parameters", self.design.columns.len())
                    .with("ratio", format!("{ratio:.1}")),
            );
        }
        Ok(fitted)
    }

    /// The tests of each covariate, by what the tests of some columns are.
    fn factors(&self, mut test: impl FnMut(&[usize]) -> Result<results::ColumnTests>) -> Result<Vec<FactorTest>> {
        let factor = |factor: &Factor| {
            if factor.columns.is_empty() {
                let one_level = results::ColumnTests {
                    df: 0,
                    wald: None,
                    likelihood_ratio: None,
                    score: None,
                    reason: Some(if factor.is_interaction() { "empty_level" } else { "one_level" }),
                };
                return Ok(FactorTest {
                    variable: factor.variable.clone(),
                    tests: one_level,
                    with: factor.with.clone(),
                    knots: Vec::new(),
                    nonlinear: None,
                });
            }
            let straight = factor.columns.start;
            let bent: Vec<usize> = factor.columns.clone().filter(|&column| column > straight).collect();
            Ok(FactorTest {
                variable: factor.variable.clone(),
                tests: test(&self.design.columns_with(factor))?,
                with: factor.with.clone(),
                knots: factor.knots.clone(),
                nonlinear: if factor.knots.is_empty() { None } else { Some(test(&bent)?) },
            })
        };
        self.design.factors.iter().map(factor).collect()
    }

    /// Events per column; `None` without columns.
    fn events_per_parameter(&self) -> Option<f64> {
        let p = self.design.columns.len();
        (p > 0).then(|| self.selection.counts.n_event as f64 / p as f64)
    }

    /// The error of an estimator, in the study's names.
    pub fn explain(&self, error: CoxError) -> Error {
        let (analysis, counts) = (self.analysis, &self.selection.counts);
        let position = analysis.at(self.option);
        match error {
            CoxError::NoObservations => Error::new(ErrorKind::NoObservations)
                .with("excluded", counts.n_excluded)
                .with("missing", counts.n_missing)
                .at(position),
            CoxError::NoEvents => Error::new(ErrorKind::NoEvents).with("n", counts.n).at(analysis.at("endpoint")),
            CoxError::Collinear { columns } => {
                let names: Vec<String> = columns.iter().map(|&column| self.design.column_name(column)).collect();
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
}

/// The sum of the offsets of each selected row; `None` without offsets.
///
/// # Errors
/// [`ErrorKind::BadOption`] for offsets too far apart for log hazards.
fn summed(analysis: &Analysis, offsets: &[Rc<Vec<Option<f64>>>], selection: &Selection) -> Result<Option<Vec<f64>>> {
    if offsets.is_empty() {
        return Ok(None);
    }
    let mut sum = vec![0.0; selection.rows.len()];
    for cells in offsets {
        sum.iter_mut().zip(selection.take(cells)).for_each(|(sum, value)| *sum += value);
    }
    let (least, most) = sum.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
    if most - least <= OFFSET_RANGE {
        return Ok(Some(sum));
    }
    Err(analysis.bad_option("offset", format!("{least} … {most}"), "log hazards, at most 500 apart"))
}
