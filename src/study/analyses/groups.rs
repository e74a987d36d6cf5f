//! Groups of an analysis: the levels of a column, each of which keeps its place even without rows.

use std::rc::Rc;

use crate::cohort::Category;
use crate::error::{Caution, CautionKind};
use crate::study::context::Context;
use crate::study::selection::{Presence, Selection};

/// A grouping column, typed, by table row.
pub struct Groups {
    /// The column.
    pub name: String,
    /// Its levels and the level of each table row.
    pub category: Rc<Category>,
}

impl Groups {
    /// The groups of column `name`; any column can be one.
    ///
    /// # Errors
    /// Whatever keeps the column from being read as a category.
    pub fn of(context: &Context, name: &str) -> crate::error::Result<Self> {
        Ok(Self { name: name.to_owned(), category: context.cohort.category(name)? })
    }

    /// Which rows have a group.
    pub fn presence(&self) -> Presence {
        Presence::of(&self.name, &self.category.codes)
    }

    /// The group of each analysed row.
    pub fn codes(&self, selection: &Selection) -> Vec<u32> {
        selection.take(&self.category.codes)
    }

    /// A caution for each group without rows.
    pub fn cautions(&self, codes: &[u32]) -> Vec<Caution> {
        let mut seen = vec![false; self.category.levels.len()];
        for &code in codes {
            seen[code as usize] = true;
        }
        let empty = self.category.levels.iter().zip(seen).filter(|(_, seen)| !seen);
        empty.map(|(level, _)| Caution::new(CautionKind::EmptyGroup).with("group", level)).collect()
    }
}

/// One code per analysed row for the combination of several grouping columns (strata).
pub fn combined(columns: &[Groups], selection: &Selection) -> Vec<u32> {
    let mut codes = vec![0_usize; selection.rows.len()];
    for column in columns {
        let levels = column.category.levels.len();
        for (code, level) in codes.iter_mut().zip(column.codes(selection)) {
            *code = *code * levels + level as usize;
        }
        // Renumbered after each column, so that the product of many levels cannot overflow.
        let mut seen = crate::hashing::HashMap::default();
        for code in &mut codes {
            let next = seen.len();
            *code = *seen.entry(*code).or_insert(next);
        }
    }
    codes.into_iter().map(|code| u32::try_from(code).unwrap_or(u32::MAX)).collect()
}
