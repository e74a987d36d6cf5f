//! A column of text cells; where texts repeat, each is stored once.

use super::texts::{Dictionary, NoMemory, Refused, Texts};
use super::{Suggested, known};

/// A column of text cells.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Name from the header, trimmed.
    pub name: String,
    /// What the file says of the column.
    pub suggested: Option<Box<Suggested>>,
    cells: Cells,
    pub(super) known: known::Known,
}

/// The cells: numbers of texts, until there are too many texts.
#[derive(Debug, Clone)]
enum Cells {
    Coded(Dictionary, Vec<u16>),
    Plain(Texts),
}

impl Default for Cells {
    fn default() -> Self {
        Self::Coded(Dictionary::default(), Vec::new())
    }
}

impl Column {
    /// A column without cells.
    pub(super) fn new(name: String, suggested: Option<Box<Suggested>>) -> Self {
        Self { name, suggested, ..Self::default() }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        match &self.cells {
            Cells::Coded(_, codes) => codes.len(),
            Cells::Plain(texts) => texts.len(),
        }
    }

    /// Whether the column has no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Text of the cell in `row` (from 0), as in the file but for white space around it.
    pub fn cell(&self, row: usize) -> &str {
        match &self.cells {
            Cells::Coded(dictionary, codes) => dictionary.texts().get(usize::from(codes[row])),
            Cells::Plain(texts) => texts.get(row),
        }
    }

    /// The cells, from the first row on.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.cell(row))
    }

    /// The texts of the cells in order of appearance, each at least once.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = self.stored();
        (0..texts.len()).map(|at| texts.get(at))
    }

    /// [`Self::texts`], each with the number of rows that it stands for, and whether all of them differ.
    pub(super) fn counted(&self) -> (impl Iterator<Item = (&str, usize)>, bool) {
        let (counts, is_distinct) = match &self.cells {
            Cells::Coded(dictionary, codes) => {
                let mut counts = vec![0_usize; dictionary.texts().len()];
                codes.iter().for_each(|&code| counts[usize::from(code)] += 1);
                (counts, true)
            }
            Cells::Plain(_) => (Vec::new(), false),
        };
        (self.texts().enumerate().map(move |(at, text)| (text, counts.get(at).copied().unwrap_or(1))), is_distinct)
    }

    /// `value` of each cell; it is asked once for each of [`Self::texts`].
    pub(crate) fn map<T: Clone>(&self, value: impl Fn(&str) -> T) -> Vec<T> {
        let values: Vec<T> = self.texts().map(value).collect();
        match &self.cells {
            Cells::Coded(_, codes) => codes.iter().map(|&code| values[usize::from(code)].clone()).collect(),
            Cells::Plain(_) => values,
        }
    }

    fn stored(&self) -> &Texts {
        match &self.cells {
            Cells::Coded(dictionary, _) => dictionary.texts(),
            Cells::Plain(texts) => texts,
        }
    }

    /// Whether any cell contains `c`.
    pub(super) fn contains(&self, c: char) -> bool {
        self.stored().joined().contains(c)
    }

    /// Whether every cell is empty.
    pub(super) fn is_blank(&self) -> bool {
        self.stored().joined().is_empty()
    }

    /// Adds a cell of a column that was read, which is no larger.
    pub(crate) fn push(&mut self, cell: &str) {
        self.known = known::Known::default();
        let added = self.try_push(cell, 0, cell.len());
        debug_assert!(added.is_ok());
    }

    /// Adds the cell `around[start..end]`, unless the memory does not suffice or the column's text is over 4 GB. What is
    /// known of a column must not be asked before its last cell.
    pub(super) fn try_push(&mut self, around: &str, start: usize, end: usize) -> Result<(), NoMemory> {
        self.try_extend(around, std::iter::once((start, end)))
    }

    /// [`Self::try_push`] of many cells: a column at a time is faster than a row at a time.
    pub(super) fn try_extend(
        &mut self,
        around: &str,
        mut cells: impl ExactSizeIterator<Item = (usize, usize)>,
    ) -> Result<(), NoMemory> {
        if let Cells::Coded(dictionary, codes) = &mut self.cells {
            codes.try_reserve(cells.len()).map_err(|_| NoMemory)?;
            while let Some((start, end)) = cells.next() {
                match dictionary.number(around, start, end, codes.len()) {
                    Ok(code) => codes.push(code),
                    Err(Refused::Memory) => return Err(NoMemory),
                    Err(Refused::Full) => {
                        self.write_out()?.try_push(around, start, end)?;
                        break;
                    }
                }
            }
        }
        match &mut self.cells {
            Cells::Coded(..) => Ok(()),
            Cells::Plain(texts) => cells.try_for_each(|(start, end)| texts.try_push(around, start, end)),
        }
    }

    /// Makes every cell a text of its own.
    #[cold]
    fn write_out(&mut self) -> Result<&mut Texts, NoMemory> {
        if let Cells::Coded(dictionary, codes) = &self.cells {
            let mut texts = Texts::default();
            for &code in codes {
                let text = dictionary.texts().get(usize::from(code));
                texts.try_push(text, 0, text.len())?;
            }
            self.cells = Cells::Plain(texts);
        }
        match &mut self.cells {
            Cells::Plain(texts) => Ok(texts),
            Cells::Coded(..) => Err(NoMemory),
        }
    }

    /// Bytes that the cells take.
    pub(super) fn memory(&self) -> usize {
        match &self.cells {
            Cells::Coded(dictionary, codes) => dictionary.memory() + 2 * codes.capacity(),
            Cells::Plain(texts) => texts.memory(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column of these cells, and whether it is coded.
    fn made(cells: &[String]) -> (Column, bool) {
        let mut column = Column::default();
        cells.iter().for_each(|cell| column.push(cell));
        let is_coded = matches!(column.cells, Cells::Coded(..));
        (column, is_coded)
    }

    #[test]
    fn cells_are_the_same_however_they_are_stored() {
        let repeated: Vec<String> = (0..20_000).map(|row| format!("{}", row % 7)).collect();
        let distinct: Vec<String> = (0..20_000).map(|row| format!("text {row} of a column, é")).collect();
        // The first texts repeat, the later ones do not.
        let mixed = [&repeated[..], &distinct, &repeated].concat();
        for (cells, coded) in [(repeated, true), (distinct, false), (mixed, false)] {
            let (column, is_coded) = made(&cells);
            assert_eq!(is_coded, coded);
            assert!(column.cells().eq(cells.iter().map(String::as_str)));
            assert_eq!(column.map(str::len), cells.iter().map(String::len).collect::<Vec<_>>());
            let mut counts = std::collections::BTreeMap::new();
            column.counted().0.for_each(|(text, n)| *counts.entry(text).or_insert(0) += n);
            let mut expected = std::collections::BTreeMap::new();
            cells.iter().for_each(|cell| *expected.entry(cell.as_str()).or_insert(0) += 1);
            assert_eq!(counts, expected);
        }
    }

    #[test]
    fn texts_in_order_of_appearance() {
        let (column, _) = made(&["b", "", "a", "b", "c"].map(str::to_owned));
        assert_eq!(column.texts().collect::<Vec<_>>(), ["b", "", "a", "c"]);
        assert!(column.contains('c') && !column.contains('d') && !column.is_blank());
        assert!(made(&[String::new(), String::new()]).0.is_blank());
    }
}
