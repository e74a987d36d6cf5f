//! Whether the means of two groups differ: Student's and Welch's t.

use serde::{Deserialize, Serialize};

use super::numbers::moments;
use super::{Test, Undefined};
use crate::num::beta;

/// Which variance the t test takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TVariance {
    /// Each group its own (Welch 1947, Biometrika 34:28): R.
    Welch,
    /// One for both (Student 1908): SPSS, Stata.
    Pooled,
}

/// Two-sided t test of mean(x) = mean(y). R: `t.test(x, y, var.equal = …)`.
///
/// # Errors
/// [`Undefined::OneGroup`] when a group has no value; [`Undefined::TooFewValues`] when a variance cannot be had of so few;
/// [`Undefined::NoVariation`] when every value equals the others of its group.
pub fn test(x: &[f64], y: &[f64], variance: TVariance) -> Result<Test, Undefined> {
    let (Some(x), Some(y)) = (moments(x), moments(y)) else { return Err(Undefined::OneGroup) };
    let (squared_error, df) = match variance {
        TVariance::Welch => {
            let (Some(vx), Some(vy)) = (x.variance(), y.variance()) else { return Err(Undefined::TooFewValues) };
            let (ex, ey) = (vx / x.n, vy / y.n);
            let sum = ex + ey;
            // The shares of the sum, so that tiny variances do not underflow when squared.
            let (sx, sy) = (ex / sum, ey / sum);
            (sum, 1.0 / (sx * sx / (x.n - 1.0) + sy * sy / (y.n - 1.0)))
        }
        TVariance::Pooled => {
            let df = x.n + y.n - 2.0;
            if df == 0.0 {
                return Err(Undefined::TooFewValues);
            }
            ((x.squares + y.squares) / df * (1.0 / x.n + 1.0 / y.n), df)
        }
    };
    if squared_error == 0.0 {
        return Err(Undefined::NoVariation);
    }
    let statistic = (x.mean - y.mean) / squared_error.sqrt();
    Ok(Test { statistic, df: vec![df], p_value: beta::t_two_sided(statistic, df) })
}

#[cfg(test)]
mod tests {
    use super::super::cases::{close, of_r, samples};
    use super::*;

    #[test]
    fn by_hand() {
        // Means 2 and 5, variances 1 and 1: t = −3/√(2/3), 4 degrees of freedom under both rules.
        for variance in [TVariance::Welch, TVariance::Pooled] {
            let got = test(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], variance).unwrap();
            close(got.statistic, -3.0 / (2.0_f64 / 3.0).sqrt(), 1e-14);
            close(got.df[0], 4.0, 1e-14);
        }
    }

    #[test]
    fn undefined() {
        use TVariance::{Pooled, Welch};
        assert_eq!(test(&[1.0], &[], Welch), Err(Undefined::OneGroup));
        assert_eq!(test(&[1.0], &[2.0, 3.0], Welch), Err(Undefined::TooFewValues));
        assert_eq!(test(&[1.0], &[2.0], Pooled), Err(Undefined::TooFewValues));
        assert_eq!(test(&[0.1, 0.1, 0.1], &[0.2, 0.2], Welch), Err(Undefined::NoVariation));
        assert_eq!(test(&[0.1, 0.1], &[0.1], Pooled), Err(Undefined::NoVariation));
        // One row in a group: the pooled variance is that of the other.
        close(test(&[1.0], &[2.0, 4.0], Pooled).unwrap().statistic, -2.0 / 3.0_f64.sqrt(), 1e-14);
    }

    /// tests/reference/describe.R
    #[test]
    fn as_r() {
        for (section, variance) in [("t_welch", TVariance::Welch), ("t_pooled", TVariance::Pooled)] {
            for (name, want) in of_r::<[f64; 3]>(section) {
                let groups = samples(&name);
                let got = test(&groups[0], &groups[1], variance).unwrap();
                for (got, want) in [got.statistic, got.df[0], got.p_value].into_iter().zip(want) {
                    close(got, want, 1e-10);
                }
            }
        }
    }
}
