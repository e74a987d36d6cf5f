//! Firth's penalised likelihood ℓ*(β) = ℓ(β) + ½ log |I(β)| with its derivatives (rule 11).
//!
//! The penalty's derivative is ½ tr(A ∂I/∂β_k), A = I⁻¹ (Heinze & Schemper 2001, Biometrics 57:114-119), in which third central
//! moments over the risk sets are summed. A log term of mean x̄ and total R adds, for each row at risk with risk r,
//! (r/R) {xᵀAx − s̄ − 2 (x − x̄)ᵀAx̄} x_k, where s̄ is the mean of xᵀAx. The braces are linear in sums over the terms that a row
//! sees, 1/R, (s̄ − 2 x̄ᵀAx̄)/R and Ax̄/R. These are kept while going forward in time, and a row takes them where it ends (and
//! gives back those from before its entry): O(n p + events p²) beside the xᵀAx, without a moment of third order.

use std::ops::Range;

use super::Ties;
use super::arrangement::{Arrangement, Stratum};
use super::information::{Factor, packed};
use super::likelihood::{Evaluation, add_time, shares};
use super::risk_set::{AtTime, Visitor, sweep};

/// ℓ* of some rows. Its evaluations learn from each other how the penalty bends, which would take fourth moments to compute.
#[derive(Debug, Clone)]
pub(super) struct Penalised {
    /// The rows.
    pub rows: Arrangement,
    ties: Ties,
    bend: Bend,
    /// Working space: what each event time showed, and xᵀAx of each row.
    shown: Shown,
    form: Vec<f64>,
}

/// How the penalty bends: −∂²(½ log |I|)/∂β∂βᵀ as far as it is known.
#[derive(Debug, Clone)]
pub(super) struct Bend {
    /// Packed.
    matrix: Vec<f64>,
    /// The last point, and the penalty's derivative there.
    last: Option<(Vec<f64>, Vec<f64>)>,
}

/// A step this long, in standard deviations of a column, says nothing of the bend at its end.
const NEAR: f64 = 1.0;

impl Penalised {
    /// ℓ* of these rows, with ties Efron or Breslow.
    pub fn new(rows: Arrangement, ties: Ties) -> Self {
        let bend = Bend { matrix: vec![0.0; packed(rows.p, 0)], last: None };
        Self { rows, ties, bend, shown: Shown::default(), form: Vec::new() }
    }

    /// ℓ*, its derivative, and in place of I the curvature by which a climb takes its steps: I and the bend of the penalty, where
    /// they bend down in every direction together, else I alone.
    pub fn climbing(&mut self, beta: &[f64]) -> Evaluation {
        let p = self.rows.p;
        let (mut out, penalty) = self.parts(beta);
        if out.log_likelihood == f64::NEG_INFINITY {
            return out;
        }
        if let Some((before, slope)) = &self.bend.last {
            let step: Vec<f64> = beta.iter().zip(before).map(|(now, before)| now - before).collect();
            let fall: Vec<f64> = slope.iter().zip(&penalty).map(|(before, now)| before - now).collect();
            learn(&mut self.bend.matrix, &step, &fall);
        }
        self.bend.last = Some((beta.to_vec(), penalty));
        let curvature: Vec<f64> = out.information.iter().zip(&self.bend.matrix).map(|(own, bend)| own + bend).collect();
        if Factor::new(&curvature, p, 0.0).dependent.is_empty() {
            out.information = curvature;
        }
        out
    }

    /// What is known of the bend, to be given back by [`Penalised::forget`].
    pub fn bend(&self) -> Bend {
        self.bend.clone()
    }

    /// Forgets what was learned since.
    pub fn forget(&mut self, bend: Bend) {
        self.bend = bend;
    }

    /// ℓ*, its derivative, and I.
    pub fn at(&mut self, beta: &[f64]) -> Evaluation {
        self.parts(beta).0
    }

