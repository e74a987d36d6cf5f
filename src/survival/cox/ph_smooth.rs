//! A smooth of the scaled Schoenfeld residuals over time with its band: what a coefficient that changes looks like.
//!
//! Grambsch & Therneau 1994, Biometrika 81:515-526, section 3. A natural cubic spline of four degrees of freedom is fitted by
//! least squares to a column's residuals over g(t); the band takes each residual to have the variance d · [I⁻¹]_kk, d the
//! number of events. R: `plot(cox.zph(fit, transform))`, whose band is 2 standard errors wide to each side whatever the level.

use nalgebra::{DMatrix, DVector};

use super::ph_test::{PhTest, Transform};
use crate::num::{normal, spline};
use crate::sorting::sort_numbers;

/// Points at which the smooth is given, as in R.
const POINTS: usize = 40;

/// The smooth of one column's residuals, at points equally spaced in g(t) from the first event to the last.
#[derive(Debug, Clone, PartialEq)]
pub struct PhSmooth {
    /// Index into [`Design::columns`](super::Design::columns).
    pub column: usize,
    /// The points on the scale of g.
    pub transformed: Vec<f64>,
    /// The same as times; between two events that of the straight line over g, where g has no inverse.
    pub time: Vec<f64>,
    /// The log hazard ratio per unit of the column around that time.
    pub estimate: Vec<f64>,
    /// Lower edge of the pointwise band.
    pub conf_low: Vec<f64>,
    /// Upper edge.
    pub conf_high: Vec<f64>,
}

/// Smooths the residuals of each column that has them, at confidence `level`, 0 < level < 1. None where there are too few
/// distinct event times for four degrees of freedom.
pub fn ph_smooth(test: &PhTest, transform: Transform, level: f64) -> Vec<PhSmooth> {
    let g = test.residuals.transformed();
    let (Some(&first), Some(&last)) = (g.first(), g.last()) else { return Vec::new() };
    let Some(z) = normal::z_of_level(level).filter(|_| last > first) else { return Vec::new() };
    let transformed: Vec<f64> = (0..POINTS).map(|i| first + (last - first) * i as f64 / (POINTS - 1) as f64).collect();
    // On [0, 1], where the powers of the basis are of one size. R's inner knots are thirds of points and events together.
    let unit = |values: &[f64]| values.iter().map(|value| (value - first) / (last - first)).collect::<Vec<f64>>();
    let mut all = unit(&[transformed.as_slice(), g].concat());
    sort_numbers(&mut all);
    let inner = [1.0, 2.0].map(|third| spline::quantile(&all, third / 3.0).unwrap_or_default());
    let knots = [0.0, inner[0], inner[1], 1.0];
    if knots.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Vec::new();
    }
    let basis = |values: &[f64]| {
        let columns = spline::restricted_cubic(&unit(values), &knots);
        DMatrix::from_fn(values.len(), 4, |i, k| if k == 0 { 1.0 } else { columns[k - 1][i] })
    };
    let (at_events, at_points) = (basis(g), basis(&transformed));
    if at_events.nrows() < 4 {
        return Vec::new();
    }
    let qr = at_events.qr();
    let (q, r) = (qr.q(), qr.r());
    if r.diagonal().iter().any(|pivot| pivot.abs() < 1e-10) {
        return Vec::new();
    }
    // A row h of P R⁻¹ gives the smooth h Qᵀy and its variance |h|².
    let Some(h) = r.transpose().solve_lower_triangular(&at_points.transpose()) else { return Vec::new() };
    let time: Vec<f64> = transformed.iter().map(|&value| inverse(test, transform, value)).collect();
    (test.variance.iter().enumerate())
        .filter_map(|(column, variance)| {
            let variance = (*variance)?;
            let y: Vec<f64> = test.residuals.column(column)?.collect();
            let turned = q.transpose() * DVector::from_vec(y);
            let estimate: Vec<f64> = (0..POINTS).map(|i| h.column(i).dot(&turned)).collect();
            let half: Vec<f64> = h.column_iter().map(|h| z * libm::sqrt(variance * h.norm_squared())).collect();
            let beside = |sign: f64| estimate.iter().zip(&half).map(|(value, half)| value + sign * half).collect();
            let (conf_low, conf_high) = (beside(-1.0), beside(1.0));
            Some(PhSmooth {
                column,
                transformed: transformed.clone(),
                time: time.clone(),
                estimate,
                conf_low,
                conf_high,
            })
        })
        .collect()
}

/// The time at which g has this value.
fn inverse(test: &PhTest, transform: Transform, value: f64) -> f64 {
    match transform {
        Transform::Identity => value,
        Transform::Log => libm::exp(value),
        Transform::Km | Transform::Rank => {
            let (times, transformed) = (test.residuals.time(), test.residuals.transformed());
            let high = transformed.partition_point(|&transformed| transformed < value);
            let low = high.saturating_sub(1);
            let high = high.min(times.len() - 1);
            let width = transformed[high] - transformed[low];
            let part = if width > 0.0 { ((value - transformed[low]) / width).clamp(0.0, 1.0) } else { 0.0 };
            times[low] + part * (times[high] - times[low])
        }
    }
}
