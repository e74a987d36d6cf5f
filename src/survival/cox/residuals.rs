//! Residuals of rows: martingale, deviance, score and dfbeta (Therneau & Grambsch 2000, chapters 4 and 7).

use super::arrangement::Arrangement;
use super::robust::HazardSeen;
use super::solve::solve;
use super::{CoxError, CoxOptions, Design, estimable_covariance, events_without_exact};
use crate::survival::Sample;

/// Residuals, a value per row of the sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Residuals {
    /// The event less the hazard that the row has seen under the model. R: `residuals(fit, "martingale")`.
    pub martingale: Vec<f64>,
    /// sign(M) √(−2 [M + δ log(δ − M)]): the same made symmetric. R: `"deviance"`.
    pub deviance: Vec<f64>,
    /// ∫ (x − x̄) dM for each column; `None` where the coefficient diverges. R: `"score"`.
    pub score: Vec<Option<Vec<f64>>>,
    /// The first-order change of each coefficient that the row, with its weight, is responsible for; `None` likewise. R: `"dfbeta"`.
    pub dfbeta: Vec<Option<Vec<f64>>>,
}

/// The residuals of the fitted model (under separation of its limit). Costs one fit and one sweep.
///
/// # Errors
/// Those of [`fit`](super::fit); [`CoxError::ExactRefused`] with exact ties.
pub fn residuals(sample: &Sample, design: &Design, options: &CoxOptions) -> Result<Residuals, CoxError> {
    events_without_exact(sample, options)?;
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let solution = solve(Arrangement::new(sample, &columns, design.strata).with_offset(design.offset), options)?;
    let rows = &solution.rows;
    let seen = HazardSeen::new(rows, options.ties, &solution.beta);
    let covariance = estimable_covariance(&solution);
    let p = rows.p;
    let diverges = |column: usize| solution.limit.as_ref().is_some_and(|limit| limit.diverges(column));
    let by_sample = |value: &dyn Fn(usize) -> f64| {
        let mut out = vec![0.0; rows.n];
        for row in 0..rows.n {
            out[rows.original(row)] = value(row);
        }
        out
    };
    let (mut scores, mut martingale) = (vec![0.0; rows.n * p], vec![0.0; rows.n]);
    for (row, last) in seen.met() {
        seen.score(row, last, &mut scores[row * p..(row + 1) * p]);
        martingale[row] = seen.martingale(row, last) / rows.weight(row);
    }
    let martingale = by_sample(&|row| martingale[row]);
    let deviance = (martingale.iter().zip(sample.event)).map(|(&m, &event)| deviance(m, event)).collect();
    let each = |value: &dyn Fn(usize, usize) -> f64| {
        (0..p).map(|k| (!diverges(k)).then(|| by_sample(&|row| value(row, k)))).collect()
    };
    // A coefficient of a standardised column is that of the user's times the deviation, its score that divided by it.
    let score = each(&|row, k| scores[row * p + k] * rows.scale[k] / rows.weight(row));
    let dfbeta = each(&|row, k| (0..p).map(|l| covariance[(k, l)] * scores[row * p + l]).sum::<f64>() / rows.scale[k]);
    Ok(Residuals { martingale, deviance, score, dfbeta })
}

/// The deviance residual of a martingale residual.
fn deviance(martingale: f64, event: bool) -> f64 {
    let inner = if event { martingale + libm::log((1.0 - martingale).max(f64::MIN_POSITIVE)) } else { martingale };
    let size = libm::sqrt((-2.0 * inner).max(0.0));
    if martingale < 0.0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn martingale_and_score_by_hand_without_effect() {
        // Times 1, 2, 3 with events at 1 and 3 and x = 1, −2, 1: β = 0 would need Σ(x − x̄) = 1 − 0 + 0 ≠ 0, so no columns:
        // the hazard is 1/3 at 1 and 1 at 3.
        let sample = Sample { entry: None, time: &[1.0, 2.0, 3.0], event: &[true, false, true], weight: None };
        let found = residuals(&sample, &Design::default(), &CoxOptions::default()).unwrap();
        let expected = [1.0 - 1.0 / 3.0, -1.0 / 3.0, 1.0 - 4.0 / 3.0];
        for (found, expected) in found.martingale.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!((found.deviance[1] + libm::sqrt(2.0 / 3.0)).abs() < 1e-12);
        let first = libm::sqrt(-2.0 * (2.0 / 3.0 + libm::log(1.0 / 3.0)));
        assert!((found.deviance[0] - first).abs() < 1e-12);
    }

    #[test]
    fn efron_shares_the_hazard_of_tied_events() {
        // Two events at 1 and a third row: hazard 1/3 + 1/2 for the third; the two see 1/3 + ½ · 1/2.
        let sample = Sample { entry: None, time: &[1.0, 1.0, 2.0], event: &[true, true, false], weight: None };
        let found = residuals(&sample, &Design::default(), &CoxOptions::default()).unwrap();
        for (found, expected) in found.martingale.iter().zip([5.0 / 12.0, 5.0 / 12.0, -5.0 / 6.0]) {
            assert!((found - expected).abs() < 1e-12);
        }
    }
}
