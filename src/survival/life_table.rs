//! The life table: survival from counts of events and censorings in intervals of time, where exact times are not known.
//!
//! Within an interval (a, b] half of the censored count as at risk: n′ = n − c/2, S(b) = Π (1 − d/n′) (the actuarial estimate;
//! Berkson and Gage 1950; Cutler and Ederer 1958, J Chronic Dis 8:699). That is right where censorings are spread evenly over an
//! interval. The variance of ln S is Σ d/[n′(n′ − d)] (Greenwood 1926). Between the ends of intervals the curve is a straight line,
//! as if events were spread evenly too: quantiles and areas are read off it. An interval holds its end and not its start, so that S(b)
//! includes events at b as the Kaplan-Meier estimate does; the first holds time 0 too. After the last closed interval is an open one,
//! whose counts are known and whose times are not: the curve ends before it.
//!
//! R: `survfit` with half of the censored of each interval put before its events and half after (weights of one half).

use serde::Serialize;

use super::Reason;
use super::interval;
use super::kaplan_meier::KmOptions;
use crate::num::normal;

/// Probabilities closer than this are equal (as in [`super::quantile`]).
const TOLERANCE: f64 = 1.4901161193847656e-08;

/// How many leave in each interval, by what they leave with. The last interval is open: it has no end.
#[derive(Debug, Clone, Copy)]
pub struct Counts<'a> {
    /// Events in each interval.
    pub n_event: &'a [u64],
    /// Censorings in each interval.
    pub n_censor: &'a [u64],
}

impl Counts<'_> {
    /// At risk at the start of each interval.
    pub fn n_risk(&self) -> Vec<u64> {
        let leaving = self.n_event.iter().zip(self.n_censor).map(|(event, censor)| event + censor);
        let mut left: u64 = leaving.clone().sum();
        leaving
            .map(|leaving| {
                let at_risk = left;
                left -= leaving;
                at_risk
            })
            .collect()
    }

    /// At risk in each interval, half of its censored counted: n′.
    pub fn effective(&self) -> Vec<f64> {
        self.n_risk().iter().zip(self.n_censor).map(|(&n, &censor)| n as f64 - censor as f64 / 2.0).collect()
    }
}

/// A life table: parallel arrays over the closed intervals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LifeTable {
    /// Patients.
    pub n: u64,
    /// End of each closed interval.
    pub time: Vec<f64>,
    /// At risk at the start of each.
    pub n_risk: Vec<u64>,
    /// At risk within each, half of the censored counted.
    pub effective: Vec<f64>,
    /// Events in each.
    pub n_event: Vec<u64>,
    /// Censorings in each.
    pub n_censor: Vec<u64>,
    /// S at the end of each.
    pub estimate: Vec<f64>,
    /// Standard error of S; `None` where S is 0.
    pub std_error: Vec<Option<f64>>,
    /// Lower limit of S.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit of S.
    pub conf_high: Vec<Option<f64>>,
    /// At risk after the last of them: those of the open interval.
    pub n_beyond: u64,
}

/// A quantile of the time to the event, read off the straight line within an interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quantile {
    /// The probability p: the time at which S falls to 1 − p.
    pub prob: f64,
    /// The time; `None` where the curve does not come so low before the open interval.
    pub estimate: Option<f64>,
    /// The interval that it lies in: start and end.
    pub within: Option<[f64; 2]>,
    /// Lower limit: the same of the lower limits of the curve.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
    /// Why there is no estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// A restricted mean survival time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RestrictedMean {
    /// The area under the curve up to τ; `None` beyond the last closed interval.
    pub estimate: Option<f64>,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// Lower limit, not below 0.
    pub conf_low: Option<f64>,
    /// Upper limit, not above τ.
    pub conf_high: Option<f64>,
    /// Why there is no estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

