//! The Nelson-Aalen estimate of the cumulative hazard.
//!
//! H(t) = Σ d/n over the event times up to t (Nelson 1972, Technometrics 14:945; Aalen 1978, Ann Stat 6:701), its variance
//! Σ d/n² (Klein and Moeschberger 2003, 4.2.4). With case weights d and n are sums of weights; at risk means
//! entry < t ≤ time. R: `survfit(Surv(entry, time, event) ~ 1, weights = w, robust = FALSE)`, `cumhaz` and `std.chaz`.

use serde::Serialize;

use super::kaplan_meier::Curve;
use crate::num::normal;

/// The cumulative hazard, in parallel arrays over the steps of its curve.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NelsonAalen {
    /// H(t), events at t included.
    pub estimate: Vec<f64>,
    /// Standard error of H(t).
    pub std_error: Vec<f64>,
    /// Lower limit H·exp(−z·se/H), symmetric on the log scale so that it stays positive; 0 while H is 0.
    pub conf_low: Vec<f64>,
    /// Upper limit H·exp(z·se/H); 0 while H is 0, `None` where it is too large for a number.
    pub conf_high: Vec<Option<f64>>,
}

/// The cumulative hazard of a curve made by [`super::kaplan_meier::fit`] or its kin: the same events, numbers at risk and
/// level. Where a robust variance was asked for, the curve's [`Curve::robust_hazard_error`] is the standard error.
///
/// After S has come to 0 while rows enter later, the sum goes on (as in R): a hazard needs no survivor.
pub fn fit(curve: &Curve) -> NelsonAalen {
    let z = normal::z_of_level(curve.options.conf_level).unwrap_or_default();
    let steps = &curve.steps;
    let mut out = NelsonAalen::default();
    let (mut hazard, mut variance) = (0.0, 0.0);
    for step in 0..steps.time.len() {
        if curve.raw.n_event[step] > 0 {
            let (d, n) = (steps.n_event[step], steps.n_risk[step]);
            hazard += d / n;
            variance += d / (n * n);
        }
        let error = curve.robust_hazard_error.as_ref().map_or_else(|| variance.sqrt(), |error| error[step]);
        let factor = if hazard > 0.0 { libm::exp(z * error / hazard) } else { 1.0 };
        out.estimate.push(hazard);
        out.std_error.push(error);
        out.conf_low.push(hazard / factor);
        out.conf_high.push(Some(hazard * factor).filter(|limit| limit.is_finite()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Sample;
    use crate::survival::kaplan_meier::{self, KmOptions};

    fn close(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        got.iter().zip(want).for_each(|(got, want)| assert!((got - want).abs() <= 1e-12, "{got} instead of {want}"));
    }

    /// tests/reference/curves.R
    #[test]
    fn weights_and_late_entry_of_r() {
        let sample = Sample {
            entry: Some(&[0.0, 2.0, 1.0, 0.0, 4.0, 3.0, 0.0, 5.0, 1.0, 6.0, 0.0, 2.0]),
            time: &[7.0, 5.0, 3.0, 9.0, 8.0, 5.0, 3.0, 12.0, 7.0, 12.0, 10.0, 3.0],
            event: &[true, true, false, true, false, true, true, false, false, true, true, true],
            weight: Some(&[0.5, 1.25, 2.0, 0.1, 0.7, 1.0, 3.0, 0.3, 0.2, 1.5, 0.6, 0.4]),
        };
        let fitted = fit(&kaplan_meier::fit(&sample, &KmOptions::default()));
        close(
            &fitted.estimate,
            &[
                0.42236024844720493,
                0.9396016277575496,
                1.0678067559626778,
                1.0678067559626778,
                1.1078067559626779,
                1.3578067559626779,
                2.1911400892960113,
            ],
        );
        close(
            &fitted.std_error,
            &[
                0.22905700515013383,
                0.41397243364458836,
                0.45193615214298777,
                0.45193615214298777,
                0.4693040438924534,
                0.5695726049244965,
                0.8873420508707109,
            ],
        );
    }

    #[test]
    fn by_hand() {
        // 1 of 4 at 1, a censoring at 2, 2 of 2 at 3: H = ¼, ¼, 5/4; variance 1/16, 1/16, 1/16 + 2/4.
        let time = [1.0, 2.0, 3.0, 3.0];
        let sample = Sample { entry: None, time: &time, event: &[true, false, true, true], weight: None };
        let fitted = fit(&kaplan_meier::fit(&sample, &KmOptions::default()));
        close(&fitted.estimate, &[0.25, 0.25, 1.25]);
        close(&fitted.std_error, &[0.25, 0.25, 0.75]);
        // se/H = 1: the limits are a factor exp(1.96) apart from H.
        close(&fitted.conf_low[..1], &[0.25 / 7.099071384231643]);
        close(&[fitted.conf_high[0].unwrap()], &[0.25 * 7.099071384231643]);
    }

    /// Weights far below 1 say that next to nothing is known.
    #[test]
    fn limits_too_large_for_a_number() {
        let sample = Sample { entry: None, time: &[1.0, 2.0], event: &[true, false], weight: Some(&[1e-8, 1e-6]) };
        let fitted = fit(&kaplan_meier::fit(&sample, &KmOptions::default()));
        assert!(fitted.estimate[0] > 0.0 && fitted.std_error[0].is_finite());
        assert_eq!((fitted.conf_low[0], fitted.conf_high[0]), (0.0, None));
    }

    #[test]
    fn without_events_or_rows() {
        let sample = Sample { entry: None, time: &[1.0, 2.0], event: &[false; 2], weight: None };
        let fitted = fit(&kaplan_meier::fit(&sample, &KmOptions::default()));
        assert_eq!((fitted.estimate, fitted.std_error), (vec![0.0; 2], vec![0.0; 2]));
        assert_eq!((fitted.conf_low, fitted.conf_high), (vec![0.0; 2], vec![Some(0.0); 2]));
        let none = Sample { entry: None, time: &[], event: &[], weight: None };
        assert_eq!(fit(&kaplan_meier::fit(&none, &KmOptions::default())), NelsonAalen::default());
    }
}
