//! Levels: the distinct values of a column, and their order (contract.md, Columns).

use std::borrow::Cow;

use indexmap::IndexSet;

use super::{Column, missing, number};

/// The level that `cell` belongs to: a number in its shortest form (`1.0` and `1` are one level), else the trimmed text.
pub fn name(cell: &str, decimal: char) -> Cow<'_, str> {
    let cell = super::trimmed(cell);
    match number::parse(cell, decimal) {
        Some(x) => Cow::Owned(number::shortest(x)),
        None => Cow::Borrowed(cell),
    }
}

/// The levels of `column`, missing cells left out, in order: numeric if all are numbers, else by code point.
pub fn of_column(column: &Column, decimal: char, extra_missing: &[String]) -> Vec<String> {
    let mut levels: IndexSet<Cow<str>> = IndexSet::new();
    let mut last = "";
    for cell in column.cells() {
        // Neighbours are often equal: no need to look twice.
        if cell != last && !missing::is_missing(cell, extra_missing) {
            levels.insert(name(cell, decimal));
            last = cell;
        }
    }
    let mut levels: Vec<String> = levels.into_iter().map(Cow::into_owned).collect();
    sort(&mut levels);
    levels
}

/// Sorts level names (as [`name`] gives them): in numeric order if all are numbers, else by code point.
pub fn sort(levels: &mut [String]) {
    let value = |level: &String| number::parse(level, '.');
    if levels.iter().all(|level| value(level).is_some()) {
        levels.sort_by(|a, b| value(a).partial_cmp(&value(b)).unwrap_or(std::cmp::Ordering::Equal));
    } else {
        levels.sort_unstable();
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
