//! The Kaplan-Meier estimate of a survival curve, with its standard error and interval.
//!
//! S(t) = Π (1 − d/n) over the event times up to t (Kaplan and Meier 1958, JASA 53:457); the variance of ln S(t) is
//! Σ d/[n(n − d)] (Greenwood 1926). With case weights d and n are sums of weights (rule 18). At risk at t means
//! entry < t ≤ time (rule 28). R: `survfit(Surv(entry, time, event) ~ 1, weights = w, robust = FALSE)`.

use serde::{Deserialize, Serialize};

use super::interval::{self, ConfType};
use super::{Reason, Sample};
use crate::num::{normal, order};

/// How intervals are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KmOptions {
    /// Scale of the interval.
    pub conf_type: ConfType,
    /// Level of the interval, between 0 and 1.
    pub conf_level: f64,
}

impl Default for KmOptions {
    /// R's: log, 0.95.
    fn default() -> Self {
        Self { conf_type: ConfType::Log, conf_level: 0.95 }
    }
}

/// Parallel arrays over every distinct event or censoring time, ascending.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Steps {
    /// Time.
    pub time: Vec<f64>,
    /// At risk just before the time: sum of the weights with entry < t ≤ time.
    pub n_risk: Vec<f64>,
    /// Events at the time: sum of weights.
    pub n_event: Vec<f64>,
    /// Censorings at the time: sum of weights.
    pub n_censor: Vec<f64>,
    /// S(t), events at t included.
    pub estimate: Vec<f64>,
    /// Standard error of S(t) (Greenwood); `None` where S is 0.
    pub std_error: Vec<Option<f64>>,
    /// Lower limit of S(t).
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit of S(t).
    pub conf_high: Vec<Option<f64>>,
}

/// Counts of rows, parallel to the steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RawCounts {
    /// Rows at risk just before the time.
    pub n_risk: Vec<u32>,
    /// Rows with their event at the time.
    pub n_event: Vec<u32>,
    /// Rows censored at the time.
    pub n_censor: Vec<u32>,
}

/// A survival curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Rows.
    pub n: usize,
    /// Events: sum of weights.
    pub n_event: f64,
    /// Whether the rows carry weights, so that counts of rows differ from sums of weights.
    pub weighted: bool,
    /// How the intervals were made.
    pub options: KmOptions,
    /// The curve.
    pub steps: Steps,
    /// Counts of rows at the steps, also when there are no weights.
    pub raw: RawCounts,
    /// The first time at which S is 0 although rows enter at or after it (caution `zero_before_entry`).
    pub zero_before_entry: Option<f64>,
    /// Entries in ascending order, where rows enter late.
    entries: Option<Entries>,
}

/// Entries in ascending order.
#[derive(Debug, Clone, PartialEq)]
struct Entries {
    time: Vec<f64>,
    /// Sum of the weights of the first 0, 1, … entries; one longer than `time`.
    weight: Vec<f64>,
}

/// What a curve shows after its last time (rule 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Option<Carry>", into = "Option<Carry>")]
pub enum Beyond {
    /// Nothing: the figures are undefined.
    #[default]
    Null,
    /// The last figures again, marked (R: `summary(fit, times, extend = TRUE)`).
    Carry,
}

/// How [`Beyond`] is spelt: `null` or `"carry"`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Carry {
    Carry,
}

impl From<Option<Carry>> for Beyond {
    fn from(carry: Option<Carry>) -> Self {
        carry.map_or(Self::Null, |Carry::Carry| Self::Carry)
    }
}

impl From<Beyond> for Option<Carry> {
    fn from(beyond: Beyond) -> Self {
        match beyond {
            Beyond::Null => None,
            Beyond::Carry => Some(Carry::Carry),
        }
    }
}

/// Who counts as at risk at a time (rule 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtRiskRule {
    /// The left limit #{T ≥ t}: whoever leaves at t is still at risk (R).
    #[default]
    Left,
    /// The right limit #{T > t}: whoever leaves at t is gone.
    Right,
}

/// The curve at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct At {
    /// The time asked.
    pub time: f64,
    /// At risk: sum of the weights with entry < t ≤ time (at 0: entry ≤ 0).
    pub n_risk: f64,
    /// S(t), events at t included.
    pub estimate: Option<f64>,
    /// Standard error of S(t).
    pub std_error: Option<f64>,
    /// Lower limit of S(t).
    pub conf_low: Option<f64>,
    /// Upper limit of S(t).
    pub conf_high: Option<f64>,
    /// Why figures are undefined or where they come from, where that is not obvious.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Rows at risk and rows gone at one time; `n_risk + n_event + n_censor = n_entered` always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows at risk.
    pub n_risk: usize,
    /// Events so far (left rule: before t; right rule: up to t).
    pub n_event: usize,
    /// Censorings so far.
    pub n_censor: usize,
    /// Rows that have entered so far; all rows where none enters late.
    pub n_entered: usize,
}

