//! The rows of a model in the order in which a sweep over the risk sets meets them.

use std::ops::Range;

use crate::num::{distinct, order};
use crate::survival::Sample;

/// One distinct event time of one stratum. Sweeping backward in time, `joined` come under observation, then the rows
/// that enter at this time or later leave (going backward), then the deaths are seen.
#[derive(Debug, Clone)]
pub(super) struct EventTime {
    /// The time.
    pub time: f64,
    /// Rows without the event at this time whose observation ends at or after it, and before the next later event time.
    pub joined: Range<usize>,
    /// Positions in [`Arrangement::leaving`] of rows whose entry is at or after this time.
    pub left: Range<usize>,
    /// Rows with the event at this time.
    pub deaths: Range<usize>,
}

/// One stratum.
#[derive(Debug, Clone)]
pub(super) struct Stratum {
    /// Its rows.
    pub rows: Range<usize>,
    /// Its event times, latest first.
    pub times: Range<usize>,
}

/// Rows sorted by stratum, then by falling time, deaths last within a time; columns standardised.
///
/// The columns are nearly all of its memory. What a sweep does not need of a row is left in the sample.
#[derive(Debug, Clone)]
pub(super) struct Arrangement {
    /// Number of rows.
    pub n: usize,
    /// Number of columns.
    pub p: usize,
    /// Standardised columns, row by row.
    pub x: Vec<f64>,
    /// Case weights, where they are not all 1.
    weight: Option<Vec<f64>>,
    /// Offsets about their mean, which no figure depends on, where there are any.
    offset: Option<Vec<f64>>,
    /// Index in the sample of each row.
    original: Vec<u32>,
    /// The event time (index in `times`) at which each row leaves, [`NEVER`] where it does not; empty where none does.
    leaves: Vec<u32>,
    /// The rows that leave, by event time, then in order.
    leaving: Vec<u32>,
    /// Every event time.
    pub times: Vec<EventTime>,
    /// The strata.
    pub strata: Vec<Stratum>,
    /// Weighted mean of each column, which is 0 here.
    pub mean: Vec<f64>,
    /// Standard deviation of each column (1 for a constant column): a coefficient here is that of the user times this.
    pub scale: Vec<f64>,
}

/// A row that is at risk from the first event time of its stratum on.
const NEVER: u32 = u32::MAX;

/// Rows of the sample whose columns are copied together, so that their new places stay in the processor's cache: the columns are
/// read in order, and each new place is fetched once and not once a column.
const TOGETHER: usize = 256;

impl Arrangement {
    /// Sorts rows and standardises columns: linear time.
    pub fn new(sample: &Sample, columns: &[&[f64]], strata: Option<&[u32]>) -> Self {
        let n = sample.len();
        let row = |index: u32| index as usize;
        let (original, place) = in_order(sample, strata);

        let mut out = Self {
            n,
            p: columns.len(),
            x: Vec::new(),
            weight: sample.weight.map(|weight| original.iter().map(|&i| weight[row(i)]).collect()),
            offset: None,
            original,
            leaves: Vec::new(),
            leaving: Vec::new(),
            times: Vec::new(),
            strata: Vec::new(),
            mean: Vec::with_capacity(columns.len()),
            scale: Vec::with_capacity(columns.len()),
        };
        for column in columns {
            let (mean, deviation) = mean_and_deviation(sample, column);
            out.mean.push(mean);
            out.scale.push(deviation);
        }
        out.fill(columns, &place);
        drop(place);
        let original = std::mem::take(&mut out.original);
        let of = |row: usize| original[row] as usize;
        out.index(
            |row| strata.map_or(0, |strata| strata[of(row)]),
            |row| sample.event[of(row)].then(|| sample.time[of(row)]),
        );
        if let Some(entry) = sample.entry {
            out.leave(|row| entry[of(row)]);
        }
        out.original = original;
        out
    }

    /// Gives each row its offset, by row of the sample.
    pub fn with_offset(mut self, offset: Option<&[f64]>) -> Self {
        self.offset = offset.map(|offset| {
            let mean = offset.iter().sum::<f64>() / self.n.max(1) as f64;
            self.original.iter().map(|&row| offset[row as usize] - mean).collect()
        });
        self
    }

