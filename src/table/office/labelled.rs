//! Columns whose values have labels (SPSS, Stata): when the labels become the cells, and what is said of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::interchange::{HeadColumn, Interchange};
use super::super::options::Labels;
use super::super::{ColumnType, missing};
use crate::error::{Caution, CautionKind};

/// Values that a caution names.
const VALUES: usize = 20;

/// What one pass over a column of coded values finds; the second pass asks it for the cells.
#[derive(Debug, Default)]
pub(super) struct Coded {
    /// Label by value as text, in the file's order of codes.
    labels: BTreeMap<Code, String>,
    /// Number of rows by value that is there and not missing.
    counts: HashMap<String, usize>,
    /// Number of rows by user-missing value.
    missing: BTreeMap<Code, usize>,
    /// The cell of each labelled value, once decided.
    cells: Option<HashMap<String, String>>,
    keeps_missing: bool,
}

/// What a case has of a column, its text standing beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing.
    Missing,
    /// A value that the file declares as missing.
    UserMissing,
    /// A value.
    Value,
}

/// A code, in the order in which levels stand: numbers by value, then text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Code {
    /// Order-preserving bits of the number; the largest for text.
    key: u64,
    text: String,
}

impl Code {
    fn new(text: &str) -> Self {
        let key = text.parse::<f64>().ok().filter(|value| value.is_finite()).map_or(u64::MAX, |value| {
            let bits = value.to_bits();
            if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
        });
        Self { key, text: text.to_owned() }
    }
}

impl Coded {
    /// A column with these labels, by value as text.
    pub fn new(labels: impl IntoIterator<Item = (String, String)>) -> Self {
        let labels = labels.into_iter().map(|(value, label)| (Code::new(&value), label.trim().to_owned()));
        Self { labels: labels.collect(), ..Self::default() }
    }

    /// Whether the first pass is needed.
    pub fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Counts what the first pass finds.
    pub fn see(&mut self, state: State, text: &str) {
        match state {
            State::Missing => {}
            State::UserMissing => *self.missing.entry(Code::new(text)).or_default() += 1,
            State::Value if self.has_labels() => match self.counts.get_mut(text) {
                Some(n) => *n += 1,
                None => {
                    self.counts.insert(text.to_owned(), 1);
                }
            },
            State::Value => {}
        }
    }

    /// Decides what the cells are, sets what is suggested for the column, and says what must be known.
    pub fn decide(&mut self, labels: Labels, column: &mut HeadColumn, table: &mut Interchange) {
        self.keeps_missing = labels == Labels::Values;
        if !self.missing.is_empty() {
            let n: usize = self.missing.values().sum();
            let named = |code: &Code| match self.labels.get(code) {
                Some(label) if !label.is_empty() => format!("{} = {label}", code.text),
                _ => code.text.clone(),
            };
            let values = self.missing.keys().take(VALUES).map(named).collect::<Vec<_>>().join("; ");
            let caution = Caution::new(CautionKind::UserMissing).with("name", &column.name).with("n", n);
            table.caution(caution.with("values", values));
            if self.keeps_missing {
                column.missing = self.missing.keys().map(|code| code.text.clone()).collect();
            }
        }
        if labels == Labels::Values || self.counts.is_empty() {
            return;
        }
        let labelled: Vec<(&Code, &String)> =
            self.labels.iter().filter(|(code, _)| self.counts.contains_key(&code.text)).collect();
        if labelled.is_empty() {
            return;
        }
        if labelled.len() < self.counts.len() {
            let n: usize = labelled.iter().filter_map(|(code, _)| self.counts.get(&code.text)).sum();
            let values = labelled
                .iter()
                .take(VALUES)
                .map(|(code, label)| format!("{} = {label}", code.text))
                .collect::<Vec<_>>();
            let caution = Caution::new(CautionKind::LabelsPartial).with("name", &column.name).with("n", n);
            table.caution(caution.with("values", values.join("; ")));
            return;
        }
        // Two codes never become one level.
        let mut seen = HashSet::new();
        let twice: HashSet<&str> =
            labelled.iter().map(|(_, label)| label.as_str()).filter(|label| !seen.insert(*label)).collect();
        let mut cells = HashMap::new();
        let mut levels = Vec::new();
        for (code, label) in &labelled {
            let cell = match label.as_str() {
                "" => code.text.clone(),
                label if twice.contains(label) => format!("{label} ({})", code.text),
                label => label.to_owned(),
            };
            if missing::is_missing(&cell, &[]) {
                let n = self.counts.get(&code.text).copied().unwrap_or_default();
                let caution = Caution::new(CautionKind::LabelMeansMissing).with("name", &column.name);
                table.caution(caution.with("label", &cell).with("n", n));
            } else if !levels.contains(&cell) {
                levels.push(cell.clone());
            }
            cells.insert(code.text.clone(), cell);
        }
        if !twice.is_empty() {
            let mut labels: Vec<&str> = twice.into_iter().collect();
            labels.sort_unstable();
            let caution = Caution::new(CautionKind::LabelsAlike).with("name", &column.name);
            table.caution(caution.with("label", labels.join("; ")));
        }
        column.kind = Some(ColumnType::Category);
        column.levels = Some(levels);
        self.cells = Some(cells);
    }

    /// Makes the text of the second pass the cell: the label, or nothing where the value is missing.
    pub fn settle(&self, state: State, text: &mut String) {
        match state {
            State::Missing => text.clear(),
            State::UserMissing if self.keeps_missing => {}
            State::UserMissing => text.clear(),
            State::Value => {
                if let Some(cell) = self.cells.as_ref().and_then(|cells| cells.get(text.as_str())) {
                    text.clone_from(cell);
                }
            }
        }
    }
}
