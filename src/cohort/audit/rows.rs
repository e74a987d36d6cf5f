//! Rows that stand for one patient twice.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::{AuditedEndpoint, Auditor, Draft, Severity};
use crate::cohort::EndpointSpec;
use crate::error::{FindingKind, Result};
use crate::sorting::{self, sort_by};

impl Auditor<'_> {
    /// Patients with more than one row, their dates of death, and rows that are the same in every cell.
    pub(super) fn judge_rows(&mut self, endpoints: &[AuditedEndpoint]) -> Result<()> {
        if let Some(patient) = self.options.patient.clone() {
            let groups = self.patients(&patient)?;
            let is_id = |spec: &EndpointSpec| match spec {
                EndpointSpec::Dates(spec) => spec.id.as_ref() == Some(&patient),
                EndpointSpec::Status(spec) => spec.id.as_ref() == Some(&patient),
            };
            // Where an endpoint joins the rows of a patient, several are meant.
            let is_meant = endpoints.iter().any(|endpoint| is_id(endpoint.spec));
            let severity = if is_meant { Severity::Note } else { Severity::Error };
            for death in self.deaths(endpoints) {
                let day = self.day_of(&death);
                let differs = |group: &&Vec<usize>| {
                    let mut days = group.iter().filter_map(|&row| day.at(row));
                    let first = days.next();
                    days.any(|day| Some(day) != first)
                };
                let conflicting: Vec<Vec<usize>> = groups.iter().filter(differs).cloned().collect();
                self.add_groups(FindingKind::ConflictingDeaths, Severity::Error, &[&patient, &death], conflicting);
            }
            self.add_groups(FindingKind::DuplicatePatient, severity, &[&patient], groups);
        }
        self.add_groups(FindingKind::DuplicateRow, Severity::Warning, &[], self.same_rows());
        Ok(())
    }

    fn add_groups(&mut self, kind: FindingKind, severity: Severity, columns: &[&str], groups: Vec<Vec<usize>>) {
        let mut rows: Vec<usize> = groups.iter().flatten().copied().collect();
        rows.sort_unstable();
        self.add(Draft { groups, ..Draft::new(kind, severity, columns, rows) });
    }

    /// The rows of each patient who has more than one.
    fn patients(&self, column: &str) -> Result<Vec<Vec<usize>>> {
        let names = self.cohort.lenient_level(column)?.values;
        let order = sorting::order(names.len(), &mut |a, b| names[a].cmp(&names[b]));
        let order: Vec<usize> = order.into_iter().filter(|&row| names[row].is_some()).collect();
        let mut groups: Vec<Vec<usize>> = order
            .chunk_by(|&a, &b| names[a] == names[b])
            .filter(|rows| rows.len() > 1)
            .map(<[usize]>::to_vec)
            .collect();
        sort_by(&mut groups, Vec::cmp);
        Ok(groups)
    }

    /// Rows that are the same in every cell of the file. A file of one column has no such thing: values repeat.
    fn same_rows(&self) -> Vec<Vec<usize>> {
        let table = self.cohort.table();
        if table.columns.len() < 2 {
            return Vec::new();
        }
        let mut hashes: Vec<(u64, usize)> = (0..table.n_rows()).map(|row| (0, row)).collect();
        for column in &table.columns {
            for (hash, row) in &mut hashes {
                let mut hasher = DefaultHasher::new();
                (*hash, column.cell(*row)).hash(&mut hasher);
                *hash = hasher.finish();
            }
        }
        hashes.sort_unstable();
        let same = |a: usize, b: usize| table.columns.iter().all(|column| column.cell(a) == column.cell(b));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for run in hashes.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            // Rows of one hash are the same but by the rarest chance, so a run is compared with its first alone.
            let first = run[0].1;
            let rows: Vec<usize> = run.iter().map(|&(_, row)| row).filter(|&row| same(first, row)).collect();
            if rows.len() > 1 {
                groups.push(rows);
            }
        }
        sort_by(&mut groups, Vec::cmp);
        groups
    }
}
