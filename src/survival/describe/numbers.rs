//! Location and spread of numbers.

use serde::Serialize;

use super::Undefined;
use super::quartile::{self, QuantileType};
use crate::sorting::sort_numbers;

/// Location and spread of the values of one group, in the unit of the values. `None` where undefined.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Numbers {
    /// Median.
    pub median: Option<f64>,
    /// First quartile.
    pub q1: Option<f64>,
    /// Third quartile.
    pub q3: Option<f64>,
    /// Mean.
    pub mean: Option<f64>,
    /// Standard deviation, of n − 1.
    pub sd: Option<f64>,
    /// Smallest value.
    pub min: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
    /// Why figures are `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Undefined>,
}

/// Describes finite `values`, in any order. R: `quantile`, `mean`, `sd`, `range`. Time n log n.
pub fn describe(values: &[f64], kind: QuantileType) -> Numbers {
    let mut sorted = values.to_vec();
    sort_numbers(&mut sorted);
    let quartiles = quartile::quartiles(&sorted, kind);
    let moments = moments(values);
    Numbers {
        median: quartiles.map(|quartiles| quartiles[1]),
        q1: quartiles.map(|quartiles| quartiles[0]),
        q3: quartiles.map(|quartiles| quartiles[2]),
        mean: moments.map(|moments| moments.mean),
        sd: moments.and_then(|moments| moments.variance()).map(f64::sqrt),
        min: sorted.first().copied(),
        max: sorted.last().copied(),
        reason: match values.len() {
            0 => Some(Undefined::NoValues),
            1 => Some(Undefined::OneValue),
            _ => None,
        },
    }
}

/// Number, mean and spread of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Number of values.
    pub n: f64,
    /// Mean.
    pub mean: f64,
    /// Σ(x − mean)².
    pub squares: f64,
}

impl Moments {
    /// Σ(x − mean)²/(n − 1); `None` of a single value.
    pub fn variance(&self) -> Option<f64> {
        (self.n > 1.0).then(|| self.squares / (self.n - 1.0))
    }
}

/// The moments of `values`; `None` without a value.
///
/// Values are taken as distances from the first, so that equal values have exactly no spread; the sum of squares is corrected for
/// the rounding of the mean (Chan, Golub and LeVeque 1983, Am Stat 37:242).
pub fn moments(values: &[f64]) -> Option<Moments> {
    let first = *values.first()?;
    let n = values.len() as f64;
    let shift = values.iter().map(|x| x - first).sum::<f64>() / n;
    let (mut squares, mut rest) = (0.0, 0.0);
    for x in values {
        let distance = (x - first) - shift;
        squares += distance * distance;
        rest += distance;
    }
    Some(Moments { n, mean: first + shift, squares: (squares - rest * rest / n).max(0.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Mean 5, Σ(x − 5)² = 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
        let x = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let got = describe(&x, QuantileType::Seven);
        assert_eq!((got.median, got.q1, got.q3), (Some(4.5), Some(4.0), Some(5.5)));
        assert_eq!((got.min, got.max, got.mean, got.reason), (Some(2.0), Some(9.0), Some(5.0), None));
        assert!((got.sd.unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn few_and_equal_values() {
        let none = describe(&[], QuantileType::Two);
        assert_eq!(
            (none.median, none.mean, none.sd, none.min, none.reason),
            (None, None, None, None, Some(Undefined::NoValues))
        );
        let one = describe(&[3.5], QuantileType::Six);
        assert_eq!((one.q1, one.mean, one.sd, one.reason), (Some(3.5), Some(3.5), None, Some(Undefined::OneValue)));
        let equal = describe(&[0.1; 7], QuantileType::Tukey);
        assert_eq!((equal.mean, equal.sd, equal.reason), (Some(0.1), Some(0.0), None));
    }

    /// Far from 0 the spread keeps its digits: 1, 2, 3 added to 10⁹.
    #[test]
    fn far_from_zero() {
        let got = moments(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0]).unwrap();
        assert_eq!((got.mean, got.variance()), (1e9 + 2.0, Some(1.0)));
    }
}
