//! Whether two groups of numbers differ in location: the rank-sum test of Wilcoxon, Mann and Whitney.

use serde::{Deserialize, Serialize};

use super::{Test, Undefined, ranks};
use crate::num::normal;

/// Additions that the exact distribution may take; past that it is not computed (a tenth of a second).
const MOST: usize = 100_000_000;

/// Where the p value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankP {
    /// The normal approximation, corrected for continuity. R: `wilcox.test(x, y, exact = FALSE)`.
    #[default]
    Corrected,
    /// The normal approximation as it is. R: `wilcox.test(x, y, exact = FALSE, correct = FALSE)`.
    Uncorrected,
    /// Every allocation of the ranks to groups of these sizes, tied ranks as they are. Without ties R: `wilcox.test(x, y, exact = TRUE)`.
    Exact,
}

/// What the test found.
#[derive(Debug, Clone, PartialEq)]
pub struct RankSum {
    /// W and its p value.
    pub test: Test,
    /// Whether any two values are equal.
    pub ties: bool,
}

/// Wilcoxon's rank-sum test of two groups; the approximation is corrected for ties. `statistic` is W, the number of pairs in which `x`
/// is larger, ties counting ½.
///
/// z = (W − mn/2 ∓ ½)/√(mn(N + 1)(1 − Σ(t³ − t)/(N³ − N))/12), without the ½ where it is not corrected (Lehmann 1975, Nonparametrics, 1.4).
/// Exact: the share of allocations whose W is at least as far from mn/2. Time n log n; exact O(N m S) for the smaller group's m and S
/// distinct rank sums.
///
/// # Errors
/// [`Undefined::OneGroup`] when a group has no value; [`Undefined::AllEqual`]; [`Undefined::TooManyValues`] for the exact distribution.
pub fn test(x: &[f64], y: &[f64], p: RankP) -> Result<RankSum, Undefined> {
    if x.is_empty() || y.is_empty() {
        return Err(Undefined::OneGroup);
    }
    let ranked = ranks::rank_sums(&[x, y]);
    if ranked.untied == 0.0 {
        return Err(Undefined::AllEqual);
    }
    let (m, n) = (x.len() as f64, y.len() as f64);
    let statistic = ranked.sum[0] - m * (m + 1.0) / 2.0;
    let distance = (statistic - m * n / 2.0).abs();
    let variance = m * n * (m + n + 1.0) / 12.0 * ranked.untied;
    let p_value = match p {
        // The correction never takes the distance to the other side: W moves in halves, so it is at least ½ where it is not 0.
        RankP::Corrected => normal::two_sided_p((distance - 0.5).max(0.0) / variance.sqrt()),
        RankP::Uncorrected => normal::two_sided_p(distance / variance.sqrt()),
        RankP::Exact => exact(x, y, &ranked)?,
    };
    Ok(RankSum { test: Test { statistic, df: Vec::new(), p_value }, ties: ranked.untied < 1.0 })
}

/// The share of allocations whose rank sum is at least as far from its mean as the one found.
///
/// `counts[k][s]` is the number of ways to choose k of the values seen so far with the (doubled, then shortened) rank sum s: sums of positive
/// numbers, so that rounding stays relative.
fn exact(x: &[f64], y: &[f64], ranked: &ranks::RankSums) -> Result<f64, Undefined> {
    let smaller = x.len().min(y.len());
    let at = usize::from(x.len() > y.len());
    // Without ties all doubled ranks are even.
    let step = if ranked.untied == 1.0 { 2 } else { 1 };
    let mut doubled = ranked.doubled.clone();
    doubled.sort_unstable();
    let doubled: Vec<usize> = doubled.iter().map(|&twice| twice as usize / step).collect();
    let most: usize = doubled[doubled.len() - smaller..].iter().sum();
    if doubled.len().saturating_mul(smaller).saturating_mul(most) > MOST {
        return Err(Undefined::TooManyValues);
    }
    let width = most + 1;
    let mut counts = vec![0.0; (smaller + 1) * width];
    counts[0] = 1.0;
    for (seen, &rank) in doubled.iter().enumerate() {
        for k in (1..=smaller.min(seen + 1)).rev() {
            let (before, of) = counts.split_at_mut(k * width);
            for (count, without) in of[rank..width].iter_mut().zip(&before[(k - 1) * width..]) {
                *count += without;
            }
        }
    }
    let ways = &counts[smaller * width..];
    // The mean is a sum of ranks over N: distances are compared times N.
    let mean = smaller * doubled.iter().sum::<usize>();
    let total = doubled.len();
    let distance = |sum: usize| (sum * total).abs_diff(mean);
    let found = distance((2.0 * ranked.sum[at]) as usize / step);
    let (mut far, mut all) = (0.0, 0.0);
    for (sum, &count) in ways.iter().enumerate() {
        all += count;
        far += if distance(sum) >= found { count } else { 0.0 };
    }
    Ok(far / all)
}

