//! Quantiles of a survival curve and their intervals (rules 2 and 3).

use serde::{Deserialize, Serialize};

use super::Reason;
use super::kaplan_meier::Curve;
use crate::num::normal;

/// Probabilities closer than this are equal: the square root of the spacing of numbers at 1, as in R.
const TOLERANCE: f64 = 1.4901161193847656e-8;

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
            out.conf_low = limit(&steps.conf_low);
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
        out.reason = Some(Reason::NotReached);
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
