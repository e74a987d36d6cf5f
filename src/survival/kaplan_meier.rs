//! The Kaplan-Meier estimate of a survival curve, with its standard error and interval.
//!
//! S(t) = Π (1 − d/n) over the event times up to t (Kaplan and Meier 1958, JASA 53:457); the variance of ln S(t) is
//! Σ d/[n(n − d)] (Greenwood 1926). With case weights d and n are sums of weights (rule 18). At risk at t means
//! entry < t ≤ time (rule 28). R: `survfit(Surv(entry, time, event) ~ 1, weights = w, robust = FALSE)`.

mod ends;

use serde::{Deserialize, Serialize};

use self::ends::{End, cells};
use super::interval::{self, ConfType};
use super::{Reason, Sample, beta_product};
use crate::num::order::Runs;
use crate::num::{distinct, normal, order};

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
    /// Rows at the time whose subject goes on in another group: sum of weights. Empty where rows are not linked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub n_leave: Vec<f64>,
    /// Rows that enter at or after the step before and before this one (from the first step on, all that have entered): sum of
    /// weights, so that `n_risk` is that of the step before, less what left there, plus `n_enter`. Empty where none enters late.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub n_enter: Vec<f64>,
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
    /// Rows whose subject goes on in another group. Empty where rows are not linked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub n_leave: Vec<u32>,
    /// Rows that enter since the step before. Empty where none enters late.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub n_enter: Vec<u32>,
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
    /// Robust standard error of the cumulative hazard at the steps, where the curve is of [`super::jackknife`].
    pub robust_hazard_error: Option<Vec<f64>>,
    /// Lower limits exactly at the steps, where they are not those that hold after them.
    low_at_step: Option<Vec<Option<f64>>>,
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

/// Rows at risk and rows gone at one time; `n_risk + n_event + n_censor + n_leave = n_entered` always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows at risk.
    pub n_risk: usize,
    /// Events so far (left rule: before t; right rule: up to t).
    pub n_event: usize,
    /// Censorings so far.
    pub n_censor: usize,
    /// Gone on to another group so far; 0 where rows are not linked.
    pub n_leave: usize,
    /// Rows that have entered so far; all rows where none enters late.
    pub n_entered: usize,
}

/// The curve of a sample. No row gives a curve without steps. Linear time.
pub fn fit(sample: &Sample, options: &KmOptions) -> Curve {
    product_limit(sample, options, Role { flip: false, others_first: false, leaves: None })
}

/// The curve of one group of linked rows (see [`super::episode`]): a row that does not end in the event and whose subject
/// goes on elsewhere, `leaves`, counts as leaving and not as censored. The estimate is that of [`fit`].
pub fn fit_leaving(sample: &Sample, leaves: &[bool], options: &KmOptions) -> Curve {
    product_limit(sample, options, Role { flip: false, others_first: false, leaves: Some(leaves) })
}

/// The curve of each group, one without rows too: the same to the last bit as [`fit`] on the rows of the group, or with
/// `leaves` [`fit_leaving`], but all are sorted at once. `group` is the group of each row, from 0 to `n_groups` − 1. Linear
/// time. R: `survfit(Surv(entry, time, event) ~ group)`.
pub fn fit_groups(
    sample: &Sample,
    group: &[u32],
    n_groups: usize,
    leaves: Option<&[bool]>,
    options: &KmOptions,
) -> Vec<Curve> {
    product_limits(sample, Some(group), n_groups, options, Role { flip: false, others_first: false, leaves })
}

/// Which rows the product counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role<'a> {
    /// Censorings are the event (reverse Kaplan-Meier).
    pub flip: bool,
    /// Rows that leave at t without the event are no longer at risk for the events at t.
    pub others_first: bool,
    /// Rows that go on elsewhere, unless they end in the event.
    pub leaves: Option<&'a [bool]>,
}

/// The product-limit estimate with the rows of `role` as events.
pub(super) fn product_limit(sample: &Sample, options: &KmOptions, role: Role) -> Curve {
    let curve = product_limits(sample, None, 1, options, role).pop();
    curve.unwrap_or_else(|| Curve::new(sample, std::iter::empty(), None, options, role))
}

