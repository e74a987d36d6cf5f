//! Decisions of a study that no audit of its file can have led to.

use std::collections::BTreeMap;

use crate::cohort::{Cohort, Decision, ExcludedRow};
use crate::error::{Caution, CautionKind, FindingKind};
use crate::hashing::HashSet;

/// What is wrong with the study's decisions about findings: keys that no audit of this file can give, and rows that the file does not
/// have. Neither changes a figure; both mean that a decision is not about what its author thinks.
///
/// A key is known if it begins with the code of a finding and goes on with names of the study's endpoints or the file's columns.
/// Whether it is found just now is another matter: what was corrected is not.
pub fn check<'a>(
    cohort: &'a Cohort,
    endpoints: impl Iterator<Item = &'a str>,
    exclude: &[ExcludedRow],
    decisions: &[Decision],
) -> Vec<Caution> {
    let names: HashSet<&str> = endpoints.chain(cohort.names()).collect();
    let keys = decisions.iter().map(|decision| &decision.finding);
    let keys = keys.chain(exclude.iter().filter_map(|excluded| excluded.finding.as_ref()));
    let mut seen = HashSet::default();
    let mut cautions: Vec<Caution> = keys
        .filter(|key| seen.insert(*key) && !is_key(key, &names))
        .map(|key| Caution::new(CautionKind::UnknownFinding).with("key", key))
        .collect();
    let n_rows = cohort.table().n_rows();
    let mut without_row: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for decision in decisions {
        let beyond = decision.rows.iter().filter(|&&row| row == 0 || row > n_rows).map(usize::to_string);
        without_row.entry(&decision.finding).or_default().extend(beyond);
    }
    for (key, rows) in without_row.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let caution = Caution::new(CautionKind::DecisionWithoutRow).with("key", key);
        cautions.push(caution.with("values", rows.join(", ")));
    }
    cautions
}

/// Whether a key is `code` or `code:name/name/…`. A name may itself have strokes in it.
fn is_key(key: &str, names: &HashSet<&str>) -> bool {
    let (code, rest) = key.split_once(':').unwrap_or((key, ""));
    if !FindingKind::ALL.iter().any(|kind| kind.code() == code) {
        return false;
    }
    if rest.is_empty() {
        return !key.contains(':');
    }
    // Where a name may begin: at the start, and after a name and its stroke.
    let mut starts = vec![0];
    for (end, _) in rest.match_indices('/').chain([(rest.len(), "")]) {
        if starts.iter().any(|&start| names.contains(&rest[start..end])) {
            starts.push(end + 1);
        }
    }
    starts.last() == Some(&(rest.len() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let names = HashSet::from_iter(["OS", "dx", "last", "km/h", "a:b"]);
        for key in [
            "duplicate_row",
            "zero_time:OS",
            "negative_time:last/dx",
            "future_date:km/h",
            "future_date:a:b",
            "dates_out_of_order:km/h/dx",
        ] {
            assert!(is_key(key, &names), "{key}");
        }
        for key in [
            "",
            "duplicate_rows",
            "zero_time:",
            "zero_time:OSS",
            "negative_time:last/",
            "negative_time:/dx",
            "future_date:km",
            "negative_time:last/dy",
            "dx",
        ] {
            assert!(!is_key(key, &names), "{key}");
        }
    }
}
