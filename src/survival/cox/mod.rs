//! Cox's proportional hazards model: λ(t | x) = λ₀(t) exp(xᵀβ + o), β by partial likelihood, o an offset (0 without one).
//!
//! Source: Cox 1972, J R Stat Soc B 34:187-220; Therneau & Grambsch 2000, *Modeling Survival Data*, chapter 3. R:
//! `survival::coxph`. Late entry, strata, case weights and the three treatments of ties are those of that function.

mod arrangement;
mod concordance;
mod exact;
mod firth;
mod hypothesis;
mod influence;
mod information;
mod likelihood;
#[cfg(test)]
mod made_up;
mod newton;
mod penalised;
mod ph_smooth;
mod ph_test;
mod predicted;
mod profile;
mod residuals;
mod ridge;
mod risk_set;
mod robust;
mod separation;
mod solve;

pub use concordance::concordance_of;
pub use firth::{FirthFit, FirthModel, FirthTerm, firth};
pub use hypothesis::{ColumnTests, DropTests, drop_test, wald_test};
pub use influence::{Influence, LeftOut, influence};
pub use ph_smooth::{PhSmooth, ph_smooth};
pub use ph_test::{PhTest, ScaledResidual, ScaledResiduals, Transform, ph_test, ph_test_of};
pub use predicted::{Marginal, Predicted, fit_and_predict, marginal};
pub use profile::{Profile, profile};
pub use residuals::{Residuals, residuals};
pub use ridge::{RidgeFit, ridge, ridge_wald_test};

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use arrangement::Arrangement;
use concordance::{Predictor, concordance};
use information::{Factor, submatrix};
use robust::sandwich;
use solve::{Solution, factor, solve};

use crate::num::chi_squared;
use crate::survival::Sample;

/// How events at one time share the likelihood (rules 7 and 23).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ties {
    /// Efron 1977, JASA 72:557-565: the events of one time leave the risk set by equal fractions.
    #[default]
    Efron,
    /// Breslow 1974, Biometrics 30:89-99: every event of one time sees the entire risk set.
    Breslow,
    /// The discrete model of Cox 1972: the events of one time are conditioned on their number.
    Exact,
}

/// The columns of a model, each with one value a row of the [`Sample`], and how rows belong together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Design<'a> {
    /// One slice of n finite numbers a coefficient. Columns are known by their index alone.
    pub columns: &'a [Vec<f64>],
    /// Stratum of each row: each has its own baseline hazard. `None`: one stratum.
    pub strata: Option<&'a [u32]>,
    /// Cluster of each row, for the robust covariance (rule 26); numbers from 0 without large gaps are quickest. `None`: each row on
    /// its own.
    pub cluster: Option<&'a [u32]>,
    /// Part of the linear predictor of each row, with the coefficient 1, in the null model too; finite. `None`: 0. R: `offset()`.
    pub offset: Option<&'a [f64]>,
}

/// How a model is fitted. Write `CoxOptions { ties, ..CoxOptions::default() }`: options may be added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoxOptions {
    /// Treatment of ties.
    pub ties: Ties,
    /// Whether standard errors and Wald tests use the robust covariance; `cluster` in the design has the same effect.
    pub robust: bool,
    /// Newton steps that may be taken.
    pub max_iterations: usize,
    /// A fit has converged when the next Newton step would change no coefficient, times its column's standard deviation, by more.
    pub tolerance: f64,
}

impl Default for CoxOptions {
    fn default() -> Self {
        Self { ties: Ties::Efron, robust: false, max_iterations: 50, tolerance: 1e-9 }
    }
}

/// Why a model cannot be fitted.
#[derive(Debug, Clone, PartialEq)]
pub enum CoxError {
    /// No row.
    NoObservations,
    /// No event among the rows.
    NoEvents,
    /// These columns (indices, ascending) add nothing to the columns before them: each is, within every risk set, a
    /// linear combination of them, or constant.
    Collinear {
        /// Indices into [`Design::columns`].
        columns: Vec<usize>,
    },
    /// Exact ties with case weights or a robust covariance, which that likelihood does not have.
    ExactRefused,
    /// So many events fall on this time that the exact likelihood would take too long.
    ExactTooLarge {
        /// The time.
        time: f64,
    },
    /// No maximum was reached within the allowed steps.
    NotConverged {
        /// Steps taken.
        iterations: usize,
    },
}

/// A chi-squared statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquared {
    /// The statistic, not negative.
    pub statistic: f64,
    /// Degrees of freedom, at least 1.
    pub df: usize,
    /// Upper tail of χ² with `df` degrees of freedom beyond the statistic.
    pub p_value: f64,
}

