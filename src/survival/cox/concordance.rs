//! Concordance of a predictor with the order of events (rule 27): n log n.
//!
//! Harrell, Lee & Mark 1996, Stat Med 15:361-387. R: `concordance(fit)`.

use std::ops::{AddAssign, Sub, SubAssign};

use super::arrangement::Arrangement;
use super::robust::numbered;
use super::{Concordance, Design};
use crate::num::order;
use crate::survival::Sample;

/// What is summed: weights, or counts where every weight is 1.
trait Amount: Copy + Default + AddAssign + SubAssign + Sub<Output = Self> {
    /// As a number.
    fn number(self) -> f64;
}

impl Amount for f64 {
    fn number(self) -> f64 {
        self
    }
}

impl Amount for u32 {
    fn number(self) -> f64 {
        f64::from(self)
    }
}

/// Children of a node: of counts, one line of the processor's cache.
const FAN: usize = 16;

/// What a node holds of each child, on lines of its own.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Node<A>([A; FAN]);

/// Sums by place: add to one place, sum over all places below another, both in log n, and no read or write waits for another.
///
/// A node holds of each child its sum, so that to add is to change one number a level and to ask is to sum over a node (over all of it:
/// there is no branch); or, where more is asked than added (`ASKED`), the sum over the children before it, the other way round.
struct Tree<A, const ASKED: bool> {
    /// Lowest first, each with a node for [`FAN`] nodes of the level below.
    levels: Vec<Vec<Node<A>>>,
    /// At each place the rows that share the predictor of an event there.
    equal: Vec<A>,
    all: A,
}

impl<A: Amount, const ASKED: bool> Tree<A, ASKED> {
    fn new(places: usize) -> Self {
        let mut nodes = places;
        let mut levels = Vec::new();
        while nodes > 1 || levels.is_empty() {
            // A place after the last can be asked about.
            nodes = if levels.is_empty() { nodes / FAN + 1 } else { nodes.div_ceil(FAN) };
            levels.push(vec![Node::default(); nodes]);
        }
        Self { levels, equal: vec![A::default(); places], all: A::default() }
    }

    #[inline]
    fn add(&mut self, at: Place, amount: A) {
        self.change(at, amount, |sum, amount| *sum += amount);
    }

    fn take(&mut self, at: Place, amount: A) {
        self.change(at, amount, |sum, amount| *sum -= amount);
    }

    #[inline]
    fn change(&mut self, at: Place, amount: A, change: impl Fn(&mut A, A)) {
        if at.is_shared() {
            change(&mut self.equal[at.index()], amount);
        }
        change(&mut self.all, amount);
        let mut at = at.index();
        for level in &mut self.levels {
            let (node, child) = (&mut level[at / FAN].0, at % FAN);
            if ASKED {
                for (k, sum) in node.iter_mut().enumerate() {
                    change(sum, if k > child { amount } else { A::default() });
                }
            } else {
                change(&mut node[child], amount);
            }
            at /= FAN;
        }
    }

    /// Sum over the places below the one of this number.
    #[inline]
    fn below(&self, mut at: usize) -> A {
        let mut lower = A::default();
        for level in &self.levels {
            let (node, child) = (&level[at / FAN].0, at % FAN);
            if ASKED {
                lower += node[child];
            } else {
                for (k, &sum) in node.iter().enumerate() {
                    lower += if k < child { sum } else { A::default() };
                }
            }
            at /= FAN;
        }
        lower
    }

    /// Sum over the rows that share the predictor of an event with the row at this place, which is not among them yet.
    fn equal(&self, at: Place) -> A {
        if at.is_shared() { self.equal[at.index()] } else { A::default() }
    }
}

/// Where a row stands among the events of its stratum: how many predictors of events, each counted once, are below its own. In every
/// pair one row has an event, so that nothing else is asked of a predictor. The highest bit says whether an event and another row have this
/// row's very predictor.
#[derive(Clone, Copy)]
struct Place(u32);

impl Place {
    const SHARED: u32 = 31;

    fn index(self) -> usize {
        (self.0 & !(1 << Self::SHARED)) as usize
    }

    fn is_shared(self) -> bool {
        self.0 >> Self::SHARED != 0
    }
}

/// A predictor, by row of the arrangement.
pub(super) struct Predictor {
    /// Its value.
    pub value: Vec<f64>,
    /// Under separation the row's place, which comes before the value (rule 16).
    pub class: Option<Vec<u32>>,
}

impl Predictor {
    fn class(&self, row: usize) -> u32 {
        self.class.as_ref().map_or(0, |class| class[row])
    }

