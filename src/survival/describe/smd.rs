//! How far two groups are apart, in standard deviations: the standardised mean difference.

use super::Undefined;
use super::numbers::moments;
use crate::num::quadratic;

/// (mean(y) − mean(x))/√((s²ₓ + s²ᵧ)/2): positive where the second group is larger (Austin 2009, Stat Med 28:3083).
///
/// # Errors
/// [`Undefined::OneGroup`] when a group has no value; [`Undefined::TooFewValues`] when a group has one;
/// [`Undefined::NoVariation`] when every value equals the others of its group.
pub fn numbers(x: &[f64], y: &[f64]) -> Result<f64, Undefined> {
    let (Some(x), Some(y)) = (moments(x), moments(y)) else { return Err(Undefined::OneGroup) };
    let (Some(vx), Some(vy)) = (x.variance(), y.variance()) else { return Err(Undefined::TooFewValues) };
    let variance = (vx + vy) / 2.0;
    if variance == 0.0 { Err(Undefined::NoVariation) } else { Ok((y.mean - x.mean) / variance.sqrt()) }
}

/// √((p − q)ᵀS⁻¹(p − q)) of the shares p, q of the levels in two groups, all levels but one, S the average of their multinomial
/// covariances (Yang and Dalton 2012, SAS Global Forum 335). Never negative: levels have no order. With two levels it is
/// |p − q|/√((p(1 − p) + q(1 − q))/2).
///
/// `x` and `y` count the same levels in both groups.
///
/// # Errors
/// [`Undefined::OneGroup`] when a group is empty; [`Undefined::OneLevel`] when one level occurs; [`Undefined::NoCommonLevel`] when no
/// level occurs in both groups: some contrast then has a difference and no variance.
pub fn levels(x: &[usize], y: &[usize]) -> Result<f64, Undefined> {
    let (total_x, total_y) = (x.iter().sum::<usize>() as f64, y.iter().sum::<usize>() as f64);
    if total_x == 0.0 || total_y == 0.0 {
        return Err(Undefined::OneGroup);
    }
    let shares =
        x.iter().zip(y).filter(|(x, y)| **x + **y > 0).map(|(&x, &y)| (x as f64 / total_x, y as f64 / total_y));
    let shares: Vec<(f64, f64)> = shares.collect();
    if shares.len() < 2 {
        return Err(Undefined::OneLevel);
    }
    if !shares.iter().any(|&(p, q)| p > 0.0 && q > 0.0) {
        return Err(Undefined::NoCommonLevel);
    }
    // With a level in common, S of all levels but one is positive definite.
    let free = &shares[1..];
    let difference: Vec<f64> = free.iter().map(|(p, q)| q - p).collect();
    let covariance = free.iter().enumerate().flat_map(|(i, a)| {
        free.iter().enumerate().map(move |(j, b)| {
            let variance = if i == j { a.0 + a.1 } else { 0.0 };
            (variance - a.0 * b.0 - a.1 * b.1) / 2.0
        })
    });
    let covariance: Vec<f64> = covariance.collect();
    Ok(quadratic::form(&difference, &covariance).0.max(0.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::super::cases::{close, list_of_r};
    use super::*;

    #[test]
    fn numbers_by_hand() {
        // Means 2 and 5, variances 1 and 1.
        close(numbers(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]).unwrap(), 3.0, 1e-15);
        close(numbers(&[4.0, 5.0, 6.0], &[1.0, 2.0, 3.0]).unwrap(), -3.0, 1e-15);
        assert_eq!(numbers(&[1.0, 1.0], &[2.0, 2.0]), Err(Undefined::NoVariation));
        assert_eq!(numbers(&[1.0], &[2.0, 3.0]), Err(Undefined::TooFewValues));
        assert_eq!(numbers(&[], &[2.0, 3.0]), Err(Undefined::OneGroup));
    }

    #[test]
    fn levels_by_hand() {
        // Shares ½ and ¼: ¼/√((¼ + 3/16)/2).
        close(levels(&[5, 5], &[3, 1]).unwrap(), 0.25 / (7.0_f64 / 32.0).sqrt(), 1e-14);
        // An unused level changes nothing, nor does the order of levels.
        close(levels(&[5, 0, 5], &[3, 0, 1]).unwrap(), levels(&[5, 5], &[1, 3]).unwrap(), 1e-14);
        close(levels(&[2, 3, 5], &[4, 4, 2]).unwrap(), levels(&[5, 2, 3], &[2, 4, 4]).unwrap(), 1e-13);
        assert_eq!(levels(&[1, 1], &[1, 1]), Ok(0.0));
        assert_eq!(levels(&[4, 0], &[0, 3]), Err(Undefined::NoCommonLevel));
        assert_eq!(levels(&[4, 2, 0], &[0, 0, 3]), Err(Undefined::NoCommonLevel));
        assert_eq!(levels(&[4, 0], &[3, 0]), Err(Undefined::OneLevel));
        assert_eq!(levels(&[4, 1], &[0, 0]), Err(Undefined::OneGroup));
    }

    /// tests/reference/describe.R: Yang and Dalton's formula in R.
    #[test]
    fn levels_of_r() {
        #[derive(serde::Deserialize)]
        struct Case {
            x: Vec<usize>,
            y: Vec<usize>,
            smd: f64,
        }
        for case in list_of_r::<Case>("smd") {
            close(levels(&case.x, &case.y).unwrap(), case.smd, 1e-12);
        }
    }
}
