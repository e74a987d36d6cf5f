//! Levels: the distinct values of a column, and their order (contract.md, Columns).

use std::borrow::Cow;

use crate::hashing::IndexMap;

use super::number::{self, NumberFormat};
use super::{Column, values};
use crate::sorting;

/// The level that `cell` belongs to: a number in its shortest form (`1.0` and `1` are one level), else the trimmed text.
pub fn name(cell: &str, format: impl Into<NumberFormat>) -> Cow<'_, str> {
    let cell = super::trimmed(cell);
    match format.into().read(cell) {
        Some(x) => Cow::Owned(number::shortest(x)),
        None => Cow::Borrowed(cell),
    }
}

/// The levels of `column`, missing cells left out, in order: numeric if all are numbers, else by code point.
pub fn of_column(column: &Column, format: impl Into<NumberFormat>, extra_missing: &[String]) -> Vec<String> {
    counts(column, format, extra_missing).into_iter().map(|(level, _)| level).collect()
}

/// The levels of `column` in order, as [`of_column`], each with its number of rows.
pub fn counts(column: &Column, format: impl Into<NumberFormat>, extra_missing: &[String]) -> Vec<(String, usize)> {
    let format = format.into();
    let mut levels: IndexMap<Cow<str>, usize> = IndexMap::default();
    // What each text means is asked once.
    for (cell, n) in values::present(column, extra_missing) {
        *levels.entry(name(cell, format)).or_insert(0) += n;
    }
    let mut counts: Vec<(String, usize)> = levels.into_iter().map(|(level, n)| (level.into_owned(), n)).collect();
    sort_by(&mut counts, |(level, _)| level);
    counts
}

/// Sorts level names (as [`name`] gives them): in numeric order if all are numbers, else by code point.
pub fn sort(levels: &mut Vec<String>) {
    sort_by(levels, |level| level);
}

fn sort_by<T>(items: &mut Vec<T>, level: impl Fn(&T) -> &String) {
    let value = |item: &T| number::parse(level(item), '.');
    if items.iter().all(|item| value(item).is_some()) {
        sorting::sort_by(items, |a, b| value(a).partial_cmp(&value(b)).unwrap_or(std::cmp::Ordering::Equal));
    } else {
        sorting::sort_by(items, |a, b| level(a).cmp(level(b)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(cells: &[&str], decimal: char) -> Vec<String> {
        let mut column = Column::default();
        for cell in cells {
            column.push(cell);
        }
        of_column(&column, decimal, &["?".to_owned()])
    }

    #[test]
    fn numeric_order_where_all_are_numbers() {
        assert_eq!(levels(&["10", "2", "1.0", "1", "NA", "?", "", "-3", "0.5"], '.'), ["-3", "0.5", "1", "2", "10"]);
        assert_eq!(levels(&["1,50", "1,5", "10"], ','), ["1.5", "10"]);
    }

    #[test]
    fn code_point_order_otherwise() {
        assert_eq!(
            levels(&["b", "a", "É", "B", "10", "2.0", "Unknown", "b"], '.'),
            ["10", "2", "B", "Unknown", "a", "b", "É"]
        );
        assert_eq!(levels(&["", "NA"], '.'), Vec::<String>::new());
    }
}
