//! The exact sum over all tables, by the network of Mehta and Patel (1983, J Am Stat Assoc 78:427).
//!
//! Columns are filled one after the other. After some columns only what is left of each row matters, in any order: this is a node of
//! the network, and tables that agree in it have the same continuations. At a node the ways that led there are kept by their
//! Σ ln xᵢⱼ! so far, with the probability of coming that way. Where the largest or the smallest sum of any continuation already decides
//! on which side of the observed table it ends, a way is not followed further. The last two columns are summed at once for each node.

use crate::hashing::IndexMap;

use super::super::contingency::Contingency;
use super::TOLERANCE;
use crate::num::gamma;

/// Sums of logarithms nearer than this are one: far below [`TOLERANCE`], far above rounding.
const EQUAL: f64 = 1e-9;

/// A way to a node: Σ ln xᵢⱼ! so far, and the probability of that sum and node.
type Way = (f64, f64);

/// Sum of the probabilities that are not above that of the observed table; `None` when it takes more than `budget` steps.
pub fn p_value(table: &Contingency, budget: usize) -> Option<f64> {
    if table.total > budget {
        return None;
    }
    // Fewer rows than columns make fewer nodes. The largest columns come last, where they are summed over at once.
    let turned = table.rows.len() > table.columns.len();
    let (rows, mut columns) =
        if turned { (table.columns.clone(), table.rows.clone()) } else { (table.rows.clone(), table.columns.clone()) };
    columns.sort_unstable();
    let mut rows = rows;
    rows.sort_unstable();
    let logs = Logs { factorial: gamma::log_factorials(table.total) };
    let observed: f64 = table.cells.iter().flatten().map(|&cell| logs.factorial[cell]).sum();
    let mut network = Network { logs, columns, limit: observed - libm::log1p(TOLERANCE), p_value: 0.0, left: budget };
    let last = network.columns.len() - 2;
    let mut nodes: IndexMap<Vec<usize>, Vec<Way>> = IndexMap::from_iter([(rows, vec![(0.0, 1.0)])]);
    for stage in 0..last {
        nodes = network.advance(stage, nodes)?;
    }
    for (rows, ways) in nodes {
        network.finish(last, &rows, &ways)?;
    }
    Some(network.p_value.min(1.0))
}

/// Logarithms of factorials.
struct Logs {
    factorial: Vec<f64>,
}

impl Logs {
    /// ln C(n, k).
    fn choose(&self, n: usize, k: usize) -> f64 {
        self.factorial[n] - self.factorial[k] - self.factorial[n - k]
    }

    /// The smallest Σ ln x! of `n` shared out among `k` cells: as evenly as can be.
    fn even(&self, n: usize, k: usize) -> f64 {
        let (share, more) = (n / k, n % k);
        (k - more) as f64 * self.factorial[share] + more as f64 * self.factorial[share + 1]
    }

    /// The largest Σ ln x! of `n` shared out among cells that hold at most `sizes` (ascending): the largest are filled first.
    fn heaped(&self, n: usize, sizes: &[usize]) -> f64 {
        let (mut rest, mut sum) = (n, 0.0);
        for &size in sizes.iter().rev() {
            let part = rest.min(size);
            sum += self.factorial[part];
            rest -= part;
        }
        sum
    }
}

/// A node that is being reached.
struct Reached {
    rows: Vec<usize>,
    /// Bounds of Σ ln xᵢⱼ! over its continuations.
    bounds: (f64, f64),
    ways: Vec<Way>,
    /// Number of ways at which equal ones are joined.
    full: usize,
}

struct Network {
    logs: Logs,
    /// Column sums, ascending.
    columns: Vec<usize>,
    /// Tables with at least this Σ ln xᵢⱼ! count.
    limit: f64,
    p_value: f64,
    /// Steps that may still be taken.
    left: usize,
}

impl Network {
    /// Counts steps; `None` when there are no more.
    fn spend(&mut self, steps: usize) -> Option<()> {
        self.left = self.left.checked_sub(steps)?;
        Some(())
    }

