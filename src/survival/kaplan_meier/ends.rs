//! What ends when: the counts that a product-limit estimate is made of.

use super::Role;
use crate::survival::Sample;

/// What ends at one time: events, censorings, and rows that go on elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct End {
    /// The time.
    pub time: f64,
    /// Sums of weights.
    pub weight: [f64; 3],
    /// Rows.
    pub rows: [u32; 3],
}

impl End {
    /// The rows of one run.
    pub fn of(sample: &Sample, run: &[u32], role: Role) -> Self {
        // Two zeros of different sign are one time.
        let mut out = Self { time: sample.time[run[0] as usize] + 0.0, ..Self::default() };
        if sample.weight.is_none() && role.leaves.is_none() {
            let events = run.iter().map(|&i| u32::from(sample.event[i as usize] != role.flip)).sum();
            out.rows = [events, run.len() as u32 - events, 0];
            out.weight = out.rows.map(f64::from);
        } else {
            run.iter().for_each(|&i| out.add(sample, i as usize, role));
        }
        out
    }

    #[inline]
    fn add(&mut self, sample: &Sample, i: usize, role: Role) {
        let kind = match (sample.event[i], role.leaves.is_some_and(|leaves| leaves[i])) {
            (false, true) => 2,
            (event, _) => usize::from(event == role.flip),
        };
        self.weight[kind] += sample.weight_of(i);
        self.rows[kind] += 1;
    }
}

/// The ends of each group at each of `k` distinct times, whose places the rows have; groups stand together. Weights are
/// added in the order of the rows, as in a run.
pub(super) fn cells(
    sample: &Sample,
    place: &[u32],
    k: usize,
    group: Option<&[u32]>,
    n_groups: usize,
    role: Role,
) -> Vec<End> {
    let cell_of = |i: usize| place[i] as usize * n_groups + group.map_or(0, |group| group[i] as usize);
    if sample.weight.is_some() || role.leaves.is_some() {
        let mut cells = vec![End::default(); k * n_groups];
        (0..sample.len()).for_each(|i| cells[cell_of(i)].add(sample, i, role));
        return cells;
    }
    let mut rows = vec![[0u32; 2]; k * n_groups];
    for i in 0..sample.len() {
        rows[cell_of(i)][usize::from(sample.event[i] == role.flip)] += 1;
    }
    let end = |[events, censored]: [u32; 2]| {
        let rows = [events, censored, 0];
        End { time: 0.0, weight: rows.map(f64::from), rows }
    };
    rows.into_iter().map(end).collect()
}
