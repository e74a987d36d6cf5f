//! What a column is, where the study is silent.

use std::borrow::Cow;
use std::collections::HashSet;

use super::date::{self, DateFormat};
use super::{Column, ColumnType, level, missing, number};

/// Distinct values that are counted; beyond, only “this many or more” is known.
pub const DISTINCT_CAP: usize = 1000;

/// Share of cells from which a column is nearly a number or a date, as a fraction: nine of ten.
const NEARLY: (usize, usize) = (9, 10);

/// What a column was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inferred {
    /// The type.
    pub kind: ColumnType,
    /// Number of missing cells.
    pub n_missing: usize,
    /// Number of distinct levels ([`level::name`]); at least this many where it is [`DISTINCT_CAP`] or more.
    pub n_distinct: usize,
    /// For dates, the formats that fit every cell; more than one if day and month cannot be told apart.
    pub formats: Vec<DateFormat>,
    /// For dates, the number of cells without a day.
    pub n_partial: usize,
    /// For a category or text of which nine cells in ten or more are numbers or dates: that type and the other cells.
    pub nearly: Option<Nearly>,
}

/// A column that misses being a number or a date by few cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearly {
    /// The type that most cells have.
    pub kind: ColumnType,
    /// Rows (from 0) of the cells that do not.
    pub rows: Vec<usize>,
    /// Number of cells that are not missing.
    pub n: usize,
}

/// The type of `column`, its numbers having the mark `decimal`, `extra_missing` being its own values for missing.
///
/// All numbers: number (0/1 and 1/2/3 too). All dates of one format, at least one with its day: date. Else category if any
/// value repeats, else text. A column without a value is text: nothing is known of it.
pub fn column_type(column: &Column, decimal: char, extra_missing: &[String]) -> Inferred {
    let is_missing = |cell: &str| missing::is_missing(cell, extra_missing);
    let is_number = |cell: &str| number::parse(cell, decimal).is_some();
    let (mut n, mut n_numbers) = (0, 0);
    for cell in column.cells().filter(|cell| !is_missing(cell)) {
        n += 1;
        n_numbers += usize::from(is_number(cell));
    }
    let all_numbers = n > 0 && n_numbers == n;
    let (n_distinct, repeats) = distinct(column, decimal, extra_missing, !all_numbers);
    let mut inferred = Inferred {
        kind: if repeats { ColumnType::Category } else { ColumnType::Text },
        n_missing: column.len() - n,
        n_distinct,
        formats: Vec::new(),
        n_partial: 0,
        nearly: None,
    };
    if n == 0 {
        return inferred;
    }
    if all_numbers {
        inferred.kind = ColumnType::Number;
        return inferred;
    }
    let others = |is_one: &dyn Fn(&str) -> bool| {
        (0..column.len()).filter(|&row| !is_missing(column.cell(row)) && !is_one(column.cell(row))).collect()
    };
    let is_nearly = |part: usize| part * NEARLY.1 >= n * NEARLY.0;
    if is_nearly(n_numbers) {
        inferred.nearly = Some(Nearly { kind: ColumnType::Number, rows: others(&is_number), n });
        return inferred;
    }
    let fit = date::fit(column, extra_missing);
    let Some(best) = (0..DateFormat::ALL.len()).rev().max_by_key(|&i| fit.n_dates[i] - fit.n_partial[i]) else {
        return inferred;
    };
    if fit.n_partial[best] == fit.n_dates[best] {
        return inferred;
    }
    if fit.n_dates[best] == n {
        inferred.kind = ColumnType::Date;
        inferred.formats = date::formats_of(column, extra_missing);
        inferred.n_partial = fit.n_partial[best];
    } else if is_nearly(fit.n_dates[best]) {
        let is_date = |cell: &str| date::parse(cell, DateFormat::ALL[best]) != date::DateCell::None;
        inferred.nearly = Some(Nearly { kind: ColumnType::Date, rows: others(&is_date), n });
    }
    inferred
}

