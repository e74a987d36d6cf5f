//! Firth's penalised likelihood, which stays finite under separation (rule 11).
//!
//! ℓ*(β) = ℓ(β) + ½ log |I(β)| (Firth 1993, Biometrika 80:27-38; Heinze & Schemper 2001, Biometrics 57:114-119). The
//! penalty's derivative is ½ tr(I⁻¹ ∂I/∂β_k), and ∂I/∂β_k sums third central moments over the risk sets. With A = I⁻¹ and
//! s = xᵀAx as one more covariate, tr(A E[(x−x̄)_k (x−x̄)(x−x̄)ᵀ]) = cov(x_k, s) − 2 Σ_l (Ax̄)_l cov(x_k, x_l): second
//! moments alone, so an evaluation stays O(n p²).

use nalgebra::DMatrix;

use super::arrangement::Arrangement;
use super::concordance::{Predictor, concordance};
use super::hypothesis::wald;
use super::information::{Factor, packed};
use super::likelihood::{Evaluation, evaluate, shares};
use super::newton::{End, Until, climb};
use super::profile::{Curve, half_quantile};
use super::risk_set::{AtTime, Visitor, sweep};
use super::solve::factor;
use super::{ChiSquared, Concordance, CoxError, CoxOptions, Design, Ties, events_without_exact};
use crate::survival::Sample;

/// One coefficient of a penalised fit, on the scale of its column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirthTerm {
    /// Log hazard ratio.
    pub estimate: f64,
    /// √ of the diagonal of I(β̂)⁻¹.
    pub std_error: f64,
    /// Penalised likelihood-ratio test that the coefficient is zero, the others at their best.
    pub likelihood_ratio: ChiSquared,
    /// Limits of the log hazard ratio by the profile of ℓ*; `None` only if no limit was found.
    pub conf_low: Option<f64>,
    /// See `conf_low`.
    pub conf_high: Option<f64>,
}

/// A fit by penalised likelihood.
#[derive(Debug, Clone, PartialEq)]
pub struct FirthFit {
    /// Rows.
    pub n: usize,
    /// Events (rows, not weights).
    pub n_event: usize,
    /// A term a column.
    pub terms: Vec<FirthTerm>,
    /// I(β̂)⁻¹.
    pub covariance: DMatrix<f64>,
    /// ℓ* at β = 0 and at β̂.
    pub log_likelihood: [f64; 2],
    /// Twice the difference of the two.
    pub likelihood_ratio: ChiSquared,
    /// β̂ᵀ I(β̂) β̂.
    pub wald: Option<ChiSquared>,
    /// Concordance of the linear predictor.
    pub concordance: Option<Concordance>,
    /// Newton steps taken.
    pub iterations: usize,
}

/// Fits at least one column by Firth's likelihood, with profile limits at confidence `level`, 0 < level < 1.
///
/// Ties Efron or Breslow; case weights enter ℓ and I. R: `coxphf::coxphf` (Breslow).
///
/// # Errors
/// Those of [`fit`](super::fit); [`CoxError::ExactRefused`] with exact ties. There is no robust covariance: `robust` and
/// `cluster` have no part in it.
pub fn firth(sample: &Sample, design: &Design, options: &CoxOptions, level: f64) -> Result<FirthFit, CoxError> {
    let n_event = events_without_exact(sample, options)?;
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let rows = Arrangement::new(sample, &columns, design.strata);
    let p = rows.p;
    let zero = vec![0.0; p];
    let dependent = factor(&rows, &evaluate(&rows, options.ties, &zero)).dependent;
    if !dependent.is_empty() {
        return Err(CoxError::Collinear { columns: dependent });
    }

    let function = |beta: &[f64]| with_curvature(&rows, options.ties, beta);
    let null = function(&zero);
    let all: Vec<usize> = (0..p).collect();
    let until = Until::Point(options.tolerance);
    let summit = climb(function, &zero, null.clone(), &all, until, options.max_iterations, false);
    if summit.end != End::Reached {
        return Err(CoxError::NotConverged { iterations: summit.iterations });
    }
    let information = evaluate(&rows, options.ties, &summit.beta).information;
    let inverse = Factor::new(&information, p, 0.0).inverse();
    let covariance = DMatrix::from_fn(p, p, |i, j| inverse[(i, j)] / (rows.scale[i] * rows.scale[j]));
    let top = summit.value.log_likelihood;
    let terms: Vec<FirthTerm> = (0..p)
        .map(|column| {
            let others = all.iter().copied().filter(|&k| k != column).collect();
            let curve = Curve { function, start: &summit.beta, column, others };
            let floor = top - half_quantile(level);
            let limit = |direction: f64| {
                curve.falls_to(floor, summit.beta[column], direction).map(|limit| limit / rows.scale[column])
            };
            FirthTerm {
                estimate: summit.beta[column] / rows.scale[column],
                std_error: libm::sqrt(covariance[(column, column)]),
                likelihood_ratio: ChiSquared::new(2.0 * (top - curve.height(0.0)), 1),
                conf_low: limit(-1.0),
                conf_high: limit(1.0),
            }
        })
        .collect();
    // |I| is that of the user's columns, whose information is the standardised one times their deviations.
    let units: f64 = rows.scale.iter().map(|&scale| libm::log(scale)).sum();
    let predictor = Predictor { value: rows.linear_predictor(&summit.beta), class: None };
    let estimates: Vec<f64> = terms.iter().map(|term| term.estimate).collect();
    Ok(FirthFit {
        n: sample.len(),
        n_event,
        wald: wald(&estimates, &covariance, &all),
        terms,
        covariance,
        log_likelihood: [null.log_likelihood + units, top + units],
        likelihood_ratio: ChiSquared::new(2.0 * (top - null.log_likelihood), p),
        concordance: concordance(&rows, predictor, None),
        iterations: summit.iterations,
    })
}

