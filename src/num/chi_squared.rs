//! The chi-squared distribution with whole degrees of freedom.

use std::f64::consts::PI;

/// Upper tail P(X ≥ x) of the chi-squared distribution with `df` degrees of freedom; 1 for x ≤ 0 and, as a limit, 0
/// with 0 degrees of freedom for x > 0. R: `pchisq(x, df, lower.tail = FALSE)`.
///
/// With whole degrees of freedom the tail is a finite sum of positive terms (Abramowitz and Stegun 1964, 26.4.4 and
/// 26.4.5), so it keeps its relative accuracy down to the smallest numbers. With y = x/2:
/// even df: Σ e⁻ʸ yᵏ/k! over k < df/2; odd df: erfc(√y) + Σ e⁻ʸ yᵏ⁺¹ᐟ²/Γ(k + 3/2) over k < (df − 1)/2.
pub fn upper(x: f64, df: usize) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let y = 0.5 * x;
    let odd = df % 2 == 1;
    // The first term without its factor e⁻ʸ, and the number that the k-th term divides by.
    let (mut term, mut divisor) = if odd { (2.0 * (y / PI).sqrt(), 1.5) } else { (1.0, 1.0) };
    // Part of the exponent −y that is not yet applied: it is applied in pieces, so that nothing overflows.
    let mut rest = y;
    let mut sum = 0.0;
    for _ in 0..df / 2 {
        sum += term;
        term *= y / divisor;
        divisor += 1.0;
        while sum.max(term) > 1e100 && rest > 0.0 {
            let piece = rest.min(200.0);
            let factor = libm::exp(-piece);
            sum *= factor;
            term *= factor;
            rest -= piece;
        }
    }
    let head = if odd { libm::erfc(y.sqrt()) } else { 0.0 };
    (head + sum * libm::exp(-rest)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tests/reference/distributions.R
    #[test]
    fn tails_of_r() {
        for (x, df, want) in TAILS {
            let got = upper(x, df);
            assert!((got - want).abs() <= 1e-12 * want, "upper({x}, {df}) = {got:e} instead of {want:e}");
        }
    }

    #[test]
    fn closed_forms() {
        assert_eq!(upper(0.0, 3), 1.0);
        assert_eq!(upper(-1.0, 1), 1.0);
        assert_eq!(upper(3.0, 0), 0.0);
        assert_eq!(upper(1e300, 1), 0.0);
        assert!((upper(2.0, 2) - libm::exp(-1.0)).abs() < 1e-16);
        assert!((upper(2.0, 4) - 2.0 * libm::exp(-1.0)).abs() < 1e-16);
    }

    const TAILS: [(f64, usize, f64); 22] = [
        (1e-06, 1, 0.9992021155721779),
        (0.5, 1, 0.4795001221869535),
        (10.3267418929, 1, 0.001311164564390281),
        (60.0, 1, 9.48573757107385e-15),
        (400.0, 1, 5.507248237212469e-89),
        (1370.0, 1, 6.942937364643616e-300),
        (0.5, 2, 0.7788007830714049),
        (30.0, 2, 3.059023205018258e-07),
        (1370.0, 2, 3.223145390850647e-298),
        (0.01, 3, 0.9997348349413444),
        (25.4037003457854, 3, 1.2712459390060682e-05),
        (700.0, 3, 2.0991308534204087e-151),
        (1350.0, 3, 2.0828260653158908e-292),
        (66.6, 6, 2.031987277561597e-12),
        (1300.0, 7, 1.663278402549824e-276),
        (5.0, 40, 0.9999999999965196),
        (40.0, 40, 0.47025726683923996),
        (1200.0, 41, 7.562905332768216e-225),
        (1000.0, 1000, 0.4940528538292397),
        (2500.0, 1001, 3.332807271172906e-129),
        (3000.0, 999, 9.477973075169227e-199),
        (6000.0, 3000, 1.304768389379951e-202),
    ];
}
