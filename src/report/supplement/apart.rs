//! Whether counts can stand beside those that are shown already: nobody may take one from another and be left with a few patients.
//!
//! The counts of a factor in a model, of the groups of the curves, of all patients of a model: each parts the patients of an endpoint into
//! levels, and into those who are not counted. Of two such partitions readers know the margins of a cross table. Where they also know which
//! cells are empty (an age under 50 is under 52) some cells follow: whichever is the only one left of its row or its column. They are
//! solved here as readers would, one after the other; none that follows, and nothing that is left of a margin, may be a few patients, a few
//! events or a few without the event. Of the same variable, levels may not differ by a few either, whoever they are.

use std::rc::Rc;

use super::models::near;
use crate::cohort::{Category, Cohort, derive};
use crate::error::Result;
use crate::hashing::HashMap;
use crate::study::{Results, Study};
use crate::table::{ColumnType, Table};

/// A cross table with more cells than these is not looked at: the counts are held back.
const MOST_CELLS: usize = 1 << 20;

/// Patients, and those of them with the event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    n: u64,
    n_event: u64,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.n += other.n;
        self.n_event += other.n_event;
    }

    fn subtract(&mut self, other: Count) {
        self.n -= other.n;
        self.n_event -= other.n_event;
    }

    /// Whether two counts differ by fewer than `k`; events where both are of the same.
    fn is_near(self, other: Count, k: u64, same_events: bool) -> bool {
        let censored = |count: Count| count.n - count.n_event;
        near(self.n, other.n, k)
            || (same_events && (near(self.n_event, other.n_event, k) || near(censored(self), censored(other), k)))
    }
}

/// An endpoint's patients by table row.
#[derive(Debug)]
struct Followed {
    rows: Vec<bool>,
    events: Vec<bool>,
}

/// Who is counted in a model or in curves.
#[derive(Debug, Clone)]
pub struct Members {
    followed: Rc<Followed>,
    /// By table row; none: all of the endpoint.
    within: Option<Rc<Vec<bool>>>,
}

impl Members {
    fn has(&self, row: usize) -> bool {
        self.followed.rows[row] && self.within.as_ref().is_none_or(|within| within[row])
    }
}

/// The members by the levels of a variable, or all of them together.
struct Partition {
    members: Members,
    variable: Option<Rc<Category>>,
    /// By code; 0 is nobody's: those who are not counted.
    counts: Vec<Count>,
}

impl Partition {
    fn of(members: &Members, variable: Option<Rc<Category>>) -> Self {
        let levels = variable.as_ref().map_or(1, |category| category.levels.len());
        let mut made = Self { members: members.clone(), variable, counts: vec![Count::default(); levels + 1] };
        for row in 0..members.followed.rows.len() {
            let code = made.code(row);
            if code > 0 {
                let count = made.count(row);
                made.counts[code].add(count);
            }
        }
        made
    }

    fn code(&self, row: usize) -> usize {
        if !self.members.has(row) {
            return 0;
        }
        self.variable.as_ref().map_or(1, |category| category.codes[row].map_or(0, |code| code as usize + 1))
    }

    fn count(&self, row: usize) -> Count {
        Count { n: 1, n_event: u64::from(self.members.followed.events[row]) }
    }

    fn is_of_same_variable(&self, other: &Self) -> bool {
        match (&self.variable, &other.variable) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

/// What is shown so far.
pub struct Apart<'a> {
    k: u64,
    cohort: Cohort<'a>,
    study: Study,
    followed: HashMap<(String, Option<String>), Option<Rc<Followed>>>,
    shown: Vec<Partition>,
    /// Whether everything that is shown is known patient by patient.
    is_sure: bool,
}

impl<'a> Apart<'a> {
    /// Nothing is shown yet.
    ///
    /// # Errors
    /// The study of the results cannot be read, or not of this table.
    pub fn new(results: &Results, table: &'a Table, k: u64) -> Result<Self> {
        let study = crate::study::read(&results.study.to_string())?;
        let cohort = Cohort::new(table, &study.data.columns, &study.data.exclude)?;
        Ok(Self { k, cohort, study, followed: HashMap::default(), shown: Vec::new(), is_sure: true })
    }

    /// Who has the endpoint and all of `variables`; `None` where that cannot be told.
    pub fn members(&mut self, endpoint: &str, cause: Option<&str>, variables: &[String]) -> Option<Members> {
        let key = (endpoint.to_owned(), cause.map(str::to_owned));
        if !self.followed.contains_key(&key) {
            let followed = self.follow(endpoint, cause).map(Rc::new);
            self.followed.insert(key.clone(), followed);
        }
        let followed = self.followed[&key].clone()?;
        let mut within = vec![true; followed.rows.len()];
        for name in variables {
            if self.cohort.column_type(name).ok()? == ColumnType::Number && !self.is_cut(name) {
                let cells = self.cohort.number(name).ok()?;
                within.iter_mut().zip(cells.iter()).for_each(|(within, cell)| *within &= cell.is_some());
            } else {
                let cells = self.cohort.category(name).ok()?;
                within.iter_mut().zip(&cells.codes).for_each(|(within, code)| *within &= code.is_some());
            }
        }
        let is_all = followed.rows.iter().zip(&within).all(|(has, within)| *within || !has);
        Some(Members { followed, within: (!is_all).then(|| Rc::new(within)) })
    }