impl LifeTable {
    /// The table of `counts` in the intervals that end at `ends` (ascending, above 0), then an open one: both counts are one
    /// longer than `ends`.
    pub fn new(ends: &[f64], counts: Counts, options: &KmOptions) -> Self {
        let (n_risk, effective) = (counts.n_risk(), counts.effective());
        let closed = ends.len();
        let z = normal::z_of_level(options.conf_level).unwrap_or(0.0);
        let mut out = Self {
            n: n_risk.first().copied().unwrap_or(0),
            time: ends.to_vec(),
            n_risk: n_risk[..closed.min(n_risk.len())].to_vec(),
            effective: effective[..closed.min(effective.len())].to_vec(),
            n_event: counts.n_event[..closed.min(counts.n_event.len())].to_vec(),
            n_censor: counts.n_censor[..closed.min(counts.n_censor.len())].to_vec(),
            estimate: Vec::with_capacity(closed),
            std_error: Vec::with_capacity(closed),
            conf_low: Vec::with_capacity(closed),
            conf_high: Vec::with_capacity(closed),
            n_beyond: n_risk.get(closed).copied().unwrap_or(0),
        };
        let (mut surv, mut variance) = (1.0, 0.0);
        for (&at_risk, &events) in out.effective.iter().zip(&out.n_event) {
            let events = events as f64;
            if events > 0.0 {
                surv *= (at_risk - events) / at_risk;
                variance += events / (at_risk * (at_risk - events));
            }
            let (low, high) = interval::limits(options.conf_type, surv, variance.sqrt(), z);
            out.estimate.push(surv);
            out.std_error.push((surv > 0.0).then(|| surv * variance.sqrt()));
            out.conf_low.push(low);
            out.conf_high.push(high);
        }
        out
    }

    /// S at `time`, on the straight line within its interval; `None` after the last closed interval.
    pub fn at(&self, time: f64) -> Option<f64> {
        let i = self.time.partition_point(|&end| end < time);
        let (&end, &after) = (self.time.get(i)?, self.estimate.get(i)?);
        let (start, before) = self.start(i);
        Some(before + (after - before) * ((time - start) / (end - start)).max(0.0))
    }

    /// Start of interval `i`, and S there.
    fn start(&self, i: usize) -> (f64, f64) {
        match i.checked_sub(1) {
            Some(before) => (self.time[before], self.estimate[before]),
            None => (0.0, 1.0),
        }
    }

    /// The quantile at `prob`, 0 < prob < 1. Limits are those of the curve's limits, also joined by straight lines, undefined ones
    /// skipped (as in rule 3). By hand: a + (S(a) − (1 − p))/(S(a) − S(b))·(b − a).
    pub fn quantile(&self, prob: f64) -> Quantile {
        let level = 1.0 - prob;
        let crossing = |value: &dyn Fn(usize) -> Option<f64>| {
            let mut start = (0.0, 1.0);
            for (i, &time) in self.time.iter().enumerate() {
                let Some(value) = value(i) else { continue };
                if value <= level + TOLERANCE {
                    let fall = start.1 - value;
                    let share = if fall > 0.0 { ((start.1 - level) / fall).clamp(0.0, 1.0) } else { 1.0 };
                    return Some((start.0 + share * (time - start.0), [start.0, time]));
                }
                start = (time, value);
            }
            None
        };
        let found = crossing(&|i| Some(self.estimate[i]));
        Quantile {
            prob,
            estimate: found.map(|(time, _)| time),
            within: found.map(|(_, within)| within),
            conf_low: crossing(&|i| self.conf_low[i]).map(|(time, _)| time),
            conf_high: crossing(&|i| self.conf_high[i]).map(|(time, _)| time),
            reason: found.is_none().then_some(if self.n > 0 { Reason::NotReached } else { Reason::NotEstimable }),
        }
    }