/// The same by group; without `group` all rows are of group 0.
pub(super) fn product_limits(
    sample: &Sample,
    group: Option<&[u32]>,
    n_groups: usize,
    options: &KmOptions,
    role: Role,
) -> Vec<Curve> {
    let ordered = |values: &[f64]| match group {
        Some(group) => order::ascending_within(values, group),
        None => order::ascending_runs(values),
    };
    let entering = sample.entry.map(ordered);
    let mut entries = vec![sample.entry.map(|_| Runs::NONE); n_groups];
    for (group, runs) in entering.iter().flat_map(|entering| entering.by_class(group)) {
        entries[group as usize] = Some(runs);
    }
    // Where times are many times tied, the rows need no order. The cells are then fewer than the rows.
    let most = (sample.len() / (2 * n_groups.max(1))).min(MOST_DISTINCT);
    if let Some(times) = distinct::find(sample.time, most) {
        let cells = cells(sample, &times.place, times.values.len(), group, n_groups, role);
        let curve = |(group, entering): (usize, Option<Runs>)| {
            let own = cells.iter().skip(group).step_by(n_groups).zip(&times.values);
            let ends = own.filter(|(end, _)| end.rows != [0; 3]).map(|(end, &time)| End { time, ..*end });
            Curve::new(sample, ends, entering, options, role)
        };
        return entries.into_iter().enumerate().map(curve).collect();
    }
    let leaving = ordered(sample.time);
    let mut ends = vec![Runs::NONE; n_groups];
    for (group, runs) in leaving.by_class(group) {
        ends[group as usize] = runs;
    }
    let curve = |(ends, entering): (Runs, Option<Runs>)| {
        Curve::new(sample, ends.iter().map(|run| End::of(sample, run, role)), entering, options, role)
    };
    ends.into_iter().zip(entries).map(curve).collect()
}

/// With more distinct times a table of them would not stay in a near cache.
const MOST_DISTINCT: usize = 1 << 16;

impl Steps {
    /// Sum of the weights whose observation ends at the step.
    fn gone(&self, step: usize) -> f64 {
        self.n_event[step] + self.n_censor[step] + self.n_leave.get(step).unwrap_or(&0.0)
    }
}

impl Entries {
    /// The entries of the rows `entering`, which are in their order.
    fn new(sample: &Sample, entry: &[f64], entering: &[u32]) -> Self {
        let mut weight = Vec::with_capacity(entering.len() + 1);
        let mut sum = 0.0;
        weight.push(sum);
        for &i in entering {
            sum += sample.weight_of(i as usize);
            weight.push(sum);
        }
        Self { time: entering.iter().map(|&i| entry[i as usize]).collect(), weight }
    }

    /// How many have entered before t; at 0, and with `including`, those that enter at t too.
    fn before(&self, t: f64, including: bool) -> usize {
        self.time.partition_point(|&entry| is_before(entry, t, including))
    }
}

/// Whether who enters at `entry` has entered before t; at 0, and with `including`, at t too.
fn is_before(entry: f64, t: f64, including: bool) -> bool {
    entry < t || (entry == t && (including || t == 0.0))
}

impl Curve {
    /// The curve of these `ends`, in the order of time, of rows that enter in that of `entering`.
    fn new(
        sample: &Sample,
        ends: impl Iterator<Item = End>,
        entering: Option<Runs>,
        options: &KmOptions,
        role: Role,
    ) -> Self {
        let entries = sample.entry.zip(entering).map(|(entry, entering)| Entries::new(sample, entry, entering.rows()));
        let mut curve = Self {
            n: 0,
            n_event: 0.0,
            weighted: sample.weight.is_some(),
            options: *options,
            steps: Steps::default(),
            raw: RawCounts::default(),
            zero_before_entry: None,
            robust_hazard_error: None,
            low_at_step: None,
            entries,
        };
        curve.count(ends, role);
        curve.count_at_risk();
        // From 0: the sum of nothing is -0 otherwise.
        curve.n_event = curve.steps.n_event.iter().fold(0.0, |sum, d| sum + d);
        curve.estimate(role);
        if options.conf_type == ConfType::BetaProduct && !curve.weighted && curve.entries.is_none() {
            let raw = &curve.raw;
            let limits = beta_product::limits(&raw.n_risk, &raw.n_event, &raw.n_censor, options.conf_level);
            curve.steps.conf_low = limits.low;
            curve.steps.conf_high = limits.high;
            curve.low_at_step = Some(limits.low_at);
        }
        curve
    }

    /// Entry times of the rows, ascending; empty where none enters late.
    pub fn entry(&self) -> &[f64] {
        self.entries.as_ref().map_or(&[], |entries| &entries.time)
    }

    /// Fills the counts of the ends, each a step.
    fn count(&mut self, ends: impl Iterator<Item = End>, role: Role) {
        let (steps, raw) = (&mut self.steps, &mut self.raw);
        for End { time, weight, rows } in ends {
            self.n += rows.iter().map(|&rows| rows as usize).sum::<usize>();
            steps.time.push(time);
            steps.n_event.push(weight[0]);
            steps.n_censor.push(weight[1]);
            raw.n_event.push(rows[0]);
            raw.n_censor.push(rows[1]);
            if role.leaves.is_some() {
                steps.n_leave.push(weight[2]);
                raw.n_leave.push(rows[2]);
            }
        }
    }

