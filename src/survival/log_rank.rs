//! The log-rank test and its weighted kin, stratified, for trend and in pairs (rules 8 and 19).
//!
//! At each event time of each stratum the events d among n at risk are shared out by the numbers at risk of the groups:
//! E_j = d·n_j/n (Mantel 1966; Peto and Peto 1972, J R Stat Soc A 135:185). R: `survdiff(Surv(time, event) ~ group)`,
//! which refuses late entry; here at risk means entry < t ≤ time.

use serde::{Deserialize, Serialize};

use super::{Reason, Sample};
use crate::error::{Error, ErrorKind, Result};
use crate::num::adjust::{Adjustment, adjust};
use crate::num::distinct::Distinct;
use crate::num::order::Runs;
use crate::num::{chi_squared, distinct, order, quadratic};

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
    /// S̃(t−), the same just before the time.
    PetoPetoTildeBefore,
    /// The number at risk n (Gehan 1965, Biometrika 52:203; Breslow 1970).
    GehanBreslow,
    /// √n (Tarone and Ware 1977, Biometrika 64:156).
    TaroneWare,
    /// S(t−)^ρ·(1 − S(t−))^γ (Fleming and Harrington 1991).
    FlemingHarrington(f64, f64),
}

impl TestWeight {
    /// What an event counts for among `n` at risk, `surv` being S(t−) and `tilde` S̃(t−) and S̃(t).
    pub(super) fn at(self, n: f64, surv: f64, tilde: [f64; 2]) -> f64 {
        match self {
            Self::LogRank => 1.0,
            Self::PetoPeto => surv,
            Self::PetoPetoTilde => tilde[1],
            Self::PetoPetoTildeBefore => tilde[0],
            Self::GehanBreslow => n,
            Self::TaroneWare => n.sqrt(),
            Self::FlemingHarrington(rho, gamma) => libm::pow(surv, rho) * libm::pow(1.0 - surv, gamma),
        }
    }
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
/// of the sample are not used. Linear time in the rows, then n_groups² for each event time of a stratum.
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
    // Where times are many times tied, the rows need no order. The cells are then fewer than the rows.
    let most = sample.len() / (2 * n_groups);
    if strata.is_none()
        && sample.entry.is_none()
        && let Some(times) = distinct::find(sample.time, most.min(MOST_DISTINCT))
    {
        sums.add_tied(sample, group, &times, options.weight);
        return Ok(sums.conclude(options.variance));
    }
    let ordered = |values: &[f64]| match strata {
        Some(strata) => order::ascending_within(values, strata),
        None => order::ascending_runs(values),
    };
    let leaving = ordered(sample.time);
    let entering = sample.entry.map(ordered);
    // Every stratum has both, so that they come in the same order.
    let mut entering = entering.iter().flat_map(|entering| entering.by_class(strata));
    for (_, leaving) in leaving.by_class(strata) {
        let entering = entering.next().map(|(_, entering)| entering);
        if leaving.rows().iter().any(|&row| sample.event[row as usize]) {
            sums.add_stratum(sample, group, leaving, entering, options.weight);
        } else {
            sums.strata_without_events += 1;
        }
    }
    Ok(sums.conclude(options.variance))
}

/// With more distinct times a table of them would not stay in a near cache.
const MOST_DISTINCT: usize = 1 << 16;

/// The rows of each stratum in ascending order of time, strata in ascending order of their codes.
pub(super) fn by_stratum(sample: &Sample, strata: Option<&[u32]>) -> Vec<Vec<u32>> {
    let Some(strata) = strata else { return vec![order::ascending(sample.time)] };
    let ordered = order::ascending_within(sample.time, strata);
    ordered.by_class(Some(strata)).into_iter().map(|(_, runs)| runs.rows().to_vec()).collect()
}

/// The estimates of survival that weights are made of.
struct Surv {
    kaplan_meier: f64,
    tilde: f64,
}

impl Surv {
    const START: Self = Self { kaplan_meier: 1.0, tilde: 1.0 };
}

/// Sums over strata and event times.
struct Sums {
    groups: Vec<Group>,
    variance: Vec<f64>,
    strata_without_events: usize,
}

