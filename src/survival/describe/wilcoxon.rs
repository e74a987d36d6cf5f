//! Whether two groups of numbers differ in location: the rank-sum test of Wilcoxon, Mann and Whitney.

use super::{Test, Undefined, ranks};
use crate::num::normal;

/// Wilcoxon's rank-sum test of two groups by its normal approximation, corrected for ties and for continuity.
/// R: `wilcox.test(x, y, exact = FALSE)`. `statistic` is W, the number of pairs in which `x` is larger, ties counting ½.
///
/// z = (W − mn/2 ∓ ½)/√(mn(N + 1)(1 − Σ(t³ − t)/(N³ − N))/12) (Lehmann 1975, Nonparametrics, 1.4). Time n log n.
///
/// # Errors
/// [`Undefined::OneGroup`] when a group has no value; [`Undefined::AllEqual`].
pub fn test(x: &[f64], y: &[f64]) -> Result<Test, Undefined> {
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
    // The correction never takes the distance to the other side: W moves in halves, so it is at least ½ where it is not 0.
    let z = (distance - 0.5).max(0.0) / variance.sqrt();
    Ok(Test { statistic, df: Vec::new(), p_value: normal::two_sided_p(z) })
}

#[cfg(test)]
mod tests {
    use super::super::cases::{close, of_r, samples};
    use super::*;

    #[test]
    fn by_hand() {
        // W = 0 of 9 pairs, variance 9·7/12: z = (4.5 − 0.5)/√5.25.
        let got = test(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]).unwrap();
        assert_eq!(got.statistic, 0.0);
        close(got.p_value, libm::erfc(4.0 / 5.25_f64.sqrt() / 2.0_f64.sqrt()), 1e-14);
        // A half by ties gives z = 0.
        assert_eq!(test(&[1.0, 2.0], &[1.0, 2.0]).unwrap().p_value, 1.0);
        assert_eq!(test(&[1.0, 1.0], &[1.0]), Err(Undefined::AllEqual));
        assert_eq!(test(&[1.0], &[]), Err(Undefined::OneGroup));
    }

    /// tests/reference/describe.R
    #[test]
    fn as_r() {
        for (name, [statistic, p_value]) in of_r::<[f64; 2]>("wilcoxon") {
            let groups = samples(&name);
            let got = test(&groups[0], &groups[1]).unwrap();
            close(got.statistic, statistic, 1e-12);
            close(got.p_value, p_value, 1e-10);
        }
    }
}
