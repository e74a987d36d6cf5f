//! Nearly equal times joined, as R's survival package does (rule 24).
//!
//! Reference: T. Therneau, survival 3.5-3, `aeqSurv`, called by `coxph` and `survfit` with `timefix = TRUE`.

use crate::num::distinct;

/// √ε of a 64-bit float: two times at most this far apart, absolutely or relative to the mean time, are one.
pub const TOLERANCE: f64 = 1.490_116_119_384_765_6e-8;

/// Joins nearly equal values of `time` and `entry` and gives the number of values that changed.
///
/// All distinct values of both are sorted; where a gap is ≤ [`TOLERANCE`] or ≤ [`TOLERANCE`] × mean|distinct values|, the
/// later value joins the first of its chain. To be applied to the rows of one analysis (the mean is theirs), and not to
/// times derived from dates, where whole days are divided once and no rounding can differ.
///
/// # Errors
/// The index of the first row that is left without length, its entry and its time having been joined.
///
/// ```
/// let mut time = [0.3, 0.1 + 0.2, 1.0];
/// assert_eq!(riskset::cohort::timefix::join(&mut time, None), Ok(1));
/// assert_eq!(time, [0.3, 0.3, 1.0]);
/// ```
pub fn join(time: &mut [f64], mut entry: Option<&mut [f64]>) -> Result<usize, usize> {
    let distinct = match entry.as_deref() {
        None => distinct::sorted(time),
        Some(entry) => distinct::sorted(&[&*time, entry].concat()),
    };
    let mean = distinct.iter().map(|value| value.abs()).sum::<f64>() / distinct.len() as f64;
    let is_joined = |gap: f64| gap <= TOLERANCE || gap / mean <= TOLERANCE;
    let firsts: Vec<f64> = (0..distinct.len())
        .filter(|&i| i == 0 || !is_joined(distinct[i] - distinct[i - 1]))
        .map(|i| distinct[i])
        .collect();
    if firsts.len() == distinct.len() {
        return Ok(0);
    }
    let mut n_joined = 0;
    let mut fix = |value: &mut f64| {
        let first = firsts[firsts.partition_point(|first| first <= value) - 1];
        if first != *value {
            *value = first;
            n_joined += 1;
        }
    };
    time.iter_mut().for_each(&mut fix);
    if let Some(entry) = &mut entry {
        entry.iter_mut().for_each(&mut fix);
        if let Some(row) = entry.iter().zip(time.iter()).position(|(entry, time)| entry == time) {
            return Err(row);
        }
    }
    Ok(n_joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_join() {
        let mut time = [3.0, 1.0, 2.0, 1.0];
        assert_eq!(join(&mut time, None), Ok(0));
        assert_eq!(time, [3.0, 1.0, 2.0, 1.0]);
        assert_eq!(join(&mut [], None), Ok(0));
        assert_eq!(join(&mut [0.0, 0.0], None), Ok(0));
    }

    #[test]
    fn a_chain_joins_its_first_value() {
        // Gaps of 1e-8, but the ends are 3e-8 apart: the chain is one, as in R.
        let mut time = [2.000_000_03, 2.000_000_01, 2.0, 2.000_000_02, 5.0];
        assert_eq!(join(&mut time, None), Ok(3));
        assert_eq!(time, [2.0, 2.0, 2.0, 2.0, 5.0]);
    }

    #[test]
    fn the_gap_is_absolute_or_relative_to_the_mean() {
        // Mean of the distinct values ≈ 0.5: 1.49e-8 absolute decides.
        let mut small = [0.5, 0.5 + 1.4e-8];
        assert_eq!(join(&mut small, None), Ok(1));
        let mut apart = [0.5, 0.5 + 1.6e-8];
        assert_eq!(join(&mut apart, None), Ok(0));
        // Mean ≈ 1000: gaps up to 1.49e-5 are joined.
        let mut large = [1000.0, 1_000.000_01];
        assert_eq!(join(&mut large, None), Ok(1));
        let mut large_apart = [1000.0, 1_000.000_02];
        assert_eq!(join(&mut large_apart, None), Ok(0));
    }

    #[test]
    fn entries_are_joined_with_times() {
        let mut time = [1.0, 2.0];
        let mut entry = [0.0, 1.000_000_001];
        assert_eq!(join(&mut time, Some(&mut entry)), Ok(1));
        assert_eq!(entry, [0.0, 1.0]);
    }

    #[test]
    fn a_row_without_length_is_an_error() {
        let mut time = [2.0, 1.000_000_001];
        let mut entry = [0.0, 1.0];
        assert_eq!(join(&mut time, Some(&mut entry)), Err(1));
    }

    #[test]
    fn as_r_on_decimal_sums() {
        // R 4.2.2, survival 3.5-3: unique(aeqSurv(Surv(c(.1+.2, .3, .7+.1, .8)))[,1]) gives 0.29999999999999999 and
        // 0.79999999999999993, which is .7 + .1.
        let mut time = [0.1 + 0.2, 0.3, 0.7 + 0.1, 0.8];
        assert_eq!(join(&mut time, None), Ok(2));
        assert_eq!(time, [0.3, 0.3, 0.7 + 0.1, 0.7 + 0.1]);
    }
}
