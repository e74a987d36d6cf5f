//! The estimators: pure functions of slices to plain structs.
//!
//! Nothing here knows of files, columns by name, documents or languages. Undefined figures are `None`, never NaN.

pub mod cox;

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
