//! The log partial likelihood with its score and information, Breslow and Efron.
//!
//! At an event time with deaths D (weights w, d of them) and others R at risk, r = w exp(η), η = xᵀβ and the offset:
//! ℓ += Σ_D w η − Σ_l m_l log(Σ_R r + c_l Σ_D r), with c = 1, m = Σ_D w (Breslow), or for l = 0 … d − 1
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
    /// What rounding has taken from `log_likelihood` so far.
    lost: f64,
}

impl Evaluation {
    /// All zeros.
    pub fn zero(p: usize) -> Self {
        Self { log_likelihood: 0.0, score: vec![0.0; p], information: vec![0.0; packed(p, 0)], lost: 0.0 }
    }

    /// Adds to ℓ, keeping account of the rounding (Neumaier 1974, Z Angew Math Mech 54:39-51): of a million events it would
    /// be more than the last steps of a climb gain.
    pub fn add(&mut self, term: f64) {
        let sum = self.log_likelihood + term;
        let (large, small) = if self.log_likelihood.abs() >= term.abs() {
            (self.log_likelihood, term)
        } else {
            (term, self.log_likelihood)
        };
        self.lost += (large - sum) + small;
        self.log_likelihood = sum;
    }

    /// Gives ℓ what rounding has taken.
    pub fn settle(&mut self) {
        self.log_likelihood += std::mem::take(&mut self.lost);
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
    let mut sum = Sum { rows, ties, beta, out: Evaluation::zero(rows.p), step: vec![0.0; rows.p] };
    sweep(rows, beta, &mut sum);
    sum.out.settle();
    sum.out
}

/// How the deaths of one time share the hazard: for each of their log terms (c_l, m_l), as in the module's text.
pub(super) fn shares(ties: Ties, rows: &Arrangement, deaths: Range<usize>) -> impl Iterator<Item = (f64, f64)> {
    let d = deaths.len();
    let weight = total_weight(rows, deaths);
    let (terms, each) = if ties == Ties::Breslow { (1, weight) } else { (d, weight / d as f64) };
    (0..terms).map(move |l| (1.0 - l as f64 / d as f64, each))
}

/// Σ w of these rows.
pub(super) fn total_weight(rows: &Arrangement, members: Range<usize>) -> f64 {
    if rows.unweighted() { members.len() as f64 } else { members.map(|row| rows.weight(row)).sum() }
}

struct Sum<'a> {
    rows: &'a Arrangement,
    ties: Ties,
    beta: &'a [f64],
    out: Evaluation,
    step: Vec<f64>,
}

impl Visitor for Sum<'_> {
    fn at(&mut self, at: AtTime<'_>) {
        add_time(self.rows, self.ties, self.beta, &at, &mut self.out, &mut self.step);
    }
}

