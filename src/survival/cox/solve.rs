//! The maximum of the partial likelihood, or its limit where there is none.

use super::arrangement::Arrangement;
use super::information::Factor;
use super::likelihood::{Evaluation, evaluate, total_weight};
use super::newton::{End, Until, climb};
use super::separation::{self, Limit};
use super::{CoxError, CoxFit, CoxOptions, Design, Ties, exact};
use crate::survival::Sample;

/// A fit on the standardised scale.
pub(super) struct Solution {
    /// The rows that the figures below belong to: under separation those of the limiting likelihood.
    pub rows: Arrangement,
    /// Coefficients; 0 where they diverge.
    pub beta: Vec<f64>,
    /// Columns whose coefficients were estimated.
    pub free: Vec<usize>,
    /// At zero, on the rows as given.
    pub null: Evaluation,
    /// At `beta`.
    pub at: Evaluation,
    /// Newton steps.
    pub iterations: usize,
    /// What diverges.
    pub limit: Option<Limit>,
}

/// A column varies too little within the risk sets to count when its information is below this share of the events: in
/// one of unit variance that is nothing but rounding.
const VARIES: f64 = 1e-13;

/// A gain below which a fit that cannot come closer, for rounding, stands: a step of 1e-6 standard errors.
pub(super) const NEGLIGIBLE: f64 = 1e-12;

/// The information matrix factored, a column without information counting as dependent.
pub(super) fn factor(rows: &Arrangement, at: &Evaluation) -> Factor {
    let events: f64 = rows.times.iter().map(|at| total_weight(rows, at.deaths.clone())).sum();
    Factor::new(&at.information, rows.p, VARIES * events)
}

/// The rows of a model that [`fit`](super::fit) has fitted, in order, with its coefficients on the standardised scale; `None`
/// under separation, where the rows are those of the limit.
pub(super) fn arranged_at(sample: &Sample, design: &Design, fit: &CoxFit) -> Option<(Arrangement, Vec<f64>)> {
    let coefficients = fit.coefficients.iter().copied().collect::<Option<Vec<f64>>>()?;
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let rows = Arrangement::new(sample, &columns, design.strata).with_offset(design.offset);
    let beta = coefficients.iter().zip(&rows.scale).map(|(b, scale)| b * scale).collect();
    Some((rows, beta))
}

/// Fits all columns of the arrangement, which has events.
pub(super) fn solve(rows: Arrangement, options: &CoxOptions) -> Result<Solution, CoxError> {
    if options.ties == Ties::Exact
        && let Some(time) = exact::too_large(&rows)
    {
        return Err(CoxError::ExactTooLarge { time });
    }
    let zero = vec![0.0; rows.p];
    let null = evaluate(&rows, options.ties, &zero);
    let dependent = factor(&rows, &null).dependent;
    if !dependent.is_empty() {
        return Err(CoxError::Collinear { columns: dependent });
    }
    let free: Vec<usize> = (0..rows.p).collect();
    let until = Until::Point(options.tolerance);
    let function = |beta: &[f64]| evaluate(&rows, options.ties, beta);
    let first = climb(function, &zero, null.clone(), &free, until, options.max_iterations, true);
    let summit = if first.end == End::Flat {
        if let Some(limit) = separation::limit(&rows, options.ties) {
            return at_limit(rows, null, limit, first.iterations, options);
        }
        let left = options.max_iterations.saturating_sub(first.iterations);
        let mut more = climb(function, &first.beta, first.value, &free, until, left, false);
        more.iterations += first.iterations;
        more
    } else {
        first
    };
    if summit.end != End::Reached && summit.gain > NEGLIGIBLE {
        if let Some(limit) = separation::limit(&rows, options.ties) {
            return at_limit(rows, null, limit, summit.iterations, options);
        }
        return Err(CoxError::NotConverged { iterations: summit.iterations });
    }
    Ok(Solution { beta: summit.beta, free, null, at: summit.value, iterations: summit.iterations, limit: None, rows })
}

/// The maximum of the limiting likelihood.
fn at_limit(
    rows: Arrangement,
    null: Evaluation,
    limit: Limit,
    iterations: usize,
    options: &CoxOptions,
) -> Result<Solution, CoxError> {
    let rows = rows.stratified(&limit.strata);
    let function = |beta: &[f64]| evaluate(&rows, options.ties, beta);
    let until = Until::Point(options.tolerance);
    let zero = vec![0.0; rows.p];
    let summit = climb(function, &zero, function(&zero), &limit.free, until, options.max_iterations, false);
    if summit.end != End::Reached && summit.gain > NEGLIGIBLE {
        return Err(CoxError::NotConverged { iterations: iterations + summit.iterations });
    }
    Ok(Solution {
        beta: summit.beta,
        free: limit.free.clone(),
        null,
        at: summit.value,
        iterations: iterations + summit.iterations,
        limit: Some(limit),
        rows,
    })
}
