//! Sorting of numbers with many ties, in linear time.
//!
//! A float is turned into an unsigned integer that sorts alike; the least is subtracted and the low bits that all have in
//! common are dropped, so that a column of whole days is left with some twenty bits. What is left is sorted together with
//! its row number, digit by digit from the lowest (radix sort; Knuth 1998, The Art of Computer Programming 3, 5.2.5). No row
//! is looked up to be compared, and the order is the same on every platform. Where more than 32 bits are left, the range is cut
//! into as many cells, and only rows of one cell are compared.

/// Up to here comparing is quicker than counting digits.
const FEW: usize = 256;

/// Bits of the widest digit: 2048 counts stay in the nearest cache.
const DIGIT: u32 = 11;

/// Up to here, keys that are computed anew for each look are sorted by comparing.
const FEW_KEYS: usize = 2048;

/// Bits of a key that is sorted beside its row.
const HALF: u32 = 32;

/// Rows in ascending order of their values, and where a new value begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// Rows in order, equal values in the order of their rows.
    pub rows: Vec<u32>,
    /// Place in `rows` of the first row of each run of equal values, and the number of rows at the end: one longer than
    /// there are runs.
    pub starts: Vec<u32>,
}

impl Order {
    /// All runs.
    pub fn runs(&self) -> Runs<'_> {
        Runs { rows: &self.rows, starts: &self.starts }
    }

    /// The runs of each class that has rows, classes in ascending order. `class` is that of [`ascending_within`]; without
    /// it all rows are of class 0.
    pub fn by_class(&self, class: Option<&[u32]>) -> Vec<(u32, Runs<'_>)> {
        let class_of = |run: usize| class.map_or(0, |class| class[self.rows[self.starts[run] as usize] as usize]);
        let n_runs = self.starts.len().saturating_sub(1);
        let mut out = Vec::new();
        let mut from = 0;
        for next in 1..=n_runs {
            if next == n_runs || class_of(next) != class_of(from) {
                out.push((class_of(from), Runs { rows: &self.rows, starts: &self.starts[from..=next] }));
                from = next;
            }
        }
        out
    }
}

/// Runs of equal values, in ascending order.
#[derive(Debug, Clone, Copy)]
pub struct Runs<'a> {
    rows: &'a [u32],
    /// One longer than there are runs; never empty but for no runs.
    starts: &'a [u32],
}

impl<'a> Runs<'a> {
    /// No run.
    pub const NONE: Self = Self { rows: &[], starts: &[] };

    /// Number of runs.
    pub fn len(self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is no run.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The rows of each run.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a [u32]> + Clone {
        self.starts.windows(2).map(move |ends| &self.rows[ends[0] as usize..ends[1] as usize])
    }

    /// The rows of all runs, in order.
    pub fn rows(self) -> &'a [u32] {
        match (self.starts.first(), self.starts.last()) {
            (Some(&first), Some(&end)) => &self.rows[first as usize..end as usize],
            _ => &[],
        }
    }
}

/// Indices of `values` in ascending order, equal values (0 and −0 too) in the order of their rows. Linear time. R:
/// `order(values)`.
pub fn ascending(values: &[f64]) -> Vec<u32> {
    sorted(values, None).rows()
}

/// The same with the runs of equal values.
pub fn ascending_runs(values: &[f64]) -> Order {
    sorted(values, None).order()
}

/// Rows in ascending order of their class, then of their value, then of their number; a run is one value of one class.
/// Linear time. R: `order(class, values)`.
pub fn ascending_within(values: &[f64], class: &[u32]) -> Order {
    sorted(values, Some(class)).order()
}

/// The same by comparing: one machine code for all keys.
fn by_few_keys(order: &mut [u32], key: &dyn Fn(u32) -> u64) {
    order.sort_by_key(|&index| key(index));
}

