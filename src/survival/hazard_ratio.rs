//! Hazard ratios of two groups from the counts of a log-rank test (rule 9). Neither is the Cox model's; each has its name.

use serde::Serialize;

use super::Reason;
use super::log_rank::LogRank;
use crate::num::normal;

/// How a ratio is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// (O₁/E₁)/(O₀/E₀), the standard error of its logarithm √(1/E₁ + 1/E₀) (Peto and others 1977, Br J Cancer 35:1; Prism).
    ObservedExpected,
    /// exp[(O₁ − E₁)/V], the standard error of its logarithm 1/√V (Yusuf, Peto and others 1985, Prog Cardiovasc Dis 27:335):
    /// close to 1 a good approximation, far from 1 biased towards it.
    Peto,
}

/// A hazard ratio of two groups.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HazardRatio {
    /// How it is made.
    pub method: Method,
    /// Hazard of the group over that of the reference.
    pub estimate: Option<f64>,
    /// Lower limit, symmetric on the log scale.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
    /// Why it is undefined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// The hazard ratios of a comparison of two groups.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoGroups {
    /// The later group.
    pub group: usize,
    /// The earlier group.
    pub reference: usize,
    /// By each method.
    pub ratios: [HazardRatio; 2],
}

/// The ratios from an unweighted log-rank test, stratified or not; `None` unless exactly two groups have rows and the test has
/// a statistic. `conf_level` is between 0 and 1.
pub fn of(test: &LogRank, conf_level: f64) -> Option<TwoGroups> {
    let present: Vec<usize> = (0..test.groups.len()).filter(|&j| test.groups[j].n > 0).collect();
    let &[reference, group] = present.as_slice() else { return None };
    test.statistic?;
    let (one, other) = (&test.groups[group], &test.groups[reference]);
    let variance = test.variance[group * test.groups.len() + group];
    let z = normal::z_of_level(conf_level).unwrap_or_default();
    let ratio = |method, log: f64, error: f64| {
        let number = |log| Some(libm::exp(log)).filter(|ratio| ratio.is_normal());
        let (estimate, conf_low, conf_high) = (number(log), number(log - z * error), number(log + z * error));
        let reason = [estimate, conf_low, conf_high].contains(&None).then_some(Reason::OutOfRange);
        HazardRatio { method, estimate, conf_low, conf_high, reason }
    };
    let observed_expected = if one.observed > 0.0 && other.observed > 0.0 {
        let log = libm::log((one.observed / one.expected) / (other.observed / other.expected));
        ratio(Method::ObservedExpected, log, (1.0 / one.expected + 1.0 / other.expected).sqrt())
    } else {
        HazardRatio {
            method: Method::ObservedExpected,
            estimate: None,
            conf_low: None,
            conf_high: None,
            reason: Some(Reason::GroupWithoutEvents),
        }
    };
    let peto = ratio(Method::Peto, (one.observed - one.expected) / variance, 1.0 / variance.sqrt());
    Some(TwoGroups { group, reference, ratios: [observed_expected, peto] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Sample;
    use crate::survival::log_rank::{TestOptions, test};
    use crate::survival::lung::Lung;

    fn close(got: Option<f64>, want: f64) {
        let got = got.unwrap();
        assert!((got - want).abs() <= 1e-12 * want, "{got} instead of {want}");
    }

    fn check(ratio: &HazardRatio, [estimate, low, high]: [f64; 3]) {
        close(ratio.estimate, estimate);
        close(ratio.conf_low, low);
        close(ratio.conf_high, high);
    }

    /// The vectors of rule 9, men against women (tests/reference/curves.R): 1.694 and 1.658.
    #[test]
    fn lung_by_sex_of_r() {
        let lung = Lung::load();
        let man: Vec<u32> = lung.sex.iter().map(|&sex| 1 - sex).collect();
        let ratios = of(&test(&lung.sample(), &man, 2, None, &TestOptions::default()).unwrap(), 0.95).unwrap();
        assert_eq!((ratios.group, ratios.reference), (1, 0));
        check(&ratios.ratios[0], [1.6940934385695656, 1.2462210364016144, 2.3029241962495384]);
        check(&ratios.ratios[1], [1.6582454938090876, 1.2180990441499528, 2.2574339344113596]);
    }

    #[test]
    fn stratified_of_r() {
        let (lung, ecog) = Lung::ecog_below(4);
        let stratified = test(&lung.sample(), &lung.sex, 2, Some(&ecog), &TestOptions::default()).unwrap();
        let ratios = of(&stratified, 0.95).unwrap().ratios;
        close(ratios[0].estimate, 0.5899625162301506);
        close(ratios[1].estimate, 0.5884661641313095);
    }

    #[test]
    fn by_hand() {
        // E = ½ and 3/2, V = ¼ (two rows with their events at 1 and 2); an empty group between the two.
        let sample = Sample { entry: None, time: &[1.0, 2.0], event: &[true; 2], weight: None };
        let ratios = of(&test(&sample, &[0, 2], 3, None, &TestOptions::default()).unwrap(), 0.95).unwrap();
        assert_eq!((ratios.group, ratios.reference), (2, 0));
        close(ratios.ratios[0].estimate, 1.0 / 3.0);
        close(ratios.ratios[0].conf_low, libm::exp(-1.959963984540054 * (8.0f64 / 3.0).sqrt()) / 3.0);
        close(ratios.ratios[1].estimate, libm::exp(-2.0));
        close(ratios.ratios[1].conf_high, libm::exp(-2.0 + 2.0 * 1.959963984540054));
    }

    #[test]
    fn what_has_no_ratio() {
        let sample = Sample { entry: None, time: &[1.0, 2.0, 3.0], event: &[true, false, true], weight: None };
        let ratios = |group: &[u32], n| of(&test(&sample, group, n, None, &TestOptions::default()).unwrap(), 0.95);
        assert_eq!(ratios(&[0, 1, 2], 3), None);
        let without = ratios(&[1, 0, 1], 2).unwrap().ratios;
        assert_eq!((without[0].estimate, without[0].reason), (None, Some(Reason::GroupWithoutEvents)));
        assert!(without[1].estimate.is_some_and(|ratio| ratio > 1.0));
        // The one row of the later group has the first event of 2000: exp(±1999).
        let mut time = vec![1.0; 2000];
        time[0] = 0.5;
        let event: Vec<bool> = (0..2000).map(|i| i == 0).collect();
        let early = Sample { entry: None, time: &time, event: &event, weight: None };
        for lone in [0, 1] {
            let group: Vec<u32> = (0..2000).map(|i| if i == 0 { lone } else { 1 - lone }).collect();
            let peto = of(&test(&early, &group, 2, None, &TestOptions::default()).unwrap(), 0.95).unwrap().ratios[1];
            assert_eq!((peto.estimate, peto.conf_low, peto.conf_high), (None, None, None));
            assert_eq!(peto.reason, Some(Reason::OutOfRange));
        }
        let apart = test(&sample, &[0, 0, 1], 2, Some(&[0, 0, 1]), &TestOptions::default()).unwrap();
        assert_eq!(of(&apart, 0.95), None);
    }
}
