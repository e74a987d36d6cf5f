//! What the study declares of columns, with what the file itself says of them, checked against the cells.

use crate::hashing::{HashMap, IndexMap};

use super::Cohort;
use crate::cohort::document::ColumnSpec;
use crate::cohort::scalar;
use crate::error::{Caution, CautionKind, Error, ErrorKind, Position, Result};
use crate::table::{Table, level, number};

/// The declarations, and for what they leave open what the file itself says (value labels, missing codes, dates).
pub(super) fn with_suggestions(table: &Table, declared: &IndexMap<String, ColumnSpec>) -> IndexMap<String, ColumnSpec> {
    let mut specs = declared.clone();
    for column in &table.columns {
        let Some(suggested) = column.suggested.as_deref() else { continue };
        let spec = specs.entry(column.name.clone()).or_default();
        // Levels belong to the type that the file means; a study that declares another says more than the file.
        let is_same = spec.kind.is_none_or(|kind| Some(kind) == suggested.kind);
        // Recoded or cut, it has other levels.
        let is_as_read = spec.recode.is_empty() && spec.cuts.is_none() && spec.from.is_none();
        if is_same && is_as_read && spec.levels.is_none() {
            spec.kind = suggested.kind;
            let levels = suggested.levels.as_ref();
            spec.levels = levels.map(|levels| levels.iter().map(|text| level::name(text, '.').into_owned()).collect());
        }
        spec.label = spec.label.take().or_else(|| suggested.label.clone());
        spec.unit = spec.unit.take().or_else(|| suggested.unit.clone());
        if spec.missing.is_empty() {
            spec.missing.clone_from(&suggested.missing);
        }
    }
    specs
}

/// A column made of another is read as that one is, where it does not say otherwise itself.
pub(super) fn inherited(spec: &ColumnSpec, all: &IndexMap<String, ColumnSpec>) -> ColumnSpec {
    let mut spec = spec.clone();
    if let Some(source) = spec.from.as_ref().and_then(|from| all.get(from)) {
        spec.missing.extend(source.missing.iter().cloned());
        spec.partial = spec.partial.or(source.partial);
        spec.format = spec.format.or(source.format);
        spec.pivot = spec.pivot.or(source.pivot);
        spec.decimal = spec.decimal.or(source.decimal);
        spec.thousands = spec.thousands.or(source.thousands);
    }
    spec
}

impl Cohort<'_> {
    /// The new texts of a column by level, as this file writes numbers.
    pub(super) fn recoding(&self, name: &str, spec: &ColumnSpec) -> Result<HashMap<String, Option<String>>> {
        let mut recoded = HashMap::default();
        for (from, to) in &spec.recode {
            let as_written = |text: &String| match number::parse(text, '.') {
                Some(_) => text.replace('.', &self.mark(name).to_string()),
                None => text.clone(),
            };
            let level = scalar::level_of(from, self.mark(name));
            if recoded.insert(level, to.as_ref().map(as_written)).is_some() {
                let place = Position { path: Some(format!("data.columns.{name}.recode")), ..Position::default() };
                let error = Error::new(ErrorKind::BadOption).with("option", "recode").with("found", from);
                return Err(error.with("expected", "each value once").at(place));
            }
        }
        Ok(recoded)
    }

    pub(super) fn check_declarations(&self) -> Vec<Caution> {
        let mut cautions = Vec::new();
        for (name, spec) in &self.specs {
            if self.table.column(spec.from.as_ref().unwrap_or(name)).is_none() {
                let name = spec.from.as_ref().unwrap_or(name);
                let caution = Caution::new(CautionKind::DeclaredColumnMissing).with("name", name);
                cautions.push(caution.with("suggestion", self.suggestion(name)));
                continue;
            }
            // What is wrong with its cells is told by what uses the column.
            let Some(Ok(category)) = spec.levels.as_ref().map(|_| self.category(name)) else { continue };
            let mut seen = vec![false; category.levels.len()];
            category.codes.iter().flatten().for_each(|&code| seen[code as usize] = true);
            for (level, _) in category.levels.iter().zip(seen).filter(|(_, seen)| !seen) {
                cautions.push(Caution::new(CautionKind::EmptyLevel).with("level", level).with("name", name));
            }
        }
        for name in self.specs.keys().filter(|name| self.recoded.contains_key(*name)) {
            let Ok(recoded) = self.recoded_counts(name) else { continue };
            let unused: Vec<String> =
                recoded.into_iter().filter(|value| value.n == 0).map(|value| value.from).collect();
            if !unused.is_empty() {
                let caution = Caution::new(CautionKind::RecodeUnused).with("name", name);
                cautions.push(caution.with("n", unused.len()).with("values", unused.join(", ")));
            }
        }
        cautions
    }
}
