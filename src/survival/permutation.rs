//! The permutation distribution of a log-rank test, for cohorts too small for the chi-squared distribution.
//!
//! If the groups do not differ, every allocation of the rows to groups of the same sizes, within strata, was as likely as the one
//! observed. Observed less expected is a sum of scores that do not depend on the allocation: for a row in [entry, time] with
//! event indicator δ it is w(time)δ − Σ w d/n over the event times u with entry < u ≤ time. The statistic is uᵀΣ⁻u with the
//! permutation covariance Σ of these sums u, for two groups (O − E)²/Σ₁₁, so that two-sided p counts |O − E|. It supposes that
//! censoring (and entry) do not depend on the group. R: `coin::logrank_test(…, distribution = "exact")` up to the scores of ties
//! (Hothorn and others 2006, Am Stat 60:257).

use serde::Serialize;

use super::Sample;
use super::log_rank::{TestWeight, by_stratum};
use crate::num::order;
use crate::num::quadratic;
use crate::num::random::Random;

/// Up to this many allocations are enumerated.
pub const MOST_ALLOCATIONS: u64 = 200_000;

/// Statistics closer than this part of the observed one are equal: the same sum in another order.
const TOLERANCE: f64 = 1e-9;

/// How allocations are drawn where there are too many to enumerate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Draws {
    /// Number of random allocations.
    pub draws: u64,
    /// Seed of the generator ([`crate::num::random`]).
    pub seed: u64,
}

impl Default for Draws {
    /// 10 000 from the seed 1.
    fn default() -> Self {
        Self { draws: 10_000, seed: 1 }
    }
}

/// How the distribution was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every allocation.
    Exact,
    /// Random allocations.
    MonteCarlo,
}

/// The permutation test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Permutation {
    /// How the distribution was found.
    pub method: Method,
    /// The statistic of the observed allocation.
    pub statistic: f64,
    /// Share of the allocations whose statistic is at least the observed one. Monte Carlo: the observed one counted among them,
    /// (1 + at least)/(1 + draws), so that it is never 0 (Phipson and Smyth 2010, Stat Appl Genet Mol Biol 9:39).
    pub p_value: f64,
    /// Monte Carlo error of the p value, √[p(1 − p)/draws].
    pub std_error: Option<f64>,
    /// Number of allocations, where they were enumerated.
    pub allocations: Option<u64>,
    /// Number of random allocations.
    pub draws: Option<u64>,
    /// Their seed.
    pub seed: Option<u64>,
}

/// The permutation test of the groups; arguments as for [`super::log_rank::test`]. `None` where no allocation differs from
/// another. Time: the number of allocations, or draws times rows.
pub fn test(
    sample: &Sample,
    group: &[u32],
    n_groups: usize,
    strata: Option<&[u32]>,
    weight: TestWeight,
    draws: Draws,
) -> Option<Permutation> {
    test_told(sample, group, n_groups, strata, weight, draws, &mut |_| {})
}

/// The same, and tells `told` what share of the draws is done.
pub fn test_told(
    sample: &Sample,
    group: &[u32],
    n_groups: usize,
    strata: Option<&[u32]>,
    weight: TestWeight,
    draws: Draws,
    told: &mut dyn FnMut(f64),
) -> Option<Permutation> {
    let blocks: Vec<Block> = by_stratum(sample, strata)
        .iter()
        .map(|rows| {
            Block::new(scores(sample, rows, weight), rows.iter().map(|&row| group[row as usize]).collect(), n_groups)
        })
        .filter(|block| block.counts.iter().filter(|&&count| count > 0).count() > 1)
        .collect();
    let mut covariance = vec![0.0; n_groups * n_groups];
    blocks.iter().for_each(|block| block.add_covariance(&mut covariance));
    let statistic_of = |sums: &[f64]| quadratic::form(sums, &covariance).0;
    let mut observed = vec![0.0; n_groups];
    blocks.iter().for_each(|block| block.add_sums(&mut observed));
    let (statistic, rank) = quadratic::form(&observed, &covariance);
    if rank == 0 {
        return None;
    }
    let extreme = |sums: &[f64]| statistic_of(sums) >= statistic - TOLERANCE * statistic.max(1.0);
    Some(match allocations(&blocks) {
        Some(count) => {
            let at_least = enumerate(&blocks, n_groups, &extreme);
            Permutation {
                method: Method::Exact,
                statistic,
                p_value: at_least as f64 / count as f64,
                std_error: None,
                allocations: Some(count),
                draws: None,
                seed: None,
            }
        }
        None => {
            let at_least = draw(blocks, n_groups, draws, &extreme, told);
            let p_value = (at_least + 1) as f64 / (draws.draws + 1) as f64;
            Permutation {
                method: Method::MonteCarlo,
                statistic,
                p_value,
                std_error: (draws.draws > 0).then(|| (p_value * (1.0 - p_value) / draws.draws as f64).sqrt()),
                allocations: None,
                draws: Some(draws.draws),
                seed: Some(draws.seed),
            }
        }
    })
}

