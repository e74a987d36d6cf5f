//! Made-up rows for the tests of likelihoods: with ties, late entry, weights and strata.

use crate::survival::Sample;

/// A fixed sequence of pseudorandom numbers in [0, 1) (Park & Miller 1988).
pub(super) fn sequence(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state * 48271 % 2147483647;
        state as f64 / 2147483647.0
    }
}

/// Rows of two strata.
pub(super) struct Rows {
    pub entry: Vec<f64>,
    pub time: Vec<f64>,
    pub event: Vec<bool>,
    pub weight: Vec<f64>,
    pub strata: Vec<u32>,
}

impl Rows {
    /// `n` rows, of which about this share have the event.
    pub fn new(n: usize, share: f64, next: &mut impl FnMut() -> f64) -> Self {
        let entry: Vec<f64> = (0..n).map(|_| libm::floor(6.0 * next())).collect();
        let time = entry.iter().map(|entry| entry + 1.0 + libm::floor(8.0 * next())).collect();
        let event = (0..n).map(|_| next() < share).collect();
        let weight = (0..n).map(|_| 0.5 + 2.0 * next()).collect();
        let strata = (0..n).map(|_| (2.0 * next()) as u32).collect();
        Self { entry, time, event, weight, strata }
    }

    /// The rows as a sample, with or without their entry.
    pub fn sample(&self, with_entry: bool) -> Sample<'_> {
        let entry = with_entry.then_some(self.entry.as_slice());
        Sample { entry, time: &self.time, event: &self.event, weight: Some(&self.weight) }
    }
}
