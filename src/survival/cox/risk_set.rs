//! The sweep over the risk sets, latest time first, with the moments of the covariates in each.

use std::ops::Range;

use super::arrangement::Arrangement;
use super::information::packed;

/// Total, mean and spread about the mean of the covariates of a set of rows, each row with its risk as weight.
///
/// A few rows are added one by one by updating the mean (West 1979, Commun ACM 22:532-535), many as a [`Block`] whose own
/// moments are merged (Chan, Golub & LeVeque 1983, Am Stat 37:242-247): either way nothing large is subtracted from
/// something large when rows join. See [`sweep`] for rows that leave.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// Σ r.
    pub total: f64,
    /// Σ r x / Σ r.
    pub mean: Vec<f64>,
    /// Σ r (x − mean)(x − mean)ᵀ, packed; empty where it is not asked for.
    pub spread: Vec<f64>,
    /// Rows in the set.
    pub rows: usize,
    step: Vec<f64>,
}

impl Moments {
    fn new(p: usize, with_spread: bool) -> Self {
        let spread = if with_spread { vec![0.0; packed(p, 0)] } else { Vec::new() };
        Self { total: 0.0, mean: vec![0.0; p], spread, rows: 0, step: vec![0.0; p] }
    }

    fn clear(&mut self) {
        self.total = 0.0;
        self.rows = 0;
        self.mean.fill(0.0);
        self.spread.fill(0.0);
    }

    fn add(&mut self, risk: f64, x: &[f64]) {
        self.rows += 1;
        let total = self.total + risk;
        if total > 0.0 {
            self.shift(x, risk / total, risk * self.total / total);
        }
        self.total = total;
    }

    #[inline]
    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        let total = self.total + other.total;
        if total > 0.0 {
            self.shift(&other.mean, other.total / total, self.total * other.total / total);
        }
        if other.rows > 1 {
            for (own, more) in self.spread.iter_mut().zip(&other.spread) {
                *own += more;
            }
        }
        self.total = total;
    }

    /// Takes out a part.
    fn part(&mut self, other: &Self) {
        let total = self.total - other.total;
        if self.emptied(other.rows, total) {
            return;
        }
        self.shift(&other.mean, -other.total / total, -other.total * self.total / total);
        for (own, less) in self.spread.iter_mut().zip(&other.spread) {
            *own -= less;
        }
        self.total = total;
    }

    /// Whether nothing, or nothing above rounding, is left without `gone` rows.
    fn emptied(&mut self, gone: usize, total: f64) -> bool {
        let rows = self.rows - gone;
        self.rows = rows;
        let emptied = rows == 0 || total <= 0.0;
        if emptied {
            self.clear();
            self.rows = rows;
        }
        emptied
    }

    /// Moves the mean by `fraction` of the way to `x`, and adds `factor` (x − mean)(x − mean)ᵀ to the spread.
    fn shift(&mut self, x: &[f64], fraction: f64, factor: f64) {
        for ((step, mean), x) in self.step.iter_mut().zip(&mut self.mean).zip(x) {
            *step = x - *mean;
            *mean += *step * fraction;
        }
        if factor != 0.0 && !self.spread.is_empty() {
            add_outer(&mut self.spread, factor, &self.step);
        }
    }
}

/// matrix += factor · v vᵀ, packed.
#[inline]
pub(super) fn add_outer(matrix: &mut [f64], factor: f64, v: &[f64]) {
    let mut rest = matrix;
    for i in 0..v.len() {
        let (row, after) = rest.split_at_mut(i + 1);
        let own = factor * v[i];
        // In pairs by hand: rows are too short for what the compiler makes of a plain loop.
        let (pairs, last) = row.as_chunks_mut::<2>();
        for (m, v) in pairs.iter_mut().zip(v.as_chunks::<2>().0) {
            m[0] += own * v[0];
            m[1] += own * v[1];
        }
        if let [last] = last {
            *last += own * v[i];
        }
        rest = after;
    }
}

/// Columns of a tile.
const SIDE: usize = 2;
/// Rows whose numbers stand side by side.
const LANES: usize = 4;
/// Rows whose products are summed while they are at hand.
const CHUNK: usize = 32;
/// Up to this many rows are added one by one.
const FEW: usize = 3;
/// A block this much heavier than the set whose mean is its centre is summed again about its own mean.
const HEAVY: f64 = 1e3;

