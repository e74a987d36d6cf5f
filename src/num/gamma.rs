//! Factorials: Stirling's error, deviance parts and the binomial probability built of them.
//!
//! The saddle-point form (Loader 2000, "Fast and accurate computation of binomial probabilities") keeps the relative accuracy that
//! differences of ln Γ lose for large arguments.

use std::f64::consts::PI;

/// ln k! for k = 0, …, n, where `n` is small enough to be listed. R: `lfactorial(0:n)`.
pub fn log_factorials(n: usize) -> Vec<f64> {
    (0..=n).map(|k| libm::lgamma(k as f64 + 1.0)).collect()
}

/// Stirling's error ln Γ(n + 1) − (n + ½) ln n + n − ½ ln 2π, for n > 0.
pub fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - 0.5 * libm::log(2.0 * PI);
    }
    let square = n * n;
    let tail = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * square)) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - tail / square) / square) / n
}

/// x ln(x/m) + m − x, for x, m > 0, without the cancellation where x and m are near each other.
pub fn deviance(x: f64, m: f64) -> f64 {
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * libm::log(x / m) - difference;
    }
    // With v = (x − m)/(x + m): (x − m)v + 2x Σ v²ᵏ⁺¹/(2k + 1).
    let v = difference / (x + m);
    let mut sum = difference * v;
    let mut power = 2.0 * x * v;
    for k in 1.. {
        power *= v * v;
        let next = sum + power / f64::from(2 * k + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// Γ(a+b+1)/(Γ(a+1)Γ(b+1)) xᵃ yᵇ for a, b > 0 and y = 1 − x: the binomial probability of `a` successes and `b` failures, for any
/// positive numbers. `y` is given beside `x` so that neither loses its digits near 0.
pub fn binomial(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 || y <= 0.0 {
        return 0.0;
    }
    let n = a + b;
    let exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y);
    libm::exp(exponent) * (n / (2.0 * PI * a * b)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs(), "{got:e} instead of {want:e}");
    }

    #[test]
    fn by_hand() {
        assert_eq!(log_factorials(0), [0.0]);
        close(log_factorials(5)[5], libm::log(120.0), 1e-15);
        // C(4, 1) 0.25¹ 0.75³ and C(100, 50) 2⁻¹⁰⁰.
        close(binomial(1.0, 3.0, 0.25, 0.75), 0.421875, 1e-14);
        close(binomial(50.0, 50.0, 0.5, 0.5), 0.07958923738717875, 1e-14);
        assert_eq!(binomial(1.0, 3.0, 0.0, 1.0), 0.0);
        close(deviance(1.0, 2.0), 1.0 - libm::log(2.0), 1e-15);
        assert_eq!(deviance(3.0, 3.0), 0.0);
    }

    /// The two branches meet.
    #[test]
    fn branches_agree() {
        close(stirling_error(15.0), stirling_error(15.0 + 1e-9), 1e-8);
        let n: f64 = 15.0;
        close(stirling_error(15.000001), 1.0 / (12.0 * n) - 1.0 / (360.0 * n * n * n), 1e-6);
        close(deviance(12.2, 10.0), 12.2 * libm::log(1.22) - 2.2, 1e-13);
    }
}
