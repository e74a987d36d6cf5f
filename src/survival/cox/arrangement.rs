//! The rows of a model in the order in which a sweep over the risk sets meets them.

use std::ops::Range;

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
#[derive(Debug, Clone)]
pub(super) struct Arrangement {
    /// Number of rows.
    pub n: usize,
    /// Number of columns.
    pub p: usize,
    /// Standardised columns, row by row.
    pub x: Vec<f64>,
    /// Case weights.
    pub weight: Vec<f64>,
    /// Entry times, where rows enter late.
    pub entry: Option<Vec<f64>>,
    /// Ends of observation.
    pub time: Vec<f64>,
    /// Whether the row ends in the event.
    pub event: Vec<bool>,
    /// Index in the sample of each row.
    pub original: Vec<usize>,
    /// Rows of each stratum by falling entry, strata in the same places as in the rows; empty without entry times.
    pub by_entry: Vec<usize>,
    /// Every event time.
    pub times: Vec<EventTime>,
    /// The strata.
    pub strata: Vec<Stratum>,
    /// Weighted mean of each column, which is 0 here.
    pub mean: Vec<f64>,
    /// Standard deviation of each column (1 for a constant column): a coefficient here is that of the user times this.
    pub scale: Vec<f64>,
}

impl Arrangement {
    /// Sorts rows and standardises columns: n log n.
    pub fn new(sample: &Sample, columns: &[&[f64]], strata: Option<&[u32]>) -> Self {
        let n = sample.len();
        let p = columns.len();
        let stratum_of = |i: usize| strata.map_or(0, |strata| strata[i]);
        let mut original: Vec<usize> = (0..n).collect();
        original.sort_by(|&a, &b| {
            (stratum_of(a).cmp(&stratum_of(b)))
                .then(sample.time[b].total_cmp(&sample.time[a]))
                .then(sample.event[a].cmp(&sample.event[b]))
                .then(a.cmp(&b))
        });

        let mut x = vec![0.0; n * p];
        let mut means = Vec::with_capacity(p);
        let mut scale = Vec::with_capacity(p);
        for (k, column) in columns.iter().enumerate() {
            let (mean, deviation) = mean_and_deviation(sample, column);
            for (row, &i) in original.iter().enumerate() {
                x[row * p + k] = (column[i] - mean) / deviation;
            }
            means.push(mean);
            scale.push(deviation);
        }

        let stratum: Vec<u32> = original.iter().map(|&i| stratum_of(i)).collect();
        let out = Self {
            n,
            p,
            x,
            weight: original.iter().map(|&i| sample.weight_of(i)).collect(),
            entry: sample.entry.map(|entry| original.iter().map(|&i| entry[i]).collect()),
            time: original.iter().map(|&i| sample.time[i]).collect(),
            event: original.iter().map(|&i| sample.event[i]).collect(),
            original,
            by_entry: Vec::new(),
            times: Vec::new(),
            strata: Vec::new(),
            mean: means,
            scale,
        };
        out.indexed(&stratum)
    }

    /// The same rows in finer strata, given for each row of the sample; n log n.
    pub fn stratified(&self, strata: &[u32]) -> Self {
        let mut order: Vec<usize> = (0..self.n).collect();
        let stratum_of = |row: usize| strata[self.original[row]];
        order.sort_by_key(|&row| (stratum_of(row), row));
        let stratum: Vec<u32> = order.iter().map(|&row| stratum_of(row)).collect();
        let out = Self {
            n: self.n,
            p: self.p,
            x: order.iter().flat_map(|&row| self.row(row)).copied().collect(),
            weight: order.iter().map(|&row| self.weight[row]).collect(),
            entry: self.entry.as_ref().map(|entry| order.iter().map(|&row| entry[row]).collect()),
            time: order.iter().map(|&row| self.time[row]).collect(),
            event: order.iter().map(|&row| self.event[row]).collect(),
            original: order.iter().map(|&row| self.original[row]).collect(),
            by_entry: Vec::new(),
            times: Vec::new(),
            strata: Vec::new(),
            mean: self.mean.clone(),
            scale: self.scale.clone(),
        };
        out.indexed(&stratum)
    }

    /// Fills the strata and their event times, the rows being sorted and of these strata.
    fn indexed(mut self, stratum: &[u32]) -> Self {
        let (n, time, event) = (self.n, &self.time, &self.event);
        let mut bounds = Vec::new();
        let mut start = 0;
        for row in 1..=n {
            if row == n || stratum[row] != stratum[start] {
                bounds.push(start..row);
                start = row;
            }
        }
        if let Some(entry) = &self.entry {
            self.by_entry = (0..n).collect();
            for rows in &bounds {
                self.by_entry[rows.clone()].sort_by(|&a, &b| entry[b].total_cmp(&entry[a]).then(a.cmp(&b)));
            }
        }

        for rows in bounds {
            let first = self.times.len();
            let (mut joined_from, mut left_from, mut row) = (rows.start, rows.start, rows.start);
            while row < rows.end {
                if !event[row] {
                    row += 1;
                    continue;
                }
                let at = time[row];
                let mut end = row;
                while end < rows.end && event[end] && time[end] == at {
                    end += 1;
                }
                let mut left_to = left_from;
                if let Some(entry) = &self.entry {
                    while left_to < rows.end && entry[self.by_entry[left_to]] >= at {
                        left_to += 1;
                    }
                }
                self.times.push(EventTime {
                    time: at,
                    joined: joined_from..row,
                    left: left_from..left_to,
                    deaths: row..end,
                });
                (joined_from, left_from, row) = (end, left_to, end);
            }
            self.strata.push(Stratum { rows, times: first..self.times.len() });
        }
        self
    }

    /// Standardised columns of a row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.x[row * self.p..(row + 1) * self.p]
    }

    /// xᵀβ of every row, β on the standardised scale.
    pub fn linear_predictor(&self, beta: &[f64]) -> Vec<f64> {
        (0..self.n).map(|row| self.row(row).iter().zip(beta).map(|(x, b)| x * b).sum()).collect()
    }
}

/// Weighted mean and standard deviation; a column that is constant but for rounding has deviation 1.
fn mean_and_deviation(sample: &Sample, column: &[f64]) -> (f64, f64) {
    let (mut total, mut mean, mut spread, mut largest) = (0.0, 0.0, 0.0, 0.0_f64);
    for (i, &value) in column.iter().enumerate() {
        let weight = sample.weight_of(i);
        total += weight;
        let step = value - mean;
        mean += step * weight / total;
        spread += weight * step * (value - mean);
        largest = largest.max(value.abs());
    }
    let deviation = libm::sqrt(spread / total);
    (mean, if deviation > 1e-12 * largest { deviation } else { 1.0 })
}
