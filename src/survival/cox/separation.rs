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

    let mut strata = vec![0; rows.n];
    for (number, stratum) in end.rows.strata.iter().enumerate() {
        for row in stratum.rows.clone() {
            strata[end.rows.original[row]] = number as u32;
        }
    }
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
        let class = classes(&out.rows.linear_predictor(&direction));
        let mut stratum = vec![0; rows.n];
        for (number, rows) in out.rows.strata.iter().enumerate() {
            stratum[rows.rows.clone()].fill(number as u32);
        }
        let finer: Vec<u32> = ranks(&stratum, &class);
        let by_row: Vec<u32> = out.rows.original.iter().map(|&i| out.place[i]).collect();
        for (row, place) in ranks(&by_row, &class).into_iter().enumerate() {
            out.place[out.rows.original[row]] = place;
        }
        out.rows = out.rows.stratified(&finer);
        out.directions.push(direction);
    }
    out
}

/// Dense ranks of values, those that differ by rounding alone having one rank.
fn classes(values: &[f64]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
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
    let mut order: Vec<usize> = (0..first.len()).collect();
    order.sort_by_key(|&row| key(row));
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
    let value = rows.linear_predictor(delta);
    let mut least: Option<(f64, usize, usize)> = None;
    for stratum in &rows.strata {
        let mut at_risk: BinaryHeap<Valued> = BinaryHeap::new();
        let mut highest: Option<Valued> = None;
        let join = |row: usize, at_risk: &mut BinaryHeap<Valued>, highest: &mut Option<Valued>| {
            let new = Valued(value[row], row);
            if rows.entry.is_some() {
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
            if let Some(entry) = &rows.entry {
                while at_risk.peek().is_some_and(|top| entry[top.1] >= at.time) {
                    at_risk.pop();
                }
            }
            let top = if rows.entry.is_some() { at_risk.peek() } else { highest.as_ref() };
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