/// A number of each of some rows.
type Lanes = [f64; LANES];

/// sum += a · b, lane by lane: written out, so that it becomes vectors at every level of optimization.
#[inline]
fn add_products(sum: &mut Lanes, a: &Lanes, b: &Lanes) {
    sum[0] += a[0] * b[0];
    sum[1] += a[1] * b[1];
    sum[2] += a[2] * b[2];
    sum[3] += a[3] * b[3];
}

/// Moments of many rows at once: their products about a centre near them, summed in square tiles.
///
/// What is lost by the centre not being their mean is the rounding of r (mean − centre)(mean − centre)ᵀ. With the mean of the
/// set that they are merged into as centre, the merged spread holds that term anyway.
struct Block {
    centre: Vec<f64>,
    /// x − centre of the rows at hand, by column, with a column of zeros to fill up the last tile.
    x: Vec<[Lanes; CHUNK / LANES]>,
    /// The same times the risks.
    rx: Vec<[Lanes; CHUNK / LANES]>,
    /// Σ r.
    total: Lanes,
    /// Σ r (x − centre).
    sum: Vec<Lanes>,
    /// Σ r (x − centre)(x − centre)ᵀ, the tiles of the lower triangle row by row.
    product: Vec<[[Lanes; SIDE]; SIDE]>,
    moments: Moments,
}

impl Block {
    fn new(p: usize, with_spread: bool) -> Self {
        let tiles = if with_spread { p.div_ceil(SIDE) } else { 0 };
        let columns = p.max(tiles * SIDE);
        Self {
            centre: vec![0.0; p],
            x: vec![[[0.0; LANES]; CHUNK / LANES]; columns],
            rx: vec![[[0.0; LANES]; CHUNK / LANES]; columns],
            total: [0.0; LANES],
            sum: vec![[0.0; LANES]; p],
            product: vec![[[[0.0; LANES]; SIDE]; SIDE]; packed(tiles, 0)],
            moments: Moments::new(p, with_spread),
        }
    }

    /// The moments of these rows, which are to be merged into, or compared with, `near`.
    fn of(
        &mut self,
        rows: &Arrangement,
        risk: impl Fn(usize) -> f64,
        members: impl ExactSizeIterator<Item = usize> + Clone,
        near: &Moments,
    ) -> &Moments {
        self.moments.clear();
        if members.len() <= FEW {
            for row in members {
                self.moments.add(risk(row), rows.row(row));
            }
            return &self.moments;
        }
        if near.total > 0.0 {
            self.centre.copy_from_slice(&near.mean);
        } else if let Some(first) = members.clone().next() {
            self.centre.copy_from_slice(rows.row(first));
        }
        self.accumulate(rows, &risk, members.clone());
        self.resolve();
        if self.moments.total > HEAVY * near.total {
            self.centre.copy_from_slice(&self.moments.mean);
            self.accumulate(rows, &risk, members);
            self.resolve();
        }
        &self.moments
    }

    fn accumulate(
        &mut self,
        rows: &Arrangement,
        risk: &impl Fn(usize) -> f64,
        members: impl ExactSizeIterator<Item = usize>,
    ) {
        self.moments.rows = members.len();
        self.total = [0.0; LANES];
        self.sum.fill([0.0; LANES]);
        self.product.fill([[[0.0; LANES]; SIDE]; SIDE]);
        let mut members = members;
        while members.len() > 0 {
            let groups = members.len().min(CHUNK).div_ceil(LANES);
            for group in 0..groups {
                // Where there is no row any more stands the centre, with no risk.
                let mut risks = [0.0; LANES];
                let mut at = [&self.centre[..]; LANES];
                for ((risk_of, at), row) in risks.iter_mut().zip(&mut at).zip(&mut members) {
                    *risk_of = risk(row);
                    *at = rows.row(row);
                }
                for (total, risk) in self.total.iter_mut().zip(risks) {
                    *total += risk;
                }
                let [a, b, c, d] = at;
                let from = a.iter().zip(b).zip(c).zip(d).zip(&self.centre);
                let to = self.x.iter_mut().zip(&mut self.rx).zip(&mut self.sum);
                for (((((a, b), c), d), centre), ((x, rx), sum)) in from.zip(to) {
                    let own = [a - centre, b - centre, c - centre, d - centre];
                    let weighted = [own[0] * risks[0], own[1] * risks[1], own[2] * risks[2], own[3] * risks[3]];
                    x[group] = own;
                    rx[group] = weighted;
                    *sum = [sum[0] + weighted[0], sum[1] + weighted[1], sum[2] + weighted[2], sum[3] + weighted[3]];
                }
            }
            self.multiply(groups);
        }
    }

