//! Profile likelihood: tests and limits of one coefficient with the others at their best (Venzon & Moolgavkar 1988,
//! Appl Stat 37:87-94).

use super::arrangement::Arrangement;
use super::information::{Factor, packed, submatrix};
use super::likelihood::{Evaluation, evaluate};
use super::newton::{Until, climb};
use super::solve::solve;
use super::{ChiSquared, CoxError, CoxOptions, Design, Direction};
use crate::num::normal;
use crate::survival::Sample;

/// Test and limits of one coefficient by its profile likelihood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Index into [`Design::columns`](super::Design::columns).
    pub column: usize,
    /// Lower limit of the log hazard ratio; `None`: minus infinity (rule 16).
    pub conf_low: Option<f64>,
    /// Upper limit of the log hazard ratio; `None`: plus infinity.
    pub conf_high: Option<f64>,
    /// Likelihood-ratio test that the coefficient is zero.
    pub likelihood_ratio: ChiSquared,
}

/// A height gained by less than this no longer matters to a limit.
pub(super) const LEVEL: f64 = 1e-11;
/// Steps of all coefficients together towards a limit, and how long one may be, in standard deviations of a column.
const STRAIGHT: usize = 25;
/// See [`STRAIGHT`].
const FAR_STEP: f64 = 20.0;
/// A start so much lower than the top is compared with another.
const FAR: f64 = 10.0;
/// Steps in search of a limit, and Newton steps for the height at one value: many where other coefficients diverge.
const STEPS: usize = 200;

/// Profiles the coefficients of these columns, at confidence `level`, 0 < level < 1. Costs one fit, and some ten
/// restricted ones a column. R: none for `coxph`; as `confint(glm)`.
///
/// # Errors
/// Those of [`fit`](super::fit).
pub fn profile(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    columns: &[usize],
    level: f64,
) -> Result<Vec<Profile>, CoxError> {
    let all: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let given = Arrangement::new(sample, &all, design.strata).with_offset(design.offset);
    let solution = solve(given.clone(), options)?;
    let everything: Vec<usize> = (0..given.p).collect();
    let top = solution.at.log_likelihood;
    let mut out = Vec::with_capacity(columns.len());
    for &column in columns {
        // A coefficient that stays finite has its profile in the limiting likelihood, which is quicker to climb.
        let diverging = solution.limit.as_ref().and_then(|limit| limit.diverging.iter().find(|d| d.column == column));
        let (rows, free) = match diverging {
            Some(_) => (&given, &everything),
            None => (&solution.rows, &solution.free),
        };
        let mut curve = Curve {
            function: |beta: &[f64]| evaluate(rows, options.ties, beta),
            start: &solution.beta,
            at_start: &solution.at,
            column,
            others: free.iter().copied().filter(|&k| k != column).collect(),
        };
        let scale = rows.scale[column];
        let height_at_zero = if diverging.is_some() { curve.height(0.0) } else { curve.height_at_zero() };
        let mut profile = Profile {
            column,
            conf_low: None,
            conf_high: None,
            likelihood_ratio: ChiSquared::new(2.0 * (top - height_at_zero), 1),
        };
        let floor = top - half_quantile(level);
        match diverging.map(|diverging| diverging.direction) {
            None => {
                profile.conf_low = curve.limit(floor, height_at_zero, -1.0);
                profile.conf_high = curve.limit(floor, height_at_zero, 1.0);
            }
            Some(None) => {}
            Some(Some(Direction::Up)) => {
                let from = curve.above(floor, 1.0);
                profile.conf_low = curve.falls_to(floor, from, -1.0);
            }
            Some(Some(Direction::Down)) => {
                let from = curve.above(floor, -1.0);
                profile.conf_high = curve.falls_to(floor, from, 1.0);
            }
        }
        for limit in [&mut profile.conf_low, &mut profile.conf_high] {
            *limit = limit.map(|limit| limit / scale);
        }
        out.push(profile);
    }
    Ok(out)
}

/// Half the quantile of χ² with one degree of freedom: how far below its top the profile is at a limit.
pub(super) fn half_quantile(level: f64) -> f64 {
    let z = normal::z_of_level(level).unwrap_or(f64::INFINITY);
    z * z / 2.0
}