impl Sums {
    /// Adds a stratum whose rows end in the order of `leaving` and, where they enter late, enter in that of `entering`.
    fn add_stratum(
        &mut self,
        sample: &Sample,
        group: &[u32],
        leaving: Runs,
        entering: Option<Runs>,
        weight: TestWeight,
    ) {
        let k = self.groups.len();
        let group_of = |row: u32| group[row as usize] as usize;
        // Rows that enter late wait in `entering`, in order; the others are at risk from the beginning.
        let mut at_risk = vec![0usize; k];
        if entering.is_none() {
            leaving.rows().iter().for_each(|&row| at_risk[group_of(row)] += 1);
        }
        let mut entering = entering.unwrap_or(Runs::NONE).rows().iter().copied().peekable();
        let mut events = vec![0usize; k];
        let mut gone = vec![0usize; k];
        let mut surv = Surv::START;
        for tied in leaving.iter() {
            let time = sample.time[tied[0] as usize];
            while let Some(row) = entering.next_if(|&row| sample.entry_of(row as usize).is_some_and(|at| at < time)) {
                at_risk[group_of(row)] += 1;
            }
            events.fill(0);
            gone.fill(0);
            for &row in tied {
                let group = group_of(row);
                gone[group] += 1;
                events[group] += usize::from(sample.event[row as usize]);
            }
            self.add_time(&events, &at_risk, &mut surv, weight);
            at_risk.iter_mut().zip(&gone).for_each(|(at_risk, gone)| *at_risk -= gone);
        }
    }

    /// Adds rows of one stratum that are at risk from the beginning, from the distinct values of their times.
    fn add_tied(&mut self, sample: &Sample, group: &[u32], times: &Distinct, weight: TestWeight) {
        let k = self.groups.len();
        // By time and group, how many end and how many of them in the event.
        let mut ends = vec![[0u32; 2]; times.values.len() * k];
        for ((&place, &group), &event) in times.place.iter().zip(group).zip(sample.event) {
            let [gone, events] = &mut ends[place as usize * k + group as usize];
            *gone += 1;
            *events += u32::from(event);
        }
        let mut at_risk: Vec<usize> = self.groups.iter().map(|group| group.n).collect();
        let mut events = vec![0usize; k];
        let mut surv = Surv::START;
        for ends in ends.chunks_exact(k) {
            for (events, end) in events.iter_mut().zip(ends) {
                *events = end[1] as usize;
            }
            self.add_time(&events, &at_risk, &mut surv, weight);
            at_risk.iter_mut().zip(ends).for_each(|(at_risk, end)| *at_risk -= end[0] as usize);
        }
    }

