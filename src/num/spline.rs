//! Natural (restricted) cubic splines in the truncated power basis.
//!
//! Source: Harrell, *Regression Modeling Strategies* (2015), section 2.4.5. R: `Hmisc::rcspline.eval(x, knots, inclx = TRUE)`; the
//! space is that of `splines::ns` with the first and last knot as boundary knots and an intercept added.

/// The quantiles at which k knots stand, 3 ≤ k ≤ 7: equally spaced between .1 and .9 (3 knots), .05 and .95 (4 to 6) or .025 and
/// .975 (7) (Harrell, table 2.3).
pub fn knot_probs(k: usize) -> Vec<f64> {
    let outer = match k {
        ..=3 => 0.1,
        4..=6 => 0.05,
        _ => 0.025,
    };
    let last = k.saturating_sub(1) as f64;
    (0..k).map(|i| outer + (1.0 - 2.0 * outer) * i as f64 / last).collect()
}

/// The quantile of `sorted` values at `prob`, type 7 of Hyndman & Fan 1996: linear between order statistics, h = (n − 1)p + 1.
/// `None` without values.
pub fn quantile(sorted: &[f64], prob: f64) -> Option<f64> {
    let h = sorted.len().checked_sub(1)? as f64 * prob;
    let below = libm::floor(h + 4.0 * f64::EPSILON) as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(sorted.len() - 1)]);
    Some(low + (h - below as f64).max(0.0) * (high - low))
}

/// The columns x and s_1(x) … s_{k−2}(x) of the spline with these k ≥ 3 rising knots t:
/// s_j(x) = [(x−t_j)³₊ − (x−t_{k−1})³₊ (t_k−t_j)/(t_k−t_{k−1}) + (x−t_k)³₊ (t_{k−1}−t_j)/(t_k−t_{k−1})] / (t_k−t_1)²,
/// cubic between the knots and straight beyond the first and the last.
pub fn restricted_cubic(values: &[f64], knots: &[f64]) -> Vec<Vec<f64>> {
    let mut columns = vec![values.to_vec()];
    let [first, .., before, last] = *knots else { return columns };
    let cube = |x: f64| if x > 0.0 { x * x * x } else { 0.0 };
    let width = (last - first) * (last - first);
    for &knot in &knots[..knots.len() - 2] {
        let (to_last, to_before) = ((last - knot) / (last - before), (before - knot) / (last - before));
        let basis = |&x: &f64| (cube(x - knot) - to_last * cube(x - before) + to_before * cube(x - last)) / width;
        columns.push(values.iter().map(basis).collect());
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_of_the_knots_are_those_of_the_book() {
        for (k, expected) in [
            (3, vec![0.1, 0.5, 0.9]),
            (4, vec![0.05, 0.35, 0.65, 0.95]),
            (5, vec![0.05, 0.275, 0.5, 0.725, 0.95]),
            (6, vec![0.05, 0.23, 0.41, 0.59, 0.77, 0.95]),
        ] {
            for (found, expected) in knot_probs(k).iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{k}");
            }
        }
        assert!((knot_probs(7)[1] - 0.1833).abs() < 1e-4);
    }

    #[test]
    fn quantiles_of_ten_by_hand() {
        // Rule 25: quartiles by type 7 are 40.5 and 49.75.
        let values = [31.0, 35.0, 40.0, 42.0, 44.0, 47.0, 49.0, 50.0, 52.0, 55.0];
        assert_eq!(quantile(&values, 0.25), Some(40.5));
        assert_eq!(quantile(&values, 0.75), Some(49.75));
        assert_eq!(quantile(&values, 1.0), Some(55.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn three_knots_by_hand() {
        // Knots 0, 1, 2: s(x) = [x³₊ − 2 (x−1)³₊ + (x−2)³₊] / 4; beyond 2 it is (6x − 6)/4.
        let columns = restricted_cubic(&[-1.0, 0.5, 1.5, 2.0, 3.0, 5.0], &[0.0, 1.0, 2.0]);
        assert_eq!(columns[0], [-1.0, 0.5, 1.5, 2.0, 3.0, 5.0]);
        let expected = [0.0, 0.125 / 4.0, (3.375 - 0.25) / 4.0, 1.5, 3.0, 6.0];
        for (found, expected) in columns[1].iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
        }
    }
}
