//! The log-rank test and its weighted kin, stratified, for trend and in pairs (rules 8 and 19).
//!
//! At each event time of each stratum the events d among n at risk are shared out by the numbers at risk of the groups:
//! E_j = d·n_j/n (Mantel 1966; Peto and Peto 1972, J R Stat Soc A 135:185). R: `survdiff(Surv(time, event) ~ group)`,
//! which refuses late entry; here at risk means entry < t ≤ time.

use serde::{Deserialize, Serialize};

use super::{Reason, Sample};
use crate::error::{Error, ErrorKind, Result};
use crate::num::adjust::{Adjustment, adjust};
use crate::num::{chi_squared, order, quadratic};

/// What an event counts for, by the state of its stratum (groups pooled) at its time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestWeight {
    /// 1.
    #[default]
    LogRank,
    /// S(t−), the Kaplan-Meier estimate just before. R: `survdiff(rho = 1)`.
    PetoPeto,
    /// S̃(t) = Π (1 − d/(n + 1)) over the event times up to t (Peto-Peto-Prentice, Stata).
    PetoPetoTilde,
    /// The number at risk n (Gehan 1965, Biometrika 52:203; Breslow 1970).
    GehanBreslow,
    /// √n (Tarone and Ware 1977, Biometrika 64:156).
    TaroneWare,
    /// S(t−)^ρ·(1 − S(t−))^γ (Fleming and Harrington 1991).
    FlemingHarrington(f64, f64),
}

/// The variance of observed less expected (rule 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variance {
    /// V_jk = Σ d(n−d)/(n−1)·(n_j/n)(δ_jk − n_k/n).
    #[default]
    Hypergeometric,
    /// The statistic is Σ(O−E)²/E, which is never larger.
    Conservative,
}

/// One group of a test.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Group {
    /// Rows.
    pub n: usize,
    /// Events, weighted by the test.
    pub observed: f64,
    /// Expected events under equal hazards, weighted by the test.
    pub expected: f64,
}

/// The result of a test of equal hazards.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// Chi-squared statistic; `None` where no two groups are at risk together at an event.
    pub statistic: Option<f64>,
    /// Groups with expected events, less 1 (less, where groups are never at risk together: the rank of the variance).
    pub df: usize,
    /// Upper tail of the statistic.
    pub p_value: Option<f64>,
    /// The groups in order, those without rows too.
    pub groups: Vec<Group>,
    /// Hypergeometric variance of observed less expected: groups × groups, row by row.
    pub variance: Vec<f64>,
    /// Strata with rows but without events, which add nothing.
    pub strata_without_events: usize,
    /// Why there is no statistic.
    pub reason: Option<Reason>,
}

/// A test of one degree of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Trend {
    /// Chi-squared statistic.
    pub statistic: Option<f64>,
    /// Degrees of freedom: 1.
    pub df: usize,
    /// Upper tail of the statistic.
    pub p_value: Option<f64>,
}

/// The test of one pair of groups.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pair {
    /// The later group.
    pub group: usize,
    /// The earlier group.
    pub reference: usize,
    /// Chi-squared statistic; `None` where the two cannot be compared.
    pub statistic: Option<f64>,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail of the statistic.
    pub p_value: Option<f64>,
    /// The same, adjusted for the number of pairs that can be compared.
    pub p_adjusted: Option<f64>,
}

/// How a test is made.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TestOptions {
    /// What an event counts for.
    pub weight: TestWeight,
    /// The variance.
    pub variance: Variance,
}

/// Tests whether the groups have one hazard.
///
/// `group` is the group of each row, from 0 to `n_groups` − 1; `strata` the stratum of each row, any codes. Case weights
/// of the sample are not used. Time n log n in the rows, then n_groups² for each event time of a stratum.
///
/// # Errors
/// `one_group` if fewer than two groups have rows, `no_events` if no row has its event.
pub fn test(
    sample: &Sample,
    group: &[u32],
    n_groups: usize,
    strata: Option<&[u32]>,
    options: &TestOptions,
) -> Result<LogRank> {
    let mut groups = vec![Group::default(); n_groups];
    for &group in group {
        groups[group as usize].n += 1;
    }
    if groups.iter().filter(|group| group.n > 0).count() < 2 {
        let only = groups.iter().position(|group| group.n > 0);
        return Err(Error::new(ErrorKind::OneGroup).with("group", only.map_or(String::new(), |i| i.to_string())));
    }
    if !sample.event.contains(&true) {
        return Err(Error::new(ErrorKind::NoEvents).with("n", sample.len()));
    }
    let mut sums = Sums { groups, variance: vec![0.0; n_groups * n_groups], strata_without_events: 0 };
    for rows in by_stratum(sample, strata) {
        if rows.iter().any(|&row| sample.event[row as usize]) {
            sums.add_stratum(sample, group, &rows, options.weight);
        } else {
            sums.strata_without_events += 1;
        }
    }
    Ok(sums.conclude(options.variance))
}

