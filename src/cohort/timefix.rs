//! Nearly equal times are one time (rule 24): arithmetic leaves traces in the last digits that would break ties.

/// Largest gap between two times that are taken for one, absolute or relative to the mean: √ε.
const TOLERANCE: f64 = 1.490_116_119_384_765_6e-8;

/// Joins nearly equal times and entries to the first of their chain; returns how many distinct values were joined.
///
/// Sorted distinct values (times and entries together) whose gap is at most √ε, or at most √ε times their mean absolute value, form a
/// chain. R: `survival` with `timefix = TRUE`.
///
/// # Errors
/// The index of the first row whose entry and time have become one.
pub fn join(time: &mut [f64], mut entry: Option<&mut [f64]>) -> Result<usize, usize> {
    let mut distinct: Vec<f64> = time.iter().chain(entry.iter().flat_map(|entry| entry.iter())).copied().collect();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() < 2 {
        return Ok(0);
    }
    let mean = distinct.iter().map(|value| value.abs() / distinct.len() as f64).sum::<f64>();
    let mut first = Vec::with_capacity(distinct.len());
    let mut joined = 0;
    for (i, &value) in distinct.iter().enumerate() {
        let gap = if i == 0 { f64::INFINITY } else { value - distinct[i - 1] };
        if gap <= TOLERANCE || gap <= TOLERANCE * mean {
            joined += 1;
            first.push(first[i - 1]);
        } else {
            first.push(value);
        }
    }
    if joined == 0 {
        return Ok(0);
    }
    let fix = |values: &mut [f64]| {
        for value in values {
            let at = distinct.partition_point(|known| known < value);
            *value = first[at];
        }
    };
    fix(time);
    if let Some(entry) = &mut entry {
        fix(entry);
        if let Some(row) = time.iter().zip(entry.iter()).position(|(time, entry)| entry >= time) {
            return Err(row);
        }
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_differ_by_rounding_are_one() {
        let mut time = [0.1 + 0.2, 5.0, 0.3, 2.0];
        assert_eq!(join(&mut time, None), Ok(1));
        assert_eq!(time, [0.3, 5.0, 0.3, 2.0]);
    }

    #[test]
    fn a_chain_joins_to_its_first() {
        let step = 1e-8;
        let mut time = [1.0 + 2.0 * step, 1.0, 1.0 + step, 3.0];
        assert_eq!(join(&mut time, None), Ok(2));
        assert_eq!(time, [1.0, 1.0, 1.0, 3.0]);
    }

    #[test]
    fn the_gap_is_relative_to_the_mean_where_that_is_wider() {
        // The mean of the distinct values is about 1e6, so 0.01 is within √ε of it.
        let mut time = [1e6, 1e6 + 0.01, 1e6 + 1.0];
        assert_eq!(join(&mut time, None), Ok(1));
        assert_eq!(time, [1e6, 1e6, 1e6 + 1.0]);
    }

    #[test]
    fn distinct_times_are_left_alone() {
        let mut time = [3.0, 1.0, 2.0];
        assert_eq!(join(&mut time, None), Ok(0));
        assert_eq!(time, [3.0, 1.0, 2.0]);
        assert_eq!(join(&mut [], None), Ok(0));
    }

    #[test]
    fn a_row_that_loses_its_length_is_named() {
        let mut time = [4.0, 0.1 + 0.2];
        let mut entry = [0.0, 0.3];
        assert_eq!(join(&mut time, Some(&mut entry)), Err(1));
        let mut time = [4.0, 0.3];
        let mut entry = [0.1 + 0.2, 0.0];
        assert_eq!(join(&mut time, Some(&mut entry)), Ok(1));
        assert_eq!(entry, [0.3, 0.0]);
    }
}