    /// Adds the products of the rows at hand, each element of a tile in the order of the rows.
    fn multiply(&mut self, groups: usize) {
        let (rx, _) = self.rx.as_chunks::<SIDE>();
        let (x, _) = self.x.as_chunks::<SIDE>();
        let mut tiles = self.product.iter_mut();
        for (i, left) in rx.iter().enumerate() {
            for (right, tile) in x[..=i].iter().zip(&mut tiles) {
                let mut sum = *tile;
                let left = left[0][..groups].iter().zip(&left[1][..groups]);
                let right = right[0][..groups].iter().zip(&right[1][..groups]);
                for (left, right) in left.zip(right) {
                    add_products(&mut sum[0][0], left.0, right.0);
                    add_products(&mut sum[0][1], left.0, right.1);
                    add_products(&mut sum[1][0], left.1, right.0);
                    add_products(&mut sum[1][1], left.1, right.1);
                }
                *tile = sum;
            }
        }
    }

    /// Turns sums about the centre into moments.
    fn resolve(&mut self) {
        let whole = |lanes: &Lanes| (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        let Moments { total, mean, spread, step, .. } = &mut self.moments;
        *total = whole(&self.total);
        let share = if *total > 0.0 { 1.0 / *total } else { 0.0 };
        for (((mean, step), centre), sum) in mean.iter_mut().zip(&mut *step).zip(&self.centre).zip(&self.sum) {
            *step = whole(sum);
            *mean = centre + *step * share;
        }
        if spread.is_empty() {
            return;
        }
        let mut rest = &mut spread[..];
        for i in 0..mean.len() {
            let (row, after) = rest.split_at_mut(i + 1);
            let own = step[i] * share;
            for (j, spread) in row.iter_mut().enumerate() {
                *spread = whole(&self.product[packed(i / SIDE, j / SIDE)][i % SIDE][j % SIDE]) - own * step[j];
            }
            rest = after;
        }
    }
}

/// What happens at one event time.
pub(super) struct AtTime<'a> {
    /// The time.
    pub time: f64,
    /// Rows at risk without the event at this time.
    pub others: &'a Moments,
    /// Rows with the event at this time.
    pub dead: &'a Moments,
    /// The same rows, in the arrangement.
    pub deaths: Range<usize>,
}

/// What a sweep is made for.
pub(super) trait Visitor {
    /// Whether it looks at the spread: two thirds of the work.
    const SPREAD: bool = true;

    /// An event time.
    fn at(&mut self, at: AtTime<'_>);
}

/// A risk set is built anew when rows that left carried all but this share of its risk: what is left over would carry
/// their rounding errors. The cost is a pass over the stratum, and it takes a thousandfold fall each time.
const REBUILD: f64 = 1e-3;

/// The risks of the rows of one event time: weight times exp(xᵀβ).
#[derive(Default)]
struct Risks {
    from: usize,
    values: Vec<f64>,
}

impl Risks {
    fn compute(&mut self, rows: &Arrangement, beta: &[f64], members: Range<usize>) {
        self.from = members.start;
        self.values.clear();
        if rows.risk_is_weight(beta) {
            self.values.extend(members.map(|row| rows.weight(row)));
        } else {
            self.values.extend(members.map(|row| rows.risk(row, beta)));
        }
    }

    fn of(&self, row: usize) -> f64 {
        self.values[row - self.from]
    }
}

/// The most numbers that [`Leaving`] may hold: some 4 MB, which is still near the processor.
const NEAR: usize = 1 << 19;

/// Of each event time the rows that leave, gathered as they come: looked up one by one when they leave they would lie far apart.
/// Empty where no rows leave, or at so many times that this would be no gain.
struct Leaving(Vec<Moments>);

impl Leaving {
    fn new(rows: &Arrangement, with_spread: bool) -> Self {
        let near = rows.times.len() * packed(rows.p + 1, 0) <= NEAR;
        let times = if rows.has_entry() && near { rows.times.len() } else { 0 };
        Self(vec![Moments::new(rows.p, with_spread); times])
    }

