//! Concordance of a predictor with the order of events (rule 27): n log n.
//!
//! Harrell, Lee & Mark 1996, Stat Med 15:361-387. R: `concordance(fit)`.

use std::ops::{AddAssign, Sub, SubAssign};

use super::arrangement::Arrangement;
use super::robust::numbered;
use super::{Concordance, Design};
use crate::num::order;
use crate::survival::Sample;

/// What is summed: weights, or counts where every weight is 1.
trait Amount: Copy + Default + AddAssign + SubAssign + Sub<Output = Self> {
    /// As a number.
    fn number(self) -> f64;
}

impl Amount for f64 {
    fn number(self) -> f64 {
        self
    }
}

impl Amount for u32 {
    fn number(self) -> f64 {
        f64::from(self)
    }
}

/// Children of a node: of counts, one line of the processor's cache.
const FAN: usize = 16;

/// Sums by rank: add to one rank, sum over all ranks below another, both in log n.
///
/// Nodes hold, for each child, the sum over the children before it. To add is to change one node a level, to ask is to read one
/// number a level, and no read waits for another.
struct Tree<A> {
    /// At each rank alone.
    own: Vec<[A; FAN]>,
    /// The levels above, each with a node for [`FAN`] nodes of the level below.
    levels: Vec<Vec<[A; FAN]>>,
    all: A,
}

impl<A: Amount> Tree<A> {
    fn new(ranks: usize) -> Self {
        let mut nodes = ranks.div_ceil(FAN).max(1);
        let own = vec![[A::default(); FAN]; nodes];
        let mut levels = Vec::new();
        while nodes > 1 {
            nodes = nodes.div_ceil(FAN);
            levels.push(vec![[A::default(); FAN]; nodes]);
        }
        Self { own, levels, all: A::default() }
    }

    #[inline]
    fn add(&mut self, rank: u32, amount: A) {
        self.change(rank, amount, |sum, amount| *sum += amount);
    }

    fn take(&mut self, rank: u32, amount: A) {
        self.change(rank, amount, |sum, amount| *sum -= amount);
    }

    #[inline]
    fn change(&mut self, rank: u32, amount: A, change: impl Fn(&mut A, A)) {
        let mut at = rank as usize;
        change(&mut self.own[at / FAN][at % FAN], amount);
        change(&mut self.all, amount);
        for level in &mut self.levels {
            at /= FAN;
            let child = at % FAN;
            // Without a branch: every child is changed, those up to this one by nothing.
            for (k, sum) in level[at / FAN].iter_mut().enumerate() {
                change(sum, if k > child { amount } else { A::default() });
            }
        }
    }

    /// Sum over the ranks below `rank`, and at it.
    fn below(&self, rank: u32) -> (A, A) {
        let mut at = rank as usize;
        let (own, place) = (&self.own[at / FAN], at % FAN);
        let mut lower = A::default();
        for (k, &amount) in own.iter().enumerate() {
            lower += if k < place { amount } else { A::default() };
        }
        for level in &self.levels {
            at /= FAN;
            lower += level[at / FAN][at % FAN];
        }
        (lower, own[place])
    }

    /// What a row of this rank is compared with.
    #[inline]
    fn against(&self, rank: u32) -> Compared {
        let (lower, equal) = self.below(rank);
        Compared {
            lower: lower.number(),
            equal: equal.number(),
            higher: (self.all - lower - equal).number(),
            all: self.all.number(),
        }
    }
}

/// Weights of the rows that a row is compared with, by how their predictors compare.
struct Compared {
    lower: f64,
    equal: f64,
    higher: f64,
    all: f64,
}

/// A predictor, by row of the arrangement.
pub(super) struct Predictor {
    /// Its value.
    pub value: Vec<f64>,
    /// Under separation the row's place, which comes before the value (rule 16).
    pub class: Option<Vec<u32>>,
}

impl Predictor {
    fn class(&self, row: usize) -> u32 {
        self.class.as_ref().map_or(0, |class| class[row])
    }

