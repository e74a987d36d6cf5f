//! Tests of some of the coefficients (rule 10): Wald, likelihood ratio and score.

use nalgebra::DMatrix;

use super::arrangement::Arrangement;
use super::information::{Factor, packed};
use super::likelihood::evaluate;
use super::newton::{End, Until, climb};
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
    wald(&b, covariance, columns)
}

/// b′V⁻¹b, V the rows and columns of the covariance that belong to b; `None` for no coefficient or a singular V.
pub(super) fn wald(b: &[f64], covariance: &DMatrix<f64>, columns: &[usize]) -> Option<ChiSquared> {
    let mut v = Vec::with_capacity(packed(b.len(), 0));
    for (a, &i) in columns.iter().enumerate() {
        // On the scale of correlations, which units do not disturb.
        let correlation = |&j: &usize| covariance[(i, j)] / libm::sqrt(covariance[(i, i)] * covariance[(j, j)]);
        v.extend(columns[..=a].iter().map(correlation));
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
    DropTests::new(sample, design, options, fit).of(columns)
}

/// [`drop_test`] of one set of columns after another: the rows are put in order once, and each fit begins near its end.
pub struct DropTests<'a> {
    options: &'a CoxOptions,
    fit: &'a CoxFit,
    rows: Arrangement,
}

impl<'a> DropTests<'a> {
    /// For the model that [`fit`](super::fit) has fitted to these rows with these options.
    pub fn new(sample: &Sample, design: &Design, options: &'a CoxOptions, fit: &'a CoxFit) -> Self {
        let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
        Self { options, fit, rows: Arrangement::new(sample, &columns, design.strata).with_offset(design.offset) }
    }

    /// The tests of these columns.
    ///
    /// # Errors
    /// As [`drop_test`].
    pub fn of(&self, columns: &[usize]) -> Result<ColumnTests, CoxError> {
        let kept: Vec<usize> = (0..self.rows.p).filter(|k| !columns.contains(k)).collect();
        let (log_likelihood, score) = match self.near_the_fit(columns, &kept) {
            Some(found) => found,
            None => self.anew(&kept)?,
        };
        Ok(ColumnTests {
            likelihood_ratio: ChiSquared::new(2.0 * (self.fit.log_likelihood[1] - log_likelihood), columns.len()),
            score: ChiSquared::new(score, columns.len()),
        })
    }

    /// Log-likelihood without the columns and their score statistic, the climb beginning where a parabola with the fit's
    /// curvature has its top. `None` where that does not come to a maximum.
    fn near_the_fit(&self, columns: &[usize], kept: &[usize]) -> Option<(f64, f64)> {
        let (rows, ties) = (&self.rows, self.options.ties);
        let coefficients = self.fit.coefficients.iter().copied().collect::<Option<Vec<f64>>>()?;
        let dropped: Vec<f64> = columns.iter().map(|&k| coefficients[k]).collect();
        // Given b_d = 0 the parabola's top is at b_k − V_kd V_dd⁻¹ b_d.
        let v = &self.fit.covariance;
        let mut own = Vec::with_capacity(packed(columns.len(), 0));
        for (a, &i) in columns.iter().enumerate() {
            own.extend(columns[..=a].iter().map(|&j| v[(i, j)]));
        }
        let pull = Factor::new(&own, columns.len(), 0.0).solve(&dropped);
        let mut start = vec![0.0; rows.p];
        for &k in kept {
            let moved: f64 = columns.iter().zip(&pull).map(|(&d, pull)| v[(k, d)] * pull).sum();
            start[k] = (coefficients[k] - moved) * rows.scale[k];
        }
        let function = |beta: &[f64]| evaluate(rows, ties, beta);
        let until = Until::Point(self.options.tolerance);
        let first = function(&start);
        let summit = climb(function, &start, first, kept, until, self.options.max_iterations, true);
        // What is left of the score of the kept columns is not the dropped ones' doing.
        let score = factor(rows, &summit.value).quadratic_form(&summit.value.score) - 2.0 * summit.gain;
        let sound = summit.end == End::Reached && summit.value.is_finite();
        sound.then_some((summit.value.log_likelihood, score))
    }

    /// The same as any fit is done, under separation at the limit.
    fn anew(&self, kept: &[usize]) -> Result<(f64, f64), CoxError> {
        let without = solve(self.rows.with_columns(kept), self.options)?;
        let mut beta = vec![0.0; self.rows.p];
        for (b, &k) in without.beta.iter().zip(kept) {
            beta[k] = *b;
        }
        // Where the model without the columns diverges, the score is taken at its limit, too.
        let limit = without.limit.map(|limit| self.rows.stratified(&limit.strata));
        let rows = limit.as_ref().unwrap_or(&self.rows);
        let at = evaluate(rows, self.options.ties, &beta);
        Ok((without.at.log_likelihood, factor(rows, &at).quadratic_form(&at.score)))
    }
}