    /// ℓ*, its derivative, and I; and the derivative of the penalty alone. Where I is singular ℓ* is −∞.
    fn parts(&mut self, beta: &[f64]) -> (Evaluation, Vec<f64>) {
        let (rows, p) = (&self.rows, self.rows.p);
        let risk: Vec<f64> = (0..rows.n).map(|row| rows.risk(row, beta)).collect();
        self.shown.clear();
        let mut sum =
            Sum { rows, ties: self.ties, beta, out: Evaluation::zero(p), step: vec![0.0; p], shown: &mut self.shown };
        sweep(rows, beta, &mut sum);
        let mut out = sum.out;
        out.settle();
        let factor = Factor::new(&out.information, p, 0.0);
        if !factor.dependent.is_empty() {
            out.log_likelihood = f64::NEG_INFINITY;
            return (out, vec![0.0; p]);
        }
        let mut penalty = self.slope(&risk, factor.inverse().as_slice());
        out.log_likelihood += factor.log_determinant() / 2.0;
        for (score, penalty) in out.score.iter_mut().zip(&mut penalty) {
            *penalty /= 2.0;
            *score += *penalty;
        }
        (out, penalty)
    }

    /// tr(A ∂I/∂β_k), `a` row by row.
    fn slope(&mut self, risk: &[f64], a: &[f64]) -> Vec<f64> {
        let (rows, p) = (&self.rows, self.rows.p);
        let mut turned = vec![0.0; p];
        self.form.clear();
        for row in 0..rows.n {
            turn(a, rows.row(row), &mut turned);
            self.form.push(dot(rows.row(row), &turned));
        }
        let mut sums = Forward { rows, risk, form: &self.form, seen: Seen::new(p), out: vec![0.0; p] };
        let mut forms = Vec::new();
        let (mut turned_step, mut coefficient) = (vec![0.0; p], vec![0.0; p]);
        for stratum in &rows.strata {
            // The mean of xᵀAx among the others, backward.
            forms.clear();
            let mut mean = Mean::default();
            for (index, at) in stratum.times.clone().zip(&rows.times[stratum.times.clone()]) {
                for row in at.joined.clone() {
                    mean.add(risk[row], self.form[row]);
                }
                if !at.left.is_empty() {
                    let left: f64 = rows.leaving(at).map(|row| risk[row]).sum();
                    // Taking rows off again is exact enough while most of the risk stays.
                    if left < mean.total / 2.0 {
                        for row in rows.leaving(at) {
                            mean.add(-risk[row], self.form[row]);
                        }
                    } else {
                        mean = Mean::default();
                        for row in rows.present(stratum, &rows.times[stratum.times.start..=index]) {
                            mean.add(risk[row], self.form[row]);
                        }
                    }
                }
                let mut dead = Mean::default();
                for row in at.deaths.clone() {
                    dead.add(risk[row], self.form[row]);
                }
                let from = if self.shown.others[index] > 0.0 { mean.mean } else { dead.mean };
                forms.push((from, dead.mean - from));
                mean.add(dead.total, dead.mean);
            }
            // What the rows see, forward.
            sums.seen.clear();
            for (index, &(form, form_step)) in stratum.times.clone().zip(&forms).rev() {
                let at = &rows.times[index];
                let (others, dead) = (self.shown.others[index], self.shown.dead[index]);
                let (from, step) = self.shown.vectors(index, p);
                sums.renew(stratum, index, 1.0 / (others + dead));
                turn(a, from, &mut turned);
                turn(a, step, &mut turned_step);
                let (square, mixed, step_square) = (dot(from, &turned), dot(step, &turned), dot(step, &turned_step));
                let (mut all, mut by_dead) = ([0.0; 3], [0.0; 3]);
                for (c, m) in shares(self.ties, rows, at.deaths.clone()) {
                    let total = others + c * dead;
                    let toward = c * dead / total;
                    let quadratic = square + 2.0 * toward * mixed + toward * toward * step_square;
                    let own = m / total;
                    let parts = [own, own * toward, own * (form + toward * form_step - 2.0 * quadratic)];
                    for (part, (all, by_dead)) in parts.iter().zip(all.iter_mut().zip(&mut by_dead)) {
                        *all += part;
                        *by_dead += c * part;
                    }
                }
                for (out, (from, step)) in coefficient.iter_mut().zip(turned.iter().zip(&turned_step)) {
                    *out = by_dead[0] * from + by_dead[1] * step;
                }
                sums.give_dead(at.deaths.clone(), by_dead[0], by_dead[2], &coefficient);
                sums.seen.add(all, &turned, &turned_step);
                for row in at.joined.clone() {
                    sums.give(row, 1.0);
                }
                for row in rows.leaving(at) {
                    sums.give(row, -1.0);
                }
            }
        }
        sums.out
    }
}