/// A stratum in which rows can change groups.
struct Block {
    scores: Vec<f64>,
    groups: Vec<u32>,
    /// Rows of each group.
    counts: Vec<u32>,
}

impl Block {
    fn new(scores: Vec<f64>, groups: Vec<u32>, n_groups: usize) -> Self {
        let mut counts = vec![0; n_groups];
        groups.iter().for_each(|&group| counts[group as usize] += 1);
        Self { scores, groups, counts }
    }

    /// Adds the covariance of the sums by group: s²(n_j δ_jk − n_j n_k/n), s² the variance of the scores, whose mean is 0.
    fn add_covariance(&self, covariance: &mut [f64]) {
        let (n, k) = (self.scores.len() as f64, self.counts.len());
        let spread = self.scores.iter().map(|score| score * score).sum::<f64>() / (n - 1.0);
        for (j, &own) in self.counts.iter().enumerate() {
            for (l, &other) in self.counts.iter().enumerate() {
                let same = if j == l { f64::from(own) } else { 0.0 };
                covariance[j * k + l] += spread * (same - f64::from(own) * f64::from(other) / n);
            }
        }
    }

    /// Adds the sums of the scores by group.
    fn add_sums(&self, sums: &mut [f64]) {
        self.groups.iter().zip(&self.scores).for_each(|(&group, score)| sums[group as usize] += score);
    }
}

/// The scores of the rows of a stratum, which are in ascending order of time.
fn scores(sample: &Sample, rows: &[u32], weight: TestWeight) -> Vec<f64> {
    // Positions in `rows` in the order of entry.
    let entering = sample.entry.map_or_else(
        || (0..).take(rows.len()).collect(),
        |entry| order::ascending(&rows.iter().map(|&row| entry[row as usize]).collect::<Vec<_>>()),
    );
    let mut entering = entering.into_iter().peekable();
    let mut out = vec![0.0; rows.len()];
    let (mut at_risk, mut first, mut hazard) = (0, 0, 0.0);
    let (mut surv, mut surv_tilde) = (1.0, 1.0);
    for tied in rows.chunk_by(|&a, &b| sample.time[a as usize] == sample.time[b as usize]) {
        let time = sample.time[tied[0] as usize];
        let entered = |&i: &u32| sample.entry_of(rows[i as usize] as usize).is_none_or(|entry| entry < time);
        while let Some(i) = entering.next_if(entered) {
            out[i as usize] = hazard;
            at_risk += 1;
        }
        let d = tied.iter().filter(|&&row| sample.event[row as usize]).count() as f64;
        let mut w = 0.0;
        if d > 0.0 {
            let n = f64::from(at_risk);
            let before = surv_tilde;
            surv_tilde *= 1.0 - d / (n + 1.0);
            w = weight.at(n, surv, [before, surv_tilde]);
            hazard += w * d / n;
            surv *= (n - d) / n;
        }
        for (score, &row) in out[first..].iter_mut().zip(tied) {
            *score -= hazard;
            if sample.event[row as usize] {
                *score += w;
            }
        }
        first += tied.len();
        at_risk -= tied.len() as u32;
    }
    out
}

