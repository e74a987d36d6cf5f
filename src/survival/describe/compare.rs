//! The test that is asked for, by name, on the groups of one variable.

use serde::{Deserialize, Serialize};

use super::contingency::Contingency;
use super::fisher::{self, Fisher};
use super::t_test::{self, TVariance};
use super::wilcoxon::{self, RankP};
use super::{Test, Undefined, anova, chi_square, kruskal};

/// Expected counts below this make Pearson's test doubtful (Cochran 1954, Biometrics 10:417).
pub const SMALL_EXPECTED: f64 = 5.0;

/// How groups of numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumericTest {
    /// Wilcoxon for two groups with values, Kruskal-Wallis for more.
    #[default]
    Auto,
    /// [`wilcoxon::test`], of two groups.
    Wilcoxon,
    /// [`kruskal::test`].
    Kruskal,
    /// [`t_test::test`], of two groups.
    T,
    /// [`anova::test`].
    Anova,
}

/// How groups of levels are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CategoricalTest {
    /// Fisher if any expected count is below 5, else Pearson without correction.
    #[default]
    Auto,
    /// [`fisher::test`].
    Fisher,
    /// [`chi_square::test`].
    Chisq,
}

/// The outcome of a test with the name of what was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// `wilcoxon`, `kruskal`, `t`, `anova`, `chisq`, `fisher` or `fisher_monte_carlo`; `auto` where there was nothing to choose for.
    pub name: &'static str,
    /// W, H, t, F or chi-squared; Fisher's test has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<f64>,
    /// Degrees of freedom; of the numerator for `anova`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// Degrees of freedom of the denominator of `anova`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df_residual: Option<f64>,
    /// p value; `None` where undefined.
    pub p_value: Option<f64>,
    /// Why there is no p value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Undefined>,
    /// The variance that `t` took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub t_variance: Option<TVariance>,
    /// Where the p value of `wilcoxon` comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_p: Option<RankP>,
    /// Whether values are tied, for `wilcoxon`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ties: Option<bool>,
    /// Whether `chisq` was corrected for continuity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuity: Option<bool>,
    /// The smallest expected count, for `chisq`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smallest_expected: Option<f64>,
    /// The random tables behind `fisher_monte_carlo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monte_carlo: Option<MonteCarlo>,
}

/// The random tables behind a p value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MonteCarlo {
    /// Their number.
    pub samples: u32,
    /// The seed of the random numbers.
    pub seed: u64,
    /// Standard error of the p value.
    pub std_error: f64,
}

impl Comparison {
    fn named(name: &'static str) -> Self {
        Self {
            name,
            statistic: None,
            df: None,
            df_residual: None,
            p_value: None,
            reason: None,
            t_variance: None,
            rank_p: None,
            ties: None,
            continuity: None,
            smallest_expected: None,
            monte_carlo: None,
        }
    }

    fn of(name: &'static str, outcome: Result<Test, Undefined>) -> Self {
        match outcome {
            Ok(test) => Self {
                statistic: Some(test.statistic),
                df: test.df.first().copied(),
                df_residual: test.df.get(1).copied(),
                p_value: Some(test.p_value),
                ..Self::named(name)
            },
            Err(reason) => Self { reason: Some(reason), ..Self::named(name) },
        }
    }
}

/// Compares groups of finite numbers; groups without a value are left out. Time n log n.
pub fn numbers(groups: &[&[f64]], test: NumericTest, variance: TVariance, rank_p: RankP) -> Comparison {
    let groups: Vec<&[f64]> = groups.iter().copied().filter(|group| !group.is_empty()).collect();
    let pair = match groups.as_slice() {
        [x, y] => Ok((*x, *y)),
        [] => Err(Undefined::NoValues),
        [_] => Err(Undefined::OneGroup),
        _ => Err(Undefined::SeveralGroups),
    };
    let rank_sum = || {
        let found = pair.and_then(|(x, y)| wilcoxon::test(x, y, rank_p));
        let ties = found.as_ref().ok().map(|found| found.ties);
        Comparison { rank_p: Some(rank_p), ties, ..Comparison::of("wilcoxon", found.map(|found| found.test)) }
    };
    match test {
        NumericTest::Auto if groups.len() < 2 => Comparison { name: "auto", rank_p: None, ..rank_sum() },
        NumericTest::Auto if groups.len() > 2 => Comparison::of("kruskal", kruskal::test(&groups)),
        NumericTest::Auto | NumericTest::Wilcoxon => rank_sum(),
        NumericTest::Kruskal => Comparison::of("kruskal", kruskal::test(&groups)),
        NumericTest::T => {
            let outcome = pair.and_then(|(x, y)| t_test::test(x, y, variance));
            Comparison { t_variance: Some(variance), ..Comparison::of("t", outcome) }
        }
        NumericTest::Anova => Comparison::of("anova", anova::test(&groups)),
    }
}

