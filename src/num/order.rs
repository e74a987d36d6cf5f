//! Sorting.

/// Bits of a key that one pass sorts by.
const DIGIT: u32 = 11;
/// Fewer indices are sorted by comparing.
const FEW: usize = 2048;

/// Sorts indices by their keys, equal keys staying in the order given. Linear time: a counting pass for every 11 bits of the
/// span in which the keys differ (Knuth, TAOCP vol. 3, 5.2.5). R: `i[order(key[i])]`.
pub fn by_key(order: &mut Vec<u32>, key: impl Fn(u32) -> u64) {
    if order.len() < FEW {
        order.sort_by_key(|&index| key(index));
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

/// A key that rises as the number does, in the order of `f64::total_cmp`.
pub fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// Indices of `values` in ascending order, equal values in the order of their rows; the order is the same on every
/// platform. Time n log n. R: `order(values)`.
pub fn ascending(values: &[f64]) -> Vec<u32> {
    let mut keyed: Vec<(f64, u32)> = values.iter().copied().zip(0..).collect();
    keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    keyed.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut few = vec![3, 1, 2, 0];
        by_key(&mut few, |index| u64::from(index / 2));
        assert_eq!(few, [1, 0, 3, 2]);
    }

    #[test]
    fn ties_keep_their_rows() {
        assert_eq!(ascending(&[3.0, 1.0, 2.0, 1.0, 0.0]), [4, 1, 3, 2, 0]);
        assert!(ascending(&[]).is_empty());
    }
}
