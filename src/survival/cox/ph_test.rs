//! Test of proportional hazards (rule 13): the score test for adding g(t)·x to the fitted model.
//!
//! Grambsch & Therneau 1994, Biometrika 81:515-526, in the exact form of Therneau's survival 3.0 (no average variance).
//! With u(t) and V(t) what an event time adds to score and information, the test of columns J takes U = Σ g u_J and the
//! information [Σ V, Σ g V; Σ g V, Σ g² V]. R: `cox.zph(fit, transform)`.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::arrangement::Arrangement;
use super::information::{Factor, packed, submatrix};
use super::likelihood::{Evaluation, add_time, total_weight};
use super::risk_set::{AtTime, Visitor, sweep};
use super::solve::{arranged_at, solve};
use super::{ChiSquared, CoxError, CoxFit, CoxOptions, Design, Ties, events_without_exact};
use crate::num::order;
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
    pub residuals: ScaledResiduals,
    /// The coefficients of the model; `None` where one diverges. What a residual would be at every time if it did not change.
    pub coefficients: Vec<Option<f64>>,
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

/// The scaled Schoenfeld residuals, by time and then by row of the sample.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScaledResiduals {
    row: Vec<u32>,
    time: Vec<f64>,
    transformed: Vec<f64>,
    /// Which of the rows of `values` belongs to each.
    place: Vec<u32>,
    /// Row by row.
    values: Vec<f64>,
    /// Which columns have values.
    defined: Vec<bool>,
}

impl ScaledResiduals {
    /// Number of events.
    pub fn len(&self) -> usize {
        self.row.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.row.is_empty()
    }

    /// Times of the events, rising.
    pub fn time(&self) -> &[f64] {
        &self.time
    }

    /// g of these times, its mean not taken off.
    pub fn transformed(&self) -> &[f64] {
        &self.transformed
    }

    /// The value of one column for each event; `None` where its coefficient diverges, or there is no such column.
    pub fn column(&self, column: usize) -> Option<impl Iterator<Item = f64>> {
        let p = self.defined.len();
        let defined = self.defined.get(column).copied().unwrap_or_default();
        defined.then(|| self.place.iter().map(move |&place| self.values[place as usize * p + column]))
    }

    /// One residual after another.
    pub fn iter(&self) -> impl Iterator<Item = ScaledResidual> {
        let p = self.defined.len();
        (0..self.len()).map(move |i| {
            let values = &self.values[self.place[i] as usize * p..][..p];
            ScaledResidual {
                row: self.row[i] as usize,
                time: self.time[i],
                transformed: self.transformed[i],
                values: values.iter().zip(&self.defined).map(|(&value, defined)| defined.then_some(value)).collect(),
            }
        })
    }
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
    let g = TimeScale::new(sample, transform);
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    let solution = solve(Arrangement::new(sample, &columns, design.strata).with_offset(design.offset), options)?;
    let limit = solution.limit.as_ref();
    let diverges = (0..columns.len()).map(|column| limit.is_some_and(|limit| limit.diverges(column))).collect();
    Ok(Fitted { rows: solution.rows, beta: solution.beta, free: solution.free, diverges }
        .test(sample, options, groups, &g))
}

/// The same for a model that [`fit`](super::fit) has fitted to the same rows with the same options. Costs one pass (under
/// separation one fit).
///
/// # Errors
/// As [`ph_test`].
pub fn ph_test_of(
    sample: &Sample,
    design: &Design,
    options: &CoxOptions,
    fit: &CoxFit,
    groups: &[&[usize]],
    transform: Transform,
) -> Result<PhTest, CoxError> {
    events_without_exact(sample, options)?;
    // Before the columns are copied, so that the memory it sorts in is free again.
    let g = TimeScale::new(sample, transform);
    let Some((rows, beta)) = arranged_at(sample, design, fit) else {
        return ph_test(sample, design, options, groups, transform);
    };
    let p = rows.p;
    Ok(Fitted { rows, beta, free: (0..p).collect(), diverges: vec![false; p] }.test(sample, options, groups, &g))
}

/// A model, on the standardised scale.
struct Fitted {
    rows: Arrangement,
    beta: Vec<f64>,
    free: Vec<usize>,
    diverges: Vec<bool>,
}

