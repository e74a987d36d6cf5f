//! The 2 × 2 table: a sum over the hypergeometric distribution of one cell.

use super::super::contingency::Contingency;
use super::TOLERANCE;
use crate::sorting::sort_by;

/// Sum of the probabilities that are not above that of the observed table. Time linear in the smallest sum at most.
///
/// Probabilities are taken relative to the most probable table, each from its neighbour by one multiplication, until they vanish.
pub fn p_value(table: &Contingency) -> f64 {
    let cell = Hypergeometric::of(table.rows[0], table.rows[1], table.columns[0]);
    let (mode, observed) = (cell.mode(), table.cells[0][0]);
    let mut weight = Vec::from([(mode, 1.0)]);
    let mut value = 1.0;
    for x in mode..cell.high {
        value *= cell.ratio(x);
        weight.push((x + 1, value));
        if value == 0.0 {
            break;
        }
    }
    value = 1.0;
    for x in (cell.low..mode).rev() {
        value /= cell.ratio(x);
        weight.push((x, value));
        if value == 0.0 {
            break;
        }
    }
    let limit = weight.iter().find(|(x, _)| *x == observed).map_or(0.0, |(_, value)| value * (1.0 + TOLERANCE));
    // From small to large, so that a tail keeps its digits.
    sort_by(&mut weight, |a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let total: f64 = weight.iter().map(|(_, value)| value).sum();
    let tail: f64 = weight.iter().map(|(_, value)| value).filter(|value| **value <= limit).sum();
    (tail / total).min(1.0)
}

/// The number in the first row among `drawn` taken from `first` + `second`.
pub struct Hypergeometric {
    first: usize,
    second: usize,
    drawn: usize,
    /// Smallest value.
    pub low: usize,
    /// Largest value.
    pub high: usize,
}

impl Hypergeometric {
    /// `drawn` taken from `first` + `second`.
    pub fn of(first: usize, second: usize, drawn: usize) -> Self {
        Self { first, second, drawn, low: drawn.saturating_sub(second), high: first.min(drawn) }
    }

    /// A most probable value: ⌊(drawn + 1)(first + 1)/(first + second + 2)⌋.
    pub fn mode(&self) -> usize {
        let mode = (self.drawn as u128 + 1) * (self.first as u128 + 1) / (self.first as u128 + self.second as u128 + 2);
        usize::try_from(mode).unwrap_or(self.high).clamp(self.low, self.high)
    }

    /// P(x), given ln k! for k up to `first` + `second`.
    pub fn probability(&self, x: usize, logs: &[f64]) -> f64 {
        let choose = |n: usize, k: usize| logs[n] - logs[k] - logs[n - k];
        let all = choose(self.first + self.second, self.drawn);
        libm::exp(choose(self.first, x) + choose(self.second, self.drawn - x) - all)
    }

    /// P(x + 1)/P(x), for low ≤ x < high.
    pub fn ratio(&self, x: usize) -> f64 {
        let up = (self.first - x) as f64 * (self.drawn - x) as f64;
        up / ((x + 1) as f64 * (self.second + x + 1 - self.drawn) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_by_hand() {
        // 4 of 3 + 2: the first row gets 2 or 3, with probabilities 3/5 and 2/5.
        let cell = Hypergeometric::of(3, 2, 4);
        assert_eq!((cell.low, cell.high, cell.mode()), (2, 3, 2));
        assert!((cell.ratio(2) - 2.0 / 3.0).abs() < 1e-15);
    }
}
