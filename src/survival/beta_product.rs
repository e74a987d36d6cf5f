//! The beta product confidence procedure: limits of a survival curve for small samples (Fay, Brittain and Proschan 2013,
//! Biostatistics 14:723), by its method of moments.
//!
//! Given the past, S falls at an event time by a factor that is Beta(n − d + 1, d); the upper limit is a quantile of
//! W⁺ = Π Beta(n − d + 1, d). The next event could come at once among the m rows known to be alive, so the lower limit is a
//! quantile of W⁻ = W⁺·Beta(m, 1). Each product is taken for the beta distribution with its mean and variance. Without
//! censoring before t these are the exact limits of a binomial proportion (Clopper and Pearson 1934), and the coverage is held
//! with censoring too, where Greenwood's limits fail: early on, at 0 events, in the tail. R: `bpcp::bpcp(time, status)`, but for
//! its limits exactly at an event time, where the package takes no further event into account.

use crate::num::beta_quantile;

/// More rows than this are not for a small-sample procedure, nor for its precision.
pub const MOST_ROWS: usize = 10_000;

/// Limits of a survival curve.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Limits {
    /// Lower limit from just after each step until the next: m are the rows still at risk. 0 after the last.
    pub low: Vec<Option<f64>>,
    /// Lower limit exactly at each step: rows censored at the step are alive there.
    pub low_at: Vec<Option<f64>>,
    /// Upper limit from each step until the next.
    pub high: Vec<Option<f64>>,
}

/// The lower limit before the first step, among `n` rows; 0 without rows. The upper one is 1.
pub(super) fn low_at_start(n: usize, conf_level: f64) -> Option<f64> {
    Product::default().lower(n as u32, (1.0 - conf_level) / 2.0)
}

/// The limits at steps with `n_risk` rows at risk, `n_event` events and `n_censor` censorings (rows, not weights), all at risk
/// from the beginning.
pub(super) fn limits(n_risk: &[u32], n_event: &[u32], n_censor: &[u32], conf_level: f64) -> Limits {
    let half = (1.0 - conf_level) / 2.0;
    let mut out = Limits::default();
    let mut product = Product::default();
    for ((&n, &d), &c) in n_risk.iter().zip(n_event).zip(n_censor) {
        if d > 0 {
            product.times(f64::from(n - d) + 1.0, f64::from(d));
        }
        let at = product.lower(n - d, half);
        out.low.push(if c > 0 { product.lower(n - d - c, half) } else { at });
        out.low_at.push(at);
        out.high.push(product.upper(half));
    }
    out
}

/// A product of independent beta variables: what its moments are made of. M is its mean, Q its mean square.
#[derive(Debug, Clone, Copy, Default)]
struct Product {
    /// Whether there is a factor.
    any: bool,
    /// ln M.
    mean: f64,
    /// ln(Q/M).
    ratio: f64,
    /// ln(Q/M²).
    spread: f64,
}

impl Product {
    /// Multiplies with Beta(a, b). Sums of small logarithms keep the digits that Q − M² would lose.
    fn times(&mut self, a: f64, b: f64) {
        self.any = true;
        self.mean += libm::log1p(-b / (a + b));
        self.ratio += libm::log1p(-b / (a + b + 1.0));
        self.spread += libm::log1p(b / (a * (a + b + 1.0)));
    }

    /// The quantile of the beta distribution with the same mean and variance: a = (M − Q)M/(Q − M²), b = a(1 − M)/M.
    fn quantile(&self, p: f64) -> Option<f64> {
        let a = -libm::expm1(self.ratio) / libm::expm1(self.spread);
        let b = a * -libm::expm1(self.mean) / libm::exp(self.mean);
        beta_quantile::quantile(p, a, b)
    }

    fn upper(&self, half: f64) -> Option<f64> {
        if self.any { self.quantile(1.0 - half) } else { Some(1.0) }
    }