/// The curve of a sample. No row gives a curve without steps.
pub fn fit(sample: &Sample, options: &KmOptions) -> Curve {
    product_limit(sample, options, Role { flip: false, others_first: false })
}

/// Which rows the product counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    /// Censorings are the event (reverse Kaplan-Meier).
    pub flip: bool,
    /// Rows that leave at t without the event are no longer at risk for the events at t.
    pub others_first: bool,
}

/// The product-limit estimate with the rows of `role` as events.
pub(super) fn product_limit(sample: &Sample, options: &KmOptions, role: Role) -> Curve {
    let n = sample.len();
    let mut curve = Curve {
        n,
        n_event: 0.0,
        weighted: sample.weight.is_some(),
        options: *options,
        steps: Steps::default(),
        raw: RawCounts::default(),
        zero_before_entry: None,
        entries: sample.entry.map(|entry| Entries::new(sample, entry)),
    };
    curve.count(sample, role);
    // From 0: the sum of nothing is -0 otherwise.
    curve.n_event = curve.steps.n_event.iter().fold(0.0, |sum, d| sum + d);
    curve.estimate(role);
    curve
}

impl Entries {
    fn new(sample: &Sample, entry: &[f64]) -> Self {
        let order = order::ascending(entry);
        let mut weight = Vec::with_capacity(order.len() + 1);
        let mut sum = 0.0;
        weight.push(sum);
        for &i in &order {
            sum += sample.weight_of(i as usize);
            weight.push(sum);
        }
        Self { time: order.iter().map(|&i| entry[i as usize]).collect(), weight }
    }

    /// How many have entered before t; at 0, and with `including`, those that enter at t too.
    fn before(&self, t: f64, including: bool) -> usize {
        self.time.partition_point(|&entry| entry < t || (entry == t && (including || t == 0.0)))
    }
}

impl Curve {
    /// Fills the counts of the steps: one sort, then passes in the order of time.
    fn count(&mut self, sample: &Sample, role: Role) {
        let order = order::ascending(sample.time);
        let (steps, raw) = (&mut self.steps, &mut self.raw);
        for &i in &order {
            let i = i as usize;
            let time = sample.time[i];
            if steps.time.last() != Some(&time) {
                steps.time.push(time);
                steps.n_event.push(0.0);
                steps.n_censor.push(0.0);
                raw.n_event.push(0);
                raw.n_censor.push(0);
            }
            let last = steps.time.len() - 1;
            if sample.event[i] != role.flip {
                steps.n_event[last] += sample.weight_of(i);
                raw.n_event[last] += 1;
            } else {
                steps.n_censor[last] += sample.weight_of(i);
                raw.n_censor[last] += 1;
            }
        }
        // At risk just before t: all that leave at t or later, less those that enter at t or later.
        let k = steps.time.len();
        steps.n_risk = vec![0.0; k];
        raw.n_risk = vec![0; k];
        let (mut staying, mut staying_raw) = (0.0, 0);
        for step in (0..k).rev() {
            let leaving = steps.n_event[step] + steps.n_censor[step];
            let leaving_raw = raw.n_event[step] + raw.n_censor[step];
            staying += leaving;
            staying_raw += leaving_raw;
            let (mut late, mut late_raw) = (0.0, 0);
            if let Some(entries) = &self.entries {
                let entered = entries.before(steps.time[step], false);
                late = entries.weight[entries.time.len()] - entries.weight[entered];
                late_raw = (entries.time.len() - entered) as u32;
            }
            raw.n_risk[step] = staying_raw - late_raw;
            // When everybody at risk leaves, n is d + c to the last bit, so that S can reach 0 exactly.
            steps.n_risk[step] = if raw.n_risk[step] == leaving_raw { leaving } else { staying - late };
        }
    }

