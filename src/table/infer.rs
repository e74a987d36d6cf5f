//! What a column is, where the study is silent.

use std::borrow::Cow;

use super::date::{self, DateCell, DateFormat, Years};
use super::number::{self, Declared, NumberFormat};
use super::{Column, ColumnType, level, missing, values};
use crate::hashing::HashSet;

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
    /// How its numbers are written; for anything but numbers, with the decimal mark of the file alone.
    pub number: NumberFormat,
    /// For text of which every cell is a number in two ways (`1,234`): these.
    pub numbers: Option<[NumberFormat; 2]>,
    /// For dates, the formats that fit every cell; more than one if day and month cannot be told apart.
    pub formats: Vec<DateFormat>,
    /// For dates, the digits of the years.
    pub years: Years,
    /// For dates, the number of cells without a day.
    pub n_partial: usize,
    /// For a category or text of which nine cells in ten or more are numbers or dates, or all the others are written so that they may
    /// stand for a missing value or one beyond a limit: that type and the other cells. For dates in several formats: those that are
    /// not in the most frequent one.
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

/// The type of `column`, `decimal` being the mark of the file, `extra_missing` the column's own values for missing.
///
/// All numbers: number (0/1 and 1/2/3 too). All dates of one format, at least one with its day: date. Else category if any
/// value repeats, else text. A column without a value is text: nothing is known of it.
pub fn column_type(column: &Column, decimal: char, extra_missing: &[String]) -> Inferred {
    declared(column, decimal, extra_missing, Declared::default(), None)
}

/// As [`column_type`], `numbers` and `pivot` being what the study says of the column's numbers and of years of two digits.
pub fn declared(
    column: &Column,
    decimal: char,
    extra_missing: &[String],
    numbers: Declared,
    pivot: Option<i32>,
) -> Inferred {
    if extra_missing.is_empty() && numbers == Declared::default() && pivot.is_none() {
        return column.inferred(decimal, || found(column, decimal, extra_missing, numbers, pivot));
    }
    found(column, decimal, extra_missing, numbers, pivot)
}

fn found(column: &Column, decimal: char, extra_missing: &[String], numbers: Declared, pivot: Option<i32>) -> Inferred {
    let plain = NumberFormat::plain(decimal);
    let mut inferred = Inferred {
        kind: ColumnType::Text,
        n_missing: 0,
        n_distinct: 0,
        number: plain,
        numbers: None,
        formats: Vec::new(),
        years: Years::Four,
        n_partial: 0,
        nearly: None,
    };
    // Most columns of numbers have nothing else, and few of their texts repeat.
    if numbers == Declared::default() {
        let is_missing = |cell: &str| missing::is_missing(cell, extra_missing);
        let n_missing = if extra_missing.is_empty() {
            column.plain(decimal)
        } else {
            let mut cells = column.texts().filter(|cell| !is_missing(cell));
            let all = cells.all(|cell| number::parse(cell, decimal).is_some());
            all.then(|| column.counted().0.filter(|(cell, _)| is_missing(cell)).map(|(_, n)| n).sum())
        };
        if let Some(n_missing) = n_missing.filter(|&n_missing| n_missing < column.len()) {
            inferred.n_missing = n_missing;
            inferred.kind = ColumnType::Number;
            inferred.n_distinct = n_levels(column.texts().filter(|cell| !is_missing(cell)), plain);
            return inferred;
        }
    }
    let values = values::present(column, extra_missing);
    let n = values.iter().map(|(_, rows)| rows).sum::<usize>();
    inferred.n_missing = column.len() - n;
    if n == 0 {
        return inferred;
    }
    let written = number::written(&values, decimal, numbers);
    if written.n == n && written.or.is_none() {
        inferred.kind = ColumnType::Number;
        inferred.number = written.format;
        inferred.n_distinct = n_levels(values.iter().map(|&(cell, _)| cell), written.format);
        return inferred;
    }
    inferred.n_distinct = n_levels(values.iter().map(|&(cell, _)| cell), plain);
    // Texts that mean one level are a repeat too, but only where all of them were counted.
    let repeats = values.iter().any(|&(_, rows)| rows > 1) || inferred.n_distinct < values.len().min(DISTINCT_CAP);
    if repeats {
        inferred.kind = ColumnType::Category;
    }
    if let Some(or) = written.or.filter(|_| written.n == n) {
        inferred.numbers = Some([written.format, or]);
        return inferred;
    }
    let format = written.format;
    let others = |is_one: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let others: HashSet<&str> = values.iter().map(|&(cell, _)| cell).filter(|cell| !is_one(cell)).collect();
        (0..column.len()).filter(|&row| others.contains(column.cell(row))).collect()
    };
    let is_nearly = |part: usize| part * NEARLY.1 >= n * NEARLY.0;
    let is_excused = |cell: &str| missing::is_proposed(cell) || number::is_beyond(cell, format);
    let excused = |is_one: &dyn Fn(&str) -> bool| values.iter().all(|(cell, _)| is_one(cell) || is_excused(cell));
    let is_number = |cell: &str| format.read(cell).is_some();
    if is_nearly(written.n) || (written.n * 2 >= n && excused(&is_number)) {
        inferred.nearly = Some(Nearly { kind: ColumnType::Number, rows: others(&is_number), n });
        return inferred;
    }
    let fit = date::fit(&values, pivot);
    let Some(best) = fit.best() else { return inferred };
    let (format, years) = fit.candidates[best];
    let is_date = |cell: &str| date::read(cell, format, years).date != DateCell::None;
    if fit.n_dates[best] == n {
        inferred.kind = ColumnType::Date;
        inferred.formats = fit.formats(&values);
        inferred.years = years;
        inferred.n_partial = fit.n_partial[best];
    } else if is_nearly(fit.n_dates[best]) || fit.n_any == n || (fit.n_dates[best] * 2 >= n && excused(&is_date)) {
        inferred.nearly = Some(Nearly { kind: ColumnType::Date, rows: others(&is_date), n });
    }
    inferred
}

/// Number of distinct levels, to the cap.
fn n_levels<'a>(cells: impl Iterator<Item = &'a str>, format: NumberFormat) -> usize {
    let mut texts: HashSet<&str> = HashSet::default();
    let mut levels: HashSet<Cow<str>> = HashSet::default();
    for cell in cells {
        // Cells repeat: what each text means is asked once.
        if texts.insert(cell) {
            levels.insert(level::name(cell, format));
        }
        if levels.len() >= DISTINCT_CAP {
            break;
        }
    }
    levels.len()
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
