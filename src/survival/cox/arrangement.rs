//! The rows of a model in the order in which a sweep over the risk sets meets them.

use std::ops::Range;

use crate::num::{exponential, order};
use crate::survival::Sample;

/// One distinct event time of one stratum. Sweeping backward in time, `joined` come under observation, then the rows
/// that enter at this time or later leave (going backward), then the deaths are seen.
#[derive(Debug, Clone)]
pub(super) struct EventTime {
    /// The time.
    pub time: f64,
    /// Rows without the event at this time whose observation ends at or after it, and before the next later event time.
    pub joined: Range<usize>,
    /// Positions in [`Arrangement::by_entry`] of rows whose entry is at or after this time.
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
    /// Rows of each stratum by falling entry, strata in the same places as in the rows; empty without entry times.
    by_entry: Vec<u32>,
    /// Every event time.
    pub times: Vec<EventTime>,
    /// The strata.
    pub strata: Vec<Stratum>,
    /// Weighted mean of each column, which is 0 here.
    pub mean: Vec<f64>,
    /// Standard deviation of each column (1 for a constant column): a coefficient here is that of the user times this.
    pub scale: Vec<f64>,
}

/// What the strata and event times are found by, of each row in order.
struct Ends<S, D, E> {
    stratum: S,
    /// The time of the event, where the row ends in one.
    death: D,
    /// Entry time, where rows enter late.
    entry: Option<E>,
}

/// Rows of the sample whose columns are copied together, so that their new places stay in the processor's cache: the columns are
/// read in order, and each new place is fetched once and not once a column.
const TOGETHER: usize = 256;