    fn is_cut(&self, name: &str) -> bool {
        self.study.data.columns.get(name).is_some_and(|spec| spec.cuts.is_some())
    }

    fn follow(&self, name: &str, cause: Option<&str>) -> Option<Followed> {
        let spec = self.study.endpoints.get(name)?;
        let options = spec.options(&self.study.conventions.endpoint_options());
        let endpoint = derive(&self.cohort, name, spec, &options).ok()?;
        let cause = match cause {
            Some(cause) => Some(u32::try_from(endpoint.events.iter().position(|event| event == cause)? + 1).ok()?),
            None => None,
        };
        let n_rows = self.cohort.table().n_rows();
        let mut followed = Followed { rows: vec![false; n_rows], events: vec![false; n_rows] };
        for (&row, &own) in endpoint.rows.iter().zip(&endpoint.cause) {
            followed.rows[row] = true;
            followed.events[row] = cause.map_or(own > 0, |cause| own == cause);
        }
        Some(followed)
    }

    /// What the curves show, whatever is shown beside it: all patients, and their groups. `n` and `n_event` are those of the curves.
    pub fn curves(&mut self, members: Option<&Members>, by: Option<&str>, n: u64, n_event: u64) {
        let category = by.map(|name| self.cohort.category(name));
        let (Some(members), Ok(category)) = (members, category.transpose()) else {
            self.is_sure = false;
            return;
        };
        let all = Partition::of(members, None);
        self.is_sure &= all.counts[1] == Count { n, n_event };
        self.shown.push(all);
        if let Some(category) = category {
            self.shown.push(Partition::of(members, Some(category)));
        }
    }

    /// Whether `n` and `n_event` of a model can be shown; if so, they are from now on.
    pub fn total(&mut self, members: Option<&Members>, n: u64, n_event: u64) -> bool {
        self.admit(members, None, &[(None, n, n_event)])
    }

    /// Whether the counts of a variable's levels can be shown; if so, they are from now on.
    pub fn levels(&mut self, members: Option<&Members>, variable: &str, levels: &[(Option<&str>, u64, u64)]) -> bool {
        match self.cohort.category(variable) {
            Ok(category) => self.admit(members, Some(category), levels),
            Err(_) => false,
        }
    }

    fn admit(
        &mut self,
        members: Option<&Members>,
        variable: Option<Rc<Category>>,
        levels: &[(Option<&str>, u64, u64)],
    ) -> bool {
        let Some(members) = members.filter(|_| self.is_sure) else { return false };
        let partition = Partition::of(members, variable);
        // What is followed here is what was counted there.
        let agrees = levels.iter().all(|&(level, n, n_event)| {
            let code = match (&partition.variable, level) {
                (Some(category), Some(level)) => category.levels.iter().position(|own| own == level),
                _ => Some(0),
            };
            code.is_some_and(|code| partition.counts[code + 1] == Count { n, n_event })
        });
        let admits = agrees && !self.shown.iter().any(|other| self.tells_of_a_few(other, &partition));
        if admits {
            self.shown.push(partition);
        }
        admits
    }

    fn tells_of_a_few(&self, one: &Partition, other: &Partition) -> bool {
        let same_events = Rc::ptr_eq(&one.members.followed, &other.members.followed);
        let near = |(a, b): (&Count, &Count)| a.is_near(*b, self.k, same_events);
        (one.is_of_same_variable(other) && one.counts.iter().zip(&other.counts).skip(1).any(near))
            || (has_pure_level(one, other)
                && Cross::of(one, other).is_none_or(|mut cross| cross.solve(self.k, same_events)))
    }
}

/// Whether a level of one partition lies within a level of the other, or outside of it: without one nothing follows. Ends early where
/// there is none.
fn has_pure_level(one: &Partition, other: &Partition) -> bool {
    /// What a level was seen with.
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Nothing,
        One(usize),
        Several,
    }
    let mut seen = [one, other].map(|partition| vec![Seen::Nothing; partition.counts.len()]);
    let mut left: usize =
        [one, other].iter().map(|partition| partition.counts[1..].iter().filter(|count| count.n > 0).count()).sum();
    for row in 0..one.members.followed.rows.len() {
        let codes = [one.code(row), other.code(row)];
        for (side, seen) in seen.iter_mut().enumerate() {
            let (own, with) = (codes[side], codes[1 - side]);
            let now = match seen[own] {
                Seen::Nothing => Seen::One(with),
                Seen::One(before) if before != with => Seen::Several,
                same => same,
            };
            if now == Seen::Several && seen[own] != now && own > 0 {
                left -= 1;
            }
            seen[own] = now;
        }
        if left == 0 {
            return false;
        }
    }
    true
}

