//! Sorting where the number of items does not make it slow: one machine code for all types. (The standard library's sort is compiled anew for
//! each type and comparison, some ten kilobytes a time, which every reader of the page would wait for.) `num::order` sorts long columns.

use std::cmp::Ordering;

/// The places 0..n in ascending order by `compare`, equal ones as they stand. R: `order(x)`.
pub fn order(n: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}

/// Sorts by `compare`, equal items staying in the order given.
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = order(items.len(), &mut |a, b| compare(&items[a], &items[b]));
    let mut taken: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| taken[at].take()));
}

/// Sorts by a key, equal items staying in the order given.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts numbers in ascending order, by their sign and then their bits where they are equal. R: `sort(x)`.
pub fn sort_numbers(values: &mut [f64]) {
    values.sort_unstable_by(f64::total_cmp);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_stay_in_their_order() {
        let mut items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        sort_by_key(&mut items, |item| item.0);
        assert_eq!(items, [(0, 'e'), (1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
        sort_by(&mut items, |a, b| b.0.cmp(&a.0));
        assert_eq!(items, [(2, 'a'), (2, 'c'), (1, 'b'), (1, 'd'), (0, 'e')]);
    }

    #[test]
    fn as_the_standard_library_sorts() {
        let mut random = crate::num::random::Random::new(7);
        for n in [0, 1, 2, 3, 20, 21, 33, 500] {
            let mut values: Vec<f64> = (0..n).map(|i| f64::from(i / 3)).collect();
            random.shuffle(&mut values);
            let mut expected: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
            expected.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert_eq!(
                order(values.len(), &mut |a, b| values[a].total_cmp(&values[b])),
                expected.iter().map(|item| item.1).collect::<Vec<_>>()
            );
            sort_numbers(&mut values);
            assert_eq!(values, expected.iter().map(|item| item.0).collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_that_differ_by_their_sign_alone_and_infinite_ones() {
        let mut values = vec![f64::INFINITY, 0.0, -0.0, -1.0, f64::NEG_INFINITY];
        sort_numbers(&mut values);
        assert_eq!(
            values.iter().map(|value| value.to_bits()).collect::<Vec<_>>(),
            [f64::NEG_INFINITY, -1.0, -0.0, 0.0, f64::INFINITY].map(f64::to_bits)
        );
    }
}
