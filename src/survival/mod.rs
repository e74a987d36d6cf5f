//! The estimators: pure functions of slices to plain structs.
//!
//! Nothing here knows of files, columns by name, documents or languages. Undefined figures are `None`, never NaN.

pub mod beta_product;
pub mod cox;
pub mod describe;
pub mod difference;
pub mod episode;
pub mod follow_up;
pub mod grouped_log_rank;
pub mod hazard_ratio;
pub mod interval;
pub mod jackknife;
pub mod kaplan_meier;
pub mod life_table;
pub mod log_rank;
pub mod nelson_aalen;
pub mod permutation;
pub mod quantile;

#[cfg(test)]
mod lung;

use serde::{Deserialize, Serialize};

/// Why a figure is undefined, or where it comes from; the words are in the `reason` section of the words files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The curve does not come down to this quantile.
    NotReached,
    /// The group has no row.
    NotEstimable,
    /// The time is after the last follow-up of the group.
    BeyondFollowUp,
    /// The time is after the last follow-up of the group; the last figures are repeated.
    CarriedForward,
    /// The estimate is 0, where its standard error is not defined.
    CurveAtZero,
    /// The curve has no event far enough on one side of the quantile to estimate the density there.
    NoDensity,
    /// Neither curve has had an event, so that there is no variation to judge their difference by.
    NoVariation,
    /// A group has no event, so that its logarithm is not finite.
    GroupWithoutEvents,
    /// Too large or too close to 0 for a number.
    OutOfRange,
    /// The groups were never at risk together at an event that somebody survived.
    NoComparison,
}

/// Observations of one endpoint, in any order. All slices have the same length.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// Entry into observation (left truncation), `entry < time`; `None` when all are observed from 0. At risk at t means
    /// entry < t ≤ time (rule 28).
    pub entry: Option<&'a [f64]>,
    /// End of observation, finite and not negative. Nearly equal times are already joined (rule 24).
    pub time: &'a [f64],
    /// Whether the observation ends in the event.
    pub event: &'a [bool],
    /// Case weights, positive and finite; `None` when all are 1.
    pub weight: Option<&'a [f64]>,
}

impl Sample<'_> {
    /// Number of observations (rows, not weights).
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there is no observation.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Weight of observation `i`.
    pub fn weight_of(&self, i: usize) -> f64 {
        self.weight.map_or(1.0, |weight| weight[i])
    }

    /// Entry of observation `i`, if observations enter late.
    pub fn entry_of(&self, i: usize) -> Option<f64> {
        self.entry.map(|entry| entry[i])
    }
}
