//! Quantiles of the beta distribution.

use super::{beta, gamma};

/// Quantile: the x below which the distribution has probability `p`, 0 < p < 1, a, b > 0; `None` otherwise.
/// R: `qbeta(p, a, b)`.
///
/// Newton's steps for ln I as a function of ln x, which is nearly straight, held inside a shrinking bracket.
pub fn quantile(p: f64, a: f64, b: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0 && a > 0.0 && b > 0.0) {
        return None;
    }
    Some(if p <= 0.5 { lower_quantile(p, a, b) } else { 1.0 - lower_quantile(1.0 - p, b, a) })
}

/// The quantile for p ≤ ½.
fn lower_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = a / (a + b);
    for _ in 0..500 {
        let below = beta::regularised(a, b, x, 1.0 - x);
        if below < p {
            low = x
        } else {
            high = x
        }
        // d ln I / d ln x = x·f(x)/I, and x·f(x) = xᵃ(1 − x)ᵇ⁻¹/B(a, b).
        let slope = gamma::binomial(a, b, x, 1.0 - x) * a / (a + b) * b / (1.0 - x) / below;
        let next = x * libm::exp(libm::log(p / below) / slope);
        if next > low && next < high {
            let last = (next - x).abs() <= 1e-9 * x;
            x = next;
            // The error after a step is of the order of its square.
            if last {
                break;
            }
        } else if high - low <= 1e-15 * high {
            break;
        } else {
            x = if low > 0.0 { (low * high).sqrt() } else { high / 1024.0 };
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::beta::regularised;

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs(), "{got:e} instead of {want:e}");
    }

    /// tests/reference/beta.R
    #[test]
    fn quantiles_of_r() {
        for (p, a, b, want) in QUANTILES {
            close(quantile(p, a, b).unwrap(), want, 1e-12);
        }
    }

    #[test]
    fn tails_of_r() {
        for (x, a, b, want) in LOWER {
            close(regularised(a, b, x, 1.0 - x), want, 1e-12);
        }
    }

    #[test]
    fn closed_forms() {
        // Beta(a, 1) is xᵃ.
        close(quantile(0.01, 3.0, 1.0).unwrap(), libm::cbrt(0.01), 1e-14);
        close(quantile(0.99, 1.0, 1e6).unwrap(), -libm::expm1(libm::log(0.01) / 1e6), 1e-10);
        for (p, a, b) in [(0.0, 1.0, 1.0), (1.0, 1.0, 1.0), (0.5, 0.0, 1.0), (0.5, 1.0, -1.0), (f64::NAN, 1.0, 1.0)] {
            assert_eq!(quantile(p, a, b), None);
        }
    }

    #[test]
    fn the_quantile_is_the_inverse() {
        for a in [0.05, 0.7, 1.0, 3.3, 80.0, 4000.0] {
            // Below that the quantile is too close to 1 for a number to tell it apart.
            for b in [0.7, 1.0, 3.3, 80.0, 4000.0] {
                for p in [0.005, 0.025, 0.3, 0.5] {
                    let x = quantile(p, a, b).unwrap();
                    close(regularised(a, b, x, 1.0 - x), p, 1e-9);
                }
            }
        }
    }

    const QUANTILES: [(f64, f64, f64, f64); 16] = [
        (0.025, 5.0, 6.0, 0.18708602844739855),
        (0.975, 5.0, 6.0, 0.737621923393055),
        (0.025, 1.0, 1.0, 0.025),
        (0.025, 10.0, 1.0, 0.6915028921812392),
        (0.975, 1.0, 10.0, 0.30849710781876083),
        (0.025, 0.5, 0.5, 0.0015413331334360124),
        (0.5, 2.0, 3.0, 0.3857275681323895),
        (0.975, 121.5, 0.75, 0.9999459829012978),
        (0.025, 0.7142857142857143, 2.142857142857143, 0.0025019080783995995),
        (0.005, 40.0, 3.5, 0.7819133987309426),
        (0.025, 9000.0, 1000.0, 0.8940451236407844),
        (0.975, 9000.0, 1000.0, 0.9058033387530284),
        (0.025, 3.0, 9990.0, 6.192102599109588e-05),
        (0.975, 0.1, 5.0, 0.19275273616655386),
        (0.025, 0.1, 5.0, 1.270390388669523e-17),
        (1e-10, 4.0, 4.0, 0.0013011345107847973),
    ];
    const LOWER: [(f64, f64, f64, f64); 7] = [
        (0.3, 2.0, 5.0, 0.5798250000000001),
        (0.9, 2.0, 5.0, 0.999945),
        (1e-5, 0.5, 3.0, 0.005929231084463544),
        (0.5, 500.0, 500.0, 0.5),
        (0.999, 800.0, 2.0, 0.8084684674981351),
        (0.1, 9000.0, 1000.0, 0.0),
        (0.25, 1.0, 1.0, 0.25),
    ];
}