    /// The place of each row.
    fn places(&self, rows: &Arrangement) -> Vec<Place> {
        let mut place = vec![Place(0); rows.n];
        let mut events = vec![0_u64; rows.n / 64 + 1];
        for row in rows.times.iter().flat_map(|at| at.deaths.clone()) {
            events[row / 64] |= 1 << (row % 64);
        }
        let is_event = |row: u32| (events[row as usize / 64] >> (row % 64)) as u32 & 1;
        // Rows of equal predictors, the lowest first, of one stratum.
        let mut put = |below: &mut u32, equal: &[u32]| {
            let of_event = equal.iter().fold(0, |any, &row| any | is_event(row));
            let shared = of_event & u32::from(equal.len() > 1);
            for &row in equal {
                place[row as usize] = Place(*below | shared << Place::SHARED);
            }
            *below += of_event;
        };
        if self.class.is_none() && rows.strata.len() == 1 {
            // The usual case, where the values are sorted beside their rows and need not be looked up.
            let mut below = 0;
            order::ascending_runs(&self.value).runs().iter().for_each(|equal| put(&mut below, equal));
            return place;
        }
        let mut order: Vec<u32> = Vec::new();
        for stratum in &rows.strata {
            order.clear();
            order.extend(stratum.rows.start as u32..stratum.rows.end as u32);
            order::by_key(&mut order, |row| order::key(self.value[row as usize]));
            if self.class.is_some() {
                order::by_key(&mut order, |row| u64::from(self.class(row as usize)));
            }
            let equal = |a: u32, b: u32| {
                let (a, b) = (a as usize, b as usize);
                self.value[a] == self.value[b] && self.class(a) == self.class(b)
            };
            let mut below = 0;
            order.chunk_by(|&a, &b| equal(a, b)).for_each(|equal| put(&mut below, equal));
        }
        place
    }
}

/// The concordance of any predictor, a finite number for each row of the sample, a higher one meaning an earlier event. Pairs are
/// of one stratum; the error is by cluster where the design has clusters. `None` without comparable pairs.
///
/// R: `concordance(Surv(entry, time, event) ~ x + strata(s), weights = w, cluster = id, reverse = TRUE)`.
pub fn concordance_of(sample: &Sample, design: &Design, predictor: &[f64]) -> Option<Concordance> {
    let rows = Arrangement::new(sample, &[], design.strata);
    let value = (0..rows.n).map(|row| predictor[rows.original(row)]).collect();
    concordance(&rows, Predictor { value, class: None }, design.cluster)
}

/// The concordance of a predictor. `cluster` is by row of the sample. `None` without comparable pairs.
pub(super) fn concordance(rows: &Arrangement, predictor: Predictor, cluster: Option<&[u32]>) -> Option<Concordance> {
    let place = predictor.places(rows);
    drop(predictor);
    let pairs = if rows.unweighted() {
        Pairs::count::<u32>(rows, &place, |_| 1)
    } else {
        Pairs::count(rows, &place, |row| rows.weight(row))
    };
    drop(place);
    pairs.concordance(rows, cluster)
}

/// Of each row: the weight of its pairs that agree (half of it where the predictors are equal), and of all its pairs.
struct Pairs {
    agree: Vec<f64>,
    all: Vec<f64>,
}

impl Pairs {
    fn count<A: Amount>(rows: &Arrangement, place: &[Place], amount: impl Fn(usize) -> A) -> Self {
        let mut out = Self { agree: vec![0.0; rows.n], all: vec![0.0; rows.n] };
        for stratum in &rows.strata {
            let times = &rows.times[stratum.times.clone()];
            let places = place[stratum.rows.clone()].iter().map(|at| at.index() + 1).max().unwrap_or(0);
            // As the earlier of a pair: each event against the rows at risk beyond it, latest time first.
            let mut tree = Tree::<A, false>::new(places);
            for at in times {
                for row in at.joined.clone() {
                    tree.add(place[row], amount(row));
                }
                for row in rows.leaving(at) {
                    tree.take(place[row], amount(row));
                }
                for row in at.deaths.clone() {
                    // Whoever lies between this event and the one below it stands at this place too.
                    let (lower, equal) = (tree.below(place[row].index() + 1), tree.equal(place[row]));
                    out.agree[row] += (lower - equal).number() + equal.number() / 2.0;
                    out.all[row] += tree.all.number();
                }
                for row in at.deaths.clone() {
                    tree.add(place[row], amount(row));
                }
            }
            // As the later: each row against the events between its entry and its time, earliest time first.
            let mut tree = Tree::<A, true>::new(places);
            let mut later = |tree: &Tree<A, true>, row: usize, sign: f64| {
                let (lower, equal) = (tree.below(place[row].index()), tree.equal(place[row]));
                let higher = tree.all - lower - equal;
                out.agree[row] += sign * (higher.number() + equal.number() / 2.0);
                out.all[row] += sign * tree.all.number();
            };
            for at in times.iter().rev() {
                for row in at.deaths.clone() {
                    later(&tree, row, 1.0);
                }
                for row in at.deaths.clone() {
                    tree.add(place[row], amount(row));
                }
                // Rows that enter at or after this event, and before the next, do not meet it nor those before.
                for row in rows.leaving(at) {
                    later(&tree, row, -1.0);
                }
                for row in at.joined.clone() {
                    later(&tree, row, 1.0);
                }
            }
        }
        out
    }