    /// Fills column `stage` in every possible way from every node.
    fn advance(
        &mut self,
        stage: usize,
        nodes: IndexMap<Vec<usize>, Vec<Way>>,
    ) -> Option<IndexMap<Vec<usize>, Vec<Way>>> {
        let mut reached: IndexMap<Vec<usize>, Reached> = IndexMap::default();
        let column = self.columns[stage];
        for (rows, ways) in nodes {
            let scale = -self.logs.choose(rows.iter().sum(), column);
            let mut fillings = Fillings::new(&rows, column);
            while let Some(filling) = fillings.next() {
                self.spend(rows.len() + ways.len())?;
                let mut left: Vec<usize> = rows.iter().zip(filling).map(|(row, x)| row - x).collect();
                left.sort_unstable();
                let added: f64 = filling.iter().map(|&x| self.logs.factorial[x]).sum();
                let chosen: f64 = rows.iter().zip(filling).map(|(&row, &x)| self.logs.choose(row, x)).sum();
                let probability = libm::exp(scale + chosen);
                let known = match reached.get_index_of(&left) {
                    Some(known) => known,
                    None => {
                        self.spend(16 * rows.len() * (self.columns.len() - stage))?;
                        let bounds = self.bounds(&left, &self.columns[stage + 1..]);
                        let node = Reached { rows: left.clone(), bounds, ways: Vec::new(), full: 64 };
                        reached.insert_full(left, node).0
                    }
                };
                let node = &mut reached[known];
                let before = node.ways.len();
                for &(sum, so_far) in &ways {
                    let (sum, so_far) = (sum + added, so_far * probability);
                    if sum + node.bounds.0 >= self.limit {
                        self.p_value += so_far;
                    } else if sum + node.bounds.1 >= self.limit {
                        node.ways.push((sum, so_far));
                    }
                }
                // A way that is kept also costs memory, which the budget bounds in this way.
                let kept = node.ways.len() - before;
                if node.ways.len() >= node.full {
                    join(&mut node.ways);
                    node.full = 2 * node.ways.len() + 64;
                }
                self.spend(4 * kept)?;
            }
        }
        let kept = reached.into_values().filter(|node| !node.ways.is_empty()).map(|mut node| {
            join(&mut node.ways);
            (node.rows, node.ways)
        });
        Some(kept.collect())
    }

    /// Sums over the last two columns from one node.
    fn finish(&mut self, stage: usize, rows: &[usize], ways: &[Way]) -> Option<()> {
        let column = self.columns[stage];
        let scale = -self.logs.choose(rows.iter().sum(), column);
        let mut ends: Vec<Way> = Vec::new();
        let mut full = 1024;
        let mut fillings = Fillings::new(rows, column);
        while let Some(filling) = fillings.next() {
            self.spend(rows.len())?;
            let (mut sum, mut chosen) = (0.0, 0.0);
            for (&row, &x) in rows.iter().zip(filling) {
                sum += self.logs.factorial[x] + self.logs.factorial[row - x];
                chosen += self.logs.choose(row, x);
            }
            ends.push((sum, libm::exp(scale + chosen)));
            if ends.len() >= full {
                join(&mut ends);
                full = 2 * ends.len() + 1024;
            }
        }
        join(&mut ends);
        // From the largest sum down, so that each way takes all ends above its own limit.
        let mut beyond = 0.0;
        let above: Vec<Way> = ends
            .iter()
            .rev()
            .map(|&(sum, probability)| {
                beyond += probability;
                (sum, beyond)
            })
            .collect();
        self.spend(ways.len())?;
        for &(sum, probability) in ways {
            let count = above.partition_point(|&(end, _)| sum + end >= self.limit);
            if count > 0 {
                self.p_value += probability * above[count - 1].1;
            }
        }
        Some(())
    }

    /// Bounds of Σ ln xᵢⱼ! over the tables with these sums of rows (ascending) and columns.
    ///
    /// Below: each row, or each column, shared out evenly; and the dual of the transport problem at uᵢ = ln rᵢ, vⱼ = ln(cⱼ/N), where a
    /// cell gives at least ln m! − m ln μ, m = ⌊μ⌋, μ = rᵢcⱼ/N. Above: each row, or each column, heaped up.
    fn bounds(&self, rows: &[usize], columns: &[usize]) -> (f64, f64) {
        let logs = &self.logs;
        let total: usize = rows.iter().sum();
        if total == 0 {
            return (0.0, 0.0);
        }
        let used = |sums: &[usize]| sums.iter().filter(|&&sum| sum > 0).count().max(1);
        let (width, height) = (used(columns), used(rows));
        let by_rows: f64 = rows.iter().map(|&row| logs.even(row, width)).sum();
        let by_columns: f64 = columns.iter().map(|&column| logs.even(column, height)).sum();
        let entropy = |sums: &[usize]| -> f64 {
            sums.iter().filter(|&&sum| sum > 0).map(|&sum| sum as f64 * libm::log(sum as f64)).sum()
        };
        let log_total = libm::log(total as f64);
        let mut dual = entropy(rows) + entropy(columns) - total as f64 * log_total;
        for &row in rows.iter().filter(|&&row| row > 0) {
            for &column in columns {
                // In 64 bits: on wasm32 the product would not fit.
                let whole = (row as u64 * column as u64 / total as u64) as usize;
                if whole > 0 {
                    let log_mean = libm::log(row as f64) + libm::log(column as f64) - log_total;
                    dual += logs.factorial[whole] - whole as f64 * log_mean;
                }
            }
        }
        let heaped_columns: f64 = columns.iter().map(|&column| logs.heaped(column, rows)).sum();
        let heaped_rows: f64 = rows.iter().map(|&row| logs.heaped(row, columns)).sum();
        // Bounds are widened by less than sums that count as equal, so that rounding decides nothing.
        (by_rows.max(by_columns).max(dual) - EQUAL, heaped_rows.min(heaped_columns) + EQUAL)
    }
}

