//! Concordance of a predictor with the order of events (rule 27): n log n.
//!
//! Harrell, Lee & Mark 1996, Stat Med 15:361-387. R: `concordance(fit)`.

use super::Concordance;
use super::arrangement::Arrangement;

/// Sums by rank: add to one rank, sum over all ranks below another, both in log n (Fenwick 1994).
struct Tree(Vec<f64>);

impl Tree {
    fn new(ranks: usize) -> Self {
        Self(vec![0.0; ranks + 1])
    }

    fn add(&mut self, rank: usize, value: f64) {
        let mut at = rank + 1;
        while at < self.0.len() {
            self.0[at] += value;
            at += at & at.wrapping_neg();
        }
    }

    /// Sum over the ranks below `rank`.
    fn below(&self, rank: usize) -> f64 {
        let (mut at, mut sum) = (rank, 0.0);
        while at > 0 {
            sum += self.0[at];
            at &= at - 1;
        }
        sum
    }
}

/// Weights of the rows that a row is compared with, by how their predictors compare.
#[derive(Clone, Copy, Default)]
struct Compared {
    lower: f64,
    equal: f64,
    all: f64,
}

impl Compared {
    fn against(tree: &Tree, rank: usize, ranks: usize) -> Self {
        let (lower, up_to) = (tree.below(rank), tree.below(rank + 1));
        Self { lower, equal: up_to - lower, all: tree.below(ranks) }
    }

    fn higher(self) -> f64 {
        self.all - self.lower - self.equal
    }
}

/// Dense ranks of the values of one stratum, 0 lowest.
fn dense_ranks(values: &[(u32, f64)]) -> (Vec<usize>, usize) {
    let compare = |a: &(u32, f64), b: &(u32, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| compare(&values[a], &values[b]));
    let mut rank = vec![0; values.len()];
    let mut ranks = 0;
    for equal in order.chunk_by(|&a, &b| values[a] == values[b]) {
        for &i in equal {
            rank[i] = ranks;
        }
        ranks += 1;
    }
    (rank, ranks)
}

/// The concordance of a predictor, given for each row of the arrangement: a class, and a value that tells rows of one
/// class apart. `cluster` is by row of the sample. `None` without comparable pairs.
pub(super) fn concordance(
    rows: &Arrangement,
    predictor: &[(u32, f64)],
    cluster: Option<&[u32]>,
) -> Option<Concordance> {
    // Of each row: the weight of its pairs that agree (half of it where the predictors are equal), and of all its pairs.
    let mut agree = vec![0.0; rows.n];
    let mut pairs = vec![0.0; rows.n];
    for stratum in &rows.strata {
        let start = stratum.rows.start;
        let (rank, ranks) = dense_ranks(&predictor[stratum.rows.clone()]);
        let rank = |row: usize| rank[row - start];
        let mut tree = Tree::new(ranks);
        let times = &rows.times[stratum.times.clone()];
        // As the earlier of a pair: each event against the rows at risk beyond it, latest time first.
        for at in times {
            for row in at.joined.clone() {
                tree.add(rank(row), rows.weight[row]);
            }
            for &row in rows.by_entry.get(at.left.clone()).unwrap_or_default() {
                tree.add(rank(row), -rows.weight[row]);
            }
            for row in at.deaths.clone() {
                let later = Compared::against(&tree, rank(row), ranks);
                agree[row] += later.lower + later.equal / 2.0;
                pairs[row] += later.all;
            }
            for row in at.deaths.clone() {
                tree.add(rank(row), rows.weight[row]);
            }
        }
        // As the later: each row against the events between its entry and its time, earliest time first.
        let mut tree = Tree::new(ranks);
        let mut later = |tree: &Tree, row: usize, sign: f64| {
            let earlier = Compared::against(tree, rank(row), ranks);
            agree[row] += sign * (earlier.higher() + earlier.equal / 2.0);
            pairs[row] += sign * earlier.all;
        };
        for at in times.iter().rev() {
            for row in at.deaths.clone() {
                later(&tree, row, 1.0);
            }
            for row in at.deaths.clone() {
                tree.add(rank(row), rows.weight[row]);
            }
            // Rows that enter at or after this event, and before the next, do not meet it nor those before.
            for &row in rows.by_entry.get(at.left.clone()).unwrap_or_default() {
                later(&tree, row, -1.0);
            }
            for row in at.joined.clone() {
                later(&tree, row, 1.0);
            }
        }
    }
    let agreeing: f64 = agree.iter().zip(&rows.weight).map(|(agree, weight)| agree * weight).sum();
    let all: f64 = pairs.iter().zip(&rows.weight).map(|(pairs, weight)| pairs * weight).sum();
    if all <= 0.0 {
        return None;
    }
    let estimate = agreeing / all;
    // Each pair is counted once for either row; so is each row's derivative of numerator and denominator.
    let influence: Vec<f64> =
        (0..rows.n).map(|row| rows.weight[row] * 2.0 * (agree[row] - estimate * pairs[row]) / all).collect();
    let variance = match cluster {
        None => influence.iter().map(|value| value * value).sum::<f64>(),
        Some(cluster) => {
            let mut order: Vec<usize> = (0..rows.n).collect();
            order.sort_by_key(|&row| (cluster[rows.original[row]], row));
            let mut variance = 0.0;
            for members in order.chunk_by(|&a, &b| cluster[rows.original[a]] == cluster[rows.original[b]]) {
                let sum: f64 = members.iter().map(|&row| influence[row]).sum();
                variance += sum * sum;
            }
            variance
        }
    };
    Some(Concordance { estimate, std_error: libm::sqrt(variance) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Sample;

    /// A fixed sequence of pseudorandom whole numbers below a bound (Park & Miller 1988).
    fn sequence(seed: u64) -> impl FnMut(u64) -> f64 {
        let mut state = seed;
        move |below| {
            state = state * 48271 % 2147483647;
            (state % below) as f64
        }
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
            let rows = Arrangement::new(&sample, &[&x], Some(&strata));
            let predictor: Vec<(u32, f64)> = rows.original.iter().map(|&i| (0, x[i])).collect();
            let found = concordance(&rows, &predictor, None);
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
