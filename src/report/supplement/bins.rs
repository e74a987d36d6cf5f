//! Bins of time in which nobody is alone.
//!
//! Narrow bins of one width are merged with their neighbours until in each merged bin at least k patients leave (event or
//! censored) in every group of every endpoint. One set of bins serves all: the log-rank test needs the same for all groups, and bins that
//! differ between endpoints could be played off against each other.

use std::collections::BTreeSet;

/// How many leave in each narrow bin, of each group of one endpoint. Groups stand in the same order in every endpoint; one in which
/// nobody is does not count.
#[derive(Debug, Clone, Default)]
pub struct Leaving {
    /// By group: index of a narrow bin and how many leave in it, ascending.
    pub groups: Vec<Vec<(u64, u64)>>,
}

/// The narrow bin that `time` lies in: bin i is (i·width, (i + 1)·width], the first holds 0 too. Times that rounding alone keeps from an
/// edge are on it.
pub fn index(time: f64, width: f64) -> u64 {
    let place = time / width;
    let nearest = place.round();
    let ends = if (place - nearest).abs() <= 1e-9 * nearest.max(1.0) { nearest } else { place.ceil() };
    // Beyond 2⁵³ the cast saturates; no time of a patient is there.
    (ends.max(1.0) as u64) - 1
}

/// The index of the last narrow bin of each closed merged bin, ascending; what leaves later is in the open bin.
///
/// From the left, a bin ends at the first narrow bin at whose end, in every group of every endpoint, at least `k` have left since the bin
/// before and at least `k` are left, and the numbers who have left by then in two endpoints (of a group, and of all together) are
/// equal or differ by at least `k`. What cannot be closed belongs to the open bin.
pub fn merge(endpoints: &[Leaving], k: u64) -> Vec<u64> {
    let mut series: Vec<Series> = Vec::new();
    for (endpoint, leaving) in endpoints.iter().enumerate() {
        for (group, own) in leaving.groups.iter().enumerate() {
            let total: u64 = own.iter().map(|(_, n)| n).sum();
            series.push(Series { endpoint, group, own, next: 0, left: total, open: 0, gone: 0 });
        }
    }
    series.retain(|series| series.left > 0);
    let places: BTreeSet<u64> = series.iter().flat_map(|series| series.own.iter().map(|&(bin, _)| bin)).collect();
    let mut ends = Vec::new();
    for bin in places {
        for series in &mut series {
            series.advance(bin);
        }
        if series.iter().all(|series| series.open >= k && series.left >= k) && !differ_by_few(&series, k) {
            ends.push(bin);
            series.iter_mut().for_each(|series| series.open = 0);
        }
    }
    ends
}

/// One group of one endpoint on the way through time.
struct Series<'a> {
    endpoint: usize,
    group: usize,
    own: &'a [(u64, u64)],
    next: usize,
    /// Not yet left.
    left: u64,
    /// Left since the last bin was closed.
    open: u64,
    /// Left so far.
    gone: u64,
}

impl Series<'_> {
    fn advance(&mut self, bin: u64) {
        while let Some(&(_, n)) = self.own.get(self.next).filter(|(own, _)| *own <= bin) {
            self.next += 1;
            self.left -= n;
            self.open += n;
            self.gone += n;
        }
    }
}

/// Whether two endpoints tell of fewer than `k` patients, but of some, who have left one and not the other.
fn differ_by_few(series: &[Series], k: u64) -> bool {
    let few = |a: u64, b: u64| (1..k).contains(&a.abs_diff(b));
    let gone = |endpoint: usize| series.iter().filter(|one| one.endpoint == endpoint).map(|one| one.gone).sum::<u64>();
    series.iter().enumerate().any(|(i, one)| {
        series[i + 1..].iter().filter(|other| other.endpoint != one.endpoint).any(|other| {
            (one.group == other.group && few(one.gone, other.gone)) || few(gone(one.endpoint), gone(other.endpoint))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(group: &[(u64, u64)]) -> Leaving {
        Leaving { groups: vec![group.to_vec()] }
    }

    #[test]
    fn a_bin_holds_its_end() {
        let bins = |times: &[f64], width| times.iter().map(|&time| index(time, width)).collect::<Vec<_>>();
        assert_eq!(bins(&[0.0, 0.1, 3.0, 3.01, 6.0, 6.1], 3.0), [0, 0, 0, 1, 1, 2]);
        // Quarters of a year: 0.75 is the end of the third.
        assert_eq!(bins(&[0.25, 0.5, 0.75, 0.76], 3.0 / 12.0), [0, 1, 2, 3]);
        assert_eq!(bins(&[0.5, 1.0], 1.0 / 12.0), [5, 11]);
    }

    #[test]
    fn neighbours_are_merged_until_enough_leave() {
        // 2 + 3, then 5; of the last seven, three and one cannot be closed before enough are left.
        let leaving = one(&[(0, 2), (1, 3), (2, 5), (5, 3), (6, 1), (9, 3)]);
        assert_eq!(merge(std::slice::from_ref(&leaving), 5), [1, 2]);
        assert_eq!(merge(&[leaving], 3), [1, 2, 5]);
        // Exactly k are left after the last closed bin.
        assert_eq!(merge(&[one(&[(0, 5), (7, 5)])], 5), [0]);
        assert!(merge(&[one(&[(0, 6), (7, 4)])], 5).is_empty());
        assert!(merge(&[], 5).is_empty());
    }

    #[test]
    fn every_group_has_enough_and_an_empty_one_does_not_count() {
        let groups = vec![vec![(0, 5), (1, 5), (2, 5)], vec![(0, 1), (1, 4), (2, 5)], vec![]];
        assert_eq!(merge(&[Leaving { groups }], 5), [1]);
    }

    /// By the end of bin 1 ten have left the first endpoint and nine the second: one patient has had a recurrence and lives.
    #[test]
    fn endpoints_do_not_differ_by_a_few() {
        let first = one(&[(0, 5), (1, 5), (2, 5), (3, 5)]);
        let second = one(&[(0, 5), (1, 4), (2, 6), (3, 5)]);
        assert_eq!(merge(std::slice::from_ref(&first), 5), [0, 1, 2]);
        assert_eq!(merge(&[first.clone(), second], 5), [0, 2]);
        let apart = one(&[(0, 5), (2, 10), (3, 5)]);
        assert_eq!(merge(&[first, apart], 5), [0, 2]);
    }
}
