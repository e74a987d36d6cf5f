//! What must hold of descriptions and tests for any data.

use proptest::prelude::*;
use riskset::survival::describe::contingency::Contingency;
use riskset::survival::describe::fisher::{self, Fisher};
use riskset::survival::describe::quartile::{QuantileType, quartiles};
use riskset::survival::describe::wilcoxon::RankP;
use riskset::survival::describe::{anova, chi_square, kruskal, numbers, smd, t_test, wilcoxon};

/// Numbers with many ties.
fn values() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-6_i8..7).prop_map(|x| f64::from(x) / 2.0), 0..25)
}

fn table(rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Vec<usize>>> {
    (rows, columns).prop_flat_map(|(r, c)| prop::collection::vec(prop::collection::vec(0_usize..6, c), r))
}

fn transposed(cells: &[Vec<usize>]) -> Vec<Vec<usize>> {
    (0..cells[0].len()).map(|j| cells.iter().map(|row| row[j]).collect()).collect()
}

fn exact(cells: &[Vec<usize>]) -> Option<f64> {
    match fisher::test(&Contingency::new(cells).ok()?) {
        Fisher::Exact { p_value } => Some(p_value),
        Fisher::MonteCarlo { .. } => None,
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn location_is_in_order(x in values()) {
        let mut sorted = x.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        for kind in [QuantileType::Two, QuantileType::Six, QuantileType::Seven, QuantileType::Tukey] {
            let got = numbers::describe(&x, kind);
            prop_assert_eq!(quartiles(&sorted, kind).map(|q| q[1]), got.median);
            if let (Some(min), Some(q1), Some(median), Some(q3), Some(max), Some(mean)) =
                (got.min, got.q1, got.median, got.q3, got.max, got.mean)
            {
                prop_assert!(min <= q1 && q1 <= median && median <= q3 && q3 <= max);
                prop_assert!(min - 1e-12 <= mean && mean <= max + 1e-12);
            } else {
                prop_assert!(x.is_empty());
            }
        }
    }

    /// The order of groups, the unit and the origin of the values do not matter.
    #[test]
    fn tests_of_two_groups(x in values(), y in values()) {
        let moved = |values: &[f64]| values.iter().map(|x| 4.0 * x + 8.0).collect::<Vec<f64>>();
        let (mx, my) = (moved(&x), moved(&y));
        for p in [RankP::Corrected, RankP::Uncorrected, RankP::Exact] {
            match (wilcoxon::test(&x, &y, p), wilcoxon::test(&my, &mx, p)) {
                (Ok(a), Ok(b)) => {
                    let (a, b) = (a.test, b.test);
                    prop_assert!(near(a.p_value, b.p_value) && (0.0..=1.0 + 1e-12).contains(&a.p_value));
                    prop_assert_eq!(a.statistic + b.statistic, (x.len() * y.len()) as f64);
                    let kruskal = kruskal::test(&[&x, &y]).expect("two groups").p_value;
                    match p {
                        // Without its correction for continuity it is the rank test of two groups.
                        RankP::Uncorrected => prop_assert!((a.p_value - kruskal).abs() < 1e-10),
                        RankP::Corrected => prop_assert!(kruskal <= a.p_value + 1e-12),
                        // No p is below that of one allocation.
                        RankP::Exact => prop_assert!(a.p_value > 0.0),
                    }
                }
                (a, b) => prop_assert_eq!(a.err(), b.err()),
            }
        }
        let pooled = |x: &[f64], y: &[f64]| t_test::test(x, y, t_test::TVariance::Pooled);
        match (pooled(&x, &y), anova::test(&[&x, &y])) {
            // F of two groups is the square of the pooled t.
            (Ok(t), Ok(f)) => {
                prop_assert!(near(t.statistic * t.statistic, f.statistic) && near(t.p_value, f.p_value));
            }
            (t, f) => prop_assert_eq!(t.err(), f.err()),
        }
        match (smd::numbers(&x, &y), smd::numbers(&my, &mx)) {
            (Ok(a), Ok(b)) => prop_assert!(near(a, -b)),
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    /// Rows and columns can be exchanged; an exact p is at least the probability of the table itself.
    #[test]
    fn fisher_of_a_table_and_its_transpose(cells in table(2..5, 2..5)) {
        if let (Some(a), Some(b)) = (exact(&cells), exact(&transposed(&cells))) {
            prop_assert!(near(a, b) && a > 0.0 && a <= 1.0, "{} and {}", a, b);
        }
    }

    #[test]
    fn order_of_levels_does_not_matter(cells in table(3..5, 2..4)) {
        let mut turned = cells.clone();
        turned.rotate_left(1);
        if let (Some(a), Some(b)) = (exact(&cells), exact(&turned)) {
            prop_assert!(near(a, b));
        }
        if let (Ok(a), Ok(b)) = (Contingency::new(&cells), Contingency::new(&turned)) {
            prop_assert!(near(chi_square::test(&a, true).statistic, chi_square::test(&b, true).statistic));
        }
        let column = |cells: &[Vec<usize>], j: usize| cells.iter().map(|row| row[j]).collect::<Vec<usize>>();
        match (smd::levels(&column(&cells, 0), &column(&cells, 1)), smd::levels(&column(&turned, 1), &column(&turned, 0))) {
            (Ok(a), Ok(b)) => prop_assert!(near(a, b), "{} and {}", a, b),
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }
}
