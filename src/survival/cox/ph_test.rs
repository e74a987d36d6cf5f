//! Test of proportional hazards (rule 13): the score test for adding g(t)·x to the fitted model.
//!
//! Grambsch & Therneau 1994, Biometrika 81:515-526, in the exact form of Therneau's survival 3.0 (no average variance).
//! With u(t) and V(t) what an event time adds to score and information, the test of columns J takes U = Σ g u_J and the
//! information [Σ V, Σ g V; Σ g V, Σ g² V]. R: `cox.zph(fit, transform)`.

use serde::{Deserialize, Serialize};

use super::arrangement::Arrangement;
use super::information::{Factor, packed, submatrix};
use super::likelihood::{Evaluation, add_time, risks};
use super::risk_set::{AtTime, Visitor, sweep};
use super::solve::solve;
use super::{ChiSquared, CoxError, CoxOptions, Design, Ties, events_without_exact};
use crate::survival::Sample;

/// The function g of time; its mean over the events is taken off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transform {
    /// 1 − Kaplan-Meier just before t, unweighted, strata together.
    #[default]
    Km,
    /// t.
    Identity,
    /// log t.
    Log,
    /// Average rank of t among the times of all rows.
    Rank,
}

/// The test, and the residuals that show what it saw.
#[derive(Debug, Clone, PartialEq)]
pub struct PhTest {
    /// A test for each group of columns; `None` where one of them diverges, and over log t where an event falls on time 0.
    pub terms: Vec<Option<ChiSquared>>,
    /// The test of all columns; `None` likewise.
    pub global: Option<ChiSquared>,
    /// Scaled Schoenfeld residuals of the events, by time; none over log t where an event falls on time 0.
    pub residuals: Vec<ScaledResidual>,
    /// The variance of a residual of each column, d · [I⁻¹]_kk; `None` where the coefficient diverges.
    pub variance: Vec<Option<f64>>,
}

/// The scaled Schoenfeld residual of one event: β̂ + d I⁻¹ (x − x̄), d the number of events, an estimate of β(t).
#[derive(Debug, Clone, PartialEq)]
pub struct ScaledResidual {
    /// Row of the sample.
    pub row: usize,
    /// Time of the event.
    pub time: f64,
    /// g of that time, its mean not taken off.
    pub transformed: f64,
    /// One value a column, on the scale of its coefficient; `None` where that diverges.
    pub values: Vec<Option<f64>>,
}

/// Tests each of the groups of columns, and all together. Costs one fit and one pass.
///
/// # Errors
/// Those of [`fit`](super::fit); [`CoxError::ExactRefused`] with exact ties.
pub fn ph_test(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    groups: &[&[usize]],
    transform: Transform,
) -> Result<PhTest, CoxError> {
    events_without_exact(sample, options)?;
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let solution = solve(Arrangement::new(sample, &columns, design.strata), options)?;
    let events: Vec<f64> = (0..sample.len()).filter(|&i| sample.event[i]).map(|i| sample.time[i]).collect();
    if transform == Transform::Log && events.contains(&0.0) {
        let variance = vec![None; columns.len()];
        return Ok(PhTest { terms: vec![None; groups.len()], global: None, residuals: Vec::new(), variance });
    }
    let (times, values) = transformed(sample, transform);
    let value_at = |time: f64| values[times.partition_point(|&earlier| earlier < time)];
    let center = events.iter().map(|&time| value_at(time)).sum::<f64>() / events.len() as f64;

    let rows = &solution.rows;
    let p = rows.p;
    let predictor = rows.linear_predictor(&solution.beta);
    let risk = risks(rows, &predictor);
    let mut sums = Sums {
        rows,
        ties: options.ties,
        predictor: &predictor,
        value_at,
        center,
        one: Evaluation::zero(p),
        step: vec![0.0; p],
        score: vec![0.0; p],
        plain: vec![0.0; packed(p, 0)],
        mixed: vec![0.0; packed(p, 0)],
        squared: vec![0.0; packed(p, 0)],
        residuals: Vec::with_capacity(events.len()),
    };
    sweep(rows, &risk, &mut sums);

    let diverges = |column: usize| solution.limit.as_ref().is_some_and(|limit| limit.diverges(column));
    let test = |group: &[usize]| -> Option<ChiSquared> {
        (!group.is_empty() && !group.iter().any(|&k| diverges(k))).then(|| sums.test(&solution.free, group))
    };
    let all: Vec<usize> = (0..p).collect();

    let information: Vec<f64> = submatrix(&sums.plain, &solution.free);
    let inverse = Factor::new(&information, solution.free.len(), 0.0).inverse();
    let scaled = |row: usize, residual: &[f64]| {
        let mut values = vec![None; p];
        for (a, &k) in solution.free.iter().enumerate().filter(|(_, k)| !diverges(**k)) {
            let moved: f64 = solution.free.iter().enumerate().map(|(b, &l)| inverse[(a, b)] * residual[l]).sum();
            values[k] = Some((solution.beta[k] + events.len() as f64 * moved) / rows.scale[k]);
        }
        let time = rows.time[row];
        ScaledResidual { row: rows.original[row], time, transformed: value_at(time), values }
    };
    let mut residuals: Vec<ScaledResidual> = sums.residuals.iter().map(|(row, x)| scaled(*row, x)).collect();
    residuals.sort_by(|a, b| a.time.total_cmp(&b.time).then(a.row.cmp(&b.row)));
    let mut variance = vec![None; p];
    for (a, &k) in solution.free.iter().enumerate().filter(|(_, k)| !diverges(**k)) {
        variance[k] = Some(events.len() as f64 * inverse[(a, a)] / (rows.scale[k] * rows.scale[k]));
    }
    let terms = groups.iter().map(|group| test(group)).collect();
    Ok(PhTest { terms, global: test(&all), residuals, variance })
}

