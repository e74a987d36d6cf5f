//! Fisher's test by random tables, where there are too many to sum over.

use super::super::contingency::Contingency;
use super::two_by_two::Hypergeometric;
use super::{Fisher, TOLERANCE};
use crate::num::gamma;
use crate::num::random::Random;

/// Random tables that are drawn.
pub const SAMPLES: u32 = 100_000;

/// The seed of the random numbers: the same data give the same p value.
pub const SEED: u64 = 20_120_422;

/// The share of random tables with the same sums that are not more probable than the observed one.
///
/// Tables are drawn cell by cell from the hypergeometric distribution of what is left (Patefield 1981, Appl Stat 30:91), so the time
/// does not depend on the number of rows but on their spread: √n at most for each cell.
pub fn test(table: &Contingency) -> Fisher {
    let logs = gamma::log_factorials(table.total);
    let observed: f64 = table.cells.iter().flatten().map(|&cell| logs[cell]).sum();
    let limit = observed - libm::log1p(TOLERANCE);
    let mut random = Random::new(SEED);
    let (mut hits, mut left) = (0_u32, Vec::with_capacity(table.rows.len()));
    for _ in 0..SAMPLES {
        left.clone_from(&table.rows);
        let mut unused = table.total;
        let mut sum = 0.0;
        for &column in &table.columns {
            let (mut wanted, mut below) = (column, unused);
            for row in &mut left {
                below -= *row;
                let cell = draw(&Hypergeometric::of(*row, below, wanted), &logs, &mut random);
                *row -= cell;
                wanted -= cell;
                sum += logs[cell];
            }
            unused -= column;
        }
        hits += u32::from(sum >= limit);
    }
    let samples = f64::from(SAMPLES);
    let p_value = (f64::from(hits) + 1.0) / (samples + 1.0);
    Fisher::MonteCarlo { p_value, std_error: (p_value * (1.0 - p_value) / samples).sqrt() }
}

/// A random value: from the most probable outwards until the probability drawn is used up.
fn draw(cell: &Hypergeometric, logs: &[f64], random: &mut Random) -> usize {
    if cell.low == cell.high {
        return cell.low;
    }
    let mode = cell.mode();
    let (mut up, mut down) = (mode, mode);
    let (mut above, mut under) = (cell.probability(mode, logs), cell.probability(mode, logs));
    let mut rest = random.uniform() - above;
    loop {
        if rest < 0.0 {
            return mode;
        }
        let before = (up, down);
        if up < cell.high {
            above *= cell.ratio(up);
            up += 1;
            rest -= above;
            if rest < 0.0 {
                return up;
            }
        }
        if down > cell.low {
            down -= 1;
            under /= cell.ratio(down);
            rest -= under;
            if rest < 0.0 {
                return down;
            }
        }
        // Rounding may leave a last bit of probability over: it belongs to the most probable value.
        if (up, down) == before {
            return mode;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::{counts, of_r};
    use super::super::exact;
    use super::*;

    fn p_value(table: &Contingency) -> (f64, f64) {
        match test(table) {
            Fisher::MonteCarlo { p_value, std_error } => (p_value, std_error),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn agrees_with_the_exact_sum() {
        for name in ["small_3x4", "cohort", "sparse_4x4", "wide_2x9"] {
            let table = Contingency::new(&counts(name)).unwrap();
            let want = exact::p_value(&table, usize::MAX).unwrap();
            let (got, error) = p_value(&table);
            assert!((got - want).abs() < 4.0 * error, "{name}: {got} ± {error} and {want}");
        }
    }

    #[test]
    fn the_same_twice() {
        let table = Contingency::new(&counts("small_3x4")).unwrap();
        assert_eq!(test(&table), test(&table));
    }

    /// tests/reference/describe.R: R's own Monte Carlo where R has no workspace.
    #[test]
    fn agrees_with_the_monte_carlo_of_r() {
        for (name, want) in of_r::<f64>("fisher_simulated") {
            let (got, error) = p_value(&Contingency::new(&counts(&name)).unwrap());
            assert!((got - want).abs() < 5.0 * error, "{name}: {got} ± {error} and {want}");
        }
    }
}
