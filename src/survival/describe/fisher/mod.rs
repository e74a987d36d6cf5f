//! Fisher's exact test of a table of any size.
//!
//! With the sums of rows and columns held fixed, a table x has probability P(x) ∝ Π 1/xᵢⱼ!. The p value is the sum of P over the
//! tables with P ≤ P(observed)(1 + 1e-7), R's tolerance for equal probabilities that rounding tells apart (rule 25).

mod exact;
mod monte_carlo;
mod two_by_two;

pub use monte_carlo::{SAMPLES, SEED};

use super::contingency::Contingency;

/// P ≤ P(observed)(1 + this) counts as not more probable than the observed table.
const TOLERANCE: f64 = 1e-7;

/// Steps that the exact computation may take (a second or less): beyond, random tables are drawn.
const BUDGET: usize = 50_000_000;

/// The p value of Fisher's test, and whether it is exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fisher {
    /// The sum over all tables.
    Exact {
        /// p value.
        p_value: f64,
    },
    /// The share of [`SAMPLES`] random tables: the table has too many alternatives to sum over.
    MonteCarlo {
        /// (1 + random tables that are not more probable)/(1 + random tables) (Davison and Hinkley 1997, 4.2).
        p_value: f64,
        /// √(p(1 − p)/random tables).
        std_error: f64,
    },
}

/// Fisher's test. R: `fisher.test(x)`, `fisher.test(x, workspace = …)`, `fisher.test(x, simulate.p.value = TRUE)`.
///
/// A 2 × 2 table of any size is summed over directly; a larger one by the network of Mehta and Patel (1983) where this
/// takes a second or so, else random tables are drawn with a fixed seed, so that the same data give the same p value.
pub fn test(table: &Contingency) -> Fisher {
    if table.rows.len() == 2 && table.columns.len() == 2 {
        return Fisher::Exact { p_value: two_by_two::p_value(table) };
    }
    match exact::p_value(table, BUDGET) {
        Some(p_value) => Fisher::Exact { p_value },
        None => monte_carlo::test(table),
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::{close, counts, of_r};
    use super::*;

    fn table(cells: &[Vec<usize>]) -> Contingency {
        Contingency::new(cells).unwrap()
    }

    #[test]
    fn by_hand() {
        // Tea: of the 70 tables 1 + 16 + 16 + 1 are not more probable than 16 of 70.
        let p = |cells: &[Vec<usize>]| match test(&table(cells)) {
            Fisher::Exact { p_value } => p_value,
            other => panic!("{other:?}"),
        };
        close(p(&[vec![3, 1], vec![1, 3]]), 34.0 / 70.0, 1e-14);
        close(p(&[vec![4, 0], vec![0, 4]]), 2.0 / 70.0, 1e-14);
        assert_eq!(p(&[vec![1, 1], vec![1, 1]]), 1.0);
        // Three of each in a 3 × 3 table: the 6 extreme of 9!/(3!)³ · … tables, each with probability (3!)⁶/9! · 1/(3!)³.
        close(p(&[vec![3, 0, 0], vec![0, 3, 0], vec![0, 0, 3]]), 6.0 * 216.0 / 362_880.0, 1e-13);
        // An empty row or column changes nothing.
        close(p(&[vec![3, 0, 1], vec![0, 0, 0], vec![1, 0, 3]]), 34.0 / 70.0, 1e-14);
    }

    /// tests/reference/describe.R
    #[test]
    fn as_r() {
        for (name, want) in of_r::<f64>("fisher") {
            let table = table(&counts(&name));
            match test(&table) {
                Fisher::Exact { p_value } => close(p_value, want, 1e-9),
                Fisher::MonteCarlo { p_value, std_error } => {
                    assert!(name.starts_with("large"), "{name} is not computed exactly");
                    assert!((p_value - want).abs() < 4.0 * std_error, "{name}: {p_value} ± {std_error} and {want}");
                }
            }
        }
    }
}