/// Penalised likelihood-ratio test that the coefficients of these columns (at least one, each named once) are zero: ℓ* is
/// maximised over the others, |I| always over all. Costs one climb. `fit` is the entire model's. R: `coxphftest`.
///
/// # Errors
/// [`CoxError::NotConverged`].
pub fn firth_drop_test(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    fit: &FirthFit,
    columns: &[usize],
) -> Result<ChiSquared, CoxError> {
    let all: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let rows = Arrangement::new(sample, &all, design.strata);
    let function = |beta: &[f64]| with_curvature(&rows, options.ties, beta);
    let held = |k: usize| columns.contains(&k);
    let start: Vec<f64> = fit.terms.iter().zip(&rows.scale).map(|(term, scale)| term.estimate * scale).collect();
    let start: Vec<f64> = start.iter().enumerate().map(|(k, b)| if held(k) { 0.0 } else { *b }).collect();
    let free: Vec<usize> = (0..rows.p).filter(|&k| !held(k)).collect();
    let until = Until::Height(1e-11);
    let summit = climb(function, &start, function(&start), &free, until, 4 * options.max_iterations, false);
    if summit.end != End::Reached {
        return Err(CoxError::NotConverged { iterations: summit.iterations });
    }
    let units: f64 = rows.scale.iter().map(|&scale| libm::log(scale)).sum();
    let without = summit.value.log_likelihood + summit.gain.max(0.0) + units;
    Ok(ChiSquared::new(2.0 * (fit.log_likelihood[1] - without), columns.len()))
}

/// The Wald test b′V⁻¹b, V = I(β̂)⁻¹, that the coefficients of these columns are zero; `None` without columns.
pub fn firth_wald_test(fit: &FirthFit, columns: &[usize]) -> Option<ChiSquared> {
    let b: Vec<f64> = columns.iter().map(|&k| fit.terms[k].estimate).collect();
    wald(&b, &fit.covariance, columns)
}

/// ℓ*, its derivative, and in place of I what curvature the climb takes its steps by: that of ℓ*, by differences of its
/// derivative, where it bends down in every direction, else I.
fn with_curvature(rows: &Arrangement, ties: Ties, beta: &[f64]) -> Evaluation {
    const STEP: f64 = 1e-5;
    let mut out = penalised(rows, ties, beta);
    let p = rows.p;
    let mut curvature = vec![0.0; packed(p, 0)];
    let mut beside = beta.to_vec();
    for j in 0..p {
        beside[j] = beta[j] + STEP;
        let there = penalised(rows, ties, &beside);
        beside[j] = beta[j];
        for i in 0..p {
            let value = (out.score[i] - there.score[i]) / STEP;
            curvature[packed(i.max(j), i.min(j))] += if i == j { value } else { value / 2.0 };
        }
    }
    if curvature.iter().all(|value| value.is_finite()) && Factor::new(&curvature, p, 0.0).dependent.is_empty() {
        out.information = curvature;
    }
    out
}

/// ℓ*, its derivative, and I.
fn penalised(rows: &Arrangement, ties: Ties, beta: &[f64]) -> Evaluation {
    let mut out = evaluate(rows, ties, beta);
    let p = rows.p;
    let factor = Factor::new(&out.information, p, 0.0);
    if !factor.dependent.is_empty() {
        out.log_likelihood = f64::NEG_INFINITY;
        return out;
    }
    let inverse = factor.inverse();
    let wider = with_form(rows, &inverse);
    let risk = rows.risks(beta);
    let mut third = Third {
        rows: &wider,
        ties,
        inverse: &inverse,
        out: vec![0.0; p],
        mean: vec![0.0; p],
        turned: vec![0.0; p],
        step: vec![0.0; p + 1],
    };
    sweep(&wider, &risk, &mut third);
    out.log_likelihood += factor.log_determinant() / 2.0;
    for (score, third) in out.score.iter_mut().zip(&third.out) {
        *score += third / 2.0;
    }
    out
}