    /// The area under the curve up to `tau` > 0, with Var = Σ A_j² d_j/[n′_j(n′_j − d_j)], A_j = ∂area/∂ln p_j being what the
    /// survival of interval j still bears on: half of its own trapezium's far side and all after it. An interval whose survival is 0
    /// adds nothing.
    pub fn restricted_mean(&self, tau: f64, conf_level: f64) -> RestrictedMean {
        let last = self.time.partition_point(|&end| end < tau);
        if last >= self.time.len() || tau <= 0.0 {
            let reason = Some(if self.n > 0 { Reason::BeyondFollowUp } else { Reason::NotEstimable });
            return RestrictedMean { estimate: None, std_error: None, conf_low: None, conf_high: None, reason };
        }
        // Of each interval: its area, and the part of it that falls in proportion to the survival of the interval itself.
        let mut parts = Vec::with_capacity(last + 1);
        for i in 0..=last {
            let (start, before) = self.start(i);
            let (end, after) = (self.time[i], self.estimate[i]);
            let width = end.min(tau) - start;
            let share = width / (end - start);
            let own = width * share / 2.0 * after;
            parts.push((width * (1.0 - share / 2.0) * before + own, own));
        }
        let estimate: f64 = parts.iter().map(|(area, _)| area).sum();
        let (mut after, mut variance) = (0.0, 0.0);
        for (i, (area, own)) in parts.iter().enumerate().rev() {
            let (at_risk, events) = (self.effective[i], self.n_event[i] as f64);
            let borne: f64 = own + after;
            if events > 0.0 && at_risk > events {
                variance += borne * borne * events / (at_risk * (at_risk - events));
            }
            after += area;
        }
        let std_error = variance.sqrt();
        let z = normal::z_of_level(conf_level);
        RestrictedMean {
            estimate: Some(estimate),
            std_error: Some(std_error),
            conf_low: z.map(|z| (estimate - z * std_error).max(0.0)),
            conf_high: z.map(|z| (estimate + z * std_error).min(tau)),
            reason: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::interval::ConfType;

    const R_ESTIMATE: [f64; 5] =
        [0.9223300970873787, 0.7804331590739358, 0.7804331590739358, 0.5538557903105351, 0.4041650361725526];
    const R_STD_ERROR: [f64; 5] =
        [0.037296317810432744, 0.0585645271525589, 0.0585645271525589, 0.07599668564287605, 0.07966016049214131];
    const R_LOG_LOW: [f64; 5] =
        [0.8520523770930516, 0.6736908550696001, 0.6736908550696001, 0.4232530136667875, 0.2746556479054749];
    const R_LOG_HIGH: [f64; 5] =
        [0.998404359712631, 0.9040881454731914, 0.9040881454731914, 0.724758540531045, 0.5947424628259559];
    const R_LOG_LOG_LOW: [f64; 5] =
        [0.8061539833331784, 0.6384645402292681, 0.6384645402292681, 0.39398735531939927, 0.24965622856420466];
    const R_MEDIAN: [f64; 2] = [28.317364071335366, 20.322585153905553];
    const R_MEAN: [f64; 2] = [21.437416698299884, 1.4823803658560006];

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs(), "{got} instead of {want}");
    }

    fn table(ends: &[f64], n_event: &[u64], n_censor: &[u64]) -> LifeTable {
        LifeTable::new(ends, Counts { n_event, n_censor }, &KmOptions::default())
    }

    /// Ten patients: (0, 3] two events and two censorings, (3, 6] one event, one event and four censorings later.
    /// n′ = 9 and 6: S(3) = 7/9, S(6) = 7/9·5/6 = 35/54.
    #[test]
    fn by_hand() {
        let table = table(&[3.0, 6.0], &[2, 1, 1], &[2, 0, 4]);
        assert_eq!((table.n, table.n_beyond), (10, 5));
        assert_eq!((table.n_risk.as_slice(), table.effective.as_slice()), (&[10, 6][..], &[9.0, 6.0][..]));
        close(table.estimate[0], 7.0 / 9.0, 1e-12);
        close(table.estimate[1], 35.0 / 54.0, 1e-12);
        close(table.std_error[0].unwrap(), 7.0 / 9.0 * (2.0_f64 / 63.0).sqrt(), 1e-12);
        let sigma = (2.0_f64 / 63.0 + 1.0 / 30.0).sqrt();
        close(table.std_error[1].unwrap(), 35.0 / 54.0 * sigma, 1e-12);
        close(table.conf_low[1].unwrap(), 35.0 / 54.0 * libm::exp(-1.959963984540054 * sigma), 1e-12);
        close(table.at(4.5).unwrap(), (7.0 / 9.0 + 35.0 / 54.0) / 2.0, 1e-12);
        assert_eq!((table.at(0.0), table.at(6.5)), (Some(1.0), None));

        // S falls from 1 to 7/9 over three months: to 0.8 after (1/5)/(2/9)·3 = 2.7.
        let quintile = table.quantile(0.2);
        close(quintile.estimate.unwrap(), 2.7, 1e-12);
        assert_eq!(quintile.within, Some([0.0, 3.0]));
        let median = table.quantile(0.5);
        assert_eq!((median.estimate, median.reason), (None, Some(Reason::NotReached)));

        // 3·(1 + 7/9)/2 + 3·(7/9 + 35/54)/2 = 173/36; A₁ = 7/6 + 77/36 = 119/36, A₂ = 35/36.
        let mean = table.restricted_mean(6.0, 0.95);
        close(mean.estimate.unwrap(), 173.0 / 36.0, 1e-12);
        let variance = 119.0_f64 / 36.0 * (119.0 / 36.0) * 2.0 / 63.0 + 35.0 / 36.0 * (35.0 / 36.0) / 30.0;
        close(mean.std_error.unwrap(), variance.sqrt(), 1e-12);
        // To 4: 8/3 + 1·(7/9 + 7/9 − 7/54/3)/2 = 8/3 + 245/324 (S(4) = 119/162).
        close(table.restricted_mean(4.0, 0.95).estimate.unwrap(), 8.0 / 3.0 + 245.0 / 324.0, 1e-12);
        assert_eq!(table.restricted_mean(7.0, 0.95).reason, Some(Reason::BeyondFollowUp));
    }

