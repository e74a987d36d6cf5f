//! Separation: whether the likelihood has a maximum, decided by geometry and not by how an iteration behaves (rule 16).
//!
//! Along δ the likelihood never falls exactly when δᵀ(x_i − x_j) ≥ 0 for each event i and each row j at risk with it, and
//! rises to a limit when one of these is positive (Bryson & Johnson 1981, Technometrics 23:381-383; Jacobsen 1989; for
//! exponential families Geyer 2009, Electron J Stat 3:259-289). In the limit an event is compared only with the rows
//! at risk that equal it along δ, which is the same likelihood with the values of δᵀx as strata; it may have further
//! directions, so the search is repeated until the strata are final.
//!
//! A direction is found as the point nearest to 0 of the convex hull of the vectors x_i − x_j (Wolfe 1976, Math Program
//! 11:128-149), which needs of all the pairs only the one worst for a given δ: a pass over the rows. Where 0 lies in
//! the hull, every direction must be orthogonal to the vectors that combine to 0, and the search goes on in that subspace.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::arrangement::Arrangement;
use super::information::{Factor, packed};
use super::likelihood::evaluate;
use super::solve::factor;
use super::{Direction, Diverging, Ties};
use crate::sorting;

/// The likelihood's limit.
pub(super) struct Limit {
    /// Final stratum, by row of the sample.
    pub strata: Vec<u32>,
    /// Place along the way to the limit, by row of the sample.
    pub place: Vec<u32>,
    /// Columns that the limit can tell apart: the others are combinations of them in every remaining risk set.
    pub free: Vec<usize>,
    /// The coefficients without a finite estimate.
    pub diverging: Vec<Diverging>,
}

impl Limit {
    /// Whether the coefficient of this column diverges.
    pub fn diverges(&self, column: usize) -> bool {
        self.diverging.iter().any(|diverging| diverging.column == column)
    }
}

/// Standardised differences below this are rounding.
const ROUNDING: f64 = 1e-9;
/// A point of the hull, spanned by unit vectors, that is as near to 0 as this is 0.
const AT_ZERO: f64 = 1e-8;
/// Steps of Wolfe's algorithm; it ends by itself after a few times the number of columns, but for rounding.
const STEPS: usize = 10_000;

/// The limit of the likelihood, its columns being independent; `None` if it has a maximum.
pub(super) fn limit(rows: &Arrangement, ties: Ties) -> Option<Limit> {
    let p = rows.p;
    let all: Vec<usize> = (0..p).collect();
    let end = follow(rows, ties, &all);
    if end.directions.is_empty() {
        return None;
    }
    let zero = vec![0.0; p];
    let null = evaluate(&end.rows, ties, &zero);
    let factor = factor(&end.rows, &null);
    let free: Vec<usize> = all.iter().copied().filter(|k| !factor.dependent.contains(k)).collect();

    // A coefficient stays finite when no combination that the limit cannot see has a part in it.
    let mut unseen = vec![false; p];
    for &column in &factor.dependent {
        unseen[column] = true;
        for (k, part) in factor.combination(column).into_iter().enumerate() {
            unseen[k] |= part.abs() > 1e-7;
        }
    }
    let diverging = (0..p)
        .filter(|&k| unseen[k])
        .map(|column| {
            // Where the same limit is reached with this coefficient held, it has no direction of its own.
            let others: Vec<usize> = all.iter().copied().filter(|&k| k != column).collect();
            let held = evaluate(&follow(rows, ties, &others).rows, ties, &zero).log_likelihood;
            let needed = (null.log_likelihood - held).abs() > 1e-9 * (1.0 + held.abs());
            let part = end.directions.iter().map(|direction| direction[column]).find(|part| part.abs() > 1e-7);
            let direction =
                part.filter(|_| needed).map(|part| if part > 0.0 { Direction::Up } else { Direction::Down });
            Diverging { column, direction }
        })
        .collect();

    let strata = by_sample(&end.rows, stratum_of_rows(&end.rows));
    Some(Limit { strata, place: end.place, free, diverging })
}

/// Where the directions lead.
struct Followed {
    rows: Arrangement,
    place: Vec<u32>,
    directions: Vec<Vec<f64>>,
}