    /// Copies the columns, each row of the sample to its place.
    fn fill(&mut self, columns: &[&[f64]], place: &[u32]) {
        let p = self.p;
        self.x = vec![0.0; self.n * p];
        for (number, place) in place.chunks(TOGETHER).enumerate() {
            let start = number * TOGETHER;
            for (k, column) in columns.iter().enumerate() {
                let (mean, deviation) = (self.mean[k], self.scale[k]);
                for (value, &row) in column[start..start + place.len()].iter().zip(place) {
                    self.x[row as usize * p + k] = (value - mean) / deviation;
                }
            }
        }
    }

    /// The same rows in finer strata, given for each row of the sample; linear time.
    pub fn stratified(&self, strata: &[u32]) -> Self {
        let mut order: Vec<u32> = (0..self.n as u32).collect();
        let stratum_of = |row: u32| strata[self.original(row as usize)];
        order::by_key(&mut order, |row| u64::from(stratum_of(row)));
        let mut place = vec![0_u32; self.n];
        for (new, &old) in order.iter().enumerate() {
            place[old as usize] = new as u32;
        }
        // Of each row as it stood: the time of its event, and instead of its entry the event time at which it leaves, since
        // the times of the finer strata are among those.
        let mut death = vec![None; self.n];
        let mut entry = vec![f64::NEG_INFINITY; self.n];
        for at in &self.times {
            death[at.deaths.clone()].fill(Some(at.time));
            for row in self.leaving(at) {
                entry[row] = at.time;
            }
        }
        let p = self.p;
        let mut out = Self {
            n: self.n,
            p,
            x: order.iter().flat_map(|&row| &self.x[row as usize * p..(row as usize + 1) * p]).copied().collect(),
            weight: self.weight.as_ref().map(|weight| order.iter().map(|&row| weight[row as usize]).collect()),
            offset: self.offset.as_ref().map(|offset| order.iter().map(|&row| offset[row as usize]).collect()),
            original: order.iter().map(|&row| self.original[row as usize]).collect(),
            leaves: Vec::new(),
            leaving: Vec::new(),
            times: Vec::new(),
            strata: Vec::new(),
            mean: self.mean.clone(),
            scale: self.scale.clone(),
        };
        let old = |row: usize| order[row] as usize;
        out.index(|row| stratum_of(order[row]), |row| death[old(row)]);
        if self.has_entry() {
            out.leave(|row| entry[old(row)]);
        }
        out
    }

    /// Some of the columns, in the order given.
    pub fn with_columns(&self, keep: &[usize]) -> Self {
        let mut x = Vec::with_capacity(self.n * keep.len());
        for row in 0..self.n {
            x.extend(keep.iter().map(|&k| self.x[row * self.p + k]));
        }
        let of = |values: &[f64]| keep.iter().map(|&k| values[k]).collect();
        Self { mean: of(&self.mean), scale: of(&self.scale), ..self.with_values(keep.len(), x) }
    }

    /// The same rows with other columns, whose values come row by row.
    pub fn with_values(&self, p: usize, x: Vec<f64>) -> Self {
        Self {
            n: self.n,
            p,
            x,
            weight: self.weight.clone(),
            offset: self.offset.clone(),
            original: self.original.clone(),
            leaves: self.leaves.clone(),
            leaving: self.leaving.clone(),
            times: self.times.clone(),
            strata: self.strata.clone(),
            mean: self.mean.clone(),
            scale: self.scale.clone(),
        }
    }

    /// Finds the strata and their event times by the stratum of each row and the time of its event, if it ends in one.
    fn index(&mut self, stratum_of: impl Fn(usize) -> u32, death: impl Fn(usize) -> Option<f64>) {
        let n = self.n;
        let mut start = 0;
        while start < n {
            let stratum = stratum_of(start);
            let mut end = start + 1;
            while end < n && stratum_of(end) == stratum {
                end += 1;
            }
            self.strata.push(Stratum { rows: start..end, times: 0..0 });
            start = end;
        }
        for stratum in &mut self.strata {
            let rows = stratum.rows.clone();
            let first = self.times.len();
            let (mut joined_from, mut row) = (rows.start, rows.start);
            while row < rows.end {
                let Some(time) = death(row) else {
                    row += 1;
                    continue;
                };
                let mut end = row + 1;
                while end < rows.end && death(end) == Some(time) {
                    end += 1;
                }
                self.times.push(EventTime { time, joined: joined_from..row, left: 0..0, deaths: row..end });
                (joined_from, row) = (end, end);
            }
            stratum.times = first..self.times.len();
        }
    }