    fn concordance(self, rows: &Arrangement, cluster: Option<&[u32]>) -> Option<Concordance> {
        let Self { agree, all: pairs } = self;
        let (mut agreeing, mut all) = (0.0, 0.0);
        for (row, (agree, pairs)) in agree.iter().zip(&pairs).enumerate() {
            agreeing += rows.weight(row) * agree;
            all += rows.weight(row) * pairs;
        }
        if all <= 0.0 {
            return None;
        }
        let estimate = agreeing / all;
        // Each pair is counted once for either row; so is each row's derivative of numerator and denominator.
        let influence = |row: usize| rows.weight(row) * 2.0 * (agree[row] - estimate * pairs[row]) / all;
        let variance = match cluster {
            None => (0..rows.n).map(|row| influence(row) * influence(row)).sum::<f64>(),
            Some(cluster) => {
                let cluster = numbered(cluster);
                let mut sums = vec![0.0; cluster.iter().max().map_or(0, |&last| last as usize + 1)];
                (0..rows.n).for_each(|row| sums[cluster[rows.original(row)] as usize] += influence(row));
                sums.iter().map(|sum| sum * sum).sum::<f64>()
            }
        };
        Some(Concordance { estimate, std_error: libm::sqrt(variance) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fixed sequence of pseudorandom whole numbers below a bound (Park & Miller 1988).
    fn sequence(seed: u64) -> impl FnMut(u64) -> f64 {
        let mut state = seed;
        move |below| {
            state = state * 48271 % 2147483647;
            (state % below) as f64
        }
    }

    #[test]
    fn one_stratum_by_hand() {
        // Events at 1 (x 3) and 2 (x 1), then 3 and 4 censored (x 0 and 2): of (1,2) (1,3) (1,4) (2,3) (2,4) four agree.
        let sample =
            Sample { entry: None, time: &[1.0, 2.0, 3.0, 4.0], event: &[true, true, false, false], weight: None };
        let found = |x: &[f64]| concordance_of(&sample, &Design::default(), x).unwrap().estimate;
        assert_eq!(found(&[3.0, 1.0, 0.0, 2.0]), 0.8);
        // The fourth as the second: half of a pair; 0 and −0 are equal.
        assert_eq!(found(&[3.0, -0.0, -1.0, 0.0]), 0.9);
        let one = Design { strata: Some(&[7; 4]), ..Design::default() };
        assert_eq!(concordance_of(&sample, &one, &[3.0, 1.0, 0.0, 2.0]).unwrap().estimate, 0.8);
    }

    #[test]
    fn agrees_with_every_pair() {
        let mut next = sequence(77);
        for round in 0..200 {
            let n = 12;
            let entry: Vec<f64> = (0..n).map(|_| if round % 2 == 0 { 0.0 } else { next(4) }).collect();
            let time: Vec<f64> = entry.iter().map(|entry| entry + 1.0 + next(5)).collect();
            let event: Vec<bool> = (0..n).map(|_| next(3) > 0.0).collect();
            let weight: Vec<f64> = (0..n).map(|_| 0.5 + next(4)).collect();
            let strata: Vec<u32> = (0..n).map(|_| next(2) as u32).collect();
            let x: Vec<f64> = (0..n).map(|_| next(4)).collect();
            // Agreement and weight of all pairs, under given weights.
            let count = |weight: &[f64]| {
                let (mut agree, mut all) = (0.0, 0.0);
                for i in (0..n).filter(|&i| event[i]) {
                    for j in 0..n {
                        let later = time[j] > time[i] || (time[j] == time[i] && !event[j]);
                        if strata[i] == strata[j] && later && entry[j] < time[i] {
                            let agrees = if x[i] == x[j] { 0.5 } else { f64::from(u8::from(x[i] > x[j])) };
                            agree += weight[i] * weight[j] * agrees;
                            all += weight[i] * weight[j];
                        }
                    }
                }
                (agree, all)
            };
            let sample = Sample { entry: Some(&entry), time: &time, event: &event, weight: Some(&weight) };
            let found = concordance_of(&sample, &Design { strata: Some(&strata), ..Design::default() }, &x);
            let (agree, all) = count(&weight);
            if all == 0.0 {
                assert_eq!(found, None);
                continue;
            }
            let found = found.unwrap();
            assert!((found.estimate - agree / all).abs() < 1e-12);
            // The sums are linear in each weight: their derivatives are differences of weight 1 and 0.
            let mut variance = 0.0;
            for i in 0..n {
                let with = |value: f64| {
                    let mut weight = weight.clone();
                    weight[i] = value;
                    count(&weight)
                };
                let (one, none) = (with(1.0), with(0.0));
                let slope = ((one.0 - none.0) - agree / all * (one.1 - none.1)) / all;
                variance += weight[i] * weight[i] * slope * slope;
            }
            assert!((found.std_error - libm::sqrt(variance)).abs() < 1e-12, "round {round}");
        }
    }
}