/// Where a climb with these coordinates held at zero begins, and the value there: the point that is highest if the function is
/// the parabola that it looks like at `beta`, where it is `at`.
pub(super) fn beside(
    mut function: impl FnMut(&[f64]) -> Evaluation,
    beta: &[f64],
    at: &Evaluation,
    free: &[usize],
    held: &[usize],
) -> (Vec<f64>, Evaluation) {
    let to: Vec<f64> = vec![0.0; held.len()];
    let start = along(beta, at, free, held, &to);
    let value = function(&start);
    // Far from its top the function is no parabola: at zero it is known to be finite.
    let mut plain = beta.to_vec();
    held.iter().for_each(|&k| plain[k] = 0.0);
    let low = !value.is_finite() || at.log_likelihood - value.log_likelihood > FAR;
    if !low {
        return (start, value);
    }
    let other = function(&plain);
    if value.is_finite() && value.log_likelihood >= other.log_likelihood { (start, value) } else { (plain, other) }
}

/// The point at which these coordinates are `to` and the others are highest on the parabola at `beta`.
fn along(beta: &[f64], at: &Evaluation, free: &[usize], held: &[usize], to: &[f64]) -> Vec<f64> {
    let mut out = beta.to_vec();
    // The others move by B⁻¹ C (the way of the held), B their curvature and C that between them and the held.
    let between = |k: usize, l: usize| at.information[packed(k.max(l), k.min(l))];
    let pull: Vec<f64> =
        (free.iter()).map(|&k| held.iter().zip(to).map(|(&l, to)| between(k, l) * (beta[l] - to)).sum()).collect();
    let step = Factor::new(&submatrix(&at.information, free), free.len(), 0.0).solve(&pull);
    for (&k, step) in free.iter().zip(&step) {
        out[k] += step;
    }
    for (&k, to) in held.iter().zip(to) {
        out[k] = *to;
    }
    out
}

/// The profile of one coefficient, on the standardised scale: concave, or nearly so with a penalty.
pub(super) struct Curve<'a, F: FnMut(&[f64]) -> Evaluation> {
    /// The function.
    pub function: F,
    /// Where the others begin: the top of the function, where there is one.
    pub start: &'a [f64],
    /// The function there.
    pub at_start: &'a Evaluation,
    /// The coefficient.
    pub column: usize,
    /// The others.
    pub others: Vec<usize>,
}

