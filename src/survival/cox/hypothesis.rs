//! Tests of some of the coefficients (rule 10): Wald, likelihood ratio and score.

use super::arrangement::Arrangement;
use super::information::{Factor, packed};
use super::likelihood::evaluate;
use super::solve::{factor, solve};
use super::{ChiSquared, CoxError, CoxFit, CoxOptions, Design};
use crate::survival::Sample;

/// Tests that the coefficients of some columns are zero, the others being free.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnTests {
    /// Twice the loss in log-likelihood when the model is fitted without the columns, on the same rows.
    pub likelihood_ratio: ChiSquared,
    /// UᵀI⁻U of the entire model at the fit without the columns.
    pub score: ChiSquared,
}

/// The Wald test b′V⁻¹b that the coefficients of these columns are zero, V the robust covariance where that was asked for.
///
/// `None` without columns, where one of them diverges, or where there is no robust covariance. R:
/// `b[i] %*% solve(vcov(fit)[i, i], b[i])`.
pub fn wald_test(fit: &CoxFit, columns: &[usize]) -> Option<ChiSquared> {
    let covariance = match fit.n_cluster {
        Some(_) => fit.robust_covariance.as_ref()?,
        None => &fit.covariance,
    };
    let b = columns.iter().map(|&k| fit.coefficients[k]).collect::<Option<Vec<f64>>>()?;
    let mut v = vec![0.0; packed(b.len(), 0)];
    for (a, &i) in columns.iter().enumerate() {
        for (c, &j) in columns[..=a].iter().enumerate() {
            // Put on the scale of correlations, which units do not disturb.
            v[packed(a, c)] = covariance[(i, j)] / libm::sqrt(covariance[(i, i)] * covariance[(j, j)]);
        }
    }
    let z: Vec<f64> = b.iter().zip(columns).map(|(b, &k)| b / libm::sqrt(covariance[(k, k)])).collect();
    let factor = Factor::new(&v, b.len(), 0.0);
    let sound = !b.is_empty() && factor.dependent.is_empty();
    sound.then(|| ChiSquared::new(factor.quadratic_form(&z), b.len()))
}

/// Likelihood ratio and score test that the coefficients of these columns (at least one, each named once) are zero.
/// Costs one fit. `fit` is the entire model's. R: `anova(without, with)`; `summary(coxph(…, init = c(b, 0), iter = 0))`.
///
/// # Errors
/// Those of [`fit`](super::fit), of the model without the columns.
pub fn drop_test(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    fit: &CoxFit,
    columns: &[usize],
) -> Result<ColumnTests, CoxError> {
    let p = design.columns.len();
    let kept: Vec<usize> = (0..p).filter(|k| !columns.contains(k)).collect();
    let of = |keep: &[usize]| -> Vec<&[f64]> { keep.iter().map(|&k| design.columns[k].as_slice()).collect() };
    let without = solve(Arrangement::new(sample, &of(&kept), design.strata), options)?;

    let all: Vec<usize> = (0..p).collect();
    let mut rows = Arrangement::new(sample, &of(&all), design.strata);
    if let Some(limit) = &without.limit {
        // Where the model without the columns diverges, the score is taken at its limit, too.
        let mut strata = vec![0; rows.n];
        for (row, &i) in rows.original.iter().enumerate() {
            strata[row] = limit.strata[i];
        }
        rows = rows.stratified(&strata);
    }
    let mut beta = vec![0.0; p];
    for (b, &k) in without.beta.iter().zip(&kept) {
        beta[k] = *b;
    }
    let at = evaluate(&rows, options.ties, &beta);
    Ok(ColumnTests {
        likelihood_ratio: ChiSquared::new(2.0 * (fit.log_likelihood[1] - without.at.log_likelihood), columns.len()),
        score: ChiSquared::new(factor(&rows, &at).quadratic_form(&at.score), columns.len()),
    })
}