    /// Fills the numbers at risk and, where rows enter late, the arrivals. At risk just before t: all that leave at t or
    /// later, less those that enter at t or later.
    fn count_at_risk(&mut self) {
        let (steps, raw) = (&mut self.steps, &mut self.raw);
        let k = steps.time.len();
        steps.n_risk = vec![0.0; k];
        raw.n_risk = vec![0; k];
        let (mut staying, mut staying_raw) = (0.0, 0);
        // Of the entries, those before the step, from the last step back.
        let mut entered = vec![0; if self.entries.is_some() { k } else { 0 }];
        let mut before = self.entries.as_ref().map_or(0, |entries| entries.time.len());
        for step in (0..k).rev() {
            let leaving = steps.gone(step);
            let leaving_raw = raw.n_event[step] + raw.n_censor[step] + raw.n_leave.get(step).unwrap_or(&0);
            staying += leaving;
            staying_raw += leaving_raw;
            let (mut late, mut late_raw) = (0.0, 0);
            if let Some(entries) = &self.entries {
                let time = steps.time[step];
                while before > 0 && !is_before(entries.time[before - 1], time, false) {
                    before -= 1;
                }
                entered[step] = before;
                late = entries.weight[entries.time.len()] - entries.weight[before];
                late_raw = (entries.time.len() - before) as u32;
            }
            raw.n_risk[step] = staying_raw - late_raw;
            // When everybody at risk leaves, n is d + c to the last bit, so that S can reach 0 exactly.
            steps.n_risk[step] = if raw.n_risk[step] == leaving_raw { leaving } else { staying - late };
        }
        if let Some(entries) = &self.entries {
            let mut last = 0;
            for now in entered {
                steps.n_enter.push(entries.weight[now] - entries.weight[last]);
                raw.n_enter.push((now - last) as u32);
                last = now;
            }
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

    /// Sum of the weights at risk at `time` (rule 5). Left rule: entry < t ≤ time, at 0 entry ≤ 0; right rule:
    /// entry ≤ t < time, whoever enters at t counted and whoever leaves at t not.
    pub fn at_risk(&self, time: f64, rule: AtRiskRule) -> f64 {
        let right = rule == AtRiskRule::Right;
        let next = self.steps.time.partition_point(|&step| step < time || (right && step == time));
        let Some(entries) = &self.entries else {
            return self.steps.n_risk.get(next).copied().unwrap_or(0.0);
        };
        let counts = self.counts_at(time, rule);
        if !self.weighted || counts.n_risk == 0 {
            return counts.n_risk as f64;
        }
        let left: f64 = (0..next).map(|step| self.steps.gone(step)).sum();
        entries.weight[counts.n_entered] - left
    }

    /// The limits between 0 and the first step: both 1, but for a type whose lower limit says that S may already have fallen.
    pub fn limits_at_start(&self) -> (Option<f64>, Option<f64>) {
        if self.low_at_step.is_some() {
            return (beta_product::low_at_start(self.n, self.options.conf_level), Some(1.0));
        }
        interval::limits(
            self.options.conf_type,
            1.0,
            0.0,
            normal::z_of_level(self.options.conf_level).unwrap_or_default(),
        )
    }

    /// The curve at `time` (rules 4 and 5): figures include events at `time`, `n_risk` is the left limit
    /// (for the right limit see [`Self::at_risk`]).
    pub fn at(&self, time: f64, beyond: Beyond) -> At {
        let n_risk = self.at_risk(time, AtRiskRule::Left);
        let undefined =
            At { time, n_risk, estimate: None, std_error: None, conf_low: None, conf_high: None, reason: None };
        let Some(last) = self.last_time() else {
            return At { reason: Some(Reason::NotEstimable), ..undefined };
        };
        let Some(step) = self.step_at(time) else {
            let (low, conf_high) = self.limits_at_start();
            // At 0 nothing has happened yet, under every type.
            let conf_low = if time > 0.0 { low } else { conf_high };
            return At { estimate: Some(1.0), std_error: Some(0.0), conf_low, conf_high, ..undefined };
        };
        let estimate = self.steps.estimate[step];
        let gone = time > last && estimate > 0.0;
        if gone && beyond == Beyond::Null {
            return At { reason: Some(Reason::BeyondFollowUp), ..undefined };
        }
        let reason = if gone { Some(Reason::CarriedForward) } else { (estimate == 0.0).then_some(Reason::CurveAtZero) };
        let exactly = self.low_at_step.as_ref().filter(|_| self.steps.time[step] == time);
        At {
            estimate: Some(estimate),
            std_error: self.steps.std_error[step],
            conf_low: exactly.unwrap_or(&self.steps.conf_low)[step],
            conf_high: self.steps.conf_high[step],
            reason,
            ..undefined
        }
    }

    /// Rows at risk, and rows gone so far, at `time` (rule 5): the numbers under a figure, always of rows.
    pub fn counts_at(&self, time: f64, rule: AtRiskRule) -> Counts {
        let right = rule == AtRiskRule::Right;
        let gone = self.steps.time.partition_point(|&step| step < time || (right && step == time));
        let sum = |counts: &[u32]| -> usize { counts.iter().take(gone).map(|&count| count as usize).sum() };
        let (n_event, n_censor, n_leave) = (sum(&self.raw.n_event), sum(&self.raw.n_censor), sum(&self.raw.n_leave));
        let n_entered = self.entries.as_ref().map_or(self.n, |entries| entries.before(time, right));
        Counts { n_risk: n_entered - n_event - n_censor - n_leave, n_event, n_censor, n_leave, n_entered }
    }
}

#[cfg(test)]
mod tests;
