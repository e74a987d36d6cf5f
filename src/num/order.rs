//! Sorting.

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
    fn ties_keep_their_rows() {
        assert_eq!(ascending(&[3.0, 1.0, 2.0, 1.0, 0.0]), [4, 1, 3, 2, 0]);
        assert!(ascending(&[]).is_empty());
    }
}
