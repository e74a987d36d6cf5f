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

    fn remove(&mut self, risk: f64, x: &[f64]) {
        let total = self.total - risk;
        if self.emptied(1, total) {
            return;
        }
        self.shift(x, -risk / total, -risk * self.total / total);
        self.total = total;
    }

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
pub(super) fn add_outer(matrix: &mut [f64], factor: f64, v: &[f64]) {
    let mut rest = matrix;
    for i in 0..v.len() {
        let (row, after) = rest.split_at_mut(i + 1);
        let own = factor * v[i];
        for (m, v) in row.iter_mut().zip(v) {
            *m += own * v;
        }
        rest = after;
    }
}

/// Columns of a tile.
const SIDE: usize = 4;
/// Rows whose products are summed while they are at hand.
const CHUNK: usize = 32;
/// Up to this many rows are added one by one.
const FEW: usize = 3;
/// A block this much heavier than the set whose mean is its centre is summed again about its own mean.
const HEAVY: f64 = 1e3;

/// Moments of many rows at once: their products about a centre near them, summed in square tiles.
///
/// What is lost by the centre not being their mean is the rounding of r (mean − centre)(mean − centre)ᵀ. With the mean of the
/// set that they are merged into as centre, the merged spread holds that term anyway.
struct Block {
    tiles: usize,
    centre: Vec<f64>,
    /// x − centre of the rows at hand, filled up with zeros to whole tiles.
    x: Vec<[f64; SIDE]>,
    /// The same times the risks.
    rx: Vec<[f64; SIDE]>,
    /// Σ r (x − centre).
    sum: Vec<[f64; SIDE]>,
    /// Σ r (x − centre)(x − centre)ᵀ, the tiles of the lower triangle row by row.
    product: Vec<[[f64; SIDE]; SIDE]>,
    moments: Moments,
}

impl Block {
    fn new(p: usize, with_spread: bool) -> Self {
        let tiles = p.div_ceil(SIDE).max(1);
        Self {
            tiles,
            centre: vec![0.0; p],
            x: vec![[0.0; SIDE]; CHUNK * tiles],
            rx: vec![[0.0; SIDE]; CHUNK * tiles],
            sum: vec![[0.0; SIDE]; tiles],
            product: vec![[[0.0; SIDE]; SIDE]; packed(tiles, 0)],
            moments: Moments::new(p, with_spread),
        }
    }

    /// The moments of these rows, which are to be merged into, or compared with, `near`.
    fn of(
        &mut self,
        rows: &Arrangement,
        risk: &[f64],
        members: impl ExactSizeIterator<Item = usize> + Clone,
        near: &Moments,
    ) -> &Moments {
        self.moments.clear();
        if members.len() <= FEW {
            for row in members {
                self.moments.add(risk[row], rows.row(row));
            }
            return &self.moments;
        }
        if near.total > 0.0 {
            self.centre.copy_from_slice(&near.mean);
        } else if let Some(first) = members.clone().next() {
            self.centre.copy_from_slice(rows.row(first));
        }
        self.accumulate(rows, risk, members.clone());
        self.resolve();
        if self.moments.total > HEAVY * near.total {
            self.centre.copy_from_slice(&self.moments.mean);
            self.accumulate(rows, risk, members);
            self.resolve();
        }
        &self.moments
    }

    fn accumulate(&mut self, rows: &Arrangement, risk: &[f64], members: impl ExactSizeIterator<Item = usize>) {
        let p = rows.p;
        self.moments.rows = members.len();
        self.moments.total = 0.0;
        self.sum.fill([0.0; SIDE]);
        self.product.fill([[0.0; SIDE]; SIDE]);
        let mut members = members;
        let mut risks = [0.0; CHUNK];
        loop {
            let at_hand = members.len().min(CHUNK);
            if at_hand == 0 {
                break;
            }
            // Fetched before anything is done with them: rows that leave lie far apart, and the processor fetches several at once
            // only where little else stands between.
            let tiles = self.tiles;
            for ((row, own), x) in members.by_ref().take(at_hand).zip(&mut risks).zip(self.x.chunks_exact_mut(tiles)) {
                *own = risk[row];
                x.as_flattened_mut()[..p].copy_from_slice(rows.row(row));
            }
            let at = self.x.chunks_exact_mut(tiles).zip(self.rx.chunks_exact_mut(tiles));
            for ((x, rx), &risk) in at.zip(&risks[..at_hand]) {
                self.moments.total += risk;
                for (to, centre) in x.as_flattened_mut()[..p].iter_mut().zip(&self.centre) {
                    *to -= centre;
                }
                for ((x, rx), sum) in x.iter().zip(rx).zip(&mut self.sum) {
                    for i in 0..SIDE {
                        rx[i] = risk * x[i];
                        sum[i] += rx[i];
                    }
                }
            }
            self.multiply(at_hand);
        }
    }

