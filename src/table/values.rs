//! The distinct texts of a column.

use crate::hashing::IndexMap;

use super::{Column, missing};

/// The distinct cells of `column` in order of appearance, each with its number of rows; missing ones left out. What a text
/// means is then asked once.
pub(crate) fn present<'a>(column: &'a Column, extra_missing: &[String]) -> Vec<(&'a str, usize)> {
    let is_present = |(cell, _): &(&str, usize)| !missing::is_missing(cell, extra_missing);
    let (counted, is_distinct) = column.counted();
    if is_distinct {
        return counted.filter(is_present).collect();
    }
    let mut cells: IndexMap<&str, usize> = IndexMap::default();
    for (cell, n) in counted {
        *cells.entry(cell).or_insert(0) += n;
    }
    cells.into_iter().filter(is_present).collect()
}

/// Smallest and largest of `values`; `None` where there are none.
pub(crate) fn range<T: PartialOrd + Copy>(values: impl Iterator<Item = T>) -> Option<[T; 2]> {
    values.fold(None, |range, x| match range {
        None => Some([x, x]),
        Some([min, max]) => Some([if x < min { x } else { min }, if x > max { x } else { max }]),
    })
}