/// The number of allocations, if it is not above [`MOST_ALLOCATIONS`]: the product of the strata's multinomial coefficients.
fn allocations(blocks: &[Block]) -> Option<u64> {
    let mut total: u64 = 1;
    for block in blocks {
        let mut placed = 0;
        for &count in &block.counts {
            // The binomial coefficient (placed + count over count), which grows with each factor.
            let mut ways: u64 = 1;
            for i in 1..=u64::from(count.min(placed)) {
                ways = ways * (u64::from(count.max(placed)) + i) / i;
                if ways > MOST_ALLOCATIONS {
                    return None;
                }
            }
            placed += count;
            total *= ways;
            if total > MOST_ALLOCATIONS {
                return None;
            }
        }
    }
    Some(total)
}

/// A beginning of an allocation: the first strata and the first rows of the next.
struct Partial {
    block: usize,
    row: usize,
    /// Sums of the scores by group.
    sums: Vec<f64>,
    /// Places left in the groups of this stratum.
    left: Vec<u32>,
}

/// How many allocations are `extreme`. Every allocation is met once; rows are not visited once only one group has places left,
/// so that the time follows the number of allocations.
fn enumerate(blocks: &[Block], n_groups: usize, extreme: &impl Fn(&[f64]) -> bool) -> u64 {
    let counts = |block: usize| blocks.get(block).map_or_else(Vec::new, |block| block.counts.clone());
    let rest: Vec<Vec<f64>> = blocks.iter().map(|block| sums_of_rest(&block.scores)).collect();
    let mut found = 0;
    let mut open = vec![Partial { block: 0, row: 0, sums: vec![0.0; n_groups], left: counts(0) }];
    while let Some(mut partial) = open.pop() {
        let Some(block) = blocks.get(partial.block) else {
            found += u64::from(extreme(&partial.sums));
            continue;
        };
        let with_places: Vec<usize> = (0..n_groups).filter(|&group| partial.left[group] > 0).collect();
        if let [only] = with_places[..] {
            partial.sums[only] += rest[partial.block][partial.row];
            partial.block += 1;
            partial.row = 0;
            partial.left = counts(partial.block);
            open.push(partial);
            continue;
        }
        for group in with_places {
            let (mut sums, mut left) = (partial.sums.clone(), partial.left.clone());
            sums[group] += block.scores[partial.row];
            left[group] -= 1;
            open.push(Partial { block: partial.block, row: partial.row + 1, sums, left });
        }
    }
    found
}

/// The sum of each score and all after it.
fn sums_of_rest(scores: &[f64]) -> Vec<f64> {
    let mut out = scores.to_vec();
    for i in (1..out.len()).rev() {
        out[i - 1] += out[i];
    }
    out
}