impl Arrangement {
    /// Sorts rows and standardises columns: linear time.
    pub fn new(sample: &Sample, columns: &[&[f64]], strata: Option<&[u32]>) -> Self {
        let n = sample.len();
        let row = |index: u32| index as usize;
        let mut original: Vec<u32> = Vec::with_capacity(n);
        for event in [false, true] {
            original.extend((0..n as u32).filter(|&i| sample.event[row(i)] == event));
        }
        order::by_key(&mut original, |i| !order::key(sample.time[row(i)]));
        if let Some(strata) = strata {
            order::by_key(&mut original, |i| u64::from(strata[row(i)]));
        }

        let mut out = Self {
            n,
            p: columns.len(),
            x: Vec::new(),
            weight: sample.weight.map(|weight| original.iter().map(|&i| weight[row(i)]).collect()),
            offset: None,
            original: Vec::new(),
            by_entry: Vec::new(),
            times: Vec::new(),
            strata: Vec::new(),
            mean: Vec::with_capacity(columns.len()),
            scale: Vec::with_capacity(columns.len()),
        };
        let of = |row: usize| original[row] as usize;
        out.index(&Ends {
            stratum: |row| strata.map_or(0, |strata| strata[of(row)]),
            death: |row| sample.event[of(row)].then(|| sample.time[of(row)]),
            entry: sample.entry.map(|entry| move |row: usize| entry[of(row)]),
        });
        for column in columns {
            let (mean, deviation) = mean_and_deviation(sample, column);
            out.mean.push(mean);
            out.scale.push(deviation);
        }
        out.original = original;
        out.fill(columns);
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

    /// Copies the columns, which must be those that it was made with.
    pub fn fill(&mut self, columns: &[&[f64]]) {
        let p = self.p;
        self.x = vec![0.0; self.n * p];
        if p == 0 {
            return;
        }
        let mut place = vec![0_u32; self.n];
        for (row, &i) in self.original.iter().enumerate() {
            place[i as usize] = row as u32;
        }
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
            by_entry: Vec::new(),
            times: Vec::new(),
            strata: Vec::new(),
            mean: self.mean.clone(),
            scale: self.scale.clone(),
        };
        let old = |row: usize| order[row] as usize;
        out.index(&Ends {
            stratum: |row| stratum_of(order[row]),
            death: |row| death[old(row)],
            entry: self.has_entry().then_some(|row: usize| entry[old(row)]),
        });
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
            by_entry: self.by_entry.clone(),
            times: self.times.clone(),
            strata: self.strata.clone(),
            mean: self.mean.clone(),
            scale: self.scale.clone(),
        }
    }

    /// Finds the strata and their event times, the rows being in order.
    fn index(&mut self, ends: &Ends<impl Fn(usize) -> u32, impl Fn(usize) -> Option<f64>, impl Fn(usize) -> f64>) {
        let n = self.n;
        if let Some(entry) = &ends.entry {
            self.by_entry = (0..n as u32).collect();
            order::by_key(&mut self.by_entry, |row| !order::key(entry(row as usize)));
        }
        let mut start = 0;
        while start < n {
            let stratum = (ends.stratum)(start);
            let mut end = start + 1;
            while end < n && (ends.stratum)(end) == stratum {
                end += 1;
            }
            self.strata.push(Stratum { rows: start..end, times: 0..0 });
            start = end;
        }
        if self.strata.len() > 1 && ends.entry.is_some() {
            order::by_key(&mut self.by_entry, |row| u64::from((ends.stratum)(row as usize)));
        }

        for stratum in &mut self.strata {
            let rows = stratum.rows.clone();
            let first = self.times.len();
            let (mut joined_from, mut left_from, mut row) = (rows.start, rows.start, rows.start);
            while row < rows.end {
                let Some(time) = (ends.death)(row) else {
                    row += 1;
                    continue;
                };
                let mut end = row + 1;
                while end < rows.end && (ends.death)(end) == Some(time) {
                    end += 1;
                }
                let mut left_to = left_from;
                if let Some(entry) = &ends.entry {
                    while left_to < rows.end && entry(self.by_entry[left_to] as usize) >= time {
                        left_to += 1;
                    }
                }
                self.times.push(EventTime {
                    time,
                    joined: joined_from..row,
                    left: left_from..left_to,
                    deaths: row..end,
                });
                (joined_from, left_from, row) = (end, left_to, end);
            }
            stratum.times = first..self.times.len();
        }
    }

    /// Whether rows enter late.
    pub fn has_entry(&self) -> bool {
        !self.by_entry.is_empty()
    }

    /// The rows that leave at an event time.
    pub fn leaving(&self, at: &EventTime) -> impl ExactSizeIterator<Item = usize> + Clone {
        self.by_entry.get(at.left.clone()).unwrap_or_default().iter().map(|&row| row as usize)
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
    pub fn row(&self, row: usize) -> &[f64] {
        &self.x[row * self.p..(row + 1) * self.p]
    }

    /// Case weight of a row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weight.as_ref().map_or(1.0, |weight| weight[row])
    }

    /// Whether every case weight is 1.
    pub fn unweighted(&self) -> bool {
        self.weight.is_none()
    }

    /// Index of a row in the sample.
    pub fn original(&self, row: usize) -> usize {
        self.original[row] as usize
    }

    /// Offset of a row.
    pub fn offset(&self, row: usize) -> f64 {
        self.offset.as_ref().map_or(0.0, |offset| offset[row])
    }

    /// xᵀδ of every row, δ a direction on the standardised scale: without offsets.
    pub fn along(&self, direction: &[f64]) -> Vec<f64> {
        (0..self.n).map(|row| dot(self.row(row), direction)).collect()
    }

    /// xᵀβ of a row, β on the standardised scale, and its offset.
    pub fn predictor(&self, row: usize, beta: &[f64]) -> f64 {
        dot(self.row(row), beta) + self.offset(row)
    }

    /// The linear predictor of every row.
    pub fn linear_predictor(&self, beta: &[f64]) -> Vec<f64> {
        (0..self.n).map(|row| self.predictor(row, beta)).collect()
    }

    /// w exp(linear predictor) of every row.
    pub fn risks(&self, beta: &[f64]) -> Vec<f64> {
        if self.offset.is_none() && beta.iter().all(|&b| b == 0.0) {
            return (0..self.n).map(|row| self.weight(row)).collect();
        }
        let mut out = self.linear_predictor(beta);
        exponential::in_place(&mut out);
        if let Some(weight) = &self.weight {
            for (risk, weight) in out.iter_mut().zip(weight) {
                *risk *= weight;
            }
        }
        out
    }
}

fn dot(x: &[f64], beta: &[f64]) -> f64 {
    x.iter().zip(beta).map(|(x, b)| x * b).sum()
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