    fn gather(&mut self, rows: &Arrangement, risks: &Risks, members: Range<usize>) {
        if self.0.is_empty() {
            return;
        }
        for row in members {
            if let Some(at) = rows.leaves_at(row) {
                self.0[at].add(risks.of(row), rows.row(row));
            }
        }
    }
}

/// Shows every event time of every stratum to the visitor, latest first, the risk of a row being its weight times exp(xᵀβ).
pub(super) fn sweep<V: Visitor>(rows: &Arrangement, beta: &[f64], visitor: &mut V) {
    let nothing = Moments::new(rows.p, V::SPREAD);
    let mut others = Moments::new(rows.p, V::SPREAD);
    let mut block = Block::new(rows.p, V::SPREAD);
    let mut risks = Risks::default();
    let mut leaving = Leaving::new(rows, V::SPREAD);
    for stratum in &rows.strata {
        others.clear();
        let mut peak = 0.0_f64;
        for number in stratum.times.clone() {
            let at = &rows.times[number];
            risks.compute(rows, beta, at.joined.start..at.deaths.end);
            leaving.gather(rows, &risks, at.joined.start..at.deaths.end);
            if at.joined.len() <= FEW {
                for row in at.joined.clone() {
                    others.add(risks.of(row), rows.row(row));
                }
            } else {
                others.merge(block.of(rows, |row| risks.of(row), at.joined.clone(), &others));
            }
            peak = peak.max(others.total);
            if !at.left.is_empty() {
                others.part(match leaving.0.get(number) {
                    Some(left) => left,
                    None => block.of(rows, |row| rows.risk(row, beta), rows.leaving(at), &others),
                });
            }
            if others.rows > 0 && others.total < REBUILD * peak {
                others.clear();
                let times = &rows.times[stratum.times.start..=number];
                let present = rows.present(stratum, times);
                others.merge(block.of(rows, |row| rows.risk(row, beta), present.into_iter(), &nothing));
                peak = others.total;
            }
            let dead = block.of(rows, |row| risks.of(row), at.deaths.clone(), &others);
            visitor.at(AtTime { time: at.time, others: &others, dead, deaths: at.deaths.clone() });
            others.merge(dead);
            peak = peak.max(others.total);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Ties;
    use super::super::likelihood::evaluate;
    use super::*;
    use crate::survival::Sample;

    /// With many columns the rows that leave are looked up, with few they are gathered as they come: columns of zeros change
    /// nothing else.
    #[test]
    fn rows_that_leave_are_the_same_looked_up_and_gathered() {
        let n = 400;
        let at = |row: usize, step: usize, below: usize| (row * step % below) as f64;
        let entry: Vec<f64> = (0..n).map(|row| at(row, 7, 90)).collect();
        let time: Vec<f64> = (0..n).map(|row| entry[row] + 1.0 + at(row, 13, 101)).collect();
        let event: Vec<bool> = (0..n).map(|row| row % 3 > 0).collect();
        let strata: Vec<u32> = (0..n).map(|row| (row % 2) as u32).collect();
        let x: Vec<f64> = (0..n).map(|row| at(row, 31, 17)).collect();
        let zeros = vec![0.0; n];
        let sample = Sample { entry: Some(&entry), time: &time, event: &event, weight: None };
        let found = |columns: &[&[f64]], near: bool| {
            let rows = Arrangement::new(&sample, columns, Some(&strata));
            assert_eq!(Leaving::new(&rows, true).0.is_empty(), !near);
            let mut beta = vec![0.0; columns.len()];
            beta[0] = 0.7;
            let found = evaluate(&rows, Ties::Efron, &beta);
            [found.log_likelihood, found.score[0], found.information[0]]
        };
        let mut columns = vec![&zeros[..]; 80];
        columns[0] = &x;
        for (gathered, looked_up) in found(&[&x], true).into_iter().zip(found(&columns, false)) {
            assert!((gathered - looked_up).abs() < 1e-12 * gathered.abs(), "{gathered} {looked_up}");
        }
    }
}