/// How many of the random allocations are `extreme`; `told` hears a hundred times what share is done.
fn draw(
    mut blocks: Vec<Block>,
    n_groups: usize,
    draws: Draws,
    extreme: &impl Fn(&[f64]) -> bool,
    told: &mut dyn FnMut(f64),
) -> u64 {
    let often = (draws.draws / 100).max(1);
    let mut random = Random::new(draws.seed);
    let mut sums = vec![0.0; n_groups];
    let mut found = 0;
    for drawn in 0..draws.draws {
        if drawn % often == 0 {
            told(drawn as f64 / draws.draws as f64);
        }
        sums.fill(0.0);
        for block in &mut blocks {
            random.shuffle(&mut block.groups);
            block.add_sums(&mut sums);
        }
        found += u64::from(extreme(&sums));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::log_rank::{self, TestOptions};
    use crate::survival::lung::Lung;

    const TIME: [f64; 12] = [7.0, 5.0, 3.0, 9.0, 8.0, 5.0, 3.0, 12.0, 7.0, 12.0, 10.0, 3.0];
    const EVENT: [bool; 12] = [true, true, false, true, false, true, true, false, false, true, true, true];
    const ENTRY: [f64; 12] = [0.0, 2.0, 1.0, 0.0, 4.0, 3.0, 0.0, 5.0, 1.0, 6.0, 0.0, 2.0];
    const TWO: [u32; 12] = [0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1];
    const THREE: [u32; 12] = [0, 1, 0, 2, 1, 2, 1, 0, 2, 0, 1, 2];
    const STRATA: [u32; 12] = [5, 5, 9, 5, 9, 9, 5, 9, 5, 9, 5, 9];
    const SAMPLE: Sample<'static> = Sample { entry: None, time: &TIME, event: &EVENT, weight: None };

    fn run(sample: &Sample, group: &[u32], k: usize, strata: Option<&[u32]>, weight: TestWeight) -> Permutation {
        test(sample, group, k, strata, weight, Draws::default()).unwrap()
    }

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1e-3), "{got} instead of {want}");
    }

    #[test]
    fn by_hand() {
        // Scores 3/4, 5/12, −1/12, −13/12 of four events; of the six allocations {1, 2} and {3, 4} have |O − E| = 7/6, the
        // largest. Σ₁₁ = 23/36: the statistic is (49/36)/(23/36).
        let sample = Sample { entry: None, time: &[1.0, 2.0, 3.0, 4.0], event: &[true; 4], weight: None };
        let exact = run(&sample, &[0, 0, 1, 1], 2, None, TestWeight::LogRank);
        close(exact.statistic, 49.0 / 23.0);
        close(exact.p_value, 1.0 / 3.0);
        assert_eq!((exact.method, exact.allocations, exact.std_error), (Method::Exact, Some(6), None));
        // {1, 4}: the smallest |O − E|.
        close(run(&sample, &[0, 1, 1, 0], 2, None, TestWeight::LogRank).p_value, 1.0);
    }

    /// The sums of the scores by group are what the log-rank test observes less what it expects, under every weight.
    #[test]
    fn scores_sum_to_observed_less_expected() {
        for weight in [
            TestWeight::LogRank,
            TestWeight::PetoPeto,
            TestWeight::PetoPetoTilde,
            TestWeight::GehanBreslow,
            TestWeight::TaroneWare,
            TestWeight::FlemingHarrington(0.5, 1.0),
        ] {
            for entry in [None, Some(&ENTRY[..])] {
                for strata in [None, Some(&STRATA[..])] {
                    let sample = Sample { entry, ..SAMPLE };
                    let options = TestOptions { weight, ..TestOptions::default() };
                    let asymptotic = log_rank::test(&sample, &THREE, 3, strata, &options).unwrap();
                    let mut sums = [0.0; 3];
                    for rows in by_stratum(&sample, strata) {
                        for (score, &row) in scores(&sample, &rows, weight).iter().zip(&rows) {
                            sums[THREE[row as usize] as usize] += score;
                        }
                    }
                    for (sum, group) in sums.iter().zip(&asymptotic.groups) {
                        assert!((sum - (group.observed - group.expected)).abs() < 1e-12);
                    }
                }
            }
        }
    }

    /// tests/reference/permutation.R: all allocations by combn, the log-rank worked out anew for each.
    #[test]
    fn every_allocation_in_r() {
        for (k, strata, weight, entry, p, statistic, count) in REFERENCE {
            let group: &[u32] = if k == 2 { &TWO } else { &THREE };
            let sample = Sample { entry: entry.then_some(&ENTRY[..]), ..SAMPLE };
            let exact = run(&sample, group, k, strata.then_some(&STRATA[..]), weight);
            close(exact.p_value, p);
            close(exact.statistic, statistic);
            assert_eq!(exact.allocations, Some(count));
        }
    }

    /// (groups, stratified, weight, late entry, p, statistic, allocations)
    type Reference = (usize, bool, TestWeight, bool, f64, f64, u64);
    const REFERENCE: [Reference; 6] = [
        (2, false, TestWeight::LogRank, false, 0.08658008658008658, 2.934165327282469, 924),
        (2, true, TestWeight::LogRank, false, 0.04888888888888889, 3.994127516778523, 225),
        (2, false, TestWeight::GehanBreslow, true, 0.03463203463203463, 4.388297872340425, 924),
        (3, false, TestWeight::LogRank, false, 0.30043290043290044, 2.5842512054455584, 34650),
        (3, true, TestWeight::PetoPeto, false, 0.7172222222222222, 0.7501618599155685, 3600),
        (3, true, TestWeight::LogRank, true, 0.9775, 0.06086293682398374, 3600),
    ];

    #[test]
    fn monte_carlo_comes_to_the_chi_squared() {
        let lung = Lung::load();
        let draws = Draws { draws: 2000, seed: 4 };
        let of = |draws| test(&lung.sample(), &lung.sex, 2, None, TestWeight::LogRank, draws).unwrap();
        let drawn = of(draws);
        assert_eq!(
            (drawn.method, drawn.draws, drawn.seed, drawn.allocations),
            (Method::MonteCarlo, Some(2000), Some(4), None)
        );
        assert_eq!(of(draws), drawn);
        let error = drawn.std_error.unwrap();
        close(error, (drawn.p_value * (1.0 - drawn.p_value) / 2000.0).sqrt());
        // Among 228 patients a random grouping is as the chi-squared distribution says, within four errors.
        let random: Vec<u32> = (0..lung.time.len()).map(|i| (i * i % 7 % 2) as u32).collect();
        let asymptotic = log_rank::test(&lung.sample(), &random, 2, None, &TestOptions::default()).unwrap();
        let drawn = test(&lung.sample(), &random, 2, None, TestWeight::LogRank, draws).unwrap();
        assert!((drawn.p_value - asymptotic.p_value.unwrap()).abs() < 4.0 * drawn.std_error.unwrap() + 0.01);
    }

    #[test]
    fn allocations_are_counted_up_to_the_limit() {
        let block = |counts: &[u32]| Block { scores: vec![], groups: vec![], counts: counts.to_vec() };
        assert_eq!(allocations(&[block(&[10, 10])]), Some(184_756));
        assert_eq!(allocations(&[block(&[10, 11])]), None);
        assert_eq!(allocations(&[block(&[2, 0, 2, 1]), block(&[1, 3, 0, 0])]), Some(120));
        assert_eq!(allocations(&[block(&[200_000 - 1, 1])]), Some(200_000));
        assert_eq!(allocations(&[block(&[u32::MAX / 2, 3])]), None);
    }

    /// One patient against many: as many allocations as rows, and no deep recursion.
    #[test]
    fn one_against_many() {
        let time: Vec<f64> = (0..3000).map(f64::from).collect();
        let event = vec![true; 3000];
        let mut group = vec![0; 3000];
        group[0] = 1;
        let sample = Sample { entry: None, time: &time, event: &event, weight: None };
        let exact = run(&sample, &group, 2, None, TestWeight::LogRank);
        assert_eq!(exact.allocations, Some(3000));
        // Only the last rows, whose hazard has come to 2 or more, are as far from 0 as the first, whose score is nearly 1.
        let mut hazard = 0.0;
        let mut far = 0;
        for at_risk in (1..=3000).rev() {
            hazard += 1.0 / f64::from(at_risk);
            far += u32::from((1.0 - hazard).abs() >= 1.0 - 1.0 / 3000.0 - 1e-12);
        }
        close(exact.p_value, f64::from(far) / 3000.0);
    }

    #[test]
    fn nothing_to_permute() {
        let of = |event: &[bool], time: &[f64], group: &[u32], strata: Option<&[u32]>| {
            let sample = Sample { entry: None, time, event, weight: None };
            test(&sample, group, 2, strata, TestWeight::LogRank, Draws::default())
        };
        assert_eq!(of(&[true, true], &[1.0, 2.0], &[0, 0], None), None);
        assert_eq!(of(&[true, true], &[1.0, 2.0], &[0, 1], Some(&[0, 1])), None);
        assert_eq!(of(&[true, true], &[1.0, 1.0], &[0, 1], None), None);
        assert_eq!(of(&[false, false], &[1.0, 2.0], &[0, 1], None), None);
        assert_eq!(of(&[], &[], &[], None), None);
    }
}