/// What a sweep shows at each event time: the totals of the others and of the dead, the mean of the others (of the dead where
/// there are no others), and the way from it to the mean of the dead.
#[derive(Debug, Clone, Default)]
struct Shown {
    others: Vec<f64>,
    dead: Vec<f64>,
    /// 2p numbers a time.
    means: Vec<f64>,
}

impl Shown {
    fn clear(&mut self) {
        self.others.clear();
        self.dead.clear();
        self.means.clear();
    }

    fn vectors(&self, index: usize, p: usize) -> (&[f64], &[f64]) {
        self.means[2 * p * index..2 * p * (index + 1)].split_at(p)
    }
}

/// ℓ, its derivatives, and what the event times show.
struct Sum<'a> {
    rows: &'a Arrangement,
    ties: Ties,
    beta: &'a [f64],
    out: Evaluation,
    step: Vec<f64>,
    shown: &'a mut Shown,
}

impl Visitor for Sum<'_> {
    fn at(&mut self, at: AtTime<'_>) {
        add_time(self.rows, self.ties, self.beta, &at, &mut self.out, &mut self.step);
        let from = if at.others.total > 0.0 { &at.others.mean } else { &at.dead.mean };
        self.shown.others.push(at.others.total);
        self.shown.dead.push(at.dead.total);
        self.shown.means.extend_from_slice(from);
        self.shown.means.extend(at.dead.mean.iter().zip(from).map(|(dead, from)| dead - from));
    }
}

/// A weighted mean, kept by updating.
#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    total: f64,
    mean: f64,
}

impl Mean {
    fn add(&mut self, weight: f64, value: f64) {
        let total = self.total + weight;
        if total > 0.0 {
            self.mean += (value - self.mean) * weight / total;
        }
        self.total = total;
    }
}

/// Sums over the log terms so far: 1/R, (s̄ − 2 x̄ᵀAx̄)/R, Ax̄/R, each by its m.
struct Seen {
    plain: f64,
    form: f64,
    turned: Vec<f64>,
    /// The largest 1/R among them.
    peak: f64,
}

impl Seen {
    fn new(p: usize) -> Self {
        Self { plain: 0.0, form: 0.0, turned: vec![0.0; p], peak: 0.0 }
    }

    fn clear(&mut self) {
        (self.plain, self.form, self.peak) = (0.0, 0.0, 0.0);
        self.turned.fill(0.0);
    }

    /// Σ m/R, Σ m/R · (the way toward the dead), Σ m/R · (s̄ − 2 x̄ᵀAx̄) of one event time.
    fn add(&mut self, [plain, toward, form]: [f64; 3], turned: &[f64], turned_step: &[f64]) {
        self.plain += plain;
        self.form += form;
        for (own, (from, step)) in self.turned.iter_mut().zip(turned.iter().zip(turned_step)) {
            *own += plain * from + toward * step;
        }
    }
}

/// The sums as they go forward in time, and what the rows took.
struct Forward<'a> {
    rows: &'a Arrangement,
    risk: &'a [f64],
    form: &'a [f64],
    seen: Seen,
    out: Vec<f64>,
}

impl Forward<'_> {
    /// The row takes what was seen so far, or gives it back.
    fn give(&mut self, row: usize, sign: f64) {
        let x = self.rows.row(row);
        let own = self.form[row] * self.seen.plain - self.seen.form - 2.0 * dot(x, &self.seen.turned);
        let factor = sign * self.risk[row] * own;
        for (out, x) in self.out.iter_mut().zip(x) {
            *out += factor * x;
        }
    }

    /// Rows with the event take what was seen before and their share of this time.
    fn give_dead(&mut self, deaths: Range<usize>, plain: f64, form: f64, turned: &[f64]) {
        for row in deaths {
            self.give(row, 1.0);
            let x = self.rows.row(row);
            let factor = self.risk[row] * (self.form[row] * plain - form - 2.0 * dot(x, turned));
            for (out, x) in self.out.iter_mut().zip(x) {
                *out += factor * x;
            }
        }
    }

    /// With late entry a small early risk set may have left sums beside which those of now would be lost when a row gives
    /// them back: the rows at risk then take them, and the sums begin anew.
    fn renew(&mut self, stratum: &Stratum, index: usize, inverse: f64) {
        const FALL: f64 = 1e-3;
        if self.rows.has_entry() && inverse < FALL * self.seen.peak {
            let times = &self.rows.times[stratum.times.start..=index];
            let dead = self.rows.times[index].deaths.clone();
            for row in self.rows.present(stratum, times).into_iter().chain(dead) {
                self.give(row, 1.0);
            }
            self.seen.clear();
        }
        self.seen.peak = self.seen.peak.max(inverse);
    }
}

