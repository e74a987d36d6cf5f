//! The regularised incomplete beta function and the tails that it gives: Student's t and Fisher's F.

use super::gamma;

/// Steps of the continued fraction that are never reached: it needs about √max(a, b).
const MAX_STEPS: u32 = 1_000_000;

/// Iₓ(a, b) for a, b > 0 and y = 1 − x given beside x. R: `pbeta(x, a, b)`.
///
/// The power in front is a binomial probability in its saddle-point form ([`gamma::binomial`]); the rest is the continued fraction of
/// Abramowitz and Stegun 1964, 26.5.8, on the side of the mean where it converges fast. Small values keep their relative accuracy.
pub fn regularised(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    if x <= (a + 1.0) / (a + b + 2.0) { lower(a, b, x, y) } else { 1.0 - lower(b, a, y, x) }
}

/// Iₓ(a, b) below the mean: xᵃyᵇ/(aB(a, b)) times the continued fraction, by Lentz's method (Thompson and Barnett 1986).
fn lower(a: f64, b: f64, x: f64, y: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..MAX_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() <= 2.0 * f64::EPSILON {
            break;
        }
    }
    gamma::binomial(a, b, x, y) * b / (a + b) * fraction
}

/// Two-sided p value of Student's t with `df` > 0 degrees of freedom, not necessarily whole. R: `2 * pt(-abs(t), df)`.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    let square = t * t;
    regularised(0.5 * df, 0.5, df / (df + square), square / (df + square))
}

/// Upper tail of the F distribution with `df1` and `df2` > 0 degrees of freedom; 1 for f ≤ 0. R: `pf(f, df1, df2, lower.tail = FALSE)`.
pub fn f_upper(f: f64, df1: f64, df2: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    let part = df1 * f;
    regularised(0.5 * df2, 0.5 * df1, df2 / (df2 + part), part / (df2 + part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 1e-10 * want, "{got:e} instead of {want:e}");
    }

    #[test]
    fn closed_forms() {
        // One degree of freedom is Cauchy, two have 1 − t/√(2 + t²).
        close(t_two_sided(1.0, 1.0), 0.5);
        close(t_two_sided(-2.0, 2.0), 1.0 - 2.0 / 6.0_f64.sqrt());
        assert_eq!(t_two_sided(0.0, 7.3), 1.0);
        // F with two numerator degrees of freedom: (1 + 2f/df2)^(−df2/2).
        close(f_upper(3.0, 2.0, 4.0), 0.16);
        assert_eq!(f_upper(0.0, 2.0, 4.0), 1.0);
        assert_eq!(f_upper(-1.0, 2.0, 4.0), 1.0);
        assert_eq!(regularised(2.0, 3.0, 0.0, 1.0), 0.0);
        assert_eq!(regularised(2.0, 3.0, 1.0, 0.0), 1.0);
    }

    /// tests/reference/distributions.R
    #[test]
    fn t_of_r() {
        for (t, df, want) in T {
            close(t_two_sided(t, df), want);
        }
    }

    /// tests/reference/distributions.R
    #[test]
    fn f_of_r() {
        for (f, df1, df2, want) in F {
            close(f_upper(f, df1, df2), want);
        }
    }

    const T: [(f64, f64, f64); 17] = [
        (0.01, 1.0, 0.9936340144701835),
        (10000.0, 1.0, 6.366197702455153e-05),
        (0.3, 2.5, 0.7873423714951973),
        (2.0, 3.7, 0.12181720190523396),
        (12.0, 5.0, 7.089492517161528e-05),
        (2.5, 38.41, 0.016803613621762404),
        (40.0, 38.41, 6.427650691989674e-33),
        (1000.0, 40.0, 1.3773892141851507e-89),
        (1.5, 999.5, 0.13393019668768963),
        (30.0, 1000.0, 1.5374687444045064e-141),
        (1.0, 999998.0, 0.3173107498340622),
        (1.9, 999998.0, 0.05743340699711412),
        (5.0, 999998.0, 5.733997872823728e-07),
        (36.0, 999998.0, 1.273400181255857e-283),
        (37.0, 310.2, 8.710838604982167e-116),
        (1e-08, 12.0, 0.9999999921854739),
        (1e+60, 5.0, 1.898033449112421e-299),
    ];
    const F: [(f64, f64, f64, f64); 13] = [
        (0.5, 2.0, 9.0, 0.6224311118509425),
        (4.0, 3.0, 37.0, 0.014565484730608445),
        (25.0, 3.0, 37.0, 5.1785105037573206e-09),
        (1.0, 7.0, 5.0, 0.5187060870417942),
        (300.0, 4.0, 100.0, 9.469989704907028e-55),
        (0.01, 5.0, 200.0, 0.9999702545079652),
        (1.2, 30.0, 41.0, 0.2902829161259991),
        (2.0, 3.0, 999996.0, 0.11161095487958089),
        (150.0, 9.0, 99990.0, 4.2795635756466966e-283),
        (400.0, 3.0, 999996.0, 1.0499402388606153e-259),
        (1000000.0, 2.0, 38.0, 1.9777055818463906e-90),
        (1.0, 500.0, 500.0, 0.5),
        (3.0, 200.0, 800.0, 1.3746937123616556e-27),
    ];
}
