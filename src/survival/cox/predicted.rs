//! The survival that a model predicts for given covariates (Therneau & Grambsch 2000, section 10.3).
//!
//! Λ(t | x) = Σ r/R dN with r = exp(xᵀβ̂), Efron's ties sharing R as in the likelihood; its variance is
//! Σ r²/R² dN + qᵀVq, q = Σ (x − x̄) dΛ, V the covariance of β̂ (robust where that was asked for). R:
//! `survfit(coxph(…), newdata)`, with `ctype` as the ties.

use std::ops::Range;

use nalgebra::DMatrix;

use super::arrangement::Arrangement;
use super::likelihood::{shares, total_weight};
use super::risk_set::{AtTime, Visitor, sweep};
use super::solve::solve;
use super::{CoxError, CoxFit, CoxOptions, Design, Ties, fit, fit_with};
use crate::survival::Sample;

/// The predicted curve of one profile in one stratum: it steps at the stratum's event times.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicted {
    /// A row of the sample that is of this stratum.
    pub stratum_of: usize,
    /// Last time of a row of the stratum.
    pub end: f64,
    /// Distinct event times, rising.
    pub time: Vec<f64>,
    /// Cumulative hazard Λ after each; survival is exp(−Λ).
    pub cumulative_hazard: Vec<f64>,
    /// Its standard error, which is also that of log S.
    pub std_error: Vec<f64>,
}

/// What one event time adds to the baseline, or several together, on the standardised scale.
#[derive(Clone)]
struct Increment {
    time: f64,
    hazard: f64,
    variance: f64,
    mean_hazard: Vec<f64>,
}

/// [`fit`], and for each profile (a value per column) the curve of each stratum, for which the rows are still in order; no curves
/// under separation: a profile then lies at infinity. They cost one sweep, and O(p²) an event time and profile.
///
/// # Errors
/// Those of [`fit`]; [`CoxError::ExactRefused`] where there are profiles and exact ties.
#[allow(clippy::type_complexity)] // the fit, and what is a list of lists
pub fn fit_and_predict(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    profiles: &[Vec<f64>],
) -> Result<(CoxFit, Option<Vec<Vec<Predicted>>>), CoxError> {
    if profiles.is_empty() {
        return Ok((fit(sample, design, options)?, Some(Vec::new())));
    }
    if options.ties == Ties::Exact {
        return Err(CoxError::ExactRefused);
    }
    fit_with(sample, design, options, |solution, fit| {
        let finite = solution.limit.is_none();
        finite.then(|| curves(sample, &solution.rows, &solution.beta, options.ties, fit, profiles))
    })
}

/// For each profile the curve of each stratum, β on the standardised scale.
fn curves(
    sample: &Sample,
    rows: &Arrangement,
    beta: &[f64],
    ties: Ties,
    fit: &CoxFit,
    profiles: &[Vec<f64>],
) -> Vec<Vec<Predicted>> {
    let mut baseline = Baseline { rows, ties, increments: Vec::with_capacity(rows.times.len()) };
    sweep(rows, beta, &mut baseline);
    let covariance = fit.robust_covariance.as_ref().unwrap_or(&fit.covariance);
    let p = rows.p;
    let standard = DMatrix::from_fn(p, p, |i, j| covariance[(i, j)] * rows.scale[i] * rows.scale[j]);
    let curve = |profile: &Vec<f64>| {
        let x: Vec<f64> = (0..p).map(|k| (profile[k] - rows.mean[k]) / rows.scale[k]).collect();
        let r = libm::exp(x.iter().zip(beta).map(|(x, b)| x * b).sum());
        let of = |rows_of: &Range<usize>, times: &Range<usize>| {
            let mut out = Predicted {
                stratum_of: rows.original(rows_of.start),
                end: sample.time[rows.original(rows_of.start)],
                time: Vec::with_capacity(times.len()),
                cumulative_hazard: Vec::with_capacity(times.len()),
                std_error: Vec::with_capacity(times.len()),
            };
            let (mut hazard, mut variance, mut q) = (0.0, 0.0, vec![0.0; p]);
            for at in baseline.increments[times.clone()].iter().rev() {
                hazard += r * at.hazard;
                variance += r * r * at.variance;
                for k in 0..p {
                    q[k] += r * (x[k] * at.hazard - at.mean_hazard[k]);
                }
                let spread: f64 = (0..p).map(|i| (0..p).map(|j| q[i] * standard[(i, j)] * q[j]).sum::<f64>()).sum();
                out.time.push(at.time);
                out.cumulative_hazard.push(hazard);
                out.std_error.push(libm::sqrt(variance + spread));
            }
            out
        };
        rows.strata.iter().map(|stratum| of(&stratum.rows, &stratum.times)).collect()
    };
    profiles.iter().map(curve).collect()
}

