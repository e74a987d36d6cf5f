//! The Kaplan-Meier estimate of a survival curve, with its standard error and interval.
//!
//! S(t) = Π (1 − d/n) over the event times up to t (Kaplan and Meier 1958, JASA 53:457); the variance of ln S(t) is
//! Σ d/[n(n − d)] (Greenwood 1926). With case weights d and n are sums of weights (rule 18). At risk at t means
//! entry < t ≤ time (rule 28). R: `survfit(Surv(entry, time, event) ~ 1, weights = w, robust = FALSE)`.

use serde::{Deserialize, Serialize};

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

/// What ends at one time: events, censorings, and rows that go on elsewhere.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    time: f64,
    /// Sums of weights.
    weight: [f64; 3],
    /// Rows.
    rows: [u32; 3],
}

impl End {
    /// The rows of one run.
    fn of(sample: &Sample, run: &[u32], role: Role) -> Self {
        // Two zeros of different sign are one time.
        let mut out = Self { time: sample.time[run[0] as usize] + 0.0, ..Self::default() };
        if sample.weight.is_none() && role.leaves.is_none() {
            let events = run.iter().map(|&i| u32::from(sample.event[i as usize] != role.flip)).sum();
            out.rows = [events, run.len() as u32 - events, 0];
            out.weight = out.rows.map(f64::from);
        } else {
            run.iter().for_each(|&i| out.add(sample, i as usize, role));
        }
        out
    }

    fn add(&mut self, sample: &Sample, i: usize, role: Role) {
        let kind = match (sample.event[i], role.leaves.is_some_and(|leaves| leaves[i])) {
            (false, true) => 2,
            (event, _) => usize::from(event == role.flip),
        };
        self.weight[kind] += sample.weight_of(i);
        self.rows[kind] += 1;
    }
}

/// The ends of each group at each of `k` distinct times, whose places the rows have; groups stand together. Weights are
/// added in the order of the rows, as in a run.
fn cells(sample: &Sample, place: &[u32], k: usize, group: Option<&[u32]>, n_groups: usize, role: Role) -> Vec<End> {
    let cell_of = |i: usize| place[i] as usize * n_groups + group.map_or(0, |group| group[i] as usize);
    if sample.weight.is_some() || role.leaves.is_some() {
        let mut cells = vec![End::default(); k * n_groups];
        (0..sample.len()).for_each(|i| cells[cell_of(i)].add(sample, i, role));
        return cells;
    }
    let mut rows = vec![[0u32; 2]; k * n_groups];
    for i in 0..sample.len() {
        rows[cell_of(i)][usize::from(sample.event[i] == role.flip)] += 1;
    }
    let end = |[events, censored]: [u32; 2]| {
        let rows = [events, censored, 0];
        End { time: 0.0, weight: rows.map(f64::from), rows }
    };
    rows.into_iter().map(end).collect()
}

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
mod tests {
    use super::*;
    use crate::survival::lung::Lung;

    // The rows of tests/reference/kaplan_meier.R: unsorted, tied.
    const ENTRY: [f64; 12] = [0.0, 2.0, 1.0, 0.0, 4.0, 3.0, 0.0, 5.0, 1.0, 6.0, 0.0, 2.0];
    const TIME: [f64; 12] = [7.0, 5.0, 3.0, 9.0, 8.0, 5.0, 3.0, 12.0, 7.0, 12.0, 10.0, 3.0];
    const EVENT: [bool; 12] = [true, true, false, true, false, true, true, false, false, true, true, true];
    const WEIGHT: [f64; 12] = [0.5, 1.25, 2.0, 0.1, 0.7, 1.0, 3.0, 0.3, 0.2, 1.5, 0.6, 0.4];

    fn sample<'a>(time: &'a [f64], event: &'a [bool]) -> Sample<'a> {
        Sample { entry: None, time, event, weight: None }
    }