    /// Adds the products of the rows at hand, each element of a tile in the order of the rows.
    fn multiply(&mut self, at_hand: usize) {
        if self.moments.spread.is_empty() {
            return;
        }
        let (tiles, end) = (self.tiles, at_hand * self.tiles);
        for i in 0..tiles {
            for j in 0..=i {
                let tile = &mut self.product[packed(i, j)];
                let mut sum = *tile;
                let left = self.rx[..end].iter().skip(i).step_by(tiles);
                let right = self.x[..end].iter().skip(j).step_by(tiles);
                for (left, right) in left.zip(right) {
                    for (sum, left) in sum.iter_mut().zip(left) {
                        for (sum, right) in sum.iter_mut().zip(right) {
                            *sum += left * right;
                        }
                    }
                }
                *tile = sum;
            }
        }
    }

    /// Turns sums about the centre into moments.
    fn resolve(&mut self) {
        let Moments { total, mean, spread, .. } = &mut self.moments;
        let share = if *total > 0.0 { 1.0 / *total } else { 0.0 };
        let sum = self.sum.as_flattened();
        for ((mean, centre), sum) in mean.iter_mut().zip(&self.centre).zip(sum) {
            *mean = centre + sum * share;
        }
        if spread.is_empty() {
            return;
        }
        let mut rest = &mut spread[..];
        for i in 0..mean.len() {
            let (row, after) = rest.split_at_mut(i + 1);
            let own = sum[i] * share;
            for (j, spread) in row.iter_mut().enumerate() {
                *spread = self.product[packed(i / SIDE, j / SIDE)][i % SIDE][j % SIDE] - own * sum[j];
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

/// Shows every event time of every stratum to the visitor, latest first. `risk` is the weight times exp(xᵀβ) of each row.
pub(super) fn sweep<V: Visitor>(rows: &Arrangement, risk: &[f64], visitor: &mut V) {
    let nothing = Moments::new(rows.p, V::SPREAD);
    let mut others = Moments::new(rows.p, V::SPREAD);
    let mut block = Block::new(rows.p, V::SPREAD);
    for stratum in &rows.strata {
        others.clear();
        let mut peak = 0.0_f64;
        for (number, at) in rows.times[stratum.times.clone()].iter().enumerate() {
            if at.joined.len() <= FEW {
                for row in at.joined.clone() {
                    others.add(risk[row], rows.row(row));
                }
            } else {
                let joined = block.of(rows, risk, at.joined.clone(), &others);
                others.merge(joined);
            }
            peak = peak.max(others.total);
            if at.left.len() <= FEW {
                for row in rows.leaving(at) {
                    others.remove(risk[row], rows.row(row));
                }
            } else {
                let left = block.of(rows, risk, rows.leaving(at), &others);
                others.part(left);
            }
            if others.rows > 0 && others.total < REBUILD * peak {
                others.clear();
                let times = &rows.times[stratum.times.clone()][..=number];
                let present = rows.present(stratum, times);
                others.merge(block.of(rows, risk, present.into_iter(), &nothing));
                peak = others.total;
            }
            let dead = block.of(rows, risk, at.deaths.clone(), &others);
            visitor.at(AtTime { time: at.time, others: &others, dead, deaths: at.deaths.clone() });
            others.merge(dead);
            peak = peak.max(others.total);
        }
    }
}