/// The three tests that all coefficients are zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlobalTests {
    /// Twice the gain in log-likelihood over the null model.
    pub likelihood_ratio: ChiSquared,
    /// β̂ᵀV⁻¹β̂, V the robust covariance where that was asked for. `None` under separation (rule 16), or with a robust
    /// covariance from too few clusters (rule 26).
    pub wald: Option<ChiSquared>,
    /// Uᵀ I⁻¹ U at β = 0, model-based.
    pub score: ChiSquared,
}

/// Agreement between the predictor and the order of the events (Harrell's C; rule 27).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// Share of comparable pairs in which the row with the higher predictor has its event first; equal predictors count ½.
    pub estimate: f64,
    /// Infinitesimal jackknife, summed within cluster where there are clusters.
    pub std_error: f64,
}

/// Where a coefficient goes under separation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To plus infinity.
    Up,
    /// To minus infinity.
    Down,
}

/// A coefficient without a finite estimate (rule 16).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diverging {
    /// Index into [`Design::columns`].
    pub column: usize,
    /// Where it goes; `None` where the likelihood's limit is the same either way (it diverges only along with others).
    pub direction: Option<Direction>,
}

/// A monotone likelihood and its limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Separation {
    /// The coefficients without a finite estimate, by column.
    pub diverging: Vec<Diverging>,
    /// Place of each row along the way to the limit, 0 lowest: in the limit an event is compared only with the rows at
    /// risk in its own place, and rows in a higher place have an infinitely higher hazard.
    pub place: Vec<u32>,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxFit {
    /// Rows.
    pub n: usize,
    /// Events (rows, not weights).
    pub n_event: usize,
    /// Log hazard ratio per unit of each column; `None` where it diverges.
    pub coefficients: Vec<Option<f64>>,
    /// Standard errors, robust where that was asked for; `None` where the coefficient diverges, or where a robust
    /// covariance cannot be told from so few clusters (rule 26).
    pub std_errors: Vec<Option<f64>>,
    /// Inverse of the information at the estimate (model-based). Rows and columns of diverging coefficients are 0.
    pub covariance: DMatrix<f64>,
    /// The sandwich, where it was asked for and there are more clusters than coefficients.
    pub robust_covariance: Option<DMatrix<f64>>,
    /// Clusters, where a robust covariance was asked for (each row is one without `cluster`).
    pub n_cluster: Option<usize>,
    /// Log partial likelihood of the null model and of this one (under separation, its limit).
    pub log_likelihood: [f64; 2],
    /// Tests of the entire model; `None` without columns.
    pub tests: Option<GlobalTests>,
    /// Concordance of the linear predictor; `None` without columns or without comparable pairs.
    pub concordance: Option<Concordance>,
    /// Newton steps taken.
    pub iterations: usize,
    /// What diverges, if anything does.
    pub separation: Option<Separation>,
    /// Strata that have rows but no event, and so add nothing (rule 22).
    pub strata_without_events: usize,
}

impl CoxFit {
    /// Events per coefficient; `None` without columns.
    pub fn events_per_parameter(&self) -> Option<f64> {
        let p = self.coefficients.len();
        (p > 0).then(|| self.n_event as f64 / p as f64)
    }
}

/// Events among the rows, of which there must be one.
fn events(sample: &Sample) -> Result<usize, CoxError> {
    if sample.is_empty() {
        return Err(CoxError::NoObservations);
    }
    match sample.event.iter().filter(|&&event| event).count() {
        0 => Err(CoxError::NoEvents),
        n => Ok(n),
    }
}

/// The same, for what the exact likelihood does not have.
fn events_without_exact(sample: &Sample, options: &CoxOptions) -> Result<usize, CoxError> {
    let n_event = events(sample)?;
    if options.ties == Ties::Exact { Err(CoxError::ExactRefused) } else { Ok(n_event) }
}

/// Fits the model. n log n for the order of the rows, then two passes of O(n p²) a Newton step.
///
/// R: `coxph(Surv(entry, time, event) ~ x + strata(s), weights = w, ties = "efron")`, run to convergence. Where the
/// likelihood is monotone the figures are those of its limit (rule 16) and [`CoxFit::separation`] says what diverges.
///
/// # Errors
/// [`CoxError::NoObservations`], [`CoxError::NoEvents`], [`CoxError::Collinear`], [`CoxError::NotConverged`], and with
/// exact ties [`CoxError::ExactRefused`] and [`CoxError::ExactTooLarge`].
pub fn fit(sample: &Sample, design: &Design, options: &CoxOptions) -> Result<CoxFit, CoxError> {
    Ok(fit_with(sample, design, options, |_, _| ())?.0)
}

