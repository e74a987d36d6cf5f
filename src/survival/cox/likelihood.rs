//! The log partial likelihood with its score and information, Breslow and Efron.
//!
//! At an event time with deaths D (weights w, d of them) and others R at risk, r = w exp(xᵀβ):
//! ℓ += Σ_D w xᵀβ − Σ_l m_l log(Σ_R r + c_l Σ_D r), with c = 1, m = Σ_D w (Breslow), or for l = 0 … d − 1
//! c_l = 1 − l/d, m_l = Σ_D w / d (Efron). Each term is a log-sum of exponentials: its gradient is the mean and its
//! curvature the variance of x under the weights r and c_l r.

use std::ops::Range;

use super::arrangement::Arrangement;
use super::information::packed;
use super::risk_set::{AtTime, Visitor, add_outer, sweep};
use super::{Ties, exact};

/// The log-likelihood and its derivatives at one β, on the standardised scale.
#[derive(Debug, Clone)]
pub(super) struct Evaluation {
    /// ℓ(β).
    pub log_likelihood: f64,
    /// ∂ℓ/∂β.
    pub score: Vec<f64>,
    /// −∂²ℓ/∂β∂βᵀ, packed.
    pub information: Vec<f64>,
}

impl Evaluation {
    /// All zeros.
    pub fn zero(p: usize) -> Self {
        Self { log_likelihood: 0.0, score: vec![0.0; p], information: vec![0.0; packed(p, 0)] }
    }

    /// Whether every figure is finite.
    pub fn is_finite(&self) -> bool {
        self.log_likelihood.is_finite() && self.score.iter().chain(&self.information).all(|value| value.is_finite())
    }
}

/// Evaluates the likelihood: two passes over the rows, O(n p²).
pub(super) fn evaluate(rows: &Arrangement, ties: Ties, beta: &[f64]) -> Evaluation {
    if ties == Ties::Exact {
        return exact::evaluate(rows, beta);
    }
    let predictor = rows.linear_predictor(beta);
    let risk = risks(rows, &predictor);
    let mut sum = Sum { rows, ties, predictor: &predictor, out: Evaluation::zero(rows.p), step: vec![0.0; rows.p] };
    sweep(rows, &risk, &mut sum);
    sum.out
}

/// w exp(xᵀβ) of each row.
pub(super) fn risks(rows: &Arrangement, predictor: &[f64]) -> Vec<f64> {
    predictor.iter().zip(&rows.weight).map(|(eta, weight)| weight * libm::exp(*eta)).collect()
}

/// How the deaths of one time share the hazard: for each of their log terms (c_l, m_l), as in the module's text.
pub(super) fn shares(ties: Ties, rows: &Arrangement, deaths: Range<usize>) -> impl Iterator<Item = (f64, f64)> {
    let d = deaths.len();
    let weight: f64 = rows.weight[deaths].iter().sum();
    let (terms, each) = if ties == Ties::Breslow { (1, weight) } else { (d, weight / d as f64) };
    (0..terms).map(move |l| (1.0 - l as f64 / d as f64, each))
}

struct Sum<'a> {
    rows: &'a Arrangement,
    ties: Ties,
    predictor: &'a [f64],
    out: Evaluation,
    step: Vec<f64>,
}

impl Visitor for Sum<'_> {
    fn at(&mut self, at: AtTime<'_>) {
        let AtTime { others, dead, deaths, .. } = at;
        let out = &mut self.out;
        for row in deaths.clone() {
            let weight = self.rows.weight[row];
            out.log_likelihood += weight * self.predictor[row];
            for (score, x) in out.score.iter_mut().zip(self.rows.row(row)) {
                *score += weight * x;
            }
        }
        // The mean of a term lies between those of the others and of the dead, and its spread is theirs and that of the
        // two means: only these sums of scalars depend on the term.
        let (mut terms, mut toward, mut of_others, mut of_dead, mut between) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (c, m) in shares(self.ties, self.rows, deaths) {
            let total = others.total + c * dead.total;
            out.log_likelihood -= m * libm::log(total);
            terms += m;
            toward += m * c * dead.total / total;
            of_others += m / total;
            of_dead += m * c / total;
            between += m * (others.total / total) * (c * dead.total / total);
        }
        if others.total > 0.0 {
            for (step, (dead, others)) in self.step.iter_mut().zip(dead.mean.iter().zip(&others.mean)) {
                *step = dead - others;
            }
            for (score, (others, step)) in out.score.iter_mut().zip(others.mean.iter().zip(&self.step)) {
                *score -= terms * others + toward * step;
            }
            add_outer(&mut out.information, between, &self.step);
            for (information, spread) in out.information.iter_mut().zip(&others.spread) {
                *information += of_others * spread;
            }
        } else {
            for (score, mean) in out.score.iter_mut().zip(&dead.mean) {
                *score -= terms * mean;
            }
        }
        if dead.rows > 1 {
            for (information, spread) in out.information.iter_mut().zip(&dead.spread) {
                *information += of_dead * spread;
            }
        }
    }
}
