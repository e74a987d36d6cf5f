//! Rows of a model's table.

use crate::num::normal;
use crate::study::design::{PlannedTerm, Role};
use crate::study::results::{ChiSquare, Term};
use crate::survival::cox::ChiSquared;

/// The name of the likelihood-ratio test in the document.
const LIKELIHOOD_RATIO: &str = "likelihood_ratio";

/// A standard error this much smaller than its estimate is rounding and not a variance.
const NO_VARIANCE: f64 = 1e-9;

/// A chi-square as the document shows it.
pub fn chi_square(test: ChiSquared) -> ChiSquare {
    ChiSquare { statistic: test.statistic, df: test.df, p_value: test.p_value, model_based: false }
}

/// The row of `planned`, and its column if it has one: references and empty levels are complete.
pub fn begin(planned: &PlannedTerm) -> (Term, Option<usize>) {
    let mut term = Term {
        variable: planned.variable.clone(),
        level: planned.level.clone(),
        per: planned.per,
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
    match planned.role {
        Role::Reference => {
            term.estimate = Some(0.0);
            term.hazard_ratio = Some(1.0);
            (term, None)
        }
        Role::Empty => {
            term.reason = Some("empty_level");
            (term, None)
        }
        Role::Column(column) => (term, Some(column)),
    }
}

impl Term {
    /// Fills in estimate and standard error.
    pub(super) fn estimated(&mut self, estimate: Option<f64>, std_error: Option<f64>) {
        self.estimate = estimate;
        self.std_error = std_error;
        self.hazard_ratio = estimate.and_then(|estimate| self.ratio(estimate));
    }

    /// Test and limits from estimate and standard error, `z` the quantile. A robust variance is 0 where every cluster fits
    /// perfectly: it says nothing, least of all certainty.
    pub(super) fn wald(&mut self, z: f64) {
        if let (Some(estimate), Some(std_error)) = (self.estimate, self.std_error)
            && std_error <= NO_VARIANCE * estimate.abs()
        {
            self.std_error = None;
        }
        if self.estimate.is_some() && self.std_error.is_none() {
            self.reason = self.reason.or(Some("no_variance"));
        }
        if let (Some(estimate), Some(std_error)) = (self.estimate, self.std_error) {
            self.statistic = Some(estimate / std_error);
            self.p_value = self.statistic.map(normal::two_sided_p);
            self.limits(Some(estimate - z * std_error), Some(estimate + z * std_error));
        }
    }

    /// Test and limits (of the log ratio) from a profile.
    pub(super) fn profiled(&mut self, likelihood_ratio: ChiSquared, low: Option<f64>, high: Option<f64>) {
        self.test = Some(LIKELIHOOD_RATIO);
        self.statistic = Some(likelihood_ratio.statistic);
        self.p_value = Some(likelihood_ratio.p_value);
        self.limits(low, high);
        if low.is_none() || high.is_none() {
            self.reason = self.reason.or(Some("limit_not_found"));
        }
    }

    fn limits(&mut self, low: Option<f64>, high: Option<f64>) {
        self.conf_low = low.and_then(|low| self.ratio(low));
        self.conf_high = high.and_then(|high| self.ratio(high));
    }

    /// A hazard ratio; one that no number holds is said to be too large.
    fn ratio(&mut self, log: f64) -> Option<f64> {
        let ratio = libm::exp(log);
        if !ratio.is_finite() {
            self.reason = self.reason.or(Some("out_of_range"));
        }
        ratio.is_finite().then_some(ratio)
    }
}