    /// Fills the estimates of the steps from their counts.
    fn estimate(&mut self, role: Role) {
        let z = normal::z_of_level(self.options.conf_level).unwrap_or_default();
        let steps = &mut self.steps;
        let k = steps.time.len();
        steps.estimate.reserve_exact(k);
        steps.std_error.reserve_exact(k);
        steps.conf_low.reserve_exact(k);
        steps.conf_high.reserve_exact(k);
        let (mut surv, mut variance) = (1.0, 0.0);
        let mut limits = interval::limits(self.options.conf_type, surv, 0.0, z);
        for step in 0..k {
            let events = self.raw.n_event[step];
            if events > 0 && surv > 0.0 {
                let d = steps.n_event[step];
                let (mut n, mut n_raw) = (steps.n_risk[step], self.raw.n_risk[step]);
                if role.others_first {
                    n -= steps.n_censor[step];
                    n_raw -= self.raw.n_censor[step];
                }
                if n_raw == events {
                    surv = 0.0;
                } else {
                    surv *= (n - d) / n;
                    variance += d / (n * (n - d));
                }
                limits = interval::limits(self.options.conf_type, surv, variance.sqrt(), z);
                if surv == 0.0
                    && let Some(entries) = &self.entries
                    && entries.time.last().is_some_and(|&last| last >= steps.time[step])
                {
                    self.zero_before_entry = Some(steps.time[step]);
                }
            }
            steps.estimate.push(surv);
            steps.std_error.push((surv > 0.0).then(|| surv * variance.sqrt()));
            steps.conf_low.push(limits.0);
            steps.conf_high.push(limits.1);
        }
    }

    /// The last observed time (event or censoring).
    pub fn last_time(&self) -> Option<f64> {
        self.steps.time.last().copied()
    }

    /// The last step at or before `time`; `None` before the first step.
    pub fn step_at(&self, time: f64) -> Option<usize> {
        self.steps.time.partition_point(|&step| step <= time).checked_sub(1)
    }

    /// Sum of the weights at risk at `time`: entry < t ≤ time, at 0 entry ≤ 0.
    fn weight_at_risk(&self, time: f64) -> f64 {
        let next = self.steps.time.partition_point(|&step| step < time);
        let Some(entries) = &self.entries else {
            return self.steps.n_risk.get(next).copied().unwrap_or(0.0);
        };
        let counts = self.counts_at(time, AtRiskRule::Left);
        if !self.weighted || counts.n_risk == 0 {
            return counts.n_risk as f64;
        }
        let left: f64 = (0..next).map(|step| self.steps.n_event[step] + self.steps.n_censor[step]).sum();
        entries.weight[counts.n_entered] - left
    }

    /// The curve at `time` (rules 4 and 5): figures include events at `time`, `n_risk` is the left limit.
    pub fn at(&self, time: f64, beyond: Beyond) -> At {
        let n_risk = self.weight_at_risk(time);
        let undefined =
            At { time, n_risk, estimate: None, std_error: None, conf_low: None, conf_high: None, reason: None };
        let Some(last) = self.last_time() else {
            return At { reason: Some(Reason::BeyondFollowUp), ..undefined };
        };
        let Some(step) = self.step_at(time) else {
            let z = normal::z_of_level(self.options.conf_level).unwrap_or_default();
            let (conf_low, conf_high) = interval::limits(self.options.conf_type, 1.0, 0.0, z);
            return At { estimate: Some(1.0), std_error: Some(0.0), conf_low, conf_high, ..undefined };
        };
        let estimate = self.steps.estimate[step];
        let gone = time > last && estimate > 0.0;
        if gone && beyond == Beyond::Null {
            return At { reason: Some(Reason::BeyondFollowUp), ..undefined };
        }
        let reason = if gone { Some(Reason::CarriedForward) } else { (estimate == 0.0).then_some(Reason::CurveAtZero) };
        At {
            estimate: Some(estimate),
            std_error: self.steps.std_error[step],
            conf_low: self.steps.conf_low[step],
            conf_high: self.steps.conf_high[step],
            reason,
            ..undefined
        }
    }

    /// Rows at risk, and rows gone so far, at `time` (rule 5): the numbers under a figure, always of rows.
    pub fn counts_at(&self, time: f64, rule: AtRiskRule) -> Counts {
        let right = rule == AtRiskRule::Right;
        let gone = self.steps.time.partition_point(|&step| step < time || (right && step == time));
        let sum = |counts: &[u32]| counts[..gone].iter().map(|&count| count as usize).sum();
        let (n_event, n_censor): (usize, usize) = (sum(&self.raw.n_event), sum(&self.raw.n_censor));
        let n_entered = self.entries.as_ref().map_or(self.n, |entries| entries.before(time, right));
        Counts { n_risk: n_entered - n_event - n_censor, n_event, n_censor, n_entered }
    }
}
