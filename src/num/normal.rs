//! The standard normal distribution.

use std::f64::consts::{PI, SQRT_2};

/// Probability below `z`: Φ(z) = ½ erfc(−z/√2), relatively accurate in the lower tail. R: `pnorm(z)`.
pub fn cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// Two-sided p value of a statistic that is standard normal under the hypothesis: 2Φ(−|z|). R: `2 * pnorm(-abs(z))`.
pub fn two_sided_p(z: f64) -> f64 {
    libm::erfc(z.abs() / SQRT_2)
}

/// Quantile Φ⁻¹(p), for 0 < p < 1; −∞ at 0, ∞ at 1, `None` outside [0, 1]. R: `qnorm(p)`.
///
/// A rational start (Abramowitz and Stegun 1964, 26.2.23, error below 4.5e-4) is polished by Halley's steps on the
/// lower tail, which triple the number of correct digits each.
pub fn quantile(p: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    if p == 0.0 || p == 1.0 {
        return Some(if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    Some(if p <= 0.5 { lower_quantile(p) } else { -lower_quantile(1.0 - p) })
}

/// The z of a two-sided interval: Φ⁻¹(1 − (1 − level)/2), for 0 < level < 1. R: `qnorm(1 - (1 - level)/2)`.
pub fn z_of_level(level: f64) -> Option<f64> {
    quantile((1.0 - level) / 2.0).map(|z| -z)
}

/// Φ⁻¹(p) for 0 < p ≤ ½.
fn lower_quantile(p: f64) -> f64 {
    let t = (-2.0 * libm::log(p)).sqrt();
    let top = 2.515517 + t * (0.802853 + t * 0.010328);
    let bottom = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    let mut z = top / bottom - t;
    for _ in 0..3 {
        let density = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
        let step = (cdf(z) - p) / density;
        z -= step / (1.0 + 0.5 * z * step);
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs(), "{got} instead of {want}");
    }

    /// tests/reference/distributions.R
    #[test]
    fn quantiles_of_r() {
        for (p, want) in QUANTILES {
            close(quantile(p).unwrap(), want, 1e-14);
        }
        assert!(quantile(0.5).is_some_and(|z| z.abs() < 1e-16));
        assert_eq!(quantile(0.0), Some(f64::NEG_INFINITY));
        assert_eq!(quantile(1.5), None);
        assert_eq!(quantile(f64::NAN), None);
        close(z_of_level(0.95).unwrap(), 1.959963984540054, 1e-15);
    }

    #[test]
    fn two_sided_p_of_r() {
        for (z, want) in TWO_SIDED {
            close(two_sided_p(z), want, 1e-12);
        }
        assert_eq!(two_sided_p(0.0), 1.0);
    }

    const QUANTILES: [(f64, f64); 10] = [
        (0.025, -1.9599639845400538),
        (0.975, 1.9599639845400536),
        (0.05, -1.6448536269514726),
        (0.9, 1.2815515655446008),
        (0.3, -0.5244005127080407),
        (0.999, 3.090232306167813),
        (1e-05, -4.2648907939228256),
        (1e-20, -9.262340089798405),
        (1e-100, -21.27345356096532),
        (1e-300, -37.0470962993612),
    ];
    const TWO_SIDED: [(f64, f64); 8] = [
        (0.1, 0.920344325445942),
        (1.0, 0.3173105078629141),
        (-1.96, 0.049995790296440856),
        (3.0, 0.002699796063260189),
        (6.5, 8.032001167718236e-11),
        (12.0, 3.552964224155358e-33),
        (-25.0, 6.113393412765123e-138),
        (37.0, 1.1451142445049154e-299),
    ];
}
