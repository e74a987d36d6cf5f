//! The discrete likelihood for ties: the d events of a time are conditioned on their number (rule 23).
//!
//! At an event time ℓ += Σ_D xᵀβ − log B_d, B_d the sum over all sets of d rows at risk of the product of their
//! exp(xᵀβ) (Cox 1972; Gail, Lubin & Rubinstein 1981, Biometrika 68:703-707). B_d grows row by row,
//! B_k ← B_k + r B_{k−1}; here as the ratios B_k/B_{k−1}, which neither overflow nor cancel, with the mean and the
//! covariance of Σx over such sets.

use super::arrangement::Arrangement;
use super::information::packed;
use super::likelihood::Evaluation;
use super::risk_set::add_outer;

/// The sets of k rows out of those added so far.
#[derive(Clone)]
struct Sets {
    /// B_k / B_{k−1}.
    ratio: f64,
    /// Mean of Σx.
    mean: Vec<f64>,
    /// Covariance of Σx, packed.
    spread: Vec<f64>,
}

/// Sets of 1, 2, … rows.
struct Subsets {
    sets: Vec<Sets>,
    rows: usize,
    step: Vec<f64>,
}

impl Subsets {
    fn new(p: usize, most: usize) -> Self {
        let empty = Sets { ratio: 0.0, mean: vec![0.0; p], spread: vec![0.0; packed(p, 0)] };
        Self { sets: vec![empty; most], rows: 0, step: vec![0.0; p] }
    }

    fn clear(&mut self) {
        self.rows = 0;
    }

    /// Adds a row to those that sets are drawn from, following sets of up to `most` rows.
    fn add(&mut self, risk: f64, x: &[f64], most: usize) {
        self.rows += 1;
        for k in (0..most.min(self.rows)).rev() {
            let (smaller, rest) = self.sets.split_at_mut(k);
            let sets = &mut rest[0];
            let below = smaller.last();
            if k + 1 == self.rows {
                // The first set of this size: all rows.
                sets.ratio = 0.0;
                sets.mean.fill(0.0);
                sets.spread.fill(0.0);
            }
            // The share of sets, by weight, that have the new row.
            let share = risk / (sets.ratio + risk);
            for (step, x) in self.step.iter_mut().zip(x) {
                *step = *x;
            }
            if let Some(below) = below {
                for (step, mean) in self.step.iter_mut().zip(&below.mean) {
                    *step += mean;
                }
                for (spread, below) in sets.spread.iter_mut().zip(&below.spread) {
                    *spread += share * (below - *spread);
                }
            } else {
                for spread in &mut sets.spread {
                    *spread -= share * *spread;
                }
            }
            for (step, mean) in self.step.iter_mut().zip(&sets.mean) {
                *step -= mean;
            }
            add_outer(&mut sets.spread, share * (1.0 - share), &self.step);
            for (mean, step) in sets.mean.iter_mut().zip(&self.step) {
                *mean += share * step;
            }
            sets.ratio = match below {
                Some(below) => below.ratio * (sets.ratio + risk) / (below.ratio + risk),
                None => sets.ratio + risk,
            };
        }
    }
}

/// Multiplications that one evaluation may take; beyond, a fit would take minutes.
const WORK: f64 = 4e9;

/// The time that makes the likelihood too long to evaluate, if there is one.
pub(super) fn too_large(rows: &Arrangement) -> Option<f64> {
    let each = packed(rows.p, 0).max(1) as f64;
    let mut work = 0.0;
    for stratum in &rows.strata {
        let times = &rows.times[stratum.times.clone()];
        let Some(worst) = times.iter().max_by_key(|at| at.deaths.len()) else { continue };
        if !rows.has_entry() {
            work += each * stratum.rows.len() as f64 * worst.deaths.len() as f64;
        } else {
            for at in times {
                work += each * (at.deaths.end - stratum.rows.start) as f64 * at.deaths.len() as f64;
            }
        }
        if work > WORK {
            return Some(worst.time);
        }
    }
    None
}

/// The log-likelihood and its derivatives. O(n d p²), d the most events at one time; with late entry the sets are drawn
/// anew at each event time.
pub(super) fn evaluate(rows: &Arrangement, beta: &[f64]) -> Evaluation {
    let predictor = rows.linear_predictor(beta);
    let risk: Vec<f64> = predictor.iter().map(|&eta| libm::exp(eta)).collect();
    let mut out = Evaluation::zero(rows.p);
    for stratum in &rows.strata {
        let times = &rows.times[stratum.times.clone()];
        let most = times.iter().map(|at| at.deaths.len()).max().unwrap_or(0);
        let mut subsets = Subsets::new(rows.p, most);
        for (number, at) in times.iter().enumerate() {
            let d = at.deaths.len();
            if rows.has_entry() {
                subsets.clear();
                for row in rows.present(stratum, &times[..=number]).into_iter().chain(at.deaths.clone()) {
                    subsets.add(risk[row], rows.row(row), d);
                }
            } else {
                let new = at.joined.start..at.deaths.end;
                for (row, &risk) in new.clone().zip(&risk[new]) {
                    subsets.add(risk, rows.row(row), most);
                }
            }
            for row in at.deaths.clone() {
                out.log_likelihood += predictor[row];
                for (score, x) in out.score.iter_mut().zip(rows.row(row)) {
                    *score += x;
                }
            }
            out.log_likelihood -= subsets.sets[..d].iter().map(|sets| libm::log(sets.ratio)).sum::<f64>();
            let sets = &subsets.sets[d - 1];
            for (score, mean) in out.score.iter_mut().zip(&sets.mean) {
                *score -= mean;
            }
            for (information, spread) in out.information.iter_mut().zip(&sets.spread) {
                *information += spread;
            }
        }
    }
    out
}