/// A marginal curve: survival averaged over the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Marginal {
    /// Mean survival at each time.
    pub estimate: Vec<f64>,
    /// Its standard error.
    pub std_error: Vec<f64>,
}

/// Survival at these rising times averaged over the rows (by their weights) as if they had other columns: for each of the
/// `designs`, columns as in `design`. Each row has the baseline of its own stratum. `None` under separation. Costs one fit and
/// O(n p) a time and design. R: the mean over rows of `survfit(fit, newdata)$surv`.
///
/// The standard error is by the delta method, over the coefficients and the baseline hazards, of which those at fixed β are
/// independent between strata and of β̂ (Chang, Gelber & Marsoni 1982, J Chronic Dis 35:669-674; Zhang, Loberiza, Klein & Zhang
/// 2007, Comput Methods Programs Biomed 88:95-101): with S_i = exp(−r_i Λ_s), weights summing to 1, variance =
/// Σ_s c_s² Σ dN/R² + gᵀVg, c_s = Σ w_i S_i r_i over the stratum, g = Σ w_i S_i r_i ∫(x_i − x̄) dΛ_s. The rows are taken as they
/// are, not as a sample of others. V is the covariance of β̂ in `fit`, robust where that was asked for.
///
/// # Errors
/// Those of [`fit`](super::fit); [`CoxError::ExactRefused`] with exact ties.
pub fn marginal(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    fit: &CoxFit,
    designs: &[Vec<Vec<f64>>],
    times: &[f64],
) -> Result<Option<Vec<Marginal>>, CoxError> {
    if options.ties == Ties::Exact {
        return Err(CoxError::ExactRefused);
    }
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let solution = solve(Arrangement::new(sample, &columns, design.strata).with_offset(design.offset), options)?;
    if solution.limit.is_some() {
        return Ok(None);
    }
    let rows = &solution.rows;
    let mut baseline = Baseline { rows, ties: options.ties, increments: Vec::with_capacity(rows.times.len()) };
    sweep(rows, &solution.beta, &mut baseline);
    let (total, p): (f64, usize) = (total_weight(rows, 0..rows.n), rows.p);
    let covariance = fit.robust_covariance.as_ref().unwrap_or(&fit.covariance);
    let standard = DMatrix::from_fn(p, p, |i, j| covariance[(i, j)] * rows.scale[i] * rows.scale[j]);
    let curve = |columns: &Vec<Vec<f64>>| {
        let (mut sums, mut variances) = (vec![0.0; times.len()], vec![0.0; times.len()]);
        let mut gradients = vec![vec![0.0; p]; times.len()];
        let mut x = vec![0.0; p];
        for stratum in &rows.strata {
            let baselines = baseline.at(&stratum.times, times);
            let mut slopes = vec![0.0; times.len()];
            for row in stratum.rows.clone() {
                for (k, x) in x.iter_mut().enumerate() {
                    *x = (columns[k][rows.original(row)] - rows.mean[k]) / rows.scale[k];
                }
                let r = libm::exp(x.iter().zip(&solution.beta).map(|(x, b)| x * b).sum());
                for (index, at) in baselines.iter().enumerate() {
                    let survival = rows.weight(row) * libm::exp(-r * at.hazard);
                    let slope = survival * r;
                    sums[index] += survival;
                    slopes[index] += slope;
                    for (gradient, (x, mean)) in gradients[index].iter_mut().zip(x.iter().zip(&at.mean_hazard)) {
                        *gradient += slope * (x * at.hazard - mean);
                    }
                }
            }
            for (variance, (slope, at)) in variances.iter_mut().zip(slopes.iter().zip(&baselines)) {
                *variance += slope * slope * at.variance;
            }
        }
        let error = |(variance, g): (&f64, &Vec<f64>)| {
            let spread: f64 = (0..p).map(|i| (0..p).map(|j| g[i] * standard[(i, j)] * g[j]).sum::<f64>()).sum();
            libm::sqrt(variance + spread) / total
        };
        Marginal {
            std_error: variances.iter().zip(&gradients).map(error).collect(),
            estimate: sums.into_iter().map(|sum| sum / total).collect(),
        }
    };
    Ok(Some(designs.iter().map(curve).collect()))
}

