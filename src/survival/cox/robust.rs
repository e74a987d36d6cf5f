//! The sandwich covariance of Lin & Wei 1989, JASA 84:1074-1078, clustered as in Lee, Wei & Amato 1992: linear time.
//!
//! Each row's score residual U_i = ∫ (x_i − x̄(t)) dM_i(t) (Therneau & Grambsch 2000, section 7.2; under Efron's ties the
//! deaths of one time see the fractions c_l of the hazard). R: `residuals(fit, "dfbeta", weighted = TRUE)`, crossed.

use nalgebra::DMatrix;

use super::Ties;
use super::arrangement::Arrangement;
use super::information::packed;
use super::likelihood::shares;
use super::risk_set::{AtTime, Visitor, add_outer, sweep};
use crate::num::order;

/// Clusters, and the sandwich on the standardised scale; `covariance` is the model-based one at the same β. `cluster` is
/// by row of the sample, `None`: each row on its own.
pub(super) fn sandwich(
    rows: &Arrangement,
    ties: Ties,
    beta: &[f64],
    covariance: &DMatrix<f64>,
    cluster: Option<&[u32]>,
) -> (usize, DMatrix<f64>) {
    let p = rows.p;
    let seen = HazardSeen::new(rows, ties, beta);
    let mut meat = vec![0.0; packed(p, 0)];
    let mut one = vec![0.0; p];
    let mut clusters = 0;
    if let Some(cluster) = cluster {
        let cluster_of = |row: u32| cluster[rows.original(row as usize)];
        let mut order: Vec<u32> = (0..rows.n as u32).collect();
        order::by_key(&mut order, |row| u64::from(cluster_of(row)));
        let mut sum = vec![0.0; p];
        for members in order.chunk_by(|&a, &b| cluster_of(a) == cluster_of(b)) {
            clusters += 1;
            sum.fill(0.0);
            for &row in members {
                seen.score(row as usize, &mut one);
                for (sum, value) in sum.iter_mut().zip(&one) {
                    *sum += value;
                }
            }
            add_outer(&mut meat, 1.0, &sum);
        }
    } else {
        clusters = rows.n;
        for row in 0..rows.n {
            seen.score(row, &mut one);
            add_outer(&mut meat, 1.0, &one);
        }
    }
    let meat = DMatrix::from_fn(p, p, |i, j| meat[packed(i.max(j), i.min(j))]);
    let mut out = covariance * meat * covariance;
    out.fill_upper_triangle_with_lower_triangle();
    (clusters, out)
}