impl Fitted {
    fn test(self, sample: &Sample, options: &CoxOptions, groups: &[&[usize]], g: &TimeScale) -> PhTest {
        let Self { rows, beta, free, diverges } = self;
        let p = rows.p;
        let mut variance = vec![None; p];
        let raw: Vec<f64> = beta.iter().zip(&rows.scale).map(|(beta, scale)| beta / scale).collect();
        let coefficients = raw.iter().zip(&diverges).map(|(&raw, &diverges)| (!diverges).then_some(raw)).collect();
        if !g.defined_at_events {
            let residuals = ScaledResiduals::default();
            return PhTest { terms: vec![None; groups.len()], global: None, residuals, coefficients, variance };
        }
        let n_event: usize = rows.times.iter().map(|at| at.deaths.len()).sum();
        let center = rows.times.iter().map(|at| at.deaths.len() as f64 * g.at(at.time)).sum::<f64>() / n_event as f64;
        let mut sums = Sums {
            rows: &rows,
            ties: options.ties,
            beta: &beta,
            g,
            center,
            one: Evaluation::zero(p),
            step: vec![0.0; p],
            score: vec![0.0; p],
            plain: vec![0.0; packed(p, 0)],
            mixed: vec![0.0; packed(p, 0)],
            squared: vec![0.0; packed(p, 0)],
            means: Vec::with_capacity(rows.times.len() * p),
        };
        sweep(&rows, &beta, &mut sums);

        let test = |group: &[usize]| -> Option<ChiSquared> {
            (!group.is_empty() && !group.iter().any(|&k| diverges[k])).then(|| sums.test(&free, group))
        };
        let all: Vec<usize> = (0..p).collect();
        let (terms, global) = (groups.iter().map(|group| test(group)).collect(), test(&all));

        let inverse = Factor::new(&submatrix(&sums.plain, &free), free.len(), 0.0).inverse();
        let n = n_event as f64;
        // What turns a residual into a scaled one, on the user's scale: for each number of the first, p numbers of the second.
        let mut turn = vec![0.0; p * p];
        for (a, &k) in free.iter().enumerate().filter(|(_, k)| !diverges[**k]) {
            variance[k] = Some(n * inverse[(a, a)] / (rows.scale[k] * rows.scale[k]));
            for (b, &l) in free.iter().enumerate() {
                turn[l * p + k] = n * inverse[(a, b)] / rows.scale[k];
            }
        }
        let means = std::mem::take(&mut sums.means);
        drop(sums);
        let residuals = scaled(rows, sample, g, &means, &raw, &turn, &diverges);
        PhTest { terms, global, residuals, coefficients, variance }
    }
}

/// The scaled residuals. They take the place of the columns, which are the largest thing there is.
fn scaled(
    mut rows: Arrangement,
    sample: &Sample,
    g: &TimeScale,
    means: &[f64],
    coefficients: &[f64],
    turn: &[f64],
    diverges: &[bool],
) -> ScaledResiduals {
    let p = rows.p;
    let mut values = std::mem::take(&mut rows.x);
    let mut residual = vec![0.0; p];
    let mut row_of = Vec::with_capacity(rows.times.iter().map(|at| at.deaths.len()).sum());
    for (number, at) in rows.times.iter().enumerate() {
        let mean = &means[number * p..(number + 1) * p];
        for row in at.deaths.clone() {
            for ((residual, x), mean) in residual.iter_mut().zip(&values[row * p..(row + 1) * p]).zip(mean) {
                *residual = x - mean;
            }
            let to = &mut values[row_of.len() * p..(row_of.len() + 1) * p];
            to.copy_from_slice(coefficients);
            for (residual, turn) in residual.iter().zip(turn.chunks_exact(p.max(1))) {
                for (to, turn) in to.iter_mut().zip(turn) {
                    *to += turn * residual;
                }
            }
            row_of.push(rows.original(row) as u32);
        }
    }
    values.truncate(row_of.len() * p);
    values.shrink_to_fit();
    let place = by_time(&rows, &row_of);
    let time_of = |place: u32| sample.time[row_of[place as usize] as usize];
    let time: Vec<f64> = place.iter().map(|&place| time_of(place)).collect();
    let mut transformed = Vec::with_capacity(time.len());
    for tied in time.chunk_by(|a, b| a == b) {
        transformed.resize(transformed.len() + tied.len(), g.at(tied[0]));
    }
    ScaledResiduals {
        row: place.iter().map(|&place| row_of[place as usize]).collect(),
        time,
        transformed,
        place,
        values,
        defined: diverges.iter().map(|diverges| !diverges).collect(),
    }
}