/// Follows one direction after another, in which only these columns take part, until there is none.
fn follow(rows: &Arrangement, ties: Ties, columns: &[usize]) -> Followed {
    let mut out = Followed { rows: rows.clone(), place: vec![0; rows.n], directions: Vec::new() };
    while let Some(direction) = direction(&out.rows, ties, columns) {
        let class = classes(&out.rows.along(&direction));
        let stratum = stratum_of_rows(&out.rows);
        let place: Vec<u32> = (0..rows.n).map(|row| out.place[out.rows.original(row)]).collect();
        out.place = by_sample(&out.rows, ranks(&place, &class));
        out.rows = out.rows.stratified(&by_sample(&out.rows, ranks(&stratum, &class)));
        out.directions.push(direction);
    }
    out
}

/// The stratum of each row of the arrangement.
fn stratum_of_rows(rows: &Arrangement) -> Vec<u32> {
    let mut out = vec![0; rows.n];
    for (number, stratum) in rows.strata.iter().enumerate() {
        out[stratum.rows.clone()].fill(number as u32);
    }
    out
}

/// Values by row of the arrangement, put in the order of the sample.
fn by_sample(rows: &Arrangement, values: Vec<u32>) -> Vec<u32> {
    let mut out = vec![0; values.len()];
    for (row, value) in values.into_iter().enumerate() {
        out[rows.original(row)] = value;
    }
    out
}

/// Dense ranks of values, those that differ by rounding alone having one rank.
fn classes(values: &[f64]) -> Vec<u32> {
    let order = sorting::order(values.len(), &mut |a, b| values[a].total_cmp(&values[b]));
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let mut out = vec![0; values.len()];
    for pair in order.windows(2) {
        let apart = values[pair[1]] - values[pair[0]] > 10.0 * ROUNDING * largest.max(1.0);
        out[pair[1]] = out[pair[0]] + u32::from(apart);
    }
    out
}

/// Dense ranks of pairs.
fn ranks(first: &[u32], second: &[u32]) -> Vec<u32> {
    let key = |row: usize| (first[row], second[row]);
    let order = sorting::order(first.len(), &mut |a, b| key(a).cmp(&key(b)));
    let mut out = vec![0; first.len()];
    for pair in order.windows(2) {
        out[pair[1]] = out[pair[0]] + u32::from(key(pair[0]) != key(pair[1]));
    }
    out
}

/// A direction along which the likelihood rises for ever, in these columns.
fn direction(rows: &Arrangement, ties: Ties, columns: &[usize]) -> Option<Vec<f64>> {
    let unit = |k: usize| (0..rows.p).map(|j| f64::from(u8::from(j == k))).collect::<Vec<f64>>();
    let mut basis: Vec<Vec<f64>> = columns.iter().map(|&k| unit(k)).collect();
    loop {
        let mut points = match start(rows, ties, &basis)? {
            Start::Direction(direction) => return Some(direction),
            Start::Pair(difference) => vec![(coordinates(&basis, &difference), 1.0)],
        };
        for step in 0.. {
            let nearest = combined(&points);
            let distance = norm(&nearest);
            if distance < AT_ZERO {
                break;
            }
            let mut direction = vec![0.0; rows.p];
            for (basis, z) in basis.iter().zip(&nearest) {
                for (direction, basis) in direction.iter_mut().zip(basis) {
                    *direction += basis * z / distance;
                }
            }
            match worst(rows, ties, &direction) {
                Some((gap, difference)) if gap < -ROUNDING => points.push((coordinates(&basis, &difference), 0.0)),
                _ => return Some(direction),
            }
            if step == STEPS {
                return None;
            }
            approach(&mut points);
        }
        basis = complement(&basis, &points);
    }
}

/// Where a search begins.
enum Start {
    /// A basis vector is a direction itself.
    Direction(Vec<f64>),
    /// x_i − x_j of a pair that is not constant in the subspace.
    Pair(Vec<f64>),
}