/// The same rows with xᵀAx as a last column.
fn with_form(rows: &Arrangement, a: &DMatrix<f64>) -> Arrangement {
    let p = rows.p;
    let mut x = Vec::with_capacity(rows.n * (p + 1));
    for row in 0..rows.n {
        let own = rows.row(row);
        let mut form = 0.0;
        for i in 0..p {
            for j in 0..p {
                form += own[i] * a[(i, j)] * own[j];
            }
        }
        x.extend_from_slice(own);
        x.push(form);
    }
    rows.with_values(p + 1, x)
}

/// Sums tr(A ∂I/∂β_k).
struct Third<'a> {
    /// With the last column.
    rows: &'a Arrangement,
    ties: Ties,
    inverse: &'a DMatrix<f64>,
    out: Vec<f64>,
    mean: Vec<f64>,
    turned: Vec<f64>,
    step: Vec<f64>,
}

impl Visitor for Third<'_> {
    fn at(&mut self, at: AtTime<'_>) {
        let AtTime { others, dead, deaths, .. } = at;
        let p = self.out.len();
        let from = if others.total > 0.0 { &others.mean } else { &dead.mean };
        for (step, (dead, from)) in self.step.iter_mut().zip(dead.mean.iter().zip(from)) {
            *step = dead - from;
        }
        for (c, m) in shares(self.ties, self.rows, deaths) {
            let total = others.total + c * dead.total;
            let toward = c * dead.total / total;
            for (mean, (from, step)) in self.mean.iter_mut().zip(from.iter().zip(&self.step)) {
                *mean = from + toward * step;
            }
            for k in 0..p {
                self.turned[k] = 2.0 * (0..p).map(|l| self.inverse[(k, l)] * self.mean[l]).sum::<f64>();
            }
            let covariance = |i: usize, j: usize| {
                let at = packed(i.max(j), i.min(j));
                (others.spread[at] + c * dead.spread[at]) / total
                    + toward * (1.0 - toward) * self.step[i] * self.step[j]
            };
            for k in 0..p {
                let turned: f64 = (0..p).map(|l| self.turned[l] * covariance(k, l)).sum();
                self.out[k] += m * (covariance(p, k) - turned);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_binary_covariate_without_ties_by_hand() {
        // Events in the order x = 1, 0, 1 among 1, 0, 1, 0 (the last censored); r = exp β.
        // ℓ = 2β − log(2r + 2) − log(r + 2) − log(r + 1); I = r/(r+1)² + 2r/(r+2)² + r/(r+1)².
        let event = [true, true, true, false];
        let sample = Sample { entry: None, time: &[1.0, 2.0, 3.0, 4.0], event: &event, weight: None };
        let rows = Arrangement::new(&sample, &[&[1.0, 0.0, 1.0, 0.0]], None);
        let scale = rows.scale[0];
        for ties in [Ties::Efron, Ties::Breslow] {
            for beta in [0.0, 0.8, -2.0] {
                let r = libm::exp(beta);
                let (a, b) = (r + 1.0, r + 2.0);
                let information = 2.0 * r / (a * a) + 2.0 * r / (b * b);
                let slope = 2.0 * r * (1.0 - r) / (a * a * a) + 2.0 * r * (2.0 - r) / (b * b * b);
                let found = penalised(&rows, ties, &[beta * scale]);
                let height =
                    2.0 * beta - libm::log(2.0 * a) - libm::log(b) - libm::log(a) + libm::log(information) / 2.0;
                let score = 2.0 - 2.0 * r / a - r / b + slope / information / 2.0;
                assert!((found.log_likelihood + libm::log(scale) - height).abs() < 1e-12);
                assert!((found.score[0] * scale - score).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn score_is_the_slope_of_the_height_with_ties_weights_and_entry() {
        let sample = Sample {
            entry: Some(&[0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0, 0.0]),
            time: &[2.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0],
            event: &[true, true, false, true, true, true, true, false],
            weight: Some(&[1.0, 2.0, 0.5, 1.0, 1.5, 1.0, 2.0, 1.0]),
        };
        let columns: [&[f64]; 2] =
            [&[1.0, 0.0, 2.0, 1.0, 3.0, 0.5, 1.5, 2.0], &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0]];
        let rows = Arrangement::new(&sample, &columns, None);
        for ties in [Ties::Efron, Ties::Breslow] {
            let beta = [0.3, -0.6];
            let score = penalised(&rows, ties, &beta).score;
            for k in 0..2 {
                let height = |step: f64| {
                    let mut beta = beta;
                    beta[k] += step;
                    penalised(&rows, ties, &beta).log_likelihood
                };
                let h = 1e-3;
                let slope = (8.0 * (height(h) - height(-h)) - height(2.0 * h) + height(-2.0 * h)) / (12.0 * h);
                assert!((score[k] - slope).abs() < 1e-9, "{} for {slope}", score[k]);
            }
        }
    }
}
