//! Profile likelihood: tests and limits of one coefficient with the others at their best (Venzon & Moolgavkar 1988,
//! Appl Stat 37:87-94).

use super::arrangement::Arrangement;
use super::information::{Factor, submatrix};
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
const LEVEL: f64 = 1e-11;
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
    let given = Arrangement::new(sample, &all, design.strata);
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
        let curve = Curve {
            function: |beta: &[f64]| evaluate(rows, options.ties, beta),
            start: &solution.beta,
            column,
            others: free.iter().copied().filter(|&k| k != column).collect(),
        };
        let scale = rows.scale[column];
        let height_at_zero = curve.height(0.0);
        let mut profile = Profile {
            column,
            conf_low: None,
            conf_high: None,
            likelihood_ratio: ChiSquared::new(2.0 * (top - height_at_zero), 1),
        };
        let floor = top - half_quantile(level);
        let from = solution.beta[column];
        match diverging.map(|diverging| diverging.direction) {
            None => {
                profile.conf_low = curve.falls_to(floor, from, -1.0);
                profile.conf_high = curve.falls_to(floor, from, 1.0);
            }
            Some(None) => {}
            Some(Some(Direction::Up)) => profile.conf_low = curve.falls_to(floor, curve.above(floor, 1.0), -1.0),
            Some(Some(Direction::Down)) => profile.conf_high = curve.falls_to(floor, curve.above(floor, -1.0), 1.0),
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

/// The profile of one coefficient, on the standardised scale: concave.
pub(super) struct Curve<'a, F: Fn(&[f64]) -> Evaluation> {
    /// The function.
    pub function: F,
    /// Where the others begin.
    pub start: &'a [f64],
    /// The coefficient.
    pub column: usize,
    /// The others.
    pub others: Vec<usize>,
}

impl<F: Fn(&[f64]) -> Evaluation> Curve<'_, F> {
    /// Height, slope and point at a value of the coefficient, the others beginning at `start`. By the envelope theorem the
    /// slope is the score.
    fn from(&self, start: &[f64], value: f64) -> (f64, f64, Vec<f64>) {
        let mut beta = start.to_vec();
        beta[self.column] = value;
        let first = (self.function)(&beta);
        let summit = climb(&self.function, &beta, first, &self.others, Until::Height(LEVEL), STEPS, false);
        (summit.value.log_likelihood + summit.gain.max(0.0), summit.value.score[self.column], summit.beta)
    }

    /// Height at a value of the coefficient.
    pub fn height(&self, value: f64) -> f64 {
        self.from(self.start, value).0
    }

    /// A value at which the curve, rising in this direction to a limit above the floor, is above it.
    fn above(&self, floor: f64, direction: f64) -> f64 {
        let mut step = 0.0;
        for _ in 0..STEPS {
            if self.height(direction * step) > floor {
                break;
            }
            step = 2.0 * step + 1.0;
        }
        direction * step
    }

    /// A first step from a point above the floor: to where a parabola with the curve's bend would meet it.
    fn first_step(&self, floor: f64, height: f64, beta: &[f64]) -> f64 {
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
    pub fn falls_to(&self, floor: f64, from: f64, direction: f64) -> Option<f64> {
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
