//! The sandwich covariance of Lin & Wei 1989, JASA 84:1074-1078, clustered as in Lee, Wei & Amato 1992: linear time.
//!
//! Each row's score residual U_i = ∫ (x_i − x̄(t)) dM_i(t) (Therneau & Grambsch 2000, section 7.2; under Efron's ties the
//! deaths of one time see the fractions c_l of the hazard). R: `residuals(fit, "dfbeta", weighted = TRUE)`, crossed.

use std::borrow::Cow;

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
    let clusters = if let Some(cluster) = cluster {
        // The rows stay in their order, which is that of memory: sums of some clusters lie nearer than rows of a million.
        let cluster = numbered(cluster);
        let mut sums = vec![0.0; cluster.iter().max().map_or(0, |&last| last as usize + 1) * p];
        seen.each_score(|row, score| {
            let own = cluster[rows.original(row)] as usize * p;
            for (sum, value) in sums[own..own + p].iter_mut().zip(score) {
                *sum += value;
            }
        });
        if p > 0 {
            sums.chunks(p).for_each(|sum| add_outer(&mut meat, 1.0, sum));
        }
        present(&cluster)
    } else {
        seen.each_score(|_, score| add_outer(&mut meat, 1.0, score));
        rows.n
    };
    let meat = DMatrix::from_fn(p, p, |i, j| meat[packed(i.max(j), i.min(j))]);
    let mut out = covariance * meat * covariance;
    out.fill_upper_triangle_with_lower_triangle();
    (clusters, out)
}

/// The clusters numbered from 0 to fewer than there are rows: as they are where they are numbered so.
pub(super) fn numbered(cluster: &[u32]) -> Cow<'_, [u32]> {
    if cluster.iter().all(|&code| (code as usize) < cluster.len()) {
        return Cow::Borrowed(cluster);
    }
    let mut order: Vec<u32> = (0..cluster.len() as u32).collect();
    order::by_key(&mut order, |row| u64::from(cluster[row as usize]));
    let mut out = vec![0; cluster.len()];
    for (number, members) in order.chunk_by(|&a, &b| cluster[a as usize] == cluster[b as usize]).enumerate() {
        for &row in members {
            out[row as usize] = number as u32;
        }
    }
    Cow::Owned(out)
}

/// How many numbers there are among these, all of them below their count.
fn present(cluster: &[u32]) -> usize {
    let mut seen = vec![false; cluster.len()];
    cluster.iter().for_each(|&code| seen[code as usize] = true);
    seen.into_iter().filter(|&seen| seen).count()
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
}

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
        out
    }

    /// Each row that meets an event time of its stratum, with the number of the one that it meets last; the others have seen
    /// nothing, and their residuals are 0. The rows come in their order within a stratum.
    pub fn met(&self) -> impl Iterator<Item = (usize, usize)> {
        let times = self.rows.times.iter().enumerate();
        times.flat_map(|(number, at)| at.joined.clone().chain(at.deaths.clone()).map(move |row| (row, number)))
    }

    /// The score residual of each row, times its weight; 0 for those that are not shown.
    fn each_score(&self, mut show: impl FnMut(usize, &[f64])) {
        let mut score = vec![0.0; self.rows.p];
        for (row, last) in self.met() {
            self.score(row, last, &mut score);
            show(row, &score);
        }
    }

    fn risk(&self, row: usize) -> f64 {
        self.rows.risk(row, self.beta)
    }

    /// Martingale residual of a row, times its weight: the event less the hazard that the row has seen. `last` is as in [`Self::met`].
    pub fn martingale(&self, row: usize, last: usize) -> f64 {
        let seen = self.hazard[last] - self.rows.leaves_at(row).map_or(0.0, |at| self.hazard[at]);
        if self.rows.times[last].deaths.contains(&row) {
            self.rows.weight(row) - self.risk(row) * (seen - self.spared[last])
        } else {
            -self.risk(row) * seen
        }
    }

    /// Score residual of a row, times its weight. `last` is as in [`Self::met`].
    pub fn score(&self, row: usize, last: usize, out: &mut [f64]) {
        let entered = self.rows.leaves_at(row);
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

#[cfg(test)]
mod tests {
    use super::super::{CoxOptions, Design, concordance_of, fit};
    use crate::survival::Sample;

    #[test]
    fn clusters_are_the_same_whatever_their_numbers() {
        let (time, event) = ([2.0, 1.0, 3.0, 2.0, 5.0, 4.0], [true, true, false, true, true, false]);
        let sample = Sample { entry: None, time: &time, event: &event, weight: None };
        let columns = [vec![0.0, 1.0, 1.0, 0.0, 1.0, 0.0]];
        let found = |cluster: &[u32]| {
            let design = Design { columns: &columns, cluster: Some(cluster), ..Design::default() };
            let fit = fit(&sample, &design, &CoxOptions::default()).unwrap();
            (fit.n_cluster, fit.std_errors, concordance_of(&sample, &design, &columns[0]).unwrap().std_error)
        };
        let plain = found(&[0, 1, 0, 2, 1, 2]);
        assert_eq!(plain.0, Some(3));
        assert_eq!(found(&[7, 9, 7, u32::MAX, 9, u32::MAX]), plain);
        // A gap, with numbers below that of the rows.
        assert_eq!(found(&[0, 3, 0, 5, 3, 5]), plain);
    }
}
