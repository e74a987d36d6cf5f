//! Quantiles of a survival curve and their intervals (rules 2 and 3).

use serde::{Deserialize, Serialize};

use super::Reason;
use super::kaplan_meier::Curve;
use crate::num::normal;

/// Probabilities closer than this are equal: the square root of the spacing of numbers at 1, as in R.
const TOLERANCE: f64 = 1.4901161193847656e-08;

/// Distance in probability of the two points between which the density at a quantile is taken.
const DENSITY_WIDTH: f64 = 0.05;

/// Which time a quantile is where the curve is flat at exactly 1 − p (rule 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantileRule {
    /// The first time with S ≤ 1 − p (Stata, lifelines, SPSS; R's printed median).
    First,
    /// The middle of the flat stretch (R's `quantile()`).
    #[default]
    Midpoint,
}

/// How the interval of a quantile is made (rule 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantileInterval {
    /// The quantiles of the limits of the curve (Brookmeyer and Crowley 1982, Biometrics 38:29; R, SAS, Stata).
    #[default]
    Inversion,
    /// t ± z·√Var S(t)/f(t) (SPSS).
    Density,
}

/// A quantile of the time to the event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quantile {
    /// The probability p: the time at which S falls to 1 − p.
    pub prob: f64,
    /// The time; `None` where the curve does not come so low.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
    /// Standard error of the time, under [`QuantileInterval::Density`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std_error: Option<f64>,
    /// The first time with S ≤ 1 − p, whatever the rule.
    pub first: Option<f64>,
    /// Whether the curve stays at exactly 1 − p to the last observed time (caution `flat_to_end`).
    pub flat_to_end: bool,
    /// Why the estimate or, where it is given, the interval is undefined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// The quantile of a curve at `prob`, 0 < prob < 1. R: `quantile(fit, probs = prob)` under `Midpoint` and `Inversion`.
pub fn quantile(curve: &Curve, prob: f64, rule: QuantileRule, interval: QuantileInterval) -> Quantile {
    let steps = &curve.steps;
    let level = 1.0 - prob;
    let crossing = Crossing::of(&steps.time, level, |step| Some(steps.estimate[step]));
    let mut out = Quantile {
        prob,
        estimate: crossing.map(|crossing| crossing.time(rule)),
        conf_low: None,
        conf_high: None,
        std_error: None,
        first: crossing.map(|crossing| crossing.first),
        flat_to_end: crossing.is_some_and(|crossing| crossing.flat_to_end),
        reason: None,
    };
    match interval {
        QuantileInterval::Inversion => {
            let limit = |values: &[Option<f64>]| {
                Crossing::of(&steps.time, level, |step| values[step]).map(|crossing| crossing.time(rule))
            };
            let low = curve.limits_at_start().0.filter(|&low| low <= level + TOLERANCE && curve.n > 0);
            out.conf_low = low.map(|_| 0.0).or_else(|| limit(&steps.conf_low));
            out.conf_high = limit(&steps.conf_high);
        }
        QuantileInterval::Density => {
            if let Some(time) = out.estimate {
                match (density_error(curve, level, time), normal::z_of_level(curve.options.conf_level)) {
                    (Some(error), Some(z)) => {
                        out.std_error = Some(error);
                        out.conf_low = Some(time - z * error);
                        out.conf_high = Some(time + z * error);
                    }
                    _ => out.reason = Some(Reason::NoDensity),
                }
            }
        }
    }
    if out.estimate.is_none() {
        out.reason = Some(if curve.n > 0 { Reason::NotReached } else { Reason::NotEstimable });
    }
    out
}

/// Where a falling curve comes down to a level.
#[derive(Clone, Copy)]
struct Crossing {
    /// The first time at or below the level.
    first: f64,
    /// The end of the stretch at exactly the level; `first` where there is none.
    end: f64,
    flat_to_end: bool,
}

impl Crossing {
    /// The crossing of `value` (by step, undefined values skipped); `None` where it stays above.
    fn of(time: &[f64], level: f64, value: impl Fn(usize) -> Option<f64>) -> Option<Self> {
        let below = (0..time.len()).find(|&step| value(step).is_some_and(|value| value <= level + TOLERANCE))?;
        let first = time[below];
        if value(below).is_none_or(|value| value <= level - TOLERANCE) {
            return Some(Self { first, end: first, flat_to_end: false });
        }
        let next = (below..time.len()).find(|&step| value(step).is_some_and(|value| value < level - TOLERANCE));
        let end = next.map_or(time[time.len() - 1], |next| time[next]);
        Some(Self { first, end, flat_to_end: next.is_none() })
    }

    fn time(&self, rule: QuantileRule) -> f64 {
        match rule {
            QuantileRule::First => self.first,
            QuantileRule::Midpoint => (self.first + self.end) / 2.0,
        }
    }
}