/// Compares groups by counts of levels (a row per level, a column per group); levels and groups without a row are left out.
/// `continuity` corrects [`CategoricalTest::Chisq`] in a 2 × 2 table.
pub fn levels(cells: &[Vec<usize>], test: CategoricalTest, continuity: bool) -> Comparison {
    let table = match Contingency::new(cells) {
        Ok(table) => table,
        Err(reason) => {
            let name = match test {
                CategoricalTest::Auto => "auto",
                CategoricalTest::Fisher => "fisher",
                CategoricalTest::Chisq => "chisq",
            };
            return Comparison { reason: Some(reason), ..Comparison::named(name) };
        }
    };
    let smallest = table.smallest_expected();
    let (exact, continuity) = match test {
        CategoricalTest::Auto => (smallest < SMALL_EXPECTED, false),
        CategoricalTest::Fisher => (true, false),
        CategoricalTest::Chisq => (false, continuity),
    };
    if exact {
        return match fisher::test(&table) {
            Fisher::Exact { p_value } => Comparison { p_value: Some(p_value), ..Comparison::named("fisher") },
            Fisher::MonteCarlo { p_value, std_error } => Comparison {
                p_value: Some(p_value),
                monte_carlo: Some(MonteCarlo { samples: fisher::SAMPLES, seed: fisher::SEED, std_error }),
                ..Comparison::named("fisher_monte_carlo")
            },
        };
    }
    Comparison {
        continuity: Some(chi_square::corrects(&table, continuity)),
        smallest_expected: Some(smallest),
        ..Comparison::of("chisq", Ok(chi_square::test(&table, continuity)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_groups_chooses_the_rank_test() {
        let (a, b, c): (&[f64], &[f64], &[f64]) = (&[1.0, 2.0], &[3.0, 4.0], &[5.0]);
        let name = |groups: &[&[f64]], test| {
            let got = numbers(groups, test, TVariance::Welch, RankP::Corrected);
            (got.name, got.reason)
        };
        assert_eq!(name(&[a, b], NumericTest::Auto), ("wilcoxon", None));
        assert_eq!(name(&[a, &[], b], NumericTest::Auto), ("wilcoxon", None));
        assert_eq!(name(&[a, b, c], NumericTest::Auto), ("kruskal", None));
        assert_eq!(name(&[a, &[]], NumericTest::Auto), ("auto", Some(Undefined::OneGroup)));
        assert_eq!(name(&[&[], &[]], NumericTest::Auto), ("auto", Some(Undefined::NoValues)));
        assert_eq!(name(&[a, b, c], NumericTest::T), ("t", Some(Undefined::SeveralGroups)));
        assert_eq!(name(&[a, b, c], NumericTest::Anova), ("anova", None));
        assert_eq!(name(&[a, b], NumericTest::Kruskal), ("kruskal", None));
    }

    #[test]
    fn expected_counts_choose_the_categorical_test() {
        let (sparse, full) = ([vec![3, 1], vec![1, 3]], [vec![10, 20], vec![30, 40]]);
        let auto = levels(&sparse, CategoricalTest::Auto, true);
        assert_eq!((auto.name, auto.statistic, auto.continuity), ("fisher", None, None));
        let auto = levels(&full, CategoricalTest::Auto, true);
        assert_eq!((auto.name, auto.df, auto.continuity), ("chisq", Some(1.0), Some(false)));
        let asked = levels(&sparse, CategoricalTest::Chisq, true);
        assert_eq!((asked.name, asked.continuity, asked.smallest_expected), ("chisq", Some(true), Some(2.0)));
        let wide = levels(&[vec![9, 9, 9], vec![8, 9, 10]], CategoricalTest::Chisq, true);
        assert_eq!(wide.continuity, Some(false));
        // Exactly 5 expected is enough.
        assert_eq!(levels(&[vec![5, 5], vec![5, 5]], CategoricalTest::Auto, false).name, "chisq");
        let one = levels(&[vec![4, 2]], CategoricalTest::Fisher, false);
        assert_eq!((one.name, one.p_value, one.reason), ("fisher", None, Some(Undefined::OneLevel)));
    }
}