#[cfg(test)]
mod tests {
    use super::super::cases::{close, of_r, samples};
    use super::*;

    #[test]
    fn by_hand() {
        // W = 0 of 9 pairs, variance 9·7/12: z = (4.5 − 0.5)/√5.25.
        let got = test(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], RankP::Corrected).unwrap().test;
        assert_eq!(got.statistic, 0.0);
        close(got.p_value, libm::erfc(4.0 / 5.25_f64.sqrt() / 2.0_f64.sqrt()), 1e-14);
        // A half by ties gives z = 0.
        assert_eq!(test(&[1.0, 2.0], &[1.0, 2.0], RankP::Corrected).unwrap().test.p_value, 1.0);
        assert_eq!(test(&[1.0, 1.0], &[1.0], RankP::Exact), Err(Undefined::AllEqual));
        assert_eq!(test(&[1.0], &[], RankP::Exact), Err(Undefined::OneGroup));
    }

    #[test]
    fn without_the_correction_and_exactly_by_hand() {
        let p = |x: &[f64], y: &[f64], p| test(x, y, p).unwrap().test.p_value;
        close(
            p(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], RankP::Uncorrected),
            libm::erfc(4.5 / 5.25_f64.sqrt() / 2.0_f64.sqrt()),
            1e-14,
        );
        // 2 of the 20 allocations are as far from the middle.
        close(p(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], RankP::Exact), 0.1, 1e-15);
        close(p(&[6.0, 4.0, 5.0], &[3.0, 1.0, 2.0], RankP::Exact), 0.1, 1e-15);
        // One against four: ranks 2 and 4 are as near to 3 as each other, and only 3 is nearer.
        close(p(&[2.0], &[1.0, 3.0, 4.0, 5.0], RankP::Exact), 0.8, 1e-15);
        close(p(&[1.0, 3.0, 4.0, 5.0], &[2.0], RankP::Exact), 0.8, 1e-15);
        // 1, 1, 2 | 2, 3: ranks 1.5, 1.5, 3.5, 3.5, 5. Of the ten pairs, mean 6, the sums 3, 5 (four times), 6.5 (twice), 7, 8.5 (twice):
        // 8.5 is 2.5 away, and so is nothing but the three at 3 and 8.5.
        close(p(&[1.0, 1.0, 2.0], &[2.0, 3.0], RankP::Exact), 0.3, 1e-15);
        // In the middle everything is as far.
        close(p(&[1.0, 4.0], &[2.0, 3.0], RankP::Exact), 1.0, 1e-15);
    }

    #[test]
    fn what_would_take_too_long_is_not_computed() {
        let x: Vec<f64> = (0..400).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|value| value + 0.5).collect();
        assert_eq!(test(&x, &y, RankP::Exact), Err(Undefined::TooManyValues));
        assert!(test(&x[..60], &y[..60], RankP::Exact).is_ok());
    }

    /// tests/reference/describe.R
    #[test]
    fn as_r() {
        for (section, p) in [
            ("wilcoxon", RankP::Corrected),
            ("wilcoxon_uncorrected", RankP::Uncorrected),
            ("wilcoxon_exact", RankP::Exact),
        ] {
            for (name, [statistic, p_value]) in of_r::<[f64; 2]>(section) {
                let groups = samples(&name);
                let got = test(&groups[0], &groups[1], p).unwrap().test;
                close(got.statistic, statistic, 1e-12);
                close(got.p_value, p_value, 1e-10);
            }
        }
    }
}
