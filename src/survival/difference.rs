//! The difference of two survival probabilities at a fixed time.
//!
//! D = S₁(t) − S₀(t), its variance the sum of the two (the groups are independent), the interval D ± z·se within [−1, 1], the
//! statistic D/se (Klein, Logan, Harhoff and Andersen 2007, Stat Med 26:4505, their untransformed test).

use serde::Serialize;

use super::Reason;
use super::kaplan_meier::At;
use crate::num::normal;

/// The difference of two curves at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// Survival of the group less that of the reference.
    pub estimate: Option<f64>,
    /// Standard error.
    pub std_error: Option<f64>,
    /// Lower limit.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
    /// Normal statistic z.
    pub statistic: Option<f64>,
    /// Two-sided p value of the statistic.
    pub p_value: Option<f64>,
    /// Why figures are undefined, or that one of the curves is carried forward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// The difference of `group` and `reference`, two curves at the same time. `conf_level` is between 0 and 1.
///
/// Undefined where one of the two is; without standard error where one is 0 (its own is not defined); without statistic
/// where neither has had an event.
pub fn at(group: &At, reference: &At, conf_level: f64) -> Difference {
    let mut out = Difference {
        estimate: group.estimate.zip(reference.estimate).map(|(group, reference)| group - reference),
        std_error: None,
        conf_low: None,
        conf_high: None,
        statistic: None,
        p_value: None,
        reason: undefined(group).or(undefined(reference)).or(group.reason).or(reference.reason),
    };
    let errors = group.std_error.zip(reference.std_error).filter(|_| out.estimate.is_some());
    let (Some(estimate), Some((one, other))) = (out.estimate, errors) else { return out };
    let error = (one * one + other * other).sqrt();
    let z = normal::z_of_level(conf_level).unwrap_or_default();
    out.std_error = Some(error);
    out.conf_low = Some((estimate - z * error).max(-1.0));
    out.conf_high = Some((estimate + z * error).min(1.0));
    if error > 0.0 {
        out.statistic = Some(estimate / error);
        out.p_value = Some(normal::two_sided_p(estimate / error));
    } else {
        (out.conf_low, out.conf_high) = (None, None);
        out.reason = Some(Reason::NoVariation);
    }
    out
}

/// The reason of a curve that has no estimate: it comes before that of one that is only carried forward.
fn undefined(at: &At) -> Option<Reason> {
    at.reason.filter(|_| at.estimate.is_none() || at.std_error.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Sample;
    use crate::survival::kaplan_meier::{Beyond, Curve, KmOptions, fit};
    use crate::survival::lung::Lung;

    fn close(got: Option<f64>, want: f64) {
        let got = got.unwrap();
        assert!((got - want).abs() <= 1e-12 * want.abs(), "{got} instead of {want}");
    }

    fn curve(time: &[f64], event: &[bool]) -> Curve {
        fit(&Sample { entry: None, time, event, weight: None }, &KmOptions::default())
    }

    /// tests/reference/curves.R
    #[test]
    fn lung_by_sex_of_r() {
        let lung = Lung::load();
        let of = |sex: u32| {
            let rows: Vec<usize> = (0..lung.time.len()).filter(|&i| lung.sex[i] == sex).collect();
            let time: Vec<f64> = rows.iter().map(|&i| lung.time[i]).collect();
            let event: Vec<bool> = rows.iter().map(|&i| lung.event[i]).collect();
            curve(&time, &event)
        };
        let (male, female) = (of(0), of(1));
        for (time, [estimate, error, low, high, z, p]) in [
            (
                180.0,
                [
                    0.1979367040460005,
                    0.05621164519108076,
                    0.08776390395973811,
                    0.3081095041322629,
                    3.5212757672036186,
                    0.00042947572550478094,
                ],
            ),
            (
                365.0,
                [
                    0.19037519554652693,
                    0.07385187738017893,
                    0.04562817569070798,
                    0.3351222154023459,
                    2.577797644418741,
                    0.00994322069068124,
                ],
            ),
        ] {
            let got = at(&female.at(time, Beyond::Null), &male.at(time, Beyond::Null), 0.95);
            close(got.estimate, estimate);
            close(got.std_error, error);
            close(got.conf_low, low);
            close(got.conf_high, high);
            close(got.statistic, z);
            close(got.p_value, p);
            assert_eq!(got.reason, None);
        }
    }

    #[test]
    fn by_hand_and_undefined() {
        // S = ½ with variance 1/8 in each group: D = 0, se ½, within [−1, 1] at a level of 99%.
        let half = curve(&[1.0, 3.0], &[true, false]);
        let got = at(&half.at(2.0, Beyond::Null), &half.at(2.0, Beyond::Null), 0.99);
        assert_eq!(
            (got.estimate, got.conf_low, got.conf_high, got.p_value),
            (Some(0.0), Some(-1.0), Some(1.0), Some(1.0))
        );
        close(got.std_error, 0.5);

        let all = curve(&[2.0, 5.0], &[false, false]);
        let none = at(&all.at(2.0, Beyond::Null), &all.at(1.0, Beyond::Null), 0.95);
        assert_eq!((none.estimate, none.std_error, none.conf_low), (Some(0.0), Some(0.0), None));
        assert_eq!((none.statistic, none.reason), (None, Some(Reason::NoVariation)));

        let zero = curve(&[1.0, 2.0], &[true, true]);
        let got = at(&all.at(2.0, Beyond::Null), &zero.at(2.0, Beyond::Null), 0.95);
        assert_eq!((got.estimate, got.std_error, got.p_value), (Some(1.0), None, None));
        assert_eq!(got.reason, Some(Reason::CurveAtZero));

        let got = at(&half.at(9.0, Beyond::Carry), &all.at(9.0, Beyond::Null), 0.95);
        assert_eq!((got.estimate, got.std_error, got.reason), (None, None, Some(Reason::BeyondFollowUp)));
        let got = at(&half.at(9.0, Beyond::Carry), &all.at(2.0, Beyond::Null), 0.95);
        assert_eq!((got.estimate, got.reason), (Some(-0.5), Some(Reason::CarriedForward)));
        let got = at(&curve(&[], &[]).at(1.0, Beyond::Null), &all.at(1.0, Beyond::Null), 0.95);
        assert_eq!((got.estimate, got.reason), (None, Some(Reason::NotEstimable)));
    }
}