    /// Adds a time: `events` and `at_risk` by group, and the estimates just before.
    fn add_time(&mut self, events: &[usize], at_risk: &[usize], surv: &mut Surv, weight: TestWeight) {
        let d = events.iter().sum::<usize>() as f64;
        if d == 0.0 {
            return;
        }
        let n = at_risk.iter().sum::<usize>() as f64;
        let before = surv.tilde;
        surv.tilde *= 1.0 - d / (n + 1.0);
        let weight = weight.at(n, surv.kaplan_meier, [before, surv.tilde]);
        surv.kaplan_meier *= (n - d) / n;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::lung::Lung;

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs(), "{got} instead of {want}");
    }

    fn with(weight: TestWeight) -> TestOptions {
        TestOptions { weight, ..TestOptions::default() }
    }

    fn sample<'a>(time: &'a [f64], event: &'a [bool]) -> Sample<'a> {
        Sample { entry: None, time, event, weight: None }
    }

    /// tests/reference/log_rank.R, with the vectors of rules 8 and 19.
    #[test]
    fn each_weight_on_lung() {
        let lung = Lung::load();
        for (weight, want) in [
            (TestWeight::LogRank, 10.326741954885648),
            (TestWeight::PetoPeto, 12.714151401157526),
            (TestWeight::PetoPetoTilde, 12.707847773362424),
            (TestWeight::GehanBreslow, 12.47213533126259),
            (TestWeight::TaroneWare, 12.45554390221507),
            (TestWeight::FlemingHarrington(0.0, 1.0), 3.4599841660911452),
            (TestWeight::FlemingHarrington(0.5, 2.0), 2.7482632338362705),
            (TestWeight::FlemingHarrington(0.0, 0.0), 10.326741954885648),
        ] {
            let test = test(&lung.sample(), &lung.sex, 2, None, &with(weight)).unwrap();
            close(test.statistic.unwrap(), want, 1e-12);
            assert_eq!(test.df, 1);
        }
        let test = test(&lung.sample(), &lung.sex, 2, None, &with(TestWeight::PetoPeto)).unwrap();
        let (male, female) = (test.groups[0], test.groups[1]);
        assert_eq!((male.n, female.n), (138, 90));
        close(male.observed, 70.3775422947522, 1e-12);
        close(female.observed, 28.72865327218986, 1e-12);
        close(male.expected, 55.57108547178425, 1e-12);
        close(female.expected, 43.53511009515778, 1e-12);
    }

    #[test]
    fn conservative_variance_of_lung() {
        let lung = Lung::load();
        let options = TestOptions { variance: Variance::Conservative, ..TestOptions::default() };
        let test = test(&lung.sample(), &lung.sex, 2, None, &options).unwrap();
        close(test.statistic.unwrap(), 10.23077, 5e-7);
    }

    #[test]
    fn strata_trend_and_pairs_of_r() {
        let (lung, ecog) = Lung::ecog_below(4);
        let stratified = test(&lung.sample(), &ecog, 4, Some(&lung.sex), &TestOptions::default()).unwrap();
        close(stratified.statistic.unwrap(), 21.596238370451633, 1e-10);
        assert_eq!(stratified.df, 3);
        for (group, (observed, expected)) in stratified.groups.iter().zip([
            (37.0, 54.35397433911932),
            (82.0, 83.70258462973797),
            (44.0, 25.716163152086008),
            (1.0, 0.2272778790567049),
        ]) {
            close(group.observed, observed, 1e-12);
            close(group.expected, expected, 1e-12);
        }
        close(trend(&stratified).statistic.unwrap(), 18.551537988680497, 1e-10);
        let peto = test(&lung.sample(), &ecog, 4, Some(&lung.sex), &with(TestWeight::PetoPeto)).unwrap();
        close(peto.statistic.unwrap(), 24.55614534634213, 1e-10);

        let (lung, ecog) = Lung::ecog_below(3);
        let pairs =
            |adjustment| pairwise(&lung.sample(), &ecog, 3, Some(&lung.sex), &TestOptions::default(), adjustment);
        let statistic = [3.838905641724797, 17.02379499799264, 9.03505193960861];
        let p = [0.05007619570329322, 3.691430129652669e-05, 0.002648515294019956];
        let holm = [0.05007619570329322, 0.00011074290388958006, 0.005297030588039912];
        for (i, pair) in pairs(Adjustment::Holm).into_iter().enumerate() {
            assert_eq!((pair.group, pair.reference), [(1, 0), (2, 0), (2, 1)][i]);
            close(pair.statistic.unwrap(), statistic[i], 1e-10);
            close(pair.p_value.unwrap(), p[i], 1e-9);
            close(pair.p_adjusted.unwrap(), holm[i], 1e-9);
        }
        close(pairs(Adjustment::BenjaminiHochberg)[2].p_adjusted.unwrap(), 0.003972772941029934, 1e-9);
    }

    /// R's survdiff refuses late entry; the score test of Cox with exact ties is the same test.
    #[test]
    fn late_entry_of_r() {
        let entry = [0.0, 2.0, 1.0, 0.0, 4.0, 3.0, 0.0, 5.0, 1.0, 6.0, 0.0, 2.0];
        let time = [7.0, 5.0, 3.0, 9.0, 8.0, 5.0, 3.0, 12.0, 7.0, 12.0, 10.0, 3.0];
        let event = [true, true, false, true, false, true, true, false, false, true, true, true];
        let group = [0, 1, 0, 2, 1, 2, 1, 0, 2, 0, 1, 2];
        let sample = Sample { entry: Some(&entry), ..sample(&time, &event) };
        let test = test(&sample, &group, 3, None, &TestOptions::default()).unwrap();
        close(test.statistic.unwrap(), 1.6195309420575486, 1e-12);
        for (group, expected) in test.groups.iter().zip([3.380952380952381, 2.4761904761904763, 2.142857142857143]) {
            close(group.expected, expected, 1e-12);
        }
    }

    #[test]
    fn two_rows_by_hand() {
        // At 1 both are at risk: E = ½ each, V = ¼; at 2 one is left. (1 − ½)²/¼ = 1.
        let test = test(&sample(&[1.0, 2.0], &[true, true]), &[0, 1], 2, None, &TestOptions::default()).unwrap();
        close(test.statistic.unwrap(), 1.0, 1e-15);
        assert_eq!(test.variance, [0.25, -0.25, -0.25, 0.25]);
        assert_eq!((test.groups[0].expected, test.groups[1].expected), (0.5, 1.5));
        close(test.p_value.unwrap(), 0.3173105078629141, 1e-14);
    }

    #[test]
    fn empty_groups_keep_their_place() {
        let data = sample(&[1.0, 2.0, 3.0, 4.0], &[true, true, false, true]);
        let two = test(&data, &[0, 1, 0, 1], 2, None, &TestOptions::default()).unwrap();
        let with_empty = test(&data, &[0, 2, 0, 2], 4, None, &TestOptions::default()).unwrap();
        assert_eq!(with_empty.statistic, two.statistic);
        assert_eq!((with_empty.df, with_empty.groups.len()), (1, 4));
        assert_eq!(with_empty.groups[1], Group::default());
        assert_eq!(trend(&with_empty).statistic.map(|x| (x * 1e12).round()), two.statistic.map(|x| (x * 1e12).round()));
        assert_eq!(pairwise(&data, &[0, 2, 0, 2], 4, None, &TestOptions::default(), Adjustment::Holm).len(), 1);
    }

    /// Groups that meet only within their stratum: the variance falls into two blocks.
    #[test]
    fn groups_never_at_risk_together() {
        let time = [1.0, 2.0, 1.0, 2.0];
        let data = sample(&time, &[true; 4]);
        let blocks = test(&data, &[0, 1, 2, 3], 4, Some(&[7, 7, 9, 9]), &TestOptions::default()).unwrap();
        close(blocks.statistic.unwrap(), 2.0, 1e-14);
        assert_eq!(blocks.df, 2);

        let apart = test(&data, &[0, 0, 1, 1], 2, Some(&[7, 7, 9, 9]), &TestOptions::default()).unwrap();
        assert_eq!((apart.statistic, apart.p_value, apart.df), (None, None, 0));
        assert_eq!(apart.reason, Some(Reason::NoComparison));
        assert_eq!(trend(&apart).statistic, None);
    }

    #[test]
    fn strata_without_events_are_counted() {
        let data = sample(&[1.0, 2.0, 1.0, 2.0], &[true, true, false, false]);
        let test = test(&data, &[0, 1, 0, 1], 2, Some(&[0, 0, 1, 1]), &TestOptions::default()).unwrap();
        assert_eq!(test.strata_without_events, 1);
        close(test.statistic.unwrap(), 1.0, 1e-15);
    }

    /// Times that are many times tied are counted without an order; strata that all rows share are sorted.
    #[test]
    fn ties_are_counted_as_sorted_rows_are() {
        let n = 600;
        let time: Vec<f64> = (0..n).map(|i| f64::from(i * 37 % 23)).collect();
        let event: Vec<bool> = (0..n).map(|i| i * 7 % 5 < 2).collect();
        let group: Vec<u32> = (0..n).map(|i| i as u32 * 5 % 7 % 4).collect();
        let data = sample(&time, &event);
        for weight in [TestWeight::LogRank, TestWeight::PetoPeto, TestWeight::PetoPetoTilde, TestWeight::GehanBreslow] {
            let counted = test(&data, &group, 4, None, &with(weight)).unwrap();
            assert_eq!(counted, test(&data, &group, 4, Some(&vec![3; n as usize]), &with(weight)).unwrap());
        }
    }

    #[test]
    fn what_cannot_be_tested() {
        let kind = |event: &[bool], group: &[u32]| {
            test(&sample(&[1.0, 2.0][..event.len()], event), group, 2, None, &TestOptions::default()).unwrap_err().kind
        };
        assert_eq!(kind(&[true, true], &[1, 1]), ErrorKind::OneGroup);
        assert_eq!(kind(&[], &[]), ErrorKind::OneGroup);
        assert_eq!(kind(&[false, false], &[0, 1]), ErrorKind::NoEvents);
    }

    #[test]
    fn spellings() {
        for (text, weight) in [
            ("\"log-rank\"", TestWeight::LogRank),
            ("\"peto-peto\"", TestWeight::PetoPeto),
            ("\"peto-peto-tilde\"", TestWeight::PetoPetoTilde),
            ("\"peto-peto-tilde-before\"", TestWeight::PetoPetoTildeBefore),
            ("\"gehan-breslow\"", TestWeight::GehanBreslow),
            ("\"tarone-ware\"", TestWeight::TaroneWare),
            ("{\"fleming-harrington\":[0.5,2.0]}", TestWeight::FlemingHarrington(0.5, 2.0)),
        ] {
            assert_eq!(serde_json::from_str::<TestWeight>(text).unwrap(), weight);
            assert_eq!(serde_json::to_string(&weight).unwrap(), text);
        }
        assert!(serde_json::from_str::<TestWeight>("{\"fleming-harrington\":[0.5]}").is_err());
        assert_eq!(serde_json::from_str::<Variance>("\"conservative\"").unwrap(), Variance::Conservative);
    }
}