/// Adds what one event time contributes. `step` is p numbers of working space.
pub(super) fn add_time(
    rows: &Arrangement,
    ties: Ties,
    beta: &[f64],
    at: &AtTime<'_>,
    out: &mut Evaluation,
    step: &mut [f64],
) {
    let AtTime { others, dead, deaths, .. } = at;
    step.fill(0.0);
    let mut height = 0.0;
    for row in deaths.clone() {
        let weight = rows.weight(row);
        height += weight * rows.offset(row);
        for (own, x) in step.iter_mut().zip(rows.row(row)) {
            *own += weight * x;
        }
    }
    for ((score, own), beta) in out.score.iter_mut().zip(&*step).zip(beta) {
        *score += own;
        height += own * beta;
    }
    // The mean of a term lies between those of the others and of the dead, and its spread is theirs and that of the two
    // means: only these sums of scalars depend on the term.
    let (mut terms, mut toward, mut of_others, mut of_dead, mut between) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut totals = LogProduct::default();
    let mut own_weight = 0.0;
    for (c, m) in shares(ties, rows, deaths.clone()) {
        let total = others.total + c * dead.total;
        totals.multiply(total);
        own_weight = m;
        let share = 1.0 / total;
        let each = m * share;
        let part = c * dead.total * share;
        terms += m;
        toward += m * part;
        of_others += each;
        of_dead += c * each;
        between += each * others.total * part;
    }
    // m is the same in every term.
    out.add(height - own_weight * totals.log());
    if others.total > 0.0 {
        for (step, (dead, others)) in step.iter_mut().zip(dead.mean.iter().zip(&others.mean)) {
            *step = dead - others;
        }
        for (score, (others, step)) in out.score.iter_mut().zip(others.mean.iter().zip(&*step)) {
            *score -= terms * others + toward * step;
        }
        add_outer(&mut out.information, between, step);
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

/// The logarithm of a product, taken once: Σ log is slower, and rounds at each term.
struct LogProduct {
    /// The product of the numbers without their powers of 2.
    product: f64,
    /// Sum of those powers.
    power: i64,
    /// Σ log of the numbers that are not normal: 0, the smallest, without bounds.
    others: f64,
}

impl Default for LogProduct {
    fn default() -> Self {
        Self { product: 1.0, power: 0, others: 0.0 }
    }
}

impl LogProduct {
    /// The bits of the power of 2 of a float, and how far they stand up.
    const POWER: u64 = 0x7ff << Self::PLACE;
    const PLACE: u32 = 52;
    const ONE: u64 = 1023 << Self::PLACE;

    fn multiply(&mut self, number: f64) {
        if !(number.is_normal() && number > 0.0) {
            self.others += libm::log(number);
            return;
        }
        self.take(number);
        // Far from too large: each number adds less than one power.
        if self.product > 1e100 {
            let product = std::mem::replace(&mut self.product, 1.0);
            self.take(product);
        }
    }

    fn take(&mut self, number: f64) {
        let bits = number.to_bits();
        self.power += ((bits & Self::POWER) >> Self::PLACE) as i64 - 1023;
        self.product *= f64::from_bits(bits & !Self::POWER | Self::ONE);
    }

    fn log(&self) -> f64 {
        self.power as f64 * std::f64::consts::LN_2 + libm::log(self.product) + self.others
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{Rows, sequence};
    use super::*;
    use crate::survival::Sample;

    /// Six rows; with r = exp β the log-likelihoods can be written down (see each test).
    const TIME: [f64; 6] = [4.0, 1.0, 2.0, 1.0, 3.0, 2.0];
    const EVENT: [bool; 6] = [true, true, true, false, false, true];
    const X: [f64; 6] = [0.0, 1.0, 1.0, 1.0, 0.0, 0.0];

    /// ℓ, score and information on the scale of x.
    fn at(sample: &Sample, x: &[f64], ties: Ties, beta: f64) -> [f64; 3] {
        let rows = Arrangement::new(sample, &[x], None);
        let scale = rows.scale[0];
        let found = evaluate(&rows, ties, &[beta * scale]);
        // Centring x takes β times the mean from each xβ of an event and from the log of its risk set: nothing.
        [found.log_likelihood, found.score[0] * scale, found.information[0] * scale * scale]
    }

    #[track_caller]
    fn close(found: [f64; 3], expected: [f64; 3]) {
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12 * (1.0 + expected.abs()), "{found} for {expected}");
        }
    }

    #[test]
    fn logarithm_of_a_product_by_hand() {
        let log_of = |numbers: &[f64]| {
            let mut product = LogProduct::default();
            numbers.iter().for_each(|&number| product.multiply(number));
            product.log()
        };
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
        near(log_of(&[]), 0.0);
        near(log_of(&[1e300, 8.0, 1e-300, 0.5, 1e300, 1e-300]), libm::log(4.0));
        // 1.5 a thousand times is beyond any float.
        near(log_of(&[1.5; 2000]) / 2000.0, libm::log(1.5));
        near(log_of(&[5e-324, 2.0]), libm::log(5e-324) + libm::log(2.0));
        assert_eq!(log_of(&[0.0, 3.0]), f64::NEG_INFINITY);
        assert_eq!(log_of(&[f64::INFINITY, 3.0]), f64::INFINITY);
        assert!(log_of(&[f64::NAN, 3.0]).is_nan());
    }

    const BETAS: [f64; 5] = [0.0, 0.7, -1.3, 3.0, 1.4747192];

    #[test]
    fn breslow_by_hand() {
        // At 1 one event (x = 1) among three rows of r and three of 1; at 2 two events (1 and 0) among r, 1, 1, 1; at 4
        // one alone: ℓ = 2β − log(3r + 3) − 2 log(r + 3).
        let sample = Sample { entry: None, time: &TIME, event: &EVENT, weight: None };
        for beta in BETAS {
            let r = libm::exp(beta);
            let (a, b) = (r + 1.0, r + 3.0);
            close(
                at(&sample, &X, Ties::Breslow, beta),
                [
                    2.0 * beta - libm::log(3.0 * a) - 2.0 * libm::log(b),
                    2.0 - r / a - 2.0 * r / b,
                    r / (a * a) + 6.0 * r / (b * b),
                ],
            );
        }
    }

    #[test]
    fn efron_by_hand() {
        // The second event at 2 sees half of the two: log(r + 3 − (r + 1)/2) = log((r + 5)/2).
        let sample = Sample { entry: None, time: &TIME, event: &EVENT, weight: None };
        for beta in BETAS {
            let r = libm::exp(beta);
            let (a, b, c) = (r + 1.0, r + 3.0, r + 5.0);
            close(
                at(&sample, &X, Ties::Efron, beta),
                [
                    2.0 * beta - libm::log(3.0 * a) - libm::log(b) - libm::log(c / 2.0),
                    2.0 - r / a - r / b - r / c,
                    r / (a * a) + 3.0 * r / (b * b) + 5.0 * r / (c * c),
                ],
            );
        }
    }

    #[test]
    fn exact_by_hand() {
        // Two of r, 1, 1, 1: three pairs with r and three without, log(3r + 3).
        let sample = Sample { entry: None, time: &TIME, event: &EVENT, weight: None };
        for beta in BETAS {
            let r = libm::exp(beta);
            let a = r + 1.0;
            close(
                at(&sample, &X, Ties::Exact, beta),
                [2.0 * beta - 2.0 * libm::log(3.0 * a), 2.0 - 2.0 * r / a, 2.0 * r / (a * a)],
            );
        }
    }

    #[test]
    fn efron_with_weights_by_hand() {
        // Events at 1 with x = 1 and 0 and weights 2 and 1, one more row of weight 3, x = 1: the mean weight 1.5 for
        // each of log(5r + 1) and log(5r + 1 − (2r + 1)/2) = log(4r + 1/2).
        let weight = [3.0, 2.0, 1.0];
        let sample = Sample { entry: None, time: &[2.0, 1.0, 1.0], event: &[false, true, true], weight: Some(&weight) };
        for beta in BETAS {
            let r = libm::exp(beta);
            let (a, b) = (5.0 * r + 1.0, 4.0 * r + 0.5);
            close(
                at(&sample, &[1.0, 1.0, 0.0], Ties::Efron, beta),
                [
                    2.0 * beta - 1.5 * (libm::log(a) + libm::log(b)),
                    2.0 - 1.5 * (5.0 * r / a + 4.0 * r / b),
                    1.5 * (5.0 * r / (a * a) + 2.0 * r / (b * b)),
                ],
            );
        }
    }

    #[test]
    fn late_entry_by_hand() {
        // At 2 the first and second rows are at risk (the third enters at 2, after it); at 5 the second and third.
        let sample =
            Sample { entry: Some(&[0.0, 1.0, 2.0]), time: &[2.0, 6.0, 5.0], event: &[true, false, true], weight: None };
        for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
            for beta in BETAS {
                let r = libm::exp(beta);
                let a = r + 1.0;
                // x = 1, 0, 1: each event against the second row.
                close(
                    at(&sample, &[1.0, 0.0, 1.0], ties, beta),
                    [2.0 * beta - 2.0 * libm::log(a), 2.0 - 2.0 * r / a, 2.0 * r / (a * a)],
                );
            }
        }
    }

    #[test]
    fn agrees_with_sums_over_every_risk_set() {
        let mut next = sequence(20240607);
        for round in 0..40 {
            let n = 30;
            let made = Rows::new(n, 0.6, &mut next);
            let Rows { entry, time, event, weight, strata } = &made;
            let x: Vec<f64> = (0..n).map(|_| 10.0 * next() - 3.0).collect();
            let rows = Arrangement::new(&made.sample(true), &[&x], Some(strata));
            // A strong effect makes the risks differ by a factor of 10¹², which empties risk sets of nearly all risk.
            let beta = [0.0, 0.4, 3.0][round % 3];
            for ties in [Ties::Efron, Ties::Breslow] {
                let found = evaluate(&rows, ties, &[beta * rows.scale[0]]);
                let (mut l, mut u, mut info) = (0.0, 0.0, 0.0);
                for s in 0..2 {
                    for t in 1..20 {
                        let t = f64::from(t);
                        let dead: Vec<usize> = (0..n).filter(|&i| strata[i] == s && event[i] && time[i] == t).collect();
                        let at_risk: Vec<usize> =
                            (0..n).filter(|&i| strata[i] == s && entry[i] < t && t <= time[i]).collect();
                        let d = dead.len();
                        let total_weight: f64 = dead.iter().map(|&i| weight[i]).sum();
                        for &i in &dead {
                            l += weight[i] * beta * x[i];
                            u += weight[i] * x[i];
                        }
                        for k in 0..d {
                            let gone = if ties == Ties::Efron { k as f64 / d as f64 } else { 0.0 };
                            let part = |i: usize| {
                                weight[i] * libm::exp(beta * x[i]) * if dead.contains(&i) { 1.0 - gone } else { 1.0 }
                            };
                            let s0: f64 = at_risk.iter().map(|&i| part(i)).sum();
                            let mean = at_risk.iter().map(|&i| part(i) * x[i]).sum::<f64>() / s0;
                            let m = total_weight / d as f64;
                            l -= m * libm::log(s0);
                            u -= m * mean;
                            info +=
                                m * at_risk.iter().map(|&i| part(i) * (x[i] - mean) * (x[i] - mean)).sum::<f64>() / s0;
                        }
                    }
                }
                let scale = rows.scale[0];
                let found = [found.log_likelihood, found.score[0] * scale, found.information[0] * scale * scale];
                for (found, expected) in found.into_iter().zip([l, u, info]) {
                    assert!((found - expected).abs() < 1e-9 * (1.0 + expected.abs()), "{found} for {expected}");
                }
            }
        }
    }
}
