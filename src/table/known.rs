//! What was found out about a column of a file, kept with it.
//!
//! The cells of a column do not change, but a study is run anew at every click: what depends on the cells and the file's decimal
//! mark alone is found out once. What a study declares of a column is not kept here.

use std::cell::OnceCell;
use std::rc::Rc;

use super::infer::Inferred;
use super::number::NumberFormat;
use super::{Column, missing};

/// Found out at the first question, for the decimal mark of that question.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    plain: OnceCell<(char, Option<usize>)>,
    numbers: OnceCell<(char, Rc<Vec<Option<f64>>>)>,
    inferred: OnceCell<(char, Inferred)>,
}

/// The answer that is kept, if it is to the same decimal mark; else a new one.
fn once<T: Clone>(known: &OnceCell<(char, T)>, decimal: char, find: impl FnOnce() -> T) -> T {
    if known.get().is_some_and(|(mark, _)| *mark != decimal) {
        return find();
    }
    known.get_or_init(|| (decimal, find())).1.clone()
}

impl Column {
    /// Number of missing cells, if all others are numbers with this decimal mark and no other mark.
    pub(crate) fn plain(&self, decimal: char) -> Option<usize> {
        once(&self.known.plain, decimal, || {
            let format = NumberFormat::plain(decimal);
            let mut n_missing = 0;
            for (cell, n) in self.counted().0 {
                if missing::is_missing(cell, &[]) {
                    n_missing += n;
                } else {
                    format.read(cell)?;
                }
            }
            Some(n_missing)
        })
    }

    /// The cells as numbers with this decimal mark, `None` where missing; `None` if there are other cells.
    pub(crate) fn plain_numbers(&self, decimal: char) -> Option<Rc<Vec<Option<f64>>>> {
        self.plain(decimal)?;
        let format = NumberFormat::plain(decimal);
        let number = |cell: &str| if missing::is_missing(cell, &[]) { None } else { format.read(cell) };
        Some(once(&self.known.numbers, decimal, || Rc::new(self.map(number))))
    }

    /// What the column is, as `infer` finds it without any declaration.
    pub(super) fn inferred(&self, decimal: char, infer: impl FnOnce() -> Inferred) -> Inferred {
        once(&self.known.inferred, decimal, infer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::infer;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::default();
        cells.iter().for_each(|cell| column.push(cell));
        column
    }

    #[test]
    fn another_mark_is_another_question() {
        let column = column(&["1,5", "NA", "2"]);
        assert_eq!((column.plain('.'), column.plain(','), column.plain('.')), (None, Some(1), None));
        let numbers = [Some(1.5), None, Some(2.0)];
        assert_eq!(column.plain_numbers(',').unwrap().as_slice(), numbers);
        assert_eq!((column.plain_numbers('.'), column.plain_numbers(',').unwrap().len()), (None, 3));
        let kind = |decimal| infer::column_type(&column, decimal, &[]).kind.name();
        assert_eq!([kind(','), kind('.'), kind(',')], ["number", "text", "number"]);
    }

    #[test]
    fn a_new_cell_is_seen() {
        let mut column = column(&["1", "2"]);
        assert_eq!(column.plain_numbers('.').unwrap().len(), 2);
        assert_eq!(infer::column_type(&column, '.', &[]).n_distinct, 2);
        column.push("3");
        assert_eq!(column.plain_numbers('.').unwrap().len(), 3);
        assert_eq!(infer::column_type(&column, '.', &[]).n_distinct, 3);
        column.push("x");
        assert_eq!((column.plain('.'), column.plain_numbers('.')), (None, None));
    }

    #[test]
    fn what_a_study_declares_is_not_kept() {
        let column = column(&["1", "99", "2"]);
        assert_eq!(infer::column_type(&column, '.', &[]).n_missing, 0);
        assert_eq!(infer::column_type(&column, '.', &["99".to_owned()]).n_missing, 1);
        assert_eq!(infer::column_type(&column, '.', &[]).n_missing, 0);
    }
}