/// out = A x.
fn turn(a: &[f64], x: &[f64], out: &mut [f64]) {
    for (out, row) in out.iter_mut().zip(a.chunks_exact(x.len())) {
        *out = dot(row, x);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The symmetric update of rank one after which matrix · step = change (Nocedal & Wright 2006, *Numerical Optimization*,
/// section 6.2), left out where it is not defined or the step is long.
fn learn(matrix: &mut [f64], step: &[f64], change: &[f64]) {
    let p = step.len();
    let element = |matrix: &[f64], i: usize, j: usize| matrix[packed(i.max(j), i.min(j))];
    let rest: Vec<f64> =
        (0..p).map(|i| change[i] - (0..p).map(|j| element(matrix, i, j) * step[j]).sum::<f64>()).collect();
    let along = dot(&rest, step);
    let long = step.iter().fold(0.0_f64, |long, step| long.max(step.abs()));
    let sound = along.abs() > 1e-8 * libm::sqrt(dot(&rest, &rest) * dot(step, step)) && long > 1e-7 && long <= NEAR;
    if sound {
        for i in 0..p {
            for j in 0..=i {
                matrix[packed(i, j)] += rest[i] * rest[j] / along;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{Rows, sequence};
    use super::*;
    use crate::survival::Sample;

    #[test]
    fn one_binary_covariate_without_ties_by_hand() {
        // Events in the order x = 1, 0, 1 among 1, 0, 1, 0 (the last censored); r = exp β.
        // ℓ = 2β − log(2r + 2) − log(r + 2) − log(r + 1); I = r/(r+1)² + 2r/(r+2)² + r/(r+1)².
        let event = [true, true, true, false];
        let sample = Sample { entry: None, time: &[1.0, 2.0, 3.0, 4.0], event: &event, weight: None };
        let rows = Arrangement::new(&sample, &[&[1.0, 0.0, 1.0, 0.0]], None);
        let scale = rows.scale[0];
        for ties in [Ties::Efron, Ties::Breslow] {
            let mut function = Penalised::new(rows.clone(), ties);
            for beta in [0.0, 0.8, -2.0] {
                let r = libm::exp(beta);
                let (a, b) = (r + 1.0, r + 2.0);
                let information = 2.0 * r / (a * a) + 2.0 * r / (b * b);
                let slope = 2.0 * r * (1.0 - r) / (a * a * a) + 2.0 * r * (2.0 - r) / (b * b * b);
                let found = function.at(&[beta * scale]);
                let height =
                    2.0 * beta - libm::log(2.0 * a) - libm::log(b) - libm::log(a) + libm::log(information) / 2.0;
                let score = 2.0 - 2.0 * r / a - r / b + slope / information / 2.0;
                assert!((found.log_likelihood + libm::log(scale) - height).abs() < 1e-12);
                assert!((found.score[0] * scale - score).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn score_is_the_slope_of_the_height_with_ties_weights_and_entry() {
        let sample = Sample {
            entry: Some(&[0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 1.0, 0.0]),
            time: &[2.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0],
            event: &[true, true, false, true, true, true, true, false],
            weight: Some(&[1.0, 2.0, 0.5, 1.0, 1.5, 1.0, 2.0, 1.0]),
        };
        let columns: [&[f64]; 2] =
            [&[1.0, 0.0, 2.0, 1.0, 3.0, 0.5, 1.5, 2.0], &[0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0]];
        let rows = Arrangement::new(&sample, &columns, None);
        for ties in [Ties::Efron, Ties::Breslow] {
            let beta = [0.3, -0.6];
            let mut function = Penalised::new(rows.clone(), ties);
            let score = function.at(&beta).score;
            for k in 0..2 {
                let mut height = |step: f64| {
                    let mut beta = beta;
                    beta[k] += step;
                    function.at(&beta).log_likelihood
                };
                let h = 1e-3;
                let slope = (8.0 * (height(h) - height(-h)) - height(2.0 * h) + height(-2.0 * h)) / (12.0 * h);
                assert!((score[k] - slope).abs() < 1e-9, "{} for {slope}", score[k]);
            }
        }
    }

    #[test]
    fn score_agrees_with_third_moments_over_every_risk_set() {
        let mut next = sequence(20250311);
        for round in 0..30 {
            let n = 24;
            let made = Rows::new(n, 0.7, &mut next);
            let Rows { entry, time, event, weight, strata } = &made;
            let columns: [Vec<f64>; 2] = [(0..n).map(|_| 6.0 * next()).collect(), (0..n).map(|_| next()).collect()];
            let is_late = round % 2 == 0;
            let rows = Arrangement::new(&made.sample(is_late), &[&columns[0], &columns[1]], Some(strata));
            // A strong effect makes risks differ by 10⁷: sums of small risk sets are then given back by rows that enter.
            let beta = [[0.0, 0.0], [0.4, -1.0], [3.0, 0.5]][round % 3];
            for ties in [Ties::Efron, Ties::Breslow] {
                let inside = [beta[0] * rows.scale[0], beta[1] * rows.scale[1]];
                let mut function = Penalised::new(rows.clone(), ties);
                let (found, penalty) = function.parts(&inside);
                let (mut information, mut third) = ([[0.0; 2]; 2], [[[0.0; 2]; 2]; 2]);
                let x = |i: usize| [columns[0][i] / rows.scale[0], columns[1][i] / rows.scale[1]];
                for stratum in 0..2 {
                    for t in (1..20).map(f64::from) {
                        let here = |i: &usize| strata[*i] == stratum;
                        let dead: Vec<usize> = (0..n).filter(here).filter(|&i| event[i] && time[i] == t).collect();
                        let since = |i: usize| if is_late { entry[i] } else { 0.0 };
                        let at_risk: Vec<usize> =
                            (0..n).filter(here).filter(|&i| since(i) < t && t <= time[i]).collect();
                        let m = dead.iter().map(|&i| weight[i]).sum::<f64>() / dead.len() as f64;
                        for k in 0..dead.len() {
                            let gone = if ties == Ties::Efron { k as f64 / dead.len() as f64 } else { 0.0 };
                            let part = |i: usize| {
                                let eta = inside[0] * x(i)[0] + inside[1] * x(i)[1];
                                weight[i] * libm::exp(eta) * if dead.contains(&i) { 1.0 - gone } else { 1.0 }
                            };
                            let total: f64 = at_risk.iter().map(|&i| part(i)).sum();
                            let mean = [0, 1].map(|a| at_risk.iter().map(|&i| part(i) * x(i)[a]).sum::<f64>() / total);
                            for &i in &at_risk {
                                let off = [x(i)[0] - mean[0], x(i)[1] - mean[1]];
                                for (a, b) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                                    information[a][b] += m * part(i) / total * off[a] * off[b];
                                    for (c, third) in third.iter_mut().enumerate() {
                                        third[a][b] += m * part(i) / total * off[a] * off[b] * off[c];
                                    }
                                }
                            }
                        }
                    }
                }
                let determinant = information[0][0] * information[1][1] - information[0][1] * information[1][0];
                let inverse = [
                    [information[1][1] / determinant, -information[0][1] / determinant],
                    [-information[1][0] / determinant, information[0][0] / determinant],
                ];
                for (k, third) in third.iter().enumerate() {
                    let trace: f64 = (0..2).map(|a| (0..2).map(|b| inverse[a][b] * third[b][a]).sum::<f64>()).sum();
                    let (found, expected) = (penalty[k], trace / 2.0);
                    assert!(
                        (found - expected).abs() < 1e-9 * (1.0 + expected.abs()),
                        "{round}: {found} for {expected}"
                    );
                }
                let height = libm::log(determinant) / 2.0;
                let plain = crate::survival::cox::likelihood::evaluate(&rows, ties, &inside).log_likelihood;
                assert!((found.log_likelihood - plain - height).abs() < 1e-9, "round {round}");
            }
        }
    }
}
