//! Newton's method with step-halving.

use super::information::{Factor, packed, submatrix};
use super::likelihood::Evaluation;

/// When a climb is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Until {
    /// The next step would move no coordinate by more than the tolerance.
    Point(f64),
    /// The next step would raise the height by no more than this: enough where only the height is wanted, and reached
    /// even where the maximum is at infinity.
    Height(f64),
}

/// How a climb ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// As asked.
    Reached,
    /// The height hardly rises, but the point still moves: the maximum may be at infinity.
    Flat,
    /// The steps are used up, or none goes up.
    Stuck,
}

/// Where a climb ended.
#[derive(Debug, Clone)]
pub(super) struct Summit {
    /// The point.
    pub beta: Vec<f64>,
    /// The function there (up to the last, negligible step).
    pub value: Evaluation,
    /// How it ended.
    pub end: End,
    /// By how much one more step would have raised the height.
    pub gain: f64,
    /// Steps taken.
    pub iterations: usize,
}

/// A gain so small that only the point, not the height, can still matter.
const FLAT: f64 = 1e-7;
/// A slope, per standard deviation of a column, that is none.
const LEVEL: f64 = 1e-12;
/// A step that is still large at such a gain.
const MOVING: f64 = 0.05;
/// Steps after which a climb that still moves deserves a look at where it goes: an ordinary one takes four to seven.
const LONG: usize = 12;

/// A step that comes down behind a top more steeply than this share of how it went up is halved: one that leads to the same height
/// on the other side would go there and back for ever.
const BEHIND: f64 = 0.5;
/// A slope along a step that is rounding.
const NOISE: f64 = 1e-13;

/// Where the function is nearly flat a step may be longer than any halving makes up for; none is longer than this, in standard
/// deviations of a column.
const FARTHEST: f64 = 30.0;

/// Climbs from `start`, where the function is `value`, over the coordinates `free`, the others staying. `flat_ends`:
/// whether to stop where the maximum may be at infinity.
pub(super) fn climb(
    mut function: impl FnMut(&[f64]) -> Evaluation,
    start: &[f64],
    mut value: Evaluation,
    free: &[usize],
    until: Until,
    max_iterations: usize,
    flat_ends: bool,
) -> Summit {
    let mut beta = start.to_vec();
    let mut iterations = 0;
    loop {
        let information = submatrix(&value.information, free);
        let score: Vec<f64> = free.iter().map(|&k| value.score[k]).collect();
        let mut factor = Factor::new(&information, free.len(), 0.0);
        let singular = !factor.dependent.is_empty();
        let slope = score.iter().fold(0.0_f64, |slope, score| slope.max(score.abs()));
        if singular && slope > LEVEL {
            // Far out the information may vanish where the way up is still steep: a damped step, at most of length 1.
            let damped = |(i, j)| information[packed(i, j)] + if i == j { slope } else { 0.0 };
            let pairs = (0..free.len()).flat_map(|i| (0..=i).map(move |j| (i, j)));
            factor = Factor::new(&pairs.map(damped).collect::<Vec<f64>>(), free.len(), 0.0);
        }
        let step = factor.solve(&score);
        let gain: f64 = step.iter().zip(&score).map(|(step, score)| step * score).sum::<f64>() / 2.0;
        let longest = step.iter().fold(0.0_f64, |longest, step| longest.max(step.abs()));
        let reached = match until {
            Until::Point(tolerance) => longest <= tolerance && !singular,
            Until::Height(tolerance) => gain <= tolerance,
        };
        let end = if reached {
            for (&k, step) in free.iter().zip(&step) {
                beta[k] += step;
            }
            Some(End::Reached)
        } else if (flat_ends && longest > MOVING && (gain < FLAT || iterations == LONG)) || !factor.dependent.is_empty()
        {
            Some(End::Flat)
        } else if iterations == max_iterations || !longest.is_finite() {
            Some(End::Stuck)
        } else {
            None
        };
        if let Some(end) = end {
            return Summit { beta, value, end, gain, iterations };
        }

        iterations += 1;
        let mut fraction = if longest > FARTHEST { FARTHEST / longest } else { 1.0 };
        let smallest = 1e-9 * fraction;
        let lowest = value.log_likelihood - 1e-12 * (1.0 + value.log_likelihood.abs());
        loop {
            let mut trial = beta.clone();
            for (&k, step) in free.iter().zip(&step) {
                trial[k] += fraction * step;
            }
            let there = function(&trial);
            let slope: f64 = free.iter().zip(&step).map(|(&k, step)| step * there.score[k]).sum();
            if there.is_finite() && there.log_likelihood >= lowest && slope >= -BEHIND * 2.0 * gain.abs() - NOISE {
                (beta, value) = (trial, there);
                break;
            }
            fraction /= 2.0;
            if fraction < smallest {
                return Summit { beta, value, end: End::Stuck, gain, iterations };
            }
        }
    }
}
