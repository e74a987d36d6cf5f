//! Pointwise confidence limits of a survival probability (rule 1).

use serde::{Deserialize, Serialize};

/// The scale on which the interval of S(t) is symmetric. R: `conf.type` of `survfit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConfType {
    /// S·exp(±zσ), the upper limit at most 1 (R's default).
    #[default]
    Log,
    /// S^exp(±zσ/|ln S|) (SAS, Stata, Prism; Kalbfleisch and Prentice 1980, p. 15).
    LogLog,
    /// S ± zSσ, within [0, 1] (SPSS).
    Plain,
    /// expit(logit S ± zσ/(1−S)).
    Logit,
    /// sin²(asin√S ± ½zσ√(S/(1−S))), the angle within [0, π/2].
    Arcsin,
    /// The beta product confidence procedure for small samples (see [`super::beta_product`]): of a Kaplan-Meier curve only, from
    /// its counts.
    BetaProduct,
    /// No interval.
    None,
}

/// Lower and upper limit of a probability.
///
/// `surv` is the estimate S in [0, 1]; `sigma` is the standard error of ln S, which is the standard error of S divided
/// by S (Greenwood: √Σ d/[n(n−d)]); `z` the normal quantile. [1, 1] while S = 1, under every type; undefined where S
/// is 0, without a type, and for the beta product, which needs more than S and σ. A cumulative incidence F goes the same way with σ = se/F.
pub fn limits(conf_type: ConfType, surv: f64, sigma: f64, z: f64) -> (Option<f64>, Option<f64>) {
    if matches!(conf_type, ConfType::BetaProduct | ConfType::None) || surv <= 0.0 {
        return (None, None);
    }
    if surv >= 1.0 {
        return (Some(1.0), Some(1.0));
    }
    let (low, high) = match conf_type {
        ConfType::Log => (surv * libm::exp(-z * sigma), (surv * libm::exp(z * sigma)).min(1.0)),
        ConfType::LogLog => {
            let width = z * sigma / libm::log(surv).abs();
            (libm::pow(surv, libm::exp(width)), libm::pow(surv, libm::exp(-width)))
        }
        ConfType::Plain => ((surv - z * surv * sigma).max(0.0), (surv + z * surv * sigma).min(1.0)),
        ConfType::Logit => {
            let odds = surv / (1.0 - surv);
            let width = z * sigma / (1.0 - surv);
            // 1/(1 + 1/odds) rather than odds/(1 + odds): no ∞/∞ when the interval is very wide.
            (1.0 / (1.0 + libm::exp(width) / odds), 1.0 / (1.0 + libm::exp(-width) / odds))
        }
        ConfType::Arcsin => {
            let angle = libm::asin(surv.sqrt());
            let width = 0.5 * z * sigma * (surv / (1.0 - surv)).sqrt();
            let square_of_sine = |angle: f64| {
                let sine = libm::sin(angle.clamp(0.0, std::f64::consts::FRAC_PI_2));
                sine * sine
            };
            (square_of_sine(angle - width), square_of_sine(angle + width))
        }
        ConfType::BetaProduct | ConfType::None => return (None, None),
    };
    (Some(low), Some(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: [ConfType; 5] = [ConfType::Log, ConfType::LogLog, ConfType::Plain, ConfType::Logit, ConfType::Arcsin];
    const Z: f64 = 1.959963984540054;

    /// The vector of rule 1: S(84) = 0.6 with 4 of 10 dead one by one.
    #[test]
    fn each_type_at_six_tenths() {
        let sigma = [10.0, 9.0, 8.0, 7.0].iter().map(|n| 1.0 / (n * (n - 1.0))).sum::<f64>().sqrt();
        let expected = [(0.3617, 0.9952), (0.2527, 0.8272), (0.2964, 0.9036), (0.2974, 0.8417), (0.2968, 0.8660)];
        for (conf_type, (low, high)) in TYPES.into_iter().zip(expected) {
            let (got_low, got_high) = limits(conf_type, 0.6, sigma, Z);
            assert!((got_low.unwrap() - low).abs() < 5e-5, "{conf_type:?}: {got_low:?}");
            assert!((got_high.unwrap() - high).abs() < 5e-5, "{conf_type:?}: {got_high:?}");
        }
        assert_eq!(limits(ConfType::None, 0.6, sigma, Z), (None, None));
    }

    #[test]
    fn at_one_and_at_zero() {
        for conf_type in TYPES {
            assert_eq!(limits(conf_type, 1.0, 0.0, Z), (Some(1.0), Some(1.0)));
            assert_eq!(limits(conf_type, 0.0, 0.3, Z), (None, None));
        }
        assert_eq!(limits(ConfType::None, 1.0, 0.0, Z), (None, None));
    }

    #[test]
    fn limits_stay_probabilities_when_sigma_is_huge() {
        for conf_type in TYPES {
            for surv in [1e-12, 0.3, 1.0 - 1e-12] {
                for sigma in [0.0, 1e-8, 5.0, 1e6] {
                    let (low, high) = limits(conf_type, surv, sigma, Z);
                    let (low, high) = (low.unwrap(), high.unwrap());
                    let slack = 1e-12;
                    assert!(0.0 <= low && low <= surv + slack, "{conf_type:?} {surv} {sigma}: {low}");
                    assert!(surv - slack <= high && high <= 1.0, "{conf_type:?} {surv} {sigma}: {high}");
                }
            }
        }
    }

    #[test]
    fn spellings() {
        for (text, conf_type) in [
            ("\"log\"", ConfType::Log),
            ("\"log-log\"", ConfType::LogLog),
            ("\"plain\"", ConfType::Plain),
            ("\"logit\"", ConfType::Logit),
            ("\"arcsin\"", ConfType::Arcsin),
            ("\"beta-product\"", ConfType::BetaProduct),
            ("\"none\"", ConfType::None),
        ] {
            assert_eq!(serde_json::from_str::<ConfType>(text).unwrap(), conf_type);
            assert_eq!(serde_json::to_string(&conf_type).unwrap(), text);
        }
    }
}