    fn with(conf_type: ConfType) -> KmOptions {
        KmOptions { conf_type, conf_level: 0.95 }
    }

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1e-3), "{got} instead of {want}");
    }

    fn all_close(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        got.iter().zip(want).for_each(|(&got, &want)| close(got, want));
    }

    fn all_close_some(got: &[Option<f64>], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        got.iter().zip(want).for_each(|(got, &want)| close(got.unwrap(), want));
    }

    /// A group of many at once is its own curve, to the last bit; one without rows keeps its place.
    #[test]
    fn groups_are_their_own_curves() {
        let group = [0, 3, 0, 1, 1, 3, 0, 0, 1, 3, 1, 0];
        let leaves = [true, false, true, false, false, true, false, false, true, false, false, true];
        for (entry, weight, leaves) in [
            (None, None, None),
            (Some(&ENTRY[..]), None, Some(&leaves[..])),
            (None, Some(&WEIGHT[..]), None),
            (Some(&ENTRY[..]), Some(&WEIGHT[..]), Some(&leaves[..])),
        ] {
            let sample = Sample { entry, time: &TIME, event: &EVENT, weight };
            let curves = fit_groups(&sample, &group, 4, leaves, &KmOptions::default());
            assert_eq!(curves.len(), 4);
            for (code, curve) in (0..).zip(&curves) {
                let rows: Vec<usize> = (0..12).filter(|&row| group[row] == code).collect();
                let numbers = |values: &[f64]| -> Vec<f64> { rows.iter().map(|&row| values[row]).collect() };
                let flags = |values: &[bool]| -> Vec<bool> { rows.iter().map(|&row| values[row]).collect() };
                let (own_entry, own_weight) = (entry.map(numbers), weight.map(numbers));
                let (own_time, own_event) = (numbers(&TIME), flags(&EVENT));
                let own = Sample {
                    entry: own_entry.as_deref(),
                    time: &own_time,
                    event: &own_event,
                    weight: own_weight.as_deref(),
                };
                let alone = match leaves {
                    Some(leaves) => fit_leaving(&own, &flags(leaves), &KmOptions::default()),
                    None => fit(&own, &KmOptions::default()),
                };
                assert_eq!(*curve, alone);
                assert_eq!(curve.n, rows.len());
            }
        }
    }

    /// Rows whose times are many times tied are counted without an order; the figures are the same to the last bit.
    #[test]
    fn ties_are_counted_as_sorted_rows_are() {
        let n = 600;
        let time: Vec<f64> = (0..n).map(|i| f64::from(i * 37 % 23)).collect();
        let entry: Vec<f64> = (0..n).map(|i| f64::from(i * 37 % 23) * 0.5 - 1.0).collect();
        let event: Vec<bool> = (0..n).map(|i| i * 7 % 5 < 2).collect();
        let weight: Vec<f64> = (0..n).map(|i| 0.1 + f64::from(i * 11 % 13) / 7.0).collect();
        let leaves: Vec<bool> = (0..n).map(|i| i % 9 == 0).collect();
        let group: Vec<u32> = (0..n).map(|i| i as u32 * 5 % 7 % 3).collect();
        for (entry, weight, leaves) in [
            (None, None, None),
            (Some(&entry[..]), None, None),
            (None, Some(&weight[..]), None),
            (Some(&entry[..]), Some(&weight[..]), Some(&leaves[..])),
        ] {
            let sample = Sample { entry, time: &time, event: &event, weight };
            let role = Role { flip: false, others_first: false, leaves };
            assert!(distinct::find(&time, n as usize / 6).is_some());
            let counted = product_limits(&sample, Some(&group), 3, &KmOptions::default(), role);
            let leaving = order::ascending_within(&time, &group);
            let entering = entry.map(|entry| order::ascending_within(entry, &group));
            let entering = entering.as_ref().map(|entering| entering.by_class(Some(&group)));
            for (code, ends) in leaving.by_class(Some(&group)) {
                let ends = ends.iter().map(|run| End::of(&sample, run, role));
                let entering = entering.as_ref().map(|entering| entering[code as usize].1);
                let sorted = Curve::new(&sample, ends, entering, &KmOptions::default(), role);
                assert_eq!(counted[code as usize], sorted);
            }
        }
    }

    #[test]
    fn unweighted_of_r() {
        let curve = fit(&sample(&TIME, &EVENT), &KmOptions::default());
        let steps = &curve.steps;
        assert_eq!(steps.time, [3.0, 5.0, 7.0, 8.0, 9.0, 10.0, 12.0]);
        assert_eq!(steps.n_risk, [12.0, 9.0, 7.0, 5.0, 4.0, 3.0, 2.0]);
        assert_eq!(steps.n_event, [2.0, 2.0, 1.0, 0.0, 1.0, 1.0, 1.0]);
        assert_eq!(steps.n_censor, [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!((curve.n, curve.n_event, curve.weighted), (12, 8.0, false));
        // By hand: 10/12, × 7/9, × 6/7, × 3/4, × 2/3, × 1/2.
        let by_hand = [5.0 / 6.0, 35.0 / 54.0, 5.0 / 9.0, 5.0 / 9.0, 5.0 / 12.0, 5.0 / 18.0, 5.0 / 36.0];
        all_close(&steps.estimate, &by_hand);
        all_close_some(
            &steps.std_error,
            &[
                0.1075828707279838,
                0.14261129694009778,
                0.14930106941293608,
                0.14930106941293608,
                0.16433554953054488,
                0.15767950338820738,
                0.1259395417475504,
            ],
        );
        all_close_some(
            &steps.conf_low,
            &[
                0.6470369870133617,
                0.4211001352712657,
                0.3280756165430238,
                0.3280756165430238,
                0.19234032352407313,
                0.09130954263155161,
                0.023487023974897436,
            ],
        );
        all_close_some(
            &steps.conf_high,
            &[
                1.0,
                0.9976154998792742,
                0.9407647497880008,
                0.9407647497880008,
                0.9026246183337736,
                0.8450430437321891,
                0.8213098210061476,
            ],
        );
    }

    #[test]
    fn weighted_of_r() {
        let sample = Sample { weight: Some(&WEIGHT), ..sample(&TIME, &EVENT) };
        let curve = fit(&sample, &with(ConfType::LogLog));
        all_close(&curve.steps.n_risk, &[11.55, 6.15, 3.9, 3.2, 2.5, 2.4, 1.8]);
        all_close(&curve.steps.n_event, &[3.4, 2.25, 0.5, 0.0, 0.1, 0.6, 1.5]);
        all_close(&curve.steps.n_censor, &[2.0, 0.0, 0.2, 0.7, 0.0, 0.0, 0.3]);
        assert_eq!(curve.raw.n_risk, [12, 9, 7, 5, 4, 3, 2]);
        close(curve.n_event, 8.35);
        all_close(
            &curve.steps.estimate,
            &[
                0.7056277056277056,
                0.4474712279590328,
                0.3901031218104389,
                0.3901031218104389,
                0.3744989969380213,
                0.280874247703516,
                0.04681237461725267,
            ],
        );
        close(curve.steps.std_error[6].unwrap(), 0.0824345667857003);
        close(curve.steps.conf_low[1].unwrap(), 0.1442947193883914);
        close(curve.steps.conf_high[1].unwrap(), 0.7160329612200559);
        close(curve.at(6.0, Beyond::Null).n_risk, 3.9);
    }

    #[test]
    fn late_entry_of_r() {
        let sample = Sample { entry: Some(&ENTRY), ..sample(&TIME, &EVENT) };
        let curve = fit(&sample, &with(ConfType::Plain));
        assert_eq!(curve.steps.n_risk, [8.0, 7.0, 7.0, 5.0, 4.0, 3.0, 2.0]);
        // By hand: 6/8, × 5/7, × 6/7, × 3/4, × 2/3, × 1/2.
        let by_hand = [3.0 / 4.0, 15.0 / 28.0, 45.0 / 98.0, 45.0 / 98.0, 135.0 / 392.0, 45.0 / 196.0, 45.0 / 392.0];
        all_close(&curve.steps.estimate, &by_hand);
        close(curve.steps.std_error[5].unwrap(), 0.1401486659552941);
        assert_eq!(curve.steps.conf_low[5], Some(0.0));
        close(curve.steps.conf_high[5].unwrap(), 0.5042781744884051);

        let weighted = Sample { weight: Some(&WEIGHT), ..sample };
        let curve = fit(&weighted, &with(ConfType::Logit));
        all_close(&curve.steps.n_risk, &[8.05, 4.35, 3.9, 3.2, 2.5, 2.4, 1.8]);
        close(curve.steps.estimate[6], 0.029173105754814903);
        close(curve.steps.std_error[6].unwrap(), 0.05306119048349453);
        close(curve.steps.conf_low[6].unwrap(), 0.0007634619367334894);
        close(curve.steps.conf_high[6].unwrap(), 0.5416735174655727);
        // Rows 1, 4, 7 and 11 enter at 0; at 2 rows 3 and 9 have entered too.
        close(curve.at(0.0, Beyond::Null).n_risk, 4.2);
        close(curve.at(2.0, Beyond::Null).n_risk, 6.4);
        assert_eq!(curve.at(13.0, Beyond::Null).n_risk, 0.0);
    }

    /// Rule 15: events at time 0 are kept.
    #[test]
    fn time_zero_of_r() {
        let time = [0.0, 0.0, 1.0, 2.0, 3.0, 4.0];
        let curve = fit(&sample(&time, &[true, false, true, true, false, true]), &KmOptions::default());
        assert_eq!(curve.steps.n_risk, [6.0, 4.0, 3.0, 2.0, 1.0]);
        all_close(&curve.steps.estimate, &[5.0 / 6.0, 0.625, 5.0 / 12.0, 5.0 / 12.0, 0.0]);
        close(curve.steps.std_error[3].unwrap(), 0.22178776975932377);
        close(curve.steps.conf_low[3].unwrap(), 0.1467919155344715);
        assert_eq!((curve.steps.std_error[4], curve.steps.conf_low[4], curve.steps.conf_high[4]), (None, None, None));
        let at = curve.at(0.0, Beyond::Null);
        close(at.estimate.unwrap(), 5.0 / 6.0);
        assert_eq!(at.n_risk, 6.0);
    }

    /// Rule 18: a weight is a count for the standard error.
    #[test]
    fn weighted_standard_error_of_lung() {
        let lung = Lung::load();
        let sample = Sample { weight: Some(&lung.weight), ..lung.sample() };
        let at = fit(&sample, &KmOptions::default()).at(365.0, Beyond::Null);
        assert!((at.std_error.unwrap() - 0.02705).abs() < 5e-6);
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        let weighted = Sample { weight: Some(&[2.0, 1.0, 3.0]), ..sample(&[2.0, 1.0, 3.0], &[true, false, true]) };
        let repeated = sample(&[2.0, 2.0, 1.0, 3.0, 3.0, 3.0], &[true, true, false, true, true, true]);
        let (weighted, repeated) = (fit(&weighted, &KmOptions::default()), fit(&repeated, &KmOptions::default()));
        assert_eq!(weighted.steps, repeated.steps);
        assert_eq!(weighted.raw.n_risk, [3, 2, 1]);
    }

    #[test]
    fn weights_that_do_not_add_up_exactly_still_reach_zero() {
        let weight = [0.1, 0.2, 0.3, 0.7];
        let time = [3.0, 3.0, 3.0, 1.0];
        for entry in [None, Some(&[0.5, 0.1, 0.2, 0.3][..])] {
            let curve =
                fit(&Sample { entry, weight: Some(&weight), ..sample(&time, &[true; 4]) }, &KmOptions::default());
            assert_eq!(curve.steps.estimate[1], 0.0);
            assert_eq!(curve.steps.std_error[1], None);
        }
    }

    /// Rule 4: the last time is estimable, later there is nothing, unless the curve has come to 0.
    #[test]
    fn beyond_the_last_time() {
        let curve = fit(&sample(&[1.0, 2.0, 3.0], &[true, true, false]), &KmOptions::default());
        close(curve.at(3.0, Beyond::Null).estimate.unwrap(), 1.0 / 3.0);
        let beyond = curve.at(3.5, Beyond::Null);
        assert_eq!((beyond.n_risk, beyond.estimate, beyond.conf_low), (0.0, None, None));
        assert_eq!(beyond.reason, Some(Reason::BeyondFollowUp));
        let carried = curve.at(3.5, Beyond::Carry);
        assert_eq!(carried.estimate, curve.at(3.0, Beyond::Null).estimate);
        assert_eq!((carried.n_risk, carried.reason), (0.0, Some(Reason::CarriedForward)));

        let curve = fit(&sample(&[1.0, 2.0], &[true, true]), &KmOptions::default());
        let beyond = curve.at(9.0, Beyond::Null);
        assert_eq!((beyond.estimate, beyond.std_error, beyond.conf_high), (Some(0.0), None, None));
        assert_eq!(beyond.reason, Some(Reason::CurveAtZero));
    }

    #[test]
    fn before_the_first_time() {
        let curve = fit(&sample(&[1.0, 2.0], &[true, false]), &KmOptions::default());
        let at = curve.at(0.0, Beyond::Null);
        assert_eq!((at.n_risk, at.estimate, at.std_error), (2.0, Some(1.0), Some(0.0)));
        assert_eq!((at.conf_low, at.conf_high, at.reason), (Some(1.0), Some(1.0), None));
        assert_eq!(fit(&sample(&[1.0], &[true]), &with(ConfType::None)).at(0.0, Beyond::Null).conf_low, None);
    }

    #[test]
    fn all_censored_one_row_and_no_row() {
        let curve = fit(&sample(&[2.0, 1.0, 2.0], &[false; 3]), &KmOptions::default());
        assert_eq!(curve.steps.estimate, [1.0, 1.0]);
        assert_eq!(curve.steps.std_error, [Some(0.0), Some(0.0)]);
        assert_eq!(curve.steps.conf_low, [Some(1.0), Some(1.0)]);
        let curve = fit(&sample(&[2.0], &[true]), &KmOptions::default());
        assert_eq!((&curve.steps.estimate[..], curve.n_event), (&[0.0][..], 1.0));
        let curve = fit(&sample(&[], &[]), &KmOptions::default());
        assert_eq!((curve.n, curve.steps.time.len(), curve.last_time()), (0, 0, None));
        assert_eq!(curve.n_event.to_bits(), 0.0f64.to_bits());
        let at = curve.at(0.0, Beyond::Carry);
        assert_eq!((at.n_risk, at.estimate, at.reason), (0.0, None, Some(Reason::NotEstimable)));
        assert_eq!(curve.counts_at(1.0, AtRiskRule::Left).n_entered, 0);
    }

    /// Late entry: one early death among one at risk brings the curve to 0 for good.
    #[test]
    fn zero_before_entry() {
        let sample = Sample { entry: Some(&[0.0, 1.0, 2.0]), ..sample(&[1.0, 3.0, 4.0], &[true, true, false]) };
        let curve = fit(&sample, &KmOptions::default());
        assert_eq!(curve.steps.estimate, [0.0, 0.0, 0.0]);
        assert_eq!(curve.steps.n_risk, [1.0, 2.0, 1.0]);
        assert_eq!(curve.zero_before_entry, Some(1.0));
        assert_eq!(curve.at(3.5, Beyond::Null).n_risk, 1.0);
        let last = Sample { entry: Some(&[0.0, 1.0]), time: &[2.0, 3.0], event: &[true; 2], weight: None };
        assert_eq!(fit(&last, &KmOptions::default()).zero_before_entry, None);
    }

    /// Rule 5: the three numbers under a figure sum to those entered, at every tick, by either rule.
    #[test]
    fn counts_sum_to_those_entered() {
        for entry in [None, Some(&ENTRY[..])] {
            let rows = Sample { entry, ..sample(&TIME, &EVENT) };
            let curve = fit(&rows, &KmOptions::default());
            let weighted = fit(&Sample { weight: Some(&WEIGHT), ..rows }, &KmOptions::default());
            for tick in 0..30 {
                let t = f64::from(tick) * 0.5;
                for rule in [AtRiskRule::Left, AtRiskRule::Right] {
                    let right = rule == AtRiskRule::Right;
                    let counts = curve.counts_at(t, rule);
                    let entered =
                        |i: usize| entry.is_none_or(|entry| entry[i] < t || (entry[i] == t && (right || t == 0.0)));
                    let gone = |i: usize| TIME[i] < t || (right && TIME[i] == t);
                    let count = |keep: &dyn Fn(usize) -> bool| (0..12).filter(|&i| keep(i)).count();
                    assert_eq!(counts.n_entered, count(&entered));
                    assert_eq!(counts.n_risk, count(&|i| entered(i) && !gone(i)));
                    assert_eq!(counts.n_event, count(&|i| gone(i) && EVENT[i]));
                    assert_eq!(counts.n_censor, count(&|i| gone(i) && !EVENT[i]));
                    assert_eq!(counts.n_risk + counts.n_event + counts.n_censor, counts.n_entered);
                    assert_eq!(curve.at_risk(t, rule), counts.n_risk as f64);
                    let weight: f64 = (0..12).filter(|&i| entered(i) && !gone(i)).map(|i| WEIGHT[i]).sum();
                    close(weighted.at_risk(t, rule), weight);
                }
            }
        }
    }

    #[test]
    fn spellings() {
        assert_eq!(serde_json::from_str::<Beyond>("null").unwrap(), Beyond::Null);
        assert_eq!(serde_json::from_str::<Beyond>("\"carry\"").unwrap(), Beyond::Carry);
        assert_eq!(serde_json::to_string(&[Beyond::Null, Beyond::Carry]).unwrap(), "[null,\"carry\"]");
        assert_eq!(serde_json::from_str::<AtRiskRule>("\"right\"").unwrap(), AtRiskRule::Right);
    }
}