/// √Var S(t)/f(t), f the slope between the last event time with S ≥ level + 0.05 and the first with S ≤ level − 0.05.
fn density_error(curve: &Curve, level: f64, time: f64) -> Option<f64> {
    let steps = &curve.steps;
    let mut events = (0..steps.time.len()).filter(|&step| curve.raw.n_event[step] > 0);
    let upper = events.clone().rfind(|&step| steps.estimate[step] >= level + DENSITY_WIDTH - TOLERANCE)?;
    let lower = events.find(|&step| steps.estimate[step] <= level - DENSITY_WIDTH + TOLERANCE)?;
    let density = (steps.estimate[upper] - steps.estimate[lower]) / (steps.time[lower] - steps.time[upper]);
    Some(steps.std_error[curve.step_at(time)?]? / density)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Sample;
    use crate::survival::interval::ConfType;
    use crate::survival::kaplan_meier::{KmOptions, fit};
    use crate::survival::lung::Lung;

    use QuantileInterval::{Density, Inversion};
    use QuantileRule::{First, Midpoint};

    fn curve(time: &[f64], event: &[bool], conf_type: ConfType) -> Curve {
        let sample = Sample { entry: None, time, event, weight: None };
        fit(&sample, &KmOptions { conf_type, conf_level: 0.95 })
    }

    /// The vector of rule 2 on the data of rule 1: S(87) is exactly one half, to the end.
    #[test]
    fn flat_at_one_half_to_the_end() {
        let time = [54.0, 75.0, 77.0, 84.0, 87.0, 92.0, 103.0, 105.0, 112.0, 118.0];
        let event = [true, true, true, true, true, false, false, false, false, false];
        let curve = curve(&time, &event, ConfType::Log);
        let midpoint = quantile(&curve, 0.5, Midpoint, Inversion);
        assert_eq!((midpoint.estimate, midpoint.first, midpoint.flat_to_end), (Some(102.5), Some(87.0), true));
        let first = quantile(&curve, 0.5, First, Inversion);
        assert_eq!((first.estimate, first.flat_to_end), (Some(87.0), true));
        let upper = quantile(&curve, 0.75, Midpoint, Inversion);
        assert_eq!((upper.estimate, upper.conf_high, upper.reason), (None, None, Some(Reason::NotReached)));
        assert!(!upper.flat_to_end);
    }

    /// The second vector of rule 2.
    #[test]
    fn flat_at_one_half_for_a_while() {
        let curve = curve(&[1.0, 2.0, 2.0, 4.0, 6.0, 8.0], &[true; 6], ConfType::Log);
        let midpoint = quantile(&curve, 0.5, Midpoint, Inversion);
        assert_eq!((midpoint.estimate, midpoint.flat_to_end), (Some(3.0), false));
        assert_eq!(quantile(&curve, 0.5, First, Inversion).estimate, Some(2.0));
    }

    /// tests/reference/kaplan_meier.R
    #[test]
    fn inversion_of_r() {
        let lung = Lung::load();
        for (conf_type, low, high) in [
            (ConfType::Log, [145.0, 285.0, 460.0], [197.0, 363.0, 654.0]),
            (ConfType::LogLog, [144.0, 284.0, 457.0], [194.0, 361.0, 643.0]),
            (ConfType::Plain, [145.0, 284.0, 457.0], [197.0, 361.0, 643.0]),
            (ConfType::Logit, [144.0, 284.0, 457.0], [194.0, 361.0, 654.0]),
            (ConfType::Arcsin, [145.0, 284.0, 457.0], [194.0, 361.0, 643.0]),
        ] {
            let curve = curve(&lung.time, &lung.event, conf_type);
            for (i, (prob, estimate)) in [(0.25, 170.0), (0.5, 310.0), (0.75, 550.0)].into_iter().enumerate() {
                let got = quantile(&curve, prob, Midpoint, Inversion);
                assert_eq!(got.estimate, Some(estimate), "{conf_type:?} {prob}");
                assert_eq!((got.conf_low, got.conf_high), (Some(low[i]), Some(high[i])), "{conf_type:?} {prob}");
            }
        }
    }

    /// The vector of rule 3.
    #[test]
    fn density_of_lung() {
        let lung = Lung::load();
        let got = quantile(&curve(&lung.time, &lung.event, ConfType::Plain), 0.5, First, Density);
        assert_eq!(got.estimate, Some(310.0));
        assert!((got.std_error.unwrap() - 21.773).abs() < 5e-4);
        assert!((got.conf_low.unwrap() - 267.3).abs() < 0.05);
        assert!((got.conf_high.unwrap() - 352.7).abs() < 0.05);
    }

    #[test]
    fn density_by_hand() {
        // S = 0.75, 0.5, 0.25, 0 at 1, 2, 3, 4: u = 1, l = 3, f = 0.25, Var S(2) = 0.5²(1/12 + 1/6) = 1/16.
        let curve = curve(&[1.0, 2.0, 3.0, 4.0], &[true; 4], ConfType::Plain);
        let got = quantile(&curve, 0.5, First, Density);
        assert!((got.std_error.unwrap() - 1.0).abs() < 1e-12);
        // No event lies above 0.8.
        let got = quantile(&curve, 0.25, First, Density);
        assert_eq!((got.estimate, got.conf_low, got.reason), (Some(1.0), None, Some(Reason::NoDensity)));
    }

    #[test]
    fn without_rows_or_events() {
        for (curve, reason) in [
            (curve(&[], &[], ConfType::Log), Reason::NotEstimable),
            (curve(&[1.0, 2.0], &[false; 2], ConfType::Log), Reason::NotReached),
        ] {
            for interval in [Inversion, Density] {
                let got = quantile(&curve, 0.5, Midpoint, interval);
                assert_eq!((got.estimate, got.conf_low, got.conf_high), (None, None, None));
                assert_eq!(got.reason, Some(reason));
            }
        }
    }

    #[test]
    fn spellings() {
        assert_eq!(serde_json::from_str::<QuantileRule>("\"midpoint\"").unwrap(), Midpoint);
        assert_eq!(serde_json::from_str::<QuantileRule>("\"first\"").unwrap(), First);
        assert_eq!(serde_json::from_str::<QuantileInterval>("\"inversion\"").unwrap(), Inversion);
        assert_eq!(serde_json::from_str::<QuantileInterval>("\"density\"").unwrap(), Density);
    }
}