/// The rows of each stratum in ascending order of time, strata in ascending order of their codes.
fn by_stratum(sample: &Sample, strata: Option<&[u32]>) -> Vec<Vec<u32>> {
    let mut rows = order::ascending(sample.time);
    let Some(strata) = strata else { return vec![rows] };
    rows.sort_by_key(|&row| strata[row as usize]);
    rows.chunk_by(|&a, &b| strata[a as usize] == strata[b as usize]).map(<[u32]>::to_vec).collect()
}

/// Sums over strata and event times.
struct Sums {
    groups: Vec<Group>,
    variance: Vec<f64>,
    strata_without_events: usize,
}

impl Sums {
    /// Adds a stratum whose `rows` are in ascending order of time.
    fn add_stratum(&mut self, sample: &Sample, group: &[u32], rows: &[u32], weight: TestWeight) {
        let k = self.groups.len();
        let group_of = |row: u32| group[row as usize] as usize;
        // Rows that enter late wait in `entering`, in order; the others are at risk from the beginning.
        let mut entering: Vec<u32> = Vec::new();
        let mut at_risk = vec![0usize; k];
        if let Some(entry) = sample.entry {
            let times: Vec<f64> = rows.iter().map(|&row| entry[row as usize]).collect();
            entering = order::ascending(&times).into_iter().map(|i| rows[i as usize]).collect();
        } else {
            rows.iter().for_each(|&row| at_risk[group_of(row)] += 1);
        }
        let mut entering = entering.into_iter().peekable();
        let mut events = vec![0usize; k];
        let (mut surv, mut surv_tilde) = (1.0, 1.0);
        for tied in rows.chunk_by(|&a, &b| sample.time[a as usize] == sample.time[b as usize]) {
            let time = sample.time[tied[0] as usize];
            while let Some(row) = entering.next_if(|&row| sample.entry_of(row as usize).is_some_and(|at| at < time)) {
                at_risk[group_of(row)] += 1;
            }
            events.fill(0);
            tied.iter().filter(|&&row| sample.event[row as usize]).for_each(|&row| events[group_of(row)] += 1);
            let d = events.iter().sum::<usize>() as f64;
            if d > 0.0 {
                let n = at_risk.iter().sum::<usize>() as f64;
                surv_tilde *= 1.0 - d / (n + 1.0);
                let w = match weight {
                    TestWeight::LogRank => 1.0,
                    TestWeight::PetoPeto => surv,
                    TestWeight::PetoPetoTilde => surv_tilde,
                    TestWeight::GehanBreslow => n,
                    TestWeight::TaroneWare => n.sqrt(),
                    TestWeight::FlemingHarrington(rho, gamma) => libm::pow(surv, rho) * libm::pow(1.0 - surv, gamma),
                };
                self.add_time(&events, &at_risk, d, n, w);
                surv *= (n - d) / n;
            }
            tied.iter().for_each(|&row| at_risk[group_of(row)] -= 1);
        }
    }

    /// Adds an event time: `events` and `at_risk` by group, their sums `d` and `n`, and the weight of the time.
    fn add_time(&mut self, events: &[usize], at_risk: &[usize], d: f64, n: f64, weight: f64) {
        for (j, group) in self.groups.iter_mut().enumerate() {
            group.observed += weight * events[j] as f64;
            group.expected += weight * d * at_risk[j] as f64 / n;
        }
        if n > 1.0 {
            let factor = weight * weight * d * (n - d) / (n - 1.0);
            // A group that is not at risk adds nothing to its row.
            let rows = self.variance.chunks_exact_mut(at_risk.len()).zip(at_risk).enumerate();
            for (j, (row, &own)) in rows.filter(|(_, (_, own))| **own > 0) {
                let share = factor * own as f64 / n;
                for (cell, &other) in row.iter_mut().zip(at_risk) {
                    *cell -= share * other as f64 / n;
                }
                row[j] += share;
            }
        }
    }

