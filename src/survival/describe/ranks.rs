//! Ranks of several groups together.

use crate::num::order;

/// What rank tests need of groups of values.
#[derive(Debug, Clone, PartialEq)]
pub struct RankSums {
    /// Values in each group, groups without a value included.
    pub n: Vec<usize>,
    /// Sum of the ranks of each group, tied values having the average of their ranks; exact, being multiples of ½.
    pub sum: Vec<f64>,
    /// Twice the rank of each value, in ascending order.
    pub doubled: Vec<u64>,
    /// Number of all values.
    pub total: usize,
    /// 1 − Σ(t³ − t)/(N³ − N) over the runs of t tied values, computed in whole numbers; 0 where all N values are equal.
    pub untied: f64,
}

/// Ranks `groups` together. R: `rank(x)`. Time n log n.
pub fn rank_sums(groups: &[&[f64]]) -> RankSums {
    let values: Vec<f64> = groups.iter().flat_map(|group| group.iter().copied()).collect();
    let owner: Vec<usize> =
        groups.iter().enumerate().flat_map(|(g, group)| std::iter::repeat_n(g, group.len())).collect();
    let order = order::ascending(&values);
    let cube = |t: usize| (t as u128) * (t as u128) * (t as u128) - t as u128;
    let mut sums = vec![0_u64; groups.len()];
    let mut doubled = Vec::with_capacity(order.len());
    let (mut from, mut tied) = (0, 0_u128);
    while from < order.len() {
        let value = values[order[from] as usize];
        let run = order[from..].iter().take_while(|&&i| values[i as usize] == value).count();
        // Ranks from + 1 … from + run: twice their average.
        let twice = (2 * from + run + 1) as u64;
        for &i in &order[from..from + run] {
            sums[owner[i as usize]] += twice;
        }
        doubled.extend(std::iter::repeat_n(twice, run));
        tied += cube(run);
        from += run;
    }
    let total = values.len();
    let all = cube(total);
    RankSums {
        n: groups.iter().map(|group| group.len()).collect(),
        sum: sums.into_iter().map(|sum| sum as f64 / 2.0).collect(),
        doubled,
        total,
        untied: if all == 0 { 0.0 } else { (all - tied) as f64 / all as f64 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 1, 2, 2, 3, 3, 3: ranks 1, 2.5, 2.5, 5, 5, 5.
        let got = rank_sums(&[&[3.0, 1.0, 2.0], &[], &[3.0, 2.0, 3.0]]);
        assert_eq!(got.sum, [8.5, 0.0, 12.5]);
        assert_eq!(got.doubled, [2, 5, 5, 10, 10, 10]);
        assert_eq!((got.n.as_slice(), got.total), ([3, 0, 3].as_slice(), 6));
        assert!((got.untied - (1.0 - 30.0 / 210.0)).abs() < 1e-15);
        assert_eq!(rank_sums(&[&[4.0, 4.0], &[4.0]]).untied, 0.0);
        assert_eq!(rank_sums(&[&[4.0]]).untied, 0.0);
        assert_eq!(rank_sums(&[]).total, 0);
        // −0 and 0 are one value.
        assert_eq!(rank_sums(&[&[-0.0], &[0.0]]).sum, [1.5, 1.5]);
    }
}
