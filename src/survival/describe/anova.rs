//! Whether the means of several groups differ: one-way analysis of variance.

use super::numbers::{Moments, moments};
use super::{Test, Undefined};
use crate::num::beta;

/// One-way analysis of variance with equal variances; groups without a value are left out.
/// R: `oneway.test(x ~ g, var.equal = TRUE)`. `df` are of the numerator and of the denominator.
///
/// # Errors
/// [`Undefined::OneGroup`] when fewer than two groups have a value; [`Undefined::TooFewValues`] when no group has two;
/// [`Undefined::NoVariation`] when every value equals the others of its group.
pub fn test(groups: &[&[f64]]) -> Result<Test, Undefined> {
    let groups: Vec<Moments> = groups.iter().filter_map(|group| moments(group)).collect();
    if groups.len() < 2 {
        return Err(Undefined::OneGroup);
    }
    let total: f64 = groups.iter().map(|group| group.n).sum();
    let df = [groups.len() as f64 - 1.0, total - groups.len() as f64];
    if df[1] == 0.0 {
        return Err(Undefined::TooFewValues);
    }
    let within: f64 = groups.iter().map(|group| group.squares).sum();
    if within == 0.0 {
        return Err(Undefined::NoVariation);
    }
    // Means as distances from the first mean keep their digits far from 0.
    let first = groups[0].mean;
    let centre = groups.iter().map(|group| group.n * (group.mean - first)).sum::<f64>() / total;
    let between: f64 = groups
        .iter()
        .map(|group| {
            let distance = group.mean - first - centre;
            group.n * distance * distance
        })
        .sum();
    let statistic = between / df[0] / (within / df[1]);
    Ok(Test { statistic, df: df.to_vec(), p_value: beta::f_upper(statistic, df[0], df[1]) })
}

#[cfg(test)]
mod tests {
    use super::super::cases::{close, of_r, samples, slices};
    use super::*;

    #[test]
    fn by_hand() {
        // Means 2, 3, 7 around 4: between 2·(4 + 1 + 9) = 28 on 2, within 2 + 2 + 2 = 6 on 3.
        let got = test(&[&[1.0, 3.0], &[2.0, 4.0], &[6.0, 8.0], &[]]).unwrap();
        close(got.statistic, 7.0, 1e-14);
        assert_eq!(got.df, [2.0, 3.0]);
        close(got.p_value, libm::pow(1.0 + 14.0 / 3.0, -1.5), 1e-13);
    }

    #[test]
    fn undefined() {
        assert_eq!(test(&[&[1.0, 2.0], &[]]), Err(Undefined::OneGroup));
        assert_eq!(test(&[&[1.0], &[2.0]]), Err(Undefined::TooFewValues));
        assert_eq!(test(&[&[0.1, 0.1, 0.1], &[0.2]]), Err(Undefined::NoVariation));
    }

    /// tests/reference/describe.R
    #[test]
    fn as_r() {
        for (name, want) in of_r::<[f64; 4]>("anova") {
            let got = test(&slices(&samples(&name))).unwrap();
            for (got, want) in [got.statistic, got.df[0], got.df[1], got.p_value].into_iter().zip(want) {
                close(got, want, 1e-10);
            }
        }
    }
}
