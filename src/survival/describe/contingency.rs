//! Tables of counts.

use super::Undefined;

/// A table of counts without an empty row or column, at least 2 × 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contingency {
    /// Counts, row by row.
    pub cells: Vec<Vec<usize>>,
    /// Sum of each row, all positive.
    pub rows: Vec<usize>,
    /// Sum of each column, all positive.
    pub columns: Vec<usize>,
    /// Sum of all cells.
    pub total: usize,
}

impl Contingency {
    /// The table of `cells` (levels by groups), its empty rows and columns left out: they say nothing of a difference.
    ///
    /// # Errors
    /// [`Undefined::NoValues`] for an empty table, [`Undefined::OneGroup`] when one column is left, [`Undefined::OneLevel`] when one
    /// row is left.
    pub fn new(cells: &[Vec<usize>]) -> Result<Self, Undefined> {
        let width = cells.first().map_or(0, Vec::len);
        let sums: Vec<usize> = (0..width).map(|j| cells.iter().map(|row| row[j]).sum()).collect();
        let kept = |row: &Vec<usize>| -> Vec<usize> {
            row.iter().zip(&sums).filter(|(_, sum)| **sum > 0).map(|(&cell, _)| cell).collect()
        };
        let cells: Vec<Vec<usize>> = cells.iter().filter(|row| row.iter().any(|&cell| cell > 0)).map(kept).collect();
        let columns: Vec<usize> = sums.into_iter().filter(|&sum| sum > 0).collect();
        match (cells.len(), columns.len()) {
            (0, _) => Err(Undefined::NoValues),
            (_, 1) => Err(Undefined::OneGroup),
            (1, _) => Err(Undefined::OneLevel),
            _ => {
                let rows: Vec<usize> = cells.iter().map(|row| row.iter().sum()).collect();
                let total = rows.iter().sum();
                Ok(Self { cells, rows, columns, total })
            }
        }
    }

    /// The count expected in a cell if rows and columns have nothing to do with each other.
    pub fn expected(&self, row: usize, column: usize) -> f64 {
        self.rows[row] as f64 * self.columns[column] as f64 / self.total as f64
    }

    /// The smallest expected count. R: `min(chisq.test(x)$expected)`.
    pub fn smallest_expected(&self) -> f64 {
        let smallest = |sums: &[usize]| sums.iter().copied().min().unwrap_or(0) as f64;
        smallest(&self.rows) * smallest(&self.columns) / self.total as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_rows_and_columns_are_left_out() {
        let table = Contingency::new(&[vec![1, 0, 2], vec![0, 0, 0], vec![3, 0, 4]]).unwrap();
        assert_eq!(table.cells, [[1, 2], [3, 4]]);
        assert_eq!(
            (table.rows.as_slice(), table.columns.as_slice(), table.total),
            ([3, 7].as_slice(), [4, 6].as_slice(), 10)
        );
        assert_eq!(table.smallest_expected(), 1.2);
        assert_eq!(table.expected(1, 1), 4.2);
    }

    #[test]
    fn too_small() {
        assert_eq!(Contingency::new(&[]), Err(Undefined::NoValues));
        assert_eq!(Contingency::new(&[vec![0, 0]]), Err(Undefined::NoValues));
        assert_eq!(Contingency::new(&[vec![3, 0], vec![1, 0]]), Err(Undefined::OneGroup));
        assert_eq!(Contingency::new(&[vec![3, 2], vec![0, 0]]), Err(Undefined::OneLevel));
    }
}
