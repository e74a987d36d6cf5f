//! Whether levels and groups have to do with each other: Pearson's chi-squared test.

use super::Test;
use super::contingency::Contingency;
use crate::num::chi_squared;

/// Pearson's test of independence; `continuity` corrects a 2 × 2 table as Yates (1934) does, and no other table.
/// R: `chisq.test(x, correct = continuity)`.
pub fn test(table: &Contingency, continuity: bool) -> Test {
    let (r, c) = (table.rows.len(), table.columns.len());
    // In a 2 × 2 table the four distances are one.
    let distance = |i: usize, j: usize| (table.cells[i][j] as f64 - table.expected(i, j)).abs();
    let correction = if corrects(table, continuity) { distance(0, 0).min(0.5) } else { 0.0 };
    let mut statistic = 0.0;
    for i in 0..r {
        for j in 0..c {
            let distance = (distance(i, j) - correction).max(0.0);
            statistic += distance * distance / table.expected(i, j);
        }
    }
    let df = (r - 1) * (c - 1);
    Test { statistic, df: vec![df as f64], p_value: chi_squared::upper(statistic, df) }
}

/// Whether the correction for continuity applies to this table.
pub fn corrects(table: &Contingency, continuity: bool) -> bool {
    continuity && table.rows.len() == 2 && table.columns.len() == 2
}

#[cfg(test)]
mod tests {
    use super::super::cases::{close, counts, of_r};
    use super::*;

    #[test]
    fn by_hand() {
        // [[10, 20], [30, 40]]: N(ad − bc)²/(30·70·40·60), with Yates N(|ad − bc| − N/2)².
        let table = Contingency::new(&[vec![10, 20], vec![30, 40]]).unwrap();
        close(test(&table, false).statistic, 100.0 * 200.0 * 200.0 / 5_040_000.0, 1e-13);
        close(test(&table, true).statistic, 100.0 * 150.0 * 150.0 / 5_040_000.0, 1e-13);
        assert_eq!(test(&table, true).df, [1.0]);
        // Nothing to correct: the distances are below ½.
        let flat = Contingency::new(&[vec![5, 5], vec![5, 5]]).unwrap();
        assert_eq!((test(&flat, true).statistic, test(&flat, true).p_value), (0.0, 1.0));
    }

    /// tests/reference/describe.R
    #[test]
    fn as_r() {
        for (section, continuity) in [("chi_square", false), ("chi_square_corrected", true)] {
            for (name, [statistic, df, p_value]) in of_r::<[f64; 3]>(section) {
                let got = test(&Contingency::new(&counts(&name)).unwrap(), continuity);
                assert!((got.statistic - statistic).abs() <= 1e-10 * statistic.max(1e-3), "{name}");
                close(got.p_value, p_value, 1e-10);
                assert_eq!(got.df, [df]);
            }
        }
    }
}