/// What each row has seen of the hazard, and of its risk sets' means, from which its residuals follow.
pub(super) struct HazardSeen<'a> {
    rows: &'a Arrangement,
    beta: &'a [f64],
    /// Σ dΛ from the stratum's first event time through each: this, and what follows, by event time.
    hazard: Vec<f64>,
    /// Σ x̄ dΛ likewise, p numbers an event time.
    mean_hazard: Vec<f64>,
    /// The mean that the deaths are compared with, p numbers an event time.
    mean: Vec<f64>,
    /// By how much less of the hazard the deaths see than the others do: with Efron's ties, else 0.
    spared: Vec<f64>,
    /// The same of x̄ dΛ; empty where there are no such ties at all.
    mean_spared: Vec<f64>,
    /// The event time that each row meets last, none where its stratum has none by then.
    last: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl<'a> HazardSeen<'a> {
    /// In one sweep.
    pub fn new(rows: &'a Arrangement, ties: Ties, beta: &'a [f64]) -> Self {
        let (times, p) = (rows.times.len(), rows.p);
        let tied = ties == Ties::Efron && rows.times.iter().any(|at| at.deaths.len() > 1);
        let mut hazards = Hazards {
            rows,
            ties,
            out: Self {
                rows,
                beta,
                hazard: Vec::with_capacity(times),
                mean_hazard: Vec::with_capacity(times * p),
                mean: Vec::with_capacity(times * p),
                spared: Vec::with_capacity(times),
                mean_spared: Vec::with_capacity(if tied { times * p } else { 0 }),
                last: Vec::new(),
            },
            tied,
        };
        sweep(rows, beta, &mut hazards);
        let mut out = hazards.out;
        for stratum in &rows.strata {
            // Latest first: the sums run backward.
            for at in stratum.times.clone().rev().skip(1) {
                out.hazard[at] += out.hazard[at + 1];
                for k in 0..p {
                    out.mean_hazard[at * p + k] += out.mean_hazard[(at + 1) * p + k];
                }
            }
        }
        out.last = vec![NONE; rows.n];
        for (number, at) in rows.times.iter().enumerate() {
            out.last[at.joined.clone()].fill(number as u32);
            out.last[at.deaths.clone()].fill(number as u32);
        }
        out
    }

    /// The event time that a row meets last, and the first after it going backward that it has not entered by.
    fn met(&self, row: usize) -> Option<(usize, Option<usize>)> {
        let last = self.last[row];
        (last != NONE).then_some((last as usize, self.rows.leaves_at(row)))
    }

    fn risk(&self, row: usize) -> f64 {
        self.rows.risk(row, self.beta)
    }

    /// Martingale residual of a row, times its weight: the event less the hazard that the row has seen.
    pub fn martingale(&self, row: usize) -> f64 {
        let Some((last, entered)) = self.met(row) else { return 0.0 };
        let seen = self.hazard[last] - entered.map_or(0.0, |at| self.hazard[at]);
        if self.rows.times[last].deaths.contains(&row) {
            self.rows.weight(row) - self.risk(row) * (seen - self.spared[last])
        } else {
            -self.risk(row) * seen
        }
    }

    /// Score residual of a row, times its weight.
    pub fn score(&self, row: usize, out: &mut [f64]) {
        let Some((last, entered)) = self.met(row) else { return out.fill(0.0) };
        let p = self.rows.p;
        let x = self.rows.row(row);
        let risk = self.risk(row);
        let seen = self.hazard[last] - entered.map_or(0.0, |at| self.hazard[at]);
        for (k, (out, x)) in out.iter_mut().zip(x).enumerate() {
            let mean = self.mean_hazard[last * p + k] - entered.map_or(0.0, |at| self.mean_hazard[at * p + k]);
            *out = risk * (mean - x * seen);
        }
        if self.rows.times[last].deaths.contains(&row) {
            let (weight, spared) = (self.rows.weight(row), self.spared[last]);
            for (k, (out, x)) in out.iter_mut().zip(x).enumerate() {
                *out += weight * (x - self.mean[last * p + k]);
                if let Some(mean) = self.mean_spared.get(last * p + k) {
                    *out += risk * (x * spared - mean);
                }
            }
        }
    }
}

/// What each event time adds.
struct Hazards<'a> {
    rows: &'a Arrangement,
    ties: Ties,
    out: HazardSeen<'a>,
    tied: bool,
}

impl Visitor for Hazards<'_> {
    const SPREAD: bool = false;

    fn at(&mut self, at: AtTime<'_>) {
        let AtTime { others, dead, deaths, .. } = at;
        // Hazard of the others and of the dead; Σ m, and its part that lies toward the mean of the dead.
        let (mut hazard, mut hazard_dead, mut terms, mut toward) = (0.0, 0.0, 0.0, 0.0);
        let (mut toward_hazard, mut toward_hazard_dead) = (0.0, 0.0);
        for (c, m) in shares(self.ties, self.rows, deaths) {
            let total = others.total + c * dead.total;
            let part = c * dead.total / total;
            terms += m;
            toward += m * part;
            hazard += m / total;
            hazard_dead += m * c / total;
            toward_hazard += m * part / total;
            toward_hazard_dead += m * c * part / total;
        }
        self.out.hazard.push(hazard);
        self.out.spared.push(hazard - hazard_dead);
        let from = if others.total > 0.0 { &others.mean } else { &dead.mean };
        for (from, dead) in from.iter().zip(&dead.mean) {
            let step = dead - from;
            let mean_hazard = from * hazard + step * toward_hazard;
            self.out.mean.push(from + step * toward / terms);
            self.out.mean_hazard.push(mean_hazard);
            if self.tied {
                self.out.mean_spared.push(mean_hazard - (from * hazard_dead + step * toward_hazard_dead));
            }
        }
    }
}