/// Number of distinct levels and, if `ask_repeats`, whether any repeats. Stops counting where both are settled.
fn distinct(column: &Column, decimal: char, extra_missing: &[String], ask_repeats: bool) -> (usize, bool) {
    let mut cells: HashSet<&str> = HashSet::new();
    let mut levels: HashSet<Cow<str>> = HashSet::new();
    let mut repeats = false;
    for cell in column.cells().filter(|cell| !missing::is_missing(cell, extra_missing)) {
        // Cells repeat: what each text means is asked once.
        let is_new = cells.insert(cell) && levels.insert(level::name(cell, decimal));
        repeats |= !is_new;
        if levels.len() >= DISTINCT_CAP && (repeats || !ask_repeats) {
            break;
        }
    }
    (levels.len(), repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Inferred {
        let mut column = Column::default();
        for cell in cells {
            column.push(cell);
        }
        column_type(&column, '.', &[])
    }

    #[test]
    fn types_of_the_contract() {
        for (cells, kind) in [
            (&["1.5", "NA", "2", ""][..], ColumnType::Number),
            (&["0", "1", "1"], ColumnType::Number),
            (&["1", "2", "3"], ColumnType::Number),
            (&["2020", "2021"], ColumnType::Number),
            (&["2021-03-09", "", "2021-03-10"], ColumnType::Date),
            (&["2021-03-09", "2021-04"], ColumnType::Date),
            (&["03/04/2021", "01/02/2021"], ColumnType::Date),
            (&["a", "b", "a"], ColumnType::Category),
            (&["a", "b", "c"], ColumnType::Text),
            (&["1", "x", "1.0"], ColumnType::Category),
            (&["1/1280", "1/1600", "1/1280"], ColumnType::Category),
            (&["2021-03-09", "09/03/2021"], ColumnType::Text),
            (&["2021-02-30", "2021-02-28"], ColumnType::Text),
            (&["1", "inf"], ColumnType::Text),
            (&["", "NA", "."], ColumnType::Text),
        ] {
            assert_eq!(of(cells).kind, kind, "{cells:?}");
        }
    }

    #[test]
    fn counts() {
        let found = of(&["1", "1.0", "NA", "2", "", "x"]);
        assert_eq!((found.n_missing, found.n_distinct), (2, 3));
        assert_eq!(of(&["", "NA"]).n_missing, 2);
        assert_eq!(of(&["2021-03-09", "2021-04", "2020"]).n_partial, 2);
    }

    #[test]
    fn ambiguous_dates_have_two_formats() {
        assert_eq!(of(&["03/04/2021"]).formats, [DateFormat::DayMonthYear, DateFormat::MonthDayYear]);
        assert_eq!(of(&["13/04/2021"]).formats, [DateFormat::DayMonthYear]);
    }

    #[test]
    fn a_column_that_is_nearly_a_number_or_a_date_names_the_other_cells() {
        let mut cells = vec!["7"; 19];
        cells.insert(3, "<5");
        cells.insert(5, "NA");
        let found = of(&cells);
        assert_eq!(found.kind, ColumnType::Category);
        assert_eq!(found.nearly, Some(Nearly { kind: ColumnType::Number, rows: vec![3], n: 20 }));

        let mut cells = vec!["14/03/2021"; 9];
        cells.push("30/02/2021");
        assert_eq!(of(&cells).nearly, Some(Nearly { kind: ColumnType::Date, rows: vec![9], n: 10 }));

        assert_eq!(of(&["1", "2", "3", "x"]).nearly, None);
    }

    #[test]
    fn distinct_values_are_counted_to_the_cap() {
        let texts = |n: i32, prefix: &str| (0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
        let of = |texts: Vec<String>| of(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(of(texts(999, "")).n_distinct, 999);
        assert_eq!(of(texts(5000, "")).n_distinct, DISTINCT_CAP);
        // Whether a text repeats is always told.
        assert_eq!(of(texts(5000, "P")).kind, ColumnType::Text);
        let found = of([texts(5000, "P"), texts(1, "P")].concat());
        assert_eq!(found.kind, ColumnType::Category);
    }
}