/// The distinct times of the rows, ascending, and g of each.
fn transformed(sample: &Sample, transform: Transform) -> (Vec<f64>, Vec<f64>) {
    let mut order: Vec<usize> = (0..sample.len()).collect();
    order.sort_by(|&a, &b| sample.time[a].total_cmp(&sample.time[b]));
    let mut entries: Vec<f64> = sample.entry.map(<[f64]>::to_vec).unwrap_or_default();
    entries.sort_by(f64::total_cmp);
    let (mut times, mut values) = (Vec::new(), Vec::new());
    let (mut before, mut survival) = (0, 1.0);
    for tied in order.chunk_by(|&a, &b| sample.time[a] == sample.time[b]) {
        let time = sample.time[tied[0]];
        let deaths = tied.iter().filter(|&&i| sample.event[i]).count();
        times.push(time);
        values.push(match transform {
            Transform::Km => 1.0 - survival,
            Transform::Identity => time,
            Transform::Log => libm::log(time),
            Transform::Rank => before as f64 + (tied.len() as f64 + 1.0) / 2.0,
        });
        let not_entered = entries.len() - entries.partition_point(|&entry| entry < time);
        let at_risk = sample.len() - before - not_entered;
        survival *= 1.0 - deaths as f64 / at_risk as f64;
        before += tied.len();
    }
    (times, values)
}

struct Sums<'a, G: Fn(f64) -> f64> {
    rows: &'a Arrangement,
    ties: Ties,
    predictor: &'a [f64],
    value_at: G,
    center: f64,
    one: Evaluation,
    step: Vec<f64>,
    score: Vec<f64>,
    plain: Vec<f64>,
    mixed: Vec<f64>,
    squared: Vec<f64>,
    residuals: Vec<(usize, Vec<f64>)>,
}

impl<G: Fn(f64) -> f64> Visitor for Sums<'_, G> {
    fn at(&mut self, at: AtTime<'_>) {
        self.one.score.fill(0.0);
        self.one.information.fill(0.0);
        add_time(self.rows, self.ties, self.predictor, &at, &mut self.one, &mut self.step);
        let g = (self.value_at)(at.time) - self.center;
        for (sum, u) in self.score.iter_mut().zip(&self.one.score) {
            *sum += g * u;
        }
        for (k, v) in self.one.information.iter().enumerate() {
            self.plain[k] += v;
            self.mixed[k] += g * v;
            self.squared[k] += g * g * v;
        }
        // u = Σ w x − Σ w · x̄ gives the mean that the deaths of this time are compared with.
        let weight: f64 = self.rows.weight[at.deaths.clone()].iter().sum();
        for k in 0..self.rows.p {
            let value = |row: usize| self.rows.x[row * self.rows.p + k];
            let own: f64 = at.deaths.clone().map(|row| self.rows.weight[row] * value(row)).sum();
            self.step[k] = (own - self.one.score[k]) / weight;
        }
        for row in at.deaths {
            let residual = self.rows.row(row).iter().zip(&self.step).map(|(x, mean)| x - mean).collect();
            self.residuals.push((row, residual));
        }
    }
}

impl<G: Fn(f64) -> f64> Sums<'_, G> {
    /// The score test for adding g·x of these columns to the model of the free ones.
    fn test(&self, free: &[usize], group: &[usize]) -> ChiSquared {
        let element = |matrix: &[f64], i: usize, j: usize| matrix[packed(i.max(j), i.min(j))];
        let mut information = Vec::new();
        for (a, &i) in free.iter().enumerate() {
            information.extend(free[..=a].iter().map(|&j| element(&self.plain, i, j)));
        }
        for (a, &i) in group.iter().enumerate() {
            information.extend(free.iter().map(|&j| element(&self.mixed, i, j)));
            information.extend(group[..=a].iter().map(|&j| element(&self.squared, i, j)));
        }
        let mut score = vec![0.0; free.len()];
        score.extend(group.iter().map(|&k| self.score[k]));
        let statistic = Factor::new(&information, score.len(), 0.0).quadratic_form(&score);
        ChiSquared::new(statistic, group.len())
    }
}