/// Sorts indices by their keys, equal keys staying in the order given. Linear time: a counting pass for every 11 bits of the
/// span in which the keys differ (Knuth, TAOCP vol. 3, 5.2.5). R: `i[order(key[i])]`.
pub fn by_key(order: &mut Vec<u32>, key: impl Fn(u32) -> u64) {
    if order.len() < FEW_KEYS {
        by_few_keys(order, &key);
        return;
    }
    let first = order.first().map_or(0, |&index| key(index));
    let differ = order.iter().fold(0, |differ, &index| differ | (key(index) ^ first));
    let mut digits = Vec::new();
    let mut low = 0;
    while low < u64::BITS && differ >> low != 0 {
        low += (differ >> low).trailing_zeros();
        digits.push(low);
        low += DIGIT;
    }
    let digit = |index: u32, low: u32| (key(index) >> low) as usize & ((1 << DIGIT) - 1);
    // All passes are counted at once, in the order given, in which the keys are likely to lie side by side.
    let mut places = vec![[0_u32; 1 << DIGIT]; digits.len()];
    for &index in order.iter() {
        for (place, &low) in places.iter_mut().zip(&digits) {
            place[digit(index, low)] += 1;
        }
    }
    let mut spare = vec![0; order.len()];
    for (mut place, low) in places.into_iter().zip(digits) {
        let mut before = 0;
        for place in &mut place {
            before += std::mem::replace(place, before);
        }
        for &index in order.iter() {
            let place = &mut place[digit(index, low)];
            spare[*place as usize] = index;
            *place += 1;
        }
        std::mem::swap(order, &mut spare);
    }
}

/// 0, 1, … below `n` sorted by keys below `keys`, equal keys in the order of the numbers. One pass that counts, one that places.
/// R: `order(key)`.
pub fn counted(n: usize, keys: usize, key: impl Fn(usize) -> usize) -> Vec<u32> {
    let mut places = vec![0_u32; keys];
    for i in 0..n {
        places[key(i)] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    let mut out = vec![0; n];
    for i in 0..n {
        let place = &mut places[key(i)];
        out[*place as usize] = i as u32;
        *place += 1;
    }
    out
}

/// An integer that sorts as the number does; 0 and −0 are equal.
#[inline]
pub fn key(value: f64) -> u64 {
    // Adding 0 makes −0 a 0. A negative number has all its bits turned, a positive one only its sign.
    let bits = (value + 0.0).to_bits();
    bits ^ ((bits as i64 >> 63) as u64 | 1 << 63)
}

/// What the keys of a column have in common.
#[derive(Debug, Clone, Copy)]
struct Scale {
    least: u64,
    /// Low bits in which no two values differ.
    shift: u32,
    /// Bits of the greatest key.
    bits: u32,
}

impl Scale {
    /// `None` without values.
    fn of(values: &[f64]) -> Option<Self> {
        let first = key(*values.first()?);
        let (mut least, mut greatest, mut differing) = (first, first, 0);
        for &value in values {
            let key = key(value);
            least = least.min(key);
            greatest = greatest.max(key);
            differing |= key ^ first;
        }
        // 64 where all are equal: nothing is left then, and no shift is so wide.
        let shift = differing.trailing_zeros().min(63);
        Some(Self { least, shift, bits: 64 - ((greatest - least) >> shift).leading_zeros() })
    }

    fn key(self, value: f64) -> u64 {
        (key(value) - self.least) >> self.shift
    }
}

/// Keys and rows, sorted.
struct Sorted<'a> {
    values: &'a [f64],
    class: Option<&'a [u32]>,
    /// Row in the low half, in the high half what was sorted by last.
    packed: Vec<u64>,
    /// Whether the high halves hold all of class and value.
    whole: bool,
}

impl Sorted<'_> {
    fn rows(self) -> Vec<u32> {
        self.packed.into_iter().map(row_of).collect()
    }

    fn order(self) -> Order {
        let mut starts = Vec::new();
        let differ = |a: u64, b: u64| {
            let (i, j) = (row_of(a) as usize, row_of(b) as usize);
            match self.whole {
                true => a >> HALF != b >> HALF,
                false => {
                    key(self.values[i]) != key(self.values[j]) || self.class.is_some_and(|class| class[i] != class[j])
                }
            }
        };
        for place in 0..self.packed.len() {
            if place == 0 || differ(self.packed[place - 1], self.packed[place]) {
                starts.push(place as u32);
            }
        }
        starts.push(self.packed.len() as u32);
        Order { rows: self.rows(), starts }
    }
}

#[inline]
fn row_of(packed: u64) -> u32 {
    packed as u32
}

#[inline]
fn pack(key: u64, row: u32) -> u64 {
    key << HALF | u64::from(row)
}

