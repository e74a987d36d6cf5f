//! The ridge: ℓ − (λ/2) Σ β_j² s_j², s_j² the variance of column j (rule 29).
//!
//! Gray 1992, JASA 87:942-951. R: `coxph(Surv(time, event) ~ ridge(x, theta = λ))`.

use nalgebra::DMatrix;

use super::arrangement::Arrangement;
use super::concordance::{Predictor, concordance};
use super::hypothesis::wald;
use super::information::{Factor, packed};
use super::likelihood::{Evaluation, evaluate};
use super::newton::{End, Until, climb};
use super::{ChiSquared, Concordance, CoxError, CoxOptions, Design, events_without_exact};
use crate::survival::Sample;

/// A fit by ridge.
#[derive(Debug, Clone, PartialEq)]
pub struct RidgeFit {
    /// Rows.
    pub n: usize,
    /// Events (rows, not weights).
    pub n_event: usize,
    /// Log hazard ratio per unit of each column.
    pub coefficients: Vec<f64>,
    /// H⁻¹, H the information with the penalty's curvature: R's `var`, of `se(coef)`.
    pub covariance: DMatrix<f64>,
    /// H⁻¹ I H⁻¹: R's `var2`, of `se2`.
    pub sandwich: DMatrix<f64>,
    /// Log partial likelihood at β = 0 and at the estimate, without the penalty.
    pub log_likelihood: [f64; 2],
    /// tr(I H⁻¹), the coefficients' worth after shrinking.
    pub effective_df: f64,
    /// Concordance of the linear predictor.
    pub concordance: Option<Concordance>,
    /// Newton steps taken.
    pub iterations: usize,
}

/// Fits by ridge with `lambda` > 0, which gives finite coefficients even to collinear or separated columns (but not to a constant one).
///
/// # Errors
/// [`CoxError::NoObservations`], [`CoxError::NoEvents`], [`CoxError::NotConverged`]; [`CoxError::ExactRefused`] with exact
/// ties. There is no robust covariance: `robust` and `cluster` have no part in it.
pub fn ridge(sample: &Sample, design: &Design, options: &CoxOptions, lambda: f64) -> Result<RidgeFit, CoxError> {
    let n_event = events_without_exact(sample, options)?;
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let rows = Arrangement::new(sample, &columns, design.strata).with_offset(design.offset);
    let p = rows.p;
    // Of a standardised coefficient: its column's variance is 1 by weighted standardising, by rows it may differ.
    let bend: Vec<f64> =
        columns.iter().zip(&rows.scale).map(|(column, scale)| lambda * variance(column) / (scale * scale)).collect();
    let function = |beta: &[f64]| -> Evaluation {
        let mut out = evaluate(&rows, options.ties, beta);
        for (k, (b, bend)) in beta.iter().zip(&bend).enumerate() {
            out.log_likelihood -= bend * b * b / 2.0;
            out.score[k] -= bend * b;
            out.information[packed(k, k)] += bend;
        }
        out
    };
    let zero = vec![0.0; p];
    let null = function(&zero);
    let all: Vec<usize> = (0..p).collect();
    let until = Until::Point(options.tolerance);
    let summit = climb(function, &zero, null.clone(), &all, until, options.max_iterations, false);
    if summit.end != End::Reached {
        return Err(CoxError::NotConverged { iterations: summit.iterations });
    }
    let at = evaluate(&rows, options.ties, &summit.beta);
    let inverse = Factor::new(&summit.value.information, p, 0.0).inverse();
    let information = DMatrix::from_fn(p, p, |i, j| at.information[packed(i.max(j), i.min(j))]);
    let on_user_scale =
        |matrix: &DMatrix<f64>| DMatrix::from_fn(p, p, |i, j| matrix[(i, j)] / (rows.scale[i] * rows.scale[j]));
    let predictor = Predictor { value: rows.linear_predictor(&summit.beta), class: None };
    Ok(RidgeFit {
        n: sample.len(),
        n_event,
        coefficients: summit.beta.iter().zip(&rows.scale).map(|(b, scale)| b / scale).collect(),
        covariance: on_user_scale(&inverse),
        sandwich: on_user_scale(&(&inverse * &information * &inverse)),
        log_likelihood: [null.log_likelihood, at.log_likelihood],
        effective_df: (&information * &inverse).trace(),
        concordance: concordance(&rows, predictor, None),
        iterations: summit.iterations,
    })
}

/// The Wald test b′H b of these columns, H the inverse of their part of [`RidgeFit::covariance`]; `None` without columns. R:
/// as `coxph` prints a `ridge` term.
pub fn ridge_wald_test(fit: &RidgeFit, columns: &[usize]) -> Option<ChiSquared> {
    let b: Vec<f64> = columns.iter().map(|&k| fit.coefficients[k]).collect();
    wald(&b, &fit.covariance, columns)
}

/// The variance of a column, rows counting alike, with divisor n − 1.
fn variance(column: &[f64]) -> f64 {
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    let squares: f64 = column.iter().map(|value| (value - mean) * (value - mean)).sum();
    if n > 1.0 { squares / (n - 1.0) } else { 0.0 }
}
