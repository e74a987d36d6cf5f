//! Length of follow-up by the reverse Kaplan-Meier estimate (Schemper and Smith 1996, Control Clin Trials 17:343):
//! a censoring is the event, and the event censors.

use serde::{Deserialize, Serialize};

use super::Sample;
use super::kaplan_meier::{Curve, KmOptions, Role, product_limit};

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
    product_limit(sample, options, Role { flip: true, others_first: ties == ReverseTies::EventFirst })
}