    /// The constants of tests/reference/life_table.R.
    #[test]
    fn of_r() {
        let ends = [3.0, 9.0, 12.0, 24.0, 36.0];
        let options = |conf_type| KmOptions { conf_type, conf_level: 0.95 };
        let counts = Counts { n_event: &[4, 7, 0, 9, 5, 3], n_censor: &[3, 1, 6, 2, 5, 8] };
        let log = LifeTable::new(&ends, counts, &options(ConfType::Log));
        let log_log = LifeTable::new(&ends, counts, &options(ConfType::LogLog));
        for i in 0..5 {
            close(log.estimate[i], R_ESTIMATE[i], 1e-12);
            close(log.std_error[i].unwrap(), R_STD_ERROR[i], 1e-10);
            close(log.conf_low[i].unwrap(), R_LOG_LOW[i], 1e-10);
            close(log.conf_high[i].unwrap(), R_LOG_HIGH[i], 1e-10);
            close(log_log.conf_low[i].unwrap(), R_LOG_LOG_LOW[i], 1e-10);
        }
        let median = log.quantile(0.5);
        close(median.estimate.unwrap(), R_MEDIAN[0], 1e-10);
        close(median.conf_low.unwrap(), R_MEDIAN[1], 1e-10);
        assert_eq!((median.conf_high, R_MEDIAN.len()), (None, 2));
        let mean = log.restricted_mean(30.0, 0.95);
        close(mean.estimate.unwrap(), R_MEAN[0], 1e-10);
        close(mean.std_error.unwrap(), R_MEAN[1], 1e-8);
    }

    #[test]
    fn at_the_edges() {
        // Nobody; all censored; everybody dead in the first interval, censored never.
        assert_eq!(table(&[], &[0], &[0]).n, 0);
        assert_eq!(table(&[3.0], &[0, 0], &[0, 0]).quantile(0.5).reason, Some(Reason::NotEstimable));
        let censored = table(&[3.0, 6.0], &[0, 0, 0], &[4, 3, 3]);
        assert_eq!(censored.estimate, [1.0, 1.0]);
        assert_eq!((censored.conf_low[1], censored.std_error[1]), (Some(1.0), Some(0.0)));
        assert_eq!(censored.restricted_mean(6.0, 0.95).estimate, Some(6.0));
        let dead = table(&[3.0, 6.0], &[5, 0, 0], &[0, 0, 0]);
        assert_eq!((dead.estimate.as_slice(), dead.std_error[1], dead.conf_low[0]), (&[0.0, 0.0][..], None, None));
        assert_eq!(dead.quantile(0.5).estimate, Some(1.5));
        assert_eq!(dead.restricted_mean(6.0, 0.95).estimate, Some(1.5));
        assert_eq!(dead.restricted_mean(6.0, 0.95).std_error, Some(0.0));
        // Exactly one half at an end.
        assert_eq!(table(&[3.0, 6.0], &[2, 0, 2], &[0, 0, 0]).quantile(0.5).estimate, Some(3.0));
    }
}