    /// Finds the event times at which rows leave, by the entry time of each: the latest that is not after it.
    fn leave(&mut self, entry: impl Fn(usize) -> f64) {
        self.leaves = vec![NEVER; self.n];
        let mut counts = vec![0_usize; self.times.len()];
        for stratum in &self.strata {
            let falling: Vec<f64> = self.times[stratum.times.clone()].iter().map(|at| at.time).collect();
            let Some(&first) = falling.last() else { continue };
            for row in stratum.rows.clone() {
                let entry = entry(row);
                if entry >= first {
                    let at = stratum.times.start + falling.partition_point(|&time| time > entry);
                    self.leaves[row] = at as u32;
                    counts[at] += 1;
                }
            }
        }
        let mut end = 0;
        for (at, count) in self.times.iter_mut().zip(&mut counts) {
            at.left = end..end + *count;
            *count = end;
            end = at.left.end;
        }
        if end == 0 {
            self.leaves = Vec::new();
            return;
        }
        self.leaving = vec![0; end];
        for (row, &at) in self.leaves.iter().enumerate().filter(|(_, at)| **at != NEVER) {
            let place = &mut counts[at as usize];
            self.leaving[*place] = row as u32;
            *place += 1;
        }
    }

    /// Whether rows enter after an event time of their stratum.
    pub fn has_entry(&self) -> bool {
        !self.leaving.is_empty()
    }

    /// The event time (index in `times`) at which a row leaves, if it does.
    #[inline]
    pub fn leaves_at(&self, row: usize) -> Option<usize> {
        self.leaves.get(row).filter(|&&at| at != NEVER).map(|&at| at as usize)
    }

    /// The rows that leave at an event time.
    pub fn leaving(&self, at: &EventTime) -> impl ExactSizeIterator<Item = usize> + Clone {
        self.leaving.get(at.left.clone()).unwrap_or_default().iter().map(|&row| row as usize)
    }

    /// The rows at risk at the last of these event times, the first ones of the stratum, that do not have their event then.
    pub fn present(&self, stratum: &Stratum, times: &[EventTime]) -> Vec<usize> {
        let Some(last) = times.last() else { return Vec::new() };
        let start = stratum.rows.start;
        let mut present = vec![true; last.deaths.start - start];
        for row in times.iter().flat_map(|at| self.leaving(at)) {
            present[row - start] = false;
        }
        present.iter().enumerate().filter(|(_, present)| **present).map(|(row, _)| start + row).collect()
    }

    /// Standardised columns of a row.
    #[inline]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.x[row * self.p..(row + 1) * self.p]
    }

    /// Case weight of a row.
    #[inline]
    pub fn weight(&self, row: usize) -> f64 {
        self.weight.as_ref().map_or(1.0, |weight| weight[row])
    }

    /// Whether every case weight is 1.
    pub fn unweighted(&self) -> bool {
        self.weight.is_none()
    }

    /// Index of a row in the sample.
    #[inline]
    pub fn original(&self, row: usize) -> usize {
        self.original[row] as usize
    }

    /// Offset of a row.
    #[inline]
    pub fn offset(&self, row: usize) -> f64 {
        self.offset.as_ref().map_or(0.0, |offset| offset[row])
    }

    /// xᵀδ of every row, δ a direction on the standardised scale: without offsets.
    pub fn along(&self, direction: &[f64]) -> Vec<f64> {
        (0..self.n).map(|row| dot(self.row(row), direction)).collect()
    }

    /// xᵀβ of a row, β on the standardised scale, and its offset.
    #[inline]
    pub fn predictor(&self, row: usize, beta: &[f64]) -> f64 {
        dot(self.row(row), beta) + self.offset(row)
    }

    /// The linear predictor of every row.
    pub fn linear_predictor(&self, beta: &[f64]) -> Vec<f64> {
        (0..self.n).map(|row| self.predictor(row, beta)).collect()
    }

    /// The same in the place of the columns, which are given up.
    pub fn take_linear_predictor(&mut self, beta: &[f64]) -> Vec<f64> {
        let mut x = std::mem::take(&mut self.x);
        for row in 0..self.n {
            x[row] = dot(&x[row * self.p..(row + 1) * self.p], beta) + self.offset(row);
        }
        x.truncate(self.n);
        x.shrink_to_fit();
        x
    }

    /// Whether every linear predictor is 0, as in the null model: [`Self::risk`] is then the weight, to the last bit.
    pub fn risk_is_weight(&self, beta: &[f64]) -> bool {
        self.offset.is_none() && beta.iter().all(|&beta| beta == 0.0)
    }

    /// w exp(linear predictor) of a row.
    #[inline]
    pub fn risk(&self, row: usize, beta: &[f64]) -> f64 {
        self.weight(row) * libm::exp(self.predictor(row, beta))
    }
}