/// The patients of two partitions by the levels of both.
struct Cross {
    columns: usize,
    cells: Vec<Count>,
    /// Of rows, then of columns.
    margins: Vec<Count>,
    /// How many cells with patients a margin has left.
    open: Vec<usize>,
}

impl Cross {
    /// `None` where there are too many cells.
    fn of(one: &Partition, other: &Partition) -> Option<Self> {
        let (rows, columns) = (one.counts.len(), other.counts.len());
        if rows.saturating_mul(columns) > MOST_CELLS {
            return None;
        }
        let mut cells = vec![Count::default(); rows * columns];
        for row in 0..one.members.followed.rows.len() {
            let (mine, others) = (one.members.followed.rows[row], other.members.followed.rows[row]);
            if mine || others {
                let count = if mine { one.count(row) } else { other.count(row) };
                cells[one.code(row) * columns + other.code(row)].add(count);
            }
        }
        let (mut margins, mut open) = (vec![Count::default(); rows + columns], vec![0; rows + columns]);
        for (i, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.n > 0) {
            for margin in [i / columns, rows + i % columns] {
                margins[margin].add(*cell);
                open[margin] += 1;
            }
        }
        Some(Self { columns, cells, margins, open })
    }

    /// Solves the cells that follow from the margins; whether one that does, or what then is left of a margin, is a few.
    fn solve(&mut self, k: u64, same_events: bool) -> bool {
        let few = |count: Count| count.is_near(Count::default(), k, same_events);
        let rows = self.margins.len() - self.columns;
        let mut is_less = vec![false; self.margins.len()];
        let mut single: Vec<usize> = (0..self.open.len()).filter(|&margin| self.open[margin] == 1).collect();
        while let Some(margin) = single.pop() {
            if self.open[margin] != 1 {
                continue;
            }
            let of_row = |column| (margin * self.columns + column, rows + column);
            let of_column = |row: usize| (row * self.columns + margin - rows, row);
            let found = if margin < rows {
                (0..self.columns).map(of_row).find(|&(cell, _)| self.cells[cell].n > 0)
            } else {
                (0..rows).map(of_column).find(|&(cell, _)| self.cells[cell].n > 0)
            };
            let Some((cell, other)) = found else { continue };
            let count = std::mem::take(&mut self.cells[cell]);
            // A whole margin is shown already.
            if is_less[margin] && few(count) {
                return true;
            }
            self.open[margin] = 0;
            self.open[other] -= 1;
            self.margins[other].subtract(count);
            is_less[other] = true;
            if self.open[other] == 1 {
                single.push(other);
            }
        }
        (0..self.margins.len()).any(|margin| is_less[margin] && self.open[margin] > 0 && few(self.margins[margin]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cross table of these patients, half of them with the event.
    fn tells(cells: &[&[u64]], k: u64) -> bool {
        let columns = cells[0].len();
        let flat: Vec<Count> = cells.concat().into_iter().map(|n| Count { n, n_event: n / 2 }).collect();
        let (mut margins, mut open) = (vec![Count::default(); cells.len() + columns], vec![0; cells.len() + columns]);
        for (i, cell) in flat.iter().enumerate().filter(|(_, cell)| cell.n > 0) {
            for margin in [i / columns, cells.len() + i % columns] {
                margins[margin].add(*cell);
                open[margin] += 1;
            }
        }
        Cross { columns, cells: flat, margins, open }.solve(k, true)
    }

    #[test]
    fn what_follows_from_margins() {
        // Under 50 and from 50, by under 52 and from 52: 3 are between. With 12 between nobody is told of, but six events of twelve are.
        assert!(tells(&[&[40, 0], &[3, 60]], 5));
        assert!(!tells(&[&[40, 0], &[12, 60]], 5));
        assert!(tells(&[&[40, 0], &[12, 60]], 7));
        // A few in a table without an empty cell do not follow.
        assert!(!tells(&[&[40, 2], &[3, 60]], 5));
        // The first two levels together, less one of the others.
        assert!(tells(&[&[30, 0], &[30, 3], &[0, 60]], 5));
        // Levels merged.
        assert!(!tells(&[&[30, 0], &[30, 0], &[0, 60]], 5));
        // One level within another, of which a few in two others are left: no cell follows, their sum does.
        assert!(tells(&[&[30, 0, 0], &[2, 40, 20], &[2, 20, 40]], 5));
        assert!(!tells(&[&[30, 0, 0], &[7, 40, 20], &[7, 20, 40]], 5));
        // A group that is shown with few patients tells nothing new.
        assert!(!tells(&[&[3, 0], &[0, 60]], 5));
    }

    #[test]
    fn events_are_compared_where_they_are_the_same() {
        let (a, b) = (Count { n: 40, n_event: 20 }, Count { n: 50, n_event: 22 });
        assert!(a.is_near(b, 5, true) && !a.is_near(b, 5, false));
        assert!(a.is_near(Count { n: 50, n_event: 29 }, 5, true), "one more without the event");
        assert!(!a.is_near(Count { n: 50, n_event: 25 }, 5, true));
    }
}
