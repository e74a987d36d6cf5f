//! The distinct values of a column with many ties.
//!
//! Times in days have few distinct values however many rows there are. They are found in one pass by a table of those seen
//! (open addressing, Knuth 1998, The Art of Computer Programming 3, 6.4), and only they are sorted: what is then counted
//! by place reads the rows from first to last, which a sort of the rows does not.

use super::order;
use crate::sorting::{self, sort_numbers};

/// With more of them, to sort the rows is quicker than to look them up.
pub const MANY: usize = 1 << 16;

/// Distinct values, and where each row's value stands among them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distinct {
    /// The values in ascending order; −0 is 0.
    pub values: Vec<f64>,
    /// For each row the place of its value in `values`.
    pub place: Vec<u32>,
}

/// The distinct values of a column, unless there are more than `most`. Linear time. R: `x <- sort(unique(values))`,
/// `match(values, x)`.
pub fn find(values: &[f64], most: usize) -> Option<Distinct> {
    let mut seen = Seen::default();
    let mut place = Vec::with_capacity(if most == 0 { 0 } else { values.len() });
    for &value in values {
        place.push(seen.index(value));
        if seen.values.len() > most {
            return None;
        }
    }
    let order = sorting::order(seen.values.len(), &mut |a, b| seen.values[a].total_cmp(&seen.values[b]));
    let mut place_of = vec![0; order.len()];
    for (&index, at) in order.iter().zip(0..) {
        place_of[index] = at;
    }
    for place in &mut place {
        *place = place_of[*place as usize];
    }
    Some(Distinct { values: order.into_iter().map(|index| seen.values[index]).collect(), place })
}

/// The distinct values in ascending order; −0 is 0. Linear time. R: `sort(unique(values))`.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut seen = Seen::default();
    for &value in values {
        seen.index(value);
        if seen.values.len() > MANY {
            let runs = order::ascending_runs(values);
            return runs.runs().iter().map(|run| values[run[0] as usize] + 0.0).collect();
        }
    }
    let mut out = seen.values;
    sort_numbers(&mut out);
    out
}

/// Values seen so far, in the order of their first row.
#[derive(Default)]
struct Seen {
    values: Vec<f64>,
    /// Slots by hash: 0 where empty, else 1 + index into `values`. The number of slots is a power of two, or 0.
    slots: Vec<u32>,
    /// The bits of the value in each slot.
    bits: Vec<u64>,
}

impl Seen {
    /// The index of this value, which is new if it was not seen. Within the loop over the rows, which does little else.
    #[inline(always)]
    fn index(&mut self, value: f64) -> u32 {
        if self.values.len() * 2 >= self.slots.len() {
            self.grow();
        }
        // Adding 0 makes −0 a 0.
        let value = value + 0.0;
        let bits = value.to_bits();
        let slot = self.slot(bits);
        if self.slots[slot] == 0 {
            self.values.push(value);
            self.slots[slot] = self.values.len() as u32;
            self.bits[slot] = bits;
        }
        self.slots[slot] - 1
    }

    /// The slot of these bits, or the empty one where they belong.
    #[inline(always)]
    fn slot(&self, bits: u64) -> usize {
        let mask = self.slots.len() - 1;
        // Whole numbers differ in the upper bits alone: folded down before they are spread by the golden ratio.
        let spread = (bits ^ bits >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut slot = (spread >> 32) as usize & mask;
        while self.slots[slot & mask] != 0 && self.bits[slot & mask] != bits {
            slot = (slot + 1) & mask;
        }
        slot
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(256);
        self.slots = vec![0; size];
        self.bits = vec![0; size];
        for at in 0..self.values.len() {
            let bits = self.values[at].to_bits();
            let slot = self.slot(bits);
            self.slots[slot] = at as u32 + 1;
            self.bits[slot] = bits;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_places() {
        let found = find(&[3.0, 1.0, 3.0, -0.0, 0.0, f64::INFINITY], 6).unwrap();
        assert_eq!(found.values, [0.0, 1.0, 3.0, f64::INFINITY]);
        assert!(found.values[0].is_sign_positive());
        assert_eq!(found.place, [2, 1, 2, 0, 0, 3]);
        assert_eq!(find(&[3.0, 1.0, 3.0], 2).map(|found| found.values.len()), Some(2));
        assert_eq!(find(&[3.0, 1.0, 2.0], 2), None);
        assert_eq!(find(&[], 0), Some(Distinct::default()));
    }

    /// Whole days, days as months, and values that all differ, so that the table grows.
    #[test]
    fn every_row_has_its_value() {
        for divisor in [1.0, 30.4375, 1e-300] {
            let values: Vec<f64> = (0..20_000u32).map(|i| f64::from(i.wrapping_mul(48_271) % 7919) / divisor).collect();
            let found = find(&values, 7919).unwrap();
            assert!(found.values.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(found.place.iter().zip(&values).all(|(&place, &value)| found.values[place as usize] == value));
            assert_eq!(sorted(&values), found.values);
            assert_eq!(found.values.len(), 7919);
        }
        let many: Vec<f64> = (0..MANY + 9).rev().map(|i| i as f64 - 5.0).collect();
        assert!(sorted(&many).iter().eq(many.iter().rev()));
        let all: Vec<f64> = (0..5000).rev().map(|i| f64::from(i) * 0.1).collect();
        assert_eq!(find(&all, 5000).unwrap().place, (0..5000).rev().collect::<Vec<u32>>());
    }
}