    /// Dense ranks, 0 lowest, of the rows of each stratum.
    fn ranks(&self, rows: &Arrangement) -> Vec<u32> {
        let mut rank = vec![0; rows.n];
        if self.class.is_none() && rows.strata.len() == 1 {
            // The usual case, where the values are sorted beside their rows and need not be looked up.
            for (ranked, equal) in order::ascending_runs(&self.value).runs().iter().enumerate() {
                for &row in equal {
                    rank[row as usize] = ranked as u32;
                }
            }
            return rank;
        }
        let mut order: Vec<u32> = Vec::new();
        for stratum in &rows.strata {
            order.clear();
            order.extend(stratum.rows.start as u32..stratum.rows.end as u32);
            order::by_key(&mut order, |row| order::key(self.value[row as usize]));
            if self.class.is_some() {
                order::by_key(&mut order, |row| u64::from(self.class(row as usize)));
            }
            let equal = |a: u32, b: u32| {
                let (a, b) = (a as usize, b as usize);
                self.value[a] == self.value[b] && self.class(a) == self.class(b)
            };
            for (ranked, equal) in order.chunk_by(|&a, &b| equal(a, b)).enumerate() {
                for &row in equal {
                    rank[row as usize] = ranked as u32;
                }
            }
        }
        rank
    }
}

/// The concordance of any predictor, a finite number for each row of the sample, a higher one meaning an earlier event. Pairs are
/// of one stratum; the error is by cluster where the design has clusters. `None` without comparable pairs.
///
/// R: `concordance(Surv(entry, time, event) ~ x + strata(s), weights = w, cluster = id, reverse = TRUE)`.
pub fn concordance_of(sample: &Sample, design: &Design, predictor: &[f64]) -> Option<Concordance> {
    let rows = Arrangement::new(sample, &[], design.strata);
    let value = (0..rows.n).map(|row| predictor[rows.original(row)]).collect();
    concordance(&rows, Predictor { value, class: None }, design.cluster)
}

/// The concordance of a predictor. `cluster` is by row of the sample. `None` without comparable pairs.
pub(super) fn concordance(rows: &Arrangement, predictor: Predictor, cluster: Option<&[u32]>) -> Option<Concordance> {
    let rank = predictor.ranks(rows);
    drop(predictor);
    let pairs = if rows.unweighted() {
        Pairs::count::<u32>(rows, &rank, |_| 1)
    } else {
        Pairs::count(rows, &rank, |row| rows.weight(row))
    };
    drop(rank);
    pairs.concordance(rows, cluster)
}

/// Of each row: the weight of its pairs that agree (half of it where the predictors are equal), and of all its pairs.
struct Pairs {
    agree: Vec<f64>,
    all: Vec<f64>,
}

impl Pairs {
    fn count<A: Amount>(rows: &Arrangement, rank: &[u32], amount: impl Fn(usize) -> A) -> Self {
        let mut out = Self { agree: vec![0.0; rows.n], all: vec![0.0; rows.n] };
        for stratum in &rows.strata {
            let times = &rows.times[stratum.times.clone()];
            let ranks = rank[stratum.rows.clone()].iter().max().map_or(0, |&rank| rank as usize + 1);
            // As the earlier of a pair: each event against the rows at risk beyond it, latest time first.
            let mut tree = Tree::new(ranks);
            for at in times {
                for row in at.joined.clone() {
                    tree.add(rank[row], amount(row));
                }
                for row in rows.leaving(at) {
                    tree.take(rank[row], amount(row));
                }
                for row in at.deaths.clone() {
                    let later = tree.against(rank[row]);
                    out.agree[row] += later.lower + later.equal / 2.0;
                    out.all[row] += later.all;
                }
                for row in at.deaths.clone() {
                    tree.add(rank[row], amount(row));
                }
            }
            // As the later: each row against the events between its entry and its time, earliest time first.
            let mut tree = Tree::new(ranks);
            let mut later = |tree: &Tree<A>, row: usize, sign: f64| {
                let earlier = tree.against(rank[row]);
                out.agree[row] += sign * (earlier.higher + earlier.equal / 2.0);
                out.all[row] += sign * earlier.all;
            };
            for at in times.iter().rev() {
                for row in at.deaths.clone() {
                    later(&tree, row, 1.0);
                }
                for row in at.deaths.clone() {
                    tree.add(rank[row], amount(row));
                }
                // Rows that enter at or after this event, and before the next, do not meet it nor those before.
                for row in rows.leaving(at) {
                    later(&tree, row, -1.0);
                }
                for row in at.joined.clone() {
                    later(&tree, row, 1.0);
                }
            }
        }
        out
    }

