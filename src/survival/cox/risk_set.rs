//! The sweep over the risk sets, latest time first, with the moments of the covariates in each.

use std::ops::Range;

use super::arrangement::Arrangement;
use super::information::packed;

/// Total, mean and spread about the mean of the covariates of a set of rows, each row with its risk as weight.
///
/// Kept by updating the mean (West 1979, Commun ACM 22:532-535), so that nothing large is subtracted from something
/// large when rows join; see [`sweep`] for rows that leave.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// Σ r.
    pub total: f64,
    /// Σ r x / Σ r.
    pub mean: Vec<f64>,
    /// Σ r (x − mean)(x − mean)ᵀ, packed.
    pub spread: Vec<f64>,
    /// Rows in the set.
    pub rows: usize,
    step: Vec<f64>,
}

impl Moments {
    fn new(p: usize) -> Self {
        Self { total: 0.0, mean: vec![0.0; p], spread: vec![0.0; packed(p, 0)], rows: 0, step: vec![0.0; p] }
    }

    fn clear(&mut self) {
        self.total = 0.0;
        self.rows = 0;
        self.mean.fill(0.0);
        self.spread.fill(0.0);
    }

    fn add(&mut self, risk: f64, x: &[f64]) {
        self.rows += 1;
        let total = self.total + risk;
        if total > 0.0 {
            self.shift(x, risk / total, risk * self.total / total);
        }
        self.total = total;
    }

    fn remove(&mut self, risk: f64, x: &[f64]) {
        self.rows -= 1;
        let total = self.total - risk;
        if self.rows == 0 || total <= 0.0 {
            let rows = self.rows;
            self.clear();
            self.rows = rows;
            return;
        }
        self.shift(x, -risk / total, -risk * self.total / total);
        self.total = total;
    }

    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        let total = self.total + other.total;
        if total > 0.0 {
            self.shift(&other.mean, other.total / total, self.total * other.total / total);
        }
        if other.rows > 1 {
            for (own, more) in self.spread.iter_mut().zip(&other.spread) {
                *own += more;
            }
        }
        self.total = total;
    }

    /// Moves the mean by `fraction` of the way to `x`, and adds `factor` (x − mean)(x − mean)ᵀ to the spread.
    fn shift(&mut self, x: &[f64], fraction: f64, factor: f64) {
        for ((step, mean), x) in self.step.iter_mut().zip(&mut self.mean).zip(x) {
            *step = x - *mean;
            *mean += *step * fraction;
        }
        if factor != 0.0 {
            add_outer(&mut self.spread, factor, &self.step);
        }
    }
}

/// matrix += factor · v vᵀ, packed.
pub(super) fn add_outer(matrix: &mut [f64], factor: f64, v: &[f64]) {
    let mut rest = matrix;
    for i in 0..v.len() {
        let (row, after) = rest.split_at_mut(i + 1);
        let own = factor * v[i];
        for (m, v) in row.iter_mut().zip(v) {
            *m += own * v;
        }
        rest = after;
    }
}

/// What happens at one event time.
pub(super) struct AtTime<'a> {
    /// The time.
    pub time: f64,
    /// Rows at risk without the event at this time.
    pub others: &'a Moments,
    /// Rows with the event at this time.
    pub dead: &'a Moments,
    /// The same rows, in the arrangement.
    pub deaths: Range<usize>,
}

/// What a sweep is made for.
pub(super) trait Visitor {
    /// A row comes under observation (its time is at or after the next event time, and after any seen later).
    fn join(&mut self, _row: usize) {}
    /// An event time.
    fn at(&mut self, at: AtTime<'_>);
    /// A row leaves: the event times still to come are at or before its entry.
    fn leave(&mut self, _row: usize) {}
    /// The stratum ends; rows of it that joined and did not leave were observed from before its first event.
    fn end(&mut self) {}
}

/// A risk set is built anew when rows that left carried all but this share of its risk: what is left over would carry
/// their rounding errors. The cost is a pass over the stratum, and it takes a thousandfold fall each time.
const REBUILD: f64 = 1e-3;

/// Shows every event time of every stratum to the visitor, latest first. `risk` is the weight times exp(xᵀβ) of each row.
pub(super) fn sweep(rows: &Arrangement, risk: &[f64], visitor: &mut impl Visitor) {
    let mut others = Moments::new(rows.p);
    let mut dead = Moments::new(rows.p);
    for stratum in &rows.strata {
        others.clear();
        let mut peak = 0.0_f64;
        for at in &rows.times[stratum.times.clone()] {
            for row in at.joined.clone() {
                others.add(risk[row], rows.row(row));
                visitor.join(row);
            }
            peak = peak.max(others.total);
            for &row in rows.by_entry.get(at.left.clone()).unwrap_or_default() {
                others.remove(risk[row], rows.row(row));
                visitor.leave(row);
            }
            if let Some(entry) = &rows.entry
                && others.total < REBUILD * peak
            {
                others.clear();
                for row in (stratum.rows.start..at.deaths.start).filter(|&row| entry[row] < at.time) {
                    others.add(risk[row], rows.row(row));
                }
                peak = others.total;
            }
            dead.clear();
            for row in at.deaths.clone() {
                dead.add(risk[row], rows.row(row));
                visitor.join(row);
            }
            visitor.at(AtTime { time: at.time, others: &others, dead: &dead, deaths: at.deaths.clone() });
            others.merge(&dead);
            peak = peak.max(others.total);
        }
        visitor.end();
    }
}