/// Sorts ways by their sum and joins those whose sums are equal.
fn join(ways: &mut Vec<Way>) {
    ways.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    ways.dedup_by(|next, kept| {
        let equal = next.0 - kept.0 < EQUAL;
        if equal {
            kept.1 += next.1;
        }
        equal
    });
}

/// Every way to share out a column among rows that can take so much each.
struct Fillings<'a> {
    rows: &'a [usize],
    filling: Vec<usize>,
    started: bool,
}

impl<'a> Fillings<'a> {
    /// `column` is at most the sum of `rows`.
    fn new(rows: &'a [usize], column: usize) -> Self {
        let mut filling = vec![0; rows.len()];
        heap(rows, &mut filling, column);
        Self { rows, filling, started: false }
    }

    /// The next filling, in reverse lexicographic order from the one that fills the first rows.
    fn next(&mut self) -> Option<&[usize]> {
        if !self.started {
            self.started = true;
            return Some(&self.filling);
        }
        // The last row that can pass one on to the rows after it; these then start again from the first of them.
        let (mut after, mut room) = (0, 0);
        for i in (0..self.rows.len()).rev() {
            if self.filling[i] > 0 && room > 0 {
                self.filling[i] -= 1;
                let (_, rest) = self.filling.split_at_mut(i + 1);
                heap(&self.rows[i + 1..], rest, after + 1);
                return Some(&self.filling);
            }
            after += self.filling[i];
            room += self.rows[i] - self.filling[i];
        }
        None
    }
}

/// Puts `n` into the first cells, each up to its size.
fn heap(sizes: &[usize], cells: &mut [usize], n: usize) {
    let mut rest = n;
    for (cell, &size) in cells.iter_mut().zip(sizes) {
        *cell = rest.min(size);
        rest -= *cell;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillings_by_hand() {
        let mut fillings = Fillings::new(&[2, 1, 2], 3);
        let mut seen = Vec::new();
        while let Some(filling) = fillings.next() {
            seen.push(filling.to_vec());
        }
        assert_eq!(seen, [[2, 1, 0], [2, 0, 1], [1, 1, 1], [1, 0, 2], [0, 1, 2]]);
    }

    #[test]
    fn one_step_is_not_enough() {
        let table = Contingency::new(&[vec![3, 1, 2], vec![1, 3, 4]]).unwrap();
        assert_eq!(p_value(&table, 1), None);
        assert!(p_value(&table, 1000).is_some());
    }

    /// Against the sum over all tables, one by one.
    #[test]
    fn every_table_of_small_margins() {
        let tables = [
            vec![vec![2, 0, 1], vec![0, 3, 1], vec![1, 1, 2]],
            vec![vec![1, 0, 0, 3], vec![0, 2, 1, 0], vec![2, 2, 0, 1]],
            vec![vec![0, 3], vec![2, 1], vec![4, 0], vec![1, 1]],
            vec![vec![5, 0, 1, 0, 2], vec![0, 2, 1, 3, 0]],
        ];
        for cells in tables {
            let table = Contingency::new(&cells).unwrap();
            let want = by_enumeration(&table);
            let got = p_value(&table, usize::MAX).unwrap();
            assert!((got - want).abs() < 1e-12 * want, "{cells:?}: {got} instead of {want}");
        }
    }

    fn by_enumeration(table: &Contingency) -> f64 {
        fn walk(rows: &[usize], columns: &[usize], weight: f64, out: &mut Vec<f64>) {
            let Some((&column, rest)) = columns.split_first() else {
                out.push(weight);
                return;
            };
            let mut fillings = Fillings::new(rows, column);
            while let Some(filling) = fillings.next() {
                let left: Vec<usize> = rows.iter().zip(filling).map(|(row, x)| row - x).collect();
                let factor: f64 = filling.iter().map(|&x| libm::tgamma(x as f64 + 1.0)).product();
                walk(&left, rest, weight / factor, out);
            }
        }
        let mut weights = Vec::new();
        walk(&table.rows, &table.columns, 1.0, &mut weights);
        let observed: f64 = table.cells.iter().flatten().map(|&x| 1.0 / libm::tgamma(x as f64 + 1.0)).product();
        let tail: f64 = weights.iter().filter(|&&weight| weight <= observed * (1.0 + TOLERANCE)).sum();
        tail / weights.iter().sum::<f64>()
    }
}