    fn concordance(self, rows: &Arrangement, cluster: Option<&[u32]>) -> Option<Concordance> {
        let Self { agree, all: pairs } = self;
        let (mut agreeing, mut all) = (0.0, 0.0);
        for (row, (agree, pairs)) in agree.iter().zip(&pairs).enumerate() {
            agreeing += rows.weight(row) * agree;
            all += rows.weight(row) * pairs;
        }
        if all <= 0.0 {
            return None;
        }
        let estimate = agreeing / all;
        // Each pair is counted once for either row; so is each row's derivative of numerator and denominator.
        let influence = |row: usize| rows.weight(row) * 2.0 * (agree[row] - estimate * pairs[row]) / all;
        let variance = match cluster {
            None => (0..rows.n).map(|row| influence(row) * influence(row)).sum::<f64>(),
            Some(cluster) => {
                let cluster = numbered(cluster);
                let mut sums = vec![0.0; cluster.iter().max().map_or(0, |&last| last as usize + 1)];
                (0..rows.n).for_each(|row| sums[cluster[rows.original(row)] as usize] += influence(row));
                sums.iter().map(|sum| sum * sum).sum::<f64>()
            }
        };
        Some(Concordance { estimate, std_error: libm::sqrt(variance) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fixed sequence of pseudorandom whole numbers below a bound (Park & Miller 1988).
    fn sequence(seed: u64) -> impl FnMut(u64) -> f64 {
        let mut state = seed;
        move |below| {
            state = state * 48271 % 2147483647;
            (state % below) as f64
        }
    }

    #[test]
    fn one_stratum_by_hand() {
        // Events at 1 (x 3) and 2 (x 1), then 3 and 4 censored (x 0 and 2): of (1,2) (1,3) (1,4) (2,3) (2,4) four agree.
        let sample =
            Sample { entry: None, time: &[1.0, 2.0, 3.0, 4.0], event: &[true, true, false, false], weight: None };
        let found = |x: &[f64]| concordance_of(&sample, &Design::default(), x).unwrap().estimate;
        assert_eq!(found(&[3.0, 1.0, 0.0, 2.0]), 0.8);
        // The fourth as the second: half of a pair; 0 and −0 are equal.
        assert_eq!(found(&[3.0, -0.0, -1.0, 0.0]), 0.9);
        let one = Design { strata: Some(&[7; 4]), ..Design::default() };
        assert_eq!(concordance_of(&sample, &one, &[3.0, 1.0, 0.0, 2.0]).unwrap().estimate, 0.8);
    }

    #[test]
    fn agrees_with_every_pair() {
        let mut next = sequence(77);
        for round in 0..200 {
            let n = 12;
            let entry: Vec<f64> = (0..n).map(|_| if round % 2 == 0 { 0.0 } else { next(4) }).collect();
            let time: Vec<f64> = entry.iter().map(|entry| entry + 1.0 + next(5)).collect();
            let event: Vec<bool> = (0..n).map(|_| next(3) > 0.0).collect();
            let weight: Vec<f64> = (0..n).map(|_| 0.5 + next(4)).collect();
            let strata: Vec<u32> = (0..n).map(|_| next(2) as u32).collect();
            let x: Vec<f64> = (0..n).map(|_| next(4)).collect();
            // Agreement and weight of all pairs, under given weights.
            let count = |weight: &[f64]| {
                let (mut agree, mut all) = (0.0, 0.0);
                for i in (0..n).filter(|&i| event[i]) {
                    for j in 0..n {
                        let later = time[j] > time[i] || (time[j] == time[i] && !event[j]);
                        if strata[i] == strata[j] && later && entry[j] < time[i] {
                            let agrees = if x[i] == x[j] { 0.5 } else { f64::from(u8::from(x[i] > x[j])) };
                            agree += weight[i] * weight[j] * agrees;
                            all += weight[i] * weight[j];
                        }
                    }
                }
                (agree, all)
            };
            let sample = Sample { entry: Some(&entry), time: &time, event: &event, weight: Some(&weight) };
            let found = concordance_of(&sample, &Design { strata: Some(&strata), ..Design::default() }, &x);
            let (agree, all) = count(&weight);
            if all == 0.0 {
                assert_eq!(found, None);
                continue;
            }
            let found = found.unwrap();
            assert!((found.estimate - agree / all).abs() < 1e-12);
            // The sums are linear in each weight: their derivatives are differences of weight 1 and 0.
            let mut variance = 0.0;
            for i in 0..n {
                let with = |value: f64| {
                    let mut weight = weight.clone();
                    weight[i] = value;
                    count(&weight)
                };
                let (one, none) = (with(1.0), with(0.0));
                let slope = ((one.0 - none.0) - agree / all * (one.1 - none.1)) / all;
                variance += weight[i] * weight[i] * slope * slope;
            }
            assert!((found.std_error - libm::sqrt(variance)).abs() < 1e-12, "round {round}");
        }
    }
}
