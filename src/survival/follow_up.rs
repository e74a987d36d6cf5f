//! Length of follow-up by the reverse Kaplan-Meier estimate (Schemper and Smith 1996, Control Clin Trials 17:343):
//! a censoring is the event, and the event censors.

use serde::{Deserialize, Serialize};

use super::Sample;
use super::kaplan_meier::{Curve, KmOptions, Role, product_limit, product_limits};

/// What an event does at the time of a censoring (rule 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReverseTies {
    /// It is still at risk of being censored. R: `survfit(Surv(time, 1 - event) ~ 1)`.
    #[default]
    Flip,
    /// It has left before. R: `prodlim(Hist(time, event) ~ 1, reverse = TRUE)`.
    EventFirst,
}

/// The curve of the time to censoring; its `n_event` are censorings and its `n_censor` events.
///
/// `n_risk` of the steps is the left limit under both rules: with [`ReverseTies::EventFirst`] the product divides by
/// `n_risk` − `n_censor`.
pub fn fit(sample: &Sample, ties: ReverseTies, options: &KmOptions) -> Curve {
    product_limit(sample, options, role(ties, None))
}

/// The same for one group of linked rows (see [`super::episode`]): whoever goes on elsewhere, `leaves`, is not censored.
pub fn fit_leaving(sample: &Sample, leaves: &[bool], ties: ReverseTies, options: &KmOptions) -> Curve {
    product_limit(sample, options, role(ties, Some(leaves)))
}

/// The curve of each group, all sorted at once (see [`super::kaplan_meier::fit_groups`]).
pub fn fit_groups(
    sample: &Sample,
    group: &[u32],
    n_groups: usize,
    leaves: Option<&[bool]>,
    ties: ReverseTies,
    options: &KmOptions,
) -> Vec<Curve> {
    product_limits(sample, Some(group), n_groups, options, role(ties, leaves))
}

fn role(ties: ReverseTies, leaves: Option<&[bool]>) -> Role<'_> {
    Role { flip: true, others_first: ties == ReverseTies::EventFirst, leaves }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The vector of rule 6.
    const TIME: [f64; 7] = [2.0, 4.0, 4.0, 6.0, 8.0, 8.0, 10.0];
    const EVENT: [bool; 7] = [true, true, false, false, true, false, false];

    fn curve(ties: ReverseTies) -> Curve {
        fit(&Sample { entry: None, time: &TIME, event: &EVENT, weight: None }, ties, &KmOptions::default())
    }

    fn close(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        got.iter().zip(want).for_each(|(got, want)| assert!((got - want).abs() < 1e-12, "{got} instead of {want}"));
    }

    #[test]
    fn flip_keeps_deaths_at_risk() {
        let curve = curve(ReverseTies::Flip);
        assert_eq!(curve.n_event, 4.0);
        assert_eq!(curve.steps.n_event, [0.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!(curve.steps.n_risk, [7.0, 6.0, 4.0, 3.0, 1.0]);
        close(&curve.steps.estimate, &[1.0, 5.0 / 6.0, 5.0 / 8.0, 5.0 / 12.0, 0.0]);
    }

    #[test]
    fn event_first_takes_deaths_out() {
        let curve = curve(ReverseTies::EventFirst);
        assert_eq!(curve.steps.n_risk, [7.0, 6.0, 4.0, 3.0, 1.0]);
        close(&curve.steps.estimate, &[1.0, 0.8, 0.6, 0.3, 0.0]);
        // Greenwood on the reduced numbers at risk: 1/(5·4).
        assert!((curve.steps.std_error[1].unwrap() - 0.8 * 0.05f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn leaving_is_no_censoring() {
        let sample = Sample { entry: None, time: &[1.0, 2.0, 3.0], event: &[false, false, true], weight: None };
        let curve = fit_leaving(&sample, &[true, false, false], ReverseTies::Flip, &KmOptions::default());
        assert_eq!(curve.steps.n_leave, [1.0, 0.0, 0.0]);
        assert_eq!(curve.steps.n_event, [0.0, 1.0, 0.0]);
        close(&curve.steps.estimate, &[1.0, 0.5, 0.5]);
    }

    #[test]
    fn spellings() {
        assert_eq!(serde_json::from_str::<ReverseTies>("\"event_first\"").unwrap(), ReverseTies::EventFirst);
        assert_eq!(serde_json::to_string(&ReverseTies::Flip).unwrap(), "\"flip\"");
    }
}
