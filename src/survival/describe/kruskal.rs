//! Whether several groups of numbers differ in location: the rank test of Kruskal and Wallis.

use super::{Test, Undefined, ranks};
use crate::num::chi_squared;

/// The Kruskal-Wallis test, corrected for ties; groups without a value are left out. R: `kruskal.test(x, g)`.
///
/// H = 12/(N(N + 1)) Σ (Rᵢ − nᵢ(N + 1)/2)²/nᵢ, over 1 − Σ(t³ − t)/(N³ − N), chi-squared with one degree of freedom fewer than groups
/// (Kruskal and Wallis 1952, J Am Stat Assoc 47:583). Time n log n.
///
/// # Errors
/// [`Undefined::OneGroup`] when fewer than two groups have a value; [`Undefined::AllEqual`].
pub fn test(groups: &[&[f64]]) -> Result<Test, Undefined> {
    let used = groups.iter().filter(|group| !group.is_empty()).count();
    if used < 2 {
        return Err(Undefined::OneGroup);
    }
    let ranked = ranks::rank_sums(groups);
    if ranked.untied == 0.0 {
        return Err(Undefined::AllEqual);
    }
    let total = ranked.total as f64;
    let mut sum = 0.0;
    for (&n, &ranks) in ranked.n.iter().zip(&ranked.sum).filter(|(n, _)| **n > 0) {
        let n = n as f64;
        let distance = ranks - n * (total + 1.0) / 2.0;
        sum += distance * distance / n;
    }
    let statistic = 12.0 / (total * (total + 1.0)) * sum / ranked.untied;
    let df = used - 1;
    Ok(Test { statistic, df: vec![df as f64], p_value: chi_squared::upper(statistic, df) })
}

#[cfg(test)]
mod tests {
    use super::super::cases::{close, of_r, samples, slices};
    use super::*;

    #[test]
    fn by_hand() {
        // Ranks 1, 2 | 3, 4 | 5, 6: H = 12/42 · (16 + 0 + 16)/2 = 32/7, and p = e^(−16/7).
        let got = test(&[&[1.0, 2.0], &[3.0, 4.0], &[], &[5.0, 6.0]]).unwrap();
        close(got.statistic, 32.0 / 7.0, 1e-14);
        close(got.p_value, libm::exp(-16.0 / 7.0), 1e-14);
        assert_eq!(got.df, [2.0]);
        assert_eq!(test(&[&[1.0], &[]]), Err(Undefined::OneGroup));
        assert_eq!(test(&[&[2.0], &[2.0]]), Err(Undefined::AllEqual));
    }

    /// tests/reference/describe.R
    #[test]
    fn as_r() {
        for (name, [statistic, df, p_value]) in of_r::<[f64; 3]>("kruskal") {
            let got = test(&slices(&samples(&name))).unwrap();
            close(got.statistic, statistic, 1e-10);
            close(got.p_value, p_value, 1e-10);
            assert_eq!(got.df, [df]);
        }
    }
}
