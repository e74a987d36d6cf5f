//! The physical line of each data row.

use super::texts::NoMemory;

/// Lines of rows that mostly follow each other: only where one does not is it stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    n: usize,
    /// Row and line of each row that is not on the line after the row before.
    starts: Vec<(u32, u32)>,
    /// Line after the last row's.
    next: u32,
}

impl Lines {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Line (from 1) of `row` (from 0).
    pub fn get(&self, row: usize) -> usize {
        assert!(row < self.n, "row {row} of {}", self.n);
        let run = self.starts.partition_point(|&(start, _)| start as usize <= row);
        let (start, line) = self.starts[run - 1];
        line as usize + (row - start as usize)
    }

    /// Adds the line of the next row, unless the memory does not suffice or the number has more than 32 bits.
    pub fn try_push(&mut self, line: usize) -> Result<(), NoMemory> {
        let line = u32::try_from(line).map_err(|_| NoMemory)?;
        if line != self.next || self.n == 0 {
            let row = u32::try_from(self.n).map_err(|_| NoMemory)?;
            self.starts.try_reserve(1).map_err(|_| NoMemory)?;
            self.starts.push((row, line));
        }
        self.n += 1;
        self.next = line.checked_add(1).ok_or(NoMemory)?;
        Ok(())
    }

    /// Bytes that the lines take.
    pub fn memory(&self) -> usize {
        size_of::<(u32, u32)>() * self.starts.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_gaps_and_steps_back() {
        let given = [2, 3, 4, 6, 9, 10, 7, 8, 1, 1, 1];
        let mut lines = Lines::default();
        given.iter().for_each(|&line| lines.try_push(line).expect("memory"));
        assert_eq!((0..lines.len()).map(|row| lines.get(row)).collect::<Vec<_>>(), given);
        assert_eq!(lines.starts.len(), 7);
    }

    #[test]
    fn a_line_that_has_no_number() {
        assert_eq!(Lines::default().try_push(usize::MAX), Err(NoMemory));
    }
}