    fn conclude(self, variance: Variance) -> LogRank {
        let Self { groups, variance: v, strata_without_events } = self;
        let difference: Vec<f64> = groups.iter().map(|group| group.observed - group.expected).collect();
        let (form, rank) = quadratic::form(&difference, &v);
        let statistic = (rank > 0).then(|| match variance {
            Variance::Hypergeometric => form,
            Variance::Conservative => groups
                .iter()
                .filter(|group| group.expected > 0.0)
                .map(|group| (group.observed - group.expected) * (group.observed - group.expected) / group.expected)
                .sum(),
        });
        LogRank {
            statistic,
            df: rank,
            p_value: statistic.map(|statistic| chi_squared::upper(statistic, rank)),
            groups,
            variance: v,
            strata_without_events,
            reason: statistic.is_none().then_some(Reason::NoComparison),
        }
    }
}

/// The test for trend over the order of the groups: (Σ s(O−E))²/sᵀVs with scores 1, 2, … (Tarone 1975, Biometrika
/// 62:679), from the hypergeometric variance. Groups without rows keep their score. Stata: `sts test, trend`.
pub fn trend(test: &LogRank) -> Trend {
    let k = test.groups.len();
    // Centred scores give the same value (V's rows sum to 0) with less rounding.
    let score = |j: usize| j as f64 - (k as f64 - 1.0) / 2.0;
    let mut difference = 0.0;
    let mut variance = 0.0;
    for (j, group) in test.groups.iter().enumerate() {
        difference += score(j) * (group.observed - group.expected);
        variance += (0..k).map(|l| score(j) * score(l) * test.variance[j * k + l]).sum::<f64>();
    }
    let statistic = (test.statistic.is_some() && variance > 0.0).then(|| difference * difference / variance);
    Trend { statistic, df: 1, p_value: statistic.map(|statistic| chi_squared::upper(statistic, 1)) }
}

/// The test of every pair of groups that have rows, each refitted on its own rows with the same strata; p values are
/// adjusted for the number of pairs that give one. In the order (1, 0), (2, 0), (2, 1), … of `group` and `reference`.
pub fn pairwise(
    sample: &Sample,
    group: &[u32],
    n_groups: usize,
    strata: Option<&[u32]>,
    options: &TestOptions,
    adjustment: Adjustment,
) -> Vec<Pair> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); n_groups];
    for (row, &group) in group.iter().enumerate() {
        members[group as usize].push(row);
    }
    let mut pairs = Vec::new();
    for later in 1..n_groups {
        for earlier in (0..later).filter(|&earlier| !members[earlier].is_empty() && !members[later].is_empty()) {
            let rows: Vec<usize> = members[earlier].iter().chain(&members[later]).copied().collect();
            pairs.push(pair(sample, &rows, group, (earlier, later), strata, options));
        }
    }
    let p: Vec<f64> = pairs.iter().filter_map(|pair| pair.p_value).collect();
    let adjusted = adjust(&p, adjustment);
    for (pair, adjusted) in pairs.iter_mut().filter(|pair| pair.p_value.is_some()).zip(adjusted) {
        pair.p_adjusted = Some(adjusted);
    }
    pairs
}

/// The test of the pair on its own rows.
fn pair(
    sample: &Sample,
    rows: &[usize],
    group: &[u32],
    (earlier, later): (usize, usize),
    strata: Option<&[u32]>,
    options: &TestOptions,
) -> Pair {
    let time: Vec<f64> = rows.iter().map(|&row| sample.time[row]).collect();
    let event: Vec<bool> = rows.iter().map(|&row| sample.event[row]).collect();
    let entry: Option<Vec<f64>> = sample.entry.map(|entry| rows.iter().map(|&row| entry[row]).collect());
    let strata: Option<Vec<u32>> = strata.map(|strata| rows.iter().map(|&row| strata[row]).collect());
    let two: Vec<u32> = rows.iter().map(|&row| u32::from(group[row] as usize == later)).collect();
    let own = Sample { entry: entry.as_deref(), time: &time, event: &event, weight: None };
    // Two groups with rows: the only error left is a pair without events, which has no statistic.
    let test = test(&own, &two, 2, strata.as_deref(), options).ok();
    Pair {
        group: later,
        reference: earlier,
        statistic: test.as_ref().and_then(|test| test.statistic),
        df: test.as_ref().map_or(0, |test| test.df),
        p_value: test.as_ref().and_then(|test| test.p_value),
        p_adjusted: None,
    }
}