/// Rows of the sample by stratum, then by falling time, those with the event last within a time, then by their number; and the
/// place of each in that order.
fn in_order(sample: &Sample, strata: Option<&[u32]>) -> (Vec<u32>, Vec<u32>) {
    let row = |index: u32| index as usize;
    let mut rows = match distinct::find(sample.time, distinct::MANY) {
        Some(times) => {
            // Later times first; of each the place of its next row.
            let slot = |place: u32, event: bool| 2 * (times.values.len() - 1 - row(place)) + usize::from(event);
            order::counted(sample.len(), 2 * times.values.len(), |i| slot(times.place[i], sample.event[i]))
        }
        None => {
            let mut rows: Vec<u32> = Vec::with_capacity(sample.len());
            for event in [false, true] {
                rows.extend((0..sample.len() as u32).filter(|&i| sample.event[row(i)] == event));
            }
            order::by_key(&mut rows, |i| !order::key(sample.time[row(i)]));
            rows
        }
    };
    if let Some(strata) = strata {
        order::by_key(&mut rows, |i| u64::from(strata[row(i)]));
    }
    let mut place = vec![0; rows.len()];
    for (at, &i) in (0..).zip(&rows) {
        place[row(i)] = at;
    }
    (rows, place)
}

/// xᵀβ, summed in four parts that need not wait for each other.
#[inline]
fn dot(x: &[f64], beta: &[f64]) -> f64 {
    let (x4, x_rest) = x.as_chunks::<4>();
    let (beta4, beta_rest) = beta.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (x, beta) in x4.iter().zip(beta4) {
        for lane in 0..4 {
            sums[lane] += x[lane] * beta[lane];
        }
    }
    let rest: f64 = x_rest.iter().zip(beta_rest).map(|(x, b)| x * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// Weighted mean and standard deviation; a column that is constant but for rounding has deviation 1.
///
/// One pass about the first value, so that a constant column has no spread at all. Where that value lies far out it is itself the
/// spread, so that no more than a share n · 2⁻⁵³ of the deviation is lost; the fit does not depend on it.
fn mean_and_deviation(sample: &Sample, column: &[f64]) -> (f64, f64) {
    let first = column.first().copied().unwrap_or_default();
    let mut sums = Lanes::default();
    match sample.weight {
        None => {
            let (fours, rest) = column.as_chunks::<4>();
            for four in fours {
                for (lane, &value) in four.iter().enumerate() {
                    sums.add(lane, 1.0, value - first, value);
                }
            }
            for (lane, &value) in rest.iter().enumerate() {
                sums.add(lane, 1.0, value - first, value);
            }
        }
        Some(weight) => {
            for (row, (&value, &weight)) in column.iter().zip(weight).enumerate() {
                sums.add(row % 4, weight, value - first, value);
            }
        }
    }
    let total: f64 = sample.weight.map_or(column.len() as f64, |weight| weight.iter().sum());
    let shift = sums.plain.iter().sum::<f64>() / total;
    let variance = sums.squared.iter().sum::<f64>() / total - shift * shift;
    let largest = sums.largest.iter().fold(0.0_f64, |largest, &value| largest.max(value));
    let deviation = libm::sqrt(variance.max(0.0));
    (first + shift, if deviation > 1e-12 * largest { deviation } else { 1.0 })
}

/// Four sums side by side, which the processor need not wait for.
#[derive(Default)]
struct Lanes {
    /// Σ w d.
    plain: [f64; 4],
    /// Σ w d².
    squared: [f64; 4],
    /// The largest absolute value.
    largest: [f64; 4],
}

impl Lanes {
    #[inline]
    fn add(&mut self, lane: usize, weight: f64, difference: f64, value: f64) {
        self.plain[lane] += weight * difference;
        self.squared[lane] += weight * difference * difference;
        let size = value.abs();
        self.largest[lane] = if size > self.largest[lane] { size } else { self.largest[lane] };
    }
}