struct Baseline<'a> {
    rows: &'a Arrangement,
    ties: Ties,
    increments: Vec<Increment>,
}

impl Baseline<'_> {
    /// The sums of the increments of a stratum up to each of these rising times.
    fn at(&self, stratum: &Range<usize>, times: &[f64]) -> Vec<Increment> {
        let mut sum =
            Increment { time: f64::NEG_INFINITY, hazard: 0.0, variance: 0.0, mean_hazard: vec![0.0; self.rows.p] };
        let mut increments = self.increments[stratum.clone()].iter().rev().peekable();
        let up_to = |&time: &f64| {
            while let Some(next) = increments.next_if(|next| next.time <= time) {
                sum.hazard += next.hazard;
                sum.variance += next.variance;
                for (sum, next) in sum.mean_hazard.iter_mut().zip(&next.mean_hazard) {
                    *sum += next;
                }
            }
            Increment { time, ..sum.clone() }
        };
        times.iter().map(up_to).collect()
    }
}

impl Visitor for Baseline<'_> {
    const SPREAD: bool = false;

    fn at(&mut self, at: AtTime<'_>) {
        let AtTime { time, others, dead, deaths } = at;
        let (mut hazard, mut variance, mut of_dead) = (0.0, 0.0, 0.0);
        for (c, m) in shares(self.ties, self.rows, deaths) {
            let each = 1.0 / (others.total + c * dead.total);
            hazard += m * each;
            variance += m * each * each;
            // The mean of a term lies this far toward the mean of the dead.
            of_dead += m * each * (c * dead.total * each);
        }
        let from = if others.total > 0.0 { &others.mean } else { &dead.mean };
        let mean_hazard = from.iter().zip(&dead.mean).map(|(from, dead)| from * hazard + (dead - from) * of_dead);
        self.increments.push(Increment { time, hazard, variance, mean_hazard: mean_hazard.collect() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_columns_it_is_the_nelson_aalen_estimate() {
        // Events at 1 (two of four rows, Efron: 1/4 + 1/3) and 3 (one of one).
        let sample =
            Sample { entry: None, time: &[1.0, 1.0, 2.0, 3.0], event: &[true, true, false, true], weight: None };
        let (design, options) = (Design::default(), CoxOptions::default());
        let curves = fit_and_predict(&sample, &design, &options, &[vec![]]).unwrap().1.unwrap();
        let curve = &curves[0][0];
        assert_eq!((&curve.time, curve.end), (&vec![1.0, 3.0], 3.0));
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
        near(curve.cumulative_hazard[0], 7.0 / 12.0);
        near(curve.cumulative_hazard[1], 19.0 / 12.0);
        near(curve.std_error[0], libm::sqrt(1.0 / 16.0 + 1.0 / 9.0));
        near(curve.std_error[1], libm::sqrt(1.0 / 16.0 + 1.0 / 9.0 + 1.0));
    }
}