impl<F: FnMut(&[f64]) -> Evaluation> Curve<'_, F> {
    /// Height, slope and point at a value of the coefficient, the others beginning at `start`. By the envelope theorem the
    /// slope is the score.
    fn from(&mut self, start: &[f64], value: f64) -> (f64, f64, Vec<f64>) {
        let mut beta = start.to_vec();
        beta[self.column] = value;
        let first = (self.function)(&beta);
        self.climbed(&beta, first)
    }

    fn climbed(&mut self, beta: &[f64], first: Evaluation) -> (f64, f64, Vec<f64>) {
        let summit = climb(&mut self.function, beta, first, &self.others, Until::Height(LEVEL), STEPS, false);
        (summit.value.log_likelihood + summit.gain.max(0.0), summit.value.score[self.column], summit.beta)
    }

    /// Height at a value of the coefficient.
    fn height(&mut self, value: f64) -> f64 {
        self.from(self.start, value).0
    }

    /// Height where the coefficient is zero.
    pub fn height_at_zero(&mut self) -> f64 {
        let (start, first) = beside(&mut self.function, self.start, self.at_start, &self.others, &[self.column]);
        self.climbed(&start, first).0
    }

    /// A value at which the curve, rising in this direction to a limit above the floor, is above it.
    fn above(&mut self, floor: f64, direction: f64) -> f64 {
        let mut step = 0.0;
        for _ in 0..STEPS {
            if self.height(direction * step) > floor {
                break;
            }
            step = 2.0 * step + 1.0;
        }
        direction * step
    }

    /// Where the curve, whose top is at `start` and whose height at zero is known, comes down to the floor in this direction;
    /// `None` if it does not. A penalised likelihood of a few rows far apart may have several tops, so that a way down ends beyond
    /// another: a limit that the test of zero contradicts is none.
    pub fn limit(&mut self, floor: f64, height_at_zero: f64, direction: f64) -> Option<f64> {
        let from = self.start[self.column];
        let agrees = |limit: &f64| {
            let zero_inside = direction * from < 0.0 && direction * limit > 0.0;
            let zero_beyond = direction * limit < 0.0;
            let slack = LEVEL * (1.0 + floor.abs());
            direction * (limit - from) > 0.0
                && !(zero_inside && height_at_zero < floor - slack)
                && !(zero_beyond && height_at_zero > floor + slack)
        };
        let found = self.straight(floor, direction).filter(agrees);
        let found = found.or_else(|| self.falls_to(floor, from, direction).filter(agrees));
        // Where zero is known to lie below the floor, the curve comes down on the way there.
        let before_zero = direction * from < 0.0 && height_at_zero < floor;
        found.or_else(|| before_zero.then(|| self.halved(floor, from, 0.0)))
    }

    /// Where the curve crosses the floor between `high`, above it, and `low`, below it: by halving, which is slow and cannot fail.
    fn halved(&mut self, floor: f64, mut high: f64, mut low: f64) -> f64 {
        for _ in 0..STEPS {
            let middle = low + (high - low) / 2.0;
            if middle == low || middle == high {
                break;
            }
            if self.height(middle) > floor { high = middle } else { low = middle }
        }
        low + (high - low) / 2.0
    }

    /// The same by Newton's steps over all coefficients together, towards the point at which the score of the others is 0 and
    /// the height is the floor (Venzon & Moolgavkar 1988): on the parabola at β, of height h, score u and curvature B, it is
    /// β + B⁻¹u ± λB⁻¹e with ½λ²eᵀB⁻¹e = h + ½uᵀB⁻¹u − floor. The first step is Wald's limit. `None` where they lead astray.
    fn straight(&mut self, floor: f64, direction: f64) -> Option<f64> {
        let mut free = self.others.clone();
        free.push(self.column);
        let own = free.len() - 1;
        let mut unit = vec![0.0; free.len()];
        unit[own] = 1.0;
        let (mut beta, mut value) = (self.start.to_vec(), self.at_start.clone());
        for _ in 0..STRAIGHT {
            let factor = Factor::new(&submatrix(&value.information, &free), free.len(), 0.0);
            if !factor.dependent.is_empty() {
                return None;
            }
            let score: Vec<f64> = free.iter().map(|&k| value.score[k]).collect();
            let (newton, outward) = (factor.solve(&score), factor.solve(&unit));
            let rise: f64 = newton.iter().zip(&score).map(|(step, score)| step * score).sum::<f64>() / 2.0;
            let above = value.log_likelihood + rise - floor;
            let lambda = direction * libm::sqrt(2.0 * above.max(0.0) / outward[own]);
            let step: Vec<f64> = newton.iter().zip(&outward).map(|(newton, out)| newton + lambda * out).collect();
            let longest = step.iter().fold(0.0_f64, |longest, step| longest.max(step.abs()));
            // Half of stepᵀ B step: how far the height and the others' scores are from what they should be.
            let off: f64 = step.iter().zip(&score).map(|(step, score)| step * score).sum::<f64>() + lambda * step[own];
            if !(above > 0.0 && longest < FAR_STEP) {
                return None;
            }
            for (&k, step) in free.iter().zip(&step) {
                beta[k] += step;
            }
            let limit = beta[self.column];
            if step[own].abs() <= 1e-9 * (1.0 + limit.abs()) && off / 2.0 <= LEVEL {
                return Some(limit);
            }
            value = (self.function)(&beta);
            if !value.is_finite() {
                return None;
            }
        }
        None
    }

    /// A first step from a point above the floor: to where a parabola with the curve's bend would meet it.
    fn first_step(&mut self, floor: f64, height: f64, beta: &[f64]) -> f64 {
        let mut free = self.others.clone();
        free.push(self.column);
        let value = (self.function)(beta);
        let factor = Factor::new(&submatrix(&value.information, &free), free.len(), 0.0);
        let mut unit = vec![0.0; free.len()];
        unit[free.len() - 1] = 1.0;
        let step = libm::sqrt(2.0 * (height - floor) * factor.quadratic_form(&unit));
        if step > 1e-6 && step < 10.0 { step } else { 0.5 }
    }

    /// Where the curve, above the floor at `from`, comes down to it in this direction; `None` if it does not.
    fn falls_to(&mut self, floor: f64, from: f64, direction: f64) -> Option<f64> {
        let (height, _, mut near) = self.from(self.start, from);
        let mut step = self.first_step(floor, height, &near);
        let mut inside = from;
        let (mut outside, mut value) = loop {
            let value = from + direction * step;
            let (height, _, point) = self.from(&near, value);
            if height <= floor {
                break (value, value);
            }
            if !height.is_finite() || step > 1e6 {
                return None;
            }
            (inside, near) = (value, point);
            step *= 2.0;
        };
        // The curve is concave: from outside, Newton's steps approach the limit without passing it; a step that rounding
        // leads astray is replaced by the middle.
        for _ in 0..STEPS {
            let (height, slope, point) = self.from(&near, value);
            if height <= floor {
                outside = value;
            } else {
                (inside, near) = (value, point);
            }
            let newton = value + (floor - height) / slope;
            let width = (outside - inside).abs();
            let next = if (newton - inside) * (newton - outside) < 0.0 { newton } else { (inside + outside) / 2.0 };
            if (next - value).abs() <= 1e-10 * (1.0 + value.abs()) || width <= 1e-11 * (1.0 + value.abs()) {
                return Some(next);
            }
            value = next;
        }
        None
    }
}