/// Fits the model, and makes something else of it while its columns are still in memory.
fn fit_with<T>(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    also: impl FnOnce(&Solution, &CoxFit) -> T,
) -> Result<(CoxFit, T), CoxError> {
    let n_event = events(sample)?;
    let robust = options.robust || design.cluster.is_some();
    if options.ties == Ties::Exact && (robust || sample.weight.is_some()) {
        return Err(CoxError::ExactRefused);
    }
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let p = columns.len();
    let rows = Arrangement::new(sample, &columns, design.strata).with_offset(design.offset);
    let strata_without_events = rows.strata.iter().filter(|stratum| stratum.times.is_empty()).count();
    let mut solution = solve(rows, options)?;

    let standard = estimable_covariance(&solution);
    let scale = &solution.rows.scale;
    let on_user_scale = |matrix: &DMatrix<f64>| DMatrix::from_fn(p, p, |i, j| matrix[(i, j)] / (scale[i] * scale[j]));
    let covariance = on_user_scale(&standard);
    let sandwich = robust.then(|| sandwich(&solution.rows, options.ties, &solution.beta, &standard, design.cluster));
    let n_cluster = sandwich.as_ref().map(|(clusters, _)| *clusters);
    let robust_covariance =
        sandwich.filter(|(clusters, _)| *clusters > p).map(|(_, covariance)| on_user_scale(&covariance));

    let diverges = |column: usize| solution.limit.as_ref().is_some_and(|limit| limit.diverges(column));
    let coefficients: Vec<Option<f64>> = (0..p).map(|k| (!diverges(k)).then(|| solution.beta[k] / scale[k])).collect();
    let shown = if robust { robust_covariance.as_ref() } else { Some(&covariance) };
    let std_errors =
        (0..p).map(|k| shown.filter(|_| !diverges(k)).map(|covariance| libm::sqrt(covariance[(k, k)]))).collect();
    let log_likelihood = [solution.null.log_likelihood, solution.at.log_likelihood];

    let mut out = CoxFit {
        n: sample.len(),
        n_event,
        coefficients,
        std_errors,
        covariance,
        robust_covariance,
        n_cluster,
        log_likelihood,
        tests: None,
        concordance: None,
        iterations: solution.iterations,
        separation: None,
        strata_without_events,
    };
    if p > 0 {
        let score = factor(&solution.rows, &solution.null).quadratic_form(&solution.null.score);
        out.tests = Some(GlobalTests {
            likelihood_ratio: ChiSquared::new(2.0 * (log_likelihood[1] - log_likelihood[0]), p),
            wald: wald_test(&out, &(0..p).collect::<Vec<_>>()),
            score: ChiSquared::new(score, p),
        });
    }
    let more = also(&solution, &out);
    if p > 0 {
        out.concordance = concordance_at(sample, design, &mut solution);
    }
    out.separation = solution.limit.map(|limit| Separation { diverging: limit.diverging, place: limit.place });
    Ok((out, more))
}

impl ChiSquared {
    /// The statistic, which rounding may have left just below 0, with its p value.
    fn new(statistic: f64, df: usize) -> Self {
        let statistic = statistic.max(0.0);
        Self { statistic, df, p_value: chi_squared::upper(statistic, df) }
    }
}

/// Inverse information on the standardised scale, 0 for the coefficients that diverge.
fn estimable_covariance(solution: &Solution) -> DMatrix<f64> {
    let p = solution.rows.p;
    let information = submatrix(&solution.at.information, &solution.free);
    let inverse = Factor::new(&information, solution.free.len(), 0.0).inverse();
    let mut out = DMatrix::zeros(p, p);
    let diverges = |column: usize| solution.limit.as_ref().is_some_and(|limit| limit.diverges(column));
    for (a, &i) in solution.free.iter().enumerate().filter(|(_, i)| !diverges(**i)) {
        for (b, &j) in solution.free.iter().enumerate().filter(|(_, j)| !diverges(**j)) {
            out[(i, j)] = inverse[(a, b)];
        }
    }
    out
}

/// Concordance of the linear predictor; under separation a row's place comes first. The columns are given up for it.
fn concordance_at(sample: &Sample, design: &Design, solution: &mut Solution) -> Option<Concordance> {
    let value = solution.rows.take_linear_predictor(&solution.beta);
    let Some(limit) = &solution.limit else {
        return concordance(&solution.rows, Predictor { value, class: None }, design.cluster);
    };
    let mut by_sample = vec![0.0; sample.len()];
    for (row, value) in value.into_iter().enumerate() {
        by_sample[solution.rows.original(row)] = value;
    }
    let rows = Arrangement::new(sample, &[], design.strata);
    let value = (0..rows.n).map(|row| by_sample[rows.original(row)]).collect();
    let class = (0..rows.n).map(|row| limit.place[rows.original(row)]).collect();
    concordance(&rows, Predictor { value, class: Some(class) }, design.cluster)
}