/// `None` where no pair differs in this subspace.
fn start(rows: &Arrangement, ties: Ties, basis: &[Vec<f64>]) -> Option<Start> {
    for vector in basis {
        if let Some((gap, difference)) = worst(rows, ties, vector)
            && gap < -ROUNDING
        {
            return Some(Start::Pair(difference));
        }
        let opposite: Vec<f64> = vector.iter().map(|value| -value).collect();
        if let Some((gap, _)) = worst(rows, ties, &opposite)
            && gap < -ROUNDING
        {
            return Some(Start::Direction(vector.clone()));
        }
    }
    None
}

/// A value and its row, ordered by the value.
#[derive(PartialEq)]
struct Valued(f64, usize);

impl Eq for Valued {}

impl PartialOrd for Valued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Valued {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

/// The pair of an event i and a row j at risk with the least δᵀ(x_i − x_j): that number, and x_i − x_j. With exact ties
/// events at one time are not compared with each other. `None` without pairs.
fn worst(rows: &Arrangement, ties: Ties, delta: &[f64]) -> Option<(f64, Vec<f64>)> {
    let value = rows.along(delta);
    let mut least: Option<(f64, usize, usize)> = None;
    let mut gone = vec![false; if rows.has_entry() { rows.n } else { 0 }];
    for stratum in &rows.strata {
        let mut at_risk: BinaryHeap<Valued> = BinaryHeap::new();
        let mut highest: Option<Valued> = None;
        let join = |row: usize, at_risk: &mut BinaryHeap<Valued>, highest: &mut Option<Valued>| {
            let new = Valued(value[row], row);
            if rows.has_entry() {
                at_risk.push(new);
            } else if highest.as_ref().is_none_or(|highest| new > *highest) {
                *highest = Some(new);
            }
        };
        for at in &rows.times[stratum.times.clone()] {
            for row in at.joined.clone() {
                join(row, &mut at_risk, &mut highest);
            }
            if ties != Ties::Exact {
                for row in at.deaths.clone() {
                    join(row, &mut at_risk, &mut highest);
                }
            }
            for row in rows.leaving(at) {
                gone[row] = true;
            }
            while at_risk.peek().is_some_and(|top| gone[top.1]) {
                at_risk.pop();
            }
            let top = if rows.has_entry() { at_risk.peek() } else { highest.as_ref() };
            if let Some(&Valued(highest, j)) = top {
                for i in at.deaths.clone() {
                    let gap = value[i] - highest;
                    if least.is_none_or(|(least, ..)| gap < least) {
                        least = Some((gap, i, j));
                    }
                }
            }
            if ties == Ties::Exact {
                for row in at.deaths.clone() {
                    join(row, &mut at_risk, &mut highest);
                }
            }
        }
    }
    least.map(|(gap, i, j)| (gap, rows.row(i).iter().zip(rows.row(j)).map(|(a, b)| a - b).collect()))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    libm::sqrt(dot(a, a))
}

/// Coordinates of a vector in a basis, brought to length 1.
fn coordinates(basis: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
    let out: Vec<f64> = basis.iter().map(|basis| dot(basis, vector)).collect();
    let length = norm(&out);
    out.into_iter().map(|value| value / length).collect()
}

/// The weighted sum of points.
fn combined(points: &[(Vec<f64>, f64)]) -> Vec<f64> {
    let mut out = vec![0.0; points.first().map_or(0, |(point, _)| point.len())];
    for (point, weight) in points {
        for (out, value) in out.iter_mut().zip(point) {
            *out += weight * value;
        }
    }
    out
}

/// Moves the weights to the point of the hull nearest to 0, dropping the points that have no part in it.
fn approach(points: &mut Vec<(Vec<f64>, f64)>) {
    loop {
        // The nearest point of the affine hull: (G + 11ᵀ) u = 1, scaled to sum 1 (Wolfe 1976, section 6).
        let count = points.len();
        let mut gram = Vec::with_capacity(packed(count, 0));
        for (a, (point, _)) in points.iter().enumerate() {
            gram.extend(points[..=a].iter().map(|(other, _)| 1.0 + dot(point, other)));
        }
        let solution = Factor::new(&gram, count, 0.0).solve(&vec![1.0; count]);
        let total: f64 = solution.iter().sum();
        let target: Vec<f64> = solution.into_iter().map(|u| u / total).collect();
        if target.iter().all(|&weight| weight > 1e-12) {
            for ((_, weight), target) in points.iter_mut().zip(target) {
                *weight = target;
            }
            return;
        }
        // As far toward it as all weights stay positive.
        let mut fraction = 1.0_f64;
        for ((_, weight), target) in points.iter().zip(&target) {
            if *target <= 1e-12 {
                fraction = fraction.min(weight / (weight - target).max(f64::MIN_POSITIVE));
            }
        }
        let mut least = (f64::INFINITY, 0);
        for (i, ((_, weight), target)) in points.iter_mut().zip(&target).enumerate() {
            *weight += fraction * (target - *weight);
            if *target <= 1e-12 && *weight < least.0 {
                least = (*weight, i);
            }
        }
        points.remove(least.1);
        points.retain(|(_, weight)| *weight > 1e-14);
        let total: f64 = points.iter().map(|(_, weight)| weight).sum();
        for (_, weight) in points.iter_mut() {
            *weight /= total;
        }
    }
}

/// An orthonormal basis of the subspace that is orthogonal to points whose combination is 0.
fn complement(basis: &[Vec<f64>], points: &[(Vec<f64>, f64)]) -> Vec<Vec<f64>> {
    let size = basis.len();
    // Orthonormal vectors of the points, the longest remainder first; one of the points is a combination of the others.
    let mut spanned: Vec<Vec<f64>> = Vec::new();
    let take = |vectors: Vec<Vec<f64>>, count: usize, spanned: &mut Vec<Vec<f64>>| {
        let mut vectors = vectors;
        for _ in 0..count {
            for vector in &mut vectors {
                for _ in 0..2 {
                    for q in spanned.iter() {
                        let along = dot(q, vector);
                        for (value, q) in vector.iter_mut().zip(q) {
                            *value -= along * q;
                        }
                    }
                }
            }
            let Some(longest) = vectors.iter().max_by(|a, b| norm(a).total_cmp(&norm(b))) else { return };
            let length = norm(longest);
            spanned.push(longest.iter().map(|value| value / length).collect());
        }
    };
    take(points.iter().map(|(point, _)| point.clone()).collect(), points.len().saturating_sub(1).max(1), &mut spanned);
    let used = spanned.len();
    let units = (0..size).map(|k| (0..size).map(|j| f64::from(u8::from(j == k))).collect()).collect();
    take(units, size.saturating_sub(used), &mut spanned);
    spanned[used..]
        .iter()
        .map(|coordinates| {
            let mut out = vec![0.0; basis.first().map_or(0, Vec::len)];
            for (basis, z) in basis.iter().zip(coordinates) {
                for (out, value) in out.iter_mut().zip(basis) {
                    *out += value * z;
                }
            }
            out
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::made_up::sequence;
    use super::super::newton::{Until, climb};
    use super::*;
    use crate::survival::Sample;

    fn arranged(time: &[f64], event: &[bool], columns: &[&[f64]]) -> Arrangement {
        Arrangement::new(&Sample { entry: None, time, event, weight: None }, columns, None)
    }

    #[test]
    fn a_level_without_events_goes_down_and_the_others_stay() {
        let time = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let event = [true, false, true, true, false, true];
        let none: &[f64] = &[0.0, 1.0, 0.0, 0.0, 1.0, 0.0];
        let other: &[f64] = &[1.0, 3.0, 2.0, 0.5, 1.5, 1.0];
        let limit = limit(&arranged(&time, &event, &[none, other]), Ties::Efron).unwrap();
        assert_eq!(limit.diverging, [Diverging { column: 0, direction: Some(Direction::Down) }]);
        assert_eq!(limit.free, [1]);
        assert_eq!(limit.place, [1, 0, 1, 1, 0, 1]);
    }

    #[test]
    fn a_predictor_that_orders_every_event_diverges() {
        let time = [1.0, 2.0, 3.0, 4.0];
        let event = [true, true, true, false];
        let limit = limit(&arranged(&time, &event, &[&[9.0, 4.0, 4.0, -1.0]]), Ties::Efron).unwrap();
        assert_eq!(limit.diverging, [Diverging { column: 0, direction: Some(Direction::Up) }]);
    }

    #[test]
    fn two_predictors_that_each_order_every_event_have_no_direction_of_their_own() {
        let time = [1.0, 2.0, 3.0];
        let event = [true, true, true];
        let limit = limit(&arranged(&time, &event, &[&[3.0, 2.0, 1.0], &[9.0, 2.0, 1.0]]), Ties::Breslow).unwrap();
        assert!(limit.diverging.iter().all(|diverging| diverging.direction.is_none()));
        assert_eq!(limit.diverging.len(), 2);
    }

    #[test]
    fn ties_of_unlike_events_separate_under_the_exact_likelihood_only() {
        // At 2 events with x = 1 and 0 against 0: the exact likelihood 2β − 2 log(3r + 3) rises to its limit.
        let time = [4.0, 1.0, 2.0, 1.0, 3.0, 2.0];
        let event = [true, true, true, false, false, true];
        let rows = arranged(&time, &event, &[&[0.0, 1.0, 1.0, 1.0, 0.0, 0.0]]);
        assert!(limit(&rows, Ties::Efron).is_none());
        assert!(limit(&rows, Ties::Exact).is_some());
    }

    #[test]
    fn agrees_with_every_angle_of_the_plane_and_with_the_climb() {
        let mut next = sequence(31);
        let mut separated = 0;
        for round in 0..1500 {
            let n = 5 + round % 4;
            let mut whole = |below: f64| libm::floor(below * next());
            let late = round % 3 == 0;
            let entry: Vec<f64> = (0..n).map(|_| if late { whole(3.0) } else { 0.0 }).collect();
            let time: Vec<f64> = entry.iter().map(|entry| entry + 1.0 + whole(4.0)).collect();
            let event: Vec<bool> = (0..n).map(|_| whole(3.0) > 0.0).collect();
            let columns: Vec<Vec<f64>> = (0..2).map(|_| (0..n).map(|_| whole(3.0)).collect()).collect();
            let sample = Sample { entry: Some(&entry), time: &time, event: &event, weight: None };
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let rows = Arrangement::new(&sample, &columns, None);
            let zero = [0.0, 0.0];
            if rows.times.is_empty() || !factor(&rows, &evaluate(&rows, Ties::Efron, &zero)).dependent.is_empty() {
                continue;
            }
            // Every difference of an event and a row at risk; the directions that all of them allow.
            let mut differences: Vec<[f64; 2]> = Vec::new();
            for i in (0..n).filter(|&i| event[i]) {
                for j in (0..n).filter(|&j| entry[j] < time[i] && time[i] <= time[j]) {
                    differences.push([columns[0][i] - columns[0][j], columns[1][i] - columns[1][j]]);
                }
            }
            let edges: Vec<[f64; 2]> = differences.iter().flat_map(|d| [[-d[1], d[0]], [d[1], -d[0]]]).collect();
            let between = edges.iter().flat_map(|a| edges.iter().map(move |b| [a[0] + b[0], a[1] + b[1]]));
            let along = |a: &[f64; 2], b: &[f64; 2]| a[0] * b[0] + a[1] * b[1];
            let exists = edges.iter().copied().chain(between).any(|delta| {
                differences.iter().all(|d| along(d, &delta) >= 0.0)
                    && differences.iter().any(|d| along(d, &delta) > 0.0)
            });
            let found = limit(&rows, Ties::Efron);
            assert_eq!(found.is_some(), exists, "round {round}");
            let Some(found) = found else { continue };
            separated += 1;

            // The height of the limit is what the climb on the full likelihood comes to.
            let top = |rows: &Arrangement, free: &[usize]| {
                let function = |beta: &[f64]| evaluate(rows, Ties::Efron, beta);
                climb(function, &zero, function(&zero), free, Until::Height(1e-11), 60, false).value.log_likelihood
            };
            let at_limit = top(&rows.stratified(&found.strata), &found.free);
            let climbed = top(&rows, &[0, 1]);
            assert!((at_limit - climbed).abs() < 1e-8, "round {round}: {at_limit} {climbed}");
        }
        assert!(separated > 300, "{separated}");
    }
}