fn sorted<'a>(values: &'a [f64], class: Option<&'a [u32]>) -> Sorted<'a> {
    let Some(scale) = Scale::of(values) else { return Sorted { values, class, packed: Vec::new(), whole: true } };
    let class_bits = HALF - class.into_iter().flatten().max().map_or(HALF, |last| last.leading_zeros());
    let rows = 0u32..;
    let whole = scale.bits + class_bits <= HALF;
    let mut packed: Vec<u64>;
    if whole {
        packed = match class {
            None => values.iter().zip(rows).map(|(&value, row)| pack(scale.key(value), row)).collect(),
            Some(class) => {
                let keyed = values.iter().zip(class).zip(rows);
                keyed
                    .map(|((&value, &class), row)| pack(u64::from(class) << scale.bits | scale.key(value), row))
                    .collect()
            }
        };
        sort(&mut packed, scale.bits + class_bits);
    } else {
        // By value, then by class: each sort keeps the order of the one before.
        packed = if scale.bits <= HALF {
            values.iter().zip(rows).map(|(&value, row)| pack(scale.key(value), row)).collect()
        } else {
            let (least, cells) = cells(values);
            values.iter().zip(rows).map(|(&value, row)| pack(((value - least) * cells) as u64, row)).collect()
        };
        sort(&mut packed, scale.bits.min(HALF));
        if scale.bits > HALF {
            // Few share a cell, and most of those are equal.
            for cell in packed.chunk_by_mut(|a, b| a >> HALF == b >> HALF).filter(|cell| cell.len() > 1) {
                cell.sort_by_key(|&item| key(values[row_of(item) as usize]));
            }
        }
        if let Some(class) = class {
            resort(&mut packed, class_bits, |row| u64::from(class[row]));
        }
    }
    Sorted { values, class, packed, whole }
}

/// The least value, and how many cells there are per unit if the range is cut into 2³² equal ones; one cell where it has no bounds.
fn cells(values: &[f64]) -> (f64, f64) {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let cells = f64::from(u32::MAX) / (greatest - least);
    if cells > 0.0 && cells.is_finite() { (least, cells) } else { (0.0, 0.0) }
}

/// Sorts rows that are in some order by another key of `bits` bits.
fn resort(packed: &mut Vec<u64>, bits: u32, key: impl Fn(usize) -> u64) {
    for item in packed.iter_mut() {
        let row = row_of(*item);
        *item = pack(key(row as usize), row);
    }
    sort(packed, bits);
}