    /// The quantile of this times Beta(alive, 1); nobody alive could all be dead the next moment.
    fn lower(mut self, alive: u32, half: f64) -> Option<f64> {
        if alive == 0 {
            return Some(0.0);
        }
        self.times(f64::from(alive), 1.0);
        self.quantile(half)
    }
}

#[cfg(test)]
mod tests {
    use crate::num::beta_quantile;
    use crate::survival::Sample;
    use crate::survival::interval::ConfType;
    use crate::survival::kaplan_meier::{Beyond, Curve, KmOptions, fit};
    use crate::survival::lung::Lung;
    use crate::survival::quantile::{QuantileInterval, QuantileRule, quantile};

    fn curve_at(time: &[f64], event: &[bool], conf_level: f64) -> Curve {
        let sample = Sample { entry: None, time, event, weight: None };
        fit(&sample, &KmOptions { conf_type: ConfType::BetaProduct, conf_level })
    }

    fn curve(time: &[f64], event: &[bool]) -> Curve {
        curve_at(time, event, 0.95)
    }

    fn close(got: Option<f64>, want: f64) {
        let got = got.unwrap();
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1e-2), "{got} instead of {want}");
    }

    /// The binomial limits of `alive` of `n`.
    fn clopper_pearson(alive: u32, n: u32, conf_level: f64) -> (f64, f64) {
        let (x, rest, half) = (f64::from(alive), f64::from(n - alive), (1.0 - conf_level) / 2.0);
        let low = if alive == 0 { 0.0 } else { beta_quantile::quantile(half, x, rest + 1.0).unwrap() };
        (low, if alive == n { 1.0 } else { beta_quantile::quantile(1.0 - half, x + 1.0, rest).unwrap() })
    }

    /// tests/reference/beta.R: the definition written out, and the binomial limits of R.
    #[test]
    fn the_definition_in_r() {
        let time = [7.0, 5.0, 3.0, 9.0, 8.0, 5.0, 3.0, 12.0, 7.0, 12.0, 10.0, 3.0];
        let event = [true, true, false, true, false, true, true, false, false, true, true, true];
        let curve = curve(&time, &event);
        let times = [3.0, 5.0, 7.0, 8.0, 9.0, 10.0, 12.0];
        let at = [
            0.5158622513140323,
            0.3176635548318168,
            0.24066890206606759,
            0.22278144347062412,
            0.10492601556514987,
            0.0388778378536408,
            0.003939387086935798,
        ];
        let after = [
            0.5012720393227251,
            0.3176635548318168,
            0.22278144347062412,
            0.1972270140136654,
            0.10492601556514987,
            0.0388778378536408,
            0.0,
        ];
        let upper = [
            0.9791374745399075,
            0.8956130746611272,
            0.838171321818794,
            0.838171321818794,
            0.7598497585032357,
            0.6618626239589414,
            0.5408712309179453,
        ];
        for i in 0..7 {
            let exactly = curve.at(times[i], Beyond::Null);
            close(exactly.conf_low, at[i]);
            close(exactly.conf_high, upper[i]);
            close(curve.steps.conf_low[i], after[i]);
            if i < 6 {
                close(curve.at(times[i] + 0.5, Beyond::Null).conf_low, after[i]);
            }
        }
        assert!((clopper_pearson(3, 10, 0.95).0 - 0.0667395111777345).abs() < 1e-14);
        assert!((clopper_pearson(7, 10, 0.95).1 - 0.9332604888222655).abs() < 1e-14);
    }

    #[test]
    fn lung_of_the_definition() {
        let lung = Lung::load();
        let curve = curve(&lung.time, &lung.event);
        for (time, low, high) in [
            (180.0, 0.658231622086586, 0.7790551372451291),
            (365.0, 0.3372889173951955, 0.48299931572966404),
            (700.0, 0.08685450130065853, 0.21304290125449377),
        ] {
            close(curve.at(time, Beyond::Null).conf_low, low);
            close(curve.at(time, Beyond::Null).conf_high, high);
        }
    }

    /// Without censoring before t, whatever the ties: exact binomial limits.
    #[test]
    fn binomial_without_censoring() {
        for time in [&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0][..], &[1.0, 1.0, 1.0, 2.0, 5.0, 5.0, 9.0]] {
            for level in [0.8, 0.95, 0.99] {
                let curve = curve_at(time, &[true; 7], level);
                for step in 0..curve.steps.time.len() {
                    let t = curve.steps.time[step];
                    let alive = time.iter().filter(|&&time| time > t).count() as u32;
                    let (low, high) = clopper_pearson(alive, 7, level);
                    close(curve.steps.conf_low[step], low);
                    close(curve.steps.conf_high[step], high);
                    close(curve.at(t, Beyond::Null).conf_low, low);
                }
            }
        }
        // All censored at the milestone itself: 6 of 8 are known to be alive there.
        let (time, mut event) = ([2.0, 3.0, 60.0, 60.0, 60.0, 60.0, 60.0, 60.0], [false; 8]);
        (event[0], event[1]) = (true, true);
        let curve = curve(&time, &event);
        close(curve.at(60.0, Beyond::Null).conf_low, clopper_pearson(6, 8, 0.95).0);
        close(curve.at(60.0, Beyond::Null).conf_high, clopper_pearson(6, 8, 0.95).1);
        assert_eq!(curve.steps.conf_low[2], Some(0.0));
    }

    #[test]
    fn before_any_event_and_at_zero() {
        // Before the first event only the lower limit is below 1: (α/2)^(1/m).
        let curve = curve(&[2.0, 4.0, 5.0], &[false, true, true]);
        let at = curve.at(1.0, Beyond::Null);
        close(at.conf_low, libm::cbrt(0.025));
        assert_eq!((at.conf_high, at.std_error), (Some(1.0), Some(0.0)));
        close(curve.steps.conf_low[0], 0.025f64.sqrt());
        let start = curve.at(0.0, Beyond::Null);
        assert_eq!((start.conf_low, start.conf_high), (Some(1.0), Some(1.0)));
        // W⁺ = Beta(2, 1)·Beta(1, 1) has the mean ⅓ and the mean square ½·⅓, and is Beta(1, 2): 1 − √0.025.
        let end = curve.at(5.0, Beyond::Null);
        assert_eq!((end.estimate, end.conf_low, end.std_error), (Some(0.0), Some(0.0), None));
        close(end.conf_high, 1.0 - 0.025f64.sqrt());
        // Three rows cannot say that S is above ½ at any time; they can say that it is above 0.1 up to 4.
        let of = |prob| quantile(&curve, prob, QuantileRule::First, QuantileInterval::Inversion);
        assert_eq!((of(0.5).estimate, of(0.5).conf_low), (Some(4.0), Some(0.0)));
        assert_eq!((of(0.9).estimate, of(0.9).conf_low, of(0.9).conf_high), (Some(5.0), Some(4.0), None));
    }

    /// Undefined, not wrong, where the procedure is: weights and late entry.
    #[test]
    fn weights_and_late_entry_have_no_limits() {
        let (time, event) = ([1.0, 2.0], [true, false]);
        let options = KmOptions { conf_type: ConfType::BetaProduct, conf_level: 0.95 };
        let plain = Sample { entry: None, time: &time, event: &event, weight: None };
        for sample in [Sample { entry: Some(&[0.0, 0.5]), ..plain }, Sample { weight: Some(&[1.0, 2.0]), ..plain }] {
            let curve = fit(&sample, &options);
            assert_eq!((&curve.steps.conf_low, &curve.steps.conf_high), (&vec![None; 2], &vec![None; 2]));
            assert_eq!(curve.at(0.5, Beyond::Null).conf_low, None);
        }
        let none = Sample { entry: None, time: &[], event: &[], weight: None };
        assert_eq!(fit(&none, &options).at(0.0, Beyond::Null).conf_low, None);
    }
}
