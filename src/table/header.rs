//! Names of columns: every column has one, and no two are alike.

use crate::error::{Caution, CautionKind};
use crate::hashing::HashSet;

/// Names from the header's cells (trimmed), with a caution for each that had to be made.
///
/// `header` holds each column's position in the file (from 1) and its cell. An empty cell becomes `column_3`; the later
/// of two equal names gets a number, `age_2`. A name that stands in the file is never taken by a made one.
pub(super) fn names(header: &[(usize, &str)]) -> (Vec<String>, Vec<Caution>) {
    let written: HashSet<&str> = header.iter().map(|&(_, name)| name).collect();
    let mut taken: HashSet<String> = HashSet::default();
    let mut next_number: crate::hashing::HashMap<String, usize> = crate::hashing::HashMap::default();
    let mut cautions = Vec::new();
    let mut names = Vec::with_capacity(header.len());
    for &(position, cell) in header {
        let wished = if cell.is_empty() { format!("column_{position}") } else { cell.to_owned() };
        let free =
            |name: &str, taken: &HashSet<String>| !taken.contains(name) && (name == cell || !written.contains(name));
        let mut name = wished.clone();
        if !free(&name, &taken) {
            let number = next_number.entry(wished.clone()).or_insert(2);
            loop {
                name = format!("{wished}_{number}");
                *number += 1;
                if free(&name, &taken) {
                    break;
                }
            }
        }
        if cell.is_empty() {
            cautions.push(Caution::new(CautionKind::UnnamedColumn).with("position", position).with("name", &name));
        } else if name != cell {
            cautions.push(Caution::new(CautionKind::RenamedColumn).with("name", cell).with("renamed", &name));
        }
        taken.insert(name.clone());
        names.push(name);
    }
    (names, cautions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(header: &[&str]) -> (Vec<String>, Vec<String>) {
        let header: Vec<(usize, &str)> = header.iter().enumerate().map(|(i, &name)| (i + 1, name)).collect();
        let (names, cautions) = names(&header);
        (names, cautions.iter().map(|caution| caution.kind.code().to_owned()).collect())
    }

    #[test]
    fn awkward_names_stay_as_they_are() {
        let header = ["âge (années)", "a \"b\"", "two\nlines", "🫀", "__proto__", "constructor", "1", "Age", "age"];
        assert_eq!(made(&header), (header.map(str::to_owned).to_vec(), Vec::new()));
    }

    #[test]
    fn unnamed_and_equal_names() {
        let (names, codes) = made(&["age", "", "age", "age", "age_2", "column_2", ""]);
        assert_eq!(names, ["age", "column_2_2", "age_3", "age_4", "age_2", "column_2", "column_7"]);
        assert_eq!(codes, ["unnamed_column", "renamed_column", "renamed_column", "unnamed_column"]);
    }

    #[test]
    fn many_equal_names_take_no_time() {
        let header = vec![(1, "x"); 100_000];
        assert_eq!(names(&header).0[99_999], "x_100000");
    }
}