/// Sorts by the lowest `bits` bits of the high halves, equal ones as they stand.
fn sort(packed: &mut Vec<u64>, bits: u32) {
    if packed.len() <= FEW {
        packed.sort_by_key(|item| item >> HALF);
        return;
    }
    let passes = bits.div_ceil(DIGIT);
    if passes == 0 {
        return;
    }
    let width = bits.div_ceil(passes);
    let digit = |item: u64, pass: u32| (item >> (HALF + pass * width)) as usize & ((1 << width) - 1);
    let mut counts = vec![[0u32; 1 << DIGIT]; passes as usize];
    for &item in packed.iter() {
        for (counts, pass) in counts.iter_mut().zip(0..) {
            counts[digit(item, pass)] += 1;
        }
    }
    let mut other = vec![0; packed.len()];
    for (counts, pass) in counts.iter_mut().zip(0..) {
        // A digit that all share moves nothing.
        if counts[digit(packed[0], pass)] as usize == packed.len() {
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            (*count, next) = (next, next + *count);
        }
        for &item in packed.iter() {
            let place = &mut counts[digit(item, pass) & ((1 << DIGIT) - 1)];
            other[*place as usize] = item;
            *place += 1;
        }
        std::mem::swap(packed, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by comparing.
    fn by_comparing(values: &[f64], class: &[u32]) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..values.len() as u32).collect();
        rows.sort_by(|&a, &b| {
            let (a, b) = (a as usize, b as usize);
            class[a].cmp(&class[b]).then(values[a].partial_cmp(&values[b]).unwrap())
        });
        rows
    }

    /// Numbers that look random, the same everywhere (Knuth's multiplier of 64 bits).
    fn scrambled(n: usize) -> impl Iterator<Item = u64> {
        (0..n as u64).map(|i| {
            (i + 1).wrapping_mul(6_364_136_223_846_793_005).rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    }

    fn check(values: &[f64], class: &[u32]) {
        let none = vec![0; values.len()];
        assert_eq!(ascending(values), by_comparing(values, &none));
        for (order, class) in [(ascending_runs(values), &none[..]), (ascending_within(values, class), class)] {
            assert_eq!(order.rows, by_comparing(values, class));
            let mut before: Option<(u32, f64)> = None;
            for run in order.runs().iter() {
                let of = |row: u32| (class[row as usize], values[row as usize]);
                assert!(run.iter().all(|&row| of(row) == of(run[0])));
                assert_ne!(before, Some(of(run[0])));
                before = Some(of(run[0]));
            }
        }
    }

    #[test]
    fn many_keys_come_in_order_and_ties_keep_their_rows() {
        // Whole numbers, numbers that need every bit, negative ones, zeros of both signs.
        let mut state = 1_u64;
        let mut next = || {
            state = state * 48271 % 2147483647;
            state as f64 / 2147483647.0
        };
        let whole: Vec<f64> = (0..5000).map(|_| (1000.0 * next()).floor()).collect();
        let any: Vec<f64> =
            (0..5000).map(|i| if i % 7 == 0 { -0.0 } else { (next() - 0.5) * 1e300 * next() }).collect();
        for values in [whole, any, vec![4.0; 5000], vec![0.1; 3]] {
            let mut found: Vec<u32> = (0..values.len() as u32).collect();
            by_key(&mut found, |index| key(values[index as usize]));
            assert_eq!(found, ascending(&values));
        }
        assert_eq!(counted(5, 3, |i| [2, 0, 2, 1, 0][i]), [1, 4, 3, 0, 2]);
        assert!(counted(0, 0, |_| 0).is_empty());
        let mut few = vec![3, 1, 2, 0];
        by_key(&mut few, |index| u64::from(index / 2));
        assert_eq!(few, [1, 0, 3, 2]);
    }

    #[test]
    fn ties_keep_their_rows() {
        assert_eq!(ascending(&[3.0, 1.0, 2.0, 1.0, 0.0]), [4, 1, 3, 2, 0]);
        assert!(ascending(&[]).is_empty());
        let order = ascending_within(&[2.0, 1.0, 1.0, 2.0, 0.5], &[1, 0, 1, 1, 0]);
        assert_eq!((order.rows, order.starts), (vec![4, 1, 2, 0, 3], vec![0, 1, 2, 3, 5]));
        let classes = ascending_within(&[2.0, 1.0, 1.0, 2.0, 0.5], &[1, 0, 3, 1, 0]);
        let parts: Vec<(u32, &[u32], usize)> = classes
            .by_class(Some(&[1, 0, 3, 1, 0]))
            .into_iter()
            .map(|(class, runs)| (class, runs.rows(), runs.len()))
            .collect();
        assert_eq!(parts, [(0, &[4, 1][..], 2), (1, &[0, 3], 1), (3, &[2], 1)]);
        assert_eq!(ascending_runs(&[1.0, 1.0]).by_class(None).len(), 1);
        assert!(ascending_runs(&[]).by_class(None).is_empty() && Runs::NONE.is_empty() && Runs::NONE.rows().is_empty());
        assert_eq!(ascending_runs(&[]), Order { rows: vec![], starts: vec![0] });
    }

    /// Few rows and many, narrow keys and wide ones, with and without 0, negative numbers, one value alone.
    #[test]
    fn as_by_comparing() {
        for n in [0, 1, 2, FEW, FEW + 1, 5000] {
            let class: Vec<u32> = scrambled(n).map(|x| (x >> 40) as u32 % 5).collect();
            let wide: Vec<u32> = class.iter().map(|class| class * 800_000_000).collect();
            let of = |value: fn(u64) -> f64| -> Vec<f64> { scrambled(n).map(value).collect() };
            for values in [
                of(|x| (x % 3000) as f64 + 1.0),
                of(|x| (x % 3000) as f64),
                of(|x| (x % 3000) as f64 / 30.4375),
                of(|x| (x >> 11) as f64 / 9_007_199_254_740_992.0),
                of(|x| (x >> 11) as f64 - 4_503_599_627_370_496.0),
                of(|x| ((x % 7) as f64 - 3.0) * 0.1),
                of(|x| f64::from_bits(x).clamp(-1e300, 1e300))
                    .into_iter()
                    .map(|x| if x.is_nan() { 1.0 } else { x })
                    .collect(),
                of(|_| 5.0),
                of(|_| 0.0),
            ] {
                check(&values, &class);
                check(&values, &wide);
            }
        }
    }

    #[test]
    fn infinities_and_signed_zeros() {
        let values = [f64::INFINITY, 0.0, -0.0, f64::NEG_INFINITY, 1e-320, -1e-320];
        assert_eq!(ascending(&values), [3, 5, 1, 2, 4, 0]);
        assert_eq!(ascending_runs(&values).runs().len(), 5);
        let many: Vec<f64> = values.iter().copied().cycle().take(600).collect();
        assert_eq!(
            ascending_runs(&many).runs().iter().map(<[u32]>::len).collect::<Vec<_>>(),
            [100, 100, 200, 100, 100]
        );
    }
}