/// Places of the events by rising time, then by row. They are found in the order of the arrangement; `row_of` has their rows.
fn by_time(rows: &Arrangement, row_of: &[u32]) -> Vec<u32> {
    let mut first = 0;
    let mut tied: Vec<Range<u32>> = Vec::with_capacity(rows.times.len());
    for at in &rows.times {
        tied.push(first..first + at.deaths.len() as u32);
        first += at.deaths.len() as u32;
    }
    let mut times: Vec<u32> = (0..rows.times.len() as u32).rev().collect();
    let time = |&at: &u32| rows.times[at as usize].time;
    times.sort_by_key(|at| order::key(time(at)));
    let mut out = Vec::with_capacity(row_of.len());
    for together in times.chunk_by(|a, b| time(a) == time(b)) {
        let start = out.len();
        out.extend(together.iter().flat_map(|&at| tied[at as usize].clone()));
        // Within a stratum they stand by row as it is.
        if together.len() > 1 {
            out[start..].sort_unstable_by_key(|&place| row_of[place as usize]);
        }
    }
    out
}

/// The distinct times of the rows, rising, and g of each.
struct TimeScale {
    times: Vec<f64>,
    values: Vec<f64>,
    /// Whether g has a value at every event.
    defined_at_events: bool,
}

impl TimeScale {
    fn new(sample: &Sample, transform: Transform) -> Self {
        let order = order::ascending_runs(sample.time);
        let entry = sample.entry.unwrap_or_default();
        let by_entry = order::ascending(entry);
        let (mut times, mut values) = (Vec::new(), Vec::new());
        let mut defined_at_events = true;
        let (mut before, mut entered, mut survival) = (0, 0, 1.0);
        for tied in order.runs().iter() {
            let time = sample.time[tied[0] as usize];
            let deaths = tied.iter().filter(|&&i| sample.event[i as usize]).count();
            defined_at_events &= transform != Transform::Log || time > 0.0 || deaths == 0;
            times.push(time);
            values.push(match transform {
                Transform::Km => 1.0 - survival,
                Transform::Identity => time,
                Transform::Log => libm::log(time),
                Transform::Rank => before as f64 + (tied.len() as f64 + 1.0) / 2.0,
            });
            while entered < by_entry.len() && entry[by_entry[entered] as usize] < time {
                entered += 1;
            }
            let at_risk = sample.len() - before - (by_entry.len() - entered);
            survival *= 1.0 - deaths as f64 / at_risk as f64;
            before += tied.len();
        }
        Self { times, values, defined_at_events }
    }

    /// g of a time of the sample.
    fn at(&self, time: f64) -> f64 {
        self.values[self.times.partition_point(|&earlier| earlier < time)]
    }
}

struct Sums<'a> {
    rows: &'a Arrangement,
    ties: Ties,
    beta: &'a [f64],
    g: &'a TimeScale,
    center: f64,
    one: Evaluation,
    step: Vec<f64>,
    score: Vec<f64>,
    plain: Vec<f64>,
    mixed: Vec<f64>,
    squared: Vec<f64>,
    /// The mean that the deaths of each event time are compared with.
    means: Vec<f64>,
}

impl Visitor for Sums<'_> {
    fn at(&mut self, at: AtTime<'_>) {
        self.one.score.fill(0.0);
        self.one.information.fill(0.0);
        add_time(self.rows, self.ties, self.beta, &at, &mut self.one, &mut self.step);
        let g = self.g.at(at.time) - self.center;
        for (sum, u) in self.score.iter_mut().zip(&self.one.score) {
            *sum += g * u;
        }
        for (k, v) in self.one.information.iter().enumerate() {
            self.plain[k] += v;
            self.mixed[k] += g * v;
            self.squared[k] += g * g * v;
        }
        // u = Σ w x − Σ w · x̄ gives the mean that the deaths of this time are compared with.
        let weight = total_weight(self.rows, at.deaths.clone());
        self.step.fill(0.0);
        for row in at.deaths {
            let weight = self.rows.weight(row);
            for (own, x) in self.step.iter_mut().zip(self.rows.row(row)) {
                *own += weight * x;
            }
        }
        self.means.extend(self.step.iter().zip(&self.one.score).map(|(own, score)| (own - score) / weight));
    }
}

impl Sums<'_> {
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
